"""What goes along with a message: its continuation and its files, in its thread."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import structlog

from bot.kernel.cards import File
from bot.platforms.slack import render
from bot.platforms.slack.client.wire import TroubleError, Wire

log = structlog.get_logger("moderato.slack")

REMEMBERED = 10_000
TRIES = 3


class Rest:
    """Continues messages in their threads, and knows what it wrote there. The message stands whatever happens here."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._parts: dict[tuple[str, str], list[str]] = {}  # message -> what continues it

    async def write(
        self, workspace: str, drawn: render.Message, channel: str, ts: str, *, thread: str = "", new: bool = True
    ) -> None:
        """Bring the thread of a message up to date. *thread*: the one it stands in itself. *new*: files go along."""
        key, thread = (channel, ts), thread or ts
        if not drawn.rest and not drawn.files and key not in self._parts:
            return
        before = self._parts.get(key, [])
        kept: list[str] = []
        for number, part in enumerate(drawn.rest):
            if number < len(before):
                await self._quietly(workspace, "chat.update", channel=channel, ts=before[number], **part.content())
                kept.append(before[number])
                continue
            await self._wire.pause(1.0)  # one message a second and channel
            args = {"channel": channel, "thread_ts": thread, **part.content()}
            answer = await self._quietly(workspace, "chat.postMessage", **args)
            if answer is not None:
                kept.append(str(answer["ts"]))
        for ts_left in before[len(drawn.rest) :]:
            await self._quietly(workspace, "chat.delete", channel=channel, ts=ts_left)
        if kept or before:
            bounded(self._parts)[key] = kept
        if new:
            for file in drawn.files:
                await self._attach(workspace, file, channel, thread)

    async def delete(self, workspace: str, channel: str, ts: str) -> None:
        """The message is gone; so is what continues it."""
        for part in self._parts.pop((channel, ts), []):
            await self._quietly(workspace, "chat.delete", channel=channel, ts=part)

    async def _attach(self, workspace: str, file: File, channel: str, thread: str) -> None:
        try:
            uploaded = await self._wire.upload(workspace, file.name, file.text.encode())
            files = file_list((uploaded, file.name))
            await self._wire.call(
                workspace, "files.completeUploadExternal", files=files, channel_id=channel, thread_ts=thread
            )
        except TroubleError as trouble:
            log.error("a file could not be attached", error=trouble.error)

    async def _quietly(self, workspace: str, method: str, **args: Any) -> dict[str, Any] | None:
        for _ in range(TRIES):
            try:
                return await self._wire.call(workspace, method, **args)
            except TroubleError as trouble:
                if trouble.after is None:
                    log.warning("part of a message could not be sent", method=method, error=trouble.error)
                    return None
                await self._wire.pause(trouble.after.total_seconds())
        return None


def file_list(*files: tuple[str, str]) -> str:
    """Uploads as Slack wants them listed: id and title."""
    return json.dumps([{"id": file, "title": title} for file, title in files])


K = TypeVar("K")
V = TypeVar("V")


def bounded(memory: dict[K, V]) -> dict[K, V]:
    """The same memory, without its oldest entry when it is full."""
    if len(memory) >= REMEMBERED:
        del memory[next(iter(memory))]
    return memory
