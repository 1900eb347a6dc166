"""When a session that recurs comes again: every so many weeks, or on the same weekday of each month."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.activities.guides.cards.plan import monthly_on
from bot.activities.guides.model import Setting
from bot.kernel.calendar import Rule, at_wall, next_date

AHEAD = timedelta(weeks=4)  # what the card of the next weeks shows


def following(setting: Setting, at: datetime) -> datetime | None:
    """The one after *at*, at the same time of day also after the clocks change; None: it does not recur."""
    here = at.astimezone(ZoneInfo(setting.zone))
    day: date | None = None
    if setting.monthly:
        day = next_date(Rule(monthly_on(here.date()), time(10)), here.date())
    elif setting.repeat:
        day = here.date() + timedelta(weeks=setting.repeat)
    return at_wall(day, here.time(), setting.zone) if day else None


def row(setting: Setting, at: datetime) -> dict[str, Any]:
    """For the card of the next four weeks."""
    dates, last = [at], at + AHEAD
    while (further := following(setting, dates[-1])) is not None and further <= last + timedelta(hours=1):
        dates.append(further)
    what = f"{setting.title}, {setting.topic}" if setting.topic else setting.title
    iso = [one.isoformat() for one in dates]
    return {"what": what[:80], "line": setting.topic or setting.title, "dates": iso}
