"""One simulated run: people of a kind, the bot among them, and what must hold at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import bot.simulate.rounds
import bot.simulate.together  # noqa: F401  (and of books, projects and products)
from bot.activities import ACTIVITIES
from bot.kernel.activity import Activity
from bot.simulate.anything import Anything
from bot.simulate.checkins import Checkins
from bot.simulate.guides import Guides
from bot.simulate.host import Host
from bot.simulate.invariants import ViolatedError
from bot.simulate.plan import Outcome, Plan
from bot.simulate.pulse import Pulse
from bot.simulate.roles import Roles


class Course(Protocol):
    """What the people of a run are up to."""

    host: Host

    def begin(self) -> None:
        """Found the teams."""
        ...

    def live(self, end: datetime) -> None:
        """Let the people live until *end*."""
        ...

    def judge(self) -> list[str]:
        """What is wrong with all that happened; nothing, usually. Called two quiet days after the end."""
        ...


COURSES: Mapping[str, Callable[[Host], Course]] = {
    "anything": Anything,
    "checkins": Checkins,
    "guides": Guides,
    "pulse": Pulse,
    "roles": Roles,
}


def simulate(
    plan: Plan,
    *,
    activities: Sequence[Activity] = ACTIVITIES,
    content: Any = None,
    say: Callable[[str], None] | None = None,
) -> Outcome:
    """Run *plan* to its end. Raises ViolatedError, with the seed, the step and what led to it."""
    outcome, course = followed(plan, activities=activities, content=content, say=say)
    course.host.store.close()
    return outcome


def followed(
    plan: Plan,
    *,
    activities: Sequence[Activity] = ACTIVITIES,
    content: Any = None,
    say: Callable[[str], None] | None = None,
) -> tuple[Outcome, Course]:
    """The same, and all that the people did and saw. Its database stays open."""
    host = Host(plan, activities, content, say)
    try:
        course = COURSES[plan.course](host)
        course.begin()
        course.live(plan.start + timedelta(weeks=plan.weeks))
        _wind_down(host)
        wrong = course.judge()
        if wrong:
            raise host.violated("\n".join((*wrong[:20], f"{len(wrong)} in all")))
    except ViolatedError:
        host.store.close()
        raise
    except Exception as error:
        host.store.close()
        raise host.violated(f"{type(error).__name__}: {error}") from error
    return Outcome(plan.seed, host.steps, host.digest.hexdigest(), host.counts), course


def _wind_down(host: Host) -> None:
    """No faults any more; two quiet days later everything that is due has been done."""
    host.life.left = None
    host.faults = False
    host.live_until(host.now + timedelta(days=2))
    for key in host.watch.sent_posts():
        if key not in host.world.by_key:
            raise host.violated(f"{key} counts as sent, and nobody ever saw it")


__all__ = ["COURSES", "Course", "Outcome", "Plan", "simulate"]
