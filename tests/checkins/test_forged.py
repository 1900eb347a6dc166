"""What comes back from a form is only what was offered in it."""

from __future__ import annotations

from bot.kernel.people import channel_label
from tests.stories.test_checkin import berlin, library, scheduled
from tests.story import Local


def test_a_role_that_was_not_offered_is_not_taken() -> None:
    """A forged form cannot put a role of its own making on the dates of a check-in."""
    bridge = Local(berlin("2026-06-15 10:00"), content=library())
    scheduled(bridge, roles=("facilitator", "x" * 3000))
    with bridge.connections.transaction() as db:
        states = [state for (state,) in db.rows("SELECT state FROM session WHERE activity = 'checkins'")]
    assert any("facilitator" in state for state in states)
    assert not any("xxx" in state for state in states)


def test_the_name_of_a_channel_fits_into_a_title() -> None:
    """A channel's name of any length leaves room for the words around it."""
    assert channel_label("bridge") == "#bridge"
    assert channel_label("Sales and service") == "Sales and service"
    assert len(channel_label("a" * 500)) == 81
