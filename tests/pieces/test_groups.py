"""Small groups: everybody in one, none alone, mixed as well as can be."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pieces.groups import divide, join, leave, mixing_cost, pairs, sizes, why_not_size

SIX = ("arun", "divya", "ines", "lena", "maya", "tomas")


@pytest.mark.parametrize(
    ("people", "size", "expected"),
    [
        (0, 2, ()),
        (1, 2, (1,)),
        (2, 2, (2,)),
        (3, 2, (3,)),
        (6, 2, (2, 2, 2)),
        (7, 2, (3, 2, 2)),
        (7, 3, (4, 3)),
        (5, 3, (3, 2)),
        (8, 3, (3, 3, 2)),
        (5, 4, (3, 2)),
        (3, 4, (3,)),
        (11, 4, (4, 4, 3)),
        (8, 4, (4, 4)),
    ],
)
def test_the_odd_one_out_makes_a_group_larger(people, size, expected):
    """Groups come as near to the size asked for as they can, and nobody is alone."""
    assert sizes(people, size) == expected


@given(st.integers(2, 200), st.integers(2, 4))
def test_groups_have_two_to_four_people_and_differ_by_one(people, size):
    """Whatever the number: two to four in each, all counted, none larger than another by two."""
    found = sizes(people, size)
    assert sum(found) == people
    assert set(found) <= {2, 3, 4}
    assert max(found) - min(found) <= 1


def test_sizes_that_make_no_group_are_refused():
    """One is no group and five is no small one."""
    assert "Groups of 5" in why_not_size(5)
    assert why_not_size(1) is not None
    assert why_not_size(3) is None


def test_three_pairs_of_six_and_a_trio_of_seven():
    """Six people are three pairs; a seventh who comes later makes one of them a trio."""
    three = divide(SIX)
    assert [len(group) for group in three] == [2, 2, 2]
    four = join(three, "jo")
    assert sorted(len(group) for group in four) == [2, 2, 3]
    assert join(four, "jo") == four
    assert sorted(len(group) for group in join(four, "sam")) == [2, 3, 3]


def test_past_pairs_are_not_repeated_while_there_are_others():
    """Over five rounds six people meet everybody once."""
    met = {}
    for _ in range(5):
        found = divide(SIX, met=met)
        for pair in pairs(found):
            met[pair] = met.get(pair, 0) + 1
    assert met == {frozenset(pair): 1 for pair in combinations(SIX, 2)}


def test_units_are_mixed():
    """With three from each of two units every pair is mixed."""
    units = dict(zip(SIX, ("it", "it", "it", "sales", "sales", "sales"), strict=True))
    assert all(len({units[name] for name in group}) == 2 for group in divide(SIX, units=units))


def test_people_without_a_unit_count_as_different():
    """An unknown unit is not one that people share."""
    assert mixing_cost((("arun", "divya"),), units={"arun": "", "divya": ""}) == 0


def test_a_late_joiner_mixes_best_among_the_smallest():
    """Of two groups of one size the newcomer joins the one they have not met."""
    groups = (("arun", "divya"), ("ines", "lena"))
    assert join(groups, "jo", met={frozenset(("jo", "arun")): 1}) == (("arun", "divya"), ("ines", "lena", "jo"))
    assert join((), "jo") == (("jo",),)


def test_who_is_left_alone_joins_another_group():
    """When one of a pair goes, the other is not left alone, unless nobody else is there."""
    groups = (("arun", "divya"), ("ines", "lena", "maya"))
    assert leave(groups, "arun") == (("ines", "lena", "maya", "divya"),)
    assert leave(groups, "ines") == (("arun", "divya"), ("lena", "maya"))
    assert leave((("arun", "divya"),), "arun") == (("divya",),)
    assert leave(groups, "nobody") == groups


@st.composite
def rooms(draw, most=9):
    people = list(range(draw(st.integers(0, most))))
    units = {person: draw(st.sampled_from(["", "it", "sales"])) for person in people}
    met = {frozenset(pair): draw(st.integers(0, 3)) for pair in combinations(people, 2)}
    return people, draw(st.integers(2, 4)), units, met


def divisions(people, wanted):
    """All ways to divide people into groups of these sizes: slow and beyond doubt."""
    if not people:
        yield ()
        return
    for size in set(wanted):
        rest_sizes = list(wanted)
        rest_sizes.remove(size)
        for others in combinations(people[1:], size - 1):
            rest = [person for person in people[1:] if person not in others]
            for further in divisions(rest, rest_sizes):
                yield ((people[0], *others), *further)


@given(rooms(most=7))
def test_up_to_ten_people_no_other_division_mixes_better(room):
    """For small rooms the division is the best of all there are."""
    people, size, units, met = room
    found = divide(people, size, units=units, met=met)
    best = min(mixing_cost(other, units=units, met=met) for other in divisions(people, sizes(len(people), size)))
    assert mixing_cost(found, units=units, met=met) == best


@given(rooms(most=25))
def test_everybody_is_in_exactly_one_group(room):
    """Nobody is lost or doubled, the order of asking changes nothing, and no single swap mixes better."""
    people, size, units, met = room
    found = divide(people, size, units=units, met=met)
    assert sorted(person for group in found for person in group) == people
    assert tuple(sorted(map(len, found), reverse=True)) == sizes(len(people), size)
    assert divide(reversed(people), size, units=units, met=met) == found
    cost = mixing_cost(found, units=units, met=met)
    for one, other in combinations(range(len(found)), 2):
        swapped = [list(group) for group in found]
        swapped[one][0], swapped[other][0] = swapped[other][0], swapped[one][0]
        assert mixing_cost(tuple(map(tuple, swapped)), units=units, met=met) >= cost


@given(rooms(), st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=12))
def test_coming_and_going_never_loses_anybody(room, moves):
    """Through any coming and going everybody there is in one group, and alone only if nobody else is there."""
    people, size, _, _ = room
    groups, there = divide(people, size), set(people)
    for comes, person in moves:
        groups = join(groups, person) if comes else leave(groups, person)
        there = there | {person} if comes else there - {person}
        assert sorted(one for group in groups for one in group) == sorted(there)
        assert len(there) == 1 or all(len(group) > 1 for group in groups)
