"""How fast Teams may be written to, so that it need not tell us."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

# (messages, in seconds), as Teams publishes them
CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
TENANT = ((50, 1.0),)
SWEEP = 5000  # conversations remembered before idle ones are dropped

Limits = tuple[tuple[int, float], ...]


class Pace:
    """Counts what was sent to whom. *clock* counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._past: dict[tuple[str, str], deque[float]] = {}

    def wait(self, tenant: str, conversation: str, *, new: bool = True) -> float:
        """Seconds until one more message may go there; 0 means now, and counts it. Edits count for the tenant only."""
        now = self._clock()
        checked: list[tuple[deque[float], Limits]] = [(self._of(tenant, ""), TENANT)]
        if new:
            checked.append((self._of(tenant, conversation), CONVERSATION))
        wait = max(_wait(past, limits, now) for past, limits in checked)
        if wait <= 0:
            for past, limits in checked:
                past.append(now)
                while past[0] <= now - limits[-1][1]:
                    past.popleft()
        return max(0.0, wait)

    def _of(self, tenant: str, conversation: str) -> deque[float]:
        if len(self._past) > SWEEP:
            idle = self._clock() - CONVERSATION[-1][1]
            self._past = {place: past for place, past in self._past.items() if past and past[-1] > idle}
        return self._past.setdefault((tenant, conversation), deque())


def _wait(past: deque[float], limits: Limits, now: float) -> float:
    """Until the oldest of the last *most* messages is out of its span."""
    return max((past[-most] + span - now for most, span in limits if len(past) >= most), default=0.0)
