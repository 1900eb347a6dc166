"""The schedule: waves that come back, and wait until something followed from the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import CalledOff, DateCame, Event, PlaceGone, Repeated, StopAsked, WentAway
from bot.activities.pulse.logic import wave
from bot.activities.pulse.model import Repeating, State, Stopped
from bot.activities.pulse.model.facts import SCHEDULED
from bot.kernel.calendar import at_wall
from bot.kernel.decision import Decision, Refused, Whisper
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, SetTimer


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    match state, event:
        case None, Repeated(repeating=new):
            fact = {"survey": new.survey, "title": new.title, "weeks": new.weeks}
            effects = (Keep(SCHEDULED, new.id, fact, timeless=True), SetTimer("next", _moment(new)))
            return Decision(new, effects, Whisper(cards.repeating_card(new), lasting=True))
        case Repeating(), DateCame():
            return _date(state, event, now)
        case Repeating(), (StopAsked() | PlaceGone() | CalledOff()):
            gone = (CancelTimer("next"), Forget(SCHEDULED, state.id))
            return Decision(Stopped(state.id), gone, Whisper(cards.stopped_card(state)))
        case Repeating(by=by), WentAway(member=member) if by == member:
            return Decision(replace(state, by=None))
        case Stopped(), StopAsked():
            return Refused("The schedule has ended already.")
        case _:
            return Decision(state)


def _date(state: Repeating, event: DateCame, now: datetime) -> Decision[State]:
    """A date came: a wave begins, or it is held back and whoever looks after the team is told, once."""
    if event.freed and not state.held:
        return Decision(state)
    after = _moved_on(state, now)
    if event.start is None:
        effects: tuple[Effect, ...] = (SetTimer("next", _moment(after)),) if after != state else ()
        if event.owed and not state.held and state.by is not None:
            card = cards.held_card(state, event.owed)
            effects += (Post("held", state.by, card, "commitment", why=f"You look after {state.label}."),)
        return Decision(replace(after, held=bool(event.owed)), effects)
    begun, inner, _ = wave.start(event.start, now, asked_for=False)
    begin = Begin(event.start.setting.id, begun, inner)
    return Decision(replace(after, held=False), (begin, SetTimer("next", _moment(after))))


def _moved_on(state: Repeating, now: datetime) -> Repeating:
    """The schedule with its next date after *now*; a held wave that begins later does not move the rhythm."""
    day = state.next
    while at_wall(day, state.at, state.zone) <= now:
        day += timedelta(weeks=state.weeks)
    return replace(state, next=day)


def _moment(state: Repeating) -> datetime:
    return at_wall(state.next, state.at, state.zone)
