"""The timers of a running session."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.activities.guides.cards.parts import sentence
from bot.activities.guides.model import (
    DAY,
    DRIFT,
    GONE,
    IDLE,
    SITTING,
    TWO_MINUTES,
    Course,
    Running,
    Setting,
    Talk,
    Writing,
)
from bot.kernel.calendar import at_wall
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, SetTimer
from bot.kernel.hours import Hours, is_working_day
from bot.kernel.words import when

HALVED = timedelta(minutes=8)  # shorter ones have no cue at half time: the one before the end follows too soon
CUED = ("open", "breakout", "silent")  # kinds of step with a cue at half time
MOST_WAITING = 60  # people who each get a line
NAMES = (
    "play",
    "sit",
    "half",
    "two",
    "step",
    "think",
    "gone",
    "idle",
    "still",
    "drift",
    "turn",
    "silence",
    "close",
    "give_up",
    "lobby",
    "no_show",
)


def no_timers(*but: str) -> tuple[Effect, ...]:
    return tuple(CancelTimer(name) for name in NAMES if name not in but)


def for_step(course: Course, now: datetime) -> tuple[Effect, ...]:
    """What is to happen while this step is on; what belonged to the step before is gone."""
    length = course.ends - course.begun
    effects: list[Effect] = [SetTimer("step", max(course.ends, now))]
    kept = {"step"}
    half = course.begun + length / 2
    if course.step.kind in CUED and length >= HALVED and half > now:
        effects.append(SetTimer("half", half))
        kept.add("half")
    if length >= timedelta(minutes=4) and course.ends - TWO_MINUTES > now and course.step.kind != "break":
        effects.append(SetTimer("two", course.ends - TWO_MINUTES))
        kept.add("two")
    if isinstance(course.live, Talk) and course.live.think is not None and course.live.think > now:
        effects.append(SetTimer("think", course.live.think))
        kept.add("think")
    return (*no_timers(*kept, "turn", "silence", "sit", "no_show", "play"), *effects)


def for_days(course: Course, now: datetime) -> tuple[Effect, ...]:
    """Over days a step ends by itself, and half way something may happen; nobody is cued by the minute."""
    half = course.begun + (course.ends - course.begun) / 2
    timers: list[Effect] = [SetTimer("step", max(course.ends, now))]
    if half > now:
        timers.append(SetTimer("half", half))
    return (*no_timers("step", *(["half"] if half > now else [])), *timers)


def days_wait(run: Running) -> tuple[Effect, ...]:
    """Over days the bare command says to everybody what is open for them, until they have written."""
    setting, course = run.setting, run.course
    gone: tuple[Effect, ...] = (Forget("waits"),)
    if not isinstance(course.live, Writing) or setting.rehearsal or len(setting.expected) > MOST_WAITING:
        return gone
    line = f"{sentence(setting.topic or setting.title)} Your answer is open until {when(course.ends, 'day_time')}."
    row = {"line": line, "until": course.ends.isoformat(), "rank": 4}
    return (*gone, *(Keep("waits", f"{setting.id}.{one.key()}", row, member=one) for one in setting.expected))


def step_ends(setting: Setting, begun: datetime, minutes: int) -> datetime:
    """When a step of that length is over. Over days it never ends on a day that nobody works: it goes on longer."""
    ends = begun + timedelta(minutes=minutes)
    if not setting.days or setting.rehearsal:
        return ends
    here, zone = ends.astimezone(ZoneInfo(setting.zone)), Hours(setting.zone)
    first = begun.astimezone(ZoneInfo(setting.zone))
    day = first.date() + timedelta(days=minutes // DAY)
    moved = day
    while not is_working_day(zone, moved):
        moved += timedelta(days=1)
    if moved == day and minutes % DAY:
        return ends
    return at_wall(moved, here.time() if minutes % DAY else first.time(), setting.zone)


def timers(run: Running, now: datetime) -> tuple[Effect, ...]:
    """Everything a step that is already on waits for; one whose time is up, for somebody who presses."""
    step = (for_days if run.setting.days else for_step)(run.course, now)
    over = run.course.over and not run.setting.days
    waiting = (SetTimer("idle", now + IDLE), SetTimer("gone", now + GONE), SetTimer("drift", now + DRIFT))
    return (*step, sit(run, now), *(waiting if over else ()))


def sit(run: Running, now: datetime) -> Effect:
    """Whoever keeps time hears once that nobody has had a break for long (P31). A break begins that time anew."""
    due = run.sitting + SITTING if run.sitting is not None and not run.setting.days else None
    if due is None or due <= now or run.course.step.kind == "break" or run.setting.rehearsal:
        return CancelTimer("sit")
    return SetTimer("sit", due)
