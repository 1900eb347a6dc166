"""Slack's limits, and how its lengths are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# Slack's limits. Lengths are counted in UTF-16 units, the longest way they may be counted.
BLOCKS = 50  # in a message
VIEW_BLOCKS = 100  # in a modal and in Home
TOTAL = 12_500  # all strings of a message together: msg_blocks_too_long comes undocumented near 13,200
VIEW_TOTAL = 40_000  # our own: all strings of a view together, far below its 250 kB of JSON
SPOKEN = 3_500  # top-level text: chat.update refuses more than 4,000
SECTION = 3_000
ADDRESS = 1_000  # our own: longer addresses are text, not links
PIECE = 40  # our own: a longer word may be broken between messages
HEADER = 150
FIELD, FIELDS = 2_000, 10
GROUP = 6_000  # our own: all fields of one section together
BUTTONS = 25  # elements of one actions block
LABEL = 75  # of a button or an option
DESCRIPTION = 75
OPTIONS, GROUPS = 100, 100
FEW = 10  # radio buttons and check boxes; more options become a menu
MENU = 5_000  # our own: all strings of the options of one menu in a message
PLACEHOLDER = 150
VALUE = 150  # of an option
VIEW_TITLE = 24
FIELD_LABEL = HINT = 2_000
TYPED = 3_000  # characters of a text field
ALT = 2_000
TABLE_ROWS, TABLE_CELLS = 100, 20
TABLE = 6_000  # our own: all strings of a table together; a larger one is written as sentences
METADATA = 3_000
ERROR = 300  # our own: a sentence at a field


def cut(text: str, most: int) -> str:
    """*text* with at most *most* UTF-16 units; what is cut shows as an ellipsis."""
    if length(text) <= most:
        return text
    kept = text
    while length(kept) > most - 1:
        kept = kept[: -max(1, (length(kept) - most + 2) // 2)]
    return kept.rstrip() + "…"


def length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
