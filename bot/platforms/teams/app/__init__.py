"""Teams' way in: an activity becomes an inbound event, the reply its answer. `host` alone imports the SDK."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, assert_never

import structlog
from starlette.routing import Route

from bot.engine import attached
from bot.engine.attached import MOST_BYTES, Attached, NotTakenError, chosen
from bot.engine.ports import Host, Messenger
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.decision import Correct, Quiet, Reply, Show, Whisper
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import (
    Abilities,
    ButtonPressed,
    CommandTyped,
    FormSubmitted,
    Joined,
    Left,
    News,
    PlaceFound,
    PlaceLost,
    PlaceRenamed,
    ProfileChanged,
    Reachable,
    RosterRead,
)
from bot.kernel.people import Profile
from bot.kernel.words import plain
from bot.platforms.teams import parse, render
from bot.platforms.teams.app.host import Answer, BotHost, Doorkeeper, route
from bot.platforms.teams.client.book import Address, Book
from bot.platforms.teams.client.connector import Connector, Failed
from bot.platforms.teams.client.graph import Graph
from bot.platforms.teams.client.messenger import TeamsMessenger
from bot.platforms.teams.client.tags import OFF

log = structlog.get_logger("moderato.teams")

NOTED = "Noted."
NOT_NOW = "Teams did not say who wrote this. Nothing was kept; try once more in a minute."
FROM_BEFORE = "That card is from before. Nothing changed."
UNANSWERED = (
    "Microsoft gives this bot no token, so nothing can be sent to Teams; "
    "check MicrosoftAppId, MicrosoftAppTenantId and MicrosoftAppPassword, or the certificate"
)
IN_OUR_CHAT = "The buttons are in our chat."
PATIENCE = 2.0  # seconds that a press may wait for Teams to say whether somebody is in a channel
SEEN_IN = 600.0  # seconds that this is believed
MOST_PEOPLE = 50_000  # profiles remembered, so that nobody's is written anew with every press


class TeamsPlatform:
    """One bot in Teams; see `bot.engine.ports.Platform`."""

    name = "teams"

    def __init__(
        self,
        host: Host,
        doorkeeper: Doorkeeper,
        connector: Connector,
        *,
        targeted: bool = False,
        graph: Graph | None = None,
        **sending: Any,
    ) -> None:
        self._host, self._connector, self._graph = host, connector, graph
        self._book = Book(host)
        self._messenger = TeamsMessenger(connector, self._book, host, targeted=targeted, graph=graph, **sending)
        self.messenger: Messenger = self._messenger
        self.door = BotHost(doorkeeper, self.receive)
        self._targeted = targeted
        self._known: set[Place] = set()
        self._able: set[str] = set()  # tenants that were told what can be shown beside messages
        self._people: dict[Member, tuple[str, str, str]] = {}
        self._seen_in: dict[tuple[Member, str], float] = {}  # who was in which channel, until when that is believed
        self._ticks = time.monotonic
        self._tasks: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[Any]:
        found: list[Route] = [route(self.door)]
        return found

    async def start(self) -> None:
        """Nothing to open: Teams comes to us. Whether we may answer is looked at beside the start."""
        self._later(self._look())

    async def _look(self) -> None:
        why = await self._connector.why_not_ready()
        if why:
            log.error(UNANSWERED, why=why[:300])

    async def stop(self) -> None:
        await self.settled()
        await self._connector.close()
        if self._graph is not None:
            await self._graph.close()

    async def settled(self) -> None:
        """Wait until every answer under way is given."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def read_roster(self, place: Place, by: Member | None = None) -> tuple[News, ...]:
        return await self._messenger.read_roster(place, by)

    # what arrives

    async def receive(self, activity: dict[str, Any]) -> Answer | None:
        """Handle one genuine activity. For an invoke the answer, which is the caller's to send back."""
        if not parse.tenant_of(activity):
            log.warning("an activity without a tenant was left alone", type=activity.get("type"))
            return None
        await self._learn(activity)
        match activity.get("type"):
            case "message":
                await self._message(activity)
                return None
            case "invoke":
                return await self._invoke(activity)
            case "conversationUpdate" | "installationUpdate":
                await self._changed(activity)
                return None
            case _:
                return None

    async def _message(self, activity: dict[str, Any]) -> None:
        """Words for the bot, or a press in an older client."""
        press = parse.pressed(activity)
        if press is not None:
            event = press.press
            if about := await self._about(press.at, event.place, event.actor):
                event = replace(event, place=about, message="")
            await self._tell(event.place, event.actor, await self._host.handle(event), event.action)
            return
        command = parse.command(activity)
        if command is None or not (command.place.direct or _calls_us(activity)):
            return  # talk among people, which an extra permission of the tenant may bring: not ours to read
        await self._make_known(command)
        if command.place.direct:
            await self._host.hear(Reachable(id=f"{command.id}:reach", member=command.actor))
        try:
            file = chosen(parse.files(activity), command.text, direct=command.place.direct)
        except NotTakenError as error:
            self._later(self._tell(command.place, command.actor, Whisper(error.card), None))
            return
        if file is not None:
            self._later(self._file(command, file, parse.reference_of(activity)["service_url"]))
            return
        reply = await self._host.handle(command)
        self._later(self._tell(command.place, command.actor, reply, None))

    async def _file(self, command: CommandTyped, file: Attached, service_url: str) -> None:
        """A file is read as if what is in it had been typed."""
        reply: Reply
        try:
            if not file.is_guide:
                raise attached.no_guide(file.name)
            raw = await self._connector.download(file.where, MOST_BYTES, service_url)
            if isinstance(raw, Failed):
                log.info("a file could not be fetched", status=raw.status, code=raw.code)
                raise attached.not_fetched(file.name)
            typed = replace(command, text=attached.command(file.name, raw), mentions={})
            reply = await self._host.handle(typed)
        except NotTakenError as error:
            reply = Whisper(error.card)
        await self._tell(command.place, command.actor, reply, None)

    async def _invoke(self, activity: dict[str, Any]) -> Answer | None:
        reader = render.Reader(parse.zone_of(activity) or "UTC", alone=bool(parse.zone_of(activity)))
        reader = replace(reader, tenant=parse.tenant_of(activity))
        submission = parse.submitted(activity)
        if submission is not None:
            return await self._submitted(submission, reader)
        wanted = parse.saved(activity)
        if wanted is not None:
            return await self._saved(wanted, reader)
        press = parse.pressed(activity)
        if press is None:
            known = activity.get("name") in {"adaptiveCard/action", "task/fetch", "task/submit"}
            return _line(activity, FROM_BEFORE) if known else None
        event = press.press
        if about := await self._about(press.at, event.place, event.actor):
            event, reader = replace(event, place=about, message=""), replace(reader, at=press.at)
        reply = await self._host.handle(event)
        if press.waits_for == "dialog":
            return _in_dialog(reply, reader)
        return self._on_card(activity, event, reply, in_chat=press.press.place.direct)

    async def _saved(self, wanted: parse.Saved, reader: render.Reader) -> Answer:
        """Teams calls the author by their id in the directory; the bot knows them by another."""
        press, author = wanted.press, ""
        await self._make_known(press)
        if wanted.author:
            try:
                async with asyncio.timeout(PATIENCE):
                    author = await self._messenger.known_as(press.place.workspace, press.place.channel, wanted.author)
            except TimeoutError:
                return _message(NOT_NOW)
        press = replace(press, action=replace(press.action, argument=author))
        return _in_dialog(await self._host.handle(press), reader)

    async def _submitted(self, submitted: parse.Submitted, reader: render.Reader) -> Answer:
        event: FormSubmitted = submitted.submission
        if about := await self._about(submitted.at, event.place, event.actor):
            event, reader = replace(event, place=about), replace(reader, at=submitted.at)
        reply = await self._host.handle(event)
        if isinstance(reply, Correct):
            return Answer(200, render.dialog(submitted.form, reader, event.values, reply.errors))
        if isinstance(reply, Quiet):
            return Answer(200)  # an empty answer closes the dialog
        return _in_dialog(reply, reader)

    def _on_card(self, activity: dict[str, Any], press: ButtonPressed, reply: Reply, *, in_chat: bool) -> Answer:
        """The answer to a press on a card: the card as it looks now, or a line that only the presser sees.

        *in_chat*: the card stands in the personal chat, so what is told there needs no line that says it again.
        """
        place, actor, action = press.place, press.actor, press.action
        elsewhere = not in_chat and not self._targeted
        match reply:
            case Quiet(now=card):
                if card is None:
                    return _line(activity, NOTED)
                drawn = render.adaptive(card, render.Reader(tenant=place.workspace))
                return _action("application/vnd.microsoft.card.adaptive", drawn)
            case Whisper(card=card, lasting=lasting):
                said = render.said(card, parse.zone_of(activity) or "UTC")
                if lasting or render.has_buttons(card):
                    self._later(self._tell(place, actor, reply, action))
                    if in_chat:
                        said = plain(card.title, parse.zone_of(activity) or "UTC") or said
                    elif elsewhere and render.has_buttons(card):
                        said = f"{said} {IN_OUR_CHAT}"
                return _line(activity, said)
            case Show(form=form):
                self._later(self._tell(place, actor, reply, action))
                return _line(activity, f"{form.title}. {IN_OUR_CHAT}" if elsewhere else form.title)
            case Correct(errors=errors):
                return _line(activity, " ".join(errors.values()) or NOTED)
            case _:
                assert_never(reply)

    async def _tell(self, place: Place, member: Member, reply: Reply, action: Action | None) -> None:
        """Give a reply where no answer is waited for: to this person alone."""
        card: Card | None = None
        match reply:
            case Whisper(card=card):
                pass
            case Show(form=form, again=again):
                opens = again or action or form.action
                card = Card(form.title, (Buttons((Button("Open", opens, "primary", asks=True),)),))
            case Correct(errors=errors):
                card = Card("", tuple(Text(why) for why in errors.values()))
            case Quiet():
                return
        if card is not None:
            await self._messenger.whisper(place, member, card, thread=place.thread)

    async def _about(self, at: str, place: Place, actor: Member) -> Place | None:
        """The channel that a card in a personal chat was about, if this person is in it as Teams sees it now."""
        if not at or not place.direct or at == place.channel:
            return None
        known = actor, at
        if self._seen_in.get(known, 0.0) < self._ticks():
            try:
                async with asyncio.timeout(PATIENCE):
                    is_in = await self._messenger.is_in(place.workspace, at, actor.user)
            except TimeoutError:
                is_in = False
            if not is_in:
                return None
            if len(self._seen_in) > MOST_PEOPLE:
                self._seen_in.clear()
            self._seen_in[known] = self._ticks() + SEEN_IN
        return Place("teams", place.workspace, at)

    # what is learnt on the way

    async def _learn(self, activity: dict[str, Any]) -> None:
        """Where the conversation is reached, and what the person's client tells of them."""
        reference, actor = parse.reference_of(activity), parse.actor_of(activity)
        if not reference["conversation"] or not reference["service_url"]:
            return
        kind = str((activity.get("conversation") or {}).get("conversationType") or "")
        address = Address(
            reference["service_url"], reference["conversation"], reference["bot"], kind, parse.group_of(activity)
        )
        await self._book.learn(reference["tenant"], address, actor.user)
        await self._tell_able(reference["tenant"])
        known = self._people.get(actor, ("", "", ""))
        said = parse.name_of(activity), parse.zone_of(activity), str(activity.get("locale") or "")
        told = said[0] or known[0], said[1] or known[1], said[2] or known[2]  # not every activity says everything
        if not actor.user or actor.user == reference["bot"] or told == known:
            return
        if len(self._people) > MOST_PEOPLE:
            self._people.clear()
        profile = Profile(actor, told[0], told[1], locale=told[2])
        await self._host.hear(ProfileChanged(id=f"{parse.arrival_of(activity)}:who", person=profile, partly=True))
        self._people[actor] = told

    async def _tell_able(self, tenant: str) -> None:
        """A tag is all there is beside messages; whether this tenant lets us keep one shows when it is tried."""
        if tenant not in self._able:
            self._able.add(tenant)
            missing = {"group": "" if self._graph is not None else OFF}
            id_ = f"teams:able:{tenant}:{self._host.now().isoformat()}:{self._graph is not None}"
            await self._host.hear(Abilities(id=id_, platform="teams", workspace=tenant, missing=missing))

    async def _make_known(self, command: CommandTyped | ButtonPressed) -> None:
        """A channel that is no team yet becomes one before its first command is looked at."""
        place = command.place.whole()
        if place.direct or place in self._known:
            return
        if not await self._host.knows(place):
            for news in await self.read_roster(place, command.actor):
                await self._host.hear(news)
        self._known.add(place)

    async def _changed(self, activity: dict[str, Any]) -> None:
        change = parse.change(activity)
        if change is None:
            return
        tenant, arrival = parse.tenant_of(activity), parse.arrival_of(activity)
        place = Place("teams", tenant, change.place)
        channels = await self._book.channels_of(tenant, change.group)
        everywhere = [Place("teams", tenant, channel) for channel in channels]
        match change.kind:
            case "members":
                await self._came_and_went(change, everywhere, arrival)
            case "installed":
                await self._installed(activity, change, place, everywhere)
            case "removed":
                for one in everywhere:
                    await self._host.hear(PlaceLost(id=f"{arrival}:{one.channel}", place=one, because="removed"))
                    self._known.discard(one)
            case "upgraded":
                pass
            case "renamed":
                await self._host.hear(PlaceRenamed(id=arrival, place=place, name=change.name))
            case "deleted":
                for one in everywhere if change.whole else [place]:
                    await self._host.hear(PlaceLost(id=f"{arrival}:{one.channel}", place=one, because="deleted"))
                    self._known.discard(one)
            case "restored":
                for one in everywhere if change.whole else [place]:
                    await self._host.hear(PlaceFound(id=f"{arrival}:{one.channel}", place=one))
            case _:
                assert_never(change.kind)

    async def _came_and_went(self, change: parse.Change, everywhere: list[Place], arrival: str) -> None:
        """Everybody in a team is in each of its channels. Names come with one reading of the roster, not one each."""
        for place in everywhere:
            if not await self._host.knows(place):
                continue
            for user in change.went:
                member = Member("teams", place.workspace, user)
                await self._host.hear(Left(id=f"{arrival}:{place.channel}:{user}", place=place, member=member))
            if not change.came:
                continue
            roster = await self.read_roster(place)
            people = {
                person.member.user: person for news in roster if isinstance(news, RosterRead) for person in news.people
            }
            for user in change.came:
                person = people.get(user) or Profile(Member("teams", place.workspace, user), "")
                await self._host.hear(Joined(id=f"{arrival}:{place.channel}:{user}", place=place, person=person))

    async def _installed(
        self, activity: dict[str, Any], change: parse.Change, place: Place, everywhere: list[Place]
    ) -> None:
        arrival = parse.arrival_of(activity)
        for one in everywhere:
            await self._host.hear(PlaceFound(id=f"{arrival}:{one.channel}", place=one))
        if parse.place_of(activity).direct:
            await self._host.hear(Reachable(id=f"{arrival}:reach", member=parse.actor_of(activity)))
            return
        reference = parse.reference_of(activity)
        kind = str((activity.get("conversation") or {}).get("conversationType") or "")
        chosen = Address(reference["service_url"], place.channel, reference["bot"], kind, change.group)
        await self._book.learn(place.workspace, chosen)
        for news in await self.read_roster(place, parse.actor_of(activity)):
            await self._host.hear(news)

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it beside the answer. Nothing done here is worth more than a try."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an answer failed", error=type(task.exception()).__name__)


def _in_dialog(reply: Reply, reader: render.Reader) -> Answer:
    """What the dialog shows next: a form, a line, or a card whose buttons work in place."""
    match reply:
        case Show(form=form):
            return Answer(200, render.dialog(form, reader))
        case Whisper(card=card) if render.has_buttons(card):
            return Answer(200, render.notice(card, reader))
        case Whisper(card=card):
            return _message(render.said(card, reader.zone))
        case Correct(errors=errors):
            return _message(" ".join(errors.values()) or NOTED)
        case Quiet():
            return _message(NOTED)
        case _:
            assert_never(reply)


def _line(activity: dict[str, Any], text: str) -> Answer:
    """A line for one person, in the shape that the invoke wants."""
    if activity.get("name") == "adaptiveCard/action":
        return _action("application/vnd.microsoft.activity.message", text)
    return _message(text)


def _action(kind: str, value: Any) -> Answer:
    return Answer(200, {"statusCode": 200, "type": kind, "value": value})


def _message(text: str) -> Answer:
    return Answer(200, {"task": {"type": "message", "value": text}})


def _calls_us(activity: dict[str, Any]) -> bool:
    """By a mention, or by a slash command, which nobody else sees."""
    recipient = activity.get("recipient") or {}
    bot = recipient.get("id")
    return recipient.get("isTargeted") is True or any(
        (mention.get("mentioned") or {}).get("id") == bot for mention in parse.mentions_in(activity)
    )
