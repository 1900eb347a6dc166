"""What one press costs, from the parsed click to the durable commit, and how much of that is the decision itself.

Half of a press is statements with their commit, a sixth draws the card that is given back with the press and fills in
its names, a seventh reads the state's JSON, a seventh decides, an eighth writes the new card's. What would bring the
ratio from a fifth to 0.4: to give back the drawn card only where the platform redraws at once (Slack does not), and to
keep the state of the session that was last moved in memory, beside its version, so that it is not read from JSON again.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.harness import Sides, at_least, bench, per_second
from bot.activities import ACTIVITIES
from bot.activities.rounds.commands import aim
from bot.activities.rounds.logic import decide
from bot.activities.rounds.model import Gathering, Running
from bot.engine.handle import Engine
from bot.engine.ports import Sent
from bot.engine.route import Routes
from bot.kernel.activity import Aimed, Context, Level
from bot.kernel.cards import Action
from bot.kernel.decision import Decision
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.inbound import ButtonPressed, CommandTyped, RosterRead
from bot.kernel.people import Profile
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

TEAMS = 20  # a round in each; every press of it is measured
NAMES = ("Lena", "Tomas", "Ines", "Divya", "Sam", "Maya", "Arun", "Jo")
NOW = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
PLATFORM, WORKSPACE = "local", "w1"
ACTIVITY = {activity.name: activity for activity in ACTIVITIES}

T = TypeVar("T")
Write = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Round:
    """A round that asks who is here, and every press that takes it to its end."""

    session: SessionId
    begins: Gathering
    presses: tuple[ButtonPressed, ...]


@bench("press.sqlite", unit="presses/s", aim=at_least(0.2))
def press_on_sqlite(scratch: Path) -> Iterator[Sides]:
    """One handled press with its durable commit, against the same rows written by raw sqlite3."""
    start = scratch / "start.db"
    rounds = _rounds_begun(start)
    presses = [press for one in rounds for press in one.presses]
    writes = _writes_of(presses, _copy(start, scratch / "recorded.db"))

    def ours() -> float:
        with _engine(_copy(start, scratch / "ours.db")) as (engine, _):
            return per_second(len(presses), _each(engine.handle, presses))

    def baseline() -> float:
        with closing(sqlite3.connect(_copy(start, scratch / "raw.db"), isolation_level=None)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = NORMAL")
            return per_second(len(writes), _each(lambda rows: _write(raw, rows), writes))

    yield Sides(ours, baseline)


@bench("decision.rounds", unit="per second", aim=at_least(5))
def decisions(scratch: Path) -> Iterator[Sides]:
    """A decision of the live round, drawing its cards, against a whole handled press."""
    start = scratch / "start.db"
    rounds = _rounds_begun(start)
    presses = [press for one in rounds for press in one.presses]

    def ours() -> float:
        def decide_all() -> None:
            for one in rounds:
                for _ in _decided(one.begins, one.presses):
                    pass

        return len(presses) * per_second(1, decide_all)

    def baseline() -> float:
        with _engine(_copy(start, scratch / "ours.db")) as (engine, _):
            return per_second(len(presses), _each(engine.handle, presses))

    yield Sides(ours, baseline)


def _rounds_begun(file: Path) -> list[Round]:
    """Make a database in `file` with a round in each of the teams, its card delivered, waiting for the first press."""
    connections = Connections(f"sqlite:///{file}")
    upgrade(connections)
    connections.close()
    with _engine(file) as (engine, connections):
        for number in range(TEAMS):
            place = _place(number)
            people = tuple(
                Profile(member, name, "Europe/Berlin") for member, name in zip(_team(number), NAMES, strict=True)
            )
            engine.hear(
                RosterRead(
                    id=f"roster {number}", place=place, name=f"bridge-{number}", people=people, by=people[0].member
                )
            )
            engine.handle(CommandTyped(id=f"start {number}", actor=people[0].member, place=place, text="round"))
        queues = Queues(connections, ACTIVITY)
        while (outgoing := queues.claim_next(NOW)) is not None:
            queues.settle(outgoing, Sent(f"m{outgoing.channel}", outgoing.channel), NOW)
        sessions = connections.raw().execute("SELECT id FROM session WHERE activity = 'rounds'").fetchall()
        database = Database(connections, ACTIVITY, b"pepper")
        with database.unit() as unit:
            begun = [unit.load(SessionId(row[0]), (PLATFORM, WORKSPACE)) for row in sessions]
    return [Round(stored.id, stored.state, _presses(stored.id, stored.state)) for stored in begun]


def _presses(session: SessionId, begins: Gathering) -> tuple[ButtonPressed, ...]:
    """Everybody comes in, and then everybody says done when it is their turn."""
    pressed: list[ButtonPressed] = []
    state: object = begins
    for member in begins.setting.expected:
        press = _press(session, begins.setting.place, member, "in")
        pressed.append(press)
        (state,) = _decided(state, [press])
    while isinstance(state, Running):
        press = _press(session, begins.setting.place, state.speaker, "done", str(state.calls))
        pressed.append(press)
        (state,) = _decided(state, [press])
    return tuple(pressed)


def _decided(state: object, presses: Sequence[ButtonPressed]) -> Iterator[object]:
    """The states that `presses` lead to, one after another, from the decisions alone."""
    context = Context(NOW, NO_SESSION, 1, Level.MEMBER)
    for press in presses:
        aimed = aim(press, context)
        assert isinstance(aimed, Aimed)
        decision = decide(state, aimed.event, NOW + MOMENT)  # type: ignore[arg-type]
        assert isinstance(decision, Decision), f"a press was refused: {press}"
        state = decision.state
        yield state


def _press(session: SessionId, place: Place, member: Member, verb: str, argument: str = "") -> ButtonPressed:
    return ButtonPressed(
        id=f"{session} {member.user} {verb}",
        actor=member,
        place=place,
        action=Action("rounds", session, verb, argument),
        message=f"m{place.channel}",
    )


def _writes_of(presses: Sequence[ButtonPressed], file: Path) -> list[list[Write]]:
    """The statements with which our engine writes down each of `presses`, without those that read."""
    with _engine(file) as (engine, connections):
        with connections.transaction() as connection:
            recorder = connection.raw = _Recorder(connection.raw)
        for press in presses:
            recorder.begin_press()
            engine.handle(press)
    return recorder.presses


class _Recorder:
    """A sqlite3 connection that remembers what was written through it."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self.presses: list[list[Write]] = []

    def begin_press(self) -> None:
        self.presses.append([])

    def execute(self, sql: str, params: dict[str, Any] | None = None) -> sqlite3.Cursor:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and self.presses:
            self.presses[-1].append((sql, dict(params or {})))
        return self._raw.execute(sql, params or {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _write(raw: sqlite3.Connection, rows: Sequence[Write]) -> None:
    raw.execute("BEGIN IMMEDIATE")
    for sql, params in rows:
        raw.execute(sql, params)
    raw.execute("COMMIT")


@contextmanager
def _engine(file: Path) -> Iterator[tuple[Engine, Connections]]:
    connections = Connections(f"sqlite:///{file}")
    database = Database(connections, ACTIVITY, b"pepper")
    yield Engine(ACTIVITY, Routes(ACTIVITIES), database.unit, lambda: NOW), connections
    connections.close()


def _copy(start: Path, to: Path) -> Path:
    for leftover in to.parent.glob(f"{to.name}*"):
        leftover.unlink()
    shutil.copyfile(start, to)
    return to


def _each(do: Callable[[T], object], items: Sequence[T]) -> Callable[[], object]:
    """A function that does the next of `items` at each call."""
    rest = iter(items)
    return lambda: do(next(rest))


def _place(number: int) -> Place:
    return Place(PLATFORM, WORKSPACE, f"c{number}")


def _team(number: int) -> list[Member]:
    return [Member(PLATFORM, WORKSPACE, f"u{number}-{name.lower()}") for name in NAMES]
