"""Methods for what is no message: topics, user groups, canvases; with who may use them and what a plan has."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from tests.standins.slack import limits
from tests.standins.slack.api import Call, RefusedError, method, refuse_arguments
from tests.standins.slack.model import Json, shown_channel

TOPIC = 250
HANDLE = 21
BARE = re.compile(r"&(?!(?:amp|lt|gt);)|<(?![#@!])")  # signs that Slack keeps as entities
MARKDOWN = 2**20
TOPIC_SCOPES = {
    "public": ("channels:write.topic", "channels:manage"),
    "private": ("groups:write.topic", "groups:write"),
}


@method("conversations.setTopic")
def set_topic(call: Call) -> Json:
    channel = call.channel()
    if channel.kind not in TOPIC_SCOPES:
        raise RefusedError("method_not_supported_for_channel_type")
    least, more = TOPIC_SCOPES[channel.kind]
    if not call.has(more):
        call.require(least)
    if call.bot not in channel.members:
        raise RefusedError("not_in_channel")
    if channel.archived:
        raise RefusedError("is_archived")
    if not channel.topic_open:
        raise RefusedError("user_is_restricted")
    topic = call.text("topic")
    if limits.length(unescape(topic)) > TOPIC:
        raise RefusedError("too_long")
    channel.topic = BARE.sub(lambda found: escape(found.group(), quote=False), topic)
    channel.topics.append(channel.topic)  # each stands in the channel as a line of its own
    return {"channel": shown_channel(channel, member=True)}


def _may_manage(call: Call) -> None:
    """User groups are for paid plans, and an app may change them only where everybody may."""
    if not call.workspace.paid:
        raise RefusedError("plan_upgrade_required")
    if not call.workspace.groups_open:
        raise RefusedError("permission_denied")


def _group(call: Call) -> Json:
    wanted = call.need("usergroup")
    found = next((group for group in call.workspace.usergroups if group["id"] == wanted), None)
    if found is None:
        raise RefusedError("no_such_subteam")
    return found


def _shown(group: Json, *, users: bool = False) -> Json:
    return {key: value for key, value in group.items() if users or key != "users"}


@method("usergroups.list", "usergroups:read")
def usergroups(call: Call) -> Json:
    found = [g for g in call.workspace.usergroups if call.flag("include_disabled") or not g.get("date_delete")]
    return {"usergroups": [_shown(group, users=call.flag("include_users")) for group in found]}


@method("usergroups.users.list", "usergroups:read")
def usergroup_users(call: Call) -> Json:
    return {"users": _group(call)["users"]}


@method("usergroups.create", "usergroups:write")
def create_usergroup(call: Call) -> Json:
    _may_manage(call)
    name, handle = call.need("name"), call.text("handle")
    known = call.workspace.usergroups
    if any(group["name"] == name for group in known):
        raise RefusedError("name_already_exists")
    people = {user.name for user in call.workspace.users} | {channel.name for channel in call.workspace.channels}
    if handle in people or any(group["handle"] == handle for group in known):
        raise RefusedError("handle_already_exists")
    if len(handle) > HANDLE or handle != handle.lower() or " " in handle:
        raise RefusedError("invalid_handle")
    group: Json = {
        "id": call.world.mint("S"),
        "team_id": call.workspace.id,
        "name": name,
        "handle": handle,
        "description": call.text("description"),
        "created_by": call.bot.id,
        "date_delete": 0,
        "users": [],
    }
    known.append(group)
    return {"usergroup": _shown(group)}


@method("usergroups.enable", "usergroups:write")
def enable_usergroup(call: Call) -> Json:
    _may_manage(call)
    group = _group(call)
    if not group["date_delete"]:
        raise RefusedError("already_enabled")
    group["date_delete"] = 0
    return {"usergroup": _shown(group)}


@method("usergroups.disable", "usergroups:write")
def disable_usergroup(call: Call) -> Json:
    _may_manage(call)
    group = _group(call)
    if group["date_delete"]:
        raise RefusedError("already_disabled")
    group["date_delete"] = int(call.now.timestamp())
    return {"usergroup": _shown(group)}


@method("usergroups.users.update", "usergroups:write")
def fill_usergroup(call: Call) -> Json:
    """Replaces the whole list, which cannot be empty and takes neither guests nor bots."""
    _may_manage(call)
    group = _group(call)
    users = [call.workspace.user(id_) for id_ in call.listed("users")]
    if not users:
        raise RefusedError("no_users_provided")
    if any(user is None or user.bot or user.guest or user.stranger for user in users):
        raise RefusedError("invalid_users")
    group["users"] = [user.id for user in users if user is not None]
    return {"usergroup": _shown(group, users=True)}


def _markdown(content: Any) -> Json:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise refuse_arguments("must be markdown [json-pointer:/document_content]")
    text = content.get("markdown")
    if not isinstance(text, str) or len(text) > MARKDOWN:
        raise refuse_arguments("must be shorter [json-pointer:/document_content/markdown]")
    return content


@method("canvases.create", "canvases:write")
def create_canvas(call: Call) -> Json:
    channel = call.text("channel_id")
    if not call.workspace.paid:
        if not channel:
            raise RefusedError("free_teams_cannot_create_non_tabbed_canvases")
        if any(channel in one["channels"] for one in call.world.canvases):
            raise RefusedError("free_team_canvas_tab_already_exists")
    found = call.workspace.channel(channel) if channel else None
    if channel and (found is None or call.bot not in found.members):
        raise RefusedError("channel_not_found")
    content = call.blob("document_content")
    made: Json = {
        "canvas_id": call.world.mint("F"),
        "title": call.text("title"),
        "document_content": _markdown(content) if content is not None else None,
        "channels": {channel: "write"} if channel else {},
        "deleted": False,
    }
    call.world.canvases.append(made)
    return {"canvas_id": made["canvas_id"]}


def _canvas(call: Call) -> Json:
    wanted = call.need("canvas_id")
    found = next((one for one in call.world.canvases if one["canvas_id"] == wanted and not one["deleted"]), None)
    if found is None:
        raise RefusedError("canvas_not_found")
    return found


@method("canvases.edit", "canvases:write")
def edit_canvas(call: Call) -> Json:
    canvas, changes = _canvas(call), call.blob("changes")
    if not isinstance(changes, list) or len(changes) != 1 or changes[0].get("operation") != "replace":
        raise RefusedError("canvas_editing_failed")
    canvas["document_content"] = _markdown(changes[0].get("document_content"))
    return {}


@method("canvases.access.set", "canvases:write")
def set_access(call: Call) -> Json:
    """Only a channel that the canvas was shared with can be given another right to it."""
    if not call.workspace.paid:
        raise RefusedError("canvas_disabled_user_team")
    canvas, level, channels = _canvas(call), call.need("access_level"), call.listed("channel_ids")
    if level not in ("read", "write") or not channels:
        raise RefusedError("invalid_parameters")
    for channel in channels:
        if channel not in canvas["channels"]:
            raise RefusedError("channel_not_found")
        canvas["channels"][channel] = level
    return {}
