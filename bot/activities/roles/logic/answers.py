"""What holders answer: accept, not this time, and swaps of exactly two turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.roles.cards import proposals, reaching
from bot.activities.roles.events import Accepted, NotThisTime, SwapAnswered, SwapChosen, SwapOpened
from bot.activities.roles.logic.step import MOVED_ON, OVER, QUIET, Step
from bot.activities.roles.model import BEFORE_START, SWAP_ANSWER, Rota, Scene, Swap, descriptions
from bot.kernel.decision import Refused, Show, Whisper, say
from bot.kernel.effects import Post, Revise
from bot.kernel.hours import next_working_moment
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.rota import Seat, Turn, busy, hours_of, is_there, may_exchange


def accepted(rota: Rota, what: Accepted, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or seat is None:
        return OVER
    if seat.member != what.by:
        return MOVED_ON
    if turn.starts <= now or seat.stand in ("accepted", "taken"):
        return Step(rota)
    reply = say(reaching.YOURS) if seat.stand == "unreached" else QUIET  # no card of theirs will show it
    accepted = turn.with_seat(replace(seat, stand="accepted")).answered(seat.role, what.by)
    return Step(rota.with_turn(accepted), reply=reply)


def not_this_time(rota: Rota, what: NotThisTime, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None:
        return OVER
    roles = tuple(role for role in turn.roles_of(what.by) if what.role in ("", role))
    if not roles:
        return Refused("You have no role here, so nothing changed.") if not what.role else MOVED_ON
    on_demand = turn.id.startswith("now")
    if turn.starts <= now and not on_demand:
        return Refused("It has begun. /moderato roles can offer the role to those who are here.")
    declined = (*turn.declined, *((role, what.by) for role in roles))
    freed = replace(turn, declined=declined, begun=False)
    for role in roles:
        freed = freed.vacated(role)
    bye = {(turn.id, role, what.by.user): proposals.declined_card(turn) for role in roles}
    return Step(rota.with_turn(freed), reply=say(proposals.COSTS_NOTHING), bye=bye)


def _exchanges(rota: Rota, scene: Scene, turn: Turn, role: str, by: Member, now: datetime) -> list[proposals.Exchange]:
    """Every turn of somebody else that could be exchanged for this one."""
    found = []
    for other in rota.turns:
        if other.starts <= now or other.series != turn.series:
            continue
        for seat in other.seats:
            if seat.member is None or seat.member == by or (other.id, seat.role) == (turn.id, role):
                continue
            one = proposals.Exchange(turn, role, other, seat.role, by, seat.member)
            if _possible(rota, scene, one):
                found.append(one)
    return found[:20]


def _possible(rota: Rota, scene: Scene, one: proposals.Exchange) -> bool:
    me, them = scene.person(one.asker), scene.person(one.asked)
    if me is None or them is None:
        return False
    if not (is_there(them, one.mine.starts) and is_there(me, one.theirs.starts)):
        return False
    others = [turn for turn in rota.turns if turn.id not in (one.mine.id, one.theirs.id)]
    if one.asked.user in busy(others, one.mine) or one.asker.user in busy(others, one.theirs):
        return False
    mine, theirs = one.mine.vacated(one.my_role), one.theirs.vacated(one.their_role)
    if one.mine.id == one.theirs.id:
        mine = theirs = mine.vacated(one.their_role)
    return may_exchange(mine, one.my_role, one.asked, rota.wishes.avoids) and may_exchange(
        theirs, one.their_role, one.asker, rota.wishes.avoids
    )


def swap_opened(rota: Rota, scene: Scene, what: SwapOpened, now: datetime) -> Step | Refused:
    turn, role = rota.turn(what.turn), what.role
    if not what.turn:
        coming = (t for t in rota.turns if t.starts > now and t.series == "session")
        turn, role = next(((t, r) for t in coming for r in t.roles_of(what.by)), (None, ""))
        if turn is None:
            return Refused("You have no turn coming up, so there is nothing to swap.")
    if turn is None or turn.starts <= now:
        return OVER
    if role not in turn.roles_of(what.by):
        return MOVED_ON
    waiting = next((s for s in rota.swaps if s.mine == (turn.id, role) and s.asker == what.by), None)
    if waiting is not None:
        return Refused(f"{who(waiting.asked)} is asked already. I tell you what the answer is.")
    options = _exchanges(rota, scene, turn, role, what.by, now)
    if not options:
        return Refused("No other turn could be exchanged for this one. Not this time is there, and needs no reason.")
    form = proposals.swap_form(scene, turn, role, options, descriptions(rota, scene))
    return Step(rota, reply=Show(form))


def swap_chosen(rota: Rota, scene: Scene, what: SwapChosen, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None or what.role not in turn.roles_of(what.by):
        return MOVED_ON
    wanted = tuple(what.other.split(" ", 1))
    options = _exchanges(rota, scene, turn, what.role, what.by, now)
    one = next((o for o in options if (o.theirs.id, o.their_role) == wanted), None)
    if one is None:
        return Refused("That turn has moved on. Open Swap again to see what can be exchanged now.")
    other = scene.person(one.asked)
    assert other is not None
    begins = next_working_moment(hours_of(other), now, other.settings.absences) or now
    number = rota.count + 1
    first = min(one.mine.starts, one.theirs.starts)
    until = min(first - BEFORE_START if first - now > 2 * BEFORE_START else first, begins + SWAP_ANSWER)
    swap = Swap(number, what.by, one.asked, (turn.id, what.role), (one.theirs.id, one.their_role), until)
    card = proposals.swap_card(rota.id, swap, one, descriptions(rota, scene))
    post = Post(f"swap{number}", one.asked, card, "role", why=proposals.shares(scene), until=until)
    asked = replace(rota, count=number, swaps=(*rota.swaps, swap))
    return Step(asked, (post,), say(f"{who(one.asked)} is asked. Until there is an answer, both turns stay."))


def swap_answered(rota: Rota, scene: Scene, what: SwapAnswered) -> Step | Refused:
    swap = next((s for s in rota.swaps if s.number == what.number), None)
    if swap is None:
        return Refused("This swap is settled. Nothing changed.")
    if swap.asked != what.by:
        return Refused("This question was for somebody else. Nothing changed.")
    closed = replace(rota, swaps=tuple(s for s in rota.swaps if s.number != swap.number))
    one = exchange(rota, swap)
    if one is None or not what.yes:
        told = Post(f"swapped{swap.number}", swap.asker, proposals.kept_card(), "asked")
        kept = () if swap.lost else (Revise(f"swap{swap.number}", proposals.kept_card()),)
        return Step(closed, (*kept, told), say(proposals.BOTH_STAY) if swap.lost else QUIET)
    mine = one.mine.vacated(one.my_role).with_seat(Seat(one.my_role, one.asked, "accepted"))
    theirs = mine if one.theirs.id == mine.id else one.theirs
    theirs = theirs.vacated(one.their_role).with_seat(Seat(one.their_role, one.asker, "accepted"))
    after = closed.with_turn(mine).with_turn(theirs)
    known = descriptions(rota, scene)
    to_asker, to_asked = (proposals.swapped_card(one, known, member) for member in (one.asker, one.asked))
    revised = () if swap.lost else (Revise(f"swap{swap.number}", to_asked),)
    return Step(
        after,
        (*revised, Post(f"swapped{swap.number}", one.asker, to_asker, "asked")),
        Whisper(to_asked) if swap.lost else QUIET,
        bye={
            (one.mine.id, one.my_role, one.asker.user): to_asker,
            (one.theirs.id, one.their_role, one.asked.user): to_asked,
        },
        quiet=frozenset({(one.mine.id, one.my_role, one.asked.user), (one.theirs.id, one.their_role, one.asker.user)}),
    )


def exchange(rota: Rota, swap: Swap) -> proposals.Exchange | None:
    """The two turns as they are now; None if one of them is not what it was."""
    mine, theirs = rota.turn(swap.mine[0]), rota.turn(swap.theirs[0])
    if mine is None or theirs is None or mine.begun or theirs.begun:
        return None
    if swap.mine[1] not in mine.roles_of(swap.asker) or swap.theirs[1] not in theirs.roles_of(swap.asked):
        return None
    return proposals.Exchange(mine, swap.mine[1], theirs, swap.theirs[1], swap.asker, swap.asked)
