"""One line that says what is to be done, by whom, until when: `checklist draft, Divya, 14 days`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.kernel.ids import Member
from bot.pieces.dates import Unclear, read_on

_COUNT = re.compile(r"\d{1,3} (?:days?|weeks?|months?)", re.I)
_LEAD = re.compile(r"^(?:by|until|till|due|on|for)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Todo:
    """*member* and *due* are None where the line names none."""

    what: str
    member: Member | None = None
    due: date | None = None


def read_todo(line: str, people: Mapping[str, Member], today: date) -> Todo:
    """Take a line apart: a day at its end, then a name, with or without commas, dashes or `@`."""
    rest, due = split_day(line, today)
    rest, member = split_name(rest, people)
    if due is None and member is not None:  # the other way round: `draft, 14 days, Divya`
        rest, due = split_day(rest, today)
    return Todo(_tidy(rest), member, due)


def split_day(line: str, today: date) -> tuple[str, date | None]:
    """What stands before a day at the end of the line, and that day; up to five words are tried."""
    words = line.strip().split()
    for count in range(min(5, len(words)), 0, -1):
        tail = " ".join(words[-count:]).strip(" ,;.()")
        day = day_of(tail, today)
        if day is not None:
            return _tidy(" ".join(words[:-count])), day
    return _tidy(line), None


def day_of(text: str, today: date) -> date | None:
    """The one day that *text* means, or None."""
    words = _LEAD.sub("", text)
    read = read_on(f"in {words}" if _COUNT.fullmatch(words) else words, today)
    return None if isinstance(read, Unclear) or read.weekdays else read.last if read.one else None


def split_name(line: str, people: Mapping[str, Member]) -> tuple[str, Member | None]:
    """What stands before a name at the end of the line, and whose name it is. `nobody` is a name of nobody."""
    names: dict[str, Member | None] = {"nobody": None, "unclaimed": None}
    for name, member in people.items():
        names[name.lower()] = member
    firsts = [name.split()[0].lower() for name in people if name.split()]
    for name, member in people.items():
        first = name.split()[0].lower() if name.split() else ""
        if first and firsts.count(first) == 1:
            names.setdefault(first, member)
    stripped = _tidy(line)
    for name in sorted(names, key=len, reverse=True):
        found = re.search(rf"(?:^|[\s,;:\u2013\u2014-])@?{re.escape(name)}$", stripped, re.I)
        if found and name:
            return _tidy(stripped[: found.start()]), names[name]
    return stripped, None


def _tidy(text: str) -> str:
    return re.sub(r"\s+(?:by|until|due|for)$", "", text.strip(" ,;:\u2013\u2014-\t"), flags=re.I)
