"""Roles that rotate: drawn together, proposed a day before, swapped, taken over, and counted."""

from bot.activities.roles.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.roles.logic import decide
from bot.activities.roles.model import Rota
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="roles",
    state_type=Rota,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
