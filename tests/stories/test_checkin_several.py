"""Several questions in one form: what they cost to answer, and how a card of many answers stays short."""

from __future__ import annotations

import pytest

from tests.stories.test_checkin import library, scheduled
from tests.story import Local, berlin

FIVE = (
    "What will you finish?\nEnergy? [1-5: low | high]\nOpen tickets? [number]\nReady? [yes/no]\nWhere? [home | train]"
)


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-15 10:00"), content=library())


def test_several_questions(bridge: Local) -> None:
    """It is said how many there are; all but the first may be left; the card counts, each one's words stand apart."""
    scheduled(bridge, asks="own", own=FIVE, moment="team")
    bridge.until(berlin("2026-06-16 09:31"))
    assert "4 more short questions come with it." in bridge.card()
    assert "One form, 5 short questions. Leave out what does not fit." in bridge.direct("Tomas")[0].text()
    bridge.presses("Tomas", "Answer", "@")
    bridge.submits("Tomas", a0="The list.", a1="4", a2="12", a3="Yes", a4="")
    assert "Saved. What will you finish?" in bridge.direct("Tomas")[0].text()
    bridge.presses("Ines", "Answer", "@")
    bridge.submits("Ines", a0="The move.", a1="4", a2="7.5", a3="No", a4="train")
    bridge.until(berlin("2026-06-16 15:31"))
    card = bridge.card(0)
    assert "Energy? 2 said 4." in card
    assert "Open tickets? From 7.5 to 12." in card
    assert "Ready? 1 said No, 1 said Yes." in card
    assert "Where? 1 said train." in card
    assert "Tomas: The list." in card
    assert "Tomas: The list. ·" not in card
    assert any("Tomas: The list. · Energy? 4 · Open tickets? 12" in m.text() for m in bridge.in_thread())


def test_holding_says_what_becomes_of_answers(bridge: Local) -> None:
    """Before it is asked there is nothing to lose; once it is open, whoever holds it is told that answers go."""
    scheduled(bridge, moment="team")
    bridge.until(berlin("2026-06-16 08:00"))
    assert "is deleted" not in bridge.types("Ines", "checkin hold")
    bridge.until(berlin("2026-06-16 09:31"))
    assert "What was answered to it today is deleted." in bridge.types("Ines", "checkin hold")
