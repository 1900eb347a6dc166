"""What the bare command offers, and help."""

from __future__ import annotations

import pytest

from bot.activities import ACTIVITIES
from bot.engine.route import Routes
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"))


def test_the_bare_command_offers_four_ways(bridge: Local) -> None:
    """`/moderato` alone: what is open, and four buttons, the last of them More; nothing reaches the channel."""
    told = bridge.types("Jo", "")

    assert "What would you like to do?" in told
    assert [button.label for button in bridge._private["Jo"][-1].buttons()] == [
        "Start a round",
        "Start a guide",
        "My settings",
        "More",
    ]
    assert not bridge.in_channel()


def test_more_is_help(bridge: Local) -> None:
    """More explains the usual ten, names every other word, and a choice from them lists that word's commands."""
    bridge.types("Jo", "")
    more = bridge.presses("Jo", "More")
    assert "round [topic] [seconds]" in more
    words = more.split("All words: ")[1].split(".")[0].split(", ")
    known = {command.words.split()[0] for _, command in Routes(ACTIVITIES).commands if command.words}
    assert set(words) == known
    assert "round plan" in bridge.types("Jo", "help round")
    bridge.types("Jo", "help")
    assert "guide list" in bridge.chooses("Jo", "More about", "guide")


def test_a_near_word_can_be_taken_at_once(bridge: Local) -> None:
    """A slip of the finger is answered with the nearest command as a button that does it."""
    assert "Did you mean round?" in bridge.types("Jo", "ruond")
    bridge.presses("Jo", "Yes, round")
    assert "Who is here for a round?" in bridge.card()


def test_home_has_its_four_parts() -> None:
    """What waits and what comes next, of all teams of the person; their settings; their teams. And it answers there."""
    bridge = Local(berlin("2026-03-25 09:29"), content=library())
    bridge.types("Lena", "checkin now How are you?")
    bridge.passes("1 min")
    bridge.types("Tomas", "session plan learning-hour tomorrow 15:00 Handover")
    page = bridge.types("Tomas", "home", "@Tomas")

    assert "Waits for you: One question of #bridge is open until 20:00." in page
    assert "Handover in #bridge" in page.split("Comes next")[1]
    assert "At most 1 message a day and 3 a week" in page.split("Your settings")[1]
    assert "#bridge" in page.split("Your teams")[1]
    bridge.presses("Tomas", "Answer", "private")
    bridge.submits("Tomas", **{bridge.form("Tomas").fields[0].name: "Fine, thank you."})
    assert "One question" not in bridge.types("Tomas", "home", "@Tomas")
    assert "The next four weeks in #bridge" in bridge.presses("Tomas", "#bridge", "private")


def test_a_planned_round_comes_next_until_it_begins_or_is_dropped(bridge: Local) -> None:
    """Everybody's page and the team's four weeks list a planned round; begun or dropped, it is gone from both."""
    bridge.types("Tomas", "round plan 15:00 Win or challenge")
    assert "15:00: Round in #bridge" in bridge.types("Ines", "home", "@Ines").split("Comes next")[1]
    assert "15:00: Round" in bridge.types("Ines", "rhythm")
    bridge.presses("Tomas", "Drop it", "private")
    assert "Nothing is planned." in bridge.types("Ines", "home", "@Ines")
    bridge.types("Tomas", "round plan 15:00")
    bridge.until(berlin("2026-03-25 15:00"))
    assert "Who is here for a round?" in bridge.card()
    assert "Nothing is planned." in bridge.types("Ines", "home", "@Ines")


def test_home_knows_no_other_team(bridge: Local) -> None:
    """Whoever is in no team reads how to begin; nothing of a team they left is shown."""
    bridge.types("Lena", "checkin now How are you?")
    bridge.passes("1 min")
    bridge.leaves("Tomas")
    page = bridge.types("Tomas", "home", "@Tomas")

    assert "None yet. Add me to a channel" in page
    assert "#bridge" not in page


def test_what_waits_is_shown(bridge: Local) -> None:
    """Whoever has a question open reads it in the first line; whoever was not asked yet reads that nothing is open."""
    bridge.types("Lena", "checkin now How are you?")
    bridge.passes("1 min")

    assert "One question of #bridge is open until 20:00." in bridge.types("Tomas", "")
    assert "Nothing is open for you" in bridge.types("Jo", "")
