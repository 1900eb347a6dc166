"""How often Slack may be called: what it publishes, kept per workspace and method, and per channel.

Pure: it is asked with the moment it is, and says how long to wait. A message that has to wait is promised
its place in the queue, so that a crowd is served in order, at the pace Slack allows, and nobody asks twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
TIER_2, TIER_3, TIER_4 = 20, 50, 100  # calls a minute, workspace and method
PER_MINUTE: Mapping[str, int] = {
    "chat.postMessage": 300,  # "several hundred"
    "chat.getPermalink": 300,
    "auth.test": 300,
    "users.list": TIER_2,
    "conversations.list": TIER_2,
    "conversations.setTopic": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.create": TIER_2,
    "usergroups.enable": TIER_2,
    "usergroups.disable": TIER_2,
    "usergroups.users.update": TIER_2,
    "canvases.create": TIER_2,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "conversations.open": TIER_3,
    "conversations.info": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "users.conversations": TIER_3,
    "apps.connections.open": TIER_3,
    "chat.postEphemeral": TIER_4,
    "conversations.members": TIER_4,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
}
POSTS = "chat.postMessage"
BURST = 10  # of a minute's calls, this part may go in one second
MOST_PROMISES = 50_000

Key = tuple[str, ...]


class _Window:
    """At most *most* calls in *span*; entries may lie ahead, promised."""

    def __init__(self, most: int, span: timedelta) -> None:
        self.span = span
        self.entries: deque[datetime] = deque(maxlen=most)

    def next(self) -> datetime | None:
        """The earliest moment for one more, None if any will do."""
        if len(self.entries) < (self.entries.maxlen or 1):
            return None
        return self.entries[0] + self.span


class Budget:
    """Hands out moments at which calls may be made."""

    def __init__(self) -> None:
        self._windows: dict[Key, tuple[_Window, ...]] = {}
        self._closed: dict[Key, datetime] = {}
        self._promised: dict[tuple[str, int], datetime] = {}

    def wait(self, workspace: str, method: str, now: datetime, *, channel: str = "", ticket: int = 0) -> timedelta:
        """How long this call has to wait; zero: go, it is counted. *ticket* is the message's number in the queue.

        A ticket that was told to wait holds the moment it was promised, and may go when it comes back then.
        """
        closed = self._closed.get((workspace, method))
        if closed is not None and now < closed:
            return closed - now
        promised = self._promised.get((method, ticket)) if ticket else None
        if promised is not None:
            if now < promised:
                return promised - now
            del self._promised[method, ticket]
            return timedelta(0)
        windows = self._counted(workspace, method, channel)
        at = max([now, *(moment for window in windows if (moment := window.next()) is not None)])
        if at > now and not ticket:
            return at - now
        for window in windows:
            window.entries.append(at)
        if at > now:
            if len(self._promised) >= MOST_PROMISES:  # of messages that were dropped meanwhile
                self._promised = {key: moment for key, moment in self._promised.items() if moment > now}
            self._promised[method, ticket] = at
        return at - now

    def close(self, workspace: str, method: str, until: datetime) -> None:
        """Slack said Retry-After: this method rests for this workspace; everything else goes on."""
        key = (workspace, method)
        self._closed[key] = max(until, self._closed.get(key, until))

    def _counted(self, workspace: str, method: str, channel: str) -> tuple[_Window, ...]:
        windows = self._of((workspace, method), PER_MINUTE.get(method, TIER_3))
        if method == POSTS and channel:
            key = (workspace, method, channel)
            if key not in self._windows:
                self._windows[key] = (_Window(1, SECOND),)
            windows = (*windows, *self._windows[key])
        return windows

    def _of(self, key: Key, a_minute: int) -> tuple[_Window, ...]:
        if key not in self._windows:
            self._windows[key] = (_Window(a_minute, MINUTE), _Window(max(1, a_minute // BURST), SECOND))
        return self._windows[key]
