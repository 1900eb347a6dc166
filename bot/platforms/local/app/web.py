"""The browser's side: NiceGUI serves the page, and a patch of it whenever something changed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from nicegui import Client, app, ui
from nicegui.elements.mixins.text_element import TextElement
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bot.engine.ports import CannotStartError
from bot.platforms.local import parse
from bot.platforms.local.app.cast import CHANNEL
from bot.platforms.local.app.nodes import Node, keys
from bot.platforms.local.app.page import Screen, page
from bot.platforms.local.app.rehearsal import Rehearsal
from bot.platforms.local.app.rooms import Rooms

log = structlog.get_logger("moderato.rehearsal")

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


async def serve(rooms: Rooms, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the rehearsal room until cancelled; *announce* is given its address once it answers.

    Raises CannotStartError.
    """
    listening = _listen(host, port)
    where = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    config = uvicorn.Config(site(rooms, host), log_level="warning", timeout_graceful_shutdown=1)
    server = _Server(config, lambda: announce(where))
    await rooms.open()
    serving = asyncio.create_task(server.run_on(listening))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await rooms.close()


class _Server(uvicorn.Server):
    """uvicorn that says when it answers, and leaves signals to the program."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def run_on(self, listening: socket.socket) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self._serve([listening])


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotStartError(
            f"Nothing can listen on {host}:{port} ({error.strerror}). Another Moderato may be running; "
            f"end it, or choose another port: PORT={port + 1} make run."
        ) from None
    return listening


def site(rooms: Rooms, host: str) -> FastAPI:
    """The room as a web application: `/` is the newest rehearsal, `/r/NAME` any of them."""
    web = FastAPI(openapi_url=None)
    if host in LOOPBACK:  # another site's page must not talk to a room on this machine under a name of its own
        web.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])

    @web.get("/")
    async def newest() -> RedirectResponse:
        room = await rooms.newest()
        return RedirectResponse(f"/r/{room.name}")

    app.add_static_files("/room", HERE / "static")

    @ui.page("/r/{name}", title="Moderato: rehearsal room")
    async def show(name: str, client: Client) -> None:
        room = await rooms.get(name) or await rooms.newest()
        Window(room, rooms, client)

    ui.run_with(
        web,
        title="Moderato: rehearsal room",
        favicon=HERE / "static" / "mark.svg",
        dark=None,
        tailwind=False,
        language="en-GB",
        show_welcome_message=False,
        reconnect_timeout=30.0,
    )
    return web


class Window:
    """One browser window on a room."""

    def __init__(self, room: Rehearsal, rooms: Rooms, client: Client) -> None:
        self._room, self._rooms, self._client = room, rooms, client
        self._screen = Screen()
        self._you = room.you
        self._waiting = False
        ui.add_head_html('<link rel="stylesheet" href="/room/room.css"><script defer src="/room/room.js"></script>')
        self._drawing = Drawing(ui.element("div").props("id=stage-door"))
        self._draw()
        ui.on("room", self._heard)
        client.on_connect(self._looks)
        client.on_disconnect(lambda: room.unwatch(self._changed))

    def _looks(self) -> None:
        self._room.watch(self._changed)
        self._changed()

    async def _heard(self, event: Any) -> None:
        payload = event.args if isinstance(event.args, dict) else {}
        screen = self._screen
        match payload.get("do"):
            case "stage":
                screen.stage = not screen.stage
            case "rows":
                screen.rows = "" if screen.rows is None else None
            case "thread":
                screen.thread = int(payload["id"]) if payload.get("id") else None
            case "open" if payload.get("channel") in (CHANNEL, parse.DIRECT + self._room.you):
                screen.channel, screen.thread = str(payload["channel"]), None
            case "new":
                room = await self._rooms.new(_seed(payload.get("values")))
                self._client.open(f"/r/{room.name}")
                return
            case "be_jo":
                await self._room.do(payload)
                screen.channel, screen.thread = parse.DIRECT + "jo", None
            case "next":
                screen.channel, screen.thread = CHANNEL, None
                await self._room.do(payload)
                screen.rows = str(payload["table"]) if payload.get("table") else None
            case _:
                await self._room.do(
                    {**payload, **(payload.get("values") or {})} if payload.get("do") != "submit" else payload
                )
        self._changed()

    def _changed(self) -> None:
        """Draw soon, once for all that changes at the same moment."""
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_soon(self._draw)

    def _draw(self) -> None:
        self._waiting = False
        if self._client.is_deleted:
            return
        if self._you != self._room.you:
            was_direct = self._screen.channel != CHANNEL
            self._you = self._room.you
            self._screen.channel = parse.DIRECT + self._you if was_direct else CHANNEL
            self._screen.thread = None
        self._room.read(self._screen.channel)
        with self._client:
            self._drawing.show(page(self._room, self._screen))


@dataclass
class Drawn:
    """A node, and the element that shows it."""

    node: Node
    element: TextElement
    children: dict[str, Drawn] = field(default_factory=dict)


class Drawing:
    """Keeps elements on the page equal to nodes; what has not changed is left alone."""

    def __init__(self, into: ui.element) -> None:
        self._into = into
        self._drawn: dict[str, Drawn] = {}

    def show(self, node: Node) -> None:
        self._drawn = _patched(self._into, self._drawn, (node,))


def _patched(parent: ui.element, before: dict[str, Drawn], nodes: Sequence[Node]) -> dict[str, Drawn]:
    after: dict[str, Drawn] = {}
    for key, node in zip(keys(nodes), nodes, strict=True):
        drawn = before.pop(key, None)
        if drawn is None:
            with parent:
                drawn = Drawn(Node(node.tag, {}, "", (), node.key), TextElement(tag=node.tag, text=""))
        after[key] = drawn
        if drawn.node is not node and drawn.node != node:
            _patch(drawn, node)
    for gone in before.values():
        gone.element.delete()
    order = [drawn.element for drawn in after.values()]
    if parent.default_slot.children != order:
        parent.default_slot.children[:] = order
        parent.update()
    return after


def _patch(drawn: Drawn, node: Node) -> None:
    old, element = drawn.node, drawn.element
    if old.attrs != node.attrs:
        with element.props.suspend_updates():
            for name in old.attrs.keys() - node.attrs.keys():
                element.props.pop(name, None)
            for name, value in node.attrs.items():
                if old.attrs.get(name) != value:
                    element.props[name] = value
        element.update()
    if old.text != node.text:
        element.set_text(node.text)
    drawn.children = _patched(element, drawn.children, node.children)
    drawn.node = node


def _seed(values: object) -> int | None:
    given = values.get("seed") if isinstance(values, dict) else None
    return int(given) if isinstance(given, str) and given.isdigit() else None
