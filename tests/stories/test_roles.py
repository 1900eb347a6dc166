"""Roles that rotate, as a team lives through them: scenario S4, and what goes wrong around it."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import BERLIN, Local, berlin

SIX = ("Lena", "Tomas", "Ines", "Arun", "Divya", "Maya")


@cache
def library() -> Library:
    return load(Path(__file__).parents[2] / "prompts")[0]


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def weekly(stage: Local, day: str = "3", at: str = "15:00") -> Local:
    """The roles turn with a call, by default on Thursdays at 15:00."""
    assert stage.types("Lena", "roles rhythm") == "form: Turns by the calendar"
    told = stage.submits("Lena", title="Weekly call", days=(day,), at=at, minutes="60", every="1")
    assert "Weekly call: every " in told
    return stage


def team(*people: str) -> Local:
    return weekly(Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(people, BERLIN), content=library()))


def test_the_card_shows_now_next_draft_and_load(bridge: Local) -> None:
    """Anybody in the team sees who is next, a draft of what follows, and who did what, on one card."""
    weekly(bridge)
    card = bridge.types("Tomas", "roles")
    assert "Roles in #bridge" in card
    assert "Next: Weekly call, Thu 5 Mar 15:00." in card
    assert "0 of 6 have hosted" in card


def holders(stage: Local, role: str = "Host") -> str:
    """Who the card names for a role of the next turn."""
    line = stage.types("Lena", "roles").split("Next: ")[1]
    return line.split(f"{role} ")[1].split(",")[0].split(".")[0].split(" (")[0]


def test_twelve_weeks_give_everybody_every_role_twice(bridge: Local) -> None:
    """S4: six people, three roles, twelve weeks: everybody has every role exactly twice."""
    weekly(bridge)
    for _ in range(12):
        bridge.until("Thu 16:30")
    card = bridge.types("Lena", "roles")
    rows = [card.split(f"{name}: Host ")[-1].split(".")[0] for name in SIX]
    served = [re.findall(r"(?:^|Timekeeper |Note-taker )(\d)", row) for row in rows]
    assert served == [["2", "2", "2"]] * 6
    assert "6 of 6 have hosted." in card
    assert bridge.types("Tomas", "roles history").count("Host ") == 10


def test_who_goes_away_is_replaced_at_once(bridge: Local) -> None:
    """Somebody who was asked and will be away is replaced in the same minute; nobody else is asked twice."""
    weekly(bridge)
    bridge.until("Wed 16:00")
    host = holders(bridge)
    before = {name: len(bridge.direct(name)) for name in SIX}
    assert before[host] == 1
    bridge.types(host, "away until 14 Mar")
    assert holders(bridge) != host
    new = holders(bridge)
    assert len(bridge.direct(new)) == before[new] + 1
    others = [name for name in SIX if name not in (host, new)]
    assert [len(bridge.direct(name)) for name in others] == [before[name] for name in others]
    assert f"Away: {host} until 14 Mar." in bridge.types("Ines", "roles")


def asked(stage: Local) -> dict[str, str]:
    """Who holds which role of the next session, by name of the role."""
    line = stage.types("Lena", "roles").split("Next: ")[1].split(". ")[1]
    parts = [part.split(" (")[0].rsplit(" ", 1) for part in line.split(", ")]
    return {part[0]: part[1] for part in parts}


def free(stage: Local) -> list[str]:
    return [name for name in SIX if name not in asked(stage).values()]


def test_the_draft_shows_four_turns_whose_changes_carry_no_reason(bridge: Local) -> None:
    """Four dates; somebody opts out of hosting and another declines: names change, and not one word else."""
    weekly(bridge)
    bridge.until("Wed 09:30")

    def nameless(card: str) -> str:
        return re.sub("|".join(SIX), "somebody", card).replace(" (not confirmed)", "")

    before = bridge.types("Ines", "roles")
    for date in ("Thu 5 Mar", "Thu 12 Mar", "Thu 19 Mar", "Thu 26 Mar"):
        assert date in before
    assert "Thu 2 Apr" not in before
    later = before.split("Thu 12 Mar: Host ")[1].split(",")[0]
    bridge.types(later, "roles avoid host")
    if (keeper := asked(bridge)["Timekeeper"]) not in ("Ines", later):
        bridge.presses(keeper, "Not this time", "@")
    after = bridge.types("Ines", "roles")
    assert f"Thu 12 Mar: Host {later}" not in after
    yours = re.compile(r" Your next turn: [^.]*\.")
    assert yours.sub("", nameless(after)) == yours.sub("", nameless(before))


def test_a_proposal_comes_one_working_day_before(bridge: Local) -> None:
    """Wednesday 09:00, one message to each of three people, with three answers and the reason it came."""
    weekly(bridge)
    bridge.until("Wed 08:59")
    assert not any(bridge.direct(name) for name in SIX)
    bridge.until("Wed 09:00")
    assert sorted(name for name in SIX if bridge.direct(name)) == sorted(asked(bridge).values())
    timekeeper = asked(bridge)["Timekeeper"]
    card = bridge.direct(timekeeper)[0]
    assert card.text().startswith("Timekeeper on Thu 5 Mar? Weekly call, Thu 15:00 to 16:00. You watch the clock")
    assert "If you say nothing, I count you in. Not this time needs no reason and is shown to nobody." in card.text()
    assert "It is your turn in the rotation of #bridge." in card.text()
    assert card.labels() == ["Accept", "Swap", "Not this time", "Change or stop"]


def test_monday_is_asked_about_on_friday(bridge: Local) -> None:
    """One working day before a Monday is the Friday."""
    weekly(bridge, "0", "09:30")
    bridge.until("Thu 12:00")
    assert len([name for name in SIX if bridge.direct(name)]) == 3  # the first Monday, asked about at once
    before = sum(len(bridge.direct(name)) for name in SIX)
    bridge.until("Fri 09:00")
    assert sum(len(bridge.direct(name)) for name in SIX) == before + 3


def test_accepting_twice_is_accepting_once(bridge: Local) -> None:
    """Accept pressed twice changes the card once; the person and the host see the difference, others do not."""
    weekly(bridge)
    bridge.until("Wed 09:00")
    roles = asked(bridge)
    timekeeper, host, other = roles["Timekeeper"], roles["Host"], free(bridge)[0]
    assert "(not confirmed)" in bridge.types(timekeeper, "roles")
    assert "(not confirmed)" in bridge.types(host, "roles")
    assert "(not confirmed)" not in bridge.types(other, "roles")
    bridge.presses(timekeeper, "Accept", "@", twice=True)
    assert "You are in." in bridge.direct(timekeeper)[0].text()
    assert "Accept" not in bridge.direct(timekeeper)[0].labels()
    assert "(not confirmed)" not in bridge.types(timekeeper, "roles")


def test_silence_counts_as_accepted(bridge: Local) -> None:
    """Nobody answers, the call takes place, and each of the three has served."""
    weekly(bridge)
    bridge.until("Wed 09:00")
    roles = asked(bridge)
    bridge.until("Thu 16:00")
    history = bridge.types("Lena", "roles history")
    assert all(f"{role} {name}" in history for role, name in roles.items())


def test_not_this_time_is_private_and_the_turn_comes_back(bridge: Local) -> None:
    """S4: Tomas declines once. One other person is asked, nobody is told, and his turn comes with the next call."""
    weekly(bridge)
    bridge.until("Wed 09:00")
    while "Tomas" not in asked(bridge).values():
        bridge.passes("7 days")
    role = next(role for role, name in asked(bridge).items() if name == "Tomas")
    before = {name: len(bridge.direct(name)) for name in SIX}
    told = bridge.presses("Tomas", "Not this time", "@")
    assert "It costs you nothing, nobody is told, and your turn comes back another time." in told
    replacement = asked(bridge)[role]
    assert replacement != "Tomas"
    after = {name: len(bridge.direct(name)) for name in SIX}
    assert {name for name in SIX if after[name] > before[name]} == {replacement}
    assert not bridge.direct("Tomas")[-1].labels()
    for name in SIX:
        if name != "Tomas":
            seen = " ".join([bridge.types(name, "roles"), *(m.text() for m in bridge.direct(name))])
            assert "declin" not in seen
            assert "Not this time: Tomas" not in seen
    bridge.until("Thu 16:30")
    bridge.until("Wed 09:30")
    assert "Tomas" in asked(bridge).values()


def keepers(stage: Local) -> tuple[str, str]:
    """Who keeps time in the first call, and who would in the second."""
    draft = stage.types("Lena", "roles").split("Thu 12 Mar: ")[1].split(". ")[0]
    return asked(stage)["Timekeeper"], draft.split("Timekeeper ")[1].split(",")[0]


def test_a_swap_exchanges_exactly_two_turns(bridge: Local) -> None:
    """S4: two people swap; the other is asked, every surface follows, and it counts for whoever serves."""
    weekly(bridge)
    bridge.until("Wed 09:30")
    keeper, other = keepers(bridge)
    assert bridge.presses(keeper, "Swap", "@") == "form: Swap a turn"
    assert f"{other} is asked" in bridge.submits(keeper, other="plan.2026-03-12 timekeeper")
    assert f"{other} is asked already" in bridge.presses(keeper, "Swap", "@")
    assert "Only these two turns change." in bridge.direct(other)[-1].text()
    before = asked(bridge)
    bridge.presses(other, "Swap", "@", twice=True)
    assert "Swapped. You are Timekeeper on Thu 5 Mar" in bridge.direct(other)[-1].text()
    told = bridge.direct(keeper)[-1].text()
    assert f"Swapped. You are Timekeeper on Thu 12 Mar, {other} is Timekeeper on Thu 5 Mar" in told
    assert asked(bridge) == before | {"Timekeeper": other}
    assert keepers(bridge) == (other, keeper)
    bridge.until("Thu 16:30")
    assert f"Timekeeper {other}" in bridge.types("Lena", "roles history")


def test_a_swap_nobody_answers_changes_nothing(bridge: Local) -> None:
    """Silence keeps both turns; both people are told so, once."""
    weekly(bridge)
    bridge.until("Wed 09:30")
    keeper, other = keepers(bridge)
    bridge.presses(keeper, "Swap", "@")
    bridge.submits(keeper, other="plan.2026-03-12 timekeeper")
    bridge.until("Thu 14:30")
    assert "Both turns stay as they were." in bridge.direct(keeper)[-1].text()
    assert "Both turns stay as they were." in bridge.direct(other)[-1].text()
    assert not {"Swap", "Keep mine"} & set(bridge.direct(other)[-1].labels())
    assert keepers(bridge) == (keeper, other)


def test_keep_mine_keeps_both(bridge: Local) -> None:
    """The person asked for a swap says no; nothing changes, and the asker hears it without a reason."""
    weekly(bridge)
    bridge.until("Wed 09:30")
    keeper, other = keepers(bridge)
    bridge.presses(keeper, "Swap", "@")
    bridge.submits(keeper, other="plan.2026-03-12 timekeeper")
    bridge.presses(other, "Keep mine", "@")
    assert keepers(bridge) == (keeper, other)
    assert bridge.direct(keeper)[-1].text() == "Swap turns? Both turns stay as they were."


def test_a_holder_who_leaves_is_replaced_within_five_minutes(bridge: Local) -> None:
    """The proposed person leaves; the replacement gets the only new message, within the same minute."""
    weekly(bridge)
    bridge.until("Wed 10:00")
    gone = asked(bridge)["Note-taker"]
    before = {name: len(bridge.direct(name)) for name in SIX}
    bridge.leaves(gone)
    bridge.passes("5 min")
    new = asked(bridge)["Note-taker"]
    assert new != gone
    after = {name: len(bridge.direct(name)) for name in SIX if name != gone}
    assert {name for name in after if after[name] > before[name]} == {new}
    assert "Note-taker on Thu 5 Mar?" in bridge.direct(new)[-1].text()


def test_a_restart_repeats_nothing(bridge: Local) -> None:
    """Stopped over the moment of the proposals and back: each goes once, before the session starts."""
    weekly(bridge)
    bridge.until("Wed 08:50")
    bridge.stops()
    bridge.until("Wed 11:10")
    bridge.starts()
    assert sorted(len(bridge.direct(name)) for name in SIX) == [0, 0, 0, 1, 1, 1]
    bridge.stops()
    bridge.starts()
    bridge.passes("1 h")
    assert sorted(len(bridge.direct(name)) for name in SIX) == [0, 0, 0, 1, 1, 1]


def test_three_people_with_three_roles() -> None:
    """Three people and three roles: each has one each week, never the same twice running."""
    bridge = team("Lena", "Tomas", "Ines")
    seen = []
    for _ in range(6):
        bridge.until("Wed 09:00")
        seen.append(asked(bridge))
        assert sorted(seen[-1].values()) == ["Ines", "Lena", "Tomas"]
        bridge.until("Thu 16:30")
    assert all(a[role] != b[role] for a, b in pairwise(seen) for role in a)


def test_two_people_double_and_it_is_said() -> None:
    """Two people and three roles: one has two, and the card says so openly."""
    bridge = team("Lena", "Tomas")
    bridge.until("Wed 09:00")
    roles = asked(bridge)
    assert set(roles.values()) == {"Lena", "Tomas"}
    double = max(set(roles.values()), key=list(roles.values()).count)
    said = " ".join(message.text() for message in bridge.direct(double))
    assert "there are fewer people than roles this time" in said


def test_a_standing_opt_out_needs_no_reason(bridge: Local) -> None:
    """S4: Arun would rather not host; he is never asked to, and nobody sees a difference."""
    weekly(bridge)
    assert bridge.types("Arun", "roles avoid") == "form: Rather not"
    assert "I won't propose Host to you. Nobody is told." in bridge.submits("Arun", roles=("facilitator",))
    for _ in range(8):
        bridge.until("Wed 09:00")
        assert asked(bridge)["Host"] != "Arun"
        bridge.until("Thu 16:30")
    card = bridge.types("Tomas", "roles")
    assert "Arun: Host 0, Timekeeper" in card
    assert "5 of 6 have hosted." in card


def test_where_no_role_comes_in_turn_there_is_nothing_to_avoid(bridge: Local) -> None:
    """With all roles off, `roles avoid` is answered in words; no empty list is shown."""
    bridge.types("Lena", "roles setup")
    bridge.submits("Lena", on=())
    assert "No role comes in turn here at the moment" in bridge.types("Arun", "roles avoid")


def test_a_newcomer_watches_two_sessions(bridge: Local) -> None:
    """S4: Nora joins; she watches two sessions, then starts at the median."""
    weekly(bridge)
    for _ in range(3):
        bridge.until("Thu 16:30")
    bridge.joins("Nora")
    assert "Nora watches 2 sessions first" in bridge.types("Lena", "roles")
    for _ in range(2):
        bridge.until("Wed 09:00")
        assert "Nora" not in asked(bridge).values()
        bridge.until("Thu 16:30")
    assert "Nora watches" not in bridge.types("Lena", "roles")
    seen = []
    for _ in range(3):
        bridge.until("Wed 09:00")
        seen += [name for name in asked(bridge).values() if name == "Nora"]
        bridge.until("Thu 16:30")
    assert 1 <= len(seen) <= 3


def test_three_weeks_away_bring_no_debt(bridge: Local) -> None:
    """S4: Maya is away for three weeks; back, she is asked no more often than the others."""
    weekly(bridge)
    for _ in range(3):
        bridge.until("Thu 16:30")
    bridge.types("Maya", "away until 10 Apr")
    for _ in range(3):
        bridge.until("Wed 09:00")
        assert "Maya" not in asked(bridge).values()
        bridge.until("Thu 16:30")
    turns = []
    for _ in range(6):
        bridge.until("Wed 09:00")
        turns += list(asked(bridge).values())
        bridge.until("Thu 16:30")
    assert 2 <= turns.count("Maya") <= 4


def test_roles_for_now(bridge: Local) -> None:
    """Roles drawn on demand stand in the channel at once, count, and Not this time draws somebody else."""
    weekly(bridge)
    bridge.types("Tomas", "roles draw")
    assert bridge.card().startswith("Roles for now. Host: ")
    host = bridge.card().split("Host: ")[1].split(".")[0]
    bridge.presses(host, "Not this time", "bridge")
    assert f"Host: {host}" not in bridge.card()
    assert len(bridge.in_channel()) == 1
    bridge.passes("2 h")
    assert "1 of 6 has hosted." in bridge.types("Tomas", "roles")
    assert bridge.in_channel()[-1].labels() == []


def test_an_unknown_role_is_refused_with_what_there_is(bridge: Local) -> None:
    """A role nobody knows is repeated, with those that exist; nothing is drawn."""
    weekly(bridge)
    told = bridge.types("Tomas", "roles draw dancer")
    assert 'I don\'t know the role "dancer". There are: ' in told
    assert not bridge.in_channel()


def test_somebody_is_missing_and_nobody_is_named(bridge: Local) -> None:
    """The first tap takes an open role; the second is told kindly; the one expected is not named."""
    weekly(bridge)
    bridge.until("Thu 15:03")
    line = bridge.types("Lena", "roles").split("Now: ")[1]
    keeper = line.split("Note-taker ")[1].split(".")[0]
    others = [name for name in SIX if name != keeper][:2]
    bridge.types(others[0], "roles")
    bridge.presses(others[0], "Somebody is missing", "private")
    assert "The first tap has it." in bridge.presses(others[0], "Note-taker", "private")
    assert len(bridge.in_channel()) == 1
    (offer,) = bridge.in_thread()
    assert offer.text().startswith("Who takes the notes today?")
    assert keeper not in offer.text()
    bridge.presses(others[0], "I'll do it", "bridge")
    assert f"{others[0]} takes the notes today. Thank you, {others[0]}." in bridge.in_thread()[-1].text()
    assert bridge.in_thread()[-1].labels() == []
    bridge.until("Thu 16:00")
    assert f"Note-taker {others[0]}" in bridge.types("Lena", "roles history")


def test_a_guide_has_its_roles_drawn_asked_and_counted(bridge: Local) -> None:
    """A planned session: three are drawn and asked a day before, the bare command says it, the end counts it."""
    bridge.types("Ines", "session plan learning-hour thu 15:00 handover")
    bridge.until("Wed 09:01")
    roles = asked(bridge)
    assert sorted(name for name in SIX if bridge.direct(name)) == sorted(roles.values())
    keeper = roles["Timekeeper"]
    assert "You keep time." in bridge.types(keeper, "")
    assert "Next: Handover" in bridge.types(keeper, "")
    bridge.until("Thu 15:00")
    for name in SIX:
        bridge.presses(name, "I'm here")
    bridge.presses(roles["Host"], "Start")
    assert f"Host {roles['Host']}" in bridge.types("Lena", "roles").split("Now: Handover.")[1]
    while "Done: " not in bridge.card():
        labels = bridge.in_channel()[-1].labels()
        bridge.presses(roles["Host"], next(one for one in ("Done", "Next", "End") if one in labels), "bridge")
        bridge.passes("3 min")
    history = bridge.types("Lena", "roles history")
    assert f"Host {roles['Host']}, Timekeeper {keeper}, Note-taker {roles['Note-taker']}" in history


def test_two_sessions_at_the_same_hour_share_nobody(bridge: Local) -> None:
    """Two people plan a guide at the same hour: of six nobody has a role in both, though some are owed one."""
    weekly(bridge, "1", "10:00")
    for person in ("Divya", "Maya"):
        bridge.types(person, "away until 14 Mar")
    for person in ("Lena", "Tomas"):
        bridge.types(person, "roles avoid facilitator")
    for _ in range(3):
        bridge.until("Tue 11:30")
    before = {name: len(bridge.direct(name)) for name in SIX}
    bridge.types("Ines", "session plan learning-hour thu 15:00 handover")
    bridge.types("Tomas", "session plan learning-hour thu 15:15 tests")
    bridge.until("Wed 10:00")
    new = {name: bridge.direct(name)[before[name] :] for name in SIX}
    assert {name: len(found) for name, found in new.items()} == dict.fromkeys(SIX, 1)
    titles = [found[0].text().split(" on ")[0] for found in new.values()]
    assert sorted(titles) == ["Host", "Host", "Note-taker", "Note-taker", "Timekeeper", "Timekeeper"]


def test_a_dropped_session_costs_nobody_a_turn(bridge: Local) -> None:
    """Dropped after the proposals went: the cards say so, and the draft starts where it was."""
    bridge.types("Ines", "session plan learning-hour tue 15:00 handover")
    bridge.until("Mon 09:01")
    roles = asked(bridge)
    bridge.presses("Ines", "Drop it")
    for name in roles.values():
        assert "This session does not take place" in bridge.direct(name)[0].text()
    assert "Nothing is planned." in bridge.types("Lena", "roles")
    assert (
        bridge.types("Lena", "roles history")
        == "Roles so far. Nobody has had a role yet. The first session changes that."
    )


def test_a_call_of_the_calendar_says_who_has_which_role_and_fills_a_gap(bridge: Local) -> None:
    """As the call begins the channel sees the roles; its host is missing: the thread is asked, nobody named."""
    weekly(bridge)
    bridge.until("Thu 14:59")
    roles = asked(bridge)
    assert not bridge.in_channel()
    bridge.until("Thu 15:02")
    card = bridge.card()
    assert card.startswith("Weekly call, until 16:00.")
    assert all(f"{role}: {name}" in card for role, name in roles.items())
    first, second = [name for name in SIX if name not in roles.values()][:2]
    assert "Which role is needed?" in bridge.presses(first, "Somebody is missing", "bridge")
    assert "The first tap has it." in bridge.presses(first, "Host", "private")
    (offer,) = bridge.in_thread()
    assert offer.text().startswith("Who hosts today?")
    assert roles["Host"] not in offer.text()
    bridge.presses(first, "I'll do it", "bridge")
    assert f"{first} hosts today. Thank you, {first}." in bridge.in_thread()[-1].text()
    assert len(bridge.in_channel()) == 1
    assert f"Host: {first}" in bridge.card()
    assert second not in bridge.in_thread()[-1].text()
    bridge.until("Thu 16:01")
    assert "Roles of an earlier session." in bridge.card(0)
    assert "Somebody is missing" not in bridge.in_channel()[0].labels()
    history = bridge.types(second, "roles history")
    assert f"Host {first}" in history


def test_the_host_hears_of_a_newcomer_who_watches(bridge: Local) -> None:
    """Somebody new watches two calls; the host knows it a day before, and again ten minutes before."""
    weekly(bridge)
    bridge.until("Thu 16:30")
    bridge.joins("Nora")
    bridge.until("Wed 09:30")
    host = asked(bridge)["Host"]
    line = "Nora is new here and watches this time. Say hello, and show what you do."
    assert line in bridge.direct(host)[-1].text()
    assert sum(line in m.text() for name in SIX for m in bridge.direct(name)) == 1
    bridge.until("Thu 14:51")
    assert line in bridge.private(host)[-1].text()
    bridge.until("Thu 16:30")
    bridge.until("Wed 09:30")
    assert line in bridge.direct(asked(bridge)["Host"])[-1].text()
    bridge.until("Thu 16:30")
    bridge.until("Wed 09:30")
    assert line not in bridge.direct(asked(bridge)["Host"])[-1].text()
