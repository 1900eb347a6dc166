"""Surveys that come back: listed, skipped, moved, of one's own, by name, and before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import load
from tests.story import Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
SKILLS = tuple(question.id for question in CONTENT.surveys["learning-prepost"].questions)
FIVE = ("Lena", "Tomas", "Ines", "Maya", "Jo")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=CONTENT)


def repeats(stage: Local, **values: str) -> str:
    stage.types("Lena", "pulse schedule new")
    return stage.submits(
        "Lena", **({"survey": "team-pulse", "weeks": "2", "first": "2026-03-25", "at": "10:00"} | values)
    )


def invited(stage: Local, person: str) -> int:
    return sum(
        "Stored without your name" in message.text() or "closed" in message.text() for message in stage.direct(person)
    )


def test_the_next_one_is_skipped_and_moved(bridge: Local) -> None:
    """Who looks after the team sees what repeats, leaves one out, moves one; the rhythm stays and says so."""
    assert "Every second week, next Wed 25 Mar 10:00" in repeats(bridge)
    assert "Survey" in bridge.types("Jo", "rhythm")
    listed = bridge.types("Lena", "pulse schedule")
    assert "What repeats here. Three-question pulse: every second week, next Wed 25 Mar 10:00." in listed
    assert "next Wed 8 Apr 10:00" in bridge.presses("Lena", "Skip the next")
    bridge.until("Thu 12:00")
    assert invited(bridge, "Jo") == 0
    bridge.types("Lena", "pulse schedule")
    assert "form: Move the next one" in bridge.presses("Lena", "Move the next")
    assert "comes earlier" in bridge.submits("Lena", first="2026-04-22", at="11:00")
    bridge.types("Lena", "pulse schedule")
    bridge.presses("Lena", "Move the next")
    assert "Three-question pulse: changed" in bridge.submits("Lena", first="2026-04-09", at="11:00")
    assert "next Thu 9 Apr 11:00" in bridge.types("Lena", "pulse schedule")
    bridge.until(berlin("2026-04-08 18:00"))
    assert invited(bridge, "Jo") == 0
    bridge.until(berlin("2026-04-09 18:00"))
    assert invited(bridge, "Jo") == 1
    assert "next Wed 22 Apr 10:00" in bridge.types("Lena", "pulse schedule")
    assert "does not come again" in bridge.presses("Lena", "End the schedule")
    assert "form: Repeat a pulse" in bridge.types("Lena", "pulse schedule")


def test_too_few_says_when_the_next_one_comes(bridge: Local) -> None:
    """Voice 21: nothing to show, and when it comes again; without a count."""
    repeats(bridge, weeks="13")
    bridge.passes("7 days")
    assert "Fewer than 5 people answered." in bridge.everything()
    assert "The next one comes in June." in bridge.everything()


def test_own_questions_come_back(bridge: Local) -> None:
    """A survey of one's own repeats as it was written, without being written again."""
    bridge.types("Lena", "pulse own")
    told = bridge.submits("Lena", title="Reviews", statements="Reviews help me.\nReviews come quickly.", weeks="2")
    assert "Reviews repeats in #bridge" in told
    bridge.until("Wed 18:00")
    for person in FIVE:
        bridge.presses(person, "Open", "@")
        assert "Counted" in bridge.submits(person, q0="5", q1="4")
    bridge.passes("7 days")
    assert "Reviews: 5 people answered" in bridge.everything()


def test_before_and_after_by_schedule(bridge: Local) -> None:
    """A linked survey is asked twice, so many weeks apart, and then its schedule has ended."""
    told = repeats(bridge, survey="learning-prepost", weeks="4", topic="Negotiation")
    assert "Before and after, 4 weeks apart; before: Wed 25 Mar 10:00" in told
    for value, until in (("2", "2026-03-25 18:00"), ("4", "2026-04-22 18:00")):
        bridge.until(berlin(until))
        for person in FIVE:
            bridge.presses(person, "Open", "@")
            assert "Counted" in bridge.submits(person, **dict.fromkeys(SKILLS, value))
    bridge.passes("14 days")
    assert "5 people answered before and after." in bridge.everything()
    assert "form: Repeat a pulse" in bridge.types("Lena", "pulse schedule")


def test_by_name_where_the_survey_leaves_the_choice(bridge: Local) -> None:
    """Names are chosen before a form opens, and only where the survey allows it."""
    bridge.types("Lena", "pulse schedule new")
    form = {"weeks": "26", "first": "2026-03-25", "at": "10:00", "mode": "named"}
    assert "is asked as it is: anonymous" in bridge.submits("Lena", survey="team-pulse", **form)
    bridge.types("Lena", "pulse schedule new")
    assert "repeats in #bridge" in bridge.submits("Lena", survey="application", **form)
    bridge.until("Wed 18:00")
    assert "Stored with your name." in bridge.direct("Jo")[-1].text()


def test_a_topic_cannot_name_a_person(bridge: Local) -> None:
    """What a survey without names is about cannot be somebody of the team."""
    assert "names Sam" in bridge.types("Lena", "pulse start learning-prepost working with Sam")
