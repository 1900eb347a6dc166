"""Roles that rotate fairly: the cost rule, its promises over long histories, and the people at its edges."""

from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pieces.assignment import (
    Candidate,
    Draw,
    Held,
    Ledger,
    counts,
    draft,
    draw,
    have_served,
    loads,
    role_fairness,
)
from bot.pieces.metrics import Load, Share

ROLES = ("facilitator", "timekeeper", "note_taker")
SIX = ("arun", "divya", "ines", "lena", "maya", "tomas")


def founders(names, **avoids):
    return [Candidate(name, avoids=frozenset(avoids.get(name, ())), founding=True) for name in names]


def served(drawn, there):
    return Held(tuple((role, name, Fraction(1)) for role, name in drawn.holders), frozenset(there))


def run(people, attendance, roles=ROLES, history=()):
    """Draw and serve one session after the other; the draws, and the history with them."""
    history, draws = list(history), []
    for there in attendance:
        draws.append(draw(roles, people, there, history))
        history.append(served(draws[-1], there))
    return draws, history


def spread(values):
    return max(values) - min(values)


def assert_even(history, names, roles):
    """In every prefix the counts of these people differ by at most one, per role and in total."""
    tally = {role: Counter(dict.fromkeys(names, 0)) for role in roles}
    for session in history:
        for role, name, _ in session.served:
            if name in names:
                tally[role][name] += 1
        for role in roles:
            assert spread(tally[role].values()) <= 1
        assert spread([sum(tally[role][name] for role in roles) for name in names]) <= 1


def assert_nobody_twice_running(history):
    for before, after in pairwise(history):
        assert not {pair[:2] for pair in before.served} & {pair[:2] for pair in after.served}


# -- the rule -----------------------------------------------------------------------------------------------


def rule_cost(choice, history, names):
    """The cost of giving (role, name) pairs by the rule as it is written, without recency."""
    count = Counter((role, name) for session in history for role, name, _ in session.served)
    totals = Counter(name for session in history for _, name, _ in session.served)
    last = {(role, name) for session in history[-1:] for role, name, _ in session.served}
    cost = 0
    for role, name in choice:
        cost += 10**9 * (count[role, name] - min(count[role, other] for other in names))
        cost += 10**6 * (totals[name] - min(totals[other] for other in names))
        cost += 10**5 * ((role, name) in last)
    return cost


@pytest.mark.parametrize(("people", "roles"), [(2, 1), (3, 3), (4, 2), (5, 3), (5, 4), (6, 3)])
def test_no_other_choice_costs_less(people, roles):
    """Through forty sessions, each draw is as cheap as the cheapest of all possible choices."""
    names, duties = SIX[:people], tuple("abcd"[:roles])
    team, history = founders(names), []
    for _ in range(40):
        drawn = draw(duties, team, names, history)
        cheapest = min(
            rule_cost(zip(duties, chosen, strict=True), history, names) for chosen in permutations(names, roles)
        )
        assert rule_cost(drawn.holders, history, names) == cheapest
        history.append(served(drawn, names))


@pytest.mark.parametrize(
    ("people", "roles", "sessions"),
    [(n, k, 200 if n <= 4 else 60) for n, k in product(range(2, 13), range(1, 5)) if k <= n],
)
def test_counts_never_differ_by_more_than_one(people, roles, sessions):
    """From 2 to 12 people and 1 to 4 roles: even in every prefix, nobody twice running, nobody with two roles."""
    names, duties = range(people), tuple("abcd"[:roles])
    ledger, history, team = None, [], founders(names)
    ledger = Ledger(team)
    for drawn in draft([(duties, names)] * sessions, team, ()):
        assert drawn.doubled == ()
        assert drawn.unfilled == ()
        history.append(served(drawn, names))
        ledger.note(history[-1])
    assert_even(history, names, duties)
    if people > 1:
        assert_nobody_twice_running(history)
    assert [ledger.records[name].count("a") for name in names] == [counts("a", history, team)[name] for name in names]


def test_a_draw_depends_on_the_history_alone():
    """The order in which people are listed changes nothing; equals go by their stable id."""
    _, history = run(founders(SIX), [SIX] * 5)
    expected = draw(ROLES, founders(SIX), SIX, history)
    assert draw(ROLES, founders(reversed(SIX)), set(SIX), history) == expected
    assert draw(ROLES, founders(SIX), SIX, []).holders == tuple(zip(ROLES, sorted(SIX), strict=False))


@st.composite
def attendances(draw_):
    """A team in which some are always there and the others come and go."""
    people = draw_(st.integers(3, 7))
    steady = draw_(st.integers(2, people))
    roles = draw_(st.integers(1, min(3, steady)))
    coming = st.frozensets(st.integers(steady, people - 1) if people > steady else st.nothing())
    sessions = draw_(st.lists(coming, min_size=5, max_size=30))
    return people, steady, tuple("abc"[:roles]), [frozenset(range(steady)) | some for some in sessions]


@settings(max_examples=60, deadline=None)
@given(attendances())
def test_absences_of_some_never_make_it_uneven_for_those_who_are_always_there(case):
    """Whoever else comes and goes: even among the constantly available, all roles filled, nobody with two."""
    people, steady, roles, attendance = case
    team = founders(range(people))
    draws, history = run(team, attendance, roles)
    assert_even(history, range(steady), roles)
    for drawn, there in zip(draws, attendance, strict=True):
        assert drawn.unfilled == drawn.doubled == ()
        assert {name for _, name in drawn.holders} <= there


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_people_avoid_decline_and_miss_a_draw_keeps_its_promises(data):
    """Only those who are there and willing are asked, every role that can be filled is, two only if it must be."""
    names = range(data.draw(st.integers(1, 6)))
    avoids = st.frozensets(st.sampled_from(ROLES), max_size=2)
    team = [Candidate(name, data.draw(avoids), data.draw(avoids), data.draw(st.booleans())) for name in names]
    team = [*team[:-1], Candidate(team[-1].id, founding=True)]
    history = []
    for _ in range(data.draw(st.integers(0, 6))):
        there = data.draw(st.frozensets(st.sampled_from(names)))
        history.append(served(draw(ROLES, team, there, history), there))
    there = data.draw(st.frozensets(st.sampled_from(names), min_size=1))
    declined = data.draw(st.frozensets(st.tuples(st.sampled_from(ROLES), st.sampled_from(names)), max_size=4))
    drawn = draw(ROLES, team, there, history, declined=declined)

    ledger = Ledger(team, history)
    ready = {name for name in there if ledger.is_ready(name)} or there
    may = {
        role: {name for name in ready if role not in team[name].avoids and (role, name) not in declined}
        for role in ROLES
    }
    assert all(name in may[role] for role, name in drawn.holders)
    assert set(drawn.unfilled) == {role for role in ROLES if not may[role]}
    fewest = min(len(chosen) - len(set(chosen)) for chosen in product(*(may[role] for role in ROLES if may[role])))
    holders = [name for _, name in drawn.holders]
    assert len(holders) - len(set(holders)) == fewest


# -- scenario 4 ---------------------------------------------------------------------------------------------


def test_twelve_weeks_give_everybody_every_role_twice():
    """Six people, three roles, twelve weeks: each had each role exactly twice, evenly in every prefix."""
    _, history = run(founders(SIX), [SIX] * 12)
    tally = Counter((role, name) for session in history for role, name, _ in session.served)
    assert set(tally.values()) == {2}
    assert len(tally) == len(SIX) * len(ROLES)
    assert_even(history, SIX, ROLES)
    assert_nobody_twice_running(history)
    assert all(role_fairness(role, history, founders(SIX)) == 1 for role in ROLES)


def test_not_this_time_costs_nothing_and_the_turn_comes_back():
    """Who declines is not asked again for this session, is proposed the next time, and nobody else is reshuffled."""
    team = founders(SIX)
    _, history = run(team, [SIX] * 12)
    first = draw(ROLES, team, SIX, history)
    role, person = first.holders[0]
    kept = {other: holder for other, holder in first.holders if other != role}
    second = draw(ROLES, team, SIX, history, fixed=kept, declined={(role, person)})

    assert second.holder(role) not in (person, *kept.values())
    assert all(second.holder(other) == holder for other, holder in kept.items())
    after = draw(ROLES, team, SIX, [*history, served(second, SIX)])
    assert after.holder(role) == person


def test_a_swap_counts_for_the_one_who_served():
    """After a swap the history holds who really did it, and the rotation goes on evenly from there."""
    team = founders(SIX)
    draws, history = run(team, [SIX] * 2)
    a, b = draws[0].holders[0][1], draws[1].holders[0][1]
    history[0] = Held(((ROLES[0], b, Fraction(1)), *history[0].served[1:]), history[0].there)
    history[1] = Held(((ROLES[0], a, Fraction(1)), *history[1].served[1:]), history[1].there)
    _, later = run(team, [SIX] * 10, history=history)
    assert set(counts(ROLES[0], later, team).values()) == {2}


def test_after_leave_a_person_starts_at_the_median():
    """Sam misses three weeks and then is neither first in every line nor last."""
    team = founders((*SIX, "sam"))
    everybody = (*SIX, "sam")
    attendance = [everybody] * 14 + [SIX] * 3
    _, history = run(team, attendance)
    ledger = Ledger(team, history)
    before = {role: ledger.records["sam"].count(role) for role in ROLES}
    ledger.arrive(everybody)
    for role in ROLES:
        others = sorted(ledger.records[name].count(role) for name in SIX)
        assert others[0] <= ledger.records["sam"].count(role) <= others[-1]
        assert ledger.records["sam"].count(role) >= before[role]
    draws, _ = run(team, [everybody] * 7, history=history)
    assert 2 <= sum(name == "tomas" for drawn in draws for _, name in drawn.holders) <= 4


def test_a_long_leave_brings_no_debt_and_two_missed_sessions_do_not_count_as_one():
    """After three missed sessions counts stand exactly at the others' median; after two they are as they were."""
    team = founders((*SIX, "sam"))
    everybody = (*SIX, "sam")
    for missed, at_median in ((3, True), (2, False)):
        _, history = run(team, [SIX] * 5 + [everybody] * 3 + [SIX] * missed)
        ledger = Ledger(team, history)
        before = ledger.records["sam"].count("timekeeper")
        ledger.arrive(everybody)
        others = [ledger.records[name].count("timekeeper") for name in SIX]
        expected = median(others) if at_median else before
        assert ledger.records["sam"].count("timekeeper") == expected
        assert (ledger.records["sam"].total_chances == ledger.records["lena"].total_chances) == at_median


def test_absences_do_not_make_the_same_person_serve_twice_running():
    """Where counts compare by opportunities, having had the role last time still weighs more."""
    attendance = [("arun", "divya"), ("divya", "ines"), ("arun", "divya")]
    draws, _ = run(founders(SIX[:3]), attendance, ("host",))
    assert [drawn.holder("host") for drawn in draws] == ["arun", "divya", "arun"]


def test_two_missed_weeks_are_no_leave_and_bring_no_debt():
    """Counts are compared by opportunities, so a short absence is not paid back in a row of turns."""
    team = founders(SIX)
    rest = [name for name in SIX if name != "ines"]
    _, history = run(team, [SIX] * 12 + [rest] * 2)
    draws, _ = run(team, [SIX] * 6, history=history)
    assert 2 <= sum(name == "ines" for drawn in draws for _, name in drawn.holders) <= 4


def test_newcomers_watch_two_sessions_and_start_at_the_median():
    """Nora watches her first two sessions, is asked from the third on, and is not given everything at once."""
    team = [*founders(SIX), Candidate("nora")]
    everybody = (*SIX, "nora")
    _, history = run(team, [SIX] * 13)
    draws, history = run(team, [everybody] * 9, history=history)
    turns = [sum(name == "nora" for _, name in drawn.holders) for drawn in draws]
    assert turns[:2] == [0, 0]
    assert 2 <= sum(turns[2:]) <= 4
    assert loads(ROLES[0], history, team)["nora"].opportunities == 7


def test_a_newcomer_who_misses_a_session_watches_the_next():
    """Watching means being there: a session missed is none of the two."""
    team = [*founders(SIX), Candidate("nora")]
    everybody = (*SIX, "nora")
    _, history = run(team, [everybody, SIX, everybody])
    assert Ledger(team, history).is_ready("nora")
    assert not Ledger(team, history[:2]).is_ready("nora")


def test_a_team_of_newcomers_alone_still_has_its_roles_filled():
    """Where nobody has watched two sessions yet, everybody may be asked."""
    team = [Candidate(name) for name in SIX]
    assert draw(ROLES, team, SIX, []).unfilled == ()


def test_who_has_opted_out_of_a_role_is_never_asked_and_carries_no_more_of_the_others():
    """Arun never hosts; his share of the other roles stays that of everybody else."""
    team = founders(SIX, arun=["facilitator"])
    _, history = run(team, [SIX] * 30)
    assert counts("facilitator", history, team)["arun"] == 0
    for role in ("timekeeper", "note_taker"):
        assert spread(counts(role, history, team).values()) <= 1
    assert have_served("facilitator", history, team) == Share(5, 5)
    assert "arun" not in loads("facilitator", history, team)


# -- too few people -----------------------------------------------------------------------------------------


def test_two_people_share_three_roles_and_it_is_said():
    """With two people one has two roles, said openly, by turns, and every role goes round."""
    pair = ("ines", "tomas")
    draws, history = run(founders(pair), [pair] * 12)
    assert all(len(drawn.doubled) == 1 for drawn in draws)
    assert_even(history, pair, ROLES)
    assert spread(Counter(drawn.doubled[0] for drawn in draws).values()) == 0


def test_three_people_with_three_roles():
    """With as many people as roles everybody has one each time, and never the same twice running."""
    trio = SIX[:3]
    _, history = run(founders(trio), [trio] * 12)
    assert_even(history, trio, ROLES)
    assert_nobody_twice_running(history)


def test_nobody_at_all_leaves_the_roles_open():
    """Without anybody who is there the roles are open, and nothing breaks."""
    assert draw(ROLES, founders(SIX), (), []) == Draw((), ROLES)
    assert draw((), founders(SIX), SIX, []) == Draw(())
    assert draw(("host",), founders(SIX[:1], arun=["host"]), SIX, []).unfilled == ("host",)


def test_ten_roles_for_a_hundred_people():
    """Large teams are drawn too: ten different people, then ten others."""
    names = range(100)
    roles = tuple(f"role {n}" for n in range(10))
    draws, _ = run(founders(names), [names] * 2, roles)
    assert len({name for drawn in draws for _, name in drawn.holders}) == 20


# -- wishes and the view of the team ------------------------------------------------------------------------


def test_a_volunteer_moves_up_but_not_before_who_never_had_the_chance():
    """Who would like to host comes first among equals, after those who never hosted."""
    keen = [*founders(SIX[:-1]), Candidate("tomas", likes=frozenset({"host"}), founding=True)]
    assert draw(("host",), keen, SIX, []).holder("host") == "tomas"
    draws, _ = run(keen, [SIX] * 7, ("host",))
    hosts = [drawn.holder("host") for drawn in draws]
    assert len(set(hosts[:6])) == 6
    assert hosts[6] == "tomas"


def test_the_next_four_turns_are_those_that_will_be_drawn():
    """The draft shows what the draws will give if everybody serves."""
    team = founders(SIX)
    _, history = run(team, [SIX] * 3)
    draws, _ = run(team, [SIX] * 4, history=history)
    assert list(draft([(ROLES, SIX)] * 4, team, history)) == draws


def test_the_team_sees_how_many_have_hosted():
    """After three sessions three of six have hosted; leavers do not count."""
    _, history = run(founders(SIX), [SIX] * 3)
    assert have_served(ROLES[0], history, founders(SIX)) == Share(3, 6)
    gone = history[0].served[0][1]
    assert have_served(ROLES[0], history, founders(name for name in SIX if name != gone)) == Share(2, 5)


def test_part_served_roles_count_in_quarters():
    """Who kept notes for three quarters has that credit, and the other the rest."""
    shared = Held((("notes", "maya", Fraction(3, 4)), ("notes", "arun", Fraction(1, 4))), frozenset(SIX))
    team = founders(SIX)
    assert counts("notes", [shared], team)["maya"] == Fraction(3, 4)
    assert loads("notes", [shared], team)["arun"] == Load(Fraction(1, 4), 1)
    assert draw(("notes",), team, ("arun", "maya"), [shared]).holder("notes") == "arun"


# -- never twice running, where it can be avoided -----------------------------------------------------------


def could_be_avoided(roles, history, there, steady, fixed, declined):
    """Whether some choice repeats nothing that was free to choose, doubles nobody, and is even for the steady."""
    before = {pair[:2] for pair in history[-1].served}
    free = [role for role in roles if role not in fixed]
    rest = sorted(set(there) - set(fixed.values()))
    for chosen in permutations(rest, len(free)):
        pairs = list(zip(free, chosen, strict=True))
        if before & set(pairs) or declined & set(pairs):
            continue
        holders = (*fixed.items(), *pairs)
        after = [*history, Held(tuple((role, name, Fraction(1)) for role, name in holders), frozenset(there))]
        if is_even(after, steady, roles):
            return True
    return False


def is_even(history, names, roles):
    if not names:
        return True
    tally = Counter((role, name) for session in history for role, name, _ in session.served)
    each = [[tally[role, name] for name in names] for role in roles]
    totals = [sum(tally[role, name] for role in roles) for name in names]
    return all(spread(values) <= 1 for values in (*each, totals))


@pytest.mark.parametrize(
    ("people", "roles", "sessions"), [(3, 1, 5), (3, 2, 5), (3, 3, 5), (4, 1, 3), (4, 2, 3), (4, 3, 3)]
)
def test_whoever_comes_nobody_serves_twice_running_where_evenness_permits_another_way(people, roles, sessions):
    """Every way in which people can come and stay away, and every single "not this time" at the end of each."""
    duties, team = tuple("abc"[:roles]), founders(range(people))
    groups = [set(some) for n in range(max(2, roles), people + 1) for some in combinations(range(people), n)]
    drawn_before: dict[tuple[object, ...], list[Held[int]]] = {(): []}
    for length in range(sessions):
        for key in [key for key in drawn_before if len(key) == length]:
            history = drawn_before[key]
            for there in groups:
                drawn = draw(duties, team, there, history)
                steady = [name for name in there if all(name in session.there for session in history)]
                if history:
                    assert_no_needless_repeat(drawn, {}, set(), history, there, steady)
                    for role, name in drawn.holders if is_even(history, steady, duties) else ():
                        kept = {other: holder for other, holder in drawn.holders if other != role}
                        again = draw(duties, team, there, history, fixed=kept, declined={(role, name)})
                        assert_no_needless_repeat(again, kept, {(role, name)}, history, there, steady)
                drawn_before[*key, frozenset(there)] = [*history, served(drawn, there)]


def assert_no_needless_repeat(drawn, kept, declined, history, there, steady):
    before = {pair[:2] for pair in history[-1].served}
    repeated = [pair for pair in drawn.holders if pair in before and pair[0] not in kept]
    roles = [role for role, _ in drawn.holders]
    if repeated and is_even(history, steady, roles):
        assert not could_be_avoided(roles, history, there, steady, kept, declined), (history, drawn)


def test_a_seat_that_is_drawn_late_goes_to_somebody_new_although_the_others_are_taken():
    """What others have in this session already counts as theirs: 1 has served more than 0 and 2, and can take notes."""
    team, everybody = founders(range(5)), frozenset(range(5))
    first = Held((("a", 0, Fraction(1)), ("b", 1, Fraction(1)), ("c", 2, Fraction(1))), frozenset(range(3)))
    second = Held((("a", 1, Fraction(1)), ("b", 3, Fraction(1)), ("c", 4, Fraction(1))), everybody)
    drawn = draw("abc", team, everybody, [first, second], fixed={"a": 2, "b": 0}, declined={("c", 3)})
    assert drawn.holder("c") == 1


# -- those who cannot be asked ------------------------------------------------------------------------------


def test_who_cannot_be_asked_is_not_drawn_each_time():
    """Somebody whom no question reaches is drawn as often as anybody, and the rest stay even among themselves."""
    team, everybody = founders(SIX), frozenset(SIX)
    history: list[Held[str]] = []
    lost = 0
    for _ in range(24):
        drawn = draw(ROLES, team, everybody, history)
        missed = frozenset((role, name) for role, name in drawn.holders if name == "tomas")
        lost += len(missed)
        served_now = tuple((role, name, Fraction(1)) for role, name in drawn.holders if name != "tomas")
        history.append(Held(served_now, everybody, missed))
        assert is_even(history, [name for name in SIX if name != "tomas"], ROLES)
    assert lost == 12
    assert all(loads(role, history, team)["tomas"].served == 0 for role in ROLES)


def test_a_question_that_did_not_arrive_is_no_chance():
    """The load of who could not be asked is compared over the sessions for which they could."""
    team, everybody = founders(SIX), frozenset(SIX)
    one = Held((("notes", "maya", Fraction(1)),), everybody)
    missed = Held((("host", "maya", Fraction(1)),), everybody, frozenset({("notes", "arun")}))
    again = Held((("notes", "arun", Fraction(1)),), everybody, frozenset({("host", "arun")}))
    assert loads("notes", [one, missed, again], team)["arun"] == Load(Fraction(1), 1)
    assert loads("notes", [one, missed, again], team)["maya"] == Load(Fraction(1), 2)


def test_who_could_not_be_asked_and_served_all_the_same_counts_once():
    """Whoever took the role on another way has served it, no more and no less."""
    held = Held((("notes", "maya", Fraction(1, 2)),), frozenset(SIX), frozenset({("notes", "maya")}))
    assert held.taken() == (("notes", "maya", Fraction(1, 2)),)
