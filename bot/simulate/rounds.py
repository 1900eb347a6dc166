"""What holds of every live round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from bot.activities.rounds.model import Closed, Finished, Gathering, Paused, Planned, Round, Running
from bot.pieces.turns import Turns
from bot.simulate.invariants import Look, holds


@holds("rounds")
def timers(state: Round, look: Look) -> Iterator[str]:
    """Each phase has the timers that take it on, and no others."""
    match state:
        case Planned():
            wanted = {"plan"}
        case Gathering():
            wanted = {"gather"}
        case Running(over=over):
            wanted = {"silence" if over else "turn", "idle"}
        case Paused():
            wanted = {"give_up"}
        case Closed():
            wanted = {"file"}
        case Finished():
            wanted = set()
        case _:
            assert_never(state)
    found = {name for name in look.timers if not name.startswith("told:")}
    if found != wanted:
        yield f"timers {sorted(found)} instead of {sorted(wanted)}"


@holds("rounds")
def members(state: Any, look: Look) -> Iterator[str]:
    """Each member is in exactly one of waiting, heard, passed, unheard; a passer is never named in public."""
    turns: Turns | None = None
    match state:
        case Running(turns=held):
            turns = held
            if not held.waiting:
                yield "runs without a speaker"
        case Paused(run=run):
            turns = run.turns
    if turns is None:
        return
    if len(set(turns.everybody())) != len(turns.everybody()):
        yield f"somebody is in two sets: {turns}"
    for name in ("card", "result"):
        told = look.named(name) & set(turns.passed)
        if told:
            yield f"the card {name!r} names {sorted(m.user for m in told)}, who passed"
