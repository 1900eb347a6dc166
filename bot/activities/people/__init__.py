"""What a person decides for themselves: hours, absences, what may be sent, their data."""

from bot.activities.people.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.people.logic import decide
from bot.kernel.activity import Activity

ACTIVITY = Activity(name="people", state_type=None, allow=ALLOW, aim=aim, decide=decide, needs=NEEDS, commands=COMMANDS)
