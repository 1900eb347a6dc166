"""Markdown as a canvas takes it. Pure."""

from __future__ import annotations

import re

MOST = 1_048_576  # characters of a canvas
DEEP = re.compile(r"^(\s*(?:[-*>]\s+)*)#{4,}(?=\s)", re.MULTILINE)  # headings have three levels
PICTURE = re.compile(r"!(?=\[)")  # pictures, and `![](@U1)`, which calls somebody
OLDER = "Older entries are in the files: /moderato archive export."


def fitted(markdown: str, most: int = MOST) -> str:
    """The same text, calling nobody; where it is too long without its oldest parts, which is said at its top.

    A part begins with a heading of the second level; the first, before any, is the title.
    """
    text = DEEP.sub(r"\1###", PICTURE.sub("", markdown))
    if len(text) <= most:
        return text
    title, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    head = f"{title.rstrip()}\n\n{OLDER}\n\n"
    left = most - len(head)
    kept: list[str] = []
    for part in reversed(parts):
        if len(part) > left:
            break
        kept.append(part)
        left -= len(part)
    return head + "".join(reversed(kept))
