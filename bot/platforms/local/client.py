"""What has been said in the rehearsal room, kept in a small file, and the messenger that says it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.engine.ports import Outcome, Outgoing, Sent, Undeliverable
from bot.kernel.cards import Card
from bot.kernel.signs import Group, Topic
from bot.platforms.local import parse, render

_CARD: TypeAdapter[Card] = TypeAdapter(Card)
Links = tuple[tuple[str, tuple[str, str]], ...]  # message name -> channel and message, as pairs
_LINKS: TypeAdapter[Links] = TypeAdapter(Links)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TOPIC, GROUPS = "topic", "groups"  # notes: what stands beside the channel's name
MOST = 150  # messages of one conversation that a page shows


@dataclass(frozen=True, slots=True)
class Said:
    """One message. From the bot it is a card; from a person, words."""

    id: int
    channel: str
    thread: int | None  # the message it stands under
    author: str  # user id, empty for the bot
    only: str  # the one user who sees it, empty for everybody there
    card: Card | None
    text: str
    kind: str
    at: datetime
    edited: datetime | None
    edits: int
    links: Links

    @property
    def direct(self) -> bool:
        return self.channel.startswith(parse.DIRECT)

    def seen_by(self, user: str) -> bool:
        return self.only in ("", user) and (not self.direct or self.channel == parse.DIRECT + user)


@dataclass(frozen=True, slots=True)
class Asked:
    """A button or a choice, as long as it stands on a card: since when it does, and who has pressed it."""

    message: int
    token: str
    since: datetime
    pressed: frozenset[str]


class Timeline:
    """The room's memory: messages, presses, and what the stage was set to. One SQLite file, one thread."""

    def __init__(self, path: Path | str, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        self.version = 0  # moves whenever a message or a press is written

    def close(self) -> None:
        self._db.close()

    # messages

    def say(
        self,
        channel: str,
        card: Card,
        *,
        thread: int | None = None,
        only: str = "",
        kind: str = "",
        key: str | None = None,
        links: Links = (),
    ) -> int:
        """A message of the bot. The same *key* twice is one message."""
        if key is not None:
            found = self._db.execute("SELECT id FROM message WHERE key = ?", (key,)).fetchone()
            if found:
                return int(found[0])
        with self._writing():
            number = self._db.execute(
                "INSERT INTO message (channel, thread, author, only, card, text, kind, at, links, key) "
                "VALUES (?, ?, '', ?, ?, '', ?, ?, ?, ?)",
                (channel, thread, only, _dump(card), kind, self._now(), _LINKS.dump_json(links).decode(), key),
            ).lastrowid
            assert number is not None
            self._ask(number, card)
        return number

    def revise(self, number: int, card: Card, links: Links = ()) -> bool:
        """Show another card in the message's place. False if it is gone."""
        with self._writing():
            moved = self._db.execute(
                "UPDATE message SET card = ?, edited = ?, edits = edits + 1, links = ? WHERE id = ? AND gone = 0",
                (_dump(card), self._now(), _LINKS.dump_json(links).decode(), number),
            ).rowcount
            if moved:
                self._ask(number, card)
        return bool(moved)

    def remove(self, number: int) -> None:
        with self._writing():
            self._db.execute("UPDATE message SET gone = 1 WHERE id = ?", (number,))
            self._db.execute("DELETE FROM asked WHERE message = ?", (number,))

    def put_away(self, user: str, channel: str, thread: str | None) -> None:
        """A word in somebody's ear is for the moment: the next one takes the place of the one before."""
        for said in self.seen(user, channel, int(thread) if thread else None):
            if said.only == user and said.kind == "hint":
                self.remove(said.id)

    def chat(self, channel: str, author: str, text: str, thread: int | None = None) -> int:
        """Something a person said to the others. The bot does not read it."""
        with self._writing():
            number = self._db.execute(
                "INSERT INTO message (channel, thread, author, only, card, text, kind, at, links) "
                "VALUES (?, ?, ?, '', '', ?, '', ?, '[]')",
                (channel, thread, author, text, self._now()),
            ).lastrowid
        assert number is not None
        return number

    def seen(self, user: str, channel: str, thread: int | None = None) -> list[Said]:
        """What *user* sees of a conversation, oldest first: its top level, or one thread of it."""
        rows = self._db.execute(
            f"{_SELECT} WHERE gone = 0 AND channel = ? AND thread IS ? AND only IN ('', ?) ORDER BY id DESC LIMIT ?",
            (channel, thread, user, MOST),
        )
        return [_said(row) for row in rows][::-1]

    def message(self, number: int) -> Said | None:
        row = self._db.execute(f"{_SELECT} WHERE gone = 0 AND id = ?", (number,)).fetchone()
        return _said(row) if row else None

    def replies(self, channel: str) -> dict[int, tuple[int, int]]:
        """Message -> how many replies everybody sees under it, and the newest of them."""
        rows = self._db.execute(
            "SELECT thread, COUNT(*), MAX(id) FROM message WHERE gone = 0 AND channel = ? AND thread IS NOT NULL "
            "AND only = '' GROUP BY thread",
            (channel,),
        )
        return {thread: (count, newest) for thread, count, newest in rows}

    def newest(self, user: str, channel: str) -> int:
        """The newest thing *user* can see in a conversation; 0 if there is nothing."""
        row = self._db.execute(
            "SELECT COALESCE(MAX(id), 0) FROM message WHERE gone = 0 AND channel = ? AND only IN ('', ?)",
            (channel, user),
        ).fetchone()
        return int(row[0])

    # presses

    def press(self, number: int, token: str, user: str) -> None:
        """Note that somebody pressed this."""
        with self._writing():
            self._db.execute("INSERT OR IGNORE INTO pressed VALUES (?, ?, ?)", (number, token, user))

    def asked(self) -> list[tuple[Said, tuple[Asked, ...]]]:
        """Every card that asks for a press now, oldest first."""
        presses: dict[tuple[int, str], set[str]] = {}
        for number, token, user in self._db.execute("SELECT message, token, user FROM pressed"):
            presses.setdefault((number, token), set()).add(user)
        asks: dict[int, list[Asked]] = {}
        for number, token, since in self._db.execute("SELECT message, token, since FROM asked ORDER BY message"):
            pressed = frozenset(presses.get((number, token), ()))
            asks.setdefault(number, []).append(Asked(number, token, _moment(since), pressed))
        found = ((self.message(number), tuple(tokens)) for number, tokens in asks.items())
        return [(said, tokens) for said, tokens in found if said is not None]

    # the stage

    def note(self, key: str, otherwise: str = "") -> str:
        row = self._db.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else otherwise

    def set_note(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))

    def groups(self) -> dict[str, list[str]]:
        """Handle -> whom it means."""
        found: dict[str, list[str]] = json.loads(self.note(GROUPS, "{}"))
        return found

    def number(self) -> int:
        """The next number of this rehearsal: ids of arrivals are made from it."""
        row = self._db.execute(
            "INSERT INTO note VALUES ('number', '1') "
            "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        ).fetchone()
        return int(row[0])

    # inside

    def _ask(self, number: int, card: Card) -> None:
        """Buttons that stood there before keep the moment since which they do."""
        tokens = {token for token, _ in render.presses(card)}
        for (token,) in self._db.execute("SELECT token FROM asked WHERE message = ?", (number,)).fetchall():
            if token not in tokens:
                self._db.execute("DELETE FROM asked WHERE message = ? AND token = ?", (number, token))
        for token in tokens:
            self._db.execute("INSERT OR IGNORE INTO asked VALUES (?, ?, ?)", (number, token, self._now()))

    def _writing(self) -> _Writing:
        self.version += 1
        return _Writing(self._db)

    def _now(self) -> int:
        return (self._clock() - _EPOCH) // timedelta(microseconds=1)


class _Writing:
    """One transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, error: object, *_: object) -> None:
        self._db.execute("ROLLBACK" if error else "COMMIT")


def without_bot(user: str) -> str:
    """The note that says that somebody has not added the bot, so that it cannot write to them alone."""
    return f"without:{user}"


class RoomMessenger:
    """Sends by remembering. What fails: a message that is not there any more, and one to somebody without the bot."""

    def __init__(self, timeline: Timeline, told: Callable[[], None] = lambda: None) -> None:
        self._timeline, self._told = timeline, told

    async def send(self, outgoing: Outgoing) -> Outcome:
        channel = outgoing.channel or parse.DIRECT + outgoing.user
        outcome = self._send(outgoing, channel)
        self._told()
        return outcome

    async def put_up(self, outgoing: Outgoing) -> Outcome:
        """A line beside the channel's name, and a group: what the room shows of them stands in its header."""
        match outgoing.sign:
            case Topic(line=line):
                self._timeline.set_note(TOPIC, line)
            case Group(handle=handle, members=members):
                meant = self._timeline.groups() | {handle: [member.user for member in members]}
                self._timeline.set_note(GROUPS, json.dumps({name: users for name, users in meant.items() if users}))
            case _:
                return Undeliverable("not in the room", words="The rehearsal room has no pages.")
        self._told()
        return Sent("")

    def _send(self, outgoing: Outgoing, channel: str) -> Outcome:
        links = tuple((outgoing.links or {}).items())
        if outgoing.replaces is None:
            if outgoing.card is None:
                return Undeliverable("there is nothing to take back")
            if outgoing.user and self._timeline.note(without_bot(outgoing.user)):
                return Undeliverable("this person has not added the bot", "member")
            if outgoing.only and outgoing.kind == "hint":
                self._timeline.put_away(outgoing.only, channel, outgoing.thread)
            number = self._timeline.say(
                channel,
                outgoing.card,
                thread=int(outgoing.thread) if outgoing.thread else None,
                only=outgoing.only,
                kind=outgoing.kind,
                key=outgoing.key,
                links=links,
            )
            return Sent(str(number), channel)
        number = int(outgoing.replaces)
        if outgoing.card is None:
            self._timeline.remove(number)
        elif not self._timeline.revise(number, outgoing.card, links):
            return Undeliverable("that message is gone")
        return Sent(outgoing.replaces, channel)


_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, thread INTEGER, author TEXT NOT NULL,
    only TEXT NOT NULL, card TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
    edited INTEGER, edits INTEGER NOT NULL DEFAULT 0, links TEXT NOT NULL, key TEXT UNIQUE,
    gone INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS message_place ON message (channel, thread, id);
CREATE TABLE IF NOT EXISTS asked (
    message INTEGER NOT NULL, token TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (message, token));
CREATE TABLE IF NOT EXISTS pressed (
    message INTEGER NOT NULL, token TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (message, token, user));
CREATE TABLE IF NOT EXISTS note (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_SELECT = "SELECT id, channel, thread, author, only, card, text, kind, at, edited, edits, links FROM message"


def _said(row: tuple[object, ...]) -> Said:
    number, channel, thread, author, only, card, text, kind, at, edited, edits, links = row
    assert isinstance(number, int)
    assert isinstance(at, int)
    assert isinstance(edits, int)
    return Said(
        number,
        str(channel),
        thread if isinstance(thread, int) else None,
        str(author),
        str(only),
        _card(str(card)) if card else None,
        str(text),
        str(kind),
        _moment(at),
        _moment(edited) if isinstance(edited, int) else None,
        edits,
        _links(str(links)),
    )


@lru_cache(2000)
def _card(text: str) -> Card:
    """Pages read the same cards again and again."""
    return _CARD.validate_json(text)


@lru_cache(500)
def _links(text: str) -> Links:
    return _LINKS.validate_json(text)


def _dump(card: Card) -> str:
    return _CARD.dump_json(card).decode()


def _moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)
