"""What several ways in share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.kernel.activity import Context, Kept
from bot.kernel.content import Rotates
from bot.kernel.decision import Refused
from bot.kernel.keeping import RETENTION, Keeping, in_days
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
    keeping = Keeping.from_row(next((fact.row for fact in context.facts(RETENTION)), None))
    kept = f"Answers with names are kept {in_days(keeping.texts)}, single survey answers {in_days(keeping.raw)}."
    return (*lines, kept)


LYING = timedelta(days=5)


def lying_of(context: Context) -> tuple[str, ...]:
    """What a coach looks after: things to do past their day, free for long, parked for long. No names."""
    today = context.now.date().isoformat()
    open_ = context.facts("action_open")
    past = [str(f.row["what"]) for f in open_ if f.row.get("due") and str(f.row["due"]) < today]
    free = [str(f.row["what"]) for f in open_ if not f.row.get("taken") and _old(f, context) and not f.row.get("due")]
    parked = [str(f.row["text"]) for f in context.facts("parked") if _old(f, context)]
    found = []
    for things, one, many in (
        (past, "1 thing to do is past its day: {what}.", "{n} things to do are past their day: {what}."),
        (
            free,
            "1 thing is free to take since last week: {what}.",
            "{n} things are free to take since last week: {what}.",
        ),
        (parked, "1 topic is parked since last week: {what}.", "{n} topics are parked since last week: {what}."),
    ):
        if things:
            what = "; ".join(thing.rstrip(".") for thing in things[:3])
            found.append((one if len(things) == 1 else many).format(n=len(things), what=what))
    return tuple(found)


def _old(fact: Kept, context: Context) -> bool:
    return fact.at is not None and fact.at <= context.now - LYING


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
