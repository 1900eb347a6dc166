"""The timers of a running session."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.activities.guides.model import SITTING, TWO_MINUTES, Course, Running, Talk
from bot.kernel.effects import CancelTimer, Effect, SetTimer

CUED = ("open", "breakout", "silent")  # kinds of step with a cue at half time
NAMES = (
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
)


def no_timers(*but: str) -> tuple[Effect, ...]:
    return tuple(CancelTimer(name) for name in NAMES if name not in but)


def for_step(course: Course, now: datetime) -> tuple[Effect, ...]:
    """What is to happen while this step is on; what belonged to the step before is gone."""
    length = course.ends - course.begun
    effects: list[Effect] = [SetTimer("step", max(course.ends, now))]
    kept = {"step"}
    half = course.begun + length / 2
    if course.step.kind in CUED and length >= timedelta(minutes=6) and half > now:
        effects.append(SetTimer("half", half))
        kept.add("half")
    if length >= timedelta(minutes=4) and course.ends - TWO_MINUTES > now and course.step.kind != "break":
        effects.append(SetTimer("two", course.ends - TWO_MINUTES))
        kept.add("two")
    if isinstance(course.live, Talk) and course.live.think is not None and course.live.think > now:
        effects.append(SetTimer("think", course.live.think))
        kept.add("think")
    return (*no_timers(*kept, "turn", "silence", "sit"), *effects)


def sit(run: Running, now: datetime) -> Effect:
    """Whoever keeps time hears once that nobody has had a break for long (P31). A break begins that time anew."""
    due = run.sitting + SITTING if run.sitting is not None else None
    if due is None or due <= now or run.course.step.kind == "break" or run.setting.rehearsal:
        return CancelTimer("sit")
    return SetTimer("sit", due)
