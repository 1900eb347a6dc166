"""Who holds which role: handed over, taken, drawn, left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.before import without
from bot.activities.guides.logic.coming import gone
from bot.activities.guides.logic.inside import redrawn
from bot.activities.guides.model import Replying, Running, Serving, Session
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import Post, Revise, Under
from bot.kernel.ids import Member
from bot.kernel.words import who


def handed_over(run: Running, by: Member, now: datetime) -> Decision[Session] | Refused:
    setting = run.setting
    role = next((held for held, member in setting.holders if member == by), None)
    if role is None and by in (setting.host, setting.facilitator):
        role = "facilitator"
    if role is None:
        return Refused("You hold no role in this session. Nothing changed.")
    offered = replace(run, wanted=role, pressed=now)
    reply = say("I ask the others in the thread. Until somebody takes it, it stays with you.")
    return Decision(offered, (Post("wanted", Under("card"), cards.wanted_card(offered, role)),), reply)


def take_role(run: Running, by: Member, now: datetime) -> Decision[Session] | Refused:
    role = run.wanted
    if not role:
        last = next((one for one in reversed(run.served) if one.until is None), None)
        if last is not None and last.member != by:
            return Refused(f"{who(last.member)} was a second faster. Thank you for offering.")
        return Decision(run)
    present = run.present if by in run.present else (*run.present, by)
    taken = with_holders(replace(run, wanted="", present=present, pressed=now), ((role, by),), now)
    return redrawn(taken, now, Revise("wanted", cards.taken_card(role, by)), reply=say("It is yours. Thank you."))


def with_holders(run: Running, holders: tuple[tuple[str, Member], ...], now: datetime) -> Running:
    """Somebody holds a role from now on; whoever held it before keeps the time they served."""
    setting, served = run.setting, list(run.served)
    for role, member in holders:
        before = setting.holder(role) or (setting.host if role == "facilitator" else None)
        if before == member and any(one.role == role and one.until is None for one in served):
            continue
        running_for = [one for one in served if one.role == role and one.until is None]
        if not running_for and before is not None and before != member:
            served.append(Serving(role, before, run.started, now))
        served = [replace(one, until=now) if one in running_for else one for one in served]
        served.append(Serving(role, member, now))
        setting = setting.with_holder(role, member)
    return replace(run, setting=setting, served=tuple(served))


def came_in(run: Running, holders: tuple[tuple[str, Member], ...], now: datetime) -> Running:
    """The roles say who has them now. Whoever took one over just now is there."""
    before = {role: run.setting.holder(role) for role, _ in holders}
    new = (member for role, member in holders if before[role] != member and member not in run.present)
    return with_holders(replace(run, present=(*run.present, *dict.fromkeys(new))), holders, now)


def went_away(run: Running, member: Member, now: datetime) -> Decision[Session]:
    setting = run.setting
    held = [role for role, holder in setting.holders if holder == member]
    if member == setting.facilitator and "facilitator" not in held:
        held.append("facilitator")
    answers = tuple(replace(one, member=None) if one.member == member else one for one in run.answers)
    briefs = tuple(replace(one, members=tuple(m for m in one.members if m != member)) for one in run.briefs)
    known = replace(run, setting=without(setting, member), answers=answers, briefs=briefs)
    live = known.course.live
    if isinstance(live, Replying):
        replies = tuple((to, replace(one, member=None) if one.member == member else one) for to, one in live.replies)
        known = replace(known, course=replace(known.course, live=replace(live, replies=replies)))
    left = gone(choosing.without(known, member), member, now)
    after = left.state
    if not isinstance(after, Running):
        return left
    served = tuple(
        replace(one, until=now) if one.member == member and one.until is None else one for one in after.served
    )
    after = replace(after, served=served)
    if not held:
        return replace(left, state=after)
    wanted = replace(after, wanted=held[0])
    post = Post("wanted", Under("card"), cards.wanted_card(wanted, held[0]))
    return replace(left, state=wanted, effects=(*left.effects, post))
