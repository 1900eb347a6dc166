"""People who have not added the bot: what it asks does not reach them, so it opens in the channel, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import load
from tests.story import Local, berlin

CONTENT, _ = load(Path(__file__).parents[2] / "prompts")
ITEMS = tuple(question.id for question in CONTENT.surveys["psych-safety"].questions)
ANSWERS = dict.fromkeys(ITEMS, "4")
OFFER = "Some people have not added me yet"


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=CONTENT)


def offers(stage: Local) -> list[str]:
    return [message.text() for message in stage.in_channel() if OFFER in message.text()]


def survey(stage: Local, *without: str) -> None:
    """A survey of which some cannot be told."""
    for person in without:
        stage.without_app(person)
    stage.types("Lena", "pulse start psych-safety")
    stage.until("Tue 17:00")


def test_a_survey_opens_in_the_channel_too(bridge: Local) -> None:
    """One quiet post without names and numbers; who was not reached answers there, once, and nobody is told."""
    survey(bridge, "Jo", "Tomas")
    assert not bridge.direct("Jo")
    (offer,) = offers(bridge)
    assert "open here, too" in offer
    assert not [person for person in ("Jo", "Tomas", "2 ") if person in offer]
    assert "form: Safe to speak" in bridge.presses("Jo", "Open here", "bridge")
    assert "Counted. Thank you." in bridge.submits("Jo", **ANSWERS)
    assert "Already counted" in bridge.presses("Jo", "Open here", "bridge")
    bridge.passes("1 day")
    assert len(offers(bridge)) == 1


def test_whoever_was_asked_may_open_it_there(bridge: Local) -> None:
    """The button in the channel is the same form as in the direct message, and still counts once."""
    survey(bridge, "Jo")
    assert "form: Safe to speak" in bridge.presses("Ines", "Open here", "bridge")
    assert "Counted. Thank you." in bridge.submits("Ines", **ANSWERS)
    assert "Already counted" in bridge.presses("Ines", "Open", "@")


def test_who_answers_before_the_invitation_goes_out_is_not_asked(bridge: Local) -> None:
    """Divya's day begins tomorrow: she opens it in the channel tonight, and no invitation comes in the morning."""
    bridge.without_app("Jo")
    bridge.until("Tue 16:45")
    bridge.types("Lena", "pulse start psych-safety")
    bridge.passes("2 h")
    assert not bridge.direct("Divya")
    bridge.presses("Divya", "Open here", "bridge")
    assert "Counted. Thank you." in bridge.submits("Divya", **ANSWERS)
    bridge.passes("1 day")
    assert not bridge.direct("Divya")


def test_the_owner_sees_a_number(bridge: Local) -> None:
    """Whoever looks after the team sees how many did not get it, never who, and answers do not move the number."""
    survey(bridge, "Jo", "Tomas")
    told = bridge.types("Lena", "pulse results")
    assert "Safe to speak: 2 people did not get it." in told
    assert "Jo" not in told
    assert "2 people did not get it" in bridge.types("Lena", "")
    assert "did not get it" not in bridge.types("Ines", "pulse results")
    bridge.presses("Jo", "Open here", "bridge")
    bridge.submits("Jo", **ANSWERS)
    bridge.passes("5 min")
    assert "2 people did not get it" in bridge.types("Lena", "pulse results")


def test_who_adds_the_bot_later_gets_what_is_open(bridge: Local) -> None:
    """The invitation comes after all, once, and the number goes down."""
    survey(bridge, "Jo", "Tomas")
    bridge.adds_app("Jo")
    bridge.passes("1 h")
    (invitation,) = bridge.direct("Jo")
    assert "7 statements" in invitation.text()
    assert "Safe to speak: 1 person did not get it." in bridge.types("Lena", "pulse results")
    bridge.presses("Jo", "Open", "@")
    assert "Counted. Thank you." in bridge.submits("Jo", **ANSWERS)
    bridge.adds_app("Jo")
    assert len(bridge.direct("Jo")) == 1
    assert len(offers(bridge)) == 1


def test_who_answered_in_the_channel_is_not_asked_again(bridge: Local) -> None:
    """An answer given in the channel stands; adding the bot afterwards brings nothing."""
    survey(bridge, "Jo")
    bridge.presses("Jo", "Open here", "bridge")
    bridge.submits("Jo", **ANSWERS)
    bridge.adds_app("Jo")
    bridge.passes("1 day")
    assert not bridge.direct("Jo")


def test_everybody_was_reached(bridge: Local) -> None:
    """Without anybody to help there is no post and no number."""
    survey(bridge)
    assert not offers(bridge)
    assert "did not get it" not in bridge.types("Lena", "pulse results")


def test_who_keeps_the_bot_quiet_has_got_it(bridge: Local) -> None:
    """What a person holds back by their own settings is no failure: nobody is offered anything for it."""
    bridge.types("Jo", "quiet")
    bridge.presses("Jo", "Stop all")
    survey(bridge)
    assert not offers(bridge)


def test_after_the_close(bridge: Local) -> None:
    """The way in closes with the survey: the button is gone, and a number is told to nobody any more."""
    survey(bridge, "Jo")
    for person in ("Lena", "Tomas", "Ines", "Arun"):
        bridge.presses(person, "Open", "@")
        bridge.submits(person, **ANSWERS)
    bridge.presses("Jo", "Open here", "bridge")
    bridge.passes("9 days")
    assert "closed" in bridge.submits("Jo", **ANSWERS)
    assert not [message for message in bridge.in_channel() if "Open here" in message.labels()]
    assert "did not get it" not in bridge.types("Lena", "")
    bridge.adds_app("Jo")
    assert not [message for message in bridge.direct("Jo") if "Open" in message.labels()]


def test_called_off(bridge: Local) -> None:
    """A survey that is called off takes its way in along."""
    survey(bridge, "Jo")
    bridge.presses("Jo", "Open here", "bridge")
    bridge.presses("Lena", "Call it off")
    assert "closed" in bridge.submits("Jo", **ANSWERS)
    assert not [message for message in bridge.in_channel() if "Open here" in message.labels()]


def test_who_was_not_asked_or_left(bridge: Local) -> None:
    """A newcomer gets a kind word instead of a form, and who left is not counted as missed."""
    survey(bridge, "Jo")
    bridge.joins("Kim")
    assert "did not ask you" in bridge.presses("Kim", "Open here", "bridge")
    bridge.leaves("Jo")
    bridge.passes("5 min")
    assert "did not get it" not in bridge.types("Lena", "pulse results")


def check_in(stage: Local, *without: str) -> None:
    """A weekly question in each person's morning, of which some cannot be told."""
    for person in without:
        stage.without_app(person)
    assert stage.types("Lena", "checkin schedule") == "form: Check-in"
    stage.submits("Lena", days=("2",), at="09:30", asks="wins")
    stage.presses("Lena", "Save")
    stage.until("Wed 12:00")


def test_a_check_in_opens_in_the_channel_too(bridge: Local) -> None:
    """Its card in the channel says so, by an edit that notifies nobody, and takes the answer."""
    check_in(bridge, "Tomas")
    assert not bridge.direct("Tomas")
    (offer,) = offers(bridge)
    assert "Tomas" not in offer
    assert "1 person did not get it" in bridge.types("Lena", "checkin")
    assert "did not get it" not in bridge.types("Ines", "checkin")
    assert bridge.presses("Tomas", "Open here", "bridge") == "form: Check-in"
    assert "Saved" in bridge.submits("Tomas", a0="It ran.")
    bridge.passes("5 min")
    assert "1 person did not get it" in bridge.types("Lena", "checkin")


def test_a_check_in_comes_when_the_bot_is_added(bridge: Local) -> None:
    """Who adds the bot while it is open gets the question, and the card in the channel is as usual again."""
    check_in(bridge, "Tomas")
    bridge.adds_app("Tomas")
    bridge.passes("5 min")
    (question,) = bridge.direct("Tomas")
    assert "Answer" in question.labels()
    assert not offers(bridge)
    assert "did not get it" not in bridge.types("Lena", "checkin")
    bridge.presses("Tomas", "Answer", "@")
    bridge.submits("Tomas", a0="It ran.")
    assert any("Saved" in message.text() for message in bridge.direct("Tomas"))


def test_a_check_in_that_closed_is_not_brought_later(bridge: Local) -> None:
    """After the close nothing is delivered, and nothing is offered."""
    check_in(bridge, "Tomas")
    bridge.passes("20 h")
    bridge.adds_app("Tomas")
    bridge.passes("1 h")
    assert not bridge.direct("Tomas")
    assert not offers(bridge)
