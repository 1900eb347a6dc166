"""A recap that can be corrected for a day, an action with its owner and date, a decision that is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import NO_SESSION, Member, Place, SessionId

CORRECTIONS = timedelta(hours=24)
MOST_WORDS = 1000  # characters of a note, an action, a decision


@dataclass(frozen=True, slots=True)
class Home:
    """The team a record belongs to, and where it is shown."""

    place: Place
    team_label: str
    zone: str  # IANA name
    owners: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision: what, why, what spoke against it, how it was taken, when it is looked at again (ISO date)."""

    what: str
    why: str = ""
    against: str = ""
    how: str = ""
    review: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """One action as the recap shows it. *taken*: whoever holds it pressed I take it."""

    session: SessionId
    what: str
    member: Member | None = None
    due: str = ""  # ISO date
    taken: bool = False
    closed: str = ""  # how it ended: done, not needed


@dataclass(frozen=True, slots=True)
class Noted:
    text: str
    member: Member | None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a session has to show."""

    topic: str
    title: str
    minutes: int
    people: int
    ended: datetime
    keeper: Member
    guide: str = ""
    tags: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    decisions: tuple[Settled, ...] = ()
    actions: tuple[Todo, ...] = ()
    parked: tuple[str, ...] = ()
    notes: tuple[Noted, ...] = ()
    ideas: tuple[tuple[str, tuple[str, ...]], ...] = ()  # step, what was written there
    question: str = ""


# phases


@dataclass(frozen=True, slots=True)
class OpenRecap:
    """Posted; anybody corrects it until *until*. *ask*: it is filed only once somebody says that all agree."""

    id: SessionId
    home: Home
    content: Content
    until: datetime
    ask: bool = False
    agreed: bool = False
    made: int = 0  # actions so far; numbers their sessions
    archivist: Member | None = None  # who looks at it before it is filed
    phase: Literal["recap"] = "recap"


@dataclass(frozen=True, slots=True)
class FiledRecap:
    """Filed; it stays open only as long as actions of it are, so that the card can say how they went."""

    id: SessionId
    home: Home
    content: Content
    found: bool = True  # whether the archive has it
    phase: Literal["filed_recap"] = "filed_recap"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. *holder* is who it was meant for or who took it; *taken*: they said so.

    *offered* is who it was offered to by Hand over. *posts* counts its direct messages, each with its own name.
    """

    id: SessionId
    home: Home
    what: str
    created: datetime
    by: Member | None = None
    recap: SessionId = NO_SESSION
    holder: Member | None = None
    zone: str = ""  # the holder's own
    due: str = ""  # ISO date
    taken: bool = False
    offered: Member | None = None
    moves: tuple[tuple[str, str], ...] = ()  # the date before, why
    posts: int = 0
    asked: bool = False  # the one reminder has gone
    phase: Literal["action"] = "action"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that is looked at again on a day."""

    id: SessionId
    home: Home
    settled: Settled
    by: Member | None
    at: datetime
    asked: bool = False
    phase: Literal["decided"] = "decided"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that *asker* would like to keep; whoever wrote it is asked."""

    id: SessionId
    home: Home
    text: str
    author: Member
    asker: Member | None
    phase: Literal["wanted"] = "wanted"


@dataclass(frozen=True, slots=True)
class Filed:
    """Over; what is kept of it is in the archive."""

    id: SessionId
    at: datetime
    phase: Literal["filed"] = "filed"


@dataclass(frozen=True, slots=True)
class Paged:
    """The archive is being written as a page of *place*, for *by*, who waits for its address."""

    id: SessionId
    place: Place
    by: Member
    label: str
    phase: Literal["paged"] = "paged"


Record = OpenRecap | Wanted | FiledRecap | Action | Decided | Wanted | Filed | Paged
