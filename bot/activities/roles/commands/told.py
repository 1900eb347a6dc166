"""What other activities, and the engine, tell the roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.activities.roles.events import (
    Forgotten,
    Founded,
    Missing,
    PlaceGone,
    Reached,
    RosterChanged,
    SessionOff,
    SessionPlanned,
    SessionServed,
    SignTold,
    Took,
    Unreached,
    What,
)
from bot.kernel.ids import Member
from bot.kernel.inbound import Told


def told(told: Told) -> What:
    payload = told.payload
    match told.verb_told:
        case "founded":
            return Founded()
        case "place_lost":
            return PlaceGone()
        case "forget":
            return Forgotten(Member.from_key(payload["member"]))
        case "draw":
            starts = _moment(payload["starts"])
            ends = _moment(payload.get("ends") or payload["starts"])
            return SessionPlanned(
                str(payload["session"]),
                _title(payload),
                starts,
                ends,
                tuple(str(role) for role in payload.get("roles") or ()),
                str(payload.get("from") or "guides"),
                str(payload.get("guide") or ""),
                tuple((str(role), str(line)) for role, line in dict(payload.get("says") or {}).items()),
            )
        case "served":
            return SessionServed(
                str(payload["session"]),
                _quarters(payload.get("served") or ()),
                tuple(Member.from_key(key).user for key in payload.get("there") or ()),
                _title(payload),
            )
        case "missing":
            return Missing(str(payload["session"]), str(payload["role"]), str(payload.get("under") or ""))
        case "taken":
            member = Member.from_key(str(payload["member"]))
            return Took(member, str(payload["session"]), str(payload["role"]), told=True)
        case "undelivered":
            return Unreached(str(payload["name"]))
        case "member_reachable":
            return Reached(Member.from_key(str(payload["member"])))
        case "put_up":
            return SignTold(str(payload["name"]), str(payload.get("refused") or ""))
        case "off":
            return SessionOff(str(payload["session"]))
    return RosterChanged()


def _quarters(rows: Any) -> tuple[tuple[str, str, int], ...]:
    found = []
    for role, key, quarters in rows:
        n = max(0, min(4, int(quarters)))
        if n:
            found.append((str(role), Member.from_key(str(key)).user, n))
    return tuple(found)


def _title(payload: Mapping[str, Any]) -> str:
    title = str(payload.get("title") or "A session")[:80]
    return title[:1].upper() + title[1:]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
