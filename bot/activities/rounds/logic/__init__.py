"""How a live round moves from one turn to the next."""

from bot.activities.rounds.logic.decide import decide

__all__ = ["decide"]
