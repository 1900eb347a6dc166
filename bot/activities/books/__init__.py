"""What a team reads together: suggested, voted on, planned in parts, talked about part by part."""

from bot.activities.books.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.books.logic import decide
from bot.activities.books.model import Shelf
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="books",
    state_type=Shelf,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
