"""What the bot says, before any platform has a say in how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, assert_never

from bot.kernel.ids import SessionId
from bot.kernel.words import plain

MAX_TOKEN = 255  # Slack caps action_id at 255 characters; Teams is roomier.
MAX_LABEL = 24  # Our own rule says 20 for a button; a name in it may need a little more.
MAX_FORM_TITLE = 24  # Slack's modal titles.


@dataclass(frozen=True, slots=True)
class Action:
    """What a press means. Packed into the button, unpacked from the click."""

    activity: str
    session: SessionId
    verb: str
    argument: str = ""

    def pack(self) -> str:
        """One token of at most 255 characters. Raises ValueError when it is longer or cannot be told apart."""
        if "|" in self.activity + self.session + self.verb:
            raise ValueError(f"only an argument may hold a bar: {self}")
        token = "|".join((self.activity, self.session, self.verb, self.argument))
        if len(token) > MAX_TOKEN:
            raise ValueError(f"action token is {len(token)} characters, over {MAX_TOKEN}")
        return token

    @classmethod
    def unpack(cls, token: str) -> Action:
        """The action behind a token. Raises ValueError for anything `pack` did not write."""
        if len(token) > MAX_TOKEN:
            raise ValueError(f"action token is {len(token)} characters, over {MAX_TOKEN}")
        activity, session, verb, argument = token.split("|", 3)
        return cls(activity, SessionId(session), verb, argument)


# Blocks of a card


@dataclass(frozen=True, slots=True)
class Text:
    """One line or paragraph. Muted lines say why or who sees it."""

    body: str
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Short pairs: what, and its value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A small table. Read aloud as `row: column value, column value`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """An answer one can press. *asks*: a press opens a form (Teams must know before it is pressed)."""

    label: str
    action: Action
    style: Literal["plain", "primary", "danger"] = "plain"
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A button that leads somewhere: an https address, or a message of ours.

    `message:NAME` is what this session posted under that name, `message:NAME@SESSION` what another one did.
    """

    label: str
    to: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of answers, the usual one first."""

    row: tuple[Button | Link, ...]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A list to choose one from, at once. The press arrives with the option's value as its `choice`."""

    label: str
    action: Action
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is: *done* of *total*. Always with words, never a bar drawn with characters."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Divider:
    """A quiet line between two parts."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures, drawn by the sender. *alt* says the same in words, for ears."""

    kind: Literal["lines", "bars"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    low: float = 0.0
    high: float = 100.0


@dataclass(frozen=True, slots=True)
class File:
    """A text file that goes with the message."""

    name: str
    text: str


Block = Text | Fields | Table | Buttons | Choice | Progress | Divider | Chart | File


@dataclass(frozen=True, slots=True)
class Card:
    """A title of up to 60 characters, and what stands under it. A short hint may go without a title."""

    title: str
    blocks: tuple[Block, ...] = ()

    def fallback(self, zone: str = "UTC") -> str:
        """The card as one plain paragraph, for notifications and screen readers. Moments in *zone*."""
        parts = [part.strip() for part in self._lines(zone) if part.strip()]
        return " ".join(part if _ends(part) else f"{part}." for part in parts)

    def links(self) -> Iterator[Link]:
        """Every link on the card, in order."""
        for block in self.blocks:
            if isinstance(block, Buttons):
                yield from (link for link in block.row if isinstance(link, Link))

    def buttons(self) -> Iterator[Button]:
        """Every button on the card, in order."""
        for block in self.blocks:
            if isinstance(block, Buttons):
                yield from (button for button in block.row if isinstance(button, Button))

    def _lines(self, zone: str) -> Iterator[str]:
        yield plain(self.title, zone)
        for block in self.blocks:
            match block:
                case Text(body=body):
                    yield plain(body, zone)
                case Fields(pairs=pairs):
                    yield from (f"{plain(name, zone)}: {plain(value, zone)}" for name, value in pairs)
                case Table(header=header, rows=rows):
                    for first, *rest in rows:
                        cells = ", ".join(f"{h} {plain(c, zone)}" for h, c in zip(header[1:], rest, strict=False))
                        yield f"{plain(first, zone)}: {cells}"
                case Progress(label=label, done=done, total=total):
                    yield f"{plain(label, zone)}: {done} of {total}"
                case Chart(alt=alt):
                    yield alt
                case File(name=name):
                    yield f"File {name}"
                case Choice(label=label):
                    yield plain(label, zone)
                case Buttons() | Divider():
                    pass
                case _:
                    assert_never(block)


# What the bot asks


@dataclass(frozen=True, slots=True)
class Note:
    """A line of text in a form."""

    body: str


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    label: str
    value: str = ""
    long: bool = False
    most: int = 2000  # characters; Slack's own limit is 3000
    required: bool = True
    hint: str = ""
    file: bool = False  # a text file may be read into it, where a platform can do that


@dataclass(frozen=True, slots=True)
class PickField:
    """One of several options."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str = ""
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TickField:
    """Any number of several options."""

    name: str
    label: str
    options: tuple[Option, ...]
    values: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NumberField:
    name: str
    label: str
    value: str = ""
    low: float | None = None
    high: float | None = None
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class DateField:
    """A calendar day, comes back as `2026-03-24`."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TimeField:
    """A time of day, comes back as `09:30`."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    hint: str = ""


FormField = Note | TextField | PickField | TickField | NumberField | DateField | TimeField


@dataclass(frozen=True, slots=True)
class Form:
    """One thing asked, in one form with one submit. *action* is what the submission means."""

    title: str
    fields: tuple[FormField, ...]
    action: Action
    submit: str = "Save"

    def names(self) -> tuple[str, ...]:
        """The names of everything that can be filled in."""
        return tuple(field.name for field in self.fields if not isinstance(field, Note))


Shape = TypeVar("Shape", Card, Form)


def reworded(shape: Shape, change: Callable[[str], str]) -> Shape:
    """The same card or form with *change* applied to every sentence in it: names filled in, say."""
    if isinstance(shape, Form):
        return replace(
            shape, title=change(shape.title), fields=tuple(_reworded_field(field, change) for field in shape.fields)
        )
    return replace(shape, title=change(shape.title), blocks=tuple(_reworded_block(b, change) for b in shape.blocks))


def sentences(shape: Card | Form) -> tuple[str, ...]:
    """Every sentence of a card or form, so that whoever sends it knows whom it names."""
    found: list[str] = []

    def note(sentence: str) -> str:
        found.append(sentence)
        return sentence

    if isinstance(shape, Form):
        reworded(shape, note)
    else:
        reworded(shape, note)
    return tuple(found)


def _reworded_block(block: Block, change: Callable[[str], str]) -> Block:
    match block:
        case Text(body=body):
            return replace(block, body=change(body))
        case Fields(pairs=pairs):
            return Fields(tuple((change(name), change(value)) for name, value in pairs))
        case Table(header=header, rows=rows):
            return Table(tuple(map(change, header)), tuple(tuple(map(change, row)) for row in rows))
        case Buttons(row=row):
            return Buttons(tuple(replace(button, label=change(button.label)) for button in row))
        case Choice(label=label, options=options):
            return replace(block, label=change(label), options=_reworded_options(options, change))
        case Progress(label=label):
            return replace(block, label=change(label))
        case Chart(alt=alt, title=title):
            return replace(block, alt=change(alt), title=change(title))
        case Divider() | File():
            return block
        case _:
            assert_never(block)


def _reworded_field(field: FormField, change: Callable[[str], str]) -> FormField:
    match field:
        case Note(body=body):
            return Note(change(body))
        case PickField(options=options) | TickField(options=options):
            return replace(
                field,
                label=change(field.label),
                hint=change(field.hint),
                options=_reworded_options(options, change),
            )
        case TextField() | NumberField() | DateField() | TimeField():
            return replace(field, label=change(field.label), hint=change(field.hint))
        case _:
            assert_never(field)


def _reworded_options(options: tuple[Option, ...], change: Callable[[str], str]) -> tuple[Option, ...]:
    return tuple(Option(option.value, change(option.label), change(option.hint)) for option in options)


def hint(*lines: str) -> Card:
    """A card of one or a few plain lines, for something small said to one person."""
    return Card("", tuple(Text(line) for line in lines))


def _ends(sentence: str) -> bool:
    """Whether its last mark is there already, perhaps inside a closing quote or bracket."""
    return sentence.rstrip("\"'\u201d\u2019\u00bb)]")[-1:] in tuple(".?!:\u2026\u3002\uff1f\uff01")
