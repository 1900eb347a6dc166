"""What waits for somebody: one line an activity kept for them.

An activity that wants to be seen here keeps a fact of kind `waits` for the member:
`{"line": "One question is open until ...", "until": "2026-03-24T20:30:00+00:00", "rank": 1}`; times in the
line are tokens of `kernel/words.py`. It forgets the fact when nothing waits any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.kernel.activity import Kept


@dataclass(frozen=True, slots=True)
class Waiting:
    line: str
    rank: int


def waiting(facts: tuple[Kept, ...], now: datetime) -> tuple[Waiting, ...]:
    """What still waits at *now*, most pressing first."""
    found = []
    for fact in facts:
        until = fact.row.get("until")
        if not until or datetime.fromisoformat(until) > now:
            found.append(Waiting(str(fact.row["line"]), int(fact.row.get("rank", 5))))
    return tuple(sorted(found, key=lambda one: one.rank))
