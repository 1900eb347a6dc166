"""A store of each kind, and a small activity that lives in it, for tests of what storage promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.engine.handle import Engine
from bot.engine.ports import Outgoing, Sent
from bot.engine.route import Routes
from bot.kernel.activity import Activity, Aimed, Command, Context, Level, Need
from bot.kernel.cards import Card, Text
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import Effect
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, Inbound, RosterRead, TimerFired, Told
from bot.kernel.people import Profile
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

NOW = datetime(2026, 3, 24, 8, 30, tzinfo=UTC)  # Tuesday, 09:30 in Berlin: within everybody's hours
HERE = Place("local", "w", "bridge")
LENA, TOMAS, ARUN = (Member("local", "w", name) for name in ("lena", "tomas", "arun"))
KINDS = ("memory", "file", pytest.param("postgres", marks=pytest.mark.postgres))


@dataclass(frozen=True, slots=True)
class Page:
    """Lines that were written on it."""

    lines: tuple[str, ...] = ()
    phase: Literal["page"] = "page"


@dataclass(frozen=True, slots=True)
class Full:
    """Nothing can be added any more."""

    lines: tuple[str, ...]
    phase: Literal["full"] = "full"


def _aim(inbound: Inbound, context: Context) -> Aimed | Refused:
    match inbound:
        case CommandIssued(rest=rest):
            return Aimed(context.new_session, rest or "begun")
        case TimerFired() | Told():
            return Aimed(inbound.session, inbound.verb)
        case _:
            return Aimed(inbound.action.session, inbound.action.argument)


def _decide(state: Page | Full | None, line: str, now: datetime) -> Decision[Any] | Refused:  # noqa: ARG001
    match state:
        case Full():
            return Refused("This page is full.")
        case Page(lines=lines) if line == "shut":
            return Decision(Full(lines))
        case Page(lines=lines):
            return Decision(Page((*lines, line)), reply=say(f"{len(lines) + 1} lines."))
        case None:
            return Decision(Page((line,)))


HEARD = (
    "founded",
    "joined",
    "left",
    "resumed",
    "undelivered",
    "put_up",
    "reachable",
    "member_reachable",
    "place_lost",
    "place_found",
    "forget",
    "news",
)
PAGES = Activity(
    name="pages",
    state_type=Page | Full | None,
    allow={"begin": Level.MEMBER, "write": Level.MEMBER, "timer:turn": Level.CLOCK}
    | {f"told:{verb}": Level.CLOCK for verb in HEARD},
    aim=_aim,
    decide=_decide,
    commands=(Command("page", "begin", "A page"),),
    finished=(Full,),
)
DEAF = replace(PAGES, name="deaf", allow={"begin": Level.MEMBER}, commands=())
ACTIVITIES = (PAGES, DEAF)


def card(text: str) -> Card:
    return Card(text, (Text(f"About {text}."),))


class Store:
    """A store with a founded team in it, and short ways to write into it and read from it."""

    def __init__(self, connections: Connections, *, founded: bool = True) -> None:
        by_name = {activity.name: activity for activity in ACTIVITIES}
        self.connections = connections
        self.database = Database(connections, by_name, b"pepper")
        self.queues = Queues(connections, by_name)
        self.engine = Engine(by_name, Routes(ACTIVITIES), self.database.unit, lambda: self.now)
        self.now = NOW
        self._ids = count(1)
        if founded:
            self.found()
            self.told()

    def id(self) -> str:
        return f"i{next(self._ids)}"

    # what the platform says

    def found(
        self,
        place: Place = HERE,
        people: Sequence[Member] = (LENA, TOMAS, ARUN),
        by: Member | None = LENA,
        zones: Sequence[str] = ("Europe/Berlin",),
    ) -> str:
        """Read a channel's roster; the id of its team."""
        profiles = tuple(
            Profile(member, member.user.capitalize(), zones[n % len(zones)]) for n, member in enumerate(people)
        )
        self.engine.hear(RosterRead(id=self.id(), place=place, name=place.channel, people=profiles, by=by))
        return self.team(place)

    def team(self, place: Place = HERE) -> str:
        ((team,),) = self.rows(
            "SELECT id FROM team WHERE platform = :p AND workspace = :w AND channel = :c",
            {"p": place.platform, "w": place.workspace, "c": place.channel},
        )
        return str(team)

    # what a decision writes

    def does(
        self, *effects: Effect, session: str = "s1", place: Place = HERE, by: Member = LENA, activity: str = "pages"
    ) -> None:
        """Open the session if it is new, and schedule *effects* from it, in one committed transaction."""
        with self.database.unit() as unit:
            inbound = CommandIssued(id=self.id(), actor=by, place=place, activity=activity, verb="begin")
            assert unit.claim(inbound, self.now)
            unit.context_for(inbound, (), self.now)
            stored = unit.load(SessionId(session), (by.platform, by.workspace))
            if not stored.version:
                opened = replace(stored, activity=activity)
                unit.save(opened, Page(), over=False, parent=NO_SESSION, member=None, now=self.now)
            unit.schedule(SessionId(session), activity, effects, self.now)
            unit.commit()

    def context(self, *needs: Need, by: Member = LENA, place: Place = HERE, session: str = "") -> Context:
        """What an activity is told about a press by somebody."""
        with self.database.unit() as unit:
            return unit.context_for(press(by, place, session, id=self.id()), needs, self.now)

    # what goes out

    def claim(self) -> Outgoing | None:
        return self.queues.claim_next(self.now)

    def deliver(self) -> list[Outgoing]:
        """Send all that is due; each message gets the id `m` and the number of its row."""
        sent = []
        while (outgoing := self.claim()) is not None:
            self.queues.settle(
                outgoing, Sent(outgoing.replaces or f"m{outgoing.id}", outgoing.channel or "D"), self.now
            )
            sent.append(outgoing)
        return sent

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)

    def told(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Take everything that is to be told by now: to which session, what, with what."""
        found = []
        while (due := self.queues.due(self.now)) is not None:
            with self.database.unit() as unit:
                assert unit.claim(due, self.now)
                unit.commit()
            if isinstance(due, Told):
                found.append((due.session, due.verb_told, dict(due.payload)))
        return found

    def rows(self, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self.connections.transaction() as db:
            return db.rows(sql, params)

    def outbox(self) -> list[tuple[str, str, str]]:
        """Name, status and reason of every row, in order."""
        return [(n, s, b) for n, s, b in self.rows("SELECT name, status, because FROM outbox ORDER BY id")]


def press(
    by: Member = LENA, place: Place = HERE, session: str = "s1", line: str = "line", id: str = "p"
) -> ButtonPressed:
    from bot.kernel.cards import Action

    return ButtonPressed(id=id, actor=by, place=place, action=Action("pages", SessionId(session), "write", line))


def titles(sent: Sequence[Outgoing]) -> list[str]:
    return [one.card.title if one.card else "-" for one in sent]


@pytest.fixture(scope="session")
def newest_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "newest.db"
    connections = Connections(f"sqlite:///{file}")
    upgrade(connections)
    connections.close()
    return file


def copy_into(connections: Connections, schema: Path) -> Connections:
    """The same connections, to a database that has become a copy of *schema*."""
    source = sqlite3.connect(schema)
    source.backup(connections.raw())
    source.close()
    return connections


def opened(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Connections:
    """Connections to a fresh store of that kind, with the newest schema."""
    if kind == "postgres":
        return Connections(request.getfixturevalue("migrated_postgres_url"))
    url = "sqlite://" if kind == "memory" else f"sqlite:///{tmp_path / 'store.db'}"
    return copy_into(Connections(url), request.getfixturevalue("newest_schema"))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with a team in it, on each kind of database."""
    connections = opened(request.param, request, tmp_path)
    yield Store(connections)
    connections.close()
