"""Somebody joins a team that is under way: short formats to get to know each other are offered, and no more."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-17 10:00"), content=library())  # a Wednesday


def ready(stage: Local) -> None:
    stage.types("Lena", "setup")
    stage.presses("Lena", "OK to all five")
    stage.presses("Lena", "Post the hello")
    stage.until(berlin("2026-06-24 12:00"))


def offers(stage: Local, person: str = "Lena") -> list[str]:
    return [m.text() for m in stage.direct(person) if "such as" in m.text()]


def test_formats_are_offered_to_who_looks_after_the_team(bridge: Local) -> None:
    """One message to Lena alone, in her hours; it leads to the five formats, and nothing starts by itself."""
    ready(bridge)
    bridge.joins("Nora")
    bridge.until(berlin("2026-06-29 12:00"))
    (offer,) = offers(bridge)
    assert "Nora joined #bridge." in offer
    assert 'such as "A short manual for working with me"' in offer
    assert "You look after #bridge." in offer
    assert [person for person in bridge.people if offers(bridge, person)] == ["Lena"]
    assert "5 guides." in bridge.presses("Lena", "Show the formats", "@")
    assert not any("I'm here" in m.labels() for m in bridge.in_channel())


def test_three_who_join_in_a_week_make_one_offer(bridge: Local) -> None:
    """Whoever joins soon after is part of the same occasion; three weeks later it is offered again."""
    ready(bridge)
    bridge.joins("Nora")
    bridge.joins("Omar")
    bridge.until(berlin("2026-06-29 12:00"))
    bridge.joins("Pia")
    bridge.until(berlin("2026-07-06 12:00"))
    assert len(offers(bridge)) == 1
    bridge.until(berlin("2026-07-15 12:00"))
    bridge.joins("Quentin")
    bridge.until(berlin("2026-07-20 12:00"))
    assert len(offers(bridge)) == 2


def test_nobody_is_told_of_a_guest_or_before_the_team_is_ready(bridge: Local) -> None:
    """A guest takes no part, and a team that nobody has set up is offered nothing."""
    bridge.joins("Nora")
    bridge.until("Thu 12:00")
    ready(bridge)
    bridge.joins("Gil", guest=True)
    bridge.until(berlin("2026-06-30 12:00"))
    assert not offers(bridge)
