"""The best of a quarter: what members chose of the archive, without a name."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from bot.activities.records.cards import archive as cards
from bot.activities.records.commands.archive import GONE, entry_of, found_by, may_take_out
from bot.activities.records.commands.typed import today
from bot.activities.records.events import Chosen
from bot.kernel.activity import Aimed, Context, Kept, Shown
from bot.kernel.decision import Refused, Whisper
from bot.kernel.ids import in_team
from bot.kernel.inbound import ButtonPressed

MONTHS = ("January to March", "April to June", "July to September", "October to December")
MOST = 10  # on the list
QUARTER = re.compile(r"\d{4}-[1-4]")


def opened(press: ButtonPressed, context: Context) -> Shown | Refused:
    fact = found_by(press.choice, context)
    if fact is None:
        return GONE
    chose = [one for one in _chosen(_quarter(today(context)), context) if one.row["entry"] == fact.key]
    mine = any(one.member == press.actor for one in chose)
    may = may_take_out(fact, press.actor, context)
    card = cards.entry_card(entry_of(fact), chosen=len(chose), mine=mine, may_take_out=may)
    return Shown(Whisper(card, lasting=True))


def chosen(press: ButtonPressed, context: Context) -> Aimed | Refused:
    fact = found_by(press.action.argument, context)
    if fact is None or context.team is None:
        return GONE
    id_ = in_team(context.new_session, context.team.id)
    quarter = _quarter(today(context))
    title = str(fact.row.get("title"))
    return Aimed(id_, Chosen(id_, press.actor, fact.key, title, quarter, press.verb == "best"))


def listed(words: str, context: Context) -> Shown:
    """What was chosen most in a quarter: this one, the `last` one, or one that a button names."""
    now = _quarter(today(context))
    quarter = words if QUARTER.fullmatch(words) else _before(now) if words.startswith("last") else now
    counts = Counter(str(one.row["entry"]) for one in _chosen(quarter, context))
    entries = {fact.key: entry_of(fact) for fact in context.facts("filed") if fact.key in counts}
    best = sorted(entries.values(), key=lambda entry: -counts[entry.key])[:MOST]
    before = _before(quarter) if _chosen(_before(quarter), context) else ""
    year, number = quarter.split("-")
    months = MONTHS[int(number) - 1] + (f" {year}" if quarter != now else "")
    card = cards.best_card(months, best, [counts[entry.key] for entry in best], before)
    return Shown(Whisper(card, lasting=True))


def _chosen(quarter: str, context: Context) -> list[Kept]:
    return [fact for fact in context.facts("best") if fact.row.get("quarter") == quarter]


def _quarter(day: date) -> str:
    return f"{day.year}-{(day.month + 2) // 3}"


def _before(quarter: str) -> str:
    year, number = map(int, quarter.split("-"))
    return f"{year}-{number - 1}" if number > 1 else f"{year - 1}-4"
