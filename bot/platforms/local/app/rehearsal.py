"""One rehearsal: what you do in it, how its first minute goes, and the loop that keeps it alive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.engine.route import ROOT
from bot.kernel.cards import Form, FormField, Note, TickField
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import Place
from bot.kernel.inbound import Reachable, Value
from bot.kernel.words import plain
from bot.platforms.local import parse
from bot.platforms.local.app.backstage import Backstage, LocalPlatform
from bot.platforms.local.app.board import SEED, SPEEDS, Begins, Board, OpenForm
from bot.platforms.local.app.cast import CHANNEL, OPENS, OWNER, PLAYERS, TEAM, abilities, roster
from bot.platforms.local.app.hours import STEPS, Hours
from bot.platforms.local.client import RoomMessenger, without_bot

log = structlog.get_logger("moderato.rehearsal")

FARTHEST = timedelta(days=120)  # one jump of the clock


class Rehearsal(Board):
    """Everything behind one room. Pages look at it and bring payloads to `do`."""

    def __init__(self, folder: Path, backstage: Backstage, *, seed: int = SEED, begins: Begins | None = None) -> None:
        super().__init__(folder, backstage, seed, begins)
        self.bot.add(LocalPlatform(RoomMessenger(self.timeline, self._changed), self.timeline.number))
        self._hours = Hours(self)
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()  # one thing at a time: a press, a step of the autopilot, a jump of the clock
        self._task: asyncio.Task[None] | None = None

    # life

    async def open(self) -> None:
        """Begin, or go on where a process before this one ended."""
        await asyncio.to_thread(self.bot.prepare)
        if self.running:
            await self.bot.go_on()
            await self.bot.start()
        await self.bot.hear(roster("roster"))
        await self.bot.hear(abilities("able"))
        self._task = asyncio.create_task(self._live(), name=f"rehearsal {self.name}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.save_clock()
        if self.running:
            await self.bot.stop()
        self.bot.close()
        self.timeline.close()

    def watch(self, told: Callable[[], None]) -> None:
        self.watchers.add(told)
        self._news.set()

    def unwatch(self, told: Callable[[], None]) -> None:
        self.watchers.discard(told)
        self._news.set()

    # what you do

    async def do(self, payload: Mapping[str, Any]) -> None:
        """One payload of a page. What cannot be read changes nothing and is said so."""
        async with self._turn:
            self.notice = ""
            try:
                await self._do(payload)
            except (ValueError, KeyError, TypeError):
                self.notice = "The room could not read that press. Nothing changed; press once more."
        self._changed()

    async def _do(self, payload: Mapping[str, Any]) -> None:
        match payload.get("do"):
            case "press" | "submit" | "type" if not self.running:
                self.notice = "Nobody answers: the bot is stopped. Stage starts it again."
            case "press":
                await self._press(payload)
            case "submit":
                await self._submit(payload)
            case "type":
                await self._type(payload)
            case "cancel":
                self.form = None
            case "dismiss":
                self._dismiss(int(payload["message"]))
            case "let_run":
                self.let_run()
            case "start":
                await self._start()
            case "be_jo":
                await self._be_jo()
            case "next":
                await self._next(str(payload.get("text", "")), int(payload.get("hours") or 0))
            case "act_as" if payload.get("user") in PLAYERS:
                self.become(str(payload["user"]))
            case "speed" if float(payload["speed"]) in SPEEDS:
                self.timeline.set_note("speed", str(float(payload["speed"])))
            case "autopilot":
                self.timeline.set_note("autopilot", "off" if self.plays else "on")
            case "added":
                await self._added()
            case "ahead":
                await self._hours.ahead()
            case "move":
                await self._move(str(payload["to"]))
            case "bot":
                await self._switch()
            case _:
                raise ValueError("no such thing to do")

    async def _press(self, payload: Mapping[str, Any]) -> None:
        inbound = parse.button_pressed(self._stamped(payload))
        number = int(inbound.message or 0)
        said = self.timeline.message(number)
        self.timeline.press(number, inbound.action.pack(), self.you)
        reply = await self.bot.handle(inbound)
        private = number if said is not None and said.only else 0
        if private and not isinstance(reply, Show):
            self.timeline.remove(private)
        self._take(reply, inbound.place, private)

    async def _submit(self, payload: Mapping[str, Any]) -> None:
        asked = self.form
        if asked is None:
            return
        where = {"channel": asked.channel, "thread": asked.thread, "token": asked.form.action.pack()}
        inbound = parse.form_submitted(self._stamped({**payload, **where}))
        reply = await self.bot.handle(inbound)
        if isinstance(reply, Correct):
            self.form = replace(asked, errors=dict(reply.errors), form=_refilled(asked.form, inbound.values))
            return
        self.form = None
        if asked.whisper:
            self.timeline.remove(asked.whisper)
        self._take(reply, inbound.place, 0)

    async def _type(self, payload: Mapping[str, Any]) -> None:
        text = str(payload.get("text", "")).strip()
        if not text:
            return
        shortcuts = [command.words for _, command in self.bot.routes.commands if command.shortcut]
        meant = parse.addressed(text, ROOT, shortcuts)
        channel, thread = str(payload["channel"]), int(payload.get("thread") or 0) or None
        if channel not in (CHANNEL, parse.DIRECT + self.you):
            raise ValueError("not a conversation of yours")
        if meant is None or channel != CHANNEL:
            self.timeline.chat(channel, self.you, text, thread)
            meant = text if meant is None and channel != CHANNEL else meant
        if meant is not None:
            await self._command(meant, channel, thread)

    async def _command(self, text: str, channel: str, thread: int | None = None) -> None:
        payload = self._stamped({"channel": channel, "thread": thread, "text": text})
        typed = parse.command_typed(payload, {player.name: player.user for player in TEAM})
        self._take(await self.bot.handle(typed), typed.place, 0)

    def _take(self, reply: Reply, place: Place, whisper: int) -> None:
        """What goes back to you on this very request."""
        thread = int(place.thread) if place.thread else None
        match reply:
            case Whisper(card=card):
                self._put_away(place.channel, thread, card.title)
                self.timeline.say(place.channel, card, thread=thread, only=self.you)
            case Show(form=form):
                self.form = OpenForm(form, self.you, place.channel, thread, whisper, number=self.timeline.number())
            case Quiet() | Correct():
                pass

    def _stamped(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "id": self.stamp(), "by": self.you}

    def _put_away(self, channel: str, thread: int | None, title: str) -> None:
        """A private card is shown once: asked for again, the older one goes. One without a title is for the moment."""
        for said in self.timeline.seen(self.you, channel, thread):
            if said.only and said.kind != "hint" and said.card is not None and said.card.title == title:
                self.timeline.remove(said.id)

    def _dismiss(self, number: int) -> None:
        said = self.timeline.message(number)
        if said is not None and said.only == self.you:
            self.timeline.remove(number)

    # the first minute

    async def _start(self) -> None:
        """The press plans a round for 09:30, and it becomes 09:30."""
        if self.scene != "start":
            return
        self.timeline.set_note("scene", "call")
        arrival = parse.command_typed(self._stamped({"channel": CHANNEL, "text": "round plan 09:30"}), {})
        await self.bot.handle(arrival)
        await self._hours.travel(OPENS + timedelta(minutes=1))

    async def _be_jo(self) -> None:
        """Become Jo, at the moment Jo is written to: what comes unasked keeps to Jo's hours."""
        if self.scene != "jo":
            return
        self.become("jo")
        self.timeline.set_note("scene", "next")
        inbox, latest = parse.DIRECT + "jo", self.clock() + timedelta(hours=24)
        await self.bot.settle()
        for _ in range(STEPS):
            due = await self.bot.next_moment()
            if self.timeline.newest("jo", inbox) or due is None or due > latest:
                break
            await self.bot.travel(max(due, self.clock()))

    async def _next(self, text: str, hours: int) -> None:
        """Go on as Lena with a command, and live on for some hours if there is nothing to see before."""
        self.timeline.set_note("scene", "free")
        self.become(OWNER.user)
        await self._command(text, CHANNEL)
        if 0 < hours <= 48:
            await self._hours.travel(self.clock() + timedelta(hours=hours))

    def _scene_moves_on(self) -> None:
        if self.scene != "call":
            return
        titles = {plain(said.card.title): said for said in self.timeline.seen(self.you, CHANNEL) if said.card}
        if "The round did not start" in titles:
            self.timeline.set_note("scene", "next")
        elif "Round done" in titles:
            away = not any("jo" in one.pressed for _, tokens in self.timeline.asked() for one in tokens)
            self.timeline.set_note("scene", "jo" if away else "next")

    # the stage

    async def _switch(self) -> None:
        """Stop the bot while the clock goes on, or start it again."""
        if self.running:
            self.timeline.set_note("bot", "off")
            self.form = None
            await self.bot.stop()
        else:
            self.clock.run(0)  # whatever passed while it was away is an outage, however fast the clock ran
            self.timeline.set_note("bot", "on")
            await self.bot.start()

    async def _added(self) -> None:
        """The one you are adds the bot for themselves, or takes it away."""
        if self.has_bot(self.you):
            self.timeline.set_note(without_bot(self.you), "yes")
        else:
            self.timeline.set_note(without_bot(self.you), "")
            await self.bot.hear(Reachable(id=self.stamp(), member=PLAYERS[self.you].member))

    async def _move(self, to: str) -> None:
        """To a time in your own zone, as a date-and-time field writes it. Never back."""
        there = datetime.fromisoformat(to)
        if there.tzinfo is None:
            there = there.replace(tzinfo=ZoneInfo(PLAYERS[self.you].zone))
        now = self.clock()
        if there <= now:
            self.notice = "The clock moves forward only. For an earlier moment, begin a new rehearsal."
        elif there - now > FARTHEST:
            self.notice = f"One jump goes {FARTHEST.days} days at most. Move in several steps."
        elif not self.running:
            self.clock.move(there)
        else:
            await self._hours.travel(there)

    # the loop

    async def _live(self) -> None:
        while True:
            self._news.clear()
            try:
                await self.step()
            except Exception as error:
                log.exception("the rehearsal stumbled", error=repr(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._hours.rest())

    async def step(self) -> None:
        """Everything that is due now: the clock waits or runs, the others press, the first minute moves on."""
        async with self._turn:
            await self._step()

    async def _step(self) -> None:
        self._hours.steer()
        before = (self.timeline.version, self.scene, self.quiet)
        if self.running:
            await self._hours.play()
            self._scene_moves_on()
        self._hours.steer()
        self.save_clock()
        self.quiet = await self._hours.is_quiet()
        if before != (self.timeline.version, self.scene, self.quiet):
            self.tell()

    # telling pages

    def _changed(self) -> None:
        self._news.set()
        self.tell()


def _refilled(form: Form, values: Mapping[str, Value]) -> Form:
    """The form with what was typed, so that a correction loses nothing."""
    return replace(form, fields=tuple(_refilled_field(one, values) for one in form.fields))


def _refilled_field(one: FormField, values: Mapping[str, Value]) -> FormField:
    if isinstance(one, Note) or one.name not in values:
        return one
    value = values[one.name]
    if isinstance(one, TickField):
        return replace(one, values=value if isinstance(value, tuple) else (value,) if value else ())
    return replace(one, value=value if isinstance(value, str) else "")
