"""What a pulse says: the invitation, the form, and results that show totals only."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal

from bot.activities.pulse.model import Invitation, Repeating, Setting, Shown
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Chart,
    DateField,
    File,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Series,
    Table,
    Text,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.content import Survey, SurveyQuestion
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import plural, when, who
from bot.pieces.metrics import NONE
from bot.pieces.questions import CONSENT, SKIP, YES_NO, Line, Results
from bot.pieces.scores import NUMERIC, Effect, word_class

PAGE = (
    "Your answer is locked at once, with a key made for this survey alone, and nobody can read it while it is open. "
    "At the close all answers are unlocked together, shuffled, and stored without names and times; the key is "
    "destroyed. Whoever runs the server could open them earlier, with the database and a key kept apart from it."
)
PAGE_LINKED = (
    "Your answers before and after are put together under a made-up number, so that the group can see what grew. "
    "Until both are in and counted, whoever runs the server could find out which number is yours; then the link is "
    "destroyed. Until then you can take yours back."
)
PAGE_NAMED = "Your answer is stored and shown with your name."
NO_PROOF = "There is no comparison group, so this is not proof of cause."
EVERY = {1: "every week", 2: "every second week", 4: "every four weeks", 13: "every three months", 26: "twice a year"}
EVERY |= {52: "once a year"}


# who sees what, always in the same words


def readers(setting: Setting) -> str:
    """Who sees the totals."""
    if setting.readers == "team":
        return setting.label
    if setting.readers == "starter" and setting.starter is not None:
        return who(setting.starter)
    return f"Whoever looks after {setting.label}"


def who_sees(setting: Setting) -> str:
    """The line that stands on every screen of a survey, before anybody writes."""
    if setting.mode == "named":
        if setting.readers == "team":
            return f"Stored with your name. Everyone in {setting.label} can read it after the close."
        return f"Stored with your name. Only {readers(setting)} sees it, after the close."
    stored = "without your name" if setting.mode == "anonymous" else "under a made-up number"
    close = "the close" if setting.mode == "anonymous" else "the second close"
    return f"Stored {stored}. {readers(setting)} sees totals at {close}, if {setting.minimum} or more answer."


def page(setting: Setting) -> str:
    return {"anonymous": PAGE, "linked": PAGE_LINKED, "named": PAGE_NAMED}[setting.mode]


# one person


def invitation_card(invitation: Invitation, until: datetime) -> Card:
    setting = invitation.setting
    things = "statement" if setting.statements else "question"
    count = plural(setting.count, f"1 {things}", f"{{n}} {things}s")
    minutes = plural(setting.minutes, "about 1 minute", "about {n} minutes")
    tick = f"A tick that you answered spares you a reminder. Nobody in {setting.label} sees it."
    lines = [
        Text(f'First: "{setting.first}"'),
        Text(who_sees(setting)),
        *([Text(tick)] if setting.mode != "named" else []),
        Text(f"Open until {when(until, 'day_time')}. Once sent it cannot be changed."),
    ]
    row = (
        _button(invitation.id, "Open", "open", primary=True, asks=True),
        _button(invitation.id, "Not this time", "not_this_time"),
    )
    return Card(f"{count}, {minutes}", (*lines, Buttons(row)))


def why(setting: Setting) -> str:
    by = who(setting.starter) if setting.starter is not None else "The schedule"
    return f"{by} started this pulse for {setting.label}."


def reminder_card(invitation: Invitation, until: datetime) -> Card:
    setting = invitation.setting
    lines = (
        Text(f"{setting.title}, open until {when(until, 'day_time')}. Passing is fine; I won't ask again."),
        Text(who_sees(setting), muted=True),
        Buttons((_button(invitation.id, "Open", "open", primary=True, asks=True),)),
    )
    return Card("Last day for this survey", lines)


def survey_form(invitation: Invitation, survey: Survey) -> Form:
    """All questions in one form with one submit; no answer is required."""
    setting = invitation.setting
    fields: list[FormField] = [Note(who_sees(setting)), Note(page(setting))]
    if survey.intro:
        fields.append(Note(survey.intro))
    for question in survey.questions:
        fields += _asked(survey, question)
    return Form(setting.title[:24], tuple(fields), Action("pulse", invitation.id, "answer"), "Send once")


def _asked(survey: Survey, question: SurveyQuestion) -> list[FormField]:
    skip = Option(SKIP, "Can't say")
    match question.type:
        case "scale":
            scale = survey.scale(question)
            assert scale is not None
            options = tuple(Option(str(v), label) for v, label in zip(scale.values(), scale.labels, strict=True))
            skip = Option(SKIP, scale.can_skip or "Can't say")
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "yes_no":
            options = tuple(Option(value, label) for value, label in YES_NO)
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "choice":
            options = tuple(Option(str(place), label) for place, label in enumerate(question.choices))
            if question.most > 1:
                hint = f"Up to {question.most}."
                return [TickField(question.id, question.text, options, hint=hint)]
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "number":
            return [TextField(question.id, question.text, most=40, required=False)]
        case _:
            text: FormField = TextField(question.id, question.text, long=True, most=question.max_length, required=False)
            if survey.mode != "anonymous" or question.share_words == "never":
                return [text]
            shown = Option("yes", "May be shown, word for word, if enough people answer")
            return [text, TickField(f"{question.id}.{CONSENT}", "Your words", (shown,))]


def thanks_card(invitation: Invitation, closes: datetime) -> Card:
    """The form's own answer; it is never a stored message."""
    setting = invitation.setting
    if setting.mode == "anonymous":
        seen = f"Stored without your name. {readers(setting)} sees totals after {when(closes, 'day_time')}, "
        return Card("Counted. Thank you.", (Text(f"{seen}if {setting.minimum} or more answer."),))
    blocks: list[Block] = [Text(who_sees(setting))]
    if setting.mode == "linked":
        blocks.append(Buttons((Button("Remove mine", Action("pulse", setting.id, "remove")),)))
    return Card("Counted. Thank you.", tuple(blocks))


def again_card() -> Card:
    return Card("Already counted", (Text("A second answer is not stored."),))


def declined_card(invitation: Invitation) -> Card:
    lines = (
        Text("Fine. Nobody is told, and I won't remind you. You can still open it until it closes."),
        Buttons(
            (
                _button(invitation.id, "Open", "open", asks=True),
                _button(invitation.id, "No surveys at all", "never"),
            )
        ),
    )
    return Card("Not this time", lines)


def never_card() -> Card:
    return Card(
        "No surveys from now on",
        (Text("Nobody is told. Under Change or stop you can switch them on again."),),
    )


def closed_part_card(setting: Setting) -> Card:
    """What the invitation becomes at the close, the same for everybody."""
    return Card(f"{setting.title}: closed", (Text(f"Results go to {readers(setting)}. Nothing is asked of you."),))


def removed_card() -> Card:
    return Card("Removed", (Text("If an answer of yours was there, before or after, it is deleted unread."),))


# the owner


def started_card(setting: Setting, people: int, closes: datetime) -> Card:
    """Private, to whoever started it."""
    asked = plural(people, "1 person is asked", "{n} people are asked")
    close = f"It closes {when(closes, 'date_time')}, when everybody had time."
    lines: list[Block] = [
        Text(f"{asked} in a direct message, in their own working hours. {close}"),
        Text(who_sees(setting)),
        Text("Until then nobody sees anything, and there is no count to look up."),
        Buttons((Button("Call it off", Action("pulse", setting.id, "call_off"), "danger"),)),
    ]
    part = f", {setting.part}" if setting.part else ""
    return Card(f"{setting.title}{part}: started", tuple(lines))


def called_off_card(setting: Setting) -> Card:
    return Card(f"{setting.title}: called off", (Text("The answers are deleted. Nobody has seen them."),))


def between_card(setting: Setting) -> Card:
    lines = (
        Text("The answers stay sealed. They are opened together with the second ones, and only as pairs."),
        Text(f"After the programme, type: pulse start {setting.survey}"),
    )
    return Card(f"{setting.title}: the answers before are in", lines)


def settling_card(setting: Setting, until: datetime) -> Card:
    lines = (
        Text(f"Totals come {when(until, 'day_time')}. Until then everybody can take their answers back, unread."),
        Buttons((Button("Remove mine", Action("pulse", setting.id, "remove")),)),
    )
    return Card(f"{setting.title}: the answers after are in", lines)


def menu_form(surveys: Sequence[Survey], chosen: str = "", teams: Sequence[tuple[str, str]] = ()) -> Form:
    """Which survey; from a direct conversation also which teams."""
    options = tuple(Option(survey.id, f"{survey.title}, {_mode_word(survey.mode)}"[:75]) for survey in surveys)
    fields: list[FormField] = [PickField("survey", "Which one", options, chosen)]
    if teams:
        ticks = tuple(Option(id, label) for id, label in teams)
        fields.append(TickField("teams", "Which teams", ticks, tuple(id for id, _ in teams[:1]), required=True))
    hint = "Only for surveys that ask about a topic, such as before and after a course."
    fields.append(TextField("topic", "About what", most=80, required=False, hint=hint))
    return Form("Start a pulse", tuple(fields), Action("pulse", NO_SESSION, "chosen"), "Start")


def _mode_word(mode: str) -> str:
    return {"anonymous": "anonymous", "linked": "before and after", "named": "with names"}[mode]


def schedule_form(surveys: Sequence[Survey], chosen: str, weeks: int, first: str) -> Form:
    options = tuple(Option(survey.id, survey.title[:75]) for survey in surveys)
    every = tuple(Option(str(number), words) for number, words in EVERY.items())
    fields = (
        PickField("survey", "Which one", options, chosen),
        PickField("weeks", "How often", every, str(weeks)),
        DateField("first", "First day", first),
        TimeField("at", "Time of day where the team is", "10:00"),
        Note("The next one waits until somebody wrote what follows from the last."),
    )
    return Form("Repeat a pulse", fields, Action("pulse", NO_SESSION, "repeat"), "Repeat")


def own_form(title: str = "", statements: str = "") -> Form:
    """A survey of one's own: as lines, or as a whole pasted file."""
    modes = (
        Option("anonymous", "Stored without names"),
        Option("named", "Stored and shown with names"),
    )
    fields = (
        TextField("title", "Title", title, most=60, required=False),
        PickField("mode", "How it is stored", modes, "anonymous", required=False),
        TextField(
            "statements",
            "Statements, one a line, up to ten",
            statements,
            long=True,
            required=False,
            hint="Each is answered from strongly disagree to strongly agree, or with can't say.",
        ),
        TextField("words", "A question to answer in words", most=200, required=False),
        TextField(
            "yaml",
            "Or a whole survey, pasted",
            long=True,
            most=3000,
            required=False,
            hint="In the format of prompts/surveys. For surveys your organisation has the right to use.",
        ),
    )
    return Form("Your own survey", fields, Action("pulse", NO_SESSION, "own_chosen"), "Start")


def repeating_card(state: Repeating) -> Card:
    lines = (
        Text(f"{EVERY.get(state.weeks, f'every {state.weeks} weeks').capitalize()}, first on {state.next:%d %B %Y}."),
        Text("The next one waits until somebody wrote what follows from the last."),
        Buttons((Button("End the schedule", Action("pulse", state.id, "end_schedule")),)),
    )
    return Card(f"{state.title} repeats in {state.label}", lines)


def stopped_card(state: Repeating) -> Card:
    return Card("Schedule ended", (Text(f"{state.title} in {state.label} does not come again by itself."),))


def held_card(state: Repeating, owed: SessionId) -> Card:
    """Private, to the owner: the next wave is held back."""
    lines = [Text("What follows from the last one is not written yet. People answer again once they see a use.")]
    row = [Button("Write it", Action("pulse", owed, "follow"), "primary", asks=True)] if owed else []
    row.append(Button("End the schedule", Action("pulse", state.id, "end_schedule")))
    return Card(f"The next {state.title} waits"[:60], (*lines, Buttons(tuple(row))))


def owed_card(setting: Setting) -> Card:
    lines = (
        Text(f"{setting.title} in {setting.label}: one sentence on what you will do, or not do and why."),
        Text("It stands under the results for everybody who saw them. The next wave waits for it."),
        Buttons((Button("Write it", Action("pulse", setting.id, "follow"), "primary", asks=True),)),
    )
    return Card("What follows from the survey?", lines)


def follow_form(setting: Setting) -> Form:
    fields = (
        Note(f"{setting.title}. {readers(setting)} can read it under the results, with your name."),
        TextField("text", "What follows: what we will do, or not do and why", long=True, most=500),
    )
    return Form("What follows", fields, Action("pulse", setting.id, "followed"), "Send")


def owed_refusal(title: str, wave: SessionId) -> Card:
    row = (Button("Write it", Action("pulse", wave, "follow"), "primary", asks=True),)
    return Card(
        f"{title} waits"[:60],
        (Text("First somebody writes what follows from the last one. Nothing was sent."), Buttons(row)),
    )


# results


def too_few_card(setting: Setting, next_on: str = "") -> Card:
    """Below the minimum: no count, and no hunt for whoever is missing."""
    things = "pairs" if setting.mode == "linked" else "people"
    did = "are there" if setting.mode == "linked" else "answered"
    lines = [
        Text(f"Fewer than {setting.minimum} {things} {did}. Totals of so few could point at one person."),
        Text("The answers are deleted. Nobody has seen them."),
        *([Text(f"The next one comes on {next_on}.")] if next_on else []),
    ]
    return Card("Pulse closed, nothing to show", tuple(lines))


def results_card(state: Shown) -> Card:
    setting = state.setting
    row = json.loads(state.row)
    if "pairs" in row:
        return _effect_card(state, row["pairs"])
    if "results" not in row:
        return Card(f"{setting.title}: the answers"[:60], (Text(who_sees(setting)),))
    results = Results.from_row(row["results"])
    n = results.n
    counted = plural(n, "1 person answered", "{n} people answered")
    lines: list[Block] = [Text(sentence) for sentence in in_words(results)]
    if results.minority:
        lines.append(Text("A minority of those asked answered."))
    trend = _trend(results, state.since)
    if trend:
        lines.append(Text(trend))
    chart = chart_of(setting, results, row.get("chart", []))
    if chart is not None:
        lines.append(chart)
    for question, text in results.words:
        lines.append(Text(f"In somebody's words, on {question}: {text}" if question else text))
    lines += _follow_line(state)
    lines.append(Buttons(tuple(_result_buttons(state))))
    return Card(f"{setting.title}: {counted}"[:60], tuple(lines))


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


def _trend(results: Results, since: str) -> str:
    trends = [(line.title, line.trend) for line in results.indices if line.trend]
    if not trends or not since:
        return ""
    if all(trend == "no clear change" for _, trend in trends):
        return f"Since {since}: no clear change. One person's answer could have moved it this much."
    said = "; ".join(f"{title}, {trend}" for title, trend in trends)
    return f"Since {since}: {said}. This guards against reading too much into one answer; it is no proof."


def _follow_line(state: Shown) -> list[Text]:
    setting = state.setting
    if not setting.owed:
        return []
    if state.follows:
        return [Text(f"What follows: {state.follows}")]
    if state.respond_by is None:
        return []
    name = who(setting.starter) if setting.starter is not None else f"Whoever looks after {setting.label}"
    return [Text(f"What follows? {name} writes it here by {when(state.respond_by, 'date')}.")]


def _result_buttons(state: Shown) -> list[Button]:
    setting = state.setting
    row: list[Button] = []
    if setting.guide:
        row.append(Button("Talk about it", Action("say", NO_SESSION, "type", f"guide show {setting.guide}")))
    row.append(Button("More detail", Action("pulse", setting.id, "detail")))
    if setting.owed and not state.follows:
        row.append(Button("Write what follows", Action("pulse", setting.id, "follow"), asks=True))
    return row


def detail_card(state: Shown) -> Card:
    """Private: every statement as it may be shown, and how it is counted."""
    setting = state.setting
    row = json.loads(state.row)
    files = Buttons((Button("As files", Action("pulse", setting.id, "files")),))
    if "pairs" in row:
        return Card(f"{setting.title}: detail"[:60], (*_effect_card(state, row["pairs"]).blocks[:-1], files))
    if "results" not in row:
        return Card(f"{setting.title}: the answers"[:60], (Text(who_sees(setting)),))
    results = Results.from_row(row["results"])
    lines = (*results.indices, *results.statements)
    if results.numeric:
        cells = tuple((one.title, one.percent or one.says or "too few", one.mean or NONE) for one in lines)
        table = Table(("Statement", "Agree", "Mean"), cells)
    else:
        table = Table(("Statement", "In words"), tuple((one.title, one.says or "too few") for one in lines))
    rule = f"Below {NUMERIC} answers there are words only: most is 70 % or more, few is below 30 %."
    return Card(
        f"{setting.title}: detail"[:60],
        (
            Text(f"{results.n} answered. Statements put the other way round are turned first."),
            table,
            Text(rule if not results.numeric else "Above 90 % and below 10 % are not told exactly.", muted=True),
            files,
        ),
    )


def files_card(state: Shown) -> Card:
    """The totals as files, for those who work with them. Nothing in them is more than was shown."""
    setting = state.setting
    row = json.loads(state.row)
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("what", "title", "says", "percent", "mean", "spread", "trend", "n"))
    if "results" in row:
        results = Results.from_row(row["results"])
        for what, lines in (("index", results.indices), ("statement", results.statements)):
            sheet.writerows((what, *_cells(line), results.n) for line in lines)
        if results.score:
            sheet.writerow(("score", setting.title, results.score, "", "", "", "", results.n))
    elif "pairs" in row:
        sheet.writerows((name, value, "", "", "", "", "", "") for name, value in row["pairs"].items())
    body = {
        "survey": setting.survey,
        "version": setting.version,
        "title": setting.title,
        "closed": f"{state.closed:%Y-%m-%d}",
        "minimum_group": setting.minimum,
        "definitions": "metrics 6.7 to 6.13, version 1",
        "what_follows": state.follows,
        **{name: value for name, value in row.items() if name != "chart"},
    }
    return Card(
        f"{setting.title}: files"[:60],
        (
            Text("Totals only, as they were shown."),
            File(f"{setting.survey}-{state.closed:%Y-%m-%d}.csv", out.getvalue()),
            File(f"{setting.survey}-{state.closed:%Y-%m-%d}.json", json.dumps(body, ensure_ascii=False, indent=2)),
        ),
    )


def _cells(line: Line) -> tuple[str, ...]:
    return (line.title, line.says, line.percent, line.mean, line.spread, line.trend)


Waves = Sequence[tuple[str, Sequence[tuple[str, int]]]]  # label of a wave, and its indices as they were shown


def chart_of(setting: Setting, results: Results, waves: Waves) -> Chart | None:
    """A picture from ten answers on: the indices over the waves, or the statements of the first one."""
    if not results.numeric:
        return None
    kind: Literal["lines", "bars"] = "lines" if len(waves) > 1 else "bars"
    if kind == "lines":
        by_wave = [(label, {name: float(value) for name, value in points}) for label, points in waves]
        names = list(dict.fromkeys(name for _, points in by_wave for name in points))
        labels = tuple(label for label, _ in by_wave)
        series = tuple(Series(name, tuple(points.get(name) for _, points in by_wave)) for name in names)
    else:
        shown = [line for line in (*results.indices, *results.statements) if line.points is not None]
        labels = tuple(line.title for line in shown)
        series = (Series("agree, %", tuple(float(line.points or 0) for line in shown)),)
    if not labels or not series:
        return None
    said = [f"{one.name}: {_values(labels, one)}" for one in series]
    alt = f"Share that agrees, in per cent. {'; '.join(said)}."
    return Chart(kind, f"{setting.title}: share that agrees", labels, series, alt)


def _values(labels: Sequence[str], series: Series) -> str:
    pairs = zip(labels, series.values, strict=True)
    return ", ".join(f"{label} {value:g}" for label, value in pairs if value is not None)


def pairs_row(effect: Effect, gain: float | None) -> dict[str, object]:
    """The paired effect as it is shown and kept, in the order of the report. Below ten pairs in words only."""
    most = word_class(Fraction(effect.improved, effect.n))
    row: dict[str, object] = {"pairs": effect.n, "words": effect.words, "improved": IMPROVED[most]}
    if effect.n < NUMERIC:
        return row
    return row | {
        "before": f"{effect.before:.2f}",
        "after": f"{effect.after:.2f}",
        "difference": f"{effect.difference:+.2f}",
        "higher": effect.improved,
        "same": effect.same,
        "lower": effect.lower,
        "g": "" if effect.g is None else f"{effect.g:.2f}",
        "d_z": "" if effect.d_z is None else f"{effect.d_z:.2f}",
        "gain": "" if gain is None else f"{gain:.2f}",
    }


IMPROVED = {
    "most agree": "Most are surer than before",
    "mixed": "Some are surer than before",
    "few agree": "Few are surer than before",
}


def _effect_card(state: Shown, row: dict[str, object]) -> Card:
    setting = state.setting
    lines = [Text(f"{row['pairs']} people answered before and after.")]
    if "before" in row:
        lines += [
            Text(f"Mean before {row['before']}, after {row['after']}, difference {row['difference']}."),
            Text(f"Higher for {row['higher']}, the same for {row['same']}, lower for {row['lower']}."),
            Text(f"Effect size {row['g'] or 'none'}: {row['words']}."),
        ]
    else:
        lines.append(Text(f"{row['improved']}. The change, in words: {row['words']}."))
    lines += [Text(NO_PROOF), *_follow_line(state)]
    return Card(f"{setting.title}: before and after"[:60], (*lines, Buttons(tuple(_result_buttons(state)))))


def named_card(setting: Setting, said: Sequence[str]) -> Card:
    """A survey with names: what each person answered. Names are tokens, and nothing of it is kept with the results."""
    lines = [Text(line) for line in said[:40]]
    return Card(f"{setting.title}: the answers"[:60], (*lines, Text(who_sees(setting), muted=True)))


def latest_card(rows: Sequence[tuple[str, str, SessionId]]) -> Card:
    """Private: which results there are."""
    if not rows:
        return Card("No results yet", (Text("Results come at the close, to everybody at the same moment."),))
    lines = tuple(Text(f"{title}: {said}") for title, said, _ in rows[:6])
    buttons = tuple(
        Button(title[:24], Action("pulse", wave, "detail")) for title, said, wave in rows[:4] if said != TOO_FEW
    )
    return Card("Results so far", (*lines, *((Buttons(buttons),) if buttons else ())))


TOO_FEW = "too few answered, so nothing is kept"


def _button(session: SessionId, label: str, verb: str, *, primary: bool = False, asks: bool = False) -> Button:
    return Button(label, Action("pulse", session, verb), "primary" if primary else "plain", asks)


# the report


def report_card(label: str, weeks: int, sections: Sequence[tuple[str, str]]) -> Card:
    """One screen about a team, never about a person."""
    span = "four weeks" if weeks == 4 else "three months"
    lines = tuple(Text(f"{title}: {said}") for title, said in sections)
    other = ("3 months", "report 3 months") if weeks == 4 else ("4 weeks", "report 4 weeks")
    return Card(
        f"{label}: the last {span}"[:60],
        (
            *lines,
            Text("Shares are sums over the window. A dash means there was nothing to count.", muted=True),
            Buttons((Button(other[0], Action("say", NO_SESSION, "type", other[1])),)),
        ),
    )
