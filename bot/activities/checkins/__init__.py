"""Check-ins: one question answered in writing, in one's own time."""

from bot.activities.checkins.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.checkins.logic import decide
from bot.activities.checkins.model import FINISHED, State
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="checkins",
    state_type=State,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=FINISHED,
)
