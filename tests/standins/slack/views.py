"""Methods about modals, Home and files."""

from __future__ import annotations

import hashlib

from tests.standins.slack import limits
from tests.standins.slack.api import Call, RefusedError, method, older_than, refuse_arguments
from tests.standins.slack.chat import may_speak
from tests.standins.slack.model import (
    TRIGGER_LIFE,
    VIEW_STACK,
    Json,
    Message,
    Stack,
    Trigger,
    Upload,
    View,
    World,
    shown_view,
)

UPLOAD_SIZE = 1_000_000_000


def checked_view(call: Call, *, home: bool = False) -> Json:
    body = call.blob("view")
    if not isinstance(body, dict):
        raise refuse_arguments("missing required field: view")
    return judged(call.world, body, home=home)


def judged(world: World, body: Json, *, home: bool = False) -> Json:
    """The view, if Slack takes it; block ids are given to blocks without one."""
    if limits.view_too_large(body):
        raise RefusedError("view_too_large")
    if problems := limits.view_problems(body, home=home):
        raise refuse_arguments(*problems)
    blocks = [{**block, "block_id": block.get("block_id") or world.mint("b")} for block in body["blocks"]]
    return {**body, "blocks": blocks}


def use_trigger(call: Call) -> Trigger:
    trigger = call.world.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.user.workspace is not call.workspace:
        raise RefusedError("invalid_trigger_id")
    if trigger.used:
        raise RefusedError("exchanged_trigger_id")
    if older_than(call.now, trigger.minted, TRIGGER_LIFE):
        raise RefusedError("expired_trigger_id")
    return trigger


def new_view(world: World, body: Json, stack: Stack) -> View:
    view = View(world.mint("V"), body, stack.user, "", first_values(body), stack)
    rehash(world, view)
    world.views[view.id] = view
    stack.views.append(view)
    return view


def rehash(world: World, view: View) -> None:
    view.hash = f"{int(world.clock().timestamp())}.{hashlib.sha256(world.mint('h').encode()).hexdigest()[:8]}"


def first_values(body: Json) -> Json:
    """What a form holds before anybody has typed: the initial values."""
    values: Json = {}
    for block, element in limits.elements(body["blocks"]):
        if (value := initial(element)) is not None:
            values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
MANY = frozenset({"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"})


def initial(element: Json) -> Json | None:
    """The state of one element before it is touched; None for a button or an overflow menu."""
    kind = element["type"]
    if kind not in INITIAL:
        return None
    key, given = INITIAL[kind]
    return {"type": kind, key: element.get(given, [] if key in MANY else None)}


@method("views.open")
def views_open(call: Call) -> Json:
    body = checked_view(call)
    trigger = use_trigger(call)
    _external_id(call, body)
    trigger.used = True
    open_now = [stack for stack in call.world.stacks if stack.user is trigger.user]
    if open_now:
        call.world.complain("views.open: a modal was already open; views.push or views.update was meant")
    for stack in open_now:
        call.world.stacks.remove(stack)
    stack = Stack(trigger.user, channel=trigger.channel)
    view = new_view(call.world, body, stack)
    call.world.stacks.append(stack)
    return {"view": shown_view(view, call.world, call.grant)}


@method("views.push")
def views_push(call: Call) -> Json:
    body = checked_view(call)
    trigger = use_trigger(call)
    if trigger.stack is None or trigger.stack not in call.world.stacks:
        raise RefusedError("invalid_trigger_id")
    if len(trigger.stack.views) >= VIEW_STACK:
        raise RefusedError("push_limit_reached")
    _external_id(call, body)
    trigger.used = True
    return {"view": shown_view(new_view(call.world, body, trigger.stack), call.world, call.grant)}


@method("views.update")
def views_update(call: Call) -> Json:
    view = _wanted(call)
    body = checked_view(call, home=view.kind == "home")
    if call.text("hash") and call.text("hash") != view.hash:
        raise RefusedError("hash_conflict")
    replace(call.world, view, body)
    return {"view": shown_view(view, call.world, call.grant)}


@method("views.publish")
def views_publish(call: Call) -> Json:
    user = call.workspace.user(call.need("user_id"))
    if user is None or user.bot:
        raise refuse_arguments("invalid user [json-pointer:/user_id]")
    if not call.world.app.home_tab:
        raise RefusedError("not_enabled")
    body = checked_view(call, home=True)
    view = call.world.homes.get(user.id)
    if view is None:
        view = View(call.world.mint("V"), body, user, "", first_values(body))
        call.world.homes[user.id] = call.world.views[view.id] = view
        rehash(call.world, view)
    else:
        if call.text("hash") and call.text("hash") != view.hash:
            raise RefusedError("hash_conflict")
        replace(call.world, view, body)
    return {"view": shown_view(view, call.world, call.grant)}


def replace(world: World, view: View, body: Json) -> None:
    """Set a view's content; what was typed stays where block and action keep their ids."""
    kept, fresh = view.entered, first_values(body)
    for block, fields in fresh.items():
        for action in fields:
            fields[action] = kept.get(block, {}).get(action, fields[action])
    view.body, view.entered = body, fresh
    rehash(world, view)


def _external_id(call: Call, body: Json) -> None:
    wanted = body.get("external_id")
    shown = [view for stack in call.world.stacks for view in stack.views if view.user.workspace is call.workspace]
    if wanted and any(view.body.get("external_id") == wanted for view in shown):
        raise RefusedError("duplicate_external_id")


def _wanted(call: Call) -> View:
    if wanted := call.text("external_id"):
        found = next((v for v in call.world.views.values() if v.body.get("external_id") == wanted), None)
    else:
        found = call.world.views.get(call.need("view_id"))
    gone = found is not None and found.kind == "modal" and not any(found in s.views for s in call.world.stacks)
    if found is None or gone or found.user.workspace is not call.workspace:
        raise RefusedError("not_found")
    return found


@method("files.getUploadURLExternal", "files:write")
def upload_url(call: Call) -> Json:
    size = call.whole("length", 0, UPLOAD_SIZE)
    if size < 1:
        raise refuse_arguments("length must be above 0")
    upload = Upload(call.world.mint("F"), call.need("filename"), size, call.text("alt_txt"), call.workspace)
    call.world.uploads[upload.id] = upload
    if upload.name.endswith((".png", ".jpg", ".gif")) and not upload.alt:
        call.world.complain(f"files.getUploadURLExternal: {upload.name} has no alt text")
    return {"upload_url": upload.id, "file_id": upload.id}  # the server turns the id into an address


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    wanted = call.blob("files") or []
    if not wanted:
        raise refuse_arguments("missing required field: files")
    uploads = []
    for entry in wanted:
        upload = call.world.uploads.get(entry.get("id", ""))
        if upload is None or upload.content is None or upload.workspace is not call.workspace:
            raise RefusedError("file_not_found")
        upload.title, upload.complete = entry.get("title", upload.name), True
        uploads.append(upload)
    files = [shown_file(upload) for upload in uploads]
    if place := call.text("channel_id"):
        channel = call.workspace.channel(place)
        if channel is None or (channel.kind != "public" and call.bot not in channel.members):
            raise RefusedError("channel_not_found")
        may_speak(call, channel)
        message = Message(
            call.world.next_ts(), channel, call.bot, call.text("initial_comment"), app_id=call.world.app.id
        )
        message.thread_ts, message.files = call.text("thread_ts") or None, files
        channel.messages.append(message)
    return {"files": files}


@method("files.info", "files:read")
def file_info(call: Call) -> Json:
    upload = call.world.uploads.get(call.need("file"))
    if upload is None or not upload.complete or upload.workspace is not call.workspace:
        raise RefusedError("file_not_found")
    return {"file": shown_file(upload)}


def shown_file(upload: Upload) -> Json:
    shown = {"id": upload.id, "name": upload.name, "title": upload.title, "size": upload.size, "alt_txt": upload.alt}
    shown["filetype"] = {"yml": "yaml", "yaml": "yaml"}.get(upload.name.rpartition(".")[2], "text")
    return shown | ({"url_private_download": upload.address} if upload.address else {})
