"""When things recur: rules over local dates, and wall times that hold over every clock change.

A rule yields local dates; a wall time on such a date, in a zone, is a moment. Keeping the two apart is what
makes a schedule fire once per date whatever the clocks do: intervals in hours would slip at each change.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal, assert_never
from zoneinfo import ZoneInfo, available_timezones

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WEEKDAYS = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARLIEST = time(5)  # Nearly every clock change of the world happens before this.
LONGEST_REPEAT = 52  # weeks
HORIZON = timedelta(days=366 * 6)  # A rule that finds no date within this will never find one.

Nth = Literal[1, 2, 3, 4, -1]
NTH_NAMES: dict[int, str] = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (0 is Monday), in every *every*-th week, counted from the week that holds *anchor*."""

    days: tuple[int, ...]
    anchor: date
    every: int = 1


@dataclass(frozen=True, slots=True)
class Monthly:
    """On the n-th weekday of each month; -1 is the last one."""

    nth: Nth
    day: int


@dataclass(frozen=True, slots=True)
class Workdays:
    """Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Once:
    """On one date."""

    on: date


Rhythm = Weekly | Monthly | Workdays | Once


@dataclass(frozen=True, slots=True)
class Rule:
    """A rhythm of local dates and a wall time on them.

    *moment* says whose wall: ``team`` is one moment for everybody, read on the team's clock; ``each`` is that
    time of day for every person in the person's own zone.
    """

    rhythm: Rhythm
    at: time
    moment: Literal["team", "each"] = "team"


@dataclass(frozen=True, slots=True)
class Moved:
    """The occurrence planned for one date takes place on another, perhaps at another time of day."""

    planned: date
    to: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What differs from the rule: dates left out, occurrences moved once."""

    skipped: tuple[date, ...] = ()
    moved: tuple[Moved, ...] = ()

    def skip(self, planned: date) -> Exceptions:
        """Leave this date out. What was moved to or from it is left out too, and does not come back."""
        gone = {planned, *(move.planned for move in self.moved if move.to == planned)}
        return Exceptions(
            tuple(sorted(gone.union(self.skipped))), tuple(move for move in self.moved if move.planned not in gone)
        )

    def move(self, planned: date, to: date, at: time | None = None) -> Exceptions:
        """Move one occurrence; moving it again replaces the first move, also if named by where it stands now."""
        origin = next((move.planned for move in self.moved if move.to == planned), planned)
        kept = tuple(move for move in self.moved if move.planned != origin)
        return Exceptions(tuple(day for day in self.skipped if day not in (origin, to)), (*kept, Moved(origin, to, at)))

    def since(self, day: date) -> Exceptions:
        """The same without what lies wholly before *day*, so that the list does not grow for ever."""
        return Exceptions(
            tuple(skipped for skipped in self.skipped if skipped >= day),
            tuple(move for move in self.moved if max(move.planned, move.to) >= day),
        )


NO_EXCEPTIONS = Exceptions()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a rule comes due: its local date, which is its key, and the moment (UTC)."""

    date: date
    at: datetime


# -- dates --------------------------------------------------------------------------------------------------


def next_date(
    rule: Rule, after: date, exceptions: Exceptions = NO_EXCEPTIONS, off: Container[date] | None = None
) -> date | None:
    """The first date after *after* on which the rule comes due, or None if there is none.

    A date in *off* (public holidays, say) is passed over unless the occurrence was moved there by hand.
    A move onto a date on which the rule comes due anyway leaves one occurrence there, not two.
    """
    away = {*exceptions.skipped, *(move.planned for move in exceptions.moved)}
    arrivals = [move.to for move in exceptions.moved if move.to > after and move.to not in exceptions.skipped]
    regular = next(
        (day for day in _dates(rule.rhythm, after) if day not in away and (off is None or day not in off)), None
    )
    return min([*arrivals, *([] if regular is None else [regular])], default=None)


def _dates(rhythm: Rhythm, after: date) -> Iterator[date]:
    """The dates of the bare rhythm after *after*, ascending, as far as the horizon."""
    end = min(date.max - timedelta(days=7), date.max if date.max - HORIZON < after else after + HORIZON)
    match rhythm:
        case Once(on):
            if on > after:
                yield on
        case Workdays():
            yield from _weekly(WEEKDAYS, after, 1, after, end)
        case Weekly(days, anchor, every):
            yield from _weekly(tuple(sorted(set(days))), anchor, every, after, end)
        case Monthly(nth, weekday):
            year, month = after.year, after.month
            while (first := date(year, month, 1)) <= end:
                day = _nth_weekday(first, nth, weekday)
                if day > after:
                    yield day
                year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        case _:
            assert_never(rhythm)


def _weekly(days: tuple[int, ...], anchor: date, every: int, after: date, end: date) -> Iterator[date]:
    if every < 1:
        return  # Refused at set-up; imported all the same, it never comes due.
    anchored = anchor - timedelta(days=anchor.weekday())
    monday = after - timedelta(days=after.weekday())
    monday -= timedelta(weeks=((monday - anchored).days // 7) % every)  # The last week that counts.
    while monday <= end:
        for weekday in days:
            day = monday + timedelta(days=weekday)
            if day > after:
                yield day
        monday += timedelta(weeks=every)


def _nth_weekday(first: date, nth: int, weekday: int) -> date:
    if nth > 0:
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


# -- moments ------------------------------------------------------------------------------------------------


def at_wall(day: date, wall: time, zone: str) -> datetime:
    """The moment (UTC) at which the wall clock of *zone* shows this date and time.

    A time that a clock change leaves out is moved forward by the length of the gap; of a time that comes
    twice, the first is meant. Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0), ZoneInfo(zone))
    return local.astimezone(UTC)  # PEP 495: with fold=0 a gap is read with the offset from before it.


def local_date(moment: datetime, zone: str) -> date:
    """Which date it is in *zone* at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def wall_time(rule: Rule, day: date, exceptions: Exceptions = NO_EXCEPTIONS) -> time:
    """The time of day of the occurrence on *day*: the rule's, unless it was moved to another."""
    return next((move.at for move in exceptions.moved if move.to == day and move.at is not None), rule.at)


def next_occurrence(
    rule: Rule,
    zone: str,
    after: datetime,
    exceptions: Exceptions = NO_EXCEPTIONS,
    off: Container[date] | None = None,
) -> Occurrence | None:
    """The first occurrence strictly after the moment *after*, on the clock of *zone*; None if there is none."""
    return next_opening(rule, [zone], after, exceptions, off)


def next_opening(
    rule: Rule,
    zones: Iterable[str],
    after: datetime,
    exceptions: Exceptions = NO_EXCEPTIONS,
    off: Container[date] | None = None,
) -> Occurrence | None:
    """The first occurrence that begins strictly after *after*, where it begins in the earliest of *zones*.

    For a rule in "each person's morning": the session must exist from the first morning on, and its date is
    the same everywhere. With no zones at all the answer is None.
    """
    walls = tuple(dict.fromkeys(zones))
    if not walls:
        return None
    # Three days: the zones of the world lie up to 26 hours apart, and a gap may push a late evening onwards.
    day = next_date(rule, after.astimezone(UTC).date() - timedelta(days=3), exceptions, off)
    while day is not None:
        wall = wall_time(rule, day, exceptions)
        begins = min(at_wall(day, wall, zone) for zone in walls)
        if begins > after:
            return Occurrence(day, begins)
        day = next_date(rule, day, exceptions, off)
    return None


def upcoming(
    rule: Rule,
    zone: str,
    after: datetime,
    count: int,
    exceptions: Exceptions = NO_EXCEPTIONS,
    off: Container[date] | None = None,
) -> tuple[Occurrence, ...]:
    """The next *count* occurrences, fewer if the rule ends: the preview before saving."""
    found: list[Occurrence] = []
    occurrence = next_occurrence(rule, zone, after, exceptions, off)
    while occurrence is not None and len(found) < count:
        found.append(occurrence)
        day = next_date(rule, occurrence.date, exceptions, off)
        occurrence = None if day is None else Occurrence(day, at_wall(day, wall_time(rule, day, exceptions), zone))
    return tuple(found)


# -- set-up: refusals and words -----------------------------------------------------------------------------


def why_not_at(wall: time) -> str | None:
    """Why a schedule cannot be set to this time of day, as a sentence for the person; None if it can."""
    if wall < EARLIEST:
        return (
            f"{wall:%H:%M} does not work: between 00:00 and 05:00 is not allowed, "
            "because people sleep and clocks change then. Choose 05:00 or later."
        )
    return None


def why_not_rule(rule: Rule, today: date) -> str | None:
    """Why this rule cannot be saved on *today* (the team's date), as a sentence; None if it can."""
    match rule.rhythm:
        case Weekly(days, _, every):
            if not days or any(day not in range(7) for day in days):
                return "Choose at least one weekday."
            if not 1 <= every <= LONGEST_REPEAT:
                return f"Every {every} weeks does not work. Choose a number from 1 to {LONGEST_REPEAT}."
        case Monthly(nth, day):
            if nth not in NTH_NAMES or day not in range(7):
                return "Choose the first, second, third, fourth or last weekday of the month."
        case Once(on):
            if on < today:
                return f"{on.day} {on:%B %Y} has passed. Choose a date from today on."
        case Workdays():
            pass
        case _:
            assert_never(rule.rhythm)
    return why_not_at(rule.at)


def why_not_move(rule: Rule, exceptions: Exceptions, planned: date, to: date, today: date) -> str | None:
    """Why the occurrence on *planned* cannot be moved to *to*, as a sentence; None if it can."""
    if next_date(rule, planned - timedelta(days=1), exceptions) != planned:
        return f"Nothing is planned for {_day(planned)}."
    if to < today:
        return f"{_day(to)} has passed. Choose a date from today on."
    if to != planned and next_date(rule, to - timedelta(days=1), exceptions) == to:
        return f"There is one on {_day(to)} already. Choose another date, or skip this one."
    return None


def in_words(rule: Rule) -> str:
    """The rule as a phrase, e.g. ``every second week on Tuesday at 09:30, in each person's morning``."""
    match rule.rhythm:
        case Weekly(days, _, every):
            names = _listed([DAY_NAMES[day] for day in sorted(set(days))])
            weeks = {1: f"every {names}", 2: f"every second week on {names}"}
            phrase = weeks.get(every, f"every {every} weeks on {names}")
        case Monthly(nth, day):
            phrase = f"every {NTH_NAMES[nth]} {DAY_NAMES[day]} of the month"
        case Workdays():
            phrase = "every day from Monday to Friday"
        case Once(on):
            phrase = f"once, on {_day(on)}"
        case _:
            assert_never(rule.rhythm)
    whose = ", in each person's own time" if rule.moment == "each" else ""
    return f"{phrase} at {rule.at:%H:%M}{whose}"


def _day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@cache
def zones() -> frozenset[str]:
    """The names of all time zones this machine knows."""
    return frozenset(available_timezones())


def why_not_zone(name: str) -> str | None:
    """Why this is no time zone, with the nearest name if there is one; None if it is one."""
    if name in zones():
        return None
    by_city = {zone.rsplit("/", 1)[-1].replace("_", " ").casefold(): zone for zone in sorted(zones()) if "/" in zone}
    typed = name.rsplit("/", 1)[-1].replace("_", " ").strip().casefold()
    near = difflib.get_close_matches(typed, by_city, n=1, cutoff=0.75)
    hint = f"Did you mean {by_city[near[0]]}?" if near else "Write a region and a city, such as Europe/Lisbon."
    return f'I don\'t know the time zone "{name}". {hint}'
