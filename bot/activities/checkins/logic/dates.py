"""The next date of a schedule and its question: fixed, listed, and told to whoever has a part in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.activities.checkins.cards import plans as cards
from bot.activities.checkins.logic import ahead, duty, lead
from bot.activities.checkins.logic.people import zones
from bot.activities.checkins.logic.questions import candidate
from bot.activities.checkins.model import PLAN, Chosen, Material, Plan, Scheduled
from bot.kernel.calendar import Occurrence as Opening
from bot.kernel.calendar import at_wall, local_date, next_date, next_opening, wall_time
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, SetTimer
from bot.kernel.ids import part_of

RHYTHM = timedelta(days=28)


def planned(
    state: Scheduled, material: Material, now: datetime, *, stay: bool = False, fresh: bool = False
) -> tuple[Scheduled, tuple[Effect, ...]]:
    """Fix the next date and its question, set the timer, and keep what others may know of it.

    A question that was fixed and not asked yet goes along to the new date, with what was answered to it ahead;
    *fresh*: it does not. *stay*: only the people changed, so that a date which still lies ahead of somebody is
    not given up.
    """
    plan = state.plan
    exceptions = state.exceptions.since(local_date(now, plan.zone) - timedelta(days=7))
    walls = zones(material) if plan.rule.moment == "each" else [plan.zone]
    found = None if state.paused or state.lost else next_opening(plan.rule, walls or [plan.zone], now, exceptions)
    if stay and found is not None:
        found = _still_ahead(state, walls or [plan.zone], now) or found
    if found is None:
        after, tells = duty.bound(replace(state, next=None, exceptions=exceptions), None)
        after, first = lead.invited(after, (), None, now)
        return after, (CancelTimer("next"), Forget("rhythm", plan.id), _listed(after, None), *tells, *first)
    before = state.next if state.next is not None and state.next.day != state.running else None
    if before is not None and not fresh and _fits(plan, before, material):
        chosen = replace(before, day=found.date)
    else:
        pick = candidate(material, plan.plan, state.asked, plan.own)
        chosen = Chosen(found.date, pick.asks, pick.prompt, pick.category, pick.depth)
    along = ahead.carried(plan, material, before, chosen) if before is not None else []
    after, tells = duty.bound(replace(state, next=chosen, exceptions=exceptions), found.at)
    after, first = lead.invited(after, material.owners, found.at, now)
    dates = [at.isoformat() for at in _coming(after, now)]
    row = {"what": "Check-in", "line": cards.rule_line(plan), "dates": dates, "each": plan.rule.moment == "each"}
    rhythm = Keep("rhythm", plan.id, row)
    begins = part_of(plan.id, chosen.day.isoformat())
    return after, (SetTimer("next", found.at, begins=begins), rhythm, _listed(after, found.at), *tells, *first, *along)


def _fits(plan: Plan, fixed: Chosen, material: Material) -> bool:
    """Whether the plan, as it is now, would ask this question."""
    if plan.own or not fixed.prompt:
        return fixed.asks == plan.own
    return fixed.category in (plan.plan or PLAN) and fixed.prompt not in material.retired


def _still_ahead(state: Scheduled, walls: Sequence[str], now: datetime) -> Opening | None:
    """The planned date, if it is somebody's morning yet: who joins from further east moves it for nobody else."""
    if state.next is None or state.next.day == state.running:
        return None
    wall = wall_time(state.plan.rule, state.next.day, state.exceptions)
    mornings = [at for at in (at_wall(state.next.day, wall, zone) for zone in walls) if at > now]
    return Opening(state.next.day, min(mornings)) if mornings else None


def _coming(state: Scheduled, now: datetime) -> Iterator[datetime]:
    """The dates of the next four weeks, as moments where the team is."""
    plan = state.plan
    day: date | None = local_date(now, plan.zone) - timedelta(days=1)
    while (day := next_date(plan.rule, day, state.exceptions) if day else None) is not None:
        at = at_wall(day, wall_time(plan.rule, day, state.exceptions), plan.zone)
        if at > now + RHYTHM:
            return
        if at > now:
            yield at


def _listed(state: Scheduled, at: datetime | None) -> Keep:
    """What the card of all check-ins says about this one."""
    row = {
        "line": cards.rule_line(state.plan),
        "paused": state.paused,
        "next": state.next.day.isoformat() if state.next else "",
        "at": at.isoformat() if at else "",
        "following": cards.short_line(state) if state.next else "",
        "running": state.running.isoformat() if state.running else "",
        "last": state.last,
    }
    return Keep("checkin_schedule", state.plan.id, row)
