"""A round in which somebody has the floor, from one turn to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.activities.rounds import cards
from bot.activities.rounds.logic.over import close, filed, no_timers, setting_without, turn_kept
from bot.activities.rounds.model import (
    IDLE,
    LONG_ABSENCE,
    MORE,
    CameIn,
    Deferred,
    Done,
    Event,
    Extended,
    FormAsked,
    KeepAsked,
    MoreAsked,
    NoThanks,
    Passed,
    Paused,
    PlaceGone,
    PlanDropped,
    PlanMade,
    ResultAsked,
    Resumed,
    Round,
    Running,
    Started,
    StartedNow,
    Steered,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Only, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.turns import Turns


def running(run: Running, event: Event, now: datetime) -> Decision[Round] | Refused:
    """One person has the floor: their presses, their time, and what is steered."""
    match event:
        case Done(by=by) | Passed(by=by) | Deferred(by=by) | Extended(by=by):
            return _own_turn(run, event, by, now)
        case CameIn(member=member):
            return _came_in(run, member, now)
        case FormAsked(by=by):
            return may_write(run, by) or Decision(run, reply=Show(cards.write_form(run.setting, "written")))
        case Wrote(by=by, text=text):
            return may_write(run, by) or _written(run, by, text, now)
        case MoreAsked(by=by):
            return Decision(run, reply=Whisper(cards.more_card(run, steers=run.setting.may_steer(by))))
        case Steered():
            return _steered(run, event, now)
        case TimeCame(timer=timer):
            return _time_came(run, timer, now)
        case Resumed(down_from=down_from):
            return _back(run, down_from, now)
        case WentAway(member=member):
            return _without(run, member, now)
        case PlaceGone():
            return filed(run.setting, now)
        case StartedNow():
            return Decision(run)  # two people pressed at once, or the clock was a moment faster
        case Started() | PlanMade() | PlanDropped() | NoThanks() | ResultAsked() | KeepAsked():
            return Refused("This round is running.")
        case _:
            assert_never(event)


def _own_turn(
    run: Running, event: Done | Passed | Deferred | Extended, by: Member, now: datetime
) -> Decision[Round] | Refused:
    if event.turn != run.calls:
        return _crossed(run, by)
    helps = isinstance(event, Done) and run.setting.may_steer(by)
    if by != run.speaker and not helps:
        return Refused(f"{who(by)}, {who(run.speaker)} is up right now. {cards.order_line(run, by)}")
    pressed = replace(run, pressed=now)
    match event:
        case Done():
            return _next(pressed, pressed.turns.done(run.speaker), now, turn_kept(run, run.speaker, "heard", now))
        case Passed():
            return _next(pressed, pressed.turns.pass_(by), now, turn_kept(run, by, "passed", now))
        case Deferred():
            if not run.turns.can_come_back():
                return Refused("Nobody comes after you. Take your time, or pass.")
            return _next(pressed, pressed.turns.come_back(), now)
        case Extended():
            return _extended(pressed, now)
        case _:
            assert_never(event)


def _crossed(run: Running, by: Member) -> Decision[Round] | Refused:
    """A press on a turn that is over: a double click, or two at once. Said only to who is not up now."""
    if by == run.speaker or by in run.turns.heard or by in run.turns.passed or by in run.turns.came_back:
        return Decision(run)
    return Refused(f"{who(by)}, {who(run.speaker)} is up right now. {cards.order_line(run, by)}")


def _extended(run: Running, now: datetime) -> Decision[Round] | Refused:
    if run.extended:
        return Refused("Thirty more seconds are possible once a turn. Nobody cuts you off.")
    if not run.over:
        return Refused("There is still time. Thirty more seconds are offered when it is up.")
    longer = replace(run, over=False, extended=True, turn_ends=now + MORE)
    return Decision(
        longer,
        (
            Revise("card", cards.turn_card(longer)),
            SetTimer("turn", longer.turn_ends),
            CancelTimer("silence"),
            SetTimer("idle", now + IDLE),
        ),
    )


def _came_in(run: Running, member: Member, now: datetime) -> Decision[Round] | Refused:
    turns = run.turns.join(member)
    if turns == run.turns:
        return Decision(run)
    joined = replace(run, turns=turns, pressed=now)
    return Decision(joined, (Revise("card", cards.turn_card(joined)), SetTimer("idle", now + IDLE)))


def may_write(run: Running, by: Member) -> Refused | None:
    """Whether somebody may still write their turn; if not, in which words."""
    if by in run.turns.heard or by in run.turns.passed:
        return Refused("You had your turn in this round. The thread is open for more.")
    return None


def _written(run: Running, by: Member, text: str, now: datetime) -> Decision[Round]:
    line = Post(f"written{run.writings}", Under("card"), cards.written_line(by, text))
    wrote = replace(run, pressed=now, writings=run.writings + 1)
    turns = run.turns.join(by).done(by)
    kept = turn_kept(run, by, "wrote", now)
    if by == run.speaker:
        return _next(wrote, turns, now, line, kept)
    after = replace(wrote, turns=turns)
    return Decision(after, (line, kept, Revise("card", cards.turn_card(after)), SetTimer("idle", now + IDLE)))


def _steered(run: Running, event: Steered, now: datetime) -> Decision[Round] | Refused:
    if event.how == "go":
        decision = _without(replace(run, pressed=now), event.by, now)
        return replace(decision, reply=say("You are out of this round. Come back with I'm in at any time."))
    if not run.setting.may_steer(event.by):
        return Refused(f"{who(run.setting.host)} hosts this round and can do that. Nothing changed.")
    pressed = replace(run, pressed=now)
    match event.how:
        case "skip" if event.turn != run.calls:
            return Refused(f"That turn is over; {who(run.speaker)} is up now. Nothing changed.")
        case "skip":
            return _next(pressed, pressed.turns.skip(), now, turn_kept(run, run.speaker, "unheard", now))
        case "pause":
            paused = Paused(pressed, now)
            return Decision(paused, (Revise("card", cards.paused_card(paused)), *no_timers(), _give_up(now)))
        case "resume":
            return Decision(run)
        case "end":
            return close(pressed, now)
        case _:
            assert_never(event.how)


def _time_came(run: Running, timer: str, now: datetime) -> Decision[Round]:
    match timer:
        case "turn" if now >= run.turn_ends and not run.over:
            over = replace(run, over=True)
            cue = run.setting.timekeeper or run.setting.host
            effects: list[Effect] = [
                Revise("card", cards.turn_card(over)),
                SetTimer("silence", run.turn_ends + run.setting.turn()),
            ]
            if cue != run.speaker and not run.extended:
                private = Only(cue, run.setting.place)
                effects.append(
                    Post(f"cue{run.calls}", private, cards.over_cue(over), "hint", until=now + timedelta(minutes=1))
                )
            return Decision(over, tuple(effects))
        case "silence" if run.over and now >= run.turn_ends + run.setting.turn():
            return _next(run, run.turns.fall_silent(), now)
        case "idle" if now >= run.pressed + IDLE:
            return close(run, now)
        case _:
            return Decision(run)  # moved after this timer was set


def _back(run: Running, down_from: datetime, now: datetime) -> Decision[Round]:
    away = now - down_from
    if away > LONG_ABSENCE and run.pressed <= down_from:  # whoever has pressed since is there
        paused = Paused(run, down_from, away)
        return Decision(paused, (Revise("card", cards.paused_card(paused)), *no_timers(), _give_up(now)))
    fresh = replace(run, turn_ends=now + run.setting.turn(), pressed=now, over=False, extended=False)
    return Decision(
        fresh,
        (
            Post(f"back{int(now.timestamp())}", Under("card"), cards.back_line(fresh, away)),
            Revise("card", cards.turn_card(fresh)),
            SetTimer("turn", fresh.turn_ends),
            CancelTimer("silence"),
            SetTimer("idle", now + IDLE),
        ),
    )


def _without(run: Running, member: Member, now: datetime) -> Decision[Round]:
    setting = setting_without(run.setting, member)
    turns = run.turns.leave(member)
    after = replace(run, setting=setting)
    if turns == run.turns:
        return Decision(after)
    if member == run.speaker:
        return _next(after, turns, now)
    gone = replace(after, turns=turns)
    return Decision(gone, (Revise("card", cards.turn_card(gone)),))


def _next(run: Running, turns: Turns, now: datetime, *first: Effect) -> Decision[Round]:
    """Give the floor to whoever is next, or close."""
    if turns.speaker is None:
        return close(replace(run, turns=turns), now, *first)
    turn = replace(
        run,
        turns=turns,
        turn_ends=now + run.setting.turn(),
        over=False,
        extended=False,
        calls=run.calls + 1,
    )
    return Decision(turn, (*first, *call(turn), SetTimer("idle", turn.pressed + IDLE)))


def call(run: Running) -> tuple[Effect, ...]:
    """Whose turn it is: on the card, and as a line under it."""
    return (
        Revise("card", cards.turn_card(run)),
        Post(f"up{run.calls}", Under("card"), cards.call_line(run), until=run.turn_ends + run.setting.turn()),
        SetTimer("turn", run.turn_ends),
        CancelTimer("silence"),
    )


def _give_up(now: datetime) -> SetTimer:
    return SetTimer("give_up", now + timedelta(hours=2))
