"""The stories of a planned session, told through Teams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_plan import *  # noqa: F403
from tests.stories.test_session import library
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-03-24 11:00"), content=library()) as stage:
        yield stage
