"""How a decision is kept, and looked at again on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.activities.records.cards import record as cards
from bot.activities.records.events import Event, StillRight, TimeCame, WentAway, Withdrawn
from bot.activities.records.logic.actions import FROM_BEFORE
from bot.activities.records.model import Decided, Filed, Record
from bot.kernel.decision import Decision, Refused
from bot.kernel.effects import Effect, Keep, Post, Revise, SetTimer
from bot.kernel.words import who
from bot.pieces.filing import filed


def keep(decided: Decided, now: datetime, *first: Effect) -> Decision[Record]:
    settled = decided.settled
    archived = filed(decided.id, "decision", cards.short(settled.what, 60), cards.decision_line(settled))
    effects = (*first, archived, Keep("decision", decided.id, _decision_fact(decided)))
    if not settled.review:
        return Decision(Filed(decided.id, now), effects)
    at = cards.morning(settled.review, decided.home.zone) + timedelta(hours=4)
    return Decision(decided, (*effects, SetTimer("review", max(at, now))))


def _decision_fact(decided: Decided) -> dict[str, Any]:
    one = decided.settled
    return {"what": one.what, "why": one.why, "against": one.against, "how": one.how, "review": one.review}


def decide(state: Decided, event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case TimeCame(timer="review") if not state.asked:
            asked = replace(state, asked=True)
            post = Post("review", state.home.place, cards.review_card(state), "card", until=now + timedelta(days=7))
            return Decision(asked, (post,))
        case StillRight(by=by):
            line = f"{cards.decision_line(replace(state.settled, review=''))} Still right, says {who(by)}."
            return Decision(Filed(state.id, now), (Revise("review", cards.reviewed_card(state, line)),))
        case Withdrawn(by=by):
            line = f"No longer, says {who(by)}. What follows can be kept with: decision."
            text = f"{cards.decision_line(replace(state.settled, review=''))} Withdrawn."
            archived = filed(state.id, "decision", cards.short(state.settled.what, 60), text)
            effects = (Revise("review", cards.reviewed_card(state, line)), archived)
            return Decision(Filed(state.id, now), effects)
        case TimeCame() | WentAway():
            return Decision(state)
        case _:
            return FROM_BEFORE
