"""Which tags a link may carry: those of prompts/tags.yml, and what a team's own file adds."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.kernel.cards import PickField
from bot.library.load import load
from tests.story import Local, berlin

PROMPTS = Path(__file__).parents[2] / "prompts"
OWN = 'kind: tags\ntags:\n  - id: night_shift\n    title: "Night shift"\n  - id: trust\n    title: "Trusting"\n'


def offered(stage: Local) -> dict[str, str]:
    assert stage.types("Ines", "resource add") == "form: A link that helped"
    (field,) = (one for one in stage.form("Ines").fields if isinstance(one, PickField) and one.name == "tag")
    return {option.value: option.label for option in field.options}


def test_a_teams_own_tags_are_offered_and_win(tmp_path: Path) -> None:
    """A tag of custom/tags.yml is offered beside the shipped ones, typed as `#tag`, and its title wins."""
    shutil.copy(PROMPTS / "tags.yml", tmp_path)
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom" / "tags.yml").write_text(OWN, encoding="utf-8")
    library, problems = load(tmp_path)
    assert problems == ()
    stage = Local(berlin("2026-03-24 11:00"), content=library)
    tags = offered(stage)
    assert (tags["night_shift"], tags["trust"], tags["learning"]) == ("Night shift", "Trusting", "Learning")
    stage.types("Ines", "resource add https://example.org/nights It says who is awake #night_shift #windmill")
    assert "It says who is awake #windmill" in stage.types("Sam", "resource tag:night_shift")
    assert "Tags: Night shift." in stage.chooses("Sam", "Open one", "nights")


def test_a_broken_file_leaves_the_shipped_tags(tmp_path: Path) -> None:
    """What cannot be read is said with its line, and the shipped tags stay."""
    shutil.copy(PROMPTS / "tags.yml", tmp_path)
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom" / "tags.yml").write_text("kind: tags\ntags:\n  - id: Night Shift\n", encoding="utf-8")
    library, problems = load(tmp_path)
    assert {(problem.file, problem.line) for problem in problems} == {("custom/tags.yml", 3)}
    assert "learning" in offered(Local(berlin("2026-03-24 11:00"), content=library))


def test_without_any_tags_the_form_has_no_list() -> None:
    """A bot without content still takes links."""
    stage = Local(berlin("2026-03-24 11:00"))
    stage.types("Ines", "resource add")
    assert not [one for one in stage.form("Ines").fields if isinstance(one, PickField)]
    assert "Saved." in stage.submits("Ines", link="https://example.org/x", why="It helps")
