"""Cases: written down without names, planned from the list, and turns to bring one that go round fairly."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin

WHAT = "A customer heard two answers to one question"
FIND = "How do we notice before they do?"


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def written(stage: Local, person: str) -> str:
    assert stage.types(person, "case add") == "form: A case"
    return stage.submits(person, situation=WHAT, question=FIND)


def test_a_case_is_written_down_and_planned(bridge: Local) -> None:
    """Whoever writes one is reminded to change names; anybody plans a session with it; who wrote it takes it off."""
    assert "Cases." in written(bridge, "Ines")
    assert f"{WHAT}. {FIND}" in bridge.types("Sam", "cases")
    assert "Ines" not in bridge.types("Sam", "cases")
    assert bridge.presses("Sam", "Plan: How do we…") == "form: Plan a session"
    assert "Case study in groups" in str(bridge.form("Sam")) or "case-study" in str(bridge.form("Sam"))
    bridge.types("Ines", "cases")
    assert "No case is written down yet." in bridge.chooses("Ines", "Take one off", "c0")


def test_turns_go_round(bridge: Local) -> None:
    """Who never had a turn comes before who had one; stepping back is one press, and nobody is told."""
    assert "Would bring a case of their own: Ines." in bridge.types("Ines", "case volunteer")
    assert "already" in bridge.types("Ines", "case volunteer")
    bridge.types("Ines", "cases")
    assert "Thank you." in bridge.presses("Ines", "I had my turn")
    bridge.types("Ines", "case volunteer")
    assert "their own: Maya, then Ines." in bridge.types("Maya", "case volunteer")
    assert "their own: Ines." in bridge.presses("Maya", "Step back")


def test_whoever_is_forgotten_takes_their_case_along(bridge: Local) -> None:
    """Delete me takes a case off the list, and the person out of the turns."""
    written(bridge, "Ines")
    bridge.types("Ines", "case volunteer")
    bridge.types("Ines", "me delete")
    bridge.presses("Ines", "Delete everything")
    bridge.passes("2 min")
    assert traces(bridge, "ines") == []
    assert "No case is written down yet." in bridge.types("Sam", "cases")
