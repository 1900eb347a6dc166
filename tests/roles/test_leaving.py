"""Somebody with a role is gone from the channel or the workspace: found by the platform's word, or on the next day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.activities.roles.events import Missing, Took
from bot.kernel.inbound import RosterRead
from bot.kernel.people import Profile
from tests.roles.driver import Driver, member
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
