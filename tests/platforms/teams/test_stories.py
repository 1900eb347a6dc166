"""Every story of the rehearsal room, told in Teams: with messages that one person sees, and without.

The stories are those of `tests/stories`, found by folder. Each builds its stage with `Local`; here that name makes a
stage of Teams, so what a story sets up beforehand is set up through Teams as well.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

import tests.stories
from tests.platforms.teams.stage import TeamsStage

LOCAL_ONLY = {  # story -> why it can only be told without a wire
    "test_the_topic_follows_the_host": "Teams has no topic that a bot could set",
    "test_a_swap_without_a_choice_is_asked_for_one": "people there cannot send a form without a required choice",
    "test_a_roster_does_not_enrol_the_deleted_again": "looks a person up by the room's own ids; see test_forgotten.py",
    "test_all_my_data_comes_as_a_file": "reads the card itself; see test_forgotten.py",
}
ELSEWHERE = {"test_canvas"}  # Teams has none
TWICE = {"test_round"}  # told also where an answer in the channel is a direct message


@pytest.fixture
def stages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The story's module, with a Teams stage wherever it wants a stage. Teams must have had nothing to object to."""
    module = importlib.import_module(request.function.__module__)
    made: list[TeamsStage] = []

    def on_teams(start: datetime, **traits: Any) -> TeamsStage:
        made.append(TeamsStage(start, targeted=not request.node.name.startswith("test_personal"), **traits))
        return made[-1]

    monkeypatch.setattr(module, "Local", on_teams)
    yield module
    for stage in made:
        stage.__exit__(None, None, None)


@pytest.fixture
def bridge(stages: ModuleType) -> TeamsStage:
    found: TeamsStage = inspect.unwrap(stages.bridge)()
    return found


def _stories() -> Iterator[tuple[str, Callable[..., None]]]:
    for info in pkgutil.iter_modules(tests.stories.__path__):
        if info.name in ELSEWHERE:
            continue
        module = importlib.import_module(f"tests.stories.{info.name}")
        for name, story in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and name not in LOCAL_ONLY and story.__module__ == module.__name__:
                yield f"{info.name}_{name.removeprefix('test_')}", story
                if info.name in TWICE:
                    yield f"test_personal_{name.removeprefix('test_')}", story


def _without_bridge(story: Callable[..., None]) -> Callable[..., None]:
    """A story that makes its own stages."""

    def told(stages: ModuleType) -> None:  # noqa: ARG001
        story()

    told.__module__, told.__doc__ = story.__module__, story.__doc__
    return told


for _name, _story in _stories():
    _wanted = inspect.signature(_story).parameters
    if "bridge" in _wanted:
        globals()[_name] = _story
    elif not _wanted:
        globals()[_name] = _without_bridge(_story)
