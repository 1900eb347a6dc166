"""Team figures, by the vectors of their definitions and by what must hold for any numbers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pieces.metrics import (
    NONE,
    Action,
    Load,
    Share,
    actions_on_time,
    actions_unclaimed,
    application,
    balance,
    balance_in_words,
    balance_trend,
    credit,
    entropy,
    fairness,
    fresh,
    gini,
    helpful,
    is_one_voice_too_many,
    is_session_on_time,
    is_step_on_time,
    moves_of_dates,
    noise,
    on_time_answers,
    on_time_steps,
    participation,
    quarters,
    rounded,
    top_share,
    total,
    voices_heard,
    wilson_lower,
)

TURNS = st.lists(st.integers(0, 50), min_size=2, max_size=12).filter(any)


# -- shares -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.5, 0, "1"),
        (-0.5, 0, "-1"),
        (Fraction(5, 2), 0, "3"),
        (0.125, 2, "0.13"),
        (-0.001, 2, "0.00"),
        (12, 1, "12.0"),
    ],
)
def test_halves_are_rounded_away_from_zero(value, places, text):
    """Numbers are rounded for showing only, halves away from zero, and nothing is ever minus nought."""
    assert rounded(value, places) == text


def test_nothing_to_divide_by_is_a_dash():
    """A share of nothing is a dash, never 0 %."""
    assert Share(0, 0).value is None
    assert Share(0, 0).percent() == NONE
    assert Share(0, 3).percent() == "0 %"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=9))
def test_a_window_is_a_ratio_of_sums(pairs):
    """Over a window the counts add up; the percentages are not averaged."""
    shares = [Share(min(hits, of), of) for hits, of in pairs]
    assert total(shares).value == Fraction(sum(share.hits for share in shares), sum(share.of for share in shares))


# -- participation and time ---------------------------------------------------------------------------------


def test_participation_counts_passes_and_later_answers():
    """5 of 7 before the close are 71.4 %, and 6 of 7 with the one who came later."""
    assert participation([(5, 7)]).percent(1) == "71.4 %"
    assert participation([(6, 7)]).percent(1) == "85.7 %"
    assert on_time_answers(5, 6) == Share(5, 6)


def test_an_occurrence_without_anybody_expected_is_left_out():
    """Who answers where nobody was expected changes no rate."""
    assert participation([(5, 7), (1, 0)]) == Share(5, 7)
    assert participation([(0, 0)]).percent() == NONE


def test_steps_have_a_grace_of_a_minute_or_a_tenth():
    """35 instead of 30 minutes is over the grace of three; 3 of 4 steps were on time; skipped ones do not count."""
    assert on_time_steps([(10, 10), (30, 35), (15, 15), (5, 5)]) == Share(3, 4)
    assert on_time_steps([(10, 10), (30, None)]) == Share(1, 1)
    assert is_step_on_time(30, 33)
    assert not is_step_on_time(30, 33.5)
    assert is_step_on_time(5, 6)
    assert not is_step_on_time(5, 6.01)


def test_a_session_may_end_five_minutes_after_its_announced_end():
    """Five minutes over are on time, a second more is not."""
    assert is_session_on_time(timedelta(minutes=5))
    assert not is_session_on_time(timedelta(minutes=5, seconds=1))


# -- voices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "even", "spread", "heard", "top"),
    [
        ((3, 3, 3, 3), 1.0, 1.0, (4, 4), 0.250),
        ((12, 0, 0, 0), 0.0, 0.0, (1, 4), 1.000),
        ((10, 1, 1, 1, 1), 0.3571, 0.6178, (5, 5), 0.714),
        ((6, 4, 3, 2, 1, 0), 0.5, 0.8157, (5, 6), 0.375),
        ((5, 5, 0, 0), 0.3333, 0.5, (2, 4), 0.5),
        ((9, 3, 2, 1, 1, 0, 0, 0), 0.25, 0.5982, (5, 8), 0.562),
        ((7, 6, 5, 5, 4, 3), 0.8267, 0.9809, (6, 6), 0.233),
        ((10, 6, 5, 3, 2), 0.6346, 0.9130, (5, 5), 0.385),
    ],
)
def test_balance_entropy_voices_and_top_share(turns, even, spread, heard, top):
    """The vectors of the definition come out to their last digit."""
    assert float(balance(turns)) == pytest.approx(even, abs=5e-5)
    assert entropy(turns) == pytest.approx(spread, abs=5e-5)
    assert voices_heard(turns) == Share(*heard)
    assert float(top_share(turns).value) == pytest.approx(top, abs=6e-4)


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ((3, 3, 3, 3), "even"),
        ((10, 6, 5, 3, 2), "mixed"),
        ((9, 3, 2, 1, 0), "few voices"),
        ((6, 4, 3, 2, 1, 0), "mixed"),
        ((9, 9, 9), "too little to say"),
        ((3, 2, 1, 1), "too little to say"),
        ((0, 0, 0, 0), NONE),
        ((), NONE),
    ],
)
def test_balance_in_words(turns, words):
    """The balance is told in words, and only where there was enough talk."""
    assert balance_in_words(turns) == words


@given(TURNS)
def test_balance_lies_between_one_voice_and_all_equal(turns):
    """The balance lies between 0 and 1, whatever the turns, and is the double sum of its definition."""
    n, whole = len(turns), sum(turns)
    double_sum = Fraction(sum(abs(a - b) for a in turns for b in turns), 2 * n * whole)
    assert balance(turns) == 1 - double_sum * Fraction(n, n - 1)
    assert 0 <= balance(turns) <= 1
    assert 0 <= entropy(turns) <= 1 + 1e-9


@given(TURNS, st.integers(1, 9), st.randoms(use_true_random=False))
def test_balance_knows_neither_scale_nor_names(turns, factor, shuffler):
    """The balance is the same for twice the talk and for any order of people."""
    shuffled = [count * factor for count in turns]
    shuffler.shuffle(shuffled)
    assert balance(shuffled) == balance(turns)


@given(TURNS)
def test_giving_a_turn_to_a_quieter_person_never_lowers_the_balance(turns):
    """Moving one turn from the most heard to the least heard makes it no less even."""
    most, least = turns.index(max(turns)), turns.index(min(turns))
    if turns[most] - turns[least] >= 2:
        after = list(turns)
        after[most] -= 1
        after[least] += 1
        assert balance(after) > balance(turns)


def test_the_hint_needs_a_dominant_voice_and_enough_talk():
    """9 of 15 turns among five is the hint of the scenario; four people and two turns each are needed."""
    assert is_one_voice_too_many((9, 3, 2, 1, 0))
    assert not is_one_voice_too_many((10, 6, 5, 3, 2))
    assert not is_one_voice_too_many((9, 1, 1))
    assert not is_one_voice_too_many((4, 1, 1, 1))
    assert not is_one_voice_too_many((4, 3, 2, 1))
    assert not is_one_voice_too_many(())


def test_voices_heard_needs_three_people():
    """With two people present a count of voices would point at one."""
    assert voices_heard((3, 0)) is None
    assert voices_heard((3, 0, 1)) == Share(2, 3)


def test_the_trend_of_balance_is_the_median_of_eight_sessions():
    """Sessions without a figure are left out, older ones than eight too."""
    assert balance_trend([0.1, 0.9, None, 0.5, 0.6, 0.7, 0.5, 0.6, 0.7, 0.8]) == pytest.approx(0.65)
    assert balance_trend([None]) is None


# -- roles --------------------------------------------------------------------------------------------------


def loads(*pairs: tuple[int, int]) -> list[Load]:
    return [Load(Fraction(served), opportunities) for served, opportunities in pairs]


def test_fairness_of_roles_is_relative_to_opportunities():
    """The vectors of the definition: relative to what people could have served."""
    assert float(fairness(loads((4, 12), (3, 12), (3, 10), (2, 6)))) == pytest.approx(0.9224, abs=5e-5)
    assert float(fairness(loads((6, 12), (2, 12), (2, 12), (2, 12)))) == pytest.approx(0.6667, abs=5e-5)
    assert fairness(loads((3, 12), (3, 12), (3, 12))) == 1


def test_fairness_waits_for_a_full_cycle():
    """Before everybody could have had the role once, and for nobody served, there is nothing to say."""
    assert fairness(loads((1, 3), (1, 3), (1, 3), (0, 3))) is None
    assert fairness(loads((0, 12), (0, 12))) is None
    assert fairness([]) is None
    assert fairness(loads((4, 12), (4, 12), (0, 2))) == 1


def test_a_shared_role_is_credited_in_quarters_that_add_up():
    """45 and 20 minutes of 65 are three quarters and one; nothing is lost or doubled."""
    assert credit((45, 20)) == (Fraction(3, 4), Fraction(1, 4))
    assert credit((0, 0)) == (0, 0)
    assert quarters(0.69) == Fraction(3, 4)
    assert quarters(7) == 1


@given(st.lists(st.integers(0, 90), min_size=1, max_size=6).filter(any))
def test_credits_of_one_role_add_up_to_one(minutes):
    """However many shared a role, together they have one."""
    assert sum(credit(minutes)) == 1


def test_gini_of_nothing_is_nothing():
    """Fewer than two values, or only noughts, have no inequality."""
    assert gini([]) is None
    assert gini([4]) is None
    assert gini([0, 0]) is None


# -- actions, guides, application, noise --------------------------------------------------------------------


def test_actions_done_on_time():
    """Of those due in the window, done by their last date; what is not needed any more is out."""
    march = [date(2026, 3, day) for day in range(1, 32)]
    actions = [
        Action(march[0], due=march[9], done=march[9], moves=2),
        Action(march[0], due=march[9], done=march[10]),
        Action(march[0], due=march[9]),
        Action(march[0], due=march[9], needed=False),
        Action(march[0], due=march[30], done=march[1]),
    ]
    assert actions_on_time(actions, march[0], march[20]) == Share(1, 3)
    assert actions_on_time([], march[0], march[20]).percent() == NONE
    assert moves_of_dates(actions) == 2


def test_unclaimed_actions_have_two_working_days():
    """An action of Thursday counts as unclaimed from Monday evening on, not over the week-end."""
    thursday, friday, monday, tuesday = date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)
    actions = [Action(thursday), Action(thursday, claimed=monday), Action(thursday, claimed=tuesday), Action(friday)]
    assert actions_unclaimed(actions, friday) == Share(0, 0)
    assert actions_unclaimed(actions, monday) == Share(2, 3)


def test_guides_are_ordered_by_what_is_sure():
    """5 of 5 does not beat 46 of 50."""
    assert wilson_lower(5, 5) == pytest.approx(0.566, abs=5e-4)
    assert wilson_lower(46, 50) == pytest.approx(0.812, abs=5e-4)
    assert wilson_lower(0, 0) is None
    assert wilson_lower(0, 5) == 0


@given(st.integers(1, 200), st.integers(0, 200))
def test_the_sure_share_is_never_above_the_share(of, hits):
    """The lower end lies between nought and the share itself."""
    hits = min(hits, of)
    assert 0 <= wilson_lower(hits, of) <= hits / of + 1e-9


def test_helpful_fresh_and_applied():
    """Ratings need five voices; freshness counts review dates; use is told against both groups."""
    assert helpful([True] * 4) is None
    assert helpful([True] * 4 + [False]) == Share(4, 5)
    assert fresh([date(2026, 3, 1), date(2026, 5, 1)], date(2026, 3, 2)) == Share(1, 2)
    assert application(4, 6, 8) == (Share(4, 6), Share(4, 8))
    assert application(4, 4, 8) is None


def test_noise_alarms_on_the_busy_end_or_on_voices():
    """The owner hears when the busy end is over budget, or more than 30 % of five or more say too many."""
    assert noise([], 0, Share(0, 0)) is None
    calm = noise([0, 1, 2, 2, 3], 1, Share(1, 5))
    assert (calm.median, calm.ninetieth, calm.muted, calm.alarm) == (2, 3, Share(1, 5), False)
    assert noise([0, 1, 2, 2, 4], 0, Share(0, 0)).alarm
    assert noise([1, 1], 0, Share(2, 5)).alarm
    assert not noise([1, 1], 0, Share(2, 4)).alarm
