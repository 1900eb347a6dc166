"""Scenario S6: a programme measured on four levels, as ten people live through it.

Where the scenario shows numbers below ten, the rule of surveys wins: the numbers of people stand there, what they
answered is in words.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.library import load
from tests.story import BERLIN, CAST, Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
SKILLS = tuple(question.id for question in CONTENT.surveys["learning-prepost"].questions)
REACTION = tuple(question.id for question in CONTENT.surveys["reaction"].questions if question.type == "scale")
APPLIED = tuple(question.id for question in CONTENT.surveys["application"].questions if question.type == "scale")
PEOPLE = {**CAST, "Noor": BERLIN}  # nine; Paul is the tenth, and comes late


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 09:30"), content=CONTENT, people=dict(PEOPLE))


def measured(stage: Local, title: str = "Negotiation") -> str:
    assert "form: Measure a programme" in stage.types("Lena", f"measure start {title}")
    return stage.submits("Lena", first="2026-03-09", last="2026-04-13", weeks="6")


def answers(stage: Local, people: tuple[str, ...], title: str, **values: str) -> None:
    """Each opens the newest invitation to this survey and fills it in."""
    for person in people:
        stage.presses(person, "Open", "@")
        assert stage.form(person).title == title
        assert "Counted" in stage.submits(person, **values)


def card(stage: Local) -> str:
    """The card of the four levels."""
    return next(m.text() for m in stage.in_channel() if "four levels" in m.text())


def sealed(stage: Local) -> tuple[int, int]:
    """How many rows are sealed, and how many keys there are."""
    with stage.connections.transaction() as db:
        rows, keys = (db.row(f"SELECT COUNT(*) FROM {name}") or (0,) for name in ("sealed", "seal"))
    return int(rows[0]), int(keys[0])


def test_scenario_six(bridge: Local) -> None:
    """S6: nine and a late one before, eight after, one removed: seven pairs; six apply; results are missing."""
    assert "measured on four levels" in measured(bridge)
    assert "Results: not yet entered" in card(bridge)
    bridge.until("Tue 18:00")
    nine = tuple(PEOPLE)
    answers(bridge, nine, "L2 Learning", **dict.fromkeys(SKILLS, "2"))
    bridge.passes("3 days")
    assert "the answers before are in" in card(bridge)
    assert sealed(bridge) == (9, 1)

    bridge.joins("Paul")
    bridge.until("Tue 12:00")
    (invitation,) = bridge.direct("Paul")
    assert "You answer for the time before. It is marked as given later." in invitation.text()
    answers(bridge, ("Paul",), "L2 Learning", **dict.fromkeys(SKILLS, "3"))
    assert sealed(bridge) == (10, 1)

    shipped = bridge.content
    bridge.content = replace(shipped, surveys={**shipped.surveys, "learning-prepost": _reworded(shipped)})
    bridge.stops()
    bridge.starts()
    bridge.leaves("Maya")
    bridge.leaves("Divya")
    eight = tuple(person for person in (*PEOPLE, "Paul") if person not in ("Maya", "Divya"))
    bridge.until(berlin("2026-04-14 18:00"))
    answers(bridge, eight, "L1 Reaction", **dict.fromkeys(REACTION, "4"))
    bridge.until(berlin("2026-04-16 18:00"))
    assert 'First: "Negotiation: how sure are you that you can do an everyday task' in bridge.direct("Lena")[-1].text()
    answers(bridge, eight, "L2 Learning", **dict.fromkeys(SKILLS, "4"))
    bridge.until(berlin("2026-04-24 12:00"))
    assert sealed(bridge) == (18, 1)
    assert "until then answers can be taken back" in card(bridge)
    assert "deleted unread" in bridge.presses("Tomas", "Remove mine", "bridge")
    assert sealed(bridge) == (16, 1)
    bridge.passes("4 days")
    assert sealed(bridge) == (0, 0)
    shown = card(bridge)
    assert "Learning: 7 pairs. Most are surer than before; the change is large (indication)" in shown
    assert "not proof of cause" in shown
    assert "Reaction: 8 people answered. Most agree" in shown
    assert shown.count("Reaction") == 1
    assert "%" not in shown
    result = next(m.text() for m in bridge.in_channel() if "answered before and after" in m.text())
    assert "7 people answered before and after. For one of them, before was answered when" in result
    assert not [message for message in bridge.in_channel() if "Remove mine" in message.labels()]

    bridge.until(berlin("2026-05-26 17:30"))
    six = eight[:6]
    for number, person in enumerate(six):
        values = dict.fromkeys(APPLIED, "4") | {"used": "1" if number < 4 else "0"}
        answers(bridge, (person,), "L3 Application", **values)
    bridge.passes("12 days")
    assert "Application: 6 people answered. Used something new: mixed" in card(bridge)
    assert "Results: not yet entered" in card(bridge)
    bridge.presses("Lena", "Enter results", "bridge")
    bridge.submits("Lena", measure="Deals closed", start="12", now="15", source="CRM, 1 June")
    assert "Deals closed: start 12, now 15, target missing, source CRM, 1 June, entered by Lena" in card(bridge)


def _reworded(library: object) -> object:
    survey = library.surveys["learning-prepost"]  # type: ignore[attr-defined]
    other = replace(survey.questions[0], text="{topic}: Something else entirely?")
    return replace(survey, questions=(other, *survey.questions[1:]))
