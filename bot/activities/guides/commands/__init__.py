"""How words, presses, forms and timers become events of a session."""

from bot.activities.guides.commands.aim import aim
from bot.activities.guides.commands.table import ALLOW, COMMANDS, NEEDS

__all__ = ["ALLOW", "COMMANDS", "NEEDS", "aim"]
