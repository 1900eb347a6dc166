"""Where everybody is reached: our own rows, refreshed with every activity."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.engine.ports import Host
from bot.platforms.teams.parse import Reference

MOST = 100_000  # conversations kept in memory; beyond that they are read again


@dataclass(frozen=True, slots=True)
class Address:
    """How one conversation is reached."""

    service_url: str
    conversation: str
    bot: str
    kind: str = ""  # personal, groupChat or channel
    group: str = ""  # the team a channel is in, or the chat itself

    def reference(self, tenant: str) -> Reference:
        return Reference(service_url=self.service_url, conversation=self.conversation, tenant=tenant, bot=self.bot)

    @property
    def has_threads(self) -> bool:
        return self.kind == "channel"


class Book:
    """The addresses of one bot. What does not change is written once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: dict[tuple[str, str], Address | None] = {}

    async def learn(self, tenant: str, address: Address, person: str = "") -> None:
        """An activity came from *address*. A personal chat is kept under *person*, and goes when they are forgotten."""
        if address.kind != "personal":
            await self._note(tenant, address.conversation, address)
        elif person:
            await self._note(tenant, f"@{person}", address)
        region = Address(address.service_url, "", address.bot)
        await self._note(tenant, "", region)

    async def channel(self, tenant: str, conversation: str) -> Address | None:
        """A conversation; one that was never seen is taken to be where the tenant's others are."""
        known = await self._find(tenant, conversation)
        if known is not None:
            return known
        region = await self._find(tenant, "")
        kind = "channel" if "@thread.tacv2" in conversation or "@thread.skype" in conversation else ""
        return Address(region.service_url, conversation, region.bot, kind, conversation) if region else None

    async def chat_with(self, tenant: str, person: str) -> Address | None:
        """The personal chat with somebody, if there was one before."""
        return await self._find(tenant, f"@{person}")

    async def anywhere(self, tenant: str) -> Address | None:
        """How the tenant is reached at all, to open a chat."""
        return await self._find(tenant, "")

    async def forget_chat(self, tenant: str, person: str) -> None:
        """The chat we knew is gone; another has to be opened."""
        self._known[tenant, f"@{person}"] = None
        await self._host.note("teams", tenant, f"@{person}", "", "")

    async def channels_of(self, tenant: str, group: str) -> tuple[str, ...]:
        """The channels of a team that we know."""
        return await self._host.parts("teams", tenant, group)

    async def _note(self, tenant: str, place: str, address: Address) -> None:
        if self._known.get((tenant, place)) == address:
            return
        if len(self._known) > MOST:
            self._known.clear()
        if await self._find(tenant, place) != address:
            part_of = address.group if place and not place.startswith("@") else ""
            await self._host.note("teams", tenant, place, part_of, json.dumps(asdict(address)))
        self._known[tenant, place] = address

    async def _find(self, tenant: str, place: str) -> Address | None:
        if (tenant, place) not in self._known:
            written = await self._host.noted("teams", tenant, place)
            self._known[tenant, place] = _read(json.loads(written)) if written else None
        return self._known[tenant, place]


def _read(row: Mapping[str, Any]) -> Address:
    return Address(**{name: str(row.get(name, "")) for name in Address.__slots__})
