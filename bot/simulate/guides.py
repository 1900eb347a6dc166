"""Teams that run any guide and press anything in it: minutes add up, no step is lost, every dot counts once."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.activities.guides.model import Planned
from bot.engine.ports import Outgoing
from bot.kernel.calendar import local_date
from bot.kernel.cards import Action
from bot.kernel.decision import Reply
from bot.kernel.inbound import Joined, ProfileChanged
from bot.simulate.guides_account import Account
from bot.simulate.guides_held import running, setting_of
from bot.simulate.guides_own import Own
from bot.simulate.guides_people import People
from bot.simulate.hands import Hands, card_of, find, form_of
from bot.simulate.host import Host
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, Somebody

RARE = {"vote": 6, "break": 3, "breath": 0.5, "breakout": 0.5, "silent": 0.5}  # how much a kind of step adds
OUTINGS = {
    "starts": 50,
    "plans": 13,
    "writes": 10,
    "votes": 8,
    "breathes": 6,
    "over_days": 5,
    "temperature": 5,
    "polls": 4,
    "rehearses": 4,
}


class Guides:
    """Weeks of sessions: one or two a day in each team, and people who press what they see."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.hands = host, host.dice, Hands(host)
        self.account = Account(host)
        self.people = People(host, self.account)
        self.own = Own(host, self.account)
        live = sorted(guide.id for guide in host.content.guides.values() if guide.mode == "live")
        self.guides = {
            id: 1 + sum(RARE.get(kind, 0) for kind in {step.kind for step in host.content.guides[id].steps})
            for id in live
        }
        host.seen.append(self._seen)

    def begin(self) -> None:
        found(self.host, steady=True, fewest=5, most=8)
        for workspace, known in self.host.world.people.items():
            new = Somebody(known[0].member.__class__(known[0].member.platform, workspace, "stranger"), "Stranger", "")
            known.append(new)
            self.people.outside.append(new)
            self.account.strangers.add(new.member)
        for channel in self.host.world.channels:
            guest = channel.people[-1]
            if guest is not channel.owner and not any(one.owner is guest for one in self.host.world.channels):
                guest.guest = True
                news = ProfileChanged(id=f"n{next(self.host.ids)}", person=guest.profile())
                self.host.event(f"{guest.name} is a guest", news)

    def live(self, end: datetime) -> None:
        for number, channel in enumerate(self.host.world.channels):  # what takes days begins soon, and votes are had
            for hours, what in enumerate(("votes", "polls", ("over_days", "plans", "writes")[number % 3]), 1):
                at = self.host.now + timedelta(hours=hours)
                self.host.at(at, lambda channel=channel, what=what: getattr(self, f"_{what}")(channel))  # type: ignore[misc]
        while self.host.now < end:
            for channel in self.host.world.channels:
                self._comes_back(channel)
                for _ in range(1 + (self.dice.random() < 0.35)):
                    at = self.host.now + timedelta(minutes=self.dice.randrange(30, 1200))
                    what = self.dice.choices(tuple(OUTINGS), tuple(OUTINGS.values()))[0]
                    self.host.at(at, lambda channel=channel, what=what: getattr(self, f"_{what}")(channel))  # type: ignore[misc]
                if self.dice.random() < 0.1:
                    at = self.host.now + timedelta(minutes=self.dice.randrange(30, 1200))
                    self.host.at(at, lambda channel=channel: self._somebody_goes(channel))  # type: ignore[misc]
            self.host.live_until(min(end, self.host.now + timedelta(days=1)))
            self.account.search()

    def judge(self) -> list[str]:
        return [*self.account.judge(), *self.own.judge()]

    # what a team is up to

    def _starts(self, channel: Channel) -> None:
        own = self.own.known(channel)
        guide = self.dice.choices(tuple(self.guides), tuple(self.guides.values()))[0]
        if own and self.dice.random() < 0.25:
            guide = self.dice.choice(own)
        minutes = self.dice.choice(("", "", "", "45 ", "30 "))
        self._types(channel, f"session start {guide} {minutes}handover", self._refused)
        if self.dice.random() < 0.12:  # somebody else had the same idea
            at = self.host.now + timedelta(minutes=self.dice.randrange(1, 20))
            self.host.at(at, lambda: self._types(channel, "session start weekly-25 our week", self._refused))
        elif self.dice.random() < 0.12:
            at = self.host.now + timedelta(minutes=self.dice.randrange(1, 20))
            words = self.dice.choice(("next", "skip", "extend 7", "pause", "resume", "end", "extend"))
            self.host.at(at, lambda: self._types(channel, f"session {words}"))

    def _refused(self, reply: Reply) -> None:
        card = card_of(reply)
        if card is not None and "already running here" in card.fallback():
            self.host.counts["a second one refused"] += 1

    def _plans(self, channel: Channel) -> None:
        """By the form, for one of the next days, every week perhaps; now and then it is dropped again."""
        host = self._somebody(channel)
        guide = self.dice.choices(tuple(self.guides), tuple(self.guides.values()))[0]
        day = local_date(self.host.now, host.zone or "UTC") + timedelta(days=self.dice.randint(1, 4))
        values = {
            "guide": guide,
            "topic": "handover",
            "minutes": "",
            "day": day.isoformat(),
            "hour": self.dice.choice(("09:30", "14:00", "16:15")),
            "repeat": self.dice.choice(("0", "0", "1", "2")),
            "ahead": self.dice.choice(("", "0", "1", "2")),
        }

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(host, form, channel.place, planned, **values)

        def planned(reply: Reply) -> None:
            card = card_of(reply)
            action = find(card, "drop") if card is not None else None
            if action is not None and self.dice.random() < 0.4:
                later = self.host.now + timedelta(hours=self.dice.choice((0, 5, 20, 200)))
                self.host.at(later, lambda: self._drops(host, channel, action))

        self.hands.types(host, channel.place, "session plan", opened)

    def _drops(self, host: Somebody, channel: Channel, action: Action) -> None:
        def told(reply: Reply) -> None:
            card = card_of(reply)
            if card is not None and card.fallback().startswith("Dropped."):
                self.account.was_dropped(action.session)

        self.hands.taps(host, channel.place, action, told)

    def _over_days(self, channel: Channel) -> None:
        self._types(channel, "session start async-discussion handover")

    def _votes(self, channel: Channel) -> None:
        self._types(channel, "vote What do we stop?")

    def _breathes(self, channel: Channel) -> None:
        self._types(channel, "breath")

    def _polls(self, channel: Channel) -> None:
        self._types(channel, "poll Lunch? | Yes | No | Later")

    def _temperature(self, channel: Channel) -> None:
        self._types(channel, "temperature the handover")

    def _writes(self, channel: Channel) -> None:
        """A guide of the team's own; it is run soon after, and changed while it runs."""
        id = self.own.writes(channel, self._somebody(channel))
        starts = self.host.now + timedelta(minutes=self.dice.randrange(1, 9))
        changes = starts + timedelta(minutes=self.dice.randrange(1, 30))
        self.host.at(starts, lambda: self._types(channel, f"session start {id} handover", self._refused))
        self.host.at(changes, lambda: self.own.changes(channel, self._somebody(channel), id))

    def _rehearses(self, channel: Channel) -> None:
        self._types(channel, f"guide rehearse {self.dice.choice(tuple(self.guides))}")

    def _types(self, channel: Channel, text: str, then: object = None) -> None:
        self.hands.types(self._somebody(channel), channel.place, text, then)  # type: ignore[arg-type]

    def _somebody(self, channel: Channel) -> Somebody:
        return channel.owner if self.dice.random() < 0.6 else self.dice.choice(channel.inside())

    # coming and going

    def _somebody_goes(self, channel: Channel) -> None:
        one = self.dice.choice(channel.inside())
        if (
            one is not channel.owner
            and len(channel.inside()) > 4
            and not any(one is other.owner for other in self.host.world.channels)
        ):
            self.people.goes(channel, one)

    def _comes_back(self, channel: Channel) -> None:
        """Whoever left is back, the next day or so."""
        for one in channel.people:
            if not one.active and self.dice.random() < 0.6:
                one.active = True
                news = ProfileChanged(id=f"n{next(self.host.ids)}", person=one.profile())
                self.host.event(f"{one.name} is back in the workspace", news)
        if len(channel.people) < 6:
            known = self.host.world.people[channel.place.workspace]
            new = self.dice.choice([one for one in known if one not in channel.people and one.name != "Stranger"])
            channel.people.append(new)
            joined = Joined(id=f"n{next(self.host.ids)}", place=channel.place, person=new.profile())
            self.host.event(f"{new.name} joins", joined)

    # what they see

    def _seen(self, outgoing: Outgoing, message: Message) -> None:
        session, name = outgoing.key.rsplit(":", 2)[:2]
        state = self.account.states.get(session) or self.account.polls.get(session)
        if outgoing.card is None or outgoing.replaces is not None or state is None:
            return
        room = self.people.rooms.get(session)
        if room is None:
            channel = self._of(state, message)
            if channel is None:
                return
            room = self.people.opens(session, channel)
            self._beside(session, channel)
        if name == "pre" and isinstance(state, Planned) and self.dice.random() < 0.5:  # it comes while another is on
            before = state.at - timedelta(minutes=self.dice.randrange(1, 15))
            self.host.at(before, lambda: self._starts(room.channel))
        self.people.shows(room, name, message)

    def _of(self, state: object, message: Message) -> Channel | None:
        setting = setting_of(state)
        place = setting.place.channel if setting is not None else message.channel
        return self.host.world.at_place(message.workspace, place)

    def _beside(self, session: str, channel: Channel) -> None:
        """How many go on at once in one channel."""
        for other, state in self.account.states.items():
            run = running(state)
            if other != session and run is not None and not run.setting.days and not run.setting.rehearsal:
                self.host.counts["two in one channel"] += run.setting.place == channel.place
