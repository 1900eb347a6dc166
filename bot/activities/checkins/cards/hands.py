"""What is said when somebody could use a hand: to the team, to one person, to who asked."""

from __future__ import annotations

from bot.kernel.cards import Action, Button, Buttons, Card, Text, hint
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import who


def hand_for_card(member: Member, part: SessionId, hand: str, label: str) -> Card:
    """To the one person who was chosen."""
    row = (Button("I can help", Action("checkins", part, "help")),)
    lines = (Text(hand), Text(f"Only you were asked, in {label}. If it is not for you now, nothing happens."))
    return Card(f"{who(member)} could use a hand", (*lines, Buttons(row)))


def hand_lost_card(asked: Member, part: SessionId, hand: str) -> Card:
    """To whoever asked one person for a hand, who does not get messages now. No reason is told."""
    row = (Button("Choose somebody else", Action("checkins", part, "helper"), asks=True),)
    lines = (Text(f"You could use a hand with: {hand}"), Text("Write to them directly, or choose somebody else."))
    return Card(f"I could not reach {who(asked)}", (*lines, Buttons(row)))


def hand_for_taken_card(member: Member, hand: str) -> Card:
    return Card(f"You help {who(member)}", (Text(hand), Text("Write to each other; I step back.")))


def helper_card(helper: Member, hand: str) -> Card:
    lines = (
        Text(f"You could use a hand with: {hand}"),
        Text(f"{who(helper)} offers one. Write to each other; I step back."),
    )
    return Card(f"{who(helper)} can help you", lines)


def hand_card(member: Member, part: SessionId, hand: str) -> Card:
    row = (Button("I can help", Action("checkins", part, "help")),)
    return Card("", (Text(f"{who(member)} could use a hand with: {hand}"), Buttons(row)))


def hand_taken_card(member: Member, helper: Member, hand: str) -> Card:
    return hint(f"{who(member)} could use a hand with: {hand}", f"{who(helper)} helps. Thank you, {who(helper)}.")
