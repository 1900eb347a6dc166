"""The machine has what the other tests stand on: a real PostgreSQL and a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import psycopg
import pytest
import sqlalchemy
from playwright.sync_api import Browser, Page
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from tests.browser import a_page
from tests.fixtures_postgres import Postgres
from tests.needs import missing


@pytest.mark.postgres
def test_each_test_has_a_postgresql_database_of_its_own(postgres_url: str, postgres: Postgres):
    """A database that one test fills is not the one that another sees."""
    with _connected(postgres_url) as ours:
        ours.execute(sqlalchemy.text("CREATE TABLE notes (id int)"))
        ours.commit()
    other = postgres.create()
    with _connected(postgres.url(other)) as theirs:
        assert theirs.execute(sqlalchemy.text("SELECT to_regclass('notes')")).scalar() is None
    postgres.drop(other)


@pytest.mark.postgres
def test_a_template_is_prepared_once_and_copied(postgres: Postgres):
    """Copies of a template hold what was prepared, and preparing happens once however many copies are made."""
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with _connected(url) as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE teams (name text)"))
            connection.execute(sqlalchemy.text("INSERT INTO teams VALUES ('Bridge')"))
            connection.commit()

    copies = [postgres.create(postgres.template("test_environment", prepare)) for _ in range(2)]
    for copy in copies:
        with _connected(postgres.url(copy)) as connection:
            assert connection.execute(sqlalchemy.text("SELECT name FROM teams")).scalars().all() == ["Bridge"]
        postgres.drop(copy)
    assert len(prepared) == 1


@pytest.mark.postgres
def test_a_migrated_database_has_the_newest_schema(migrated_postgres_url: str):
    """The migrations run on a real PostgreSQL, and make every table that the code names."""
    with _connected(migrated_postgres_url) as connection:
        made = set(sqlalchemy.inspect(connection).get_table_names())
    assert set(SQLModel.metadata.tables) <= made


@pytest.mark.postgres
def test_the_server_listens_on_no_address(postgres_url: str):
    """The tests' PostgreSQL is reached through its socket alone, so that nobody else on the machine meets it."""
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.fixture
def site() -> Iterator[str]:
    """A page on loopback with a button that answers, and one that calls for a picture from elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                b"<!doctype html><title>Round</title><link rel=icon href=data:,>"
                b"<button onclick=\"this.textContent='Done'\">Start</button>"
                b"<button onclick=\"new Image().src='http://192.0.2.1/spy.png'\">Spy</button>"
                b"<button onclick=\"throw new Error('torn')\">Tear</button>"
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a test's output is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_a_button_can_be_pressed_in_a_real_browser(page: Page, site: str):
    """A page served on loopback is drawn, and its button does what it says."""
    page.goto(site)
    page.get_by_role("button", name="Start").click()
    assert page.get_by_role("button", name="Done").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("button", "happens", "complaint"),
    [("Spy", "requestfailed", "outside this machine"), ("Tear", "pageerror", "threw an error")],
)
def test_a_page_that_misbehaves_fails_its_test(
    chromium: Browser, site: str, button: str, happens: Literal["requestfailed", "pageerror"], complaint: str
):
    """A page that loads anything from the network, or whose script breaks, fails its test unasked."""

    def visit() -> None:
        with a_page(chromium, width=390) as page:
            page.goto(site)
            with page.expect_event(happens):
                page.get_by_role("button", name=button).click()

    with pytest.raises(AssertionError, match=complaint):
        visit()


def test_in_ci_nothing_is_skipped(monkeypatch: pytest.MonkeyPatch):
    """What a machine lacks is a failure in CI and a skip elsewhere, each with its reason."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        missing("no such thing")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        missing("no such thing")


def _connected(url: str) -> sqlalchemy.Connection:
    """A connection that takes its pool with it, so that the database can be copied or dropped afterwards."""
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).connect()
