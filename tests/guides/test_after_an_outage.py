"""After an outage somebody presses before the sessions have heard of it: they are there, and it goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.engine.tick import OUTAGE
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


def away(stage: Local, minutes: int, first: Callable[[], object]) -> None:
    """The bot is away for so long; when it is back, somebody does something first, then it hears of its absence."""
    stage.stops()
    stage.passes(f"{minutes} min")
    stage.alive = True
    stage._build()
    first()
    stage.queues.beat(stage.clock.now, OUTAGE)
    stage.settle()


def opened(stage: Local) -> None:
    stage.types("Tomas", "session start learning-hour handover")
    for person in ("Ines", "Sam", "Arun"):
        stage.presses(person, "I'm here")


def test_a_step_that_began_since_has_its_minutes(bridge: Local) -> None:
    """Next after two hours away begins a step of 30 minutes now; it is not paused, and does not get two hours more."""
    opened(bridge)
    bridge.presses("Tomas", "Start")
    away(bridge, 120, lambda: bridge.presses("Tomas", "Next step"))
    assert "Guided discussion, until 11:59" in bridge.card()
    bridge.passes("31 min")
    assert "time is up" in bridge.card()


def test_a_session_that_was_opened_since_is_not_called_off(bridge: Local) -> None:
    """A session typed right after an outage waits for people like any other."""
    away(bridge, 120, lambda: bridge.types("Tomas", "session start learning-hour handover"))
    bridge.presses("Ines", "I'm here")
    assert "Here so far: Ines." in bridge.card()


def test_end_can_be_taken_back_all_the_same(bridge: Local) -> None:
    """End right after an outage has its ten seconds."""
    opened(bridge)
    bridge.presses("Tomas", "Start")

    def ends() -> None:
        bridge.presses("Tomas", "More")
        bridge.presses("Tomas", "End")

    away(bridge, 2, ends)
    bridge.presses("Tomas", "Undo")
    assert ", your minute" in bridge.card()


def test_a_round_goes_on_with_who_pressed(bridge: Local) -> None:
    """Done after two hours away calls the next person; the round is not paused over their head."""
    bridge.types("Tomas", "round win or challenge")
    for person in ("Ines", "Sam"):
        bridge.presses(person, "I'm in")
    bridge.presses("Tomas", "Start now")
    away(bridge, 120, lambda: bridge.presses("Tomas", "Done"))
    assert "paused" not in bridge.card().lower()


def test_a_round_that_was_opened_since_is_not_called_off(bridge: Local) -> None:
    """A round typed right after an outage gathers people like any other."""
    away(bridge, 120, lambda: bridge.types("Tomas", "round win or challenge"))
    bridge.presses("Ines", "I'm in")
    assert "called off" not in bridge.card().lower()
    assert "away" not in bridge.card().lower()
