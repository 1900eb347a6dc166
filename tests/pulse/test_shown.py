"""What is shown of answers: word classes and nothing else below ten, capped figures above, the same for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.activities.pulse import cards
from bot.activities.pulse.events import DetailAsked, FilesAsked, Opened, TakenBack
from bot.activities.pulse.logic import decide
from bot.activities.pulse.model import Counting, Setting, Shown
from bot.kernel.content import SurveyQuestion
from bot.kernel.decision import Decision, Refused, Whisper
from bot.kernel.ids import Member
from bot.library import load
from bot.pieces import questions, scores
from bot.pieces.metrics import Share
from bot.pieces.results import Results
from bot.pieces.results import results as show_results
from tests.platforms.gallery.pulse import INVITATION, LINKED, NOW, SETTING

SURVEYS = load(Path(__file__).parents[2] / "prompts")[0].surveys
SAFETY, LEARNING, PULSE = SURVEYS["psych-safety"], SURVEYS["learning-prepost"], SURVEYS["team-pulse"]
ITEMS = [question.id for question in SAFETY.questions]
SKILLS = [question.id for question in LEARNING.questions]
Answer = dict[str, int]

one_answer = st.fixed_dictionaries({item: st.integers(1, 5) for item in ITEMS})
few = st.integers(5, 9).flatmap(lambda n: st.lists(one_answer, min_size=n, max_size=n))
many = st.lists(one_answer, min_size=10, max_size=24)


def opened(answers: list[Answer], setting: Setting = SETTING, **more: Any) -> Shown:
    state = Counting(setting, NOW, (len(answers), len(answers) + 1), 0)
    survey = LEARNING if setting.mode == "linked" else SAFETY
    decision = decide(state, Opened(survey, tuple(answers), (), **more), NOW)
    assert isinstance(decision, Decision)
    shown: Shown = decision.state
    return shown


def said(state: Shown) -> tuple[str, ...]:
    """All that anybody can be shown of it: the card, the detail, the files."""
    drawn = (cards.results_card(state), cards.detail_card(state), cards.files_card(state))
    return tuple(repr(card) for card in drawn)


def classes(answers: list[Answer]) -> tuple[object, ...]:
    """The number of people, and the class of each statement and of the index."""
    items = questions.items(SAFETY)
    shares = [scores.favourable(item, [answer[item.id] for answer in answers]).value or Fraction(0) for item in items]
    index = sum(shares, Fraction(0)) / len(shares)
    return (len(answers), *(scores.word_class(share) for share in (*shares, index)))


SEEN: dict[tuple[object, ...], tuple[str, ...]] = {}


@given(few)
def test_below_ten_only_the_class_shows(answers: list[Answer]) -> None:
    """Two sets of answers of the same size and the same classes are shown alike, to the last character."""
    shown = said(opened(answers))
    assert SEEN.setdefault(classes(answers), shown) == shown
    assert "%" not in shown[0]


@given(few, st.randoms(use_true_random=False))
def test_below_ten_an_answer_within_its_class_changes_nothing(answers: list[Answer], dice: Any) -> None:
    """Whatever people chose within agreeing or not agreeing, nothing that is shown can tell."""

    def other(item: str, value: int) -> int:
        agrees = value <= 2 if item == "help" else value >= 4
        same = [one for one in range(1, 6) if ((one <= 2) if item == "help" else (one >= 4)) == agrees]
        return int(dice.choice(same))

    changed = [{item: other(item, value) for item, value in answer.items()} for answer in answers]
    assert said(opened(changed)) == said(opened(answers))


@given(many)
def test_counting_by_pattern_shows_the_same(answers: list[Answer]) -> None:
    """The fast way to count many answers shows what the plain way shows."""
    items = questions.items(SAFETY)
    patterns = [(tuple(answer.items()), 1) for answer in answers]
    assert scores.show_counted(items, patterns) == scores.show(items, answers)


@given(st.integers(10, 30), st.integers(0, 1))
def test_near_unanimity_is_not_told(n: int, others: int) -> None:
    """From ten on, all agreeing and nearly all agreeing read alike: 90 % or more, and no mean beyond the cap."""
    agree = [{item: 1 if item == "help" else 5 for item in ITEMS}] * n
    if others and n > 10:
        agree[0] = dict.fromkeys(ITEMS, 3)
    state = opened(agree)
    assert "90 % or more" in said(state)[0]
    assert "100 %" not in said(state)[0]
    assert "mean 4.6" in said(state)[0]


def test_nothing_changes_after_the_close() -> None:
    """Late events leave what is shown as it is, and every look at the detail shows the same."""
    state = opened([dict.fromkeys(ITEMS, 4)] * 7)
    late = decide(state, Opened(SAFETY, (dict.fromkeys(ITEMS, 1),) * 20, ()), NOW)
    assert isinstance(late, Decision)
    assert late.state == state
    first, second = (decide(state, DetailAsked(Member("local", "w", "jo")), NOW) for _ in range(2))
    assert isinstance(first, Decision)
    assert isinstance(first.reply, Whisper)
    assert first == second


@pytest.mark.parametrize("n", range(5))
def test_below_the_minimum_nothing_is_kept(n: int) -> None:
    """With fewer answers than the minimum the state, the post and the facts hold no value and no count."""
    decision = decide(Counting(SETTING, NOW, (n, 8), 0), Opened(SAFETY, (dict.fromkeys(ITEMS, 4),) * n, ()), NOW)
    assert isinstance(decision, Decision)
    assert decision.state.phase == "finished"
    assert "fewer than 5" in repr(decision.effects).lower()
    assert "rate" not in repr(decision.effects)


def test_the_vector_of_the_paired_effect() -> None:
    """Metrics 6.12: eight pairs give g 1.2702; what is shown of so few is in words, with its warning."""
    pairs = list(zip((2, 3, 3, 2, 4, 3, 2, 3), (3, 4, 3, 4, 4, 4, 3, 4), strict=True))
    effect = scores.paired_effect(pairs)
    assert effect is not None
    assert effect.g is not None
    assert round(effect.g, 4) == 1.2702
    assert (effect.improved, effect.same, effect.lower) == (6, 2, 0)
    skills = [question.id for question in LEARNING.questions]
    rows = tuple(
        {"before": {"answers": dict.fromkeys(skills, pre)}, "after": {"answers": dict.fromkeys(skills, post)}}
        for pre, post in pairs
    )
    shown = said(opened([], LINKED, pairs=rows))[0]
    assert "8 people answered before and after." in shown
    assert "large (indication)" in shown
    assert "not proof of cause" in shown
    assert "3.6" not in shown


def test_twelve_pairs_are_told_in_figures() -> None:
    """From ten pairs on the report gives means, difference, counts and effect size, in this order."""
    skills = [question.id for question in LEARNING.questions]
    rows = tuple(
        {
            "before": {"answers": dict.fromkeys(skills, 2 + number % 2)},
            "after": {"answers": dict.fromkeys(skills, 3 + number % 3)},
        }
        for number in range(12)
    )
    shown = cards.results_card(opened([], LINKED, pairs=rows)).fallback()
    order = [shown.index(words) for words in ("12 people", "Mean before", "Higher for", "Effect size", "not proof")]
    assert order == sorted(order)


def test_a_trend_needs_more_than_one_person() -> None:
    """From words to words only a step from one end to the other is a trend; anything less is no clear change."""
    low, middle, high = (
        [{item: 5 if (item == "help") == (value < 3) else 1 for item in ITEMS}] * 7 for value in (1, 3, 5)
    )
    before = show_results(SAFETY, low, (), Share(7, 7))
    after = show_results(SAFETY, high, (), Share(7, 7), (before,))
    assert [line.trend for line in after.indices] == ["up"]
    assert middle
    again = show_results(SAFETY, high, (), Share(7, 7), (after,))
    assert [line.trend for line in again.indices] == ["no clear change"]


def test_reversed_statements_are_turned() -> None:
    """Disagreeing with a statement put the other way round counts as agreeing with what it is about."""
    answers = [{**dict.fromkeys(ITEMS, 1), "help": 1}] * 12
    lines = {line.id: line.says for line in show_results(SAFETY, answers, (), Share(12, 12)).statements}
    assert lines["help"] == "most agree"
    assert lines["mistake"] == "few agree"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=300))
def test_every_answer_fits_its_box(text: str) -> None:
    """The longest answer the form lets through fits the size that all are padded to."""
    values = {"energy": "5", "clarity": "1", "help": text, "help.share": ("yes",)}
    reading = questions.read(PULSE, values)
    row = {"answers": dict(reading.answers), "words": [dict(one) for one in reading.words]}
    assert len(json.dumps(row, ensure_ascii=False).encode()) <= questions.most_bytes(PULSE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sam interrupts.", "Sam"),
        ("ask sam's opinion", "sam"),
        ("It will help.", ""),
        ("Then Will left.", "Will"),
        ("Will it help?", ""),
        ("The same samples", ""),
        ("José said so", "José"),
    ],
)
def test_names_in_words(text: str, name: str) -> None:
    """A name is found however it is written; words that are also names count only where they must be names."""
    assert questions.named_in(text, questions.marks_of(("Sam", "Will Smith", "José", "Jo"))) == name


def test_half_of_the_statements_are_needed() -> None:
    """6.7: an answer with fewer than half of the scaled questions is not counted, and the form says so."""
    reading = questions.read(SAFETY, dict.fromkeys(ITEMS[:3], "4"))
    assert "4 of the 7" in reading.errors["mistake"]
    assert not questions.read(SAFETY, dict.fromkeys(ITEMS[:4], "4")).errors


def test_a_survey_survives_being_kept() -> None:
    """The copy a wave keeps of its survey is the survey, for all that come with the bot."""
    for survey in SURVEYS.values():
        assert questions.from_row(json.loads(json.dumps(questions.to_row(survey)))) == survey


def test_the_three_modes_say_different_things() -> None:
    """Each mode has its one line about who sees what; only the anonymous one says without your name."""
    lines = {mode: cards.who_sees(replace(SETTING, mode=mode)) for mode in ("anonymous", "linked", "named")}  # type: ignore[arg-type]
    assert len(set(lines.values())) == 3
    assert [mode for mode, line in lines.items() if "without your name" in line] == ["anonymous"]


UNITS = ("Support", "Sales", "Field", "Office")
BY_UNIT = replace(
    SAFETY,
    questions=(*SAFETY.questions, SurveyQuestion(id="unit", text="Where?", type="choice", choices=UNITS, splits=True)),
)
in_a_unit = st.fixed_dictionaries(
    {}, optional={**{item: st.integers(1, 5) for item in ITEMS}, "unit": st.integers(0, 3).map(lambda place: [place])}
)
crowd = st.integers(5, 45).flatmap(lambda n: st.lists(in_a_unit, min_size=n, max_size=n))


def grouped(answers: list[dict[str, Any]]) -> Results:
    return show_results(BY_UNIT, answers, (), Share(len(answers), len(answers)))


def of_unit(answers: list[dict[str, Any]], title: str) -> list[dict[str, Any]]:
    return [answer for answer in answers if answer.get("unit") == [UNITS.index(title)]]


@given(crowd)
def test_no_rest_below_the_minimum_can_be_had_by_taking_groups_away(answers: list[dict[str, Any]]) -> None:
    """Whoever stands in no group that is shown are nobody or five: for all who answered, and for each index."""
    items = questions.items(SAFETY)
    shown = grouped(answers)
    rest = len(answers) - sum(group.n for group in shown.groups)
    assert rest == 0 or rest >= scores.MINIMUM
    told = [group for group in shown.groups if group.lines[0].says]
    counted = sum(len(scores.person_means(items, of_unit(answers, group.title))) for group in told)
    left = len(scores.person_means(items, answers)) - counted
    assert not told or left == 0 or left >= scores.MINIMUM
    figures = [group for group in told if group.lines[0].percent]
    counted = sum(len(scores.person_means(items, of_unit(answers, group.title))) for group in figures)
    left = len(scores.person_means(items, answers)) - counted
    assert not figures or left == 0 or left >= scores.NUMERIC


@given(crowd)
def test_a_group_below_ten_is_told_in_words(answers: list[dict[str, Any]]) -> None:
    """No figure stands for a group of fewer than ten, none is smaller than the minimum, and no group has a trend."""
    for group in show_results(BY_UNIT, answers, (), Share(9, 9), (grouped(answers),)).groups:
        assert group.n >= scores.MINIMUM
        for line in group.lines:
            assert line.trend == line.longer == ""
            assert group.n >= scores.NUMERIC or not (line.percent or line.mean or line.spread or line.points)


@pytest.mark.parametrize(
    ("sizes", "seen"),
    [((8, 4), ()), ((6, 5), ("Support", "Sales")), ((5, 5, 4), ("Support",)), ((7, 6, 3, 2), ("Support", "Sales"))],
)
def test_the_vectors_of_hiding_as_people_see_them(sizes: tuple[int, ...], seen: tuple[str, ...]) -> None:
    """Metrics 6.13, on the card and in the files: the groups that may be shown, and no trace of the others."""
    people = [{**dict.fromkeys(ITEMS, 4), "unit": [place]} for place, size in enumerate(sizes) for _ in range(size)]
    decision = decide(Counting(SETTING, NOW, (len(people), 20), 0), Opened(BY_UNIT, tuple(people), ()), NOW)
    assert isinstance(decision, Decision)
    state: Shown = decision.state
    everything = "".join(said(state)) + state.row
    assert tuple(title for title in UNITS if title in everything) == seen
    assert tuple(title for title in UNITS if f"{title}, " in cards.results_card(state).fallback()) == seen


def test_two_waves_and_the_mean_of_three() -> None:
    """A trend is told against the last wave and against the mean of up to three, in words and never by how much."""

    def of(agreeing: int) -> list[Answer]:
        low = [{item: 5 if item == "help" else 1 for item in ITEMS}] * (20 - agreeing)
        return [{item: 1 if item == "help" else 5 for item in ITEMS}] * agreeing + low

    waves: list[Results] = []
    for agreeing in (6, 8, 10):
        waves.insert(0, show_results(SAFETY, of(agreeing), (), Share(20, 20), tuple(waves[:3])))
    after = show_results(SAFETY, of(12), (), Share(20, 20), tuple(waves))
    (index,) = after.indices
    assert (index.trend, index.longer) == ("no clear change", "up")
    card = cards.results_card(replace(opened(of(12)), row=json.dumps({"results": after.to_row()}), since="March"))
    assert "Against the mean of the waves before: Safe to speak, up." in card.fallback()
    few = show_results(SAFETY, of(12)[:7], (), Share(7, 7), tuple(waves))
    assert few.indices[0].longer == ""


@given(st.integers(10, 40), st.integers(0, 40))
def test_one_person_more_or_less_is_never_a_trend(n: int, agreeing: int) -> None:
    """A wave with one answer more, whatever it says, is told as no clear change."""
    people = [{item: (1 if item == "help" else 5) if one < agreeing else 3 for item in ITEMS} for one in range(n)]
    before = show_results(SAFETY, people, (), Share(n, n))
    for value in (1, 5):
        other = [*people, {item: 6 - value if item == "help" else value for item in ITEMS}]
        after = show_results(SAFETY, other, (), Share(n + 1, n + 1), (before,))
        assert {line.trend for line in after.indices} == {"no clear change"}


@pytest.mark.parametrize(
    ("readers", "by", "leads", "sees"),
    [
        ("team", "jo", False, True),
        ("owner", "jo", False, False),
        ("owner", "jo", True, True),
        ("owner", "ines", False, True),
        ("starter", "lena", False, True),
        ("starter", "ines", True, False),
    ],
)
def test_results_are_shown_to_those_they_are_for(readers: Any, by: str, leads: bool, sees: bool) -> None:
    """A button that leads to results, however it was come by, opens nothing for anybody else."""
    state = opened([dict.fromkeys(ITEMS, 4)] * 7, replace(SETTING, readers=readers))
    for asked in (DetailAsked, FilesAsked):
        decision = decide(state, asked(Member("local", "w", by), leads), NOW)
        assert isinstance(decision, Decision) is sees


WORDS_ONLY = {"", "most agree", "mixed", "few agree", "most say yes", "few say yes"}
WORDS_ONLY |= {"most chose it", "some chose it", "few chose it"}


@pytest.mark.parametrize("name", sorted(name for name, survey in SURVEYS.items() if survey.mode == "anonymous"))
@given(st.integers(3, 9), st.randoms(use_true_random=False))
def test_no_figure_leaves_any_survey_below_ten(name: str, n: int, dice: Any) -> None:
    """Of every survey that comes with the bot, with any answers of fewer than ten: words of a closed list, and n."""
    survey = SURVEYS[name]

    def answer() -> dict[str, Any]:
        given: dict[str, Any] = {}
        for question in survey.questions:
            scale = survey.scale(question)
            if scale is not None:
                given[question.id] = dice.choice(list(scale.values()))
            elif question.type == "choice":
                given[question.id] = [dice.randrange(len(question.choices))]
            elif question.type == "yes_no":
                given[question.id] = dice.randrange(2)
        return {key: value for key, value in given.items() if dice.random() < 0.9}

    found = show_results(survey, [answer() for _ in range(n)], (), Share(n, n))
    assert (found.numeric, found.score, found.score_points, found.score_trend) == (False, "", None, "")
    for line in (*found.indices, *found.statements):
        assert line.says in WORDS_ONLY
        assert (line.percent, line.mean, line.spread, line.points, line.longer) == ("", "", "", None, "")


def test_nothing_is_taken_back_after_the_count() -> None:
    """A button that was kept from before the count says that the link is destroyed, and changes nothing."""
    rows = tuple({part: {"answers": dict.fromkeys(SKILLS, 3)} for part in ("before", "after")} for _ in range(6))
    late = decide(opened([], LINKED, pairs=rows), TakenBack(Member("local", "w", "jo")), NOW)
    assert isinstance(late, Refused)
    assert "nobody can find yours" in late.because


@pytest.mark.parametrize("mode", ["anonymous", "linked", "named"])
def test_every_screen_of_a_person_says_who_can_see_what(mode: Any) -> None:
    """Invitation, reminder, form, a no and a second try: the same words on each, for each of the three kinds."""
    setting = replace(SETTING, mode=mode)
    invitation = replace(INVITATION, setting=setting)
    screens = [
        cards.invitation_card(invitation, NOW),
        cards.reminder_card(invitation, NOW),
        cards.survey_form(invitation, SAFETY),
        cards.declined_card(invitation),
        cards.again_card(setting),
    ]
    assert all(cards.who_sees(setting) in repr(screen) for screen in screens)
