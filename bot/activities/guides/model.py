"""A guided session: planned, gathering, running step by step, paused, ending, over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.content import GoalType, Guide, Step
from bot.kernel.effects import Only
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.words import who
from bot.pieces.agenda import Agenda, Slot, Source
from bot.pieces.ballot import Collecting, Idea, Tied, Voting
from bot.pieces.ballot import Settled as Outcome
from bot.pieces.turns import Turns

MOST_TOPIC = 160  # characters
MOST_NOTE = 1000  # characters
MOST_QUESTION = 200  # characters
EXTRA = 5  # minutes that +5 min adds
UNDO = timedelta(seconds=10)
IDLE = timedelta(minutes=10)  # after the end of a step without a press, then once more after the question
GONE = timedelta(minutes=3)  # after the end of a step without a press, somebody else may take over
DRIFT = timedelta(minutes=2)  # how often the card of a step that is over is redrawn
LOBBY = timedelta(minutes=30)  # how long a session waits to be started
LONG_ABSENCE = timedelta(minutes=30)  # the bot's own: after it, a session waits for a person
MORE_SECONDS = timedelta(seconds=30)  # once a turn
BREATH = 25  # seconds
TURN = 60  # seconds
TWO_MINUTES = timedelta(minutes=2)
RUN_OFF = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question somebody brought. *member* is None where it was asked without a name."""

    text: str
    member: Member | None
    support: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known about a session before it runs. Steps are a copy: later versions of the guide change nothing."""

    id: SessionId
    team: TeamId
    place: Place
    team_label: str
    zone: str  # IANA name of the team
    guide: str
    title: str
    version: int
    purpose: str
    goal: GoalType
    topic: str
    host: Member
    owners: tuple[Member, ...]
    expected: tuple[Member, ...]
    steps: tuple[Step, ...]
    seed: int
    roles: tuple[str, ...] = ()
    holders: tuple[tuple[str, Member], ...] = ()  # role id, member
    today: str = ""  # what is in, in the host's words
    not_today: str = ""
    link: str = ""  # to the call
    at: datetime | None = None  # when it was planned for
    send_ahead: int = 1  # working days
    repeat: int = 0  # weeks; 0: once
    prepare: tuple[str, ...] = ()
    after: str = ""
    archive: str = "yes"
    carried: str = ""  # the question taken along from last time
    open_actions: tuple[str, ...] = ()
    quick: bool = False  # a vote or one breath by itself: it closes when it is done
    rehearsal: bool = False  # in one person's direct messages, to try a guide; nothing is filed
    questions: tuple[Asked, ...] = ()
    tags: tuple[str, ...] = ()
    met: tuple[tuple[Member, Member], ...] = ()  # who was in a small group with whom here, once for each time
    with_roles: bool = False  # whether roles are drawn by rotation here
    with_records: bool = False  # whether there is somebody to keep the record

    @property
    def where(self) -> Place | Member:
        """Where its one card goes: the channel, or, in a rehearsal, the person's own direct messages."""
        return self.host if self.rehearsal else self.place

    def aside(self, member: Member) -> Only | Member:
        """Where a word for one person alone goes."""
        return member if self.rehearsal else Only(member, self.place)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    def holder(self, role: str) -> Member | None:
        return next((member for held, member in self.holders if held == role), None)

    @property
    def facilitator(self) -> Member:
        return self.holder("facilitator") or self.host

    @property
    def timekeeper(self) -> Member:
        return self.holder("timekeeper") or self.facilitator

    @property
    def note_taker(self) -> Member:
        return self.holder("note_taker") or self.facilitator

    def steerers(self) -> tuple[Member, ...]:
        """Whom the card names: the facilitator, and whoever keeps time."""
        return tuple(dict.fromkeys((self.facilitator, self.timekeeper)))

    def may_steer(self, member: Member) -> bool:
        return member in self.steerers() or member in self.owners or member == self.host

    def with_holder(self, role: str, member: Member) -> Setting:
        others = tuple((held, who) for held, who in self.holders if held != role)
        return replace(self, holders=(*others, (role, member)))


# what goes on inside a step


@dataclass(frozen=True, slots=True)
class Talk:
    """Open talk, information or a break: a question at a time. *think*: until when everybody thinks alone."""

    question: int = 0
    think: datetime | None = None
    brought: str = ""  # a question somebody brought, picked by the host
    inside: Literal["talk"] = "talk"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Everybody in turn, in a round or for one breath."""

    turns: Turns
    turn_ends: datetime
    seconds: int
    over: bool = False
    extended: bool = False
    calls: int = 1
    wrote: int = 0
    inside: Literal["rounding"] = "rounding"

    @property
    def speaker(self) -> Member | None:
        return self.turns.speaker


@dataclass(frozen=True, slots=True)
class Grouped:
    """Small groups, each in a thread of its own; *back* is the one sentence of each."""

    groups: tuple[tuple[Member, ...], ...]
    back: tuple[str, ...] = ()
    late: int = 0  # how many came after the groups were made; numbers their messages
    inside: Literal["grouped"] = "grouped"


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote in silence; who, only while it can still be changed."""

    text: str
    member: Member


@dataclass(frozen=True, slots=True)
class Writing:
    """Everybody writes alone. *shown*: the notes are out, without names, in another order."""

    notes: tuple[Note, ...] = ()
    shown: bool = False
    inside: Literal["writing"] = "writing"


@dataclass(frozen=True, slots=True)
class Recapping:
    """The form of the recap is being filled in. *written*: it came back."""

    written: bool = False
    inside: Literal["recapping"] = "recapping"


@dataclass(frozen=True, slots=True)
class Choosing:
    """A vote: first its ideas, then dots, then, where ideas stand level, a run-off and the decider."""

    ballot: Collecting | Voting[Member] | Tied | Outcome
    known: tuple[Idea, ...] = ()  # all that were voted on, where a run-off has only some
    inside: Literal["choosing"] = "choosing"


Live = Talk | Rounding | Grouped | Writing | Recapping | Choosing


@dataclass(frozen=True, slots=True)
class Part:
    """One step and how long it really took. *seconds* is None until it is over."""

    step: Step
    seconds: int | None = None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Where a session is: everything that Undo puts back."""

    parts: tuple[Part, ...]
    agenda: Agenda
    at: int
    begun: datetime
    ends: datetime
    live: Live
    over: bool = False

    @property
    def part(self) -> Part:
        return self.parts[self.at]

    @property
    def step(self) -> Step:
        return self.parts[self.at].step

    @property
    def is_last(self) -> bool:
        return self.at == len(self.parts) - 1

    def end(self, now: datetime) -> datetime:
        """When the session will be over if nothing is changed."""
        return max(self.ends, now) + timedelta(minutes=self.agenda.left_after(self.at))


@dataclass(frozen=True, slots=True)
class Undo:
    by: Member
    until: datetime
    course: Course
    serial: int  # of the step that was gone to: what happened since makes it useless


@dataclass(frozen=True, slots=True)
class Extension:
    """The last +5 min, so that another source can still be chosen for it."""

    by: Member
    serial: int
    before: Agenda
    source: Source


@dataclass(frozen=True, slots=True)
class Said:
    """A note for the record: who, in which step, when."""

    text: str
    member: Member
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Todo:
    what: str
    member: Member | None = None
    due: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Settled:
    what: str
    why: str = ""
    against: str = ""
    how: str = ""
    review: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a session has to show so far."""

    notes: tuple[Said, ...] = ()
    parked: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    decisions: tuple[Settled, ...] = ()
    actions: tuple[Todo, ...] = ()
    question: str = ""
    ideas: tuple[tuple[str, tuple[str, ...]], ...] = ()  # step id, what was written there, without names

    def of(self, step: str) -> tuple[str, ...]:
        return next((ideas for where, ideas in reversed(self.ideas) if where == step), ())


@dataclass(frozen=True, slots=True)
class Serving:
    """From when to when somebody held a role, so that each gets their share."""

    role: str
    member: Member
    since: datetime
    until: datetime | None = None


# phases


@dataclass(frozen=True, slots=True)
class Planned:
    """Set for later. *posted*: the pre-post is out."""

    setting: Setting
    at: datetime
    posted: bool = False
    phase: Literal["planned"] = "planned"


@dataclass(frozen=True, slots=True)
class Lobby:
    """People come in; somebody starts it."""

    setting: Setting
    since: datetime
    present: tuple[Member, ...] = ()
    phase: Literal["lobby"] = "lobby"


@dataclass(frozen=True, slots=True)
class Running:
    """*serial* counts every change of step, so that a press that crosses one changes nothing."""

    setting: Setting
    course: Course
    started: datetime
    ends: datetime  # as planned when it started
    pressed: datetime
    present: tuple[Member, ...] = ()
    gathered: Gathered = Gathered()
    served: tuple[Serving, ...] = ()
    undo: Undo | None = None
    extension: Extension | None = None
    groups: tuple[tuple[Member, ...], ...] = ()  # of the last breakout
    wanted: str = ""  # a role that is offered to everybody right now
    serial: int = 1
    lines: int = 0  # thread lines so far; each has its own message name
    asked: bool = False  # whether it still goes on was asked
    phase: Literal["running"] = "running"


@dataclass(frozen=True, slots=True)
class Paused:
    run: Running
    since: datetime
    away: timedelta | None = None
    phase: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Ending:
    """End was pressed; for ten seconds it can be taken back."""

    run: Running
    by: Member
    at: datetime
    phase: Literal["ending"] = "ending"


@dataclass(frozen=True, slots=True)
class Finished:
    """Over. The record is kept elsewhere."""

    id: SessionId
    ended: datetime
    phase: Literal["finished"] = "finished"


Session = Planned | Lobby | Running | Paused | Ending | Finished


# events


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
    by: Member
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
class HoldersCame:
    holders: tuple[tuple[str, Member], ...]


@dataclass(frozen=True, slots=True)
class TimeCame:
    timer: str


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
    | QuestionBrought
    | Supported
    | Picked
    | InTurn
    | Wrote
    | Dotted
    | Merged
    | VoteOpened
    | Chosen
    | Recapped
    | HoldersCame
    | TimeCame
    | Resumed
    | WentAway
    | PlaceGone
)


def course_of(steps: tuple[Step, ...]) -> tuple[tuple[Part, ...], Agenda]:
    """The steps of a guide as they stand before the first one begins."""
    slots = tuple(Slot(step.minutes, step.minutes, step.min_minutes, step.flex) for step in steps)
    return tuple(Part(step) for step in steps), Agenda(slots)


def fill(text: str, setting: Setting) -> str:
    """A text of a guide with its placeholders filled in."""
    topic = setting.topic or setting.title
    words = {
        "topic": topic,
        "team": setting.team_label,
        "goal": setting.today or topic,
        "leader": who(setting.facilitator),
        "name": "a colleague",
        "rule": "the rules you agreed on",
        "step": "this step",
        "date": "today",
    }
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def is_offered(guide: Guide, built: frozenset[str]) -> bool:
    """Whether everything the guide needs is there."""
    return all(need in built for need in guide.needs)


def fill_plain(text: str) -> str:
    """A text of a guide before there is a session: placeholders read as words."""
    words = {"topic": "the topic", "team": "the team", "goal": "the goal", "leader": "the host", "name": "a colleague"}
    words |= {"rule": "the rules", "step": "this step", "date": "that day"}
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
