"""The transaction: claim, context, load, save, schedule, commit."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, assert_never

import psycopg

from bot.engine.ports import StaleSessionError, Stored
from bot.kernel.activity import (
    Activity,
    Command,
    Context,
    Dossier,
    Facts,
    Kept,
    Level,
    Need,
    OpenSession,
    Roster,
    Search,
    Sessions,
)
from bot.kernel.cards import Shape
from bot.kernel.effects import Effect, Erase
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId, TeamId
from bot.kernel.inbound import OF_THE_CLOCK, Inbound, News
from bot.kernel.people import Person, Team
from storage import dossier, learning, scheduling
from storage.database import Connection, Connections
from storage.moments import moment, stamp
from storage.people import (
    OF_SESSION,
    OF_TEAM,
    PERSON,
    TEAM,
    TEAM_OF,
    TEAM_PERSON_SESSION,
    person_of,
    read_settings,
    team_of,
    with_names,
)
from storage.seals import Seals
from storage.states import States
from storage.words import query

Commands = tuple[tuple[str, Command], ...]
Chance = Callable[[str], bytes]  # 18 random bytes for the arrival of that id
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a session row says besides its state."""

    id: str
    activity: str
    team: str
    parent: str
    user: str
    state: str
    version: int


class Unit:
    """One transaction over one connection; see `bot.engine.ports.Unit` for what each step promises."""

    def __init__(
        self,
        connection: Connection,
        states: States,
        content: Any,
        pepper: bytes,
        commands: Commands,
        chance: Chance,
        hearers: scheduling.Hearers,
        seals: Seals,
        timeless: frozenset[str],
    ) -> None:
        self._db, self._states, self._content, self._pepper = connection, states, content, pepper
        self._commands, self._chance, self._hearers = commands, chance, hearers
        self._seals, self._timeless = seals, timeless
        self._session: SessionFacts | None = None
        self._team: Team | None = None
        self._workspace = ("", "")

    # claim

    def claim(self, inbound: Inbound, now: datetime) -> bool:
        """Take *inbound* for this transaction. False if it was already taken."""
        if isinstance(inbound, OF_THE_CLOCK):
            gone = self._db.run(
                "DELETE FROM timer WHERE session = :session AND name = :name AND at IS NOT NULL AND due = :due",
                {"session": inbound.session, "name": inbound.name, "due": stamp(inbound.at)},
            )
            return bool(gone)
        return self._claim(inbound.id, now)

    def claim_news(self, news: News, now: datetime) -> bool:
        return self._claim(news.id, now)

    def _claim(self, arrival: str, now: datetime) -> bool:
        digest = blake2b(arrival.encode(), key=self._pepper[:64], digest_size=16).hexdigest()
        return bool(
            self._db.run(
                "INSERT INTO inbox (id, day) VALUES (:id, :day) ON CONFLICT (id) DO NOTHING",
                {"id": digest, "day": stamp(now) // DAY},
            )
        )

    # context

    def context_for(self, inbound: Inbound, needs: tuple[Need, ...], now: datetime) -> Context:
        """The facts *inbound* is judged by, and no others."""
        actor: Person | None = None
        teams: tuple[Team, ...] = ()
        if isinstance(inbound, OF_THE_CLOCK):
            self._workspace = inbound.workspace
            session, level = inbound.session, Level.CLOCK
            self._session = self._read_session(session)
            team = self._team_by_id(self._session.team if self._session else team_in(session))
        else:
            member = inbound.actor
            self._workspace = (member.platform, member.workspace)
            session = getattr(getattr(inbound, "action", None), "session", NO_SESSION)
            here, found = (None, None) if inbound.place.direct else self._team_at(inbound.place, member, session)
            if here is None:
                self._session = self._read_session(session)
            team = here
            if session:
                wanted = self._session.team if self._session else team_in(session)
                team = here if here is not None and here.id == wanted else self._team_by_id(wanted)
            if team is None and inbound.place.direct and not session:
                teams = self._teams_of(member)
                team = teams[0] if len(teams) == 1 else None
            if found is None or team is not here:
                found = self._standing(member, team)
            actor, is_member = found
            if here is not None and team is here and not is_member:
                quiet = dossier.has_declined(self._db, member, self._pepper)
                learning.come_in(self._db, self._hearers, here.id, here.place, member, now, quiet=quiet)
                actor, is_member = self._standing(member, team)
            if inbound.place.direct and not actor.reachable:
                learning.reached(self._db, self._hearers, member, now)
            level = Level.ANYONE if not is_member else Level.OWNER if actor.owner else Level.MEMBER
        self._team = team
        drawn = self._chance(inbound.id)
        context = Context(
            now=now,
            new_session=SessionId(urlsafe_b64encode(drawn[:12]).decode()),
            seed=int.from_bytes(drawn[12:18]),
            level=level,
            team=team,
            actor=actor,
            teams=teams,
            content=self._content,
            commands=self._commands,
            parent=SessionId(self._session.parent if self._session else ""),
        )
        return self._with(context, needs, session, inbound)

    def _with(self, context: Context, needs: tuple[Need, ...], session: SessionId, inbound: Inbound) -> Context:
        kept: dict[str, tuple[Kept, ...]] = {}
        for need in needs:
            match need:
                case Roster():
                    context = replace(context, roster=self._roster(context.team))
                case Facts():
                    before = kept.get(need.kind, ())
                    kept[need.kind] = (*before, *(f for f in self._facts(need, context, session) if f not in before))
                case Search():
                    kept[need.kind] = self._found(need, context, inbound)
                case Sessions():
                    context = replace(context, sessions=(*context.sessions, *self._open(need, context)))
                case Dossier():
                    who = context.actor.member if context.actor else None
                    context = replace(context, dossier=dossier.about(self._db, who) if who else {})
                case _:
                    assert_never(need)
        return replace(context, kept=kept) if kept else context

    def _roster(self, team: Team | None) -> tuple[Person, ...]:
        if team is None:
            return ()
        rows = self._db.rows(
            f"{PERSON} AND m.bot = 0 AND m.active = 1 AND s.gone IS NULL ORDER BY s.joined, m.person", self._at(team)
        )
        return tuple(person_of(row, team) for row in rows)

    def _facts(self, need: Facts, context: Context, session: SessionId) -> tuple[Kept, ...]:
        where, of = {
            "team": ("team = :of", context.team.id if context.team else ""),
            "teams": (
                "team IN (SELECT s.team FROM membership s CROSS JOIN team t WHERE t.id = s.team AND s.person = :of "
                "AND s.gone IS NULL AND t.lost = '' AND t.platform = :p AND t.workspace = :w)",
                context.actor.member.user if context.actor else "",
            ),
            "session": ("session = :of", session),
            "parent": ("session = :of", context.parent),
            # From the parts to their facts: SQLite would rather look through all facts of the workspace.
            "parts": ("k.session = part.id AND part.parent = :of", session),
            "people": (
                "person IN (SELECT person FROM membership WHERE team = :of AND gone IS NULL)",
                context.team.id if context.team else "",
            ),
            "member": ("person = :of", context.actor.member.user if context.actor else ""),
            "workspace": ("team = '' AND :of <> ''", self._workspace[1]),
        }[need.of]
        if not of:  # a timer has no actor, a direct message perhaps no team: nobody's facts are not everybody's
            return ()
        source = "session part CROSS JOIN kept k" if need.of == "parts" else "kept k"
        return self._kept(where, need.kind, need.most, {"of": of}, source)

    def _kept(
        self, where: str, kind: str, most: int, params: dict[str, Any], source: str = "kept k"
    ) -> tuple[Kept, ...]:
        rows = self._db.rows(
            f"SELECT k.kind, k.key, k.fact, k.person, k.session, k.at, k.team FROM {source} WHERE {where} "
            "AND k.kind = :kind AND k.platform = :p AND k.workspace = :w ORDER BY k.at DESC, k.key LIMIT :most",
            params | {"kind": kind, "most": most, "p": self._workspace[0], "w": self._workspace[1]},
        )
        return tuple(
            Kept(
                kind,
                key,
                json.loads(row),
                Member(*self._workspace, user) if user else None,
                SessionId(owner),
                moment(at) if at is not None else None,
                str(team),
            )
            for kind, key, row, user, owner, at, team in rows
        )

    def _found(self, need: Search, context: Context, inbound: Inbound) -> tuple[Kept, ...]:
        """Facts by their words. Both databases see the words in one plain form, so both find the same."""
        wanted = query(need.words(inbound), postgres=self._db.postgres)
        if not wanted:
            return self._facts(Facts(need.kind, most=need.most), context, NO_SESSION)
        if self._db.postgres:
            matching = "words <> '' AND to_tsvector('simple', words) @@ to_tsquery('simple', :wanted)"
        else:
            matching = (
                "(platform, workspace, team, kind, key) IN (SELECT platform, workspace, team, kind, key "
                "FROM kept_words WHERE kept_words MATCH :match)"
            )
        team = context.team.id if context.team else ""
        params = {"of": team, "wanted": wanted, "match": f"words : ({wanted})"}
        return self._kept(f"team = :of AND {matching}", need.kind, need.most, params)

    def _open(self, need: Sessions, context: Context) -> tuple[OpenSession, ...]:
        where = "1 = 1" if not need.activity else "activity = :activity"
        params: dict[str, Any] = {"activity": need.activity, "p": self._workspace[0], "w": self._workspace[1]}
        if need.of == "team":
            column, of = "team", context.team.id if context.team else ""
        else:
            column, of = "person", context.actor.member.user if context.actor else ""
        if not of:
            return ()
        params["of"] = of
        rows = self._db.rows(
            f"SELECT id, activity, person, parent, team FROM session WHERE {column} = :of AND {where} AND open = 1 "
            "AND platform = :p AND workspace = :w ORDER BY changed DESC LIMIT 200",
            params,
        )
        return tuple(
            OpenSession(SessionId(i), a, Member(*self._workspace, u) if u else None, SessionId(p), TeamId(t))
            for i, a, u, p, t in rows
        )

    # load and save

    def load(self, session: SessionId, within: tuple[str, str]) -> Stored:
        """The session, if it belongs to this workspace; version 0 if there is none."""
        self._workspace = within
        if self._session is None or self._session.id != session:
            self._session = self._read_session(session)
        found = self._session
        if found is None:
            return Stored(session, "", None, 0)
        if found.activity not in self._states:  # an activity that this bot no longer has
            return Stored(session, found.activity, None, found.version)
        return Stored(session, found.activity, self._states.read(found.activity, found.state), found.version)

    def save(
        self, stored: Stored, state: Any, *, over: bool, parent: SessionId, member: Member | None, now: datetime
    ) -> None:
        """Write the state. Raises StaleSessionError if somebody else moved the session on meanwhile."""
        values = {
            "id": stored.id,
            "state": self._states.write(stored.activity, state),
            "version": stored.version,
            "open": 0 if over else 1,
            "changed": stamp(now),
        }
        if stored.version:
            moment_of_it = "" if stored.activity in self._timeless else ", changed = :changed"
            # Two indexes have it, which would be written anew for the same value.
            opened = "" if self._states.is_over(stored.activity, stored.state) == over else ", open = :open"
            moved = self._db.run(
                f"UPDATE session SET state = :state, version = :version + 1{opened}{moment_of_it} "
                "WHERE id = :id AND version = :version",
                values,
            )
        else:
            moved = self._db.run(
                "INSERT INTO session (id, platform, workspace, activity, team, parent, person, state, version, open, changed) "
                "VALUES (:id, :platform, :workspace, :activity, :team, :parent, :user, :state, 1, :open, :changed) "
                "ON CONFLICT (id) DO NOTHING",
                values
                | {
                    "platform": self._workspace[0],
                    "workspace": self._workspace[1],
                    "activity": stored.activity,
                    "team": self._team.id if self._team else "",
                    "parent": parent,
                    "user": member.user if member else "",
                },
            )
        if moved != 1:
            raise StaleSessionError(stored.id)

    def schedule(self, session: SessionId, activity: str, effects: tuple[Effect, ...], now: datetime) -> None:
        """Turn effects into rows."""
        team = self._team.id if self._team else TeamId("")
        origin = scheduling.Origin(session, activity, team, self._workspace)
        scheduling.schedule(self._db, origin, effects, now, self._dump, self._hearers, self._seals)
        for effect in effects:
            if isinstance(effect, Erase) and effect.last:
                dossier.decline(self._db, effect.member, self._pepper)

    def _dump(self, activity: str, state: Any) -> tuple[str, bool]:
        return self._states.write(activity, state), self._states.is_over(activity, state)

    def learn(self, news: News, now: datetime) -> None:
        """Write down what the platform says, and tell the open sessions that listen for it."""
        learning.learn(
            self._db, news, self._hearers, now, lambda member: dossier.has_declined(self._db, member, self._pepper)
        )

    def shown(self, place: Place, message: str) -> tuple[SessionId, str] | None:
        """Which session posted this message, and under which name."""
        rows = self._db.rows(
            "SELECT session, name FROM message WHERE platform = :p AND workspace = :w AND message = :m AND channel = :c",
            {"p": place.platform, "w": place.workspace, "m": message, "c": place.channel},
        )
        if len(rows) != 1:  # one message of several things is drawn as a whole when its edit is sent
            return None
        return SessionId(rows[0][0]), rows[0][1]

    def named(self, shape: Shape) -> Shape:
        """The card or form with everybody's name filled in."""
        return with_names(self._db, shape)

    def commit(self) -> None:
        self._db.commit(lambda: self._seals.tidy(self._db))

    # rows

    def _read_session(self, session: SessionId) -> SessionFacts | None:
        if not session:
            return None
        row = self._db.row(
            "SELECT id, activity, team, parent, person, state, version FROM session "
            "WHERE id = :id AND platform = :p AND workspace = :w AND version > 0",
            {"id": session, "p": self._workspace[0], "w": self._workspace[1]},
        )
        return SessionFacts(*row) if row else None

    def _team_at(
        self, place: Place, member: Member, session: SessionId
    ) -> tuple[Team | None, tuple[Person, bool] | None]:
        """The team of a channel; and, in the same look, who *member* is in it, if they ever were, and the session."""
        row = self._db.row(
            TEAM_PERSON_SESSION,
            {
                "platform": place.platform,
                "workspace": place.workspace,
                "channel": place.channel,
                "user": member.user,
                "session": session,
            },
        )
        self._session = None
        if row is None:
            return None, None
        team, person, found = team_of(row[:OF_TEAM]), row[OF_TEAM:OF_SESSION], row[OF_SESSION:]
        at_home = (member.platform, member.workspace) == (place.platform, place.workspace)
        if not at_home:
            self._session = self._read_session(session)
        elif found[0] is not None:
            self._session = SessionFacts(*found)
        if person[0] is None or not at_home:
            return team, None
        return team, (person_of(person, team), person[-1] is None)

    def _team_by_id(self, team: str) -> Team | None:
        if not team:
            return None
        row = self._db.row(
            f"{TEAM} WHERE id = :id AND platform = :p AND workspace = :w",
            {"id": team, "p": self._workspace[0], "w": self._workspace[1]},
        )
        return team_of(row) if row else None

    def _teams_of(self, member: Member) -> tuple[Team, ...]:
        rows = self._db.rows(
            f"SELECT {TEAM_OF} FROM membership s CROSS JOIN team t WHERE s.person = :u AND s.gone IS NULL "
            "AND t.id = s.team AND t.platform = :p AND t.workspace = :w AND t.lost = '' ORDER BY t.founded, t.id",
            {"p": member.platform, "w": member.workspace, "u": member.user},
        )
        return tuple(team_of(row) for row in rows)

    def _standing(self, member: Member, team: Team | None) -> tuple[Person, bool]:
        """Who that is, and whether they are in the team now."""
        if team is not None:
            row = self._db.row(f"{PERSON} AND s.person = :user", {**self._at(team), "user": member.user})
            if row:
                return person_of(row, team), row[-1] is None
        row = self._db.row(
            "SELECT name, zone, guest, reachable, settings FROM member WHERE platform = :platform AND workspace = :workspace "
            "AND person = :user",
            self._user(member),
        )
        name, zone, guest, reachable, settings = row or ("", "", 0, 1, "")
        chosen = read_settings(settings)
        person = Person(
            member,
            name,
            chosen.zone or zone or (team.zone if team else "UTC"),
            bool(guest),
            takes_part=False,
            reachable=bool(reachable),
            settings=chosen,
            zone_known=bool(chosen.zone or zone),
        )
        return person, False

    def _at(self, team: Team) -> dict[str, str]:
        return {"platform": team.place.platform, "workspace": team.place.workspace, "team": team.id}

    def _user(self, member: Member | None) -> dict[str, str]:
        return {
            "platform": self._workspace[0],
            "workspace": self._workspace[1],
            "user": member.user if member else "",
        }


def team_in(session: str) -> str:
    """The team a single session such as `roles.TEAM` belongs to, before that session exists."""
    return session.partition(".")[2]


def fresh(arrival: str) -> bytes:  # noqa: ARG001  (a rehearsal and a simulation draw by it)
    """Chance as it should be: the operating system's."""
    return secrets.token_bytes(18)


def hearers_of(activities: Mapping[str, Activity]) -> scheduling.Hearers:
    """What each activity wants to be told: its verbs that begin with `told:`."""
    return {
        name: frozenset(verb.removeprefix("told:") for verb in activity.allow if verb.startswith("told:"))
        for name, activity in activities.items()
    }


class Database:
    """The store: transactions for the engine. The queues in `queues.py` read from the same connections.

    *seal_keys*: 32 bytes each, from outside the database; the first seals, all of them open. Without any, one
    is made from the pepper. *doubting*: see `States`.
    """

    def __init__(
        self,
        connections: Connections,
        activities: Mapping[str, Activity],
        pepper: bytes,
        content: Any = None,
        chance: Chance = fresh,
        seal_keys: Sequence[bytes] = (),
        *,
        doubting: bool = False,
    ) -> None:
        self.connections = connections
        self.content = content
        self._chance = chance
        self._pepper = pepper
        self._commands = tuple(
            (name, command) for name, activity in activities.items() for command in activity.commands
        )
        self._hearers = hearers_of(activities)
        self.states = States(activities, doubting=doubting)
        self._timeless = frozenset(name for name, activity in activities.items() if activity.timeless)
        self.seals = Seals(seal_keys or (blake2b(b"seals", key=pepper[:64], digest_size=32).digest(),), chance)

    def unit(self) -> AbstractContextManager[Unit]:
        return _UnitOfWork(self)

    def over(self, connection: Connection) -> Unit:
        """A unit of work over an open transaction."""
        return Unit(
            connection,
            self.states,
            self.content,
            self._pepper,
            self._commands,
            self._chance,
            self._hearers,
            self.seals,
            self._timeless,
        )


class _UnitOfWork(AbstractContextManager[Unit]):
    """A transaction with a unit over it; a class for the same reason as the transaction itself."""

    __slots__ = ("_database", "_transaction")

    def __init__(self, database: Database) -> None:
        self._database, self._transaction = database, database.connections.transaction()

    def __enter__(self) -> Unit:
        return self._database.over(self._transaction.__enter__())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        self._transaction.__exit__(kind, error, trace)
        if isinstance(error, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
            raise StaleSessionError("another transaction was in the way") from error
