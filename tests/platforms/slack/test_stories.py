"""Every story of the rehearsal room, told on Slack: over Socket Mode and over HTTP.

The stories are those of `tests/stories`, found by folder: each function there that asks for `bridge`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import tests.stories
from tests.platforms.slack.stage import OnSlack
from tests.story import Local

LOCAL_ONLY = {  # story -> why it can only be told without a wire
    "test_handing_an_action_over": "chooses a person by the room's own ids",
    "test_a_roster_does_not_enrol_the_deleted_again": "looks a person up by the room's own ids",
    "test_all_my_data_comes_as_a_file": "reads the card itself; test_client.py sees the file arrive",
}


@pytest.fixture(params=["socket", "http"])
def bridge(request: pytest.FixtureRequest) -> Iterator[OnSlack]:
    module = importlib.import_module(request.function.__module__)
    local: Local = inspect.unwrap(module.bridge)()  # when it begins, and who is there
    stage = OnSlack(local.start, transport=request.param, people=local.people, owner=local.owner, content=local.content)
    yield stage
    stage.close()
    assert stage.slack.complaints == []
    assert stage.slack.rates.ignored == 0


def _stories() -> Iterator[tuple[str, object]]:
    for info in pkgutil.iter_modules(tests.stories.__path__):
        module = importlib.import_module(f"tests.stories.{info.name}")
        for name, story in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and "bridge" in inspect.signature(story).parameters and name not in LOCAL_ONLY:
                yield f"{info.name}_{name.removeprefix('test_')}", story


for _name, _story in _stories():
    globals()[_name] = _story
