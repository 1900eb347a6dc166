"""Survey figures that protect the people behind them: rates, scores, trends, effects, minimum groups.

Below ten answers only word classes leave this module; what a class was computed from stays inside.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean, stdev
from typing import Literal, TypeVar

from bot.pieces.metrics import NONE, Number, Share, rounded

MINIMUM = 5  # different people, the default
FLOOR = 3  # what no setting can go below
NUMERIC = 10  # from so many answers on, figures instead of words
TREND_OF_SCORE = 20  # answers from which a recommendation score may have a trend
K = TypeVar("K", bound="str | int | tuple[str, ...]")

Class = Literal["most agree", "mixed", "few agree"]
Trend = Literal["up", "down", "no clear change"]
_CLASSES: tuple[Class, ...] = ("few agree", "mixed", "most agree")


def why_not_minimum(minimum: int, floor: int = FLOOR) -> str | None:
    """Why this cannot be the minimum group, as a sentence; None if it can."""
    if minimum < floor:
        return f"A group of {minimum} would show who said what. The smallest that works is {floor}."
    return None


# -- response -----------------------------------------------------------------------------------------------


def response_rate(complete: int, delivered: int) -> Share:
    """Complete answers of the invitations that reached somebody who was there and had not opted out."""
    return Share(complete, delivered)


def is_minority(rate: Share) -> bool:
    """Whether the report adds that a minority answered."""
    return rate.value is not None and rate.value < Fraction(1, 2)


def is_complete(answered: int, scaled: int) -> bool:
    """Whether an answer counts: at least half of the scaled questions are answered."""
    return 2 * answered >= scaled


# -- items and indices --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One statement with a scale from 1 to *top*, the answers that count as agreement, and its direction."""

    id: str
    top: int = 5
    favourable: tuple[int, ...] = (4, 5)
    reversed: bool = False

    def turned(self, value: int) -> int:
        """The answer in the direction of the index: of a reversed item 5 is 1, 4 is 2, 3 stays."""
        return self.top + 1 - value if self.reversed else value


Answer = Mapping[str, int | None]  # item id to value; None or absent is "can't say" or blank


def favourable(item: Item, values: Sequence[int | None]) -> Share:
    """How many of the valid answers agree."""
    valid = [item.turned(value) for value in values if value is not None]
    return Share(sum(value in item.favourable for value in valid), len(valid))


def favourable_index(items: Sequence[Item], answers: Sequence[Answer], minimum: int = MINIMUM) -> Fraction | None:
    """The mean of the items' favourable shares, from the items that enough people answered."""
    shares = [favourable(item, [answer.get(item.id) for answer in answers]) for item in items]
    values = [share.value for share in shares if share.of >= minimum and share.value is not None]
    return sum(values, Fraction(0)) / len(values) if values else None


def person_means(items: Sequence[Item], answers: Sequence[Answer]) -> list[Fraction]:
    """Each person's mean over the items; who answered fewer than half of them has none."""
    means: list[Fraction] = []
    for answer in answers:
        values = [item.turned(value) for item in items if (value := answer.get(item.id)) is not None]
        if values and 2 * len(values) >= len(items):
            means.append(Fraction(sum(values), len(values)))
    return means


def word_class(share: Fraction) -> Class:
    """What is said about a share of agreement in place of a figure."""
    if share >= Fraction(7, 10):
        return "most agree"
    return "few agree" if share < Fraction(3, 10) else "mixed"


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown below ten answers: how many answered the wave, and a class. No figure can be had from it."""

    n: int
    says: Class


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown from ten answers on. All of it is capped where it would tell that nearly all agree.

    *points* is the favourable share from 10 to 90, for trends and charts; the other figures are texts.
    """

    n: int
    says: Class
    points: Fraction
    percent: str
    mean: str
    spread: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Fewer people answered than the minimum: nothing, and not how many."""


Shown = Words | Figures | Hidden


def show(items: Sequence[Item], answers: Sequence[Answer], minimum: int = MINIMUM, n: int | None = None) -> Shown:
    """An index, or with one item a statement, as it may be shown to the team.

    *n* is how many people answered the wave (if not all of them got this index); words and figures need
    the answers to this very index to be enough as well.
    """
    floor = max(minimum, FLOOR)
    means = person_means(items, answers)
    share = favourable_index(items, answers, floor)
    if len(means) < floor or share is None:
        return Hidden()
    says = word_class(share)
    shown_n = len(answers) if n is None else n
    # The smaller of the two decides: 12 people may have answered the wave and only 7 this statement.
    if min(len(means), shown_n) < NUMERIC:
        return Words(shown_n, says)
    points = min(max(share * 100, Fraction(10)), Fraction(90))
    mean = rounded(clipped(fmean(means), items[0].top), 2)
    return Figures(shown_n, says, points, capped_percent(share), mean, _spread(means))


Patterns = Sequence[tuple[tuple[tuple[str, int], ...], int]]  # (item, value) of one way to answer, and how many did


def show_counted(items: Sequence[Item], patterns: Patterns, minimum: int = MINIMUM, n: int | None = None) -> Shown:
    """The same as `show`, over answers counted by pattern: many people, few ways to answer."""
    floor = max(minimum, FLOOR)
    by_id = {item.id: item for item in items}
    agree, valid = dict.fromkeys(by_id, 0), dict.fromkeys(by_id, 0)
    means: Counter[tuple[int, int]] = Counter()  # (sum, how many items) of a person
    people = 0
    for pattern, count in patterns:
        people += count
        total = answered = 0
        for name, value in pattern:
            item = by_id.get(name)
            if item is not None:
                turned = item.turned(value)
                total, answered = total + turned, answered + 1
                valid[name] += count
                agree[name] += count if turned in item.favourable else 0
        if answered and 2 * answered >= len(items):
            means[total, answered] += count
    shares = [Fraction(agree[name], valid[name]) for name in by_id if valid[name] >= floor]
    counted = means.total()
    if counted < floor or not shares:
        return Hidden()
    share = sum(shares, Fraction(0)) / len(shares)
    shown_n = people if n is None else n
    if min(counted, shown_n) < NUMERIC:
        return Words(shown_n, word_class(share))
    points = min(max(share * 100, Fraction(10)), Fraction(90))
    middle = sum((Fraction(a, b) * count for (a, b), count in means.items()), Fraction(0)) / counted
    squares = sum(((Fraction(a, b) - middle) ** 2 * count for (a, b), count in means.items()), Fraction(0))
    spread = math.sqrt(squares / (counted - 1))
    mean = rounded(clipped(float(middle), items[0].top), 2)
    return Figures(shown_n, word_class(share), points, capped_percent(share), mean, _spread_in_words(spread))


def _spread(means: Sequence[Fraction]) -> str:
    """The standard deviation; of unanimous answers it is not told, since 0 would undo the caps."""
    return _spread_in_words(stdev(float(mean) for mean in means))


def _spread_in_words(spread: float) -> str:
    return rounded(spread, 2) if spread >= 0.3 else "under 0.3"


def capped_percent(share: Fraction) -> str:
    """The share in whole per cent; above 90 and below 10 it is not told exactly."""
    if share > Fraction(9, 10):
        return "90 % or more"
    if share < Fraction(1, 10):
        return "10 % or less"
    return f"{rounded(share * 100)} %"


def clipped(mean: float, top: int = 5) -> float:
    """The mean, kept a tenth of the scale away from both ends, where it would tell that all agreed."""
    margin = (top - 1) / 10
    return min(max(mean, 1 + margin), top - margin)


def distribution(item: Item, answers: Sequence[Answer]) -> tuple[int, ...] | None:
    """How many chose each value from 1 on; None below ten answers, or where it would undo the cap of the share."""
    values = [value for answer in answers if (value := answer.get(item.id)) is not None]
    share = favourable(item, values).value
    if len(values) < NUMERIC or share is None or not Fraction(1, 10) <= share <= Fraction(9, 10):
        return None
    return tuple(sum(value == step for value in values) for step in range(1, item.top + 1))


# -- recommendation -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A score from -100 to 100 over n answers from 0 to 10; *margin* is None where it would be 0."""

    n: int
    score: Fraction
    margin: float | None

    def shown(self) -> str | None:
        """As people read it, always with its uncertainty; None below ten answers."""
        if self.n < NUMERIC:
            return None
        if abs(self.score) > 90:
            return "+90 or more" if self.score > 0 else "-90 or less"  # else it would tell that all said the same
        text = rounded(self.score)
        score = f"+{text}" if self.score > 0 and text != "0" else text
        if self.margin is None:
            return f"{score}, ± not available"
        return f"{score}, ± about {rounded(self.margin)}"

    def points(self) -> int:
        """The score as it may be known: a whole number from -90 to 90."""
        return int(rounded(min(max(self.score, Fraction(-90)), Fraction(90))))


def recommendation(values: Sequence[int]) -> Recommendation | None:
    """Share of 9 and 10 minus share of 0 to 6, times 100. None for no answers."""
    n = len(values)
    if n == 0:
        return None
    promoters = Fraction(sum(value >= 9 for value in values), n)
    detractors = Fraction(sum(value <= 6 for value in values), n)
    difference = promoters - detractors
    variance = promoters + detractors - difference**2
    margin = 1.96 * 100 * math.sqrt(variance / n) if variance else None
    return Recommendation(n, difference * 100, margin)


def recommendation_trend(before: Number, after: Number, n_before: int, n_after: int) -> Trend | None:
    """The one-person rule on the score, where one answer can move it by twice its share; None below twenty."""
    smaller = min(n_before, n_after)
    if smaller < TREND_OF_SCORE:
        return None
    change = Fraction(after) - Fraction(before)
    if abs(change) <= max(Fraction(10), Fraction(200, smaller)):
        return "no clear change"
    return "up" if change > 0 else "down"


# -- trend --------------------------------------------------------------------------------------------------


def trend(
    before: Number, after: Number, n_before: int, n_after: int, minimum: int = MINIMUM, *, means: bool = False
) -> Trend | None:
    """Whether a figure moved more than one person's answer could move it.

    Figures are points from 0 to 100, or with *means* on a scale from 1 to 5. None if either wave has fewer
    answers than the minimum. A guard against reading noise, not a test of significance.
    """
    smaller = min(n_before, n_after)
    if smaller < max(minimum, FLOOR):
        return None
    bound = max(Fraction(3, 10), Fraction(4, smaller)) if means else max(Fraction(10), Fraction(100, smaller))
    change = Fraction(str(after)) - Fraction(str(before))  # By its digits: 3.4 - 3.1 is not over 0.3.
    if abs(change) <= bound:
        return "no clear change"
    return "up" if change > 0 else "down"


def shown_trend(before: Shown, after: Shown, minimum: int = MINIMUM) -> Trend | None:
    """The trend between two waves as they were shown, so that it tells nothing that they did not.

    Where either wave has words only, the classes alone decide: from one end to the other is more than one
    person's answer, anything less is no clear change.
    """
    if isinstance(before, Hidden) or isinstance(after, Hidden):
        return None
    if isinstance(before, Figures) and isinstance(after, Figures):
        return trend(before.points, after.points, before.n, after.n, minimum)
    step = _CLASSES.index(after.says) - _CLASSES.index(before.says)
    if abs(step) < len(_CLASSES) - 1:
        return "no clear change"
    return "up" if step > 0 else "down"


def mean_of_last(values: Sequence[Number], count: int = 3) -> Fraction | None:
    """The mean of up to *count* waves before, the second thing a wave is compared with."""
    last = [Fraction(value) for value in values[-count:]]
    return sum(last, Fraction(0)) / len(last) if last else None


# -- before and after ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """A change between two waves. *paired* is False where different people may have answered.

    *g* is None where all answers of both waves are the same, so that no effect size exists.
    """

    paired: bool
    n: int
    before: float
    after: float
    difference: float
    improved: int
    same: int
    lower: int
    d: float | None
    g: float | None
    d_z: float | None = None

    @property
    def words(self) -> str:
        """The size in words; below twenty only an indication. Never proof of cause: nobody is compared with."""
        if self.g is None:
            return "all the same, no effect size"
        size = abs(self.g)
        word = "large" if size > 0.8 else "medium" if size >= 0.5 else "small" if size >= 0.2 else "none to speak of"
        return f"{word} (indication)" if self.n < 20 else word


def paired_effect(pairs: Sequence[tuple[Number, Number]], least: int = MINIMUM) -> Effect | None:
    """(before, after) of each person; None below *least* pairs."""
    n = len(pairs)
    if n < max(least, 2):
        return None
    before, after = [float(pre) for pre, _ in pairs], [float(post) for _, post in pairs]
    exact = [Fraction(post) - Fraction(pre) for pre, post in pairs]
    spread_before, spread_after, spread = stdev(before), stdev(after), stdev([float(change) for change in exact])
    difference = float(sum(exact, Fraction(0)) / n)
    average = (spread_before + spread_after) / 2
    d = difference / average if average else None
    return Effect(
        paired=True,
        n=n,
        before=fmean(before),
        after=fmean(after),
        difference=difference,
        improved=sum(change > 0 for change in exact),
        same=sum(change == 0 for change in exact),
        lower=sum(change < 0 for change in exact),
        d=d,
        g=None if d is None else _small_sample(n - 1) * d,
        d_z=difference / spread if spread else None,
    )


def unpaired_effect(before: Sequence[Number], after: Sequence[Number], least: int = MINIMUM) -> Effect | None:
    """Two groups that cannot be linked; None if either has fewer than *least* answers."""
    n1, n2 = len(before), len(after)
    if min(n1, n2) < max(least, 2):
        return None
    first, second = [float(value) for value in before], [float(value) for value in after]
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * stdev(first) ** 2 + (n2 - 1) * stdev(second) ** 2) / df)
    difference = fmean(second) - fmean(first)
    d = difference / pooled if pooled else None
    return Effect(
        paired=False,
        n=min(n1, n2),
        before=fmean(first),
        after=fmean(second),
        difference=difference,
        improved=0,
        same=0,
        lower=0,
        d=d,
        g=None if d is None else _small_sample(df) * d,
    )


def _small_sample(df: int) -> float:
    return 1 - 3 / (4 * df - 1)


def normalised_gain(before: float, after: float, top: float) -> float | None:
    """Of what could still be gained, how much was; None if nothing could."""
    return None if before == top else (after - before) / (top - before)


# -- minimum groups -----------------------------------------------------------------------------------------


def shown_groups(sizes: Mapping[K, int], minimum: int = MINIMUM) -> tuple[K, ...]:
    """Which subgroups may be shown, sorted: none whose hidden rest is a group below the minimum.

    All below the minimum are hidden; while the hidden ones together are fewer than the minimum, the next
    smallest goes too, of equals the later by id.
    """
    floor = max(minimum, FLOOR)
    shown = sorted(key for key, size in sizes.items() if size >= floor)
    hidden = sum(size for size in sizes.values() if size < floor)
    while shown and 0 < hidden < floor:
        smallest = min(sizes[key] for key in shown)
        victim = max(key for key in shown if sizes[key] == smallest)
        shown.remove(victim)
        hidden += sizes[victim]
    # One group shown beside a hidden rest is as good as the rest shown: the total is public. That is fine,
    # since the rest has the minimum too. A single group that is everybody is no subgroup.
    return tuple(shown)


def figure(value: Number | None, places: int = 0) -> str:
    """A number for showing, or a dash."""
    return NONE if value is None else rounded(value, places)
