"""Teams with a weekly check-in: what each person does about it, and what must have come to them and to the channel."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.engine.ports import Outgoing
from bot.kernel.calendar import local_date
from bot.kernel.cards import Card, TextField, sentences
from bot.kernel.decision import Quiet, Reply
from bot.kernel.hours import Hours, is_working_day
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import Joined, Left, Value
from bot.kernel.people import Absence
from bot.kernel.words import When, spans
from bot.pieces.holidays import Holidays
from bot.simulate import checkins_held
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
HOLIDAYS = {"Europe/Berlin": "DE-BE", "Europe/London": "GB-ENG", "Asia/Kolkata": "IN", "America/Toronto": "CA-ON"}
TOKEN = re.compile(r"said-\d+-\d+")


@dataclass
class Truth:
    """What somebody chose for themselves, as they were told that it is so."""

    zone: str
    holidays: str = ""
    absences: list[tuple[datetime, tuple[Absence, ...]]] = field(default_factory=list)  # since when they were these
    touched: set[date] = field(default_factory=set)  # days on which something about it changed

    def away(self, at: datetime) -> tuple[Absence, ...]:
        """The absences as they were known at that moment."""
        return next((held for since, held in reversed(self.absences) if since <= at), ())

    def works(self, day: date, at: datetime) -> bool:
        off = Holidays.of(self.holidays) if self.holidays else None
        return is_working_day(Hours(self.zone), day, self.away(at), off)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A team's schedule as its owner wrote it."""

    session: SessionId
    channel: Channel
    weekday: int
    wall: time
    each: bool  # in each person's own morning
    at_once: bool  # answers appear as they come
    since: datetime


@dataclass
class Asked:
    """One occurrence, as people see it."""

    session: str
    channel: Channel
    at: datetime
    closes: datetime
    card: Message
    cards: int = 1


@dataclass
class Did:
    """What one person did about one occurrence."""

    prompts: list[tuple[datetime, str]] = field(default_factory=list)
    reminders: list[tuple[datetime, str]] = field(default_factory=list)
    pressed: datetime | None = None  # the first answer or pass that was taken
    token: str = ""  # the last answer that was taken

    def said(self, token: str, at: datetime) -> None:
        """It was taken at that moment that this is the answer now; none, if it is empty."""
        self.log = sorted([*self.log, (at, token)], key=lambda one: one[0])
        self.token = self.log[-1][1]
        self.old = {one for _, one in self.log} - {self.token, ""}
        self.pressed = self.log[0][0]

    old: set[str] = field(default_factory=set)  # answers that were changed or deleted since
    log: list[tuple[datetime, str]] = field(default_factory=list)  # when which answer, or none, was taken


def place_of(channel: Channel) -> str:
    return f"{channel.place.workspace}/{channel.place.channel}"


class Checkins:
    """A year of weekly questions."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice = host, host.dice
        self.hands = Hands(host)
        self.rhythms: dict[str, Rhythm] = {}  # by team place
        self.asked: dict[str, Asked] = {}  # by occurrence
        self.did: dict[tuple[str, Member], Did] = defaultdict(Did)
        self.truth: dict[Member, Truth] = {}
        self.moves: dict[tuple[str, Member], list[datetime]] = defaultdict(list)  # joined or left: by channel
        self.whose: dict[str, str] = {}  # answer -> occurrence
        self.first: dict[str, frozenset[Member]] = {}  # who was in each team from the start
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
            self._schedules(channel)
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
        for channel in host.world.channels:
            if self.dice.random() < 0.02:
                host.at(self._sometime(), lambda channel=channel: self._comes_or_goes(channel))  # type: ignore[misc]

    def _sometime(self) -> datetime:
        return self.host.now + timedelta(minutes=self.dice.randrange(24 * 60))

    # what people do

    def _schedules(self, channel: Channel) -> None:
        weekday = self.dice.randrange(5)
        wall = time(self.dice.choice((9, 9, 10, 11, 13, 14)), self.dice.choice((0, 15, 30)))
        each, at_once = self.dice.random() < 0.75, self.dice.random() < 0.2
        values: dict[str, Value] = {
            "rhythm": "weekly",
            "days": (str(weekday),),
            "at": f"{wall:%H:%M}",
            "moment": "each" if each else "team",
            "reveal": "at_once" if at_once else "at_close",
            "window": str(self.dice.choice((3, 4, 6, 8))),
        }

        def saved(reply: Reply, session: str) -> None:
            card = card_of(reply)
            if card is None or "Saved" not in card.title:
                self.early.append(f"a schedule of {channel.name} was not saved: {reply}")
            rhythm = Rhythm(SessionId(session), channel, weekday, wall, each, at_once, self.host.now)
            self.rhythms[place_of(channel)] = rhythm

        def shown(reply: Reply) -> None:
            card = card_of(reply)
            action = find(card, "save") if card else None
            assert card is not None
            assert action is not None, f"no dates were shown: {reply}"
            self.hands.presses(channel.owner, card, "save", lambda reply: saved(reply, action.session))

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(channel.owner, form, channel.place, shown, **values)

        self.hands.types(channel.owner, channel.place, "checkin schedule", opened)

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

    def _comes_or_goes(self, channel: Channel) -> None:
        world = self.host.world
        outside = [one for one in world.people[channel.place.workspace] if one not in channel.people]
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
        self.hands.presses(one, message, "later", session=occurrence)

    def _answers(self, one: Somebody, occurrence: str, on: Message | Card) -> None:
        token = f"said-{len(self.asked)}-{len(self.whose)}"
        self.whose[token] = occurrence

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                words: dict[str, Value] = {
                    f.name: token for f in form.fields if isinstance(f, TextField) and f.name.startswith("a")
                }
                place = self.hands.direct(one)
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
        def gone(reply: Reply) -> None:
            said = card_of(reply)
            if isinstance(reply, Quiet) or (said is not None and "Deleted" in said.fallback()):
                self.did[occurrence, one.member].said("", self.host.taken_at)

        self.hands.presses(one, card, "delete", gone, session=occurrence)

    def _passes(self, one: Somebody, occurrence: str, message: Message) -> None:
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
        self.asked[session] = Asked(session, channel, self.host.now, max(moments), message)
        rhythm = self.rhythms[place_of(channel)]
        if self._one_zone(channel, self.host.now):
            for one in channel.inside():  # nobody is written to: the card in the channel asks
                self._decides(one, session, message)
        elif not rhythm.each and self.dice.random() < 0.1:
            self._decides(self.dice.choice(channel.inside()), session, message)

    def _reveals(self, outgoing: Outgoing, card: Card) -> None:
        """No answer is shown to anybody else before the close, unless the team wants them at once."""
        text = card.fallback()
        if "said-" not in text:
            return
        for token in set(TOKEN.findall(text)):
            session = self.whose[token]
            asked = self.asked.get(session)
            if asked is None:
                continue
            rhythm = self.rhythms[place_of(asked.channel)]
            if not rhythm.at_once and self.host.now < asked.closes:
                self.early.append(
                    f"{outgoing.key} shows {token} at {self.host.now}, before the close at {asked.closes}"
                )

    def _one_zone(self, channel: Channel, now: datetime) -> bool:
        zones = (ZoneInfo(self.truth[one.member].zone) for one in channel.people)
        return len({now.astimezone(zone).utcoffset() for zone in zones}) == 1

    def judge(self) -> list[str]:
        return [*self.early, *checkins_held.judge(self)]
