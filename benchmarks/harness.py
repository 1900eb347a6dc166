"""A benchmark is two ways to do one thing, measured in turns.

A file named `bench_*.py` in this folder registers its benchmarks:

    @bench("press.sqlite", unit="presses/s", aim=at_least(0.2))
    def press(scratch: Path) -> Iterator[Sides]:
        \"\"\"One handled press with its durable commit, against the same rows written by raw sqlite3.\"\"\"
        with an_engine(scratch / "ours.db") as engine, a_connection(scratch / "raw.db") as raw:
            yield Sides(ours=lambda: per_second(500, engine.press), baseline=lambda: per_second(500, raw.press))

What stands before the `yield` is set-up and not measured; each side measures itself and returns one figure.
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypedDict

Measure = Callable[[], float]
"""Does the work once through and returns its figure, in the benchmark's unit."""


@contextmanager
def one_core() -> Iterator[None]:
    """This process and its threads on one core: what a small machine gives, and nothing lost between two.

    What is in memory before is left alone by the garbage collector, as `serve` does: else the modules of all other
    benchmarks would be looked through.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Aim:
    """What the figure should be: the ratio ours/baseline, or our figure itself where there is no baseline."""

    bound: float
    at_most: bool

    def is_met(self, value: float) -> bool:
        """Whether `value` reaches the bound; the bound itself is enough."""
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {figure(self.bound)}"


def at_least(bound: float) -> Aim:
    """More is better."""
    return Aim(bound, at_most=False)


def at_most(bound: float) -> Aim:
    """Less is better."""
    return Aim(bound, at_most=True)


@dataclass(frozen=True)
class Sides:
    """Both ways to do the thing, set up and ready. No baseline: our figure is held against the aim itself."""

    ours: Measure
    baseline: Measure | None = None


@dataclass(frozen=True)
class Benchmark:
    """A registered benchmark: its name in the results, what it compares, and what we aim at."""

    name: str
    says: str
    unit: str
    aim: Aim
    rounds: int
    sides: Callable[[Path], Iterator[Sides]]


@dataclass(frozen=True)
class Result:
    """Medians over the rounds of one benchmark."""

    benchmark: Benchmark
    ours: float
    baseline: float | None

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline; None without a baseline, or with one of zero."""
        return self.ours / self.baseline if self.baseline else None

    @property
    def is_met(self) -> bool:
        """Whether the aim is reached, by the ratio where there is one."""
        return self.benchmark.aim.is_met(self.ours if self.ratio is None else self.ratio)

    def row(self) -> Row:
        """The result as it stands in latest.json."""
        return {
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "aim": str(self.benchmark.aim),
            "met": self.is_met,
            "unit": self.benchmark.unit,
        }


class Row(TypedDict):
    """One value of latest.json, by the benchmark's name."""

    ours: float
    baseline: float | None
    ratio: float | None
    aim: str
    met: bool
    unit: str


REGISTERED: dict[str, Benchmark] = {}

Setup = Callable[[Path], Iterator[Sides]]


def bench(name: str, *, unit: str, aim: Aim, rounds: int = 7) -> Callable[[Setup], Setup]:
    """Register a benchmark. Its docstring's first line is shown; its `scratch` is an empty folder, gone after it."""

    def register(setup: Setup) -> Setup:
        if name in REGISTERED:
            raise ValueError(f"There are two benchmarks named {name}.")
        says = (setup.__doc__ or "").strip().partition("\n")[0]
        REGISTERED[name] = Benchmark(name, says, unit, aim, rounds, setup)
        return setup

    return register


def measure(benchmark: Benchmark, rounds: int | None = None) -> Result:
    """Set the sides up, warm each once, then let them take turns.

    The side that goes first changes every round, so that a machine that slows down slows both alike.
    """
    ours: list[float] = []
    baseline: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="moderato-bench-") as scratch,
        contextmanager(benchmark.sides)(Path(scratch)) as sides,
    ):
        turns = [(sides.ours, ours)]
        if sides.baseline is not None:
            turns.append((sides.baseline, baseline))
        for side, _ in turns:
            side()
        for _ in range(rounds or benchmark.rounds):
            for side, figures in turns:
                gc.collect()
                figures.append(side())
            turns.reverse()
    return Result(benchmark, statistics.median(ours), statistics.median(baseline) if baseline else None)


def per_second(times: int, work: Callable[[], object]) -> float:
    """How often `work` is done in a second, over `times` goes."""
    return times / seconds(times, work)


def seconds(times: int, work: Callable[[], object]) -> float:
    """How many seconds `times` goes of `work` take together."""
    start = perf_counter()
    for _ in range(times):
        work()
    return perf_counter() - start


def figure(value: float | None) -> str:
    """A figure as a person reads it: three digits that count, no more."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
