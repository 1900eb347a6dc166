"""What a session tells when it is over, and what else the clock brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.activities.records.commands.typed import home, today
from bot.activities.records.events import ActionChanged, ActionMade, PageCame, PlaceGone, RecapCame, WentAway
from bot.activities.records.model import Action, Content, Home, Noted, Settled, Todo
from bot.kernel.activity import Aimed, Context
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import Told


def _archivist(context: Context) -> Member | None:
    """Who looks after the records this month, if the team has that role and somebody who is not away."""
    held = next((fact.row["member"] for fact in context.facts("holder") if fact.key == "archivist"), None)
    here = {person.member.key(): person.member for person in context.roster if not person.away_on(today(context))}
    return here.get(str(held)) if held else None


def told(told: Told, context: Context) -> Aimed:
    payload = told.payload
    match told.verb_told:
        case "recap":
            return Aimed(told.session, replace(_recap(told.session, payload), archivist=_archivist(context)))
        case "action":
            member = Member.from_key(payload["member"]) if payload["member"] else None
            changed = ActionChanged(
                SessionId(payload["action"]), member, payload["due"], bool(payload["taken"]), payload["closed"]
            )
            return Aimed(told.session, changed)
        case "todo":
            return _todo(told, context)
        case "put_up":
            return Aimed(told.session, PageCame(str(payload.get("link") or ""), str(payload.get("refused") or "")))
        case "left" | "forget":
            return Aimed(told.session, WentAway(Member.from_key(payload["member"])))
    return Aimed(told.session, PlaceGone())


def _todo(told: Told, context: Context) -> Aimed:
    """Another activity has something to do: {what, member, due, by, under}."""
    payload, here = told.payload, home(context)
    holder = Member.from_key(payload["member"]) if payload["member"] else None
    by = Member.from_key(payload["by"])
    zone = next((person.zone for person in context.roster if person.member == holder), here.zone)
    what, due = str(payload["what"]), str(payload["due"])
    action = Action(told.session, here, what, context.now, by, holder=holder, zone=zone, due=due)
    return Aimed(told.session, ActionMade(action, by, SessionId(str(payload["under"]))))


def _recap(id_: SessionId, payload: Any) -> RecapCame:
    home = Home(
        Place(*payload["place"]),
        payload["team_label"],
        payload["zone"],
        tuple(Member.from_key(key) for key in payload["owners"]),
    )
    content = Content(
        topic=payload["topic"],
        title=payload["title"],
        minutes=payload["minutes"],
        people=payload["people"],
        ended=datetime.fromisoformat(payload["ended"]),
        keeper=Member.from_key(payload["keeper"]),
        guide=payload["guide"],
        tags=tuple(payload["tags"]),
        points=tuple(payload["points"]),
        decisions=tuple(Settled(**one) for one in payload["decisions"]),
        actions=tuple(
            Todo(SessionId(""), one["what"], Member.from_key(one["member"]) if one["member"] else None, one["due"])
            for one in payload["actions"]
        ),
        parked=tuple(payload["parked"]),
        notes=tuple(Noted(text, Member.from_key(key), step) for text, key, step, _ in payload["notes"]),
        ideas=tuple((step, tuple(texts)) for step, texts in payload["ideas"]),
        question=payload["question"],
    )
    return RecapCame(id_, home, content, SessionId(payload["session"]), payload["archive"] == "ask")
