"""Note and vote, polls, a temperature, one breath: scenario S7, and what goes wrong around it."""

from __future__ import annotations

import re

import pytest

from tests.story import Local, berlin

SEVEN = ("Ines", "Divya", "Maya", "Jo", "Sam", "Arun", "Lena")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-26 15:00"))


def dot(stage: Local, person: str, number: str) -> str:
    return stage.chooses(person, "Give a dot", number)


def voting(stage: Local) -> dict[str, str]:
    """Seven people have written eleven ideas and the vote has begun: each idea, and the number it goes by."""
    stage.types("Ines", 'vote start "What do we drop?"')
    written = ("List\nMeeting\nReport", "Wiki\nDigest", "Standup\nBoard", "Tickets", "Tags", "Badges", "Calls")
    for person, text in zip(SEVEN, written, strict=True):
        stage.presses(person, "Write")
        stage.submits(person, text=text)
    stage.passes("5 min")
    assert "time is up" in stage.card()
    stage.presses("Ines", "Next", "bridge")
    ends = r"(?= \d+\. | Give a dot| Hidden)"
    numbers = {words: number for number, words in re.findall(rf"(\d+)\. (\w+)\.{ends}", stage.card())}
    assert len(numbers) == 11
    return numbers


def test_scenario_seven(bridge: Local) -> None:
    """S7: merge, change of mind, five clicks, a tie twice, the decider; totals add up and no name is anywhere."""
    numbers = voting(bridge)
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "Merge ideas")
    bridge.submits("Ines", kept=numbers["List"], other=numbers["Wiki"])
    assert "List (also: Wiki)" in bridge.card()
    for _ in range(3):
        dot(bridge, "Divya", numbers["Tags"])
    bridge.presses("Divya", "My dots")
    bridge.presses("Divya", "Take all back")
    told = [dot(bridge, "Maya", numbers["Meeting"]) for _ in range(5)]
    assert ["All 3 of your dots are given." in one for one in told] == [False, False, False, True, True]
    for _ in range(3):
        dot(bridge, "Divya", numbers["List"])
    bridge.stops()
    bridge.passes("60 s")
    bridge.starts()
    assert "2 people have voted." in bridge.card()
    bridge.passes("2 min")
    assert "2 people have voted." in bridge.card()
    bridge.passes("65 s")
    count = next(m.text() for m in bridge.in_thread() if m.text().startswith("The count is level"))
    assert "Once more among those" in count
    dot(bridge, "Maya", numbers["Meeting"])
    dot(bridge, "Divya", numbers["List"])
    bridge.passes("2 min")
    assert "Ines decides and says why." in bridge.card()
    assert "Ines decides this one." in bridge.presses("Tomas", "Decide")
    bridge.presses("Ines", "Decide")
    bridge.submits("Ines", idea=numbers["Meeting"], why="It costs the most time", against="People meet there")
    assert "Chosen: Meeting. It costs the most time" in bridge.card()
    assert "Meeting: 3 dots" in bridge.card()
    assert "List: 3 dots" in bridge.card()
    recap = next(m.text() for m in bridge.in_thread() if m.text().startswith("Recap:"))
    assert "Decided by one person: Meeting. Why: It costs the most time. Against: People meet there." in recap
    stored = bridge.connections
    with stored.transaction() as db:
        states = " ".join(str(row) for row in db.rows("SELECT state FROM session UNION SELECT fact FROM kept"))
    assert '"voter"' not in states


def test_a_vote_after_the_close_is_refused(bridge: Local) -> None:
    """Four seconds after the close a dot is not counted, and says so."""
    numbers = voting(bridge)
    dot(bridge, "Maya", numbers["Meeting"])
    old = bridge.in_channel()[-1].card
    bridge.passes("184 s")
    assert "Chosen: Meeting." in bridge.card()
    bridge.in_channel()[-1].card = old
    assert "ended" in dot(bridge, "Jo", numbers["Meeting"])


def test_two_people_vote_at_once(bridge: Local) -> None:
    """The last ballot of each counts, once."""
    numbers = voting(bridge)
    dot(bridge, "Maya", numbers["Meeting"])
    dot(bridge, "Jo", numbers["Meeting"])
    dot(bridge, "Jo", numbers["List"])
    bridge.presses("Ines", "End", "bridge")
    assert "Meeting: 2 dots" in bridge.card()
    assert "List: 1 dot" in bridge.card()


def test_one_breath(bridge: Local) -> None:
    """Each in turn for a breath, or in writing; it closes by itself when all had their turn."""
    bridge.types("Lena", "breath What do you take along?")
    for person in ("Lena", "Tomas", "Ines"):
        bridge.presses(person, "I'm here")
    bridge.presses("Lena", "Start")
    assert "your 25 seconds" in bridge.card()
    for _ in range(2):
        bridge.presses(bridge.card().split(",")[0], "Done")
    last = bridge.card().split(",")[0]
    bridge.presses(last, "Write it")
    bridge.submits(last, text="Ask earlier.")
    assert any("Ask earlier." in m.text() for m in bridge.in_thread())
    assert "Done: What do you take along?" in bridge.card()


def test_a_poll(bridge: Local) -> None:
    """The last choice of each person counts once; counts are hidden until the close, names for ever."""
    bridge.types("Sam", "poll When do we meet? | Tuesday | Wednesday | Thursday")
    bridge.chooses("Jo", "Choose one", "1")
    bridge.chooses("Jo", "Choose one", "2")
    bridge.chooses("Maya", "Choose one", "2")
    assert "2 answers so far." in bridge.card()
    assert "Wednesday: 2" not in bridge.card()
    assert "Sam asked this and can close it" in bridge.presses("Jo", "Close")
    bridge.presses("Sam", "Close")
    assert "Tuesday: 0. Wednesday: 2. Thursday: 0. Closed. 2 answers." in bridge.card()


def test_a_poll_closes_after_a_day(bridge: Local) -> None:
    """Nobody has to close a poll."""
    bridge.types("Sam", "poll When? | Tuesday | Wednesday")
    bridge.passes("25 h")
    assert "Nobody answered." in bridge.card()


def test_counts_go_with_whoever_leaves(bridge: Local) -> None:
    """Of three answers one goes with its person: the counts are not shown any more, at once."""
    bridge.types("Ines", "temperature the new import")
    for person in ("Divya", "Maya", "Jo"):
        bridge.presses(person, "Partly")
    assert "Partly: 3." in bridge.card()
    bridge.leaves("Jo")
    assert "Partly: " not in bridge.card()
    assert "The counts appear from 3 answers on." in bridge.card()


def test_a_temperature(bridge: Local) -> None:
    """Counts appear from three answers on; with fewer nothing is shown, also at the close."""
    bridge.types("Ines", "temperature the new import")
    bridge.presses("Jo", "Lost")
    bridge.presses("Maya", "Got it")
    assert "Lost: 1" not in bridge.card()
    bridge.presses("Sam", "Got it")
    assert "Got it: 2. Partly: 0. Lost: 1." in bridge.card()
    bridge.presses("Ines", "Close")
    assert "Closed. 3 answers." in bridge.card()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("poll When? | Tuesday", "A poll takes 2 to 6 options; you gave 1."),
        ("poll When? | a | b | c | d | e | f | g", "you gave 7"),
        ("poll When? | a | A", "Two options are the same."),
        ("poll When? | a | " + "x" * 200, "An option has room for 70 characters"),
        ("vote", "Vote on what?"),
        ("vote " + "x" * 400, "A question has room for 160 characters"),
    ],
)
def test_bad_input_gets_a_sentence(bridge: Local, typed: str, answer: str) -> None:
    """Whatever is typed, the answer is a clear sentence, and nothing is posted."""
    assert answer in bridge.types("Jo", typed)
    assert not bridge.in_channel()


def test_merge_is_offered_where_two_ideas_are(bridge: Local) -> None:
    """With one idea there is nothing to merge: the button is not there, and an older one says so."""
    bridge.types("Ines", "vote start Which one?")
    bridge.presses("Divya", "Write")
    bridge.submits("Divya", text="List")
    bridge.presses("Ines", "Next", "bridge")
    assert "A vote takes two ideas or more." in bridge.card()
    bridge.presses("Ines", "More")
    with pytest.raises(AssertionError, match="sees no button"):
        bridge.presses("Ines", "Merge ideas")
    bridge.presses("Divya", "Add an idea")
    bridge.submits("Divya", text="Wiki")
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "Merge ideas")
    bridge.submits("Ines", kept="1", other="2")
    assert "List (also: Wiki)" in bridge.card()
    assert "Merging takes two ideas" in bridge.presses("Ines", "Merge ideas")
