"""Which part of a round an event belongs to: before it, a turn, a pause, or after its end."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.activities.rounds import cards
from bot.activities.rounds.logic.before import gathering, opened, planned
from bot.activities.rounds.logic.over import closed
from bot.activities.rounds.logic.pausing import paused
from bot.activities.rounds.logic.running import running
from bot.activities.rounds.model import (
    Closed,
    Event,
    Finished,
    Gathering,
    Paused,
    Planned,
    Round,
    Running,
)
from bot.kernel.decision import Decision, Refused


def decide(state: Round | None, event: Event, now: datetime) -> Decision[Round] | Refused:
    match state:
        case None:
            return opened(event, now)
        case Planned():
            return planned(state, event, now)
        case Gathering():
            return gathering(state, event, now)
        case Running():
            return running(state, event, now)
        case Paused():
            return paused(state, event, now)
        case Closed():
            return closed(state, event, now)
        case Finished():
            return Refused(cards.ended_at(state.ended))
        case _:
            assert_never(state)
