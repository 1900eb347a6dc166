"""A survey of one's own: written as lines, or pasted as a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.commands.scheduling import next_working_day, repeating
from bot.activities.pulse.commands.starting import library_of, start_here
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.content import Index, Scale, Survey, SurveyQuestion
from bot.kernel.decision import Correct, Refused
from bot.kernel.inbound import FormSubmitted
from bot.pieces import questions

EVERYBODY = 200_000  # more than any team has
WAVES_SHOWN = 6  # on a chart

MOST_TEXT = 200  # characters of a statement


def own_chosen(inbound: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """A survey of one's own: checked as strictly as those that came with the bot, and for names besides."""
    pasted = inbound.text("yaml") + ("\n" + inbound.text("more") if inbound.text("more") else "")
    survey: Survey | None
    if pasted:
        reader = library_of(context).read_survey
        if reader is None:
            return Refused("Pasting a survey does not work here. Nothing was sent.")
        survey, problems = reader(pasted)
        if survey is None:
            first = problems[0] if problems else None
            said = f"Line {first.line}: {first.what}. {first.remedy}" if first else "This is no survey."
            return Shown(Correct({"yaml": said}))
    else:
        lines = [line.strip() for line in inbound.text("statements").splitlines() if line.strip()]
        words = inbound.text("words")
        if not lines and not words:
            return Shown(Correct({"statements": "Write at least one statement, one a line."}))
        if len(lines) + bool(words) > 10:
            return Shown(Correct({"statements": f"Ten questions fit; these are {len(lines) + bool(words)}."}))
        long = next((line for line in (*lines, words) if len(line) > MOST_TEXT), "")
        if long:
            told = f'"{long[:40]}" and so on has {len(long)} characters; {MOST_TEXT} fit.'
            return Shown(Correct({"words" if long == words else "statements": told}))
        mode = "named" if inbound.text("mode") == "named" else "anonymous"
        survey = _made(inbound.text("title") or "Our own questions", mode, lines, words)
    if survey.mode == "anonymous":
        marks = questions.marks_of(person.name for person in context.roster)
        for where, text in _texts(survey, pasted=bool(pasted)):
            name = questions.named_in(text, marks)
            if name:
                said = f'"{text[:80]}" names {name}. Without names nobody is judged in secret. Reword it.'
                return Shown(Correct({where: said}))
    weeks = inbound.text("weeks")
    if weeks.isdecimal() and int(weeks) in cards.EVERY and context.team is not None:
        moment = next_working_day(context.now, context.team.zone), time(10)
        return repeating(survey, context.team, moment, int(weeks), context, inbound.actor, own=True)
    return start_here(survey, "", inbound.actor, context)


def _texts(survey: Survey, *, pasted: bool) -> Iterable[tuple[str, str]]:
    """Everything of an own survey that people read, and the field of the form it came from."""
    yield "yaml" if pasted else "title", survey.title
    yield "yaml", survey.intro
    for question in survey.questions:
        where = "yaml" if pasted else "words" if question.type == "text" else "statements"
        for text in (question.text, question.short, *question.choices):
            yield where, text
    for scale in survey.scales:
        for label in scale.labels:
            yield "yaml", label
    for index in survey.indices:
        yield "yaml" if pasted else "title", index.title
        yield "yaml", index.advice


def _made(title: str, mode: Any, lines: Sequence[str], words: str) -> Survey:
    scale = Scale(
        id="agree5",
        type="likert",
        labels=("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
        favourable=(4, 5),
        can_skip="Can't say",
    )
    asked = [
        SurveyQuestion(id=f"q{number}", text=line, scale="agree5", short=line[:60]) for number, line in enumerate(lines)
    ]
    if words:
        asked.append(SurveyQuestion(id="words", text=words, type="text", share_words="ask"))
    index = (Index("own", title[:60], tuple(one.id for one in asked if one.type == "scale")),) if len(asked) > 1 else ()
    return Survey(
        id=f"own-{questions.digest((title, *lines, words))}",  # the same questions again continue their trend
        title=title[:60],
        mode=mode,
        questions=tuple(asked),
        scales=(scale,),
        indices=index,
        guide="focus-group",
    )
