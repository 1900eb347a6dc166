"""Sentences with people and moments in them: nobody's text can forge one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.ids import Member
from bot.kernel.people import channel_label
from bot.kernel.words import (
    FORMER,
    OPEN,
    SHUT,
    Mention,
    When,
    Who,
    clean,
    listed,
    members_in,
    mention,
    named,
    plain,
    plural,
    spans,
    when,
    who,
)

LENA, ARUN = Member("slack", "T1", "U1"), Member("teams", "t-1", "8:orgid:4/2")
SUMMER = datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
anything = st.text(st.characters(), max_size=60)
PARTS = [OPEN, SHUT, "w", "m", "t", ":", "/", "slack", "\x1f", "0", "\n", "\x00", "\ud83d"]
hostile = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


@given(anything | hostile)
def test_cleaned_text_holds_nobody(text: str) -> None:
    """Whatever somebody writes, once cleaned it is one plain string: no person, no call, no moment."""
    assert all(isinstance(span, str) for span in spans(clean(text)))
    assert members_in(clean(text)) == frozenset()
    clean(text).encode()  # no half of a surrogate pair is left, which no database takes


@given(anything | hostile)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Cleaned text stays as it is, line breaks included."""
    assert clean(clean(text)) == clean(text)
    assert clean(text).count("\n") == text.count("\n")


@given(anything | hostile, anything | hostile)
def test_a_name_cannot_become_somebody_else(name: str, around: str) -> None:
    """A name with token characters in it is filled in as plain text, and calls nobody."""
    sentence = f"{clean(around)}{who(LENA)}, {mention(ARUN)}"
    filled = named(sentence, {LENA: name, ARUN: name})
    assert members_in(filled) == {ARUN}
    assert plain(filled).startswith(clean(around) + clean(name))


def test_a_sentence_is_taken_apart_in_order() -> None:
    """People, calls and moments come back as what was put in, with the text between them."""
    sentence = f"{who(LENA)} calls {mention(ARUN)} at {when(SUMMER, 'day_time')}."
    assert spans(sentence) == (Who(LENA), " calls ", Mention(ARUN), " at ", When(SUMMER, "day_time"), ".")
    assert members_in(sentence) == {LENA, ARUN}


def test_who_is_not_known_any_more_is_a_former_member() -> None:
    """Without a name a person is called a former member, whether named or called."""
    assert plain(named(f"{who(LENA)} and {mention(ARUN)}", {})) == f"{FORMER} and {FORMER}"


@pytest.mark.parametrize(
    ("style", "zone", "text"),
    [
        ("time", "Europe/Berlin", "09:30"),
        ("day_time", "America/Toronto", "Wed 03:30"),
        ("date", "Pacific/Kiritimati", "Wed 1 Jul"),
        ("date_time", "Asia/Kolkata", "Wed 1 Jul 13:00"),
    ],
)
def test_a_moment_is_shown_where_the_reader_is(style: str, zone: str, text: str) -> None:
    """The same moment reads as each zone's own clock and calendar say."""
    assert plain(when(SUMMER, style), zone) == text  # type: ignore[arg-type]


@given(st.integers(0, 4_000_000_000_000_000))
def test_a_moment_comes_back_to_the_second(microseconds: int) -> None:
    """A moment in a sentence keeps its second, whatever its microseconds."""
    at = SUMMER + timedelta(microseconds=microseconds)
    (span,) = spans(when(at))
    assert isinstance(span, When)
    assert timedelta(0) <= at - span.at < timedelta(seconds=1)


@pytest.mark.parametrize("token", ["x:1", "t:12:never", "t:soon:time", "", "w", "w:", "m:a/b"])
def test_a_token_nobody_knows_is_left_out(token: str) -> None:
    """A token from another version of the bot does not break the sentence."""
    try:
        found = spans(f"a{OPEN}{token}{SHUT}b")
    except ValueError:
        pytest.fail(f"{token!r} raises")
    assert "".join(one for one in found if isinstance(one, str)) == "ab"


def test_numbers_and_rows() -> None:
    """One is one, the rest is many, and a row is separated by commas."""
    assert [plural(n, "1 person", "{n} persons") for n in (0, 1, 2)] == ["0 persons", "1 person", "2 persons"]
    assert listed(("a", "b")) == "a, b"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("bridge", "#bridge"),
        ("über-uns", "#über-uns"),
        ("Sales", "Sales"),
        ("the chat of Lena, Jo", "the chat of Lena, Jo"),
    ],
)
def test_a_channel_is_called_as_people_call_it(name: str, label: str) -> None:
    """A name that can stand in a sentence gets no sign; one that is a handle does."""
    assert channel_label(name) == label
