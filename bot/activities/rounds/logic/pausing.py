"""A round that waits for a person to go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.rounds import cards
from bot.activities.rounds.logic.over import close, filed, setting_without, turn_kept
from bot.activities.rounds.logic.running import call, may_write
from bot.activities.rounds.model import (
    IDLE,
    CameIn,
    Deferred,
    Done,
    Event,
    Extended,
    FormAsked,
    MoreAsked,
    Passed,
    Paused,
    PlaceGone,
    Round,
    Steered,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import who


def paused(state: Paused, event: Event, now: datetime) -> Decision[Round] | Refused:
    """Somebody stopped the round: only going on, writing, ending and leaving do something."""
    run = state.run
    match event:
        case Steered(by=by, how="go"):
            turns = run.turns.leave(by)
            if turns.speaker is None:
                return close(replace(run, turns=turns), now)
            gone = replace(state, run=replace(run, turns=turns, setting=setting_without(run.setting, by)))
            return Decision(gone, (Revise("card", cards.paused_card(gone)),), say("You are out of this round."))
        case Steered(by=by, how=how):
            if not run.setting.may_steer(by):
                return Refused(f"{who(run.setting.host)} hosts this round and can do that. Nothing changed.")
            if how == "resume":
                again = replace(
                    run,
                    turn_ends=now + run.setting.turn(),
                    pressed=now,
                    over=False,
                    extended=False,
                    calls=run.calls + 1,
                )
                return Decision(again, (*call(again), SetTimer("idle", now + IDLE), CancelTimer("give_up")))
            if how == "end":
                return close(run, now)
            return Refused("The round is paused. Resume it first.")
        case CameIn(member=member):
            later = replace(state, run=replace(run, turns=run.turns.join(member)))
            return Decision(later, (Revise("card", cards.paused_card(later)),) if later != state else ())
        case MoreAsked(by=by):
            return Decision(state, reply=Whisper(cards.more_card(state, steers=run.setting.may_steer(by))))
        case FormAsked(by=by):
            return may_write(run, by) or Decision(state, reply=Show(cards.write_form(run.setting, "written")))
        case Wrote(by=by, text=text):
            return may_write(run, by) or _written_while_paused(state, by, text, now)
        case TimeCame(timer="give_up"):
            return close(run, now)
        case WentAway(member=member):
            turns = run.turns.leave(member)
            if turns.speaker is None:
                return close(replace(run, turns=turns), now)
            return Decision(replace(state, run=replace(run, turns=turns, setting=setting_without(run.setting, member))))
        case PlaceGone():
            return filed(run.setting, now)
        case Done() | Passed() | Deferred() | Extended():
            return Refused(f"The round is paused. {who(run.setting.host)} can resume it. Nothing is lost.")
        case _:
            return Decision(state)


def _written_while_paused(state: Paused, by: Member, text: str, now: datetime) -> Decision[Round]:
    run = state.run
    line = Post(f"written{run.writings}", Under("card"), cards.written_line(by, text))
    after = replace(run, turns=run.turns.join(by).done(by), writings=run.writings + 1, pressed=now)
    kept = turn_kept(run, by, "wrote", now)
    if after.turns.speaker is None:
        return close(after, now, line, kept)
    paused = replace(state, run=after)
    return Decision(paused, (line, kept, Revise("card", cards.paused_card(paused))))
