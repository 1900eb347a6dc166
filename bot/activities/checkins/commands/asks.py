"""Questions as people type them, and answers as they come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.activities.checkins.model import (
    Ask,
    AskKind,
)

QUESTION = 280  # characters


_MARK = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]\s*$")


def read_asks(text: str) -> tuple[Ask, ...]:
    """One question a line; a mark in brackets at its end says its kind. Whatever follows the first may be left."""
    found = (_ask(line.strip()) for line in text.splitlines() if line.strip())
    return tuple(replace(ask, required=n == 0) for n, ask in enumerate(found))


def _ask(line: str) -> Ask:
    marked = _MARK.match(line)
    if marked is None or not marked[1]:
        return Ask(" ".join(line.split()))
    question, mark = " ".join(marked[1].split()), marked[2].strip()
    kind, _, ends = mark.partition(":")
    choices = tuple(one.strip() for one in (ends if kind.strip() == "1-5" else mark).split("|") if one.strip())
    known: dict[str, AskKind] = {"1-5": "scale", "number": "number", "yes/no": "yes_no"}
    if kind.strip().lower() in known:
        return Ask(question, known[kind.strip().lower()], choices[:2] if ends else ())
    return Ask(question, "choice", choices) if len(choices) > 1 else Ask(" ".join(line.split()))


def why_not_asks(asks: Sequence[Ask]) -> str:
    """Why these cannot be asked, as a sentence; empty if they can."""
    if not asks:
        return "Write a question."
    if len(asks) > 5:
        return f"Five questions at most, so that it stays short; these are {len(asks)}."
    for ask in asks:
        if len(ask.text) > QUESTION:
            return f'A question has room for {QUESTION} characters; one has {len(ask.text):,}: "{ask.text[:60]}…"'
        if len(ask.choices) > 10 or any(len(choice) > 70 for choice in ask.choices):
            return f'Ten answers of at most 70 characters each can be offered: "{ask.text[:60]}"'
    return ""
