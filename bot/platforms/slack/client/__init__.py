"""Sending: a card becomes a Slack message, an error becomes an outcome.

`send` is the only place where errors of Slack are judged. `budget` keeps the pace, `wire` makes the call,
`directory` reads people, `installs` knows the tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any, cast

import structlog

from bot.charts import png
from bot.engine.budget import RULES
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.cards import Buttons, Card, Chart, Link
from bot.kernel.effects import Kind
from bot.platforms.slack import render
from bot.platforms.slack.client.directory import Directory
from bot.platforms.slack.client.errors import BAD_BLOCKS, GONE_MESSAGE, lost_by
from bot.platforms.slack.client.installs import Install, Installs, OneWorkspace
from bot.platforms.slack.client.rest import Rest, bounded, file_list
from bot.platforms.slack.client.signs import Notes, Signs
from bot.platforms.slack.client.wire import TroubleError, Wire

__all__ = ["Directory", "Install", "Installs", "OneWorkspace", "SlackMessenger", "TroubleError", "Wire"]

log = structlog.get_logger("moderato.slack")

EVENT_TYPE = "moderato_message"
LOOK_BACK = 15  # newest messages that are searched for one of ours; more is not given to every app
LOOK_BACK_THREAD = 200  # in a thread the oldest come first
PICTURE_WAIT = timedelta(seconds=2)  # Slack takes a moment before an uploaded picture can be shown
PICTURE_TRIES = 3


class SlackMessenger:
    """Slack, as far as sending is concerned. Errors come back as outcomes."""

    def __init__(self, wire: Wire, notes: Notes) -> None:
        self.wire = wire
        self._signs = Signs(wire, notes)
        self._doubtful: set[int] = set()  # sends of this process that may have arrived
        self.rest = Rest(wire)
        self._pictures: dict[str, str] = {}
        self._permalinks: dict[tuple[str, str], str] = {}

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Bring one message to Slack, or say why not."""
        method = _method(outgoing)
        lane = outgoing.user or outgoing.channel
        wait = self.wire.budget.wait(outgoing.workspace, method, self.wire.now(), channel=lane, ticket=outgoing.id)
        if wait:
            return TryLater("its turn has not come", wait)
        try:
            return await self._send(outgoing)
        except TroubleError as trouble:
            return self._judged(trouble, outgoing)

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        """Show what is no message; see `signs.py`."""
        return await self._signs.put_up(outgoing)

    async def _send(self, outgoing: Outgoing) -> Outcome:
        if outgoing.card is None:
            return await self._delete(outgoing)
        if outgoing.only:
            return await self._show(outgoing, outgoing.card)
        if outgoing.replaces is not None:
            return await self._revise(outgoing, outgoing.card)
        return await self._post(outgoing, outgoing.card)

    # the four ways to send

    async def _post(self, outgoing: Outgoing, card: Card, *, thread: str | None = None) -> Outcome:
        if outgoing.doubtful or outgoing.id in self._doubtful:
            known = await self._settled(outgoing)
            if known is not None:
                return known
        drawn = await self._drawn(outgoing, card)
        where = outgoing.channel or outgoing.user
        args = {
            "channel": where,
            "thread_ts": thread or outgoing.thread,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": _mark(outgoing)}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            answer = await self._say(outgoing.workspace, "chat.postMessage", drawn, card, outgoing, args)
        except TroubleError as trouble:
            if trouble.doubtful:
                self._doubtful.add(outgoing.id)
            raise
        self._doubtful.discard(outgoing.id)
        channel, ts = str(answer["channel"]), str(answer["ts"])
        await self.rest.write(outgoing.workspace, drawn, channel, ts, thread=outgoing.thread or "")
        return Sent(ts, channel)

    async def _revise(self, outgoing: Outgoing, card: Card) -> Outcome:
        assert outgoing.replaces is not None
        drawn = await self._drawn(outgoing, card)
        args = {"channel": outgoing.channel, "ts": outgoing.replaces}
        try:
            await self._say(outgoing.workspace, "chat.update", drawn, card, outgoing, args)
        except TroubleError as trouble:
            if trouble.error not in GONE_MESSAGE:
                raise
            return await self._anew(outgoing, card, deleted=trouble.error == "message_not_found")
        await self.rest.write(
            outgoing.workspace, drawn, outgoing.channel, outgoing.replaces, thread=outgoing.thread or "", new=False
        )
        return Sent(outgoing.replaces, outgoing.channel)

    async def _anew(self, outgoing: Outgoing, card: Card, *, deleted: bool) -> Outcome:
        """A message too old to edit is followed by a new one in its thread; a deleted one by one beside it."""
        lane = outgoing.user or outgoing.channel
        wait = self.wire.budget.wait(
            outgoing.workspace, "chat.postMessage", self.wire.now(), channel=lane, ticket=outgoing.id
        )
        if wait:
            return TryLater("its turn has not come", wait)
        thread = None if deleted else outgoing.replaces
        return await self._post(replace(outgoing, replaces=None), card, thread=outgoing.thread or thread)

    async def _show(self, outgoing: Outgoing, card: Card) -> Outcome:
        """A message that one person sees in a channel. It cannot be edited: a new version is shown again."""
        drawn = await self._drawn(outgoing, card)
        args = {"channel": outgoing.channel, "user": outgoing.only, "thread_ts": outgoing.thread}
        try:
            answer = await self._say(outgoing.workspace, "chat.postEphemeral", drawn, card, outgoing, args)
        except TroubleError as trouble:
            if trouble.error not in ("user_not_in_channel", "not_in_channel"):
                raise
            return await self._post(replace(outgoing, channel="", user=outgoing.only, thread=None, only=""), card)
        for part in drawn.rest:
            await self.wire.call(outgoing.workspace, "chat.postEphemeral", **args, **part.content())
        return Sent(str(answer["message_ts"]), outgoing.channel)

    async def _delete(self, outgoing: Outgoing) -> Outcome:
        ts = outgoing.replaces or ""
        if not outgoing.only:
            try:
                await self.wire.call(outgoing.workspace, "chat.delete", channel=outgoing.channel, ts=ts)
            except TroubleError as trouble:
                if trouble.error not in ("message_not_found", "cant_delete_message"):
                    raise
            await self.rest.delete(outgoing.workspace, outgoing.channel, ts)
        return Sent(ts, outgoing.channel)

    # content

    async def _say(
        self,
        workspace: str,
        method: str,
        drawn: render.Message,
        card: Card,
        outgoing: Outgoing,
        args: dict[str, Any],
    ) -> dict[str, Any]:
        """Send it as drawn; where Slack does not take a block, as plainer blocks, at last as words."""
        try:
            return await self.wire.call(workspace, method, **args, **drawn.content())
        except TroubleError as trouble:
            if trouble.error not in BAD_BLOCKS:
                raise
            if self._pictured(card) and outgoing.attempts < PICTURE_TRIES:
                raise TroubleError("picture_not_ready", after=PICTURE_WAIT, passing=True) from None
            log.warning("Slack refuses blocks; sent plainer", error=trouble.error, detail=trouble.detail[:200])
        links = await self._links(outgoing, card)
        modest = render.message(card, outgoing.zone, links=links, modest=True, more=_more(outgoing))
        try:
            return await self.wire.call(workspace, method, **args, **modest.content())
        except TroubleError as trouble:
            if trouble.error not in BAD_BLOCKS:
                raise
        return await self.wire.call(workspace, method, **args, text=drawn.text, blocks=[])

    async def _drawn(self, outgoing: Outgoing, card: Card) -> render.Message:
        links = await self._links(outgoing, card)
        pictures = await self._uploaded(outgoing.workspace, card) if outgoing.attempts <= PICTURE_TRIES else {}
        return render.message(card, outgoing.zone, links=links, pictures=pictures, more=_more(outgoing))

    async def _links(self, outgoing: Outgoing, card: Card) -> dict[str, str]:
        """Addresses of those of our messages that the card's buttons lead to."""
        wanted = {link.to.removeprefix("message:") for link in _links_of(card) if link.to.startswith("message:")}
        found: dict[str, str] = {}
        for name in wanted & set(outgoing.links or {}):
            channel, ts = (outgoing.links or {})[name]
            if (channel, ts) not in self._permalinks:
                try:
                    answer = await self.wire.call(
                        outgoing.workspace, "chat.getPermalink", channel=channel, message_ts=ts
                    )
                except TroubleError as trouble:
                    log.info("no link to a message", error=trouble.error)
                    continue
                bounded(self._permalinks)[channel, ts] = str(answer["permalink"])
            found[name] = self._permalinks[channel, ts]
        return found

    async def _uploaded(self, workspace: str, card: Card) -> dict[int, str]:
        """Pictures of the card's charts. Without them the card says the same in words."""
        pictures: dict[int, str] = {}
        for place, block in enumerate(card.blocks):
            if not isinstance(block, Chart):
                continue
            key = f"{workspace}:{blake2b(repr(block).encode(), digest_size=16).hexdigest()}"
            if key not in self._pictures:
                try:
                    file = await self.wire.upload(workspace, "chart.png", png(block), block.alt[: render.ALT])
                    await self.wire.call(
                        workspace, "files.completeUploadExternal", files=file_list((file, block.title or "Chart"))
                    )
                except TroubleError as trouble:
                    log.warning("a picture could not be uploaded; its words are shown", error=trouble.error)
                    continue
                bounded(self._pictures)[key] = file
            pictures[place] = self._pictures[key]
        return pictures

    def _pictured(self, card: Card) -> bool:
        return any(isinstance(block, Chart) for block in card.blocks)

    # what may have been sent already

    async def _settled(self, outgoing: Outgoing) -> Outcome | None:
        """An earlier try is in doubt: look for it. None: send it now."""
        looked, found = await self._find(outgoing)
        if found is not None:
            self._doubtful.discard(outgoing.id)
            return found
        if looked or RULES[cast(Kind, outgoing.kind)].repeat:
            return None
        return Undeliverable("in doubt, and not worth repeating")

    async def _find(self, outgoing: Outgoing) -> tuple[bool, Sent | None]:
        """Whether one may look, and the message of this key if it is among the newest."""
        mark = _mark(outgoing)
        try:
            channel = outgoing.channel or await self._opened(outgoing)
            how: dict[str, Any] = {"channel": channel, "include_all_metadata": "true"}
            if outgoing.thread:
                args = how | {"ts": outgoing.thread, "limit": LOOK_BACK_THREAD}
                listed = await self.wire.call(outgoing.workspace, "conversations.replies", **args)
            else:
                listed = await self.wire.call(outgoing.workspace, "conversations.history", **how, limit=LOOK_BACK)
        except TroubleError as trouble:
            if trouble.passing:
                raise
            return False, None
        for message in listed["messages"]:
            if (message.get("metadata") or {}).get("event_payload", {}).get("key") == mark:
                return True, Sent(str(message["ts"]), channel)
        return True, None

    async def _opened(self, outgoing: Outgoing) -> str:
        answer = await self.wire.call(outgoing.workspace, "conversations.open", users=outgoing.user)
        return str(answer["channel"]["id"])

    # judging

    def _judged(self, trouble: TroubleError, outgoing: Outgoing) -> Outcome:
        if trouble.passing:
            return TryLater(trouble.error, trouble.after)
        lost = lost_by(trouble.error, outgoing)
        if lost == "workspace":
            log.error(
                "Slack does not let us into this workspace any more; its schedules stop",
                workspace=outgoing.workspace,
                error=trouble.error,
            )
        if lost == "message":
            log.error("a message cannot be sent", error=trouble.error, detail=trouble.detail[:200], kind=outgoing.kind)
        return Undeliverable(trouble.error, lost)


def _method(outgoing: Outgoing) -> str:
    """The method that sends it, for the budget."""
    if outgoing.only:
        return "chat.postEphemeral"
    if outgoing.card is None:
        return "chat.delete"
    return "chat.postMessage" if outgoing.replaces is None else "chat.update"


def _more(outgoing: Outgoing) -> str:
    """Where a message goes on: what one person sees has no thread of its own."""
    return render.NEXT if outgoing.only else render.REST


def _mark(outgoing: Outgoing) -> str:
    """The message's key as others in the workspace may see it."""
    return blake2b(outgoing.key.encode(), digest_size=12).hexdigest()


def _links_of(card: Card) -> Iterator[Link]:
    for block in card.blocks:
        if isinstance(block, Buttons):
            yield from (one for one in block.row if isinstance(one, Link))
