"""Signs that follow whoever has a role: a line in the channel's topic, a group people can mention. Off by default."""

from __future__ import annotations

from dataclasses import replace

from bot.activities.roles.cards import following as cards
from bot.activities.roles.cards.words import does
from bot.activities.roles.events import FollowOpened, FollowSet, SignTold
from bot.activities.roles.logic.step import Step
from bot.activities.roles.model import Follow, Rota, Scene, descriptions
from bot.kernel.decision import Refused, Show, Whisper
from bot.kernel.effects import Effect, Post, PutUp
from bot.kernel.ids import Member
from bot.kernel.signs import Group, Topic
from bot.kernel.words import listed, who

UNKNOWN = "?"  # no line of ours: whatever should stand there is put up
TOPIC = "topic"  # the sign's name; a group's is `group.HANDLE`


def follow_asked(rota: Rota, scene: Scene, what: FollowOpened | FollowSet | SignTold) -> Step | Refused:
    match what:
        case FollowOpened():
            if not scene.able:
                return Refused(cards.NOWHERE)
            if all(scene.able.values()):
                return Refused(cards.missing_line(scene.able))
            roles = cards.offered(rota, scene)
            if not roles:
                return Refused("No role is in use, so there is none to follow. Switch them on: /moderato roles setup.")
            return Step(rota, reply=Show(cards.follow_form(rota, scene, roles)))
        case FollowSet(by=by, role=role, topic=topic, group=group, handle=handle):
            known = descriptions(rota, scene)
            if role not in known:
                return Refused("That role is not there any more. Nothing changed.")
            lacking = {name: scene.able.get(name, cards.NOWHERE) for name in cards.wanted(topic=topic, group=group)}
            if any(lacking.values()):
                return Refused(cards.missing_line({name: why for name, why in lacking.items() if why}))
            chosen = replace(rota.follow, role=role, topic=topic, group=group, handle=handle, by=by, stopped=())
            line = UNKNOWN if topic or chosen.line else ""
            after = replace(rota, follow=replace(chosen, line=line, meant=None))
            return Step(after, reply=Whisper(cards.followed_card(after, scene)))
        case SignTold(name=name, refused=refused):
            return _refused(rota, scene, name, refused) if refused else Step(rota)


def _refused(rota: Rota, scene: Scene, name: str, because: str) -> Step:
    """The platform will not have it: it is switched off, and whoever switched it on hears of it once."""
    follow = rota.follow
    if name in follow.stopped:
        return Step(rota)
    stopped = replace(follow, stopped=(*follow.stopped, name))
    if name == TOPIC:
        stopped = replace(stopped, topic=False, line=UNKNOWN)
    elif name == f"group.{follow.held or follow.handle}":
        stopped = replace(stopped, group=False, meant=None)
    what = "" if name == TOPIC else name.removeprefix("group.")
    card = cards.stopped_card(rota, scene, what, because)
    after = replace(rota, follow=stopped)
    owner = follow.by if follow.by in scene.owners else next(iter(scene.owners), None)
    if owner is None:
        return Step(after)
    why = f"You look after {scene.team.label}."
    return Step(after, (Post(f"stopped.{name}", owner, card, "role", why=why),))


def holders(rota: Rota, role: str) -> tuple[Member, ...]:
    """Who has a role at this moment; nobody between two turns."""
    found = [member for one, member in rota.fixed if one == role]
    found += [member for turn in rota.turns if turn.begun and (member := turn.holders().get(role)) is not None]
    return tuple(dict.fromkeys(found))


def followed(rota: Rota, scene: Scene) -> tuple[Rota, list[Effect]]:
    """What stands there is compared with what should; only a difference is sent."""
    follow, place = rota.follow, scene.team.place
    if not (follow.topic or follow.group or follow.line or follow.held):
        return rota, []
    now = holders(rota, follow.role)
    name = does(follow.role, descriptions(rota, scene)).name
    effects: list[Effect] = []
    line = f"{name}: {listed(who(member) for member in now)}" if follow.topic and now else ""
    if line != follow.line and TOPIC not in follow.stopped:
        effects.append(PutUp(TOPIC, Topic(line), place))
        follow = replace(follow, line=line)
    if f"group.{follow.held}" in follow.stopped:
        return replace(rota, follow=follow), effects
    held, meant = follow.handle if follow.group else "", now if follow.group else ()
    title = f"{name} of {scene.team.label}"
    if follow.held and follow.held != held:
        effects.append(PutUp(f"group.{follow.held}", Group(follow.held, title, given_up=True), place))
    if held and (held, meant) != (follow.held, follow.meant):
        effects.append(PutUp(f"group.{held}", Group(held, title, meant), place))
    return replace(rota, follow=replace(follow, held=held, meant=meant)), effects


def let_go(rota: Rota, scene: Scene) -> tuple[Follow, tuple[Effect, ...]]:
    """The channel is gone; a group means nobody until it is found again. What stands in its topic then is looked at."""
    follow = rota.follow
    at_rest = replace(follow, line=UNKNOWN if follow.topic or follow.line else "", meant=())
    if not follow.meant:
        return at_rest, ()
    name = does(follow.role, descriptions(rota, scene)).name
    group = Group(follow.held, f"{name} of {scene.team.label}")
    return at_rest, (PutUp(f"group.{follow.held}", group, scene.team.place),)
