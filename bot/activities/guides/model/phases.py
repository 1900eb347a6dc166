"""The phases of a session, and what it has to show so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.activities.guides.model.course import Answer, Course, Note
from bot.activities.guides.model.setting import Setting
from bot.kernel.ids import Member, SessionId
from bot.pieces.agenda import Agenda, Source


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
class Brief:
    """A small project a group takes on, in a sentence, and who is in the group."""

    what: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """From when to when somebody held a role, so that each gets their share."""

    role: str
    member: Member
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """Set for later. *posted*: the pre-post is out.

    *away* are those who were on leave when it went out, and read it alone once they are back; None for who left since.
    """

    setting: Setting
    at: datetime
    posted: bool = False
    away: tuple[Member | None, ...] = ()
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
    own: tuple[Note, ...] = ()  # of a silent step that shows nothing: for their writers, until the next silent step
    wanted: str = ""  # a role that is offered to everybody right now
    serial: int = 1
    lines: int = 0  # thread lines so far; each has its own message name
    asked: bool = False  # whether it still goes on was asked
    played: int = 0  # in a rehearsal: how often somebody who is played did something in this step
    answers: tuple[Answer, ...] = ()  # over days: of the last step in which everybody wrote
    briefs: tuple[Brief, ...] = ()  # the small projects that groups wrote back
    sitting: datetime | None = None  # since when nobody has had a break
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
