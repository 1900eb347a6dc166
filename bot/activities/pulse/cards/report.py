"""One screen about a team."""

from __future__ import annotations

from collections.abc import Sequence

from bot.kernel.cards import (
    Action,
    Button,
    Buttons,
    Card,
    Text,
)
from bot.kernel.ids import NO_SESSION


def report_card(label: str, weeks: int, sections: Sequence[tuple[str, str]]) -> Card:
    """One screen about a team, never about a person."""
    span = "four weeks" if weeks == 4 else "three months"
    lines = tuple(Text(f"{title}: {said}") for title, said in sections)
    other = ("3 months", "report 3 months") if weeks == 4 else ("4 weeks", "report 4 weeks")
    return Card(
        f"{label}: the last {span}"[:60],
        (
            *lines,
            Text("Shares are sums over the window. A dash means there was nothing to count.", muted=True),
            Buttons((Button(other[0], Action("say", NO_SESSION, "type", other[1])),)),
        ),
    )
