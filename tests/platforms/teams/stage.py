"""A stage on which the stories are told through Teams' own wire: every word and press over the stand-in."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette

from bot.activities import ACTIVITIES
from bot.engine.deliver import deliver_one
from bot.engine.handle import Engine
from bot.engine.ports import Outcome, Outgoing, Sent
from bot.engine.route import Routes
from bot.engine.tick import OUTAGE, fire_one
from bot.kernel.cards import Form
from bot.kernel.decision import Reply
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import CommandTyped, Inbound, News
from bot.platforms.teams import parse
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.app.host import Doorkeeper, SigningKeys
from bot.platforms.teams.client.connector import Connector
from bot.platforms.teams.client.graph import Graph
from bot.platforms.teams.client.pace import Pace
from bot.platforms.teams.client.tokens import PUBLIC, Secret, Tokens
from storage.database import Connections
from storage.migrations import upgrade
from storage.queues import Queues
from storage.reach import Reach
from storage.unit import Database
from tests.standins.teams import APP_ID, SECRET, TENANT, Answered, Conversation, Dialog, Message, TeamsStandIn
from tests.standins.teams.cards import buttons, drawn, words
from tests.standins.teams.graph import PERMISSION
from tests.standins.teams.world import ADAPTIVE
from tests.story import BERLIN, CAST, HeldClock, called, option_of

T = TypeVar("T")


class Parts:
    """The bot's parts around one platform, without its loops; see `bot.engine.ports.Host`."""

    def __init__(self, connections: Connections, clock: HeldClock, content: Any) -> None:
        by_name = {activity.name: activity for activity in ACTIVITIES}
        database = Database(connections, by_name, b"a pepper for stories", content)
        self.clock = clock
        self.queues = Queues(connections, by_name)
        self.engine = Engine(by_name, Routes(ACTIVITIES), database.unit, clock)
        self.reach = Reach(connections)

    async def handle(self, arrived: Inbound | CommandTyped) -> Reply:
        return self.engine.handle(arrived)

    async def hear(self, news: News) -> None:
        self.engine.hear(news)

    async def knows(self, place: Place) -> bool:
        return self.queues.knows(place)

    async def places(self, platform: str) -> tuple[Place, ...]:
        return self.queues.places(platform)

    async def note(self, platform: str, workspace: str, place: str, part_of: str, how: str) -> None:
        self.reach.note(platform, workspace, place, part_of, how)

    async def noted(self, platform: str, workspace: str, place: str) -> str:
        return self.reach.find(platform, workspace, place)

    async def parts(self, platform: str, workspace: str, whole: str) -> tuple[str, ...]:
        return self.reach.parts(platform, workspace, whole)

    def now(self) -> datetime:
        return self.clock()


@dataclass
class Shown:
    """A message as a story sees it."""

    message: Message
    kind: str = ""

    @property
    def card(self) -> Any:
        """Its Adaptive Card; a story may put an older one back, as on a screen that was not refreshed."""
        return self.message.card

    @card.setter
    def card(self, card: Any) -> None:
        self.message.activity = self.message.activity | {"attachments": [{"contentType": ADAPTIVE, "content": card}]}
        self.message.views.clear()

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def edits(self) -> int:
        return self.message.edits

    @property
    def at(self) -> datetime:
        return self.message.at

    def text(self, zone: str = BERLIN) -> str:
        said = [drawn(self.message.text, zone), *words(self.message.card or {}, zone)]
        return " ".join(line if line[-1] in ".?!:…" else f"{line}." for line in said if line.strip())

    def labels(self) -> list[str]:
        return [button["title"] for button in buttons(self.message.card or {})]


class TeamsStage:
    """See `tests.story.Stage`.

    *targeted*: the tenant has messages that one person in a channel sees. *rates*: keep the published rates, which
    a story breaks where it lets ten people press within no time at all.
    """

    def __init__(
        self,
        start: datetime,
        *,
        people: dict[str, str] | None = None,
        owner: str = "Lena",
        content: Any = None,
        targeted: bool = True,
        rates: bool = False,
    ) -> None:
        self.clock = HeldClock(start)
        self.people = dict(people or CAST)
        self.connections = Connections("sqlite://")
        upgrade(self.connections)
        self.loop = asyncio.new_event_loop()
        self.teams = TeamsStandIn(self.clock)
        self.teams.__enter__()
        self.teams.rates.on = rates
        self.content, self.targeted, self.owner, self.tags = content, targeted, owner, False
        self.errors: dict[str, str] = {}
        self.alive = True
        self._outbox: dict[str, str] = {}  # the messages that came from the outbox, as against replies: id -> kind
        self._alone: set[str] = set()  # of these, what one person in the channel was to see
        self._dialogs: dict[str, Dialog] = {}
        self._said: dict[str, Message] = {}
        self.fail: Callable[[Outgoing], Outcome | None] = lambda _: None
        world = self.teams.world
        self._persons = {name: world.person(name, zone=zone) for name, zone in self.people.items()}
        self.team = world.team("bridge", list(self._persons.values()), has_bot=False)
        self.teams.clients.deliver = self._deliver
        self._build()
        self._move_in()

    def _move_in(self) -> None:
        """Everybody has said a word to the bot before, so it knows their zones; then it is added to the team."""
        for person in self._persons.values():
            self._run(self.teams.clients.say(person, self.teams.world.personal(person), "help"))
            self.settle()
        self._run(self.teams.clients.install(self._persons[self.owner], self.team))
        self.settle()
        self.teams.world.messages.clear()
        self._outbox.clear()

    def _build(self) -> None:
        self.parts = Parts(self.connections, self.clock, self.content)
        self.queues, self.engine = self.parts.queues, self.parts.engine
        tokens = Tokens(Secret(APP_ID, TENANT, SECRET), session=self.teams.session())
        self.platform = TeamsPlatform(
            self.parts,
            Doorkeeper(APP_ID, SigningKeys(self.teams.openid)),
            Connector(tokens, trust_env=False),
            targeted=self.targeted,
            graph=self._graph() if self.tags else None,
            pace=Pace(lambda: self.clock.now.timestamp()) if self.teams.rates.on else Pace(count(step=100).__next__),
        )
        self._web = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=self.platform.routes())), base_url="http://bot"
        )

    def _graph(self) -> Graph:
        tokens = Tokens(Secret(APP_ID, TENANT, SECRET), PUBLIC.for_graph(), session=self.teams.session())
        return Graph(tokens, f"{self.teams.base}/graph/v1.0", trust_env=False)

    def may(self, *names: str) -> None:
        """Whoever runs the bot switched tags on, and an administrator consented; or neither, and it is started anew."""
        self.teams.registration.roles = {PERMISSION} if "group" in names else set()
        self.tags = "group" in names
        self._run(self._close())
        self._build()

    def forbids(self, *names: str) -> None:
        """An administrator takes the consent back; the bot notices when it tries."""
        if "group" in names:
            self.teams.registration.roles.clear()

    @property
    def signs(self) -> dict[str, str]:
        """Whom each tag of the team means."""
        names = {person.aad: name for name, person in self._persons.items()}
        tags = self.teams.servers.graph.of(self.team)
        return {tag.name: ", ".join(names[user] for user in tag.members) for tag in tags if tag.members}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run(self._close())
        self.loop.close()
        self.connections.close()
        self.teams.__exit__(kind, error, at)

    async def _close(self) -> None:
        await self._web.aclose()
        await self.platform.stop()

    # who and where

    @property
    def place(self) -> Place:
        return Place("teams", TENANT, self.team.id)

    def member(self, name: str) -> Member:
        return Member("teams", TENANT, self._persons[name].id)

    # what people do

    def types(self, person: str, text: str, place: str = "") -> str:
        """Type a command, with a mention in the channel and without one in the personal chat."""
        if not self.alive:
            return "(nothing)"
        where = self._where(person, place)
        return self._told(person, lambda: self.teams.clients.say(self._persons[person], where, text))

    def presses(self, person: str, label: str, place: str = "", *, twice: bool = False) -> str:
        """Press the newest button of that label this person can see."""
        if not self.alive:
            return "(nothing)"
        who, dialog = self._persons[person], self._dialogs.get(person)
        if dialog is not None and label in dialog.buttons:
            del self._dialogs[person]
            return self._told(person, lambda: dialog.submit(press=label))
        message = self._find(person, label, place)
        seen = self.teams.world.view(who, message)
        label = next(one for one in (label, f"{label} step") if one in seen.buttons)
        told = self._told(person, lambda: self.teams.clients.press(who, message, label, seen=seen))
        if twice:
            self._told(person, lambda: self.teams.clients.press(who, message, label, seen=seen))
        return told

    def chooses(self, person: str, label: str, value: str) -> str:
        """Choose an option of the newest list of that label."""
        who = self._persons[person]
        for message in reversed(self._visible(person)):
            card = self.teams.world.view(who, message).card or {}
            for node in card.get("body", []):
                if node["type"] == "Input.ChoiceSet" and node["label"] == label:
                    labels = {one["value"]: one["title"] for one in node["choices"]}
                    given = {node["id"]: option_of(labels, value)}
                    return self._told(person, lambda: self.teams.clients.press(who, message, "Choose", given))  # noqa: B023
        raise AssertionError(f"{person} sees no list {label!r}")

    def saves(self, person: str, author: str, words: str) -> str:
        """Choose Save to the archive in the menu of a message; it is written first, if it is not there."""
        who, writer = self._persons[person], self._persons[author]
        if words not in self._said:
            self._said[words] = self.teams.world.post(self.team.general, writer, {"type": "message", "text": words})
        return self._told(person, lambda: self.teams.clients.choose_action(who, self._said[words], "saveMessage"))

    def submits(self, person: str, **values: str | tuple[str, ...]) -> str:
        """Fill in the dialog that is open; fields left out keep what was in them."""
        dialog = self._dialogs.pop(person)
        given = {f"f.{name}": value if isinstance(value, str) else ",".join(value) for name, value in values.items()}
        return self._told(person, lambda: dialog.submit(given))

    def form(self, person: str) -> Form:
        """The form that is open for this person."""
        submit = next(one for one in buttons(self._dialogs[person].card) if "form" in one.get("data", {}))
        form = parse._form(submit["data"]["form"])
        assert form
        return form

    def joins(self, person: str, zone: str = BERLIN, *, guest: bool = False) -> None:
        self.people[person] = zone
        self._persons[person] = self.teams.world.person(person, zone=zone, guest=guest)
        self._run(self.teams.clients.join(self._persons[person], self.team))
        self.settle()

    def leaves(self, person: str) -> None:
        self._run(self.teams.clients.leave(self._persons[person], self.team))
        self.settle()

    def without_app(self, person: str) -> None:
        """This person has turned the app off: Teams takes no message to them alone."""
        self._persons[person].blocked = True

    def adds_app(self, person: str) -> None:
        """They add it for themselves, without a word to it."""
        self._run(self.teams.clients.install(self._persons[person]))
        self.settle()

    # what the world does

    def hear(self, news: News) -> None:
        self.engine.hear(news)

    def passes(self, text: str) -> None:
        """`90 s`, `2 min`, `3 h`, `1 day`: every due moment on the way is lived through."""
        found = re.fullmatch(r"([\d.]+) ?(s|min|h|days?)", text)
        assert found, f"how long is {text!r}?"
        unit = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days", "days": "days"}[found.group(2)]
        self.until(self.clock.now + timedelta(**{unit: float(found.group(1))}))

    def until(self, moment: datetime | str) -> None:
        to = moment if isinstance(moment, datetime) else self._next(moment)
        while self.alive:
            self.settle()
            due = self.queues.next_moment()
            if due is None or due > to:
                break
            self.clock.now = max(self.clock.now, due)
        self.clock.now = max(self.clock.now, to.astimezone(UTC))
        self.settle()

    def stops(self) -> None:
        """Kill the bot: what it knew in memory is gone."""
        if self.alive:
            self.queues.beat(self.clock.now, OUTAGE)
            self._run(self._close())
        self.alive = False

    def starts(self) -> None:
        self.alive = True
        self._build()
        self.queues.beat(self.clock.now, OUTAGE)
        self.settle()

    def settle(self) -> None:
        """Fire and deliver all that is due now."""
        while self.alive:
            self._run(self.platform.settled())
            fired = fire_one(self.engine, self.queues, self.clock.now)
            sent = self._run(deliver_one(self.queues, {"teams": self}, self.clock))
            if not fired and not sent:
                return

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        return await self.platform.messenger.put_up(outgoing)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """The platform's own messenger, with a note of what came from the outbox."""
        failed = self.fail(outgoing)
        outcome = failed if failed is not None else await self.platform.messenger.send(outgoing)
        if isinstance(outcome, Sent):
            self._outbox.setdefault(outcome.message, outgoing.kind)
            if outgoing.only:
                self._alone.add(outcome.message)
        return outcome

    # what people see

    def in_channel(self) -> list[Shown]:
        """Top-level messages of the bot in the channel, oldest first."""
        return [self._shown(m) for m in self._by_bot(self.team.general) if not m.root and not m.only_for]

    def in_thread(self) -> list[Shown]:
        return [self._shown(m) for m in self._by_bot(self.team.general) if m.root and not m.only_for]

    def direct(self, person: str) -> list[Shown]:
        """What the outbox sent to this person's personal chat."""
        chat = self.teams.world.personal(self._persons[person])
        return [self._shown(m) for m in self._by_bot(chat) if m.id in self._outbox and m.id not in self._alone]

    def private(self, person: str) -> list[Shown]:
        """What the outbox sent for this person's eyes alone, in the channel or, failing that, in the personal chat."""
        who = self._persons[person]
        here = [m for m in self._by_bot(self.team.general) if m.only_for == who.id]
        return [self._shown(m) for m in (*here, *self._by_bot(self.teams.world.personal(who))) if m.id in self._alone]

    def visible(self, person: str) -> list[Shown]:
        return [self._shown(m) for m in self._visible(person)]

    def card(self, n: int = -1) -> str:
        return self.in_channel()[n].text()

    def everything(self) -> str:
        return json.dumps([message.activity for message in self.teams.world.messages], ensure_ascii=False)

    # inside

    async def _deliver(self, authorization: str, body: bytes) -> tuple[int, Any]:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        answer = await self._web.post("/api/messages", content=body, headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def _told(self, person: str, act: Callable[[], Coroutine[Any, Any, Answered | None]]) -> str:
        """Do it, let the bot finish, and say what this person alone was told."""
        before = {message.id for message in self.teams.world.messages}
        answer = self._run(act())
        assert answer is None or answer.status == 200, answer
        self._run(self.platform.settled())
        replies = [m for m in self._replies(person) if m.id not in before]
        self.settle()
        if answer is not None and answer.dialog is not None:
            self._dialogs[person] = answer.dialog
            self.errors = dict(_errors(answer.dialog))
            if self.errors:
                return "; ".join(f"{name}: {why}" for name, why in self.errors.items())
            if any("form" in one.get("data", {}) for one in buttons(answer.dialog.card)):
                return f"form: {answer.dialog.title}"
            return " ".join([f"{answer.dialog.title}.", *answer.dialog.lines])
        if replies:
            newest = Shown(replies[-1])
            if newest.labels() == ["Open"]:
                return self.presses(person, "Open")
            return newest.text(self.people.get(person, BERLIN))
        return "" if answer is None or answer.toast == "Noted." else answer.toast

    def _replies(self, person: str) -> list[Message]:
        who = self._persons[person]
        chat = self.teams.world.personal(who)
        here = [m for m in self._by_bot(self.team.general) if m.only_for == who.id]
        return sorted(
            (m for m in (*here, *self._by_bot(chat)) if m.id not in self._outbox), key=lambda message: int(message.id)
        )

    def _shown(self, message: Message) -> Shown:
        return Shown(message, self._outbox.get(message.id, ""))

    def _by_bot(self, where: Conversation) -> Iterator[Message]:
        return (m for m in self.teams.world.messages if m.author is None and m.conversation is where and not m.deleted)

    def _visible(self, person: str) -> list[Message]:
        who = self._persons[person]
        world = self.teams.world
        found = [*world.visible(who, self.team.general), *world.visible(who, world.personal(who))]
        return sorted((m for m in found if m.author is None), key=lambda message: int(message.id))

    def _find(self, person: str, label: str, place: str) -> Message:
        who = self._persons[person]
        seen = self._visible(person)
        if place in ("", "private"):
            replies = [m for m in self._replies(person)[-1:] if m in seen]
            seen = [m for m in seen if m.id in self._outbox] + replies
        elif place == "@":
            seen = [m for m in seen if m.conversation.kind == "personal"]
        else:
            seen = [m for m in seen if m.conversation.kind == "channel" and not m.only_for]
        for message in reversed(seen):
            if called(self.teams.world.view(who, message).buttons, label):
                return message
        known = sorted({one for m in seen for one in self.teams.world.view(who, m).buttons})
        raise AssertionError(f"{person} sees no button {label!r}; there are {known}")

    def _where(self, person: str, place: str) -> Conversation:
        if place.startswith("@"):
            return self.teams.world.personal(self._persons[person])
        return self.team.general

    def _next(self, text: str) -> datetime:
        day, _, hour = text.rpartition(" ")
        here = self.clock.now.astimezone(ZoneInfo(BERLIN))
        hours, minutes = map(int, hour.split(":"))
        at = here.replace(hour=hours, minute=minutes, second=0, microsecond=0)
        while at <= here or (day and f"{at:%a}" != day):
            at = _a_day_later(at)
        return at


def _a_day_later(at: datetime) -> datetime:
    """The same time on a wall clock, a day later."""
    return (at.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=at.tzinfo)


def _errors(dialog: Dialog) -> Iterator[tuple[str, str]]:
    """The sentences that stand at fields, by the field's name."""
    name = ""
    for node in dialog.card["body"]:
        if node["type"].startswith("Input."):
            name = node["id"].removeprefix("f.")
        elif node.get("color") == "attention":
            yield name, drawn(node["text"], dialog.person.zone or BERLIN)
