"""What people type is a command, or gets a card that helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.activities import ACTIVITIES, home, rounds
from bot.engine.route import Route, Routes, Unknown, unknown_card
from bot.kernel.cards import Card

ROUTES = Routes(ACTIVITIES)


@given(st.text(st.characters(), max_size=400))
def test_any_text_is_a_route_or_gets_a_card(text: str) -> None:
    """Whatever is typed names a verb that its activity allows, or is unknown and gets a card that can be pressed."""
    found = ROUTES.find(text)
    if isinstance(found, Route):
        assert found.verb in next(one for one in ACTIVITIES if one.name == found.activity).allow
        return
    card = unknown_card(found)
    assert isinstance(card, Card)
    assert len(card.title) <= 60
    assert card.fallback().strip()
    for button in card.buttons():
        assert button.label
        button.action.pack()


@pytest.mark.parametrize(("activity", "command"), ROUTES.commands, ids=lambda one: getattr(one, "words", one) or "-")
def test_every_command_is_found_by_its_words(activity: str, command: object) -> None:
    """Each command, in any case and with anything behind it, leads to its verb, with the rest as typed."""
    words = getattr(command, "words", "")
    verb, whole = getattr(command, "verb", ""), getattr(command, "whole", False)
    assert ROUTES.find(words) == Route(activity, verb, "", whole)
    if words:
        assert ROUTES.find(f"  {words.upper()}   Ärger  60 ") == Route(activity, verb, "Ärger  60", whole)


def test_the_longest_words_win() -> None:
    """`round plan` is not `round` with a topic."""
    assert ROUTES.find("round plan 09:30") == Route("rounds", "plan", "09:30")
    assert ROUTES.find("round planned things") == Route("rounds", "start", "planned things")


@pytest.mark.parametrize(("typed", "near"), [("ruond win", "round win"), ("roundd", "round"), ("hlep", "help")])
def test_a_slip_is_understood(typed: str, near: str) -> None:
    """A misspelt command names the nearest one, with what was typed behind it kept."""
    found = ROUTES.find(typed)
    assert isinstance(found, Unknown)
    assert found.near == near
    assert any(near in button.action.argument for button in unknown_card(found).buttons())


def test_nothing_typed_opens_the_card() -> None:
    """The bare command is a command of its own."""
    assert ROUTES.find("  ") == Route("home", "open", "")
    assert ROUTES.find("xyzzy plugh") == Unknown("xyzzy plugh")


def test_two_commands_of_one_name_are_a_mistake() -> None:
    """Two activities that answer to the same words are found when the table is made."""
    twin = replace(home.ACTIVITY, commands=rounds.ACTIVITY.commands)
    with pytest.raises(ValueError, match="two commands answer to 'round'"):
        Routes((rounds.ACTIVITY, twin))
