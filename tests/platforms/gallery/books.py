"""The cards and forms of books."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.activities.books import cards
from bot.activities.books.model import MOST, MOST_PARTS, MOST_TITLE, Part, Reading, Shelf, Title, Vote
from bot.kernel.ids import Member, SessionId
from bot.pieces.ballot import Idea, Votes, Voting

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
INES, SAM = (Member("local", "w", name) for name in ("ines", "sam"))
TITLES = (Title("b0", "How teams learn", 3), Title("b1", "Small habits", 1), Title("b2", "Who is it for?"))
SHELF = Shelf(SessionId("books.t" + "1" * 24), TITLES)
FULL = replace(SHELF, titles=tuple(Title(f"b{n}", "long " * (MOST_TITLE // 5 - 1) + "long") for n in range(MOST)))
IDEAS = tuple(Idea(title.id, title.text) for title in TITLES)
VOTE = Vote(Voting(IDEAS, 3, (Votes(INES, (("b0", 3),)), Votes(SAM, (("b1", 1),)))), NOW + timedelta(days=3), INES)
PARTS = tuple(Part(n * 60 + 1, n * 60 + 60, NOW + timedelta(weeks=2 * n + 2), NOW) for n in range(MOST_PARTS))
READING = Reading(0, "How teams learn", "pages", PARTS[:4], INES)
CHAPTERS = replace(READING, unit="chapters", parts=(Part(3, 3, NOW, NOW),), title="T" * MOST_TITLE)

CARDS = {
    "nothing": cards.list_card(Shelf(SHELF.id), leads=False),
    "list": cards.list_card(SHELF, leads=True),
    "list, full": cards.list_card(replace(FULL, reading=replace(READING, parts=PARTS)), leads=True),
    "suggested": cards.suggested_card(TITLES[0], 3),
    "vote": cards.vote_card(replace(SHELF, vote=VOTE), VOTE),
    "outcome": cards.outcome_card(TITLES[:2], 2),
    "outcome, nobody voted": cards.outcome_card((), 0),
    "called off": cards.called_off_card(),
    "reading": cards.reading_card(READING),
    "reading, long": cards.reading_card(replace(CHAPTERS, parts=PARTS)),
    "half-way": cards.half_card(READING),
    "half-way, one chapter": cards.half_card(CHAPTERS),
}
FORMS = {
    "suggest": cards.suggest_form("word " * (MOST_TITLE // 5)),
    "plan": cards.plan_form(TITLES, "How teams learn", "2026-04-09"),
    "plan, full list": cards.plan_form(FULL.titles, "", ""),
}
