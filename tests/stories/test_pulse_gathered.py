"""Surveys that gather over months: newcomers, those who leave; and what goes with a form: names by choice, contacts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.library import load
from tests.story import Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
SUPPORT = "Somebody to talk to: care@example.org, any hour."
NEW = {"tasks": "4", "whom": "4", "welcome": "5", "buddy": "4", "own": "4"}


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=replace(CONTENT, support=SUPPORT))


def read_by(stage: Local, person: str) -> str:
    return " ".join(message.text() for message in stage.direct(person))


def newcomers(stage: Local, *people: str) -> None:
    """They join, and answer on day 30, 60 and 90."""
    assert "30, 60 and 90 days" in stage.types("Lena", "pulse start newcomer-30-60-90")
    for person in people:
        stage.joins(person)
    for days, passes in ((30, 31), (60, 30), (90, 30)):
        stage.passes(f"{passes} days")
        stage.until("Tue 17:00")
        for person in people:
            assert f"You have been in #bridge for {days} days." in stage.direct(person)[-1].text()
            stage.presses(person, "Open", "@")
            assert "Counted" in stage.submits(person, **NEW)
    assert "First 90 days" not in read_by(stage, "Jo")


def test_newcomers_are_asked_three_times_and_shown_together(bridge: Local) -> None:
    """Day 30, 60 and 90, each a survey of its own; shown after half a year if five different people answered."""
    newcomers(bridge, "Nora", "Emil", "Olga", "Piet", "Rosa")
    assert "people answered" not in bridge.everything()
    bridge.passes("110 days")
    assert "First 90 days: 5 people answered" in read_by(bridge, "Lena")
    assert "Most agree" in read_by(bridge, "Lena")
    assert "%" not in read_by(bridge, "Lena")  # fifteen answers, and yet only five people


def test_six_answers_of_two_newcomers_are_too_few(bridge: Local) -> None:
    """It is different people that are counted: two who answered three times each leave nothing behind."""
    newcomers(bridge, "Nora", "Emil")
    bridge.passes("110 days")
    assert "Fewer than 5 people answered." in read_by(bridge, "Lena")
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse_answer'") == (0,)


def test_a_name_goes_along_only_if_ticked(bridge: Local) -> None:
    """Who ticks it is read by name, by whoever looks after the team alone, and is not among those without names."""
    bridge.types("Lena", "pulse start newcomer-30-60-90")
    bridge.joins("Nora")
    bridge.passes("31 days")
    bridge.until("Tue 17:00")
    bridge.presses("Nora", "Open", "@")
    assert "Sent, with your name" in bridge.submits("Nora", **NEW, copy=("yes",))
    bridge.passes("1 day")
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM sealed") == (0,)
    (copy,) = [message.text() for message in bridge.direct("Lena") if "From Nora." in message.text()]
    assert "Tasks are known: Agree." in copy
    assert "Nora ticked that you may read this." in copy
    assert "asks are known" not in " ".join(message.text() for message in bridge.in_channel())


def test_whoever_leaves_is_asked_why_and_shown_with_others(bridge: Local) -> None:
    """One private question on leaving; after half a year totals of five or more, else nothing is kept."""
    bridge.types("Lena", "pulse start exit")
    for person in ("Jo", "Sam", "Maya", "Arun", "Divya"):
        bridge.leaves(person)
        bridge.until("Tue 17:00")
        assert "You left #bridge. Whether you answer is up to you." in bridge.direct(person)[-1].text()
        bridge.presses(person, "Open", "@")
        assert "Counted" in bridge.submits(person, reason="1", **{"return": "0"})
    assert "5 people" not in bridge.everything()
    bridge.passes("170 days")
    assert "Leaving: 5 people answered" in read_by(bridge, "Lena")
    assert "Most chose it: No time; Yes." in read_by(bridge, "Lena")


def test_support_contacts_stand_under_the_form(bridge: Local) -> None:
    """Where a survey asks how people are, the organisation's own contacts stand with it."""
    bridge.types("Lena", "pulse start belonging")
    bridge.until("Tue 17:00")
    bridge.presses("Jo", "Open", "@")
    assert SUPPORT in str(bridge.form("Jo"))


def test_each_goal_is_asked_once(bridge: Local) -> None:
    """Several goals make a block of questions each, for whoever looks after the team; too many are refused."""
    assert "room for 3 of these" in bridge.types("Lena", "pulse start results Sales, Speed, Care, Cost")
    bridge.types("Lena", "pulse start results Sales, Speed")
    bridge.until("Tue 17:00")
    assert not bridge.direct("Jo")
    bridge.presses("Lena", "Open", "@")
    asked = str(bridge.form("Lena"))
    assert "Sales: where does it stand now?" in asked
    assert "Speed: where does it stand now?" in asked


def test_anybody_may_check_themselves(bridge: Local) -> None:
    """A self-check is started by anybody, asks nobody else, and is shown to nobody else."""
    assert "started" in bridge.types("Jo", "pulse start facilitator-self-check")
    bridge.until("Tue 20:00")
    assert "Open" in bridge.direct("Jo")[-1].labels()
    assert not [message for message in bridge.direct("Lena") if "Open" in message.labels()]
