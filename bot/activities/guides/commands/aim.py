"""What arrives, as an event of a session."""

from __future__ import annotations

import re
from datetime import datetime

from bot.activities.guides.commands import browse, moves, opening, own
from bot.activities.guides.commands.recap import read_recap
from bot.activities.guides.model import (
    EXTRA,
    Came,
    Chosen,
    Dotted,
    Event,
    Extended,
    HoldersCame,
    InTurn,
    Merged,
    MovedOn,
    Noted,
    Opening,
    Picked,
    PlaceGone,
    PlanDropped,
    QuestionBrought,
    Rated,
    Replied,
    Resumed,
    Started,
    Steered,
    Supported,
    Swapped,
    Tidied,
    TimeCame,
    VoteOpened,
    WentAway,
    Wrote,
)
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.decision import Correct, Refused
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told

FROM_BEFORE = Refused("This card is from before. Nothing changed.")
NONE_RUNS = Refused("No session is running here. Start one with: session start.")
EMPTY = {"text": "Write a word or two, or close the form; closing is fine."}


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _command(inbound, context)
        case ButtonPressed():
            return _press(inbound, context)
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired(session=session, name=name):
            known = opening.fresh(context) if name in ("pre", "start") else None
            return Aimed(session, TimeCame(name, known))
        case Told():
            return opening.booked(inbound, context) if inbound.verb_told == "book" else _told(inbound)


def _command(inbound: CommandIssued, context: Context) -> Aimed | Refused | Shown:
    match inbound.verb:
        case "list":
            return browse.listed(context, inbound.rest)
        case "show":
            return browse.one(context, inbound.rest)
        case "suggest":
            return browse.suggested(context, inbound.rest)
        case "start":
            return opening.typed_start(inbound, context)
        case "plan":
            return opening.typed_plan(inbound, context)
        case "rehearse":
            return opening.rehearse(inbound.rest, inbound.actor, context)
        case "planned_list":
            return browse.planned(context)
        case "own" | "paste":
            return own.asked(inbound.verb, inbound.rest, inbound.actor, context)
        case "vote" | "breath" as verb:
            if context.team is None or inbound.place.direct:
                where = context.team.label if context.team else "a channel of your team"
                return Refused(opening.NOT_HERE.format(where=where))
            return opening.quick(verb, inbound.rest, inbound.actor, context)
    live = next(iter(context.facts("session_live")), None)
    if inbound.verb == "moves":
        running = SessionId(str(live.row["id"])) if live and not inbound.place.direct else NO_SESSION
        return moves.wanted(context, inbound.actor, running, inbound.rest.strip())
    if live is None:
        return NONE_RUNS
    session, by = SessionId(str(live.row["id"])), inbound.actor
    match inbound.verb:
        case "typed_next":
            return Aimed(session, MovedOn(by, -1))
        case "typed_skip":
            return Aimed(session, MovedOn(by, -1, skip=True))
        case "typed_extend":
            found = re.search(r"\d+", inbound.rest)
            minutes = int(found.group()[:4]) if found else EXTRA
            if not 1 <= minutes <= 60:
                return Refused(f"Between 1 and 60 minutes; you typed {minutes:,}. Nothing changed.")
            return Aimed(session, Extended(by, -1, minutes=minutes))
        case "typed_pause":
            return Aimed(session, Steered(by, "pause"))
        case "typed_resume":
            return Aimed(session, Steered(by, "resume"))
        case _:
            return Aimed(session, Steered(by, "end"))


def _press(press: ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    match press.verb:
        case "look":
            return browse.one(context, press.choice or press.action.argument)
        case "start":
            return opening.typed_start(press, context)
        case "plan":
            return opening.typed_plan(press, context)
        case "rehearse":
            return opening.rehearse(press.action.argument, press.actor, context)
        case "own" | "paste":
            return own.asked(press.verb, "", press.actor, context)
        case "start_form" | "plan_form":
            return opening.open_form(press, context)
        case "moves" | "move":
            return moves.wanted(context, press.actor, press.action.session, press.choice)
        case "rate":
            helped, _, guide = press.action.argument.partition(" ")
            return Aimed(press.action.session, Rated(press.actor, guide, helped == "1"))
        case "rules":
            return moves.offered(context, press.action.session)
        case "rules_set":
            return moves.chosen(context, press.actor, press.action.session, press.choice)
    event = _event(press)
    return Aimed(press.action.session, event) if event is not None and press.action.session else FROM_BEFORE


def _event(press: ButtonPressed) -> Event | None:
    by, argument = press.actor, press.action.argument
    number = int(argument) if argument.isdecimal() else -2
    match press.verb:
        case "drop":
            return PlanDropped(by)
        case "here":
            return Came(by)
        case "begin":
            return Started(by)
        case "next" | "skip":
            return MovedOn(by, number, skip=press.verb == "skip")
        case "extend":
            return Extended(by, number)
        case "extend_from":
            serial, _, source = argument.partition(" ")
            at = int(source) if source.isdecimal() else source
            if not serial.isdecimal() or (isinstance(at, str) and at not in ("each", "end")):
                return None
            return Extended(by, int(serial), "each" if at == "each" else "end" if isinstance(at, str) else at)
        case "extend_back":
            return Steered(by, "take_back", number)
        case "undo" | "pause" | "resume" | "go_on" | "hand_over" | "take" as how:
            return Steered(by, how, number)
        case "end":
            return Steered(by, "end", number if number >= 0 else -1)
        case "swapped":
            return Swapped(by, number, press.choice)
        case "picked":
            return Picked(by, int(press.choice) if press.choice.isdecimal() else -1)
        case "me_too":
            return Supported(by, max(0, number))
        case "done" | "pass" | "later" | "more_time" as how:
            return InTurn(by, how, number)
        case "notes" | "tidy":
            return Opening(by, press.verb)
        case "question" | "note" | "park" | "write" | "jot" | "back" | "recap" | "more" | "swap" | "questions":
            return Opening(by, press.verb)
        case "dot":
            return Dotted(by, press.choice) if press.choice else None
        case "undot":
            return Dotted(by, "")
        case "open_vote":
            return VoteOpened(by)
        case "reply":
            return Opening(by, "reply", argument)
        case "another" | "go" | "my_dots" | "merge" | "decide" | "idea":
            return Opening(by, press.verb)
    return None


def _form(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    session, by = form.action.session, form.actor
    match form.verb:
        case "own_made" | "pasted":
            return own.sent(form, context)
        case "started" | "planned":
            return opening.filled(form, context)
        case "recapped":
            found = read_recap(form, context)
            return found if isinstance(found, Shown) else Aimed(session, found)
        case "merged":
            return Aimed(session, Merged(by, form.text("kept"), form.text("other")))
        case "chosen":
            if not form.text("why"):
                return Shown(Correct({"why": "Add one sentence why. It goes to the record with the decision."}))
            return Aimed(session, Chosen(by, form.text("idea"), form.text("why"), form.text("against")))
    text = form.text("text")
    if form.verb == "tidied":
        seen = form.action.argument
        kept = tuple(line.strip(" -•*\t") for line in text.splitlines() if line.strip(" -•*\t"))
        return Aimed(session, Tidied(by, kept, int(seen) if seen.isdecimal() else 0))
    if not text and form.verb != "jotted":
        return Shown(Correct(EMPTY))
    match form.verb:
        case "question_added":
            return Aimed(session, QuestionBrought(by, text, named=not form.ticked("unnamed")))
        case "noted":
            return Aimed(session, Noted(by, text))
        case "parked":
            return Aimed(session, Noted(by, text, park=True))
        case "replied":
            number = form.text("to")
            return Aimed(session, Replied(by, int(number) if number.isdecimal() else -1, text))
        case "written" | "jotted" | "brought_back" | "idea_added":
            return Aimed(session, Wrote(by, text, form.action.argument))
    return FROM_BEFORE


def _told(told: Told) -> Aimed | Refused:
    payload = told.payload
    match told.verb_told:
        case "resumed":
            return Aimed(told.session, Resumed(datetime.fromisoformat(payload["down_from"])))
        case "left" | "forget":
            return Aimed(told.session, WentAway(Member.from_key(payload["member"])))
        case "holders":
            holders = tuple((str(role), Member.from_key(key)) for role, key in dict(payload["holders"]).items() if key)
            return Aimed(told.session, HoldersCame(holders))
        case "note":
            by = Member.from_key(payload["member"])
            return Aimed(told.session, Noted(by, str(payload["text"]), park=bool(payload.get("park"))))
    return Aimed(told.session, PlaceGone())
