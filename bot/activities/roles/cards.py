"""What is said about roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.activities.roles.model import NO_WISHES, Handover, Own, Plan, Rota, Scene, Swap, descriptions, in_use, is_on
from bot.kernel.calendar import DAY_NAMES, in_words, local_date
from bot.kernel.cards import (
    Action,
    Button,
    Buttons,
    Card,
    Divider,
    Fields,
    Form,
    Note,
    NumberField,
    Option,
    PickField,
    Table,
    Text,
    TextField,
    TickField,
    TimeField,
    hint,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, plural, when, who
from bot.pieces.assignment import SHADOWED, counts, have_served
from bot.pieces.rota import Past, Seat, Turn, candidates, last_served, watched

SILENCE = "If you say nothing, I count you in. Not this time needs no reason and is shown to nobody."
ONLY_YOU = "Only you see this."
MOST_PEOPLE = 40  # rows of the table
OFTEN = {"session": "each session", "week": "each week", "month": "each month", "set": "set by hand"}


@dataclass(frozen=True, slots=True)
class Does:
    """How sentences speak of a role: its name, and what whoever has it does."""

    name: str
    you: str
    they: str
    asks: str


_DOES = {
    "facilitator": Does("Host", "You host", "hosts", "Who hosts today?"),
    "timekeeper": Does("Timekeeper", "You keep time", "keeps time", "Who keeps time today?"),
    "note_taker": Does("Note-taker", "You take the notes", "takes the notes", "Who takes the notes today?"),
    "archivist": Does("Archivist", "You look after the records", "looks after the records", "Who is archivist?"),
    "host": Does("Chat host", "You look after the chat", "looks after the chat", "Who looks after the chat today?"),
    "process_observer": Does("Observer", "You watch how the talk goes", "watches the talk", "Who observes today?"),
    "case_giver": Does("Case giver", "You bring the case", "brings the case", "Who brings a case today?"),
}


def does(role: str, known: Mapping[str, Role]) -> Does:
    found = _DOES.get(role)
    if found is not None:
        return found
    title = known[role].title if role in known else role.replace("_", " ").capitalize()
    return Does(title, f"You have the role {title}", f"has the role {title}", f"Who is {title} today?"[:60])


# -- the card of the team -----------------------------------------------------------------------------------


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
    blocks += [Text(f"Now: {turn.title}. {_seats(turn, known, viewer)}.") for turn in running]
    blocks += [Text(f"{does(role, known).name}: {who(member)}.") for role, member in rota.fixed]
    if coming:
        first = coming[0]
        blocks.append(Text(f"Next: {first.title}, {when(first.starts, 'date_time')}. {_seats(first, known, viewer)}."))
    blocks += [Text(f"From {when(turn.starts, 'date')}: {_seats(turn, known, viewer)}.") for turn in terms]
    if draft := _draft(coming[1:], later, roles, known, scene):
        blocks += [draft, Text("The next turns are a draft and follow every change.", muted=True)]
    if not coming and not running:
        blocks.append(Text("Nothing is planned. A guide brings its own turns; /moderato roles draw gives roles now."))
    if roles and scene.people:
        blocks += [_load(rota, scene, roles, known), *_have_served(rota, scene, roles)]
    blocks += [*_away(scene, now), *_watching(rota, scene)]
    blocks += _look_buttons(rota, scene, viewer, coming, running)
    return Card(f"Roles in {scene.team.label}"[:60], tuple(blocks))


def _seats(turn: Turn, known: Mapping[str, Role], viewer: Member) -> str:
    """`Host Lena, Timekeeper Tomas`. Whether somebody has confirmed is for that person and the host alone."""
    host = turn.seat("facilitator")
    sees_all = host is not None and host.member == viewer
    parts = []
    for seat in turn.seats:
        name = does(seat.role, known).name
        if seat.member is None:
            parts.append(f"{name} open")
            continue
        open_ = turn.asked and seat.stand == "asked" and not turn.begun and (sees_all or seat.member == viewer)
        parts.append(f"{name} {who(seat.member)}{' (not confirmed)' if open_ else ''}")
    return listed(parts)


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


def _have_served(rota: Rota, scene: Scene, roles: Sequence[str]) -> list[Text]:
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


def _look_buttons(
    rota: Rota, scene: Scene, viewer: Member, coming: Sequence[Turn], running: Sequence[Turn]
) -> list[Buttons]:
    rows = []
    mine = next(((turn, role) for turn in coming for role in turn.roles_of(viewer)), None)
    if mine is not None:
        rows.append(Buttons(tuple(_own_buttons(rota.id, *mine))))
    if running:
        rows.append(Buttons((_button(rota.id, "Somebody is missing", "missing", running[0].id),)))
    last = [
        _button(rota.id, "I would like to host", "volunteer", "facilitator"),
        _button(rota.id, "History", "history"),
        _button(rota.id, "Rather not", "avoid", asks=True),
    ]
    if viewer in scene.owners:
        last.append(_button(rota.id, "Set up", "setup", asks=True))
    return [*rows, Buttons(tuple(last))]


def _own_buttons(session: SessionId, turn: Turn, role: str) -> Iterable[Button]:
    of = f"{turn.id} {role}"
    yield _button(session, "My card", "card", of)
    yield _button(session, "Swap", "swap", of, asks=True)
    yield _button(session, "Not this time", "not_this_time", of)


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


# -- proposals ----------------------------------------------------------------------------------------------


def proposal_card(session: SessionId, turn: Turn, seat: Seat, known: Mapping[str, Role], *, swaps: bool) -> Card:
    """Voice 11: a day before, to one person."""
    member = seat.member
    assert member is not None
    of = f"{turn.id} {seat.role}"
    doing = does(seat.role, known)
    lines = [Text(_whole(turn)), Text(_in_short(turn, seat.role, known))]
    others = [does(role, known).name for role in turn.roles_of(member) if role != seat.role]
    if others:
        lines.append(Text(f"You are also {listed(others)}: there are fewer people than roles this time."))
    if seat.stand == "accepted":
        lines.append(Text("You are in. Not this time still needs no reason and is shown to nobody."))
        row = [_button(session, "My card", "card", of)]
        title = f"{doing.you} on {when(turn.starts, 'date')}"
    else:
        lines.append(Text(SILENCE))
        row = [_button(session, "Accept", "accept", of, primary=True)]
        title = f"{doing.name} on {when(turn.starts, 'date')}?"
    if swaps:
        row.append(_button(session, "Swap", "swap", of, asks=True))
    row.append(_button(session, "Not this time", "not_this_time", of))
    return Card(title, (*lines, Buttons(tuple(row))))


def why(scene: Scene) -> str:
    return f"It is your turn in the rotation of {scene.team.label}."


def begun_card(turn: Turn, seat: Seat, known: Mapping[str, Role]) -> Card:
    """What the proposal becomes when the session begins."""
    return Card(
        f"{does(seat.role, known).you} on {when(turn.starts, 'date')}",
        (Text(_whole(turn)), Text(_in_short(turn, seat.role, known))),
    )


def declined_card(turn: Turn) -> Card:
    return Card(
        "Not this time",
        (
            Text(f"{_whole(turn)} Somebody else is asked now."),
            Text("It costs you nothing, nobody is told, and your turn comes back another time."),
        ),
    )


def passed_on_card(turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    """Somebody else has it, for whatever reason; none is given."""
    return Card(
        f"{does(role, known).name} on {when(turn.starts, 'date')}",
        (Text("Somebody else has this turn now. Nothing is asked of you."),),
    )


def off_card() -> Card:
    return Card(
        "This session does not take place", (Text("Nothing is asked of you, and your turn comes back another time."),)
    )


def filed_card() -> Card:
    return Card("This session is over", (Text("Nothing is asked of you any more."),))


def _whole(turn: Turn) -> str:
    if turn.series != "session":
        return f"{turn.title}, from {when(turn.starts, 'date')} on."
    return f"{turn.title}, {when(turn.starts, 'day_time')} to {when(turn.ends)}."


def _in_short(turn: Turn, role: str, known: Mapping[str, Role]) -> str:
    said = dict(turn.says).get(role)
    if said:
        return said
    return known[role].in_short if role in known and known[role].in_short else f"{does(role, known).you}."


def waits_line(turn: Turn, role: str, known: Mapping[str, Role]) -> str:
    """For the bare command's card."""
    return f"Next: {turn.title}, {when(turn.starts, 'day_time')}. {does(role, known).you}."


# -- swaps --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two turns, as a swap would exchange them. *mine* is the asker's."""

    mine: Turn
    my_role: str
    theirs: Turn
    their_role: str
    asker: Member
    asked: Member


def swap_form(scene: Scene, turn: Turn, role: str, options: Sequence[Exchange], known: Mapping[str, Role]) -> Form:
    return Form(
        "Swap a turn",
        (
            Note(f"Your turn: {does(role, known).name}, {when(turn.starts, 'date')}."),
            PickField(
                "other",
                "For whose turn?",
                tuple(
                    Option(
                        f"{one.theirs.id} {one.their_role}",
                        f"{who(one.asked)}: {does(one.their_role, known).name}, {_date(one.theirs, scene)}",
                    )
                    for one in options
                ),
            ),
            Note("I ask that person. Only these two turns change, and only if both of you want it."),
        ),
        Action("roles", scene.id, "swap_with", f"{turn.id} {role}"),
        "Ask",
    )


def _date(turn: Turn, scene: Scene) -> str:
    """In a list of options no moment can be shown in the reader's zone, so it is the team's date."""
    day = local_date(turn.starts, scene.team.zone)
    return f"{day.day} {day:%b}"


def swap_card(session: SessionId, swap: Swap, one: Exchange, known: Mapping[str, Role]) -> Card:
    """Voice 12: to the person who is asked."""
    row = (
        _button(session, "Swap", "swap_yes", str(swap.number), primary=True),
        _button(session, "Keep mine", "swap_no", str(swap.number)),
    )
    lines = (
        Text(
            f"You would be {does(one.my_role, known).name} on {when(one.mine.starts, 'date')}. {who(one.asker)} would "
            f"be {does(one.their_role, known).name} on {when(one.theirs.starts, 'date')}."
        ),
        Text(
            f"Only these two turns change. If you say nothing by {when(swap.until, 'day_time')}, both stay as they are."
        ),
    )
    return Card("Swap turns?", (Text(f"{who(one.asker)} asks you."), *lines, Buttons(row)))


def swapped(one: Exchange, known: Mapping[str, Role], reader: Member) -> str:
    """`Swapped. You are Note-taker on Thu 19 Mar, Maya is Note-taker on Thu 2 Apr.`"""
    mine, theirs = (one.my_role, one.mine), (one.their_role, one.theirs)
    (my_role, my_turn), (other_role, other_turn) = (theirs, mine) if reader == one.asker else (mine, theirs)
    other = one.asked if reader == one.asker else one.asker
    return (
        f"Swapped. You are {does(my_role, known).name} on {when(my_turn.starts, 'date')}, "
        f"{who(other)} is {does(other_role, known).name} on {when(other_turn.starts, 'date')}."
    )


def swapped_card(one: Exchange, known: Mapping[str, Role], reader: Member) -> Card:
    return Card("Turns swapped", (Text(swapped(one, known, reader)),))


def kept_card() -> Card:
    return Card("Swap turns?", (Text("Both turns stay as they were."),))


# -- in the session -----------------------------------------------------------------------------------------


def open_card(session: SessionId, turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    """Voice 13: to those present; whoever was expected is not named."""
    doing = does(role, known)
    row = (_button(session, "I'll do it", "take", f"{turn.id} {role}", primary=True),)
    return Card(doing.asks, (Text(_in_short(turn, role, known)), Text("The first tap has it."), Buttons(row)))


def taken_card(member: Member, role: str, known: Mapping[str, Role]) -> Card:
    doing = does(role, known)
    return Card(doing.asks, (Text(f"{who(member)} {doing.they} today. Thank you, {who(member)}."),))


def open_over_card(role: str, known: Mapping[str, Role]) -> Card:
    return Card(does(role, known).asks, (Text("The session is over."),))


def missing_card(session: SessionId, turn: Turn, known: Mapping[str, Role]) -> Card:
    """Private: which role is needed."""
    rows = [
        _button(session, does(seat.role, known).name[:24], "missing_role", f"{turn.id} {seat.role}")
        for seat in turn.seats
    ][:4]
    line = "I ask those who are here, without naming anybody."
    return Card("Which role is needed?", (Text(line), Buttons(tuple(rows))))


def role_card(
    session: SessionId, turn: Turn, role: Role, *, first_time: bool, focus: str, remind: str, can_have_company: bool
) -> Card:
    """When it counts: duties, and for the first time a list to go through."""
    doing = does(role.id, {role.id: role})
    if role.id in dict(turn.says):
        lines = (Text(_whole(turn)), Text(dict(turn.says)[role.id]), Text(ONLY_YOU, muted=True))
        return Card(f"Your card: {doing.name}"[:60], lines)
    blocks: list[Text | Buttons] = [Text(_whole(turn)), *(Text(duty) for duty in role.duties[:6])]
    if first_time and role.checklist:
        blocks.append(Text("The first time, one thing after the other:"))
        blocks += [Text(f"{n}. {item}") for n, item in enumerate(role.checklist[:8], 1)]
    if focus:
        blocks.append(Text(f"Today's focus: {focus} {remind}".strip()))
    row = []
    if role.id == "facilitator":
        row.append(_button(session, "Prepare", "prepare", turn.id, asks=True))
        row.append(_button(session, "Dry run", "dry", f"{turn.id} 0"))
        if can_have_company:
            row.append(_button(session, "I'd like a co-host", "company", turn.id))
    buttons = [Buttons(tuple(row))] if row else []
    return Card(f"Your card: {doing.name}"[:60], (*blocks, Text(ONLY_YOU, muted=True), *buttons))


def brief_card(turn: Turn, role: Role, focus: str) -> Card:
    """Ten minutes before, to whoever has the role, seen by nobody else."""
    doing = does(role.id, {role.id: role})
    lines = [Text(f"{turn.title}, {when(turn.starts)}. {_in_short(turn, role.id, {role.id: role})}")]
    if focus and role.id not in dict(turn.says):
        lines.append(Text(f"Today's focus: {focus}"))
    return Card(doing.you, (*lines, Text(ONLY_YOU, muted=True)))


def drawn_card(session: SessionId, turn: Turn, known: Mapping[str, Role]) -> Card:
    """In the channel: roles for now, because somebody asked."""
    pairs = tuple(
        (does(seat.role, known).name, who(seat.member) if seat.member is not None else "open") for seat in turn.seats
    )
    blocks: list[Fields | Text | Buttons] = [Fields(pairs)]
    doubled = sorted({m for m in turn.holders().values() if len(turn.roles_of(m)) > 1})
    if doubled:
        blocks.append(Text(f"{listed(who(m) for m in doubled)}: two roles, as there are fewer people than roles."))
    blocks.append(Text("Not this time needs no reason; somebody else is drawn."))
    blocks.append(
        Buttons(
            (
                _button(session, "Not this time", "not_now", turn.id),
                _button(session, "Somebody is missing", "missing", turn.id),
            )
        )
    )
    return Card("Roles for now", tuple(blocks))


def drawn_over_card() -> Card:
    return Card(
        "Roles of an earlier session", (Text("They are counted. /moderato roles history shows who had which."),)
    )


# -- preparing ----------------------------------------------------------------------------------------------

POINTS = (
    ("aim", "The aim, in one sentence"),
    ("guide", "The guide, read once"),
    ("roles", "The other roles: who, and not confirmed by whom"),
    ("link", "The link works, and the time is right for everybody"),
    ("questions", "The questions are with everybody"),
    ("plan_b", "What I leave out if time is short"),
    ("first", "My first sentence, word for word"),
    ("last", "My last question"),
)


def prepare_form(session: SessionId, turn: Turn, done: tuple[str, ...], known: Mapping[str, Role]) -> Form:
    """Eight points for the host; the ticks are seen by nobody else."""
    host = turn.seat("facilitator")
    viewer = host.member if host is not None and host.member is not None else Member("", "", "")
    return Form(
        "Prepare",
        (
            Note(f"{_whole(turn)} {_seats(turn, known, viewer)}."),
            TickField("done", "Eight points", tuple(Option(key, label) for key, label in POINTS), done),
            Note("Only you see this. Nothing is measured."),
        ),
        Action("roles", session, "ticked", turn.id),
    )


def ticked_card(session: SessionId, turn: Turn, done: tuple[str, ...]) -> Card:
    left = [label for key, label in POINTS if key not in done]
    lines = [Text("All eight points are done." if not left else f"Still open: {left[0]}.")]
    row = (
        _button(session, "Dry run", "dry", f"{turn.id} 0"),
        _button(session, "Open the list", "prepare", turn.id, asks=True),
    )
    return Card("Prepared" if not left else "Saved", (*lines, Text(ONLY_YOU, muted=True), Buttons(row)))


def dry_card(session: SessionId, turn: Turn, step: int, steps: Sequence[tuple[str, str]]) -> Card:
    """One page of the dry run: the step as the team would see it, with the buttons of the real card."""
    if step >= len(steps):
        again = _button(session, "Once more", "dry", f"{turn.id} 0")
        line = Text("Nobody saw it. The real card has the same buttons.")
        return Card("That was the dry run", (line, Buttons((again,))))
    title, said = steps[step]
    blocks = [Text(said)] if said else []
    blocks.append(Text(f"Dry run, {step + 1} of {len(steps)}. Only you see this.", muted=True))
    row = (
        _button(session, "Next", "dry", f"{turn.id} {step + 1}", primary=True),
        _button(session, "+5 min", "dry_more", f"{turn.id} {step}"),
    )
    return Card(title[:60], (*blocks, Buttons(row)))


DRY_MORE = "In the session this gives the step five more minutes, and I ask where they come from. Press Next to go on."


def company_card(session: SessionId, turn: Turn) -> Card:
    """To somebody who has hosted before."""
    row = (
        _button(session, "Gladly", "company_yes", turn.id, primary=True),
        _button(session, "Not this time", "company_no", turn.id),
    )
    host = turn.seat("facilitator")
    name = who(host.member) if host is not None and host.member is not None else "Somebody"
    lines = (Text(_whole(turn)), Text(f"{name} hosts and would like company. If you say nothing, nothing changes."))
    return Card("Would you be co-host?", (*lines, Buttons(row)))


def company_card_for_host(member: Member, turn: Turn) -> Card:
    return Card("You have a co-host", (Text(f"{_whole(turn)} {who(member)} is with you."),))


def company_answer(turn: Turn, *, yes: bool) -> Card:
    return Card("Co-host", (Text(f"{_whole(turn)} {'You are co-host.' if yes else 'Nothing changed.'}"),))


# -- set-up -------------------------------------------------------------------------------------------------


def set_up_form(rota: Rota, scene: Scene) -> Form:
    known = descriptions(rota, scene)
    rotating = [role for role in known.values() if role.rotates != "set"]
    return Form(
        "Roles",
        (
            TickField(
                "on",
                "Roles in use",
                tuple(Option(role.id, f"{does(role.id, known).name}, {OFTEN[role.rotates]}") for role in rotating),
                tuple(role.id for role in rotating if is_on(rota, role)),
            ),
            Note("Also: roles add, roles rhythm, roles often, roles set."),
        ),
        Action("roles", rota.id, "set_up"),
    )


def set_up_card(rota: Rota, scene: Scene) -> Card:
    known = descriptions(rota, scene)
    lines = [
        Text(f"{OFTEN[often].capitalize()}: {listed(does(role, known).name for role in on)}.")
        for often in ("session", "week", "month")
        if (on := in_use(rota, scene, often))
    ]
    return Card("Roles saved", tuple(lines) or (Text("No role is in use."),))


def own_form(session: SessionId) -> Form:
    return Form(
        "A role of your own",
        (
            TextField("title", "What is it called?", most=40),
            TextField("duties", "What does it do? One line each.", long=True, most=600),
            PickField("rotates", "How often does it change?", tuple(Option(k, v) for k, v in OFTEN.items()), "session"),
        ),
        Action("roles", session, "added"),
    )


def own_card(own: Own) -> Card:
    lines = (Text(f"{own.title}, {OFTEN[own.rotates]}. It is in use from now on."), *(Text(d) for d in own.duties))
    return Card("Role added", lines)


def rhythm_form(session: SessionId, plan: Plan | None) -> Form:
    return Form(
        "Turns by the calendar",
        (
            Note("For sessions that are no guide of mine: a weekly call, a stand-up."),
            TextField("title", "What is it?", plan.title if plan else "Weekly call", most=60),
            TickField(
                "days",
                "On which days?",
                tuple(Option(str(n), name) for n, name in enumerate(DAY_NAMES)),
                tuple(str(day) for day in plan.days) if plan else (),
                hint="None: turns by the calendar end.",
            ),
            TimeField("at", "At what time, where the team is?", f"{plan.at:%H:%M}" if plan else "09:30"),
            NumberField("minutes", "How many minutes?", str(plan.minutes) if plan else "60", low=5, high=480),
            NumberField("every", "Every how many weeks?", str(plan.every) if plan else "1", low=1, high=12),
        ),
        Action("roles", session, "rhythm_set"),
    )


def rhythm_card(plan: Plan | None, turns: Sequence[Turn]) -> Card:
    if plan is None:
        return Card("Turns by the calendar ended", (Text("What was served stays counted."),))
    dates = listed(when(turn.starts, "date_time") for turn in turns[:3])
    lines = [Text(f"{plan.title}: {in_words(plan.rule())}.")]
    if dates:
        lines.append(Text(f"Next: {dates}."))
    return Card("Turns by the calendar", tuple(lines))


# -- handover -----------------------------------------------------------------------------------------------


def handover_card(session: SessionId, handover: Handover, pack: Sequence[str], reader: Member) -> Card:
    """The pack; both confirm on it."""
    other = handover.new if reader == handover.old else handover.old
    lines = [Text(line) for line in pack]
    if reader == handover.old:
        ask = f"{who(other)} gets the same and says yes or no. Until both did, nothing changes."
    else:
        ask = f"{who(other)} asks you to look after the team. Until both of you said yes, nothing changes."
    row = (
        _button(
            session, "Yes, hand over" if reader == handover.old else "Yes, I'll do it", "handover_yes", primary=True
        ),
        _button(session, "No, leave it", "handover_no"),
    )
    return Card("Handing over", (*lines, Text(ask), Buttons(row)))


def pack_lines(rota: Rota, scene: Scene) -> list[str]:
    """What the roles have to say in a handover."""
    known = descriptions(rota, scene)
    lines = []
    if rota.plan is not None:
        lines.append(f"Turns by the calendar: {rota.plan.title}, {in_words(rota.plan.rule())}.")
    if names := listed(does(role, known).name for role in in_use(rota, scene)):
        lines.append(f"Roles in use: {names}.")
    lines += [sentence.body for sentence in _have_served(rota, scene, in_use(rota, scene))]
    return lines


def handover_done(handover: Handover, label: str) -> Card:
    return Card("Handed over", (Text(f"{who(handover.new)} looks after {label} now."),))


def handover_off() -> Card:
    return Card("Handing over", (Text("Nothing changed."),))


def owner_card(session: SessionId, label: str) -> Card:
    """In the channel, when nobody looks after the team any more."""
    row = (_button(session, "I'll do it", "own", primary=True),)
    line = "It means the rhythm, the settings and the next owner; /moderato handover passes it on."
    return Card(f"Who looks after {label}?"[:60], (Text(line), Text("The first tap has it."), Buttons(row)))


def owner_found_card(member: Member, label: str) -> Card:
    return Card(f"Who looks after {label}?"[:60], (Text(f"{who(member)} does. Thank you, {who(member)}."),))


# -- small things -------------------------------------------------------------------------------------------


def volunteered(role: str, known: Mapping[str, Role], *, on: bool) -> Card:
    name = does(role, known).name
    if on:
        return hint(
            f"Noted: you would like to be {name}. You move up, and nobody who never had the chance is passed over.",
            "The same again takes it back.",
        )
    return hint(f"Taken back: {name} comes in turn, as before.")


def avoid_form(rota: Rota, scene: Scene, by: Member) -> Form:
    known = descriptions(rota, scene)
    rotating = [role for role in known.values() if role.rotates != "set" and is_on(rota, role)]
    return Form(
        "Rather not",
        (
            TickField(
                "roles",
                "Roles I would rather not have",
                tuple(Option(role.id, does(role.id, known).name) for role in rotating),
                tuple(role for user, role in rota.wishes.avoids if user == by.user),
            ),
            Note("No reason is needed, and nobody is told. Change it at any time."),
        ),
        Action("roles", rota.id, "avoided"),
    )


def avoided_card(roles: Sequence[str], known: Mapping[str, Role]) -> Card:
    if not roles:
        return hint("All roles come in turn again.")
    return hint(f"Saved. I won't propose {listed(does(role, known).name for role in roles)} to you. Nobody is told.")


def focus_of(role: Role | None, turn: Turn) -> tuple[str, str]:
    """Today's habit, one of five, another one each time; and the line that reminds of it."""
    if role is None or not role.habits:
        return "", ""
    habit = role.habits[turn.starts.toordinal() % len(role.habits)]
    return habit.text, habit.remind


def _button(
    session: SessionId, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("roles", session, verb, argument), "primary" if primary else "plain", asks)
