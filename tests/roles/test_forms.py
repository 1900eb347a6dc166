"""What comes back in a form of the roles, also what no form offered."""

from __future__ import annotations

from tests.stories.test_roles import SIX, library
from tests.story import BERLIN, Local, berlin


def test_a_day_that_no_week_has_is_not_taken() -> None:
    """A day of the week that was never offered is left out; of the others the rhythm is made."""
    stage = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    stage.types("Lena", "roles rhythm")
    told = stage.submits("Lena", days=("3", "10000", "9", "٣"), at="15:00", minutes="60", every="1")
    assert "every Thursday" in told
