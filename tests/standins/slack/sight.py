"""What one person sees: messages and views as text, in that person's zone, with who was pinged."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.standins.slack.limits import elements
from tests.standins.slack.model import Json, Message, User, View, Workspace

BROADCASTS = ("channel", "here", "everyone")
CODE = re.compile(r"<([^<>\s][^<>]*)>")
SHOUT = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")


@dataclass(frozen=True)
class Seen:
    """A message as it looked to one reader at one moment. Pressing on it presses what stood there then."""

    ts: str
    author: str
    text: str
    spoken: str
    buttons: tuple[str, ...]
    menus: tuple[str, ...]
    thread_ts: str | None
    replies: int
    edited: bool
    only_you: bool
    pings: frozenset[str]
    links: tuple[str, ...]
    files: tuple[str, ...]
    message: Message = field(repr=False)
    blocks: list[Json] = field(repr=False, default_factory=list)

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    def __contains__(self, words: str) -> bool:
        return words in self.text


@dataclass(frozen=True)
class Shown:
    """A modal or the Home tab as its owner sees it."""

    title: str
    text: str
    buttons: tuple[str, ...]
    menus: tuple[str, ...]
    labels: tuple[str, ...]
    submit: str
    close: str
    errors: dict[str, str]
    view: View = field(repr=False)
    blocks: list[Json] = field(repr=False, default_factory=list)

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Reading:
    """Collects what a piece of Slack markup shows, pings and links to."""

    def __init__(self, reader: User, now: datetime) -> None:
        self.reader, self.now = reader, now
        self.pings: set[str] = set()
        self.links: list[str] = []

    def markup(self, text: str, *, verbatim: bool = True) -> str:
        """mrkdwn as the reader sees it. Not *verbatim*: Slack also looks for @channel in the bare text."""
        if not verbatim:
            self.pings |= {f"@{word}" for word in SHOUT.findall(text)}
        return html.unescape(CODE.sub(self._code, text))

    def block(self, block: Json) -> Iterator[str]:
        match block["type"]:
            case "header" | "markdown":
                yield self.bare(block["text"])
            case "section":
                yield from (self.text(part) for part in [block.get("text"), *block.get("fields", ())] if part)
            case "context":
                shown = (part["alt_text"] if part["type"] == "image" else self.text(part) for part in block["elements"])
                yield " ".join(shown)
            case "image":
                yield f"[picture: {block['alt_text']}]"
            case "input":
                yield self.text(block["label"])
                if "hint" in block:
                    yield self.text(block["hint"])
            case "table":
                for row in block["rows"]:
                    yield " | ".join(str(cell.get("text", "")) for cell in row)
            case _:
                pass

    def bare(self, text: Json | str) -> str:
        return text if isinstance(text, str) else str(text["text"])

    def text(self, part: Json) -> str:
        if part["type"] == "plain_text":
            return str(part["text"])
        return self.markup(part["text"], verbatim=part.get("verbatim", False))

    def _code(self, found: re.Match[str]) -> str:
        body, _, label = found.group(1).partition("|")
        kind, rest = body[0], body[1:]
        workspace = self.reader.workspace
        if kind == "@":
            self.pings.add(rest)
            user = workspace.user(rest)
            return f"@{user.shown_name}" if user else f"@{label or rest}"
        if kind == "#":
            channel = workspace.channel(rest)
            hidden = channel is None or (channel.kind != "public" and self.reader not in channel.members)
            return "#private channel" if hidden or channel is None else f"#{channel.name}"
        if kind == "!":
            return self._special(rest, label)
        self.links.append(html.unescape(body))
        return label or body

    def _special(self, rest: str, label: str) -> str:
        if rest in BROADCASTS:
            self.pings.add(f"@{rest}")
            return f"@{rest}"
        if rest.startswith("subteam^"):
            self.pings.add(rest.removeprefix("subteam^"))
            return label or rest
        if rest.startswith("date^"):
            parts = rest.split("^")
            return local_date(int(parts[1]), parts[2], self.reader, self.now) or label
        return label or rest


def local_date(stamp: int, tokens: str, reader: User, now: datetime) -> str:
    """A `<!date>` code as Slack fills it in for the reader's own zone and clock."""
    zone = ZoneInfo(reader.tz or "UTC")
    then, today = datetime.fromtimestamp(stamp, UTC).astimezone(zone), now.astimezone(zone)
    far = abs(then - today) > timedelta(days=183)
    day, year = then.day, f", {then.year}" if far else ""
    ending = "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((then.date() - today.date()).days)
    date, short = f"{then:%B} {day}{ending}{year}", f"{then:%b} {day}{year}"
    long = f"{then:%A}, {date}"
    twelve = reader.locale == "en-US"
    hour = f"{then.hour % 12 or 12}:{then:%M}" if twelve else f"{then:%H:%M}"
    half = f" {then:%p}" if twelve else ""
    values = {
        "date_num": f"{then:%Y-%m-%d}",
        "date": date,
        "date_short": short,
        "date_long": long,
        "date_pretty": near or date,
        "date_short_pretty": near or short,
        "date_long_pretty": near or long,
        "time": f"{hour}{half}",
        "time_secs": f"{hour}:{then:%S}{half}",
        "ago": "some time ago",
    }
    shown = tokens
    for name, value in values.items():
        shown = shown.replace(f"{{{name}}}", value)
    return shown


def seen(message: Message, reader: User, now: datetime) -> Seen:
    reading = Reading(reader, now)
    lines = [line for block in message.blocks for line in reading.block(block)]
    spoken = Reading(reader, now)
    heard = spoken.markup(message.text) if message.mrkdwn else message.text
    buttons, menus = handles(message.blocks)
    files = tuple(file["title"] for file in message.files)
    replies = [m for m in message.channel.replies(message.ts) if m is not message]
    return Seen(
        message.ts,
        message.author.shown_name,
        "\n".join(lines) if message.blocks else heard,
        heard,
        buttons,
        menus,
        message.thread_ts if message.thread_ts != message.ts else None,
        len(replies),
        message.edited,
        message.only_for is not None,
        frozenset(reading.pings | spoken.pings),
        tuple(reading.links or spoken.links),
        files,
        message,
        copy.deepcopy(message.blocks),
    )


def shown(view: View, now: datetime, errors: dict[str, str]) -> Shown:
    reading = Reading(view.user, now)
    blocks = view.body["blocks"]
    lines = [line for block in blocks for line in reading.block(block)]
    buttons, menus = handles(blocks)
    labels = tuple(block["label"]["text"] for block in blocks if block["type"] == "input")
    at_labels = {block["label"]["text"]: errors[block["block_id"]] for block in blocks if block["block_id"] in errors}
    words = {name: (view.body.get(name) or {}).get("text", "") for name in ("title", "submit", "close")}
    text = "\n".join(filter(None, [words["title"], *lines]))
    return Shown(
        words["title"],
        text,
        buttons,
        menus,
        labels,
        words["submit"],
        words["close"],
        at_labels,
        view,
        copy.deepcopy(blocks),
    )


def handles(blocks: list[Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of all buttons, and of all other things one can operate, outside of inputs."""
    buttons, menus = [], []
    for block, element in elements(blocks):
        if block["type"] == "input":
            continue
        if element["type"] == "button":
            buttons.append(element["text"]["text"])
        else:
            menus.append(menu_label(block, element))
    return tuple(buttons), tuple(menus)


def menu_label(block: Json, element: Json) -> str:
    """What a person would call this menu: its placeholder, else its block's text, else its kind."""
    if "placeholder" in element:
        return str(element["placeholder"]["text"])
    if "text" in block:
        return str(block["text"]["text"])
    return str(element["type"])


def may_see(workspace: Workspace, reader: User, message: Message) -> bool:
    channel = message.channel
    if channel.workspace is not workspace or message.deleted:
        return False
    if message.only_for is not None and message.only_for is not reader:
        return False
    return reader in channel.members or (channel.kind == "public" and not reader.guest)
