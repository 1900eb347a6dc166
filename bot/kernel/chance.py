"""The one place that shuffles, and only with a seed that came in with the event."""

from __future__ import annotations

import random  # noqa: TID251  (seeded from outside: the same seed gives the same order, for ever)
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffled(things: Sequence[T], seed: int) -> tuple[T, ...]:
    """*things* in an order that *seed* alone decides."""
    mixed = list(things)
    random.Random(seed).shuffle(mixed)
    return tuple(mixed)
