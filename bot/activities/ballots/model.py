"""A poll: open, with the last answer of each person; counted, with totals only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.ballot import Voting

FEWEST, MOST = 2, 6  # options
MOST_QUESTION = 160  # characters
MOST_OPTION = 70
OPEN = timedelta(hours=24)
SHOWN_FROM = 3  # answers, from which a temperature shows its counts
DEGREES = ("Got it", "Partly", "Lost")

Kind = Literal["poll", "temperature"]


@dataclass(frozen=True, slots=True)
class Asking:
    """Open until *until*. Who answered what is known only so that a change of mind counts once."""

    id: SessionId
    kind: Kind
    question: str
    place: Place
    team_label: str
    host: Member
    owners: tuple[Member, ...]
    voting: Voting[Member]
    until: datetime
    phase: Literal["asking"] = "asking"

    def may_close(self, member: Member) -> bool:
        return member == self.host or member in self.owners


@dataclass(frozen=True, slots=True)
class Counted:
    """Closed. Nobody knows any more who answered what."""

    id: SessionId
    ended: datetime
    phase: Literal["counted"] = "counted"


Poll = Asking | Counted


@dataclass(frozen=True, slots=True)
class Asked:
    asking: Asking


@dataclass(frozen=True, slots=True)
class Answered:
    by: Member
    option: str


@dataclass(frozen=True, slots=True)
class Closed:
    by: Member | None  # None: its time was over


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = Asked | Answered | Closed | WentAway | PlaceGone
