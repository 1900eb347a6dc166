"""A process that dies: after any statement, before or after any commit, or between a send and its settlement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storage.database import Connection, Connections, Params, Token


class DiedError(BaseException):
    """The process is gone. Not an Exception: nothing that catches errors may catch this one."""


class Life:
    """How many steps the process has left; None lives for ever. *taken* counts them."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.taken = 0
        self.commits = 0

    def step(self, what: str) -> None:
        """One more thing that a process can die before. Raises DiedError when it does."""
        self.taken += 1
        if self.left is None:
            return
        if self.left <= 0:
            self.left = None
            raise DiedError(what)
        self.left -= 1


class MortalConnection(Connection):
    """A connection whose process may die before each statement, before and after each commit."""

    life: Life

    def begin(self) -> None:
        self.life.step("begin")
        super().begin()

    def commit(self, after: Callable[[], None] | None = None) -> None:
        def committed() -> None:
            self.life.commits += 1
            self.life.step("committed")
            if after is not None:
                after()

        self.life.step("commit")
        super().commit(committed)

    def _run(self, sql: str, params: Params | None) -> Any:
        self.life.step(sql)
        return super()._run(sql, params)


class MortalConnections(Connections):
    """Connections of a process that may die."""

    def __init__(self, url: str, life: Life, token: Token) -> None:
        super().__init__(url, token)
        self.life = life

    def _open(self) -> Connection:
        opened = super()._open()
        mortal = MortalConnection(opened.raw, postgres=self.postgres, token=self.token)
        mortal.life = self.life
        self._all[self._all.index(opened)] = mortal
        return mortal
