"""Draws a chart as a picture. matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import textwrap
from io import BytesIO
from typing import TYPE_CHECKING

from bot.kernel.cards import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 8.0  # inches
HEIGHT = 4.0
DPI = 150
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")  # nothing depends on colour alone
STROKES = ("-", "--", "-.", ":")
# Told apart with any kind of colour vision (after Okabe and Ito, and Tol); the first four stand out from the paper.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#56B4E9", "#E69F00", "#000000")
PAPER, INK = "#FBFBF8", "#1F2328"  # the picture brings its own paper, so it reads the same in light and in dark
LINE = 26  # characters of a label before it is broken
LONG = 12  # a label longer than this needs a line of its own, so bars lie down


def png(chart: Chart) -> bytes:
    """*chart* as a PNG 1200 pixels wide, readable on a phone, in light and dark, and in grey."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lying = chart.kind == "bars" and (len(chart.labels) > 6 or any(len(label) > LONG for label in chart.labels))
    labels = [_safe(textwrap.fill(label, LINE)) for label in chart.labels]
    lines = sum(label.count("\n") + 1 for label in labels)
    height = max(HEIGHT, 1.0 + 0.36 * lines + 0.12 * len(labels) * len(chart.series)) if lying else HEIGHT
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained", facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_facecolor(PAPER)
    high = chart.high if chart.high > chart.low else chart.low + 1
    if lying:
        _lying(axes, chart, labels)
        axes.set_xlim(chart.low, high)
    else:
        _lines(axes, chart) if chart.kind == "lines" else _standing(axes, chart)
        axes.set_xticks(range(len(labels)), labels)
        axes.set_ylim(chart.low, high)
    axes.set_title(textwrap.fill(_safe(chart.title), 60), fontsize=15, loc="left", color=INK)
    axes.grid(axis="x" if lying else "y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=12, colors=INK)
    if len(chart.series) > 1:
        axes.legend(fontsize=12, frameon=False, labelcolor=INK)
    out = BytesIO()
    figure.savefig(out, format="png", facecolor=PAPER)
    return out.getvalue()


def _lines(axes: Axes, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(
            range(len(values)),
            values,
            color=COLOURS[number % len(COLOURS)],
            marker=MARKS[number % len(MARKS)],
            markersize=8,
            linewidth=2.5,
            linestyle=STROKES[number % len(STROKES)],
            label=_safe(series.name),
        )
        for place, value in enumerate(series.values):
            # Every point of a single line says its value; of several lines the last, lest figures cover each other.
            if value is not None and (len(chart.series) == 1 or place == len(series.values) - 1):
                axes.annotate(
                    f"{value:g}", (place, value), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=12
                )


def _standing(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.series))
    for number, series in enumerate(chart.series):
        at = [place - 0.4 + width * (number + 0.5) for place in range(len(series.values))]
        heights = [value or 0.0 for value in series.values]
        colour = COLOURS[number % len(COLOURS)]
        bars = axes.bar(at, heights, width * 0.9, label=_safe(series.name), color=colour)
        axes.bar_label(bars, labels=_figures(series.values), fontsize=11, color=INK)


def _lying(axes: Axes, chart: Chart, labels: list[str]) -> None:
    """Bars that lie, the first on top, each with its figure: long labels stay readable."""
    width = 0.8 / max(1, len(chart.series))
    for number, series in enumerate(chart.series):
        at = [place - 0.4 + width * (number + 0.5) for place in range(len(series.values))]
        lengths = [value or 0.0 for value in series.values]
        colour = COLOURS[number % len(COLOURS)]
        bars = axes.barh(at, lengths, width * 0.9, label=_safe(series.name), color=colour)
        axes.bar_label(bars, labels=_figures(series.values), fontsize=12, padding=4, color=INK)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()


def _figures(values: tuple[float | None, ...]) -> list[str]:
    return ["" if value is None else f"{value:g}" for value in values]


def _safe(text: str) -> str:
    """Text without matplotlib's formula sign, and never hidden by a leading underscore."""
    return text.replace("$", r"\$").lstrip("_") or "-"
