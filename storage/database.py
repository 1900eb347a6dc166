"""Connections and threads: one database thread on SQLite, one connection a thread on PostgreSQL.

On SQLite, what waits for the thread at one moment is done together: each unit of work in a savepoint of its own, one
commit for all, and nobody is answered before it. That saves commits, and the changing of hands between the threads.

Statements are plain SQL with `:name` parameters that both databases understand; psycopg's own mark is put
in once per statement. SQLAlchemy's statement layer doubles the cost of a statement even when it is compiled
once (`make bench ONLY=commit`), so it is used for the schema and the migrations only.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
AT_ONCE = 64  # units of work that share a commit at most: the first of them waits for the last


class Connection:
    """One open connection, and the four things we ask of it."""

    def __init__(self, raw: Any, *, postgres: bool, token: Token = secrets.token_hex) -> None:
        self.raw, self.postgres, self.token = raw, postgres, token
        self._together = False  # inside a transaction that several units share: each is a savepoint
        self._own = False  # inside a unit's savepoint
        self._after: list[Callable[[], None]] = []

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        return self._run(sql, params).fetchall()  # type: ignore[no-any-return]

    def row(self, sql: str, params: Params | None = None) -> Row | None:
        return self._run(sql, params).fetchone()  # type: ignore[no-any-return]

    def run(self, sql: str, params: Params | None = None) -> int:
        """Run a statement; how many rows it touched."""
        return int(self._run(sql, params).rowcount)

    @property
    def open(self) -> bool:
        """Whether a unit of work is under way that was neither committed nor rolled back."""
        if self._together:
            return self._own
        if self.postgres:
            return bool(self.raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE)
        return bool(self.raw.in_transaction)

    def begin(self) -> None:
        if self._together:
            self.raw.execute("SAVEPOINT unit")
            self._own = True
        else:
            self.raw.execute("BEGIN" if self.postgres else "BEGIN IMMEDIATE")

    def commit(self, after: Callable[[], None] | None = None) -> None:
        """Commit, and then do *after*. A unit that shares a transaction is durable, and *after* done, at its end."""
        if self._together:
            self.raw.execute("RELEASE unit")
            self._own = False
            if after is not None:
                self._after.append(after)
            return
        self.raw.execute("COMMIT")
        if after is not None:
            after()

    def rollback(self) -> None:
        if self._together:
            self.raw.execute("ROLLBACK TO unit")
            self.raw.execute("RELEASE unit")
            self._own = False
        else:
            self.raw.execute("ROLLBACK")

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for all units of work inside, committed at the end. SQLite only."""
        self.begin()
        self._together, self._own, self._after = True, False, []
        try:
            yield
            self._together = False
            self.commit()
        except BaseException:
            self._together = False
            if self.open:
                self.rollback()
            raise
        for after in self._after:
            with contextlib.suppress(sqlite3.Error):  # all is committed: nothing of it may be done again for this
                after()

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
        self.lock = threading.RLock()
        self._pool = ThreadPoolExecutor(POSTGRES_THREADS if self.postgres else 1, thread_name_prefix="database")
        self._waiting: deque[_Work] = deque()
        self._caller: asyncio.AbstractEventLoop | None = None  # who calls the database thread, which has not looked yet

    async def in_thread(self, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a plain function on a database thread, and wait for it without holding the event loop.

        What it committed is durable when this returns. On SQLite it may run twice: what shares a commit with others
        is done again by itself if that commit fails.
        """
        loop = asyncio.get_running_loop()
        if self.postgres:
            return await loop.run_in_executor(self._pool, lambda: do(*args, **kwargs))
        work = _Work(lambda: do(*args, **kwargs), loop.create_future())
        self._waiting.append(work)
        if self._caller is not loop:
            self._caller = loop
            loop.call_soon(self._pool.submit, self._work_off)  # after all that arrived in this turn of the loop
        return await work.answer  # type: ignore[no-any-return]

    def _work_off(self) -> None:
        """On the database thread: do all that waits now."""
        self._caller = None  # before looking: who comes after this calls again
        works: list[_Work] = []
        while self._waiting and len(works) < AT_ONCE:
            work = self._waiting.popleft()
            if not work.answer.cancelled():
                works.append(work)
        if self._waiting:
            self._pool.submit(self._work_off)
        if len(works) > 1:
            try:
                with self._locked(), self.mine().together():
                    for work in works:
                        work.do()
            except Exception:  # the commit itself: then each stands for itself
                works = [work for work in works if not work.answer.cancelled()]
                for work in works:
                    work.do()
        else:
            for work in works:
                work.do()
        for loop in {work.answer.get_loop() for work in works}:
            with contextlib.suppress(RuntimeError):  # a loop that has ended waits for nothing
                loop.call_soon_threadsafe(_answer, [work for work in works if work.answer.get_loop() is loop])

    def transaction(self) -> AbstractContextManager[Connection]:
        """A connection inside a transaction. Not committed by itself: leaving without `commit` rolls back."""
        return _Transaction(self)

    def _locked(self) -> AbstractContextManager[object]:
        """In memory, all threads share one connection."""
        return self.lock if self.memory else nullcontext()

    def raw(self) -> Any:
        """The driver's own connection of this thread, for migrations and for copying a template in tests."""
        return self.mine().raw

    def close(self) -> None:
        self._pool.shutdown()
        for connection in self._all:
            connection.raw.close()
        self._all.clear()
        self._shared = None
        self._own = threading.local()

    def give_up(self, connection: Connection) -> None:
        try:
            if connection.open:
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

    def mine(self) -> Connection:
        """The connection of this thread; in memory, everybody's."""
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


class _Transaction(AbstractContextManager[Connection]):
    """Begins and ends: a class, because a generator would take longer than what it does."""

    __slots__ = ("_connection", "_connections", "_lock")

    def __init__(self, connections: Connections) -> None:
        self._connections, self._lock = connections, connections.lock if connections.memory else None

    def __enter__(self) -> Connection:
        if self._lock is not None:
            self._lock.acquire()
        try:
            self._connection = self._connections.mine()
            self._connection.begin()
        except BaseException:
            self._release()
            raise
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error is not None:
                self._connections.give_up(self._connection)
            elif self._connection.open:
                self._connection.rollback()
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


class _Work:
    """A function that waits for the database thread, what came of it, and who waits for that."""

    __slots__ = ("_do", "answer", "error", "result")

    def __init__(self, do: Callable[[], Any], answer: asyncio.Future[Any]) -> None:
        self._do, self.answer = do, answer
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self) -> None:
        self.result = self.error = None
        try:
            self.result = self._do()
        except BaseException as error:  # whatever it is, it belongs to whoever waits for it
            self.error = error


def _answer(works: list[_Work]) -> None:
    for work in works:
        if work.answer.done():
            continue
        if work.error is not None:
            work.answer.set_exception(work.error)
        else:
            work.answer.set_result(work.result)


_MARKED: dict[str, str] = {}


def _psycopg(sql: str) -> str:
    marked = _MARKED.get(sql)
    if marked is None:
        marked = _MARKED[sql] = re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", sql.replace("%", "%%"))
    return marked
