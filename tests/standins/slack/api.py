"""The Web API's front door: token, rate, fault, scope, arguments, and only then the method."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.standins.slack.model import Channel, Install, Json, User, Workspace, World

APP_LEVEL = frozenset({"apps.connections.open"})
TOKENLESS = frozenset({"oauth.v2.access"})
READ_SCOPE = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY_SCOPE = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


class RefusedError(Exception):
    """Slack's `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **more}


def refuse_arguments(*messages: str, error: str = "invalid_arguments") -> RefusedError:
    return RefusedError(
        error, errors=list(messages), response_metadata={"messages": [f"[ERROR] {m}" for m in messages]}
    )


@dataclass
class Call:
    """One call of one method, authorised."""

    method: str
    args: Json
    world: World
    now: datetime
    install: Install | None = None
    app_token: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def grant(self) -> Install:
        if self.install is None:
            raise RefusedError("not_allowed_token_type")
        return self.install

    @property
    def workspace(self) -> Workspace:
        return self.grant.workspace

    @property
    def bot(self) -> User:
        return self.grant.bot

    def require(self, scope: str) -> None:
        if scope not in self.grant.scopes:
            provided = ",".join(sorted(self.grant.scopes))
            raise RefusedError("missing_scope", needed=scope, provided=provided)

    def has(self, scope: str) -> bool:
        return scope in self.grant.scopes

    def text(self, name: str) -> str:
        """The argument as text, "" when it is not there."""
        value = self.args.get(name, "")
        return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)

    def need(self, name: str) -> str:
        if not (value := self.text(name)):
            raise refuse_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true", "yes")

    def whole(self, name: str, default: int, most: int) -> int:
        value = str(self.args.get(name, default))
        if not value.isdigit():
            raise RefusedError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(int(value), most)

    def blob(self, name: str, error: str = "invalid_arguments") -> Any:
        """The argument as JSON, parsed where it came as a string; None when it is not there."""
        value = self.args.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise RefusedError(error) from None
        return value

    def listed(self, name: str) -> list[str]:
        value = self.args.get(name, "")
        return [str(v) for v in value] if isinstance(value, list) else [v.strip() for v in str(value).split(",") if v]

    def channel(self, *, named: bool = False) -> Channel:
        """The conversation asked for, if the bot may know about it."""
        wanted = self.need("channel")
        found = self.workspace.channel(wanted)
        if found is None and named and wanted.startswith(("#", "U", "W")):
            found = self._by_name(wanted)
        if found is None or (found.kind != "public" and self.bot not in found.members):
            raise RefusedError("channel_not_found")
        return found

    def _by_name(self, wanted: str) -> Channel | None:
        if wanted.startswith("#"):
            return next((c for c in self.workspace.channels if c.name == wanted[1:] and not c.deleted), None)
        user = self.workspace.user(wanted)
        if user is None:
            return None
        if user.bot:
            raise RefusedError("cannot_dm_bot")
        if user.refuses:
            raise RefusedError(user.refuses)
        return self.world.dm(user)

    def user(self, name: str = "user") -> User:
        found = self.workspace.user(self.need(name))
        if found is None:
            raise RefusedError("user_not_found")
        return found

    def page(self, rows: list[Any], key: str, *, default: int, most: int) -> Json:
        """One page of *rows*; a cursor is only good for the method that gave it."""
        size = self.whole("limit", default, most) or most
        start = 0
        if cursor := self.text("cursor"):
            try:
                method, at = base64.b64decode(cursor, validate=True).decode().split(":")
                start = int(at)
            except ValueError:
                raise RefusedError("invalid_cursor") from None
            if method != self.method:
                raise RefusedError("invalid_cursor")
        rest = start + size < len(rows)
        following = base64.b64encode(f"{self.method}:{start + size}".encode()).decode() if rest else ""
        return {key: rows[start : start + size], "response_metadata": {"next_cursor": following}}


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    handler: Handler
    scopes: tuple[str, ...]


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str) -> Callable[[Handler], Handler]:
    """Register a method and the scopes that every call of it needs."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, scopes)
        return handler

    return register


def authorise(world: World, name: str, token: str, args: Json) -> Call:
    """Look at the token: may it call this kind of method at all?"""
    call = Call(name, args, world, world.clock())
    if name not in METHODS and name not in APP_LEVEL:
        raise RefusedError("unknown_method", req_method=name)
    if name in TOKENLESS:
        return call
    if not token:
        raise RefusedError("not_authed")
    if token in world.app.app_tokens:
        if name not in APP_LEVEL:
            raise RefusedError("not_allowed_token_type")
        call.app_token = token
        return call
    install = world.tokens.get(token)
    if install is None:
        raise RefusedError("invalid_auth")
    if install.state == "revoked":
        raise RefusedError("token_revoked")
    if install.state == "uninstalled":
        raise RefusedError("account_inactive")
    if name in APP_LEVEL:
        raise RefusedError("not_allowed_token_type")
    call.install = install
    return call


def perform(call: Call) -> Json:
    """Check the scopes and run the method."""
    entry = METHODS[call.method]
    for scope in entry.scopes:
        call.require(scope)
    body = {"ok": True, **entry.handler(call)}
    if call.warnings:
        body.setdefault("response_metadata", {})["warnings"] = call.warnings
    call.world.changed()
    return body


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def older_than(now: datetime, then: datetime, life: timedelta) -> bool:
    return now - then > life
