"""How turns are drawn, proposed, exchanged, taken over and counted.

Whatever happens changes the rota; then `_settled` brings it up to the moment and compares it with what people and
other activities were shown, so that every surface follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.activities.roles.cards import board, proposals, setup, words
from bot.activities.roles.events import (
    Accepted,
    Avoided,
    AvoidOpened,
    CardAsked,
    CompanyAsked,
    CompanyGiven,
    DateBack,
    DateSkipped,
    DrawAsked,
    DryRun,
    FollowOpened,
    FollowSet,
    Forgotten,
    Founded,
    HandoverAnswered,
    HandoverAsked,
    Happened,
    HistoryAsked,
    HolderSet,
    Looked,
    Missing,
    MissingAsked,
    NotThisTime,
    OftenSet,
    OpenedHere,
    OwnChanged,
    OwnerFound,
    OwnMade,
    OwnOpened,
    PlaceGone,
    PrepareOpened,
    Reached,
    RhythmOpened,
    RhythmSet,
    RosterChanged,
    SessionOff,
    SessionPlanned,
    SessionServed,
    SetUp,
    SetUpOpened,
    SignTold,
    SwapAnswered,
    SwapChosen,
    SwapOpened,
    Ticked,
    TimeCame,
    Took,
    Unreached,
    Volunteered,
    What,
)
from bot.activities.roles.logic import unasked
from bot.activities.roles.logic.answers import (
    accepted,
    exchange,
    not_this_time,
    swap_answered,
    swap_chosen,
    swap_opened,
)
from bot.activities.roles.logic.calling import back, own_changed, own_opened, skipped
from bot.activities.roles.logic.coaching import coached
from bot.activities.roles.logic.following import follow_asked, followed, let_go
from bot.activities.roles.logic.moment import asked, begun, briefed, offered, over, owned, unheld, vacated, with_coming
from bot.activities.roles.logic.preparing import prepared
from bot.activities.roles.logic.reaching import opened_here, reached, unreached
from bot.activities.roles.logic.sessions import draw_asked, missing_asked, offer, planned, served, took
from bot.activities.roles.logic.step import Step
from bot.activities.roles.logic.surfaces import kept, offers_over, shown, timed, told
from bot.activities.roles.logic.team import owners, set_up, without
from bot.activities.roles.logic.wishes import wished
from bot.activities.roles.model import AHEAD, Rota, Scene, descriptions, find_role, in_use, usable
from bot.kernel.content import Role
from bot.kernel.decision import Decision, Refused, Reply, Whisper
from bot.kernel.effects import CancelTimer, Effect, Post, Revise
from bot.kernel.words import listed
from bot.pieces.rota import drafted, foreseen


def decide(state: Rota | None, event: Happened, now: datetime) -> Decision[Rota] | Refused:
    rota = state or Rota(event.scene.id)
    if isinstance(event.what, PlaceGone):
        follow, rest = let_go(rota, event.scene)
        lost = replace(rota, turns=(), swaps=(), shown=(), told=(), wakes=None, follow=follow)
        return Decision(lost, (CancelTimer("next"), *rest))
    step = _happened(rota, event.scene, event.what, now)
    return step if isinstance(step, Refused) else _settled(rota, step, event.scene, event.what, now)


def _happened(rota: Rota, scene: Scene, what: What, now: datetime) -> Step | Refused:
    known = usable(rota, descriptions(rota, scene))
    if isinstance(what, Volunteered | OftenSet | HolderSet):
        role = find_role(known, what.role)
        if role is None:
            return _no_such_role(what.role, known)
        what = replace(what, role=role)
    elif isinstance(what, DrawAsked | Avoided):
        roles = tuple(find_role(known, typed) for typed in what.roles)
        if None in roles:
            return _no_such_role(what.roles[roles.index(None)], known)
        what = replace(what, roles=tuple(dict.fromkeys(role for role in roles if role is not None)))
    match what:
        case Accepted():
            return accepted(rota, what, now)
        case NotThisTime():
            return not_this_time(rota, what, now)
        case SwapOpened():
            return swap_opened(rota, scene, what, now)
        case SwapChosen():
            return swap_chosen(rota, scene, what, now)
        case SwapAnswered():
            return swap_answered(rota, scene, what)
        case Took():
            return took(rota, scene, what, now)
        case Missing():
            return offer(rota, scene, what, now)
        case Unreached():
            return unreached(rota, what, now)
        case Reached():
            return reached(rota, scene, what, now)
        case OpenedHere():
            return opened_here(rota, scene, what, now)
        case MissingAsked():
            return missing_asked(rota, scene, what, now)
        case SessionPlanned():
            return planned(rota, scene, what)
        case SessionServed():
            return served(rota, scene, what, now)
        case SessionOff(turn=turn):
            return Step(rota.without_turn(turn))
        case DrawAsked():
            return draw_asked(rota, scene, what, now)
        case Volunteered() | Avoided() | AvoidOpened():
            return wished(rota, scene, what)
        case CardAsked() | PrepareOpened() | Ticked() | DryRun() | CompanyAsked() | CompanyGiven():
            return prepared(rota, scene, what, now)
        case HandoverAsked() | HandoverAnswered() | OwnerFound():
            return owners(rota, scene, what, now)
        case SetUpOpened() | SetUp() | OwnMade() | RhythmOpened() | RhythmSet() | OftenSet() | HolderSet():
            return set_up(rota, scene, what)
        case OwnOpened():
            return own_opened(rota, scene, what)
        case OwnChanged():
            return own_changed(rota, scene, what)
        case FollowOpened() | FollowSet() | SignTold():
            return follow_asked(rota, scene, what)
        case DateSkipped():
            return skipped(rota, scene, what, now)
        case DateBack():
            return back(rota, scene, what, now)
        case Forgotten(member=member):
            return Step(without(rota, member))
        case TimeCame():
            return Step(replace(rota, wakes=None))
        case Looked() | HistoryAsked() | Founded() | RosterChanged():
            return Step(rota)
        case PlaceGone():
            return Step(rota)
        case _:
            assert_never(what)


def _no_such_role(typed: str, known: Mapping[str, Role]) -> Refused:
    names = listed(words.does(role.id, known).name for role in known.values())
    there_are = f"There are: {names}." if names else "There are no roles here yet."
    return Refused(f'I don\'t know the role "{typed[:40]}". {there_are} Nothing changed.')


def _settled(before: Rota, step: Step, scene: Scene, what: What, now: datetime) -> Decision[Rota]:
    rota, effects = step.rota, list[Effect]()
    swaps = step.rota.swaps
    rota = over(begun(rota, now, drawn=False), scene, now)
    rota = with_coming(rota, scene, now)
    rota = vacated(rota, scene, now)
    rota = replace(rota, turns=drafted(rota.turns, scene.people, rota.past, rota.wishes))
    rota = asked(rota, scene, now)
    rota = begun(rota, now, drawn=True)
    rota, offers = offered(rota, scene, now)
    rota, briefs = briefed(rota, scene, now)
    rota = replace(rota, swaps=tuple(s for s in rota.swaps if s.until > now and exchange(rota, s) is not None))
    for swap in swaps:
        if swap not in rota.swaps:
            if not swap.lost:
                effects.append(Revise(f"swap{swap.number}", proposals.kept_card()))
            if scene.person(swap.asker) is not None:
                effects.append(Post(f"swapped{swap.number}", swap.asker, proposals.kept_card(), "asked"))
    effects += unheld(step.rota, rota, scene)
    rota, owner = owned(rota, scene)
    rota = unasked.pruned(rota, now)
    rota, coach = coached(rota, scene, now)
    rota, cards_of_people = shown(rota, scene, step, now)
    effects += offers_over(before, rota, scene)
    rota, tells = told(rota)
    rota, facts = kept(rota, scene, now)
    rota, signs = followed(rota, scene)
    rota, timer = timed(rota, scene, now)
    effects += [*cards_of_people, *offers, *briefs, *owner, *coach, *tells, *facts, *signs, *timer, *step.effects]
    return Decision(rota, tuple(effects), _reply(step, rota, scene, what, now))


def _reply(step: Step, rota: Rota, scene: Scene, what: What, now: datetime) -> Reply:
    """The answers that show the rota as it is after all of it."""
    match what:
        case Looked(by=by):
            coming = [turn for turn in rota.turns if turn.starts > now and turn.series == "session"]
            missing = max(0, AHEAD - len(coming))
            roles = in_use(rota, scene)
            later = foreseen(roles, missing, rota.turns, scene.people, rota.past, rota.wishes, now) if roles else ()
            return Whisper(board.look_card(rota, scene, by, now, board.Draft(later)))
        case HistoryAsked():
            return Whisper(board.history_card(rota, scene))
        case RhythmSet(plan=plan):
            return Whisper(setup.rhythm_card(plan, [turn for turn in rota.turns if turn.id.startswith("plan.")]))
        case _:
            return step.reply
