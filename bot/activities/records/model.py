"""A recap that can be corrected for a day, an action with its owner and date, a decision that is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

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


Record = OpenRecap | FiledRecap | Action | Decided | Filed | Paged


# events


@dataclass(frozen=True, slots=True)
class RecapCame:
    """A session is over. *under* is the session whose card it goes under."""

    id: SessionId
    home: Home
    content: Content
    under: SessionId
    ask: bool = False
    archivist: Member | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The archivist files it now."""

    by: Member


@dataclass(frozen=True, slots=True)
class Retitled:
    by: Member
    title: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    by: Member


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody wants a form."""

    by: Member
    what: str
    people: tuple[tuple[str, str], ...] = ()  # member key, name: to choose from


@dataclass(frozen=True, slots=True)
class Corrected:
    by: Member
    points: tuple[str, ...]
    decision: Settled | None
    question: str


@dataclass(frozen=True, slots=True)
class Added:
    by: Member
    text: str
    kind: str  # point, action, decision, note
    holder: Member | None = None
    due: str = ""


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """An action of this recap was taken, moved, handed over or closed."""

    session: SessionId
    member: Member | None
    due: str
    taken: bool
    closed: str


@dataclass(frozen=True, slots=True)
class ActionMade:
    """*under*: the session whose thread it is shown in; empty: in the channel. *parked*: the key of what it was."""

    action: Action
    by: Member
    under: SessionId = NO_SESSION
    parked: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    by: Member
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    by: Member


@dataclass(frozen=True, slots=True)
class Done:
    by: Member


@dataclass(frozen=True, slots=True)
class NotNeeded:
    by: Member


@dataclass(frozen=True, slots=True)
class DateMoved:
    by: Member
    to: str  # ISO date
    why: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    by: Member
    to: Member


@dataclass(frozen=True, slots=True)
class DecisionMade:
    decided: Decided


@dataclass(frozen=True, slots=True)
class StillRight:
    by: Member


@dataclass(frozen=True, slots=True)
class Withdrawn:
    by: Member


@dataclass(frozen=True, slots=True)
class Written:
    """A note or a parked item outside any session."""

    id: SessionId
    home: Home
    by: Member
    text: str
    kind: Literal["note", "parked"]


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of a host for whoever hosts next."""

    id: SessionId
    home: Home
    by: Member
    text: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A note for the session that is running here."""

    id: SessionId
    session: SessionId
    by: Member
    text: str
    park: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something parked is not needed any more."""

    by: Member
    id: SessionId
    key: str


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Something is not wanted in the archive any more."""

    id: SessionId
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody calls an entry the best of a quarter (`2026-1`), or with *on* false no longer."""

    id: SessionId
    by: Member
    key: str
    title: str
    quarter: str
    on: bool


@dataclass(frozen=True, slots=True)
class TagsGiven:
    """Records that are filed get tags. *rows*: the key of each, and its row with them."""

    id: SessionId
    rows: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Somebody wants the archive as a page."""

    page: Paged
    markdown: str


@dataclass(frozen=True, slots=True)
class PageCame:
    """The page is at *link*; or the platform will not have it, and *refused* says why."""

    link: str
    refused: str


@dataclass(frozen=True, slots=True)
class TimeCame:
    timer: str


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    RecapCame
    | Published
    | Retitled
    | Agreed
    | Opening
    | Corrected
    | Added
    | ActionChanged
    | ActionMade
    | Taken
    | Declined
    | Done
    | NotNeeded
    | DateMoved
    | HandedOver
    | DecisionMade
    | StillRight
    | Withdrawn
    | Written
    | LineLeft
    | PassedOn
    | Dropped
    | TakenOut
    | Chosen
    | TagsGiven
    | PageAsked
    | PageCame
    | TimeCame
    | WentAway
    | PlaceGone
)
