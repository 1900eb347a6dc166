"""The small projects of a team: what each makes, who, until when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId

WEEKS = 2
MOST_TEXT = 300  # characters of a result, or of what is needed
MOST_LINK = 500
AFTER = timedelta(days=7)  # after the show-back: a project without a result is not listed any more
SHOWBACK = "project-showback"  # the guide


@dataclass(frozen=True, slots=True)
class Home:
    """The team as it is now."""

    id: SessionId
    place: Place
    label: str


@dataclass(frozen=True, slots=True)
class Project:
    """*batch*: the workshop it comes from, by number. *half*: when its people are asked; None once they were."""

    id: str
    what: str
    members: tuple[Member, ...]
    batch: int
    showback: datetime
    half: datetime | None
    result: str = ""
    link: str = ""

    @property
    def done(self) -> bool:
        return bool(self.result or self.link)


@dataclass(frozen=True, slots=True)
class Projects:
    """*made*, *batches* and *needs* number projects, workshops and what was asked for."""

    id: SessionId
    projects: tuple[Project, ...] = ()
    made: int = 0
    batches: int = 0
    needs: int = 0
    asking: tuple[tuple[int, Member], ...] = ()  # who asked for something, by number; the newest ten
    phase: Literal["projects"] = "projects"


@dataclass(frozen=True, slots=True)
class Briefed:
    """A workshop ended with these: what each group makes, and who is in it."""

    session: SessionId
    topic: str
    host: Member
    half: datetime
    showback: datetime
    briefs: tuple[tuple[str, tuple[Member, ...]], ...]
    home: Home


@dataclass(frozen=True, slots=True)
class Listed:
    by: Member
    home: Home


@dataclass(frozen=True, slots=True)
class FormWanted:
    """*what*: result or need. *project*: its id; empty: it is chosen in the form."""

    by: Member
    what: str
    project: str
    home: Home


@dataclass(frozen=True, slots=True)
class ResultGiven:
    by: Member
    project: str
    text: str
    link: str
    home: Home


@dataclass(frozen=True, slots=True)
class NeedSaid:
    by: Member
    project: str
    text: str
    home: Home


@dataclass(frozen=True, slots=True)
class AllWell:
    by: Member
    project: str


@dataclass(frozen=True, slots=True)
class HelpOffered:
    by: Member
    need: int


@dataclass(frozen=True, slots=True)
class TimeCame:
    timer: str
    home: Home


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = Briefed | Listed | FormWanted | ResultGiven | NeedSaid | AllWell | HelpOffered | TimeCame | WentAway | PlaceGone
