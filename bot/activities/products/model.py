"""The one thing a team makes together, its last changes, and the question a session leaves about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId

MOST_TITLE = 60  # characters
MOST_LINK = 500
MOST_WHAT = 200
KEPT = 8  # changes that are shown with it; the archive has all


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now."""

    id: SessionId
    place: Place
    label: str
    zone: str  # IANA name


@dataclass(frozen=True, slots=True)
class Change:
    """What went in, or was agreed to go in. Nobody is named: who does it, the action says."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The question under the newest session. *number* is part of its message's name; *over*: nothing this time."""

    number: int
    session: SessionId
    lines: tuple[str, ...] = ()
    over: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """With an empty *title* there is none at present. *made* and *posed* number actions and questions."""

    id: SessionId
    title: str = ""
    link: str = ""
    since: datetime | None = None
    changes: tuple[Change, ...] = ()  # newest first
    asked: Asked | None = None
    made: int = 0
    posed: int = 0
    phase: Literal["product"] = "product"

    @property
    def updated(self) -> datetime | None:
        """When something last went in; before anything did, when it was named."""
        return self.changes[0].at if self.changes else self.since


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody looks at it. *leads*: they may change its name."""

    by: Member
    home: Home
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """This is what the team makes, and where it is."""

    by: Member
    title: str
    link: str
    home: Home


@dataclass(frozen=True, slots=True)
class Cleared:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class FormWanted:
    """*number*: of the question it was opened from, -1 without one. *people*: member key, name."""

    by: Member
    number: int
    people: tuple[tuple[str, str], ...]
    home: Home


@dataclass(frozen=True, slots=True)
class PutIn:
    """Something goes in: *what*, added by *holder* until *due* (ISO date)."""

    by: Member
    what: str
    holder: Member | None
    due: str
    number: int
    home: Home


@dataclass(frozen=True, slots=True)
class NothingNow:
    by: Member
    number: int


@dataclass(frozen=True, slots=True)
class SessionOver:
    """A guided session of this team has just ended."""

    session: SessionId
    home: Home


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = Wanted | Named | Cleared | FormWanted | PutIn | NothingNow | SessionOver | PlaceGone
