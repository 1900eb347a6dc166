"""Socket Mode, and a watchdog for sockets that have gone deaf."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger("moderato.slack")

FIRST_TRY = 5.0  # seconds a start waits for the socket; where Slack is away, everything else starts without it
PING = 10.0  # seconds between pings of the SDK's client, which renews a socket after four without an answer
LOOK = 15.0  # seconds between looks of the watchdog
DOWN = 30.0  # seconds without a connection before the watchdog makes one itself
SILENT = 600.0  # seconds without a single envelope: a socket can be deaf although it answers pings


class Watch:
    """Decides when a socket is to be renewed. Pure; moments are seconds of one clock that never goes back."""

    def __init__(self, now: float) -> None:
        self.heard = self.up = now

    def hears(self, now: float) -> None:
        """Something came through."""
        self.heard = self.up = now

    def verdict(self, now: float, *, connected: bool) -> str:
        """Why to renew the socket now; "" to leave it alone. A verdict counts as acted upon."""
        if connected:
            self.up = now
        why = ""
        if now - self.up >= DOWN:
            why = "it is down"
        elif now - self.heard >= SILENT:
            why = "it has been silent for long"
        if why:
            self.heard = self.up = now
        return why


class Socket:
    """One socket that is always there: the SDK's client, watched."""

    def __init__(
        self, bolt: AsyncApp, app_token: str, api_url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bolt, self._token, self._api_url, self._clock = bolt, app_token, api_url, clock
        self._handler: AsyncSocketModeHandler | None = None
        self._watching: asyncio.Task[None] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self.watch = Watch(clock())

    async def start(self) -> None:
        quiet = logging.getLogger("moderato.socket")
        quiet.setLevel(logging.CRITICAL)
        self._handler = AsyncSocketModeHandler(
            self._bolt,
            self._token,
            logger=quiet,
            web_client=AsyncWebClient(base_url=self._api_url),
            ping_interval=PING,
        )
        self._handler.client.message_listeners.append(self._heard)
        # The SDK tries until it succeeds; that may be tomorrow.
        self._connecting = asyncio.ensure_future(self._handler.connect_async())  # type: ignore[no-untyped-call]
        done, _ = await asyncio.wait({self._connecting}, timeout=FIRST_TRY)
        if not done:
            log.warning("there is no socket yet, because Slack cannot be reached; it comes as soon as it can")
        self.watch = Watch(self._clock())
        self._watching = asyncio.create_task(self._watched(), name="slack watchdog")

    async def stop(self) -> None:
        for task in (self._watching, self._connecting):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]
        self._watching = self._connecting = self._handler = None

    async def look(self) -> str:
        """One look of the watchdog: renew the socket if it is down or deaf. Returns why, "" if all is well."""
        if self._handler is None or (self._connecting is not None and not self._connecting.done()):
            return ""
        client = self._handler.client
        why = self.watch.verdict(self._clock(), connected=await client.is_connected())
        if why:
            log.warning("the socket is renewed", because=why)
            await client.connect_to_new_endpoint(force=True)
        return why

    async def _watched(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except Exception as error:
                log.warning("the socket could not be renewed; the next look tries again", error=type(error).__name__)

    async def _heard(self, _client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") != "disconnect":
            self.watch.hears(self._clock())
