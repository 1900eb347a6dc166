"""When a person can be reached: working days and hours, absences, and windows over several time zones."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from bot.kernel.calendar import DAY_NAMES, WEEKDAYS, at_wall, local_date

WINDOW = timedelta(hours=6)  # How long the last person of a check-in has.
LONGEST = timedelta(hours=24)  # How long the first one waits for the summary, at most.
SHORTEST = timedelta(hours=1)  # What is left to the last one in any case.
HORIZON = 3 * 366  # Days to look ahead for a working day; who has none by then has none.


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's working week: weekdays (0 is Monday), from *starts* to *ends* on the wall clock of *zone*."""

    zone: str
    days: tuple[int, ...] = WEEKDAYS
    starts: time = time(9)
    ends: time = time(17)


class Absence(Protocol):
    """Days on which somebody is away."""

    def covers(self, day: date) -> bool: ...


def is_away(absences: Iterable[Absence], day: date) -> bool:
    """Whether any absence covers this date."""
    return any(absence.covers(day) for absence in absences)


def is_working_day(
    hours: Hours, day: date, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> bool:
    """Whether the person works on this date; *off* holds public holidays."""
    return day.weekday() in hours.days and (off is None or day not in off) and not is_away(absences, day)


def is_working_moment(
    hours: Hours, moment: datetime, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> bool:
    """Whether the person is at work at this moment; the end of the day is outside."""
    day = local_date(moment, hours.zone)
    begins, ends = working_window(hours, day)
    return begins <= moment < ends and is_working_day(hours, day, absences, off)


def working_window(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """From when to when (UTC) the person works on this date, were it a working day."""
    return at_wall(day, hours.starts, hours.zone), at_wall(day, hours.ends, hours.zone)


def next_working_moment(
    hours: Hours, after: datetime, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> datetime | None:
    """*after* itself if the person is at work then, else when they next begin (UTC); None if never."""
    held = tuple(absences)
    day = local_date(after, hours.zone)
    for candidate in (day + timedelta(days=ahead) for ahead in range(HORIZON)):
        if is_working_day(hours, candidate, held, off):
            begins, ends = working_window(hours, candidate)
            if after < ends:
                return max(begins, after.astimezone(UTC))
    return None


def working_days_after(
    hours: Hours, day: date, count: int, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> date | None:
    """The *count*-th working day of the person after *day* (count ≥ 1); None if there are not so many."""
    return _walk(hours, day, count, 1, tuple(absences), off)


def working_days_before(
    hours: Hours, day: date, count: int, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> date | None:
    """The *count*-th working day of the person before *day* (count ≥ 1); None if there are not so many."""
    return _walk(hours, day, count, -1, tuple(absences), off)


def month_begins(hours: Hours, after: datetime, wall: time) -> datetime:
    """*wall* on the first working day of the month that comes after *after* (UTC)."""
    today = local_date(after, hours.zone)
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return at_wall(working_days_after(hours, first - timedelta(days=1), 1) or first, wall, hours.zone)


def _walk(
    hours: Hours, day: date, count: int, step: int, absences: tuple[Absence, ...], off: Container[date] | None
) -> date | None:
    if count < 1:
        raise ValueError(f"count is {count}; it starts at 1")
    for ahead in range(1, HORIZON):
        candidate = day + timedelta(days=step * ahead)
        if is_working_day(hours, candidate, absences, off):
            count -= 1
            if count == 0:
                return candidate
    return None


def working_days_between(
    hours: Hours, first: date, last: date, absences: Iterable[Absence] = (), off: Container[date] | None = None
) -> int:
    """How many working days lie after *first* up to and including *last*; 0 if *last* is not later."""
    held = tuple(absences)
    span = range(1, (last - first).days + 1)
    return sum(is_working_day(hours, first + timedelta(days=ahead), held, off) for ahead in span)


def closing_time(
    openings: Iterable[datetime],
    window: timedelta = WINDOW,
    longest: timedelta = LONGEST,
    shortest: timedelta = SHORTEST,
) -> datetime:
    """The one closing time (UTC) for all: *window* after the last opening, at most *longest* after the first.

    Only where the first and the last morning lie more than 23 hours apart (Samoa and Kiribati) does the
    last person's hour stretch the day. Raises ValueError if nothing opens.
    """
    moments = [opening.astimezone(UTC) for opening in openings]
    if not moments:
        raise ValueError("nothing opens, so nothing can close")
    first, last = min(moments), max(moments)
    return max(min(last + window, first + longest), last + min(shortest, window))


def openings(day: date, wall: time, zones: Iterable[str]) -> dict[str, datetime]:
    """For each zone, the moment (UTC) at which its own clock shows this date and time."""
    return {zone: at_wall(day, wall, zone) for zone in dict.fromkeys(zones)}


def why_not_hours(hours: Hours) -> str | None:
    """Why these cannot be somebody's working hours, as a sentence; None if they can."""
    if not hours.days or any(day not in range(7) for day in hours.days):
        return "Choose at least one weekday."
    if hours.ends <= hours.starts:
        return f"The day needs to end after it begins. You chose {hours.starts:%H:%M} to {hours.ends:%H:%M}."
    if datetime.combine(date.min, hours.ends) - datetime.combine(date.min, hours.starts) < timedelta(hours=1):
        return "Choose a span of an hour or more, so that a message can reach you."
    return None


def hours_in_words(hours: Hours) -> str:
    """The working week as a phrase, e.g. ``Monday to Friday, 09:00 to 17:00``."""
    days = sorted(set(hours.days))
    unbroken = days == list(range(days[0], days[-1] + 1)) if days else False
    if unbroken and len(days) > 2:
        names = f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"
    else:
        names = ", ".join(DAY_NAMES[day] for day in days)
    return f"{names}, {hours.starts:%H:%M} to {hours.ends:%H:%M}"
