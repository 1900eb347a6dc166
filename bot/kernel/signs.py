"""What a platform can show beside messages: a line in a channel's topic, a group people can mention, a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.kernel.ids import Member

ABLE = "able"  # kind of fact, of the workspace: which of these it allows; see `Abilities` in `inbound.py`
Able = Literal["topic", "group", "canvas"]


@dataclass(frozen=True, slots=True)
class Topic:
    """Our line in the topic of a channel, after what people wrote there; empty: only theirs is left."""

    line: str
    kind: Literal["topic"] = "topic"


@dataclass(frozen=True, slots=True)
class Group:
    """Whom *handle* means when people mention it. Nobody: it rests. *given_up*: it is not ours any more.

    *title* says what it is for, to people who look it up.
    """

    handle: str
    title: str
    members: tuple[Member, ...] = ()
    given_up: bool = False
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class Canvas:
    """A page that the people of the channel, and nobody else, can read."""

    title: str
    markdown: str
    kind: Literal["canvas"] = "canvas"


Sign = Topic | Group | Canvas
