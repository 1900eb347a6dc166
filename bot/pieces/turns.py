"""Whose turn it is: an order of speakers in which nobody is lost and nobody speaks twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.kernel.ids import Member


@dataclass(frozen=True, slots=True)
class Turns:
    """Everybody taking part is in exactly one of: waiting (its head speaks), heard, passed, unheard."""

    waiting: tuple[Member, ...]
    heard: tuple[Member, ...] = ()
    passed: tuple[Member, ...] = ()
    unheard: tuple[Member, ...] = ()
    came_back: tuple[Member, ...] = ()  # went last once at their own wish, or because they were silent
    silent: tuple[Member, ...] = ()  # of those, the silent ones

    @property
    def speaker(self) -> Member | None:
        return self.waiting[0] if self.waiting else None

    @property
    def following(self) -> tuple[Member, ...]:
        return self.waiting[1:]

    def everybody(self) -> tuple[Member, ...]:
        return (*self.heard, *self.passed, *self.unheard, *self.waiting)

    def can_come_back(self) -> bool:
        """Whether the speaker may go last: somebody comes after them, and they have not done so before."""
        return len(self.waiting) > 1 and self.waiting[0] not in self.came_back

    def done(self, member: Member) -> Turns:
        """*member* was heard, in their turn or, in writing, before it."""
        return replace(self._without(member), heard=(*self.heard, member))

    def pass_(self, member: Member) -> Turns:
        return replace(self._without(member), passed=(*self.passed, member))

    def come_back(self) -> Turns:
        """The speaker goes last."""
        first, *rest = self.waiting
        return replace(self, waiting=(*rest, first), came_back=(*self.came_back, first))

    def fall_silent(self) -> Turns:
        """Nothing came from the speaker: last once, then not heard."""
        first, *rest = self.waiting
        if first in self.silent or not rest:
            return self.skip()
        again = self.came_back if first in self.came_back else (*self.came_back, first)
        return replace(self, waiting=(*rest, first), came_back=again, silent=(*self.silent, first))

    def skip(self) -> Turns:
        """The speaker is not here: not heard, which is not the same as passed."""
        first, *rest = self.waiting
        return replace(self, waiting=tuple(rest), unheard=(*self.unheard, first))

    def join(self, member: Member) -> Turns:
        """Somebody comes later: last. Whoever was not heard gets another chance; twice changes nothing."""
        if member in self.unheard:
            return replace(self, unheard=tuple(m for m in self.unheard if m != member), waiting=(*self.waiting, member))
        return self if member in self.everybody() else replace(self, waiting=(*self.waiting, member))

    def leave(self, member: Member) -> Turns:
        """Somebody is gone for good. What they said stays said."""
        return self._without(member)

    def _without(self, member: Member) -> Turns:
        return replace(
            self,
            waiting=tuple(m for m in self.waiting if m != member),
            unheard=tuple(m for m in self.unheard if m != member),
        )
