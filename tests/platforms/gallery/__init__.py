"""One example of every card and form of every activity, found by folder: a file here per activity.

Each file has `CARDS: dict[str, Card]` and `FORMS: dict[str, Form]`. `test_contract.py` holds every platform
against all of them, so no card can be drawn that a platform cannot show.
"""

from __future__ import annotations

import importlib
import pkgutil

from bot.kernel.cards import Card, Form, Shape, reworded
from bot.kernel.words import members_in, named


def cards() -> dict[str, Card]:
    """Every card, by `activity: name`."""
    return {f"{where}: {name}": _sent(card) for where, module in _modules() for name, card in module.CARDS.items()}


def forms() -> dict[str, Form]:
    return {f"{where}: {name}": _sent(form) for where, module in _modules() for name, form in module.FORMS.items()}


def _sent(shape: Shape) -> Shape:
    """The card as it leaves storage: with names filled in."""

    def fill(sentence: str) -> str:
        return named(sentence, {member: member.user.capitalize() for member in members_in(sentence)})

    return reworded(shape, fill)


def _modules():  # type: ignore[no-untyped-def]
    return [(info.name, importlib.import_module(f"{__name__}.{info.name}")) for info in pkgutil.iter_modules(__path__)]
