"""What a handler decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.activities.roles.model import Rota
from bot.kernel.cards import Card
from bot.kernel.decision import Quiet, Refused, Reply
from bot.kernel.effects import Effect

Key = tuple[str, str, str]  # turn, role, user
QUIET = Quiet()
OVER = Refused("That session is over, or it was called off. Nothing changed.")
MOVED_ON = Refused("This turn has moved on to somebody else. Nothing changed.")


@dataclass(frozen=True, slots=True)
class Step:
    """What a handler decided. *bye*: how a seat's card ends; *quiet*: seats whose holder knows already."""

    rota: Rota
    effects: tuple[Effect, ...] = ()
    reply: Reply = QUIET
    bye: Mapping[Key, Card] = field(default_factory=dict)
    quiet: frozenset[Key] = frozenset()
