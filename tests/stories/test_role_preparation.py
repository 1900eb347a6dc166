"""Preparing a turn, roles of a team's own, and passing on who looks after it."""

from __future__ import annotations

import pytest

from tests.stories.test_roles import SIX, asked, library, weekly
from tests.story import BERLIN, Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-02 08:00"), people=dict.fromkeys(SIX, BERLIN), content=library())


def test_the_host_prepares_and_plays_it_through(bridge: Local) -> None:
    """Eight points ticked for oneself, a dry run with the real buttons; nothing reaches anybody else."""
    weekly(bridge)
    bridge.until("Wed 09:30")
    host = asked(bridge)["Host"]
    said = sum(len(bridge.direct(name)) for name in SIX)
    assert bridge.types(host, "prepare") == "form: Prepare"
    told = bridge.submits(host, done=("aim", "guide"))
    assert "Still open: The other roles" in told
    assert "Opening, 5 minutes" in bridge.presses(host, "Dry run", "private")
    assert "The talk" in bridge.presses(host, "Next", "private")
    more = bridge.presses(host, "+5 min", "private")
    assert "five more minutes" in more
    assert "Dry run, 2 of 3." in more  # the page is still there, and so is the way on
    assert "Closing, 5 minutes" in bridge.presses(host, "Next", "private")
    assert "That was the dry run" in bridge.presses(host, "Next", "private")
    assert not bridge.in_channel()
    assert sum(len(bridge.direct(name)) for name in SIX) == said


def test_a_guide_is_played_through_as_it_is(bridge: Local) -> None:
    """The dry run of a planned guide shows that guide's own steps."""
    bridge.types("Ines", "session plan learning-hour thu 15:00 handover")
    bridge.until("Wed 09:30")
    host = asked(bridge)["Host"]
    bridge.presses(host, "Accept", "@")
    card = bridge.presses(host, "My card", "@")
    assert "The first time, one thing after the other: 1. Read the guide" in card
    assert "Today's focus: " in card
    page = bridge.presses(host, "Dry run", "private")
    assert "Dry run, 1 of 4." in page


def test_who_has_nothing_to_prepare_is_told_so(bridge: Local) -> None:
    """Without a turn there is nothing to prepare, and the way to see all roles is named."""
    assert "You have no role coming up, so there is nothing to prepare." in bridge.types("Tomas", "prepare")


def test_ten_minutes_before_each_holder_sees_their_card(bridge: Local) -> None:
    """The role card comes when it counts, seen by that person alone."""
    weekly(bridge)
    bridge.until("Thu 14:49")
    roles = asked(bridge)
    starts = {"Host": "You host", "Timekeeper": "You keep time", "Note-taker": "You take the notes"}
    before = {name: len(bridge.private(name)) for name in SIX}
    bridge.until("Thu 14:51")
    for role, name in roles.items():
        card = bridge.private(name)[-1].text()
        assert card.startswith(starts[role])
        assert "Only you see this." in card
    assert [name for name in SIX if len(bridge.private(name)) > before[name]] == [n for n in SIX if n in roles.values()]


def test_a_host_gets_company(bridge: Local) -> None:
    """Who hosts for the first time may ask for somebody who has hosted; that person may say no without a trace."""
    weekly(bridge)
    for _ in range(2):
        bridge.until("Thu 16:30")
    bridge.until("Wed 09:30")
    host = asked(bridge)["Host"]
    before = {name: len(bridge.direct(name)) for name in SIX}
    bridge.presses(host, "Accept", "@")
    bridge.presses(host, "My card", "@")
    assert "I ask somebody who has hosted before." in bridge.presses(host, "I'd like a co-host", "private")
    companion = next(name for name in SIX if len(bridge.direct(name)) > before[name])
    assert f"{host} hosts and would like company." in bridge.direct(companion)[-1].text()
    bridge.presses(companion, "Gladly", "@", twice=True)
    assert f"{companion} is with you." in bridge.direct(host)[-1].text()
    assert len(bridge.direct(host)) == before[host] + 1


def test_a_role_of_its_own_rotates(bridge: Local) -> None:
    """A team adds a role, and it is drawn like the others from then on."""
    weekly(bridge)
    assert "Whoever looks after #bridge can do this. Nothing changed." in bridge.types("Tomas", "roles add")
    assert bridge.types("Lena", "roles add") == "form: A role of your own"
    told = bridge.submits("Lena", title="Tea maker", duties="Brings the tea.\nAsks who takes milk.", rotates="session")
    assert "Tea maker, each session. It is in use from now on." in told
    bridge.until("Wed 09:30")
    assert set(asked(bridge)) == {"Host", "Timekeeper", "Note-taker", "Tea maker"}
    assert len(set(asked(bridge).values())) == 4


def test_roles_are_switched_on_and_off(bridge: Local) -> None:
    """The owner ticks what is used; the rotation follows at once."""
    weekly(bridge)
    assert bridge.types("Lena", "roles setup") == "form: Roles"
    told = bridge.submits("Lena", on=("facilitator", "process_observer"))
    assert "Each session: Host, Observer." in told
    assert set(asked(bridge)) == {"Host", "Observer"}


def test_a_volunteer_moves_up(bridge: Local) -> None:
    """I would like to host brings the turn sooner, once, and never before somebody who never had the chance."""
    weekly(bridge)
    for _ in range(6):
        bridge.until("Thu 16:30")
    last = asked(bridge)["Host"]
    wishing = next(name for name in SIX if name != last and name not in asked(bridge).values())
    assert "you would like to be Host" in bridge.types(wishing, "roles volunteer")
    seen = []
    for _ in range(3):
        bridge.until("Wed 09:30")
        seen.append(asked(bridge)["Host"])
        bridge.until("Thu 16:30")
    assert wishing in seen


def test_looking_after_the_team_is_handed_over(bridge: Local) -> None:
    """Both see the same pack and say yes; until then nothing changes."""
    weekly(bridge)
    bridge.types("Lena", "checkin schedule")
    bridge.submits("Lena", days=("1",), at="09:30", asks="wins")
    bridge.presses("Lena", "Save")
    bridge.types("Lena", "pulse start psych-safety")
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-30")
    bridge.types("Lena", "checkin goal one page for each handover")
    told = bridge.types("Lena", "handover Ines")
    assert "6 people take part" in told
    assert "Goal: one page for each handover." in told
    assert "charter" not in told
    assert "Weekly call: Every Thursday at 15:00." in told
    assert "Check-in: Every Tuesday at 09:30, in each person's own time." in told
    assert "Survey: Safe to speak, open until " in told
    assert "1 action is open." in told
    assert "Roles in use: Host, Timekeeper, Note-taker." in told
    assert "Answers with names are kept 180 days, single survey answers 30 days." in told
    assert "Weekly call" in bridge.types("Tomas", "rhythm")
    bridge.types("Lena", "handover Ines")
    bridge.presses("Lena", "Yes, hand over")
    assert "Whoever looks after" in bridge.types("Ines", "roles setup")
    bridge.until("09:30")
    bridge.presses("Ines", "Yes, I'll do it", "@")
    assert "Ines looks after #bridge now." in bridge.direct("Lena")[-1].text()
    assert bridge.types("Ines", "roles setup") == "form: Roles"
    assert "Whoever looks after" in bridge.types("Lena", "roles setup")


def test_a_handover_can_be_declined(bridge: Local) -> None:
    """No leaves everything as it was."""
    bridge.types("Lena", "handover Ines")
    bridge.until("09:30")
    bridge.presses("Ines", "No, leave it", "@")
    assert "Nothing changed." in bridge.direct("Lena")[-1].text()
    assert bridge.types("Lena", "roles setup") == "form: Roles"


def test_a_team_without_an_owner_is_asked(bridge: Local) -> None:
    """The owner leaves; the team is asked, the first tap has it, the second is told kindly."""
    bridge.leaves("Lena")
    assert bridge.card().startswith("Who looks after #bridge?")
    bridge.presses("Tomas", "I'll do it", "bridge")
    assert "Tomas does. Thank you, Tomas." in bridge.card()
    assert bridge.types("Tomas", "roles setup") == "form: Roles"


def test_a_coach_is_named_by_the_owner(bridge: Local) -> None:
    """A role that does not rotate is given by hand, and shown to everybody."""
    assert bridge.types("Lena", "coach Divya") == "Coach: Divya."
    assert "Coach: Divya." in bridge.types("Tomas", "roles")
    assert "Write the role and the name" in bridge.types("Lena", "roles set archivist Nobody-Known")


def test_a_role_of_its_own_is_changed_switched_off_and_taken_out(bridge: Local) -> None:
    """Title, duties and rhythm can be changed; off it is not drawn; out, its history keeps the name."""
    weekly(bridge)
    assert bridge.types("Lena", "roles edit") == "form: A role of your own"  # there is none yet: a first one
    bridge.submits("Lena", title="Tea maker", duties="Brings the tea.")
    assert bridge.presses("Lena", "Change") == "form: A role of your own"
    told = bridge.submits("Lena", title="Host of the tea", duties="Brings tea.\nAsks who takes milk.")
    assert "Role changed. Host of the tea, each session. It is in use." in told
    bridge.until("Thu 16:30")
    assert bridge.types("Lena", "roles edit tea maker").startswith('I don\'t know the role "tea maker"')
    assert bridge.types("Lena", "roles edit host of the tea") == "form: A role of your own"
    assert "It is switched off for now." in bridge.submits("Lena", use="off")
    bridge.until("Wed 09:30")
    assert "Host of the tea" not in asked(bridge)
    bridge.types("Lena", "roles edit")
    assert "It is in use." in bridge.submits("Lena", use="on")
    assert "Host of the tea" in asked(bridge)
    bridge.types("Lena", "roles edit")
    assert "Nobody is asked for Host of the tea any more." in bridge.submits("Lena", use="out")
    assert "Host of the tea" not in asked(bridge)
    assert "Host of the tea " in bridge.types("Tomas", "roles history")
    assert bridge.types("Lena", "roles edit") == "form: A role of your own"  # the next one would be a new one


def test_what_comes_with_the_bot_keeps_its_duties(bridge: Local) -> None:
    """A shipped role is not rewritten; the ways to switch it and to set its rhythm are named."""
    bridge.types("Lena", "roles add")
    bridge.submits("Lena", title="Tea maker", duties="Brings the tea.")
    assert "Timekeeper comes with me, so its duties stay." in bridge.types("Lena", "roles edit timekeeper")
    bridge.types("Lena", "roles add")
    assert "There is a role called tea MAKER already." in bridge.submits("Lena", title="tea MAKER", duties="Tea.")


def test_one_date_of_the_calendar_is_left_out(bridge: Local) -> None:
    """Skipped, nobody keeps a turn for it and nobody is counted; taken back, it is a turn again."""
    assert "There are no turns by the calendar." in bridge.types("Lena", "roles skip")
    weekly(bridge)
    assert "Whoever looks after #bridge can do this." in bridge.types("Tomas", "roles skip")
    bridge.until("Wed 10:00")
    first = asked(bridge)
    told = bridge.types("Lena", "roles skip")
    assert "Left out: Thu 5 Mar." in told
    assert "Next: Thu 12 Mar 15:00." in told
    for name in first.values():
        assert "This session does not take place." in bridge.direct(name)[-1].text()
    assert "Next: Weekly call, Thu 12 Mar 15:00." in bridge.types("Tomas", "roles")
    bridge.until("Fri 09:00")
    assert "0 of 6 have hosted" in bridge.types("Tomas", "roles")
    assert "There is no turn on that day." in bridge.types("Lena", "roles skip 13 Mar")
    assert "Left out: Thu 19 Mar." in bridge.types("Lena", "roles skip 19 Mar")
    assert "Thu 19 Mar" not in bridge.types("Tomas", "roles")
    bridge.types("Lena", "roles skip 26 Mar")
    assert "Thu 26 Mar 15:00 is a turn again." in bridge.presses("Lena", "Take it back")
    assert "Thu 26 Mar" in bridge.types("Tomas", "roles")


def test_the_coach_hears_on_monday_of_what_lies_about(bridge: Local) -> None:
    """One message a week, only if there is something; things are named, people are not; a new coach hears next week."""
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-04")
    bridge.types("Ines", "park who is on call")
    bridge.types("Lena", "coach Divya")
    bridge.until("Fri 12:00")
    assert not bridge.direct("Divya")
    bridge.until("Mon 09:30")
    (told,) = bridge.direct("Divya")
    assert "1 thing to do is past its day: ask IT about access." in told.text()
    assert "1 topic is parked since last week: who is on call." in told.text()
    assert "You coach #bridge." in told.text()
    assert "Tomas" not in told.text()
    bridge.presses("Tomas", "Done", "@")
    bridge.until("Tue 09:30")
    bridge.until("Mon 09:30")
    assert "past its day" not in bridge.direct("Divya")[-1].text()
    assert len(bridge.direct("Divya")) == 2


def test_a_coach_with_nothing_to_do_hears_nothing(bridge: Local) -> None:
    """Weeks in which nothing lies about bring no message."""
    bridge.types("Lena", "coach Divya")
    bridge.passes("21 days")
    assert not bridge.direct("Divya")
