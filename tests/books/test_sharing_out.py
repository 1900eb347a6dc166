"""How a book is shared out: every page once, in order, in parts that differ by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.activities.books.commands import shared_out

NOW = datetime(2026, 3, 24, 10, 0, tzinfo=UTC)


@given(st.integers(1, 12), st.integers(0, 4000), st.sampled_from((1, 2, 4)), st.integers(1, 8000))
def test_every_page_is_in_one_part(parts: int, more: int, weeks: int, hours: int) -> None:
    """Nothing is left out or read twice; who is behind reads part of it; a word half-way lies between two talks."""
    shared = shared_out(parts + more, parts, weeks, NOW + timedelta(hours=hours), "Europe/Berlin", NOW)
    assert [page for part in shared for page in range(part.first, part.last + 1)] == list(range(1, parts + more + 1))
    lengths = [part.last - part.first + 1 for part in shared]
    assert max(lengths) - min(lengths) <= 1
    before = NOW
    for part in shared:
        first, last = part.catch_up()
        assert part.first <= first <= last == part.last
        assert before < part.at
        assert part.half is None or before < part.half < part.at
        before = part.at
