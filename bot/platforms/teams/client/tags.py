"""A tag of a team that means whoever has a role: made when somebody has it, dropped when nobody does.

A tag that people made is left alone. Which one is ours is noted before it is made, so that it is ours after a crash.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from bot.engine.ports import Host, Outcome, Sent, TryLater, Undeliverable
from bot.kernel.signs import Group
from bot.platforms.teams.client.connector import Connector, Failed
from bot.platforms.teams.client.graph import Graph
from bot.platforms.teams.parse import Reference

T = TypeVar("T")
PERMISSION = "TeamworkTag.ReadWrite.All"
OFF = (
    f"Teams lets me keep a tag only with the permission {PERMISSION}, which an administrator of the tenant gives to "
    "the app. Whoever runs me finds how in the README, under MODERATO_TEAMS_TAGS."
)
REFUSED = (
    f"Microsoft does not let me change tags. The app needs the permission {PERMISSION}, and the consent of an "
    "administrator of the tenant."
)
NO_TEAM = "A tag belongs to a team, and this is a chat."
TAKEN = "There is a tag {handle} that people made, so I leave it alone. Choose another name."
ELSEWHERE = "The tag {handle} is kept for another channel of this team. Choose another name."
PASSING = frozenset({0, 408, 409, 412, 423, 425, 429, 500, 502, 503, 504})
AGAIN = timedelta(minutes=1)
MADE = "made"  # noted while a tag is being made, before its id is known


class TagError(Exception):
    """It did not go, and how that is settled."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


class Tags:
    """Keeps tags over Graph. Errors come back as outcomes."""

    def __init__(self, graph: Graph, connector: Connector, host: Host) -> None:
        self._graph, self._connector, self._host = graph, connector, host

    async def put_up(self, to: Reference, team: str, channel: str, group: Group) -> Outcome:
        """Have *group* mean its members in *team*, the id of the team that *channel* is in."""
        try:
            about = _ok(await self._connector.team(to, team))
            of = str(about.get("aadGroupId") or "")
            if not of:
                return Undeliverable("no group", words=NO_TEAM)
            await self._meant(to, of, channel, group)
        except TagError as error:
            return error.outcome
        return Sent("")

    async def _meant(self, to: Reference, team: str, channel: str, group: Group) -> None:
        place = f"tag:{team}:{group.handle}"
        noted = await self._host.noted("teams", to["tenant"], place)
        owner, _, ours = noted.partition(" ")
        tags = _ok(await self._graph.tags(team))
        found = next((one for one in tags if str(one.get("displayName", "")).casefold() == group.handle), None)
        if owner not in ("", channel):
            if group.members:
                raise TagError(Undeliverable("taken", words=ELSEWHERE.format(handle=group.handle)))
            return
        mine = found is not None and ours in (MADE, str(found.get("id")))
        if found is not None and not mine:
            if group.members:
                raise TagError(Undeliverable("taken", words=TAKEN.format(handle=group.handle)))
            return
        if not group.members:
            if found is not None:
                _gone(await self._graph.drop_tag(team, str(found["id"])))
            await self._note(to, place, "" if group.given_up else f"{channel} ")
            return
        users = [await self._user(to, member.user) for member in group.members]
        if found is None:
            await self._note(to, place, f"{channel} {MADE}")
            found = _ok(await self._graph.make_tag(team, group.handle, users))
        await self._note(to, place, f"{channel} {found['id']}")
        has = {str(one.get("userId")): str(one.get("id")) for one in _ok(await self._graph.tagged(team, found["id"]))}
        for user in users:  # first those who have it now: a tag without anybody would be gone
            if user not in has:
                _ok(await self._graph.tag(team, str(found["id"]), user))
        for user, membership in has.items():
            if user not in users:
                _gone(await self._graph.untag(team, str(found["id"]), membership))

    async def _user(self, to: Reference, member: str) -> str:
        """How the whole tenant knows somebody."""
        account = _ok(await self._connector.member(to, member))
        return str(account.get("aadObjectId") or account.get("objectId") or "")

    async def _note(self, to: Reference, place: str, how: str) -> None:
        if await self._host.noted("teams", to["tenant"], place) != how.strip():
            await self._host.note("teams", to["tenant"], place, "", how.strip())


def _ok(answer: T | Failed) -> T:
    if isinstance(answer, Failed):
        raise TagError(_judged(answer))
    return answer


def _gone(answer: object) -> None:
    """It was to be taken away; that it is not there any more is as good."""
    if isinstance(answer, Failed) and answer.status != 404:
        raise TagError(_judged(answer))


def _judged(failed: Failed) -> Outcome:
    because = f"{failed.status} {failed.code}".strip()
    if failed.status == 401:
        return TryLater(because, AGAIN)
    if failed.status in PASSING:
        return TryLater(because, timedelta(seconds=failed.retry_after) if failed.retry_after is not None else None)
    if failed.status == 403:
        return Undeliverable(because, words=REFUSED)
    return Undeliverable(because, words="Teams did not take the tag.")
