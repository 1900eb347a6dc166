"""How the thing a team makes is named, grows by what sessions leave, and is let go of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.products import cards
from bot.activities.products.model import (
    KEPT,
    Asked,
    Change,
    Cleared,
    Event,
    FormWanted,
    Named,
    NothingNow,
    PlaceGone,
    Product,
    PutIn,
    SessionOver,
    Wanted,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import Effect, Forget, Keep, Post, Revise, Tell, Under
from bot.kernel.ids import SessionId, part_of
from bot.pieces.filing import filed

NONE = Refused("This team has named nothing that it makes. To name it, type: product set, a name and a link.")


def decide(state: Product | None, event: Event, now: datetime) -> Decision[Product] | Refused:
    match event:
        case Wanted(home=home, leads=leads):
            known = state or Product(home.id)
            card = cards.product_card(known, leads=leads) if known.title else cards.none_card(home, leads=leads)
            return Decision(known, reply=Whisper(card, lasting=True))
        case Named():
            return _named(state or Product(event.home.id), event, now)
        case SessionOver(session=session):
            return _posed(state, session) if state is not None and state.title else NONE
        case PlaceGone():
            return Decision(replace(state, asked=None)) if state is not None else NONE
    if state is None or not state.title:
        return NONE
    match event:
        case FormWanted(by=by, number=number, people=people, home=home):
            return Decision(state, reply=Show(cards.add_form(state, people, by.key(), number, home.label)))
        case PutIn():
            return _put_in(state, event, now)
        case NothingNow(number=number):
            if state.asked is None or state.asked.number != number or state.asked.lines:
                return Refused("That question is answered by now. Nothing changed.")
            over = replace(state, asked=replace(state.asked, over=True))
            return Decision(over, _shown(over))
        case Cleared():
            effects = (*_answered(state), Forget("product", "team"))
            told = f"{state.title} is not asked about any more. The archive keeps what went into it."
            return Decision(Product(state.id, made=state.made, posed=state.posed), effects, say(told))


def _named(state: Product, event: Named, now: datetime) -> Decision[Product] | Refused:
    """A new name or link for the same thing keeps its changes; nobody can tell a new thing from a new name."""
    if (state.title, state.link) == (event.title, event.link):
        return Decision(state, reply=say("That is its name and link already. Nothing changed."))
    named = replace(state, title=event.title, link=event.link, since=state.since or now)
    effects: tuple[Effect, ...] = (_fact(named),)
    if state.title:
        return Decision(named, (*effects, *_shown(named)), say(f"Saved: {event.title}."))
    post = Post("named", event.home.place, cards.named_card(named), "asked")
    return Decision(named, (*effects, post), say(f"Saved: {event.title}. Everyone in {event.home.label} can read it."))


def _fact(state: Product) -> Keep:
    """For the story so far, the report and the checkpoint: when something last went in."""
    updated = state.updated
    row = {
        "title": state.title,
        "link": state.link,
        "updated": updated.isoformat() if updated else "",
        "last": state.changes[0].what if state.changes else "",
    }
    return Keep("product", "team", row)


def _posed(state: Product, session: SessionId) -> Decision[Product]:
    asked = Asked(state.posed, session)
    posed = replace(state, asked=asked, posed=state.posed + 1)
    post = Post(_name(asked), Under("card", session), cards.ask_card(posed, asked), "recap")
    return Decision(posed, (*_answered(state), post))


def _name(asked: Asked) -> str:
    return f"ask{asked.number}"


def _answered(state: Product) -> tuple[Effect, ...]:
    """The question of before takes no more answers."""
    asked = state.asked
    return (Revise(_name(asked), cards.answered_card(state.title, asked)),) if asked and not asked.over else ()


def _shown(state: Product) -> tuple[Effect, ...]:
    return (Revise(_name(state.asked), cards.ask_card(state, state.asked)),) if state.asked else ()


def _put_in(state: Product, event: PutIn, now: datetime) -> Decision[Product]:
    """A line in the change log, and something to do for whoever adds it."""
    home, changes = event.home, (Change(now, event.what), *state.changes)
    after = replace(state, changes=changes[:KEPT], made=state.made + 1)
    under = ""
    if state.asked is not None and state.asked.number == event.number:
        under = state.asked.session
        after = replace(after, asked=replace(state.asked, lines=(*state.asked.lines, event.what), over=False))
    todo = {
        "what": f"{event.what.rstrip('.')}, into {state.title}",
        "member": event.holder.key() if event.holder else "",
        "due": event.due,
        "by": event.by.key(),
        "under": under,
    }
    key = part_of(state.id, "change", str(state.made))
    effects: list[Effect] = [
        filed(key, "change", f"{state.title}: {event.what}", cards.sentence(event.what)),
        _fact(after),
        Tell("records", "todo", todo, session=part_of(state.id, "todo", str(state.made))),
    ]
    if under:
        effects += _shown(after)
    told = f"{state.title} has a new line in its change log, and it is something to do. {home.label} can read both."
    return Decision(after, tuple(effects), say(told))
