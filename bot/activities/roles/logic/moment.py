"""The rota brought up to the moment: what begins, what is over, who is drawn, who is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.roles.cards import handing, preparing, words
from bot.activities.roles.events import Missing
from bot.activities.roles.logic.sessions import filed, offer
from bot.activities.roles.model import AHEAD, BRIEF, UNCLAIMED, Rota, Scene, descriptions, in_use
from bot.kernel.calendar import at_wall, local_date, upcoming
from bot.kernel.effects import Effect, Only, Post
from bot.pieces.rota import BEGINS, Seat, Series, Turn, asks_at, is_there, period, quarters, there, watching


def begun(rota: Rota, now: datetime, *, drawn: bool) -> Rota:
    """What starts now has begun; who said nothing is counted in. What was asked for just now is drawn first."""
    turns = []
    for turn in rota.turns:
        if turn.starts <= now and not turn.begun and (drawn or turn.seats_drawn):
            seats = tuple(_begun(s, turn) for s in turn.seats)
            turns.append(replace(turn, begun=True, seats=seats))
        else:
            turns.append(turn)
    return replace(rota, turns=tuple(turns))


def _begun(seat: Seat, turn: Turn) -> Seat:
    if seat.stand == "asked":
        return replace(seat, stand="accepted")
    # Nobody sees who is on a call. An activity that runs the session sees who is there, and offers what is missing.
    return Seat(seat.role, stand="unreached") if seat.stand == "unreached" and not turn.answers else seat


def over(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """What has ended is counted; what another activity runs is counted when it says so."""
    for turn in rota.turns:
        if turn.answers:
            if turn.ends + UNCLAIMED <= now:
                rota = rota.without_turn(turn.id)
        elif turn.ends <= now:
            here = {person.member.user for person in there(scene.people, turn.starts)}
            served = quarters(turn) if turn.asked else ()
            rota = filed(rota, turn, served, tuple(sorted(here | {user for _, user, _ in served})))
    return rota


def with_coming(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """The next turns of the calendar: of the team's rhythm, and of roles that change by the week or month."""
    wanted: dict[str, Turn] = {}
    zone = scene.team.zone
    roles = in_use(rota, scene)
    if rota.plan is not None and roles:
        for occurrence in upcoming(rota.plan.rule(), zone, now, AHEAD, rota.plan.exceptions):
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


def vacated(rota: Rota, scene: Scene, now: datetime) -> Rota:
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
                freed = freed.vacated(seat.role).with_seat(Seat(seat.role, before=before))
        turns.append(freed)
    fixed = tuple(one for one in rota.fixed if scene.person(one[1]) is not None)
    return replace(rota, turns=tuple(turns), fixed=fixed)


def asked(rota: Rota, scene: Scene, now: datetime) -> Rota:
    """A day before, the draft of a turn is what people are asked about."""
    turns = []
    for turn in rota.turns:
        if not turn.asked and asks_at(turn, scene.people) <= now:
            seats = tuple(replace(s, stand="asked") if s.member and s.stand == "draft" else s for s in turn.seats)
            turns.append(replace(turn, asked=True, seats=seats))
        else:
            turns.append(turn)
    return replace(rota, turns=tuple(turns))


def offered(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """A role nobody holds in a session that has begun is offered to those present, once. Of a week or a month it is
    offered if its holder left, or could not be asked.

    A session that another activity runs says itself when it needs one.
    """
    effects: list[Effect] = []
    for turn in rota.turns:
        if not turn.begun or turn.answers:
            continue
        for seat in turn.seats:
            due = turn.series == "session" or seat.stand == "unreached" or bool(seat.before)  # or somebody left
            if due and seat.member is None and seat.offered is None:
                step = offer(rota, scene, Missing(turn.id, seat.role), now)
                rota = step.rota
                effects += step.effects
    return rota, effects


def briefed(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
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
            if role in known and not turn.is_unreached(role):
                new = watching(scene.people, rota.past, turn)
                card = preparing.brief_card(turn, known[role], words.focus_of(known[role], turn)[0], new)
                to = Only(member, scene.team.place)
                name = f"brief.{turn.id}.{role}"
                effects.append(Post(name, to, card, "hint", until=turn.starts + timedelta(minutes=5)))
    return replace(rota, turns=tuple(turns)), effects


def unheld(before: Rota, rota: Rota, scene: Scene) -> list[Effect]:
    """Whoever had a role by hand is gone: nobody is drawn for it, so whoever looks after the team hears of it."""
    known = descriptions(rota, scene)
    gone = [(role, member) for role, member in before.fixed if (role, member) not in rota.fixed]
    return [
        Post(
            f"unheld.{role}",
            scene.owners[0],
            handing.unheld_card(words.does(role, known).name, member, scene.team.label),
            "role",
            why=f"You look after {scene.team.label}.",
        )
        for role, member in (gone if scene.owners else ())
    ]


def owned(rota: Rota, scene: Scene) -> tuple[Rota, list[Effect]]:
    if scene.owners or not scene.people:
        return replace(rota, ownerless=False), []
    if rota.ownerless or scene.team.ready:  # a team that was set up is asked by its set-up, and once is enough
        return rota, []
    post = Post("owner", scene.team.place, handing.owner_card(rota.id, scene.team.label))
    return replace(rota, ownerless=True), [post]
