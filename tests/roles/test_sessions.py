"""Roles of sessions that another activity runs: who is told what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.activities.roles.events import (
    Accepted,
    DrawAsked,
    HistoryAsked,
    HolderSet,
    Looked,
    Missing,
    NotThisTime,
    OwnMade,
    SessionOff,
    SessionPlanned,
    SessionServed,
    SetUp,
    Took,
)
from bot.kernel.decision import Refused
from bot.kernel.effects import Forget, Keep, Post, Retract, Revise, Tell
from tests.roles.driver import Driver, member

ROLES = ("facilitator", "timekeeper", "note_taker")
SESSION = "abcdefghijklmnop"


@pytest.fixture
def team() -> Driver:
    return Driver.of("lena", "tomas", "ines", "arun", "divya", "maya")


def plan(team: Driver, *, days: float = 3, roles: tuple[str, ...] = ROLES, session: str = SESSION) -> None:
    starts = team.now + timedelta(days=days)
    ends = starts + timedelta(hours=1)
    team.happens(SessionPlanned(session, "Handover between teams", starts, ends, roles, "guides"))


def told(team: Driver) -> dict[str, Any]:
    """The holders the session heard last."""
    tells = [tell for tell in team.take(Tell) if tell.verb == "holders"]
    assert tells
    assert (tells[-1].activity, tells[-1].session) == ("guides", SESSION)
    return {role: key.split("/")[-1] for role, key in tells[-1].payload["holders"].items()}


def test_the_session_is_told_at_the_draw_and_whenever_it_changes(team: Driver) -> None:
    """Holders are told when drawn, when somebody declines, leaves or takes over; not when nothing changed."""
    plan(team)
    first = told(team)
    assert set(first) == set(ROLES)
    team.passes(days=2.5)
    assert not [tell for tell in team.take(Tell) if tell.verb == "holders"]
    keeper = first["timekeeper"]
    team.happens(NotThisTime(member(keeper), SESSION, "timekeeper"))
    second = told(team)
    assert second["timekeeper"] not in (keeper, first["facilitator"], first["note_taker"])
    del team.people[second["note_taker"]]
    team.changed()
    third = told(team)
    assert third["note_taker"] != second["note_taker"]
    team.passes(days=0.51)
    team.take(Tell)
    team.happens(Missing(SESSION, "facilitator"))
    team.happens(Took(member(keeper), SESSION, "facilitator"))
    assert told(team)["facilitator"] == keeper


def test_an_accepted_turn_is_held_and_kept_for_others(team: Driver) -> None:
    """Who holds a role now is kept for other activities, and what waits for the bare command's card."""
    plan(team)
    keeper = told(team)["timekeeper"]
    team.passes(days=2.2)
    kept = {(keep.kind, keep.key): keep for keep in team.take(Keep)}
    assert kept["holder", "timekeeper"].row == {"member": member(keeper).key()}
    waits = kept["waits", f"role.{SESSION}.timekeeper"]
    assert waits.member == member(keeper)
    assert waits.row["line"].startswith("Next: Handover between teams, ")
    assert waits.row["line"].endswith("You keep time.")
    team.happens(Accepted(member(keeper), SESSION, "timekeeper"))
    team.passes(days=1.5)
    team.happens(SessionServed(SESSION, (("timekeeper", keeper, 4),), ()))
    gone = {(one.kind, one.key) for one in team.take(Forget)}
    assert {("holder", "timekeeper"), ("waits", f"role.{SESSION}.timekeeper")} <= gone


def test_what_was_served_counts_in_quarters_once(team: Driver) -> None:
    """S3: the note-taker left after 45 of 65 minutes: 0.75 for her, 0.25 for who took over; twice told is once."""
    plan(team)
    served = (("note_taker", "maya", 3), ("note_taker", "arun", 1), ("facilitator", "ines", 4))
    team.passes(days=3.1)
    for _ in range(2):
        team.happens(SessionServed(SESSION, served, ("ines", "maya", "arun", "lena")))
    assert len(team.state.past) == 1
    assert team.state.past[0].served == served
    team.happens(HistoryAsked(member("lena")))
    assert "local" not in team.said().replace("local/w", "")
    assert "maya 0.75, arun 0.25" in team.said()


def test_a_session_called_off_costs_nobody_a_turn(team: Driver) -> None:
    """Called off after the proposals went: each is told so on the card they have, and the same three are next."""
    plan(team)
    before = told(team)
    team.passes(days=2.9)
    assert set(team.asked().values()) == set(before.values())
    team.happens(SessionOff(SESSION))
    revised = team.take(Revise)
    assert len([one for one in revised if one.name.startswith("ask.")]) == 3
    assert not team.state.past
    plan(team)
    assert told(team) == before


def test_called_off_before_anybody_was_asked_nobody_hears_of_it(team: Driver) -> None:
    """A draft that is called off leaves no message behind."""
    plan(team)
    team.take(Post)
    team.happens(SessionOff(SESSION))
    assert not [one for one in team.effects if isinstance(one, Post | Revise | Retract)]


def test_a_session_that_starts_at_once_has_its_roles_at_once(team: Driver) -> None:
    """A guide that is started now is told its holders in the same moment; no proposal comes after the start."""
    plan(team, days=0)
    assert set(told(team)) == set(ROLES)
    assert not team.asked()


def test_a_moved_session_moves_its_proposals(team: Driver) -> None:
    """Another time is on the cards people have; whoever is away then is replaced."""
    plan(team)
    keeper = told(team)["timekeeper"]
    team.passes(days=2.1)
    team.take(Post)
    moved = team.state.turn(SESSION)
    assert moved is not None
    later = moved.starts + timedelta(days=1)
    team.away(keeper, later.date(), later.date())
    team.happens(SessionPlanned(SESSION, moved.title, later, later + timedelta(hours=1), ROLES, "guides"))
    assert team.holders()["timekeeper"] != keeper
    names = {one.name.rsplit(".", 1)[1] for one in team.effects if isinstance(one, Revise)}
    assert len(names) == 3


def test_a_role_switched_off_is_not_drawn(team: Driver) -> None:
    """A team that uses no timekeeper has none, whatever a guide would like."""
    team.happens(SetUp(member("lena"), ("facilitator", "note_taker")))
    plan(team)
    assert set(told(team)) == {"facilitator", "note_taker"}


def test_a_role_set_by_hand_is_held_by_that_person(team: Driver) -> None:
    """Roles that do not rotate go to whoever the owner named."""
    team.happens(HolderSet(member("lena"), "note_taker", member("arun")))
    plan(team)
    assert told(team)["note_taker"] == "arun"


def test_the_first_tap_takes_an_open_role_and_the_second_is_told_kindly(team: Driver) -> None:
    """Nobody who was expected is named; the first is thanked, the second too."""
    plan(team)
    expected = told(team)["note_taker"]
    team.passes(days=3.01)
    team.effects.clear()
    team.happens(Missing(SESSION, "note_taker"))
    team.happens(Missing(SESSION, "note_taker"))
    posts = team.take(Post)
    assert [post.name for post in posts] == [f"open.{SESSION}.note_taker"]
    assert expected not in posts[0].card.fallback()
    one, two = [user for user in sorted(team.people) if user != expected][:2]
    assert team.happens(Took(member(one), SESSION, "note_taker")) is None
    refused = team.happens(Took(member(two), SESSION, "note_taker"))
    assert isinstance(refused, Refused)
    assert "was a second faster. Thank you for offering." in refused.because
    assert team.happens(Took(member(one), SESSION, "note_taker")) is None


def test_time_served_is_shared_when_a_role_is_taken_over(team: Driver) -> None:
    """In a call by the calendar, who took over after half an hour has half of it."""
    team.weekly()
    team.passes(days=3)
    turn = team.next()
    team.until(turn.starts + timedelta(minutes=30))
    first = turn.holders()["note_taker"].user
    other = next(user for user in sorted(team.people) if user not in {m.user for m in turn.holders().values()})
    team.happens(Missing(turn.id, "note_taker"))
    team.happens(Took(member(other), turn.id, "note_taker"))
    team.passes(hours=1)
    served = team.state.past[0].served
    assert ("note_taker", first, 2) in served
    assert ("note_taker", other, 2) in served


def test_roles_for_now_spare_who_is_asked_about_tomorrow(team: Driver) -> None:
    """Six people, three asked for Thursday: a draw on Wednesday goes to the other three."""
    team.weekly()
    team.passes(days=2, hours=6)
    tomorrow = set(team.holders().values())
    team.happens(DrawAsked(member("lena"), ()))
    now = next(turn for turn in team.state.turns if turn.id.startswith("now"))
    assert {one.user for one in now.holders().values()} == set(team.people) - tomorrow


def test_a_role_that_is_added_moves_nobody_who_was_asked(team: Driver) -> None:
    """Roles drawn for right now, and a role of their own the day before: who was asked for Thursday keeps the turn."""
    team.weekly()
    team.passes(days=2, hours=6)
    before = team.holders()
    team.happens(DrawAsked(member("lena"), ()))
    team.happens(OwnMade(member("lena"), "Tea maker", ("Brings the tea.",), "session"))
    turn = next(turn for turn in team.state.turns if turn.id.startswith("plan."))
    after = {role: one.user for role, one in turn.holders().items()}
    assert {role: after[role] for role in before} == before
    assert len(set(after.values())) == 4


def test_a_session_nobody_reports_on_is_let_go(team: Driver) -> None:
    """A guide that never says how it ended gives no credit, and does not stand in the way."""
    plan(team)
    team.passes(days=5)
    assert not team.state.turns
    assert not team.state.past


def test_nobody_is_asked_about_a_session_that_has_begun(team: Driver) -> None:
    """After the start, Not this time points to the open role instead; nothing changes."""
    plan(team)
    keeper = told(team)["timekeeper"]
    team.passes(days=3.01)
    refused = team.happens(NotThisTime(member(keeper), SESSION, "timekeeper"))
    assert isinstance(refused, Refused)
    assert team.state.turns[0].holders()["timekeeper"] == member(keeper)


def test_a_button_of_a_seat_that_moved_on_changes_nothing(team: Driver) -> None:
    """Accept by somebody who no longer has the turn is refused with a sentence."""
    plan(team)
    keeper = told(team)["timekeeper"]
    team.passes(days=2.2)
    team.happens(NotThisTime(member(keeper), SESSION, "timekeeper"))
    before = team.state
    refused = team.happens(Accepted(member(keeper), SESSION, "timekeeper"))
    assert isinstance(refused, Refused)
    assert "moved on" in refused.because
    assert team.state == before


def test_a_monthly_role_is_held_for_the_month(team: Driver) -> None:
    """The archivist, switched on, is drawn for each month, asked a working day before, and holds it until the next."""
    team.happens(SetUp(member("lena"), (*ROLES, "archivist")))
    team.until(team.now.replace(month=3, day=31, hour=12))
    asked = team.asked()
    assert list(asked) == ["archivist"]
    team.until(team.now.replace(month=4, day=15))
    plan(team, roles=(*ROLES, "archivist"))
    assert told(team)["archivist"] == asked["archivist"]
    team.until(team.now.replace(month=5, day=2))
    team.happens(Looked(member("lena")))
    months = [past for past in team.state.past if past.series == "month"]
    assert [past.served for past in months] == [(("archivist", asked["archivist"], 4),)]


def test_a_public_holiday_is_not_counted_on(team: Driver) -> None:
    """Whoever has a public holiday on the day is not drawn for it."""
    for user in ("lena", "tomas", "ines"):
        one = team.people[user]
        team.people[user] = replace(one, settings=replace(one.settings, holidays="DE"))
    good_friday = team.now.replace(month=4, day=3)
    team.happens(SessionPlanned(SESSION, "A call", good_friday, good_friday, ROLES, "guides"))
    assert set(told(team).values()) == {"arun", "divya", "maya"}
