"""While a session is paused, and when it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import ask, notes
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.asides import note_down, recapped
from bot.activities.guides.logic.duties import came_in, take_role, went_away
from bot.activities.guides.logic.inside import fresh_turn, leave_step, redrawn
from bot.activities.guides.logic.times import timers
from bot.activities.guides.model import (
    Came,
    Event,
    HoldersCame,
    Noted,
    Opening,
    Paused,
    Recapped,
    Resumed,
    Rounding,
    Running,
    Session,
    Steered,
    Talk,
    TimeCame,
    WentAway,
)
from bot.kernel.content import SHORTEST_BREAK
from bot.kernel.decision import Decision, Refused, Show, Whisper
from bot.kernel.effects import CancelTimer, Effect, Revise, SetTimer


def paused(state: Paused, event: Event, now: datetime) -> Decision[Session] | Refused:
    run = state.run
    match event:
        case Steered(by=by, how="resume"):
            if not run.setting.may_steer(by) and state.away is None:
                return Refused(ask.who_steers(run.setting))
            return _resumed(state, now)
        case Steered(by=by, how="end"):
            if not run.setting.may_steer(by) and state.away is None:
                return Refused(ask.who_steers(run.setting))
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, state.since, *shown)
        case TimeCame(timer="give_up"):
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, state.since, *shown)
        case Noted(by=by, text=text, park=park):
            noted = note_down(run, by, text, park=park, now=now)
            assert isinstance(noted.state, Running)
            return Decision(replace(state, run=noted.state), (), noted.reply)
        case Recapped():
            written = recapped(run, event, now)
            assert isinstance(written.state, Running)
            return Decision(replace(state, run=written.state), (), written.reply)
        case Opening(by=by, what="more"):
            return Decision(state, reply=Whisper(ask.more_card(state, by)))
        case Opening(by=by, what="notes"):
            return Decision(state, reply=Whisper(notes.notes_so_far(run, by), lasting=True))
        case Opening(what="note" | "park" as what):
            return Decision(state, reply=Show(ask.note_form(run.setting, park=what == "park")))
        case Came(member=member):
            present = run.present if member in run.present else (*run.present, member)
            return Decision(replace(state, run=replace(run, present=present)))
        case WentAway(member=member):
            went = went_away(run, member, now)
            if not isinstance(went.state, Running):
                return went
            kept = tuple(e for e in went.effects if not isinstance(e, Revise | SetTimer))
            return Decision(replace(state, run=went.state), kept)
        case HoldersCame(holders=holders):
            return Decision(replace(state, run=came_in(run, holders, now)))
        case Steered(by=by, how="take"):
            taken = take_role(run, by, now)
            if isinstance(taken, Refused) or not isinstance(taken.state, Running):
                return taken
            effects = tuple(e for e in taken.effects if not (isinstance(e, Revise) and e.name == "card"))
            return Decision(replace(state, run=taken.state), effects, taken.reply)
        case TimeCame() | Resumed():
            return Decision(state)
        case _:
            return Refused("The session is paused. Resume goes on where it was; nothing is lost.")


def _resumed(state: Paused, now: datetime) -> Decision[Session]:
    """Time stood still meanwhile: the step has what it had left, and the end moves."""
    gap = now - state.since
    course = state.run.course
    live = course.live
    if isinstance(live, Talk) and live.think is not None:
        live = replace(live, think=live.think + gap)
    course = replace(course, begun=course.begun + gap, ends=course.ends + gap, live=live)
    sitting = now if gap >= timedelta(minutes=SHORTEST_BREAK) else state.run.sitting
    run = replace(state.run, course=course, pressed=now, undo=None, sitting=sitting)
    effects: list[Effect] = []
    if isinstance(live, Rounding) and live.speaker is not None:
        run = fresh_turn(run, now)
        fresh = run.course.live
        assert isinstance(fresh, Rounding)
        effects = [SetTimer("turn", fresh.turn_ends), CancelTimer("silence")]
    return redrawn(run, now, CancelTimer("give_up"), *timers(run, now), *effects)
