"""A card's blocks as Block Kit, and their distribution over messages."""

from __future__ import annotations

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
    Divider,
    Fields,
    File,
    Link,
    Option,
    Progress,
    Table,
    Text,
)
from bot.kernel.words import Mention, When, plain, spans
from bot.platforms.slack.render.limits import (
    ALT,
    BUTTONS,
    DESCRIPTION,
    FIELD,
    FIELDS,
    GROUP,
    GROUPS,
    HEADER,
    LABEL,
    MENU,
    OPTIONS,
    PLACEHOLDER,
    SECTION,
    TABLE,
    TABLE_CELLS,
    TABLE_ROWS,
    TOTAL,
    VALUE,
    VIEW_BLOCKS,
    VIEW_TOTAL,
    cut,
    length,
    strings,
)
from bot.platforms.slack.render.sentences import chunks, escaped, first_of, pieces

Json = dict[str, Any]

REST = "The rest is in the thread."
NEXT = "It goes on in the next message."
CUT = "The rest does not fit here."


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that stay together. *last*: an answer that must stand on the first message."""

    blocks: tuple[Json, ...]
    answer: bool = False

    @property
    def size(self) -> int:
        return sum(length(leaf) for leaf in strings(list(self.blocks)))


class Drawer:
    """Draws one card."""

    def __init__(
        self, zone: str, links: Mapping[str, str], pictures: Mapping[int, str], *, modest: bool, view: bool
    ) -> None:
        self.zone, self.links, self.pictures = zone, links, pictures
        self.tables = not modest and not view
        self._pressed = 0
        self._table_at = -1  # the one table that is drawn as such: Slack takes one in a message

    def parts(self, card: Card) -> list[Part]:
        parts = [Part((drawn,)) for drawn in self._title(card.title)] if card.title.strip() else []
        tables = [(len(block.rows), -place) for place, block in enumerate(card.blocks) if isinstance(block, Table)]
        self._table_at = -max(tables)[1] if tables and self.tables else -1
        for place, block in enumerate(card.blocks):
            answer = isinstance(block, Buttons | Choice)
            parts += [Part((drawn,), answer) for drawn in self._block(block, place)]
        return parts

    def _title(self, title: str) -> list[Json]:
        words = plain(title, self.zone).strip()
        if 0 < length(words) <= HEADER and not any(isinstance(span, When | Mention) for span in spans(title)):
            return [{"type": "header", "text": plain_text(words)}]
        # A title or a line may begin with its day, and "tomorrow" is written small.
        chunks = (chunk.strip().replace("*", "") for chunk in self._texts(title, SECTION - 2))
        return [section(f"*{chunk}*".replace("_pretty}", "}")) for chunk in chunks]

    def _block(self, block: Block, place: int) -> Iterator[Json]:
        match block:
            case Text(body=body, muted=True):
                for chunk in self._texts(body):
                    yield {"type": "context", "elements": [marked(chunk)]}
            case Text(body=body):
                yield from (section(chunk) for chunk in self._texts(body))
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
                yield from (section(chunk) for chunk in self._texts(f"{label}: {done} of {total}"))
            case Divider():
                yield {"type": "divider"}
            case Chart(alt=alt, title=title):
                yield from self._chart(alt, title, self.pictures.get(place, ""))
            case File(name=name):
                yield {"type": "context", "elements": [marked(escaped(f"File: {cut(name, 200)}"))]}
            case _:
                assert_never(block)

    def _texts(self, body: str, most: int = SECTION) -> Iterator[str]:
        return chunks(pieces(body, self.zone), most)

    def _fields(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Json]:
        drawn = []
        for name, value in pairs:
            bold = first_of(pieces(name, self.zone, call=False), 300).strip().replace("*", "")
            body = first_of(pieces(value, self.zone), FIELD - 310).strip() or "-"
            drawn.append(marked(f"*{bold}*\n{body}" if bold else body))
        if len(drawn) == 1:  # alone it has the whole width, not half of it
            yield {"type": "section", "text": drawn[0]}
            return
        group: list[Json] = []
        for field in drawn:
            if len(group) == FIELDS or sum(length(one["text"]) for one in [*group, field]) > GROUP:
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
            if sum(length(leaf) for leaf in strings(drawn)) <= TABLE:
                yield drawn
                return
        for first, *rest in table.rows:
            cells = ", ".join(f"{head} {cell}" for head, cell in zip(table.header[1:], rest, strict=False))
            yield from (section(chunk) for chunk in self._texts(plain(f"{first}: {cells}", self.zone)))

    def _cell(self, cell: str) -> Json:
        return {"type": "raw_text", "text": cut(plain(cell, self.zone), 500) or "-"}

    def _button(self, button: Button | Link) -> Json | None:
        self._pressed += 1
        name = f"b{self._pressed}"  # only has to differ; what the press means is in its value
        match button:
            case Button(label=label, action=action, style=style):
                element = {"type": "button", "text": plain_text(self._label(label)), "action_id": name}
                element["value"] = action.pack()
                return element if style == "plain" else element | {"style": style}
            case Link(label=label, to=to):
                to = self.links.get(to.removeprefix("message:"), "") if to.startswith("message:") else to
                if not re.match(r"https?://", to) or len(to) > SECTION:
                    return None
                return {"type": "button", "text": plain_text(self._label(label)), "action_id": name, "url": to}
            case _:
                assert_never(button)

    def _label(self, label: str) -> str:
        return cut(plain(label, self.zone), LABEL) or "OK"

    def _choices(self, choice: Choice) -> Iterator[Json]:
        """One menu, or several when there are more options than one holds."""
        menus: list[list[Json]] = []
        room = 0
        for option in choice.options:
            drawn = option_of(option, self.zone)
            size = sum(length(leaf) for leaf in strings(drawn))
            if size > room or len(menus[-1]) == OPTIONS:
                menus.append([])
                room = MENU
            menus[-1].append(drawn)
            room -= size
        label, at = plain(choice.label, self.zone), 0
        for menu in menus:
            span = f" ({at + 1} to {at + len(menu)})" if len(menus) > 1 else ""
            at += len(menu)
            words = (cut(label, PLACEHOLDER - len(span)) or "Choose") + span
            element: Json = {"type": "static_select", "action_id": choice.action.pack()}
            yield element | {"placeholder": plain_text(words), "options": menu}

    def _chart(self, alt: str, title: str, picture: str) -> Iterator[Json]:
        if picture:
            yield {"type": "image", "alt_text": cut(alt, ALT) or "Chart", "slack_file": {"id": picture}}
            return
        doubled = not title or title.split(": ")[-1].lower() in alt.lower()
        yield from (section(chunk) for chunk in self._texts(alt if doubled else f"{title}: {alt}"))


def offered(options: Sequence[Option], zone: str) -> Json:
    """`options`, or groups of them when there are more than a menu takes in one list."""
    drawn = [option_of(option, zone) for option in options[: OPTIONS * GROUPS]]
    if len(drawn) <= OPTIONS:
        return {"options": drawn}
    starts = range(0, len(drawn), OPTIONS)
    groups = [(f"{at + 1} to {min(at + OPTIONS, len(drawn))}", drawn[at : at + OPTIONS]) for at in starts]
    return {"option_groups": [{"label": plain_text(name), "options": some} for name, some in groups]}


def option_of(option: Option, zone: str) -> Json:
    if not 1 <= length(option.value) <= VALUE:
        raise ValueError(f"an option's value has between 1 and {VALUE} characters, not {option.value!r}")
    drawn: Json = {"text": plain_text(cut(plain(option.label, zone), LABEL) or option.value[:LABEL])}
    drawn["value"] = option.value
    if hint := cut(plain(option.hint, zone), DESCRIPTION):
        drawn["description"] = plain_text(hint)
    return drawn


def packed_in(parts: list[Part], most: int, note: str, total: int = TOTAL) -> list[list[Json]]:
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
        messages[0].append({"type": "context", "elements": [marked(note)]})
    messages[0] += [block for part in answers for block in part.blocks]
    if not messages[0]:
        messages[0].append(section("Moderato"))
    return messages


def view_blocks(card: Card, zone: str) -> list[Json]:
    parts = Drawer(zone, {}, {}, modest=True, view=True).parts(card)
    first, *more = packed_in(parts, VIEW_BLOCKS, CUT, VIEW_TOTAL) if parts else [[]]
    return first if first or not more else more[0]


def section(markup: str) -> Json:
    return {"type": "section", "text": marked(markup)}


def marked(markup: str) -> Json:
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}
