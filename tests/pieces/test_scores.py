"""Survey figures, by their vectors, and the promises to the people behind them."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.pieces.metrics import Share
from bot.pieces.scores import (
    Figures,
    Hidden,
    Item,
    Words,
    capped_percent,
    clipped,
    distribution,
    favourable,
    favourable_index,
    figure,
    is_complete,
    is_minority,
    mean_of_last,
    normalised_gain,
    paired_effect,
    person_means,
    recommendation,
    recommendation_trend,
    response_rate,
    show,
    shown_groups,
    shown_trend,
    trend,
    unpaired_effect,
    why_not_minimum,
    word_class,
)

SAFE = Item("safe")
ASK = Item("ask")
BLAME = Item("blame", reversed=True)


def answers(*values: int | None, item: Item = SAFE) -> list[dict[str, int | None]]:
    return [{item.id: value} for value in values]


# -- response and items -------------------------------------------------------------------------------------


def test_response_rate():
    """7 of 9 delivered are 77.8 %; below one half a minority answered; half the questions make an answer complete."""
    assert response_rate(7, 9).percent(1) == "77.8 %"
    assert not is_minority(response_rate(5, 10))
    assert is_minority(response_rate(4, 9))
    assert not is_minority(response_rate(0, 0))
    assert is_complete(4, 8)
    assert not is_complete(3, 7)


def test_favourable_share():
    """5, 4, 4, 3, 2, 5, 4 and one blank are 71.4 % with a mean of 3.86."""
    values = (5, 4, 4, 3, 2, 5, 4, None)
    assert favourable(SAFE, values) == Share(5, 7)
    assert figure(sum(person_means([SAFE], answers(*values))) / 7, 2) == "3.86"


def test_a_reversed_item_is_turned_before_it_counts():
    """Of a reversed item 5 is 1, 4 is 2 and 3 stays."""
    assert [BLAME.turned(value) for value in (5, 4, 3, 2, 1)] == [1, 2, 3, 4, 5]
    assert favourable(BLAME, (1, 2, 3, 5)) == Share(2, 4)


def test_who_answers_less_than_half_is_not_in_the_mean():
    """Of four items two make a person's mean, one does not."""
    items = [Item(name) for name in "abcd"]
    assert person_means(items, [{"a": 5, "b": 4}, {"a": 1}, {"a": None}]) == [Fraction(9, 2)]


def test_the_index_leaves_out_items_with_too_few_answers():
    """An item that four people answered is not in the index of the others."""
    rows = [{"safe": 5, "ask": 1}] * 4 + [{"safe": 2, "ask": None}]
    assert favourable_index([SAFE, ASK], rows) == Fraction(4, 5)
    assert favourable_index([SAFE], rows[:4]) is None


# -- what may be shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (Fraction(7, 10), "most agree"),
        (Fraction(69, 100), "mixed"),
        (Fraction(3, 10), "mixed"),
        (Fraction(29, 100), "few agree"),
    ],
)
def test_word_classes(share, says):
    """From 70 % on most agree, below 30 % few agree, between it is mixed."""
    assert word_class(share) == says


def test_six_of_seven_reads_like_seven_of_seven():
    """Nobody can tell unanimity of seven from one dissenter."""
    assert show([SAFE], answers(5, 5, 5, 5, 5, 5, 5)) == show([SAFE], answers(4, 4, 4, 4, 4, 4, 1))


def test_fewer_than_the_minimum_is_hidden_without_a_count():
    """Four answers are not shown, and nothing tells that they were four."""
    assert show([SAFE], answers(5, 5, 5, 5)) == Hidden() == show([SAFE], [])


def test_the_minimum_has_a_floor():
    """A setting below three is refused and does nothing if it slips in."""
    assert "3" in why_not_minimum(2)
    assert why_not_minimum(3) is None
    assert show([SAFE], answers(5, 5), minimum=1) == Hidden()


def test_figures_from_ten_answers_on():
    """Ten of twelve are 83 % with mean and spread; a blank item of a big wave keeps to words."""
    shown = show([SAFE], answers(5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 2))
    assert shown == Figures(12, "most agree", Fraction(250, 3), "83 %", "4.17", "0.94")
    assert show([SAFE], answers(5, 5, 5, 5, 5, 4, 4, *[None] * 5)) == Words(12, "most agree")


def test_near_unanimity_is_capped_everywhere():
    """Twelve of twelve read like eleven of twelve in share, mean, spread and distribution."""
    all_agree = answers(*[5] * 12)
    assert show([SAFE], all_agree) == Figures(12, "most agree", Fraction(90), "90 % or more", "4.60", "under 0.3")
    assert show([SAFE], answers(*[1] * 12)).percent == "10 % or less"
    assert distribution(SAFE, all_agree) is None
    assert capped_percent(Fraction(9, 10)) == "90 %"
    assert clipped(5.0) == pytest.approx(4.6)
    assert clipped(1.0) == pytest.approx(1.4)


def test_distribution_from_ten_answers_on():
    """How many chose each value is told from ten answers on."""
    values = (5, 5, 5, 4, 4, 3, 3, 2, 2, 1)
    assert distribution(SAFE, answers(*values)) == (1, 2, 2, 2, 3)
    assert distribution(SAFE, answers(*values[:9])) is None


SMALL = st.lists(st.integers(1, 5), min_size=5, max_size=9)


@given(SMALL, SMALL)
def test_below_ten_what_is_shown_depends_on_the_class_alone(first, second):
    """Two waves of one size and class look the same to the last character, whatever was answered."""
    second = (second * 2)[: len(first)]
    assume(word_class(favourable(SAFE, first).value) == word_class(favourable(SAFE, second).value))
    one, other = show([SAFE], answers(*first)), show([SAFE], answers(*second))
    assert isinstance(one, Words)
    assert one == other
    before = show([SAFE], answers(1, 1, 1, 1, 1))
    assert shown_trend(before, one) == shown_trend(before, other)
    assert shown_trend(one, before) == shown_trend(other, before)


@given(st.lists(st.integers(1, 5), min_size=10, max_size=40))
def test_from_ten_on_no_figure_tells_of_unanimity(values):
    """Whatever was answered, share, mean and points stay inside their caps."""
    shown = show([SAFE], answers(*values))
    assert isinstance(shown, Figures)
    assert 10 <= shown.points <= 90
    assert 1.4 <= float(shown.mean) <= 4.6


# -- recommendation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "score", "margin"),
    [
        ((10, 9, 9, 8, 8, 7, 6, 4), 12.5, 54.1),
        ((10, 10, 10, 9, 9, 8, 8, 8, 8, 6), 40.0, 41.1),
    ],
)
def test_recommendation_score(values, score, margin):
    """The vectors of the definition, with their uncertainty."""
    found = recommendation(values)
    assert found.score == Fraction(score)
    assert found.margin == pytest.approx(margin, abs=0.05)


def test_recommendation_is_shown_with_its_uncertainty_and_only_from_ten():
    """Eight answers show nothing; ten show score and uncertainty; one class alone has none to give."""
    assert recommendation((10, 9, 9, 8, 8, 7, 6, 4)).shown() is None
    assert recommendation((10, 10, 10, 9, 9, 8, 8, 8, 8, 6)).shown() == "+40, ± about 41"
    assert recommendation((7, 7, 8, 8, 8)).score == 0
    assert recommendation([7] * 12).shown() == "0, ± not available"
    assert recommendation([]) is None


def test_recommendation_trend_from_twenty_answers_on():
    """One answer moves the score by two shares, so the bound is twice as wide; below twenty nothing is said."""
    low, mid, high = (recommendation([8] * (20 - nines) + [9] * nines).points() for nines in (0, 2, 10))
    assert recommendation_trend(low, mid, 20, 20) == "no clear change"
    assert recommendation_trend(low, high, 20, 20) == "up"
    assert recommendation_trend(high, low, 20, 20) == "down"
    assert recommendation_trend(low, high, 19, 20) is None


def test_a_score_near_the_end_is_not_told_exactly():
    """That all recommend it is told no more exactly than that nearly all do, also to the next wave."""
    assert recommendation([10] * 12).shown() == "+90 or more"
    assert recommendation([10] * 24 + [8]).shown() == "+90 or more"
    assert recommendation([0] * 12).shown() == "-90 or less"
    assert recommendation([10] * 12).points() == 90


# -- trend --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "n1", "n2", "says"),
    [
        (62.5, 75, 8, 8, "no clear change"),
        (50, 75, 8, 8, "up"),
        (60, 72, 20, 19, "up"),
        (40, 60, 5, 5, "no clear change"),
        (60, 69, 40, 40, "no clear change"),
        (75, 50, 8, 8, "down"),
        (40, 90, 4, 12, None),
    ],
)
def test_trend_by_the_one_person_rule(before, after, n1, n2, says):
    """A change that one person could have made is no clear change."""
    assert trend(before, after, n1, n2) == says


def test_trend_of_means():
    """On a scale from 1 to 5 the bound is 0.3, or four shares of the smaller group; digits decide, not floats."""
    assert trend(3.1, 3.4, 40, 40, means=True) == "no clear change"
    assert trend(3.1, 3.41, 40, 40, means=True) == "up"
    assert trend(3.0, 3.5, 8, 8, means=True) == "no clear change"


@given(SMALL, st.integers(0, 8), st.integers(1, 5))
def test_one_person_alone_never_makes_a_trend(values, who, value):
    """Whatever one person of a small group answers instead, nothing is called up or down."""
    changed = list(values)
    changed[who % len(values)] = value
    before, after = favourable(SAFE, values), favourable(SAFE, changed)
    assert trend(before.value * 100, after.value * 100, len(values), len(values)) == "no clear change"
    assert shown_trend(show([SAFE], answers(*values)), show([SAFE], answers(*changed))) == "no clear change"


def test_a_trend_between_words_needs_the_whole_way():
    """From few to most agree is up; from mixed to most may be one answer; a hidden wave has no trend."""
    few, mixed, most = (Words(7, says) for says in ("few agree", "mixed", "most agree"))
    assert shown_trend(few, most) == "up"
    assert shown_trend(most, few) == "down"
    assert shown_trend(mixed, most) == "no clear change"
    assert shown_trend(Hidden(), most) is None
    big = show([SAFE], answers(*[5] * 6 + [1] * 6)), show([SAFE], answers(*[5] * 12))
    assert shown_trend(*big) == "up"
    assert mean_of_last([10, 20, 30, 40]) == 30
    assert mean_of_last([]) is None


# -- before and after ---------------------------------------------------------------------------------------

PRE, POST = (2, 3, 3, 2, 4, 3, 2, 3), (3, 4, 3, 4, 4, 4, 3, 4)


def test_paired_effect():
    """The vector of the definition, in every figure."""
    effect = paired_effect(list(zip(PRE, POST, strict=True)))
    assert (effect.n, effect.improved, effect.same, effect.lower) == (8, 6, 2, 0)
    assert (effect.before, effect.after, effect.difference) == (2.75, 3.625, 0.875)
    assert effect.d == pytest.approx(1.4290, abs=5e-5)
    assert effect.g == pytest.approx(1.2702, abs=5e-5)
    assert effect.d_z == pytest.approx(1.3653, abs=5e-5)
    assert effect.words == "large (indication)"
    assert normalised_gain(effect.before, effect.after, 5) == pytest.approx(0.3889, abs=5e-5)


def test_unpaired_effect():
    """The vector with a ninth value after it, where pairs cannot be known."""
    effect = unpaired_effect(PRE, (*POST, 5))
    assert effect.d == pytest.approx(1.4986, abs=5e-5)
    assert effect.g == pytest.approx(1.4224, abs=5e-5)
    assert not effect.paired


def test_effects_that_cannot_be_told():
    """Below five pairs there is nothing; without any spread there is a difference and no size."""
    assert paired_effect([(2, 3)] * 4) is None
    assert unpaired_effect(PRE, POST[:4]) is None
    same = paired_effect([(2, 3)] * 5)
    assert (same.difference, same.g, same.words) == (1.0, None, "all the same, no effect size")
    assert normalised_gain(5, 5, 5) is None


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=5, max_size=25))
def test_turning_before_and_after_round_turns_the_sign(pairs):
    """An effect read backwards is the same size with the other sign."""
    forward, backward = paired_effect(pairs), paired_effect([(post, pre) for pre, post in pairs])
    assert forward.difference == pytest.approx(-backward.difference)
    assert (forward.improved, forward.lower) == (backward.lower, backward.improved)
    assert forward.g is None or forward.g == pytest.approx(-backward.g)
    assert ("indication" in forward.words) == (len(pairs) < 20 and forward.g is not None)


# -- minimum groups -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 8, "b": 4}, ()),
        ({"a": 6, "b": 5}, ("a", "b")),
        ({"a": 5, "b": 5, "c": 4}, ("a",)),
        ({"a": 7, "b": 6, "c": 3, "d": 2}, ("a", "b")),
        ({}, ()),
        ({"a": 4}, ()),
    ],
)
def test_which_subgroups_are_shown(sizes, shown):
    """The vectors of the definition: no hidden rest that could be worked out and is too small."""
    assert shown_groups(sizes) == shown


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 14), max_size=8), st.integers(3, 7))
def test_hiding_never_leaves_a_rest_below_the_minimum(sizes, minimum):
    """What is shown has the minimum, and what can be subtracted from the total is nobody or the minimum too."""
    shown = shown_groups(sizes, minimum)
    rest = sum(sizes.values()) - sum(sizes[key] for key in shown)
    assert all(sizes[key] >= minimum for key in shown)
    assert rest == 0 or rest >= minimum or not shown
