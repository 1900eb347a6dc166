"""What the connector refuses on a bad day: rates on a clock that is held, faults from a plan or a seed."""

from __future__ import annotations

import random  # noqa: TID251 - from a seed: the same faults in every run
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Literal
from urllib.parse import unquote

Clock = Callable[[], datetime]
Operation = Literal["create", "send", "update", "delete", "members", "member", "team"]
WRITES = frozenset({"create", "send", "update", "delete"})

# (how many, in how many seconds), per bot and conversation, as the platform publishes them
SENDING = ((7, 1), (8, 2), (60, 30), (1800, 3600))
ROSTERS = ((14, 1), (16, 2), (120, 30), (3600, 3600))
TENANT = ((50, 1),)
SAFE, OLDER, NEWER = 28 * 1024, 40 * 1024, 100 * 1024  # bytes of one message that three generations of Teams take


@dataclass
class Window:
    """How often something may happen in a span of time."""

    limits: tuple[tuple[int, int], ...]
    past: deque[datetime] = field(default_factory=deque)

    def wait(self, now: datetime) -> int:
        """Whole seconds until there is room; 0 when there is room now."""
        return max((self._wait(most, span, now) for most, span in self.limits), default=0)

    def note(self, now: datetime) -> None:
        self.past.append(now)
        while self.past and self.past[0] <= now - timedelta(seconds=self.limits[-1][1]):
            self.past.popleft()

    def _wait(self, most: int, span: int, now: datetime) -> int:
        recent = [at for at in self.past if at > now - timedelta(seconds=span)]
        if len(recent) < most:
            return 0
        return max(1, ceil((recent[-most] + timedelta(seconds=span) - now).total_seconds()))


class Rates:
    """The published rates, kept on *clock*."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.on = True
        self._sends: defaultdict[str, Window] = defaultdict(lambda: Window(SENDING))
        self._rosters: defaultdict[str, Window] = defaultdict(lambda: Window(ROSTERS))
        self._tenant = Window(TENANT)

    def wait(self, operation: Operation, conversation: str) -> int:
        """Seconds the bot has to wait, 0 when the request may pass; what passes is counted."""
        if not self.on:
            return 0
        now = self._clock()
        windows = [self._tenant]
        if operation in {"create", "send"}:
            windows.append(self._sends[conversation.partition(";")[0]])
        elif operation in {"members", "member"}:
            windows.append(self._rosters[conversation.partition(";")[0]])
        wait = max(window.wait(now) for window in windows)
        if not wait:
            for window in windows:
                window.note(now)
        return wait


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    *status* 0 drops the connection, -1 never answers. *after*: the request is carried out, and only its answer is
    lost or wrong. *retry_after* is sent as a header, in seconds.
    """

    status: int
    code: str = ""
    said: str = ""
    retry_after: str | None = None
    after: bool = False


FORBIDDEN = Fault(403, "ForbiddenOperationException", "The bot is not installed in user's personal scope")
BLOCKED = Fault(403, "MessageWritesBlocked", "The thread is blocked from message writes")
NOT_IN_ROSTER = Fault(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
NOT_ENABLED = Fault(403, "BotDisabledByAdmin", "The tenant admin disabled this bot")
TOO_LARGE = Fault(413, "MessageSizeTooBig", "Message size too large.")
TOO_MANY = Fault(429, "Throttled", "Too many requests.", "2")
PRECONDITION = Fault(412, "PreconditionFailed", "The conversation changed meanwhile.")
HICCUPS = (
    TOO_MANY,
    PRECONDITION,
    Fault(502, "BadGateway"),
    Fault(503, "ServiceUnavailable", retry_after="1"),
    Fault(504, "GatewayTimeout"),
    Fault(504, "GatewayTimeout", after=True),
    Fault(0),
    Fault(0, after=True),
)


@dataclass
class _Planned:
    fault: Fault
    operations: frozenset[Operation]
    conversation: str | None
    left: int
    spared: int = 0


class Faults:
    """Faults that a test plans one by one, and faults from a seed."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._dice: random.Random | None = None
        self._share = 0.0
        self.happened: list[Fault] = []

    def plan(
        self, fault: Fault, *operations: Operation, conversation: str | None = None, times: int = 1, spared: int = 0
    ) -> None:
        """Let *times* requests of these kinds (any write, if none is named) meet *fault*, after *spared* that pass."""
        self._planned.append(_Planned(fault, frozenset(operations) or WRITES, conversation, times, spared))

    def seed(self, seed: int, share: float) -> None:
        """From now on *share* of all requests (0 to 1) meet a passing fault, the same ones for the same *seed*."""
        self._dice, self._share = random.Random(seed), share

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()
        self._dice = None

    def next(self, operation: Operation, conversation: str) -> Fault | None:
        """The fault that this request meets."""
        for planned in self._planned:
            if (
                planned.left
                and operation in planned.operations
                and planned.conversation in (None, unquote(conversation))
            ):
                if planned.spared:
                    planned.spared -= 1
                    continue
                planned.left -= 1
                self.happened.append(planned.fault)
                return planned.fault
        if self._dice and self._dice.random() < self._share:
            fault = self._dice.choice(HICCUPS)
            self.happened.append(fault)
            return fault
        return None
