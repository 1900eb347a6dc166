"""What is said about the roles of a check-in: on its form, on its card, and to whoever has one."""

from __future__ import annotations

from bot.activities.checkins.model import Asking, Plan
from bot.kernel.cards import Block, Card, Option, Text, TickField
from bot.kernel.words import who

NAMES = {"facilitator": "Host", "note_taker": "Note-taker"}
SAYS = {
    "facilitator": "When the answers are in, you read them all, reply to one or two people and name one thing to talk "
    "about.",
    "note_taker": "When the answers are in, you keep in two sentences what came out.",
}
_AFTER = {
    "facilitator": "Reply to one or two people in the thread, and name one thing to talk about.",
    "note_taker": "Keep in two sentences what came out: type /moderato note and the words.",
}


def roles_field(plan: Plan) -> TickField:
    options = tuple(Option(role, name) for role, name in NAMES.items())
    return TickField("roles", "Roles that rotate", options, plan.roles, hint="None: I look after it alone.")


def rotates_line(plan: Plan) -> list[Block]:
    """In the preview of a schedule."""
    names = " and ".join(NAMES[role].lower() for role in plan.roles if role in NAMES)
    return [Text(f"Roles on each date: {names}. Whoever is next is asked a working day before.")] if names else []


def holders_line(asking: Asking) -> list[Block]:
    """`Host: Lena. Note-taker: Tomas.`"""
    held = [f"{NAMES[role]}: {who(member)}." for role, member in asking.holders if role in NAMES]
    return [Text(" ".join(held))] if held else []


def after_card(asking: Asking, role: str) -> Card:
    """In private, once the answers are there."""
    return Card(f"{NAMES[role]}: the answers are in", (Text(asking.question), Text(_AFTER[role])))


def why(asking: Asking) -> str:
    return f"It is your turn in the check-in of {asking.team_label}."
