"""What stays can be opened, chosen as the best of the quarter, and taken out again."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin

WIKI, LIST = "The wiki has one owner from now on", "The list is in one place"


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def opens(stage: Local, person: str, words: str, title: str = "") -> str:
    stage.types(person, f"archive {words}")
    return stage.chooses(person, "Open one", title or words)


def chooses_best(stage: Local, person: str, words: str) -> str:
    opens(stage, person, words)
    return stage.presses(person, "Best of the quarter")


def test_what_was_found_is_opened_also_when_more_was_filed_since(bridge: Local) -> None:
    """The list of a minute ago still opens what it said, although newer things stand before it now."""
    bridge.types("Ines", f"note {WIKI}")
    bridge.types("Sam", "archive")
    bridge.types("Jo", f"note {LIST}")
    assert "The wiki has one owner" in bridge.chooses("Sam", "Open one", "wiki")


def test_the_team_chooses_the_best_of_the_quarter(bridge: Local) -> None:
    """Each member's choice counts once a quarter and shows no name; the quarter before can be looked up."""
    assert "Best of January to March. Nobody has chosen anything yet." in bridge.types("Sam", "archive best")
    bridge.types("Ines", f"note {WIKI}")
    bridge.types("Jo", f"note {LIST}")
    assert "Nobody sees who chose what." in chooses_best(bridge, "Sam", "wiki")
    chooses_best(bridge, "Jo", "wiki")
    chooses_best(bridge, "Jo", "list")
    told = opens(bridge, "Maya", "wiki")
    assert "2 people chose it as best." in told
    assert "Sam" not in told
    told = bridge.types("Lena", "archive best")
    assert told.index("The wiki") < told.index("The list")
    assert "2 people chose it as best." in told
    assert "one owner" in bridge.chooses("Lena", "Open one", "wiki")
    opens(bridge, "Jo", "list")
    bridge.presses("Jo", "Not my best any more")
    assert "The list" not in bridge.types("Lena", "archive best")
    bridge.until(berlin("2026-04-02 11:00"))
    assert "Best of April to June. Nobody has chosen" in bridge.types("Lena", "archive best")
    assert "The wiki" in bridge.presses("Lena", "The quarter before")
    assert "Best of January to March 2026" in bridge.types("Lena", "archive best last")
    chooses_best(bridge, "Sam", "wiki")
    assert "1 person chose it as best." in bridge.types("Lena", "archive best")


def test_choosing_twice_counts_once_and_goes_with_the_person(bridge: Local) -> None:
    """Two presses of one person are one choice, and whoever is forgotten has chosen nothing."""
    bridge.types("Ines", f"note {WIKI}")
    opens(bridge, "Sam", "wiki")
    bridge.presses("Sam", "Best of the quarter", twice=True)
    assert "1 person chose it" in bridge.types("Lena", "archive best")
    bridge.types("Sam", "me delete")
    bridge.presses("Sam", "Delete everything")
    bridge.passes("10 min")
    assert traces(bridge, "sam") == []
    assert "Nobody has chosen anything yet." in bridge.types("Lena", "archive best")


def test_something_is_taken_out_by_whoever_wrote_it(bridge: Local) -> None:
    """Asked once more, then it is found no more and in no export; others cannot, who looks after the team can."""
    bridge.types("Ines", f"note {WIKI}")
    bridge.types("Ines", f"note {LIST}")
    opens(bridge, "Sam", "wiki")
    with pytest.raises(AssertionError, match=r"Take it out"):
        bridge.presses("Sam", "Take it out")
    opens(bridge, "Ines", "wiki")
    assert "nobody finds it" in bridge.presses("Ines", "Take it out")
    assert "It stays" in bridge.presses("Ines", "Leave it")
    opens(bridge, "Ines", "wiki")
    bridge.presses("Ines", "Take it out")
    assert "does not have it any more" in bridge.presses("Ines", "Take it out")
    assert "Nothing found" in bridge.types("Jo", "archive wiki")
    opens(bridge, "Lena", "list")
    bridge.presses("Lena", "Take it out")
    bridge.presses("Lena", "Take it out")
    assert "Nothing is filed yet." in bridge.types("Jo", "archive")


def test_a_decision_taken_out_is_gone_for_good(bridge: Local) -> None:
    """It leaves the archive and the story so far."""
    bridge.types("Jo", "decision")
    bridge.submits("Jo", what="One checklist for four weeks", why="Cheapest thing to try")
    assert "One checklist" in bridge.types("Ines", "storysofar")
    opens(bridge, "Lena", "checklist")
    bridge.presses("Lena", "Take it out")
    bridge.presses("Lena", "Take it out")
    assert "One checklist" not in bridge.types("Ines", "storysofar")
