"""A Slack of its own: workspaces, people, channels, messages, views, installations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Clock = Callable[[], datetime]

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE, RESPONSE_URL_USES = timedelta(minutes=30), 5
VIEW_STACK = 3
CODE_LIFE = timedelta(minutes=10)


class SlackRefusedError(AssertionError):
    """The person could not have done this in Slack; the message says why."""


@dataclass(eq=False)
class App:
    """The app as its manifest describes it, with the secrets Slack would hand out."""

    manifest: Json
    id: str = "A0MODERATO"
    client_id: str = "100.200"
    client_secret: str = "stand-in client secret"
    signing_secret: str = "stand-in signing secret"
    verification_token: str = "stand-in verification"
    app_tokens: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.manifest["display_information"]["name"])

    @property
    def features(self) -> Json:
        return dict(self.manifest.get("features", {}))

    @property
    def settings(self) -> Json:
        return dict(self.manifest.get("settings", {}))

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))

    @property
    def redirect_urls(self) -> tuple[str, ...]:
        return tuple(self.manifest.get("oauth_config", {}).get("redirect_urls", ()))

    @property
    def commands(self) -> dict[str, Json]:
        return {entry["command"]: entry for entry in self.features.get("slash_commands", ())}

    @property
    def shortcuts(self) -> dict[str, Json]:
        return {entry["name"]: entry for entry in self.features.get("shortcuts", ())}

    @property
    def events(self) -> frozenset[str]:
        return frozenset(self.settings.get("event_subscriptions", {}).get("bot_events", ()))

    @property
    def socket_mode(self) -> bool:
        return bool(self.settings.get("socket_mode_enabled"))

    @property
    def interactive(self) -> bool:
        return bool(self.settings.get("interactivity", {}).get("is_enabled"))

    @property
    def home_tab(self) -> bool:
        return bool(self.features.get("app_home", {}).get("home_tab_enabled"))

    @property
    def messages_tab(self) -> bool:
        return bool(self.features.get("app_home", {}).get("messages_tab_enabled"))


@dataclass(eq=False)
class User:
    """A person or a bot, as one workspace knows them."""

    id: str
    name: str
    workspace: Workspace
    real_name: str = ""
    display_name: str = ""
    tz: str = "Europe/Berlin"
    email: str = ""
    guest: Literal["", "multi", "single"] = ""
    stranger: bool = False
    home: str = ""  # the workspace they come from, where it is one of another organisation
    deactivated: bool = False
    refuses: str = ""  # what Slack says when the app wants to write to them directly
    bot: bool = False
    bot_id: str = ""
    owner: bool = False
    locale: str = "en-US"
    updated: int = 0

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def shown_name(self) -> str:
        return self.display_name or self.real_name or self.name


@dataclass(eq=False)
class Message:
    """One message, ephemeral ones included (`only_for`)."""

    ts: str
    channel: Channel
    author: User
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    edited: bool = False
    deleted: bool = False
    only_for: User | None = None
    app_id: str = ""
    mrkdwn: bool = True
    entered: dict[str, Json] = field(default_factory=dict)  # per user id: what they chose, not yet sent
    posted: datetime | None = None
    revisions: int = 0


@dataclass(eq=False)
class Channel:
    id: str
    name: str
    workspace: Workspace
    kind: Literal["public", "private", "im", "mpim"] = "public"
    members: list[User] = field(default_factory=list)
    archived: bool = False
    deleted: bool = False
    topic: str = ""  # as Slack keeps it, with entities for & < >
    topics: list[str] = field(default_factory=list)  # each time it was set by an app
    topic_open: bool = True  # whether everybody may set it
    shared_outside: bool = False
    creator: str = ""
    messages: list[Message] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<#{self.name or self.id}>"

    def find(self, ts: str) -> Message | None:
        return next((m for m in self.messages if m.ts == ts and not m.deleted), None)

    def replies(self, ts: str) -> list[Message]:
        """The thread under *ts*, its root first, without what only one person sees."""
        return [m for m in self.messages if not m.deleted and m.only_for is None and ts in (m.ts, m.thread_ts)]


@dataclass(eq=False)
class View:
    """A modal or a Home tab as the app last set it, with what the person has typed so far."""

    id: str
    body: Json
    user: User
    hash: str
    entered: Json = field(default_factory=dict)
    stack: Stack | None = None

    @property
    def kind(self) -> str:
        return str(self.body["type"])


@dataclass(eq=False)
class Stack:
    """The modals one person has open, the visible one last."""

    user: User
    views: list[View] = field(default_factory=list)
    channel: Channel | None = None


@dataclass(eq=False)
class Trigger:
    id: str
    user: User
    minted: datetime
    stack: Stack | None = None
    channel: Channel | None = None
    used: bool = False


@dataclass(eq=False)
class ResponseUrl:
    token: str
    user: User
    channel: Channel
    minted: datetime
    message: Message | None = None
    uses: int = 0


@dataclass(eq=False)
class Install:
    """One installation of the app in one workspace. `state` is live, revoked or uninstalled."""

    workspace: Workspace
    token: str
    scopes: frozenset[str]
    bot: User
    installer: User
    state: Literal["live", "revoked", "uninstalled"] = "live"
    whole: bool = False  # for a whole organisation


@dataclass(eq=False)
class Code:
    """An OAuth code on its way to be exchanged."""

    code: str
    user: User
    scopes: frozenset[str]
    redirect_uri: str
    minted: datetime
    used: bool = False


@dataclass(eq=False)
class Upload:
    id: str
    name: str
    size: int
    alt: str
    workspace: Workspace
    content: bytes | None = None
    title: str = ""
    complete: bool = False
    kind: str = "text/plain"  # what its content is served as
    address: str = ""  # where the app may fetch it
    foreign: bool = False  # from another organisation: events tell its id alone


@dataclass(eq=False)
class Workspace:
    id: str
    name: str
    domain: str
    enterprise: str = ""
    paid: bool = True
    users: list[User] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    usergroups: list[Json] = field(default_factory=list)
    groups_open: bool = True  # whether everybody may change user groups
    install: Install | None = None

    def user(self, user_id: str) -> User | None:
        return next((user for user in self.users if user.id == user_id), None)

    def channel(self, channel_id: str) -> Channel | None:
        return next((c for c in self.channels if c.id == channel_id and not c.deleted), None)

    @property
    def bot(self) -> User:
        if self.install is None:
            raise SlackRefusedError(f"the app is not installed in {self.name}")
        return self.install.bot


class World:
    """Everything Slack remembers, and the wish to be told when it changes."""

    def __init__(self, app: App, clock: Clock, patience: float = 10.0) -> None:
        self.app = app
        self.clock = clock
        self.patience = patience
        self.workspaces: list[Workspace] = []
        self.tokens: dict[str, Install] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: dict[str, View] = {}
        self.stacks: list[Stack] = []
        self.homes: dict[str, View] = {}
        self.codes: dict[str, Code] = {}
        self.uploads: dict[str, Upload] = {}
        self.canvases: list[Json] = []
        self.complaints: list[str] = []
        self._ids = 0
        self._last_ts = 0
        self._news = asyncio.Event()

    # --- names and numbers ------------------------------------------------------------------------------

    def mint(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}{self._ids:08d}"

    def next_ts(self) -> str:
        """A message time, unique and never going back, of the clock that is held."""
        self._last_ts = max(int(self.clock().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def complain(self, about: str) -> None:
        """Note what Slack lets pass although its documentation asks for something else."""
        self.complaints.append(about)

    # --- waiting ----------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Wake everybody who waits for something to be true."""
        self._news.set()

    async def until(self, true: Callable[[], Any], what: str) -> Any:
        """Wait until `true()` is, looking again at each change; after `patience` real seconds say *what* failed."""
        end = asyncio.get_running_loop().time() + self.patience
        while not (found := true()):
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                raise TimeoutError(f"waited {self.patience} s for {what}")
            self._news.clear()
            try:
                # The clock is not ours and tells nobody that it moved: look again after a short while.
                await asyncio.wait_for(self._news.wait(), min(left, 0.01))
            except TimeoutError:
                continue
        return found

    # --- people and places ------------------------------------------------------------------------------

    def add_workspace(self, name: str, *, enterprise: str = "", paid: bool = True) -> Workspace:
        domain = "".join(letter for letter in name.lower() if letter.isalnum())
        workspace = Workspace(self.mint("T"), name, domain, enterprise, paid)
        self.workspaces.append(workspace)
        return workspace

    def add_user(self, workspace: Workspace, name: str, **traits: Any) -> User:
        traits.setdefault("real_name", name.capitalize())
        traits.setdefault("email", f"{name}@{workspace.domain}.example")
        kind = "W" if workspace.enterprise else "U"
        user_id = traits.pop("id", "") or self.mint(kind)
        user = User(user_id, name, workspace, **traits)
        workspace.users.append(user)
        return user

    def add_channel(self, workspace: Workspace, name: str, members: Iterable[User], **traits: Any) -> Channel:
        channel = Channel(self.mint("C"), name, workspace, members=list(members), **traits)
        workspace.channels.append(channel)
        return channel

    def dm(self, user: User) -> Channel:
        """The direct message channel of *user* and the bot; Slack makes it when it is first needed."""
        bot = user.workspace.bot
        for channel in user.workspace.channels:
            if channel.kind == "im" and channel.members == [user, bot]:
                return channel
        channel = Channel(self.mint("D"), "", user.workspace, "im", [user, bot])
        user.workspace.channels.append(channel)
        return channel

    def install(self, workspace: Workspace, installer: User, scopes: Iterable[str] | None = None) -> Install:
        """Put the app into *workspace*; again with more scopes replaces the token."""
        old = workspace.install
        bot = old.bot if old else self.add_user(workspace, "moderato", bot=True, real_name=self.app.name)
        bot.bot_id = bot.bot_id or self.mint("B")
        token = self.mint("xoxb-standin-")
        granted = frozenset(scopes) if scopes is not None else self.app.scopes
        workspace.install = Install(workspace, token, granted, bot, installer)
        self.tokens[token] = workspace.install
        return workspace.install

    # --- handles that die -------------------------------------------------------------------------------

    def trigger(self, user: User, stack: Stack | None = None, channel: Channel | None = None) -> Trigger:
        trigger = Trigger(self.mint("1.2."), user, self.clock(), stack, channel)
        self.triggers[trigger.id] = trigger
        return trigger

    def response_url(self, user: User, channel: Channel, message: Message | None = None) -> ResponseUrl:
        made = ResponseUrl(self.mint("r"), user, channel, self.clock(), message)
        self.response_urls[made.token] = made
        return made


def shown_user(user: User, now: datetime, *, with_email: bool) -> Json:
    """A user object as users.info gives it at *now* (the offset of the zone moves with the clock)."""
    profile: Json = {
        "real_name": user.real_name,
        "display_name": user.display_name,
        "real_name_normalized": user.real_name,
        "display_name_normalized": user.display_name,
        "team": user.workspace.id,
    }
    if with_email and user.email and not user.bot:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.home or user.workspace.id,
        "name": user.name,
        "deleted": user.deactivated,
        "real_name": user.real_name,
        "profile": profile,
        "is_bot": user.bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if user.bot:
        profile["bot_id"] = user.bot_id
    if user.deactivated:
        return shown  # Slack leaves time zone and standing out for people who are gone.
    if user.tz:  # somebody who never opened a client has none
        offset = now.astimezone(ZoneInfo(user.tz)).utcoffset() or timedelta()
        shown |= {"tz": user.tz, "tz_label": user.tz, "tz_offset": int(offset.total_seconds())}
    shown |= {
        "is_admin": user.owner,
        "is_owner": user.owner,
        "is_restricted": bool(user.guest),
        "is_ultra_restricted": user.guest == "single",
        "is_stranger": user.stranger,
    }
    if user.workspace.enterprise and not user.home:
        shown["enterprise_user"] = {
            "id": user.id,
            "enterprise_id": user.workspace.enterprise,
            "teams": [user.workspace.id],
        }
    return shown


def shown_message(message: Message, *, with_metadata: bool = False) -> Json:
    """A message object as histories and payloads carry it."""
    shown: Json = {"type": "message", "ts": message.ts, "user": message.author.id, "text": message.text}
    shown["team"] = message.channel.workspace.id
    if message.author.bot:
        shown |= {"bot_id": message.author.bot_id, "app_id": message.app_id}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.files:
        shown["files"] = message.files
    if message.edited:
        shown["edited"] = {"user": message.author.id, "ts": message.ts}
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
        if message.thread_ts != message.ts:
            parent = message.channel.find(message.thread_ts)
            shown["parent_user_id"] = parent.author.id if parent else None
    replies = [m for m in message.channel.replies(message.ts) if m is not message]
    if replies:
        shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    if with_metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown


def shown_channel(channel: Channel, *, member: bool, count: bool = False) -> Json:
    """A conversation object."""
    private = channel.kind in ("private", "mpim")
    shown: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.archived,
        "is_channel": channel.kind == "public" or channel.kind == "private",
        "is_group": channel.kind == "private",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": private or channel.kind == "im",
        "is_ext_shared": channel.shared_outside,
        "is_shared": channel.shared_outside,
        "context_team_id": channel.workspace.id,
    }
    if channel.kind == "im":
        return shown | {"user": channel.members[0].id, "is_user_deleted": channel.members[0].deactivated}
    shown |= {"name": channel.name, "name_normalized": channel.name, "is_member": member, "is_general": False}
    shown |= {"creator": channel.creator, "topic": {"value": channel.topic, "creator": "", "last_set": 0}}
    shown["purpose"] = {"value": "", "creator": "", "last_set": 0}
    if count:
        shown["num_members"] = len(channel.members)
    return shown


def shown_view(view: View, world: World, install: Install) -> Json:
    """A view object as answers and payloads carry it."""
    body: Mapping[str, Any] = view.body
    shown: Json = {
        "id": view.id,
        "team_id": install.workspace.id,
        "type": view.kind,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.entered},
        "hash": view.hash,
        "title": body.get("title", {"type": "plain_text", "text": world.app.name}),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": None,
        "root_view_id": view.id,
        "app_id": world.app.id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": install.workspace.id,
        "bot_id": install.bot.bot_id,
    }
    if view.stack is not None and view in view.stack.views:
        place = view.stack.views.index(view)
        shown["root_view_id"] = view.stack.views[0].id
        shown["previous_view_id"] = view.stack.views[place - 1].id if place else None
    return shown
