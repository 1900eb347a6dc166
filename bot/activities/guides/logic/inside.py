"""What goes on inside a step: how it begins and is left, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import days
from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic import grouping
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.times import days_wait, for_days, for_step, sit
from bot.activities.guides.model import (
    BREATH,
    MORE_SECONDS,
    TURN,
    Answer,
    Choosing,
    Course,
    Grouped,
    InTurn,
    Live,
    Recapping,
    Replying,
    Rounding,
    Running,
    Session,
    Talk,
    Writing,
    alias,
)
from bot.kernel.chance import shuffled
from bot.kernel.decision import Decision, Quiet, Refused, Reply
from bot.kernel.effects import CancelTimer, Effect, Keep, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.ballot import LONGEST_IDEA, Collecting, Idea, Voting, open_vote, worded
from bot.pieces.groups import pairs
from bot.pieces.turns import Turns

QUIET = Quiet()
FIRST_BEAT = timedelta(seconds=8)  # in a rehearsal, until somebody who is played does something


def begin(run: Running, now: datetime) -> tuple[Running, tuple[Effect, ...]]:
    """What the step that *run* has just come to needs from the start."""
    step, setting = run.course.step, run.setting
    if setting.days and step.kind in ("open", "round", "breath", "silent"):
        if step.kind == "open" and run.answers:
            return with_live(run, Replying()), ()
        return with_live(run, Writing(named=step.kind != "silent")), ()
    present = run.present or setting.expected if setting.days else run.present
    match step.kind:
        case "round" | "breath":
            seconds = step.seconds_per_person or (BREATH if step.kind == "breath" else TURN)
            order = shuffled(sorted(run.present), setting.seed + run.course.at)
            live: Live = Rounding(Turns(order), now + timedelta(seconds=seconds), seconds)
            changed = with_live(run, live)
            return changed, call(changed)
        case "breakout":
            groups = grouping.divided(run, present)
            changed = with_live(run, Grouped(groups))
            posts = [grouping.post(changed, number) for number in range(len(groups))]
            kept = [
                Keep(
                    "met",
                    f"{setting.id}.{run.course.at}.{number}",
                    {"pair": sorted(alias(setting.team, m) for m in pair)},
                )
                for number, pair in enumerate(pairs(groups))
            ]
            return changed, (*posts, *([] if setting.rehearsal else kept))
        case "silent":
            return with_live(run, Writing()), ()
        case "vote":
            return first_ballot(run), ()
        case "recap":
            return with_live(run, Recapping(bool(run.gathered.points or run.gathered.decisions))), ()
        case _:
            think = now + timedelta(seconds=step.think_seconds) if step.think_seconds else None
            return with_live(run, Talk(think=think)), ()


def first_ballot(run: Running) -> Running:
    """The ideas of the step that is voted on; where there are too few, they are collected first."""
    step = run.course.step
    source = next((part.step.kind for part in run.course.parts if part.step.id == step.votes_on), "")
    if run.setting.days and source != "silent":  # answers are no proposals; those are collected first
        return with_live(run, Choosing(Collecting(())))
    texts = run.gathered.of(step.votes_on) if step.votes_on else ()
    listed = dict.fromkeys(worded(text)[:LONGEST_IDEA] for text in texts)
    ideas = tuple(Idea(str(number), text) for number, text in enumerate(listed, 1))
    opened: Voting[Member] | Refused = open_vote(ideas, step.dots or 3)
    return with_live(run, Choosing(Collecting(ideas) if isinstance(opened, Refused) else opened, ideas))


def leave_step(run: Running) -> tuple[Running, tuple[Effect, ...]]:
    """What is shown when a step is left. Coming back by Undo finds it shown already."""
    live, step = run.course.live, run.course.step
    if isinstance(live, Writing) and not live.shown:
        if not step.reveal:
            return replace(run, own=live.notes), ()  # theirs alone
        if live.named:
            return _answered(run, live)
        texts = shuffled([note.text for note in live.notes], run.setting.seed + run.course.at + 1)
        gathered = replace(run.gathered, ideas=(*run.gathered.ideas, (step.id, texts)))
        out = replace(with_live(run, Writing(shown=True)), gathered=gathered, own=())
        card = cards.notes_card(step.title, texts)
        return out, (Post(f"notes{run.serial}", Under("card"), card),)
    if isinstance(live, Replying) and live.replies:
        texts = tuple(reply.text for _, reply in live.replies)
        return replace(run, gathered=replace(run.gathered, ideas=(*run.gathered.ideas, (step.id, texts)))), ()
    if isinstance(live, Grouped) and live.back:
        others = tuple(each for each in run.gathered.ideas if each[0] != step.id)
        return replace(run, gathered=replace(run.gathered, ideas=(*others, (step.id, live.back)))), ()
    return run, ()


def _answered(run: Running, live: Writing) -> tuple[Running, tuple[Effect, ...]]:
    """Over days all answers appear together, each as a message one can reply to, in another order."""
    notes = shuffled(live.notes, run.setting.seed + run.course.at + 1)
    answers = tuple(Answer(note.text, note.member) for note in notes)
    texts = tuple(answer.text for answer in answers)
    ideas = (*run.gathered.ideas, (run.course.step.id, texts)) if texts else run.gathered.ideas
    out = with_live(replace(run, answers=answers), Writing(shown=True, named=True))
    out = replace(out, gathered=replace(run.gathered, ideas=ideas))
    posts = tuple(
        Post(f"answer{run.serial}.{number}", Under("card"), days.answer_card(run.setting, number, answer))
        for number, answer in enumerate(answers)
    )
    return out, posts or (Post(f"answer{run.serial}", Under("card"), days.nobody_line()),)


def with_live(run: Running, live: Live) -> Running:
    return replace(run, course=replace(run.course, live=live))


# turns


def call(run: Running) -> tuple[Effect, ...]:
    """Call the person who is up, if there is one, and set the clock for the turn."""
    live = run.course.live
    assert isinstance(live, Rounding)
    if live.speaker is None:
        return (CancelTimer("turn"), CancelTimer("silence"))
    until = live.turn_ends + grace(live)
    return (
        Post(
            f"up{run.serial}.{live.calls}",
            Under("card"),
            cards.call_line(live, quietly=run.setting.rehearsal),
            until=until,
        ),
        SetTimer("turn", live.turn_ends),
        CancelTimer("silence"),
    )


def in_turn(run: Running, event: InTurn, now: datetime) -> Decision[Session] | Refused:
    live = run.course.live
    if not isinstance(live, Rounding) or live.speaker is None:
        return Refused(f"{run.course.step.title} is on by now. Nothing changed.")
    by = event.by
    mine = by == live.speaker or (event.how == "done" and run.setting.may_steer(by))
    if event.turn != live.calls or not mine:
        if by in (live.speaker, *live.turns.heard, *live.turns.passed, *live.turns.came_back):
            return Decision(run)  # a double click, or a press that crossed the next turn
        return Refused(f"{who(by)}, {who(live.speaker)} is up right now. {_place_in_line(live, by)}")
    match event.how:
        case "done":
            return next_turn(run, live, live.turns.done(live.speaker), now)
        case "pass":
            return next_turn(run, live, live.turns.pass_(by), now)
        case "later":
            if not live.turns.can_come_back():
                return Refused("Nobody comes after you. Take your time, or pass.")
            return next_turn(run, live, live.turns.come_back(), now)
        case _:
            if live.extended or not live.over:
                return Refused("Thirty more seconds are offered once a turn, when its time is up.")
            longer = replace(live, over=False, extended=True, turn_ends=now + MORE_SECONDS)
            timers = (SetTimer("turn", longer.turn_ends), CancelTimer("silence"))
            return redrawn(with_live(replace(run, pressed=now), longer), now, *timers)


def _place_in_line(live: Rounding, member: Member) -> str:
    waiting = live.turns.following
    if member not in waiting:
        return "Nothing changed."
    place = waiting.index(member)
    assert live.speaker is not None
    before = live.speaker if place == 0 else waiting[place - 1]
    return f"You come after {who(before)}. Nothing changed."


def next_turn(run: Running, live: Rounding, turns: Turns, now: datetime, *first: Effect) -> Decision[Session]:
    after = replace(
        live,
        turns=turns,
        turn_ends=now + timedelta(seconds=live.seconds),
        over=False,
        extended=False,
        calls=live.calls + 1,
    )
    moved = with_live(replace(run, pressed=now), after)
    if run.setting.quick and turns.speaker is None and run.course.is_last:
        return close(moved, now, *first)
    return redrawn(moved, now, *first, *call(moved))


def turn_time(run: Running, timer: str, now: datetime) -> Decision[Session]:
    live = run.course.live
    if not isinstance(live, Rounding) or live.speaker is None or now < live.turn_ends:
        return Decision(run)
    if timer == "turn" and not live.over:
        over = replace(live, over=True)
        effects: list[Effect] = [SetTimer("silence", live.turn_ends + grace(live))]
        cue = run.setting.timekeeper
        if cue != live.speaker and not live.extended and run.course.step.kind != "breath":
            effects.append(
                Post(
                    f"cue{run.serial}.{live.calls}",
                    run.setting.aside(cue),
                    cards.turn_cue(live),
                    "hint",
                    until=now + timedelta(minutes=1),
                )
            )
        return redrawn(with_live(run, over), now, *effects)
    if timer == "silence" and live.over and now >= live.turn_ends + grace(live):
        pressed = run.pressed
        silent = next_turn(run, live, live.turns.fall_silent(), now)
        if not isinstance(silent.state, Running):
            return silent  # that was the last turn of the last step
        return replace(silent, state=replace(silent.state, pressed=pressed))
    return Decision(run)


def grace(live: Rounding) -> timedelta:
    """How long a turn whose time is up waits for its end. Who speaks for a breath need not be quick to press."""
    return timedelta(seconds=max(live.seconds, 60))


def fresh_turn(run: Running, now: datetime) -> Running:
    """After the bot was away: the person who was up gets a fresh turn."""
    live = run.course.live
    assert isinstance(live, Rounding)
    return with_live(run, replace(live, turn_ends=now + timedelta(seconds=live.seconds), over=False, extended=False))


def redrawn(run: Running, now: datetime, *effects: Effect, reply: Reply = QUIET) -> Decision[Session]:
    """The state, its card drawn again, and whatever else."""
    drawn = (*effects, Revise("card", cards.now_card(run, now)))
    return Decision(run, drawn, reply)


def set_out(run: Running, course: Course, now: datetime) -> tuple[Running, tuple[Effect, ...]]:
    """Come to a step: what it needs, its line in the thread, its card, its timers, a word for the host."""
    fresh = run.course.step.kind == "break" and run.course.at != course.at
    sitting = now if fresh else run.sitting
    arrived, first = begin(replace(run, course=course, lines=run.lines + 1, sitting=sitting, played=0), now)
    timers = for_days(arrived.course, now) if run.setting.days else for_step(arrived.course, now)
    effects: list[Effect] = [
        Revise("card", cards.now_card(arrived, now)),
        Post(f"line{arrived.lines}", Under("card"), cards.step_line(arrived)),
        *timers,
        sit(arrived, now),
        *first,
    ]
    if not isinstance(arrived.course.live, Rounding):
        effects += [CancelTimer("turn"), CancelTimer("silence")]
    prompt = cards.prompt_card(arrived)
    if prompt is not None:
        alone = arrived.setting.facilitator
        to = alone if arrived.setting.days else arrived.setting.aside(alone)
        effects.append(Post(f"say{arrived.serial}", to, prompt, "hint", until=course.ends))
    if arrived.setting.days and arrived.course.at and not arrived.setting.rehearsal:
        pointer = days.pointer_card(arrived)
        effects.append(Post(f"day{arrived.serial}", arrived.setting.place, pointer, "recap", until=arrived.course.ends))
    if arrived.setting.days:
        effects += days_wait(arrived)
    if arrived.setting.rehearsal:
        effects.append(SetTimer("play", now + FIRST_BEAT))
    return arrived, tuple(effects)
