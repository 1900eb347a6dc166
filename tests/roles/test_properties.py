"""What holds for every team, whatever happens: the promises of the assignment, through the whole activity."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from random import Random  # noqa: TID251  (always with a seed)

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.activities.roles.events import Accepted, Avoided, NotThisTime, SessionOff, Took, Volunteered
from bot.kernel.chance import shuffled
from bot.kernel.effects import Post
from bot.pieces.rota import Past, split
from tests.roles.driver import Driver, member, person

WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)  # a failing team's whole life is in the message anyway
ROLES = ("facilitator", "timekeeper", "note_taker")


def counts(past: tuple[Past, ...], user: str) -> dict[str, Fraction]:
    found = dict.fromkeys(ROLES, Fraction(0))
    for one in past:
        for role, who, quarters in one.served:
            if who == user and role in found:
                found[role] += Fraction(quarters, 4)
    return found


def assert_even(past: tuple[Past, ...], users: list[str]) -> None:
    """Among these people, who were always there, counts per role and in total differ by at most one."""
    each = {user: counts(past, user) for user in users}
    for role in ROLES:
        found = [each[user][role] for user in users]
        assert max(found, default=0) - min(found, default=0) <= 1, (role, each)
    totals = [sum(each[user].values()) for user in users]
    assert max(totals, default=0) - min(totals, default=0) <= 1, each


def assert_each_session(past: tuple[Past, ...]) -> None:
    """Nobody has two roles while there are people enough, and nobody the same role twice running if avoidable."""
    before: dict[str, str] = {}
    for one in past:
        served = {role: user for role, user, _ in one.served}
        if len(one.there) > len(ROLES):
            assert len(set(served.values())) == len(served), one
            assert not any(before.get(role) == user for role, user in served.items()), (before, one)
        before = served


@pytest.mark.parametrize("seed", range(30))
def test_every_team_keeps_the_promises(seed: int) -> None:
    """Random teams, absences and leavers: even among those always there, no two roles, never twice running.

    Five stay: of four with three roles, two who drop out at once can leave totals two apart for some weeks.
    """
    dice = Random(seed)  # not Hypothesis: what that tries depends on the code of the day
    team = Driver.of(*(f"p{n:02}" for n in range(dice.randint(5, 10))))
    team.weekly()
    steady = set(team.people)
    for week in range(dice.randint(4, 16)):
        what, user = dice.choice(("nothing", "nothing", "away", "leaves")), dice.choice(sorted(team.people))
        if what == "away" and len(steady - {user}) >= 5:
            first = team.now.date()
            team.away(user, first, first + timedelta(days=7 * dice.randint(1, 4)))
            steady.discard(user)
        elif what == "leaves" and len(steady - {user}) >= 5:
            del team.people[user]
            team.changed()
            steady.discard(user)
        team.passes(days=7)
        past = team.state.past
        assert len(past) == week + 1
        assert {role for role, _, _ in past[-1].served} == set(ROLES)
        there = set(past[-1].there)
        assert {user for _, user, _ in past[-1].served} <= there
        assert_even(past, sorted(steady))
    assert_each_session(team.state.past)


@pytest.mark.parametrize("seed", [21, 36, 48, 124])
def test_four_who_are_always_there_stay_even_whatever_the_others_do(seed: int) -> None:
    """Forty weeks, three roles; the others go away or leave at any hour, also once everybody was asked."""
    dice = Random(seed)
    users = [f"p{n:02}" for n in range(4 + dice.randint(1, 5))]
    team = Driver.of(*users)
    team.weekly()
    steady = set(dice.sample(users, 4))
    style, often = dice.choice(("away", "leaves", "both")), dice.choice((0.1, 0.3, 0.6))
    for _ in range(40):
        for user in sorted(set(team.people) - steady):
            if dice.random() >= often:
                continue
            team.passes(hours=dice.choice((0, 0, 1, 20, 30, 50, 70)))  # the call is on Thursday, the question before
            if style == "away" or (style == "both" and dice.choice((True, True, False))):
                first = team.now.date()
                team.away(user, first, first + timedelta(days=dice.randint(1, 28)))
            elif dice.random() < 0.3:
                del team.people[user]
                team.changed()
        team.passes(days=7)
        assert_even(team.state.past, sorted(steady))
        for past in team.state.past[-1:]:
            held = [user for _, user, _ in past.served]
            assert len(set(held)) == len(held) == len(ROLES)


def test_a_leave_does_not_have_the_others_asked_earlier() -> None:
    """While somebody is on leave, the rest are asked on the day before as ever, so short notice costs nobody."""
    team = Driver.of(*(f"p{n:02}" for n in range(9)))
    team.weekly()
    team.passes(days=7)  # each Monday; the call is on Thursday
    team.away("p03", team.now.date() - timedelta(days=5), team.now.date() + timedelta(days=7))
    call = team.next()
    team.until(call.starts - timedelta(days=2))
    assert not team.next().asked
    team.until(call.starts - timedelta(hours=1))
    assert team.next().id == call.id
    assert team.next().asked


@settings(max_examples=15, deadline=None, derandomize=True, phases=WITHOUT_SHRINKING)
@given(st.data())
def test_nothing_that_people_do_breaks_a_session(data: st.DataObject) -> None:
    """Accept, decline, opt out, volunteer, call off, join, leave, in any order: seats are whole, and right."""
    team = Driver.of(*(f"p{n:02}" for n in range(data.draw(st.integers(1, 7), label="people"))))
    team.weekly()
    newcomers = 0
    for _ in range(data.draw(st.integers(5, 25), label="steps")):
        users = sorted(team.people)
        by = member(data.draw(st.sampled_from(users), label="by"))
        turn = team.next()
        role = data.draw(st.sampled_from(ROLES), label="role")
        match data.draw(st.sampled_from(("accept", "no", "avoid", "like", "off", "join", "leave", "time", "take"))):
            case "accept":
                team.happens(Accepted(by, turn.id, role))
            case "no":
                team.happens(NotThisTime(by, turn.id, role))
            case "avoid":
                team.happens(Avoided(by, (role,)))
            case "like":
                team.happens(Volunteered(by, role))
            case "off":
                team.happens(SessionOff(turn.id))
            case "join":
                newcomers += 1
                team.people[f"n{newcomers}"] = person(f"n{newcomers}", founding=False)
                team.changed()
            case "leave" if len(users) > 1:
                del team.people[by.user]
                team.changed()
            case "take":
                team.happens(Took(by, turn.id, role))
            case _:
                team.passes(days=data.draw(st.sampled_from((0.5, 1, 4, 7))))
        here = set(team.people)
        avoided = set(team.state.wishes.avoids)
        for one in team.state.turns:
            for seat in one.seats:
                assert seat.member is None or seat.member.user in here
                if seat.member is not None and not one.begun:
                    assert (seat.member.user, seat.role) not in avoided
                    assert (seat.role, seat.member) not in one.declined
        for past in team.state.past:
            for role in {role for role, _, _ in past.served}:
                assert sum(n for r, _, n in past.served if r == role) <= 4


def test_the_same_history_gives_the_same_draw() -> None:
    """Two teams that live through the same weeks have the same roles, to the last seat."""
    one, other = Driver.of(*"abcdefg"), Driver.of(*"gfedcba")
    other.people = {user: one.people[user] for user in reversed(one.people)}
    for team in (one, other):
        team.weekly()
        team.passes(days=70)
    assert one.state.past == other.state.past
    assert one.state.turns == other.state.turns


def test_newcomers_watch_first_and_returners_owe_nothing() -> None:
    """Somebody new has no role in two sessions, then gets about as many as the others from then on."""
    team = Driver.of(*"abcdef")
    team.weekly()
    team.passes(days=35)
    team.people["new"] = person("new", founding=False)
    team.changed()
    team.passes(days=14)
    assert sum(counts(team.state.past, "new").values()) == 0
    team.passes(days=49)
    since = team.state.past[7:]
    assert 2 <= sum(counts(since, "new").values()) <= 4


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers(0, 7200), min_size=1, max_size=5))
def test_quarters_always_add_up(seconds: dict[str, int]) -> None:
    """However a session was shared, its four quarters are given out, none twice, and nearest to the time."""
    shared = split({user: timedelta(seconds=n) for user, n in seconds.items()})
    assert sum(shared.values()) == 4
    whole = sum(seconds.values())
    for user, n in shared.items():
        if whole:
            assert abs(n - 4 * seconds[user] / whole) < 1


def test_a_year_of_twelve_teams() -> None:
    """Twelve teams, 52 weeks, random absences: every promise holds for every team, and no proposal goes twice."""
    for number in range(12):
        users = [f"p{n:02}" for n in range(4 + number % 7)]
        team = Driver.of(*users)
        team.weekly(weekday=number % 5)
        steady = set(users[: max(4, len(users) - 3)])
        names: list[str] = []
        for week in range(52):
            some = shuffled([user for user in users if user not in steady], number * 100 + week)
            if some and week % 3 == 0:
                first = team.now.date() + timedelta(days=7)  # known before anybody is asked
                team.away(some[0], first, first + timedelta(days=7 * (1 + week % 4)))
            team.passes(days=7)
            names += [post.name for post in team.take(Post) if post.name.startswith("ask.")]
        assert len(team.state.past) == 52
        assert_even(team.state.past, sorted(steady))
        assert_each_session(team.state.past)
        assert len(names) == len(set(names)) >= 52 * 3
