"""Two processes on one database do no harm: real ones, on a real file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.kernel.effects import Post, SetTimer
from bot.kernel.ids import Place, SessionId
from storage.database import Connections
from tests.storage.stores import NOW, Page, Store, card, opened

ROOT = Path(__file__).parents[2]
ROOMS = 8
WORKER = """
import json, sys
from datetime import timedelta
from bot.engine.ports import Sent
from bot.engine.tick import fire_one
from storage.database import Connections
from tests.storage.stores import LENA, NOW, Store, press
who = sys.argv[2]
store = Store(Connections(sys.argv[1]), founded=False)
store.now = NOW + timedelta(minutes=1)
sent = []
print("ready", flush=True)
sys.stdin.readline()
for n in range(20):
    store.engine.handle(press(LENA, session=f"s{n % 8}", line=f"{who}{n}", id=f"{who}{n}"))
    store.engine.handle(press(LENA, session=f"s{n % 8}", line=f"both{n}", id=f"both{n}"))
    fire_one(store.engine, store.queues, store.now)
    outgoing = store.claim()
    if outgoing is not None:
        sent.append(outgoing.key)
        store.queues.settle(outgoing, Sent(f"m{outgoing.id}"), store.now)
while fire_one(store.engine, store.queues, store.now):
    pass
sent += [one.key for one in store.deliver()]
store.connections.close()
print(json.dumps(sent))
"""


@pytest.mark.parametrize("kind", ["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_processes_do_no_harm(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Both press, fire and send at once: every press counts once, every timer fires once, every message goes once."""
    connections = opened(kind, request, tmp_path)
    store = Store(connections)
    for n in range(ROOMS):
        room = Place("local", "w", f"c{n}")
        store.does(*(Post(f"p{k}", room, card(f"{k}")) for k in range(4)), SetTimer("turn", NOW), session=f"s{n}")
    url = connections.url.render_as_string(hide_password=False)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    sent: list[str] = []
    for worker in workers:
        out, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
        sent += json.loads(out)
    assert len(sent) == len(set(sent)) == 4 * ROOMS
    lines: list[str] = []
    with store.database.unit() as unit:
        for n in range(ROOMS):
            state = unit.load(SessionId(f"s{n}"), ("local", "w")).state
            assert isinstance(state, Page)
            lines += state.lines
    wanted = [f"{who}{n}" for who in ("a", "b", "both") for n in range(20)]
    assert sorted(lines) == sorted(wanted + ["timer:turn"] * ROOMS)
    connections.close()


@pytest.mark.postgres
def test_a_connection_that_broke_is_opened_anew(migrated_postgres_url: str) -> None:
    """After PostgreSQL dropped us, one transaction fails and the next one works."""
    connections, other = Connections(migrated_postgres_url), Connections(migrated_postgres_url)
    with connections.transaction() as db:
        (ours,) = db.row("SELECT pg_backend_pid()") or (0,)
    with other.transaction() as db:
        db.row("SELECT pg_terminate_backend(:pid)", {"pid": ours})
    with pytest.raises(Exception, match="terminat"), connections.transaction() as db:
        db.row("SELECT 1")
    with connections.transaction() as db:
        assert db.row("SELECT 1") == (1,)
    connections.close()
    other.close()
