"""A file's text as a tree of texts, lists and fields, each knowing its line; nothing is converted here.

The ordinary YAML loader turns `time: 9:30` into 570 and `language: no` into false, and keeps the last of two equal
keys. So this module listens to the parser's events and builds its own tree, in which every scalar stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from bot.kernel.content import Problem

DEEPEST = 12  # nesting; the formats need six
LONGEST_TO_READ_TWICE = 64 * 1024  # characters; the second, clearer parser takes about a second for so many
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is there; ten times as fast


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int

    def problem(self, what: str, remedy: str) -> Problem:
        return Problem(self.file, self.line, what, remedy)


@dataclass(frozen=True, slots=True)
class Words:
    """A scalar, as it was typed."""

    at: Place
    value: str
    cut: bool = False  # unquoted, and ended by a # on its line


@dataclass(frozen=True, slots=True)
class Items:
    at: Place
    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    at: Place
    pairs: dict[str, Node]
    keys: dict[str, Place]
    braces: bool = False  # written as {a: b}


Node = Words | Items | Fields


class Unreadable(Exception):  # noqa: N818  # raised and caught in this package only; it carries a Problem
    """The file cannot be read at all; nothing after the problem is looked at."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def decode(raw: bytes, file: str) -> str:
    """The text of a file. Raises Unreadable if it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            Problem(file, line, "this is not UTF-8 text", "Save the file with the encoding UTF-8.")
        ) from None


def documents(text: str, file: str, first_line: int = 1) -> tuple[list[Fields], list[Problem]]:
    """The documents of a YAML text (one, unless separated by ---), and the keys that stand there twice.

    Raises Unreadable with the line and a remedy if the text is not YAML, or uses anchors, tags or odd nesting.
    """
    problems: list[Problem] = []
    builder = _Builder(text.split("\n"), file, first_line, problems)
    found: list[Fields] = []
    try:
        events = yaml.parse(text, Loader=_FAST)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                node = builder.node(next(events), events, 0)
                if isinstance(node, Fields):
                    found.append(node)
                elif not (isinstance(node, Words) and not node.value):
                    raise Unreadable(
                        node.at.problem("the file does not begin with fields", "Begin with e.g. `kind: guide`.")
                    )
    except yaml.YAMLError as error:
        raise Unreadable(_in_plain_words(_slower_but_clearer(text) or error, text, file, first_line)) from None
    return found, problems


def markdown(text: str, file: str) -> tuple[list[Fields], list[Problem]]:
    """The head of a Markdown file between two --- lines, with the rest as the field `body`."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.strip() == "---"]
    if len(ends) < 2 or any(line.strip() for line in lines[: ends[0]]):
        raise Unreadable(
            Problem(file, 1, "the head is missing", "Begin the file with a line ---, the fields, and a line ---.")
        )
    first, last = ends[0] + 1, ends[1]
    found, problems = documents("\n".join(lines[first:last]), file, first + 1)
    if not found:
        raise Unreadable(Problem(file, first + 1, "the head is empty", "Begin with e.g. `kind: role`."))
    head = found[0]
    body = "\n".join(lines[last + 1 :]).strip()
    at = Place(file, last + 2)
    if "body" in head.pairs:
        problems.append(
            head.keys["body"].problem("`body` is not a field of the head", "Write it after the second ---.")
        )
    elif body:
        head = Fields(head.at, {**head.pairs, "body": Words(at, body)}, {**head.keys, "body": at})
    return [head], problems


@dataclass(frozen=True, slots=True)
class _Builder:
    lines: list[str]
    file: str
    first_line: int
    problems: list[Problem]

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        at = self.place(event)
        if depth > DEEPEST:
            raise Unreadable(at.problem("lists and fields are nested too deep", "Keep to the layout of the examples."))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(
                at.problem("& and * at the start of a value point to other places", "Write the text out, in quotes.")
            )
        if tag := getattr(event, "tag", None):
            raise Unreadable(at.problem(f"`{tag}` is not needed", "Take it out, or put the text in quotes."))
        if isinstance(event, yaml.ScalarEvent):
            return Words(at, event.value, cut=self.is_cut(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(at, tuple(self.entries(events, depth)))
        return self.fields(event, events, depth, at)

    def entries(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self.node(event, events, depth + 1)

    def fields(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int, at: Place) -> Fields:
        pairs: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events, depth + 1)
            if not isinstance(key, Words):
                raise Unreadable(key.at.problem("a field name must be one word", "Put the text in quotes."))
            value = self.node(next(events), events, depth + 1)
            if key.value in pairs:
                self.problems.append(
                    key.at.problem(
                        f"`{key.value}` is here twice, first in line {keys[key.value].line}", "Keep one of them."
                    )
                )
                continue
            pairs[key.value], keys[key.value] = value, key.at
        return Fields(at, pairs, keys, braces=bool(getattr(start, "flow_style", False)))

    def place(self, event: yaml.Event) -> Place:
        return Place(self.file, (event.start_mark.line if event.start_mark else 0) + self.first_line)

    def is_cut(self, event: yaml.ScalarEvent) -> bool:
        """Whether a # ended this unquoted text, which a writer may have meant as part of it."""
        end = event.end_mark
        if event.style or not event.value or end is None or end.line >= len(self.lines):
            return False
        return self.lines[end.line][end.column :].lstrip().startswith("#")


def _slower_but_clearer(text: str) -> yaml.YAMLError | None:
    """The pure Python parser's view of the same mistake: its wording is the one that is translated here."""
    if len(text) > LONGEST_TO_READ_TWICE:
        return None
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return error
    return None


_MISTAKES = (  # what the parser says, what is wrong, how it should look
    (
        r"'\\t' that cannot start",
        "a tab stands where spaces belong",
        "Indent with spaces, two for each level.",
    ),
    (
        r"mapping values are not allowed",
        "there is a second colon in this line, or the line is indented too far",
        "Put quotes around a text with a colon; keep fields of one thing in one column.",
    ),
    (
        r"scanning a quoted scalar",
        "a quotation mark is opened and not closed as expected",
        'Close it; inside "…" write \\" for a quotation mark.',
    ),
    (
        r"could not find expected ':'",
        "this line has no colon",
        'Write it as `field: "text"`, and put longer texts in quotes.',
    ),
    (
        r"that cannot start any token|parsing a flow|expected alphabetic|expected a digit",
        "a text begins with a sign that means something else here",
        "Put quotes around the whole text.",
    ),
    (
        r"expected <block end>|did not find expected|expected the node content|block sequence entries",
        "this line does not fit the lines above",
        "Keep fields of one thing in one column, and put texts in quotes.",
    ),
    (
        r"special characters are not allowed",
        "there is a character that cannot be shown",
        "Delete it and type the text anew.",
    ),
)


def _in_plain_words(error: yaml.YAMLError, text: str, file: str, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark is not None and re.search("quoted scalar|simple key", str(getattr(error, "context", ""))):
        mark = getattr(error, "context_mark", None) or mark  # where it begins, not where the parser gave up
    position = int(getattr(error, "position", 0) or 0)  # a ReaderError counts characters
    line = mark.line if mark is not None else text.count("\n", 0, position)
    line = min(line, len(text.rstrip("\n").split("\n")) - 1)  # a mark may stand behind the end
    said = str(error)
    for pattern, what, remedy in _MISTAKES:
        if re.search(pattern, said):
            return Problem(file, line + first_line, what, remedy)
    return Problem(file, line + first_line, "this cannot be read", "Compare it with the example in prompts/README.md.")
