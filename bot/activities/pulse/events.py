"""What happens to a wave, to one person's part in it, and to the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.activities.pulse.model import KEEP_RAW, Repeating, Setting
from bot.activities.pulse.model.programmes import Level, Programme
from bot.kernel.content import Survey
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.people import Person, Settings
from bot.pieces.results import Results


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

    by: Member | None  # None: its programme
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class SetCame:
    """The next set of people is invited."""

    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class GatherCame:
    """Once a day: who has been here for thirty, sixty, ninety days."""

    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """The invitation was not taken; *held*: because of what the person allows."""

    held: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """The person can be written to, after all."""

    at: datetime


@dataclass(frozen=True, slots=True)
class MissedCounted:
    """How many invitations did not arrive, by the receipts. It says nothing about answers."""

    number: int


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
    copy: tuple[str, ...] = ()  # what is sent on with the name, if the person ticked that


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
    people: int = 0  # different people who took part


@dataclass(frozen=True, slots=True)
class Closed:
    """A part learns that its wave is over."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The answers are open. *earlier*: up to three waves it may be compared with, newest first; *since* the last.

    *waves* are the indices of earlier waves as they were shown, for the chart; *named* who answered what.
    """

    survey: Survey
    answers: tuple[Mapping[str, Any], ...]
    words: tuple[Mapping[str, str], ...]
    pairs: tuple[Mapping[str, Any], ...] = ()
    earlier: tuple[Results, ...] = ()
    since: datetime | None = None
    waves: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    named: tuple[tuple[Member, Mapping[str, Any]], ...] = ()
    keep: timedelta = KEEP_RAW  # how long single answers are kept after the close


@dataclass(frozen=True, slots=True)
class RevealCame:
    pass


@dataclass(frozen=True, slots=True)
class CalledOff:
    by: Member


@dataclass(frozen=True, slots=True)
class DetailAsked:
    by: Member
    leads: bool = False  # looks after the team


@dataclass(frozen=True, slots=True)
class KeepAsked:
    """The results are worth keeping."""

    by: Member


@dataclass(frozen=True, slots=True)
class FilesAsked:
    by: Member
    leads: bool = False


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
class KeepRaw:
    """The team chose how long single answers are kept after the close."""

    keep: timedelta


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
    second: bool = False  # the second half of before and after
    because: str = ""  # why nothing can begin


@dataclass(frozen=True, slots=True)
class StopAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class SkipAsked:
    """The next date is left out."""


@dataclass(frozen=True, slots=True)
class MoveAsked:
    pass


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The next wave begins at another moment; the rhythm stays."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """One survey for several teams: a wave in each, apart from the others."""

    by: Member
    survey: str
    topic: str
    teams: tuple[SessionId, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeSet:
    """A programme is to be measured."""

    programme: Programme


@dataclass(frozen=True, slots=True)
class LevelCame:
    """The time of some levels. *starts*: level, the wave that begins or None, and then why not."""

    starts: tuple[tuple[Level, Started | None, str], ...]
    second: bool = False  # the second half of before and after


@dataclass(frozen=True, slots=True)
class LevelShown:
    """What a level has shown, as one line."""

    level: Level
    line: str


@dataclass(frozen=True, slots=True)
class SummaryAsked:
    leads: bool


@dataclass(frozen=True, slots=True)
class ResultsAsked:
    survey: Survey | None


@dataclass(frozen=True, slots=True)
class ResultsEntered:
    by: Member
    line: str


@dataclass(frozen=True, slots=True)
class ProgrammeOver:
    pass


Event = (
    Started
    | Spread
    | SecondStarted
    | SetCame
    | GatherCame
    | Delivered
    | Lost
    | Reached
    | MissedCounted
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
    | KeepAsked
    | FollowAsked
    | Followed
    | OwedCame
    | KeepRaw
    | RawEnded
    | WentAway
    | CameIn
    | PlaceGone
    | Repeated
    | DateCame
    | StopAsked
    | SkipAsked
    | MoveAsked
    | MovedTo
    | ProgrammeSet
    | LevelCame
    | LevelShown
    | SummaryAsked
    | ResultsAsked
    | ResultsEntered
    | ProgrammeOver
)
