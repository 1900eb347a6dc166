"""What needs a scope that is not asked for by itself: which one, why, and what is said without it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.kernel.signs import Able

FILES = "files:read"


@dataclass(frozen=True, slots=True)
class Right:
    """Something that a team can do only when the app was given *scopes*; the first one comes first in words.

    *able*: what it is called in `signs.Able`, where it is shown beside messages.
    """

    scopes: tuple[str, ...]
    able: Able | None = None


RIGHTS: Mapping[str, Right] = {
    "files": Right((FILES,)),
    "topic": Right(("channels:write.topic", "groups:write.topic"), "topic"),
    "group": Right(("usergroups:write", "usergroups:read"), "group"),
    "canvas": Right(("canvases:write",), "canvas"),
}
PURPOSES: Mapping[str, str] = {
    "channels:history": "after a crash in the middle of a send, look in a public channel whether the message is there",
    "groups:history": "the same in private channels",
    FILES: "take a guide as a YAML file that somebody sends to the bot; --with files adds it",
    "channels:write.topic": "name who has a role now in a public channel's topic, where a team wants it; --with topic",
    "groups:write.topic": "the same in private channels; --with topic adds both",
    "usergroups:read": "find the group of that handle, and see whether it is the bot's own; --with group",
    "usergroups:write": "a group that means whoever has a role now, where a team wants it; --with group adds both",
    "canvases:write": "write a team's archive as a canvas of its channel, when somebody asks for it; --with canvas",
}


def scopes_of(wanted: Collection[str]) -> tuple[str, ...]:
    """The scopes behind these names of `RIGHTS`. Raises ValueError for a name that is none."""
    unknown = sorted(set(wanted) - set(RIGHTS))
    if unknown:
        raise ValueError(f"there is nothing called {unknown[0]} to ask for; there are: {', '.join(RIGHTS)}")
    return tuple(scope for name, right in RIGHTS.items() if name in wanted for scope in right.scopes)


def missing(granted: Collection[str]) -> dict[str, str]:
    """For each thing beside messages: what is missing for it with these scopes, as a sentence; empty if nothing."""
    found = {}
    for right in RIGHTS.values():
        if right.able is not None:
            lacking = [scope for scope in right.scopes if scope not in granted]
            found[str(right.able)] = needs(lacking) if lacking else ""
    return found


def needs(scopes: Collection[str]) -> str:
    """What has to be done by whom."""
    what = f"the scope {next(iter(scopes))}" if len(scopes) == 1 else f"the scopes {' and '.join(scopes)}"
    return (
        f"Slack has not given me {what}. Whoever looks after the Slack app adds that under "
        '"OAuth & Permissions" and reinstalls the app.'
    )
