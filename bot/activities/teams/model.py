"""How far a team's set-up is, and what was chosen in it. One session per team, as long as the team lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.keeping import LONGEST, Keeping
from bot.kernel.people import Person, Team
from bot.pieces.metrics import Noise

STEPS = 5
FORMATS_OFFERED = "formats_offered"  # the kind of fact that says when
FRAMED = 6  # sessions after which a team is asked how much frame it wants
Level = Literal["all", "mix", "fewer"]
MOST_NAMES = 60  # people that a form can list
PLAN = ("wins", "learned", "ask_and_offer", "goals")


@dataclass(frozen=True, slots=True)
class Draft:
    """The five answers. *helper*: who looks after the team as well. *lines*: what else a template proposes."""

    plan: tuple[str, ...] = PLAN
    day: int = 1  # Tuesday
    at: time = time(9, 30)
    weeks: int = 1
    moment: Literal["each", "team"] = "each"
    reveal: Literal["at_close", "at_once"] = "at_close"
    helper: Member | None = None
    template: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class New:
    """Nobody has set it up yet."""

    phase: Literal["new"] = "new"


@dataclass(frozen=True, slots=True)
class Choosing:
    """On the way through the five questions; *step* is the one being asked, 6 when all are answered."""

    by: Member
    draft: Draft
    step: int = 1
    schedule: SessionId = NO_SESSION  # of a set-up before this one
    phase: Literal["choosing"] = "choosing"


@dataclass(frozen=True, slots=True)
class Living:
    """Set up and introduced."""

    draft: Draft
    helpers_asked: int = 0  # messages about looking after the team, each with a name of its own
    schedule: SessionId = NO_SESSION  # the check-in that the set-up planned
    phase: Literal["living"] = "living"


Care = New | Choosing | Living


@dataclass(frozen=True, slots=True)
class Loudness:
    """How much the bot wrote to the people of a team in four weeks; nobody's own figure (metrics 6.21)."""

    noise: Noise
    kinds: tuple[tuple[str, int], ...]  # kind of message and how many, the most first
    says: str = ""  # how many say it is too much, as the survey about it was shown; empty: it was not asked


@dataclass(frozen=True, slots=True)
class Around:
    """What a decision needs to know of the team at this moment."""

    team: Team
    roster: tuple[Person, ...]
    new: SessionId  # for a session that is begun
    first: date  # the next working day of the team
    month: datetime  # the first working morning of next month, there
    keeping: Keeping = LONGEST

    @property
    def owners(self) -> tuple[Member, ...]:
        return tuple(person.member for person in self.roster if person.owner)

    @property
    def taking_part(self) -> tuple[Person, ...]:
        return tuple(person for person in self.roster if person.takes_part)

    @property
    def guests(self) -> int:
        return sum(person.guest for person in self.roster)


# Events


@dataclass(frozen=True, slots=True)
class Founded:
    around: Around


@dataclass(frozen=True, slots=True)
class SetupAsked:
    by: Member
    around: Around


@dataclass(frozen=True, slots=True)
class Agreed:
    """OK to this question, or to all that are left."""

    by: Member
    around: Around
    step: int
    all: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceAsked:
    """The form behind a question."""

    by: Member
    around: Around
    step: int
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleChosen:
    by: Member
    around: Around
    members: frozenset[Member]


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """A form came back; None leaves a thing as it is."""

    by: Member
    around: Around
    step: int
    plan: tuple[str, ...] | None = None
    day: int | None = None
    at: time | None = None
    weeks: int | None = None
    moment: Literal["each", "team"] | None = None
    reveal: Literal["at_close", "at_once"] | None = None
    helper: Member | None = None
    template: str | None = None
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class IdeaPassed:
    """Somebody typed what only an owner may do, and wants them to know of it."""

    by: Member
    typed: str
    around: Around


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A session ended; *count* of them so far. *asked*: how much frame is wanted was asked before."""

    around: Around
    count: int
    asked: bool


@dataclass(frozen=True, slots=True)
class FrameChosen:
    """How much frame sessions have from now on (P12)."""

    by: Member
    around: Around
    level: Level


@dataclass(frozen=True, slots=True)
class KeepingChosen:
    """How long what people write is kept in this team."""

    by: Member
    around: Around
    keeping: Keeping


@dataclass(frozen=True, slots=True)
class HelloAsked:
    by: Member
    around: Around
    running: frozenset[SessionId] = frozenset()  # schedules of check-ins that have not ended


@dataclass(frozen=True, slots=True)
class Stepped:
    by: Member
    out: bool
    around: Around


@dataclass(frozen=True, slots=True)
class Volunteered:
    """Somebody wants to look after the team, which nobody does."""

    by: Member
    around: Around


@dataclass(frozen=True, slots=True)
class HelperDeclined:
    by: Member


@dataclass(frozen=True, slots=True)
class OwnerMayBeGone:
    member: Member
    around: Around


@dataclass(frozen=True, slots=True)
class NewcomerCame:
    """Somebody joined a team that was there before. *formats*: short guides to get to know each other, by title."""

    member: Member
    around: Around
    formats: tuple[str, ...]
    lately: bool  # offered in the two weeks before


@dataclass(frozen=True, slots=True)
class MonthCame:
    around: Around
    planned: tuple[Planned, ...]
    loudness: Loudness | None = None
    archivist: Member | None = None
    untagged: tuple[str, ...] = ()  # titles of records that have no tags


@dataclass(frozen=True, slots=True)
class Planned:
    """Something with dates in the next weeks."""

    what: str
    line: str
    dates: tuple[datetime, ...]
    each: bool = False  # at this hour of everybody's own day


Event = (
    Founded
    | SetupAsked
    | Agreed
    | ChoiceAsked
    | PeopleChosen
    | DraftChanged
    | IdeaPassed
    | SessionHeld
    | FrameChosen
    | KeepingChosen
    | HelloAsked
    | Stepped
    | Volunteered
    | HelperDeclined
    | OwnerMayBeGone
    | NewcomerCame
    | MonthCame
)
