"""How a send went: where a message is now, what is given up, and who is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.engine.ports import Outgoing
from bot.kernel.ids import Member
from storage import rationing
from storage.database import Connection
from storage.learning import reached
from storage.moments import stamp
from storage.scheduling import Hearers, now_there, tell

FAULT = "It did not work, and that is my fault, not yours."
MINE = "id = :id AND status = 'sending' AND attempts = :n"  # still the try that was leased, and no later one


def sent(db: Connection, hearers: Hearers, outgoing: Outgoing, message: str, channel: str, now: datetime) -> None:
    """It arrived: what changes it, or goes under it, learns where it is, and whoever posted it learns that."""
    row = db.row(
        "UPDATE outbox SET status = 'sent', ready = NULL, card = '', because = '' WHERE id = :id "
        "RETURNING lane, target, verb",
        {"id": outgoing.id},
    )
    lane, target, verb = row or ("", None, "")
    if outgoing.sign is not None:
        if message:
            tell_put_up(db, hearers, outgoing, {"link": message}, now)
        return
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
                _tell_delivered(db, hearers, post, now)
    if outgoing.user:
        reached(db, hearers, Member(outgoing.platform, outgoing.workspace, outgoing.user), now)


def undeliverable(db: Connection, hearers: Hearers, outgoing: Outgoing, because: str, now: datetime) -> None:
    """It will never arrive, nor will what went with it: whoever posted is told, and nothing is counted.

    A message in doubt still counts: it may have arrived before, and what is refused is the second try. Of a
    change that is refused nobody is told: the message is there, as it was.
    """
    if outgoing.replaces is not None:
        return
    workspace = (outgoing.platform, outgoing.workspace)
    session, name, _ = outgoing.key.rsplit(":", 2)
    lost = {(outgoing.id, session, name), *rationing.pieces_of(db, outgoing.id)}
    if not outgoing.doubtful:
        rationing.release(db, outgoing.id, now)
    for number, of_session, of_name in sorted(lost):
        give_up(db, number, because)
        tell_undelivered(db, hearers, workspace, of_session, of_name, outgoing.user, because, now)


def hold(db: Connection, number: int, until: datetime) -> None:
    """Let the conversation of a message rest."""
    db.run(
        "INSERT INTO lane (lane, free) SELECT lane, :free FROM outbox WHERE id = :id "
        "ON CONFLICT (lane) DO UPDATE SET free = :free",
        {"id": number, "free": stamp(until)},
    )


def give_up(db: Connection, number: int, because: str, attempt: int | None = None) -> bool:
    """Give a row up; with *attempt*, only if that try is still the last one."""
    which = "id = :id" if attempt is None else MINE
    return bool(
        db.run(
            f"UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = :why WHERE {which}",
            {"id": number, "why": because, "n": attempt},
        )
    )


def tell_put_up(db: Connection, hearers: Hearers, outgoing: Outgoing, what: Mapping[str, str], now: datetime) -> None:
    """What became of a sign: a page has an address, or the platform will not have it."""
    session, name, _ = outgoing.key.rsplit(":", 2)
    row = db.row("SELECT activity, team FROM session WHERE id = :id AND open = 1", {"id": session})
    if row and "put_up" in hearers.get(row[0], frozenset()):
        tell(
            db,
            session=session,
            activity=row[0],
            verb="put_up",
            team=row[1],
            workspace=(outgoing.platform, outgoing.workspace),
            at=now,
            payload=json.dumps({"name": name, **what}),
        )


def tell_undelivered(
    db: Connection,
    hearers: Hearers,
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
    if row and "undelivered" in hearers.get(row[0], frozenset()):
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


def _tell_delivered(db: Connection, hearers: Hearers, post: int | None, now: datetime) -> None:
    """A direct message was taken by the platform: to some sessions that is when a person's time begins."""
    row = db.row(
        "SELECT s.id, m.name, s.activity, s.team, s.platform, s.workspace FROM message m JOIN session s "
        "ON s.id = m.session AND s.platform = m.platform AND s.workspace = m.workspace "
        "WHERE m.post = :post AND s.open = 1",
        {"post": post},
    )
    if row and "delivered" in hearers.get(row[2], frozenset()):
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
