"""How time passes in a room: the seven others press when they would, and the clock runs, waits and travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.kernel.decision import Show
from bot.platforms.local import parse
from bot.platforms.local.app import autopilot
from bot.platforms.local.app.board import Board
from bot.platforms.local.app.cast import PLAYERS, TEAM

QUIET = timedelta(seconds=8)  # real ones; longer than that and there is a way to skip ahead
STEPS = 5000  # moments lived through in one jump


class Hours:
    """The passing of time in one room."""

    def __init__(self, room: Board) -> None:
        self._room = room

    async def ahead(self) -> None:
        """To the next moment at which something happens that you can see, a week ahead at most."""
        latest, before = self._room.clock() + timedelta(days=7), self._room.sight()
        for _ in range(STEPS):
            due = await self.due()
            if not self._room.running or due is None or due > latest:
                self._room.notice = "Nothing is planned for the next seven days."
                return
            await self.travel(max(due, self._room.clock()))
            if self._room.sight() != before:
                return

    async def due(self) -> datetime | None:
        """When something is due next: of the bot, or of the others."""
        moves = min((move.at for move in self.moves()), default=None)
        return min(filter(None, (moves, await self._room.bot.next_moment())), default=None)

    async def travel(self, to: datetime) -> None:
        """Live through every moment until then: what is due happens, and the others answer on the way."""
        for _ in range(STEPS):
            await self.play()
            due = min((move.at for move in self.moves()), default=to)
            at = max(self._room.clock(), min(due, to))
            await self._room.bot.travel(at)
            if at >= to:
                break
        await self.play()

    async def play(self) -> None:
        """Every press of the others that is due."""
        for _ in range(STEPS):
            now = self._room.clock()
            due = min((m for m in self.moves() if m.at <= now), key=lambda m: (m.at, m.user), default=None)
            if due is None:
                return
            await self._make(due)

    def moves(self) -> Iterator[autopilot.Move]:
        """Everything the others are going to press on what they see now."""
        if not self._room.plays or not self._room.running:
            return
        first = self._room.scene == "call"
        others = [player for player in TEAM if player.user != self._room.you]
        cards = self._room.timeline.asked()
        yield from autopilot.moves(others, cards, self._room.chance, first=first)
        if first:  # who starts a round is in it
            you = PLAYERS[self._room.you]
            for move in autopilot.moves([you], cards, self._room.chance, first=True):
                if move.label == "I'm in":
                    yield replace(move, at=self._room.clock())

    async def _make(self, move: autopilot.Move) -> None:
        """One of the others presses, and fills in whatever they are asked."""
        said = self._room.timeline.message(move.message)
        self._room.timeline.press(move.message, move.token, move.user)
        if said is None:
            return
        payload = {"channel": said.channel, "message": move.message, "token": move.token}
        for choice in move.choices:
            chosen = {**payload, "choice": choice} if choice else payload
            reply = await self._room.bot.handle(parse.button_pressed(self._played(move.user, chosen)))
        if isinstance(reply, Show):
            values = autopilot.fill(reply.form, PLAYERS[move.user], self._room.chance, move.label)
            payload = {"channel": said.channel, "token": reply.form.action.pack(), "values": values}
            await self._room.bot.handle(parse.form_submitted(self._played(move.user, payload)))
        await self._room.bot.settle()

    def _played(self, user: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "id": self._room.stamp(), "by": user}

    async def is_quiet(self) -> bool:
        """Whether nothing happens for a while, although the clock runs."""
        if not self._room.running or self._room.clock.speed <= 0:
            return False
        due = await self.due()
        return due is None or due - self._room.clock() > QUIET * self._room.clock.speed

    def steer(self) -> None:
        """Hold the clock while it waits for somebody, else let it run as chosen."""
        speed = 0.0 if self._room.waits() else self._room.speed
        if speed != self._room.clock.speed:
            self._room.clock.run(speed)
            self._room.bot.wake()
            self._room.tell()

    def rest(self) -> float:
        """Real seconds until the loop has something to do by itself."""
        if self._room.clock.speed <= 0:
            return 60.0
        due = min((move.at for move in self.moves()), default=None)
        if due is None:
            return 1.0
        return min(1.0, max(0.02, (due - self._room.clock()) / timedelta(seconds=self._room.clock.speed)))
