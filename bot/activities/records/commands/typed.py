"""Words that are typed, or that a button carries on."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.activities.records.cards import record as cards
from bot.activities.records.commands import best
from bot.activities.records.commands.archive import archive, export, page
from bot.activities.records.events import ActionMade, PassedOn, Written
from bot.activities.records.model import MOST_WORDS, Action, Home, Todo
from bot.kernel.activity import Aimed, Context, Kept, Shown
from bot.kernel.decision import Refused, Show, Whisper
from bot.kernel.ids import Member, SessionId, in_team
from bot.kernel.inbound import CommandIssued
from bot.pieces.todo import read_todo

NEEDS_TEAM = Refused("This belongs to a team. Type it in the team's channel. Nothing changed.")


def home(context: Context) -> Home:
    assert context.team is not None
    team = context.team
    return Home(team.place, team.label, team.zone, tuple(p.member for p in context.roster if p.owner))


def people(context: Context) -> tuple[tuple[str, str], ...]:
    return tuple((person.member.key(), person.name) for person in context.roster)


def today(context: Context) -> date:
    zone = context.team.zone if context.team else "UTC"
    return context.now.astimezone(ZoneInfo(zone)).date()


def command(inbound: CommandIssued, context: Context) -> Aimed | Refused | Shown:
    if context.team is None:
        return NEEDS_TEAM
    return typed(inbound.verb, inbound.rest, inbound.actor, inbound.mentions, context)


def typed(verb: str, rest: str, by: Member, mentions: Any, context: Context) -> Aimed | Refused | Shown:
    """A command of this activity, typed or carried on by a button."""
    rest = rest.strip()
    if len(rest) > MOST_WORDS:
        return Refused(f"There is room for {MOST_WORDS:,} characters; yours has {len(rest):,}. Nothing was kept.")
    match verb:
        case "note" if not rest:
            return Shown(Show(cards.note_form(home(context))))
        case "park" if not rest:
            parked = tuple((fact.key, str(fact.row["text"])) for fact in context.facts("parked"))
            return Shown(Whisper(cards.parked_card(parked)))
        case "note" | "park":
            return _noted(rest, by, context, park=verb == "park")
        case "action":
            return _action(rest, by, mentions, context)
        case "actions":
            return _actions(by, context)
        case "decision":
            return Shown(Show(cards.decision_form(rest, home(context))))
        case "archive":
            return archive(rest, context, 0)
        case "page":
            return page(by, context)
        case "best_list":
            return best.listed(rest, context)
        case _:
            return export(context)


def _noted(text: str, by: Member, context: Context, *, park: bool) -> Aimed:
    assert context.team is not None
    id_ = in_team(context.new_session, context.team.id)
    live = next(iter(context.facts("session_live")), None)
    if live is not None:
        return Aimed(id_, PassedOn(id_, SessionId(str(live.row["id"])), by, text, park))
    return Aimed(id_, Written(id_, home(context), by, text, "parked" if park else "note"))


def _action(rest: str, by: Member, mentions: Any, context: Context) -> Aimed | Shown:
    known = {person.name: person.member for person in context.roster}
    mentioned = None
    for written, member in dict(mentions).items():
        if written in rest:
            mentioned, rest = member, rest.replace(written, " ")
    todo = read_todo(" ".join(rest.split()), known, today(context))
    person = mentioned or todo.member
    if not todo.what or person is None or todo.due is None:
        due = todo.due.isoformat() if todo.due else ""
        return Shown(Show(cards.action_form(todo.what, people(context), person.key() if person else "", due)))
    return made(todo.what, person, todo.due.isoformat(), by, context)


def made(what: str, person: Member | None, due: str, by: Member, context: Context, parked: str = "") -> Aimed:
    assert context.team is not None
    zone = next((p.zone for p in context.roster if p.member == person), context.team.zone)
    id_ = in_team(context.new_session, context.team.id)
    action = Action(id_, home(context), what, context.now, by, holder=person, zone=zone, due=due)
    return Aimed(id_, ActionMade(action, by, parked=parked))


def _actions(by: Member, context: Context) -> Shown:
    todos = [_todo(fact) for fact in context.facts("action_open")]
    todos.sort(key=lambda todo: (todo.due or "9999", todo.what))
    mine = tuple(todo for todo in todos if todo.member == by)
    return Shown(Whisper(cards.actions_card(mine, tuple(todo for todo in todos if todo.member != by)), lasting=True))


def _todo(fact: Kept) -> Todo:
    row = fact.row
    member = Member.from_key(str(row["member"])) if row.get("member") else None
    return Todo(SessionId(fact.key), str(row["what"]), member, str(row.get("due", "")), bool(row.get("taken")))
