"""The message budget applied: reads what a person got, lets `bot.engine.budget` decide, writes what follows.

What went is kept as facts of kind `sent`, what did not as `held`, both of the person and of no team: so they
count over all teams, can be shown to the person, and go when the person asks to be forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.engine import budget
from bot.engine.budget import RULES, Item, Reader, Ruling, Spent, judge
from bot.engine.bundle import Piece, together
from bot.kernel.calendar import local_date
from bot.kernel.cards import Card
from bot.kernel.effects import Kind
from bot.kernel.hours import Hours, next_working_moment
from bot.kernel.people import channel_label
from bot.pieces.holidays import Holidays
from storage.database import Connection, Row
from storage.moments import moment, stamp
from storage.people import read_settings
from storage.scheduling import CARD, now_there

KEEP_SENT = timedelta(days=35)  # four weeks are reported, and one more
KEEP_HELD = timedelta(days=14)
KEEP_CARDS = timedelta(days=7)  # how long a message of several things can be redrawn whole


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that will not be sent; its session is told."""

    id: int
    session: str
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class To:
    """The person all of it is for."""

    platform: str
    workspace: str
    user: str

    def where(self) -> dict[str, Any]:
        return {"p": self.platform, "w": self.workspace, "u": self.user}


def ration(
    db: Connection, number: int, to: To, lane: str, zone: str, now: datetime
) -> tuple[bool, tuple[Dropped, ...]]:
    """Decide about all unasked messages due to one person, of which *number* is the one about to go.

    Says whether it goes, with the others that may go now inside it, and what will never go.
    """
    rows = _due(db, lane, now)
    reader = _reader(db, to, zone)
    spent, today = _spent(db, to, reader, now)
    items = [Item(row[0], row[1], row[2], moment(row[5]) if row[5] is not None else None) for row in rows]
    rulings = {ruling.id: ruling for ruling in judge(items, reader, spent, now)}
    by_id = {row[0]: row for row in rows}
    send = [ruling.id for ruling in rulings.values() if ruling.do == "send"]
    dropped = []
    for ruling in rulings.values():
        row = by_id[ruling.id]
        match ruling.do:
            case "wait" if ruling.at is not None:
                db.run("UPDATE outbox SET ready = :at WHERE id = :id", {"at": stamp(ruling.at), "id": row[0]})
                _keep_held(db, to, row, ruling, now)
            case "drop":
                _keep_held(db, to, row, ruling, now)
                dropped.append(Dropped(row[0], row[2], row[3], ruling.because))
            case "add" if today is not None:
                _put_in(db, row, today)
                _merge(db, row[0])
                _redraw(db, today, now)
                _keep_sent(db, to, row, today, reader, spent, now)
    if number not in send:  # what may go is claimed next, and decided about then
        return False, tuple(dropped)
    for one in send:
        _put_in(db, by_id[one], number)
        if one != number:
            _merge(db, one)
        _keep_sent(db, to, by_id[one], number, reader, spent, now)
    return True, tuple(dropped)


def reached(db: Connection, to: To, zone: str, now: datetime) -> datetime | None:
    """When somebody is at work: *now*, or when they next begin; None if never."""
    reader = _reader(db, to, zone)
    return next_working_moment(reader.hours, now, reader.absences, reader.off)


def wait_in_channel(
    db: Connection,
    workspace: tuple[str, str],
    team: str,
    number: int,
    kind: Kind,
    zone: str,
    until: int | None,
    now: datetime,
) -> datetime | None:
    """Until when a top-level post waits; None: it goes now, and is counted unless a person just asked for it."""
    if kind == "asked" or not team:
        return None
    day = local_date(now, zone).isoformat()
    where = {"p": workspace[0], "w": workspace[1], "team": team, "key": str(number)}
    rows = db.rows(
        "SELECT fact FROM kept WHERE platform = :p AND workspace = :w AND team = :team AND kind = 'posted' "
        "AND key <> :key AND at >= :since",
        where | {"since": stamp(now - timedelta(days=2))},
    )
    posted = sum(json.loads(fact)["day"] == day for (fact,) in rows)
    later = budget.wait_in_channel(kind, posted, Hours(zone), moment(until) if until is not None else None, now)
    if later is None:
        db.run(
            "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
            "VALUES (:team, 'posted', :key, :p, :w, '', '', :at, :fact) "
            "ON CONFLICT (platform, workspace, team, kind, key) DO UPDATE SET at = :at, fact = :fact",
            where | {"at": stamp(now), "fact": json.dumps({"day": day})},
        )
    else:
        db.run("UPDATE outbox SET ready = :at WHERE id = :id", {"at": stamp(later), "id": number})
    return later


def drawn(db: Connection, post: int, verb: str, card: str, why: str) -> tuple[bool, Card | None]:
    """How the message that *post* became looks now: (is it still to be shown at all, the whole card).

    For a message that stands alone that is its own card; for one of several things, all of them.
    """
    row = db.row("SELECT bundle FROM message WHERE post = :id", {"id": post})
    own = CARD.validate_json(card) if card else None
    if row is None or row[0] is None:
        return verb != "retract", own and together([Piece(own, why)])
    if verb == "retract" or (verb == "revise" and card):
        # Once it is answered, or taken back, nobody has to be told why it came.
        db.run(
            "UPDATE message SET card = :card, why = '' WHERE post = :id",
            {"card": card, "id": post},
        )
    pieces = db.rows(
        "SELECT m.card, m.why, m.session FROM message m WHERE m.bundle = :b AND m.card <> '' ORDER BY m.place_in, m.post",
        {"b": row[0]},
    )
    if not pieces:
        return False, None
    return True, together([Piece(CARD.validate_json(held), line, of) for held, line, of in pieces])


def pieces_of(db: Connection, leader: int) -> list[tuple[int, str, str]]:
    """Everything that went in one message: outbox id, session and name of each."""
    return [
        (post, session, name)
        for post, session, name in db.rows(
            "SELECT post, session, name FROM message WHERE bundle = :b ORDER BY post", {"b": leader}
        )
    ]


def beside(db: Connection, post: int) -> list[int]:
    """The posts that went in one message with *post*, itself among them."""
    rows = db.rows(
        "SELECT post FROM message WHERE bundle = (SELECT bundle FROM message WHERE post = :id)", {"id": post}
    )
    return [row[0] for row in rows]


def release(db: Connection, leader: int, ready: datetime) -> None:
    """The message did not go: its things are on their own again, uncounted, and are decided about anew."""
    for post, _, _ in pieces_of(db, leader):
        db.run(
            "DELETE FROM kept WHERE (platform, workspace) = (SELECT platform, workspace FROM outbox WHERE id = :id) "
            "AND team = '' AND kind = 'sent' AND key = :key",
            {"id": post, "key": str(post)},
        )
        if post != leader:
            db.run(
                "UPDATE outbox SET status = 'waiting', ready = :at, card = (SELECT m.card FROM message m WHERE m.post = :id) "
                "WHERE id = :id AND status = 'merged'",
                {"at": stamp(ready), "id": post},
            )
    db.run("UPDATE message SET bundle = NULL, card = '', why = '' WHERE bundle = :b", {"b": leader})


def sweep(db: Connection, now: datetime) -> None:
    """Nightly: forget old counts, old explanations, and cards that nobody will redraw."""
    for kind, kept in (("sent", KEEP_SENT), ("held", KEEP_HELD)):
        db.run(
            "DELETE FROM kept WHERE team = '' AND kind = :kind AND at < :old", {"kind": kind, "old": stamp(now - kept)}
        )
    db.run("DELETE FROM kept WHERE kind = 'posted' AND at < :old", {"old": stamp(now - timedelta(days=3))})
    db.run(
        "UPDATE message SET card = '', why = '' WHERE card <> '' AND bundle NOT IN "
        "(SELECT CAST(key AS BIGINT) FROM kept WHERE team = '' AND kind = 'sent' AND at >= :old)",
        {"old": stamp(now - KEEP_CARDS)},
    )


def _due(db: Connection, lane: str, now: datetime) -> list[Row]:
    rows = db.rows(
        "SELECT o.id, o.kind, o.session, o.name, o.team, o.until, o.card, o.why FROM outbox o "
        "JOIN message m ON m.post = o.id WHERE o.lane = :lane AND o.status = 'waiting' AND o.verb = 'post' "
        "AND o.ready <= :now AND o.person <> '' ORDER BY o.id",
        {"lane": lane, "now": stamp(now)},
    )
    return [row for row in rows if RULES[row[1]].unasked and (row[5] is None or row[5] > stamp(now))]


def _rank(row: Row) -> int:
    kind: Any = row[1]
    return RULES[kind].rank


def _reader(db: Connection, to: To, zone: str) -> Reader:
    row = db.row("SELECT settings FROM member WHERE platform = :p AND workspace = :w AND person = :u", to.where())
    chosen = read_settings(row[0] if row else "")
    return Reader(
        hours=Hours(zone, chosen.days, chosen.starts, chosen.ends),
        absences=chosen.absences,
        off=Holidays.of(chosen.holidays),
        stopped=chosen.stopped,
        muted=chosen.muted,
        daily=chosen.daily,
        weekly=chosen.weekly,
    )


def _spent(db: Connection, to: To, reader: Reader, now: datetime) -> tuple[Spent, int | None]:
    """What went this week, and the message of today that can be added to."""
    today = local_date(now, reader.hours.zone)
    monday = today - timedelta(days=today.weekday())
    rows = db.rows(
        "SELECT fact FROM kept WHERE team = '' AND kind = 'sent' AND platform = :p AND workspace = :w AND person = :u "
        "AND at >= :since",
        to.where() | {"since": stamp(now - timedelta(days=9))},
    )
    facts = [json.loads(fact) for (fact,) in rows]
    this_week = [fact for fact in facts if fact["day"] >= monday.isoformat()]
    of_today = [fact for fact in this_week if fact["day"] == today.isoformat()]
    bundles = {fact["bundle"] for fact in of_today if not fact["follows"]}
    latest = max(bundles, default=None)
    row = db.row("SELECT message FROM message WHERE post = :id", {"id": latest}) if latest is not None else None
    is_open = bool(row and row[0])
    return Spent(
        today=len(bundles),
        week=len({fact["bundle"] for fact in this_week if fact["weekly"]}),
        requests=frozenset(fact["session"] for fact in of_today),
        open=is_open,
    ), latest if is_open else None


def _put_in(db: Connection, row: Row, leader: int) -> None:
    """Make a message one of the things in another."""
    number, _, _, _, _, _, card, why = row
    db.run(
        "UPDATE message SET bundle = :b, place_in = :rank, card = :card, why = :why WHERE post = :id",
        {"b": leader, "rank": _rank(row), "card": card, "why": why, "id": number},
    )
    lane, channel, message = db.row(
        "SELECT lane, channel, message FROM message WHERE post = :b", {"b": leader}
    ) or 3 * ("",)
    if message:
        now_there(db, lane=lane, post=number, channel=channel, message=message, thread="")


def _merge(db: Connection, number: int) -> None:
    db.run("UPDATE outbox SET status = 'merged', ready = NULL, card = '' WHERE id = :id", {"id": number})


def _redraw(db: Connection, leader: int, now: datetime) -> None:
    """The message of today gets an edit, with all that is in it by then."""
    db.run(
        "INSERT INTO outbox (platform, workspace, session, name, team, lane, channel, thread, person, seen_by, target, message, "
        "verb, kind, card, why, status, ready) SELECT platform, workspace, session, name, team, lane, channel, thread, person, "
        "seen_by, post, message, 'revise', 'card', '', '', 'waiting', :ready "
        "FROM message WHERE post = :b",
        {"b": leader, "ready": stamp(now)},
    )


def _keep_sent(db: Connection, to: To, row: Row, leader: int, reader: Reader, spent: Spent, now: datetime) -> None:
    kind: Any = row[1]
    fact = {
        "kind": kind,
        "session": row[2],
        "team": row[4],
        "bundle": leader,
        "day": local_date(now, reader.hours.zone).isoformat(),
        "weekly": RULES[kind].weekly,
        "follows": kind == "reminder" and row[2] in spent.requests,
    }
    _keep(db, to, "sent", row[0], fact, now)
    db.run(
        "DELETE FROM kept WHERE platform = :p AND workspace = :w AND team = '' AND kind = 'held' AND key = :key",
        to.where() | {"key": str(row[0])},
    )


def _keep_held(db: Connection, to: To, row: Row, ruling: Ruling, now: datetime) -> None:
    team = db.row("SELECT name FROM team WHERE id = :id", {"id": row[4]})
    fact = {
        "kind": row[1],
        "title": CARD.validate_json(row[6]).title,
        "team": channel_label(team[0]) if team else "",
        "because": ruling.because,
        "until": ruling.at.isoformat() if ruling.at else "",
    }
    _keep(db, to, "held", row[0], fact, now)


def _keep(db: Connection, to: To, kind: str, number: int, fact: dict[str, Any], now: datetime) -> None:
    db.run(
        "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
        "VALUES ('', :kind, :key, :p, :w, '', :u, :at, :fact) ON CONFLICT (platform, workspace, team, kind, key) "
        "DO UPDATE SET at = :at, fact = :fact",
        to.where() | {"kind": kind, "key": str(number), "at": stamp(now), "fact": json.dumps(fact, ensure_ascii=False)},
    )
