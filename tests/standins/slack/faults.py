"""Bad days, on order or drawn from a seed."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass, field

NOT_FAULTED = frozenset({"apps.connections.open", "oauth.v2.access"})


@dataclass
class Fault:
    """What goes wrong with one call. *done*: Slack did the work before it went wrong (the doubtful send)."""

    done: bool = False


@dataclass
class Status(Fault):
    """An HTTP status without a useful body."""

    status: int = 500


@dataclass
class Cut(Fault):
    """The connection breaks before an answer."""


@dataclass
class Says(Fault):
    """Slack answers `ok: false` with this error."""

    error: str = "internal_error"


@dataclass
class Limited(Fault):
    """429 with this Retry-After, and the method stays shut for so long."""

    seconds: int = 30


@dataclass
class Held(Fault):
    """The answer is held back until `release`; `reached` is set when the call has come in."""

    done: bool = True
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.let_go.set()


@dataclass
class Faults:
    """Which calls go wrong: those ordered with `next`, then those the seed draws."""

    seed: str = ""
    rate: float = 0.0  # share of calls, 0 to 1
    drawn: list[str] = field(default_factory=list)
    _ordered: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _calls: int = 0

    def next(self, method: str, *faults: Fault) -> None:
        """Let the next calls of *method* go wrong, in this order."""
        self._ordered[method].extend(faults)

    def take(self, method: str) -> Fault | None:
        if self._ordered[method]:
            return self._ordered[method].popleft()
        if not self.rate or method in NOT_FAULTED:
            return None
        self._calls += 1
        dice = hashlib.sha256(f"{self.seed}:{self._calls}:{method}".encode()).digest()
        if int.from_bytes(dice[:4], "big") / 2**32 >= self.rate:
            return None
        kinds = (Status(status=500), Status(status=503, done=True), Cut(), Cut(done=True), Says(), Limited(seconds=2))
        fault = kinds[dice[4] % len(kinds)]
        self.drawn.append(f"{self._calls} {method}: {fault}")
        return fault
