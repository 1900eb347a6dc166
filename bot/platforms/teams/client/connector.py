"""The Bot Connector's REST interface, on plain dicts.

We do not send through the SDK's connector: its models drop fields they do not know (mentions, isTargeted, the
tenant), it runs `requests` in a handful of threads, repeats PUT, GET and DELETE without saying so, and opens a
connection anew for each turn. What it would send is what stands here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from bot.platforms.teams.client.tokens import NoTokenError, Tokens
from bot.platforms.teams.parse import Reference

Json = dict[str, Any]
PAGE = 500  # members asked for at once, the most Teams gives
MOST_PAGES = 200
MOST_HOPS = 4  # addresses that a file may lead to, one after the other


@dataclass(frozen=True, slots=True)
class Failed:
    """The connector did not do it. *status* 0: no answer came, so it may have done it after all."""

    status: int
    code: str = ""
    said: str = ""
    retry_after: float | None = None  # seconds, where the connector named them

    @property
    def is_doubtful(self) -> bool:
        """May the message stand in the channel all the same?"""
        return self.status in {0, 502, 504}


@dataclass(frozen=True, slots=True)
class Sent:
    """What the connector calls the new message, or the new conversation."""

    id: str


class Connector:
    """Talks to the Bot Connector. Nothing is ever repeated here: the outbox decides that.

    Without *tokens* it speaks only to this machine, for trials. *timeout* is in seconds, for a whole request.
    """

    def __init__(self, tokens: Tokens | None, *, timeout: float = 15.0, trust_env: bool = True) -> None:
        self._tokens = tokens
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, to: Reference, activity: Json, *, thread: str | None = None, only_for: str | None = None
    ) -> Sent | Failed:
        """Say something new: in *thread* (the id of the message that opened it), or only for one member."""
        conversation = _threaded(to, thread)
        body = activity | {"recipient": {"id": only_for}} if only_for else activity
        return _sent(await self._call("POST", to, _path(conversation, "activities"), body, only_for))

    async def update(
        self, to: Reference, message: str, activity: Json, *, thread: str | None = None, only_for: str | None = None
    ) -> Sent | Failed:
        """Replace what one of our messages says."""
        body = activity | {"id": message} | ({"recipient": {"id": only_for}} if only_for else {})
        answer = await self._call("PUT", to, _path(_threaded(to, thread), "activities", message), body, only_for)
        return answer if isinstance(answer, Failed) else Sent(message)

    async def delete(
        self, to: Reference, message: str, *, thread: str | None = None, only_for: str | None = None
    ) -> Sent | Failed:
        """Take one of our messages away."""
        path = _path(_threaded(to, thread), "activities", message)
        answer = await self._call("DELETE", to, path, None, only_for)
        return answer if isinstance(answer, Failed) else Sent(message)

    async def open_chat(self, to: Reference, member: str) -> Sent | Failed:
        """The conversation with one person. *to* is any conversation of the tenant; opening it again is harmless."""
        body = {
            "isGroup": False,
            "bot": {"id": to["bot"]},
            "members": [{"id": member}],
            "tenantId": to["tenant"],
            "channelData": {"tenant": {"id": to["tenant"]}},
        }
        return _sent(await self._call("POST", to, "v3/conversations", body))

    async def members(self, of: Reference) -> list[Json] | Failed:
        """Everyone in a conversation, page by page."""
        found: list[Json] = []
        token = ""
        for _ in range(MOST_PAGES):
            more = f"&continuationToken={quote(token, safe='')}" if token else ""
            page = await self._call("GET", of, _path(of["conversation"], "pagedmembers") + f"?pageSize={PAGE}{more}")
            if isinstance(page, Failed):
                return page
            found += page.get("members") or []
            if not page.get("continuationToken") or page["continuationToken"] == token:
                return found
            token = page["continuationToken"]
        return found

    async def member(self, of: Reference, member: str) -> Json | Failed:
        """One person in a conversation."""
        return await self._call("GET", of, _path(of["conversation"], "members", member))

    async def team(self, of: Reference, team: str) -> Json | Failed:
        """A team's name and size."""
        return await self._call("GET", of, f"v3/teams/{quote(team, safe='')}")

    async def channels(self, of: Reference, team: str) -> list[Json] | Failed:
        """A team's channels. General comes without a name."""
        answer = await self._call("GET", of, f"v3/teams/{quote(team, safe='')}/conversations")
        return answer if isinstance(answer, Failed) else list(answer.get("conversations") or [])

    async def download(self, address: str, most: int, service_url: str) -> bytes | Failed:
        """A file that somebody sent, at most one byte more than *most*; its address needs no token, and gets none.

        Only over https; an address of this machine only where Teams itself is on it, as in trials.
        """
        for _ in range(MOST_HOPS):
            url = _may_fetch(address, service_url, local=self._tokens is None)
            if url is None:
                return Failed(403, "UntrustedAddress", "no address to fetch a file from")
            try:
                async with self._open().get(url, allow_redirects=False) as answer:
                    if answer.status in {301, 302, 303, 307, 308}:
                        address = str(url.join(URL(answer.headers.get("Location", ""))))
                        continue
                    if answer.status != 200:
                        return Failed(answer.status, "NoFile")
                    raw = bytearray()
                    async for part in answer.content.iter_chunked(16 * 1024):
                        raw += part
                        if len(raw) > most:
                            break
                    return bytes(raw[: most + 1])
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                return Failed(0, "NoAnswer", type(error).__name__)
        return Failed(508, "TooManyHops")

    async def why_not_ready(self) -> str:
        """Why nothing can be sent, in Microsoft's words; empty if there is a token, or none is needed."""
        try:
            if self._tokens:
                await self._tokens.bearer()
        except NoTokenError as error:
            return str(error)
        return ""

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _call(
        self, method: str, at: Reference, path: str, body: Json | None = None, only_for: str | None = None
    ) -> Json | Failed:
        """One request, once. Every way in which it can go wrong comes back as a value."""
        if not _may_send_to(at["service_url"], local=self._tokens is None):
            return Failed(403, "UntrustedService", f"{at['service_url']} is no address to send to")
        headers = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
        if self._tokens:
            try:
                headers["Authorization"] = f"Bearer {await self._tokens.bearer()}"
            except NoTokenError as error:
                return Failed(401, "NoToken", str(error))
        url = at["service_url"].rstrip("/") + "/" + path + ("?isTargetedActivity=true" if only_for else "")
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        try:
            async with self._open().request(
                method, URL(url, encoded=True), data=data, headers=headers, allow_redirects=False
            ) as answer:
                return self._read(answer, await answer.read())
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            return Failed(503, "NotReached", str(error))  # no connection was made, so nothing was sent
        except (aiohttp.ClientError, TimeoutError) as error:
            return Failed(0, "NoAnswer", f"{type(error).__name__}: {error}")

    def _read(self, answer: aiohttp.ClientResponse, raw: bytes) -> Json | Failed:
        try:
            body = json.loads(raw) if raw.strip() else {}
        except ValueError:
            body = {}
        body = body if isinstance(body, dict) else {}
        if 200 <= answer.status < 300:
            return body
        if answer.status == 401 and self._tokens:
            self._tokens.forget()
        error = body.get("error")
        error = error if isinstance(error, dict) else {}
        return Failed(answer.status, str(error.get("code", "")), str(error.get("message", "")), waits(answer))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, trust_env=self._trust_env)
        return self._session


def _threaded(to: Reference, thread: str | None) -> str:
    return f"{to['conversation']};messageid={thread}" if thread else to["conversation"]


def _path(conversation: str, *rest: str) -> str:
    return "/".join(["v3/conversations", *(quote(part, safe="") for part in (conversation, *rest))])


def _sent(answer: Json | Failed) -> Sent | Failed:
    if isinstance(answer, Failed):
        return answer
    return Sent(str(answer["id"])) if answer.get("id") else Failed(0, "NoId", "the connector named no id")


def waits(answer: aiohttp.ClientResponse) -> float | None:
    """Retry-After in seconds; a date counts from the answer's own date."""
    named = answer.headers.get("Retry-After", "").strip()
    try:
        return max(0.0, float(named))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(named) - parsedate_to_datetime(answer.headers["Date"])
    except (ValueError, TypeError, KeyError):
        return None
    return max(0.0, until.total_seconds())


def _may_send_to(service_url: str, *, local: bool) -> bool:
    """A token goes over https, or stays on this machine; without tokens nothing leaves this machine."""
    try:
        parts = urlsplit(service_url)
    except ValueError:
        return False
    if is_loopback(parts.hostname or ""):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and bool(parts.hostname) and not local


def _may_fetch(address: str, service_url: str, *, local: bool) -> URL | None:
    """The address of a file, if it may be asked: by name, over https, or on this machine beside the service."""
    try:
        url, service = URL(address), URL(service_url)
    except ValueError:
        return None
    if not url.host or url.user is not None or url.password is not None:
        return None
    if is_loopback(url.host):
        return url if url.scheme in {"http", "https"} and is_loopback(service.host or "") else None
    return url if url.scheme == "https" and not local and not _is_number(url.host) else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Is this host this machine, and nobody else's?"""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
