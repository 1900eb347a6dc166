"""What is said where a file that somebody sent cannot be taken."""

from bot.engine import attached
from bot.kernel.cards import Card, Form

NAME = "our <look> & *back* of a long week with a name that goes on and on and on.yml"


def _said(raw: bytes) -> Card:
    try:
        attached.command("ours.yml", raw)
    except attached.NotTakenError as error:
        return error.card
    raise AssertionError("it was taken")


CARDS: dict[str, Card] = {
    "a file that is too large": attached.too_large(NAME).card,
    "a file with a survey": _said(b"kind: survey"),
    "a file that is no text": _said(b"\0"),
    "a file that is empty": _said(b""),
    "a file that did not arrive": attached.not_fetched("look-back.yml").card,
    "a file of another kind": attached.no_guide("photo.png").card,
    "a file that may not be opened": attached.not_allowed("", "Whoever looks after the app can allow it.").card,
}
FORMS: dict[str, Form] = {}
