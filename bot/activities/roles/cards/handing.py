"""Passing on who looks after a team."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.roles.cards.board import served_line
from bot.activities.roles.cards.words import (
    button,
    does,
)
from bot.activities.roles.model import Handover, Rota, Scene, descriptions, in_use
from bot.kernel.cards import (
    Buttons,
    Card,
    Text,
)
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import listed, who


def handover_card(session: SessionId, handover: Handover, pack: Sequence[str], reader: Member) -> Card:
    """The pack; both confirm on it."""
    other = handover.new if reader == handover.old else handover.old
    lines = [Text(line) for line in pack]
    if reader == handover.old:
        ask = f"{who(other)} gets the same and says yes or no. Nothing changes until both say yes."
    else:
        ask = f"{who(other)} asks you to look after the team. Nothing changes until both of you say yes."
    row = (
        button(
            session, "Yes, hand over" if reader == handover.old else "Yes, I'll do it", "handover_yes", primary=True
        ),
        button(session, "No, leave it", "handover_no"),
    )
    return Card("Handing over", (*lines, Text(ask), Buttons(row)))


def why(handover: Handover, label: str) -> str:
    """Why the other person gets it."""
    return f"{who(handover.old)} looks after {label} and asks you."


def pack_lines(rota: Rota, scene: Scene) -> list[str]:
    """What the roles have to say in a handover."""
    known = descriptions(rota, scene)
    lines = []
    if names := listed(does(role, known).name for role in in_use(rota, scene)):
        lines.append(f"Roles in use: {names}.")
    lines += [sentence.body for sentence in served_line(rota, scene, in_use(rota, scene))]
    return lines


def handover_done(handover: Handover, label: str) -> Card:
    return Card("Handed over", (Text(f"{who(handover.new)} looks after {label} now."),))


def coach_card(label: str, lying: Sequence[str]) -> Card:
    """To the coach, on a Monday on which there is something. Things are named, never people."""
    lines = [Text(line) for line in lying]
    return Card(f"This week in {label}"[:60], (*lines, Text("/moderato actions shows all that is open.")))


def handover_off() -> Card:
    return Card("Handing over", (Text("Nothing changed."),))


def unheld_card(name: str, member: Member, label: str) -> Card:
    """To whoever looks after the team: a role that they gave by hand has nobody."""
    line = f"{who(member)} had it, and is not in {label} any more."
    return Card(f"{name}: nobody now"[:60], (Text(line), Text("/moderato roles set gives it to somebody.")))


def owner_card(session: SessionId, label: str) -> Card:
    """In the channel, when nobody looks after the team any more."""
    row = (button(session, "I'll do it", "own", primary=True),)
    line = "It means the rhythm, the settings and the next owner; /moderato handover passes it on."
    return Card(f"Who looks after {label}?"[:60], (Text(line), Text("The first tap has it."), Buttons(row)))


def owner_found_card(member: Member, label: str) -> Card:
    return Card(f"Who looks after {label}?"[:60], (Text(f"{who(member)} does. Thank you, {who(member)}."),))
