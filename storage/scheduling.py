"""Effects become rows: what the world is asked to do, written in the transaction that decided it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from pydantic import TypeAdapter

from bot.kernel.cards import Card
from bot.kernel.effects import (
    Adjust,
    Begin,
    CancelTimer,
    Effect,
    Enrol,
    Erase,
    Forget,
    Keep,
    Only,
    Post,
    Prefer,
    Retract,
    Revise,
    SetTimer,
    Tell,
    To,
    Under,
)
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.people import Settings
from storage.database import Connection
from storage.moments import stamp

CARD: TypeAdapter[Card] = TypeAdapter(Card)
SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)
Dump = Callable[[str, Any], str]  # the name of an activity and a state of it, as it is stored


@dataclass(frozen=True, slots=True)
class Origin:
    """The session whose effects these are."""

    session: SessionId
    activity: str
    team: TeamId
    workspace: tuple[str, str]  # platform, workspace

    def base(self) -> dict[str, object]:
        return {"session": self.session, "team": self.team, "p": self.workspace[0], "w": self.workspace[1]}


def schedule(db: Connection, origin: Origin, effects: tuple[Effect, ...], now: datetime, dump: Dump) -> None:
    """Write the rows of *effects*, in order."""
    for effect in effects:
        match effect:
            case Post():
                _post(db, origin, effect, now)
            case Revise(name=name, card=card):
                _revise(db, origin, name, CARD.dump_json(card).decode(), now)
            case Retract(name=name):
                _retract(db, origin, name, now)
            case SetTimer(name=name, at=at, if_absent=if_absent):
                _set_timer(db, origin, name, at, if_absent=if_absent)
            case CancelTimer(name=name):
                db.run("DELETE FROM timer WHERE session = :session AND name = :name", origin.base() | {"name": name})
            case Tell():
                _tell(db, origin, effect, now)
            case Begin():
                _begin(db, origin, effect, now, dump)
            case Keep():
                _keep(db, origin, effect, now)
            case Forget(kind=kind, key=key):
                one = "AND key = :key" if key else "AND session = :session"
                db.run(
                    f"DELETE FROM kept WHERE team = :team AND platform = :p AND workspace = :w AND kind = :kind {one}",
                    origin.base() | {"kind": kind, "key": key},
                )
            case Prefer(member=member, settings=settings):
                db.run(
                    "INSERT INTO member (platform, workspace, person, settings) VALUES (:p, :w, :person, :settings) "
                    "ON CONFLICT (platform, workspace, person) DO UPDATE SET settings = :settings",
                    _person(member) | {"settings": SETTINGS.dump_json(settings, exclude_defaults=True).decode()},
                )
            case Enrol(member=member, takes_part=takes_part, owner=owner):
                for column, value in (("takes_part", takes_part), ("owner", owner)):
                    if value is not None:
                        db.run(
                            f"UPDATE membership SET {column} = :value WHERE team = :team AND person = :person",
                            {"value": int(value), "team": origin.team, "person": member.user},
                        )
            case Adjust(zone=zone, ready=ready):
                if zone is not None:
                    db.run("UPDATE team SET zone = :zone WHERE id = :team", {"zone": zone, "team": origin.team})
                if ready is not None:
                    db.run("UPDATE team SET ready = :r WHERE id = :team", {"r": int(ready), "team": origin.team})
            case Erase(member=member):
                _erase(db, origin, member, now)
            case _:
                assert_never(effect)


def insert_timer(
    db: Connection,
    *,
    session: str,
    name: str,
    activity: str,
    team: str,
    workspace: tuple[str, str],
    at: datetime,
    payload: str = "",
    if_absent: bool = False,
) -> None:
    """Write a timer row, or move the one of that name."""
    moved = "DO NOTHING" if if_absent else "DO UPDATE SET at = :at, due = :at, payload = :payload, attempts = 0"
    db.run(
        "INSERT INTO timer (session, name, activity, platform, workspace, team, at, due, payload) "
        f"VALUES (:session, :name, :activity, :p, :w, :team, :at, :at, :payload) ON CONFLICT (session, name) {moved}",
        {
            "session": session,
            "name": name,
            "activity": activity,
            "p": workspace[0],
            "w": workspace[1],
            "team": team,
            "at": stamp(at),
            "payload": payload,
        },
    )


def tell(
    db: Connection,
    *,
    session: str,
    activity: str,
    verb: str,
    team: str,
    workspace: tuple[str, str],
    at: datetime,
    payload: str = "{}",
    once: bool = False,
) -> None:
    """Write a row that tells *session* (or the activity as such, with an empty one) something."""
    insert_timer(
        db,
        session=session,
        name=f"told:{verb}" if once else f"told:{verb}#{secrets.token_hex(6)}",
        if_absent=once,
        activity=activity,
        team=team,
        workspace=workspace,
        at=at,
        payload=payload,
    )


def _post(db: Connection, origin: Origin, post: Post, now: datetime) -> None:
    where = _address(db, origin, post.to)
    row = db.row(
        "INSERT INTO outbox (platform, workspace, session, name, team, verb, kind, lane, card, why, status, ready, until) "
        "VALUES (:p, :w, :session, :name, :team, 'post', :kind, :lane, :card, :why, 'waiting', :ready, :until) "
        "RETURNING id",
        origin.base()
        | {
            "name": post.name,
            "kind": post.kind,
            "lane": where["lane"],
            "card": CARD.dump_json(post.card).decode(),
            "why": post.why,
            "ready": stamp(post.at or now),
            "until": stamp(post.until) if post.until else None,
        },
    )
    assert row is not None
    db.run(
        "INSERT INTO message (session, name, platform, workspace, team, lane, channel, thread, person, seen_by, "
        "under_session, under_name, message, post) VALUES (:session, :name, :p, :w, :team, :lane, :channel, :thread, "
        ":person, :seen_by, :under_session, :under_name, '', :post) ON CONFLICT (session, name) DO UPDATE SET "
        "lane = :lane, channel = :channel, thread = :thread, person = :person, seen_by = :seen_by, "
        "under_session = :under_session, under_name = :under_name, message = '', post = :post, "
        "bundle = NULL, card = '', why = ''",
        origin.base() | where | {"name": post.name, "post": row[0]},
    )


def _address(db: Connection, origin: Origin, to: To) -> dict[str, object]:
    where: dict[str, object] = {
        "channel": "",
        "thread": "",
        "person": "",
        "seen_by": "",
        "under_session": "",
        "under_name": "",
    }
    match to:
        case Place():
            where |= {"channel": to.channel, "thread": to.thread or ""}
        case Member():
            where |= {"person": to.user}
        case Only(member=member, place=place):
            where |= {"channel": place.channel, "thread": place.thread or "", "seen_by": member.user}
        case Under(name=name, session=session):
            root = session or origin.session
            row = db.row(
                "SELECT channel, person, lane FROM message WHERE session = :s AND name = :n AND platform = :p AND workspace = :w",
                {"s": root, "n": name, "p": origin.workspace[0], "w": origin.workspace[1]},
            )
            if row is None:
                raise LookupError(f"{origin.session} posts under {name!r}, which was never posted")
            where |= {"channel": row[0], "person": row[1], "under_session": root, "under_name": name}
            return where | {"lane": row[2]}
        case _:
            assert_never(to)
    return where | {"lane": lane_of(origin.workspace, str(where["channel"]), str(where["person"]))}


def lane_of(workspace: tuple[str, str], channel: str, person: str) -> str:
    """The conversation a message belongs to; order is kept within one. Threads share their channel's."""
    return "/".join((*workspace, "@" + person if person else channel))


def _revise(db: Connection, origin: Origin, name: str, card: str, now: datetime) -> None:
    found = origin.base() | {"name": name, "card": card}
    waiting = db.run(
        "UPDATE outbox SET card = :card WHERE session = :session AND name = :name AND ready IS NOT NULL "
        "AND status = 'waiting' AND verb IN ('post', 'revise') AND platform = :p AND workspace = :w",
        found,
    )
    if not waiting:
        db.run(
            "INSERT INTO outbox (platform, workspace, session, name, team, verb, kind, lane, card, why, status, ready) "
            "SELECT platform, workspace, session, name, team, 'revise', 'card', lane, :card, '', 'waiting', :ready "
            "FROM message WHERE session = :session AND name = :name AND platform = :p AND workspace = :w",
            found | {"ready": stamp(now)},
        )


def _retract(db: Connection, origin: Origin, name: str, now: datetime) -> None:
    found = origin.base() | {"name": name, "ready": stamp(now)}
    dropped = db.run(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = 'taken back' WHERE session = :session "
        "AND name = :name AND status = 'waiting' AND verb = 'post'",
        found,
    )
    db.run(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = 'taken back' WHERE session = :session "
        "AND name = :name AND status = 'waiting' AND verb = 'revise'",
        found,
    )
    if not dropped:
        db.run(
            "INSERT INTO outbox (platform, workspace, session, name, team, verb, kind, lane, card, why, status, ready) "
            "SELECT platform, workspace, session, name, team, 'retract', 'card', lane, '', '', 'waiting', :ready "
            "FROM message WHERE session = :session AND name = :name AND platform = :p AND workspace = :w",
            found,
        )


def _set_timer(db: Connection, origin: Origin, name: str, at: datetime, *, if_absent: bool) -> None:
    insert_timer(
        db,
        session=origin.session,
        name=name,
        activity=origin.activity,
        team=origin.team,
        workspace=origin.workspace,
        at=at,
        if_absent=if_absent,
    )


def _tell(db: Connection, origin: Origin, effect: Tell, now: datetime) -> None:
    sessions = [effect.session]
    if effect.every:
        rows = db.rows(
            "SELECT id FROM session WHERE team = :team AND open = 1 AND activity = :activity ORDER BY id",
            {"team": origin.team, "activity": effect.activity},
        )
        sessions = [SessionId(row[0]) for row in rows]
    for session in sessions:
        tell(
            db,
            session=session,
            activity=effect.activity,
            verb=effect.verb,
            team=origin.team,
            workspace=origin.workspace,
            at=effect.at or now,
            payload=json.dumps(dict(effect.payload)),
            once=effect.once,
        )


def _begin(db: Connection, origin: Origin, begin: Begin, now: datetime, dump: Dump) -> None:
    new = db.run(
        "INSERT INTO session (id, platform, workspace, activity, team, parent, person, state, version, open, changed) "
        "VALUES (:id, :p, :w, :activity, :team, :session, :person, :state, 1, 1, :changed) ON CONFLICT (id) DO NOTHING",
        origin.base()
        | {
            "id": begin.session,
            "activity": origin.activity,
            "person": begin.member.user if begin.member else "",
            "state": dump(origin.activity, begin.state),
            "changed": stamp(now),
        },
    )
    if new:
        schedule(db, replace(origin, session=begin.session), begin.effects, now, dump)


def _keep(db: Connection, origin: Origin, keep: Keep, now: datetime) -> None:
    db.run(
        "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
        "VALUES (:team, :kind, :key, :p, :w, :session, :person, :at, :fact) ON CONFLICT (team, kind, key) "
        "DO UPDATE SET session = :session, person = :person, at = :at, fact = :fact",
        origin.base()
        | {
            "kind": keep.kind,
            "key": keep.key,
            "person": keep.member.user if keep.member else "",
            "at": None if keep.timeless else stamp(now),
            "fact": json.dumps(dict(keep.row), ensure_ascii=False),
        },
    )


def _erase(db: Connection, origin: Origin, member: Member, now: datetime) -> None:
    person = _person(member)
    db.run("DELETE FROM kept WHERE platform = :p AND workspace = :w AND person = :person", person)
    db.run(
        "UPDATE member SET settings = '', name = '', address = '' WHERE platform = :p AND workspace = :w AND person = :person",
        person,
    )
    db.run(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = 'asked to be forgotten' "
        "WHERE lane = :lane AND status = 'waiting'",
        {"lane": lane_of(origin.workspace, "", member.user)},
    )
    db.run(
        "UPDATE message SET card = '', why = '' WHERE platform = :p AND workspace = :w AND person = :person AND card <> ''",
        person,
    )
    db.run("DELETE FROM reach WHERE platform = :p AND workspace = :w AND place = '@' || :person", person)
    # Of the finished ones those are told that were this person's own, or that show their words among others'.
    rows = db.rows(
        "SELECT id, activity, team FROM session WHERE platform = :p AND workspace = :w AND (open = 1 OR "
        "person = :person OR id IN (SELECT parent FROM session WHERE platform = :p AND workspace = :w "
        "AND person = :person))",
        person,
    )
    for session, activity, team in rows:
        tell(
            db,
            session=session,
            activity=activity,
            verb="forget",
            team=team,
            workspace=origin.workspace,
            at=now,
            payload=json.dumps({"member": member.key()}),
        )


def _person(member: Member) -> dict[str, object]:
    return {"p": member.platform, "w": member.workspace, "person": member.user}
