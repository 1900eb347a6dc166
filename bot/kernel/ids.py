"""Names for things that live outside the process: members, places, sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NewType

SessionId = NewType("SessionId", str)
TeamId = NewType("TeamId", str)

NO_SESSION = SessionId("")  # an action or command that starts something, or belongs to no session


def in_team(session: SessionId, team: TeamId) -> SessionId:
    """A session id that says which team it belongs to, so that it can be told something before it exists."""
    return SessionId(f"{session.partition('.')[0]}.{team}")


def part_of(session: SessionId, *of: str) -> SessionId:
    """The id of the one session under *session* for this person, or this date: the same whenever it is asked for."""
    stem, _, team = session.partition(".")
    digest = blake2b("\n".join((stem, *of)).encode(), digest_size=12).hexdigest()
    return SessionId(f"{digest}.{team}" if team else digest)


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A person as one workspace knows them."""

    platform: str
    workspace: str
    user: str

    def key(self) -> str:
        """One string for logs, lanes and tokens."""
        return f"{self.platform}/{self.workspace}/{self.user}"

    @classmethod
    def from_key(cls, key: str) -> Member:
        platform, workspace, user = key.split("/", 2)
        return cls(platform, workspace, user)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message lives: a channel, a thread in it, or a direct conversation with one person."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None
    direct: bool = False

    def whole(self) -> Place:
        """The channel, without the thread."""
        return replace(self, thread=None)
