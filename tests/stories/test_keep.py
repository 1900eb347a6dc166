"""Keep this: what a card shows goes into the archive, nobody's words without their own hand."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_pulse import answers as answers_survey
from tests.stories.test_session import library
from tests.story import Local, berlin

LENA, SAM = "The import ran on the first try.", "We closed the oldest ticket."


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=library())


def answered(stage: Local) -> None:
    """A question was asked and answered by two, and has closed."""
    stage.types("Jo", "checkin now What went better?")
    for person, words in (("Lena", LENA), ("Sam", SAM)):
        stage.presses(person, "Answer", "bridge")
        stage.submits(person, a0=words)
    stage.until("22:00")
    assert SAM in stage.card(0)


def opens(stage: Local, person: str, words: str, title: str) -> str:
    stage.types(person, f"archive {words}")
    return stage.chooses(person, "Open one", title)


def test_a_check_in_is_kept_with_the_answers_of_those_who_say_so(bridge: Local) -> None:
    """Whoever presses keeps the question and their own answer; the others' are not in it until they press, too."""
    answered(bridge)
    told = bridge.presses("Jo", "Keep this")
    assert "Kept. Everyone in #bridge finds it in the archive." in told
    assert "Whoever answered adds theirs" in told
    assert "2 answers." in bridge.types("Maya", "archive better")
    assert "Nothing found" in bridge.types("Maya", "archive ticket")
    assert "Your own answer is in it" in bridge.presses("Sam", "Keep this", twice=True)
    told = bridge.types("Maya", "archive ticket")
    assert "1 thing found." in told
    assert f"Check-in, Tue 24 Mar: What went better? Sam: {SAM}" in told
    assert "Nothing found" in bridge.types("Maya", "archive import")
    assert "2 things found." in bridge.types("Maya", "archive kind:check-in")


def test_it_can_be_kept_long_after_and_outlives_the_half_year(bridge: Local) -> None:
    """The button stays when nothing can be added any more; what was kept is there when answers are deleted."""
    answered(bridge)
    bridge.passes("3 days")
    bridge.presses("Sam", "Keep this")
    bridge.passes("200 days")
    assert "nothing to keep" in bridge.presses("Lena", "Keep this")
    assert SAM in bridge.types("Maya", "archive ticket")


def test_whoever_wrote_it_takes_it_out_again(bridge: Local) -> None:
    """Their own answer goes with a press in the archive, with the deleted answer, or with all of their data."""
    answered(bridge)
    for person in ("Lena", "Sam"):
        bridge.presses(person, "Keep this")
    opens(bridge, "Sam", "ticket", "What went better")
    bridge.presses("Sam", "Take it out")
    bridge.presses("Sam", "Take it out")
    assert "Nothing found" in bridge.types("Maya", "archive ticket")
    bridge.presses("Sam", "Keep this")
    bridge.types("Sam", "checkin mine")
    bridge.presses("Sam", "Delete this")
    assert "Nothing found" in bridge.types("Maya", "archive ticket")
    assert "1 thing found." in bridge.types("Maya", "archive import")
    bridge.types("Lena", "me delete")
    bridge.presses("Lena", "Delete everything")
    bridge.passes("10 min")
    assert "Nothing found" in bridge.types("Maya", "archive import")
    assert "What went better?" in bridge.types("Maya", "archive better")
    assert traces(bridge, "lena") == []


def test_a_round_is_kept_without_names(bridge: Local) -> None:
    """Topic, how many took part, how long; whoever kept it may take it out, another member may not."""
    bridge.types("Tomas", 'round "win or challenge" 60')
    for person in ("Tomas", "Ines"):
        bridge.presses(person, "I'm in")
    bridge.presses("Tomas", "Start now")
    while "Round done" not in bridge.card():
        bridge.presses(bridge.card().split(",")[0], "Done")
    assert "Kept. Everyone in #bridge" in bridge.presses("Sam", "Keep this")
    told = bridge.types("Maya", "archive win")
    assert "Round, Tue 24 Mar: Win or challenge" in told
    assert "2 took part" in told
    assert "Tomas" not in told
    opens(bridge, "Maya", "win", "Win or challenge")
    with pytest.raises(AssertionError, match=r"Take it out"):
        bridge.presses("Maya", "Take it out")
    opens(bridge, "Sam", "win", "Win or challenge")
    bridge.presses("Sam", "Take it out")
    bridge.presses("Sam", "Take it out")
    assert "Nothing found" in bridge.types("Maya", "archive win")


def test_results_of_a_survey_are_kept_as_they_were_shown(bridge: Local) -> None:
    """Totals in the words of the card; too few answers leave nothing to keep."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo", "Arun", "Divya"):
        answers_survey(bridge, person)
    bridge.passes("8 days")
    assert "Safe to speak: 6 people answered." in bridge.card()
    assert "Kept." in bridge.presses("Sam", "Keep this")
    told = opens(bridge, "Maya", "speak", "Safe to speak")
    assert "Survey, " in told
    assert "6 people answered." in told
    assert "Most agree" in told
    assert "What follows" not in told
    assert "%" not in told
