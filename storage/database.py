"""Connections and threads: one database thread on SQLite, one connection a thread on PostgreSQL.

Statements are plain SQL with `:name` parameters that both databases understand; psycopg's own mark is put
in once per statement. SQLAlchemy's statement layer doubles the cost of a statement even when it is compiled
once (`make bench ONLY=commit`), so it is used for the schema and the migrations only.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import psycopg
from sqlalchemy.engine import make_url

P = ParamSpec("P")
R = TypeVar("R")
Params = Mapping[str, Any]
Row = tuple[Any, ...]
Token = Callable[[int], str]  # that many random bytes, in hex: names of rows that nobody may guess

BUSY_SECONDS = 20  # how long a process waits for another one's write lock on SQLite
POSTGRES_THREADS = 4


class Connection:
    """One open connection, and the four things we ask of it."""

    def __init__(self, raw: Any, *, postgres: bool, token: Token = secrets.token_hex) -> None:
        self.raw, self.postgres, self.token = raw, postgres, token

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        return self._run(sql, params).fetchall()  # type: ignore[no-any-return]

    def row(self, sql: str, params: Params | None = None) -> Row | None:
        return self._run(sql, params).fetchone()  # type: ignore[no-any-return]

    def run(self, sql: str, params: Params | None = None) -> int:
        """Run a statement; how many rows it touched."""
        return int(self._run(sql, params).rowcount)

    def begin(self) -> None:
        self.raw.execute("BEGIN" if self.postgres else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.raw.execute("COMMIT")

    def rollback(self) -> None:
        self.raw.execute("ROLLBACK")

    def _run(self, sql: str, params: Params | None) -> Any:
        return self.raw.execute(_psycopg(sql) if self.postgres else sql, params or {})


class Connections:
    """Opens connections for one database, named by a URL as SQLAlchemy writes it."""

    def __init__(self, url: str, token: Token = secrets.token_hex) -> None:
        self.token = token
        self.url = make_url(url)
        self.postgres = self.url.get_backend_name() == "postgresql"
        if not self.postgres and self.url.get_backend_name() != "sqlite":
            raise ValueError(
                f"MODERATO_DATABASE_URL must start with sqlite:// or postgresql://, not {url.split(':')[0]}"
            )
        self.memory = not self.postgres and self.url.database in (None, "", ":memory:")
        self._own = threading.local()
        self._all: list[Connection] = []
        self._shared: Connection | None = None
        self._lock = threading.RLock()
        self._pool = ThreadPoolExecutor(POSTGRES_THREADS if self.postgres else 1, thread_name_prefix="database")

    async def in_thread(self, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a plain function on a database thread, and wait for it without holding the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: do(*args, **kwargs))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection inside a transaction. Not committed by itself: leaving without `commit` rolls back."""
        if self.memory:
            with self._lock:
                yield from self._transaction()
        else:
            yield from self._transaction()

    def raw(self) -> Any:
        """The driver's own connection of this thread, for migrations and for copying a template in tests."""
        return self._mine().raw

    def close(self) -> None:
        self._pool.shutdown()
        for connection in self._all:
            connection.raw.close()
        self._all.clear()
        self._shared = None
        self._own = threading.local()

    def _transaction(self) -> Iterator[Connection]:
        connection = self._mine()
        connection.begin()
        try:
            yield connection
        except BaseException:
            self._give_up(connection)
            raise
        if _is_open(connection):
            connection.rollback()

    def _give_up(self, connection: Connection) -> None:
        try:
            if _is_open(connection):
                connection.rollback()
        except Exception:  # the connection itself is broken: the next transaction opens a new one
            self._drop(connection)
        else:
            if connection.postgres and connection.raw.broken:
                self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self._own.connection = None
        if connection in self._all:
            self._all.remove(connection)

    def _mine(self) -> Connection:
        if self.memory:
            if self._shared is None:
                self._shared = self._open()
            return self._shared
        mine: Connection | None = getattr(self._own, "connection", None)
        if mine is None or (mine.postgres and mine.raw.closed):
            mine = self._own.connection = self._open()
        return mine

    def _open(self) -> Connection:
        raw: Any
        if self.postgres:
            url = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
            raw = psycopg.connect(url, autocommit=True, prepare_threshold=3)
        else:
            path = ":memory:" if self.memory else str(Path(str(self.url.database)).absolute())
            raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=NORMAL")
            raw.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves no trace in free pages
        connection = Connection(raw, postgres=self.postgres, token=self.token)
        self._all.append(connection)
        return connection


def _is_open(connection: Connection) -> bool:
    if connection.postgres:
        return bool(connection.raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE)
    return bool(connection.raw.in_transaction)


_MARKED: dict[str, str] = {}


def _psycopg(sql: str) -> str:
    marked = _MARKED.get(sql)
    if marked is None:
        marked = _MARKED[sql] = re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", sql.replace("%", "%%"))
    return marked
