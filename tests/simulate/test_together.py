"""What must hold of books, small projects and what a team makes: each rule finds the state that breaks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import bot.simulate.together  # noqa: F401
from bot.activities.books.model import Part, Reading, Shelf, Title
from bot.activities.products.model import Change, Product
from bot.activities.projects.model import Project, Projects
from bot.kernel.ids import SessionId
from bot.simulate.invariants import CHECKS, Look

NOW = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(weeks=2)
HERE = SessionId("s.t")
READING = Reading(0, "A book", "pages", (Part(1, 60, NOW), Part(61, 90, LATER)), None)
GAP = Reading(0, "A book", "pages", (Part(1, 60, NOW), Part(62, 90, LATER)), None)
PROJECT = Project("p0", "A list", (), 0, LATER, NOW)


def wrong(activity: str, state: Any, *timers: str) -> list[str]:
    look = Look(NOW, HERE, "t", frozenset(timers), {})
    return [said for check in CHECKS[activity] for said in check(state, look)]


@pytest.mark.parametrize(
    ("activity", "state", "timers", "said"),
    [
        ("books", Shelf(HERE, reading=READING), ("half",), "timers ['half'] instead of ['part']"),
        ("books", Shelf(HERE), ("half",), "timers ['half'] instead of []"),
        ("books", Shelf(HERE, reading=GAP), ("part",), "left out or read twice"),
        ("books", Shelf(HERE, titles=(Title("b0", "A"), Title("b0", "B"))), (), "twice"),
        ("projects", Projects(HERE, (PROJECT,)), ("over",), "timers ['over'] instead of ['half', 'over']"),
        ("projects", Projects(HERE, (PROJECT, PROJECT)), ("half", "over"), "twice"),
        ("products", Product(HERE, changes=(Change(NOW, "A list"),)), (), "without a name"),
        ("products", Product(HERE, "A guide"), ("ask",), "timers ['ask'] instead of []"),
    ],
)
def test_what_is_broken_is_found(activity: str, state: Any, timers: tuple[str, ...], said: str) -> None:
    """A lost timer, a page read twice, a thing without a name: each is reported."""
    assert any(said in one for one in wrong(activity, state, *timers))


@pytest.mark.parametrize(
    ("activity", "state", "timers"),
    [
        ("books", Shelf(HERE, reading=READING), ("half", "part")),
        ("projects", Projects(HERE, (PROJECT,)), ("half", "over")),
        ("products", Product(HERE, "A guide"), ()),
    ],
)
def test_what_is_whole_is_left_alone(activity: str, state: Any, timers: tuple[str, ...]) -> None:
    """A state as the activity leaves it is not reported."""
    assert wrong(activity, state, *timers) == []
