"""Surveys, as a team lives through them: scenarios S5 and S6, and what goes wrong around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import load
from tests.story import CAST, Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
ITEMS = tuple(question.id for question in CONTENT.surveys["psych-safety"].questions)
FAVOURABLE = {item: "2" if item == "help" else "5" for item in ITEMS}
SKILLS = tuple(question.id for question in CONTENT.surveys["learning-prepost"].questions)
PROMISE = "Stored without your name. #bridge sees totals at the close, if 5 or more answer."
OURS = """kind: survey
id: ours
title: Ours
mode: anonymous
scales:
  agree5:
    type: likert
    labels: ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]
questions:
  - id: one
    text: "Our tools help me."
    scale: agree5
"""


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=CONTENT)


def answers(stage: Local, person: str, **other: str | tuple[str, ...]) -> str:
    stage.presses(person, "Open", "@")
    return stage.submits(person, **(FAVOURABLE | other))


def reminded(stage: Local, person: str) -> int:
    return sum("This was the one reminder." in message.text() for message in stage.direct(person))


def pulse_rows(stage: Local) -> dict[str, int]:
    with stage.connections.transaction() as db:
        rows = db.rows("SELECT kind, COUNT(*) FROM kept WHERE kind LIKE 'pulse%' GROUP BY kind ORDER BY kind")
        (sealed,) = db.row("SELECT COUNT(*) FROM sealed") or (0,)
        (keys,) = db.row("SELECT COUNT(*) FROM seal") or (0,)
    return {**dict(rows), "sealed": sealed, "keys": keys}


def test_an_invitation_says_what_it_is(bridge: Local) -> None:
    """Voice 19: the first question is visible, who sees what stands on every screen, one answer is counted once."""
    told = bridge.types("Lena", "pulse start psych-safety")
    assert PROMISE in told
    bridge.until("Tue 17:00")
    (invitation,) = bridge.direct("Tomas")
    assert invitation.text().startswith("7 statements, about 2 minutes.")
    assert 'First: "Here I can say openly that I got something wrong."' in invitation.text()
    assert PROMISE in invitation.text()
    assert "Lena started this pulse for #bridge." in invitation.text()
    assert "Counted. Thank you." in answers(bridge, "Jo")
    assert "Already counted" in bridge.presses("Jo", "Open", "@")
    assert "No results yet" in bridge.types("Lena", "pulse results")


def test_scenario_five(bridge: Local) -> None:
    """S5: too few leave nothing behind; enough give words only; nothing starts again before something follows."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo"):
        answers(bridge, person)
    bridge.until("Fri 10:00")
    assert [person for person in CAST if reminded(bridge, person)] == ["Arun", "Divya", "Maya", "Sam"]
    reminder = bridge.direct("Arun")[-1]
    assert reminder.text().startswith("Survey open until ")
    assert reminder.labels()[:2] == ["Open", "Not this time"]
    bridge.passes("4 days")
    assert not [person for person in CAST for message in bridge.direct(person) if "Open" in message.labels()]
    assert all(message.text().startswith("Safe to speak: closed.") for message in bridge.direct("Sam"))
    assert "Fewer than 5 people answered." in bridge.card()
    assert "4" not in bridge.card()
    assert pulse_rows(bridge) == {"pulse": 1, "sealed": 0, "keys": 0}

    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Wed 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo", "Arun", "Divya"):
        answers(bridge, person, mistake="2" if person in ("Lena", "Tomas", "Ines") else "5")
    answers(bridge, "Maya", mistake="skip")
    assert pulse_rows(bridge)["sealed"] == 7
    bridge.passes("5 days")
    shown = bridge.card()
    assert shown.startswith("Safe to speak: 7 people answered.")
    assert "Most agree: " in shown
    assert "Mixed: owning up to something that went wrong." in shown
    assert "%" not in shown
    assert "What follows? Lena writes it here by" in shown
    assert "waits" in bridge.types("Lena", "pulse start psych-safety")
    bridge.presses("Lena", "Write what follows", "bridge")
    bridge.submits("Lena", text="We start each review with one thing that went wrong for the host.")
    assert "What follows: We start each review with one thing that went wrong for the host. Lena" in bridge.card()
    assert "started" in bridge.types("Lena", "pulse start psych-safety")


def test_seven_of_seven_read_like_six_of_seven(bridge: Local) -> None:
    """S5: below ten answers, everybody's agreement is told in the same words as nearly everybody's."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo", "Arun", "Divya"):
        answers(bridge, person, risk="2" if person == "Jo" else "5")
    answers(bridge, "Maya")
    bridge.passes("5 days")
    (line,) = [line for line in bridge.card().split(". ") if line.startswith("Most agree")]
    assert "hard topics can be raised" in line
    assert "trying something uncertain is fine" in line


def test_nobody_sees_anything_before_the_close(bridge: Local) -> None:
    """No command and no button shows a result, or how many answered, while a survey is open."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo", "Maya"):
        answers(bridge, person)
    assert "No results yet" in bridge.types("Lena", "pulse results")
    assert "No survey waits" in bridge.types("Lena", "pulse respond")
    assert "is open already" in bridge.types("Lena", "pulse start psych-safety")
    assert "5 people" not in bridge.everything()


def test_not_this_time_and_never(bridge: Local) -> None:
    """Saying no is one press, is told to nobody, spares the reminder, and can be for good."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    assert "Nobody is told" in bridge.presses("Jo", "Not this time", "@")
    assert "No surveys from now on" in bridge.presses("Jo", "No surveys at all")
    bridge.until("Fri 10:00")
    assert reminded(bridge, "Jo") == 0
    bridge.passes("4 days")
    before = len(bridge.direct("Jo"))
    bridge.types("Lena", "pulse start team-pulse")
    bridge.passes("1 day")
    assert len(bridge.direct("Jo")) == before
    assert "Jo" not in bridge.card()


def test_words_are_shown_with_a_tick_and_without_a_name(bridge: Local) -> None:
    """Text needs its tick; a colleague's name asks for other words; what is shown stands apart from ratings."""
    bridge.types("Lena", "pulse start team-pulse")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Maya"):
        bridge.presses(person, "Open", "@")
        bridge.submits(person, energy="4", clarity="2")
    bridge.presses("Jo", "Open", "@")
    assert "Tick to have it shown" in bridge.submits("Jo", energy="4", clarity="4", help="A shorter Monday.")
    bridge.presses("Sam", "Open", "@")
    ticked = {"help.share": ("yes",)}
    assert 'It names "Tomas"' in bridge.submits("Sam", energy="4", help="That Tomas listens.", **ticked)
    bridge.submits("Sam", energy="4", clarity="2", help="That we listen more.", **ticked)
    bridge.passes("5 days")
    assert "In somebody's words, on What one thing would help you most" in bridge.card()
    assert "That we listen more." in bridge.card()
    assert "Monday" not in bridge.card()
    assert pulse_rows(bridge)["pulse_words"] == 1


def test_called_off(bridge: Local) -> None:
    """Whoever started it can stop it: answers are deleted unread, and invitations say so."""
    bridge.types("Lena", "pulse start psych-safety")
    bridge.presses("Lena", "Call it off")
    bridge.passes("1 day")
    assert pulse_rows(bridge) == {"sealed": 0, "keys": 0}
    assert "started" in bridge.types("Lena", "pulse start psych-safety")


def test_a_survey_needs_an_owner_and_enough_people(bridge: Local) -> None:
    """Only who looks after the team starts one, and not where no result could ever be shown."""
    assert "Whoever looks after #bridge" in bridge.types("Jo", "pulse start psych-safety")
    told = bridge.types("Lena", "pulse start recommend")
    assert "shows nothing below 10 answers" in told
    assert "Did you mean psych-safety?" in bridge.types("Lena", "pulse start psych-safty")


def test_a_repeated_survey_waits_until_something_followed(bridge: Local) -> None:
    """P51: the next wave of a schedule is held back, its owner is told once, and it starts when it is written."""
    bridge.types("Lena", "pulse schedule team-pulse")
    assert "repeats in #bridge" in bridge.submits(
        "Lena", survey="team-pulse", weeks="2", first="2026-03-25", at="10:00"
    )
    bridge.until("Wed 17:00")
    for person in ("Lena", "Tomas", "Ines", "Maya", "Jo"):
        bridge.presses(person, "Open", "@")
        bridge.submits(person, energy="4", clarity="4")
    bridge.passes("7 days")
    assert "5 people answered" in bridge.everything()
    bridge.passes("8 days")
    assert pulse_rows(bridge)["keys"] == 0
    assert any(
        "What follows from the last one is not written yet" in message.text() for message in bridge.direct("Lena")
    )
    bridge.types("Lena", "pulse respond We keep Mondays free.")
    bridge.passes("1 day")
    assert pulse_rows(bridge)["keys"] == 1


def test_own_statements_cannot_judge_a_person(bridge: Local) -> None:
    """An own anonymous survey that names a member is refused; without the name it runs like any other."""
    bridge.types("Lena", "pulse own")
    told = bridge.submits("Lena", title="Reviews", statements="Sam reviews quickly.\nReviews help me.")
    assert "names Sam" in told
    assert "started" in bridge.submits("Lena", title="Reviews", statements="Reviews come quickly.\nReviews help me.")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Maya", "Jo"):
        bridge.presses(person, "Open", "@")
        bridge.submits(person, q0="5", q1="1")
    bridge.passes("5 days")
    assert "Few agree: Reviews help me." in bridge.card()


def test_a_pasted_survey_is_checked_like_those_in_the_folder(bridge: Local) -> None:
    """What does not fit is said with its line; what fits runs with its own wording."""
    bridge.types("Lena", "pulse own")
    assert "Line " in bridge.submits("Lena", yaml="kind: survey\nid: ours\ntitle: Ours\nmode: secret\n")
    assert "Ours: started" in bridge.submits("Lena", yaml=OURS)


def test_before_and_after(bridge: Local) -> None:
    """S6: pairs only, removed unread on request, effect with its warning, and the link destroyed with the key."""
    bridge.types("Lena", "pulse start learning-prepost Negotiation")
    bridge.until("Tue 17:00")
    for person in CAST:
        bridge.presses(person, "Open", "@")
        bridge.submits(person, **dict.fromkeys(SKILLS, "2"))
    bridge.passes("6 days")
    assert pulse_rows(bridge)["sealed"] == 8
    assert "started" in bridge.types("Lena", "pulse start learning-prepost")
    bridge.until("Tue 17:00")
    for person in list(CAST)[:7]:
        bridge.presses(person, "Open", "@")
        bridge.submits(person, **{name: "4" if name != "judge" or person != "Jo" else "3" for name in SKILLS})
    bridge.until("Fri 23:30")
    assert "take their answers back" in bridge.card()
    bridge.presses("Tomas", "Remove mine", "bridge")
    assert pulse_rows(bridge)["sealed"] == 13
    bridge.passes("7 days")
    shown = bridge.card()
    assert "6 people answered before and after." in shown
    assert "Most are surer than before. The change, in words: large (indication)." in shown
    assert "not proof of cause" in shown
    rows = pulse_rows(bridge)
    assert (rows["sealed"], rows["keys"], rows["pulse_pair"]) == (0, 0, 6)
    assert not [message for message in bridge.in_channel() if "Remove mine" in message.labels()]


def test_named_answers_stand_with_names(bridge: Local) -> None:
    """A survey with names says so before anybody writes, and shows who said what."""
    bridge.types("Lena", "pulse own")
    told = bridge.submits("Lena", title="Lunch", mode="named", statements="Noon suits me.")
    assert "Stored with your name. Everyone in #bridge can read it after the close." in told
    bridge.until("Tue 17:00")
    bridge.presses("Jo", "Open", "@")
    bridge.submits("Jo", q0="5")
    bridge.passes("5 days")
    assert "Noon suits me: Jo Strongly agree." in bridge.card()


def test_a_report_is_about_the_team(bridge: Local) -> None:
    """The report gives team figures with what they are counted over, and a dash where there is nothing."""
    told = bridge.types("Jo", "report")
    assert "#bridge: the last four weeks" in told
    assert "Surveys: \N{EN DASH}" in told
    assert "the last three months" in bridge.types("Jo", "report 3 months")


def test_single_answers_go_sooner_if_the_team_says_so(bridge: Local) -> None:
    """0.8: once the owner chose a shorter time, single answers of surveys that have closed go by it; totals stay."""
    bridge.types("Lena", "pulse schedule team-pulse")
    bridge.submits("Lena", survey="team-pulse", weeks="4", first="2026-03-25", at="10:00")
    bridge.until("Wed 17:00")
    for person in ("Lena", "Tomas", "Ines", "Maya", "Jo"):
        bridge.presses(person, "Open", "@")
        bridge.submits(person, energy="4", clarity="4")
    bridge.passes("8 days")
    assert "5 people answered" in bridge.everything()
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse_answer'") == (5,)
    bridge.types("Lena", "setup keep")
    assert "1 day after the close" in bridge.submits("Lena", raw="1")
    bridge.passes("1 s")
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse_answer'") == (0,)
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse'") == (1,)


def test_results_for_one_person_stay_with_that_person(bridge: Local) -> None:
    """Feedback to whoever hosted reaches that person alone: no list and no report shows it to anybody else."""
    bridge.types("Lena", "pulse start facilitator-feedback")
    bridge.until("Tue 17:00")
    for person in ("Tomas", "Ines", "Jo", "Maya", "Sam"):
        bridge.presses(person, "Open", "@")
        assert "Counted" in bridge.submits(person, aim="5", time="5", chance="5", disagreement="4")
    bridge.passes("5 days")
    assert "5 people answered" in bridge.direct("Lena")[-1].text()
    assert "5 people answered" not in " ".join(message.text() for message in bridge.in_channel())
    for person in ("Jo", "Ines"):
        assert "No results yet" in bridge.types(person, "pulse results")
        assert "Hosting" not in bridge.types(person, "report")
