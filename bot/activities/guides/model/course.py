"""Where a session is: its steps, the one that is on, and what goes on inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.content import Step
from bot.kernel.ids import Member
from bot.pieces.agenda import Agenda, Slot
from bot.pieces.ballot import Collecting, Idea, Tied, Voting
from bot.pieces.ballot import Settled as Outcome
from bot.pieces.turns import Turns


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
class Answer:
    """What somebody wrote for all to read. *member* is None once they asked to be forgotten."""

    text: str
    member: Member | None


@dataclass(frozen=True, slots=True)
class Writing:
    """Everybody writes alone. *shown*: the notes are out, in another order; with names only where *named*."""

    notes: tuple[Note, ...] = ()
    shown: bool = False
    named: bool = False
    inside: Literal["writing"] = "writing"


@dataclass(frozen=True, slots=True)
class Replying:
    """Over days: people reply to the answers of the step before. Each: the answer's number, what was written."""

    replies: tuple[tuple[int, Answer], ...] = ()
    inside: Literal["replying"] = "replying"


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


Live = Talk | Rounding | Grouped | Writing | Replying | Recapping | Choosing


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


def course_of(steps: tuple[Step, ...]) -> tuple[tuple[Part, ...], Agenda]:
    """The steps of a guide as they stand before the first one begins."""
    slots = tuple(Slot(step.minutes, step.minutes, step.min_minutes, step.flex) for step in steps)
    return tuple(Part(step) for step in steps), Agenda(slots)
