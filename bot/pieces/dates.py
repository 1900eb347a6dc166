"""Dates as people write them: until Friday, 14 Aug, next tuesday, 14 - 20 Aug, every friday.

A small grammar of our own in place of a guessing parser: what can be read in two ways is asked back, since
a wrong guess about an absence is found out too late. The future is preferred; text is read for one day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ALL_DAYS = tuple(range(7))
LONGEST = 80  # characters of the text that are repeated in a refusal

_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed weds wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        )
    )
    for name in names.split()
}
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

_UNTIL = re.compile(r"^(?:until|till|til|through|thru|to|by)\s+(?:and including\s+)?(?P<to>.+)$")
_FROM = re.compile(
    r"^(?:from\s+|between\s+)?(?P<first>.+?)\s*(?:\s-\s|\s-|-\s|\bto\b|\buntil\b|\btill\b|\bthrough\b|\band\b)\s*(?P<last>.+)$"
)
_EVERY = re.compile(r"^(?:every|each|on)\s+(?P<days>.+)$")
_DAY_SPAN = re.compile(
    r"^(?P<first>\d{1,2})(?:st|nd|rd|th)?\s*(?:-|to|until)\s*(?P<last>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>[a-z]+)(?:\s+(?P<year>\d{4}))?$"
)
_MONTH_SPAN = re.compile(
    r"^(?P<month>[a-z]+)\s+(?P<first>\d{1,2})(?:st|nd|rd|th)?\s*(?:-|to|until)\s*(?P<last>\d{1,2})(?:st|nd|rd|th)?(?:\s+(?P<year>\d{4}))?$"
)
_DOT_SPAN = re.compile(
    r"^(?P<first>\d{1,2})\.\s*(?:-|to|until)\s*(?P<last>\d{1,2})\.\s*(?P<month>\d{1,2})\.?(?:\s*(?P<year>\d{4}))?$"
)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_DOTTED = re.compile(r"^(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?$")
_DOTTED_SHORT = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{2})$")
_SLASHED = re.compile(r"^\d{1,4}[/-]\d{1,2}(?:[/-]\d{1,4})?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?([a-z]+)\.?,?(?:\s+(\d{4}))?$")
_MONTH_DAY = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?$")
_IN = re.compile(r"^(?:in\s+)?(\d{1,3}|a couple of|[a-z]+)\s+(day|week|month)s?(?:\s+from (?:now|today))?$")
_FOR = re.compile(r"^(?:for\s+)(?:the\s+)?(?:next\s+)?(\d{1,3}|a couple of|[a-z]+)\s+(day|week|month)s?$")


@dataclass(frozen=True, slots=True)
class Dates:
    """From the first to the last date, both included; on some weekdays only (0 is Monday) if it recurs."""

    first: date
    last: date
    weekdays: tuple[int, ...] = ()

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and (not self.weekdays or day.weekday() in self.weekdays)

    @property
    def one(self) -> bool:
        """Whether this is a single date."""
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Unclear:
    """The text is not a date, or could be two. *because* is shown to the person and repeats what they wrote."""

    because: str


class _AskBackError(Exception):
    """Raised inside the grammar with the sentence that asks back."""


def read_dates(text: str, now: datetime, zone: str) -> Dates | Unclear:
    """What the text means for somebody in *zone* at the moment *now* (aware).

    ``until Friday`` begins today; a single day begins and ends there; ``every friday`` has no end.
    """
    return read_on(text, now.astimezone(ZoneInfo(zone)).date())


def read_on(text: str, today: date) -> Dates | Unclear:
    """What the text means on the date *today*."""
    words = _normal(text)
    if not words:
        return Unclear("Write a day, such as Friday, 14 Aug, or until 14 Aug.")
    try:
        found = _whole(words, today)
    except _AskBackError as question:
        return Unclear(str(question))
    except (ValueError, OverflowError):  # 31 Feb, or a date beyond the calendar.
        return Unclear(f'There is no such date: "{_short(text)}".')
    if found is None:
        return Unclear(f'I can\'t read "{_short(text)}" as a date. Write it like Friday, 14 Aug, 14 Aug - 20 Aug.')
    if found.last < found.first:
        return Unclear(f'"{_short(text)}" ends before it begins.')
    if found.last < today:
        return Unclear(f'"{_short(text)}" has passed. Write a day from today on.')
    return found


def _normal(text: str) -> str:
    """Lower case, single spaces, one kind of dash, no closing punctuation but the dot of 14.8."""
    dashes = re.sub("[\\u2010-\\u2015\\u2212]", "-", text.casefold())
    return re.sub(r"\s+", " ", dashes).strip(" ,;!?\"'")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def _whole(words: str, today: date) -> Dates | None:
    """Spans, recurring days, then single dates."""
    if until := _UNTIL.match(words):
        last = _last_day(until["to"], today)
        return None if last is None else Dates(today, last)
    if weekly := _weekly(words, today):
        return weekly
    if (span := _named_span(words, today)) or (span := _numbered_span(words, today)):
        return span
    if day := _single(words, today):
        return Dates(day, day)
    if parts := _FROM.match(words):
        return _between(parts["first"], parts["last"], today)
    if words.startswith("from "):
        if _single(words.removeprefix("from "), today):
            raise _AskBackError(f'Until when? Write "{words} until" and a day.')
        return None
    return None


def _weekly(words: str, today: date) -> Dates | None:
    """every friday; mondays and fridays; each tue, thu; every weekday. `on friday` is a single day."""
    every = words.startswith(("every ", "each "))
    ending = None
    if every and (split := re.match(r"^(.+?) (?:until|till) (.+)$", words)):
        words, ending = split[1], _last_day(split[2], today)
        if ending is None:
            return None
    named = re.sub(r"^(?:every|each|on) ", "", words)
    if every and named in ("day", "weekday", "workday", "working day"):
        days = ALL_DAYS if named == "day" else ALL_DAYS[:5]
    else:
        tokens = [token for token in re.split(r"\s*(?:,|&|\band\b|\s)\s*", named) if token]
        plural = all(
            token.endswith("s") and token[:-1] in _WEEKDAYS and token[:-1] not in ("tue", "thur") for token in tokens
        )
        singular = [
            token[:-1] if token.endswith("s") and token[:-1] in _WEEKDAYS and token not in _WEEKDAYS else token
            for token in tokens
        ]
        if not tokens or any(token not in _WEEKDAYS for token in singular) or not (every or plural):
            return None
        days = tuple(sorted({_WEEKDAYS[token] for token in singular}))
    return Dates(today, ending or date.max, days)


def _named_span(words: str, today: date) -> Dates | None:
    """this week, next week, this month, next month, the week-end; for three days."""
    monday = today - timedelta(days=today.weekday())
    match words:
        case "this week" | "rest of the week" | "the rest of the week" | "rest of this week":
            return Dates(today, monday + timedelta(days=6))
        case "next week":
            return Dates(monday + timedelta(days=7), monday + timedelta(days=13))
        case "this weekend" | "the weekend" | "weekend":
            return Dates(max(today, monday + timedelta(days=5)), monday + timedelta(days=6))
        case "this month" | "rest of the month" | "the rest of the month":
            return Dates(today, _end_of_month(today))
        case "next month":
            first = _end_of_month(today) + timedelta(days=1)
            return Dates(first, _end_of_month(first))
    if (length := _FOR.match(words)) and (count := _number(length[1])):
        return Dates(today, _ahead(today, count, length[2]) - timedelta(days=1))
    return None


def _numbered_span(words: str, today: date) -> Dates | None:
    """14 - 20 Aug; Aug 14-20; 14. - 20.8."""
    span = _DAY_SPAN.match(words) or _MONTH_SPAN.match(words) or _DOT_SPAN.match(words)
    if span is None:
        return None
    month = int(span["month"]) if span["month"].isdigit() else _MONTHS.get(span["month"])
    if month is None:
        return None
    first, last, year = int(span["first"]), int(span["last"]), span["year"]
    if year is not None:
        return Dates(date(int(year), month, first), date(int(year), month, last))
    ends = _coming(month, last, today)
    return Dates(date(ends.year, month, first), ends)


def _between(first: str, last: str, today: date) -> Dates | None:
    """From one day to another; a year is filled in so that the end lies ahead and the begin before it."""
    ends = _last_day(last, today)
    begins = _single(first, today)
    if ends is None or begins is None:
        return None
    if begins > ends and not re.search(r"\d{4}", first + last):
        if re.search(r"\d", first):  # 10 Aug - 20 Aug on 14 Aug: the begin has passed, the end has not.
            earlier = _same_day(begins, begins.year - 1)
            begins = earlier if earlier <= ends else begins
        else:  # thu to mon, on a Friday: the Monday after that Thursday.
            ends = _last_day(last, begins) or ends
    return Dates(begins, ends)


def _last_day(words: str, today: date) -> date | None:
    """The day on which something ends: for a span of days, its last one."""
    if span := _named_span(words, today):
        return span.last
    return _single(words, today)


def _single(words: str, today: date) -> date | None:
    """One date."""
    words = re.sub(r"^(?:on|the|coming)\s+", "", words)
    named = _by_name(words, today)
    return named or _by_number(words, today)


def _by_name(words: str, today: date) -> date | None:
    match words:
        case "today" | "tonight" | "now":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "day after tomorrow":
            return today + timedelta(days=2)
        case "yesterday":
            return today - timedelta(days=1)
        case "end of week" | "end of the week" | "end of this week":
            return today + timedelta(days=(4 - today.weekday()) % 7)
        case "end of next week":
            return today + timedelta(days=11 - today.weekday())
        case "end of month" | "end of the month" | "end of this month":
            return _end_of_month(today)
        case "end of the year" | "end of year" | "end of this year":
            return date(today.year, 12, 31)
    if (ahead := _IN.match(words)) and (count := _number(ahead[1])) and (words.startswith("in ") or " from " in words):
        return _ahead(today, count, ahead[2])
    which, _, name = words.rpartition(" ")
    if name not in _WEEKDAYS or which not in ("", "this", "next", "this coming"):
        return _weekday_with_date(words, today)
    day = _WEEKDAYS[name]
    if which == "next":  # Of next week, also said on a Monday.
        return today + timedelta(days=7 - today.weekday() + day)
    ahead_days = (day - today.weekday()) % 7
    return today + timedelta(days=ahead_days if which == "this" else ahead_days or 7)


def _weekday_with_date(words: str, today: date) -> date | None:
    """Fri 14 Aug: the weekday must be right, since one of the two would be wrong."""
    name, _, rest = words.partition(" ")
    name = name.rstrip(",.")
    if name not in _WEEKDAYS or not rest:
        return None
    day = _by_number(rest, today)
    if day is not None and day.weekday() != _WEEKDAYS[name]:
        raise _AskBackError(f"{day.day} {day:%B %Y} is a {day:%A}. Which of the two do you mean?")
    return day


def _by_number(words: str, today: date) -> date | None:
    if iso := _ISO.match(words):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := _DOTTED.match(words):
        return _dated(dotted[1], int(dotted[2]), dotted[3], today)
    if short := _DOTTED_SHORT.match(words):
        return _dated(short[1], int(short[2]), f"20{short[3]}", today)
    if _SLASHED.match(words):
        raise _AskBackError(
            f'"{words}" can be read in two ways. Write the month as a word, like 14 Aug, or 2026-08-14.'
        )
    if (day := _DAY_MONTH.match(words)) and day[2] in _MONTHS:
        return _dated(day[1], _MONTHS[day[2]], day[3], today)
    if (day := _MONTH_DAY.match(words)) and day[1] in _MONTHS:
        return _dated(day[2], _MONTHS[day[1]], day[3], today)
    return None


def _dated(day: str, month: int, year: str | None, today: date) -> date:
    return _coming(month, int(day), today) if year is None else date(int(year), month, int(day))


def _coming(month: int, day: int, today: date) -> date:
    """The next such date from today on; 29 February waits for its year."""
    for year in range(today.year, today.year + 9):
        if 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    raise ValueError(f"there is no {day}.{month}.")


def _same_day(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def _ahead(today: date, count: int, unit: str) -> date:
    if unit == "month":
        months = today.year * 12 + today.month - 1 + count
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return today + timedelta(days=count * (7 if unit == "week" else 1))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else _NUMBERS.get(word)
