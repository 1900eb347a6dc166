"""How words, presses and timers become events of a round."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.activities.rounds.model import (
    DIRECT,
    LONGEST,
    MOST_TOPIC,
    SECONDS,
    SHORTEST,
    TOPIC,
    CameIn,
    Deferred,
    Done,
    Event,
    Extended,
    FormAsked,
    KeepAsked,
    MoreAsked,
    NoThanks,
    Passed,
    PlaceGone,
    PlanDropped,
    PlanMade,
    ResultAsked,
    Resumed,
    Setting,
    Started,
    StartedNow,
    Steered,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.activity import Aimed, Command, Context, Facts, Level, Roster, Shown
from bot.kernel.decision import Correct, Refused
from bot.kernel.ids import Member
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, TimerFired, Told

ALLOW = {
    "start": Level.MEMBER,
    "plan": Level.MEMBER,
    "drop": Level.MEMBER,
    "in": Level.MEMBER,
    "now": Level.MEMBER,
    "done": Level.MEMBER,
    "pass": Level.MEMBER,
    "later": Level.MEMBER,
    "more_time": Level.MEMBER,
    "write": Level.MEMBER,
    "written": Level.MEMBER,
    "add": Level.MEMBER,
    "added": Level.MEMBER,
    "no_thanks": Level.MEMBER,
    "more": Level.MEMBER,
    "skip": Level.MEMBER,
    "pause": Level.MEMBER,
    "resume": Level.MEMBER,
    "end": Level.MEMBER,
    "go": Level.MEMBER,
    "result": Level.MEMBER,
    "keep": Level.MEMBER,
    "timer:plan": Level.CLOCK,
    "timer:gather": Level.CLOCK,
    "timer:turn": Level.CLOCK,
    "timer:silence": Level.CLOCK,
    "timer:idle": Level.CLOCK,
    "timer:give_up": Level.CLOCK,
    "timer:file": Level.CLOCK,
    "told:resumed": Level.CLOCK,
    "told:left": Level.CLOCK,
    "told:forget": Level.CLOCK,
    "told:place_lost": Level.CLOCK,
}

_TO_START = (Roster(), Facts("round_starter"), Facts("holder"), Facts("round_live"))
NEEDS = {"start": _TO_START, "plan": _TO_START}

COMMANDS = (
    Command(
        "round",
        "start",
        "A live round: everybody in turn, about a minute each",
        "[topic] [seconds]",
        shortcut=True,
        menu=3,
    ),
    Command("round plan", "plan", "A live round at a set time, here", "<time or weekday and time> [topic] [seconds]"),
)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    match inbound:
        case CommandIssued():
            return _command(inbound, context)
        case ButtonPressed():
            event = _press(inbound)
            return Aimed(inbound.action.session, event) if event else Refused("This card is from before.")
        case FormSubmitted():
            text = inbound.text("text")
            if not text:
                return Shown(Correct({"text": "Write a word or two, or close the form; closing is fine."}))
            return Aimed(inbound.action.session, Wrote(inbound.actor, text, inbound.action.argument == DIRECT))
        case TimerFired(session=session, name=name):
            return Aimed(session, TimeCame(name))
        case Told():
            return Aimed(inbound.session, _told(inbound))


def _command(inbound: CommandIssued, context: Context) -> Aimed | Refused:
    team = context.team
    if team is None or inbound.place.direct:
        where = team.label if team else "a channel of your team"
        return Refused(f"A round happens where the team is. Type it in {where}. Nothing changed.")
    rest, at = inbound.rest, None
    if inbound.verb == "plan":
        moment, rest = _moment(inbound.rest, context.now, team.zone)
        if moment is None:
            return Refused(
                f'When? You typed: "{_short(inbound.rest)}". Write a time first, e.g. round plan 09:30, '
                "or round plan wed 09:30 win or challenge."
            )
        at = moment
    topic, seconds = _topic(rest)
    if len(topic) > MOST_TOPIC:
        return Refused(
            f"A topic has room for {MOST_TOPIC} characters, so that it stays readable; yours has {len(topic):,}. "
            f'Nothing was posted. It began: "{_short(topic)}"'
        )
    if not SHORTEST <= seconds <= LONGEST:
        return Refused(
            f"A turn lasts between {SHORTEST} and {LONGEST} seconds; you typed {seconds:,}. "
            f"Try: round {topic} {min(max(seconds, SHORTEST), LONGEST)}. Nothing was posted."
        )
    today = context.now.astimezone(ZoneInfo(team.zone)).date()
    expected = tuple(p.member for p in context.roster if p.takes_part and not p.away_on(today))
    if len({*expected, inbound.actor}) < 2:
        return Refused(f"A round takes two people or more. Invite others to {team.label} first.")
    if at is None and context.facts("round_live"):
        return Refused("A round is already running here. Its card is further up; press I'm in there to join.")
    setting = Setting(
        id=context.new_session,
        place=inbound.place.whole(),
        team_label=team.label,
        zone=team.zone,
        topic=topic,
        seconds=seconds,
        host=inbound.actor,
        timekeeper=_holder(context, "timekeeper"),
        owners=tuple(p.member for p in context.roster if p.owner),
        expected=expected,
        last_starter=_last_starter(context),
        seed=context.seed,
        planned=at is not None,
    )
    return Aimed(setting.id, Started(setting) if at is None else PlanMade(setting, at))


def _press(press: ButtonPressed) -> Event | None:
    by, turn = press.actor, int(press.action.argument) if press.action.argument.isdecimal() else -1
    match press.verb:
        case "in":
            return CameIn(by)
        case "now":
            return StartedNow(by)
        case "done":
            return Done(by, turn)
        case "pass":
            return Passed(by, turn)
        case "later":
            return Deferred(by, turn)
        case "more_time":
            return Extended(by, turn)
        case "write" | "add":
            return FormAsked(by, press.action.argument == DIRECT)
        case "no_thanks":
            return NoThanks(by)
        case "more":
            return MoreAsked(by)
        case "skip" | "pause" | "resume" | "end" | "go" as how:
            return Steered(by, how, turn)
        case "result":
            return ResultAsked(by)
        case "keep":
            return KeepAsked(by)
        case "drop":
            return PlanDropped(by)
    return None


def _told(told: Told) -> Event:
    match told.verb_told:
        case "resumed":
            return Resumed(datetime.fromisoformat(told.payload["down_from"]))
        case "left" | "forget":
            return WentAway(Member.from_key(told.payload["member"]))
    return PlaceGone()


def _topic(rest: str) -> tuple[str, int]:
    """`"win or challenge" 60` -> the topic with a capital, and the seconds."""
    found = re.fullmatch(r"(?s)(.*?)\s*(?<!\S)(\d{1,9})\s*(?:s|sec|secs|seconds)?", rest.strip())
    words, seconds = (found.group(1), int(found.group(2))) if found else (rest, SECONDS)
    words = " ".join(words.strip().strip("\"'“”„").split())
    return (words[:1].upper() + words[1:] if words else TOPIC), seconds


def _moment(rest: str, now: datetime, zone: str) -> tuple[datetime | None, str]:
    """`wed 09:30 win or challenge` -> that moment, and what follows. None when no time stands first."""
    found = re.match(
        r"(?:(today|tomorrow|mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+)?([01]?\d|2[0-3])[:.]([0-5]\d)\b", rest.strip(), re.I
    )
    if not found:
        return None, rest
    day, hour, minute = (found.group(1) or "").lower(), int(found.group(2)), int(found.group(3))
    here = now.astimezone(ZoneInfo(zone))
    at = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if day == "tomorrow":
        at += timedelta(days=1)
    elif day in _WEEKDAYS:
        at += timedelta(days=(_WEEKDAYS.index(day) - here.weekday()) % 7)
    if at <= here:
        at += timedelta(days=7 if day in _WEEKDAYS else 1)
    return at.astimezone(now.tzinfo), rest.strip()[found.end() :].strip()


def _holder(context: Context, role: str) -> Member | None:
    found = next((fact.row.get("member") for fact in context.facts("holder") if fact.key == role), None)
    return Member.from_key(found) if found else None


def _last_starter(context: Context) -> Member | None:
    found = next((fact.row["member"] for fact in context.facts("round_starter")), None)
    return Member.from_key(found) if found else None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
