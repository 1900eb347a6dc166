"""Questions that could not be delivered: nobody is counted in who was not asked, and the way in is in the channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.roles.cards import proposals, reaching
from bot.activities.roles.events import OpenedHere, Reached, Took, Unreached
from bot.activities.roles.logic import unasked
from bot.activities.roles.logic.answers import exchange
from bot.activities.roles.logic.step import OVER, Step
from bot.activities.roles.model import Rota, Scene, descriptions
from bot.kernel.cards import Card
from bot.kernel.decision import Refused, Whisper
from bot.kernel.effects import Post
from bot.pieces.rota import Seat, Turn, busy, is_there, there, watching


def unreached(rota: Rota, what: Unreached, now: datetime) -> Step:
    """A proposal or a question about a swap did not arrive. Whoever was not asked has not said yes by silence."""
    swaps = tuple(replace(s, lost=True) if f"swap{s.number}" == what.name else s for s in rota.swaps)
    rota = unasked.lost(replace(rota, swaps=swaps), what.name, now)
    shown = next((one for one in rota.shown if one.name == what.name), None)
    if shown is None or shown.member is None:
        return Step(rota)
    rota = replace(rota, shown=tuple(replace(s, lost=True) if s == shown else s for s in rota.shown))
    turn = rota.turn(shown.turn)
    seat = turn.seat(shown.role) if turn is not None else None
    if turn is None or seat is None or turn.starts <= now or (seat.member, seat.stand) != (shown.member, "asked"):
        return Step(rota)
    missed = turn.with_seat(replace(seat, stand="unreached"))
    pair = (seat.role, shown.member)
    return Step(rota.with_turn(replace(missed, unasked=tuple(dict.fromkeys((*turn.unasked, pair))))))


def reached(rota: Rota, scene: Scene, what: Reached, now: datetime) -> Step:
    """They can be written to now: what is still open is asked as it would have been."""
    again = []
    for turn in rota.turns:
        for seat in turn.seats if not turn.begun else ():
            if (seat.member, seat.stand) == (what.member, "unreached"):
                turn = turn.with_seat(replace(seat, stand="asked")).answered(seat.role, what.member)
                again.append((turn.id, seat.role))
        rota = rota.with_turn(turn)
    mine = [one for one in rota.shown if one.member == what.member and (one.turn, one.role) in again]
    rota = replace(rota, shown=tuple(one for one in rota.shown if one not in mine))
    known = descriptions(rota, scene)
    posts = []
    for swap in rota.swaps:
        one = exchange(rota, swap)
        if swap.lost and swap.asked == what.member and swap.until > now and one is not None:
            card = proposals.swap_card(rota.id, swap, one, known)
            why = proposals.shares(scene)
            posts.append(Post(f"swap{swap.number}", swap.asked, card, "role", why=why, until=swap.until))
            rota = replace(rota, swaps=tuple(replace(s, lost=False) if s == swap else s for s in rota.swaps))
    rota, others = unasked.asked_again(rota, scene, what.member, now)
    return Step(rota, (*posts, *others))


def opened_here(rota: Rota, scene: Scene, what: OpenedHere, now: datetime) -> Step | Refused:
    """The question as it would have stood in the direct message, for whom it was meant alone."""
    known = descriptions(rota, scene)
    if what.question:
        return unasked.opened(rota, scene, what, now)
    if what.swap:
        swap = next((s for s in rota.swaps if s.number == what.swap), None)
        one = exchange(rota, swap) if swap is not None else None
        if swap is None or one is None:
            return Refused("This swap is settled. Nothing changed.")
        if swap.asked != what.by:
            return Refused("This question is for somebody else. Nothing is asked of you.")
        return Step(rota, reply=Whisper(proposals.swap_card(rota.id, swap, one, known)))
    turn = rota.turn(what.turn)
    if turn is None or turn.starts <= now:
        return OVER
    seat = next((s for s in turn.seats if s.member == what.by), None)
    if seat is None:
        return Refused(reaching.NOT_YOURS)
    return Step(rota, reply=Whisper(_card(rota, scene, turn, seat)))


def taken_ahead(rota: Rota, scene: Scene, what: Took, turn: Turn) -> Step | Refused:
    """*I take it*, before the start, where whoever was drawn could not be asked."""
    person = scene.person(what.by)
    if person is None or not is_there(person, turn.starts):
        return Refused("As far as I know you are not there then, so nothing changed. Thank you for offering.")
    seat = turn.seat(what.role)
    own = [role for role in turn.roles_of(what.by) if role != what.role]
    own += [what.by.user] if what.by.user in busy(rota.turns, turn) else []
    if own and len(there(scene.people, turn.starts)) >= len(turn.seats):
        return Refused("You have a role at that time already, so this one is left to somebody else. Thank you.")
    gone = seat.member if seat is not None else None
    mine = Seat(what.role, what.by, "accepted")
    taken = turn.with_seat(mine).answered(what.role, what.by)
    quiet = frozenset({(turn.id, what.role, what.by.user)}) if gone != what.by else frozenset()
    after = rota.with_turn(taken)
    return Step(after, reply=Whisper(_card(after, scene, taken, mine)), quiet=quiet)


def _card(rota: Rota, scene: Scene, turn: Turn, seat: Seat) -> Card:
    new = watching(scene.people, rota.past, turn)
    known = descriptions(rota, scene)
    return proposals.proposal_card(rota.id, turn, seat, known, swaps=len(scene.people) > 1, newcomers=new)
