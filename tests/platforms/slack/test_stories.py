"""Every story of the rehearsal room, told on Slack: over Socket Mode and over HTTP.

The stories are those of `tests/stories`, found by folder. Each builds its stage with `Local`; here that name makes a
stage of Slack, so what a story sets up beforehand is set up through Slack as well.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime
from types import FunctionType, ModuleType
from typing import Any

import pytest

import tests.stories
from tests.platforms.slack.stage import OnSlack

LOCAL_ONLY = {  # story -> why it can only be told without a wire
    "test_a_swap_without_a_choice_is_asked_for_one": "people there cannot send a form without a required choice",
    "test_a_roster_does_not_enrol_the_deleted_again": "looks a person up by the room's own ids",
    "test_all_my_data_comes_as_a_file": "reads the card itself; test_client.py sees the file arrive",
}
BEHIND = (".tape", ".engine", ".queues")  # a story that looks behind the stage is about the room's own


@pytest.fixture(params=["socket", "http"])
def stages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The story's module, with a Slack stage wherever it wants a stage. Slack must have had nothing to object to."""
    module = importlib.import_module(request.function.__module__)
    made: list[OnSlack] = []

    def on_slack(start: datetime, **traits: Any) -> OnSlack:
        made.append(OnSlack(start, transport=request.param, **traits))
        return made[-1]

    monkeypatch.setattr(module, "Local", on_slack)
    yield module
    for stage in made:
        stage.close()
        assert stage.slack.complaints == []
        assert stage.slack.rates.ignored == 0


@pytest.fixture
def bridge(stages: ModuleType) -> OnSlack:
    found: OnSlack = inspect.unwrap(stages.bridge)()
    return found


def _stories() -> Iterator[tuple[str, Callable[..., None]]]:
    for info in pkgutil.iter_modules(tests.stories.__path__):
        module = importlib.import_module(f"tests.stories.{info.name}")
        if not hasattr(module, "Local"):
            continue
        for name, story in inspect.getmembers(module, inspect.isfunction):
            own = {asked for asked in inspect.signature(story).parameters if _is_fixture(module, asked)}
            told = name.startswith("test_") and story.__module__ == module.__name__ and own <= {"bridge"}
            if told and name not in LOCAL_ONLY and not any(word in inspect.getsource(story) for word in BEHIND):
                yield f"{info.name}_{name.removeprefix('test_')}", story


def _is_fixture(module: ModuleType, name: str) -> bool:
    return hasattr(getattr(module, name, None), "__wrapped__")


def _told_here(story: Callable[..., None]) -> Callable[..., None]:
    """The same story as a function of its own: a mark put on the original would change it in the room, too."""
    told = FunctionType(
        story.__code__,
        story.__globals__,
        story.__name__,
        story.__defaults__,
        story.__closure__,  # type: ignore[attr-defined]
    )
    told.__dict__.update(story.__dict__)
    told.__module__, told.__doc__ = story.__module__, story.__doc__
    told.pytestmark = [*getattr(story, "pytestmark", ()), pytest.mark.usefixtures("stages").mark]  # type: ignore[attr-defined]
    return told


for _name, _story in _stories():
    globals()[_name] = _told_here(_story)
