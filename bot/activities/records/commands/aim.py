"""What arrives, as an event of a record."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.activities.records.cards import record as cards
from bot.activities.records.cards import sofar
from bot.activities.records.cards.archivist import MOST_TITLE
from bot.activities.records.commands import best, saving, tagging
from bot.activities.records.commands import sofar as told_story
from bot.activities.records.commands.archive import archive, left_in, take_out
from bot.activities.records.commands.told import told
from bot.activities.records.commands.typed import NEEDS_TEAM, command, home, made, people, today, typed
from bot.activities.records.events import (
    Added,
    Agreed,
    Corrected,
    DateMoved,
    DecisionMade,
    Declined,
    Done,
    Dropped,
    HandedOver,
    NotNeeded,
    Opening,
    Published,
    Retitled,
    StillRight,
    Taken,
    TimeCame,
    Withdrawn,
)
from bot.activities.records.model import Decided, Settled
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import in_team
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.pieces.todo import read_todo


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued(verb="storysofar", rest=rest, actor=by):
            if context.team is None:
                return NEEDS_TEAM
            return told_story.left(rest.strip(), by, context) if rest.strip() else told_story.story(context)
        case CommandIssued():
            return command(inbound, context)
        case ButtonPressed():
            return _press(inbound, context)
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired(session=session, name=name):
            return Aimed(session, TimeCame(name))
        case Told():
            return told(inbound, context)


def _press(press: ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    session, by = press.action.session, press.actor
    match press.verb:
        case "untagged":
            return tagging.asked(session, context)
        case "line":
            return Shown(Show(sofar.line_form(context.team.label))) if context.team else NEEDS_TEAM
        case "storysofar":
            return told_story.story(context) if context.team else NEEDS_TEAM
        case "note" | "park" | "action" | "actions" | "decision" | "archive" | "export" | "page" as verb:
            if context.team is None:
                return NEEDS_TEAM
            return typed(verb, press.action.argument, by, {}, context)
        case "more":
            skip, _, words = press.action.argument.partition(" ")
            return archive(words, context, int(skip) if skip.isdigit() else 0)
        case "open" | "best_open":
            return best.opened(press, context)
        case "best" | "unbest":
            return best.chosen(press, context)
        case "best_list":
            return best.listed(press.action.argument, context)
        case "save":
            return saving.wanted(press, context)
        case "save_yes" | "save_no":
            return saving.answered(press)
        case "take_out" | "taken_out":
            return take_out(press, context)
        case "left_in":
            return left_in()
        case "park_drop":
            if context.team is None:
                return NEEDS_TEAM
            id_ = in_team(context.new_session, context.team.id)
            return Aimed(id_, Dropped(by, id_, press.action.argument))
        case "park_action":
            text = next((str(f.row["text"]) for f in context.facts("parked") if f.key == press.action.argument), "")
            if not text:
                return Refused("It is not on the list of what is parked any more. Nothing changed.")
            return Shown(Show(cards.action_form(text, people(context), "", "", press.action.argument)))
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
            return Aimed(session, Opening(by, "hand_over", people(context)))
    return Refused("This card is from before. Nothing changed.")


def _form(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    session, by = form.action.session, form.actor
    if context.team is None:
        return NEEDS_TEAM
    match form.verb:
        case "line_left":
            text = form.text("text")
            return told_story.left(text, by, context) if text else Shown(Correct({"text": "One line is enough."}))
        case "note_made":
            text = form.text("text")
            if not text:
                return Shown(Correct({"text": "A few words are enough; or close the form."}))
            return typed("note", text, by, {}, context)
        case "action_made":
            what = form.text("what")
            if not what:
                return Shown(Correct({"what": "What is to be done? A few words are enough."}))
            due = _day(form, "due")
            if due and due < today(context).isoformat():
                return Shown(Correct({"due": "That day has passed. Choose a later one."}))
            key = form.text("person")
            known = {person.member.key(): person.member for person in context.roster}
            return made(what, known.get(key), due, by, context, form.action.argument)
        case "decided":
            if not form.text("what") or not form.text("why"):
                field = "why" if form.text("what") else "what"
                return Shown(Correct({field: "A sentence is enough; without it the decision says little later on."}))
            settled = _settled(form, how=form.text("how"))
            id_ = in_team(context.new_session, context.team.id)
            decided = Decided(id_, home(context), settled, by, context.now)
            return Aimed(id_, DecisionMade(decided))
        case "corrected":
            points = tuple(line.strip(" -•*\t") for line in form.text("points").splitlines() if line.strip(" -•*\t"))
            decision = _settled(form, field="decision") if form.text("decision") else None
            return Aimed(session, Corrected(by, points, decision, form.text("question")))
        case "added":
            return _added(form, context)
        case "retitled":
            return _retitled(form)
        case "tagged":
            return tagging.given(form, context)
        case "moved" | "moved_again":
            to, why = form.text("to"), form.text("why")
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", to) or to < today(context).isoformat():
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
    tags = tagging.read(form.text("tags"))
    errors = {}
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A title of 1 to {MOST_TITLE} characters."
    if tagging.too_many(tags):
        errors["tags"] = tagging.TOO_MANY
    return Shown(Correct(errors)) if errors else Aimed(form.action.session, Retitled(form.actor, title, tags))


def _added(form: FormSubmitted, context: Context) -> Aimed | Shown:
    text, kind = form.text("text"), form.text("kind")
    if not text:
        return Shown(Correct({"text": "Write a word or two, or close the form; closing is fine."}))
    added = Added(form.actor, text, kind)
    if kind == "action":
        people = {person.name: person.member for person in context.roster}
        todo = read_todo(text, people, today(context))
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
