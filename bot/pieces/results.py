"""What may be shown of a survey: figures and words that tell on nobody, made once, at the close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from bot.kernel.content import Survey, SurveyQuestion
from bot.pieces import scores
from bot.pieces.metrics import Number, Share
from bot.pieces.questions import item, scaled


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, index or choice as it may be shown. Without *says*, too few answered this one.

    *says* is in words; *percent*, *mean*, *spread* and *points* (10 to 90) stand only from ten answers on.
    """

    id: str
    title: str
    says: str = ""
    percent: str = ""
    mean: str = ""
    spread: str = ""
    points: int | None = None
    trend: str = ""
    advice: str = ""
    longer: str = ""  # the trend against the mean of up to three waves before


@dataclass(frozen=True, slots=True)
class Group:
    """A part of those who answered, by what they chose themselves. Its lines are the indices, never a trend."""

    title: str
    n: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All that is ever shown of a wave. It is made once, at the close."""

    n: int
    numeric: bool
    minority: bool
    indices: tuple[Line, ...] = ()
    statements: tuple[Line, ...] = ()
    score: str = ""  # of the recommendation question, with its uncertainty
    words: tuple[tuple[str, str], ...] = ()  # question, what somebody wrote and ticked
    groups: tuple[Group, ...] = ()
    score_points: int | None = None  # the recommendation score, for the next wave's trend
    score_trend: str = ""

    def to_row(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Results:
        plain = dict(row)
        for name in ("indices", "statements"):
            plain[name] = tuple(Line(**one) for one in row[name])
        plain["words"] = tuple((question, text) for question, text in row["words"])
        plain["groups"] = tuple(
            Group(one["title"], one["n"], tuple(Line(**line) for line in one["lines"])) for one in row.get("groups", ())
        )
        return cls(**plain)


def results(
    survey: Survey,
    answers: Sequence[Mapping[str, Any]],
    words: Sequence[Mapping[str, str]],
    rate: Share,
    waves: Sequence[Results] = (),
    people: int | None = None,
) -> Results:
    """What may be shown of *answers*; the caller has made sure that they are enough.

    *waves* are up to three earlier waves as they were shown, newest first, if this one may be compared with them.
    *people*: how many different people answered, if somebody can have answered more than once.
    """
    before = waves[0] if waves else None
    n, floor = len(answers) if people is None else people, max(survey.minimum_group, scores.FLOOR)
    patterns = _patterns(survey, answers)
    earlier = {line.id: line for line in (*before.indices, *before.statements)} if before else {}

    def line(id: str, title: str, of: Sequence[SurveyQuestion], advice: str = "") -> Line:
        them = [item(survey, question) for question in of]
        counted = _of_one(them[0].id, answers) if len(them) == 1 else patterns
        shown = scores.show_counted(them, counted, floor, n)
        found = _line(id, title, shown, earlier.get(id), before, n, floor, advice)
        return replace(found, longer=_longer(found, waves, n, floor))

    by_id = {question.id: question for question in survey.questions}
    indices = tuple(
        line(index.id, index.title, [by_id[item] for item in index.items], index.advice)
        for index in survey.indices
        if not any(by_id[item].measures == "recommendation" for item in index.items)
    )
    statements: list[Line] = []
    score, points, score_trend = "", None, ""
    for question in survey.questions:
        title = question.short or question.text
        if question.type == "scale" and question.measures == "recommendation":
            numbers = [answer[question.id] for answer in answers if question.id in answer]
            found = scores.recommendation(numbers) if len(numbers) >= floor else None
            score = (found.shown() if found else None) or ""
            points = found.points() if found and score else None
            if points is not None and before is not None and before.score_points is not None:
                score_trend = scores.recommendation_trend(before.score_points, points, before.n, len(numbers)) or ""
        elif question.type == "scale":
            statements.append(replace(line(question.id, title, [question]), id=question.id))
        elif question.type == "yes_no":
            statements.append(_yes_no(question, title, answers, floor, n))
        elif question.type == "choice" and not question.splits:
            statements += _choices(question, answers, floor, n)
    shown_words = tuple((one["question"], one["text"]) for one in words) if n >= floor else ()
    return Results(
        n=n,
        numeric=n >= scores.NUMERIC,
        minority=scores.is_minority(rate),
        indices=indices,
        statements=tuple(statements),
        score=score,
        words=shown_words,
        groups=_groups(survey, answers, floor),
        score_points=points,
        score_trend=score_trend,
    )


def _longer(line: Line, waves: Sequence[Results], n: int, floor: int) -> str:
    """The trend against the mean of up to three waves before; in figures only, since classes have no mean."""
    same = [(other, wave.n) for wave in waves[:3] for other in (*wave.indices, *wave.statements) if other.id == line.id]
    known = [(other.points, wave_n) for other, wave_n in same if other.points is not None]
    mean = scores.mean_of_last([points for points, _ in known])
    if line.points is None or len(known) < 2 or mean is None:
        return ""
    return scores.trend(mean, line.points, min(wave_n for _, wave_n in known), n, floor) or ""


NOBODYS = "~"  # the group of those who left the splitting question out; it is never shown


def _groups(survey: Survey, answers: Sequence[Mapping[str, Any]], floor: int) -> tuple[Group, ...]:
    """The parts of those who answered, as far as no rest can be computed that is smaller than the minimum.

    For each index the same holds again, since people may leave statements out; and figures stand only where the
    rest without figures is nobody, or ten: else it were to be had by taking away.
    """
    split = next((question for question in survey.questions if question.splits), None)
    if split is None:
        return ()
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers:
        parts.setdefault(str(answer[split.id][0]) if answer.get(split.id) else NOBODYS, []).append(answer)
    by_id = {question.id: question for question in survey.questions}
    lines = [(index.id, index.title, [by_id[item] for item in index.items]) for index in survey.indices]
    lines = lines or [(one.id, one.short or one.text, [one]) for one in scaled(survey)]
    seen = [
        key for key in scores.shown_groups({key: len(part) for key, part in parts.items()}, floor) if key != NOBODYS
    ]
    found: dict[str, list[Line]] = {key: [] for key in seen}
    for id, title, of in lines:
        them = [item(survey, question) for question in of]
        sizes = {key: len(scores.person_means(them, part)) for key, part in parts.items()}
        enough = scores.shown_groups(sizes, floor)
        figured = scores.shown_groups(sizes, scores.NUMERIC)
        for key in seen:
            shown = scores.show(them, parts[key], floor) if key in enough else scores.Hidden()
            if isinstance(shown, scores.Figures) and key not in figured:
                shown = scores.Words(shown.n, shown.says)
            found[key].append(_line(id, title, shown, None, None, len(parts[key]), floor, ""))
    return tuple(Group(split.choices[int(key)], len(parts[key]), tuple(found[key])) for key in seen)


def _patterns(survey: Survey, answers: Sequence[Mapping[str, Any]]) -> scores.Patterns:
    """The ways the scaled questions were answered, and how many answered that way."""
    names = [question.id for question in scaled(survey)]
    found = Counter(tuple(answer.get(name) for name in names) for answer in answers)
    return [
        (tuple((name, value) for name, value in zip(names, values, strict=True) if value is not None), count)
        for values, count in found.items()
    ]


def _of_one(name: str, answers: Sequence[Mapping[str, Any]]) -> scores.Patterns:
    found = Counter(answer[name] for answer in answers if name in answer)
    return [(((name, value),), count) for value, count in found.items()]


def _line(
    id: str,
    title: str,
    shown: scores.Shown,
    earlier: Line | None,
    before: Results | None,
    n: int,
    floor: int,
    advice: str,
) -> Line:
    match shown:
        case scores.Hidden():
            return Line(id, title)
        case scores.Words(says=says):
            found = Line(id, title, says)
        case scores.Figures():
            found = Line(
                id, title, shown.says, shown.percent, shown.mean, shown.spread, int(scores.figure(shown.points))
            )
    if earlier and earlier.says and before:
        trend = scores.shown_trend(_shown(earlier, before.n), _shown(found, n), floor)
        found = replace(found, trend=trend or "")
    low = found.says == "few agree" or (found.mean and float(found.mean) < LOW)
    return replace(found, advice=advice if low else "")


LOW = 2.5  # of 5: an area to begin with


def _shown(line: Line, n: int) -> scores.Shown:
    """The line as it was shown: what a trend may be computed from."""
    says: Any = line.says
    if line.points is None:
        return scores.Words(n, says)
    return scores.Figures(n, says, Fraction(line.points), line.percent, line.mean, line.spread)


def _yes_no(question: SurveyQuestion, title: str, answers: Sequence[Mapping[str, Any]], floor: int, n: int) -> Line:
    given = [answer[question.id] for answer in answers if question.id in answer]
    if len(given) < floor:
        return Line(question.id, title)
    return _share(question.id, title, Share(sum(given), len(given)), n, ("most say yes", "mixed", "few say yes"))


def _choices(question: SurveyQuestion, answers: Sequence[Mapping[str, Any]], floor: int, n: int) -> list[Line]:
    """One line for each choice. Below ten answers only one that most took is told from the others."""
    given = [answer[question.id] for answer in answers if question.id in answer]
    if len(given) < floor:
        return [Line(question.id, question.short or question.text)]
    chosen = Counter(place for places in given for place in places)
    words = ("most chose it", "some chose it", "few chose it")
    return [
        _share(f"{question.id}.{place}", label, Share(chosen[place], len(given)), n, words)
        for place, label in enumerate(question.choices)
    ]


def _share(id: str, title: str, share: Share, n: int, words: tuple[str, str, str]) -> Line:
    value = share.value or Fraction(0)
    says = words[("most agree", "mixed", "few agree").index(scores.word_class(value))]
    if min(n, share.of) < scores.NUMERIC:
        return Line(id, title, says)
    points: Number = min(max(value * 100, Fraction(10)), Fraction(90))
    return Line(id, title, says, scores.capped_percent(value), points=int(scores.figure(points)))
