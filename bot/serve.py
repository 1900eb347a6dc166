"""`moderato run`: settings become a bot, its platforms and one HTTP server, until somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock, SteeredClock
from bot.engine.ports import CannotStartError, Platform
from bot.engine.route import ROOT
from bot.library import load
from bot.main import Bot
from bot.settings import Settings, derived
from storage.seals import UnreadableSealError

log = structlog.get_logger("moderato")

ROOM_PORT = 8765
REHEARSALS = Path(".moderato/rehearsals")  # in the working directory; each has a folder of its own


async def serve(settings: Settings, clock: Clock) -> None:
    """Run the bot on its platforms until cancelled."""
    content, problems = load(settings.prompts, longest_stretch=settings.longest_stretch)
    for problem in problems:
        log.warning("something in prompts/ is not used", problem=str(problem))
    keys = settings.keys()
    bot = Bot(
        settings.database_url,
        pepper=derived(keys[0], "inbox"),
        clock=clock,
        content=content,
        seal_keys=[derived(key, "waves") for key in keys],
    )
    try:
        bot.prepare()
    except UnreadableSealError as error:
        raise CannotStartError(str(error)) from None
    await _connect(bot, settings)
    gc.collect()
    gc.freeze()  # what is here from the start stays: looking through it again and again would hold up every press
    host, port = settings.host, settings.port if settings.port is not None else 3000

    def listening() -> None:
        log.info("moderato is running", platforms=[platform.name for platform in bot.platforms], host=host, port=port)

    config = uvicorn.Config(_site(bot), host=host, port=port, log_level="warning", lifespan="off")
    server = _Server(config, listening)
    server.config.load()
    await bot.start()
    serving = asyncio.create_task(_serve(server))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await bot.stop()
        bot.close()
        log.info("moderato has stopped; what waits is kept")


async def _connect(bot: Bot, settings: Settings) -> None:
    """Add the platforms that have credentials. Their SDKs are imported only when they are used."""
    if settings.has_slack:
        bot.add(_slack(bot, settings))
    if settings.has_teams:
        bot.add(_teams(bot, settings))


def _slack(bot: Bot, settings: Settings) -> Platform:
    """Slack: one workspace by its token, or many by OAuth."""
    from bot.platforms.slack.app import Slack, SlackSettings
    from bot.platforms.slack.client import Installs, OneWorkspace
    from storage.installs import SealedInstalls, UnreadableError

    by_oauth = bool(settings.slack_client_id)
    if by_oauth and settings.slack_bot_token is not None:
        log.warning("SLACK_BOT_TOKEN is not used, because SLACK_CLIENT_ID is set; install by /slack/install")
    if by_oauth and settings.secret_key is None:
        raise CannotStartError(
            "MODERATO_SECRET_KEY is missing: with SLACK_CLIENT_ID set, tokens of other workspaces are kept in the "
            "database, and it seals them. Set it to a long random text, and keep it apart from the backups."
        )
    if by_oauth and not _secret(settings.slack_client_secret):
        raise CannotStartError(
            'SLACK_CLIENT_SECRET is missing: it belongs to SLACK_CLIENT_ID and stands under "Basic Information" in the '
            "settings of the app."
        )
    if not by_oauth and not _secret(settings.slack_bot_token):
        raise CannotStartError(
            'SLACK_BOT_TOKEN is missing. It begins with xoxb- and stands under "Install App" in the settings of '
            "the app, once it is installed."
        )
    if not _secret(settings.slack_app_token) and not _secret(settings.slack_signing_secret):
        raise CannotStartError(
            "Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP); both stand under "
            '"Basic Information" in the settings of the app.'
        )
    keys = settings.keys()
    installs: Installs
    if by_oauth:
        installs = sealed = SealedInstalls(bot.connections, [derived(key, "slack tokens") for key in keys])
        try:
            sealed.reseal()
        except UnreadableError as error:
            raise CannotStartError(str(error)) from None
    else:
        installs = OneWorkspace(_secret(settings.slack_bot_token))
    given = SlackSettings(
        app_token=_secret(settings.slack_app_token),
        signing_secret=_secret(settings.slack_signing_secret),
        client_id=settings.slack_client_id,
        client_secret=_secret(settings.slack_client_secret),
        state_key=derived(keys[0], "slack install state"),
        api_url=settings.slack_api_url,
        asks=_asked(settings),
    )
    return Slack(bot, installs, given, root=ROOT)


def _asked(settings: Settings) -> tuple[str, ...]:
    """What installs by OAuth ask for beyond what is needed. Raises CannotStartError for a name nobody knows."""
    from bot.platforms.slack.package.rights import scopes_of

    asked = tuple(name for part in settings.slack_with.split(",") if (name := part.strip()))
    try:
        scopes_of(asked)
    except ValueError as error:
        raise CannotStartError(f"MODERATO_SLACK_WITH: {error}") from None
    return (*asked, "files") if settings.slack_files else asked


def _teams(bot: Bot, settings: Settings) -> Platform:
    """Teams: one single-tenant registration; without one, this machine alone and only on request."""
    from bot.platforms.teams.app import TeamsPlatform
    from bot.platforms.teams.app.host import doorkeeper_for
    from bot.platforms.teams.client.connector import Connector
    from bot.platforms.teams.client.graph import Graph
    from bot.platforms.teams.client.tokens import PUBLIC, Tokens, credentials

    try:
        doorkeeper = doorkeeper_for(settings.microsoft_app_id, host=settings.host, local=settings.teams_local)
        tokens = graph = None
        if settings.microsoft_app_id:
            pem = _certificate(settings.microsoft_certificate)
            known = credentials(
                settings.microsoft_app_id,
                settings.microsoft_app_tenant_id,
                settings.microsoft_app_type,
                secret=_secret(settings.microsoft_app_password),
                pem=pem,
                thumbprint=settings.microsoft_certificate_thumbprint,
            )
            tokens = Tokens(known)
            if settings.teams_tags:
                graph = Graph(Tokens(known, PUBLIC.for_graph()), f"{PUBLIC.graph}/v1.0")
    except ValueError as error:
        raise CannotStartError(f"Teams: {error}") from None
    return TeamsPlatform(bot, doorkeeper, Connector(tokens), targeted=settings.teams_targeted, graph=graph)


def _certificate(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in PEM form"
        raise ValueError(f"The file named by MicrosoftAppCertificate, {file}, cannot be read: {why}.") from None


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


async def _serve(server: uvicorn.Server) -> None:
    """uvicorn, without its own signal handling: stopping is ours."""
    with contextlib.suppress(asyncio.CancelledError):
        await server._serve()


class _Server(uvicorn.Server):
    """A server that tells when its address answers, and not before."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening()


def _site(bot: Bot) -> Starlette:
    async def healthz(_: Request) -> Response:
        waiting = await bot.connections.in_thread(bot.queues.waiting)
        return PlainTextResponse(f"ok\nwaiting {waiting}\n")

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/metrics", metrics)]
    for platform in bot.platforms:
        routes += platform.routes()
    return Starlette(routes=routes)


class _Backstage:
    """Clocks and bots for the rehearsal room: the real ones, with chance drawn from the rehearsal's seed."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def clock(self, start: datetime) -> SteeredClock:
        return SteeredClock(start, 0)

    def bot(self, database: Path, clock: Clock, chance: Callable[[str], bytes]) -> Bot:
        return Bot(
            f"sqlite:///{database.absolute()}", pepper=b"a rehearsal", clock=clock, content=self._content, chance=chance
        )


async def rehearse(
    settings: Settings, announce: Callable[[str], None], lives_at: tuple[datetime, float] | None = None
) -> None:
    """Open the rehearsal room until cancelled. *announce* is given its address. NiceGUI is imported only here.

    *lives_at*: a moment and a speed at which a fresh rehearsal begins, instead of Wednesday morning.
    """
    from bot.platforms.local.app.board import Begins
    from bot.platforms.local.app.rooms import Rooms
    from bot.platforms.local.app.web import serve as serve_room

    content, _ = load(settings.prompts, longest_stretch=settings.longest_stretch)
    rooms = Rooms(REHEARSALS, _Backstage(content), Begins(*lives_at) if lives_at else None)
    await serve_room(rooms, settings.host, settings.port if settings.port is not None else ROOM_PORT, announce)
