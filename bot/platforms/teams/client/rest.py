"""What goes on after a message that was too long for one: written, edited and taken back together with it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import structlog

from bot.engine.ports import Host
from bot.platforms.teams.client.connector import Connector, Failed
from bot.platforms.teams.parse import Reference
from bot.platforms.teams.render import Json

log = structlog.get_logger("moderato.teams")

MOST = 100_000  # messages remembered; beyond that it is read again


class Rest:
    """The continuations of one bot's messages, in its own rows, so that a restart forgets none of them."""

    def __init__(self, connector: Connector, host: Host) -> None:
        self._connector, self._host = connector, host
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    async def begun(self, to: Reference, post: str) -> str:
        """The first message of a *post* that was begun and not finished by an earlier try; empty if there is none."""
        return await self._host.noted("teams", to["tenant"], _begun(post))

    async def begin(self, to: Reference, post: str, first: str) -> None:
        """A *post* of several messages stands as *first* so far: the next try goes on there, instead of anew."""
        await self._host.note("teams", to["tenant"], _begun(post), "", first)

    async def finish(self, to: Reference, post: str) -> None:
        """No further try at this *post* is to come."""
        await self._host.note("teams", to["tenant"], _begun(post), "", "")

    async def follow(
        self, to: Reference, first: str, more: Sequence[Json], *, thread: str | None, only_for: str | None
    ) -> Failed | None:
        """After an edit of *first*: each part says what it says now; parts come and go with its length.

        What fails is returned: doing all of it once more is harmless.
        """
        key = _key(to, first)
        before = await self._parts(to["tenant"], key)
        if not before and not more:
            return None
        now: list[str] = []
        failed: Failed | None = None
        for number, activity in enumerate(more):
            old = before[number] if number < len(before) else ""
            done = await self._connector.update(to, old, activity, thread=thread, only_for=only_for) if old else None
            if done is None or (isinstance(done, Failed) and done.status == 404):  # somebody took it away
                done = await self._connector.send(to, activity, thread=thread, only_for=only_for)
            if isinstance(done, Failed):
                failed = done
                now += before[number:]
                break
            now.append(done.id)
        if failed is None:
            for old in before[len(more) :]:
                gone = await self._connector.delete(to, old, thread=thread, only_for=only_for)
                if isinstance(gone, Failed) and gone.status != 404:
                    failed = gone
                    now.append(old)
        if tuple(now) != before:
            await self._keep(to["tenant"], key, tuple(now))
        return failed

    async def _parts(self, tenant: str, key: str) -> tuple[str, ...]:
        known = self._known.get((tenant, key))
        if known is None:
            written = await self._host.noted("teams", tenant, key)
            known = tuple(str(part) for part in json.loads(written)) if written else ()
            self._remember(tenant, key, known)
        return known

    async def _keep(self, tenant: str, key: str, parts: tuple[str, ...]) -> None:
        await self._host.note("teams", tenant, key, "", json.dumps(parts) if parts else "")
        self._remember(tenant, key, parts)

    def _remember(self, tenant: str, key: str, parts: tuple[str, ...]) -> None:
        if len(self._known) > MOST:
            self._known.clear()
        self._known[tenant, key] = parts


def _begun(post: str) -> str:
    return f"begun:{post}"


def _key(to: Reference, first: str) -> str:
    return f"rest:{to['conversation']}:{first}"
