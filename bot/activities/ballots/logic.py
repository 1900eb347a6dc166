"""How a poll is answered and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.ballots import cards
from bot.activities.ballots.model import Answered, Asked, Asking, Closed, Counted, Event, PlaceGone, Poll, WentAway
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import CancelTimer, Effect, Keep, Post, Revise, SetTimer
from bot.kernel.words import when, who
from bot.pieces import ballot


def decide(state: Poll | None, event: Event, now: datetime) -> Decision[Poll] | Refused:
    match state, event:
        case None, Asked(asking=asking):
            post = Post("card", asking.place, cards.asking_card(asking), "asked")
            return Decision(asking, (post, SetTimer("close", asking.until)))
        case Asking(), Answered(by=by, option=option):
            voting = ballot.cast(state.voting, by, {option: 1})
            if isinstance(voting, Refused):
                return voting
            changed = replace(state, voting=voting)
            text = next(idea.text for idea in voting.ideas if idea.id == option)
            reply = say(f'Counted: "{text}". You can change it until it is closed.')
            return Decision(changed, (Revise("card", cards.asking_card(changed)),), reply)
        case Asking(), Closed(by=by):
            if by is not None and not state.may_close(by):
                return Refused(f"{who(state.host)} asked this and can close it. Nothing changed.")
            return _counted(state, now)
        case Asking(), WentAway(member=member):
            left = replace(state, voting=ballot.forget(state.voting, member))
            shown = (Revise("card", cards.asking_card(left)),) if left != state else ()
            return Decision(left, shown)
        case Asking(), PlaceGone():
            return Decision(Counted(state.id, now), (CancelTimer("close"),))
        case Counted(), Closed():
            return Decision(state)
        case Counted(), _:
            return Refused(f"{ballot.CLOSED} It ended at {when(state.ended)}.")
        case _:
            return Refused("This question is closed. Nothing changed.")


def _counted(state: Asking, now: datetime) -> Decision[Poll]:
    """Totals only from here on; the answers go with the state that held them."""
    lines = cards.counts(state.voting)
    row = {"kind": state.kind, "question": state.question, "counts": lines, "answers": len(state.voting.votes)}
    effects: list[Effect] = [CancelTimer("close"), Revise("card", cards.counted_card(state))]
    if state.kind == "poll" and state.voting.votes:
        filed = {"kind": "note", "title": f"Poll: {state.question}"[:80], "text": " ".join(lines), "tags": []}
        words = f"poll {state.question} {' '.join(lines)}"
        return Decision(
            Counted(state.id, now),
            (*effects, Keep("poll", state.id, row), Keep("filed", state.id, filed, words=words)),
        )
    return Decision(Counted(state.id, now), tuple(effects))
