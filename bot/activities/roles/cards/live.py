"""What is said in the channel while a session runs: roles that are open, taken, or drawn for now."""

from __future__ import annotations

from collections.abc import Mapping

from bot.activities.roles.cards.words import (
    Does,
    button,
    does,
    for_now,
    in_short,
)
from bot.kernel.cards import (
    Buttons,
    Card,
    Fields,
    Text,
)
from bot.kernel.content import Role
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, when, who
from bot.pieces.rota import Turn


def open_card(session: SessionId, turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    """Voice 13: to those present; whoever was expected is not named."""
    doing = does(role, known)
    row = (button(session, "I'll do it", "take", f"{turn.id} {role}", primary=True),)
    return Card(_asks(turn, doing), (Text(in_short(turn, role, known)), Text("The first tap has it."), Buttons(row)))


def taken_card(member: Member, turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    doing = does(role, known)
    return Card(_asks(turn, doing), (Text(f"{who(member)} {doing.they} {for_now(turn)}. Thank you, {who(member)}."),))


def _asks(turn: Turn, doing: Does) -> str:
    return doing.asks.replace("today", for_now(turn))


def open_over_card(turn: Turn, role: str, known: Mapping[str, Role]) -> Card:
    return Card(_asks(turn, does(role, known)), (Text("This is over. /moderato roles shows who has which role."),))


def missing_card(session: SessionId, turn: Turn, known: Mapping[str, Role]) -> Card:
    """Private: which role is needed."""
    each = [
        button(session, does(seat.role, known).name[:24], "missing_role", f"{turn.id} {seat.role}")
        for seat in turn.seats
    ]
    rows = [Buttons(tuple(each[n : n + 4])) for n in range(0, len(each), 4)]
    line = "I ask those who are here, without naming anybody."
    return Card("Which role is needed?", (Text(line), *rows))


def call_card(session: SessionId, turn: Turn, known: Mapping[str, Role]) -> Card:
    """In the channel, as a call of the calendar begins: who has which role, and a way to say that one is needed.

    Nobody sees who is on a call, so it is the people on it who say that somebody is missing.
    """
    line = "Is a role needed? Press the button: those who are here are asked, and nobody is named."
    row = (button(session, "Somebody is missing", "missing", turn.id),)
    return Card(f"{turn.title[:40]}, until {when(turn.ends)}", (_who_has_which(turn, known), Text(line), Buttons(row)))


def _who_has_which(turn: Turn, known: Mapping[str, Role]) -> Fields:
    return Fields(
        tuple(
            (does(seat.role, known).name, who(seat.member) if seat.member is not None else "open")
            for seat in turn.seats
        )
    )


def drawn_card(session: SessionId, turn: Turn, known: Mapping[str, Role]) -> Card:
    """In the channel: roles for now, because somebody asked."""
    blocks: list[Fields | Text | Buttons] = [_who_has_which(turn, known)]
    doubled = sorted({m for m in turn.holders().values() if len(turn.roles_of(m)) > 1})
    if doubled:
        blocks.append(Text(f"{listed(who(m) for m in doubled)}: two roles, as there are fewer people than roles."))
    blocks.append(Text("Not this time needs no reason; somebody else is drawn."))
    blocks.append(
        Buttons(
            (
                button(session, "Not this time", "not_now", turn.id),
                button(session, "Somebody is missing", "missing", turn.id),
            )
        )
    )
    return Card("Roles for now", tuple(blocks))


def drawn_over_card() -> Card:
    return Card(
        "Roles of an earlier session", (Text("They are counted. /moderato roles history shows who had which."),)
    )
