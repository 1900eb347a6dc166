"""Random guides with random pressing through the whole bot: nothing lost or doubled. And what is broken is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES, guides
from bot.activities.guides.model import Choosing, Finished, Running
from bot.kernel.content import Step
from bot.kernel.decision import Decision
from bot.kernel.ids import Member
from bot.library import load
from bot.pieces.ballot import Idea, Settled, Votes, Voting
from bot.simulate import Plan, ViolatedError, simulate
from bot.simulate.guides import running, wrong_with
from tests.guides.test_properties import Play

ROOT = Path(__file__).parents[2]
STEPS = tuple(Step(id=f"s{n}", kind="open", title=f"Step {n}", minutes=9, min_minutes=3) for n in range(3))
ADA, BO = Member("sim", "w1", "ada"), Member("sim", "w1", "bo")
IDEAS = (Idea("1", "one"), Idea("2", "two"))


@cache
def content() -> Any:
    return load(ROOT / "prompts")[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_minutes_steps_and_votes_add_up(seed: int) -> None:
    """A week of random guides in two teams, pressed at random, with failing sends and deaths."""
    outcome = simulate(Plan(seed, weeks=1, teams=2, course="guides", sampled=10), content=content())
    assert outcome.counts["steps"] > 10
    assert outcome.counts["minutes moved"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 9))
def test_three_months_of_sessions(seed: int) -> None:
    """Twelve weeks, a random guide a day in four teams."""
    outcome = simulate(Plan(seed, weeks=12, teams=4, course="guides", sampled=100), content=content())
    assert outcome.counts["votes"] > 0


def play() -> tuple[Running, Running]:
    """A session in its first step, twice: as it was and as it is."""
    played = Play(STEPS)
    run = running(played.state)
    assert run is not None
    assert list(wrong_with(run, run)) == []
    return run, run


def said(before: Any, state: Any) -> str:
    return "; ".join(wrong_with(before, state))


def test_minutes_that_do_not_add_up_are_found() -> None:
    """A minute that comes from nowhere is named."""
    before, run = play()
    agenda = replace(run.course.agenda, moved=run.course.agenda.moved + 1)
    assert "27 minutes, of 27 planned and 1 moved" in said(
        before, replace(run, course=replace(run.course, agenda=agenda))
    )


def test_lost_and_doubled_steps_are_found() -> None:
    """A step that is missing, one that is there twice, and one that is jumped over are named."""
    before, run = play()
    parts = run.course.parts
    for wrong in (parts[:2], (parts[0], parts[1], parts[1])):
        assert "the steps are" in said(before, replace(run, course=replace(run.course, parts=wrong)))
    done = tuple(replace(part, seconds=60) for part in parts[:2])
    jumped = replace(run.course, parts=(*done, parts[2]), at=2)
    assert "it went from step 0 to step 2" in said(before, replace(run, course=jumped))
    assert "has no length" in said(None, replace(run, course=replace(run.course, at=1)))
    late = (*parts[:2], replace(parts[2], seconds=9))
    assert "to come has a length" in said(None, replace(run, course=replace(run.course, parts=late)))


def test_votes_that_are_lost_or_doubled_are_found() -> None:
    """Dots that vanish at the close, two ballots of one person, too many dots, voters: each is named."""
    _, run = play()
    votes = (Votes(ADA, (("1", 2),)), Votes(BO, (("1", 1), ("2", 1))))
    voting = Voting(IDEAS, 3, votes)

    def with_ballot(ballot: Any) -> Running:
        return replace(run, course=replace(run.course, live=Choosing(ballot)))

    right = Settled((("1", 3), ("2", 1)), IDEAS, IDEAS[:1], "votes")
    assert said(with_ballot(voting), with_ballot(right)) == ""
    assert "the vote closed with" in said(with_ballot(voting), with_ballot(replace(right, totals=(("1", 3),))))
    assert "the vote closed with" in said(with_ballot(voting), with_ballot(replace(right, totals=(("1", 4), ("2", 1)))))
    assert "two ballots" in said(run, with_ballot(replace(voting, votes=(votes[0], votes[0]))))
    assert "more dots than there are" in said(run, with_ballot(replace(voting, dots=1)))
    assert said(None, Finished(run.setting.id, datetime(2026, 3, 26, tzinfo=UTC) + timedelta(days=1))) == ""


def test_a_bot_that_loses_minutes_is_found() -> None:
    """A session that ends earlier than it says is named, through the whole bot."""

    def spoiled(state: Any, event: Any, now: Any) -> Any:
        decision = guides.ACTIVITY.decide(state, event, now)
        if isinstance(decision, Decision) and isinstance(decision.state, Running):
            agenda = decision.state.course.agenda
            if agenda.moved:
                agenda = replace(agenda, moved=0)
                course = replace(decision.state.course, agenda=agenda)
                return replace(decision, state=replace(decision.state, course=course))
        return decision

    activities = tuple(replace(one, decide=spoiled) if one is guides.ACTIVITY else one for one in ACTIVITIES)
    with pytest.raises(ViolatedError) as found:
        simulate(
            Plan(1, weeks=2, teams=2, faults=False, course="guides", sampled=50),
            activities=activities,
            content=content(),
        )
    assert "planned and 0 moved" in str(found.value)
