"""The whole bot among simulated people: what must hold does, over many seeds; what does not is found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES, rounds
from bot.activities.rounds.logic import decide
from bot.kernel.activity import Activity
from bot.kernel.decision import Decision
from bot.kernel.effects import CancelTimer, Post, SetTimer
from bot.library import load
from bot.simulate import Plan, ViolatedError, holds, simulate
from bot.simulate.invariants import CHECKS, Look

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def content() -> Any:
    return load(ROOT / "prompts")[0]


@pytest.mark.parametrize("seed", range(1, 15))
def test_everything_holds_for_a_week(seed: int, content: Any) -> None:
    """A week of people, faults and deaths of the process: nothing lost, nothing doubled, nobody given away."""
    outcome = simulate(Plan(seed), content=content)
    assert outcome.counts["sent"] > 0
    assert outcome.counts["died"] > 0


@pytest.mark.parametrize("seed", range(101, 102))
def test_everything_holds_across_a_clock_change(seed: int, content: Any) -> None:
    """Two weeks over the last Sunday of March, five teams, without faults: the bot comes to rest every day."""
    outcome = simulate(Plan(seed, weeks=2, teams=5, faults=False), content=content)
    assert outcome.counts["died"] == 0
    assert outcome.counts["days"] > 10


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1001, 1041))
def test_everything_holds_for_three_months(seed: int, content: Any) -> None:
    """Twelve weeks of six teams, with faults."""
    simulate(Plan(seed, weeks=12, teams=6), content=content)


@pytest.mark.soak
def test_everything_holds_for_a_year(content: Any) -> None:
    """A year of three teams, through every change of every clock."""
    simulate(Plan(7, weeks=52), content=content)


def test_a_seed_does_the_same_in_another_process() -> None:
    """The same seed replays step by step in a process of another hash seed, so that no order comes from chance."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "simulate", "--seed", "5", "--weeks", "0.3"],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hashing},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hashing in ("1", "2")
    ]
    first, second = (process.communicate(timeout=120)[0] for process in running)
    assert first == second
    assert "Everything held." in first


def broken(change: Any) -> tuple[Activity, ...]:
    """The activities, with the rounds' decisions changed by *change*."""

    def spoiled(state: Any, event: Any, now: Any) -> Any:
        decision = decide(state, event, now)
        return change(decision, event) if isinstance(decision, Decision) else decision

    return tuple(replace(one, decide=spoiled) if one is rounds.ACTIVITY else one for one in ACTIVITIES)


def found(activities: tuple[Activity, ...], content: Any) -> str:
    """What the simulation says about a bot that is broken."""
    for seed in range(1, 9):
        try:
            simulate(Plan(seed, faults=False), activities=activities, content=content)
        except ViolatedError as violated:
            return str(violated)
    return "nothing"


def test_a_lost_timer_is_found(content: Any) -> None:
    """A round that forgets a timer is reported with the seed, the steps before, and how to see it again."""

    def forget(decision: Decision[Any], _: object) -> Decision[Any]:
        return replace(decision, effects=tuple(one for one in decision.effects if not isinstance(one, SetTimer)))

    said = found(broken(forget), content)
    assert "timers [] instead of ['gather']" in said or "timers [] instead of ['plan']" in said
    assert "Again: moderato simulate --seed " in said
    assert "types 'round" in said


def test_a_raising_timer_is_found(content: Any) -> None:
    """An exception behind a timer ends the run, instead of being tried again in silence."""

    def boom(decision: Decision[Any], event: Any) -> Decision[Any]:
        if type(event).__name__ == "TimeCame":
            raise RuntimeError("boom")
        return decision

    assert "raised RuntimeError: boom" in found(broken(boom), content)


def test_a_card_that_cannot_be_drawn_is_found(content: Any) -> None:
    """A card over the limits ends the run."""

    def grow(decision: Decision[Any], _: object) -> Decision[Any]:
        def grown(one: Any) -> Any:
            return replace(one, card=replace(one.card, title="x" * 200)) if isinstance(one, Post) else one

        return replace(decision, effects=tuple(grown(one) for one in decision.effects))

    assert "has a title of 200 characters" in found(broken(grow), content)


def test_a_timer_of_a_finished_session_is_found(content: Any) -> None:
    """A session that ends and leaves a timer behind is reported."""

    def leave(decision: Decision[Any], _: object) -> Decision[Any]:
        return replace(decision, effects=tuple(one for one in decision.effects if not isinstance(one, CancelTimer)))

    assert "timers" in found(broken(leave), content)


def test_an_activity_registers_what_must_hold(content: Any) -> None:
    """A check that is registered for an activity sees each state that its sessions come to."""
    seen: set[str] = set()

    @holds("rounds")
    def never(state: Any, look: Look) -> Iterator[str]:
        seen.add(type(state).__name__)
        if look.now and type(state).__name__ == "Running":
            yield "ran, which this check forbids"

    try:
        assert "ran, which this check forbids" in found(ACTIVITIES, content)
    finally:
        CHECKS["rounds"].remove(never)
    assert "Gathering" in seen


@pytest.mark.parametrize("course", ["anything", "checkins", "pulse"])
def test_a_file_survives_deaths_as_it_lies_on_the_disk(course: str, content: Any, tmp_path: Path) -> None:
    """At each death the next process gets database and write-ahead log as they lay there, and everything holds."""
    plan = Plan(3, weeks=1, teams=3, course=course, database=f"sqlite:///{tmp_path}/sim.db", fatal=0.05, sampled=20)
    outcome = simulate(plan, content=content)
    assert outcome.counts["died"] > 0
    assert len(list(tmp_path.glob("sim.db*"))) <= 3


@pytest.mark.postgres
@pytest.mark.parametrize(("course", "weeks"), [("anything", 0.3), ("checkins", 2), ("pulse", 0.6)])
def test_everything_holds_on_postgresql(course: str, weeks: float, content: Any, migrated_postgres_url: str) -> None:
    """The same on PostgreSQL, whose connection breaks at each death."""
    plan = Plan(3, weeks=weeks, teams=2, course=course, database=migrated_postgres_url, fatal=0.05, sampled=20)
    outcome = simulate(plan, content=content)
    assert outcome.counts["sent"] > 0
    assert outcome.counts["died"] > 0
