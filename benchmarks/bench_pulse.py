"""A survey for five thousand people: invited, counted, drawn."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random  # noqa: TID251  (seeded: made-up answers)
from time import perf_counter

from benchmarks.harness import Sides, at_most, bench
from bot.activities import ACTIVITIES
from bot.charts import png
from bot.engine.handle import Engine
from bot.engine.route import Routes
from bot.engine.tick import fire_one
from bot.kernel.cards import Chart, Series
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import CommandTyped, RosterRead
from bot.kernel.people import Profile
from bot.library import load
from bot.pieces.metrics import Share
from bot.pieces.results import results as show_results
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

PEOPLE = 5000
ANSWERS = 100_000
NOW = datetime(2026, 3, 24, 8, 30, tzinfo=UTC)
HERE = Place("local", "w", "everybody")
CONTENT, _ = load(Path(__file__).parents[1] / "prompts")
BY_NAME = {activity.name: activity for activity in ACTIVITIES}


@bench("pulse.wave", unit="s", aim=at_most(5), rounds=3)
def wave(scratch: Path) -> Iterator[Sides]:
    """A wave to 5,000 people: every part and every invitation written, in one process."""
    yield Sides(lambda: asyncio.run(_wave(scratch / "wave.db"))[0])


@bench("pulse.wave.stall", unit="ms", aim=at_most(25), rounds=3)
def stall(scratch: Path) -> Iterator[Sides]:
    """The longest that the event loop was held up while that wave was prepared on a database thread."""
    yield Sides(lambda: 1000 * asyncio.run(_wave(scratch / "stall.db"))[1])


@bench("pulse.results", unit="s", aim=at_most(1), rounds=3)
def results(scratch: Path) -> Iterator[Sides]:  # noqa: ARG001
    """The results of 100,000 answers to seven statements."""
    survey, dice = CONTENT.surveys["psych-safety"], Random(1)
    ids = [question.id for question in survey.questions]
    answers = [{one: dice.choice((1, 2, 3, 4, 4, 5)) for one in ids if dice.random() > 0.05} for _ in range(ANSWERS)]

    def ours() -> float:
        begun = perf_counter()
        assert show_results(survey, answers, (), Share(ANSWERS, ANSWERS)).n == ANSWERS
        return perf_counter() - begun

    yield Sides(ours)


@bench("pulse.chart", unit="ms", aim=at_most(300), rounds=5)
def chart(scratch: Path) -> Iterator[Sides]:  # noqa: ARG001
    """A chart of eight statements as a PNG, drawn in a thread as the platforms do."""
    labels = tuple(f"{question.short or question.text}" for question in CONTENT.surveys["psych-safety"].questions)
    values = tuple(10.0 * number for number in range(1, len(labels) + 1))
    drawn = Chart("bars", "Safe to speak: share that agrees", labels, (Series("agree, %", values),), "in words")

    def ours() -> float:
        begun = perf_counter()
        assert asyncio.run(_drawn(drawn)).startswith(b"\x89PNG")
        return 1000 * (perf_counter() - begun)

    yield Sides(ours)


async def _wave(file: Path) -> tuple[float, float]:
    """Prepare the wave; (how long it took, the longest pause of the event loop meanwhile), in seconds."""
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    connections = Connections(f"sqlite:///{file}")
    upgrade(connections)
    database = Database(connections, BY_NAME, b"pepper", CONTENT)
    engine = Engine(BY_NAME, Routes(ACTIVITIES), database.unit, lambda: NOW)
    queues = Queues(connections, BY_NAME)
    people = tuple(Profile(Member("local", "w", f"u{n}"), f"Person {n}", "Europe/Berlin") for n in range(PEOPLE))
    lena = people[0].member
    await connections.in_thread(engine.hear, RosterRead(id="r", place=HERE, name="all", people=people, by=lena))
    gc.collect()
    gc.freeze()  # as `serve` does
    done = asyncio.Event()
    watching = asyncio.create_task(longest_pause(done))
    await asyncio.sleep(0)
    begun = perf_counter()
    start = CommandTyped(id="start", actor=lena, place=HERE, text="pulse start psych-safety")
    await connections.in_thread(engine.handle, start)
    while await connections.in_thread(_begun, connections) < PEOPLE:
        assert await connections.in_thread(fire_one, engine, queues, NOW)
    took = perf_counter() - begun
    done.set()
    pause = await watching
    connections.close()
    gc.unfreeze()
    return took, pause


def _begun(connections: Connections) -> int:
    with connections.transaction() as db:
        row = db.row("SELECT COUNT(*) FROM session WHERE activity = 'pulse' AND person <> ''")
    return int(row[0]) if row else 0


async def longest_pause(done: asyncio.Event) -> float:
    """How late a task that asks to run again at once ever came."""
    longest, last = 0.0, perf_counter()
    while not done.is_set():
        await asyncio.sleep(0.001)
        now = perf_counter()
        longest, last = max(longest, now - last - 0.001), now
    return longest


async def _drawn(drawn: Chart) -> bytes:
    return await asyncio.to_thread(png, drawn)
