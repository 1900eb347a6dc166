"""Somebody who has the database, its log, backups of any moment and our own log, and lacks only the key.

They watch many anonymous waves, know who answered in which order, know every answer after the close, and try to
join the two. Each way to try is scored by how many of eight people it joins rightly; blind guessing gets one of
eight on average, whatever eight is. All chance in the waves comes from a seed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from random import Random  # noqa: TID251  (seeded: who answers when)
from typing import Any

import pytest

from bot.activities import ACTIVITIES
from bot.engine.handle import Engine
from bot.engine.route import Routes
from bot.library import load
from storage.database import Connections
from storage.queues import Queues
from storage.seals import Seals, UnreadableSealError
from storage.unit import Database, fresh
from tests.story import CAST, Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
PEOPLE = tuple(sorted(CAST))
SIGMAS = 4.0  # one way to guess in about thirty thousand goes beyond it by luck


class Seeded(Local):
    """A stage whose chance comes from a seed, so that a wave can be repeated."""

    seed = 0

    def _build(self) -> None:
        by_name = {activity.name: activity for activity in ACTIVITIES}
        seed = self.seed

        def dice(arrival: str) -> bytes:
            return blake2b(f"{seed}/{arrival}".encode(), digest_size=18).digest()

        database = Database(self.connections, by_name, b"a pepper for stories", self.content, dice)
        self.queues = Queues(self.connections, by_name)
        self.engine = Engine(by_name, Routes(ACTIVITIES), database.unit, self.clock)


@dataclass
class Backup:
    """What the attacker copied at one moment: every table in the order in which it lies there, and the raw bytes."""

    tables: dict[str, list[dict[str, Any]]]
    raw: bytes
    wal: bytes = b""  # of a server: its write-ahead log since the wave began

    def receipts(self) -> set[str]:
        rows = (row for row in self.tables["kept"] if row["kind"] == "pulse_receipt")
        return {row["person"] for row in rows if json.loads(row["fact"])["state"] == "answered"}

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.tables["kept"] if row["kind"] == kind]


def of_file(path: Path, copy: Path) -> Backup:
    """The database file and its write-ahead log, copied while the bot runs, and read elsewhere."""
    raw = b""
    for ending in ("", "-wal"):
        source, target = Path(f"{path}{ending}"), Path(f"{copy}{ending}")
        target.write_bytes(source.read_bytes() if source.exists() else b"")
        raw += target.read_bytes()
    with closing(sqlite3.connect(copy)) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return Backup({name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}, raw)


def of_server(connections: Connections) -> Backup:
    """Every table of a PostgreSQL as it lies on its pages, with the transaction that wrote each row."""
    tables: dict[str, list[dict[str, Any]]] = {}
    with connections.transaction() as db:
        for (name,) in db.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            columns = [
                row[0]
                for row in db.rows(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = :t", {"t": name}
                )
            ]
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = db.rows(f"SELECT xmin::text, {listed} FROM {name} ORDER BY ctid")
            tables[name] = [dict(zip(["xmin", *columns], row, strict=True)) for row in rows]
    return Backup(tables, repr(tables).encode())


PAGE, SHORT, LONG = 8192, 24, 40  # bytes of a page of the log, of its header, of the header of a file's first page


class Log:
    """The write-ahead log of a PostgreSQL as it lies in its data directory, from here on."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._folder, self._first = Path(self._ask("SHOW data_directory")), ""
        self._first = self._file()

    def read(self) -> bytes:
        """What was logged, without the headers of its pages, so that a record that goes over them is whole."""
        self._ask("SELECT pg_switch_wal()::text")
        found = b""
        for path in sorted((self._folder / "pg_wal").glob("0*")):
            if len(path.name) == len(self._first) and self._first <= path.name <= self._file():
                raw = path.read_bytes()
                found += b"".join(raw[at + (SHORT if at else LONG) : at + PAGE] for at in range(0, len(raw), PAGE))
        return found

    def _file(self) -> str:
        return self._ask("SELECT pg_walfile_name(pg_current_wal_lsn())")

    def _ask(self, statement: str) -> str:
        with self._connections.transaction() as db:
            (answer,) = db.raw.execute(statement).fetchone() or ("",)
            db.commit()
        return str(answer)


@dataclass
class Case:
    """One wave: what the attacker has, and the truth they do not have."""

    backups: list[Backup]
    log: str
    truth: dict[str, str]  # person to the words they wrote
    choices: dict[str, tuple[str, str]]

    @property
    def last(self) -> Backup:
        return self.backups[-1]

    def order(self) -> list[str]:
        """Who answered when, from the receipts of one backup after another."""
        seen: list[str] = []
        for backup in self.backups[:-1]:
            seen += sorted(backup.receipts() - set(seen))
        return seen


def lived(
    stage: Local,
    dice: Random,
    backup: Callable[[], Backup],
    log: Callable[[], str],
    wal: Callable[[], bytes] = bytes,
) -> Case:
    """A whole wave of eight people with a backup after each step, and the server's log before and after the close."""
    stage.types("Lena", "pulse start team-pulse")
    stage.until("Tue 17:00")
    backups = [backup()]
    people = list(CAST)
    dice.shuffle(people)
    truth, choices = {}, {}
    for person in people:
        words = f"mark{dice.getrandbits(64):016x}"
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in words[4:])
        truth[person.lower()] = f"more of {letters}"
        choices[person.lower()] = (str(dice.randint(1, 5)), str(dice.randint(1, 5)))
        stage.presses(person, "Open", "@")
        energy, clarity = choices[person.lower()]
        told = stage.submits(
            person, energy=energy, clarity=clarity, help=truth[person.lower()], **{"help.share": ("yes",)}
        )
        assert "Counted" in told
        backups.append(backup())
    backups[-1].wal = wal()
    stage.passes("6 days")
    backups.append(backup())
    backups[-1].wal = wal()
    assert "8 people answered" in stage.card()
    return Case(backups, log(), truth, choices)


# the ways to try: an order of people, an order of answers, put side by side


def _orders_of_people(case: Case) -> Iterator[tuple[str, list[str]]]:
    yield "as they answered", case.order()
    yield "as they answered, backwards", case.order()[::-1]
    parts = [row for row in case.last.tables["session"] if row["person"] and row["activity"] == "pulse"]
    yield "as their parts lie", [row["person"] for row in parts]
    yield "as their parts changed", [row["person"] for row in sorted(parts, key=lambda row: row["changed"])]
    yield "as their parts' ids sort", [row["person"] for row in sorted(parts, key=lambda row: row["id"])]
    yield "by name", sorted(case.truth)


def _orders_of_answers(case: Case) -> Iterator[tuple[str, list[str]]]:
    rows = case.last.facts("pulse_words")
    yield "as they lie", [_words(row) for row in rows]
    yield "as their keys sort", [_words(row) for row in sorted(rows, key=lambda row: row["key"])]
    raw = case.last.raw
    yield "by place in the file", sorted(map(_words, rows), key=lambda words: raw.find(words.encode()))
    if case.last.wal:
        yield "by place in the log", sorted(map(_words, rows), key=lambda words: case.last.wal.find(words.encode()))
        yield (
            "by last place in the log",
            sorted(map(_words, rows), key=lambda words: case.last.wal.rfind(words.encode())),
        )
    yield "by last place in the file", sorted(map(_words, rows), key=lambda words: raw.rfind(words.encode()))
    shown = json.loads(case.last.facts("pulse")[0]["fact"])["results"]["words"]
    yield "as the results show them", [text for _, text in shown]


def _words(row: dict[str, Any]) -> str:
    return str(json.loads(row["fact"])["text"])


def attempts(case: Case) -> dict[str, int]:
    """How many people each way joins rightly."""
    return {
        f"{people_as}, {answers_as}": sum(case.truth[who] == words for who, words in zip(people, answers, strict=True))
        for answers_as, answers in _orders_of_answers(case)
        for people_as, people in _orders_of_people(case)
    }


def no_better_than_chance(cases: list[Case]) -> None:
    """Each way joins one person a wave on average, with a variance of one, as any permutation by chance does."""
    waves, tried = len(cases), [attempts(case) for case in cases]
    for way in tried[0]:
        hits = sum(case[way] for case in tried)
        assert hits <= waves + SIGMAS * sqrt(waves), f"{way}: {hits} people in {waves} waves"


def unread_before_the_close(case: Case) -> None:
    """Nothing anybody wrote or chose stands anywhere before the close, and what is sealed is all of one size."""
    for backup in case.backups[:-1]:
        for words in case.truth.values():
            assert words.encode() not in backup.raw
            assert words.encode() not in backup.wal
        sealed = [row["row"] for row in backup.tables["sealed"]]
        assert len({len(row) for row in sealed}) <= 1
        assert len(sealed) == len(backup.receipts())
        assert not backup.facts("pulse_answer")
    assert not any(words in case.log for words in case.truth.values())


def unreadable_afterwards(case: Case) -> None:
    """After the close neither rows nor key are left, and with another secret no backup opens."""
    assert case.last.tables["sealed"] == case.last.tables["seal"] == []
    assert not case.last.facts("pulse_receipt")
    assert all(row["at"] is None and row["person"] == "" for row in case.last.facts("pulse_answer"))
    during = case.backups[-2]
    for row in during.tables["sealed"]:
        assert row["row"].encode() not in case.last.raw
    (seal,) = during.tables["seal"]
    assert seal["private"].encode() not in case.last.raw
    with pytest.raises(UnreadableSealError):
        Seals([b"another secret, thirty-two bytes"], fresh)._revealed(seal["private"])


def apart(cases: list[Case]) -> None:
    """Words do not lead to ratings: put side by side as they lie, they meet no more often than by chance."""
    hits, expected = 0, 0.0
    for case in cases:
        ratings = [json.loads(row["fact"]) for row in case.last.facts("pulse_answer")]
        by_words = {words: case.choices[who] for who, words in case.truth.items()}
        for number, row in enumerate(case.last.facts("pulse_words")):
            mine = by_words[_words(row)]
            pairs = [(str(rating["energy"]), str(rating["clarity"])) for rating in ratings]
            hits += pairs[number] == mine
            expected += pairs.count(mine) / len(pairs)
    assert hits <= expected + SIGMAS * sqrt(expected)


def test_backups_and_log_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On SQLite, over many waves, no way to join a person to an answer does better than guessing."""
    cases = []
    copy = tmp_path / "copy.db"
    for number in range(16):
        path = tmp_path / f"{number}.db"
        Seeded.seed = number
        with closing(Connections(f"sqlite:///{path}")) as connections:
            stage = Seeded(berlin("2026-03-24 10:00"), connections, content=CONTENT)
            copy = tmp_path / "copy.db"
            case = lived(stage, Random(number), partial(of_file, path, copy), lambda: "".join(capsys.readouterr()))
        unread_before_the_close(case)
        unreadable_afterwards(case)
        assert Path(f"{path}-wal").exists() is False
        cases.append(case)
    no_better_than_chance(cases)
    apart(cases)


@pytest.mark.postgres
def test_the_pages_and_the_log_of_a_server(migrated_postgres_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On PostgreSQL, with the order of rows on their pages, their transactions and the server's log, it is the same."""
    cases = []
    with closing(Connections(migrated_postgres_url)) as connections:
        for number in range(12):
            Seeded.seed = 1000 + number
            stage = Seeded(berlin("2026-03-24 10:00"), connections, content=CONTENT)
            log = Log(connections)
            case = lived(
                stage,
                Random(1000 + number),
                lambda: of_server(connections),
                lambda: "".join(capsys.readouterr()),
                log.read,
            )
            for words in case.truth.values():  # the log is read rightly: after the close the words stand in it
                assert words.encode() in case.last.wal
            unread_before_the_close(case)
            unreadable_afterwards(case)
            cases.append(case)
            with connections.transaction() as db:  # the next wave begins in an empty database
                for name in case.last.tables:
                    if name != "alembic_version":
                        db.run(f"TRUNCATE {name}")
                db.commit()
    no_better_than_chance(cases)
    apart(cases)


def test_pairs_of_before_and_after(tmp_path: Path) -> None:
    """Linked answers: sealed alike until the second close, then pairs that no order in any backup joins to a person."""
    skills = [question.id for question in CONTENT.surveys["learning-prepost"].questions]
    hits: dict[str, int] = {}
    waves = 10
    for number in range(waves):
        path, dice = tmp_path / f"linked{number}.db", Random(2000 + number)
        Seeded.seed = 2000 + number
        marks = dice.sample(range(5 ** len(skills)), len(CAST))
        truth = {
            person.lower(): {skill: 1 + mark // 5**at % 5 for at, skill in enumerate(skills)}
            for person, mark in zip(CAST, marks, strict=True)
        }
        with closing(Connections(f"sqlite:///{path}")) as connections:
            stage = Seeded(berlin("2026-03-24 10:00"), connections, content=CONTENT)
            people = list(CAST)
            dice.shuffle(people)
            for asked in ("pulse start learning-prepost Negotiation", "pulse start learning-prepost"):
                stage.types("Lena", asked)
                stage.until("Tue 17:00")
                for person in people:
                    stage.presses(person, "Open", "@")
                    chosen = {skill: str(value) for skill, value in truth[person.lower()].items()}
                    assert "Counted" in stage.submits(person, **chosen)
                during = of_file(path, tmp_path / "copy.db")
                assert not during.facts("pulse_pair")
                assert len({len(row["row"]) for row in during.tables["sealed"]}) == 1
                assert not any(person in row["id"] for row in during.tables["sealed"] for person in truth)
                stage.passes("6 days")
            stage.passes("7 days")
            last = of_file(path, tmp_path / "copy.db")
        pairs = last.facts("pulse_pair")
        assert len(pairs) == len(CAST)
        assert all(row["person"] == "" and row["at"] is None for row in pairs)
        parts = [row["person"] for row in last.tables["session"] if row["person"] and row["activity"] == "pulse"]
        joins = {
            "as they answered": [person.lower() for person in people],
            "by name": sorted(truth),
            "as their parts lie": list(dict.fromkeys(parts)),
        }
        for people_as, order in joins.items():
            for rows_as, rows in (("lie", pairs), ("sort", sorted(pairs, key=lambda row: row["key"]))):
                found = [json.loads(row["fact"])["before"]["answers"] for row in rows]
                assert all(row in found for row in truth.values())  # what they try to join is really there
                way = f"{people_as}, as pairs {rows_as}"
                hits[way] = hits.get(way, 0) + sum(truth[who] == row for who, row in zip(order, found, strict=False))
    for way, count in hits.items():
        assert count <= waves + SIGMAS * sqrt(waves), f"{way}: {count} people in {waves} waves"


def test_the_attacker_finds_what_can_be_found(tmp_path: Path) -> None:
    """The same attempts join everybody where answers are written in the order in which they came."""
    path = tmp_path / "leaks.db"
    Seeded.seed = 7
    with closing(Connections(f"sqlite:///{path}")) as connections:
        stage = Seeded(berlin("2026-03-24 10:00"), connections, content=CONTENT)
        case = lived(stage, Random(7), lambda: of_file(path, tmp_path / "copy.db"), lambda: "")
        with connections.transaction() as db:
            db.run("DELETE FROM kept WHERE kind = 'pulse_words'")
            for number, who in enumerate(case.order()):
                fact = json.dumps({"question": "help", "text": case.truth[who]})
                db.run(
                    "INSERT INTO kept (platform, workspace, team, kind, key, session, fact) "
                    "VALUES ('local', 'w', 't', 'pulse_words', :key, 's', :fact)",
                    {"key": f"{number}", "fact": fact},
                )
            db.commit()
        case.backups[-1] = of_file(path, tmp_path / "copy.db")
    found = attempts(case)
    assert found["as they answered, as they lie"] == 8
    assert found["as they answered, as their keys sort"] == 8
    with pytest.raises(AssertionError, match="people in 1 waves"):
        no_better_than_chance([case])
