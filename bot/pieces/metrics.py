"""Team figures: participation, time, voices, actions, guides, requests, noise. Never a figure of one person.

Every function takes counts and gives back a figure or None; None means that there is nothing to divide by,
or too little to say, and is shown as a dash. Figures are exact until they are shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from bot.kernel.calendar import WEEKDAYS

Number = int | float | Fraction
NONE = "\N{EN DASH}"  # what stands where there is no figure
GRACE_MINUTES = 1
GRACE_SHARE = Fraction(1, 10)
ANNOUNCED_END_GRACE = timedelta(minutes=5)


# -- shares and how they are shown --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; shares of several occurrences add up as counts, not as percentages."""

    hits: int
    of: int

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.of + other.of)

    @property
    def value(self) -> Fraction | None:
        """Between 0 and 1; None if there is nothing to share."""
        return Fraction(self.hits, self.of) if self.of else None

    def percent(self, places: int = 0) -> str:
        """As people read it, e.g. ``71.4 %``; a dash if there is nothing to share."""
        return NONE if self.value is None else f"{rounded(self.value * 100, places)} %"


def total(shares: Iterable[Share]) -> Share:
    """Ratio of sums over a window, never the mean of ratios."""
    return sum(shares, Share(0, 0))


def rounded(value: Number, places: int = 0) -> str:
    """The number with so many places, halves away from zero. Only for showing."""
    whole = math.floor(abs(Fraction(value)) * 10**places + Fraction(1, 2))
    sign = "-" if value < 0 and whole else ""
    units, rest = divmod(whole, 10**places)
    return f"{sign}{units}.{rest:0{places}d}" if places else f"{sign}{units}"


# -- participation and time ---------------------------------------------------------------------------------


def participation(occurrences: Iterable[tuple[int, int]]) -> Share:
    """(responded, expected) per occurrence: answered or passed until a day after the close, of those expected.

    An occurrence in which nobody was expected is left out, and so is whatever came in there.
    """
    return total(Share(responded, expected) for responded, expected in occurrences if expected > 0)


def on_time_answers(before_close: int, responded: int) -> Share:
    """Of those who took part, how many did before the close."""
    return Share(before_close, responded)


def is_step_on_time(planned: Number, actual: Number) -> bool:
    """Minutes: a step may run over by a minute or a tenth, whichever is more."""
    return Fraction(actual) <= Fraction(planned) + max(Fraction(GRACE_MINUTES), Fraction(planned) * GRACE_SHARE)


def on_time_steps(steps: Iterable[tuple[Number, Number | None]]) -> Share:
    """(planned, actual) minutes of each step; actual None is a skipped step and is not counted."""
    finished = [(planned, actual) for planned, actual in steps if actual is not None]
    return Share(sum(is_step_on_time(planned, actual) for planned, actual in finished), len(finished))


def is_session_on_time(late: timedelta) -> bool:
    """*late*: how much after the announced end the session ended; up to five minutes are on time."""
    return late <= ANNOUNCED_END_GRACE


# -- voices -------------------------------------------------------------------------------------------------


def gini(values: Sequence[Number]) -> Fraction | None:
    """How unequal the values are, corrected for small groups: 0 all equal, 1 one has everything.

    None for fewer than two values, or if all are 0.
    """
    exact = sorted(Fraction(value) for value in values)
    n, whole = len(exact), sum(exact, Fraction(0))
    if n < 2 or whole == 0:
        return None
    # The sum of all differences, taken over the sorted values: n log n instead of n squared.
    spread = 2 * sum(((2 * i - n + 1) * value for i, value in enumerate(exact)), Fraction(0))
    return spread / (2 * n * whole) * Fraction(n, n - 1)


def balance(turns: Sequence[int]) -> Fraction | None:
    """Equity of voice over the turns of all who were present: 1 all equal, 0 one voice only."""
    unequal = gini(turns)
    return None if unequal is None else 1 - unequal


def entropy(turns: Sequence[int]) -> float | None:
    """The other usual measure of balance, for the export only: it forgives silent people too easily."""
    whole = sum(turns)
    if len(turns) < 2 or whole == 0:
        return None
    shares = [count / whole for count in turns if count]
    return abs(sum(share * math.log(share) for share in shares)) / math.log(len(turns))


def has_enough_turns(turns: Sequence[int]) -> bool:
    """Whether there is enough talk to say anything: four people and two turns each on average."""
    return len(turns) >= 4 and sum(turns) >= 2 * len(turns)


def balance_in_words(turns: Sequence[int], even: Number = Fraction(3, 4), mixed: Number = Fraction(1, 2)) -> str:
    """The balance as it is shown: even, mixed, few voices. The bounds are conventions and can be set."""
    value = balance(turns)
    if not any(turns):
        return NONE
    if value is None or not has_enough_turns(turns):
        return "too little to say"
    return "even" if value >= even else "mixed" if value >= mixed else "few voices"


def balance_trend(sessions: Sequence[Number | None], over: int = 8) -> Fraction | None:
    """The median balance of the last sessions that had one."""
    known = [Fraction(value) for value in sessions if value is not None][-over:]
    return median(known) if known else None


def voices_heard(turns: Sequence[int]) -> Share | None:
    """Of those present, how many had a turn, rounds and passes included; None for fewer than three."""
    return Share(sum(count > 0 for count in turns), len(turns)) if len(turns) >= 3 else None


def top_share(turns: Sequence[int]) -> Share:
    """The share of the one who spoke most. A trigger only; never shown to the team."""
    return Share(max(turns, default=0), sum(turns))


def is_one_voice_too_many(turns: Sequence[int]) -> bool:
    """Whether the host gets the private hint that one voice takes much of the time."""
    share = top_share(turns).value
    return share is not None and has_enough_turns(turns) and share > Fraction(2, 5) and share >= Fraction(2, len(turns))


# -- role fairness ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """How often somebody served a role (in quarters of a session) and could have (in sessions)."""

    served: Fraction
    opportunities: int


def fairness(loads: Sequence[Load], least: int = 3) -> Fraction | None:
    """1 if the role is spread evenly over the opportunities people had, 0 if one person has it all.

    People with fewer than *least* opportunities are left out; before one full cycle there is nothing to say.
    """
    eligible = [load for load in loads if load.opportunities >= least]
    if not eligible or max(load.opportunities for load in eligible) < len(eligible):
        return None
    unequal = gini([load.served / load.opportunities for load in eligible])
    return None if unequal is None else 1 - unequal


def quarters(share: Number) -> Fraction:
    """A part-served role as credit, rounded to quarters (halves up), between 0 and 1."""
    return Fraction(min(4, max(0, math.floor(Fraction(share) * 4 + Fraction(1, 2)))), 4)


def credit(minutes: Sequence[Number]) -> tuple[Fraction, ...]:
    """The credit of each of those who shared a role by minutes served: quarters that add up to one.

    Largest remainders win a quarter, the earlier of equals first. Nobody served at all: nobody has credit.
    """
    exact = [Fraction(part) for part in minutes]
    whole = sum(exact, Fraction(0))
    if whole == 0:
        return tuple(Fraction(0) for _ in exact)
    parts = [part * 4 / whole for part in exact]
    counts = [math.floor(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (counts[i] - parts[i], i))
    for i in by_remainder[: 4 - sum(counts)]:
        counts[i] += 1
    return tuple(Fraction(count, 4) for count in counts)


# -- actions, requests, guides ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """What counts about an action: dates are those of the owner's zone; *due* is the last date it was moved to."""

    created: date
    due: date | None = None
    done: date | None = None
    claimed: date | None = None
    needed: bool = True
    moves: int = 0


def actions_on_time(actions: Iterable[Action], first: date, last: date) -> Share:
    """Of the actions due in the window, how many were done by the end of their day."""
    due = [(action.due, action.done) for action in actions if action.needed and action.due is not None]
    inside = [(by, done) for by, done in due if first <= by <= last]
    return Share(sum(done is not None and done <= by for by, done in inside), len(inside))


def actions_unclaimed(actions: Iterable[Action], today: date) -> Share:
    """Of the actions created two working days ago or earlier, how many nobody took within these two days."""
    old = [action for action in actions if action.needed and _working_days(action.created, today) >= 2]
    return Share(
        sum(action.claimed is None or _working_days(action.created, action.claimed) > 2 for action in old), len(old)
    )


def moves_of_dates(actions: Iterable[Action]) -> int:
    """How often dates were moved, over all actions."""
    return sum(action.moves for action in actions)


def _working_days(first: date, last: date) -> int:
    """Days from Monday to Friday after *first* up to and including *last*."""
    return sum((first + timedelta(days=ahead)).weekday() in WEEKDAYS for ahead in range(1, (last - first).days + 1))


def wilson_lower(hits: int, of: int, z: float = 1.96) -> float | None:
    """The lower end of the 95 % interval of a share, so that 5 of 5 does not beat 46 of 50."""
    if of == 0:
        return None
    share = hits / of
    centre = share + z * z / (2 * of)
    margin = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (centre - margin) / (1 + z * z / of))


def helpful(ratings: Sequence[bool], least: int = 5) -> Share | None:
    """How many found a guide helpful; None before *least* ratings."""
    return Share(sum(ratings), len(ratings)) if len(ratings) >= least else None


def fresh(review_dates: Sequence[date], today: date) -> Share:
    """Of all guides, how many are within their review date."""
    return Share(sum(review >= today for review in review_dates), len(review_dates))


def application(used: int, answered: int, took_part: int) -> tuple[Share, Share] | None:
    """Who used something, of those who answered and of those who took part; None below five answers.

    Both are shown: only the second is safe against "only the keen answered".
    """
    return (Share(used, answered), Share(used, took_part)) if answered >= 5 else None


# -- noise --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noise:
    """Bot messages per person and week: the middle and the busy end, who muted, who says it is too much."""

    median: Fraction
    ninetieth: int
    muted: Share
    too_many: Share
    budget: int

    @property
    def alarm(self) -> bool:
        """Whether the owner is told: the busy end is over budget, or over 30 % of five or more say too many."""
        said = self.too_many.value
        return self.ninetieth > self.budget or (self.too_many.of >= 5 and said is not None and said > Fraction(3, 10))


def noise(messages: Sequence[int], muted: int, too_many: Share, budget: int = 3) -> Noise | None:
    """*messages*: per person, how many came in the week, zeros included. None for nobody."""
    if not messages:
        return None
    ordered = sorted(messages)
    ninetieth = ordered[math.ceil(len(ordered) * 9 / 10) - 1]  # The nearest rank, so always a real count.
    return Noise(median(map(Fraction, ordered)), ninetieth, Share(muted, len(ordered)), too_many, budget)
