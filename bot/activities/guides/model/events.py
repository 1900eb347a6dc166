"""What happens to a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.activities.guides.model.phases import Settled, Todo
from bot.activities.guides.model.setting import EXTRA, Setting
from bot.kernel.content import Guide, Move
from bot.kernel.ids import Member, SessionId
from bot.pieces.agenda import Source


@dataclass(frozen=True, slots=True)
class Opened:
    setting: Setting


@dataclass(frozen=True, slots=True)
class PlanMade:
    setting: Setting
    at: datetime


@dataclass(frozen=True, slots=True)
class GuideSent:
    """Somebody wrote a guide for this team. *text* is the file as it was sent."""

    id: SessionId
    by: Member
    guide: Guide
    text: str
    version: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class PlanDropped:
    by: Member


@dataclass(frozen=True, slots=True)
class Came:
    member: Member


@dataclass(frozen=True, slots=True)
class Started:
    by: Member


@dataclass(frozen=True, slots=True)
class MovedOn:
    """Next or Skip, pressed while step *serial* was on; -1: typed, whichever step is on."""

    by: Member
    serial: int
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Extended:
    by: Member
    serial: int
    source: Source | None = None  # None: the usual one
    minutes: int = EXTRA


@dataclass(frozen=True, slots=True)
class Steered:
    by: Member
    how: Literal["pause", "resume", "end", "undo", "go_on", "take_back", "hand_over", "take"]
    serial: int = -1


@dataclass(frozen=True, slots=True)
class Swapped:
    by: Member
    serial: int
    step: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody wants a form or a private card."""

    by: Member
    what: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    by: Member
    text: str
    park: bool = False


@dataclass(frozen=True, slots=True)
class Tidied:
    """The notes as somebody put them in order. *seen*: how many there were when they began."""

    by: Member
    lines: tuple[str, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class QuestionBrought:
    by: Member
    text: str
    named: bool = True


@dataclass(frozen=True, slots=True)
class Supported:
    by: Member
    number: int


@dataclass(frozen=True, slots=True)
class Picked:
    """The host takes a question: one that was brought, or the next of the guide."""

    by: Member
    number: int = -1


@dataclass(frozen=True, slots=True)
class InTurn:
    by: Member
    how: Literal["done", "pass", "later", "more_time", "skip_turn"]
    turn: int


@dataclass(frozen=True, slots=True)
class Wrote:
    """Something written. *step*: the id of the one it was begun in; empty: whichever is on."""

    by: Member
    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply to the answer of that number."""

    by: Member
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Dotted:
    """A dot for an idea; with an empty one all dots come back."""

    by: Member
    idea: str


@dataclass(frozen=True, slots=True)
class Merged:
    by: Member
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class VoteOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class Chosen:
    """The decider settles a tie."""

    by: Member
    idea: str
    why: str
    against: str


@dataclass(frozen=True, slots=True)
class Recapped:
    by: Member
    points: tuple[str, ...] = ()
    decisions: tuple[Settled, ...] = ()
    actions: tuple[Todo, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class RulesChosen:
    """Other ground rules for this session. *id* is the set's own."""

    by: Member
    id: str
    title: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody says, after a session, whether its guide helped."""

    by: Member
    guide: str
    helped: bool


@dataclass(frozen=True, slots=True)
class MovesWanted:
    """Somebody looks for something to do or say now; with *chosen*, for that one move."""

    by: Member
    moves: tuple[Move, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class HoldersCame:
    holders: tuple[tuple[str, Member], ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a planned session says of its team, as it is now."""

    expected: tuple[Member, ...]
    owners: tuple[Member, ...]
    carried: str
    open_actions: tuple[str, ...]
    product: str
    units: tuple[tuple[Member, int], ...]
    away: tuple[Member, ...] = ()  # today; which of them are back in time, their calendar says


@dataclass(frozen=True, slots=True)
class TimeCame:
    """A timer. *fresh*: what has become known since a session was planned."""

    timer: str
    fresh: Fresh | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    down_from: datetime


@dataclass(frozen=True, slots=True)
class WentAway:
    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    Opened
    | PlanMade
    | GuideSent
    | PlanDropped
    | Came
    | Started
    | MovedOn
    | Extended
    | Steered
    | Swapped
    | Opening
    | Noted
    | Tidied
    | QuestionBrought
    | Supported
    | Picked
    | InTurn
    | Wrote
    | Replied
    | Dotted
    | Merged
    | VoteOpened
    | Chosen
    | Recapped
    | RulesChosen
    | MovesWanted
    | Rated
    | HoldersCame
    | TimeCame
    | Resumed
    | WentAway
    | PlaceGone
)
