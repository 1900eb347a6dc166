"""What can happen to a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.activities.records.model import Action, Content, Decided, Home, Paged, Settled
from bot.kernel.ids import NO_SESSION, Member, SessionId


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
class SaveWanted:
    """*by* pressed Save to the archive on a message that *author* wrote."""

    id: SessionId
    home: Home
    by: Member
    author: Member
    text: str


@dataclass(frozen=True, slots=True)
class SaveAnswered:
    by: Member
    yes: bool


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
    | SaveWanted
    | SaveAnswered
    | TakenOut
    | Chosen
    | TagsGiven
    | PageAsked
    | PageCame
    | TimeCame
    | WentAway
    | PlaceGone
)
