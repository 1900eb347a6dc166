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
PLAIN = str.maketrans(
    {"&": "+", "<": "(", ">": ")", "·": "-", "\n": " "}
)  # Slack writes these in another way than we do


def plain(line: str) -> str:
    """*line* as it can stand in a topic, the same when it is read back."""
    return " ".join(line.translate(PLAIN).split())


def mark(line: str) -> str:
    """By which *line* is known again; empty for none."""
    return f"{len(line)}:{blake2b(line.encode(), digest_size=9).hexdigest()}" if line else ""


def without(topic: str, marks: Iterable[str]) -> str:
    """What people wrote: the topic without any line of these marks, and without what stood between."""
    for known in filter(None, marks):
        parts = topic.split(BETWEEN)
        at = next((n for n in reversed(range(len(parts))) if mark(parts[n]) == known), None)
        topic = _around(topic, known) if at is None else BETWEEN.join(parts[:at] + parts[at + 1 :])
    return topic.strip()


def _around(topic: str, known: str) -> str:
    """The same where people wrote on right beside our line."""
    length = int(known.partition(":")[0])
    for at in reversed(range(len(topic) - length + 1)):
        if mark(topic[at : at + length]) == known:
            return topic[:at].removesuffix(BETWEEN) + topic[at + length :]
    return topic


def with_line(theirs: str, line: str) -> str:
    """The whole topic; people's own words first."""
    return BETWEEN.join(part for part in (theirs, line) if part)


def fits(topic: str) -> bool:
    return len(unescape(topic)) <= MOST
