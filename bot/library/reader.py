"""Takes the fields of one thing, one by one, and collects in plain words what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from bot.kernel.content import PLACEHOLDERS, Problem
from bot.library.nodes import Fields, Items, Node, Place, Words

T = TypeVar("T", bound=str)
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
MOVE_ID = re.compile(r"M\d\d")
LONGEST_ID = 40  # an id travels in button tokens
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YES = ("true", "yes", "on")
NO = ("false", "no", "off")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names another thing: its kind and id, and where it was written."""

    kind: str
    id: str
    field: str
    at: Place


@dataclass(slots=True)
class Notes:
    """What reading one thing brought up."""

    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def nearest(word: str, among: Iterable[str]) -> str:
    """The word that was probably meant, or nothing."""
    return next(iter(get_close_matches(word.lower(), list(among), n=1, cutoff=0.6)), "")


def listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)


class Reader:
    """One set of fields. Every method takes one field; `done` complains about those that nobody asked for."""

    def __init__(self, fields: Fields, what: str, notes: Notes) -> None:
        self.fields = fields
        self.at = fields.at
        self.what = what
        self.notes = notes
        self._asked: dict[str, None] = {}
        self._missing: dict[str, str] = {}

    def has(self, key: str) -> bool:
        return key in self.fields.pairs

    def where(self, key: str) -> Place:
        """The line of a field, or of the thing itself if the field is not there."""
        return self.fields.keys.get(key, self.at)

    def problem(self, at: Place, what: str, remedy: str) -> None:
        self.notes.problems.append(at.problem(what, remedy))

    # ---- texts

    def words(self, key: str, most: int, example: str = "", *, default: str | None = None) -> str:
        """A text that people read: one paragraph, at most `most` characters, known placeholders only."""
        node = self._take(key, default is None, f'"{example}"' if example else '"..."')
        if node is None:
            return default or ""
        return self._people_read(node, key, most)

    def several_words(self, key: str, most: int, low: int, high: int, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts that people read."""
        found = [self._people_read(node, key, most) for node in self._entries(key, required, low, high)]
        return tuple(found)

    def page(self, key: str, most: int) -> str:
        """A longer text with line breaks."""
        node = self._take(key, False, "")
        if not isinstance(node, Words):
            return ""
        self._check_length(node, key, most)
        self._check_placeholders(node)
        return node.value

    def plain(self, key: str, example: str = "", *, default: str | None = None) -> str:
        """A short text that only the bot reads."""
        node = self._take(key, default is None, example)
        return (default or "") if node is None else self._scalar(node, key)

    def choice(self, key: str, options: Sequence[T], default: T | None = None) -> T:
        node = self._take(key, default is None, options[0])
        if node is None:
            return default if default is not None else options[0]
        return self._one_of(node, key, options) or options[0]

    def several(self, key: str, options: Sequence[T], default: tuple[T, ...] = ()) -> tuple[T, ...]:
        if not self.has(key):
            self._asked[key] = None
            return default
        found = [self._one_of(node, key, options) for node in self._entries(key, False, 1, len(options))]
        return tuple(each for each in found if each is not None)

    def identifier(self, key: str = "id", *, move: bool = False) -> str:
        node = self._take(key, True, "M01" if move else "learning-hour")
        if node is None:
            return ""
        value = self._scalar(node, key)
        if move and value and not MOVE_ID.fullmatch(value):
            self.problem(node.at, f'`{key}` is "{value}"', "A move is called M and two digits, such as M08.")
        elif not move and value and not ID.fullmatch(value):
            remedy = "Use lower-case letters, digits, hyphen and underscore only"
            fitting = re.sub(r"[^a-z0-9_-]+", "-", value.lower()).strip("-_")
            self.problem(node.at, f'`{key}` is "{value}"', f"{remedy}, e.g. `{fitting or 'my-own'}`.")
        elif len(value) > LONGEST_ID:
            self.problem(node.at, f"`{key}` has {len(value)} characters", f"At most {LONGEST_ID} fit.")
        return value

    def refers(self, key: str, kind: str, *, required: bool = False) -> str:
        """The id of another thing, checked once everything is read."""
        node = self._take(key, required, "...")
        return "" if node is None else self._refer(node, key, kind)

    def refers_to_several(self, key: str, kind: str) -> tuple[str, ...]:
        found = [self._refer(node, key, kind) for node in self._entries(key, False, 1, 20)]
        return tuple(each for each in found if each)

    def language(self) -> str:
        node = self._take("language", False, "")
        if node is None:
            return "en"
        value = self._scalar(node, "language")
        if value and not LANGUAGE.fullmatch(value):
            self.problem(node.at, f'`language` is "{value}"', "Write its short form, such as en, de or pt-BR.")
        return value

    def day(self, key: str) -> str:
        node = self._take(key, True, '"tue"')
        if node is None:
            return DAYS[0]
        value = self._scalar(node, key).lower()
        if value in DAY_NAMES:
            return value[:3]
        return self._one_of(Words(node.at, value), key, DAYS) or DAYS[0]

    def clock(self, key: str) -> str:
        """A time of day, given back as HH:MM."""
        node = self._take(key, True, '"09:30"')
        if node is None:
            return "00:00"
        value = self._scalar(node, key)
        match = CLOCK.fullmatch(value)
        if not match:
            if value:
                self.problem(node.at, f'`{key}` is "{value}"', "Write hours and minutes, from 00:00 to 23:59.")
            return "00:00"
        return f"{int(match[1]):02d}:{match[2]}"

    # ---- numbers, yes and no

    def number(self, key: str, low: int, high: int, default: int | None = None, *, example: int | None = None) -> int:
        node = self._take(key, default is None, str(example if example is not None else low))
        if node is None:
            return default if default is not None else low
        value = self._scalar(node, key)
        if not value:
            return low
        if not re.fullmatch(r"[+-]?\d{1,9}", value):
            shown = example if example is not None else low
            self.problem(node.at, f'`{key}` is "{value}", not a whole number', f"Write e.g. `{key}: {shown}`.")
            return low
        return self._within(node.at, key, int(value), low, high)

    def numbers(self, key: str, low: int, high: int, count: tuple[int, int]) -> tuple[int, ...]:
        found: list[int] = []
        for node in self._entries(key, False, *count):
            value = self._scalar(node, key)
            if re.fullmatch(r"-?\d{1,9}", value):
                found.append(self._within(node.at, key, int(value), low, high))
            elif value:
                self.problem(node.at, f'"{value}" in `{key}` is not a whole number', "Write e.g. 4.")
        return tuple(found)

    def share(self, key: str) -> float:
        """A part of the whole, between 0 and 1; 0 if the field is not there."""
        node = self._take(key, False, "")
        if node is None:
            return 0.0
        value = self._scalar(node, key)
        if not re.fullmatch(r"[01]|[01]?\.\d{1,4}", value) or not 0 <= float(value) <= 1:
            if value:
                self.problem(node.at, f'`{key}` is "{value}"', "Write a part of 1, e.g. 0.40 for 40 %.")
            return 0.0
        return float(value)

    def flag(self, key: str, default: bool = False) -> bool:
        node = self._take(key, False, "")
        if node is None:
            return default
        value = self._scalar(node, key).lower()
        if value and value not in YES + NO:
            self.problem(node.at, f'`{key}` is "{value}"', "Write true or false.")
        return value in YES

    # ---- things in things

    def one(self, key: str, what: str) -> Reader | None:
        node = self._take(key, False, "")
        if node is None:
            return None
        if isinstance(node, Fields):
            return Reader(node, what, self.notes)
        self.problem(self.where(key), f"`{key}` should have fields of its own", "Write them indented, one a line.")
        return None

    def many(self, key: str, what: str, low: int, high: int, *, required: bool = True) -> list[Reader]:
        found: list[Reader] = []
        for node in self._entries(key, required, low, high):
            if isinstance(node, Fields):
                found.append(Reader(node, what, self.notes))
            else:
                self.problem(
                    node.at, f"each entry of `{key}` is {what} with fields", "Write `- id: ...` and the rest below."
                )
        return found

    def named(self, key: str, what: str, high: int) -> list[tuple[str, Reader]]:
        """Things under names, such as the scales of a survey."""
        group = self.one(key, what)
        if group is None:
            return []
        found: list[tuple[str, Reader]] = []
        for name, node in group.fields.pairs.items():
            at = group.fields.keys[name]
            if not isinstance(node, Fields):
                self.problem(at, f"`{name}` should have fields of its own", "Write them indented, one a line.")
            elif not ID.fullmatch(name):
                self.problem(at, f'"{name}" cannot be a name here', "Use lower-case letters, digits, - and _ only.")
            else:
                found.append((name, Reader(node, what, self.notes)))
        if len(found) > high:
            self.problem(group.at, f"`{key}` has {len(found)} entries", f"At most {high} fit.")
        return found

    def done(self) -> None:
        """Say what is missing and what is too much; a wrong name next to a missing one is one problem, not two."""
        for key, at in self.fields.keys.items():
            if key in self._asked:
                continue
            meant = nearest(key, self._missing) or nearest(key, [each for each in self._asked if not self.has(each)])
            meant = meant or nearest(key, self._asked)
            self._missing.pop(meant, None)
            remedy = f"Did you mean `{meant}`?" if meant else f"It may have: {listed(self._asked)}."
            self.problem(at, f"{self.what} has no field `{key}`", remedy)
        for key, example in self._missing.items():
            self.problem(self.at, f"`{key}` is missing", f"Add e.g. `{key}: {example}`.")

    # ---- helpers, in the order they are called

    def _take(self, key: str, required: bool, example: str) -> Node | None:
        self._asked[key] = None
        node = self.fields.pairs.get(key)
        if node is None and required:
            self._missing[key] = example
        return node

    def _scalar(self, node: Node, key: str) -> str:
        match node:
            case Words(value=value):
                if not value.strip():
                    self.problem(node.at, f"`{key}` is empty", "Write something after the colon, or take the line out.")
                return value.strip()
            case Fields(braces=True):
                self.problem(node.at, f"the text of `{key}` begins with a brace", "Put quotes around the whole text.")
            case Fields():
                self.problem(node.at, f"`{key}` should be one text", "Put quotes around it if it holds a colon.")
            case Items():
                self.problem(node.at, f"`{key}` should be one text, not a list", "Put quotes around the text.")
        return ""

    def _people_read(self, node: Node, key: str, most: int) -> str:
        value = self._scalar(node, key)
        if not value or not isinstance(node, Words):
            return ""
        if node.cut:
            self.problem(node.at, f"`{key}` ends at the #", "Put quotes around the whole text.")
        if "\n" in value:
            self.problem(node.at, f"`{key}` has more than one line", "Write it in one line, in quotes.")
        self._check_length(node, key, most)
        self._check_placeholders(node)
        return value

    def _check_length(self, node: Words, key: str, most: int) -> None:
        length = len(node.value.strip())
        if length > most:
            self.problem(node.at, f"`{key}` has {length} characters", f"At most {most} fit.")

    def _check_placeholders(self, node: Words) -> None:
        for name in PLACEHOLDER.findall(node.value):
            if name in PLACEHOLDERS:
                continue
            meant = nearest(name, PLACEHOLDERS)
            remedy = f"Did you mean {{{meant}}}? " if meant else ""
            known = listed(f"{{{each}}}" for each in PLACEHOLDERS)
            self.problem(node.at, f"{{{name}}} is not a placeholder", f"{remedy}There are {known}.")
        if re.search(r"[{}]", PLACEHOLDER.sub("", node.value)):
            self.problem(node.at, "a brace stands alone", "Write placeholders as {topic}, and no other braces.")

    def _one_of(self, node: Node, key: str, options: Sequence[T]) -> T | None:
        value = self._scalar(node, key)
        for option in options:
            if option == value:
                return option
        if value:
            meant = nearest(value, options)
            remedy = f"Did you mean `{meant}`? " if meant else ""
            self.problem(node.at, f'`{key}` is "{value}"', f"{remedy}It may be: {listed(options)}.")
        return None

    def _refer(self, node: Node, key: str, kind: str) -> str:
        value = self._scalar(node, key)
        if value:
            self.notes.references.append(Reference(kind, value, key, node.at))
        return value

    def _within(self, at: Place, key: str, value: int, low: int, high: int) -> int:
        if low <= value <= high:
            return value
        self.problem(at, f"`{key}` is {value}", f"Write a number from {low} to {high}.")
        return low

    def _entries(self, key: str, required: bool, low: int, high: int) -> tuple[Node, ...]:
        node = self._take(key, required, "[...]")
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.problem(self.where(key), f"`{key}` should be a list", "Begin each entry with a hyphen.")
            return ()
        count = len(node.entries)
        if not low <= count <= high:
            wanted = f"exactly {low}" if low == high else f"{low} to {high}"
            self.problem(self.where(key), f"`{key}` has {count} {_entries_word(count)}", f"It should have {wanted}.")
        return node.entries


def _entries_word(count: int) -> str:
    return "entry" if count == 1 else "entries"
