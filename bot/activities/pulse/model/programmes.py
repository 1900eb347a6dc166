"""A programme whose effect is looked at on four levels: reaction, learning, application, results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.kernel.calendar import at_wall
from bot.kernel.hours import Hours, working_days_after, working_days_before
from bot.kernel.ids import Member, Place, SessionId, part_of

Level = Literal["reaction", "learning", "application", "results"]
LEVELS: tuple[Level, ...] = ("reaction", "learning", "application", "results")
SURVEY_OF: dict[Level, str] = {
    "reaction": "reaction",
    "learning": "learning-prepost",
    "application": "application",
    "results": "results",
}
AT = time(10)  # where the team is
AHEAD = 4  # working days before the first session, so that three are left to answer
OVER = timedelta(weeks=52)  # after the last session nothing more is entered
MOST_MEASURES = 5


@dataclass(frozen=True, slots=True)
class Programme:
    """What is measured, when, and what each level has shown so far. *said*: level to one line, as it was shown."""

    id: SessionId
    place: Place
    label: str
    zone: str
    title: str
    first: date
    last: date
    weeks: int  # from the last session until application is asked about
    by: Member | None
    said: tuple[tuple[Level, str], ...] = ()
    measures: tuple[str, ...] = ()  # lines about results, as somebody entered them
    phase: Literal["programme"] = "programme"

    def line(self, level: Level) -> str:
        """What this level has shown, or nothing."""
        return dict(self.said).get(level, "")


@dataclass(frozen=True, slots=True)
class Measured:
    """The year after a programme is over, or measuring was ended."""

    id: SessionId
    phase: Literal["measured"] = "measured"


def linked_wave(programme: SessionId) -> SessionId:
    """The wave that joins before and after."""
    return part_of(programme, "learning")


def moments(state: Programme, now: datetime) -> dict[str, datetime]:
    """When each timer of the programme fires. What would have been earlier than *now* is now."""
    hours = Hours(state.zone)
    early = working_days_before(hours, state.first, AHEAD) or state.first
    late = working_days_after(hours, state.last, 1) or state.last
    later = working_days_after(hours, state.last, 3) or late  # a survey at a time is enough
    applied = working_days_after(hours, state.last + timedelta(weeks=state.weeks) - timedelta(days=1), 1) or late
    return {
        "before": max(now, at_wall(early, AT, state.zone)),
        "reaction": at_wall(late, AT, state.zone),
        "after": at_wall(later, AT, state.zone),
        "applied": at_wall(applied, AT, state.zone),
        "over": at_wall(state.last, AT, state.zone) + OVER,
    }
