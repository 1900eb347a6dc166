"""The Teams clients of the people in the tenant: they type, press, submit, join and leave, and the bot is told."""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from tests.standins.teams import cards
from tests.standins.teams.trust import Channel
from tests.standins.teams.world import (
    ADAPTIVE,
    Activity,
    Card,
    Conversation,
    Message,
    Person,
    Seen,
    Shared,
    Team,
    World,
    opaque,
)

SERVICE = "https://smba.trafficmanager.net/emea/"
FILE_INFO = "application/vnd.microsoft.teams.file.download.info"
WENT_WRONG = "Something went wrong. Please try again."  # what Teams itself says when a bot's answer makes no sense
ACTION_ANSWERS = {
    "application/vnd.microsoft.card.adaptive",
    "application/vnd.microsoft.activity.message",
    "application/vnd.microsoft.error",
}


@dataclass(frozen=True)
class Answered:
    """What came back on an activity: the status, the body, and what the person's client made of it."""

    status: int
    body: Any = None
    toast: str = ""  # a line that only this person sees, for a moment
    dialog: Dialog | None = None


@dataclass
class Dialog:
    """A dialog that stands open on one person's screen."""

    person: Person
    message: Message
    title: str
    card: Card
    _clients: Clients = field(repr=False)

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The inputs by id."""
        return cards.inputs(self.card)

    @property
    def lines(self) -> list[str]:
        return cards.words(self.card, self.person.zone or "UTC")

    @property
    def buttons(self) -> list[str]:
        return [button["title"] for button in cards.buttons(self.card)]

    async def submit(self, values: Mapping[str, str] | None = None, *, press: str | None = None) -> Answered:
        """Fill in *values* (by id; the others keep what stands in them) and press *press*, or the first submit."""
        found = [b for b in cards.buttons(self.card) if b["type"] == "Action.Submit" and press in (None, b["title"])]
        if not found:
            raise AssertionError(f"no submit {press!r} in the dialog {self.title!r}, only {self.buttons}")
        return await self._clients.submit(self, found[0], values or {})


class Clients:
    """Everyone's client. Activities go to `bot`, the address of the bot's endpoint."""

    def __init__(self, world: World, channel: Channel) -> None:
        self.world, self.channel = world, channel
        self.bot = ""
        self.service_url = SERVICE
        self.complaints: list[str] = []
        self.sent: list[Activity] = []  # every activity the bot was told of, oldest first
        self.deliver: Callable[[str, bytes], Awaitable[tuple[int, Any]]] = self._over_http

    # Talking

    async def say(
        self,
        person: Person,
        where: Conversation,
        text: str,
        *,
        mention: bool = True,
        under: Message | None = None,
        naming: Sequence[Person] = (),
        format_: str = "plain",
    ) -> Answered | None:
        """Type *text* in *where*; with *mention*, to the bot. `@Name` of those in *naming* becomes a mention.

        Outside the personal chat the bot hears only what mentions it: None when it heard nothing.
        """
        self._present(person, where)
        to_bot = where.kind != "personal" and mention
        entities = []
        for other in naming:
            marked = f"<at>{other.name}</at>"
            text = text.replace(f"@{other.name}", marked)
            entities.append({"type": "mention", "text": marked, "mentioned": {"id": other.id, "name": other.name}})
        if to_bot:
            marked = f"<at>{self.world.bot_name}</at>"
            text = f"{marked} {text}"
            entity = {
                "type": "mention",
                "text": marked,
                "mentioned": {"id": self.world.bot, "name": self.world.bot_name},
            }
            entities.insert(0, entity)
        root = (under.root or under.id) if under and where.kind == "channel" else None
        message = self.world.post(where, person, {"type": "message", "text": text}, root=root)
        if not self.world.bot_is_in(where) or not (to_bot or where.kind == "personal"):
            return None
        activity = self._activity("message", person, where, id=message.id, thread=root or message.id)
        activity["entities"] = [*entities, *activity["entities"]]
        return await self.tell(activity | {"text": text, "textFormat": format_, "attachments": []})

    async def share(
        self, person: Person, name: str, content: bytes, text: str = "", *, address: str = "", **traits: Any
    ) -> Answered:
        """Send a file to the bot in the personal chat, with *text* beside it; elsewhere Teams tells bots of none.

        *address*: where it is said to lie, if not where it does. *traits*: see `Shared`.
        """
        where = self.world.personal(person)
        self._present(person, where)
        key = opaque("file", str(len(self.world.files)))
        self.world.files[key] = Shared(content, **traits)
        base = self.service_url.partition("/teams/")[0]
        message = self.world.post(where, person, {"type": "message", "text": text or name})
        info = {"uniqueId": key, "fileType": name.rpartition(".")[2], "downloadUrl": address or f"{base}/files/{key}"}
        file = {"contentType": FILE_INFO, "contentUrl": f"https://acme.sharepoint.example/{name}", "name": name}
        html = {"contentType": "text/html", "content": f"<p>{text}</p>"}
        activity = self._activity("message", person, where, id=message.id)
        return await self.tell(activity | {"text": text, "attachments": [file | {"content": info}, html]})

    async def press(
        self,
        person: Person,
        message: Message,
        label: str,
        values: Mapping[str, str] | None = None,
        *,
        seen: Seen | None = None,
    ) -> Answered:
        """Press the button *label* on the card that this person sees, with *values* in the card's own inputs.

        *seen* is how it looked a moment ago, for the second click of two.
        """
        seen = seen or self.world.view(person, message)
        if message not in set(self.world.visible(person, message.conversation)):
            raise AssertionError(f"{person.name} does not see this message")
        found = [button for button in cards.buttons(seen.card or {}) if button["title"] == label]
        if not found:
            raise AssertionError(f"no button {label!r} on {str(seen)!r}")
        action, given = found[0], self._filled(seen.card or {}, found[0], values or {})
        if action["type"] == "Action.Execute" and person.old_client:
            action = action["fallback"]
        if action["type"] == "Action.Execute":
            return await self._execute(person, message, action, given)
        if action["type"] != "Action.Submit":
            raise AssertionError(f"{label!r} is a {action['type']}, which tells the bot nothing")
        data = action["data"] | given
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            answer = await self._invoke(person, message, "task/fetch", {"data": data, "context": {"theme": "default"}})
            return self._task(person, message, answer)
        data = {name: value for name, value in data.items() if name != "msteams"}
        activity = self._activity("message", person, message.conversation, thread=message.root or message.id)
        return await self.tell(activity | {"value": data, "replyToId": message.id})

    async def choose_action(self, person: Person, message: Message, command: str) -> Answered:
        """Choose an app's *command* in the menu of a message that somebody wrote."""
        author = message.author
        wrote = (
            {"user": {"userIdentityType": "aadUser", "id": author.aad, "displayName": author.name}} if author else None
        )
        words = "".join(f"<p>{html.escape(line)}</p>" for line in str(message.activity.get("text", "")).splitlines())
        payload = {
            "id": message.id,
            "replyToId": message.root,
            "createdDateTime": "2026-03-24T10:00:00.000Z",
            "importance": "normal",
            "from": wrote or {"application": {"id": self.world.bot, "displayName": self.world.bot_name}},
            "body": {"contentType": "html", "content": words},
            "attachments": [],
            "mentions": [],
            "reactions": [],
        }
        value = {
            "commandId": command,
            "commandContext": "message",
            "requestId": opaque("request", message.id),
            "messagePayload": payload,
            "context": {"theme": "default"},
        }
        return self._task(person, message, await self._invoke(person, message, "composeExtension/fetchTask", value))

    async def look(self, person: Person, where: Conversation) -> None:
        """Open *where*: cards with a refresh that names this person ask the bot for this person's view."""
        for message in list(self.world.visible(person, where)):
            refresh = (message.card or {}).get("refresh")
            if refresh and person.id in refresh.get("userIds", []) and person not in message.views:
                await self._execute(person, message, refresh["action"], {}, trigger="automatic")

    async def submit(self, dialog: Dialog, action: dict[str, Any], values: Mapping[str, str]) -> Answered:
        """A dialog's submit; `Dialog.submit` is the usual way here."""
        data = action["data"] | self._filled(dialog.card, action, values)
        answer = await self._invoke(
            dialog.person, dialog.message, "task/submit", {"data": data, "context": {"theme": "default"}}
        )
        return self._task(dialog.person, dialog.message, answer)

    async def again(self) -> Answered:
        """Deliver the last activity once more, as Teams does when it saw no answer."""
        return await self.tell(self.sent[-1])

    # Coming and going

    async def join(self, person: Person, where: Team | Conversation) -> Answered:
        """Somebody joins a team or a group chat."""
        members = where.members
        members.append(person)
        added = {"membersAdded": [{"id": person.id, "aadObjectId": person.aad}]}
        return await self._roster_changed(where, added, "teamMemberAdded", person)

    async def leave(self, person: Person, where: Team | Conversation) -> Answered:
        """Somebody leaves, or is taken out."""
        where.members.remove(person)
        removed = {"membersRemoved": [{"id": person.id, "aadObjectId": person.aad}]}
        return await self._roster_changed(where, removed, "teamMemberRemoved", person)

    async def install(self, by: Person, where: Team | Conversation | None = None) -> list[Answered]:
        """Add the app to a team or a group chat, or for *by* alone."""
        place = self._place(by, where)
        if where is None:
            by.installed, by.blocked = True, False
        else:
            where.has_bot = True
        bot = {"membersAdded": [{"id": self.world.bot}]}
        return [
            await self.tell(self._installation("add", by, place)),
            await self._roster_changed(where or place, bot, "teamMemberAdded", by),
        ]

    async def remove(self, by: Person, where: Team | Conversation | None = None) -> list[Answered]:
        """Take the app out of a team or a group chat, or away from *by* alone."""
        place = self._place(by, where)
        bot = {"membersRemoved": [{"id": self.world.bot}]}
        changed = self._conversation_update(where or place, bot, "teamMemberRemoved", by)
        if where is None:
            by.installed = False
        else:
            where.has_bot = False
        return [await self.tell(self._installation("remove", by, place)), await self.tell(changed)]

    async def upgrade(self, by: Person, where: Team | Conversation | None = None) -> Answered:
        """A new version of the app's package is put in."""
        return await self.tell(self._installation("add-upgrade", by, self._place(by, where)))

    async def rename(self, team: Team, name: str, by: Person) -> Answered:
        """Give a team another name."""
        team.name = name
        return await self.tell(self._conversation_update(team, {}, "teamRenamed", by))

    async def delete_channel(self, channel: Conversation, by: Person) -> Answered:
        """Delete a channel with all that was said in it."""
        assert channel.team
        channel.deleted = True
        gone = {"channel": {"id": channel.id, "name": channel.name}}
        return await self.tell(self._conversation_update(channel.team, {}, "channelDeleted", by, **gone))

    async def rename_channel(self, channel: Conversation, name: str, by: Person) -> Answered:
        """Give a channel another name."""
        assert channel.team
        channel.name = name
        named = {"channel": {"id": channel.id, "name": name}}
        return await self.tell(self._conversation_update(channel.team, {}, "channelRenamed", by, **named))

    # What goes over the wire

    async def tell(self, activity: Activity, authorization: str | None = None) -> Answered:
        """Deliver an activity, signed by the channel unless another *authorization* is given."""
        self.sent.append(activity)
        header = self.channel.sign(activity["serviceUrl"]) if authorization is None else authorization
        status, body = await self.deliver(header, json.dumps(activity).encode())
        if status >= 400:
            return Answered(status, body, toast=WENT_WRONG if activity["type"] == "invoke" else "")
        return Answered(status, body)

    async def _over_http(self, authorization: str, body: bytes) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if authorization:
            headers["Authorization"] = authorization
        async with aiohttp.ClientSession() as session, session.post(self.bot, data=body, headers=headers) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw else None

    async def _execute(
        self, person: Person, message: Message, action: Card, given: Mapping[str, str], trigger: str = "manual"
    ) -> Answered:
        sent = {
            "type": "Action.Execute",
            "title": action.get("title"),
            "id": action.get("id"),
            "verb": action.get("verb"),
        }
        sent = {name: value for name, value in sent.items() if value is not None}
        sent["data"] = action.get("data", {}) | given
        answer = await self._invoke(person, message, "adaptiveCard/action", {"action": sent, "trigger": trigger})
        body = answer.body
        if answer.status != 200:
            return answer
        if (
            not isinstance(body, dict)
            or set(body) < {"statusCode", "type", "value"}
            or body["type"] not in ACTION_ANSWERS
        ):
            return self._nonsense(f"adaptiveCard/action was answered with {body!r}", answer)
        if body["type"] == "application/vnd.microsoft.card.adaptive":
            if not self._drawn(body["value"]):
                return self._nonsense("the card in the answer cannot be drawn", answer)
            message.views[person] = body["value"]
            return answer
        said = body["value"] if isinstance(body["value"], str) else body["value"].get("message", "")
        return Answered(answer.status, body, toast=said)

    def _task(self, person: Person, message: Message, answer: Answered) -> Answered:
        """What a client does with the answer to task/fetch and task/submit."""
        if answer.status != 200 or answer.body in (None, {}):
            return answer
        task = answer.body.get("task") if isinstance(answer.body, dict) else None
        match task:
            case {"type": "message", "value": str(said)}:
                return Answered(answer.status, answer.body, toast=said)
            case {"type": "continue", "value": {"title": str(title), "card": {"contentType": kind, "content": card}}}:
                if kind == ADAPTIVE and self._drawn(card):
                    return Answered(answer.status, answer.body, dialog=Dialog(person, message, title, card, self))
                return self._nonsense("the card of the dialog cannot be drawn", answer)
            case _:
                return self._nonsense(f"a dialog was answered with {answer.body!r}", answer)

    async def _invoke(self, person: Person, message: Message, name: str, value: dict[str, Any]) -> Answered:
        activity = self._activity("invoke", person, message.conversation, thread=message.root or message.id)
        return await self.tell(activity | {"name": name, "value": value, "replyToId": message.id})

    def _nonsense(self, why: str, answer: Answered) -> Answered:
        self.complaints.append(why)
        return Answered(answer.status, answer.body, toast=WENT_WRONG)

    def _drawn(self, card: Any) -> bool:
        found = cards.problems(card)
        self.complaints += found
        return not found

    @staticmethod
    def _filled(card: Card, action: dict[str, Any], values: Mapping[str, str]) -> dict[str, str]:
        """The values of the card's inputs, checked as a client checks them before it sends anything."""
        if action.get("associatedInputs") == "none":
            return {}
        known = cards.inputs(card)
        if unknown := set(values) - set(known):
            raise AssertionError(f"no input {sorted(unknown)}, only {sorted(known)}")
        given = {}
        for name, field_ in known.items():
            value = str(values.get(name, field_.get("value", field_.get("valueOff", ""))))
            if field_.get("isRequired") and not value:
                raise AssertionError(f"Teams keeps the button: {field_['errorMessage']}")
            if len(value) > field_.get("maxLength", len(value)):
                raise AssertionError(f"Teams lets nobody type more than {field_['maxLength']} characters into {name}")
            if field_["type"] == "Input.ChoiceSet" and value:
                offered = {choice["value"] for choice in field_["choices"]}
                if not set(value.split(",") if field_.get("isMultiSelect") else [value]) <= offered:
                    raise AssertionError(f"{value!r} is not offered in {name}, only {sorted(offered)}")
            given[name] = value
        return given

    # Activities as Teams writes them

    def _activity(
        self, kind: str, person: Person, where: Conversation, *, id: str | None = None, thread: str | None = None
    ) -> Activity:
        now = self.world.clock()
        in_thread = f"{where.id};messageid={thread}" if where.kind == "channel" and thread else where.id
        account: dict[str, Any] = {"conversationType": where.kind, "tenantId": self.world.tenant, "id": in_thread}
        if where.kind != "personal":
            account["isGroup"] = True
        info: dict[str, Any] = {"type": "clientInfo", "locale": person.locale, "country": "DE", "platform": "Windows"}
        activity: Activity = {
            "type": kind,
            "id": id or f"f:{opaque('activity', str(len(self.sent)))}",
            "timestamp": now.isoformat().replace("+00:00", "Z"),
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": person.id, "name": person.name, "aadObjectId": person.aad},
            "conversation": account,
            "recipient": {"id": self.world.bot, "name": self.world.bot_name},
            "entities": [info],
            "channelData": self._channel_data(where),
            "locale": person.locale,
        }
        if person.zone:
            activity["localTimezone"] = info["timezone"] = person.zone
            activity["localTimestamp"] = now.astimezone(ZoneInfo(person.zone)).isoformat()
        return activity

    def _channel_data(self, where: Conversation) -> dict[str, Any]:
        data: dict[str, Any] = {"tenant": {"id": self.world.tenant}}
        if where.team:
            data |= {"teamsChannelId": where.id, "teamsTeamId": where.team.id}
            data |= {"channel": {"id": where.id}, "team": {"id": where.team.id}}
        return data

    def _place(self, by: Person, where: Team | Conversation | None) -> Conversation:
        if where is None:
            return self.world.personal(by)
        return where.general if isinstance(where, Team) else where

    def _installation(self, action: str, by: Person, place: Conversation) -> Activity:
        activity = _without_client(self._activity("installationUpdate", by, place))
        if place.team:
            named = {"id": place.team.id, "name": place.team.name, "aadGroupId": place.team.id[3:35]}
            activity["channelData"] |= {"team": named, "settings": {"selectedChannel": {"id": place.id}}}
        return activity | {"action": action}

    async def _roster_changed(
        self, where: Team | Conversation, change: dict[str, Any], event: str, by: Person
    ) -> Answered:
        return await self.tell(self._conversation_update(where, change, event, by))

    def _conversation_update(
        self, where: Team | Conversation, change: dict[str, Any], event: str, by: Person, **data: Any
    ) -> Activity:
        place = where.general if isinstance(where, Team) else where
        activity = _without_client(self._activity("conversationUpdate", by, place))
        if isinstance(where, Team):
            named = {"id": where.id, "name": where.name, "aadGroupId": where.id[3:35]}
            activity["channelData"] = {"tenant": {"id": self.world.tenant}, "team": named, "eventType": event} | data
        return activity | change

    @staticmethod
    def _present(person: Person, where: Conversation) -> None:
        if person not in where.roster:
            raise AssertionError(f"{person.name} is not in {where.name}")


def _without_client(activity: Activity) -> Activity:
    """What Teams itself tells comes from no client, so it knows no zone."""
    return {name: one for name, one in activity.items() if name not in {"entities", "localTimezone", "localTimestamp"}}
