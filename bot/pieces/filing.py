"""One way into the archive: a row that is found by its title, its words and its tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.kernel.effects import Keep
from bot.kernel.ids import Member

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


def cut(text: str, most: int) -> str:
    """*text* on one line of at most *most* characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
