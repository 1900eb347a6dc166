"""A round before anybody has the floor: planned, and who is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.rounds import cards
from bot.activities.rounds.logic.over import NOTHING_HERE, filed, setting_without
from bot.activities.rounds.logic.running import call
from bot.activities.rounds.model import (
    GATHERING,
    IDLE,
    LONG_ABSENCE,
    CameIn,
    Event,
    Finished,
    FormAsked,
    Gathering,
    MoreAsked,
    PlaceGone,
    PlanDropped,
    PlanMade,
    Planned,
    Resumed,
    Round,
    Running,
    Setting,
    Started,
    StartedNow,
    Steered,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.chance import shuffled
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Forget, Keep, Kind, Post, Revise, SetTimer
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.turns import Turns


def opened(event: Event, now: datetime) -> Decision[Round] | Refused:
    """The first event: a round is asked for now, or planned for later."""
    match event:
        case Started(setting=setting):
            return _ask_who_is_here(setting, now)
        case PlanMade(setting=setting, at=at):
            planned = Planned(setting, at)
            shown = Whisper(cards.planned_card(planned), lasting=True)
            return Decision(planned, (SetTimer("plan", at), _listed(planned)), shown)
        case _:
            return NOTHING_HERE


def planned(state: Planned, event: Event, now: datetime) -> Decision[Round] | Refused:
    """Until its time a planned round waits, is moved, or is dropped."""
    gone = Forget("rhythm", state.setting.id)
    match event:
        case TimeCame(timer="plan") if now - state.at > LONG_ABSENCE:
            return Decision(Finished(state.setting.id, now, state.setting.zone), (gone,))  # too late to be that round
        case TimeCame(timer="plan"):
            asked = _ask_who_is_here(state.setting, now)
            return replace(asked, effects=(gone, *asked.effects))
        case PlanDropped(by=by) if state.setting.may_steer(by):
            over = Finished(state.setting.id, now, state.setting.zone)
            return Decision(over, (CancelTimer("plan"), gone), say("Dropped. Nothing is posted."))
        case PlaceGone():
            return Decision(Finished(state.setting.id, now, state.setting.zone), (CancelTimer("plan"), gone))
        case WentAway(member=member):
            return Decision(replace(state, setting=setting_without(state.setting, member)))
        case _:
            return Decision(state)


def _listed(state: Planned) -> Keep:
    """What comes next, for everybody's page and the next four weeks of the team."""
    topic = state.setting.topic
    row = {"what": "Round", "line": f"Round: {topic}", "dates": [state.at.isoformat()], "each": False}
    return Keep("rhythm", state.setting.id, row)


def _ask_who_is_here(setting: Setting, now: datetime) -> Decision[Round]:
    state = Gathering(setting, now + GATHERING)
    kind: Kind = "card" if setting.planned else "asked"
    post = Post("card", setting.place, cards.gathering_card(state), kind)
    return Decision(state, (post, SetTimer("gather", state.starts), Keep("round_live", setting.id, {})))


def gathering(state: Gathering, event: Event, now: datetime) -> Decision[Round] | Refused:
    """People say that they are here, until it starts or is called off."""
    match event:
        case CameIn(member=member):
            if member in state.present:
                return Decision(state)
            here = replace(state, present=(*state.present, member))
            expected = state.setting.expected
            if len(expected) <= len(here.present) and set(expected) <= set(here.present):
                return _begin(here, now)
            return Decision(here, (Revise("card", cards.gathering_card(here)),))
        case StartedNow(by=by):
            if not state.setting.may_steer(by):
                return Refused(f"{who(state.setting.host)} starts this one. Press I'm in to be part of it.")
            return _begin(state, now, asked=True)
        case TimeCame(timer="gather"):
            return _begin(state, now)
        case Steered(by=by, how="end") if state.setting.may_steer(by):
            return _called_off(state, "It was called off before it began.", now)
        case Resumed(down_from=down_from):
            if state.starts - GATHERING > down_from:  # it was opened since, before this was heard
                return Decision(state)
            if now - down_from > LONG_ABSENCE:
                return _called_off(state, f"I was away for {cards.duration(now - down_from)}.", now)
            again = replace(state, starts=now + GATHERING)
            return Decision(again, (SetTimer("gather", again.starts), Revise("card", cards.gathering_card(again))))
        case WentAway(member=member):
            present = tuple(m for m in state.present if m != member)
            left = replace(state, present=present, setting=setting_without(state.setting, member))
            return Decision(left, (Revise("card", cards.gathering_card(left)),) if left != state else ())
        case PlaceGone():
            return filed(state.setting, now)
        case Steered() | MoreAsked() | FormAsked() | Wrote():
            return Refused("The round has not begun yet. Press I'm in to be part of it.")
        case _:
            return Decision(state)


def _begin(state: Gathering, now: datetime, *, asked: bool = False) -> Decision[Round] | Refused:
    if len(state.present) < 2:
        if asked:
            return Refused("A round takes two people or more. Press I'm in, and wait for one more.")
        return _called_off(state, "It takes two people or more.", now)
    order = _order(state)
    run = Running(state.setting, Turns(order), now, now + state.setting.turn(), now)
    return Decision(run, (CancelTimer("gather"), *call(run), SetTimer("idle", now + IDLE), _starter(run)))


def _order(state: Gathering) -> tuple[Member, ...]:
    """The first speaker rotates from round to round; the rest is drawn, so that nobody always follows the same one."""
    circle = sorted(state.present)
    last = state.setting.last_starter
    first = next((m for m in circle if last is not None and m > last), circle[0])
    if last is None:
        first = shuffled(circle, state.setting.seed)[0]
    return (first, *shuffled([m for m in circle if m != first], state.setting.seed))


def _starter(run: Running) -> Keep:
    return Keep("round_starter", "last", {"member": run.speaker.key()}, member=run.speaker)


def _called_off(state: Gathering, because: str, now: datetime) -> Decision[Round]:
    over = Finished(state.setting.id, now, state.setting.zone)
    return Decision(
        over, (CancelTimer("gather"), Revise("card", cards.not_started_card(because)), Forget("round_live", over.id))
    )
