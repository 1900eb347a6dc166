"""What the statements of one press cost before any of our own code runs: the roof over what a press can reach."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from benchmarks.harness import Sides, at_least, bench, per_second

PRESSES = 300

# The shape of the rows, not the tables themselves: this must not move when a column is added.
SCHEMA = """
    CREATE TABLE inbox (key TEXT PRIMARY KEY, at TEXT);
    CREATE TABLE session (id TEXT PRIMARY KEY, state TEXT, version INTEGER);
    CREATE TABLE timer (session TEXT, name TEXT, due TEXT, PRIMARY KEY (session, name));
    CREATE TABLE outbox (id INTEGER PRIMARY KEY, session TEXT, card TEXT, due TEXT);
    INSERT INTO session VALUES ('s1', '{}', 0);
"""
PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
NOW = "2026-03-25T08:29:00+00:00"
STATE = '{"phase": "running", "order": ["lena", "tomas", "ines", "divya", "sam", "maya"]}'
CARD = '{"title": "Divya, your minute", "blocks": [{"text": "Win or challenge."}, {"text": "Next: Sam."}]}'


@bench("commit.core", unit="commits/s", aim=at_least(0.4))
def commit_by_core(scratch: Path) -> Iterator[Sides]:
    """One press's rows, each in a durable commit, by SQLAlchemy Core against raw sqlite3."""
    raw = sqlite3.connect(_prepared(scratch / "raw.db"), isolation_level=None)
    for pragma in PRAGMAS:
        raw.execute(pragma)
    engine = sa.create_engine(f"sqlite:///{_prepared(scratch / 'core.db')}")
    connection = engine.connect()
    for pragma in PRAGMAS:
        connection.exec_driver_sql(pragma)
    connection.commit()
    try:
        by_core = _press_by_core(connection)
        by_hand = _press_by_hand(raw)
        yield Sides(ours=lambda: per_second(PRESSES, by_core), baseline=lambda: per_second(PRESSES, by_hand))
    finally:
        connection.close()
        engine.dispose()
        raw.close()


def _prepared(file: Path) -> Path:
    connection = sqlite3.connect(file)
    connection.executescript(SCHEMA)
    connection.close()
    return file


def _press_by_hand(raw: sqlite3.Connection) -> Callable[[], None]:
    keys = itertools.count()

    def press() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO inbox VALUES (?, ?)", (f"k{next(keys)}", NOW))
        _, version = raw.execute("SELECT state, version FROM session WHERE id = ?", ("s1",)).fetchone()
        raw.execute(
            "UPDATE session SET state = ?, version = ? WHERE id = ? AND version = ?",
            (STATE, version + 1, "s1", version),
        )
        raw.execute("DELETE FROM timer WHERE session = ? AND name = ?", ("s1", "turn"))
        raw.execute("INSERT INTO timer VALUES (?, ?, ?)", ("s1", "turn", NOW))
        raw.execute("INSERT INTO outbox (session, card, due) VALUES (?, ?, ?)", ("s1", CARD, NOW))
        raw.execute("COMMIT")

    return press


def _press_by_core(connection: sa.Connection) -> Callable[[], None]:
    keys = itertools.count()
    inbox = sa.table("inbox", sa.column("key"), sa.column("at"))
    session = sa.table("session", sa.column("id"), sa.column("state"), sa.column("version"))
    timer = sa.table("timer", sa.column("session"), sa.column("name"), sa.column("due"))
    outbox = sa.table("outbox", sa.column("session"), sa.column("card"), sa.column("due"))
    # Built once, as on the path of every press: SQLAlchemy then finds their SQL in its cache.
    claim = sa.insert(inbox)
    load = sa.select(session.c.state, session.c.version).where(session.c.id == sa.bindparam("which"))
    save = sa.update(session).where(session.c.id == sa.bindparam("which"), session.c.version == sa.bindparam("before"))
    cancel = sa.delete(timer).where(timer.c.session == sa.bindparam("which"), timer.c.name == sa.bindparam("timer"))
    schedule = sa.insert(timer)
    post = sa.insert(outbox)

    def press() -> None:
        with connection.begin():
            connection.execute(claim, {"key": f"k{next(keys)}", "at": NOW})
            _, version = connection.execute(load, {"which": "s1"}).one()
            connection.execute(save, {"which": "s1", "before": version, "state": STATE, "version": version + 1})
            connection.execute(cancel, {"which": "s1", "timer": "turn"})
            connection.execute(schedule, {"session": "s1", "name": "turn", "due": NOW})
            connection.execute(post, {"session": "s1", "card": CARD, "due": NOW})

    return press
