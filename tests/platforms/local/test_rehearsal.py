"""A rehearsal from the inside: the real bot, a clock that the test holds, and the seven others."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.kernel.words import plain
from bot.platforms.local.app.board import SEED, Begins
from bot.platforms.local.app.nodes import Node
from bot.platforms.local.app.page import Screen, page
from bot.platforms.local.app.rehearsal import Rehearsal
from bot.platforms.local.app.rooms import Rooms
from tests.platforms.local.held import Backstage, Hands
from tests.stories.test_roles import library

OPENS = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)
Story = Callable[["Room"], Awaitable[None]]


class Room:
    """What a visitor does and sees."""

    def __init__(self, rehearsal: Rehearsal, hands: Hands) -> None:
        self.rehearsal, self._hands = rehearsal, hands

    async def do(self, what: str, **payload: Any) -> None:
        await self.rehearsal.do({"do": what, **payload})
        await self._settled()

    async def _settled(self) -> None:
        if self.rehearsal.running:
            await self.rehearsal.bot.settle()
        await self.rehearsal.step()

    async def press(self, label: str) -> None:
        """Press the newest button of that label that you can see."""
        you = self.rehearsal.you
        for channel in (f"D.{you}", "bridge"):
            for said in reversed(self.rehearsal.timeline.seen(you, channel)):
                for button in said.card.buttons() if said.card else ():
                    if button.label == label:
                        token = button.action.pack()
                        return await self.do("press", token=token, message=said.id, channel=channel, thread=None)
        raise AssertionError(f"no button {label!r} in sight")

    async def types(self, text: str) -> None:
        await self.do("type", text=text, channel="bridge", thread=None)

    async def pass_(self, seconds: float) -> None:
        """Let real seconds pass, in small steps as they would."""
        for _ in range(round(seconds / 0.2)):
            self._hands.seconds += 0.2
            await self._settled()

    async def until(self, title: str) -> float:
        """Let time pass until a card with that title is in the channel. How many real seconds it took."""
        began = self._hands.seconds
        while title not in self.titles():
            assert self._hands.seconds - began < 120, f"{title!r} never came; there is {self.titles()}"
            await self.pass_(0.2)
        return self._hands.seconds - began

    def titles(self, channel: str = "bridge", user: str = "") -> list[str]:
        seen = self.rehearsal.timeline.seen(user or self.rehearsal.you, channel)
        return [plain(said.card.title or said.card.fallback()) for said in seen if said.card]

    def thread(self) -> list[str]:
        seen = self.rehearsal.timeline.seen("lena", "bridge", 1)
        return [said.card.fallback("Europe/Berlin") for said in seen if said.card]


def look() -> None:
    """A window that is open."""


@pytest.fixture
def tell(tmp_path: Path) -> Callable[..., None]:
    """Tell a story in a fresh rehearsal; a second story told with `again` finds the first one's files."""

    def run(*stories: Story, seed: int = SEED, content: Any = None) -> None:
        async def one(story: Story) -> None:
            backstage = Backstage()
            backstage.content = content
            rehearsal = Rehearsal(tmp_path / "1", backstage, seed=seed)
            rehearsal.watch(look)
            await rehearsal.open()
            try:
                await story(Room(rehearsal, backstage.hands))
            finally:
                await rehearsal.close()

        for story in stories:
            asyncio.run(one(story))

    return run


def test_the_first_minute(tell: Callable[..., None]):
    """One press; the others tap in; your turn after about 11 seconds, then the result, and Jo was not there."""

    async def story(room: Room) -> None:
        assert room.rehearsal.waits() == "scene"
        assert room.titles() == []
        await room.do("start")
        assert room.rehearsal.clock() == OPENS + timedelta(minutes=1)
        assert 8 < await room.until("Lena, your minute") < 20
        assert [line.split(",")[0] for line in room.thread()] == ["Divya", "Sam", "Lena"]
        await room.press("Done")
        assert 8 < await room.until("Round done") < 25
        said = room.rehearsal.timeline.seen("lena", "bridge")
        assert said[-1].card is not None
        assert "7 took part" in said[-1].card.fallback()
        assert len(said) == 2
        assert room.thread()[-1].startswith("Arun, you are up")
        assert room.rehearsal.scene == "jo"

    tell(story)


def test_the_header_shows_whom_topic_and_group_mean(tell: Callable[..., None]):
    """What follows a role can be tried in the room: beside the channel's name, while the role is held."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.types("/moderato roles follow")
        assert room.rehearsal.form is not None
        await room.do("submit", values={"role": "facilitator", "where": ["topic", "group"], "handle": "lead"})
        assert "Host:" not in header(room)
        await room.types("/moderato roles draw host")
        found = re.search(r"Host: (\w+) · @lead: (\w+)", header(room))
        assert found is not None
        assert found.group(1) == found.group(2)
        room.rehearsal.bot.clock.move(room.rehearsal.clock() + timedelta(minutes=61))  # type: ignore[attr-defined]
        await room.rehearsal.bot.settle()
        assert "Host:" not in header(room)

    tell(story, content=library())


def header(room: Room) -> str:
    """What stands above the channel's messages."""
    shown = [page(room.rehearsal, Screen())]
    while shown:
        node = shown.pop()
        if node.attrs.get("class") == "head":
            return node.words()
        shown += [child for child in node.children if isinstance(child, Node)]
    raise AssertionError("there is no header")


def test_the_clock_waits_whenever_you_are_asked(tell: Callable[..., None]):
    """At your turn time stands still, however long you take; letting it run is your choice."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Lena, your minute")
        before = room.rehearsal.clock()
        await room.pass_(60)
        assert (room.rehearsal.waits(), room.rehearsal.clock()) == ("you", before)
        await room.do("let_run")
        await room.pass_(7)
        assert room.titles()[0] == "Finish your thought, Lena"

    tell(story)


def test_jo_is_written_to_in_jos_own_morning(tell: Callable[..., None]):
    """Be Jo goes to the moment at which Jo is written to: nothing comes unasked before 09:00 in Toronto."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Lena, your minute")
        await room.press("Done")
        await room.until("Round done")
        assert room.titles("D.jo", "jo") == []
        await room.do("be_jo")
        assert (room.rehearsal.you, room.titles("D.jo")) == ("jo", ["Your team had a round today"])
        assert room.rehearsal.clock() >= datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
        await room.press("Write mine")
        assert room.rehearsal.form is not None
        await room.do("submit", values={"text": ""})
        assert room.rehearsal.form is not None
        assert set(room.rehearsal.form.errors) == {"text"}
        await room.do("submit", values={"text": "We closed the oldest ticket."})
        assert room.rehearsal.form is None
        assert "Jo (later): We closed the oldest ticket." in room.thread()[-1]

    tell(story)


def test_the_same_seed_is_the_same_rehearsal(tell: Callable[..., None], tmp_path: Path):
    """Seed and presses decide everything: who is up when, and at which moment each card stood there."""
    seen: list[list[str]] = []

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Lena, your minute")
        await room.press("Pass")
        await room.until("Round done")
        seen.append(room.thread())

    tell(story, seed=77)
    (tmp_path / "1").rename(tmp_path / "0")
    tell(story, seed=77)
    assert seen[0] == seen[1]


def test_stopping_the_bot_is_an_outage(tell: Callable[..., None]):
    """While the bot is stopped the clock goes on and presses go nowhere; started again it says so once."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Lena, your minute")
        await room.do("bot")
        await room.pass_(7)
        await room.press("Done")
        assert "stopped" in room.rehearsal.notice
        await room.do("bot")
        await room.pass_(0.4)
        back = [line for line in room.thread() if line.startswith("I was away")]
        assert len(back) == 1
        assert back[0].startswith("I was away for 70 seconds; nothing is lost.")
        assert room.titles()[0] == "Lena, your minute"

    tell(story)


def test_a_process_that_dies_goes_on_where_it_was(tell: Callable[..., None]):
    """Another process on the same files shows the same room at the same time, and the round goes on."""
    clocks: list[datetime] = []

    async def before(room: Room) -> None:
        await room.do("start")
        await room.until("Sam, your minute")
        clocks.append(room.rehearsal.clock())

    async def after(room: Room) -> None:
        assert abs(room.rehearsal.clock() - clocks[0]) < timedelta(seconds=3)
        await room.until("Lena, your minute")
        await room.press("Done")
        await room.until("Round done")
        called = [line.split(",")[0] for line in room.thread()]
        assert sorted(called) == ["Arun", "Divya", "Ines", "Lena", "Maya", "Sam", "Tomas"]

    tell(before, after)


def test_acting_as_somebody_else_is_seeing_what_they_see(tell: Callable[..., None]):
    """A refusal is shown to the one who pressed, in their own conversation, and can be put away."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Lena, your minute")
        await room.do("act_as", user="ines")
        await room.press("Done")
        assert room.titles()[-1].startswith("Ines, Lena is up right now")
        await room.do("act_as", user="maya")
        assert room.titles() == ["Lena, your minute"]
        await room.do("act_as", user="ines")
        told = room.rehearsal.timeline.seen("ines", "bridge")[-1]
        await room.do("dismiss", message=told.id)
        assert room.titles() == ["Lena, your minute"]

    tell(story)


def test_somebody_without_the_bot_is_written_to_once_they_add_it(tell: Callable[..., None]):
    """Stage takes the bot from the one you are: a question does not reach them until they add it again."""

    async def story(room: Room) -> None:
        await room.do("next", text="help")
        await room.do("autopilot")
        await room.do("act_as", user="tomas")
        await room.do("added")
        assert not room.rehearsal.has_bot("tomas")
        await room.do("act_as", user="ines")
        await room.types("/moderato checkin now What helped?")
        assert "What helped?" in str(room.rehearsal.timeline.seen("lena", "D.lena")[-1].card)
        assert room.rehearsal.timeline.seen("tomas", "D.tomas") == []
        await room.do("act_as", user="tomas")
        await room.pass_(6)
        await room.press("Open here")
        assert room.rehearsal.form is not None
        await room.do("cancel")
        await room.do("added")
        assert "What helped?" in str(room.rehearsal.timeline.seen("tomas", "D.tomas")[-1].card)

    tell(story)


def test_a_quiet_time_can_be_skipped(tell: Callable[..., None]):
    """Where nothing happens for a while, one press goes to the next moment at which there is something to see."""

    async def story(room: Room) -> None:
        await room.do("next", text="round plan tomorrow 09:30")
        await room.pass_(0.4)
        assert room.rehearsal.quiet
        await room.do("ahead")
        assert room.titles()[-1] == "Who is here for a round?"
        assert room.rehearsal.clock() == OPENS + timedelta(days=1, minutes=1)

    tell(story)


def test_what_next_can_live_on_for_a_while(tell: Callable[..., None]):
    """A way on may let some hours pass, so that the others have answered when you look; never more than two days."""

    async def story(room: Room) -> None:
        await room.do("next", text="help", hours=24)
        assert room.rehearsal.clock() == OPENS + timedelta(hours=24)
        await room.do("next", text="help", hours=999)
        assert room.rehearsal.clock() < OPENS + timedelta(hours=25)

    tell(story)


def test_a_private_card_asked_for_again_is_there_once(tell: Callable[..., None]):
    """The newest one stays; a conversation does not fill up with the same private card."""

    async def story(room: Room) -> None:
        await room.do("next", text="help")
        await room.types("/moderato help")
        assert room.titles().count("What I can do") == 1

    tell(story)


def test_what_is_stored_can_be_seen(tell: Callable[..., None]):
    """Every table the bot keeps is there to be read, and reading changes nothing."""

    async def story(room: Room) -> None:
        await room.do("start")
        await room.until("Divya, your minute")
        tables = {table.name: table for table in room.rehearsal.stored()}
        assert tables["member"].count == 8
        assert "Jo" in {row[tables["member"].columns.index("name")] for row in tables["member"].rows}
        assert tables["session"].count >= 1
        assert room.rehearsal.stored() == tuple(tables.values())

    tell(story)


def test_typing_is_talk_unless_it_calls_the_bot(tell: Callable[..., None]):
    """Words to the others stay words; a slash command reaches the bot and stands nowhere in the channel."""

    async def story(room: Room) -> None:
        await room.do("next", text="help")
        await room.types("Good morning")
        await room.types("/moderato rund")
        said = room.rehearsal.timeline.seen("tomas", "bridge")
        assert [one.text for one in said] == ["Good morning"]
        assert room.titles()[-1] == "Did you mean round?"

    tell(story)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"do": "dance"},
        {"do": "press"},
        {"do": "press", "token": "x", "channel": "bridge"},
        {"do": "speed", "speed": 9000},
        {"do": "speed", "speed": "fast"},
        {"do": "act_as", "user": "nobody"},
        {"do": "move", "to": "tomorrow"},
        {"do": "type", "text": "hello", "channel": "D.jo"},
        {"do": "dismiss", "message": "all"},
    ],
)
def test_what_cannot_be_read_changes_nothing(tell: Callable[..., None], payload: dict[str, Any]):
    """A payload no page of ours sends is answered with a sentence, and the room stays as it was."""

    async def story(room: Room) -> None:
        await room.rehearsal.do(payload)
        assert "could not read that" in room.rehearsal.notice
        assert (room.rehearsal.scene, room.rehearsal.you, room.titles()) == ("start", "lena", [])

    tell(story)


def test_the_clock_moves_forward_only(tell: Callable[..., None]):
    """A move goes to a time in your own zone; backwards, or half a year at once, is refused with a way out."""

    async def story(room: Room) -> None:
        await room.do("move", to="2026-03-25T10:15")
        assert room.rehearsal.clock() == datetime(2026, 3, 25, 9, 15, tzinfo=UTC)
        await room.do("move", to="2026-03-25T10:00")
        assert "forward only" in room.rehearsal.notice
        await room.do("move", to="2026-12-24T10:00")
        assert "120 days" in room.rehearsal.notice
        assert room.rehearsal.clock() == datetime(2026, 3, 25, 9, 15, tzinfo=UTC)

    tell(story)


def test_a_new_rehearsal_is_a_new_folder(tmp_path: Path):
    """The newest rehearsal goes on; a new one starts on Wednesday morning with the seed it was given."""

    async def story() -> None:
        rooms = Rooms(tmp_path / "rehearsals", Backstage())
        await rooms.open()
        first = await rooms.newest()
        second = await rooms.new(42)
        assert (first.name, first.seed, second.name, second.seed) == ("1", SEED, "2", 42)
        assert (await rooms.newest(), await rooms.get("1"), await rooms.get("../1")) == (second, first, None)
        await rooms.close()

    asyncio.run(story())


def test_a_rehearsal_can_begin_elsewhere(tmp_path: Path) -> None:
    """With `run --clock` the room opens a fresh rehearsal at that moment and speed, without the first minute."""
    moment = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)

    async def story() -> tuple[datetime, float, str]:
        rooms = Rooms(tmp_path, Backstage(), Begins(moment, 60.0))
        await rooms.open()
        room = await rooms.newest()
        found = (room.clock(), room.speed, room.scene)
        await rooms.close()
        return found

    assert asyncio.run(story()) == (moment, 60.0, "free")
