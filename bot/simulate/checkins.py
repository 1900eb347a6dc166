"""Teams with a weekly check-in: what each person does about it, and what must have come to them and to the channel."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.ports import Outgoing
from bot.kernel.calendar import local_date
from bot.kernel.cards import Card, Form, TextField, sentences
from bot.kernel.decision import Quiet, Reply
from bot.kernel.ids import Member, part_of
from bot.kernel.inbound import Joined, Left, ProfileChanged, Value
from bot.kernel.people import Absence
from bot.kernel.words import When, on_day, spans
from bot.simulate import checkins_held
from bot.simulate.checkins_known import TOKEN, Asked, Did, Rhythm, Truth, place_of
from bot.simulate.checkins_owner import Owner
from bot.simulate.hands import Hands, card_of, find, form_of
from bot.simulate.host import Host
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, Somebody, doors

NINE = (
    "Europe/Berlin",
    "Europe/London",
    "Asia/Kolkata",
    "America/Toronto",
    "America/Los_Angeles",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Lagos",
)
NEAR = timedelta(hours=1)  # after an outage a card may come that long after its date had begun
HOLIDAYS = {"Europe/Berlin": "DE-BE", "Europe/London": "GB-ENG", "Asia/Kolkata": "IN", "America/Toronto": "CA-ON"}


class Checkins:
    """A year of weekly questions."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice = host, host.dice
        self.hands = Hands(host)
        self.rhythms: dict[str, Rhythm] = {}  # the one of each team place now
        self.planned: list[Rhythm] = []  # all there ever were
        self.owner = Owner(self)
        self.asked: dict[str, Asked] = {}  # by occurrence
        self.did: dict[tuple[str, Member], Did] = defaultdict(Did)
        self.truth: dict[Member, Truth] = {}
        self.moves: dict[tuple[str, Member], list[datetime]] = defaultdict(list)  # joined or left: by channel
        self.whose: dict[str, str] = {}  # answer -> occurrence
        self.first: dict[str, frozenset[Member]] = {}  # who was in each team from the start
        # By schedule, what was not asked yet: when it was said, what, and how that was confirmed.
        self.ahead: dict[str, dict[Member, tuple[datetime, str, str]]] = defaultdict(dict)
        self.early: list[str] = []
        host.seen.append(self._seen)

    # the year

    def begin(self) -> None:
        host = self.host
        found(host, steady=True, fewest=3, most=10, zones=NINE)
        for people in host.world.people.values():
            for one in people:
                self.truth[one.member] = Truth(one.zone)
        for channel in host.world.channels:
            self.first[place_of(channel)] = frozenset(one.member for one in channel.people)
            self.owner.plans(channel)
        inside = {one.member: one for channel in host.world.channels for one in channel.people}
        for one in inside.values():
            if one.zone in HOLIDAYS and self.dice.random() < 0.6:
                self._chooses_holidays(one)

    def live(self, end: datetime) -> None:
        while self.host.now < end:
            self._day()
            self.host.live_until(min(end, self.host.now + timedelta(days=1)))

    def _day(self) -> None:
        """What happens on some day: absences, people who come and go."""
        host = self.host
        inside = {one.member: one for channel in host.world.channels for one in channel.people}
        for one in inside.values():
            if self.dice.random() < 0.008:
                days = self.dice.choice((0, 1, 2, 5, 9, 14, 21))
                host.at(self._sometime(), lambda one=one, days=days: self._goes_away(one, days))  # type: ignore[misc]
            if self.dice.random() < 0.004:
                host.at(self._sometime(), lambda one=one: self._travels(one))  # type: ignore[misc]
            if self.dice.random() < 0.001:
                host.at(self._sometime(), lambda one=one: self._wants_to_be_forgotten(one))  # type: ignore[misc]
        for channel in host.world.channels:
            if self.dice.random() < 0.02:
                host.at(self._sometime(), lambda channel=channel: self._comes_or_goes(channel))  # type: ignore[misc]
            if self.dice.random() < 0.07:
                host.at(self._sometime(), lambda channel=channel: self.owner.steers(channel))  # type: ignore[misc]
            if self.dice.random() < 0.08:
                host.at(self._sometime(), lambda channel=channel: self._answers_ahead(channel))  # type: ignore[misc]
            if self.dice.random() < 0.02:  # before it opens, perhaps
                host.at(self._sometime(), lambda channel=channel: self._holds(channel))  # type: ignore[misc]

    def _sometime(self) -> datetime:
        return self.host.now + timedelta(minutes=self.dice.randrange(24 * 60))

    # what people do

    def begins(self, rhythm: Rhythm) -> None:
        """Its owner was told that it is saved."""
        self.rhythms[place_of(rhythm.channel)] = rhythm
        self.planned.append(rhythm)
        self.host.counts[f"planned {rhythm.rules[0][1].kind}"] += 1

    def cut(self, rhythm: Rhythm) -> None:
        """Another question comes next: what was answered ahead is not taken for an answer to it."""
        self.ahead.pop(rhythm.session, None)

    def only_one(self, rhythm: Rhythm) -> bool:
        """Whether its team has no other schedule that goes on."""
        return sum(one.channel is rhythm.channel and one.ended is None for one in self.planned) == 1

    def _chooses_holidays(self, one: Somebody) -> None:
        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(one, form, self.hands.direct(one), saved, holidays=HOLIDAYS[one.zone])

        def saved(_: Reply) -> None:
            self.truth[one.member].holidays = HOLIDAYS[one.zone]

        self.hands.types(one, self.hands.direct(one), "me hours", opened)

    def _goes_away(self, one: Somebody, days: int) -> None:
        truth = self.truth[one.member]
        today = local_date(self.host.now, truth.zone)
        last = today + timedelta(days=days)

        def saved(_: Reply) -> None:
            kept = (one for one in truth.away(self.host.now) if one.last < today or one.first > last)
            truth.absences.append((self.host.now, (*kept, Absence(today, last))))

        truth.touched |= {today, today + timedelta(days=1), today - timedelta(days=1)}
        self.hands.types(one, self.hands.direct(one), f"away until {last.isoformat()}", saved)

    def _travels(self, one: Somebody) -> None:
        """They are in another zone from now on, as the platform's profile says."""
        truth, zone = self.truth[one.member], self.dice.choice(NINE)
        if zone == truth.zone or truth.forgotten is not None:
            return
        truth.travels.append((self.host.now, truth.zone))
        truth.touched |= {local_date(self.host.now, at) for at in (truth.zone, zone)}
        truth.zone = one.zone = zone
        self.host.counts["travelled"] += 1
        news = ProfileChanged(id=f"n{next(self.host.ids)}", person=one.profile())
        self.host.event(f"{one.name} is in {zone} now", news)

    def _wants_to_be_forgotten(self, one: Somebody) -> None:
        if any(channel.owner is one for channel in self.host.world.channels) or self.forgot(one):
            return

        def gone(reply: Reply) -> None:  # noqa: ARG001
            at = self.host.taken_at
            self.truth[one.member].forgotten = at
            self.host.counts["forgotten"] += 1
            for (_, member), did in self.did.items():
                if member == one.member:
                    did.said("", at)
            for answers in self.ahead.values():
                answers.pop(one.member, None)

        def asked(reply: Reply) -> None:
            card = card_of(reply)
            if card is not None:
                self.truth[one.member].forgotten = self.host.now  # whatever becomes of the answer
                self.hands.presses(one, card, "delete_confirmed", gone)

        self.hands.types(one, self.hands.direct(one), "me delete", asked)

    def forgot(self, one: Somebody) -> bool:
        """Whether they asked to be forgotten; from then on they do nothing here."""
        return self.truth[one.member].forgotten is not None

    def _answers_ahead(self, channel: Channel) -> None:
        one, rhythm = self.dice.choice(channel.inside()), self.rhythms.get(place_of(channel))
        if rhythm is None or self.forgot(one) or not self.only_one(rhythm):
            return
        token = f"said-0-{len(self.whose)}"
        self.whose[token] = ""

        def kept(reply: Reply) -> None:
            card = card_of(reply)
            rhythm.wrote.append((self.host.taken_at, one.member))
            if card is None:
                rhythm.perhaps.add(one.member)
            elif "Kept" in card.fallback() and rhythm.unknown is None:
                self.ahead[rhythm.session][one.member] = self.host.taken_at, token, card.fallback()
                self.host.counts["answered ahead"] += 1

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(one, form, self.hands.direct(one), kept, **_filled(form, token))

        self.hands.types(one, channel.place, "checkin ahead", opened)

    def _holds(self, channel: Channel) -> None:
        one, rhythm = self.dice.choice(channel.inside()), self.rhythms.get(place_of(channel))
        if rhythm is not None and not self.forgot(one):
            self.owner.holds(one, rhythm)

    def _comes_or_goes(self, channel: Channel) -> None:
        world = self.host.world
        known = world.people[channel.place.workspace]
        outside = [one for one in known if one not in channel.people and not self.forgot(one)]
        id = f"n{next(self.host.ids)}"
        place = place_of(channel)
        if self.dice.random() < 0.5 and len(channel.people) > 3:
            gone = self.dice.choice([one for one in channel.people if one is not channel.owner])
            channel.people.remove(gone)
            self.moves[place, gone.member].append(self.host.now)
            self.host.event(f"{gone.name} leaves {channel.name}", Left(id=id, place=channel.place, member=gone.member))
        elif outside and len(channel.people) < 10:
            new = self.dice.choice(outside)
            channel.people.append(new)
            self.moves[place, new.member].append(self.host.now)
            joined = Joined(id=id, place=channel.place, person=new.profile())
            self.host.event(f"{new.name} joins {channel.name}", joined)

    def _decides(self, one: Somebody, occurrence: str, message: Message, *, again: bool = False) -> None:
        """Somebody saw a question (again): they answer, pass, put it off, or do nothing."""
        roll = self.dice.random() * (1.4 if again else 1)
        soon = self.host.now + timedelta(minutes=self.dice.expovariate(1 / 60))
        if roll < 0.68:
            self.host.at(soon, lambda: self._answers(one, occurrence, message))
        elif roll < 0.76:
            self.host.at(soon, lambda: self._passes(one, occurrence, message))
        elif roll < 0.82:
            self.host.at(soon, lambda: self._puts_off(one, occurrence, message))
        elif roll < 0.88:  # long after the close
            late = self.host.now + timedelta(hours=self.dice.randrange(6, 40))
            self.host.at(late, lambda: self._answers(one, occurrence, message))

    def _puts_off(self, one: Somebody, occurrence: str, message: Message) -> None:
        if not self.forgot(one):
            self.host.counts["put off"] += 1
            self.hands.presses(one, message, "later", session=occurrence)

    def _answers(self, one: Somebody, occurrence: str, on: Message | Card) -> None:
        if self.forgot(one):
            return
        token = f"said-{len(self.asked)}-{len(self.whose)}"
        self.whose[token] = occurrence

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                place, words = self.hands.direct(one), _filled(form, token)
                self.hands.submits(
                    one, form, place, lambda reply: self._taken(one, occurrence, token, on, reply), **words
                )

        self.hands.presses(one, on, "answer", opened, session=occurrence)

    def _taken(self, one: Somebody, occurrence: str, token: str, on: Message | Card, reply: Reply) -> None:
        card = card_of(reply)
        if card is not None and not any(word in card.fallback() for word in ("Saved", "Added", "Changed")):
            return  # it was refused, in words
        did = self.did[occurrence, one.member]
        did.said(token, self.host.taken_at)
        roll = self.dice.random()
        later = self.host.now + timedelta(minutes=self.dice.choice((1, 5, 40, 300)))
        if roll < 0.1:
            self.host.at(later, lambda: self._answers(one, occurrence, card or on))
        elif roll < 0.14:
            self.host.at(later, lambda: self._deletes(one, occurrence, card or on))

    def _deletes(self, one: Somebody, occurrence: str, card: Message | Card) -> None:
        if self.forgot(one):
            return

        def gone(reply: Reply) -> None:
            said = card_of(reply)
            if isinstance(reply, Quiet) or (said is not None and "Deleted" in said.fallback()):
                self.did[occurrence, one.member].said("", self.host.taken_at)

        self.hands.presses(one, card, "delete", gone, session=occurrence)

    def _passes(self, one: Somebody, occurrence: str, message: Message) -> None:
        if self.forgot(one):
            return

        def passed(reply: Reply) -> None:
            said = card_of(reply)
            if isinstance(reply, Quiet) or (said is not None and "Passed" in said.title):
                self.did[occurrence, one.member].said("", self.host.taken_at)

        self.hands.presses(one, message, "pass", passed, session=occurrence)

    # what people see

    def _seen(self, outgoing: Outgoing, message: Message) -> None:
        card, now = outgoing.card, self.host.now
        if card is None:
            return
        self._reveals(outgoing, card)
        actions = [action for _, action, _ in doors(card) if action.activity == "checkins"]
        if message.user:
            one = self.host.world.person(Member(outgoing.platform, message.workspace, message.user))
            assert one is not None
            for session in dict.fromkeys(action.session for action in actions if action.verb == "answer"):
                verbs = {action.verb for action in actions if action.session == session}
                did = self.did[session, one.member]
                if "later" in verbs:
                    if all(id != message.id for _, id in did.prompts):
                        did.prompts.append((now, message.id))
                        self._decides(one, session, message)
                elif "pass" in verbs and "the one reminder" in card.fallback() and outgoing.replaces is None:
                    did.reminders.append((now, message.id))
                    if did.pressed is None:
                        self._decides(one, session, message, again=True)
        elif outgoing.replaces is None and not message.thread and not message.only:
            action = find(card, "pass")
            if action is not None and action.activity == "checkins":
                self._opens(action.session, message, card)

    def _opens(self, session: str, message: Message, card: Card) -> None:
        if session in self.asked:
            self.asked[session].cards += 1
            return
        channel = self.host.world.at_place(message.workspace, message.channel)
        moments = [span.at for sentence in sentences(card) for span in spans(sentence) if isinstance(span, When)]
        assert channel is not None
        found = self._which(session, channel)
        if found is None:
            return
        rhythm, day = found
        asked = Asked(session, rhythm, day, self.host.now, max(moments), message)
        self.asked[session] = asked
        unseen = self._unseen(rhythm)
        for member, (at, token, confirmed) in self.ahead.pop(rhythm.session, {}).items():
            if self.host.now - at < NEAR and on_day(day) not in confirmed:
                self.ahead[rhythm.session][member] = at, token, confirmed  # this one had begun: it is for the next
            elif at > unseen and any(one.member == member for one in channel.people):
                self.whose[token] = session
                self.did[session, member].ahead = True
                self.did[session, member].said(token, at)
        if self._one_zone(channel, self.host.now):
            for one in channel.inside():  # nobody is written to: the card in the channel asks
                self._decides(one, session, message)
        elif self.dice.random() < 0.25:
            self.host.counts["answered in the channel"] += 1
            self._decides(self.dice.choice(channel.inside()), session, message)
        if self.dice.random() < 0.05:
            self.host.at(self.host.now + timedelta(minutes=self.dice.randrange(500)), lambda: self._holds(channel))

    def _unseen(self, rhythm: Rhythm) -> datetime:
        """When the card of a date was last refused (not a change of it): what was answered ahead was for that date."""
        days = [self.host.now.date() - timedelta(days=n) for n in range(40)]
        sessions = {part_of(rhythm.session, day.isoformat()) for day in days}
        cards = ((at, out.key.partition(":card:")[0]) for at, out in self.host.refused if out.replaces is None)
        lost = (at for at, session in cards if session in sessions)
        return max(lost, default=self.host.plan.start)

    def _which(self, session: str, channel: Channel) -> tuple[Rhythm, date] | None:
        """The schedule and the date behind an open question."""
        today = self.host.now.date()
        for rhythm in self.planned:
            for day in (today + timedelta(days=n) for n in (0, 1, -1)):
                if rhythm.channel is channel and part_of(rhythm.session, day.isoformat()) == session:
                    return rhythm, day
        return None  # its owner was never told that it is saved

    def _reveals(self, outgoing: Outgoing, card: Card) -> None:
        """No answer is shown to anybody else before the close, unless the team wants them at once."""
        text = card.fallback()
        if "said-" not in text:
            return
        for token in set(TOKEN.findall(text)):
            asked = self.asked.get(self.whose[token])
            if asked is not None and not asked.rhythm.at_once and self.host.now < asked.closes:
                self.early.append(
                    f"{outgoing.key} shows {token} at {self.host.now}, before the close at {asked.closes}"
                )

    def _one_zone(self, channel: Channel, now: datetime) -> bool:
        zones = (ZoneInfo(self.truth[one.member].zone) for one in channel.people if not self.forgot(one))
        return len({now.astimezone(zone).utcoffset() for zone in zones}) == 1

    def judge(self) -> list[str]:
        return [*self.early, *checkins_held.judge(self)]


def _filled(form: Form, token: str) -> dict[str, Value]:
    """The answer in every free field of a question; a choice is taken by its first option."""
    words: dict[str, Value] = {}
    for one in form.fields:
        if isinstance(one, TextField) and one.name.startswith("a"):
            words[one.name] = token
    return words
