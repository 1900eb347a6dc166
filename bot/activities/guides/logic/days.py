"""A discussion that goes on over days: everybody writes, replies and votes in their own hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.guides.cards import days as cards
from bot.activities.guides.cards import now as shown
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.inside import leave_step, redrawn
from bot.activities.guides.logic.moving import moved_on
from bot.activities.guides.logic.times import for_days, step_ends
from bot.activities.guides.model import (
    DAY,
    Answer,
    Choosing,
    Extended,
    MovedOn,
    Opening,
    Replied,
    Replying,
    Running,
    Session,
    Writing,
)
from bot.kernel.decision import Decision, Quiet, Refused, Show, Whisper, say
from bot.kernel.effects import Post, Revise, Under
from bot.pieces.ballot import Collecting

GONE = Refused("That answer is not there any more. Nothing changed.")


def opened(run: Running, event: Opening) -> Decision[Session] | Refused:
    """The form for a reply."""
    live = run.course.live
    if not isinstance(live, Replying):
        return Refused(f"{run.course.step.title} is on by now. The thread is open for more.")
    return Decision(run, reply=Show(cards.reply_form(run, event.argument))) if run.answers else GONE


def replied(run: Running, event: Replied, now: datetime) -> Decision[Session] | Refused:
    live, by = run.course.live, event.by
    if not isinstance(live, Replying):
        return Refused(f'{run.course.step.title} is on by now. Note keeps it. You wrote: "{event.text}"')
    if not 0 <= event.number < len(run.answers):
        return GONE
    reply = Answer(event.text, by)
    post = Post(f"reply{run.serial}.{len(live.replies)}", Under("card"), cards.reply_line(run, event.number, reply))
    after = replace(live, replies=(*live.replies, (event.number, reply)))
    present = run.present if by in run.present else (*run.present, by)
    course = replace(run.course, live=after)
    done = sum(one.member == by for _, one in after.replies)
    told = "Sent to the thread. One more, to somebody who sees it differently?" if done == 1 else "Sent to the thread."
    return redrawn(replace(run, course=course, present=present, pressed=now), now, post, reply=say(told))


def time_came(run: Running, timer: str, now: datetime) -> Decision[Session]:
    """Steps follow one another by themselves; half way the host hears how it goes, or the vote opens."""
    course, setting = run.course, run.setting
    match timer:
        case "half" if isinstance(course.live, Choosing):
            found = course.live.ballot
            if not isinstance(found, Collecting) or len(found.ideas) < 2:
                return Decision(run)
            return voting(choosing.opened_vote(run, now), now)
        case "half" if isinstance(course.live, Writing | Replying):
            cue = Post(f"half{run.serial}", setting.facilitator, cards.half_cue(run), "hint", until=course.ends)
            return Decision(run, (cue,))
        case "step" if now >= course.ends and choosing.is_open(run):
            return choosing.close_vote(run, now)
        case "step" if now >= course.ends and course.is_last:
            left, posts = leave_step(run)
            return close(left, now, *posts)
        case "step" if now >= course.ends:
            moved = moved_on(run, MovedOn(setting.host, -1), now)
            return Decision(run) if isinstance(moved, Refused) else replace(moved, reply=Quiet())
        case _:
            return Decision(run)


def voting(decided: Decision[Session] | Refused, now: datetime) -> Decision[Session]:
    """The vote is open, as a line in the thread says by now; it closes when the step is over."""
    assert isinstance(decided, Decision)
    run = decided.state
    assert isinstance(run, Running)
    return replace(decided, effects=(*decided.effects, *for_days(run.course, now)))


def longer(run: Running, event: Extended, now: datetime) -> Decision[Session]:
    """A day more for this step; what comes after moves by as much."""
    course = run.course
    added = event.minutes if event.serial == -1 and event.minutes >= DAY else DAY
    agenda = course.agenda.extend(course.at, added, "end")
    ends = step_ends(run.setting, max(course.ends, now), added)
    after = replace(run, course=replace(course, agenda=agenda, ends=ends, over=False), pressed=now, undo=None)
    effects = (Revise("card", shown.now_card(after, now)), *for_days(after.course, now))
    return Decision(after, effects, Whisper(cards.longer_card(after)))
