"""What is kept about people, and that it goes when they say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platforms.teams.stage import TeamsStage
from tests.stories.test_people import traces
from tests.story import berlin


@pytest.fixture
def bridge() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-08-03 10:00")) as stage:
        yield stage


def test_all_my_data_comes_as_a_file(bridge: TeamsStage) -> None:
    """Everything stored about a person comes to that person's chat, as text to be copied."""
    bridge.types("Maya", "away until 14 Aug")
    bridge.types("Maya", "me data")
    (message,) = bridge.direct("Maya")

    assert '"name": "Maya"' in message.text()
    assert '"last": "2026-08-14"' in message.text()


def test_deleted_means_everywhere(bridge: TeamsStage) -> None:
    """After Delete everything no row holds the id, the name or the personal chat."""
    bridge.types("Maya", "away until 14 Aug")
    bridge.types("Maya", "me data", "@")
    bridge.types("Maya", "me delete")
    chat = bridge.teams.world.personal(bridge.teams.world.people[bridge.member("Maya").user])
    assert traces(bridge, chat.id.lower())  # type: ignore[arg-type]
    bridge.presses("Maya", "Delete everything")
    bridge.passes("2 min")

    for word in ("maya", bridge.member("Maya").user.lower(), chat.id.lower()):
        assert traces(bridge, word) == []  # type: ignore[arg-type]


def test_a_roster_does_not_enrol_the_deleted_again(bridge: TeamsStage) -> None:
    """Whoever asked to be forgotten stays in the team without being asked anything."""
    bridge.types("Maya", "me delete")
    bridge.presses("Maya", "Delete everything")
    bridge.passes("2 min")
    for news in bridge._run(bridge.platform.read_roster(bridge.place)):
        bridge.hear(news)
    with bridge.connections.transaction() as db:
        known = {"person": bridge.member("Maya").user}
        assert db.row("SELECT takes_part FROM membership WHERE person = :person", known) in ((0,), None)
