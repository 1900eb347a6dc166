"""What a rehearsal asks of whoever composes the program: clocks, bots, and a place among the platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.engine.ports import Messenger, Platform
from bot.engine.route import Routes
from bot.kernel.decision import Reply
from bot.kernel.ids import Place
from bot.kernel.inbound import CommandTyped, Inbound, News
from bot.platforms.local import parse
from bot.platforms.local.app.cast import roster


class Clock(Protocol):
    """A clock that can be steered; see bot/clock.py."""

    @property
    def speed(self) -> float: ...
    def __call__(self) -> datetime: ...
    def run(self, speed: float) -> None: ...
    def move(self, to: datetime) -> None: ...


class Bot(Protocol):
    """What a rehearsal needs of a bot."""

    routes: Routes

    def prepare(self) -> None: ...
    def add(self, platform: Platform) -> None: ...
    async def go_on(self) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def close(self) -> None: ...
    def wake(self) -> None: ...
    async def settle(self) -> None: ...
    async def travel(self, to: datetime) -> None: ...
    async def next_moment(self) -> datetime | None: ...
    async def handle(self, arrived: Inbound | CommandTyped) -> Reply: ...
    async def hear(self, news: News) -> None: ...


class Backstage(Protocol):
    """Whoever composes the program makes clocks and bots; a platform may not."""

    def clock(self, start: datetime) -> Clock:
        """A held clock."""
        ...

    def bot(self, database: Path, clock: Clock, chance: Callable[[str], bytes]) -> Bot: ...


class LocalPlatform:
    """The rehearsal room as the composition sees it."""

    name = parse.PLATFORM

    def __init__(self, messenger: Messenger, number: Callable[[], int]) -> None:
        self.messenger, self._number = messenger, number

    def routes(self) -> list[Any]:
        return []

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def read_roster(self, place: Place, by: object = None) -> tuple[News, ...]:  # noqa: ARG002
        return (roster(f"roster{self._number()}"),)
