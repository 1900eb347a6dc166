"""Every card and form that is shown must be drawn by every platform, and must be one that people can use."""

from __future__ import annotations

from collections.abc import Iterator

from bot.kernel.cards import MAX_FORM_TITLE, Action, Buttons, Card, Choice, Form, Link, PickField, TickField
from bot.kernel.words import SHUT, plain
from bot.platforms.local import render as local
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams

TITLE = 150  # characters, with every name filled in
LABEL = 75
TEXT = 3000
OPTIONS = 100


def problems(shape: Card | Form, zone: str) -> Iterator[str]:
    """What is wrong with a card or form as it leaves; nothing, usually."""
    try:
        yield from _form(shape, zone) if isinstance(shape, Form) else _card(shape, zone)
    except Exception as error:
        yield f"cannot be drawn: {type(error).__name__}: {error}"


def _card(card: Card, zone: str) -> Iterator[str]:
    if not card.fallback(zone).strip():
        yield "says nothing to a screen reader"
    if len(plain(card.title, zone)) > TITLE:
        yield f"has a title of {len(plain(card.title, zone))} characters"
    if f"{SHUT}{SHUT}" in card.title:
        yield "has a broken token in its title"
    for block in card.blocks:
        match block:
            case Buttons(row=row):
                for button in row:
                    if not 0 < len(plain(button.label, zone)) <= LABEL:
                        yield f"has a button {button.label!r}"
                    if not isinstance(button, Link):
                        yield from _action(button.action)
            case Choice(action=action, options=options):
                if not 0 < len(options) <= OPTIONS:
                    yield f"offers a list of {len(options)}"
                yield from _action(action)
            case _:
                pass
    slack.message(card, zone)
    teams.messages(card, teams.Reader(zone))
    local.card_view(card, zone)


def _form(form: Form, zone: str) -> Iterator[str]:
    if not 0 < len(form.title) <= MAX_FORM_TITLE:
        yield f"has the title {form.title!r}"
    if len(set(form.names())) != len(form.names()):
        yield f"has fields of one name: {form.names()}"
    for field in form.fields:
        if isinstance(field, PickField | TickField) and not field.options:
            yield f"offers nothing to pick in {field.name!r}"
    yield from _action(form.action)
    slack.view(form, zone)
    teams.dialog(form, teams.Reader(zone))
    local.form_view(form, zone)


def _action(action: Action) -> Iterator[str]:
    token = action.pack()  # raises where it is too long
    if Action.unpack(token) != action:
        yield f"has an action that does not come back: {action}"
