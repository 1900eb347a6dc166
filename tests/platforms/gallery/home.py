"""The bare command, help, and what is said to words nobody knows."""

from bot.activities import ACTIVITIES
from bot.activities.home import cards
from bot.activities.home.model import Waiting
from bot.engine.route import Routes, Unknown, unknown_card

ROUTES = Routes(ACTIVITIES)
CARDS = {
    "nothing open": cards.home_card((), frozenset(ROUTES.words())),
    "open": cards.home_card((Waiting("One question is open.", 1),), frozenset(ROUTES.words())),
    "help": cards.help_card(ROUTES.commands),
    "help on a word": cards.topic_card(tuple(c for _, c in ROUTES.commands if c.words.startswith("round"))),
    "near": unknown_card(Unknown("ruond now", "round now")),
    "nothing near": unknown_card(Unknown("dance friday")),
}
FORMS: dict[str, object] = {}
