"""How words, presses, forms and timers become events of a check-in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from bot.activities.checkins.cards import answers as said
from bot.activities.checkins.cards import plans
from bot.activities.checkins.model import (
    OPEN_WORDS,
    PLAN,
    WINDOW,
    Ahead,
    AheadAsked,
    AheadWrote,
    Answer,
    Ask,
    Asked,
    AskFormAsked,
    Asking,
    AskKind,
    CallOff,
    CloseCame,
    DateCame,
    Deleted,
    Event,
    Expired,
    FilesAsked,
    FilingCame,
    FormAsked,
    Helped,
    How,
    LaterWanted,
    Material,
    MorningCame,
    Moved,
    OccurrenceFiled,
    PartTold,
    Passed,
    PlaceGone,
    Plan,
    PlanConfirmed,
    PlanFormAsked,
    PlanWritten,
    QuestionAdded,
    Recounted,
    ReminderCame,
    Reread,
    Restarted,
    Share,
    Steered,
    WentAway,
    Wrote,
    asking_from,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Kept, Level, Need, Roster, Shown
from bot.kernel.calendar import (
    Monthly,
    Nth,
    Once,
    Rhythm,
    Rule,
    Weekly,
    Workdays,
    local_date,
    why_not_rule,
)
from bot.kernel.content import Library
from bot.kernel.decision import Correct, Refused, Show, Whisper, say
from bot.kernel.hours import Hours, next_working_moment
from bot.kernel.ids import Member, SessionId, in_team, part_of
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.people import Team
from bot.pieces.metrics import NONE, on_time_answers, participation, total
from bot.pieces.metrics import Share as Part

MANY = 20_000  # parts of one occurrence
QUESTION = 280  # characters
STEERING = ("show", "skip", "move_form", "pause", "resume", "end", "another", "retire")

_MEMBERS = (
    *("open", "now", "ask_form", "asked", "answer", "answered", "pass", "later", "delete", "read", "close"),
    *("hold", "hold_it", "leave", "summary", "mine", "ahead", "ahead_written", "help", "start_again"),
    *("question", "question_written"),
)
_OWNERS = (
    *("schedule", "plan_form", "plan_written", "save", "manage", "skip", "move_form", "moved", "pause", "resume"),
    *("end", "another", "retire", "export", "command_skip", "command_pause"),
)
_CLOCK = (
    *("timer:next", "timer:forget", "timer:open", "timer:close", "timer:file", "timer:expire", "timer:remind"),
    *("told:count", "told:closed", "told:filed", "told:called_off", "told:undelivered", "told:occurrence_filed"),
    *("told:hold", "told:left", "told:joined", "told:forget", "told:place_lost", "told:place_found", "told:plan"),
)
ALLOW = {
    **dict.fromkeys(_MEMBERS, Level.MEMBER),
    **dict.fromkeys(_OWNERS, Level.OWNER),
    **dict.fromkeys(_CLOCK, Level.CLOCK),
}

_MATERIAL: tuple[Need, ...] = (
    Roster(),
    Facts("prompt_used", most=200),
    Facts("retired"),
    Facts("own_prompt"),
    Facts("goal", most=1),
    Facts("checkin_ignored", most=MANY),
    Facts("checkin", most=50),
    Facts("round", most=10),
    Facts("zone_asked", of="people", most=MANY),
)
_OPEN: tuple[Need, ...] = (Facts("checkin_open", of="session"),)
_ANSWERS: tuple[Need, ...] = (Facts("checkin_answer", of="parts", most=MANY),)
_SHARES: tuple[Need, ...] = (Roster(), Facts("checkin_part", of="parts", most=MANY), *_ANSWERS)
_AHEAD: tuple[Need, ...] = (Facts("checkin_ahead", of="session", most=MANY),)
_LISTED: tuple[Need, ...] = (Facts("checkin_open"), Facts("checkin_schedule"))
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "open": (*_LISTED, Facts("log", most=3)),
    "now": _MATERIAL,
    "ask_form": _MATERIAL,
    "asked": _MATERIAL,
    "answer": (*_OPEN, Facts("checkin_answer", of="member", most=20)),
    **dict.fromkeys(("answered", "pass", "later"), _OPEN),
    "read": _ANSWERS,
    "close": _SHARES,
    "plan_form": (Roster(),),
    "schedule": (Roster(),),
    **dict.fromkeys(("plan_written", "save", "moved", *STEERING, "manage"), (*_MATERIAL, *_AHEAD)),
    "hold": _LISTED,
    "hold_it": (*_LISTED, *_MATERIAL),
    "command_skip": (*_LISTED, *_MATERIAL),
    "command_pause": (*_LISTED, *_MATERIAL),
    "summary": (Facts("checkin", most=60),),
    "export": (Facts("checkin_answer", most=MANY), Facts("checkin_open"), Roster()),
    "mine": (Facts("checkin_answer", of="member", most=50),),
    "ahead": _LISTED,
    "timer:next": (*_MATERIAL, *_AHEAD),
    "timer:open": (*_MATERIAL, Facts("checkin_ahead", of="parent", most=MANY)),
    "timer:close": _SHARES,
    "timer:file": (*_SHARES, Facts("checkin_ignored", most=MANY)),
    "timer:expire": _ANSWERS,
    "told:count": _ANSWERS,
    "told:hold": _SHARES,
    "told:left": _ANSWERS,
    "told:forget": _ANSWERS,
    "told:joined": (*_MATERIAL, *_AHEAD),
    "told:place_found": (*_MATERIAL, *_AHEAD),
    "told:occurrence_filed": (Roster(), *_AHEAD),
    "told:plan": _MATERIAL,
}

COMMANDS = (
    Command("checkin", "open", "What is open, what comes next, and ways to ask", shortcut=True, menu=2),
    Command("checkin now", "now", "Ask the team one question now", "[question]"),
    Command("checkin schedule", "schedule", "A question that comes back: days, time, what is asked"),
    Command("checkin skip", "command_skip", "Leave out the next date"),
    Command("checkin pause", "command_pause", "Ask nothing until you resume it"),
    Command("checkin hold", "hold", "Hold today's question for the whole team, no reason asked"),
    Command("checkin ahead", "ahead", "Answer the next question before its day"),
    Command("checkin mine", "mine", "Your own answers, and a way to delete them"),
    Command("checkin summary", "summary", "How the team takes part; nobody's figures"),
    Command("checkin question", "question", "Add a question of your own"),
    Command("checkin export", "export", "Answers that were shown, as files"),
)

Found = Aimed | Refused | Shown


def aim(inbound: Inbound, context: Context) -> Found:
    match inbound:
        case TimerFired(session=session, name=name):
            return Aimed(session, _timer(name, context))
        case Told():
            return _told(inbound, context)
        case FormSubmitted():
            return _submitted(inbound, context)
        case ButtonPressed() if inbound.action.session:
            return _pressed(inbound, context)
        case ButtonPressed() | CommandIssued():
            return _typed(inbound, context)


# timers and tells


def _timer(name: str, context: Context) -> Event:
    match name:
        case "next" | "forget":
            return DateCame(_material(context))
        case "open":
            return MorningCame(_material(context))
        case "close":
            return _closing(context)
        case "file":
            return FilingCame(_answers(context), _shares(context))
        case "expire":
            return Expired(tuple(SessionId(fact.key) for fact in context.facts("checkin_answer")))
    return ReminderCame()


def _told(told: Told, context: Context) -> Found:
    session, payload = told.session, told.payload
    match told.verb_told:
        case "count":
            return Aimed(session, Recounted(_answers(context)))
        case "closed" | "filed" | "called_off" | "undelivered" as what:
            event = PartTold(what, bool(payload.get("paged")), str(payload.get("name", "")))
            return Aimed(session, event)
        case "hold":
            return Aimed(session, CallOff(_shares(context)))
        case "occurrence_filed":
            owners = tuple(person.member for person in context.roster if person.owner)
            used = tuple(fact.key for fact in context.facts("checkin_ahead") if fact.row["day"] <= payload["day"])
            filed = OccurrenceFiled(payload["expected"], payload["responded"], payload["off_course"], owners, used)
            return Aimed(session, filed)
        case "left" | "forget" as how:
            member = Member.from_key(payload["member"])
            return Aimed(session, WentAway(member, how == "forget", _answers(context)))
        case "joined":
            return Aimed(session, Steered("replan", None, _material(context)))
        case "place_found":
            return Aimed(session, Steered("found", None, _material(context)))
        case "plan" if context.team is not None:
            plan = _plan_from(session, payload, context.team, context.now)
            first = date.fromisoformat(payload["first"]) if payload.get("first") else None
            return Aimed(session, PlanConfirmed(_material(context), None, plan, first))
    return Aimed(session, PlaceGone())


def _closing(context: Context, by: Member | None = None) -> CloseCame:
    zone = context.team.zone if context.team else "UTC"
    pointer = next_working_moment(Hours(zone), context.now) or context.now
    return CloseCame(_answers(context), _shares(context), pointer, by, context.level >= Level.OWNER)


# presses on something that is there


def _pressed(press: ButtonPressed, context: Context) -> Found:
    session, by, verb = press.action.session, press.actor, press.verb
    mine = part_of(session, by.key())
    match verb:
        case "answer" | "pass" | "later":
            return _own_part(verb, session, by, context)
        case "delete":
            return Aimed(mine, Deleted(by))
        case "help":
            return Aimed(session, Helped(by))
        case "read":
            page = int(press.action.argument) if press.action.argument.isdigit() else 1
            return Aimed(session, Reread(by, _answers(context), page))
        case "close":
            return Aimed(session, _closing(context, by))
        case "start_again":
            return Aimed(session, Restarted(by))
        case "ahead":
            return Aimed(session, AheadAsked(by))
        case "save":
            return Aimed(session, PlanConfirmed(_material(context), by))
        case "plan_form":
            return Aimed(session, PlanFormAsked(by, _watchers(context), _categories(context)))
        case "manage":
            return Aimed(session, Steered("show", by, _material(context)))
        case "skip" | "move_form" | "pause" | "resume" | "end" | "another" | "retire" as how:
            return Aimed(session, Steered(how, by, _material(context)))
    return Refused("This card is from before. Nothing changed.")


def _own_part(verb: str, session: SessionId, by: Member, context: Context) -> Found:
    found = context.facts("checkin_open")
    mine = part_of(session, by.key())
    if not found:
        return Refused("This check-in is over. Nothing changed. checkin mine shows your own answers.")
    asking, closed = asking_from(session, found[0].row), bool(found[0].row["closed"])
    match verb:
        case "answer":
            return Aimed(mine, FormAsked(by, asking, closed, _last(asking, context)), session, by)
        case "pass":
            return Aimed(mine, Passed(by, asking, closed), session, by)
        case _:
            return Aimed(mine, LaterWanted(by, asking), session, by)


def _last(asking: Asking, context: Context) -> tuple[str, ...]:
    """What the person answered last time to the very same questions, where they are not free text."""
    texts = [ask.text for ask in asking.asks]
    for fact in context.facts("checkin_answer"):
        row = fact.row
        if row["schedule"] == asking.schedule and asking.schedule and row["asks"] == texts:
            given = zip(asking.asks, row["values"], strict=False)
            return tuple(value if ask.kind != "text" else "" for ask, value in given)
    return ()


# commands, and buttons that stand for them


def _typed(inbound: CommandIssued | ButtonPressed, context: Context) -> Found:
    team, by = context.team, inbound.actor
    rest = inbound.rest.strip() if isinstance(inbound, CommandIssued) else ""
    if inbound.verb == "leave":
        return Shown(say("Left as it is. Nothing changed."))
    if team is None:
        return Refused("Type it in a channel of your team, so that I know which team you mean. Nothing changed.")
    match inbound.verb:
        case "open":
            return Shown(Whisper(_overview(team, context)))
        case "now" if rest:
            return _ask_now(rest, WINDOW, "at_close", team, by, context)
        case "now" | "ask_form":
            return Aimed(context.new_session, AskFormAsked(by, _material(context)))
        case "schedule":
            plan = _new_plan(in_team(context.new_session, team.id), team, context.now)
            return Shown(Show(plans.plan_form(plan, _watchers(context), _categories(context))))
        case "hold":
            if _of_today(team, context) is None:
                return Refused("Nothing is asked today, so there is nothing to hold. Nothing changed.")
            return Shown(Whisper(plans.hold_card(team.label)))
        case "hold_it":
            schedule = _of_today(team, context)
            if schedule is None:
                return Refused("Nothing is asked today any more. Nothing changed.")
            return Aimed(schedule, Steered("hold", by, _material(context)))
        case "command_skip" | "command_pause":
            planned = context.facts("checkin_schedule")
            if len(planned) != 1:
                return Shown(Whisper(_overview(team, context)))
            how = "skip" if inbound.verb == "command_skip" else "pause"
            return Aimed(SessionId(planned[0].key), Steered(cast(Any, how), by, _material(context)))
        case "ahead":
            planned = tuple(fact for fact in context.facts("checkin_schedule") if fact.row["next"])
            if not planned:
                return Refused("No date is planned. Nothing changed.")
            soonest = min(planned, key=lambda fact: fact.row["at"])
            return Aimed(SessionId(soonest.key), AheadAsked(by))
        case "mine":
            return Shown(Whisper(said.mine_card(_mine(context))))
        case "summary":
            return Shown(Whisper(said.figures_card(team.label, _figures(context))))
        case "export":
            return Aimed(context.new_session, FilesAsked(by, _files(team, context)))
        case "question":
            return Shown(Show(plans.question_form(_categories(context))))
    return Refused("This card is from before. Nothing changed.")


def _overview(team: Team, context: Context) -> Any:
    opened = [
        (asking_from(SessionId(fact.key), fact.row), bool(fact.row["closed"])) for fact in context.facts("checkin_open")
    ]
    planned = [
        (
            SessionId(fact.key),
            str(fact.row["line"]),
            datetime.fromisoformat(fact.row["at"]) if fact.row["at"] else None,
            bool(fact.row["paused"]),
        )
        for fact in context.facts("checkin_schedule")
    ]
    owner = context.level >= Level.OWNER
    done = [str(fact.row["line"]) for fact in context.facts("log")] if owner else []
    return plans.overview_card(team.label, opened, planned, owner=owner, done=done)


def _of_today(team: Team, context: Context) -> SessionId | None:
    """The schedule whose question is asked today."""
    today = local_date(context.now, team.zone).isoformat()
    found = (fact.key for fact in context.facts("checkin_schedule") if today in (fact.row["running"], fact.row["next"]))
    return next((SessionId(key) for key in found), None)


def _ask_now(text: str, window: int, reveal: str, team: Team, by: Member, context: Context) -> Found:
    asks = read_asks(text)
    problem = why_not_asks(asks)
    if problem:
        return Refused(f"{problem} Nothing was asked.")
    asking = Asking(
        id=in_team(context.new_session, team.id),
        place=team.place,
        team_label=team.label,
        zone=team.zone,
        day=local_date(context.now, team.zone),
        asks=asks,
        closes=context.now + timedelta(hours=window),
        reveal="at_once" if reveal == "at_once" else "at_close",
        hand=True,
        asked_by=by,
        seed=context.seed,
    )
    return Aimed(asking.id, Asked(asking, _material(context), window))


# forms


def _submitted(form: FormSubmitted, context: Context) -> Found:
    session, by, team = form.action.session, form.actor, context.team
    match form.verb:
        case "answered":
            return _answered(form, context)
        case "ahead_written":
            values = tuple(form.text(f"a{n}")[:OPEN_WORDS] for n in range(10) if f"a{n}" in form.values)
            if not any(values):
                return Shown(Correct({"a0": "Write a word or two, or close the form; closing is fine."}))
            return Aimed(session, AheadWrote(by, date.fromisoformat(form.action.argument), values))
        case "asked" if team is not None:
            window = _number(form.text("window"), WINDOW)
            asks = read_asks(form.text("own"))
            problem = why_not_asks(asks)
            if problem:
                return Shown(Correct({"own": problem}))
            return _ask_now(form.text("own"), window, form.text("reveal"), team, by, context)
        case "plan_written" if team is not None:
            return _plan_written(form, team, context)
        case "moved":
            to, at = _date(form.text("to")), _time(form.text("at"))
            if to is None:
                return Shown(Correct({"to": "Choose a day."}))
            return Aimed(session, Moved(by, to, at, _material(context)))
        case "question_written":
            text = " ".join(form.text("text").split())
            if not text or len(text) > QUESTION:
                return Shown(Correct({"text": f"Write one question of at most {QUESTION} characters."}))
            return Aimed(
                context.new_session, QuestionAdded(by, f"own-{context.new_session[:12]}", form.text("category"), text)
            )
    return Refused("This card is from before. Nothing changed.")


def _answered(form: FormSubmitted, context: Context) -> Found:
    found = context.facts("checkin_open")
    session, by = form.action.session, form.actor
    if not found:
        return Refused("This check-in is over, so nothing can be added. Copy your words from the form to keep them.")
    asking, closed = asking_from(session, found[0].row), bool(found[0].row["closed"])
    values, errors = [], {}
    for index, ask in enumerate(asking.asks):
        value = form.text(f"a{index}")
        problem = _why_not_value(ask, value)
        if problem:
            errors[f"a{index}"] = problem
        values.append(value)
    if errors:
        return Shown(Correct(errors))
    wrote = Wrote(by, asking, closed, tuple(values), form.text("hand")[:300])
    return Aimed(part_of(session, by.key()), wrote, session, by)


def _why_not_value(ask: Ask, value: str) -> str:
    if not value:
        return "Write a word or two, or close the form; closing is fine." if ask.required else ""
    match ask.kind:
        case "text" if len(value) > OPEN_WORDS:
            return f"There is room for {OPEN_WORDS:,} characters; yours has {len(value):,}. Two sentences are plenty."
        case "number" if not re.fullmatch(r"[-+]?\d{1,12}([.,]\d{1,6})?", value):
            return f'"{value[:40]}" is not a number. Write it like 7 or 7.5.'
        case "choice" if value not in ask.choices:
            return "Choose one of the answers."
        case "yes_no" if value not in said.YES_NO:
            return "Choose Yes or No."
        case "scale" if value not in "12345" or len(value) != 1:
            return "Choose a number from 1 to 5."
    return ""


def _plan_written(form: FormSubmitted, team: Team, context: Context) -> Found:
    errors: dict[str, str] = {}
    at = _time(form.text("at"))
    if at is None:
        errors["at"] = f'"{form.text("at")[:40]}" is not a time of day. Write it like 09:30.'
    days = tuple(sorted({int(day) for day in form.ticked("days") if day.isdigit() and int(day) < 7}))
    today = local_date(context.now, team.zone)
    rhythm = _rhythm(form, days, today, errors)
    own: tuple[Ask, ...] = ()
    kinds: tuple[str, ...] = ()
    match form.text("asks"):
        case plans.OWN:
            own = read_asks(form.text("own"))
            problem = why_not_asks(own)
            if problem:
                errors["own"] = problem
        case plans.MIXED | "":
            kinds = PLAN
        case category:
            kinds = (category,)
    if rhythm is None or at is None or errors:
        return Shown(Correct(errors))
    rule = Rule(rhythm, at, "each" if form.text("moment") == "each" else "team")
    because = why_not_rule(rule, today)
    if because:
        return Shown(Correct({"once" if isinstance(rhythm, Once) and "passed" in because else "at": because}))
    watch = tuple(Member(team.place.platform, team.place.workspace, user) for user in form.ticked("watch"))
    plan = Plan(
        id=form.action.session,
        place=team.place,
        team_label=team.label,
        zone=team.zone,
        rule=rule,
        plan=kinds,
        own=own,
        window=_number(form.text("window"), WINDOW),
        reveal="at_once" if form.text("reveal") == "at_once" else "at_close",
        hand="yes" in form.ticked("hand"),
        summary="thread" if form.text("summary") == "thread" else "card",
        watch=watch,
    )
    return Aimed(plan.id, PlanWritten(plan, form.actor, _material(context)))


def _rhythm(form: FormSubmitted, days: tuple[int, ...], today: date, errors: dict[str, str]) -> Rhythm | None:
    which = form.text("rhythm")
    match which:
        case "workdays":
            return Workdays()
        case "once":
            on = _date(form.text("once"))
            if on is None:
                errors["once"] = "Choose the day."
            return Once(on) if on else None
        case "monthly":
            if len(days) != 1:
                errors["days"] = "Choose one day of the week for every month."
                return None
            nth = cast(Nth, int(form.text("nth") or "1"))
            return Monthly(nth, days[0])
    if not days:
        errors["days"] = "Choose at least one day."
        return None
    return Weekly(days, today, _number(which, 1))


# questions of their own


_MARK = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]\s*$")


def read_asks(text: str) -> tuple[Ask, ...]:
    """One question a line; a mark in brackets at its end says what kind it is."""
    return tuple(_ask(line.strip()) for line in text.splitlines() if line.strip())


def _ask(line: str) -> Ask:
    marked = _MARK.match(line)
    if marked is None or not marked[1]:
        return Ask(" ".join(line.split()))
    question, mark = " ".join(marked[1].split()), marked[2].strip()
    kind, _, ends = mark.partition(":")
    choices = tuple(one.strip() for one in (ends if kind.strip() == "1-5" else mark).split("|") if one.strip())
    known: dict[str, AskKind] = {"1-5": "scale", "number": "number", "yes/no": "yes_no"}
    if kind.strip().lower() in known:
        return Ask(question, known[kind.strip().lower()], choices[:2] if ends else ())
    return Ask(question, "choice", choices) if len(choices) > 1 else Ask(" ".join(line.split()))


def why_not_asks(asks: Sequence[Ask]) -> str:
    """Why these cannot be asked, as a sentence; empty if they can."""
    if not asks:
        return "Write a question."
    if len(asks) > 5:
        return f"Five questions at most, so that it stays short; these are {len(asks)}."
    for ask in asks:
        if len(ask.text) > QUESTION:
            return f'A question has room for {QUESTION} characters; one has {len(ask.text):,}: "{ask.text[:60]}…"'
        if len(ask.choices) > 10 or any(len(choice) > 70 for choice in ask.choices):
            return f'Ten answers of at most 70 characters each can be offered: "{ask.text[:60]}"'
    return ""


# plans


def _new_plan(id: SessionId, team: Team, now: datetime) -> Plan:
    rule = Rule(Weekly((1,), local_date(now, team.zone)), time(9, 30), "each")
    return Plan(id, team.place, team.label, team.zone, rule)


def _plan_from(id: SessionId, payload: Mapping[str, Any], team: Team, now: datetime) -> Plan:
    """A plan as the set-up of a team tells it."""
    today = local_date(now, team.zone)
    weekday = int(payload.get("day", 1))
    weeks, nth = int(payload.get("weeks", 1)), int(payload.get("nth", 1))
    rhythm: Rhythm = Weekly((weekday,), today, weeks) if weeks else Monthly(cast(Nth, nth), weekday)
    rule = Rule(
        rhythm, time.fromisoformat(payload.get("at", "09:30")), "team" if payload.get("moment") == "team" else "each"
    )
    reveal = "at_once" if payload.get("reveal") == "at_once" else "at_close"
    kinds = tuple(payload.get("plan", ())) or PLAN
    return Plan(id, team.place, team.label, team.zone, rule, plan=kinds, reveal=cast(Any, reveal))


def _watchers(context: Context) -> tuple[tuple[Member, str], ...]:
    return tuple((person.member, person.name) for person in context.roster if person.takes_part)


def _categories(context: Context) -> tuple[tuple[str, str], ...]:
    library = context.content
    if not isinstance(library, Library):
        return ()
    return tuple(
        (one.id, one.title) for one in library.checkins.values() if one.use not in ("session_start", "session_end")
    )


# what is known


def _material(context: Context) -> Material:
    goal = next((str(fact.row.get("title", "")) for fact in context.facts("goal")), "")
    words = {"team": context.team.label} if context.team else {}
    ignored = {fact.member: int(fact.row["n"]) for fact in context.facts("checkin_ignored") if fact.member}
    return Material(
        roster=context.roster,
        seed=context.seed,
        library=context.content,
        used=tuple(fact.key for fact in context.facts("prompt_used")),
        retired=tuple(fact.key for fact in context.facts("retired")),
        own=tuple((f.row["category"], f.key, f.row["text"]) for f in context.facts("own_prompt")),
        words=words | ({"goal": goal} if goal else {}),
        times=len(context.facts("checkin")) + len(context.facts("round")),
        ignored=ignored,
        zone_asked=frozenset(fact.member for fact in context.facts("zone_asked") if fact.member),
        ahead=tuple(
            Ahead(fact.member, date.fromisoformat(fact.row["day"]), tuple(fact.row["values"]), fact.row["hand"])
            for fact in context.facts("checkin_ahead")
            if fact.member
        ),
    )


def _answers(context: Context) -> tuple[Answer, ...]:
    return tuple(_answer(fact, fact.member) for fact in context.facts("checkin_answer") if fact.member)


def _answer(fact: Kept, member: Member) -> Answer:
    return Answer(member, SessionId(fact.key), tuple(fact.row["values"]), bool(fact.row["late"]), fact.row["hand"])


def _shares(context: Context) -> tuple[Share, ...]:
    away = {p.member for p in context.roster if p.away_on(local_date(context.now, p.zone))}
    here = {p.member for p in context.roster}
    ignored = {fact.member: int(fact.row["n"]) for fact in context.facts("checkin_ignored")}
    return tuple(
        Share(
            fact.member,
            SessionId(fact.key),
            cast(How, fact.row["how"]),
            bool(fact.row["on_time"]),
            fact.member in away or fact.member not in here,
            ignored.get(fact.member, 0),
        )
        for fact in context.facts("checkin_part")
        if fact.member
    )


def _mine(context: Context) -> list[tuple[SessionId, str, str, str]]:
    found = []
    for fact in context.facts("checkin_answer")[:5]:
        row = fact.row
        words = " · ".join(value for value in row["values"] if value)
        found.append((SessionId(row["occurrence"]), row["day"], str(row["asks"][0]), words))
    return found


def _figures(context: Context) -> list[str]:
    """Participation over the last four weeks and the four before; nobody's figures."""
    facts = context.facts("checkin")
    if not facts:
        return ["Nothing has closed yet."]
    lines = []
    now = context.now.date()
    for label, newest, oldest in (("Last four weeks", 0, 28), ("The four weeks before", 28, 56)):
        rows = [f.row for f in facts if oldest > (now - date.fromisoformat(f.row["day"])).days >= newest]
        if not rows:
            continue
        share = participation((row["responded"], row["expected"]) for row in rows)
        on_time = total([on_time_answers(row["before_close"], row["responded"]) for row in rows] or [Part(0, 0)])
        took = share.percent() if share.of >= 3 else NONE
        lines.append(
            f"{label}: {took} took part, {on_time.percent()} of them before the close ({len(rows)} check-ins)."
        )
    return lines or ["Nothing has closed in the last eight weeks."]


def _files(team: Team, context: Context) -> tuple[tuple[str, str], ...]:
    """Answers that were shown, without the time of day, as a table and to read."""
    hidden = {fact.key for fact in context.facts("checkin_open") if not fact.row["closed"]}
    names = {person.member: person.name for person in context.roster}
    found = [
        (f.row["day"], f.row["occurrence"], names.get(f.member, "former member") if f.member else "", f.row)
        for f in context.facts("checkin_answer")
        if f.row["occurrence"] not in hidden
    ]
    rows = sorted(found, key=lambda one: one[:3])  # two of one name are told apart by nothing
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["day", "question", "person", "answer", "later"])
    text, before = [f"# Check-ins of {team.label}"], ""
    for day, occurrence, name, row in rows:
        if occurrence != before:
            text.append(f"\n## {day}: {row['asks'][0]}\n")
            before = occurrence
        for question, value in zip(row["asks"], row["values"], strict=False):
            if value:
                writer.writerow([day, _cell(question), _cell(name), _cell(value), "later" if row["late"] else ""])
        words = " · ".join(value for value in row["values"] if value).replace("\n", " ")
        text.append(f"- **{name}**{' (later)' if row['late'] else ''}: {words}")
    return ("check-ins.csv", table.getvalue()), ("check-ins.md", "\n".join(text) + "\n")


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdigit() else otherwise


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
