"""The stand-in refuses what Slack refuses, asked by the real SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.conftest import Cast
from tests.standins.slack import Cut, Held, Limited, Says, SlackRefusedError, Status

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mark(text: str, **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mark(text), **more}


def button(label: str, action: str = "", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action or label, **more}


def row(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def field(label: str, name: str, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"type": "plain_text_input", "action_id": name, **more},
    }


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Choice {n}"), "value": str(n)} for n in range(count)]


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("A form"), "submit": plain("Send"), "blocks": list(blocks), **more}


async def refused(call: Any) -> Json:
    """The body of Slack's refusal."""
    with pytest.raises(SlackApiError) as caught:
        await call
    body = caught.value.response.data
    assert isinstance(body, dict)
    return body


def noting(heard: list[Any], what: Callable[[SocketModeRequest], Any]) -> Callable[[SocketModeRequest], Json]:
    """Acknowledge everything and note *what* of each request in *heard*."""

    def note(request: SocketModeRequest) -> Json:
        heard.append(what(request))
        return {}

    return note


@asynccontextmanager
async def listening(cast: Cast, answer: Callable[[SocketModeRequest], Json | None]) -> AsyncIterator[SocketModeClient]:
    """The real Socket Mode client, acknowledging with what *answer* returns; None: not at all."""
    client = SocketModeClient(
        app_token=cast.slack.app_token,
        web_client=AsyncWebClient(base_url=cast.slack.api_url),
        ping_interval=0.1,
    )

    async def hear(_: Any, request: SocketModeRequest) -> None:
        if (body := answer(request)) is not None:
            frame = {"envelope_id": request.envelope_id, **({"payload": body} if body else {})}
            await client.send_socket_mode_response(frame)

    client.socket_mode_request_listeners.append(hear)
    await client.connect()  # type: ignore[no-untyped-call]
    await cast.slack.connected()
    try:
        yield client
    finally:
        await client.close()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def served(handler: Callable[[web.Request], Any], path: str = "/slack/events") -> AsyncIterator[str]:
    """A small HTTP app on loopback; yields its address."""
    app = web.Application()
    app.router.add_post(path, handler)
    async with running(app) as base:
        yield f"{base}{path}"


@asynccontextmanager
async def running(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# --- tokens and scopes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-made-up", "invalid_auth"), ("APP", "not_allowed_token_type")]
)
async def test_a_wrong_token_opens_nothing(cast: Cast, token: str, error: str) -> None:
    """Without a bot token of this workspace no method answers."""
    client = AsyncWebClient(token=cast.slack.app_token if token == "APP" else token, base_url=cast.slack.api_url)

    assert (await refused(client.auth_test()))["error"] == error


async def test_a_missing_scope_is_named(cast: Cast) -> None:
    """A call beyond the granted scopes is refused with what it needs and what there is."""
    said = await refused(cast.client.usergroups_list())

    assert said["error"] == "missing_scope"
    assert said["needed"] == "usergroups:read"
    assert "chat:write" in said["provided"]


async def test_a_token_dies_with_its_app(cast: Cast) -> None:
    """After an uninstall the token is good for nothing and the app is told by two events."""
    heard: list[str] = []
    async with listening(cast, noting(heard, lambda request: request.payload["event"]["type"])):
        await cast.slack.uninstall(cast.work)

    assert (await refused(cast.client.auth_test()))["error"] == "account_inactive"
    assert heard == ["app_uninstalled", "tokens_revoked"]


async def test_a_revoked_token_says_so(cast: Cast) -> None:
    """A revoked token is told apart from an app that was removed."""
    async with listening(cast, lambda _: {}):
        await cast.slack.revoke(cast.work)

    assert (await refused(cast.client.auth_test()))["error"] == "token_revoked"


async def test_an_unknown_method_is_unknown(cast: Cast) -> None:
    """Methods that Slack does not have, or the stand-in does not know, are refused by name."""
    assert (await refused(cast.client.api_call("chat.shout")))["error"] == "unknown_method"


# --- Block Kit ------------------------------------------------------------------------------------------

TOO_MUCH = {
    "51 blocks": ([section("x")] * 51, "no more than 50 items"),
    "long section": ([section("x" * 3001)], "less than 3001"),
    "emoji count double": ([section("\U0001f600" * 1501)], "less than 3001"),
    "empty section": ([section("")], "more than 0"),
    "long header": ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    "header in mrkdwn": ([{"type": "header", "text": mark("x")}], "unsupported type: mrkdwn"),
    "11 fields": ([{"type": "section", "fields": [mark("x")] * 11}], "no more than 10"),
    "long field": ([{"type": "section", "fields": [mark("x" * 2001)]}], "less than 2001"),
    "11 context elements": ([{"type": "context", "elements": [mark("x")] * 11}], "no more than 10"),
    "26 buttons": ([row(*(button("x", f"a{n}") for n in range(26)))], "no more than 25"),
    "long button": ([row(button("x" * 76))], "less than 76"),
    "long action_id": ([row(button("x", "a" * 256))], "less than 256"),
    "same action_id twice": ([row(button("a", "x"), button("b", "x"))], "`action_id` must be unique"),
    "same block_id twice": ([section("a", block_id="x"), section("b", block_id="x")], "`block_id` must be unique"),
    "101 options": ([row({"type": "static_select", "action_id": "a", "options": options(101)})], "no more than 100"),
    "no options": ([row({"type": "static_select", "action_id": "a"})], "exactly one of options"),
    "11 radio buttons": ([row({"type": "radio_buttons", "action_id": "a", "options": options(11)})], "no more than 10"),
    "6 overflow options": ([row({"type": "overflow", "action_id": "a", "options": options(6)})], "no more than 5"),
    "wrong initial option": (
        [row({"type": "radio_buttons", "action_id": "a", "options": options(2), "initial_option": options(3)[2]})],
        "initial option must match",
    ),
    "an unknown property": ([section("x", colour="red")], "invalid additional property: colour"),
    "an unknown block": ([{"type": "marquee"}], "unsupported type: marquee"),
    "a block still being rolled out": ([{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    "two tables": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
        "only_one_table_allowed",
    ),
    "long markdown in sum": ([{"type": "markdown", "text": "x" * 7000}] * 2, "together"),
    "text input among buttons": ([row({"type": "plain_text_input", "action_id": "a"})], "unsupported type"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
async def test_a_block_over_its_limit_is_refused(cast: Cast, case: str) -> None:
    """What Block Kit does not take is refused, with the place of the fault."""
    blocks, words = TOO_MUCH[case]
    said = await refused(cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=blocks))

    assert said["error"] == "invalid_blocks"
    assert any(words in problem and "json-pointer:/blocks" in problem for problem in said["errors"]), said["errors"]
    assert cast.slack.timeline(cast.lena, cast.bridge) == []


async def test_blocks_at_their_limit_are_taken(cast: Cast) -> None:
    """The limits are not tighter than Slack's: full blocks go through and are shown."""
    blocks = [
        {"type": "header", "text": plain("h" * 150)},
        section("s" * 3000),
        {"type": "section", "fields": [mark("f" * 800)] * 10},
        row(*(button("x" * 75, f"a{n}") for n in range(3)), block_id="b" * 255),
        {"type": "context", "elements": [mark("c")] * 10},
    ]
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="full", blocks=blocks)

    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    assert card.title == "h" * 150
    assert len(card.buttons) == 3


async def test_many_small_blocks_can_be_too_long_together(cast: Cast) -> None:
    """The undocumented limit on all blocks of a message together is kept too."""
    blocks = [section("x" * 2900) for _ in range(5)]

    assert (await refused(cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=blocks)))[
        "error"
    ] == "msg_blocks_too_long"


# --- messages -------------------------------------------------------------------------------------------


async def test_who_may_speak_where(cast: Cast) -> None:
    """The bot speaks only where it is: not outside, not in the archive, and private channels do not exist for it."""
    elsewhere = cast.slack.channel(cast.work, "elsewhere", [cast.lena])

    async def attempt(channel: str) -> str:
        return str((await refused(cast.client.chat_postMessage(channel=channel, text="x")))["error"])

    assert await attempt(elsewhere.id) == "not_in_channel"
    assert await attempt(cast.cellar.id) == "channel_not_found"
    assert await attempt("C0NOWHERE") == "channel_not_found"
    cast.bridge.archived = True
    assert await attempt(cast.bridge.id) == "is_archived"


async def test_text_alone_takes_the_blocks_away(cast: Cast) -> None:
    """chat.update with only a text removes the blocks, as Slack does."""
    posted = await cast.client.chat_postMessage(channel=cast.bridge.id, text="t", blocks=[section("old", block_id="1")])
    await cast.client.chat_update(channel=cast.bridge.id, ts=posted["ts"], text="plain words")

    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    assert card.text == "plain words"
    assert card.edited


async def test_an_update_that_keeps_block_ids_is_complained_about(cast: Cast) -> None:
    """Slack asks for new block ids on every update; the stand-in notices old ones."""
    blocks = [section("one", block_id="same")]
    posted = await cast.client.chat_postMessage(channel=cast.bridge.id, text="t", blocks=blocks)
    await cast.client.chat_update(channel=cast.bridge.id, ts=posted["ts"], text="t", blocks=blocks)

    assert cast.slack.complaints == ["chat.update: block_id same was used by the version before"]


async def test_only_own_messages_can_be_changed(cast: Cast) -> None:
    """People's messages, and messages that are gone, cannot be edited or deleted."""
    theirs = await cast.slack.say(cast.lena, cast.bridge, "mine")

    async def attempt(ts: str) -> str:
        return str((await refused(cast.client.chat_update(channel=cast.bridge.id, ts=ts, text="x")))["error"])

    assert await attempt(theirs.ts) == "cant_update_message"
    assert await attempt("1.000000") == "message_not_found"
    too_long = await cast.client.chat_postMessage(channel=cast.bridge.id, text="x")
    said = await refused(cast.client.chat_update(channel=cast.bridge.id, ts=str(too_long["ts"]), text="x" * 4001))
    assert said["error"] == "msg_too_long"


async def test_an_ephemeral_message_is_for_one_person(cast: Cast) -> None:
    """Only the addressed member sees it; it is in no history and cannot be edited."""
    sent = await cast.client.chat_postEphemeral(channel=cast.bridge.id, user=cast.lena.id, text="psst")
    (hint,) = cast.slack.timeline(cast.lena, cast.bridge)

    assert hint.only_you
    assert cast.slack.timeline(cast.arun, cast.bridge) == []
    said = await refused(cast.client.chat_update(channel=cast.bridge.id, ts=str(sent["message_ts"]), text="x"))
    assert said["error"] == "message_not_found"
    outsider = cast.slack.user(cast.work, "jo")
    said = await refused(cast.client.chat_postEphemeral(channel=cast.bridge.id, user=outsider.id, text="x"))
    assert said["error"] == "user_not_in_channel"


async def test_silent_losses_are_noticed(cast: Cast) -> None:
    """What Slack swallows without an error ends up among the complaints: cut text, no reader, orphaned reply."""
    gone = cast.slack.user(cast.work, "gone")
    place = cast.slack.dm(gone)
    gone.deactivated = True
    await cast.client.chat_postMessage(channel=place.id, text="hello")
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="reply", thread_ts="1.000000")
    cast.clock.pass_(seconds=1)
    with pytest.warns(UserWarning, match="text"):
        await cast.client.chat_postMessage(channel=cast.bridge.id, blocks=[section("no words")])

    assert len(cast.slack.complaints) == 3
    assert [row.text for row in cast.slack.timeline(cast.lena, cast.bridge)] == ["no words"]
    assert (await refused(cast.client.conversations_open(users=gone.id)))["error"] == "user_disabled"


async def test_broadcasts_and_links_in_user_text_are_seen(cast: Cast) -> None:
    """Unescaped text pings and links; escaped and verbatim text does neither."""
    nasty = "<!channel> <https://evil.example|your bank> @here"
    safe = nasty.replace("<", "&lt;").replace(">", "&gt;")
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=[section(nasty)])
    cast.clock.pass_(seconds=1)
    blocks = [{"type": "section", "text": mark(safe, verbatim=True)}]
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=blocks)

    loud, quiet = cast.slack.timeline(cast.lena, cast.bridge)
    assert loud.pings == {"@channel", "@here"}
    assert loud.links == ("https://evil.example",)
    assert not quiet.pings
    assert not quiet.links
    assert quiet.text == nasty


async def test_a_time_is_shown_in_each_readers_zone(cast: Cast) -> None:
    """A date code reads differently in Berlin and Kolkata, by each one's own clock format."""
    stamp = int(datetime(2026, 3, 4, 9, 0, tzinfo=UTC).timestamp())
    text = f"<!date^{stamp}^Starts {{date_pretty}} at {{time}}|later>"
    await cast.client.chat_postMessage(channel=cast.bridge.id, text=text)

    assert cast.slack.timeline(cast.lena, cast.bridge)[0].text == "Starts today at 10:00"
    assert cast.slack.timeline(cast.arun, cast.bridge)[0].text == "Starts today at 2:30 PM"


async def test_metadata_comes_back_only_when_asked_for(cast: Cast) -> None:
    """A bot finds its own message again by metadata, where it may read the history at all."""
    cast.work.install = cast.slack.installed(cast.work, cast.lena, [*cast.slack.app.scopes, "channels:history"])
    client = AsyncWebClient(token=cast.work.install.token, base_url=cast.slack.api_url)
    metadata = {"event_type": "moderato", "event_payload": {"key": "s1/card"}}
    await client.chat_postMessage(channel=cast.bridge.id, text="x", metadata=metadata)
    with_it = await client.conversations_history(channel=cast.bridge.id, include_all_metadata=True)
    without = await client.conversations_history(channel=cast.bridge.id)

    assert with_it["messages"][0]["metadata"] == metadata
    assert "metadata" not in without["messages"][0]
    assert (await refused(cast.client.conversations_history(channel=cast.bridge.id)))["needed"] == "channels:history"


async def test_a_picture_is_uploaded_in_three_steps(cast: Cast) -> None:
    """The current upload methods work, and a file whose length was announced wrongly does not arrive."""
    await cast.client.files_upload_v2(
        channel=cast.bridge.id, filename="chart.png", content=b"12345", title="Chart", alt_txt="Seven of ten agree"
    )
    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    assert card.files == ("Chart",)

    begun = await cast.client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session, session.post(str(begun["upload_url"]), data=b"123") as answer:
        assert answer.status == 400
    said = await refused(cast.client.files_completeUploadExternal(files=[{"id": str(begun["file_id"]), "title": "a"}]))
    assert said["error"] == "file_not_found"


# --- directory ------------------------------------------------------------------------------------------


async def test_lists_come_in_pages(cast: Cast) -> None:
    """A long member list is cut into pages; a cursor of another method is refused."""
    cast.bridge.members += [cast.slack.user(cast.work, f"p{n}") for n in range(250)]
    first = await cast.client.conversations_members(channel=cast.bridge.id, limit=100)
    cursor = str(first["response_metadata"]["next_cursor"])
    sizes = [len(page["members"]) async for page in first]

    assert sizes == [100, 100, 54]
    assert (await refused(cast.client.users_list(limit=10, cursor=cursor)))["error"] == "invalid_cursor"
    assert (await refused(cast.client.conversations_members(channel=cast.cellar.id)))["error"] == "channel_not_found"


async def test_a_profile_tells_zone_and_standing(cast: Cast) -> None:
    """users.info gives the zone with its offset of today, guests, and who has left; e-mail needs its scope."""
    lena = (await cast.client.users_info(user=cast.lena.id))["user"]
    guest = (await cast.client.users_info(user=cast.guest.id))["user"]
    cast.arun.deactivated = True
    arun = (await cast.client.users_info(user=cast.arun.id))["user"]

    assert (lena["tz"], lena["tz_offset"]) == ("Europe/Berlin", 3600)
    assert "email" not in lena["profile"]
    assert guest["is_ultra_restricted"]
    assert arun["deleted"]
    assert "tz" not in arun


# --- rates ----------------------------------------------------------------------------------------------


async def test_one_message_a_second_and_channel(cast: Cast) -> None:
    """The second post within a second must wait; another channel need not."""
    other = cast.slack.channel(cast.work, "other", [cast.bot])
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="1")
    with pytest.raises(SlackApiError) as caught:
        await cast.client.chat_postMessage(channel=cast.bridge.id, text="2")
    await cast.client.chat_postMessage(channel=other.id, text="3")

    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    cast.clock.pass_(seconds=1)
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="2")
    assert [row.text for row in cast.slack.timeline(cast.lena, cast.bridge)] == ["1", "2"]


async def test_a_method_over_its_tier_stays_shut(cast: Cast) -> None:
    """After 20 calls a minute users.list is refused for that workspace; calling on regardless is counted."""
    for _ in range(20):
        await cast.client.users_list(limit=10)
        cast.clock.pass_(seconds=1)
    with pytest.raises(SlackApiError) as caught:
        await cast.client.users_list(limit=10)
    assert caught.value.response.headers["Retry-After"] == "40"
    await refused(cast.client.users_list(limit=10))
    assert (cast.slack.rates.refused, cast.slack.rates.ignored) == (2, 1)

    await cast.client.users_info(user=cast.lena.id)  # other methods go on
    cast.clock.pass_(seconds=40)
    await cast.client.users_list(limit=10)


# --- modals ---------------------------------------------------------------------------------------------


async def opened(cast: Cast, view: Json) -> None:
    """Lena presses a button and the app opens *view* with the trigger she gave it."""
    trigger = cast.slack.world.trigger(cast.lena, channel=cast.bridge)
    await cast.client.views_open(trigger_id=trigger.id, view=view)


async def test_a_trigger_is_good_once_and_for_three_seconds(cast: Cast) -> None:
    """A trigger opens one modal, within three seconds of the held clock."""
    view = modal(field("Your answer", "answer"))
    trigger = cast.slack.world.trigger(cast.lena)
    cast.clock.pass_(seconds=3)
    await cast.client.views_open(trigger_id=trigger.id, view=view)
    late = cast.slack.world.trigger(cast.lena)
    cast.clock.pass_(seconds=3.001)

    said = [await refused(cast.client.views_open(trigger_id=t, view=view)) for t in (trigger.id, late.id, "1.2.3")]
    assert [body["error"] for body in said] == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(section("x"), title=plain("x" * 25)), "less than 25"),
        (modal(section("x"), private_metadata="x" * 3001), "less than 3001"),
        ({**modal(field("a", "a")), "submit": plain("s" * 25)}, "less than 25"),
        ({"type": "modal", "title": plain("x"), "blocks": [field("a", "a")]}, "submit"),
        (modal(*(section("x") for _ in range(101))), "no more than 100"),
        (modal(field("x", "a", max_length=3001)), "max_length"),
        (modal(field("x", "a"), field("y", "a")), "`block_id` must be unique"),
        (modal(field("x", "a", focus_on_load=True), field("y", "b", focus_on_load=True)), "focus_on_load"),
        ({"type": "home", "blocks": [section("x")]}, "expected modal"),
    ],
)
async def test_a_modal_over_its_limit_is_refused(cast: Cast, view: Json, words: str) -> None:
    """Views are held to their own limits."""
    trigger = cast.slack.world.trigger(cast.lena)
    said = await refused(cast.client.views_open(trigger_id=trigger.id, view=view))

    assert said["error"] == "invalid_arguments"
    assert any(words in problem for problem in said["errors"]), said["errors"]


async def test_at_most_three_modals_lie_on_each_other(cast: Cast) -> None:
    """The fourth push is refused, and a push needs a trigger from inside the stack."""
    await opened(cast, modal(section("1")))
    outside = cast.slack.world.trigger(cast.lena)
    said = await refused(cast.client.views_push(trigger_id=outside.id, view=modal(section("2"))))
    assert said["error"] == "invalid_trigger_id"
    (stack,) = cast.slack.world.stacks
    for name in ("2", "3"):
        inside = cast.slack.world.trigger(cast.lena, stack)
        await cast.client.views_push(trigger_id=inside.id, view=modal(section(name)))
    inside = cast.slack.world.trigger(cast.lena, stack)
    said = await refused(cast.client.views_push(trigger_id=inside.id, view=modal(section("4"))))

    assert said["error"] == "push_limit_reached"
    assert len(cast.slack.views(cast.lena)) == 3


async def test_a_stale_hash_changes_nothing(cast: Cast) -> None:
    """An update with the hash of an older state of the view is refused."""
    trigger = cast.slack.world.trigger(cast.lena)
    view = (await cast.client.views_open(trigger_id=trigger.id, view=modal(section("first"))))["view"]
    await cast.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("second")))
    said = await refused(cast.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("x"))))

    assert said["error"] == "hash_conflict"
    shown = cast.slack.modal(cast.lena)
    assert shown is not None
    assert "second" in shown


async def test_a_field_error_stays_at_its_field(cast: Cast) -> None:
    """response_action errors keep the form open with the sentence at the field; later it closes."""
    answers = iter([{"response_action": "errors", "errors": {"answer": "Two words at least."}}, {}])
    await opened(cast, modal(field("Your answer", "answer")))
    async with listening(cast, lambda _: next(answers)):
        with pytest.raises(SlackRefusedError, match="must be filled"):
            await cast.slack.submit_view(cast.lena)
        await cast.slack.submit_view(cast.lena, {"Your answer": "yes"})
        form = cast.slack.modal(cast.lena)
        assert form is not None
        assert form.errors == {"Your answer": "Two words at least."}
        await cast.slack.submit_view(cast.lena, {"Your answer": "yes indeed"})

    assert cast.slack.modal(cast.lena) is None
    assert cast.slack.trouble(cast.lena) == []


@pytest.mark.parametrize(
    "answer",
    [{"text": "thanks"}, {"response_action": "errors", "errors": {"nobody": "x"}}, {"response_action": "errors"}],
)
async def test_a_wrong_answer_to_a_form_shows_as_trouble(cast: Cast, answer: Json) -> None:
    """A body that is no response_action, or errors at no input block, leave the form open with Slack's own note."""
    await opened(cast, modal(field("Your answer", "answer")))
    async with listening(cast, lambda _: answer):
        await cast.slack.submit_view(cast.lena, {"Your answer": "yes"})

    assert cast.slack.modal(cast.lena) is not None
    assert len(cast.slack.trouble(cast.lena)) == 1


async def test_home_belongs_to_one_person(cast: Cast) -> None:
    """Home is published per person, and its buttons reach the app with the view."""
    heard: list[Json] = []
    async with listening(cast, noting(heard, lambda request: request.payload)):
        await cast.slack.open_home(cast.lena)
        home = {"type": "home", "blocks": [section("Hello"), row(button("Settings"))]}
        await cast.client.views_publish(user_id=cast.lena.id, view=home)
        shown = cast.slack.home(cast.lena)
        assert shown is not None
        await cast.slack.press(cast.lena, shown, "Settings")
        with pytest.raises(SlackRefusedError):
            await cast.slack.press(cast.arun, shown, "Settings")

    assert cast.slack.home(cast.arun) is None
    assert heard[0]["event"]["type"] == "app_home_opened"
    assert heard[1]["view"]["type"] == "home"
    assert "channel" not in heard[1]


# --- Socket Mode ----------------------------------------------------------------------------------------


async def test_a_command_goes_through_the_socket(cast: Cast) -> None:
    """A slash command arrives with ids for names, and the acknowledgement's text is seen by its author only."""
    heard: list[Json] = []

    def answer(request: SocketModeRequest) -> Json:
        heard.append(request.payload)
        return {"text": "Only you see this."}

    async with listening(cast, answer):
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato thanks @arun for <this> in #bridge")

    assert heard[0]["text"] == f"thanks <@{cast.arun.id}|arun> for &lt;this&gt; in <#{cast.bridge.id}|bridge>"
    assert heard[0]["channel_name"] == "bridge"
    (hint,) = cast.slack.timeline(cast.lena, cast.bridge)
    assert hint.only_you
    assert cast.slack.timeline(cast.arun, cast.bridge) == []


async def test_what_slack_does_not_offer_cannot_be_done(cast: Cast) -> None:
    """Unknown commands, commands in threads, other people's channels, missing buttons: refused on the spot."""
    posted = await cast.client.chat_postMessage(channel=cast.bridge.id, text="x")
    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    with pytest.raises(SlackRefusedError, match="not a valid command"):
        await cast.slack.slash(cast.lena, cast.bridge, "/nothing")
    with pytest.raises(SlackRefusedError, match="threads"):
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato", thread=str(posted["ts"]))
    with pytest.raises(SlackRefusedError, match="not in"):
        await cast.slack.slash(cast.arun, cast.cellar, "/moderato")
    with pytest.raises(SlackRefusedError, match="cannot see"):
        cast.slack.timeline(cast.arun, cast.cellar)
    with pytest.raises(SlackRefusedError, match="no button"):
        await cast.slack.press(cast.lena, card, "Done")


async def test_a_late_answer_is_no_answer(cast: Cast) -> None:
    """After three seconds of the held clock the person sees an error, whatever the app says then."""

    def dawdle(_: SocketModeRequest) -> None:
        cast.clock.pass_(seconds=3.1)

    async with listening(cast, dawdle):
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato")

    assert len(cast.slack.trouble(cast.lena)) == 1


async def test_an_unacknowledged_event_comes_again(cast: Cast) -> None:
    """An event without an acknowledgement is sent once more with the same event id and a retry count."""
    heard: list[tuple[str, int | None]] = []

    def first_time_deaf(request: SocketModeRequest) -> Json | None:
        heard.append((request.payload["event_id"], request.retry_attempt))
        if len(heard) == 1:
            cast.clock.pass_(seconds=4)
            return None
        return {}

    async with listening(cast, first_time_deaf):
        await cast.slack.mention(cast.lena, cast.bridge, "round")
        assert await cast.slack.catch_up() == 1
        assert await cast.slack.catch_up() == 0

    assert heard == [(heard[0][0], 0), (heard[0][0], 1)]


async def test_the_sdk_survives_refresh_and_cut(cast: Cast) -> None:
    """The real client comes back after Slack renews the connection and after the line breaks."""
    heard: list[str] = []
    async with listening(cast, noting(heard, lambda request: request.payload["text"])):
        await cast.slack.refresh_sockets()
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato one")
        await cast.slack.cut_sockets()
        await cast.slack.connected()
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato two")

    assert heard == ["one", "two"]
    assert cast.slack.wire.connected >= 3


async def test_a_deaf_socket_brings_nothing(cast: Cast) -> None:
    """A socket that looks open but is deaf delivers nothing: the case a watchdog is for."""
    heard: list[str] = []
    async with listening(cast, noting(heard, lambda request: request.type)):
        cast.slack.deafen()
        sending = asyncio.create_task(cast.slack.slash(cast.lena, cast.bridge, "/moderato"))
        await cast.slack.world.until(lambda: cast.slack.wire.deliveries, "the command to be on its way")
        cast.clock.pass_(seconds=4)
        await sending

    assert heard == []
    assert len(cast.slack.trouble(cast.lena)) == 1


async def test_a_ticket_opens_one_socket(cast: Cast) -> None:
    """Addresses of sockets are good once, and need the app-level token."""
    assert (await refused(cast.client.apps_connections_open(app_token=cast.token)))["error"] == "not_allowed_token_type"
    opened = await cast.client.apps_connections_open(app_token=cast.slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(str(opened["url"])) as ws:
            assert (await ws.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(str(opened["url"]))


# --- HTTP -----------------------------------------------------------------------------------------------


class HeldSdkClock(SdkClock):
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now().timestamp()


def bolt(cast: Cast, **more: Any) -> AsyncApp:
    """A stock Bolt app that believes the held clock."""
    more = more or {"token": cast.token}
    app = AsyncApp(
        signing_secret=cast.slack.app.signing_secret,
        client=AsyncWebClient(base_url=cast.slack.api_url, token=more.get("token")),
        **{name: value for name, value in more.items() if name != "token"},
    )
    for middleware in app._async_middleware_list:
        if isinstance(middleware, AsyncRequestVerification):
            middleware.verifier.clock = HeldSdkClock(cast.clock)
    return app


async def test_bolt_takes_the_signed_requests(cast: Cast) -> None:
    """A stock Bolt app accepts command, press and event over HTTP, and can answer each."""
    app = bolt(cast)
    said: list[str] = []

    @app.command("/moderato")
    async def command(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="here", blocks=[section("Press"), row(button("Go", "go"))])

    @app.action("go")
    async def action(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field("Why", "why")))

    @app.event("app_mention")
    async def mentioned(event: Json) -> None:
        said.append(event["text"])

    async with running(app.web_app()) as base:
        cast.slack.use_http(f"{base}/slack/events")
        await cast.slack.slash(cast.lena, cast.bridge, "/moderato")
        card = await cast.slack.sees(cast.lena, cast.bridge, "Press")
        assert card.only_you
        await cast.slack.press(cast.lena, card, "Go")
        await cast.slack.world.until(lambda: cast.slack.modal(cast.lena), "the form")
        await cast.slack.mention(cast.lena, cast.bridge, "round")
        await cast.slack.world.until(lambda: said, "the mention")

    assert said == [f"<@{cast.bot.id}> round"]


async def test_bolt_refuses_what_is_not_genuine(cast: Cast) -> None:
    """Unsigned, wrongly signed and old requests can be made, and Bolt refuses each."""
    app = bolt(cast)
    body = '{"type": "event_callback"}'
    async with running(app.web_app()) as base:
        cast.slack.use_http(f"{base}/slack/events")
        wire = cast.slack.wire
        old = cast.clock()
        cast.clock.pass_(minutes=6)
        tries = [{}, wire.signed(body, secret="guessed"), wire.signed(body, at=old), wire.signed(body + " ")]
        statuses = [
            (await wire.knock(body, {"Content-Type": "application/json", **headers})).status for headers in tries
        ]

    assert statuses == [401, 401, 401, 401]


async def test_a_failed_event_is_retried_three_times(cast: Cast) -> None:
    """Over HTTP an event comes at once, after one and after five minutes again, with its count and reason."""
    heard: list[tuple[str | None, str | None]] = []

    async def fail(request: web.Request) -> web.Response:
        heard.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500)

    async with served(fail) as url:
        cast.slack.use_http(url)
        await cast.slack.mention(cast.lena, cast.bridge, "round")
        rounds = [await cast.slack.catch_up()]
        rounds.append(await cast.slack.catch_up())
        for minutes in (1, 5, 60):
            cast.clock.pass_(minutes=minutes)
            rounds.append(await cast.slack.catch_up())

    assert rounds == [1, 0, 1, 1, 0]
    assert heard == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


async def test_retries_can_be_declined(cast: Cast) -> None:
    """x-slack-no-retry stops the retries of that event."""

    async def decline(_: web.Request) -> web.Response:
        return web.Response(status=400, headers={"x-slack-no-retry": "1"})

    async with served(decline) as url:
        cast.slack.use_http(url)
        await cast.slack.mention(cast.lena, cast.bridge, "round")

    assert await cast.slack.catch_up() == 0


async def test_a_response_url_wears_out(cast: Cast) -> None:
    """A response address takes five answers within half an hour, and replaces the message pressed on."""
    heard: list[Json] = []
    blocks = [section("Before"), row(button("Go"))]
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=blocks)
    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    async with listening(cast, noting(heard, lambda request: request.payload)):
        await cast.slack.press(cast.lena, card, "Go")
        await cast.slack.press(cast.lena, card, "Go")
    async with aiohttp.ClientSession() as session:

        async def answer(payload: Json, **body: Any) -> int:
            async with session.post(payload["response_url"], json=body) as got:
                return got.status

        assert await answer(heard[0], replace_original=True, text="After") == 200
        assert [await answer(heard[0], text=str(n)) for n in range(5)] == [200, 200, 200, 200, 404]
        cast.clock.pass_(minutes=30, seconds=1)
        assert await answer(heard[1], text="x") == 404

    assert cast.slack.timeline(cast.arun, cast.bridge)[0].text == "After"


class Kept(AsyncInstallationStore):
    """The simplest store there is."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    async def async_save(self, installation: Any) -> None:
        self.found.append(installation)


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # how slack_sdk sends the secret
async def test_oauth_ends_with_a_token(cast: Cast, tmp_path: Any) -> None:
    """Bolt's own OAuth flow gets a token for a second workspace; a forged state or a refusal gets none."""
    from slack_sdk.oauth.state_store import FileOAuthStateStore

    store = Kept()
    second = cast.slack.workspace("Second")
    nora = cast.slack.user(second, "nora")
    settings = AsyncOAuthSettings(
        client_id=cast.slack.app.client_id,
        client_secret=cast.slack.app.client_secret,
        scopes=["chat:write", "commands"],
        authorization_url=cast.slack.authorize_url,
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=str(tmp_path)),
    )
    app = bolt(cast, oauth_settings=settings)
    async with running(app.web_app()) as base:
        cast.slack.app.manifest["oauth_config"]["redirect_urls"] = [f"{base}/slack/oauth_redirect"]
        forged = await cast.slack.install(nora, f"{base}/slack/install", break_state=True)
        denied = await cast.slack.install(nora, f"{base}/slack/install", deny=True)
        assert store.found == []
        status, _ = await cast.slack.install(nora, f"{base}/slack/install")

    assert forged[0] == 400
    assert denied[0] >= 400 or "denied" in denied[1]
    assert status == 200
    (installation,) = store.found
    assert installation.team_id == second.id
    client = AsyncWebClient(token=installation.bot_token, base_url=cast.slack.api_url)
    assert (await client.auth_test())["team_id"] == second.id


# --- faults ---------------------------------------------------------------------------------------------


async def test_a_cut_line_may_hide_a_message_that_was_sent(cast: Cast) -> None:
    """With a cut after the work was done the client sees an error, people see the message: the doubtful send."""
    cast.client.retry_handlers.clear()
    cast.slack.faults.next("chat.postMessage", Cut(done=True))
    with pytest.raises(aiohttp.ClientError):
        await cast.client.chat_postMessage(channel=cast.bridge.id, text="sent?")

    assert [row.text for row in cast.slack.timeline(cast.lena, cast.bridge)] == ["sent?"]


async def test_faults_come_in_the_order_they_were_asked_for(cast: Cast) -> None:
    """500, an error of Slack's own and a 429 come one by one, then all is well after the wait."""
    cast.slack.faults.next("users.info", Status(status=500), Says(error="internal_error"), Limited(seconds=30))
    seen = []
    for _ in range(4):
        try:
            await cast.client.users_info(user=cast.lena.id)
        except SlackApiError as error:
            seen.append((error.response.status_code, error.response.headers.get("Retry-After")))

    assert seen == [(500, None), (200, None), (429, "30"), (429, "30")]
    cast.clock.pass_(seconds=30)
    await cast.client.users_info(user=cast.lena.id)


async def test_a_slow_answer_is_slow_as_long_as_we_like(cast: Cast) -> None:
    """A held call has come in but gets no answer until it is let go."""
    held = Held()
    cast.slack.faults.next("chat.postMessage", held)
    sending = asyncio.create_task(cast.client.chat_postMessage(channel=cast.bridge.id, text="slow"))
    await held.reached.wait()
    assert not sending.done()
    held.release()

    assert (await sending)["ok"]


async def test_a_seed_replays_its_faults(cast: Cast) -> None:
    """The same seed draws the same faults at the same calls; another seed others."""
    cast.client.retry_handlers.clear()

    async def drawn(seed: str) -> list[str]:
        cast.slack.faults.seed, cast.slack.faults.rate = seed, 0.3
        cast.slack.faults.drawn, cast.slack.faults._calls = [], 0
        for _ in range(20):
            cast.clock.pass_(seconds=5)
            try:
                await cast.client.users_info(user=cast.lena.id)
            except (SlackApiError, aiohttp.ClientError):
                continue
        return list(cast.slack.faults.drawn)

    first, again, other = await drawn("a"), await drawn("a"), await drawn("b")
    assert first == again
    assert first
    assert first != other


# --- events ---------------------------------------------------------------------------------------------


async def test_only_subscribed_events_arrive(cast: Cast) -> None:
    """Channel talk is not delivered without its subscription; mentions, DMs, joins and renames are."""
    heard: list[str] = []
    async with listening(cast, noting(heard, lambda request: request.payload["event"]["type"])):
        await cast.slack.say(cast.lena, cast.bridge, "ordinary talk")
        await cast.slack.mention(cast.lena, cast.bridge, "round")
        await cast.slack.mention(cast.lena, cast.cellar, "round")
        await cast.slack.say(cast.lena, cast.slack.dm(cast.lena), "hello")
        await cast.slack.join(cast.slack.user(cast.work, "jo"), cast.bridge)
        await cast.slack.rename(cast.bridge, "bridge-2")
        await cast.slack.change_profile(cast.arun, tz="Europe/Lisbon")
        await cast.slack.archive(cast.bridge, by=cast.lena)

    assert heard == [
        "app_mention",
        "message",
        "member_joined_channel",
        "channel_rename",
        "user_change",
        "channel_archive",
    ]


async def test_a_menu_gives_its_choice(cast: Cast) -> None:
    """A choice from a menu arrives as the option's value, together with the state of the rest."""
    heard: list[Json] = []
    menu = {"type": "static_select", "action_id": "pick", "options": options(3), "placeholder": plain("Pick one")}
    more = {"type": "overflow", "action_id": "more", "options": options(2)}
    await cast.client.chat_postMessage(channel=cast.bridge.id, text="x", blocks=[row(menu, more)])
    (card,) = cast.slack.timeline(cast.lena, cast.bridge)
    async with listening(cast, noting(heard, lambda request: request.payload)):
        await cast.slack.choose(cast.lena, card, "Pick one", "Choice 2")
        await cast.slack.press(cast.lena, card, "Choice 1")
        with pytest.raises(SlackRefusedError, match="no option"):
            await cast.slack.choose(cast.lena, card, "Pick one", "Choice 9")

    (block,) = heard[1]["state"]["values"].values()
    assert heard[0]["actions"][0]["selected_option"]["value"] == "2"
    assert heard[1]["actions"][0]["selected_option"]["value"] == "1"
    assert block["pick"]["selected_option"]["value"] == "2"


async def test_a_message_shortcut_brings_the_message(cast: Cast) -> None:
    """Message shortcuts carry the message, global ones only the person."""
    heard: list[Json] = []
    note = await cast.slack.say(cast.lena, cast.bridge, "We decided it")
    async with listening(cast, noting(heard, lambda request: request.payload)):
        await cast.slack.shortcut(cast.lena, "Keep this", on=note)
        await cast.slack.shortcut(cast.lena, "Start a round")

    assert heard[0]["message"]["text"] == "We decided it"
    assert (heard[1]["type"], "message" in heard[1]) == ("shortcut", False)
