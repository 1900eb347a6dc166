"""How a guided session moves."""

from bot.activities.guides.logic.decide import decide

__all__ = ["decide"]
