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


def bare(stage: Local, topic: str) -> None:
    """A short session that is filed without a press."""
    stage.types("Ines", f"session start weekly-25 {topic}")
    stage.presses("Ines", "Start")
    stage.types("Jo", "note the list is in three places")
    stage.types("Ines", "session end")
    stage.passes("11 s")
    stage.passes("6 days")


def reminded(stage: Local) -> list[str]:
    return [m.text() for m in stage.direct("Tomas") if "without tags" in m.text()]


def test_once_a_month_records_without_tags(bridge: Local) -> None:
    """The archivist alone reads which records have no tags, gives some, and the archive finds them by those."""
    bare(bridge, "our week")
    bare(bridge, "the import")
    bridge.until(berlin("2026-05-05 12:00"))
    *before, told = reminded(bridge)
    assert len(before) <= 1
    assert "2 records without tags. The import; our week. With a tag or two" in told
    assert "You are archivist of #bridge." in told
    assert not any("without tags" in m.text() for m in (*bridge.direct("Lena"), *bridge.in_channel()))
    assert bridge.presses("Tomas", "Add tags", "@") == "form: Tags"
    assert "At most 8 tags" in bridge.submits("Tomas", tags0=", ".join("abcdefghi"))
    assert "1 record has tags." in bridge.submits("Tomas", tags0="Data, #release")
    found = bridge.types("Sam", "archive tag:release")
    assert "1 thing found" in found
    assert "Nothing found" in bridge.types("Sam", "archive tag:release since:2026-05")
    bridge.presses("Tomas", "Add tags", "@")
    assert "No tags were given." in bridge.submits("Tomas")
    bridge.presses("Tomas", "Add tags", "@")
    assert "1 record has tags." in bridge.submits("Tomas", tags0="week")
    story = bridge.types("Sam", "storysofar").lower()
    assert story.index("the import") < story.index("our week")  # tags make nothing newer
    assert "Every record has tags by now." in bridge.presses("Tomas", "Add tags", "@")
    bridge.until(berlin("2026-06-05 12:00"))
    assert len(reminded(bridge)) == len(before) + 1


def test_nobody_hears_of_tags_without_an_archivist() -> None:
    """A team that has not switched the role on is told nothing about tags."""
    stage = Local(berlin("2026-03-26 15:00"), content=library())
    bare(stage, "our week")
    stage.until(berlin("2026-05-05 12:00"))
    assert "without tags" not in stage.everything()


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
