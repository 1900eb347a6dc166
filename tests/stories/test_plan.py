"""A session that is planned: scenario S3, from the pre-post the day before to the record the day after."""

from __future__ import annotations

import re

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


PLAN = "session plan learning-hour thu 15:00 Handover between teams"


def test_scenario_three(bridge: Local) -> None:
    """S3: pre-post with questions, started twice, +5 in the flexible step, a handed-over role, a trio, the record."""
    told = bridge.types("Ines", PLAN)
    assert "Handover between teams: learning hour, 60 minutes, Thu 26 Mar 15:00." in told
    bridge.until("Wed 14:59")
    assert not [m for m in bridge.in_channel() if "Handover" in m.text()]
    bridge.until("Wed 15:01")
    pre = next(m for m in bridge.in_channel() if "Handover" in m.text())
    assert "Thu 15:00: Handover between teams." in pre.text()
    assert "1. Where does Handover between teams show up in your work" in pre.text()
    bridge.presses("Divya", "Add a question")
    bridge.submits("Divya", text="Who owns the list?")
    for person in ("Sam", "Maya", "Tomas"):
        bridge.presses(person, "Me too", twice=person == "Sam")
    assert any("Divya asks: Who owns the list? 3 more want to know." in m.text() for m in bridge.in_thread())
    bridge.until("Thu 15:00")
    found = re.search(r"Host: (\w+)\. (\w+) or (\w+) starts it\.", bridge.card())
    assert found  # the rotation found a host and a timekeeper
    host, keeper = found.group(1), found.group(3)
    for person in ("Sam", "Maya", "Tomas", "Arun", "Divya", "Ines"):
        bridge.presses(person, "I'm here")
    bridge.presses(host, "Start")
    bridge.presses(keeper, "More")  # the start of two at once is one session; Start is gone for the second
    assert sum("Check-in round, 10 minutes" in m.text() for m in bridge.in_thread()) == 1
    bridge.passes("10 min")
    bridge.presses("Lena", "Next")
    assert "Guided discussion, until 15:40" in bridge.card()
    bridge.passes("28 min")
    assert "The end moves to 16:05." in bridge.presses("Lena", "+5 min")
    assert "End 16:05, 5 minutes later than planned." in bridge.card()
    bridge.presses(host, "More")
    bridge.presses(host, "Questions asked")
    bridge.passes("7 min")
    bridge.presses("Lena", "Next")
    assert "Questions or pairs, until 16:00" in bridge.card()
    bridge.presses("Jo", "I'm here")
    assert "you are with" in bridge.in_thread()[-1].text()
    bridge.passes("15 min")
    bridge.presses("Lena", "Next")
    bridge.presses("Ines", "Write the recap")
    bridge.submits(
        "Ines",
        points="Context gets lost on Fridays\nThe list is in three places\nOne owner per ticket helps",
        decision="One checklist for four weeks",
        why="Cheapest thing to try",
        against="One more list",
        actions="Checklist draft - Divya - 14 days\nAsk IT - nobody",
        question="What do we do on Fridays?",
    )
    bridge.passes("5 min")
    bridge.presses("Lena", "End")
    bridge.passes("10 s")
    assert "65 minutes; 60 were planned." in bridge.card()
    recap = next(m for m in bridge.in_thread() if m.text().startswith("Recap: Handover"))
    assert "To do: Checklist draft, by Thu 9 Apr, meant for Divya." in recap.text()
    assert "To do: Ask IT, free to take." in recap.text()
    bridge.presses("Divya", "Take: Checklist draft")
    assert "To do: Checklist draft, Divya, by Thu 9 Apr." in next(
        m.text() for m in bridge.in_thread() if m.text().startswith("Recap: Handover")
    )
    with bridge.connections.transaction() as db:
        ((fact,),) = db.rows("SELECT fact FROM kept WHERE kind = 'session'")
    assert '"planned": 60' in fact
    assert '"minutes": 65' in fact
    bridge.types("Ines", "session plan learning-hour fri 15:00 Handover, once more")
    bridge.until("Fri 11:00")
    assert "Taken along from last time: What do we do on Fridays?" in bridge.card()


def test_a_role_is_handed_over(bridge: Local) -> None:
    """Who leaves hands the role over in the thread; the first tap has it, the second is thanked."""
    bridge.types("Ines", "session start learning-hour handover")
    for person in ("Ines", "Arun", "Tomas"):
        bridge.presses(person, "I'm here")
    bridge.presses("Ines", "Start")
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "Hand over my role")
    old = bridge.in_thread()[-1]
    assert "Who hosts from here?" in old.text()
    assert "Ines" not in old.text()
    bridge.presses("Arun", "I'll do it")
    assert any("Arun hosts from here. Thank you, Arun." in m.text() for m in bridge.in_thread())
    bridge.presses("Arun", "Next", "bridge")
    assert "Guided discussion" in bridge.card()


def test_planned_by_form(bridge: Local) -> None:
    """Only guide, time and topic are asked; a day that has passed is said at its field."""
    assert bridge.types("Ines", "session plan") == "form: Plan a session"
    assert "That moment has passed." in bridge.submits("Ines", topic="Handover", day="2026-03-23")
    told = bridge.submits("Ines", topic="Handover", day="2026-03-26", hour="15:00", minutes="45", repeat="2")
    assert "Handover: learning hour, 45 minutes, Thu 26 Mar 15:00." in told
    assert "Then every 2 weeks at this time." in told


def test_it_recurs_at_the_same_wall_time(bridge: Local) -> None:
    """Every week at 15:00 in Berlin, also after the clocks change; each once."""
    bridge.types("Ines", "session plan")
    bridge.submits("Ines", topic="Handover", day="2026-03-26", hour="15:00", repeat="1")
    bridge.until(berlin("2026-03-26 15:01"))
    assert "Host: " in bridge.card()
    bridge.until(berlin("2026-04-01 15:01"))
    assert "Thu 15:00: Handover." in bridge.card()
    bridge.until(berlin("2026-04-02 15:01"))
    assert "I'm here" in bridge.in_channel()[-1].labels()


def test_a_workshop_is_proposed_for_the_first_tuesday(bridge: Local) -> None:
    """The card of a guide proposes how often it suits: every two weeks, or the first Tuesday of each month."""
    bridge.types("Ines", "guide show deep-dive")
    assert bridge.presses("Ines", "Plan it") == "form: Plan a session"
    assert "Then every 2 weeks at this time." in bridge.submits("Ines", topic="Handover", hour="15:00")
    bridge.types("Ines", "guide show peer-workshop")
    assert bridge.presses("Ines", "Plan it") == "form: Plan a session"
    told = bridge.submits("Ines", topic="Tests", hour="10:00")
    assert "Tue 7 Apr 10:00" in told
    assert "Then every first Tuesday of the month at this time." in told
    bridge.until(berlin("2026-04-07 10:31"))
    assert "Tests (Peer-led workshop), Tue 5 May 10:00" in bridge.types("Ines", "session planned")
    bridge.until(berlin("2026-05-05 10:01"))
    assert "I'm here" in bridge.in_channel()[-1].labels()


def test_a_guide_is_started_from_its_card(bridge: Local) -> None:
    """Start now on the card of a guide opens the session in the channel, also where that card came to one alone."""
    bridge.types("Ines", "guide show weekly-25")
    assert bridge.presses("Ines", "Start now") == "form: Start a session"
    bridge.submits("Ines", topic="our week")
    assert "I'm here" in bridge.in_channel()[-1].labels()
    assert "Ines" in bridge.card()


def test_a_plan_can_be_dropped(bridge: Local) -> None:
    """Whoever planned it drops it; nothing is posted at its time."""
    bridge.types("Ines", PLAN)
    bridge.presses("Ines", "Drop it")
    before = len(bridge.in_channel())
    bridge.until(berlin("2026-03-26 15:05"))
    assert len(bridge.in_channel()) == before


def test_away_when_it_should_begin(bridge: Local) -> None:
    """A session whose time the bot was away for is not begun hours later."""
    bridge.types("Ines", PLAN)
    bridge.until(berlin("2026-03-26 14:50"))
    bridge.stops()
    bridge.until(berlin("2026-03-26 17:00"))
    bridge.starts()
    assert any("I was away when it should have begun." in m.text() for m in bridge.in_channel())
    assert not any("Start" in m.labels() for m in bridge.in_channel())


def test_a_question_without_a_name(bridge: Local) -> None:
    """A question can be asked without one's name; it names nobody."""
    bridge.types("Ines", PLAN)
    bridge.until("Wed 15:01")
    bridge.presses("Maya", "Add a question")
    bridge.submits("Maya", text="Why three lists?", unnamed=("yes",))
    assert any("Somebody asks: Why three lists?" in m.text() for m in bridge.in_thread())
    assert "Maya" not in bridge.in_thread()[-1].text()


def test_it_waits_for_everybody(bridge: Local) -> None:
    """The bare command says to each what comes next and what they do there; once it has begun, nothing waits."""
    bridge.types("Ines", PLAN)
    assert "Next: Handover between teams, Thu 15:00." in bridge.types("Lena", "")
    mine = [bridge.types(person, "") for person in ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya", "Jo", "Sam")]
    assert sum("You host." in line for line in mine) == 1
    assert sum("You keep time." in line for line in mine) == 1
    bridge.until(berlin("2026-03-26 15:01"))
    assert "Next: Handover" not in bridge.types("Jo", "")


def test_nothing_waits_of_what_was_dropped(bridge: Local) -> None:
    """A plan that is dropped leaves no line behind."""
    bridge.types("Ines", PLAN)
    bridge.presses("Ines", "Drop it")
    assert "Next: Handover" not in bridge.types("Jo", "")


def test_the_link_of_the_call_is_saved(bridge: Local) -> None:
    """A link that was given once stands in the next plan, and can be taken out there."""
    bridge.types("Ines", "session plan")
    bridge.submits("Ines", topic="Handover", day="2026-03-26", hour="15:00", link="https://call.example/bridge")
    bridge.types("Tomas", "session plan")
    bridge.submits("Tomas", topic="Review", day="2026-03-25", hour="12:00")
    bridge.until(berlin("2026-03-24 12:01"))
    assert "Join the call" in next(m for m in bridge.in_channel() if "Review" in m.text()).labels()
    bridge.types("Jo", "session plan")
    bridge.submits("Jo", topic="Without", day="2026-03-25", hour="12:30", link="")
    bridge.until(berlin("2026-03-24 12:31"))
    assert "Join the call" not in next(m for m in bridge.in_channel() if "Without" in m.text()).labels()


def test_the_next_of_a_rhythm_knows_what_happened_since(bridge: Local) -> None:
    """A session that recurs begins with the question of the one before, and with what is open by then."""
    bridge.types("Ines", "session plan")
    bridge.submits("Ines", topic="Handover", day="2026-03-24", hour="15:00", repeat="1")
    bridge.until(berlin("2026-03-24 15:01"))
    bridge.types("Ines", "session next")
    for _ in range(3):
        bridge.types("Lena", "session next")
    bridge.presses("Ines", "Write the recap")
    bridge.submits("Ines", actions="Checklist draft, Divya, 14 days", question="What do we do on Fridays?")
    bridge.types("Lena", "session end")
    bridge.until(berlin("2026-03-30 15:01"))
    pre = next(m for m in reversed(bridge.in_channel()) if "Add a question" in m.labels())
    assert "Taken along from last time: What do we do on Fridays?" in pre.text()
    bridge.until(berlin("2026-03-31 15:01"))
    lobby = next(m for m in reversed(bridge.in_channel()) if "Start" in m.labels())
    assert "Still open from before: Checklist draft" in lobby.text()


def held(stage: Local, people: tuple[str, ...]) -> None:
    """A short learning hour with those people, to its end."""
    stage.types(people[0], "session start learning-hour handover")
    for person in people:
        stage.presses(person, "I'm here")
    stage.presses(people[0], "Start")
    for _ in range(4):
        stage.types(people[0], "session next")
    stage.passes("11 s")


def test_a_survey_closes_the_session(bridge: Local) -> None:
    """Those who were there are asked three short questions, without names; whoever was not there is not asked."""
    held(bridge, ("Ines", "Lena", "Tomas", "Arun", "Divya"))
    bridge.until(berlin("2026-03-24 16:00"))
    asked = [p for p in bridge.people if any("3 questions, about 1 minute" in m.text() for m in bridge.direct(p))]
    assert sorted(asked) == ["Arun", "Divya", "Ines", "Lena", "Tomas"]
    assert "Stored without your name." in bridge.direct("Lena")[-1].text()


def test_four_people_are_asked_nothing(bridge: Local) -> None:
    """Below five nothing could be shown without pointing at somebody, so nobody is asked."""
    held(bridge, ("Ines", "Lena", "Tomas", "Arun"))
    bridge.until(berlin("2026-03-24 16:00"))
    assert not any("3 questions, about 1 minute" in m.text() for p in bridge.people for m in bridge.direct(p))


def test_what_is_planned_is_listed(bridge: Local) -> None:
    """The plan stands on the card of the next four weeks and in a list of its own, from where it can be dropped."""
    assert "Nothing is planned." in bridge.types("Jo", "session planned")
    bridge.types("Ines", "session plan")
    bridge.submits("Ines", topic="Handover", day="2026-03-26", hour="15:00", repeat="2")
    assert "Handover (Learning hour), Thu 26 Mar 15:00." in bridge.types("Lena", "session planned")
    told = bridge.types("Lena", "rhythm")
    assert "Handover" in told
    assert "9 Apr" in told
    assert "planned it and can drop it" in (bridge.types("Jo", "session planned") and bridge.presses("Jo", "Drop it"))
    bridge.types("Ines", "session planned")
    assert "Dropped." in bridge.presses("Ines", "Drop it")
    assert "Nothing is planned." in bridge.types("Jo", "session planned")
    assert "Handover" not in bridge.types("Lena", "rhythm")


def test_announced_some_days_ahead(bridge: Local) -> None:
    """How many working days ahead the questions are posted can be chosen, up to five."""
    bridge.types("Ines", "session plan")
    bridge.submits("Ines", topic="Handover", day="2026-03-31", hour="15:00", ahead="3")
    bridge.until(berlin("2026-03-26 14:59"))
    assert not bridge.in_channel()
    bridge.until(berlin("2026-03-26 15:01"))
    assert "Tue 15:00: Handover." in bridge.card()


def test_whether_a_guide_helped(bridge: Local) -> None:
    """After a session people say whether its guide helped; shown from five on; the last press counts."""
    people = ("Ines", "Lena", "Tomas", "Arun", "Divya")
    held(bridge, people)
    for person in people[:4]:
        assert "Counted" in bridge.presses(person, "It helped")
    assert "Used once here." in bridge.types("Jo", "guide show learning-hour")
    assert "It helped 4" not in bridge.types("Jo", "guide show learning-hour")
    bridge.presses("Divya", "It helped")
    bridge.presses("Divya", "It did not")
    assert "It helped 4 of 5 who said so." in bridge.types("Jo", "guide show learning-hour")
    assert bridge.types("Jo", "guide list").split(". ")[1].startswith("Learning hour")
