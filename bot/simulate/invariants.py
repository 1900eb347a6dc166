"""What must hold: after each step of the session that was touched, and once a simulated day of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.kernel.activity import Activity
from bot.kernel.cards import Card, sentences
from bot.kernel.ids import Member
from bot.kernel.signs import Group, Sign, Topic
from bot.kernel.words import members_in
from storage.database import Connection, Connections
from storage.moments import stamp
from storage.scheduling import CARD

STUCK = timedelta(hours=8)  # longer than any hold: what was due then and still waits will wait for ever


class ViolatedError(AssertionError):
    """Something that must hold does not. The message says what, and how to see it again."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a check of one session may look at besides its state."""

    now: datetime
    session: str
    team: str
    timers: frozenset[str]  # names of the timers that are set
    public: Mapping[str, Card]  # by name: cards for a channel that wait to be sent

    def named(self, name: str) -> frozenset[Member]:
        """Everybody whom the public card of that name, as it waits to be sent, names."""
        card = self.public.get(name)
        return frozenset(m for sentence in sentences(card) for m in members_in(sentence)) if card else frozenset()


Check = Callable[[Any, Look], Iterator[str]]
CHECKS: dict[str, list[Check]] = {}


def holds(activity: str) -> Callable[[Check], Check]:
    """Register a check for the sessions of an activity: it is given the state, and yields what is wrong with it."""

    def register(check: Check) -> Check:
        CHECKS.setdefault(activity, []).append(check)
        return check

    return register


# Timers that outlive their session, by activity: what they wait for is to forget what the session left.
OUTLIVE: dict[str, set[str]] = {"checkins": {"expire"}}


class Watch:
    """Looks into the database, past the engine."""

    def __init__(self, connections: Connections, activities: Mapping[str, Activity]) -> None:
        self._connections = connections
        self._activities = activities
        self.also: dict[
            str, Check
        ] = {}  # by activity: what a course of people checks besides, with a memory of its own
        self._states = {name: TypeAdapter[Any](activity.state_type) for name, activity in activities.items()}

    def moved_to(self, connections: Connections) -> None:
        """Another process, with connections of its own."""
        self._connections = connections

    def touched(self, now: datetime) -> Iterator[str]:
        """What is wrong with the sessions that were moved at this moment."""
        with self._connections.transaction() as db:
            yield from self._sessions(db, now, "changed = :now")
            yield from self._parked(db)

    def everything(self, now: datetime) -> Iterator[str]:
        """What is wrong anywhere. Called when all that is due has been done."""
        with self._connections.transaction() as db:
            yield from self._sessions(db, now, "1 = 1")
            yield from self._parked(db)
            yield from self._outbox(db, now)
            for session, name in db.rows(
                "SELECT session, name FROM timer WHERE at < :old", {"old": stamp(now - timedelta(hours=1))}
            ):
                yield f"timer {name!r} of {session} was due an hour ago and has not fired"
            for session, name, activity in db.rows(
                "SELECT t.session, t.name, s.activity FROM timer t JOIN session s ON s.id = t.session "
                "WHERE s.open = 0 AND t.name NOT LIKE 'told:%'"
            ):
                if name.partition("#")[0] in OUTLIVE.get(activity, ()):
                    continue
                yield f"the session {session} of {activity} is finished, and its timer {name!r} is still set"

    def signs(self, shown: Mapping[str, Sign]) -> Iterator[str]:
        """What stands beside messages is what the roles believe, where nothing of it is on its way or was refused."""
        with self._connections.transaction() as db:
            rows = db.rows(
                "SELECT s.id, s.state FROM session s JOIN team t ON t.id = s.team "
                "WHERE s.activity = 'roles' AND s.open = 1 AND s.version > 0 AND t.lost = '' AND NOT EXISTS "
                "(SELECT 1 FROM outbox o WHERE o.session = s.id AND o.verb = 'put_up' AND o.ready IS NOT NULL) "
                "AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.session = s.id AND t.name LIKE 'told:%')"
            )
        for session, stored in rows:
            follow = self._states["roles"].validate_json(stored).follow
            topic, group = shown.get(f"{session}:topic"), shown.get(f"{session}:group.{follow.held}")
            if "topic" not in follow.stopped and bool(follow.line) != bool(isinstance(topic, Topic) and topic.line):
                yield f"the topic of {session} should be {follow.line!r} and is {topic}"
            meant = group.members if isinstance(group, Group) else ()
            if follow.held and f"group.{follow.held}" not in follow.stopped and meant != follow.meant:
                yield f"the group of {session} should mean {follow.meant} and means {meant}"

    def _sessions(self, db: Connection, now: datetime, which: str) -> Iterator[str]:
        rows = db.rows(
            f"SELECT id, activity, state, team, open FROM session WHERE {which} AND version > 0 ORDER BY id",
            {"now": stamp(now)},
        )
        for session, activity, stored, team, is_open in rows:
            state = self._states[activity].validate_json(stored)
            if bool(is_open) == isinstance(state, self._activities[activity].finished):
                yield f"the session {session} of {activity} is open={is_open} in {type(state).__name__}"
            checks = [*CHECKS.get(activity, ()), *([self.also[activity]] if activity in self.also else ())]
            look = self._look(db, now, session, team) if checks else None
            for check in checks:
                for wrong in check(state, look) if look else ():
                    yield f"{activity} {session} in {type(state).__name__}: {wrong}"

    def _look(self, db: Connection, now: datetime, session: str, team: str) -> Look:
        timers = db.rows("SELECT name FROM timer WHERE session = :s", {"s": session})
        cards = db.rows(
            "SELECT name, card FROM outbox WHERE session = :s AND status = 'waiting' AND channel <> '' AND person = '' "
            "AND seen_by = '' AND card <> '' AND verb <> 'put_up' ORDER BY id",
            {"s": session},
        )
        shown = {name: CARD.validate_json(card) for name, card in cards}
        return Look(now, session, team, frozenset(name for (name,) in timers), shown)

    def _parked(self, db: Connection) -> Iterator[str]:
        for activity, session, name in db.rows("SELECT activity, session, name FROM timer WHERE at IS NULL"):
            yield f"timer {name!r} of {activity} {session} is parked"

    def _outbox(self, db: Connection, now: datetime) -> Iterator[str]:
        for number, name, status, because, ready in db.rows("SELECT id, name, status, because, ready FROM outbox"):
            done = ready is None
            if done != (status in ("sent", "dead", "merged")):
                yield f"message {number} {name!r} is {status} with ready={ready}"
            elif status == "dead" and not because:
                yield f"message {number} {name!r} died without a reason"
            elif not done and ready < stamp(now - STUCK):
                yield f"message {number} {name!r} was due {STUCK} ago and is {status}"

    def sent_posts(self) -> list[str]:
        """The keys of every post that counts as sent, as its messenger knew them."""
        with self._connections.transaction() as db:
            rows = db.rows("SELECT session, name, id FROM outbox WHERE status = 'sent' AND verb = 'post' ORDER BY id")
        return [f"{session}:{name}:{number}" for session, name, number in rows]
