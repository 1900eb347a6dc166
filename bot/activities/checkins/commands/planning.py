"""A schedule as a form, or the set-up of a team, describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, cast

from bot.activities.checkins.cards import duty, forms
from bot.activities.checkins.commands.asks import read_asks, why_not_asks
from bot.activities.checkins.commands.known import material_of
from bot.activities.checkins.events import (
    PlanWritten,
)
from bot.activities.checkins.model import (
    PLAN,
    WINDOW,
    Ask,
    Plan,
)
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.calendar import (
    Monthly,
    Nth,
    Once,
    Rhythm,
    Rule,
    Weekly,
    Workdays,
    local_date,
    next_occurrence,
    why_not_rule,
)
from bot.kernel.content import Library
from bot.kernel.decision import Correct, Refused
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import FormSubmitted
from bot.kernel.people import Team


def plan_written(form: FormSubmitted, team: Team, context: Context) -> Aimed | Refused | Shown:
    errors: dict[str, str] = {}
    at = time_of(form.text("at"))
    if at is None:
        errors["at"] = f'"{form.text("at")[:40]}" is not a time of day. Write it like 09:30.'
    days = tuple(sorted({int(day) for day in form.ticked("days") if day.isdigit() and int(day) < 7}))
    today = local_date(context.now, team.zone)
    rhythm = _rhythm(form, days, today, errors)
    if isinstance(rhythm, Weekly) and at is not None:
        rhythm = _from_next(rhythm, at, team.zone, context.now)
    own: tuple[Ask, ...] = ()
    kinds: tuple[str, ...] = ()
    match form.text("asks"):
        case forms.OWN:
            own = read_asks(form.text("own"))
            problem = why_not_asks(own)
            if problem:
                errors["own"] = problem
        case forms.MIXED | "":
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
        window=number_of(form.text("window"), WINDOW),
        reveal="at_once" if form.text("reveal") == "at_once" else "at_close",
        hand="yes" in form.ticked("hand"),
        summary="thread" if form.text("summary") == "thread" else "card",
        watch=watch,
        roles=tuple(role for role in form.ticked("roles") if role in duty.NAMES),  # a form can be forged
    )
    beside = tuple(str(fact.row["line"]) for fact in context.facts("checkin_schedule") if fact.key != plan.id)
    return Aimed(plan.id, PlanWritten(plan, form.actor, material_of(context), beside))


def _rhythm(form: FormSubmitted, days: tuple[int, ...], today: date, errors: dict[str, str]) -> Rhythm | None:
    which = form.text("rhythm")
    match which:
        case "workdays":
            return Workdays()
        case "once":
            on = date_of(form.text("once"))
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
    return Weekly(days, today, number_of(which, 1))


def _from_next(rhythm: Weekly, at: time, zone: str, now: datetime) -> Weekly:
    """Every second week begins with the next such day, not with a week whose day has passed."""
    first = next_occurrence(Rule(replace(rhythm, every=1), at), zone, now)
    return replace(rhythm, anchor=first.date) if first is not None else rhythm


def new_plan(id: SessionId, team: Team, now: datetime) -> Plan:
    rule = Rule(Weekly((1,), local_date(now, team.zone)), time(9, 30), "each")
    return Plan(id, team.place, team.label, team.zone, rule)


def plan_from(id: SessionId, payload: Mapping[str, Any], team: Team, now: datetime) -> Plan:
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


def watchers_of(context: Context) -> tuple[tuple[Member, str], ...]:
    return tuple((person.member, person.name) for person in context.roster if person.takes_part)


def categories_of(context: Context) -> tuple[tuple[str, str], ...]:
    library = context.content
    if not isinstance(library, Library):
        return ()
    return tuple(
        (one.id, one.title) for one in library.checkins.values() if one.use not in ("session_start", "session_end")
    )


def number_of(text: str, otherwise: int) -> int:
    return int(text) if text.isdigit() else otherwise


def time_of(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


def date_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
