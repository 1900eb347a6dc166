"""Every guide that ships is run once from start to end, and says nothing it should not."""

from __future__ import annotations

import pytest

from tests.stories.test_session import HERE, library, started
from tests.story import Local, berlin

LIVE = sorted(guide.id for guide in library().guides.values() if guide.mode == "live")


@pytest.mark.parametrize("guide", LIVE)
def test_a_guide_runs_from_start_to_end(guide: str) -> None:
    """Each step begins once, in order, on one card; the end says how many minutes it took."""
    bridge = Local(berlin("2026-03-25 09:29"), content=library())
    started(bridge, f"session start {guide} Handover between teams")
    steps = library().guides[guide].steps
    for number, step in enumerate(steps):
        announced = [m.text() for m in bridge.in_thread() if m.text().startswith(f"{step.title}, ")]
        assert len(announced) == sum(before.title == step.title for before in steps[: number + 1])
        labels = bridge.in_channel()[-1].labels()
        for person in HERE[:3]:
            if "Write" in labels:
                bridge.presses(person, "Write")
                bridge.submits(person, text=f"An idea of {number}{HERE.index(person)}")
        if step.kind == "vote":
            if "Add an idea" in labels:
                bridge.presses("Sam", "Add an idea")
                bridge.submits("Sam", text="One way\nAnother way")
                bridge.presses("Lena", "Open the vote")
            bridge.chooses("Maya", "Give a dot", "1")
            bridge.presses("Lena", "End" if step is steps[-1] else "Next", "bridge")  # counts
            assert "Chosen by vote" in bridge.card()
        bridge.presses("Lena", "End" if step is steps[-1] else "Next", "bridge")
    bridge.passes("10 s")
    assert "Done: Handover between teams" in bridge.card()
    assert len(bridge.in_channel()) == 1
    said = bridge.everything()
    assert "{" not in said
    assert "!" not in said.replace("!=", "")


def test_the_next_groups_mix_differently() -> None:
    """Who was in a pair last time is in another pair this time."""
    bridge = Local(berlin("2026-03-25 09:29"), content=library())
    pairs = []
    for _ in range(3):
        started(bridge, "session start learning-hour handover")
        bridge.presses("Lena", "Next")
        bridge.presses("Lena", "Next")
        groups = [m for m in bridge.in_thread() if m.text().startswith("Your group.")][-3:]
        pairs += [frozenset(name for name in HERE if name in m.text().split(", until")[0]) for m in groups]
        bridge.presses("Lena", "Next")
        bridge.presses("Lena", "End", "bridge")
        bridge.passes("11 s")
    assert len(set(pairs)) == 9
