"""What everybody waits for finds its rows by an index, however many teams share the database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.library import load
from bot.simulate.faults import MortalConnection
from bot.simulate.host import Plan
from bot.simulate.run import simulate
from storage.database import Connections, Params
from tests.storage.stores import copy_into

# Once a night, once at a start, or when somebody asks to be forgotten: these may look through a whole table.
RARE = (
    "DELETE FROM kept WHERE kind = 'posted' AND at <",
    "DELETE FROM kept WHERE team = '' AND kind = :kind AND at <",
    "SELECT platform, workspace, team, fact FROM kept WHERE kind =",
    "DELETE FROM lane WHERE free <",
    "DELETE FROM inbox WHERE day <",
    "DELETE FROM outbox WHERE ready IS NULL AND id NOT IN",
    "UPDATE message SET card = '', why = '' WHERE card <> ''",
    "UPDATE message SET card = '', why = '' WHERE platform",
    "SELECT id, activity, team, platform, workspace FROM session WHERE open = 1",
    "DELETE FROM outbox WHERE platform = :p AND workspace = :w AND (person",
    "UPDATE outbox SET status = 'dead', ready = NULL, card = '', because = 'asked to be forgotten'",
    "SELECT id, activity, team FROM session WHERE platform = :p AND workspace = :w AND (open = 1 OR",
    "SELECT platform, workspace, name, private, linking FROM seal",
    "DELETE FROM message WHERE platform = :p AND workspace = :w AND (person",
    "DELETE FROM membership WHERE person = :u AND team IN",
    "UPDATE membership SET takes_part = 0, owner = 0 WHERE",
)
# Asked by the checks of the simulation themselves, not by the bot.
ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "bot" / "simulate"
BROAD = re.compile(r"^SCAN (?!CONSTANT|\d)(?!.*VIRTUAL TABLE)|\(platform=\? AND workspace=\?\)$|\(platform=\?\)$")


def test_no_statement_looks_through_a_table(monkeypatch: pytest.MonkeyPatch, newest_schema: Path) -> None:
    """Every statement of two simulated days, with those that nobody waits for set aside, searches by an index."""
    seen: dict[str, Any] = {}
    real = MortalConnection._run

    def run(self: MortalConnection, sql: str, params: Params | None) -> Any:
        seen.setdefault(sql, dict(params or {}))
        return real(self, sql, params)

    monkeypatch.setattr(MortalConnection, "_run", run)
    content, _ = load(ROOT / "prompts")
    simulate(Plan(seed=11, weeks=0.3, teams=2), content=content)
    checks = "\n".join(file.read_text() for file in CHECKS.glob("*.py"))
    connections = copy_into(Connections("sqlite://"), newest_schema)
    broad = []
    for sql, params in seen.items():
        if sql.startswith(RARE) or sql[:40] in checks:
            continue
        plan = connections.raw().execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        broad += [f"{step[3]}: {sql}" for step in plan if BROAD.search(step[3])]
    connections.close()
    assert len(seen) > 80
    assert not broad, "\n".join(broad)
