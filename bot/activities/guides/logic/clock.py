"""What the clock brings, and what happens after the bot was away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import now as cards
from bot.activities.guides.cards.moves import sitting_cue
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.inside import fresh_turn, leave_step, redrawn, turn_time
from bot.activities.guides.logic.moving import moved_on, unask
from bot.activities.guides.logic.needed import needed
from bot.activities.guides.logic.play import beat
from bot.activities.guides.logic.times import no_timers, timers
from bot.activities.guides.model import (
    DRIFT,
    GONE,
    IDLE,
    LONG_ABSENCE,
    MovedOn,
    Paused,
    Rounding,
    Running,
    Session,
    Talk,
    Writing,
)
from bot.kernel.decision import Decision, Quiet, Refused
from bot.kernel.effects import CancelTimer, Effect, Post, Revise, SetTimer, Under

LOOK = timedelta(seconds=20)  # in a rehearsal, at a count


def time_came(run: Running, timer: str, now: datetime) -> Decision[Session]:
    course, setting = run.course, run.setting
    cue = setting.aside(setting.timekeeper)
    match timer:
        case "half" | "sit" if setting.cues != "all":
            return Decision(run)
        case "two" if setting.cues == "fewer" and not course.over:
            return Decision(run)
        case "half" if not course.over:
            until = course.begun + (course.ends - course.begun) * 3 / 4
            post = Post(f"half{run.serial}", cue, cards.half_cue(run), "hint", until=until)
            return Decision(run, (post, *needed(run, "timekeeper")))
        case "two" if not course.over:
            post = Post(f"two{run.serial}", cue, cards.two_cue(run), "hint", until=course.ends)
            return Decision(run, (post, *needed(run, "timekeeper")))
        case "no_show":
            return Decision(run, needed(run, "facilitator"))
        case "sit" if not course.is_last and course.parts[course.at + 1].step.kind != "break":
            until = now + timedelta(minutes=10)
            return Decision(run, (Post(f"sit{run.serial}", cue, sitting_cue(run), "hint", until=until),))
        case "play":
            return beat(run, now)
        case "think":
            live = course.live
            if isinstance(live, Talk) and live.think is not None:
                return redrawn(replace(run, course=replace(course, live=replace(live, think=None))), now)
            return Decision(run)
        case "step" if now >= course.ends and choosing.is_open(run):
            counted = choosing.close_vote(run, now)
            after = counted.state
            if not isinstance(after, Running) or choosing.is_open(after):
                return counted
            if setting.rehearsal:  # the count stands for a moment, then it goes on
                return replace(counted, effects=(*counted.effects, SetTimer("step", now + LOOK)))
            waiting = (SetTimer("idle", now + IDLE), SetTimer("gone", now + GONE))
            over = replace(after, course=replace(after.course, over=True))
            return replace(counted, state=over, effects=(*counted.effects, *waiting))
        case "step" if now >= course.ends and setting.rehearsal:
            moved = moved_on(run, MovedOn(setting.host, -1), now)  # the autopilot presses Next
            return Decision(run) if isinstance(moved, Refused) else replace(moved, reply=Quiet())
        case "step" if now >= course.ends and not course.over:
            over = replace(run, course=replace(course, over=True))
            waits = max(now, run.pressed)
            effects = (
                Post(f"over{run.serial}.{course.agenda.moved}", Under("card"), cards.over_line(over), until=now + GONE),
                SetTimer("drift", now + DRIFT),
                SetTimer("idle", waits + IDLE),
                SetTimer("gone", waits + GONE),
            )
            return redrawn(over, now, *effects)
        case "drift" if course.over:
            return redrawn(run, now, SetTimer("drift", now + DRIFT))
        case "gone" if course.over and now >= run.pressed + GONE and not run.wanted and not setting.rehearsal:
            wanted = replace(run, wanted="facilitator")
            return Decision(wanted, (Post("wanted", Under("card"), cards.wanted_card(wanted, "facilitator")),))
        case "idle" if course.over and now < max(run.pressed, course.ends) + IDLE:
            return Decision(run, (SetTimer("idle", max(run.pressed, course.ends) + IDLE),))
        case "idle" if course.over and not run.asked:
            asked = replace(run, asked=True)
            post = Post("going", Under("card"), cards.going_on_card(asked))
            return Decision(asked, (post, SetTimer("still", now + IDLE), CancelTimer("drift")))
        case "still" if run.asked:
            if now < run.pressed + IDLE:
                return Decision(replace(run, asked=False), (*unask(run), SetTimer("idle", run.pressed + IDLE)))
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, max(run.pressed, course.ends), *shown, *_unask_closed())
        case "turn" | "silence":
            return turn_time(run, timer, now)
        case _:
            return Decision(run)  # moved on since this timer was set


def _unask_closed() -> tuple[Effect, ...]:
    return (Revise("going", cards.closed_line()),)


def came_back(run: Running, down_from: datetime, now: datetime) -> Decision[Session]:
    away = now - down_from
    if run.course.begun > down_from:  # somebody moved it on since, before this was heard: nothing stood still in it
        return Decision(run)
    if away > LONG_ABSENCE:
        paused_ = Paused(run, down_from, away)
        give_up = SetTimer("give_up", now + timedelta(hours=2))
        return Decision(paused_, (Revise("card", cards.paused_card(paused_)), *no_timers("give_up"), give_up))
    course = run.course
    back = replace(run, pressed=now, asked=False)
    effects: list[Effect] = []
    if isinstance(course.live, Rounding) and course.live.speaker is not None:
        back = fresh_turn(back, now)
        live = back.course.live
        assert isinstance(live, Rounding)
        effects = [SetTimer("turn", live.turn_ends), CancelTimer("silence")]
    elif (isinstance(course.live, Writing) and not course.live.shown) or choosing.is_open(run):
        back = replace(back, course=replace(course, ends=course.ends + away))  # the time that was left is left
    line = Post(f"away{int(now.timestamp())}", Under("card"), cards.back_line(back, away))
    return redrawn(back, now, line, *unask(run), *timers(back, now), *effects)
