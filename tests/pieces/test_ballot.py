"""A vote: ideas without names, dots of which the last count, ties, and voters forgotten at the close."""

from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.decision import Refused
from bot.pieces.ballot import (
    CLOSED,
    Collecting,
    Idea,
    Settled,
    Tied,
    Voting,
    cast,
    close,
    decide,
    forget,
    merge,
    open_vote,
    run_off,
    take_back,
    tap,
    write,
)

IDEAS = tuple(Idea(letter, f"drop {letter}") for letter in "abcd")


def voting(dots=3, seats=1, **ballots):
    ballot = open_vote(IDEAS, dots, seats)
    for voter, chosen in ballots.items():
        ballot = cast(ballot, voter, Counter(chosen))
        assert isinstance(ballot, Voting)
    return ballot


def totals(outcome):
    return dict(outcome.totals)


# -- ideas --------------------------------------------------------------------------------------------------


def test_ideas_are_collected_without_names_and_once():
    """The same words in another spelling are one idea, and a second press under one id changes nothing."""
    ballot = Collecting()
    for id_, text in (("1", "The  Friday report"), ("2", "the friday report."), ("3", "Two lists"), ("3", "again")):
        ballot = write(ballot, id_, text)
    assert ballot.ideas == (Idea("1", "The Friday report"), Idea("3", "Two lists"))


@pytest.mark.parametrize(("text", "word"), [("  ", "nothing"), ("x" * 281, "281 characters")])
def test_ideas_that_cannot_be_kept_say_why(text, word):
    """An empty or very long idea is refused with a reason."""
    assert word in write(Collecting(), "1", text).because


def test_merging_keeps_the_words_of_both():
    """Eleven ideas of which two are merged are ten, and no text is lost."""
    ballot = Collecting()
    for number in range(11):
        ballot = write(ballot, str(number), f"idea {number}")
    merged = merge(merge(ballot, "1", "2"), "0", "1")
    assert len(merged.ideas) == 9
    assert merged.ideas[0] == Idea("0", "idea 0", ("idea 1", "idea 2"))


def test_merging_during_the_vote_keeps_every_dot():
    """Dots of the merged idea go with it, and nobody has more than before."""
    merged = merge(voting(lena="aab", jo="b"), "a", "b")
    assert merged.given("lena") == (("a", 3),)
    assert merged.left("lena") == 0
    assert totals(close(merged)) == {"a": 4, "c": 0, "d": 0}


@pytest.mark.parametrize("pair", [("a", "a"), ("a", "x"), ("x", "a")])
def test_merging_what_is_not_there_is_refused(pair):
    """Merging needs two ideas of the list."""
    assert isinstance(merge(voting(), *pair), Refused)


def test_a_vote_is_not_merged_away():
    """While the vote is open there is always more than is looked for."""
    last_two = merge(merge(voting(), "a", "b"), "a", "c")
    assert "left to choose" in merge(last_two, "a", "d").because
    assert isinstance(merge(merge(voting(seats=2), "a", "b"), "a", "c"), Refused)


@pytest.mark.parametrize(("ideas", "dots", "seats"), [(IDEAS[:1], 3, 1), (IDEAS, 0, 1), (IDEAS, 6, 1), (IDEAS, 3, 4)])
def test_votes_that_make_no_sense_are_not_opened(ideas, dots, seats):
    """One idea, no dots, too many dots, or a seat for every idea is refused."""
    assert isinstance(open_vote(ideas, dots, seats), Refused)


# -- votes --------------------------------------------------------------------------------------------------


def test_the_last_ballot_counts():
    """Who changes their dots is counted once, with the last ones."""
    changed = cast(voting(divya="aaa"), "divya", {"b": 2, "c": 1})
    assert totals(close(changed)) == {"a": 0, "b": 2, "c": 1, "d": 0}


def test_five_taps_are_three_dots():
    """The same button pressed five times gives three dots, and the fourth press is answered kindly."""
    ballot = voting()
    for _ in range(3):
        ballot = tap(ballot, "maya", "a")
    refused = tap(ballot, "maya", "a")
    assert refused == Refused("All 3 of your dots are given. Take one back to give it to another.")
    assert totals(close(ballot))["a"] == 3


def test_too_many_dots_leave_the_earlier_ballot_standing():
    """A ballot of four dots is refused, and what was given before still counts."""
    ballot = voting(jo="a")
    assert "4 dots" in cast(ballot, "jo", {"a": 2, "b": 2}).because
    assert isinstance(cast(ballot, "jo", {"a": -1}), Refused)
    assert "not in the vote" in cast(ballot, "jo", {"x": 1}).because
    assert ballot.given("jo") == (("a", 1),)


def test_dots_can_be_taken_back():
    """One idea's dots, or all of them, come back and can be given again."""
    ballot = take_back(voting(jo="aab"), "jo", "a")
    assert ballot.given("jo") == (("b", 1),)
    assert ballot.left("jo") == 2
    assert take_back(ballot, "jo").votes == ()


def test_late_votes_are_refused_kindly():
    """After the close every way to vote is answered with thanks and changes nothing."""
    settled, tied = close(voting(lena="aab")), close(voting(lena="ab"))
    for closed in (settled, tied):
        assert cast(closed, "jo", {"a": 1}) == tap(closed, "jo", "a") == take_back(closed, "jo") == Refused(CLOSED)
        assert isinstance(merge(closed, "a", "b"), Refused)
        assert isinstance(write(closed, "9", "late"), Refused)
    assert "not begun" in cast(Collecting(), "jo", {"a": 1}).because


def test_nobody_who_voted_is_in_what_stays_after_the_close():
    """Outcomes hold no voter, in no field."""
    for outcome in (close(voting(lena="aab", jo="c")), close(voting(lena="ab"))):
        assert "lena" not in str(asdict(outcome))
        assert "jo" not in str(asdict(outcome))


def test_a_person_who_asks_is_forgotten_while_the_vote_is_open():
    """Their dots are gone as if they had never voted."""
    assert forget(voting(lena="aab", jo="c"), "lena") == voting(jo="c")


# -- outcome ------------------------------------------------------------------------------------------------


def test_the_most_dots_win():
    """The idea with the most dots is chosen by the votes."""
    outcome = close(voting(lena="aab", jo="acc"))
    assert isinstance(outcome, Settled)
    assert (outcome.chosen, outcome.by) == ((IDEAS[0],), "votes")
    assert outcome.totals == (("a", 3), ("c", 2), ("b", 1), ("d", 0))


def test_a_tie_goes_to_a_run_off_and_a_second_tie_to_the_decider():
    """Two level ideas are voted on again with a dot each; level again, the decider chooses with a reason."""
    tied = close(voting(lena="aab", jo="bbc", sam="a"))
    assert isinstance(tied, Tied)
    assert [idea.id for idea in tied.level] == ["a", "b"]
    again = run_off(tied)
    assert again.dots == 1
    assert "run-off" in cast(again, "jo", {"c": 1}).because
    assert isinstance(merge(again, "a", "b"), Refused)

    won = close(cast(cast(again, "lena", {"b": 1}), "jo", {"b": 1}))
    assert (won.chosen, won.by, won.run_off) == ((IDEAS[1],), "run-off", (("b", 2), ("a", 0)))
    assert won.totals == tied.totals

    level = close(cast(cast(again, "lena", {"a": 1}), "jo", {"b": 1}))
    assert not level.may_run_off
    assert isinstance(run_off(level), Refused)
    assert "why" in decide(level, ["a"], " ").because
    assert isinstance(decide(level, ["c"], "because"), Refused)
    assert isinstance(decide(level, ["a", "b"], "because"), Refused)
    settled = decide(level, ["a"], "cheapest to try", "one more list")
    assert (settled.chosen, settled.by) == ((IDEAS[0],), "decider")
    assert (settled.reason, settled.against) == ("cheapest to try", "one more list")
    assert settled.totals == tied.totals


def test_several_seats_tie_only_at_the_last_one():
    """Of two seats one is sure, and the level ideas run off for the other."""
    tied = close(voting(seats=2, lena="aab", jo="abc", sam="c"))
    assert (tied.sure, tied.seats) == ((IDEAS[0],), 1)
    assert [idea.id for idea in tied.level] == ["b", "c"]
    settled = close(cast(run_off(tied), "jo", {"c": 1}))
    assert settled.chosen == (IDEAS[0], IDEAS[2])
    assert [idea.id for idea in close(voting(seats=2, lena="aab")).chosen] == ["a", "b"]


def test_nobody_voting_goes_straight_to_the_decider():
    """Without a single dot a run-off is pointless, and an idea nobody wanted is not chosen by the votes."""
    tied = close(voting())
    assert len(tied.level) == 4
    assert not tied.may_run_off
    one_dot = close(voting(seats=2, lena="a"))
    assert isinstance(one_dot, Tied)
    assert one_dot.sure == (IDEAS[0],)


PRESSES = st.lists(
    st.tuples(
        st.sampled_from(["tap", "cast", "back", "merge"]),
        st.sampled_from(["lena", "jo", "sam"]),
        st.sampled_from("abcdx"),
        st.lists(st.sampled_from("abcd"), max_size=5),
    ),
    max_size=25,
)


@given(PRESSES)
def test_every_dot_is_counted_once(presses):
    """Whatever is pressed: the totals are the sum of the last valid ballots, and nobody has more than their dots."""
    ballot, expected = voting(), {}
    for press, voter, idea, several in presses:
        match press:
            case "tap":
                after = tap(ballot, voter, idea)
            case "cast":
                after = cast(ballot, voter, Counter(several))
            case "back":
                after = take_back(ballot, voter, idea)
            case _:
                after = merge(ballot, idea, "a")
        if isinstance(after, Refused):
            continue
        ballot = after
        expected = {votes.voter: sum(dots for _, dots in votes.dots) for votes in ballot.votes}
        assert all(0 <= ballot.left(name) <= 3 for name in ("lena", "jo", "sam"))
        assert len(expected) == len(ballot.votes)
    outcome = close(ballot)
    assert sum(totals(outcome).values()) == sum(expected.values())
    assert set(totals(outcome)) == {idea.id for idea in ballot.ideas}
