"""How often Slack lets an app call each method, per workspace, on the clock that is held."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
SPECIAL = {"chat.postMessage": 300, "auth.test": 600, "chat.getPermalink": 600, "oauth.v2.access": 600}
TIER_OF = {
    **dict.fromkeys(
        (
            "users.list",
            "conversations.list",
            "conversations.setTopic",
            "usergroups.list",
            "usergroups.users.list",
            "usergroups.users.update",
            "usergroups.create",
            "usergroups.enable",
            "usergroups.disable",
            "canvases.create",
            "pins.add",
        ),
        2,
    ),
    **dict.fromkeys(
        (
            "chat.update",
            "chat.delete",
            "conversations.open",
            "conversations.info",
            "conversations.history",
            "conversations.replies",
            "conversations.join",
            "users.conversations",
            "users.lookupByEmail",
            "reactions.add",
            "team.info",
            "bots.info",
            "apps.connections.open",
            "auth.revoke",
        ),
        3,
    ),
    **dict.fromkeys(
        (
            "chat.postEphemeral",
            "conversations.members",
            "users.info",
            "users.profile.get",
            "views.open",
            "views.push",
            "views.update",
            "views.publish",
            "files.getUploadURLExternal",
            "files.completeUploadExternal",
            "files.info",
        ),
        4,
    ),
}
CHANNEL_PACE = timedelta(seconds=1)  # chat.postMessage: one a second and channel

Key = tuple[str, str]


@dataclass
class Rates:
    """`wait` says how many whole seconds a call must wait, 0 when it may pass.

    `refused` counts calls over a limit, `ignored` those made although a Retry-After was still running.
    """

    on: bool = True
    refused: int = 0
    ignored: int = 0
    limits: dict[str, int] = field(default_factory=dict)  # own number of calls a minute for a method
    _calls: dict[Key, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _closed: dict[Key, datetime] = field(default_factory=dict)
    _posted: dict[Key, datetime] = field(default_factory=dict)

    def limit(self, method: str) -> int:
        return self.limits.get(method) or SPECIAL.get(method) or TIERS[TIER_OF.get(method, 3)]

    def wait(self, workspace: str, method: str, channel: str, now: datetime) -> int:
        if not self.on:
            return 0
        key = (workspace, method)
        if (until := self._closed.get(key)) is not None and now < until:
            self.refused += 1
            self.ignored += 1
            return math.ceil((until - now).total_seconds())
        if method == "chat.postMessage" and (wait := self._pace(workspace, channel, now)):
            return wait
        calls = self._calls[key]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= self.limit(method):
            self.refused += 1
            return self.close(workspace, method, calls[0] + MINUTE, now)
        calls.append(now)
        if method == "chat.postMessage":
            self._posted[workspace, channel] = now
        return 0

    def close(self, workspace: str, method: str, until: datetime, now: datetime) -> int:
        """Refuse *method* in *workspace* until then; returns the Retry-After in seconds."""
        seconds = max(1, math.ceil((until - now).total_seconds()))
        self._closed[workspace, method] = now + timedelta(seconds=seconds)
        return seconds

    def _pace(self, workspace: str, channel: str, now: datetime) -> int:
        last = self._posted.get((workspace, channel))
        if last is None or now - last >= CHANNEL_PACE:
            return 0
        self.refused += 1
        return 1
