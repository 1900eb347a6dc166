"""How the roles of a team move."""

from bot.activities.roles.logic.decide import decide

__all__ = ["decide"]
