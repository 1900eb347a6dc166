"""What Teams sends, in the bot's own words. Plain dicts in, no SDK."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypedDict
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from bot.engine.attached import Attached
from bot.engine.route import ROOT
from bot.kernel.cards import Action, Form, Note, TickField
from bot.kernel.ids import NO_SESSION, Member, Place
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Value

Raw = Mapping[str, Any]
FORM: TypeAdapter[Form] = TypeAdapter(Form)
_BY_NAME = re.compile(rf"^[@/]{ROOT}\b\s*", re.IGNORECASE)
FILE = "application/vnd.microsoft.teams.file.download.info"
SAVE = "saveMessage"  # the command in the menu of a message
MOST_FORM = 256 * 1024  # bytes of a form that came back, unpacked


class Reference(TypedDict):
    """Where a conversation is reached. Our own row, refreshed with every activity from it."""

    service_url: str  # moves between regions now and then: the newest one counts
    conversation: str  # without a thread
    tenant: str
    bot: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press, and whether Teams waits for a dialog, for a card, or for nothing."""

    press: ButtonPressed
    waits_for: Literal["dialog", "card", "nothing"]
    at: str = ""  # the channel that the card was about, when it stood in a personal chat; to be checked


@dataclass(frozen=True, slots=True)
class Saved:
    """Somebody wants a message kept. *author*: whoever wrote it, as the directory knows them, not as the bot does."""

    press: ButtonPressed
    author: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A dialog that came back, with the form it was: it is shown again when something has to be corrected."""

    submission: FormSubmitted
    form: Form
    at: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to a team, a chat, or to who is in it.

    *group* is the team a channel belongs to, or the chat itself. *place* is the channel or chat it happened in.
    """

    kind: Literal["members", "installed", "removed", "upgraded", "renamed", "deleted", "restored"]
    place: str
    group: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    name: str = ""
    whole: bool = False  # the whole team, not one channel


# Who, where, from when


def tenant_of(activity: Raw) -> str:
    """The tenant an activity comes from, the boundary of all data; empty when it names none.

    It is read from channelData: the SDK's own field is always empty, as it looks for another spelling.
    """
    tenant = _dict(_dict(activity.get("channelData")).get("tenant")).get("id")
    return tenant if isinstance(tenant, str) else ""


def reference_of(activity: Raw) -> Reference:
    """How to reach the conversation that an activity came from, later and unasked."""
    return Reference(
        service_url=str(activity.get("serviceUrl", "")),
        conversation=_conversation(activity).partition(";")[0],
        tenant=tenant_of(activity),
        bot=str(_dict(activity.get("recipient")).get("id", "")),
    )


def place_of(activity: Raw) -> Place:
    """Where it happened. In a channel, the thread; a message that opens one is not in it."""
    channel, _, thread = _conversation(activity).partition(";messageid=")
    return Place(
        "teams",
        tenant_of(activity),
        channel,
        thread if thread and thread != activity.get("id") else None,
        direct=_dict(activity.get("conversation")).get("conversationType") == "personal",
    )


def group_of(activity: Raw) -> str:
    """The team a channel belongs to; a chat is its own group."""
    team = _dict(_dict(activity.get("channelData")).get("team")).get("id")
    return str(team) if team else _conversation(activity).partition(";")[0]


def actor_of(activity: Raw) -> Member:
    """Who acted, as this bot knows them."""
    return Member("teams", tenant_of(activity), str(_dict(activity.get("from")).get("id", "")))


def arrival_of(activity: Raw) -> str:
    """The same for every delivery of one activity. Message ids are unique in their conversation only."""
    return f"teams:{tenant_of(activity)}:{_conversation(activity)}:{activity.get('id', '')}"


def name_of(activity: Raw) -> str:
    return str(_dict(activity.get("from")).get("name") or "")


def zone_of(activity: Raw) -> str:
    """The time zone of the person who acted, as an IANA name, where their client tells it; else empty."""
    zones = [entity.get("timezone") for entity in _entities(activity) if entity.get("type") == "clientInfo"] + [
        activity.get("localTimezone")
    ]
    return next((zone for zone in zones if isinstance(zone, str) and zone in _zones()), "")


# What people do


def command(activity: Raw) -> CommandTyped | None:
    """Words for the bot; None for what is no message."""
    if activity.get("type") != "message" or activity.get("value") is not None:
        return None
    tenant = tenant_of(activity)
    text, mentions = str(activity.get("text") or ""), {}
    bot = _dict(activity.get("recipient")).get("id")
    for mention in mentions_in(activity):
        mentioned = _dict(mention.get("mentioned"))
        name = str(mentioned.get("name") or "")
        marked = str(mention.get("text") or f"<at>{name}</at>")
        if mentioned.get("id") != bot and name:
            text = text.replace(marked, f"@{name}")
            mentions[f"@{name}"] = Member("teams", tenant, str(mentioned.get("id", "")))
    return CommandTyped(
        id=arrival_of(activity),
        actor=actor_of(activity),
        place=place_of(activity),
        text=spoken(dict(activity) | {"text": text}),
        mentions=mentions,
    )


def files(activity: Raw) -> tuple[Attached, ...]:
    """The files that came with a message, each with an address that opens it for some minutes."""
    found = [one for one in _dicts(activity.get("attachments")) if one.get("contentType") == FILE]
    return tuple(
        Attached(str(one.get("name") or ""), str(_dict(one.get("content")).get("downloadUrl") or "")) for one in found
    )


def spoken(activity: Raw) -> str:
    """What a person typed, without the mention that called the bot.

    Only what the mention entity marks is taken out, so the bot's name may stand elsewhere in the sentence; and
    `@Moderato` or `/moderato` where it was typed as a word before a command, as people do in the personal chat.
    """
    text = str(activity.get("text") or "")
    bot = _dict(activity.get("recipient")).get("id")
    for mention in mentions_in(activity):
        mentioned = _dict(mention.get("mentioned"))
        if mentioned.get("id") == bot:
            text = text.replace(mention.get("text") or f"<at>{mentioned.get('name', '')}</at>", " ", 1)
    lines = [_tidy(line) for line in html.unescape(text).splitlines()]
    return _BY_NAME.sub("", "\n".join(lines).strip(), count=1)


def _tidy(line: str) -> str:
    """A line without doubled blanks; those it begins with mean something in a file that somebody sends as text."""
    indent = len(line) - len(line.lstrip())
    return " " * indent + " ".join(line.split())


def mentions_in(activity: Raw) -> Iterator[Raw]:
    """The mention entities of an activity, in the order Teams lists them."""
    return (entity for entity in _entities(activity) if entity.get("type") == "mention")


def pressed(activity: Raw) -> Pressed | None:
    """A button: by a newer client, by an older one, one that opens a dialog, or one inside a dialog."""
    value = _dict(activity.get("value"))
    match activity.get("type"), activity.get("name"):
        case "invoke", "adaptiveCard/action":
            data, waits_for = _dict(_dict(value.get("action")).get("data")), "card"
        case "invoke", "task/fetch" | "task/submit":
            data, waits_for = _dict(value.get("data")), "dialog"
        case "message", _:
            data, waits_for = value, "nothing"
        case _:
            return None
    action = _action(data.get("action"))
    if action is None:
        return None
    press = ButtonPressed(
        id=arrival_of(activity),
        actor=actor_of(activity),
        place=place_of(activity),
        action=action,
        message=str(activity.get("replyToId") or ""),
        choice=str(data.get(str(data.get("pick", "")), "")),
    )
    return Pressed(press, waits_for, str(data.get("at") or ""))  # type: ignore[arg-type]


def saved(activity: Raw) -> Saved | None:
    """A message that somebody chose Save to the archive on; None for anything else."""
    value = _dict(activity.get("value"))
    if activity.get("name") != "composeExtension/fetchTask" or value.get("commandId") != SAVE:
        return None
    message = _dict(value.get("messagePayload"))
    body = _dict(message.get("body"))
    said = str(body.get("content") or "")
    press = ButtonPressed(
        id=arrival_of(activity),
        actor=actor_of(activity),
        place=place_of(activity),
        action=Action("records", NO_SESSION, "save"),
        message=str(message.get("id") or ""),
        choice=_bare(said) if body.get("contentType") == "html" else said,
    )
    return Saved(press, str(_dict(_dict(message.get("from")).get("user")).get("id") or ""))


def _bare(content: str) -> str:
    """The words of a message that is written as HTML, a line for each paragraph."""
    lines = re.sub(r"<(?:br|/p|/div|/li)\b[^>]*>", "\n", content, flags=re.IGNORECASE)
    text = html.unescape(re.sub(r"<[^>]*>", "", lines)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def submitted(activity: Raw) -> Submitted | None:
    """A form that was sent; None when it is none of ours."""
    if activity.get("name") != "task/submit":
        return None
    data = _dict(_dict(activity.get("value")).get("data"))
    form = _form(data.get("form"))
    if form is None:
        return None
    values: dict[str, Value] = {}
    for asked in form.fields:
        if isinstance(asked, Note):
            continue
        given = data.get(f"f.{asked.name}")
        text = "" if given is None else str(given)
        if isinstance(asked, TickField):
            values[asked.name] = tuple(_with_commas(one) for one in text.split(",") if one)
        elif text:
            values[asked.name] = text
    submission = FormSubmitted(
        id=arrival_of(activity), actor=actor_of(activity), place=place_of(activity), action=form.action, values=values
    )
    return Submitted(submission, form, str(data.get("at") or ""))


# What happens to teams and chats


def change(activity: Raw) -> Change | None:
    """What an activity says about a team or a chat; None when it says nothing of the kind."""
    place, group = _conversation(activity).partition(";")[0], group_of(activity)
    data = _dict(activity.get("channelData"))
    if activity.get("type") == "installationUpdate":
        kinds = {"add": "installed", "remove": "removed", "add-upgrade": "upgraded", "remove-upgrade": "upgraded"}
        kind = kinds.get(str(activity.get("action")))
        chosen = _dict(_dict(data.get("settings")).get("selectedChannel")).get("id")
        return Change(kind, str(chosen or place), group) if kind else None  # type: ignore[arg-type]
    if activity.get("type") != "conversationUpdate":
        return None
    event = str(data.get("eventType") or "")
    channel = _dict(data.get("channel"))
    where = str(channel.get("id") or place)
    match event:
        case "teamRenamed":
            return Change("renamed", place, group, name=str(_dict(data.get("team")).get("name") or ""), whole=True)
        case "channelRenamed":
            return Change("renamed", where, group, name=str(channel.get("name") or ""))
        case "channelDeleted":
            return Change("deleted", where, group)
        case "channelRestored":
            return Change("restored", where, group)
        case "teamDeleted" | "teamHardDeleted" | "teamArchived":
            return Change("deleted", place, group, whole=True)
        case "teamRestored" | "teamUnarchived":
            return Change("restored", place, group, whole=True)
    bot = _dict(activity.get("recipient")).get("id")
    came = tuple(str(one.get("id")) for one in _dicts(activity.get("membersAdded")) if one.get("id") != bot)
    went = tuple(str(one.get("id")) for one in _dicts(activity.get("membersRemoved")) if one.get("id") != bot)
    return Change("members", place, group, came, went) if came or went else None


# Inside


def _conversation(activity: Raw) -> str:
    return str(_dict(activity.get("conversation")).get("id", ""))


def _entities(activity: Raw) -> list[Raw]:
    return _dicts(activity.get("entities"))


def _action(token: object) -> Action | None:
    try:
        return Action.unpack(token) if isinstance(token, str) else None
    except ValueError:
        return None


def _form(packed: object) -> Form | None:
    """The form that `render.packed` put away. It came back from outside: it is checked, and it cannot grow."""
    if not isinstance(packed, str):
        return None
    try:
        raw = zlib.decompressobj().decompress(base64.urlsafe_b64decode(packed), MOST_FORM)
        form = FORM.validate_json(raw)
        form.action.pack()
    except (ValueError, zlib.error, ValidationError, json.JSONDecodeError):
        return None
    return form


def _with_commas(value: str) -> str:
    return re.sub("%2C", ",", value).replace("%25", "%")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _dicts(value: object) -> list[Raw]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: object) -> Raw:
    return value if isinstance(value, dict) else {}
