"""A test language: what people do, what the clock does, what everybody sees.

A story is told to a `Stage`. The one here brings presses straight to the engine and remembers what is sent;
the stages of Slack and Teams tell the same story through a platform's own wire. People are called by name,
buttons by their label, fields by their name; moments by what a wall clock in Berlin says.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.activities import ACTIVITIES
from bot.engine.deliver import deliver_one
from bot.engine.handle import Engine
from bot.engine.ports import Outcome, Outgoing, Sent, Undeliverable
from bot.engine.route import Routes
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.cards import Action, Buttons, Card, Choice, Form, Link
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import NO_SESSION, Member, Place
from bot.kernel.inbound import (
    Abilities,
    ButtonPressed,
    CommandTyped,
    FormSubmitted,
    Inbound,
    Joined,
    Left,
    News,
    Reachable,
    RosterRead,
)
from bot.kernel.people import Profile
from bot.kernel.signs import Canvas, Group, Topic
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.unit import Database

BERLIN, KOLKATA, TORONTO = "Europe/Berlin", "Asia/Kolkata", "America/Toronto"
CAST = {
    "Lena": BERLIN,
    "Tomas": BERLIN,
    "Ines": BERLIN,
    "Arun": KOLKATA,
    "Divya": KOLKATA,
    "Maya": TORONTO,
    "Jo": TORONTO,
    "Sam": TORONTO,
}


class HeldClock:
    """A clock that moves only when the story says so."""

    def __init__(self, start: datetime) -> None:
        self.now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Message:
    """One message as people see it."""

    id: str
    place: str  # the channel's name, or @Name for a direct message
    card: Card
    thread: str = ""
    only: str = ""
    edits: int = 0
    kind: str = ""
    deleted: bool = False
    at: datetime | None = None

    def text(self, zone: str = BERLIN) -> str:
        return self.card.fallback(zone)

    def labels(self) -> list[str]:
        rows = [block.row for block in self.card.blocks if isinstance(block, Buttons)]
        return [button.label for row in rows for button in row]


class Tape:
    """A messenger that remembers, and can be told to fail: the n-th send from now has that outcome."""

    def __init__(self, clock: Callable[[], datetime], names: dict[str, str], platform: str = "local") -> None:
        self.messages: list[Message] = []
        self.sends = 0
        self.may: set[str] = set()  # what can be shown beside messages
        self.signs: dict[str, str] = {}
        self.canvases: list[Canvas] = []
        self.put = 0
        self.name = platform
        self.fail: Callable[[Outgoing], Outcome | None] = lambda _: None
        self._clock, self._names = clock, names
        self._ids = count(1)

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        assert outgoing.sign is not None
        if outgoing.sign.kind not in self.may:
            return Undeliverable("missing_scope", words="It is not allowed any more.")
        self.put += 1
        match outgoing.sign:
            case Topic(line=line):
                self.signs["topic"] = line
            case Group(handle=handle, members=members):
                self.signs[handle] = ", ".join(self._names[member.user] for member in members)
            case Canvas():
                self.canvases.append(outgoing.sign)
                return Sent("https://page.example/1")
        return Sent("")

    async def send(self, outgoing: Outgoing) -> Outcome:
        failed = self.fail(outgoing)
        if failed is not None:
            return failed
        self.sends += 1
        if outgoing.replaces is not None:
            message = next(m for m in self.messages if m.id == outgoing.replaces)
            if outgoing.card is None:
                message.deleted = True
            else:
                message.card, message.edits = outgoing.card, message.edits + 1
            return Sent(message.id, outgoing.channel)
        assert outgoing.card is not None
        channel = outgoing.channel or f"D{outgoing.user}"
        place = "@" + self._names[outgoing.user] if outgoing.user else channel
        message = Message(
            f"m{next(self._ids)}",
            place,
            outgoing.card,
            outgoing.thread or "",
            self._names.get(outgoing.only, outgoing.only),
            kind=outgoing.kind,
            at=self._clock(),
        )
        self.messages.append(message)
        return Sent(message.id, channel)


class Stage(Protocol):
    """A platform a story can be told on."""

    clock: HeldClock

    def types(self, person: str, text: str, place: str = "bridge") -> str: ...
    def presses(self, person: str, label: str, place: str = "") -> str: ...
    def submits(self, person: str, **values: str | tuple[str, ...]) -> str: ...


@dataclass
class Local:
    """The stage without a wire: presses go to the engine as inbound events."""

    start: datetime
    connections: Connections = field(default_factory=lambda: Connections("sqlite://"))
    people: dict[str, str] = field(default_factory=lambda: dict(CAST))
    channel: str = "bridge"
    owner: str = "Lena"
    content: Any = None
    workspace: str = "w"

    def __post_init__(self) -> None:
        upgrade(self.connections)
        self.clock = HeldClock(self.start)
        self.names = {name.lower(): name for name in self.people}
        self.tape = Tape(self.clock, self.names)
        self._ids = count(1)
        self._forms: dict[str, Form] = {}
        self._private: dict[str, list[Card]] = {}
        self.errors: dict[str, str] = {}
        self.alive = True
        self._without: set[str] = set()
        self.tape.fail = lambda outgoing: Undeliverable("no app", "member") if outgoing.user in self._without else None
        self._build()
        self.hear(
            RosterRead(
                id="roster",
                place=self.place,
                name=self.channel,
                people=tuple(Profile(self.member(name), name, zone) for name, zone in self.people.items()),
                by=self.member(self.owner),
            )
        )
        self.settle()

    def _build(self) -> None:
        by_name = {activity.name: activity for activity in ACTIVITIES}
        database = Database(self.connections, by_name, b"a pepper for stories", self.content)
        self.queues = Queues(self.connections, by_name)
        self.engine = Engine(by_name, Routes(ACTIVITIES), database.unit, self.clock)

    # who and where

    @property
    def place(self) -> Place:
        return Place("local", self.workspace, self.channel)

    def member(self, name: str) -> Member:
        return Member("local", self.workspace, name.lower())

    # what people do

    def types(self, person: str, text: str, place: str = "") -> str:
        """Type a command. Returns what this person alone is told, '' if nothing."""
        where = self._place(place or self.channel, person)
        return self._act(person, CommandTyped(id=self._id(), actor=self.member(person), place=where, text=text))

    def presses(self, person: str, label: str, place: str = "", *, twice: bool = False) -> str:
        """Press the newest button of that label this person can see; *place* is a channel, `@` or `private`."""
        action, message = self._find(person, label, place)
        press = ButtonPressed(
            id=self._id(),
            actor=self.member(person),
            place=self._place("@" if message and message.place.startswith("@") else self.channel, person),
            action=action,
            message=message.id if message else "",
        )
        told = self._act(person, press)
        if twice:
            self._act(person, replace(press, id=self._id()))
        return told

    def chooses(self, person: str, label: str, value: str) -> str:
        """Choose an option of the newest list of that label: by its value, or by words of what it is called."""
        for card in reversed(self._private.get(person, [])[-1:]):
            for block in card.blocks:
                if isinstance(block, Choice) and block.label == label:
                    value = option_of({option.value: option.label for option in block.options}, value)
                    place = self._place(self.channel, person)
                    pressed = ButtonPressed(
                        id=self._id(), actor=self.member(person), place=place, action=block.action, choice=value
                    )
                    return self._act(person, pressed)
        for message in reversed(self.visible(person)):
            for block in message.card.blocks:
                if isinstance(block, Choice) and block.label == label:
                    value = option_of({option.value: option.label for option in block.options}, value)
                    press = ButtonPressed(
                        id=self._id(),
                        actor=self.member(person),
                        place=self._place("@" if message.place.startswith("@") else self.channel, person),
                        action=block.action,
                        message=message.id,
                        choice=value,
                    )
                    return self._act(person, press)
        raise AssertionError(f"{person} sees no list {label!r}")

    def saves(self, person: str, author: str, words: str) -> str:
        """Choose Save to the archive on a message with these words that *author* wrote in the channel, however late."""
        press = ButtonPressed(
            id=self._id(),
            actor=self.member(person),
            place=self.place,
            action=Action("records", NO_SESSION, "save", author.lower()),
            message=f"said {words}",
            choice=words,
        )
        return self._act(person, press)

    def submits(self, person: str, **values: str | tuple[str, ...]) -> str:
        """Fill in the form that is open for this person; fields left out keep what was in them."""
        form = self._forms.pop(person)
        unknown = set(values) - set(form.names())
        assert not unknown, f"the form {form.title!r} has no field {unknown}; it has {form.names()}"
        filled = dict(_prefilled(form)) | values
        submit = FormSubmitted(
            id=self._id(),
            actor=self.member(person),
            place=self._place(self.channel, person),
            action=form.action,
            values=filled,
        )
        return self._act(person, submit, form)

    def form(self, person: str) -> Form:
        """The form that is open for this person."""
        return self._forms[person]

    def joins(self, person: str, zone: str = BERLIN, *, guest: bool = False) -> None:
        self.people[person] = zone
        self.names[person.lower()] = person
        profile = Profile(self.member(person), person, zone, guest=guest)
        self.hear(Joined(id=self._id(), place=self.place, person=profile))
        self.settle()

    def leaves(self, person: str) -> None:
        self.hear(Left(id=self._id(), place=self.place, member=self.member(person)))
        self.settle()

    def without_app(self, person: str) -> None:
        """This person has not added the bot: nothing can be written to them alone."""
        self._without.add(person.lower())

    def adds_app(self, person: str) -> None:
        self._without.discard(person.lower())
        self.hear(Reachable(id=self._id(), member=self.member(person)))
        self.settle()

    def may(self, *names: str) -> None:
        """The workspace lets the bot show these beside messages, and nothing else of it: topic, group, canvas."""
        self.tape.may = set(names)
        all_ = ("topic", "group", "canvas")
        missing = {name: "" if name in names else f"I lack a right for the {name}." for name in all_}
        self.hear(Abilities(id=self._id(), platform="local", workspace=self.workspace, missing=missing))
        self.settle()

    def forbids(self, *names: str) -> None:
        """The platform does not let the bot do that any more; it notices when it tries."""
        self.tape.may -= set(names)

    @property
    def signs(self) -> dict[str, str]:
        """What stands beside messages: the topic, and whom each group means; what is empty is left out."""
        return {name: shown for name, shown in self.tape.signs.items() if shown}

    # what the world does

    def hear(self, news: News) -> None:
        self.engine.hear(news)

    def passes(self, text: str) -> None:
        """`90 s`, `2 min`, `3 h`, `1 day`: every due moment on the way is lived through."""
        found = re.fullmatch(r"([\d.]+) ?(s|min|h|days?)", text)
        assert found, f"how long is {text!r}?"
        unit = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days", "days": "days"}[found.group(2)]
        self.until(self.clock.now + timedelta(**{unit: float(found.group(1))}))

    def until(self, moment: datetime | str) -> None:
        """Live on until a moment, or until the next time a clock in Berlin says `09:30`, or `Tue 09:30`."""
        to = moment if isinstance(moment, datetime) else self._next(moment)
        while self.alive:
            self.settle()
            due = self.queues.next_moment()
            if due is None or due > to:
                break
            self.clock.now = max(self.clock.now, due)
        self.clock.now = max(self.clock.now, to.astimezone(UTC))
        self.settle()

    def stops(self) -> None:
        """Kill the bot. People press into the void until it starts again."""
        if self.alive:
            self.queues.beat(self.clock.now, OUTAGE)
        self.alive = False

    def starts(self) -> None:
        """Start it again on the same database."""
        self.alive = True
        self._build()
        self.queues.beat(self.clock.now, OUTAGE)
        self.settle()

    def settle(self) -> None:
        """Fire and deliver all that is due now."""
        while self.alive:
            fired = fire_one(self.engine, self.queues, self.clock.now)
            sent = asyncio.run(deliver_one(self.queues, {"local": self.tape}, self.clock))
            if not fired and not sent:
                return

    # what people see

    def in_channel(self) -> list[Message]:
        """Top-level messages of the channel that everybody sees, oldest first."""
        return [m for m in self._kept() if m.place == self.channel and not m.thread and not m.only]

    def in_thread(self) -> list[Message]:
        return [m for m in self._kept() if m.place == self.channel and m.thread and not m.only]

    def direct(self, person: str) -> list[Message]:
        """Direct messages to this person, oldest first."""
        return [m for m in self._kept() if m.place == f"@{person}"]

    def private(self, person: str) -> list[Message]:
        """What this person alone saw in the channel."""
        return [m for m in self._kept() if m.only == person]

    def visible(self, person: str) -> list[Message]:
        return [m for m in self._kept() if m.place in (self.channel, f"@{person}") and m.only in ("", person)]

    def card(self, n: int = -1) -> str:
        """The n-th channel message as words."""
        return self.in_channel()[n].text()

    def everything(self) -> str:
        """All that was ever said to anybody, for asserting that something was not."""
        said = [m.text() for m in self._kept()]
        return "\n".join([*said, *(card.fallback() for cards in self._private.values() for card in cards)])

    # inside

    def _kept(self) -> list[Message]:
        return [m for m in self.tape.messages if not m.deleted]

    def _id(self) -> str:
        return f"i{next(self._ids)}"

    def _place(self, where: str, person: str) -> Place:
        if where.startswith("@"):
            return Place("local", self.workspace, f"D{person.lower()}", direct=True)
        return Place("local", self.workspace, where)

    def _act(self, person: str, arrived: Inbound | CommandTyped, form: Form | None = None) -> str:
        if not self.alive:
            return "(nothing)"
        reply = self.engine.handle(arrived)
        self.settle()
        return self._told(person, reply, form)

    def _told(self, person: str, reply: Reply, form: Form | None) -> str:
        match reply:
            case Quiet():
                return ""
            case Whisper(card=card):
                self._private.setdefault(person, []).append(card)
                return card.fallback(self.people.get(person) or BERLIN)
            case Show(form=shown):
                self._forms[person] = shown
                return f"form: {shown.title}"
            case Correct(errors=errors):
                assert form is not None, "only a submitted form can be corrected"
                self._forms[person] = form
                self.errors = dict(errors)
                return "; ".join(f"{name}: {why}" for name, why in errors.items())

    def _find(self, person: str, label: str, place: str) -> tuple[Action, Message | None]:
        """The newest button called *label*."""
        if place in ("", "private"):
            for card in reversed(self._private.get(person, [])[-1:]):
                for button in card.buttons():
                    if called((button.label,), label):
                        return button.action, None
        wanted = f"@{person}" if place == "@" else place
        for message in reversed(self.visible(person)):
            if wanted and message.place != wanted:
                continue
            for button in message.card.buttons():
                if called((button.label,), label):
                    return button.action, message
        seen = [one for m in self.visible(person) for one in m.labels()]
        raise AssertionError(f"{person} sees no button {label!r}; there are {sorted(set(seen))}")

    def _next(self, text: str) -> datetime:
        day, _, hour = text.rpartition(" ")
        here = self.clock.now.astimezone(ZoneInfo(BERLIN))
        at = datetime.combine(here.date(), datetime.strptime(hour, "%H:%M").time(), ZoneInfo(BERLIN))  # noqa: DTZ007
        while at <= here or (day and f"{at:%a}" != day):
            at += timedelta(days=1)
        return at


def berlin(text: str) -> datetime:
    """`2026-03-25 09:29` on a clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN))


def links(card: Card) -> Iterator[Link]:
    for block in card.blocks:
        if isinstance(block, Buttons):
            yield from (one for one in block.row if isinstance(one, Link))


def _prefilled(form: Form) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for one in form.fields:
        name = getattr(one, "name", None)
        if name is not None:
            yield name, getattr(one, "values", None) or getattr(one, "value", "")


def option_of(options: Mapping[str, str], wanted: str) -> str:
    """The value of the option that has this value, or whose label has these words."""
    if wanted in options:
        return wanted
    found = [value for value, label in options.items() if wanted in label]
    assert found, f"there is no {wanted!r} among {list(options.values())}"
    return found[0]


def called(labels: Collection[str], wanted: str) -> bool:
    """Whether a button of that name is among these. While people speak in turn, Next says that it means the step."""
    return wanted in labels or f"{wanted} step" in labels
