"""The card of the bare command, and help."""

from __future__ import annotations

from bot.activities.home.model import Waiting
from bot.kernel.activity import Command
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.ids import NO_SESSION

MOST_WAITING = 3
WAYS = (("Start a round", "round"), ("Start a guide", "guide"), ("My settings", "me"))


def home_card(waits: tuple[Waiting, ...], known: frozenset[str]) -> Card:
    """Voice 31. *known*: the words that can be typed, so that no button leads nowhere."""
    lines = [Text(wait.line) for wait in waits[:MOST_WAITING]] or [Text("Nothing is open for you.")]
    ways = [_typed(label, words) for label, words in WAYS if words in known]
    return Card("What would you like to do?", (*lines, Buttons((*ways, _typed("More", "help")))))


def help_card(commands: tuple[tuple[str, Command], ...]) -> Card:
    lines = tuple(
        _line(command) for _, command in sorted(commands, key=lambda c: (c[1].menu or 99, c[1].words)) if command.words
    )
    return Card(
        "What I can do",
        (
            Text("Type /moderato and one of these words, or mention me with it. Buttons do the rest."),
            *lines,
            Text("Only you see this.", muted=True),
        ),
    )


def topic_card(found: tuple[Command, ...]) -> Card:
    return Card(f"Help: {found[0].words.split()[0]}", tuple(_line(command) for command in found))


def _line(command: Command) -> Text:
    usage = f" {command.usage}" if command.usage else ""
    return Text(f"{command.words}{usage}: {command.help}.")


def _typed(label: str, text: str) -> Button:
    return Button(label, Action("say", NO_SESSION, "type", text))
