"""How words, presses and forms become a poll."""

from __future__ import annotations

import re

from bot.activities.ballots import cards
from bot.activities.ballots.model import (
    DEGREES,
    FEWEST,
    MOST,
    MOST_OPTION,
    MOST_QUESTION,
    OPEN,
    Answered,
    Asked,
    Asking,
    Closed,
    Kind,
    PlaceGone,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Level, Need, Roster, Shown
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, in_team
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.pieces.ballot import Idea, Voting, worded

ALLOW = {
    "poll": Level.MEMBER,
    "temperature": Level.MEMBER,
    "asked": Level.MEMBER,
    "answer": Level.MEMBER,
    "close": Level.MEMBER,
    "timer:close": Level.CLOCK,
    "told:left": Level.CLOCK,
    "told:forget": Level.CLOCK,
    "told:place_lost": Level.CLOCK,
}
NEEDS: dict[str, tuple[Need, ...]] = {"poll": (Roster(),), "temperature": (Roster(),), "asked": (Roster(),)}
COMMANDS = (
    Command("poll", "poll", "A poll of two to six options", "<question> | <option> | <option>"),
    Command("temperature", "temperature", "Got it, partly or lost: without names", "<topic>"),
)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _asked(inbound.verb, inbound.rest, inbound.actor, context, direct=inbound.place.direct)
        case ButtonPressed(verb="poll" | "temperature"):
            argument = inbound.action.argument
            return _asked(inbound.verb, argument, inbound.actor, context, direct=inbound.place.direct)
        case ButtonPressed(verb="close"):
            return Aimed(inbound.action.session, Closed(inbound.actor))
        case ButtonPressed():
            option = inbound.choice or inbound.action.argument
            return Aimed(inbound.action.session, Answered(inbound.actor, option))
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired(session=session):
            return Aimed(session, Closed(None))
        case Told(verb_told="left" | "forget"):
            return Aimed(inbound.session, WentAway(Member.from_key(inbound.payload["member"])))
        case Told():
            return Aimed(inbound.session, PlaceGone())


def _asked(verb: str, rest: str, by: Member, context: Context, *, direct: bool) -> Aimed | Refused | Shown:
    if context.team is None or direct:
        where = context.team.label if context.team else "a channel of your team"
        return Refused(f"This asks everybody in a channel. Type it in {where}. Nothing changed.")
    question, options = _read(rest)
    if len(question) > MOST_QUESTION:
        return Refused(f"A question has room for {MOST_QUESTION} characters; yours has {len(question):,}.")
    if verb == "temperature":
        return _open("temperature", question or "How clear is it?", DEGREES, by, context)
    if not question or not options:
        return Shown(Show(cards.poll_form(question)))
    because = _why_not(options)
    return Refused(because) if because else _open("poll", question, tuple(options), by, context)


def _read(words: str) -> tuple[str, list[str]]:
    """`Lunch? | Yes | No`, and as people also type it: `"Lunch" yes, no` and `Lunch? yes, no`."""
    question, *options = re.split(r"[|\n]", words)
    listed = re.fullmatch(r"\s*(?:[\"“”'](.+?)[\"“”']|(.+?\?))\s*(\S.*,.*)", words) if not options else None
    if listed:
        question, options = listed[1] or listed[2], listed[3].split(",")
    bare = [part.strip().strip("\"'“”") for part in (question, *options)]
    return bare[0], [option for option in bare[1:] if option]


def _form(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    if context.team is None:
        return Refused("This asks everybody in a channel. Type it there. Nothing changed.")
    question = form.text("question")
    if not question:
        return Shown(Correct({"question": "What do you ask? A short question is enough."}))
    options = [line.strip(" -•*\t") for line in form.text("options").splitlines() if line.strip(" -•*\t")]
    because = _why_not(options)
    if because:
        return Shown(Correct({"options": because}))
    return _open("poll", question, tuple(options), form.actor, context)


def _why_not(options: list[str]) -> str:
    if not FEWEST <= len(options) <= MOST:
        return f"A poll takes {FEWEST} to {MOST} options; you gave {len(options)}. Nothing was posted."
    if len({option.casefold() for option in options}) < len(options):
        return "Two options are the same. Nothing was posted."
    longest = max(options, key=len)
    if len(longest) > MOST_OPTION:
        return f'An option has room for {MOST_OPTION} characters; "{longest[:40]}…" has {len(longest)}.'
    return ""


def _open(kind: Kind, question: str, options: tuple[str, ...], by: Member, context: Context) -> Aimed:
    assert context.team is not None
    ideas = tuple(Idea(str(number), worded(option)) for number, option in enumerate(options, 1))
    asking = Asking(
        in_team(context.new_session, context.team.id),
        kind,
        question,
        context.team.place,
        context.team.label,
        by,
        tuple(person.member for person in context.roster if person.owner),
        Voting(ideas, 1),
        context.now + OPEN,
    )
    return Aimed(asking.id, Asked(asking))
