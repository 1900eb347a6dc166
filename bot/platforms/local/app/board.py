"""What a room knows of itself: who you are, what the stage is set to, and what is asked of you."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Literal, cast

from bot.kernel.cards import Form
from bot.platforms.local import parse
from bot.platforms.local.app import autopilot, rows
from bot.platforms.local.app.backstage import Backstage
from bot.platforms.local.app.cast import CHANNEL, OPENS, OWNER, PLAYERS
from bot.platforms.local.client import Timeline, without_bot

SPEEDS = (0.0, 1.0, 10.0, 60.0)  # seconds of the rehearsal in one real second; 0 holds it
SPEED = 10.0
SEED = 5  # the first rehearsal: Divya begins, Sam passes, then it is your turn

# The first minute: one card, the round, Jo, what next; then the room is yours.
Scene = Literal["start", "call", "jo", "next", "free"]


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


@dataclass(frozen=True, slots=True)
class Begins:
    """Another beginning than Wednesday morning: a moment, and a speed. The first minute is left out."""

    at: datetime
    speed: float


class Board:
    """The state of one room: its files, its clock, its bot, and everything a page reads."""

    def __init__(self, folder: Path, backstage: Backstage, seed: int, begins: Begins | None = None) -> None:
        self.name = folder.name
        self.form: OpenForm | None = None
        self.notice = ""  # a word from the room itself, not from the bot
        self.quiet = False  # nothing will happen for a while
        self.watchers: set[Callable[[], None]] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self.timeline = Timeline(folder / "room.db", lambda: self.clock())
        if not self.timeline.note("seed"):
            self.timeline.set_note("seed", str(seed))
            if begins is not None:
                self.timeline.set_note("clock", begins.at.isoformat())
                self.timeline.set_note("speed", str(begins.speed))
                self.timeline.set_note("scene", "free")
        self.clock = backstage.clock(datetime.fromisoformat(self.timeline.note("clock", OPENS.isoformat())))
        self._database = folder / "bot.db"
        self.bot = backstage.bot(self._database, self.clock, self._bytes)

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

    def has_bot(self, user: str) -> bool:
        """Whether the bot can write to them alone."""
        return not self.timeline.note(without_bot(user))

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
            waited = asks is not None and asks.why in autopilot.WAITED_FOR
            if asks is not None and waited and asks.open_to(you.user) and asks.open_to(_past(you.user)):
                return asks
        return None

    def let_run(self) -> None:
        """Let everything that is asked of you pass; the clock goes on."""
        asks = self.asked()
        while asks is not None:
            for asked in asks.labels.values():
                self.timeline.press(asks.message, asked.token, _past(self.you))
            asks = self.asked()

    def become(self, user: str) -> None:
        """Act as somebody else."""
        self.form = None
        self.timeline.set_note("you", user)

    def sight(self) -> tuple[object, ...]:
        """What you can see, as far as it takes to know whether it changed."""
        seen = (self.timeline.seen(self.you, channel) for channel in (CHANNEL, parse.DIRECT + self.you))
        messages = tuple((said.id, said.edits) for conversation in seen for said in conversation)
        return (*messages, *self.timeline.replies(CHANNEL).items())

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

    # for what is done in it

    def stamp(self) -> str:
        """The id of the next arrival: the same in every rehearsal with the same presses."""
        return f"a:{self.timeline.number()}"

    def save_clock(self) -> None:
        """So that another process goes on from here."""
        now = self.clock().isoformat()
        if self.timeline.note("clock") != now:
            self.timeline.set_note("clock", now)

    def tell(self) -> None:
        """Every window looks again."""
        for told in tuple(self.watchers):
            told()

    def _bytes(self, arrival: str) -> bytes:
        return blake2b(arrival.encode(), key=str(self.seed).encode()[:64], digest_size=18).digest()


def _past(user: str) -> str:
    """Stands for somebody who let a question pass, so that the clock does not wait for them any more."""
    return f"past:{user}"
