"""A guide that somebody of the team writes, and a rehearsal of one in their own messages."""

from __future__ import annotations

import re

import pytest

from bot.engine.handle import MAX_TYPED
from tests.stories.test_session import library
from tests.story import Local, berlin

FILE = """\
kind: guide
id: friday-look-back
title: "Friday look-back"
purpose: "Two questions before the week ends."
goal_type: share
total_minutes: 15
steps:
  - {id: talk, kind: open, title: "Look back", minutes: 12, flex: true, questions: [{text: "What was worth it?"}]}
  - {id: close, kind: recap, title: "Close", minutes: 3, collects: [key_points]}
"""


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


def test_a_guide_is_added_and_used(bridge: Local) -> None:
    """What somebody pastes is checked in the loader's words, kept for the team, listed and run."""
    bridge.types("Sam", "guide add")
    told = bridge.submits("Sam", text=FILE.replace("minutes: 12", "minutes: 10"))
    assert "Line 6: the steps add up to 13 minutes, total_minutes says 15." in told
    told = bridge.submits("Sam", text=FILE)
    assert "Friday look-back, 15 minutes, 2 steps: ready to use." in told
    assert "Friday look-back" in bridge.types("Jo", "guide list share 15")
    assert bridge.types("Jo", "session start friday-look-back our week") == ""
    bridge.presses("Jo", "Start")
    assert "Look back, until 09:41" in bridge.card()


def test_a_file_in_a_message(bridge: Local) -> None:
    """A whole file behind the command is read, too, as a block of code or bare; what is wrong has its line."""
    told = bridge.types("Sam", "guide add\n```\n" + FILE.replace("minutes: 12", "minutes: 10").strip() + "\n```")
    assert "Friday look-back: not right yet" in told
    assert "Line 6: the steps add up to 13 minutes, total_minutes says 15." in told
    assert "Nothing was kept." in told
    told = bridge.types("Sam", FILE.strip())
    assert "Friday look-back, 15 minutes, 2 steps: ready to use." in told
    told = bridge.types("Sam", "guide add\n" + FILE.replace('"Friday look-back"', "“Friday look-back”").strip())
    assert "version 2" in told


def test_a_long_file_in_a_message(bridge: Local) -> None:
    """A file behind the command is read to its end, also where it is longer than commands usually are."""
    head, _, tail = FILE.partition("steps:\n")
    talk, close = tail.splitlines()
    remarks = ["  # a remark that makes it long"] * 140
    filled = "\n".join([head.strip(), "steps:", talk, *remarks, close])
    assert len(filled) > MAX_TYPED
    assert "15 minutes, 2 steps: ready to use." in bridge.types("Sam", "guide add\n" + filled)


def test_a_long_file_goes_over_several_fields(bridge: Local) -> None:
    """A file longer than one field takes goes on in the next ones."""
    bridge.types("Sam", "guide add")
    head, _, tail = FILE.partition("steps:\n")
    told = bridge.submits("Sam", text=head + "steps:", more=tail)
    assert "Friday look-back, 15 minutes, 2 steps: ready to use." in told


def test_a_new_version_leaves_a_running_session_alone(bridge: Local) -> None:
    """The same id again is a new version; what is running keeps the steps it began with."""
    bridge.types("Sam", "guide add")
    bridge.submits("Sam", text=FILE)
    bridge.types("Jo", "session start friday-look-back our week")
    bridge.types("Sam", "guide add")
    told = bridge.submits("Sam", text=FILE.replace("Look back", "Look ahead").replace('ahead"\npurp', 'ahead"\npurp'))
    assert "version 2; sessions that are running keep theirs" in told
    bridge.presses("Jo", "Start")
    assert "Look back, until 09:41" in bridge.card()


def test_a_guide_by_form(bridge: Local) -> None:
    """Title, purpose and a step a line are enough."""
    bridge.types("Sam", "guide new")
    told = bridge.submits("Sam", title="Our review", purpose="A review that ends with something to do.")
    assert "Our review, 40 minutes, 3 steps: ready to use." in told


def test_a_shipped_guide_is_not_replaced(bridge: Local) -> None:
    """An id that is taken is said in the form; nothing is lost."""
    bridge.types("Sam", "guide add")
    told = bridge.submits("Sam", text=FILE.replace("friday-look-back", "learning-hour"))
    assert "There is a guide with the id learning-hour already." in told


@pytest.mark.parametrize("text", ["kind: guide", "just words", "{", "kind: survey\nid: x", "- 1\n- 2", "\t\t"])
def test_what_cannot_be_read_says_why(bridge: Local, text: str) -> None:
    """Whatever is pasted, the form stays open with a sentence at the field."""
    bridge.types("Sam", "guide add")
    assert bridge.submits("Sam", text=text).startswith("text: ")


def test_a_rehearsal_stays_with_the_person(bridge: Local) -> None:
    """The guide runs in the person's own messages, moves on by itself, and leaves no trace in the team."""
    bridge.types("Sam", "guide rehearse learning-hour")
    assert any("your 30 seconds" in m.text() for m in bridge.direct("Sam"))
    assert not bridge.in_channel()
    assert not bridge.in_thread()
    bridge.presses("Sam", "Next step", "@")
    assert any("Guided discussion, until" in m.text() for m in bridge.direct("Sam"))
    bridge.passes("5 min")
    assert any("Done:" in m.text() for m in bridge.direct("Sam"))
    assert not bridge.in_channel()
    assert "Nothing is filed yet" in bridge.types("Jo", "archive")


def test_the_others_are_played(bridge: Local) -> None:
    """In a rehearsal three of the team are played: they take turns, write, vote; nobody of them hears of it."""
    bridge.types("Sam", "guide rehearse note-and-vote")
    seen = set()
    for _ in range(60):
        bridge.passes("8 s")
        seen |= {m.text() for m in bridge.direct("Sam")}
    said = " ".join(seen)
    assert "notes so far." in said
    assert re.search(r": 2 dots", said)
    assert "Done:" in said
    others = [person for person in bridge.people if person != "Sam"]
    assert not any(bridge.direct(person) for person in others)
    assert not bridge.in_channel()


def test_a_round_is_played(bridge: Local) -> None:
    """The others have their turns and are done by themselves; the person's own turn waits for them."""
    bridge.types("Sam", "guide rehearse learning-hour")
    speakers = set()
    for _ in range(7):
        speakers |= {m.text().split(",")[0] for m in bridge.direct("Sam") if "your 30 seconds" in m.text()}
        if speakers == {"Sam"}:  # the first of all; the others come after
            bridge.presses("Sam", "Done", "@")
        bridge.passes("8 s")
    assert "Sam" in speakers
    assert len(speakers) > 1
