"""Results: totals only, in words first, the same for everybody and for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.activities.pulse.cards.below import follow_line, result_buttons
from bot.activities.pulse.cards.effect import effect_card
from bot.activities.pulse.cards.files import chart_of
from bot.activities.pulse.cards.words import who_sees
from bot.activities.pulse.model import Setting, Shown
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Text,
)
from bot.kernel.ids import SessionId
from bot.kernel.words import plural
from bot.pieces.results import Line, Results
from bot.pieces.scores import NUMERIC


def too_few_card(setting: Setting) -> Card:
    """Below the minimum: no count, and no hunt for whoever is missing."""
    things = "pairs" if setting.mode == "linked" else "people"
    did = "are there" if setting.mode == "linked" else "answered"
    lines = [
        Text(f"Fewer than {setting.minimum} {things} {did}. Totals of so few could point at one person."),
        Text("The answers are deleted. Nobody has seen them."),
        *([Text(f"The next one comes in {setting.again:%B}.")] if setting.again else []),
    ]
    return Card(f"{setting.title[:40]}: nothing to show", tuple(lines))


def results_card(state: Shown) -> Card:
    setting = state.setting
    row = json.loads(state.row)
    if "pairs" in row:
        return effect_card(state, row["pairs"])
    if "results" not in row:
        return Card(f"{setting.title}: the answers"[:60], (Text(who_sees(setting)),))
    results = Results.from_row(row["results"])
    n = results.n
    counted = plural(n, "1 person answered", "{n} people answered")
    lines: list[Block] = [Text(sentence) for sentence in in_words(results)]
    if results.minority:
        lines.append(Text("A minority of those asked answered."))
    lines += [Text(sentence) for sentence in (*_trend(results, state.since), *by_group(results))]
    chart = chart_of(setting, results, row.get("chart", []))
    if chart is not None:
        lines.append(chart)
    for question, text in results.words:
        lines.append(Text(f"In somebody's words, on {question}: {text}" if question else text))
    lines += follow_line(state)
    lines.append(Buttons(tuple(result_buttons(state))))
    return Card(f"{setting.title}: {counted}"[:60], tuple(lines))


def archived(state: Shown) -> str:
    """The totals as the archive keeps them: as they were shown, without anybody's own words; else empty."""
    row = json.loads(state.row)
    if "pairs" in row:
        follows = follow_line(state)
        card = effect_card(state, row["pairs"])
        return "\n".join(one.body for one in card.blocks if isinstance(one, Text) and one not in follows)
    if "results" not in row:
        return ""
    results = Results.from_row(row["results"])
    counted = plural(results.n, "1 person answered.", "{n} people answered.")
    return "\n".join((counted, *in_words(results), *_trend(results, state.since), *by_group(results)))


def in_words(results: Results) -> list[str]:
    """The results as sentences that work by ear."""
    found: list[str] = []
    titles = {line.title for line in results.indices}
    if results.score:
        found.append(f"Recommendation score: {results.score}. {results.n} answers.")
    for line in results.indices:
        if not line.says:
            found.append(f"{line.title}: too few answered this part.")
        elif results.numeric and line.percent:
            found.append(f"{line.title}: {line.percent} agree, mean {line.mean}, spread {line.spread}.")
        else:
            found.append(f"{line.title}: {line.says}.")
        if line.advice:
            found.append(line.advice)
    found += [
        f"{line.says.capitalize()} ({line.percent}): {line.title}."
        for line in (results.statements if results.numeric else ())
        if line.percent and line.title not in titles
    ]
    words: dict[str, list[str]] = {}
    for line in results.statements:
        if line.says and not (results.numeric and line.percent) and line.title not in titles:
            words.setdefault(line.says, []).append(line.title)
    found += [f"{says.capitalize()}: {'; '.join(titles_of)}." for says, titles_of in sorted(words.items(), key=_order)]
    if any(not line.says for line in results.statements):
        found.append("What too few people answered is left out.")
    return found


def _order(entry: tuple[str, list[str]]) -> tuple[int, str]:
    return (0 if entry[0].startswith("most") else 2 if entry[0].startswith("few") else 1, entry[0])


def _trend(results: Results, since: str) -> list[str]:
    """What moved since the last wave, and against the mean of up to three; never by how much."""
    trends = [(line.title, line.trend) for line in results.indices if line.trend]
    if results.score_trend:
        trends.append(("Recommendation score", results.score_trend))
    if not trends or not since:
        return []
    found = []
    if all(trend == "no clear change" for _, trend in trends):
        found.append(f"Since {since}: no clear change. One person's answer could have moved it this much.")
    else:
        said = "; ".join(f"{title}, {trend}" for title, trend in trends)
        found.append(f"Since {since}: {said}. This guards against reading too much into one answer; it is no proof.")
    longer = [(line.title, line.longer) for line in results.indices if line.longer]
    if longer:
        told = "; ".join(f"{title}, {trend}" for title, trend in longer)
        found.append(f"Against the mean of the waves before: {told}.")
    return found


def _line(one: Line) -> str:
    """One statement as it may be shown; a line rather than a row of a table, so that a phone cuts nothing off."""
    title = one.title[:1].upper() + one.title[1:]
    if not one.says:
        return f"{title}: too few answered this."
    if not one.percent:
        return f"{title}: {one.says}."
    mean = f", mean {one.mean}" if one.mean else ""
    return f"{title}: {one.percent}{mean}."


def by_group(results: Results) -> list[str]:
    """The groups that are large enough, as sentences; who is in none of them is nobody, or a group as large."""
    found = []
    for group in results.groups:
        said = "; ".join(f"{line.title} {line.percent or line.says or 'too few'}" for line in group.lines)
        found.append(f"{group.title}, {group.n} people: {said}.")
    return found


def detail_card(state: Shown) -> Card:
    """Private: every statement as it may be shown, and how it is counted."""
    setting = state.setting
    row = json.loads(state.row)
    files = Buttons((Button("As files", Action("pulse", setting.id, "files")),))
    if "pairs" in row:
        return Card(f"{setting.title}: detail"[:60], (*effect_card(state, row["pairs"]).blocks[:-1], files))
    if "results" not in row:
        return Card(f"{setting.title}: the answers"[:60], (Text(who_sees(setting)),))
    results = Results.from_row(row["results"])
    said = tuple(Text(_line(one)) for one in (*results.indices, *results.statements))
    rule = f"Below {NUMERIC} answers there are words only: most is 70 % or more, few is below 30 %."
    return Card(
        f"{setting.title}: detail"[:60],
        (
            Text(f"{results.n} answered. Statements put the other way round are turned first."),
            *said,
            Text(rule if not results.numeric else "Above 90 % and below 10 % are not told exactly.", muted=True),
            *(Text(sentence) for sentence in by_group(results)),
            files,
        ),
    )


def named_card(setting: Setting, said: Sequence[str]) -> Card:
    """A survey with names: what each person answered. Names are tokens, and nothing of it is kept with the results."""
    lines = [Text(line) for line in said[:40]]
    return Card(f"{setting.title}: the answers"[:60], (*lines, Text(who_sees(setting), muted=True)))


def latest_card(rows: Sequence[tuple[str, str, SessionId]], missed: Sequence[str] = ()) -> Card:
    """Private: which results there are. *missed*, for who looks after the team: what did not reach everybody."""
    open_ = tuple(Text(line) for line in missed)
    if not rows:
        return Card("No results yet", (Text("Results come at the close, to everybody at the same moment."), *open_))
    lines = open_ + tuple(Text(f"{title}: {said}.") for title, said, _ in rows[:6])
    buttons = tuple(
        Button(title[:24], Action("pulse", wave, "detail")) for title, said, wave in rows[:4] if said != TOO_FEW
    )
    return Card("Results so far", (*lines, *((Buttons(buttons),) if buttons else ())))


TOO_FEW = "too few answered, so nothing is kept"
