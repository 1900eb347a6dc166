"""Quick questions to everybody here: a poll of two to six options, and a temperature."""

from bot.activities.ballots.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.ballots.logic import decide
from bot.activities.ballots.model import Counted, Poll
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="ballots",
    state_type=Poll,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Counted,),
)
