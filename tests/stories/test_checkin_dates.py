"""Dates of a check-in that change: moved, skipped, held, edited; and people who travel."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.kernel.inbound import ProfileChanged
from bot.kernel.people import Profile
from tests.stories.test_checkin import facts, library, scheduled
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-15 10:00"), content=library())


@pytest.fixture
def room() -> Local:
    """For what no platform's wire can be made to say: that somebody's zone is another one."""
    return Local(berlin("2026-06-15 10:00"), content=library())


def ahead(stage: Local, person: str, words: str) -> str:
    """What the question of the next date is; *person* answered it."""
    assert stage.types(person, "checkin ahead") == "form: Answer ahead"
    assert "Kept" in stage.submits(person, a0=words)
    stage.types("Lena", "checkin")
    shown = stage.presses("Lena", "Manage")
    return question(shown.split("The next one comes")[1])


def question(text: str) -> str:
    """The sentence that asks something."""
    found = [one for one in re.findall(r"[^.?!:\n]*\?", text) if one.strip()]
    assert found, text
    return found[0].strip()


def test_a_moved_question_takes_what_was_answered_along(bridge: Local) -> None:
    """Moved once, the question is the same one, and who answered it ahead is counted and not asked."""
    scheduled(bridge)
    asked = ahead(bridge, "Sam", "The train was on time.")
    assert bridge.presses("Lena", "Move once") == "form: Move once"
    assert "Thu 18 Jun" in bridge.submits("Lena", to="2026-06-18")
    bridge.until(berlin("2026-06-17 12:00"))
    assert len(bridge.in_channel()) == 0
    bridge.until(berlin("2026-06-18 15:31"))
    assert asked.lower() in bridge.card().lower()
    assert bridge.direct("Jo")
    assert not bridge.direct("Sam")
    bridge.until(berlin("2026-06-18 21:31"))
    assert "The train was on time." in bridge.card(0)


def test_a_skipped_question_waits_for_the_next_date(bridge: Local) -> None:
    """Skipped by a command, the question comes a week later, with what was answered to it."""
    scheduled(bridge)
    asked = ahead(bridge, "Sam", "The train was on time.")
    assert "Skipped once" in bridge.types("Lena", "checkin skip")
    bridge.until(berlin("2026-06-23 15:31"))
    assert asked.lower() in bridge.card().lower()
    assert not bridge.direct("Sam")
    bridge.until(berlin("2026-06-23 21:31"))
    assert "The train was on time." in bridge.card(0)


def test_a_held_question_does_not_come_back(bridge: Local) -> None:
    """Held before it is asked, another question takes its place; answers to the held one are not shown as its."""
    scheduled(bridge)
    asked = ahead(bridge, "Sam", "The train was on time.")
    bridge.until(berlin("2026-06-16 08:00"))
    bridge.types("Ines", "checkin hold")
    assert "Held" in bridge.presses("Ines", "Hold it")
    bridge.until(berlin("2026-06-23 21:31"))
    cards = " ".join(m.text() for m in bridge.in_channel())
    assert asked.lower() not in cards.lower()
    assert "The train" not in cards
    assert "train" in facts(bridge, "checkin_ahead") or bridge.direct("Sam")


def test_another_question_leaves_the_open_one_alone(bridge: Local) -> None:
    """Another question for next week: who answered today's ahead, and whose morning is still to come, is counted."""
    scheduled(bridge)
    ahead(bridge, "Sam", "The train was on time.")
    bridge.until(berlin("2026-06-16 09:40"))
    bridge.types("Lena", "checkin")
    bridge.presses("Lena", "Manage")
    assert "The next question" in bridge.presses("Lena", "Another question")
    bridge.until(berlin("2026-06-16 21:31"))
    assert not bridge.direct("Sam")
    assert "The train was on time." in bridge.card(0)


def test_another_kind_of_question_comes_at_once(bridge: Local) -> None:
    """Who edits what is asked gets that with the next date already, from and to questions of their own."""
    scheduled(bridge)
    bridge.types("Lena", "checkin")
    bridge.presses("Lena", "Manage")
    bridge.presses("Lena", "Edit")
    assert "Saved" in bridge.submits("Lena", asks="own", own="Ready to go? [yes/no]")
    bridge.presses("Lena", "Manage")
    bridge.presses("Lena", "Edit")
    assert "Saved" in bridge.submits("Lena", asks="wins", own="")
    bridge.until(berlin("2026-06-16 09:31"))
    assert "Ready to go?" not in bridge.card().replace("ready", "Ready")


def opened(stage: Local) -> list[str]:
    """When questions came to the channel, on a clock in Berlin."""
    cards = [m for m in stage.tape.messages if m.place == "bridge" and not m.thread and m.kind == "card"]
    return [f"{at.astimezone(ZoneInfo('Europe/Berlin')):%d %b}" for m in cards if isinstance(at := m.at, datetime)]


def test_every_second_week_begins_with_the_next_such_day(room: Local) -> None:
    """Planned on a Monday evening for Mondays at 09:30: next Monday, not the one after it."""
    room.until(berlin("2026-06-15 18:00"))
    shown = scheduled(room, rhythm="2", days=("0",), moment="team")
    assert "Next: Mon 22 Jun" in shown
    room.until(berlin("2026-07-07 12:00"))
    assert opened(room) == ["22 Jun", "06 Jul"]


def test_an_edit_keeps_the_weeks(room: Local) -> None:
    """Every second week: another hour, chosen in the week between, does not shift the weeks."""
    scheduled(room, rhythm="2", moment="team")
    room.until(berlin("2026-06-24 12:00"))
    room.types("Lena", "checkin")
    room.presses("Lena", "Manage")
    room.presses("Lena", "Edit")
    assert "Tue 30 Jun" in room.submits("Lena", at="11:00")
    room.until(berlin("2026-07-15 12:00"))
    assert opened(room) == ["16 Jun", "30 Jun", "14 Jul"]


def travels(room: Local, person: str, zone: str) -> None:
    room.people[person] = zone
    room.hear(ProfileChanged(id=f"z{person}{zone}", person=Profile(room.member(person), person, zone)))
    room.settle()


def prompted(room: Local, person: str) -> list[str]:
    """When somebody was asked, on their own clock."""
    found = [m for m in room.direct(person) if m.kind == "prompt" and m.at is not None]
    return [f"{m.at.astimezone(ZoneInfo(room.people[person])):%a %H:%M}" for m in found if m.at is not None]


def test_who_travels_west_is_asked_in_their_new_morning(room: Local) -> None:
    """After the question opened, before their old morning: it comes in the new one, once."""
    scheduled(room)
    room.until(berlin("2026-06-16 12:00"))
    travels(room, "Sam", "America/Denver")
    room.until(berlin("2026-06-17 12:00"))
    assert prompted(room, "Sam") == ["Tue 09:30"]
    assert prompted(room, "Jo") == ["Tue 09:30"]


def test_who_travels_east_is_asked_in_their_new_morning(room: Local) -> None:
    """To a zone where nobody of the team was, whose morning is still to come."""
    scheduled(room)
    room.until(berlin("2026-06-16 10:00"))
    travels(room, "Sam", "Atlantic/Azores")
    room.until(berlin("2026-06-17 12:00"))
    assert prompted(room, "Sam") == ["Tue 09:30"]


def test_the_first_morning_is_where_somebody_went(room: Local) -> None:
    """Who goes to where the day begins first is asked there in time, and nobody else earlier for that."""
    scheduled(room)
    room.until(berlin("2026-06-15 20:00"))
    travels(room, "Sam", "Pacific/Auckland")
    room.until(berlin("2026-06-17 12:00"))
    assert prompted(room, "Sam") == ["Tue 09:30"]
    assert prompted(room, "Jo") == ["Tue 09:30"]
    assert prompted(room, "Arun") == ["Tue 09:30"]


def test_whoever_joins_before_their_morning_is_asked_in_it(room: Local) -> None:
    """Also where nobody else of the team has that morning."""
    scheduled(room)
    room.until(berlin("2026-06-16 12:00"))
    room.joins("Nils", "America/Los_Angeles")
    room.until(berlin("2026-06-17 12:00"))
    assert prompted(room, "Nils") == ["Tue 09:30"]


def test_who_is_away_can_answer_ahead(bridge: Local) -> None:
    """That is what it is for: the answer is there, and counted, although nobody asks them that day."""
    scheduled(bridge)
    ahead(bridge, "Sam", "The train was on time.")
    bridge.types("Sam", "away 16 jun")
    bridge.until(berlin("2026-06-16 21:31"))
    assert not bridge.direct("Sam")
    assert "The train was on time." in bridge.card(0)


def test_who_wants_no_messages_can_answer_ahead(room: Local) -> None:
    """Neither three ignored questions, nor messages that were stopped, make an answer go missing."""
    scheduled(room, rhythm="1")
    for day in ("16", "23", "30"):
        room.until(berlin(f"2026-06-{day} 09:31"))
        room.presses("Tomas", "Answer", "@")
        room.submits("Tomas", a0="All well.")
    room.until(berlin("2026-07-03 12:00"))
    assert any("I stop asking you" in m.text() for m in room.direct("Jo"))
    ahead(room, "Jo", "Back again.")
    ahead(room, "Maya", "From a quiet place.")
    room.types("Maya", "quiet")
    room.presses("Maya", "Change or stop", "@")
    room.presses("Maya", "Stop all")
    room.until(berlin("2026-07-07 21:31"))
    assert "Back again." in room.card()
    assert "From a quiet place." in room.card()
    room.until(berlin("2026-07-14 15:31"))
    assert prompted(room, "Jo")[3:] == ["Tue 09:30"]


def test_what_was_answered_ahead_outlives_an_outage(room: Local) -> None:
    """The question could not be asked in time: it comes with the next date, with what was answered to it."""
    scheduled(room)
    asked = ahead(room, "Sam", "The train was on time.")
    room.until(berlin("2026-06-16 05:30"))
    room.stops()
    room.until(berlin("2026-06-16 23:00"))
    room.clock.now = berlin("2026-06-16 23:00")
    room.starts()
    room.until(berlin("2026-06-22 23:00"))
    assert not [m for m in room.in_channel() if m.kind == "card"]
    room.until(berlin("2026-06-23 21:31"))
    assert asked.lower() in room.everything().lower()
    assert "The train was on time." in room.card(0)


def test_who_answered_ahead_and_travels_is_counted(room: Local) -> None:
    """Their new morning comes after the close; what they answered ahead is there all the same."""
    scheduled(room)
    ahead(room, "Arun", "Packed and ready.")
    room.until(berlin("2026-06-16 05:00"))
    travels(room, "Arun", "Pacific/Honolulu")
    room.until(berlin("2026-06-16 21:31"))
    assert "Packed and ready." in room.card(0)
