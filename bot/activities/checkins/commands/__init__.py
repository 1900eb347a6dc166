"""How words, presses, forms and timers become events of a check-in."""

from bot.activities.checkins.commands.aim import aim
from bot.activities.checkins.commands.table import ALLOW, COMMANDS, NEEDS

__all__ = ["ALLOW", "COMMANDS", "NEEDS", "aim"]
