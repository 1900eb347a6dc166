"""Every surface follows: cards of people, what other activities are told, facts, the one timer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.activities.roles.cards import live, proposals, reaching, words
from bot.activities.roles.logic import unasked
from bot.activities.roles.logic.coaching import next_week
from bot.activities.roles.logic.step import Step
from bot.activities.roles.model import BRIEF, UNCLAIMED, Kept, Rota, Scene, Shown, descriptions
from bot.kernel.calendar import in_words
from bot.kernel.cards import Card
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Retract, Revise, SetTimer, Tell
from bot.kernel.ids import SessionId
from bot.pieces.rota import asks_at, reached_at, watching

QUARTER = timedelta(weeks=13)


def shown(rota: Rota, scene: Scene, step: Step, now: datetime) -> tuple[Rota, list[Effect]]:
    """Proposals to post, to change, to take back, and the cards of roles drawn on demand."""
    known = descriptions(rota, scene)
    before = {one.name: one for one in rota.shown}
    after: dict[str, Shown] = {}
    effects: list[Effect] = []
    swaps = len(scene.people) > 1
    for turn in rota.turns:
        if turn.id.startswith("now"):
            name, card = f"drawn.{turn.id}", live.drawn_card(rota.id, turn, known)
            after[name] = Shown(name, turn.id, "", None, now, _print(card))
            if name not in before:
                effects.append(Post(name, scene.team.place, card, "asked"))
            elif before[name].print != after[name].print:
                effects.append(Revise(name, card))
            continue
        if turn.id.startswith("plan.") and turn.begun:
            name, card = f"call.{turn.id}", live.call_card(rota.id, turn, known)
            after[name] = Shown(name, turn.id, "", None, now, _print(card))
            if name not in before:
                effects.append(Post(name, scene.team.place, card, "card", until=turn.ends))
            elif before[name].print != after[name].print:
                effects.append(Revise(name, card))
        if not turn.asked or turn.begun:
            continue
        if away := [seat.role for seat in turn.seats if seat.stand == "unreached" and seat.member is not None]:
            name, card = f"way.{turn.id}", reaching.way_card(rota.id, turn, away, known)
            after[name] = Shown(name, turn.id, "", None, now, _print(card))
            if name not in before:
                effects.append(Post(name, scene.team.place, card, "card", until=turn.starts))
            elif before[name].print != after[name].print:
                effects.append(Revise(name, card))
        for seat in turn.seats:
            person = scene.person(seat.member) if seat.member is not None else None
            if person is None or seat.stand not in ("asked", "unreached", "accepted"):
                continue
            name = f"ask.{turn.id}.{seat.role}.{person.member.user}"
            new = watching(scene.people, rota.past, turn)
            card = proposals.proposal_card(rota.id, turn, seat, known, swaps=swaps, newcomers=new)
            old = before.get(name)
            if old is not None:
                after[name] = replace(old, print=_print(card))
                if old.print != after[name].print and not old.lost:
                    effects.append(Revise(name, card))
                continue
            goes = reached_at(person, turn, now)
            after[name] = Shown(name, turn.id, seat.role, person.member, goes, _print(card))
            if (turn.id, seat.role, person.member.user) not in step.quiet:
                why = words.why(scene)
                effects.append(Post(name, person.member, card, "role", why=why, until=turn.starts, at=goes))
    for swap in rota.swaps:
        if swap.lost:
            name = f"swap_way.{swap.number}"
            after[name] = Shown(name, "", "", None, now, "")
            if name not in before:
                card = reaching.swap_way_card(rota.id, swap)
                effects.append(Post(name, scene.team.place, card, "card", until=swap.until))
    for name, card, until in unasked.ways(rota, scene):
        after[name] = Shown(name, "", "", None, now, "")
        if name not in before:
            effects.append(Post(name, scene.team.place, card, "card", until=until))
    ended = [one for name, one in before.items() if name not in after and not one.lost]
    effects += [_ended(one, rota, scene, step, now) for one in ended]
    return replace(rota, shown=tuple(after.values())), effects


def _ended(one: Shown, rota: Rota, scene: Scene, step: Step, now: datetime) -> Effect:
    """How a card ends: as its holder chose, with the start, or because the turn went elsewhere."""
    known = descriptions(rota, scene)
    if one.name.startswith("way.company."):
        return Revise(one.name, reaching.company_way_over_card(), drop_unsent=True)
    if one.name.startswith("way.handover"):
        return Revise(one.name, reaching.handover_way_over_card(scene.team.label), drop_unsent=True)
    if one.name.startswith("way."):
        return Revise(one.name, reaching.way_over_card(rota.turn(one.turn)), drop_unsent=True)
    if one.name.startswith("swap_way."):
        return Revise(one.name, reaching.swap_way_over_card(), drop_unsent=True)
    if one.member is None:
        return Revise(one.name, live.drawn_over_card())
    if scene.person(one.member) is None or one.goes > now:
        return Retract(one.name)
    chosen = step.bye.get((one.turn, one.role, one.member.user))
    turn = rota.turn(one.turn)
    if chosen is not None:
        return Revise(one.name, chosen)
    if turn is None:
        filed = any(past.id == one.turn for past in rota.past)
        return Revise(one.name, proposals.filed_card() if filed else proposals.off_card())
    seat = turn.seat(one.role)
    if seat is not None and seat.member == one.member:
        return Revise(one.name, proposals.begun_card(turn, seat, known))
    return Revise(one.name, proposals.passed_on_card(turn, one.role, known))


def offers_over(before: Rota, rota: Rota, scene: Scene) -> list[Effect]:
    """A role that nobody took is offered no longer than its session."""
    known = descriptions(rota, scene)
    return [
        Revise(f"open.{turn.id}.{seat.role}", live.open_over_card(turn, seat.role, known), drop_unsent=True)
        for turn in before.turns
        if rota.turn(turn.id) is None
        for seat in turn.seats
        if seat.offered is not None and seat.stand != "taken"
    ]


def _print(card: Card) -> str:
    return blake2b(repr(card).encode(), digest_size=8).hexdigest()


def told(rota: Rota) -> tuple[Rota, list[Effect]]:
    """The activity that runs a session hears who holds its roles, whenever that changes."""
    before = dict(rota.told)
    now_told: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    effects: list[Effect] = []
    for turn in rota.turns:
        if not turn.answers:
            continue
        holders = {role: member.key() for role, member in turn.holders().items()}
        now_told.append((turn.id, tuple(holders.items())))
        if before.get(turn.id) != now_told[-1][1]:
            effects.append(Tell(turn.answers, "holders", {"holders": holders}, session=SessionId(turn.id)))
    return replace(rota, told=tuple(now_told)), effects


def kept(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """Who holds a role now, for other activities; what waits for whom, for the bare command's card."""
    known = descriptions(rota, scene)
    wanted: dict[tuple[str, str], Kept] = {}
    for role, member in rota.fixed:
        wanted["holder", role] = Kept("holder", role, json.dumps({"member": member.key()}), member)
    for turn in rota.turns:
        if not (turn.asked or turn.begun) or turn.ends <= now:
            continue
        for role, member in turn.holders().items():
            row = json.dumps({"member": member.key()})
            wanted.setdefault(("holder", role), Kept("holder", role, row, member))
            if turn.series == "session" and not turn.id.startswith("now"):
                line = words.waits_line(turn, role, known)
                waits = json.dumps({"line": line, "until": turn.ends.isoformat(), "rank": 4})
                key = f"role.{turn.id}.{role}"
                wanted["waits", key] = Kept("waits", key, waits, member)
    if rota.past:
        wanted["role_turns", "team"] = Kept("role_turns", "team", json.dumps(_turns_served(rota, scene, now)))
    if rota.plan is not None:
        line = in_words(rota.plan.rule())
        dates = [turn.starts.isoformat() for turn in rota.turns if turn.id.startswith("plan.") and turn.starts > now]
        row = json.dumps({"what": rota.plan.title, "line": f"{line[:1].upper()}{line[1:]}", "dates": dates})
        wanted["rhythm", rota.id] = Kept("rhythm", rota.id, row)
    before = {(one.kind, one.key): one for one in rota.kept}
    effects: list[Effect] = [Forget(*name) for name in before if name not in wanted]
    effects += [
        Keep(one.kind, one.key, json.loads(one.row), member=one.member)
        for name, one in wanted.items()
        if before.get(name) != one
    ]
    return replace(rota, kept=tuple(wanted.values())), effects


def timed(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """One timer, for the next thing that is due by the clock."""
    moments = [swap.until for swap in rota.swaps]
    for turn in rota.turns:
        if not turn.asked:
            moments.append(asks_at(turn, scene.people))
        if not turn.briefed and turn.series == "session":
            moments.append(turn.starts - BRIEF)
        if not turn.begun:
            moments.append(turn.starts)
        moments.append(turn.ends + UNCLAIMED if turn.answers else turn.ends)
    if (week := next_week(rota, scene, now)) is not None:
        moments.append(week)
    wakes = min((moment for moment in moments if moment > now), default=None)
    if wakes == rota.wakes:
        return rota, []
    return replace(rota, wakes=wakes), [SetTimer("next", wakes) if wakes is not None else CancelTimer("next")]


def _turns_served(rota: Rota, scene: Scene, now: datetime) -> dict[str, Any]:
    """What a report needs of the last quarter: day, role, quarters, and a number in place of whoever it was."""
    recent = [past for past in rota.past if past.starts >= now - QUARTER]
    people = {user: number for number, user in enumerate(sorted(person.member.user for person in scene.people))}
    served = [
        [past.starts.date().isoformat(), role, people[user], n]
        for past in recent
        for role, user, n in past.served
        if n and user in people
    ]
    return {"people": len(people), "served": served}
