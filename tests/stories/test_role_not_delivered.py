"""A question about a role does not reach somebody: they are not counted in, and the others may take the role."""

from __future__ import annotations

import re

import pytest

from tests.stories.test_roles import SIX, asked, keepers, library, weekly
from tests.story import BERLIN, Local, berlin

OFFER = "My question did not reach everybody. It opens here, too."


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def unasked(stage: Local, role: str = "Timekeeper") -> str:
    """Whoever holds that role of Thursday's call, whom the question did not reach on Wednesday."""
    weekly(stage)
    name = asked(stage)[role]
    stage.without_app(name)
    stage.until("Wed 09:05")
    assert not stage.direct(name)
    return name


def offers(stage: Local) -> list[str]:
    return [message.text() for message in stage.in_channel() if OFFER in message.text()]


def test_who_was_not_asked_is_not_counted_in(bridge: Local) -> None:
    """One post without names offers the role; the host sees that it is not confirmed, and nobody is told who."""
    keeper = unasked(bridge)
    (offer,) = offers(bridge)
    assert offer.startswith("Timekeeper on Thu 5 Mar. Weekly call, Thu 15:00 to 16:00.")
    assert keeper not in offer
    assert bridge.in_channel()[-1].labels() == ["Open here", "I take it"]
    assert f"Timekeeper {keeper} (not confirmed)" in bridge.types(asked(bridge)["Host"], "roles")
    bridge.until("Thu 14:59")
    assert "count you in" not in "".join(message.text() for message in bridge.private(keeper))
    bridge.until("Thu 15:01")
    assert "Timekeeper: open" in bridge.card()
    assert any(message.text().startswith("Who keeps time today?") for message in bridge.in_thread())
    bridge.until("Thu 16:01")
    assert f"Timekeeper {keeper}" not in bridge.types("Lena", "roles history")


def test_somebody_else_takes_it(bridge: Local) -> None:
    """The first tap has it and gets the card; the second is told kindly; it counts for whoever took it."""
    keeper = unasked(bridge)
    first, second = [name for name in SIX if name not in asked(bridge).values()][:2]
    told = bridge.presses(first, "I take it", "bridge")
    assert "You keep time on Thu 5 Mar" in told
    assert "You are in." in told
    assert asked(bridge)["Timekeeper"] == first
    assert not offers(bridge)
    assert "This is settled." in bridge.card()
    bridge.adds_app(keeper)
    bridge.passes("1 h")
    assert not bridge.direct(keeper)
    bridge.until("Thu 16:01")
    assert f"Timekeeper {first}" in bridge.types(second, "roles history")


def test_nobody_takes_a_second_role_while_there_are_others(bridge: Local) -> None:
    """Who has a role in this call already is thanked, and the role stays open to the rest."""
    unasked(bridge)
    assert "You have a role at that time already" in bridge.presses(asked(bridge)["Host"], "I take it", "bridge")
    assert offers(bridge)


def test_the_question_opens_in_the_channel(bridge: Local) -> None:
    """Whoever was meant opens it there and accepts; for everybody else it is somebody else's."""
    keeper = unasked(bridge)
    other = next(name for name in SIX if name not in asked(bridge).values())
    assert "for somebody else" in bridge.presses(other, "Open here", "bridge")
    card = bridge.presses(keeper, "Open here", "bridge")
    assert card.startswith("Timekeeper on Thu 5 Mar?")
    assert "count you in" not in card
    assert "You are in." in bridge.presses(keeper, "Accept", "private")
    assert not offers(bridge)
    bridge.until("Thu 16:01")
    assert f"Timekeeper {keeper}" in bridge.types("Lena", "roles history")


def test_not_this_time_in_the_channel(bridge: Local) -> None:
    """Declined there, somebody else is asked in a direct message, and the post is settled."""
    keeper = unasked(bridge)
    bridge.presses(keeper, "Open here", "bridge")
    assert "It costs you nothing" in bridge.presses(keeper, "Not this time", "private")
    new = asked(bridge)["Timekeeper"]
    assert new != keeper
    assert bridge.direct(new)[-1].text().startswith("Timekeeper on Thu 5 Mar?")
    assert not offers(bridge)


def test_who_adds_the_bot_is_asked(bridge: Local) -> None:
    """The proposal comes after all, once, and silence counts from then on; the post is settled."""
    keeper = unasked(bridge)
    bridge.adds_app(keeper)
    bridge.passes("5 min")
    (question,) = bridge.direct(keeper)
    assert question.text().startswith("Timekeeper on Thu 5 Mar?")
    assert "If you say nothing, I count you in." in question.text()
    assert not offers(bridge)
    bridge.adds_app(keeper)
    bridge.until("Thu 16:01")
    assert len(bridge.direct(keeper)) == 1
    assert f"Timekeeper {keeper}" in bridge.types("Lena", "roles history")


def test_two_who_were_not_asked_share_one_post(bridge: Local) -> None:
    """One post for both roles; the one that is taken goes from it, the other stays."""
    weekly(bridge)
    for role in ("Timekeeper", "Note-taker"):
        bridge.without_app(asked(bridge)[role])
    bridge.until("Wed 09:05")
    (offer,) = offers(bridge)
    assert offer.startswith("Timekeeper, Note-taker on Thu 5 Mar.")
    taker = next(name for name in SIX if name not in asked(bridge).values())
    bridge.presses(taker, "I take it: Timekeeper", "bridge")
    (offer,) = offers(bridge)
    assert offer.startswith("Note-taker on Thu 5 Mar.")


def test_who_is_never_reached_is_drawn_no_more_often_than_others(bridge: Local) -> None:
    """Twelve weeks in which no question reaches one of six: six turns pass them by, and the others stay even."""
    weekly(bridge)
    bridge.without_app("Arun")
    for _ in range(12):
        bridge.until("Thu 16:30")
    assert len([m for m in bridge.in_thread() if m.text().startswith("Who ")]) == 6
    load = bridge.types("Lena", "roles")
    assert "Arun: Host 0, Timekeeper 0, Note-taker 0." in load
    for name in SIX:
        if name != "Arun":
            assert re.search(rf"{name}: Host 2, [^.]*Timekeeper 2, [^.]*Note-taker 2, ", load)
    assert bridge.types("Lena", "roles history").count("open") == 5  # of the last ten calls


# a role that is held for a month


def month(stage: Local) -> str:
    """Whoever is to be the archivist of April, whom the question did not reach on the last day of March."""
    stage.until(berlin("2026-03-24 08:00"))
    stage.types("Lena", "roles setup")
    assert "Each month: Archivist." in stage.submits("Lena", on=("facilitator", "archivist"))
    card = stage.types("Lena", "roles")
    name = card.split("From Wed 1 Apr: Archivist ")[1].split(".")[0]
    stage.without_app(name)
    stage.until(berlin("2026-03-31 09:05"))
    assert not stage.direct(name)
    return name


def test_a_month_whose_holder_was_not_reached_opens_in_the_channel(bridge: Local) -> None:
    """The question opens there; accepted, the month is theirs, and nobody else is asked for it."""
    name = month(bridge)
    (offer,) = offers(bridge)
    assert offer.startswith("Archivist from Wed 1 Apr. April 2026.")
    assert name not in offer
    assert bridge.presses(name, "Open here", "bridge").startswith("Archivist from Wed 1 Apr?")
    assert "You are in." in bridge.presses(name, "Accept", "private")
    bridge.until(berlin("2026-04-01 09:05"))
    assert not any("Who is archivist?" in m.text() for m in bridge.in_channel())
    assert f"Now: April 2026. Archivist {name}." in bridge.types("Lena", "roles")


def test_a_month_nobody_was_asked_for_is_offered_as_it_begins(bridge: Local) -> None:
    """Nobody is counted in; the first tap has the month, and the next month goes to somebody else."""
    name = month(bridge)
    bridge.until(berlin("2026-04-01 09:05"))
    assert "Now: April 2026. Archivist open." in bridge.types("Lena", "roles")
    other = next(one for one in SIX if one != name)
    bridge.presses(other, "I'll do it", "bridge")
    assert f"{other} looks after the records this month. Thank you, {other}." in bridge.card()
    card = bridge.types("Lena", "roles")
    assert f"Now: April 2026. Archivist {other}." in card
    assert name not in card.split("From Fri 1 May: Archivist ")[1].split(".")[0]


# a session that a guide runs


def learning_hour(stage: Local) -> dict[str, str]:
    """A learning hour on Thursday at 15:00, whose host the question did not reach on Wednesday."""
    stage.types("Ines", "session plan learning-hour thu 15:00 handover")
    roles = asked(stage)
    stage.without_app(roles["Host"])
    stage.until("Wed 09:05")
    assert not stage.direct(roles["Host"])
    return roles


def test_the_host_of_a_guide_opens_the_question_in_the_channel(bridge: Local) -> None:
    """Accepted there, the host is the host, and the session's card says so."""
    host = learning_hour(bridge)["Host"]
    (offer,) = offers(bridge)
    assert offer.startswith("Host on Thu 5 Mar. Handover, Thu 15:00 to 16:00.")
    assert host not in offer
    bridge.presses(host, "Open here", "bridge")
    assert "You are in." in bridge.presses(host, "Accept", "private")
    assert not offers(bridge)
    bridge.until("Thu 15:00")
    assert f"Host: {host}." in bridge.card()


def test_somebody_else_hosts_a_guide(bridge: Local) -> None:
    """Who takes it before the start hosts: on the session's card, and on the roles card."""
    roles = learning_hour(bridge)
    other = next(name for name in SIX if name not in roles.values())
    assert "You host on Thu 5 Mar" in bridge.presses(other, "I take it", "bridge")
    bridge.until("Thu 15:00")
    assert f"Host: {other}." in bridge.card()
    assert f"Now: Handover. Host {other}," in bridge.types("Tomas", "roles")


def test_a_host_of_a_guide_who_was_not_asked_and_does_not_come(bridge: Local) -> None:
    """Two minutes after it opened, those who are there are asked, as whenever a host is missing."""
    host = learning_hour(bridge)["Host"]
    bridge.until("Thu 15:00")
    for name in SIX:
        if name != host:
            bridge.presses(name, "I'm here")
    bridge.passes("121 s")
    assert len([m for m in bridge.in_thread() if m.text().startswith("Who hosts today?")]) == 1


def test_a_host_of_a_guide_who_was_not_asked_and_comes(bridge: Local) -> None:
    """Who comes all the same hosts; nothing is offered to the others."""
    host = learning_hour(bridge)["Host"]
    bridge.until("Thu 15:00")
    for name in SIX:
        bridge.presses(name, "I'm here")
    bridge.presses(host, "Start", "bridge")
    bridge.passes("5 min")
    assert not any(m.text().startswith("Who hosts today?") for m in bridge.in_thread())


# swaps


def swap_asked(stage: Local) -> tuple[str, str]:
    """The timekeeper of Thursday asks the one of the week after, whom the question does not reach."""
    weekly(stage)
    stage.until("Wed 09:30")
    asker, other = keepers(stage)
    stage.without_app(other)
    stage.presses(asker, "Swap", "@")
    stage.submits(asker, other="plan.2026-03-12 timekeeper")
    stage.passes("1 min")
    return asker, other


def test_a_swap_that_does_not_reach_the_other(bridge: Local) -> None:
    """The question opens in the channel for the one who was asked; yes exchanges the two turns as ever."""
    asker, other = swap_asked(bridge)
    (offer,) = offers(bridge)
    assert asker not in offer
    assert other not in offer
    assert "Nothing is asked of you" in bridge.presses(asker, "Open here", "bridge")
    assert "Swap turns?" in bridge.presses(other, "Open here", "bridge")
    assert "Swapped. You are Timekeeper on Thu 5 Mar" in bridge.presses(other, "Swap", "private")
    assert keepers(bridge) == (other, asker)
    assert "Swapped." in bridge.direct(asker)[-1].text()
    assert not offers(bridge)


def test_a_swap_nobody_could_be_asked_about_changes_nothing(bridge: Local) -> None:
    """Without an answer both turns stay; the asker is told so, and the post is settled."""
    asker, other = swap_asked(bridge)
    bridge.until("Thu 14:30")
    assert "Both turns stay as they were." in bridge.direct(asker)[-1].text()
    assert not bridge.direct(other)
    assert not offers(bridge)
    assert keepers(bridge) == (asker, other)


def test_a_swap_comes_when_the_bot_is_added(bridge: Local) -> None:
    """Who adds the bot while the question is open gets it in a direct message."""
    asker, other = swap_asked(bridge)
    bridge.adds_app(other)
    bridge.passes("5 min")
    assert "Swap turns?" in bridge.direct(other)[-1].text()
    assert not offers(bridge)
    bridge.presses(other, "Keep mine", "@")
    assert keepers(bridge) == (asker, other)
