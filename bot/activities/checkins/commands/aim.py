"""How words, presses, forms and timers become events of a check-in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from bot.activities.checkins.cards import answers as said
from bot.activities.checkins.cards import forms, plans
from bot.activities.checkins.commands.asks import QUESTION, read_asks, why_not_asks
from bot.activities.checkins.commands.known import answers_of, asked_today, keeping_of, material_of, of_today, shares_of
from bot.activities.checkins.commands.planning import (
    categories_of,
    date_of,
    new_plan,
    number_of,
    plan_from,
    plan_written,
    time_of,
    watchers_of,
)
from bot.activities.checkins.commands.report import ahead_of, figures_of, files_of, mine_of
from bot.activities.checkins.events import (
    AheadAsked,
    AheadDeleted,
    AheadWrote,
    Asked,
    AskFormAsked,
    CallOff,
    CloseCame,
    DateCame,
    Deleted,
    Event,
    Expired,
    FilesAsked,
    FilingCame,
    FormAsked,
    GoalSet,
    Helped,
    HelperChosen,
    HelperWanted,
    HoldersCame,
    KeepAsked,
    LaterWanted,
    MissedCounted,
    MorningCame,
    Moved,
    OccurrenceFiled,
    PartTold,
    Passed,
    PlaceGone,
    PlanConfirmed,
    PlanFormAsked,
    QuestionAdded,
    Recounted,
    ReminderCame,
    Reread,
    Restarted,
    Steered,
    WentAway,
    Wrote,
)
from bot.activities.checkins.model import (
    GOAL,
    MOST_NAMES,
    WINDOW,
    Asking,
    HandTo,
    asking_from,
)
from bot.kernel.activity import Aimed, Context, Level, Shown
from bot.kernel.calendar import (
    local_date,
)
from bot.kernel.decision import Correct, Refused, Show, Whisper, say
from bot.kernel.hours import Hours, next_working_moment
from bot.kernel.ids import Member, SessionId, in_team, part_of
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told
from bot.kernel.people import Team

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


def _timer(name: str, context: Context) -> Event:
    match name:
        case "next" | "forget":
            return DateCame(material_of(context))
        case "open":
            return MorningCame(material_of(context))
        case "close":
            return _closing(context)
        case "file":
            return FilingCame(answers_of(context), shares_of(context), keeping_of(context))
        case "expire":
            return Expired(tuple(SessionId(fact.key) for fact in context.facts("checkin_answer")))
    return ReminderCame()


def _told(told: Told, context: Context) -> Found:
    session, payload = told.session, told.payload
    match told.verb_told:
        case "count":
            return Aimed(session, Recounted(answers_of(context)))
        case "closed" | "filed" | "called_off" | "undelivered" | "reachable" as what:
            held_back = bool(payload.get("held"))
            event = PartTold(what, bool(payload.get("paged")), str(payload.get("name", "")), held_back)
            return Aimed(session, event)
        case "missed":
            number = sum(one.missed for one in shares_of(context))
            return Aimed(session, MissedCounted(number, answers_of(context)))
        case "holders":
            held = dict(payload["holders"]).items()
            return Aimed(session, HoldersCame(tuple((role, Member.from_key(key)) for role, key in held)))
        case "hold":
            return Aimed(session, CallOff(shares_of(context)))
        case "occurrence_filed":
            owners = tuple(person.member for person in context.roster if person.owner)
            used = tuple(fact.key for fact in context.facts("checkin_ahead") if fact.row["day"] <= payload["day"])
            filed = OccurrenceFiled(payload["expected"], payload["responded"], payload["off_course"], owners, used)
            return Aimed(session, filed)
        case "left" | "forget" as how:
            member = Member.from_key(payload["member"])
            return Aimed(session, WentAway(member, how == "forget", answers_of(context)))
        case "joined" | "preferred":
            return Aimed(session, Steered("replan", None, material_of(context)))
        case "place_found":
            return Aimed(session, Steered("found", None, material_of(context)))
        case "plan" if context.team is not None:
            plan = plan_from(session, payload, context.team, context.now)
            first = date.fromisoformat(payload["first"]) if payload.get("first") else None
            return Aimed(session, PlanConfirmed(material_of(context), None, plan, first))
    return Aimed(session, PlaceGone())


def _closing(context: Context, by: Member | None = None) -> CloseCame:
    zone = context.team.zone if context.team else "UTC"
    pointer = next_working_moment(Hours(zone), context.now) or context.now
    return CloseCame(answers_of(context), shares_of(context), pointer, by, context.level >= Level.OWNER)


def _pressed(press: ButtonPressed, context: Context) -> Found:
    session, by, verb = press.action.session, press.actor, press.verb
    mine = part_of(session, by.key())
    match verb:
        case "answer" | "pass" | "later":
            return _own_part(press, session, context)
        case "delete":
            return Aimed(mine, Deleted(by))
        case "helper":
            return Aimed(session, HelperWanted(by, _others(by, context)))
        case "help":
            return Aimed(session, Helped(by))
        case "read":
            page = int(press.action.argument) if press.action.argument.isdigit() else 1
            return Aimed(session, Reread(by, answers_of(context), page))
        case "keep":
            return Aimed(session, KeepAsked(by, answers_of(context)))
        case "close":
            return Aimed(session, _closing(context, by))
        case "start_again":
            return Aimed(session, Restarted(by))
        case "ahead":
            return Aimed(session, AheadAsked(by))
        case "ahead_delete":
            return Aimed(session, AheadDeleted(by, date.fromisoformat(press.action.argument)))
        case "hold_it":
            if context.team is None or session not in dict(of_today(context.team, context)):
                return Refused("It is not asked today any more, or has closed. Nothing changed.")
            return Aimed(session, Steered("hold", by, material_of(context)))
        case "save":
            return Aimed(session, PlanConfirmed(material_of(context), by))
        case "plan_form":
            return Aimed(session, PlanFormAsked(by, watchers_of(context), categories_of(context)))
        case "manage":
            return Aimed(session, Steered("show", by, material_of(context)))
        case "skip" | "move_form" | "pause" | "resume" | "end" | "another" | "retire" as how:
            return Aimed(session, Steered(how, by, material_of(context)))
    return Refused("This card is from before. Nothing changed.")


def _own_part(press: ButtonPressed, session: SessionId, context: Context) -> Found:
    by, verb = press.actor, press.verb
    found = context.facts("checkin_open")
    mine = part_of(session, by.key())
    if not found:
        return Refused("This check-in is over. Nothing changed. checkin mine shows your own answers.")
    asking, closed = asking_from(session, found[0].row), bool(found[0].row["closed"])
    match verb:
        case "answer":
            return Aimed(mine, FormAsked(by, asking, closed, _last(asking, context)), session, by)
        case "pass":
            return Aimed(mine, Passed(by, asking, closed, press.place.direct), session, by)
        case _:
            return Aimed(mine, LaterWanted(by, asking, press.place.direct), session, by)


def _last(asking: Asking, context: Context) -> tuple[str, ...]:
    """What the person answered last time to the very same questions, where they are not free text."""
    texts = [ask.text for ask in asking.asks]
    for fact in context.facts("checkin_answer"):
        row = fact.row
        if row["schedule"] == asking.schedule and asking.schedule and row["asks"] == texts:
            given = zip(asking.asks, row["values"], strict=False)
            return tuple(value if ask.kind != "text" else "" for ask, value in given)
    return ()


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
            return Aimed(context.new_session, AskFormAsked(by, material_of(context)))
        case "schedule":
            plan = new_plan(in_team(context.new_session, team.id), team, context.now)
            return Shown(Show(forms.plan_form(plan, watchers_of(context), categories_of(context))))
        case "hold":
            today = of_today(team, context)
            if not today:
                return Refused("Nothing is asked today, so there is nothing to hold. Nothing changed.")
            return Shown(Whisper(plans.hold_card(team.label, today, open_=asked_today(team, context))))
        case "command_skip" | "command_pause":
            planned = context.facts("checkin_schedule")
            if len(planned) != 1:
                return Shown(Whisper(_overview(team, context)))
            how = "skip" if inbound.verb == "command_skip" else "pause"
            return Aimed(SessionId(planned[0].key), Steered(cast(Any, how), by, material_of(context)))
        case "ahead":
            planned = tuple(fact for fact in context.facts("checkin_schedule") if fact.row["next"])
            if not planned:
                return Refused("No date is planned. Nothing changed.")
            soonest = min(planned, key=lambda fact: fact.row["at"])
            return Aimed(SessionId(soonest.key), AheadAsked(by))
        case "mine":
            return Shown(Whisper(said.mine_card(mine_of(context), ahead_of(context))))
        case "summary":
            return Shown(Whisper(said.figures_card(team.label, figures_of(context))))
        case "export":
            return Aimed(context.new_session, FilesAsked(by, files_of(team, context)))
        case "goal" if rest:
            return _goal(rest, by, context)
        case "goal":
            known = next((str(fact.row.get("title", "")) for fact in context.facts("goal")), "")
            return Shown(Show(forms.goal_form(known)))
        case "question":
            return Shown(Show(forms.question_form(categories_of(context))))
    return Refused("This card is from before. Nothing changed.")


def _goal(text: str, by: Member, context: Context) -> Found:
    goal = " ".join(text.split()).rstrip(".")
    if len(goal) > GOAL:
        return Refused(f"A goal has room for {GOAL} characters; this has {len(goal)}. Nothing changed.")
    return Aimed(context.new_session, GoalSet(by, goal))


def _overview(team: Team, context: Context) -> Any:
    opened = [
        (asking_from(SessionId(fact.key), fact.row), bool(fact.row["closed"])) for fact in context.facts("checkin_open")
    ]
    planned = [
        (
            SessionId(fact.key),
            str(fact.row["line"]),
            str(fact.row.get("following", "")),
            bool(fact.row["paused"]),
        )
        for fact in context.facts("checkin_schedule")
    ]
    missed = {SessionId(fact.key): int(fact.row.get("missed", 0)) for fact in context.facts("checkin_open")}
    owner = context.level >= Level.OWNER
    done = [str(fact.row["line"]) for fact in context.facts("log")] if owner else []
    return plans.overview_card(team.label, opened, planned, owner=owner, done=done, missed=missed)


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
    return Aimed(asking.id, Asked(asking, material_of(context), window))


def _submitted(form: FormSubmitted, context: Context) -> Found:
    session, by, team = form.action.session, form.actor, context.team
    match form.verb:
        case "answered":
            return _answered(form, context)
        case "helper_chosen":
            return _helper_chosen(form, context)
        case "ahead_written":
            values = tuple(form.text(f"a{n}") for n in range(10) if f"a{n}" in form.values)
            day = date.fromisoformat(form.action.argument)
            return Aimed(session, AheadWrote(by, day, values, form.text("hand")[:300]))
        case "asked" if team is not None:
            window = number_of(form.text("window"), WINDOW)
            asks = read_asks(form.text("own"))
            problem = why_not_asks(asks)
            if problem:
                return Shown(Correct({"own": problem}))
            return _ask_now(form.text("own"), window, form.text("reveal"), team, by, context)
        case "plan_written" if team is not None:
            return plan_written(form, team, context)
        case "moved":
            to, at = date_of(form.text("to")), time_of(form.text("at"))
            if to is None:
                return Shown(Correct({"to": "Choose a day."}))
            return Aimed(session, Moved(by, to, at, material_of(context)))
        case "goal_written":
            return _goal(form.text("goal"), by, context)
        case "question_written":
            text = " ".join(form.text("text").split())
            if not text or len(text) > QUESTION:
                return Shown(Correct({"text": f"Write one question of at most {QUESTION} characters."}))
            return Aimed(
                context.new_session, QuestionAdded(by, f"own-{context.new_session[:12]}", form.text("category"), text)
            )
    return Refused("This card is from before. Nothing changed.")


def _others(by: Member, context: Context) -> tuple[tuple[str, str], ...]:
    """Everybody else in the team who can be asked; nobody, if they are too many for a list."""
    others = tuple((p.member.user, p.name) for p in context.roster if p.member != by and p.reachable)
    return others if len(others) <= MOST_NAMES else ()


def _helper_chosen(form: FormSubmitted, context: Context) -> Found:
    """One person of the team, chosen from the list or, in a big team, written as they are called."""
    user, name = form.text("whom"), " ".join(form.text("name").split()).casefold()
    found = [p for p in context.roster if (p.member.user == user if user else p.name.casefold() == name)]
    if len(found) != 1:
        says = "Nobody in the team is called that." if not found else "More than one person is called that."
        return Shown(Correct({"whom" if user else "name": f"{says} Write the name as it stands in the team."}))
    return Aimed(form.action.session, HelperChosen(form.actor, found[0].member))


def _answered(form: FormSubmitted, context: Context) -> Found:
    found = context.facts("checkin_open")
    session, by = form.action.session, form.actor
    if not found:
        return Refused("This check-in is over, so nothing can be added. Copy your words from the form to keep them.")
    asking, closed = asking_from(session, found[0].row), bool(found[0].row["closed"])
    values, errors = [], {}
    for index, ask in enumerate(asking.asks):
        value = form.text(f"a{index}")
        problem = ask.why_not(value)
        if problem:
            errors[f"a{index}"] = problem
        values.append(value)
    if errors:
        return Shown(Correct(errors))
    hand_to: HandTo = "one" if form.text("hand_to") == "one" else "team"
    wrote = Wrote(by, asking, closed, tuple(values), form.text("hand")[:300], hand_to, form.place.direct)
    return Aimed(part_of(session, by.key()), wrote, session, by)
