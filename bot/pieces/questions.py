"""A survey as it is asked: reading answers, guarding names, keeping a copy, and what one answer says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Any

from bot.kernel.content import Index, Scale, Survey, SurveyQuestion
from bot.pieces import scores

SKIP = "skip"  # the value of "Can't say" in a form
CONSENT = "share"  # the value of the tick under a text; its field is the question's with this behind a dot
YES_NO = (("1", "Yes"), ("0", "No"))
RESERVE = 60  # bytes one answer takes at most, its id and marks included
MARK = 8  # bytes of a name's mark


# -- asking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What came back. *answers*: question id to value; *words*: what may be shown; *errors*: field to sentence."""

    answers: Mapping[str, Any]
    words: tuple[Mapping[str, str], ...]
    errors: Mapping[str, str]


def filled(survey: Survey, team: str, topic: str) -> Survey:
    """The survey with its placeholders filled in, as it is asked from now on."""

    def fill(text: str) -> str:
        for name, value in (("team", team), ("topic", topic), ("goal", topic)):
            text = text.replace(f"{{{name}}}", value)
        return text

    names = [name.strip() for name in topic.split(",") if name.strip()]
    once = tuple(replace(one, text=fill(one.text)) for one in survey.questions if not one.for_each or len(names) < 2)
    each = tuple(
        replace(one, id=f"{one.id}-{number}", text=one.text.replace(f"{{{one.for_each}}}", name), short="")
        for number, name in enumerate(names, 1)
        for one in survey.questions
        if one.for_each and len(names) > 1
    )
    return replace(survey, intro=fill(survey.intro), questions=(*each, *once))


def needs_topic(survey: Survey) -> bool:
    """Whether whoever starts it has to say what it is about."""
    texts = (survey.intro, *(question.text for question in survey.questions))
    return any("{topic}" in text or "{goal}" in text for text in texts)


def scaled(survey: Survey) -> tuple[SurveyQuestion, ...]:
    return tuple(question for question in survey.questions if question.type == "scale")


def read(survey: Survey, values: Mapping[str, Any], marks: frozenset[str] = frozenset()) -> Reading:
    """What a person filled in, checked. *marks* are those of names that an anonymous answer must not contain."""
    answers: dict[str, Any] = {}
    words: list[Mapping[str, str]] = []
    errors: dict[str, str] = {}
    for question in survey.questions:
        value = values.get(question.id, "")
        if question.type == "text":
            text = value.strip() if isinstance(value, str) else ""
            wrong = _wrong_words(survey, question, text, values.get(f"{question.id}.{CONSENT}", ()), marks)
            if wrong:
                errors[question.id] = wrong
            elif text:
                words.append({"question": question.id, "text": text})
            elif question.required:
                errors[question.id] = "A few words are needed here."
            continue
        read_value = _value(survey, question, value)
        if read_value is not None:
            answers[question.id] = read_value
    asked = scaled(survey)
    given = sum(question.id in answers for question in asked)
    if asked and not scores.is_complete(given, len(asked)):
        errors[asked[0].id] = (
            f"Answers to {(len(asked) + 1) // 2} of the {len(asked)} statements are needed, so that it can be counted. "
            "Closing the form is fine too."
        )
    elif not answers and not words and not errors:
        errors[survey.questions[0].id] = "There is no answer yet. Closing the form is fine too."
    return Reading(answers, tuple(words), errors)


def _wrong_words(survey: Survey, question: SurveyQuestion, text: str, ticks: Any, marks: frozenset[str]) -> str:
    if not text:
        return ""
    if len(text) > question.max_length:
        return f"This has room for {question.max_length} characters; yours has {len(text)}."
    if survey.mode == "anonymous" and (name := named_in(text, marks)):
        return f'It names "{name}". Say it without a name, so that it tells on nobody.'
    if survey.mode == "anonymous" and question.share_words == "ask" and not ticks:
        return "Tick to have it shown, word for word, or leave it empty. Without the tick nobody reads it."
    return ""


def _value(survey: Survey, question: SurveyQuestion, value: Any) -> Any:
    chosen = [value] if isinstance(value, str) else list(value)
    match question.type:
        case "scale":
            scale = survey.scale(question)
            number = chosen[0] if chosen else ""
            return int(number) if scale and number.isdecimal() and int(number) in scale.values() else None
        case "yes_no":
            return int(chosen[0]) if chosen and chosen[0] in ("0", "1") else None
        case "choice":
            places = sorted({int(one) for one in chosen if one.isdecimal() and int(one) < len(question.choices)})
            return places[: question.most] or None
        case _:
            return str(chosen[0]).strip()[:40] or None if chosen else None


def most_bytes(survey: Survey) -> int:
    """The longest any answer can be as JSON, so that all can be padded to it."""
    words = sum(4 * question.max_length for question in survey.questions if question.type == "text")
    return words + sum(RESERVE + len(question.id.encode()) for question in survey.questions) + RESERVE


# -- names --------------------------------------------------------------------------------------------------

_WORD = re.compile("[^\\W\\d_]+(?:['\u2019-][^\\W\\d_]+)*")
# Names that are words as well: they count as names only when written with a capital inside a sentence.
_ALSO_WORDS = frozenset(
    {
        *("art", "bill", "chase", "christian", "dean", "drew", "faith", "frank", "grace", "grant", "guy", "hope"),
        *("iris", "jack", "jay", "joy", "june", "lily", "mark", "max", "may", "miles", "pat", "penny", "ray", "rich"),
        *("rob", "rose", "ruby", "sage", "sky", "sue", "summer", "victor", "will", "win"),
    }
)


def marks_of(names: Iterable[str]) -> frozenset[str]:
    """Marks of the words of these names; the names cannot be read from them at a glance."""
    return frozenset(_mark(word) for name in names for word in _WORD.findall(name) if len(word) > 1)


def named_in(text: str, marks: frozenset[str]) -> str:
    """The first word of *text* that is somebody's name, or nothing."""
    for found in _WORD.finditer(text):
        whole = found.group(0)
        for word in (whole, re.sub("['\u2019]\\w*$", "", whole)):
            if _mark(word) not in marks:
                continue
            begins = not text[: found.start()].rstrip() or text[: found.start()].rstrip()[-1] in ".!?\n"
            if word.casefold() not in _ALSO_WORDS or (word[0].isupper() and not begins):
                return word
    return ""


def _mark(word: str) -> str:
    return blake2b(word.casefold().encode(), digest_size=MARK).hexdigest()


def digest(texts: Iterable[str]) -> str:
    """A short mark of these texts: the same for the same words, and only for them."""
    return blake2b("\n".join(texts).encode(), digest_size=6).hexdigest()


def wording(survey: Survey) -> str:
    """A mark of what is asked, and how: waves of other words, scales or order are not compared."""
    asked = (f"{one.id}|{one.text}|{one.scale}|{one.reverse}" for one in survey.questions if one.type == "scale")
    return digest((*asked, *("|".join(scale.labels) for scale in survey.scales)))


# -- keeping a copy -----------------------------------------------------------------------------------------


def to_row(survey: Survey) -> dict[str, Any]:
    """The survey as it is asked, for a fact: editing the file changes nothing that has begun."""
    return asdict(survey)


def from_row(row: Mapping[str, Any]) -> Survey:
    """The survey that `to_row` wrote."""
    plain: dict[str, Any] = _tuples(row)
    plain["questions"] = tuple(SurveyQuestion(**_tuples(one)) for one in row["questions"])
    plain["scales"] = tuple(Scale(**_tuples(one)) for one in row["scales"])
    plain["indices"] = tuple(Index(**_tuples(one)) for one in row["indices"])
    return Survey(**plain)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list | tuple) else value for name, value in row.items()}


# -- one answer --------------------------------------------------------------------------------------------


def items(survey: Survey) -> list[scores.Item]:
    """The scaled questions as the figures need them."""
    return [item(survey, question) for question in scaled(survey)]


def said(survey: Survey, question: SurveyQuestion, row: Mapping[str, Any]) -> str:
    """What one answer with a name said to a question, in the words of the form."""
    if question.type == "text":
        return " ".join(one["text"] for one in row["words"] if one["question"] == question.id)
    value = row["answers"].get(question.id)
    if value is None:
        return ""
    match question.type:
        case "scale":
            scale = survey.scale(question)
            assert scale is not None
            return str(scale.labels[value - scale.first])
        case "yes_no":
            return "Yes" if value else "No"
        case "choice":
            return "; ".join(question.choices[place] for place in value)
        case _:
            return str(value)


def told(survey: Survey, reading: Reading) -> tuple[str, ...]:
    """What one person answered, a sentence for each question, for whom they chose to tell it."""
    row = {"answers": reading.answers, "words": reading.words}
    lines = ((question, said(survey, question, row)) for question in survey.questions)
    named = ((question.short or question.text, answer) for question, answer in lines if answer)
    return tuple(f"{asked[:1].upper()}{asked[1:].rstrip('.')}: {answer}." for asked, answer in named)


def item(survey: Survey, question: SurveyQuestion) -> scores.Item:
    scale = survey.scale(question)
    assert scale is not None
    favourable = tuple(value for value in scale.favourable)
    return scores.Item(question.id, scale.values()[-1], favourable, question.reverse)
