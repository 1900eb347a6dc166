"""What people write inside a step: a turn in writing, notes in silence, a sentence of a group."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.guides.cards import ask
from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic.grouping import Groups
from bot.activities.guides.logic.inside import next_turn, redrawn, with_live
from bot.activities.guides.model import Brief, Grouped, Note, Rounding, Running, Session, Talk, Writing, Wrote
from bot.kernel.decision import Correct, Decision, Refused, Show, say
from bot.kernel.effects import Forget, Post, Under
from bot.kernel.ids import Member
from bot.kernel.words import clean

SAVED = "Saved. You can change it until this step ends."
TAKEN = "Taken back. Nothing of it is kept."
MOST_ANSWER = 2000  # characters
MOST_NOTES = 30  # of one person, where the guide says nothing


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


def _briefed(run: Running, groups: Groups, by: Member, text: str) -> Running:
    """Where projects are collected, a group's sentence is its project; a later one takes the place of the first."""
    if "projects" not in run.course.step.collects:
        return run
    people = next((group for group in groups if by in group), (by,))
    others = tuple(one for one in run.briefs if not set(one.members) & set(people))
    return replace(run, briefs=(*others, Brief(" ".join(text.split()), people)))


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
        case Grouped(groups=groups):
            here = _briefed(here, groups, by, event.text)
            name = f"back{run.serial}.{len(live.back)}"
            line = Post(name, Under("card"), cards.written_line(by, event.text))
            brought = with_live(here, replace(live, back=(*live.back, event.text)))
            return redrawn(brought, now, line)
        case _:
            return Refused(
                f'{run.course.step.title} is on by now. Note keeps it for the record. You wrote: "{event.text}"'
            )
