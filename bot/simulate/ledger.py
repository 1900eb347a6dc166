"""What everybody got that they had not asked for: counted from the outside, against what they allow (product 0.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from bot.engine.budget import RULES
from bot.engine.ports import Outgoing
from bot.kernel.calendar import local_date
from bot.kernel.effects import Kind
from bot.kernel.hours import Hours, is_working_moment
from bot.kernel.ids import Member
from bot.kernel.people import Settings
from bot.pieces.holidays import Holidays
from storage.database import Connection, Connections
from storage.people import read_settings


@dataclass(frozen=True, slots=True)
class Got:
    """One unasked direct message: when, on what date of the reader's, and of what kinds its things are."""

    at: datetime
    day: date
    key: str
    things: tuple[tuple[str, Kind], ...]  # of which session, and what


def why_not(got: Got, before: Sequence[Got], settings: Settings, zone: str) -> Iterator[str]:
    """What is wrong with one more unasked message, after those *before* it, to somebody with these settings."""
    hours = Hours(zone, settings.days, settings.starts, settings.ends)
    off = Holidays.of(settings.holidays) if settings.holidays else None
    if settings.stopped:
        yield "was sent to somebody who wants nothing unasked"
    for _, kind in got.things:
        if kind in settings.muted:
            yield f"is a {kind}, which this person muted"
    if not is_working_moment(hours, got.at, settings.absences, off):
        yield f"was sent outside of {zone} {settings.starts:%H:%M} to {settings.ends:%H:%M}, or on a day off"
    monday = got.day - timedelta(days=got.day.weekday())
    week = [one for one in (*before, got) if one.day >= monday]
    today = [one for one in week if one.day == got.day]
    fresh = [one for n, one in enumerate(today) if not _follows(one, today[:n])]
    if len(fresh) > settings.daily:
        yield f"is message {len(fresh)} of {got.day}, of {settings.daily} allowed: {[one.key for one in fresh]}"
    counted = [one for one in week if any(RULES[kind].weekly for _, kind in one.things)]
    if got in counted and len(counted) > settings.weekly:
        yield f"is message {len(counted)} of the week, of {settings.weekly} allowed: {[one.key for one in counted]}"


def _follows(one: Got, earlier: Sequence[Got]) -> bool:
    """Whether it is nothing but reminders of what was asked earlier that day."""
    asked = {session for before in earlier for session, _ in before.things}
    return all(kind == "reminder" and session in asked for session, kind in one.things)


class Ledger:
    """By person, every unasked direct message, in order."""

    def __init__(self) -> None:
        self.by_member: dict[Member, list[Got]] = defaultdict(list)

    def note(self, outgoing: Outgoing, now: datetime, connections: Connections) -> list[str]:
        """A new message was shown. What is wrong with that; nothing, usually."""
        kind = cast(Kind, outgoing.kind)
        if not outgoing.user or not RULES[kind].unasked:
            return []
        member = Member(outgoing.platform, outgoing.workspace, outgoing.user)
        before = [one for one in self.by_member[member][-30:] if one.at > now - timedelta(days=10)]
        with connections.transaction() as db:
            things = _things(db, outgoing.key)
            today = local_date(now, outgoing.zone)
            before = [  # what came later that day was added to the day's message
                replace(one, things=_things(db, one.key) or one.things) if one.day == today else one for one in before
            ]
            row = db.row(
                "SELECT settings FROM member WHERE platform = :p AND workspace = :w AND person = :u",
                {"p": member.platform, "w": member.workspace, "u": member.user},
            )
        got = Got(now, today, outgoing.key, things or ((outgoing.key.rsplit(":", 2)[0], kind),))
        self.by_member[member].append(got)
        settings = read_settings(row[0] if row else "")
        return [f"{got.key} to {member.user} {wrong}" for wrong in why_not(got, before, settings, outgoing.zone)]


def _things(db: Connection, key: str) -> tuple[tuple[str, Kind], ...]:
    """Everything that stands in the message of that key by now."""
    rows = db.rows(
        "SELECT o.session, o.kind FROM message m JOIN outbox o ON o.id = m.post WHERE m.bundle = :b ORDER BY o.id",
        {"b": int(key.rpartition(":")[2])},
    )
    return tuple((session, kind) for session, kind in rows)
