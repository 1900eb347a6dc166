"""What reaches the bot from outside, in the bot's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.kernel.cards import Action
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.people import Profile

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTyped:
    """Words for the bot, as typed, without its own name: `round "win or challenge" 60`."""

    id: str
    actor: Member
    place: Place
    text: str
    mentions: Mapping[str, Member] = field(default_factory=dict)  # how the text writes them -> who they are


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandIssued:
    """A command, once its words have been looked up in the table. Activities see this one."""

    id: str
    actor: Member
    place: Place
    activity: str
    verb: str
    rest: str = ""
    mentions: Mapping[str, Member] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """A button, or an option of a `Choice`, was pressed. *message* is the platform's id of the card."""

    id: str
    actor: Member
    place: Place
    action: Action
    message: str = ""
    choice: str = ""

    @property
    def activity(self) -> str:
        return self.action.activity

    @property
    def verb(self) -> str:
        return self.action.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted:
    """A form came back. A tick field's value is a tuple; a field left empty is missing or ''."""

    id: str
    actor: Member
    place: Place
    action: Action
    values: Mapping[str, Value]

    @property
    def activity(self) -> str:
        return self.action.activity

    @property
    def verb(self) -> str:
        return self.action.verb

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value.strip() if isinstance(value, str) else ", ".join(value)

    def ticked(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else (value,) if value else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A moment this session asked to be woken at. *at* is when it was due, which may be earlier than now."""

    id: str
    activity: str
    session: SessionId
    name: str
    at: datetime
    workspace: tuple[str, str]  # platform, workspace
    attempts: int = 0

    @property
    def verb(self) -> str:
        return f"timer:{self.name.partition('#')[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Another activity, or the engine itself, has something to say to this one.

    From the engine: `resumed` {down_from}, `joined` / `left` {member}, `place_lost` {because}, `place_found`,
    `undelivered` {name, because} (of a post, no change), `delivered` {name} (a direct message),
    `put_up` {name, link, refused} (a sign), `forget` {member},
    `preferred` {member} (days, hours, absences or zone changed: they chose, or travel),
    `reachable` {member} (a direct message was refused before; now they added the app, or wrote to the bot), for what
    is theirs alone; `member_reachable` {member}, the same for what is of a whole team.
    """

    id: str
    activity: str
    session: SessionId
    name: str  # the row that is claimed
    verb_told: str
    payload: Mapping[str, Any]
    at: datetime
    workspace: tuple[str, str]
    attempts: int = 0

    @property
    def verb(self) -> str:
        return f"told:{self.verb_told}"


Inbound = CommandIssued | ButtonPressed | FormSubmitted | TimerFired | Told
OF_THE_CLOCK = (TimerFired, Told)  # what nobody did; a tuple, because every press is asked whether it is one
Pressed = CommandIssued | ButtonPressed | FormSubmitted  # what a person did


# News: what the platform says about people and places. Storage learns it; open sessions are told.


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRead:
    """Everybody in a channel was read. Makes the channel a team if it was none; *by* becomes its first owner."""

    id: str
    place: Place
    name: str
    people: tuple[Profile, ...]
    by: Member | None = None
    private: bool = False
    whole: bool = True  # False: more pages or profiles follow; nobody is taken to have left


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    id: str
    place: Place
    person: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    id: str
    place: Place
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged:
    """A name, a zone, or `active=False` for somebody deactivated.

    *partly*: the platform said no more than name, zone and locale; whether they are a guest stays as it was.
    """

    id: str
    person: Profile
    partly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """The bot can write to somebody: they added the app, or came to its direct conversation.

    Their own open sessions are told, if the last direct message to them was refused.
    """

    id: str
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRenamed:
    id: str
    place: Place
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMoved:
    """The platform gave the channel another id, because it was shared with another organisation for example."""

    id: str
    place: Place
    channel: str  # its id from now on


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLost:
    """The channel is archived or deleted, or the bot was removed from it."""

    id: str
    place: Place
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFound:
    """A lost channel is usable again."""

    id: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceLost:
    """The bot was uninstalled or its tokens revoked: everything there stops."""

    id: str
    platform: str
    workspace: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a workspace lets us show beside messages: a name of `signs.Able`, and what is missing for it.

    *missing* is a sentence that says what would have to be done by whom, empty if nothing. What the platform
    does not have at all is left out.
    """

    id: str
    platform: str
    workspace: str
    missing: Mapping[str, str]


News = (
    RosterRead
    | Joined
    | Left
    | ProfileChanged
    | Reachable
    | PlaceRenamed
    | PlaceMoved
    | PlaceLost
    | PlaceFound
    | WorkspaceLost
    | Abilities
)
