"""What Block Kit accepts, as one table of limits and one schema.

Slack answers `invalid_blocks` (or `invalid_arguments` for a view) with the place of each fault;
`message_problems` and `view_problems` return the same sentences. Where the documentation is silent
the stricter reading is taken. Lengths are counted in UTF-16 units, the longest way Slack may count.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
MESSAGE_BLOCKS_TOTAL = 13_200  # undocumented: msg_blocks_too_long near this sum of all strings
MARKDOWN_TOTAL = 12_000
VIEW_JSON = 250_000
IDENTIFIER = 255
PRIVATE_METADATA = 3_000
TITLE = SUBMIT = CLOSE = 24
TEXT = 3_000
HEADER = 150
FIELD, FIELDS = 2_000, 10
LABEL = HINT = 2_000
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON_TEXT, BUTTON_VALUE, URL = 75, 2_000, 3_000
OPTION_TEXT, OPTION_VALUE, OPTION_DESCRIPTION = 75, 150, 75
SELECT_OPTIONS = OPTION_GROUPS = 100
RADIO_OPTIONS = CHECKBOX_OPTIONS = 10
OVERFLOW_OPTIONS = 5
PLACEHOLDER = 150
INPUT_LENGTH = 3_000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
ALT_TEXT = 2_000
TABLE_ROWS, TABLE_CELLS = 100, 20

NEWER = frozenset({"plan", "task_card", "alert", "card", "carousel", "container", "data_table", "chart"})

Check = Callable[[Any, str], Iterator[str]]
Problems = list[str]


def length(text: str) -> int:
    """How long *text* is, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def string(most: int, least: int = 1, like: str = "") -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must provide a string [json-pointer:{at}]"
        elif length(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}]"
        elif length(value) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{at}]"
        elif like and not re.fullmatch(like, value):
            yield f"invalid format [json-pointer:{at}]"

    return check


def number(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"must be a whole number from {least} to {most} [json-pointer:{at}]"

    return check


def truth(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"


def one_of(*words: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in words:
            yield f"must be one of {', '.join(words)} [json-pointer:{at}]"

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must provide an array [json-pointer:{at}]"
            return
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{at}]"
        if len(value) < least:
            yield f"no fewer than {least} items allowed [json-pointer:{at}]"
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must provide an object [json-pointer:{at}]"
            return
        for key in required:
            if key not in value:
                yield f"missing required field: {key} [json-pointer:{at}]"
        for key, inner in value.items():
            if key not in known:
                yield f"invalid additional property: {key} [json-pointer:{at}]"
            else:
                yield from known[key](inner, f"{at}/{key}")

    return check


def tagged(table: Mapping[str, Check]) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        if kind not in table:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        else:
            yield from table[kind](value, at)

    return check


def anything(_value: Any, _at: str) -> Iterator[str]:
    yield from ()


def text(most: int, *kinds: str) -> Check:
    """A text object of one of *kinds*; `emoji` belongs to plain text and `verbatim` to mrkdwn."""
    shapes: dict[str, Check] = {
        "plain_text": record({"type": anything, "text": string(most)}, {"emoji": truth}),
        "mrkdwn": record({"type": anything, "text": string(most)}, {"verbatim": truth}),
    }
    return tagged({kind: shapes[kind] for kind in kinds})


def plain(most: int) -> Check:
    return text(most, "plain_text")


def rich(most: int) -> Check:
    return text(most, "plain_text", "mrkdwn")


IDENT = string(IDENTIFIER)
DATE = string(10, like=r"\d{4}-\d\d-\d\d")
TIME = string(5, like=r"([01]\d|2[0-3]):[0-5]\d")
CONFIRM = record(
    {
        "title": plain(CONFIRM_TITLE),
        "text": rich(CONFIRM_TEXT),
        "confirm": plain(CONFIRM_BUTTON),
        "deny": plain(CONFIRM_BUTTON),
    },
    {"style": one_of("primary", "danger")},
)


def _option(words: Callable[[int], Check]) -> Check:
    return record(
        {"text": words(OPTION_TEXT), "value": string(OPTION_VALUE)},
        {"description": words(OPTION_DESCRIPTION), "url": string(URL)},
    )


OPTION = _option(plain)
RICH_OPTION = _option(rich)
GROUP = record({"label": plain(75), "options": items(OPTION, SELECT_OPTIONS)})


def _select(**own: Check) -> Check:
    """A select menu: what every one may carry, and what this kind adds or, ending in `_`, needs."""
    needed = {name[:-1]: check for name, check in own.items() if name.endswith("_")}
    extra = {name: check for name, check in own.items() if not name.endswith("_")}
    common = {"placeholder": plain(PLACEHOLDER), "confirm": CONFIRM, "focus_on_load": truth}
    return record({"type": anything, "action_id": IDENT, **needed}, {**common, **extra})


def _input(**own: Check) -> Check:
    dispatch = record({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
    common = {"placeholder": plain(PLACEHOLDER), "focus_on_load": truth, "dispatch_action_config": dispatch}
    return record({"type": anything, "action_id": IDENT}, {**common, **own})


FILTER = record(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": truth,
        "exclude_bot_users": truth,
    },
)
LIST_CHOICES: dict[str, Check] = {
    "options": items(OPTION, SELECT_OPTIONS),
    "option_groups": items(GROUP, OPTION_GROUPS),
}
SEVERAL: dict[str, Check] = {"max_selected_items": number(1, 1000)}
USER = string(30, like=r"[UW][A-Z0-9]+")
CONVERSATION = string(30, like=r"[CDG][A-Z0-9]+")
TALKS: dict[str, Check] = {"default_to_current_conversation": truth, "filter": FILTER}
ANSWERABLE: dict[str, Check] = {"response_url_enabled": truth}

SLACK_FILE = record({}, {"id": string(30), "url": string(URL)})
IMAGE = record(
    {"type": anything, "alt_text": string(ALT_TEXT)},
    {"image_url": string(URL, like=r"https?://.+"), "slack_file": SLACK_FILE},
)

ELEMENTS: dict[str, Check] = {
    "button": record(
        {"type": anything, "text": plain(BUTTON_TEXT), "action_id": IDENT},
        {
            "url": string(URL, like=r"https?://.+"),
            "value": string(BUTTON_VALUE),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "static_select": _select(**LIST_CHOICES, initial_option=OPTION),
    "multi_static_select": _select(**LIST_CHOICES, **SEVERAL, initial_options=items(OPTION, SELECT_OPTIONS)),
    "external_select": _select(initial_option=OPTION, min_query_length=number(0, 1000)),
    "users_select": _select(initial_user=USER),
    "multi_users_select": _select(**SEVERAL, initial_users=items(USER, 1000)),
    "conversations_select": _select(**TALKS, **ANSWERABLE, initial_conversation=CONVERSATION),
    "multi_conversations_select": _select(**TALKS, **SEVERAL, initial_conversations=items(CONVERSATION, 1000)),
    "channels_select": _select(**ANSWERABLE, initial_channel=CONVERSATION),
    "multi_channels_select": _select(**SEVERAL, initial_channels=items(CONVERSATION, 1000)),
    "overflow": record(
        {"type": anything, "action_id": IDENT, "options": items(OPTION, OVERFLOW_OPTIONS)}, {"confirm": CONFIRM}
    ),
    "datepicker": _select(initial_date=DATE),
    "timepicker": _select(initial_time=TIME, timezone=string(64)),
    "datetimepicker": record(
        {"type": anything, "action_id": IDENT},
        {"initial_date_time": number(10**9, 10**10 - 1), "confirm": CONFIRM, "focus_on_load": truth},
    ),
    "radio_buttons": record(
        {"type": anything, "action_id": IDENT, "options": items(RICH_OPTION, RADIO_OPTIONS)},
        {"initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": truth},
    ),
    "checkboxes": record(
        {"type": anything, "action_id": IDENT, "options": items(RICH_OPTION, CHECKBOX_OPTIONS)},
        {"initial_options": items(RICH_OPTION, CHECKBOX_OPTIONS), "confirm": CONFIRM, "focus_on_load": truth},
    ),
    "plain_text_input": _input(
        initial_value=string(INPUT_LENGTH, least=0),
        multiline=truth,
        min_length=number(0, INPUT_LENGTH),
        max_length=number(1, INPUT_LENGTH),
    ),
    "email_text_input": _input(initial_value=string(INPUT_LENGTH)),
    "url_text_input": _input(initial_value=string(INPUT_LENGTH)),
    "number_input": record(
        {"type": anything, "action_id": IDENT, "is_decimal_allowed": truth},
        {
            "initial_value": string(50),
            "min_value": string(50),
            "max_value": string(50),
            "placeholder": plain(PLACEHOLDER),
            "focus_on_load": truth,
            "dispatch_action_config": anything,
        },
    ),
    "file_input": record(
        {"type": anything, "action_id": IDENT},
        {"filetypes": items(string(20), 100), "max_files": number(1, 10)},
    ),
    "image": IMAGE,
}
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"})
MENUS = frozenset(ELEMENTS) - TYPED - {"image"}


def _elements(names: frozenset[str] | set[str]) -> Check:
    return tagged({name: ELEMENTS[name] for name in sorted(names)})


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record({"type": anything, **required}, {"block_id": IDENT, **(optional or {})})


RICH_CELL = record({"type": anything, "elements": items(anything, 1000)})
CELL = tagged({"raw_text": record({"type": anything, "text": string(TEXT)}), "rich_text": RICH_CELL})

BLOCKS: dict[str, Check] = {
    "section": _block(
        {},
        {
            "text": rich(TEXT),
            "fields": items(rich(FIELD), FIELDS),
            "accessory": _elements(MENUS | {"image"}),
            "expand": truth,
        },
    ),
    "header": _block({"text": plain(HEADER)}),
    "divider": _block({}),
    "context": _block(
        {
            "elements": items(
                tagged(
                    {
                        "image": IMAGE,
                        "mrkdwn": text(TEXT, "mrkdwn"),
                        "plain_text": text(TEXT, "plain_text"),
                    }
                ),
                CONTEXT_ELEMENTS,
            )
        }
    ),
    "actions": _block({"elements": items(_elements(MENUS), ACTIONS_ELEMENTS)}),
    "image": _block(
        {"alt_text": string(ALT_TEXT)},
        {"image_url": string(URL, like=r"https?://.+"), "slack_file": SLACK_FILE, "title": plain(2000)},
    ),
    "input": _block(
        {"label": plain(LABEL), "element": _elements((MENUS - {"button", "overflow"}) | TYPED)},
        {"hint": plain(HINT), "optional": truth, "dispatch_action": truth},
    ),
    "markdown": _block({"text": string(MARKDOWN_TOTAL)}),
    "rich_text": _block({"elements": items(anything, 1000)}),
    "table": _block(
        {"rows": items(items(CELL, TABLE_CELLS), TABLE_ROWS)},
        {"column_settings": items(anything, TABLE_CELLS)},
    ),
}

VIEW_COMMON: dict[str, Check] = {
    "callback_id": IDENT,
    "external_id": IDENT,
    "private_metadata": string(PRIVATE_METADATA, least=0),
}
MODAL = record(
    {"type": anything, "title": plain(TITLE), "blocks": items(anything, BLOCKS_IN_VIEW)},
    {
        **VIEW_COMMON,
        "submit": plain(SUBMIT),
        "close": plain(CLOSE),
        "clear_on_close": truth,
        "notify_on_close": truth,
        "submit_disabled": truth,
    },
)
HOME = record({"type": anything, "blocks": items(anything, BLOCKS_IN_VIEW)}, VIEW_COMMON)


def message_problems(blocks: Any, *, newer: bool = False) -> Problems:
    """What Slack would refuse in the blocks of a message. *newer*: accept blocks still being rolled out."""
    problems = list(items(anything, BLOCKS_IN_MESSAGE, least=0)(blocks, "/blocks"))
    if problems:
        return problems
    problems += _blocks(blocks, "/blocks", surface="message", newer=newer)
    tables = sum(block.get("type") == "table" for block in blocks if isinstance(block, dict))
    if tables > 1:
        problems.append("only_one_table_allowed [json-pointer:/blocks]")
    return problems or _second_opinion(blocks)


def view_problems(view: Any, *, home: bool = False) -> Problems:
    """What Slack would refuse in a view that is opened, pushed, updated or published."""
    kind = view.get("type") if isinstance(view, dict) else None
    wanted = "home" if home else "modal"
    if kind != wanted:
        return [f"invalid `type`: expected {wanted} [json-pointer:/view/type]"]
    problems = list((HOME if home else MODAL)(view, "/view"))
    if problems:
        return problems
    problems += _blocks(view["blocks"], "/view/blocks", surface=wanted, newer=False)
    if not home and "submit" not in view and any(block.get("type") == "input" for block in view["blocks"]):
        problems.append("missing required field: submit [json-pointer:/view]")
    focused = sum(bool(element.get("focus_on_load")) for _, element in elements(view["blocks"]))
    if focused > 1:
        problems.append("only one element may have focus_on_load [json-pointer:/view/blocks]")
    if problems:
        return problems
    try:
        SdkView(**view).to_dict()
    except SlackObjectFormationError as error:
        return [f"{error} [json-pointer:/view]"]
    return _second_opinion(view["blocks"])


def too_much_text(blocks: list[dict[str, Any]]) -> bool:
    """Whether the blocks of one message are longer together than Slack takes."""
    return sum(length(leaf) for leaf in _strings(blocks)) > MESSAGE_BLOCKS_TOTAL


def view_too_large(view: Mapping[str, Any]) -> bool:
    return len(json.dumps(view).encode()) > VIEW_JSON


def elements(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every interactive element with its block, in the order a reader meets them."""
    for block in blocks:
        match block.get("type"):
            case "actions":
                yield from ((block, element) for element in block["elements"])
            case "input":
                yield block, block["element"]
            case "section" if block.get("accessory", {}).get("type", "image") != "image":
                yield block, block["accessory"]
            case _:
                pass


def _blocks(blocks: list[Any], at: str, *, surface: str, newer: bool) -> Iterator[str]:
    seen: set[str] = set()
    markdown = 0
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind in NEWER and newer:
            continue
        faults = list(tagged(BLOCKS)(block, here))
        yield from faults
        if faults:
            continue
        if (block_id := block.get("block_id")) is not None:
            if block_id in seen:
                yield f"`block_id` must be unique [json-pointer:{here}/block_id]"
            seen.add(block_id)
        yield from _shape(block, here, surface)
        if kind == "markdown":
            markdown += length(block["text"])
    if markdown > MARKDOWN_TOTAL:
        yield f"markdown blocks must be less than {MARKDOWN_TOTAL + 1} characters together [json-pointer:{at}]"


def _shape(block: dict[str, Any], at: str, surface: str) -> Iterator[str]:
    """Rules that join several fields of one block."""
    match block["type"]:
        case "section" if "text" not in block and "fields" not in block:
            yield f"one of text or fields is required [json-pointer:{at}]"
        case "image" if ("image_url" in block) == ("slack_file" in block):
            yield f"exactly one of image_url or slack_file is required [json-pointer:{at}]"
        case "markdown" | "table" if surface != "message":
            yield f"block type not allowed on this surface [json-pointer:{at}]"
        case _:
            pass
    actions: set[str] = set()
    for _, element in elements([block]):
        if element["action_id"] in actions:
            yield f"`action_id` must be unique in its block [json-pointer:{at}]"
        actions.add(element["action_id"])
        yield from _element_shape(element, at)
        if element["type"] == "file_input" and surface != "modal":
            yield f"file_input is only allowed in modals [json-pointer:{at}]"


def _element_shape(element: dict[str, Any], at: str) -> Iterator[str]:
    kind = element["type"]
    if kind in ("static_select", "multi_static_select") and ("options" in element) == ("option_groups" in element):
        yield f"exactly one of options or option_groups is required [json-pointer:{at}]"
        return
    offered = [*element.get("options", ())]
    offered += [option for group in element.get("option_groups", ()) for option in group["options"]]
    first = [*element.get("initial_options", ())]
    first += [element["initial_option"]] if "initial_option" in element else []
    if kind != "external_select" and any(option not in offered for option in first):
        yield f"initial option must match one of the options [json-pointer:{at}]"
    if "max_length" in element and element.get("min_length", 0) > element["max_length"]:
        yield f"min_length must not be above max_length [json-pointer:{at}]"
    if "max_length" in element and length(element.get("initial_value", "")) > element["max_length"]:
        yield f"initial_value must not be longer than max_length [json-pointer:{at}]"


def _second_opinion(blocks: list[dict[str, Any]]) -> Problems:
    """The block models of slack_sdk as a second judge, for what the table above may have missed."""
    problems = []
    logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for index, block in enumerate(blocks):
            try:
                if parsed := Block.parse(json.loads(json.dumps(block))):
                    parsed.to_dict()
            except (SlackObjectFormationError, TypeError, KeyError, AttributeError) as error:
                problems.append(f"{error} [json-pointer:/blocks/{index}]")
    return problems


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
