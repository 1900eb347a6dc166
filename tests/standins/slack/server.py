"""The HTTP side of the stand-in: Web API, uploads, response addresses, consent page, sockets."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

# Importing these fills the table of methods.
from tests.standins.slack import chat, directory, limits, signs, views
from tests.standins.slack.api import Call, RefusedError, authorise, older_than, perform
from tests.standins.slack.faults import Cut, Fault, Faults, Held, Limited, Says, Status
from tests.standins.slack.model import (
    RESPONSE_URL_LIFE,
    RESPONSE_URL_USES,
    Code,
    Json,
    Message,
    ResponseUrl,
    World,
)
from tests.standins.slack.rates import Rates
from tests.standins.slack.wire import Wire

__all__ = ["Server", "chat", "directory", "signs", "views"]


class Server:
    """Serves on 127.0.0.1 at a port of the system's choice. `calls` lists every call that came in."""

    def __init__(self, world: World, wire: Wire, rates: Rates, faults: Faults) -> None:
        self.world, self.wire, self.rates, self.faults = world, wire, rates, faults
        self.calls: list[tuple[str, Json]] = []
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files/{id}/download/{name}", self._download)
        app.router.add_get("/sign-in", self._sign_in)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/oauth/v2/authorize", self._consent)
        app.router.add_get("/link", self.wire.serve_socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # --- Web API ----------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await _arguments(request)
        token = _token(request, args)
        self.calls.append((name, args))
        try:
            call = authorise(self.world, name, token, args)
        except RefusedError as refused:
            return web.json_response(refused.body)
        if call.install is not None:
            place = call.install.workspace.id
            if wait := self.rates.wait(place, name, str(args.get("channel", "")), call.now):
                return _limited(wait)
        fault = self.faults.take(name)
        if fault is not None:
            return await self._faulty(request, call, fault)
        granted = {"x-oauth-scopes": ",".join(sorted(call.install.scopes))} if call.install is not None else {}
        return web.json_response(self._perform(call), headers=granted)

    def _perform(self, call: Call) -> Json:
        try:
            if call.method == "apps.connections.open":
                return self._open_connection(call)
            body = perform(call)
            if call.method == "files.getUploadURLExternal":
                body["upload_url"] = f"{self.base}/upload/{body['upload_url']}"
            return body
        except RefusedError as refused:
            return refused.body

    def _open_connection(self, call: Call) -> Json:
        if "connections:write" not in self.world.app.app_tokens[call.app_token]:
            return {"ok": False, "error": "missing_scope", "needed": "connections:write", "provided": ""}
        if not self.world.app.socket_mode or not self.wire.link_enabled:
            return {"ok": False, "error": "link_disabled"}
        return {"ok": True, "url": f"{self.base.replace('http', 'ws')}/link?ticket={self.wire.new_ticket()}"}

    async def _faulty(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        body = self._perform(call) if fault.done else None
        match fault:
            case Held():
                fault.reached.set()
                await fault.let_go.wait()
                return web.json_response(body)
            case Limited(seconds=seconds):
                now = self.world.clock()
                return _limited(self.rates.close(call.workspace.id, call.method, now + timedelta(seconds=seconds), now))
            case Says(error=error):
                return web.json_response({"ok": False, "error": error})
            case Status(status=status):
                return web.Response(status=status, text="", content_type="text/html")
            case Cut():
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            case _:
                raise AssertionError(fault)

    # --- files ------------------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.Response:
        upload = self.world.uploads.get(request.match_info["id"])
        if upload is None or upload.content is not None:
            return web.Response(status=404, text="not found")
        if request.content_type.startswith("multipart/"):
            fields = await request.post()
            files = [field.file.read() for field in fields.values() if isinstance(field, web.FileField)]
            content = b"".join(files)
        else:
            content = await request.read()
        if len(content) != upload.size:
            return web.Response(status=400, text="length differs from what was announced")
        upload.content = content
        return web.Response(text=f"OK - {upload.size}", content_type="text/plain")

    async def _download(self, request: web.Request) -> web.Response:
        """A file, for whoever shows a token that may read it; everybody else is sent to the page to sign in."""
        install = self.world.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        upload = self.world.uploads.get(request.match_info["id"])
        self.calls.append(("download", {"file": request.match_info["id"]}))
        if upload is None or install is None or upload.workspace is not install.workspace:
            raise web.HTTPFound(f"{self.base}/sign-in")
        if install.state != "live" or "files:read" not in install.scopes:
            raise web.HTTPFound(f"{self.base}/sign-in")
        match self.faults.take("download"):
            case Status(status=status):
                return web.Response(status=status)
            case Cut() if request.transport is not None:
                request.transport.abort()
        return web.Response(body=upload.content, content_type=upload.kind)

    async def _sign_in(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.world.complain("a token was carried to the page to sign in")
        return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")

    # --- response_url -----------------------------------------------------------------------------------

    def response_address(self, made: ResponseUrl) -> str:
        return f"{self.base}/response/{made.token}"

    async def _respond(self, request: web.Request) -> web.Response:
        made = self.world.response_urls.get(request.match_info["token"])
        if made is None or older_than(self.world.clock(), made.minted, RESPONSE_URL_LIFE):
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if made.uses >= RESPONSE_URL_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        made.uses += 1
        body = json.loads(await request.text())
        if error := self.respond(made, body):
            return web.json_response({"ok": False, "error": error}, status=400)
        return web.Response(text="ok")

    def respond(self, made: ResponseUrl, body: Json) -> str:
        """Carry out an answer to a command or a press; returns Slack's error, "" when it went well."""
        blocks = body.get("blocks") or []
        if limits.message_problems(blocks):
            return "invalid_blocks"
        blocks = [{**block, "block_id": block.get("block_id") or self.world.mint("b")} for block in blocks]
        if body.get("delete_original"):
            if made.message is not None:
                made.message.deleted = True
        elif body.get("replace_original") and made.message is not None:
            made.message.text, made.message.blocks = body.get("text", ""), blocks
            made.message.revisions += 1
        elif not body.get("text") and not blocks:
            return "no_text"
        else:
            message = Message(
                self.world.next_ts(),
                made.channel,
                made.user.workspace.bot,
                body.get("text", ""),
                blocks,
                body.get("thread_ts"),
                app_id=self.world.app.id,
                posted=self.world.clock(),
            )
            if body.get("response_type", "ephemeral") == "ephemeral":
                message.only_for = made.user
            made.channel.messages.append(message)
        self.world.changed()
        return ""

    # --- OAuth ------------------------------------------------------------------------------------------

    async def _consent(self, request: web.Request) -> web.Response:
        """The page where a person agrees; `as=` names who, since the stand-in has no log-in."""
        user = next((u for w in self.world.workspaces for u in w.users if u.id == request.query.get("as", "")), None)
        if user is None:
            return web.Response(status=401, text="log in first")
        app = self.world.app
        redirect = request.query.get("redirect_uri") or next(iter(app.redirect_urls), "")
        asked = frozenset(scope for scope in request.query.get("scope", "").split(",") if scope)
        if request.query.get("client_id") != app.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if not any(redirect.startswith(allowed) for allowed in app.redirect_urls):
            return web.Response(status=400, text="bad_redirect_uri")
        if not asked or not asked <= app.scopes:
            return web.Response(status=400, text="invalid_scope")
        state = request.query.get("state", "")
        if request.query.get("deny"):
            answer = {"error": "access_denied", "state": state}
        else:
            given = request.query.get("redirect_uri", "")
            code = Code(self.world.mint("code"), user, asked, given, self.world.clock())
            self.world.codes[code.code] = code
            answer = {"code": code.code, "state": state}
        joint = "&" if urlsplit(redirect).query else "?"
        raise web.HTTPFound(f"{redirect}{joint}{urlencode(answer)}")


async def _arguments(request: web.Request) -> Json:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = {}
        args.update(body if isinstance(body, dict) else {})
    elif request.can_read_body:
        args.update(await request.post())
    return args


def _token(request: web.Request, args: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    if header.startswith("Basic "):
        client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        args.setdefault("client_id", client)
        args.setdefault("client_secret", secret)
    return str(args.pop("token", ""))


def _limited(seconds: int) -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})
