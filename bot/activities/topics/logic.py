"""How the list of topics grows, is voted on, and gets shorter again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.topics import cards
from bot.activities.topics.model import (
    FEWEST,
    MOST,
    OPEN,
    VOTES,
    Added,
    Backlog,
    Closed,
    Dropped,
    Event,
    Given,
    Home,
    Listed,
    MonthCame,
    PlaceGone,
    StaleDropped,
    TakenBack,
    Topic,
    Vote,
    VoteAsked,
    WentAway,
)
from bot.kernel.decision import Decision, Refused, Whisper, say
from bot.kernel.effects import CancelTimer, Effect, Forget, Keep, Kind, Post, Revise, SetTimer
from bot.kernel.ids import Member, part_of
from bot.kernel.words import plural, who
from bot.pieces import ballot
from bot.pieces.ballot import Idea

NO_VOTE = Refused(ballot.CLOSED)


def decide(state: Backlog | None, event: Event, now: datetime) -> Decision[Backlog] | Refused:
    match event:
        case Listed(home=home):
            known = state or Backlog(home.id)
            return Decision(known, reply=Whisper(cards.list_card(known), lasting=True))
        case Added(home=home):
            return _added(state, event, now)
    if state is None:
        return Refused("There are no topics yet. Anybody adds one: topic add, and a few words.")
    match event:
        case VoteAsked(by=by, home=home):
            return _opened(state, by, home, now, "asked")
        case MonthCame(home=home):
            again = SetTimer("month", home.month)
            opened = _opened(state, None, home, now, "card") if len(state.topics) >= FEWEST else NO_VOTE
            return Decision(state, (again,)) if isinstance(opened, Refused) else _with(opened, again)
        case Given(by=by, topic=topic):
            return _given(state, by, topic)
        case TakenBack(by=by):
            return _given(state, by, None)
        case Closed(by=by, home=home):
            return _closed(state, by, home, now)
        case Dropped(by=by, topic=topic, home=home):
            return _dropped(state, by, topic, home)
        case StaleDropped(by=by, home=home):
            return _stale_dropped(state, by, home, now)
        case WentAway(member=member):
            topics = tuple(replace(topic, by=None) if topic.by == member else topic for topic in state.topics)
            vote = state.vote
            if vote is not None:
                host = None if vote.host == member else vote.host
                vote = replace(vote, voting=ballot.forget(vote.voting, member), host=host)
            return Decision(replace(state, topics=topics, vote=vote))
        case PlaceGone():
            return Decision(replace(state, vote=None), (CancelTimer("close"),))


def _with(decision: Decision[Backlog], first: Effect) -> Decision[Backlog]:
    return replace(decision, effects=(first, *decision.effects))


def _added(state: Backlog | None, event: Added, now: datetime) -> Decision[Backlog] | Refused:
    known = state or Backlog(event.home.id)
    parked = (Forget("parked", event.parked),) if event.parked else ()
    if any(topic.text.casefold() == event.text.casefold() for topic in known.topics):
        line = "It is on the list already. With the next vote you can give it a dot."
        return Decision(known, parked, say(line)) if parked else Refused(line)
    if len(known.topics) >= MOST:
        return Refused(f"{MOST} topics are on the list; more are not read. Drop one first: topics.")
    topic = Topic(f"t{known.made}", event.text, event.by, now)
    longer = replace(known, topics=(*known.topics, topic), made=known.made + 1)
    first = (SetTimer("month", event.home.month),) if state is None or not known.topics else ()
    return Decision(longer, (*parked, *first), Whisper(cards.added_card(topic, len(longer.topics))))


def _opened(state: Backlog, by: Member | None, home: Home, now: datetime, kind: Kind) -> Decision[Backlog] | Refused:
    if state.vote is not None:
        return Refused("A vote on the topics is open already; its card is in the channel.")
    if len(state.topics) < 2:
        return Refused("A vote needs two topics or more. Anybody adds one: topic add, and a few words.")
    voting: ballot.Voting[Member] | Refused = ballot.open_vote(
        [Idea(topic.id, topic.text) for topic in state.topics], VOTES
    )
    if isinstance(voting, Refused):
        return voting
    vote = Vote(voting, now + OPEN, by)
    opened = replace(state, vote=vote, held=state.held + 1)
    post = Post("vote", home.place, cards.vote_card(opened, vote), kind, until=vote.until)
    return Decision(opened, (post, SetTimer("close", vote.until)))


def _given(state: Backlog, by: Member, topic: str | None) -> Decision[Backlog] | Refused:
    """One more for this topic; None: all of this person's back."""
    if state.vote is None:
        return NO_VOTE
    before = state.vote.voting
    voting = ballot.take_back(before, by) if topic is None else ballot.tap(before, by, topic)
    if isinstance(voting, Refused):
        return voting
    vote = replace(state.vote, voting=voting)
    changed = replace(state, vote=vote)
    left = voting.left(by)
    given = "All three are yours again." if topic is None else "Counted."
    more = (
        ""
        if topic is None
        else plural(left, " You have 1 more.", " You have {n} more.")
        if left
        else " It was your last."
    )
    return Decision(changed, (Revise("vote", cards.vote_card(changed, vote)),), say(f"{given}{more}"))


def _closed(state: Backlog, by: Member | None, home: Home, now: datetime) -> Decision[Backlog] | Refused:
    """Totals only from here on; who gave what goes with the vote."""
    vote = state.vote
    if vote is None:
        return NO_VOTE if by is not None else Decision(state)
    if by is not None and by != vote.host and home.owners and by not in home.owners:
        return Refused(f"{who(vote.host or home.owners[0])} can close it, or its time does. Nothing changed.")
    totals = dict(ballot.close(vote.voting).totals)
    topics = tuple(
        replace(topic, votes=totals.get(topic.id, 0), wanted=now if totals.get(topic.id) else topic.wanted)
        for topic in state.topics
    )
    counted = replace(state, topics=topics, vote=None)
    ranked = sorted((topic for topic in topics if topic.votes), key=lambda topic: -topic.votes)
    stale = [topic for topic in topics if topic.is_stale(now)]
    card = cards.outcome_card(counted, ranked, len(vote.voting.votes), stale)
    effects: list[Effect] = [CancelTimer("close"), Revise("vote", card)]
    if ranked:
        lines = " ".join(f"{topic.text}: {topic.votes}." for topic in ranked)
        row = {"kind": "note", "title": "Vote on the topics", "text": lines, "tags": []}
        key = part_of(state.id, "vote", str(state.held))
        effects.append(Keep("filed", key, row, words=f"topics vote {lines}"))
    return Decision(counted, tuple(effects))


def _dropped(state: Backlog, by: Member, id: str, home: Home) -> Decision[Backlog] | Refused:
    topic = next((one for one in state.topics if one.id == id), None)
    if topic is None:
        return Refused("That topic is not on the list any more. Nothing changed.")
    if topic.by not in (None, by) and by not in home.owners:
        assert topic.by is not None
        return Refused(f"{who(topic.by)} added it and can drop it. Nothing changed.")
    left, effects = _without(state, {id})
    return Decision(left, effects, Whisper(cards.list_card(left), lasting=True))


def _stale_dropped(state: Backlog, by: Member, home: Home, now: datetime) -> Decision[Backlog] | Refused:
    if home.owners and by not in home.owners:
        return Refused(f"{who(home.owners[0])} looks after the list and can drop those. Nothing changed.")
    stale = {topic.id for topic in state.topics if topic.is_stale(now)}
    if not stale:
        return Refused("They are gone already, or somebody wants them again. Nothing changed.")
    left, effects = _without(state, stale)
    return Decision(left, effects, say(plural(len(stale), "1 topic is off the list.", "{n} topics are off the list.")))


def _without(state: Backlog, gone: set[str]) -> tuple[Backlog, tuple[Effect, ...]]:
    """The list without these. A vote that is open goes on without them, their dots given back."""
    left = replace(state, topics=tuple(topic for topic in state.topics if topic.id not in gone))
    vote = state.vote
    if vote is None:
        return left, ()
    ideas = tuple(idea for idea in vote.voting.ideas if idea.id not in gone)
    if len(ideas) < 2:
        return replace(left, vote=None), (CancelTimer("close"), Revise("vote", cards.called_off_card()))
    kept = (replace(one, dots=tuple(dot for dot in one.dots if dot[0] not in gone)) for one in vote.voting.votes)
    voting = replace(vote.voting, ideas=ideas, votes=tuple(one for one in kept if one.dots))
    vote = replace(vote, voting=voting)
    left = replace(left, vote=vote)
    return left, (Revise("vote", cards.vote_card(left, vote)),)
