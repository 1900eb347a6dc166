"""How long a start takes, and what a running bot weighs: the whole process, from the shell to its first answer."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.harness import Sides, at_most, bench

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds until a start counts as failed
# A server that answers /healthz with the same two libraries, and does nothing else.
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/healthz", lambda _: PlainTextResponse("ok"))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


@dataclass(frozen=True)
class Started:
    """One start: seconds until the first answer, and megabytes resident by then."""

    seconds: float
    megabytes: float


@bench("start.seconds", unit="s", aim=at_most(10), rounds=3)
def seconds_to_the_first_answer(scratch: Path) -> Iterator[Sides]:
    """From `python -m bot run` to /healthz, on a database that is there, against a server that only answers."""
    ours, bare = _ours(scratch), _bare
    _start(ours)  # makes and migrates the database
    yield Sides(ours=lambda: _start(ours).seconds, baseline=lambda: _start(bare).seconds)


@bench("start.memory", unit="MB resident", aim=at_most(250), rounds=3)
def memory_of_a_running_bot(scratch: Path) -> Iterator[Sides]:
    """What `python -m bot run` holds in memory when it has answered once."""
    ours = _ours(scratch)
    yield Sides(ours=lambda: _start(ours).megabytes)


def _ours(scratch: Path) -> Callable[[int], subprocess.Popen[bytes]]:
    """Starts the bot with Slack's HTTP door open; it calls nobody before somebody calls it."""

    def start(port: int) -> subprocess.Popen[bytes]:
        settings = {
            "MODERATO_DATABASE_URL": f"sqlite:///{scratch / 'bench.db'}",
            "MODERATO_KEY_FILE": str(scratch / "bench.key"),
            "MODERATO_SECRET_KEY": "a secret of the benchmark",
            "MODERATO_LOG_LEVEL": "ERROR",
            "SLACK_CLIENT_ID": "1.1",
            "SLACK_CLIENT_SECRET": "made up",
            "SLACK_SIGNING_SECRET": "made up",
            "SLACK_API_URL": "http://127.0.0.1:9/",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK", "Microsoft"))}
        return subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=scratch, env=environment | settings)

    return start


def _bare(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BARE, str(port)])


def _start(start: Callable[[int], subprocess.Popen[bytes]]) -> Started:
    """Start a process, wait for its first answer, weigh it, and stop it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    begun = perf_counter()
    process = start(port)
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise RuntimeError(f"it ended with {process.returncode} instead of answering")
            if perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"no answer within {PATIENCE} s")
            _pause(process)
        return Started(perf_counter() - begun, _resident(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _pause(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.02)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _resident(pid: int) -> float:
    """Megabytes a process holds, as Linux counts them."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
