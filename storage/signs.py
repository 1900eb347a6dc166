"""What is no message on its way to the platform: written, claimed, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter

from bot.engine.ports import Outgoing
from bot.kernel.effects import PutUp
from bot.kernel.signs import Sign
from storage.database import Connection
from storage.moments import stamp
from storage.people import sign_with_names

SIGN: TypeAdapter[Sign] = TypeAdapter(Sign)
PUT_UP = "put_up"  # the verb of these rows in the outbox


def put_up(db: Connection, base: Mapping[str, object], effect: PutUp, lane: str, now: datetime) -> None:
    """What waits under that name is not shown any more: only how it shall be at last."""
    row = dict(base) | {
        "name": effect.name,
        "sign": SIGN.dump_json(effect.sign).decode(),
        "ready": stamp(now),
        "channel": effect.place.channel,
        "lane": lane,
        "verb": PUT_UP,
    }
    waiting = db.run(
        "UPDATE outbox SET card = :sign, channel = :channel, lane = :lane, ready = :ready WHERE session = :session "
        "AND name = :name AND platform = :p AND workspace = :w AND verb = :verb AND status = 'waiting' "
        "AND ready IS NOT NULL",
        row,
    )
    if not waiting:
        db.run(
            "INSERT INTO outbox (platform, workspace, session, name, team, verb, kind, lane, channel, card, status, ready) "
            "VALUES (:p, :w, :session, :name, :team, :verb, 'card', :lane, :channel, :sign, 'waiting', :ready)",
            row,
        )


def outgoing(
    db: Connection, number: int, workspace: tuple[str, str], key: str, channel: str, card: str, attempts: int, zone: str
) -> Outgoing:
    """A claimed row. What is put up twice is there once: nobody has to look whether an earlier try arrived."""
    platform, of = workspace
    sign = sign_with_names(db, SIGN.validate_json(card))
    return Outgoing(
        id=number,
        platform=platform,
        workspace=of,
        card=None,
        kind="card",
        key=key,
        zone=zone,
        channel=channel,
        attempts=attempts,
        sign=sign,
    )
