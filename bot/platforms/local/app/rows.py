"""What is stored: every row the bot keeps of this rehearsal, for anybody who wants to see for themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import icon

MOST_ROWS, MOST_CHARACTERS = 60, 160
RIDDLE = "{n} people have answered by now. Their answers are the rows of {table}. Try to say who said what."
ALL = "All that the bot keeps of this rehearsal, row by row. Nothing else is kept."
NOT_ABOUT_PEOPLE = {"alembic_version", "heartbeat", "lane", "inbox"}  # bookkeeping without anything anybody said

INDEXES = ("sqlite_", "kept_words_")  # how SQLite itself finds words; nothing that is not in `kept`


@dataclass(frozen=True, slots=True)
class Stored:
    """One table: its rows, or the first of many, and how many there are."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int


def read(database: Path) -> tuple[Stored, ...]:
    """Every table with rows in it, read without a way to change anything."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = [_table(db, name) for name in names if name not in NOT_ABOUT_PEOPLE and not name.startswith(INDEXES)]
    return tuple(table for table in tables if table.count)


def dialog(tables: Sequence[Stored], begin: str = "") -> Node:
    """The rows, with the table *begin* open: there is something to find out in it, or not."""
    riddle = next((table for table in tables if table.name == begin), None)
    return h(
        "dialog",
        h(
            "div",
            h(
                "header",
                h("h2", "What is stored", id="rows-title"),
                h("button", icon("close"), type="button", cls="tool", aria_label="Close", data_do=does("rows")),
            ),
            h("p", RIDDLE.replace("{n}", str(riddle.count)).replace("{table}", begin)) if riddle else None,
            h("p", ALL, cls="muted"),
            [_drawn(table, unfolded=table is riddle) for table in tables],
            cls="inside",
        ),
        cls="form rows",
        data_open="rows",
        data_cancel=does("rows"),
        aria_labelledby="rows-title",
        key="rows",
    )


def _drawn(table: Stored, *, unfolded: bool) -> Node:
    head = h("tr", [h("th", column, scope="col") for column in table.columns])
    body = [h("tr", [h("td", cell) for cell in row]) for row in table.rows]
    count = "1 row" if table.count == 1 else f"{table.count} rows"
    return h(
        "details",
        h("summary", h("strong", table.name), h("span", count, cls="muted")),
        h(
            "div",
            h("table", h("thead", head), h("tbody", body)),
            cls="table",
            tabindex="0",
            role="region",
            aria_label=table.name,
        ),
        open=unfolded,
        key=table.name,
    )


def _table(db: sqlite3.Connection, name: str) -> Stored:
    found = db.execute(f'SELECT * FROM "{name}" LIMIT {MOST_ROWS}')  # names come from the schema
    columns = tuple(column[0] for column in found.description)
    rows = tuple(tuple(_cell(value) for value in row) for row in found)
    (count,) = db.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()
    return Stored(name, columns, rows, int(count))


def _cell(value: object) -> str:
    text = "" if value is None else value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
