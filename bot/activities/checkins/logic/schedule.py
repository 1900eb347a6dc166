"""A schedule: its dates, its questions, and what people do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.activities.checkins.cards import forms
from bot.activities.checkins.cards import plans as cards
from bot.activities.checkins.events import (
    AheadAsked,
    AheadDeleted,
    AheadWrote,
    DateCame,
    Event,
    Moved,
    OccurrenceFiled,
    PlaceGone,
    PlanConfirmed,
    PlanFormAsked,
    PlanWritten,
    Steered,
    WentAway,
)
from bot.activities.checkins.logic import ahead, duty, occurrence, steering
from bot.activities.checkins.logic.dates import planned
from bot.activities.checkins.logic.people import closes_at, expected, one_zone, reminded
from bot.activities.checkins.model import (
    LATE_OPENING,
    LOW,
    Asking,
    Chosen,
    Draft,
    Ended,
    Material,
    Plan,
    Scheduled,
    State,
)
from bot.kernel.calendar import (
    NO_EXCEPTIONS,
    Exceptions,
    Monthly,
    Weekly,
    at_wall,
    next_date,
    upcoming,
    wall_time,
)
from bot.kernel.calendar import Moved as MovedOnce
from bot.kernel.cards import Card
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, SetTimer
from bot.kernel.ids import Member, part_of

PREVIEW = 4  # dates shown before saving
RHYTHM = timedelta(days=28)
DRAFT = timedelta(days=1)  # an unsaved plan is forgotten after this
LOW_TIMES, DRIFT_TIMES = 3, 2
SMALLEST = 3  # expected people from which a take-up says anything
AWAY = timedelta(minutes=1)  # a first morning that moved by more than this is waited for


def written(event: PlanWritten, now: datetime) -> Decision[State]:
    """A new plan: shown with its next dates before it is saved."""
    draft = Draft(event.plan, event.by)
    card = cards.preview_card(event.plan, preview(event.plan, now), event.beside)
    return Decision(draft, (SetTimer("forget", now + DRAFT),), Whisper(card, lasting=True))


def confirmed(event: PlanConfirmed, plan: Plan, now: datetime) -> Decision[State]:
    state, effects = planned(Scheduled(plan, None, _beginning(plan, event.first)), event.material, now)
    said = cards.saved_plan_card(state)
    return Decision(state, (CancelTimer("forget"), *effects), Whisper(said, lasting=True))


def _beginning(plan: Plan, first: date | None) -> Exceptions:
    """A question on *first* besides the rule's own dates: the one of a date long past is moved there."""
    if first is None or next_date(plan.rule, first - timedelta(days=1)) == first:
        return NO_EXCEPTIONS
    return Exceptions(moved=(MovedOnce(first - timedelta(days=400), first),))


def _same_weeks(plan: Plan, before: Plan) -> Plan:
    """Every second week stays the same weeks when only the day, the hour or the question was changed."""
    new, old = plan.rule.rhythm, before.rule.rhythm
    if isinstance(new, Weekly) and isinstance(old, Weekly) and new.every == old.every:
        return replace(plan, rule=replace(plan.rule, rhythm=replace(new, anchor=old.anchor)))
    return plan


def preview(plan: Plan, now: datetime) -> tuple[datetime, ...]:
    """The next four dates as moments where the team is."""
    return tuple(one.at for one in upcoming(plan.rule, plan.zone, now, PREVIEW))


def decide(state: Draft | Scheduled | Ended, event: Event, now: datetime) -> Decision[State] | Refused:
    match state, event:
        case Ended(), _:
            return Refused("This schedule has ended. Nothing changed.")
        case Draft(), PlanWritten():
            return written(event, now)
        case Draft(), PlanConfirmed():
            return confirmed(event, state.plan, now)
        case Draft() | Scheduled(), PlanFormAsked():
            form = forms.plan_form(state.plan, event.watchers, event.categories, new=isinstance(state, Draft))
            return Decision(state, reply=Show(form))
        case Draft(), DateCame() | PlaceGone():
            return Decision(Ended(state.plan.id, now), (CancelTimer("forget"),))
        case Draft(), _:
            return Decision(state)
        case Scheduled(), _:
            return _scheduled(state, event, now)
    return Decision(state)


def _scheduled(state: Scheduled, event: Event, now: datetime) -> Decision[State] | Refused:
    match event:
        case DateCame(material=material):
            return _date_came(state, material, now)
        case PlanWritten(plan=plan, material=material):
            changed, effects = planned(replace(state, plan=_same_weeks(plan, state.plan), low=0), material, now)
            card = cards.saved_plan_card(changed)
            return Decision(changed, effects, Whisper(card, lasting=True))
        case PlanConfirmed(plan=plan) if plan is not None:  # the set-up was gone through again
            chosen = replace(state.plan, rule=plan.rule, plan=plan.plan, own=(), reveal=plan.reveal)
            changed, effects = planned(replace(state, plan=chosen, low=0, paused=False), event.material, now)
            return Decision(changed, effects)
        case PlanConfirmed():
            return Decision(state, reply=say("Saved already. Nothing is asked twice."))
        case Moved():
            return steering.moved(state, event, now)
        case Steered():
            return steering.steered(state, event, now)
        case AheadAsked():
            if state.next is None:
                return Refused("No date is planned. Nothing changed.")
            return Decision(state, reply=Show(forms.ahead_form(state.plan, state.next)))
        case AheadWrote():
            return ahead.written(state, event)
        case AheadDeleted():
            return ahead.deleted(state, event)
        case OccurrenceFiled():
            return _occurrence_filed(state, event, now)
        case WentAway(member=member):
            watch = tuple(one for one in state.plan.watch if one != member)
            return Decision(replace(state, plan=replace(state.plan, watch=watch)))
        case PlaceGone():
            lost = replace(state, lost=True, drawn=())
            return Decision(lost, (CancelTimer("next"), Forget("rhythm", state.plan.id)))
        case _:
            return Decision(state)


# the date has come


def _date_came(state: Scheduled, material: Material, now: datetime) -> Decision[State]:
    chosen = state.next
    if chosen is None or state.paused or state.lost:
        return Decision(state)
    wall = wall_time(state.plan.rule, chosen.day, state.exceptions)
    at = at_wall(chosen.day, wall, state.plan.zone)
    asking = _asking(state, chosen, material, at)
    people = expected(material, asking, now, at)
    if people and (first := min(one.opens for one in people)) > now + AWAY:
        return Decision(state, (SetTimer("next", first),))  # somebody left, or travels: the first morning is later
    live = tuple(one for one in people if now <= one.opens + LATE_OPENING)
    if all(one.ahead for one in live) and any(not one.ahead for one in people):
        live = ()  # nobody could be asked in time: it waits for the next date, with what was answered ahead
    if not live:
        because = "I was away at that time" if people else "everybody was away"
        log = Keep(
            "log",
            f"{state.plan.id}.{chosen.day}",
            {"line": cards.skipped_line(state.plan, because), "at": now.isoformat()},
        )
        after, effects = planned(state, material, now)
        return Decision(after, (log, *effects))
    asking = replace(asking, closes=closes_at(live, state.plan.window, now))
    asking = replace(asking, by_channel=one_zone(material, chosen.day))
    live = reminded(material, live, asking)
    collecting, first_effects = occurrence.begin(asking, live, now, kind="card")
    opening: list[Effect] = [Begin(asking.id, collecting, first_effects), *duty.opened(asking, now)]
    if chosen.prompt:
        opening.append(Keep("prompt_used", chosen.prompt, {}))
        material = replace(material, used=(chosen.prompt, *material.used))
    begun = replace(state, asked=state.asked + 1, last=asking.id, running=chosen.day)
    after, effects = planned(begun, material, now)
    return Decision(after, (*opening, *effects))


def _asking(state: Scheduled, chosen: Chosen, material: Material, at: datetime) -> Asking:
    plan = state.plan
    return Asking(
        id=part_of(plan.id, chosen.day.isoformat()),
        place=plan.place,
        team_label=plan.team_label,
        zone=plan.zone,
        day=chosen.day,
        asks=chosen.asks,
        closes=at,
        schedule=plan.id,
        wall=wall_time(plan.rule, chosen.day, state.exceptions) if plan.rule.moment == "each" else None,
        prompt=chosen.prompt,
        category=chosen.category,
        depth=chosen.depth,
        reveal=plan.reveal,
        hand=plan.hand,
        watch=plan.watch,
        often=often(plan),
        before=state.last,
        summary=plan.summary,
        roles=plan.roles,
        seed=material.seed,
    )


def often(plan: Plan) -> str:
    match plan.rule.rhythm:
        case Weekly(every=1, days=days) if len(days) == 1:
            return "weekly"
        case Monthly():
            return "monthly"
    return ""


# what comes back from the occurrences


def _occurrence_filed(state: Scheduled, event: OccurrenceFiled, now: datetime) -> Decision[State]:
    """Little take-up, or a team that drifts: a private word to who looks after it, once each."""
    low, drifting = state.low, state.drifting
    if event.expected >= SMALLEST:
        low = low + 1 if event.responded < LOW * event.expected else 0
    if event.off_course is not None:
        drifting = drifting + 1 if event.off_course else 0
    posts: list[Effect] = [Forget("checkin_ahead", key) for key in event.ahead]
    why = f"You look after {state.plan.team_label}."
    if low == LOW_TIMES:
        posts += [
            _word(f"low.{now:%Y%m%d}.{n}", who, cards.low_card(state.plan), why) for n, who in enumerate(event.owners)
        ]
        low = 0
    if drifting == DRIFT_TIMES:
        posts += [
            _word(f"drift.{now:%Y%m%d}.{n}", who, cards.drift_card(state.plan), why)
            for n, who in enumerate(event.owners)
        ]
        drifting = 0
    return Decision(replace(state, low=low, drifting=drifting), tuple(posts))


def _word(name: str, owner: Member, card: Card, why: str) -> Post:
    return Post(name, owner, card, "report", why=why)
