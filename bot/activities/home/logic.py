"""The bare command decides nothing; it only shows."""

from __future__ import annotations

from datetime import datetime

from bot.kernel.decision import Refused


def decide(state: None, event: object, now: datetime) -> Refused:  # noqa: ARG001  (the engine's signature)
    return Refused("There is nothing to decide here.")
