"""Draws a chart as a picture. matplotlib is imported when the first one is drawn."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from bot.kernel.cards import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (8.0, 4.0)  # inches
DPI = 150
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")  # nothing depends on colour alone
STROKES = ("-", "--", "-.", ":")


def png(chart: Chart) -> bytes:
    """*chart* as a PNG of 1200 by 600 pixels, readable on a phone and in grey."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    if chart.kind == "lines":
        _lines(axes, chart)
    else:
        _bars(axes, chart)
    axes.set_ylim(chart.low, chart.high if chart.high > chart.low else chart.low + 1)
    axes.set_title(chart.title.replace("$", r"\$"), fontsize=15, loc="left")
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=12)
    if len(chart.series) > 1:
        axes.legend(fontsize=12, frameon=False)
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _lines(axes: Axes, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(
            range(len(values)),
            values,
            marker=MARKS[number % len(MARKS)],
            linestyle=STROKES[number % len(STROKES)],
            label=_safe(series.name),
        )
    _ticks(axes, chart)


def _bars(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.series))
    for number, series in enumerate(chart.series):
        at = [place - 0.4 + width * (number + 0.5) for place in range(len(series.values))]
        heights = [value or 0.0 for value in series.values]
        bars = axes.bar(at, heights, width * 0.9, label=_safe(series.name))
        axes.bar_label(bars, labels=["" if value is None else f"{value:g}" for value in series.values], fontsize=11)
    _ticks(axes, chart)


def _ticks(axes: Axes, chart: Chart) -> None:
    axes.set_xticks(range(len(chart.labels)), [_safe(label) for label in chart.labels])


def _safe(text: str) -> str:
    """Text without matplotlib's formula sign, and never hidden by a leading underscore."""
    return text.replace("$", r"\$").lstrip("_") or "-"
