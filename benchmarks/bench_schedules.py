"""Many schedules: what one more costs, what comes of ten thousand that are due in one second, and a crowd that presses.

One team is set up through the front door; the others are copies of its rows under other names.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from benchmarks.bench_pulse import longest_pause
from benchmarks.harness import Sides, at_least, at_most, bench
from bot.activities import ACTIVITIES
from bot.engine.handle import Engine
from bot.engine.ports import Sent
from bot.engine.route import Routes
from bot.engine.tick import fire_one
from bot.kernel.cards import Action, Button
from bot.kernel.decision import Quiet, Reply, Whisper
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, RosterRead
from bot.kernel.people import Profile
from bot.library import load
from bot.main import Bot
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

ROOT = Path(__file__).parents[1]
CONTENT, _ = load(ROOT / "prompts")
BY_NAME = {activity.name: activity for activity in ACTIVITIES}
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)  # the first question comes on Tuesday at 09:30 in Berlin
TUESDAY = datetime(2026, 6, 16, 7, 30, tzinfo=UTC)
FEW, MANY, DUE, CROWD = 1_000, 100_000, 10_000, 2_000
FRESH = 60  # teams that are ready to add a schedule


class Small:
    """The engine on one database file, at one moment."""

    def __init__(self, file: Path, now: datetime) -> None:
        self.now = now
        self.connections = Connections(f"sqlite:///{file}")
        database = Database(self.connections, BY_NAME, b"pepper", CONTENT)
        self.engine = Engine(BY_NAME, Routes(ACTIVITIES), database.unit, lambda: self.now)
        self.queues = Queues(self.connections, BY_NAME)

    def found(self, name: str, people: int) -> Place:
        """A team in a channel of that name."""
        place = Place("local", "w", f"CHANNEL{name}.")
        members = [Member("local", "w", f"USER{name}.{n}") for n in range(people)]
        profiles = tuple(Profile(member, f"Person {n}", "Europe/Berlin") for n, member in enumerate(members))
        self.engine.hear(RosterRead(id=f"roster {name}", place=place, name=name, people=profiles, by=members[0]))
        return place

    def set_up(self, place: Place) -> Callable[[], None]:
        """Set the team up as far as the last button; what is given back presses it, and the schedule is there."""
        owner = Member("local", "w", place.channel.replace("CHANNEL", "USER") + "0")
        shown = self.engine.handle(CommandTyped(id=f"set up {place.channel}", actor=owner, place=place, text="setup"))

        def press(label: str, shown: Reply) -> Reply:
            action = next(button.action for button in _buttons(shown) if button.label == label)
            pressed = ButtonPressed(id=f"{label} {place.channel}", actor=owner, place=place, action=action)
            return self.engine.handle(pressed)

        agreed = press("OK to all five", shown)

        def last() -> None:
            press("Post the hello", agreed)
            self.fire()

        return last

    def fire(self) -> None:
        while fire_one(self.engine, self.queues, self.now):
            pass

    def tick(self) -> None:
        """What the loop does when nothing is due."""
        assert not fire_one(self.engine, self.queues, self.now)
        assert self.queues.claim_next(self.now) is None
        self.queues.next_moment()


@bench("schedules.tick", unit="µs", aim=at_most(1.3), rounds=5)
def tick(scratch: Path) -> Iterator[Sides]:
    """A turn of the loop with nothing due: among 100,000 schedules, against 1,000."""
    with _filled(scratch, MANY, 1) as many, _filled(scratch, FEW, 1) as few:
        yield Sides(lambda: _microseconds(400, many.tick), lambda: _microseconds(400, few.tick))


@bench("schedules.add", unit="µs", aim=at_most(1.3), rounds=5)
def add(scratch: Path) -> Iterator[Sides]:
    """Setting up a team with its schedule, from the press: among 100,000 schedules, against 1,000."""
    with _filled(scratch, MANY, 1) as many, _filled(scratch, FEW, 1) as few:
        presses = {small: iter([small.set_up(small.found(f"x{n}", 3)) for n in range(FRESH)]) for small in (many, few)}

        def adding(small: Small) -> Callable[[], float]:
            return lambda: _microseconds(FRESH // 6, lambda: next(presses[small])())

        yield Sides(adding(many), adding(few))


@bench("schedules.memory", unit="MiB more", aim=at_most(10), rounds=1)
def memory(scratch: Path) -> Iterator[Sides]:
    """What a process weighs more that looks after 100,000 schedules instead of 1,000."""
    files = []
    for count in (MANY, FEW):
        with _filled(scratch, count, 1):
            files.append(scratch / f"{count}.db")
    yield Sides(lambda: _weight(files[0]) - _weight(files[1]))


@bench("schedules.due", unit="s", aim=at_most(1 / 6), rounds=3)
def due(scratch: Path) -> Iterator[Sides]:
    """10,000 due in one second: until each has its occurrence, against APScheduler and its SQLAlchemy store."""
    start, jobs = _due_file(scratch), _jobs(scratch / "jobs.db")
    yield Sides(
        lambda: asyncio.run(_begun(_copy(start, scratch / "due.db")))[0],
        lambda: asyncio.run(_run_jobs(_copy(jobs, scratch / "running.db"))),
    )


@bench("schedules.due.seconds", unit="s", aim=at_most(1.5), rounds=3)
def due_seconds(scratch: Path) -> Iterator[Sides]:
    """The same, held against the clock."""
    start = _due_file(scratch)
    yield Sides(lambda: asyncio.run(_begun(_copy(start, scratch / "due.db")))[0])


@bench("schedules.due.stall", unit="ms", aim=at_most(25), rounds=3)
def due_stall(scratch: Path) -> Iterator[Sides]:
    """The longest that the event loop was held meanwhile, and while the first thousand were asked."""
    start = _due_file(scratch)
    yield Sides(lambda: 1000 * asyncio.run(_begun(_copy(start, scratch / "due.db"), asked=1000))[1])


@bench("schedules.asked", unit="check-ins/s", aim=at_least(100), rounds=3)
def asked(scratch: Path) -> Iterator[Sides]:
    """How many of them a second are then decided and asked, five people in each, every message written."""
    start = _due_file(scratch)

    def ours() -> float:
        began = perf_counter()
        asyncio.run(_begun(_copy(start, scratch / "due.db"), asked=1000))
        return 1000 / (perf_counter() - began)

    yield Sides(ours)


@bench("checkin.crowd", unit="refused", aim=at_most(0), rounds=2)
def crowd(scratch: Path) -> Iterator[Sides]:
    """2,000 people answer or pass one check-in at one moment, through the bot's door: how many were sent away."""
    yield Sides(lambda: float(asyncio.run(_crowd(_gone(scratch / "crowd.db")))[0]))


@bench("checkin.crowd.pace", unit="presses/s", aim=at_least(200), rounds=2)
def crowd_pace(scratch: Path) -> Iterator[Sides]:
    """The same crowd: how many presses a second, each committed."""
    yield Sides(lambda: asyncio.run(_crowd(_gone(scratch / "crowd.db")))[1])


# ten thousand are due


def _due_file(scratch: Path) -> Path:
    with _filled(scratch, DUE, 5):
        return scratch / f"{DUE}.db"


async def _begun(file: Path, asked: int = 0) -> tuple[float, float]:
    """Seconds until all occurrences are there, and the loop's longest pause; then *asked* of them are asked, too."""
    small = Small(file, TUESDAY)
    connections = small.connections
    await connections.in_thread(small.queues.waiting)  # opens the file
    gc.collect()
    gc.freeze()  # as `serve` does
    done = asyncio.Event()
    watching = asyncio.create_task(longest_pause(done))
    await asyncio.sleep(0)
    begun, written = perf_counter(), 0
    while more := await connections.in_thread(small.queues.begin_due, small.now):
        written += more
    took = perf_counter() - begun
    assert written == DUE
    for _ in range(asked):
        assert await connections.in_thread(fire_one, small.engine, small.queues, small.now)
    done.set()
    pause = await watching
    connections.close()
    gc.unfreeze()
    return took, pause


class Ran:
    """How often the baseline's job ran."""

    times = 0
    all = asyncio.Event()


async def count_one() -> None:
    """The job of the baseline; the store finds it by its name."""
    Ran.times += 1
    if Ran.times == DUE:
        Ran.all.set()


def _jobs(file: Path) -> Path:
    """A job store with as many jobs, all due at one moment."""
    store = SQLAlchemyJobStore(f"sqlite:///{file}")
    scheduler = AsyncIOScheduler(jobstores={"default": store}, timezone=UTC)
    for number in range(DUE):
        scheduler.add_job(count_one, "date", run_date=TUESDAY, id=str(number), misfire_grace_time=None)

    async def write() -> None:
        scheduler.start(paused=True)
        scheduler.shutdown()

    asyncio.run(write())
    return file


async def _run_jobs(file: Path) -> float:
    Ran.times, Ran.all = 0, asyncio.Event()
    scheduler = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{file}")}, timezone=UTC)
    began = perf_counter()
    scheduler.start()
    await Ran.all.wait()
    took = perf_counter() - began
    scheduler.shutdown()
    return took


# two thousand press


async def _crowd(file: Path) -> tuple[int, float]:
    bot = Bot(f"sqlite:///{file}", pepper=b"pepper", clock=lambda: MONDAY, content=CONTENT)
    bot.prepare()
    place = Place("local", "w", "CHANNEL")
    members = [Member("local", "w", f"USER{n}") for n in range(CROWD)]
    people = tuple(Profile(member, f"Person {n}", "Europe/Berlin") for n, member in enumerate(members))
    await bot.hear(RosterRead(id="roster", place=place, name="all", people=people, by=members[0]))
    now = CommandTyped(id="now", actor=members[0], place=place, text="checkin now What helped you this week?")
    await bot.handle(now)
    occurrence = await bot.connections.in_thread(_prepared, bot)
    arrivals = [_arrival(number, member, place, occurrence) for number, member in enumerate(members)]
    began = perf_counter()
    replies = await asyncio.gather(*(bot.handle(arrival) for arrival in arrivals))
    took = perf_counter() - began
    refused = [reply for reply in replies if not _taken(reply)]
    await bot.connections.in_thread(_all_counted, bot)
    bot.close()
    return len(refused), CROWD / took


def _prepared(bot: Bot) -> SessionId:
    """All messages of the check-in have arrived; its session."""
    while fire_one(bot.engine, bot.queues, MONDAY):
        pass
    with bot.connections.transaction() as db:
        ((session, parts),) = db.rows(
            "SELECT s.id, (SELECT COUNT(*) FROM session p WHERE p.parent = s.id) FROM session s "
            "WHERE s.activity = 'checkins' AND s.parent = '' AND s.open = 1"
        )
    assert parts == CROWD
    while (outgoing := bot.queues.claim_next(MONDAY)) is not None:
        bot.queues.settle(outgoing, Sent(f"m{outgoing.id}", outgoing.channel or "D"), MONDAY)
    return SessionId(session)


def _arrival(number: int, member: Member, place: Place, occurrence: SessionId) -> ButtonPressed | FormSubmitted:
    if number % 2:
        action = Action("checkins", occurrence, "pass")
        return ButtonPressed(id=f"press {number}", actor=member, place=place, action=action, message="m1")
    action, values = Action("checkins", occurrence, "answered"), {"a0": f"A quiet morning, for the {number}th time."}
    return FormSubmitted(id=f"form {number}", actor=member, place=place, action=action, values=values)


def _taken(reply: Reply) -> bool:
    said = reply.card.fallback() if isinstance(reply, Whisper) else ""
    return isinstance(reply, Quiet) or (
        isinstance(reply, Whisper) and "Nothing changed" not in said and "once more" not in said
    )


def _all_counted(bot: Bot) -> None:
    with bot.connections.transaction() as db:
        row = db.row("SELECT COUNT(*) FROM kept WHERE kind = 'checkin_answer'")
    assert row is not None
    assert row[0] == CROWD // 2, f"{row[0]} answers were kept"


# files full of schedules


@contextmanager
def _filled(scratch: Path, count: int, people: int) -> Iterator[Small]:
    """An engine on a file with that many teams, each with a weekly check-in of that many people."""
    file = scratch / f"{count}.db"
    upgrade(Connections(f"sqlite:///{file}"))
    small = Small(file, MONDAY)
    small.set_up(small.found("0", people))()
    while (outgoing := small.queues.claim_next(MONDAY + timedelta(days=1))) is not None:
        small.queues.settle(outgoing, Sent(f"m{outgoing.id}", outgoing.channel or "D"), MONDAY)
    _multiply(small.connections, count)
    yield small
    small.connections.close()


TABLES = ("team", "member", "membership", "session", "timer", "kept")


def _multiply(connections: Connections, count: int) -> None:
    raw = connections.raw()
    ((team,),) = raw.execute("SELECT id FROM team").fetchall()
    ((schedule,),) = raw.execute("SELECT session FROM timer WHERE name = 'next'").fetchall()
    drawn = schedule.partition(".")[0]
    raw.execute("BEGIN")
    for table in TABLES:
        rows = raw.execute(f"SELECT * FROM {table}").fetchall()
        marks = ", ".join("?" * len(rows[0]))

        def copied(number: int, rows: list[Any] = rows) -> Iterator[list[Any]]:
            new = {
                team: f"t{number:024x}",
                drawn: f"s{number:015}",
                "CHANNEL0.": f"CHANNEL{number}.",
                "USER0.": f"USER{number}.",
            }
            for row in rows:
                yield [_renamed(value, new) if isinstance(value, str) else value for value in row]

        every = (row for number in range(1, count) for row in copied(number))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", every)
    raw.execute("COMMIT")


def _renamed(value: str, new: dict[str, str]) -> str:
    for old, other in new.items():
        value = value.replace(old, other)
    return value


def _weight(file: Path) -> float:
    """MiB resident of a process that has looked after the schedules of *file* for a few turns."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from benchmarks.bench_schedules import MONDAY, Small\n"
        "small = Small(Path(sys.argv[1]), MONDAY)\n"
        "for _ in range(50): small.tick()\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[1])\n"
        "print(pages * os.sysconf('SC_PAGE_SIZE') / 2**20)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _microseconds(times: int, do: Callable[[], object]) -> float:
    began = perf_counter()
    for _ in range(times):
        do()
    return (perf_counter() - began) / times * 1e6


def _copy(start: Path, to: Path) -> Path:
    shutil.copyfile(start, _gone(to))
    return to


def _gone(file: Path) -> Path:
    for leftover in file.parent.glob(f"{file.name}*"):
        leftover.unlink()
    return file


def _buttons(shown: object) -> Iterator[Button]:
    """Every button somewhere in a reply."""
    if isinstance(shown, Button):
        yield shown
    elif isinstance(shown, tuple):
        for one in shown:
            yield from _buttons(one)
    elif is_dataclass(shown):
        for field in fields(shown):
            yield from _buttons(getattr(shown, field.name))
