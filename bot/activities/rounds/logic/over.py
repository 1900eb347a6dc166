"""How a round ends: its close, what is added for a day, and filing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.activities.rounds import cards
from bot.activities.rounds.model import (
    DIRECT,
    CameIn,
    Closed,
    Deferred,
    Done,
    Event,
    Extended,
    Finished,
    FormAsked,
    KeepAsked,
    MoreAsked,
    NoThanks,
    Passed,
    PlaceGone,
    PlanDropped,
    PlanMade,
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
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, Revise, SetTimer, Under
from bot.kernel.ids import Member
from bot.pieces.filing import copied, keeps

NOTHING_HERE = Refused("This round is over and filed. Nothing changed.")


def turn_kept(run: Running, member: Member, how: str, now: datetime) -> Keep:
    """One turn, kept for a day so that a restart or a question finds it; nobody else ever sees it."""
    since = run.turn_ends - run.setting.turn()
    row = {"how": how, "from": since.isoformat(), "to": now.isoformat()}
    return Keep("turn", f"{run.setting.id}.{run.calls}.{run.writings}", row, member=member)


def no_timers() -> tuple[Effect, ...]:
    """Nothing of a turn is waited for any more."""
    return (CancelTimer("turn"), CancelTimer("silence"), CancelTimer("idle"))


def close(run: Running, now: datetime, *first: Effect) -> Decision[Round]:
    """The card becomes the summary; what people said can be added to until `add_until`."""
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
        *no_timers(),
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


def closed(state: Closed, event: Event, now: datetime) -> Decision[Round] | Refused:
    """After the close: late words, and at its time the filing."""
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
        case KeepAsked(by=by):
            text = "\n".join(cards.result_lines(state))
            effects = copied(state.setting.id, "round", state.setting.topic, text, by)
            return Decision(state, effects, say(keeps(state.setting.team_label)))
        case TimeCame(timer="file"):
            return filed(state.setting, now, state)
        case WentAway(member=member):
            asked = tuple(m for m in state.asked if m != member)
            return Decision(replace(state, asked=asked, setting=setting_without(state.setting, member)))
        case PlaceGone():
            return filed(state.setting, now)
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


def filed(setting: Setting, now: datetime, state: Closed | None = None) -> Decision[Round]:
    """The end: no timer and no live record is left behind."""
    effects: list[Effect] = [*no_timers(), CancelTimer("give_up"), CancelTimer("file"), CancelTimer("gather")]
    effects.append(Forget("round_live", setting.id))
    if state is not None:
        effects.append(Revise("result", cards.result_card(state, open_=False)))
        waiting = (m for m in state.asked if m not in state.added)
        effects += [Revise(f"absent.{member.user}", cards.absent_over()) for member in waiting]
    return Decision(Finished(setting.id, state.ended if state else now, setting.zone), tuple(effects))


def setting_without(setting: Setting, member: Member) -> Setting:
    """The setting after somebody left, as if they had never been named in it."""
    return replace(
        setting,
        expected=tuple(m for m in setting.expected if m != member),
        timekeeper=None if setting.timekeeper == member else setting.timekeeper,
        host=next((o for o in setting.owners if o != member), setting.host) if setting.host == member else setting.host,
        owners=tuple(o for o in setting.owners if o != member),
        last_starter=None if setting.last_starter == member else setting.last_starter,
    )
