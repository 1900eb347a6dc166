"""The cards and forms of what people decide for themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.activities.people import cards
from bot.activities.people.model import FOREVER, Held
from bot.kernel.cards import Option
from bot.kernel.ids import Member
from bot.kernel.people import Absence, Person, Settings

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
TODAY = date(2026, 8, 3)
AWAY = Absence(TODAY, date(2026, 8, 14))
MAYA = Person(Member("local", "w", "maya"), "Maya", "America/Toronto")
BUSY = replace(
    MAYA,
    settings=Settings(
        holidays="CA-ON",
        unit="Night shift",
        absences=(AWAY, Absence(TODAY, FOREVER, (4,))),
        muted=("social",),
        weekly=1,
    ),
)
STOPPED = replace(MAYA, settings=Settings(stopped=True))
HELD = (
    Held("This week's question", "#bridge", "your week was full", None),
    Held("7 statements, about 2 minutes", "#bridge", "it was outside your hours", NOW),
)

CARDS = {
    "me": cards.me_card(MAYA, TODAY),
    "me, with much": cards.me_card(BUSY, TODAY),
    "me, stopped": cards.me_card(STOPPED, TODAY),
    "change or stop": cards.change_or_stop_card(MAYA),
    "quiet": cards.quiet_card(BUSY, 3, HELD),
    "quiet, stopped": cards.quiet_card(STOPPED, 0, ()),
    "stopped": cards.stopped_card(),
    "started": cards.started_card(Settings()),
    "saved": cards.saved_card(BUSY, TODAY),
    "away": cards.away_card(AWAY, MAYA),
    "away on Fridays": cards.away_card(Absence(TODAY, FOREVER, (4,)), MAYA),
    "back": cards.back_card(MAYA),
    "mine": cards.mine_card(),
    "data": cards.data_card({"who": {"name": "Maya"}}),
    "delete": cards.delete_card(),
    "deleted": cards.deleted_card(),
}
FORMS = {
    "hours": cards.hours_form(BUSY),
    "unit": cards.unit_form(BUSY.settings),
    "away": cards.away_form(TODAY),
    "fewer": cards.fewer_form(BUSY.settings, tuple(Option(f"kind{n}", f"A kind {n}") for n in range(15))),
}
