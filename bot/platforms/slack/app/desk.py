"""Answers people: a payload becomes an inbound, the engine commits, and its reply goes back where it came from.

Nothing here waits for Slack before the acknowledgement, with one exception that is bounded: the first command
in a channel nobody has heard of yet.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, assert_never

import aiohttp
import structlog

from bot.engine.attached import Attached, NotTakenError, chosen
from bot.engine.ports import Host
from bot.kernel.cards import Button, Buttons, Card, Form, Text, hint
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import ButtonPressed, CommandTyped, Reachable, RosterRead
from bot.platforms.slack import render
from bot.platforms.slack.client import Directory, TroubleError, Wire
from bot.platforms.slack.client.files import fetched
from bot.platforms.slack.client.rest import Rest
from bot.platforms.slack.parse import (
    Arrival,
    Seat,
    noted,
    pressed,
    said,
    shortcut,
    slash,
    submitted,
)

log = structlog.get_logger("moderato.slack")

FIRST_LOOK = 1.5  # seconds to find out about a channel before its first command is answered
READING = "I am reading who is in this channel. Try again in a few seconds. Nothing changed."
INVITE = "I am not in this channel yet. Invite me: type /invite @Moderato here, then try again. Nothing changed."
NO_SCOPE = (
    "I may not look who is in this channel. Whoever looks after the Slack app adds {needed} under "
    "OAuth & Permissions and installs the app again. Nothing changed."
)
TOO_SLOW = "The form did not open in time. Nothing is lost; press once more."
HOME = "home"  # the words whose answer Home shows
MOST_HOMES = 10_000
MOST_RESPONSES = 5
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived"})

Json = Mapping[str, Any]
Body = dict[str, Any]
Later = Callable[[Coroutine[Any, Any, None]], None]


class Desk:
    """Where people are answered."""

    def __init__(self, host: Host, wire: Wire, directory: Directory, rest: Rest, later: Later, root: str) -> None:
        self._host, self._wire, self._directory, self._later, self._root = host, wire, directory, later, root
        self._rest = rest
        self._homes: dict[tuple[str, str], None] = {}  # who has opened Home since the start
        self._drawing: dict[tuple[str, str], bool] = {}  # whose Home is being drawn, and whether once more

    # what arrives

    async def command(self, body: Json) -> Body:
        """A slash command; the answer for its acknowledgement."""
        arrival = slash(body, self._root)
        refusal = await self._seat(arrival)
        reply = refusal or await self._host.handle(arrival.inbound)
        match reply:
            case Quiet():
                return {}
            case Whisper(card=card, lasting=False):
                return self._at_once(arrival.seat, card)
            case Correct(errors=errors):
                return self._at_once(arrival.seat, hint(*errors.values()))
            case Whisper() | Show():
                self._later(self._answer(arrival, reply))
                return {}
            case _:
                assert_never(reply)

    async def interaction(self, body: Json) -> Body:
        """A press, a submitted form, a shortcut; the answer for its acknowledgement."""
        match body.get("type"):
            case "block_actions":
                arrival = pressed(body)
            case "view_submission":
                return await self._submission(submitted(body))
            case "shortcut" | "message_action":
                arrival = shortcut(body)
            case _:
                return {}
        if arrival is None:
            return {}
        # A button stands in a message of ours: its channel is known. A command, or the menu of a message, may be first.
        first = isinstance(arrival.inbound, CommandTyped) or body.get("type") == "message_action"
        refusal = await self._seat(arrival) if first else None
        reply = refusal or await self._host.handle(arrival.inbound)
        if not isinstance(reply, Quiet):
            self._later(self._answer(arrival, reply))
        self._refresh_home(arrival.seat)
        return {}

    async def words(self, event: Json, workspace: str, bot: str) -> None:
        """Something said to the bot, in a channel or in its own conversation."""
        arrival = said(event, workspace, bot)
        if arrival is None:
            return
        if arrival.seat.direct:
            await self._host.hear(Reachable(id=f"{arrival.inbound.id}:reach", member=arrival.seat.member))
        assert isinstance(arrival.inbound, CommandTyped)
        try:
            file = chosen(arrival.files, arrival.inbound.text, direct=arrival.seat.direct)
        except NotTakenError as error:
            self._later(self._answer(arrival, Whisper(error.card)))
            return
        if file is not None:  # Slack waits three seconds for the acknowledgement, a file may take longer
            self._later(self._file(arrival, arrival.inbound, file))
            return
        reply = await self._seat(arrival) or await self._host.handle(arrival.inbound)
        if not isinstance(reply, Quiet):
            self._later(self._answer(arrival, reply))

    async def _file(self, arrival: Arrival, typed: CommandTyped, file: Attached) -> None:
        """A file is read as if what is in it had been typed."""
        try:
            text = await fetched(self._wire, arrival.seat.workspace, file)
        except NotTakenError as error:
            await self._answer(arrival, Whisper(error.card))
            return
        reply = await self._seat(arrival) or await self._host.handle(replace(typed, text=text, mentions={}))
        if not isinstance(reply, Quiet):
            await self._answer(arrival, reply)

    def home_opened(self, workspace: str, user: str, tab: str) -> None:
        """Somebody looks at the app: at its Home, or at their conversation with it."""
        self._later(self._reached(workspace, user))
        if tab != "home":
            return
        if len(self._homes) >= MOST_HOMES:
            self._homes.pop(next(iter(self._homes)))
        self._homes[workspace, user] = None
        self._later(self.publish_home(workspace, user))

    async def _reached(self, workspace: str, user: str) -> None:
        seat = Seat(workspace, user, "home", direct=True)
        await self._host.hear(Reachable(id=f"slack:reach:{secrets.token_hex(8)}", member=seat.member))

    async def publish_home(self, workspace: str, user: str) -> None:
        """Draw somebody's Home. One drawing at a time, so that an older one never lands on a newer one."""
        key = (workspace, user)
        if key in self._drawing:
            self._drawing[key] = True
            return
        self._drawing[key] = True
        try:
            while self._drawing[key]:
                self._drawing[key] = False
                await self._draw_home(workspace, user)
        finally:
            del self._drawing[key]

    async def _draw_home(self, workspace: str, user: str) -> None:
        seat = Seat(workspace, user, "home", direct=True)
        asked = CommandTyped(id=f"slack:home:{secrets.token_hex(8)}", actor=seat.member, place=seat.place, text=HOME)
        reply = await self._host.handle(asked)
        if isinstance(reply, Whisper):
            view = render.home(reply.card, self._zone(seat))
            await self._wire.read(workspace, "views.publish", user_id=user, view=view)

    # a channel nobody has heard of

    async def _seat(self, arrival: Arrival) -> Reply | None:
        """Make the channel a team before its first command; or say that the bot is not in it."""
        place = arrival.seat.place.whole()
        if place.direct or not place.channel or await self._host.knows(place):
            return None
        reading = asyncio.ensure_future(self._read(place, arrival.seat.member))
        self._later(_until(reading))
        try:
            found = await asyncio.wait_for(asyncio.shield(reading), FIRST_LOOK)
        except TimeoutError:
            return Whisper(hint(READING))
        except TroubleError as trouble:
            return self._hindered(trouble)
        return None if found else Whisper(hint(INVITE))

    @staticmethod
    def _hindered(trouble: TroubleError) -> Whisper:
        if trouble.error == "missing_scope":
            return Whisper(hint(NO_SCOPE.format(needed=trouble.detail or "a scope of manifest.yml")))
        return Whisper(hint(READING if trouble.passing else INVITE))

    async def _read(self, place: Place, by: Member) -> bool:
        """Read who is in the channel, and make it a team; False if the bot is not in it."""
        found = [news for news in await self._directory.read_roster(place, by) if isinstance(news, RosterRead)]
        for news in found:
            await self._host.hear(news)
        return bool(found)

    # answering

    async def _submission(self, arrival: Arrival) -> Body:
        seat = arrival.seat
        reply = await self._host.handle(arrival.inbound)
        self._refresh_home(seat)
        match reply:
            case Quiet():
                return {}
            case Correct(errors=errors) if seat.fields:
                placed = render.errors(errors, seat.fields, self._zone(seat))
                return {"response_action": "errors", "errors": placed}
            case Correct(errors=errors):
                return self._turned(seat, hint(*errors.values()))
            case Whisper(card=card, lasting=lasting):
                if lasting:
                    self._later(self._direct(seat, card))
                return self._turned(seat, card)
            case Show(form=form):
                return {"response_action": "update", "view": self._view(seat, form)}
            case _:
                assert_never(reply)

    async def _answer(self, arrival: Arrival, reply: Reply) -> None:
        """Answer beside the acknowledgement."""
        seat = arrival.seat
        match reply:
            case Quiet():
                return
            case Show():
                await self._open(arrival, reply)
            case Whisper(card=card, lasting=True):
                await self._direct(seat, card)
                if seat.surface in ("home", "modal", "shortcut"):
                    await self._whisper(seat, card)  # where nothing would seem to have happened
            case Whisper(card=card):
                await self._whisper(seat, card)
            case Correct(errors=errors):
                await self._whisper(seat, hint(*errors.values()))
            case _:
                assert_never(reply)

    async def _open(self, arrival: Arrival, show: Show) -> None:
        """Open a form; where that is not possible, a button that opens it."""
        seat, view = arrival.seat, self._view(arrival.seat, show.form)
        try:
            if seat.surface == "modal":
                await self._replace(seat, view)
                return
            if seat.trigger:
                await self._wire.call(seat.workspace, "views.open", trigger_id=seat.trigger, view=view)
                return
        except TroubleError as trouble:
            if "trigger" not in trouble.error and not trouble.passing:
                raise
        again = arrival.inbound.action if isinstance(arrival.inbound, ButtonPressed) else show.again
        late = bool(seat.trigger)
        if again is None:
            await self._whisper(replace(seat, trigger=""), hint(TOO_SLOW))
            return
        lines = (Text(TOO_SLOW),) if late else ()
        button = Buttons((Button("Open the form", again, "primary", asks=True),))
        await self._whisper(replace(seat, trigger=""), Card(show.form.title, (*lines, button)))

    async def _whisper(self, seat: Seat, card: Card) -> None:
        """Tell one person, where they are."""
        match seat.surface:
            case "home" | "shortcut" | "form" if seat.trigger:
                view = render.reading(card, self._zone(seat), render.packed(**noted(seat)))
                await self._wire.call(seat.workspace, "views.open", trigger_id=seat.trigger, view=view)
            case "modal":
                await self._replace(seat, render.reading(card, self._zone(seat), render.packed(**noted(seat))))
            case "direct" | "home" | "shortcut" | "form":
                await self._direct(seat, card)
            case "hint" if seat.response_url:
                await self._respond(seat, self._hint(seat, card), instead=True)
            case "command" | "message" if seat.response_url and not seat.thread:
                await self._respond(seat, self._hint(seat, card))
            case _:
                await self._beside(seat, self._hint(seat, card))

    async def _direct(self, seat: Seat, card: Card) -> None:
        """In the conversation of this person and the bot, where it stays."""
        drawn = render.message(card, self._zone(seat))
        inside = seat.surface == "direct"
        thread = seat.thread if inside else ""
        said = await self._wire.say(
            seat.workspace,
            "chat.postMessage",
            channel=seat.channel if inside else seat.user,
            thread_ts=thread or None,
            **drawn.content(),
        )
        await self._rest.write(seat.workspace, drawn, str(said["channel"]), str(said["ts"]), thread=thread)

    async def _replace(self, seat: Seat, view: Body) -> None:
        """Turn the modal somebody acted in into another; not if it has become another one meanwhile."""
        try:
            await self._wire.call(
                seat.workspace, "views.update", view_id=seat.view, hash=seat.view_hash or None, view=view
            )
        except TroubleError as trouble:
            if trouble.error not in ("hash_conflict", "not_found"):  # overtaken, or closed
                raise

    async def _respond(self, seat: Seat, drawn: render.Message, *, instead: bool = False, first: int = 0) -> None:
        """By the response address, which takes five answers within half an hour; where it fails, beside it."""
        session = self._wire.client().session
        assert session is not None
        parts = (drawn, *drawn.rest)[first : first + MOST_RESPONSES]
        for number, part in enumerate(parts):
            body = {"response_type": "ephemeral", "replace_original": instead and not number, **part.content()}
            try:
                async with session.post(seat.response_url, json=body) as answer:
                    taken = answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                taken = False
            if not taken:
                log.info("a response address is used up or gone; answered beside it")
                await self._beside(seat, replace(part, rest=parts[number + 1 :]))
                return

    async def _beside(self, seat: Seat, drawn: render.Message) -> None:
        """As messages in the channel that one person sees; where that cannot be, in their own conversation."""
        where = {"channel": seat.channel, "thread_ts": seat.thread or None}
        try:
            for part in (drawn, *drawn.rest):
                await self._wire.say(seat.workspace, "chat.postEphemeral", user=seat.user, **where, **part.content())
        except TroubleError as trouble:
            if trouble.error not in NOT_THERE:
                raise
            said = await self._wire.say(seat.workspace, "chat.postMessage", channel=seat.user, **drawn.content())
            await self._rest.write(seat.workspace, drawn, str(said["channel"]), str(said["ts"]))

    def _refresh_home(self, seat: Seat) -> None:
        if seat.surface in ("home", "form", "modal") and (seat.workspace, seat.user) in self._homes:
            self._later(self.publish_home(seat.workspace, seat.user))

    def _at_once(self, seat: Seat, card: Card) -> Body:
        """In the acknowledgement of a command; what does not fit follows by its response address."""
        drawn = self._hint(seat, card)
        if drawn.rest:
            self._later(self._respond(seat, drawn, first=1))
        return {"response_type": "ephemeral", **drawn.content()}

    def _hint(self, seat: Seat, card: Card) -> render.Message:
        return render.message(card, self._zone(seat), more=render.NEXT)

    def _turned(self, seat: Seat, card: Card) -> Body:
        """The form turns into its answer."""
        view = render.reading(card, self._zone(seat), render.packed(**noted(seat)))
        return {"response_action": "update", "view": view}

    def _view(self, seat: Seat, form: Form) -> Body:
        return render.view(form, self._zone(seat), render.packed(**noted(seat)))

    def _zone(self, seat: Seat) -> str:
        """For the few places where Slack does not show moments in the reader's own zone by itself."""
        known = self._directory.known(seat.member)
        return known.zone if known and known.zone else "UTC"


async def _until(reading: asyncio.Future[bool]) -> None:
    """Keep a reading that outlives its command; what it says is heard, its trouble is logged by whoever waits."""
    await asyncio.wait([reading])
    if not reading.cancelled():
        reading.exception()
