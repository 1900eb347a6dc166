"""How places are reached is remembered, and kept apart by workspace."""

from __future__ import annotations

from bot.kernel.effects import Erase
from bot.kernel.ids import Member, SessionId, TeamId
from storage.database import Connections
from storage.migrations import upgrade
from storage.reach import Reach
from storage.scheduling import Origin, schedule
from tests.story import berlin


def notes() -> tuple[Connections, Reach]:
    connections = Connections("sqlite://")
    upgrade(connections)
    return connections, Reach(connections)


def test_the_newest_note_counts() -> None:
    """A place noted twice is reached the newer way; a place never noted gives nothing."""
    _, reach = notes()
    reach.note("teams", "w", "19:a", "team", "old")
    reach.note("teams", "w", "19:a", "team", "new")

    assert reach.find("teams", "w", "19:a") == "new"
    assert reach.find("teams", "w", "19:b") == reach.find("teams", "other", "19:a") == ""


def test_a_whole_knows_its_parts() -> None:
    """All channels of a team are found by the team, and those of another workspace are not."""
    _, reach = notes()
    for workspace, place in (("w", "19:b"), ("w", "19:a"), ("other", "19:c")):
        reach.note("teams", workspace, place, "team", "how")

    assert reach.parts("teams", "w", "team") == ("19:a", "19:b")


def test_who_is_forgotten_leaves_no_address() -> None:
    """The direct conversation of somebody who asked to be forgotten is not remembered."""
    connections, reach = notes()
    reach.note("teams", "w", "@lena", "", "how")
    reach.note("teams", "w", "@sam", "", "how")
    origin = Origin(SessionId("s"), "people", TeamId(""), ("teams", "w"))
    with connections.transaction() as db:
        schedule(db, origin, (Erase(Member("teams", "w", "lena")),), berlin("2026-03-24 09:00"), lambda *_: "", {})
        db.commit()

    assert reach.find("teams", "w", "@lena") == ""
    assert reach.find("teams", "w", "@sam") == "how"
