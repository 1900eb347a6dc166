"""A message becomes part of the archive by the word of whoever wrote it, and of nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.records.cards import saving as cards
from bot.activities.records.events import Event, SaveAnswered, SaveWanted, TimeCame, WentAway
from bot.activities.records.model import Filed, Record, Wanted
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import CancelTimer, Effect, Keep, Post, Revise, SetTimer
from bot.kernel.words import who
from bot.pieces.filing import cut, filed, keeps

PATIENCE = timedelta(days=14)
ASKED = "consent"  # the message that asks, and the timer that ends the waiting


def first(event: SaveWanted, now: datetime) -> Decision[Record]:
    if event.by == event.author:
        return Decision(Filed(event.id, now), (_kept(event),), say(f"{keeps(event.home.team_label)} With your name."))
    state = Wanted(event.id, event.home, event.text, event.author, event.by)
    why = f"Save to the archive was pressed on a message of yours in {event.home.team_label}."
    until = now + PATIENCE
    post = Post(ASKED, event.author, cards.consent_card(state), "social", why=why, until=until)
    told = (
        f"I ask {who(event.author)} alone. If they agree, everyone in {event.home.team_label} finds it in the archive.",
        "If they say nothing, it is not kept, and nobody hears of it.",
    )
    return Decision(state, (post, SetTimer(ASKED, until)), say(*told))


def again(state: Filed, event: SaveWanted) -> Decision[Record] | Refused:
    """It was decided on before: whoever wrote it may still put it in."""
    if event.by != event.author:
        return Refused("This message is in the archive, or its author was asked before. Nothing changed.")
    return Decision(state, (_kept(event),), say(f"{keeps(event.home.team_label)} With your name."))


def decide(state: Wanted, event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case SaveWanted(by=by) if by == state.author:
            return _over(state, now, kept=True, reply=f"{keeps(state.home.team_label)} With your name.")
        case SaveWanted():
            return Refused(f"{who(state.author)} is asked about this one already. Nothing changed.")
        case SaveAnswered(by=by) if by != state.author:
            return Refused(f"{who(state.author)} wrote this and decides. Nothing changed.")
        case SaveAnswered(yes=yes):
            return _over(state, now, kept=yes)
        case TimeCame():
            return _over(state, now, kept=False)
        case WentAway(member=member) if member == state.author:
            return _over(state, now, kept=False)
        case WentAway(member=member) if member == state.asker:
            left = replace(state, asker=None)
            return Decision(left, (Revise(ASKED, cards.consent_card(left)),))
        case WentAway():
            return Decision(state)
        case _:
            return Refused("Whoever wrote this is asked. Nothing changed.")


def _over(state: Wanted, now: datetime, *, kept: bool, reply: str = "") -> Decision[Record]:
    effects: list[Effect] = [
        CancelTimer(ASKED),
        Revise(ASKED, cards.answered_card(state, kept=kept), drop_unsent=True),
        *([_kept(state)] if kept else []),
    ]
    over = Filed(state.id, now)
    return Decision(over, tuple(effects), say(reply)) if reply else Decision(over, tuple(effects))


def _kept(of: SaveWanted | Wanted) -> Keep:
    return filed(of.id, "note", cut(of.text, 60), of.text, by=of.author, named=True)
