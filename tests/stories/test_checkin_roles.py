"""Roles bound to a check-in: somebody looks after each date, and the next one knows it a day before."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import BERLIN, Local, berlin

SIX = ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya")


@cache
def library() -> Library:
    return load(Path(__file__).parents[2] / "prompts")[0]


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-15 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def scheduled(stage: Local, *roles: str) -> str:
    """A question on Thursdays at 09:30, open for four hours, with these roles."""
    assert stage.types("Lena", "checkin schedule") == "form: Check-in"
    shown = stage.submits("Lena", days=("3",), at="09:30", asks="wins", window="4", roles=roles)
    assert "Saved" in stage.presses("Lena", "Save")
    return shown


def asked(stage: Local, role: str) -> str:
    """Who was asked for a role of the check-in, by direct message."""
    found = [name for name in stage.people for m in stage.direct(name) if m.text().startswith(f"{role} on ")]
    assert len(found) == 1, found
    return found[0]


def answered(stage: Local) -> None:
    stage.presses("Lena", "Answer", "bridge")
    stage.submits("Lena", a0="The import ran on the first try.")


def test_a_host_and_a_note_taker_are_asked_named_and_counted(bridge: Local) -> None:
    """Asked a working day before, named on the card when it opens, told what is theirs after it, and counted."""
    assert "Roles on each date: host and note-taker." in scheduled(bridge, "facilitator", "note_taker")
    assert "Next: Check-in, Thu 18 Jun 09:30. Host Arun, Note-taker Divya." in bridge.types("Lena", "roles")
    bridge.until("Wed 09:30")
    host, notes = asked(bridge, "Host"), asked(bridge, "Note-taker")
    assert (host, notes) == ("Arun", "Divya")
    question = bridge.direct("Arun")[-1].text()
    assert "Check-in, Thu 09:30 to 13:30. When the answers are in, you read them all" in question
    assert "It is your turn in the rotation of #bridge." in question
    bridge.presses("Arun", "Accept", "@")
    bridge.until("Thu 09:31")
    assert "Host: Arun. Note-taker: Divya." in bridge.card()
    assert bridge.in_channel()[-1].edits <= 1
    answered(bridge)
    bridge.until("Fri 09:01")  # one message a day: on Thursday the question was it
    assert "Host: the answers are in." in bridge.direct("Arun")[-1].text()
    assert "name one thing to talk about" in bridge.direct("Arun")[-1].text()
    assert "note and the words" in bridge.direct("Divya")[-1].text()
    assert "1 of 6 has hosted" in bridge.types("Tomas", "roles")
    bridge.until("Wed 09:30")
    assert not any("Arun" in m.text() for m in bridge.in_channel() if "Host:" in m.text())


def test_not_this_time_and_leaving_are_followed(bridge: Local) -> None:
    """Who does not want to, or leaves while it is open, is followed by somebody else, and the card says so."""
    scheduled(bridge, "facilitator")
    bridge.until("Wed 09:30")
    assert "costs you nothing" in bridge.presses("Arun", "Not this time", "@")
    second = asked(bridge, "Host")
    assert second == "Divya"
    bridge.until("Thu 09:31")
    assert "Host: Divya." in bridge.card()
    bridge.leaves("Divya")
    assert "Divya" not in bridge.card(0)
    assert "Who hosts today? When the answers are in, you read them all" in bridge.in_thread()[-1].text()
    bridge.presses("Ines", "I'll do it")
    assert "Host: Ines." in bridge.card(0)


def test_the_card_follows_a_take_over(bridge: Local) -> None:
    """Somebody is missing: the role is offered in the channel, and the card names who took it."""
    scheduled(bridge, "facilitator")
    bridge.until("Thu 09:31")
    bridge.types("Tomas", "roles")
    bridge.presses("Tomas", "Somebody is missing", "private")
    bridge.presses("Tomas", "Host", "private")
    assert "Arun" not in bridge.card()
    bridge.presses("Tomas", "I'll do it", "bridge")
    assert "Host: Tomas." in bridge.card(0)


@pytest.mark.parametrize("how", ["skip", "pause", "hold", "end", "none"])
def test_a_date_that_does_not_come_asks_nobody(bridge: Local, how: str) -> None:
    """Left out, paused, held, ended, or without roles from now on: nobody keeps a turn that will not take place."""
    scheduled(bridge, "facilitator")
    bridge.until("Wed 10:00")
    match how:
        case "skip" | "pause":
            bridge.types("Lena", f"checkin {how}")
        case "hold":
            bridge.until("Thu 08:00")
            bridge.types("Ines", "checkin hold")
            bridge.presses("Ines", "Hold it")
        case _:
            bridge.types("Lena", "checkin")
            bridge.presses("Lena", "Manage")
            if how == "end":
                bridge.presses("Lena", "End")
            else:
                bridge.presses("Lena", "Edit")
                bridge.submits("Lena", roles=())
    assert "This session does not take place." in bridge.direct("Arun")[-1].text()
    bridge.until("Thu 12:00")
    assert "18 Jun" not in bridge.types("Lena", "roles")
    assert "Host" not in "".join(m.text() for m in bridge.in_channel())
    bridge.until("Fri 12:00")
    assert "0 of 6 have hosted" in bridge.types("Lena", "roles")


def test_held_while_it_is_open_nobody_is_credited(bridge: Local) -> None:
    """A check-in that is held after it opened took place for nobody."""
    scheduled(bridge, "facilitator")
    bridge.until("Thu 10:00")
    bridge.types("Ines", "checkin hold")
    bridge.presses("Ines", "Hold it")
    bridge.until("Fri 12:00")
    assert "0 of 6 have hosted" in bridge.types("Lena", "roles")


def test_a_moved_date_moves_the_turn(bridge: Local) -> None:
    """Moved once: whoever is asked is asked about the new date."""
    scheduled(bridge, "facilitator")
    bridge.types("Lena", "checkin")
    bridge.presses("Lena", "Manage")
    bridge.presses("Lena", "Move once")
    bridge.submits("Lena", to="2026-06-19", at="10:00")
    assert "Next: Check-in, Fri 19 Jun 10:00." in bridge.types("Lena", "roles")
    bridge.until("Thu 09:30")
    assert "Host on Fri 19 Jun?" in bridge.direct("Arun")[-1].text()


def test_without_roles_nobody_is_asked(bridge: Local) -> None:
    """A schedule that says nothing of roles runs as it always did."""
    shown = scheduled(bridge)
    assert "Roles on" not in shown
    bridge.until("Thu 09:29")
    assert not any(bridge.direct(name) for name in bridge.people)
