"""What stays: notes, decisions, actions, the record of a session, the archive."""

from bot.activities.records.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.records.logic import decide
from bot.activities.records.model import Filed, Record
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="records",
    state_type=Record,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Filed,),
)
