"""How words, presses and timers become events of a pulse: what arrives, what begins, and the report."""

from bot.activities.pulse.commands.arriving import ALLOW as ALLOW
from bot.activities.pulse.commands.arriving import COMMANDS as COMMANDS
from bot.activities.pulse.commands.arriving import NEEDS as NEEDS
from bot.activities.pulse.commands.arriving import aim as aim
