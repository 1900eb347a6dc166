"""A workshop ends with small projects: two weeks, one question at half-time, a show-back that is booked."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin

HERE = ("Ines", "Divya", "Tomas", "Lena", "Arun", "Jo")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-26 14:00"), content=library())


def workshop(stage: Local) -> tuple[str, str]:
    """A workshop of six whose two groups write a project each. Who wrote them."""
    stage.types("Ines", "session start peer-workshop tests that fail early")
    for person in HERE:
        stage.presses(person, "I'm here")
    stage.presses("Ines", "Start")
    while "Project brief" not in stage.card():
        stage.presses("Ines", "Next")
    group = next(m.text() for m in reversed(stage.in_thread()) if m.text().startswith("Your group."))
    one = next(person for person in HERE if person in group)
    other = next(person for person in HERE if person not in group)
    for person, text in ((one, "A list"), (one, "A checklist for Fridays"), (other, "A map of who knows what")):
        assert stage.presses(person, "One sentence back") == "form: Your project"
        stage.submits(person, text=text)
    stage.types("Ines", "session end")
    stage.passes("10 s")
    return one, other


def listed(stage: Local) -> str:
    return next(m.text() for m in reversed(stage.in_thread()) if "small project" in m.text())


def asked(stage: Local, person: str) -> list[str]:
    return [m.text() for m in stage.direct(person) if "Does your group need anything?" in m.text()]


def test_from_the_brief_to_the_show_back(bridge: Local) -> None:
    """Each group's last sentence is its project; half-time asks once; a result is filed; the show-back comes."""
    one, other = workshop(bridge)
    assert "2 small projects, two weeks." in listed(bridge)
    assert "A checklist for Fridays. By " in listed(bridge)
    assert "A list." not in listed(bridge)
    assert "Show-back: Thu 9 Apr 14:00; it is planned." in listed(bridge)
    assert "Project show-back" in bridge.types("Sam", "session planned")
    bridge.until(berlin("2026-04-03 18:00"))
    for person in HERE:
        assert len(asked(bridge, person)) == 1
    assert not asked(bridge, "Sam")
    assert "nothing is posted" in bridge.presses(other, "All is well", "@")
    assert bridge.presses(one, "Add a result", "@") == "form: A result"
    assert "one of them is enough" in bridge.submits(one)
    assert "begins with https://" in bridge.submits(one, link="wiki")
    assert "Added." in bridge.submits(one, link="https://wiki.example.com/list", text="Used on two Fridays.")
    assert "Result: Used on two Fridays." in listed(bridge)
    assert "A checklist for Fridays" in bridge.types("Sam", "archive kind:project fridays")
    assert "Their people add to them." in bridge.presses("Sam", "Add a result")
    bridge.until(berlin("2026-04-09 14:01"))
    assert "Projects from tests that fail early" in bridge.card()
    assert sum(len(asked(bridge, person)) for person in HERE) == 6
    bridge.until(berlin("2026-04-17 12:00"))
    assert "No small projects now" in bridge.types("Sam", "projects")


def test_a_group_needs_something(bridge: Local) -> None:
    """What a group needs is posted with the name of who asks; whoever can help calls them in the thread."""
    one, _ = workshop(bridge)
    assert "A checklist for Fridays." in bridge.types(one, "projects")
    assert bridge.presses(one, "We need something") == "form: What do you need?"
    bridge.submits(one, text="Half an hour with a tester")
    assert f"{one} asks for the project A checklist for Fridays: Half an hour with a tester." in bridge.card()
    assert "for the others" in bridge.presses(one, "I can help")
    assert "They know." in bridge.presses("Maya", "I can help")
    assert f"{one}, Maya can help." in bridge.in_thread()[-1].text()
    assert bridge.types("Sam", "project result") == "Their people add to them."


def test_whoever_is_forgotten_leaves_no_trace_in_a_project(bridge: Local) -> None:
    """Delete me takes somebody out of their project; the project goes on."""
    one, _ = workshop(bridge)
    bridge.types(one, "project need")
    bridge.submits(one, text="Half an hour with a tester")
    bridge.types(one, "me delete")
    bridge.presses(one, "Delete everything")
    bridge.passes("2 min")
    assert traces(bridge, one.lower()) == []
    assert "A checklist for Fridays." in listed(bridge)


def test_without_a_project_nothing_is_booked(bridge: Local) -> None:
    """A workshop whose groups write nothing back leaves no list, no show-back and no question."""
    bridge.types("Ines", "session start peer-workshop tests")
    bridge.presses("Ines", "I'm here")
    bridge.presses("Ines", "Start")
    bridge.types("Ines", "session end")
    bridge.passes("10 s")
    assert "No small projects now" in bridge.types("Sam", "projects")
    assert "show-back" not in bridge.types("Sam", "session planned").lower()
