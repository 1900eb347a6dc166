"""Every kind of payload that Slack sends, with one thing in it broken: answered, never choked on."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.kernel.cards import Action, Button, Buttons, Card, Choice, Form, Option, Text, TextField
from bot.kernel.decision import Quiet, Reply, Show
from bot.kernel.ids import NO_SESSION
from bot.kernel.inbound import News
from bot.platforms.slack.package import EVENTS
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.test_client import outgoing
from tests.platforms.slack.town import Town, town
from tests.standins.slack import payloads
from tests.standins.slack.wire import Wire, event_callback

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
ACTION = Action("made-up", NO_SESSION, "open")
CARD = Card(
    "A card", (Text("Words."), Buttons((Button("Press", ACTION),)), Choice("Pick", ACTION, (Option("a", "A"),)))
)
FORM = Form("Write it", (TextField("text", "Your words"),), ACTION)
BROKEN: tuple[Any, ...] = (
    None,
    "",
    "x|y",
    7,
    -1.5,
    True,
    [],
    {},
    [None],
    {"id": None},
    "\ud800",
    "<!channel>",
    "9" * 5000,
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def here() -> AsyncIterator[Town]:
    async with town(NOW, {"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin"}, transport="http") as open_:
        yield open_


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload."""
    if here:
        yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*here, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from paths(inner, (*here, number))


def broken(payload: Json) -> Iterator[Json]:
    """The payload again and again, each time with something else in one place, or nothing there at all."""
    for number, path in enumerate(paths(payload)):
        for value in (BROKEN[number % len(BROKEN)], BROKEN[(number * 5 + 3) % len(BROKEN)], None):
            copied = copy.deepcopy(payload)
            inner: Any = copied
            for step in path[:-1]:
                inner = inner[step]
            if value is None and isinstance(inner, dict):
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
            yield copied


async def whole(here: Town, kind: str) -> Json:
    """A payload as Slack sends it."""
    slack, lena = here.slack, here.owner
    world, bridge = slack.world, here.bridge
    address = "http://127.0.0.1:9/response"
    if kind == "command":
        return payloads.slash(world, lena, bridge, "/moderato", "round <@UTOMAS> <#C1|x>", address)
    if kind.startswith("event "):
        return event_callback(world, here.work, event(here, kind.removeprefix("event ")))
    if kind == "shortcut":
        return payloads.shortcut(world, lena, "open")
    if kind == "message shortcut":
        said = await slack.say(lena, bridge, "Words <@UTOMAS>")
        return payloads.message_shortcut(world, lena, said.message, "keep", address)
    await here.platform.messenger.send(outgoing(here, CARD))
    card = slack.timeline(lena, bridge)[-1].message
    if kind in ("press", "choice"):
        block = next(
            b
            for b in card.blocks
            if b["type"] == "actions" and (b["elements"][0]["type"] == "button") == (kind == "press")
        )
        element = block["elements"][0]
        chosen = {} if kind == "press" else payloads.entered(element, "a")
        return payloads.on_message(world, lena, card, payloads.action_of(world, block, element, chosen), address)
    here.bot.handle = shows  # type: ignore[method-assign]
    await slack.press(lena, slack.timeline(lena, bridge)[-1], "Press")
    await here.settle()
    shown = slack.modal(lena)
    assert shown is not None
    if kind == "form":
        return payloads.submission(world, here.install, shown.view)
    button = {"type": "button", "action_id": "b1", "value": ACTION.pack(), "text": {"type": "plain_text", "text": "x"}}
    action = payloads.action_of(world, {"type": "actions", "block_id": "b"}, button, {})
    body = payloads.on_view(world, here.install, shown.view, action)
    return body | {"view": body["view"] | {"type": "home"}} if kind == "home" else body


def event(here: Town, name: str) -> Json:
    """What each event holds that the app is subscribed to."""
    lena, channel = here.owner.id, here.bridge.id
    said = {"user": lena, "channel": channel, "ts": "1.000001", "text": f"<@{here.install.bot.id}> help"}
    kind = "message" if name == "message.im" else name
    more: Json = {"user": lena, "channel": channel, "channel_type": "C", "team": here.work.id, "inviter": lena}
    if name in ("app_mention", "message.im"):
        more = said | {"channel_type": "im" if name == "message.im" else "channel"}
    elif name == "app_home_opened":
        more = {"user": lena, "tab": "home", "view": {"id": "V1", "hash": "1.a"}}
    elif name == "channel_id_changed":
        more = {"old_channel_id": channel, "new_channel_id": "C2"}
    elif name.endswith("_rename"):
        more = {"channel": {"id": channel, "name": "bridge", "created": 1}}
    elif name == "user_change":
        more = {"user": {"id": lena, "team_id": here.work.id, "name": "lena", "tz": "Europe/Berlin", "deleted": False,
                         "profile": {"display_name": "Lena", "real_name": "Lena"}, "is_bot": False}}  # fmt: skip
    elif name == "tokens_revoked":
        more = {"tokens": {"oauth": [], "bot": [here.install.bot.id]}}
    return {"type": kind, "event_ts": "1.000001", **more}


async def shows(_: Any) -> Reply:
    return Show(FORM)


KINDS = ("command", "press", "choice", "modal", "home", "form", "shortcut", "message shortcut",
         *(f"event {name}" for name in EVENTS))  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_one_broken_thing_breaks_nothing(here: Town, kind: str) -> None:
    """Whatever one thing in a payload is instead: an answer, no fault of ours, and no other workspace reached."""
    payload = await whole(here, kind)
    reached: list[Any] = []

    async def handle(inbound: Any) -> Reply:
        reached.append(inbound)
        return Quiet()

    async def hear(news: News) -> None:
        reached.append(news)

    here.bot.handle = handle  # type: ignore[method-assign]
    here.bot.hear = hear  # type: ignore[method-assign]
    sort = "slash_commands" if kind == "command" else "events_api" if kind.startswith("event ") else "interactive"
    statuses = set()
    for body in broken(payload):
        sent, content = _sent(sort, body)
        answer = await here.platform.front.dispatch(sent, {"content-type": content})
        statuses.add(answer.status)
        assert answer.status in (200, 400), (kind, body)
        assert "Traceback" not in str(answer.body)
    await here.platform.idle()

    assert 200 in statuses
    for one in reached:
        for seat in (getattr(one, "actor", None), getattr(one, "place", None)):
            assert seat is None or seat.workspace == here.work.id, one


def _sent(sort: Any, body: Json) -> tuple[str, str]:
    try:
        return Wire.body_of(sort, body)
    except UnicodeEncodeError:  # half a character cannot be sent in a form; JSON can spell it
        return json.dumps(body), "application/json"
