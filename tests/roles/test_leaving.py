"""Somebody with a role is gone from the channel or the workspace: found by the platform's word, or on the next day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.activities.roles.events import Missing, Took
from bot.activities.roles.logic.team import without
from bot.activities.roles.model import Follow, Handover, Rota, Shown, Swap, Ticks
from bot.kernel.inbound import RosterRead
from bot.kernel.people import Profile
from bot.pieces.rota import Past, Seat, Turn, Wishes
from tests.roles.driver import ID, Driver, member
from tests.stories.test_roles import SIX, asked, library, weekly
from tests.story import BERLIN, Local, berlin


def read_roster(stage: Local, *people: str) -> None:
    """What the platform lists as the channel's members today."""
    found = tuple(Profile(stage.member(name), name, BERLIN) for name in people)
    stage.hear(RosterRead(id=f"roster-{len(people)}", place=stage.place, name=stage.channel, people=found))
    stage.settle()


def test_without_a_word_the_daily_roster_finds_who_left() -> None:
    """No notice ever came: with the next reading of the roster the turn goes to somebody who is there."""
    stage = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    weekly(stage)
    stage.until("Wed 10:00")
    gone = asked(stage)["Note-taker"]
    read_roster(stage, *(name for name in SIX if name != gone))
    new = asked(stage)["Note-taker"]
    assert new != gone
    assert "Note-taker on Thu 5 Mar?" in stage.direct(new)[-1].text()
    assert not stage.direct(gone)  # it is taken back


def test_a_holder_who_leaves_while_it_runs_is_followed_by_who_is_there() -> None:
    """In the middle of a call the thread of the call is asked within the same minute, and nobody is named."""
    stage = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    weekly(stage)
    stage.until("Thu 15:20")
    gone = asked_now(stage)["Timekeeper"]
    stage.leaves(gone)
    assert stage.in_thread()[-1].text().startswith("Who keeps time today?")
    assert gone not in stage.in_thread()[-1].text()
    assert gone not in stage.in_channel()[0].text()


def test_a_holder_who_leaves_in_the_middle_of_a_month_is_followed() -> None:
    """Nobody in the channel is named; the first tap has the rest of the month, and each is credited what they had."""
    stage = Local(berlin("2026-03-24 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    stage.types("Lena", "roles setup")
    stage.submits("Lena", on=("archivist",))
    stage.until(berlin("2026-04-08 12:00"))
    gone = stage.types("Lena", "roles").split("Now: April 2026. Archivist ")[1].split(".")[0]
    stage.leaves(gone)
    (offer,) = [m.text() for m in stage.in_channel() if m.text().startswith("Who is archivist?")]
    assert gone not in offer
    other = next(name for name in SIX if name not in (gone, "Lena"))
    stage.presses(other, "I'll do it", "bridge")
    assert f"{other} looks after the records this month." in stage.card()
    assert f"Now: April 2026. Archivist {other}." in stage.types("Lena" if gone != "Lena" else other, "roles")


def test_whoever_looks_after_the_team_hears_that_a_role_given_by_hand_has_nobody() -> None:
    """The coach leaves: nobody is drawn for that role, so the owner is told, once, and how to go on."""
    stage = Local(berlin("2026-03-02 10:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    stage.types("Lena", "coach @Arun")
    stage.leaves("Arun")
    stage.passes("1 day")
    (told,) = [m.text() for m in stage.direct("Lena") if "nobody now" in m.text()]
    assert told.startswith("Coach: nobody now. Arun had it, and is not in #bridge any more.")
    assert "roles set" in told


def test_an_offer_that_nobody_took_ends_with_its_call() -> None:
    """After the call the post has no button left that would only be refused."""
    stage = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())
    weekly(stage)
    stage.until("Thu 15:20")
    stage.leaves(asked_now(stage)["Timekeeper"])
    assert stage.in_thread()[-1].labels() == ["I'll do it"]
    stage.until("Thu 16:01")
    assert stage.in_thread()[-1].labels() == []
    assert "This is over." in stage.in_thread()[-1].text()


def test_whoever_asked_to_be_forgotten_is_nowhere_in_the_rota() -> None:
    """Each place in which the rota can hold a person is emptied of them, and of nobody else."""
    gone, other = member("gone"), member("other")
    start = Driver.of("other").now
    seats = (Seat("a", gone, "asked", ((gone, start), (other, start))), Seat("b", other, "accepted"))
    turn = Turn(
        "t", "T", start, start, seats, declined=(("a", gone),), unasked=(("a", gone),), company=gone, company_asked=gone
    )
    past = Past("p", "P", start, "session", (("a", "gone", 4),), ("gone", "other"), (("b", "gone"),))
    rota = Rota(
        ID,
        (turn,),
        (past,),
        Wishes((("gone", "a"),), (("gone", "b"), ("other", "b"))),
        fixed=(("coach", gone),),
        swaps=(Swap(1, gone, other, ("t", "a"), ("t", "b"), start),),
        ticks=(Ticks(gone, "t", ("aim",)),),
        handover=Handover(gone, other),
        shown=(Shown("x", "t", "a", gone, start, ""),),
        follow=Follow(by=gone),
    )
    assert "gone" not in repr(without(rota, gone))
    assert repr(without(rota, member("nobody"))) == repr(rota)


def asked_now(stage: Local) -> dict[str, str]:
    line = stage.types("Lena", "roles").split("Now: ")[1].split(". ")[1]
    parts = [part.rsplit(" ", 1) for part in line.split(", ")]
    return {part[0]: part[1].rstrip(".") for part in parts}


@pytest.mark.parametrize(("minutes", "first", "second"), [(45, 3, 1), (15, 1, 3), (2, 0, 4), (58, 4, 0)])
def test_credit_follows_the_clock_in_quarters(minutes: int, first: int, second: int) -> None:
    """Who had it for 45 of 60 minutes has 0.75 of it, and who took over 0.25; two minutes are nothing."""
    team = Driver.of(*"abcdef")
    team.weekly()
    team.passes(days=3)
    turn = team.next()
    team.until(turn.starts + timedelta(minutes=minutes))
    holder = turn.holders()["facilitator"].user
    other = next(user for user in sorted(team.people) if user not in {m.user for m in turn.holders().values()})
    team.happens(Missing(turn.id, "facilitator"))
    team.happens(Took(member(other), turn.id, "facilitator"))
    team.until(turn.ends + timedelta(minutes=1))
    served = {(user, n) for role, user, n in team.state.past[-1].served if role == "facilitator"}
    assert served == {(user, n) for user, n in ((holder, first), (other, second)) if n}


def test_the_card_says_how_many_have_hosted() -> None:
    """After six calls of a team of eight it is "6 of 8 have hosted", and no index."""
    eight = (*SIX, "Jo", "Sam")
    stage = Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(eight, BERLIN), content=library())
    weekly(stage)
    for _ in range(6):
        stage.until("Thu 16:30")
    card = stage.types("Tomas", "roles")
    assert "6 of 8 have hosted." in card
    assert "%" not in card
    assert "fair" not in card.lower()
