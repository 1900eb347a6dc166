"""The minutes of a session: what was planned, what was moved, and where added time comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Source = int | Literal["flexible", "each", "end"]  # a later slot, the flexible one, a bit from each, or the end moves


@dataclass(frozen=True, slots=True)
class Slot:
    """The minutes of one step: as they stand now, as they were planned, and the fewest that make sense."""

    planned: int
    minutes: int
    least: int = 1
    flex: bool = False

    @property
    def spare(self) -> int:
        return max(0, self.minutes - self.least)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Slots in the order in which they come. *moved*: by how many minutes the end has moved.

    All minutes together are always what was planned plus what the end moved by.
    """

    slots: tuple[Slot, ...]
    moved: int = 0

    @property
    def planned(self) -> int:
        return sum(slot.planned for slot in self.slots)

    @property
    def total(self) -> int:
        return sum(slot.minutes for slot in self.slots)

    def left_after(self, at: int) -> int:
        """The minutes of everything after slot *at*."""
        return sum(slot.minutes for slot in self.slots[at + 1 :])

    def givers(self, at: int, minutes: int) -> tuple[int, ...]:
        """Later slots that could give all of *minutes*, the flexible one first."""
        able = [i for i in range(at + 1, len(self.slots)) if self.slots[i].spare >= minutes]
        return tuple(sorted(able, key=lambda i: (not self.slots[i].flex, i)))

    def shares(self, at: int, minutes: int) -> tuple[int, ...] | None:
        """What each slot gives when each later one gives a bit; None if they cannot give *minutes* together."""
        given = [0] * len(self.slots)
        for _ in range(minutes):
            able = [i for i in range(at + 1, len(self.slots)) if self.slots[i].spare > given[i]]
            if not able:
                return None
            given[max(able, key=lambda i: (self.slots[i].spare - given[i], i))] += 1
        return tuple(given)

    def usual_source(self, at: int, minutes: int) -> Source:
        """The flexible step if it comes later and has the time, else the end moves."""
        first = next(iter(self.givers(at, minutes)), None)
        return "flexible" if first is not None and self.slots[first].flex else "end"

    def extend(self, at: int, minutes: int, source: Source) -> Agenda:
        """Slot *at* gets *minutes* more. A source that cannot give them all leaves it to the end."""
        given = self._given(at, minutes, source)
        changed = [replace(slot, minutes=slot.minutes - took) for slot, took in zip(self.slots, given, strict=True)]
        changed[at] = replace(changed[at], minutes=changed[at].minutes + minutes)
        return Agenda(tuple(changed), self.moved + minutes - sum(given))

    def _given(self, at: int, minutes: int, source: Source) -> Sequence[int]:
        nothing = (0,) * len(self.slots)
        if source == "end":
            return nothing
        if source == "each":
            return self.shares(at, minutes) or nothing
        able = self.givers(at, minutes)
        giver = next((i for i in able if self.slots[i].flex), None) if source == "flexible" else source
        if giver not in able:
            return nothing
        return tuple(minutes if i == giver else 0 for i in range(len(self.slots)))

    def bring_forward(self, which: int, to: int) -> Agenda:
        """Slot *which* comes at position *to*, all others keep their order."""
        return replace(self, slots=moved(self.slots, which, to))


def moved(things: tuple[Slot, ...], which: int, to: int) -> tuple[Slot, ...]:
    rest = [*things[:which], *things[which + 1 :]]
    return (*rest[:to], things[which], *rest[to:])
