"""What can happen to the roles of a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.activities.roles.model import Plan, Scene
from bot.kernel.content import Rotates
from bot.kernel.ids import Member


@dataclass(frozen=True, slots=True)
class Founded:
    """The team was born; nothing is asked of it."""


@dataclass(frozen=True, slots=True)
class Looked:
    by: Member


@dataclass(frozen=True, slots=True)
class HistoryAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class DrawAsked:
    """Roles for now; with none named, those that are in use."""

    by: Member
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    by: Member
    turn: str
    role: str


@dataclass(frozen=True, slots=True)
class NotThisTime:
    by: Member
    turn: str
    role: str


@dataclass(frozen=True, slots=True)
class SwapOpened:
    """*turn* is empty when somebody typed the command: their next turn is meant."""

    by: Member
    turn: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class SwapChosen:
    by: Member
    turn: str
    role: str
    other: str  # "turn role"


@dataclass(frozen=True, slots=True)
class SwapAnswered:
    by: Member
    number: int
    yes: bool


@dataclass(frozen=True, slots=True)
class Volunteered:
    by: Member
    role: str


@dataclass(frozen=True, slots=True)
class AvoidOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class Avoided:
    by: Member
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardAsked:
    """The role card: duties, first time, today's focus."""

    by: Member
    turn: str
    role: str


@dataclass(frozen=True, slots=True)
class Took:
    """*I'll do it* on an open role. *told*: by the activity that runs the session; nothing has to be open then."""

    by: Member
    turn: str
    role: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A role is needed now, and nobody is there for it. *under*: the message of that session to post under."""

    turn: str
    role: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class MissingAsked:
    """A person says that somebody is missing."""

    by: Member
    turn: str
    role: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """The message of that name, to one person, could not be delivered, or was held back as they wish."""

    name: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody can be written to from now on."""

    member: Member


@dataclass(frozen=True, slots=True)
class OpenedHere:
    """The question that could not be delivered is opened in the channel: of a turn, of a swap, or another by name."""

    by: Member
    turn: str = ""
    swap: int = 0
    question: str = ""


@dataclass(frozen=True, slots=True)
class SessionPlanned:
    turn: str
    title: str
    starts: datetime
    ends: datetime
    roles: tuple[str, ...]
    answers: str
    guide: str = ""
    says: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionServed:
    turn: str
    served: tuple[tuple[str, str, int], ...]
    there: tuple[str, ...]
    title: str = "A session"


@dataclass(frozen=True, slots=True)
class SessionOff:
    turn: str


@dataclass(frozen=True, slots=True)
class SetUpOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class SetUp:
    by: Member
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnOpened:
    """The form of a role of their own: an empty one, or that of *role*; None: of one that is still to be named."""

    by: Member
    role: str | None = ""


@dataclass(frozen=True, slots=True)
class OwnMade:
    by: Member
    title: str
    duties: tuple[str, ...]
    rotates: Rotates


@dataclass(frozen=True, slots=True)
class OwnChanged:
    by: Member
    id: str
    title: str
    duties: tuple[str, ...]
    rotates: Rotates
    use: str  # on, off, out


@dataclass(frozen=True, slots=True)
class DateSkipped:
    """One date of the calendar is left out; None: the next one."""

    by: Member
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DateBack:
    """A date that was left out takes place after all."""

    by: Member
    day: date


@dataclass(frozen=True, slots=True)
class RhythmOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class RhythmSet:
    """*plan* None: turns by the calendar end."""

    by: Member
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class OftenSet:
    by: Member
    role: str
    rotates: Rotates


@dataclass(frozen=True, slots=True)
class HolderSet:
    """A role that does not rotate is given to somebody, or to nobody."""

    by: Member
    role: str
    member: Member | None


@dataclass(frozen=True, slots=True)
class FollowOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class FollowSet:
    """What follows whoever has a role, from now on."""

    by: Member
    role: str
    topic: bool
    group: bool
    handle: str


@dataclass(frozen=True, slots=True)
class SignTold:
    """What became of a sign; *refused* says why the platform will not have it."""

    name: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class PrepareOpened:
    by: Member


@dataclass(frozen=True, slots=True)
class Ticked:
    by: Member
    turn: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """One page of it; *more*: five more minutes were tried there."""

    by: Member
    turn: str
    step: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class CompanyAsked:
    """Somebody who hosts would like an experienced co-host."""

    by: Member
    turn: str


@dataclass(frozen=True, slots=True)
class CompanyGiven:
    by: Member
    turn: str
    yes: bool


@dataclass(frozen=True, slots=True)
class HandoverAsked:
    by: Member
    to: Member
    pack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverAnswered:
    by: Member
    yes: bool


@dataclass(frozen=True, slots=True)
class OwnerFound:
    by: Member


@dataclass(frozen=True, slots=True)
class RosterChanged:
    """Somebody joined, left or changed their days."""

    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    member: Member


@dataclass(frozen=True, slots=True)
class TimeCame:
    timer: str


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


What = (
    Founded
    | Looked
    | HistoryAsked
    | DrawAsked
    | Accepted
    | NotThisTime
    | SwapOpened
    | SwapChosen
    | SwapAnswered
    | Volunteered
    | AvoidOpened
    | Avoided
    | CardAsked
    | Took
    | Missing
    | MissingAsked
    | Unreached
    | Reached
    | OpenedHere
    | SessionPlanned
    | SessionServed
    | SessionOff
    | SetUpOpened
    | SetUp
    | OwnOpened
    | OwnMade
    | OwnChanged
    | DateSkipped
    | DateBack
    | RhythmOpened
    | RhythmSet
    | OftenSet
    | HolderSet
    | FollowOpened
    | FollowSet
    | SignTold
    | PrepareOpened
    | Ticked
    | DryRun
    | CompanyAsked
    | CompanyGiven
    | HandoverAsked
    | HandoverAnswered
    | OwnerFound
    | RosterChanged
    | Forgotten
    | TimeCame
    | PlaceGone
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, with the team as it is then."""

    scene: Scene
    what: What
