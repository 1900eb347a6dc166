"""A message goes into the archive by the word of whoever wrote it."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin

WORDS = "Our handover works since the open questions stand on top"


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=library())


def asked(stage: Local, person: str) -> list[str]:
    return [m.text() for m in stage.direct(person) if "May this go into the archive?" in m.text()]


def test_ones_own_message_is_kept_at_once(bridge: Local) -> None:
    """Nobody is asked; everybody finds it with the name, and whoever wrote it takes it out again."""
    assert "Kept. Everyone in #bridge finds it in the archive. With your name." in bridge.saves("Ines", "Ines", WORDS)
    assert "Note, Tue 24 Mar: Our handover works" in bridge.types("Jo", "archive handover")
    assert f"Ines: {WORDS}" in bridge.chooses("Jo", "Open one", "handover")
    bridge.types("Ines", "archive handover")
    bridge.chooses("Ines", "Open one", "handover")
    bridge.presses("Ines", "Take it out")
    bridge.presses("Ines", "Take it out")
    assert "Nothing found" in bridge.types("Jo", "archive handover")


def test_somebody_elses_only_with_their_word(bridge: Local) -> None:
    """They alone are asked, once; before they agree nothing of it is found."""
    told = bridge.saves("Jo", "Ines", WORDS)
    assert "I ask Ines alone." in told
    assert "Nothing found" in bridge.types("Jo", "archive handover")
    (question,) = asked(bridge, "Ines")
    assert f'Jo would like to keep what you wrote in #bridge: "{WORDS}"' in question
    assert "If you say nothing, it is not kept." in question
    assert "Save to the archive was pressed on a message of yours in #bridge." in question
    assert "Ines is asked about this one already." in bridge.saves("Sam", "Ines", WORDS)
    bridge.presses("Ines", "Put it in", "@", twice=True)
    assert "It is in the archive." in bridge.direct("Ines")[-1].text()
    assert "1 thing found." in bridge.types("Sam", "archive handover")
    assert "Nothing changed" in bridge.saves("Sam", "Ines", WORDS)


def test_no_and_silence_keep_nothing(bridge: Local) -> None:
    """Rather not is told to nobody; after two weeks of silence the copy is gone; the author may still put it in."""
    bridge.saves("Jo", "Ines", WORDS)
    bridge.presses("Ines", "Rather not", "@")
    assert "It is not kept." in bridge.direct("Ines")[-1].text()
    assert not bridge.direct("Jo")
    bridge.saves("Sam", "Ines", "Zugspitze is the word of this week")
    bridge.passes("20 days")
    assert traces(bridge, "zugspitze") == []
    assert "Nothing is filed yet." in bridge.types("Sam", "archive")
    assert "before. Nothing changed." in bridge.saves("Jo", "Ines", WORDS)
    assert "Kept." in bridge.saves("Ines", "Ines", WORDS)
    assert "1 thing found." in bridge.types("Sam", "archive handover")


def test_the_author_saves_it_while_being_asked(bridge: Local) -> None:
    """Their own press is the answer."""
    bridge.saves("Jo", "Ines", WORDS)
    assert "Kept." in bridge.saves("Ines", "Ines", WORDS)
    assert asked(bridge, "Ines") == []
    assert "1 thing found." in bridge.types("Sam", "archive handover")


def test_whoever_leaves_or_is_forgotten_is_asked_no_more(bridge: Local) -> None:
    """The copy goes with them, kept or not."""
    bridge.saves("Jo", "Ines", WORDS)
    bridge.saves("Ines", "Ines", "Matterhorn is the other word")
    bridge.types("Ines", "me delete")
    bridge.presses("Ines", "Delete everything")
    bridge.passes("10 min")
    assert [traces(bridge, word) for word in ("matterhorn", "open questions")] == [[], []]
    bridge.saves("Jo", "Maya", "Words of Maya")
    bridge.leaves("Maya")
    assert "Nothing is filed yet." in bridge.types("Sam", "archive")
    assert "is not in the team" in bridge.saves("Jo", "Maya", "Words of Maya")


def test_who_asked_is_forgotten_too(bridge: Local) -> None:
    """The question goes on without their name, and may still be answered."""
    bridge.saves("Tomas", "Ines", WORDS)
    bridge.types("Tomas", "me delete")
    bridge.presses("Tomas", "Delete everything")
    bridge.passes("10 min")
    assert traces(bridge, "tomas") == []
    assert "Somebody would like to keep" in asked(bridge, "Ines")[0]
    bridge.presses("Ines", "Put it in", "@")
    assert "1 thing found." in bridge.types("Sam", "archive handover")


def test_it_waits_for_the_hours_of_whoever_is_asked(bridge: Local) -> None:
    """The question keeps to their hours and counts against their week, as anything unasked."""
    bridge.saves("Jo", "Sam", WORDS)
    assert asked(bridge, "Sam") == []
    bridge.until("15:30")
    assert len(asked(bridge, "Sam")) == 1
