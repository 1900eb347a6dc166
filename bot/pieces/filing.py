"""One way into the archive: a row that is found by its title, its words and its tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.kernel.effects import Keep
from bot.kernel.ids import Member, SessionId, part_of

MOST_TITLE = 80  # characters; what is longer stands in full in the text


def filed(
    key: str,
    kind: str,
    title: str,
    text: str,
    *,
    tags: Sequence[str] = (),
    by: Member | None = None,
    also: str = "",
    **more: Any,
) -> Keep:
    """What the archive has from now on. *by*: whose words they are, so that they go when that person is forgotten.

    *also*: words that find it and stand neither in its title nor in its text. *more*: what else its kind shows.
    """
    row = {"kind": kind, "title": cut(title, MOST_TITLE), "text": text, "tags": list(tags), **more}
    words = " ".join(filter(None, (title, text, *tags, also)))
    return Keep("filed", key, row, member=by, words=words)


def copied(key: str, kind: str, title: str, text: str, by: Member, **more: Any) -> tuple[Keep, ...]:
    """A copy of what a card shows, kept because *by* pressed Keep this; they may take it out again."""
    mark = part_of(SessionId(key), by.key())
    return filed(key, kind, title, text, **more), Keep("kept_by", mark, {"entry": key}, member=by)


def keeps(label: str) -> str:
    """What whoever pressed Keep this is told."""
    return f"Kept. Everyone in {label} finds it in the archive."


def cut(text: str, most: int) -> str:
    """*text* on one line of at most *most* characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
