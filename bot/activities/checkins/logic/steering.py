"""What people do to a schedule: skip once, move once, pause, end, another question, hold today's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.checkins.cards import forms
from bot.activities.checkins.cards import plans as cards
from bot.activities.checkins.events import Moved, Steered
from bot.activities.checkins.logic import ahead, duty, lead
from bot.activities.checkins.logic.dates import planned
from bot.activities.checkins.logic.questions import candidate
from bot.activities.checkins.model import Ended, Material, Scheduled, State
from bot.kernel.calendar import at_wall, local_date, wall_time, why_not_move
from bot.kernel.cards import Card
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Tell


def steered(state: Scheduled, event: Steered, now: datetime) -> Decision[State] | Refused:
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
            return replace(going, effects=(*going.effects, *ahead.unused(state, material)))  # to another question
        case "end":
            return Decision(Ended(state.plan.id, now), _gone(state), say("Ended. What was answered stays."))
        case "another" | "retire" if state.next is not None:
            return _other_question(state, event, now)
        case "hold":
            return _held(state, event, now)
        case "replan" | "found":
            after, effects = planned(replace(state, lost=state.lost and event.how != "found"), material, now, stay=True)
            return Decision(after, effects)
        case "move_form" | "skip" | "another" | "retire":
            return Refused("No date is planned. Nothing changed.")


def _after(changed: Scheduled, material: Material, now: datetime, said: Callable[[Scheduled], Card]) -> Decision[State]:
    after, effects = planned(changed, material, now)
    return Decision(after, effects, Whisper(said(after), lasting=True))


def moved(state: Scheduled, event: Moved, now: datetime) -> Decision[State] | Refused:
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
    effects += ahead.gone(state.plan, material, state.next.day)
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
        after, effects = planned(replace(state, running=None), event.material, now)
        all_effects = (Tell("checkins", "hold", session=state.last), *effects)
    elif state.next is not None and state.next.day == today:
        # it may be the question itself that should not come, so another one takes its place
        material = replace(event.material, used=(state.next.prompt, *event.material.used))
        skipped = replace(state, exceptions=state.exceptions.skip(today))
        after, all_effects = planned(skipped, material, now, fresh=True)
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


def _gone(state: Scheduled) -> tuple[Effect, ...]:
    gone = (CancelTimer("next"), Forget("rhythm", state.plan.id), Forget("checkin_schedule", state.plan.id))
    return (*gone, *duty.ended(state))
