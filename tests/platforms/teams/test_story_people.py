"""The stories of what people decide for themselves, told through Teams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_people import *  # noqa: F403
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-08-03 10:00")) as stage:
        yield stage
