"""Public holidays by country and region."""

from datetime import UTC, date, datetime

import pytest

from bot.kernel.hours import Hours, next_working_moment
from bot.pieces.holidays import Holidays, public_holidays, why_not_place


def test_a_region_has_holidays_of_its_own():
    """Epiphany is a holiday in Bavaria and not in Berlin; New Year is one in both."""
    epiphany, new_year = date(2026, 1, 6), date(2026, 1, 1)
    assert epiphany in Holidays("DE", "BY")
    assert epiphany not in Holidays("DE", "BE")
    assert new_year in Holidays("DE", "BY")
    assert new_year in Holidays("DE")


def test_a_holiday_has_a_name_people_can_read():
    """The name is given in English."""
    assert Holidays("DE").name(date(2026, 12, 25)) == "Christmas Day"
    assert Holidays("DE").name(date(2026, 12, 23)) is None


def test_holidays_push_the_next_working_moment_back():
    """From Maundy Thursday evening the next working moment in Germany is the Tuesday after Easter."""
    evening = datetime(2026, 4, 2, 18, tzinfo=UTC)
    expected = datetime(2026, 4, 7, 7, tzinfo=UTC)
    assert next_working_moment(Hours("Europe/Berlin"), evening, off=Holidays("DE")) == expected


@pytest.mark.parametrize(
    ("country", "region", "word"),
    [
        ("XX", "", '"XX"'),
        ("", "", "two letters"),
        ("de", "", "Did you mean DE?"),
        ("DE", "ZZ", "BY"),
        ("MC", "ZZ", 'Leave "ZZ" out'),
    ],
)
def test_an_unknown_place_is_answered_with_what_would_work(country, region, word):
    """An unknown country or region is refused with a hint, and simply has no holidays."""
    assert word in why_not_place(country, region)
    assert not public_holidays(country, region, 2026)


def test_every_country_and_region_of_the_list_can_be_asked():
    """A place that is offered is known."""
    for country, region in (("DE", "BY"), ("IN", "KA"), ("CA", "ON"), ("US", "CA"), ("BR", "SP")):
        assert why_not_place(country, region) is None
        assert len(public_holidays(country, region, 2026)) >= 3


def test_a_place_is_read_as_people_keep_it():
    """DE-BY is Bavaria, DE is Germany, nothing has no holidays."""
    assert Holidays.of("DE-BY") == Holidays("DE", "BY")
    assert Holidays.of("DE") == Holidays("DE")
    assert date(2026, 1, 1) not in Holidays.of("")
