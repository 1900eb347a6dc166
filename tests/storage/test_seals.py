"""Rows under a seal: unreadable until they are opened together, unjoinable afterwards, gone with their key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.kernel.effects import BreakSeal, Effect, MakeSeal, OpenSeal, Seal, Unseal
from bot.kernel.ids import Member, SessionId, TeamId
from storage.database import Connection, Connections
from storage.migrations import upgrade
from storage.scheduling import Origin, schedule
from storage.seals import Seals, UnreadableSealError
from storage.unit import fresh
from tests.storage.stores import KINDS

NOW = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
WAVE = SessionId("wave")
PEOPLE = tuple(Member("local", "w", f"person{number}") for number in range(8))
KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture(params=KINDS)
def connections(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connections]:
    url = {"memory": "sqlite://", "file": f"sqlite:///{tmp_path / 'm.db'}"}.get(request.param)
    with closing(Connections(url or request.getfixturevalue("postgres_url"))) as opened:
        upgrade(opened)
        yield opened


@contextmanager
def transaction(connections: Connections, seals: Seals) -> Iterator[Connection]:
    with connections.transaction() as db:
        yield db
        db.commit()
        seals.tidy(db)


def do(connections: Connections, seals: Seals, *effects: Effect, session: str = "wave") -> None:
    origin = Origin(SessionId(session), "pulse", TeamId("t"), ("local", "w"))
    with transaction(connections, seals) as db:
        schedule(db, origin, effects, NOW, lambda *_: "", {}, seals)


def facts(connections: Connections, kind: str) -> list[object]:
    with connections.transaction() as db:
        rows = db.rows("SELECT fact, person, at FROM kept WHERE kind = :kind ORDER BY key", {"kind": kind})
    assert all(person == "" and at is None for _, person, at in rows)
    return [json.loads(fact) for fact, _, _ in rows]


def sealed(connections: Connections) -> list[str]:
    with connections.transaction() as db:
        return [row for (row,) in db.rows("SELECT row FROM sealed")]


def filled(connections: Connections, seals: Seals, count: int = 8) -> None:
    do(connections, seals, MakeSeal(WAVE, 400))
    for number in range(count):
        row = {"answers": {"q": number}, "words": [f"words{number}"]}
        do(connections, seals, Seal(WAVE, row), session=f"part{number}")


def test_what_is_sealed_is_opened_whole_and_apart(connections: Connections) -> None:
    """Opening gives every row once, words apart from ratings, and leaves neither row nor key."""
    seals = Seals([KEY], fresh)
    filled(connections, seals)
    assert len({len(base64.b64decode(row)) for row in sealed(connections)}) == 1
    do(connections, seals, OpenSeal(WAVE, {"answers": "a", "words": "w"}, least=5))
    assert sorted(fact["q"] for fact in facts(connections, "a")) == list(range(8))  # type: ignore[index]
    assert sorted(map(str, facts(connections, "w"))) == [f"words{number}" for number in range(8)]
    with connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM sealed") == (0,)
        assert db.row("SELECT COUNT(*) FROM seal") == (0,)


def test_too_few_rows_are_deleted_unread(connections: Connections) -> None:
    """With fewer rows than asked for nothing is written, and nothing is left."""
    seals = Seals([KEY], fresh)
    filled(connections, seals, count=4)
    do(connections, seals, OpenSeal(WAVE, {"answers": "a", "words": "w"}, least=5))
    assert facts(connections, "a") == facts(connections, "w") == sealed(connections) == []


def test_without_the_secret_nothing_opens(connections: Connections) -> None:
    """With another secret the opening fails, in words that quote nothing, and everything stays as it was."""
    filled(connections, Seals([KEY], fresh))
    with pytest.raises(UnreadableSealError, match="MODERATO_SECRET_KEY"):
        do(connections, Seals([OTHER], fresh), OpenSeal(WAVE, {"answers": "a"}, least=5))
    assert len(sealed(connections)) == 8


def test_a_rotated_secret_opens_what_the_old_one_sealed(connections: Connections) -> None:
    """After a start with both secrets, the new one alone is enough."""
    filled(connections, Seals([KEY], fresh))
    both = Seals([OTHER, KEY], fresh)
    with transaction(connections, both) as db:
        assert both.reseal(db) == 1
    do(connections, Seals([OTHER], fresh), OpenSeal(WAVE, {"answers": "a"}, least=5))
    assert len(facts(connections, "a")) == 8


def test_linked_rows_meet_without_a_name(connections: Connections) -> None:
    """Who has a row for both parts becomes one fact; who has only one, or took theirs back, is in none."""
    seals = Seals([KEY], fresh)
    do(connections, seals, MakeSeal(WAVE, 200, linked=True))
    for number, member in enumerate(PEOPLE):
        do(connections, seals, Seal(WAVE, {"q": number}, member, "before"))
        do(connections, seals, Seal(WAVE, {"q": 99}, member, "before"))
    for number, member in enumerate(PEOPLE[:7]):
        do(connections, seals, Seal(WAVE, {"q": number + 1}, member, "after"))
    do(connections, seals, Unseal(WAVE, PEOPLE[0], ("before", "after")))
    assert len(sealed(connections)) == 13
    do(connections, seals, OpenSeal(WAVE, {"": "pair"}, least=5, parts=("before", "after")))
    pairs = facts(connections, "pair")
    assert sorted((pair["before"]["q"], pair["after"]["q"]) for pair in pairs) == [(n, n + 1) for n in range(1, 7)]  # type: ignore[index]
    assert not any(member.user in json.dumps(pairs) for member in PEOPLE)


def test_a_broken_seal_leaves_nothing(connections: Connections) -> None:
    """Breaking destroys rows and key; what comes later for that seal is not kept."""
    seals = Seals([KEY], fresh)
    filled(connections, seals)
    do(connections, seals, BreakSeal(WAVE))
    do(connections, seals, Seal(WAVE, {"answers": {}}))
    do(connections, seals, OpenSeal(WAVE, {"answers": "a"}, least=1))
    assert facts(connections, "a") == sealed(connections) == []


def test_a_row_too_long_is_refused_without_quoting_it(connections: Connections) -> None:
    """An answer longer than promised is an error that does not repeat it."""
    seals = Seals([KEY], fresh)
    do(connections, seals, MakeSeal(WAVE, 50))
    with pytest.raises(ValueError, match="longer than its seal") as error:
        do(connections, seals, Seal(WAVE, {"words": "secret" * 100}))
    assert "secret" not in str(error.value)


def test_the_write_ahead_log_is_empty_after_the_opening(tmp_path: Path) -> None:
    """On SQLite, once opened, neither the log beside the file nor the file itself holds a sealed row or the key."""
    path = tmp_path / "m.db"
    with closing(Connections(f"sqlite:///{path}")) as connections:
        upgrade(connections)
        seals = Seals([KEY], fresh)
        filled(connections, seals)
        with connections.transaction() as db:
            ((private,),) = db.rows("SELECT private FROM seal")
        traces = [row.encode() for row in sealed(connections)] + [private.encode()]
        log = path.with_name("m.db-wal")
        assert any(trace in log.read_bytes() + path.read_bytes() for trace in traces)
        do(connections, seals, OpenSeal(WAVE, {"answers": "a"}, least=5))
        assert log.stat().st_size == 0
        assert not any(trace in path.read_bytes() for trace in traces)
