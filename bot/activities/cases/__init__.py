"""Cases a team works on together: written down without names, and whose turn it is to bring one of their own."""

from bot.activities.cases.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.cases.logic import decide
from bot.activities.cases.model import Cases
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="cases",
    state_type=Cases,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
