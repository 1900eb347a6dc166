"""What people open beside the step: notes, questions, the recap."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.guides.cards import ask, notes
from bot.activities.guides.cards import days as written
from bot.activities.guides.logic import choosing, days, questions
from bot.activities.guides.logic.coming import gone
from bot.activities.guides.logic.inside import redrawn
from bot.activities.guides.logic.moving import steerer
from bot.activities.guides.logic.writing import may_write
from bot.activities.guides.model import (
    Opening,
    Picked,
    QuestionBrought,
    Recapped,
    Recapping,
    Running,
    Said,
    Session,
    Supported,
    Talk,
    Tidied,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Post, Under
from bot.kernel.ids import Member
from bot.kernel.words import who


def opening(run: Running, event: Opening, now: datetime) -> Decision[Session] | Refused:
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
        case "notes":
            return Decision(run, reply=Whisper(notes.notes_so_far(run, by), lasting=True))
        case "tidy":
            if not notes.may_tidy(setting, by):
                return Refused(f"{who(setting.note_taker)} does that here. Note adds one of yours.")
            return Decision(run, reply=Show(notes.tidy_form(run)))
        case "question":
            return Decision(run, reply=Show(ask.question_form(setting)))
        case "reply":
            return days.opened(run, event)
        case "recap":
            return Decision(run, reply=Show(ask.recap_form(run)))
        case "go":
            left = gone(run, by, now)
            return replace(left, reply=say("You are out of this session. I'm here brings you back at any time."))
        case "swap" | "questions" | "another":
            refused = steerer(run, by)
            if refused is not None:
                return refused
            if event.what == "swap" and len(run.course.parts) - run.course.at <= 2:
                return Refused("Fewer than two steps are left, so there is nothing to swap. Nothing changed.")
            if event.what == "swap":
                return Decision(run, reply=Whisper(ask.swap_card(run)))
            if event.what == "questions":
                return Decision(run, reply=Whisper(ask.questions_card(run)))
            return picked(run, Picked(by), now)
    return Refused("That belongs to another moment of the session. Nothing changed.")


def questioned(run: Running, event: QuestionBrought | Supported) -> Decision[Session] | Refused:
    """A question that comes to somebody while they listen, and one that others want, too."""
    setting = run.setting
    if isinstance(event, QuestionBrought):
        found = questions.brought(setting, event, "card")
    else:
        found = questions.supported(setting, event)
    return found if isinstance(found, Refused) else Decision(replace(run, setting=found[0]), *found[1:])


def picked(run: Running, event: Picked, now: datetime) -> Decision[Session] | Refused:
    refused = steerer(run, event.by)
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


def note_down(run: Running, by: Member, text: str, *, park: bool, now: datetime) -> Decision[Session]:
    got = run.gathered
    if park:
        got = replace(got, parked=(*got.parked, text))
        return Decision(replace(run, gathered=got, pressed=now), (), say("Parked. It comes up in the recap."))
    note = Said(text, by, run.course.step.title, now)
    got = replace(got, notes=(*got.notes, note))
    return Decision(replace(run, gathered=got, pressed=now), (), say("Noted. It is part of the record."))


def tidied(run: Running, event: Tidied, now: datetime) -> Decision[Session] | Refused:
    """The notes in another order or other words. What came in meanwhile stays behind them."""
    if not notes.may_tidy(run.setting, event.by):
        return Refused(f"{who(run.setting.note_taker)} does that here. Note adds one of yours.")
    before = list(run.gathered.notes)
    seen, since = before[: event.seen], before[event.seen :]
    known = {" ".join(note.text.split()): note for note in reversed(seen)}
    kept = [known.get(line) or Said(line, event.by, run.course.step.title, now) for line in event.lines]
    got = replace(run.gathered, notes=(*kept, *since))
    return Decision(replace(run, gathered=got, pressed=now), (), say("Tidied. The record has it like this."))


def recapped(run: Running, event: Recapped, now: datetime) -> Decision[Session]:
    had = run.gathered
    wanted: tuple[str, ...] = run.course.step.collects or ("key_points", "decisions", "actions", "next_question")
    if not isinstance(run.course.live, Recapping):  # sent after the step; what it did not show stays
        sent = {"key_points": event.points, "decisions": event.decisions, "actions": event.actions}
        wanted = tuple(name for name, what in {**sent, "next_question": event.question}.items() if what)
    got = replace(  # what the form showed is as it came back, also where it was emptied
        had,
        points=event.points if "key_points" in wanted else had.points,
        decisions=(*event.decisions, *had.decisions[1:]) if "decisions" in wanted else had.decisions,
        actions=event.actions if "actions" in wanted else had.actions,
        question=event.question if "next_question" in wanted else had.question,
    )
    after = replace(run, gathered=got, pressed=now)
    if run.setting.days and not isinstance(run.course.live, Recapping):
        number = run.lines + 1
        posts = (Post(f"summary{number}", Under("card"), written.summary_card(after)),) if event.points else ()
        return redrawn(replace(after, lines=number), now, *posts, reply=say("Saved. The thread has the summary."))
    if isinstance(run.course.live, Recapping):
        written_down = bool(got.points or got.decisions or got.actions or got.question)
        after = replace(after, course=replace(after.course, live=Recapping(written=written_down)))
        saved = "Saved. It is posted when the session ends." if written_down else "Nothing is written down so far."
        return redrawn(after, now, reply=say(saved))
    return Decision(after, (), say("Saved. It is posted when the session ends."))
