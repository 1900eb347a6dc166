"""A team is set up in five questions, introduced, and asked its first question the day after."""

from __future__ import annotations

import pytest

from tests.stories.test_checkin import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-17 10:00"), content=library())  # a Wednesday


@pytest.fixture
def room() -> Local:
    """For what cannot be seen from outside: the sweep by night."""
    return Local(berlin("2026-06-17 10:00"), content=library())


def test_ok_to_all_five(bridge: Local) -> None:
    """Two presses make a team ready; the hello comes before any direct message, the first question tomorrow."""
    told = bridge.types("Lena", "setup")
    assert "Set up #bridge: 1 of 5." in told
    assert "Everyone here: 8 people, without bots and guests." in told
    assert "guests can read" not in told
    done = bridge.presses("Lena", "OK to all five")
    assert "First question: Thu 18 Jun at 09:30, each person's own morning. After that every Tuesday." in done
    assert not bridge.in_channel()
    assert "Posted." in bridge.presses("Lena", "Post the hello")
    assert "Lena set me up. On Tuesdays at 09:30 your time I ask one question." in bridge.card()
    assert not bridge.direct("Ines")
    bridge.until(berlin("2026-06-18 09:31"))
    assert len(bridge.direct("Ines")) == 1
    bridge.until(berlin("2026-06-22 18:00"))
    assert len(bridge.direct("Ines")) == 2  # the question and its reminder
    bridge.until(berlin("2026-06-23 09:31"))
    assert len(bridge.direct("Ines")) == 3


def test_five_questions_one_by_one(bridge: Local) -> None:
    """Each question has a good answer in it, and each can be changed."""
    bridge.types("Lena", "setup")
    assert bridge.presses("Lena", "Choose people") == "form: Set up: 1 of 5"
    everybody = [name for name in bridge.people if name != "Jo"]
    ids = tuple(bridge.member(name).user for name in everybody)
    assert "Set up #bridge: 2 of 5." in bridge.submits("Lena", people=ids)
    assert "3 of 5" in bridge.presses("Lena", "OK")
    bridge.presses("Lena", "Choose")
    assert "4 of 5" in bridge.submits("Lena", day="2", at="10:00", weeks="2", moment="team")
    assert "5 of 5" in bridge.presses("Lena", "As they come")
    bridge.presses("Lena", "Choose somebody")
    done = bridge.submits("Lena", helper=bridge.member("Ines").user)
    assert "First question: Thu 18 Jun at 10:00. After that every second week on Wednesday." in done
    bridge.presses("Lena", "Post the hello")
    assert "The answers appear here." in bridge.card()
    bridge.until("10:30")
    (asked,) = bridge.direct("Ines")
    assert "You look after #bridge with Lena" in asked.text()
    bridge.until(berlin("2026-06-18 16:00"))
    assert not bridge.direct("Jo")
    assert "Schedule" not in bridge.types("Jo", "checkin schedule")
    assert bridge.types("Ines", "checkin schedule") == "form: Check-in"


def test_a_second_owner_may_say_no(bridge: Local) -> None:
    """Who is named a second owner can decline without a reason."""
    bridge.types("Lena", "setup")
    for _ in range(4):
        bridge.presses("Lena", "OK")
    bridge.presses("Lena", "Choose somebody")
    bridge.submits("Lena", helper=bridge.member("Ines").user)
    bridge.presses("Lena", "Post the hello")
    bridge.passes("10 min")
    assert "Nobody is told" in bridge.presses("Ines", "Not me", "@")
    assert "Whoever looks after #bridge can do this" in bridge.types("Ines", "checkin schedule")


def test_step_out_and_come_back(bridge: Local) -> None:
    """Whoever steps out is asked nothing, nobody is told, and coming back is one press."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    assert "This is a sample" in bridge.presses("Sam", "See a sample", "bridge")
    assert "nobody is told" in bridge.presses("Sam", "Step out", "bridge")
    bridge.until(berlin("2026-06-18 21:00"))
    assert not bridge.direct("Sam")
    assert len(bridge.direct("Maya")) == 2


def test_templates(bridge: Local) -> None:
    """A template fills in the questions and the rhythm, and names what else it proposes."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK")
    told = bridge.presses("Lena", "Templates")
    assert "Newcomer community:" in told
    bridge.presses("Lena", "Newcomer community")
    told = bridge.presses("Lena", "OK")
    assert "Tuesday at 09:30" in told
    bridge.presses("Lena", "OK")
    bridge.presses("Lena", "OK")
    assert "The template also proposes: Short weekly check-in, every 2 weeks" in bridge.presses("Lena", "OK")


def test_guests_are_named_before_anything_is_written(bridge: Local) -> None:
    """Where guests can read the channel the set-up and the hello say so."""
    bridge.joins("Gil", guest=True)
    told = bridge.types("Lena", "setup")
    assert "Everyone here: 8 people" in told
    assert "1 guest can read this channel, so they can read the answers too." in told
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    assert "1 guest can read this channel" in bridge.card()
    bridge.until(berlin("2026-06-18 16:00"))
    assert not bridge.direct("Gil")


def test_only_who_looks_after_it_sets_up(bridge: Local) -> None:
    """Others are told who does; nothing changes."""
    assert "Lena looks after #bridge and can set it up. Nothing changed." in bridge.types("Jo", "setup")


def test_rhythm_shows_four_weeks(bridge: Local) -> None:
    """One card shows what comes; on the first working day of a month it stands in the channel."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    told = bridge.types("Jo", "rhythm")
    assert "The next four weeks in #bridge." in told
    assert told.count("Check-in") == 5  # tomorrow's, and four Tuesdays
    bridge.until(berlin("2026-07-01 09:01"))
    assert any("The next four weeks in #bridge" in m.text() for m in bridge.in_channel())


def test_a_team_whose_owner_leaves_finds_another(bridge: Local) -> None:
    """If nobody looks after the team any more it is asked for a volunteer; the first tap has it."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    bridge.leaves("Lena")
    assert sum("Who looks after #bridge?" in m.text() for m in bridge.in_channel()) == 1
    assert "Thank you." in bridge.presses("Divya", "I'll do it", "bridge")
    assert "Divya does." in bridge.card()
    assert bridge.types("Divya", "checkin schedule") == "form: Check-in"


def test_a_second_set_up_changes_the_first(bridge: Local) -> None:
    """Going through the set-up again changes the rhythm; nothing is introduced or asked twice."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    bridge.types("Lena", "setup")
    for _ in range(2):
        bridge.presses("Lena", "OK")
    bridge.presses("Lena", "Choose")
    bridge.submits("Lena", day="3", at="10:00", weeks="1", moment="each")
    bridge.presses("Lena", "OK")
    assert "Nothing is posted." in bridge.presses("Lena", "OK")
    assert "Saved." in bridge.presses("Lena", "Save")
    assert len(bridge.in_channel()) == 1
    told = bridge.types("Jo", "checkin")
    assert told.count("Every ") == 1
    assert "Every Thursday at 10:00" in told


def test_the_sample_leads_back(bridge: Local) -> None:
    """Whoever looks at a sample in the middle of the set-up finds the way back to its last question."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    assert "This is a sample" in bridge.presses("Lena", "Show me a sample")
    assert "#bridge is ready" in bridge.presses("Lena", "Back")


def test_a_team_keeps_answers_shorter(room: Local) -> None:
    """0.8: the owner shortens how long answers are kept; it holds for old ones, and is said to everybody in words."""
    room.types("Tomas", "checkin now What helped you today?")
    room.presses("Ines", "Answer", "bridge")
    room.submits("Ines", a0="A walk.")
    room.until(berlin("2026-07-01 12:00"))
    assert "Whoever looks after #bridge can do this" in room.types("Ines", "setup keep")
    assert "A walk." in room.types("Ines", "checkin mine")
    room.types("Lena", "setup keep")
    told = room.submits("Lena", texts="7", raw="1")
    assert "Answers to questions in #bridge are deleted after 7 days, also those of before." in told
    room.queues.sweep(room.clock.now)
    assert "No answer of yours is kept here." in room.types("Ines", "checkin mine")
    room.types("Ines", "me")
    assert "In #bridge I delete your answers after 7 days" in room.presses("Ines", "My data")
    room.types("Tomas", "checkin now And today?")
    room.presses("Ines", "Answer", "bridge")
    room.submits("Ines", a0="A nap.")
    room.passes("3 days")
    assert "A nap." in room.types("Ines", "checkin mine")
    room.passes("8 days")
    assert "No answer of yours is kept here." in room.types("Ines", "checkin mine")


def test_the_owner_reads_how_loud_it_was(bridge: Local) -> None:
    """6.21: once a month whoever looks after the team reads what people got, and nobody's own figure."""
    bridge.types("Lena", "setup")
    bridge.presses("Lena", "OK to all five")
    bridge.presses("Lena", "Post the hello")
    assert "There is nothing to show yet" in bridge.types("Lena", "quiet team")
    bridge.until(berlin("2026-08-03 12:00"))
    told = [m.text() for m in bridge.direct("Lena") if "Messages in #bridge" in m.text()]
    assert len(told) == 2  # in July, and in August
    assert "all teams together. 3 is the limit." in told[-1]
    assert "questions 16" in told[0]
    assert "Nobody muted anything." in told[-1]
    assert not any("Messages in #bridge" in m.text() for m in bridge.direct("Ines"))
    assert "Messages in #bridge" in bridge.types("Lena", "quiet team")
    assert "Whoever looks after #bridge can do this" in bridge.types("Ines", "quiet team")
    bridge.types("Lena", "quiet team")
    assert "form: " in bridge.presses("Lena", "Ask the team")


def test_what_only_an_owner_may_do_is_passed_on(bridge: Local) -> None:
    """Voice 25: the refusal offers to pass the idea on, with the name of who had it; leaving it is fine as well."""
    told = bridge.types("Ines", "checkin pause")
    assert "Whoever looks after #bridge can do this. Nothing changed." in told
    assert "Left as it is." in bridge.presses("Ines", "Leave it")
    bridge.types("Ines", "checkin pause")
    assert "Passed on to Lena, with your name." in bridge.presses("Ines", "Pass it on")
    (asked,) = bridge.direct("Lena")
    assert "Ines typed in #bridge: checkin pause" in asked.text()
    assert "You look after #bridge." in asked.text()
