"""Teams whose roles rotate with a weekly call: who had which, who was asked, and whether that was fair."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.engine.ports import Outgoing
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.cards import Card
from bot.kernel.decision import Reply
from bot.kernel.ids import Member
from bot.kernel.inbound import Joined, Left
from bot.simulate.hands import Hands, card_of, form_of
from bot.simulate.host import Host
from bot.simulate.roles_held import Served, judge
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, Somebody, doors

NEAR = ("Europe/Berlin", "Europe/London", "Africa/Lagos")
STEADY = 5  # of each team who are always there
MOST = 11
WORK = time(9)  # nobody chooses other hours here
Question = tuple[Member, str, str]  # who is asked, the team's rota, "turn role"


class Roles:
    """A year of calls."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.hands = host, host.dice, Hands(host)
        self.steady: dict[str, tuple[str, ...]] = {}  # by team: users who are always there
        self.founders: dict[str, frozenset[str]] = {}
        self.past: dict[str, dict[str, Served]] = defaultdict(dict)  # by team
        self.rotas: dict[str, str] = {}  # by team: the session of its roles
        # What came of each question, as the platform has it.
        self.asked: dict[Question, list[tuple[datetime, str]]] = defaultdict(list)  # messages that arrived
        self.opened: dict[Question, datetime] = {}  # in the channel, where no message had arrived
        self.accepted: dict[Question, datetime] = {}
        self.declined: dict[Question, datetime] = {}
        self.took: dict[Question, datetime] = {}  # of their own accord
        self.offered: set[tuple[str, str]] = set()  # message, what
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
        for channel in self.host.world.channels:
            name = channel.name
            past = [self._as_seen(channel, one) for one in self.past[name].values()]
            past.sort(key=lambda one: (one.starts, one.id))
            self.host.counts["calls"] += len(past)
            self.host.counts["not asked"] += sum(len(one.unasked) for one in past)
            self.host.counts["taken"] += sum(len(one.took) for one in past)
            wrong += [f"{name}: {one}" for one in judge(past, self.steady[name], self.founders[name])]
            wrong += [f"{name}: {one}" for one in self._counted_in(channel, past)]
            weeks = (self.host.now - self.began[name]) / timedelta(weeks=1)
            if len(past) < weeks - 2:
                wrong.append(f"{name}: {len(past)} calls in {weeks:.1f} weeks")
        for question, messages in self.asked.items():
            # What may have arrived as the process died is sent again; if that is refused, it counts as not asked.
            if len({id for _, id in messages}) > 1 + self._refused(question):
                wrong.append(f"{question[0].user} was asked {len(messages)} times for {question[2]}: {messages}")
        return wrong

    def _as_seen(self, channel: Channel, call: Served) -> Served:
        """With what only those outside of the bot know: who was asked when, who had said yes, who took a role."""

        def question(role: str, user: str) -> Question:
            return self._question(channel, user, f"{call.id} {role}")

        holders = [(role, user, question(role, user)) for role, user, _ in call.served]
        on_call = [one.member.user for one in self.host.world.people[channel.place.workspace]]
        roles = {role for role, *_ in call.served}
        return replace(
            call,
            took=tuple((role, user) for role, user, asked in holders if asked in self.took),
            asked={
                role: self._came(asked) for role, _, asked in holders if asked in self.asked or asked in self.opened
            },
            said_yes={role: self.accepted[asked] for role, _, asked in holders if asked in self.accepted},
            declined=tuple((r, user) for user in on_call for r in roles if question(r, user) in self.declined),
        )

    def _came(self, asked: Question) -> datetime:
        """When a question came to whom it is for."""
        moments = [moment for moment, _ in self.asked[asked]] if asked in self.asked else []
        return min([*moments, self.opened[asked]] if asked in self.opened else moments)

    def _counted_in(self, channel: Channel, past: list[Served]) -> Iterator[str]:
        """Whoever had a role was asked, and whoever is remembered as not asked was not."""
        for call in past:
            for role, user, _ in call.served:
                if role not in call.asked and (role, user) not in call.took:
                    yield f"{call.starts:%d %b}: {user} had the role {role}, and was never asked"
            for role, user in call.unasked:
                question = self._question(channel, user, f"{call.id} {role}")
                if not self._refused(question) and not self._too_early(question[0], call.starts):
                    yield f"{call.starts:%d %b}: {user} is remembered as not asked for {role}, and nothing was refused"
                taken = any(of == role for of, _ in call.took)  # the first tap had it, and this one was told so
                if self.accepted.get(question, call.starts) < call.starts and not taken:
                    yield f"{call.starts:%d %b}: {user} accepted {role}, and is remembered as not asked"

    def _too_early(self, member: Member, starts: datetime) -> bool:
        """Whether a call begins before somebody does: who is drawn for it at the last moment is not asked at night."""
        one = self.host.world.person(member)
        assert one is not None
        return at_wall(local_date(starts, one.zone), WORK, one.zone) >= starts

    def _question(self, channel: Channel, user: str, what: str) -> Question:
        return Member(channel.place.platform, channel.place.workspace, user), self.rotas[channel.name], what

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
        if outgoing.card is None:
            return
        actions = [action for _, action, _ in doors(outgoing.card) if action.activity == "roles"]
        if not message.user:
            for action in actions:
                if action.verb in ("open_here", "take") and (message.id, action.argument) not in self.offered:
                    self.offered.add((message.id, action.argument))
                    self._offered(message, action.verb, action.session, action.argument)
            return
        one = self.host.world.person(Member(outgoing.platform, message.workspace, message.user))
        assert one is not None
        for action in actions:
            if action.verb == "not_this_time":
                question = one.member, str(action.session), action.argument
                if all(id != message.id for _, id in self.asked[question]):
                    self.asked[question].append((self.host.now, message.id))
                    self._answers(one, message, question)

    def _answers(self, one: Somebody, shown: Message | Card, question: Question) -> None:
        roll = self.dice.random()
        later = self.host.now + timedelta(minutes=self.dice.expovariate(1 / 90))
        if roll < 0.6:
            self.host.at(later, lambda: self._says(one, shown, "accept", question, self.accepted))
        elif roll < 0.7 and one.member not in self.bound:
            self.host.at(later, lambda: self._says(one, shown, "not_this_time", question, self.declined))

    def _says(
        self, one: Somebody, shown: Message | Card, verb: str, question: Question, said: dict[Question, datetime]
    ) -> None:
        def answered(_: Reply) -> None:
            said.setdefault(question, self.host.now)

        self.hands.presses(one, shown, verb, answered, session=question[1], argument=question[2])

    def _offered(self, message: Message, verb: str, session: str, argument: str) -> None:
        """In the channel: a question that did not reach somebody, or a role nobody has. Half of them go on so."""
        channel = self.host.world.at_place(message.workspace, message.channel)
        assert channel is not None
        later = self.host.now + timedelta(minutes=self.dice.expovariate(1 / 90))
        roll = self.dice.random()
        if verb == "open_here" and roll < 0.6:
            for one in [one for one in channel.people if self._refused((one.member, session, f"{argument} "))]:
                self.host.at(later, lambda one=one: self._opens(one, message, session))  # type: ignore[misc]
        elif verb == "take" and roll < 0.3:
            loose = [one for one in channel.people if one.member not in self.bound]
            if loose:  # those who are always there take nothing of their own accord, so that their counts tell
                one = self.dice.choice(loose)
                self.host.at(later, lambda: self._takes(one, message, session, argument))

    def _refused(self, question: Question) -> bool:
        """Whether the platform would not take a message with this question, at its first try or a later one."""
        member, session, what = question
        return any(
            (action.verb, action.session) == ("not_this_time", session) and action.argument.startswith(what)
            for _, lost in self.host.refused
            if lost.card is not None
            and not lost.replaces
            and (lost.workspace, lost.user) == (member.workspace, member.user)
            for _, action, _ in doors(lost.card)
        )

    def _opens(self, one: Somebody, message: Message, session: str) -> None:
        def opened(reply: Reply) -> None:
            card = card_of(reply)
            for _, action, _ in doors(card) if card is not None else ():
                if action.verb == "not_this_time":
                    assert card is not None
                    question = one.member, session, action.argument
                    self.opened.setdefault(question, self.host.now)
                    self._answers(one, card, question)

        self.hands.presses(one, message, "open_here", opened, session=session)

    def _takes(self, one: Somebody, message: Message, session: str, argument: str) -> None:
        def took(_: Reply) -> None:
            self.took.setdefault((one.member, session, argument), self.host.now)

        self.hands.presses(one, message, "take", took, session=session, argument=argument)

    def _looks(self) -> None:
        """Read what is remembered of the calls, before the oldest are let go of."""
        left, self.host.life.left = self.host.life.left, None
        with self.host.store.connections.transaction() as db:
            rows = db.rows(
                "SELECT s.id, s.state, t.workspace, t.channel FROM session s JOIN team t ON t.id = s.team "
                "WHERE s.activity = 'roles' AND s.open = 1"
            )
        self.host.life.left = left
        for id, state, workspace, place in rows:
            channel = self.host.world.at_place(workspace, place)
            assert channel is not None
            self.rotas[channel.name] = id
            for one in json.loads(state).get("past", ()):
                served = tuple((role, user, quarters) for role, user, quarters in one["served"])
                starts = datetime.fromisoformat(one["starts"])
                self.past[channel.name][one["id"]] = Served(
                    one["id"], starts, tuple(one["there"]), served, tuple((r, user) for r, user in one["unasked"])
                )
