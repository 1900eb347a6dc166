"""A file that somebody sends to the bot: which one is taken, as what, and what is said where none can be. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.engine.route import SAY
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.ids import NO_SESSION

MOST_BYTES = 64 * 1024  # of a file; the longest guide that comes with the bot has a tenth of it
ADD = "guide add"
SURVEY = "pulse own"  # the command whose form takes a whole survey
ENDINGS = (".yml", ".yaml")
MOST_NAME = 60  # characters of a file's name that are repeated


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the platform announces it. *where*: its id or address there. *name* is "" where it is not told yet."""

    name: str
    where: str

    @property
    def is_guide(self) -> bool:
        """Whether its name says that it may be a guide."""
        return self.name.lower().endswith(ENDINGS)


class NotTakenError(Exception):
    """A file cannot be taken; *card* says why, and which other ways there are."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.title)
        self.card = card


def chosen(files: Sequence[Attached], words: str, *, direct: bool) -> Attached | None:
    """The file that is meant as a guide; None where the words of the message count.

    In the bot's own conversation a YAML file is always meant; in a channel only without other words than `guide add`.
    Raises NotTakenError for files that nothing can be made of.
    """
    if not files:
        return None
    asked = not words.strip() or words.strip().lower().startswith(ADD)
    guides = [file for file in files if file.is_guide or not file.name]
    if not guides:
        if asked and (direct or words.strip()):
            raise no_guide(files[0].name)
        return None
    if not direct and not asked:
        return None
    if len(guides) > 1:
        raise NotTakenError(_card("One file at a time, please", f"These are {len(guides)}.", ways=False))
    return guides[0]


def command(name: str, raw: bytes) -> str:
    """What was sent, as if it had been typed behind `guide add`; each line keeps its number. Raises NotTakenError."""
    if len(raw) > MOST_BYTES:
        raise too_large(name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        why = "It is not plain text. Save it as text in UTF-8, and send it again."
        raise NotTakenError(_card(f"{_short(name)} cannot be read", why, ways=False))
    if not text.strip():
        raise NotTakenError(
            _card(f"{_short(name)} is empty", "Save it with the guide in it, then send it.", ways=False)
        )
    if re.search(r"(?m)^kind:\s*[\"']?survey\b", text):
        raise _survey(name)
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip())
    return "\n".join([ADD, *["#"] * first, *lines[first:]])  # blank lines at the top would be lost, and counted wrong


def no_guide(name: str) -> NotTakenError:
    """Neither its name nor its kind is that of a guide."""
    why = "I read guides from text files whose names end in .yml or .yaml."
    return NotTakenError(_card(f"{_short(name)} is no guide", why, ways=True))


def too_large(name: str) -> NotTakenError:
    why = f"At most {MOST_BYTES // 1024} kilobytes fit, which is far more than a guide needs."
    return NotTakenError(_card(f"{_short(name)} is too large", why, ways=False))


def not_fetched(name: str) -> NotTakenError:
    """The platform did not hand it over."""
    why = "I could not fetch it. Send it again in a moment."
    return NotTakenError(_card(f"{_short(name)} did not arrive", why, ways=True))


def not_allowed(name: str, remedy: str) -> NotTakenError:
    """The bot was not given the right to open files. *remedy*: who can give it, and how."""
    return NotTakenError(_card(f"I may not open {_short(name, 'the file')}", remedy, ways=True))


def _survey(name: str) -> NotTakenError:
    """Surveys are started in a team, by a form that says who sees the answers; a file alone cannot say where."""
    form = Button("Open that form", Action(SAY, NO_SESSION, "type", SURVEY), asks=True)
    card = _card(f"{_short(name)} is a survey", f'Paste what is in it into the form of "{SURVEY}".', ways=False)
    return NotTakenError(replace(card, blocks=(*card.blocks, Buttons((form,)))))


def _card(title: str, why: str, *, ways: bool) -> Card:
    kept = Text("Nothing was kept.", muted=True)
    if not ways:
        return Card(title, (Text(why), kept))
    other = f'Or paste what is in it: into the form, or into a message that begins with "{ADD}".'
    form = Button("Paste it in a form", Action(SAY, NO_SESSION, "type", ADD), asks=True)
    return Card(title, (Text(why), Text(other), kept, Buttons((form,))))


def _short(name: str, unnamed: str = "The file") -> str:
    return (name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…") or unnamed
