"""What happens to a check-in: events of an occurrence, of a part, of a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.activities.checkins.model import KEEP_TEXTS, WINDOW, Answer, Asking, HandTo, Material, Plan, Share
from bot.kernel.ids import Member, SessionId

# Events of an occurrence


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks on the spot; *window*: hours."""

    asking: Asking
    material: Material
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class MorningCame:
    """A later zone's morning."""

    material: Material


@dataclass(frozen=True, slots=True)
class Recounted:
    """Answers came, changed or went; these are there now."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class MissedCounted:
    """How many the question did not reach, and the answers that are there now."""

    number: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class CloseCame:
    answers: tuple[Answer, ...]
    shares: tuple[Share, ...]
    pointer_at: datetime  # when the team's hours are on, or resume
    by: Member | None = None  # who closed it early
    owner: bool = False  # whether that is somebody who looks after the team


@dataclass(frozen=True, slots=True)
class FilingCame:
    answers: tuple[Answer, ...]
    shares: tuple[Share, ...]
    keep: timedelta = KEEP_TEXTS  # how long the team keeps what was written


@dataclass(frozen=True, slots=True)
class Expired:
    parts: tuple[SessionId, ...]


@dataclass(frozen=True, slots=True)
class HoldersCame:
    """Who has which role on this date."""

    holders: tuple[tuple[str, Member], ...]


@dataclass(frozen=True, slots=True)
class CallOff:
    """Held for the whole team."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Restarted:
    """Somebody wants to be asked again."""

    by: Member


@dataclass(frozen=True, slots=True)
class AskFormAsked:
    """The form for asking on the spot, with a question in it that could be asked."""

    by: Member
    material: Material


@dataclass(frozen=True, slots=True)
class FilesAsked:
    """Answers as files, to one person."""

    by: Member
    files: tuple[tuple[str, str], ...]  # name, text


@dataclass(frozen=True, slots=True)
class GoalSet:
    """What the team is here for; empty: no goal any more."""

    by: Member
    goal: str


@dataclass(frozen=True, slots=True)
class QuestionAdded:
    """A question of the team's own."""

    by: Member
    id: str
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class Reread:
    by: Member
    answers: tuple[Answer, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class KeepAsked:
    """Somebody wants it in the archive: the question, how many answered, and their own answer."""

    by: Member
    answers: tuple[Answer, ...]


# Events of a part


@dataclass(frozen=True, slots=True)
class FormAsked:
    by: Member
    asking: Asking
    closed: bool
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrote:
    by: Member
    asking: Asking
    closed: bool
    values: tuple[str, ...]
    hand: str = ""
    hand_to: HandTo = "team"
    direct: bool = False  # in their direct messages, where the question itself turns into the answer


@dataclass(frozen=True, slots=True)
class Passed:
    by: Member
    asking: Asking
    closed: bool
    direct: bool = False


@dataclass(frozen=True, slots=True)
class LaterWanted:
    by: Member
    asking: Asking
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    by: Member


@dataclass(frozen=True, slots=True)
class HelperWanted:
    """The form in which somebody chooses who alone reads what they could use a hand with."""

    by: Member
    others: tuple[tuple[str, str], ...]  # user and name of everybody else; empty in a team too big for a list


@dataclass(frozen=True, slots=True)
class HelperChosen:
    by: Member
    whom: Member


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody can help with what this person could use a hand with."""

    by: Member


@dataclass(frozen=True, slots=True)
class ReminderCame:
    pass


@dataclass(frozen=True, slots=True)
class PartTold:
    """The occurrence closed, was filed or called off; the message could not reach the person, or now it can.

    *held*: it was not sent because of what the person allows.
    """

    what: Literal["closed", "filed", "called_off", "undelivered", "reachable"]
    paged: bool = False
    name: str = ""
    held: bool = False


# Events of a schedule


@dataclass(frozen=True, slots=True)
class PlanWritten:
    """A form came back: a new schedule is shown first, a running one changes at once."""

    plan: Plan
    by: Member
    material: Material
    beside: tuple[str, ...] = ()  # other schedules of the team, in words


@dataclass(frozen=True, slots=True)
class PlanConfirmed:
    """Save, under the preview; or a set-up that knows what it wants (*plan*)."""

    material: Material
    by: Member | None = None
    plan: Plan | None = None
    first: date | None = None  # a first question on this date, whatever the rule says


@dataclass(frozen=True, slots=True)
class PlanFormAsked:
    by: Member
    watchers: tuple[tuple[Member, str], ...] = ()  # who could only watch, with their names
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DateCame:
    """The first morning of the next date."""

    material: Material


@dataclass(frozen=True, slots=True)
class Steered:
    """What people, or the roster, do to a schedule."""

    how: Literal["show", "skip", "pause", "resume", "end", "another", "retire", "hold", "replan", "found", "move_form"]
    by: Member | None
    material: Material


@dataclass(frozen=True, slots=True)
class Moved:
    by: Member
    to: date
    at: time | None
    material: Material


@dataclass(frozen=True, slots=True)
class AheadAsked:
    by: Member


@dataclass(frozen=True, slots=True)
class AheadWrote:
    by: Member
    day: date
    values: tuple[str, ...]
    hand: str = ""


@dataclass(frozen=True, slots=True)
class AheadDeleted:
    by: Member
    day: date


@dataclass(frozen=True, slots=True)
class OccurrenceFiled:
    expected: int
    responded: int
    off_course: bool | None
    owners: tuple[Member, ...]
    ahead: tuple[str, ...] = ()  # keys of what was answered ahead, and is used now


@dataclass(frozen=True, slots=True)
class WentAway:
    """Left the channel, or asked to be forgotten. *answers* are those that are left to show."""

    member: Member
    erased: bool = False
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceGone:
    pass


Event = (
    Asked
    | MorningCame
    | Recounted
    | MissedCounted
    | CloseCame
    | FilingCame
    | Expired
    | HoldersCame
    | CallOff
    | Restarted
    | AskFormAsked
    | FilesAsked
    | GoalSet
    | QuestionAdded
    | Reread
    | KeepAsked
    | FormAsked
    | Wrote
    | Passed
    | LaterWanted
    | Deleted
    | HelperWanted
    | HelperChosen
    | Helped
    | ReminderCame
    | PartTold
    | PlanWritten
    | PlanConfirmed
    | PlanFormAsked
    | DateCame
    | Steered
    | Moved
    | AheadAsked
    | AheadWrote
    | AheadDeleted
    | OccurrenceFiled
    | WentAway
    | PlaceGone
)
