"""Answers to the next question before its day: kept, checked, carried along when the date moves, let go."""

from __future__ import annotations

from datetime import date

from bot.activities.checkins.events import AheadDeleted, AheadWrote
from bot.activities.checkins.model import Ahead, Chosen, Material, Plan, Scheduled, State
from bot.kernel.decision import Correct, Decision, Refused, say
from bot.kernel.effects import Effect, Forget, Keep
from bot.kernel.ids import Member, part_of
from bot.kernel.words import on_day


def written(state: Scheduled, event: AheadWrote) -> Decision[State] | Refused:
    if state.next is None or state.next.day != event.day:
        return Refused(
            "That date has come, or was changed. Nothing is lost: copy your words from the form, and answer again."
        )
    answered = zip(state.next.asks, event.values, strict=False)
    problems = {f"a{n}": ask.why_not(value) for n, (ask, value) in enumerate(answered)}
    if any(problems.values()):
        return Decision(state, reply=Correct({name: why for name, why in problems.items() if why}))
    keep = _keep(state.plan, Ahead(event.by, event.day, event.values, event.hand))
    pressed = Forget("checkin_ignored", event.by.key())  # whoever answers is asked again
    return Decision(
        state, (keep, pressed), say(f"Kept for {on_day(event.day)}. It is counted that day, and you are not asked.")
    )


def deleted(state: Scheduled, event: AheadDeleted) -> Decision[State]:
    gone = Forget("checkin_ahead", key(state.plan, event.day, event.by))
    return Decision(state, (gone,), say("Deleted. You are asked when the day comes, like everybody."))


def gone(plan: Plan, material: Material, day: date) -> list[Effect]:
    """The question of that date is not asked: what was answered to it goes."""
    return [Forget("checkin_ahead", key(plan, day, one.member)) for one in _of(plan, material) if one.day == day]


def unused(state: Scheduled, material: Material) -> list[Effect]:
    """All that was answered ahead goes, but for what the open date still needs."""
    days = {one.day for one in _of(state.plan, material)} - {state.running}
    return [effect for day in sorted(days) for effect in gone(state.plan, material, day)]


def carried(plan: Plan, material: Material, before: Chosen, after: Chosen) -> list[Effect]:
    """What was answered ahead goes along to the date its question moved to; with another question it goes."""
    if before.day == after.day and before.asks == after.asks:
        return []
    effects = gone(plan, material, before.day)
    if before.asks == after.asks:
        mine = (one for one in _of(plan, material) if one.day == before.day)
        effects += [_keep(plan, Ahead(one.member, after.day, one.values, one.hand)) for one in mine]
    return effects


def _of(plan: Plan, material: Material) -> list[Ahead]:
    return [one for one in material.ahead if one.schedule in ("", plan.id)]


def _keep(plan: Plan, one: Ahead) -> Keep:
    row = {"day": one.day.isoformat(), "values": list(one.values), "hand": one.hand}
    return Keep("checkin_ahead", key(plan, one.day, one.member), row, member=one.member)


def key(plan: Plan, day: date, member: Member) -> str:
    return part_of(plan.id, day.isoformat(), member.key())
