"""Weeks of check-ins through the whole bot: asked once, in time; nothing lost. And what is broken is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES, checkins
from bot.activities.checkins.cards import plans
from bot.activities.checkins.events import CloseCame, Steered
from bot.activities.checkins.logic import decide
from bot.activities.checkins.model import Collecting, Scheduled
from bot.kernel.activity import Activity
from bot.kernel.decision import Decision, Whisper
from bot.kernel.effects import Begin, Effect, Forget, Keep, Post, Revise
from bot.library import load
from bot.simulate import Plan, ViolatedError, simulate
from bot.simulate.checkins import Checkins
from bot.simulate.checkins_held import judge
from bot.simulate.run import followed

ROOT = Path(__file__).parents[2]
LIVED: Counter[str] = Counter()  # what came up in the runs below
CALM = Plan(11, weeks=2, teams=3, faults=False, course="checkins", sampled=50)


@cache
def content() -> Any:
    return load(ROOT / "prompts")[0]


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_everybody_is_asked_once_and_in_time(seed: int) -> None:
    """Three weeks of four teams over many zones, with absences, joiners, failing sends and deaths."""
    outcome = simulate(Plan(seed, weeks=3, teams=4, course="checkins", sampled=10), content=content())
    assert outcome.counts["asked"] > 20
    assert outcome.counts["died"] > 0
    LIVED.update(outcome.counts)


def test_everything_people_do_about_a_check_in_was_done() -> None:
    """Each thing that a team can do to its dates, and a person to their answer, came up in those weeks."""
    for seed in (3, 5):
        outcome = simulate(Plan(seed, weeks=3, teams=4, course="checkins", sampled=50), content=content())
        LIVED.update(outcome.counts)
    planned = {"planned weekly", "planned monthly", "planned workdays", "planned once"}
    done = {"skipped once", "moved once", "paused", "resumed", "edited", "ended", "held", "next date told"}
    people = {"answered ahead", "put off", "answered in the channel", "travelled", "forgotten"}
    assert {what for what in planned | done | people if not LIVED[what]} == set()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_year_of_fifty_teams(seed: int) -> None:
    """52 weeks of ten teams in nine zones, five times: fifty teams, each fifth a run of its own."""
    simulate(Plan(seed, weeks=52, teams=10, course="checkins", sampled=100), content=content())


# what is broken is found: the bot


def broken(change: Callable[[Decision[Any], object], Decision[Any]]) -> tuple[Activity, ...]:
    """The activities, with the check-ins' decisions changed by *change*."""

    def spoiled(state: Any, event: Any, now: Any) -> Any:
        decision = decide(state, event, now)
        return change(decision, event) if isinstance(decision, Decision) else decision

    return tuple(replace(one, decide=spoiled) if one is checkins.ACTIVITY else one for one in ACTIVITIES)


def complaint(change: Callable[[Decision[Any], object], Decision[Any]]) -> str:
    """What the simulation says about a bot whose check-ins are changed."""
    with pytest.raises(ViolatedError) as found:
        simulate(CALM, activities=broken(change), content=content())
    return str(found.value)


def parts(decision: Decision[Any], change: Callable[[Begin], Begin | None]) -> Decision[Any]:
    """The decision with the parts in it changed, wherever they stand."""

    def changed(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        found: list[Effect] = []
        for one in effects:
            if isinstance(one, Begin) and one.member is not None:
                kept = change(one)
                found += [kept] if kept else []
            elif isinstance(one, Begin):
                found.append(replace(one, effects=changed(one.effects)))
            else:
                found.append(one)
        return tuple(found)

    return replace(decision, effects=changed(decision.effects))


def test_somebody_left_out_is_found() -> None:
    """A question that never reaches anybody is named."""
    said = complaint(lambda decision, _: parts(decision, lambda _: None))
    assert "was expected at" in said
    assert "Again: moderato simulate --seed 11 --weeks 2 --teams 3 --course checkins --no-faults" in said


def test_asking_twice_is_found() -> None:
    """A second message with the same question is named."""

    def twice(begin: Begin) -> Begin:
        again = tuple(replace(one, name="twice") for one in begin.effects if isinstance(one, Post))
        return replace(begin, effects=(*begin.effects, *(replace(one, at=None, kind="asked") for one in again)))

    assert "was asked 2 times" in complaint(lambda decision, _: parts(decision, twice))


def test_an_answer_before_the_close_is_found() -> None:
    """A card that shows answers while they should be hidden is named."""

    def early(decision: Decision[Any], event: object) -> Decision[Any]:
        if isinstance(decision.state, Collecting) and getattr(event, "answers", ()):
            words = " ".join(answer.values[0] for answer in event.answers)  # type: ignore[attr-defined]
            shown = tuple(
                replace(one, card=replace(one.card, title=words[:60])) if isinstance(one, Revise) else one
                for one in decision.effects
            )
            return replace(decision, effects=shown)
        return decision

    assert "before the close at" in complaint(early)


def test_a_lost_answer_is_found() -> None:
    """An answer that is taken and not kept is named."""

    def lose(decision: Decision[Any], _: object) -> Decision[Any]:
        left = (one for one in decision.effects if not (isinstance(one, Keep) and one.kind == "checkin_answer"))
        return replace(decision, effects=tuple(left))

    assert "is lost" in complaint(lose)


def test_a_summary_that_never_comes_is_found() -> None:
    """Answers that nobody gets to see are named."""

    def hide(decision: Decision[Any], event: object) -> Decision[Any]:
        if isinstance(event, CloseCame) or getattr(event, "what", "") == "closed" or hasattr(event, "shares"):
            return replace(decision, effects=tuple(e for e in decision.effects if not isinstance(e, Post | Revise)))
        return decision if not hasattr(event, "answers") else replace(decision, effects=())

    assert "was never shown" in complaint(hide)


def test_a_deleted_answer_that_stays_is_found() -> None:
    """An answer that was deleted and is still kept is named."""

    def keep(decision: Decision[Any], _: object) -> Decision[Any]:
        left = (one for one in decision.effects if not (isinstance(one, Forget) and one.kind == "checkin_answer"))
        return replace(decision, effects=tuple(left))

    with pytest.raises(ViolatedError) as found:
        simulate(replace(CALM, weeks=3, teams=5), activities=broken(keep), content=content())
    assert "which was changed or deleted, is kept" in str(found.value)


def test_a_wrong_next_date_is_found() -> None:
    """An answer that names another date than the one that comes is named."""

    def misname(decision: Decision[Any], event: object) -> Decision[Any]:
        state = decision.state
        if isinstance(event, Steered) and event.how == "skip" and isinstance(state, Scheduled) and state.next:
            wrong = replace(state, next=replace(state.next, day=state.next.day + timedelta(days=1)))
            return replace(decision, reply=Whisper(plans.skipped_card(wrong)))
        return decision

    with pytest.raises(ViolatedError) as found:
        simulate(replace(CALM, weeks=4, teams=5), activities=broken(misname), content=content())
    assert "comes next, and it is" in str(found.value)


# what is broken is found: the history


@pytest.fixture
def course() -> Checkins:
    found = followed(replace(CALM, weeks=3), content=content())[1]
    assert isinstance(found, Checkins)
    assert list(judge(found)) == []
    return found


def test_a_history_that_went_wrong_is_found(course: Checkins) -> None:
    """Two cards, a late prompt, a reminder after an answer, a reminder after the close: each is named."""
    session, member = next(key for key, did in course.did.items() if did.prompts and did.pressed)
    did, asked = course.did[session, member], course.asked[session]
    at, message = did.prompts[0]
    asked.cards = 2
    assert "the channel got 2 cards" in "\n".join(judge(course))
    asked.cards = 1
    did.prompts = [(at - timedelta(days=1), message)]
    assert "outside of" in "\n".join(judge(course))
    did.prompts = [(at, message)]
    assert did.pressed is not None
    did.reminders = [(did.pressed + timedelta(minutes=1), "m")]
    assert "having pressed at" in "\n".join(judge(course))
    did.reminders = [(asked.closes + timedelta(minutes=1), "m")]
    assert "after the close" in "\n".join(judge(course))
    did.reminders = []
    course.truth[member].holidays = ""
    course.truth[member].absences = []
    assert list(judge(course)) == []


def test_dates_and_people_that_were_not_respected_are_found(course: Checkins) -> None:
    """Asked on a date left out, after it was held, having answered ahead, being forgotten: each is named."""
    session, member = next(key for key, did in course.did.items() if did.prompts and did.token and not did.ahead)
    did, asked = course.did[session, member], course.asked[session]
    asked.rhythm.skipped.add(asked.day)
    assert "although that date was left out" in "\n".join(judge(course))
    asked.rhythm.skipped.clear()
    asked.rhythm.held[asked.day] = asked.at - timedelta(minutes=1)
    found = "\n".join(judge(course))
    assert "was held at" in found
    assert "was written to at" in found
    assert "is kept, although that question was held" in found
    asked.rhythm.held.clear()
    did.ahead = True
    assert "was asked, having answered ahead" in "\n".join(judge(course))
    did.ahead = False
    course.truth[member].forgotten = did.prompts[0][0] - timedelta(hours=4)
    did.said("", did.prompts[0][0] + timedelta(days=1))
    found = "\n".join(judge(course))
    assert "stands in kept.fact" in found
    assert "asked to be forgotten at" in found


def test_the_reminder_is_dropped_when_the_answer_comes_first() -> None:
    """A reminder that waits when somebody answers is not sent any more; one that was sent stops asking."""
    seen: list[Effect] = []

    def look(decision: Decision[Any], event: object) -> Decision[Any]:
        if type(event).__name__ == "Wrote" and getattr(decision.state, "reminded", False):
            seen.extend(one for one in decision.effects if isinstance(one, Revise) and one.name == "reminder")
        return decision

    simulate(replace(CALM, weeks=5), activities=broken(look), content=content())
    assert seen
    assert all(isinstance(one, Revise) and one.drop_unsent for one in seen)
