"""The stories of guides that people write themselves, told through Teams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_own_guide import *  # noqa: F403
from tests.stories.test_session import library
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-03-25 09:29"), content=library()) as stage:
        yield stage
