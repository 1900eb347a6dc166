"""Who looks after the team, which roles it uses, and who asked to be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.activities.roles.cards import handing, setup, words
from bot.activities.roles.events import (
    HandoverAnswered,
    HandoverAsked,
    HolderSet,
    OftenSet,
    OwnerFound,
    OwnMade,
    RhythmOpened,
    RhythmSet,
    SetUp,
    SetUpOpened,
)
from bot.activities.roles.logic import unasked
from bot.activities.roles.logic.step import QUIET, Step
from bot.activities.roles.model import MOST_OWN, Handover, Own, Rota, Scene, Use, descriptions, usable
from bot.kernel.decision import Refused, Show, Whisper, say
from bot.kernel.effects import Effect, Enrol, Keep, Post, Revise
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.rota import Past, Turn, Wishes


def owners(
    rota: Rota, scene: Scene, what: HandoverAsked | HandoverAnswered | OwnerFound, now: datetime
) -> Step | Refused:
    label = scene.team.label
    match what:
        case HandoverAsked(by=by, to=to, pack=pack):
            if scene.person(to) is None or to == by:
                return Refused(f"Choose somebody else who takes part in {label}. Nothing changed.")
            pack = (*pack, *handing.pack_lines(rota, scene))
            handover = Handover(by, to, number=rota.count + 1, pack=pack)
            after = replace(rota, handover=handover, count=handover.number)
            post = unasked.question(after, scene, handover.name)
            assert post is not None
            card = handing.handover_card(rota.id, handover, pack, by)
            before = rota.handover
            over = before is not None and before.name not in rota.unasked
            effects: tuple[Effect, ...] = (
                (Revise(before.name, handing.handover_off(), drop_unsent=True),) if before and over else ()
            )
            return Step(after, (*effects, post), Whisper(card, lasting=True))
        case HandoverAnswered(by=by, yes=yes):
            open_ = rota.handover
            if open_ is None or by not in (open_.old, open_.new):
                return Refused("This is settled. Nothing changed.")
            here = open_.name in rota.unasked  # it opened in the channel, so no message shows the answer
            if not yes:
                closed = replace(rota, handover=None)
                told = Post("handover_answer", open_.old, handing.handover_off(), "asked")
                effects = () if here else (Revise(open_.name, handing.handover_off()),)
                return Step(closed, (*effects, told) if by == open_.new else effects, say("Nothing changed."))
            agreed = tuple(dict.fromkeys((*open_.agreed, by)))
            if len(agreed) < 2:
                other = open_.new if by == open_.old else open_.old
                waiting = replace(rota, handover=replace(open_, agreed=agreed))
                return Step(waiting, reply=say(f"Noted. It changes when {who(other)} says yes too."))
            done = handing.handover_done(open_, label)
            audit = {"what": "owner", "from": open_.old.key(), "to": open_.new.key(), "at": now.isoformat()}
            return Step(
                replace(rota, handover=None),
                (
                    Enrol(open_.new, owner=True),
                    Enrol(open_.old, owner=False),
                    Keep("audit", f"owner.{now.isoformat()}", audit),
                    *(() if here else (Revise(open_.name, done),)),
                    Post("handover_answer", open_.old if by == open_.new else open_.new, done, "asked"),
                ),
                Whisper(done) if here and by == open_.new else QUIET,
            )
        case OwnerFound(by=by):
            if scene.owners:
                return Refused(f"{who(scene.owners[0])} looks after {label} already. Thank you for offering.")
            card = handing.owner_found_card(by, label)
            return Step(replace(rota, ownerless=False), (Enrol(by, owner=True), Revise("owner", card)))
        case _:
            assert_never(what)


def set_up(
    rota: Rota,
    scene: Scene,
    what: SetUpOpened | SetUp | OwnMade | RhythmOpened | RhythmSet | OftenSet | HolderSet,
) -> Step | Refused:
    known = descriptions(rota, scene)
    match what:
        case SetUpOpened():
            return Step(rota, reply=Show(setup.set_up_form(rota, scene)))
        case SetUp(on=on):
            uses = {use.role: use for use in rota.uses}
            for role in known.values():
                if role.rotates != "set":
                    uses[role.id] = replace(uses.get(role.id, Use(role.id)), on=role.id in on)
            after = replace(rota, uses=tuple(uses.values()))
            return Step(after, reply=Whisper(setup.set_up_card(after, scene)))
        case OwnMade(title=title, duties=duties, rotates=rotates):
            if any(role.title.casefold() == title.casefold() for role in usable(rota, known).values()):
                return Refused(f"There is a role called {title} already. Nothing was added.")
            if sum(not own.gone for own in rota.own) >= MOST_OWN:
                return Refused(f"A team can have {MOST_OWN} roles of its own. Nothing was added.")
            number = 1 + max((rota.count, *(int(one.id.removeprefix("own")) for one in rota.own)))
            own = Own(f"own{number}", title, duties, rotates)
            after = replace(rota, own=(*rota.own, own), count=number)
            return Step(after, reply=Whisper(setup.own_card(rota.id, own)))
        case RhythmOpened():
            return Step(rota, reply=Show(setup.rhythm_form(rota.id, rota.plan)))
        case RhythmSet(plan=plan):
            if plan is not None and rota.plan is not None:
                plan = replace(plan, exceptions=rota.plan.exceptions)
            return Step(replace(rota, plan=plan))
        case OftenSet(role=role, rotates=rotates):
            changed = replace(next((u for u in rota.uses if u.role == role), Use(role)), rotates=rotates, on=True)
            after = replace(rota, uses=(*(u for u in rota.uses if u.role != role), changed))
            return Step(after, reply=Whisper(setup.set_up_card(after, scene)))
        case HolderSet(role=role, member=member):
            others = tuple(one for one in rota.fixed if one[0] != role)
            fixed = (*others, (role, member)) if member is not None else others
            changed = replace(next((u for u in rota.uses if u.role == role), Use(role)), rotates="set", on=True)
            after = replace(rota, fixed=fixed, uses=(*(u for u in rota.uses if u.role != role), changed))
            name = words.does(role, known).name
            line = f"{name}: {who(member)}." if member is not None else f"{name}: nobody, for now."
            return Step(after, reply=say(line))
        case _:
            assert_never(what)


def without(rota: Rota, member: Member) -> Rota:
    """Somebody asked to be forgotten: what was served stays counted, for nobody."""
    user = member.user

    def past(one: Past) -> Past:
        served = tuple((role, "" if u == user else u, n) for role, u, n in one.served)
        there, unasked = (u for u in one.there if u != user), (lost for lost in one.unasked if lost[1] != user)
        return replace(one, served=served, there=tuple(there), unasked=tuple(unasked))

    def turn(one: Turn) -> Turn:
        for role in one.roles_of(member):
            one = one.vacated(role)
        seats = tuple(replace(s, before=tuple(b for b in s.before if b[0] != member)) for s in one.seats)
        return replace(
            one,
            seats=seats,
            declined=tuple(d for d in one.declined if d[1] != member),
            unasked=tuple(lost for lost in one.unasked if lost[1] != member),
            company=None if one.company == member else one.company,
            company_asked=None if one.company_asked == member else one.company_asked,
        )

    return replace(
        rota,
        past=tuple(past(one) for one in rota.past),
        turns=tuple(turn(one) for one in rota.turns),
        wishes=Wishes(
            tuple(one for one in rota.wishes.avoids if one[0] != user),
            tuple(one for one in rota.wishes.likes if one[0] != user),
        ),
        fixed=tuple(one for one in rota.fixed if one[1] != member),
        swaps=tuple(one for one in rota.swaps if member not in (one.asker, one.asked)),
        ticks=tuple(one for one in rota.ticks if one.member != member),
        handover=None if rota.handover and member in (rota.handover.old, rota.handover.new) else rota.handover,
        shown=tuple(one for one in rota.shown if one.member != member),
        follow=replace(rota.follow, by=None if rota.follow.by == member else rota.follow.by),
    )
