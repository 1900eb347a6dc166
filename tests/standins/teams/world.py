"""A tenant in memory: people, teams, chats, and what each person sees of the messages in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from tests.standins.teams import cards

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
TARGETED_LIFE = timedelta(hours=24)  # how long a message that one person sees stays

Kind = Literal["personal", "groupChat", "channel"]
Card = dict[str, Any]
Activity = dict[str, Any]


def opaque(*words: str) -> str:
    """An id that looks like Teams' and is the same in every run."""
    return uuid5(NAMESPACE_URL, "/".join(words)).hex


@dataclass(eq=False)
class Person:
    """Somebody in the tenant. *installed*: has the app for themselves; *blocked*: has it, and turned it off."""

    name: str
    zone: str | None = "Europe/Berlin"
    locale: str = "en-GB"
    guest: bool = False
    installed: bool = True
    blocked: bool = False
    old_client: bool = False  # cannot draw Action.Execute, so shows its fallback

    @property
    def id(self) -> str:
        """How the bot knows them: an id for this bot alone. Ids are in the order of names, which decides ties."""
        return f"29:1{self.name.lower().encode().hex()}{opaque('person', self.name)[:12]}"

    @property
    def aad(self) -> str:
        """How the whole tenant knows them."""
        return str(uuid5(NAMESPACE_URL, f"aad/{self.name}"))

    @property
    def mail(self) -> str:
        return f"{self.name.lower()}@example.org"

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(eq=False)
class Conversation:
    """A channel, a group chat, or one person and the bot."""

    id: str
    kind: Kind
    name: str
    members: list[Person]
    team: Team | None = None
    has_bot: bool = True
    deleted: bool = False

    @property
    def roster(self) -> list[Person]:
        """Who is in it. Everyone in a team is in its channels."""
        return self.team.members if self.team else self.members

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


@dataclass(eq=False)
class Team:
    """A team and its channels; the first one is General and shares the team's id."""

    id: str
    name: str
    members: list[Person]
    channels: list[Conversation] = field(default_factory=list)
    has_bot: bool = True

    @property
    def general(self) -> Conversation:
        return self.channels[0]

    def channel(self, name: str) -> Conversation:
        """The channel of this name."""
        return next(channel for channel in self.channels if channel.name == name)


@dataclass
class Shared:
    """A file that somebody sent. *status*: what its server answers, 0 when it breaks off."""

    content: bytes
    status: int = 200
    leads_to: str = ""  # another address


@dataclass(eq=False)
class Message:
    """One message, as it is stored; `view` is what one person's client makes of it."""

    id: str
    conversation: Conversation
    author: Person | None  # None is the bot
    activity: Activity
    at: datetime
    root: str | None = None  # in a channel: the message that opened the thread
    only_for: str | None = None
    edits: int = 0
    deleted: bool = False
    views: dict[Person, Card] = field(default_factory=dict)  # cards that an answered press put in the place of the card

    @property
    def card(self) -> Card | None:
        return card_of(self.activity)

    @property
    def text(self) -> str:
        return str(self.activity.get("text") or "")


@dataclass(frozen=True)
class Seen:
    """One message on one person's screen."""

    message: Message
    text: str
    card: Card | None
    zone: str = "UTC"

    @property
    def by_bot(self) -> bool:
        return self.message.author is None

    @property
    def lines(self) -> list[str]:
        """Its text and the words of its card, line by line."""
        return [line for line in (self.text, *(cards.words(self.card, self.zone) if self.card else ())) if line]

    @property
    def buttons(self) -> list[str]:
        """The words on its buttons, in reading order."""
        return [button["title"] for button in cards.buttons(self.card)] if self.card else []

    def __str__(self) -> str:
        return "\n".join([*self.lines, *(f"[{label}]" for label in self.buttons)])


def card_of(activity: Activity) -> Card | None:
    """The Adaptive Card an activity carries."""
    for attachment in activity.get("attachments") or ():
        if attachment.get("contentType") == ADAPTIVE:
            return dict(attachment["content"])
    return None


class World:
    """Everything that exists in one tenant. *clock* says what time it is there."""

    def __init__(self, clock: Callable[[], datetime], tenant: str, app_id: str, bot_name: str) -> None:
        self.clock = clock
        self.tenant, self.app_id, self.bot_name = tenant, app_id, bot_name
        self.bot = f"28:{app_id}"
        self.people: dict[str, Person] = {}
        self.teams: list[Team] = []
        self.conversations: dict[str, Conversation] = {}
        self.files: dict[str, Shared] = {}
        self.messages: list[Message] = []
        self._last_id = 0

    # Making

    def person(self, name: str, **traits: Any) -> Person:
        """Somebody new in the tenant."""
        person = Person(name, **traits)
        self.people[person.id] = person
        return person

    def team(self, name: str, members: Sequence[Person], *, channels: Sequence[str] = (), has_bot: bool = True) -> Team:
        """A team with General and these *channels*."""
        team = Team(f"19:{opaque('team', name)}@thread.tacv2", name, list(members), has_bot=has_bot)
        self._keep(Conversation(team.id, "channel", "General", [], team))
        self.teams.append(team)
        for channel in channels:
            self.channel(team, channel)
        return team

    def channel(self, team: Team, name: str) -> Conversation:
        """One more channel in *team*."""
        return self._keep(
            Conversation(f"19:{opaque('channel', team.name, name)}@thread.tacv2", "channel", name, [], team)
        )

    def chat(self, name: str, members: Sequence[Person], *, has_bot: bool = True) -> Conversation:
        """A group chat."""
        return self._keep(
            Conversation(f"19:{opaque('chat', name)}@thread.v2", "groupChat", name, list(members), has_bot=has_bot)
        )

    def personal(self, person: Person) -> Conversation:
        """The chat between one person and the bot."""
        known = self.conversations.get(f"a:1{opaque('personal', person.name)}")
        return known or self._keep(
            Conversation(f"a:1{opaque('personal', person.name)}", "personal", person.name, [person])
        )

    # Looking up

    def conversation(self, wire_id: str) -> Conversation | None:
        """The conversation behind an id from the wire, which may name a thread in it."""
        return self.conversations.get(wire_id.partition(";")[0])

    def message(self, message_id: str) -> Message | None:
        return next((message for message in self.messages if message.id == message_id), None)

    def bot_is_in(self, conversation: Conversation) -> bool:
        return conversation.team.has_bot if conversation.team else conversation.has_bot

    def reaches(self, person: Person) -> bool:
        """May the bot open a chat with this person: they have the app, or share a team with it."""
        return person.installed or any(team.has_bot and person in team.members for team in self.teams)

    # Saying and showing

    def post(
        self,
        conversation: Conversation,
        author: Person | None,
        activity: Activity,
        *,
        root: str | None = None,
        only_for: str | None = None,
    ) -> Message:
        """Store a message. Without *root* it opens a thread of its own where there are threads."""
        self._last_id = max(self._last_id + 1, int(self.clock().timestamp() * 1000))
        message = Message(str(self._last_id), conversation, author, activity, self.clock(), root, only_for)
        self.messages.append(message)
        return message

    def edit(self, message: Message, activity: Activity) -> None:
        """Replace what a message says, for everyone; answers to single people's presses are forgotten."""
        message.activity = activity
        message.edits += 1
        message.views.clear()

    def sees(self, person: Person, conversation: Conversation) -> list[Seen]:
        """What stands in *conversation* on this person's screen, oldest first."""
        return [self.view(person, message) for message in self.visible(person, conversation)]

    def visible(self, person: Person, conversation: Conversation) -> Iterator[Message]:
        """The messages of *conversation* that this person can see."""
        if person not in conversation.roster or conversation.deleted:
            return
        for message in self.messages:
            if message.conversation is not conversation or message.deleted:
                continue
            if message.only_for and (message.only_for != person.id or self.clock() - message.at >= TARGETED_LIFE):
                continue
            yield message

    def view(self, person: Person, message: Message) -> Seen:
        """One message on this person's screen."""
        return Seen(message, message.text, message.views.get(person) or message.card, person.zone or "UTC")

    def thread(self, message: Message) -> list[Message]:
        """The replies in the thread that *message* opened, oldest first."""
        return [reply for reply in self.messages if reply.root == message.id and not reply.deleted]

    def _keep(self, conversation: Conversation) -> Conversation:
        self.conversations[conversation.id] = conversation
        if conversation.team:
            conversation.team.channels.append(conversation)
        return conversation
