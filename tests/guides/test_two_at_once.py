"""Two people press at one moment, each in a process of their own: two engines on one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.activities import ACTIVITIES
from bot.engine.handle import Engine
from bot.engine.route import Routes
from bot.kernel.cards import Action
from bot.kernel.inbound import ButtonPressed
from storage.database import Connections
from storage.unit import Database
from tests.storage.test_contract import at_once
from tests.stories.test_session import library
from tests.story import Local, berlin

PEPPER = b"a pepper for stories"


@pytest.fixture(params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Local, Engine]]:
    """A stage, and the engine of a second process on the same database."""
    url = f"sqlite:///{tmp_path / 'two.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    stage = Local(berlin("2026-03-25 09:29"), content=library(), connections=Connections(url))
    others = Connections(url)
    by_name = {activity.name: activity for activity in ACTIVITIES}
    second = Engine(by_name, Routes(ACTIVITIES), Database(others, by_name, PEPPER, stage.content).unit, stage.clock)
    yield stage, second
    others.close()
    stage.connections.close()


def both_press(pair: tuple[Local, Engine], first: str, other: str, label: str) -> None:
    """Both see the same card, and press the same button at one moment."""
    stage, second = pair
    action, message = stage._find(first, label, "bridge")
    assert message is not None

    def press(engine: Engine, person: str, id_: str) -> Callable[[], object]:
        pressed = ButtonPressed(
            id=id_, actor=stage.member(person), place=stage.place, action=Action(*_parts(action)), message=message.id
        )
        return lambda: engine.handle(pressed)

    results = at_once(press(stage.engine, first, "one"), press(second, other, "two"))
    assert not [result for result in results if isinstance(result, Exception)]
    stage.settle()


def _parts(action: Action) -> tuple[str, object, str, str]:
    return action.activity, action.session, action.verb, action.argument


def opened(stage: Local) -> None:
    stage.types("Tomas", "session start learning-hour handover")
    for person in ("Ines", "Sam", "Arun"):
        stage.presses(person, "I'm here")


def test_start_by_two(pair: tuple[Local, Engine]) -> None:
    """Two press Start at one moment: one session begins, once."""
    opened(pair[0])
    both_press(pair, "Tomas", "Lena", "Start")
    assert sum("Check-in round, 10 minutes" in m.text() for m in pair[0].in_thread()) == 1


def test_next_by_two(pair: tuple[Local, Engine]) -> None:
    """Two press Next at one moment: one step on, none is skipped."""
    stage = pair[0]
    opened(stage)
    stage.presses("Tomas", "Start")
    both_press(pair, "Tomas", "Lena", "Next")
    assert "Guided discussion, until" in stage.card()
    assert sum("Guided discussion, 30 minutes" in m.text() for m in stage.in_thread()) == 1


def test_a_role_by_two(pair: tuple[Local, Engine]) -> None:
    """Two take the role that is offered at one moment: one has it."""
    stage = pair[0]
    opened(stage)
    stage.presses("Tomas", "Start")
    stage.presses("Tomas", "More")
    stage.presses("Tomas", "Hand over my role")
    both_press(pair, "Arun", "Sam", "I'll do it")
    taken = [m.text() for m in stage.in_thread() if "hosts from here" in m.text()]
    assert len(taken) == 1
