"""Stories told on Slack: the same words as in `tests/story.py`, lived through by the real SDK on the stand-in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.kernel.cards import Action, Form, Note, Option, PickField, TextField
from bot.kernel.ids import Member
from bot.kernel.words import When
from bot.platforms.slack.package.rights import scopes_of
from tests.platforms.slack.town import Town, Transport
from tests.standins.slack import Seen, Shown, User, limits, payloads
from tests.standins.slack.model import Message
from tests.standins.slack.sight import seen
from tests.story import BERLIN, CAST, called, option_of

SIGNS = ("topic", "group", "canvas")
R = TypeVar("R")
CODE = re.compile(r"<!date\^(\d+)\^([^|>]*)\|([^>]*)>")
MENTION = re.compile(r"<@([UW]\w+)>")


@dataclass
class Told:
    """A message as a story asks about it; it changes as the message does."""

    message: Message
    reader: User
    stage: OnSlack

    @property
    def seen(self) -> Seen:
        return seen(self.message, self.reader, self.stage.town.clock())

    @property
    def card(self) -> Seen:
        """The message as it looks now. Setting it shows people an older one: their screen has not caught up."""
        return self.seen

    @card.setter
    def card(self, older: Seen) -> None:
        if self.stage.stale.pop(older.ts, None) is None:  # a second time: the screen is refreshed
            self.stage.stale[older.ts] = older

    @property
    def edits(self) -> int:
        return self.message.revisions

    @property
    def kind(self) -> str:
        return self.stage.town.kinds.get(self.message.ts, "")

    @property
    def at(self) -> datetime | None:
        return self.message.posted

    def text(self, zone: str = BERLIN) -> str:
        """What a screen reader says, in the bot's own way to write moments."""
        names = {user.id: user.real_name for user in self.stage.town.work.users}
        spoken = CODE.sub(lambda found: _moment(found, zone), self.message.text)
        return unescape(MENTION.sub(lambda found: names.get(found.group(1), "?"), spoken))

    def labels(self) -> list[str]:
        return list(self.seen.buttons)


class OnSlack:
    """A stage whose people sit in Slack. Plain calls, one event loop inside."""

    def __init__(
        self,
        start: datetime,
        *,
        transport: Transport = "socket",
        people: Mapping[str, str] = CAST,
        owner: str = "Lena",
        content: Any = None,
    ) -> None:
        self.people = dict(people)
        self._runner = asyncio.Runner()
        self.town = Town(start, people, transport=transport, owner=owner, content=content)
        self._do(self.town.open)
        self.errors: dict[str, str] = {}
        self.stale: dict[str, Seen] = {}
        self.alive = True
        self._said: dict[str, Seen] = {}

    @property
    def content(self) -> Any:
        """The library; another one is in use from the next start on."""
        return self.town.content

    @content.setter
    def content(self, library: Any) -> None:
        self.town.content = library

    def close(self) -> None:
        self._do(self.town.close)
        self._runner.close()

    @property
    def slack(self) -> Any:
        return self.town.slack

    @property
    def connections(self) -> Any:
        return self.town.bot.connections

    def member(self, name: str) -> Member:
        user = self._user(name)
        return Member("slack", self.town.work.id, user.id)

    # what people do

    def types(self, person: str, text: str, place: str = "") -> str:
        user = self._user(person)
        where = self.slack.dm(user) if place.startswith("@") else self.town.bridge
        self._close_form(user)
        return self._act(person, lambda: self.slack.slash(user, where, f"/moderato {text}"))

    def presses(self, person: str, label: str, place: str = "", *, twice: bool = False) -> str:
        where = self._find(person, label, place)
        label = next(one for one in (label, f"{label} step") if one in where.buttons)
        user = self._user(person)
        if not isinstance(where, Shown):
            self._close_form(user)

        async def press() -> None:
            await self.slack.press(user, where, label)
            if twice:
                await self.slack.press(user, where, label)

        return self._act(person, press)

    def chooses(self, person: str, label: str, value: str) -> str:
        """Choose an option, by its value or its label, of the newest menu of that label."""
        user = self._user(person)
        rows = [row for row in self.slack.timeline(user, self.town.bridge) if not row.only_you]
        rows = [self.stale.get(row.ts, row) for row in rows] + self.slack.dms(user)
        newest = self._hints(person)[-1:]
        for row in [*newest, *sorted(rows, key=lambda row: float(row.ts), reverse=True)]:
            for _, element in limits.elements(row.blocks):
                if label in row.menus and element["type"] == "static_select":
                    labels = {one["value"]: one["text"]["text"] for one in element["options"]}
                    pick = labels[option_of(labels, value)]
                    return self._act(person, lambda row=row, pick=pick: self.slack.choose(user, row, label, pick))
        raise AssertionError(f"{person} sees no list {label!r}")

    def saves(self, person: str, author: str, words: str) -> str:
        """Choose Save to the archive in the menu of a message; it is written first, if it is not there."""
        user, writer = self._user(person), self._user(author)
        if words not in self._said:
            self._said[words] = self._do(lambda: self.slack.say(writer, self.town.bridge, words))
        return self._act(person, lambda: self.slack.shortcut(user, "Save to the archive", on=self._said[words]))

    def submits(self, person: str, **values: str | tuple[str, ...]) -> str:
        """Fill in the open form by the names of its fields."""
        user = self._user(person)
        shown = self.slack.modal(user)
        assert shown is not None, f"{person} has no form open"
        fields = {block["block_id"]: (block, element) for block, element in limits.elements(shown.view.body["blocks"])}
        assert set(values) <= set(fields), f"the form {shown.title!r} has the fields {list(fields)}"
        for name, value in values.items():
            element = fields[name][1]
            state = payloads.entered(element, list(value) if isinstance(value, tuple) else value)
            shown.view.entered.setdefault(name, {})[element["action_id"]] = state

        return self._act(person, lambda: self.slack.submit_view(user))

    def form(self, person: str) -> Form:
        """The form that is open for this person, as the kernel writes forms: its fields and their options."""
        shown = self.slack.modal(self._user(person))
        assert shown is not None, f"{person} has no form open"
        fields = tuple(_field(block) for block in shown.view.body["blocks"])
        return Form(shown.title, fields, Action.unpack(shown.view.body["callback_id"]), shown.submit)

    def joins(self, person: str, zone: str = BERLIN, *, guest: bool = False) -> None:
        self.people[person] = zone
        user = self.town.people.get(person)
        if user is None:
            traits = {"tz": zone, "real_name": person, "guest": "multi" if guest else ""}
            user = self.slack.user(self.town.work, person.lower(), id=f"U{person.upper()}", **traits)
            self.town.people[person] = user
        elif user in self.town.bridge.members:
            self.town.bridge.members.remove(user)
        self._do(lambda: self.slack.join(user, self.town.bridge))
        self.settle()

    def leaves(self, person: str) -> None:
        self._do(lambda: self.slack.leave(self._user(person), self.town.bridge))
        self.settle()

    def without_app(self, person: str) -> None:
        """Slack takes no direct message of the bot to this person."""
        self._user(person).refuses = "messages_tab_disabled"

    def adds_app(self, person: str) -> None:
        """From now on it does; they look into their conversation with the bot."""
        user = self._user(person)
        user.refuses = ""
        self._do(lambda: self.slack.open_home(user, "messages"))
        self.settle()

    # what the world does

    def may(self, *names: str) -> None:
        """The app is installed again, with the scopes for these and no other of the kind; the bot calls Slack."""
        town = self.town
        town.install.scopes = town.install.scopes - set(scopes_of(SIGNS)) | set(scopes_of(names))
        self._do(lambda: town.platform.wire.call(town.work.id, "auth.test"))
        self.settle()

    def forbids(self, *names: str) -> None:
        """An administrator takes it back; the bot notices when it tries."""
        self.town.install.scopes -= set(scopes_of(names))

    @property
    def signs(self) -> dict[str, str]:
        """The topic as people read it, and whom each group means that can be mentioned."""
        names = {user.id: user.real_name for user in self.town.work.users}
        groups = [group for group in self.town.work.usergroups if not group["date_delete"]]
        meant = {group["handle"]: ", ".join(names[user] for user in group["users"]) for group in groups}
        return {name: shown for name, shown in {"topic": unescape(self.town.bridge.topic), **meant}.items() if shown}

    def passes(self, text: str) -> None:
        found = re.fullmatch(r"([\d.]+) ?(s|min|h|days?)", text)
        assert found, f"how long is {text!r}?"
        unit = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days", "days": "days"}[found.group(2)]
        self.until(self.town.clock() + timedelta(**{unit: float(found.group(1))}))

    def until(self, moment: datetime | str) -> None:
        to = moment if isinstance(moment, datetime) else self._next(moment)
        if self.alive:
            self._do(lambda: self.town.until(to))
        else:
            self.town.clock.move(to)

    def stops(self) -> None:
        if self.alive:
            self._do(self.town.bot._beat)
            self._do(self.town.stop)
        self.alive = False

    def starts(self) -> None:
        self.alive = True
        self._do(self.town.start)
        self.settle()

    def settle(self) -> None:
        if self.alive:
            self._do(self.town.settle)

    # what people see

    def in_channel(self) -> list[Told]:
        rows = self.slack.timeline(self._user("Lena"), self.town.bridge)
        return [self._message(row) for row in rows if not row.only_you]

    def in_thread(self) -> list[Told]:
        replies = [m for m in self.town.bridge.messages if m.thread_ts and not m.deleted and m.only_for is None]
        reader = self._user("Lena")
        shown = {row.ts for ts in {m.thread_ts for m in replies} for row in self._thread(reader, ts or "")}
        assert shown == {m.ts for m in replies}, "a reply that nobody sees"
        rows = [row for ts in {m.thread_ts for m in replies} for row in self._thread(reader, ts or "")]
        return [self._message(row) for row in sorted(rows, key=lambda row: float(row.ts))]

    def direct(self, person: str) -> list[Told]:
        rows = self.slack.dms(self._user(person))
        return [self._message(row) for row in rows if row.message.metadata is not None]

    def private(self, person: str) -> list[Told]:
        return [self._message(row) for row in [*self._hints(person), *self._answers(self._user(person))]]

    def card(self, n: int = -1) -> str:
        return self.in_channel()[n].text()

    def everything(self) -> str:
        messages = [m for c in self.town.work.channels for m in c.messages if m.author.bot and not m.deleted]
        return "\n".join(unescape(m.text) for m in messages)

    # inside

    def _do(self, act: Callable[[], Coroutine[Any, Any, R]]) -> R:
        return self._runner.run(act())

    def _close_form(self, user: User) -> None:
        """Nobody reaches a channel behind an open form: it is closed first."""
        if self.slack.modal(user) is not None:
            self._do(lambda: self.slack.close_view(user, all_of_them=True))

    def _user(self, person: str) -> User:
        return self.town.people[person]

    def _message(self, row: Seen) -> Told:
        return Told(row.message, self._user("Lena"), self)

    def _thread(self, reader: User, ts: str) -> list[Seen]:
        rows: list[Seen] = self.slack.timeline(reader, self.town.bridge, thread=ts)
        return [row for row in rows if not row.only_you]

    def _hints(self, person: str) -> list[Seen]:
        user = self._user(person)
        channels = [self.town.bridge, self.slack.dm(user)]
        messages = [m for c in channels for m in c.messages if m.only_for is user and not m.deleted]
        threads = {m.thread_ts for m in messages}
        rows = [row for c in channels for row in self.slack.timeline(user, c)]
        rows += [row for ts in threads if ts for row in self.slack.timeline(user, self.town.bridge, thread=ts)]
        return sorted((row for row in rows if row.only_you), key=lambda row: float(row.ts))

    def _act(self, person: str, act: Callable[[], Coroutine[Any, Any, Any]]) -> str:
        """Do it; return what this person alone is told by it."""
        user = self._user(person)
        if not self.alive:
            self._do(lambda: _into_the_void(act))
            return "(nothing)"
        before = {(row.ts, row.message.revisions) for row in self._hints(person)}
        answered = {row.ts for row in self._answers(user)}
        form = self.slack.modal(user)
        state = (form.view.id, form.view.hash) if form is not None else None
        self._do(act)
        self.settle()
        assert not self.slack.trouble(user), self.slack.trouble(user)
        new = [row for row in self._hints(person) if (row.ts, row.message.revisions) not in before]
        if new:
            return self._message(new[-1]).text(self.people.get(person, BERLIN))
        direct = [row for row in self._answers(user) if row.ts not in answered]
        if direct:
            return self._message(direct[-1]).text(self.people.get(person, BERLIN))
        return self._told_by_form(user, state)

    def _answers(self, user: User) -> list[Seen]:
        """Direct messages that answered something on the spot; those of the outbox carry its key."""
        return [row for row in self.slack.dms(user) if row.message.author.bot and row.message.metadata is None]

    def _told_by_form(self, user: User, before: tuple[str, str] | None) -> str:
        shown = self.slack.modal(user)
        if shown is None or ((shown.view.id, shown.view.hash) == before and not shown.errors):
            return ""
        if shown.errors:
            names = {b["label"]["text"]: b["block_id"] for b in shown.view.body["blocks"] if b["type"] == "input"}
            self.errors = {names[label]: why for label, why in shown.errors.items()}
            return "; ".join(f"{name}: {why}" for name, why in self.errors.items())
        if shown.submit:
            return f"form: {shown.title}"
        return " ".join(line if line[-1] in ".?!:" else f"{line}." for line in shown.text.split("\n"))

    def _find(self, person: str, label: str, place: str) -> Seen | Shown:
        user = self._user(person)
        modal = self.slack.modal(user)
        if modal is not None and label in modal.buttons:
            return modal
        hints = self._hints(person)
        if place in ("", "private") and hints and label in hints[-1].buttons:
            return hints[-1]
        if place == "private":  # older ones stay where they are
            return next(one for one in reversed(hints) if label in one.buttons)
        rows: list[Seen] = []
        if place in ("", "bridge"):
            now = [row for row in self.slack.timeline(user, self.town.bridge) if not row.only_you]
            rows += [self.stale.get(row.ts, row) for row in now]
            rows += [self.stale.get(told.seen.ts, told.seen) for told in self.in_thread()]
        if place in ("", "@"):
            rows += self.slack.dms(user)
        if place == "":
            rows += [row for row in hints if row.ts in self.town.kinds]  # sent to them alone, not said in answer
        for row in sorted(rows, key=lambda row: float(row.ts), reverse=True):
            if called(row.buttons, label):
                return row
        raise AssertionError(f"{person} sees no button {label!r}; there are {[row.buttons for row in rows]}")

    def _next(self, text: str) -> datetime:
        day, _, hour = text.rpartition(" ")
        here = self.town.clock().astimezone(ZoneInfo(BERLIN))
        at = datetime.combine(here.date(), datetime.strptime(hour, "%H:%M").time(), ZoneInfo(BERLIN))  # noqa: DTZ007
        while at <= here or (day and f"{at:%a}" != day):
            at += timedelta(days=1)
        return at


async def _into_the_void(act: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """People press although nobody is there; Slack tells them so."""
    await asyncio.gather(asyncio.ensure_future(act()), return_exceptions=True)


def _field(block: dict[str, Any]) -> TextField | PickField | Note:
    if block["type"] != "input":
        return Note(str(block.get("text", {}).get("text", "")))
    element = block["element"]
    name, label = block["block_id"], block["label"]["text"]
    offered = [*element.get("options", ()), *(o for g in element.get("option_groups", ()) for o in g["options"])]
    if not offered:
        return TextField(name, label, element.get("initial_value", ""))
    return PickField(name, label, tuple(Option(o["value"], o["text"]["text"]) for o in offered))


def _moment(found: re.Match[str], zone: str) -> str:
    at = datetime.fromtimestamp(int(found.group(1)), UTC)
    written = found.group(3)
    style: Any = "time" if found.group(2) == "{time}" else "date"
    if " at " in found.group(2):
        style = "date_time" if re.search(r"[A-Z][a-z]{2} \d+ [A-Z]", written) else "day_time"
    return When(at, style).text(zone)
