"""One person's part in a check-in: asked, answered, changed, passed, later, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.checkins.cards import answers as cards
from bot.activities.checkins.cards import forms
from bot.activities.checkins.cards import hands as hand_cards
from bot.activities.checkins.events import (
    Deleted,
    Event,
    FormAsked,
    Helped,
    HelperChosen,
    HelperWanted,
    LaterWanted,
    PartTold,
    Passed,
    PlaceGone,
    ReminderCame,
    WentAway,
    Wrote,
)
from bot.activities.checkins.logic import hands
from bot.activities.checkins.model import (
    RECOUNT,
    Answer,
    Asking,
    Expected,
    Part,
    PartOver,
    State,
)
from bot.kernel.cards import Action, Card
from bot.kernel.decision import Decision, Quiet, Refused, Show, Whisper, say
from bot.kernel.effects import Begin, CancelTimer, Effect, Forget, Keep, Post, Retract, Revise, SetTimer, Tell, Under
from bot.kernel.ids import Member, SessionId, part_of

NOT_YOURS = Refused("That is somebody else's. Nothing changed.")
FILED = Refused("This check-in is filed, so nothing can be added. Yours is still kept; checkin mine shows it.")


def part_id(asking: Asking, person: Expected) -> SessionId:
    return part_of(asking.id, person.member.key())


def begin(asking: Asking, person: Expected, now: datetime) -> Begin:
    """Open one person's part: ask them, unless they answered ahead or prefer the channel."""
    part = part_id(asking, person)
    asking = replace(asking, asks=person.asks) if person.asks else asking
    state = Part(asking, person.member, remind=person.remind, ask_zone=person.ask_zone)
    if person.ahead:
        state = replace(state, how="answered", values=person.ahead, hand=person.hand)
        return Begin(part, state, (*_kept(state, part), _recount(asking, now)), person.member)
    effects: list[Effect] = [*_kept(state, part)]
    if not asking.by_channel and not person.in_channel:
        state = replace(state, asked=True)
        effects += [_prompt(state), *_zone_asked(state)]
    if person.remind is not None and not person.in_channel:
        effects.append(SetTimer("remind", person.remind))
    waits = {
        "line": cards.waits_line(asking),
        "until": asking.closes.isoformat(),
        "rank": 2,
        "press": ["Answer", Action("checkins", asking.id, "answer").pack()],
    }
    effects.append(Keep("waits", part, waits, member=person.member))
    return Begin(part, state, tuple(effects), person.member)


def decide(state: Part | PartOver | None, event: Event, now: datetime) -> Decision[State | None] | Refused:
    match event:
        case FormAsked():
            return _form(state, event)
        case Wrote():
            return _wrote(state, event, now)
        case Passed():
            return _passed(state, event, now)
        case LaterWanted(direct=direct) if isinstance(state, Part):
            return _later(_arrived(state, now) if direct else (state, ()), now, direct=direct)
        case LaterWanted() if isinstance(state, PartOver):
            return FILED
        case LaterWanted(asking=asking):
            return Decision(None, reply=say(cards.later_line(asking, None)))
        case Deleted():
            return _deleted(state, event, now)
        case ReminderCame() if isinstance(state, Part):
            return _reminded(state)
        case PartTold() if isinstance(state, Part):
            return _told(state, event, now)
        case PlaceGone() if isinstance(state, Part):
            return Decision(PartOver(state.asking.id, now, state.replied), (CancelTimer("remind"),))
        case WentAway() if isinstance(state, Part | PartOver):
            return _went(state, event, now)
        case HelperWanted(by=by, others=others):
            if not isinstance(state, Part) or state.member != by:
                return NOT_YOURS
            return Decision(state, reply=Show(forms.helper_form(part_of(state.asking.id, by.key()), others)))
        case HelperChosen():
            return FILED if isinstance(state, PartOver) else hands.chosen(state, event)
        case Helped() if isinstance(state, Part):
            return hands.helped(state, event)
        case Helped():
            return Refused("This one is filed. Write to the person directly.")
        case _:
            return Decision(state)


def _later(arrived: tuple[Part, tuple[Effect, ...]], now: datetime, *, direct: bool) -> Decision[State | None]:
    part, effects = arrived
    remind = part.remind if part.remind is not None and part.remind > now and not part.reminded else None
    card = cards.later_card(part.asking, remind)
    shown = (Revise("prompt", cards.with_zone(card, part.ask_zone)),) if part.asked else ()
    seen = direct and part.asked  # the question itself says so now
    return Decision(part, (*effects, *shown), Quiet() if seen else say(cards.later_line(part.asking, remind)))


def _arrived(part: Part, now: datetime) -> tuple[Part, tuple[Effect, ...]]:
    """Whoever presses it has it, whatever the platform said: a message may arrive and its answer be lost."""
    if part.how != "undelivered":
        return part, ()
    here = replace(part, how="open", asked=True, missed=False)
    told = (_missed(part.asking, now),) if part.missed else ()
    return here, (*_kept(here, part_of(part.asking.id, part.member.key())), *told)


def _form(state: Part | PartOver | None, event: FormAsked) -> Decision[State | None] | Refused:
    if isinstance(state, PartOver):
        return FILED
    mine = state or Part(event.asking, event.by)
    asking = replace(event.asking, asks=mine.asking.asks)  # in the person's own language
    form = forms.answer_form(asking, mine.values or event.last, mine.hand, closed=event.closed, to=mine.hand_to)
    return Decision(state, reply=Show(form))


def _wrote(state: Part | PartOver | None, event: Wrote, now: datetime) -> Decision[State | None] | Refused:
    if isinstance(state, PartOver):
        return FILED
    asking = event.asking
    before = state or Part(asking, event.by)
    late = event.closed or before.closed
    wanted = (event.values, event.hand, event.hand_to if event.hand else before.hand_to)
    if before.how == "answered" and (before.values, before.hand, before.hand_to) == wanted:
        said = cards.added_card(asking, changed=True) if before.late else cards.saved_card(asking)
        return Decision(state, reply=Whisper(said))  # the second click of a double click
    part = replace(
        before,
        how="answered",
        values=event.values,
        hand=event.hand,
        hand_to=event.hand_to,
        hand_for=before.hand_for if event.hand and event.hand_to == "one" else None,
        late=late,
        closed=late,
        edited=before.how == "answered",
        on_time=before.on_time or not late,
    )
    id = part_of(asking.id, event.by.key())
    effects: list[Effect] = [*_kept(part, id), Forget("waits", id), CancelTimer("remind"), _recount(asking, now)]
    if before.asked:
        effects.append(Revise("prompt", _answered_card(part), drop_unsent=True))
    if before.reminded:
        effects.append(Revise("reminder", _answered_card(part), drop_unsent=True))
    effects.append(Forget("checkin_ignored", event.by.key()))
    effects += _replies(before, part, id, late=late)
    effects += hands.asks_one(before, part, id)
    part = replace(part, replied=part.replied or late or asking.reveal == "at_once")
    said = cards.added_card(asking, changed=before.how == "answered") if late else cards.saved_card(asking)
    if part.hand and part.hand_to == "one" and part.hand_for is None:
        return Decision(part, tuple(effects), Whisper(cards.choose_helper_card(asking, id)))
    seen = event.direct and before.asked and not late
    return Decision(part, tuple(effects), Quiet() if seen else Whisper(said))


def _replies(before: Part, part: Part, id: SessionId, *, late: bool) -> list[Effect]:
    """What the thread shows of this part: at the close, or at once where answers are not hidden."""
    if not late and part.asking.reveal != "at_once":
        return []
    answer = cards.reply_card(part.asking, Answer(part.member, id, part.values, late))
    if before.replied:
        fresh = hands.told_to_team(part, id) if part.hand and not before.hand else []
        return [Revise("answer", answer), *fresh]
    return [Post("answer", Under("card", part.asking.id), answer, "card"), *hands.told_to_team(part, id)]


def _passed(state: Part | PartOver | None, event: Passed, now: datetime) -> Decision[State | None] | Refused:
    if isinstance(state, PartOver):
        return FILED
    before = state or Part(event.asking, event.by)
    if event.closed or before.closed:
        return Refused("This check-in has closed. Passing is not needed any more.")
    if before.how == "passed":
        return Decision(state, reply=Whisper(cards.passed_card(event.asking)))
    part = replace(before, how="passed", values=(), hand="", hand_for=None, on_time=True)
    id = part_of(event.asking.id, event.by.key())
    effects: list[Effect] = [*_kept(part, id), Forget("waits", id), CancelTimer("remind")]
    effects.append(Forget("checkin_ignored", event.by.key()))
    if before.how == "answered":
        effects += [Forget("checkin_answer", id), _recount(event.asking, now), *hands.asks_one(before, part, id)]
        if before.replied:
            effects.append(Retract("answer"))
            part = replace(part, replied=False)
    if before.asked:
        gone = cards.with_zone(cards.passed_card(event.asking), part.ask_zone)
        effects.append(Revise("prompt", gone, drop_unsent=True))
    if before.reminded:
        effects.append(Revise("reminder", cards.passed_card(event.asking), drop_unsent=True))
    seen = event.direct and before.asked
    return Decision(part, tuple(effects), Quiet() if seen else Whisper(cards.passed_card(event.asking)))


def _deleted(state: Part | PartOver | None, event: Deleted, now: datetime) -> Decision[State | None] | Refused:
    """At any time: before the close, after it, and when it is filed."""
    if state is None:
        return Refused("There is no answer of yours here. Nothing changed.")
    if isinstance(state, PartOver):
        id = part_of(state.occurrence, event.by.key())
        gone: list[Effect] = [Forget("checkin_answer", id), Forget("hand", id), Forget("filed", id)]
        if state.replied:
            gone += [Retract("answer"), Retract("hand")]
        gone.append(Tell("checkins", "count", session=state.occurrence, once=True))
        return Decision(replace(state, replied=False), tuple(gone), say("Deleted. My own messages are edited now."))
    if state.how != "answered":
        return Refused("There is no answer of yours here. Nothing changed.")
    id = part_of(state.asking.id, event.by.key())
    part = replace(state, how="passed", values=(), hand="", hand_for=None, replied=False)
    ahead = part_of(state.asking.schedule, state.asking.day.isoformat(), event.by.key())
    effects: list[Effect] = [Forget("checkin_answer", id), Forget("hand", id), Forget("filed", id), *_kept(part, id)]
    effects += [Forget("checkin_ahead", ahead)] if state.asking.schedule else []
    effects.append(_recount(state.asking, now))
    if state.replied:
        effects.append(Retract("answer"))
    if state.replied or state.hand_for is not None:
        effects.append(Retract("hand"))
    if state.asked:
        effects.append(Revise("prompt", cards.passed_card(state.asking)))
    if state.reminded:
        effects.append(Revise("reminder", cards.passed_card(state.asking), drop_unsent=True))
    return Decision(part, tuple(effects), say(cards.deleted_line(state.asking)))


def _reminded(part: Part) -> Decision[State | None]:
    if part.how != "open" or part.closed or part.reminded:
        return Decision(part)
    asking = part.asking
    zone = "" if part.asked else part.ask_zone  # the question itself asked already
    card = cards.with_zone(cards.reminder_card(asking), zone)
    post = Post("reminder", part.member, card, "reminder", why=cards.why(asking), until=asking.closes)
    return Decision(replace(part, reminded=True), (post, *(_zone_asked(part) if zone else ())))


def _told(part: Part, event: PartTold, now: datetime) -> Decision[State | None]:
    asking = part.asking
    id = part_of(asking.id, part.member.key())
    match event.what:
        case "undelivered" if event.name == "hand" and part.hand_for is not None:
            card = hand_cards.hand_lost_card(part.hand_for, id, part.hand)
            post = Post("hand_lost", part.member, card, "commitment", why=cards.why(asking))
            return Decision(replace(part, hand_for=None), (post,))
        case "undelivered":
            asks = "prompt" if part.asked else "reminder"  # the message that asks for the zone
            unsaid = (Forget("zone_asked", part.member.key()),) if part.ask_zone and event.name == asks else ()
            if event.name != "prompt" or part.how != "open":
                return Decision(part, unsaid)
            missed = replace(part, how="undelivered", asked=False, missed=not event.held)
            told = () if event.held else (_missed(asking, now),)
            return Decision(missed, (*_kept(missed, id), *unsaid, *told))
        case "reachable":
            if not part.missed or part.how != "undelivered" or part.closed:
                return Decision(part)
            again = replace(part, how="open", asked=True, missed=False)
            return Decision(again, (*_kept(again, id), _prompt(again), *_zone_asked(again), _missed(asking, now)))
        case "closed":
            closed = replace(part, closed=True)
            effects: list[Effect] = [CancelTimer("remind"), Forget("waits", id)]
            if part.reminded:
                effects.append(
                    Revise("reminder", cards.closed_card(asking, answered=part.how == "answered"), drop_unsent=True)
                )
            if part.asked:
                answered = part.how in ("answered", "passed")
                effects.append(Revise("prompt", cards.closed_card(asking, answered=answered), drop_unsent=True))
            if part.how == "answered" and not part.replied:
                if event.paged:
                    effects += hands.told_to_team(part, id)
                else:
                    effects += _first_reply(closed, id)
                    closed = replace(closed, replied=True)
            return Decision(closed, tuple(effects))
        case "filed":
            over: list[Effect] = [Forget("checkin_part", id), CancelTimer("remind")]
            if part.asked and part.how not in ("answered", "passed"):
                over.append(Revise("prompt", cards.over_card(asking), drop_unsent=True))
            return Decision(PartOver(asking.id, now, part.replied), tuple(over))
        case "called_off":
            gone: list[Effect] = [Forget(kind, id) for kind in ("checkin_part", "checkin_answer", "waits", "hand")]
            gone += [CancelTimer("remind"), *((Retract("hand"),) if part.hand_for is not None else ())]
            if part.asked:
                gone.append(Revise("prompt", cards.held_for_you_card(asking), drop_unsent=True))
            if part.reminded:
                gone.append(Revise("reminder", cards.held_for_you_card(asking), drop_unsent=True))
            return Decision(PartOver(asking.id, now, part.replied), tuple(gone))


def _first_reply(part: Part, id: SessionId) -> list[Effect]:
    answer = cards.reply_card(part.asking, Answer(part.member, id, part.values, part.late))
    return [Post("answer", Under("card", part.asking.id), answer, "card"), *hands.told_to_team(part, id)]


def _went(state: Part | PartOver, event: WentAway, now: datetime) -> Decision[State | None]:
    if isinstance(state, PartOver):
        if not event.erased:
            return Decision(state)
        id = part_of(state.occurrence, event.member.key())
        gone: list[Effect] = [Forget("checkin_answer", id), Forget("hand", id)]
        if state.replied:
            gone += [Retract("answer"), Retract("hand")]
        return Decision(replace(state, replied=False), tuple(gone))
    if event.member != state.member:
        asked = state.hand_for == event.member
        left = replace(state, hand="", hand_to="team", hand_for=None) if asked else state
        return _without(left, event.member) if event.erased else Decision(left)
    id = part_of(state.asking.id, state.member.key())
    if not event.erased and state.how == "answered":
        return Decision(state, (CancelTimer("remind"), Forget("waits", id)))  # what they said stays said
    effects: list[Effect] = [Forget(kind, id) for kind in ("checkin_part", "checkin_answer", "waits", "hand")]
    effects.append(CancelTimer("remind"))
    if state.asked:
        effects.append(Retract("prompt"))
    if state.replied:
        effects.append(Retract("answer"))
    if state.replied or state.hand_for is not None:
        effects.append(Retract("hand"))
    return Decision(PartOver(state.asking.id, now), tuple(effects))


def _without(part: Part, member: Member) -> Decision[State | None]:
    """Another person is forgotten: their name leaves what stands in this one's messages, too."""
    asking = part.asking
    named = asking.asked_by == member
    left = replace(
        asking,
        asked_by=None if named else asking.asked_by,
        watch=tuple(one for one in asking.watch if one != member),
        holders=tuple(one for one in asking.holders if one[1] != member),
    )
    if left == asking:
        return Decision(part)
    after = replace(part, asking=left)
    card = _stands(after)
    shown = (("prompt", part.asked), ("reminder", part.reminded))
    return Decision(after, tuple(Revise(name, card) for name, there in shown if named and there))


def _stands(part: Part) -> Card:
    """What the person's message about this question says now."""
    if part.closed:
        return cards.closed_card(part.asking, answered=part.how in ("answered", "passed"))
    if part.how == "passed":
        return cards.with_zone(cards.passed_card(part.asking), part.ask_zone)
    return _answered_card(part) if part.how == "answered" else cards.prompt_card(part.asking)


def _prompt(part: Part) -> Post:
    asking = part.asking
    card = cards.with_zone(cards.prompt_card(asking), part.ask_zone)
    return Post("prompt", part.member, card, "prompt", why=cards.why(asking), until=asking.closes)


def _zone_asked(part: Part) -> tuple[Effect, ...]:
    """Asked once is enough, in all teams of that person."""
    return (Keep("zone_asked", part.member.key(), {}, member=part.member),) if part.ask_zone else ()


def _answered_card(part: Part) -> Card:
    if part.late:
        return cards.closed_card(part.asking, answered=True)
    return cards.with_zone(cards.saved_card(part.asking), part.ask_zone if part.asked else "")


def _kept(part: Part, id: SessionId) -> tuple[Effect, ...]:
    """How far this part is, and, if there is one, the answer."""
    row = {"how": part.how, "on_time": part.on_time, "missed": part.missed}
    share = Keep("checkin_part", id, row, member=part.member)
    if part.how != "answered":
        return (share,)
    answer = {
        "values": list(part.values),
        "asks": [ask.text for ask in part.asking.asks],
        "kinds": [ask.kind for ask in part.asking.asks],
        "hand": part.hand,
        "late": part.late,
        "edited": part.edited,
        "day": part.asking.day.isoformat(),
        "schedule": part.asking.schedule,
        "occurrence": part.asking.id,
    }
    return share, Keep("checkin_answer", id, answer, member=part.member)


def _missed(asking: Asking, now: datetime) -> Tell:
    """Many that cannot be reached are counted once."""
    return Tell("checkins", "missed", session=asking.id, at=now + RECOUNT, once=True)


def _recount(asking: Asking, now: datetime) -> Tell:
    return Tell("checkins", "count", session=asking.id, at=now + RECOUNT, once=True)
