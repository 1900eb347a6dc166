"""One occurrence of a check-in: open, closed and shown, filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar, assert_never
from zoneinfo import ZoneInfo

from bot.activities.checkins.cards import answers as cards
from bot.activities.checkins.events import (
    Asked,
    CallOff,
    CloseCame,
    Event,
    Expired,
    FilingCame,
    HoldersCame,
    KeepAsked,
    MissedCounted,
    MorningCame,
    PartTold,
    PlaceGone,
    Recounted,
    Reread,
    Restarted,
    Steered,
    WentAway,
)
from bot.activities.checkins.logic import duty, keeping, lead, part
from bot.activities.checkins.logic.people import closes_at, expected, one_zone, reminded
from bot.activities.checkins.model import (
    IGNORED,
    LATE,
    LATE_OPENING,
    PAGE,
    SETTLE,
    SINGLY,
    SOCIAL,
    Answer,
    Asking,
    CalledOff,
    Collecting,
    Expected,
    Figures,
    Filed,
    Revealed,
    Share,
    State,
    asking_row,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import (
    Begin,
    CancelTimer,
    Effect,
    Forget,
    Keep,
    Kind,
    Post,
    Revise,
    SetTimer,
    Tell,
    Under,
)
from bot.kernel.ids import Member, SessionId

Occupied = TypeVar("Occupied", Collecting, Revealed)
Occurrence = Collecting | Revealed | Filed | CalledOff


def opened(event: Asked, now: datetime) -> Decision[State]:
    """Somebody asks on the spot."""
    people = expected(event.material, event.asking, now)
    asking = replace(event.asking, closes=closes_at(people, event.window, now))
    asking = replace(asking, by_channel=one_zone(event.material, asking.day))
    people = reminded(event.material, people, asking)
    state, effects = begin(asking, people, now, kind="asked")
    if asking.prompt:
        effects = (*effects, Keep("prompt_used", asking.prompt, {}))
    later = " People outside their hours are asked when their day begins." if state.openings else ""
    appear = "appear together at the close" if asking.reveal == "at_close" else "appear in its thread as they come"
    return Decision(state, effects, say(f"Asked. The answers {appear}.{later}"))


def begin(
    asking: Asking, people: Sequence[Expected], now: datetime, *, kind: Kind
) -> tuple[Collecting, tuple[Effect, ...]]:
    """The first moment of an occurrence: the card, and a part for everybody whose morning it is."""
    openings = _mornings(people, now, asking.closes)
    first = lead.of(asking, people)
    asking = replace(asking, led=first is not None)
    state = Collecting(asking, now, openings, lead=first)
    effects: list[Effect] = [
        Post("card", asking.place, cards.open_card(asking, 0, lead=first), kind),
        Keep("checkin_open", asking.id, asking_row(asking, closed=False)),
        SetTimer("close", asking.closes),
    ]
    if openings:
        effects.append(SetTimer("open", openings[0]))
    return state, (*effects, *_parts(asking, people, now))


def decide(state: Occurrence, event: Event, now: datetime) -> Decision[State] | Refused:
    if isinstance(event, Restarted):
        again = (Forget("checkin_ignored", event.by.key()),)
        return Decision(state, again, say("Started again. The next question comes to you."))
    match state:
        case Collecting():
            return _collecting(state, event, now)
        case Revealed():
            return _revealed(state, event, now)
        case Filed():
            return _filed(state, event)
        case CalledOff():
            return Refused("This check-in was held. Nothing changed.")
        case _:
            assert_never(state)


# open


def _collecting(state: Collecting, event: Event, now: datetime) -> Decision[State] | Refused:
    asking = state.asking
    match event:
        case MorningCame(material=material) | Steered(how="replan", material=material):
            people = reminded(material, expected(material, asking, now, state.opened), asking)
            ahead = _mornings(people, now, asking.closes)  # as they are now: somebody joined, or travels
            timer = SetTimer("open", ahead[0]) if ahead else CancelTimer("open")
            return Decision(replace(state, openings=ahead), (*_parts(asking, people, now), timer))
        case Recounted(answers=answers):
            first = lead.still(state.lead, answers)
            if (len(answers), first) == (state.shown, state.lead):
                return Decision(state)
            counted = replace(state, shown=len(answers), lead=first)
            return Decision(counted, (_card(counted),))
        case MissedCounted(number=number, answers=answers):
            if number == state.missed:
                return Decision(state)
            after = replace(state, missed=number, shown=len(answers))
            listed = Keep("checkin_open", asking.id, asking_row(asking, closed=False, missed=number))
            return Decision(after, (_card(after), listed))
        case HoldersCame():
            return Decision(*duty.came(state, event))
        case PartTold(what="undelivered", name="card"):
            return Decision(replace(state, unposted=True))
        case CloseCame() if event.by is not None and event.by != asking.asked_by and not event.owner:
            return Refused("Whoever asked it, or looks after the team, can close it early. Nothing changed.")
        case CloseCame() if event.by is not None or now >= asking.closes:
            return _close(state, event, now)
        case PlaceGone():
            return Decision(CalledOff(asking.id, now), _no_more(asking))
        case CallOff(shares=shares):
            effects = [*_no_more(asking), Revise("card", cards.held_card()), *duty.called_off(asking)]
            effects += _tell_parts((share.part for share in shares), "called_off")
            return Decision(CalledOff(asking.id, now), tuple(effects))
        case WentAway() if state.lead is not None and state.lead.member == event.member and event.erased:
            left = replace(_without(state, event), lead=None)
            return Decision(left, (_card(left),))
        case WentAway():
            return Decision(_without(state, event))
        case Reread(by=_, answers=answers) if asking.reveal == "at_once":
            return Decision(state, reply=Whisper(cards.read_card(asking, in_order(answers), event.page)))
        case Reread():
            return Refused("The answers are hidden until the close. Nothing changed.")
        case _:
            return Decision(state)


def _card(state: Collecting) -> Revise:
    """The open card as it should look now."""
    shown = cards.open_card(state.asking, state.shown, missed=state.missed > 0, lead=state.lead)
    return Revise("card", shown)


def _mornings(people: Sequence[Expected], now: datetime, closes: datetime) -> tuple[datetime, ...]:
    """The mornings that are still to come, before the close."""
    return tuple(sorted({one.opens for one in people if now < one.opens < closes}))


def _no_more(asking: Asking) -> tuple[Effect, ...]:
    timers = tuple(CancelTimer(name) for name in ("close", "open", "file"))
    return (*timers, Forget("checkin_open", asking.id))


def _parts(asking: Asking, people: Sequence[Expected], now: datetime) -> list[Effect]:
    """A part for everybody whose morning came, at most half an hour ago: later than that they are not asked."""
    due = (one for one in people if one.asked and one.opens <= now <= one.opens + LATE_OPENING)
    begun: list[Begin] = [part.begin(asking, one, now) for one in due]
    return [*begun]


def _close(state: Collecting, event: CloseCame, now: datetime) -> Decision[State]:
    asking, answers = state.asking, in_order(event.answers)
    paged = len(answers) > SINGLY
    revealed = Revealed(asking, now, now + LATE, _pages(answers) if paged else 0)
    summary = cards.summary_card(asking, answers, revealed.until)
    effects: list[Effect] = [
        CancelTimer("close"),
        CancelTimer("open"),
        Post("card", asking.place, summary) if state.unposted else Revise("card", summary),
        Keep("checkin_open", asking.id, asking_row(asking, closed=True)),
        SetTimer("file", revealed.until),
        Tell("checkins", "count", session=asking.id, at=now + SETTLE),
        *_tell_parts((share.part for share in event.shares), "closed", paged=paged),
        *_ignored(asking, event.shares),
        *duty.closed(asking, len(answers), now),
    ]
    if paged and asking.reveal == "at_close":
        effects += [
            Post(f"page{n}", Under("card"), cards.page_card(asking, page), "card") for n, page in _paged(answers)
        ]
    if answers:
        title = _whose_day(asking, event.pointer_at)
        pointer = cards.pointer_card(asking, len(answers), title)
        effects.append(
            Post(
                "pointer", asking.place, pointer, "recap", at=max(now, event.pointer_at), until=now + timedelta(days=4)
            )
        )
    reply = say("Closed. The answers are on the card.") if event.by is not None else None
    return Decision(revealed, tuple(effects), reply) if reply else Decision(revealed, tuple(effects))


def _paged(answers: Sequence[Answer]) -> list[tuple[int, Sequence[Answer]]]:
    return [(n, answers[n * PAGE : (n + 1) * PAGE]) for n in range(_pages(answers))]


def _pages(answers: Sequence[Answer]) -> int:
    return -(-len(answers) // PAGE)


def _whose_day(asking: Asking, at: datetime) -> str:
    """`Today's`, `Yesterday's`, `Tuesday's`: whose check-in it is, for somebody who reads it at that moment."""
    there: date = at.astimezone(ZoneInfo(asking.zone)).date()
    ago = (there - asking.day).days
    return {0: "Today's", 1: "Yesterday's"}.get(ago, f"{asking.day:%A}'s")


# closed


def _revealed(state: Revealed, event: Event, now: datetime) -> Decision[State] | Refused:
    asking = state.asking
    match event:
        case Recounted(answers=answers):
            return Decision(state, _redrawn(asking, answers, state.until, state.pages))
        case Reread(answers=answers, page=page):
            return Decision(state, reply=Whisper(cards.read_card(asking, in_order(answers), page)))
        case KeepAsked():
            return keeping.archived(state, event)
        case FilingCame() if now >= state.until:
            return _file(state, event, now)
        case WentAway(answers=answers):
            left = _without(state, event)
            effects = _redrawn(asking, answers, state.until, state.pages) if event.erased else ()
            return Decision(left, effects)
        case PlaceGone():
            return Decision(CalledOff(asking.id, now), _no_more(asking))
        case CallOff():
            return Refused("It has closed already, so there is nothing to hold. Nothing changed.")
        case CloseCame():
            return Refused("It is closed already. The answers are on the card.")
        case _:
            return Decision(state)


def _redrawn(asking: Asking, answers: Sequence[Answer], until: datetime | None, pages: int) -> tuple[Effect, ...]:
    ordered = in_order(answers)
    effects: list[Effect] = [Revise("card", cards.summary_card(asking, ordered, until))]
    if pages:
        on_time = [answer for answer in ordered if not answer.late]
        shown = dict(_paged(on_time))
        effects += [Revise(f"page{n}", cards.page_card(asking, shown.get(n, ()))) for n in range(pages)]
    return tuple(effects)


def _file(state: Revealed, event: FilingCame, now: datetime) -> Decision[State]:
    asking, answers = state.asking, in_order(event.answers)
    figures = figures_of(asking, event.shares, answers)
    kept = {
        "day": asking.day.isoformat(),
        "schedule": asking.schedule,
        "question": asking.question,
        "prompt": asking.prompt,
        "category": asking.category,
        "expected": figures.expected,
        "responded": figures.responded,
        "before_close": figures.before_close,
        "answers": figures.answers,
        "counts": dict(figures.counts),
    }
    effects: list[Effect] = [
        Revise("card", cards.summary_card(asking, answers, None)),
        Keep("checkin", asking.id, kept),
        Forget("checkin_open", asking.id),
        SetTimer("expire", now + event.keep),
        *_tell_parts((share.part for share in event.shares), "filed"),
    ]
    if asking.schedule:
        off_course = _off_course(asking, figures)
        told = {
            "expected": figures.expected,
            "responded": figures.responded,
            "off_course": off_course,
            "day": asking.day.isoformat(),
        }
        effects.append(Tell("checkins", "occurrence_filed", told, session=asking.schedule))
    return Decision(Filed(replace(asking, asked_by=None, watch=(), holders=()), now, state.pages), tuple(effects))


def figures_of(asking: Asking, shares: Sequence[Share], answers: Sequence[Answer]) -> Figures:
    """Metrics 6.1 and 6.2: who was away, or could not be reached, was not expected unless they took part."""
    expected = [s for s in shares if s.how in ("answered", "passed") or (s.how == "open" and not s.away)]
    responded = [s for s in expected if s.how in ("answered", "passed")]
    return Figures(
        len(expected),
        len(responded),
        sum(s.on_time for s in responded),
        len(answers),
        cards.counts(asking, answers),
    )


def _off_course(asking: Asking, figures: Figures) -> bool | None:
    """P04: whether most said that the team drifts or is stuck; None if that was not the question."""
    if asking.category != "goals" or len(figures.counts) != 3 or not sum(figures.counts.values()):
        return None
    on_track = next(iter(figures.counts.values()))  # the first choice is the good one
    return on_track * 2 < sum(figures.counts.values())


def _ignored(asking: Asking, shares: Sequence[Share]) -> list[Effect]:
    """After three questions without a press a person is not asked any more, and told once (product 0.2).

    Counted at the close, so that a daily question stops after three as well; a press after it ends the count.
    """
    effects: list[Effect] = []
    for share in shares:
        if share.how != "open" or share.away or asking.category in SOCIAL:
            continue
        key = share.member.key()
        effects.append(Keep("checkin_ignored", key, {"n": share.ignored + 1}, member=share.member))
        if share.ignored + 1 == IGNORED:
            card = cards.stopped_card(asking)
            effects.append(Post(f"stopped.{share.part}", share.member, card, "reminder", why=cards.why(asking)))
    return effects


# filed


def _filed(state: Filed, event: Event) -> Decision[State] | Refused:
    match event:
        case Recounted(answers=answers) | WentAway(answers=answers, erased=True):
            return Decision(state, _redrawn(state.asking, answers, None, state.pages))
        case Reread(answers=answers, page=page):
            return Decision(state, reply=Whisper(cards.read_card(state.asking, in_order(answers), page)))
        case KeepAsked():
            return keeping.archived(state, event)
        case Expired(parts=parts):
            return Decision(state, tuple(Forget(kind, one) for one in parts for kind in ("checkin_answer", "hand")))
        case CallOff() | CloseCame():
            return Refused("It is filed already. Nothing changed.")
        case _:
            return Decision(state)


def in_order(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Drawn by lot, so that neither speed nor the alphabet decides; what came later comes last."""
    return tuple(sorted(answers, key=lambda answer: (answer.late, answer.part)))


def _tell_parts(parts: Iterable[SessionId], what: str, *, paged: bool = False) -> list[Effect]:
    payload = {"paged": True} if paged else {}
    return [Tell("checkins", what, payload, session=one) for one in parts]


def _without(state: Occupied, event: WentAway) -> Occupied:
    asking = state.asking
    left = replace(
        asking,
        asked_by=None if asking.asked_by == event.member else asking.asked_by,
        watch=tuple(member for member in asking.watch if member != event.member),
        # While it is open the roles say who has them now, so that the card follows and the seat is offered.
        holders=asking.holders if isinstance(state, Collecting) else _others(asking.holders, event.member),
    )
    return replace(state, asking=left) if left != asking else state


def _others(holders: tuple[tuple[str, Member], ...], member: Member) -> tuple[tuple[str, Member], ...]:
    return tuple(one for one in holders if one[1] != member)
