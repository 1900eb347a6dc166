"""Everything that is stored about one person, as they may ask for it, and what remains of it to be deleted."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from bot.kernel.ids import Member
from storage.database import Connection
from storage.keeping import forget_words
from storage.moments import moment

DECLINED = "declined"  # kind of fact: who asked to be forgotten, as a keyed hash that names nobody


def about(db: Connection, member: Member) -> dict[str, Any]:
    """All rows about *member*, in words. Answers stored without a name are not among them: they cannot be found."""
    who = {"p": member.platform, "w": member.workspace, "u": member.user}
    profile = db.row(
        "SELECT name, zone, locale, guest, reachable, settings FROM member WHERE platform = :p AND workspace = :w "
        "AND person = :u",
        who,
    ) or ("", "", "", 0, 1, "")
    teams = db.rows(
        "SELECT t.name, s.owner, s.takes_part, s.joined, s.gone FROM membership s CROSS JOIN team t "
        "WHERE t.id = s.team AND t.platform = :p AND t.workspace = :w AND s.person = :u ORDER BY s.joined, t.id",
        who,
    )
    facts = db.rows(
        "SELECT k.kind, t.name, k.at, k.fact FROM kept k LEFT JOIN team t ON t.id = k.team WHERE k.platform = :p "
        "AND k.workspace = :w AND k.person = :u ORDER BY k.kind, k.at, k.key",
        who,
    )
    sessions = db.rows(
        "SELECT activity, state FROM session WHERE platform = :p AND workspace = :w AND person = :u ORDER BY id", who
    )
    name, zone, locale, guest, reachable, settings = profile
    return {
        "who": {"platform": member.platform, "id": member.user, "name": name, "zone": zone, "locale": locale},
        "guest": bool(guest),
        "reachable": bool(reachable),
        "settings": json.loads(settings or "{}"),
        "teams": [
            {
                "channel": channel,
                "looks_after_it": bool(owner),
                "takes_part": bool(takes_part),
                "since": f"{moment(joined):%Y-%m-%d}",
                "until": f"{moment(gone):%Y-%m-%d}" if gone is not None else None,
            }
            for channel, owner, takes_part, joined, gone in teams
        ],
        "kept": [
            {
                "what": kind,
                "channel": channel,
                "when": moment(at).isoformat() if at is not None else None,
                "content": json.loads(fact),
            }
            for kind, channel, at, fact in facts
        ],
        "under_way": [{"what": activity, "content": json.loads(state)} for activity, state in sessions],
    }


def decline(db: Connection, member: Member, pepper: bytes) -> None:
    """Remember, without a name, that this person asked to be forgotten: they are not enrolled anew by a roster."""
    db.run(
        "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
        "VALUES ('', :kind, :key, '', '', '', '', NULL, '{}') ON CONFLICT (platform, workspace, team, kind, key) DO NOTHING",
        {"kind": DECLINED, "key": _mark(member, pepper)},
    )


def has_declined(db: Connection, member: Member, pepper: bytes) -> bool:
    """Whether this person asked to be forgotten."""
    row = db.row(
        "SELECT 1 FROM kept WHERE platform = '' AND workspace = '' AND team = '' AND kind = :kind AND key = :key",
        {"kind": DECLINED, "key": _mark(member, pepper)},
    )
    return row is not None


def purge(db: Connection, member: Member) -> None:
    """Delete the last rows that hold the person's id, after every session had its chance to let go of them."""
    who = {"p": member.platform, "w": member.workspace, "u": member.user}
    for table in ("message", "outbox"):
        db.run(f"DELETE FROM {table} WHERE platform = :p AND workspace = :w AND (person = :u OR seen_by = :u)", who)
    db.run("UPDATE session SET person = '' WHERE platform = :p AND workspace = :w AND person = :u AND open = 1", who)
    db.run("DELETE FROM session WHERE platform = :p AND workspace = :w AND person = :u", who)
    db.run("DELETE FROM kept WHERE platform = :p AND workspace = :w AND person = :u", who)
    db.run(
        "DELETE FROM membership WHERE person = :u AND team IN (SELECT id FROM team WHERE platform = :p AND workspace = :w)",
        who,
    )
    db.run("DELETE FROM member WHERE platform = :p AND workspace = :w AND person = :u", who)
    db.run("DELETE FROM lane WHERE lane = :lane", {"lane": f"{member.platform}/{member.workspace}/@{member.user}"})
    forget_words(db)


def _mark(member: Member, pepper: bytes) -> str:
    return blake2b(member.key().encode(), key=pepper[:64], digest_size=16, person=b"declined").hexdigest()
