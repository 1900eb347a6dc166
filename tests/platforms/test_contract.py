"""Every platform keeps the same promises about every card. The list of platforms is the list of folders.

Each platform has `tests/platforms/NAME/wire.py` with a module-level `WIRE` of the shape below: what its renderer
makes of a card, and what its own client would send back when somebody presses or submits.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, Protocol

import pytest

import bot.platforms
from bot.activities import ACTIVITIES
from bot.engine.route import SAY
from bot.kernel.cards import Action, Button, Buttons, Card, Choice, Form, Note, TextField, TickField
from bot.kernel.inbound import ButtonPressed, FormSubmitted
from tests.platforms.gallery import cards, forms

PLATFORMS = [info.name for info in pkgutil.iter_modules(bot.platforms.__path__)]


class Wire(Protocol):
    """A platform's two directions, without the network."""

    def render(self, card: Card) -> list[Any]:
        """The payloads one card becomes: one message, or several where it is split."""
        ...

    def check(self, payload: Any) -> list[str]:
        """What the platform would not accept about a payload; empty when it would."""
        ...

    def spoken(self, payload: Any) -> str:
        """The plain text a screen reader or a notification gets."""
        ...

    def press(self, payloads: list[Any], button: Button) -> ButtonPressed:
        """The click on that button as the platform delivers it, parsed."""
        ...

    def choose(self, payloads: list[Any], choice: Choice, value: str) -> ButtonPressed: ...

    def render_form(self, form: Form) -> Any: ...

    def check_form(self, payload: Any) -> list[str]: ...

    def submit(self, payload: Any, values: dict[str, str | tuple[str, ...]]) -> FormSubmitted:
        """The submission of the rendered form with these values, as the platform delivers it, parsed."""
        ...


def wire(name: str) -> Wire:
    found: Wire = importlib.import_module(f"tests.platforms.{name}.wire").WIRE
    return found


def _named(things: dict[str, Any]) -> list[Any]:
    return [pytest.param(p, thing, id=f"{p}-{name}") for p in PLATFORMS for name, thing in things.items()]


@pytest.mark.parametrize(("platform", "card"), _named(cards()))
def test_a_card_is_within_limits_and_can_be_heard(platform: str, card: Card) -> None:
    """Each card renders within the platform's limits, with a non-empty plain text."""
    payloads = wire(platform).render(card)

    assert payloads
    assert [wire(platform).check(payload) for payload in payloads] == [[]] * len(payloads)
    assert all(wire(platform).spoken(payload).strip() for payload in payloads)


@pytest.mark.parametrize(("platform", "card"), _named(cards()))
def test_a_press_means_what_the_card_said(platform: str, card: Card) -> None:
    """Each button pressed comes back as the very action the card held."""
    payloads = wire(platform).render(card)

    for button in card.buttons():
        assert wire(platform).press(payloads, button).action == button.action
    for block in card.blocks:
        if isinstance(block, Choice):
            for option in block.options[:100]:
                chosen = wire(platform).choose(payloads, block, option.value)
                assert (chosen.action, chosen.choice) == (block.action, option.value)


@pytest.mark.parametrize(("platform", "form"), _named(forms()))
def test_every_field_comes_back(platform: str, form: Form) -> None:
    """Each field of a form comes back from a submission, filled in or left empty."""
    payload = wire(platform).render_form(form)
    values = {field.name: _some(field) for field in form.fields if not isinstance(field, Note)}
    back = wire(platform).submit(payload, values)

    assert wire(platform).check_form(payload) == []
    assert back.action == form.action
    assert {
        name: back.ticked(name) if isinstance(v, tuple) else back.text(name) for name, v in values.items()
    } == values

    empty = wire(platform).submit(payload, {})
    assert all(empty.text(name) == "" for name in values)


def test_no_button_leads_nowhere() -> None:
    """Each verb that a card of the gallery can send is listed in its activity's ALLOW."""
    allow = {activity.name: activity.allow for activity in ACTIVITIES} | {SAY: {"type": 0}}
    made_up = {"pick", "written"}
    for name, card in cards().items():
        actions = [button.action for button in card.buttons()]
        actions += [block.action for block in card.blocks if isinstance(block, Choice)]
        for action in actions:
            if not name.startswith("kernel") and action.activity in allow:
                assert action.verb in allow[action.activity] or action.verb in made_up, (name, action)


def test_labels_are_short() -> None:
    """Titles up to 60 characters where we chose the words, labels up to 24, four answers in a row at most."""
    for name, card in cards().items():
        if name.startswith("kernel"):
            continue
        for block in card.blocks:
            if isinstance(block, Buttons):
                assert len(block.row) <= 4, name
                assert all(len(button.label) <= 24 for button in block.row), name


def _some(field: Any) -> str | tuple[str, ...]:
    if isinstance(field, TickField):
        return (field.options[0].value,)
    if hasattr(field, "options"):
        return str(field.options[0].value)
    if isinstance(field, TextField):
        return "Some words.\nAnd a line." if field.long else "Some words"
    return {"NumberField": "7", "DateField": "2026-04-01", "TimeField": "10:15"}[type(field).__name__]


def test_actions_fit() -> None:
    """Each action packs, and unpacks to itself."""
    for card in cards().values():
        for button in card.buttons():
            assert Action.unpack(button.action.pack()) == button.action
