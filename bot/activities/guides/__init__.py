"""Discussion guides: a timed session in the channel that any volunteer can host."""

from bot.activities.guides.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.guides.logic import decide
from bot.activities.guides.model import Finished, Session
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="guides",
    state_type=Session,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Finished,),
)
