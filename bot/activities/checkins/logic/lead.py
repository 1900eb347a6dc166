"""Where misses are told, somebody who looks after the team goes first, and the others read it before (P09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.checkins.cards import plans as cards
from bot.activities.checkins.logic.part import part_id
from bot.activities.checkins.model import Answer, Asking, Expected, Scheduled
from bot.kernel.effects import Effect, Post, Revise
from bot.kernel.ids import Member

LED = ("misses_and_experiments",)  # categories in which somebody goes first
BEFORE = timedelta(days=1)  # they are asked that long before the others


def invited(
    state: Scheduled, owners: Sequence[Member], at: datetime | None, now: datetime
) -> tuple[Scheduled, tuple[Effect, ...]]:
    """Ask one of *owners*, in turn, to answer the next question ahead; take back what was asked for another one.

    *at*: when the next question opens for the first of them; None: there is none.
    """
    led = state.next is not None and state.next.category in LED and bool(owners) and at is not None and at > now
    day = state.next.day if led and state.next is not None else None
    if day == state.lead:
        return state, ()
    effects: list[Effect] = []
    if state.lead is not None:
        effects.append(Revise(f"lead.{state.lead}", cards.lead_over_card(), drop_unsent=True))
    if day is not None and at is not None and state.next is not None:
        who = owners[day.toordinal() % len(owners)]
        why = f"You look after {state.plan.team_label}."
        card = cards.lead_card(state.plan, state.next)
        effects.append(Post(f"lead.{day}", who, card, "role", why=why, at=max(now, at - BEFORE), until=at))
    return replace(state, lead=day), tuple(effects)


def of(asking: Asking, people: Sequence[Expected]) -> Answer | None:
    """What somebody who looks after the team answered ahead, where they go first."""
    if asking.category not in LED:
        return None
    first = next((one for one in people if one.leads and one.ahead), None)
    return Answer(first.member, part_id(asking, first), first.ahead) if first is not None else None


def still(lead: Answer | None, answers: Sequence[Answer]) -> Answer | None:
    """The same answer as it is now: changed perhaps, or gone."""
    return next((one for one in answers if one.member == lead.member), None) if lead is not None else None
