"""How a book is found, shared out, and read part by part; nobody's pages are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.books import cards
from bot.activities.books.model import (
    GUIDE,
    MOST,
    OPEN,
    VOTES,
    Closed,
    Dropped,
    Event,
    FormWanted,
    Given,
    HalfCame,
    Home,
    Listed,
    PartCame,
    PlaceGone,
    Reading,
    ReadingPlanned,
    Shelf,
    Stopped,
    Suggested,
    Title,
    Vote,
    VoteAsked,
    WentAway,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Post, Revise, SetTimer, Tell
from bot.kernel.ids import Member, part_of
from bot.kernel.words import who
from bot.pieces import ballot
from bot.pieces.ballot import Idea
from bot.pieces.filing import filed

NO_VOTE = Refused(ballot.CLOSED)
NOT_READING = Refused("Nothing is being read at present. Nothing changed.")
TIMERS = (CancelTimer("half"), CancelTimer("part"))


def decide(state: Shelf | None, event: Event, now: datetime) -> Decision[Shelf] | Refused:
    match event:
        case Listed(by=by, home=home):
            known = state or Shelf(home.id)
            return Decision(known, reply=Whisper(cards.list_card(known, leads=by in home.owners), lasting=True))
        case Suggested():
            return _suggested(state or Shelf(event.home.id), event)
        case FormWanted(title=title, day=day, home=home):
            known = state or Shelf(home.id)
            wanted = max(known.titles, key=lambda one: one.votes, default=None)
            chosen = next((one.text for one in known.titles if one.id == title), title)
            form = cards.plan_form(known.titles, chosen or (wanted.text if wanted and wanted.votes else ""), day)
            return Decision(known, reply=Show(form))
        case ReadingPlanned():
            return _planned(state or Shelf(event.home.id), event, now)
    if state is None:
        return Refused("There are no books yet. Anybody suggests one: book suggest, and its title.")
    match event:
        case VoteAsked():
            return _opened(state, event, now)
        case Given(by=by, title=title):
            return _given(state, by, title)
        case Closed():
            return _closed(state, event.by, event.home)
        case Dropped(title=title):
            return _dropped(state, title)
        case Stopped(by=by, home=home):
            return _stopped(state, by, home)
        case HalfCame(home=home):
            return _half(state, home, now)
        case PartCame():
            return _part(state, now)
        case WentAway(member=member):
            return _without(state, member)
        case PlaceGone():
            return Decision(replace(state, vote=None, reading=None), (CancelTimer("close"), *TIMERS))


def _suggested(state: Shelf, event: Suggested) -> Decision[Shelf] | Refused:
    if any(title.text.casefold() == event.text.casefold() for title in state.titles):
        return Refused("It is on the list already. With the next vote you can give it a dot.")
    if len(state.titles) >= MOST:
        return Refused(f"{MOST} books are on the list; more are not read. Nothing changed.")
    title = Title(f"b{state.made}", event.text)
    longer = replace(state, titles=(*state.titles, title), made=state.made + 1)
    return Decision(longer, reply=Whisper(cards.suggested_card(title, len(longer.titles))))


# the vote


def _opened(state: Shelf, event: VoteAsked, now: datetime) -> Decision[Shelf] | Refused:
    if state.vote is not None:
        return Refused("A vote on the books is open already; its card is in the channel.")
    if len(state.titles) < 2:
        return Refused("A vote needs two books or more. Anybody suggests one: book suggest, and its title.")
    voting: ballot.Voting[Member] | Refused = ballot.open_vote([Idea(one.id, one.text) for one in state.titles], VOTES)
    if isinstance(voting, Refused):
        return voting
    vote = Vote(voting, now + OPEN, event.by)
    opened = replace(state, vote=vote, held=state.held + 1)
    post = Post("vote", event.home.place, cards.vote_card(opened, vote), "asked", until=vote.until)
    return Decision(opened, (post, SetTimer("close", vote.until)))


def _given(state: Shelf, by: Member, title: str) -> Decision[Shelf] | Refused:
    if state.vote is None:
        return NO_VOTE
    before = state.vote.voting
    voting = ballot.tap(before, by, title) if title else ballot.take_back(before, by)
    if isinstance(voting, Refused):
        return voting
    vote = replace(state.vote, voting=voting)
    changed = replace(state, vote=vote)
    told = "Counted." if title else "All three are yours again."
    return Decision(changed, (Revise("vote", cards.vote_card(changed, vote)),), say(told))


def _closed(state: Shelf, by: Member | None, home: Home) -> Decision[Shelf] | Refused:
    """Totals only from here on; who gave what goes with the vote."""
    vote = state.vote
    if vote is None:
        return NO_VOTE if by is not None else Decision(state)
    if by is not None and by != vote.host and home.owners and by not in home.owners:
        return Refused(f"{who(vote.host or home.owners[0])} can close it, or its time does. Nothing changed.")
    totals = dict(ballot.close(vote.voting).totals)
    titles = tuple(replace(title, votes=totals.get(title.id, 0)) for title in state.titles)
    ranked = sorted((title for title in titles if title.votes), key=lambda title: -title.votes)
    card = cards.outcome_card(ranked, len(vote.voting.votes))
    return Decision(replace(state, titles=titles, vote=None), (CancelTimer("close"), Revise("vote", card)))


def _dropped(state: Shelf, id_: str) -> Decision[Shelf] | Refused:
    """Off the list; a vote goes on without it, its dots given back."""
    if all(title.id != id_ for title in state.titles):
        return Refused("That book is not on the list any more. Nothing changed.")
    left = replace(state, titles=tuple(title for title in state.titles if title.id != id_))
    effects: tuple[Effect, ...] = ()
    if state.vote is not None:
        before = state.vote.voting
        ideas = tuple(idea for idea in before.ideas if idea.id != id_)
        kept = (replace(one, dots=tuple(dot for dot in one.dots if dot[0] != id_)) for one in before.votes)
        vote = replace(state.vote, voting=replace(before, ideas=ideas, votes=tuple(one for one in kept if one.dots)))
        left = replace(left, vote=vote if len(ideas) > 1 else None)
        off = (CancelTimer("close"), Revise("vote", cards.called_off_card()))
        effects = (Revise("vote", cards.vote_card(left, vote)),) if len(ideas) > 1 else off
    return Decision(left, effects, Whisper(cards.list_card(left, leads=True), lasting=True))


# the reading


def _planned(state: Shelf, event: ReadingPlanned, now: datetime) -> Decision[Shelf] | Refused:
    if state.reading is not None:
        return Refused(f"{state.reading.title} is being read; stop it first, or wait for its last session.")
    reading = Reading(state.read, event.title, event.unit, event.parts, event.by)
    titles = tuple(title for title in state.titles if title.text.casefold() != event.title.casefold())
    begun = replace(state, titles=titles, reading=reading, read=state.read + 1)
    name = f"reading{reading.number}"
    post = Post(name, event.home.place, cards.reading_card(reading), "asked")
    effects = (post, *_ahead(begun, reading, now))
    if state.vote is None or titles == state.titles:
        return Decision(begun, effects, say("Planned. The card in the channel says what is read until when."))
    without = _dropped(state, next(one.id for one in state.titles if one not in titles))
    assert isinstance(without, Decision)
    return Decision(replace(begun, vote=without.state.vote), (*effects, *without.effects), say("Planned."))


def _ahead(state: Shelf, reading: Reading, now: datetime) -> tuple[Effect, ...]:
    """The session about the part that is read now is booked; a word comes half-way, if there is time for one."""
    part = reading.part
    booking = {
        "guide": GUIDE,
        "topic": cards.topic(reading, part),
        "at": part.at.isoformat(),
        "host": reading.host.key() if reading.host else "",
    }
    session = part_of(state.id, "session", str(reading.number), str(reading.at))
    half = part.half is not None and now < part.half < part.at
    return (
        Tell("guides", "book", booking, session=session),
        SetTimer("half", part.half) if half and part.half else CancelTimer("half"),
        SetTimer("part", part.at),
    )


def _half(state: Shelf, home: Home, now: datetime) -> Decision[Shelf]:
    reading = state.reading
    if reading is None or now >= reading.part.at:
        return Decision(state)
    name = f"half{reading.number}.{reading.at}"
    post = Post(name, home.place, cards.half_card(reading), "reminder", until=reading.part.at)
    return Decision(state, (post,))


def _part(state: Shelf, now: datetime) -> Decision[Shelf]:
    """The talk about this part begins: the next part is read from now on, or the book is read."""
    reading = state.reading
    if reading is None or now < reading.part.at:
        return Decision(state)
    if reading.at + 1 < len(reading.parts):
        after = replace(reading, at=reading.at + 1)
        return Decision(replace(state, reading=after), _ahead(state, after, now))
    text = "\n".join(f"{cards.span(reading, part)}, {part.at.date().isoformat()}" for part in reading.parts)
    row = filed(part_of(state.id, "read", str(reading.number)), "reading", f"Read together: {reading.title}", text)
    return Decision(replace(state, reading=None), (*TIMERS, row))


def _stopped(state: Shelf, by: Member, home: Home) -> Decision[Shelf] | Refused:
    reading = state.reading
    if reading is None:
        return NOT_READING
    if by != reading.host and home.owners and by not in home.owners:
        return Refused(f"{who(reading.host or home.owners[0])} planned it and can stop it. Nothing changed.")
    told = f"{reading.title} is not read on. A session that is planned already stays; see it with: session planned."
    return Decision(replace(state, reading=None), TIMERS, say(told))


def _without(state: Shelf, member: Member) -> Decision[Shelf]:
    vote, reading = state.vote, state.reading
    if vote is not None:
        host = None if vote.host == member else vote.host
        vote = replace(vote, voting=ballot.forget(vote.voting, member), host=host)
    if reading is not None and reading.host == member:
        reading = replace(reading, host=None)
    return Decision(replace(state, vote=vote, reading=reading))
