"""A team and the bot: set-up in five questions, the hello, who takes part, the rhythm of the next weeks."""

from bot.activities.teams.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.teams.logic import decide
from bot.activities.teams.model import Care
from bot.kernel.activity import Activity

ACTIVITY = Activity(name="teams", state_type=Care, allow=ALLOW, aim=aim, decide=decide, needs=NEEDS, commands=COMMANDS)
