"""The pre-post: in the channel for all, and alone for those who were on leave when it went out."""

from __future__ import annotations

from bot.activities.guides.cards import plan as cards
from bot.activities.guides.model import Planned
from bot.kernel.cards import Card
from bot.kernel.effects import Effect, Post, Revise
from bot.kernel.ids import Member


def _back(number: int) -> str:
    return f"back{number}"


def for_who_is_away(state: Planned) -> tuple[Effect, ...]:
    """Whoever is on leave reads it once back, in their own hours; too late for the session, not at all (P24)."""
    why = f"You were away when {state.setting.team_label} read about it."
    return tuple(
        Post(_back(number), member, cards.back_post(state), "invitation", why=why, until=state.at)
        for number, member in enumerate(state.away)
        if member is not None
    )


def everywhere(state: Planned, card: Card) -> tuple[Effect, ...]:
    """What becomes of the pre-post everywhere: nobody who comes back is asked about what is over."""
    back = (Revise(_back(n), card, drop_unsent=True) for n, one in enumerate(state.away) if one is not None)
    return (Revise("pre", card), *back)


def as_known(state: Planned) -> tuple[Effect, ...]:
    """What waits for somebody on leave says what is known by now."""
    card = cards.back_post(state)
    return tuple(Revise(_back(number), card) for number, one in enumerate(state.away) if one is not None)


def gone(state: Planned, member: Member) -> tuple[Effect, ...]:
    """Somebody left while it waited for them: it is not sent any more."""
    card = cards.dropped_card(state.setting)
    return tuple(Revise(_back(n), card, drop_unsent=True) for n, one in enumerate(state.away) if one == member)
