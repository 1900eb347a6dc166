"""One claim: whether the message that is due may go now, and how it looks when it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.budget import RULES
from bot.engine.ports import Outgoing
from bot.kernel.cards import Card
from bot.kernel.effects import Kind
from storage import rationing, settling, signs
from storage.database import Connection, Row
from storage.moments import stamp
from storage.people import read_settings, with_names
from storage.scheduling import Hearers

NEXT = """
SELECT o.id, o.platform, o.workspace, o.session, o.name, o.team, o.lane, o.verb, o.kind, o.card, o.why, o.status, o.until, o.attempts,
  o.channel, o.thread, o.person, o.seen_by, o.under, o.target, o.message, o.doubt
FROM outbox o
WHERE o.ready <= :now
  AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.lane = o.lane AND b.ready > :now AND b.status = 'sending')
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.ready <= :now AND e.id < o.id)
  AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.lane = o.lane AND l.free > :now)
ORDER BY o.ready, o.id LIMIT 1
"""


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


def lease(db: Connection, hearers: Hearers, row: Row, now: datetime, lasts: timedelta) -> Outgoing | None:
    """Claim the message of *row* (columns of `NEXT`) for *lasts*; None if it does not go now, and then it says why."""
    due = _Due(*row)
    lapsed = due.status == "sending"  # its lease ran out: a process died between sending and noting it
    doubtful = lapsed or bool(due.doubt)
    if due.verb == signs.PUT_UP:
        _taken(db, due.id, now + lasts, doubtful=False)
        zone, _ = _reader(db, due.platform, due.workspace, due.team, "")
        key, at = f"{due.session}:{due.name}:{due.id}", (due.platform, due.workspace)
        return signs.outgoing(db, due.id, at, key, due.channel, due.card, due.attempts, zone)
    if doubtful and due.verb == "post":
        again = [(kind, until) for kind, until in _all_in(db, due) if RULES[kind].repeat]
        if not again:  # it may have arrived, so whatever is in it stays counted
            settling.give_up(db, due.id, "in doubt after a restart, and not worth repeating")
            return None
        ends = [until for _, until in again if until is not None]
        due = replace(due, until=max(ends) if len(ends) == len(again) else None)
    if due.until is not None and stamp(now) >= due.until:  # the window ends before this moment
        settling.give_up(db, due.id, "too late to make sense")
        return None
    if due.verb != "post" and not due.message:
        settling.give_up(db, due.id, "the message it changes was never delivered")
        return None
    if due.under is not None and not due.thread and not _may_go_under(db, due, now):
        return None
    zone, address = _reader(db, due.platform, due.workspace, due.team, due.person)
    if due.verb == "post" and due.person and not doubtful and RULES[due.kind].unasked:
        if not _is_newest(db, due):
            settling.give_up(db, due.id, "a newer one under its name took its place")
            return None
        to = rationing.To(due.platform, due.workspace, due.person)
        goes, dropped = rationing.ration(db, due.id, to, due.lane, zone, now)
        for one in dropped:
            settling.give_up(db, one.id, one.because)
            settling.tell_undelivered(
                db,
                hearers,
                (due.platform, due.workspace),
                one.session,
                one.name,
                due.person,
                one.because,
                now,
                held=True,
            )
        if not goes:
            return None
    if doubtful and due.verb == "post" and due.person and RULES[due.kind].unasked:
        to = rationing.To(due.platform, due.workspace, due.person)
        if _waits_for_hours(db, hearers, due, rationing.reached(db, to, zone, now), now):
            return None
    top_level = due.verb == "post" and not (due.person or due.thread or due.under or due.seen_by or doubtful)
    workspace = (due.platform, due.workspace)
    if top_level and rationing.wait_in_channel(db, workspace, due.team, due.id, due.kind, zone, due.until, now):
        return None
    post = due.id if due.target is None else due.target
    is_left, drawn = rationing.drawn(db, post, due.verb, due.card, due.why if due.person else "")
    shown = with_names(db, drawn) if is_left and drawn is not None else None
    if due.verb == "post" and shown is None:  # whoever it was for was forgotten while it was in doubt
        settling.give_up(db, due.id, "nothing of it is left")
        return None
    _taken(db, due.id, now + lasts, doubtful=doubtful)
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
        links=_links(db, due, shown),
        doubtful=doubtful,
        attempts=due.attempts,
    )


def _taken(db: Connection, number: int, until: datetime, *, doubtful: bool) -> None:
    """Nobody else's until then."""
    db.run(
        "UPDATE outbox SET status = 'sending', ready = :lease, attempts = attempts + 1, doubt = :doubt WHERE id = :id",
        {"lease": stamp(until), "id": number, "doubt": int(doubtful)},
    )


def _all_in(db: Connection, due: _Due) -> list[tuple[Kind, int | None]]:
    """Kind and end of the window of each thing that goes in one message with *due*, itself among them."""
    beside = db.rows(
        "SELECT o.kind, o.until FROM message m JOIN outbox o ON o.id = m.post WHERE m.bundle = :b AND m.post <> :b",
        {"b": due.id},
    )
    return [(due.kind, due.until), *((row[0], row[1]) for row in beside)]


def _waits_for_hours(db: Connection, hearers: Hearers, due: _Due, begins: datetime | None, now: datetime) -> bool:
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
        settling.give_up(db, number, because)
        workspace = (due.platform, due.workspace)
        settling.tell_undelivered(db, hearers, workspace, session, name, due.person, because, now, held=True)
    return True


def _may_go_under(db: Connection, due: _Due, now: datetime) -> bool:
    """Whether the message that *due* stands under will still come; if so, *due* waits for it."""
    root = db.row("SELECT status, ready FROM outbox WHERE id = :id", {"id": due.under})
    if root is None or root[0] == "dead":
        settling.give_up(db, due.id, "the message it stands under was never delivered")
        return False
    if root[0] in ("sent", "merged"):
        return True  # on a platform whose messages have no threads
    later = max(root[1] or 0, stamp(now + timedelta(seconds=1)))
    db.run("UPDATE outbox SET ready = :at WHERE id = :id", {"at": later, "id": due.id})
    return False


def _reader(db: Connection, platform: str, workspace: str, team: str, user: str) -> tuple[str, str]:
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


def _is_newest(db: Connection, due: _Due) -> bool:
    """Whether its name still means this post, and no later one."""
    return db.row("SELECT 1 FROM message WHERE post = :id", {"id": due.id}) is not None


def _links(db: Connection, due: _Due, card: Card | None) -> dict[str, tuple[str, str]]:
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
