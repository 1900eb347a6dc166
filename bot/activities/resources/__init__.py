"""Links a team found helpful, each with the reason why."""

from bot.activities.resources.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.resources.logic import decide
from bot.activities.resources.model import Gone, Held
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="resources",
    state_type=Held,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Gone,),
)
