"""The rehearsal room's two directions for the platform contract: views for the page, payloads from it."""

from __future__ import annotations

from typing import Any

from bot.kernel.cards import Button, Card, Choice, Form
from bot.kernel.inbound import ButtonPressed, FormSubmitted
from bot.platforms.local import parse, render

ZONE = "Europe/Berlin"
SENT = {"id": "a:1", "by": "lena", "channel": "bridge"}


class LocalWire:
    """Renders, and plays the page."""

    def render(self, card: Card) -> list[render.View]:
        return [render.card_view(card, ZONE)]

    def check(self, payload: render.View) -> list[str]:
        problems = [] if len(payload["blocks"]) <= render.LIMITS["blocks"] else ["too many blocks"]
        for block in payload["blocks"]:
            if block["is"] == "text" and _length(block["spans"]) > render.LIMITS["text"]:
                problems.append("a text that no page shows")
            if block["is"] == "choice" and len(block["options"]) > render.LIMITS["options"]:
                problems.append("too many options")
        return problems

    def spoken(self, payload: render.View) -> str:
        return str(payload["fallback"])

    def press(self, payloads: list[render.View], button: Button) -> ButtonPressed:
        rows = [block["row"] for view in payloads for block in view["blocks"] if block["is"] == "buttons"]
        drawn = next(one for row in rows for one in row if one.get("token") == button.action.pack())
        return parse.button_pressed({**SENT, "message": 1, "token": drawn["token"]})

    def choose(self, payloads: list[render.View], choice: Choice, value: str) -> ButtonPressed:
        lists = [block for view in payloads for block in view["blocks"] if block["is"] == "choice"]
        drawn = next(block for block in lists if block["token"] == choice.action.pack())
        assert value in [option["value"] for option in drawn["options"]]
        return parse.button_pressed({**SENT, "message": 1, "token": drawn["token"], "choice": value})

    def render_form(self, form: Form) -> render.View:
        return render.form_view(form, ZONE)

    def check_form(self, payload: render.View) -> list[str]:
        return [] if len(payload["fields"]) <= render.LIMITS["fields"] else ["too many fields"]

    def submit(self, payload: render.View, values: dict[str, str | tuple[str, ...]]) -> FormSubmitted:
        back: dict[str, Any] = {}
        for field in payload["fields"]:
            if field["is"] != "note":
                given = values.get(field["name"])
                back[field["name"]] = list(given) if isinstance(given, tuple) else given
        return parse.form_submitted({**SENT, "token": payload["token"], "values": back})


def _length(spans: list[dict[str, Any]]) -> int:
    return sum(len(span["text"]) for span in spans)


WIRE = LocalWire()
