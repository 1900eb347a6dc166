"""Several messages to one person in one: how they look together, and why each of them came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.kernel.cards import Action, Block, Button, Buttons, Card, Divider, Text
from bot.kernel.ids import NO_SESSION

CHANGE_OR_STOP = Button("Change or stop", Action("people", NO_SESSION, "settings"))


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the things in a message. *why* is the line that says why it came; empty once it was answered."""

    card: Card
    why: str = ""


def together(pieces: Sequence[Piece]) -> Card:
    """One card for all *pieces*, in order. One alone keeps its own title. Raises ValueError if there is none."""
    if not pieces:
        raise ValueError("there is nothing to put together")
    if len(pieces) == 1:
        first = pieces[0]
        return Card(first.card.title, (*first.card.blocks, *_why(first), *_button(pieces)))
    blocks: list[Block] = []
    for number, piece in enumerate(pieces):
        if number:
            blocks.append(Divider())
        blocks += [*([Text(piece.card.title)] if piece.card.title else []), *piece.card.blocks, *_why(piece)]
    return Card(f"{len(pieces)} things for you", (*blocks, *_button(pieces)))


def _why(piece: Piece) -> tuple[Block, ...]:
    return (Text(piece.why, muted=True),) if piece.why else ()


def _button(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    return (Buttons((CHANGE_OR_STOP,)),) if any(piece.why for piece in pieces) else ()
