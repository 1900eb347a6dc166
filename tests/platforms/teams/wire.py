"""Teams' two directions without the network, for the contract that every platform keeps."""

from __future__ import annotations

import json
from typing import Any

from bot.kernel.cards import Button, Card, Choice, Form
from bot.kernel.inbound import ButtonPressed, FormSubmitted
from bot.platforms.teams import parse, render
from tests.standins.teams import TENANT, limits
from tests.standins.teams.cards import buttons, inputs, problems
from tests.standins.teams.world import card_of

READER = render.Reader("Europe/Berlin", tenant=TENANT, links={"card": ("19:bridge@thread.tacv2", "17")})


def an_activity(**more: Any) -> dict[str, Any]:
    """The frame that Teams puts around what a person does."""
    return {
        "id": "f:1",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:lena", "name": "Lena"},
        "recipient": {"id": "28:bot", "name": "Moderato"},
        "conversation": {"id": "19:bridge@thread.tacv2;messageid=17", "conversationType": "channel"},
        "channelData": {"tenant": {"id": TENANT}},
    } | more


class Wire:
    """See `tests/platforms/test_contract.py`."""

    def render(self, card: Card) -> list[Any]:
        return render.messages(card, READER)

    def check(self, payload: Any) -> list[str]:
        size = len(json.dumps(payload, ensure_ascii=False).encode())
        large = [f"{size} bytes"] if size > limits.SAFE else []
        return [*large, *problems(card_of(payload))]

    def spoken(self, payload: Any) -> str:
        return f"{payload['summary']} {(card_of(payload) or {}).get('fallbackText', '')}"

    def press(self, payloads: list[Any], button: Button) -> ButtonPressed:
        """By a newer client; an older one and one inside a dialog must mean the same."""
        action = self._find(payloads, button)
        if action["type"] == "Action.Execute":
            new = an_activity(type="invoke", name="adaptiveCard/action", value={"action": action, "trigger": "manual"})
            old = an_activity(type="message", value=action["fallback"]["data"])
            found, older = parse.pressed(new), parse.pressed(old)
            assert older
            assert found
            assert older.press == found.press
        else:
            found = parse.pressed(an_activity(type="invoke", name="task/fetch", value={"data": action["data"]}))
        assert found
        return found.press

    def choose(self, payloads: list[Any], choice: Choice, value: str) -> ButtonPressed:
        for payload in payloads:
            card = card_of(payload) or {}
            for action in buttons(card):
                data = action.get("data", {})
                if "pick" in data and data["action"] == choice.action.pack():
                    assert value in {one["value"] for one in inputs(card)[data["pick"]]["choices"]}
                    sent = action | {"data": data | {data["pick"]: value}}
                    activity = an_activity(type="invoke", name="adaptiveCard/action", value={"action": sent})
                    found = parse.pressed(activity)
                    assert found
                    return found.press
        raise AssertionError(f"no list {choice.label!r}")

    def render_form(self, form: Form) -> Any:
        return render.dialog(form, READER)

    def check_form(self, payload: Any) -> list[str]:
        return problems(payload["task"]["value"]["card"]["content"])

    def submit(self, payload: Any, values: dict[str, str | tuple[str, ...]]) -> FormSubmitted:
        card = payload["task"]["value"]["card"]["content"]
        fields, data = inputs(card), dict(card["actions"][0]["data"])
        for name, value in values.items():
            asked = fields[f"f.{name}"]
            given = value if isinstance(value, str) else ",".join(render.commaless(one) for one in value)
            if asked["type"] == "Input.ChoiceSet" and given:
                offered = {choice["value"] for choice in asked["choices"]}
                assert set(given.split(",") if asked.get("isMultiSelect") else [given]) <= offered
            data[f"f.{name}"] = given
        for name in fields.keys() - data.keys():
            data[name] = ""  # a field that was emptied comes back empty
        found = parse.submitted(an_activity(type="invoke", name="task/submit", value={"data": data}))
        assert found
        assert found.form.action == found.submission.action
        return found.submission

    def _find(self, payloads: list[Any], button: Button) -> dict[str, Any]:
        for payload in payloads:
            for action in buttons(card_of(payload) or {}):
                if action.get("data", {}).get("action") == button.action.pack() and action["title"] == button.label:
                    return action
        raise AssertionError(f"no button {button.label!r}")


WIRE = Wire()
