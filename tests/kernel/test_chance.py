"""Shuffling: by the seed alone, and nobody is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.chance import shuffled


@given(st.lists(st.integers(), max_size=30), st.integers(0, 2**48))
def test_a_seed_shuffles_the_same_way(things: list[int], seed: int) -> None:
    """The same seed gives the same order, with everybody in it, and what came in stays as it was."""
    before = list(things)
    assert shuffled(things, seed) == shuffled(things, seed)
    assert sorted(shuffled(things, seed)) == sorted(things) == sorted(before)
    assert things == before


def test_everybody_comes_first_about_as_often() -> None:
    """Over many seeds each of four is first about a quarter of the time."""
    first = Counter(shuffled("abcd", seed)[0] for seed in range(4000))
    assert set(first) == set("abcd")
    assert all(850 < n < 1150 for n in first.values())
