"""Somebody with a role does not come: it is offered to those who are there, as soon as it is needed."""

from __future__ import annotations

import pytest

from tests.stories.test_roles import SIX, asked, library
from tests.story import BERLIN, Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def planned(stage: Local) -> dict[str, str]:
    """A learning hour on Thursday at 15:00, with its roles drawn; it is 15:00."""
    stage.types("Ines", "session plan learning-hour thu 15:00 handover")
    stage.until("Wed 09:01")
    roles = asked(stage)
    stage.until("Thu 15:00")
    return roles


def offers(stage: Local, question: str) -> list[str]:
    return [m.text() for m in stage.in_thread() if m.text().startswith(question)]


def test_a_host_who_does_not_come_is_replaced_after_two_minutes(bridge: Local) -> None:
    """Two minutes after it opened those who are there are asked; the first tap hosts, and nobody was named."""
    roles = planned(bridge)
    others = [name for name in SIX if name != roles["Host"]]
    for name in others:
        bridge.presses(name, "I'm here")
    bridge.passes("119 s")
    assert not offers(bridge, "Who hosts today?")
    bridge.passes("2 s")
    (offer,) = offers(bridge, "Who hosts today?")
    assert roles["Host"] not in offer
    assert "The first tap has it." in offer
    free = next(name for name in others if name not in roles.values())
    bridge.presses(free, "I'll do it")
    assert f"{free} hosts today. Thank you, {free}." in offers(bridge, "Who hosts today?")[0]
    assert f"Host {free}" in bridge.types("Tomas", "roles").split("Now: ")[1]
    bridge.presses(free, "Start", "bridge")
    for _ in range(10):
        bridge.passes("3 min")
        labels = bridge.in_channel()[-1].labels()
        found = next((one for one in ("Next step", "Next", "End") if one in labels), "")
        if not found:
            break
        bridge.presses(free, found, "bridge")
    assert f"Host {free}," in bridge.types("Tomas", "roles history")


def test_while_nobody_is_there_nobody_is_asked(bridge: Local) -> None:
    """An empty room is asked nothing; the first who come are asked within a minute."""
    roles = planned(bridge)
    bridge.passes("5 min")
    assert not offers(bridge, "Who hosts today?")
    bridge.presses(roles["Timekeeper"], "I'm here")
    bridge.passes("61 s")
    assert len(offers(bridge, "Who hosts today?")) == 1


def test_a_host_who_is_there_is_left_alone(bridge: Local) -> None:
    """With the host in the room nothing is offered."""
    roles = planned(bridge)
    for name in SIX:
        bridge.presses(name, "I'm here")
    bridge.presses(roles["Host"], "Start", "bridge")
    bridge.passes("10 min")
    assert not offers(bridge, "Who ")


def test_who_starts_it_instead_hosts_it(bridge: Local) -> None:
    """Somebody starts it at once because the host is not there: the roles know, and nothing is offered later."""
    roles = planned(bridge)
    free = next(name for name in SIX if name not in (*roles.values(), "Lena", "Ines"))  # she planned it
    bridge.presses(free, "Start", "bridge")
    bridge.passes("3 min")
    assert not offers(bridge, "Who hosts today?")
    assert f"Host {free}" in bridge.types("Tomas", "roles").split("Now: ")[1]


def test_timekeeper_and_note_taker_are_asked_for_when_they_are_first_needed(bridge: Local) -> None:
    """The timekeeper at the first sign of the clock, the note-taker as the recap begins, not before."""
    roles = planned(bridge)
    there = [name for name in SIX if name not in (roles["Timekeeper"], roles["Note-taker"])]
    for name in there:
        bridge.presses(name, "I'm here")
    bridge.presses(roles["Host"], "Start", "bridge")
    bridge.passes("10 s")
    assert not offers(bridge, "Who ")
    seen = []
    while "Recap" not in bridge.card():
        bridge.passes("8 min")
        labels = bridge.in_channel()[-1].labels()
        bridge.presses(roles["Host"], "Next step" if "Next step" in labels else "Next", "bridge")
        seen.append((len(offers(bridge, "Who keeps time today?")), len(offers(bridge, "Who takes the notes today?"))))
    assert seen[-1] == (1, 1)
    assert seen[0][1] == seen[-2][1] == 0
    helper = next(name for name in there if name != roles["Host"])
    bridge.presses(helper, "I'll do it")
    assert f"{helper} takes the notes today. Thank you, {helper}." in offers(bridge, "Who takes the notes today?")[0]
