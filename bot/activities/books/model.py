"""The books a team thinks of reading, the vote on them, and the one that is being read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.ballot import Voting

MOST = 25  # titles; a longer list is not read
MOST_TITLE = 75  # characters: one line of a list to choose from
MOST_PARTS = 12
MOST_PAGES = 5000
VOTES = 3  # of each person
OPEN = timedelta(days=3)
SHORT = timedelta(days=4)  # between two sessions; nearer to each other, no word comes half-way
GUIDE = "book-club"

Unit = Literal["pages", "chapters"]


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now."""

    id: SessionId
    place: Place
    label: str
    zone: str  # IANA name
    owners: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """Nobody is named with it: a suggestion is the team's."""

    id: str
    text: str
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Vote:
    """Open until *until*. Who gave what is known only so that a change of mind counts."""

    voting: Voting[Member]
    until: datetime
    host: Member | None


@dataclass(frozen=True, slots=True)
class Part:
    """From *first* to *last*, both read, until the session at *at*. *half*: when the word half-way comes, if any."""

    first: int
    last: int
    at: datetime
    half: datetime | None = None

    def catch_up(self) -> tuple[int, int]:
        """What is enough to join in for whoever is behind: the last third."""
        return self.first + (self.last - self.first + 1) * 2 // 3, self.last


@dataclass(frozen=True, slots=True)
class Reading:
    """*at* is the part that is being read; *number* counts the books read so far."""

    number: int
    title: str
    unit: Unit
    parts: tuple[Part, ...]
    host: Member | None
    at: int = 0

    @property
    def part(self) -> Part:
        return self.parts[self.at]


@dataclass(frozen=True, slots=True)
class Shelf:
    """*made*, *held* and *read* number titles, votes and books."""

    id: SessionId
    titles: tuple[Title, ...] = ()
    vote: Vote | None = None
    reading: Reading | None = None
    made: int = 0
    held: int = 0
    read: int = 0
    phase: Literal["shelf"] = "shelf"


@dataclass(frozen=True, slots=True)
class Listed:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class Suggested:
    by: Member
    text: str
    home: Home


@dataclass(frozen=True, slots=True)
class Dropped:
    by: Member
    title: str
    home: Home


@dataclass(frozen=True, slots=True)
class VoteAsked:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class Given:
    """A dot for a title; with an empty one all come back."""

    by: Member
    title: str


@dataclass(frozen=True, slots=True)
class Closed:
    by: Member | None  # None: its time was over
    home: Home


@dataclass(frozen=True, slots=True)
class FormWanted:
    """Plan the reading. *title*: what is read; empty: what was wanted most. *day*: proposed, an ISO date."""

    by: Member
    title: str
    day: str
    home: Home


@dataclass(frozen=True, slots=True)
class ReadingPlanned:
    by: Member
    title: str
    unit: Unit
    parts: tuple[Part, ...]
    home: Home


@dataclass(frozen=True, slots=True)
class Stopped:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class HalfCame:
    home: Home


@dataclass(frozen=True, slots=True)
class PartCame:
    """The session about this part begins: from now on the next one is read."""

    home: Home


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    Listed
    | Suggested
    | Dropped
    | VoteAsked
    | Given
    | Closed
    | FormWanted
    | ReadingPlanned
    | Stopped
    | HalfCame
    | PartCame
    | WentAway
    | PlaceGone
)
