"""The one path every outbound message takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.ports import Messengers, Outbox, Outcome, Outgoing, TryLater, Undeliverable

BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 5, 15, 60, 300, 900, 3600))  # then hourly, until the window ends
SPREAD = 0.25  # of a back-off, on top of it
GOLDEN = 0.6180339887498949  # its multiples spread evenly between whole numbers
MOST_FAULTS = 6  # tries of a message whose messenger raises: about six minutes


async def deliver_one(
    outbox: Outbox, messengers: Messengers, clock: Callable[[], datetime], fault: Fault | None = None
) -> bool:
    """Try the next message that is due. Say whether there was one to try."""
    outgoing = outbox.claim_next(clock())
    if outgoing is None:
        return False
    outbox.settle(outgoing, await send(outgoing, messengers, fault), clock())
    return True


Fault = Callable[[Outgoing, Exception], None]


async def send(outgoing: Outgoing, messengers: Messengers, fault: Fault | None = None) -> Outcome:
    """Hand a claimed message to its platform.

    A messenger that raises is a fault of ours: *fault* is told, and the message is tried again. Where it
    fails each time, one card that cannot be drawn must not keep its whole conversation waiting for ever.
    """
    messenger = messengers.get(outgoing.platform)
    if messenger is None:
        return TryLater("this platform is not connected", timedelta(minutes=15))
    try:
        return await (messenger.put_up(outgoing) if outgoing.sign is not None else messenger.send(outgoing))
    except Exception as error:
        if fault is None:
            raise
        fault(outgoing, error)
        if outgoing.attempts + 1 < MOST_FAULTS:
            return TryLater("the messenger failed")
        return Undeliverable("the messenger failed each time")


def retry_at(attempts: int, after: timedelta | None, now: datetime, number: int = 0) -> datetime:
    """When to try again: the platform's own wish, or else our back-off. *attempts* counts from 0.

    *number* is the message's own: it makes our back-off up to a quarter longer, for each message another bit, so
    that what failed at one moment does not come back at one moment.
    """
    if after is not None:
        return now + max(after, timedelta(milliseconds=100))
    ours = BACK_OFF[min(attempts, len(BACK_OFF) - 1)]
    return now + ours * (1 + SPREAD * (number * GOLDEN % 1.0))
