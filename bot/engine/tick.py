"""The heartbeat: turn due timers into inbound events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.handle import Engine
from bot.engine.ports import Timers
from bot.kernel.inbound import TimerFired, Told

RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))  # then it is parked
OUTAGE = timedelta(seconds=30)  # real seconds without a heartbeat of any process

Report = Callable[[TimerFired | Told, Exception, bool], None]


def fire_one(engine: Engine, timers: Timers, now: datetime, report: Report | None = None) -> bool:
    """Fire the next due timer. Say whether there was one.

    Before any of them fires, what they begin is written, a set at a time: so that a morning at which thousands are
    due is there at once, whatever comes, and nobody's press waits for more than a set.

    A timer whose handling raises is tried again after 1, 5 and 25 minutes, then parked; *report* is told
    (with whether it is parked now), and the timers after it go on.
    """
    if timers.begin_due(now):
        return True
    fired = timers.due(now)
    if fired is None:
        return False
    try:
        engine.handle(fired)
    except Exception as error:
        until = now + RETRIES[fired.attempts] if fired.attempts < len(RETRIES) else None
        timers.postpone(fired, until)
        if report is None:
            raise
        report(fired, error, until is None)
    return True
