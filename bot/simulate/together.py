"""What holds of what a team reads, makes, and takes on in small groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.activities.books.model import Shelf
from bot.activities.products.model import KEPT, Product
from bot.activities.projects.model import Projects
from bot.simulate.invariants import Look, holds


def _timers(look: Look, wanted: dict[str, bool | None]) -> Iterator[str]:
    """Those that are wanted are set, and no others; None: either will do."""
    found = {name for name in look.timers if not name.startswith("told:")}
    must = {name for name, needed in wanted.items() if needed}
    may = {name for name, needed in wanted.items() if needed is not False}
    if not must <= found <= may:
        yield f"timers {sorted(found)} instead of {sorted(must)}"


@holds("books")
def books(state: Shelf, look: Look) -> Iterator[str]:
    """A vote closes, a part comes; every page is read once; nobody is named but who hosts and who voted."""
    reading = state.reading is not None
    yield from _timers(look, {"close": state.vote is not None, "part": reading, "half": None if reading else False})
    if len({title.id for title in state.titles}) != len(state.titles):
        yield "a title is there twice"
    if state.vote is not None and {idea.id for idea in state.vote.voting.ideas} - {one.id for one in state.titles}:
        yield "a vote is open on a book that is off the list"
    if state.reading is not None:
        parts = state.reading.parts
        if any(after.first != before.last + 1 or after.at <= before.at for before, after in pairwise(parts)):
            yield f"pages are left out or read twice: {parts}"


@holds("projects")
def projects(state: Projects, look: Look) -> Iterator[str]:
    """While there are projects they are asked about once, and end."""
    halves = any(one.half is not None for one in state.projects)
    yield from _timers(look, {"half": halves, "over": bool(state.projects)})
    if len({one.id for one in state.projects}) != len(state.projects):
        yield "a project is there twice"


@holds("products")
def products(state: Product, look: Look) -> Iterator[str]:
    """It waits for nobody: no timer is ever set; without a name nothing is asked."""
    yield from _timers(look, {})
    if not state.title and (state.asked or state.changes):
        yield "something without a name is asked about"
    if len(state.changes) > KEPT:
        yield f"{len(state.changes)} changes are kept"
