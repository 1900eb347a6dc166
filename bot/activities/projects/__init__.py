"""Small projects that grow out of a workshop: two weeks, one visible result, one question at half-time."""

from bot.activities.projects.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.projects.logic import decide
from bot.activities.projects.model import Projects
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="projects",
    state_type=Projects,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
