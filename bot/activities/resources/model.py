"""A link and who saved it, and the shelf it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId

MOST_WHY = 300  # characters: two or three sentences
MOST_NAME = 60
BEST = 3  # in the month's post


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now. *month*: when the next month begins for it (UTC)."""

    id: SessionId
    place: Place
    label: str
    owners: tuple[Member, ...]
    month: datetime


@dataclass(frozen=True, slots=True)
class Save:
    """Somebody found it helpful, and why. *named*: they want their name shown with it."""

    member: Member
    why: str
    at: datetime
    named: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """A link, with everybody who saved it, the first one first. *title* is what somebody called it, or nothing."""

    id: SessionId
    link: str
    saves: tuple[Save, ...]
    title: str = ""
    tags: tuple[str, ...] = ()
    phase: Literal["resource"] = "resource"


@dataclass(frozen=True, slots=True)
class Shelf:
    """All links of a team. *off*: the month's post is not wanted."""

    id: SessionId
    off: bool = False
    phase: Literal["shelf"] = "shelf"


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody wants it any more. Somebody may save it again."""

    id: SessionId
    phase: Literal["gone"] = "gone"


Held = Resource | Shelf | Gone


@dataclass(frozen=True, slots=True)
class Found:
    """A link as lists show it: what was kept of a `Resource`. *lately*: how many saved it in the last month."""

    id: SessionId
    link: str
    title: str
    whys: tuple[tuple[str, Member | None], ...]  # why, and who says so where they chose that
    tags: tuple[str, ...]
    saves: int
    lately: int = 0


# events


@dataclass(frozen=True, slots=True)
class Saved:
    """*link* is empty where the link is known already, as somebody pressed on it."""

    by: Member
    link: str
    why: str
    home: Home
    title: str = ""
    tags: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    by: Member


@dataclass(frozen=True, slots=True)
class Dropped:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class ShelfTold:
    """A link was saved: from now on there may be something to show each month."""

    home: Home


@dataclass(frozen=True, slots=True)
class MonthCame:
    home: Home
    best: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class MonthlyChosen:
    home: Home
    on: bool


@dataclass(frozen=True, slots=True)
class WentAway:
    """Somebody asked to be forgotten."""

    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = Saved | TakenBack | Dropped | ShelfTold | MonthCame | MonthlyChosen | WentAway | PlaceGone
