"""Slack's two directions for the platform contract, judged by the stand-in's table of limits."""

from __future__ import annotations

from typing import Any

from bot.kernel.cards import Button, Card, Choice, Form
from bot.kernel.inbound import ButtonPressed, FormSubmitted
from bot.platforms.slack import parse, render
from tests.standins.slack import limits
from tests.standins.slack.payloads import entered
from tests.standins.slack.views import first_values

ZONE = "Europe/Berlin"


class SlackWire:
    """Renders, and plays Slack's client."""

    def render(self, card: Card) -> list[render.Message]:
        drawn = render.message(card, ZONE)
        return [drawn, *drawn.rest]

    def check(self, payload: render.Message) -> list[str]:
        blocks = list(payload.blocks)
        problems = limits.message_problems(blocks)
        if limits.too_much_text(blocks):
            problems.append("msg_blocks_too_long")
        if not 0 < limits.length(payload.text) <= 4000:
            problems.append(f"a top-level text of {limits.length(payload.text)} characters")
        return problems

    def spoken(self, payload: render.Message) -> str:
        return payload.text

    def press(self, payloads: list[render.Message], button: Button) -> ButtonPressed:
        wanted = button.action.pack()
        for element in self._elements(payloads):
            if element["type"] == "button" and element.get("value") == wanted:
                return self._pressed({name: element[name] for name in ("type", "action_id", "value", "text")})
        raise AssertionError(f"no button means {button}")

    def choose(self, payloads: list[render.Message], choice: Choice, value: str) -> ButtonPressed:
        for element in self._elements(payloads):
            offers = [option["value"] for option in element.get("options", ())]  # a long list is several menus
            if element["type"] == "static_select" and element["action_id"] == choice.action.pack() and value in offers:
                state = entered(element, value)
                return self._pressed({"type": "static_select", "action_id": element["action_id"], **state})
        raise AssertionError(f"no list means {choice}")

    def render_form(self, form: Form) -> dict[str, Any]:
        return render.view(form, ZONE, render.packed(c="C1", t="", d=""))

    def check_form(self, payload: dict[str, Any]) -> list[str]:
        return limits.view_problems(payload)

    def submit(self, payload: dict[str, Any], values: dict[str, str | tuple[str, ...]]) -> FormSubmitted:
        state = first_values(payload) if values else {}
        for block, element in limits.elements(payload["blocks"]):
            given = values.get(block["block_id"], "")
            state[block["block_id"]] = {element["action_id"]: entered(element, given)}
        view = payload | {"id": "V1", "state": {"values": state}}
        body = {"type": "view_submission", "user": {"id": "ULENA"}, "team": {"id": "T1"}, "view": view}
        return self._is(parse.submitted(body).inbound, FormSubmitted)

    def _elements(self, payloads: list[render.Message]) -> list[dict[str, Any]]:
        return [element for part in payloads for _, element in limits.elements(list(part.blocks))]

    def _pressed(self, action: dict[str, Any]) -> ButtonPressed:
        body = {
            "type": "block_actions",
            "team": {"id": "T1", "domain": "acme"},
            "user": {"id": "ULENA", "team_id": "T1"},
            "channel": {"id": "C1", "name": "bridge"},
            "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C1", "is_ephemeral": False},
            "message": {"ts": "1.000001"},
            "trigger_id": "1.2.3",
            "actions": [{"action_ts": "1.000002", "block_id": "b", **action}],
        }
        arrival = parse.pressed(body)
        assert arrival is not None
        return self._is(arrival.inbound, ButtonPressed)

    @staticmethod
    def _is(inbound: Any, kind: type[Any]) -> Any:
        assert isinstance(inbound, kind)
        return inbound


WIRE = SlackWire()
