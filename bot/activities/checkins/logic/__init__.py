"""What a check-in decides: a schedule, an occurrence of it, or one person's part."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.activities.checkins.cards import answers, forms, plans
from bot.activities.checkins.events import (
    Asked,
    AskFormAsked,
    Deleted,
    Event,
    FilesAsked,
    FormAsked,
    GoalSet,
    Helped,
    HelperChosen,
    HelperWanted,
    HoldersCame,
    LaterWanted,
    Passed,
    PlanConfirmed,
    PlanWritten,
    QuestionAdded,
    Wrote,
)
from bot.activities.checkins.logic import occurrence, part, questions, schedule
from bot.activities.checkins.model import (
    CalledOff,
    Collecting,
    Draft,
    Ended,
    Filed,
    Part,
    PartOver,
    Revealed,
    Scheduled,
    State,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Forget, Keep, Post

NOTHING_HERE = Refused("This check-in is not open. Nothing changed. Type /moderato checkin to see what is.")


def decide(state: State | None, event: Event, now: datetime) -> Decision[State | None] | Refused:
    match state:
        case None:
            return _open(event, now)
        case Collecting() | Revealed() | Filed() | CalledOff():
            return _widened(occurrence.decide(state, event, now))
        case Part() | PartOver():
            return part.decide(state, event, now)
        case Draft() | Scheduled() | Ended():
            return _widened(schedule.decide(state, event, now))
        case _:
            assert_never(state)


def _open(event: Event, now: datetime) -> Decision[State | None] | Refused:
    match event:
        case Asked():
            return _widened(occurrence.opened(event, now))
        case AskFormAsked(material=material):
            found = questions.candidate(material, (), material.times)
            return Decision(None, reply=Show(forms.ask_form(found.asks[0].text)))
        case FilesAsked(by=by, files=files):
            return Decision(
                None,
                (Post("files", by, answers.files_card(files), "asked"),),
                say("The files are in your direct messages."),
            )
        case GoalSet(goal=goal):
            if not goal:
                return Decision(None, (Forget("goal", "team"),), say("No goal is asked about any more."))
            return Decision(None, (Keep("goal", "team", {"title": goal}),), Whisper(plans.goal_card(goal)))
        case QuestionAdded():
            keep = Keep("own_prompt", event.id, {"category": event.category, "text": event.text}, timeless=True)
            return Decision(None, (keep,), Whisper(plans.added_question_card(event.text)))
        case PlanWritten():
            return _widened(schedule.written(event, now))
        case PlanConfirmed(plan=plan) if plan is not None:
            return _widened(schedule.confirmed(event, plan, now))
        case FormAsked() | Wrote() | Passed() | LaterWanted() | Deleted() | Helped() | HelperWanted() | HelperChosen():
            return part.decide(None, event, now)
        case HoldersCame():
            return Decision(None)  # drawn for a date that is still to come
        case _:
            return NOTHING_HERE


def _widened(found: Decision[State] | Refused) -> Decision[State | None] | Refused:
    return found if isinstance(found, Refused) else Decision(found.state, found.effects, found.reply)
