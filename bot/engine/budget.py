"""What may be sent to whom when: one table over all kinds of message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.kernel.effects import Kind


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of message is treated.

    *unasked*: counts against a person's day and week when it is a direct message, keeps to their hours, and
    says why it came. *repeat*: sent again when a crash leaves it open whether it arrived (product 0.5:
    prompts, role notices and recaps are, reminders and hints are not). *rank*: lower is kept first when a
    week is full.
    """

    unasked: bool
    repeat: bool
    rank: int


RULES: Mapping[Kind, Rule] = {
    "asked": Rule(unasked=False, repeat=True, rank=0),
    "card": Rule(unasked=False, repeat=True, rank=0),
    "recap": Rule(unasked=False, repeat=True, rank=0),
    "role": Rule(unasked=True, repeat=True, rank=1),
    "commitment": Rule(unasked=True, repeat=True, rank=2),
    "prompt": Rule(unasked=True, repeat=True, rank=3),
    "invitation": Rule(unasked=True, repeat=True, rank=4),
    "report": Rule(unasked=True, repeat=True, rank=5),
    "social": Rule(unasked=True, repeat=False, rank=6),
    "reminder": Rule(unasked=True, repeat=False, rank=7),
    "hint": Rule(unasked=False, repeat=False, rank=8),
}
