"""The cases of a team, and who would bring one of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.kernel.ids import Member, SessionId

MOST = 25  # cases; a longer list is not read
MOST_SITUATION = 600  # characters
MOST_QUESTION = 150


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now."""

    id: SessionId
    label: str
    owners: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A situation and what to find out about it. *by* may take it off again; it goes when they are forgotten."""

    id: str
    by: Member
    situation: str
    question: str


@dataclass(frozen=True, slots=True)
class Cases:
    """*queue*: who would bring a case, as they said so. *had*: who had a turn, the last one last."""

    id: SessionId
    cases: tuple[Case, ...] = ()
    queue: tuple[Member, ...] = ()
    had: tuple[Member, ...] = ()
    made: int = 0
    phase: Literal["cases"] = "cases"

    @property
    def order(self) -> tuple[Member, ...]:
        """Who never had a turn first, then who had it longest ago; of equals, who said so first."""
        return tuple(sorted(self.queue, key=lambda one: self.had.index(one) if one in self.had else -1))


@dataclass(frozen=True, slots=True)
class Listed:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class Written:
    by: Member
    situation: str
    question: str
    home: Home


@dataclass(frozen=True, slots=True)
class TakenOff:
    by: Member
    case: str
    home: Home


@dataclass(frozen=True, slots=True)
class Volunteered:
    """*yes*: they would bring a case; otherwise they step back."""

    by: Member
    yes: bool
    home: Home


@dataclass(frozen=True, slots=True)
class TurnHad:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = Listed | Written | TakenOff | Volunteered | TurnHad | WentAway | PlaceGone
