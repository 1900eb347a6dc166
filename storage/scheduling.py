"""Effects become rows: what the world is asked to do, written in the transaction that decided it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, assert_never

from pydantic import TypeAdapter

from bot.kernel.cards import Card
from bot.kernel.effects import (
    Adjust,
    Begin,
    BreakSeal,
    CancelTimer,
    Effect,
    Enrol,
    Erase,
    Forget,
    Keep,
    MakeSeal,
    Only,
    OpenSeal,
    Post,
    Prefer,
    PutUp,
    Retract,
    Revise,
    Seal,
    SetTimer,
    Tell,
    To,
    Under,
    Unseal,
)
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.people import Settings
from bot.kernel.words import FORMER, mention, who
from storage import dossier, signs
from storage.database import Connection
from storage.moments import stamp
from storage.seals import Seals
from storage.words import folded

CARD: TypeAdapter[Card] = TypeAdapter(Card)
SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)
Dump = Callable[[str, Any], tuple[str, bool]]  # a state of an activity, as it is stored; is it over?


@dataclass(frozen=True, slots=True)
class Origin:
    """The session whose effects these are."""

    session: SessionId
    activity: str
    team: TeamId
    workspace: tuple[str, str]  # platform, workspace

    def base(self) -> dict[str, object]:
        return {"session": self.session, "team": self.team, "p": self.workspace[0], "w": self.workspace[1]}


_MADE = count(1)  # what is due at one moment comes in the order in which it was decided
Hearers = Mapping[str, frozenset[str]]  # activity -> what it wants to be told


def schedule(
    db: Connection,
    origin: Origin,
    effects: tuple[Effect, ...],
    now: datetime,
    dump: Dump,
    hearers: Hearers,
    seals: Seals | None = None,
) -> None:
    """Write the rows of *effects*, in order."""
    for effect in effects:
        match effect:
            case Post():
                _post(db, origin, effect, now)
            case Revise(name=name, drop_unsent=True) if _drop(db, origin, name, "nothing is asked any more"):
                pass
            case Revise(name=name, card=card):
                _revise(db, origin, name, CARD.dump_json(card).decode(), now)
            case Retract(name=name):
                _retract(db, origin, name, now)
            case PutUp():
                lane = f"{lane_of(origin.workspace, effect.place.channel, '')}+{effect.sign.kind}"
                signs.put_up(db, origin.base(), effect, lane, now)
            case SetTimer():
                _set_timer(db, origin, effect)
            case CancelTimer(name=name):
                _drop_begun(db, origin)
                db.run(
                    "DELETE FROM timer WHERE session = :session AND name = :name AND platform = :p AND workspace = :w",
                    origin.base() | {"name": name},
                )
            case Tell():
                _tell(db, origin, effect, now)
            case Begin():
                _begin(db, origin, effect, now, dump, hearers, seals)
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
                preferred(db, member, hearers, now)
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
            case Erase(member=member, last=True):
                dossier.purge(db, member)
            case Erase(member=member):
                _erase(db, member, hearers, now)
            case MakeSeal() | Seal() | Unseal() | OpenSeal() | BreakSeal():
                if seals is None:
                    raise LookupError(f"{origin.activity} seals, and there is no key to seal with")
                seals.carry_out(db, effect, origin.workspace, origin.team, origin.session)
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
    begins: str = "",
) -> None:
    """Write a timer row, or move the one of that name. A parked one counts as absent."""
    moved = (
        "DO UPDATE SET at = :at, due = :at, made = :made, payload = :payload, attempts = 0, begins = :begins "
        "WHERE timer.platform = :p AND timer.workspace = :w"
    )
    if if_absent:
        moved += " AND timer.at IS NULL"
    db.run(
        "INSERT INTO timer (session, name, activity, platform, workspace, team, at, due, made, payload, begins) "
        f"VALUES (:session, :name, :activity, :p, :w, :team, :at, :at, :made, :payload, :begins) ON CONFLICT (session, name) {moved}",
        {
            "session": session,
            "name": name,
            "activity": activity,
            "p": workspace[0],
            "w": workspace[1],
            "team": team,
            "at": stamp(at),
            "made": next(_MADE),
            "payload": payload,
            "begins": begins,
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
    """Write a row that tells *session* (or the activity as such, with an empty one) something.

    With *once*, a row that was not heard yet stays as it is, and this one is not written.
    """
    mark = db.token(6) if not once else "" if session else "/".join((*workspace, activity))
    insert_timer(
        db,
        session=session,
        name=f"told:{verb}#{mark}" if mark else f"told:{verb}",
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
        "INSERT INTO outbox (platform, workspace, session, name, team, verb, kind, lane, channel, thread, person, seen_by, "
        "under, card, why, status, ready, until) VALUES (:p, :w, :session, :name, :team, 'post', :kind, :lane, :channel, "
        ":thread, :person, :seen_by, :under, :card, :why, 'waiting', :ready, :until) RETURNING id",
        origin.base()
        | where
        | {
            "name": post.name,
            "kind": post.kind,
            "card": CARD.dump_json(post.card).decode(),
            "why": post.why,
            "ready": stamp(post.at or now),
            "until": stamp(post.until) if post.until else None,
        },
    )
    assert row is not None
    db.run(
        "INSERT INTO message (session, name, platform, workspace, team, lane, channel, thread, person, seen_by, message, post) "
        "VALUES (:session, :name, :p, :w, :team, :lane, :channel, :thread, :person, :seen_by, '', :post) "
        "ON CONFLICT (session, name) DO UPDATE SET lane = :lane, channel = :channel, thread = :thread, person = :person, "
        "seen_by = :seen_by, message = '', post = :post, bundle = NULL, card = '', why = '' "
        "WHERE message.platform = :p AND message.workspace = :w",
        origin.base() | where | {"name": post.name, "post": row[0]},
    )


def _address(db: Connection, origin: Origin, to: To) -> dict[str, object]:
    where: dict[str, object] = {"channel": "", "thread": "", "person": "", "seen_by": "", "under": None}
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
                "SELECT channel, person, lane, thread, message, post FROM message WHERE session = :s AND name = :n AND platform = :p AND workspace = :w",
                {"s": root, "n": name, "p": origin.workspace[0], "w": origin.workspace[1]},
            )
            if row is None:
                raise LookupError(f"{origin.session} posts under {name!r}, which was never posted")
            channel, person, lane, thread, message, post = row
            # Not sent yet: `queues.py` fills in the thread when it is.
            where |= {
                "channel": channel,
                "person": person,
                "thread": (thread or message) if message else "",
                "under": post,
            }
            return where | {"lane": lane}
        case _:
            assert_never(to)
    return where | {"lane": lane_of(origin.workspace, str(where["channel"]), str(where["person"]))}


def lane_of(workspace: tuple[str, str], channel: str, person: str) -> str:
    """The conversation a message belongs to; order is kept within one. Threads share their channel's."""
    return "/".join((*workspace, "@" + person if person else channel))


def now_there(db: Connection, *, lane: str, post: int | None, channel: str, message: str, thread: str) -> None:
    """The post has become the platform's *message*: what will change it or go under it learns where it is."""
    where = {
        "lane": lane,
        "post": post,
        "channel": channel,
        "message": message,
        "thread": thread,
        "root": thread or message,
    }
    db.run("UPDATE message SET message = :message, channel = :channel, thread = :thread WHERE post = :post", where)
    db.run(
        "UPDATE outbox SET channel = :channel, message = CASE WHEN target = :post THEN :message ELSE message END, "
        "thread = CASE WHEN target = :post THEN :thread ELSE :root END "
        "WHERE lane = :lane AND ready IS NOT NULL AND (target = :post OR under = :post)",
        where,
    )


def _revise(db: Connection, origin: Origin, name: str, card: str, now: datetime) -> None:
    found = origin.base() | {"name": name, "card": card}
    waiting = db.run(f"UPDATE outbox SET card = :card WHERE {_UNSENT} AND verb <> 'retract'", found)
    if not waiting:
        db.run(f"{_CHANGE} 'revise', :card {_CHANGED}", found | {"ready": stamp(now)})


def _retract(db: Connection, origin: Origin, name: str, now: datetime) -> None:
    found = origin.base() | {"name": name, "ready": stamp(now)}
    if not _drop(db, origin, name, "taken back"):
        db.run(f"{_CHANGE} 'retract', '' {_CHANGED}", found)


def _drop(db: Connection, origin: Origin, name: str, because: str) -> bool:
    """Drop the post of that name if it was not sent; say whether. Edits of it that wait are dropped in any case."""
    dropped = db.rows(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = :why "
        f"WHERE {_UNSENT} AND verb <> 'retract' RETURNING id, verb",
        origin.base() | {"name": name, "why": because},
    )
    posts = [str(number) for number, verb in dropped if verb == "post"]
    for key in posts:
        db.run(
            "DELETE FROM kept WHERE platform = :p AND workspace = :w AND team = '' AND kind = 'held' AND key = :key",
            origin.base() | {"key": key},
        )
    return bool(posts)


# What waits to be sent of the newest message of that name: the post itself, or changes of it. A post that may have
# arrived is not changed any more: whoever sends it looks first, finds the old one, and takes it for this.
_NEWEST = "(SELECT post FROM message WHERE session = :session AND name = :name AND platform = :p AND workspace = :w)"
_UNSENT = (
    "session = :session AND name = :name AND ready IS NOT NULL AND status = 'waiting' "
    f"AND ((id = {_NEWEST} AND doubt = 0) OR target = {_NEWEST})"
)
_CHANGE = (
    "INSERT INTO outbox (platform, workspace, session, name, team, lane, channel, thread, person, seen_by, target, message, "
    "kind, why, status, ready, verb, card) "
    "SELECT platform, workspace, session, name, team, lane, channel, thread, person, seen_by, post, message, "
    "'card', '', 'waiting', :ready,"
)
_CHANGED = "FROM message WHERE session = :session AND name = :name AND platform = :p AND workspace = :w"


def _set_timer(db: Connection, origin: Origin, timer: SetTimer) -> None:
    if not origin.session:
        raise ValueError(f"{origin.activity} sets a timer {timer.name!r} without a session, so nobody could be woken")
    if timer.begins:
        _drop_begun(db, origin)
    insert_timer(
        db,
        session=origin.session,
        name=timer.name,
        activity=origin.activity,
        team=origin.team,
        workspace=origin.workspace,
        at=timer.at,
        if_absent=timer.if_absent,
        begins=timer.begins,
    )


def _drop_begun(db: Connection, origin: Origin) -> None:
    """What a timer of this session began, and nobody decided on."""
    db.run(
        "DELETE FROM session WHERE parent = :session AND version = 0 AND platform = :p AND workspace = :w",
        origin.base(),
    )


def _tell(db: Connection, origin: Origin, effect: Tell, now: datetime) -> None:
    sessions = [effect.session]
    if effect.every or effect.parts:
        which = "parent = :session" if effect.parts else "team = :team"
        rows = db.rows(
            f"SELECT id FROM session WHERE {which} AND platform = :p AND workspace = :w AND open = 1 "
            "AND activity = :activity ORDER BY id",
            origin.base() | {"activity": effect.activity},
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


def _begin(
    db: Connection, origin: Origin, begin: Begin, now: datetime, dump: Dump, hearers: Hearers, seals: Seals | None
) -> None:
    state, over = dump(origin.activity, begin.state)
    new = db.run(
        "INSERT INTO session (id, platform, workspace, activity, team, parent, person, state, version, open, changed) "
        "VALUES (:id, :p, :w, :activity, :team, :session, :person, :state, 1, :open, :changed) "
        "ON CONFLICT (id) DO UPDATE SET person = :person, state = :state, version = 1, open = :open, changed = :changed "
        "WHERE session.version = 0 AND session.platform = :p AND session.workspace = :w",
        origin.base()
        | {
            "id": begin.session,
            "activity": origin.activity,
            "person": begin.member.user if begin.member else "",
            "state": state,
            "open": int(not over),
            "changed": stamp(now),
        },
    )
    if new:
        schedule(db, replace(origin, session=begin.session), begin.effects, now, dump, hearers, seals)


def _keep(db: Connection, origin: Origin, keep: Keep, now: datetime) -> None:
    db.run(
        "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact, words) "
        "VALUES (:team, :kind, :key, :p, :w, :session, :person, :at, :fact, :words) ON CONFLICT (platform, workspace, team, kind, key) "
        "DO UPDATE SET session = :session, person = :person, at = :at, fact = :fact, words = :words",
        origin.base()
        | {
            "kind": keep.kind,
            "key": keep.key,
            "person": keep.member.user if keep.member else "",
            "at": None if keep.timeless else stamp(now),
            "fact": json.dumps(dict(keep.row), ensure_ascii=False),
            "words": folded(keep.words),
        },
    )


def preferred(db: Connection, member: Member, hearers: Hearers, now: datetime) -> None:
    """The open sessions of this person's teams hear that their days, hours or zone may have changed."""
    rows = db.rows(
        "SELECT id, activity, team FROM session WHERE platform = :p AND workspace = :w AND open = 1 AND "
        "(person = '' OR person = :person) AND team IN (SELECT team FROM membership WHERE person = :person AND gone IS NULL)",
        _person(member),
    )
    for session, activity, team in rows:
        if "preferred" in hearers.get(activity, frozenset()):
            tell(
                db,
                session=session,
                activity=activity,
                verb="preferred",
                team=team,
                workspace=(member.platform, member.workspace),
                at=now,
                payload=json.dumps({"member": member.key()}),
            )


def _erase(db: Connection, member: Member, hearers: Hearers, now: datetime) -> None:
    person = _person(member)
    db.run("DELETE FROM kept WHERE platform = :p AND workspace = :w AND person = :person", person)
    db.run(
        "UPDATE member SET settings = '', name = '', zone = '', locale = '', address = '' WHERE platform = :p AND workspace = :w AND person = :person",
        person,
    )
    db.run(
        "UPDATE membership SET takes_part = 0, owner = 0 WHERE person = :person AND team IN "
        "(SELECT id FROM team WHERE platform = :p AND workspace = :w)",
        person,
    )
    db.run(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = 'asked to be forgotten' "
        "WHERE platform = :p AND workspace = :w AND (person = :person OR seen_by = :person) AND status = 'waiting' "
        "AND ready IS NOT NULL",
        person,
    )
    db.run(  # if its process dies now, nothing is left of it to be sent again
        "UPDATE outbox SET card = '' WHERE platform = :p AND workspace = :w AND (person = :person OR seen_by = :person) "
        "AND status = 'sending'",
        person,
    )
    db.run(
        "UPDATE message SET card = '', why = '' WHERE platform = :p AND workspace = :w AND person = :person AND card <> ''",
        person,
    )
    db.run("DELETE FROM reach WHERE platform = :p AND workspace = :w AND place = '@' || :person", person)
    _unname(db, member)
    # Of the finished ones those are told that were this person's own, or that show their words among others'.
    rows = db.rows(
        "SELECT id, activity, team FROM session WHERE platform = :p AND workspace = :w AND (open = 1 OR "
        "person = :person OR id IN (SELECT parent FROM session WHERE platform = :p AND workspace = :w "
        "AND person = :person))",
        person,
    )
    for session, activity, team in rows:
        if "forget" in hearers.get(activity, frozenset()):
            tell(
                db,
                session=session,
                activity=activity,
                verb="forget",
                team=team,
                workspace=(member.platform, member.workspace),
                at=now,
                payload=json.dumps({"member": member.key()}),
            )


def _unname(db: Connection, member: Member) -> None:
    """In what is kept of other people's messages, to draw them anew, nobody is named by that id any more."""
    for token in (who(member), mention(member)):
        for table in ("message", "outbox"):
            db.run(
                f"UPDATE {table} SET card = REPLACE(card, :token, :former), why = REPLACE(why, :token, :former) "
                "WHERE platform = :p AND workspace = :w AND (card LIKE :held OR why LIKE :held)",
                {**_person(member), "token": token, "former": FORMER, "held": f"%{token}%"},
            )


def _person(member: Member) -> dict[str, object]:
    return {"p": member.platform, "w": member.workspace, "person": member.user}
