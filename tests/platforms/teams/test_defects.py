"""Each known defect of botbuilder 4.17.1, first as it is, then as it is with us."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
import requests
import structlog
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.core.teams import TeamsActivityHandler, TeamsInfo
from botbuilder.schema import Activity, ActivityTypes, ConversationReference
from botbuilder.schema.teams import TeamsChannelAccount
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor, _OpenIdMetadata
from botframework.connector.models import ErrorResponseException
from msrest.universal_http.requests import ClientRetryPolicy

from bot.platforms.teams.app.host import Answer, BotHost, Doorkeeper, LoopbackDoorkeeper, SigningKeys, doorkeeper_for
from bot.platforms.teams.client.connector import Connector, Failed, Sent
from bot.platforms.teams.client.tokens import Secret, Tokens
from bot.platforms.teams.parse import Reference, actor_of, place_of, spoken, tenant_of
from tests.platforms.teams.conftest import connector_for, tokens_for
from tests.standins.teams import APP_ID, SECRET, TENANT, Fault, Team, TeamsStandIn

T = TypeVar("T")


class Told:
    """Remembers the activities that got through."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.activities: list[dict[str, Any]] = []
        self._answer = answer

    async def __call__(self, activity: dict[str, Any]) -> Answer | None:
        self.activities.append(activity)
        return self._answer


def host_for(teams: TeamsStandIn, told: Any = None, **keys: Any) -> BotHost:
    return BotHost(Doorkeeper(APP_ID, SigningKeys(teams.openid, **keys)), told or Told())


def an_activity(teams: TeamsStandIn, bridge: Team, **more: Any) -> dict[str, Any]:
    """A message as Teams writes it."""
    return teams.clients._activity("message", bridge.members[0], bridge.general, id="1", thread="1") | more


def posted(activity: dict[str, Any]) -> bytes:
    return json.dumps(activity).encode()


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


class Stock(CloudAdapterBase):
    """The SDK's adapter as it comes."""

    def __init__(self, app_id: str = APP_ID) -> None:
        factory = PasswordServiceClientCredentialFactory(app_id, SECRET, TENANT)
        configuration = AuthenticationConfiguration()
        super().__init__(
            BotFrameworkAuthenticationFactory.create(credential_factory=factory, auth_configuration=configuration)
        )


@pytest.fixture
def stock_keys(teams: TeamsStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[_OpenIdMetadata]:
    """The SDK's own class for keys, pointed at the stand-in."""
    stock = _OpenIdMetadata(teams.openid)

    class Cache(dict[str, Any]):
        def get(self, _url: str, _default: Any = None) -> Any:
            return stock

    monkeypatch.setattr(JwtTokenExtractor, "metadataCache", Cache())
    return stock


@pytest.fixture
def stock_login(teams: TeamsStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK makes its own sessions: let them find the stand-in's token server."""
    monkeypatch.setattr(requests, "Session", _sessions(teams))


def _sessions(teams: TeamsStandIn) -> Any:
    real = requests.Session

    class Session(real):  # type: ignore[misc,valid-type]
        def mount(self, prefix: str, adapter: Any) -> None:
            super().mount(prefix, adapter)
            if prefix == "https://":
                redirected = teams.adapter()
                self.adapters["https://login.microsoftonline.com"] = redirected
                self.adapters.move_to_end("https://login.microsoftonline.com", last=False)

    return Session


def stock_client(teams: TeamsStandIn) -> ConnectorClient:
    """The SDK's connector client, with a token that it need not fetch."""

    class Ready(MicrosoftAppCredentials):
        def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002
            return str(teams.registration.token(TENANT, _form())["access_token"])

    return ConnectorClient(Ready(APP_ID, SECRET, TENANT), base_url=teams.clients.service_url)


def _form() -> dict[str, str]:
    scope = "https://api.botframework.com/.default"
    return {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": SECRET, "scope": scope}


# 1. A token for every turn


@pytest.mark.usefixtures("stock_keys", "stock_login")
def test_stock_fetches_a_token_in_every_turn(teams: TeamsStandIn, bridge: Team) -> None:
    """Three turns with an answer each: three requests for a token."""

    async def turns() -> None:
        for _ in range(3):
            heard = teams.world.post(bridge.general, bridge.members[0], {"type": "message", "text": "hi"})
            raw = an_activity(teams, bridge, id=heard.id)
            activity = Activity().deserialize(raw)

            async def turn(context: TurnContext) -> None:
                await context.send_activity("hi")

            await Stock().process_activity(teams.channel.sign(raw["serviceUrl"]), activity, turn)

    run(turns())

    assert teams.count("token") == 3


def test_one_token_serves_all_sends(teams: TeamsStandIn, here: Reference) -> None:
    """Twenty sends at once, and one request for a token."""

    async def sends() -> list[Sent | Failed]:
        connector = connector_for(teams)
        teams.rates.on = False
        sent = await asyncio.gather(*(connector.send(here, {"type": "message", "text": "hi"}) for _ in range(20)))
        await connector.close()
        return sent

    assert all(isinstance(one, Sent) for one in run(sends()))
    assert teams.count("token") == 1


def test_the_loop_is_free_while_a_token_is_fetched(teams: TeamsStandIn, here: Reference) -> None:
    """Where the SDK asks for its token on the loop's own thread, ours waits beside it: others go on meanwhile."""
    gate = teams.hold("token")

    async def meanwhile() -> tuple[bool, Sent | Failed]:
        connector = connector_for(teams)
        waiting = asyncio.create_task(connector.send(here, {"type": "message", "text": "hi"}))
        arrived = await asyncio.to_thread(gate.reached, 1)  # the loop runs this while the token is held
        free = arrived and not waiting.done()
        gate.open()
        sent = await waiting
        await connector.close()
        return free, sent

    free, sent = run(meanwhile())

    assert free
    assert isinstance(sent, Sent)


def test_a_token_is_renewed_before_its_end_and_after_a_refusal(teams: TeamsStandIn, here: Reference) -> None:
    """Five minutes before its end, and when the connector does not take it, a new one is fetched."""
    now = [0.0]

    async def sends() -> list[Any]:
        tokens = Tokens(Secret(APP_ID, TENANT, SECRET), session=teams.session(), clock=lambda: now[0])
        connector = Connector(tokens, trust_env=False)
        found: list[Any] = [await connector.send(here, {"type": "message", "text": "1"})]
        now[0] = 3400
        found.append(await tokens.bearer())
        teams.registration.expire()
        found.append(await connector.send(here, {"type": "message", "text": "2"}))
        found.append(await connector.send(here, {"type": "message", "text": "3"}))
        await connector.close()
        return found

    first, _, refused, again = run(sends())

    assert isinstance(first, Sent)
    assert isinstance(refused, Failed)
    assert refused.status == 401
    assert isinstance(again, Sent)


# 2. Signing keys: fetched on the loop, without a time-out, and not looked up again


def test_stock_waits_for_keys_on_the_event_loop(stock_keys: _OpenIdMetadata, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is made by the loop's own thread, and would wait for ever."""
    seen: list[tuple[bool, Any]] = []
    real = requests.adapters.HTTPAdapter.send

    def spy(self: Any, request: Any, **kwargs: Any) -> Any:
        seen.append((threading.current_thread() is threading.main_thread(), kwargs.get("timeout")))
        return real(self, request, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", spy)
    run(stock_keys.get("key-1"))

    assert seen == [(True, None), (True, None)]


def test_the_loop_is_free_while_keys_are_fetched_and_does_not_wait_for_ever(teams: TeamsStandIn, bridge: Team) -> None:
    """A key server that does not answer costs one activity its entrance, and nobody anything else."""
    gate = teams.hold("openid")

    async def meanwhile() -> tuple[bool, tuple[int, Any]]:
        host = host_for(teams, timeout=0.2)
        raw = an_activity(teams, bridge)
        waiting = asyncio.create_task(host.receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))
        arrived = await asyncio.to_thread(gate.reached, 1)  # the loop runs this while the fetch is held
        return arrived and not waiting.done(), await waiting

    free, answer = run(meanwhile())

    assert free
    assert answer == (401, None)


def test_stock_does_not_look_up_a_new_key(teams: TeamsStandIn, stock_keys: _OpenIdMetadata) -> None:
    """After a rotation every genuine activity is an IndexError, until the copy is a day old."""
    run(stock_keys.get("key-1"))
    key = teams.channel.rotate()

    with pytest.raises(IndexError):
        run(stock_keys.get(key.kid))


def test_a_new_key_is_looked_up_at_once(teams: TeamsStandIn, bridge: Team) -> None:
    """Activities signed before and after a rotation get in."""
    told, now = Told(), [0.0]

    async def rotation() -> list[int]:
        host = host_for(teams, told, clock=lambda: now[0])
        raw = an_activity(teams, bridge)
        before, _ = await host.receive(teams.channel.sign(raw["serviceUrl"]), posted(raw))
        teams.channel.rotate()
        now[0] += 60
        after, _ = await host.receive(teams.channel.sign(raw["serviceUrl"]), posted(raw))
        return [before, after]

    assert run(rotation()) == [200, 200]
    assert len(told.activities) == 2


def test_made_up_keys_are_not_looked_up_over_and_over(teams: TeamsStandIn, bridge: Team) -> None:
    """A hundred forged key names are one request to the key server, also at the same moment."""

    async def forgeries() -> list[tuple[int, Any]]:
        host = host_for(teams)
        raw = an_activity(teams, bridge)
        forged = [teams.channel.sign(raw["serviceUrl"], key=teams.channel.stranger(f"x{n}")) for n in range(100)]
        return await asyncio.gather(*(host.receive(header, posted(raw)) for header in forged))

    assert {status for status, _ in run(forgeries())} == {401}
    assert teams.count("keys") == 1


def test_old_keys_serve_while_the_key_server_is_away(teams: TeamsStandIn, bridge: Team) -> None:
    """A day later the fetch fails, and genuine activities still get in; five days later they do not."""
    now = [0.0]

    async def days() -> list[int]:
        keys = SigningKeys(teams.openid, clock=lambda: now[0])
        host = BotHost(Doorkeeper(APP_ID, keys), Told())
        raw = an_activity(teams, bridge)
        header, found = teams.channel.sign(raw["serviceUrl"]), []
        for day in (0, 1.1, 5.1):
            now[0] = day * 24 * 3600
            found.append((await host.receive(header, posted(raw)))[0])
            keys._url = "http://127.0.0.1:9/nobody"
        return found

    assert run(days()) == [200, 200, 401]


# 3. What is not genuine


@pytest.mark.usefixtures("stock_keys")
def test_stock_fails_in_many_ways(teams: TeamsStandIn, bridge: Team) -> None:
    """No header, rubbish, and a stranger's key are three kinds of error, none of them a PermissionError."""
    raw = an_activity(teams, bridge)
    stock = Stock().bot_framework_authentication
    errors = set()
    for header in ("Bearer rubbish", "Basic x", teams.channel.sign("", key=teams.channel.stranger("key-9"))):
        try:
            run(stock.authenticate_request(Activity().deserialize(raw), header))
        except PermissionError:
            errors.add("permission")
        except Exception as error:
            errors.add(type(error).__name__)

    assert errors >= {"DecodeError", "IndexError"}


FORGED: dict[str, Any] = {
    "no token": lambda _: "",
    "not a token": lambda _: "Bearer rubbish",
    "another issuer": lambda t: t.channel.sign(t.clients.service_url, iss="https://sts.windows.net/x/"),
    "another app": lambda t: t.channel.sign(t.clients.service_url, aud="another"),
    "expired": lambda t: t.channel.sign(t.clients.service_url, exp=1_600_000_000),
    "no end": lambda t: t.channel.sign(t.clients.service_url, exp=None),
    "another service": lambda t: t.channel.sign("https://evil.example/"),
    "unknown key": lambda t: t.channel.sign(t.clients.service_url, key=t.channel.stranger("key-9")),
    "another signature": lambda t: t.channel.sign(t.clients.service_url, key=t.channel.stranger("key-1")),
    "no endorsement": lambda t: t.channel.sign(t.clients.service_url, key=_unendorsed(t)),
}


def _unendorsed(teams: TeamsStandIn) -> Any:
    key = teams.channel.rotate()
    key.endorsements = ()
    return key


@pytest.mark.parametrize("reason", FORGED)
def test_whatever_is_not_genuine_is_401_and_counted(teams: TeamsStandIn, bridge: Team, reason: str) -> None:
    """Each forgery is turned away for its own reason, and nothing of it reaches the bot."""
    told = Told()
    host = host_for(teams, told)
    raw = an_activity(teams, bridge)
    answer = run(host.receive(FORGED[reason](teams), posted(raw)))

    assert answer == (401, None)
    assert dict(host.refused) == {reason: 1}
    assert told.activities == []


@pytest.mark.parametrize("missing", ["channelId", "serviceUrl"])
@pytest.mark.usefixtures("stock_keys")
def test_what_the_sdk_checks_only_when_named_is_checked_always(teams: TeamsStandIn, bridge: Team, missing: str) -> None:
    """An activity that leaves its channel or service out passes the SDK's checks, and not ours."""
    raw = {name: value for name, value in an_activity(teams, bridge).items() if name != missing}
    header = teams.channel.sign(teams.clients.service_url, serviceurl="https://evil.example/")
    if missing == "channelId":
        header = teams.channel.sign(teams.clients.service_url)
    stock = run(Stock().bot_framework_authentication.authenticate_request(Activity().deserialize(raw), header))
    host = host_for(teams)

    assert stock.claims_identity.is_authenticated
    assert run(host.receive(header, posted(raw))) == (401, None)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json", b'{"type": 1}'])
def test_what_is_no_activity_is_400(teams: TeamsStandIn, body: bytes) -> None:
    """Before anything is checked it has to be an activity at all."""
    assert run(host_for(teams).receive("", body)) == (400, None)


# 4. Without an app id nothing is checked


def test_stock_without_an_app_id_lets_everybody_in(teams: TeamsStandIn, bridge: Team) -> None:
    """No header at all is an authenticated request."""
    raw = an_activity(teams, bridge)
    caller = run(Stock(app_id="").bot_framework_authentication.authenticate_request(Activity().deserialize(raw), ""))

    assert caller.claims_identity.is_authenticated


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", False), ("0.0.0.0", False), ("0.0.0.0", True)])
def test_without_an_app_id_nothing_is_served_but_on_request_on_this_machine(host: str, local: bool) -> None:
    """Without the flag, or on an address that others reach, starting is refused with the way out."""
    with pytest.raises(ValueError, match="MODERATO_TEAMS_LOCAL"):
        doorkeeper_for("", host=host, local=local)


def test_a_local_bot_speaks_only_to_this_machine(teams: TeamsStandIn, bridge: Team, here: Reference) -> None:
    """Asked for and on loopback, activities from this machine get in, and nothing is sent elsewhere."""
    doorkeeper = doorkeeper_for("", host="127.0.0.1", local=True)
    host = BotHost(doorkeeper, Told())
    elsewhere = an_activity(teams, bridge, serviceUrl="https://smba.example/")

    async def sends() -> list[Any]:
        connector = Connector(None, trust_env=False)
        away = await connector.send(here | {"service_url": "https://smba.example/"}, {"type": "message", "text": "x"})
        await connector.close()
        return [
            (await host.receive("", posted(an_activity(teams, bridge))))[0],
            (await host.receive("", posted(elsewhere)))[0],
            away,
        ]

    near, far, sent = run(sends())

    assert isinstance(doorkeeper, LoopbackDoorkeeper)
    assert (near, far) == (200, 401)
    assert isinstance(sent, Failed)
    assert sent.code == "UntrustedService"


# 5. A handful of threads


def test_stock_sends_wait_for_a_thread(teams: TeamsStandIn, bridge: Team) -> None:
    """With two threads in the pool, the third send waits until one of the first two is answered."""
    gate = teams.hold("send")

    async def sends() -> tuple[int, int]:
        pool = ThreadPoolExecutor(2)
        asyncio.get_running_loop().set_default_executor(pool)
        client, activity = stock_client(teams), Activity(type="message", text="hi")
        tasks = [asyncio.create_task(client.conversations.send_to_conversation(bridge.id, activity)) for _ in range(3)]
        with ThreadPoolExecutor(1) as own:
            await asyncio.get_running_loop().run_in_executor(own, gate.reached, 2)
        waiting = gate.waiting, pool._work_queue.qsize()
        gate.open()
        await asyncio.gather(*tasks)
        return waiting

    assert run(sends()) == (2, 1)


def test_sends_do_not_wait_for_threads(teams: TeamsStandIn, here: Reference) -> None:
    """With two threads in the pool, forty sends are on their way at once."""
    gate, teams.rates.on = teams.hold("send"), False

    async def sends() -> bool:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        connector = connector_for(teams)
        tasks = [asyncio.create_task(connector.send(here, {"type": "message", "text": "hi"})) for _ in range(40)]
        with ThreadPoolExecutor(1) as own:
            all_there = await asyncio.get_running_loop().run_in_executor(own, gate.reached, 40)
        gate.open()
        await asyncio.gather(*tasks)
        await connector.close()
        return all_there

    assert run(sends())


def test_a_send_without_an_answer_ends(teams: TeamsStandIn, here: Reference) -> None:
    """Where the SDK waits a hundred seconds, ours ends in its own time and says that it may have arrived."""
    teams.faults.plan(Fault(-1), "send")

    async def send() -> Sent | Failed:
        connector = Connector(tokens_for(teams), timeout=0.3, trust_env=False)
        await connector.channels(here, here["conversation"])  # the token is there before the short time begins
        sent = await connector.send(here, {"type": "message", "text": "hi"})
        await connector.close()
        return sent

    failed = run(send())

    assert isinstance(failed, Failed)
    assert (failed.status, failed.is_doubtful) == (0, True)


# 6. Silent repetitions, swallowed waits


def test_stock_repeats_an_update_without_saying_so(teams: TeamsStandIn, bridge: Team) -> None:
    """One 503, and the SDK's PUT comes twice; its caller never knows."""
    message = teams.world.post(bridge.general, None, {"type": "message", "text": "hi"})
    teams.faults.plan(Fault(503, "ServiceUnavailable"), "update")
    activity = Activity(type="message", text="ho")
    run(stock_client(teams).conversations.update_activity(bridge.id, message.id, activity))

    assert teams.count("update") == 2


@pytest.mark.parametrize("operation", ["send", "update", "delete", "members"])
@pytest.mark.parametrize(
    ("fault", "wait"),
    [(Fault(429, "Throttled", retry_after="7"), 7.0), (Fault(503, "Busy"), None), (Fault(412, "Changed"), None)],
)
def test_nothing_is_ever_repeated_below_us(
    teams: TeamsStandIn, bridge: Team, here: Reference, operation: Any, fault: Fault, wait: float | None
) -> None:
    """One request, one answer: status, code and wait come up as a value."""
    message = teams.world.post(bridge.general, None, {"type": "message", "text": "hi"})
    teams.faults.plan(fault, operation)

    async def once() -> Any:
        connector = connector_for(teams)
        calls = {
            "send": lambda: connector.send(here, {"type": "message", "text": "hi"}),
            "update": lambda: connector.update(here, message.id, {"type": "message", "text": "ho"}),
            "delete": lambda: connector.delete(here, message.id),
            "members": lambda: connector.members(here),
        }
        answer = await calls[operation]()
        await connector.close()
        return answer

    assert run(once()) == Failed(fault.status, fault.code, fault.code, wait)
    assert teams.count(operation) == 1


def test_a_post_is_not_repeated_by_the_http_library(teams: TeamsStandIn, bridge: Team) -> None:
    """urllib3 2 leaves POST alone; with 1.26 the SDK would post twice, so the version is pinned."""
    teams.faults.plan(Fault(503, "ServiceUnavailable"), "send")

    with pytest.raises(ErrorResponseException):
        run(stock_client(teams).conversations.send_to_conversation(bridge.id, Activity(type="message", text="hi")))
    assert teams.count("send") == 1


# 7. and 8. What the models lose


def test_stock_models_lose_the_tenant_the_zone_and_the_mention(teams: TeamsStandIn, bridge: Team) -> None:
    """Read and written again, an activity has no tenant in its conversation and nothing in its entities."""
    raw = an_activity(teams, bridge)
    activity = Activity().deserialize(raw)
    again = activity.serialize()

    assert activity.conversation.tenant_id is None
    assert "tenantId" not in again["conversation"]
    assert "timezone" not in json.dumps(again["entities"])


def test_the_bot_gets_the_activity_as_it_came(teams: TeamsStandIn, bridge: Team) -> None:
    """Entities, tenant and whatever Teams adds next year reach us unchanged."""
    told = Told()
    raw = an_activity(teams, bridge, newField={"a": [1]})
    run(host_for(teams, told).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert told.activities == [raw]
    assert tenant_of(told.activities[0]) == TENANT


def test_the_tenant_is_the_one_that_the_channel_vouches_for(teams: TeamsStandIn, bridge: Team) -> None:
    """It is read from channelData: neither the conversation's own field nor the person's stands in for it."""
    raw = an_activity(teams, bridge)
    elsewhere = raw | {"conversation": raw["conversation"] | {"tenantId": "another"}}
    nowhere = elsewhere | {"channelData": {}, "from": raw["from"] | {"tenantId": "another"}}

    assert (tenant_of(elsewhere), place_of(elsewhere).workspace, actor_of(elsewhere).workspace) == (TENANT,) * 3
    assert tenant_of(nowhere) == ""


def test_what_we_send_arrives_as_we_wrote_it(teams: TeamsStandIn, bridge: Team, here: Reference) -> None:
    """A mention entity and a targeted recipient survive, which the SDK's models drop."""
    lena = bridge.members[0]
    mention = {"type": "mention", "text": "<at>Lena</at>", "mentioned": {"id": lena.id, "name": "Lena"}}
    activity = {"type": "message", "text": "<at>Lena</at>, you are up.", "entities": [mention]}
    stock = Activity().deserialize(activity | {"recipient": {"id": lena.id, "isTargeted": True}}).serialize()

    async def send() -> None:
        connector = connector_for(teams)
        await connector.send(here, activity)
        await connector.send(here, {"type": "message", "text": "psst"}, only_for=lena.id)
        await connector.close()

    run(send())
    open_, targeted = teams.world.messages

    assert "mentioned" not in stock["entities"][0]
    assert "isTargeted" not in stock["recipient"]
    assert open_.activity["entities"] == [mention]
    assert targeted.only_for == lena.id


# 9. The bot's own name


def test_stock_takes_the_name_out_everywhere() -> None:
    """The bot's name in a sentence goes with the mention."""
    entity = {"type": "mention", "text": "<at>Round</at>", "mentioned": {"id": "28:bot", "name": "Round"}}
    activity = Activity().deserialize(
        {
            "type": "message",
            "text": "<at>Round</at> round Round table",
            "recipient": {"id": "28:bot"},
            "entities": [entity],
        }
    )

    assert "Round" not in TurnContext.remove_recipient_mention(activity)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("<at>Round</at> round Round table", "round Round table"),
        ("round 60 <at>Round</at>", "round 60"),
        ("<at>Round</at>", ""),
        ("<at>Round</at>&nbsp;note a &lt; b", "note a < b"),
        ("no mention, but Round", "no mention, but Round"),
    ],
)
def test_only_the_mention_itself_is_taken_out(text: str, heard: str) -> None:
    """What a person typed stays, whatever the bot is called."""
    entity = {"type": "mention", "text": "<at>Round</at>", "mentioned": {"id": "28:bot", "name": "Round"}}
    activity = {"text": text, "recipient": {"id": "28:bot"}, "entities": [entity, {"type": "clientInfo"}]}
    before = json.dumps(activity)

    assert spoken(activity) == heard
    assert json.dumps(activity) == before


# 10. and 11. TeamsInfo


def test_stock_teams_info_does_not_work_unasked(here: Reference) -> None:
    """In a conversation that is continued there is no channel data, and TeamsInfo fails on it."""

    class Unasked(Stock):
        async def process_proactive(self, _claims: Any, activity: Activity, _audience: str, logic: Any) -> None:
            await logic(TurnContext(self, activity))

    reference = ConversationReference().deserialize(
        {"conversation": {"id": here["conversation"]}, "serviceUrl": here["service_url"], "channelId": "msteams"}
    )

    async def ask(context: TurnContext) -> None:
        await TeamsInfo.get_team_details(context)

    with pytest.raises(TypeError):
        run(Unasked().continue_conversation(reference, ask, APP_ID))


def test_rosters_are_read_unasked_in_pages_with_the_loop_free(teams: TeamsStandIn, here: Reference) -> None:
    """From a stored reference alone, page by page; other work goes on while a page is held."""
    teams.servers.page = 2
    gate = teams.hold("members")

    async def read() -> tuple[bool, Any]:
        connector = connector_for(teams)
        reading = asyncio.create_task(connector.members(here))
        free = await asyncio.to_thread(gate.reached, 1)
        gate.open()
        members = await reading
        await connector.close()
        return free, members

    free, members = run(read())

    assert free
    assert [member["name"] for member in members] == ["Lena", "Tomas", "Ines"]
    assert teams.count("members") == 2


# 12. and 13. Answers to invokes


def test_stock_cannot_answer_with_a_line() -> None:
    """An answer whose value is a line of text fails to be written."""
    from botbuilder.core import serializer_helper
    from botbuilder.schema import AdaptiveCardInvokeResponse

    answer = AdaptiveCardInvokeResponse(
        status_code=200, type="application/vnd.microsoft.activity.message", value="Noted."
    )

    with pytest.raises(Exception, match=r"[Dd]ict|attribute"):
        serializer_helper(answer)


def an_invoke(teams: TeamsStandIn, bridge: Team) -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "data": {"action": "x"}}, "trigger": "manual"}
    return an_activity(teams, bridge, type="invoke", name="adaptiveCard/action", value=value)


def test_an_invoke_is_answered_with_plain_json(teams: TeamsStandIn, bridge: Team) -> None:
    """A line of text, a card, anything: what we give is what goes back."""
    body = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Noted."}
    raw = an_invoke(teams, bridge)
    answer = run(host_for(teams, Told(Answer(200, body))).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert answer == (200, body)


@pytest.mark.usefixtures("stock_keys", "stock_login")
def test_stock_hides_a_failing_invoke(teams: TeamsStandIn, bridge: Team) -> None:
    """With an error handler set, a failing invoke is a 501: not implemented."""
    raw = an_invoke(teams, bridge)

    async def fails(_context: TurnContext) -> None:
        raise RuntimeError("no")

    async def hush(_context: TurnContext, _error: Exception) -> None:
        return

    stock = Stock()
    stock.on_turn_error = hush
    answer = run(stock.process_activity(teams.channel.sign(raw["serviceUrl"]), Activity().deserialize(raw), fails))

    assert int(answer.status) == 501


def test_a_failing_invoke_is_our_fault_and_is_logged(teams: TeamsStandIn, bridge: Team) -> None:
    """It is a 500, so that Teams tries again, and the log names the kind of activity but nothing in it."""
    raw = an_invoke(teams, bridge)

    async def fails(_activity: dict[str, Any]) -> Answer | None:
        raise RuntimeError("what somebody wrote")

    with structlog.testing.capture_logs() as logged:
        answer = run(host_for(teams, fails).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert answer == (500, None)
    (line,) = logged
    assert (line["log_level"], line["type"], line["name"]) == ("error", "invoke", "adaptiveCard/action")
    assert "what somebody wrote" not in str(line)


# 14. A request for every newcomer


@pytest.mark.usefixtures("stock_keys", "stock_login")
def test_stock_asks_for_every_newcomer(teams: TeamsStandIn, bridge: Team) -> None:
    """Three people join, and the SDK's handler makes three requests before it says so."""
    joined: list[TeamsChannelAccount] = []

    class Handler(TeamsActivityHandler):
        async def on_teams_members_added(self, members: list[TeamsChannelAccount], *_rest: Any) -> None:
            joined.extend(members)

    raw = three_join(teams, bridge)
    activity = Activity().deserialize(raw)
    run(Stock().process_activity(teams.channel.sign(raw["serviceUrl"]), activity, Handler().on_turn))

    assert len(joined) == 3
    assert teams.count("member") == 3


def three_join(teams: TeamsStandIn, bridge: Team) -> dict[str, Any]:
    added = [{"id": person.id, "aadObjectId": person.aad} for person in bridge.members]
    return teams.clients._conversation_update(bridge, {"membersAdded": added}, "teamMemberAdded", bridge.members[0])


def test_newcomers_cost_no_request_at_the_door(teams: TeamsStandIn, bridge: Team) -> None:
    """The same activity reaches us without a single request."""
    told = Told()
    raw = three_join(teams, bridge)
    run(host_for(teams, told).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert len(told.activities[0]["membersAdded"]) == 3
    assert teams.count("member") == teams.count("token") == 0


# 15. Tuples and noise


def test_stock_writes_a_tuple_as_words() -> None:
    """A tuple in a card's data becomes the text of a tuple."""
    activity = Activity(type=ActivityTypes.message, value={"dots": (1, 2)})

    assert activity.serialize()["value"] == {"dots": "(1, 2)"}


def test_a_tuple_is_sent_as_a_list(teams: TeamsStandIn, here: Reference) -> None:
    """What JSON has no tuple for arrives as a list."""

    async def send() -> None:
        connector = connector_for(teams)
        await connector.send(here, {"type": "message", "text": "hi", "value": {"dots": (1, 2)}})
        await connector.close()

    run(send())

    assert teams.world.messages[0].activity["value"] == {"dots": [1, 2]}


def test_unknown_fields_make_no_noise(teams: TeamsStandIn, bridge: Team, caplog: pytest.LogCaptureFixture) -> None:
    """A channelData that we know nothing of writes nothing into the log."""
    raw = an_activity(teams, bridge)
    raw["channelData"]["onBehalfOf"] = {"a": 1}
    with structlog.testing.capture_logs() as logged:
        run(host_for(teams).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert logged == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


# The list scan


@pytest.fixture
def policies(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the SDK's retry policies; each one made scans a list of 500 numbers a thousand times."""
    made: list[int] = []
    real = ClientRetryPolicy.__init__

    def count(self: ClientRetryPolicy) -> None:
        made.append(1)
        real(self)

    monkeypatch.setattr(ClientRetryPolicy, "__init__", count)
    return made


@pytest.mark.usefixtures("stock_keys", "stock_login")
def test_stock_scans_a_list_in_every_turn(teams: TeamsStandIn, bridge: Team, policies: list[int]) -> None:
    """A turn that answers nothing makes several clients, each with a policy of its own."""
    raw = an_activity(teams, bridge)

    async def nothing(_context: TurnContext) -> None:
        return

    run(Stock().process_activity(teams.channel.sign(raw["serviceUrl"]), Activity().deserialize(raw), nothing))

    assert isinstance(ClientRetryPolicy.safe_codes, list)
    assert len(policies) >= 2


def test_a_turn_makes_no_client(teams: TeamsStandIn, bridge: Team, policies: list[int]) -> None:
    """Nothing of the kind happens in a turn of ours."""
    raw = an_activity(teams, bridge)
    run(host_for(teams).receive(teams.channel.sign(raw["serviceUrl"]), posted(raw)))

    assert policies == []


def test_conversation_ids_survive_the_address_line(teams: TeamsStandIn, bridge: Team, here: Reference) -> None:
    """Colons, at signs and the thread's semicolon are quoted once, and once only."""

    async def send() -> Sent | Failed:
        connector = connector_for(teams)
        opened = await connector.send(here, {"type": "message", "text": "hi"})
        assert isinstance(opened, Sent)
        reply = await connector.send(here, {"type": "message", "text": "ho"}, thread=opened.id)
        await connector.close()
        return reply

    run(send())

    assert [message.text for message in teams.world.thread(teams.world.messages[0])] == ["ho"]
    assert quote(bridge.id, safe="") != bridge.id
