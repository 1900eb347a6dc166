"""The stand-in as a test uses it: people act in Slack, and one sees what they see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from html import unescape
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import aiohttp
from yarl import URL

from tests.standins.slack import payloads
from tests.standins.slack.api import RefusedError
from tests.standins.slack.faults import Faults
from tests.standins.slack.limits import elements
from tests.standins.slack.model import (
    VIEW_STACK,
    App,
    Channel,
    Clock,
    Install,
    Json,
    Message,
    SlackRefusedError,
    Stack,
    Upload,
    User,
    View,
    Workspace,
    World,
    shown_message,
    shown_user,
)
from tests.standins.slack.rates import Rates
from tests.standins.slack.server import Server
from tests.standins.slack.sight import Seen, Shown, may_see, menu_label, seen, shown
from tests.standins.slack.views import judged, new_view, replace, shown_file
from tests.standins.slack.wire import Answer, Delivery, Wire, event_callback

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "user_change": "users:read",
    "team_join": "users:read",
    "app_home_opened": "",
    "app_uninstalled": "",
    "tokens_revoked": "",
}
WENT_WRONG = "operation_failed"


class SlackStandIn:
    """One Slack with one app. Use `async with`; then `api_url` is where the SDK should talk to.

    *clock* gives the time for every deadline, limit and signature. *patience*: real seconds to wait for the app.
    """

    def __init__(self, manifest: Json, clock: Clock, *, rates: bool = True, patience: float = 10.0) -> None:
        self.world = World(App(manifest), clock, patience)
        self.wire = Wire(self.world)
        self.rates = Rates(on=rates)
        self.faults = Faults()
        self.server = Server(self.world, self.wire, self.rates, self.faults)
        self.app_token = self.world.mint("xapp-standin-")
        self.app.app_tokens[self.app_token] = frozenset({"connections:write"})
        self._errors: dict[str, dict[str, str]] = {}
        self._trouble: dict[str, list[str]] = {}

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.close()
        await self.server.stop()

    @property
    def app(self) -> App:
        return self.world.app

    @property
    def api_url(self) -> str:
        return f"{self.server.base}/api/"

    @property
    def authorize_url(self) -> str:
        return f"{self.server.base}/oauth/v2/authorize"

    @property
    def complaints(self) -> list[str]:
        """What Slack lets pass although it is wrong or loses something."""
        return self.world.complaints

    def calls(self, method: str) -> list[Json]:
        """The arguments of every call of *method* so far."""
        return [args for name, args in self.server.calls if name == method]

    # --- setting up -------------------------------------------------------------------------------------

    def workspace(self, name: str, **traits: Any) -> Workspace:
        return self.world.add_workspace(name, **traits)

    def user(self, workspace: Workspace, name: str, **traits: Any) -> User:
        return self.world.add_user(workspace, name, **traits)

    def channel(self, workspace: Workspace, name: str, members: Iterable[User], **traits: Any) -> Channel:
        """A channel that was there before the story begins: no events."""
        return self.world.add_channel(workspace, name, members, **traits)

    def installed(self, workspace: Workspace, by: User, scopes: Iterable[str] | None = None) -> Install:
        """The app, already installed, without the OAuth dance."""
        return self.world.install(workspace, by, scopes)

    def use_http(self, url: str) -> None:
        """From now on reach the app at this address instead of over Socket Mode."""
        self.wire.http_url = url

    # --- what people do ---------------------------------------------------------------------------------

    async def slash(self, user: User, channel: Channel, text: str, *, thread: str | None = None) -> Answer:
        """Type a slash command, e.g. "/moderato round"."""
        command, _, rest = text.partition(" ")
        known = self.app.commands.get(command)
        if known is None:
            raise SlackRefusedError(f"{command} is not a valid command")
        if thread is not None:
            raise SlackRefusedError(f"{command} is not supported in threads")
        self._must_be_in(user, channel)
        sent = payloads.typed(user, rest.strip(), escaped=bool(known.get("should_escape")), labels=True)
        made = self.world.response_url(user, channel)
        address = self.server.response_address(made)
        delivery = await self.wire.deliver(
            "slash_commands", payloads.slash(self.world, user, channel, command, sent, address)
        )
        if not delivery.answer.ok:
            self._went_wrong(user, f"{command} failed with the error dispatch_failed")
        elif delivery.answer.body:
            body = delivery.answer.body
            body = body if isinstance(body, dict) else {"text": body}
            if error := self.server.respond(made, body):
                self._went_wrong(user, f"{command}: {error}")
        return delivery.answer

    async def press(self, user: User, where: Seen | Shown, label: str) -> Answer:
        """Press the button called *label*, or choose that entry of an overflow menu."""
        for block, element in elements(where.blocks):
            if element["type"] == "button" and element["text"]["text"] == label:
                if "url" in element:
                    self.world.complain(f"{label} only opens a link, yet it must be acknowledged")
                return await self._operate(user, where, block, element, {})
            if element["type"] == "overflow":
                for option in element["options"]:
                    if option["text"]["text"] == label:
                        return await self._operate(user, where, block, element, {"selected_option": option})
        raise SlackRefusedError(f"no button {label!r}; there are {where.buttons}")

    async def choose(self, user: User, where: Seen | Shown, menu: str, pick: Any) -> Answer:
        """Choose from the menu with this placeholder, text or label. *pick*: option labels, people, channels, dates."""
        for block, element in elements(where.blocks):
            named = block["label"]["text"] if block["type"] == "input" else menu_label(block, element)
            if named == menu and element["type"] != "button":
                chosen = payloads.entered(element, pick)
                self._enter(user, where, block, element, chosen)
                if block["type"] == "input" and not block.get("dispatch_action"):
                    return Answer(True)
                return await self._operate(user, where, block, element, chosen)
        raise SlackRefusedError(f"no menu {menu!r}; there are {where.menus}")

    def type_in(self, user: User, values: dict[str, Any]) -> None:
        """Fill fields of the open modal, by their labels, without submitting."""
        view = self._top(user)
        fields = {block["label"]["text"]: (block, element) for block, element in elements(view.body["blocks"])
                  if block["type"] == "input"}  # fmt: skip
        for label, value in values.items():
            if label not in fields:
                raise SlackRefusedError(f"no field {label!r}; there are {list(fields)}")
            block, element = fields[label]
            state = payloads.entered(element, value)
            view.entered.setdefault(block["block_id"], {})[element["action_id"]] = state

    async def submit_view(self, user: User, values: dict[str, Any] | None = None) -> Answer:
        """Fill the open modal and submit it. Slack itself keeps the form while a required field is empty."""
        self.type_in(user, values or {})
        view = self._top(user)
        if not view.body.get("submit"):
            raise SlackRefusedError("this modal has no submit button")
        for block, element in elements(view.body["blocks"]):
            state = view.entered.get(block["block_id"], {}).get(element["action_id"], {})
            filled = any(value for key, value in state.items() if key != "type")
            if block["type"] == "input" and not block.get("optional") and not filled:
                raise SlackRefusedError(f"{block['label']['text']!r} must be filled first")
        self._errors.pop(view.id, None)
        payload = payloads.submission(self.world, self._install(user), view)
        delivery = await self.wire.deliver("interactive", payload)
        self._after_submit(user, view, delivery.answer)
        self.world.changed()
        return delivery.answer

    async def close_view(self, user: User, *, all_of_them: bool = False) -> None:
        """Close the open modal, or all that lie on each other; the app hears of it only if it asked to."""
        view = self._top(user)
        stack = self._stack(user)
        if stack is None:
            return
        gone = list(stack.views) if all_of_them or view.body.get("clear_on_close") else [view]
        for closed in gone:
            stack.views.remove(closed)
        if not stack.views:
            self.world.stacks.remove(stack)
        for closed in gone:
            if closed.body.get("notify_on_close"):
                body = payloads.closing(self.world, self._install(user), closed, cleared=len(gone) > 1)
                await self.wire.deliver("interactive", body)

    async def shortcut(self, user: User, name: str, on: Seen | None = None) -> Answer:
        """Use a global shortcut, or a message shortcut *on* a message, by the name people see."""
        known = self.app.shortcuts.get(name)
        if known is None or (known["type"] == "message") != (on is not None):
            raise SlackRefusedError(f"no such shortcut: {name}")
        if on is None:
            payload = payloads.shortcut(self.world, user, known["callback_id"])
        else:
            made = self.world.response_url(user, on.message.channel)
            payload = payloads.message_shortcut(
                self.world, user, on.message, known["callback_id"], self.server.response_address(made)
            )
        return await self._interact(user, payload)

    async def say(self, user: User, channel: Channel, text: str, *, thread: str | None = None) -> Seen:
        """Write an ordinary message; the app hears of it only where it is subscribed and may."""
        self._must_be_in(user, channel)
        message = Message(self.world.next_ts(), channel, user, payloads.typed(user, text), thread_ts=thread)
        message.posted = self.world.clock()
        channel.messages.append(message)
        self.world.changed()
        await self._tell_message(message)
        return seen(message, user, self.world.clock())

    async def share(
        self, user: User, channel: Channel, name: str, content: bytes, text: str = "", **traits: Any
    ) -> Seen:
        """Send a file, with *text* beside it. *traits* of the upload: `size`, `kind`, `address` differ where given."""
        self._must_be_in(user, channel)
        upload = Upload(self.world.mint("F"), name, len(content), "", user.workspace, content, name, complete=True)
        upload.address = f"{self.server.base}/files/{upload.id}/download/{name}"
        for trait, value in traits.items():
            setattr(upload, trait, value)
        self.world.uploads[upload.id] = upload
        message = Message(self.world.next_ts(), channel, user, payloads.typed(user, text))
        message.posted, message.files = self.world.clock(), [shown_file(upload)]
        channel.messages.append(message)
        self.world.changed()
        await self._tell_message(message)
        return seen(message, user, self.world.clock())

    async def mention(self, user: User, channel: Channel, text: str, *, thread: str | None = None) -> Seen:
        """Write a message that begins with @Moderato."""
        bot = user.workspace.bot
        return await self.say(user, channel, f"@{bot.name} {text}", thread=thread)

    async def open_home(self, user: User, tab: str = "home") -> None:
        """Open the app from the side bar."""
        if tab == "home" and not self.app.home_tab:
            raise SlackRefusedError("the app has no Home tab")
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self.world.dm(user).id,
            "tab": tab,
            "event_ts": self.world.next_ts(),
        }
        if tab == "home" and (home := self.world.homes.get(user.id)) is not None:
            event["view"] = {"id": home.id, "hash": home.hash, **home.body}
        await self._emit(user.workspace, "app_home_opened", event)

    # --- what happens around them -----------------------------------------------------------------------

    async def join(self, user: User, channel: Channel, by: User | None = None) -> None:
        """Come into a channel; for the app itself this is the invitation."""
        channel.members.append(user)
        event: Json = {"type": "member_joined_channel", "user": user.id, "channel": channel.id}
        event |= {"channel_type": "G" if channel.kind == "private" else "C", "team": channel.workspace.id}
        if by is not None:
            event["inviter"] = by.id
        await self._emit(channel.workspace, "member_joined_channel", event, channel)

    async def leave(self, user: User, channel: Channel) -> None:
        """Leave a channel, or be removed from it."""
        event: Json = {"type": "member_left_channel", "user": user.id, "channel": channel.id}
        event |= {"channel_type": "G" if channel.kind == "private" else "C", "team": channel.workspace.id}
        if user is channel.workspace.bot:
            channel.members.remove(user)
            name = "group_left" if channel.kind == "private" else "channel_left"
            own = {"type": name, "channel": channel.id, "event_ts": self.world.next_ts()}
            await self._emit(channel.workspace, name, own)
            await self._emit(channel.workspace, "member_left_channel", event)
        else:
            await self._emit(channel.workspace, "member_left_channel", event, channel)
            channel.members.remove(user)

    async def rename(self, channel: Channel, name: str) -> None:
        channel.name = name
        await self._channel_event(channel, "rename", {"id": channel.id, "name": name, "created": 1_700_000_000})

    async def readdress(self, channel: Channel) -> None:
        """Slack gives the channel another id, as it may when it is shared with another organisation."""
        before, channel.id = channel.id, self.world.mint("C")
        event = {"type": "channel_id_changed", "old_channel_id": before, "new_channel_id": channel.id}
        await self._emit(channel.workspace, "channel_id_changed", event | {"event_ts": self.world.next_ts()})

    async def archive(self, channel: Channel, by: User) -> None:
        channel.archived = True
        await self._channel_event(channel, "archive", channel.id, user=by.id)

    async def unarchive(self, channel: Channel, by: User) -> None:
        channel.archived = False
        await self._channel_event(channel, "unarchive", channel.id, user=by.id)

    async def delete_channel(self, channel: Channel) -> None:
        await self._channel_event(channel, "deleted", channel.id)
        channel.deleted = True

    def delete_message(self, message: Seen) -> None:
        """A person with the right to does away with a message; the app is not told."""
        message.message.deleted = True
        self.world.changed()

    async def change_profile(self, user: User, **traits: Any) -> None:
        """New name, zone or standing: `deactivated=True` is how people leave a company."""
        for name, value in traits.items():
            setattr(user, name, value)
        user.updated = int(self.world.clock().timestamp())
        if traits.get("deactivated"):
            for channel in user.workspace.channels:
                if user in channel.members and channel.kind != "im":
                    channel.members.remove(user)
        await self._user_event(user, "user_change")

    async def newcomer(self, workspace: Workspace, name: str, **traits: Any) -> User:
        user = self.world.add_user(workspace, name, **traits)
        await self._user_event(user, "team_join")
        return user

    async def uninstall(self, workspace: Workspace) -> None:
        """Take the app away: its token dies, and two events say so in an order Slack does not promise."""
        install = workspace.install
        if install is None:
            raise SlackRefusedError("the app is not installed")
        install.state = "uninstalled"
        await self._emit(workspace, "app_uninstalled", {"type": "app_uninstalled"})
        tokens = {"oauth": [], "bot": [install.bot.id]}
        await self._emit(workspace, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})

    async def revoke(self, workspace: Workspace) -> None:
        """An administrator revokes the bot token only."""
        install = workspace.install
        if install is None:
            raise SlackRefusedError("the app is not installed")
        install.state = "revoked"
        tokens = {"oauth": [], "bot": [install.bot.id]}
        await self._emit(workspace, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})

    async def install(self, user: User, url: str, *, deny: bool = False, break_state: bool = False) -> tuple[int, str]:
        """Walk through OAuth in a browser, from the app's install page *url*: the last page's status and text."""
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(url).origin())
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            async with browser.get(url, allow_redirects=False) as page:
                text = await page.text()
                link = page.headers.get("Location") or _first_link(text, self.authorize_url)
                if link is None:
                    return page.status, text
            consent = f"{link}&{urlencode({'as': user.id, **({'deny': '1'} if deny else {})})}"
            async with browser.get(consent, allow_redirects=False) as page:
                if page.status != 302:
                    return page.status, await page.text()
                back = page.headers["Location"]
            if break_state:
                back = re.sub(r"state=[^&]*", "state=made-up", back)
            async with browser.get(urljoin(url, back), allow_redirects=False) as page:
                return page.status, await page.text()

    # --- the connection's own troubles ------------------------------------------------------------------

    async def connected(self, sockets: int = 1) -> None:
        """Wait until the app has this many sockets open."""
        await self.world.until(lambda: len(self.wire.sockets) == sockets, f"{sockets} open sockets")

    async def refresh_sockets(self) -> None:
        """Slack renews every connection: a warning, the request, and the old one closes once the new one is there."""
        for socket in list(self.wire.sockets):
            before = self.wire.connected
            for reason in ("warning", "refresh_requested"):
                await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})
            await self.world.until(partial(self._newer_socket, before), "the app to connect again")
            await socket.ws.close()
        await self.world.until(lambda: len(self.wire.sockets) >= 1, "a fresh socket")

    async def cut_sockets(self) -> None:
        """Every connection breaks without a word."""
        for socket in list(self.wire.sockets):
            if socket.request.transport is not None:
                socket.request.transport.abort()
        await self.world.until(lambda: not self.wire.sockets, "the sockets to be gone")

    async def disable_link(self) -> None:
        """Socket Mode is switched off in the app's settings."""
        self.wire.link_enabled = False
        for socket in list(self.wire.sockets):
            await socket.ws.send_json({"type": "disconnect", "reason": "link_disabled", "debug_info": {}})
            await socket.ws.close()

    def deafen(self) -> None:
        """The sockets stay open but nothing comes through any more, not even a pong."""
        for socket in self.wire.sockets:
            socket.deaf = True

    async def catch_up(self) -> int:
        """Send the event retries that are due by the clock."""
        return await self.wire.catch_up()

    async def again(self, delivery: Delivery | None = None) -> Answer:
        """Send the last delivery, or this one, once more: same event, same envelope content."""
        return await self.wire.again(delivery or self.wire.deliveries[-1])

    # --- what people see --------------------------------------------------------------------------------

    def timeline(self, user: User, channel: Channel, *, thread: str | None = None) -> list[Seen]:
        """The messages *user* sees in a channel, oldest first; with *thread* the replies in that thread."""
        if channel.kind != "public" and user not in channel.members:
            raise SlackRefusedError(f"{user.name} cannot see this channel")
        now = self.world.clock()
        rows = [m for m in channel.messages if may_see(user.workspace, user, m)]
        if thread is not None:
            return [seen(m, user, now) for m in rows if m.thread_ts == thread and m.ts != thread]
        return [seen(m, user, now) for m in rows if m.thread_ts in (None, m.ts) or m.broadcast]

    def dm(self, user: User) -> Channel:
        """The conversation of *user* and the app."""
        return self.world.dm(user)

    def dms(self, user: User) -> list[Seen]:
        """What stands in the conversation of *user* and the app."""
        return self.timeline(user, self.dm(user))

    def modal(self, user: User) -> Shown | None:
        """The modal on top, None when there is none."""
        stack = self._stack(user)
        if stack is None:
            return None
        view = stack.views[-1]
        return shown(view, self.world.clock(), self._errors.get(view.id, {}))

    def views(self, user: User) -> list[Shown]:
        """All modals lying on each other, the visible one last."""
        stack = self._stack(user)
        return [shown(view, self.world.clock(), {}) for view in stack.views] if stack else []

    def home(self, user: User) -> Shown | None:
        """The Home tab as the app last published it for *user*."""
        view = self.world.homes.get(user.id)
        return shown(view, self.world.clock(), {}) if view else None

    def trouble(self, user: User) -> list[str]:
        """The error notes Slack itself has shown to *user*."""
        return self._trouble.get(user.id, [])

    async def sees(self, user: User, channel: Channel, words: str, *, thread: str | None = None) -> Seen:
        """Wait until *user* sees a message with these words; the newest such."""

        def look() -> Seen | None:
            found = [row for row in self.timeline(user, channel, thread=thread) if words in row.text]
            return found[-1] if found else None

        try:
            found = await self.world.until(look, "it")
        except TimeoutError:
            there = "\n---\n".join(row.text for row in self.timeline(user, channel, thread=thread))
            raise AssertionError(f"{user.name} does not see {words!r}, but:\n{there}") from None
        assert isinstance(found, Seen)
        return found

    # --- inside -----------------------------------------------------------------------------------------

    def _newer_socket(self, before: int) -> bool:
        return self.wire.connected > before

    def _install(self, user: User) -> Install:
        if user.workspace.install is None or user.workspace.install.state == "uninstalled":
            raise SlackRefusedError("the app is not installed here")
        return user.workspace.install

    def _must_be_in(self, user: User, channel: Channel) -> None:
        self._install(user)
        if user.deactivated or user not in channel.members:
            raise SlackRefusedError(f"{user.name} is not in #{channel.name}")
        if channel.archived or channel.deleted:
            raise SlackRefusedError(f"#{channel.name} is archived")

    def _went_wrong(self, user: User, note: str) -> None:
        self._trouble.setdefault(user.id, []).append(note)

    def _stack(self, user: User) -> Stack | None:
        return next((stack for stack in self.world.stacks if stack.user is user), None)

    def _top(self, user: User) -> View:
        stack = self._stack(user)
        if stack is None:
            raise SlackRefusedError(f"{user.name} has no modal open")
        return stack.views[-1]

    def _enter(self, user: User, where: Seen | Shown, block: Json, element: Json, chosen: Json) -> None:
        kept = where.view.entered if isinstance(where, Shown) else where.message.entered.setdefault(user.id, {})
        kept.setdefault(block["block_id"], {})[element["action_id"]] = chosen

    async def _operate(self, user: User, where: Seen | Shown, block: Json, element: Json, chosen: Json) -> Answer:
        self._install(user)
        action = payloads.action_of(self.world, block, element, chosen)
        if isinstance(where, Shown):
            if where.view.user is not user:
                raise SlackRefusedError(f"{user.name} does not see this")
            payload = payloads.on_view(self.world, self._install(user), where.view, action)
        else:
            message = where.message
            if not may_see(user.workspace, user, message):
                raise SlackRefusedError(f"{user.name} does not see this message (any more)")
            if user not in message.channel.members:
                raise SlackRefusedError(f"{user.name} must join #{message.channel.name} to press")
            made = self.world.response_url(user, message.channel, message)
            payload = payloads.on_message(self.world, user, message, action, self.server.response_address(made))
        return await self._interact(user, payload)

    async def _interact(self, user: User, payload: Json) -> Answer:
        if not self.app.interactive:
            raise SlackRefusedError("the app's interactivity is switched off")
        delivery = await self.wire.deliver("interactive", payload)
        if not delivery.answer.ok:
            self._went_wrong(user, WENT_WRONG)
        self.world.changed()
        return delivery.answer

    def _after_submit(self, user: User, view: View, answer: Answer) -> None:
        """Do with the modal what the app's answer to its submission says."""
        body = answer.body
        if not answer.ok or (body and not (isinstance(body, dict) and "response_action" in body)):
            self._went_wrong(user, "We had some trouble connecting. Try again?")
            return
        stack = view.stack
        if stack is None or view not in stack.views:
            return
        try:
            match body["response_action"] if body else "close":
                case "close":
                    stack.views.remove(view)
                case "clear":
                    stack.views.clear()
                case "update":
                    replace(self.world, view, judged(self.world, body["view"]))
                case "push" if len(stack.views) >= VIEW_STACK:
                    raise RefusedError("push_limit_reached")
                case "push":
                    new_view(self.world, judged(self.world, body["view"]), stack)
                case "errors":
                    inputs = {b["block_id"] for b in view.body["blocks"] if b["type"] == "input"}
                    if not body.get("errors") or not set(body["errors"]) <= inputs:
                        raise RefusedError("errors must name input blocks")
                    self._errors[view.id] = {name: unescape(why) for name, why in body["errors"].items()}
                case other:
                    raise RefusedError(f"unknown response_action {other}")
        except RefusedError as refused:
            self._went_wrong(user, f"We had some trouble connecting. Try again? ({refused.body})")
        if not stack.views and stack in self.world.stacks:
            self.world.stacks.remove(stack)

    async def _tell_message(self, message: Message) -> None:
        channel, workspace = message.channel, message.channel.workspace
        bot = workspace.bot
        event: Json = {**shown_message(message), "channel": channel.id, "event_ts": message.ts}
        if message.files:
            known = [(file, self.world.uploads.get(file["id"])) for file in message.files]
            event["files"] = [
                {"id": file["id"], "file_access": "check_file_info"} if upload and upload.foreign else file
                for file, upload in known
            ]
            event |= {"upload": False, "display_as_bot": False}
        if bot not in channel.members:
            return
        if f"<@{bot.id}>" in message.text and channel.kind != "im":
            await self._emit(workspace, "app_mention", {**event, "type": "app_mention"}, channel)
        kinds = {
            "public": ("message.channels", "channel"),
            "private": ("message.groups", "group"),
            "im": ("message.im", "im"),
        }
        shared = {"subtype": "file_share"} if message.files else {}
        if channel.kind in kinds:
            name, kind = kinds[channel.kind]
            await self._emit(workspace, name, {**event, "channel_type": kind, **shared}, channel)

    async def _channel_event(self, channel: Channel, what: str, subject: Any, **more: Any) -> None:
        kind = "group" if channel.kind == "private" else "channel"
        event = {"type": f"{kind}_{what}", "channel": subject, "event_ts": self.world.next_ts(), **more}
        needs_bot = channel if channel.kind == "private" else None
        await self._emit(channel.workspace, f"{kind}_{what}", event, needs_bot)

    async def _user_event(self, user: User, name: str) -> None:
        now = self.world.clock()
        about = shown_user(user, now, with_email=False)
        event = {"type": name, "user": about, "cache_ts": 0, "event_ts": self.world.next_ts()}
        await self._emit(user.workspace, name, event)

    async def _emit(self, workspace: Workspace, name: str, event: Json, channel: Channel | None = None) -> None:
        """Tell the app, if it is subscribed, has the scope and, where a *channel* is given, is in it."""
        install = workspace.install
        if install is None or name not in self.app.events:
            return
        scope = EVENT_SCOPES.get(name, "groups:read" if name.startswith("group_") else "channels:read")
        if name.startswith("member_") and event.get("channel_type") == "G":
            scope = "groups:read"
        if scope and scope not in install.scopes:
            return
        if channel is not None and install.bot not in channel.members:
            return
        await self.wire.deliver("events_api", event_callback(self.world, workspace, event))


def _first_link(page: str, start: str) -> str | None:
    found = re.search(rf'href="({re.escape(start)}[^"]+)"', page)
    return unescape(found.group(1)) if found else None
