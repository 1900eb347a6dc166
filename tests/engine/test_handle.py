"""The one path in: who may do what, what is committed, and that nothing from outside can break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.activities import ACTIVITIES, rounds
from bot.engine.handle import ATTEMPTS, FROM_BEFORE, UNREADABLE, Engine
from bot.engine.ports import StaleSessionError
from bot.engine.route import Routes
from bot.kernel.activity import Activity, Aimed, Command, Context, Level, Shown
from bot.kernel.cards import Action, Card, Form, TextField
from bot.kernel.decision import Correct, Decision, Quiet, Refused, Reply, Show, Whisper, say
from bot.kernel.effects import Post, Revise, SetTimer
from bot.kernel.ids import NO_SESSION, Member, Place, SessionId
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Inbound, RosterRead, TimerFired, Told
from bot.kernel.people import Profile
from storage.database import Connections
from storage.migrations import upgrade
from storage.unit import Database
from tests.storage.stores import ACTIVITIES as TWO
from tests.storage.stores import ARUN, HERE, LENA, NOW, TOMAS, Page, Store, card, press

STRANGER = Member("local", "w", "stranger")
ASIDE = Place("local", "w", "aside")
COMMANDS = [command.words for _, command in Routes(ACTIVITIES).commands]


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    """A store for tests that leave nothing behind that another would notice."""
    connections = Connections("sqlite://")
    upgrade(connections)
    store = Store(connections)
    store.does()
    yield store
    connections.close()


@pytest.fixture
def memory() -> Iterator[Store]:
    connections = Connections("sqlite://")
    upgrade(connections)
    yield Store(connections)
    connections.close()


def said(reply: Reply) -> str:
    return reply.card.fallback() if isinstance(reply, Whisper) else ""


def probe(level: Level, answer: Any = None) -> Activity:
    """An activity of one verb at that level, which answers *answer*."""

    def aim(inbound: Inbound, context: Context) -> Any:
        return answer or Aimed(context.new_session, inbound)

    def decide(state: Any, event: Any, now: Any) -> Any:  # noqa: ARG001
        return Decision(Page(("done",)), reply=say("Done."))

    return Activity(name="probe", state_type=Page | None, allow={"verb": level}, aim=aim, decide=decide)


def engine_of(store: Store, *activities: Activity) -> Engine:
    by_name = {activity.name: activity for activity in activities}
    database = Database(store.connections, by_name, b"pepper")
    return Engine(by_name, Routes(activities), database.unit, lambda: store.now)


@cache
def whole(store: Store) -> Engine:
    """The engine with every activity; made once, for that takes a while."""
    return engine_of(store, *ACTIVITIES)


def pressing(by: Member, place: Place, id: str, verb: str = "verb", activity: str = "probe") -> ButtonPressed:
    return ButtonPressed(id=id, actor=by, place=place, action=Action(activity, NO_SESSION, verb))


# permission

OWNER, IN_TEAM, OUTSIDE = (LENA, HERE), (TOMAS, HERE), (STRANGER, Place("local", "w", "D", direct=True))
GUESTS_OF_A_TEAM = (TOMAS, ASIDE)


@pytest.mark.parametrize(
    ("level", "who", "may"),
    [
        (Level.ANYONE, OWNER, True),
        (Level.ANYONE, OUTSIDE, True),
        (Level.MEMBER, OWNER, True),
        (Level.MEMBER, IN_TEAM, True),
        (Level.MEMBER, OUTSIDE, False),
        (Level.MEMBER, GUESTS_OF_A_TEAM, False),
        (Level.OWNER, OWNER, True),
        (Level.OWNER, IN_TEAM, False),
        (Level.OWNER, OUTSIDE, False),
        (Level.CLOCK, OWNER, False),
        (Level.CLOCK, OUTSIDE, False),
    ],
)
def test_who_may_do_what(memory: Store, level: Level, who: tuple[Member, Place], may: bool) -> None:
    """A verb is done by whoever has its level or more, and refused in words to everybody else."""
    reply = engine_of(memory, probe(level)).handle(pressing(*who, "1"))
    assert (said(reply) == "Done.") is may
    assert said(reply)


def test_a_verb_that_is_not_listed_is_refused(memory: Store) -> None:
    """What no activity lists, and what no activity is called, changes nothing and says so."""
    engine = engine_of(memory, probe(Level.ANYONE))
    assert said(engine.handle(pressing(LENA, HERE, "1", "unlisted"))) == FROM_BEFORE
    assert said(engine.handle(pressing(LENA, HERE, "2", activity="nobody"))) == FROM_BEFORE
    assert memory.rows("SELECT id FROM session") == []


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.name)
def test_only_the_clock_does_what_is_the_clocks(activity: Activity) -> None:
    """Every verb of timers and tells is at the clock's level in every activity, and no other verb is."""
    for verb, level in activity.allow.items():
        assert (level is Level.CLOCK) == verb.startswith(("timer:", "told:")), verb


@pytest.mark.parametrize("verb", [verb for verb in rounds.ACTIVITY.allow if verb.startswith(("timer:", "told:"))])
def test_a_person_cannot_press_what_is_the_clocks(shared: Store, verb: str) -> None:
    """A forged press of a timer's verb is refused like any card from before."""
    reply = whole(shared).handle(pressing(LENA, HERE, f"clock {verb}", verb, "rounds"))
    assert said(reply) == FROM_BEFORE


def test_a_timer_nobody_listens_to_is_not_lost_in_silence(memory: Store) -> None:
    """A timer or tell of a verb that is not listed raises, so that it is parked for an operator; it stays."""
    memory.does(SetTimer("unknown", NOW))
    due = memory.queues.due(NOW)
    assert due is not None
    with pytest.raises(LookupError, match="timer:unknown"):
        memory.engine.handle(due)
    assert memory.queues.due(NOW) == due


# commits


def test_a_refusal_is_committed(memory: Store) -> None:
    """What was refused is not decided again when it comes once more."""
    engine = engine_of(memory, probe(Level.ANYONE, Refused("No.")))
    assert said(engine.handle(pressing(LENA, HERE, "1"))) == "No."
    assert engine.handle(pressing(LENA, HERE, "1")) == Quiet()


def test_what_is_only_shown_is_shown_again(memory: Store) -> None:
    """An answer that changes nothing is not claimed: asked again after a lost reply, it is given again."""
    engine = engine_of(memory, probe(Level.ANYONE, Shown(say("Look."))))
    for _ in range(2):
        assert said(engine.handle(pressing(LENA, HERE, "1"))) == "Look."


def test_a_timer_that_only_shows_is_done(memory: Store) -> None:
    """A timer answered by something to show has had its say, and does not fire for ever."""
    clocked = replace(probe(Level.CLOCK, Shown(say("Look."))), allow={"timer:turn": Level.CLOCK})
    memory.does(SetTimer("turn", NOW), activity="pages")
    memory.connections.raw().execute("UPDATE timer SET activity = 'probe'")
    due = memory.queues.due(NOW)
    assert due is not None
    engine_of(memory, clocked).handle(due)
    assert memory.queues.due(NOW) is None


def test_the_same_press_twice_counts_once(memory: Store) -> None:
    """A platform that brings an event twice gets a quiet answer, and one line is written."""
    memory.does()
    assert said(memory.engine.handle(press(id="same"))) == "1 lines."
    assert memory.engine.handle(press(id="same")) == Quiet()
    with memory.database.unit() as unit:
        assert unit.load(SessionId("s1"), ("local", "w")).state == Page(("line",))


def test_a_raising_decision_changes_nothing(memory: Store) -> None:
    """When a decision raises, neither its claim nor anything else is kept, and it can be tried again."""

    def boom(*_: object) -> Any:
        raise RuntimeError("boom")

    broken = engine_of(memory, replace(probe(Level.ANYONE), decide=boom))
    with pytest.raises(RuntimeError):
        broken.handle(pressing(LENA, HERE, "1"))
    assert said(engine_of(memory, probe(Level.ANYONE)).handle(pressing(LENA, HERE, "1"))) == "Done."


def test_a_press_on_a_card_of_another_activity_is_from_before(memory: Store) -> None:
    """A token that names a session of another activity opens nothing in it."""
    memory.does(activity="deaf")
    assert said(memory.engine.handle(press(LENA))) == FROM_BEFORE


def test_a_session_that_moves_all_the_time_asks_to_press_again(memory: Store) -> None:
    """After many decisions on states that others moved meanwhile, a person is asked to press once more."""
    tries = []

    class Busy:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __enter__(self) -> Any:
            unit = self.inner.__enter__()
            unit.save = self.stale
            return unit

        def __exit__(self, *how: Any) -> Any:
            return self.inner.__exit__(*how)

        def stale(self, *_: Any, **__: Any) -> None:
            tries.append(1)
            raise StaleSessionError("moved")

    memory.does()
    engine = replace(memory.engine, units=lambda: Busy(memory.database.unit()))
    assert "press once more" in said(engine.handle(press()))
    assert len(tries) == ATTEMPTS
    memory.does(SetTimer("turn", NOW))
    due = memory.queues.due(NOW)
    assert due is not None
    with pytest.raises(StaleSessionError):
        engine.handle(due)


# replies


def test_a_press_brings_back_the_card_it_was_made_on(memory: Store) -> None:
    """The answer to a press carries its card as it looks now, with names, for platforms that redraw at once."""
    revises = Decision(Page(("x",)), (Revise("card", Card(f"Now {chr(0xE000)}w:local/w/lena{chr(0xE001)}")),))
    activity = replace(TWO[0], decide=lambda *_: revises)
    memory.does(Post("card", HERE, card("before")))
    (sent,) = memory.deliver()
    engine = engine_of(memory, activity, TWO[1])
    reply = engine.handle(replace(press(), message=f"m{sent.id}"))
    assert isinstance(reply, Quiet)
    assert reply.now is not None
    assert reply.now.title == "Now Lena"
    assert engine.handle(replace(press(id="2"), message="another")) == Quiet()


def test_a_form_a_command_asked_for_can_be_opened_by_a_button(memory: Store) -> None:
    """Where typing cannot open a form, the answer names the action that opens it."""
    shows = replace(
        probe(Level.ANYONE, Shown(Show(Form("Ask", (TextField("a", "A"),), Action("probe", NO_SESSION, "verb"))))),
        commands=(Command("ask", "verb", "Ask"),),
    )
    reply = engine_of(memory, shows).handle(CommandTyped(id="1", actor=LENA, place=HERE, text="ask this"))
    assert isinstance(reply, Show)
    assert reply.again == Action("probe", NO_SESSION, "verb", "this")


def test_what_people_write_can_forge_no_name(memory: Store) -> None:
    """Token characters and what no database takes are gone from forms before an activity sees them."""
    seen: list[Inbound] = []

    def aim(inbound: Inbound, context: Context) -> Shown:  # noqa: ARG001
        seen.append(inbound)
        return Shown(Correct({"a": "No."}))

    engine = engine_of(memory, replace(probe(Level.ANYONE), aim=aim))
    action = Action("probe", NO_SESSION, "verb")
    values = {"a": "\ue000w:x\ue001\x00\ud83d ok", "b": ("\x07tick",)}
    engine.handle(FormSubmitted(id="1", actor=LENA, place=HERE, action=action, values=values))
    (form,) = seen
    assert isinstance(form, FormSubmitted)
    assert form.values == {"a": "w:x ok", "b": ("tick",)}


# from outside


@pytest.mark.parametrize("error", [ValueError("no date"), KeyError("missing")])
def test_what_cannot_be_read_is_said(memory: Store, error: Exception) -> None:
    """A form or press whose values are not what a card of ours holds gets a sentence; a command's error is ours."""

    def aim(*_: object) -> Any:
        raise error

    unreading = replace(probe(Level.ANYONE), aim=aim, commands=(Command("read", "verb", "Read"),))
    engine = engine_of(memory, unreading)
    assert said(engine.handle(pressing(LENA, HERE, "1"))) == UNREADABLE
    with pytest.raises(type(error)):
        engine.handle(CommandTyped(id="2", actor=LENA, place=HERE, text="read"))


anything = st.text(st.characters(), max_size=80)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(activity=st.sampled_from([*[a.name for a in ACTIVITIES], "say", "", "\x00"]), session=anything, verb=st.data())
def test_a_forged_press_never_raises(shared: Store, activity: str, session: str, verb: st.DataObject) -> None:
    """Whatever token, choice or form comes back from outside, the answer is a reply and never an exception."""
    listed = [v for a in ACTIVITIES if a.name == activity for v in a.allow] or ["type"]
    named = verb.draw(st.sampled_from(listed) | anything)
    argument, choice, place = verb.draw(anything), verb.draw(anything), verb.draw(st.sampled_from((HERE, ASIDE)))
    session = verb.draw(st.sampled_from((session, "", "s1", f"x.{shared.team()}")))
    action = Action(activity, SessionId(session), named, argument)
    engine = whole(shared)
    engine.handle(ButtonPressed(id=shared.id(), actor=ARUN, place=place, action=action, choice=choice, message=choice))
    form = FormSubmitted(
        id=shared.id(), actor=ARUN, place=place, action=action, values={"text": argument, "at": choice}
    )
    assert isinstance(engine.handle(form), Quiet | Whisper | Show | Correct)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(), max_size=300), word=st.sampled_from([c.words for a in ACTIVITIES for c in a.commands])
)
def test_whatever_is_typed_gets_an_answer(shared: Store, text: str, word: str) -> None:
    """Any text behind any command, or none, is answered, in a channel, in no team, and in a direct message."""
    engine = whole(shared)
    for place in (HERE, ASIDE, Place("local", "w", "D", direct=True)):
        for typed in (text, f"{word} {text}"):
            reply = engine.handle(CommandTyped(id=shared.id(), actor=ARUN, place=place, text=typed))
            assert isinstance(reply, Quiet | Whisper | Show | Correct)


def test_news_heard_twice_counts_once(memory: Store) -> None:
    """A roster that comes again under its own id is not read again."""
    first = RosterRead(id="r", place=ASIDE, name="aside", people=(Profile(LENA, "Lena"),), by=LENA)
    memory.engine.hear(first)
    memory.engine.hear(replace(first, people=()))
    assert memory.context(by=LENA, place=ASIDE).level is Level.OWNER


def test_timers_and_tells_have_a_verb() -> None:
    """What follows a # in a timer's name does not change whom it wakes."""
    timer = TimerFired(id="1", activity="a", session=SessionId("s"), name="remind#lena", at=NOW, workspace=("p", "w"))
    told = Told(
        id="1",
        activity="a",
        session=SessionId("s"),
        name="told:left#1",
        verb_told="left",
        payload={},
        at=NOW,
        workspace=("p", "w"),
    )
    assert (timer.verb, told.verb) == ("timer:remind", "told:left")
