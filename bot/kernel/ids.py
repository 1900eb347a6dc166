"""Names for things that live outside the process: members, places, sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NewType

SessionId = NewType("SessionId", str)
TeamId = NewType("TeamId", str)

NO_SESSION = SessionId("")  # an action or command that starts something, or belongs to no session


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
