"""What the bare command offers, and help."""

from __future__ import annotations

import pytest

from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"))


def test_the_bare_command_offers_four_ways(bridge: Local) -> None:
    """`/moderato` alone: what is open, and four buttons, the last of them More; nothing reaches the channel."""
    told = bridge.types("Jo", "")

    assert "What would you like to do?" in told
    assert [button.label for button in bridge._private["Jo"][-1].buttons()] == [
        "Start a round",
        "Start a guide",
        "My settings",
        "More",
    ]
    assert not bridge.in_channel()


def test_more_is_help(bridge: Local) -> None:
    """More lists every command with one line; help on a word lists that word's commands."""
    bridge.types("Jo", "")
    assert "round [topic] [seconds]" in bridge.presses("Jo", "More")
    assert "round plan" in bridge.types("Jo", "help round")


def test_a_near_word_can_be_taken_at_once(bridge: Local) -> None:
    """A slip of the finger is answered with the nearest command as a button that does it."""
    assert "Did you mean round?" in bridge.types("Jo", "ruond")
    bridge.presses("Jo", "Yes, round")
    assert "Who is here for a round?" in bridge.card()


def test_what_waits_is_shown(bridge: Local) -> None:
    """Whoever has a question open reads it in the first line; whoever was not asked yet reads that nothing is open."""
    bridge.types("Lena", "checkin now How are you?")
    bridge.passes("1 min")

    assert "One question of #bridge is open until 20:00." in bridge.types("Tomas", "")
    assert "Nothing is open for you" in bridge.types("Jo", "")
