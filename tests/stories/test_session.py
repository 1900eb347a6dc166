"""A guided session, as a team lives through it: scenario S3, and what goes wrong around it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import Local, berlin

PROMPTS = Path(__file__).parents[2] / "prompts"
HERE = ("Ines", "Sam", "Maya", "Tomas", "Arun", "Divya")


@cache
def library() -> Library:
    return load(PROMPTS)[0]


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


def started(
    stage: Local, command: str = "session start learning-hour handover", people: tuple[str, ...] = HERE
) -> None:
    """Tomas starts a session, and those people come. Lena looks after the team, so she may steer it too."""
    assert stage.types("Tomas", command) == ""
    for person in people:
        stage.presses(person, "I'm here")
    stage.presses("Tomas", "Start")


def talking(stage: Local) -> None:
    """In the guided discussion, which has just begun."""
    started(stage)
    stage.presses("Lena", "Next")
    assert "Guided discussion, until 09:59" in stage.card()


def speaker(stage: Local) -> str:
    return stage.card().split(",")[0]


def test_a_learning_hour_from_start_to_end(bridge: Local) -> None:
    """Four steps on one card that is edited; every turn is taken; the clock knows how far ahead it is."""
    started(bridge)
    spoken = []
    while "your minute" in bridge.card():
        spoken.append(speaker(bridge))
        bridge.presses("Tomas", "Done")
    assert sorted(spoken) == sorted(HERE)
    assert "Everybody who wanted has had a turn." in bridge.card()
    bridge.presses("Lena", "Next")
    assert "Guided discussion, until 09:59" in bridge.card()
    assert "First minute: think, write, no talk." in bridge.card()
    assert "End 10:19, 10 minutes earlier than planned" in bridge.card()
    bridge.passes("1 min")
    assert "First minute" not in bridge.card()
    bridge.passes("29 min")
    assert "Guided discussion: time is up" in bridge.card()
    bridge.presses("Lena", "Next")
    assert "Questions or pairs, until" in bridge.card()
    bridge.presses("Lena", "Next")
    assert "Recap, until" in bridge.card()
    bridge.presses("Lena", "End")
    assert "The session is closing." in bridge.card()
    bridge.passes("10 s")
    assert len(bridge.in_channel()) == 1
    assert "Done: Handover" in bridge.card() or "Done: handover" in bridge.card()
    assert "6 took part, 30 minutes; 60 were planned." in bridge.card()


def test_two_start_it_at_once(bridge: Local) -> None:
    """Start pressed by two people begins one session, once."""
    bridge.types("Tomas", "session start learning-hour handover")
    bridge.presses("Ines", "I'm here")
    bridge.presses("Tomas", "Start", twice=True)
    assert sum("Check-in round, 10 minutes" in m.text() for m in bridge.in_thread()) == 1


def test_next_pressed_twice_skips_nothing(bridge: Local) -> None:
    """The second of two presses on Next changes nothing."""
    started(bridge)
    bridge.presses("Lena", "Next", twice=True)
    assert "Guided discussion" in bridge.card()


def test_undo_after_next(bridge: Local) -> None:
    """Undo within ten seconds puts the step back as it was; after ten seconds it says so."""
    started(bridge)
    bridge.presses("Lena", "Next")
    bridge.passes("9 s")
    assert "Check-in round is on again." in bridge.presses("Lena", "Undo")
    assert "your minute" in bridge.card()
    bridge.presses("Lena", "Next")
    bridge.passes("11 s")
    assert "Undo works for ten seconds." in bridge.presses("Lena", "Undo")
    assert "Guided discussion" in bridge.card()


def test_undo_after_end(bridge: Local) -> None:
    """End can be taken back for ten seconds."""
    talking(bridge)
    bridge.presses("Lena", "More")
    bridge.presses("Lena", "End")
    bridge.presses("Lena", "Undo")
    bridge.passes("1 min")
    assert "Guided discussion, until 09:59" in bridge.card()


def test_more_time_moves_the_end_or_takes_it_from_the_flexible_step(bridge: Local) -> None:
    """In the check-in the discussion gives the minutes and the end stays; in the discussion itself the end moves."""
    started(bridge)
    told = bridge.presses("Lena", "+5 min")
    assert "Guided discussion becomes 25 minutes, the end stays 10:29." in told
    assert "End 10:29, on time." in bridge.card()
    bridge.presses("Lena", "Cancel")
    bridge.passes("10 min")
    bridge.presses("Lena", "Next")
    assert "Guided discussion, until 10:09" in bridge.card()
    told = bridge.presses("Lena", "+5 min")
    assert "Guided discussion runs until 10:14. The end moves to 10:34." in told
    assert "End 10:34, 5 minutes later than planned." in bridge.card()
    told = bridge.presses("Lena", "From questions or pairs"[:24])
    assert "Questions or pairs becomes 10 minutes, the end stays 10:29." in told
    assert "End 10:29, on time." in bridge.card()


def test_only_who_steers_moves_it_on(bridge: Local) -> None:
    """Somebody else's Next is refused kindly and alone."""
    started(bridge)
    assert "Tomas does that here. Nothing changed." in bridge.presses("Divya", "Next")
    assert "your minute" in bridge.card()


def test_private_cues(bridge: Local) -> None:
    """At half time and two minutes before the end the timekeeper alone gets a word."""
    talking(bridge)
    before = len(bridge.private("Tomas"))
    bridge.passes("15 min")
    assert "Half time of guided discussion" in bridge.private("Tomas")[-1].text()
    bridge.passes("13 min")
    assert "2 minutes to the end of this step" in bridge.private("Tomas")[-1].text()
    assert len(bridge.private("Tomas")) == before + 2
    assert not bridge.private("Divya")


def test_a_later_joiner_makes_a_trio(bridge: Local) -> None:
    """Six are three pairs, each with its own message; who comes later joins one of them."""
    talking(bridge)
    bridge.presses("Lena", "Next")
    assert sum(m.text().startswith("Your group.") for m in bridge.in_thread()) == 3
    bridge.presses("Jo", "I'm here")
    groups = re.search(r"thread\. (.*?)\. One", bridge.card()) or re.search(r"thread\. (.*)\. Then", bridge.card())
    assert groups
    assert sorted(len(re.findall(r"[A-Z]\w+", group)) for group in groups.group(1).split(". ")) == [2, 2, 3]
    assert "you are with" in bridge.in_thread()[-1].text()
    bridge.presses("Jo", "One sentence back")
    bridge.submits("Jo", text="One owner per ticket.")
    assert "Jo: One owner per ticket." in bridge.in_thread()[-1].text()


def test_silent_notes_appear_together_without_names(bridge: Local) -> None:
    """What is written alone is hidden until the step ends, then shown shuffled and unnamed, each note once."""
    started(bridge, "session start retrospective the outage")
    while "Silent notes" not in bridge.card().split(",")[0]:
        bridge.presses("Lena", "Next")
    for number, person in enumerate(HERE):
        bridge.presses(person, "Write")
        bridge.submits(person, text=f"Idea {number}\nAlso {number}")
    bridge.presses("Divya", "Write")
    bridge.submits("Divya", text="Idea five, better said")
    assert "Idea" not in bridge.everything().replace("Ideas", "")
    assert "11 notes so far." in bridge.card()
    bridge.presses("Lena", "Next")
    shown = next(m.text() for m in bridge.in_thread() if "better said" in m.text())
    assert all(shown.count(f"Idea {number}") == 1 and shown.count(f"Also {number}") == 1 for number in range(5))
    assert "Also 5" not in shown
    assert not any(name in shown for name in HERE)


def test_pause_lets_the_time_stand_still(bridge: Local) -> None:
    """After a pause the step has what it had left, and the card says by how much the end moved."""
    talking(bridge)
    bridge.passes("10 min")
    bridge.presses("Lena", "More")
    bridge.presses("Lena", "Pause")
    bridge.passes("15 min")
    assert "Session paused" in bridge.card()
    bridge.presses("Lena", "Resume")
    assert "Guided discussion, until 10:14" in bridge.card()
    assert "5 minutes later than planned" in bridge.card()


def test_a_restart_keeps_the_clock(bridge: Local) -> None:
    """After a short outage the step ends when it would have; one line says that the bot was away."""
    talking(bridge)
    bridge.passes("5 min")
    bridge.stops()
    bridge.passes("70 s")
    bridge.starts()
    assert sum("I was away for 70 seconds; nothing is lost." in m.text() for m in bridge.in_thread()) == 1
    assert "Guided discussion, until 09:59" in bridge.card()
    bridge.passes("24 min")
    assert "time is up" in bridge.card()


def test_a_long_outage_waits_for_a_person(bridge: Local) -> None:
    """After more than half an hour away nothing goes on by itself, and anybody can resume."""
    talking(bridge)
    bridge.stops()
    bridge.passes("42 min")
    bridge.starts()
    assert "Session paused" in bridge.card()
    assert "I was away for 42 minutes; nothing is lost." in bridge.card()
    bridge.presses("Divya", "Resume")
    assert "Guided discussion, until 10:41" in bridge.card()


def test_somebody_else_takes_over_when_the_host_is_gone(bridge: Local) -> None:
    """Three minutes after a step nobody moved on from, anybody may take over; nobody is named as missing."""
    talking(bridge)
    bridge.passes("33 min")
    offer = next(m.text() for m in bridge.in_thread() if "Who hosts from here?" in m.text())
    assert "Tomas" not in offer
    assert "It is yours." in bridge.presses("Arun", "I'll do it")
    bridge.presses("Arun", "Next", "bridge")
    assert "Questions or pairs" in bridge.card()


def test_the_host_leaves_the_channel(bridge: Local) -> None:
    """When the host leaves the channel the role is offered to everybody at once."""
    talking(bridge)
    bridge.leaves("Tomas")
    assert any("Who hosts from here?" in m.text() for m in bridge.in_thread())


def test_ten_quiet_minutes_ask_and_then_close(bridge: Local) -> None:
    """After ten minutes without a press I ask; after ten more the session is closed with what there is."""
    talking(bridge)
    bridge.passes("40 min")
    assert any("Is this session still going?" in m.text() for m in bridge.in_thread())
    bridge.presses("Divya", "Yes, we go on")
    bridge.passes("21 min")
    assert "Done:" in bridge.card()


def test_steps_can_be_swapped_and_skipped(bridge: Local) -> None:
    """A later step can come next; the one it overtakes keeps its minutes and is not lost."""
    started(bridge)
    bridge.presses("Lena", "More")
    bridge.presses("Lena", "Skip")
    assert "Guided discussion" in bridge.card()
    assert "Then questions or pairs and recap." in bridge.card()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("session start learning-hour 17 handover", "needs at least"),
        ("session start learning-hour " + "x" * 300, "A topic has room for 160 characters"),
        ("session start paired-walk 90 energy", "takes 30 minutes and cannot be scaled"),
        ("session next", "No session is running here"),
        ("session extend 5", "No session is running here"),
        ("guide show learning-huor", "Learning hour"),
        ("guide show quantum", 'I know no guide "quantum"'),
        ("guide list decide 999", "No guide fits that"),
    ],
)
def test_bad_input_gets_a_sentence(bridge: Local, typed: str, answer: str) -> None:
    """Whatever is typed, the answer is a clear sentence, and nothing is posted."""
    assert answer in bridge.types("Jo", typed)
    assert not bridge.in_channel()


@pytest.mark.parametrize("typed", ["guide learning-hour", "guide Learning hour", "guide list journal"])
def test_one_guide_is_shown_with_its_steps(bridge: Local, typed: str) -> None:
    """Where only one guide can be meant, its steps are the answer, not a list of one to choose from."""
    answer = bridge.types("Jo", typed)
    assert "1 guide" not in answer
    assert "Check-in round" in answer or "Summary" in answer


def test_a_second_session_waits(bridge: Local) -> None:
    """While a session runs, another one in the same channel is refused."""
    started(bridge)
    assert "already running" in bridge.types("Jo", "session start weekly-25 our week")


def test_only_guide_and_topic_are_asked(bridge: Local) -> None:
    """Without words a form asks; with its defaults the session is open."""
    assert bridge.types("Jo", "session") == "form: Start a session"
    bridge.submits("Jo", topic="How we review")
    assert "How we review" in bridge.card()
    assert "Learning hour, 60 minutes, to explore. Host: Jo." in bridge.card()


def test_scaled_to_forty_five(bridge: Local) -> None:
    """At 45 minutes the steps of the learning hour are 7, 24, 11 and 3."""
    started(bridge, "session start learning-hour 45 handover")
    assert "End 10:14, on time." in bridge.card()
    assert any("Check-in round, 7 minutes" in m.text() for m in bridge.in_thread())


def test_the_notes_are_tidied(bridge: Local) -> None:
    """Anybody sees the notes in order; who takes the notes changes them, and what came in meanwhile stays."""
    talking(bridge)
    for person, words in (("Divya", "context gets lost"), ("Sam", "the list is in three places")):
        bridge.presses(person, "Note", "bridge")
        bridge.submits(person, text=words)
    bridge.presses("Arun", "More")
    told = bridge.presses("Arun", "Notes so far")
    assert "Guided discussion: context gets lost (Divya). the list is in three places (Sam)." in told
    bridge.presses("Tomas", "More")
    bridge.presses("Tomas", "Notes so far")
    bridge.presses("Tomas", "Tidy")
    bridge.types("Jo", "note one owner helps")
    told = bridge.submits("Tomas", text="the list is in three places\nContext gets lost on Fridays")
    assert "Tidied." in told
    bridge.presses("Arun", "More")
    told = bridge.presses("Arun", "Notes so far")
    assert "the list is in three places (Sam). Context gets lost on Fridays (Tomas). one owner helps (Jo)." in told


def test_after_six_sessions_the_frame_is_asked_about() -> None:
    """P12: a team is asked once how much frame it wants; from then on it gets fewer cues, and may change it back."""
    room = Local(berlin("2026-03-25 09:29"), content=library())

    def asked() -> list[str]:
        return [m.text() for m in room.in_channel() if "How much frame do you want?" in m.text()]

    for _ in range(6):
        assert not asked()
        started(room)
        room.presses("Lena", "More")
        room.presses("Lena", "End")
        room.passes("1 day")
    assert len(asked()) == 1
    room.presses("Ines", "Loose")
    assert "Ines chose: no cue but that time is up." in asked()[0]
    started(room)
    room.presses("Lena", "Next")
    before = len(room.private("Tomas"))
    room.passes("29 min")
    assert len(room.private("Tomas")) == before
    room.presses("Lena", "More")
    room.presses("Lena", "End")
    room.passes("1 day")
    assert len(asked()) == 1
