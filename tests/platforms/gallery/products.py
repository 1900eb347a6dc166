"""The cards and forms of what a team makes together."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.activities.products import cards
from bot.activities.products.model import KEPT, MOST_TITLE, MOST_WHAT, Asked, Change, Home, Product
from bot.kernel.ids import Place, SessionId

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
TEAM = "t" + "1" * 24
HOME = Home(SessionId(f"products.{TEAM}"), Place("local", "w", "bridge"), "#bridge", "Europe/Berlin")
NEW = Product(HOME.id, "Onboarding guide", "https://example.com/guide", NOW)
GROWN = replace(
    NEW,
    title="O" * MOST_TITLE,
    changes=tuple(
        Change(NOW, "The checklist for Fridays" if n else "w" + " w" * (MOST_WHAT // 2 - 1)) for n in range(KEPT)
    ),
)
ASKED = Asked(1, SessionId(f"s1.{TEAM}"))
ANSWERED = replace(ASKED, lines=("The checklist for Fridays", "Who to ask about access?"))
PEOPLE = (("local/w/ines", "Ines"), ("local/w/sam", "Sam"))

CARDS = {
    "none, who looks after the team": cards.none_card(HOME, leads=True),
    "none": cards.none_card(HOME, leads=False),
    "new": cards.product_card(NEW, leads=True),
    "grown": cards.product_card(GROWN, leads=False),
    "named": cards.named_card(NEW),
    "named, no link": cards.named_card(replace(NEW, link="")),
    "asked": cards.ask_card(NEW, ASKED),
    "asked, answered": cards.ask_card(NEW, ANSWERED),
    "asked, nothing": cards.ask_card(NEW, replace(ASKED, over=True)),
    "asked before": cards.answered_card(NEW.title, ASKED),
    "asked before, answered": cards.answered_card(NEW.title, ANSWERED),
}
FORMS = {
    "name": cards.name_form("Onboarding guide", "https://example.com/guide", "#bridge"),
    "add": cards.add_form(GROWN, PEOPLE, "local/w/ines", 1, "#bridge"),
    "add, first": cards.add_form(NEW, (), "", -1, "#bridge"),
}
