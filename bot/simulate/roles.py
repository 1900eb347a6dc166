"""Teams whose roles rotate with a weekly call: who had which, who was asked, and whether that was fair."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.engine.ports import Outgoing
from bot.kernel.calendar import local_date
from bot.kernel.decision import Reply
from bot.kernel.ids import Member
from bot.kernel.inbound import Joined, Left
from bot.pieces.assignment import SHADOWED
from bot.simulate.hands import Hands, form_of
from bot.simulate.host import Host
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, Somebody, doors

NEAR = ("Europe/Berlin", "Europe/London", "Africa/Lagos")
ROLES = ("facilitator", "timekeeper", "note_taker")
STEADY = 5  # of each team who are always there
MOST = 11


@dataclass(frozen=True, slots=True)
class Served:
    """One call as it is remembered: who was there, and role -> quarters of it by person."""

    id: str
    starts: datetime
    there: tuple[str, ...]
    served: tuple[tuple[str, str, int], ...]  # role, user, quarters


class Roles:
    """A year of calls."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.hands = host, host.dice, Hands(host)
        self.steady: dict[str, tuple[str, ...]] = {}  # by team: users who are always there
        self.founders: dict[str, frozenset[str]] = {}
        self.past: dict[str, dict[str, Served]] = defaultdict(dict)  # by team
        self.asked: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)  # person, what -> messages
        self.began: dict[str, datetime] = {}
        host.seen.append(self._seen)

    def begin(self) -> None:
        found(self.host, steady=True, fewest=STEADY + 1, most=9, zones=NEAR)
        for channel in self.host.world.channels:
            self.steady[channel.name] = tuple(one.member.user for one in channel.people[:STEADY])
            self.founders[channel.name] = frozenset(one.member.user for one in channel.people)
            self.began[channel.name] = self.host.now
            self._sets_rhythm(channel)
        # Somebody who is always there in one team is not away in another.
        self.bound = {
            Member(channel.place.platform, channel.place.workspace, user)
            for channel in self.host.world.channels
            for user in self.steady[channel.name]
        }

    def live(self, end: datetime) -> None:
        while self.host.now < end:
            for channel in self.host.world.channels:
                if self.dice.random() < 0.12:
                    later = self.host.now + timedelta(minutes=self.dice.randrange(1440))
                    self.host.at(later, lambda channel=channel: self._changes(channel))  # type: ignore[misc]
            self.host.live_until(min(end, self.host.now + timedelta(days=1)))
            self._looks()

    def judge(self) -> list[str]:
        self._looks()
        wrong = []
        refused = self._refused()
        for channel in self.host.world.channels:
            name = channel.name
            past = sorted(self.past[name].values(), key=lambda one: (one.starts, one.id))
            self.host.counts["calls"] += len(past)
            found = list(judge(past, self.steady[name], self.founders[name]))
            lacking = [one for one in found if LACKING in one]
            if len(lacking) <= refused[name]:  # who could not be asked is not counted in, and here nobody steps in
                self.host.counts["a role was open"] += len(lacking)
                found = [one for one in found if one not in lacking]
            wrong += [f"{name}: {one}" for one in found]
            weeks = (self.host.now - self.began[name]) / timedelta(weeks=1)
            if len(past) < weeks - 2:
                wrong.append(f"{name}: {len(past)} calls in {weeks:.1f} weeks")
        for (user, what), messages in self.asked.items():
            if len({id for _, id in messages}) > 1:
                wrong.append(f"{user} was asked {len(messages)} times for {what}: {messages}")
        return wrong

    def _refused(self) -> Counter[str]:
        """How many questions about roles the platform did not deliver, by channel."""
        with self.host.store.connections.transaction() as db:
            rows = db.rows(
                "SELECT t.workspace, t.channel, COUNT(*) FROM outbox o JOIN team t ON t.id = o.team "
                "WHERE o.status = 'dead' AND o.verb = 'post' AND o.person <> '' AND o.session LIKE 'roles.%' "
                "GROUP BY t.workspace, t.channel"
            )
        found: Counter[str] = Counter()
        for workspace, place, count in rows:
            channel = self.host.world.at_place(workspace, place)
            assert channel is not None
            found[channel.name] += count
        return found

    # what people do

    def _sets_rhythm(self, channel: Channel) -> None:
        day, at = str(self.dice.randrange(1, 4)), self.dice.choice(("10:00", "13:30", "15:00"))

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(channel.owner, form, channel.place, None, days=(day,), at=at)

        self.hands.types(channel.owner, channel.place, "roles rhythm", opened)

    def _changes(self, channel: Channel) -> None:
        """Somebody who is not always there goes away, leaves, or is new."""
        loose = [one for one in channel.people if one.member not in self.bound]
        roll = self.dice.random()
        id = f"n{next(self.host.ids)}"
        if roll < 0.6 and loose:
            one = self.dice.choice(loose)
            last = local_date(self.host.now, one.zone) + timedelta(days=self.dice.randint(0, 27))
            self.hands.types(one, self.hands.direct(one), f"away until {last.isoformat()}")
        elif roll < 0.75 and loose:
            gone = self.dice.choice(loose)
            channel.people.remove(gone)
            self.host.event(f"{gone.name} leaves", Left(id=id, place=channel.place, member=gone.member))
        elif roll < 0.9 and len(channel.people) < MOST:
            known = self.host.world.people[channel.place.workspace]
            outside = [one for one in known if one not in channel.people and one.member not in self.bound]
            if outside:
                new = self.dice.choice(outside)
                channel.people.append(new)
                self.host.event(f"{new.name} joins", Joined(id=id, place=channel.place, person=new.profile()))

    def _seen(self, outgoing: Outgoing, message: Message) -> None:
        if outgoing.card is None or not message.user:
            return
        one = self.host.world.person(Member(outgoing.platform, message.workspace, message.user))
        assert one is not None
        for _, action, _ in doors(outgoing.card):
            if action.activity == "roles" and action.verb == "not_this_time":
                key = one.member.key(), f"{action.session} {action.argument}"
                if all(id != message.id for _, id in self.asked[key]):
                    self.asked[key].append((self.host.now, message.id))
                    self._answers(one, message, action.argument)

    def _answers(self, one: Somebody, message: Message, argument: str) -> None:
        roll = self.dice.random()
        later = self.host.now + timedelta(minutes=self.dice.expovariate(1 / 90))
        verb = "accept" if roll < 0.6 else "not_this_time" if roll < 0.7 and one.member not in self.bound else ""
        if verb:
            self.host.at(later, lambda: self._presses(one, message, verb, argument))

    def _presses(self, one: Somebody, message: Message, verb: str, argument: str) -> None:
        self.hands.presses(one, message, verb, argument=argument)

    def _looks(self) -> None:
        """Read what is remembered of the calls, before the oldest are let go of."""
        left, self.host.life.left = self.host.life.left, None
        with self.host.store.connections.transaction() as db:
            rows = db.rows(
                "SELECT s.state, t.workspace, t.channel FROM session s JOIN team t ON t.id = s.team "
                "WHERE s.activity = 'roles' AND s.open = 1"
            )
        self.host.life.left = left
        for state, workspace, place in rows:
            channel = self.host.world.at_place(workspace, place)
            assert channel is not None
            for one in json.loads(state).get("past", ()):
                served = tuple((role, user, quarters) for role, user, quarters in one["served"])
                starts = datetime.fromisoformat(one["starts"])
                self.past[channel.name][one["id"]] = Served(one["id"], starts, tuple(one["there"]), served)


LACKING = "the roles were"


def judge(past: Sequence[Served], steady: Sequence[str], founders: frozenset[str]) -> Iterator[str]:
    """What is unfair about a team's calls (issue of roles, point 3); nothing, usually."""
    before: Mapping[str, str] = {}
    watched: Counter[str] = Counter()
    for call in past:
        holders = {role: user for role, user, _ in call.served}
        ready = [user for user in call.there if user in founders or watched[user] >= SHADOWED]
        missing = set(steady) - set(call.there)
        if missing:
            yield f"{call.starts:%d %b}: {sorted(missing)} are always there, and were counted as away"
        if set(holders) != set(ROLES):
            yield f"{call.starts:%d %b}: {LACKING} {sorted(holders)}"
        if set(holders.values()) - set(call.there):
            yield f"{call.starts:%d %b}: {holders} had roles, of {call.there} who were there"
        if len(ready) > len(ROLES):
            if len(set(holders.values())) < len(holders):
                yield f"{call.starts:%d %b}: somebody had two roles at once: {holders}"
            again = [role for role, user in holders.items() if before.get(role) == user]
            if again:
                yield f"{call.starts:%d %b}: {again} stayed with {[holders[role] for role in again]}"
            new = [user for user in holders.values() if user not in ready]
            if new:
                yield f"{call.starts:%d %b}: {new} had a role before they had watched {SHADOWED} calls"
        before = holders
        watched.update(call.there)
        yield from _uneven(past[: past.index(call) + 1], steady)


def _uneven(past: Sequence[Served], steady: Sequence[str]) -> Iterator[str]:
    each: dict[str, dict[str, Fraction]] = {user: dict.fromkeys(ROLES, Fraction(0)) for user in steady}
    for call in past:
        for role, user, quarters in call.served:
            if user in each and role in ROLES:
                each[user][role] += Fraction(quarters, 4)
    for role in ROLES:
        found = [counts[role] for counts in each.values()]
        if max(found) - min(found) > 1:
            yield f"{past[-1].starts:%d %b}: {role} {[str(n) for n in found]} times among those always there"
    totals = [sum(counts.values()) for counts in each.values()]
    if max(totals) - min(totals) > 1:
        yield f"{past[-1].starts:%d %b}: {[str(n) for n in totals]} roles in all among those always there"
