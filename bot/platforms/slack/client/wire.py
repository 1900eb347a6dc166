"""One call of Slack's Web API: the token, the shared session, and what an error means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.client.budget import Budget
from bot.platforms.slack.client.installs import Installs

TIMEOUT = 15.0  # seconds for one call; well below the lease of a message
PATIENCE = timedelta(minutes=5)  # a reader waits this long for its turn, then gives up
RETRY_AFTER = timedelta(seconds=30)  # when Slack limits without saying for how long
NOT_INSTALLED = "not_installed"
READS = frozenset(
    {
        "auth.test",
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "files.completeUploadExternal",
        "files.getUploadURLExternal",
        "files.info",
        "oauth.v2.access",
        "usergroups.list",
        "users.conversations",
        "users.info",
        "users.list",
    }
)  # these take their arguments as a query, not as JSON

Pause = Callable[[float], Awaitable[None]]


class TroubleError(Exception):
    """A call that did not succeed.

    *error* is Slack's word, or `http_503`, `timeout`, `connection`. *after*: Slack asked to wait so long.
    *doubtful*: the call may have had its effect all the same. *passing*: it is worth trying again.
    """

    def __init__(
        self,
        error: str,
        *,
        after: timedelta | None = None,
        doubtful: bool = False,
        passing: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(error)
        self.error, self.after, self.doubtful, self.passing, self.detail = error, after, doubtful, passing, detail


class Wire:
    """Calls Slack with the right token and within the budget. One HTTP session for everything."""

    def __init__(
        self,
        installs: Installs,
        api_url: str,
        now: Callable[[], datetime],
        *,
        pause: Pause = asyncio.sleep,
        timeout: float = TIMEOUT,
    ) -> None:
        self.installs, self.now, self.pause = installs, now, pause
        self.budget = Budget()
        self.api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self._timeout = timeout
        self._scopes: dict[str, frozenset[str]] = {}
        self.scoped: Callable[[str, frozenset[str]], None] | None = None  # told the scopes of a workspace's token
        self._client: AsyncWebClient | None = None

    def client(self) -> AsyncWebClient:
        """The SDK's client, without a token of its own and without retries of its own."""
        if self._client is None:
            session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout), trust_env=True)
            self._client = AsyncWebClient(base_url=self.api_url, session=session, retry_handlers=[])
        return self._client

    async def close(self) -> None:
        if self._client is not None and self._client.session is not None:
            await self._client.session.close()
        self._client = None

    async def call(self, workspace: str, method: str, **args: Any) -> dict[str, Any]:
        """Call *method* now, as the bot in *workspace*. Raises TroubleError."""
        install = await self.installs.find(workspace)
        if install is None:
            raise TroubleError(NOT_INSTALLED)
        try:
            return await self.bare(method, install.token, workspace, **args)
        except TroubleError as trouble:
            if trouble.error not in BAD_TOKEN:
                raise
            newer = await self.installs.find(workspace, anew=True)  # another process may have been given a new one
            if newer is None or newer.token == install.token:
                raise
            return await self.bare(method, newer.token, workspace, **args)

    async def bare(self, method: str, token: str, workspace: str = "", **args: Any) -> dict[str, Any]:
        """Call *method* with this token, "" for none."""
        return (await self._told(method, token, workspace, args))[0]

    async def whose(self, token: str) -> tuple[dict[str, Any], frozenset[str]]:
        """Whose token this is, and the scopes it has; no scopes if the server does not say."""
        me, headers = await self._told("auth.test", token, "", {})
        self._hear(str(me.get("team_id") or ""), headers)
        return me, _scopes(headers)

    def _hear(self, workspace: str, headers: Mapping[str, Any]) -> None:
        """Slack says with each answer what its token may do, so a reinstalled app is noticed without a restart."""
        scopes = _scopes(headers)
        if workspace and scopes and self._scopes.get(workspace) != scopes:
            self._scopes[workspace] = scopes
            if self.scoped is not None:
                self.scoped(workspace, scopes)

    async def _told(
        self, method: str, token: str, workspace: str, args: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given: Mapping[str, Any] = {name: value for name, value in args.items() if value is not None}
        how: dict[str, Any] = {"params": dict(given)} if method in READS else {"json": dict(given)}
        try:
            answer = await self.client().api_call(method, headers=headers, **how)
        except SlackApiError as error:
            self._hear(workspace, getattr(error.response, "headers", {}))
            raise self._trouble(error, method, workspace) from None
        except aiohttp.ClientConnectorError:
            raise TroubleError("connection", passing=True) from None
        except TimeoutError:
            raise TroubleError("timeout", doubtful=True, passing=True) from None
        except (aiohttp.ClientError, ValueError):
            raise TroubleError("connection", doubtful=True, passing=True) from None
        data = answer.data
        if not isinstance(data, dict):
            raise TroubleError("no_json", doubtful=True, passing=True)
        self._hear(workspace, answer.headers)
        return data, answer.headers

    async def read(self, workspace: str, method: str, **args: Any) -> dict[str, Any]:
        """Call a reading method, waiting for its turn and trying again what passes. For work nobody waits for."""
        waited = timedelta(0)
        while True:
            wait = self.budget.wait(workspace, method, self.now())
            if not wait:
                try:
                    return await self.call(workspace, method, **args)
                except TroubleError as trouble:
                    if not trouble.passing:
                        raise
                    wait = trouble.after or timedelta(seconds=2)
                    if waited + wait > PATIENCE:
                        raise
            waited += wait
            if waited > PATIENCE:
                raise TroubleError("ratelimited", after=wait, passing=True)
            await self.pause(wait.total_seconds())

    async def say(self, workspace: str, method: str, **args: Any) -> dict[str, Any]:
        """Call a method that says something to somebody who waits: now, or as soon as Slack lets us.

        Only a limit is waited out. Whatever may have arrived is not said twice.
        """
        waited = timedelta(0)
        while True:
            wait = self.budget.wait(workspace, method, self.now())
            if not wait:
                try:
                    return await self.call(workspace, method, **args)
                except TroubleError as trouble:
                    wait = trouble.after or RETRY_AFTER
                    if trouble.error != "ratelimited" or waited + wait > PATIENCE:
                        raise
            waited += wait
            if waited > PATIENCE:
                raise TroubleError("ratelimited", after=wait, passing=True)
            await self.pause(wait.total_seconds())

    async def upload(self, workspace: str, name: str, content: bytes, alt: str = "") -> str:
        """Bring a file to Slack; its id. Whoever calls completes the upload."""
        begun = await self.call(
            workspace, "files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt or None
        )
        session = self.client().session
        assert session is not None
        try:
            async with session.post(begun["upload_url"], data=content) as answer:
                if answer.status != 200:
                    raise TroubleError(f"http_{answer.status}", passing=True)
        except (aiohttp.ClientError, TimeoutError):
            raise TroubleError("connection", passing=True) from None
        return str(begun["file_id"])

    def _trouble(self, error: SlackApiError, method: str, workspace: str) -> TroubleError:
        response = error.response
        status = int(getattr(response, "status_code", 200))
        data = getattr(response, "data", None)
        word = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or word in ("ratelimited", "rate_limited"):
            said = str(getattr(response, "headers", {}).get("Retry-After", ""))
            after = timedelta(seconds=int(said)) if said.isdigit() else RETRY_AFTER
            self.budget.close(workspace, method, self.now() + after)
            return TroubleError("ratelimited", after=after, passing=True)
        if status >= 500 or not word:
            return TroubleError(f"http_{status}", doubtful=True, passing=True)
        said_more = (data.get("errors") or (data.get("needed"),)) if isinstance(data, dict) else ()
        detail = ", ".join(str(one) for one in said_more if one)
        return TroubleError(word, doubtful=word in DOUBTFUL, passing=word in PASSING, detail=detail)


def _scopes(headers: Mapping[str, Any]) -> frozenset[str]:
    """The scopes of the token that a call was made with; none if the server does not say."""
    listed = next((said for name, said in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(scope.strip() for scope in str(listed).split(",") if scope.strip())


BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
DOUBTFUL = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
PASSING = DOUBTFUL | {"team_added_to_org", "accesslimited", "rollup_error", "org_login_required"}
