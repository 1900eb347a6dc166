"""What a team makes together: one living thing, what went into it, and what goes in next."""

from bot.activities.products.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.products.logic import decide
from bot.activities.products.model import Product
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="products",
    state_type=Product,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
)
