"""What is decided about records."""

from bot.activities.records.logic.decide import decide

__all__ = ["decide"]
