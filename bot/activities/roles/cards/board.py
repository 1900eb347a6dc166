"""The card of the team: now, next, a draft, who had what; and the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.activities.roles.cards.words import (
    button,
    does,
    on,
    seats_line,
)
from bot.activities.roles.model import NO_WISHES, Rota, Scene, descriptions, in_use
from bot.kernel.calendar import local_date
from bot.kernel.cards import (
    Button,
    Buttons,
    Card,
    Divider,
    Table,
    Text,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, plural, when, who
from bot.pieces.assignment import SHADOWED, counts, have_served
from bot.pieces.rota import Past, Turn, candidates, last_served, watched

MOST_PEOPLE = 40  # rows of the table


@dataclass(frozen=True, slots=True)
class Draft:
    """What `look_card` shows besides the rota: turns that have no date yet, as (role, user)."""

    later: tuple[tuple[tuple[str, str], ...], ...] = ()


def look_card(rota: Rota, scene: Scene, viewer: Member, now: datetime, later: Draft = Draft()) -> Card:
    """Now, next, a draft of what follows, who has done what, and who is away; open to the team."""
    known = descriptions(rota, scene)
    roles = in_use(rota, scene)
    blocks: list[Text | Table | Buttons | Divider] = []
    running = [turn for turn in rota.turns if turn.starts <= now]
    coming = [turn for turn in rota.turns if turn.starts > now and turn.series == "session"]
    terms = [turn for turn in rota.turns if turn.series != "session" and turn.starts > now]
    blocks += [Text(f"Now: {turn.title}. {seats_line(turn, known, viewer)}.") for turn in running]
    blocks += [Text(f"{does(role, known).name}: {who(member)}.") for role, member in rota.fixed]
    if coming:
        first = coming[0]
        blocks.append(
            Text(f"Next: {first.title}, {when(first.starts, 'date_time')}. {seats_line(first, known, viewer)}.")
        )
    blocks += [Text(f"From {when(turn.starts, 'date')}: {seats_line(turn, known, viewer)}.") for turn in terms]
    if draft := _draft(coming[1:], later, roles, known, scene):
        blocks += [draft, Text("The next turns are a draft and follow every change.", muted=True)]
    if not coming and not running:
        blocks.append(Text("Nothing is planned. A guide brings its own turns; /moderato roles draw gives roles now."))
    if roles and scene.people:
        if any(past.served for past in rota.past):
            blocks.append(_load(rota, scene, roles, known))
        blocks += served_line(rota, scene, roles)
    blocks += [*_away(scene, now), *_watching(rota, scene)]
    blocks += _yours(coming, viewer, known)
    blocks += _look_buttons(rota, scene, viewer, coming, running)
    return Card(f"Roles in {scene.team.label}"[:60], tuple(blocks))


def _draft(
    coming: Sequence[Turn], later: Draft, roles: Sequence[str], known: Mapping[str, Role], scene: Scene
) -> Table | None:
    columns = tuple(dict.fromkeys((*roles, *(seat.role for turn in coming for seat in turn.seats))))
    rows = []
    for turn in coming[:3]:
        seats = turn.holders()
        cells = tuple(who(seats[role]) if role in seats else "open" for role in columns)
        rows.append((when(turn.starts, "date"), *cells))
    for one in later.later[: 3 - len(rows)]:
        held = dict(one)
        rows.append(("Later", *(who(scene.member(held[role])) if role in held else "open" for role in columns)))
    if not rows or not columns:
        return None
    return Table(("Then", *(does(role, known).name for role in columns)), tuple(rows))


def _load(rota: Rota, scene: Scene, roles: Sequence[str], known: Mapping[str, Role]) -> Table:
    """Role by person: how often, and when last. Whoever would rather not have a role shows no difference."""
    people = candidates(scene.people, rota.wishes)
    held = [past.held() for past in rota.past if past.series == "session"]
    each = {role: counts(role, held, people) for role in roles}
    rows = []
    for person in scene.people[:MOST_PEOPLE]:
        user = person.member.user
        cells = (_cell(each[role][user], last_served(rota.past, user, role)) for role in roles)
        rows.append((who(person.member), *cells))
    return Table(("So far", *(does(role, known).name for role in roles)), tuple(rows))


def _cell(count: Fraction, last: datetime | None) -> str:
    return "0" if last is None else f"{float(count):g}, {when(last, 'date')}"


def served_line(rota: Rota, scene: Scene, roles: Sequence[str]) -> list[Text]:
    if "facilitator" not in roles:
        return []
    held = [past.held() for past in rota.past if past.series == "session"]
    # Over everybody, not only those open to the role: the difference would show who would rather not.
    everybody = candidates(scene.people, NO_WISHES)
    share = have_served("facilitator", held, everybody)
    return [Text(plural(share.hits, f"1 of {share.of} has hosted.", f"{{n}} of {share.of} have hosted."))]


def _away(scene: Scene, now: datetime) -> list[Text]:
    found = []
    for person in scene.people:
        today = local_date(now, person.zone)
        soon = [a for a in person.settings.absences if a.last >= today and a.first <= today + timedelta(days=14)]
        if soon:
            first = min(soon, key=lambda one: one.first)
            until = f"{first.last.day} {first.last:%b}"
            found.append(
                f"{who(person.member)} until {until}"
                if first.first <= today
                else f"{who(person.member)} from {first.first.day} {first.first:%b} to {until}"
            )
    return [Text(f"Away: {listed(found)}.")] if found else []


def _watching(rota: Rota, scene: Scene) -> list[Text]:
    lines = []
    for person in scene.people:
        left = SHADOWED - watched(rota.past, person)
        if not person.founding and left > 0 and any(other.founding for other in scene.people):
            sentence = plural(left, "watches one more session", "watches {n} sessions")
            lines.append(Text(f"{who(person.member)} {sentence} first, then roles come."))
    return lines[:3]


def _yours(coming: Sequence[Turn], viewer: Member, known: Mapping[str, Role]) -> list[Text]:
    """Which turn the buttons below are about."""
    mine = next(((turn, role) for turn in coming for role in turn.roles_of(viewer)), None)
    return [Text(f"Your next turn: {does(mine[1], known).name} {on(mine[0])}.")] if mine is not None else []


def _look_buttons(
    rota: Rota, scene: Scene, viewer: Member, coming: Sequence[Turn], running: Sequence[Turn]
) -> list[Buttons]:
    rows = []
    mine = next(((turn, role) for turn in coming for role in turn.roles_of(viewer)), None)
    if mine is not None:
        rows.append(Buttons(tuple(_own_buttons(rota.id, *mine))))
    if running:
        rows.append(Buttons((button(rota.id, "Somebody is missing", "missing", running[0].id),)))
    last = [
        button(rota.id, "I would like to host", "volunteer", "facilitator"),
        button(rota.id, "History", "history"),
        button(rota.id, "Rather not", "avoid", asks=True),
    ]
    if viewer in scene.owners:
        last.append(button(rota.id, "Set up", "setup", asks=True))
    return [*rows, Buttons(tuple(last))]


def _own_buttons(session: SessionId, turn: Turn, role: str) -> Iterable[Button]:
    of = f"{turn.id} {role}"
    yield button(session, "My card", "card", of)
    yield button(session, "Swap", "swap", of, asks=True)
    yield button(session, "Not this time", "not_this_time", of)


def history_card(rota: Rota, scene: Scene, most: int = 10) -> Card:
    """Who had which role, the newest first."""
    past = [one for one in rota.past if one.served][-most:][::-1]
    if not past:
        return Card("Roles so far", (Text("Nobody has had a role yet. The first session changes that."),))
    known = descriptions(rota, scene)
    columns = tuple(dict.fromkeys(role for one in past for role, _, _ in one.served))[:6]
    rows = tuple((when(one.starts, "date"), *(_served(one, role, scene) for role in columns)) for one in past)
    return Card("Roles so far", (Table(("When", *(does(role, known).name for role in columns)), rows),))


def _served(past: Past, role: str, scene: Scene) -> str:
    names = [
        f"{who(scene.member(user))}{'' if n == 4 else f' {n / 4:g}'}" for r, user, n in past.served if r == role and n
    ]
    return listed(names) or "open"
