"""The live round-robin: each member in turn speaks to one question."""

from bot.activities.rounds.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.rounds.logic import decide
from bot.activities.rounds.model import Finished, Round
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="rounds",
    state_type=Round,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Finished,),
)
