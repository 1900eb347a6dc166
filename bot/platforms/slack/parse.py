"""Slack's payloads in the bot's own words. Pure; anything that is not what Slack sends raises MalformedError."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

from bot.engine.attached import Attached
from bot.kernel.cards import Action
from bot.kernel.ids import NO_SESSION, Member, Place
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Value
from bot.kernel.people import Profile

PLATFORM = "slack"
MOST_CHOSEN = 200  # options of one field that are read
TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
OPEN = "open"  # callback of the global shortcut
KEEP = "keep"  # callback of the message shortcut

Json = Mapping[str, Any]
Surface = Literal["command", "mention", "direct", "message", "hint", "home", "modal", "shortcut", "form"]


class MalformedError(ValueError):
    """A payload lacks something every payload of its kind has."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody acted, so that they can be answered there and nobody else sees it."""

    workspace: str
    user: str
    surface: Surface
    channel: str = ""
    thread: str = ""
    direct: bool = False
    trigger: str = ""
    response_url: str = ""
    view: str = ""
    view_hash: str = ""  # the state the view was in: what answers it must not overwrite a newer one
    fields: tuple[str, ...] = ()  # of a form: the names of its fields
    message: str = ""

    @property
    def place(self) -> Place:
        return Place(PLATFORM, self.workspace, self.channel, self.thread or None, self.direct)

    @property
    def member(self) -> Member:
        return Member(PLATFORM, self.workspace, self.user)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived, and where its sender sits."""

    inbound: CommandTyped | ButtonPressed | FormSubmitted
    seat: Seat
    channel_name: str = ""
    files: tuple[Attached, ...] = ()


def slash(body: Json, root: str) -> Arrival:
    """A slash command. *root* is the command (without the stroke) under which all words can be typed."""
    command = _text(body, "command").removeprefix("/").lower()
    seat = Seat(
        _workspace(_text(body, "team_id"), body.get("enterprise_id")),
        _text(body, "user_id"),
        "command",
        channel=_text(body, "channel_id"),
        direct=_is_direct(_text(body, "channel_id"), str(body.get("channel_name", ""))),
        trigger=_text(body, "trigger_id"),
        response_url=str(body.get("response_url", "")),
    )
    typed, mentions = words(str(body.get("text", "")), seat.workspace)
    text = typed if command == root else f"{command} {typed}".strip()
    made = CommandTyped(
        id=f"slack:{seat.workspace}:{seat.trigger}", actor=seat.member, place=seat.place, text=text, mentions=mentions
    )
    return Arrival(made, seat, str(body.get("channel_name", "")))


def said(event: Json, workspace: str, bot: str) -> Arrival | None:
    """Words to the bot: a mention in a channel or thread, or anything typed in its own conversation.

    None for what is no command: the bot's own words, edits, joins, and talk in a thread of its conversation
    that is about somebody else. *bot*: the bot's user id.
    """
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return None
    direct = event.get("channel_type") == "im"
    channel, ts = _text(event, "channel"), _text(event, "ts")
    thread = str(event.get("thread_ts") or "")
    seat = Seat(
        workspace,
        _text(event, "user"),
        "direct" if direct else "mention",
        channel=channel,
        thread=thread if thread != ts else "",
        direct=direct,
        message=ts,
    )
    text = str(event.get("text", ""))
    if bot:
        text = re.sub(rf"<@{re.escape(bot)}(\|[^<>]*)?>[,:]?", " ", text, count=1)
    typed, mentions = words(text, workspace)
    made = CommandTyped(
        id=f"slack:{workspace}:{channel}:{ts}",
        actor=seat.member,
        place=seat.place,
        text=typed.strip(),
        mentions=mentions,
    )
    return Arrival(made, seat, files=_files(event))


def pressed(body: Json) -> Arrival | None:
    """A press on a button or a choice from a list; None for a button that only leads somewhere."""
    seat = _press_seat(body)
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise MalformedError("no actions")
    action: Json = actions[0]
    choice = ""
    if action.get("type") == "static_select":
        token = _text(action, "action_id")
        choice = _text(_map(action, "selected_option"), "value")
    elif "value" in action:
        token = _text(action, "value")
    else:
        return None
    made = ButtonPressed(
        id=f"slack:{seat.workspace}:{seat.trigger or _text(action, 'action_ts')}",
        actor=seat.member,
        place=seat.place,
        action=_action(token),
        choice=choice,  # and no message: Slack does not redraw a card with the answer to a press
    )
    return Arrival(made, seat)


def submitted(body: Json) -> Arrival:
    """A form. The same words sent twice are one submission; changed words are another."""
    view = _map(body, "view")
    seat = _noted_seat(body, view, "form")
    values = _values(_map(_map(view, "state"), "values"))
    digest = blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=12).hexdigest()
    made = FormSubmitted(
        id=f"slack:{seat.workspace}:{seat.view}:{digest}",
        actor=seat.member,
        place=seat.place,
        action=_action(_text(view, "callback_id")),
        values=values,
    )
    return Arrival(made, seat)


def shortcut(body: Json) -> Arrival | None:
    """The global shortcut opens the bare command; the message shortcut hands over that one message and its author."""
    user, workspace = _actor(body)
    trigger, callback = _text(body, "trigger_id"), _text(body, "callback_id")
    if callback == OPEN:
        seat = Seat(workspace, user, "shortcut", direct=True, trigger=trigger)
        text = ""
    elif callback == KEEP:
        channel, message = _map(body, "channel"), _map(body, "message")
        place = _text(channel, "id")
        direct = _is_direct(place, str(channel.get("name", "")))
        url = str(body.get("response_url", ""))
        seat = Seat(workspace, user, "message", channel=place, direct=direct, trigger=trigger, response_url=url)
        said, _ = words(str(message.get("text", "")), workspace)
        author = "" if message.get("bot_id") else str(message.get("user") or "")
        asked = ButtonPressed(
            id=f"slack:{workspace}:{trigger}",
            actor=seat.member,
            place=seat.place,
            action=Action("records", NO_SESSION, "save", author),
            message=str(message.get("ts", "")),
            choice=said,
        )
        return Arrival(asked, seat)
    else:
        return None
    made = CommandTyped(id=f"slack:{workspace}:{trigger}", actor=seat.member, place=seat.place, text=text)
    return Arrival(made, seat)


def words(text: str, workspace: str) -> tuple[str, dict[str, Member]]:
    """What a person typed, without Slack's markup, and who is mentioned in it."""
    mentions: dict[str, Member] = {}

    def bare(found: re.Match[str]) -> str:
        kind, body, label = found.group(1), found.group(2), found.group(3)
        if kind == "@":
            shown = "@" + (label or body)
            mentions[shown] = Member(PLATFORM, workspace, body)
            return shown
        if kind == "#":
            return "#" + (label or body)
        if kind == "!":
            special = body.partition("^")[0]
            return label or ("@" + special if special in ("here", "channel", "everyone") else body)
        return body.removeprefix("mailto:")

    plain = html.unescape(TOKEN.sub(bare, text))
    return plain.encode("utf-8", "replace").decode(), mentions


def person(user: Json, workspace: str, enterprise: str = "") -> Profile:
    """A user object as the kernel knows people. *enterprise*: the organisation our workspace belongs to, if any.

    Whoever belongs to another organisation, in a channel that both share, is a guest here.
    """
    about = user.get("profile")
    profile: Json = about if isinstance(about, dict) else {}
    names = (_said(profile, "display_name"), _said(profile, "real_name"), _said(user, "real_name"), _said(user, "name"))
    limited = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
    guest = bool(limited) or _is_outsider(user, workspace, enterprise)
    return Profile(
        Member(PLATFORM, workspace, _text(user, "id")),
        next((name for name in names if name), ""),
        zone=_said(user, "tz"),
        guest=guest,
        bot=bool(user.get("is_bot") or user.get("id") == "USLACKBOT"),
        active=not user.get("deleted"),
        locale=_said(user, "locale"),
    )


def _is_outsider(user: Json, workspace: str, enterprise: str) -> bool:
    home, whole = user.get("team_id"), user.get("enterprise_user")
    if not isinstance(home, str) or home in ("", workspace, enterprise):
        return False
    organisation = whole.get("enterprise_id") if isinstance(whole, dict) else None
    return not (organisation and organisation == (enterprise or organisation))


def envelope_workspace(body: Json) -> str:
    """The workspace an event belongs to: the one the app is installed in, as the authorization says."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else {}
    team = first.get("team_id") if isinstance(first, dict) else None
    return str(team) if team else _workspace(_text(body, "team_id"), body.get("enterprise_id"))


def envelope_organisation(body: Json) -> str:
    """The organisation whose installation an event belongs to; "" if it belongs to that of one workspace."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else {}
    if not isinstance(first, dict) or not first.get("is_enterprise_install"):
        return ""
    return str(first.get("enterprise_id") or body.get("enterprise_id") or "")


def bot_of(body: Json) -> str:
    """The bot's own user id, as an event's authorization names it; "" if it does not."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else {}
    return str(first.get("user_id") or "") if isinstance(first, dict) and first.get("is_bot") else ""


def noted(seat: Seat) -> dict[str, str]:
    """What a view must carry so that whoever submits it can be answered where they came from."""
    return {"c": seat.channel, "t": seat.thread, "d": "1" if seat.direct else ""}


# inside


def _press_seat(body: Json) -> Seat:
    user, workspace = _actor(body)
    container = _map(body, "container")
    trigger = str(body.get("trigger_id") or "")
    if container.get("type") == "view":
        view = _map(body, "view")
        if view.get("type") == "home":
            return Seat(workspace, user, "home", direct=True, trigger=trigger, view=_text(view, "id"))
        return _noted_seat(body, view, "modal")
    channel = _map(body, "channel")
    place, ts = _text(channel, "id"), _text(container, "message_ts")
    message = body.get("message") if isinstance(body.get("message"), dict) else {}
    thread = str(container.get("thread_ts") or (message or {}).get("thread_ts") or "")
    hint = bool(container.get("is_ephemeral"))
    return Seat(
        workspace,
        user,
        "hint" if hint else "message",
        channel=place,
        thread=thread if thread != ts else "",
        direct=_is_direct(place, str(channel.get("name", ""))),
        trigger=trigger,
        response_url=str(body.get("response_url") or ""),
        message="" if hint else ts,
    )


def _noted_seat(body: Json, view: Json, surface: Literal["form", "modal"]) -> Seat:
    user, workspace = _actor(body)
    try:
        notes = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        raise MalformedError("private_metadata") from None
    if not isinstance(notes, dict):
        raise MalformedError("private_metadata")
    blocks = view.get("blocks")
    fields = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    return Seat(
        workspace,
        user,
        surface,
        channel=str(notes.get("c", "")),
        thread=str(notes.get("t", "")),
        direct=bool(notes.get("d")),
        trigger=str(body.get("trigger_id") or ""),
        view=_text(view, "id"),
        view_hash=str(view.get("hash") or ""),
        fields=tuple(str(block.get("block_id")) for block in fields if block.get("type") == "input"),
    )


def _actor(body: Json) -> tuple[str, str]:
    user = _map(body, "user")
    team, enterprise, view = body.get("team"), body.get("enterprise"), body.get("view")
    named = team.get("id") if isinstance(team, dict) else user.get("team_id")
    if isinstance(view, dict) and view.get("app_installed_team_id"):  # opened by somebody of another organisation
        named = view["app_installed_team_id"]
    whole = enterprise.get("id") if isinstance(enterprise, dict) else None
    return _text(user, "id"), _workspace(str(named or ""), whole)


def _workspace(team: str, enterprise: Any) -> str:
    if not team and not enterprise:
        raise MalformedError("no workspace")
    return team or str(enterprise)


def _files(event: Json) -> tuple[Attached, ...]:
    """What came with a message. Of files from another organisation Slack tells only the id at first."""
    found = event.get("files")
    files = [file for file in found if isinstance(file, dict)] if isinstance(found, list) else []
    return tuple(Attached(_file_name(file), str(file["id"])) for file in files if file.get("id"))


def _file_name(file: Json) -> str:
    name = _said(file, "name")
    return f"{name}.yml" if name and file.get("filetype") == "yaml" and "." not in name else name  # a snippet


def _is_direct(channel: str, name: str) -> bool:
    return channel.startswith("D") or name in ("directmessage", "mpdm") or name.startswith("mpdm-")


def _action(token: str) -> Action:
    try:
        return Action.unpack(token)
    except ValueError:
        raise MalformedError("no action token") from None


def _values(state: Json) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, fields in state.items():
        if not isinstance(fields, dict):
            raise MalformedError("state")
        for element in fields.values():
            if isinstance(element, dict):
                values[str(name)] = _value(element)
    return values


def _value(element: Json) -> Value:
    match element.get("type"):
        case "checkboxes" | "multi_static_select":
            chosen = element.get("selected_options") or ()
            return tuple(_text(one, "value") for one in list(chosen)[:MOST_CHOSEN] if isinstance(one, dict))
        case "radio_buttons" | "static_select":
            one = element.get("selected_option")
            return _text(one, "value") if isinstance(one, dict) else ""
        case "datepicker":
            found = element.get("selected_date")
        case "timepicker":
            found = element.get("selected_time")
        case _:
            found = element.get("value")
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def _map(body: Json, name: str) -> Json:
    found = body.get(name)
    if not isinstance(found, dict):
        raise MalformedError(name)
    return found


def _said(body: Json, name: str) -> str:
    """A text that may be missing."""
    found = body.get(name)
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def _text(body: Json, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise MalformedError(name)
    return found.encode("utf-8", "replace").decode()
