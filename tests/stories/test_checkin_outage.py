"""A check-in of a team in one zone, and what an outage does to it: steps 2 to 4 of S12."""

from __future__ import annotations

import pytest

from tests.stories.test_checkin import answer, library, scheduled
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    people = {"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin", "Ines": "Europe/Berlin"}
    return Local(berlin("2026-06-15 10:00"), content=library(), people=people)


def test_one_zone_asks_in_the_channel(bridge: Local) -> None:
    """Where all share one zone the channel card asks, and the direct message is the reminder."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 09:31"))
    assert len(bridge.in_channel()) == 1
    assert not bridge.direct("Tomas")
    answer(bridge, "Lena", "A quiet hour.")
    bridge.until("14:31")
    assert not bridge.direct("Lena")
    (reminder,) = bridge.direct("Tomas")
    assert "Open until 15:30" in reminder.text()


def test_scenario_twelve_the_outage(bridge: Local) -> None:
    """S12: the 09:30 question is more than 30 minutes late: left out, in the owner's log, nothing twice."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 08:50"))
    bridge.stops()
    bridge.until(berlin("2026-06-16 12:10"))
    bridge.starts()
    bridge.passes("1 min")
    assert not bridge.in_channel()
    assert not any(bridge.direct(name) for name in ("Tomas", "Ines"))
    assert "was left out: I was away at that time." in bridge.types("Lena", "checkin")
    assert "was left out" not in bridge.types("Tomas", "checkin")
    bridge.until(berlin("2026-06-23 09:31"))
    assert len(bridge.in_channel()) == 1


def test_a_short_outage_asks_all_the_same(bridge: Local) -> None:
    """Up to 30 minutes late the question is asked, once."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 09:20"))
    bridge.stops()
    bridge.until(berlin("2026-06-16 09:55"))
    bridge.starts()
    bridge.passes("1 min")
    assert len(bridge.in_channel()) == 1
