"""A tenant with one small team, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.platforms.teams.client.connector import Connector
from bot.platforms.teams.client.tokens import Secret, Tokens
from bot.platforms.teams.parse import Reference
from tests.standins.teams import APP_ID, SECRET, TENANT, Team, TeamsStandIn

NOW = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def teams() -> Iterator[TeamsStandIn]:
    with TeamsStandIn(lambda: NOW) as standin:
        yield standin


@pytest.fixture
def bridge(teams: TeamsStandIn) -> Team:
    people = [teams.world.person(name) for name in ("Lena", "Tomas", "Ines")]
    return teams.world.team("Bridge", people)


@pytest.fixture
def here(teams: TeamsStandIn, bridge: Team) -> Reference:
    """How the team's first channel is reached."""
    return Reference(service_url=teams.clients.service_url, conversation=bridge.id, tenant=TENANT, bot=teams.world.bot)


def tokens_for(teams: TeamsStandIn) -> Tokens:
    return Tokens(Secret(APP_ID, TENANT, SECRET), session=teams.session())


def connector_for(teams: TeamsStandIn) -> Connector:
    """A connector that speaks to the stand-in, and to nobody else."""
    return Connector(tokens_for(teams), trust_env=False)
