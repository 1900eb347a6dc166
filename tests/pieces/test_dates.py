"""Dates as people write them, on Wednesday 5 August 2026 unless said otherwise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.pieces.dates import Dates, Unclear, read_dates, read_on

TODAY = date(2026, 8, 5)  # a Wednesday


def aug(first: int, last: int | None = None, *weekdays: int) -> Dates:
    return Dates(date(2026, 8, first), date(2026, 8, last or first), weekdays)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", aug(5)),
        ("tomorrow", aug(6)),
        ("the day after tomorrow", aug(7)),
        ("friday", aug(7)),
        ("Fri", aug(7)),
        ("on Friday", aug(7)),
        ("wednesday", aug(12)),
        ("this wednesday", aug(5)),
        ("next tuesday", aug(11)),
        ("next friday", aug(14)),
        ("coming friday", aug(7)),
        ("in 2 weeks", aug(19)),
        ("in two weeks", aug(19)),
        ("in a week", aug(12)),
        ("in 3 days", aug(8)),
        ("3 days from now", aug(8)),
        ("in a month", Dates(date(2026, 9, 5), date(2026, 9, 5))),
        ("14 Aug", aug(14)),
        ("14th of August", aug(14)),
        ("Aug 14", aug(14)),
        ("August 14th, 2026", aug(14)),
        ("14. August", aug(14)),
        ("Fri 14 Aug", aug(14)),
        ("2026-08-14", aug(14)),
        ("14.8.", aug(14)),
        ("14.8", aug(14)),
        ("14.08.2026", aug(14)),
        ("14.08.26", aug(14)),
        ("  FRIDAY!  ", aug(7)),
        ("4 Aug", Dates(date(2027, 8, 4), date(2027, 8, 4))),
        ("29 Feb", Dates(date(2028, 2, 29), date(2028, 2, 29))),
        ("end of the month", aug(31)),
    ],
)
def test_one_day(text, expected):
    """A single day is read with the future preferred."""
    assert read_on(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until Friday", aug(5, 7)),
        ("till fri", aug(5, 7)),
        ("until 14 Aug", aug(5, 14)),
        ("until 14.8.", aug(5, 14)),
        ("until next week", aug(5, 16)),
        ("until the end of the month", aug(5, 31)),
        ("until tomorrow", aug(5, 6)),
        ("14 Aug - 20 Aug", aug(14, 20)),
        ("14 Aug \N{EN DASH} 20 Aug", aug(14, 20)),
        ("14 Aug to 20 Aug", aug(14, 20)),
        ("from 14 Aug until 20 Aug", aug(14, 20)),
        ("14-20 Aug", aug(14, 20)),
        ("14 - 20 August 2026", aug(14, 20)),
        ("Aug 14-20", aug(14, 20)),
        ("14.-20.8.", aug(14, 20)),
        ("14.8. - 20.8.", aug(14, 20)),
        ("2026-08-14 - 2026-08-20", aug(14, 20)),
        ("2026-08-14 to 2026-08-20", aug(14, 20)),
        ("monday to friday", aug(10, 14)),
        ("friday to monday", aug(7, 10)),
        ("tomorrow until friday", aug(6, 7)),
        ("1 Aug - 20 Aug", aug(1, 20)),
        ("1-20 Aug", aug(1, 20)),
        ("20 Dec - 6 Jan", Dates(date(2026, 12, 20), date(2027, 1, 6))),
        ("this week", aug(5, 9)),
        ("next week", aug(10, 16)),
        ("the weekend", aug(8, 9)),
        ("for 3 days", aug(5, 7)),
        ("for the next two weeks", aug(5, 18)),
        ("next month", Dates(date(2026, 9, 1), date(2026, 9, 30))),
    ],
)
def test_a_span_of_days(text, expected):
    """A span includes its first and its last day; until begins today."""
    assert read_on(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("every friday", (4,)),
        ("each Fri", (4,)),
        ("fridays", (4,)),
        ("on fridays", (4,)),
        ("every monday and friday", (0, 4)),
        ("mondays, fridays", (0, 4)),
        ("every tue, thu", (1, 3)),
        ("every weekday", (0, 1, 2, 3, 4)),
    ],
)
def test_days_that_recur(text, days):
    """Recurring days begin today and have no end."""
    assert read_on(text, TODAY) == Dates(TODAY, date.max, days)


def test_recurring_days_may_end():
    """Every Friday until a date ends there, and covers the Fridays between."""
    found = read_on("every friday until 21 Aug", TODAY)
    assert found == aug(5, 21, 4)
    assert [day for day in range(5, 32) if found.covers(date(2026, 8, day))] == [7, 14, 21]


@pytest.mark.parametrize("text", ["8/14", "8/9", "08/14/2026", "until 8/14", "8-14", "2026/8"])
def test_what_can_be_read_in_two_ways_is_asked_back(text):
    """A date with slashes is not guessed; the sentence repeats it and says how to write it."""
    answer = read_on(text, TODAY)
    assert isinstance(answer, Unclear)
    assert text.removeprefix("until ") in answer.because
    assert "14 Aug" in answer.because


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Write a day"),
        ("soonish", '"soonish"'),
        ("until the cows come home", '"until the cows come home"'),
        ("31 Feb", "no such date"),
        ("31.2.", "no such date"),
        ("14.13.", "no such date"),
        ("yesterday", "has passed"),
        ("2026-08-01", "has passed"),
        ("20 Aug 2026 - 14 Aug 2026", "ends before it begins"),
        ("until 2026-08-01", "ends before it begins"),
        ("Mon 14 Aug", "is a Friday"),
        ("from friday", "Until when?"),
        ("in 999 months", ""),
        ("x" * 3000, "..."),
        ("may", '"may"'),
        ("12", '"12"'),
    ],
)
def test_what_is_no_date_is_refused_with_the_text(text, word):
    """A refusal repeats what was written, shortened if need be, and says why or how."""
    answer = read_on(text, TODAY)
    if text == "in 999 months":
        assert answer.first.year == 2109
        return
    assert isinstance(answer, Unclear)
    assert word in answer.because
    assert len(answer.because) < 250


def test_today_is_the_date_where_the_person_is():
    """Late in the evening in Berlin it is already tomorrow in Kolkata."""
    now = datetime(2026, 8, 5, 20, tzinfo=UTC)
    assert read_dates("today", now, "Europe/Berlin") == aug(5)
    assert read_dates("today", now, "Asia/Kolkata") == aug(6)


@given(st.text(max_size=60))
@example("1 to 2")
@example("- - -")
@example("\N{SUPERSCRIPT TWO}.\N{SUPERSCRIPT TWO}.")
@example("\N{ARABIC-INDIC DIGIT FIVE} aug")
def test_whatever_is_typed_gets_an_answer(text):
    """No text breaks the reader: there is a span ahead, or a sentence."""
    answer = read_on(text, TODAY)
    if isinstance(answer, Dates):
        assert answer.first <= answer.last
        assert answer.last >= TODAY
    else:
        assert answer.because


WORDS = """until from to - every next this in friday mon 14 20 31 aug feb 2026 2026-08-14 14.8. 8/14 two weeks
days and , for"""
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=7)


@given(PIECES.map(" ".join))
def test_whatever_is_made_of_known_words_gets_an_answer(text):
    """Any order of known words is read or refused, never a crash."""
    answer = read_on(text, TODAY)
    assert isinstance(answer, Dates | Unclear)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_every_way_to_write_a_date_means_the_same(today, day):
    """ISO, dotted and worded dates with a year agree, on any day."""
    expected = Dates(day, day) if day >= today else None
    for text in (f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day.day} {day:%b %Y}", f"{day:%B} {day.day}, {day.year}"):
        answer = read_on(text, today)
        assert answer == expected if expected else isinstance(answer, Unclear)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 6))
def test_a_weekday_lies_within_a_week_and_next_means_next_week(today, weekday):
    """A bare weekday is one of the seven days ahead; next is the one of next week."""
    name = (date(2026, 8, 3) + timedelta(days=weekday)).strftime("%A")
    bare, following = read_on(name, today), read_on(f"next {name}", today)
    assert 1 <= (bare.first - today).days <= 7
    assert bare.first.weekday() == following.first.weekday() == weekday
    monday = today - timedelta(days=today.weekday())
    assert 7 <= (following.first - monday).days <= 13
