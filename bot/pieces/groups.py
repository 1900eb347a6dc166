"""Fair small groups from those present: mixed by unit and by who met whom, the odd one in a larger group."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeVar

M = TypeVar("M", bound=Hashable)  # a member: anything that can be sorted

Groups = tuple[tuple[M, ...], ...]
SMALLEST, LARGEST = 2, 4
EXACT = 10  # people up to whom every division is tried
MEETING, SAME_UNIT = 3, 2  # having met once weighs a little more than coming from one unit


def why_not_size(size: int) -> str | None:
    """Why groups cannot have this size, as a sentence; None if they can."""
    if not SMALLEST <= size <= LARGEST:
        return f"Groups of {size} do not work. Choose {SMALLEST}, 3 or {LARGEST}."
    return None


def sizes(people: int, size: int) -> tuple[int, ...]:
    """How many are in each group, larger ones first; none has one person unless only one is there.

    The groups differ by one at most and come as near to *size* as they can; between two numbers of groups
    that come equally near, the smaller number, so that the odd one out joins a group.
    """
    if people <= 0:
        return ()
    possible = [
        count for count in range(1, people + 1) if people // count >= SMALLEST and -(-people // count) <= LARGEST
    ]
    count = min(possible, key=lambda groups: (abs(people / groups - size), groups), default=1)
    small, larger = divmod(people, count)
    return tuple(small + 1 if index < larger else small for index in range(count))


def divide(
    people: Collection[M],
    size: int = 2,
    *,
    units: Mapping[M, str] | None = None,
    met: Mapping[frozenset[M], int] | None = None,
) -> Groups[M]:
    """Divide those present so that people meet whom they have not met, and from other units.

    *met* says how often two people were in a group together. The same facts always give the same groups:
    up to ten people the best there are, beyond that the best that swapping two people at a time can reach.
    """
    present = sorted(set(people), key=_by_id)
    cost = _cost_table(present, units or {}, met or {})
    wanted = sizes(len(present), size)
    chosen = _best(len(present), wanted, cost) if len(present) <= EXACT else _improved(wanted, cost)
    return tuple(sorted((tuple(present[i] for i in sorted(group)) for group in chosen), key=_by_id))


def join(
    groups: Groups[M],
    person: M,
    *,
    units: Mapping[M, str] | None = None,
    met: Mapping[frozenset[M], int] | None = None,
) -> Groups[M]:
    """Somebody comes later: they join the smallest group, of equals the one they mix best with."""
    if any(person in group for group in groups):
        return groups
    if not groups:
        return ((person,),)

    def fit(index: int) -> tuple[int, int, int]:
        cost = sum(_between(person, other, units or {}, met or {}) for other in groups[index])
        return len(groups[index]), cost, index

    best = min(range(len(groups)), key=fit)
    return tuple((*group, person) if index == best else group for index, group in enumerate(groups))


def leave(groups: Groups[M], person: M) -> Groups[M]:
    """Somebody goes: whoever is left alone by that joins the smallest other group."""
    left = [tuple(other for other in group if other != person) for group in groups]
    alone = [group[0] for group, before in zip(left, groups, strict=True) if len(group) == 1 and person in before]
    staying: Groups[M] = tuple(group for group in left if group and group[0] not in alone)
    for one in alone:
        staying = join(staying, one)
    return staying


def pairs(groups: Groups[M]) -> tuple[frozenset[M], ...]:
    """Who was in a group with whom: what to remember for the next time."""
    return tuple(frozenset(pair) for group in groups for pair in combinations(group, 2))


def mixing_cost(
    groups: Groups[M], *, units: Mapping[M, str] | None = None, met: Mapping[frozenset[M], int] | None = None
) -> int:
    """How badly these groups mix; 0 is nobody with anybody they met or share a unit with."""
    return sum(_between(a, b, units or {}, met or {}) for group in groups for a, b in combinations(group, 2))


def _between(a: M, b: M, units: Mapping[M, str], met: Mapping[frozenset[M], int]) -> int:
    # Squared, so that meeting twice is spread over two pairs rather than heaped on one.
    unit = units.get(a, "")
    return MEETING * met.get(frozenset((a, b)), 0) ** 2 + SAME_UNIT * (unit != "" and unit == units.get(b, ""))


def _cost_table(people: Sequence[M], units: Mapping[M, str], met: Mapping[frozenset[M], int]) -> list[list[int]]:
    return [[0 if a == b else _between(a, b, units, met) for b in people] for a in people]


def _best(people: int, wanted: Sequence[int], cost: list[list[int]]) -> list[list[int]]:
    """Every division, cut short where it is already dearer than the best: the first of the best in order."""
    best: list[list[int]] = []
    lowest: int | None = None

    def search(left: tuple[int, ...], room: tuple[int, ...], groups: list[list[int]], so_far: int) -> None:
        nonlocal best, lowest
        if lowest is not None and so_far >= lowest:
            return
        if not left:
            best, lowest = groups, so_far
            return
        first, rest = left[0], left[1:]
        for size in dict.fromkeys(room):  # The first person left may sit in a group of either size.
            following = list(room)
            following.remove(size)
            for others in combinations(rest, size - 1):
                group = [first, *others]
                added = sum(cost[a][b] for a, b in combinations(group, 2))
                remaining = tuple(person for person in rest if person not in others)
                search(remaining, tuple(following), [*groups, group], so_far + added)

    search(tuple(range(people)), tuple(wanted), [], 0)
    return best


def _improved(wanted: Sequence[int], cost: list[list[int]]) -> list[list[int]]:
    """Deal people out, then swap any two while that helps. Each swap lowers the cost, so it ends."""
    groups: list[list[int]] = [[] for _ in wanted]
    for person in range(sum(wanted)):
        open_groups = [index for index, size in enumerate(wanted) if len(groups[index]) < size]
        best = min(open_groups, key=lambda index: (_with(cost, person, groups[index]), len(groups[index]), index))
        groups[best].append(person)
    improved = True
    while improved:
        improved = False
        for one, other in combinations(range(len(groups)), 2):
            for i in range(len(groups[one])):
                for j in range(len(groups[other])):
                    a, b = groups[one][i], groups[other][j]
                    before = _with(cost, a, groups[one]) + _with(cost, b, groups[other])
                    if _after_swap(cost, a, b, groups[one], groups[other]) < before:
                        groups[one][i], groups[other][j] = b, a
                        improved = True
    return groups


def _with(cost: list[list[int]], person: int, group: Collection[int]) -> int:
    return sum(cost[person][other] for other in group)


def _after_swap(cost: list[list[int]], a: int, b: int, of_a: Collection[int], of_b: Collection[int]) -> int:
    """What a and b cost once they have changed places."""
    return _with(cost, b, of_a) - cost[b][a] + _with(cost, a, of_b) - cost[a][b]


def _by_id(id_: Any) -> Any:
    return id_
