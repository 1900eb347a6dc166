"""What Teams would object to in an Adaptive Card at schema 1.5, as sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Complaints = list[str]
Rule = Callable[[Any, str, Complaints], None]

MOST_ACTIONS = 6  # Teams shows six actions of one row; the others are lost or hidden
MOST_REFRESHERS = 60  # members named in refresh.userIds
VERSIONS = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}


def problems(card: object) -> Complaints:
    """Everything wrong with *card*, a plain dict as it goes over the wire. Empty when Teams would take it."""
    found: Complaints = []
    _plain(card, "card", found)
    if found:
        return found
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["card: the type is not AdaptiveCard"]
    _whole(card, "card", found)
    _once(card, found)
    return found


def walk(node: object) -> Iterator[dict[str, Any]]:
    """Every dict in a card, outermost first, in reading order."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def buttons(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The actions a person can press, in reading order: fallbacks, refreshes and folded cards left out."""
    hidden = {"refresh", "fallback", "card", "inlineAction"}

    def seek(node: object) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if str(node.get("type", "")).startswith("Action."):
                yield node
            for name, value in node.items():
                if name not in hidden and name != "data":
                    yield from seek(value)
        elif isinstance(node, list):
            for value in node:
                yield from seek(value)

    return [*seek(card.get("body", [])), *seek(card.get("actions", []))]


def inputs(card: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The card's inputs by id."""
    return {node["id"]: node for node in walk(card.get("body", [])) if str(node.get("type", "")).startswith("Input.")}


_DAY_AND_TIME = re.compile(r"\{\{DATE\((\S+?),SHORT\)\}\} \{\{TIME\(\1\)\}\}")
_FUNCTION = re.compile(r"\{\{(?:DATE\((\S+?)(?:,\s*(COMPACT|SHORT|LONG))?\)|TIME\((\S+?)\))\}\}")


def drawn(text: str, zone: str) -> str:
    """A text as a client in *zone* draws it: markup done, moments in local time, short as a story tells them."""

    def moment(stamp: str) -> datetime:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))

    def function(found: re.Match[str]) -> str:
        if found[3]:
            return f"{moment(found[3]):%H:%M}"
        there = moment(found[1])
        return f"{there:%a} {there.day} {there:%b}" if found[2] in ("SHORT", "LONG") else f"{there:%Y-%m-%d}"

    text = _DAY_AND_TIME.sub(lambda found: f"{moment(found[1]):%a %H:%M}", text)
    text = _FUNCTION.sub(function, text)
    text = re.sub(r"</?at>", "", text)
    return re.sub(r"\\([*_`~\[\]\\#>.+)-])", r"\1", text).replace("\u200b", "").replace("\n\n", "\n")


def words(card: Mapping[str, Any], zone: str = "UTC") -> list[str]:
    """What the card says to somebody in *zone*, line by line, as one would read it aloud."""
    return [drawn(line, zone) for line in _words(card.get("body", []))]


def _words(node: Any) -> list[str]:
    if isinstance(node, list):
        return [line for one in node for line in _words(one)]
    match node:
        case {"type": "TextBlock" | "TextRun", "text": text}:
            return [text]
        case {"type": "FactSet", "facts": facts}:
            return [f"{fact['title']}: {fact['value']}" for fact in facts]
        case {"type": "Image"}:
            return [node.get("altText", "")]
        case {"type": "ActionSet", "actions": actions}:
            return [line for one in actions if "card" in one for line in _words(one["card"]["body"])]
        case {"type": "Table", "rows": rows}:
            return _read_out([[" ".join(_words(cell["items"])) for cell in row["cells"]] for row in rows], node)
        case dict():
            return [line for name in ("items", "columns", "inlines", "images") for line in _words(node.get(name, []))]
        case _:
            return []


def _read_out(rows: list[list[str]], table: dict[str, Any]) -> list[str]:
    """A table as one reads it aloud: whose row, then each column's name with what stands in it."""
    if not table.get("firstRowAsHeader"):
        return [", ".join(row) for row in rows]
    header, *rest = rows
    said = [(row[0], zip(header[1:], row[1:], strict=True)) for row in rest]
    return [f"{first}: " + ", ".join(f"{name} {value}" for name, value in cells) for first, cells in said]


# How values are checked


def _plain(value: object, at: str, found: Complaints) -> None:
    """Only what JSON has: botbuilder writes a tuple as the text of the tuple."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                found.append(f"{at}: the key {name!r} is not text")
            _plain(inner, f"{at}.{name}", found)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _plain(inner, f"{at}[{place}]", found)
    elif isinstance(value, tuple):
        found.append(f"{at}: a tuple, which is not JSON")
    elif value is not None and not isinstance(value, str | bool | int | float):
        found.append(f"{at}: {type(value).__name__} is not JSON")
    elif isinstance(value, float) and value != value:
        found.append(f"{at}: not a number")


def _text(value: Any, at: str, found: Complaints) -> None:
    if not isinstance(value, str):
        found.append(f"{at}: not text")


def _filled(value: Any, at: str, found: Complaints) -> None:
    if not isinstance(value, str) or not value.strip(" \n\t"):  # a no-break space stands for an empty cell
        found.append(f"{at}: empty")


def _flag(value: Any, at: str, found: Complaints) -> None:
    if not isinstance(value, bool):
        found.append(f"{at}: not true or false")


def _number(value: Any, at: str, found: Complaints) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.append(f"{at}: not a number")


def _url(value: Any, at: str, found: Complaints) -> None:
    if not isinstance(value, str) or not re.match(r"(https?://\S|data:image/(png|jpeg|gif);base64,)", value):
        found.append(f"{at}: not an address")


def _pattern(value: Any, at: str, found: Complaints) -> None:
    try:
        re.compile(value)
    except (re.error, TypeError):
        found.append(f"{at}: not a regular expression")


def _matching(pattern: str, what: str) -> Rule:
    def check(value: Any, at: str, found: Complaints) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            found.append(f"{at}: not {what}")

    return check


def _one_of(*allowed: str) -> Rule:
    known = {word.lower() for word in allowed}

    def check(value: Any, at: str, found: Complaints) -> None:
        if not isinstance(value, str) or value.lower() not in known:
            found.append(f"{at}: {value!r} is not one of {', '.join(allowed)}")

    return check


def _either(*rules: Rule) -> Rule:
    def check(value: Any, at: str, found: Complaints) -> None:
        tried: list[Complaints] = []
        for rule in rules:
            complaints: Complaints = []
            rule(value, at, complaints)
            if not complaints:
                return
            tried.append(complaints)
        found.extend(tried[0])

    return check


def _anything(_value: Any, _at: str, _found: Complaints) -> None:
    return


def _object(rules: Mapping[str, Rule], *needed: str) -> Rule:
    """A dict with no property but these, and all the needed ones."""

    def check(value: Any, at: str, found: Complaints) -> None:
        if not isinstance(value, dict):
            found.append(f"{at}: not an object")
            return
        found.extend(f"{at}: {name} is missing" for name in needed if name not in value)
        for name, inner in value.items():
            if name in rules:
                rules[name](inner, f"{at}.{name}", found)
            else:
                found.append(f"{at}: {name!r} is not a property of {value.get('type', 'it')}")

    return check


def _list(rule: Rule, *, most: int | None = None, least: int = 0) -> Rule:
    def check(value: Any, at: str, found: Complaints) -> None:
        if not isinstance(value, list):
            found.append(f"{at}: not a list")
            return
        if most is not None and len(value) > most:
            found.append(f"{at}: {len(value)} of them, the most is {most}")
        if len(value) < least:
            found.append(f"{at}: {len(value)} of them, the least is {least}")
        for place, inner in enumerate(value):
            rule(inner, f"{at}[{place}]", found)

    return check


def _kind(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rules hold."""

    def check(value: Any, at: str, found: Complaints) -> None:
        name = value.get("type") if isinstance(value, dict) else None
        if name in kinds:
            kinds[name](value, at, found)
        else:
            found.append(f"{at}: {name!r} is not known here")

    return check


# The schema

ELEMENTS: dict[str, Rule] = {}
ACTIONS: dict[str, Rule] = {}
_element, _action = _kind(ELEMENTS), _kind(ACTIONS)
_elements, _actions = _list(_element), _list(_action, most=MOST_ACTIONS, least=1)


def _select(value: Any, at: str, found: Complaints) -> None:
    """A press on a whole element: anything but a folded card."""
    _kind(SELECTABLE)(value, at, found)


_colour = _one_of("default", "dark", "light", "accent", "good", "warning", "attention")
_size = _one_of("default", "small", "medium", "large", "extraLarge")
_weight = _one_of("default", "lighter", "bolder")
_font = _one_of("default", "monospace")
_across = _one_of("left", "center", "right")
_down = _one_of("top", "center", "bottom")
_style = _one_of("default", "emphasis", "good", "attention", "warning", "accent")
_pixels = _matching(r"\d+px", "a number of pixels")
_date = _matching(r"\d{4}-\d{2}-\d{2}", "a date such as 2026-03-24")
_time = _matching(r"\d{2}:\d{2}", "a time such as 09:30")
_background = _either(
    _url,
    _object(
        {
            "url": _url,
            "fillMode": _one_of("cover", "repeatHorizontally", "repeatVertically", "repeat"),
            "horizontalAlignment": _across,
            "verticalAlignment": _down,
        },
        "url",
    ),
)

COMMON: dict[str, Rule] = {
    "type": _text,
    "id": _filled,
    "isVisible": _flag,
    "separator": _flag,
    "spacing": _one_of("default", "none", "small", "medium", "large", "extraLarge", "padding"),
    "height": _one_of("auto", "stretch"),
    "fallback": _either(_one_of("drop"), _element),
    "requires": _anything,
}
BOX: dict[str, Rule] = {
    "selectAction": _select,
    "style": _style,
    "bleed": _flag,
    "minHeight": _pixels,
    "verticalContentAlignment": _down,
    "backgroundImage": _background,
    "rtl": _flag,
}
RUN: dict[str, Rule] = {
    "color": _colour,
    "fontType": _font,
    "isSubtle": _flag,
    "size": _size,
    "weight": _weight,
}
TEXT_RUN = _object(
    {
        "type": _text,
        "text": _filled,
        "highlight": _flag,
        "italic": _flag,
        "strikethrough": _flag,
        "underline": _flag,
        "selectAction": _select,
        **RUN,
    },
    "text",
)
INPUT: dict[str, Rule] = {**COMMON, "label": _filled, "isRequired": _flag, "errorMessage": _filled}
FACT = _object({"title": _text, "value": _text}, "title", "value")
CHOICE = _object({"title": _filled, "value": _filled}, "title", "value")
CELLS = {"horizontalCellContentAlignment": _across, "verticalCellContentAlignment": _down}
CELL = _object({"type": _one_of("TableCell"), "items": _elements, **BOX}, "type", "items")
ROW = _object({"type": _one_of("TableRow"), "cells": _list(CELL), "style": _style, **CELLS}, "type", "cells")
_width = _either(_one_of("auto", "stretch"), _number, _pixels)

IMAGE = _object(
    {
        **COMMON,
        "url": _url,
        "altText": _filled,
        "backgroundColor": _text,
        "horizontalAlignment": _across,
        "selectAction": _select,
        "size": _one_of("auto", "stretch", "small", "medium", "large"),
        "style": _one_of("default", "person"),
        "width": _pixels,
        "height": _either(_one_of("auto", "stretch"), _pixels),
        "msteams": _object({"allowExpand": _flag}),
    },
    "url",
    "altText",
)
COLUMN = _object({**COMMON, **BOX, "type": _one_of("Column"), "items": _elements, "width": _width}, "type")


def _input(**own: Rule) -> Rule:
    shape = _object({**INPUT, **own}, "id")

    def check(value: Any, at: str, found: Complaints) -> None:
        shape(value, at, found)
        if value.get("isRequired"):
            found.extend(
                f"{at}: required, but without {name}" for name in ("label", "errorMessage") if name not in value
            )
        _fits(value, at, found)

    return check


def _fits(value: dict[str, Any], at: str, found: Complaints) -> None:
    """The value put into an input beforehand has to be one the person could have given."""
    given = value.get("value")
    if value["type"] == "Input.ChoiceSet":
        values = [choice.get("value") for choice in value.get("choices", [])]
        if len(set(values)) != len(values):
            found.append(f"{at}: two choices have the same value")
        chosen = str(given).split(",") if given and value.get("isMultiSelect") else [given] if given else []
        found.extend(f"{at}: {one!r} is chosen, but is not a choice" for one in chosen if one not in values)
    elif value["type"] == "Input.Text" and isinstance(given, str) and "maxLength" in value:
        if len(given) > value["maxLength"]:
            found.append(f"{at}: its value is longer than maxLength")
    elif value["type"] == "Input.Toggle" and given not in (
        None,
        value.get("valueOn", "true"),
        value.get("valueOff", "false"),
    ):
        found.append(f"{at}: its value is neither valueOn nor valueOff")


ELEMENTS.update(
    {
        "TextBlock": _object(
            {
                **COMMON,
                **RUN,
                "text": _filled,
                "horizontalAlignment": _across,
                "maxLines": _number,
                "wrap": _flag,
                "style": _one_of("default", "heading"),
            },
            "text",
        ),
        "RichTextBlock": _object(
            {**COMMON, "inlines": _list(_either(TEXT_RUN, _filled), least=1), "horizontalAlignment": _across}, "inlines"
        ),
        "Image": IMAGE,
        "ImageSet": _object(
            {
                **COMMON,
                "images": _list(IMAGE, least=1),
                "imageSize": _one_of("auto", "stretch", "small", "medium", "large"),
            },
            "images",
        ),
        "Container": _object({**COMMON, **BOX, "items": _elements}, "items"),
        "ColumnSet": _object(
            {
                **COMMON,
                "columns": _list(COLUMN),
                "selectAction": _select,
                "style": _style,
                "bleed": _flag,
                "minHeight": _pixels,
                "horizontalAlignment": _across,
            }
        ),
        "FactSet": _object({**COMMON, "facts": _list(FACT, least=1)}, "facts"),
        "ActionSet": _object({**COMMON, "actions": _actions}, "actions"),
        "Table": _object(
            {
                **COMMON,
                **CELLS,
                "columns": _list(_object({"width": _either(_number, _pixels), **CELLS}), least=1),
                "rows": _list(ROW, least=1),
                "firstRowAsHeader": _flag,
                "firstRowAsHeaders": _flag,
                "showGridLines": _flag,
                "gridStyle": _style,
            },
            "columns",
            "rows",
        ),
        "Input.Text": _input(
            isMultiline=_flag,
            maxLength=_number,
            placeholder=_text,
            regex=_pattern,
            style=_one_of("text", "tel", "url", "email", "password"),
            inlineAction=_select,
            value=_text,
        ),
        "Input.Number": _input(max=_number, min=_number, placeholder=_text, value=_number),
        "Input.Date": _input(max=_date, min=_date, placeholder=_text, value=_date),
        "Input.Time": _input(max=_time, min=_time, placeholder=_text, value=_time),
        "Input.Toggle": _input(title=_filled, value=_text, valueOff=_text, valueOn=_text, wrap=_flag),
        "Input.ChoiceSet": _input(
            choices=_list(CHOICE, least=1),
            isMultiSelect=_flag,
            style=_one_of("compact", "expanded", "filtered"),
            value=_text,
            placeholder=_text,
            wrap=_flag,
        ),
    }
)

PRESS: dict[str, Rule] = {
    "type": _text,
    "id": _filled,
    "title": _filled,
    "iconUrl": _url,
    "style": _one_of("default", "positive", "destructive"),
    "fallback": _either(_one_of("drop"), _action),
    "tooltip": _filled,
    "isEnabled": _flag,
    "mode": _one_of("primary", "secondary"),
    "requires": _anything,
}
_associated = _one_of("auto", "none")
TEAMS_SUBMITS = {"task/fetch", "messageBack", "imBack", "signin", "invoke"}


def _submit(value: Any, at: str, found: Complaints) -> None:
    _object({**PRESS, "data": _anything, "associatedInputs": _associated}, "data")(value, at, found)
    data = value.get("data")
    if not isinstance(data, dict) or not data:
        found.append(f"{at}: a submit in Teams carries an object as data")
    elif "msteams" in data and (
        not isinstance(data["msteams"], dict) or data["msteams"].get("type") not in TEAMS_SUBMITS
    ):
        found.append(f"{at}.data.msteams: Teams does not know {data['msteams']!r}")


def _execute(value: Any, at: str, found: Complaints) -> None:
    rules = {**PRESS, "data": _anything, "verb": _filled, "associatedInputs": _associated}
    _object(rules)(value, at, found)
    data = value.get("data", {})
    if not isinstance(data, dict):
        found.append(f"{at}: an execute in Teams carries an object as data")
    elif "msteams" in data:
        found.append(f"{at}: only Action.Submit may carry msteams; an execute opens no dialog")
    fallback = value.get("fallback")
    if at.endswith("refresh.action"):
        return
    if not isinstance(fallback, dict) or fallback.get("type") != "Action.Submit":
        found.append(f"{at}: no Action.Submit as fallback, so an older client shows nothing")
    elif fallback.get("data") != data or fallback.get("title") != value.get("title"):
        found.append(f"{at}: its fallback means something else")


SELECTABLE: dict[str, Rule] = {
    "Action.Execute": _execute,
    "Action.Submit": _submit,
    "Action.OpenUrl": _object({**PRESS, "url": _url}, "url"),
    "Action.ToggleVisibility": _object(
        {
            **PRESS,
            "targetElements": _list(_either(_filled, _object({"elementId": _filled, "isVisible": _flag}, "elementId"))),
        },
        "targetElements",
    ),
}


def _folded(value: Any, at: str, found: Complaints) -> None:
    """The card inside an Action.ShowCard: Teams allows one level of them."""
    _whole(value, at, found)
    if any(node.get("type") == "Action.ShowCard" for node in walk(value)):
        found.append(f"{at}: a folded card inside a folded card")


def _titled(rule: Rule) -> Rule:
    def check(value: Any, at: str, found: Complaints) -> None:
        rule(value, at, found)
        if "title" not in value and not at.endswith(("selectAction", "inlineAction", "refresh.action")):
            found.append(f"{at}: a button without words")

    return check


ACTIONS.update({name: _titled(rule) for name, rule in SELECTABLE.items()})
ACTIONS["Action.ShowCard"] = _titled(_object({**PRESS, "card": _folded}, "card"))


REFRESH = _object(
    {"action": _kind({"Action.Execute": _execute}), "userIds": _list(_filled, most=MOST_REFRESHERS)}, "action"
)
_card_shape = _object(
    {
        "type": _one_of("AdaptiveCard"),
        "version": _text,
        "$schema": _text,
        "body": _elements,
        "actions": _actions,
        "fallbackText": _text,
        "speak": _text,
        "lang": _text,
        "rtl": _flag,
        "minHeight": _pixels,
        "selectAction": _select,
        "backgroundImage": _background,
        "verticalContentAlignment": _down,
        "refresh": REFRESH,
        "msteams": _object({"width": _one_of("full"), "entities": _list(_anything)}),
    },
    "type",
    "version",
)


def _whole(card: Any, at: str, found: Complaints) -> None:
    _card_shape(card, at, found)
    if isinstance(card, dict):
        if card.get("version") not in VERSIONS:
            found.append(f"{at}: Teams draws schema 1.5 at most, not {card.get('version')!r}")
        if any(node.get("type") == "Action.Execute" for node in walk(card)) and card.get("version") not in {
            "1.4",
            "1.5",
        }:
            found.append(f"{at}: Action.Execute wants version 1.4 or 1.5")
        if not card.get("body") and not card.get("actions"):
            found.append(f"{at}: an empty card")


def _once(card: dict[str, Any], found: Complaints) -> None:
    """Ids are unique, or one input's answer would overwrite another's; mentions stand in the text."""
    seen: set[str] = set()
    for node in walk(card.get("body", [])):
        if "id" in node and "type" in node and not str(node["type"]).startswith("Action."):
            if node["id"] in seen:
                found.append(f"card: the id {node['id']!r} is used twice")
            seen.add(node["id"])
    written = json.dumps(card.get("body", []), ensure_ascii=False)
    for entity in (card.get("msteams") or {}).get("entities", []):
        if entity.get("type") == "mention" and json.dumps(entity.get("text"), ensure_ascii=False)[1:-1] not in written:
            found.append(f"card.msteams: the mention {entity.get('text')!r} does not stand in the card")
