"""A schedule: its dates, its questions, and what people do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from bot.activities.checkins.logic import duty, lead, occurrence
from bot.activities.checkins.logic.people import closes_at, expected, one_zone, reminded, zones
from bot.activities.checkins.logic.questions import candidate
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
    local_date,
    next_date,
    next_opening,
    upcoming,
    wall_time,
    why_not_move,
)
from bot.kernel.calendar import Moved as MovedOnce
from bot.kernel.calendar import Occurrence as Opening
from bot.kernel.cards import Card
from bot.kernel.decision import Correct, Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, SetTimer, Tell
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
    state, effects = _planned(Scheduled(plan, None, _beginning(plan, event.first)), event.material, now)
    said = cards.saved_plan_card(state)
    return Decision(state, (CancelTimer("forget"), *effects), Whisper(said, lasting=True))


def _beginning(plan: Plan, first: date | None) -> Exceptions:
    """A question on *first* besides the rule's own dates: the one of a date long past is moved there."""
    if first is None or next_date(plan.rule, first - timedelta(days=1)) == first:
        return NO_EXCEPTIONS
    return Exceptions(moved=(MovedOnce(first - timedelta(days=400), first),))


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
            changed, effects = _planned(replace(state, plan=plan, low=0), material, now)
            if state.next is not None and (changed.next is None or changed.next.asks != state.next.asks):
                effects = (*effects, *_ahead_gone(state, material))  # it was an answer to something else
            card = cards.saved_plan_card(changed)
            return Decision(changed, effects, Whisper(card, lasting=True))
        case PlanConfirmed(plan=plan) if plan is not None:  # the set-up was gone through again
            chosen = replace(state.plan, rule=plan.rule, plan=plan.plan, own=(), reveal=plan.reveal)
            changed, effects = _planned(replace(state, plan=chosen, low=0, paused=False), event.material, now)
            return Decision(changed, effects)
        case PlanConfirmed():
            return Decision(state, reply=say("Saved already. Nothing is asked twice."))
        case Moved():
            return _moved(state, event, now)
        case Steered():
            return _steered(state, event, now)
        case AheadAsked():
            if state.next is None:
                return Refused("No date is planned. Nothing changed.")
            return Decision(state, reply=Show(forms.ahead_form(state.plan, state.next)))
        case AheadWrote():
            return _ahead(state, event)
        case AheadDeleted(by=by, day=day):
            gone = Forget("checkin_ahead", ahead_key(state.plan, day, by))
            return Decision(state, (gone,), say("Deleted. You are asked when the day comes, like everybody."))
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
    if not live:
        because = "I was away at that time" if people else "everybody was away"
        log = Keep(
            "log",
            f"{state.plan.id}.{chosen.day}",
            {"line": cards.skipped_line(state.plan, because), "at": now.isoformat()},
        )
        after, planned = _planned(state, material, now)
        return Decision(after, (log, *planned))
    asking = replace(asking, closes=closes_at(live, state.plan.window, now))
    asking = replace(asking, by_channel=one_zone(material, chosen.day))
    live = reminded(material, live, asking.closes)
    collecting, first_effects = occurrence.begin(asking, live, now, kind="card")
    effects: list[Effect] = [Begin(asking.id, collecting, first_effects), *duty.opened(asking, now)]
    if chosen.prompt:
        effects.append(Keep("prompt_used", chosen.prompt, {}))
        material = replace(material, used=(chosen.prompt, *material.used))
    begun = replace(state, asked=state.asked + 1, last=asking.id, running=chosen.day)
    after, planned = _planned(begun, material, now)
    return Decision(after, (*effects, *planned))


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


def _planned(
    state: Scheduled, material: Material, now: datetime, *, stay: bool = False
) -> tuple[Scheduled, tuple[Effect, ...]]:
    """Fix the next date and its question, set the timer, and keep what others may know of it.

    *stay*: only the people changed, so that a date which still lies ahead of somebody is not given up.
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
    pick = candidate(material, plan.plan, state.asked, plan.own)
    chosen = Chosen(found.date, pick.asks, pick.prompt, pick.category, pick.depth)
    kept = state.next  # the same date keeps its question: somebody may have answered ahead
    if kept is not None and kept.day == chosen.day and not plan.own and kept.prompt not in material.retired:
        chosen = kept
    after, tells = duty.bound(replace(state, next=chosen, exceptions=exceptions), found.at)
    after, first = lead.invited(after, material.owners, found.at, now)
    dates = [at.isoformat() for at in _coming(after, now)]
    row = {"what": "Check-in", "line": cards.rule_line(plan), "dates": dates, "each": plan.rule.moment == "each"}
    rhythm = Keep("rhythm", plan.id, row)
    begins = part_of(plan.id, chosen.day.isoformat())
    return after, (SetTimer("next", found.at, begins=begins), rhythm, _listed(after, found.at), *tells, *first)


def _still_ahead(state: Scheduled, walls: Sequence[str], now: datetime) -> Opening | None:
    """The planned date, if it is somebody's morning yet: who joins from further east moves it for nobody else."""
    if state.next is None or state.next.day == state.running:
        return None
    wall = wall_time(state.plan.rule, state.next.day, state.exceptions)
    ahead = [at for at in (at_wall(state.next.day, wall, zone) for zone in walls) if at > now]
    return Opening(state.next.day, min(ahead)) if ahead else None


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


# what people do


def _steered(state: Scheduled, event: Steered, now: datetime) -> Decision[State] | Refused:
    material = event.material
    match event.how:
        case "show":
            return Decision(state, reply=Whisper(cards.manage_card(state)))
        case "move_form" if state.next is not None:
            return Decision(state, reply=Show(forms.move_form(state.plan, state.next)))
        case "skip" if state.next is not None:
            day = state.next.day
            return _after(replace(state, exceptions=state.exceptions.skip(day)), material, now, cards.skipped_card)
        case "pause":
            return _after(replace(state, paused=True), material, now, cards.paused_card)
        case "resume":
            going = _after(replace(state, paused=False), material, now, cards.resumed_card)
            return replace(going, effects=(*going.effects, *_ahead_gone(state, material)))  # to another question
        case "end":
            return Decision(Ended(state.plan.id, now), _gone(state), say("Ended. What was answered stays."))
        case "another" | "retire" if state.next is not None:
            return _other_question(state, event, now)
        case "hold":
            return _held(state, event, now)
        case "replan" | "found":
            after, effects = _planned(
                replace(state, lost=state.lost and event.how != "found"), material, now, stay=True
            )
            return Decision(after, effects)
        case "move_form" | "skip" | "another" | "retire":
            return Refused("No date is planned. Nothing changed.")


def _after(changed: Scheduled, material: Material, now: datetime, said: Callable[[Scheduled], Card]) -> Decision[State]:
    after, effects = _planned(changed, material, now)
    return Decision(after, effects, Whisper(said(after), lasting=True))


def _moved(state: Scheduled, event: Moved, now: datetime) -> Decision[State] | Refused:
    if state.next is None:
        return Refused("No date is planned. Nothing changed.")
    plan = state.plan
    if event.to == state.next.day and event.at in (None, wall_time(plan.rule, state.next.day, state.exceptions)):
        return Refused("That is when it comes anyway. Nothing changed.")
    because = why_not_move(plan.rule, state.exceptions, state.next.day, event.to, local_date(now, plan.zone))
    if because:
        return Refused(f"{because} Nothing changed.")
    moved = replace(state, exceptions=state.exceptions.move(state.next.day, event.to, event.at))
    return _after(moved, event.material, now, cards.moved_card)


def _other_question(state: Scheduled, event: Steered, now: datetime) -> Decision[State] | Refused:
    assert state.next is not None
    old = state.next.prompt
    if not old:
        return Refused("This schedule asks questions of your own. Edit it to change them.")
    material = replace(event.material, used=(old, *event.material.used))
    effects: list[Effect] = []
    if event.how == "retire":
        effects.append(Keep("retired", old, {}, timeless=True))
        material = replace(material, retired=(old, *material.retired))
    pick = candidate(material, state.plan.plan, state.asked, state.plan.own)
    changed = replace(
        state, next=replace(state.next, asks=pick.asks, prompt=pick.prompt, category=pick.category, depth=pick.depth)
    )
    effects += _ahead_gone(state, material)
    wall = wall_time(state.plan.rule, state.next.day, state.exceptions)
    at = at_wall(state.next.day, wall, state.plan.zone)
    changed, first = lead.invited(changed, material.owners, at, now)
    effects += first
    return Decision(changed, tuple(effects), Whisper(cards.question_card(changed, retired=event.how == "retire")))


def _held(state: Scheduled, event: Steered, now: datetime) -> Decision[State] | Refused:
    """Any member may hold today's question; who did is not said (voice 32)."""
    today = local_date(now, state.plan.zone)
    all_effects: tuple[Effect, ...]
    if state.running == today and state.last:
        after, planned = _planned(replace(state, running=None), event.material, now)
        all_effects = (Tell("checkins", "hold", session=state.last), *planned)
    elif state.next is not None and state.next.day == today:
        after, all_effects = _planned(replace(state, exceptions=state.exceptions.skip(today)), event.material, now)
    else:
        return Refused("Nothing is asked today, so there is nothing to hold. Nothing changed.")
    posts = tuple(
        Post(
            f"held.{today}.{n}",
            owner,
            cards.held_for_owner_card(after),
            "report",
            why=f"You look after {state.plan.team_label}.",
            until=now + timedelta(days=2),
        )
        for n, owner in enumerate(event.material.owners)
    )
    return Decision(after, (*all_effects, *posts), Whisper(cards.held_done_card(after)))


def _ahead(state: Scheduled, event: AheadWrote) -> Decision[State] | Refused:
    if state.next is None or state.next.day != event.day:
        return Refused(
            "That date has come already. Answer it in the channel; nothing is lost: copy your words from the form."
        )
    answered = zip(state.next.asks, event.values, strict=False)
    problems = {f"a{n}": ask.why_not(value) for n, (ask, value) in enumerate(answered)}
    if any(problems.values()):
        return Decision(state, reply=Correct({name: why for name, why in problems.items() if why}))
    row = {"day": event.day.isoformat(), "values": list(event.values), "hand": event.hand}
    keep = Keep("checkin_ahead", ahead_key(state.plan, event.day, event.by), row, member=event.by)
    return Decision(state, (keep,), say("Kept. It is counted when the day comes, and you are not asked."))


def _ahead_gone(state: Scheduled, material: Material) -> list[Effect]:
    return [Forget("checkin_ahead", ahead_key(state.plan, one.day, one.member)) for one in material.ahead]


def ahead_key(plan: Plan, day: date, member: Member) -> str:
    return part_of(plan.id, day.isoformat(), member.key())


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


def _gone(state: Scheduled) -> tuple[Effect, ...]:
    gone = (CancelTimer("next"), Forget("rhythm", state.plan.id), Forget("checkin_schedule", state.plan.id))
    return (*gone, *duty.ended(state))
