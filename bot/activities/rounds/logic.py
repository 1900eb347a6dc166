"""How a live round moves from one turn to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.activities.rounds import cards
from bot.activities.rounds.model import (
    DIRECT,
    GATHERING,
    IDLE,
    LONG_ABSENCE,
    MORE,
    CameIn,
    Closed,
    Deferred,
    Done,
    Event,
    Extended,
    Finished,
    FormAsked,
    Gathering,
    MoreAsked,
    NoThanks,
    Passed,
    Paused,
    PlaceGone,
    PlanDropped,
    PlanMade,
    Planned,
    ResultAsked,
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
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Kind, Only, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.turns import Turns

NOTHING_HERE = Refused("This round is over and filed. Nothing changed.")


def decide(state: Round | None, event: Event, now: datetime) -> Decision[Round] | Refused:
    match state:
        case None:
            return _open(event, now)
        case Planned():
            return _planned(state, event, now)
        case Gathering():
            return _gathering(state, event, now)
        case Running():
            return _running(state, event, now)
        case Paused():
            return _paused(state, event, now)
        case Closed():
            return _closed(state, event, now)
        case Finished():
            return Refused(cards.ended_at(state.ended))
        case _:
            assert_never(state)


# not yet begun


def _open(event: Event, now: datetime) -> Decision[Round] | Refused:
    match event:
        case Started(setting=setting):
            return _ask_who_is_here(setting, now)
        case PlanMade(setting=setting, at=at):
            planned = Planned(setting, at)
            shown = Whisper(cards.planned_card(planned), lasting=True)
            return Decision(planned, (SetTimer("plan", at), _listed(planned)), shown)
        case _:
            return NOTHING_HERE


def _planned(state: Planned, event: Event, now: datetime) -> Decision[Round] | Refused:
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
            return Decision(replace(state, setting=_setting_without(state.setting, member)))
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


# who is here


def _gathering(state: Gathering, event: Event, now: datetime) -> Decision[Round] | Refused:
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
            if now - down_from > LONG_ABSENCE:
                return _called_off(state, f"I was away for {cards.duration(now - down_from)}.", now)
            again = replace(state, starts=now + GATHERING)
            return Decision(again, (SetTimer("gather", again.starts), Revise("card", cards.gathering_card(again))))
        case WentAway(member=member):
            present = tuple(m for m in state.present if m != member)
            left = replace(state, present=present, setting=_setting_without(state.setting, member))
            return Decision(left, (Revise("card", cards.gathering_card(left)),) if left != state else ())
        case PlaceGone():
            return _filed(state.setting, now)
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
    return Decision(run, (CancelTimer("gather"), *_call(run), SetTimer("idle", now + IDLE), _starter(run)))


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


# somebody has the floor


def _running(run: Running, event: Event, now: datetime) -> Decision[Round] | Refused:
    match event:
        case Done(by=by) | Passed(by=by) | Deferred(by=by) | Extended(by=by):
            return _own_turn(run, event, by, now)
        case CameIn(member=member):
            return _came_in(run, member, now)
        case FormAsked(by=by):
            return _may_write(run, by) or Decision(run, reply=Show(cards.write_form(run.setting, "written")))
        case Wrote(by=by, text=text):
            return _may_write(run, by) or _written(run, by, text, now)
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
            return _filed(run.setting, now)
        case StartedNow():
            return Decision(run)  # two people pressed at once, or the clock was a moment faster
        case Started() | PlanMade() | PlanDropped() | NoThanks() | ResultAsked():
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
            return _next(pressed, pressed.turns.done(run.speaker), now, _turn_kept(run, run.speaker, "heard", now))
        case Passed():
            return _next(pressed, pressed.turns.pass_(by), now, _turn_kept(run, by, "passed", now))
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


def _may_write(run: Running, by: Member) -> Refused | None:
    if by in run.turns.heard or by in run.turns.passed:
        return Refused("You had your turn in this round. The thread is open for more.")
    return None


def _written(run: Running, by: Member, text: str, now: datetime) -> Decision[Round]:
    line = Post(f"written{run.writings}", Under("card"), cards.written_line(by, text))
    wrote = replace(run, pressed=now, writings=run.writings + 1)
    turns = run.turns.join(by).done(by)
    kept = _turn_kept(run, by, "wrote", now)
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
            return _next(pressed, pressed.turns.skip(), now, _turn_kept(run, run.speaker, "unheard", now))
        case "pause":
            paused = Paused(pressed, now)
            return Decision(paused, (Revise("card", cards.paused_card(paused)), *_no_timers(), _give_up(now)))
        case "resume":
            return Decision(run)
        case "end":
            return _close(pressed, now)
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
            return _close(run, now)
        case _:
            return Decision(run)  # moved after this timer was set


def _back(run: Running, down_from: datetime, now: datetime) -> Decision[Round]:
    away = now - down_from
    if away > LONG_ABSENCE:
        paused = Paused(run, down_from, away)
        return Decision(paused, (Revise("card", cards.paused_card(paused)), *_no_timers(), _give_up(now)))
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
    setting = _setting_without(run.setting, member)
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
        return _close(replace(run, turns=turns), now, *first)
    turn = replace(
        run,
        turns=turns,
        turn_ends=now + run.setting.turn(),
        over=False,
        extended=False,
        calls=run.calls + 1,
    )
    return Decision(turn, (*first, *_call(turn), SetTimer("idle", turn.pressed + IDLE)))


def _call(run: Running) -> tuple[Effect, ...]:
    return (
        Revise("card", cards.turn_card(run)),
        Post(f"up{run.calls}", Under("card"), cards.call_line(run), until=run.turn_ends + run.setting.turn()),
        SetTimer("turn", run.turn_ends),
        CancelTimer("silence"),
    )


def _turn_kept(run: Running, member: Member, how: str, now: datetime) -> Keep:
    """One turn, kept for a day so that a restart or a question finds it; nobody else ever sees it."""
    since = run.turn_ends - run.setting.turn()
    row = {"how": how, "from": since.isoformat(), "to": now.isoformat()}
    return Keep("turn", f"{run.setting.id}.{run.calls}.{run.writings}", row, member=member)


def _no_timers() -> tuple[Effect, ...]:
    return (CancelTimer("turn"), CancelTimer("silence"), CancelTimer("idle"))


def _give_up(now: datetime) -> SetTimer:
    return SetTimer("give_up", now + timedelta(hours=2))


# waiting for a person to go on


def _paused(state: Paused, event: Event, now: datetime) -> Decision[Round] | Refused:
    run = state.run
    match event:
        case Steered(by=by, how="go"):
            turns = run.turns.leave(by)
            if turns.speaker is None:
                return _close(replace(run, turns=turns), now)
            gone = replace(state, run=replace(run, turns=turns, setting=_setting_without(run.setting, by)))
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
                return Decision(again, (*_call(again), SetTimer("idle", now + IDLE), CancelTimer("give_up")))
            if how == "end":
                return _close(run, now)
            return Refused("The round is paused. Resume it first.")
        case CameIn(member=member):
            later = replace(state, run=replace(run, turns=run.turns.join(member)))
            return Decision(later, (Revise("card", cards.paused_card(later)),) if later != state else ())
        case MoreAsked(by=by):
            return Decision(state, reply=Whisper(cards.more_card(state, steers=run.setting.may_steer(by))))
        case FormAsked(by=by):
            return _may_write(run, by) or Decision(state, reply=Show(cards.write_form(run.setting, "written")))
        case Wrote(by=by, text=text):
            return _may_write(run, by) or _written_while_paused(state, by, text, now)
        case TimeCame(timer="give_up"):
            return _close(run, now)
        case WentAway(member=member):
            turns = run.turns.leave(member)
            if turns.speaker is None:
                return _close(replace(run, turns=turns), now)
            return Decision(
                replace(state, run=replace(run, turns=turns, setting=_setting_without(run.setting, member)))
            )
        case PlaceGone():
            return _filed(run.setting, now)
        case Done() | Passed() | Deferred() | Extended():
            return Refused(f"The round is paused. {who(run.setting.host)} can resume it. Nothing is lost.")
        case _:
            return Decision(state)


def _written_while_paused(state: Paused, by: Member, text: str, now: datetime) -> Decision[Round]:
    run = state.run
    line = Post(f"written{run.writings}", Under("card"), cards.written_line(by, text))
    after = replace(run, turns=run.turns.join(by).done(by), writings=run.writings + 1, pressed=now)
    kept = _turn_kept(run, by, "wrote", now)
    if after.turns.speaker is None:
        return _close(after, now, line, kept)
    paused = replace(state, run=after)
    return Decision(paused, (line, kept, Revise("card", cards.paused_card(paused))))


# over


def _close(run: Running, now: datetime, *first: Effect) -> Decision[Round]:
    setting = run.setting
    took = (*run.turns.heard, *run.turns.passed)
    absent = tuple(m for m in setting.expected if m not in run.turns.everybody()) if setting.planned else ()
    state = Closed(
        setting,
        took,
        run.turns.heard,
        max(1, round((now - run.started).total_seconds() / 60)),
        add_until(now, setting.zone),
        now,
        absent,
        writings=run.writings,
    )
    fact = {
        "topic": setting.topic,
        "expected": len(set(setting.expected) | set(run.turns.everybody())),
        "took_part": len(took),
        "minutes": state.minutes,
        "planned": setting.planned,
    }
    effects: list[Effect] = [
        *first,
        *_no_timers(),
        CancelTimer("give_up"),
        Revise("card", cards.over_card()),
        Post("result", setting.place, cards.result_card(state), "card"),
        Keep("round", setting.id, fact),
        Forget("round_live", setting.id),
        SetTimer("file", state.until),
    ]
    weekday = now.astimezone(ZoneInfo(setting.zone)).strftime("%A")
    effects += [
        Post(
            f"absent.{member.user}",
            member,
            cards.absent_card(state),
            "prompt",
            why=f"You are in the {weekday} round of {setting.team_label}.",
            until=state.until,
        )
        for member in absent
    ]
    return Decision(state, tuple(effects))


def add_until(now: datetime, zone: str) -> datetime:
    """Noon of the next working day (Monday to Friday) where the team is."""
    here = now.astimezone(ZoneInfo(zone))
    day: date = here.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(12, 0), ZoneInfo(zone)).astimezone(now.tzinfo)


def _closed(state: Closed, event: Event, now: datetime) -> Decision[Round] | Refused:
    match event:
        case FormAsked(by=by, direct=direct):
            form = cards.write_form(state.setting, "added", DIRECT if direct else "")
            return _may_add(state, by) or Decision(state, reply=Show(form))
        case Wrote(by=by):
            return _may_add(state, by) or _added(state, event)
        case NoThanks(by=by):
            card = cards.absent_answered(wrote=False, label=state.setting.team_label)
            return Decision(state, (Revise(f"absent.{by.user}", card),) if by in state.asked else ())
        case ResultAsked():
            return Decision(state, reply=Whisper(cards.result_card(state)))
        case TimeCame(timer="file"):
            return _filed(state.setting, now, state)
        case WentAway(member=member):
            asked = tuple(m for m in state.asked if m != member)
            return Decision(replace(state, asked=asked, setting=_setting_without(state.setting, member)))
        case PlaceGone():
            return _filed(state.setting, now)
        case TimeCame() | Resumed() | Done():
            return Decision(state)  # Done: the last press, twice
        case CameIn() | StartedNow() | Passed() | Deferred() | Extended() | MoreAsked() | Steered():
            return Refused(cards.ended_at(state.ended), cards.stale_card(state))
        case Started() | PlanMade() | PlanDropped():
            return Refused("This round is over.")
        case _:
            assert_never(event)


def _may_add(state: Closed, by: Member) -> Refused | None:
    if by in state.heard:
        return Refused("You had your turn in this round. The thread is open for more.")
    if by in state.added:
        return Refused("Yours is in the thread already. Reply there to say more.")
    return None


def _added(state: Closed, event: Wrote) -> Decision[Round]:
    """Whoever is looking at their direct message sees it change, and needs no second word."""
    by, text = event.by, event.text
    after = replace(state, added=(*state.added, by), writings=state.writings + 1)
    label = state.setting.team_label
    effects: list[Effect] = [
        Post(f"written{state.writings}", Under("card"), cards.written_line(by, text, later=True)),
        Revise("result", cards.result_card(after)),
    ]
    if by in state.asked:
        effects.append(Revise(f"absent.{by.user}", cards.absent_answered(wrote=True, label=label)))
    if event.direct and by in state.asked:
        return Decision(after, tuple(effects))
    return Decision(after, tuple(effects), say(f"Added, marked later. Everyone in {label} can read it."))


def _filed(setting: Setting, now: datetime, state: Closed | None = None) -> Decision[Round]:
    effects: list[Effect] = [*_no_timers(), CancelTimer("give_up"), CancelTimer("file"), CancelTimer("gather")]
    effects.append(Forget("round_live", setting.id))
    if state is not None:
        effects.append(Revise("result", cards.result_card(state, open_=False)))
        waiting = (m for m in state.asked if m not in state.added)
        effects += [Revise(f"absent.{member.user}", cards.absent_over()) for member in waiting]
    return Decision(Finished(setting.id, state.ended if state else now, setting.zone), tuple(effects))


def _setting_without(setting: Setting, member: Member) -> Setting:
    return replace(
        setting,
        expected=tuple(m for m in setting.expected if m != member),
        timekeeper=None if setting.timekeeper == member else setting.timekeeper,
        host=next((o for o in setting.owners if o != member), setting.host) if setting.host == member else setting.host,
        owners=tuple(o for o in setting.owners if o != member),
        last_starter=None if setting.last_starter == member else setting.last_starter,
    )
