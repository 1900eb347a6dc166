"""What is known about a session before it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.kernel.content import GoalType, Step
from bot.kernel.effects import Only
from bot.kernel.ids import Member, Place, SessionId, TeamId

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
SITTING = timedelta(minutes=75)  # without a break, after which one is suggested (P31)
RUN_OFF = timedelta(minutes=2)
DAY = 1440  # minutes that +1 day adds, where a session goes on over days
RUN_OFF_DAYS = timedelta(hours=24)

Frame = Literal["all", "mix", "fewer"]  # cues a session has: all of them, none at half time, none but that time is up


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
    monthly: bool = False  # on the same weekday of each month, the first Tuesday, say
    prepare: tuple[str, ...] = ()
    after: str = ""
    archive: str = "yes"
    carried: str = ""  # the question taken along from last time
    open_actions: tuple[str, ...] = ()
    product: str = ""  # a line about what the team makes together, if it stands still
    quick: bool = False  # a vote or one breath by itself: it closes when it is done
    rehearsal: bool = False  # in one person's direct messages, to try a guide; nothing is filed
    questions: tuple[Asked, ...] = ()
    tags: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()  # the ground rules, a sentence each
    rules_title: str = ""
    days: bool = False  # it goes on in writing, over days
    met: tuple[tuple[Member, Member], ...] = ()  # who was in a small group with whom here, once for each time
    units: tuple[tuple[Member, int], ...] = ()  # who said which unit they work in: a number for each unit
    with_roles: bool = False  # whether roles are drawn by rotation here
    with_surveys: bool = False  # whether there is somebody to ask the survey that closes a guide
    cues: Frame = "all"  # how much frame the team wants (P12)
    with_products: bool = False  # whether there is somebody to ask what goes into what the team makes
    with_projects: bool = False  # whether there is somebody to follow small projects
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
