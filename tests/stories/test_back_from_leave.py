"""Questions reach those who were on leave when they were posted, once they are back and still in time."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    stage = Local(berlin("2026-03-24 11:00"), content=library())
    stage.types("Tomas", "away until 26 Mar")
    stage.types("Ines", "session plan")
    stage.submits("Ines", topic="Handover", day="2026-03-27", hour="15:00", ahead="2")
    return stage


def waiting(stage: Local, person: str = "Tomas") -> list[str]:
    return [m.text() for m in stage.direct(person) if "Fri 15:00: Handover." in m.text()]


def test_whoever_is_back_in_time_reads_it_that_morning(bridge: Local) -> None:
    """Nothing while on leave; the first morning back one message with what was asked meanwhile."""
    bridge.until("Wed 15:01")
    assert any("Fri 15:00: Handover." in m.text() for m in bridge.in_channel())
    bridge.presses("Divya", "Add a question")
    bridge.submits("Divya", text="Who owns the list?")
    bridge.until("Thu 18:00")
    assert waiting(bridge) == []
    bridge.until("Fri 10:00")
    (card,) = waiting(bridge)
    assert "Fri 15:00: Handover." in card
    assert "Asked so far: Who owns the list?" in card
    assert "You were away when #bridge read about it." in card
    assert waiting(bridge, "Divya") == []
    bridge.presses("Tomas", "Add a question", "@")
    bridge.submits("Tomas", text="Why three lists?")
    assert any("Tomas asks: Why three lists?" in m.text() for m in bridge.in_thread())
    bridge.until("Fri 15:01")
    assert "It has begun" in waiting(bridge)[0]
    assert len(waiting(bridge)) == 1


def test_whoever_comes_back_too_late_hears_nothing(bridge: Local) -> None:
    """Leave that lasts longer than the session is far: no question about what is over."""
    bridge.types("Tomas", "away until 30 Mar")
    bridge.until(berlin("2026-04-02 12:00"))
    assert waiting(bridge) == []


def test_what_was_dropped_or_began_early_waits_for_nobody(bridge: Local) -> None:
    """The plan is dropped while somebody is on leave: they come back to nothing."""
    bridge.until("Wed 15:01")
    bridge.types("Ines", "session planned")
    assert "Dropped." in bridge.presses("Ines", "Drop it")
    bridge.until("Fri 16:00")
    assert waiting(bridge) == []


def test_whoever_left_is_not_written_to(bridge: Local) -> None:
    """Somebody leaves the channel while on leave: nothing is sent to them."""
    bridge.until("Wed 15:01")
    bridge.leaves("Tomas")
    bridge.until("Fri 14:00")
    assert waiting(bridge) == []


def test_a_restart_in_between_changes_nothing(bridge: Local) -> None:
    """The bot is started again while the message waits: it comes once."""
    bridge.until("Wed 15:01")
    bridge.stops()
    bridge.until("Wed 15:20")
    bridge.starts()
    bridge.until("Fri 12:00")
    assert len(waiting(bridge)) == 1
