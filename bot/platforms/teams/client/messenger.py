"""What the outbox hands over becomes messages in Teams; what Teams answers becomes an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.engine.budget import RULES
from bot.engine.ports import Host, Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.cards import Card
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import News, PlaceLost, RosterRead
from bot.kernel.people import Profile
from bot.kernel.signs import Group
from bot.platforms.teams import render
from bot.platforms.teams.client.book import Address, Book
from bot.platforms.teams.client.connector import Connector, Failed
from bot.platforms.teams.client.graph import Graph
from bot.platforms.teams.client.pace import Pace
from bot.platforms.teams.client.pictures import Pictures
from bot.platforms.teams.client.rest import Rest
from bot.platforms.teams.client.tags import NO_TEAM, OFF, Tags

log = structlog.get_logger("moderato.teams")

PASSING = frozenset({0, 408, 409, 412, 425, 429, 500, 502, 503, 504})  # statuses that may be better next time
NO_TOKEN = timedelta(minutes=1)
PART_TRIES = 5  # of a new message in parts, six to eight minutes: after the last it stands as far as it came
UNREACHED = "nothing ever came from this tenant, so there is no address to write to"


@dataclass(frozen=True, slots=True)
class Target:
    """Where one message goes."""

    address: Address
    thread: str | None = None
    only_for: str | None = None

    def goes_on(self, first: str) -> str | None:
        """The thread in which a message that is too long goes on: in a channel its own, or the one it stands in."""
        return (self.thread or first) if self.address.has_threads else None


class TeamsMessenger:
    """Sends for one bot. *targeted*: the tenant has messages that one person in a channel sees.

    They are off unless an administrator says so: a Teams that did not know them would show them to everybody.
    """

    def __init__(
        self,
        connector: Connector,
        book: Book,
        host: Host,
        *,
        targeted: bool = False,
        pace: Pace | None = None,
        graph: Graph | None = None,
    ) -> None:
        self._connector, self._book, self._host = connector, book, host
        self._targeted = targeted
        self._pace = pace or Pace()
        self._pictures = Pictures()
        self._rest = Rest(connector, host)
        self._tags = Tags(graph, connector, host) if graph is not None else None

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One message, edit or retraction; see `bot.engine.ports.Messenger`."""
        tenant = outgoing.workspace
        if outgoing.user or (outgoing.only and not self._targeted):
            return await self._send_to_person(outgoing, outgoing.user or outgoing.only)
        address = await self._book.channel(tenant, outgoing.channel)
        if address is None:
            return Undeliverable(UNREACHED)
        thread = outgoing.thread if address.has_threads else None
        only = outgoing.only if outgoing.only and address.kind != "personal" else None
        result = await self._put(outgoing, Target(address, thread, only))
        if only and outgoing.replaces is None and isinstance(result, Failed) and result.status in {400, 403, 404, 405}:
            return await self._send_to_person(outgoing, only)  # the tenant has no targeted messages after all
        return self._outcome(outgoing, result) if isinstance(result, Failed) else result

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        """A group is a tag of the team, where that is switched on; the rest has no place in Teams."""
        match outgoing.sign:
            case Group() as group if self._tags is not None:
                address = await self._book.channel(outgoing.workspace, outgoing.channel)
                if address is None:
                    return Undeliverable(UNREACHED)
                if not address.has_threads:
                    return Undeliverable("no team", words=NO_TEAM)
                to = address.reference(outgoing.workspace)
                return await self._tags.put_up(to, address.group, outgoing.channel, group)
            case Group():
                return Undeliverable("switched off", words=OFF)
            case _:
                return Undeliverable("not in Teams", words="Teams has no place for it.")

    async def whisper(self, place: Place, member: Member, card: Card, *, thread: str | None = None) -> bool:
        """Tell one person something that is not worth a row in the outbox. Says whether it got through."""
        reader = render.Reader(tenant=place.workspace)
        address = await self._book.channel(place.workspace, place.channel)
        if address is not None and (place.direct or self._targeted):
            only = None if place.direct else member.user
            for activity in render.messages(card, reader):
                sent = await self._connector.send(
                    address.reference(place.workspace),
                    activity,
                    thread=thread if address.has_threads else None,
                    only_for=only,
                )
                if isinstance(sent, Failed):
                    break
            else:
                return True
            if place.direct:
                log.warning("an answer could not be given", status=sent.status, code=sent.code)
                return False
        chat = await self._chat(place.workspace, member.user)
        if isinstance(chat, Failed):
            log.warning("an answer could not be given", status=chat.status, code=chat.code)
            return False
        at = "" if place.direct else place.channel
        for activity in render.messages(card, render.Reader(tenant=place.workspace, at=at)):
            sent = await self._connector.send(chat.reference(place.workspace), activity)
            if isinstance(sent, Failed):
                log.warning("an answer could not be given", status=sent.status, code=sent.code)
                return False
        return True

    async def is_in(self, tenant: str, conversation: str, member: str) -> bool:
        """Whether somebody is in a channel or chat, as Teams sees it now."""
        address = await self._book.channel(tenant, conversation)
        if address is None:
            return False
        return not isinstance(await self._connector.member(address.reference(tenant), member), Failed)

    async def known_as(self, tenant: str, conversation: str, person: str) -> str:
        """The bot's own id for somebody of a channel or chat whom the directory calls *person*; empty if not there."""
        address = await self._book.channel(tenant, conversation)
        if address is None:
            return ""
        found = await self._connector.member(address.reference(tenant), person)
        return "" if isinstance(found, Failed) else str(found.get("id") or "")

    async def read_roster(self, place: Place, by: Member | None = None) -> tuple[News, ...]:
        """Everybody in a channel or chat, as news; that it is gone, if it is; nothing, if Teams does not say."""
        now = self._host.now()
        address = await self._book.channel(place.workspace, place.channel)
        if address is None:
            return ()
        to = address.reference(place.workspace)
        members = await self._connector.members(to)
        if isinstance(members, Failed):
            log.warning("a roster could not be read", status=members.status, code=members.code)
            if members.status in {403, 404}:
                gone = PlaceLost(
                    id=f"teams:lost:{place.channel}:{now.isoformat()}", place=place, because=members.code or "gone"
                )
                return (gone,)
            return ()
        people = tuple(_profile(place.workspace, member) for member in members)
        name = await self._name(address, place.workspace, people)
        return (
            RosterRead(
                id=f"teams:roster:{place.channel}:{now.isoformat()}",
                place=place.whole(),
                name=name,
                people=people,
                by=by,
            ),
        )

    # one message

    async def _send_to_person(self, outgoing: Outgoing, person: str) -> Outcome:
        """Into the personal chat, which is opened first if there is none, and once more if the old one is gone."""
        known = outgoing.channel if outgoing.replaces and outgoing.channel else ""
        for _ in range(2):
            if known:
                chat: Address | Failed | None = await self._book.channel(outgoing.workspace, known)
            else:
                chat = await self._chat(outgoing.workspace, person)
            if chat is None:
                return Undeliverable(UNREACHED)
            if isinstance(chat, Failed):
                return self._outcome(outgoing, chat, person=person)
            result = await self._put(outgoing, Target(chat))
            if isinstance(result, Failed) and result.code == "ConversationNotFound" and outgoing.replaces is None:
                await self._book.forget_chat(outgoing.workspace, person)
                continue
            break
        return self._outcome(outgoing, result, person=person) if isinstance(result, Failed) else result

    async def _chat(self, tenant: str, person: str) -> Address | Failed:
        known = await self._book.chat_with(tenant, person)
        if known is not None:
            return known
        somewhere = await self._book.anywhere(tenant)
        if somewhere is None:
            return Failed(404, "NoAddress", UNREACHED)
        opened = await self._connector.open_chat(somewhere.reference(tenant), person)
        if isinstance(opened, Failed):
            return opened
        chat = Address(somewhere.service_url, opened.id, somewhere.bot, "personal", opened.id)
        await self._book.learn(tenant, chat, person)
        return chat

    async def _put(self, outgoing: Outgoing, to: Target) -> Outcome | Failed:
        wait = self._pace.wait(outgoing.workspace, to.address.conversation, new=outgoing.replaces is None)
        if wait:
            return TryLater("as many messages as this conversation may have now", timedelta(seconds=wait))
        reference, thread, only = to.address.reference(outgoing.workspace), to.thread, to.only_for
        root = outgoing.replaces or ""
        if outgoing.card is None:
            left = await self._rest.follow(reference, root, (), thread=to.goes_on(root), only_for=only)
            gone = left or await self._connector.delete(reference, root, thread=thread, only_for=only)
            if isinstance(gone, Failed) and gone.status != 404:
                return gone
            return Sent(root, to.address.conversation)
        reader = render.Reader(
            outgoing.zone,
            alone=bool(outgoing.user),
            tenant=outgoing.workspace,
            links=outgoing.links or {},
            pictures=await self._pictures.of(outgoing.card),
        )
        first, *more = render.messages(outgoing.card, reader)
        if outgoing.replaces is None and more:
            return await self._put_in_parts(outgoing, to, first, more)
        if outgoing.replaces is not None:
            edited = await self._connector.update(reference, root, first, thread=thread, only_for=only)
            if isinstance(edited, Failed):
                return edited
            failed = await self._rest.follow(reference, root, more, thread=to.goes_on(root), only_for=only)
            return failed or Sent(root, to.address.conversation)
        sent = await self._connector.send(reference, first, thread=thread, only_for=only)
        if isinstance(sent, Failed):
            return sent
        return Sent(sent.id, to.address.conversation)

    async def _put_in_parts(
        self, outgoing: Outgoing, to: Target, first: render.Json, more: Sequence[render.Json]
    ) -> Outcome | Failed:
        """A new message that is too long for one. The next try brings what failed, and nothing twice."""
        reference, thread, only = to.address.reference(outgoing.workspace), to.thread, to.only_for
        root = await self._rest.begun(reference, outgoing.key)
        done = None
        if root:  # its words may have changed since
            done = await self._connector.update(reference, root, first, thread=thread, only_for=only)
        if done is None or (isinstance(done, Failed) and done.status == 404):  # somebody took it away: anew
            done = await self._connector.send(reference, first, thread=thread, only_for=only)
            root = ""
        if isinstance(done, Failed):
            return done
        if not root:
            root = done.id
            await self._rest.begin(reference, outgoing.key, root)
        failed = await self._rest.follow(reference, root, more, thread=to.goes_on(root), only_for=only)
        if failed and outgoing.attempts < PART_TRIES and failed.status in PASSING | {401}:
            after = timedelta(seconds=failed.retry_after) if failed.retry_after is not None else None
            return TryLater(f"a part of it: {failed.status} {failed.code}".strip(), after)
        if failed:  # the message stands, and can be edited; its next edit brings the rest
            log.warning("the rest of a long message was not taken", status=failed.status, code=failed.code)
        await self._rest.finish(reference, outgoing.key)
        return Sent(root, to.address.conversation)

    def _outcome(self, outgoing: Outgoing, failed: Failed, *, person: str = "") -> Outcome:
        """The one place where Teams' errors become outcomes."""
        because = f"{failed.status} {failed.code}".strip()
        is_new = outgoing.replaces is None
        if is_new and failed.is_doubtful and not RULES[outgoing.kind].repeat:  # type: ignore[index]
            return Undeliverable(f"{because}: it may have arrived, and is not worth repeating")
        if failed.status == 401:
            return TryLater(because, NO_TOKEN)
        if failed.status in PASSING:
            after = timedelta(seconds=failed.retry_after) if failed.retry_after is not None else None
            return TryLater(because, after)
        if failed.status == 403:
            return Undeliverable(because, "member" if person else "place")
        if failed.status == 404 and failed.code == "ConversationNotFound":
            return Undeliverable(because, "member" if person else "place")
        if failed.status != 404:
            log.error("Teams refused a message", status=failed.status, code=failed.code, kind=outgoing.kind)
        return Undeliverable(because)

    async def _name(self, address: Address, tenant: str, people: Sequence[Profile]) -> str:
        """What people call this channel; General is called like its team, a chat like its people."""
        if not address.has_threads:
            names = [person.name.partition(" ")[0] for person in people if person.name][:3]
            return f"the chat of {', '.join(names)}" if names else "the chat"
        to = address.reference(tenant)
        if address.conversation != address.group:
            channels = await self._connector.channels(to, address.group)
            if not isinstance(channels, Failed):
                named = next((one.get("name") for one in channels if one.get("id") == address.conversation), None)
                if named:
                    return str(named)
        team = await self._connector.team(to, address.group)
        return "channel" if isinstance(team, Failed) else str(team.get("name") or "channel")


def _profile(tenant: str, account: render.Json) -> Profile:
    role = str(account.get("userRole") or "user")
    return Profile(
        Member("teams", tenant, str(account.get("id", ""))),
        str(account.get("name") or account.get("givenName") or ""),
        guest=role in {"guest", "anonymous"},
        bot=role == "bot",
    )
