"""The bare command, help, and what is said to words nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.activities import ACTIVITIES
from bot.activities.home import cards
from bot.activities.home.model import Coming, Waiting
from bot.engine.route import Routes, Unknown, unknown_card
from bot.kernel.cards import Action
from bot.kernel.ids import NO_SESSION, Member, Place, TeamId
from bot.kernel.people import Person, Settings, Team
from bot.kernel.words import when

ROUTES = Routes(ACTIVITIES)
AT = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)
LENA = Person(Member("slack", "T1", "ULENA"), "Lena", "Europe/Berlin")
TEAMS = tuple(Team(TeamId(name), Place("slack", "T1", f"C{name}"), name, "Europe/Berlin") for name in ("bridge", "pit"))
WAITS = (
    Waiting(
        f"One question of #bridge is open until {when(AT, 'day_time')}.", 2, "Answer", Action("x", NO_SESSION, "y")
    ),
    Waiting("Handover between teams: you keep time.", 4),
)
CARDS = {
    "nothing open": cards.home_card((), frozenset(ROUTES.words())),
    "open": cards.home_card((Waiting("One question is open.", 1),), frozenset(ROUTES.words())),
    "home": cards.home(WAITS, (Coming(AT, "Check-in", "#bridge"), Coming(AT, "Learning hour", "#pit")), LENA, TEAMS),
    "home, nothing": cards.home((), (), replace(LENA, settings=Settings(stopped=True)), ()),
    "help": cards.help_card(ROUTES.commands),
    "help on a word": cards.topic_card(tuple(c for _, c in ROUTES.commands if c.words.startswith("round"))),
    "near": unknown_card(Unknown("ruond now", "round now")),
    "nothing near": unknown_card(Unknown("dance friday")),
}
FORMS: dict[str, object] = {}
