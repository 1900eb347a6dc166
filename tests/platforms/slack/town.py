"""The whole bot on the Slack stand-in: a real database, the real SDK, loopback HTTP or Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette

from bot.activities import ACTIVITIES
from bot.clock import SteeredClock
from bot.engine.ports import Messenger, Outcome, Outgoing, Sent
from bot.engine.route import ROOT, Routes
from bot.main import Bot
from bot.platforms.slack.app import Slack, SlackSettings
from bot.platforms.slack.client import Install, Installs, OneWorkspace
from bot.platforms.slack.client.budget import Budget
from bot.platforms.slack.package import manifest
from tests.standins.slack import Channel, SlackStandIn, User, Workspace

Transport = Literal["socket", "http"]
COMMANDS = Routes(ACTIVITIES).commands


class Unhurried(Budget):
    """A budget that never lets wait, for tests in which the held clock must not move."""

    def wait(self, *_: Any, **__: Any) -> Any:
        from datetime import timedelta

        return timedelta(0)


class Kept:
    """Installations in a dictionary."""

    def __init__(self, *installs: Install) -> None:
        self.all = {install.workspace: install for install in installs}

    async def find(self, workspace: str, *, anew: bool = False) -> Install | None:  # noqa: ARG002
        return self.all.get(workspace)

    async def save(self, install: Install) -> None:
        self.all[install.workspace] = install

    async def drop(self, workspace: str) -> None:
        self.all.pop(workspace, None)


class Noting:
    """A messenger that notes the kind of each message it sends."""

    def __init__(self, inner: Messenger, kinds: dict[str, str]) -> None:
        self._inner, self._kinds = inner, kinds

    async def send(self, outgoing: Outgoing) -> Outcome:
        outcome = await self._inner.send(outgoing)
        if isinstance(outcome, Sent) and outgoing.replaces is None:
            self._kinds[outcome.message] = outgoing.kind
        return outcome

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        return await self._inner.put_up(outgoing)


class Town:
    """One team on Slack, and the bot among them."""

    def __init__(
        self,
        start: datetime,
        people: Mapping[str, str],
        *,
        transport: Transport = "socket",
        database: str = "sqlite://",
        rates: bool = False,
        owner: str = "",
        content: Any = None,
        enterprise: str = "",
    ) -> None:
        self.clock = SteeredClock(start, 0.0)
        self.transport: Transport = transport
        self.database, self.content, self.rates = database, content, rates
        self.slack = SlackStandIn(
            manifest(COMMANDS, url="https://bot.example" if transport == "http" else ""), self.clock, rates=rates
        )
        self.work: Workspace = self.slack.workspace("Acme", enterprise=enterprise)
        kind = "W" if enterprise else "U"
        self.people: dict[str, User] = {
            name: self.slack.user(self.work, name.lower(), id=f"{kind}{name.upper()}", real_name=name, tz=zone)
            for name, zone in people.items()
        }
        self.bridge: Channel = self.slack.channel(self.work, "bridge", self.people.values())
        first = self.people[owner] if owner else next(iter(self.people.values()))
        self.install = self.slack.installed(self.work, by=first)
        self.owner = first
        self.installs: Installs = OneWorkspace(self.install.token)
        self.bot: Bot
        self.platform: Slack
        self.kinds: dict[str, str] = {}  # message -> its kind, which Slack does not show
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._connections: Any = None

    async def open(self) -> None:
        """Everything is there, the bot runs, and has just been invited by the owner."""
        await self.slack.__aenter__()
        await self.start()
        await self.slack.join(self.install.bot, self.bridge, by=self.owner)
        await self.settle()

    async def close(self) -> None:
        await self.stop()
        await self.slack.__aexit__(None, None, None)
        if self._connections is not None:
            self._connections.close()

    async def start(self) -> None:
        """Start the bot, on the database it had before."""
        self.bot = Bot(self.database, pepper=b"a pepper for tests", clock=self.clock, content=self.content)
        self.bot.database.states.doubting = True
        if self._connections is not None:  # a database in memory lives on in its connection
            self.bot.connections.close()
            self._adopt()
        self._connections = self.bot.connections
        self.bot.prepare()
        settings = SlackSettings(
            app_token=self.slack.app_token if self.transport == "socket" else "",
            signing_secret=self.slack.app.signing_secret if self.transport == "http" else "",
            client_id=self.slack.app.client_id,
            client_secret=self.slack.app.client_secret,
            state_key=b"a key for tests",
            api_url=self.slack.api_url,
        )
        self.platform = Slack(self.bot, self.installs, settings, root=ROOT, pause=self._pause)
        if not self.rates:
            self.platform.wire.budget = Unhurried()
        self.platform.messenger = Noting(self.platform.messenger, self.kinds)
        self.bot.add(self.platform)
        if self.transport == "http":
            await self._serve()
        await self.platform.start()
        if self.transport == "socket":
            await self.slack.connected()
        await self.bot._beat()

    async def stop(self) -> None:
        """Stop the bot; people press into the void."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = self._serving = None
        await self.platform.stop()
        await self.slack.world.until(lambda: not self.slack.wire.sockets, "the sockets to close")

    async def settle(self) -> None:
        """Until nothing is on its way any more at this moment."""
        for _ in range(3):
            await self.slack.wire.quiet()
            await self.bot._drain_dry()
            await self.platform.idle()

    async def until(self, moment: datetime) -> None:
        """Live on, through every moment at which something is due."""
        await self.settle()
        await self.bot.travel(moment)
        await self.settle()

    async def _pause(self, seconds: float) -> None:
        from datetime import timedelta

        if seconds:
            self.clock.move(self.clock() + timedelta(seconds=seconds))

    async def _serve(self) -> None:
        app = Starlette(routes=self.platform.routes())
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", access_log=False)
        config.load()
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(_quiet(self._server))
        await self.slack.world.until(lambda: self._server is not None and self._server.started, "the server")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.slack.use_http(f"{self.address}/slack/events")
        self.slack.app.manifest["oauth_config"]["redirect_urls"] = [f"{self.address}/slack/oauth_redirect"]

    def _adopt(self) -> None:
        old = self._connections
        self.bot.connections = old
        self.bot.database.connections = old
        self.bot.queues._connections = old
        self.bot.reach._connections = old


@asynccontextmanager
async def town(start: datetime, people: Mapping[str, str], **traits: Any) -> AsyncIterator[Town]:
    """A town that is open, and closed at the end."""
    here = Town(start, people, **traits)
    try:
        await here.open()
        yield here
    finally:
        await here.close()


async def _quiet(server: uvicorn.Server) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await server._serve()


def as_whole(install: Install) -> Install:
    """The same installation, for a whole organisation."""
    return replace(install, whole=True)
