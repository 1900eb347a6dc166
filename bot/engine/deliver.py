"""The one path every outbound message takes."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.engine.ports import Messengers, Outbox, TryLater

BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 5, 15, 60, 300, 900, 3600))  # then hourly, until the window ends


async def deliver_one(outbox: Outbox, messengers: Messengers, now: datetime) -> bool:
    """Try the next message that is due. Say whether there was one to try."""
    outgoing = outbox.claim_next(now)
    if outgoing is None:
        return False
    messenger = messengers.get(outgoing.platform)
    if messenger is None:
        outcome = TryLater("this platform is not connected", timedelta(minutes=15))
        outbox.settle(outgoing, outcome, now)
        return True
    outbox.settle(outgoing, await messenger.send(outgoing), now)
    return True


def retry_at(attempts: int, after: timedelta | None, now: datetime) -> datetime:
    """When to try again: the platform's own wish, or our back-off, whichever is later. *attempts* counts from 0."""
    ours = BACK_OFF[min(attempts, len(BACK_OFF) - 1)]
    return now + (max(after, timedelta(milliseconds=100)) if after is not None else ours)
