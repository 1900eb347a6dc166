"""What a team wants to talk about: a list anybody adds to, and a vote on what comes next."""

from bot.activities.topics.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.topics.logic import decide
from bot.activities.topics.model import Backlog
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="topics",
    state_type=Backlog,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
