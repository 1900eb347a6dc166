"""What the engine needs from the outside, named by need."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.kernel.activity import Context, Need
from bot.kernel.cards import Card, Shape
from bot.kernel.decision import Reply
from bot.kernel.effects import Effect
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.inbound import CommandTyped, Inbound, News, TimerFired, Told
from bot.kernel.signs import Sign


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as storage knows it. Version 0 means not stored yet."""

    id: SessionId
    activity: str
    state: Any
    version: int


class StaleSessionError(Exception):
    """Someone else moved this session on since it was read. The engine decides again."""


class Unit(Protocol):
    """One transaction: everything in it happens, or none of it."""

    def claim(self, inbound: Inbound, now: datetime) -> bool: ...
    def claim_news(self, news: News, now: datetime) -> bool: ...
    def context_for(self, inbound: Inbound, needs: tuple[Need, ...], now: datetime) -> Context: ...
    def load(self, session: SessionId, within: tuple[str, str]) -> Stored: ...
    def save(
        self, stored: Stored, state: Any, *, over: bool, parent: SessionId, member: Member | None, now: datetime
    ) -> None: ...
    def schedule(self, session: SessionId, activity: str, effects: tuple[Effect, ...], now: datetime) -> None: ...
    def learn(self, news: News, now: datetime) -> None: ...
    def shown(self, place: Place, message: str) -> tuple[SessionId, str] | None: ...
    def named(self, shape: Shape) -> Shape: ...
    def commit(self) -> None: ...


class Units(Protocol):
    def __call__(self) -> AbstractContextManager[Unit]: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way. Names are filled in; moments and mentions are still tokens."""

    id: int
    platform: str
    workspace: str
    card: Card | None  # None: take the message back
    kind: str
    key: str  # the same for every try at this message, and for no other
    zone: str  # IANA name: the reader's own, for a channel the team's
    channel: str = ""  # empty for a direct message whose conversation is not known yet
    thread: str | None = None
    user: str = ""  # a direct message: to whom
    address: str = ""  # what the platform told us about reaching that person
    only: str = ""  # in a channel, seen by this user alone
    replaces: str | None = None  # the platform's id of the message to edit
    links: Mapping[str, tuple[str, str]] | None = None  # message name -> (channel, message)
    doubtful: bool = False  # an earlier try may have arrived: look before sending again
    attempts: int = 0
    sign: Sign | None = None  # no message at all: what is to be put up at *channel*


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it. *channel* is where it went, when that was not known before.

    Of a sign, *message* is the address of a page, or nothing.
    """

    message: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not now. *after* is the platform's own wish, else None for our back-off.

    The whole conversation waits, so that order is kept.
    """

    because: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """Never. *lost* says what is gone: this message only, its place, the person, or the whole workspace.

    *words*, of a sign: what a person is told about it, and what could be done.
    """

    because: str
    lost: Literal["message", "place", "member", "workspace"] = "message"
    words: str = ""


Outcome = Sent | TryLater | Undeliverable


class Outbox(Protocol):
    def claim_next(self, now: datetime) -> Outgoing | None: ...
    def settle(self, outgoing: Outgoing, outcome: Outcome, now: datetime) -> None: ...


class Timers(Protocol):
    def begin_due(self, now: datetime) -> int: ...
    def due(self, now: datetime) -> TimerFired | Told | None: ...
    def postpone(self, fired: TimerFired | Told, until: datetime | None) -> None: ...


class Messenger(Protocol):
    """A platform, as far as sending is concerned. Errors come back as outcomes; it never raises for the platform."""

    async def send(self, outgoing: Outgoing) -> Outcome: ...

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        """Show `outgoing.sign`. Asked twice, it is the same as once."""
        ...


Messengers = Mapping[str, Messenger]


class CannotStartError(Exception):
    """A platform cannot be started with these settings. The message says which one, and what to do."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The bot in one workspace, and the token it acts with there.

    *whole*: it was installed for a whole organisation, *enterprise*, and its token serves every workspace of it.
    """

    workspace: str
    token: str = field(repr=False)
    bot_user: str = ""
    bot_id: str = ""
    enterprise: str = ""
    name: str = ""
    scopes: tuple[str, ...] = ()
    whole: bool = False


class Host(Protocol):
    """What a platform is given: where to bring what arrives."""

    async def handle(self, arrived: Inbound | CommandTyped) -> Reply:
        """Decide and commit. Never raises: what goes wrong becomes a sentence to the person."""
        ...

    async def hear(self, news: News) -> None: ...

    async def knows(self, place: Place) -> bool:
        """Whether the channel is a team already. If not, read its roster and `hear` it before the command."""
        ...

    async def places(self, platform: str) -> tuple[Place, ...]:
        """The channels of all teams on this platform that are not lost."""
        ...

    async def lost_places(self, platform: str) -> tuple[tuple[Place, str], ...]:
        """The channels of teams that are lost, and why."""
        ...

    async def note(self, platform: str, workspace: str, place: str, part_of: str, how: str) -> None:
        """Remember *how* a place is reached, in the platform's own words. `@USER` is somebody's direct conversation."""
        ...

    async def noted(self, platform: str, workspace: str, place: str) -> str:
        """What was noted about a place; empty if nothing was."""
        ...

    async def parts(self, platform: str, workspace: str, whole: str) -> tuple[str, ...]:
        """The places that were noted as part of *whole*."""
        ...

    def now(self) -> datetime: ...


class Platform(Protocol):
    """One platform as the composition sees it."""

    name: str
    messenger: Messenger

    def routes(self) -> list[Any]:
        """Starlette routes to serve on HOST:PORT; empty where none are needed."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def read_roster(self, place: Place, by: Member | None = None) -> tuple[News, ...]:
        """Everybody in a channel, as news. Called for each team once a day, and for a channel seen first."""
        ...
