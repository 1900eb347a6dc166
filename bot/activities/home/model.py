"""What waits for somebody, and what comes next: one line each, kept by whichever activity it belongs to.

An activity that wants to be seen here keeps a fact of kind `waits` for the member:
`{"line": "One question is open until ...", "until": "2026-03-24T20:30:00+00:00", "rank": 1}`; times in the
line are tokens of `kernel/words.py`. `"press": ["Answer", TOKEN]` adds the button that answers it, which opens a
form. It forgets the fact when nothing waits any more. What comes next is read from `rhythm` and `session_planned`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.kernel.activity import Kept
from bot.kernel.cards import Action


@dataclass(frozen=True, slots=True)
class Waiting:
    line: str
    rank: int
    label: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    at: datetime
    what: str
    where: str  # the team's channel, as a sentence names it


def waiting(facts: tuple[Kept, ...], now: datetime) -> tuple[Waiting, ...]:
    """What still waits at *now*, most pressing first."""
    found = []
    for fact in facts:
        until = fact.row.get("until")
        if not until or datetime.fromisoformat(until) > now:
            label, token = fact.row.get("press") or ("", "")
            action = Action.unpack(token) if token else None
            found.append(Waiting(str(fact.row["line"]), int(fact.row.get("rank", 5)), label, action))
    return tuple(sorted(found, key=lambda one: one.rank))


def coming(
    rhythm: tuple[Kept, ...], planned: tuple[Kept, ...], labels: Mapping[str, str], now: datetime
) -> tuple[Coming, ...]:
    """What is planned after *now* in the teams with these *labels*, the next one first."""
    found = [
        Coming(at, str(fact.row["what"]), labels[fact.team])
        for fact in rhythm
        if fact.team in labels
        for at in map(datetime.fromisoformat, fact.row["dates"])
    ]
    found += [
        Coming(datetime.fromisoformat(fact.row["at"]), str(fact.row["title"]), labels[fact.team])
        for fact in planned
        if fact.team in labels
    ]
    return tuple(sorted((one for one in found if one.at > now), key=lambda one: (one.at, one.what, one.where)))
