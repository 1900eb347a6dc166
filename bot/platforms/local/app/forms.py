"""A form as a dialog, with what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platforms.local import render
from bot.platforms.local.app.board import OpenForm
from bot.platforms.local.app.chat import spans
from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import icon

View = Mapping[str, Any]


def dialog(opened: OpenForm, zone: str) -> Node:
    """The form that waits for you. Escape puts it away."""
    view = render.form_view(opened.form, zone)
    errors = {name: text for name, text in opened.errors.items() if name in opened.form.names()}
    other = [text for name, text in opened.errors.items() if name not in errors]
    return h(
        "dialog",
        h(
            "form",
            h(
                "header",
                h("h2", view["title"], id="form-title"),
                h("button", icon("close"), type="button", cls="tool", aria_label="Close", data_do=does("cancel")),
            ),
            [h("p", text, cls="error", role="alert") for text in other],
            [_field(one, errors.get(one.get("name", ""), "")) for one in view["fields"]],
            h(
                "footer",
                h("button", "Cancel", type="button", cls="button", data_do=does("cancel")),
                h("button", view["submit"], type="submit", cls="button primary"),
            ),
            data_do=does("submit"),
            novalidate=True,
            key=f"form-{opened.number}",
        ),
        cls="form",
        data_open=opened.number,
        aria_labelledby="form-title",
        key=f"dialog-{opened.number}",
    )


def _field(view: View, error: str) -> Node:
    if view["is"] == "note":
        return h("p", spans(view["spans"]), cls="note")
    name, marked = view["name"], f"field-{view['name']}"
    described = " ".join(
        part for part, there in ((f"{marked}-hint", view["hint"]), (f"{marked}-error", error)) if there
    )
    hints = (
        h("p", view["hint"], cls="muted", id=f"{marked}-hint") if view["hint"] else None,
        h("p", error, cls="error", id=f"{marked}-error", role="alert") if error else None,
    )
    if view["is"] == "tick":
        return _ticks(view, marked, described, [hint for hint in hints if hint is not None])
    label = view["label"] if view["required"] else f"{view['label']} (optional)"
    return h(
        "div",
        h("label", label, for_=marked),
        _input(view, marked, described or None, invalid=bool(error)),
        _file(marked) if view.get("file") else None,
        hints,
        cls="field wrong" if error else "field",
        key=name,
    )


def _input(view: View, marked: str, described: str | None, *, invalid: bool) -> Node:
    common: dict[str, Any] = {
        "id": marked,
        "name": view["name"],
        "aria_describedby": described,
        "aria_invalid": "true" if invalid else None,
        "aria_required": "true" if view["required"] else None,
    }
    match view["is"]:
        case "long":
            return h("textarea", rows=4, maxlength=view["most"], defaultValue=view["value"], **common)
        case "line":
            return h("input", type="text", maxlength=view["most"], defaultValue=view["value"], **common)
        case "pick":
            empty = [] if view["value"] and view["required"] else [h("option", "Choose one", value="")]
            options = [
                h(
                    "option",
                    f"{one['label']}: {one['hint']}" if one["hint"] else one["label"],
                    value=one["value"],
                    selected=one["value"] == view["value"],
                )
                for one in view["options"]
            ]
            return h("select", [*empty, *options], **common)
        case "number":
            low, high = view["low"], view["high"]
            return h("input", type="number", step="any", min=low, max=high, defaultValue=view["value"], **common)
        case "date" | "time" as kind:
            return h("input", type=kind, defaultValue=view["value"], **common)
        case other:
            raise ValueError(f"no input for a field that is {other!r}")


def _file(marked: str) -> Node:
    """A file whose text is read into the field above; it never leaves the browser but as that text."""
    return h(
        "input",
        type="file",
        accept=".yml,.yaml,.txt,text/plain",
        cls="muted",
        data_into=marked,
        aria_label="Read it from a file",
        key=f"{marked}-file",
    )


def _ticks(view: View, marked: str, described: str, hints: list[Node]) -> Node:
    boxes = [
        h(
            "label",
            h(
                "input",
                type="checkbox",
                name=view["name"],
                value=one["value"],
                defaultChecked=one["value"] in view["values"],
                data_many=True,
            ),
            h("span", one["label"]),
            h("span", one["hint"], cls="muted") if one["hint"] else None,
            cls="tick",
            key=one["value"],
        )
        for one in view["options"]
    ]
    legend = view["label"] if view["required"] else f"{view['label']} (optional)"
    return h(
        "fieldset",
        h("legend", legend),
        boxes,
        hints,
        id=marked,
        aria_describedby=described or None,
        cls="field",
        key=view["name"],
    )
