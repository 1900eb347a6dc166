"""Where everything meets: storage, engine, platforms and heartbeat. The only module that knows everybody."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.activities import ACTIVITIES
from bot.clock import Clock, SteeredClock, wall
from bot.engine.deliver import send
from bot.engine.handle import Engine
from bot.engine.ports import Messenger, Outgoing, Platform
from bot.engine.route import Routes
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.activity import Activity
from bot.kernel.decision import Reply, say
from bot.kernel.ids import Place
from bot.kernel.inbound import CommandTyped, Inbound, News, TimerFired, Told
from bot.logs import fault
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import LEASE, Queues
from storage.reach import Reach
from storage.unit import Chance, Database, fresh

log = structlog.get_logger("moderato")

FIRES = 8  # timers that share a commit; a press that comes meanwhile waits for no more than these
SENDERS = 16  # messages under way at once; each conversation has at most one
BEAT = timedelta(seconds=5)
WRONG = "That did not work, and it is my fault, not yours. Nothing is lost; try once more in a minute."


class Bot:
    """One running bot: an engine, its store, and the two loops. Platforms bring arrivals to `handle` and `hear`."""

    def __init__(
        self,
        url: str,
        *,
        pepper: bytes,
        clock: Clock = wall,
        content: Any = None,
        activities: Sequence[Activity] = ACTIVITIES,
        chance: Chance = fresh,
        seal_keys: Sequence[bytes] = (),
    ) -> None:
        by_name = {activity.name: activity for activity in activities}
        self.clock = clock
        self.connections = Connections(url)
        self.database = Database(self.connections, by_name, pepper, content, chance, seal_keys)
        self.queues = Queues(self.connections, by_name)
        self.reach = Reach(self.connections)
        self.routes = Routes(activities)
        self.engine = Engine(by_name, self.routes, self.database.unit, clock)
        self.messengers: dict[str, Messenger] = {}
        self.platforms: list[Platform] = []
        self._work = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._ticker: AsyncIOScheduler | None = None
        self._swept = ""
        self._beaten: float | None = None

    def now(self) -> datetime:
        return self.clock()

    def add(self, platform: Platform) -> None:
        """Connect a platform; before `start`."""
        self.platforms.append(platform)
        self.messengers[platform.name] = platform.messenger

    # what platforms call

    async def handle(self, arrived: Inbound | CommandTyped) -> Reply:
        """Decide and commit on a database thread. Never raises: what goes wrong becomes a sentence to the person."""
        try:
            reply = await self.connections.in_thread(self.engine.handle, arrived)
        except Exception as error:
            log.error("an arrival could not be handled", kind=type(arrived).__name__, **fault(error))
            return say(WRONG)
        self.wake()
        return reply

    async def hear(self, news: News) -> None:
        """Learn what a platform says about people and places."""
        await self.connections.in_thread(self.engine.hear, news)
        self.wake()

    async def knows(self, place: Place) -> bool:
        return await self.connections.in_thread(self.queues.knows, place)

    async def places(self, platform: str) -> tuple[Place, ...]:
        return await self.connections.in_thread(self.queues.places, platform)

    async def lost_places(self, platform: str) -> tuple[tuple[Place, str], ...]:
        return await self.connections.in_thread(self.queues.lost_places, platform)

    async def note(self, platform: str, workspace: str, place: str, part_of: str, how: str) -> None:
        await self.connections.in_thread(self.reach.note, platform, workspace, place, part_of, how)

    async def noted(self, platform: str, workspace: str, place: str) -> str:
        return await self.connections.in_thread(self.reach.find, platform, workspace, place)

    async def parts(self, platform: str, workspace: str, whole: str) -> tuple[str, ...]:
        return await self.connections.in_thread(self.reach.parts, platform, workspace, whole)

    # life

    def prepare(self) -> None:
        """Create or migrate the database. Blocking; before `start`."""
        upgrade(self.connections)
        with self.connections.transaction() as db:
            self.database.seals.reseal(db)
            db.commit()
            self.database.seals.tidy(db)

    async def start(self) -> None:
        """Notice an outage, start the loops, then the platforms."""
        self._work = asyncio.Event()
        if isinstance(self.clock, SteeredClock):
            self.queues.lease = LEASE * max(self.clock.speed, 1.0)  # in real time as long as on the wall clock
        await self._beat()
        await self.connections.in_thread(self.queues.unpark, self.clock())
        self._ticker = AsyncIOScheduler(timezone=UTC)
        self._ticker.start()
        self._repeat(self._beat, BEAT, "heartbeat")
        self._repeat(self._read_rosters, timedelta(days=1), "rosters")
        self._loop = asyncio.create_task(self._run(), name="bot")
        for platform in self.platforms:
            await platform.start()

    async def stop(self) -> None:
        """Stop accepting, let what is being sent finish, stop the loops. What waits stays in its rows."""
        for platform in self.platforms:
            await platform.stop()
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        if self._sending:
            await asyncio.wait(self._sending, timeout=10)
        self._beaten = None
        with contextlib.suppress(Exception):  # a database that is gone must not keep us from stopping
            await self._still_here()  # so that the next start knows for how long nobody was

    def close(self) -> None:
        self.connections.close()

    def wake(self) -> None:
        """There may be something to do."""
        self._work.set()

    async def go_on(self) -> None:
        """Before `start`, for a bot alone on its database whose clock stood still since the last one ended.

        It was no outage, and nobody is in the middle of sending.
        """
        await self._still_here()
        await self.connections.in_thread(self.queues.reclaim, self.clock())

    async def settle(self) -> None:
        """Fire and send all that is due now, and wait for it."""
        await self._drain_dry()

    async def next_moment(self) -> datetime | None:
        """When the next timer or message is due."""
        return await self.connections.in_thread(self.queues.next_moment)

    async def travel(self, to: datetime) -> None:
        """Move a steered clock to a moment, through every moment at which something is due."""
        clock = self.clock
        if not isinstance(clock, SteeredClock):
            raise TypeError("only a steered clock can be moved")
        while True:
            await self._drain_dry()
            due = await self.next_moment()
            if due is None or due > to:
                break
            clock.move(due)
            await self._still_here()
        clock.move(to)
        await self._still_here()
        self.wake()

    async def _still_here(self) -> None:
        """A heartbeat that never takes the time jumped over for an outage."""
        await self.connections.in_thread(self.queues.beat, self.clock(), timedelta.max)

    # the loops

    async def _run(self) -> None:
        while True:
            self._work.clear()
            try:
                await self._drain()
                self._wake_at(await self.next_moment())
            except Exception as error:
                log.error("the loop stumbled; trying again in a second", **fault(error))
                self._wake_in(timedelta(seconds=1))
            await self._work.wait()

    async def _drain(self) -> None:
        """Fire all that is due now, and begin to send what may be sent. A slow send holds up nobody else."""
        fired = True
        while fired:
            fired = await self._fire()
            while len(self._sending) < SENDERS:
                outgoing = await self.connections.in_thread(self.queues.claim_next, self.clock())
                if outgoing is None:
                    break
                task = asyncio.create_task(self._send(outgoing))
                self._sending.add(task)
                task.add_done_callback(self._sent)

    async def _fire(self) -> bool:
        """Fire the next due timers, in their order; say whether there was one. On SQLite several share a commit."""
        fire = partial(fire_one, self.engine, self.queues, self.clock(), _report)
        times = 1 if self.connections.postgres else FIRES
        return any(await asyncio.gather(*(self.connections.in_thread(fire) for _ in range(times))))

    async def _drain_dry(self) -> None:
        """Fire and send all that is due now, and wait until it has arrived."""
        await self._drain()
        while self._sending:
            await asyncio.wait(self._sending)
            await self._drain()

    async def _send(self, outgoing: Outgoing) -> None:
        outcome = await send(outgoing, self.messengers, _not_handed_over)
        await self.connections.in_thread(self.queues.settle, outgoing, outcome, self.clock())

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("a delivery could not be noted; its lease runs out and it is tried again", **fault(error))
        self.wake()

    def _wake_at(self, due: datetime | None) -> None:
        speed = self.clock.speed if isinstance(self.clock, SteeredClock) else 1.0
        if due is None or speed <= 0 or self._ticker is None:
            return
        self._wake_in(max(timedelta(milliseconds=20), (due - self.clock()) / speed))

    def _wake_in(self, delay: timedelta) -> None:
        if self._ticker is not None:
            at = wall() + min(delay, timedelta(hours=6))
            self._ticker.add_job(
                self._tick, "date", run_date=at, id="next", replace_existing=True, misfire_grace_time=None
            )

    async def _tick(self) -> None:
        self.wake()

    async def _beat(self) -> None:
        now = self.clock()
        gap = await self.connections.in_thread(self.queues.beat, now, self._outage())
        if gap is not None:
            log.warning("nobody was here for a while; open sessions are told", seconds=round(gap.total_seconds()))
            self.wake()
        if self._swept != f"{now:%Y-%m-%d}":
            self._swept = f"{now:%Y-%m-%d}"
            await self.connections.in_thread(self.queues.sweep, now)

    def _outage(self) -> timedelta:
        """How long, on the bot's clock, nobody may be there before it counts as an outage.

        A steered clock jumps and changes its speed while we are here: then our own last beat says that we were.
        """
        if not isinstance(self.clock, SteeredClock):
            return OUTAGE
        before, self._beaten = self._beaten, time.monotonic()
        if before is not None and self._beaten - before < OUTAGE.total_seconds():
            return timedelta.max
        return OUTAGE * max(self.clock.speed, 1.0)

    async def _read_rosters(self) -> None:
        for platform in self.platforms:
            for place in await self.places(platform.name):
                try:
                    for news in await platform.read_roster(place):
                        await self.hear(news)
                except Exception as error:
                    log.error("a roster could not be read", platform=platform.name, **fault(error))

    def _repeat(self, do: Callable[[], Any], every: timedelta, name: str) -> None:
        assert self._ticker is not None
        self._ticker.add_job(
            do,
            "interval",
            seconds=every.total_seconds(),
            id=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )


def _not_handed_over(outgoing: Outgoing, error: Exception) -> None:
    log.error("a message could not be handed over", platform=outgoing.platform, kind=outgoing.kind, **fault(error))


def _report(fired: TimerFired | Told, error: Exception, parked: bool) -> None:
    what = {"activity": fired.activity, "session": fired.session, "name": fired.name, **fault(error)}
    if parked:
        log.error("a timer failed four times and is parked; `moderato status` lists it", **what)
    else:
        log.warning("a timer failed and is tried again", **what)
