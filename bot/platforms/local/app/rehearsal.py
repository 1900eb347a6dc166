"""One rehearsal: a bot of its own, a clock of its own, seven people played, and you."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, Protocol, cast
from zoneinfo import ZoneInfo

import structlog

from bot.engine.ports import Messenger, Platform
from bot.engine.route import ROOT, Routes
from bot.kernel.cards import Form, FormField, Note, TickField
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import Place
from bot.kernel.inbound import CommandTyped, Inbound, News, Value
from bot.kernel.words import plain
from bot.platforms.local import parse
from bot.platforms.local.app import autopilot, rows
from bot.platforms.local.app.cast import CHANNEL, OPENS, OWNER, PLAYERS, TEAM, roster
from bot.platforms.local.client import RoomMessenger, Timeline

log = structlog.get_logger("moderato.rehearsal")

SPEEDS = (0.0, 1.0, 10.0, 60.0)  # seconds of the rehearsal in one real second; 0 holds it
SPEED = 10.0
SEED = 5  # the first rehearsal: Divya begins, Sam passes, then it is your turn
FARTHEST = timedelta(days=120)  # one jump of the clock
QUIET = timedelta(seconds=8)  # real ones; longer than that and there is a way to skip ahead
STEPS = 5000  # moments lived through in one jump

# The first minute: one card, the round, Jo, what next; then the room is yours.
Scene = Literal["start", "call", "jo", "next", "free"]


class Clock(Protocol):
    """A clock that can be steered; see bot/clock.py."""

    @property
    def speed(self) -> float: ...
    def __call__(self) -> datetime: ...
    def run(self, speed: float) -> None: ...
    def move(self, to: datetime) -> None: ...


class Bot(Protocol):
    """What a rehearsal needs of a bot."""

    routes: Routes

    def prepare(self) -> None: ...
    def add(self, platform: Platform) -> None: ...
    async def go_on(self) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def close(self) -> None: ...
    def wake(self) -> None: ...
    async def settle(self) -> None: ...
    async def travel(self, to: datetime) -> None: ...
    async def next_moment(self) -> datetime | None: ...
    async def handle(self, arrived: Inbound | CommandTyped) -> Reply: ...
    async def hear(self, news: News) -> None: ...


class Backstage(Protocol):
    """Whoever composes the program makes clocks and bots; a platform may not."""

    def clock(self, start: datetime) -> Clock:
        """A held clock."""
        ...

    def bot(self, database: Path, clock: Clock, chance: Callable[[str], bytes]) -> Bot: ...


class LocalPlatform:
    """The rehearsal room as the composition sees it."""

    name = parse.PLATFORM

    def __init__(self, messenger: Messenger, number: Callable[[], int]) -> None:
        self.messenger, self._number = messenger, number

    def routes(self) -> list[Any]:
        return []

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def read_roster(self, place: Place, by: object = None) -> tuple[News, ...]:  # noqa: ARG002
        return (roster(f"roster{self._number()}"),)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that waits for the person you are."""

    form: Form
    user: str
    channel: str
    thread: int | None
    whisper: int = 0  # the private card it was opened from
    errors: Mapping[str, str] = field(default_factory=dict)
    number: int = 0  # tells one opening from the next


class Rehearsal:
    """Everything behind one room. Pages look at it and bring payloads to `do`."""

    def __init__(self, folder: Path, backstage: Backstage, *, seed: int = SEED) -> None:
        self.name = folder.name
        self.form: OpenForm | None = None
        self.notice = ""  # a word from the room itself, not from the bot
        self.quiet = False  # nothing will happen for a while
        self.watchers: set[Callable[[], None]] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self.timeline = Timeline(folder / "room.db", lambda: self.clock())
        if not self.timeline.note("seed"):
            self.timeline.set_note("seed", str(seed))
        self.clock = backstage.clock(datetime.fromisoformat(self.timeline.note("clock", OPENS.isoformat())))
        self._database = folder / "bot.db"
        self.bot = backstage.bot(self._database, self.clock, self._bytes)
        self.bot.add(LocalPlatform(RoomMessenger(self.timeline, self._changed), self.timeline.number))
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()  # one thing at a time: a press, a step of the autopilot, a jump of the clock
        self._task: asyncio.Task[None] | None = None

    # what the stage is set to

    @property
    def seed(self) -> int:
        return int(self.timeline.note("seed"))

    @property
    def you(self) -> str:
        """The user id of the member you act as."""
        return self.timeline.note("you", OWNER.user)

    @property
    def scene(self) -> Scene:
        return cast(Scene, self.timeline.note("scene", "start"))

    @property
    def speed(self) -> float:
        """What you chose; the clock itself rests while it waits for you."""
        return float(self.timeline.note("speed", str(SPEED)))

    @property
    def plays(self) -> bool:
        """Whether the room plays the others."""
        return self.timeline.note("autopilot", "on") == "on"

    @property
    def running(self) -> bool:
        """Whether the bot is; the room is there in any case."""
        return self.timeline.note("bot", "on") == "on"

    @property
    def chance(self) -> autopilot.Chance:
        return autopilot.Chance(self.seed)

    def waits(self) -> Literal["", "scene", "form", "you", "nobody"]:
        """What the clock waits for: a press on the room's own card, a form, your answer, anybody to look."""
        if not self.watchers:
            return "nobody"
        if not self.running:
            return ""  # nobody answers for the bot: this is how long it was away
        if self.scene in ("start", "jo", "next"):
            return "scene"
        if self.form is not None and self.form.user == self.you:
            return "form"
        return "you" if self.asked() is not None else ""

    def asked(self) -> autopilot.Question | None:
        """What is asked of you now, unless you let it run."""
        you = PLAYERS[self.you]
        for said, tokens in self.timeline.asked():
            asks = autopilot.question(you, said, tokens)
            if asks is not None and asks.why != "offer" and asks.open_to(you.user) and asks.open_to(_past(you.user)):
                return asks
        return None

    # life

    async def open(self) -> None:
        """Begin, or go on where a process before this one ended."""
        await asyncio.to_thread(self.bot.prepare)
        if self.running:
            await self.bot.go_on()
            await self.bot.start()
        await self.bot.hear(roster("roster"))
        self._task = asyncio.create_task(self._live(), name=f"rehearsal {self.name}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._save_clock()
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
                self._let_run()
            case "start":
                await self._start()
            case "be_jo":
                await self._be_jo()
            case "next":
                await self._next(str(payload.get("text", "")), int(payload.get("hours") or 0))
            case "act_as" if payload.get("user") in PLAYERS:
                self._become(str(payload["user"]))
            case "speed" if float(payload["speed"]) in SPEEDS:
                self.timeline.set_note("speed", str(float(payload["speed"])))
            case "autopilot":
                self.timeline.set_note("autopilot", "off" if self.plays else "on")
            case "ahead":
                await self._ahead()
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
        return {**payload, "id": f"a:{self.timeline.number()}", "by": self.you}

    def _put_away(self, channel: str, thread: int | None, title: str) -> None:
        """A private card is shown once: asked for again, the older one goes."""
        for said in self.timeline.seen(self.you, channel, thread):
            if said.only and title and said.card is not None and said.card.title == title:
                self.timeline.remove(said.id)

    def _dismiss(self, number: int) -> None:
        said = self.timeline.message(number)
        if said is not None and said.only == self.you:
            self.timeline.remove(number)

    def _let_run(self) -> None:
        asks = self.asked()
        while asks is not None:
            for asked in asks.labels.values():
                self.timeline.press(asks.message, asked.token, _past(self.you))
            asks = self.asked()

    def _become(self, user: str) -> None:
        self.form = None
        self.timeline.set_note("you", user)

    # the first minute

    async def _start(self) -> None:
        """The press plans a round for 09:30, and it becomes 09:30."""
        if self.scene != "start":
            return
        self.timeline.set_note("scene", "call")
        arrival = parse.command_typed(self._stamped({"channel": CHANNEL, "text": "round plan 09:30"}), {})
        await self.bot.handle(arrival)
        await self._travel(OPENS + timedelta(minutes=1))

    async def _be_jo(self) -> None:
        """Become Jo, at the moment Jo is written to: what comes unasked keeps to Jo's hours."""
        if self.scene != "jo":
            return
        self._become("jo")
        self.timeline.set_note("scene", "next")
        inbox, latest = parse.DIRECT + "jo", self.clock() + timedelta(hours=24)
        await self.bot.settle()
        while not self.timeline.newest("jo", inbox):
            due = await self.bot.next_moment()
            if due is None or due > latest:
                break
            await self.bot.travel(max(due, self.clock()))

    async def _next(self, text: str, hours: int) -> None:
        """Go on as Lena with a command, and live on for some hours if there is nothing to see before."""
        self.timeline.set_note("scene", "free")
        self._become(OWNER.user)
        await self._command(text, CHANNEL)
        if 0 < hours <= 48:
            await self._travel(self.clock() + timedelta(hours=hours))

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
            await self._travel(there)

    async def _ahead(self) -> None:
        """To the next moment at which something happens that you can see, a week ahead at most."""
        latest, before = self.clock() + timedelta(days=7), self._sight()
        for _ in range(STEPS):
            due = await self._due()
            if not self.running or due is None or due > latest:
                self.notice = "Nothing is planned for the next seven days."
                return
            await self._travel(max(due, self.clock()))
            if self._sight() != before:
                return

    async def _due(self) -> datetime | None:
        """When something is due next: of the bot, or of the others."""
        moves = min((move.at for move in self._moves()), default=None)
        return min(filter(None, (moves, await self.bot.next_moment())), default=None)

    def _sight(self) -> tuple[object, ...]:
        """What you can see, as far as it takes to know whether it changed."""
        seen = (self.timeline.seen(self.you, channel) for channel in (CHANNEL, parse.DIRECT + self.you))
        messages = tuple((said.id, said.edits) for conversation in seen for said in conversation)
        return (*messages, *self.timeline.replies(CHANNEL).items())

    async def _travel(self, to: datetime) -> None:
        """Live through every moment until then: what is due happens, and the others answer on the way."""
        for _ in range(STEPS):
            await self._play()
            due = min((move.at for move in self._moves()), default=to)
            at = max(self.clock(), min(due, to))
            await self.bot.travel(at)
            if at >= to:
                break
        await self._play()

    # the loop

    async def _live(self) -> None:
        while True:
            self._news.clear()
            try:
                await self.step()
            except Exception as error:
                log.exception("the rehearsal stumbled", error=repr(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._rest())

    async def step(self) -> None:
        """Everything that is due now: the clock waits or runs, the others press, the first minute moves on."""
        async with self._turn:
            await self._step()

    async def _step(self) -> None:
        self._steer()
        before = (self.timeline.version, self.scene, self.quiet)
        if self.running:
            await self._play()
            self._scene_moves_on()
        self._steer()
        self._save_clock()
        self.quiet = await self._is_quiet()
        if before != (self.timeline.version, self.scene, self.quiet):
            self._tell()

    async def _is_quiet(self) -> bool:
        if not self.running or self.clock.speed <= 0:
            return False
        due = await self._due()
        return due is None or due - self.clock() > QUIET * self.clock.speed

    def _steer(self) -> None:
        speed = 0.0 if self.waits() else self.speed
        if speed != self.clock.speed:
            self.clock.run(speed)
            self.bot.wake()
            self._tell()

    async def _play(self) -> None:
        """Every press of the others that is due."""
        for _ in range(STEPS):
            due = min((m for m in self._moves() if m.at <= self.clock()), key=lambda m: (m.at, m.user), default=None)
            if due is None:
                return
            await self._make(due)

    def _moves(self) -> Iterator[autopilot.Move]:
        if not self.plays or not self.running:
            return
        first = self.scene == "call"
        others = [player for player in TEAM if player.user != self.you]
        cards = self.timeline.asked()
        yield from autopilot.moves(others, cards, self.chance, first=first)
        if first:  # who starts a round is in it
            you = PLAYERS[self.you]
            for move in autopilot.moves([you], cards, self.chance, first=True):
                if move.label == "I'm in":
                    yield replace(move, at=self.clock())

    async def _make(self, move: autopilot.Move) -> None:
        """One of the others presses, and fills in whatever they are asked."""
        said = self.timeline.message(move.message)
        self.timeline.press(move.message, move.token, move.user)
        if said is None:
            return
        payload = {"channel": said.channel, "message": move.message, "token": move.token}
        reply = await self.bot.handle(parse.button_pressed(self._played(move.user, payload)))
        if isinstance(reply, Show):
            values = autopilot.fill(reply.form, PLAYERS[move.user], self.chance)
            payload = {"channel": said.channel, "token": reply.form.action.pack(), "values": values}
            await self.bot.handle(parse.form_submitted(self._played(move.user, payload)))
        await self.bot.settle()

    def _played(self, user: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {**payload, "id": f"a:{self.timeline.number()}", "by": user}

    def _rest(self) -> float:
        """Real seconds until the loop has something to do by itself."""
        if self.clock.speed <= 0:
            return 60.0
        due = min((move.at for move in self._moves()), default=None)
        if due is None:
            return 1.0
        return min(1.0, max(0.02, (due - self.clock()) / timedelta(seconds=self.clock.speed)))

    def _save_clock(self) -> None:
        now = self.clock().isoformat()
        if self.timeline.note("clock") != now:
            self.timeline.set_note("clock", now)

    # telling pages

    def _changed(self) -> None:
        self._news.set()
        self._tell()

    def _tell(self) -> None:
        for told in tuple(self.watchers):
            told()

    def _bytes(self, arrival: str) -> bytes:
        return blake2b(arrival.encode(), key=str(self.seed).encode()[:64], digest_size=18).digest()

    # what a page asks

    def stored(self) -> tuple[rows.Stored, ...]:
        """Every row the bot keeps."""
        return rows.read(self._database)

    def unread(self, user: str, channel: str) -> bool:
        """Whether there is something in a conversation that its reader has not looked at."""
        return self.timeline.newest(user, channel) > int(self.timeline.note(f"read:{user}:{channel}", "0"))

    def read(self, channel: str) -> None:
        """You look at this conversation."""
        newest = str(self.timeline.newest(self.you, channel))
        if self.timeline.note(f"read:{self.you}:{channel}", "0") != newest:
            self.timeline.set_note(f"read:{self.you}:{channel}", newest)


def _past(user: str) -> str:
    """Stands for somebody who let a question pass, so that the clock does not wait for them any more."""
    return f"past:{user}"


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
