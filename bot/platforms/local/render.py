"""Cards and forms as plain dictionaries for the page, and as lines for a terminal."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
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
)
from bot.kernel.ids import Member
from bot.kernel.words import Mention, When, Who, plain, spans

View = dict[str, Any]
Links = Mapping[str, tuple[str, str]]  # message name -> (channel, message), as an outgoing message carries them

# What a page shows at most. A browser could take more; a card that needs more is no card.
LIMITS: Mapping[str, int] = {
    "title": 150,  # characters
    "text": 3000,
    "cell": 300,
    "label": 75,
    "blocks": 200,  # things
    "row": 25,
    "rows": 60,
    "options": 100,
    "fields": 50,
}
ONLY_YOU = "Only you see this."


def card_view(card: Card, zone: str, *, reader: Member | None = None, links: Links | None = None) -> View:
    """*card* as its reader sees it: moments in *zone* (an IANA name), calls to the reader marked as theirs."""
    page = _Page(zone, reader, links or {})
    blocks = [page.block(block) for block in card.blocks[: LIMITS["blocks"]]]
    return {
        "title": page.spans(card.title, "title"),
        "blocks": [block for block in blocks if block is not None],
        "fallback": card.fallback(zone) or "An empty card.",
    }


def form_view(form: Form, zone: str) -> View:
    """*form* as a dialog: what is asked, in order, and the token its submission carries back."""
    page = _Page(zone, None, {})
    return {
        "title": page.plain(form.title, "title"),
        "submit": page.plain(form.submit, "label"),
        "token": form.action.pack(),
        "fields": [page.field(field) for field in form.fields[: LIMITS["fields"]]],
    }


def lines(card: Card, zone: str) -> list[str]:
    """*card* for a terminal. Buttons and options are numbered through, in the order of `presses`."""
    found = [plain(card.title, zone)] if card.title else []
    number = 0
    for block in card.blocks:
        match block:
            case Buttons(row=row):
                labels = []
                for button in row:
                    if isinstance(button, Button):
                        number += 1
                        labels.append(f"[{number}] {plain(button.label, zone)}")
                    else:
                        labels.append(f"<{plain(button.label, zone)}>")
                found.append("  ".join(labels))
            case Choice(label=label, options=options):
                found.append(plain(label, zone))
                for option in options:
                    number += 1
                    found.append(f"  [{number}] {plain(option.label, zone)}")
            case _:
                found += Card("", (block,)).fallback(zone).splitlines()
    return found


def presses(card: Card) -> Iterator[tuple[str, str]]:
    """Token and choice behind each number that `lines` gives, in order."""
    for block in card.blocks:
        match block:
            case Buttons(row=row):
                yield from ((button.action.pack(), "") for button in row if isinstance(button, Button))
            case Choice(action=action, options=options):
                yield from ((action.pack(), option.value) for option in options)
            case _:
                pass


class _Page:
    """One reader's eyes."""

    def __init__(self, zone: str, reader: Member | None, links: Links) -> None:
        self._zone, self._reader, self._links = zone, reader, links

    def block(self, block: Block) -> View | None:
        match block:
            case Text(body=body, muted=muted):
                return {"is": "text", "spans": self.spans(body, "text"), "muted": muted} if body.strip() else None
            case Fields(pairs=pairs):
                rows = [(self.spans(name, "cell"), self.spans(value, "cell")) for name, value in pairs]
                return {"is": "fields", "pairs": rows[: LIMITS["rows"]]} if rows else None
            case Table(header=header, rows=rows_):
                cells = [[self.spans(cell, "cell") for cell in row] for row in rows_[: LIMITS["rows"]]]
                return {"is": "table", "header": [self.plain(cell, "cell") for cell in header], "rows": cells}
            case Buttons(row=row):
                shown = [self._button(button) for button in row[: LIMITS["row"]]]
                kept = [button for button in shown if button is not None]
                return {"is": "buttons", "row": kept} if kept else None
            case Choice(label=label, action=action, options=options):
                return {
                    "is": "choice",
                    "label": self.plain(label, "label"),
                    "token": action.pack(),
                    "options": self.options(options),
                }
            case Progress(label=label, done=done, total=total):
                return {"is": "progress", "label": self.plain(label, "label"), "done": done, "total": total}
            case Divider():
                return {"is": "divider"}
            case Chart():
                return self._chart(block)
            case File(name=name, text=text):
                data = base64.b64encode(text.encode()).decode()
                href = f"data:text/plain;charset=utf-8;base64,{data}"
                return {"is": "file", "name": name, "href": href, "size": len(text.encode())}
            case _:
                assert_never(block)

    def field(self, field: FormField) -> View:
        if isinstance(field, Note):
            return {"is": "note", "spans": self.spans(field.body, "text")}
        common = {
            "name": field.name,
            "label": self.plain(field.label, "text"),
            "hint": self.plain(field.hint, "text"),
            "required": field.required,
        }
        match field:
            case TextField(value=value, long=long, most=most, file=file):
                return common | {"is": "long" if long else "line", "value": value, "most": most, "file": file}
            case PickField(value=value, options=options):
                return common | {"is": "pick", "value": value, "options": self.options(options)}
            case TickField(values=values, options=options):
                return common | {"is": "tick", "values": list(values), "options": self.options(options)}
            case NumberField(value=value, low=low, high=high):
                return common | {"is": "number", "value": value, "low": low, "high": high}
            case DateField(value=value):
                return common | {"is": "date", "value": value}
            case TimeField(value=value):
                return common | {"is": "time", "value": value}
            case _:
                assert_never(field)

    def options(self, options: tuple[Option, ...]) -> list[View]:
        return [
            {
                "value": option.value,
                "label": self.plain(option.label, "cell"),
                "hint": self.plain(option.hint, "cell"),
            }
            for option in options[: LIMITS["options"]]
        ]

    def spans(self, text: str, limit: str) -> list[View]:
        """The sentence in pieces: words, calls to somebody, moments in the reader's zone."""
        found: list[View] = []
        left = LIMITS[limit]
        for span in spans(text):
            match span:
                case str():
                    piece: View = {"text": span}
                case Who(member=member):
                    piece = {"text": member.user}
                case Mention(member=member, name=name):
                    piece = {"text": f"@{name or member.user}", "call": "you" if member == self._reader else "other"}
                case When():
                    piece = {"text": span.text(self._zone), "moment": span.at.isoformat()}
            if len(piece["text"]) > left:
                piece["text"] = piece["text"][: left - 1] + "…"
                return [*found, piece]
            left -= len(piece["text"])
            found.append(piece)
            if left <= 0:
                break
        return found

    def plain(self, text: str, limit: str) -> str:
        return _cut(plain(text, self._zone), LIMITS[limit])

    def _button(self, button: Button | Link) -> View | None:
        label = self.plain(button.label, "label")
        if isinstance(button, Button):
            return {
                "is": "button",
                "label": label,
                "token": button.action.pack(),
                "style": button.style,
                "asks": button.asks,
            }
        if button.to.startswith("message:"):
            found = self._links.get(button.to.removeprefix("message:"))
            return {"is": "jump", "label": label, "channel": found[0], "message": found[1]} if found else None
        return {"is": "link", "label": label, "to": button.to} if button.to.startswith("https://") else None

    def _chart(self, chart: Chart) -> View:
        return {
            "is": "chart",
            "kind": chart.kind,
            "title": self.plain(chart.title, "title"),
            "labels": [self.plain(label, "cell") for label in chart.labels],
            "series": [{"name": series.name, "values": list(series.values)} for series in chart.series],
            "alt": self.plain(chart.alt, "text"),
            "low": chart.low,
            "high": chart.high,
        }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
