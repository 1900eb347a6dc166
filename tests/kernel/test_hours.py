"""Working days and hours, absences, and one closing time over several zones."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.calendar import zones
from bot.kernel.hours import (
    Hours,
    closing_time,
    hours_in_words,
    is_working_moment,
    next_working_moment,
    openings,
    why_not_hours,
    working_days_after,
    working_days_before,
    working_days_between,
)

BERLIN, KOLKATA, TORONTO = "Europe/Berlin", "Asia/Kolkata", "America/Toronto"
LENA = Hours(BERLIN)


@dataclass(frozen=True)
class Away:
    first: date
    last: date
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and day.weekday() in self.weekdays


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_inside_working_hours_now_is_the_moment():
    """Who is at work can be written to now."""
    assert next_working_moment(LENA, utc(2026, 7, 7, 10)) == utc(2026, 7, 7, 10)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 7, 7, 5), utc(2026, 7, 7, 7)),  # before 09:00 on a Tuesday
        (utc(2026, 7, 7, 15), utc(2026, 7, 8, 7)),  # 17:00 sharp is over
        (utc(2026, 7, 10, 16), utc(2026, 7, 13, 7)),  # Friday evening
        (utc(2026, 3, 27, 17), utc(2026, 3, 30, 7)),  # over the clock change
    ],
)
def test_outside_working_hours_the_next_begin_is_meant(now, expected):
    """Outside hours the next working morning is meant, at the wall clock."""
    assert next_working_moment(LENA, now) == expected


def test_absences_and_holidays_push_the_moment_back():
    """Away until Friday and a holiday on Monday make it Tuesday."""
    away = [Away(date(2026, 8, 10), date(2026, 8, 14))]
    assert next_working_moment(LENA, utc(2026, 8, 11, 9), away) == utc(2026, 8, 17, 7)
    assert next_working_moment(LENA, utc(2026, 8, 11, 9), away, {date(2026, 8, 17)}) == utc(2026, 8, 18, 7)


def test_who_never_works_is_never_reached():
    """Nobody is searched for without end: no working day means no moment."""
    assert next_working_moment(Hours(BERLIN, days=()), utc(2026, 8, 11)) is None
    always = [Away(date(2026, 1, 1), date.max)]
    assert next_working_moment(LENA, utc(2026, 8, 11), always) is None
    assert working_days_after(LENA, date(2026, 8, 11), 1, always) is None


def test_working_days_are_counted_in_both_directions():
    """The day before a Monday session is Friday; three working days after Thursday is Tuesday."""
    assert working_days_before(LENA, date(2026, 3, 9), 1) == date(2026, 3, 6)
    assert working_days_after(LENA, date(2026, 3, 5), 3) == date(2026, 3, 10)
    assert working_days_between(LENA, date(2026, 3, 5), date(2026, 3, 10)) == 3
    assert working_days_between(LENA, date(2026, 3, 10), date(2026, 3, 5)) == 0
    with pytest.raises(ValueError, match="starts at 1"):
        working_days_after(LENA, date(2026, 3, 5), 0)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 30), st.sets(st.integers(0, 6), min_size=1))
def test_counting_and_walking_working_days_agree(day, count, days):
    """The n-th working day after a date is n working days away from it."""
    hours = Hours(BERLIN, days=tuple(sorted(days)))
    assert working_days_between(hours, day, working_days_after(hours, day, count)) == count


@given(
    st.sampled_from(sorted(zones())),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)),  # noqa: DTZ001 - made aware by the strategy
    st.sets(st.integers(0, 6), min_size=1),
)
def test_the_next_working_moment_is_one_and_is_the_first(zone, naive, days):
    """The answer lies in working hours, not before the question, and nothing earlier would do."""
    hours = Hours(zone, days=tuple(sorted(days)))
    now = naive.replace(tzinfo=UTC)
    moment = next_working_moment(hours, now)

    assert moment is not None
    assert moment >= now
    assert is_working_moment(hours, moment)
    earlier = now
    while earlier < moment:
        assert not is_working_moment(hours, earlier)
        earlier += timedelta(hours=1)


# -- one closing time ---------------------------------------------------------------------------------------


def test_the_last_window_decides_when_a_checkin_closes():
    """Berlin, Kolkata and Toronto at 09:30 close together at 21:30 in Berlin."""
    opened = openings(date(2026, 7, 7), time(9, 30), (BERLIN, KOLKATA, TORONTO))
    assert opened[TORONTO] == utc(2026, 7, 7, 13, 30)
    assert closing_time(opened.values()) == utc(2026, 7, 7, 19, 30)


def test_no_checkin_stays_open_longer_than_a_day():
    """Auckland and Honolulu lie 22 hours apart: the close comes 24 hours after the first opening."""
    opened = openings(date(2026, 7, 7), time(9, 30), ("Pacific/Auckland", "Pacific/Honolulu"))
    assert closing_time(opened.values()) == opened["Pacific/Auckland"] + timedelta(hours=24)


def test_even_the_last_zone_of_the_world_has_an_hour():
    """Kiribati and Samoa lie 25 hours apart: the last still gets an hour to answer."""
    opened = openings(date(2026, 7, 7), time(9, 30), ("Pacific/Kiritimati", "Pacific/Pago_Pago"))
    assert closing_time(opened.values()) == opened["Pacific/Pago_Pago"] + timedelta(hours=1)


def test_nothing_to_close_is_an_error():
    """Closing what nobody is asked is a mistake of the caller, said clearly."""
    with pytest.raises(ValueError, match="nothing opens"):
        closing_time([])


# -- set-up -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        (Hours(BERLIN, days=()), "weekday"),
        (Hours(BERLIN, starts=time(17), ends=time(9)), "17:00 to 09:00"),
        (Hours(BERLIN, starts=time(9), ends=time(9, 30)), "an hour or more"),
    ],
)
def test_hours_that_make_no_sense_say_why(hours, word):
    """Hours nobody could be reached in are refused with a reason."""
    assert word in why_not_hours(hours)


def test_sound_hours_are_read_aloud():
    """Usual hours are accepted and have a phrase."""
    assert why_not_hours(LENA) is None
    assert hours_in_words(LENA) == "Monday to Friday, 09:00 to 17:00"
    assert hours_in_words(Hours(BERLIN, days=(0, 2))) == "Monday, Wednesday, 09:00 to 17:00"
