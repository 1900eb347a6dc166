"""The bare command, Home and help: what is open for you, what comes next, and four ways to start."""

from bot.activities.home.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.home.logic import decide
from bot.kernel.activity import Activity

ACTIVITY = Activity(name="home", state_type=None, allow=ALLOW, aim=aim, decide=decide, needs=NEEDS, commands=COMMANDS)
