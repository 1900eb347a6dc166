"""What fields a survey has, and what an honest one may not ask."""

from __future__ import annotations

import re
from typing import Literal, get_args

from bot.kernel.content import Audience, Index, QuestionType, Scale, ScaleType, Survey, SurveyMode, SurveyQuestion
from bot.library.kinds import HIGHEST_VERSION, QUESTION, TITLE, needs, unique, version
from bot.library.reader import Reader, listed, nearest

MODES: tuple[SurveyMode, ...] = get_args(SurveyMode)
TYPES: tuple[QuestionType, ...] = tuple(each for each in get_args(QuestionType) if each != "scale")
SCALE_TYPES: tuple[ScaleType, ...] = get_args(ScaleType)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
REPEATS = (
    "once",
    "after_session",
    "after_use",
    "programme_end",
    "after_programme",
    "weekly",
    "every_2_weeks",
    "monthly",
    "every_3_months",
    "every_6_months",
    "yearly",
    "before_and_after",
    "mid_and_end",
    "day_30_60_90",
    "on_request",
    "on_leaving",
)
FOOTERS: tuple[Literal["support_contacts"], ...] = ("support_contacts",)
MEASURES_LENGTH = 40
LABEL = 40  # characters
CHOICE = 75  # characters; what the shorter of the two platforms shows in a list
QUESTIONS, QUESTIONS_IN_LONG = 10, 15
GROUP_FLOOR, GROUP_DEFAULT, GROUP_FOR_RECOMMENDATION = 3, 5, 10
ASKS_WHO = re.compile(
    r"\be-?mail( address)?\b|\b(your|full|first|last) name\b|\bname of your\b|\bwho are you\b|\{name\}", re.IGNORECASE
)


def survey(reader: Reader) -> Survey:
    mode = reader.choice("mode", MODES)
    long = reader.flag("long")
    scales = [_scale(name, each) for name, each in reader.named("scales", "a scale", 8)]
    most = QUESTIONS_IN_LONG if long else QUESTIONS
    asked = _questions(reader, scales, mode, long, most)
    audience, indices = _report(reader, tuple(question for _, question in asked))
    recommends = any(question.measures == "recommendation" for _, question in asked)
    number = version(reader)
    comparable = reader.number("comparable_to", 1, HIGHEST_VERSION, 0)
    if comparable and comparable >= number:
        reader.problem(
            reader.where("comparable_to"),
            f"`comparable_to` is {comparable}, and this is version {number}",
            "Name a lower version, or take it out.",
        )
    found = Survey(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Three short questions"),
        mode=mode,
        questions=tuple(question for _, question in asked),
        version=number,
        minimum_group=_minimum_group(reader, recommends),
        open_days=reader.number("open_days", 1, 20, 3),
        reminder=reader.flag("reminder", True),
        repeat=reader.choice("repeat", REPEATS, "once"),
        intro=reader.words("intro", 300, default=""),
        long=long,
        named_if_chosen=reader.flag("named_if_chosen"),
        named_copy=reader.several("named_copy", ("buddy", "owner")),
        pooled_over_months=reader.number("pooled_over_months", 1, 12, 0),
        footer=reader.choice("footer", FOOTERS) if reader.has("footer") else "",
        scales=tuple(scales),
        audience=audience,
        indices=indices,
        guide=reader.refers("guide", "guide"),
        comparable_to=comparable,
        source=reader.words("source", 300, default=""),
        licence=reader.words("licence", 200, default=""),
        tags=reader.refers_to_several("tags", "tag"),
        needs=needs(reader),
        language=reader.language(),
    )
    if mode == "named" and found.named_if_chosen:
        reader.problem(reader.where("named_if_chosen"), "this survey is named anyway", "Take `named_if_chosen` out.")
    return found


def _scale(name: str, reader: Reader) -> Scale:
    kind = reader.choice("type", SCALE_TYPES, "likert")
    labels = reader.several_words("labels", LABEL, 2, 11, required=True)
    first = reader.number("first", 0, 1, 0 if kind == "number" else 1)
    scale = Scale(id=name, type=kind, labels=labels, favourable=(), first=first)
    if len(set(labels)) < len(labels):
        reader.problem(reader.where("labels"), "two labels are the same", "Give each value its own words.")
    values = scale.values()
    favourable = reader.numbers("favourable", 0, 11, (1, 10)) or tuple(values)[-2:]
    wrong = [value for value in favourable if value not in values]
    if wrong and len(values) > 1:
        reader.problem(
            reader.where("favourable"),
            f"`favourable` names {listed(wrong)}, which the scale does not have",
            f"Its values go from {values[0]} to {values[-1]}.",
        )
    found = Scale(
        id=name,
        type=kind,
        labels=labels,
        favourable=favourable,
        first=first,
        can_skip=reader.words("can_skip", LABEL, default=""),
    )
    reader.done()
    return found


def _questions(
    reader: Reader, scales: list[Scale], mode: SurveyMode, long: bool, most: int
) -> list[tuple[Reader, SurveyQuestion]]:
    written = reader.many("questions", "a question", 1, 1000)
    if len(written) > most:
        remedy = f"At most {most} fit."
        if not long:
            remedy = f"At most {most} fit, or {QUESTIONS_IN_LONG} with `long: true`."
        reader.problem(reader.where("questions"), f"there are {len(written)} questions", remedy)
    asked = [(each, _question(each, scales)) for each in written]
    unique([(each, question.id) for each, question in asked], "this question")
    if mode == "anonymous":
        for each, question in asked:
            _check_unnamed(each, question)
    splitting = [(each, question) for each, question in asked if question.splits]
    for each, question in splitting:
        if mode != "anonymous" or question.most > 1:
            each.problem(each.where("splits"), "only one choice of an anonymous survey can split it", "Take it out.")
    for each, _ in splitting[1:]:
        each.problem(each.where("splits"), "two questions split the results", "One group is shown at a time: keep one.")
    used = {question.scale for _, question in asked if question.scale}
    for scale in scales:
        if scale.id not in used and used <= {each.id for each in scales}:  # else a misspelt name was told already
            reader.problem(reader.where("scales"), f"no question uses the scale `{scale.id}`", "Take it out.")
    return asked


def _question(reader: Reader, scales: list[Scale]) -> SurveyQuestion:
    scale = reader.plain("scale", default="")
    kind: QuestionType = "scale"
    if reader.has("type"):
        kind = reader.choice("type", TYPES)
        if scale:
            reader.problem(reader.where("type"), "a question has either `scale` or `type`", "Take one of them out.")
    elif not reader.has("scale"):
        reader.problem(
            reader.at, "this question has neither `scale` nor `type`", "Add e.g. `scale: agree5` or `type: text`."
        )
    names = [each.id for each in scales]
    if scale and scale not in names:
        meant = nearest(scale, names)
        remedy = f"Did you mean `{meant}`?" if meant else f"There are: {listed(names) or 'none yet'}."
        reader.problem(reader.where("scale"), f"there is no scale `{scale}` in this file", remedy)
    choices = reader.several_words("choices", CHOICE, 2, 12)
    found = SurveyQuestion(
        id=reader.identifier(),
        text=reader.words("text", QUESTION, "The session was worth the time."),
        type=kind,
        scale=scale,
        choices=choices,
        most=reader.number("most", 1, 12, 1),
        measures=reader.plain("measures", default=""),
        short=reader.words("short", TITLE, default=""),
        reverse=reader.flag("reverse"),
        max_length=reader.number("max_length", 20, 2000, 300),
        share_words=reader.choice("share_words", ("ask", "never"), "never"),
        required=reader.flag("required"),
        splits=reader.flag("splits"),
        for_each=reader.choice("for_each", ("topic", "goal")) if reader.has("for_each") else "",
    )
    if len(found.measures) > MEASURES_LENGTH:
        reader.problem(reader.where("measures"), "`measures` is long", f"At most {MEASURES_LENGTH} characters fit.")
    _check_fits_type(reader, found)
    reader.done()
    return found


def _check_fits_type(reader: Reader, question: SurveyQuestion) -> None:
    only = {"reverse": "scale", "max_length": "text", "share_words": "text", "choices": "choice", "most": "choice"}
    only |= {"splits": "choice"}
    for key, kind in only.items():
        if reader.has(key) and question.type != kind:
            meaning = "a scale" if kind == "scale" else f"`type: {kind}`"
            reader.problem(reader.where(key), f"`{key}` is for questions with {meaning}", "Take it out.")
    if question.type == "choice" and not reader.has("choices"):
        reader.problem(reader.at, "this question has no `choices`", 'Add e.g. `choices: ["Too few", "Right"]`.')
    if question.type == "choice" and question.most > max(1, len(question.choices)):
        reader.problem(
            reader.where("most"), f"`most` is {question.most}, with {len(question.choices)} choices", "Lower it."
        )


def _check_unnamed(reader: Reader, question: SurveyQuestion) -> None:
    if ASKS_WHO.search(question.text):
        reader.problem(
            reader.where("text"), "an anonymous survey cannot ask for a name or an e-mail address", "Ask without it."
        )
    if question.type == "text" and question.required:
        reader.problem(
            reader.where("required"),
            "an anonymous survey cannot require words",
            "Write `required: false`: people can be known by how they write.",
        )


def _report(reader: Reader, questions: tuple[SurveyQuestion, ...]) -> tuple[Audience, tuple[Index, ...]]:
    report = reader.one("report", "`report`")
    if report is None:
        return "team", ()
    indices: list[tuple[Reader, Index]] = []
    scaled = [question.id for question in questions if question.type == "scale"]
    for each in report.many("index", "an index", 1, 6, required=False):
        items = each.several("items", [question.id for question in questions] or [""])
        if not each.has("items"):
            each.problem(each.at, "`items` is missing", "Add e.g. `items: [worth, contribute]`.")
        unscaled = [item for item in items if item not in scaled]
        if unscaled:
            each.problem(each.where("items"), f"{listed(unscaled)} has no scale", "An index is made of scales only.")
        name, title = each.identifier(), each.words("title", TITLE, "Session value")
        indices.append((each, Index(name, title, items, each.words("advice", 200, default=""))))
        each.done()
    unique([(each, index.id) for each, index in indices], "this index")
    audience = report.choice("audience", AUDIENCES, "team")
    report.done()
    return audience, tuple(index for _, index in indices)


def _minimum_group(reader: Reader, recommends: bool) -> int:
    usual = GROUP_FOR_RECOMMENDATION if recommends else GROUP_DEFAULT
    written = reader.number("minimum_group", 0, 1000, usual, example=usual)
    if recommends and GROUP_FLOOR <= written < GROUP_FOR_RECOMMENDATION:
        reader.problem(
            reader.where("minimum_group"),
            f"`minimum_group` is {written}",
            f"A recommendation score needs {GROUP_FOR_RECOMMENDATION} or more.",
        )
    elif written < GROUP_FLOOR:
        reader.problem(
            reader.where("minimum_group"),
            f"`minimum_group` is {written}",
            f"Write {GROUP_FLOOR} or more, so that no answer can be guessed; {usual} is usual.",
        )
    return written
