"""The cards and forms of the list of links."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.activities.resources import cards
from bot.activities.resources.model import MOST_WHY, Found, Resource, Save
from bot.kernel.ids import Member, SessionId
from bot.pieces.links import MOST_LINK

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
INES, SAM = (Member("local", "w", name) for name in ("ines", "sam"))
ID = SessionId("1" * 24 + ".t" + "1" * 24)
GUIDE = Found(
    ID,
    "https://example.org/handover-guide",
    "example.org, handover guide",
    (("It says on one page what the next shift needs", None), ("We use it daily", SAM)),
    ("learning", "workflow"),
    2,
    2,
)
PLAIN = Found(
    SessionId(f"2{ID[1:]}"), "https://example.org/list", "The list", (("The open questions on top.", None),), (), 1, 1
)
LONG = Found(
    ID,
    "https://example.org/" + "x" * (MOST_LINK - 20),
    "A name that has sixty characters, which is the most it can have.",
    tuple(("because " * (MOST_WHY // 8 - 1) + "because", None) for _ in range(40)),
    tuple(f"tag{n}" for n in range(20)),
    40,
    40,
)
FIVE = tuple(replace(one, id=SessionId(f"{n}{ID[1:]}")) for n, one in enumerate((GUIDE, PLAIN, LONG, PLAIN, GUIDE)))
SAVED = Resource(ID, GUIDE.link, (Save(INES, "One page", NOW),))
TAGS = {f"tag{n}": f"Tag number {n}" for n in range(23)}

CARDS = {
    "nothing saved": cards.list_card("", (), 0),
    "nothing found": cards.list_card("windmill", (), 0),
    "list": cards.list_card("", (GUIDE, PLAIN), 2),
    "list, more to come": cards.list_card("words " * 20, FIVE, 60, 5),
    "entry": cards.entry_card(PLAIN, (), mine=False, may_drop=False),
    "entry of many": cards.entry_card(LONG, LONG.tags, mine=True, may_drop=True),
    "saved": cards.saved_card(SAVED, "#bridge", again=False, changed=False),
    "saved again": cards.saved_card(SAVED, "#bridge", again=True, changed=False),
    "reason changed": cards.saved_card(SAVED, "#bridge", again=True, changed=True),
    "month": cards.month_card((GUIDE, PLAIN, LONG)),
}
FORMS = {
    "add": cards.add_form("", "", (), {}, "#bridge"),
    "add, filled": cards.add_form(LONG.link, "why " * 60, ("tag1",), TAGS, "#bridge"),
    "save too": cards.also_form(ID, GUIDE.title, "Because", "#bridge", named=True),
}
