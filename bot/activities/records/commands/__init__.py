"""How words, presses and forms become notes, actions, decisions and searches."""

from bot.activities.records.commands.aim import aim
from bot.activities.records.commands.table import ALLOW, COMMANDS, NEEDS

__all__ = ["ALLOW", "COMMANDS", "NEEDS", "aim"]
