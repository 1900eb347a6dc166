"""Microsoft Graph's tags of a team: who may, who is in the team, and what a tag takes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.standins.teams.limits import Fault
from tests.standins.teams.trust import Registration
from tests.standins.teams.world import Team, World

PERMISSION = "TeamworkTag.ReadWrite.All"
NAME, AT_ONCE = 40, 25
Handler = Callable[[web.Request, Team], Awaitable[web.Response]]


@dataclass
class Tag:
    id: str
    name: str
    members: dict[str, str] = field(default_factory=dict)  # user -> id of the membership


class NoError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str, retry_after: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after = status, code, retry_after


class Graph:
    """`tags` of a team by its id; `faults` of a method are answered first, in order; `calls` are what reached it."""

    def __init__(self, world: World, registration: Registration) -> None:
        self.world, self.registration = world, registration
        self.tags: dict[str, list[Tag]] = {}
        self.faults: dict[str, list[Fault]] = {}
        self.calls: list[tuple[str, str]] = []
        self._made = 0

    def routes(self) -> list[web.RouteDef]:
        root = "/graph/v1.0/teams/{team}/tags"
        return [
            web.get(root, self._guarded(self._list)),
            web.post(root, self._guarded(self._make)),
            web.delete(root + "/{tag}", self._guarded(self._drop)),
            web.get(root + "/{tag}/members", self._guarded(self._members)),
            web.post(root + "/{tag}/members", self._guarded(self._add)),
            web.delete(root + "/{tag}/members/{member}", self._guarded(self._remove)),
        ]

    def of(self, team: Team) -> list[Tag]:
        return self.tags.setdefault(team.id, [])

    def make(self, team: Team, name: str, users: list[str]) -> Tag:
        """A tag, as somebody makes it in Teams."""
        self._made += 1
        tag = Tag(f"tag{self._made}==", name, {user: f"member{self._made}-{n}==" for n, user in enumerate(users)})
        self.of(team).append(tag)
        return tag

    def _guarded(self, carry_out: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            self.calls.append((request.method, request.path))
            try:
                if not self.registration.knows(request.headers.get("Authorization"), for_graph=True):
                    raise NoError(401, "InvalidAuthenticationToken")
                if self.faults.get(request.method):
                    fault = self.faults[request.method].pop(0)
                    if fault.after:
                        await carry_out(request, self._team(request))
                    raise NoError(fault.status, fault.code, fault.retry_after or "")
                if PERMISSION not in self.registration.roles:
                    raise NoError(403, "Forbidden")
                return await carry_out(request, self._team(request))
            except NoError as no:
                headers = {"Retry-After": no.retry_after} if no.retry_after else {}
                body = {"error": {"code": no.code, "message": no.code}}
                return web.json_response(body, status=no.status, headers=headers)

        return handle

    def _team(self, request: web.Request) -> Team:
        wanted = request.match_info["team"]
        team = next((one for one in self.world.teams if one.id[3:35] == wanted), None)
        if team is None:
            raise NoError(404, "NotFound")
        return team

    def _tag(self, request: web.Request, team: Team) -> Tag:
        wanted = unquote(request.match_info["tag"])
        tag = next((one for one in self.of(team) if one.id == wanted), None)
        if tag is None:
            raise NoError(404, "NotFound")
        return tag

    async def _list(self, _: web.Request, team: Team) -> web.Response:
        shown = [{"id": tag.id, "displayName": tag.name, "memberCount": len(tag.members)} for tag in self.of(team)]
        return web.json_response({"value": shown})

    async def _make(self, request: web.Request, team: Team) -> web.Response:
        asked = await _json(request)
        name, users = asked.get("displayName"), [one.get("userId") for one in asked.get("members") or []]
        if not isinstance(name, str) or not 0 < len(name) <= NAME or not 0 < len(users) <= AT_ONCE:
            raise NoError(400, "BadRequest")
        if any(tag.name.casefold() == name.casefold() for tag in self.of(team)):
            raise NoError(409, "Conflict")
        for user in users:
            self._in(team, user)
        tag = self.make(team, name, users)
        return web.json_response({"id": tag.id, "displayName": tag.name, "tagType": "standard"}, status=201)

    async def _drop(self, request: web.Request, team: Team) -> web.Response:
        self.of(team).remove(self._tag(request, team))
        return web.Response(status=204)

    async def _members(self, request: web.Request, team: Team) -> web.Response:
        members = self._tag(request, team).members
        return web.json_response({"value": [{"id": id_, "userId": user} for user, id_ in members.items()]})

    async def _add(self, request: web.Request, team: Team) -> web.Response:
        tag, user = self._tag(request, team), (await _json(request)).get("userId")
        self._in(team, user)
        if user in tag.members:
            raise NoError(409, "Conflict")
        self._made += 1
        tag.members[str(user)] = f"member{self._made}=="
        return web.json_response({"id": tag.members[str(user)], "userId": user}, status=201)

    async def _remove(self, request: web.Request, team: Team) -> web.Response:
        tag, wanted = self._tag(request, team), unquote(request.match_info["member"])
        user = next((user for user, id_ in tag.members.items() if id_ == wanted), None)
        if user is None:
            raise NoError(404, "NotFound")
        del tag.members[user]
        if not tag.members:  # Teams keeps no tag that nobody has
            self.of(team).remove(tag)
        return web.Response(status=204)

    def _in(self, team: Team, user: Any) -> None:
        if user not in [person.aad for person in team.members]:
            raise NoError(400, "BadRequest")


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.text())
    except ValueError:
        raise NoError(400, "BadRequest") from None
    return dict(found)
