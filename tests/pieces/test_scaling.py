"""Guides in other lengths: exact sums, kept minimums, and the rest to the flexible step."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.kernel.content import Guide, Step, StepKind
from bot.pieces.scaling import lengths, scale_guide, shortest


def a_guide(*minutes: int, least: tuple[int, ...] = (), flex: int = 0, kinds: tuple[StepKind, ...] = ()) -> Guide:
    """A scalable guide; `least` are the minimums, `flex` the place of the flexible step."""
    steps = tuple(
        Step(
            id=f"s{place}",
            kind=kinds[place] if kinds else "open",
            title="Step",
            minutes=each,
            min_minutes=least[place] if least else 1,
            flex=place == flex,
        )
        for place, each in enumerate(minutes)
    )
    return Guide(
        id="g",
        title="Learning hour",
        purpose="To learn.",
        goal_type="explore",
        total_minutes=sum(minutes),
        steps=steps,
        scalable=True,
    )


HOUR = a_guide(10, 30, 15, 5, least=(5, 10, 5, 3), flex=1)


def minutes_of(guide: Guide) -> tuple[int, ...]:
    return tuple(step.minutes for step in guide.steps)


def test_an_hour_in_three_quarters() -> None:
    """The learning hour in 45 minutes is 7, 24, 11 and 3."""
    assert minutes_of(scale_guide(HOUR, 45)) == (7, 24, 11, 3)


def test_the_other_lengths_of_an_hour() -> None:
    """In 30 and 90 minutes the flexible step takes the rest; in 60 nothing changes."""
    assert minutes_of(scale_guide(HOUR, 30)) == (5, 15, 7, 3)
    assert minutes_of(scale_guide(HOUR, 90)) == (15, 46, 22, 7)
    assert scale_guide(HOUR, 60) is HOUR


def test_minimums_take_from_whoever_has_most_to_spare() -> None:
    """Where the flexible step cannot give, the step with the most above its minimum does."""
    guide = a_guide(10, 10, 40, least=(10, 10, 1), flex=0)

    assert minutes_of(scale_guide(guide, 30)) == (10, 10, 10)


def test_too_short_is_refused_in_words() -> None:
    """Less than all minimums together cannot be offered, and the message names them."""
    with pytest.raises(ValueError, match=r"^Learning hour needs at least 23 minutes\.$"):
        scale_guide(HOUR, 22)


def test_a_break_stays_a_break() -> None:
    """A break of five minutes or more is not scaled below five."""
    guide = a_guide(40, 10, 40, kinds=("open", "break", "open"))

    assert minutes_of(scale_guide(guide, 30))[1] == 5


def test_the_lengths_on_offer() -> None:
    """30, 45, 60 and 90 are offered where they fit, with the guide's own length among them."""
    assert lengths(HOUR) == (30, 45, 60, 90)
    assert lengths(a_guide(25, 50, least=(20, 20))) == (45, 60, 75, 90)


def test_what_is_not_scalable_has_its_own_length() -> None:
    """A guide that was not marked scalable is offered as it is."""
    guide = Guide(id="g", title="T", purpose="P", goal_type="share", total_minutes=60, steps=HOUR.steps)

    assert lengths(guide) == (60,)


STEPS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60), st.booleans()), min_size=1, max_size=9)


@given(STEPS, st.integers(0, 8), st.integers(1, 240))
def test_scaling_is_exact(parts: list[tuple[int, int, bool]], flex: int, total: int) -> None:
    """Whatever the guide and the length: the sum is exact, and no step is below its minimum."""
    guide = a_guide(
        *(minutes for minutes, _, _ in parts),
        least=tuple(min(minutes, least) for minutes, least, _ in parts),
        flex=flex % len(parts),
        kinds=tuple("break" if pause else "open" for _, _, pause in parts),
    )
    assume(total >= shortest(guide))
    scaled = scale_guide(guide, total)

    assert sum(minutes_of(scaled)) == scaled.total_minutes == total
    assert all(step.minutes >= step.min_minutes for step in scaled.steps)
    assert [step.id for step in scaled.steps] == [step.id for step in guide.steps]
