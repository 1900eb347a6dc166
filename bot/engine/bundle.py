"""Several messages to one person in one: how they look together, and why each of them came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.kernel.cards import Action, Block, Button, Buttons, Card, Divider, Link, Text
from bot.kernel.ids import NO_SESSION

CHANGE_OR_STOP = Button("Change or stop", Action("people", NO_SESSION, "settings"))


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the things in a message. *why* is the line that says why it came; empty once it was answered."""

    card: Card
    why: str = ""
    session: str = ""  # whose messages its links lead to


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
        blocks += [*([Text(piece.card.title)] if piece.card.title else []), *_anchored(piece), *_why(piece)]
    return Card(f"{len(pieces)} things for you", (*blocks, *_button(pieces)))


def _anchored(piece: Piece) -> tuple[Block, ...]:
    """Its blocks, with links that still lead to its own session's messages from inside another's."""

    def anchored(one: Button | Link) -> Button | Link:
        own = isinstance(one, Link) and one.to.startswith("message:") and "@" not in one.to
        return replace(one, to=f"{one.to}@{piece.session}") if own and isinstance(one, Link) else one

    return tuple(
        Buttons(tuple(anchored(one) for one in block.row)) if isinstance(block, Buttons) else block
        for block in piece.card.blocks
    )


def _why(piece: Piece) -> tuple[Block, ...]:
    return (Text(piece.why, muted=True),) if piece.why else ()


def _button(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    return (Buttons((CHANGE_OR_STOP,)),) if any(piece.why for piece in pieces) else ()
