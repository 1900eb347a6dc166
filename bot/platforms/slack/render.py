"""Cards as Block Kit, forms as modals. Total: whatever a card holds, Slack takes what comes out of here.

A sentence may hold people's words. They are escaped and marked `verbatim`, so that nobody can make the bot
call a channel or dress a link up as another; the only markup in a message is what this module writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from bot.kernel.cards import (
    Block,
    Button,
    Buttons,
    Card,
    Chart,
    Choice,
    DateField,
    Divider,
    Fields,
    File,
    Form,
    FormField,
    Link,
    Note,
    NumberField,
    Option,
    PickField,
    Progress,
    Table,
    Text,
    TextField,
    TickField,
    TimeField,
    reworded,
)
from bot.kernel.words import Mention, Style, When, Who, plain, spans

Json = dict[str, Any]

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

REST = "The rest is in the thread."
NEXT = "It goes on in the next message."
CUT = "The rest does not fit here."
DATES: Mapping[Style, str] = {
    "time": "{time}",
    "day_time": "{date_long_pretty} at {time}",
    "date": "{date_long_pretty}",
    "date_time": "{date_long_pretty} at {time}",
}
ON = re.compile(r"\b[Oo]n\s$")  # "on tomorrow" is no English: there the day is named
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
WEB = re.compile(r"https?://[^\s<>|\"]+[^\s<>|\".,;:!?)\]}'»”]")


@dataclass(frozen=True, slots=True)
class Message:
    """One card as Slack takes it. *rest* continues it in the thread; *files* go along as uploads."""

    text: str
    blocks: tuple[Json, ...]
    rest: tuple[Message, ...] = ()
    files: tuple[File, ...] = ()

    def content(self) -> Json:
        """What every method that says something takes."""
        return {"text": self.text, "blocks": list(self.blocks)}


def message(
    card: Card,
    zone: str,
    *,
    links: Mapping[str, str] | None = None,
    pictures: Mapping[int, str] | None = None,
    modest: bool = False,
    more: str = "",
) -> Message:
    """*card* for readers in *zone* (an IANA name; Slack itself shows moments in each reader's own).

    *links*: message name -> address, for `Link`s to our own messages; one that leads nowhere is left out.
    *pictures*: place of a chart on the card -> id of its uploaded picture; without one its words are shown.
    *modest*: only blocks that have been in Slack for years. *more*: what stands at the end of a first part.
    """
    drawer = _Drawer(zone, links or {}, pictures or {}, modest=modest, view=False)
    parts = drawer.parts(card)
    files = tuple(block for block in card.blocks if isinstance(block, File))
    first, *others = _packed(parts, BLOCKS, more or REST)
    spoken = _spoken(card, zone)
    rest = tuple(Message(_spoken_blocks(blocks), tuple(blocks)) for blocks in others)
    return Message(spoken, tuple(first), rest, files)


def home(card: Card, zone: str) -> Json:
    """*card* as the Home tab."""
    return {"type": "home", "blocks": _view_blocks(card, zone)}


def reading(card: Card, zone: str, metadata: str) -> Json:
    """*card* in a modal, for somebody who acted where nothing else can be shown to them alone."""
    title = _cut(plain(card.title, zone), VIEW_TITLE) or "Moderato"
    shown = Card("" if title == plain(card.title, zone) else card.title, card.blocks)
    blocks = _view_blocks(shown, zone) or [_section(escaped(title))]
    return {"type": "modal", "title": _plain(title), "close": _plain("Close"), "blocks": blocks} | _noted(metadata)


def view(form: Form, zone: str, metadata: str = "") -> Json:
    """*form* as a modal. *metadata* comes back with the submission."""
    blocks = [block for field in form.fields for block in _field(field, zone)]
    body = {
        "type": "modal",
        "callback_id": form.action.pack(),
        "title": _plain(_cut(plain(form.title, zone), VIEW_TITLE) or "Moderato"),
        "submit": _plain(_cut(plain(form.submit, zone), VIEW_TITLE) or "Save"),
        "close": _plain("Cancel"),
        "blocks": blocks[:VIEW_BLOCKS] or [_section("Nothing to fill in.")],
    }
    return body | _noted(metadata)


def errors(sentences: Mapping[str, str], fields: Sequence[str], zone: str) -> dict[str, str]:
    """Field errors as Slack wants them: at input blocks that exist, else at the first one."""
    first = fields[0] if fields else ""
    placed: dict[str, str] = {}
    for name, why in sentences.items():
        where = name if name in fields else first
        said = _cut(plain(why, zone), ERROR)
        placed[where] = f"{placed[where]} {said}" if where in placed else said
    return placed


# sentences


def inline(sentence: str, zone: str, *, call: bool = True) -> str:
    """A sentence in Slack's markup. *call* false writes names where it would call people."""
    return "".join(_pieces(sentence, zone, call=call))


def escaped(text: str) -> str:
    """*text* so that Slack reads no markup in it, except that web addresses stay links to themselves."""
    return "".join(_escaped_pieces(text))


def _pieces(sentence: str, zone: str, *, call: bool = True) -> Iterator[str]:
    """The sentence in pieces that must not be broken."""
    before = ""
    for span in spans(sentence):
        after, before = before, span if isinstance(span, str) else ""
        match span:
            case str():
                yield from _escaped_pieces(span)
            case Who(member=member):
                yield _entities(member.user)
            case Mention(member=member, name=name):
                yield f"<@{member.user}>" if call else _entities(name or member.user)
            case When(at=at, style=style):
                tokens = DATES[style].replace("_pretty", "") if ON.search(after) else DATES[style]
                yield f"<!date^{int(at.timestamp())}^{tokens}|{_entities(span.text(zone))}>"
            case _:
                assert_never(span)


def _escaped_pieces(text: str) -> Iterator[str]:
    at = 0
    for found in WEB.finditer(text):
        yield from _words(text[at : found.start()])
        address = _entities(found.group(0))
        yield from (f"<{address}>",) if len(address) < ADDRESS else _words(found.group(0))
        at = found.end()
    yield from _words(text[at:])


def _words(text: str) -> Iterator[str]:
    for word in re.findall(r"\s+|\S+", text):
        yield from (_entities(word[n : n + PIECE]) for n in range(0, len(word), PIECE))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _chunks(pieces: Iterator[str], most: int) -> Iterator[str]:
    """Pieces joined to texts of at most *most*, broken between pieces."""
    text = ""
    for piece in pieces:
        if text and _length(text) + _length(piece) > most:
            yield text
            text = piece.lstrip()
        else:
            text += piece
    if text.strip():
        yield text


def _spoken(card: Card, zone: str) -> str:
    """The card as one paragraph, for notifications and screen readers."""
    said = reworded(card, lambda sentence: inline(sentence, zone, call=False)).fallback(zone)
    if _length(said) <= SPOKEN:
        return said or "Moderato"
    return _first(_words(card.fallback(zone)), SPOKEN)


def _spoken_blocks(blocks: Sequence[Json]) -> str:
    """What a part says, for ears: everything in it that is a sentence, as far as it fits."""
    words = [_aloud(block) for block in blocks]
    return _first(_words_of(" ".join(word for word in words if word)), SPOKEN) or "Moderato"


def _aloud(block: Json) -> str:
    texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    return " ".join(str(text["text"]) for text in texts if isinstance(text, dict) and text.get("type") == "mrkdwn")


def _words_of(markup: str) -> Iterator[str]:
    """Markup in pieces that must not be broken: what stands in pointed brackets is one."""
    return iter(re.findall(r"<[^<>]*>|\s+|[^\s<]+", markup))


def _first(pieces: Iterator[str], most: int) -> str:
    """The pieces that fit into *most*; what is cut shows as an ellipsis."""
    first, *more = [*_chunks((piece for piece in pieces if _length(piece) < most), most - 1), ""]
    return first.rstrip() + "…" if any(more) else first


def _cut(text: str, most: int) -> str:
    """*text* with at most *most* UTF-16 units; what is cut shows as an ellipsis."""
    if _length(text) <= most:
        return text
    kept = text
    while _length(kept) > most - 1:
        kept = kept[: -max(1, (_length(kept) - most + 2) // 2)]
    return kept.rstrip() + "…"


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


# blocks


@dataclass(frozen=True, slots=True)
class _Part:
    """Blocks that stay together. *last*: an answer that must stand on the first message."""

    blocks: tuple[Json, ...]
    answer: bool = False

    @property
    def size(self) -> int:
        return sum(_length(leaf) for leaf in _strings(list(self.blocks)))


class _Drawer:
    """Draws one card."""

    def __init__(
        self, zone: str, links: Mapping[str, str], pictures: Mapping[int, str], *, modest: bool, view: bool
    ) -> None:
        self.zone, self.links, self.pictures = zone, links, pictures
        self.tables = not modest and not view
        self._pressed = 0
        self._table_at = -1  # the one table that is drawn as such: Slack takes one in a message

    def parts(self, card: Card) -> list[_Part]:
        parts = [_Part((drawn,)) for drawn in self._title(card.title)] if card.title.strip() else []
        tables = [(len(block.rows), -place) for place, block in enumerate(card.blocks) if isinstance(block, Table)]
        self._table_at = -max(tables)[1] if tables and self.tables else -1
        for place, block in enumerate(card.blocks):
            answer = isinstance(block, Buttons | Choice)
            parts += [_Part((drawn,), answer) for drawn in self._block(block, place)]
        return parts

    def _title(self, title: str) -> list[Json]:
        words = plain(title, self.zone).strip()
        if 0 < _length(words) <= HEADER and not any(isinstance(span, When | Mention) for span in spans(title)):
            return [{"type": "header", "text": _plain(words)}]
        # A title may begin with its day, and "tomorrow" is written small.
        chunks = (chunk.strip().replace("*", "") for chunk in self._texts(title, SECTION - 2))
        return [_section(f"*{chunk}*".replace("_pretty}", "}")) for chunk in chunks]

    def _block(self, block: Block, place: int) -> Iterator[Json]:
        match block:
            case Text(body=body, muted=True):
                for chunk in self._texts(body):
                    yield {"type": "context", "elements": [_mark(chunk)]}
            case Text(body=body):
                yield from (_section(chunk) for chunk in self._texts(body))
            case Fields(pairs=pairs):
                yield from self._fields(pairs)
            case Table():
                yield from self._table(block, place)
            case Buttons(row=row):
                drawn = [element for one in row if (element := self._button(one))]
                for at in range(0, len(drawn), BUTTONS):
                    yield {"type": "actions", "elements": drawn[at : at + BUTTONS]}
            case Choice():
                for menu in self._choices(block):
                    yield {"type": "actions", "elements": [menu]}
            case Progress(label=label, done=done, total=total):
                yield from (_section(chunk) for chunk in self._texts(f"{label}: {done} of {total}"))
            case Divider():
                yield {"type": "divider"}
            case Chart(alt=alt, title=title):
                yield from self._chart(alt, title, self.pictures.get(place, ""))
            case File(name=name):
                yield {"type": "context", "elements": [_mark(escaped(f"File: {_cut(name, 200)}"))]}
            case _:
                assert_never(block)

    def _texts(self, body: str, most: int = SECTION) -> Iterator[str]:
        return _chunks(_pieces(body, self.zone), most)

    def _fields(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Json]:
        drawn = []
        for name, value in pairs:
            bold = _first(_pieces(name, self.zone, call=False), 300).strip().replace("*", "")
            body = _first(_pieces(value, self.zone), FIELD - 310).strip() or "-"
            drawn.append(_mark(f"*{bold}*\n{body}" if bold else body))
        if len(drawn) == 1:  # alone it has the whole width, not half of it
            yield {"type": "section", "text": drawn[0]}
            return
        group: list[Json] = []
        for field in drawn:
            if len(group) == FIELDS or sum(_length(one["text"]) for one in [*group, field]) > GROUP:
                yield {"type": "section", "fields": group}
                group = []
            group.append(field)
        if group:
            yield {"type": "section", "fields": group}

    def _table(self, table: Table, place: int) -> Iterator[Json]:
        wide = max(map(len, (table.header, *table.rows)))
        if place == self._table_at and 0 < len(table.rows) < TABLE_ROWS and 0 < wide <= TABLE_CELLS:
            rows = [[*row, *[""] * (wide - len(row))] for row in (table.header, *table.rows)]
            drawn: Json = {"type": "table", "rows": [[self._cell(cell) for cell in row] for row in rows]}
            if sum(_length(leaf) for leaf in _strings(drawn)) <= TABLE:
                yield drawn
                return
        for first, *rest in table.rows:
            cells = ", ".join(f"{head} {cell}" for head, cell in zip(table.header[1:], rest, strict=False))
            yield from (_section(chunk) for chunk in self._texts(plain(f"{first}: {cells}", self.zone)))

    def _cell(self, cell: str) -> Json:
        return {"type": "raw_text", "text": _cut(plain(cell, self.zone), 500) or "-"}

    def _button(self, button: Button | Link) -> Json | None:
        self._pressed += 1
        name = f"b{self._pressed}"  # only has to differ; what the press means is in its value
        match button:
            case Button(label=label, action=action, style=style):
                element = {"type": "button", "text": _plain(self._label(label)), "action_id": name}
                element["value"] = action.pack()
                return element if style == "plain" else element | {"style": style}
            case Link(label=label, to=to):
                to = self.links.get(to.removeprefix("message:"), "") if to.startswith("message:") else to
                if not re.match(r"https?://", to) or len(to) > SECTION:
                    return None
                return {"type": "button", "text": _plain(self._label(label)), "action_id": name, "url": to}
            case _:
                assert_never(button)

    def _label(self, label: str) -> str:
        return _cut(plain(label, self.zone), LABEL) or "OK"

    def _choices(self, choice: Choice) -> Iterator[Json]:
        """One menu, or several when there are more options than one holds."""
        menus: list[list[Json]] = []
        room = 0
        for option in choice.options:
            drawn = _option(option, self.zone)
            size = sum(_length(leaf) for leaf in _strings(drawn))
            if size > room or len(menus[-1]) == OPTIONS:
                menus.append([])
                room = MENU
            menus[-1].append(drawn)
            room -= size
        label, at = plain(choice.label, self.zone), 0
        for menu in menus:
            span = f" ({at + 1} to {at + len(menu)})" if len(menus) > 1 else ""
            at += len(menu)
            words = (_cut(label, PLACEHOLDER - len(span)) or "Choose") + span
            element: Json = {"type": "static_select", "action_id": choice.action.pack()}
            yield element | {"placeholder": _plain(words), "options": menu}

    def _chart(self, alt: str, title: str, picture: str) -> Iterator[Json]:
        if picture:
            yield {"type": "image", "alt_text": _cut(alt, ALT) or "Chart", "slack_file": {"id": picture}}
            return
        doubled = not title or title.split(": ")[-1].lower() in alt.lower()
        yield from (_section(chunk) for chunk in self._texts(alt if doubled else f"{title}: {alt}"))


def _offered(options: Sequence[Option], zone: str) -> Json:
    """`options`, or groups of them when there are more than a menu takes in one list."""
    drawn = [_option(option, zone) for option in options[: OPTIONS * GROUPS]]
    if len(drawn) <= OPTIONS:
        return {"options": drawn}
    starts = range(0, len(drawn), OPTIONS)
    groups = [(f"{at + 1} to {min(at + OPTIONS, len(drawn))}", drawn[at : at + OPTIONS]) for at in starts]
    return {"option_groups": [{"label": _plain(name), "options": some} for name, some in groups]}


def _option(option: Option, zone: str) -> Json:
    if not 1 <= _length(option.value) <= VALUE:
        raise ValueError(f"an option's value has between 1 and {VALUE} characters, not {option.value!r}")
    drawn: Json = {"text": _plain(_cut(plain(option.label, zone), LABEL) or option.value[:LABEL])}
    drawn["value"] = option.value
    if hint := _cut(plain(option.hint, zone), DESCRIPTION):
        drawn["description"] = _plain(hint)
    return drawn


def _packed(parts: list[_Part], most: int, note: str, total: int = TOTAL) -> list[list[Json]]:
    """Parts in messages: the first keeps the answers that end the card, the others continue it."""
    end = len(parts)
    while end and parts[end - 1].answer:
        end -= 1
    if len(parts) - end > most // 2 or sum(part.size for part in parts[end:]) > total // 2:
        end = len(parts)  # so many answers that they flow like everything else
    flow, answers = parts[:end], parts[end:]
    room, chars = most - sum(len(part.blocks) for part in answers) - 1, total - sum(part.size for part in answers)
    messages: list[list[Json]] = [[]]
    for part in flow:
        if messages[-1] and (len(part.blocks) > room or part.size > chars):
            messages.append([])
            room, chars = most, total
        messages[-1] += part.blocks
        room, chars = room - len(part.blocks), chars - part.size
    if len(messages) > 1:
        messages[0].append({"type": "context", "elements": [_mark(note)]})
    messages[0] += [block for part in answers for block in part.blocks]
    if not messages[0]:
        messages[0].append(_section("Moderato"))
    return messages


def _view_blocks(card: Card, zone: str) -> list[Json]:
    parts = _Drawer(zone, {}, {}, modest=True, view=True).parts(card)
    first, *more = _packed(parts, VIEW_BLOCKS, CUT, VIEW_TOTAL) if parts else [[]]
    return first if first or not more else more[0]


# forms


def _field(field: FormField, zone: str) -> Iterator[Json]:
    match field:
        case Note(body=body):
            yield from (_section(chunk) for chunk in _chunks(_pieces(body, zone), SECTION))
        case TextField(value=value, long=long, most=most):
            typed: Json = {"type": "plain_text_input", "multiline": long, "max_length": max(1, min(most, TYPED))}
            if value:
                typed["initial_value"] = _cut(value, typed["max_length"])
            yield _input(field, typed, zone)
        case PickField(options=options, value=value) if options:
            picked = _menu("radio_buttons" if len(options) <= FEW else "static_select", options, zone)
            chosen = [option for option in _flat(picked) if option["value"] == value]
            yield _input(field, picked | ({"initial_option": chosen[0]} if chosen else {}), zone)
        case TickField(options=options, values=values) if options:
            ticked = _menu("checkboxes" if len(options) <= FEW else "multi_static_select", options, zone)
            chosen = [option for option in _flat(ticked) if option["value"] in values]
            yield _input(field, ticked | ({"initial_options": chosen} if chosen else {}), zone)
        case PickField() | TickField():
            yield from (_section(chunk) for chunk in _chunks(_pieces(field.label, zone), SECTION))
        case NumberField(value=value, low=low, high=high):
            number: Json = {"type": "number_input", "is_decimal_allowed": True}
            bounds = {
                "initial_value": value if _is_number(value) else "",
                "min_value": _number(low),
                "max_value": _number(high),
            }
            yield _input(field, number | {name: bound for name, bound in bounds.items() if bound}, zone)
        case DateField(value=value):
            yield _input(
                field, {"type": "datepicker"} | ({"initial_date": value} if DAY.fullmatch(value) else {}), zone
            )
        case TimeField(value=value):
            yield _input(
                field, {"type": "timepicker"} | ({"initial_time": value} if HOUR.fullmatch(value) else {}), zone
            )
        case _:
            assert_never(field)


def _menu(kind: str, options: Sequence[Option], zone: str) -> Json:
    return {"type": kind, **_offered(options, zone)}


def _flat(menu: Json) -> list[Json]:
    return [*menu.get("options", ()), *(one for group in menu.get("option_groups", ()) for one in group["options"])]


def _input(
    field: TextField | PickField | TickField | NumberField | DateField | TimeField, element: Json, zone: str
) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(_cut(plain(field.label, zone), FIELD_LABEL) or field.name),
        "element": element | {"action_id": field.name},
        "optional": not field.required,
    }
    return block | ({"hint": _plain(_cut(plain(field.hint, zone), HINT))} if field.hint else {})


def _number(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text) is not None


# small things


def _section(markup: str) -> Json:
    return {"type": "section", "text": _mark(markup)}


def _mark(markup: str) -> Json:
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def _noted(metadata: str) -> Json:
    if len(metadata) > METADATA:
        raise ValueError(f"a view can carry {METADATA} characters, not {len(metadata)}")
    return {"private_metadata": metadata} if metadata else {}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def packed(**facts: str) -> str:
    """Facts for `private_metadata`."""
    return json.dumps({name: fact for name, fact in facts.items() if fact}, separators=(",", ":"))
