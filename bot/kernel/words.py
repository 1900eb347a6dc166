"""Sentences with people and moments in them, before any platform decides how they look.

A sentence is one plain string. A person or a moment inside it is a short token between two private
characters, so that an f-string is enough to write one, and no user text can forge one: `clean`
removes the two characters from everything that comes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

from bot.kernel.ids import Member

OPEN, SHUT = "\ue000", "\ue001"
FORMER = "former member"  # the name of somebody who asked to be forgotten, or whom nobody knows any more

Style = Literal["time", "day_time", "date", "date_time"]


@dataclass(frozen=True, slots=True)
class Who:
    """A person's name; nobody is notified."""

    member: Member


@dataclass(frozen=True, slots=True)
class Mention:
    """A person who is called: the platform notifies them. For whoever is up now, nobody else."""

    member: Member
    name: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's own zone. `time` 21:30, `day_time` Thu 21:30, `date` Thu 14 Aug."""

    at: datetime
    style: Style

    def text(self, zone: str) -> str:
        """The moment in *zone* (an IANA name), 24-hour clock, English day and month names."""
        there = self.at.astimezone(ZoneInfo(zone))
        day, month = _DAYS[there.weekday()], _MONTHS[there.month - 1]
        match self.style:
            case "time":
                return f"{there:%H:%M}"
            case "day_time":
                return f"{day} {there:%H:%M}"
            case "date":
                return f"{day} {there.day} {month}"
            case "date_time":
                return f"{day} {there.day} {month} {there:%H:%M}"


Span = str | Who | Mention | When

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNWANTED = re.compile(f"[\x00-\x09\x0b-\x1f\x7f{OPEN}{SHUT}\ud800-\udfff]")
_TOKEN = re.compile(f"{OPEN}([^{OPEN}{SHUT}]*){SHUT}")


def who(member: Member) -> str:
    """The member's name in a sentence, filled in when the sentence is sent."""
    return f"{OPEN}w:{member.key()}{SHUT}"


def mention(member: Member) -> str:
    """Call the member: the platform notifies them."""
    return f"{OPEN}m:{member.key()}{SHUT}"


def when(at: datetime, style: Style = "time") -> str:
    """The moment *at* (aware) in a sentence, shown in the reader's zone."""
    return f"{OPEN}t:{int(at.timestamp())}:{style}{SHUT}"


def on_day(day: date) -> str:
    """`Tue 31 Mar`: a date that is the same on everybody's own calendar, wherever they read it."""
    return f"{day:%a} {day.day} {day:%b}"


def listed(parts: Iterable[str]) -> str:
    """Several names or things in a row: `Lena, Ines, Divya`."""
    return ", ".join(parts)


def plural(n: int, one: str, many: str) -> str:
    """The sentence for *n*; `{n}` in it is the number. Each form is a whole string, so it can be translated."""
    return (one if n == 1 else many).replace("{n}", str(n))


def clean(text: str) -> str:
    """User text without token characters, lone surrogates, and control characters other than line breaks."""
    if text.isascii() and text.isprintable():  # nearly all that comes back from buttons
        return text
    return _UNWANTED.sub("", text)


def spans(text: str) -> tuple[Span, ...]:
    """The sentence taken apart: plain strings, people, moments, in order. A token nobody knows is dropped."""
    found: list[Span] = []
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            found.append(text[at : token.start()])
        at = token.end()
        span = _read(token.group(1))
        if span is not None:
            found.append(span)
    if at < len(text):
        found.append(text[at:])
    return tuple(found)


def members_in(text: str) -> frozenset[Member]:
    """Everybody a sentence names or calls."""
    return frozenset(span.member for span in spans(text) if isinstance(span, Who | Mention))


def named(text: str, names: Mapping[Member, str]) -> str:
    """The sentence with every name filled in. Mentions stay tokens, and carry the name for those who cannot mention."""

    def put(token: re.Match[str]) -> str:
        match _read(token.group(1)):
            case Who(member=member):
                return clean(names.get(member, FORMER))
            case Mention(member=member):
                name = clean(names.get(member, FORMER)).replace("\n", " ")
                return f"{OPEN}m:{member.key()}\x1f{name}{SHUT}"
            case _:
                return token.group(0)

    return _TOKEN.sub(put, text)


def plain(text: str, zone: str = "UTC") -> str:
    """The sentence as a person would read it aloud, moments in *zone* (an IANA name)."""
    parts = []
    for span in spans(text):
        match span:
            case str():
                parts.append(span)
            case Who(member=member):
                parts.append(member.user)
            case Mention(member=member, name=name):
                parts.append(name or member.user)
            case When():
                parts.append(span.text(zone))
    return "".join(parts)


def _read(token: str) -> Span | None:
    try:
        return _meant(token)
    except ValueError:  # cut short, or of another version
        return None


def _meant(token: str) -> Span | None:
    kind, _, rest = token.partition(":")
    match kind:
        case "w":
            return Who(Member.from_key(rest))
        case "m":
            key, _, name = rest.partition("\x1f")
            return Mention(Member.from_key(key), name)
        case "t":
            seconds, _, style = rest.partition(":")
            if style in get_args(Style):
                return When(datetime.fromtimestamp(int(seconds), UTC), cast(Style, style))
    return None
