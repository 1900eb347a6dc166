"""The benchmarks measure in turns and judge by their aim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import harness, run
from benchmarks.harness import Benchmark, Measure, Result, Sides, at_least, at_most, bench, measure

AIM = at_least(1)


def a_benchmark(sides: Sides, aim: harness.Aim = AIM, rounds: int = 3) -> Benchmark:
    """A benchmark of two given sides, set up by nothing."""

    def setup(_: Path) -> Iterator[Sides]:
        yield sides

    return Benchmark("x.y", "X against Y.", "per second", aim, rounds, setup)


def figures(log: list[str], name: str, *values: float) -> Measure:
    """A side that notes its turn and returns the values one after another."""
    rest = iter(values)

    def side() -> float:
        log.append(name)
        return next(rest)

    return side


def test_the_sides_take_turns_and_the_first_turn_alternates():
    """After one warm-up each, the side that goes first changes every round, and the median counts."""
    turns: list[str] = []
    sides = Sides(ours=figures(turns, "o", 99, 3, 1, 8), baseline=figures(turns, "b", 99, 6, 5, 100))
    result = measure(a_benchmark(sides))
    assert "".join(turns) == "ob" + "ob" + "bo" + "ob"
    assert (result.ours, result.baseline, result.ratio) == (3, 6, 0.5)


@pytest.mark.parametrize(
    ("ours", "baseline", "aim", "met"),
    [
        (2, 10, at_least(0.2), True),
        (1.9, 10, at_least(0.2), False),
        (11, 10, at_most(1.2), True),
        (13, 10, at_most(1.2), False),
        (24, None, at_most(25), True),
        (26, None, at_most(25), False),
    ],
)
def test_the_aim_is_held_against_the_ratio_or_without_baseline_against_ours(
    ours: float, baseline: float | None, aim: harness.Aim, met: bool
):
    """A ratio is judged where there is a baseline, the figure itself where there is none; the bound is enough."""
    assert Result(a_benchmark(Sides(lambda: 0), aim), ours, baseline).is_met is met


def test_latest_json_holds_what_others_read(tmp_path: Path):
    """Each name leads to ours, baseline, ratio, aim and met."""
    run.write([Result(a_benchmark(Sides(lambda: 0), at_least(0.2)), 5, 10)], tmp_path / "latest.json")
    assert json.loads((tmp_path / "latest.json").read_text()) == {
        "x.y": {"ours": 5, "baseline": 10, "ratio": 0.5, "aim": "≥ 0.2", "met": True, "unit": "per second"}
    }


def test_two_benchmarks_cannot_share_a_name(monkeypatch: pytest.MonkeyPatch):
    """A second benchmark of a name is refused, because latest.json would keep only one."""
    monkeypatch.setattr(harness, "REGISTERED", {})

    def setup(_: Path) -> Iterator[Sides]:
        yield Sides(lambda: 0)

    bench("same", unit="s", aim=at_most(1))(setup)
    with pytest.raises(ValueError, match="two benchmarks named same"):
        bench("same", unit="s", aim=at_most(1))(setup)


def test_a_benchmark_runs_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A benchmark named by a part of its name is set up, measured, shown and written down; no figure is judged here."""
    monkeypatch.setattr(run, "LATEST", tmp_path / "latest.json")
    code = run.main(["commit.co", "--rounds", "1"])
    shown = capsys.readouterr().out
    assert code == 0, shown
    assert "ratio" in shown
    assert list(json.loads((tmp_path / "latest.json").read_text())) == ["commit.core"]


def test_an_unknown_name_is_answered_with_the_names_there_are(capsys: pytest.CaptureFixture[str]):
    """A misspelt name lists the benchmarks instead of running none in silence."""
    assert run.main(["nonesuch"]) == 1
    assert "commit.core" in capsys.readouterr().out
