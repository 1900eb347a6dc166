"""One screen about a team, what its figures mean, and the same as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date

from bot.kernel.cards import Action, Block, Button, Buttons, Card, File, Text
from bot.kernel.ids import NO_SESSION
from bot.pieces.metrics import NONE

VERSION = "metrics 6, version 1"
DEFINITIONS = (
    ("Taking part", "who answered or passed, of those who were expected: not away, not a newcomer of that day"),
    ("On time", "a session ended at most 5 minutes after its announced end; a step within its minutes and a tenth"),
    ("Roles", "turns of the people who take part; the gap is between who had one role most and least often"),
    ("Actions", "done by the end of the day they were due, with the date they were moved to last"),
    ("Surveys", "share of favourable answers; below 10 answers in words only: most is 70 % or more, few is below 30 %"),
    ("Up or down", "moved by more than 10 points, and by more than one person's answer could move it"),
    ("Used at work", "said yes to having used something new, of those who answered"),
)


def report_card(label: str, weeks: int, sections: Sequence[tuple[str, str]], *, leads: bool = False) -> Card:
    """One screen about a team, never about a person."""
    span, other = ("four weeks", "3 months") if weeks == 4 else ("three months", "4 weeks")
    lines: list[Block] = [Text(f"{title}: {_ended(said)}") for title, said in sections]
    row = [_typed(other, f"report {other}"), _typed("What is counted", "report definitions")]
    if leads:
        row.append(_typed("As files", "report export" if weeks == 4 else "report 3 months export"))
    row.append(_typed("So we will", "decision"))
    note = Text("Sums over the window, about the team only. A dash means there was nothing to count.", muted=True)
    return Card(f"{label}: the last {span}"[:60], (*lines, note, Buttons(tuple(row))))


def definitions_card() -> Card:
    lines = tuple(Text(f"{what}: {means}.") for what, means in DEFINITIONS)
    return Card("What is counted", (*lines, Text("No figure is about one person.", muted=True)))


def report_files_card(label: str, day: date, weeks: int, rows: Sequence[tuple[str, str, str, str]]) -> Card:
    """The same figures as files, each with what it is counted over."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("what", "says", "value", "of"))
    sheet.writerows(rows)
    body = {
        "team": label,
        "day": day.isoformat(),
        "weeks": weeks,
        "definitions": VERSION,
        "meaning": dict(DEFINITIONS),
        "figures": [dict(zip(("what", "says", "value", "of"), row, strict=True)) for row in rows],
    }
    name = f"report-{day.isoformat()}"
    return Card(
        f"{label}: the figures as files"[:60],
        (
            Text("Totals of the team, as the report shows them."),
            File(f"{name}.csv", out.getvalue()),
            File(f"{name}.json", json.dumps(body, ensure_ascii=False, indent=2)),
        ),
    )


def _ended(said: str) -> str:
    return said if said == NONE else f"{said.rstrip('.')}."


def _typed(label: str, text: str) -> Button:
    return Button(label, Action("say", NO_SESSION, "type", text))
