"""What several ways in share."""

from __future__ import annotations

from collections.abc import Mapping

from bot.kernel.activity import Context
from bot.kernel.content import Rotates
from bot.kernel.decision import Refused
from bot.kernel.words import plural

QUIET = ("roles", "people", "teams", "home")  # always open, so nothing to hand over
STALE = Refused("This card is from before. Nothing changed. /moderato roles shows how it is now.")
ROTATES: Mapping[str, Rotates] = {"session": "session", "week": "week", "month": "month", "set": "set"}


def listed_in(rest: str) -> tuple[str, ...]:
    parts = rest.split(",") if "," in rest else rest.split()
    return tuple(part.strip() for part in parts if part.strip())


def pack_of(context: Context) -> tuple[str, ...]:
    """What whoever looks after the team next should know, as far as it can be said here."""
    people = sum(person.takes_part for person in context.roster)
    zone = context.team.zone if context.team is not None else "UTC"
    lines = [f"{plural(people, '1 person takes part', '{n} people take part')}; the team's clock is {zone}."]
    kinds = sorted({one.activity for one in context.sessions if one.activity not in QUIET})
    if kinds:
        lines.append(f"Open now: {', '.join(kinds)}.")
    titles = [str(fact.row["title"]) for fact in context.facts("record") if fact.row.get("title")]
    if titles:
        lines.append(f"Last records: {', '.join(titles)}.")
    still = sum(fact.row.get("state") not in ("done", "dropped") for fact in context.facts("action"))
    if still:
        lines.append(plural(still, "1 action is open.", "{n} actions are open."))
    return tuple(lines)
