"""The stories of a team's set-up, told through Teams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_checkin import library
from tests.stories.test_setup import *  # noqa: F403
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-06-17 10:00"), content=library()) as stage:
        yield stage
