"""A wave of a survey, each person's private part in it, and the schedule that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.content import Survey
from bot.kernel.hours import Hours, next_working_moment, working_days_after, working_window
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.people import Person, Settings
from bot.pieces.holidays import Holidays
from bot.pieces.questions import Results

SET = 250  # invitations in one transaction
STRETCH = timedelta(days=7)  # how far late deliveries may move the close
KEEP_RAW = timedelta(days=30)  # single answers after the close
RESPOND_IN = 10  # working days until something has to follow
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
    """One answer was counted. Nothing says which, or when."""

    invitation: Invitation
    phase: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class Declined:
    """Not this time. The person may still change their mind."""

    invitation: Invitation
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
    phase: Literal["repeating"] = "repeating"


@dataclass(frozen=True, slots=True)
class Stopped:
    id: SessionId
    phase: Literal["stopped"] = "stopped"


Wave = Open | Between | Settling | Counting | Shown | Finished
State = Wave | Part | Over | Repeating | Stopped


# Events


@dataclass(frozen=True, slots=True)
class Started:
    """A wave begins. *people* are those who can be asked."""

    setting: Setting
    survey: Survey
    people: tuple[Person, ...]
    names: tuple[str, ...]
    repeating: Repeating | None = None


@dataclass(frozen=True, slots=True)
class SecondStarted:
    """The second wave of a linked survey begins."""

    by: Member
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class SetCame:
    """The next set of people is invited."""

    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    held: bool


@dataclass(frozen=True, slots=True)
class ReminderCame:
    pass


@dataclass(frozen=True, slots=True)
class Extended:
    """Somebody's time began late."""

    until: datetime


@dataclass(frozen=True, slots=True)
class FormAsked:
    by: Member
    survey: Survey | None


@dataclass(frozen=True, slots=True)
class Answering:
    """A form came back, read and found right."""

    by: Member
    answers: Mapping[str, Any]
    words: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class NotThisTime:
    by: Member


@dataclass(frozen=True, slots=True)
class NeverAsked:
    """No survey invitations at all, from now on."""

    by: Member
    settings: Settings


@dataclass(frozen=True, slots=True)
class TakenBack:
    by: Member


@dataclass(frozen=True, slots=True)
class CloseCame:
    """What the receipts say: how many took part, how many could have."""

    complete: int
    delivered: int
    undelivered: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A part learns that its wave is over."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The answers are open. *before*: the last wave it may be compared with, and *since* when that closed.

    *waves* are the indices of earlier waves as they were shown, for the chart; *named* who answered what.
    """

    survey: Survey
    answers: tuple[Mapping[str, Any], ...]
    words: tuple[Mapping[str, str], ...]
    pairs: tuple[Mapping[str, Any], ...] = ()
    before: Results | None = None
    since: datetime | None = None
    waves: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    named: tuple[tuple[Member, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class RevealCame:
    pass


@dataclass(frozen=True, slots=True)
class CalledOff:
    by: Member


@dataclass(frozen=True, slots=True)
class DetailAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class FilesAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class FollowAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class Followed:
    by: Member
    text: str


@dataclass(frozen=True, slots=True)
class OwedCame:
    pass


@dataclass(frozen=True, slots=True)
class RawEnded:
    """Single answers are kept no longer. *named* are the keys of those with a name."""

    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WentAway:
    """Left the channel, or (*forgotten*) asked to be forgotten."""

    member: Member
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class CameIn:
    """Somebody joined the team, and takes part."""

    person: Person


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


@dataclass(frozen=True, slots=True)
class Repeated:
    """A schedule was set."""

    repeating: Repeating


@dataclass(frozen=True, slots=True)
class DateCame:
    """A date of the schedule. *start* is what begins; None if *why* says what is in the way."""

    start: Started | None
    owed: SessionId = NO_SESSION
    freed: bool = False  # it is no date: what was owed has been written


@dataclass(frozen=True, slots=True)
class StopAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class Spread:
    """One survey for several teams: a wave in each, apart from the others."""

    by: Member
    survey: str
    topic: str
    teams: tuple[SessionId, ...]


Event = (
    Started
    | Spread
    | SecondStarted
    | SetCame
    | Delivered
    | Lost
    | ReminderCame
    | Extended
    | FormAsked
    | Answering
    | NotThisTime
    | NeverAsked
    | TakenBack
    | CloseCame
    | Closed
    | Opened
    | RevealCame
    | CalledOff
    | DetailAsked
    | FilesAsked
    | FollowAsked
    | Followed
    | OwedCame
    | RawEnded
    | WentAway
    | CameIn
    | PlaceGone
    | Repeated
    | DateCame
    | StopAsked
)


# time


def window(
    hours: Hours, opened: datetime, days: int, *, person: Person | None = None
) -> tuple[datetime, datetime | None]:
    """(end, last day's morning) of *days* working days from *opened* on, on the person's own wall clock.

    The day it begins counts if half of it is left. The morning is None if the last day is the first.
    """
    absences = person.settings.absences if person else ()
    off = Holidays.of(person.settings.holidays) if person else None
    begins = next_working_moment(hours, opened, absences, off) or opened
    first = local_date(begins, hours.zone)
    starts, ends = working_window(hours, first)
    more = days - 1 if begins <= starts + (ends - starts) / 2 else days
    last = working_days_after(hours, first, more, absences, off) or first if more else first
    morning = at_wall(last, hours.starts, hours.zone)
    return at_wall(last, hours.ends, hours.zone), morning if morning > opened and last != first else None


def hours_of(person: Person) -> Hours:
    chosen = person.settings
    return Hours(person.zone, chosen.days, chosen.starts, chosen.ends)


def respond_by(closed: datetime, zone: str, days: int = RESPOND_IN) -> datetime:
    """The end of the working day, so many after the close, where the team is."""
    hours = Hours(zone)
    day = working_days_after(hours, local_date(closed, zone), days) or local_date(closed, zone)
    return at_wall(day, hours.ends, zone)


def without(setting: Setting, member: Member) -> Setting:
    """The setting with nobody's name where this member's was."""
    return replace(
        setting,
        owners=tuple(owner for owner in setting.owners if owner != member),
        starter=None if setting.starter == member else setting.starter,
    )
