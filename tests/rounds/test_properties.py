"""A live round under any sequence of events: nobody in two places, no timer forgotten, silence after the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.activities.rounds.logic import decide
from bot.activities.rounds.model import (
    CameIn,
    Deferred,
    Done,
    Event,
    Extended,
    Finished,
    FormAsked,
    MoreAsked,
    NoThanks,
    Passed,
    PlaceGone,
    PlanDropped,
    PlanMade,
    ResultAsked,
    Resumed,
    Round,
    Running,
    Setting,
    Started,
    StartedNow,
    Steered,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.cards import Card, sentences
from bot.kernel.decision import Decision
from bot.kernel.effects import CancelTimer, Only, Post, Revise, SetTimer
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.words import members_in
from bot.simulate.invariants import Look
from bot.simulate.rounds import members as members_hold
from bot.simulate.rounds import timers as timers_hold

START = datetime(2026, 3, 24, 8, 30, tzinfo=UTC)
PEOPLE = tuple(Member("p", "w", name) for name in "abcde")
PLACE = Place("p", "w", "bridge")
person = st.sampled_from(PEOPLE)
turn = st.integers(0, 8)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(CameIn, person),
    st.builds(CameIn, person),
    st.builds(StartedNow, person),
    st.builds(Done, person, turn),
    st.builds(Passed, person, turn),
    st.builds(Deferred, person, turn),
    st.builds(Extended, person, turn),
    st.builds(FormAsked, person),
    st.builds(Wrote, person, st.just("words")),
    st.builds(MoreAsked, person),
    st.builds(Steered, person, st.sampled_from(("skip", "pause", "resume", "end", "go")), turn),
    st.builds(NoThanks, person),
    st.builds(ResultAsked, person),
    st.builds(PlanDropped, person),
    st.builds(Resumed, st.sampled_from((START - timedelta(hours=1), START + timedelta(hours=5)))),
    st.builds(WentAway, person),
    st.just(PlaceGone()),
)
# Most of the time the person who is up does the usual thing; else hardly any round gets far.
USUAL = st.sampled_from(("done", "pass", "wait", "wait", "wait"))
steps = st.lists(st.tuples(USUAL | EVENTS, st.integers(1, 300)), max_size=40)


class Told:
    """A round with the timers it set, lived through in order."""

    def __init__(self, *, planned: bool) -> None:
        setting = Setting(
            SessionId("s"), PLACE, "#bridge", "Europe/Berlin", "Topic", 60, PEOPLE[0], PEOPLE[1], PEOPLE[:1],
            PEOPLE[:4], None, 7, planned,
        )  # fmt: skip
        self.now, self.timers = START, dict[str, datetime]()
        self.public: dict[str, Card] = {}
        self.effects: tuple[Any, ...] = ()
        self.state: Round | None = None
        self.happens(PlanMade(setting, START + timedelta(minutes=5)) if planned else Started(setting))

    def happens(self, event: Event) -> None:
        decision = decide(self.state, event, self.now)
        self.effects = decision.effects if isinstance(decision, Decision) else ()
        if isinstance(decision, Decision):
            self.state = decision.state
        for effect in self.effects:
            match effect:
                case SetTimer(name=name, at=at):
                    self.timers[name] = at
                case CancelTimer(name=name):
                    self.timers.pop(name, None)
                case Post(name=name, card=card, to=to) if not isinstance(to, Member | Only):
                    self.public[name] = card
                case Revise(name=name, card=card) if name in self.public:
                    self.public[name] = card

    def waits(self, seconds: int) -> None:
        """Time passes through every timer that comes due."""
        until = self.now + timedelta(seconds=seconds)
        while self.timers and min(self.timers.values()) <= until:
            name, at = min(self.timers.items(), key=lambda one: one[1])
            del self.timers[name]
            self.now = max(self.now, at)
            self.happens(TimeCame(name))
        self.now = until

    def usual(self, what: str) -> None:
        self.effects = ()
        if isinstance(self.state, Running) and what != "wait":
            up, calls = self.state.speaker, self.state.calls
            self.happens(Done(up, calls) if what == "done" else Passed(up, calls))

    def wrong(self) -> list[str]:
        look = Look(self.now, "s", "t", frozenset(self.timers), self.public)
        return [*timers_hold(self.state, look), *members_hold(self.state, look)]  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.sets(person, min_size=2), steps)
def test_whatever_happens_a_round_stays_whole(
    planned: bool, here: set[Member], things: list[tuple[str | Event, int]]
) -> None:
    """After each event everybody is in one set, and the timers that the phase needs are set, and no others."""
    told = Told(planned=planned)
    if planned:
        told.waits(301)
    for member in sorted(here):
        told.happens(CameIn(member))
    for thing, seconds in things:
        over = isinstance(told.state, Finished)
        told.usual(thing) if isinstance(thing, str) else told.happens(thing)
        assert told.wrong() == [], f"after {thing}"
        assert not (over and told.effects), f"a finished round does {told.effects}"
        told.waits(seconds)
        assert told.wrong() == [], f"{seconds} s after {thing}"


@settings(max_examples=100, deadline=None)
@given(st.sets(person, min_size=2), steps)
def test_left_alone_every_round_ends(here: set[Member], things: list[tuple[str | Event, int]]) -> None:
    """Whatever was done before, a round nobody touches any more is over, and filed, within five days."""
    told = Told(planned=False)
    for member in sorted(here):
        told.happens(CameIn(member))
    for thing, seconds in things:
        told.usual(thing) if isinstance(thing, str) else told.happens(thing)
        told.waits(seconds)
    told.waits(5 * 86_400)
    assert isinstance(told.state, Finished)
    assert told.timers == {}


@settings(max_examples=100, deadline=None)
@given(st.sets(person, min_size=2), st.lists(st.sampled_from(("done", "pass", "wait")), max_size=12))
def test_who_passed_is_named_nowhere(here: set[Member], things: list[str]) -> None:
    """Once somebody has passed, no public card that still stands names them, up to and with the result."""
    told = Told(planned=False)
    for member in sorted(here):
        told.happens(CameIn(member))
    told.waits(61)
    passed: set[Member] = set()
    for thing in things:
        if thing == "pass" and isinstance(told.state, Running):
            passed.add(told.state.speaker)
        told.usual(thing)
        standing = [told.public[name] for name in ("card", "result") if name in told.public]
        named = {m for one in standing for sentence in sentences(one) for m in members_in(sentence)}
        assert not passed & named
        told.waits(5)
