"""The reading side: the next due timer, the next due message, the heartbeat, and the nightly sweep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.engine.budget import RULES
from bot.engine.deliver import retry_at
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.activity import Activity
from bot.kernel.cards import Card
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import PlaceLost, TimerFired, Told, WorkspaceLost
from storage import rationing
from storage.database import Connection, Connections, Row
from storage.learning import learn
from storage.moments import moment, stamp
from storage.scheduling import tell
from storage.unit import read_settings, with_names

LEASE = timedelta(seconds=90)  # longer than any send; after it the row may be tried by somebody else
KEEP_ARRIVALS = 3  # days an arrival is remembered; Slack re-sends for hours, Teams for minutes
KEEP_SENT = timedelta(days=14)


class Queues:
    """Timers and outbox of one database; several processes may read at once."""

    def __init__(self, connections: Connections, activities: Mapping[str, Activity]) -> None:
        self._connections = connections
        self._hearers = {
            name: frozenset(verb.removeprefix("told:") for verb in activity.allow if verb.startswith("told:"))
            for name, activity in activities.items()
        }

    # timers

    def due(self, now: datetime) -> TimerFired | Told | None:
        """The timer that has been due longest, without claiming it."""
        with self._connections.transaction() as db:
            row = db.row(
                "SELECT session, name, activity, platform, workspace, due, payload, attempts FROM timer "
                "WHERE at <= :now ORDER BY at, name LIMIT 1",
                {"now": stamp(now)},
            )
        return _timer(row) if row else None

    def next_moment(self) -> datetime | None:
        """When the next timer or message is due, so that the ticker can sleep until then."""
        with self._connections.transaction() as db:
            rows = (db.row("SELECT MIN(at) FROM timer"), db.row("SELECT MIN(ready) FROM outbox"))
        due = [row[0] for row in rows if row and row[0] is not None]
        return moment(min(due)) if due else None

    def postpone(self, fired: TimerFired | Told, until: datetime | None) -> None:
        """Try a timer again later; None parks it for an operator to look at."""
        with self._connections.transaction() as db:
            db.run(
                "UPDATE timer SET at = :at, attempts = attempts + 1 WHERE session = :session AND name = :name AND due = :due",
                {
                    "at": stamp(until) if until else None,
                    "session": fired.session,
                    "name": fired.name,
                    "due": stamp(fired.at),
                },
            )
            db.commit()

    def parked(self) -> list[tuple[str, str, str]]:
        """Timers that failed for good: activity, session, name."""
        with self._connections.transaction() as db:
            return [(a, s, n) for a, s, n in db.rows("SELECT activity, session, name FROM timer WHERE at IS NULL")]

    # outbox

    def claim_next(self, now: datetime) -> Outgoing | None:
        """Lease the oldest due message of a free conversation."""
        while True:
            with self._connections.transaction() as db:
                if db.postgres:
                    db.run("SELECT pg_advisory_xact_lock(7305)")  # claims are short; one at a time keeps lanes in order
                row = db.row(_NEXT, {"now": stamp(now)})
                if row is None:
                    return None
                outgoing = self._lease(db, row, now)
                db.commit()
                if outgoing is not None:
                    return outgoing

    def settle(self, outgoing: Outgoing, outcome: Outcome, now: datetime) -> None:
        """Remember how a send went."""
        with self._connections.transaction() as db:
            match outcome:
                case Sent(message=message, channel=channel):
                    self._sent(db, outgoing, message, channel)
                case TryLater(because=because, after=after):
                    until = retry_at(outgoing.attempts, after, now)
                    db.run(
                        "UPDATE outbox SET status = 'waiting', ready = :at, because = :why WHERE id = :id AND status = 'sending'",
                        {"id": outgoing.id, "at": stamp(until), "why": because[:200]},
                    )
                    self._hold(db, outgoing.id, until)
                    if outgoing.replaces is None:
                        rationing.release(db, outgoing.id, until)
                case Undeliverable(because=because, lost=lost):
                    self._undeliverable(db, outgoing, because[:200], now)
                    if lost == "member":
                        db.run(
                            "UPDATE member SET reachable = 0 WHERE platform = :p AND workspace = :w AND person = :u",
                            {"p": outgoing.platform, "w": outgoing.workspace, "u": outgoing.user},
                        )
                    elif lost == "place" and outgoing.channel:
                        place = Place(outgoing.platform, outgoing.workspace, outgoing.channel)
                        learn(db, PlaceLost(id="", place=place, because=because[:200]), self._hearers, now)
                    elif lost == "workspace":
                        gone = WorkspaceLost(
                            id="", platform=outgoing.platform, workspace=outgoing.workspace, because=because[:200]
                        )
                        learn(db, gone, self._hearers, now)
            db.commit()

    def waiting(self) -> int:
        """Messages decided and not yet sent."""
        with self._connections.transaction() as db:
            row = db.row("SELECT COUNT(*) FROM outbox WHERE ready IS NOT NULL")
        return int(row[0]) if row else 0

    # teams

    def knows(self, place: Place) -> bool:
        """Whether the channel is a team that is not lost."""
        with self._connections.transaction() as db:
            row = db.row(
                "SELECT 1 FROM team WHERE platform = :p AND workspace = :w AND channel = :c AND lost = ''",
                {"p": place.platform, "w": place.workspace, "c": place.channel},
            )
        return row is not None

    def places(self, platform: str) -> tuple[Place, ...]:
        """The channels of all teams on a platform that are not lost."""
        with self._connections.transaction() as db:
            rows = db.rows(
                "SELECT platform, workspace, channel FROM team WHERE platform = :p AND lost = '' ORDER BY founded",
                {"p": platform},
            )
        return tuple(Place(*row) for row in rows)

    # heartbeat

    def beat(self, now: datetime, outage: timedelta) -> timedelta | None:
        """Say that a process is alive. After a gap longer than *outage*, open sessions are told, before any timer.

        Returns how long nobody was there, if it was an outage. *outage* is in the clock's own time.
        """
        with self._connections.transaction() as db:
            row = db.row("SELECT at FROM heartbeat WHERE id = 1")
            db.run(
                "INSERT INTO heartbeat (id, at) VALUES (1, :now) ON CONFLICT (id) DO UPDATE SET at = :now "
                "WHERE heartbeat.at < :now",
                {"now": stamp(now)},
            )
            gap = now - moment(row[0]) if row else timedelta(0)
            if gap > outage:
                self._tell_resumed(db, now - gap)
            db.commit()
        return gap if gap > outage else None

    def _tell_resumed(self, db: Connection, down_from: datetime) -> None:
        rows = db.rows("SELECT id, activity, team, platform, workspace FROM session WHERE open = 1")
        for session, activity, team, platform, workspace in rows:
            if "resumed" in self._hearers.get(activity, frozenset()):
                tell(
                    db,
                    session=session,
                    activity=activity,
                    verb="resumed",
                    team=team,
                    workspace=(platform, workspace),
                    at=moment(0),  # before any timer that came due meanwhile
                    payload=json.dumps({"down_from": down_from.isoformat()}),
                )

    def sweep(self, now: datetime) -> None:
        """Nightly: forget old arrivals and old deliveries."""
        with self._connections.transaction() as db:
            db.run("DELETE FROM inbox WHERE day < :day", {"day": stamp(now) // 86_400_000_000 - KEEP_ARRIVALS})
            rationing.sweep(db, now)
            db.run("DELETE FROM lane WHERE free < :old", {"old": stamp(now - timedelta(days=1))})
            db.run(
                "DELETE FROM outbox WHERE ready IS NULL AND id NOT IN (SELECT post FROM message) AND id < "
                "(SELECT COALESCE(MAX(id), 0) FROM outbox) - 100000"
            )
            db.commit()

    # one claim

    def _lease(self, db: Connection, row: Row, now: datetime) -> Outgoing | None:
        number, platform, workspace, session, name, team, verb, kind, card, why, status, until, attempts = row
        doubtful = status == "sending"  # its lease ran out: a process died between sending and noting it
        if doubtful and verb == "post" and not RULES[kind].repeat:
            rationing.release(db, number, now)
            self._dead(db, number, "in doubt after a restart, and not worth repeating")
            return None
        if until is not None and stamp(now) > until:
            self._dead(db, number, "too late to make sense")
            return None
        found = db.row(
            "SELECT channel, thread, person, seen_by, under_session, under_name, message, post, lane FROM message "
            "WHERE session = :s AND name = :n",
            {"s": session, "n": name},
        )
        if found is None:
            self._dead(db, number, "the message it belongs to is gone")
            return None
        channel, thread, user, only, under_session, under_name, message, _post, lane = found
        if verb != "post" and not message:
            self._dead(db, number, "the message it changes was never delivered")
            return None
        if under_name and not thread:
            channel, thread = self._thread(db, under_session, under_name) or (channel, thread)
        zone, address = self._reader(db, platform, workspace, team, user)
        if verb == "post" and user and not doubtful and RULES[kind].unasked:
            to = rationing.To(platform, workspace, user)
            goes, dropped = rationing.ration(db, number, to, lane, zone, now)
            for one in dropped:
                self._dead(db, one.id, one.because)
                self._tell_undelivered(
                    db, (platform, workspace), one.session, one.name, user, one.because, now, held=True
                )
            if not goes:
                return None
        is_left, drawn = rationing.drawn(db, session, name, verb, card, why if user else "")
        shown = with_names(db, drawn) if is_left and drawn is not None else None
        db.run(
            "UPDATE outbox SET status = 'sending', ready = :lease, attempts = attempts + 1 WHERE id = :id",
            {"lease": stamp(now + LEASE), "id": number},
        )
        return Outgoing(
            id=number,
            platform=platform,
            workspace=workspace,
            card=shown,
            kind=kind,
            key=f"{session}:{name}:{number}",
            zone=zone,
            channel=channel,
            thread=thread or None,
            user=user,
            address=address,
            only=only,
            replaces=message if verb != "post" else None,
            links=self._links(db, session, shown),
            doubtful=doubtful,
            attempts=attempts,
        )

    def _thread(self, db: Connection, session: str, name: str) -> tuple[str, str] | None:
        row = db.row(
            "SELECT channel, thread, message FROM message WHERE session = :s AND name = :n", {"s": session, "n": name}
        )
        return (row[0], row[1] or row[2]) if row and (row[1] or row[2]) else None

    def _reader(self, db: Connection, platform: str, workspace: str, team: str, user: str) -> tuple[str, str]:
        zone = db.row("SELECT zone FROM team WHERE id = :id", {"id": team})
        of_team = zone[0] if zone and zone[0] else "UTC"
        if not user:
            return of_team, ""
        row = db.row(
            "SELECT zone, settings, address FROM member WHERE platform = :p AND workspace = :w AND person = :u",
            {"p": platform, "w": workspace, "u": user},
        )
        if row is None:
            return of_team, ""
        return read_settings(row[1]).zone or row[0] or of_team, row[2]

    def _links(self, db: Connection, session: str, card: Card | None) -> dict[str, tuple[str, str]]:
        """Where the messages are that the card leads to."""
        found = {}
        for link in card.links() if card else ():
            target = link.to.removeprefix("message:")
            name, _, other = target.partition("@")
            row = db.row(
                "SELECT channel, message FROM message WHERE session = :s AND name = :n AND message <> ''",
                {"s": other or session, "n": name},
            )
            if link.to != target and row:
                found[target] = (row[0], row[1])
        return found

    def _sent(self, db: Connection, outgoing: Outgoing, message: str, channel: str) -> None:
        db.run(
            "UPDATE outbox SET status = 'sent', ready = NULL, card = '', because = '' WHERE id = :id",
            {"id": outgoing.id},
        )
        where = {
            "id": outgoing.id,
            "message": message,
            "channel": channel or outgoing.channel,
            "thread": outgoing.thread or "",
        }
        if outgoing.replaces is None:
            db.run(
                "UPDATE message SET message = :message, channel = :channel, thread = :thread "
                "WHERE post = :id OR bundle = :id",
                where,
            )
        elif message != outgoing.replaces:  # the old one could not be edited: the platform posted anew
            session, name, _ = outgoing.key.rsplit(":", 2)
            db.run(
                "UPDATE message SET message = :message WHERE (session = :s AND name = :n) OR bundle = "
                "(SELECT bundle FROM message WHERE session = :s AND name = :n)",
                {"message": message, "s": session, "n": name},
            )
        if outgoing.user:
            db.run(
                "UPDATE member SET reachable = 1 WHERE platform = :p AND workspace = :w AND person = :u AND reachable = 0",
                {"p": outgoing.platform, "w": outgoing.workspace, "u": outgoing.user},
            )

    def _hold(self, db: Connection, number: int, until: datetime) -> None:
        db.run(
            "INSERT INTO lane (lane, free) SELECT lane, :free FROM outbox WHERE id = :id "
            "ON CONFLICT (lane) DO UPDATE SET free = :free",
            {"id": number, "free": stamp(until)},
        )

    def _dead(self, db: Connection, number: int, because: str) -> None:
        db.run(
            "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = :why WHERE id = :id",
            {"id": number, "why": because},
        )

    def _undeliverable(self, db: Connection, outgoing: Outgoing, because: str, now: datetime) -> None:
        """It will never arrive, nor will what went with it: whoever posted is told, and nothing is counted."""
        workspace = (outgoing.platform, outgoing.workspace)
        session, name, _ = outgoing.key.rsplit(":", 2)
        lost = {(outgoing.id, session, name)}
        if outgoing.replaces is None:
            lost.update(rationing.pieces_of(db, outgoing.id))
            rationing.release(db, outgoing.id, now)
        for number, of_session, of_name in sorted(lost):
            self._dead(db, number, because)
            self._tell_undelivered(db, workspace, of_session, of_name, outgoing.user, because, now)

    def _tell_undelivered(
        self,
        db: Connection,
        workspace: tuple[str, str],
        session: str,
        name: str,
        user: str,
        because: str,
        now: datetime,
        *,
        held: bool = False,
    ) -> None:
        """*held*: it was not sent because of what the person allows."""
        row = db.row("SELECT activity, team FROM session WHERE id = :id AND open = 1", {"id": session})
        if row and "undelivered" in self._hearers.get(row[0], frozenset()):
            payload: dict[str, Any] = {"name": name, "because": because, "held": held}
            if user:
                payload["member"] = Member(*workspace, user).key()
            tell(
                db,
                session=session,
                activity=row[0],
                verb="undelivered",
                team=row[1],
                workspace=workspace,
                at=now,
                payload=json.dumps(payload),
            )


_NEXT = """
SELECT o.id, o.platform, o.workspace, o.session, o.name, o.team, o.verb, o.kind, o.card, o.why, o.status, o.until, o.attempts
FROM outbox o
WHERE o.ready <= :now
  AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.lane = o.lane AND b.ready > :now AND b.status = 'sending')
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.ready <= :now AND e.id < o.id)
  AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.lane = o.lane AND l.free > :now)
ORDER BY o.ready, o.id LIMIT 1
"""


def _timer(row: Row) -> TimerFired | Told:
    session, name, activity, platform, workspace, due, payload, attempts = row
    common: dict[str, Any] = {
        "id": f"timer:{session}:{name}:{due}",
        "activity": activity,
        "session": SessionId(session),
        "name": name,
        "at": moment(due),
        "workspace": (platform, workspace),
        "attempts": attempts,
    }
    if name.startswith("told:"):
        verb = name.removeprefix("told:").partition("#")[0]
        return Told(**common, verb_told=verb, payload=json.loads(payload or "{}"))
    return TimerFired(**common)
