"""What several ways in share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.kernel.activity import Context
from bot.kernel.content import Rotates
from bot.kernel.decision import Refused
from bot.kernel.words import plural, when

STALE = Refused("This card is from before. Nothing changed. /moderato roles shows how it is now.")
ROTATES: Mapping[str, Rotates] = {"session": "session", "week": "week", "month": "month", "set": "set"}


def listed_in(rest: str) -> tuple[str, ...]:
    parts = rest.split(",") if "," in rest else rest.split()
    return tuple(part.strip() for part in parts if part.strip())


def pack_of(context: Context) -> tuple[str, ...]:
    """What whoever looks after the team next should know: people, rhythm, surveys, records, what is open."""
    people = sum(person.takes_part for person in context.roster)
    zone = context.team.zone if context.team is not None else "UTC"
    lines = [f"{plural(people, '1 person takes part', '{n} people take part')}; the team's clock is {zone}."]
    lines += [f"Goal: {fact.row['title']}." for fact in context.facts("goal")[:3] if fact.row.get("title")]
    lines += [f"{fact.row['what']}: {fact.row['line']}." for fact in context.facts("rhythm")[:5] if "line" in fact.row]
    lines += _surveys(context)
    records = [f"{fact.row['title']}" for fact in context.facts("filed") if fact.row.get("kind") == "recap"]
    if records:
        lines.append(f"Last records: {', '.join(records[:3])}. /moderato archive finds all.")
    still = len(context.facts("action_open"))
    if still:
        lines.append(plural(still, "1 action is open.", "{n} actions are open."))
    return tuple(lines)


def _surveys(context: Context) -> list[str]:
    """Those that are open, and those that come back. Nothing of an answer is in a handover."""
    lines = []
    for fact in context.facts("pulse_open")[:3]:
        if fact.row.get("phase") == "open" and fact.row.get("closes"):
            until = when(datetime.fromisoformat(fact.row["closes"]), "date_time")
            lines.append(f"Survey: {fact.row['title']}, open until {until}.")
    for fact in context.facts("pulse_schedule")[:3]:
        again = plural(int(fact.row.get("weeks") or 0), "comes back every week", "comes back every {n} weeks")
        lines.append(f"Survey: {fact.row['title']} {again}.")
    return lines
