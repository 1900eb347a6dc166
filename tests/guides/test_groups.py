"""The small groups of a session that runs: a fair mix, also for whoever comes later."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.activities.guides.logic import decide
from bot.activities.guides.model import Came, Grouped, Opened, Running, Setting, Started
from bot.kernel.content import Step
from bot.kernel.decision import Decision
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.pieces.groups import mixing_cost, sizes

NOW = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)
PEOPLE = tuple(Member("local", "w", f"p{number}") for number in range(9))

pairs = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda pair: pair[0] < pair[1])
units = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 2)).map(lambda found: tuple(found.items()))


def grouped(
    here: int, size: int, units: tuple[tuple[Member, int], ...], met: tuple[tuple[Member, Member], ...]
) -> Running:
    """A session that has just come to its small groups, with so many people."""
    step = Step(id="pairs", kind="breakout", title="In pairs", minutes=10, min_minutes=5, size=size)
    setting = Setting(
        id=SessionId("s.t"), team=TeamId("t"), place=Place("local", "w", "bridge"), team_label="#bridge",
        zone="Europe/Berlin", guide="g", title="Guide", version=1, purpose="", goal="explore", topic="Topic",
        host=PEOPLE[0], owners=(), expected=PEOPLE, steps=(step,), seed=7, units=units, met=met,
    )  # fmt: skip
    state: object = None
    for event in (Opened(setting), *map(Came, PEOPLE[1:here]), Started(PEOPLE[0])):
        decided = decide(state, event, NOW)  # type: ignore[arg-type]
        assert isinstance(decided, Decision)
        state = decided.state
    assert isinstance(state, Running)
    return state


def groups_of(run: Running) -> tuple[tuple[Member, ...], ...]:
    assert isinstance(run.course.live, Grouped)
    return run.course.live.groups


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.integers(2, 4), units, st.lists(pairs, max_size=8).map(tuple))
@example(4, 2, ((PEOPLE[0], 0), (PEOPLE[1], 0), (PEOPLE[2], 1), (PEOPLE[3], 1)), ((PEOPLE[0], PEOPLE[2]),))
def test_the_mix_is_fair_and_later_people_join_the_smallest(
    here: int, size: int, units: tuple[tuple[Member, int], ...], met: tuple[tuple[Member, Member], ...]
) -> None:
    """Nobody is alone or twice; no swap of two mixes units and past pairs better; later ones join the smallest."""
    run = grouped(here, size, units, met)
    found = groups_of(run)
    known = {member: str(number) for member, number in units}
    counts = Counter(frozenset(pair) for pair in met)
    assert sorted(map(len, found), reverse=True) == list(sizes(here, size))
    cost = mixing_cost(found, units=known, met=counts)
    for one in range(len(found)):
        for other in range(one):
            for a in found[one]:
                for b in found[other]:
                    swapped = [tuple({a: b, b: a}.get(person, person) for person in group) for group in found]
                    assert mixing_cost(tuple(swapped), units=known, met=counts) >= cost
    for late in PEOPLE[here:]:
        smallest = min(len(group) for group in groups_of(run))
        came = decide(run, Came(late), NOW)
        assert isinstance(came, Decision)
        assert isinstance(came.state, Running)
        run = came.state
        joined = next(group for group in groups_of(run) if late in group)
        assert len(joined) == smallest + 1
    assert sorted(person for group in groups_of(run) for person in group) == sorted(PEOPLE)
