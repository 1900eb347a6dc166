"""The pace that Slack allows, kept without a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.client.budget import BURST, PER_MINUTE, POSTS, Budget

NOW = datetime(2026, 3, 25, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def served(budget: Budget, tickets: int, channel: str = "", workspace: str = "T1") -> list[datetime]:
    """When each of so many posts may go, if each comes back exactly when it was told to."""
    moments = []
    for ticket in range(1, tickets + 1):
        now = NOW
        while wait := budget.wait(workspace, POSTS, now, channel=channel or f"C{ticket}", ticket=ticket):
            now += wait
        moments.append(now)
    return moments


def test_a_channel_gets_one_message_a_second() -> None:
    """Messages for one channel go a second apart, in the order they came."""
    moments = served(Budget(), 5, channel="C1")

    assert [later - earlier for earlier, later in pairwise(moments)] == [SECOND] * 4


def test_a_crowd_goes_as_fast_as_a_workspace_may() -> None:
    """Two hundred channels of one workspace are served at the workspace's pace, not one by one."""
    moments = served(Budget(), 200)
    a_second = PER_MINUTE[POSTS] // BURST

    assert max(moments) - NOW == SECOND * (200 // a_second - (200 % a_second == 0))
    assert all(sum(NOW + SECOND * n <= m < NOW + SECOND * (n + 1) for m in moments) <= a_second for n in range(10))


def test_nobody_asks_twice() -> None:
    """A message that had to wait goes at the moment it was promised, however many came after it."""
    budget = Budget()
    served(budget, 30)
    promised = budget.wait("T1", POSTS, NOW, channel="C99", ticket=99)
    for ticket in range(100, 140):
        budget.wait("T1", POSTS, NOW, channel=f"C{ticket}", ticket=ticket)

    assert promised > timedelta(0)
    assert budget.wait("T1", POSTS, NOW + promised, channel="C99", ticket=99) == timedelta(0)


def test_retry_after_stops_one_method_of_one_workspace() -> None:
    """Other methods and other workspaces go on while one rests."""
    budget = Budget()
    budget.close("T1", "chat.update", NOW + timedelta(seconds=30))

    assert budget.wait("T1", "chat.update", NOW, ticket=1) == timedelta(seconds=30)
    assert budget.wait("T1", POSTS, NOW, channel="C1", ticket=2) == timedelta(0)
    assert budget.wait("T2", "chat.update", NOW, ticket=3) == timedelta(0)
    assert budget.wait("T1", "chat.update", NOW + timedelta(seconds=30), ticket=1) == timedelta(0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 40)), min_size=1, max_size=400))
def test_no_minute_and_no_second_is_ever_too_full(calls: list[tuple[int, float]]) -> None:
    """Whatever comes when, no window of a minute or a second holds more calls than Slack publishes."""
    budget = Budget()
    gone: list[datetime] = []
    for ticket, (channel, after) in enumerate(sorted(calls, key=lambda call: call[1]), 1):
        now = NOW + timedelta(seconds=after)
        while wait := budget.wait("T1", POSTS, now, channel=f"C{channel}", ticket=ticket):
            now += wait
        gone.append(now)
    gone.sort()

    for n, moment in enumerate(gone):
        assert sum(later - moment < timedelta(minutes=1) for later in gone[n:]) <= PER_MINUTE[POSTS]
        assert sum(later - moment < SECOND for later in gone[n:]) <= PER_MINUTE[POSTS] // BURST
