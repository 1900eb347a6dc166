"""A live round: who is here, whose turn it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.turns import Turns

SECONDS = 60  # a turn, unless said otherwise
SHORTEST, LONGEST = 15, 180  # seconds
TOPIC = "Win or challenge"
MOST_TOPIC = 160  # characters
DIRECT = "direct"  # argument of a button, and of its form, that stands in a direct message
GATHERING = timedelta(seconds=60)
MORE = timedelta(seconds=30)
IDLE = timedelta(minutes=10)
LONG_ABSENCE = timedelta(minutes=30)  # the bot's own: after it, a round waits for a person to resume it


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change while a round runs."""

    id: SessionId
    place: Place
    team_label: str
    zone: str  # IANA name of the team
    topic: str
    seconds: int
    host: Member
    timekeeper: Member | None
    owners: tuple[Member, ...]
    expected: tuple[Member, ...]  # of the team, taking part and not away
    last_starter: Member | None
    seed: int
    planned: bool = False

    def may_steer(self, member: Member) -> bool:
        return member == self.host or member == self.timekeeper or member in self.owners

    def turn(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Planned:
    """Set for later; at its time it asks who is here."""

    setting: Setting
    at: datetime
    phase: Literal["planned"] = "planned"


@dataclass(frozen=True, slots=True)
class Gathering:
    """Asking who is here."""

    setting: Setting
    starts: datetime
    present: tuple[Member, ...] = ()
    phase: Literal["gathering"] = "gathering"


@dataclass(frozen=True, slots=True)
class Running:
    """Somebody has the floor. *over*: their time is up and nobody cuts them off. *extended*: +30 s is used."""

    setting: Setting
    turns: Turns
    started: datetime
    turn_ends: datetime
    pressed: datetime  # the last press of anybody
    over: bool = False
    extended: bool = False
    calls: int = 1  # thread lines so far; each has its own message name
    writings: int = 0
    phase: Literal["running"] = "running"

    @property
    def speaker(self) -> Member:
        return self.turns.waiting[0]


@dataclass(frozen=True, slots=True)
class Paused:
    """The host paused it, or the bot was away for long."""

    run: Running
    since: datetime
    away: timedelta | None = None  # how long the bot was away, if that is why
    phase: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Closed:
    """Over; who was not there may still add theirs in writing."""

    setting: Setting
    took_part: tuple[Member, ...]
    heard: tuple[Member, ...]
    minutes: int
    until: datetime
    ended: datetime
    asked: tuple[Member, ...] = ()  # absent people who got a direct message
    added: tuple[Member, ...] = ()
    writings: int = 0
    phase: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more can be added. Holds no names and no texts."""

    id: SessionId
    ended: datetime
    zone: str = "UTC"
    phase: Literal["finished"] = "finished"


Round = Planned | Gathering | Running | Paused | Closed | Finished


def running(run: Running, turns: Turns) -> Running:
    return replace(run, turns=turns)


# Events


@dataclass(frozen=True, slots=True)
class Started:
    setting: Setting


@dataclass(frozen=True, slots=True)
class PlanMade:
    setting: Setting
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanDropped:
    by: Member


@dataclass(frozen=True, slots=True)
class CameIn:
    member: Member


@dataclass(frozen=True, slots=True)
class StartedNow:
    by: Member


@dataclass(frozen=True, slots=True)
class Done:
    by: Member
    turn: int  # which call the button belonged to: a press that crosses the next turn must not end it


@dataclass(frozen=True, slots=True)
class Passed:
    by: Member
    turn: int


@dataclass(frozen=True, slots=True)
class Deferred:
    by: Member
    turn: int


@dataclass(frozen=True, slots=True)
class Extended:
    by: Member
    turn: int


@dataclass(frozen=True, slots=True)
class FormAsked:
    """*direct*: by a button of their own direct message."""

    by: Member
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    """*direct*: in the form that a button of their own direct message opened."""

    by: Member
    text: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class MoreAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class Steered:
    by: Member
    how: Literal["skip", "pause", "resume", "end", "go"]
    turn: int = -1


@dataclass(frozen=True, slots=True)
class NoThanks:
    by: Member


@dataclass(frozen=True, slots=True)
class KeepAsked:
    """The result is worth keeping."""

    by: Member


@dataclass(frozen=True, slots=True)
class ResultAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class TimeCame:
    timer: str


@dataclass(frozen=True, slots=True)
class Resumed:
    down_from: datetime


@dataclass(frozen=True, slots=True)
class WentAway:
    """Left the channel, or asked to be forgotten."""

    member: Member


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    Started
    | PlanMade
    | PlanDropped
    | CameIn
    | StartedNow
    | Done
    | Passed
    | Deferred
    | Extended
    | FormAsked
    | Wrote
    | MoreAsked
    | Steered
    | NoThanks
    | KeepAsked
    | ResultAsked
    | TimeCame
    | Resumed
    | WentAway
    | PlaceGone
)
