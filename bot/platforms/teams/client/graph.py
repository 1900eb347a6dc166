"""Microsoft Graph, as far as tags of a team go. Used only where whoever runs the bot switched it on."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from bot.platforms.teams.client.connector import Failed, is_loopback, waits
from bot.platforms.teams.client.tokens import NoTokenError, Tokens

Json = dict[str, Any]
MOST_PAGES = 20


class Graph:
    """Calls Graph with a token of its own. Nothing is repeated here: the outbox decides that.

    *base* is the address of the version that is used. *timeout* is in seconds, for a whole request.
    """

    def __init__(self, tokens: Tokens, base: str, *, timeout: float = 15.0, trust_env: bool = True) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ValueError(f"{base} is no address to send a token to")
        self._tokens, self._base = tokens, base.rstrip("/")
        self._timeout, self._trust_env = aiohttp.ClientTimeout(total=timeout), trust_env
        self._session: aiohttp.ClientSession | None = None

    async def tags(self, team: str) -> list[Json] | Failed:
        """All tags of a team, by the id of its group."""
        return await self._listed(_path(team))

    async def make_tag(self, team: str, name: str, users: list[str]) -> Json | Failed:
        """A new tag. It cannot be empty."""
        return await self._call("POST", _path(team), {"displayName": name, "members": [{"userId": u} for u in users]})

    async def drop_tag(self, team: str, tag: str) -> Json | Failed:
        return await self._call("DELETE", _path(team, tag))

    async def tagged(self, team: str, tag: str) -> list[Json] | Failed:
        """Who has a tag: `id` of the membership, `userId` of the person."""
        return await self._listed(_path(team, tag, "members"))

    async def tag(self, team: str, tag: str, user: str) -> Json | Failed:
        return await self._call("POST", _path(team, tag, "members"), {"userId": user})

    async def untag(self, team: str, tag: str, membership: str) -> Json | Failed:
        return await self._call("DELETE", _path(team, tag, "members", membership))

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _listed(self, path: str) -> list[Json] | Failed:
        found: list[Json] = []
        for _ in range(MOST_PAGES):
            page = await self._call("GET", path)
            if isinstance(page, Failed):
                return page
            found += page.get("value") or []
            further = str(page.get("@odata.nextLink") or "")
            if not further.startswith(f"{self._base}/"):  # the token goes nowhere else
                break
            path = further.removeprefix(f"{self._base}/")
        return found

    async def _call(self, method: str, path: str, body: Json | None = None) -> Json | Failed:
        try:
            headers = {"Authorization": f"Bearer {await self._tokens.bearer()}", "Accept": "application/json"}
        except NoTokenError as error:
            return Failed(401, "NoToken", str(error))
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, trust_env=self._trust_env)
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        url = URL(f"{self._base}/{path}", encoded=True)
        try:
            async with self._session.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
                raw = await answer.read()
        except aiohttp.ClientConnectorError as error:
            return Failed(503, "NotReached", str(error))
        except (aiohttp.ClientError, TimeoutError) as error:
            return Failed(0, "NoAnswer", type(error).__name__)
        try:
            told = json.loads(raw) if raw.strip() else {}
        except ValueError:
            told = {}
        told = told if isinstance(told, dict) else {}
        if 200 <= answer.status < 300:
            return told
        if answer.status == 401:
            self._tokens.forget()
        wrong = told.get("error")
        wrong = wrong if isinstance(wrong, dict) else {}
        return Failed(answer.status, str(wrong.get("code", "")), str(wrong.get("message", "")), waits(answer))


def _path(team: str, *rest: str) -> str:
    parts = ("teams", team, "tags", *rest)
    return "/".join(quote(part, safe="") for part in parts)
