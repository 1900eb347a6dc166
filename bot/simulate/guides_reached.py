"""What sessions of a simulation came to, counted: each kind of step, each way of going on, each mishap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.activities.guides.model import (
    Choosing,
    Ending,
    Finished,
    Grouped,
    Lobby,
    Paused,
    Planned,
    Replying,
    Rounding,
    Running,
    Writing,
)
from bot.pieces.ballot import Collecting, Settled, Tied, Voting
from bot.simulate.guides_held import Cause, running, voting

KINDS = ("round", "open", "breakout", "silent", "vote", "breath", "break", "recap", "info")
REACHED = (
    *(f"step {kind}" for kind in KINDS),
    *("dots", "dots taken back", "ideas", "ideas merged", "votes", "ties", "run-offs"),
    *("settled by votes", "settled by run-off", "settled by decider", "votes left open at the end"),
    *("a voter left the channel", "a voter left the workspace", "late votes refused"),
    *("groups", "joined a group", "sentences back", "notes shown", "turns done", "passed", "came back", "fell silent"),
    *("30 seconds more", "wrote in a round", "extended from the flexible step", "extended from another step"),
    *("extended from each", "extended from the end", "extension cancelled", "undone next", "undone skip", "undone end"),
    *("taken over", "handed over", "asked whether it goes on", "went on", "closed as nobody was there"),
    *("paused", "resumed", "given up in a pause", "swapped", "skipped", "parked", "noted", "recap written"),
    *("came late", "left", "began again after a while", "paused by a long absence", "resumed after a long absence"),
    *("died in a session", "died in a vote", "sends put off", "sends refused", "pressed at once", "of two only one"),
    *("planned", "opened as planned", "recurred", "dropped", "called off", "questions asked", "me too"),
    *("days begun", "answers over days", "replies over days", "votes over days", "ended over days"),
    *("own guides", "own guides by form", "own guides by file", "own guides run", "versions kept while one runs"),
    *("vote by itself", "breath by itself", "poll by itself", "temperature by itself", "polls counted"),
    *("rehearsals", "two in one channel", "a second one refused", "outsiders refused", "guests", "left the workspace"),
    "presses from before",
)

SOURCES = {"flexible": "the flexible step", "each": "each", "end": "the end"}


def reached(before: Any, state: Any, cause: Cause) -> Iterator[str]:
    """What came about from one state of a session to the next, by the names of REACHED."""
    yield from _phases(before, state, cause)
    run, old = running(state), running(before)
    if run is None:
        if old is not None and voting(old) is not None:
            yield "votes left open at the end"
        return
    if old is None:
        yield f"step {run.course.step.kind}"
        if run.setting.days:
            yield "days begun"
        if run.setting.rehearsal:
            yield "rehearsals"
        if run.setting.quick:
            yield "breath by itself" if run.course.step.kind == "breath" else "vote by itself"
        return
    yield from _steering(old, run, cause)
    yield from _inside(old, run, cause)
    yield from _people(old, run, cause)


def _phases(before: Any, state: Any, cause: Cause) -> Iterator[str]:
    match before, state:
        case None, Planned():
            yield "planned" if cause.verb == "planned" else "recurred"
        case Planned(), Lobby() | Running():
            yield "opened as planned"
        case Planned(), Finished() if cause.verb == "drop":
            yield "dropped"
        case Planned() as was, Planned() as now:
            if len(now.setting.questions) > len(was.setting.questions):
                yield "questions asked"
            elif now.setting.questions != was.setting.questions and cause.verb == "me_too":
                yield "me too"
        case Lobby(), Finished():
            yield "called off"
        case Running(), Paused(away=None):
            yield "paused"
        case Running(), Paused():
            yield "paused by a long absence"
        case Paused(away=away), Running():
            yield "resumed" if away is None else "resumed after a long absence"
        case Paused(), Finished() if cause.verb == "timer:give_up":
            yield "given up in a pause"
        case Ending(), Running():
            yield "undone end"
        case Running(), Finished() if cause.verb == "timer:still":
            yield "closed as nobody was there"
        case Running(setting=setting), Finished() if setting.days:
            yield "ended over days"
        case _:
            pass


def _steering(old: Running, run: Running, cause: Cause) -> Iterator[str]:
    was, now = old.course, run.course
    if now.at == was.at + 1:
        yield f"step {now.step.kind}"
        if now.parts[was.at].skipped:
            yield "skipped"
        if now.agenda.moved == was.agenda.moved and isinstance(was.live, Writing) and was.step.reveal:
            yield "notes shown"
    elif now.at == was.at - 1:
        yield "undone skip" if was.parts[now.at].skipped else "undone next"
    elif run.extension is not None and run.extension != old.extension:
        source = run.extension.source
        yield f"extended from {SOURCES[source] if isinstance(source, str) else 'another step'}"
    elif cause.verb == "extend_back" and was.agenda != now.agenda:
        yield "extension cancelled"
    if cause.verb == "swapped" and was.parts != now.parts:
        yield "swapped"
    if run.asked and not old.asked:
        yield "asked whether it goes on"
    if old.asked and not run.asked and cause.verb == "go_on":
        yield "went on"


def _inside(old: Running, run: Running, cause: Cause) -> Iterator[str]:
    if len(run.gathered.parked) > len(old.gathered.parked):
        yield "parked"
    if cause.verb == "noted" and len(run.gathered.notes) > len(old.gathered.notes):
        yield "noted"
    if cause.verb == "recapped" and run.gathered != old.gathered:
        yield "recap written"
    if run.course.at != old.course.at:
        live = run.course.live
        if isinstance(live, Grouped):
            yield from ["groups" for group in live.groups if len(group) > 1]
        if voting(old) is not None:
            yield "votes"
        return
    match old.course.live, run.course.live:
        case Choosing(ballot=was), Choosing(ballot=now):
            yield from _ballot(was, now, run, cause)
        case Grouped() as were, Grouped() as are:
            yield from ["sentences back" for _ in are.back[len(were.back) :]]
            if are.late > were.late:
                yield "joined a group"
        case Rounding(turns=heard), Rounding(turns=hear) as live:
            yield from ["passed" for _ in hear.passed[len(heard.passed) :]]
            if len(hear.heard) > len(heard.heard):
                yield "wrote in a round" if cause.verb == "written" else "turns done"
            if len(hear.silent) > len(heard.silent):
                yield "fell silent"
            elif len(hear.came_back) > len(heard.came_back):
                yield "came back"
            if cause.verb == "more_time" and live.extended:
                yield "30 seconds more"
        case Writing() as before, Writing(named=True) as after if len(after.notes) > len(before.notes):
            yield "answers over days"
        case Replying() as before, Replying() as after if len(after.replies) > len(before.replies):
            yield "replies over days"
        case _:
            pass


def _ballot(was: Any, now: Any, run: Running, cause: Cause) -> Iterator[str]:
    match was, now:
        case Collecting(), Collecting():
            if len(now.ideas) != len(was.ideas):
                yield "ideas" if len(now.ideas) > len(was.ideas) else "ideas merged"
        case Voting(), Voting() if now.is_run_off and not was.is_run_off:
            yield "run-offs"
        case Voting(), Voting():
            if len(now.ideas) < len(was.ideas):
                yield "ideas merged"
            elif cause.verb == "dot":
                yield "votes over days" if run.setting.days else "dots"
            elif cause.verb == "undot":
                yield "dots taken back"
            elif cause.verb.startswith("told:") and len(now.votes) < len(was.votes):
                yield "a voter left"
        case Voting(), Settled() | Tied():
            yield "votes"
            if isinstance(now, Tied):
                yield "ties"
            else:
                yield f"settled by {now.by}"
        case Tied(), Settled():
            yield f"settled by {now.by}"
        case _:
            pass


def _people(old: Running, run: Running, cause: Cause) -> Iterator[str]:
    came = set(run.present) - set(old.present)
    if came and not run.setting.days:
        yield "came late"
    if set(old.present) - set(run.present):
        yield "left"
    if cause.verb == "take" and run.setting.facilitator != old.setting.facilitator:
        yield "taken over"
    if cause.verb == "hand_over" and run.wanted != old.wanted:
        yield "handed over"
    if cause.verb == "told:resumed" and run.pressed - old.pressed > timedelta(0):
        yield "began again after a while"


def lacking(counts: Counter[str], least: int = 1) -> list[str]:
    """What was reached fewer times than that, with how often it was."""
    return [f"{name}: {counts[name]}" for name in REACHED if counts[name] < least]
