"""Messages, Home and modals as Slack draws them, closely enough to judge them by eye: HTML without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime

from tests.standins.slack.model import Json, User
from tests.standins.slack.sight import Reading

STYLE = """
body { font: 15px/1.47 Lato, Helvetica, Arial, sans-serif; color: #1d1c1d; background: #fff }
body { margin: 24px }
.pair { display: grid; grid-template-columns: 620px 343px; gap: 28px; align-items: start }
.pair > div { min-width: 0 }
.phone { border-left: 1px dashed #ccc; padding-left: 14px }
.phone .fields { grid-template-columns: 1fr }
.phone .modal { width: auto }
.phone button { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.message { display: grid; grid-template-columns: 44px 1fr; margin: 0 0 26px }
.face { width: 36px; height: 36px; border-radius: 6px; background: #2e4057 }
.name { font-weight: 900 }
.app { font-size: 10px; background: #ddd; border-radius: 2px; padding: 1px 3px; margin: 0 5px }
.time { color: #616061; font-size: 12px }
.header { font-size: 18px; font-weight: 900; margin: 4px 0 8px }
.section { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px }
.context { font-size: 13px; color: #616061; margin: 4px 0; white-space: pre-wrap }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0 }
button, .menu { font: 700 13px Lato, Helvetica, Arial; border: 1px solid #bbb; border-radius: 4px; background: #fff;
  padding: 5px 12px; margin: 4px 8px 4px 0; min-height: 28px }
button.primary { background: #007a5a; color: #fff; border-color: #007a5a }
button.danger { background: #e01e5a; color: #fff; border-color: #e01e5a }
.menu { display: inline-block; color: #616061; font-weight: 400 }
.at { background: #fdf2d0; color: #1264a3; padding: 0 2px } a { color: #1264a3 }
table { border-collapse: collapse; margin: 6px 0 } td { border: 1px solid #ddd; padding: 4px 8px }
.modal { border: 1px solid #ccc; border-radius: 8px; max-width: 520px; margin-bottom: 26px }
.modal > .bar { font-size: 20px; font-weight: 900; padding: 14px 20px; border-bottom: 1px solid #ddd }
.modal > .body { padding: 14px 20px }
.modal > .foot { padding: 12px 20px; border-top: 1px solid #ddd; text-align: right }
label { display: block; font-weight: 700; margin-top: 12px } .hint { font-size: 13px; color: #616061 }
.input { border: 1px solid #868686; border-radius: 4px; padding: 8px 12px; min-height: 20px; white-space: pre-wrap }
.input.long { min-height: 66px } .option { display: block; margin: 4px 0 }
"""


def page(parts: Sequence[str]) -> str:
    """Each part twice: as wide as on a desk, and as narrow as on a phone."""
    pairs = (f'<div class="pair"><div>{part}</div><div class="phone">{part}</div></div>' for part in parts)
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(pairs)}'


def message(blocks: Sequence[Json], reader: User, now: datetime, text: str = "") -> str:
    """One message of the app, as *reader* sees it."""
    blocks = sorted(blocks, key=lambda block: bool(block["type"] == "table"))  # Slack puts a table last
    drawn = (
        "".join(_block(block, Reading(reader, now)) for block in blocks) or f'<div class="section">{_esc(text)}</div>'
    )
    head = '<span class="name">Moderato</span><span class="app">APP</span><span class="time">9:29 AM</span>'
    return f'<div class="message"><div class="face"></div><div>{head}{drawn}</div></div>'


def view(body: Json, reader: User, now: datetime) -> str:
    """A modal, or Home without a frame."""
    drawn = "".join(_block(block, Reading(reader, now)) for block in body["blocks"])
    if body["type"] == "home":
        return f'<div class="home">{drawn}</div>'
    words = {name: (body.get(name) or {}).get("text", "") for name in ("title", "submit", "close")}
    foot = "".join(f'<button class="{kind}">{_esc(words[name])}</button>'
                   for name, kind in (("close", ""), ("submit", "primary")) if words[name])  # fmt: skip
    bar = f'<div class="bar">{_esc(words["title"])}</div>'
    return f'<div class="modal">{bar}<div class="body">{drawn}</div><div class="foot">{foot}</div></div>'


def _block(block: Json, reading: Reading) -> str:
    match block["type"]:
        case "header":
            return f'<div class="header">{_esc(block["text"]["text"])}</div>'
        case "section":
            text = f"<div>{_text(block['text'], reading)}</div>" if "text" in block else ""
            fields = "".join(f"<div>{_text(field, reading)}</div>" for field in block.get("fields", ()))
            return f'<div class="section">{text}{f"""<div class="fields">{fields}</div>""" if fields else ""}</div>'
        case "context":
            return f'<div class="context">{" ".join(_text(part, reading) for part in block["elements"])}</div>'
        case "divider":
            return "<hr>"
        case "actions":
            return f"<div>{''.join(_element(element) for element in block['elements'])}</div>"
        case "image":
            return f'<div class="context">[picture] {_esc(block["alt_text"])}</div>'
        case "table":
            rows = ("".join(f"<td>{_esc(str(cell.get('text', '')))}</td>" for cell in row) for row in block["rows"])
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        case "input":
            optional = ' <span class="hint">(optional)</span>' if block.get("optional") else ""
            hint = f'<div class="hint">{_esc(block["hint"]["text"])}</div>' if "hint" in block else ""
            return f"<label>{_esc(block['label']['text'])}{optional}</label>{_element(block['element'])}{hint}"
    return f"<div>[{block['type']}]</div>"


def _element(element: Json) -> str:
    match element["type"]:
        case "button":
            return f'<button class="{element.get("style", "")}">{_esc(element["text"]["text"])}</button>'
        case "radio_buttons" | "checkboxes":
            marks = "○●" if element["type"] == "radio_buttons" else "☐☑"
            chosen = _chosen(element)
            rows = []
            for option in element["options"]:
                mark = marks[option["value"] in chosen]
                about = (
                    f' <span class="hint">{_esc(option["description"]["text"])}</span>'
                    if "description" in option
                    else ""
                )
                rows.append(f'<span class="option">{mark} {_esc(option["text"]["text"])}{about}</span>')
            return "".join(rows)
        case "plain_text_input":
            long = " long" if element.get("multiline") else ""
            return f'<div class="input{long}">{_esc(element.get("initial_value", ""))}</div>'
        case "number_input":
            return f'<div class="input">{_esc(element.get("initial_value", ""))}</div>'
        case _:
            words = element.get("placeholder", {}).get("text") or EMPTY.get(element["type"], element["type"])
            words = element.get("initial_date") or element.get("initial_time") or _labels(element) or words
            return f'<span class="menu">{_esc(str(words))} ▾</span>'


EMPTY = {
    "static_select": "Select an option",
    "multi_static_select": "Select options",
    "datepicker": "Select a date",
    "timepicker": "Select a time",
}


def _chosen(element: Json) -> set[str]:
    one = element.get("initial_option")
    return {option["value"] for option in (*element.get("initial_options", ()), *([one] if one else ()))}


def _labels(element: Json) -> str:
    one = element.get("initial_option")
    options = (*element.get("initial_options", ()), *([one] if one else ()))
    return ", ".join(option["text"]["text"] for option in options)


def _text(part: Json, reading: Reading) -> str:
    if part["type"] == "plain_text":
        return _esc(part["text"])
    tokens = re.split(r"(<[^<>]+>)", part["text"])
    drawn = []
    for token in tokens:
        if token.startswith("<@"):
            drawn.append(f'<span class="at">{_esc(reading.markup(token))}</span>')
        elif token.startswith("<http"):
            drawn.append(f'<a href="#">{_esc(reading.markup(token))}</a>')
        elif token.startswith("<"):
            drawn.append(_esc(reading.markup(token)))
        else:
            drawn.append(_esc(html.unescape(token)))
    return re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"<b>\1</b>", "".join(drawn))


def _esc(text: str) -> str:
    return html.escape(text, quote=False)
