"""What must hold of a year of check-ins: asked once, in time, within hours; nothing lost, nothing shown too early."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.engine.budget import RULES
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.hours import Hours, next_working_moment
from bot.kernel.ids import Member, SessionId, part_of
from bot.pieces.holidays import Holidays
from bot.simulate.checkins_known import TOKEN, Did, Rhythm, place_of

if TYPE_CHECKING:
    from bot.simulate.checkins import Checkins

GRACE = timedelta(minutes=30)  # an opening later than this is left out (product 0.5)
MINUTE = timedelta(minutes=1)
FILED = timedelta(hours=24)  # after the close
IGNORED = 3
NEWCOMER = timedelta(days=15)
LATELY = timedelta(days=120)
UNSURE = timedelta(hours=3)  # what was taken before a death may be known this much later
KEPT = timedelta(days=175)
WRITTEN = (("kept", "fact"), ("session", "state"), ("outbox", "card"), ("message", "card"), ("timer", "payload"))


def judge(course: Checkins) -> Iterator[str]:
    """Everything that is wrong with what people saw and did."""
    zones = _team_zones(course)
    last = course.host.plan.start + timedelta(weeks=course.host.plan.weeks) - timedelta(days=1)
    for place in course.first:
        ignored = _Ignored()
        mine = [one for one in course.planned if place_of(one.channel) == place]
        zone = zones[place]
        first = min((local_date(one.since, zone) for one in mine), default=local_date(last, zone))
        for n in range((local_date(last, zone) - first).days):
            for rhythm in mine:
                day = first + timedelta(days=n)
                if day > local_date(rhythm.since, zone) + timedelta(days=1):
                    yield from _of_day(course, place, rhythm, day, zone, ignored)
    yield from _answers(course)
    yield from _forgotten(course)


def _team_zones(course: Checkins) -> dict[str, str]:
    with course.host.store.connections.transaction() as db:
        rows = db.rows("SELECT workspace, channel, zone FROM team")
    return {f"{workspace}/{channel}": zone or "UTC" for workspace, channel, zone in rows}


class _Ignored:
    """How many questions in a row each person left without a press: at least, and at most."""

    def __init__(self) -> None:
        self.least: dict[Member, int] = defaultdict(int)
        self.most: dict[Member, int] = defaultdict(int)


def _of_day(course: Checkins, place: str, rhythm: Rhythm, day: date, zone: str, ignored: _Ignored) -> Iterator[str]:
    """Who was asked on that date, and who should have been."""
    session = part_of(rhythm.session, day.isoformat())
    asked = course.asked.get(session)
    label = f"{rhythm.channel.name} on {day}"
    if asked is not None and asked.cards > 1:
        yield f"{label}: the channel got {asked.cards} cards"
    middle = at_wall(day, rhythm.wall(day, at_wall(day, time(12), zone)), zone)
    comes, wall = rhythm.comes(day, middle), rhythm.wall(day, middle)
    everybody = sorted({m for p, m in course.moves if p == place} | course.first[place])
    if comes is not True:
        yield from _unsure(course, rhythm, session, label, everybody, ignored)
        if asked is not None and comes is False:
            yield f"{label}: was asked, although that date was left out"
        return
    if any(one.key.startswith(f"{session}:card:") and one.replaces is None for _, one in course.host.refused):
        ignored.least.clear()
        return  # the channel never got the card, so nobody knows when it closes
    due = False
    for member in everybody:
        truth = course.truth[member]
        opens = truth.opens(day, wall) if rhythm.each else at_wall(day, wall, zone)
        local = day if rhythm.each else local_date(opens, truth.zone_at(opens))
        did = course.did[session, member]
        travels = truth.on_the_way(day, wall)
        stable = _stable(course, place, member, opens) and not travels
        sure = stable and not truth.touched & {local, day}
        works = truth.works(local, opens)
        who = f"{label}: {member.key()}"
        begins = asked.at - GRACE if asked is not None and travels else opens
        yield from _never_wrong(who, did, begins, asked.closes if asked else None)
        if did.prompts and sure and not works:
            yield f"{who} was asked on a day off, {local}"
        if any(one == member and opens - LATELY < at < opens for at, one in rhythm.wrote):
            ignored.least[member] = 0  # whoever writes ahead has pressed something
        if did.prompts and ignored.least[member] >= IGNORED:
            yield f"{who} was asked after three questions without a press"
        if did.prompts and did.ahead:
            yield f"{who} was asked, having answered ahead"
        if not stable or not works:
            continue
        calm = not any(gone <= opens + GRACE and back >= opens - MINUTE for gone, back in course.host.down)
        due = due or (sure and calm)
        in_channel = asked is not None and _by_channel(course, place, asked.at)
        if asked is not None and sure and calm and not did.prompts and not in_channel:
            because = _why_not_asked(course, rhythm, member, did, opens, asked.closes, ignored)
            if not because:
                yield f"{who} was expected at {opens}, and never asked"
            course.host.counts[f"not asked: {because}"] += 1
        course.host.counts["asked"] += len(did.prompts)
        around = {local + timedelta(days=n) for n in range(4)}  # who goes away before it is filed is not counted
        _count_ignored(did, member, ignored, sure=sure and not in_channel and not truth.touched & around)
    if due and asked is None:
        yield f"{label}: nothing was asked at all"


def _unsure(
    course: Checkins, rhythm: Rhythm, session: str, label: str, everybody: list[Member], ignored: _Ignored
) -> Iterator[str]:
    """A date to which somebody did something just then: who is asked all the same is asked once, while it is open."""
    asked = course.asked.get(session)
    held = rhythm.held.get(date.fromisoformat(label[-10:]))
    if held is not None and asked is not None and asked.at > held:
        yield f"{label}: was held at {held}, and asked at {asked.at}"
    for member in everybody:
        did = course.did[session, member]
        if asked is not None:  # else the platform refused its card
            yield from _never_wrong(f"{label}: {member.key()}", did, asked.at - GRACE, asked.closes)
        for at, _ in (*did.prompts, *did.reminders):
            if held is not None and at > held:
                yield f"{label}: {member.key()} was written to at {at}, after it was held at {held}"
        if did.pressed is not None:
            ignored.least[member] = ignored.most[member] = 0
        elif did.prompts:
            ignored.most[member] += 1
            ignored.least[member] = 0
        course.host.counts["asked"] += len(did.prompts)


def _never_wrong(who: str, did: Did, opens: datetime, closes: datetime | None) -> Iterator[str]:
    if len(did.prompts) > 1:
        yield f"{who} was asked {len(did.prompts)} times: {did.prompts}"
    for at, _ in did.prompts:
        if closes is None or not opens <= at < closes:
            yield f"{who} was asked at {at}, outside of {opens} to {closes}"
    if len(did.reminders) > 1:
        yield f"{who} was reminded {len(did.reminders)} times"
    for at, _ in did.reminders:
        if closes is not None and at >= closes:
            yield f"{who} was reminded at {at}, after the close"
        if did.pressed is not None and at > did.pressed:
            yield f"{who} was reminded at {at}, having pressed at {did.pressed}"


def _stable(course: Checkins, place: str, member: Member, opens: datetime) -> bool:
    """Whether they were in the channel all around that moment."""
    moves = course.moves.get((place, member), [])
    left = course.truth[member].forgotten
    if left is not None and opens > left - timedelta(hours=26):
        return False
    if any(opens - timedelta(hours=26) < at < opens + timedelta(hours=26) for at in moves):
        return False
    return (member in course.first[place]) != bool(sum(at < opens for at in moves) % 2)


def _by_channel(course: Checkins, place: str, at: datetime) -> bool:
    """Whether everybody there (give or take those who just came or went) read the same clock."""
    everybody = {m for p, m in course.moves if p == place} | course.first[place]
    there = [member for member in everybody if _stable(course, place, member, at)]
    return len({at.astimezone(ZoneInfo(course.truth[m].zone_at(at))).utcoffset() for m in there}) <= 1


def _why_not_asked(
    course: Checkins, rhythm: Rhythm, member: Member, did: Did, opens: datetime, closes: datetime, ignored: _Ignored
) -> str:
    """The rule by which somebody was rightly not asked; empty if there is none."""
    truth = course.truth[member]
    zone = truth.zone_at(opens)
    if did.ahead or member in rhythm.perhaps:
        return "they had answered ahead"
    if did.pressed is not None:
        return "they had answered in the channel"
    if ignored.most[member] >= IGNORED:
        return "they ignored three"
    moves = course.moves.get((f"{member.workspace}/{rhythm.channel.place.channel}", member), [])
    if any(opens - NEWCOMER < at < opens for at in moves):
        return "they were new"
    off = Holidays.of(truth.holidays) if truth.holidays else None
    reached = next_working_moment(Hours(zone), opens, truth.away(opens), off)
    if reached is None or reached >= closes:
        return "their hours and the window do not meet"
    if reached > opens and any(gone <= reached + GRACE and back >= reached - MINUTE for gone, back in course.host.down):
        return "nobody was there"
    day = local_date(reached, zone)
    monday = day - timedelta(days=day.weekday())
    got = course.host.ledger.by_member.get(member, [])
    if any(one.day == day for one in got):
        return "the day's message had gone"
    full = sum(monday <= one.day <= day and any(RULES[k].weekly for _, k in one.things) for one in got)
    full += sum(  # one that is refused when its second try comes counts as sent
        (out.user, out.workspace) == (member.user, member.workspace) and monday <= local_date(at, zone) <= day
        for at, out in course.host.refused
    )
    if any(monday <= local_date(gone, zone) <= day for gone, _ in course.host.down):
        full += 1  # and so does one over which the process died
    if full >= 3:
        return "the week was full"
    if _refused(course, member, opens, closes):
        return "the platform refused it"
    return ""


def _refused(course: Checkins, member: Member, opens: datetime, closes: datetime) -> bool:
    """Whether the platform would not take a message to *member* in that time."""
    return any(
        outgoing.user == member.user and outgoing.workspace == member.workspace and opens <= at < closes
        for at, outgoing in course.host.refused
    )


def _count_ignored(did: Did, member: Member, ignored: _Ignored, *, sure: bool) -> None:
    if did.pressed is not None:
        ignored.least[member] = ignored.most[member] = 0
        return
    ignored.most[member] += 1
    if did.prompts and sure:
        ignored.least[member] += 1


# answers


def _answers(course: Checkins) -> Iterator[str]:
    """Every answer that was taken is there for its team; none that was changed or deleted is."""
    host = course.host
    shown: dict[str, set[str]] = defaultdict(set)  # answer -> channels that show it
    for message in host.world.messages:
        if not message.gone and not message.user:
            for token in TOKEN.findall(message.card.fallback()):
                shown[token].add(f"{message.workspace}/{message.channel}")
    with host.store.connections.transaction() as db:
        kept = {
            t for (fact,) in db.rows("SELECT fact FROM kept WHERE kind = 'checkin_answer'") for t in TOKEN.findall(fact)
        }
        filed = {
            key: (at, json.loads(fact))
            for key, at, fact in db.rows("SELECT key, at, fact FROM kept WHERE kind = 'checkin'")
        }
    spoilt = {outgoing.key.partition(":")[0] for _, outgoing in host.refused}
    for (session, member), did in course.did.items():
        asked = course.asked.get(session)
        if asked is None:
            continue
        place = f"{asked.channel.place.workspace}/{asked.channel.place.channel}"
        refused = session in spoilt or part_of(SessionId(session), member.key()) in spoilt
        who = f"{asked.channel.name}, {member.key()}"
        held = asked.day in asked.rhythm.held
        if held and did.token in kept:
            yield f"{who}: {did.token} is kept, although that question was held"
        if did.token and asked.closes < host.now - FILED and not held and asked.rhythm.unknown is None:
            if did.token not in kept and asked.closes > host.now - KEPT:
                yield f"{who}: the answer {did.token} is lost"
            if place not in shown[did.token] and not refused:
                yield f"{who}: the answer {did.token} was never shown"
        for channel in shown[did.token] - {place} if did.token else ():
            yield f"{who}: the answer {did.token} is shown in {channel}"
        for token in did.old:
            if token in kept:
                yield f"{who}: {token}, which was changed or deleted, is kept"
            if shown[token] and not refused:
                yield f"{who}: {token}, which was changed or deleted, is still shown"
    for session, (at, fact) in filed.items():
        known = course.asked.get(session)
        if known is None or (not known.rhythm.perhaps and not known.rhythm.unknown):
            yield from _figures(course, session, at, fact)


def _figures(course: Checkins, session: str, stamped: int, fact: dict[str, object]) -> Iterator[str]:
    """What is kept of a check-in counts each answer once."""
    at = datetime.fromtimestamp(stamped / 1_000_000, course.host.now.tzinfo)
    mine = [did for (one, _), did in course.did.items() if one == session] if session in course.asked else []
    if any(abs(moment - at) < UNSURE for did in mine for moment, _ in did.log):
        return
    answers = sum(bool([token for moment, token in did.log if moment < at][-1:] not in ([], [""])) for did in mine)
    if session in course.asked and fact["answers"] != answers:
        yield f"{session}: {fact['answers']} answers are counted, {answers} were given"


def _forgotten(course: Checkins) -> Iterator[str]:
    """Nothing that somebody said who asked to be forgotten is anywhere, and nobody writes to them."""
    tokens = {
        token: member
        for (_, member), did in course.did.items()
        if course.truth[member].forgotten is not None
        for token in did.old
    }
    with course.host.store.connections.transaction() as db:
        for table, column in WRITTEN:
            for (text,) in db.rows(f"SELECT {column} FROM {table} WHERE {column} LIKE '%said-%'"):
                for token in set(TOKEN.findall(text)) & set(tokens):
                    yield f"{tokens[token].key()} asked to be forgotten, and {token} stands in {table}.{column}"
    for (session, member), did in course.did.items():
        gone = course.truth[member].forgotten
        for at, id in (*did.prompts, *did.reminders):
            if gone is not None and at > gone + UNSURE:
                yield f"{member.key()} asked to be forgotten at {gone}, and got {id} of {session} at {at}"
