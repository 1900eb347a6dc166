"""Bolt, with one listener for everything.

Bolt looks its listeners up one by one, polls for their acknowledgement and answers malformed payloads with an
error; a single listener behind its authorization does none of that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.logs import fault
from bot.platforms.slack.app.desk import Desk
from bot.platforms.slack.app.news import NewsDesk
from bot.platforms.slack.client import Install, Installs
from bot.platforms.slack.parse import MalformedError, bot_of, envelope_organisation, envelope_workspace

log = structlog.get_logger("moderato.slack")

REFUSED = Counter("moderato_slack_refused", "Requests that were not answered", ["reason"])
NOT_NOTED = 503  # an event could not be written down: Slack sends it again

Json = Mapping[str, Any]


class Front:
    """Where every payload arrives, whichever way it came."""

    def __init__(self, desk: Desk, news: NewsDesk, installs: Installs, now: Callable[[], datetime]) -> None:
        self.desk, self.news, self._installs, self._now = desk, news, installs, now
        discreet = logging.Logger("moderato.bolt", logging.ERROR)
        discreet.addHandler(_Discreet())
        self.bolt = _Bolt(
            logger=discreet,
            name="moderato",
            process_before_response=True,
            signing_secret="checked before",  # noqa: S106  (by the door, with the bot's own clock)
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            authorize=_Authorize(self),  # type: ignore[arg-type]  # Bolt takes it as it is
            user_facing_authorize_error_message="This workspace has no Moderato any more. Install it again to go on.",
        )
        self.bolt.use(_Listener(self))

    async def dispatch(self, body: str, headers: Mapping[str, str]) -> BoltResponse:
        """Take a request whose signature was checked. Whatever it holds, there is an answer."""
        try:
            request = AsyncBoltRequest(body=body, headers={name: [value] for name, value in headers.items()})
            response = await self.bolt.async_dispatch(request)
        except Exception as error:
            log.warning("a payload could not be read", **fault(error))
            response = BoltResponse(status=400, body="")
        if response.status == 500:  # raised inside Bolt's own reading of the payload
            response = BoltResponse(status=400, body="")
        if response.status == 400:
            REFUSED.labels("malformed").inc()
        return response

    async def answer(self, body: Json) -> BoltResponse:
        """What one payload is answered with."""
        try:
            if "command" in body:
                return _answered(await self.desk.command(body))
            if body.get("type") == "event_callback":
                await self._event(body)
                return BoltResponse(status=200, body="")
            return _answered(await self.desk.interaction(body))
        except MalformedError as error:
            log.info("a payload lacks something", what=str(error))
            return BoltResponse(status=400, body="")

    async def _event(self, body: Json) -> None:
        event = body.get("event")
        if not isinstance(event, Mapping):
            raise MalformedError("event")
        workspace, kind = envelope_workspace(body), str(event.get("type"))
        bot = bot_of(body)
        if not bot:
            install = await self._installs.find(workspace)
            bot = install.bot_user if install else ""
        if kind in ("app_mention", "message"):
            if kind == "app_mention" or event.get("channel_type") == "im":
                await self.desk.words(event, workspace, bot)
        elif kind == "app_home_opened":
            self.desk.home_opened(workspace, _word(event, "user"), str(event.get("tab", "home")))
        else:
            whole = envelope_organisation(body)
            await self.news.heard(kind, event, _word(body, "event_id"), workspace, bot, whole)

    async def installed(self, team: str, enterprise: str) -> Install | None:
        """The installation a payload belongs to; one for a whole organisation serves each of its workspaces."""
        found = await self._installs.find(team) if team else None
        if found is not None or not enterprise:
            return found
        whole = await self._installs.find(enterprise)
        if whole is not None and team:
            await self._installs.save(replace(whole, workspace=team))  # so that messages find the token by it
        return whole


class _Bolt(AsyncApp):
    """Bolt without a web client of its own for each request: the one listener calls Slack by `client/wire.py`."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = self._framework_logger
        req.context["token"] = self._token
        req.context["client"] = self._async_client


class _Authorize(AsyncAuthorize):
    """Finds the token without asking Slack."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def __call__(
        self,
        *,
        context: object,  # noqa: ARG002  (Bolt's signature)
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: object,
    ) -> AuthorizeResult | None:
        install = await self._front.installed(team_id or "", enterprise_id or "")
        if install is None:
            REFUSED.labels("not installed").inc()
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=install.bot_user,
            bot_id=install.bot_id,
            bot_token=install.token,
        )


class _Discreet(logging.Handler):
    """Bolt's own error messages quote payloads; of them only the kind of error and its place are logged."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            log.error("a payload broke Bolt's own reading", **fault(error))


class _Listener(AsyncMiddleware):
    """The one listener."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  (Bolt's signature)
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: ARG002
    ) -> BoltResponse | None:
        try:
            return await self._front.answer(req.body)
        except Exception as error:
            log.error("a payload could not be handled; Slack is asked to send it again", **fault(error))
            return BoltResponse(status=NOT_NOTED, body="")


def _answered(body: dict[str, Any]) -> BoltResponse:
    if not body:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json"]})


def _word(body: Json, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise MalformedError(name)
    return found
