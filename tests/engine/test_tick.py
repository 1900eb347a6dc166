"""Timers that raise are tried again, then parked; sends that fail wait, or are given up; all others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.deliver import BACK_OFF, MOST_FAULTS, deliver_one, retry_at, send
from bot.engine.handle import Engine
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater
from bot.engine.route import Routes
from bot.engine.tick import fire_one
from bot.kernel.effects import Post, SetTimer
from bot.kernel.ids import Place, SessionId
from bot.kernel.inbound import TimerFired, Told
from storage.database import Connections
from storage.migrations import upgrade
from storage.unit import Database
from tests.storage.stores import ACTIVITIES, HERE, NOW, Page, Store, card

ASIDE = Place("local", "w", "aside")


@pytest.fixture
def memory() -> Iterator[Store]:
    connections = Connections("sqlite://")
    upgrade(connections)
    yield Store(connections)
    connections.close()


def raising(store: Store) -> Engine:
    """An engine whose session s1 raises at each timer."""
    pages, deaf = ACTIVITIES

    def decide(state: Any, event: Any, now: Any) -> Any:
        if isinstance(state, Page) and "cursed" in state.lines:
            raise RuntimeError("cursed")
        return pages.decide(state, event, now)

    by_name = {"pages": replace(pages, decide=decide), "deaf": deaf}
    database = Database(store.connections, by_name, b"pepper")
    return Engine(by_name, Routes(by_name.values()), database.unit, lambda: store.now)


def test_a_raising_timer_is_tried_four_times_and_parked(memory: Store) -> None:
    """It is tried again after 1, 5 and 25 minutes, then parked and reported; timers after it fire meanwhile."""
    memory.does(SetTimer("turn", NOW))
    memory.does(SetTimer("turn", NOW + timedelta(seconds=1)), session="s2")
    memory.connections.raw().execute("""UPDATE session SET state = '{"lines": ["cursed"]}' WHERE id = 's1'""")
    engine = raising(memory)
    reports: list[tuple[timedelta, bool]] = []

    def report(fired: TimerFired | Told, error: Exception, parked: bool) -> None:
        assert (fired.session, str(error)) == ("s1", "cursed")
        reports.append((memory.now - NOW, parked))

    while (due := memory.queues.next_moment()) is not None:
        memory.now = max(memory.now, due)
        assert fire_one(engine, memory.queues, memory.now, report)
    minutes = [(gap / timedelta(minutes=1), parked) for gap, parked in reports]
    assert minutes == [(0, False), (1, False), (6, False), (31, True)]
    assert memory.queues.parked() == [("pages", "s1", "turn")]
    with memory.database.unit() as unit:
        assert unit.load(SessionId("s2"), ("local", "w")).state == Page(("timer:turn",))


def test_without_anybody_to_report_to_it_raises(memory: Store) -> None:
    """Where nobody reads reports, as in a test, the error is not swallowed."""
    memory.does(SetTimer("turn", NOW))
    memory.connections.raw().execute("""UPDATE session SET state = '{"lines": ["cursed"]}' WHERE id = 's1'""")
    with pytest.raises(RuntimeError, match="cursed"):
        fire_one(raising(memory), memory.queues, NOW)
    assert not fire_one(raising(memory), memory.queues, NOW)


# deliveries


class Messenger:
    """A messenger of our own: says what each send comes to, and remembers what it was given."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes, self.given = list(outcomes), list[Outgoing]()

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.given.append(outgoing)
        outcome = self.outcomes.pop(0) if self.outcomes else Sent(f"m{outgoing.id}")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def delivered(store: Store, messenger: Messenger, faults: list[str] | None = None) -> bool:
    note = None if faults is None else lambda outgoing, error: faults.append(str(error))  # noqa: ARG005
    return asyncio.run(deliver_one(store.queues, {"local": messenger}, lambda: store.now, note))


def test_a_due_message_is_sent_once(memory: Store) -> None:
    """One message is handed over for each call; when nothing is due, nothing is."""
    memory.does(Post("a", HERE, card("a")))
    messenger = Messenger()
    assert [delivered(memory, messenger), delivered(memory, messenger)] == [True, False]
    assert [one.channel for one in messenger.given] == ["bridge"]


def test_a_platform_that_is_not_connected_keeps_its_messages(memory: Store) -> None:
    """A message for a platform that is not there waits a quarter of an hour, and is not lost."""
    memory.does(Post("a", HERE, card("a")))
    assert asyncio.run(deliver_one(memory.queues, {}, lambda: memory.now))
    assert memory.queues.next_moment() == NOW + timedelta(minutes=15)


def test_a_card_that_breaks_the_messenger_holds_nobody_up_for_ever(memory: Store) -> None:
    """A messenger that raises each time is given the message six times; then what waits behind it is sent."""
    memory.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")))
    faults: list[str] = []
    messenger = Messenger(*[ValueError("no such block")] * MOST_FAULTS)
    while (due := memory.queues.next_moment()) is not None:
        memory.now = max(memory.now, due)
        delivered(memory, messenger, faults)
        memory.told()
    assert len(faults) == MOST_FAULTS
    assert memory.outbox() == [("a", "dead", "the messenger failed each time"), ("b", "sent", "")]


def test_a_raising_messenger_is_not_swallowed_where_nobody_notes_it(memory: Store) -> None:
    """Without somebody to note the fault it raises."""
    memory.does(Post("a", HERE, card("a")))
    outgoing = memory.claim()
    assert outgoing is not None
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(send(outgoing, {"local": Messenger(ValueError("broken"))}))


@pytest.mark.parametrize(
    ("attempts", "after", "seconds"),
    [(0, None, 1), (1, None, 5), (99, None, 3600), (3, timedelta(seconds=7), 7), (0, timedelta(0), 0.1)],
)
def test_when_a_message_is_tried_again(attempts: int, after: timedelta | None, seconds: float) -> None:
    """As the platform asked, never sooner than a tenth of a second; else by our own steps, hourly at last."""
    assert (retry_at(attempts, after, NOW) - NOW).total_seconds() == seconds


def test_what_failed_together_does_not_come_back_together() -> None:
    """Each message waits up to a quarter longer by its number; what the platform asks for is kept to the letter."""
    waits = {retry_at(2, None, NOW, number) - NOW for number in range(1, 101)}
    assert len(waits) == 100
    assert BACK_OFF[2] <= min(waits) < max(waits) <= BACK_OFF[2] * 1.25
    tenths = [int((wait / BACK_OFF[2] - 1) / 0.25 * 10) for wait in waits]
    assert max(tenths.count(tenth) for tenth in range(10)) <= 12
    assert {retry_at(2, timedelta(seconds=7), NOW, number) - NOW for number in range(100)} == {timedelta(seconds=7)}
    assert list(BACK_OFF) == sorted(BACK_OFF)


def test_outcomes_are_settled(memory: Store) -> None:
    """What the messenger says is what the outbox remembers."""
    memory.does(Post("a", HERE, card("a")), Post("b", ASIDE, card("b")))
    messenger = Messenger(TryLater("429", timedelta(seconds=9)))
    delivered(memory, messenger)
    delivered(memory, messenger)
    assert memory.outbox() == [("a", "waiting", "429"), ("b", "sent", "")]
