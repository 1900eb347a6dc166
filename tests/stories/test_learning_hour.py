"""Scenario S3 to the letter: 10/30/15/5, an extension, a note-taker who leaves, a restart, and what is stored of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin

EVERYBODY = ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya", "Jo", "Sam")
ROLES = {"facilitator": "Ines", "timekeeper": "Sam", "note_taker": "Maya"}


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def facts(stage: Local, kind: str) -> list[dict[str, Any]]:
    with stage.connections.transaction() as db:
        return [json.loads(row[0]) for row in db.rows("SELECT fact FROM kept WHERE kind = :kind", {"kind": kind})]


def roles_state(stage: Local) -> dict[str, Any]:
    with stage.connections.transaction() as db:
        ((state,),) = db.rows("SELECT state FROM session WHERE activity = 'roles' AND parent = ''")
    found: dict[str, Any] = json.loads(state)
    return found


def planned(stage: Local) -> None:
    """Thursday 15:00, to solve something. Of each role only one person has not opted out."""
    for person in EVERYBODY:
        others = tuple(role for role, holder in ROLES.items() if holder != person)
        stage.types(person, "roles avoid")
        stage.submits(person, roles=others)
    stage.types("Ines", "session plan")
    stage.submits("Ines", topic="Handover between teams", day="2026-03-26", hour="15:00", goal="solve")


def test_scenario_three_to_the_letter(bridge: Local) -> None:
    """Roles as drawn, questions ahead, started twice, +5 in the flexible step, a role handed over, the record."""
    planned(bridge)
    bridge.until(berlin("2026-03-25 15:01"))
    pre = next(m for m in bridge.in_channel() if "Add a question" in m.labels())
    assert "Thu 15:00: Handover between teams." in pre.text()
    assert "Host: Ines." in pre.text()
    assert "Timekeeper: Sam" in pre.text()
    assert "Note-taker: Maya" in pre.text()
    bridge.presses("Divya", "Add a question")
    bridge.submits("Divya", text="Who owns the list?")
    for person in ("Sam", "Maya", "Tomas"):
        bridge.presses(person, "Me too")
    bridge.until(berlin("2026-03-26 15:00"))
    assert "Ines or Sam starts it." in bridge.card()
    for person in ("Ines", "Sam", "Maya", "Tomas", "Arun", "Divya"):
        bridge.presses(person, "I'm here")
    lobby = bridge.in_channel()[-1].card
    bridge.presses("Ines", "Start")
    now = bridge.in_channel()[-1].card
    bridge.in_channel()[-1].card = lobby  # Sam's screen a moment ago
    bridge.presses("Sam", "Start")
    bridge.in_channel()[-1].card = now
    assert sum("Check-in round, 10 minutes" in m.text() for m in bridge.in_thread()) == 1
    bridge.passes("10 min")
    bridge.types("Ines", "session next")
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "Questions asked")
    bridge.chooses("Ines", "Ask this one now", "0")
    assert "Who owns the list?" in bridge.card()
    bridge.passes("5 min")
    bridge.stops()  # a restart in step 2: card and timers come back from the stored start
    bridge.passes("20 s")
    bridge.starts()
    assert "Guided discussion, until 15:40" in bridge.card()
    bridge.until(berlin("2026-03-26 15:38"))
    told = bridge.presses("Sam", "+5 min")
    assert "The end moves to" in told
    assert "End 16:05, 5 minutes later than planned." in bridge.card()
    bridge.until(berlin("2026-03-26 15:45"))
    bridge.presses("Maya", "More")
    bridge.presses("Maya", "Hand over my role")
    offer = next(m for m in bridge.in_thread() if "Who takes the notes from here?" in m.text())
    assert "Maya" not in offer.text()
    asking = offer.card
    bridge.presses("Arun", "I'll do it")
    offer.card = asking
    assert "Arun was a second faster. Thank you for offering." in bridge.presses("Tomas", "I'll do it")
    bridge.types("Ines", "session next")
    groups = [m.text() for m in bridge.in_thread() if m.text().startswith("Your group.")]
    assert len(groups) == 3
    bridge.presses("Jo", "I'm here", "bridge")
    assert any("you are with" in m.text() for m in bridge.in_thread())
    bridge.until(berlin("2026-03-26 16:00"))
    bridge.types("Ines", "session next")
    assert "Arun writes it down" in bridge.card()
    bridge.presses("Arun", "Write the recap")
    bridge.submits(
        "Arun",
        points="Context gets lost on Fridays\nThe list is in three places\nOne owner per ticket helps",
        decision="One checklist for four weeks",
        why="Cheapest thing to try",
        against="One more list",
        actions="Checklist draft - Divya - 14 days\nAsk IT - nobody",
    )
    bridge.until(berlin("2026-03-26 16:05"))
    bridge.presses("Ines", "End", "bridge")
    bridge.passes("10 s")
    assert "7 took part, 65 minutes; 60 were planned." in next(
        m.text() for m in bridge.in_channel() if "Done:" in m.text()
    )
    (fact,) = facts(bridge, "session")
    assert (fact["planned"], fact["minutes"], fact["moved"]) == (60, 65, 5)
    assert [round(step["seconds"] / 60) for step in fact["steps"]] == [10, 35, 15, 5]
    assert [step["planned"] for step in fact["steps"]] == [10, 30, 15, 5]

    shares = sorted(quarters for role, _, quarters in served(roles_state(bridge)) if role == "note_taker")
    assert shares == [1, 3]  # Arun a quarter, Maya three: 45 of 65 minutes, rounded to quarters
    assert sorted(q for role, _, q in served(roles_state(bridge)) if role != "note_taker") == [4, 4]
    recap = next(m for m in bridge.in_thread() if m.text().startswith("Recap: Handover"))
    assert "To do: Checklist draft, by Thu 9 Apr, meant for Divya." in recap.text()
    bridge.presses("Divya", "Take: Checklist draft")
    recap = next(m for m in bridge.in_thread() if m.text().startswith("Recap: Handover"))
    assert "To do: Checklist draft, Divya, by Thu 9 Apr." in recap.text()
    assert "To do: Ask IT, free to take." in recap.text()


def served(state: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Role, person and quarters of the turns that are over."""
    return [tuple(one) for turn in state["past"] for one in turn["served"]]


def test_a_late_swap_is_refused(bridge: Local) -> None:
    """Swap step, pressed on an older card when fewer than two steps are left, says so instead of an empty list."""
    bridge.types("Ines", "session start learning-hour handover")
    bridge.presses("Ines", "Start")
    bridge.types("Ines", "session next")
    bridge.presses("Ines", "More")
    bridge.types("Tomas", "session next")
    bridge.types("Lena", "session next")
    assert "Fewer than two steps are left" in bridge.presses("Ines", "Swap step", "private")


def test_a_step_is_swapped(bridge: Local) -> None:
    """The pairs come before the talk; each keeps its minutes, the sum stays, and every step is held once."""
    bridge.types("Ines", "session start learning-hour handover")
    for person in ("Ines", "Sam", "Arun", "Divya"):
        bridge.presses(person, "I'm here")
    bridge.presses("Ines", "Start")
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "Swap step")
    assert "comes next" in bridge.chooses("Ines", "Comes next", "pairs")
    assert "Then questions or pairs and more." in bridge.card() or "Then questions or pairs" in bridge.card()
    for minutes, title in ((10, "Questions or pairs"), (15, "Guided discussion"), (30, "Recap")):
        bridge.passes(f"{minutes} min")
        bridge.types("Ines", "session next")
        assert title in bridge.card()
    bridge.passes("5 min")
    bridge.presses("Ines", "End", "bridge")
    bridge.passes("10 s")
    (fact,) = facts(bridge, "session")
    assert [step["id"] for step in fact["steps"]] == ["checkin", "pairs", "talk", "recap"]
    assert [round(step["seconds"] / 60) for step in fact["steps"]] == [10, 15, 30, 5]
    assert fact["moved"] == 0
