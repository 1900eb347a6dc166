"""Two processes on one database, and one person whose form arrives at both at the same moment."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.activities import ACTIVITIES
from bot.engine.handle import Engine
from bot.engine.route import Routes
from bot.kernel.decision import Reply, Whisper
from bot.kernel.inbound import FormSubmitted
from bot.library import load
from storage.database import Connections
from storage.unit import Database
from tests.story import Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
PEOPLE = ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya", "Jo", "Sam")


def process(connections: Connections, stage: Local) -> Engine:
    """What a process of its own has: nothing shared but the database."""
    by_name = {activity.name: activity for activity in ACTIVITIES}
    unit = Database(connections, by_name, b"a pepper for stories", CONTENT).unit
    return Engine(by_name, Routes(ACTIVITIES), unit, stage.clock)


def both(engines: list[Engine], arrivals: list[FormSubmitted]) -> list[Any]:
    gate = threading.Barrier(len(engines))
    told: list[Any] = [None] * len(engines)

    def run(n: int) -> None:
        gate.wait()
        try:
            told[n] = engines[n].handle(arrivals[n])
        except Exception as error:
            told[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(engines))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def title(reply: Reply) -> str:
    assert isinstance(reply, Whisper), reply
    return reply.card.title


def raced(first: Connections, second: Connections) -> None:
    stage = Local(berlin("2026-03-24 10:00"), first, content=CONTENT)
    stage.types("Lena", "pulse start psych-safety")
    stage.until("Tue 17:00")
    engines = [process(first, stage), process(second, stage)]
    for number, person in enumerate(PEOPLE):
        stage.presses(person, "Open", "@")
        action = stage.form(person).action
        items = stage.form(person).names()
        arrivals = [
            FormSubmitted(
                id=f"race {number}.{copy}",
                actor=stage.member(person),
                place=stage._place("@", person),
                action=action,
                values=dict.fromkeys(items, value),
            )
            for copy, value in enumerate(("5", "1"))
        ]
        assert sorted(title(told) for told in both(engines, arrivals)) == ["Already counted", "Counted. Thank you."]
        with first.transaction() as db:
            assert db.row("SELECT COUNT(*) FROM sealed") == (number + 1,)
    stage.passes("6 days")
    assert "8 people answered" in stage.card()
    with first.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM kept WHERE kind = 'pulse_answer'") == (8,)


def test_two_processes_count_one_answer_once_in_a_file(tmp_path: Path) -> None:
    """On SQLite, of two forms that arrive at once at two processes, one is counted and the other told so."""
    url = f"sqlite:///{tmp_path / 'raced.db'}"
    with closing(Connections(url)) as first, closing(Connections(url)) as second:
        raced(first, second)


@pytest.mark.postgres
def test_two_processes_count_one_answer_once_on_a_server(migrated_postgres_url: str) -> None:
    """On PostgreSQL, of two forms that arrive at once at two processes, one is counted and the other told so."""
    with closing(Connections(migrated_postgres_url)) as first, closing(Connections(migrated_postgres_url)) as second:
        raced(first, second)
