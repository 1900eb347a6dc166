"""The simulated workspaces: people in several zones, channels, and a platform that shows what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.ports import Outgoing
from bot.kernel.cards import Action, Card, Choice, Form
from bot.kernel.ids import Member, Place
from bot.kernel.people import Profile
from bot.kernel.signs import Sign

PLATFORM = "sim"
NAMES = ("Ada", "Bo", "Chidi", "Dilek", "Emre", "Fatou", "Goran", "Hana", "Ivo", "Jun", "Kaya", "Lior", "Mira", "Nuno")
ZONES = (
    "Europe/Berlin",
    "Asia/Kolkata",
    "America/Toronto",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Africa/Lagos",
    "",
)


@dataclass
class Somebody:
    """A person: which channels they are in, what they see alone, and the form that is open for them."""

    member: Member
    name: str
    zone: str
    guest: bool = False
    active: bool = True
    bot: bool = False
    private: list[Card] = field(default_factory=list)
    form: tuple[Form, Place] | None = None

    def profile(self) -> Profile:
        return Profile(self.member, self.name, self.zone, guest=self.guest, active=self.active, bot=self.bot)


@dataclass
class Message:
    """A message as the platform has it."""

    id: str
    key: str
    workspace: str
    channel: str
    card: Card
    at: datetime
    thread: str = ""
    only: str = ""
    user: str = ""
    gone: bool = False
    old: list[Card] = field(default_factory=list)  # how it looked before; people press what they still see


@dataclass
class Channel:
    """A channel and who is in it. *lost*: archived, or the bot was removed."""

    place: Place
    name: str
    people: list[Somebody]
    owner: Somebody
    lost: bool = False

    def inside(self) -> list[Somebody]:
        return [one for one in self.people if one.active and not one.bot]


class World:
    """Everything outside the bot: it keeps what it is sent, and counts how often it was sent each thing."""

    def __init__(self) -> None:
        self.people: dict[str, list[Somebody]] = {}  # by workspace
        self.channels: list[Channel] = []
        self.messages: list[Message] = []
        self.by_key: dict[str, Message] = {}
        self.by_id: dict[str, Message] = {}
        self._places: dict[tuple[str, str], Channel] = {}
        self._persons: dict[Member, Somebody] = {}
        self.in_doubt: set[str] = set()  # sent, or about to be, and not yet noted: what a death leaves open stays here
        self.wrong: list[str] = []
        self.signs: dict[str, Sign] = {}  # what is put up: session and name -> what

    def add(self, channel: Channel) -> None:
        self.channels.append(channel)
        self._places[channel.place.workspace, channel.place.channel] = channel

    def at_place(self, workspace: str, channel: str) -> Channel | None:
        return self._places.get((workspace, channel))

    def person(self, member: Member) -> Somebody | None:
        if member not in self._persons:
            self._persons = {one.member: one for people in self.people.values() for one in people}
        return self._persons.get(member)

    def deliver(self, outgoing: Outgoing, now: datetime) -> tuple[Message, bool]:
        """Show what was sent; the message, and whether it is a new one."""
        known = self.by_key.get(outgoing.key)
        if outgoing.replaces is not None:
            return self._change(outgoing, now), False
        assert outgoing.card is not None, "a post without a card"
        if known is not None:
            if not outgoing.doubtful:
                self.wrong.append(f"{outgoing.key} was sent twice")
            return known, False  # a messenger looks before it sends what is in doubt again
        channel = outgoing.channel or f"D{outgoing.user}"
        message = Message(
            f"m{len(self.messages) + 1}",
            outgoing.key,
            outgoing.workspace,
            channel,
            outgoing.card,
            now,
            outgoing.thread or "",
            outgoing.only,
            outgoing.user,
        )
        if message.thread and message.thread not in self.by_id:
            self.wrong.append(f"{outgoing.key} goes to a thread that is not there: {message.thread}")
        self.messages.append(message)
        self.by_key[outgoing.key] = self.by_id[message.id] = message
        return message, True

    def _change(self, outgoing: Outgoing, now: datetime) -> Message:
        message = self.by_id.get(outgoing.replaces or "")
        if message is None or message.workspace != outgoing.workspace:
            self.wrong.append(f"{outgoing.key} changes {outgoing.replaces}, which is not there")
            return Message(outgoing.replaces or "", "", outgoing.workspace, outgoing.channel, Card(""), now)
        if outgoing.card is None:
            message.gone = True
        else:
            message.old = [*message.old[-2:], message.card]
            message.card = outgoing.card
        return message

    def seen_by(self, somebody: Somebody, most: int = 25) -> list[Message]:
        """The newest messages this person sees, newest first."""
        member = somebody.member
        channels = {
            one.place.channel
            for one in self.channels
            if one.place.workspace == member.workspace and somebody in one.people and not one.lost
        }
        found = []
        for message in reversed(self.messages):
            if message.workspace != member.workspace or message.gone:
                continue
            if message.user == member.user or (
                not message.user and message.channel in channels and message.only in ("", member.user)
            ):
                found.append(message)
                if len(found) == most:
                    break
        return found


def doors(card: Card) -> Iterator[tuple[str, Action, tuple[str, ...]]]:
    """Everything on a card that can be pressed: its label, its action, and the values to choose from."""
    for button in card.buttons():
        yield button.label, button.action, ()
    for block in card.blocks:
        if isinstance(block, Choice):
            yield block.label, block.action, tuple(option.value for option in block.options)
