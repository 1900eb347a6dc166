"""Who does what at least total cost: the assignment problem, solved exactly, ties by position.

Costs are whole numbers of any size, so that ranks of importance can be kept apart by powers of ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

Costs = Sequence[Sequence[int]]  # a row per job, a column per person; at least as many columns as rows
Choice = tuple[int, ...]  # for each row its column


def cheapest(costs: Costs) -> Choice:
    """The choice of lowest total cost, each column at most once; of equals the first in dictionary order.

    Raises ValueError if there are fewer columns than rows.
    """
    return _solve(_with_ties(costs))


def by_cost(costs: Costs) -> Iterator[Choice]:
    """All choices from the cheapest on, in order of cost, then in dictionary order (Murty's partition)."""
    exact = _with_ties(costs)
    barred = 1 + 2 * sum(max(map(abs, row), default=0) for row in exact)

    def solved(kept: Choice, without: frozenset[int]) -> tuple[int, Choice, frozenset[int]] | None:
        """The best choice that begins with *kept* and does not give the next row a column of *without*."""
        rows = [
            [
                cost if (kept[j] == i if j < len(kept) else not (j == len(kept) and i in without)) else barred
                for i, cost in enumerate(row)
            ]
            for j, row in enumerate(exact)
        ]
        choice = _solve(rows)
        cost = sum(row[i] for row, i in zip(rows, choice, strict=True))
        return None if cost >= barred - sum(max(map(abs, row)) for row in exact) else (cost, choice, without)

    queue: list[tuple[int, Choice, int, frozenset[int]]] = []
    first = solved((), frozenset())
    if first is not None:
        heappush(queue, (first[0], first[1], 0, frozenset()))
    while queue:
        _, choice, kept, without = heappop(queue)
        yield choice
        for j in range(kept, len(choice)):
            excluded = (without if j == kept else frozenset()) | {choice[j]}
            found = solved(choice[:j], excluded)
            if found is not None:
                heappush(queue, (found[0], found[1], j, excluded))


def _with_ties(costs: Costs) -> list[list[int]]:
    """The same costs with the dictionary order in their last digits, so that no two choices cost the same."""
    rows, columns = len(costs), len(costs[0]) if costs else 0
    if columns < rows:
        raise ValueError(f"{rows} jobs for {columns} people")
    scale = columns**rows
    weights = [columns ** (rows - 1 - j) for j in range(rows)]
    return [[cost * scale + i * weights[j] for i, cost in enumerate(row)] for j, row in enumerate(costs)]


def _solve(costs: Costs) -> Choice:
    """The Hungarian method by shortest augmenting paths: rows squared times columns steps.

    It keeps a price for each row and column such that no cost is below the sum of its two prices, and matches
    only where it is equal; a choice all of whose pairs are equal cannot be beaten.
    """
    rows, columns = len(costs), len(costs[0]) if costs else 0
    row_price, price = [0] * rows, [0] * columns
    holder: list[int | None] = [None] * columns  # which row has the column
    for row in range(rows):
        slack: list[int | None] = [None] * columns  # how far each column is from being reached
        came_from: list[int | None] = [None] * columns
        seen = [False] * columns
        at, column = row, -1
        reached = 0
        visited: list[tuple[int, int]] = []  # rows on the tree, and how far away they were
        while True:
            visited.append((at, reached))
            nearest: int | None = None
            for i in range(columns):
                if seen[i]:
                    continue
                far = reached + costs[at][i] - row_price[at] - price[i]
                known = slack[i]
                if known is None or far < known:
                    slack[i], came_from[i] = far, column if column >= 0 else None
                    known = far
                if nearest is None or known < (slack[nearest] or 0):
                    nearest = i
            if nearest is None:
                raise ValueError("more jobs than people")
            column = nearest
            reached = slack[column] or 0
            seen[column] = True
            held_by = holder[column]
            if held_by is None:
                break
            at = held_by
        for visited_row, distance in visited:
            row_price[visited_row] += reached - distance
        for i in range(columns):
            if seen[i]:
                price[i] -= reached - (slack[i] or 0)
        step: int | None = column
        while step is not None:
            back = came_from[step]
            holder[step] = row if back is None else holder[back]
            step = back
    choice = [0] * rows
    for i, held in enumerate(holder):
        if held is not None:
            choice[held] = i
    return tuple(choice)
