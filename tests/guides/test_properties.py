"""What holds for every guide and every way of pressing: no minute, no step and no vote is lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.activities.guides.logic import decide
from bot.activities.guides.model import (
    Came,
    Choosing,
    Dotted,
    Ending,
    Event,
    Extended,
    Finished,
    InTurn,
    Lobby,
    MovedOn,
    Opened,
    Paused,
    Replied,
    Resumed,
    Rounding,
    Running,
    Session,
    Setting,
    Started,
    Steered,
    Swapped,
    TimeCame,
    WentAway,
    Wrote,
)
from bot.kernel.content import Step, StepKind
from bot.kernel.decision import Decision
from bot.kernel.effects import CancelTimer, Post, SetTimer
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.pieces.agenda import Agenda, Slot
from bot.pieces.ballot import Settled, Tied, Voting

START = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)
PEOPLE = tuple(Member("local", "w", name) for name in ("ines", "sam", "maya", "tomas", "arun"))
HOST = PEOPLE[0]
STATES: TypeAdapter[Any] = TypeAdapter(Session)

slots = st.builds(
    lambda minutes, least, flex: Slot(minutes, minutes, min(least, minutes), flex),
    st.integers(1, 60),
    st.integers(1, 20),
    st.booleans(),
)


@st.composite
def guides(draw: st.DrawFn) -> tuple[Step, ...]:
    kinds: tuple[StepKind, ...] = get_args(StepKind)
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6))
    steps = []
    for number, kind in enumerate(chosen):
        minutes = draw(st.integers(1, 30))
        votes_on = next((step.id for step in reversed(steps) if step.kind == "silent"), "")
        steps.append(
            Step(
                id=f"s{number}",
                kind=kind,
                title=f"Step {number}",
                minutes=minutes,
                min_minutes=draw(st.integers(1, minutes)),
                flex=draw(st.booleans()),
                dots=3,
                size=2,
                votes_on=votes_on if kind == "vote" else "",
            )
        )
    return tuple(steps)


PRESSES = (
    "next", "stale_next", "skip", "more", "more_each", "more_end", "take_back", "undo", "swap", "pause", "resume",
    "come", "leave", "done", "write", "reply", "dot", "undot", "wait", "wait_long", "restart", "end",
)  # fmt: skip
presses = st.lists(
    st.tuples(st.sampled_from(PRESSES), st.integers(0, len(PEOPLE) - 1), st.integers(1, 400)), max_size=40
)


class Play:
    """A session played through `decide` alone: its state, its timers, its clock."""

    def __init__(self, steps: tuple[Step, ...], *, days: bool = False, rehearsal: bool = False) -> None:
        self.now = START
        self.timers: dict[str, datetime] = {}
        self.state: Any = None
        self.steps = steps
        self.ever: set[str] = set()
        setting = Setting(
            id=SessionId("s.t"), team=TeamId("t"), place=Place("local", "w", "bridge"), team_label="#bridge",
            zone="Europe/Berlin", guide="g", title="Guide", version=1, purpose="", goal="explore", topic="Topic",
            host=HOST, owners=(), expected=PEOPLE, steps=steps, seed=7, with_records=True,
            days=days, rehearsal=rehearsal,
        )  # fmt: skip
        self.tell(Opened(setting))
        self.tell(Came(PEOPLE[1]))
        self.tell(Started(HOST))

    def tell(self, event: Event) -> None:
        before = self.state
        decided = decide(self.state, event, self.now)
        if not isinstance(decided, Decision):
            return
        self.state = STATES.validate_json(STATES.dump_json(decided.state))  # as storage does
        assert self.state == decided.state
        for effect in decided.effects:
            match effect:
                case SetTimer(name=name, at=at):
                    self.timers[name] = at
                case CancelTimer(name=name):
                    self.timers.pop(name, None)
                case Post(name=name):
                    self.ever.add(name)
        self.check(before)

    def passes(self, span: timedelta) -> None:
        to = self.now + span
        while due := min(((at, name) for name, at in self.timers.items() if at <= to), default=None):
            self.now = max(self.now, due[0])
            del self.timers[due[1]]
            self.tell(TimeCame(due[1]))
        self.now = to

    @property
    def run(self) -> Running | None:
        state = self.state
        return state.run if isinstance(state, Paused | Ending) else state if isinstance(state, Running) else None

    def check(self, before: Any) -> None:
        run = self.run
        if run is None:
            return
        course = run.course
        assert course.agenda.total == course.agenda.planned + course.agenda.moved
        assert sorted(part.step.id for part in course.parts) == sorted(step.id for step in self.steps)
        assert all(part.seconds is not None for part in course.parts[: course.at])
        assert all(part.seconds is None for part in course.parts[course.at + 1 :])
        assert all(slot.minutes >= min(slot.least, slot.planned) for slot in course.agenda.slots)
        old = before.run if isinstance(before, Paused | Ending) else before
        if isinstance(old, Running):
            assert course.at - old.course.at in (-1, 0, 1)  # one step at a time, back only by Undo
            _no_vote_lost(old, run)

    def press(self, what: str, who: int, number: int) -> None:
        run, by = self.run, PEOPLE[who]
        serial = run.serial if run else 1
        live = run.course.live if run else None
        events: dict[str, Event | None] = {
            "next": MovedOn(HOST, serial),
            "stale_next": MovedOn(HOST, serial - 1),
            "skip": MovedOn(HOST, serial, skip=True),
            "more": Extended(HOST, serial),
            "more_each": Extended(HOST, serial, "each"),
            "more_end": Extended(HOST, serial, "end"),
            "take_back": Steered(HOST, "take_back", serial),
            "undo": Steered(HOST, "undo", serial),
            "swap": Swapped(HOST, serial, f"s{number % len(self.steps)}"),
            "pause": Steered(HOST, "pause"),
            "resume": Steered(HOST, "resume"),
            "come": Came(by),
            "leave": WentAway(by) if by != HOST else None,
            "done": InTurn(HOST, "done", live.calls if isinstance(live, Rounding) else 0),
            "write": Wrote(by, f"Idea {number % 9}\nIdea {number % 7}"),
            "reply": Replied(by, number % 4, f"Reply {number}"),
            "dot": Dotted(by, str(number % 5 + 1)),
            "undot": Dotted(by, ""),
            "restart": Resumed(self.now - timedelta(seconds=number * 5)),
            "end": Steered(HOST, "end", serial),
        }
        if what in ("wait", "wait_long"):
            self.passes(timedelta(seconds=number if what == "wait" else number * 6))
            return
        event = events[what]
        if event is not None:
            self.tell(event)


def _no_vote_lost(old: Running, new: Running) -> None:
    """At the close of a vote its totals are the sum of the last ballots, and the voters are forgotten."""
    was, now = old.course.live, new.course.live
    if not (isinstance(was, Choosing) and isinstance(now, Choosing) and isinstance(was.ballot, Voting)):
        return
    given = sum(count for votes in was.ballot.votes for _, count in votes.dots)
    assert all(sum(n for _, n in votes.dots) <= was.ballot.dots for votes in was.ballot.votes)
    assert len({votes.voter for votes in was.ballot.votes}) == len(was.ballot.votes)
    if isinstance(now.ballot, Tied | Settled):
        first = was.ballot.first_totals or now.ballot.totals
        counted = now.ballot.totals if not was.ballot.is_run_off else first
        if not was.ballot.is_run_off:
            assert sum(n for _, n in counted) == given
        assert '"voter"' not in STATES.dump_json(replace(new, undo=None)).decode()


@settings(max_examples=120, deadline=None)
@given(guides(), presses)
def test_minutes_add_up_and_no_step_is_lost(steps: tuple[Step, ...], pressed: list[tuple[str, int, int]]) -> None:
    """Whatever is pressed: planned and moved minutes add up, each step is there once, one step at a time."""
    play = Play(steps)
    for what, who, number in pressed:
        play.press(what, who, number)
        play.now += timedelta(seconds=1)


ONE_ROUND = (Step(id="s0", kind="round", title="Step 0", minutes=1, min_minutes=1, dots=3, size=2),)


@settings(max_examples=60, deadline=None)
@example(ONE_ROUND, [("wait_long", 0, 110), ("next", 0, 1), ("undo", 0, 1)])
@example(ONE_ROUND, [("wait_long", 0, 60), ("more", 0, 1)])
@example(ONE_ROUND, [("wait_long", 0, 40), ("restart", 0, 3)])
@given(guides(), presses)
def test_every_session_ends(steps: tuple[Step, ...], pressed: list[tuple[str, int, int]]) -> None:
    """Left alone, whatever was pressed before, a session closes by itself and keeps no vote and no timer."""
    play = Play(steps)
    for what, who, number in pressed:
        play.press(what, who, number)
    play.passes(timedelta(days=2))
    assert isinstance(play.state, Finished)
    assert '"voter"' not in STATES.dump_json(play.state).decode()


def over_days(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, an hour for each minute."""
    return tuple(replace(step, minutes=60 * step.minutes, min_minutes=1, flex=False) for step in steps)


@settings(max_examples=60, deadline=None)
@given(guides(), presses)
def test_over_days_nothing_is_lost(steps: tuple[Step, ...], pressed: list[tuple[str, int, int]]) -> None:
    """What goes on over days keeps the same promises, and ends by itself as well."""
    play = Play(over_days(steps), days=True)
    for what, who, number in pressed:
        play.press(what, who, number)
        play.passes(timedelta(minutes=number))
    play.passes(timedelta(days=150))
    assert isinstance(play.state, Finished)


@settings(max_examples=60, deadline=None)
@given(guides(), presses)
def test_a_rehearsal_ends(steps: tuple[Step, ...], pressed: list[tuple[str, int, int]]) -> None:
    """A rehearsal with others who are played keeps the same promises, and ends by itself."""
    play = Play(tuple(replace(step, minutes=1, min_minutes=1) for step in steps), rehearsal=True)
    for what, who, number in pressed:
        play.press(what, who, number)
        play.passes(timedelta(seconds=number % 30))
    play.passes(timedelta(days=2))
    assert isinstance(play.state, Finished)


@given(st.lists(slots, min_size=1, max_size=8), st.data())
def test_an_extension_takes_what_it_gives(found: list[Slot], data: st.DataObject) -> None:
    """From wherever the time comes, all minutes together are what was planned plus what the end moved by."""
    agenda = Agenda(tuple(found))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(found) - 1))
        source = data.draw(st.sampled_from(["flexible", "each", "end", 0, len(found) - 1]))
        minutes = data.draw(st.integers(1, 15))
        longer = agenda.extend(at, minutes, source)
        assert longer.total == longer.planned + longer.moved
        assert longer.slots[at].minutes == agenda.slots[at].minutes + minutes
        assert all(
            new.minutes >= min(new.least, old.minutes) for new, old in zip(longer.slots, agenda.slots, strict=True)
        )
        assert agenda.moved <= longer.moved <= agenda.moved + minutes
        agenda = longer


def test_the_order_of_steps_can_be_followed() -> None:
    """Bringing a step forward keeps the order of all others."""
    agenda = Agenda(tuple(Slot(n, n) for n in range(1, 6)))
    moved = [slot.planned for slot in agenda.bring_forward(4, 1).slots]
    assert moved == [1, 5, 2, 3, 4]
    assert all(a < b for a, b in pairwise(n for n in moved if n != 5))


def test_a_lobby_nobody_starts_closes() -> None:
    """Nobody starts it within half an hour: it is called off."""
    play = Play((Step(id="s0", kind="open", title="Talk", minutes=5),))
    lobby = Lobby(play.state.setting, START)
    play.state, play.timers = lobby, {"lobby": START + timedelta(minutes=30)}
    play.passes(timedelta(hours=1))
    assert isinstance(play.state, Finished)
