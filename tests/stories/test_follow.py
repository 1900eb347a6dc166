"""The channel's topic and a group follow whoever hosts, where a team wants it and its workspace lets the bot."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_roles import SIX, holders, library, weekly
from tests.story import BERLIN, Local, berlin


@pytest.fixture
def bridge() -> Local:
    return weekly(Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library()))


def follows(stage: Local, *where: str, handle: str = "facilitator") -> str:
    """Lena chooses what follows the host."""
    assert stage.types("Lena", "roles follow") == "form: What follows a role"
    return stage.submits("Lena", where=where, **({"handle": handle} if "group" in stage_names(stage) else {}))


def stage_names(stage: Local) -> set[str]:
    return {"group"} if "handle" in stage.form("Lena").names() else set()


def test_it_is_off_at_first(bridge: Local) -> None:
    """Nobody's topic or groups are touched unless somebody who looks after the team chose it."""
    bridge.may("topic", "group")
    bridge.until("Thu 15:30")
    assert bridge.signs == {}
    assert "looks after" in bridge.types("Tomas", "roles follow")


def test_the_topic_follows_the_host(bridge: Local) -> None:
    """While a turn runs the topic names who hosts; after it the topic is as it was."""
    bridge.may("topic", "group")
    told = follows(bridge, "topic")
    assert 'While somebody is Host, the topic of #bridge ends with "Host:" and their name.' in told
    bridge.until("Wed 16:00")
    host = holders(bridge)
    assert bridge.signs == {}
    bridge.until("Thu 15:01")
    assert bridge.signs == {"topic": f"Host: {host}"}
    bridge.until("Thu 16:01")
    assert bridge.signs == {}


def test_a_group_follows_the_host(bridge: Local) -> None:
    """While a turn runs the group means who hosts, under the handle that was chosen; after it, nobody."""
    bridge.may("topic", "group")
    assert "@lead means whoever is Host, and nobody between two turns." in follows(bridge, "group", handle="@Lead")
    bridge.until("Wed 16:00")
    host = holders(bridge)
    bridge.until("Thu 15:01")
    assert bridge.signs == {"lead": host}
    bridge.until("Thu 16:01")
    assert bridge.signs == {}


def test_who_takes_over_is_meant(bridge: Local) -> None:
    """A host who leaves in the middle is not meant any more, and whoever takes it is, in the same minute."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.until("Thu 15:05")
    host = next(iter(bridge.signs.values()))
    bridge.leaves(host)
    assert bridge.signs == {}
    other = next(name for name in SIX if name not in (host, "Lena"))
    bridge.presses(other, "I'll do it")
    assert bridge.signs == {"facilitator": other}


def test_roles_drawn_for_now_are_shown(bridge: Local) -> None:
    """A draw for right now counts as a turn: its host is meant until it is over."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.types("Tomas", "roles draw host")
    assert bridge.signs["facilitator"] in SIX
    bridge.passes("61 min")
    assert bridge.signs == {}


def test_another_handle_and_off(bridge: Local) -> None:
    """Another handle takes the place of the one before in the middle of a turn; switched off, nothing is left."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.until("Thu 15:05")
    host = bridge.signs["facilitator"]
    follows(bridge, "group", handle="lead")
    assert bridge.signs == {"lead": host}
    assert "Neither the topic nor a group follows a role." in follows(bridge)
    assert bridge.signs == {}


def test_a_restart_in_the_middle_changes_nothing(bridge: Local) -> None:
    """What stood there before a restart still goes back at the end."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.until("Thu 15:05")
    before = dict(bridge.signs)
    bridge.stops()
    bridge.passes("15 min")
    bridge.starts()
    assert bridge.signs == before
    bridge.until("Thu 16:01")
    assert bridge.signs == {}


def test_without_the_right_it_is_refused_in_clear_words(bridge: Local) -> None:
    """Where the workspace lets the bot do neither, it says what is missing and what works meanwhile."""
    bridge.may()
    told = bridge.types("Lena", "roles follow")
    assert "roles shows who has which role, and everything else works." in told
    assert "Nothing changed." in told


def test_a_right_that_is_lost_is_told_once(bridge: Local) -> None:
    """A lost right becomes one private word to who switched it on; the turn goes on, and nobody hears of it again."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.until("Thu 14:55")
    bridge.forbids("group")
    before = len(bridge.direct("Lena"))
    bridge.until("Fri 12:00")
    words = [message.text() for message in bridge.direct("Lena")[before:]]
    told = [text for text in words if "@facilitator does not follow any more" in text]
    assert len(told) == 1
    assert "The roles themselves go on as before." in told[0]
    assert "1 of 6 has hosted" in bridge.types("Ines", "roles")
    for _ in range(2):
        bridge.until("Thu 16:30")
    after = [message.text() for message in bridge.direct("Lena")]
    assert sum("does not follow any more" in text for text in after) == 1
    assert all("does not follow" not in message.text() for name in SIX[1:] for message in bridge.direct(name))


def test_switched_on_again_after_a_loss(bridge: Local) -> None:
    """Once the right is there again, the button under that word switches it on, in the middle of a turn."""
    bridge.may("group")
    follows(bridge, "group")
    bridge.forbids("group")
    bridge.until("Thu 15:05")
    assert bridge.signs == {}
    bridge.may("group")
    assert bridge.presses("Lena", "Choose again") == "form: What follows a role"
    bridge.submits("Lena", where=("group",))
    assert len(bridge.signs) == 1


def test_a_wrong_handle_is_corrected_in_the_form(bridge: Local) -> None:
    """A handle that cannot be mentioned is told at its field, and nothing is switched on."""
    bridge.may("group")
    follows(bridge, "group", handle="the host of today")
    assert "such as facilitator" in bridge.errors["handle"]
    bridge.until("Thu 15:05")
    assert bridge.signs == {}


def test_who_is_forgotten_is_not_named(bridge: Local) -> None:
    """Somebody who asks to be forgotten while they host is named neither in the group nor anywhere else."""
    bridge.may("topic", "group")
    follows(bridge, "group")
    bridge.until("Thu 15:05")
    host = bridge.signs["facilitator"]
    bridge.types(host, "me delete")
    bridge.presses(host, "Delete everything")
    bridge.passes("2 min")
    assert host not in bridge.signs.values()
    assert traces(bridge, host.lower()) == []
