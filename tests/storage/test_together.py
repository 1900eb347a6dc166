"""Units of work that wait at one moment share a commit, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.kernel.decision import Whisper
from bot.kernel.ids import SessionId
from storage.database import Connection, Connections
from storage.states import States, UnfaithfulError, differences
from tests.storage.stores import ACTIVITIES, NOW, PAGES, Full, Page, Store, opened, press

PRESSES = 12


@pytest.fixture
def kind() -> str:
    return "file"


@pytest.fixture
def shared(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    connections = opened(kind, request, tmp_path)
    store = Store(connections)
    store.does()
    yield store
    connections.close()


def commits(store: Store) -> list[str]:
    """Every commit from here on."""
    seen: list[str] = []

    def trace(statement: str) -> None:
        if statement.startswith("COMMIT"):
            seen.append(statement)

    on_thread(store, lambda: store.connections.raw().set_trace_callback(trace))
    return seen


def on_thread(store: Store, do: Callable[[], Any]) -> Any:
    return asyncio.run(store.connections.in_thread(do))


def at_once(store: Store, *jobs: Callable[[], Any]) -> list[Any]:
    """Let all of them wait for the database at one moment; what each returned or raised."""

    async def run() -> list[Any]:
        return await asyncio.gather(*(store.connections.in_thread(job) for job in jobs), return_exceptions=True)

    return asyncio.run(run())


def lines(store: Store, session: str = "s1") -> tuple[str, ...]:
    with store.database.unit() as unit:
        state = unit.load(SessionId(session), ("local", "w")).state
    assert isinstance(state, Page | Full)
    return state.lines


def pressing(store: Store, number: int) -> Callable[[], Any]:
    return lambda: store.engine.handle(press(line=f"line {number}", id=f"p{number}"))


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_all_that_waits_is_committed_once(shared: Store) -> None:
    """Twelve presses on one session at one moment all count, in their order, with one commit."""
    seen = commits(shared)
    replies = at_once(shared, *(pressing(shared, n) for n in range(PRESSES)))
    assert all(isinstance(reply, Whisper) for reply in replies)
    assert lines(shared) == tuple(f"line {n}" for n in range(PRESSES))
    assert len(seen) == 1


def test_nobody_is_answered_before_the_commit(shared: Store) -> None:
    """What a press is answered with is on disk for every other reader when the answer is there."""
    file = str(shared.connections.url.database)

    async def run() -> list[int]:
        async def one(number: int) -> int:
            await shared.connections.in_thread(pressing(shared, number))
            with sqlite3.connect(file) as other:
                ((stored,),) = other.execute("SELECT state FROM session WHERE id = 's1'").fetchall()
            return f"line {number}" in stored

        return await asyncio.gather(*(one(n) for n in range(PRESSES)))

    assert asyncio.run(run()) == [True] * PRESSES


def test_one_that_fails_takes_nothing_of_the_others_along(shared: Store) -> None:
    """A unit that raises in the middle is undone alone, and its caller alone hears of it."""

    def fails() -> None:
        with shared.connections.transaction() as db:
            db.run("UPDATE session SET version = 99")
            raise ValueError("in the middle")

    first, failed, second = at_once(shared, pressing(shared, 1), fails, pressing(shared, 2))
    assert isinstance(failed, ValueError)
    assert isinstance(first, Whisper)
    assert isinstance(second, Whisper)
    assert lines(shared) == ("line 1", "line 2")


def test_one_that_leaves_without_commit_leaves_nothing(shared: Store) -> None:
    """Leaving a unit without a commit undoes it, beside others as well as alone."""

    def leaves() -> None:
        with shared.connections.transaction() as db:
            db.run("UPDATE session SET version = 99")

    at_once(shared, pressing(shared, 1), leaves, pressing(shared, 2))
    assert lines(shared) == ("line 1", "line 2")


def test_when_the_commit_fails_each_stands_for_itself(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that fails for all, as with a full disk, loses nothing: each unit is done again by itself."""
    real, failures = Connection.commit, []

    def commit(self: Connection, after: Callable[[], None] | None = None) -> None:
        if not self._together and not failures:
            failures.append("full")
            raise sqlite3.OperationalError("database or disk is full")
        real(self, after)

    monkeypatch.setattr(Connection, "commit", commit)
    replies = at_once(shared, pressing(shared, 1), pressing(shared, 2))
    assert failures
    assert all(isinstance(reply, Whisper) for reply in replies)
    assert lines(shared) == ("line 1", "line 2")


def test_what_comes_after_the_commit_comes_after_the_shared_one(shared: Store) -> None:
    """What a unit does after its commit happens once all are committed."""
    seen: list[str] = []

    def unit(name: str) -> Callable[[], None]:
        def do() -> None:
            with shared.connections.transaction() as db:
                db.run("UPDATE team SET zone = 'UTC'")
                db.commit(lambda: seen.append(f"after {name}, open={db.raw.in_transaction}"))
            seen.append(name)

        return do

    at_once(shared, unit("one"), unit("two"))
    assert seen == ["one", "two", "after one, open=False", "after two, open=False"]


def test_tidying_that_fails_does_nothing_twice(shared: Store) -> None:
    """What goes wrong after the shared commit does not have committed work done again."""
    runs: list[str] = []

    def unit(name: str) -> Callable[[], None]:
        def tidy() -> None:
            raise sqlite3.OperationalError("database table is locked")

        def do() -> None:
            runs.append(name)
            with shared.connections.transaction() as db:
                db.run("UPDATE team SET zone = 'UTC'")
                db.commit(tidy)

        return do

    assert at_once(shared, unit("one"), unit("two")) == [None, None]
    assert runs == ["one", "two"]


def test_whatever_is_raised_reaches_who_waits(shared: Store) -> None:
    """Even what is no ordinary error is told to its caller; nobody waits for ever, and the others go on."""

    class OddError(BaseException):
        pass

    def odd() -> None:
        raise OddError

    _, error, _ = at_once(shared, pressing(shared, 1), odd, pressing(shared, 2))
    assert isinstance(error, OddError)
    assert lines(shared) == ("line 1", "line 2")


def test_who_no_longer_waits_is_passed_over(shared: Store) -> None:
    """A caller that was cancelled before its turn changes nothing, and holds up nobody."""

    async def run() -> None:
        gone = asyncio.ensure_future(shared.connections.in_thread(pressing(shared, 1)))
        stays = asyncio.ensure_future(shared.connections.in_thread(pressing(shared, 2)))
        gone.cancel()
        await stays

    asyncio.run(run())
    assert lines(shared) == ("line 2",)


def test_more_than_fit_are_done_in_several_goes(shared: Store) -> None:
    """Two hundred at one moment are all done, in order."""
    at_once(shared, *(pressing(shared, n) for n in range(200)))
    assert lines(shared) == tuple(f"line {n}" for n in range(200))


def test_a_state_is_remembered_as_it_would_be_read() -> None:
    """What was written is not read again, and is what a restarted bot would read."""
    states = States({activity.name: activity for activity in ACTIVITIES}, doubting=True)
    written = Page(("one", "two"))
    text = states.write("pages", written)
    assert states.read("pages", text) is written
    assert States({activity.name: activity for activity in ACTIVITIES}).read("pages", text) == written


@dataclass(frozen=True)
class Clocked:
    """A state with a moment in it."""

    at: datetime


def test_a_state_that_would_come_back_otherwise_is_refused() -> None:
    """A moment keeps its offset when it is written, not its zone: added days would differ after a restart."""
    states = States({"pages": replace(PAGES, state_type=Clocked)}, doubting=True)
    states.write("pages", Clocked(NOW))
    with pytest.raises(UnfaithfulError, match=r"pages\.at is a moment in Europe/Berlin"):
        states.write("pages", Clocked(NOW.astimezone(ZoneInfo("Europe/Berlin"))))


def test_differences_are_found_wherever_they_are() -> None:
    """In a field, in a sequence, under a key, and in the type alone."""
    assert list(differences(Page(("a",)), Page(("a",)), "x")) == []
    assert list(differences(["a"], ("a",), "x")) == ["x is a list, and comes back as a tuple"]
    assert list(differences(Page(("a", "b")), Page(("a", "c")), "x")) == ["x.lines[1] is not what comes back"]
    assert list(differences({"k": 1}, {"k": 1.0}, "x")) == ["x['k'] is a int, and comes back as a float"]


def test_only_so_many_states_are_remembered() -> None:
    """However long the bot runs, what it remembers stays small."""
    states = States({activity.name: activity for activity in ACTIVITIES})
    for number in range(1_500):
        states.write("pages", Page((str(number),)))
    assert len(states._remembered) == 1_000


def test_connections_of_several_loops_do_not_wait_for_each_other(shared: Store) -> None:
    """A loop that ended before its call was heard does not keep the next one waiting."""

    async def leaves_at_once() -> None:
        asyncio.get_running_loop().create_task(shared.connections.in_thread(pressing(shared, 1))).cancel()

    asyncio.run(leaves_at_once())
    assert isinstance(at_once(shared, pressing(shared, 2))[0], Whisper)


def test_the_url_must_be_of_a_database_we_know() -> None:
    """Another database is refused in words that say what may stand there."""
    with pytest.raises(ValueError, match="must start with sqlite:// or postgresql://"):
        Connections("mysql://nobody")
