"""One simulated run: the bot, its world, and the clock that moves them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from random import Random  # noqa: TID251  (seeded: the same seed does the same)
from typing import Any

import bot.simulate.rounds  # noqa: F401  (registers what holds of rounds)
from bot.activities import ACTIVITIES
from bot.engine.deliver import send
from bot.engine.handle import UNREADABLE, Engine
from bot.engine.ports import Outcome as Delivery
from bot.engine.ports import Outgoing, Sent, TryLater, Undeliverable
from bot.engine.route import Routes
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.activity import Activity
from bot.kernel.cards import Card, Form
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import (
    ButtonPressed,
    FormSubmitted,
    Joined,
    Left,
    News,
    PlaceFound,
    PlaceLost,
    PlaceRenamed,
    ProfileChanged,
    RosterRead,
    TimerFired,
    Told,
)
from bot.simulate.doings import Doing, Doings, somebody_of
from bot.simulate.faults import DiedError, Life, MortalConnections
from bot.simulate.invariants import ViolatedError, Watch
from bot.simulate.limits import problems
from bot.simulate.world import NAMES, PLATFORM, ZONES, Channel, Somebody, World
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

START = datetime(2026, 3, 20, 6, tzinfo=UTC)  # a Friday: clocks change in America before, in Europe after a week
NEVER = timedelta.max
SEAL = b"a key of the simulation, 32 long"
MOST_AT_ONCE = 20_000  # things done without the clock moving; more is a loop


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. The same plan always does exactly the same."""

    seed: int
    weeks: float = 1.0
    teams: int = 3
    faults: bool = True
    bursts: int = 3  # times a day at which a team is busy
    start: datetime = START


@dataclass
class Outcome:
    """How a run went. *digest* is the same whenever the same plan is run."""

    seed: int
    steps: int
    digest: str
    counts: Counter[str] = field(default_factory=Counter)


def simulate(
    plan: Plan,
    *,
    activities: Sequence[Activity] = ACTIVITIES,
    content: Any = None,
    say: Callable[[str], None] | None = None,
) -> Outcome:
    """Run *plan* to its end. Raises ViolatedError, with the seed, the step and what led to it."""
    return Run(plan, activities, content, say).whole()


class Run:
    """The state of one run."""

    def __init__(
        self, plan: Plan, activities: Sequence[Activity], content: Any, say: Callable[[str], None] | None
    ) -> None:
        self.plan, self.content, self.say = plan, content, say
        self.now = plan.start
        self.dice = Random(plan.seed)
        self.by_name = {activity.name: activity for activity in activities}
        self.routes = Routes(activities)
        self.world = World()
        self.life = Life()
        self.doings = Doings(self.dice, self.world, self.routes)
        self.ids = count(1)
        self.steps = 0
        self.counts: Counter[str] = Counter()
        self.trace: deque[str] = deque(maxlen=40)
        self.digest = blake2b(digest_size=8)
        self.slow: list[tuple[datetime, Outgoing, Delivery]] = []  # sent, and the platform has not answered yet
        self.again: list[tuple[datetime, Doing | News]] = []  # what the platform will bring (once more)
        tokens = Random(plan.seed)
        self.connections = MortalConnections("sqlite://", self.life, lambda n: tokens.randbytes(n).hex())
        upgrade(self.connections)
        self.watch = Watch(self.connections, self.by_name)
        self._boot()

    def _boot(self) -> None:
        database = Database(self.connections, self.by_name, b"simulated", self.content, self._chance, (SEAL,))
        self.queues = Queues(self.connections, self.by_name)
        self.engine = Engine(self.by_name, self.routes, database.unit, lambda: self.now)

    def _chance(self, arrival: str) -> bytes:
        return blake2b(arrival.encode("utf-8", "replace"), key=str(self.plan.seed).encode(), digest_size=18).digest()

    # the run

    def whole(self) -> Outcome:
        try:
            self._found()
            end = self.plan.start + timedelta(weeks=self.plan.weeks)
            while self.now < end:
                self._burst(end)
            self._wind_down()
        except ViolatedError:
            raise
        except Exception as error:
            raise self._violated(f"{type(error).__name__}: {error}") from error
        finally:
            self.connections.close()
        return Outcome(self.plan.seed, self.steps, self.digest.hexdigest(), self.counts)

    def _found(self) -> None:
        """Two workspaces that share channel ids and user ids; each team gets its channel read."""
        names = iter(NAMES * 9)
        for n in range(self.plan.teams):
            workspace = f"w{n % 2 + 1}"
            known = self.world.people.setdefault(workspace, [])
            while len(known) < 5 + 4 * (n // 2 + 1):
                name = next(names)
                known.append(
                    Somebody(
                        Member(PLATFORM, workspace, f"u{len(known)}"),
                        f"{name} {workspace}.{len(known)}",
                        self.dice.choice(ZONES),
                        guest=self.dice.random() < 0.08,
                        bot=self.dice.random() < 0.05,
                    )
                )
            people = self.dice.sample(known, self.dice.randint(2, min(8, len(known))))
            for one in people[:2]:
                one.bot = one.guest = False
            place = Place(PLATFORM, workspace, f"C{n // 2}")
            self.world.channels.append(Channel(place, f"team-{n}", people, people[0]))
            self._event(f"reads the roster of team-{n}", self._roster(self.world.channels[-1]))

    def _burst(self, end: datetime) -> None:
        """A team is busy for a while, then everybody is elsewhere for a few hours."""
        gap = 24 * 60 / max(1, self.plan.bursts * self.plan.teams)
        self._live_until(min(end, self.now + timedelta(minutes=self.dice.expovariate(1 / gap))))
        found = somebody_of(self.dice, self.world.channels)
        for _ in range(self.dice.randint(3, 45)):
            if self.now >= end:
                return
            if self.plan.faults and self.dice.random() < 0.012:
                self.life.left = self.dice.randrange(120)
            if self.dice.random() < 0.04:
                self._news()
            elif found is not None:
                channel = found[0]
                people = channel.inside()
                if not people or channel.lost:
                    break
                self._acts(self.dice.choice(people), channel)
            pause = self.dice.choice((0.2, 1, 3, 8, 20, 45, 100, 400))
            self._live_until(self.now + timedelta(seconds=pause))

    def _wind_down(self) -> None:
        """No faults any more; two quiet days later everything that is due has been done."""
        self.life.left = None
        self.plan = Plan(self.plan.seed, self.plan.weeks, self.plan.teams, faults=False)
        self._live_until(self.now + timedelta(days=2))
        for key in self.watch.sent_posts():
            if key not in self.world.by_key:
                raise self._violated(f"{key} counts as sent, and nobody ever saw it")

    # people

    def _acts(self, somebody: Somebody, channel: Channel) -> None:
        what, doing = self.doings.next(somebody, channel, f"e{next(self.ids)}", self.now)
        self._event(f"{somebody.name} in {channel.name} {what}", doing)
        if self.plan.faults and self.dice.random() < 0.06:  # the platform did not hear that it arrived
            self.again.append((self.now + timedelta(seconds=self.dice.choice((0, 1, 10, 300))), doing))

    def _news(self) -> None:
        channel = self.dice.choice(self.world.channels)
        known = self.world.people[channel.place.workspace]
        id, roll = f"n{next(self.ids)}", self.dice.random()
        outside = [one for one in known if one not in channel.people]
        if channel.lost:
            channel.lost = False
            news: News = self.dice.choice((PlaceFound(id=id, place=channel.place), self._roster(channel)))
            return self._event(f"{channel.name} is found", news)
        if roll < 0.3 and outside:
            new = self.dice.choice(outside)
            channel.people.append(new)
            return self._event(
                f"{new.name} joins {channel.name}", Joined(id=id, place=channel.place, person=new.profile())
            )
        if roll < 0.5 and len(channel.people) > 2:
            gone = self.dice.choice(channel.people)
            channel.people.remove(gone)
            return self._event(
                f"{gone.name} leaves {channel.name}", Left(id=id, place=channel.place, member=gone.member)
            )
        if roll < 0.6:
            changed = self.dice.choice(known)
            changed.name += "'"
            changed.zone = self.dice.choice(ZONES)
            return self._event(f"{changed.name} is renamed", ProfileChanged(id=id, person=changed.profile()))
        if roll < 0.68:
            changed = self.dice.choice(known)
            changed.active = not changed.active
            if not changed.active:
                for one in self.world.channels:
                    if changed in one.people and len(one.people) > 2:
                        one.people.remove(changed)
            return self._event(
                f"{changed.name} active={changed.active}", ProfileChanged(id=id, person=changed.profile())
            )
        if roll < 0.75:
            channel.name += "-x"
            return self._event("is renamed", PlaceRenamed(id=id, place=channel.place, name=channel.name))
        if roll < 0.8:
            channel.lost = True
            return self._event(f"{channel.name} is lost", PlaceLost(id=id, place=channel.place, because="archived"))
        return self._event(f"reads the roster of {channel.name}", self._roster(channel))

    def _roster(self, channel: Channel) -> RosterRead:
        people = tuple(one.profile() for one in channel.people)
        id = f"r{next(self.ids)}"
        return RosterRead(id=id, place=channel.place, name=channel.name, people=people, by=channel.owner.member)

    # what happens to the bot

    def _event(self, what: str, event: Doing | News) -> None:
        self._note(what)
        try:
            if isinstance(event, News):
                self.engine.hear(event)
            else:
                self._hears(event, self.engine.handle(event))
            self._check_touched()
            self._drain()
        except DiedError as death:
            if self.dice.random() < 0.9:  # nobody said that it arrived, so the platform brings it again
                self.again.append((self.now + timedelta(seconds=self.dice.choice((1, 60, 300))), event))
            self._restart(death)

    def _hears(self, doing: Doing, reply: Reply) -> None:
        """Somebody gets the answer to what they did."""
        person = self.world.person(doing.actor)
        if person is None:
            return None
        zone = person.zone or "UTC"
        match reply:
            case Whisper(card=card):
                self._check_shape(card, zone)
                if UNREADABLE in card.fallback() and self.doings.honest:
                    raise self._violated(f"what our own card holds could not be read: {doing}")
                person.private = [*person.private[-3:], card]
                self._note(f"  only to {person.name}: {card.fallback(zone)[:160]}")
            case Show(form=form, again=again):
                self._check_shape(form, zone)
                if again is not None and self.dice.random() < 0.3:  # a platform that cannot open it from here
                    press = ButtonPressed(id=f"e{next(self.ids)}", actor=doing.actor, place=doing.place, action=again)
                    return self._event(f"{person.name} opens it", press)
                person.form = form, doing.place
                self._note(f"  form for {person.name}: {form.title}")
            case Correct(errors=errors):
                self._note(f"  corrected: {dict(errors)}"[:160])
                if not isinstance(doing, FormSubmitted):
                    raise self._violated("a correction of what was no form")
                if any(not str(why).strip() for why in errors.values()):
                    raise self._violated(f"a correction says nothing: {errors}")
            case Quiet(now=card):
                if card is not None:
                    self._check_shape(card, zone)
        return None

    def _live_until(self, to: datetime) -> None:
        """Let time pass, through every moment at which something is due."""
        at_once = 0
        while True:
            try:
                self._drain()
                due = self._next_moment()
                if due is None or due > to:
                    self._move(to)
                    self._drain()
                    return
                at_once = 0 if due > self.now else at_once + 1
                if at_once > 1000:
                    raise self._violated(f"{due} is due, again and again, and nothing can be done about it")
                self._move(due)
                self._platform()
            except DiedError as death:
                self._restart(death)

    def _next_moment(self) -> datetime | None:
        moments = [moment for moment, *_ in self.slow] + [moment for moment, _ in self.again]
        due = self.queues.next_moment()
        return min([*moments, due] if due is not None else moments, default=None)

    def _platform(self) -> None:
        """What the platform does by itself: answers that were slow, events that it brings again."""
        for one in [one for one in self.slow if one[0] <= self.now]:
            self.slow.remove(one)
            self.queues.settle(one[1], one[2], self.now)
        for twice in [twice for twice in self.again if twice[0] <= self.now]:
            self.again.remove(twice)
            self.counts["brought again"] += 1
            self._event("(once more)", twice[1])

    def _move(self, to: datetime) -> None:
        before, self.now = self.now, max(self.now, to)
        self.queues.beat(self.now, NEVER)
        if before.date() != self.now.date():
            self._every_day()

    def _every_day(self) -> None:
        self.queues.sweep(self.now)
        for channel in self.world.channels:
            if not channel.lost and self.queues.knows(channel.place):
                self._event(f"reads the roster of {channel.name}, as every day", self._roster(channel))
        self._drain()
        for wrong in self.watch.everything(self.now):
            raise self._violated(wrong)
        self.counts["days"] += 1

    def _drain(self) -> None:
        """Fire and send all that is due."""
        for _ in range(MOST_AT_ONCE):
            due = self.queues.due(self.now)
            fired = due is not None and fire_one(self.engine, self.queues, self.now, self._failed)
            if fired and due is not None:
                self.counts["fired"] += 1
                self._note(f"{due.activity} {due.verb} for {due.session}")
                self._check_touched()
            if not self._sends() and not fired:
                return
        raise self._violated("the bot does not come to rest")

    def _sends(self) -> bool:
        outgoing = self.queues.claim_next(self.now)
        if outgoing is None:
            return False
        if outgoing.doubtful:
            self.counts["in doubt"] += 1
        if outgoing.card is not None:
            self._check_shape(outgoing.card, outgoing.zone)
        if self.plan.faults and self.dice.random() < 0.02:
            self.life.left = self.dice.choice((0, 1, 1, 1, 3))  # before it is sent, before that is noted, or while
        self.life.step("send")
        self.world.in_doubt.add(outgoing.key)
        delivery = asyncio.run(send(outgoing, {PLATFORM: self}, self._not_sent))
        self.life.step("settle")
        self.world.in_doubt.discard(outgoing.key)
        if self.world.wrong:
            raise self._violated(self.world.wrong[0])
        if self.plan.faults and self.dice.random() < 0.05:
            self.slow.append((self.now + timedelta(seconds=self.dice.choice((1, 5, 30, 70))), outgoing, delivery))
            return True
        self.queues.settle(outgoing, delivery, self.now)
        return True

    async def send(self, outgoing: Outgoing) -> Delivery:
        """The simulated platform's messenger."""
        channel = next(
            (
                one
                for one in self.world.channels
                if (one.place.workspace, one.place.channel) == (outgoing.workspace, outgoing.channel)
            ),
            None,
        )
        if channel is not None and channel.lost:
            return Undeliverable("is_archived", "place")
        if self.plan.faults:
            roll = self.dice.random()
            if roll < 0.03:
                return TryLater("429", timedelta(seconds=self.dice.choice((1, 30, 60))))
            if roll < 0.05:
                return TryLater("503")
            if roll < 0.053:
                return Undeliverable("msg_too_long")
            if roll < 0.056 and outgoing.user:
                return Undeliverable("cannot_dm", "member")
        self.counts["sent"] += 1
        message, where = self.world.deliver(outgoing, self.now)
        looks = outgoing.card.fallback(outgoing.zone)[:110] if outgoing.card else "(taken back)"
        to = f"{outgoing.workspace}/{where} {outgoing.thread or ''}{' only ' + outgoing.only if outgoing.only else ''}"
        self._note(f"  {'edit' if outgoing.replaces else 'post'} {message} in {to}: {looks}")
        return Sent(message, where)

    def _restart(self, death: DiedError) -> None:
        """The process died. After a while another one starts on the same database."""
        self.counts["died"] += 1
        self._note(f"the process dies before {' '.join(str(death).split())[:60]!r}")
        self.slow.clear()
        for one in [one for people in self.world.people.values() for one in people]:
            one.form = one.form if self.dice.random() < 0.7 else None
        self.queues.beat(self.now, NEVER)
        self.now += timedelta(seconds=self.dice.choice((2, 20, 40, 200, 1500, 2400, 9000)))
        self._boot()
        away = self.queues.beat(self.now, OUTAGE)
        self._note(f"and starts again, away for {away}")

    # what must hold

    def _check_touched(self) -> None:
        for wrong in self.watch.touched(self.now):
            raise self._violated(wrong)

    def _check_shape(self, shape: Card | Form, zone: str) -> None:
        for wrong in problems(shape, zone):
            raise self._violated(f"{shape.title!r} {wrong}")

    def _failed(self, fired: TimerFired | Told, error: Exception, parked: bool) -> None:  # noqa: ARG002
        raise self._violated(f"{fired.activity} {fired.verb} raised {type(error).__name__}: {error}") from error

    def _not_sent(self, outgoing: Outgoing, error: Exception) -> None:
        raise self._violated(f"{outgoing.key} could not be sent: {error}") from error

    def _note(self, what: str) -> None:
        self.steps += 1
        line = f"{self.steps:>6} {self.now:%a %d %b %H:%M:%S} {what}"
        self.trace.append(line)
        self.digest.update(line.encode("utf-8", "replace"))
        if self.say is not None:
            self.say(line)

    def _violated(self, what: str) -> ViolatedError:
        plan = self.plan
        again = f"moderato simulate --seed {plan.seed} --weeks {plan.weeks:g} --teams {plan.teams}"
        return ViolatedError(
            "\n".join((*self.trace, f"Seed {plan.seed}, step {self.steps}: {what}", f"Again: {again}"))
        )
