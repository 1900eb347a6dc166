"""Teams' way in: who may come in, and what is answered at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
import structlog
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor, _OpenIdConfig
from botframework.connector.auth.verify_options import VerifyOptions
from prometheus_client import Counter as Metric
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock, wall
from bot.logs import fault
from bot.platforms.teams.client.connector import is_loopback
from bot.platforms.teams.client.tokens import PUBLIC, Cloud

log = structlog.get_logger("moderato.teams")

REFUSED = Metric("moderato_teams_refused", "Activities that were not genuine", ["reason"])

CHANNEL = "msteams"
SKEW = 5 * 60  # seconds by which two clocks may differ
KEYS_AGE = 24 * 3600  # seconds after which the keys are fetched again
KEYS_MOST = 5 * KEYS_AGE  # seconds that old keys still serve when the key server is away
KEYS_PAUSE = 30  # seconds between two fetches: a forger's made-up key ids must not become our requests
KEYS_TIMEOUT = 5  # seconds
MOST_TOKENS = 500  # checked tokens remembered; a channel uses one for each region
MOST_BODY = 1024 * 1024  # bytes; an activity with a full form has some tens of thousands


class RefusedError(Exception):
    """The activity is not genuine. The message is one of a few short reasons, and is counted."""


class SigningKeys:
    """The channel's signing keys, fetched beside the event loop's other work and never by two at once.

    The SDK's own class waits for them on the loop without a time-out, and takes a new key for an error until its
    copy is a day old. *clock* counts seconds.
    """

    def __init__(self, url: str, *, timeout: float = KEYS_TIMEOUT, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._keys: dict[str, tuple[Any, list[str]]] = {}
        self._fetched = self._tried = float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self.edition = 0  # counts fetches: what was checked with another edition is checked again

    async def get(self, key_id: str | None) -> Any:
        """The key of this name, in the shape the SDK wants. Raises RefusedError when the channel has none."""
        if not self._knows(key_id):
            async with self._one_at_a_time:
                if not self._knows(key_id) and self._clock() - self._tried >= KEYS_PAUSE:
                    await self._fetch()
        if key_id not in self._keys or self._clock() - self._fetched >= KEYS_MOST:
            raise RefusedError("unknown key")
        public, endorsements = self._keys[key_id]
        if CHANNEL not in endorsements:  # the SDK would accept a key without any endorsement
            raise RefusedError("no endorsement")
        return _OpenIdConfig(public, endorsements)

    @property
    def is_fresh(self) -> bool:
        """Whether the keys were fetched within a day."""
        return self._clock() - self._fetched < KEYS_AGE

    def _knows(self, key_id: str | None) -> bool:
        return key_id in self._keys and self.is_fresh

    async def _fetch(self) -> None:
        self._tried = self._clock()
        try:
            async with aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session:
                named = await self._json(session, self._url)
                listed = (await self._json(session, named["jwks_uri"]))["keys"]
            keys = {
                key["kid"]: (jwt.PyJWK(key | {"alg": "RS256"}).key, list(key.get("endorsements") or ()))
                for key in listed
                if key.get("kty") == "RSA"
            }
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.warning("Microsoft's signing keys cannot be fetched; those we have still serve", **fault(error))
            return
        self._keys, self._fetched = keys, self._tried
        self.edition += 1

    @staticmethod
    async def _json(session: aiohttp.ClientSession, url: str) -> Any:
        async with session.get(url) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


class _NoConnector(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    """The SDK makes a connector for every turn, at 9 ms and a token each. We answer, and send through the outbox."""

    async def create(self, service_url: str, audience: str = "") -> Any:  # noqa: ARG002
        return self


class Doorkeeper(BotFrameworkAuthentication):  # type: ignore[misc]
    """Lets in what the channel signed for this app, and nothing else: no skill, no emulator, no other channel.

    The channel uses one token for about an hour, so a token that was checked is remembered until its end, or until
    the keys are fetched again. *clock* says what time it is.
    """

    def __init__(self, app_id: str, keys: SigningKeys, cloud: Cloud = PUBLIC, clock: Clock = wall) -> None:
        self._app_id, self._cloud, self._keys, self._clock = app_id, cloud, keys, clock
        self._checked: OrderedDict[str, tuple[int, float, dict[str, Any]]] = OrderedDict()
        options = VerifyOptions(issuer=[cloud.issuer], audience=None, clock_tolerance=SKEW, ignore_expiration=False)
        self._tokens = JwtTokenExtractor(options, cloud.keys, ["RS256"])
        self._tokens.open_id_metadata = keys

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Who sent this, as the SDK wants it told. Raises RefusedError."""
        claims = self._remembered(auth_header)
        if claims is None:
            claims = await self._check(auth_header)
            self._checked[auth_header] = self._keys.edition, float(claims["exp"]), claims
            if len(self._checked) > MOST_TOKENS:
                self._checked.popitem(last=False)
        if activity.channel_id != CHANNEL:
            raise RefusedError("another channel")
        if not activity.service_url or claims.get("serviceurl") != activity.service_url:
            raise RefusedError("another service")
        return _admitted(claims)

    def _remembered(self, auth_header: str) -> dict[str, Any] | None:
        edition, end, claims = self._checked.get(auth_header, (-1, 0.0, {}))
        if edition != self._keys.edition or not self._keys.is_fresh or self._clock().timestamp() > end + SKEW:
            self._checked.pop(auth_header, None)
            return None
        return claims

    async def _check(self, auth_header: str) -> dict[str, Any]:
        """The claims of a token that is genuine, whatever it comes with."""
        scheme, _, token = auth_header.partition(" ")
        if scheme != "Bearer" or not token:
            raise RefusedError("no token")
        try:
            identity = await self._tokens.get_identity(scheme, token, CHANNEL, [CHANNEL])
        except jwt.ExpiredSignatureError:
            raise RefusedError("expired") from None
        except jwt.InvalidSignatureError:
            raise RefusedError("another signature") from None
        except jwt.PyJWTError:
            raise RefusedError("not a token") from None
        if identity is None:
            raise RefusedError("another issuer")
        claims = dict(identity.claims)
        if claims.get("aud") != self._app_id:
            raise RefusedError("another app")
        if not isinstance(claims.get("exp"), int):  # the SDK takes a token that never ends
            raise RefusedError("no end")
        return claims

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002
        channel_id_header: str,  # noqa: ARG002
    ) -> AuthenticateRequestResult:
        """Streaming is not served."""
        raise RefusedError("streaming")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return _NoConnector()

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in to anything, so there is no client for it."""


class LoopbackDoorkeeper(Doorkeeper):
    """Lets in everything that says it comes from this machine: for trials without a registration."""

    def __init__(self) -> None:
        """There are no keys to keep."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:  # noqa: ARG002
        if not _is_local_service(activity.service_url):
            raise RefusedError("another service")
        return _admitted({})


def doorkeeper_for(
    app_id: str, *, host: str, local: bool, cloud: Cloud = PUBLIC, keys: SigningKeys | None = None
) -> Doorkeeper:
    """The doorkeeper for these settings. Raises ValueError, in the operator's words, where none would be safe."""
    if app_id:
        return Doorkeeper(app_id, keys or SigningKeys(cloud.keys), cloud)
    if not local:
        raise ValueError(
            "MicrosoftAppId is not set, so nothing that claims to come from Teams could be checked. "
            "Set it, or set MODERATO_TEAMS_LOCAL=1 to try Teams on this machine only."
        )
    if not is_loopback(host):
        raise ValueError(
            f"MODERATO_TEAMS_LOCAL=1 serves Teams without any check, so HOST must be 127.0.0.1, not {host}."
        )
    log.warning("Teams is served without any check, on this machine only, because MODERATO_TEAMS_LOCAL=1 is set")
    return LoopbackDoorkeeper()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back on an invoke: a status, and plain JSON."""

    status: int = 200
    body: Any = None


OnActivity = Callable[[dict[str, Any]], Awaitable[Answer | None]]


class BotHost(CloudAdapterBase):  # type: ignore[misc]
    """Hosts the SDK's adapter on any web framework.

    The turn gets the activity as the plain dict that came in: the SDK's models lose what they do not know.
    *refused* counts what was turned away, by reason.
    """

    def __init__(self, doorkeeper: Doorkeeper, on_activity: OnActivity) -> None:
        super().__init__(doorkeeper)
        self._on_activity = on_activity
        self.refused: Counter[str] = Counter()

    def refuse(self, reason: str) -> None:
        """Count one that was turned away, here and for /metrics."""
        self.refused[reason] += 1
        REFUSED.labels(reason).inc()
        log.warning("an activity was refused", reason=reason)

    async def receive(self, authorization: str, body: bytes) -> tuple[int, Any]:
        """Handle one request: the Authorization header and the raw body in, a status and JSON (or None) out."""
        raw = _read(body)
        if raw is None:
            return 400, None
        shown = Activity(type=raw["type"], channel_id=raw.get("channelId"), service_url=raw.get("serviceUrl"))
        try:
            caller = await self.bot_framework_authentication.authenticate_request(shown, authorization)
        except Exception as error:  # whatever goes wrong at the door, nobody comes in
            reason = str(error) if isinstance(error, RefusedError) else "not understood"
            self.refuse(reason)
            return 401, None
        answer: Answer | None = None

        async def turn(_context: TurnContext) -> None:
            nonlocal answer
            answer = await self._on_activity(raw)

        try:
            await self.process_activity(caller, shown, turn)
        except Exception as error:
            log.error("an activity failed", type=raw["type"], name=raw.get("name", ""), **fault(error))
            return 500, None
        if answer is None:
            return (501, None) if raw["type"] == "invoke" else (200, None)
        return answer.status, answer.body


def route(host: BotHost, path: str = "/api/messages") -> Route:
    """The one address that Teams calls, for Starlette."""

    async def messages(request: Request) -> Response:
        if isinstance(host.bot_framework_authentication, LoopbackDoorkeeper) and not _from_here(request):
            host.refuse("another machine")
            return Response(status_code=401)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY:
                return Response(status_code=413)
        status, answer = await host.receive(request.headers.get("authorization", ""), bytes(body))
        return Response(status_code=status) if answer is None else JSONResponse(answer, status_code=status)

    return Route(path, messages, methods=["POST"])


def _admitted(claims: dict[str, Any]) -> AuthenticateRequestResult:
    result = AuthenticateRequestResult()
    result.claims_identity = ClaimsIdentity(claims, True)
    result.connector_factory = _NoConnector()
    return result


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        raw = json.loads(body)
    except ValueError:
        return None
    return raw if isinstance(raw, dict) and isinstance(raw.get("type"), str) else None


def _from_here(request: Request) -> bool:
    """Not from another machine, and not from a web page that a browser on this machine shows."""
    return request.client is not None and is_loopback(request.client.host) and "origin" not in request.headers


def _is_local_service(service_url: Any) -> bool:
    return isinstance(service_url, str) and is_loopback(urlsplit(service_url).hostname or "")
