"""Who is asked, and when each of them: mornings, absences, days off, wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.activities.checkins.logic.questions import in_language, prompt_of
from bot.activities.checkins.model import (
    IGNORED,
    REMIND,
    SHORTEST_WARNING,
    SOCIAL,
    Ahead,
    Asking,
    Expected,
    Material,
)
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.hours import Hours, closing_time, is_working_day, next_working_moment, working_window
from bot.kernel.ids import Member
from bot.kernel.people import Person
from bot.pieces.holidays import Holidays

NEWCOMER = timedelta(days=14)  # a newcomer gets no deep questions for this long (P07)
ON_THE_SPOT = timedelta(hours=24)  # whose day begins later than this is not waited for


def hours_of(person: Person) -> Hours:
    chosen = person.settings
    return Hours(person.zone, chosen.days, chosen.starts, chosen.ends)


def eligible(material: Material, asking: Asking, now: datetime) -> list[Person]:
    """Everybody this question may go to, whatever the day, and whoever answered it ahead."""
    found = []
    given = _ahead(material, asking)
    prompt = prompt_of(material, asking.category, asking.prompt) if asking.prompt else None
    settled = asking.depth >= 3 or (prompt is not None and "first_two_weeks" in prompt.not_for)
    for person in material.roster:
        newcomer = person.joined is not None and not person.founding and now - person.joined < NEWCOMER
        wanted = (
            not person.settings.stopped
            and asking.category not in person.settings.muted
            and person.member not in asking.watch
            and not (newcomer and settled)
        )
        if person.takes_part and (wanted or person.member in given):
            found.append(person)
    return found


def _ahead(material: Material, asking: Asking) -> dict[Member, Ahead]:
    """Who answered this question before its day."""
    if not asking.schedule:
        return {}
    return {one.member: one for one in material.ahead if (one.schedule, one.day) == (asking.schedule, asking.day)}


def expected(material: Material, asking: Asking, now: datetime, at: datetime | None = None) -> tuple[Expected, ...]:
    """Who is asked, with the moment their window opens: their own morning, or *at* for everybody.

    Not on a day off, a public holiday or during an absence; who answered ahead counts all the same, from the
    start. Whoever joined after the day had begun is not expected that day.
    """
    found = []
    given = _ahead(material, asking)
    for person in eligible(material, asking, now):
        day, ahead = asking.day, given.get(person.member)
        if asking.wall is not None:
            opens = at_wall(day, asking.wall, person.zone)
        elif asking.schedule:
            opens = at or now
            day = local_date(opens, person.zone)
        else:
            begins = next_working_moment(hours_of(person), now, person.settings.absences, _off(person))
            if begins is None or begins - now > ON_THE_SPOT:
                continue
            opens, day = begins, local_date(begins, person.zone)
        if ahead is not None:
            opens = now  # what is here already waits for no morning: theirs may never come before the close
        elif not is_working_day(hours_of(person), day, person.settings.absences, _off(person)):
            continue
        if asking.schedule and person.joined is not None and not person.founding and person.joined > opens:
            continue
        found.append(
            Expected(
                person.member,
                opens,
                person.settings.in_channel or person.member == asking.asked_by,
                ahead=ahead.values if ahead else (),
                hand=ahead.hand if ahead else "",
                ask_zone="" if person.zone_known or person.member in material.zone_asked else person.zone,
                leads=person.owner,
                asks=in_language(material, asking, person.settings.language),
                asked=ahead is not None or material.ignored.get(person.member, 0) < IGNORED,
            )
        )
    return tuple(found)


def reminded(material: Material, people: tuple[Expected, ...], asking: Asking) -> tuple[Expected, ...]:
    """Each with the moment of their one reminder: an hour before the close, or before their day ends.

    What is asked for company is never asked again (P10).
    """
    if asking.category in SOCIAL:
        return people
    closes = asking.closes
    by_member = {person.member: person for person in material.roster}
    return tuple(replace(one, remind=_remind_at(one, by_member[one.member], closes)) for one in people)


def _remind_at(one: Expected, person: Person, closes: datetime) -> datetime | None:
    begins, ends = working_window(hours_of(person), local_date(one.opens, person.zone))
    last = min(closes, ends) if ends > max(begins, one.opens) else closes
    at = last - REMIND
    return at if at - one.opens >= SHORTEST_WARNING else None


def closes_at(people: tuple[Expected, ...], window: int, now: datetime) -> datetime:
    """One closing time for all: *window* hours after the last morning, a day after the first at most."""
    return closing_time([one.opens for one in people] or [now], timedelta(hours=window))


def one_zone(material: Material, day: date) -> bool:
    """Whether the whole team reads the same clock on that day."""
    return len({at_wall(day, time(12), person.zone) for person in material.roster if person.takes_part}) <= 1


def zones(material: Material) -> list[str]:
    """The zones of everybody who takes part."""
    return sorted({person.zone for person in material.roster if person.takes_part})


def _off(person: Person) -> Holidays | None:
    return Holidays.of(person.settings.holidays) if person.settings.holidays else None
