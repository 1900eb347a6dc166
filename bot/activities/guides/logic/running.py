"""While a session runs: which event leads where."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic import choosing, days
from bot.activities.guides.logic.asides import note_down, opening, picked, questioned, recapped, tidied
from bot.activities.guides.logic.clock import came_back, time_came
from bot.activities.guides.logic.coming import came
from bot.activities.guides.logic.duties import came_in, handed_over, take_role, went_away
from bot.activities.guides.logic.inside import in_turn, redrawn
from bot.activities.guides.logic.moving import (
    crossed,
    end_by,
    extended,
    moved_on,
    on_again,
    steerer,
    swapped,
    taken_back,
    unask,
    undone,
)
from bot.activities.guides.logic.times import no_timers
from bot.activities.guides.logic.writing import wrote
from bot.activities.guides.model import (
    IDLE,
    Came,
    Choosing,
    Chosen,
    Dotted,
    Event,
    Extended,
    GuideSent,
    HoldersCame,
    InTurn,
    Merged,
    MovedOn,
    MovesWanted,
    Noted,
    Opened,
    Opening,
    Paused,
    Picked,
    PlaceGone,
    PlanDropped,
    PlanMade,
    QuestionBrought,
    Rated,
    Recapped,
    Replied,
    Resumed,
    RulesChosen,
    Running,
    Session,
    Started,
    Steered,
    Supported,
    Swapped,
    Tidied,
    TimeCame,
    VoteOpened,
    WentAway,
    Wrote,
)
from bot.kernel.decision import Decision, Refused
from bot.kernel.effects import CancelTimer, Effect, Revise, SetTimer


def running(run: Running, event: Event, now: datetime, first: tuple[Effect, ...] = ()) -> Decision[Session] | Refused:
    if first:  # End was taken back: as after a moment away, but without a word
        back, again = on_again(run, now)
        return Decision(back, (*first, Revise("card", cards.now_card(back, now)), *again))
    match event:
        case Came(member=member):
            return came(run, member, now)
        case MovedOn():
            return moved_on(run, event, now)
        case Extended():
            refused = steerer(run, event.by) if run.setting.days else None
            if refused is not None or not run.setting.days or event.serial not in (-1, run.serial):
                return refused or extended(run, event, now)
            return days.longer(run, event, now)
        case Steered():
            return _steered(run, event, now)
        case Swapped():
            return swapped(run, event, now)
        case Opening():
            return opening(run, event, now)
        case Noted(by=by, text=text, park=park):
            return note_down(run, by, text, park=park, now=now)
        case Tidied():
            return tidied(run, event, now)
        case Picked():
            return picked(run, event, now)
        case InTurn():
            return in_turn(run, event, now)
        case Wrote():
            if isinstance(run.course.live, Choosing) and event.step in ("", run.course.step.id):
                return choosing.wrote(run, event, now)
            return wrote(run, event, now)
        case Replied():
            return days.replied(run, event, now)
        case Dotted():
            return choosing.dotted(run, event, now)
        case Merged():
            return choosing.merged(run, event, now)
        case VoteOpened():
            return choosing.vote_opened(run, event, now)
        case Chosen():
            return choosing.chosen(run, event, now)
        case Recapped():
            return recapped(run, event, now)
        case HoldersCame(holders=holders):
            return redrawn(came_in(run, holders, now), now)
        case TimeCame(timer=timer) if run.setting.days:
            return days.time_came(run, timer, now)
        case TimeCame(timer=timer):
            return time_came(run, timer, now)
        case Resumed() if run.setting.days:
            return Decision(run)  # a step that ended meanwhile is due now, and the next one begins then
        case Resumed(down_from=down_from):
            return came_back(run, down_from, now)
        case WentAway(member=member):
            return went_away(run, member, now)
        case Started():
            return Decision(run)  # two people started it at once
        case QuestionBrought() | Supported():
            return questioned(run, event)
        case PlanDropped() | Opened() | PlanMade() | GuideSent() | MovesWanted() | RulesChosen() | Rated():
            return Refused("This session is running.")
        case PlaceGone():
            return Decision(run)  # handled before
        case _:
            assert_never(event)


def _steered(run: Running, event: Steered, now: datetime) -> Decision[Session] | Refused:
    by = event.by
    match event.how:
        case "undo":
            return undone(run, event, now)
        case "take_back":
            return taken_back(run, event, now)
        case "hand_over":
            return handed_over(run, by, now)
        case "take":
            return take_role(run, by, now)
        case "go_on":
            gone_on = replace(run, pressed=now, asked=False)
            timers = (
                (CancelTimer("still"), SetTimer("idle", now + IDLE)) if run.course.over else (CancelTimer("still"),)
            )
            return redrawn(gone_on, now, *unask(run), *timers)
        case "end" if event.serial not in (-1, run.serial):
            return crossed(run, now)
        case "end" if event.serial == run.serial and choosing.is_open(run) and run.setting.may_steer(by):
            return choosing.close_vote(run, now)  # the button in place of Next
        case "end" if run.asked or run.setting.may_steer(by):
            return end_by(run, by, now)
        case "resume":
            return Decision(run)
        case "pause" | "end":
            refused = steerer(run, by)
            if refused is not None:
                return refused
            paused_ = Paused(replace(run, pressed=now), now)
            give_up = SetTimer("give_up", now + (timedelta(days=7) if run.setting.days else timedelta(hours=2)))
            return Decision(paused_, (Revise("card", cards.paused_card(paused_)), *no_timers("give_up"), give_up))
        case _:
            assert_never(event.how)
