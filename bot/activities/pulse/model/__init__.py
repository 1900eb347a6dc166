"""A wave of a survey, each person's private part in it, and the schedule that repeats it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.activities.pulse.model.programmes import Measured, Programme
from bot.activities.pulse.model.windows import window
from bot.kernel.hours import Hours
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId

SET = 250  # invitations in one transaction
STRETCH = timedelta(days=7)  # how far late deliveries may move the close
KEEP_RAW = timedelta(days=30)  # single answers after the close
TAKE_BACK_IN = 3  # working days in which linked answers can still be taken back
MOST_FOLLOWS = 500  # characters of what follows
SECONDS_EACH = 15  # to answer one statement
BEFORE, AFTER = "before", "after"

Mode = Literal["anonymous", "linked", "named"]
Readers = Literal["team", "owner", "starter"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change while a wave runs. *first* is the question people see before they open anything."""

    id: SessionId
    place: Place
    label: str
    zone: str  # IANA name of the team
    survey: str
    title: str
    mode: Mode
    minimum: int
    open_days: int
    reminder: bool
    count: int
    first: str
    guide: str
    readers: Readers
    owners: tuple[Member, ...]
    starter: Member | None
    version: int = 1
    comparable_to: int = 0
    statements: bool = True  # scales, rather than questions
    size: int = 0  # bytes an answer is padded to
    part: str = ""  # of a linked survey: before, after
    schedule: SessionId = NO_SESSION
    topic: str = ""
    programme: SessionId = NO_SESSION  # whose level this is
    level: str = ""
    gathers: Literal["", "joining", "leaving"] = ""  # people are asked one by one, when they have joined or left
    months: int = 0  # for how long it gathers
    copies: bool = False  # who ticks it has the answers sent on, with the name, instead of counted without
    contacts: str = ""  # whom one can talk to, as the organisation wrote it
    again: date | None = None  # when its schedule has the next one
    late: bool = False  # asked for before, when before was over

    @property
    def linked(self) -> bool:
        """Whether answers before and after are put side by side."""
        return self.mode == "linked"

    @property
    def owed(self) -> bool:
        """Whether something has to follow from the results."""
        return self.readers in ("team", "owner")

    @property
    def minutes(self) -> int:
        return max(1, round(self.count * SECONDS_EACH / 60))


@dataclass(frozen=True, slots=True)
class Open:
    """People can answer. *latest* is how far the close may move.

    *waiting* are the user ids of those still to be invited, one a line: thousands of values would hold everybody
    up while they are read.
    """

    setting: Setting
    opened: datetime
    closes: datetime
    latest: datetime
    waiting: str = ""
    missed: int = 0  # invitations that the platform did not take
    offered: bool = False  # the channel was told that it opens here, too
    phase: Literal["open"] = "open"


@dataclass(frozen=True, slots=True)
class Between:
    """A linked survey after its first wave: answers stay sealed until the second."""

    setting: Setting
    since: datetime
    phase: Literal["between"] = "between"


@dataclass(frozen=True, slots=True)
class Settling:
    """A linked survey after its second wave: answers can still be taken back."""

    setting: Setting
    until: datetime
    rate: tuple[int, int]
    phase: Literal["settling"] = "settling"


@dataclass(frozen=True, slots=True)
class Counting:
    """Closed; the answers are opened, and the next event is their content. *rate*: complete, delivered."""

    setting: Setting
    closed: datetime
    rate: tuple[int, int]
    undelivered: int
    people: int = 0  # different people who took part, where somebody can be asked more than once
    phase: Literal["counting"] = "counting"


@dataclass(frozen=True, slots=True)
class Shown:
    """The results stand, for ever as they are. *follows*: what follows from them, once somebody wrote it."""

    setting: Setting
    closed: datetime
    row: str  # the results as JSON
    since: str  # when the wave it was compared with closed; empty: none
    respond_by: datetime | None
    follows: str = ""
    phase: Literal["shown"] = "shown"


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more happens. Holds no names and no texts."""

    id: SessionId
    phase: Literal["finished"] = "finished"


# one person's part


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one person is asked, and when they work."""

    id: SessionId
    wave: SessionId
    member: Member
    setting: Setting
    closes: datetime
    zone: str
    days: tuple[int, ...]
    starts: time
    ends: time

    def window(self, opened: datetime) -> tuple[datetime, datetime | None]:
        """When the person's time ends that begins at *opened*, and the last day's morning if it is another day."""
        hours = Hours(self.zone, self.days, self.starts, self.ends)
        return window(hours, opened, self.setting.open_days)


@dataclass(frozen=True, slots=True)
class Invited:
    """Not delivered yet."""

    invitation: Invitation
    phase: Literal["invited"] = "invited"


@dataclass(frozen=True, slots=True)
class Asked:
    """Delivered; the person's own time runs."""

    invitation: Invitation
    until: datetime
    phase: Literal["asked"] = "asked"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer was counted. Nothing says which, or when. *missed*: the invitation never arrived."""

    invitation: Invitation
    missed: bool = False
    phase: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class Declined:
    """Not this time. The person may still change their mind."""

    invitation: Invitation
    missed: bool = False
    phase: Literal["declined"] = "declined"


@dataclass(frozen=True, slots=True)
class Unreached:
    """The platform did not take the invitation, or the person does not want any."""

    invitation: Invitation
    held: bool
    phase: Literal["unreached"] = "unreached"


@dataclass(frozen=True, slots=True)
class Over:
    """The wave closed, or the person left."""

    id: SessionId
    wave: SessionId
    phase: Literal["over"] = "over"


Part = Invited | Asked | Answered | Declined | Unreached


# the schedule


@dataclass(frozen=True, slots=True)
class Repeating:
    """A survey that comes back every so many weeks. *held*: the next wave waits for what follows from the last."""

    id: SessionId
    place: Place
    label: str
    zone: str
    survey: str
    title: str
    weeks: int
    first: date
    at: time
    next: date
    by: Member | None
    held: bool = False
    topic: str = ""
    named: bool = False  # asked by name, where the survey leaves the choice
    linked: bool = False  # before and after: it ends with the second wave
    wave: SessionId = NO_SESSION  # the linked one, once it began
    own: str = ""  # the survey as JSON, if it is in no library
    moved: datetime | None = None  # the next wave begins then instead
    phase: Literal["repeating"] = "repeating"


@dataclass(frozen=True, slots=True)
class Stopped:
    id: SessionId
    phase: Literal["stopped"] = "stopped"


Wave = Open | Between | Settling | Counting | Shown | Finished
State = Wave | Part | Over | Repeating | Stopped | Programme | Measured


def without(setting: Setting, member: Member) -> Setting:
    """The setting with nobody's name where this member's was."""
    return replace(
        setting,
        owners=tuple(owner for owner in setting.owners if owner != member),
        starter=None if setting.starter == member else setting.starter,
    )
