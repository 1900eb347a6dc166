"""The reading side: the next due timer, the next due message, the heartbeat, and the nightly sweep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.engine.deliver import retry_at
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.activity import Activity
from bot.kernel.ids import Place, SessionId
from bot.kernel.inbound import PlaceLost, TimerFired, Told, WorkspaceLost
from storage import keeping, rationing, settling
from storage.database import Connection, Connections, Row
from storage.learning import learn
from storage.leasing import NEXT, lease
from storage.moments import moment, stamp
from storage.scheduling import tell
from storage.unit import hearers_of

LEASE = timedelta(seconds=90)  # longer than any send; after it the row may be tried by somebody else
SET = 500  # rows written in one transaction: some milliseconds
KEEP_ARRIVALS = 3  # days an arrival is remembered; Slack re-sends for hours, Teams for minutes


class Queues:
    """Timers and outbox of one database; several processes may read at once.

    *lease* is how long a claimed message is nobody else's, in the clock's own time.
    """

    def __init__(self, connections: Connections, activities: Mapping[str, Activity]) -> None:
        self._connections = connections
        self.lease = LEASE
        self._hearers = hearers_of(activities)

    # timers

    def due(self, now: datetime) -> TimerFired | Told | None:
        """The timer that has been due longest, without claiming it."""
        with self._connections.transaction() as db:
            row = db.row(
                "SELECT session, name, activity, platform, workspace, due, payload, attempts FROM timer "
                "WHERE at <= :now ORDER BY at, made, name LIMIT 1",
                {"now": stamp(now)},
            )
        return _timer(row) if row else None

    def begin_due(self, now: datetime) -> int:
        """Write the rows of what due timers begin, at most a set of them; how many there were.

        Committed together. Where two processes take the same set, the second finds nothing left to write.
        """
        due = {"now": stamp(now), "most": SET}
        with self._connections.transaction() as db:
            if db.row("SELECT 1 FROM timer WHERE begins <> '' AND at <= :now LIMIT 1", due) is None:
                return 0
            if db.postgres:
                db.run("SELECT pg_advisory_xact_lock(7307)")  # two at once would want the same rows
            db.run(
                "INSERT INTO session (id, platform, workspace, activity, team, parent, state, version, open, changed) "
                f"SELECT begins, platform, workspace, activity, team, session, '', 0, 0, :now FROM timer WHERE {_BEGINNING} "
                "ON CONFLICT (id) DO NOTHING",
                due,
            )
            begun = db.run(f"UPDATE timer SET begins = '' WHERE {_BEGINNING}", due)
            db.commit()
        return begun

    def next_moment(self) -> datetime | None:
        """When the next timer or message is due, so that the ticker can sleep until then.

        A message behind one that is being sent, or in a conversation that rests, is not due before its turn.
        """
        with self._connections.transaction() as db:
            rows = (db.row("SELECT MIN(at) FROM timer"), db.row(_NEXT_FREE), db.row(_NEXT_HELD))
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
                # Locked and read anew on PostgreSQL, so that a revise committed meanwhile is not sent over.
                row = db.row(NEXT + " FOR UPDATE OF o" if db.postgres else NEXT, {"now": stamp(now)})
                if row is None:
                    return None
                outgoing = lease(db, self._hearers, row, now, self.lease)
                db.commit()
                if outgoing is not None:
                    return outgoing

    def settle(self, outgoing: Outgoing, outcome: Outcome, now: datetime) -> None:
        """Remember how a send went."""
        with self._connections.transaction() as db:
            match outcome:
                case Sent(message=message, channel=channel):
                    settling.sent(db, self._hearers, outgoing, message, channel, now)
                case TryLater(because=because, after=after):
                    until = retry_at(outgoing.attempts, after, now, outgoing.id)
                    moved = db.run(
                        f"UPDATE outbox SET status = 'waiting', ready = :at, because = :why WHERE {settling.MINE}",
                        {"id": outgoing.id, "n": outgoing.attempts + 1, "at": stamp(until), "why": because[:200]},
                    )
                    if moved:
                        settling.hold(db, outgoing.id, until)
                        if outgoing.replaces is None and not outgoing.doubtful:  # in doubt, it counts as sent
                            rationing.release(db, outgoing.id, until)
                case Undeliverable(because=because, lost=lost, words=words):
                    if not settling.give_up(db, outgoing.id, because[:200], attempt=outgoing.attempts + 1):
                        return  # its lease had run out, and another process has it now or is through with it
                    if outgoing.sign is not None and lost == "message":  # of the rest the session hears anyway
                        settling.tell_put_up(db, self._hearers, outgoing, {"refused": words or settling.FAULT}, now)
                    elif outgoing.sign is None:
                        settling.undeliverable(db, self._hearers, outgoing, because[:200], now)
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

    def status(self, now: datetime) -> list[str]:
        """For an operator: counts, and what failed for good, with what to do about it. No names, no texts."""
        with self._connections.transaction() as db:
            beat = db.row("SELECT at FROM heartbeat WHERE id = 1")
            teams = db.row("SELECT COUNT(*), COUNT(CASE WHEN lost <> '' THEN 1 END) FROM team")
            open_ = db.rows("SELECT activity, COUNT(*) FROM session WHERE open = 1 GROUP BY activity ORDER BY activity")
            waiting = db.row("SELECT COUNT(*), MIN(ready) FROM outbox WHERE ready IS NOT NULL")
            dead = db.rows(
                "SELECT because, COUNT(*) FROM outbox WHERE status = 'dead' GROUP BY because ORDER BY COUNT(*) DESC LIMIT 5"
            )
            parked = db.rows("SELECT activity, session, name FROM timer WHERE at IS NULL ORDER BY activity LIMIT 20")
        ago = "never" if beat is None else f"{round((now - moment(beat[0])).total_seconds())} seconds ago"
        lines = [f"last sign of life: {ago}"]
        if teams:
            lines.append(f"teams: {teams[0]}, of which {teams[1]} cannot be reached")
        lines += [f"open sessions of {activity}: {count}" for activity, count in open_]
        if waiting:
            lines.append(f"messages waiting: {waiting[0]}")
        lines += [f"not delivered, {why or 'no reason noted'}: {count}" for why, count in dead]
        lines += [
            f"parked after four failures: {activity}, session {session}, {name}. "
            "The log says where it failed; after an upgrade that mends it, it is tried again at the next start."
            for activity, session, name in parked
        ]
        return lines

    def unpark(self, now: datetime) -> int:
        """Give every parked timer one more try: at a start, because the program may have been mended meanwhile."""
        with self._connections.transaction() as db:
            count = db.run("UPDATE timer SET at = :now, attempts = 3 WHERE at IS NULL", {"now": stamp(now)})
            db.commit()
        return count

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

    def lost_places(self, platform: str) -> tuple[tuple[Place, str], ...]:
        """The channels of teams that are lost, and why."""
        with self._connections.transaction() as db:
            rows = db.rows(
                "SELECT platform, workspace, channel, lost FROM team WHERE platform = :p AND lost <> '' ORDER BY founded",
                {"p": platform},
            )
        return tuple((Place(*row[:3]), str(row[3])) for row in rows)

    # heartbeat

    def beat(self, now: datetime, outage: timedelta) -> timedelta | None:
        """Say that a process is alive. After a gap longer than *outage*, open sessions are told, before any timer.

        Returns how long nobody was there, if it was an outage. *outage* is in the clock's own time.
        """
        with self._connections.transaction() as db:
            if db.postgres:
                db.run("SELECT pg_advisory_xact_lock(7306)")  # two that start together notice one outage, not two
            row = db.row("SELECT at FROM heartbeat WHERE id = 1")
            db.run(
                "INSERT INTO heartbeat (id, at) VALUES (1, :now) ON CONFLICT (id) DO UPDATE SET at = :now "
                "WHERE heartbeat.at < :now",
                {"now": stamp(now)},
            )
            gap = now - moment(row[0]) if row else timedelta(0)
            if gap > outage:
                self._tell_resumed(db, now - gap)
                db.run(  # nobody was there, so nobody is still sending: no need to wait for the leases
                    "UPDATE outbox SET ready = :now WHERE status = 'sending' AND ready > :now", {"now": stamp(now)}
                )
            db.commit()
        return gap if gap > outage else None

    def reclaim(self, now: datetime) -> None:
        """For a process that knows it is the only one: nobody is sending, so nothing waits for a lease to run out."""
        with self._connections.transaction() as db:
            db.run("UPDATE outbox SET ready = :now WHERE status = 'sending' AND ready > :now", {"now": stamp(now)})
            db.commit()

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
                    once=True,  # down again before it was heard: still one outage, from its first moment
                )

    def sweep(self, now: datetime) -> None:
        """Nightly: forget old arrivals and old deliveries."""
        with self._connections.transaction() as db:
            db.run("DELETE FROM inbox WHERE day < :day", {"day": stamp(now) // 86_400_000_000 - KEEP_ARRIVALS})
            rationing.sweep(db, now)
            keeping.sweep(db, now)
            db.run("DELETE FROM lane WHERE free < :old", {"old": stamp(now - timedelta(days=1))})
            db.run(
                "DELETE FROM outbox WHERE ready IS NULL AND id NOT IN (SELECT post FROM message) AND id < "
                "(SELECT COALESCE(MAX(id), 0) FROM outbox) - 100000"
            )
            db.commit()


_BEGINNING = (
    "(session, name) IN (SELECT session, name FROM timer WHERE begins <> '' AND at <= :now "
    "ORDER BY at, session, name LIMIT :most)"
)


# Of several that are being sent in one conversation, the one whose lease ends last frees it.
_LAST = "o.status = 'sending' AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.lane = o.lane AND b.status = 'sending' AND b.ready > o.ready)"
_ALONE = "NOT EXISTS (SELECT 1 FROM outbox b WHERE b.lane = o.lane AND b.status = 'sending' AND b.ready IS NOT NULL)"
_NEXT_FREE = f"""
SELECT o.ready FROM outbox o WHERE o.ready IS NOT NULL AND (({_LAST}) OR {_ALONE})
  AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.lane = o.lane AND l.free > o.ready)
ORDER BY o.ready LIMIT 1
"""
_NEXT_HELD = f"""
SELECT MIN(l.free) FROM lane l
WHERE EXISTS (SELECT 1 FROM outbox o WHERE o.lane = l.lane AND o.ready < l.free AND {_ALONE})
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
