"""How long somebody has: working days of their own, and of the team."""

from __future__ import annotations

from datetime import datetime

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.hours import Hours, next_working_moment, working_days_after, working_window
from bot.kernel.people import Person
from bot.pieces.holidays import Holidays

RESPOND_IN = 10  # working days until something has to follow


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
