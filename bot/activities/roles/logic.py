"""How turns are drawn, proposed, exchanged, taken over and counted.

Whatever happens changes the rota; then `_settled` brings it up to the moment (what begins, what is over, who is
drawn) and compares it with what people and other activities were shown, so that every surface follows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import assert_never

from bot.activities.roles import cards
from bot.activities.roles.model import (
    AHEAD,
    BEFORE_START,
    BRIEF,
    MOST_OWN,
    ON_DEMAND,
    SWAP_ANSWER,
    UNCLAIMED,
    Accepted,
    Avoided,
    AvoidOpened,
    CardAsked,
    CompanyAsked,
    CompanyGiven,
    DrawAsked,
    DryRun,
    Forgotten,
    Founded,
    Handover,
    HandoverAnswered,
    HandoverAsked,
    Happened,
    HistoryAsked,
    HolderSet,
    Kept,
    Looked,
    Missing,
    MissingAsked,
    NotThisTime,
    OftenSet,
    Own,
    OwnerFound,
    OwnMade,
    OwnOpened,
    PlaceGone,
    PrepareOpened,
    RhythmOpened,
    RhythmSet,
    RosterChanged,
    Rota,
    Scene,
    SessionOff,
    SessionPlanned,
    SessionServed,
    SetUp,
    SetUpOpened,
    Shown,
    Swap,
    SwapAnswered,
    SwapChosen,
    SwapOpened,
    Ticked,
    Ticks,
    TimeCame,
    Took,
    Use,
    Volunteered,
    What,
    descriptions,
    find_role,
    in_use,
)
from bot.kernel.calendar import at_wall, local_date, upcoming
from bot.kernel.cards import Card
from bot.kernel.content import Role
from bot.kernel.decision import Decision, Quiet, Refused, Reply, Show, Whisper, say
from bot.kernel.effects import (
    CancelTimer,
    Effect,
    Enrol,
    Forget,
    Keep,
    Only,
    Post,
    Retract,
    Revise,
    SetTimer,
    Tell,
    Under,
)
from bot.kernel.hours import next_working_moment
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, who
from bot.pieces.rota import (
    BEGINS,
    Past,
    Seat,
    Series,
    Turn,
    Wishes,
    asks_at,
    drafted,
    foreseen,
    hours_of,
    is_there,
    last_served,
    may_exchange,
    period,
    quarters,
    reached_at,
    remembered,
    there,
)

Key = tuple[str, str, str]  # turn, role, user
QUIET = Quiet()
OVER = Refused("That session is over, or it was called off. Nothing changed.")
MOVED_ON = Refused("This turn has moved on to somebody else. Nothing changed.")


@dataclass(frozen=True, slots=True)
class Step:
    """What a handler decided. *bye*: how a seat's card ends; *quiet*: seats whose holder knows already."""

    rota: Rota
    effects: tuple[Effect, ...] = ()
    reply: Reply = QUIET
    bye: Mapping[Key, Card] = field(default_factory=dict)
    quiet: frozenset[Key] = frozenset()


def decide(state: Rota | None, event: Happened, now: datetime) -> Decision[Rota] | Refused:
    rota = state or Rota(event.scene.id)
    if isinstance(event.what, PlaceGone):
        lost = replace(rota, turns=(), swaps=(), shown=(), told=(), wakes=None)
        return Decision(lost, (CancelTimer("next"),))
    step = _happened(rota, event.scene, event.what, now)
    return step if isinstance(step, Refused) else _settled(step, event.scene, event.what, now)


def _happened(rota: Rota, scene: Scene, what: What, now: datetime) -> Step | Refused:
    known = descriptions(rota, scene)
    if isinstance(what, Volunteered | OftenSet | HolderSet):
        role = find_role(known, what.role)
        if role is None:
            return _no_such_role(what.role, known)
        what = replace(what, role=role)
    elif isinstance(what, DrawAsked | Avoided):
        roles = tuple(find_role(known, typed) for typed in what.roles)
        if None in roles:
            return _no_such_role(what.roles[roles.index(None)], known)
        what = replace(what, roles=tuple(dict.fromkeys(role for role in roles if role is not None)))
    match what:
        case Accepted():
            return _accepted(rota, what, now)
        case NotThisTime():
            return _not_this_time(rota, what, now)
        case SwapOpened():
            return _swap_opened(rota, scene, what, now)
        case SwapChosen():
            return _swap_chosen(rota, scene, what, now)
        case SwapAnswered():
            return _swap_answered(rota, scene, what)
        case Took():
            return _took(rota, scene, what, now)
        case Missing():
            return _missing(rota, scene, what, now)
        case MissingAsked():
            return _missing_asked(rota, scene, what, now)
        case SessionPlanned():
            return _planned(rota, scene, what)
        case SessionServed():
            return _served(rota, scene, what, now)
        case SessionOff(turn=turn):
            return Step(rota.without_turn(turn))
        case DrawAsked():
            return _draw_asked(rota, scene, what, now)
        case Volunteered() | Avoided() | AvoidOpened():
            return _wished(rota, scene, what)
        case CardAsked() | PrepareOpened() | Ticked() | DryRun() | CompanyAsked() | CompanyGiven():
            return _prepared(rota, scene, what, now)
        case HandoverAsked() | HandoverAnswered() | OwnerFound():
            return _owners(rota, scene, what, now)
        case (
            SetUpOpened() | SetUp() | OwnOpened() | OwnMade() | RhythmOpened() | RhythmSet() | OftenSet() | HolderSet()
        ):
            return _set_up(rota, scene, what)
        case Forgotten(member=member):
            return Step(_without(rota, member))
        case TimeCame():
            return Step(replace(rota, wakes=None))
        case Looked() | HistoryAsked() | Founded() | RosterChanged():
            return Step(rota)
        case PlaceGone():
            return Step(rota)
        case _:
            assert_never(what)


def _no_such_role(typed: str, known: Mapping[str, Role]) -> Refused:
    names = listed(cards.does(role.id, known).name for role in known.values())
    there_are = f"There are: {names}." if names else "There are no roles here yet."
    return Refused(f'I don\'t know the role "{typed[:40]}". {there_are} Nothing changed.')


# -- the holder's answers -----------------------------------------------------------------------------------


def _accepted(rota: Rota, what: Accepted, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or seat is None:
        return OVER
    if seat.member != what.by:
        return MOVED_ON
    if turn.starts <= now or seat.stand in ("accepted", "taken"):
        return Step(rota)
    return Step(rota.with_turn(turn.with_seat(replace(seat, stand="accepted"))))


def _not_this_time(rota: Rota, what: NotThisTime, now: datetime) -> Step | Refused:
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
    bye = {(turn.id, role, what.by.user): cards.declined_card(turn) for role in roles}
    return Step(rota.with_turn(freed), reply=Whisper(cards.declined_card(turn)), bye=bye)


# -- swaps --------------------------------------------------------------------------------------------------


def _exchanges(rota: Rota, scene: Scene, turn: Turn, role: str, by: Member, now: datetime) -> list[cards.Exchange]:
    """Every turn of somebody else that could be exchanged for this one."""
    found = []
    for other in rota.turns:
        if other.starts <= now or other.series != turn.series:
            continue
        for seat in other.seats:
            if seat.member is None or seat.member == by or (other.id, seat.role) == (turn.id, role):
                continue
            one = cards.Exchange(turn, role, other, seat.role, by, seat.member)
            if _possible(rota, scene, one):
                found.append(one)
    return found[:20]


def _possible(rota: Rota, scene: Scene, one: cards.Exchange) -> bool:
    me, them = scene.person(one.asker), scene.person(one.asked)
    if me is None or them is None:
        return False
    if not (is_there(them, one.mine.starts) and is_there(me, one.theirs.starts)):
        return False
    mine, theirs = one.mine.vacated(one.my_role), one.theirs.vacated(one.their_role)
    if one.mine.id == one.theirs.id:
        mine = theirs = mine.vacated(one.their_role)
    return may_exchange(mine, one.my_role, one.asked, rota.wishes.avoids) and may_exchange(
        theirs, one.their_role, one.asker, rota.wishes.avoids
    )


def _swap_opened(rota: Rota, scene: Scene, what: SwapOpened, now: datetime) -> Step | Refused:
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
    form = cards.swap_form(scene, turn, role, options, descriptions(rota, scene))
    return Step(rota, reply=Show(form))


def _swap_chosen(rota: Rota, scene: Scene, what: SwapChosen, now: datetime) -> Step | Refused:
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
    card = cards.swap_card(rota.id, swap, one, descriptions(rota, scene))
    reason = f"You share the roles of {scene.team.label}."
    post = Post(f"swap{number}", one.asked, card, "role", why=reason, until=until)
    asked = replace(rota, count=number, swaps=(*rota.swaps, swap))
    return Step(asked, (post,), say(f"{who(one.asked)} is asked. Until there is an answer, both turns stay."))


def _swap_answered(rota: Rota, scene: Scene, what: SwapAnswered) -> Step | Refused:
    swap = next((s for s in rota.swaps if s.number == what.number), None)
    if swap is None:
        return Refused("This swap is settled. Nothing changed.")
    if swap.asked != what.by:
        return Refused("This question was for somebody else. Nothing changed.")
    closed = replace(rota, swaps=tuple(s for s in rota.swaps if s.number != swap.number))
    one = _exchange(rota, swap)
    if one is None or not what.yes:
        told = Post(f"swapped{swap.number}", swap.asker, cards.kept_card(), "asked")
        return Step(closed, (Revise(f"swap{swap.number}", cards.kept_card()), told))
    mine, theirs = one.mine.with_seat(Seat(one.my_role, one.asked, "accepted")), one.theirs
    if theirs.id == mine.id:
        theirs = mine
    after = closed.with_turn(mine).with_turn(theirs.with_seat(Seat(one.their_role, one.asker, "accepted")))
    known = descriptions(rota, scene)
    to_asker, to_asked = (cards.swapped_card(one, known, member) for member in (one.asker, one.asked))
    return Step(
        after,
        (Revise(f"swap{swap.number}", to_asked), Post(f"swapped{swap.number}", one.asker, to_asker, "asked")),
        bye={
            (one.mine.id, one.my_role, one.asker.user): to_asker,
            (one.theirs.id, one.their_role, one.asked.user): to_asked,
        },
        quiet=frozenset({(one.mine.id, one.my_role, one.asked.user), (one.theirs.id, one.their_role, one.asker.user)}),
    )


def _exchange(rota: Rota, swap: Swap) -> cards.Exchange | None:
    """The two turns as they are now; None if one of them is not what it was."""
    mine, theirs = rota.turn(swap.mine[0]), rota.turn(swap.theirs[0])
    if mine is None or theirs is None or mine.begun or theirs.begun:
        return None
    if swap.mine[1] not in mine.roles_of(swap.asker) or swap.theirs[1] not in theirs.roles_of(swap.asked):
        return None
    return cards.Exchange(mine, swap.mine[1], theirs, swap.theirs[1], swap.asker, swap.asked)


# -- in the session -----------------------------------------------------------------------------------------


def _missing(rota: Rota, scene: Scene, what: Missing, now: datetime) -> Step:
    """Offer a role to those present. Nobody who was expected is named."""
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or (seat is not None and seat.offered is not None):
        return Step(rota)
    offered = replace(seat or Seat(what.role), offered=now)
    changed = turn.with_seat(offered) if seat is not None else replace(turn, seats=(*turn.seats, offered))
    card = cards.open_card(rota.id, changed, what.role, descriptions(rota, scene))
    to = Under(what.under, SessionId(turn.id)) if what.under else scene.team.place
    post = Post(f"open.{turn.id}.{what.role}", to, card, "card", until=max(turn.ends, now + ON_DEMAND))
    return Step(rota.with_turn(changed), (post,))


def _missing_asked(rota: Rota, scene: Scene, what: MissingAsked, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None:
        return OVER
    if not what.role:
        return Step(rota, reply=Whisper(cards.missing_card(rota.id, turn, descriptions(rota, scene))))
    seat = turn.seat(what.role)
    if seat is not None and seat.offered is not None:
        return Refused("Those who are here are asked already.")
    step = _missing(rota, scene, Missing(turn.id, what.role), now)
    return replace(step, reply=say("Those who are here are asked. The first tap has it."))


def _took(rota: Rota, scene: Scene, what: Took, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    seat = turn.seat(what.role) if turn is not None else None
    if turn is None or seat is None:
        return Refused("That session is over. Thank you for offering.")
    if seat.offered is None and seat.member == what.by:
        return Step(rota)
    if seat.offered is None:
        faster = f"{who(seat.member)} was a second faster." if seat.member is not None else "This is settled."
        return Refused(f"{faster} Thank you for offering.")
    card = cards.taken_card(what.by, what.role, descriptions(rota, scene))
    taken = turn.taken(what.role, what.by, now)
    return Step(rota.with_turn(taken), (Revise(f"open.{turn.id}.{what.role}", card),))


def _planned(rota: Rota, scene: Scene, what: SessionPlanned) -> Step:
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


def _served(rota: Rota, scene: Scene, what: SessionServed, now: datetime) -> Step:
    if any(past.id == what.turn for past in rota.past):
        return Step(rota)
    turn = rota.turn(what.turn) or Turn(what.turn, what.title, now, now, ())
    here = what.there or tuple(person.member.user for person in there(scene.people, turn.starts))
    return Step(_filed(rota, turn, what.served, tuple(sorted({*here, *(user for _, user, _ in what.served)}))))


def _filed(rota: Rota, turn: Turn, served: tuple[tuple[str, str, int], ...], here: tuple[str, ...]) -> Rota:
    """The turn becomes part of the past; whoever wished for a role and had it has their wish."""
    gone = rota.without_turn(turn.id)
    if not served:
        return gone
    past = Past(turn.id, turn.title, turn.starts, turn.series, served, here)
    had = {(user, role) for role, user, _ in served}
    likes = tuple(like for like in rota.wishes.likes if like not in had)
    return replace(gone, past=remembered(rota.past, past), wishes=replace(rota.wishes, likes=likes))


def _draw_asked(rota: Rota, scene: Scene, what: DrawAsked, now: datetime) -> Step | Refused:
    roles = what.roles or in_use(rota, scene)
    if not roles:
        return Refused("No role is in use. Whoever looks after the team can switch them on: /moderato roles setup.")
    if not scene.people:
        return Refused("Nobody takes part here yet, so there is nobody to draw.")
    number = rota.count + 1
    turn = Turn(f"now{number}", "Roles for now", now, now + ON_DEMAND, tuple(Seat(role) for role in roles), asked=True)
    return Step(replace(rota.with_turn(turn), count=number))


# -- wishes -------------------------------------------------------------------------------------------------


def _wished(rota: Rota, scene: Scene, what: Volunteered | Avoided | AvoidOpened) -> Step:
    known = descriptions(rota, scene)
    match what:
        case AvoidOpened(by=by):
            return Step(rota, reply=Show(cards.avoid_form(rota, scene, by)))
        case Volunteered(by=by, role=role):
            on = (by.user, role) not in rota.wishes.likes
            likes = tuple(like for like in rota.wishes.likes if like != (by.user, role))
            avoids = tuple(one for one in rota.wishes.avoids if one != (by.user, role))
            wishes = Wishes(avoids, (*likes, (by.user, role)) if on else likes)
            return Step(replace(rota, wishes=wishes), reply=Whisper(cards.volunteered(role, known, on=on)))
        case Avoided(by=by, roles=roles):
            others = tuple(one for one in rota.wishes.avoids if one[0] != by.user)
            likes = tuple(one for one in rota.wishes.likes if one[0] != by.user or one[1] not in roles)
            wishes = Wishes((*others, *((by.user, role) for role in roles)), likes)
            turns, bye = [], {}
            for turn in rota.turns:
                freed = turn
                for role in turn.roles_of(by):
                    if role in roles and not turn.begun:
                        freed = freed.vacated(role)
                        bye[turn.id, role, by.user] = cards.declined_card(turn)
                turns.append(freed)
            after = replace(rota, wishes=wishes, turns=tuple(turns))
            return Step(after, reply=Whisper(cards.avoided_card(roles, known)), bye=bye)
        case _:
            assert_never(what)


# -- preparing ----------------------------------------------------------------------------------------------


def _prepared(
    rota: Rota,
    scene: Scene,
    what: CardAsked | PrepareOpened | Ticked | DryRun | CompanyAsked | CompanyGiven,
    now: datetime,
) -> Step | Refused:
    known = descriptions(rota, scene)
    match what:
        case PrepareOpened(by=by):
            coming = [turn for turn in rota.turns if turn.ends > now and turn.series == "session"]
            hosting = next((t for t in coming if "facilitator" in t.roles_of(by)), None)
            if hosting is not None:
                done = next((t.done for t in rota.ticks if (t.member, t.turn) == (by, hosting.id)), ())
                return Step(rota, reply=Show(cards.prepare_form(rota.id, hosting, done, known)))
            other = next(((t, r) for t in coming for r in t.roles_of(by)), None)
            if other is None:
                return Refused("You have no role coming up, so there is nothing to prepare. /moderato roles shows all.")
            return _card(rota, scene, CardAsked(by, other[0].id, other[1]), known)
        case CardAsked():
            return _card(rota, scene, what, known)
        case Ticked(by=by, turn=turn_id, done=done):
            turn = rota.turn(turn_id)
            if turn is None:
                return OVER
            others = tuple(t for t in rota.ticks if (t.member, t.turn) != (by, turn_id))
            after = replace(rota, ticks=(*others, Ticks(by, turn_id, done)))
            return Step(after, reply=Whisper(cards.ticked_card(rota.id, turn, done)))
        case DryRun(turn=turn_id, step=step):
            turn = rota.turn(turn_id)
            if turn is None:
                return OVER
            return Step(rota, reply=Whisper(cards.dry_card(rota.id, turn, step, _steps(scene, turn))))
        case CompanyAsked():
            return _company_asked(rota, scene, what, now)
        case CompanyGiven(by=by, turn=turn_id, yes=yes):
            turn = rota.turn(turn_id)
            if turn is None or turn.company_asked != by:
                return OVER
            answered = replace(turn, company=by if yes else None, company_asked=by if yes else None)
            effects: list[Effect] = [Revise(f"company.{turn.id}", cards.company_answer(turn, yes=yes))]
            host = turn.holders().get("facilitator")
            if yes and turn.company is None and host is not None:
                joined = cards.company_card_for_host(by, turn)
                effects.append(Post(f"company_yes.{turn.id}", host, joined, "asked"))
            return Step(rota.with_turn(answered), tuple(effects))
        case _:
            assert_never(what)


def _card(rota: Rota, scene: Scene, what: CardAsked, known: Mapping[str, Role]) -> Step | Refused:
    turn = rota.turn(what.turn)
    role = known.get(what.role)
    if turn is None or role is None:
        return OVER
    focus, remind = cards.focus_of(role, turn)
    first = last_served(rota.past, what.by.user, role.id) is None
    company = turn.company_asked is None and _companion(rota, scene, turn, what.by) is not None
    card = cards.role_card(rota.id, turn, role, first_time=first, focus=focus, remind=remind, can_have_company=company)
    return Step(rota, reply=Whisper(card))


def _steps(scene: Scene, turn: Turn) -> list[tuple[str, str]]:
    guide = scene.guides.get(turn.guide)
    if guide is None:
        return [
            ("Opening, 5 minutes", "Say the aim and what kind of talk it is. Passing is fine for everybody."),
            ("The talk, 20 minutes", "Ask your first question, and let a short silence stand."),
            ("Closing, 5 minutes", "Say what was agreed, who does what, and until when."),
        ]
    pages = []
    for step in guide.steps[:8]:
        line = step.say or step.text or (step.questions[0].text if step.questions else "")
        pages.append((f"{step.title}, {step.minutes} minutes", line))
    return pages


def _companion(rota: Rota, scene: Scene, turn: Turn, host: Member) -> Member | None:
    """Somebody who has hosted, most recently, and has no role in this session."""
    found = [
        (last, person.member)
        for person in scene.people
        if person.member != host
        and is_there(person, turn.starts)
        and not turn.roles_of(person.member)
        and (person.member.user, "facilitator") not in rota.wishes.avoids
        and (last := last_served(rota.past, person.member.user, "facilitator")) is not None
    ]
    return max(found)[1] if found else None


def _company_asked(rota: Rota, scene: Scene, what: CompanyAsked, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None or turn.starts <= now:
        return OVER
    if "facilitator" not in turn.roles_of(what.by):
        return MOVED_ON
    companion = _companion(rota, scene, turn, what.by)
    if turn.company_asked is not None or companion is None:
        return Refused(
            "Nobody else who has hosted before is free for this session. Ask somebody you like to work with."
        )
    asked = replace(turn, company_asked=companion)
    post = Post(
        f"company.{turn.id}",
        companion,
        cards.company_card(rota.id, turn),
        "role",
        why=f"You have hosted in {scene.team.label} before.",
        until=turn.starts,
    )
    return Step(
        rota.with_turn(asked), (post,), say("I ask somebody who has hosted before. You hear from me if they come.")
    )


# -- looking after the team ---------------------------------------------------------------------------------


def _owners(
    rota: Rota, scene: Scene, what: HandoverAsked | HandoverAnswered | OwnerFound, now: datetime
) -> Step | Refused:
    label = scene.team.label
    match what:
        case HandoverAsked(by=by, to=to, pack=pack):
            if scene.person(to) is None or to == by:
                return Refused(f"Choose somebody else who takes part in {label}. Nothing changed.")
            handover = Handover(by, to)
            pack = (*pack, *cards.pack_lines(rota, scene))
            post = Post(
                "handover",
                to,
                cards.handover_card(rota.id, handover, pack, to),
                "role",
                why=f"{who(by)} looks after {label} and asks you.",
            )
            card = cards.handover_card(rota.id, handover, pack, by)
            return Step(replace(rota, handover=handover), (post,), Whisper(card, lasting=True))
        case HandoverAnswered(by=by, yes=yes):
            open_ = rota.handover
            if open_ is None or by not in (open_.old, open_.new):
                return Refused("This is settled. Nothing changed.")
            if not yes:
                closed = replace(rota, handover=None)
                told = Post("handover_answer", open_.old, cards.handover_off(), "asked")
                effects: tuple[Effect, ...] = (Revise("handover", cards.handover_off()),)
                return Step(closed, (*effects, told) if by == open_.new else effects, say("Nothing changed."))
            agreed = tuple(dict.fromkeys((*open_.agreed, by)))
            if len(agreed) < 2:
                other = open_.new if by == open_.old else open_.old
                waiting = replace(rota, handover=replace(open_, agreed=agreed))
                return Step(waiting, reply=say(f"Noted. It changes when {who(other)} says yes too."))
            done = cards.handover_done(open_, label)
            audit = {"what": "owner", "from": open_.old.key(), "to": open_.new.key(), "at": now.isoformat()}
            return Step(
                replace(rota, handover=None),
                (
                    Enrol(open_.new, owner=True),
                    Enrol(open_.old, owner=False),
                    Keep("audit", f"owner.{now.isoformat()}", audit),
                    Revise("handover", done),
                    Post("handover_answer", open_.old if by == open_.new else open_.new, done, "asked"),
                ),
            )
        case OwnerFound(by=by):
            if scene.owners:
                return Refused(f"{who(scene.owners[0])} looks after {label} already. Thank you for offering.")
            card = cards.owner_found_card(by, label)
            return Step(replace(rota, ownerless=False), (Enrol(by, owner=True), Revise("owner", card)))
        case _:
            assert_never(what)


# -- set-up -------------------------------------------------------------------------------------------------


def _set_up(
    rota: Rota,
    scene: Scene,
    what: SetUpOpened | SetUp | OwnOpened | OwnMade | RhythmOpened | RhythmSet | OftenSet | HolderSet,
) -> Step | Refused:
    known = descriptions(rota, scene)
    match what:
        case SetUpOpened():
            return Step(rota, reply=Show(cards.set_up_form(rota, scene)))
        case SetUp(on=on):
            uses = {use.role: use for use in rota.uses}
            for role in known.values():
                if role.rotates != "set":
                    uses[role.id] = replace(uses.get(role.id, Use(role.id)), on=role.id in on)
            after = replace(rota, uses=tuple(uses.values()))
            return Step(after, reply=Whisper(cards.set_up_card(after, scene)))
        case OwnOpened():
            return Step(rota, reply=Show(cards.own_form(rota.id)))
        case OwnMade(title=title, duties=duties, rotates=rotates):
            if any(role.title.casefold() == title.casefold() for role in known.values()):
                return Refused(f"There is a role called {title} already. Nothing was added.")
            if len(rota.own) >= MOST_OWN:
                return Refused(f"A team can have {MOST_OWN} roles of its own. Nothing was added.")
            own = Own(f"own{len(rota.own) + 1}", title, duties, rotates)
            return Step(replace(rota, own=(*rota.own, own)), reply=Whisper(cards.own_card(own)))
        case RhythmOpened():
            return Step(rota, reply=Show(cards.rhythm_form(rota.id, rota.plan)))
        case RhythmSet(plan=plan):
            return Step(replace(rota, plan=plan))
        case OftenSet(role=role, rotates=rotates):
            changed = replace(next((u for u in rota.uses if u.role == role), Use(role)), rotates=rotates, on=True)
            after = replace(rota, uses=(*(u for u in rota.uses if u.role != role), changed))
            return Step(after, reply=Whisper(cards.set_up_card(after, scene)))
        case HolderSet(role=role, member=member):
            others = tuple(one for one in rota.fixed if one[0] != role)
            fixed = (*others, (role, member)) if member is not None else others
            changed = replace(next((u for u in rota.uses if u.role == role), Use(role)), rotates="set", on=True)
            after = replace(rota, fixed=fixed, uses=(*(u for u in rota.uses if u.role != role), changed))
            name = cards.does(role, known).name
            line = f"{name}: {who(member)}." if member is not None else f"{name}: nobody, for now."
            return Step(after, reply=say(line))
        case _:
            assert_never(what)


def _without(rota: Rota, member: Member) -> Rota:
    """Somebody asked to be forgotten: what was served stays counted, for nobody."""
    user = member.user

    def past(one: Past) -> Past:
        served = tuple((role, "" if u == user else u, n) for role, u, n in one.served)
        return replace(one, served=served, there=tuple(u for u in one.there if u != user))

    def turn(one: Turn) -> Turn:
        for role in one.roles_of(member):
            one = one.vacated(role)
        seats = tuple(replace(s, before=tuple(b for b in s.before if b[0] != member)) for s in one.seats)
        return replace(one, seats=seats, declined=tuple(d for d in one.declined if d[1] != member))

    return replace(
        rota,
        past=tuple(past(one) for one in rota.past),
        turns=tuple(turn(one) for one in rota.turns),
        wishes=Wishes(
            tuple(one for one in rota.wishes.avoids if one[0] != user),
            tuple(one for one in rota.wishes.likes if one[0] != user),
        ),
        fixed=tuple(one for one in rota.fixed if one[1] != member),
        swaps=tuple(one for one in rota.swaps if member not in (one.asker, one.asked)),
        ticks=tuple(one for one in rota.ticks if one.member != member),
        handover=None if rota.handover and member in (rota.handover.old, rota.handover.new) else rota.handover,
        shown=tuple(one for one in rota.shown if one.member != member),
    )


# -- up to the moment ---------------------------------------------------------------------------------------


def _settled(step: Step, scene: Scene, what: What, now: datetime) -> Decision[Rota]:
    rota, effects = step.rota, list[Effect]()
    swaps = step.rota.swaps
    rota = _over(_begun(rota, now, drawn=False), scene, now)
    rota = _with_coming(rota, scene, now)
    rota = _vacated(rota, scene, now)
    rota = replace(rota, turns=drafted(rota.turns, scene.people, rota.past, rota.wishes))
    rota = _asked(rota, scene, now)
    rota = _begun(rota, now, drawn=True)
    rota, offers = _offered(rota, scene, now)
    rota, briefs = _briefed(rota, scene, now)
    rota = replace(rota, swaps=tuple(s for s in rota.swaps if s.until > now and _exchange(rota, s) is not None))
    for swap in swaps:
        if swap not in rota.swaps:
            effects.append(Revise(f"swap{swap.number}", cards.kept_card()))
            if scene.person(swap.asker) is not None:
                effects.append(Post(f"swapped{swap.number}", swap.asker, cards.kept_card(), "asked"))
    rota, owner = _owned(rota, scene)
    rota, shown = _shown(rota, scene, step, now)
    rota, told = _told(rota)
    rota, kept = _kept(rota, scene, now)
    rota, timer = _timed(rota, scene, now)
    effects += [*shown, *offers, *briefs, *owner, *told, *kept, *timer, *step.effects]
    return Decision(rota, tuple(effects), _reply(step, rota, scene, what, now))


def _reply(step: Step, rota: Rota, scene: Scene, what: What, now: datetime) -> Reply:
    """The answers that show the rota as it is after all of it."""
    match what:
        case Looked(by=by):
            coming = [turn for turn in rota.turns if turn.starts > now and turn.series == "session"]
            missing = max(0, AHEAD - len(coming))
            roles = in_use(rota, scene)
            later = foreseen(roles, missing, rota.turns, scene.people, rota.past, rota.wishes, now) if roles else ()
            return Whisper(cards.look_card(rota, scene, by, now, cards.Draft(later)))
        case HistoryAsked():
            return Whisper(cards.history_card(rota, scene))
        case RhythmSet(plan=plan):
            return Whisper(cards.rhythm_card(plan, [turn for turn in rota.turns if turn.id.startswith("plan.")]))
        case _:
            return step.reply


def _begun(rota: Rota, now: datetime, *, drawn: bool) -> Rota:
    """What starts now has begun; who said nothing is counted in. What was asked for just now is drawn first."""
    turns = []
    for turn in rota.turns:
        if turn.starts <= now and not turn.begun and (drawn or turn.seats_drawn):
            seats = tuple(replace(s, stand="accepted") if s.stand == "asked" else s for s in turn.seats)
            turns.append(replace(turn, begun=True, seats=seats))
        else:
            turns.append(turn)
    return replace(rota, turns=tuple(turns))


def _over(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """What has ended is counted; what another activity runs is counted when it says so."""
    for turn in rota.turns:
        if turn.answers:
            if turn.ends + UNCLAIMED <= now:
                rota = rota.without_turn(turn.id)
        elif turn.ends <= now:
            here = {person.member.user for person in there(scene.people, turn.starts)}
            served = quarters(turn) if turn.asked else ()
            rota = _filed(rota, turn, served, tuple(sorted(here | {user for _, user, _ in served})))
    return rota


def _with_coming(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """The next turns of the calendar: of the team's rhythm, and of roles that change by the week or month."""
    wanted: dict[str, Turn] = {}
    zone = scene.team.zone
    roles = in_use(rota, scene)
    if rota.plan is not None and roles:
        for occurrence in upcoming(rota.plan.rule(), zone, now, AHEAD):
            turn_id = f"plan.{occurrence.date.isoformat()}"
            ends = occurrence.at + timedelta(minutes=rota.plan.minutes)
            wanted[turn_id] = _calendar_turn(rota, turn_id, rota.plan.title, occurrence.at, ends, roles, "session")
    terms: tuple[Series, Series] = ("week", "month")
    for series in terms:
        if series_roles := in_use(rota, scene, "week" if series == "week" else "month"):
            first, following = period(series, local_date(now, zone))
            title = f"The week of {first.day} {first:%B}" if series == "week" else f"{first:%B %Y}"
            turn_id = f"{series}.{first.isoformat()}"
            starts, ends = at_wall(first, BEGINS, zone), at_wall(following, BEGINS, zone)
            wanted[turn_id] = _calendar_turn(rota, turn_id, title, starts, ends, series_roles, series)
    kept = [t for t in rota.turns if t.begun or t.id.split(".")[0] not in ("plan", "week", "month")]
    known = {turn.id for turn in kept}
    turns = (*kept, *(turn for turn_id, turn in wanted.items() if turn_id not in known))
    return replace(rota, turns=tuple(sorted(turns, key=lambda t: (t.starts, t.id))))


def _calendar_turn(
    rota: Rota, turn_id: str, title: str, starts: datetime, ends: datetime, roles: tuple[str, ...], series: Series
) -> Turn:
    known = rota.turn(turn_id)
    if known is None:
        return Turn(turn_id, title, starts, ends, tuple(Seat(role) for role in roles), series)
    seats = tuple(known.seat(role) or Seat(role) for role in roles)
    return replace(known, title=title, starts=starts, ends=ends, seats=seats)


def _vacated(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """Seats of people who left, and, before the start, of people who will be away."""
    turns = []
    for turn in rota.turns:
        freed = turn
        for seat in turn.seats:
            if seat.member is None:
                continue
            person = scene.person(seat.member)
            if person is None or (not turn.begun and not is_there(person, turn.starts)):
                before = (*seat.before, (seat.member, now)) if turn.begun else ()
                freed = freed.with_seat(Seat(seat.role, before=before))
        turns.append(freed)
    fixed = tuple(one for one in rota.fixed if scene.person(one[1]) is not None)
    return replace(rota, turns=tuple(turns), fixed=fixed)


def _asked(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """A day before, the draft of a turn is what people are asked about."""
    turns = []
    for turn in rota.turns:
        if not turn.asked and asks_at(turn, scene.people) <= now:
            seats = tuple(replace(s, stand="asked") if s.member and s.stand == "draft" else s for s in turn.seats)
            turns.append(replace(turn, asked=True, seats=seats))
        else:
            turns.append(turn)
    return replace(rota, turns=tuple(turns))


def _offered(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """A role nobody holds in a session that has begun is offered to those present, once.

    A session that another activity runs says itself when it needs one.
    """
    effects: list[Effect] = []
    for turn in rota.turns:
        if not turn.begun or turn.answers or turn.series != "session":
            continue
        for seat in turn.seats:
            if seat.member is None and seat.offered is None:
                step = _missing(rota, scene, Missing(turn.id, seat.role), now)
                rota = step.rota
                effects += step.effects
    return rota, effects


def _briefed(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """Ten minutes before, each holder sees their card."""
    known = descriptions(rota, scene)
    effects: list[Effect] = []
    turns = []
    for turn in rota.turns:
        if turn.briefed or turn.series != "session" or now < turn.starts - BRIEF:
            turns.append(turn)
            continue
        turns.append(replace(turn, briefed=True))
        if turn.begun:
            continue
        for role, member in turn.holders().items():
            if role in known:
                card = cards.brief_card(turn, known[role], cards.focus_of(known[role], turn)[0])
                to = Only(member, scene.team.place)
                name = f"brief.{turn.id}.{role}"
                effects.append(Post(name, to, card, "hint", until=turn.starts + timedelta(minutes=5)))
    return replace(rota, turns=tuple(turns)), effects


def _owned(rota: Rota, scene: Scene) -> tuple[Rota, list[Effect]]:
    if scene.owners or not scene.people:
        return replace(rota, ownerless=False), []
    if rota.ownerless:
        return rota, []
    post = Post("owner", scene.team.place, cards.owner_card(rota.id, scene.team.label))
    return replace(rota, ownerless=True), [post]


# -- every surface follows ----------------------------------------------------------------------------------


def _shown(rota: Rota, scene: Scene, step: Step, now: datetime) -> tuple[Rota, list[Effect]]:
    """Proposals to post, to change, to take back, and the cards of roles drawn on demand."""
    known = descriptions(rota, scene)
    before = {one.name: one for one in rota.shown}
    after: dict[str, Shown] = {}
    effects: list[Effect] = []
    swaps = len(scene.people) > 1
    for turn in rota.turns:
        if turn.id.startswith("now"):
            name, card = f"drawn.{turn.id}", cards.drawn_card(rota.id, turn, known)
            after[name] = Shown(name, turn.id, "", None, now, _print(card))
            if name not in before:
                effects.append(Post(name, scene.team.place, card, "asked"))
            elif before[name].print != after[name].print:
                effects.append(Revise(name, card))
            continue
        if not turn.asked or turn.begun:
            continue
        for seat in turn.seats:
            person = scene.person(seat.member) if seat.member is not None else None
            if person is None or seat.stand not in ("asked", "accepted"):
                continue
            name = f"ask.{turn.id}.{seat.role}.{person.member.user}"
            card = cards.proposal_card(rota.id, turn, seat, known, swaps=swaps)
            old = before.get(name)
            if old is not None:
                after[name] = replace(old, print=_print(card))
                if old.print != after[name].print:
                    effects.append(Revise(name, card))
                continue
            goes = reached_at(person, turn, now)
            after[name] = Shown(name, turn.id, seat.role, person.member, goes, _print(card))
            if (turn.id, seat.role, person.member.user) not in step.quiet:
                why = cards.why(scene)
                effects.append(Post(name, person.member, card, "role", why=why, until=turn.starts, at=goes))
    effects += [_ended(one, rota, scene, step, now) for name, one in before.items() if name not in after]
    return replace(rota, shown=tuple(after.values())), effects


def _ended(one: Shown, rota: Rota, scene: Scene, step: Step, now: datetime) -> Effect:
    """How a card ends: as its holder chose, with the start, or because the turn went elsewhere."""
    known = descriptions(rota, scene)
    if one.member is None:
        return Revise(one.name, cards.drawn_over_card())
    if scene.person(one.member) is None or one.goes > now:
        return Retract(one.name)
    chosen = step.bye.get((one.turn, one.role, one.member.user))
    turn = rota.turn(one.turn)
    if chosen is not None:
        return Revise(one.name, chosen)
    if turn is None:
        filed = any(past.id == one.turn for past in rota.past)
        return Revise(one.name, cards.filed_card() if filed else cards.off_card())
    seat = turn.seat(one.role)
    if seat is not None and seat.member == one.member:
        return Revise(one.name, cards.begun_card(turn, seat, known))
    return Revise(one.name, cards.passed_on_card(turn, one.role, known))


def _print(card: Card) -> str:
    return blake2b(repr(card).encode(), digest_size=8).hexdigest()


def _told(rota: Rota) -> tuple[Rota, list[Effect]]:
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


def _kept(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
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
                line = cards.waits_line(turn, role, known)
                waits = json.dumps({"line": line, "until": turn.ends.isoformat(), "rank": 4})
                key = f"role.{turn.id}.{role}"
                wanted["waits", key] = Kept("waits", key, waits, member)
    before = {(one.kind, one.key): one for one in rota.kept}
    effects: list[Effect] = [Forget(*name) for name in before if name not in wanted]
    effects += [
        Keep(one.kind, one.key, json.loads(one.row), member=one.member)
        for name, one in wanted.items()
        if before.get(name) != one
    ]
    return replace(rota, kept=tuple(wanted.values())), effects


def _timed(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
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
    wakes = min((moment for moment in moments if moment > now), default=None)
    if wakes == rota.wakes:
        return rota, []
    return replace(rota, wakes=wakes), [SetTimer("next", wakes) if wakes is not None else CancelTimer("next")]
