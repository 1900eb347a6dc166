"""The payloads Slack sends when people act, field for field."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from tests.standins.slack.limits import elements, length
from tests.standins.slack.model import (
    Channel,
    Install,
    Json,
    Message,
    SlackRefusedError,
    User,
    View,
    World,
    shown_message,
    shown_view,
)
from tests.standins.slack.views import INITIAL, MANY, initial

CHANNEL_NAMES = {"im": "directmessage", "private": "privategroup", "mpim": "mpdm"}


def typed(user: User, text: str, *, escaped: bool = True, labels: bool = False) -> str:
    """What a person typed as Slack passes it on: entities escaped, @names and #channels as ids.

    *escaped* false is a slash command without should_escape; *labels* adds the names to the ids.
    """
    if not escaped:
        return text
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def person(found: re.Match[str]) -> str:
        known = next((u for u in user.workspace.users if u.name == found.group(1)), None)
        return found.group(0) if known is None else f"<@{known.id}|{known.name}>" if labels else f"<@{known.id}>"

    def place(found: re.Match[str]) -> str:
        known = next((c for c in user.workspace.channels if c.name and c.name == found.group(1)), None)
        return found.group(0) if known is None else f"<#{known.id}|{known.name}>" if labels else f"<#{known.id}>"

    return re.sub(r"#([\w-]+)", place, re.sub(r"@([\w.-]+)", person, safe))


def slash(world: World, user: User, channel: Channel, command: str, text: str, response_url: str) -> Json:
    enterprise = {"enterprise_id": user.workspace.enterprise} if user.workspace.enterprise else {}
    return {
        "token": world.app.verification_token,
        "team_id": user.workspace.id,
        "team_domain": user.workspace.domain,
        **enterprise,
        "channel_id": channel.id,
        "channel_name": CHANNEL_NAMES.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": world.trigger(user, channel=channel).id,
    }


def _actor(world: World, user: User, kind: str) -> Json:
    workspace = user.workspace
    enterprise = {"id": workspace.enterprise, "name": workspace.name} if workspace.enterprise else None
    return {
        "type": kind,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": enterprise,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.id},
        "is_enterprise_install": False,
        "api_app_id": world.app.id,
        "token": world.app.verification_token,
    }


def on_message(world: World, user: User, message: Message, action: Json, response_url: str) -> Json:
    """block_actions of a message; an ephemeral one comes without the message itself."""
    channel = message.channel
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_actor(world, user, "block_actions"),
        "container": container,
        "trigger_id": world.trigger(user, channel=channel).id,
        "channel": {"id": channel.id, "name": CHANNEL_NAMES.get(channel.kind, channel.name)},
        "state": {"values": state_of(message.blocks, message.entered.get(user.id, {}))},
        "response_url": response_url,
        "actions": [action],
    }
    if message.only_for is None:
        payload["message"] = shown_message(message)
    return payload


def on_view(world: World, install: Install, view: View, action: Json) -> Json:
    """block_actions of a modal or of Home."""
    body = {**shown_view(view, world, install), "state": {"values": state_of(view.body["blocks"], view.entered)}}
    return {
        **_actor(world, view.user, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.trigger(view.user, view.stack, view.stack.channel if view.stack else None).id,
        "view": body,
        "actions": [action],
    }


def submission(world: World, install: Install, view: View) -> Json:
    body = shown_view(view, world, install)
    return {
        **_actor(world, view.user, "view_submission"),
        "trigger_id": world.trigger(view.user, view.stack, view.stack.channel if view.stack else None).id,
        "view": body,
        "response_urls": [],
    }


def closing(world: World, install: Install, view: View, *, cleared: bool) -> Json:
    body = shown_view(view, world, install)
    return {**_actor(world, view.user, "view_closed"), "view": body, "is_cleared": cleared}


def shortcut(world: World, user: User, callback: str) -> Json:
    return {
        **_actor(world, user, "shortcut"),
        "callback_id": callback,
        "trigger_id": world.trigger(user).id,
        "action_ts": world.next_ts(),
    }


def message_shortcut(world: World, user: User, message: Message, callback: str, response_url: str) -> Json:
    channel = message.channel
    return {
        **_actor(world, user, "message_action"),
        "callback_id": callback,
        "trigger_id": world.trigger(user, channel=channel).id,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": CHANNEL_NAMES.get(channel.kind, channel.name)},
        "message": shown_message(message),
        "response_url": response_url,
        "action_ts": world.next_ts(),
    }


def action_of(world: World, block: Json, element: Json, chosen: Json) -> Json:
    """The entry under `actions` for one operated element."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": world.next_ts(),
        **{key: value for key, value in chosen.items() if key != "type"},
    }
    if element["type"] == "button":
        action["text"] = element["text"]
        action |= {key: element[key] for key in ("value", "style") if key in element}
    return action


def state_of(blocks: list[Json], entered: Json) -> Json:
    """`state.values`: what was chosen, elsewhere what the app had set at first."""
    values: Json = {}
    for block, element in elements(blocks):
        at_first = initial(element)
        if at_first is None:
            continue
        own = entered.get(block["block_id"], {}).get(element["action_id"], at_first)
        values.setdefault(block["block_id"], {})[element["action_id"]] = own
    return values


def entered(element: Json, value: Any) -> Json:
    """The state of *element* once a person has put *value* there (labels for options, users, channels, dates)."""
    kind = element["type"]
    if kind not in INITIAL:
        return {"type": kind, "selected_option": _option(element, value)} if kind == "overflow" else {"type": kind}
    key = INITIAL[kind][0]
    if value is None or value == "":
        return {"type": kind, key: [] if key in MANY else None}
    if key in MANY:
        picks = list(value) if isinstance(value, list | tuple) else [value]
        if len(picks) > element.get("max_selected_items", len(picks)):
            raise SlackRefusedError(f"at most {element['max_selected_items']} can be selected")
        return {"type": kind, key: [_picked(element, key, pick) for pick in picks]}
    return {"type": kind, key: _picked(element, key, value)}


def _picked(element: Json, key: str, value: Any) -> Any:
    if key in ("selected_option", "selected_options"):
        return _option(element, value)
    if isinstance(value, User | Channel):
        return value.id
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if key == "value":
        return _text(element, str(value))
    return value


def _text(element: Json, value: str) -> str:
    if length(value) > element.get("max_length", 3000):
        raise SlackRefusedError(f"{value[:20]!r}... is longer than the field takes ({element['max_length']})")
    if length(value) < element.get("min_length", 0):
        raise SlackRefusedError(f"{value!r} is shorter than the field wants ({element['min_length']})")
    if element["type"] == "number_input":
        number = float(value)
        low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
        if not low <= number <= high or (not element["is_decimal_allowed"] and number != int(number)):
            raise SlackRefusedError(f"the field does not take {value}")
    return value


def _option(element: Json, label: Any) -> Json:
    offered = [*element.get("options", ())]
    offered += [option for group in element.get("option_groups", ()) for option in group["options"]]
    for option in offered:
        if label in (option["text"]["text"], option["value"]):
            return dict(option)
    raise SlackRefusedError(f"no option {label!r}; there are {[o['text']['text'] for o in offered]}")
