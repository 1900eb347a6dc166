"""Random guides with random pressing through the whole bot: nothing lost or doubled. And what is broken is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES, ballots, guides
from bot.activities.ballots.model import Asking
from bot.activities.guides.model import (
    Choosing,
    Ending,
    Finished,
    Lobby,
    MovedOn,
    Paused,
    PlanDropped,
    Planned,
    Running,
    Undo,
    WentAway,
)
from bot.kernel.activity import Activity, Level
from bot.kernel.cards import Card
from bot.kernel.content import Step
from bot.kernel.decision import Decision, Whisper
from bot.kernel.effects import Begin, Keep, Post
from bot.kernel.ids import Member
from bot.library import load
from bot.pieces.ballot import Idea, Settled, Tied, Votes, Voting
from bot.simulate import Plan, ViolatedError, simulate
from bot.simulate.guides_held import Cause, given, running, voting, wrong_with
from bot.simulate.guides_reached import lacking
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
    outcome = simulate(Plan(seed, weeks=1, teams=2, course="guides", sampled=20), content=content())
    assert outcome.counts["steps gone through"] > 50
    assert outcome.counts["votes"] > 0
    assert outcome.counts["sessions judged"] > 8
    assert outcome.counts["searches for voters"] > 1


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 9))
def test_months_of_sessions(seed: int) -> None:
    """Six weeks of four teams come to everything a session can come to, and lose nothing of it."""
    outcome = simulate(Plan(seed, weeks=6, teams=4, course="guides", sampled=100), content=content())
    assert len(lacking(outcome.counts)) < 3, lacking(outcome.counts)  # of ninety; each seed misses others, if any


def test_no_voter_is_left_in_the_file(tmp_path: Path) -> None:
    """Nor does the file of the database hold a voter, in a page that is free again, once all votes are closed."""
    file = tmp_path / "sim.db"
    plan = Plan(3, weeks=0.6, teams=2, faults=False, course="guides", sampled=200, database=f"sqlite:///{file}")
    outcome = simulate(plan, content=content())
    assert outcome.counts["dots"] > 5
    held = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert b"guides" in held
    assert b'"voter"' not in held


# what is wrong from one state to the next is named


def play() -> tuple[Running, Running]:
    """A session in its first step, twice: as it was and as it is."""
    played = Play(STEPS)
    run = running(played.state)
    assert run is not None
    assert list(wrong_with(run, run)) == []
    return run, run


def said(before: Any, state: Any, cause: Cause | None = None, now: datetime | None = None) -> str:
    return "; ".join(wrong_with(before, state, *((cause, now) if cause else ())))


def on(run: Running, **changes: Any) -> Running:
    return replace(run, course=replace(run.course, **changes))


def test_minutes_that_do_not_add_up_are_found() -> None:
    """A minute that comes from nowhere is named; so is one that was planned and is not there."""
    before, run = play()
    agenda = replace(run.course.agenda, moved=run.course.agenda.moved + 1)
    assert "27 minutes, of 27 planned and 1 moved" in said(before, on(run, agenda=agenda))
    first, *rest = run.course.agenda.slots
    fewer = replace(run.course.agenda, slots=(replace(first, planned=8, minutes=8), *rest))
    assert "26 minutes planned, and the guide has 27" in said(before, on(run, agenda=fewer))
    other = replace(run.course.agenda, slots=(replace(first, planned=8), replace(first, planned=10), rest[1]))
    assert "are not those of" in said(before, on(run, agenda=other))
    short = replace(run.course.agenda, slots=(replace(first, minutes=16), replace(first, minutes=2), rest[1]))
    assert "was left with 2 minutes and needs 3" in said(before, on(run, agenda=short))


def test_minutes_that_move_by_themselves_are_found() -> None:
    """Minutes change by +5 min and what belongs to it, and as much as the end of the step does."""
    before, run = play()
    agenda = run.course.agenda.extend(0, 5, "end")
    later = on(run, agenda=agenda, ends=run.course.ends + timedelta(minutes=5))
    host = run.setting.host
    assert said(before, later, Cause("extend", host, "1")) == ""
    assert "the minutes changed by [note" in said(before, later, Cause("note", host))
    assert "its end moved 0 s" in said(before, on(run, agenda=agenda), Cause("extend", host, "1"))
    moved = on(run, ends=run.course.ends + timedelta(minutes=5))
    assert "the end of the step moved by 300 seconds" in said(before, moved, Cause("note", host))


def test_lost_and_doubled_steps_are_found() -> None:
    """A step that is missing, one that is there twice, and one that is jumped over are named."""
    before, run = play()
    parts = run.course.parts
    for wrong in (parts[:2], (parts[0], parts[1], parts[1])):
        assert "the steps are" in said(before, on(run, parts=wrong))
    done = tuple(replace(part, seconds=60) for part in parts[:2])
    assert "it went from step 0 to step 2" in said(before, on(run, parts=(*done, parts[2]), at=2))
    assert "has no length" in said(None, on(run, at=1))
    late = (*parts[:2], replace(parts[2], seconds=9))
    assert "to come has a length" in said(None, on(run, parts=late))


def test_steps_that_come_by_themselves_are_found() -> None:
    """A step comes by Next for the step before it, once, is skipped by Skip alone, and goes back by Undo alone."""
    before, run = play()
    host, now = run.setting.host, run.course.begun + timedelta(minutes=4)
    parts = (replace(run.course.parts[0], seconds=240), *run.course.parts[1:])
    course = replace(run.course, parts=parts, at=1, begun=now, ends=now + timedelta(minutes=9))
    undo = Undo(host, now + timedelta(seconds=10), run.course, 2)
    after = replace(run, course=course, serial=2, undo=undo)
    assert said(before, after, Cause("next", host, "1"), now) == ""
    assert "which was for another step than 1" in said(before, after, Cause("next", host, "0"), now)
    assert "who does not steer it" in said(before, after, Cause("next", ADA, "1"), now)
    assert "it went on by [timer:step" in said(before, after, Cause("timer:step"), now)
    assert "is skipped=False" in said(before, after, Cause("skip", host, "1"), now)
    twice = replace(after, serial=3)
    assert "the count of changes went from 1 to 3" in said(before, twice, Cause("next", host, "1"), now)
    short = replace(after, course=replace(course, ends=now + timedelta(minutes=2)))
    assert "has 9 minutes and ends after 2" in said(before, short, Cause("next", host, "1"), now)
    assert "began at" in said(before, after, Cause("next", host, "1"), now + timedelta(minutes=1))
    back = replace(run, serial=3)
    assert said(after, back, Cause("undo", host, "2"), now) == ""
    assert "it went back by [undo" in said(after, back, Cause("undo", ADA, "2"), now)
    assert "it went back by [undo" in said(after, back, Cause("undo", host, "2"), now + timedelta(seconds=11))
    changed = replace(back, course=replace(back.course, parts=tuple(reversed(back.course.parts))))
    assert "what was taken back is not what there was" in said(after, changed, Cause("undo", host, "2"), now)
    turned = on(run, parts=(run.course.parts[0], run.course.parts[2], run.course.parts[1]))
    assert "the order of the steps changed by [note" in said(before, turned, Cause("note", host))


def test_another_version_in_the_middle_is_found() -> None:
    """A session that goes on with other steps than it began with is named."""
    before, run = play()
    newer = replace(run, setting=replace(run.setting, version=2))
    assert "it began with version 1 of g and goes on with version 2" in said(before, newer)


def test_a_plan_that_is_late_is_found() -> None:
    """A planned session that opens at another time than it was planned for, or again after its end, is named."""
    _, run = play()
    at = run.started
    planned, lobby = Planned(run.setting, at), Lobby(run.setting, at)
    timer = Cause("timer:start")
    assert said(planned, lobby, timer, at) == ""
    assert "it opened at" in said(planned, lobby, timer, at + timedelta(hours=1))
    assert "it opened at" in said(planned, lobby, timer, at - timedelta(minutes=1))
    assert "it was over and is Lobby" in said(Finished(run.setting.id, at), lobby)


def test_votes_that_are_lost_or_doubled_are_found() -> None:
    """Dots that vanish at the close, two ballots of one person, too many dots, voters: each is named."""
    _, run = play()
    votes = (Votes(ADA, (("1", 2),)), Votes(BO, (("1", 1), ("2", 1))))
    ballot = Voting(IDEAS, 3, votes)

    def with_ballot(found: Any) -> Running:
        return on(run, live=Choosing(found, IDEAS))

    right = Settled((("1", 3), ("2", 1)), IDEAS, IDEAS[:1], "votes")
    assert said(with_ballot(ballot), with_ballot(right)) == ""
    assert "the vote closed with" in said(with_ballot(ballot), with_ballot(replace(right, totals=(("1", 3),))))
    doubled = replace(right, totals=(("1", 4), ("2", 1)))
    assert "the vote closed with" in said(with_ballot(ballot), with_ballot(doubled))
    assert "two ballots" in said(run, with_ballot(replace(ballot, votes=(votes[0], votes[0]))))
    assert "more dots than there are" in said(run, with_ballot(replace(ballot, dots=1)))
    assert "a vote began with votes" in said(run, with_ballot(ballot))
    assert "a dot is on no idea" in said(run, with_ballot(replace(ballot, ideas=IDEAS[:1])))
    again: Voting[Member] = Voting(IDEAS, 1, (), first_totals=(("1", 2), ("2", 2)))
    assert "the run-off closed with" in said(with_ballot(ballot), with_ballot(again))
    second = Voting(IDEAS, 1, votes[:1], first_totals=(("1", 2), ("2", 2)))
    settled = Settled((("1", 2), ("2", 2)), IDEAS, IDEAS[:1], "run-off", run_off=(("1", 2), ("2", 0)))
    assert said(with_ballot(second), with_ballot(settled)) == ""
    lost = replace(settled, run_off=(("1", 1), ("2", 0)))
    assert "the run-off closed with" in said(with_ballot(second), with_ballot(lost))
    forgot = Tied((("1", 1), ("2", 1)), IDEAS, (), IDEAS, 1, after_run_off=True)
    assert "the first vote closed with" in said(with_ballot(second), with_ballot(forgot))
    assert said(None, Finished(run.setting.id, datetime(2026, 3, 26, tzinfo=UTC) + timedelta(days=1))) == ""


def test_dots_that_change_by_themselves_are_found() -> None:
    """A dot comes by a press for that idea and goes by taking it back or by leaving; a merge keeps all."""
    _, run = play()
    ballot = Voting(IDEAS, 3, (Votes(ADA, (("1", 2),)),))

    def to(*votes: Votes[Member], ideas: tuple[Idea, ...] = IDEAS) -> Running:
        return on(run, live=Choosing(replace(ballot, votes=votes, ideas=ideas), IDEAS))

    before, more = to(*ballot.votes), to(Votes(ADA, (("1", 3),)))
    assert said(before, more, Cause("dot", ADA, "v", "1")) == ""
    wrong = "and not as that would"
    assert wrong in said(before, more, Cause("dot", ADA, "v", "2"))
    assert wrong in said(before, more, Cause("dot", BO, "v", "1"))
    assert wrong in said(before, more, Cause("note", ADA))
    assert wrong in said(before, to(Votes(ADA, (("1", 2), ("2", 2)))), Cause("dot", ADA, "v", "2"))
    assert said(before, to(), Cause("undot", ADA)) == ""
    assert wrong in said(before, to(), Cause("undot", BO))
    assert said(before, to(), Cause("told:left", of=ADA)) == ""
    assert wrong in said(before, to(), Cause("told:left", of=BO))
    assert "ada has left, and their dots have not" in said(before, more, Cause("told:left", of=ADA))
    merged = (replace(IDEAS[1], merged=("one",)),)
    assert said(before, to(Votes(ADA, (("2", 2),)), ideas=merged), Cause("merged", BO)) == ""
    assert wrong in said(before, to(Votes(ADA, (("2", 1),)), ideas=merged), Cause("merged", BO))


def test_a_voter_after_the_close_is_found() -> None:
    """A voter who is remembered where no vote is open is named, wherever it is kept: also in what Undo would bring."""
    before, run = play()
    old = on(run, live=Choosing(Voting(IDEAS, 3, (Votes(ADA, (("1", 1),)),)), IDEAS)).course
    kept = replace(run, undo=Undo(ADA, run.started, old, 1))
    for state in (kept, Paused(kept, run.started), Ending(kept, ADA, run.started)):
        assert "a voter is remembered" in said(before, state)


# a whole bot that is broken is found


def broken(activity: Activity, change: Callable[[Any, Any, Decision[Any]], Decision[Any]]) -> tuple[Activity, ...]:
    """All activities, one of which changes what it decided before it is kept."""

    def decide(state: Any, event: Any, now: Any) -> Any:
        decision = activity.decide(state, event, now)
        return change(state, event, decision) if isinstance(decision, Decision) else decision

    return tuple(replace(one, decide=decide) if one is activity else one for one in ACTIVITIES)


def course_of(decision: Decision[Any], **changes: Any) -> Decision[Any]:
    return replace(decision, state=on(decision.state, **changes))


def loses_minutes(_: Any, __: Any, decision: Decision[Any]) -> Decision[Any]:
    """The end moves, and nobody counts by how much."""
    if isinstance(decision.state, Running) and decision.state.course.agenda.moved:
        return course_of(decision, agenda=replace(decision.state.course.agenda, moved=0))
    return decision


def files_other_minutes(_: Any, __: Any, decision: Decision[Any]) -> Decision[Any]:
    """What is filed has fewer minutes than there were."""
    kept = [
        replace(one, row={**one.row, "moved": one.row["moved"] + 1})
        if isinstance(one, Keep) and one.kind == "session"
        else one
        for one in decision.effects
    ]
    return replace(decision, effects=tuple(kept))


def skips(state: Any, event: Any, decision: Decision[Any]) -> Decision[Any]:
    """Next goes on, and at once goes on again."""
    if isinstance(state, Running) and isinstance(decision.state, Running):
        now = decision.state
        if now.course.at == state.course.at + 1 and not now.course.is_last and voting(now) is None:
            again = guides.ACTIVITY.decide(now, replace(event, serial=-1), now.course.begun)
            return again if isinstance(again, Decision) else decision
    return decision


def doubles(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """After the second step the first one comes once more."""
    if isinstance(state, Running) and isinstance(decision.state, Running) and decision.state.course.at == 2:
        parts = decision.state.course.parts
        return course_of(decision, parts=(*parts[:2], replace(parts[2], step=parts[0].step), *parts[3:]))
    return decision


def loses_votes(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """The dots of whoever voted first are gone at the close."""
    was, now = voting(running(state)), decision.state
    if was is not None and given(was) and isinstance(now, Running) and isinstance(now.course.live, Choosing):
        found = now.course.live.ballot
        if isinstance(found, Settled | Tied) and not was.is_run_off:
            (idea, dots), *rest = found.totals
            lost = replace(found, totals=((idea, dots - 1), *rest))
            return course_of(decision, live=replace(now.course.live, ballot=lost))
    return decision


def counts_twice(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """One dot counts as two."""
    was, now = voting(running(state)), voting(running(decision.state))
    if was is not None and now is not None and sum(given(now).values()) == sum(given(was).values()) + 1:
        first, *others = now.votes
        (idea, dots), *rest = first.dots
        if first not in was.votes and dots + sum(n for _, n in rest) < now.dots:
            more = replace(now, votes=(replace(first, dots=((idea, dots + 1), *rest)), *others))
            return course_of(decision, live=replace(decision.state.course.live, ballot=more))
    return decision


def drops_a_dot(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """The dot is shown to whoever gave it, and kept nowhere."""
    if isinstance(decision.reply, Whisper) and decision.reply.card.title == "Your dots" and voting(running(state)):
        return replace(decision, state=state)
    return decision


def shows_another_count(_: Any, __: Any, decision: Decision[Any]) -> Decision[Any]:
    """The thread is told another count than there was."""
    posts = [
        replace(one, card=Card(one.card.title, one.card.blocks[1:]))
        if isinstance(one, Post) and one.name.startswith("count")
        else one
        for one in decision.effects
    ]
    return replace(decision, effects=tuple(posts))


def keeps_voters(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """What Undo would bring back still knows who voted for what."""
    old, now = running(state), decision.state
    if voting(old) is not None and voting(running(now)) is None and isinstance(now, Running) and now.undo is not None:
        assert old is not None
        return replace(decision, state=replace(now, undo=replace(now.undo, course=old.course)))
    return decision


def files_voters(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """At the close somebody writes down, beside the session, who voted for what."""
    was = voting(running(state))
    if was is not None and was.votes and voting(running(decision.state)) is None:
        row = {"votes": [{"voter": one.voter.key(), "dots": list(one.dots)} for one in was.votes]}
        return replace(decision, effects=(*decision.effects, Keep("ballot", "last", row)))
    return decision


def changes_version(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """A session that runs takes the newest version of its guide."""
    if isinstance(state, Running) and isinstance(decision.state, Running) and decision.state.course.at == 1:
        setting = decision.state.setting
        return replace(decision, state=replace(decision.state, setting=replace(setting, version=setting.version + 1)))
    return decision


def forgets_the_next(_: Any, __: Any, decision: Decision[Any]) -> Decision[Any]:
    """What recurs takes place once."""
    return replace(decision, effects=tuple(one for one in decision.effects if not isinstance(one, Begin)))


def ignores_the_drop(state: Any, event: Any, decision: Decision[Any]) -> Decision[Any]:
    """Whoever drops a session is told so, and it takes place all the same."""
    return replace(decision, state=state, effects=()) if isinstance(event, PlanDropped) else decision


def keeps_leavers(state: Any, event: Any, decision: Decision[Any]) -> Decision[Any]:
    """Whoever leaves the team leaves their dots behind."""
    return replace(decision, state=state, effects=()) if isinstance(event, WentAway) else decision


BROKEN = (  # with a seed that comes to it soon
    (loses_minutes, 1, "planned and 0 moved"),
    (files_other_minutes, 1, "moved minutes are not those of the steps"),
    (skips, 1, "it went from step 0 to step 2"),
    (doubles, 1, "the steps are"),
    (loses_votes, 5, "were given"),
    (counts_twice, 1, "and not as that would"),
    (drops_a_dot, 1, "which counts nowhere"),
    (shows_another_count, 1, "were given"),
    (keeps_voters, 5, "a voter is remembered"),
    (files_voters, 1, "kept remembers a voter"),
    (changes_version, 1, "goes on with version"),
    (forgets_the_next, 1, "and nothing is planned for"),
    (ignores_the_drop, 4, "told that it is dropped"),
    (keeps_leavers, 4, "has left, and their dots in"),
)


@pytest.mark.parametrize(("change", "seed", "complaint"), BROKEN, ids=[one[0].__name__ for one in BROKEN])
def test_a_broken_bot_is_found(change: Any, seed: int, complaint: str) -> None:
    """A whole bot that fails in minutes, steps, votes, voters, versions, plans or leavers does not get through."""
    weeks = {files_other_minutes: 0.3, forgets_the_next: 1.5}.get(change, 3)  # what is filed is looked at at the end
    with pytest.raises(ViolatedError) as found:
        simulate(
            Plan(seed, weeks=weeks, teams=2, faults=False, course="guides", sampled=200),
            activities=broken(guides.ACTIVITY, change),
            content=content(),
        )
    assert complaint in str(found.value)


def test_a_bot_that_lets_outsiders_in_is_found() -> None:
    """Somebody who is not in the channel and has got hold of a button of it: whatever they change is named."""
    open_to_all = replace(guides.ACTIVITY, allow={**guides.ACTIVITY.allow, "here": Level.ANYONE, "next": Level.ANYONE})
    activities = tuple(open_to_all if one is guides.ACTIVITY else one for one in ACTIVITIES)
    with pytest.raises(ViolatedError) as found:
        simulate(
            Plan(1, weeks=3, teams=2, faults=False, course="guides", sampled=200),
            activities=activities,
            content=content(),
        )
    assert "is not in the channel, and" in str(found.value)


def test_a_bot_that_takes_every_press_is_found() -> None:
    """Next counts for the step it was pressed on: where two at once go two steps, the second one is named."""

    def decide(state: Any, event: Any, now: Any) -> Any:
        event = replace(event, serial=-1) if isinstance(event, MovedOn) else event
        return guides.ACTIVITY.decide(state, event, now)

    activities = tuple(replace(one, decide=decide) if one is guides.ACTIVITY else one for one in ACTIVITIES)
    with pytest.raises(ViolatedError) as found:
        simulate(
            Plan(1, weeks=3, teams=2, faults=False, course="guides", sampled=200),
            activities=activities,
            content=content(),
        )
    assert "which was for another step than" in str(found.value)


def loses_answers(_: Any, __: Any, decision: Decision[Any]) -> Decision[Any]:
    """A poll has room for two."""
    now = decision.state
    if isinstance(now, Asking):
        return replace(decision, state=replace(now, voting=replace(now.voting, votes=now.voting.votes[:2])))
    return decision


def keeps_the_first_answer(state: Any, _: Any, decision: Decision[Any]) -> Decision[Any]:
    """Whoever changes their mind has two answers."""
    was, now = state, decision.state
    if isinstance(was, Asking) and isinstance(now, Asking) and len(was.voting.votes) == len(now.voting.votes) > 1:
        more = (was.voting.votes[0], *now.voting.votes[1:])
        return replace(decision, state=replace(now, voting=replace(now.voting, votes=more)))
    return decision


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(loses_answers, "counts nowhere"), (keeps_the_first_answer, "the answers changed by")],
    ids=["loses answers", "keeps the first answer"],
)
def test_a_broken_poll_is_found(change: Any, complaint: str) -> None:
    """A poll that loses an answer, or counts one that was changed, does not get through."""
    with pytest.raises(ViolatedError) as found:
        simulate(
            Plan(1, weeks=0.5, teams=2, faults=False, course="guides", sampled=200),
            activities=broken(ballots.ACTIVITY, change),
            content=content(),
        )
    assert complaint in str(found.value)
