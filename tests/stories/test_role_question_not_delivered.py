"""A question about company or about looking after the team does not arrive: it opens in the channel, too."""

from __future__ import annotations

import pytest

from tests.stories.test_role_not_delivered import offers
from tests.stories.test_roles import SIX, asked, library, weekly
from tests.story import BERLIN, Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def company_asked(stage: Local) -> tuple[str, str]:
    """Thursday's host would like company; whoever hosted last is asked, and is not reached."""
    weekly(stage)
    stage.until("Wed 09:30")
    companion = asked(stage)["Host"]
    stage.until("Thu 16:30")
    stage.until("Wed 09:30")
    host = asked(stage)["Host"]
    stage.presses(host, "Accept", "@")
    stage.presses(host, "My card", "@")
    stage.without_app(companion)
    stage.presses(host, "I'd like a co-host", "private")
    stage.passes("1 min")
    return host, companion


def test_company_that_was_not_reached_is_asked_in_the_channel(bridge: Local) -> None:
    """Nobody is named there; it opens for the one who was meant alone, and a yes reaches the host."""
    host, companion = company_asked(bridge)
    (offer,) = offers(bridge)
    assert offer.startswith("A question about a co-host")
    assert host not in offer
    assert companion not in offer
    other = next(name for name in SIX if name not in (host, companion))
    assert "Nothing is asked of you" in bridge.presses(other, "Open here", "bridge")
    assert f"{host} hosts and would like company." in bridge.presses(companion, "Open here", "bridge")
    assert "You are co-host." in bridge.presses(companion, "Gladly", "private")
    assert f"{companion} is with you." in bridge.direct(host)[-1].text()
    assert not offers(bridge)


def test_company_is_asked_after_all(bridge: Local) -> None:
    """Who adds the bot before the start gets the question once, and the post in the channel is settled."""
    host, companion = company_asked(bridge)
    before = len(bridge.direct(companion))
    bridge.adds_app(companion)
    bridge.passes("5 min")
    assert f"{host} hosts and would like company." in bridge.direct(companion)[-1].text()
    assert not offers(bridge)
    bridge.adds_app(companion)
    bridge.passes("5 min")
    assert len(bridge.direct(companion)) == before + 1
    bridge.presses(companion, "Not this time", "@")
    assert "Nothing changed." in bridge.direct(companion)[-1].text()


def test_with_the_start_nobody_is_asked_for_company_any_more(bridge: Local) -> None:
    """The post is settled when the call begins, and adding the bot later brings nothing."""
    host, companion = company_asked(bridge)
    before = len(bridge.direct(companion))
    bridge.until("Thu 15:01")
    assert not offers(bridge)
    bridge.adds_app(companion)
    bridge.passes("5 min")
    assert not [m for m in bridge.direct(companion)[before:] if "would like company" in m.text()]
    assert f"{companion} is with you." not in bridge.direct(host)[-1].text()


def handed(stage: Local, to: str = "Ines") -> None:
    stage.until("09:30")
    stage.without_app(to)
    stage.types("Lena", f"handover {to}")
    stage.passes("1 min")


def test_a_handover_that_did_not_arrive_opens_in_the_channel(bridge: Local) -> None:
    """The same pack, for the one who was meant alone; both say yes, and the team has a new owner."""
    handed(bridge)
    (offer,) = offers(bridge)
    assert offer.startswith("Looking after #bridge")
    assert "Ines" not in offer
    assert "Lena" not in offer
    assert "Nothing is asked of you" in bridge.presses("Tomas", "Open here", "bridge")
    pack = bridge.presses("Ines", "Open here", "bridge")
    assert "6 people take part" in pack
    assert "Lena asks you to look after the team." in pack
    bridge.presses("Lena", "Yes, hand over")
    assert "Ines looks after #bridge now." in bridge.presses("Ines", "Yes, I'll do it", "private")
    assert "Ines looks after #bridge now." in bridge.direct("Lena")[-1].text()
    assert not offers(bridge)
    assert bridge.types("Ines", "roles setup") == "form: Roles"


def test_a_handover_comes_when_the_bot_is_added(bridge: Local) -> None:
    """Who adds the bot gets the pack in a direct message, once; a no there is told to who asked."""
    handed(bridge)
    bridge.adds_app("Ines")
    bridge.passes("5 min")
    (question,) = [m for m in bridge.direct("Ines") if "Handing over" in m.text()]
    assert "6 people take part" in question.text()
    assert not offers(bridge)
    bridge.presses("Ines", "No, leave it", "@")
    assert "Nothing changed." in bridge.direct("Lena")[-1].text()


def test_a_handover_to_somebody_else_settles_the_one_before(bridge: Local) -> None:
    """Only who is asked now is asked: the post is settled, and adding the bot brings the earlier one nothing."""
    handed(bridge)
    bridge.types("Lena", "handover Tomas")
    bridge.passes("1 min")
    assert "Lena asks you to look after the team." in bridge.direct("Tomas")[-1].text()
    assert not offers(bridge)
    bridge.adds_app("Ines")
    bridge.passes("5 min")
    assert not [m for m in bridge.direct("Ines") if "Handing over" in m.text()]
    bridge.types("Lena", "handover Divya")
    bridge.passes("1 min")
    assert bridge.direct("Tomas")[-1].text().startswith("Handing over. Nothing changed.")
