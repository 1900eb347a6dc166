"""A check-in: a schedule, its occurrences, and each person's part in one of them.

All three are sessions of one activity. A schedule begins an occurrence per local date; an occurrence begins a
part per person it asks. Answers are facts that the parts keep; no session lists who is expected or who answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from bot.kernel.calendar import NO_EXCEPTIONS, Exceptions, Rule
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.keeping import Keeping
from bot.kernel.people import Person

WINDOW = 6  # hours the last morning has
LATE = timedelta(hours=24)  # how long after the close an answer is still added, marked later
REMIND = timedelta(hours=1)  # before the close, once
RECOUNT = timedelta(seconds=5)  # a burst of answers makes one edit of the card
SHORTEST_WARNING = timedelta(minutes=30)  # a reminder sooner after the question is none
SETTLE = timedelta(minutes=1)  # after the close everything is counted once more
LATE_OPENING = timedelta(minutes=30)  # a question that could not be asked in time is not asked at all (product 0.5)
KEEP_TEXTS = Keeping().of_texts
IGNORED = 3  # questions in a row without a press: no more are asked
LOW = 0.4  # a take-up below this, three times in a row, is said to the owner
PLAN = ("wins", "learned", "ask_and_offer", "goals")
SOCIAL = ("social",)  # categories that nobody is reminded of, and nobody is counted as ignoring
OPEN_WORDS = 1000  # characters of an answer
SHOWN = 12  # answers on the card; more are in the thread
SINGLY = 30  # answers that get a reply of their own each; beyond, the thread has pages
FOLLOWS = "One sentence is plenty."  # the hint of a sentence that goes with a choice before it
PAGE = 15  # answers on such a page
GOAL = 120  # characters of the goal, which stands inside a question
MOST_NAMES = 60  # people that a form can list
YES_NO = ("Yes", "No")

AskKind = Literal["text", "choice", "scale", "number", "yes_no"]
Reveal = Literal["at_close", "at_once"]
HandTo = Literal["team", "one"]  # who reads that somebody could use a hand
How = Literal["open", "answered", "passed", "undelivered"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of the form. A scale goes from 1 to 5, its ends named by *choices*, if there are two."""

    text: str
    kind: AskKind = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = True

    def why_not(self, value: str) -> str:
        """Why *value* is no answer to this, as a sentence; empty if it is one."""
        if not value:
            what = {"text": "Write a word or two", "number": "Write a number"}.get(self.kind, "Choose one")
            return f"{what}, or close the form; closing is fine." if self.required else ""
        match self.kind:
            case "text" if len(value) > OPEN_WORDS:
                return (
                    f"There is room for {OPEN_WORDS:,} characters; yours has {len(value):,}. Two sentences are plenty."
                )
            case "number" if not re.fullmatch(r"[-+]?\d{1,12}([.,]\d{1,6})?", value):
                return f'"{value[:40]}" is not a number. Write it like 7 or 7.5.'
            case "choice" if value not in self.choices:
                return "Choose one of the answers."
            case "yes_no" if value not in YES_NO:
                return "Choose Yes or No."
            case "scale" if value not in "12345" or len(value) != 1:
                return "Choose a number from 1 to 5."
        return ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one occurrence asks, when and how. *wall*: the time of day in each person's zone; None: one moment."""

    id: SessionId
    place: Place
    team_label: str
    zone: str  # IANA name of the team
    day: date
    asks: tuple[Ask, ...]
    closes: datetime
    schedule: SessionId = NO_SESSION
    wall: time | None = None
    prompt: str = ""  # the id of the question in the library, if it came from there
    category: str = ""
    depth: int = 1
    reveal: Reveal = "at_close"
    hand: bool = False  # with "I could use a hand with ..."
    by_channel: bool = False  # one zone: the channel card asks, the direct message is the reminder
    watch: tuple[Member, ...] = ()  # who only watches
    roles: tuple[str, ...] = ()  # drawn for this date
    holders: tuple[tuple[str, Member], ...] = ()  # role, member
    asked_by: Member | None = None  # who asked it on the spot
    often: str = ""  # weekly, monthly: for the line that says why it came
    before: SessionId = NO_SESSION  # the occurrence before, for a link to its answers
    summary: Literal["card", "thread"] = "card"
    seed: int = 0
    led: bool = False  # somebody went first, and their answer stands on the channel's card

    @property
    def question(self) -> str:
        return self.asks[0].text


# Phases of an occurrence


@dataclass(frozen=True, slots=True)
class Collecting:
    """Open for answers. *openings*: mornings that are still to come."""

    asking: Asking
    opened: datetime
    openings: tuple[datetime, ...] = ()
    shown: int = 0  # the number of answers the card says
    lead: Answer | None = None  # of somebody who goes first; everybody reads it at once
    missed: int = 0  # questions that the platform did not take
    unposted: bool = False  # the channel never got the card: the answers come with a new one
    phase: Literal["collecting"] = "collecting"


@dataclass(frozen=True, slots=True)
class Revealed:
    """Closed and shown; answers are still added, marked later."""

    asking: Asking
    ended: datetime
    until: datetime
    pages: int = 0  # pages of answers in the thread
    phase: Literal["revealed"] = "revealed"


@dataclass(frozen=True, slots=True)
class Filed:
    """Nothing is added any more. No names, no answers; the texts are facts until they expire."""

    asking: Asking
    ended: datetime
    pages: int = 0
    phase: Literal["filed"] = "filed"


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Held by somebody of the team, or its channel is gone."""

    id: SessionId
    ended: datetime
    phase: Literal["called_off"] = "called_off"


# Phases of a part


@dataclass(frozen=True, slots=True)
class Part:
    """One person's share of an occurrence. *asked*: a direct message was written; *closed*: what comes is later."""

    asking: Asking
    member: Member
    how: How = "open"
    values: tuple[str, ...] = ()
    hand: str = ""
    hand_to: HandTo = "team"
    hand_for: Member | None = None  # who alone was asked for a hand
    asked: bool = False
    missed: bool = False  # the platform did not take the question; stays so when they answer in the channel
    closed: bool = False
    late: bool = False
    on_time: bool = False  # answered or passed before the close
    edited: bool = False
    replied: bool = False  # its answer stands in the thread
    remind: datetime | None = None
    reminded: bool = False
    ask_zone: str = ""  # the zone their message asks about, or will ask about
    phase: Literal["part"] = "part"


@dataclass(frozen=True, slots=True)
class PartOver:
    """Done; holds no name and no text."""

    occurrence: SessionId
    ended: datetime
    replied: bool = False
    phase: Literal["part_over"] = "part_over"


# Phases of a schedule


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule asks, when, of whom."""

    id: SessionId
    place: Place
    team_label: str
    zone: str
    rule: Rule
    plan: tuple[str, ...] = PLAN  # categories, one after the other; empty with questions of their own
    own: tuple[Ask, ...] = ()
    window: int = WINDOW  # hours
    reveal: Reveal = "at_close"
    hand: bool = True
    summary: Literal["card", "thread"] = "card"
    watch: tuple[Member, ...] = ()  # who only watches
    roles: tuple[str, ...] = ()  # somebody has these on every date


@dataclass(frozen=True, slots=True)
class Chosen:
    """The question of one date, fixed ahead so that it can be answered ahead."""

    day: date
    asks: tuple[Ask, ...]
    prompt: str = ""
    category: str = ""
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Scheduled:
    plan: Plan
    next: Chosen | None  # None: no date is left
    exceptions: Exceptions = NO_EXCEPTIONS
    asked: int = 0  # occurrences so far; the place in the plan
    paused: bool = False
    last: SessionId = NO_SESSION  # the occurrence before
    low: int = 0  # occurrences in a row with little take-up
    drifting: int = 0  # times in a row the team said it was not on course
    lead: date | None = None  # somebody was asked to go first on this date
    running: date | None = None  # the date whose occurrence is open
    lost: bool = False  # its channel cannot be reached
    drawn: tuple[str, ...] = ()  # the date that roles are drawn for: its session, its moment, the roles
    phase: Literal["scheduled"] = "scheduled"


@dataclass(frozen=True, slots=True)
class Draft:
    """Written and shown with its next dates; not saved yet."""

    plan: Plan
    by: Member
    phase: Literal["draft"] = "draft"


@dataclass(frozen=True, slots=True)
class Ended:
    id: SessionId
    ended: datetime
    phase: Literal["ended"] = "ended"


State = Collecting | Revealed | Filed | CalledOff | Part | PartOver | Draft | Scheduled | Ended
FINISHED = (Filed, CalledOff, PartOver, Ended)


# What is found


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is asked, and when their window opens. *ahead*: what they answered before it opened."""

    member: Member
    opens: datetime
    in_channel: bool = False
    remind: datetime | None = None  # an hour before their window closes
    ahead: tuple[str, ...] = ()
    hand: str = ""
    ask_zone: str = ""  # the zone taken for theirs, if it is not known and they were never asked
    leads: bool = False  # looks after the team
    asks: tuple[Ask, ...] = ()  # in their own language, where that is another one
    asked: bool = True  # not after three questions without a press; the channel card is there for everybody


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer, as it is kept."""

    member: Member
    part: SessionId
    values: tuple[str, ...]
    late: bool = False
    hand: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How far one person's part has come. *away*: they went away after it opened."""

    member: Member
    part: SessionId
    how: How
    on_time: bool = False
    away: bool = False
    missed: bool = False
    ignored: int = 0  # questions in a row before this one without a press


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked next."""

    asks: tuple[Ask, ...]
    prompt: str = ""
    category: str = ""
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Ahead:
    """What somebody answered before the day came."""

    member: Member
    day: date
    values: tuple[str, ...]
    hand: str = ""
    schedule: str = ""  # which one's question it answers


@dataclass(frozen=True, slots=True)
class Material:
    """What a decision about questions and people needs to know of the moment."""

    roster: tuple[Person, ...]
    seed: int
    library: Any = None  # a kernel.content.Library
    used: tuple[str, ...] = ()  # ids of questions asked before, newest first
    retired: tuple[str, ...] = ()  # ids of questions never asked again
    own: tuple[tuple[str, str, str], ...] = ()  # the team's own: category, id, text
    words: Mapping[str, str] = field(default_factory=dict)  # what the placeholders of a question mean
    times: int = 0  # check-ins and rounds there have been
    ignored: Mapping[Member, int] = field(default_factory=dict)  # questions in a row without a press
    ahead: tuple[Ahead, ...] = ()
    zone_asked: frozenset[Member] = frozenset()  # who was asked for their zone, in whatever team

    @property
    def owners(self) -> tuple[Member, ...]:
        return tuple(person.member for person in self.roster if person.owner)


# The one fact from which a press finds its question, whoever presses


def asking_row(asking: Asking, *, closed: bool, missed: int = 0) -> dict[str, Any]:
    """An occurrence as a fact of kind `checkin_open`."""
    return {
        "place": [asking.place.platform, asking.place.workspace, asking.place.channel],
        "team": asking.team_label,
        "zone": asking.zone,
        "day": asking.day.isoformat(),
        "closes": asking.closes.isoformat(),
        "asks": [[ask.text, ask.kind, list(ask.choices), ask.hint, ask.required] for ask in asking.asks],
        "schedule": asking.schedule,
        "reveal": asking.reveal,
        "hand": asking.hand,
        "often": asking.often,
        "closed": closed,
        "missed": missed,
    }


def asking_from(id: SessionId, row: Mapping[str, Any]) -> Asking:
    """The occurrence behind a fact of kind `checkin_open`, as far as a part needs it."""
    return Asking(
        id=id,
        place=Place(*row["place"]),
        team_label=row["team"],
        zone=row["zone"],
        day=date.fromisoformat(row["day"]),
        asks=tuple(Ask(text, kind, tuple(c), hint, required) for text, kind, c, hint, required in row["asks"]),
        closes=datetime.fromisoformat(row["closes"]),
        schedule=SessionId(row["schedule"]),
        reveal=row["reveal"],
        hand=row["hand"],
        often=row["often"],
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How one occurrence went, without anybody's name: metrics 6.1 and 6.2."""

    expected: int
    responded: int
    before_close: int
    answers: int
    counts: Mapping[str, int] = field(default_factory=dict)  # of a choice, how many chose what
