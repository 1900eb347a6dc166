"""Surveys: how many questions, which scales, and what an anonymous one may not ask."""

from __future__ import annotations

import pytest

from bot.kernel.content import Survey
from tests.library.samples import SURVEY, but, read, said


def survey_of(count: int, *, long: bool = False) -> str:
    """A survey with so many text questions."""
    questions = "".join(f'  - {{id: q{number}, text: "Number {number}?", type: text}}\n' for number in range(count))
    return f'kind: survey\nid: many\ntitle: "Many"\nmode: anonymous\nlong: {str(long).lower()}\nquestions:\n{questions}'


def test_ten_questions_and_no_more() -> None:
    """Ten pass, eleven are told with the way to fifteen."""
    assert said("survey", survey_of(10)) == []
    assert said("survey", survey_of(11)) == ["line 6: there are 11 questions. At most 10 fit, or 15 with `long: true`."]


def test_fifteen_in_a_long_survey() -> None:
    """Fifteen pass where the survey is marked long, sixteen do not."""
    assert said("survey", survey_of(15, long=True)) == []
    assert said("survey", survey_of(16, long=True)) == ["line 6: there are 16 questions. At most 15 fit."]


@pytest.mark.parametrize(("labels", "count"), [('["Yes"]', 1), (str([str(each) for each in range(12)]), 12)])
def test_a_scale_has_two_to_eleven_labels(labels: str, count: int) -> None:
    """One label is no choice, twelve are too many."""
    full = '["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]\n    favourable: [4, 5]'
    word = "entry" if count == 1 else "entries"
    assert said("survey", but(SURVEY, full, labels)) == [
        f"line 10: `labels` has {count} {word}. It should have 2 to 11."
    ]


def test_favourable_values_exist() -> None:
    """A value that the scale does not have is told with those it has."""
    assert said("survey", but(SURVEY, "[4, 5]", "[5, 6]")) == [
        "line 11: `favourable` names 6, which the scale does not have. Its values go from 1 to 5."
    ]


def test_the_two_highest_are_favourable_unless_told_otherwise() -> None:
    """A scale that leaves `favourable` out counts its upper two."""
    item = read("survey", but(SURVEY, "    favourable: [4, 5]\n", ""))

    assert isinstance(item, Survey)
    assert item.scales[0].favourable == (4, 5)


def test_a_scale_may_begin_at_zero() -> None:
    """With `first: 0` five labels are worth 0 to 4."""
    item = read("survey", but(SURVEY, "    favourable: [4, 5]\n", "    first: 0\n    favourable: [3, 4]\n"))

    assert isinstance(item, Survey)
    assert list(item.scales[0].values()) == [0, 1, 2, 3, 4]


def test_labels_are_different() -> None:
    """Two equal labels could not be told apart."""
    assert said("survey", but(SURVEY, '"Neither"', '"Agree"')) == [
        "line 10: two labels are the same. Give each value its own words."
    ]


def test_a_question_names_a_scale_of_its_file() -> None:
    """A misspelt scale names the one that was meant."""
    assert said("survey", but(SURVEY, "    scale: agree5", "    scale: agre5")) == [
        "line 15: there is no scale `agre5` in this file. Did you mean `agree5`?"
    ]


def test_a_question_has_a_scale_or_a_type() -> None:
    """Neither is told, and so are both."""
    assert "line 13: this question has neither `scale` nor `type`. Add e.g. `scale: agree5` or `type: text`." in said(
        "survey", but(SURVEY, "    scale: agree5\n", "")
    )
    assert "line 16: a question has either `scale` or `type`. Take one of them out." in said(
        "survey", but(SURVEY, "    scale: agree5\n", "    scale: agree5\n    type: text\n")
    )


def test_only_scales_can_be_reversed() -> None:
    """`reverse` on words means nothing."""
    assert said("survey", but(SURVEY, "    type: text\n", "    type: text\n    reverse: true\n")) == [
        "line 19: `reverse` is for questions with a scale. Take it out."
    ]


def test_a_choice_has_choices() -> None:
    """A question with choices lists them."""
    assert said("survey", but(SURVEY, "type: text", "type: choice")) == [
        'line 16: this question has no `choices`. Add e.g. `choices: ["Too few", "Right"]`.'
    ]


@pytest.mark.parametrize(
    "asked", ["What is your name?", "Your e-mail address?", "Which email do you use?", "Thank you, {name}. And now?"]
)
def test_an_anonymous_survey_asks_for_no_name(asked: str) -> None:
    """Names and addresses would undo the promise."""
    assert said("survey", but(SURVEY, "One thing to change next time?", asked)) == [
        "line 17: an anonymous survey cannot ask for a name or an e-mail address. Ask without it."
    ]


def test_a_named_survey_may_ask_for_a_name() -> None:
    """Where answers carry the name anyway, asking is allowed."""
    named = but(SURVEY, "mode: anonymous", "mode: named")

    assert said("survey", but(named, "One thing to change next time?", "What is your name?")) == []


def test_an_anonymous_survey_requires_no_words() -> None:
    """Free words can be recognised, so nobody must write any."""
    assert said("survey", but(SURVEY, "required: false", "required: true")) == [
        "line 19: an anonymous survey cannot require words. "
        "Write `required: false`: people can be known by how they write."
    ]


@pytest.mark.parametrize("size", [0, 2])
def test_a_group_has_a_floor(size: int) -> None:
    """Below three an answer could be guessed."""
    assert said("survey", but(SURVEY, "minimum_group: 5", f"minimum_group: {size}")) == [
        f"line 6: `minimum_group` is {size}. Write 3 or more, so that no answer can be guessed; 5 is usual."
    ]


def test_five_is_the_usual_group() -> None:
    """A survey that names no minimum has five."""
    item = read("survey", but(SURVEY, "minimum_group: 5\n", ""))

    assert isinstance(item, Survey)
    assert item.minimum_group == 5


def test_a_recommendation_needs_ten() -> None:
    """A recommendation score of few people is noise, so ten is its minimum and its default."""
    asks = but(SURVEY, "    scale: agree5\n", "    scale: agree5\n    measures: recommendation\n")
    item = read("survey", but(asks, "minimum_group: 5\n", ""))

    assert isinstance(item, Survey)
    assert item.minimum_group == 10
    assert said("survey", asks) == ["line 6: `minimum_group` is 5. A recommendation score needs 10 or more."]


def test_an_index_is_made_of_its_own_scales() -> None:
    """Unknown questions and questions without a scale cannot be part of a figure."""
    assert said("survey", but(SURVEY, "items: [worth]", "items: [wort]")) == [
        'line 25: `items` is "wort". Did you mean `worth`? It may be: worth, change.'
    ]
    assert said("survey", but(SURVEY, "items: [worth]", "items: [worth, change]")) == [
        "line 25: change has no scale. An index is made of scales only."
    ]


def test_a_survey_is_compared_with_a_lower_version() -> None:
    """A version cannot continue its own or a later trend."""
    assert said("survey", but(SURVEY, "version: 1", "version: 2\ncomparable_to: 2")) == [
        "line 4: `comparable_to` is 2, and this is version 2. Name a lower version, or take it out."
    ]


def test_an_unused_scale_is_told() -> None:
    """A scale that no question uses is a slip."""
    assert said("survey", but(SURVEY, "    scale: agree5\n", "    type: yes_no\n"))[-1] == (
        "line 25: worth has no scale. An index is made of scales only."
    )
    assert "line 7: no question uses the scale `agree5`. Take it out." in said(
        "survey", but(SURVEY, "    scale: agree5\n", "    type: yes_no\n")
    )
