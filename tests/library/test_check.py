"""What `moderato check` has to say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.kernel.content import Problem
from bot.library import check
from tests.library.samples import GUIDE, but, shelf


def settings(manifest: Path, environ: Mapping[str, str]) -> list[Problem]:
    """A check that somebody else brings along."""
    if environ.get("PORT") == "tea":
        return [Problem(".env", 1, '`PORT` is "tea"', f"Write a number, as in {manifest.name}.")]
    return []


def test_nothing_to_say(tmp_path: Path) -> None:
    """A good folder has no problems."""
    assert check(shelf(tmp_path), tmp_path / "manifest.yml", {}) == []


def test_problems_of_all_parts_in_order(tmp_path: Path) -> None:
    """Problems in prompts/ come first, then those of the checks that were passed in."""
    root = shelf(tmp_path, custom__guides__x=but(GUIDE, "    minutes: 30", "    minutes: 28"))
    found = check(root, tmp_path / "manifest.yml", {"PORT": "tea"}, [settings])

    assert [str(problem) for problem in found] == [
        "custom/guides/x.yml line 9: the steps add up to 58 minutes, total_minutes says 60. Change one of them.",
        '.env line 1: `PORT` is "tea". Write a number, as in manifest.yml.',
    ]
