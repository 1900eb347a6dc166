"""All rehearsals of one folder: the newest goes on, older ones stay where they are."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.platforms.local.app.backstage import Backstage
from bot.platforms.local.app.board import SEED, Begins
from bot.platforms.local.app.rehearsal import Rehearsal


class Rooms:
    """Opens rehearsals when somebody looks at them. Each has a folder with two small SQLite files."""

    def __init__(self, folder: Path, backstage: Backstage, begins: Begins | None = None) -> None:
        self._folder, self._backstage, self._begins = folder, backstage, begins
        self._open: dict[str, Rehearsal] = {}
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Have a rehearsal ready, so that the first page comes at once: the newest, or one that begins elsewhere."""
        if self._begins is not None:
            await self.new(begins=self._begins)
        await self.newest()

    async def close(self) -> None:
        for room in self._open.values():
            await room.close()
        self._open.clear()

    async def newest(self) -> Rehearsal:
        """The newest rehearsal; the first one, if there is none yet."""
        name = max(self._names(), default=0)
        room = await self.get(str(name)) if name else None
        return room or await self.new()

    async def get(self, name: str) -> Rehearsal | None:
        """The rehearsal of that name, or None if there never was one."""
        if not name.isdigit() or int(name) not in self._names():
            return None
        return await self._opened(name)

    async def new(self, seed: int | None = None, begins: Begins | None = None) -> Rehearsal:
        """A fresh rehearsal: on Wednesday morning, unless it begins elsewhere."""
        name = str(max(self._names(), default=0) + 1)
        (self._folder / name).mkdir(parents=True)
        return await self._opened(name, SEED if seed is None else seed, begins)

    async def _opened(self, name: str, seed: int = SEED, begins: Begins | None = None) -> Rehearsal:
        async with self._opening:
            room = self._open.get(name)
            if room is None:
                room = Rehearsal(self._folder / name, self._backstage, seed=seed, begins=begins)
                await room.open()
                self._open[name] = room
            return room

    def _names(self) -> set[int]:
        if not self._folder.is_dir():
            return set()
        return {int(path.name) for path in self._folder.iterdir() if path.name.isdigit() and path.is_dir()}
