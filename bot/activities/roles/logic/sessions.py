"""Sessions of other activities, roles for now, and roles that are open while a session runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.roles.cards import live
from bot.activities.roles.events import DrawAsked, Missing, MissingAsked, SessionPlanned, SessionServed, Took
from bot.activities.roles.logic.reaching import taken_ahead
from bot.activities.roles.logic.step import OVER, Step
from bot.activities.roles.model import ON_DEMAND, Rota, Scene, descriptions, in_use
from bot.kernel.decision import Refused, Whisper, say
from bot.kernel.effects import Post, Revise, To, Under
from bot.kernel.ids import SessionId
from bot.kernel.words import who
from bot.pieces.rota import Past, Seat, Turn, remembered, there


def offer(rota: Rota, scene: Scene, what: Missing, now: datetime) -> Step:
    """Offer a role to those present. Nobody who was expected is named."""
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or (seat is not None and seat.offered is not None):
        return Step(rota)
    offered = replace(seat or Seat(what.role), offered=now)
    changed = turn.with_seat(offered) if seat is not None else replace(turn, seats=(*turn.seats, offered))
    card = live.open_card(rota.id, changed, what.role, descriptions(rota, scene))
    to = _where(scene, what)
    post = Post(f"open.{turn.id}.{what.role}", to, card, "card", until=max(turn.ends, now + ON_DEMAND))
    return Step(rota.with_turn(changed), (post,))


def _where(scene: Scene, what: Missing) -> To:
    """In the thread of the card the session has in the channel, so that the rest of the channel is left alone."""
    if what.under:
        return Under(what.under, SessionId(what.turn))
    if what.turn.startswith("plan."):
        return Under(f"call.{what.turn}")
    return Under(f"drawn.{what.turn}") if what.turn.startswith("now") else scene.team.place


def missing_asked(rota: Rota, scene: Scene, what: MissingAsked, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None:
        return OVER
    if not what.role:
        return Step(rota, reply=Whisper(live.missing_card(rota.id, turn, descriptions(rota, scene))))
    seat = turn.seat(what.role)
    if seat is not None and seat.offered is not None:
        return Refused("Those who are here are asked already.")
    step = offer(rota, scene, Missing(turn.id, what.role), now)
    return replace(step, reply=say("Those who are here are asked. The first tap has it."))


def took(rota: Rota, scene: Scene, what: Took, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or (seat is None and not what.told):
        return Refused("That session is over. Thank you for offering.")
    if what.told:
        return _told(rota, scene, what, turn, now)
    assert seat is not None
    if seat.stand == "unreached" and not turn.begun:
        return taken_ahead(rota, scene, what, turn)
    if seat.offered is None and seat.member == what.by:
        return Step(rota)
    if seat.offered is None:
        faster = f"{who(seat.member)} was a second faster." if seat.member is not None else "This is settled."
        return Refused(f"{faster} Thank you for offering.")
    card = live.taken_card(what.by, turn, what.role, descriptions(rota, scene))
    taken = turn.taken(what.role, what.by, now)
    return Step(rota.with_turn(taken), (Revise(f"open.{turn.id}.{what.role}", card),))


def _told(rota: Rota, scene: Scene, what: Took, turn: Turn, now: datetime) -> Step:
    """Somebody took a role on another way; an offer of it is settled by that."""
    seat = turn.seat(what.role)
    if seat is not None and seat.member == what.by:
        return Step(rota)
    card = live.taken_card(what.by, turn, what.role, descriptions(rota, scene))
    settled = (Revise(f"open.{turn.id}.{what.role}", card),) if seat is not None and seat.offered is not None else ()
    return Step(rota.with_turn(turn.taken(what.role, what.by, now)), settled)


def planned(rota: Rota, scene: Scene, what: SessionPlanned) -> Step:
    """A session of another activity: planned, moved, or with other roles than before."""
    if any(past.id == what.turn for past in rota.past):
        return Step(rota)
    known = rota.turn(what.turn)
    off = {use.role for use in rota.uses if use.on is False}
    roles = tuple(r for r in dict.fromkeys(what.roles) if r not in off) or in_use(rota, scene)
    seats = tuple((known.seat(role) if known else None) or _seat(rota, scene, role, what.starts) for role in roles)
    turn = replace(
        known or Turn(what.turn, what.title, what.starts, what.ends, seats),
        title=what.title,
        starts=what.starts,
        ends=max(what.ends, what.starts),
        seats=seats,
        answers=what.answers,
        guide=what.guide,
        says=what.says,
    )
    told = tuple(one for one in rota.told if one[0] != what.turn)
    return Step(replace(rota.with_turn(turn), told=told))


def _seat(rota: Rota, scene: Scene, role: str, at: datetime) -> Seat:
    """A seat to be drawn; or, for a role that changes by the week, the month or by hand, whoever has it then."""
    description = descriptions(rota, scene).get(role)
    if description is None or description.rotates == "session":
        return Seat(role)
    if description.rotates == "set":
        holder = dict(rota.fixed).get(role)
    else:
        term = next((t for t in rota.turns if t.series != "session" and t.starts <= at < t.ends and t.seat(role)), None)
        holder = term.holders().get(role) if term is not None else None
    return Seat(role, holder, "accepted") if holder is not None else Seat(role)


def served(rota: Rota, scene: Scene, what: SessionServed, now: datetime) -> Step:
    if any(past.id == what.turn for past in rota.past):
        return Step(rota)
    turn = rota.turn(what.turn) or Turn(what.turn, what.title, now, now, ())
    here = what.there or tuple(person.member.user for person in there(scene.people, turn.starts))
    return Step(filed(rota, turn, what.served, tuple(sorted({*here, *(user for _, user, _ in what.served)}))))


def filed(rota: Rota, turn: Turn, served: tuple[tuple[str, str, int], ...], here: tuple[str, ...]) -> Rota:
    """The turn becomes part of the past; whoever wished for a role and had it has their wish."""
    gone = rota.without_turn(turn.id)
    had = {(role, user) for role, user, _ in served}
    unasked = tuple((role, member.user) for role, member in turn.unasked if (role, member.user) not in had)
    if not served and (turn.answers or not unasked):
        return gone
    past = Past(turn.id, turn.title, turn.starts, turn.series, served, here, unasked)
    likes = tuple((user, role) for user, role in rota.wishes.likes if (role, user) not in had)
    return replace(gone, past=remembered(rota.past, past), wishes=replace(rota.wishes, likes=likes))


def draw_asked(rota: Rota, scene: Scene, what: DrawAsked, now: datetime) -> Step | Refused:
    roles = what.roles or in_use(rota, scene)
    if not roles:
        return Refused("No role is in use. Whoever looks after the team can switch them on: /moderato roles setup.")
    if not scene.people:
        return Refused("Nobody takes part here yet, so there is nobody to draw.")
    number = rota.count + 1
    turn = Turn(f"now{number}", "Roles for now", now, now + ON_DEMAND, tuple(Seat(role) for role in roles), asked=True)
    return Step(replace(rota.with_turn(turn), count=number))
