"""Rules over local dates, and wall times over every clock change of the world."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.calendar import (
    NO_EXCEPTIONS,
    Exceptions,
    Monthly,
    Moved,
    Occurrence,
    Once,
    Rule,
    Weekly,
    Workdays,
    at_wall,
    in_words,
    next_date,
    next_occurrence,
    next_opening,
    upcoming,
    wall_time,
    why_not_at,
    why_not_move,
    why_not_rule,
    why_not_zone,
    zones,
)

BERLIN, KOLKATA, TORONTO = "Europe/Berlin", "Asia/Kolkata", "America/Toronto"
TUESDAYS = Rule(Weekly((1,), date(2026, 3, 3)), time(9, 30), "each")
DAILY = Rule(Weekly(tuple(range(7)), date(2026, 1, 5)), time(9, 30))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


# -- rhythms ------------------------------------------------------------------------------------------------


def dates(rule: Rule, after: date, count: int, exceptions: Exceptions = NO_EXCEPTIONS) -> list[date]:
    found: list[date] = []
    day = next_date(rule, after, exceptions)
    while day is not None and len(found) < count:
        found.append(day)
        day = next_date(rule, day, exceptions)
    return found


def test_every_second_week_counts_from_the_week_of_the_anchor():
    """Every second week means the anchor's week and each second one after, whatever day we ask on."""
    rule = Rule(Weekly((1, 3), date(2026, 3, 5), every=2), time(9))
    expected = [date(2026, 3, 5), date(2026, 3, 17), date(2026, 3, 19), date(2026, 3, 31)]

    assert dates(rule, date(2026, 3, 4), 4) == expected
    assert dates(rule, date(2026, 3, 10), 3) == expected[1:]


def test_every_second_week_also_counts_backwards_from_its_anchor():
    """An anchor in the future sets the parity of the weeks before it too."""
    rule = Rule(Weekly((0,), date(2026, 6, 1), every=2), time(9))
    assert dates(rule, date(2026, 5, 1), 3) == [date(2026, 5, 4), date(2026, 5, 18), date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("nth", "day", "expected"),
    [
        (1, 1, [date(2026, 2, 3), date(2026, 3, 3), date(2026, 4, 7)]),
        (4, 6, [date(2026, 2, 22), date(2026, 3, 22), date(2026, 4, 26)]),
        (-1, 4, [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]),
    ],
)
def test_the_nth_weekday_of_each_month(nth, day, expected):
    """Monthly means the n-th such weekday of each month, and -1 the last one."""
    assert dates(Rule(Monthly(nth, day), time(9)), date(2026, 1, 27), 3) == expected


def test_workdays_leave_out_the_week_end():
    """Workdays go from Friday to Monday."""
    assert dates(Rule(Workdays(), time(9)), date(2026, 3, 5), 3) == [
        date(2026, 3, 6),
        date(2026, 3, 9),
        date(2026, 3, 10),
    ]


def test_once_is_once():
    """A single date comes due once and never again."""
    assert dates(Rule(Once(date(2026, 3, 5)), time(9)), date(2026, 3, 4), 3) == [date(2026, 3, 5)]


def test_a_date_that_is_off_is_passed_over():
    """A public holiday is left out, unless something was moved there by hand."""
    off = {date(2026, 3, 10)}
    moved = NO_EXCEPTIONS.move(date(2026, 3, 17), date(2026, 3, 10))
    assert next_date(TUESDAYS, date(2026, 3, 3), off=off) == date(2026, 3, 17)
    assert next_date(TUESDAYS, date(2026, 3, 3), moved, off) == date(2026, 3, 10)


def test_a_rule_whose_dates_are_all_off_ends():
    """A rule that can never come due says so instead of searching for ever."""

    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    assert next_date(TUESDAYS, date(2026, 3, 3), off=Always()) is None


# -- exceptions ---------------------------------------------------------------------------------------------


def test_skip_once_leaves_out_one_date():
    """Skipping leaves out that date and no other."""
    skipped = NO_EXCEPTIONS.skip(date(2026, 3, 10))
    assert dates(TUESDAYS, date(2026, 3, 3), 2, skipped) == [date(2026, 3, 17), date(2026, 3, 24)]


def test_move_once_moves_one_date_and_its_time():
    """A moved occurrence takes place there, at the time given, and the next one is as ever."""
    moved = NO_EXCEPTIONS.move(date(2026, 3, 10), date(2026, 3, 12), time(14))
    assert dates(TUESDAYS, date(2026, 3, 3), 2, moved) == [date(2026, 3, 12), date(2026, 3, 17)]
    assert wall_time(TUESDAYS, date(2026, 3, 12), moved) == time(14)
    assert wall_time(TUESDAYS, date(2026, 3, 17), moved) == time(9, 30)


def test_moving_again_moves_the_same_occurrence():
    """A second move, named by the new date, moves the same occurrence; the first target is free again."""
    twice = NO_EXCEPTIONS.move(date(2026, 3, 10), date(2026, 3, 12)).move(date(2026, 3, 12), date(2026, 3, 13))
    assert twice.moved == (Moved(date(2026, 3, 10), date(2026, 3, 13)),)
    assert dates(TUESDAYS, date(2026, 3, 3), 2, twice) == [date(2026, 3, 13), date(2026, 3, 17)]


def test_skipping_what_was_moved_does_not_bring_the_old_date_back():
    """An occurrence moved forward and then skipped is gone from both dates."""
    gone = NO_EXCEPTIONS.move(date(2026, 3, 10), date(2026, 3, 6)).skip(date(2026, 3, 6))
    assert dates(TUESDAYS, date(2026, 3, 3), 1, gone) == [date(2026, 3, 17)]


def test_two_occurrences_on_one_date_are_one():
    """A move onto a date that comes due anyway leaves one occurrence there."""
    onto = NO_EXCEPTIONS.move(date(2026, 3, 10), date(2026, 3, 17))
    assert dates(TUESDAYS, date(2026, 3, 3), 2, onto) == [date(2026, 3, 17), date(2026, 3, 24)]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 27), st.integers(0, 27)), max_size=8))
def test_whatever_is_skipped_and_moved_dates_ascend(steps):
    """After any skips and moves the dates are strictly ascending and never one that was skipped last."""
    start, exceptions = date(2026, 3, 2), NO_EXCEPTIONS
    for skip, a, b in steps:
        planned = start + timedelta(days=a)
        exceptions = exceptions.skip(planned) if skip else exceptions.move(planned, start + timedelta(days=b))
    found = dates(DAILY, start - timedelta(days=1), 30, exceptions)
    assert found == sorted(set(found))
    assert not set(found) & set(exceptions.skipped)


def test_old_exceptions_are_forgotten():
    """Exceptions wholly before a date can be dropped without changing what follows."""
    exceptions = NO_EXCEPTIONS.skip(date(2026, 3, 3)).move(date(2026, 3, 10), date(2026, 3, 18))
    kept = exceptions.since(date(2026, 3, 11))
    assert kept.skipped == ()
    assert dates(TUESDAYS, date(2026, 3, 11), 3, kept) == dates(TUESDAYS, date(2026, 3, 11), 3, exceptions)


# -- clock changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (BERLIN, utc(2026, 3, 24, 8, 30), utc(2026, 3, 31, 7, 30)),
        (KOLKATA, utc(2026, 3, 24, 4, 0), utc(2026, 3, 31, 4, 0)),
        (TORONTO, utc(2026, 3, 24, 13, 30), utc(2026, 3, 31, 13, 30)),
    ],
)
def test_half_past_nine_stays_half_past_nine(zone, before, after):
    """09:30 on Tuesdays holds at each wall over Europe's clock change of March 2026."""
    assert next_occurrence(TUESDAYS, zone, utc(2026, 3, 23)) == Occurrence(date(2026, 3, 24), before)
    assert next_occurrence(TUESDAYS, zone, before) == Occurrence(date(2026, 3, 31), after)


def test_a_time_in_the_gap_moves_forward():
    """02:30 in Berlin on 29 March 2026 does not exist; 03:30 is meant."""
    assert at_wall(date(2026, 3, 29), time(2, 30), BERLIN) == utc(2026, 3, 29, 1, 30)


def test_a_time_that_comes_twice_is_the_first():
    """02:30 in Berlin on 25 October 2026 comes twice; an imported rule fires at the first and only there."""
    rule = Rule(Weekly(tuple(range(7)), date(2026, 10, 1)), time(2, 30))
    first = next_occurrence(rule, BERLIN, utc(2026, 10, 24, 12))
    assert first == Occurrence(date(2026, 10, 25), utc(2026, 10, 25, 0, 30))
    assert next_occurrence(rule, BERLIN, first.at) == Occurrence(date(2026, 10, 26), utc(2026, 10, 26, 1, 30))


def clock_changes(zone: str) -> list[date]:
    """The local dates in 2026 to 2030 at whose noon the clock stands otherwise than at the noon before."""
    tz, day, end = ZoneInfo(zone), datetime(2026, 1, 1, 12), datetime(2031, 1, 1)  # noqa: DTZ001 - wall times
    found, offset = [], tz.utcoffset(day)
    while day < end:
        day += timedelta(days=1)
        if (now := tz.utcoffset(day)) != offset:
            found.append(day.date())
            offset = now
    return found


def test_in_every_zone_of_the_world_a_daily_rule_fires_once_per_date_through_every_clock_change():
    """For all zones, 2026 to 2030, any half hour: each date once, in order, never at a time that does not exist."""
    walls = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    assert len(zones()) > 400
    changes = 0
    for zone in sorted(zones()):
        tz = ZoneInfo(zone)
        for change in clock_changes(zone):
            changes += 1
            for wall in walls:
                rule = Rule(DAILY.rhythm, wall)
                start = at_wall(change - timedelta(days=2), wall, zone)
                fired = upcoming(rule, zone, start, 3)

                assert [occurrence.date for occurrence in fired] == [
                    change + timedelta(days=ahead) for ahead in (-1, 0, 1)
                ]
                for earlier, occurrence in zip((start, *(one.at for one in fired)), fired, strict=False):
                    assert earlier < occurrence.at
                    local = occurrence.at.astimezone(tz)
                    meant = datetime.combine(occurrence.date, wall)
                    late = local.replace(tzinfo=None) - meant
                    assert late == timedelta(0) or (timedelta(0) < late and not exists(meant, tz))
                    assert local.fold == 0
    assert changes > 1000


def exists(wall: datetime, tz: ZoneInfo) -> bool:
    return wall.replace(tzinfo=tz).astimezone(UTC).astimezone(tz).replace(tzinfo=None) == wall


@given(
    st.sampled_from(sorted(zones())),
    st.dates(date(2026, 1, 1), date(2030, 12, 1)),
    st.times(),
    st.sampled_from([Workdays(), Weekly((0, 2, 6), date(2026, 1, 1), 3), Monthly(-1, 6), Monthly(1, 0)]),
)
def test_asking_from_any_moment_gives_the_same_occurrences(zone, day, wall, rhythm):
    """Walking from occurrence to occurrence and asking from just before each one agree."""
    rule = Rule(rhythm, wall.replace(second=0, microsecond=0))
    walked = upcoming(rule, zone, datetime.combine(day, time(), UTC), 4)
    for occurrence in walked:
        assert next_occurrence(rule, zone, occurrence.at - timedelta(microseconds=1)) == occurrence
        following = next_occurrence(rule, zone, occurrence.at)
        assert following is not None
        assert following.date > occurrence.date


def test_each_persons_morning_opens_with_the_earliest_zone():
    """The occurrence of a date begins where its morning comes first, and has one date everywhere."""
    opening = next_opening(TUESDAYS, (BERLIN, KOLKATA, TORONTO), utc(2026, 3, 23))
    assert opening == Occurrence(date(2026, 3, 24), utc(2026, 3, 24, 4, 0))
    assert next_opening(TUESDAYS, (), utc(2026, 3, 23)) is None


def test_zones_more_than_a_day_apart_open_each_date_once():
    """From Kiribati to Samoa a daily rule still opens each date exactly once, in order."""
    moment, found = utc(2026, 3, 1), []
    for _ in range(10):
        opening = next_opening(DAILY, ("Pacific/Pago_Pago", "Pacific/Kiritimati"), moment)
        moment = opening.at
        found.append(opening.date)
    assert found == [found[0] + timedelta(days=ahead) for ahead in range(10)]


# -- set-up -------------------------------------------------------------------------------------------------


def test_night_times_are_refused_at_setup():
    """A time between 00:00 and 05:00 is refused with a sentence that repeats it."""
    refusal = why_not_at(time(2, 30))
    assert refusal.startswith("02:30")
    assert "between 00:00 and 05:00 is not allowed" in refusal
    assert why_not_at(time(4, 59)) is not None
    assert why_not_at(time(5)) is None


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (Rule(Weekly((), date(2026, 3, 3)), time(9)), "weekday"),
        (Rule(Weekly((1,), date(2026, 3, 3), 0), time(9)), "1 to 52"),
        (Rule(Monthly(5, 1), time(9)), "last"),  # type: ignore[arg-type]
        (Rule(Once(date(2026, 3, 2)), time(9)), "2 March 2026 has passed"),
        (Rule(Workdays(), time(3)), "03:00"),
    ],
)
def test_rules_that_cannot_be_saved_say_why(rule, word):
    """Each rule that makes no sense is refused with what would work."""
    assert word in why_not_rule(rule, date(2026, 3, 3))


def test_a_sound_rule_is_not_refused():
    """A rule that makes sense can be saved, also for today."""
    assert why_not_rule(TUESDAYS, date(2026, 3, 3)) is None
    assert why_not_rule(Rule(Once(date(2026, 3, 3)), time(9)), date(2026, 3, 3)) is None


def test_a_broken_rule_that_was_imported_never_fires():
    """A rule with a rhythm of no weeks comes due never, and stops nothing."""
    assert next_date(Rule(Weekly((1,), date(2026, 3, 3), 0), time(9)), date(2026, 3, 3)) is None


@pytest.mark.parametrize(
    ("planned", "to", "word"),
    [
        (date(2026, 3, 11), date(2026, 3, 12), "Nothing is planned"),
        (date(2026, 3, 10), date(2026, 3, 1), "has passed"),
        (date(2026, 3, 10), date(2026, 3, 17), "There is one on Tuesday, 17 March 2026 already"),
    ],
)
def test_moves_that_make_no_sense_say_why(planned, to, word):
    """Moving nothing, into the past, or onto another occurrence is refused with a reason."""
    assert word in why_not_move(TUESDAYS, NO_EXCEPTIONS, planned, to, date(2026, 3, 4))


def test_a_sound_move_is_not_refused():
    """Moving to a free date, or to another time of the same date, is fine."""
    for to in (date(2026, 3, 12), date(2026, 3, 10)):
        assert why_not_move(TUESDAYS, NO_EXCEPTIONS, date(2026, 3, 10), to, date(2026, 3, 4)) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (TUESDAYS, "every Tuesday at 09:30, in each person's own time"),
        (
            Rule(Weekly((4, 1, 3), date(2026, 3, 3), 2), time(14)),
            "every second week on Tuesday, Thursday and Friday at 14:00",
        ),
        (Rule(Weekly((0,), date(2026, 3, 3), 3), time(9)), "every 3 weeks on Monday at 09:00"),
        (Rule(Monthly(-1, 4), time(9)), "every last Friday of the month at 09:00"),
        (Rule(Workdays(), time(9)), "every day from Monday to Friday at 09:00"),
        (Rule(Once(date(2026, 3, 5)), time(9)), "once, on Thursday, 5 March 2026 at 09:00"),
    ],
)
def test_a_rule_can_be_read_aloud(rule, words):
    """Each rule has a phrase that a person would use."""
    assert in_words(rule) == words


def test_a_zone_that_does_not_exist_gets_the_nearest_name():
    """A mistyped zone is answered with the zone that was probably meant."""
    assert why_not_zone("Europe/Berlin") is None
    assert "Did you mean Europe/Berlin?" in why_not_zone("Europe/Berln")
    assert "America/New_York" in why_not_zone("new york")
    assert "Europe/Lisbon" in why_not_zone("xyzzy")
