"""What the bot shows on Slack beside messages: a line in the topic, a user group, a canvas.

Each is looked at before it is changed, so that asked twice it is the same as once, and what people made is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, assert_never

from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.signs import Canvas, Group, Sign, Topic
from bot.platforms.slack.client import canvases, topics
from bot.platforms.slack.client.errors import GONE_WORKSPACE
from bot.platforms.slack.client.wire import TroubleError, Wire
from bot.platforms.slack.package import rights
from bot.platforms.slack.parse import PLATFORM

SCARCE = {"topic": "conversations.setTopic", "group": "usergroups.list", "canvas": "canvases.create"}  # paces the rest
OURS = "Moderato"  # in a group's description: people want us to say whom it means
GUESTS = frozenset({"invalid_users", "invalid_user", "failed_for_some_users", "single_channel_guests_cannot_be_added"})
GONE_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
GONE_CANVAS = frozenset({"canvas_not_found", "canvas_deleted", "file_not_found"})
ONE_CANVAS = "This channel has a canvas already, and the free plan of Slack gives it no other."
SAID: Mapping[str, str] = {
    "permission_denied": (
        "In this workspace only administrators change user groups. They can let everybody: Workspace settings, "
        "Permissions, User Groups."
    ),
    "paid_teams_only": "This workspace's plan of Slack has no user groups.",
    "plan_upgrade_required": "This workspace's plan of Slack has no user groups.",
    "too_long": "The topic has no room for it: Slack takes 250 characters, and the words of people go first.",
    "user_is_restricted": "Not everybody may set the topic of this channel, and I am among those who may not.",
    "free_teams_cannot_create_non_tabbed_canvases": "This workspace's plan of Slack has no canvas for it.",
    "free_team_canvas_tab_already_exists": ONE_CANVAS,
    "channel_canvas_already_exists": ONE_CANVAS,
    "team_tier_cannot_create_channel_canvases": "This workspace's plan of Slack has no canvases.",
    "canvas_disabled_user_team": "This workspace has canvases switched off.",
}
REFUSED: Mapping[str, str] = {
    "topic": "This workspace does not let me set the topic of this channel.",
    "group": "This workspace does not let me change user groups.",
    "canvas": "This workspace does not let me write a canvas.",
}


class Notes(Protocol):
    """What is remembered between two looks; see `bot.engine.ports.Host`."""

    async def note(self, platform: str, workspace: str, place: str, part_of: str, how: str) -> None: ...

    async def noted(self, platform: str, workspace: str, place: str) -> str: ...


class TakenError(Exception):
    """It belongs to somebody else. The message is for people."""


class Signs:
    """Puts up what is asked for; errors come back as outcomes."""

    def __init__(self, wire: Wire, notes: Notes) -> None:
        self._wire, self._notes = wire, notes

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        """Show `outgoing.sign`, or say why not."""
        sign, workspace = outgoing.sign, outgoing.workspace
        assert sign is not None
        wait = self._wire.budget.wait(workspace, SCARCE[sign.kind], self._wire.now(), ticket=outgoing.id)
        if wait:
            return TryLater("its turn has not come", wait)
        try:
            return Sent(await self._shown(workspace, outgoing.channel, sign))
        except TakenError as taken:
            return Undeliverable("taken", words=str(taken))
        except TroubleError as trouble:
            return _judged(trouble, sign)

    async def _shown(self, workspace: str, channel: str, sign: Sign) -> str:
        match sign:
            case Topic(line=line):
                return await self._topic(workspace, channel, topics.plain(line))
            case Group():
                return await self._group(workspace, channel, sign)
            case Canvas():
                return await self._canvas(workspace, channel, sign)
            case _:
                assert_never(sign)

    async def _call(self, workspace: str, method: str, **args: Any) -> dict[str, Any]:
        """A call beside the scarce one; where its turn has not come, the whole is tried again."""
        wait = self._wire.budget.wait(workspace, method, self._wire.now())
        if wait:
            raise TroubleError("ratelimited", after=wait, passing=True)
        return await self._wire.call(workspace, method, **args)

    async def _topic(self, workspace: str, channel: str, line: str) -> str:
        """Only our own line is changed. It is noted before it is written, so that it is ours after a crash, too."""
        place = f"topic:{channel}"
        noted = await self._notes.noted(PLATFORM, workspace, place)
        marks = [known for known in noted.split() if known]
        told = await self._call(workspace, "conversations.info", channel=channel)
        now = str((told["channel"].get("topic") or {}).get("value") or "")
        wanted = topics.with_line(topics.without(now, marks), line)
        if wanted != now:
            if line and not topics.fits(wanted):
                raise TroubleError("too_long")
            await self._noted(workspace, place, " ".join(filter(None, (topics.mark(line), *marks))))
            await self._wire.call(workspace, "conversations.setTopic", channel=channel, topic=wanted)
        await self._noted(workspace, place, topics.mark(line))
        return ""

    async def _noted(self, workspace: str, place: str, how: str) -> None:
        if await self._notes.noted(PLATFORM, workspace, place) != how:
            await self._notes.note(PLATFORM, workspace, place, "", how)

    async def _group(self, workspace: str, channel: str, wanted: Group) -> str:
        """A group cannot be empty, so it is switched off while it means nobody."""
        listed = await self._wire.call(workspace, "usergroups.list", include_disabled="true", include_users="true")
        found = next((one for one in listed.get("usergroups", ()) if one.get("handle") == wanted.handle), None)
        place = f"group:{wanted.handle}"
        holds = await self._notes.noted(PLATFORM, workspace, place)
        elsewhere = holds not in ("", channel)
        theirs = found is not None and not holds and not await self._is_ours(workspace, found)
        if not wanted.members and (found is None or elsewhere or theirs):
            if wanted.given_up and not elsewhere:
                await self._noted(workspace, place, "")
            return ""
        if elsewhere:
            raise TakenError(f"@{wanted.handle} is the group of another team here. Choose another handle.")
        if theirs:
            raise TakenError(
                f"@{wanted.handle} is a group that people made, so I leave it alone. Choose another handle; or write "
                f"the word {OURS} in the description of that group, and I say whom it means."
            )
        if found is None:
            await self._noted(workspace, place, channel)
            made = await self._call(
                workspace,
                "usergroups.create",
                name=f"{wanted.title} (@{wanted.handle})",
                handle=wanted.handle,
                description=f"{wanted.title}. {OURS} says whom it means.",
            )
            found = made["usergroup"]
        await self._noted(workspace, place, "" if wanted.given_up else channel)
        await self._filled(workspace, found, [member.user for member in wanted.members])
        return ""

    async def _filled(self, workspace: str, found: Mapping[str, Any], users: list[str]) -> None:
        group, off = str(found["id"]), bool(found.get("date_delete"))
        if users and sorted(users) != sorted(found.get("users") or ()):
            try:
                if off:
                    await self._call(workspace, "usergroups.enable", usergroup=group)
                    off = False
                await self._call(workspace, "usergroups.users.update", usergroup=group, users=",".join(users))
            except TroubleError as trouble:
                if trouble.error not in GUESTS:
                    raise
                users = []  # guests cannot be in a group: this time it means nobody, rather than the last one
        if users and off:
            await self._call(workspace, "usergroups.enable", usergroup=group)
        elif not users and not off:
            await self._call(workspace, "usergroups.disable", usergroup=group)

    async def _is_ours(self, workspace: str, found: Mapping[str, Any]) -> bool:
        """Whether we made it, or people wrote that we may have it."""
        install = await self._wire.installs.find(workspace)
        made = bool(install and install.bot_user and found.get("created_by") == install.bot_user)
        return made or OURS.casefold() in f"{found.get('description')} {found.get('name')}".casefold()

    async def _canvas(self, workspace: str, channel: str, canvas: Canvas) -> str:
        """One canvas for each channel, a tab of it: written anew each time, read by its people and nobody else."""
        place = f"canvas:{channel}"
        content = {"type": "markdown", "markdown": canvases.fitted(canvas.markdown)}
        known = await self._notes.noted(PLATFORM, workspace, place)
        if known:
            try:
                changes = [{"operation": "replace", "document_content": content}]
                await self._call(workspace, "canvases.edit", canvas_id=known, changes=changes)
            except TroubleError as trouble:
                if trouble.error not in GONE_CANVAS:
                    raise
                known = ""
        if not known:
            made = await self._wire.call(
                workspace, "canvases.create", title=canvas.title, document_content=content, channel_id=channel
            )
            known = str(made["canvas_id"])
            await self._noted(workspace, place, known)
        await self._call(workspace, "canvases.access.set", canvas_id=known, access_level="read", channel_ids=[channel])
        me = await self._call(workspace, "auth.test")
        return f"{str(me['url']).rstrip('/')}/docs/{me['team_id']}/{known}"


def _judged(trouble: TroubleError, sign: Sign) -> Outcome:
    if trouble.passing:
        return TryLater(trouble.error, trouble.after)
    if trouble.error in GONE_WORKSPACE:
        return Undeliverable(trouble.error, "workspace")
    if trouble.error in GONE_CHANNEL:
        return Undeliverable(trouble.error, "place")
    if trouble.error == "missing_scope":
        right = next(right for right in rights.RIGHTS.values() if right.able == sign.kind)
        return Undeliverable(trouble.error, words=rights.needs(right.scopes))
    if trouble.error == "permission_denied" and sign.kind != "group":
        return Undeliverable(trouble.error, words=REFUSED[sign.kind])
    return Undeliverable(trouble.error, words=SAID.get(trouble.error, REFUSED[sign.kind]))
