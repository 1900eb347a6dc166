"""What people decide for themselves: hours, absences, quiet, their data, and to be forgotten."""

from __future__ import annotations

import json

import pytest

from bot.kernel.cards import File
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-08-03 10:00"), content=library())


def test_away_until_a_day(bridge: Local) -> None:
    """Voice 23: away until a day said as people say it, and when the bot is back in touch."""
    told = bridge.types("Maya", "away until 14 Aug")
    assert "Away until Fri 14 Aug." in told
    assert "You are left out of every count." in told
    assert "I am back in touch on Mon 17 Aug." in told
    assert "Welcome back" in bridge.presses("Maya", "I'm back")
    assert "Away" not in bridge.types("Maya", "me")


def test_away_on_every_friday(bridge: Local) -> None:
    """A day of the week can be kept free for good."""
    assert "Away every Friday" in bridge.types("Maya", "away every friday")
    assert "Away: every Friday." in bridge.types("Maya", "me")


def test_a_date_that_can_be_read_in_two_ways_is_asked_back(bridge: Local) -> None:
    """An unclear date changes nothing and says how to write it."""
    told = bridge.types("Maya", "away until 5/6")
    assert "two ways" in told
    assert "Nothing changed." in told
    assert "Away" not in bridge.types("Maya", "me")


def test_hours_are_checked_at_each_field(bridge: Local) -> None:
    """Wrong hours, zone or place are said at their field; right ones hold at once."""
    bridge.types("Maya", "me hours")
    bridge.submits("Maya", starts="17:00", ends="09:00", zone="Europe/Berln", holidays="XY")
    assert set(bridge.errors) == {"zone", "holidays"}
    bridge.submits("Maya", starts="17:00", ends="09:00", zone="Europe/Berlin", holidays="DE-BY")
    assert "end after it begins" in bridge.errors["ends"]
    told = bridge.submits("Maya", starts="08:00", ends="14:00", days=("0", "1", "2"), zone="Europe/Berlin")
    assert "Monday to Wednesday, 08:00 to 14:00, Europe/Berlin" in told


def test_quiet_says_what_it_may_send(bridge: Local) -> None:
    """Voice 24: the limits in words; fewer, and nothing at all, take effect at once."""
    told = bridge.types("Jo", "quiet")
    assert "At most 1 message a day and 3 a week" in told
    assert "This week: 0 sent." in told
    bridge.presses("Jo", "Fewer")
    assert "At most 1 message a day and 1 a week" in bridge.submits("Jo", weekly="1", muted=("social",))
    assert "Nobody is told." in bridge.presses("Jo", "Stop all")
    assert "Stopped." in bridge.types("Jo", "me")
    bridge.types("Jo", "quiet")
    assert "Started again" in bridge.presses("Jo", "Start again")


def test_all_my_data_comes_as_a_file(bridge: Local) -> None:
    """Everything stored about a person comes to that person as one readable file."""
    bridge.types("Maya", "away until 14 Aug")
    bridge.types("Maya", "me unit Night shift")
    bridge.types("Maya", "me data")
    (message,) = bridge.direct("Maya")
    (file,) = [block for block in message.card.blocks if isinstance(block, File)]
    data = json.loads(file.text)
    assert data["who"]["name"] == "Maya"
    assert data["settings"]["absences"][0]["last"] == "2026-08-14"
    assert data["settings"]["unit"] == "Night shift"
    assert data["teams"][0]["channel"] == "bridge"


def test_deleted_means_everywhere(bridge: Local) -> None:
    """After Delete everything no row of the whole database holds the person's id or name."""
    bridge.types("Maya", "away until 14 Aug")
    bridge.types("Maya", "me unit Night shift")
    assert "The session is planned" in bridge.types("Sam", "session plan teach-back tomorrow 15:00 handover")
    bridge.types("Maya", "me data")
    bridge.types("Maya", "me delete")
    assert "Deleted" in bridge.presses("Maya", "Delete everything")
    bridge.passes("2 min")
    assert traces(bridge, "maya") == []
    assert traces(bridge, "night shift") == []


@pytest.mark.parametrize("later", ["1 min", "23 h", "2 days"])
def test_who_asked_others_is_deleted_from_their_messages(bridge: Local, later: str) -> None:
    """Whoever asked the team on the spot is named in nobody's message and no row: while it is open, closed, filed."""
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.until("15:01")
    bridge.presses("Maya", "Pass", "@")
    bridge.passes("10 s")
    assert "Tomas asks" in bridge.direct("Lena")[-1].text()
    bridge.passes(later)
    bridge.types("Tomas", "me delete")
    bridge.presses("Tomas", "Delete everything")
    bridge.passes("2 min")
    assert traces(bridge, "tomas") == []
    assert not [m for name in ("Lena", "Maya") for m in bridge.direct(name) if "Tomas" in m.text()]


def test_a_roster_does_not_enrol_the_deleted_again(bridge: Local) -> None:
    """Whoever asked to be forgotten stays in the channel without being asked anything, and may come back."""
    bridge.types("Maya", "me delete")
    bridge.presses("Maya", "Delete everything")
    bridge.passes("2 min")
    bridge.joins("Maya")
    with bridge.connections.transaction() as db:
        assert db.row("SELECT takes_part FROM membership WHERE person = 'maya'") == (0,)


def traces(stage: Local, word: str) -> list[str]:
    """Every column of every table that holds *word*."""
    found = []
    with stage.connections.transaction() as db:
        for (table,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = [column[1] for column in db.rows(f"PRAGMA table_info({table})")]
            for row in db.rows(f"SELECT * FROM {table}"):
                found += [
                    f"{table}.{column}: {value}"
                    for column, value in zip(columns, row, strict=True)
                    if word in str(value).lower()
                ]
    return found
