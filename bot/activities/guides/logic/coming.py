"""People come to a session that runs, and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic import grouping
from bot.activities.guides.logic.inside import call, next_turn, redrawn, with_live
from bot.activities.guides.model import Grouped, Rounding, Running, Session, Writing
from bot.kernel.decision import Decision, Refused
from bot.kernel.effects import Effect, Post, Retract, Revise, Under
from bot.kernel.ids import Member
from bot.pieces.groups import leave


def came(run: Running, member: Member, now: datetime) -> Decision[Session] | Refused:
    live = run.course.live
    is_new = member not in run.present
    here = replace(run, present=(*run.present, member)) if is_new else run
    effects: list[Effect] = []
    match live:
        case Rounding(turns=turns):
            joined = turns.join(member)
            if joined != turns:
                was_empty = live.speaker is None
                after = replace(
                    live,
                    turns=joined,
                    turn_ends=now + timedelta(seconds=live.seconds) if was_empty else live.turn_ends,
                    calls=live.calls + 1 if was_empty else live.calls,
                    over=False if was_empty else live.over,
                )
                here = with_live(here, after)
                if was_empty:
                    effects += call(here)
        case Grouped(groups=groups):
            joined_groups = grouping.with_late(run, groups, member)
            if joined_groups != groups:
                number = next(i for i, group in enumerate(joined_groups) if member in group)
                here = with_live(here, replace(live, groups=joined_groups, late=live.late + 1))
                post = grouping.post(here, number)
                effects.append(post if number >= len(groups) else Revise(post.name, post.card))
                # An edit notifies nobody, so whoever comes later is called into the group by name.
                people = [one for one in joined_groups[number] if one != member]
                line = cards.joined_line(member, tuple(people))
                effects.append(Post(f"late{here.serial}.{live.late}", Under("card"), line))
        case _:
            pass
    if here == run:
        return Decision(run)
    return redrawn(here, now, *effects)


def gone(run: Running, member: Member, now: datetime) -> Decision[Session]:
    """Somebody leaves the session. What they said stays said."""
    live = run.course.live
    own = tuple(note for note in run.own if note.member != member)
    left = replace(run, present=tuple(one for one in run.present if one != member), own=own)
    effects: list[Effect] = []
    match live:
        case Rounding(turns=turns):
            after = turns.leave(member)
            if live.speaker == member:
                return next_turn(left, live, after, now)
            left = with_live(left, replace(live, turns=after))
        case Grouped(groups=groups):
            remaining = leave(groups, member)
            if remaining != groups:
                left = with_live(left, replace(live, groups=remaining))
                effects += [
                    Retract(f"group.{run.course.step.id}.{number}") for number in range(len(remaining), len(groups))
                ]
                effects += [
                    Revise(grouping.post(left, number).name, grouping.post(left, number).card)
                    for number in range(len(remaining))
                ]
        case Writing(notes=notes):
            left = with_live(left, replace(live, notes=tuple(note for note in notes if note.member != member)))
        case _:
            pass
    return redrawn(left, now, *effects) if left != run else Decision(run)
