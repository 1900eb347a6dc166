"""Who is in a channel, and what Slack says about them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.kernel.ids import Member, Place
from bot.kernel.inbound import News, PlaceLost, RosterRead
from bot.kernel.people import Profile
from bot.platforms.slack.client.wire import TroubleError, Wire
from bot.platforms.slack.parse import PLATFORM, person

PAGE = 1000
AT_ONCE = 8  # profiles asked for side by side
MANY = 60  # more strangers than this in one channel: read the whole list of the workspace instead of each
FRESH = timedelta(hours=12)  # a profile read so long ago is read again; changes are told by events meanwhile
ARCHIVED = "the channel is archived"
REMOVED = "I am not in the channel any more"


class Directory:
    """Reads rosters and profiles, at the pace Slack allows."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._profiles: dict[Member, tuple[Profile, datetime]] = {}

    async def read_roster(self, place: Place, by: Member | None = None) -> tuple[News, ...]:
        """Everybody in the channel as news, or the news that it is lost. Raises TroubleError."""
        workspace = place.workspace
        try:
            channel = (await self._wire.read(workspace, "conversations.info", channel=place.channel))["channel"]
        except TroubleError as trouble:
            if trouble.error == "channel_not_found":
                return (PlaceLost(id=_once(), place=place, because=REMOVED),)
            raise
        if channel.get("is_archived"):
            return (PlaceLost(id=_once(), place=place, because=ARCHIVED),)
        if not channel.get("is_member"):
            return (PlaceLost(id=_once(), place=place, because=REMOVED),)
        members = await self._pages(workspace, "conversations.members", "members", channel=place.channel)
        people = await self._people(workspace, [str(user) for user in members])
        read = RosterRead(
            id=_once(),
            place=place.whole(),
            name=str(channel.get("name", "")),
            people=people,
            by=by,
            private=bool(channel.get("is_private")),
        )
        return (read,)

    async def profile(self, member: Member) -> Profile | None:
        """One person; None if Slack knows nobody of that id."""
        known = self._profiles.get(member)
        if known is not None and self._wire.now() - known[1] < FRESH:
            return known[0]
        try:
            user = (await self._wire.read(member.workspace, "users.info", user=member.user, include_locale="true"))[
                "user"
            ]
        except TroubleError as trouble:
            if trouble.error in ("user_not_found", "user_not_visible"):
                return None
            raise
        return self.learn(await self.person(user, member.workspace))

    async def person(self, user: Mapping[str, Any], workspace: str) -> Profile:
        """A user object of Slack's, judged from *workspace*."""
        install = await self._wire.installs.find(workspace)
        return person(user, workspace, install.enterprise if install else "")

    def known(self, member: Member) -> Profile | None:
        """What was last read about somebody, without asking."""
        found = self._profiles.get(member)
        return found[0] if found else None

    def learn(self, profile: Profile) -> Profile:
        """Remember a profile that an event brought."""
        self._profiles[profile.member] = (profile, self._wire.now())
        return profile

    async def _people(self, workspace: str, users: list[str]) -> tuple[Profile, ...]:
        members = [Member(PLATFORM, workspace, user) for user in users]
        now = self._wire.now()
        strangers = [m for m in members if m not in self._profiles or now - self._profiles[m][1] >= FRESH]
        if len(strangers) > MANY:
            wanted = set(strangers)
            for user in await self._pages(workspace, "users.list", "members"):
                profile = await self.person(user, workspace)
                if profile.member in wanted:  # everybody else of the workspace is none of our business
                    self.learn(profile)
        several = asyncio.Semaphore(AT_ONCE)

        async def one(member: Member) -> Profile | None:
            async with several:
                return await self.profile(member)

        found = await asyncio.gather(*(one(member) for member in members))
        return tuple(profile for profile in found if profile is not None)

    async def _pages(self, workspace: str, method: str, key: str, **args: str) -> list[Any]:
        rows: list[Any] = []
        cursor: str | None = None
        while True:
            page = await self._wire.read(workspace, method, limit=PAGE, cursor=cursor, **args)
            rows += page[key]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return rows


def _once() -> str:
    """An id for news that Slack gave no id: reading twice is two pieces of news."""
    return f"slack:read:{secrets.token_hex(8)}"
