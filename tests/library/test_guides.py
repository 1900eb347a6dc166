"""Guides: minutes that add up, one flexible step, breaks, and what each kind of step may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.content import Guide, Library
from bot.library import validate_text
from tests.library.samples import GUIDE, but, read, said

ASYNC = """\
kind: guide
id: slow
title: "In one's own time"
purpose: "Talk in writing."
goal_type: share
mode: async
total_hours: 48
steps:
  - {id: one, kind: open, title: "Answer", hours: 24}
  - {id: two, kind: open, title: "Reply", hours: 24}
"""


def guide_of(*minutes: int, breaks: tuple[int, ...] = ()) -> str:
    """A guide of open steps with these minutes; those at the places in `breaks` are breaks."""
    lines = [
        "kind: guide",
        "id: long",
        'title: "Long"',
        'purpose: "To sit."',
        "goal_type: share",
        f"total_minutes: {sum(minutes)}",
        "steps:",
    ]
    for place, each in enumerate(minutes):
        kind = "break" if place in breaks else "open"
        flex = ", flex: true" if place == 0 else ""
        lines.append(f'  - {{id: s{place}, kind: {kind}, title: "Step", minutes: {each}{flex}}}')
    return "\n".join(lines) + "\n"


def test_the_message_has_the_promised_form() -> None:
    """File, line, what is wrong, how it should look."""
    _, problems = validate_text("guide", but(GUIDE, "    minutes: 30", "    minutes: 28"), "guides/learning-hour.yml")

    assert [str(problem) for problem in problems] == [
        "guides/learning-hour.yml line 9: the steps add up to 58 minutes, total_minutes says 60. Change one of them."
    ]


def test_a_number_that_cannot_be_read_is_told_once() -> None:
    """A wrong minute is not told a second time as a wrong sum."""
    assert len(said("guide", but(GUIDE, "    minutes: 30", "    minutes: half"))) == 1


def test_a_live_guide_has_a_flexible_step() -> None:
    """Without a step that gives time, nothing could be extended."""
    assert said("guide", but(GUIDE, "    flex: true\n", "")) == [
        "line 11: no step is marked `flex: true`. Mark the one step that may give time to the others or take theirs."
    ]


def test_a_guide_has_one_flexible_step_only() -> None:
    """The second is named, with the first."""
    assert said("guide", but(GUIDE, "    size: 2\n", "    size: 2\n    flex: true\n")) == [
        "line 32: `pairs` is a second step with `flex: true`, after `talk`. Keep one."
    ]


def test_a_minimum_is_not_more_than_the_minutes() -> None:
    """A step cannot be shorter than its shortest."""
    assert said("guide", but(GUIDE, "min_minutes: 5", "min_minutes: 11")) == [
        "line 16: `min_minutes` is 11, more than `minutes` with 10. Change one of them."
    ]


@pytest.mark.parametrize("size", [1, 5])
def test_groups_have_two_to_four_people(size: int) -> None:
    """Larger groups are no small groups."""
    assert said("guide", but(GUIDE, "size: 2", f"size: {size}")) == [
        f"line 31: `size` is {size}. Write a number from 2 to 4."
    ]


@pytest.mark.parametrize("seconds", [14, 181])
def test_turns_have_a_sensible_length(seconds: int) -> None:
    """15 to 180 seconds per person."""
    assert said("guide", but(GUIDE, "seconds_per_person: 60", f"seconds_per_person: {seconds}")) == [
        f"line 17: `seconds_per_person` is {seconds}. Write a number from 15 to 180."
    ]


def test_a_field_belongs_to_its_kind_of_step() -> None:
    """A size in a round would do nothing, so it is refused."""
    assert said("guide", but(GUIDE, "    seconds_per_person: 60", "    size: 3")) == [
        "line 17: `size` means nothing in a round step. Take it out, or make the step a breakout."
    ]


def test_ninety_minutes_without_a_break_are_enough() -> None:
    """Ninety minutes pass; the step that begins the ninety-first is named."""
    assert said("guide", guide_of(50, 40)) == []
    assert said("guide", guide_of(50, 40, 1)) == [
        "line 10: with the step `s2` people sit for 91 minutes without a break. "
        "Put a break step of 5 minutes or more before minute 90."
    ]


def test_a_break_of_five_minutes_counts() -> None:
    """After five minutes the count begins anew; four minutes are no break."""
    assert said("guide", guide_of(80, 5, 80, breaks=(1,))) == []
    assert said("guide", guide_of(80, 4, 80, breaks=(1,))) == [
        "line 10: with the step `s2` people sit for 164 minutes without a break. "
        "Put a break step of 5 minutes or more before minute 90."
    ]


def test_the_longest_stretch_is_a_setting() -> None:
    """An organisation may allow more than ninety minutes."""
    item, problems = validate_text("guide", guide_of(60, 60), "x.yml", longest_stretch=120)

    assert problems == ()
    assert isinstance(item, Guide)
    assert item.longest_stretch() == 120


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=8))
def test_the_break_rule_and_the_guide_agree(parts: list[tuple[int, bool]]) -> None:
    """A guide is refused for its breaks exactly if its longest stretch is over ninety minutes."""
    minutes = tuple(each for each, _ in parts)
    text = guide_of(*minutes, breaks=tuple(place for place, (_, pause) in enumerate(parts) if pause))
    free = validate_text("guide", text, "x.yml", longest_stretch=10_000)[0]
    refused = any("without a break" in message for message in said("guide", text))

    assert isinstance(free, Guide) or sum(minutes) > 480
    if isinstance(free, Guide):
        assert refused == (free.longest_stretch() > 90)


def test_an_async_guide_counts_in_hours() -> None:
    """Hours are kept as minutes, and no flexible step or break is asked for."""
    item = read("guide", ASYNC)

    assert isinstance(item, Guide)
    assert item.total_minutes == 48 * 60
    assert [step.minutes for step in item.steps] == [24 * 60, 24 * 60]


def test_minutes_and_hours_do_not_mix() -> None:
    """Minutes in an async guide are told, not taken for hours."""
    assert said("guide", but(ASYNC, "hours: 24}\n  - {id: two", "minutes: 24}\n  - {id: two")) == [
        "line 9: `minutes` does not go with `mode: async`. Write `hours`.",
    ]


def test_the_hours_of_an_async_guide_add_up() -> None:
    """The sum is told in hours."""
    assert said("guide", but(ASYNC, "total_hours: 48", "total_hours: 40")) == [
        "line 7: the steps add up to 48 hours, total_hours says 40. Change one of them."
    ]


def test_a_vote_names_an_earlier_step() -> None:
    """A vote on notes that nobody has written yet is refused."""
    vote = "    kind: vote\n    votes_on: tlak\n"
    assert said("guide", but(GUIDE, "    kind: breakout\n", vote).replace("    size: 2\n", "")) == [
        "line 28: no step before this one is called `tlak`. Did you mean `talk`? Name one of: checkin, talk."
    ]


def test_a_group_size_goes_up() -> None:
    """Smallest first."""
    assert said("guide", but(GUIDE, "[3, 14]", "[14, 3]")) == [
        "line 8: `group_size` goes from 14 down to 3. Swap them."
    ]
    assert said("guide", but(GUIDE, "[3, 14]", "[3]")) == [
        "line 8: `group_size` has 1 entry. It should have exactly 2."
    ]


def test_what_a_guide_refers_to_must_exist() -> None:
    """With a library at hand, an unknown survey is told, and what there is."""
    assert said("guide", GUIDE + "after: sesion\n", Library()) == [
        "line 38: `after` names the survey `sesion`, which does not exist. There are: none."
    ]
    assert said("guide", GUIDE + "after: sesion\n") == []
