"""In the channel: what could not be asked in a direct message opens there, too, and others may take the role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.activities.roles.cards.words import button, does, on, whole
from bot.activities.roles.model import Swap
from bot.kernel.cards import Buttons, Card, Text
from bot.kernel.content import Role
from bot.kernel.ids import SessionId
from bot.kernel.words import listed
from bot.pieces.rota import Turn

NOT_REACHED = "My question did not reach everybody. It opens here, too."
NOT_YOURS = "This question is for somebody else. If you would like the role, press I take it."
YOURS = "You are in. /moderato roles shows your turn."


def way_card(session: SessionId, turn: Turn, roles: Sequence[str], known: Mapping[str, Role]) -> Card:
    """Before the start. Nobody is named, and one card is enough for all the roles of a turn."""
    names = [does(role, known).name for role in roles]
    row = [button(session, "Open here", "open_here", turn.id, primary=True)]
    for role, name in zip(roles, names, strict=True):
        label = "I take it" if len(roles) == 1 else f"I take it: {name}"
        row.append(button(session, label[:24], "take", f"{turn.id} {role}"))
    return Card(
        f"{listed(names)} {on(turn)}",
        (
            Text(whole(turn)),
            Text(NOT_REACHED),
            Text("Anybody else can step in; the first tap has the role."),
            *(Buttons(tuple(row[n : n + 4])) for n in range(0, len(row), 4)),
        ),
    )


def way_over_card(turn: Turn | None) -> Card:
    line = "This is settled. /moderato roles shows who has which role."
    return Card("Roles" if turn is None else f"Roles {on(turn)}", (Text(line),))


def swap_way_card(session: SessionId, swap: Swap) -> Card:
    row = (button(session, "Open here", "open_here", f"swap {swap.number}", primary=True),)
    lines = (Text(NOT_REACHED), Text("If it is not answered, both turns stay as they are."))
    return Card("A swap of turns", (*lines, Buttons(row)))


def swap_way_over_card() -> Card:
    return Card("A swap of turns", (Text("This is settled."),))


def company_way_card(session: SessionId, turn: Turn) -> Card:
    row = (button(session, "Open here", "open_here", f"question company.{turn.id}", primary=True),)
    lines = (Text(whole(turn)), Text(NOT_REACHED), Text("If it is not answered, nothing changes."))
    return Card("A question about a co-host", (*lines, Buttons(row)))


def company_way_over_card() -> Card:
    return Card("A question about a co-host", (Text("This is settled."),))


def handover_way_card(session: SessionId, name: str, label: str) -> Card:
    row = (button(session, "Open here", "open_here", f"question {name}", primary=True),)
    lines = (Text(NOT_REACHED), Text("If it is not answered, nothing changes."))
    return Card(f"Looking after {label}"[:60], (*lines, Buttons(row)))


def handover_way_over_card(label: str) -> Card:
    return Card(f"Looking after {label}"[:60], (Text("This is settled."),))
