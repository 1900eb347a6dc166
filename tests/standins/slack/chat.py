"""Methods that say something: chat.*, conversations.open/replies/history, reactions, canvases."""

from __future__ import annotations

from typing import Any

from tests.standins.slack import limits
from tests.standins.slack.api import HISTORY_SCOPE, Call, RefusedError, method, refuse_arguments
from tests.standins.slack.model import Channel, Json, Message, shown_channel, shown_message

TEXT_KEPT = 40_000  # longer text is cut off, silently but for a warning
UPDATE_TEXT = 4_000
METADATA_SIZE = 8_000  # Slack names no number; ours is far below
OPEN_USERS = 8
TOPIC = 250


def checked_blocks(call: Call) -> list[Json] | None:
    """The blocks of a call as Slack would take them; None when the argument is not there."""
    blocks = call.blob("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise RefusedError("invalid_blocks_format")
    if problems := limits.message_problems(blocks):
        raise refuse_arguments(*problems, error="invalid_blocks")
    if limits.too_much_text(blocks):
        raise RefusedError("msg_blocks_too_long")
    for block in blocks:
        files = [block, *block.get("elements", ()), block.get("accessory", {})] if block["type"] != "rich_text" else []
        for wanted in (part["slack_file"].get("id") for part in files if "slack_file" in part):
            upload = call.world.uploads.get(wanted)
            if upload is None or not upload.complete or upload.workspace is not call.workspace:
                raise refuse_arguments("invalid slack file [json-pointer:/blocks]", error="invalid_blocks")
    return [{**block, "block_id": block.get("block_id") or call.world.mint("b")} for block in blocks]


def checked_metadata(call: Call) -> Json | None:
    metadata = call.blob("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise RefusedError("invalid_metadata_schema")
    if not isinstance(metadata.get("event_payload"), dict):
        raise RefusedError("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_SIZE:
        raise RefusedError("metadata_too_large")
    return metadata


def may_speak(call: Call, channel: Channel) -> None:
    if channel.archived:
        raise RefusedError("is_archived")
    if channel.kind == "im" and not call.world.app.messages_tab:
        raise RefusedError("messages_tab_disabled")
    if call.bot not in channel.members and not (channel.kind == "public" and call.has("chat:write.public")):
        raise RefusedError("not_in_channel")


def content(call: Call) -> tuple[str, list[Json] | None]:
    blocks = checked_blocks(call)
    text = call.text("text")
    if not text and not blocks and not call.args.get("attachments") and not call.text("markdown_text"):
        raise RefusedError("no_text")
    if call.text("markdown_text") and (text or blocks):
        raise RefusedError("markdown_text_conflict")
    if blocks and not text:
        call.world.complain(f"{call.method}: blocks without a top-level text, so screen readers guess")
    if limits.length(text) > TEXT_KEPT:
        call.warnings.append("message_truncated")
        text = text[:TEXT_KEPT]
    elif limits.length(text) > UPDATE_TEXT:
        call.world.complain(f"{call.method}: text longer than {UPDATE_TEXT} characters")
    return text, blocks


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    channel = call.channel(named=True)
    may_speak(call, channel)
    if call.need("channel").startswith(("U", "W")) and (call.text("username") or call.text("icon_url")):
        call.world.complain("chat.postMessage: own name or icon to a user id lands in Slackbot's conversation")
    text, blocks = content(call)
    thread = call.text("thread_ts") or None
    if thread is not None and (root := channel.find(thread)) is not None and root.thread_ts not in (None, thread):
        thread = root.thread_ts  # a reply to a reply goes to the thread's root
    message = Message(
        call.world.next_ts(),
        channel,
        call.bot,
        text,
        blocks or [],
        thread,
        call.flag("reply_broadcast"),
        checked_metadata(call),
        call.blob("attachments") or [],
        app_id=call.world.app.id,
        posted=call.now,
    )
    if channel.kind == "im" and channel.members[0].deactivated:
        call.world.complain(f"chat.postMessage: {channel.members[0].name} is deactivated, nobody reads this")
    if thread is not None and channel.find(thread) is None:
        call.world.complain("chat.postMessage: the thread's root is gone, nobody sees this reply")
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message.ts, "message": shown_message(message, with_metadata=True)}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    channel = call.channel()
    message = own_message(call, channel, "cant_update_message")
    if channel.archived:
        raise RefusedError("is_inactive")
    if limits.length(call.text("text")) > UPDATE_TEXT:
        raise RefusedError("msg_too_long")
    has_text, blocks = "text" in call.args, checked_blocks(call)
    if not has_text and blocks is None and "attachments" not in call.args and "metadata" not in call.args:
        raise RefusedError("no_text")
    if blocks and not call.text("text"):
        call.world.complain("chat.update: blocks without a top-level text, so screen readers guess")
    if blocks is not None:
        same = {b["block_id"] for b in message.blocks} & {b["block_id"] for b in blocks}
        if same:
            call.world.complain(f"chat.update: block_id {sorted(same)[0]} was used by the version before")
        message.blocks = blocks
    elif has_text:
        message.blocks = []  # text without blocks takes the blocks away
    if has_text:
        message.text = call.text("text")
        message.edited = message.edited or blocks is None
    if "metadata" in call.args:
        message.metadata = checked_metadata(call)
    message.entered.clear()
    message.revisions += 1
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown_message(message)}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    channel = call.channel()
    message = own_message(call, channel, "cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    user = call.user()
    may_speak(call, channel)
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks = content(call)
    thread = call.text("thread_ts") or None
    message = Message(call.world.next_ts(), channel, call.bot, text, blocks or [], thread, app_id=call.world.app.id)
    message.only_for, message.posted = user, call.now
    channel.messages.append(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink")
def permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.need("message_ts")
    if channel.find(ts) is None:
        raise RefusedError("message_not_found")
    link = f"https://{call.workspace.domain}.slack.example/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


@method("conversations.open")
def open_conversation(call: Call) -> Json:
    wanted = call.listed("users")
    if call.text("channel"):
        channel = call.channel()
        return {"channel": {"id": channel.id}, "already_open": True}
    if not wanted:
        raise RefusedError("users_list_not_supplied")
    if len(wanted) > OPEN_USERS:
        raise RefusedError("too_many_users")
    call.require("im:write" if len(wanted) == 1 else "mpim:write")
    users = [call.workspace.user(name) for name in wanted]
    if any(user is None for user in users):
        raise RefusedError("user_not_found")
    known = [user for user in users if user is not None]
    if any(user.deactivated for user in known):
        raise RefusedError("user_disabled")
    if any(user.bot for user in known):
        raise RefusedError("cannot_dm_bot")
    if len(known) == 1:
        channel = call.world.dm(known[0])
    else:
        channel = call.world.add_channel(call.workspace, "mpdm", [*known, call.bot], kind="mpim")
    shown = shown_channel(channel, member=True) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


@method("conversations.replies")
def replies(call: Call) -> Json:
    channel = readable(call)
    ts = call.need("ts")
    found = channel.replies(ts)
    if not found:
        raise RefusedError("thread_not_found")
    return listing(call, found)


@method("conversations.history")
def history(call: Call) -> Json:
    channel = readable(call)
    top = [m for m in channel.messages if not m.deleted and m.only_for is None]
    return listing(call, [m for m in reversed(top) if m.thread_ts in (None, m.ts) or m.broadcast])


@method("reactions.add", "reactions:write")
def react(call: Call) -> Json:
    if call.channel().find(call.need("timestamp")) is None:
        raise RefusedError("message_not_found")
    return {}


def own_message(call: Call, channel: Channel, not_mine: str) -> Message:
    message = channel.find(call.need("ts"))
    if message is None or message.only_for is not None:
        raise RefusedError("message_not_found")
    if message.author is not call.bot:
        raise RefusedError(not_mine)
    return message


def readable(call: Call) -> Channel:
    channel = call.channel()
    call.require(HISTORY_SCOPE[channel.kind])
    if call.bot not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def listing(call: Call, messages: list[Message]) -> Json:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")

    def inside(ts: str) -> bool:
        if oldest and (float(ts) < float(oldest) or (ts == oldest and not inclusive)):
            return False
        return not (latest and (float(ts) > float(latest) or (ts == latest and not inclusive)))

    rows: list[Any] = [m for m in messages if inside(m.ts)]
    page = call.page(rows, "messages", default=100, most=999)
    page["messages"] = [shown_message(m, with_metadata=call.flag("include_all_metadata")) for m in page["messages"]]
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"])}
