"""What a team wants to talk about: a list, a vote on it, and a session planned from it."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin

TOPICS = ("Handover on Fridays", "Fewer meetings", "How we welcome people")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def filled(stage: Local) -> None:
    for person, topic in zip(("Ines", "Sam", "Maya"), TOPICS, strict=True):
        assert "On the list." in stage.types(person, f"topic add {topic}")


def votes(stage: Local) -> str:
    return next(m.text() for m in reversed(stage.in_channel()) if "talk about next" in m.text())


def test_from_a_thought_to_a_planned_session(bridge: Local) -> None:
    """Three topics, three votes each, nobody sees whose; the one most wanted opens the plan with one press."""
    filled(bridge)
    assert "on the list already" in bridge.types("Jo", "topic add fewer meetings")
    assert "Fewer meetings" in bridge.types("Jo", "topics")
    bridge.presses("Jo", "Vote in the channel")
    assert "What do we talk about next?" in votes(bridge)
    for person, topic in (("Ines", "t1"), ("Ines", "t1"), ("Sam", "t1"), ("Maya", "t2"), ("Maya", "t0")):
        assert "Counted." in bridge.chooses(person, "Give a dot", topic)
    assert "It was your last." in bridge.chooses("Maya", "Give a dot", "t2")
    assert "Take one back" in bridge.chooses("Maya", "Give a dot", "t2")
    bridge.presses("Maya", "Take mine back")
    bridge.chooses("Maya", "Give a dot", "t2")
    assert "3 people have voted." in votes(bridge)
    assert "3 votes" not in votes(bridge)
    assert "Jo can close it" in bridge.presses("Sam", "Close the vote")
    bridge.presses("Jo", "Close the vote", twice=True)
    assert "1. Fewer meetings. 3 votes. 2. How we welcome people. 1 vote." in votes(bridge)
    assert "Maya" not in votes(bridge)
    assert bridge.presses("Lena", "Plan: Fewer meetings") == "form: Plan a session"
    assert "Handover: learning hour" in bridge.submits("Lena", topic="Handover", day="2026-03-26", hour="15:00")
    assert "Vote on the topics" in bridge.types("Sam", "archive meetings")


def test_the_vote_closes_by_itself_and_the_month_asks(bridge: Local) -> None:
    """Without a press it closes after three days; on the first working day of a month the team is asked once."""
    filled(bridge)
    bridge.types("Jo", "topic vote")
    assert "open already" in bridge.types("Sam", "topic vote")
    bridge.until("Fri 12:00")
    assert "Nobody voted. The list stays as it is." in votes(bridge)
    bridge.until(berlin("2026-04-01 09:59"))
    before = len(bridge.in_channel())
    bridge.until(berlin("2026-04-01 10:01"))
    assert len(bridge.in_channel()) == before + 1
    assert "Everybody has three votes" in votes(bridge)


def test_what_nobody_wants_is_offered_for_deletion(bridge: Local) -> None:
    """Three months without a vote: the outcome offers to drop those, to whoever looks after the team."""
    filled(bridge)
    bridge.until(berlin("2026-07-01 10:30"))
    bridge.chooses("Sam", "Give a dot", "t1")
    bridge.until(berlin("2026-07-04 12:00"))
    assert "Nobody wanted these for three months: Handover on Fridays; How we welcome people." in votes(bridge)
    assert "Lena looks after the list" in bridge.presses("Sam", "Drop those")
    assert "2 topics are off the list." in bridge.presses("Lena", "Drop those")
    assert "gone already" in bridge.presses("Lena", "Drop those")
    told = bridge.types("Sam", "topics")
    assert "Fewer meetings" in told
    assert "Handover" not in told


def test_a_topic_is_dropped_while_the_vote_is_open(bridge: Local) -> None:
    """Whoever added it drops it; the dots on it are free again, and with one topic left there is no vote."""
    filled(bridge)
    bridge.types("Jo", "topic vote")
    bridge.chooses("Sam", "Give a dot", "t0")
    bridge.types("Sam", "topics")
    assert "Ines added it and can drop it" in bridge.chooses("Sam", "Drop one", "t0")
    bridge.types("Ines", "topics")
    assert "Handover" not in bridge.chooses("Ines", "Drop one", "t0")
    assert "You have 2 more." in bridge.chooses("Sam", "Give a dot", "t1")
    bridge.types("Lena", "topics")
    bridge.chooses("Lena", "Drop one", "t2")
    assert any("This vote is over" in m.text() for m in bridge.in_channel())
    assert "two topics or more" in bridge.types("Sam", "topic vote")


def test_whoever_leaves_votes_no_more(bridge: Local) -> None:
    """Somebody leaves while the vote is open: their dots go with them, their topic stays, without a name."""
    filled(bridge)
    bridge.types("Jo", "topic vote")
    bridge.chooses("Ines", "Give a dot", "t1")
    bridge.chooses("Sam", "Give a dot", "t0")
    bridge.leaves("Ines")
    bridge.presses("Jo", "Close the vote")
    assert "1. Handover on Fridays. 1 vote." in votes(bridge)
    assert "Fewer meetings. 1 vote." not in votes(bridge)
    bridge.types("Sam", "topics")
    assert "Handover" not in bridge.chooses("Sam", "Drop one", "t0")


def test_a_topic_without_words_or_with_too_many(bridge: Local) -> None:
    """Without words a form asks; what is too long comes back in the form, to be made shorter."""
    assert bridge.types("Ines", "topic add") == "form: A topic"
    assert "On the list." in bridge.submits("Ines", text="Handover")
    assert bridge.types("Ines", "topic add " + "very " * 40) == "form: A topic"
    assert "Nothing yet" not in bridge.types("Ines", "topics")
    assert "two topics or more" in bridge.types("Ines", "topic vote")
