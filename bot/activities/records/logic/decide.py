"""What is decided about records, by what they are now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.activities.records.cards import archive
from bot.activities.records.cards import record as cards
from bot.activities.records.events import (
    ActionChanged,
    ActionMade,
    Chosen,
    DecisionMade,
    Dropped,
    Event,
    LineLeft,
    PageAsked,
    PageCame,
    PassedOn,
    PlaceGone,
    RecapCame,
    SaveWanted,
    TagsGiven,
    TakenOut,
    TimeCame,
    WentAway,
    Written,
)
from bot.activities.records.logic import actions, decisions, recap, saving
from bot.activities.records.logic.actions import FROM_BEFORE
from bot.activities.records.model import Action, Decided, Filed, FiledRecap, OpenRecap, Paged, Record, Wanted
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Only, Post, PutUp, Tell, Under
from bot.kernel.ids import SessionId, part_of
from bot.kernel.signs import Canvas
from bot.kernel.words import plural
from bot.pieces.filing import filed


def decide(state: Record | None, event: Event, now: datetime) -> Decision[Record] | Refused:
    if isinstance(event, PlaceGone) and state is not None and not isinstance(state, Filed):
        return Decision(
            Filed(state.id, now),
            (CancelTimer("file"), CancelTimer("due"), CancelTimer("review"), CancelTimer(saving.ASKED)),
        )
    match state:
        case None:
            return _first(event, now)
        case OpenRecap():
            return recap.in_open(state, event, now)
        case FiledRecap():
            return recap.in_filed(state, event, now)
        case Action():
            return actions.decide(state, event, now)
        case Decided():
            return decisions.decide(state, event, now)
        case Paged():
            return _paged(state, event, now)
        case Wanted():
            return saving.decide(state, event, now)
        case Filed() if isinstance(event, SaveWanted):
            return saving.again(state, event)
        case Filed():
            return Decision(state) if isinstance(event, TimeCame | ActionChanged | WentAway | PageCame) else FROM_BEFORE
        case _:
            assert_never(state)


def _paged(page: Paged, event: Event, now: datetime) -> Decision[Record] | Refused:
    """Whoever asked hears where the page is, or why there is none."""
    match event:
        case PageCame(link=link, refused=refused):
            card = archive.paged_card(page.label, link) if link else archive.not_paged_card(refused)
            return Decision(Filed(page.id, now), (Post("page", Only(page.by, page.place), card, "asked"),))
        case WentAway(member=member) if member == page.by:
            return Decision(Filed(page.id, now))
        case WentAway():
            return Decision(page)
        case _:
            return FROM_BEFORE


def _first(event: Event, now: datetime) -> Decision[Record] | Refused:
    match event:
        case RecapCame():
            return recap.first(event, now)
        case ActionMade(action=action, by=by, under=under, parked=parked):
            taken = replace(action, taken=action.holder == by)
            to = Under("card", under) if under else action.home.place
            shown = Post("card", to, cards.action_card(taken), "asked")
            gone = (Forget("parked", parked),) if parked else ()
            return Decision(taken, (*gone, shown, *actions.kept(taken), *actions.reminder(taken)))
        case PageAsked(page=page, markdown=markdown):
            put = PutUp("page", Canvas(f"Archive of {page.label}", markdown), page.place)
            return Decision(page, (put,), say("I write it as a canvas of the channel, and tell you where it is."))
        case DecisionMade(decided=decided):
            shown = Post("card", decided.home.place, cards.decision_card(decided), "asked")
            return decisions.keep(decided, now, shown)
        case Written(id=id_, home=home, by=by, text=text, kind=kind):
            effects: list[Effect] = [filed(id_, kind, cards.short(text, 60), text, by=by)]
            if kind == "parked":
                effects.append(Keep("parked", id_, {"text": text}, member=by))
            reply = say(
                f"Parked. See what is parked with: park. Everyone in {home.team_label} can."
                if kind == "parked"
                else f"Kept. Everyone in {home.team_label} can find it in the archive."
            )
            return Decision(Filed(id_, now), tuple(effects), reply)
        case LineLeft(id=id_, home=home, by=by, text=text):
            line = Keep("host_line", id_, {"text": text}, member=by)
            return Decision(Filed(id_, now), (line,), say("Kept for whoever hosts next. The story so far shows it."))
        case PassedOn(id=id_, session=session, by=by, text=text, park=park):
            payload = {"member": by.key(), "text": text, "park": park}
            reply = say("Parked. It comes up in the recap." if park else "Noted. It is part of the session's record.")
            return Decision(Filed(id_, now), (Tell("guides", "note", payload, session=session),), reply)
        case SaveWanted():
            return saving.first(event, now)
        case TakenOut(id=id_, key=key, kind=kind):
            out = [Forget("filed", key), *([Forget(kind, key)] if kind in ("decision", "parked") else [])]
            return Decision(Filed(id_, now), tuple(out), say("The archive does not have it any more."))
        case Chosen(id=id_, by=by, key=key, title=title, quarter=quarter, on=on):
            mark = part_of(SessionId(key), by.key(), quarter)
            chosen = Keep("best", mark, {"entry": key, "quarter": quarter}, member=by) if on else Forget("best", mark)
            return Decision(Filed(id_, now), (chosen,), Whisper(archive.chosen_card(title, on=on), lasting=True))
        case TagsGiven(id=id_, rows=rows):
            kept = tuple(filed(key, **row) for key, row in rows)
            return Decision(
                Filed(id_, now), kept, say(plural(len(rows), "1 record has tags.", "{n} records have tags."))
            )
        case Dropped(id=id_, key=key):
            return Decision(Filed(id_, now), (Forget("parked", key),), say("Dropped. The archive still finds it."))
        case _:
            return FROM_BEFORE
