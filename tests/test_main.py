"""The composition: loops that wake at the right moment and in which nobody holds up the others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.clock import SteeredClock
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import CommandTyped, RosterRead
from bot.kernel.people import Profile
from bot.main import Bot
from tests.story import berlin

ZONE = "Europe/Berlin"


class Post:
    """A platform's sending side: the channels in *slow* answer only when the test lets them."""

    def __init__(self, *slow: str) -> None:
        self.slow, self.let = set(slow), asyncio.Event()
        self.sent: list[str] = []
        self.arrived = asyncio.Event()

    async def send(self, outgoing: Outgoing) -> Outcome:
        if outgoing.channel in self.slow:
            await self.let.wait()
        self.sent.append(outgoing.channel)
        self.arrived.set()
        return Sent(outgoing.replaces or f"m{len(self.sent)}", outgoing.channel)


async def a_bot(folder: Path, *channels: str) -> Bot:
    bot = Bot(f"sqlite:///{folder}/test.db", pepper=b"pepper", clock=SteeredClock(berlin("2026-03-25 09:29"), 0))
    bot.prepare()
    people = tuple(Profile(Member("local", "w", name), name, ZONE) for name in ("lena", "tomas", "ines"))
    for channel in channels:
        place = Place("local", "w", channel)
        await bot.hear(RosterRead(id=channel, place=place, name=channel, people=people, by=people[0].member))
    await bot.travel(bot.clock())  # what activities do when a team is born is done
    return bot


def round_in(channel: str) -> CommandTyped:
    return CommandTyped(
        id=f"c-{channel}", actor=Member("local", "w", "lena"), place=Place("local", "w", channel), text="round"
    )


def test_a_slow_conversation_holds_up_nobody(tmp_path: Path) -> None:
    """While one channel's platform call hangs, another channel gets its message."""

    async def story() -> list[str]:
        bot = await a_bot(tmp_path, "one", "two")
        post = Post("one")
        bot.messengers["local"] = post
        await bot.start()
        await bot.handle(round_in("one"))
        await bot.handle(round_in("two"))
        await asyncio.wait_for(post.arrived.wait(), 20)
        before = list(post.sent)
        post.let.set()
        await bot.stop()
        bot.close()
        return before

    assert asyncio.run(story()) == ["two"]


def test_a_resting_conversation_is_not_asked_for_again_and_again(tmp_path: Path) -> None:
    """After the platform asked for thirty seconds of peace, the next moment is then, not now."""

    async def story() -> float:
        bot = await a_bot(tmp_path, "one")
        await bot.handle(round_in("one"))
        outgoing = bot.queues.claim_next(bot.clock())
        assert outgoing is not None
        bot.queues.settle(outgoing, TryLater("slowly", timedelta(seconds=30)), bot.clock())
        due = bot.queues.next_moment()
        assert due is not None
        bot.close()
        return (due - bot.clock()).total_seconds()

    assert asyncio.run(story()) == 30.0


def test_travelling_lives_through_every_moment(tmp_path: Path) -> None:
    """Moving the clock over a round's whole life plays it to its end, in order."""

    async def story() -> list[str]:
        bot = await a_bot(tmp_path, "one")
        post = Post()
        bot.messengers["local"] = post
        await bot.handle(round_in("one"))
        await bot.travel(berlin("2026-03-25 10:30"))
        waiting = bot.queues.waiting()
        bot.close()
        return [*post.sent, str(waiting)]

    assert asyncio.run(story()) == ["one", "one", "0"]


def test_an_operator_sees_what_failed(tmp_path: Path) -> None:
    """A parked timer is listed by `moderato status`, and tried once more after the next start."""

    async def story() -> tuple[list[str], int, int]:
        bot = await a_bot(tmp_path, "one")
        await bot.handle(round_in("one"))
        due = bot.queues.due(berlin("2026-03-25 09:31"))
        assert due is not None
        bot.queues.postpone(due, None)
        lines = bot.queues.status(bot.clock())
        again, left = bot.queues.unpark(bot.clock()), len(bot.queues.parked())
        bot.close()
        return lines, again, left

    lines, again, left = asyncio.run(story())
    assert any("parked after four failures: rounds" in line for line in lines)
    assert (again, left) == (1, 0)
