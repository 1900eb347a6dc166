"""A book club: suggested, voted on, shared out over sessions, one word half-way, and nobody's pages are counted."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def suggested(stage: Local) -> None:
    for person, title in (("Ines", "How teams learn"), ("Sam", "Small habits"), ("Maya", "The list")):
        assert "Suggested." in stage.types(person, f"book suggest {title}")


def planned(stage: Local, **values: str) -> str:
    assert stage.types("Ines", "book plan How teams learn") == "form: Plan the reading"
    filled = {"last": "240", "parts": "4", "every": "2", "day": "2026-04-09", "hour": "15:00"}
    return stage.submits("Ines", **filled | values)


def half_way(stage: Local) -> list[str]:
    return [m.text() for m in stage.in_channel() if m.text().startswith("Half-way")]


def test_from_a_title_to_the_last_page(bridge: Local) -> None:
    """The vote finds the book, the plan shares it out, each part is booked and half-way called; then it is filed."""
    suggested(bridge)
    assert "on the list already" in bridge.types("Jo", "book suggest small habits")
    bridge.types("Jo", "books")
    bridge.presses("Jo", "Vote in the channel")
    for person, title in (("Ines", "b0"), ("Ines", "b0"), ("Sam", "b1"), ("Maya", "b0")):
        assert "Counted." in bridge.chooses(person, "Give a dot", title)
    bridge.presses("Sam", "Take mine back")
    assert "Jo can close it" in bridge.presses("Sam", "Close the vote")
    bridge.presses("Jo", "Close the vote")
    assert "1. How teams learn. 3 votes." in bridge.card()
    assert bridge.presses("Ines", "Plan the reading") == "form: Plan the reading"
    told = bridge.submits("Ines", last="240", parts="4", every="2", day="2026-04-09", hour="15:00")
    assert "Planned." in told
    assert "Pages 1 to 60: Thu 9 Apr 15:00. Pages 61 to 120: Thu 23 Apr 15:00." in bridge.card()
    assert "How teams learn, pages 1 to 60" in bridge.types("Sam", "session planned")
    bridge.until(berlin("2026-04-01 18:00"))
    assert half_way(bridge) == [
        "Half-way to the next talk. Until Thu 9 Apr 15:00: pages 1 to 60 of How teams learn. "
        "Behind is fine: read pages 41 to 60 and join in."
    ]
    bridge.until(berlin("2026-04-09 15:01"))
    assert "How teams learn, pages 1 to 60" in bridge.card()
    assert "How teams learn, pages 61 to 120" in bridge.types("Sam", "session planned")
    assert "being read" in planned(bridge, day="2026-06-04")
    bridge.until(berlin("2026-05-21 15:01"))
    assert len(half_way(bridge)) == 4
    assert "Read together: How teams learn" in bridge.types("Sam", "archive kind:reading")
    assert "How teams learn" not in bridge.types("Sam", "books")


def test_a_plan_that_cannot_be_is_said_at_its_field(bridge: Local) -> None:
    """More sessions than pages, no number, a day that has passed: each is said where it stands, nothing is planned."""
    told = planned(bridge, last="3", parts="4", day="2026-03-01")
    assert "no more than there are" in told
    assert "still to come" in told
    assert "Planned." in planned(bridge)
    assert "Until Thu 9 Apr" not in " ".join(half_way(bridge))


def test_chapters_week_by_week_and_stopped(bridge: Local) -> None:
    """One chapter a week: half-way there is no shorter way to join in; stopped, nothing more comes."""
    assert "Planned." in planned(bridge, last="3", parts="3", every="1", unit="chapters")
    bridge.until(berlin("2026-04-09 15:01"))
    assert "come along with what you have read" in half_way(bridge)[0]
    bridge.until(berlin("2026-04-14 18:00"))
    assert len(half_way(bridge)) == 2
    assert "Ines planned it and can stop it" in bridge.types("Sam", "book stop")
    assert "is not read on" in bridge.types("Ines", "book stop")
    bridge.until(berlin("2026-04-24 18:00"))
    assert len(half_way(bridge)) == 2
    assert "chapter 3" not in bridge.types("Sam", "session planned")


def test_a_book_taken_off_and_a_reader_forgotten(bridge: Local) -> None:
    """Only who looks after the team takes a book off; whoever is forgotten leaves no vote, no plan, no trace."""
    suggested(bridge)
    bridge.types("Ines", "book vote")
    bridge.chooses("Ines", "Give a dot", "b0")
    bridge.types("Lena", "books")
    assert "Small habits" not in bridge.chooses("Lena", "Take one off", "b1")
    assert "Planned." in planned(bridge)
    bridge.types("Ines", "me delete")
    bridge.presses("Ines", "Delete everything")
    bridge.passes("2 min")
    assert traces(bridge, "ines") == []
    bridge.until(berlin("2026-04-09 15:01"))
    assert "How teams learn, pages 1 to 60" in bridge.card()
