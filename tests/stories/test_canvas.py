"""The archive as a canvas, where the workspace lets the bot write one."""

from __future__ import annotations

import pytest

from tests.stories.test_roles import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    stage = Local(berlin("2026-03-02 10:00"), content=library())
    stage.types("Tomas", "note The printer is in room 4")
    return stage


def words(stage: Local, person: str) -> str:
    """All that this person alone was told, in whatever order answer and news of the canvas came."""
    return " ".join(message.text() for message in stage.private(person))


def test_the_export_offers_a_canvas_where_it_may(bridge: Local) -> None:
    """The button stands under the files only with the right; whoever pressed it is told where the canvas is, alone."""
    bridge.types("Lena", "archive export")
    with pytest.raises(AssertionError, match="no button"):
        bridge.presses("Lena", "As a canvas")
    bridge.may("canvas")
    bridge.types("Lena", "archive export")
    bridge.presses("Lena", "As a canvas")
    assert "All that was filed in #bridge until now." in words(bridge, "Lena")
    assert ["Open the canvas"] in [message.labels() for message in bridge.private("Lena")]
    assert all("canvas" not in message.text() for message in bridge.in_channel())


def test_without_the_right_the_files_are_named(bridge: Local) -> None:
    """Typed without the right, it says what is missing and which way is open."""
    bridge.may("topic")
    told = bridge.types("Lena", "archive canvas")
    assert "canvas" in told
    assert "/moderato archive export gives all of it as files. Nothing changed." in told


def test_a_right_that_is_lost_meanwhile_is_said(bridge: Local) -> None:
    """Where it fails after all, whoever asked hears why, and where the files are; the next one works again."""
    bridge.may("canvas")
    bridge.forbids("canvas")
    bridge.types("Lena", "archive canvas")
    assert "There is no canvas" in words(bridge, "Lena")
    assert "/moderato archive export" in words(bridge, "Lena")
    bridge.may("canvas")
    bridge.types("Lena", "archive canvas")
    assert "All that was filed in #bridge until now." in words(bridge, "Lena")


def test_nothing_filed_makes_no_canvas() -> None:
    """An empty archive is said, and nothing is written."""
    stage = Local(berlin("2026-03-02 10:00"), content=library())
    stage.may("canvas")
    assert "Nothing is filed here yet" in stage.types("Lena", "archive canvas")
