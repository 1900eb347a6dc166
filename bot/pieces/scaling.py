"""Fits a guide into another length: the flexible step gives and takes, the sum is exact."""

from __future__ import annotations

from dataclasses import replace

from bot.kernel.content import LONGEST_STRETCH, SHORTEST_BREAK, Guide, Step

LENGTHS = (30, 45, 60, 90)  # minutes that are offered


def lengths(guide: Guide, longest_stretch: int = LONGEST_STRETCH) -> tuple[int, ...]:
    """The lengths in minutes that can be offered for a guide, its own among them, shortest first."""
    if not guide.scalable or guide.mode != "live":
        return (guide.total_minutes,)
    fitting = {guide.total_minutes}
    for minutes in LENGTHS:
        if minutes >= shortest(guide) and scale_guide(guide, minutes).longest_stretch() <= longest_stretch:
            fitting.add(minutes)
    return tuple(sorted(fitting))


def shortest(guide: Guide) -> int:
    """The fewest minutes a guide can be scaled to: all its steps at their minimum."""
    return sum(_minimum(step) for step in guide.steps)


def scale_guide(guide: Guide, total_minutes: int) -> Guide:
    """The guide in `total_minutes`: each step in proportion, rounded down, at least its minimum, and the rest to the
    flexible step. Where the minimums leave the flexible step too little, the steps with most to spare give it.

    Raises ValueError, in words for the person who asked, if even the minimums do not fit.
    """
    if total_minutes == guide.total_minutes:
        return guide
    fewest = shortest(guide)
    if total_minutes < fewest:
        raise ValueError(f"{guide.title} needs at least {fewest} minutes.")
    minutes = [max(step.minutes * total_minutes // guide.total_minutes, _minimum(step)) for step in guide.steps]
    flexible = next((place for place, step in enumerate(guide.steps) if step.flex), len(minutes) - 1)
    minutes[flexible] += total_minutes - sum(minutes)
    lacking = max(0, _minimum(guide.steps[flexible]) - minutes[flexible])
    minutes[flexible] += lacking
    for _ in range(lacking):
        spare = [each - _minimum(step) for each, step in zip(minutes, guide.steps, strict=True)]
        minutes[spare.index(max(spare))] -= 1
    steps = tuple(replace(step, minutes=each) for step, each in zip(guide.steps, minutes, strict=True))
    return replace(guide, steps=steps, total_minutes=total_minutes)


def _minimum(step: Step) -> int:
    """A break keeps the five minutes that make it one (P31)."""
    if step.kind == "break":
        return max(step.min_minutes, min(step.minutes, SHORTEST_BREAK))
    return step.min_minutes
