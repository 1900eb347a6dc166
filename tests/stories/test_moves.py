"""What a host can do or say, the ground rules of a session, and a cue after long sitting."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library, started, talking
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


def test_the_menu_of_moves(bridge: Local) -> None:
    """All thirty-six are there without any session; one is found by its title, nearly right or in part."""
    assert "Small things a host can do or say." in bridge.types("Jo", "moves")
    told = bridge.chooses("Jo", "A move", "M18")
    assert "Park it" in told
    assert "not today's" in told
    assert "Redirect softly" in bridge.types("Jo", "moves redirect softyl")
    assert "Strongest case against" in bridge.types("Jo", "moves strongest")
    assert 'I know no move "quantum"' in bridge.types("Jo", "moves quantum")


def test_moves_in_a_session(bridge: Local) -> None:
    """More leads to the moves; those that fit the moment come first, and topic and step are filled in."""
    talking(bridge)
    bridge.presses("Lena", "More")
    bridge.presses("Lena", "Moves")
    assert "Would you like a turn on handover?" in bridge.chooses("Lena", "A move", "M05")
    bridge.presses("Lena", "Other moves")
    assert "Two minutes alone" in bridge.chooses("Lena", "A move", "M02")
    bridge.passes("31 min")
    told = bridge.types("Lena", "moves")
    assert "For this moment:" in told
    assert "Stop with dignity" in told


def test_a_late_look_at_the_moves(bridge: Local) -> None:
    """A menu from a session that is over still shows the moves, and changes nothing."""
    talking(bridge)
    bridge.presses("Lena", "More")
    bridge.presses("Lena", "Moves")
    bridge.types("Tomas", "session end")
    bridge.passes("11 s")
    assert "Park it" in bridge.chooses("Lena", "A move", "M18")


def test_the_ground_rules_stand_in_the_thread(bridge: Local) -> None:
    """A session begins with the core rules; whoever steers chooses others, and the next one begins with those."""
    bridge.types("Tomas", "session start learning-hour handover")
    assert "Ground rules: Core rules. They are in the thread." in bridge.card()
    assert "2. Pass is always fine." in bridge.in_thread()[0].text()
    bridge.presses("Divya", "Change")
    assert "does that here. Nothing changed." in bridge.chooses("Divya", "Ground rules", "remote-hybrid")
    bridge.presses("Tomas", "Change")
    told = bridge.chooses("Tomas", "Ground rules", "remote-hybrid")
    assert "Ground rules now: Remote and hybrid sessions." in told
    assert "One person, one screen" in bridge.in_thread()[0].text()
    assert "Pass is always fine." not in bridge.in_thread()[0].text()
    bridge.presses("Tomas", "Start")
    bridge.types("Tomas", "session end")
    bridge.passes("11 s")
    bridge.types("Jo", "session start learning-hour something else")
    assert "Ground rules: Remote and hybrid sessions." in bridge.card()


def test_rules_change_while_it_runs(bridge: Local) -> None:
    """In the middle of a session the change has a line of its own in the thread, as an edit notifies nobody."""
    started(bridge)
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "Ground rules")
    bridge.chooses("Tomas", "Ground rules", "case-work")
    assert "Ground rules from now on, Working on cases:" in bridge.in_thread()[-1].text()


def test_a_guide_has_rules_of_its_own(bridge: Local) -> None:
    """Where a guide names its ground rules, its sessions begin with those."""
    bridge.types("Tomas", "session start case-clinic a hard call")
    assert "Ground rules: Working on cases." in bridge.card()


def test_seventy_five_minutes_without_a_break(bridge: Local) -> None:
    """Whoever keeps time hears it once, alone; after a break of five minutes the time begins anew."""
    started(bridge, "session start learning-hour 90 handover")
    while "Guided discussion" not in bridge.card():
        bridge.presses("Tomas", "Next")
    for _ in range(15):
        bridge.presses("Tomas", "+5 min")
    bridge.passes("74 min")
    assert not any("75 minutes without a break" in m.text() for m in bridge.private("Tomas"))
    bridge.passes("2 min")
    cues = [m for m in bridge.private("Tomas") if "75 minutes without a break" in m.text()]
    assert len(cues) == 1
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "Pause")
    bridge.passes("6 min")
    bridge.presses("Tomas", "Resume")
    bridge.passes("30 min")
    assert len([m for m in bridge.private("Tomas") if "75 minutes without a break" in m.text()]) == 1
