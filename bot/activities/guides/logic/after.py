"""How a session ends: what is told to the record, to the roles, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic.times import no_timers
from bot.activities.guides.model import Finished, Running, Serving, Session
from bot.kernel.decision import Decision
from bot.kernel.effects import Effect, Forget, Keep, Revise, Tell
from bot.kernel.ids import SessionId, part_of
from bot.pieces.ballot import worded
from bot.pieces.metrics import credit


def close(run: Running, now: datetime, *first: Effect) -> Decision[Session]:
    """Over, at the moment *now*. What was noted is filed also where no recap was written."""
    setting = run.setting
    course = run.course
    seconds = max(0, round((now - course.begun).total_seconds()))
    part = course.part if course.part.seconds is not None else replace(course.part, seconds=seconds)
    parts = (*course.parts[: course.at], part, *course.parts[course.at + 1 :])
    ended = replace(run, course=replace(course, parts=parts))
    took = max(1, round((now - run.started).total_seconds() / 60))
    effects: list[Effect] = [*first, *no_timers()]
    has_record = _has_record(ended)
    shown = dict(run.gathered.ideas).get(course.step.id, ()) if setting.quick else ()
    chosen = tuple(f"Chosen: {one.what}. {one.why}" for one in run.gathered.decisions) if setting.quick else ()
    card = cards.over_card(setting, took, len(run.present), record=has_record, lines=(*shown, *chosen))
    effects.append(Revise("card", card))
    if not setting.rehearsal:
        effects += [Forget("waits")] if setting.days else []
        effects += [Forget("session_live", setting.id), Keep("session", setting.id, _fact(ended, took))]
        if setting.with_records:  # there is a whole bot around
            effects.append(Tell("teams", "held", session=SessionId(f"teams.{setting.team}")))
        if run.gathered.question:
            effects.append(Keep("carried", "last", {"text": run.gathered.question, "session": setting.id}))
        elif setting.carried:
            effects.append(Forget("carried", "last"))  # it was taken along once
        if has_record:
            record = part_of(setting.id, "record")
            effects.append(Tell("records", "recap", _record(ended, took, now), session=record))
        if setting.after and setting.with_surveys and run.present:
            there = [member.key() for member in run.present]
            asked = {"survey": setting.after, "topic": setting.topic or setting.title, "there": there}
            effects.append(Tell("pulse", "after", asked, session=part_of(setting.id, "after")))
        if setting.with_products and not setting.quick:
            held = {"session": setting.id}
            effects.append(Tell("products", "held", held, session=SessionId(f"products.{setting.team}")))
        if setting.with_projects and run.briefs:
            effects.append(Tell("projects", "briefs", _briefs(run), session=SessionId(f"projects.{setting.team}")))
        if setting.with_roles and run.served:
            effects.append(
                Tell(
                    "roles",
                    "served",
                    {
                        "session": setting.id,
                        "title": setting.topic or setting.title,
                        "served": [[role, member, quarters] for role, member, quarters in _served(ended, now)],
                        "there": [member.key() for member in run.present],
                    },
                    session=SessionId(f"roles.{setting.team}"),
                )
            )
    return Decision(Finished(setting.id, now), tuple(effects))


def _briefs(run: Running) -> dict[str, Any]:
    """The small projects that the groups took on."""
    return {
        "session": run.setting.id,
        "topic": run.setting.topic or run.setting.title,
        "host": run.setting.facilitator.key(),
        "began": run.started.isoformat(),
        "briefs": [{"what": one.what, "members": [member.key() for member in one.members]} for one in run.briefs],
    }


def _has_record(run: Running) -> bool:
    got = run.gathered
    lists = (got.notes, got.parked, got.points, got.decisions, got.actions, got.question)
    said = any(lists) or any(texts for _, texts in got.ideas)
    return said and run.setting.with_records and run.setting.archive != "no" and not run.setting.rehearsal


def _served(run: Running, now: datetime) -> Iterator[tuple[str, str, int]]:
    """Who held which role for how many quarters of the session."""
    for role in dict.fromkeys(one.role for one in run.served):
        spells = [one for one in run.served if one.role == role]
        people = list(dict.fromkeys(one.member for one in spells))
        minutes = [sum(_minutes(one, now) for one in spells if one.member == member) for member in people]
        for member, share in zip(people, credit(minutes), strict=True):
            if share:
                yield role, member.key(), round(share * 4)


def _minutes(one: Serving, now: datetime) -> Fraction:
    return Fraction(round(((one.until or now) - one.since).total_seconds()), 60)


def _fact(run: Running, took: int) -> dict[str, Any]:
    """What metrics and reports read: planned and real minutes, step by step."""
    setting, course = run.setting, run.course
    return {
        "guide": setting.guide,
        "version": setting.version,
        "topic": setting.topic,
        "goal": setting.goal,
        "planned": course.agenda.planned,
        "moved": course.agenda.moved,
        "minutes": took,
        "present": len(run.present),
        "steps": [
            {
                "id": part.step.id,
                "kind": part.step.kind,
                "planned": slot.planned,
                "given": slot.minutes,
                "seconds": part.seconds,
                "skipped": part.skipped,
            }
            for part, slot in zip(course.parts, course.agenda.slots, strict=True)
        ],
    }


def _record(run: Running, took: int, now: datetime) -> dict[str, Any]:
    setting, got = run.setting, run.gathered
    place = setting.place
    counted = {part.step.votes_on for part in run.course.parts if got.of(part.step.id)}  # the count lists them, too
    return {
        "session": setting.id,
        "under": "card",
        "place": [place.platform, place.workspace, place.channel],
        "team_label": setting.team_label,
        "zone": setting.zone,
        "topic": setting.topic or setting.title,
        "title": setting.title,
        "guide": setting.guide,
        "tags": list(setting.tags),
        "minutes": took,
        "people": len(run.present),
        "keeper": setting.note_taker.key(),
        "owners": [member.key() for member in setting.owners],
        "archive": setting.archive,
        "ended": now.isoformat(),
        "notes": [[note.text, note.member.key(), note.step, note.at.isoformat()] for note in got.notes],
        "parked": list(got.parked),
        "points": list(got.points),
        "decisions": [
            {"what": one.what, "why": one.why, "against": one.against, "how": one.how, "review": one.review}
            for one in got.decisions
        ],
        "actions": [
            {"what": one.what, "member": one.member.key() if one.member else "", "due": one.due} for one in got.actions
        ],
        "question": got.question,
        "ideas": [
            [
                next((part.step.title for part in run.course.parts if part.step.id == step), step),
                list(dict.fromkeys(map(worded, texts))),
            ]
            for step, texts in got.ideas
            if step not in counted
        ],
    }
