"""What somebody is asked whose message others would like to keep."""

from __future__ import annotations

from bot.activities.records.cards.record import short
from bot.activities.records.model import Wanted
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.words import who

SHOWN = 300  # characters of the message


def consent_card(state: Wanted) -> Card:
    """Direct message to whoever wrote it. Silence keeps nothing."""
    asks = who(state.asker) if state.asker else "Somebody"
    row = (_button(state, "Put it in", "save_yes"), _button(state, "Rather not", "save_no"))
    return Card(
        "May this go into the archive?",
        (
            Text(f"{asks} would like to keep what you wrote in {state.home.team_label}:"),
            Text(f'"{short(state.text, SHOWN)}"'),
            Text(f"Everyone in {state.home.team_label} would find it, with your name."),
            Text("If you say nothing, it is not kept."),
            Buttons(row),
        ),
    )


def answered_card(state: Wanted, *, kept: bool) -> Card:
    """What the question becomes."""
    if kept:
        line = f"Everyone in {state.home.team_label} finds it. In the archive you can take it out again."
        return Card("It is in the archive", (Text(f'"{short(state.text, SHOWN)}"'), Text(line)))
    return Card("It is not kept", (Text("Nobody is told, and what was copied of it is deleted."),))


def _button(state: Wanted, label: str, verb: str) -> Button:
    return Button(label, Action("records", state.id, verb))
