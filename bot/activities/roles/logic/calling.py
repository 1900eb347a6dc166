"""Dates of the team's calendar that are left out, and roles of its own that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.activities.roles.cards import setup
from bot.activities.roles.events import DateBack, DateSkipped, OwnChanged, OwnOpened
from bot.activities.roles.logic.step import Step
from bot.activities.roles.model import Own, Plan, Rota, Scene, Use, descriptions, find_role, is_on
from bot.kernel.calendar import Occurrence, local_date, upcoming
from bot.kernel.decision import Refused, Show, Whisper
from bot.kernel.words import listed, when

NO_PLAN = Refused("There are no turns by the calendar. /moderato roles rhythm sets them. Nothing changed.")
LOOK = 12  # dates among which one can be left out


def skipped(rota: Rota, scene: Scene, what: DateSkipped, now: datetime) -> Step | Refused:
    """The turn of that date goes; who was asked about it is told, and owes nothing."""
    plan = rota.plan
    if plan is None:
        return NO_PLAN
    coming = _coming(plan, scene, now)
    found = next((one for one in coming if what.day in (None, one.date)), None)
    if found is None:
        dates = listed(when(one.at, "date") for one in coming[:3])
        return Refused(f"There is no turn on that day. The next ones: {dates}. Nothing changed.")
    left = replace(plan, exceptions=_since(plan, scene, now).exceptions.skip(found.date))
    after = next((one.at for one in _coming(left, scene, now)), None)
    card = setup.skipped_card(rota.id, found.date, found.at, after)
    return Step(replace(rota, plan=left), reply=Whisper(card, lasting=True))


def back(rota: Rota, scene: Scene, what: DateBack, now: datetime) -> Step | Refused:
    plan = rota.plan
    if plan is None:
        return NO_PLAN
    days = tuple(day for day in plan.exceptions.skipped if day != what.day)
    again = replace(plan, exceptions=replace(plan.exceptions, skipped=days))
    found = next((one for one in _coming(again, scene, now) if one.date == what.day), None)
    if found is None:
        return Refused("That day has passed, or the calendar has changed since. Nothing changed.")
    return Step(replace(rota, plan=again), reply=Whisper(setup.back_card(found.at)))


def _coming(plan: Plan, scene: Scene, now: datetime) -> tuple[Occurrence, ...]:
    return upcoming(plan.rule(), scene.team.zone, now, LOOK, plan.exceptions)


def _since(plan: Plan, scene: Scene, now: datetime) -> Plan:
    today: date = local_date(now, scene.team.zone)
    return replace(plan, exceptions=plan.exceptions.since(today - timedelta(days=1)))


def own_opened(rota: Rota, scene: Scene, what: OwnOpened) -> Step | Refused:
    known = descriptions(rota, scene)
    owns = [own for own in rota.own if not own.gone]
    if what.role == "" or not owns:
        return Step(rota, reply=Show(setup.own_form(rota.id)))
    if what.role is None:
        if len(owns) > 1:
            return Step(rota, reply=Whisper(setup.own_list_card(rota.id, owns)))
        own: Own | None = owns[0]
    else:
        id_ = what.role if what.role in known else find_role(known, what.role)
        own = next((one for one in owns if one.id == id_), None)
        if own is None and id_ is not None:
            return Refused(
                f"{known[id_].title} comes with me, so its duties stay. roles setup switches it on and off, "
                "roles often says how often it changes. Nothing changed."
            )
    if own is None:
        names = listed(one.title for one in owns)
        return Refused(f'I don\'t know the role "{(what.role or "")[:40]}". Of your own there are: {names}.')
    return Step(rota, reply=Show(setup.own_form(rota.id, own, on=is_on(rota, known[own.id]))))


def own_changed(rota: Rota, scene: Scene, what: OwnChanged) -> Step | Refused:
    known = descriptions(rota, scene)
    own = next((one for one in rota.own if one.id == what.id), None)
    if own is None or own.gone:
        return Refused("This role was taken out. Nothing changed.")
    same = (role for role in known.values() if role.title.casefold() == what.title.casefold())
    if any(role.id != own.id for role in same):
        return Refused(f"There is another role called {what.title}. Nothing changed.")
    changed = replace(own, title=what.title, duties=what.duties, rotates=what.rotates, gone=what.use == "out")
    served = any(role == own.id for past in rota.past for role, _, _ in past.served)
    kept = tuple(changed if one.id == own.id else one for one in rota.own)
    uses = tuple(use for use in rota.uses if use.role != own.id)
    after = replace(
        rota,
        own=kept if served or not changed.gone else tuple(one for one in kept if one.id != own.id),
        uses=uses if changed.gone else (*uses, Use(own.id, on=what.use != "off")),
        fixed=tuple(one for one in rota.fixed if one[0] != own.id or what.rotates == "set")
        if not changed.gone
        else tuple(one for one in rota.fixed if one[0] != own.id),
    )
    return Step(after, reply=Whisper(setup.own_changed_card(rota.id, changed, what.use)))
