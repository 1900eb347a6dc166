"""What holds of check-ins whatever happens: nothing asked twice, nothing lost, nothing left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.activities.checkins.commands.asks import read_asks
from bot.activities.checkins.events import (
    DateCame,
    Deleted,
    Event,
    FormAsked,
    LaterWanted,
    PartTold,
    Passed,
    PlanConfirmed,
    ReminderCame,
    WentAway,
    Wrote,
)
from bot.activities.checkins.logic import decide, part
from bot.activities.checkins.logic.people import expected
from bot.activities.checkins.model import (
    Ask,
    Asking,
    CalledOff,
    Chosen,
    Collecting,
    Draft,
    Ended,
    Expected,
    Filed,
    Material,
    Part,
    PartOver,
    Plan,
    Revealed,
    Scheduled,
    State,
)
from bot.kernel.calendar import Exceptions, Monthly, Moved, Once, Rule, Weekly, Workdays, local_date
from bot.kernel.decision import Decision
from bot.kernel.effects import Begin, Effect, Forget, Keep, Post, Retract, SetTimer
from bot.kernel.ids import Member, Place, SessionId
from bot.kernel.people import Absence, Person, Settings

NOW = datetime(2026, 6, 16, 7, 30, tzinfo=UTC)
MAYA, JO = Member("local", "w", "maya"), Member("local", "w", "jo")
ASKING = Asking(
    id=SessionId("occurrence.team"),
    place=Place("local", "w", "bridge"),
    team_label="#bridge",
    zone="Europe/Berlin",
    day=date(2026, 6, 16),
    asks=(Ask("What helped you?"),),
    closes=NOW + timedelta(hours=6),
    schedule=SessionId("schedule.team"),
    wall=time(9, 30),
)
PLAN = Plan(
    SessionId("schedule.team"),
    ASKING.place,
    "#bridge",
    "Europe/Berlin",
    Rule(Weekly((1,), date(2026, 6, 1)), time(9, 30), "each"),
)
STATES: list[State] = [
    Collecting(replace(ASKING, asked_by=MAYA, watch=(JO,)), NOW, (NOW,), 3),
    Revealed(ASKING, NOW, NOW),
    Filed(ASKING, NOW, 2),
    CalledOff(ASKING.id, NOW),
    Part(ASKING, MAYA, "answered", ("A walk.",), "a map", remind=NOW),
    PartOver(ASKING.id, NOW, True),
    Draft(PLAN, MAYA),
    Scheduled(
        PLAN, Chosen(ASKING.day, ASKING.asks), Exceptions((ASKING.day,), (Moved(ASKING.day, ASKING.day, time(10)),))
    ),
    *(
        Scheduled(replace(PLAN, rule=Rule(rhythm, time(9, 30))), None)
        for rhythm in (Monthly(-1, 4), Workdays(), Once(ASKING.day))
    ),
    Ended(PLAN.id, NOW),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_a_state_comes_back_as_it_was_stored(state: State) -> None:
    """Every phase survives the way through the database, with its type."""
    kept: TypeAdapter[State] = TypeAdapter(State)
    assert state == kept.validate_json(kept.dump_json(state))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("What helped?", "Write a word or two, or close the form; closing is fine."),
        ("Ready? [yes/no]", "Choose one, or close the form; closing is fine."),
        ("Open tickets? [number]", "Write a number, or close the form; closing is fine."),
    ],
)
def test_what_is_missing_is_said_in_its_own_words(line: str, said: str) -> None:
    """A list wants a choice and a number a number; of several questions all but the first may be left."""
    first, second = read_asks(f"{line}\n{line}")
    assert first.why_not("") == said
    assert second.why_not("") == ""


events = st.lists(
    st.one_of(
        st.builds(Wrote, st.just(MAYA), st.just(ASKING), st.booleans(), st.sampled_from([("A",), ("B",)]), st.just("")),
        st.builds(Passed, st.just(MAYA), st.just(ASKING), st.booleans()),
        st.builds(LaterWanted, st.just(MAYA), st.just(ASKING)),
        st.builds(FormAsked, st.just(MAYA), st.just(ASKING), st.booleans()),
        st.just(Deleted(MAYA)),
        st.just(ReminderCame()),
        st.builds(PartTold, st.sampled_from(["closed", "filed", "undelivered"]), st.booleans(), st.just("prompt")),
        st.builds(WentAway, st.sampled_from([MAYA, JO]), st.booleans()),
    ),
    max_size=12,
)


@pytest.mark.parametrize("name", ["prompt", "reminder"])
def test_a_zone_question_that_reached_nobody_was_not_asked(name: str) -> None:
    """Whoever could not be reached is asked for their zone with the next question, whichever message it was in."""
    asking = replace(ASKING, by_channel=name == "reminder")
    begun = part.begin(asking, Expected(MAYA, NOW, ask_zone="Europe/Berlin"), NOW)
    state, effects = begun.state, begun.effects
    if name == "reminder":
        assert not [one for one in effects if isinstance(one, Keep) and one.kind == "zone_asked"]
        state, effects = _after(part.decide(state, ReminderCame(), NOW))
    assert [one.key for one in effects if isinstance(one, Keep) and one.kind == "zone_asked"] == [MAYA.key()]
    _, effects = _after(part.decide(state, PartTold("undelivered", name=name), NOW))
    assert Forget("zone_asked", MAYA.key()) in effects


def _after(decision: Any) -> tuple[Any, tuple[Effect, ...]]:
    assert isinstance(decision, Decision)
    return decision.state, decision.effects


@given(events, st.sampled_from(["at_close", "at_once"]), st.booleans())
def test_a_part_whatever_is_pressed(happens: list[Event], reveal: str, by_channel: bool) -> None:
    """One question, one reminder, one reply in the thread; what is over holds no name and no word."""
    asking = replace(ASKING, reveal=reveal, by_channel=by_channel)  # type: ignore[arg-type]
    begun = part.begin(asking, Expected(MAYA, NOW, remind=NOW + timedelta(hours=5)), NOW)
    state: State | None = begun.state
    effects: list[Effect] = [*begun.effects]
    said = None  # what the team may read of this person, as it should be
    for event in happens:
        if isinstance(event, Wrote | Passed | LaterWanted | FormAsked):
            event = replace(event, asking=asking)
        decision = decide(state, event, NOW)
        if not isinstance(decision, Decision):
            continue
        over = isinstance(state, PartOver)
        if not over and isinstance(event, Wrote):
            said = event.values
        gone = isinstance(event, Deleted) or (isinstance(event, WentAway) and event.member == MAYA and event.erased)
        if gone or (isinstance(event, Passed) and not over):
            said = None
        state = decision.state
        effects += decision.effects
    posts = [effect.name for effect in effects if isinstance(effect, Post)]
    assert posts.count("prompt") == (0 if by_channel else 1)
    assert posts.count("reminder") <= 1
    standing = [e for e in effects if isinstance(e, Post | Retract) and e.name == "answer"]
    assert all(isinstance(one, Post) == (n % 2 == 0) for n, one in enumerate(standing))  # never two at once
    kept = [e for e in effects if isinstance(e, Keep | Forget) and e.kind == "checkin_answer"]
    last = kept[-1] if kept else None
    found = tuple(last.row["values"]) if isinstance(last, Keep) else None
    assert said == found or (found is None and isinstance(state, PartOver))
    if isinstance(state, PartOver):
        assert "maya" not in repr(state)


rhythms = st.one_of(
    st.builds(
        Weekly,
        st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
        st.just(date(2026, 6, 1)),
        st.integers(1, 4),
    ),
    st.builds(Monthly, st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6)),
    st.just(Workdays()),
)
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/Toronto", "Pacific/Apia", "Pacific/Kiritimati", "America/Havana")
people = st.lists(
    st.builds(
        Person,
        member=st.integers(0, 10_000).map(lambda n: Member("local", "w", f"u{n}")),
        name=st.just("Somebody"),
        zone=st.sampled_from(ZONES),
        founding=st.just(True),
        takes_part=st.booleans(),
        settings=st.builds(
            Settings,
            days=st.sampled_from([(0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6), (6,)]),
            absences=st.sampled_from([(), (Absence(date(2026, 6, 20), date(2026, 7, 10)),)]),
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda person: person.member,
)


@given(rhythms, st.sampled_from(["each", "team"]), st.integers(5, 23), people)
def test_a_schedule_asks_once_per_date(
    rhythm: Weekly | Monthly | Workdays, moment: str, hour: int, team: list[Person]
) -> None:
    """Over a year each date has one occurrence, asked at that time of day where each person is, on their days."""
    rule = Rule(rhythm, time(hour), moment)  # type: ignore[arg-type]
    plan = replace(PLAN, rule=rule)
    material = Material(tuple(team), 1)
    now = NOW
    decision = decide(None, PlanConfirmed(material, MAYA, plan), now)
    begun: list[SessionId] = []
    days: list[date] = []
    for _ in range(60):
        assert isinstance(decision, Decision)
        state = decision.state
        assert isinstance(state, Scheduled)
        timers = [effect for effect in decision.effects if isinstance(effect, SetTimer) and effect.name == "next"]
        assert len(timers) == 1
        assert timers[0].at > now
        now = timers[0].at
        decision = decide(state, DateCame(material), now)
        assert isinstance(decision, Decision)
        for effect in decision.effects:
            if isinstance(effect, Begin):
                begun.append(effect.session)
                assert isinstance(effect.state, Collecting)
                asking = effect.state.asking
                days.append(asking.day)
                assert asking.closes > now
                for one in expected(material, asking, now, now):
                    person = next(p for p in team if p.member == one.member)
                    assert person.takes_part
                    there = local_date(one.opens, person.zone)
                    if moment == "each":
                        assert there == asking.day
                    assert there.weekday() in person.settings.days
                    assert not person.away_on(asking.day if moment == "each" else there)
    assert len(set(begun)) == len(begun)
    assert days == sorted(set(days))


def test_who_presses_later_on_a_message_that_counted_as_lost_has_it():
    """The platform's answer was lost, the message was not: pressed in the conversation, it is not sent once more."""
    lost = Part(ASKING, MAYA, how="undelivered", missed=True)
    pressed = decide(lost, LaterWanted(ASKING, MAYA, direct=True), NOW)
    assert isinstance(pressed, Decision)
    assert isinstance(pressed.state, Part)
    assert (pressed.state.how, pressed.state.asked, pressed.state.missed) == ("open", True, False)
    reachable = decide(pressed.state, PartTold("reachable"), NOW)
    assert isinstance(reachable, Decision)
    assert not [effect for effect in reachable.effects if isinstance(effect, Post)]
