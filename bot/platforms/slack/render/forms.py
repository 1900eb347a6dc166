"""A form's fields as input blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from bot.kernel.cards import (
    DateField,
    FormField,
    Note,
    NumberField,
    Option,
    PickField,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.words import plain
from bot.platforms.slack.render.blocks import offered, plain_text, section
from bot.platforms.slack.render.limits import FEW, FIELD_LABEL, HINT, SECTION, TYPED, cut
from bot.platforms.slack.render.sentences import chunks, pieces

Json = dict[str, Any]
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def field_blocks(field: FormField, zone: str) -> Iterator[Json]:
    match field:
        case Note(body=body):
            yield from (section(chunk) for chunk in chunks(pieces(body, zone), SECTION))
        case TextField(value=value, long=long, most=most):
            typed: Json = {"type": "plain_text_input", "multiline": long, "max_length": max(1, min(most, TYPED))}
            if value:
                typed["initial_value"] = cut(value, typed["max_length"])
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
            yield from (section(chunk) for chunk in chunks(pieces(field.label, zone), SECTION))
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
    return {"type": kind, **offered(options, zone)}


def _flat(menu: Json) -> list[Json]:
    return [*menu.get("options", ()), *(one for group in menu.get("option_groups", ()) for one in group["options"])]


def _input(
    field: TextField | PickField | TickField | NumberField | DateField | TimeField, element: Json, zone: str
) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(cut(plain(field.label, zone), FIELD_LABEL) or field.name),
        "element": element | {"action_id": field.name},
        "optional": not field.required,
    }
    return block | ({"hint": plain_text(cut(plain(field.hint, zone), HINT))} if field.hint else {})


def _number(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text) is not None
