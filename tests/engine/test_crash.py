"""The process dies between any two statements of both paths, and starts again: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.deliver import deliver_one
from bot.engine.ports import Outcome, Outgoing, Sent
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.decision import Decision
from bot.kernel.effects import Post, Revise, SetTimer
from bot.kernel.ids import SessionId
from bot.kernel.inbound import RosterRead
from bot.kernel.people import Profile
from bot.simulate.faults import DiedError, Life, MortalConnections
from storage.migrations import upgrade
from tests.storage.stores import ACTIVITIES, HERE, LENA, NOW, TOMAS, Full, Page, Store, card, press

ENDLESS = 500  # steps no path takes


class Platform:
    """A platform that shows each key once, and looks before it shows again what is in doubt."""

    def __init__(self, life: Life) -> None:
        self.life, self.shown, self.doubled = life, dict[str, str](), list[str]()

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.life.step("send")
        if outgoing.key in self.shown and not outgoing.doubtful:
            self.doubled.append(outgoing.key)
        self.shown.setdefault(outgoing.key, f"m{len(self.shown)}")
        self.life.step("sent, and not noted")
        return Sent(outgoing.replaces or self.shown[outgoing.key])


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
def store(life: Life) -> Iterator[Store]:
    """A store whose process may die, with a page open in it."""
    connections = MortalConnections("sqlite://", life, lambda n: "0" * n)
    upgrade(connections)
    tokens = iter(range(10_000))
    connections.mine().token = lambda n: f"{next(tokens):0{n}}"
    store = Store(connections)
    store.does()
    yield store
    connections.close()


def deaths(life: Life, do: Callable[[], object]) -> Iterator[str]:
    """Run *do* again and again, dying one step later each time, until it gets through; where it died."""
    for step in range(ENDLESS):
        life.left = step
        try:
            do()
        except DiedError as death:
            yield str(death)
            continue
        finally:
            life.left = None
        return
    raise AssertionError("it never got through")


def state(store: Store) -> object:
    with store.database.unit() as unit:
        return unit.load(SessionId("s1"), ("local", "w")).state


def test_a_press_is_never_lost_and_never_doubled(store: Store, life: Life) -> None:
    """Whatever statement the process dies at, the press that the platform brings again is written once."""
    posts = Decision(Page(("line",)), (Post("card", HERE, card("card")), SetTimer("turn", NOW + timedelta(hours=1))))
    pages = {"pages": replace(ACTIVITIES[0], decide=lambda *_: posts)}
    engine = replace(store.engine, activities=pages)
    died = list(deaths(life, lambda: engine.handle(press(id="same"))))
    assert len(died) > 8
    assert died[-1] == "committed"
    assert state(store) == Page(("line",))
    assert [name for name, *_ in store.outbox()] == ["card"]
    assert len(store.rows("SELECT name FROM timer")) == 1


def test_a_timer_fires_once(store: Store, life: Life) -> None:
    """A timer whose process dies before its commit fires after the start, and only then."""
    store.does(SetTimer("turn", NOW))
    died = list(deaths(life, lambda: fire_one(store.engine, store.queues, NOW)))
    assert died
    while fire_one(store.engine, store.queues, NOW):
        pass
    assert state(store) == Page(("timer:turn",))


def test_news_are_learned_once(store: Store, life: Life) -> None:
    """Who was missing from a roster that was read while the process died has left once, with one word about it."""
    store.passes(days=1)
    news = RosterRead(id="r", place=HERE, name="bridge", people=(Profile(LENA, "Lena"), Profile(TOMAS, "Tomas")))
    assert list(deaths(life, lambda: store.engine.hear(news)))
    assert [(verb, what["member"]) for _, verb, what in store.told()] == [("left", "local/w/arun")]


def test_messages_arrive_once_whatever_happens(store: Store, life: Life) -> None:
    """Claim, send and settlement may each be the last thing a process did: every message arrives, none twice."""
    platform = Platform(life)
    store.does(Post("a", HERE, card("a")), Post("b", HERE, card("b")), Post("dm", TOMAS, card("c"), "asked"))
    store.does(Revise("a", card("a2")), Post("d", HERE, card("d")))

    def deliver_all() -> None:
        while asyncio.run(deliver_one(store.queues, {"local": platform}, lambda: store.now)):
            pass

    died = []
    for death in deaths(life, deliver_all):
        died.append(death)
        store.passes(minutes=2)  # until the lease of what was under way has run out
    assert {"sent, and not noted", "committed"} <= set(died)
    assert platform.doubled == []
    assert sorted(key.split(":")[1] for key in platform.shown) == ["a", "b", "d", "dm"]
    assert {status for _, status, _ in store.outbox()} == {"sent"}


def test_an_outage_is_told_once_whenever_the_start_fails(store: Store, life: Life) -> None:
    """A process that dies while it notices an outage leaves it to be noticed; it is told once."""
    store.queues.beat(NOW, OUTAGE)
    store.passes(minutes=5)
    assert list(deaths(life, lambda: store.queues.beat(store.now, OUTAGE)))
    assert [verb for _, verb, _ in store.told()] == ["resumed"]


def test_a_session_ends_once(store: Store, life: Life) -> None:
    """A press that ends a session ends it, whatever the process dies at, and a later press finds it ended."""
    assert list(deaths(life, lambda: store.engine.handle(press(line="shut", id="same"))))
    assert state(store) == Full(())
    assert store.rows("SELECT open FROM session WHERE id = 's1'") == [(0,)]
