"""The schedule: waves that come back, and wait until something followed from the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    CalledOff,
    DateCame,
    Event,
    MoveAsked,
    MovedTo,
    PlaceGone,
    Repeated,
    SkipAsked,
    StopAsked,
    WentAway,
)
from bot.activities.pulse.logic import wave
from bot.activities.pulse.model import Repeating, State, Stopped
from bot.activities.pulse.model.facts import SCHEDULED
from bot.kernel.calendar import at_wall
from bot.kernel.decision import Decision, Refused, Show, Whisper
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, SetTimer, Tell
from bot.kernel.ids import NO_SESSION


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    match state, event:
        case None, Repeated(repeating=new):
            return Decision(new, _planned(new), Whisper(cards.repeating_card(new, moment(new)), lasting=True))
        case Repeating(), DateCame():
            return _date(state, event, now)
        case Repeating(), SkipAsked():
            after = _after(state)
            return Decision(after, _planned(after), Whisper(cards.next_card(after, moment(after))))
        case Repeating(), MoveAsked():
            return Decision(state, reply=Show(cards.move_form(state, moment(state))))
        case Repeating(), MovedTo(at=at):
            if at >= moment(_after(state)):
                return Refused("The one after that comes earlier. Skip this one, or choose an earlier day.")
            after = replace(state, moved=at)
            return Decision(after, _planned(after), Whisper(cards.next_card(after, at)))
        case Repeating(), (StopAsked() | PlaceGone() | CalledOff()):
            return Decision(Stopped(state.id), _ended(state), Whisper(cards.stopped_card(state)))
        case Repeating(by=by), WentAway(member=member) if by == member:
            return Decision(replace(state, by=None), _planned(replace(state, by=None)))
        case Stopped(), (StopAsked() | SkipAsked() | MoveAsked() | MovedTo()):
            return Refused("The schedule has ended already.")
        case _:
            return Decision(state)


def _date(state: Repeating, event: DateCame, now: datetime) -> Decision[State]:
    """A date came: a wave begins, or it is held back and whoever looks after the team is told, once."""
    if event.freed and not state.held:
        return Decision(state)
    if event.second:
        return Decision(Stopped(state.id), (*_ended(state), Tell("pulse", "second", {}, state.wave)))
    after = _moved_on(state, now)
    if event.start is None:
        effects = _planned(after) if after != state else ()
        if (event.owed or event.because) and not state.held and state.by is not None:
            card = cards.held_card(state, event.owed, event.because)
            effects += (Post("held", state.by, card, "commitment", why=f"You look after {state.label}."),)
        return Decision(replace(after, held=bool(event.owed)), effects)
    setting = replace(event.start.setting, again=None if state.linked else after.next)
    begun, inner, _ = wave.start(replace(event.start, setting=setting), now, asked_for=False)
    after = replace(after, held=False, wave=setting.id if state.linked else NO_SESSION)
    return Decision(after, (Begin(setting.id, begun, inner), *_planned(after)))


def _moved_on(state: Repeating, now: datetime) -> Repeating:
    """The schedule with its next date after *now*; a held wave that begins later does not move the rhythm."""
    while moment(state) <= now:
        state = _after(state)
    return state


def _after(state: Repeating) -> Repeating:
    return replace(state, next=state.next + timedelta(weeks=state.weeks), moved=None)


def moment(state: Repeating) -> datetime:
    """When the next wave begins."""
    return state.moved or at_wall(state.next, state.at, state.zone)


def _planned(state: Repeating) -> tuple[Effect, ...]:
    """What follows from where the schedule stands: its timer, what others find of it, and the team's rhythm."""
    begins = moment(state)
    fact = {
        "survey": state.survey,
        "title": state.title,
        "weeks": state.weeks,
        "line": cards.schedule_line(state, begins),
        "topic": state.topic,
        "named": state.named,
        "wave": state.wave,
        "own": state.own,
        "by": state.by.key() if state.by else "",
    }
    dates = [at.isoformat() for at in (begins, moment(_after(state)))]
    rhythm = {"what": "Survey", "line": f"{state.title}, {cards.every(state.weeks)}", "dates": dates}
    return (
        Keep(SCHEDULED, state.id, fact, timeless=True),
        Keep("rhythm", state.id, rhythm),
        SetTimer("next", begins),
    )


def _ended(state: Repeating) -> tuple[Effect, ...]:
    return (CancelTimer("next"), Forget(SCHEDULED, state.id), Forget("rhythm", state.id))
