"""The assignment problem, held against trying everything."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pieces.matching import by_cost, cheapest


@st.composite
def cost_tables(draw, most=5):
    rows = draw(st.integers(1, most))
    columns = draw(st.integers(rows, most + 1))
    values = st.one_of(st.integers(-3, 3), st.integers(0, 10**18))
    return draw(st.lists(st.lists(values, min_size=columns, max_size=columns), min_size=rows, max_size=rows))


def everything(costs):
    """All choices, sorted by cost and then by dictionary order: slow and beyond doubt."""
    choices = permutations(range(len(costs[0])), len(costs))
    return sorted(choices, key=lambda choice: (sum(row[i] for row, i in zip(costs, choice, strict=True)), choice))


@given(cost_tables())
def test_the_cheapest_choice_is_the_cheapest_of_all(costs):
    """No other choice costs less, and of equals the first in dictionary order is taken."""
    assert cheapest(costs) == everything(costs)[0]


@given(cost_tables(most=4))
def test_choices_come_in_order_of_cost(costs):
    """All choices come, each once, from the cheapest to the dearest."""
    assert list(by_cost(costs)) == everything(costs)


def test_a_hundred_people_and_ten_jobs_are_solved_exactly():
    """Where each job has one column that is free of charge, that column is found among a hundred."""
    free = [(37 * job + 11) % 100 for job in range(10)]
    costs = [[0 if i == free[job] else 10**21 + (i * job) % 7 for i in range(100)] for job in range(10)]
    assert cheapest(costs) == tuple(free)


def test_nothing_to_do_is_done_at_once():
    """No jobs need no people."""
    assert cheapest([]) == ()
    assert list(by_cost([])) == [()]


def test_more_jobs_than_people_is_an_error():
    """Who calls must offer enough columns."""
    with pytest.raises(ValueError, match="2 jobs for 1 people"):
        cheapest([[1], [2]])
