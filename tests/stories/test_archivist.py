"""The archivist looks at the record of a session before it is filed."""

from __future__ import annotations

import pytest

from tests.stories.test_record import recap, recapped
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    stage = Local(berlin("2026-03-26 15:00"), content=library())
    assert stage.types("Lena", "roles set archivist Tomas") == "Archivist: Tomas."
    return stage


def draft(stage: Local) -> str:
    return stage.direct("Tomas")[0].text()


def test_the_archivist_gives_it_a_title_and_tags_and_publishes_it(bridge: Local) -> None:
    """One direct message; title and tags are theirs, the words are everybody's; then the archive has it at once."""
    recapped(bridge)
    assert "A record to publish. Our week." in draft(bridge)
    assert "You are archivist of #bridge." in draft(bridge)
    assert "In it: 2 things to do, 1 note." in draft(bridge)
    assert "If you do nothing, it is filed as it is on Tue 31 Mar" in draft(bridge)
    assert "Correct it until Tue" in recap(bridge)
    assert bridge.presses("Tomas", "Title and tags", "@") == "form: Title and tags"
    assert "Saved. It is not filed yet." in bridge.submits(
        "Tomas", title="The week of the import", tags="Import, #week"
    )
    assert "The week of the import. Tags: import, week." in draft(bridge)
    assert recap(bridge).startswith("Recap: The week of the import.")
    bridge.presses("Maya", "Correct")
    bridge.submits("Maya", points="One list instead of three")
    assert "1 key point" in draft(bridge)
    assert "Nothing found" in bridge.types("Sam", "archive import")
    assert "Published. The archive has it." in bridge.presses("Tomas", "Publish", "@")
    assert "Published. The week of the import." in draft(bridge)
    assert "1 thing found" in bridge.types("Sam", "archive import")
    assert "1 thing found" in bridge.types("Sam", "archive tag:week")
    assert "Filed." in recap(bridge)
    assert len(bridge.direct("Tomas")) == 1


def test_without_a_press_it_is_filed_after_three_working_days(bridge: Local) -> None:
    """Nobody presses anything: on the third working day it is filed as it is, and the message says so."""
    recapped(bridge)
    bridge.until("Mon 18:00")
    assert "Nothing found" in bridge.types("Sam", "archive fridays")
    bridge.until("Tue 18:00")
    assert "Filed as it was." in draft(bridge)
    assert "1 thing found" in bridge.types("Sam", "archive fridays")


def test_an_archivist_who_leaves_holds_nothing_up(bridge: Local) -> None:
    """The archivist leaves: the record is filed after a day, as without one."""
    recapped(bridge)
    bridge.leaves("Tomas")
    bridge.until("Fri 18:00")
    assert "1 thing found" in bridge.types("Sam", "archive fridays")


def test_an_archivist_who_is_away_is_not_asked(bridge: Local) -> None:
    """Somebody on leave gets no draft; the record goes its usual way."""
    bridge.types("Tomas", "away until 10 Apr")
    recapped(bridge)
    bridge.until("Fri 18:00")
    assert not bridge.direct("Tomas")
    assert "1 thing found" in bridge.types("Sam", "archive fridays")
