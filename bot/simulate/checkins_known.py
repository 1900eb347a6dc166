"""What the people of a simulated check-in know: what they chose, when their team is asked, what they did.

Dates are counted here once more, in the plainest way, so that the bot's calendar is not judged by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.cards import Card, sentences
from bot.kernel.hours import Hours, is_working_day
from bot.kernel.ids import Member, SessionId
from bot.kernel.people import Absence
from bot.kernel.words import When, on_day, spans
from bot.pieces.holidays import Holidays
from bot.simulate.world import Channel, Message

TOKEN = re.compile(r"said-\d+-\d+")
AROUND = timedelta(hours=36)  # who does something to a date that near cannot know whom it still reaches
DAY = timedelta(days=1)

Kind = Literal["weekly", "monthly", "workdays", "once"]


@dataclass
class Truth:
    """What somebody chose for themselves, as they were told that it is so."""

    zone: str
    holidays: str = ""
    absences: list[tuple[datetime, tuple[Absence, ...]]] = field(default_factory=list)  # since when they were these
    touched: set[date] = field(default_factory=set)  # days on which something about it changed
    travels: list[tuple[datetime, str]] = field(default_factory=list)  # when they left a zone, and which it was
    forgotten: datetime | None = None

    def away(self, at: datetime) -> tuple[Absence, ...]:
        """The absences as they were known at that moment."""
        return next((held for since, held in reversed(self.absences) if since <= at), ())

    def zone_at(self, at: datetime) -> str:
        return next((zone for left, zone in self.travels if at < left), self.zone)

    def opens(self, day: date, wall: time) -> datetime:
        """Their own morning, in the zone they were in when it came."""
        zones = [zone for _, zone in self.travels] + [self.zone]
        mornings = [at for zone in zones for at in [at_wall(day, wall, zone)] if self.zone_at(at) == zone]
        return mornings[0] if mornings else at_wall(day, wall, self.zone)

    def on_the_way(self, day: date, wall: time) -> bool:
        """Whether they left a zone while that date's morning was about to come, there or where they went."""
        zones = {zone for _, zone in self.travels} | {self.zone}
        mornings = [at_wall(day, wall, zone) for zone in zones]
        return any(min(mornings) - DAY < left < max(mornings) + timedelta(hours=1) for left, _ in self.travels)

    def works(self, day: date, at: datetime) -> bool:
        off = Holidays.of(self.holidays) if self.holidays else None
        return is_working_day(Hours(self.zone_at(at)), day, self.away(at), off)


@dataclass(frozen=True, slots=True)
class Rule:
    """On which dates a team is asked, and at which hour. *anchor*: a date in one of the weeks that count."""

    kind: Kind
    wall: time
    weekday: int = 0
    every: int = 1
    nth: int = 1
    on: date | None = None
    anchor: date | None = None

    def falls(self, day: date) -> bool:
        match self.kind:
            case "workdays":
                return day.weekday() < 5
            case "once":
                return day == self.on
            case "monthly":
                last = (day + timedelta(days=7)).month != day.month
                return day.weekday() == self.weekday and (last if self.nth < 0 else (day.day + 6) // 7 == self.nth)
        weeks = 0 if self.anchor is None else ((day - self.anchor).days + self.anchor.weekday()) // 7
        return day.weekday() == self.weekday and weeks % self.every == 0


@dataclass
class Rhythm:
    """A team's schedule, as who looks after it wrote it and did things to it since."""

    session: SessionId
    channel: Channel
    each: bool  # in each person's own morning
    at_once: bool  # answers appear as they come
    since: datetime
    rules: list[tuple[datetime, Rule]]
    skipped: set[date] = field(default_factory=set)
    moved: dict[date, tuple[date, time]] = field(default_factory=dict)
    held: dict[date, datetime] = field(default_factory=dict)
    pauses: list[tuple[datetime, bool]] = field(default_factory=list)
    stirred: list[datetime] = field(default_factory=list)  # when something was done to its dates
    ended: datetime | None = None
    wrote: list[tuple[datetime, Member]] = field(default_factory=list)  # who wrote something ahead, used or not
    perhaps: set[Member] = field(default_factory=set)  # nobody told them whether their answer ahead was taken
    unknown: datetime | None = None  # since when nobody was told what became of what they did

    def rule(self, at: datetime) -> Rule:
        return next((rule for since, rule in reversed(self.rules) if since <= at), self.rules[0][1])

    def wall(self, day: date, at: datetime) -> time:
        return next((wall for to, wall in self.moved.values() if to == day), self.rule(at).wall)

    def falls(self, day: date, at: datetime) -> bool:
        """Whether it comes on that date, as things stand at that moment."""
        if self.ended is not None and at >= self.ended:
            return False
        if next((paused for since, paused in reversed(self.pauses) if since <= at), False):
            return False
        if any(to == day for to, _ in self.moved.values()):
            return True
        return day not in self.moved and day not in self.skipped and self.rule(at).falls(day)

    def comes(self, day: date, at: datetime) -> bool | None:
        """Whether it came on the date that opened at that moment; None: nobody can tell."""
        if any(abs(at - moment) < AROUND for moment in (*self.stirred, *([self.ended] if self.ended else []))):
            return None
        if day in self.held or (self.unknown is not None and at > self.unknown - AROUND):
            return None
        return self.falls(day, at)


@dataclass
class Asked:
    """One occurrence, as people see it."""

    session: str
    rhythm: Rhythm
    day: date
    at: datetime
    closes: datetime
    card: Message
    cards: int = 1

    @property
    def channel(self) -> Channel:
        return self.rhythm.channel


@dataclass
class Did:
    """What one person did about one occurrence."""

    prompts: list[tuple[datetime, str]] = field(default_factory=list)
    reminders: list[tuple[datetime, str]] = field(default_factory=list)
    pressed: datetime | None = None  # the first answer or pass that was taken
    token: str = ""  # the last answer that was taken
    ahead: bool = False  # answered before its day
    old: set[str] = field(default_factory=set)  # answers that were changed or deleted since
    log: list[tuple[datetime, str]] = field(default_factory=list)  # when which answer, or none, was taken

    def said(self, token: str, at: datetime) -> None:
        """It was taken at that moment that this is the answer now; none, if it is empty."""
        self.log = sorted([*self.log, (at, token)], key=lambda one: one[0])
        self.token = self.log[-1][1]
        self.old = {one for _, one in self.log} - {self.token, ""}
        self.pressed = self.log[0][0]


def place_of(channel: Channel) -> str:
    return f"{channel.place.workspace}/{channel.place.channel}"


def dates_in(card: Card, zone: str, now: datetime) -> list[date]:
    """The dates a card names, in order: as moments, or as days on everybody's own calendar."""
    moments = [span.at for one in sentences(card) for span in spans(one) if isinstance(span, When)]
    if moments:
        return [local_date(at, zone) for at in moments]
    text = " ".join(sentences(card))
    near = [local_date(now, zone) + timedelta(days=n) for n in range(-3, 360)]
    named = {on_day(day): day for day in reversed(near)}
    return [named[one] for one in re.findall(r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}", text) if one in named]
