"""Waves of surveys through the whole bot: each answer counted once or deleted by rule, rates exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES, pulse
from bot.kernel.activity import Activity
from bot.kernel.decision import Decision
from bot.kernel.effects import Effect, Keep, Seal
from bot.library import load
from bot.simulate import Plan, ViolatedError, simulate
from bot.simulate.pulse import Pulse, judge
from bot.simulate.run import followed

ROOT = Path(__file__).parents[2]
CALM = Plan(5, weeks=2, teams=4, faults=False, course="pulse", sampled=50)


@cache
def content() -> Any:
    return load(ROOT / "prompts")[0]


@pytest.mark.parametrize("seed", [1, 5])
def test_every_answer_counts_once(seed: int) -> None:
    """Three weeks of five teams with failing sends, deaths, second submissions, refusals and leavers."""
    outcome = simulate(Plan(seed, weeks=3, teams=5, course="pulse", sampled=10), content=content())
    assert outcome.counts["waves"] > 5
    assert outcome.counts["answers"] > 30


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 5))
def test_half_a_year_of_waves(seed: int) -> None:
    """26 weeks of ten teams, one survey after the other."""
    simulate(Plan(seed, weeks=26, teams=10, course="pulse", sampled=100), content=content())


def complaint(change: Callable[[Effect], tuple[Effect, ...]]) -> str:
    """What the simulation says about a bot whose surveys' effects are changed."""

    def spoiled(state: Any, event: Any, now: Any) -> Any:
        decision = pulse.ACTIVITY.decide(state, event, now)
        if not isinstance(decision, Decision):
            return decision
        return replace(decision, effects=tuple(new for one in decision.effects for new in change(one)))

    activities: tuple[Activity, ...] = tuple(
        replace(one, decide=spoiled) if one is pulse.ACTIVITY else one for one in ACTIVITIES
    )
    with pytest.raises(ViolatedError) as found:
        simulate(CALM, activities=activities, content=content())
    return str(found.value)


def test_a_lost_answer_is_found() -> None:
    """An answer that is thanked for and not kept is named."""
    said = complaint(lambda one: () if isinstance(one, Seal) else (one,))
    assert "and calls that too few" in said
    assert "--course pulse" in said


def test_an_answer_that_was_changed_is_found() -> None:
    """An answer that is kept otherwise than it was given is named."""

    def half(one: Effect) -> tuple[Effect, ...]:
        if not isinstance(one, Seal):
            return (one,)
        return (replace(one, row={**one.row, "answers": dict(list(one.row["answers"].items())[1:])}),)

    assert "answers that nobody gave" in complaint(half)


def test_a_wrong_rate_is_found() -> None:
    """A receipt that says the wrong thing makes a wrong rate, and is named."""

    def forgets(one: Effect) -> tuple[Effect, ...]:
        return () if isinstance(one, Keep) and one.kind == "pulse_receipt" and one.row["state"] == "open" else (one,)

    assert "answered, and it was" in complaint(forgets)


def test_a_history_that_went_wrong_is_found() -> None:
    """One answer missing, one too many, a wave that shows too few, one that never ends: each is named."""
    course = followed(CALM, content=content())[1]
    assert isinstance(course, Pulse)
    assert list(judge(course)) == []
    wave = next(one for one in course.waves.values() if one.opened and one.result)
    row = wave.opened.pop()
    assert "lost 1 answers" in "\n".join(judge(course))
    wave.opened += [row, row]
    assert "counts 1 answers that nobody gave" in "\n".join(judge(course))
    wave.opened.pop()
    few = dict(list(wave.answered.items())[:3])
    everybody, wave.answered = wave.answered, few
    assert "and shows or keeps them" in "\n".join(judge(course))
    wave.answered = everybody
    wave.result = None
    course.host.now = course.host.now.replace(year=2027)
    assert f"of {wave.team} has not ended" in "\n".join(judge(course))
