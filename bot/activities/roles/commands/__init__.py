"""How words, presses, timers and tells become events of the roles."""

from bot.activities.roles.commands.aim import aim
from bot.activities.roles.commands.table import ALLOW, COMMANDS, NEEDS

__all__ = ["ALLOW", "COMMANDS", "NEEDS", "aim"]
