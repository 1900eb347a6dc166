"""Questions about company and about looking after the team that did not arrive: they open in the channel, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.activities.roles.cards import handing, preparing, reaching
from bot.activities.roles.events import OpenedHere
from bot.activities.roles.logic.step import Step
from bot.activities.roles.model import Rota, Scene
from bot.kernel.cards import Card
from bot.kernel.decision import Refused, Whisper
from bot.kernel.effects import Post
from bot.kernel.ids import Member

NOT_YOURS = Refused("This question is for somebody else. Nothing is asked of you.")
SETTLED = Refused("This is settled. Nothing changed.")


def open_(rota: Rota, now: datetime) -> dict[str, Member]:
    """The questions without an answer, by the name of their message, and whom each is for."""
    found = {
        f"company.{turn.id}": turn.company_asked
        for turn in rota.turns
        if turn.company_asked is not None and turn.company is None and turn.starts > now and not turn.begun
    }
    if rota.handover is not None and rota.handover.new not in rota.handover.agreed:
        found[rota.handover.name] = rota.handover.new
    return found


def lost(rota: Rota, name: str, now: datetime) -> Rota:
    """The message of that name did not arrive."""
    if name not in open_(rota, now) or name in rota.unasked:
        return rota
    return replace(rota, unasked=(*rota.unasked, name))


def pruned(rota: Rota, now: datetime) -> Rota:
    """Without what is answered, over, or asked of somebody else."""
    still = open_(rota, now)
    return replace(rota, unasked=tuple(name for name in rota.unasked if name in still))


def asked_again(rota: Rota, scene: Scene, member: Member, now: datetime) -> tuple[Rota, list[Post]]:
    """They can be written to now: what is still open comes as it would have."""
    mine = [name for name, whom in open_(rota, now).items() if whom == member and name in rota.unasked]
    posts = [post for name in mine if (post := question(rota, scene, name)) is not None]
    return replace(rota, unasked=tuple(name for name in rota.unasked if name not in mine)), posts


def question(rota: Rota, scene: Scene, name: str) -> Post | None:
    """The message itself."""
    handover = rota.handover
    if handover is not None and name == handover.name:
        why = handing.why(handover, scene.team.label)
        card = handing.handover_card(rota.id, handover, handover.pack, handover.new)
        return Post(name, handover.new, card, "role", why=why)
    turn = rota.turn(name.removeprefix("company."))
    if turn is None or turn.company_asked is None:
        return None
    why = preparing.has_hosted(scene.team.label)
    return Post(name, turn.company_asked, preparing.company_card(rota.id, turn), "role", why=why, until=turn.starts)


def ways(rota: Rota, scene: Scene) -> Iterator[tuple[str, Card, datetime | None]]:
    """In the channel, for each question that did not arrive: its name, the card, until when it is worth sending."""
    for name in rota.unasked:
        turn = rota.turn(name.removeprefix("company."))
        if turn is not None:
            yield f"way.{name}", reaching.company_way_card(rota.id, turn), turn.starts
        else:
            yield f"way.{name}", reaching.handover_way_card(rota.id, name, scene.team.label), None


def opened(rota: Rota, scene: Scene, what: OpenedHere, now: datetime) -> Step | Refused:
    """The question as it would have stood in the direct message, for whom it was meant alone."""
    whom = open_(rota, now).get(what.question)
    post = question(rota, scene, what.question)
    if whom is None or post is None:
        return SETTLED
    return NOT_YOURS if whom != what.by else Step(rota, reply=Whisper(post.card))
