"""The schema that migrations make is the schema that the code believes in, whoever starts first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from storage.database import Connections
from storage.migrations import upgrade
from tests.storage.stores import KINDS

ROOT = Path(__file__).parents[2]
UPGRADE = """
import sys
from storage.database import Connections
from storage.migrations import upgrade
sys.stdin.readline()
connections = Connections(sys.argv[1])
upgrade(connections)
connections.close()
"""


@pytest.fixture(params=KINDS[1:])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_url")
    else:
        yield f"sqlite:///{tmp_path / 'new.db'}"


def differences(url: str) -> list[object]:
    """What alembic would have to change to make the database what the tables say."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": lambda _, name, *__: not str(name).startswith("kept_words")}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, SQLModel.metadata))


def test_an_upgrade_makes_what_the_tables_say(empty: str) -> None:
    """From nothing, the migrations make exactly the tables, columns and indexes of `tables.py`."""
    with closing(Connections(empty)) as connections:
        upgrade(connections)
    assert differences(empty) == []


def test_an_upgrade_of_the_newest_changes_nothing(empty: str) -> None:
    """To upgrade again, as at every start, is harmless and keeps what is there."""
    with closing(Connections(empty)) as connections:
        upgrade(connections)
        with connections.transaction() as db:
            db.run("INSERT INTO heartbeat (id, at) VALUES (1, 7)")
            db.commit()
        upgrade(connections)
        with connections.transaction() as db:
            assert db.rows("SELECT at FROM heartbeat") == [(7,)]


def test_two_that_start_at_once_upgrade_once(empty: str) -> None:
    """Two processes that start together on an empty database both end well, with one whole schema."""
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, empty], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in starting:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in starting:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert differences(empty) == []


def test_another_database_is_refused_in_plain_words() -> None:
    """A URL of a database that is not supported says which ones are."""
    with pytest.raises(ValueError, match="must start with sqlite:// or postgresql://"):
        Connections("mysql://somewhere/db")
