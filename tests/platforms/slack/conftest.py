"""Fixtures for tests that live on the Slack stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.platforms.slack.town import Town, town
from tests.story import CAST, berlin

NOW = berlin("2026-03-25 09:29")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bridge_town() -> AsyncIterator[Town]:
    """The cast of the stories in #bridge, over Socket Mode."""
    async with town(NOW, CAST, owner="Lena") as here:
        yield here


@pytest.fixture
async def http_town() -> AsyncIterator[Town]:
    """The same over HTTP."""
    async with town(NOW, CAST, owner="Lena", transport="http") as here:
        yield here
