"""Turns: whatever happens, everybody is in exactly one place, and nobody speaks twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.ids import Member
from bot.pieces.turns import Turns

PEOPLE = tuple(Member("p", "w", name) for name in "abcdef")
THINGS = ("done", "pass", "back", "silent", "skip", "join", "write", "leave")


def moved(turns: Turns, thing: str, member: Member) -> Turns:
    """What a round makes of it; what it would refuse changes nothing."""
    match thing:
        case "join":
            return turns.join(member)
        case "leave":
            return turns.leave(member)
        case "write":
            return turns if member in (*turns.heard, *turns.passed) else turns.join(member).done(member)
    if turns.speaker is None:
        return turns
    match thing:
        case "done":
            return turns.done(turns.speaker)
        case "pass":
            return turns.pass_(turns.speaker)
        case "back":
            return turns.come_back() if turns.can_come_back() else turns
        case "silent":
            return turns.fall_silent()
        case _:
            return turns.skip()


story = st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from(PEOPLE)), max_size=40)


@given(st.permutations(PEOPLE[:4]), story)
def test_everybody_is_in_exactly_one_place(order: list[Member], things: list[tuple[str, Member]]) -> None:
    """After anything at all, each member waits, was heard, passed, or was not heard: never two of them."""
    turns = Turns(tuple(order))
    for thing, member in things:
        before = set(turns.everybody())
        turns = moved(turns, thing, member)
        assert len(set(turns.everybody())) == len(turns.everybody())
        lost = before - set(turns.everybody())
        assert lost <= ({member} if thing == "leave" else set())


@given(st.permutations(PEOPLE[:4]), story)
def test_what_was_said_stays_said(order: list[Member], things: list[tuple[str, Member]]) -> None:
    """Whoever was heard or passed stays so, and is never called again."""
    turns = Turns(tuple(order))
    for thing, member in things:
        after = moved(turns, thing, member)
        assert set(turns.heard) <= set(after.heard)
        assert set(turns.passed) <= set(after.passed)
        assert not set(after.waiting) & {*after.heard, *after.passed}
        turns = after


@given(st.permutations(PEOPLE))
def test_silence_ends(order: list[Member]) -> None:
    """If nobody ever says anything, everybody is called once more and the round is over: twelve calls for six."""
    turns, calls = Turns(tuple(order)), 0
    while turns.speaker is not None:
        turns, calls = turns.fall_silent(), calls + 1
        assert calls <= 12
    assert set(turns.unheard) == set(PEOPLE)
    assert not turns.passed


def test_going_last_is_once() -> None:
    """Who came back cannot go last again; the last one cannot at all."""
    a, b, c = PEOPLE[:3]
    turns = Turns((a, b, c)).come_back()
    assert turns.waiting == (b, c, a)
    assert turns.done(b).done(c).can_come_back() is False
    assert turns.come_back().come_back().can_come_back() is False


def test_who_was_not_heard_gets_another_chance() -> None:
    """Whoever was skipped and comes in after all is called again, last."""
    a, b = PEOPLE[:2]
    assert Turns((a, b)).skip().join(a).waiting == (b, a)
