"""A programme: each level is asked at its time, and the card says what it has shown and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    Event,
    LevelCame,
    LevelShown,
    PlaceGone,
    ProgrammeOver,
    ProgrammeSet,
    ResultsAsked,
    ResultsEntered,
    StopAsked,
    SummaryAsked,
    WentAway,
)
from bot.activities.pulse.logic import wave
from bot.activities.pulse.model import State
from bot.activities.pulse.model.facts import PROGRAMME
from bot.activities.pulse.model.programmes import MOST_MEASURES, Level, Measured, Programme, linked_wave, moments
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, Revise, SetTimer, Tell
from bot.kernel.words import when, who

TIMERS = ("before", "reaction", "after", "applied", "over")


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    match state:
        case None if isinstance(event, ProgrammeSet):
            return _begun(event.programme, now)
        case Programme():
            return _running(state, event, now)
        case _:
            return Refused("Measuring has ended. Nothing changed.")


def _begun(new: Programme, now: datetime) -> Decision[State]:
    due = moments(new, now)
    effects: tuple[Effect, ...] = (
        Keep(PROGRAMME, new.id, {"title": new.title}, timeless=True),
        Post("card", new.place, cards.programme_card(new, due), "card"),
        *(SetTimer(name, due[name]) for name in TIMERS),
    )
    return Decision(new, effects, Whisper(cards.programme_started_card(new, due), lasting=True))


def _running(state: Programme, event: Event, now: datetime) -> Decision[State] | Refused:
    match event:
        case LevelCame():
            return _level(state, event, now)
        case LevelShown(level=level, line=line):
            return _said(state, level, line, now)
        case ResultsAsked(survey=survey):
            if len(state.measures) >= MOST_MEASURES:
                return Refused(f"{MOST_MEASURES} measures are entered; that is what one card can show.")
            return Decision(state, reply=Show(cards.results_form(state, survey)))
        case ResultsEntered(by=by, line=line):
            entered = f"{line}, entered by {who(by)} on {when(now, 'date')}"
            after = replace(state, measures=(*state.measures, entered)[:MOST_MEASURES])
            return Decision(after, _redrawn(after, now), say(f"Everyone in {state.label} can read it on the card."))
        case SummaryAsked(leads=leads):
            return Decision(state, reply=Whisper(cards.programme_private_card(state, moments(state, now), leads=leads)))
        case StopAsked() | PlaceGone() | ProgrammeOver():
            gone: tuple[Effect, ...] = (*(CancelTimer(name) for name in TIMERS), Forget(PROGRAMME, state.id))
            return Decision(Measured(state.id), gone, Whisper(cards.programme_ended_card(state)))
        case WentAway(member=member) if state.by == member:
            return Decision(replace(state, by=None))
        case _:
            return Decision(state)


def _level(state: Programme, event: LevelCame, now: datetime) -> Decision[State]:
    """A level's time has come: its wave begins, or the card says why it cannot."""
    effects: list[Effect] = []
    after = state
    if event.second:
        effects.append(Tell("pulse", "second", {}, linked_wave(state.id)))
    for level, start, because in event.starts:
        if start is None:
            after = replace(after, said=_with(after, level, because))
            continue
        begun, inner, _ = wave.start(start, now, asked_for=False)
        effects.append(Begin(start.setting.id, begun, inner))
        said = "the questions before are open" if level == "learning" else "the questions are open"
        after = replace(after, said=_with(after, level, said))
    return Decision(after, (*effects, *_redrawn(after, now)))


def _said(state: Programme, level: Level, line: str, now: datetime) -> Decision[State]:
    after = replace(state, said=_with(state, level, line))
    return Decision(after, _redrawn(after, now))


def _with(state: Programme, level: Level, line: str) -> tuple[tuple[Level, str], ...]:
    return (*(entry for entry in state.said if entry[0] != level), (level, line))


def _redrawn(state: Programme, now: datetime) -> tuple[Effect, ...]:
    return (Revise("card", cards.programme_card(state, moments(state, now))),)
