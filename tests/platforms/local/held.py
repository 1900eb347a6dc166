"""A rehearsal's backstage whose seconds pass when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import SteeredClock
from bot.main import Bot


class Hands:
    """Seconds as a test lets them pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Backstage:
    """Real bots, with clocks whose seconds the test lets pass."""

    def __init__(self) -> None:
        self.hands = Hands()
        self.content: Any = None  # the library of the rooms that are opened from now on

    def clock(self, start: datetime) -> SteeredClock:
        return SteeredClock(start, 0, self.hands)

    def bot(self, database: Path, clock: SteeredClock, chance: Callable[[str], bytes]) -> Bot:
        bot = Bot(f"sqlite:///{database}", pepper=b"a test", clock=clock, chance=chance, content=self.content)
        bot.database.states.doubting = True
        return bot
