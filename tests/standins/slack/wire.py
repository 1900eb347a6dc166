"""How Slack reaches the app: signed HTTP requests or Socket Mode envelopes, deadlines, retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.standins.slack.model import Json, Workspace, World

ACK_DEADLINE = timedelta(seconds=3)
RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
TICKET_LIFE = timedelta(seconds=30)
MOST_SOCKETS = 10
CONNECTION_TIME = 3600

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass
class Answer:
    """What came back for one delivery. `reason` names the failure in the words of x-slack-retry-reason."""

    ok: bool
    body: Any = None
    status: int = 0
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body if isinstance(self.body, str) else str((self.body or {}).get("text", ""))


@dataclass(eq=False)
class Delivery:
    """One thing Slack had to tell the app, and each answer it got."""

    kind: Kind
    payload: Json
    sent: datetime
    answers: list[Answer] = field(default_factory=list)
    attempt: int = 0
    due: datetime | None = None  # when it is tried again

    @property
    def answer(self) -> Answer:
        return self.answers[-1]


@dataclass(eq=False)
class Socket:
    ws: web.WebSocketResponse
    request: web.Request
    number: int
    deaf: bool = False
    sent: int = 0


class Wire:
    """`http_url` set: HTTP; otherwise Socket Mode. `early` and `late` are only told apart by the held clock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.http_url = ""
        self.sockets: list[Socket] = []
        self.tickets: dict[str, datetime] = {}
        self.link_enabled = True
        self.deliveries: list[Delivery] = []
        self.waiting: list[Delivery] = []
        self.connected = 0
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._turn = 0

    # --- sending ----------------------------------------------------------------------------------------

    async def deliver(self, kind: Kind, payload: Json) -> Delivery:
        """Send it once. An event that is not acknowledged in time waits for `catch_up`."""
        delivery = Delivery(kind, payload, self.world.clock())
        self.deliveries.append(delivery)
        await self._try(delivery)
        return delivery

    async def again(self, delivery: Delivery, reason: str = "http_timeout") -> Answer:
        """Send the very same thing once more, as Slack does when it is not sure that it arrived."""
        delivery.attempt += 1
        return await self._attempt(delivery, reason)

    async def catch_up(self) -> int:
        """Send the retries that are due by now. Returns how many there were."""
        now = self.world.clock()
        due = [delivery for delivery in self.waiting if delivery.due is not None and delivery.due <= now]
        for delivery in due:
            self.waiting.remove(delivery)
            delivery.attempt += 1
            await self._try(delivery)
        return len(due)

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Let something happen beside the test; `quiet` waits for it."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._finished)

    async def quiet(self) -> None:
        """Wait until nothing is on its way to the app any more."""
        await self.world.until(lambda: not self._background, "deliveries to end")

    async def close(self) -> None:
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for socket in list(self.sockets):
            await socket.ws.close()
        if self._session is not None:
            await self._session.close()

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        self.world.changed()
        if not task.cancelled() and (error := task.exception()) is not None:
            self.world.complain(f"a delivery failed: {error!r}")

    async def _try(self, delivery: Delivery) -> None:
        reason = delivery.answers[-1].reason if delivery.answers else ""
        answer = await self._attempt(delivery, reason)
        stopped = answer.headers.get("x-slack-no-retry") == "1"
        most = len(RETRY_AFTER) if self.http_url else 1
        if delivery.kind == "events_api" and not answer.ok and not stopped and delivery.attempt < most:
            delivery.due = self.world.clock() + RETRY_AFTER[delivery.attempt]
            self.waiting.append(delivery)

    async def _attempt(self, delivery: Delivery, reason: str) -> Answer:
        asked = self.world.clock()
        sending = self._post(delivery, reason) if self.http_url else self._envelope(delivery, reason)
        task = asyncio.get_running_loop().create_task(sending)
        task.add_done_callback(lambda _: self.world.changed())

        def over() -> bool:
            return task.done() or self.world.clock() - asked > ACK_DEADLINE

        try:
            await self.world.until(over, f"an acknowledgement of {delivery.kind}")
        except TimeoutError:
            task.cancel()
            raise
        if task.done() and self.world.clock() - asked <= ACK_DEADLINE:
            answer = task.result()
        else:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            answer = Answer(False, reason="http_timeout")
        delivery.answers.append(answer)
        return answer

    # --- HTTP -------------------------------------------------------------------------------------------

    def signed(self, body: str, *, secret: str = "", at: datetime | None = None) -> dict[str, str]:
        """The signature headers for *body*."""
        stamp = str(int((at or self.world.clock()).timestamp()))
        key = (secret or self.world.app.signing_secret).encode()
        mark = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}

    async def knock(self, body: str, headers: dict[str, str]) -> Answer:
        """Bring any body with any headers to the app's address: for requests that are not genuine."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            raw_body = BytesIO(body.encode("utf-8", "surrogatepass"))
            async with self._session.post(self.http_url, data=raw_body, headers=headers) as got:
                raw = await got.text()
                found = {name.lower(): value for name, value in got.headers.items()}
                return Answer(got.status == 200, _parsed(raw, found), got.status, _reason(got.status), found)
        except aiohttp.ClientError:
            return Answer(False, reason="connection_failed")

    @staticmethod
    def body_of(kind: Kind, payload: Json) -> tuple[str, str]:
        """The body of an HTTP request and its content type."""
        if kind == "events_api":
            return json.dumps(payload), "application/json"
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return urlencode(form), "application/x-www-form-urlencoded"

    async def _post(self, delivery: Delivery, reason: str) -> Answer:
        body, content_type = self.body_of(delivery.kind, delivery.payload)
        headers = {"Content-Type": content_type, **self.signed(body)}
        if delivery.attempt:
            headers |= {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": reason or "http_timeout"}
        return await self.knock(body, headers)

    # --- Socket Mode ------------------------------------------------------------------------------------

    async def _envelope(self, delivery: Delivery, reason: str) -> Answer:
        ears = [socket for socket in self.sockets if not socket.ws.closed]
        if not ears:
            return Answer(False, reason="connection_failed")
        self._turn += 1
        socket = ears[self._turn % len(ears)]
        envelope: Json = {
            "envelope_id": self.world.mint("e"),
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": "timeout" if reason else ""}
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = ack
        try:
            if not socket.deaf:
                await socket.ws.send_json(envelope)
                socket.sent += 1
            frame = await ack
        except ConnectionError:
            return Answer(False, reason="connection_failed")
        finally:
            self._acks.pop(envelope["envelope_id"], None)
        return Answer(True, frame.get("payload"), 200)

    def new_ticket(self) -> str:
        ticket = self.world.mint("ticket")
        self.tickets[ticket] = self.world.clock()
        return ticket

    async def serve_socket(self, request: web.Request) -> web.StreamResponse:
        """The other end of the app's WebSocket."""
        minted = self.tickets.pop(request.query.get("ticket", ""), None)
        if minted is None or self.world.clock() - minted > TICKET_LIFE:
            return web.Response(status=401)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        if len(self.sockets) >= MOST_SOCKETS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await ws.close()
            return ws
        self.connected += 1
        socket = Socket(ws, request, self.connected)
        self.sockets.append(socket)
        await ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "connection_info": {"app_id": self.world.app.id},
                "debug_info": {"host": "stand-in", "approximate_connection_time": CONNECTION_TIME},
            }
        )
        self.world.changed()
        try:
            async for frame in ws:
                await self._heard(socket, frame)
        finally:
            self.sockets.remove(socket)
            self.world.changed()
        return ws

    async def _heard(self, socket: Socket, frame: aiohttp.WSMessage) -> None:
        if frame.type is aiohttp.WSMsgType.PING and not socket.deaf:
            await socket.ws.pong(frame.data)
        elif frame.type is aiohttp.WSMsgType.TEXT and not socket.deaf:
            answer = json.loads(frame.data)
            ack = self._acks.get(answer.get("envelope_id", ""))
            if ack is None:
                self.world.complain(f"acknowledged an envelope that is unknown or too old: {frame.data[:80]}")
            elif not ack.done():
                ack.set_result(answer)


def event_callback(world: World, workspace: Workspace, event: Json) -> Json:
    """The envelope of an event, as the Events API wraps it."""
    return {
        "token": world.app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": workspace.enterprise or None,
        "api_app_id": world.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": world.mint("Ev"),
        "event_time": int(world.clock().timestamp()),
        "is_ext_shared_channel": False,
        "event_context": world.mint("4-"),
        "authorizations": [
            {
                "enterprise_id": workspace.enterprise or None,
                "team_id": workspace.id,
                "user_id": workspace.install.bot.id if workspace.install else None,
                "is_bot": True,
                "is_enterprise_install": workspace.install is not None and workspace.install.whole,
            }
        ],
    }


def _parsed(raw: str, headers: dict[str, str]) -> Any:
    if "json" in headers.get("content-type", "") and raw:
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


def _reason(status: int) -> str:
    return "" if status == 200 else "http_error"
