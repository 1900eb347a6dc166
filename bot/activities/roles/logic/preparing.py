"""Role cards, eight points, a dry run, and company for whoever hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.activities.roles.cards import preparing, words
from bot.activities.roles.events import CardAsked, CompanyAsked, CompanyGiven, DryRun, PrepareOpened, Ticked
from bot.activities.roles.logic import unasked
from bot.activities.roles.logic.step import MOVED_ON, OVER, QUIET, Step
from bot.activities.roles.model import Rota, Scene, Ticks, descriptions
from bot.kernel.content import Role
from bot.kernel.decision import Refused, Show, Whisper, say
from bot.kernel.effects import Effect, Post, Revise
from bot.kernel.ids import Member
from bot.pieces.rota import Turn, is_there, last_served


def prepared(
    rota: Rota,
    scene: Scene,
    what: CardAsked | PrepareOpened | Ticked | DryRun | CompanyAsked | CompanyGiven,
    now: datetime,
) -> Step | Refused:
    known = descriptions(rota, scene)
    match what:
        case PrepareOpened(by=by):
            coming = [turn for turn in rota.turns if turn.ends > now and turn.series == "session"]
            hosting = next((t for t in coming if "facilitator" in t.roles_of(by) and not t.says), None)
            if hosting is not None:
                done = next((t.done for t in rota.ticks if (t.member, t.turn) == (by, hosting.id)), ())
                return Step(rota, reply=Show(preparing.prepare_form(rota.id, hosting, done, known)))
            other = next(((t, r) for t in coming for r in t.roles_of(by)), None)
            if other is None:
                return Refused("You have no role coming up, so there is nothing to prepare. /moderato roles shows all.")
            return _card(rota, scene, CardAsked(by, other[0].id, other[1]), known)
        case CardAsked():
            return _card(rota, scene, what, known)
        case Ticked(by=by, turn=turn_id, done=done):
            turn = rota.turn(turn_id)
            if turn is None:
                return OVER
            others = tuple(t for t in rota.ticks if (t.member, t.turn) != (by, turn_id))
            after = replace(rota, ticks=(*others, Ticks(by, turn_id, done)))
            return Step(after, reply=Whisper(preparing.ticked_card(rota.id, turn, done)))
        case DryRun(turn=turn_id, step=step, more=more):
            turn = rota.turn(turn_id)
            if turn is None:
                return OVER
            return Step(rota, reply=Whisper(preparing.dry_card(rota.id, turn, step, _steps(scene, turn), more=more)))
        case CompanyAsked():
            return _company_asked(rota, scene, what, now)
        case CompanyGiven(by=by, turn=turn_id, yes=yes):
            turn = rota.turn(turn_id)
            if turn is None or turn.company_asked != by:
                return OVER
            answered = replace(turn, company=by if yes else None, company_asked=by if yes else None)
            answer, here = preparing.company_answer(turn, yes=yes), f"company.{turn.id}" in rota.unasked
            effects: list[Effect] = [] if here else [Revise(f"company.{turn.id}", answer)]
            host = turn.holders().get("facilitator")
            if yes and turn.company is None and host is not None:
                joined = preparing.company_card_for_host(by, turn)
                effects.append(Post(f"company_yes.{turn.id}", host, joined, "asked"))
            return Step(rota.with_turn(answered), tuple(effects), Whisper(answer) if here else QUIET)
        case _:
            assert_never(what)


def _card(rota: Rota, scene: Scene, what: CardAsked, known: Mapping[str, Role]) -> Step | Refused:
    turn = rota.turn(what.turn)
    role = known.get(what.role)
    if turn is None or role is None:
        return OVER
    focus, remind = words.focus_of(role, turn)
    first = last_served(rota.past, what.by.user, role.id) is None
    company = turn.company_asked is None and _companion(rota, scene, turn, what.by) is not None
    card = preparing.role_card(
        rota.id, turn, role, first_time=first, focus=focus, remind=remind, can_have_company=company
    )
    return Step(rota, reply=Whisper(card))


def _steps(scene: Scene, turn: Turn) -> list[tuple[str, str]]:
    guide = scene.guides.get(turn.guide)
    if guide is None:
        return [
            ("Opening, 5 minutes", "Say the aim and what kind of talk it is. Passing is fine for everybody."),
            ("The talk, 20 minutes", "Ask your first question, and let a short silence stand."),
            ("Closing, 5 minutes", "Say what was agreed, who does what, and until when."),
        ]
    pages = []
    for step in guide.steps[:8]:
        line = step.say or step.text or (step.questions[0].text if step.questions else "")
        pages.append((f"{step.title}, {step.minutes} minutes", line))
    return pages


def _companion(rota: Rota, scene: Scene, turn: Turn, host: Member) -> Member | None:
    """Somebody who has hosted, most recently, and has no role in this session."""
    found = [
        (last, person.member)
        for person in scene.people
        if person.member != host
        and is_there(person, turn.starts)
        and not turn.roles_of(person.member)
        and (person.member.user, "facilitator") not in rota.wishes.avoids
        and (last := last_served(rota.past, person.member.user, "facilitator")) is not None
    ]
    return max(found)[1] if found else None


def _company_asked(rota: Rota, scene: Scene, what: CompanyAsked, now: datetime) -> Step | Refused:
    turn = rota.turn(what.turn)
    if turn is None or turn.starts <= now:
        return OVER
    if "facilitator" not in turn.roles_of(what.by):
        return MOVED_ON
    companion = _companion(rota, scene, turn, what.by)
    if turn.company_asked is not None or companion is None:
        return Refused(
            "Nobody else who has hosted before is free for this session. Ask somebody you like to work with."
        )
    asked = replace(turn, company_asked=companion)
    after = rota.with_turn(asked)
    post = unasked.question(after, scene, f"company.{turn.id}")
    assert post is not None
    return Step(after, (post,), say("I ask somebody who has hosted before. You hear from me if they come."))
