"""How words, presses and timers become events of a pulse."""

from __future__ import annotations

from datetime import datetime

from bot.activities.pulse import cards
from bot.activities.pulse.commands.measuring import entered, measure, measured, results_asked
from bot.activities.pulse.commands.own import own_chosen
from bot.activities.pulse.commands.report import report
from bot.activities.pulse.commands.scheduling import moved, repeat, schedules
from bot.activities.pulse.commands.starting import (
    EVERYBODY,
    chosen,
    library_of,
    menu,
    newest,
    start_here,
    survey_named,
)
from bot.activities.pulse.commands.waking import asked, timer, told
from bot.activities.pulse.events import (
    Answering,
    CalledOff,
    DetailAsked,
    Event,
    FilesAsked,
    FollowAsked,
    Followed,
    FormAsked,
    KeepAsked,
    MoveAsked,
    NeverAsked,
    NotThisTime,
    SkipAsked,
    StopAsked,
    TakenBack,
)
from bot.activities.pulse.model import MOST_FOLLOWS
from bot.activities.pulse.model.facts import (
    ANSWER,
    FORM,
    LIVE,
    NAMED,
    PAIR,
    PROGRAMME,
    RECEIPT,
    RESULT,
    SCHEDULED,
    WORDS,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Roster, Shown
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.ids import Member, SessionId, part_of
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.keeping import RETENTION
from bot.pieces import questions

ALLOW = {
    "start": Level.ANYONE,  # in a direct conversation it may be for several teams; `_may_start` asks in each
    "chosen": Level.ANYONE,
    "own": Level.OWNER,
    "own_chosen": Level.OWNER,
    "schedule": Level.OWNER,
    "repeat": Level.OWNER,
    "end_schedule": Level.OWNER,
    "skip": Level.OWNER,
    "move": Level.OWNER,
    "moved": Level.OWNER,
    "results": Level.MEMBER,
    "respond": Level.OWNER,
    "report": Level.MEMBER,
    "measure": Level.MEMBER,
    "measured": Level.OWNER,
    "enter": Level.OWNER,
    "entered": Level.OWNER,
    "end_measure": Level.OWNER,
    "open": Level.ANYONE,  # also for somebody who left and is asked why; nobody opens another's
    "open_here": Level.MEMBER,
    "answer": Level.ANYONE,
    "not_this_time": Level.ANYONE,
    "never": Level.MEMBER,
    "remove": Level.ANYONE,  # also for somebody who left
    "call_off": Level.OWNER,
    "detail": Level.MEMBER,
    "keep": Level.MEMBER,
    "files": Level.MEMBER,
    "follow": Level.OWNER,
    "followed": Level.OWNER,
    "timer:invite": Level.CLOCK,
    "timer:gather": Level.CLOCK,
    "timer:close": Level.CLOCK,
    "timer:reveal": Level.CLOCK,
    "timer:remind": Level.CLOCK,
    "timer:end": Level.CLOCK,
    "timer:raw": Level.CLOCK,
    "timer:owed": Level.CLOCK,
    "timer:next": Level.CLOCK,
    "timer:before": Level.CLOCK,
    "timer:reaction": Level.CLOCK,
    "timer:after": Level.CLOCK,
    "timer:applied": Level.CLOCK,
    "timer:over": Level.CLOCK,
    "told:second": Level.CLOCK,
    "told:level": Level.CLOCK,
    "told:start": Level.CLOCK,
    "told:after": Level.CLOCK,
    "told:late": Level.CLOCK,
    "told:closed": Level.CLOCK,
    "told:opened": Level.CLOCK,
    "told:keep_raw": Level.CLOCK,
    "told:followed": Level.CLOCK,
    "told:delivered": Level.CLOCK,
    "told:undelivered": Level.CLOCK,
    "told:reachable": Level.CLOCK,
    "told:missed": Level.CLOCK,
    "told:joined": Level.CLOCK,
    "told:left": Level.CLOCK,
    "told:forget": Level.CLOCK,
    "told:place_lost": Level.CLOCK,
}

_TO_START = (Roster(), Facts(RESULT), Facts(LIVE), Facts("goal"))
NEEDS = {
    "start": _TO_START,
    "chosen": _TO_START,
    "own_chosen": (*_TO_START, Facts(SCHEDULED)),
    "schedule": (Facts(SCHEDULED),),
    "repeat": (Facts(SCHEDULED),),
    "results": (Facts(RESULT), Facts(LIVE), Facts("goal")),
    "respond": (Facts(RESULT),),
    "report": (
        Facts("round"),
        Facts("checkin"),
        Facts("session"),
        Facts("role_turns"),
        Facts("action"),
        Facts("product", most=1),
        Facts(RESULT),
    ),
    "open": (Facts(FORM, "parent"),),
    "open_here": (Facts(FORM, "session"),),
    "answer": (Facts(FORM, "parent"),),
    "timer:invite": (Roster(),),
    "timer:gather": (Roster(),),
    "timer:close": (Facts(RECEIPT, "parts", EVERYBODY),),
    "told:missed": (Facts(RECEIPT, "parts", EVERYBODY),),
    "timer:raw": (Facts(NAMED, "parts", EVERYBODY),),
    "timer:next": (*_TO_START, Facts(SCHEDULED)),
    "measure": (Facts(PROGRAMME),),
    "timer:before": (*_TO_START, Facts(PROGRAMME)),
    "timer:reaction": (*_TO_START, Facts(PROGRAMME)),
    "timer:after": (*_TO_START, Facts(PROGRAMME)),
    "timer:applied": (*_TO_START, Facts(PROGRAMME)),
    "told:second": (Roster(),),
    "told:start": _TO_START,
    "told:after": _TO_START,
    "told:followed": (*_TO_START, Facts(SCHEDULED)),
    "told:joined": (Roster(),),
    "told:opened": (
        Facts(RETENTION, most=1),
        Facts(FORM, "session"),
        Facts(ANSWER, "session", EVERYBODY),
        Facts(WORDS, "session", EVERYBODY),
        Facts(PAIR, "session", EVERYBODY),
        Facts(NAMED, "parts", EVERYBODY),
        Facts(RESULT),
    ),
}

COMMANDS = (
    Command("pulse", "start", "A survey in private: totals only, and something follows", "[survey]", True, 9),
    Command("pulse start", "start", "Start a survey for this team", "[survey] [named] [about what]"),
    Command("pulse own", "own", "Start a survey of your own, as lines or as a pasted file"),
    Command("pulse schedule", "schedule", "Repeat a survey", "[survey]"),
    Command("pulse results", "results", "What surveys have shown"),
    Command("pulse respond", "respond", "Write what follows from the last survey", "[what follows]"),
    Command("measure", "measure", "A programme on four levels: before, after, at work", "[start] [what]"),
    Command("report", "report", "This team in figures", "[3 months] [export]"),
)


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _typed(inbound.verb, inbound.rest.strip(), inbound.actor, context)
        case ButtonPressed():
            return _pressed(inbound, context)
        case FormSubmitted():
            return _form(inbound, context)
        case TimerFired():
            return timer(inbound, context)
        case Told():
            return told(inbound, context)


def _typed(verb: str, rest: str, actor: Member, context: Context) -> Aimed | Refused | Shown:
    """A command, or a button that asks the same: where a command cannot open a form, a button does."""
    library = library_of(context)
    match verb:
        case "start":
            word, _, more = rest.partition(" ")
            found = survey_named(library, word) if word else None
            if word and isinstance(found, Refused):
                return found
            if context.team is None or found is None or isinstance(found, Refused):
                return menu(context, word)
            return start_here(found, more.strip(), actor, context)
        case "own":
            return Shown(Show(cards.own_form()))
        case "schedule":
            return schedules(rest, context)
        case "results":
            return Shown(Whisper(cards.latest_card(_rows(context), _missed(context))))
        case "respond":
            return _respond(rest, actor, context)
        case "measure":
            return measure(rest, context)
        case _:
            return report(rest, context)


_COMMANDS = frozenset(("start", "own", "schedule", "results", "respond", "measure", "report"))


def _rows(context: Context) -> list[tuple[str, str, SessionId]]:
    """The results this person may read; those for one person alone came to that person."""
    mine = {"team", "owner"} if context.level >= Level.OWNER else {"team"}
    rows = []
    for fact in newest(context.facts(RESULT)):
        if fact.row.get("readers", "team") not in mine:
            continue
        closed = datetime.fromisoformat(fact.row["closed"])
        said = cards.TOO_FEW if fact.row["below"] else f"closed {closed.day} {closed:%B %Y}"
        rows.append((str(fact.row["title"]), said, SessionId(fact.key)))
    return rows


def _missed(context: Context) -> list[str]:
    """For who looks after the team: of what is open, how much did not arrive."""
    if context.level < Level.OWNER:
        return []
    live = ((str(fact.row["title"]), int(fact.row.get("missed", 0))) for fact in context.facts(LIVE))
    return [
        f"{title}: {cards.did_not_get(missed)}. They can open it in the channel." for title, missed in live if missed
    ]


def _respond(text: str, actor: Member, context: Context) -> Aimed | Refused:
    owed = next((fact for fact in newest(context.facts(RESULT)) if fact.row.get("owed")), None)
    if owed is None:
        return Refused("No survey waits for something to follow. Nothing changed.")
    if not text:
        return Aimed(SessionId(owed.key), FollowAsked(actor))
    return Aimed(SessionId(owed.key), Followed(actor, text[:MOST_FOLLOWS]))


def _pressed(inbound: ButtonPressed, context: Context) -> Aimed | Refused | Shown:
    session, by = inbound.action.session, inbound.actor
    leads = context.level >= Level.OWNER
    events: dict[str, Event] = {
        "not_this_time": NotThisTime(by),
        "remove": TakenBack(by),
        "call_off": CalledOff(by),
        "detail": DetailAsked(by, leads),
        "keep": KeepAsked(by),
        "files": FilesAsked(by, leads),
        "follow": FollowAsked(by),
        "end_schedule": StopAsked(by),
        "end_measure": StopAsked(by),
        "skip": SkipAsked(),
        "move": MoveAsked(),
    }
    match inbound.verb:
        case "open":
            form = asked(context)
            return Aimed(session, FormAsked(by, form[0] if form else None))
        case "open_here":
            form = asked(context)
            if form is None:
                return Refused("This survey has closed. Nothing changed.")
            return Aimed(part_of(session, inbound.action.argument, by.key()), FormAsked(by, form[0]))
        case "never" if context.actor is not None:
            return Aimed(session, NeverAsked(by, context.actor.settings))
        case verb if verb in _COMMANDS:
            return _typed(verb, inbound.action.argument.strip(), by, context)
        case "enter":
            return results_asked(inbound, context)
        case verb if verb in events:
            return Aimed(session, events[verb])
        case _:
            return Refused("This card is from before. Nothing changed.")


def _form(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    session, by = inbound.action.session, inbound.actor
    match inbound.verb:
        case "answer":
            form = asked(context)
            if form is None:
                return Refused("This survey has closed. Nothing changed.")
            reading = questions.read(form[0], inbound.values, form[1])
            if reading.errors:
                return Shown(Correct(reading.errors))
            copy = questions.told(form[0], reading) if inbound.ticked(cards.COPY) else ()
            return Aimed(session, Answering(by, reading.answers, reading.words, copy))
        case "followed":
            text = inbound.text("text")
            if not text:
                return Shown(Correct({"text": "One sentence is enough."}))
            return Aimed(session, Followed(by, text[:MOST_FOLLOWS]))
        case "chosen":
            return chosen(inbound, context)
        case "own_chosen":
            return own_chosen(inbound, context)
        case "repeat":
            return repeat(inbound, context)
        case "moved":
            return moved(inbound, context)
        case "measured":
            return measured(inbound, context)
        case "entered":
            return entered(inbound)
        case _:
            return Refused("This form is from before. Nothing changed.")
