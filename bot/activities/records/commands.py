"""How words, presses and forms become notes, actions, decisions and searches."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.activities.records.cards import record as cards
from bot.activities.records.cards.archivist import MOST_TAGS, MOST_TITLE
from bot.activities.records.model import (
    MOST_WORDS,
    Action,
    ActionChanged,
    ActionMade,
    Added,
    Agreed,
    Content,
    Corrected,
    DateMoved,
    Decided,
    DecisionMade,
    Declined,
    Done,
    Dropped,
    HandedOver,
    Home,
    Noted,
    NotNeeded,
    Opening,
    PassedOn,
    PlaceGone,
    Published,
    RecapCame,
    Retitled,
    Settled,
    StillRight,
    Taken,
    TimeCame,
    Todo,
    WentAway,
    Withdrawn,
    Written,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Kept, Level, Need, Roster, Search, Shown
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.ids import Member, Place, SessionId, in_team
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.pieces.todo import read_todo

PAGE = 5
EXPORTED = 1000
KIND_WORDS = {
    "decision": ("decision", "decisions"),
    "recap": ("session", "sessions", "recap", "recaps"),
    "note": ("note", "notes"),
    "action": ("action", "actions", "todo"),
    "parked": ("parked",),
}
SINCE = re.compile(r"\b(?:since|after)[: ](\d{4}-\d{2}(?:-\d{2})?)\b", re.I)
TAG = re.compile(r"\btag[: ]([\w-]+)", re.I)
KIND = re.compile(r"\bkind[: ](\w+)", re.I)


def words_wanted(inbound: Inbound) -> str:
    """What the archive is searched for: the words of the command, or those a button carries on."""
    if isinstance(inbound, CommandIssued):
        return search_words(inbound.rest)
    if isinstance(inbound, ButtonPressed):
        argument = inbound.action.argument
        return search_words(argument.partition(" ")[2] if inbound.verb == "more" else argument)
    return ""


_MEMBER = (
    "note",
    "park",
    "action",
    "actions",
    "decision",
    "action_made",
    "decided",
    "archive",
    "export",
    "open",
    "more",
)
_SESSION = (
    "correct",
    "corrected",
    "publish",
    "retitle",
    "retitled",
    "add",
    "added",
    "agree",
    "take",
    "decline",
    "done",
    "move",
    "moved",
    "moved_again",
    "not_needed",
    "hand_over",
    "handed",
    "still_right",
    "withdraw",
    "park_drop",
    "park_action",
)
_CLOCK = (
    "timer:file",
    "timer:due",
    "timer:review",
    "told:recap",
    "told:action",
    "told:left",
    "told:forget",
    "told:place_lost",
)
ALLOW: dict[str, Level] = dict.fromkeys((*_MEMBER, *_SESSION), Level.MEMBER) | dict.fromkeys(_CLOCK, Level.CLOCK)

_LIVE: tuple[Need, ...] = (Roster(), Facts("session_live", most=1), Facts("parked", most=50))
_FOUND: tuple[Need, ...] = (Search("filed", words_wanted),)
NEEDS: dict[str, tuple[Need, ...]] = {
    "told:recap": (Roster(), Facts("holder", most=30)),
    "note": _LIVE,
    "park": _LIVE,
    "park_action": _LIVE,
    "action": (Roster(),),
    "action_made": (Roster(),),
    "actions": (Facts("action_open", most=100),),
    "decision": (Roster(),),
    "decided": (Roster(),),
    "hand_over": (Roster(),),
    "handed": (Roster(),),
    "added": (Roster(),),
    "archive": _FOUND,
    "open": _FOUND,
    "more": _FOUND,
    "export": (Facts("filed", most=EXPORTED),),
}

COMMANDS = (
    Command("note", "note", "A note for the record, also in a session", "<text>", menu=6),
    Command("park", "park", "Park something for later, or see what is parked", "[text]"),
    Command("action", "action", "Something to do, with owner and date", "<what> @who <date>", menu=7),
    Command("actions", "actions", "What is open, yours first"),
    Command("decision", "decision", "A decision with its reason", "<what>"),
    Command("archive", "archive", "Search what was filed here", "[words] [kind:decision] [since:2026-01]"),
    Command("archive export", "export", "All that was filed here, as files"),
)

NEEDS_TEAM = Refused("This belongs to a team. Type it in the team's channel. Nothing changed.")


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _command(inbound, context)
        case ButtonPressed():
            return _press(inbound, context)
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired(session=session, name=name):
            return Aimed(session, TimeCame(name))
        case Told():
            return _told(inbound, context)


def _home(context: Context) -> Home:
    assert context.team is not None
    team = context.team
    return Home(team.place, team.label, team.zone, tuple(p.member for p in context.roster if p.owner))


def _people(context: Context) -> tuple[tuple[str, str], ...]:
    return tuple((person.member.key(), person.name) for person in context.roster)


def _today(context: Context) -> date:
    zone = context.team.zone if context.team else "UTC"
    return context.now.astimezone(ZoneInfo(zone)).date()


# what is typed


def _command(inbound: CommandIssued, context: Context) -> Aimed | Refused | Shown:
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
            return Refused("A note about what? Type: note, and the words. Nothing was kept.")
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
            return Shown(Show(cards.decision_form(rest, _home(context))))
        case "archive":
            return _archive(rest, context, 0)
        case _:
            return _export(context)


def _noted(text: str, by: Member, context: Context, *, park: bool) -> Aimed:
    assert context.team is not None
    id_ = in_team(context.new_session, context.team.id)
    live = next(iter(context.facts("session_live")), None)
    if live is not None:
        return Aimed(id_, PassedOn(id_, SessionId(str(live.row["id"])), by, text, park))
    return Aimed(id_, Written(id_, _home(context), by, text, "parked" if park else "note"))


def _action(rest: str, by: Member, mentions: Any, context: Context) -> Aimed | Shown:
    people = {person.name: person.member for person in context.roster}
    mentioned = None
    for written, member in dict(mentions).items():
        if written in rest:
            mentioned, rest = member, rest.replace(written, " ")
    todo = read_todo(" ".join(rest.split()), people, _today(context))
    person = mentioned or todo.member
    if not todo.what or person is None or todo.due is None:
        due = todo.due.isoformat() if todo.due else ""
        return Shown(Show(cards.action_form(todo.what, _people(context), person.key() if person else "", due)))
    return _made(todo.what, person, todo.due.isoformat(), by, context)


def _made(what: str, person: Member | None, due: str, by: Member, context: Context) -> Aimed:
    assert context.team is not None
    zone = next((p.zone for p in context.roster if p.member == person), context.team.zone)
    id_ = in_team(context.new_session, context.team.id)
    action = Action(id_, _home(context), what, context.now, by, holder=person, zone=zone, due=due)
    return Aimed(id_, ActionMade(action, by))


def _actions(by: Member, context: Context) -> Shown:
    todos = [_todo(fact) for fact in context.facts("action_open")]
    todos.sort(key=lambda todo: (todo.due or "9999", todo.what))
    mine = tuple(todo for todo in todos if todo.member == by)
    return Shown(Whisper(cards.actions_card(mine, tuple(todo for todo in todos if todo.member != by)), lasting=True))


def _todo(fact: Kept) -> Todo:
    row = fact.row
    member = Member.from_key(str(row["member"])) if row.get("member") else None
    return Todo(SessionId(fact.key), str(row["what"]), member, str(row.get("due", "")), bool(row.get("taken")))


# the archive


def search_words(text: str) -> str:
    """The words that are looked for, without what narrows the search."""
    bare = KIND.sub(" ", TAG.sub(" ", SINCE.sub(" ", text)))
    return " ".join(word for word in bare.split() if _kind_of(word) is None)


def _kind_of(word: str) -> str | None:
    return next((kind for kind, names in KIND_WORDS.items() if word.lower() in names), None)


def _narrowed(text: str, found: tuple[Kept, ...]) -> list[Kept]:
    kind = KIND.search(text)
    wanted = _kind_of(kind.group(1)) or kind.group(1).lower() if kind else None
    if wanted is None:
        wanted = next((one for one in map(_kind_of, text.split()) if one), None)
    since, tag = SINCE.search(text), TAG.search(text)
    first = f"{since.group(1)}-01"[:10] if since else ""
    return [
        fact
        for fact in found
        if (wanted is None or fact.row.get("kind") == wanted)
        and (not first or (fact.at is not None and fact.at.date().isoformat() >= first))
        and (tag is None or tag.group(1).lower() in fact.row.get("tags", ()))
    ]


def _archive(text: str, context: Context, skip: int) -> Shown:
    found = _narrowed(text, context.facts("filed"))
    page = tuple(
        (str(fact.row.get("kind")), str(fact.row.get("title")), fact.at, str(fact.row.get("text")))
        for fact in found[skip : skip + PAGE]
    )
    return Shown(Whisper(cards.found_card(text, page, len(found), skip), lasting=True))


def _opened(press: ButtonPressed, context: Context) -> Shown | Refused:
    found = _narrowed(press.action.argument, context.facts("filed"))
    number = int(press.choice) if press.choice.isdigit() else -1
    if not 0 <= number < len(found):
        return Refused("That is not in the archive any more. Nothing changed.")
    row = found[number].row
    card = cards.entry_card(str(row.get("kind")), str(row.get("title")), found[number].at, str(row.get("text")))
    return Shown(Whisper(card, lasting=True))


def _export(context: Context) -> Shown:
    assert context.team is not None
    rows = [
        {**dict(fact.row), "at": fact.at.isoformat() if fact.at else None} for fact in reversed(context.facts("filed"))
    ]
    parts = [f"# Archive of {context.team.label}", ""]
    for row in rows:
        parts += [
            f"## {row.get('title')}",
            "",
            f"{cards.KINDS.get(str(row.get('kind')), '')}, {str(row['at'])[:10]}",
            "",
        ]
        parts += [f"- {line}" for line in str(row.get("text")).splitlines()]
        parts.append("")
    data = json.dumps({"team": context.team.name, "filed": rows}, ensure_ascii=False, indent=2)
    return Shown(Whisper(cards.export_card(context.team.label, len(rows), "\n".join(parts), data), lasting=True))


# what is pressed


def _press(press: ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    session, by = press.action.session, press.actor
    match press.verb:
        case "note" | "park" | "action" | "actions" | "decision" | "archive" | "export" as verb:
            if context.team is None:
                return NEEDS_TEAM
            return typed(verb, press.action.argument, by, {}, context)
        case "more":
            skip, _, words = press.action.argument.partition(" ")
            return _archive(words, context, int(skip) if skip.isdigit() else 0)
        case "open":
            return _opened(press, context)
        case "park_drop":
            if context.team is None:
                return NEEDS_TEAM
            id_ = in_team(context.new_session, context.team.id)
            return Aimed(id_, Dropped(by, id_, press.action.argument))
        case "park_action":
            text = next((str(f.row["text"]) for f in context.facts("parked") if f.key == press.action.argument), "")
            return Shown(Show(cards.action_form(text, _people(context), "", "")))
        case "take":
            zone = context.actor.zone if context.actor else ""
            return Aimed(session, Taken(by, zone))
        case "decline":
            return Aimed(session, Declined(by))
        case "done":
            return Aimed(session, Done(by))
        case "not_needed":
            return Aimed(session, NotNeeded(by))
        case "still_right":
            return Aimed(session, StillRight(by))
        case "withdraw":
            return Aimed(session, Withdrawn(by))
        case "agree":
            return Aimed(session, Agreed(by))
        case "publish":
            return Aimed(session, Published(by))
        case "correct" | "add" | "move" | "retitle":
            return Aimed(session, Opening(by, press.verb))
        case "hand_over":
            return Aimed(session, Opening(by, "hand_over", _people(context)))
    return Refused("This card is from before. Nothing changed.")


def _form(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    session, by = form.action.session, form.actor
    if context.team is None:
        return NEEDS_TEAM
    match form.verb:
        case "action_made":
            what = form.text("what")
            if not what:
                return Shown(Correct({"what": "What is to be done? A few words are enough."}))
            due = _day(form, "due")
            if due and due < _today(context).isoformat():
                return Shown(Correct({"due": "That day has passed. Choose a later one."}))
            key = form.text("person")
            known = {person.member.key(): person.member for person in context.roster}
            return _made(what, known.get(key), due, by, context)
        case "decided":
            if not form.text("what") or not form.text("why"):
                field = "why" if form.text("what") else "what"
                return Shown(Correct({field: "A sentence is enough; without it the decision says little later on."}))
            settled = _settled(form, how=form.text("how"))
            id_ = in_team(context.new_session, context.team.id)
            decided = Decided(id_, _home(context), settled, by, context.now)
            return Aimed(id_, DecisionMade(decided))
        case "corrected":
            points = tuple(line.strip(" -•*\t") for line in form.text("points").splitlines() if line.strip(" -•*\t"))
            decision = _settled(form, field="decision") if form.text("decision") else None
            return Aimed(session, Corrected(by, points, decision, form.text("question")))
        case "added":
            return _added(form, context)
        case "retitled":
            return _retitled(form)
        case "moved" | "moved_again":
            to, why = form.text("to"), form.text("why")
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", to) or to < _today(context).isoformat():
                return Shown(Correct({"to": "Choose a day from today on."}))
            if form.verb == "moved_again" and not why:
                return Shown(Correct({"why": "It moves for the second time. A few words why help the others."}))
            return Aimed(session, DateMoved(by, to, why))
        case "handed":
            known = {person.member.key(): person.member for person in context.roster}
            person = known.get(form.text("to"))
            if person is None:
                return Shown(Correct({"to": "Choose somebody of the team."}))
            return Aimed(session, HandedOver(by, person))
    return Refused("This card is from before. Nothing changed.")


def _retitled(form: FormSubmitted) -> Aimed | Shown:
    title = " ".join(form.text("title").split())
    tags = tuple(dict.fromkeys(" ".join(tag.split()).lower().strip("# ") for tag in form.text("tags").split(",")))
    tags = tuple(tag for tag in tags if tag)
    errors = {}
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A title of 1 to {MOST_TITLE} characters."
    if len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags):
        errors["tags"] = f"At most {MOST_TAGS} tags of up to 40 characters each."
    return Shown(Correct(errors)) if errors else Aimed(form.action.session, Retitled(form.actor, title, tags))


def _added(form: FormSubmitted, context: Context) -> Aimed | Shown:
    text, kind = form.text("text"), form.text("kind")
    if not text:
        return Shown(Correct({"text": "Write a word or two, or close the form; closing is fine."}))
    added = Added(form.actor, text, kind)
    if kind == "action":
        people = {person.name: person.member for person in context.roster}
        todo = read_todo(text, people, _today(context))
        if not todo.what:
            return Shown(Correct({"text": "What is to be done? A few words are enough."}))
        added = replace(added, text=todo.what, holder=todo.member, due=todo.due.isoformat() if todo.due else "")
    return Aimed(form.action.session, added)


def _day(form: FormSubmitted, field: str) -> str:
    """The day in a field, or nothing. Raises ValueError for what no calendar has."""
    text = form.text(field)
    return date.fromisoformat(text).isoformat() if text else ""


def _settled(form: FormSubmitted, *, field: str = "what", how: str = "") -> Settled:
    return Settled(form.text(field), form.text("why"), form.text("against"), how, _day(form, "review"))


# what is told


def _archivist(context: Context) -> Member | None:
    """Who looks after the records this month, if the team has that role and somebody who is not away."""
    held = next((fact.row["member"] for fact in context.facts("holder") if fact.key == "archivist"), None)
    here = {person.member.key(): person.member for person in context.roster if not person.away_on(_today(context))}
    return here.get(str(held)) if held else None


def _told(told: Told, context: Context) -> Aimed:
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
        case "left" | "forget":
            return Aimed(told.session, WentAway(Member.from_key(payload["member"])))
    return Aimed(told.session, PlaceGone())


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
