"""The two answers an activity can give: a decision, or a refusal; and what goes back on the same request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.kernel.cards import Action, Card, Form, hint
from bot.kernel.effects import Effect

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Acknowledge and say nothing. *now* is the pressed card as it looks from now on, for those who can redraw it."""

    now: Card | None = None


@dataclass(frozen=True, slots=True)
class Whisper:
    """Tell only the person who acted. *lasting*: it must still be there tomorrow, so not a fleeting hint."""

    card: Card
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Ask the person who acted. *again* opens the same form where this request cannot open one."""

    form: Form
    again: Action | None = None


@dataclass(frozen=True, slots=True)
class Correct:
    """The submitted form stays open; each sentence stands at its field."""

    errors: Mapping[str, str]


Reply = Quiet | Whisper | Show | Correct


@dataclass(frozen=True, slots=True)
class Decision(Generic[S]):
    state: S
    effects: tuple[Effect, ...] = ()
    reply: Reply = Quiet()


@dataclass(frozen=True, slots=True)
class Refused:
    """The event does not apply. *because* is shown to whoever sent it; *card* replaces it where a door is offered."""

    because: str
    card: Card | None = None

    def shown(self) -> Card:
        return self.card or hint(self.because)


def say(*lines: str, lasting: bool = False) -> Whisper:
    """A plain word to the person who acted."""
    return Whisper(hint(*lines), lasting)
