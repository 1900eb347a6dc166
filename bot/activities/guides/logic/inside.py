"""What goes on inside a step: turns, small groups, silent writing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import ask, days
from bot.activities.guides.cards import now as cards
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
    Note,
    Recapping,
    Replying,
    Rounding,
    Running,
    Session,
    Talk,
    Writing,
    Wrote,
)
from bot.kernel.chance import shuffled
from bot.kernel.decision import Correct, Decision, Quiet, Refused, Reply, Show, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Retract, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import clean, who
from bot.pieces.ballot import LONGEST_IDEA, Collecting, Idea, Voting, open_vote, worded
from bot.pieces.groups import divide, join, leave, pairs
from bot.pieces.turns import Turns

QUIET = Quiet()
SAVED = "Saved. You can change it until this step ends."
TAKEN = "Taken back. Nothing of it is kept."
MOST_ANSWER = 2000  # characters
FIRST_BEAT = timedelta(seconds=8)  # in a rehearsal, until somebody who is played does something
MOST_NOTES = 30  # of one person, where the guide says nothing


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
            before = _groups_before(run) if step.keep_groups else ()
            met = Counter(frozenset(pair) for pair in setting.met)
            groups = before or divide(present, step.size or 2, met=met)
            changed = with_live(run, Grouped(groups))
            posts = [_group_post(changed, number) for number in range(len(groups))]
            kept = [
                Keep("met", f"{setting.id}.{run.course.at}.{number}", {"members": sorted(m.key() for m in pair)})
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


def _groups_before(run: Running) -> tuple[tuple[Member, ...], ...]:
    """The groups of the last breakout, with those who came since, without those who left."""
    found: tuple[tuple[Member, ...], ...] = run.groups
    for member in {one for group in found for one in group} - set(run.present):
        found = leave(found, member)
    for member in run.present if found else ():
        found = join(found, member)
    return found


def _group_post(run: Running, number: int) -> Post:
    live, setting = run.course.live, run.setting
    assert isinstance(live, Grouped)
    card = cards.group_card(setting, run.course.step, live.groups[number], run.course.ends)
    return Post(f"group.{run.course.step.id}.{number}", Under("card"), card)


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


# coming and going


def came(run: Running, member: Member, now: datetime) -> Decision[Session] | Refused:
    live = run.course.live
    is_new = member not in run.present
    here = replace(run, present=(*run.present, member)) if is_new else run
    effects: list[Effect] = []
    match live:
        case Rounding(turns=turns):
            joined = turns.join(member)
            if joined != turns:
                was_empty = live.speaker is None
                after = replace(
                    live,
                    turns=joined,
                    turn_ends=now + timedelta(seconds=live.seconds) if was_empty else live.turn_ends,
                    calls=live.calls + 1 if was_empty else live.calls,
                    over=False if was_empty else live.over,
                )
                here = with_live(here, after)
                if was_empty:
                    effects += call(here)
        case Grouped(groups=groups):
            joined_groups = join(groups, member)
            if joined_groups != groups:
                number = next(i for i, group in enumerate(joined_groups) if member in group)
                here = with_live(here, replace(live, groups=joined_groups, late=live.late + 1))
                post = _group_post(here, number)
                effects.append(post if number >= len(groups) else Revise(post.name, post.card))
                # An edit notifies nobody, so whoever comes later is called into the group by name.
                people = [one for one in joined_groups[number] if one != member]
                line = cards.joined_line(member, tuple(people))
                effects.append(Post(f"late{here.serial}.{live.late}", Under("card"), line))
        case _:
            pass
    if here == run:
        return Decision(run)
    return redrawn(here, now, *effects)


def gone(run: Running, member: Member, now: datetime) -> Decision[Session]:
    """Somebody leaves the session. What they said stays said."""
    live = run.course.live
    own = tuple(note for note in run.own if note.member != member)
    left = replace(run, present=tuple(one for one in run.present if one != member), own=own)
    effects: list[Effect] = []
    match live:
        case Rounding(turns=turns):
            after = turns.leave(member)
            if live.speaker == member:
                return next_turn(left, live, after, now)
            left = with_live(left, replace(live, turns=after))
        case Grouped(groups=groups):
            remaining = leave(groups, member)
            if remaining != groups:
                left = with_live(left, replace(live, groups=remaining))
                effects += [
                    Retract(f"group.{run.course.step.id}.{number}") for number in range(len(remaining), len(groups))
                ]
                effects += [
                    Revise(_group_post(left, number).name, _group_post(left, number).card)
                    for number in range(len(remaining))
                ]
        case Writing(notes=notes):
            left = with_live(left, replace(live, notes=tuple(note for note in notes if note.member != member)))
        case _:
            pass
    return redrawn(left, now, *effects) if left != run else Decision(run)


# writing


def may_write(run: Running, by: Member, what: str) -> Refused | Decision[Session]:
    """Open the form that belongs to this step."""
    live = run.course.live
    match what:
        case "write" if isinstance(live, Rounding):
            if by in live.turns.heard or by in live.turns.passed:
                return Refused("You had your turn in this round. The thread is open for more.")
            own = tuple(note.text for note in run.own if note.member == by and run.course.step.kind == "round")
            return Decision(run, reply=Show(ask.write_form(run, own)))
        case "jot" if isinstance(live, Writing) and not live.shown:
            mine = tuple(note.text for note in live.notes if note.member == by)
            own = tuple(note.text for note in run.own if note.member == by) if not mine else ()
            return Decision(run, reply=Show(ask.jot_form(run, mine or own, before=bool(own))))
        case "back" if isinstance(live, Grouped) and run.course.step.reveal:
            return Decision(run, reply=Show(ask.back_form(run)))
    return Refused(f"{run.course.step.title} is on by now. Note keeps what you wanted to say.")


def wrote(run: Running, event: Wrote, now: datetime) -> Decision[Session] | Refused:
    live, by = run.course.live, event.by
    here = run if by in run.present else replace(run, present=(*run.present, by))
    here = replace(here, pressed=now)
    if event.step not in ("", run.course.step.id):
        live = Talk()  # begun in a step that is over
    match live:
        case Rounding(turns=turns):
            if by in turns.heard or by in turns.passed:
                return Refused("You had your turn in this round. The thread is open for more.")
            line = Post(f"wrote{run.serial}.{live.wrote}", Under("card"), cards.written_line(by, event.text))
            after = replace(live, wrote=live.wrote + 1)
            heard = turns.join(by).done(by)
            if by == live.speaker or live.speaker is None:
                return next_turn(with_live(here, after), after, heard, now, line)
            return redrawn(with_live(here, replace(after, turns=heard)), now, line)
        case Writing(shown=False, named=True):
            kept = tuple(note for note in live.notes if note.member != by)
            words = clean(event.text).strip()
            answer = (Note(words[:MOST_ANSWER], by),) if words else ()
            saved = with_live(here, replace(live, notes=(*kept, *answer)))
            done = (Forget("waits", f"{run.setting.id}.{by.key()}"),) if words else ()
            return redrawn(saved, now, *done, reply=say(SAVED if words else TAKEN))
        case Writing(shown=False):
            limit = run.course.step.notes_each or MOST_NOTES
            lines = [clean(line).strip(" -•*\t") for line in event.text.splitlines()]
            mine = tuple(Note(line[:300], by) for line in dict.fromkeys(line for line in lines if line))
            if len(mine) > limit:
                return Decision(run, reply=Correct({"text": f"Up to {limit} here; you wrote {len(mine)}."}))
            kept = tuple(note for note in live.notes if note.member != by)
            saved = with_live(here, replace(live, notes=(*kept, *mine)))
            return redrawn(saved, now)
        case Grouped():
            name = f"back{run.serial}.{len(live.back)}"
            line = Post(name, Under("card"), cards.written_line(by, event.text))
            brought = with_live(here, replace(live, back=(*live.back, event.text)))
            return redrawn(brought, now, line)
        case _:
            return Refused(
                f'{run.course.step.title} is on by now. Note keeps it for the record. You wrote: "{event.text}"'
            )


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
