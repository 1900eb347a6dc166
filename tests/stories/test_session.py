"""A guided session, as a team lives through it: scenario S3, and what goes wrong around it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import Local, berlin

PROMPTS = Path(__file__).parents[2] / "prompts"
HERE = ("Ines", "Sam", "Maya", "Tomas", "Arun", "Divya")


@cache
def library() -> Library:
    return load(PROMPTS)[0]


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


def started(
    stage: Local, command: str = "session start learning-hour handover", people: tuple[str, ...] = HERE
) -> None:
    """Tomas starts a session, and those people come."""
    assert stage.types("Tomas", command) == ""
    for person in people:
        stage.presses(person, "I'm here")
    stage.presses("Tomas", "Start")


def test_a_learning_hour_from_start_to_end(bridge: Local) -> None:
    """Four steps, one edited card, the end on time."""
    started(bridge)
    assert "your minute" in bridge.card()
    for _ in HERE:
        bridge.presses("Tomas", "Done")
    assert "Everybody who wanted has had a turn." in bridge.card()
    bridge.presses_card("Tomas", "Next")
    assert "Guided discussion, until 09:59" in bridge.card()
    assert "First minute: think, write, no talk." in bridge.card()
    assert "10 minutes earlier than planned" in bridge.card()
    bridge.passes("1 min")
    assert "First minute" not in bridge.card()
    bridge.passes("29 min")
    assert "Guided discussion: time is up" in bridge.card()
    bridge.presses_card("Tomas", "Next")
    assert "Questions or pairs, until" in bridge.card()
    bridge.presses_card("Tomas", "Next")
    assert "Recap, until" in bridge.card()
    bridge.presses("Tomas", "Note")
    bridge.submits("Tomas", text="Context gets lost on Fridays.")
    bridge.presses_card("Tomas", "End")
    assert "The session is closing." in bridge.card()
    bridge.passes("10 s")
    assert len(bridge.in_channel()) == 1
    assert "6 took part" in bridge.card()
