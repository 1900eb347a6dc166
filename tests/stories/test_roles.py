"""Roles that rotate, as a team lives through them: scenario S4, and what goes wrong around it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import BERLIN, Local, berlin

SIX = ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya")


@cache
def library() -> Library:
    return load(Path(__file__).parents[2] / "prompts")[0]


def stage(people: tuple[str, ...] = SIX, start: str = "2026-03-02 08:00", zone: str = BERLIN) -> Local:
    return Local(berlin(start), people=dict.fromkeys(people, zone), content=library())


def weekly(people: tuple[str, ...] = SIX, start: str = "2026-03-02 08:00") -> Local:
    """A team whose roles turn with a call on Thursdays at 15:00."""
    bridge = stage(people, start)
    assert bridge.types("Lena", "roles rhythm") == "form: Turns by the calendar"
    told = bridge.submits("Lena", title="Weekly call", days=("3",), at="15:00", minutes="60", every="1")
    assert "Weekly call: every Thursday at 15:00" in told
    return bridge


@pytest.fixture
def bridge() -> Local:
    return weekly()


def test_the_card_shows_now_next_draft_and_load(bridge: Local) -> None:
    """Anybody in the team sees who is next, a draft of what follows, and who did what, on one card."""
    card = bridge.types("Tomas", "roles")
    assert "Roles in #bridge" in card
    assert "Next: Weekly call, Thu 5 Mar 15:00." in card
    assert "0 of 6 have hosted" in card


def holders(stage: Local, role: str = "Host") -> str:
    """Who the card names for a role of the next turn."""
    line = stage.types("Lena", "roles").split("Next: ")[1]
    return line.split(f"{role} ")[1].split(",")[0].split(".")[0].split(" (")[0]


def test_twelve_weeks_give_everybody_every_role_twice(bridge: Local) -> None:
    """S4: six people, three roles, twelve weeks: everybody has every role exactly twice."""
    for _ in range(12):
        bridge.until("Thu 16:30")
    card = bridge.types("Lena", "roles")
    for name in SIX:
        row = card.split(f"{name}: Host ")[-1].split(".")[0]
        assert [cell[0] for cell in row.replace("Timekeeper ", "").replace("Note-taker ", "").split(", ")[::2]] == [
            "2",
            "2",
            "2",
        ]
    assert "6 of 6 have hosted." in card
    assert "Thu 21 May: Host Tomas, Timekeeper Lena, Note-taker Maya" in bridge.types("Tomas", "roles history")


def test_who_goes_away_is_replaced_at_once(bridge: Local) -> None:
    """Somebody who was asked and will be away is replaced in the same minute; nobody else is asked twice."""
    bridge.until("Wed 16:00")
    host = holders(bridge)
    before = {name: len(bridge.direct(name)) for name in SIX}
    assert before[host] == 1
    bridge.types(host, "away until 14 Mar")
    assert holders(bridge) != host
    new = holders(bridge)
    assert len(bridge.direct(new)) == before[new] + 1
    others = [name for name in SIX if name not in (host, new)]
    assert [len(bridge.direct(name)) for name in others] == [before[name] for name in others]
    assert f"Away: {host} until 14 Mar." in bridge.types("Ines", "roles")
