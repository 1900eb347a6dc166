"""The whole stand-in: a tenant, its people and the Bot Connector, over real HTTP on the loopback interface."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import requests
from aiohttp import web
from requests.adapters import HTTPAdapter

from tests.standins.teams.clients import Clients
from tests.standins.teams.connector import OPENID, Gate, Servers
from tests.standins.teams.limits import Faults, Rates
from tests.standins.teams.trust import Channel, Registration
from tests.standins.teams.world import World

T = TypeVar("T")
APP_ID = "0f6b1d5e-3c1a-4c57-9a52-6f1f6f8b7a10"
TENANT = "6b1f7c2a-95d4-4c0e-8a6e-2d3f4b5c6d7e"
SECRET = "a secret that only the tests know"
LOGIN, METADATA = "https://login.microsoftonline.com", "http://169.254.169.254"


class TeamsStandIn:
    """Use it as a context manager; its servers run in a thread of their own.

    `world` makes people, teams and chats, `clients` plays what people do (coroutines; `play` runs one and waits),
    `faults` and `rates` make it refuse, `calls` says what reached it. Leaving the block raises AssertionError
    when the bot sent anything that Teams could not draw, unless `complaints` were read off before.
    """

    def __init__(self, clock: Callable[[], datetime], *, bot_name: str = "Moderato") -> None:
        self.world = World(clock, TENANT, APP_ID, bot_name)
        self.channel = Channel(APP_ID)
        self.registration = Registration(APP_ID, TENANT, SECRET)
        self.rates, self.faults = Rates(clock), Faults()
        self.servers = Servers(self.world, self.channel, self.registration, self.rates, self.faults)
        self.clients = Clients(self.world, self.channel)
        self.clients.complaints = self.servers.complaints
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="teams stand-in", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> TeamsStandIn:
        self._thread.start()
        self.play(self._start())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for gate in self.servers.gates.values():
            gate.open()
        self.play(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if kind is None and self.servers.complaints:
            raise AssertionError("Teams objects: " + "; ".join(self.servers.complaints))

    # Where it is

    @property
    def base(self) -> str:
        """The address of its servers."""
        return self.servers.base

    @property
    def openid(self) -> str:
        """The address of the metadata that names the signing keys."""
        return self.base + OPENID

    def session(self) -> requests.Session:
        """A session for the token library: Microsoft's sign-in and identity endpoints are this stand-in."""
        session = requests.Session()
        session.trust_env = False
        session.mount(LOGIN, _Redirected(LOGIN, f"{self.base}/login"))
        session.mount(METADATA, _Redirected(METADATA, self.base))
        return session

    def adapter(self) -> HTTPAdapter:
        """What sends the sign-in requests of somebody else's session to this stand-in."""
        return _Redirected(LOGIN, f"{self.base}/login")

    # What happened

    def count(self, operation: str) -> int:
        """How many requests of this kind reached it: any Operation, openid, keys, authority, token, identity."""
        return sum(call.operation == operation for call in self.servers.calls)

    def complaints(self) -> list[str]:
        """What Teams objected to so far; read off, it no longer fails the test."""
        found = list(self.servers.complaints)
        self.servers.complaints.clear()
        return found

    def hold(self, operation: str) -> Gate:
        """Hold all requests of this kind back until the gate is opened."""

        async def make() -> Gate:
            return self.servers.gates.setdefault(operation, Gate())

        return self.play(make())

    def play(self, act: Coroutine[Any, Any, T]) -> T:
        """Run something that people do, and wait for it. Not from the loop that the bot runs on."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result()

    async def _start(self) -> None:
        self._runner = web.AppRunner(self.servers.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.servers.base = f"http://127.0.0.1:{port}"
        self.clients.service_url = f"{self.base}/teams/emea/"

    async def _stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()


class _Redirected(HTTPAdapter):
    """Sends what is meant for one address to another."""

    def __init__(self, from_: str, to: str) -> None:
        super().__init__()
        self._from, self._to = from_, to

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = (request.url or "").replace(self._from, self._to, 1)
        answer = super().send(request, *args, **kwargs)
        answer.url = (answer.url or "").replace(self._to, self._from, 1)
        return answer
