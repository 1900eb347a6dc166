"""Waves with everything that goes wrong: each answer is counted once or deleted by rule, rates are exact."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251  (seeded: the same wave every time)
from typing import Any

import pytest

from bot.engine.ports import Outcome, Outgoing, TryLater, Undeliverable
from bot.kernel.cards import Form
from bot.kernel.ids import Place
from bot.kernel.inbound import RosterRead
from bot.kernel.people import Profile
from bot.library import load
from tests.story import BERLIN, CAST, Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
ITEMS = tuple(question.id for question in CONTENT.surveys["psych-safety"].questions)
SKILLS = tuple(question.id for question in CONTENT.surveys["learning-prepost"].questions)


def stage(**more: Any) -> Local:
    return Local(berlin("2026-03-24 09:00"), content=CONTENT, **more)


def submit(bridge: Local, person: str, form: Form, value: str = "4", items: tuple[str, ...] = ITEMS) -> str:
    bridge._forms[person] = form
    return bridge.submits(person, **dict.fromkeys(items, value))


def open_form(bridge: Local, person: str) -> Form | None:
    """The survey's form, if this person has an invitation they can still open."""
    invited = any("Open" in message.labels() for message in bridge.direct(person))
    return bridge.form(person) if invited and "form:" in bridge.presses(person, "Open", "@") else None


def fact(bridge: Local) -> dict[str, Any]:
    with bridge.connections.transaction() as db:
        rows = db.rows("SELECT fact FROM kept WHERE kind = 'pulse'")
    assert len(rows) == 1
    return dict(json.loads(rows[0][0]))


def count(bridge: Local, kind: str) -> int:
    with bridge.connections.transaction() as db:
        (number,) = db.row("SELECT COUNT(*) FROM kept WHERE kind = :kind", {"kind": kind}) or (0,)
    return int(number)


@pytest.mark.parametrize("seed", range(24))
def test_a_wave_with_faults(seed: int) -> None:
    """Double submits, lost and late invitations, people who decline or leave, stops of the bot: nothing is lost."""
    dice = Random(seed)
    names = {f"Person{number}": BERLIN for number in range(dice.randint(6, 12))}
    bridge = stage(people={"Lena": BERLIN, **names})
    lost = {person for person in names if dice.random() < 0.1}
    flaky = {person for person in names if dice.random() < 0.2}

    def fail(outgoing: Outgoing) -> Outcome | None:
        person = outgoing.user.capitalize()
        if person in lost:
            return Undeliverable("cannot be reached", lost="member")
        if person in flaky:
            flaky.discard(person)
            return TryLater("not now", timedelta(minutes=7))
        return None

    bridge.tape.fail = fail
    bridge.types("Lena", "pulse start psych-safety")
    bridge.passes("30 min")
    answered: set[str] = set()
    gone: set[str] = set()
    declined: set[str] = set()
    for person in dice.sample(["Lena", *names], len(names) + 1):
        happens = dice.random()
        form = open_form(bridge, person)
        if form is None or happens < 0.15:
            continue
        if happens < 0.25:
            bridge.presses(person, "Not this time", "@")
            declined.add(person)
        elif happens < 0.35 and person != "Lena":
            bridge.leaves(person)
            gone.add(person)
        else:
            if dice.random() < 0.2:
                bridge.stops()
                bridge.passes("2 min")
                bridge.starts()
            assert "Counted" in submit(bridge, person, form)
            answered.add(person)
            if dice.random() < 0.5:
                assert "Already counted" in submit(bridge, person, form, "1")
            if dice.random() < 0.2 and person != "Lena":
                bridge.leaves(person)  # the answer stays
        bridge.passes(f"{dice.randint(1, 90)} min")
    bridge.passes("9 days")
    expected = {"Lena", *names} - lost - declined - (gone - answered)
    found = fact(bridge)
    if len(answered) < 5:
        assert found["below"] is True
        assert count(bridge, "pulse_answer") == 0
        assert "rate" not in found
    else:
        assert count(bridge, "pulse_answer") == found["results"]["n"] == len(answered)
        assert found["rate"] == [len(answered), len(expected)]
        assert found["undelivered"] == len(lost)
    assert count(bridge, "pulse_receipt") == 0
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM sealed") == (0,)
        assert db.rows("SELECT name FROM timer WHERE at IS NULL") == []


def test_who_cannot_be_reached_is_not_expected() -> None:
    """S5: Sam's invitation fails, Arun leaves without an answer, Maya after one: the rate is 5 of 6."""
    bridge = stage()
    bridge.tape.fail = lambda outgoing: (
        Undeliverable("cannot be reached", lost="member") if outgoing.user == "sam" else None
    )
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Tue 17:00")
    for person in ("Lena", "Tomas", "Ines", "Jo", "Maya"):
        form = open_form(bridge, person)
        assert form is not None
        submit(bridge, person, form)
    bridge.leaves("Maya")  # an answer stays
    bridge.leaves("Arun")
    bridge.passes("5 days")
    found = fact(bridge)
    assert (found["rate"], found["undelivered"]) == ([5, 6], 1)
    assert "sam" not in json.dumps(found)


def test_a_full_week_does_not_starve_a_survey() -> None:
    """Who is away when it starts is asked when they are back, and the close waits for their time."""
    bridge = stage()
    bridge.types("Jo", "away until 25 Mar")
    bridge.types("Lena", "pulse start psych-safety")
    bridge.until("Thu 13:00")
    for person in ("Lena", "Tomas", "Ines", "Maya"):
        form = open_form(bridge, person)
        assert form is not None
        submit(bridge, person, form)
    assert not bridge.direct("Jo")
    bridge.until("Mon 20:00")  # the third working day where Jo is; for the others it was over on Thursday
    form = open_form(bridge, "Jo")
    assert form is not None
    assert "Counted" in submit(bridge, "Jo", form)
    bridge.passes("9 days")
    assert "5 people answered" in bridge.card()


def test_single_answers_go_after_thirty_days_and_results_stay() -> None:
    """Product 0.8: raw answers are kept for thirty days, totals for good."""
    bridge = stage()
    bridge.types("Lena", "pulse start psych-safety")
    bridge.passes("8 h")
    for person in ("Lena", "Tomas", "Ines", "Maya", "Jo"):
        form = open_form(bridge, person)
        assert form is not None
        submit(bridge, person, form)
    bridge.passes("20 days")
    assert count(bridge, "pulse_answer") == 5
    bridge.passes("20 days")
    assert count(bridge, "pulse_answer") == 0
    assert "Safe to speak: closed" in bridge.types("Lena", "pulse results")
    assert "5 answered." in bridge.presses("Lena", "Safe to speak")


def test_nothing_followed_is_asked_for_once_after_ten_working_days() -> None:
    """P51: whoever started it is asked what follows, once, when ten working days have passed."""
    bridge = stage()
    bridge.types("Lena", "pulse start psych-safety")
    bridge.passes("8 h")
    for person in ("Lena", "Tomas", "Ines", "Maya", "Jo"):
        form = open_form(bridge, person)
        assert form is not None
        submit(bridge, person, form)
    bridge.passes("30 days")
    asked = [message for message in bridge.direct("Lena") if "What follows from the survey?" in message.text()]
    assert len(asked) == 1


def test_whoever_is_forgotten_leaves_no_receipt() -> None:
    """Asking to be forgotten takes the receipt and a linked answer along; a sealed one without a name stays."""
    bridge = stage()
    bridge.types("Lena", "pulse start learning-prepost Negotiation")
    bridge.passes("8 h")
    for person in ("Lena", "Tomas", "Jo"):
        form = open_form(bridge, person)
        assert form is not None
        submit(bridge, person, form, items=SKILLS)
    bridge.types("Jo", "me delete")
    bridge.presses("Jo", "Delete everything")
    bridge.passes("5 min")
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM sealed") == (2,)
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse_receipt' AND person = 'jo'") == (0,)


def test_a_newcomer_answers_for_before() -> None:
    """S6: who joins within three working days of the first close is asked the questions for before."""
    bridge = stage()
    bridge.types("Lena", "pulse start learning-prepost Negotiation")
    bridge.passes("4 days")
    bridge.passes("1 day")
    bridge.joins("Nora")
    bridge.passes("1 day")
    form = open_form(bridge, "Nora")
    assert form is not None
    assert "Counted" in submit(bridge, "Nora", form, items=SKILLS)


def test_a_newcomers_end_goes_with_their_part() -> None:
    """Who came later and left again leaves no timer behind."""
    bridge = stage()
    bridge.types("Lena", "pulse start learning-prepost Negotiation")
    bridge.passes("5 days")
    bridge.joins("Nora")
    bridge.passes("1 day")
    late = "SELECT s.open FROM timer t JOIN session s ON s.id = t.session WHERE t.name = 'end'"
    with bridge.connections.transaction() as db:
        assert db.rows(late) == [(1,)]
    bridge.leaves("Nora")
    with bridge.connections.transaction() as db:
        assert db.rows(late) == []


def test_one_survey_for_several_teams() -> None:
    """From a direct conversation one survey goes to several teams, a wave in each; only where one may start it."""
    bridge = stage()
    for number, (name, owner) in enumerate((("harbour", "Lena"), ("quay", "Tomas"))):
        people = tuple(Profile(bridge.member(person), person, zone) for person, zone in CAST.items())
        place = Place("local", bridge.workspace, name)
        bridge.hear(RosterRead(id=f"roster {number}", place=place, name=name, people=people, by=bridge.member(owner)))
    bridge.settle()
    assert "form: Start a pulse" in bridge.types("Lena", "pulse start", "@")
    (ticks,) = [field for field in bridge.form("Lena").fields if getattr(field, "name", "") == "teams"]
    bridge.submits("Lena", survey="psych-safety", teams=tuple(option.value for option in ticks.options))  # type: ignore[union-attr]
    bridge.settle()
    with bridge.connections.transaction() as db:
        rows = db.rows(
            "SELECT t.name FROM session s JOIN team t ON t.id = s.team "
            "WHERE s.activity = 'pulse' AND s.person = '' AND s.open = 1 ORDER BY t.name"
        )
    assert rows == [("bridge",), ("harbour",)]


def test_somebody_elses_invitation_is_refused() -> None:
    """A press on another person's invitation, however it was made, opens nothing and changes nothing."""
    bridge = stage()
    bridge.types("Lena", "pulse start psych-safety")
    bridge.passes("8 h")
    form = open_form(bridge, "Jo")
    assert form is not None
    assert "somebody else's" in submit(bridge, "Tomas", form)
    assert "Counted" in submit(bridge, "Jo", form)
