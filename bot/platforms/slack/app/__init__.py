"""Slack as the composition sees it: what comes in over Socket Mode or HTTP, and how it is connected.

`desk` answers people, `news` tells the engine about people and places, `front` is Bolt with one listener for
everything, `door` is HTTP with signatures, `socket` is Socket Mode with a watchdog, `oauth` installs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from starlette.routing import Route

from bot.engine.ports import CannotStartError, Host, Messenger
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import Abilities, RosterRead
from bot.kernel.inbound import News as Heard
from bot.logs import fault
from bot.platforms.slack.app.desk import Desk
from bot.platforms.slack.app.door import Door
from bot.platforms.slack.app.front import Front
from bot.platforms.slack.app.news import REVOKED, UNINSTALLED, NewsDesk
from bot.platforms.slack.app.oauth import Consent
from bot.platforms.slack.app.socket import Socket, Watch
from bot.platforms.slack.client import Directory, Install, Installs, SlackMessenger, TroubleError, Wire
from bot.platforms.slack.client.errors import GONE_WORKSPACE
from bot.platforms.slack.client.wire import Pause
from bot.platforms.slack.package import SCOPES, rights
from bot.platforms.slack.parse import PLATFORM

__all__ = ["Slack", "SlackSettings", "Watch"]

log = structlog.get_logger("moderato.slack")

PUBLIC = "https://slack.com/api/"
LOST_WITH_TOKEN = GONE_WORKSPACE | {UNINSTALLED, REVOKED}
AGAIN = timedelta(seconds=30)  # between tries to learn which workspace the token belongs to


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What the environment says about Slack. Empty strings are values that are not set."""

    app_token: str = ""  # Socket Mode
    signing_secret: str = ""  # HTTP
    client_id: str = ""  # OAuth
    client_secret: str = ""
    state_key: bytes = b""  # signs the state of an install under way
    api_url: str = PUBLIC
    asks: tuple[str, ...] = ()  # names of `rights.RIGHTS` that installs by OAuth also ask for


class Slack:
    """One platform. *root* is the command, without its stroke, under which everything can be typed."""

    name = PLATFORM

    def __init__(
        self,
        host: Host,
        installs: Installs,
        settings: SlackSettings,
        *,
        root: str,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self._host, self._installs, self._pause = host, installs, pause
        self.wire = Wire(installs, settings.api_url, host.now, pause=pause)
        self.wire.scoped = self._scoped
        messenger = SlackMessenger(self.wire, host)
        self.messenger: Messenger = messenger
        self.directory = Directory(self.wire)
        self._errands: set[asyncio.Task[None]] = set()
        self.desk = Desk(host, self.wire, self.directory, messenger.rest, self.later, root)
        self.news = NewsDesk(host, self.wire, self.directory, self.later)
        self.front = Front(self.desk, self.news, installs, host.now)
        self.door = Door(self.front, settings.signing_secret, host.now) if settings.signing_secret else None
        self.consent = Consent(self.wire, installs, settings, host.now, self._installed) if settings.client_id else None
        self.socket = Socket(self.front.bolt, settings.app_token, self.wire.api_url) if settings.app_token else None

    def routes(self) -> list[Route]:
        """`/slack/events` where requests are signed, `/slack/install` and `/slack/oauth_redirect` for OAuth."""
        routes = [Route("/slack/events", self.door.events, methods=["POST"])] if self.door else []
        if self.consent is not None:
            routes.append(Route("/slack/install", self.consent.install, methods=["GET"]))
            routes.append(Route("/slack/oauth_redirect", self.consent.redirect, methods=["GET"]))
        return routes

    async def start(self) -> None:
        """Learn who we are, connect, and catch up with what changed while nobody was here."""
        await self._introduce()
        if self.socket is not None:
            await self._check_app_token()
            await self.socket.start()
        self.later(self._catch_up())

    async def stop(self) -> None:
        """Take nothing new, let small answers under way finish, close the session."""
        if self.socket is not None:
            await self.socket.stop()
        if self._errands:
            _, late = await asyncio.wait(self._errands, timeout=3)
            for errand in late:
                errand.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.wire.close()

    async def read_roster(self, place: Place, by: Member | None = None) -> tuple[Heard, ...]:
        return await self.directory.read_roster(place, by)

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do something beside the request: small answers that may be lost without harm."""
        task = asyncio.create_task(_safely(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def idle(self) -> None:
        """Wait until no errand is under way."""
        while self._errands:
            await asyncio.wait(self._errands)

    def _scoped(self, workspace: str, granted: frozenset[str]) -> None:
        """The token of a workspace may do other things than we knew."""
        now = self._host.now().isoformat()
        able = Abilities(
            id=f"slack:able:{workspace}:{now}:{len(granted)}",
            platform=PLATFORM,
            workspace=workspace,
            missing=rights.missing(granted),
        )
        self.later(self._host.hear(able))

    def _installed(self, workspace: str) -> None:
        self.later(self._look_again(workspace))

    async def _introduce(self) -> None:
        """A token from the settings: which workspace is it, and who are we there?"""
        install = await self._installs.find("")
        if install is None:
            return
        try:
            me, granted = await self.wire.whose(install.token)
        except TroubleError as trouble:
            if not trouble.passing:
                raise CannotStartError(
                    f"Slack does not accept SLACK_BOT_TOKEN ({trouble.error}). It begins with xoxb- and stands under "
                    '"Install App" in the settings of the app; reinstall the app there if it was removed.'
                ) from None
            log.warning("Slack cannot be reached yet; trying again", error=trouble.error)
            self.later(self._introduce_later())
            return
        lacking = [scope for scope in SCOPES if granted and scope not in granted]
        if lacking:
            log.error(
                'the Slack app lacks scopes; add them under "OAuth & Permissions", then reinstall the app',
                scopes={scope: SCOPES[scope] for scope in lacking},
            )
        how = "socket" if self.settings.app_token else "HTTP"
        log.info("Slack knows this token", workspace=str(me.get("team") or me["team_id"]), by=how)
        await self._installs.save(
            Install(
                workspace=str(me["team_id"]),
                token=install.token,
                bot_user=str(me.get("user_id") or ""),
                bot_id=str(me.get("bot_id") or ""),
                enterprise=str(me.get("enterprise_id") or ""),
                name=str(me.get("team") or ""),
                whole=bool(me.get("is_enterprise_install")),
            )
        )

    async def _introduce_later(self) -> None:
        await self._pause(AGAIN.total_seconds())
        await self._introduce()

    async def _check_app_token(self) -> None:
        """A wrong token is told at once; the SDK would go on trying for ever."""
        try:
            await self.wire.bare("apps.connections.open", self.settings.app_token)
        except TroubleError as trouble:
            if not trouble.passing:
                raise CannotStartError(
                    f"Slack does not accept SLACK_APP_TOKEN ({trouble.error}). It begins with xapp-, has the scope "
                    'connections:write and stands under "Basic Information"; Socket Mode must be on.'
                ) from None

    async def _catch_up(self) -> None:
        """People may have joined, left or been renamed meanwhile, and channels archived."""
        await self._look_again("")
        for place in await self._host.places(PLATFORM):
            try:
                for news in await self.directory.read_roster(place):
                    await self._host.hear(news)
            except TroubleError as trouble:
                log.warning("a roster could not be read", error=trouble.error, detail=trouble.detail[:200])

    async def _look_again(self, workspace: str) -> None:
        """What was lost with a token goes on where a new one finds the bot still there. "": in all workspaces."""
        for place, because in await self._host.lost_places(PLATFORM):
            if because not in LOST_WITH_TOKEN or workspace not in ("", place.workspace):
                continue
            try:
                for news in await self.directory.read_roster(place):
                    if isinstance(news, RosterRead):
                        log.info("a team is found again", workspace=place.workspace)
                        await self._host.hear(news)
            except TroubleError as trouble:
                log.info("a lost channel is still out of reach", error=trouble.error)


async def _safely(errand: Awaitable[None]) -> None:
    try:
        await errand
    except TroubleError as trouble:
        log.warning("an answer could not be given", error=trouble.error, detail=trouble.detail[:200])
    except Exception as error:
        log.error("an errand failed", **fault(error))
