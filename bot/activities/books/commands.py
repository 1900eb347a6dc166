"""How words, presses and forms become events of what a team reads."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.activities.books import cards
from bot.activities.books.model import (
    MOST_PAGES,
    MOST_PARTS,
    MOST_TITLE,
    SHORT,
    Closed,
    Dropped,
    FormWanted,
    Given,
    HalfCame,
    Home,
    Listed,
    Part,
    PartCame,
    PlaceGone,
    ReadingPlanned,
    Stopped,
    Suggested,
    Unit,
    VoteAsked,
    WentAway,
)
from bot.kernel.activity import Aimed, Command, Context, Level, Need, Roster, Shown
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.hours import Hours, working_days_after
from bot.kernel.ids import Member, SessionId
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told

_MEMBER = ("list", "suggest", "suggested", "vote", "give", "take_back", "close", "plan", "planned", "stop")
_CLOCK = ("timer:close", "timer:half", "timer:part", "told:left", "told:forget", "told:place_lost")
ALLOW = dict.fromkeys(_MEMBER, Level.MEMBER) | {"drop": Level.OWNER} | dict.fromkeys(_CLOCK, Level.CLOCK)
NEEDS: dict[str, tuple[Need, ...]] = dict.fromkeys((*_MEMBER, "drop", "timer:close"), (Roster(),))
COMMANDS = (
    Command("books", "list", "What this team reads together, and could read next", aliases=("book",)),
    Command("book suggest", "suggest", "A book or a text to read together", "<title>"),
    Command("book vote", "vote", "Three votes each on what is read next"),
    Command("book plan", "plan", "Share a book out over some sessions", "[title]"),
    Command("book stop", "stop", "Stop reading before the end"),
)
HALF_AT = time(10)
FARTHEST = timedelta(days=366)  # the first session
HOUR = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    team = context.team
    if team is None:
        return Refused("Books belong to a team. Type it in the team's channel. Nothing changed.")
    owners = tuple(person.member for person in context.roster if person.owner)
    home = Home(SessionId(f"books.{team.id}"), team.place, team.label, team.zone, owners)
    match inbound:
        case CommandIssued(verb=verb, rest=rest, actor=by):
            return _asked(verb, rest, "", by, home, context)
        case ButtonPressed(verb=verb, actor=by):
            return _asked(verb, inbound.action.argument, inbound.choice, by, home, context)
        case FormSubmitted(verb="suggested"):
            return _suggested(inbound.text("text"), inbound.actor, home, form=True)
        case FormSubmitted():
            return _planned(inbound, home, context)
        case TimerFired(name="half"):
            return Aimed(home.id, HalfCame(home))
        case TimerFired(name="part"):
            return Aimed(home.id, PartCame(home))
        case TimerFired():
            return Aimed(home.id, Closed(None, home))
        case Told(verb_told="left" | "forget"):
            return Aimed(home.id, WentAway(Member.from_key(inbound.payload["member"])))
    return Aimed(home.id, PlaceGone())


def _asked(verb: str, words: str, choice: str, by: Member, home: Home, context: Context) -> Aimed | Refused | Shown:
    match verb:
        case "list":
            return Aimed(home.id, Listed(by, home))
        case "suggest":
            return _suggested(words, by, home, form=False)
        case "vote":
            return Aimed(home.id, VoteAsked(by, home))
        case "plan":
            day = working_days_after(Hours(home.zone), local_date(context.now, home.zone) + timedelta(days=13), 1)
            title = " ".join(words.split()).strip("\"'“”")[:MOST_TITLE]
            return Aimed(home.id, FormWanted(by, title, day.isoformat() if day else "", home))
        case "stop":
            return Aimed(home.id, Stopped(by, home))
        case "give":
            return Aimed(home.id, Given(by, choice)) if choice else Refused("Choose a book. Nothing changed.")
        case "take_back":
            return Aimed(home.id, Given(by, ""))
        case "close":
            return Aimed(home.id, Closed(by, home))
        case "drop":
            return Aimed(home.id, Dropped(by, choice, home))
    return Refused("This card is from before. Nothing changed.")


def _suggested(words: str, by: Member, home: Home, *, form: bool) -> Aimed | Shown:
    text = " ".join(words.split()).strip("\"'“”")
    if text and len(text) <= MOST_TITLE:
        return Aimed(home.id, Suggested(by, text, home))
    if not form:
        return Shown(Show(cards.suggest_form(text[:MOST_TITLE])))
    return Shown(Correct({"text": f"A title, up to {MOST_TITLE} characters."}))


def _planned(form: FormSubmitted, home: Home, context: Context) -> Aimed | Shown:
    errors = {}
    title = " ".join(form.text("title").split()).strip("\"'“”")
    last, parts = _number(form.text("last"), MOST_PAGES), _number(form.text("parts"), MOST_PARTS)
    if not title or len(title) > MOST_TITLE:
        errors["title"] = f"A title, up to {MOST_TITLE} characters."
    if last is None:
        errors["last"] = f"A whole number from 1 to {MOST_PAGES:,}."
    if parts is None or (last is not None and parts > last):
        errors["parts"] = f"From 1 to {MOST_PARTS} sessions, and no more than there are pages or chapters."
    first = _moment(form, home.zone)
    if first is None or not context.now < first <= context.now + FARTHEST:
        errors["day"] = "Choose a day and a time that are still to come, within a year."
    if errors or last is None or parts is None or first is None:
        return Shown(Correct(errors))
    weeks = {"1": 1, "2": 2, "4": 4}.get(form.text("every"), 2)
    shared = shared_out(last, parts, weeks, first, home.zone, context.now)
    unit: Unit = "chapters" if form.text("unit") == "chapters" else "pages"
    return Aimed(home.id, ReadingPlanned(form.actor, title, unit, shared, home))


def shared_out(last: int, parts: int, weeks: int, first: datetime, zone: str, now: datetime) -> tuple[Part, ...]:
    """Evenly, in order, nothing twice; each part until a session at the same time of day."""
    found: list[Part] = []
    before = now
    for number in range(parts):
        here = first.astimezone(ZoneInfo(zone))
        at = at_wall(here.date() + timedelta(weeks=weeks * number), here.time(), zone)
        half = _half(before, at, zone)
        found.append(Part(last * number // parts + 1, last * (number + 1) // parts, at, half))
        before = at
    return tuple(found)


def _half(before: datetime, at: datetime, zone: str) -> datetime | None:
    """In the morning of a working day half-way between two talks; none where they are close to each other."""
    if at - before < SHORT:
        return None
    middle = local_date(before + (at - before) / 2, zone)
    day = working_days_after(Hours(zone), middle - timedelta(days=1), 1)
    half = at_wall(day, HALF_AT, zone) if day else at
    return half if before < half < at else None


def _moment(form: FormSubmitted, zone: str) -> datetime | None:
    hour = HOUR.fullmatch(form.text("hour"))
    try:
        day = date.fromisoformat(form.text("day"))
    except ValueError:
        return None
    return at_wall(day, time(int(hour.group(1)), int(hour.group(2))), zone) if hour and 1 < day.year < 9000 else None


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= most else None
