"""Sessions' states as text, and back; those that were written last need not be read again.

What a text means never changes, so what is remembered here can be neither stale nor somebody else's: not after a
rollback, not beside another process, not for a session that was forgotten and begun anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.kernel.activity import Activity

MOST = 1_000  # states that are remembered; a busy minute of a few hundred teams
LONGEST = 20_000  # characters; longer ones are rare, and would push many others out of memory


@cache
def _adapter(state_type: Any) -> TypeAdapter[Any]:
    """Made once in a process, however many bots live in it: a rehearsal and a simulation start many."""
    return TypeAdapter(state_type)


class UnfaithfulError(AssertionError):
    """A state that would not come back as it was written."""


class States:
    """Reads and writes the states of all activities.

    *doubting*: read back all that is written, and raise UnfaithfulError where it differs. For tests and simulations:
    what is remembered must be exactly what a restarted bot would read.
    """

    def __init__(self, activities: Mapping[str, Activity], *, doubting: bool = False) -> None:
        self.doubting = doubting
        self._adapters = {name: _adapter(activity.state_type) for name, activity in activities.items()}
        self._finished = {name: activity.finished for name, activity in activities.items()}
        self._remembered: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, activity: str) -> bool:
        return activity in self._adapters

    def read(self, activity: str, text: str) -> Any:
        with self._lock:
            known = self._remembered.get((activity, text))
        if known is not None:
            return known
        state = self._adapters[activity].validate_json(text)
        self._remember(activity, text, state)
        return state

    def write(self, activity: str, state: Any) -> str:
        text = self._adapters[activity].dump_json(state).decode()
        if self.doubting:
            again = self._adapters[activity].validate_json(text)
            for difference in differences(state, again, activity):
                raise UnfaithfulError(difference)
        self._remember(activity, text, state)
        return text

    def is_over(self, activity: str, state: Any) -> bool:
        return isinstance(state, self._finished[activity])

    def _remember(self, activity: str, text: str, state: Any) -> None:
        if len(text) > LONGEST:
            return
        with self._lock:
            self._remembered[activity, text] = state
            if len(self._remembered) > MOST:
                self._remembered.popitem(last=False)


def differences(one: Any, other: Any, at: str) -> Iterator[str]:
    """Where a value differs from what was read back, down to the type; and moments in a zone, which come back fixed."""
    if type(one) is not type(other):
        yield f"{at} is a {type(one).__name__}, and comes back as a {type(other).__name__}"
    elif is_dataclass(one):
        for field in fields(one):
            yield from differences(getattr(one, field.name), getattr(other, field.name), f"{at}.{field.name}")
    elif isinstance(one, list | tuple) and len(one) == len(other):
        for number, (mine, its) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, its, f"{at}[{number}]")
    elif isinstance(one, Mapping) and list(one) == list(other):
        for key in one:
            yield from differences(one[key], other[key], f"{at}[{key!r}]")
    elif isinstance(one, datetime) and isinstance(one.tzinfo, ZoneInfo):
        yield f"{at} is a moment in {one.tzinfo.key}, and comes back with its offset alone"
    elif one != other:
        yield f"{at} is not what comes back"
