"""The stories of a survey, told through Teams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_pulse import *  # noqa: F403
from tests.stories.test_pulse import CONTENT
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-03-24 10:00"), content=CONTENT) as stage:
        yield stage
