"""What is simulated, and how a run went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

START = datetime(2026, 3, 20, 6, tzinfo=UTC)  # a Friday: clocks change in America before, in Europe after a week


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. The same plan always does exactly the same.

    *course*: what the people are up to, by name (`bot.simulate.run.COURSES`). *database*: where the bot keeps
    what it knows; a file is left, at each death of the process, as it lies on the disk at that instant.
    *fatal*: of how many sends the process dies. *sampled*: only every n-th card is drawn by every platform.
    """

    seed: int
    weeks: float = 1.0
    teams: int = 3
    faults: bool = True
    bursts: int = 3  # times a day at which a team is busy, where people do anything
    start: datetime = START
    course: str = "anything"
    database: str = "sqlite://"
    fatal: float = 0.02
    sampled: int = 0

    def again(self) -> str:
        """The command that shows the same run again."""
        words = [f"moderato simulate --seed {self.seed} --weeks {self.weeks:g} --teams {self.teams}"]
        words += [f"--course {self.course}"] if self.course != "anything" else []
        words += [] if self.faults else ["--no-faults"]
        return " ".join(words)


@dataclass
class Outcome:
    """How a run went. *digest* is the same whenever the same plan is run."""

    seed: int
    steps: int
    digest: str
    counts: Counter[str] = field(default_factory=Counter)
