"""While a session runs, and while it is paused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.activities.guides.cards import ask
from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic import choosing
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.before import without
from bot.activities.guides.logic.inside import (
    came,
    fresh_turn,
    gone,
    in_turn,
    leave_step,
    may_write,
    redrawn,
    set_out,
    turn_time,
    wrote,
)
from bot.activities.guides.logic.times import for_step, no_timers
from bot.activities.guides.model import (
    DRIFT,
    GONE,
    IDLE,
    LONG_ABSENCE,
    UNDO,
    Came,
    Choosing,
    Chosen,
    Course,
    Dotted,
    Ending,
    Event,
    Extended,
    Extension,
    GuideSent,
    HoldersCame,
    InTurn,
    Merged,
    MovedOn,
    Noted,
    Opened,
    Opening,
    Paused,
    Picked,
    PlaceGone,
    PlanDropped,
    PlanMade,
    QuestionBrought,
    Recapped,
    Recapping,
    Resumed,
    Rounding,
    Running,
    Said,
    Serving,
    Session,
    Started,
    Steered,
    Supported,
    Swapped,
    Talk,
    TimeCame,
    Undo,
    VoteOpened,
    WentAway,
    Writing,
    Wrote,
)
from bot.kernel.decision import Decision, Quiet, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.agenda import Source

FORMS = ("write", "jot", "back")


def running(run: Running, event: Event, now: datetime, first: tuple[Effect, ...] = ()) -> Decision[Session] | Refused:
    if first:  # End was taken back: as after a moment away, but without a word
        return Decision(run, (*first, Revise("card", cards.now_card(run, now)), *for_step(run.course, now)))
    match event:
        case Came(member=member):
            return came(run, member, now)
        case MovedOn():
            return _moved_on(run, event, now)
        case Extended():
            return _extended(run, event, now)
        case Steered():
            return _steered(run, event, now)
        case Swapped():
            return _swapped(run, event, now)
        case Opening():
            return _opening(run, event, now)
        case Noted(by=by, text=text, park=park):
            return _noted(run, by, text, park=park, now=now)
        case Picked():
            return _picked(run, event, now)
        case InTurn():
            return in_turn(run, event, now)
        case Wrote():
            if isinstance(run.course.live, Choosing):
                return choosing.wrote(run, event, now)
            return wrote(run, event, now)
        case Dotted():
            return choosing.dotted(run, event, now)
        case Merged():
            return choosing.merged(run, event, now)
        case VoteOpened():
            return choosing.vote_opened(run, event, now)
        case Chosen():
            return choosing.chosen(run, event, now)
        case Recapped():
            return _recapped(run, event, now)
        case HoldersCame(holders=holders):
            return redrawn(_with_holders(run, holders, now), now)
        case TimeCame(timer=timer):
            return _time_came(run, timer, now)
        case Resumed(down_from=down_from):
            return _back(run, down_from, now)
        case WentAway(member=member):
            return _went_away(run, member, now)
        case Started():
            return Decision(run)  # two people started it at once
        case QuestionBrought(text=text):
            return Refused(f'The session has begun; Note keeps it for the record. You wrote: "{text}"')
        case Supported() | PlanDropped() | Opened() | PlanMade() | GuideSent():
            return Refused("This session is running.")
        case PlaceGone():
            return Decision(run)  # handled before
        case _:
            assert_never(event)


# moving on


def _steerer(run: Running, by: Member) -> Refused | None:
    return None if run.setting.may_steer(by) else Refused(ask.who_steers(run.setting))


def _moved_on(run: Running, event: MovedOn, now: datetime) -> Decision[Session] | Refused:
    if event.serial not in (-1, run.serial):
        return Decision(run)  # two people pressed at once, or one pressed twice
    refused = _steerer(run, event.by)
    if refused is not None:
        return refused
    live = run.course.live
    if choosing.is_open(run) and not event.skip:
        return choosing.close_vote(run, now)  # the count is looked at before the next step
    if run.course.is_last:
        return _end(run, event.by, now)
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
        ends=now + timedelta(minutes=course.agenda.slots[at].minutes),
        live=Talk(),
        over=False,
    )
    groups = getattr(live, "groups", run.groups)
    undo = Undo(event.by, now + UNDO, course, run.serial + 1)
    moved = replace(
        left, serial=run.serial + 1, pressed=now, undo=undo, extension=None, asked=False, groups=groups, wanted=""
    )
    arrived, effects = set_out(moved, following, now)
    did = f"{course.step.title} is skipped." if event.skip else f"{arrived.course.step.title} has begun."
    return Decision(arrived, (*shown, *_unask(run), *effects), Whisper(ask.undo_card(arrived, did)))


def _unask(run: Running) -> tuple[Effect, ...]:
    return (Revise("going", cards.went_on_card()),) if run.asked else ()


def _seconds(course: Course, now: datetime) -> int:
    return max(0, round((now - course.begun).total_seconds()))


def _end(run: Running, by: Member, now: datetime) -> Decision[Session]:
    left, shown = leave_step(choosing.counted_away(run))
    ending = Ending(replace(left, pressed=now), by, now)
    effects = (*shown, *_unask(run), *no_timers("close"), SetTimer("close", now + UNDO))
    card = Revise("card", cards.ending_card(run))
    return Decision(ending, (*effects, card), Whisper(ask.undo_card(run, "The session is closing.")))


def _undone(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
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
    if isinstance(course.live, Rounding):
        back = fresh_turn(back, now)
    line = Post(f"undone{back.serial}", Under("card"), cards.undone_line(back))
    effects: tuple[Effect, ...] = (Revise("card", cards.now_card(back, now)), line, *for_step(back.course, now))
    if course.over:
        effects = (*effects, SetTimer("idle", now + IDLE), SetTimer("gone", now + GONE))
    if isinstance(course.live, Rounding):
        live = back.course.live
        assert isinstance(live, Rounding)
        effects = (*effects, SetTimer("turn", live.turn_ends), CancelTimer("silence"))
    return Decision(back, effects, say(f"{course.step.title} is on again."))


def _extended(run: Running, event: Extended, now: datetime) -> Decision[Session] | Refused:
    if event.serial not in (-1, run.serial):
        return Decision(run)
    refused = _steerer(run, event.by)
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
    effects = (Revise("card", cards.now_card(after, now)), *_unask(run), *for_step(longer, now))
    return Decision(after, effects, Whisper(ask.extension_card(after, now)))


def _taken_back(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
    extension = run.extension
    if extension is None or extension.serial != run.serial:
        return Refused("That was for a step that is over. Nothing changed.")
    refused = _steerer(run, event.by)
    if refused is not None:
        return refused
    course = run.course
    minutes = course.agenda.slots[course.at].minutes - extension.before.slots[course.at].minutes
    ends = course.ends - timedelta(minutes=minutes)
    shorter = replace(course, agenda=extension.before, ends=ends, over=ends <= now)
    after = replace(run, course=shorter, extension=None, pressed=now)
    effects = (Revise("card", cards.now_card(after, now)), *for_step(shorter, now))
    return Decision(after, effects, say("Taken back. The minutes are as they were."))


def _swapped(run: Running, event: Swapped, now: datetime) -> Decision[Session] | Refused:
    refused = _steerer(run, event.by)
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


# steering


def _steered(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
    by = event.by
    match event.how:
        case "undo":
            return _undone(run, event, now)
        case "take_back":
            return _taken_back(run, event, now)
        case "hand_over":
            return _handed_over(run, by, now)
        case "take":
            return _taken(run, by, now)
        case "go_on":
            gone_on = replace(run, pressed=now, asked=False)
            timers = (
                (CancelTimer("still"), SetTimer("idle", now + IDLE)) if run.course.over else (CancelTimer("still"),)
            )
            return redrawn(gone_on, now, *_unask(run), *timers)
        case "end" if event.serial not in (-1, run.serial):
            return Decision(run)
        case "end" if event.serial == run.serial and choosing.is_open(run) and run.setting.may_steer(by):
            return choosing.close_vote(run, now)  # the button in place of Next
        case "end" if run.asked or run.setting.may_steer(by):
            return _end(run, by, now)
        case "resume":
            return Decision(run)
        case "pause" | "end":
            refused = _steerer(run, by)
            if refused is not None:
                return refused
            paused_ = Paused(replace(run, pressed=now), now)
            give_up = SetTimer("give_up", now + timedelta(hours=2))
            return Decision(paused_, (Revise("card", cards.paused_card(paused_)), *no_timers("give_up"), give_up))
        case _:
            assert_never(event.how)


def _handed_over(run: Running, by: Member, now: datetime) -> Decision[Session] | Refused:
    setting = run.setting
    role = next((held for held, member in setting.holders if member == by), None)
    if role is None and by in (setting.host, setting.facilitator):
        role = "facilitator"
    if role is None:
        return Refused("You hold no role in this session. Nothing changed.")
    offered = replace(run, wanted=role, pressed=now)
    reply = say("I ask the others in the thread. Until somebody takes it, it stays with you.")
    return Decision(offered, (Post("wanted", Under("card"), cards.wanted_card(offered, role)),), reply)


def _taken(run: Running, by: Member, now: datetime) -> Decision[Session] | Refused:
    role = run.wanted
    if not role:
        last = next((one for one in reversed(run.served) if one.until is None), None)
        if last is not None and last.member != by:
            return Refused(f"{who(last.member)} was a second faster. Thank you for offering.")
        return Decision(run)
    present = run.present if by in run.present else (*run.present, by)
    taken = _with_holders(replace(run, wanted="", present=present, pressed=now), ((role, by),), now)
    return redrawn(taken, now, Revise("wanted", cards.taken_card(role, by)), reply=say("It is yours. Thank you."))


def _with_holders(run: Running, holders: tuple[tuple[str, Member], ...], now: datetime) -> Running:
    """Somebody holds a role from now on; whoever held it before keeps the time they served."""
    setting, served = run.setting, list(run.served)
    for role, member in holders:
        before = setting.holder(role) or (setting.host if role == "facilitator" else None)
        if before == member and any(one.role == role and one.until is None for one in served):
            continue
        running_for = [one for one in served if one.role == role and one.until is None]
        if not running_for and before is not None and before != member:
            served.append(Serving(role, before, run.started, now))
        served = [replace(one, until=now) if one in running_for else one for one in served]
        served.append(Serving(role, member, now))
        setting = setting.with_holder(role, member)
    return replace(run, setting=setting, served=tuple(served))


# what people open, and what comes back


def _opening(run: Running, event: Opening, now: datetime) -> Decision[Session] | Refused:
    setting, by = run.setting, event.by
    in_vote = choosing.opened(run, event)
    if in_vote is not None:
        return in_vote
    match event.what:
        case "more":
            return Decision(run, reply=Whisper(ask.more_card(run, by)))
        case "note" | "park":
            return Decision(run, reply=Show(ask.note_form(setting, park=event.what == "park")))
        case "write" | "jot" | "back" as what:
            return may_write(run, by, what)
        case "recap":
            return Decision(run, reply=Show(ask.recap_form(run)))
        case "go":
            left = gone(run, by, now)
            return replace(left, reply=say("You are out of this session. I'm here brings you back at any time."))
        case "swap" | "questions" | "another":
            refused = _steerer(run, by)
            if refused is not None:
                return refused
            if event.what == "swap":
                return Decision(run, reply=Whisper(ask.swap_card(run)))
            if event.what == "questions":
                return Decision(run, reply=Whisper(ask.questions_card(run)))
            return _picked(run, Picked(by), now)
    return Refused("That belongs to another moment of the session. Nothing changed.")


def _picked(run: Running, event: Picked, now: datetime) -> Decision[Session] | Refused:
    refused = _steerer(run, event.by)
    if refused is not None:
        return refused
    live = run.course.live
    if not isinstance(live, Talk):
        return Refused(f"{run.course.step.title} has one question. Questions can be picked in an open step.")
    if event.number >= 0:
        if event.number >= len(run.setting.questions):
            return Refused("That question is gone. Nothing changed.")
        talk = replace(live, brought=run.setting.questions[event.number].text)
    else:
        talk = replace(live, question=live.question + 1, brought="")
    after = replace(run, course=replace(run.course, live=talk), pressed=now)
    return redrawn(after, now)


def _noted(run: Running, by: Member, text: str, *, park: bool, now: datetime) -> Decision[Session]:
    got = run.gathered
    if park:
        got = replace(got, parked=(*got.parked, text))
        return Decision(replace(run, gathered=got, pressed=now), (), say("Parked. It comes up in the recap."))
    note = Said(text, by, run.course.step.title, now)
    got = replace(got, notes=(*got.notes, note))
    return Decision(replace(run, gathered=got, pressed=now), (), say("Noted. It is part of the record."))


def _recapped(run: Running, event: Recapped, now: datetime) -> Decision[Session]:
    got = replace(
        run.gathered,
        points=event.points or run.gathered.points,
        decisions=event.decisions or run.gathered.decisions,
        actions=event.actions or run.gathered.actions,
        question=event.question or run.gathered.question,
    )
    after = replace(run, gathered=got, pressed=now)
    if isinstance(run.course.live, Recapping):
        after = replace(after, course=replace(after.course, live=Recapping(written=True)))
        return redrawn(after, now, reply=say("Saved. It is posted when the session ends."))
    return Decision(after, (), say("Saved. It is posted when the session ends."))


# the clock


def _time_came(run: Running, timer: str, now: datetime) -> Decision[Session]:
    course, setting = run.course, run.setting
    cue = setting.aside(setting.timekeeper)
    match timer:
        case "half" if not course.over:
            until = course.begun + (course.ends - course.begun) * 3 / 4
            return Decision(run, (Post(f"half{run.serial}", cue, cards.half_cue(run), "hint", until=until),))
        case "two" if not course.over:
            return Decision(run, (Post(f"two{run.serial}", cue, cards.two_cue(run), "hint", until=course.ends),))
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
            waiting = (SetTimer("idle", now + IDLE), SetTimer("gone", now + GONE))
            over = replace(after, course=replace(after.course, over=True))
            return replace(counted, state=over, effects=(*counted.effects, *waiting))
        case "step" if now >= course.ends and setting.rehearsal:
            moved = _moved_on(run, MovedOn(setting.host, -1), now)  # the autopilot presses Next
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
                return Decision(replace(run, asked=False), (*_unask(run), SetTimer("idle", run.pressed + IDLE)))
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, max(run.pressed, course.ends), *shown, *_unask_closed())
        case "turn" | "silence":
            return turn_time(run, timer, now)
        case _:
            return Decision(run)  # moved on since this timer was set


def _unask_closed() -> tuple[Effect, ...]:
    return (Revise("going", cards.closed_line()),)


def _back(run: Running, down_from: datetime, now: datetime) -> Decision[Session]:
    away = now - down_from
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
    return redrawn(back, now, line, *_unask(run), *for_step(back.course, now), *effects)


def _went_away(run: Running, member: Member, now: datetime) -> Decision[Session]:
    setting = run.setting
    held = [role for role, holder in setting.holders if holder == member]
    if member == setting.facilitator and "facilitator" not in held:
        held.append("facilitator")
    left = gone(choosing.without(replace(run, setting=without(setting, member)), member), member, now)
    after = left.state
    if not isinstance(after, Running):
        return left
    served = tuple(
        replace(one, until=now) if one.member == member and one.until is None else one for one in after.served
    )
    after = replace(after, served=served)
    if not held:
        return replace(left, state=after)
    wanted = replace(after, wanted=held[0])
    post = Post("wanted", Under("card"), cards.wanted_card(wanted, held[0]))
    return replace(left, state=wanted, effects=(*left.effects, post))


# paused


def paused(state: Paused, event: Event, now: datetime) -> Decision[Session] | Refused:
    run = state.run
    match event:
        case Steered(by=by, how="resume"):
            if not run.setting.may_steer(by) and state.away is None:
                return Refused(ask.who_steers(run.setting))
            return _resumed(state, now)
        case Steered(by=by, how="end"):
            if not run.setting.may_steer(by) and state.away is None:
                return Refused(ask.who_steers(run.setting))
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, state.since, *shown)
        case TimeCame(timer="give_up"):
            left, shown = leave_step(choosing.counted_away(run))
            return close(left, state.since, *shown)
        case Noted(by=by, text=text, park=park):
            noted = _noted(run, by, text, park=park, now=now)
            assert isinstance(noted.state, Running)
            return Decision(replace(state, run=noted.state), (), noted.reply)
        case Recapped():
            recapped = _recapped(run, event, now)
            assert isinstance(recapped.state, Running)
            return Decision(replace(state, run=recapped.state), (), recapped.reply)
        case Opening(by=by, what="more"):
            return Decision(state, reply=Whisper(ask.more_card(state, by)))
        case Opening(what="note" | "park" as what):
            return Decision(state, reply=Show(ask.note_form(run.setting, park=what == "park")))
        case Came(member=member):
            present = run.present if member in run.present else (*run.present, member)
            return Decision(replace(state, run=replace(run, present=present)))
        case WentAway(member=member):
            went = _went_away(run, member, now)
            if not isinstance(went.state, Running):
                return went
            kept = tuple(e for e in went.effects if not isinstance(e, Revise | SetTimer))
            return Decision(replace(state, run=went.state), kept)
        case HoldersCame(holders=holders):
            return Decision(replace(state, run=_with_holders(run, holders, now)))
        case Steered(by=by, how="take"):
            taken = _taken(run, by, now)
            if isinstance(taken, Refused) or not isinstance(taken.state, Running):
                return taken
            effects = tuple(e for e in taken.effects if not (isinstance(e, Revise) and e.name == "card"))
            return Decision(replace(state, run=taken.state), effects, taken.reply)
        case TimeCame() | Resumed():
            return Decision(state)
        case _:
            return Refused("The session is paused. Resume goes on where it was; nothing is lost.")


def _resumed(state: Paused, now: datetime) -> Decision[Session]:
    """Time stood still meanwhile: the step has what it had left, and the end moves."""
    gap = now - state.since
    course = state.run.course
    live = course.live
    if isinstance(live, Talk) and live.think is not None:
        live = replace(live, think=live.think + gap)
    course = replace(course, begun=course.begun + gap, ends=course.ends + gap, live=live)
    run = replace(state.run, course=course, pressed=now, undo=None)
    effects: list[Effect] = []
    if isinstance(live, Rounding) and live.speaker is not None:
        run = fresh_turn(run, now)
        fresh = run.course.live
        assert isinstance(fresh, Rounding)
        effects = [SetTimer("turn", fresh.turn_ends), CancelTimer("silence")]
    if course.over:
        effects += [SetTimer("idle", now + IDLE), SetTimer("gone", now + GONE)]
    return redrawn(run, now, CancelTimer("give_up"), *for_step(run.course, now), *effects)
