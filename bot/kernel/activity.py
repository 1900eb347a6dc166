"""What an activity must offer to be run by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal

from bot.kernel.decision import Decision, Refused, Reply
from bot.kernel.ids import NO_SESSION, Member, SessionId, TeamId
from bot.kernel.inbound import Inbound
from bot.kernel.people import Person, Team


class Level(IntEnum):
    """How much a member may do. The clock may do what an activity listed for it, and nothing else."""

    ANYONE = 0  # anybody in the workspace
    MEMBER = 1  # in the team the place or the session belongs to
    OWNER = 2  # looks after that team
    CLOCK = 3  # timers and tells


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact as it was kept. *at* is None for facts that carry no moment."""

    kind: str
    key: str
    row: Mapping[str, Any]
    member: Member | None
    session: SessionId
    at: datetime | None
    team: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is not finished."""

    id: SessionId
    activity: str
    member: Member | None
    parent: SessionId
    team: TeamId


@dataclass(frozen=True, slots=True)
class Roster:
    """Need: everybody in the team, as `context.roster`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Need: kept facts of one kind, newest first, as `context.facts(kind)`.

    Of the team; of all teams the acting member is in; of the session that is aimed at, of its parent, or of all
    sessions under it; of the acting member over all teams; of the people of the team, over all teams of theirs; or of
    the workspace as such.
    """

    kind: str
    of: Literal["team", "teams", "session", "member", "parent", "parts", "people", "workspace"] = "team"
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Sessions:
    """Need: open sessions as `context.sessions`; of the team, or of the acting member over all teams."""

    activity: str = ""
    of: Literal["team", "member"] = "team"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Need: everything that is stored about the acting person, as `context.dossier`."""


@dataclass(frozen=True, slots=True)
class Search:
    """Need: the team's facts of one kind that have all these words, newest first, as `context.facts(kind)`.

    *words* takes them from what arrived; a word also finds those that begin with it. Without words: all of them.
    """

    kind: str
    words: Callable[[Inbound], str]
    most: int = 200


Need = Roster | Facts | Sessions | Search | Dossier


@dataclass(frozen=True, slots=True)
class Command:
    """Words people type, and the verb they mean. `words` is one or two words; the longest match wins."""

    words: str
    verb: str
    help: str  # one line, for /help and the manifests
    usage: str = ""  # what may follow: [topic] [seconds]
    shortcut: bool = False  # also a slash command of its own on Slack
    menu: int = 0  # place in Teams' menu of ten, 0 for none
    aliases: tuple[str, ...] = ()
    whole: bool = False  # a whole file may follow, so more of what was typed is read


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an activity may know about the moment besides its own state. Only what it NEEDS is read."""

    now: datetime
    new_session: SessionId
    seed: int  # a fresh random number; the only dice there are
    level: Level
    team: Team | None = None
    actor: Person | None = None  # who acted; None for timers
    roster: tuple[Person, ...] = ()
    kept: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)
    sessions: tuple[OpenSession, ...] = ()
    teams: tuple[Team, ...] = ()  # of the actor, when the place itself belongs to no team
    content: Any = None  # the library of prompts/
    commands: tuple[tuple[str, Command], ...] = ()  # everything that can be typed: activity, command
    parent: SessionId = NO_SESSION
    dossier: Mapping[str, Any] = field(default_factory=dict)

    def facts(self, kind: str) -> tuple[Kept, ...]:
        return self.kept.get(kind, ())

    def person(self, member: Member) -> Person | None:
        return next((person for person in self.roster if person.member == member), None)


@dataclass(frozen=True, slots=True)
class Aimed:
    """An event, and the session it is aimed at. The rest describes a session that is opened by it."""

    session: SessionId
    event: object
    parent: SessionId = NO_SESSION
    member: Member | None = None  # whose session it is, if it is one person's


@dataclass(frozen=True, slots=True)
class Shown:
    """Nothing changes; this is the answer. Asked again, it is shown again."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Activity:
    """A kind of facilitation. `allow` lists every verb; a verb that is not listed is not allowed."""

    name: str
    state_type: Any
    allow: Mapping[str, Level]
    aim: Callable[[Inbound, Context], Aimed | Refused | Shown]
    decide: Callable[[Any, Any, datetime], Decision[Any] | Refused]
    needs: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    finished: tuple[type, ...] = ()  # phases in which a session is over
    timeless: bool = False  # no moment is stored at which its sessions changed: it would tell who answered when
