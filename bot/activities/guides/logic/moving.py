"""From step to step: next, skip, undo, end, more time, another order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import ask
from bot.activities.guides.cards import now as cards
from bot.activities.guides.cards.parts import lower
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.inside import fresh_turn, leave_step, redrawn, set_out
from bot.activities.guides.logic.needed import needed
from bot.activities.guides.logic.times import no_timers, step_ends, timers
from bot.activities.guides.model import (
    UNDO,
    Course,
    Ending,
    Extended,
    Extension,
    MovedOn,
    Rounding,
    Running,
    Session,
    Steered,
    Swapped,
    Talk,
    Undo,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.pieces.agenda import Source


def steerer(run: Running, by: Member) -> Refused | None:
    return None if run.setting.may_steer(by) else Refused(ask.who_steers(run.setting))


def crossed(run: Running, now: datetime) -> Decision[Session]:
    """A press for a step that is over: two people at once, or one twice, or an old card that somebody came back to."""
    if now - run.course.begun <= UNDO:
        return Decision(run)
    return Decision(run, reply=Whisper(ask.stale(run.course.step.title)))


def moved_on(run: Running, event: MovedOn, now: datetime) -> Decision[Session] | Refused:
    if event.serial not in (-1, run.serial):
        return crossed(run, now)
    refused = steerer(run, event.by)
    if refused is not None:
        return refused
    live = run.course.live
    if choosing.is_open(run) and not event.skip:
        return choosing.close_vote(run, now)  # the count is looked at before the next step
    if run.course.is_last:
        return end_by(run, event.by, now)
    left, shown = leave_step(choosing.counted_away(run))
    course = left.course
    done = replace(course.part, seconds=_seconds(course, now), skipped=event.skip)
    parts = (*course.parts[: course.at], done, *course.parts[course.at + 1 :])
    at = course.at + 1
    following = replace(
        course,
        parts=parts,
        at=at,
        begun=now,
        ends=step_ends(run.setting, now, course.agenda.slots[at].minutes),
        live=Talk(),
        over=False,
    )
    groups = getattr(live, "groups", run.groups)
    undo = Undo(event.by, now + UNDO, course, run.serial + 1)
    moved = replace(
        left, serial=run.serial + 1, pressed=now, undo=undo, extension=None, asked=False, groups=groups, wanted=""
    )
    arrived, effects = set_out(moved, following, now)
    did = f"{course.step.title} is skipped." if event.skip else f"On to {lower(arrived.course.step.title)}."
    notes = needed(arrived, "note_taker") if arrived.course.step.kind == "recap" else ()
    return Decision(arrived, (*shown, *unask(run), *effects, *notes), Whisper(ask.undo_card(arrived, did)))


def unask(run: Running) -> tuple[Effect, ...]:
    return (Revise("going", cards.went_on_card()),) if run.asked else ()


def _seconds(course: Course, now: datetime) -> int:
    return max(0, round((now - course.begun).total_seconds()))


def end_by(run: Running, by: Member, now: datetime) -> Decision[Session]:
    left, shown = leave_step(choosing.counted_away(run))
    ending = Ending(replace(left, pressed=now), by, now)
    effects = (*shown, *unask(run), *no_timers("close"), SetTimer("close", now + UNDO))
    card = Revise("card", cards.ending_card(run))
    return Decision(ending, (*effects, card), Whisper(ask.undo_card(run, "The session is closing.")))


def on_again(run: Running, now: datetime) -> tuple[Running, tuple[Effect, ...]]:
    """A step that was left is on again: whoever was up has a fresh turn, and what it waits for is set anew."""
    back = replace(fresh_turn(run, now) if isinstance(run.course.live, Rounding) else run, asked=False)
    effects = timers(back, now)
    live = back.course.live
    if isinstance(live, Rounding) and live.speaker is not None:
        effects = (*effects, SetTimer("turn", live.turn_ends), CancelTimer("silence"))
    return back, effects


def undone(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
    undo = run.undo
    if undo is None or undo.by != event.by or undo.serial != run.serial:
        return Refused("There is nothing to take back. Nothing changed.")
    if now > undo.until:
        return Refused("Undo works for ten seconds. Swap step in More brings another step forward.")
    course = undo.course
    begun_parts = course.parts
    back = replace(
        run, course=replace(course, parts=begun_parts), undo=None, serial=run.serial + 1, pressed=now, extension=None
    )
    back, again = on_again(back, now)
    line = Post(f"undone{back.serial}", Under("card"), cards.undone_line(back))
    effects = (Revise("card", cards.now_card(back, now)), line, *again)
    return Decision(back, effects, say(f"{course.step.title} is on again."))


def extended(run: Running, event: Extended, now: datetime) -> Decision[Session] | Refused:
    if event.serial not in (-1, run.serial):
        return crossed(run, now)
    refused = steerer(run, event.by)
    if refused is not None:
        return refused
    course, before = run.course, run.course.agenda
    source: Source
    if event.source is None:
        source = before.usual_source(course.at, event.minutes)
        base = course
    else:
        extension = run.extension
        if extension is None or extension.serial != run.serial:
            return Refused("That was for a step that is over. Nothing changed.")
        before, source = extension.before, event.source
        base = replace(course, agenda=before, ends=course.ends - timedelta(minutes=event.minutes))
    agenda = before.extend(course.at, event.minutes, source)
    longer = replace(base, agenda=agenda, ends=base.ends + timedelta(minutes=event.minutes))
    longer = replace(longer, over=longer.ends <= now)
    after = replace(
        run,
        course=longer,
        pressed=now,
        extension=Extension(event.by, run.serial, before, source),
        undo=None,
        asked=False,
    )
    effects = (Revise("card", cards.now_card(after, now)), *unask(run), *timers(after, now))
    return Decision(after, effects, Whisper(ask.extension_card(after, now)))


def taken_back(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
    extension = run.extension
    if extension is None or extension.serial != run.serial:
        return Refused("That was for a step that is over. Nothing changed.")
    refused = steerer(run, event.by)
    if refused is not None:
        return refused
    course = run.course
    minutes = course.agenda.slots[course.at].minutes - extension.before.slots[course.at].minutes
    ends = course.ends - timedelta(minutes=minutes)
    shorter = replace(course, agenda=extension.before, ends=ends, over=ends <= now)
    after = replace(run, course=shorter, extension=None, pressed=now)
    effects = (Revise("card", cards.now_card(after, now)), *timers(after, now))
    return Decision(after, effects, say("Taken back. The minutes are as they were."))


def swapped(run: Running, event: Swapped, now: datetime) -> Decision[Session] | Refused:
    refused = steerer(run, event.by)
    if refused is not None:
        return refused
    course = run.course
    which = next((i for i, part in enumerate(course.parts) if part.step.id == event.step and i > course.at), None)
    if event.serial != run.serial or which is None:
        return Refused("The steps have moved since. Nothing changed.")
    rest = [part for i, part in enumerate(course.parts) if i != which]
    parts = (*rest[: course.at + 1], course.parts[which], *rest[course.at + 1 :])
    agenda = course.agenda.bring_forward(which, course.at + 1)
    after = replace(run, course=replace(course, parts=parts, agenda=agenda), pressed=now, extension=None, undo=None)
    return redrawn(after, now, reply=say(f"{parts[course.at + 1].step.title} comes next."))
