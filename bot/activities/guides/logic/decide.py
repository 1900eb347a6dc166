"""Which phase answers to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.activities.guides.cards import ask, moves, own
from bot.activities.guides.cards import now as shown
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.before import gathering, open_now, plan, planned, unplanned
from bot.activities.guides.logic.pausing import paused
from bot.activities.guides.logic.running import running
from bot.activities.guides.logic.times import no_timers
from bot.activities.guides.model import (
    Ending,
    Event,
    Finished,
    GuideSent,
    Lobby,
    MovedOn,
    MovesWanted,
    Noted,
    Opened,
    Paused,
    PlaceGone,
    PlanMade,
    Planned,
    Rated,
    Recapped,
    Resumed,
    RulesChosen,
    Running,
    Session,
    Steered,
    TimeCame,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Revise, Under
from bot.kernel.words import when

NOTHING_HERE = Refused("This session is over and filed. Nothing changed.")


def decide(state: Session | None, event: Event, now: datetime) -> Decision[Session] | Refused:
    if isinstance(event, PlaceGone) and state is not None and not isinstance(state, Finished):
        setting = state.run.setting if isinstance(state, Paused | Ending) else state.setting
        facts = (Forget("session_live", setting.id), *unplanned(setting))
        return Decision(Finished(setting.id, now), (CancelTimer("start"), CancelTimer("pre"), *no_timers(), *facts))
    if isinstance(event, MovesWanted) and state is not None:
        return Decision(state, reply=Whisper(moves.answer(state, event, now), lasting=True))
    if isinstance(event, RulesChosen) and isinstance(state, Lobby | Running | Paused):
        return _ruled(state, event)
    match state:
        case None:
            match event:
                case Opened(setting=setting):
                    return open_now(setting, now)
                case PlanMade(setting=setting, at=at):
                    return plan(setting, at, now)
                case GuideSent(id=id_, guide=guide, text=text, version=version):
                    row = {"text": text, "version": version}
                    kept = (Keep("guide", guide.id, row), Keep("guide_version", f"{guide.id}@{version}", row))
                    return Decision(Finished(id_, now), kept, Whisper(own.kept_card(guide, version), lasting=True))
                case _:
                    return NOTHING_HERE
        case Planned():
            return planned(state, event, now)
        case Lobby():
            return gathering(state, event, now)
        case Running():
            return running(state, event, now)
        case Paused():
            return paused(state, event, now)
        case Ending():
            return _ending(state, event, now)
        case Finished():
            if isinstance(event, Rated):
                row = {"guide": event.guide, "helped": event.helped}
                key, told = f"{state.id}.{event.by.key()}", "Counted. Only totals are shown, from five on."
                rated = Keep("guide_rated", key, row, member=event.by, timeless=True)
                return Decision(state, (rated,), say(told))
            if isinstance(event, TimeCame | Resumed):
                return Decision(state)
            return Refused(f"The session ended at {when(state.ended)}, so nothing changed.")
        case _:
            assert_never(state)


def _ruled(state: Lobby | Running | Paused, event: RulesChosen) -> Decision[Session] | Refused:
    """Other ground rules: shown in place of those before, and kept for next time."""
    setting = state.run.setting if isinstance(state, Paused) else state.setting
    if not setting.may_steer(event.by):
        return Refused(ask.who_steers(setting))
    setting = replace(setting, rules=event.rules, rules_title=event.title)
    after: Lobby | Running | Paused
    if isinstance(state, Paused):
        after = replace(state, run=replace(state.run, setting=setting))
    else:
        after = replace(state, setting=setting)
    effects: tuple[Effect, ...] = (Revise("rules", moves.rules_card(setting)),)
    effects += (Keep("session_rules", "last", {"id": event.id}),)
    if isinstance(after, Lobby):
        effects += (Revise("card", shown.lobby_card(after)),)
    else:  # an edit notifies nobody, and people have read the other ones
        name = f"ruled{event.id}"
        effects += (Post(name, Under("card"), moves.rules_changed_line(setting)),)
    return Decision(after, effects, say(f"Ground rules now: {event.title}. They are in the thread."))


def _ending(state: Ending, event: Event, now: datetime) -> Decision[Session] | Refused:
    run = state.run
    match event:
        case Steered(by=by, how="undo"):
            if by != state.by:
                return Refused("Only who pressed it can take it back.")
            back = replace(run, pressed=now)
            return running(back, Resumed(now), now, (CancelTimer("close"),))
        case TimeCame(timer="close"):
            return close(run, state.at)
        case Resumed(down_from=down_from):
            return close(run, state.at) if state.at <= down_from else Decision(state)
        case Noted() | Recapped():
            changed = running(run, event, now)
            if isinstance(changed, Refused) or not isinstance(changed.state, Running):
                return changed
            return Decision(replace(state, run=changed.state), (), changed.reply)
        case Steered(how="end") | MovedOn() | TimeCame():
            return Decision(state)
        case _:
            return Refused("The session is closing. What was noted is in the recap.")
