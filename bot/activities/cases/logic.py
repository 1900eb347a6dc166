"""How cases are written down and taken off, and how turns to bring one go round fairly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.cases import cards
from bot.activities.cases.model import (
    MOST,
    Case,
    Cases,
    Event,
    Home,
    Listed,
    PlaceGone,
    TakenOff,
    TurnHad,
    Volunteered,
    WentAway,
    Written,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import Effect, Forget, Keep
from bot.kernel.ids import Member
from bot.kernel.words import who

NONE = Refused("No case is written down yet. Nothing changed.")


def decide(state: Cases | None, event: Event, now: datetime) -> Decision[Cases] | Refused:  # noqa: ARG001
    if isinstance(event, PlaceGone):
        return Decision(state) if state is not None else NONE
    if isinstance(event, WentAway):
        return Decision(_without(state, event.member)) if state is not None else NONE
    known = state or Cases(event.home.id)
    match event:
        case Listed(by=by, home=home):
            return _shown(known, by, home)
        case Written():
            return _written(known, event)
        case TakenOff():
            return _off(known, event)
        case Volunteered(by=by, yes=True):
            if by in known.queue:
                return Refused("You are on the list already. Nothing changed.")
            kept = Keep("case_turn", by.key(), {"would_bring_a_case": True}, member=by)
            return _shown(replace(known, queue=(*known.queue, by)), by, event.home, kept)
        case Volunteered(by=by):
            left = replace(known, queue=tuple(one for one in known.queue if one != by))
            return _shown(left, by, event.home, Forget("case_turn", by.key()))
        case TurnHad(by=by, home=home):
            if by not in known.queue:
                return Refused("You are not on the list. Nothing changed.")
            queue = tuple(one for one in known.queue if one != by)
            had = (*(one for one in known.had if one != by), by)
            after = replace(known, queue=queue, had=had)
            told = "Thank you. When you have another case, say so again; whoever had no turn yet comes first."
            return Decision(after, (Forget("case_turn", by.key()),), say(told))


def _shown(state: Cases, by: Member, home: Home, *effects: Effect) -> Decision[Cases]:
    card = cards.list_card(state, by, leads=by in home.owners)
    return Decision(state, effects, Whisper(card, lasting=True))


def _written(state: Cases, event: Written) -> Decision[Cases] | Refused:
    """Kept with whoever wrote it: part of their data, and gone with it."""
    if len(state.cases) >= MOST:
        return Refused(f"{MOST} cases are written down; take one off first: cases. Nothing was kept.")
    case = Case(f"c{state.made}", event.by, event.situation, event.question)
    row = {"situation": case.situation, "question": case.question}
    longer = replace(state, cases=(*state.cases, case), made=state.made + 1)
    return _shown(longer, event.by, event.home, Keep("case", f"{state.id}.{case.id}", row, member=event.by))


def _off(state: Cases, event: TakenOff) -> Decision[Cases] | Refused:
    case = next((one for one in state.cases if one.id == event.case), None)
    if case is None:
        return Refused("That case is not there any more. Nothing changed.")
    if event.by != case.by and event.by not in event.home.owners:
        return Refused(f"{who(case.by)} wrote it and can take it off. Nothing changed.")
    left = replace(state, cases=tuple(one for one in state.cases if one != case))
    return _shown(left, event.by, event.home, Forget("case", f"{state.id}.{case.id}"))


def _without(state: Cases, member: Member) -> Cases:
    return replace(
        state,
        cases=tuple(one for one in state.cases if one.by != member),
        queue=tuple(one for one in state.queue if one != member),
        had=tuple(one for one in state.had if one != member),
    )
