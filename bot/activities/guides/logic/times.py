"""The timers of a running session."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.activities.guides.model import TWO_MINUTES, Course, Talk
from bot.kernel.effects import CancelTimer, Effect, SetTimer

CUED = ("open", "breakout", "silent")  # kinds of step with a cue at half time
NAMES = (
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
    return (*no_timers(*kept, "turn", "silence"), *effects)
