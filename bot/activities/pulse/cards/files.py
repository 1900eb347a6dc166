"""The totals as files and as a picture; nothing in them is more than was shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Literal

from bot.activities.pulse.model import Setting, Shown
from bot.kernel.cards import (
    Card,
    Chart,
    File,
    Series,
    Text,
)
from bot.pieces.results import Line, Results


def files_card(state: Shown) -> Card:
    """The totals as files, for those who work with them. Nothing in them is more than was shown."""
    setting = state.setting
    row = json.loads(state.row)
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("what", "title", "says", "percent", "mean", "spread", "trend", "longer", "n"))
    if "results" in row:
        results = Results.from_row(row["results"])
        for what, lines in (("index", results.indices), ("statement", results.statements)):
            sheet.writerows((what, *_cells(line), results.n) for line in lines)
        if results.score:
            sheet.writerow(("score", setting.title, results.score, "", "", "", results.score_trend, "", results.n))
        for group in results.groups:
            sheet.writerows((f"group: {group.title}", *_cells(line), group.n) for line in group.lines)
    elif "pairs" in row:
        sheet.writerows(
            (name, value, "", "", "", "", "", "", row["pairs"]["pairs"]) for name, value in row["pairs"].items()
        )
    body = {
        "survey": setting.survey,
        "version": setting.version,
        "title": setting.title,
        "closed": f"{state.closed:%Y-%m-%d}",
        "minimum_group": setting.minimum,
        "definitions": "metrics 6.7 to 6.13, version 1",
        "what_follows": state.follows,
        **{name: value for name, value in row.items() if name in ("results", "pairs")},
    }
    return Card(
        f"{setting.title}: files"[:60],
        (
            Text("Totals only, as they were shown."),
            File(f"{setting.survey}-{state.closed:%Y-%m-%d}.csv", out.getvalue()),
            File(f"{setting.survey}-{state.closed:%Y-%m-%d}.json", json.dumps(body, ensure_ascii=False, indent=2)),
        ),
    )


def _cells(line: Line) -> tuple[str, ...]:
    return (line.title, line.says, line.percent, line.mean, line.spread, line.trend, line.longer)


Waves = Sequence[tuple[str, Sequence[tuple[str, int]]]]  # label of a wave, and its indices as they were shown


def chart_of(setting: Setting, results: Results, waves: Waves) -> Chart | None:
    """A picture from ten answers on: the indices over the waves, or the statements of the first one."""
    if not results.numeric:
        return None
    kind: Literal["lines", "bars"] = "lines" if len(waves) > 1 else "bars"
    if kind == "lines":
        by_wave = [(label, {name: float(value) for name, value in points}) for label, points in waves]
        names = list(dict.fromkeys(name for _, points in by_wave for name in points))
        labels = tuple(label for label, _ in by_wave)
        series = tuple(Series(name, tuple(points.get(name) for _, points in by_wave)) for name in names)
    else:
        shown = [line for line in (*results.indices, *results.statements) if line.points is not None]
        labels = tuple(line.title for line in shown)
        series = (Series("agree, %", tuple(float(line.points or 0) for line in shown)),)
    if not labels or not series:
        return None
    said = [f"{one.name}: {_values(labels, one)}" for one in series]
    ends = {value for one in series for value in one.values if value in (10.0, 90.0)}
    capped = " 90 stands for 90 or more, and 10 for 10 or less." if ends else ""
    alt = f"Share that agrees, in per cent. {'; '.join(said)}.{capped}"
    title = f"{setting.title}: share that agrees, %"
    return Chart(kind, f"{title} (90: or more, 10: or less)" if ends else title, labels, series, alt)


def _values(labels: Sequence[str], series: Series) -> str:
    pairs = zip(labels, series.values, strict=True)
    return ", ".join(f"{label} {value:g}" for label, value in pairs if value is not None)
