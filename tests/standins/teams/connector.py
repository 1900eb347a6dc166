"""The Bot Connector's REST interface and its token and key servers, as strict as the real ones on a strict day."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.standins.teams import cards, limits
from tests.standins.teams.graph import Graph
from tests.standins.teams.limits import Fault, Faults, Operation, Rates
from tests.standins.teams.trust import Channel, Registration, TokenRefusedError
from tests.standins.teams.world import ADAPTIVE, Conversation, Message, World, card_of

OPENID = "/v1/.well-known/openidconfiguration"
TYPES = {"message", "typing"}


@dataclass(frozen=True)
class Call:
    """One request that reached the stand-in."""

    operation: str
    path: str
    status: int


class Gate:
    """Holds requests back until a test lets them go, and says how many wait."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._changed = threading.Condition()
        self._loop = asyncio.get_running_loop()
        self.waiting = 0

    async def pass_(self) -> None:
        with self._changed:
            self.waiting += 1
            self._changed.notify_all()
        await self._open.wait()

    def reached(self, count: int, within: float = 20.0) -> bool:
        """Block until *count* requests wait, at most *within* seconds. Not for the loop that makes the requests."""
        with self._changed:
            return self._changed.wait_for(lambda: self.waiting >= count, within)

    def open(self) -> None:
        """Let all of them go, and those to come."""
        self._loop.call_soon_threadsafe(self._open.set)


class RefusedError(Exception):
    """An answer other than success."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def refuse(status: int, code: str, said: str, retry_after: str | None = None) -> RefusedError:
    return RefusedError(Fault(status, code, said, retry_after))


class Servers:
    """The three servers behind one port."""

    def __init__(
        self, world: World, channel: Channel, registration: Registration, rates: Rates, faults: Faults
    ) -> None:
        self.world, self.channel, self.registration = world, channel, registration
        self.rates, self.faults = rates, faults
        self.graph = Graph(world, registration)
        self.calls: list[Call] = []
        self._more = asyncio.Event()
        self.complaints: list[str] = []
        self.most_bytes = limits.SAFE
        self.page = 50  # members on one page of a roster, whatever the bot asks for
        self.targeted = True  # does this tenant have messages that one person sees?
        self.trusting = False  # asks for no token, as a connector for trials on one machine
        self.gates: dict[str, Gate] = {}
        self.base = ""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._note])
        app.add_routes(
            [
                web.get(OPENID, self._openid, name="openid"),
                web.get("/v1/.well-known/keys", self._keys, name="keys"),
                web.get("/login/common/discovery/instance", self._instance, name="instance"),
                web.get("/login/{tenant}/v2.0/.well-known/openid-configuration", self._authority, name="authority"),
                web.post("/login/{tenant}/oauth2/v2.0/token", self._token, name="token"),
                web.get("/metadata/identity/oauth2/token", self._identity, name="identity"),
                web.get("/files/{id}", self._file, name="file"),
                *self.graph.routes(),
                *self._conversations("/teams/{region}/v3/conversations"),
                web.get("/teams/{region}/v3/teams/{team}", self._guarded("team", self._team)),
                web.get("/teams/{region}/v3/teams/{team}/conversations", self._guarded("team", self._channels)),
            ]
        )
        return app

    def _conversations(self, root: str) -> list[web.RouteDef]:
        one = root + "/{conversation}"
        activity = one + "/activities/{activity}"
        return [
            web.post(root, self._guarded("create", self._create)),
            web.post(one + "/activities", self._guarded("send", self._send)),
            web.post(activity, self._guarded("send", self._send)),
            web.put(activity, self._guarded("update", self._update)),
            web.delete(activity, self._guarded("delete", self._delete)),
            web.get(one + "/pagedmembers", self._guarded("members", self._members)),
            web.get(one + "/members/{member}", self._guarded("member", self._member)),
        ]

    # Around every request

    @web.middleware
    async def _note(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
        name = request.match_info.route.name
        if name and name in self.gates:
            await self.gates[name].pass_()
        answer = await handler(request)
        if name:
            self.calls.append(Call(name, request.path, answer.status))
        return answer

    def _guarded(
        self, operation: Operation, carry_out: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A connector operation: who asks, rates, planned faults, then the work itself."""

        async def handle(request: web.Request) -> web.Response:
            if operation in self.gates:
                await self.gates[operation].pass_()
            try:
                answer = await self._answer(operation, request, carry_out)
            except RefusedError as no:
                answer = await self._refused(no.fault, request)
            self.calls.append(Call(operation, request.path, answer.status))
            self._more.set()
            return answer

        return handle

    async def answered(self, operation: Operation, count: int, within: float = 20.0) -> None:
        """Wait until *count* requests of this kind were answered well. Raises TimeoutError after *within* seconds."""
        async with asyncio.timeout(within):
            while sum(call.operation == operation and call.status < 300 for call in self.calls) < count:
                self._more.clear()
                await self._more.wait()

    async def _answer(
        self, operation: Operation, request: web.Request, carry_out: Callable[[web.Request], Awaitable[web.Response]]
    ) -> web.Response:
        if not self.trusting and not self.registration.knows(request.headers.get("Authorization")):
            raise refuse(401, "Unauthorized", "Authorization has been denied for this request.")
        conversation = unquote(request.match_info.get("conversation", "")) or "new"
        if wait := self.rates.wait(operation, conversation):
            raise refuse(429, "Throttled", "Too many requests.", str(wait))
        fault = self.faults.next(operation, conversation)
        if fault and not fault.after:
            raise RefusedError(fault)
        answer = await carry_out(request)
        if fault:
            raise RefusedError(fault)
        return answer

    async def _refused(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.status <= 0:
            if fault.status < 0:
                gate = self.gates.setdefault("hang", Gate())
                await gate.pass_()
            if request.transport:
                request.transport.close()
            return web.Response(status=499)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        body = {"error": {"code": fault.code, "message": fault.said or fault.code}}
        return web.json_response(body, status=fault.status, headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        """A file as SharePoint gives it to whoever has its address: no token is asked for, and none is wanted."""
        if "Authorization" in request.headers:
            self.complaints.append("a token was shown to a file server")
        shared = self.world.files.get(request.match_info["id"])
        if shared is None:
            return web.Response(status=404)
        if shared.status <= 0 and request.transport:
            request.transport.abort()
        headers = {"Location": shared.leads_to} if shared.leads_to else {}
        return web.Response(status=302 if headers else max(shared.status, 200), body=shared.content, headers=headers)

    # Trust

    async def _openid(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": "https://api.botframework.com",
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{self.base}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(self.channel.key_set())

    async def _instance(self, _request: web.Request) -> web.Response:
        aliases = ["login.microsoftonline.com", "login.windows.net"]
        network = {"preferred_network": aliases[0], "preferred_cache": aliases[1], "aliases": aliases}
        return web.json_response({"metadata": [network]})

    async def _authority(self, request: web.Request) -> web.Response:
        root = f"https://login.microsoftonline.com/{request.match_info['tenant']}"
        return web.json_response(
            {
                "issuer": f"{root}/v2.0",
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return self._granted(lambda: self.registration.token(request.match_info["tenant"], form))

    async def _identity(self, request: web.Request) -> web.Response:
        if request.headers.get("Metadata") != "true":
            return web.json_response(
                {"error": "invalid_request", "error_description": "no Metadata header"}, status=400
            )
        query = request.query
        return self._granted(
            lambda: self.registration.identity_token(query.get("client_id", ""), query.get("resource", ""))
        )

    @staticmethod
    def _granted(ask: Callable[[], dict[str, Any]]) -> web.Response:
        try:
            return web.json_response(ask())
        except TokenRefusedError as no:
            status = 401 if no.error == "invalid_client" else 400
            return web.json_response({"error": no.error, "error_description": no.description}, status=status)

    # Conversations

    async def _create(self, request: web.Request) -> web.Response:
        asked = await self._json(request)
        data = asked.get("channelData") or {}
        tenant = asked.get("tenantId") or (data.get("tenant") or {}).get("id")
        if tenant != self.world.tenant:
            raise refuse(400, "BadSyntax", "Bad format of tenant: channelData.tenant.id or tenantId is needed")
        if asked.get("isGroup"):
            return self._new_thread(asked, data)
        members = asked.get("members") or []
        if len(members) != 1:
            raise refuse(400, "BadArgument", "A bot can only open a chat with one person")
        person = next((p for p in self.world.people.values() if members[0].get("id") in (p.id, p.aad)), None)
        if person is None:
            raise refuse(400, "BadSyntax", "Bad format of conversation ID: no such member")
        if not self.world.reaches(person):
            raise RefusedError(limits.FORBIDDEN)
        conversation = self.world.personal(person)
        shown: dict[str, Any] = {"id": conversation.id}
        if asked.get("activity"):
            shown["activityId"] = self._post(conversation, asked["activity"], None, None).id
        return web.json_response(shown, status=201)

    def _new_thread(self, asked: dict[str, Any], data: dict[str, Any]) -> web.Response:
        channel = self.world.conversation((data.get("channel") or {}).get("id", ""))
        if channel is None or channel.kind != "channel":
            raise refuse(403, "ForbiddenOperationException", "A bot cannot make a group chat or a channel")
        if not asked.get("activity"):
            raise refuse(400, "BadSyntax", "Activity is needed to open a thread")
        self._may_write(channel)
        message = self._post(channel, asked["activity"], None, None)
        return web.json_response({"id": f"{channel.id};messageid={message.id}", "activityId": message.id}, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        conversation, root = self._where(request)
        activity = await self._json(request)
        replied = request.match_info.get("activity")
        if replied:
            parent = self.world.message(unquote(replied))
            if parent is None or parent.conversation is not conversation:
                raise refuse(
                    404, "ActivityNotFoundInConversation", "The activity to reply to is not in the conversation."
                )
            if conversation.kind == "channel":
                root = root or parent.root or parent.id
        if activity.get("type") == "typing":
            return web.json_response({"id": "typing"}, status=201)
        message = self._post(conversation, activity, root, self._recipient(request, activity, conversation))
        return web.json_response({"id": message.id}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        message = self._own_message(request)
        activity = await self._json(request)
        self._check(activity)
        self.world.edit(message, activity)
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        self._own_message(request).deleted = True
        return web.Response(status=200)

    def _post(
        self, conversation: Conversation, activity: dict[str, Any], root: str | None, only_for: str | None
    ) -> Message:
        self._may_write(conversation)
        self._check(activity)
        return self.world.post(conversation, None, activity, root=root, only_for=only_for)

    def _where(self, request: web.Request) -> tuple[Conversation, str | None]:
        wire = unquote(request.match_info["conversation"])
        conversation = self.world.conversation(wire)
        if conversation is None or conversation.deleted:
            raise refuse(404, "ConversationNotFound", "Conversation not found.")
        if not self.world.bot_is_in(conversation):
            raise RefusedError(limits.NOT_IN_ROSTER)
        return conversation, wire.partition(";messageid=")[2] or None

    def _may_write(self, conversation: Conversation) -> None:
        if conversation.deleted:
            raise refuse(404, "ConversationNotFound", "Conversation not found.")
        if not self.world.bot_is_in(conversation):
            raise RefusedError(limits.NOT_IN_ROSTER)
        if conversation.kind == "personal":
            person = conversation.members[0]
            if person.blocked:
                raise RefusedError(limits.BLOCKED)
            if not self.world.reaches(person):
                raise RefusedError(limits.FORBIDDEN)

    def _recipient(self, request: web.Request, activity: dict[str, Any], conversation: Conversation) -> str | None:
        """For a message that one person sees: who."""
        if request.query.get("isTargetedActivity") != "true":
            return None
        if not self.targeted:
            raise refuse(400, "BadArgument", "Targeted messages are not enabled")
        if conversation.kind == "personal":
            raise refuse(400, "BadArgument", "A personal chat has no targeted messages")
        wanted = (activity.get("recipient") or {}).get("id")
        if not any(wanted == person.id for person in conversation.roster):
            raise refuse(400, "BadArgument", "The recipient of a targeted message is a member of the conversation")
        return str(wanted)

    def _own_message(self, request: web.Request) -> Message:
        conversation, _ = self._where(request)
        message = self.world.message(unquote(request.match_info["activity"]))
        if message is None or message.conversation is not conversation or message.deleted:
            raise refuse(404, "ActivityNotFoundInConversation", "The activity is not in the conversation.")
        if message.author is not None:
            raise refuse(403, "ForbiddenOperationException", "A bot can only change its own messages")
        if bool(message.only_for) != (request.query.get("isTargetedActivity") == "true"):
            raise refuse(404, "ActivityNotFoundInConversation", "Targeted and other messages are kept apart.")
        self._may_write(conversation)
        return message

    async def _json(self, request: web.Request) -> dict[str, Any]:
        raw = await request.read()
        if len(raw) > self.most_bytes:
            raise RefusedError(limits.TOO_LARGE)
        try:
            body = json.loads(raw)
        except ValueError as error:
            raise refuse(400, "BadSyntax", "The request is not JSON") from error
        if not isinstance(body, dict):
            raise refuse(400, "BadSyntax", "The request is not an object")
        return body

    def _check(self, activity: dict[str, Any]) -> None:
        """Would Teams draw it? A complaint is an answer, and is kept for the test's end."""
        found = []
        if activity.get("type") not in TYPES:
            found.append(f"activity: the type {activity.get('type')!r} is not one a bot sends")
        attachments = activity.get("attachments") or []
        if activity.get("type") == "message" and not (activity.get("text") or attachments):
            found.append("activity: neither text nor attachment")
        for attachment in attachments:
            if attachment.get("contentType") == ADAPTIVE:
                found += cards.problems(attachment.get("content"))
        for entity in activity.get("entities") or []:
            if entity.get("type") == "mention" and entity.get("text", "") not in (activity.get("text") or ""):
                found.append(f"activity: the mention {entity.get('text')!r} does not stand in the text")
        if activity.get("summary") is None and card_of(activity) and not activity.get("text"):
            found.append("activity: a card without summary, so its notification says only 'sent a card'")
        if found:
            self.complaints += found
            raise refuse(400, "BadArgument", "; ".join(found))

    # Rosters

    async def _members(self, request: web.Request) -> web.Response:
        conversation, _ = self._where(request)
        asked = int(request.query.get("pageSize", "50"))
        if not 50 <= asked <= 500:
            raise refuse(400, "BadArgument", "pageSize is 50 to 500")
        start = int(request.query.get("continuationToken") or 0)
        end = start + min(asked, self.page)
        page = [self._account(person.id) for person in conversation.roster[start:end]]
        more = {"continuationToken": str(end)} if end < len(conversation.roster) else {}
        return web.json_response({"members": page, **more})

    async def _member(self, request: web.Request) -> web.Response:
        conversation, _ = self._where(request)
        wanted = unquote(request.match_info["member"])
        person = next((p for p in conversation.roster if wanted in (p.id, p.aad)), None)
        if person is None:
            raise refuse(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return web.json_response(self._account(person.id))

    def _account(self, member: str) -> dict[str, Any]:
        person = self.world.people[member]
        first, _, last = person.name.partition(" ")
        account = {
            "id": person.id,
            "name": person.name,
            "givenName": first,
            "surname": last,
            "objectId": person.aad,
            "aadObjectId": person.aad,
            "tenantId": self.world.tenant,
            "userRole": "guest" if person.guest else "user",
        }
        return account if person.guest else account | {"email": person.mail, "userPrincipalName": person.mail}

    async def _team(self, request: web.Request) -> web.Response:
        team = self._known_team(request)
        shown = {"id": team.id, "name": team.name, "aadGroupId": team.id[3:35], "channelCount": len(team.channels)}
        return web.json_response(shown | {"memberCount": len(team.members)})

    async def _channels(self, request: web.Request) -> web.Response:
        team = self._known_team(request)
        shown = [
            {"id": c.id, **({} if c is team.general else {"name": c.name})} for c in team.channels if not c.deleted
        ]
        return web.json_response({"conversations": shown})

    def _known_team(self, request: web.Request) -> Any:
        wanted = unquote(request.match_info["team"])
        team = next((team for team in self.world.teams if team.id == wanted), None)
        if team is None or not team.has_bot:
            raise RefusedError(limits.NOT_IN_ROSTER)
        return team
