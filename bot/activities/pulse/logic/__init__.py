"""What follows from each event, by what it happens to: a wave, one person's part, the schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.activities.pulse.events import Event, ProgrammeSet, Repeated
from bot.activities.pulse.logic import part, programme, schedule, wave
from bot.activities.pulse.model import Answered, Asked, Declined, Invited, Over, Repeating, State, Stopped, Unreached
from bot.activities.pulse.model.programmes import Measured, Programme
from bot.kernel.decision import Decision, Refused


def decide(state: State | None, event: Event, now: datetime) -> Decision[Any] | Refused:
    """The decision on *event*; it tells by the state whether it concerns a wave, a part or the schedule."""
    match state:
        case Programme() | Measured():
            return programme.decide(state, event, now)
        case None if isinstance(event, ProgrammeSet):
            return programme.decide(state, event, now)
        case Invited() | Asked() | Answered() | Declined() | Unreached() | Over():
            return part.decide(state, event)
        case Repeating() | Stopped():
            return schedule.decide(state, event, now)
        case None if isinstance(event, Repeated):
            return schedule.decide(state, event, now)
        case _:
            return wave.decide(state, event, now)
