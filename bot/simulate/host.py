"""The bot in a simulation: its database, its clock, its deaths, and the platform that shows what it says."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import count
from random import Random  # noqa: TID251  (seeded: the same seed does the same)
from typing import Any

from bot.engine.deliver import send
from bot.engine.handle import UNREADABLE, Engine
from bot.engine.ports import Outcome as Delivery
from bot.engine.ports import Outgoing, Sent, TryLater, Undeliverable
from bot.engine.route import Routes
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.activity import Activity
from bot.kernel.cards import Card, Form
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.inbound import Abilities, ButtonPressed, FormSubmitted, Inbound, News, RosterRead, TimerFired, Told
from bot.simulate.doings import Doing
from bot.simulate.faults import DiedError, Life
from bot.simulate.invariants import ViolatedError, Watch
from bot.simulate.ledger import Ledger
from bot.simulate.limits import problems
from bot.simulate.plan import Plan
from bot.simulate.store import Store
from bot.simulate.world import PLATFORM, Channel, Message, Somebody, World
from storage.queues import Queues
from storage.unit import Database

NEVER = timedelta.max
SEAL = b"a key of the simulation, 32 long"
MOST_AT_ONCE = 20_000  # things done without the clock moving; more is a loop

Then = Callable[[Reply], None]  # what somebody does with the answer to what they did
Seen = Callable[[Outgoing, Message], None]


class Host:
    """One simulated process after the other on one database, and the world around it.

    *seen* is called with every message that the platform shows, new or edited.
    """

    def __init__(
        self, plan: Plan, activities: Sequence[Activity], content: Any, say: Callable[[str], None] | None
    ) -> None:
        self.plan, self.content, self.say = plan, content, say
        self.now = plan.start
        self.faults = plan.faults
        self.dice = Random(plan.seed)
        self.by_name = {activity.name: activity for activity in activities}
        self.routes = Routes(activities)
        self.world = World()
        self.life = Life()
        self.ids = count(1)
        self.steps = 0
        self.counts: Counter[str] = Counter()
        self.trace: deque[str] = deque(maxlen=60)
        self.digest = blake2b(digest_size=8)
        self.honest = True  # whether the last thing was what a platform would let somebody do
        self.chaotic_forms = False  # whether forms are left lying about, to be filled in at some other time
        self.seen: list[Seen] = []
        self.down: list[tuple[datetime, datetime]] = []  # when no process was there
        self.deaths: list[Callable[[], None]] = []  # who wants to know of a death
        self.cause: Inbound | Doing | News | None = None  # what is being handled, or was last
        self.refused: list[tuple[datetime, Outgoing]] = []  # what the platform would never take
        self.slow: list[tuple[datetime, Outgoing, Delivery]] = []  # sent, and the platform has not answered yet
        self.again: list[tuple[datetime, Doing | News, Then | None, datetime | None]] = []  # brought (once more)
        self.taken_at = plan.start  # when what is being answered was taken: before a death, if it came over that
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []  # what people will do
        self.store = Store(plan, self.life)
        self.watch = Watch(self.store.connections, self.by_name)
        self.ledger = Ledger()
        self._boot()

    def _boot(self) -> None:
        connections = self.store.connections
        database = Database(connections, self.by_name, b"simulated", self.content, self._chance, (SEAL,), doubting=True)
        self.watch.moved_to(connections)
        self.queues = Queues(connections, self.by_name)
        self.engine = Engine(self.by_name, self.routes, database.unit, lambda: self.now)

    def _chance(self, arrival: str) -> bytes:
        return blake2b(arrival.encode("utf-8", "replace"), key=str(self.plan.seed).encode(), digest_size=18).digest()

    # time

    def at(self, moment: datetime, do: Callable[[], None]) -> None:
        """Have somebody do something at *moment*, or as soon as the bot is there again."""
        heapq.heappush(self.agenda, (max(moment, self.now), next(self.ids), do))

    def live_until(self, to: datetime) -> None:
        """Let time pass, through every moment at which something is due."""
        at_once = 0
        while True:
            try:
                self.drain()
                due = self._next_moment()
                if due is None or due > to:
                    self._move(to)
                    self.drain()
                    return
                at_once = 0 if due > self.now else at_once + 1
                if at_once > 1000:
                    raise self.violated(f"{due} is due, again and again, and nothing can be done about it")
                self._move(due)
                self._platform()
                while self.agenda and self.agenda[0][0] <= self.now:
                    heapq.heappop(self.agenda)[2]()
            except DiedError as death:
                self._restart(death)

    def _next_moment(self) -> datetime | None:
        moments = [moment for moment, *_ in self.slow] + [moment for moment, *_ in self.again]
        moments += [self.agenda[0][0]] if self.agenda else []
        due = self.queues.next_moment()
        return min([*moments, due] if due is not None else moments, default=None)

    def _platform(self) -> None:
        """What the platform does by itself: answers that were slow, events that it brings again."""
        for one in [one for one in self.slow if one[0] <= self.now]:
            self.slow.remove(one)
            self._settle(one[1], one[2])
        for twice in [twice for twice in self.again if twice[0] <= self.now]:
            self.again.remove(twice)
            self.counts["brought again"] += 1
            self.event("(once more)", *twice[1:])

    def _move(self, to: datetime) -> None:
        before, self.now = self.now, max(self.now, to)
        self.queues.beat(self.now, NEVER)
        if before.date() != self.now.date():
            self._every_day()

    def _every_day(self) -> None:
        self.queues.sweep(self.now)
        for channel in self.world.channels:
            if not channel.lost and self.queues.knows(channel.place):
                self.event(f"reads the roster of {channel.name}, as every day", self.roster(channel))
        for workspace in sorted({channel.place.workspace for channel in self.world.channels}):
            allowed = Abilities(
                id=f"able:{workspace}:{self.now.date()}",
                platform=PLATFORM,
                workspace=workspace,
                missing={"topic": "", "group": ""},
            )
            self.event(f"says what {workspace} allows, as every day", allowed)
        self.drain()
        for wrong in (*self.watch.everything(self.now), *self.watch.signs(self.world.signs)):
            raise self.violated(wrong)
        self.counts["days"] += 1

    # what happens to the bot

    def event(self, what: str, event: Doing | News, then: Then | None = None, taken: datetime | None = None) -> None:
        """Something arrives. *then* is given the answer, once there is one; *taken*: it was, before a death."""
        self.note(what)
        self.cause = event
        began, commits, answered = self.now, self.life.commits, False
        try:
            if isinstance(event, News):
                self.engine.hear(event)
                self._check_touched()
            else:
                reply = self.engine.handle(event)
                self._check_touched()  # before anybody acts on the answer
                answered = True
                self.taken_at = taken or self.now
                self._hears(event, reply, then)
            self.drain()
        except DiedError as death:
            after = self.now + timedelta(seconds=self.dice.choice((1, 60, 300)))
            if answered:
                self.again.append((after, event, None, None))
            elif then is not None or self.dice.random() < 0.9:  # nobody said that it arrived, so it is brought again
                self.again.append((after, event, then, taken or (began if self.life.commits > commits else None)))
            self._restart(death)

    def does(self, somebody: Somebody, what: str, doing: Doing, then: Then | None = None) -> None:
        """Somebody does something; now and then the platform brings it twice, or the process dies over it."""
        self._ails(0.004)
        self.event(f"{somebody.name} {what}", doing, then or (lambda _: None))
        if self.faults and self.dice.random() < 0.03:
            self.again.append((self.now + timedelta(seconds=self.dice.choice((0, 1, 10, 300))), doing, None, None))

    def _ails(self, chance: float) -> None:
        if self.faults and self.dice.random() < chance:
            self.life.left = self.dice.randrange(120)

    def _hears(self, doing: Doing, reply: Reply, then: Then | None) -> None:
        """Somebody gets the answer to what they did."""
        person = self.world.person(doing.actor)
        if person is None:
            return None
        zone = person.zone or "UTC"
        match reply:
            case Whisper(card=card):
                self._check_shape(card, zone)
                if UNREADABLE in card.fallback() and self.honest:
                    raise self.violated(f"what our own card holds could not be read: {doing}")
                person.private = [*person.private[-3:], card]
                self.note(f"  only to {person.name}: {card.fallback(zone)[:160]}")
            case Show(form=form, again=again):
                self._check_shape(form, zone)
                if self.chaotic_forms and again is not None and self.dice.random() < 0.3:
                    # a platform that cannot open it from here
                    press = ButtonPressed(id=f"e{next(self.ids)}", actor=doing.actor, place=doing.place, action=again)
                    return self.event(f"{person.name} opens it", press)
                person.form = form, doing.place
                self.note(f"  form for {person.name}: {form.title}")
            case Correct(errors=errors):
                self.note(f"  corrected: {dict(errors)}"[:160])
                if not isinstance(doing, FormSubmitted):
                    raise self.violated("a correction of what was no form")
                if any(not str(why).strip() for why in errors.values()):
                    raise self.violated(f"a correction says nothing: {errors}")
            case Quiet(now=card):
                if card is not None:
                    self._check_shape(card, zone)
        if then is not None:
            then(reply)
        return None

    def roster(self, channel: Channel) -> RosterRead:
        people = tuple(one.profile() for one in channel.people)
        id = f"r{next(self.ids)}"
        return RosterRead(id=id, place=channel.place, name=channel.name, people=people, by=channel.owner.member)

    def drain(self) -> None:
        """Fire and send all that is due."""
        for _ in range(MOST_AT_ONCE):
            due = self.queues.due(self.now)
            self.cause = due
            fired = due is not None and fire_one(self.engine, self.queues, self.now, self._failed)
            if fired and due is not None:
                self.counts["fired"] += 1
                self.note(f"{due.activity} {due.verb} for {due.session}")
                self._check_touched()
            if not self._sends() and not fired:
                return
        raise self.violated("the bot does not come to rest")

    def _sends(self) -> bool:
        outgoing = self.queues.claim_next(self.now)
        if outgoing is None:
            return False
        if outgoing.doubtful:
            self.counts["in doubt"] += 1
        if outgoing.card is not None:
            self._check_shape(outgoing.card, outgoing.zone)
        if self.faults and self.dice.random() < self.plan.fatal:
            self.life.left = self.dice.choice((0, 1, 1, 1, 3))  # before it is sent, before that is noted, or while
        self.life.step("send")
        self.world.in_doubt.add(outgoing.key)
        delivery = asyncio.run(send(outgoing, {PLATFORM: self}, self._not_sent))
        self.life.step("settle")
        if self.world.wrong:
            raise self.violated(self.world.wrong[0])
        if self.faults and self.dice.random() < 0.05:
            self.slow.append((self.now + timedelta(seconds=self.dice.choice((1, 5, 30, 70))), outgoing, delivery))
            return True
        self._settle(outgoing, delivery)
        return True

    def _settle(self, outgoing: Outgoing, delivery: Delivery) -> None:
        self.queues.settle(outgoing, delivery, self.now)
        self.world.in_doubt.discard(outgoing.key)

    async def put_up(self, outgoing: Outgoing) -> Delivery:
        """The simulated platform shows what is no message, or will not have it."""
        if self.faults and (roll := self.dice.random()) < 0.1:
            return TryLater("503") if roll < 0.05 else Undeliverable("restricted_action", words="Not here.")
        self.counts["put up"] += 1
        assert outgoing.sign is not None
        self.world.signs[outgoing.key.rpartition(":")[0]] = outgoing.sign
        self.note(f"  puts up {outgoing.sign} in {outgoing.workspace}/{outgoing.channel}")
        return Sent("")

    async def send(self, outgoing: Outgoing) -> Delivery:
        """The simulated platform's messenger."""
        channel = self.world.at_place(outgoing.workspace, outgoing.channel)
        if channel is not None and channel.lost:
            return Undeliverable("is_archived", "place")
        if self.faults:
            roll = self.dice.random()
            self.counts["sends put off"] += roll < 0.05
            self.counts["sends refused"] += 0.05 <= roll < (0.056 if outgoing.user else 0.053)
            if roll < 0.03:
                return TryLater("429", timedelta(seconds=self.dice.choice((1, 30, 60))))
            if roll < 0.05:
                return TryLater("503")
            if roll < 0.053:
                self.refused.append((self.now, outgoing))
                return Undeliverable("msg_too_long")
            if roll < 0.056 and outgoing.user:
                self.refused.append((self.now, outgoing))
                return Undeliverable("cannot_dm", "member")
        self.counts["sent"] += 1
        message, new = self.world.deliver(outgoing, self.now)
        looks = outgoing.card.fallback(outgoing.zone)[:110] if outgoing.card else "(taken back)"
        where = f"{outgoing.workspace}/{message.channel} {outgoing.thread or ''}"
        only = f" only {outgoing.only}" if outgoing.only else ""
        self.note(f"  {'edit' if outgoing.replaces else 'post'} {message.id} in {where}{only}: {looks}")
        if new:
            left, self.life.left = self.life.left, None  # what looks on does not die
            for wrong in self.ledger.note(outgoing, self.now, self.store.connections):
                self.world.wrong.append(wrong)
            self.life.left = left
        if new or outgoing.replaces is not None:
            for look in self.seen:
                look(outgoing, message)
        return Sent(message.id, message.channel)

    def _restart(self, death: DiedError) -> None:
        """The process died. After a while another one starts on the same database."""
        self.counts["died"] += 1
        self.note(f"the process dies before {' '.join(str(death).split())[:60]!r}")
        for look in self.deaths:
            look()
        self.slow.clear()
        if self.chaotic_forms:
            for one in [one for people in self.world.people.values() for one in people]:
                one.form = one.form if self.dice.random() < 0.7 else None
        self.store.dies()
        self.watch.moved_to(self.store.connections)
        self.queues = Queues(self.store.connections, self.by_name)
        self.queues.beat(self.now, NEVER)
        gone = self.now
        self.now += timedelta(seconds=self.dice.choice((2, 20, 40, 200, 1500, 2400, 9000)))
        self.down.append((gone, self.now))
        self._boot()
        for wrong in self.watch.touched(gone):  # what it had committed, and nobody looked at
            raise self.violated(wrong)
        away = self.queues.beat(self.now, OUTAGE)
        self.note(f"and starts again, away for {away}")

    # what must hold

    def _check_touched(self) -> None:
        for wrong in self.watch.touched(self.now):
            raise self.violated(wrong)

    def _check_shape(self, shape: Card | Form, zone: str) -> None:
        if self.plan.sampled and self.steps % self.plan.sampled:
            return
        for wrong in problems(shape, zone):
            raise self.violated(f"{shape.title!r} {wrong}")

    def _failed(self, fired: TimerFired | Told, error: Exception, parked: bool) -> None:  # noqa: ARG002
        raise self.violated(f"{fired.activity} {fired.verb} raised {type(error).__name__}: {error}") from error

    def _not_sent(self, outgoing: Outgoing, error: Exception) -> None:
        raise self.violated(f"{outgoing.key} could not be sent: {error}") from error

    def note(self, what: str) -> None:
        self.steps += 1
        line = f"{self.steps:>6} {self.now:%a %d %b %H:%M:%S} {what}"
        self.trace.append(line)
        self.digest.update(line.encode("utf-8", "replace"))
        if self.say is not None:
            self.say(line)

    def violated(self, what: str) -> ViolatedError:
        """The failure, with the steps that led to it and how to see it again."""
        return ViolatedError(
            "\n".join((*self.trace, f"Seed {self.plan.seed}, step {self.steps}: {what}", f"Again: {self.plan.again()}"))
        )
