"""Run the benchmarks, show them side by side, and write benchmarks/latest.json."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import REGISTERED, Benchmark, Result, Row, figure, measure

HERE = Path(__file__).parent
LATEST = HERE / "latest.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Its exit code is 1 if a benchmark broke, or with --strict if an aim was missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="names, or parts of names; all benchmarks if none is given")
    parser.add_argument(
        "--rounds", type=int, default=None, metavar="N", help="rounds for each, instead of its own number"
    )
    parser.add_argument("--strict", action="store_true", help="a missed aim is a failure")
    wanted = parser.parse_args(arguments)

    collect(HERE)
    chosen = choose(REGISTERED, wanted.only)
    if not chosen:
        _say(f"No benchmark is named like {' or '.join(wanted.only)}. There are: {', '.join(sorted(REGISTERED))}.")
        return 1
    _say(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores. Medians.\n")
    results: list[Result] = []
    broken = 0
    for benchmark in chosen:
        try:
            result = measure(benchmark, wanted.rounds)
        except Exception:  # one broken benchmark must not hide the figures of the others
            broken += 1
            _say(f"{benchmark.name} broke:\n{traceback.format_exc()}")
        else:
            results.append(result)
            _say(describe(result))
    write(results, LATEST)
    missed = [result.benchmark.name for result in results if not result.is_met]
    _say(f"{len(results) - len(missed)} aims met, {len(missed)} missed{''.join(f', {name}' for name in missed)}.")
    return 1 if broken or (missed and wanted.strict) else 0


def collect(folder: Path) -> None:
    """Import each bench_*.py of `folder`, so that it registers what it has."""
    for file in sorted(folder.glob("bench_*.py")):
        importlib.import_module(f"benchmarks.{file.stem}")


def choose(registered: dict[str, Benchmark], only: Sequence[str]) -> list[Benchmark]:
    """The benchmarks whose name contains one of the words of `only`, by name; all of them if there is no word."""
    return [registered[name] for name in sorted(registered) if not only or any(word in name for word in only)]


def describe(result: Result) -> str:
    """A result in three lines: the name and what it compares, the figures side by side, the verdict."""
    benchmark = result.benchmark
    sides = f"ours {figure(result.ours)}"
    if result.baseline is not None:
        sides += f"   baseline {figure(result.baseline)}   ratio {figure(result.ratio)}"
    verdict = "met" if result.is_met else "MISSED"
    return f"{benchmark.name}: {benchmark.says}\n    {sides}   ({benchmark.unit})   aim {benchmark.aim}   {verdict}\n"


def write(results: Sequence[Result], file: Path) -> None:
    """Leave the figures in `file`, by name, replacing those of the run before."""
    rows: dict[str, Row] = {result.benchmark.name: result.row() for result in results}
    file.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
