"""Who may come in over HTTP, and what a payload can do at worst."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from bot.kernel.cards import Action
from bot.platforms.slack import parse
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.town import Kept, Town, town
from tests.standins.slack.wire import Wire, event_callback
from tests.story import CAST

pytestmark = pytest.mark.anyio

ROOT = "moderato"


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("moderato_slack_refused_total", {"reason": reason}) or 0.0


def command(town: Town, text: str = "help") -> str:
    from tests.standins.slack import payloads

    payload = payloads.slash(town.slack.world, town.owner, town.bridge, "/moderato", text, "https://x.example")
    return Wire.body_of("slash_commands", payload)[0]


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_only_slack_comes_in(http_town: Town) -> None:
    """Unsigned, wrongly signed, tampered and stale requests are refused, counted, and do nothing."""
    wire, body = http_town.slack.wire, command(http_town, "round")
    before = {reason: refused(reason) for reason in ("unsigned", "wrong signature", "stale")}
    old = http_town.clock() - timedelta(minutes=6)
    tries: list[dict[str, str]] = [
        {},
        {**wire.signed(body), "X-Slack-Signature": ""},
        wire.signed(body, secret="guessed"),
        wire.signed(body + "&text=round"),
        {**wire.signed(body), "X-Slack-Signature": "v0=é"},
        {**wire.signed(body), "X-Slack-Request-Timestamp": "soon"},
        {**wire.signed(body), "X-Slack-Request-Timestamp": "9" * 40},
        wire.signed(body, at=old),
        wire.signed(body, at=http_town.clock() + timedelta(minutes=6)),
    ]
    answers = [await wire.knock(body, {**FORM, **headers}) for headers in tries]

    assert [answer.status for answer in answers] == [401] * len(tries)
    assert all(not answer.body for answer in answers)
    assert {reason: refused(reason) - count for reason, count in before.items()} == {
        "unsigned": 2,
        "wrong signature": 5,
        "stale": 2,
    }
    await http_town.settle()
    assert http_town.slack.timeline(http_town.owner, http_town.bridge) == []


async def test_a_replayed_request_does_nothing(http_town: Town) -> None:
    """A genuine request that somebody sends again is refused; Slack's own retry is answered and changes nothing."""
    wire, body = http_town.slack.wire, command(http_town, "round")
    headers, before = {**FORM, **http_town.slack.wire.signed(body)}, refused("replayed")
    first = await wire.knock(body, headers)
    second = await wire.knock(body, headers)
    retry = await wire.knock(body, {**headers, "X-Slack-Retry-Num": "1"})
    await http_town.settle()

    assert (first.status, second.status, retry.status) == (200, 401, 200)
    assert refused("replayed") - before == 1
    assert len(http_town.slack.timeline(http_town.owner, http_town.bridge)) == 1


async def test_a_request_may_not_be_larger_than_anything_slack_sends(http_town: Town) -> None:
    """A megabyte is enough; more is refused without being kept."""
    body = "x" * (1024 * 1024 + 1)

    before = refused("too large")
    answer = await http_town.slack.wire.knock(body, {**FORM, **http_town.slack.wire.signed(body)})

    assert answer.status in (413, 0)  # 0: the line was closed before all of it was sent
    assert refused("too large") - before == 1


async def test_slack_can_check_the_address(http_town: Town) -> None:
    """The handshake with which Slack checks an address is answered."""
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"})
    headers = {"Content-Type": "application/json", **http_town.slack.wire.signed(body)}
    answer = await http_town.slack.wire.knock(body, headers)

    assert answer.status == 200
    assert "abc" in str(answer.body)


# --- malformed payloads ---------------------------------------------------------------------------------

junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=8), st.just("\ud800")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "user", "team", "id", "actions", "container", "view", "state", "values", "channel", "event",
                 "action_id", "value", "trigger_id", "message", "private_metadata", "callback_id", "text", "ts"]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)  # fmt: skip
KINDS = ["block_actions", "view_submission", "view_closed", "shortcut", "message_action", "event_callback", "what"]
EVENTS = ["app_mention", "message", "app_home_opened", "member_joined_channel", "user_change", "channel_rename", "x"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def open_town() -> AsyncIterator[Town]:
    async with town(NOW, {"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin"}, transport="http") as here:
        yield here


def parsed_or_malformed(body: dict[str, Any]) -> None:
    for read in (parse.pressed, parse.submitted, parse.shortcut, lambda b: parse.slash(b, ROOT)):
        try:
            read(body)  # type: ignore[operator]
        except parse.MalformedError:
            continue


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.sampled_from(["user", "team", "actions", "container", "view", "channel", "trigger_id"]), junk)
)
def test_parsing_raises_nothing_but_malformed(body: dict[str, Any]) -> None:
    """Whatever is missing or of the wrong kind, parsing says so in its own word."""
    parsed_or_malformed(body)


bodies = st.builds(
    lambda kind, body, event, name: body | {"type": kind} | ({"event": event | {"type": name}} if event else {}),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(["user", "team", "actions", "container", "view", "team_id", "event_id"]), junk),
    st.dictionaries(st.sampled_from(["user", "channel", "ts", "text", "tab", "channel_type", "thread_ts"]), junk),
    st.sampled_from(EVENTS),
)


async def test_malformed_payloads_never_break_anything(open_town: Town) -> None:
    """Signed nonsense of every kind is answered without an error of the server and without a trace to the outside."""
    drawn: list[dict[str, Any]] = []

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(bodies)
    def draw(body: dict[str, Any]) -> None:
        drawn.append(body)

    draw()
    await open_town.slack.wire.knock("", {})  # drawing takes its time; a line that went stale meanwhile is renewed
    wire, before = open_town.slack.wire, refused("malformed")
    statuses = set()
    for body in drawn:
        whole = {"team": {"id": open_town.work.id}, "team_id": open_town.work.id, "event_id": "Ev1"} | body
        sent, kind = Wire.body_of("events_api" if body["type"] == "event_callback" else "interactive", whole)
        answer = await wire.knock(sent, {"Content-Type": kind, **wire.signed(sent), "X-Slack-Retry-Num": "1"})
        statuses.add(answer.status)
        assert answer.status in (200, 400, 401), (answer, body)
        assert "Traceback" not in str(answer.body)
    await open_town.settle()

    assert len(drawn) == 200
    assert {200, 400} <= statuses
    assert refused("malformed") > before


@pytest.mark.parametrize(
    "body", ["", "{", "payload=%7B", "payload=[]", "payload=null", "[]", "null", "\x00", "command="]
)
async def test_what_is_no_payload_at_all(open_town: Town, body: str) -> None:
    """Broken bodies are answered, not choked on."""
    wire = open_town.slack.wire
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        answer = await wire.knock(body, {"Content-Type": kind, **wire.signed(body), "X-Slack-Retry-Num": "1"})
        assert answer.status in (200, 400, 404)
        assert "Traceback" not in str(answer.body)


# --- one workspace cannot reach another -----------------------------------------------------------------


async def test_a_forged_token_reaches_no_other_workspace() -> None:
    """With a token copied from another workspace's card nothing there is seen or changed."""
    async with town(NOW, CAST, owner="Lena", transport="http") as here:
        other = here.slack.workspace("Other")
        eve = here.slack.user(other, "eve")
        pit = here.slack.channel(other, "pit", [eve])
        installed = here.slack.installed(other, by=eve)
        here.platform._installs = here.installs
        kept = Kept()
        for workspace in (here.work, other):
            assert workspace.install is not None
            found = await here.installs.find("") or await here.installs.find(here.work.id)
            assert found is not None
            await kept.save(
                found.__class__(
                    workspace.id, workspace.install.token, workspace.install.bot.id, workspace.install.bot.bot_id
                )
            )
        here.platform.wire.installs = here.platform.front._installs = here.platform.news._wire.installs = kept
        await here.slack.join(installed.bot, pit, by=eve)
        await here.slack.slash(here.people["Tomas"], here.bridge, "/moderato round")
        await here.settle()
        (card,) = here.slack.timeline(here.owner, here.bridge)
        tokens = [element["value"] for element in card.blocks[-1]["elements"]]

        for token in [
            *tokens,
            tokens[0].replace("|in|", "|result|"),
            Action("rounds", parse_session(tokens[0]), "end").pack(),
        ]:
            body = {
                "type": "block_actions",
                "team": {"id": other.id, "domain": "other"},
                "user": {"id": eve.id, "team_id": other.id},
                "api_app_id": here.slack.app.id,
                "channel": {"id": here.bridge.id, "name": "bridge"},
                "container": {"type": "message", "message_ts": card.ts, "channel_id": here.bridge.id},
                "message": {"ts": card.ts},
                "trigger_id": here.slack.world.trigger(eve).id,
                "response_url": "",
                "actions": [{"type": "button", "action_id": "b1", "block_id": "b", "value": token, "action_ts": "1.1"}],
            }
            sent, kind = Wire.body_of("interactive", body)
            answer = await here.slack.wire.knock(sent, {"Content-Type": kind, **here.slack.wire.signed(sent)})
            assert answer.status == 200
        await here.settle()
        (after,) = here.slack.timeline(here.owner, here.bridge)

        assert after.text == card.text
        assert after.message.revisions == card.message.revisions
        assert "round" not in "".join(row.text.lower() for row in here.slack.dms(eve))


def parse_session(token: str) -> Any:
    return Action.unpack(token).session


async def test_a_workspace_without_the_bot_is_answered_politely(http_town: Town) -> None:
    """Requests of a workspace we are not installed in change nothing and say what to do."""
    stranger = http_town.slack.workspace("Stranger")
    eve = http_town.slack.user(stranger, "eve")
    event = event_callback(http_town.slack.world, stranger, {"type": "app_mention", "user": eve.id, "text": "round",
                                                            "channel": "C1", "ts": "1.1"})  # fmt: skip
    sent, kind = Wire.body_of("events_api", event)
    answer = await http_town.slack.wire.knock(sent, {"Content-Type": kind, **http_town.slack.wire.signed(sent)})

    assert answer.status == 200
    await http_town.settle()
    assert not http_town.slack.calls("chat.postEphemeral")
