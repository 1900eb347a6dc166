"""Which activity a typed command means, and what to say when none does."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.kernel.activity import Activity, Command
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.ids import NO_SESSION

ROOT = "moderato"  # the root command, in one place
SAY = "say"  # a button of this pseudo-activity means: as if its argument had been typed


@dataclass(frozen=True, slots=True)
class Route:
    activity: str
    verb: str
    rest: str
    whole: bool = False  # a whole file may follow


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command of that name. *near* is the whole line as it may have been meant, or empty."""

    text: str
    near: str = ""


class Routes:
    """All commands of all activities: one table for typing, for help and for both manifests."""

    def __init__(self, activities: Iterable[Activity]) -> None:
        self._by_words: dict[str, tuple[str, Command]] = {}
        self.commands: tuple[tuple[str, Command], ...] = tuple((a.name, c) for a in activities for c in a.commands)
        for activity, command in self.commands:
            for words in (command.words, *command.aliases):
                if words in self._by_words:
                    raise ValueError(f"two commands answer to {words!r}: {activity} and {self._by_words[words][0]}")
                self._by_words[words] = (activity, command)
        self._longest = max((len(words.split()) for words in self._by_words), default=1)

    def find(self, text: str) -> Route | Unknown:
        """Look *text* up: the longest run of its first words that is a command wins."""
        stripped = text.strip()
        words = [(found.group(0).lower(), found.end()) for found in re.finditer(r"\S+", stripped)]
        for n in range(min(self._longest, len(words)), 0, -1):
            known = self._by_words.get(" ".join(word for word, _ in words[:n]))
            if known is not None:
                return Route(known[0], known[1].verb, stripped[words[n - 1][1] :].strip(), known[1].whole)
        if not words and "" in self._by_words:
            activity, command = self._by_words[""]
            return Route(activity, command.verb, "")
        return Unknown(stripped, self._near(words, stripped))

    def words(self) -> tuple[str, ...]:
        """Everything that can be typed, for completion."""
        return tuple(sorted(words for words in self._by_words if words))

    def _near(self, words: list[tuple[str, int]], text: str) -> str:
        for n in range(min(self._longest, len(words)), 0, -1):
            typed = " ".join(word for word, _ in words[:n])
            close = difflib.get_close_matches(typed, [w for w in self._by_words if len(w.split()) == n], 1, 0.7)
            if close:
                return f"{close[0]} {text[words[n - 1][1] :].strip()}".strip()
        return ""


def unknown_card(unknown: Unknown) -> Card:
    """Voice 27: the nearest command, or the usual four; what was typed is repeated so that it is not lost."""
    typed = unknown.text if len(unknown.text) <= 120 else unknown.text[:119] + "…"
    if unknown.near:
        word = unknown.near.split()[0]
        return Card(
            f"Did you mean {word}?",
            (
                Text(f'I don\'t know "{typed}". Nothing was sent to the channel.'),
                Buttons((as_typed(f"Yes, {unknown.near}"[:24], unknown.near), as_typed("What I can do", "help"))),
            ),
        )
    return Card(
        "I don't know that one",
        (
            Text(f'You typed: "{typed}". The usual four:'),
            Buttons(
                (
                    as_typed("Round", "round"),
                    as_typed("Check-in", "checkin"),
                    as_typed("Guide", "guide"),
                    as_typed("Pulse", "pulse"),
                )
            ),
        ),
    )


def as_typed(label: str, text: str) -> Button:
    """A button that does what typing *text* does."""
    return Button(label, Action(SAY, NO_SESSION, "type", text[:200]))
