"""Small pictures: avatars, icons and charts, drawn as vectors so that nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platforms.local.app.cast import TEAM, Player
from bot.platforms.local.app.nodes import Node, h

ICONS = {
    "eye": "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12Zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
    "close": "M6 6l12 12M18 6 6 18",
    "thread": "M4 5h16v11H9l-5 4V5Z",
    "stage": "M4 7h9m5 0h2M4 17h3m5 0h8M15.5 4.5v5M9.5 14.5v5",
    "hash": "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
    "direct": "M4 5h16v12h-7l-4 3.5V17H4V5Z",
    "send": "M4 12h14M12 6l6 6-6 6",
    "back": "M14 6l-6 6 6 6",
}


def icon(name: str) -> Node:
    """A line drawing of 24 by 24 units, silent to screen readers."""
    path = h("path", d=ICONS[name], fill="none", stroke="currentColor", stroke_width="1.8", stroke_linecap="round")
    return h("svg", path, viewBox="0 0 24 24", cls="icon", aria_hidden="true", focusable="false")


def avatar(player: Player, size: str = "") -> Node:
    """Two letters on the member's own colour."""
    letters = player.name[:2]
    return h("span", letters, cls=f"avatar p{TEAM.index(player)} {size}".strip(), aria_hidden="true")


def mark(size: str = "") -> Node:
    """The bot's own sign: a circle of people, one of them speaking."""
    dots = (
        h("circle", cx="12", cy="4.6", r="2.9", cls="speaks"),
        h("circle", cx="19", cy="10", r="2"),
        h("circle", cx="16.4", cy="18.2", r="2"),
        h("circle", cx="7.6", cy="18.2", r="2"),
        h("circle", cx="5", cy="10", r="2"),
    )
    drawing = h("svg", dots, viewBox="0 0 24 24", aria_hidden="true", focusable="false")
    return h("span", drawing, cls=f"avatar mark {size}".strip(), aria_hidden="true")


WIDE, HIGH, LEFT, BOTTOM = 420, 180, 36, 24  # units of a chart's drawing


def chart(view: Mapping[str, Any]) -> Node:
    """Lines or bars, with the same said in words underneath for everybody."""
    low, high = float(view["low"]), float(view["high"])
    span = (high - low) or 1.0
    count = max(1, len(view["labels"]))

    def x(n: float) -> float:
        return round(LEFT + (WIDE - LEFT) * (n + 0.5) / count, 1)

    def y(value: float) -> float:
        return round((HIGH - BOTTOM) * (1 - (min(max(value, low), high) - low) / span) + 8, 1)

    shapes: list[Node] = []
    for value in (low, (low + high) / 2, high):
        shapes.append(h("line", x1=LEFT, x2=WIDE, y1=y(value), y2=y(value), cls="grid"))
        shapes.append(h("text", f"{value:g}", x=LEFT - 6, y=y(value) + 4, cls="scale"))
    for n, label in enumerate(view["labels"]):
        shapes.append(h("text", label, x=x(n), y=HIGH + 4, cls="label"))
    for which, series in enumerate(view["series"]):
        points = [(n, value) for n, value in enumerate(series["values"]) if value is not None]
        if view["kind"] == "bars":
            width = (WIDE - LEFT) / count / (len(view["series"]) + 1)
            for n, value in points:
                left = round(x(n) - width * len(view["series"]) / 2 + which * width, 1)
                height = round(y(low) - y(value), 1)
                shapes.append(
                    h("rect", x=left, y=y(value), width=round(width * 0.8, 1), height=height, cls=f"s{which}")
                )
        else:
            path = " ".join(f"{x(n)},{y(value)}" for n, value in points)
            shapes.append(h("polyline", points=path, cls=f"line s{which}"))
            shapes += [h("circle", cx=x(n), cy=y(value), r="3", cls=f"s{which}") for n, value in points]
    drawing = h("svg", shapes, viewBox=f"0 0 {WIDE} {HIGH + 12}", role="img", aria_label=view["alt"])
    return h("figure", h("figcaption", view["title"]), drawing, h("p", view["alt"], cls="muted"), cls="chart")
