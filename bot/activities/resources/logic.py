"""How a link is saved, saved again, taken back, and shown once a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.resources import cards
from bot.activities.resources.model import (
    Dropped,
    Event,
    Gone,
    Held,
    MonthCame,
    MonthlyChosen,
    PlaceGone,
    Resource,
    Save,
    Saved,
    Shelf,
    ShelfTold,
    TakenBack,
    WentAway,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Post, SetTimer, Tell
from bot.kernel.ids import Member, part_of
from bot.kernel.words import who
from bot.pieces import links
from bot.pieces.filing import cut, filed

NOT_THERE = Refused("This link is off the list by now. Nothing changed. To save it again, type: resource add.")
SHOWN_FOR_DAYS = 5


def decide(state: Held | None, event: Event, now: datetime) -> Decision[Held] | Refused:
    match event:
        case ShelfTold(home=home) | MonthlyChosen(home=home) | MonthCame(home=home):
            return _shelf(state if isinstance(state, Shelf) else Shelf(home.id), event, now)
        case Saved():
            return _saved(state if isinstance(state, Resource) else None, event, now)
    if state is None:
        return NOT_THERE
    if isinstance(event, PlaceGone):
        return Decision(state, (CancelTimer("month"),) if isinstance(state, Shelf) else ())
    if not isinstance(state, Resource):
        return Decision(state) if isinstance(event, WentAway) else NOT_THERE
    match event:
        case TakenBack(by=by):
            if not any(save.member == by for save in state.saves):
                return Refused("You had not saved this one. Nothing changed.")
            return _without(state, by, "Taken back. What you wrote about it is gone.")
        case Dropped(by=by, home=home):
            first = state.saves[0].member
            if by not in home.owners and {save.member for save in state.saves} != {by}:
                return Refused(f"{who(home.owners[0] if home.owners else first)} can drop it. Nothing changed.")
            off = (*_unlisted(state), *(_unsaved(state, save.member) for save in state.saves))
            return Decision(Gone(state.id), off, say("It is off the list."))
        case WentAway(member=member):
            return _without(state, member, "")


def _shelf(state: Shelf, event: ShelfTold | MonthlyChosen | MonthCame, now: datetime) -> Decision[Held]:
    again = SetTimer("month", event.home.month, if_absent=True)
    match event:
        case ShelfTold():
            return Decision(state, () if state.off else (again,))
        case MonthlyChosen(on=True):
            said = "On the first working day of a month the channel reads which links were saved most."
            return Decision(replace(state, off=False), (again,), say(said))
        case MonthlyChosen():
            return Decision(replace(state, off=True), (CancelTimer("month"),), say(cards.NO_MORE))
        case MonthCame(best=()):
            return Decision(state, (again,))
        case MonthCame(home=home, best=best):
            until = now.replace(microsecond=0) + cards.days(SHOWN_FOR_DAYS)
            post = Post("month", home.place, cards.month_card(best), "social", until=until)
            return Decision(state, (again, post))


def _saved(state: Resource | None, event: Saved, now: datetime) -> Decision[Held] | Refused:
    if state is None and not event.link:
        return NOT_THERE
    known = state or Resource(part_of(event.home.id, links.same(event.link)), event.link, ())
    before = next((save for save in known.saves if save.member == event.by), None)
    mine = Save(event.by, event.why, before.at if before else now, event.named)
    saves = tuple(mine if save is before else save for save in known.saves) if before else (*known.saves, mine)
    tags = tuple(dict.fromkeys((*known.tags, *event.tags)))
    shelved = replace(known, saves=saves, title=known.title or event.title, tags=tags)
    kept = Keep(
        "resource_saved",
        part_of(shelved.id, event.by.key()),
        {"link": shelved.link, "why": event.why},
        member=event.by,
    )
    told = Tell("resources", "added", session=event.home.id, once=True)
    reply = Whisper(cards.saved_card(shelved, event.home.label, again=state is not None, changed=before is not None))
    return Decision(shelved, (*_listed(shelved), kept, told), reply)


def _without(state: Resource, member: Member, reply: str) -> Decision[Held]:
    """Without this person's save. A link that nobody wants is off the list."""
    left = replace(state, saves=tuple(save for save in state.saves if save.member != member))
    unsaved = _unsaved(state, member)
    said = say(reply)
    if not left.saves:
        return Decision(Gone(state.id), (*_unlisted(state), unsaved), said)
    if left == state:
        return Decision(state)
    return Decision(left, (*_listed(left), unsaved), said)


def _unsaved(state: Resource, member: Member) -> Effect:
    return Forget("resource_saved", part_of(state.id, member.key()))


def _unlisted(state: Resource) -> tuple[Effect, ...]:
    return Forget("resource", state.id), Forget("filed", state.id)


def _listed(state: Resource) -> tuple[Effect, ...]:
    """What lists and the archive read. The archive names nobody."""
    title = state.title or links.called(state.link)
    row = {
        "link": state.link,
        "title": title,
        "whys": [[save.why, save.member.key() if save.named else ""] for save in state.saves],
        "tags": list(state.tags),
        "saved": [save.at.isoformat() for save in state.saves],
    }
    text = "\n".join(save.why for save in state.saves)
    spelled = " ".join((links.called(state.link), state.link))
    found = " ".join((title, text, *state.tags, spelled))
    since = state.saves[0].at.isoformat()
    archive = filed(
        state.id, "resource", cut(title, 60), text, tags=state.tags, also=spelled, filed=since, link=state.link
    )
    return Keep("resource", state.id, row, words=found), archive
