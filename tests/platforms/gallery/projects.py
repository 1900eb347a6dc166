"""The cards and forms of small projects."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.activities.projects import cards
from bot.activities.projects.model import Project
from bot.kernel.ids import Member, SessionId

NOW = datetime(2026, 4, 9, 15, 0, tzinfo=UTC)
HERE = SessionId("projects.t" + "1" * 24)
INES, SAM, MAYA = (Member("local", "w", name) for name in ("ines", "sam", "maya"))
LIST = Project("p0", "A checklist for Fridays", (INES, SAM), 0, NOW, NOW)
MAP = Project("p1", "Who knows what?", (MAYA,), 0, NOW, None, "A page with six names.", "https://example.com/map")
LONG = replace(LIST, id="p2", what="long " * 59 + "long", result="word " * 59 + "word")

CARDS = {
    "from a workshop": cards.batch_card(HERE, (LIST, MAP), NOW),
    "from a workshop, done": cards.batch_card(HERE, (MAP,), NOW),
    "from a workshop, long": cards.batch_card(HERE, (LONG,) * 8, NOW),
    "list": cards.list_card(HERE, (LIST, MAP), (LIST,)),
    "list, full": cards.list_card(HERE, (LONG, MAP) * 8, ()),
    "no projects": cards.list_card(HERE, (), ()),
    "half-time": cards.half_card(HERE, LIST),
    "half-time, long": cards.half_card(HERE, LONG),
    "something is needed": cards.need_card(HERE, LIST, INES, "Half an hour with a tester.", 0),
    "somebody can help": cards.help_line(SAM, INES),
}
FORMS = {
    "result": cards.result_form(HERE, (LIST, LONG), "", "#bridge"),
    "result of one": cards.result_form(HERE, (LIST,), "p0", "#bridge"),
    "need": cards.need_form(HERE, (LIST, LONG), "", "#bridge"),
    "need of one": cards.need_form(HERE, (LONG,), "p0", "#bridge"),
}
