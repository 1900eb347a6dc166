"""What may be sent to whom when: one table over all kinds of message, one decision over all that is due."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.effects import Kind
from bot.kernel.hours import Absence, Hours, is_away, next_working_moment

CHANNEL_DAILY = 2  # top-level posts a team and working day that nobody just asked for (product 0.2)
CAN_WAIT: frozenset[Kind] = frozenset({"recap", "report", "social", "reminder"})  # in a channel, for a better day
MOST_TOGETHER = 5  # things in one direct message; more make a wall of it


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of message is treated.

    *unasked*: counts against a person's day and week when it is a direct message, keeps to their hours, and
    says why it came. *repeat*: sent again when a crash leaves it open whether it arrived (product 0.5:
    prompts, role notices and recaps are, reminders and hints are not). *rank*: lower comes first in a message,
    and is kept first when a week is full. *weekly*: counts against the week; role notices and what people took
    on themselves do not.
    """

    unasked: bool
    repeat: bool
    rank: int
    weekly: bool = True


RULES: Mapping[Kind, Rule] = {
    "asked": Rule(unasked=False, repeat=True, rank=0),
    "card": Rule(unasked=False, repeat=True, rank=0),
    "recap": Rule(unasked=False, repeat=True, rank=0),
    "role": Rule(unasked=True, repeat=True, rank=1, weekly=False),
    "commitment": Rule(unasked=True, repeat=True, rank=2, weekly=False),
    "prompt": Rule(unasked=True, repeat=True, rank=3),
    "invitation": Rule(unasked=True, repeat=True, rank=4),
    "report": Rule(unasked=True, repeat=True, rank=5),
    "social": Rule(unasked=True, repeat=False, rank=6),
    "reminder": Rule(unasked=True, repeat=False, rank=7),
    "hint": Rule(unasked=False, repeat=False, rank=8),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person allows; *daily* and *weekly* hold over all their teams together."""

    hours: Hours
    absences: tuple[Absence, ...] = ()
    off: Container[date] = frozenset()  # public holidays
    stopped: bool = False
    muted: tuple[str, ...] = ()
    daily: int = 1
    weekly: int = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A direct message that nobody asked for and that is due. *request* is what a reminder reminds of."""

    id: int
    kind: Kind
    request: str = ""
    until: datetime | None = None  # after this it makes no sense any more


@dataclass(frozen=True, slots=True)
class Spent:
    """What the person got already.

    *today* counts messages on the person's own date, without reminders of something asked on that date;
    *week* counts since Monday what `Rule.weekly` says; *requests* were asked today; *open*: today's message
    can still be added to.
    """

    today: int = 0
    week: int = 0
    requests: frozenset[str] = frozenset()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of one item: all that are sent go in one message; what is added edits the one of today.

    *because* completes "not sent, because ..." for the person concerned.
    """

    id: int
    do: Literal["send", "add", "wait", "drop"]
    at: datetime | None = None
    because: str = ""


def judge(items: Sequence[Item], reader: Reader, spent: Spent, now: datetime) -> tuple[Ruling, ...]:
    """Decide about everything that is due to one person now, at once, so that it can go in one message."""
    open_items: list[Item] = []
    rulings: list[Ruling] = []
    for item in sorted(items, key=lambda one: (RULES[one.kind].rank, one.id)):
        ruling = _unwanted(item, reader) or _out_of_hours(item, reader, now)
        if ruling is None:
            open_items.append(item)
        else:
            rulings.append(ruling)
    return (*rulings, *_share(open_items, reader, spent, now))


def wait_in_channel(kind: Kind, posted: int, team: Hours, until: datetime | None, now: datetime) -> datetime | None:
    """Until when a top-level post waits because its channel had enough today; None: it goes now.

    *posted*: how many the channel got on the team's own date, without those that a person just asked for. Live
    cards never wait. A post that would be too late by then goes now: it is better in time than quiet.
    """
    if kind not in CAN_WAIT or posted < CHANNEL_DAILY:
        return None
    tomorrow = at_wall(local_date(now, team.zone) + timedelta(days=1), time(0), team.zone)
    begins = next_working_moment(team, max(tomorrow, now))
    return None if begins is None or (until is not None and until <= begins) else begins


def _unwanted(item: Item, reader: Reader) -> Ruling | None:
    if reader.stopped:
        return Ruling(item.id, "drop", because="you asked me to write only when you ask me to")
    if item.kind in reader.muted:
        return Ruling(item.id, "drop", because="you muted messages of this kind")
    return None


def _out_of_hours(item: Item, reader: Reader, now: datetime) -> Ruling | None:
    begins = next_working_moment(reader.hours, now, reader.absences, reader.off)
    if begins is not None and begins <= now:
        return None
    today = local_date(now, reader.hours.zone)
    if is_away(reader.absences, today):
        because = "you were away"
    elif today in reader.off:
        because = "it was a public holiday"
    else:
        because = "it was outside your hours"
    return _later(item, begins, because)


def _share(items: list[Item], reader: Reader, spent: Spent, now: datetime) -> list[Ruling]:
    """Who gets the room that is left today and this week. *items* come in order of rank."""
    follow = [item for item in items if item.kind == "reminder" and item.request in spent.requests]
    fresh = [item for item in items if item not in follow]
    if spent.today >= reader.daily:
        chosen, rest = [], fresh
    else:
        chosen, rest = fresh[:MOST_TOGETHER], fresh[MOST_TOGETHER:]
    rulings = [_after_today(item, reader, spent, now) for item in rest]
    going = [*chosen, *follow]
    counted = [item for item in going if RULES[item.kind].weekly]
    if spent.week >= reader.weekly:
        rulings += [_next_week(item, reader, now, "your week was full") for item in counted]
        going = [item for item in going if item not in counted]
    elif all(item.kind == "social" for item in going) and spent.week >= max(1, reader.weekly - 1):
        kept = "the last message of your week is kept for questions and invitations"
        rulings += [_next_week(item, reader, now, kept) for item in going]
        going = []
    return [*(Ruling(item.id, "send") for item in going), *rulings]


def _after_today(item: Item, reader: Reader, spent: Spent, now: datetime) -> Ruling:
    """Today's one message has gone: what ends before the next working day is added to it, the rest waits."""
    tomorrow = at_wall(local_date(now, reader.hours.zone) + timedelta(days=1), time(0), reader.hours.zone)
    begins = next_working_moment(reader.hours, max(tomorrow, now), reader.absences, reader.off)
    ends_before = item.until is not None and (begins is None or item.until <= begins)
    if ends_before and spent.open:
        return Ruling(item.id, "add")
    return _later(item, begins, "today's message had gone")


def _next_week(item: Item, reader: Reader, now: datetime, because: str) -> Ruling:
    today = local_date(now, reader.hours.zone)
    monday = at_wall(today + timedelta(days=7 - today.weekday()), time(0), reader.hours.zone)
    return _later(item, next_working_moment(reader.hours, max(monday, now), reader.absences, reader.off), because)


def _later(item: Item, at: datetime | None, because: str) -> Ruling:
    if at is None or (item.until is not None and item.until <= at):
        return Ruling(item.id, "drop", because=because)
    return Ruling(item.id, "wait", at, because)
