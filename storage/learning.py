"""What the platform says about people and places becomes rows, and open sessions are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, assert_never

from bot.kernel.ids import Member, Place
from bot.kernel.inbound import (
    Abilities,
    Joined,
    Left,
    News,
    PlaceFound,
    PlaceLost,
    PlaceMoved,
    PlaceRenamed,
    ProfileChanged,
    Reachable,
    RosterRead,
    WorkspaceLost,
)
from bot.kernel.people import Profile
from bot.kernel.signs import ABLE
from bot.kernel.words import clean
from storage.database import Connection
from storage.moments import EPOCH, stamp
from storage.scheduling import Hearers, preferred, tell

FOUNDING = timedelta(minutes=10)  # a big channel is read in several pages; whoever is on them was there at the start
Declined = Callable[[Member], bool]


def _nobody(member: Member) -> bool:  # noqa: ARG001
    return False


def learn(db: Connection, news: News, hearers: Hearers, now: datetime, declined: Declined = _nobody) -> None:
    """Write down what *news* says, and tell each open session that listens for it.

    Whoever *declined*, by asking to be forgotten, does not take part until they say so themselves.
    """
    match news:
        case RosterRead():
            _roster(db, news, hearers, now, declined)
        case Joined(place=place, person=person):
            _know(db, person, hearers, now)
            for team in _team_at(db, place):
                quiet = declined(person.member)
                if not person.bot and person.active and join(db, team, person.member, now, quiet=quiet):
                    _tell_team(db, hearers, "joined", team, place, {"member": person.member.key()}, now)
        case Left(place=place, member=member):
            for team in _team_at(db, place):
                _leave(db, hearers, team, place, member, now)
        case ProfileChanged(person=person, partly=partly):
            _know(db, person, hearers, now, partly=partly)
            if person.zone:  # a team without a zone takes that of whoever looks after it
                db.run(
                    "UPDATE team SET zone = :zone WHERE zone = '' AND id IN "
                    "(SELECT s.team FROM membership s CROSS JOIN team t WHERE s.person = :person AND s.owner = 1 "
                    "AND s.gone IS NULL AND t.id = s.team AND t.platform = :p AND t.workspace = :w)",
                    {
                        "zone": person.zone,
                        "p": person.member.platform,
                        "w": person.member.workspace,
                        "person": person.member.user,
                    },
                )
            if not person.active:
                _gone(db, hearers, person.member, now)
        case Reachable(member=member):
            reached(db, hearers, member, now)
        case PlaceRenamed(place=place, name=name):
            db.run(
                "UPDATE team SET name = :name WHERE platform = :p AND workspace = :w AND channel = :c",
                _at(place) | {"name": name},
            )
        case PlaceMoved(place=place, channel=channel):
            _moved(db, place, channel)
        case PlaceLost(place=place, because=because):
            for team in _team_at(db, place):
                if db.run("UPDATE team SET lost = :why WHERE id = :id AND lost = ''", {"why": because, "id": team}):
                    _tell_team(db, hearers, "place_lost", team, place, {"because": because}, now)
        case PlaceFound(place=place):
            for team in _team_at(db, place):
                if db.run("UPDATE team SET lost = '' WHERE id = :id AND lost <> ''", {"id": team}):
                    _tell_team(db, hearers, "place_found", team, place, {}, now)
        case WorkspaceLost(platform=platform, workspace=workspace, because=because):
            _workspace_lost(db, hearers, (platform, workspace), because, now)
        case Abilities():
            _able(db, news)
        case _:
            assert_never(news)


def know(db: Connection, person: Profile, *, partly: bool = False) -> None:
    """Write down what the platform says about somebody; what it leaves empty stays as it was.

    *partly*: it said nothing about whether they are a guest or a bot.
    """
    db.run(
        "INSERT INTO member (platform, workspace, person, name, zone, locale, address, guest, bot, active) "
        "VALUES (:p, :w, :person, :name, :zone, :locale, :address, :guest, :bot, :active) "
        "ON CONFLICT (platform, workspace, person) DO UPDATE SET "
        "name = CASE WHEN :name = '' THEN member.name ELSE :name END, "
        "zone = CASE WHEN :zone = '' THEN member.zone ELSE :zone END, "
        "locale = CASE WHEN :locale = '' THEN member.locale ELSE :locale END, "
        "address = CASE WHEN :address = '' THEN member.address ELSE :address END, "
        "guest = CASE WHEN :partly = 1 THEN member.guest ELSE :guest END, "
        "bot = CASE WHEN :partly = 1 THEN member.bot ELSE :bot END, active = :active",
        {
            "p": person.member.platform,
            "w": person.member.workspace,
            "person": person.member.user,
            "name": clean(person.name),
            "zone": person.zone,
            "locale": person.locale,
            "address": person.address,
            "guest": int(person.guest),
            "bot": int(person.bot),
            "active": int(person.active),
            "partly": int(partly),
        },
    )


def _know(db: Connection, person: Profile, hearers: Hearers, now: datetime, *, partly: bool = False) -> None:
    """The same, and whoever travels is asked in the mornings of where they are now."""
    before = _known_zone(db, person.member)
    know(db, person, partly=partly)
    if person.zone and before and person.zone != before:
        preferred(db, person.member, hearers, now)


def join(
    db: Connection, team: str, member: Member, now: datetime, *, founding: bool = False, quiet: bool = False
) -> bool:
    """Put somebody in a team. True if they were not in it. Guests, and *quiet* people, are in it without taking part."""
    known = {"p": member.platform, "w": member.workspace, "person": member.user, "team": team, "now": stamp(now)}
    db.run(
        "INSERT INTO member (platform, workspace, person) VALUES (:p, :w, :person) "
        "ON CONFLICT (platform, workspace, person) DO NOTHING",
        known,
    )
    back = db.run(
        "UPDATE membership SET gone = NULL WHERE team = :team AND person = :person AND gone IS NOT NULL", known
    )
    new = db.run(
        "INSERT INTO membership (team, person, joined, founding, takes_part) "
        "SELECT :team, person, :now, :founding, (1 - guest) * :takes FROM member "
        "WHERE platform = :p AND workspace = :w AND person = :person ON CONFLICT (team, person) DO NOTHING",
        known | {"founding": int(founding), "takes": int(not quiet)},
    )
    return bool(back or new)


def reached(db: Connection, hearers: Hearers, member: Member, now: datetime) -> None:
    """A direct message can be written to *member*. If the last one was refused, what is theirs is told so, and what
    is of a whole team of theirs.
    """
    person = {"p": member.platform, "w": member.workspace, "person": member.user}
    known = "platform = :p AND workspace = :w AND person = :person"
    if not db.run(f"UPDATE member SET reachable = 1 WHERE {known} AND reachable = 0", person):
        return
    for session, activity, team in db.rows(
        f"SELECT id, activity, team FROM session WHERE {known} AND open = 1", person
    ):
        if "reachable" in hearers.get(activity, frozenset()):
            tell(
                db,
                session=session,
                activity=activity,
                verb="reachable",
                team=team,
                workspace=(member.platform, member.workspace),
                at=now,
                payload=json.dumps({"member": member.key()}),
            )
    for activity, verbs in hearers.items():
        if "member_reachable" in verbs:
            _team_hears(db, activity, member, now)


def _team_hears(db: Connection, activity: str, member: Member, now: datetime) -> None:
    for session, team in db.rows(
        "SELECT s.id, s.team FROM membership m CROSS JOIN session s WHERE m.person = :person AND m.gone IS NULL "
        "AND s.team = m.team AND s.open = 1 AND s.activity = :activity AND s.person = '' "
        "AND s.platform = :p AND s.workspace = :w",
        {"p": member.platform, "w": member.workspace, "activity": activity, "person": member.user},
    ):
        tell(
            db,
            session=session,
            activity=activity,
            verb="member_reachable",
            team=team,
            workspace=(member.platform, member.workspace),
            at=now,
            payload=json.dumps({"member": member.key()}),
        )


def come_in(
    db: Connection, hearers: Hearers, team: str, place: Place, member: Member, now: datetime, *, quiet: bool = False
) -> None:
    """Somebody acts in a team's channel without being in the roster yet: they are in it from now on."""
    if join(db, team, member, now, quiet=quiet):
        _tell_team(db, hearers, "joined", team, place, {"member": member.key()}, now)


def _roster(db: Connection, news: RosterRead, hearers: Hearers, now: datetime, declined: Declined) -> None:
    people = [person for person in news.people if not person.bot and person.active]
    zone = (
        next((person.zone for person in people if person.member == news.by and person.zone), "")
        or _known_zone(db, news.by)
        or next((person.zone for person in people if person.zone), "")
    )
    new = "t" + db.token(12)
    made = db.run(
        "INSERT INTO team (id, platform, workspace, channel, name, zone, private, founded) "
        "VALUES (:id, :p, :w, :c, :name, :zone, :private, :now) ON CONFLICT (platform, workspace, channel) DO NOTHING",
        _at(news.place) | {"id": new, "name": news.name, "zone": zone, "private": int(news.private), "now": stamp(now)},
    )
    known = not made
    (team,) = _team_at(db, news.place)
    founding = True
    if known:
        row = db.row("SELECT founded, lost FROM team WHERE id = :id", {"id": team}) or (0, "")
        founding = stamp(now) - row[0] <= stamp(EPOCH + FOUNDING)
        db.run(
            "UPDATE team SET name = CASE WHEN :name = '' THEN name ELSE :name END, "
            "private = CASE WHEN :name = '' THEN private ELSE :private END, lost = '', "
            "zone = CASE WHEN zone = '' THEN :zone ELSE zone END WHERE id = :id",
            {"id": team, "name": news.name, "private": int(news.private), "zone": zone},
        )
        if row[1]:
            _tell_team(db, hearers, "place_found", team, news.place, {}, now)
    for person in news.people:
        _know(db, person, hearers, now)
    for person in people:
        quiet = declined(person.member)
        if join(db, team, person.member, now, founding=founding, quiet=quiet) and not founding:
            _tell_team(db, hearers, "joined", team, news.place, {"member": person.member.key()}, now)
    if news.by is not None:
        owners = db.row("SELECT COUNT(*) FROM membership WHERE team = :t AND owner = 1 AND gone IS NULL", {"t": team})
        if owners == (0,):
            join(db, team, news.by, now)
            db.run("UPDATE membership SET owner = 1 WHERE team = :t AND person = :u", {"t": team, "u": news.by.user})
    if known and news.whole:
        here = {person.member.user for person in people}
        for (user,) in db.rows("SELECT person FROM membership WHERE team = :t AND gone IS NULL", {"t": team}):
            if user not in here:
                _leave(db, hearers, team, news.place, Member(news.place.platform, news.place.workspace, user), now)
    if not known:
        for activity, verbs in hearers.items():
            if "founded" in verbs:
                tell(
                    db,
                    session=f"{activity}.{team}",
                    activity=activity,
                    verb="founded",
                    team=team,
                    workspace=(news.place.platform, news.place.workspace),
                    at=now,
                    payload=json.dumps({"by": news.by.key() if news.by else ""}),
                )


def _known_zone(db: Connection, member: Member | None) -> str:
    if member is None:
        return ""
    row = db.row(
        "SELECT zone FROM member WHERE platform = :p AND workspace = :w AND person = :person",
        {"p": member.platform, "w": member.workspace, "person": member.user},
    )
    return str(row[0]) if row else ""


def _moved(db: Connection, place: Place, channel: str) -> None:
    """The team goes on under another id of its channel: what is planned, running and waiting goes there."""
    if _team_at(db, Place(place.platform, place.workspace, channel)):
        return  # it was found there already
    for team in _team_at(db, place):
        ids = {"team": team, "old": place.channel, "new": channel}
        db.run("UPDATE team SET channel = :new, lost = '' WHERE id = :team", ids)
        texts = {"team": team, "old": f'"{place.channel}"', "new": f'"{channel}"'}  # as JSON holds them
        db.run(
            "UPDATE session SET state = REPLACE(state, :old, :new), "
            "version = CASE WHEN version > 0 THEN version + 1 ELSE 0 END WHERE team = :team",
            texts,
        )
        db.run("UPDATE timer SET payload = REPLACE(payload, :old, :new) WHERE team = :team", texts)
        db.run("UPDATE kept SET fact = REPLACE(fact, :old, :new) WHERE team = :team", texts)
        # What a platform noted about the channel under a name of its own, and what it noted as the channel's.
        where = {"old": place.channel, "new": channel, "p": place.platform, "w": place.workspace}
        noted = "platform = :p AND workspace = :w AND"
        db.run(f"UPDATE reach SET place = REPLACE(place, :old, :new) WHERE {noted} place LIKE '%:' || :old", where)
        db.run(f"UPDATE reach SET how = :new WHERE {noted} how = :old", where)
        for table in ("outbox", "message"):
            db.run(
                f"UPDATE {table} SET channel = :new, lane = REPLACE(lane, :old, :new) WHERE team = :team AND channel = :old",
                ids,
            )


def _leave(db: Connection, hearers: Hearers, team: str, place: Place, member: Member, now: datetime) -> None:
    gone = db.run(
        "UPDATE membership SET gone = :now WHERE team = :team AND person = :person AND gone IS NULL",
        {"now": stamp(now), "team": team, "person": member.user},
    )
    if gone:
        _tell_team(db, hearers, "left", team, place, {"member": member.key()}, now)


def _gone(db: Connection, hearers: Hearers, member: Member, now: datetime) -> None:
    rows = db.rows(
        "SELECT t.id, t.channel FROM membership s CROSS JOIN team t WHERE s.person = :person AND s.gone IS NULL "
        "AND t.id = s.team AND t.platform = :p AND t.workspace = :w",
        {"p": member.platform, "w": member.workspace, "person": member.user},
    )
    for team, channel in rows:
        _leave(db, hearers, team, Place(member.platform, member.workspace, channel), member, now)


def _workspace_lost(db: Connection, hearers: Hearers, workspace: tuple[str, str], because: str, now: datetime) -> None:
    here = {"p": workspace[0], "w": workspace[1]}
    for team, channel in db.rows(
        "SELECT id, channel FROM team WHERE platform = :p AND workspace = :w AND lost = ''", here
    ):
        db.run("UPDATE team SET lost = :why WHERE id = :id", {"why": because, "id": team})
        _tell_team(db, hearers, "place_lost", team, Place(*workspace, channel), {"because": because}, now)
    db.run(
        "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = :why "
        "WHERE platform = :p AND workspace = :w AND ready IS NOT NULL",
        here | {"why": because},
    )


def _tell_team(
    db: Connection, hearers: Hearers, verb: str, team: str, place: Place, payload: Mapping[str, Any], now: datetime
) -> None:
    found = db.rows(
        # That somebody left concerns one person's part only if it is theirs: a survey has thousands of them.
        "SELECT id, activity FROM session WHERE team = :t AND open = 1 AND (:left = 0 OR person = '' OR person = :person)",
        {
            "t": team,
            "left": int(verb == "left"),
            "person": Member.from_key(payload["member"]).user if verb == "left" else "",
        },
    )
    for session, activity in found:
        if verb in hearers.get(activity, frozenset()):
            tell(
                db,
                session=session,
                activity=activity,
                verb=verb,
                team=team,
                workspace=(place.platform, place.workspace),
                at=now,
                payload=json.dumps(dict(payload)),
            )


def _team_at(db: Connection, place: Place) -> list[str]:
    rows = db.rows("SELECT id FROM team WHERE platform = :p AND workspace = :w AND channel = :c", _at(place))
    return [row[0] for row in rows]


def _at(place: Place) -> dict[str, Any]:
    return {"p": place.platform, "w": place.workspace, "c": place.channel}


def _able(db: Connection, news: Abilities) -> None:
    """What is allowed there now, and nothing of what was before. Of no team, so that a team born later knows it."""
    where = {"p": news.platform, "w": news.workspace, "kind": ABLE}
    db.run("DELETE FROM kept WHERE platform = :p AND workspace = :w AND team = '' AND kind = :kind", where)
    for name, missing in news.missing.items():
        db.run(
            "INSERT INTO kept (team, kind, key, platform, workspace, session, person, at, fact) "
            "VALUES ('', :kind, :key, :p, :w, '', '', NULL, :fact)",
            where | {"key": name, "fact": json.dumps({"missing": missing}, ensure_ascii=False)},
        )
