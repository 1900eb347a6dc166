"""What follows a role, where the channel is gone for a while or the platform had its own ideas."""

from __future__ import annotations

import pytest

from bot.engine.ports import Outcome, Outgoing, Undeliverable
from bot.kernel.inbound import PlaceFound, PlaceLost
from tests.stories.test_roles import SIX, library, weekly
from tests.story import BERLIN, Local, berlin


@pytest.fixture
def bridge() -> Local:
    stage = weekly(Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library()))
    stage.may("topic", "group")
    stage.types("Lena", "roles follow")
    stage.submits("Lena", where=("topic", "group"))
    return stage


def test_a_channel_that_comes_back_after_the_turn_is_put_right(bridge: Local) -> None:
    """Archived in the middle of a turn, its group means nobody; found again, its topic names nobody either."""
    bridge.until("Thu 15:05")
    assert set(bridge.signs) == {"topic", "facilitator"}
    bridge.hear(PlaceLost(id="lost", place=bridge.place, because="is_archived"))
    bridge.settle()
    assert set(bridge.signs) == {"topic"}
    bridge.until("Fri 10:00")
    bridge.hear(PlaceFound(id="found", place=bridge.place))
    bridge.settle()
    assert bridge.signs == {}
    bridge.until("Thu 15:05")
    assert set(bridge.signs) == {"topic", "facilitator"}


def test_switching_on_again_puts_right_what_was_left(bridge: Local) -> None:
    """What could not be taken away while a right was missing goes when it is chosen again, with nobody in the role."""
    bridge.until("Thu 15:05")
    bridge.forbids("topic", "group")
    bridge.until("Fri 10:00")
    assert set(bridge.signs) == {"topic", "facilitator"}
    bridge.may("topic", "group")
    bridge.types("Lena", "roles follow")
    bridge.submits("Lena", where=("topic", "group"))
    assert bridge.signs == {}


def test_a_fault_of_ours_is_said_in_words(bridge: Local) -> None:
    """A messenger that fails each time ends in one word without any of its own names."""

    async def raising(_: Outgoing) -> Outcome:
        return Undeliverable("the messenger failed each time")

    bridge.tape.put_up = raising  # type: ignore[method-assign]
    bridge.until("Fri 12:00")
    (word,) = [message.text() for message in bridge.direct("Lena") if "does not follow" in message.text()]
    assert word.count("my fault, not yours") == 2  # of the topic and of the group, in one message
    assert "messenger" not in word
