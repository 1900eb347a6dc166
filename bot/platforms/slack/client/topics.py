"""Our line in a channel's topic, beside what people wrote there. Pure.

What we wrote is remembered as marks: its length and a digest. So it is found again, and nothing else is touched,
although no name is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from html import unescape

BETWEEN = " · "
MOST = 250  # characters of a topic
PLAIN = str.maketrans({"&": "+", "<": "(", ">": ")", "\n": " "})  # Slack writes these in another way than we do


def plain(line: str) -> str:
    """*line* as it can stand in a topic, the same when it is read back."""
    return " ".join(line.translate(PLAIN).split())


def mark(line: str) -> str:
    """By which *line* is known again; empty for none."""
    return f"{len(line)}:{blake2b(line.encode(), digest_size=9).hexdigest()}" if line else ""


def without(topic: str, marks: Iterable[str]) -> str:
    """What people wrote: the topic without any line of these marks, and without what stood between."""
    for known in marks:
        length = int(known.partition(":")[0] or 0)
        for at in range(len(topic) - length + 1) if length else ():
            if mark(topic[at : at + length]) == known:
                before, after = topic[:at], topic[at + length :]
                if before.endswith(BETWEEN):
                    before = before.removesuffix(BETWEEN)
                elif not before:
                    after = after.removeprefix(BETWEEN)
                topic = (before + after).strip()
                break
    return topic


def with_line(theirs: str, line: str) -> str:
    """The whole topic; people's own words first."""
    return BETWEEN.join(part for part in (theirs, line) if part)


def fits(topic: str) -> bool:
    return len(unescape(topic)) <= MOST
