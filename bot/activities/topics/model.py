"""The topics of a team, and the vote that is open on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.ballot import Voting

MOST = 25  # topics; a longer list is not read
MOST_TEXT = 75  # characters: one line of a list to choose from
VOTES = 3  # of each person
OPEN = timedelta(days=3)
STALE = timedelta(days=90)  # without a vote for so long, a topic is offered for deletion
FEWEST = 3  # topics, from which the month begins with a vote


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now. *month*: when the next month begins for it (UTC)."""

    id: SessionId
    place: Place
    label: str
    owners: tuple[Member, ...]
    month: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """*wanted*: when it was last voted for; *votes*: how many it got then."""

    id: str
    text: str
    by: Member | None
    added: datetime
    wanted: datetime | None = None
    votes: int = 0

    def is_stale(self, now: datetime) -> bool:
        return now - (self.wanted or self.added) >= STALE


@dataclass(frozen=True, slots=True)
class Vote:
    """Open until *until*. Who gave what is known only so that a change of mind counts."""

    voting: Voting[Member]
    until: datetime
    host: Member | None  # None: the month asked


@dataclass(frozen=True, slots=True)
class Backlog:
    """*made* and *held* count topics and votes so far: they number them."""

    id: SessionId
    topics: tuple[Topic, ...] = ()
    vote: Vote | None = None
    made: int = 0
    held: int = 0
    phase: Literal["backlog"] = "backlog"


@dataclass(frozen=True, slots=True)
class Listed:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class Added:
    """*parked*: the key of what was parked and is a topic now."""

    by: Member
    text: str
    home: Home
    parked: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    by: Member
    topic: str
    home: Home


@dataclass(frozen=True, slots=True)
class StaleDropped:
    """All that nobody voted for in three months."""

    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class VoteAsked:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class Given:
    by: Member
    topic: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    by: Member


@dataclass(frozen=True, slots=True)
class Closed:
    by: Member | None  # None: its time was over
    home: Home


@dataclass(frozen=True, slots=True)
class MonthCame:
    home: Home


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    Listed | Added | Dropped | StaleDropped | VoteAsked | Given | TakenBack | Closed | MonthCame | WentAway | PlaceGone
)
