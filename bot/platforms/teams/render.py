"""Cards as Adaptive Cards 1.5, forms as dialogs. Plain dicts out, no SDK."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never
from urllib.parse import quote

from pydantic import TypeAdapter

from bot.engine.route import ROOT
from bot.kernel.cards import (
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
    sentences,
)
from bot.kernel.inbound import Value
from bot.kernel.words import Mention, When, Who, plain, spans

Json = dict[str, Any]
FORM: TypeAdapter[Form] = TypeAdapter(Form)

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"  # what Teams draws
MOST_BYTES = 24 * 1024  # of one card: a message is safe up to 28 KB, and its envelope wants a little
MOST_ACTIONS = 6  # of one row; Teams hides the seventh
PADDING, LONG_CELL = 2, 32  # of a table's cell, in characters: around it, and what counts as long
LONG_WORD = 20  # characters for which a narrow set of facts has room in one line
MOST_TABLE = 6 * 1024  # bytes of the rows of one table
MOST_TEXT = 6000  # characters of one element, so that a long text can be split between messages
MOST_SUMMARY = 300  # characters of a notification
EXPANDED = 6  # options that are shown all at once; more fold into a list
STYLES = {"plain": "default", "primary": "positive", "danger": "destructive"}
GOES_ON = "It goes on in the next message."
NOTHING = "Nothing to show."
PICK = "Nothing chosen yet"
LONG_NAME = 20  # characters of a file's name that a button has room for on a phone


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it. With several readers each sees moments in the zone of their own device."""

    zone: str = "UTC"  # IANA name: their own, or the team's
    alone: bool = False  # one reader, whose zone this is
    tenant: str = ""
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # message name -> channel, message
    at: str = ""  # the channel that a card in a personal chat is about: its buttons carry it along
    pictures: Mapping[Chart, str] = field(default_factory=dict)  # charts drawn already, as data addresses

    def about(self, data: Json) -> Json:
        return data | {"at": self.at} if self.at else data


def messages(card: Card, reader: Reader) -> list[Json]:
    """The activities one card becomes: one, or several where it is too long. The buttons are on the first."""
    pages = _pages(list(_elements(card, reader)))
    spoken = said(card, reader.zone)
    return [_activity(_adaptive(page, card, reader), spoken) for page in pages]


def adaptive(card: Card, reader: Reader) -> Json:
    """One Adaptive Card, for an answer that has room for one; what is too long is left out."""
    return _adaptive(_pages(list(_elements(card, reader)))[0], card, reader)


def said(card: Card, zone: str) -> str:
    """The card as a line, where there is room for nothing else."""
    return _called(card.fallback(zone).strip()) or NOTHING


def has_buttons(card: Card) -> bool:
    return any(isinstance(block, Buttons | Choice) for block in card.blocks)


def dialog(
    form: Form, reader: Reader, values: Mapping[str, Value] | None = None, errors: Mapping[str, str] | None = None
) -> Json:
    """A form as a dialog; with *values* as filled in before, and each error under its field."""
    zone = reader.zone
    body: list[Json] = []
    for asked in form.fields:
        body += _input(_refilled(asked, values), zone)
        error = (errors or {}).get(getattr(asked, "name", ""))
        if error:
            body.append(_line(error, zone, color="attention", weight="bolder"))
    loose = [why for name, why in (errors or {}).items() if name not in form.names()]
    body = [*(_line(why, zone, color="attention", weight="bolder") for why in loose), *body]
    submit = {
        "type": "Action.Submit",
        "title": plain(form.submit, zone),
        "style": "positive",
        "data": {"form": packed(form)},
    }
    return _task(
        plain(form.title, zone), {**_card(body or [_line(NOTHING, zone)]), "actions": [submit]}, len(form.fields)
    )


def notice(card: Card, reader: Reader) -> Json:
    """A card as a dialog: an answer for one person alone, whose buttons work in place."""
    body = _pages(list(_elements(card, reader, in_dialog=True)))[0]
    return _task(plain(card.title, reader.zone) or "Moderato", _with_mentions(_card(body), card), len(body))


def packed(form: Form) -> str:
    """The form itself as a short text, so that it can be shown again with errors: nothing is kept in between."""
    return base64.urlsafe_b64encode(zlib.compress(FORM.dump_json(form), 9)).decode()


# Messages


def _activity(card: Json, spoken: str) -> Json:
    short = spoken if len(spoken) <= MOST_SUMMARY else spoken[: MOST_SUMMARY - 1] + "…"
    return {"type": "message", "summary": short, "attachments": [{"contentType": ADAPTIVE, "content": card}]}


def _task(title: str, card: Json, lines: int) -> Json:
    size = {"height": "large" if lines > 5 else "medium", "width": "medium"}
    attachment = {"contentType": ADAPTIVE, "content": card}
    return {"task": {"type": "continue", "value": {"title": title[:60] or "Moderato", **size, "card": attachment}}}


def _adaptive(body: list[Json], card: Card, reader: Reader) -> Json:
    return _with_mentions(_card(body) | {"fallbackText": said(card, reader.zone)[:1000]}, card)


def _card(body: list[Json]) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "body": body,
    }


def _with_mentions(drawn: Json, card: Card) -> Json:
    """Teams calls a person when the name in the text and an entity for it agree."""
    written = json.dumps(drawn["body"], ensure_ascii=False)
    called = {
        _at(span): span.member.user
        for sentence in sentences(card)
        for span in spans(sentence)
        if isinstance(span, Mention) and json.dumps(_at(span), ensure_ascii=False)[1:-1] in written
    }
    if not called:
        return drawn
    entities = [
        {"type": "mention", "text": text, "mentioned": {"id": user, "name": text[4:-5]}}
        for text, user in called.items()
    ]
    return drawn | {"msteams": {"entities": entities}}


def _pages(elements: list[Json]) -> list[list[Json]]:
    """The elements in as many cards as they need. What can be pressed stays on the first, which can be edited."""
    elements = elements or [_line(NOTHING, "UTC")]
    if _size(elements) <= MOST_BYTES:
        return [elements]
    pressed = [one for one in elements if _is_pressed(one)]
    rest = [one for one in elements if not _is_pressed(one)]
    while _size(pressed) > MOST_BYTES - 2048 and len(pressed) > 1:
        pressed.pop()
    pages: list[list[Json]] = [[]]
    for element in rest:
        room = MOST_BYTES - (_size(pressed) + 200 if len(pages) == 1 else 0)
        if pages[-1] and _size([*pages[-1], element]) > room:
            pages.append([])
        pages[-1].append(element)
    more = [_line(GOES_ON, "UTC", isSubtle=True)] if len(pages) > 1 else []
    return [[*pages[0], *more, *pressed], *pages[1:]]


def _is_pressed(element: Json) -> bool:
    """Whether it tells the bot something: a folded text does not."""
    actions = element.get("actions", ())
    return element["type"] == "Input.ChoiceSet" or any(action["type"] != "Action.ShowCard" for action in actions)


def _size(elements: list[Json]) -> int:
    return len(json.dumps(elements, ensure_ascii=False).encode())


# Blocks


def _elements(card: Card, reader: Reader, *, in_dialog: bool = False) -> Iterator[Json]:
    if card.title.strip() and not in_dialog:
        yield {
            "type": "TextBlock",
            "text": _sentence(card.title, reader),
            "style": "heading",
            "size": "medium",
            "weight": "bolder",
            "wrap": True,
        }
    parted = False
    for place, block in enumerate(card.blocks):
        if isinstance(block, File) and in_dialog:
            continue  # a dialog has no room for it
        if isinstance(block, Divider):
            parted = True
            continue
        for element in _block(block, place, reader, in_dialog):
            yield element | ({"separator": True, "spacing": "medium"} if parted else {})
            parted = False


def _block(block: Any, place: int, reader: Reader, in_dialog: bool) -> Iterator[Json]:
    match block:
        case Text(body=body, muted=muted):
            for part in _parts(body):
                quiet = {"isSubtle": True, "size": "small"} if muted else {}
                yield {"type": "TextBlock", "text": _sentence(part, reader), "wrap": True, **quiet}
        case Fields(pairs=pairs):
            yield from _fields(pairs, reader)
        case Table(header=header, rows=rows):
            yield from _table(header, rows, reader)
        case Buttons(row=row):
            pressed = [one for one in (_button(button, reader, in_dialog) for button in row) if one]
            for start in range(0, len(pressed), MOST_ACTIONS):
                yield {"type": "ActionSet", "actions": pressed[start : start + MOST_ACTIONS]}
        case Choice():
            yield from _choice(block, place, reader, in_dialog)
        case Progress(label=label, done=done, total=total):
            yield _line(f"{label}: {done} of {total}", reader.zone)
        case Divider():
            pass
        case Chart():
            yield from _chart(block, reader)
        case File(name=name, text=text):
            yield from _file(name, text)
        case _:
            assert_never(block)


def _fields(pairs: tuple[tuple[str, str], ...], reader: Reader) -> Iterator[Json]:
    """Side by side; one below the other where a word, such as an address, is longer than a phone leaves room for.

    Teams breaks such a word in a line of text, and cuts it off in a set of facts. Nothing is put into it to break it:
    whoever copies it must get what was written.
    """
    drawn = [(_sentence(name, reader), _sentence(value, reader)) for name, value in pairs]
    if any(_longest_word(plain(value, "UTC")) > LONG_WORD for _, value in pairs):
        for name, value in drawn:
            yield {"type": "TextBlock", "text": name, "weight": "bolder", "wrap": True}
            yield {"type": "TextBlock", "text": value, "wrap": True, "spacing": "none"}
    elif drawn:
        yield {"type": "FactSet", "facts": [{"title": name, "value": value} for name, value in drawn]}


def _longest_word(text: str) -> int:
    return max(map(len, re.split(r"\s|(?<=-)", text)), default=0)


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], reader: Reader) -> Iterator[Json]:
    """In pieces, each with its header, so that a long one can go on in the next message."""
    width = max([len(header), *(len(row) for row in rows)])
    if not width:
        return
    columns = _widths([header, *rows], width)
    top = [_row(header, width, reader)] if header else []
    piece: list[Json] = []
    for row in rows:
        drawn = _row(row, width, reader)
        if piece and _size([*piece, drawn]) > MOST_TABLE:
            yield _rows(top + piece, columns, bool(header))
            piece = []
        piece.append(drawn)
    yield _rows(top + piece, columns, bool(header))


def _widths(rows: Sequence[tuple[str, ...]], width: int) -> list[Json]:
    """Room for each column: enough that its longest word stays whole, and some more where cells are long."""
    found: list[Json] = []
    for n in range(width):
        cells = [plain(row[n], "UTC") for row in rows if n < len(row)]
        word = max(map(_longest_word, cells), default=0)
        found.append({"width": PADDING + word + min(max(map(len, cells), default=0), LONG_CELL) // 4})
    return found


def _rows(rows: list[Json], columns: list[Json], headed: bool) -> Json:
    return {"type": "Table", "columns": columns, "firstRowAsHeader": headed, "rows": rows}


def _row(cells: tuple[str, ...], width: int, reader: Reader) -> Json:
    return {"type": "TableRow", "cells": [_cell(cells, n, reader) for n in range(width)]}


def _cell(row: tuple[str, ...], n: int, reader: Reader) -> Json:
    text = _sentence(row[n], reader, dates=True) if n < len(row) and row[n].strip() else "\u00a0"
    return {"type": "TableCell", "items": [{"type": "TextBlock", "text": text, "wrap": True}]}


def _chart(chart: Chart, reader: Reader) -> Iterator[Json]:
    """The picture, if it was drawn, with its sentence for ears; else the figures as a table, and the sentence."""
    alt = plain(chart.alt, reader.zone).strip() or chart.title or "A chart"
    if chart in reader.pictures:
        address = reader.pictures[chart]
        yield {"type": "Image", "url": address, "altText": alt, "size": "stretch", "msteams": {"allowExpand": True}}
        return
    if chart.title.strip():
        yield _line(chart.title, reader.zone, weight="bolder")
    names = ("", *(series.name for series in chart.series))
    rows = tuple(
        (label, *(_figure(series.values, n) for series in chart.series)) for n, label in enumerate(chart.labels)
    )
    yield from _table(names, rows, reader)
    yield _line(alt, reader.zone)


def _figure(values: tuple[float | None, ...], n: int) -> str:
    value = values[n] if n < len(values) else None
    return "-" if value is None else f"{value:g}"


def _file(name: str, text: str) -> Iterator[Json]:
    """The text itself, folded away, to be copied: a bot may put files nowhere without rights over somebody's."""
    pieces = list(_cut(text, MOST_TEXT)) or [" "]
    label = f"Show {name}"
    if len(name) > LONG_NAME:
        yield _line(name, "UTC", isSubtle=True, size="small")
        label = f"Show the {name.rpartition('.')[2]} file"
    for n, piece in enumerate(pieces, 1):
        of = f" ({n} of {len(pieces)})" if len(pieces) > 1 else ""
        run = {"type": "TextRun", "text": piece, "fontType": "monospace", "size": "small"}
        folded = _card([{"type": "RichTextBlock", "inlines": [run]}])
        yield {
            "type": "ActionSet",
            "actions": [{"type": "Action.ShowCard", "title": f"{label}{of}", "card": folded}],
        }


def _button(button: Button | Link, reader: Reader, in_dialog: bool) -> Json | None:
    label = plain(button.label, reader.zone)
    if isinstance(button, Link):
        address = _address(button.to, reader)
        return {"type": "Action.OpenUrl", "title": label, "url": address} if address else None
    common = {"title": label, "style": STYLES[button.style], "associatedInputs": "none"}
    data = reader.about({"action": button.action.pack()})
    if in_dialog:
        return {"type": "Action.Submit", **common, "data": data}
    if button.asks:
        return {"type": "Action.Submit", **common, "data": data | {"msteams": {"type": "task/fetch"}}}
    return _execute(common | {"data": data})


def _execute(action: Json) -> Json:
    """Newer clients answer in place; older ones do not know Action.Execute, and show its fallback."""
    return {"type": "Action.Execute", **action, "fallback": {"type": "Action.Submit", **action}}


def _choice(choice: Choice, place: int, reader: Reader, in_dialog: bool) -> Iterator[Json]:
    if not choice.options:
        return
    name = f"pick.{place}"
    label = plain(choice.label, reader.zone) or "Choose"
    yield {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "compact",
        "placeholder": PICK,
        "wrap": True,
        "choices": _choices(choice.options, reader.zone),
    }
    data = reader.about({"action": choice.action.pack(), "pick": name})
    action = {"title": "Choose", "data": data, "associatedInputs": "auto"}
    yield {
        "type": "ActionSet",
        "actions": [{"type": "Action.Submit", **action} if in_dialog else _execute(action)],
    }


def _address(to: str, reader: Reader) -> str:
    """Where a link leads: an https address, or one of our own messages in a channel."""
    if not to.startswith("message:"):
        return to if to.startswith("https://") else ""
    channel, message = reader.links.get(to.removeprefix("message:"), ("", ""))
    if not channel.startswith("19:"):
        return ""
    return f"https://teams.microsoft.com/l/message/{quote(channel, safe='')}/{message}?tenantId={reader.tenant}"


# Fields


def _input(asked: FormField, zone: str) -> list[Json]:
    if isinstance(asked, Note):
        return [_line(part, zone) for part in _parts(asked.body)]
    common: Json = {"id": f"f.{asked.name}", "label": plain(asked.label, zone) or asked.name}
    if asked.required:
        common |= {"isRequired": True, "errorMessage": _missing(asked)}
    hint = plain(asked.hint, zone)
    below = [_line(hint, zone, isSubtle=True, size="small", spacing="none")] if hint else []
    match asked:
        case TextField(long=long, most=most, value=value):
            shape = {"type": "Input.Text", "isMultiline": long, "maxLength": most, "value": value[:most]}
        case PickField(options=options, value=value):
            style = "expanded" if len(options) <= EXPANDED else "compact"
            choices = _choices(options, zone)
            shape = {"type": "Input.ChoiceSet", "style": style, "wrap": True, "choices": choices, "value": value}
        case TickField(options=options, values=values):
            shape = {
                "type": "Input.ChoiceSet",
                "style": "expanded",
                "isMultiSelect": True,
                "wrap": True,
                "choices": [one | {"value": commaless(one["value"])} for one in _choices(options, zone)],
                "value": ",".join(commaless(value) for value in values),
            }
        case NumberField(value=value, low=low, high=high):
            limits = {name: limit for name, limit in (("min", low), ("max", high)) if limit is not None}
            shape = {"type": "Input.Number", **limits, "value": _number(value)}
        case DateField(value=value):
            shape = {"type": "Input.Date", "value": value}
        case TimeField(value=value):
            shape = {"type": "Input.Time", "value": value}
        case _:
            assert_never(asked)
    return [{name: one for name, one in (shape | common).items() if one not in ("", None)}, *below]


def _refilled(asked: FormField, values: Mapping[str, Value] | None) -> FormField:
    """The field as the person left it."""
    if values is None or isinstance(asked, Note):
        return asked
    given = values.get(asked.name, "")
    if isinstance(asked, TickField):
        return replace(asked, values=given if isinstance(given, tuple) else (given,) if given else ())
    return replace(asked, value=given if isinstance(given, str) else ",".join(given))


def _missing(asked: FormField) -> str:
    match asked:
        case PickField() | TickField():
            return "Choose one of these."
        case NumberField():
            return "A number is needed here."
        case DateField():
            return "A day is needed here."
        case TimeField():
            return "A time is needed here."
        case _:
            return "A few words are needed here."


def _choices(options: tuple[Option, ...], zone: str) -> list[Json]:
    return [
        {
            "title": _with_hint(plain(one.label, zone), plain(one.hint, zone)),
            "value": one.value,
        }
        for one in options
    ]


def _with_hint(label: str, hint: str) -> str:
    if not hint:
        return label
    return f"{label}{' ' if label.endswith(('.', '?', '!')) else ': '}{hint}"


def commaless(value: str) -> str:
    """A value without commas: Teams joins the ticked ones with them."""
    return value.replace("%", "%25").replace(",", "%2C")


def _number(value: str) -> float | int | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


# Sentences


def _line(text: str, zone: str, **more: Any) -> Json:
    return {"type": "TextBlock", "text": _sentence(text, Reader(zone, alone=True)), "wrap": True, **more}


def _sentence(text: str, reader: Reader, *, dates: bool = False) -> str:
    """A sentence as Teams draws it: people as mentions, moments in the reader's zone, everything else as written.

    *dates*: those without a time are written out short, `Wed 11 Mar`, where a table has no room for Teams' own.
    """
    drawn: list[str] = []
    for span in spans(text):
        match span:
            case str():
                drawn.append(_escaped(_called(span), opens=not drawn))
            case Mention():
                drawn.append(_at(span))
            case Who(member=member):
                drawn.append(_escaped(member.user))
            case When():
                ours = reader.alone or (dates and span.style == "date")
                drawn.append(_escaped(span.text(reader.zone)) if ours else _moment(span))
    return _PERCENT.sub("\u00a0%", "".join(drawn)).replace("\n", "\n\n").strip() or "\u00a0"


def _called(text: str) -> str:
    """Sentences name the root command as most platforms write it; here the bot is called by its name."""
    return text.replace(f"/{ROOT}", f"@{ROOT.capitalize()}")


def _at(span: Mention) -> str:
    return f"<at>{re.sub('[<>]', '', span.name or span.member.user)}</at>"


def _moment(span: When) -> str:
    """Drawn by each reader's own client, in the zone and the clock of their device."""
    stamp = f"{span.at:%Y-%m-%dT%H:%M:%SZ}"
    match span.style:
        case "time":
            return f"{{{{TIME({stamp})}}}}"
        case "date":
            return f"{{{{DATE({stamp},SHORT)}}}}"
        case "day_time":
            return f"{{{{DATE({stamp},SHORT)}}}} {{{{TIME({stamp})}}}}"
        case "date_time":
            return f"{{{{DATE({stamp},LONG)}}}} {{{{TIME({stamp})}}}}"


_PERCENT = re.compile(r"(?<=\d) %")  # a sign alone at the start of a line is hard to read
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\[(?=[^\]]*\]\()|~(?=~)|\\(?=[*_`~\[\]\\#>.+-])")
_LINE_STARTS = re.compile(r"^(\s*)(\d*)([-+#>.)])(?=\s)", re.MULTILINE)


def _escaped(text: str, *, opens: bool = True) -> str:
    """Text that people wrote, safe from being read as markup, as a mention, or as a moment.

    Only what would be markup is marked, as some clients show the mark. *opens*: it begins its line.
    """
    text = _EMPHASIS.sub(lambda found: "\\" + found[0], text)
    for mark in "*`":
        if text.count(mark) > 1:
            text = text.replace(mark, "\\" + mark)
    text = _LINE_STARTS.sub(
        lambda found: f"{found[1]}{found[2]}\\{found[3]}" if opens or found.start() else found[0], text
    )
    return text.replace("<at>", "<\u200bat>").replace("{{", "{\u200b{")


def _parts(text: str) -> Iterator[str]:
    """A long text in parts that fit; nothing at all for an empty one."""
    if text.strip():
        yield from _cut(text, MOST_TEXT)


def _cut(text: str, most: int) -> Iterator[str]:
    """Cut at the last line break, or else at the last space."""
    while len(text) > most:
        at = text.rfind("\n", most // 2, most)
        at = at if at > 0 else text.rfind(" ", most // 2, most)
        at = at + 1 if at > 0 else most
        yield text[:at]
        text = text[at:]
    if text:
        yield text
