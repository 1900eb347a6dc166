"""The cards and the form of cases."""

from dataclasses import replace

from bot.activities.cases import cards
from bot.activities.cases.model import MOST, MOST_QUESTION, MOST_SITUATION, Case, Cases
from bot.kernel.ids import Member, SessionId

INES, SAM, MAYA = (Member("local", "w", name) for name in ("ines", "sam", "maya"))
NONE = Cases(SessionId("cases.t" + "1" * 24))
CASE = Case("c0", INES, "A customer heard two answers to one question.", "How do we notice before they do?")
LONG = Case("c1", SAM, ("long " * (MOST_SITUATION // 5)).strip(), ("why " * (MOST_QUESTION // 4)).strip())
SOME = replace(NONE, cases=(CASE, LONG), queue=(SAM, MAYA), had=(SAM,))
FULL = replace(SOME, cases=tuple(replace(LONG, id=f"c{number}") for number in range(MOST)))

CARDS = {
    "nothing": cards.list_card(NONE, INES, leads=False),
    "some": cards.list_card(SOME, INES, leads=False),
    "some, in the queue": cards.list_card(SOME, MAYA, leads=True),
    "full": cards.list_card(FULL, SAM, leads=True),
}
FORMS = {
    "add": cards.add_form("#bridge"),
    "add, begun": cards.add_form("#bridge", ("why " * (MOST_QUESTION // 4)).strip()),
}
