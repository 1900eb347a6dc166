"""What people would like, and would rather not."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.activities.roles.cards import proposals, setup
from bot.activities.roles.events import Avoided, AvoidOpened, Volunteered
from bot.activities.roles.logic.step import Step
from bot.activities.roles.model import Rota, Scene, descriptions
from bot.kernel.decision import Show, Whisper
from bot.pieces.rota import Wishes


def wished(rota: Rota, scene: Scene, what: Volunteered | Avoided | AvoidOpened) -> Step:
    known = descriptions(rota, scene)
    match what:
        case AvoidOpened(by=by):
            if not setup.may_avoid(rota, scene):
                return Step(rota, reply=Whisper(setup.NOTHING_TO_AVOID))
            return Step(rota, reply=Show(setup.avoid_form(rota, scene, by)))
        case Volunteered(by=by, role=role):
            on = (by.user, role) not in rota.wishes.likes
            likes = tuple(like for like in rota.wishes.likes if like != (by.user, role))
            avoids = tuple(one for one in rota.wishes.avoids if one != (by.user, role))
            wishes = Wishes(avoids, (*likes, (by.user, role)) if on else likes)
            return Step(replace(rota, wishes=wishes), reply=Whisper(setup.volunteered(role, known, on=on)))
        case Avoided(by=by, roles=roles):
            others = tuple(one for one in rota.wishes.avoids if one[0] != by.user)
            likes = tuple(one for one in rota.wishes.likes if one[0] != by.user or one[1] not in roles)
            wishes = Wishes((*others, *((by.user, role) for role in roles)), likes)
            turns, bye = [], {}
            for turn in rota.turns:
                freed = turn
                for role in turn.roles_of(by):
                    if role in roles and not turn.begun:
                        freed = freed.vacated(role)
                        bye[turn.id, role, by.user] = proposals.declined_card(turn)
                turns.append(freed)
            after = replace(rota, wishes=wishes, turns=tuple(turns))
            return Step(after, reply=Whisper(setup.avoided_card(roles, known)), bye=bye)
        case _:
            assert_never(what)
