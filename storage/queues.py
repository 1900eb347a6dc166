"""The reading side: the next due timer, the next due message, the heartbeat, and the nightly sweep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.engine.budget import RULES
from bot.engine.deliver import retry_at
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.activity import Activity
from bot.kernel.cards import Card
from bot.kernel.effects import Kind
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import PlaceLost, TimerFired, Told, WorkspaceLost
from storage import keeping, rationing
from storage.database import Connection, Connections, Row
from storage.learning import learn, reached
from storage.moments import moment, stamp
from storage.people import read_settings, with_names
from storage.scheduling import now_there, tell
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
                row = db.row(_NEXT + " FOR UPDATE OF o" if db.postgres else _NEXT, {"now": stamp(now)})
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
                    self._sent(db, outgoing, message, channel, now)
                case TryLater(because=because, after=after):
                    until = retry_at(outgoing.attempts, after, now, outgoing.id)
                    moved = db.run(
                        f"UPDATE outbox SET status = 'waiting', ready = :at, because = :why WHERE {_MINE}",
                        {"id": outgoing.id, "n": outgoing.attempts + 1, "at": stamp(until), "why": because[:200]},
                    )
                    if moved:
                        self._hold(db, outgoing.id, until)
                        if outgoing.replaces is None and not outgoing.doubtful:  # in doubt, it counts as sent
                            rationing.release(db, outgoing.id, until)
                case Undeliverable(because=because, lost=lost):
                    if not self._dead(db, outgoing.id, because[:200], attempt=outgoing.attempts + 1):
                        return  # its lease had run out, and another process has it now or is through with it
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

    # one claim

    def _lease(self, db: Connection, row: Row, now: datetime) -> Outgoing | None:
        due = _Due(*row)
        lapsed = due.status == "sending"  # its lease ran out: a process died between sending and noting it
        doubtful = lapsed or bool(due.doubt)
        if doubtful and due.verb == "post":
            again = [(kind, until) for kind, until in self._all_in(db, due) if RULES[kind].repeat]
            if not again:  # it may have arrived, so whatever is in it stays counted
                self._dead(db, due.id, "in doubt after a restart, and not worth repeating")
                return None
            ends = [until for _, until in again if until is not None]
            due = replace(due, until=max(ends) if len(ends) == len(again) else None)
        if due.until is not None and stamp(now) >= due.until:  # the window ends before this moment
            self._dead(db, due.id, "too late to make sense")
            return None
        if due.verb != "post" and not due.message:
            self._dead(db, due.id, "the message it changes was never delivered")
            return None
        if due.under is not None and not due.thread and not self._may_go_under(db, due, now):
            return None
        zone, address = self._reader(db, due.platform, due.workspace, due.team, due.person)
        if due.verb == "post" and due.person and not doubtful and RULES[due.kind].unasked:
            if not self._is_newest(db, due):
                self._dead(db, due.id, "a newer one under its name took its place")
                return None
            to = rationing.To(due.platform, due.workspace, due.person)
            goes, dropped = rationing.ration(db, due.id, to, due.lane, zone, now)
            for one in dropped:
                self._dead(db, one.id, one.because)
                self._tell_undelivered(
                    db, (due.platform, due.workspace), one.session, one.name, due.person, one.because, now, held=True
                )
            if not goes:
                return None
        if doubtful and due.verb == "post" and due.person and RULES[due.kind].unasked:
            to = rationing.To(due.platform, due.workspace, due.person)
            if self._waits_for_hours(db, due, rationing.reached(db, to, zone, now), now):
                return None
        top_level = due.verb == "post" and not (due.person or due.thread or due.under or due.seen_by or doubtful)
        workspace = (due.platform, due.workspace)
        if top_level and rationing.wait_in_channel(db, workspace, due.team, due.id, due.kind, zone, due.until, now):
            return None
        post = due.id if due.target is None else due.target
        is_left, drawn = rationing.drawn(db, post, due.verb, due.card, due.why if due.person else "")
        shown = with_names(db, drawn) if is_left and drawn is not None else None
        db.run(
            "UPDATE outbox SET status = 'sending', ready = :lease, attempts = attempts + 1, doubt = :doubt WHERE id = :id",
            {"lease": stamp(now + self.lease), "id": due.id, "doubt": int(doubtful)},
        )
        return Outgoing(
            id=due.id,
            platform=due.platform,
            workspace=due.workspace,
            card=shown,
            kind=due.kind,
            key=f"{due.session}:{due.name}:{due.id}",
            zone=zone,
            channel=due.channel,
            thread=due.thread or None,
            user=due.person,
            address=address,
            only=due.seen_by,
            replaces=due.message if due.verb != "post" else None,
            links=self._links(db, due, shown),
            doubtful=doubtful,
            attempts=due.attempts,
        )

    def _all_in(self, db: Connection, due: _Due) -> list[tuple[Kind, int | None]]:
        """Kind and end of the window of each thing that goes in one message with *due*, itself among them."""
        beside = db.rows(
            "SELECT o.kind, o.until FROM message m JOIN outbox o ON o.id = m.post WHERE m.bundle = :b AND m.post <> :b",
            {"b": due.id},
        )
        return [(due.kind, due.until), *((row[0], row[1]) for row in beside)]

    def _waits_for_hours(self, db: Connection, due: _Due, begins: datetime | None, now: datetime) -> bool:
        """Whether a message in doubt keeps to the person's hours still: they may be over since it was first sent.

        It waits until *begins*, still in doubt; if its window ends before that, it is given up.
        """
        if begins is not None and begins <= now:
            return False
        if begins is not None and (due.until is None or stamp(begins) < due.until):
            db.run(
                "UPDATE outbox SET status = 'waiting', doubt = 1, ready = :at WHERE id = :id",
                {"at": stamp(begins), "id": due.id},
            )
            return True
        because = "in doubt after a restart, and its window ends outside of the person's hours"
        lost = {(due.id, due.session, due.name), *rationing.pieces_of(db, due.id)}
        for number, session, name in sorted(lost):
            self._dead(db, number, because)
            workspace = (due.platform, due.workspace)
            self._tell_undelivered(db, workspace, session, name, due.person, because, now, held=True)
        return True

    def _may_go_under(self, db: Connection, due: _Due, now: datetime) -> bool:
        """Whether the message that *due* stands under will still come; if so, *due* waits for it."""
        root = db.row("SELECT status, ready FROM outbox WHERE id = :id", {"id": due.under})
        if root is None or root[0] == "dead":
            self._dead(db, due.id, "the message it stands under was never delivered")
            return False
        if root[0] in ("sent", "merged"):
            return True  # on a platform whose messages have no threads
        later = max(root[1] or 0, stamp(now + timedelta(seconds=1)))
        db.run("UPDATE outbox SET ready = :at WHERE id = :id", {"at": later, "id": due.id})
        return False

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

    def _is_newest(self, db: Connection, due: _Due) -> bool:
        """Whether its name still means this post, and no later one."""
        return db.row("SELECT 1 FROM message WHERE post = :id", {"id": due.id}) is not None

    def _links(self, db: Connection, due: _Due, card: Card | None) -> dict[str, tuple[str, str]]:
        """Where the messages are that the card leads to."""
        found = {}
        for link in card.links() if card else ():
            target = link.to.removeprefix("message:")
            name, _, other = target.partition("@")
            row = db.row(
                "SELECT channel, message FROM message WHERE session = :s AND name = :n AND message <> '' "
                "AND platform = :p AND workspace = :w",
                {"s": other or due.session, "n": name, "p": due.platform, "w": due.workspace},
            )
            if link.to != target and row:
                found[target] = (row[0], row[1])
        return found

    def _sent(self, db: Connection, outgoing: Outgoing, message: str, channel: str, now: datetime) -> None:
        row = db.row(
            "UPDATE outbox SET status = 'sent', ready = NULL, card = '', because = '' WHERE id = :id "
            "RETURNING lane, target, verb",
            {"id": outgoing.id},
        )
        lane, target, verb = row or ("", None, "")
        if verb == "post" or (verb == "revise" and message != outgoing.replaces):
            # A new message: what changes it, or goes under it, learns where it is. A revise gets here
            # where the platform could not edit the old message and posted anew.
            first = outgoing.id if verb == "post" else target
            for post in {first, *(rationing.beside(db, first) if outgoing.user and first else ())}:
                now_there(
                    db,
                    lane=lane,
                    post=post,
                    channel=channel or outgoing.channel,
                    message=message,
                    thread=outgoing.thread or "",
                )
                if verb == "post" and outgoing.user:
                    self._tell_delivered(db, post, now)
        if outgoing.user:
            reached(db, self._hearers, Member(outgoing.platform, outgoing.workspace, outgoing.user), now)

    def _tell_delivered(self, db: Connection, post: int | None, now: datetime) -> None:
        """A direct message was taken by the platform: to some sessions that is when a person's time begins."""
        row = db.row(
            "SELECT s.id, m.name, s.activity, s.team, s.platform, s.workspace FROM message m JOIN session s "
            "ON s.id = m.session AND s.platform = m.platform AND s.workspace = m.workspace "
            "WHERE m.post = :post AND s.open = 1",
            {"post": post},
        )
        if row and "delivered" in self._hearers.get(row[2], frozenset()):
            tell(
                db,
                session=row[0],
                activity=row[2],
                verb="delivered",
                team=row[3],
                workspace=(row[4], row[5]),
                at=now,
                payload=json.dumps({"name": row[1]}),
            )

    def _hold(self, db: Connection, number: int, until: datetime) -> None:
        db.run(
            "INSERT INTO lane (lane, free) SELECT lane, :free FROM outbox WHERE id = :id "
            "ON CONFLICT (lane) DO UPDATE SET free = :free",
            {"id": number, "free": stamp(until)},
        )

    def _dead(self, db: Connection, number: int, because: str, attempt: int | None = None) -> bool:
        """Give a row up; with *attempt*, only if that try is still the last one."""
        which = "id = :id" if attempt is None else _MINE
        return bool(
            db.run(
                f"UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = :why WHERE {which}",
                {"id": number, "why": because, "n": attempt},
            )
        )

    def _undeliverable(self, db: Connection, outgoing: Outgoing, because: str, now: datetime) -> None:
        """It will never arrive, nor will what went with it: whoever posted is told, and nothing is counted.

        A message in doubt still counts: it may have arrived before, and what is refused is the second try.
        """
        workspace = (outgoing.platform, outgoing.workspace)
        session, name, _ = outgoing.key.rsplit(":", 2)
        lost = {(outgoing.id, session, name)}
        if outgoing.replaces is None:
            lost.update(rationing.pieces_of(db, outgoing.id))
            if not outgoing.doubtful:
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


@dataclass(frozen=True, slots=True)
class _Due:
    """A row of the outbox that may be sent now."""

    id: int
    platform: str
    workspace: str
    session: str
    name: str
    team: str
    lane: str
    verb: str
    kind: Kind
    card: str
    why: str
    status: str
    until: int | None
    attempts: int
    channel: str
    thread: str
    person: str
    seen_by: str
    under: int | None
    target: int | None
    message: str
    doubt: int


_MINE = "id = :id AND status = 'sending' AND attempts = :n"  # still the try that was leased, and no later one

_BEGINNING = (
    "(session, name) IN (SELECT session, name FROM timer WHERE begins <> '' AND at <= :now "
    "ORDER BY at, session, name LIMIT :most)"
)
_NEXT = """
SELECT o.id, o.platform, o.workspace, o.session, o.name, o.team, o.lane, o.verb, o.kind, o.card, o.why, o.status, o.until, o.attempts,
  o.channel, o.thread, o.person, o.seen_by, o.under, o.target, o.message, o.doubt
FROM outbox o
WHERE o.ready <= :now
  AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.lane = o.lane AND b.ready > :now AND b.status = 'sending')
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.ready <= :now AND e.id < o.id)
  AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.lane = o.lane AND l.free > :now)
ORDER BY o.ready, o.id LIMIT 1
"""


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
