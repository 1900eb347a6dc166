"""What a form says that was sent without what it asks for."""

from __future__ import annotations

from tests.stories.test_roles import SIX, keepers, library, weekly
from tests.story import BERLIN, Local, berlin


def test_a_swap_without_a_choice_is_asked_for_one() -> None:
    """Sent without a turn, the form says what is missing; nobody is asked. Slack sees to that itself."""
    bridge = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    weekly(bridge)
    bridge.until("Wed 09:30")
    asker, other = keepers(bridge)
    bridge.presses(asker, "Swap", "@")
    assert "Choose a turn" in bridge.submits(asker, other="")
    assert not any("Swap turns?" in message.text() for message in bridge.direct(other))
    assert "is asked." in bridge.submits(asker, other="plan.2026-03-12 timekeeper")
