"""Installs into many workspaces, by OAuth."""

from __future__ import annotations

import hmac
import html
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.platforms.slack.client import Install, Installs, TroubleError, Wire
from bot.platforms.slack.package import SCOPES
from bot.platforms.slack.package.rights import scopes_of

if TYPE_CHECKING:
    from bot.platforms.slack.app import SlackSettings

log = structlog.get_logger("moderato.slack")

COOKIE = "moderato-slack-install"
LIFE = 600  # seconds between the two pages


class Consent:
    """The two pages of an install. The state is signed and bound to the browser by a cookie."""

    def __init__(
        self,
        wire: Wire,
        installs: Installs,
        settings: SlackSettings,
        now: Callable[[], datetime],
        installed: Callable[[str], None],
    ) -> None:
        self._wire, self._installs, self._settings, self._now = wire, installs, settings, now
        self._installed = installed
        self._used: dict[str, float] = {}

    async def install(self, request: Request) -> Response:
        """Send the browser to Slack, to ask for consent."""
        nonce = secrets.token_urlsafe(16)
        stamp = str(int(self._now().timestamp()))
        state = f"{stamp}.{nonce}.{self._signature(stamp, nonce)}"
        scopes = [*SCOPES, *scopes_of(self._settings.asks)]
        asked = {"client_id": self._settings.client_id, "scope": ",".join(scopes), "state": state}
        address = urljoin(self._wire.api_url, "/oauth/v2/authorize")
        answer = RedirectResponse(f"{address}?{urlencode(asked)}", status_code=302)
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        answer.set_cookie(
            COOKIE, nonce, max_age=LIFE, httponly=True, secure=secure, samesite="lax", path="/slack/oauth_redirect"
        )
        return answer

    async def redirect(self, request: Request) -> Response:
        """Slack sends the browser back, with a code that is good once."""
        query = request.query_params
        if query.get("error"):
            return _page("Nothing was installed", "You can come back to it at any time.", 403)
        if not self._is_ours(query.get("state", ""), request.cookies.get(COOKIE, "")):
            return _page("This page is too old", "Start the install again; nothing was installed.", 400)
        try:
            told = await self._wire.bare(
                "oauth.v2.access",
                "",
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret,
                code=query.get("code", ""),
            )
            install = await self._learned(told)
        except (TroubleError, KeyError, TypeError) as error:
            log.warning("an install failed", error=str(error) if isinstance(error, TroubleError) else "answer")
            return _page("Slack did not confirm the install", "Start it again; nothing was installed.", 502)
        await self._installs.save(install)
        log.info("installed", workspace=install.workspace)
        self._installed(install.workspace)
        done = _page(
            f"Moderato is in {install.name}",
            "Invite it to a channel in Slack with /invite @Moderato, then type /moderato setup there.",
            200,
        )
        done.delete_cookie(COOKIE, path="/slack/oauth_redirect")
        return done

    async def _learned(self, told: dict[str, object]) -> Install:
        token = str(told["access_token"])
        me = await self._wire.bare("auth.test", token)
        team, enterprise = told.get("team"), told.get("enterprise")
        whole = bool(told.get("is_enterprise_install"))
        organisation = str(enterprise["id"]) if isinstance(enterprise, dict) else ""
        named = enterprise if whole else team
        return Install(
            workspace=organisation if whole else str(me["team_id"]),
            token=token,
            bot_user=str(told.get("bot_user_id") or me.get("user_id") or ""),
            bot_id=str(me.get("bot_id") or ""),
            enterprise=organisation,
            name=str(named.get("name", "")) if isinstance(named, dict) else "",
            scopes=tuple(str(told.get("scope", "")).split(",")),
            whole=whole,
        )

    def _is_ours(self, state: str, cookie: str) -> bool:
        """Whether we made this state, for this browser, lately, and it was not used."""
        stamp, _, rest = state.partition(".")
        nonce, _, signature = rest.partition(".")
        if not (stamp.isdigit() and len(stamp) < 16 and nonce and state.isascii() and cookie.isascii()):
            return False
        now = self._now().timestamp()
        genuine = hmac.compare_digest(signature, self._signature(stamp, nonce)) and hmac.compare_digest(cookie, nonce)
        if not genuine or not 0 <= now - int(stamp) <= LIFE or nonce in self._used:
            return False
        self._used = {known: at for known, at in self._used.items() if now - at <= LIFE} | {nonce: now}
        return True

    def _signature(self, stamp: str, nonce: str) -> str:
        return blake2b(f"{stamp}.{nonce}".encode(), key=self._settings.state_key[:64], digest_size=20).hexdigest()


def _page(title: str, line: str, status: int) -> HTMLResponse:
    title, line = html.escape(title), html.escape(line)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<body style="font: 18px/1.5 sans-serif; margin: 4em auto; max-width: 34em"><h1>{title}</h1><p>{line}</p>'
    )
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
