"""What a page sends, in the bot's own words.

A payload is a dictionary: `id`, `by` (the acting member's id) and `channel` are put in by the server, the rest
comes from the browser and is believed only as far as it can be read. What cannot be read raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.kernel.cards import Action
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Value

PLATFORM = "local"
WORKSPACE = "rehearsal"
DIRECT = "D."  # a direct conversation's channel is D. and the user's id
MOST = 10_000  # characters of one value

Payload = Mapping[str, Any]


def member(user: str) -> Member:
    return Member(PLATFORM, WORKSPACE, user)


def place(channel: str, thread: str | None = None) -> Place:
    return Place(PLATFORM, WORKSPACE, channel, thread or None, direct=channel.startswith(DIRECT))


def button_pressed(payload: Payload) -> ButtonPressed:
    """A press on a button, or on an option of a choice."""
    return ButtonPressed(
        id=_text(payload, "id"),
        actor=member(_text(payload, "by")),
        place=_place(payload),
        action=Action.unpack(_text(payload, "token")),
        message=_text(payload, "message"),
        choice=_text(payload, "choice"),
    )


def form_submitted(payload: Payload) -> FormSubmitted:
    """A form that came back. A list of values, of a field that takes several, becomes a tuple."""
    values = payload.get("values")
    if not isinstance(values, Mapping):
        raise ValueError("a form came back without its values")
    return FormSubmitted(
        id=_text(payload, "id"),
        actor=member(_text(payload, "by")),
        place=_place(payload),
        action=Action.unpack(_text(payload, "token")),
        values={str(name): _value(value) for name, value in values.items()},
    )


def command_typed(payload: Payload, people: Mapping[str, str]) -> CommandTyped:
    """Words for the bot. *people*: name as it is written after an @ -> user id."""
    text = _text(payload, "text")
    mentions = {
        f"@{name}": member(user) for name, user in people.items() if re.search(rf"@{re.escape(name)}\b", text, re.I)
    }
    return CommandTyped(
        id=_text(payload, "id"), actor=member(_text(payload, "by")), place=_place(payload), text=text, mentions=mentions
    )


def addressed(typed: str, root: str, shortcuts: Iterable[str]) -> str | None:
    """What of a typed line is meant for the bot, without its name; None for talk between people.

    *root* is the root command without its slash; *shortcuts* are words that are slash commands of their own.
    """
    line = typed.strip()
    called = re.fullmatch(rf"(?is)[/@]{re.escape(root)}\b[,:]?\s*(.*)", line)
    if called:
        return called.group(1).strip()
    if not line.startswith("/"):
        return None
    word, _, rest = line[1:].partition(" ")
    return f"{word} {rest}".strip() if word.lower() in set(shortcuts) else line[1:].strip()


def _place(payload: Payload) -> Place:
    return place(_text(payload, "channel"), _text(payload, "thread"))


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise ValueError(f"{key} is {type(value).__name__}, and should be a line of text")
    return str(value)[:MOST]


def _value(value: object) -> Value:
    if isinstance(value, list | tuple):
        return tuple(str(one)[:MOST] for one in value)
    return str(value if value is not None else "")[:MOST]
