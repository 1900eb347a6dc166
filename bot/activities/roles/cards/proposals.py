"""What one person is asked: a turn of theirs, and a swap of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.activities.roles.cards.words import (
    NO_SILENCE,
    SILENCE,
    button,
    does,
    in_short,
    newcomers_line,
    on,
    whole,
)
from bot.activities.roles.model import Scene, Swap
from bot.kernel.calendar import local_date
from bot.kernel.cards import (
    Action,
    Buttons,
    Card,
    Form,
    Note,
    Option,
    PickField,
    Text,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, when, who
from bot.pieces.rota import Seat, Turn


def proposal_card(
    session: SessionId,
    turn: Turn,
    seat: Seat,
    known: Mapping[str, Role],
    *,
    swaps: bool,
    newcomers: Sequence[Member] = (),
) -> Card:
    """Voice 11: a day before, to one person. *newcomers* watch; the host hears of them."""
    member = seat.member
    assert member is not None
    of = f"{turn.id} {seat.role}"
    doing = does(seat.role, known)
    lines = [Text(whole(turn)), Text(in_short(turn, seat.role, known))]
    if seat.role == "facilitator":
        lines += newcomers_line(newcomers)
    others = [does(role, known).name for role in turn.roles_of(member) if role != seat.role]
    if others:
        lines.append(Text(f"You are also {listed(others)}: there are fewer people than roles this time."))
    if seat.stand == "accepted":
        lines.append(Text("You are in. Not this time still needs no reason and is shown to nobody."))
        row = [button(session, "My card", "card", of)]
        title = f"{doing.you} {on(turn)}"
    else:
        lines.append(Text(SILENCE if seat.stand == "asked" else NO_SILENCE))
        row = [button(session, "Accept", "accept", of, primary=True)]
        title = f"{doing.name} {on(turn)}?"
    if swaps:
        row.append(button(session, "Swap", "swap", of, asks=True))
    row.append(button(session, "Not this time", "not_this_time", of))
    return Card(title, (*lines, Buttons(tuple(row))))


def begun_card(turn: Turn, seat: Seat, known: Mapping[str, Role]) -> Card:
    """What the proposal becomes when the session begins."""
    return Card(
        f"{does(seat.role, known).you} {on(turn)}",
        (Text(whole(turn)), Text(in_short(turn, seat.role, known))),
    )


COSTS_NOTHING = "It costs you nothing, nobody is told, and your turn comes back another time."


def declined_card(turn: Turn) -> Card:
    """What the question becomes; that it costs nothing is said as it is pressed."""
    return Card("Not this time", (Text(f"{whole(turn)} Somebody else is asked now."),))


def passed_on_card(turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    """Somebody else has it, for whatever reason; none is given."""
    return Card(
        f"{does(role, known).name} {on(turn)}",
        (Text("Somebody else has this turn now. Nothing is asked of you."),),
    )


def off_card() -> Card:
    return Card(
        "This session does not take place", (Text("Nothing is asked of you, and your turn comes back another time."),)
    )


def filed_card() -> Card:
    return Card("This session is over", (Text("Nothing is asked of you any more."),))


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


def shares(scene: Scene) -> str:
    """Why a question about a swap came."""
    return f"You share the roles of {scene.team.label}."


def swap_card(session: SessionId, swap: Swap, one: Exchange, known: Mapping[str, Role]) -> Card:
    """Voice 12: to the person who is asked."""
    row = (
        button(session, "Swap", "swap_yes", str(swap.number), primary=True),
        button(session, "Keep mine", "swap_no", str(swap.number)),
    )
    lines = (
        Text(
            f"You would be {does(one.my_role, known).name} {on(one.mine)}. {who(one.asker)} would "
            f"be {does(one.their_role, known).name} {on(one.theirs)}."
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
        f"Swapped. You are {does(my_role, known).name} {on(my_turn)}, "
        f"{who(other)} is {does(other_role, known).name} {on(other_turn)}."
    )


def swapped_card(one: Exchange, known: Mapping[str, Role], reader: Member) -> Card:
    return Card("Turns swapped", (Text(swapped(one, known, reader)),))


BOTH_STAY = "Both turns stay as they were."


def kept_card() -> Card:
    return Card("Swap turns?", (Text(BOTH_STAY),))
