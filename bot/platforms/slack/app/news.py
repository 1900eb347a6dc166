"""Tells the engine what Slack says about people and places."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog

from bot.engine.ports import Host
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import (
    Joined,
    Left,
    PlaceFound,
    PlaceLost,
    PlaceMoved,
    PlaceRenamed,
    ProfileChanged,
    RosterRead,
    WorkspaceLost,
)
from bot.kernel.people import Profile
from bot.platforms.slack.client import Directory, TroubleError, Wire
from bot.platforms.slack.client.directory import ARCHIVED, REMOVED
from bot.platforms.slack.parse import PLATFORM, MalformedError

log = structlog.get_logger("moderato.slack")

LOOK = 1.5  # seconds to ask Slack before an event is acknowledged
DELETED = "the channel was deleted"
UNINSTALLED = "the app was uninstalled"
REVOKED = "the bot's token was revoked"

Json = Mapping[str, Any]
Later = Callable[[Coroutine[Any, Any, None]], None]


class NewsDesk:
    """One event in, news to the engine. Raises what the host raises, so that Slack sends the event again."""

    def __init__(self, host: Host, wire: Wire, directory: Directory, later: Later) -> None:
        self._host, self._wire, self._directory, self._later = host, wire, directory, later

    async def heard(
        self, kind: str, event: Json, event_id: str, workspace: str, bot: str, organisation: str = ""
    ) -> None:
        """*kind* is the event's type, *bot* the bot's user id in this workspace.

        *organisation*: set if the event belongs to an installation for a whole organisation.
        """
        news = f"slack:{workspace}:{event_id}"
        match kind:
            case "member_joined_channel" if event.get("user") == bot:
                await self._came(event, news, workspace)
            case "member_joined_channel":
                await self._joined(event, news, workspace)
            case "member_left_channel" if event.get("user") == bot:
                await self._lost(event, news, workspace, REMOVED)
            case "member_left_channel":
                member = Member(PLATFORM, workspace, _word(event, "user"))
                await self._host.hear(Left(id=news, place=_place(event, workspace), member=member))
            case "channel_left" | "group_left":
                await self._lost(event, news, workspace, REMOVED)
            case "channel_archive" | "group_archive":
                await self._lost(event, news, workspace, ARCHIVED)
            case "channel_deleted" | "group_deleted":
                await self._lost(event, news, workspace, DELETED)
            case "channel_unarchive" | "group_unarchive":
                self._later(self._back(_place(event, workspace)))
            case "channel_rename" | "group_rename":
                await self._renamed(event, news, workspace)
            case "channel_id_changed":
                place = Place(PLATFORM, workspace, _word(event, "old_channel_id"))
                await self._host.hear(PlaceMoved(id=news, place=place, channel=_word(event, "new_channel_id")))
            case "user_change":
                await self._changed(event, news, workspace)
            case "app_uninstalled":
                await self._gone(news, workspace, organisation, UNINSTALLED)
            case "tokens_revoked":
                tokens = event.get("tokens")
                if isinstance(tokens, Mapping) and tokens.get("bot"):
                    await self._gone(news, workspace, organisation, REVOKED)
            case _:
                pass

    async def _came(self, event: Json, news: str, workspace: str) -> None:
        """The bot was invited: the channel becomes a team, or is found again."""
        place = _place(event, workspace)
        inviter = Member(PLATFORM, workspace, str(event["inviter"])) if event.get("inviter") else None
        await self._host.hear(PlaceFound(id=f"{news}:found", place=place))
        reading = asyncio.ensure_future(self._read(place, inviter))
        self._later(_until(reading))
        with contextlib.suppress(TimeoutError, TroubleError):
            await asyncio.wait_for(asyncio.shield(reading), LOOK)

    async def _joined(self, event: Json, news: str, workspace: str) -> None:
        place, member = _place(event, workspace), Member(PLATFORM, workspace, _word(event, "user"))
        profile: Profile | None = None
        try:
            async with asyncio.timeout(LOOK):
                profile = await self._directory.profile(member)
        except (TimeoutError, TroubleError):
            self._later(self._know(member))
        await self._host.hear(Joined(id=news, place=place, person=profile or Profile(member, "")))

    async def _changed(self, event: Json, news: str, workspace: str) -> None:
        user = event.get("user")
        if not isinstance(user, Mapping):
            raise MalformedError("user")
        profile = await self._directory.person(user, workspace)
        if self._directory.known(profile.member) is not None:  # Slack tells about everybody in the whole workspace
            await self._host.hear(ProfileChanged(id=news, person=self._directory.learn(profile)))

    async def _renamed(self, event: Json, news: str, workspace: str) -> None:
        channel = event.get("channel")
        if not isinstance(channel, Mapping):
            raise MalformedError("channel")
        place = Place(PLATFORM, workspace, _word(channel, "id"))
        await self._host.hear(PlaceRenamed(id=news, place=place, name=_word(channel, "name")))

    async def _lost(self, event: Json, news: str, workspace: str, because: str) -> None:
        await self._host.hear(PlaceLost(id=news, place=_place(event, workspace), because=because))

    async def _back(self, place: Place) -> None:
        """Unarchived: usable only if the bot is still in it."""
        for news in await self._directory.read_roster(place):
            if isinstance(news, RosterRead):
                await self._host.hear(PlaceFound(id=f"slack:back:{secrets.token_hex(8)}", place=place))
            await self._host.hear(news)

    async def _gone(self, news: str, workspace: str, organisation: str, because: str) -> None:
        """Everything of that workspace stops; unless the token still works, because it was installed again.

        Without the installation of a whole *organisation*, everything stops in each of its workspaces.
        """
        try:
            await self._wire.call(workspace, "auth.test")
        except TroubleError as trouble:
            if trouble.passing:
                raise
            for one in sorted({workspace, *await self._served(organisation)}):
                log.warning("a workspace is lost; its schedules stop", workspace=one, because=because)
                lost = WorkspaceLost(id=f"{news}:{one}", platform=PLATFORM, workspace=one, because=because)
                await self._host.hear(lost)
                await self._wire.installs.drop(one)
            if organisation:
                await self._wire.installs.drop(organisation)

    async def _served(self, organisation: str) -> set[str]:
        """The workspaces with teams that live on an organisation's installation."""
        if not organisation:
            return set()
        served = set()
        for workspace in {place.workspace for place in await self._host.places(PLATFORM)}:
            install = await self._wire.installs.find(workspace)
            if install is not None and install.whole and install.enterprise == organisation:
                served.add(workspace)
        return served

    async def _read(self, place: Place, by: Member | None) -> None:
        for news in await self._directory.read_roster(place, by):
            await self._host.hear(news)

    async def _know(self, member: Member) -> None:
        profile = await self._directory.profile(member)
        if profile is not None:
            await self._host.hear(ProfileChanged(id=f"slack:know:{secrets.token_hex(8)}", person=profile))


def _place(event: Json, workspace: str) -> Place:
    return Place(PLATFORM, workspace, _word(event, "channel"))


def _word(body: Json, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise MalformedError(name)
    return found


async def _until(reading: asyncio.Future[None]) -> None:
    """Keep a reading that outlives its event."""
    await asyncio.wait([reading])
    if not reading.cancelled() and (error := reading.exception()) is not None:
        log.warning("a channel could not be read; its first command tries again", error=type(error).__name__)
