"""A written check-in, as a team lives through it: scenario S1, steps 2 to 4 of S12, and what goes wrong around them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.kernel.content import Library
from bot.library.load import load
from tests.story import Local, berlin

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture(scope="session")
def library() -> Library:
    return load(PROMPTS)[0]


@pytest.fixture
def bridge(library: Library) -> Local:
    return Local(berlin("2026-06-16 15:30"), content=library)


def scheduled(stage: Local, **more: str | tuple[str, ...]) -> str:
    """Lena schedules Tuesdays at 09:30, in each person's morning, about wins; saved after the preview."""
    assert stage.types("Lena", "checkin schedule") == "form: Check-in"
    values: dict[str, str | tuple[str, ...]] = {"days": ("1",), "at": "09:30", "asks": "wins"}
    shown = stage.submits("Lena", **(values | more))
    assert "Nothing is saved yet." in shown
    assert "Saved" in stage.presses("Lena", "Save", "private")
    return shown


def answer(stage: Local, person: str, words: str, place: str = "bridge") -> str:
    assert stage.presses(person, "Answer", place) == "form: Check-in"
    return stage.submits(person, a0=words)


def prompts(stage: Local, person: str) -> list[datetime]:
    """When this person was written to, check-ins only."""
    return [m.at for m in stage.direct(person) if m.kind in ("prompt", "reminder") and m.at]


def facts(stage: Local, kind: str) -> list[str]:
    with stage.connections.transaction() as db:
        return [row[0] for row in db.rows("SELECT fact FROM kept WHERE kind = :k ORDER BY key", {"k": kind})]


def test_scenario_one(library: Library) -> None:
    """S1: three zones, one closing time, a changed answer, a pass, a later answer; nobody missing is named."""
    bridge = Local(berlin("2026-06-15 10:00"), content=library)
    bridge.types("Arun", "away until Friday")
    assert "Next: Tue 16 Jun, Tue 23 Jun, Tue 30 Jun, Tue 7 Jul" in scheduled(bridge)

    bridge.until("Tue 09:30")
    assert "hidden until 21:30" in bridge.card()
    assert prompts(bridge, "Tomas") == [berlin("2026-06-16 09:30")]
    assert "Hidden until 21:30, then everyone in #bridge can read it." in bridge.direct("Tomas")[0].text()
    assert "You are in the weekly check-in of #bridge." in bridge.direct("Tomas")[0].text()
    assert prompts(bridge, "Divya") == [datetime(2026, 6, 16, 4, 0, tzinfo=UTC)]
    answer(bridge, "Tomas", "First thought.", "@")
    answer(bridge, "Lena", "The import ran on the first try.", "@")
    bridge.passes("10 s")
    assert "2 answers so far, hidden until 21:30." in bridge.card()
    bridge.until("Tue 11:00")
    assert bridge.presses("Tomas", "Change it", "@") == "form: Check-in"
    assert bridge.form("Tomas").fields[0].value == "First thought."  # type: ignore[union-attr]
    bridge.submits("Tomas", a0="Support found the bug before I did.")
    assert bridge.presses("Divya", "Answer", "@") == "form: Check-in"
    form = bridge.form("Divya")
    bridge.submits("Divya", a0="The long meeting became a page of text.")
    bridge._forms["Divya"] = form
    bridge.submits("Divya", a0="The long meeting became a page of text.")  # the second click
    answer(bridge, "Ines", "Two people asked to shadow the handover.", "bridge")
    bridge.until("Tue 15:31")
    assert "counts as taking part" in bridge.presses("Jo", "Pass", "@")
    bridge.until("Tue 21:29")
    assert "Support found the bug" not in bridge.everything()
    assert "4 answers so far" in bridge.card()

    bridge.until("Tue 21:31")
    card = bridge.card(0)
    assert "4 answers." in card
    for line in (
        "Tomas: Support found the bug before I did.",
        "Lena: The import ran on the first try.",
        "Ines: Two people asked to shadow the handover.",
        "Divya: The long meeting became a page of text.",
    ):
        assert line in card
        assert sum(line in reply.text() for reply in bridge.in_thread()) == 1
    assert "add yours until Wed 21:30" in card
    assert len(bridge.in_channel()) == 1  # the pointer waits for the team's hours

    bridge.until("Tue 23:00")
    bridge.presses("Sam", "Add mine", "bridge")
    assert "Added, marked later. Everyone in #bridge can read it." in bridge.submits(
        "Sam", a0="We closed the oldest ticket."
    )
    bridge.passes("10 s")
    assert "Sam (later): We closed the oldest ticket." in bridge.card(0)
    bridge.until("Wed 09:01")
    assert len(bridge.in_channel()) == 2
    assert "Yesterday's check-in is in." in bridge.card()
    assert "4 answers." in bridge.card()
    bridge.until("Wed 21:31")

    everything = bridge.everything().lower()
    assert "maya" not in everything
    assert "jo " not in everything
    assert "of 7" not in everything
    reminders = {name: len([m for m in bridge.direct(name) if m.kind == "reminder"]) for name in bridge.people}
    assert reminders == dict.fromkeys(bridge.people, 0) | {"Maya": 1, "Sam": 1}
    assert not prompts(bridge, "Arun")
    (went,) = facts(bridge, "checkin")
    assert '"expected": 7, "responded": 6, "before_close": 5, "answers": 5' in went
    assert '"edited": true' in "".join(facts(bridge, "checkin_answer"))
    assert "First thought" not in "".join(facts(bridge, "checkin_answer"))


def test_scenario_one_over_the_clock_change(library: Library) -> None:
    """S1 on 24 and 31 March: the wall clock holds while Berlin changes its clock between the two."""
    bridge = Local(berlin("2026-03-23 10:00"), content=library)
    scheduled(bridge)
    bridge.until(berlin("2026-04-01 12:00"))
    asked = {
        name: [at for at in prompts(bridge, name) if at.minute in (0, 30) and at.hour < 14] for name in bridge.people
    }
    first = {name: [m.at for m in bridge.direct(name) if m.kind == "prompt"] for name in bridge.people}
    assert first["Lena"] == [datetime(2026, 3, 24, 8, 30, tzinfo=UTC), datetime(2026, 3, 31, 7, 30, tzinfo=UTC)]
    assert first["Divya"] == [datetime(2026, 3, 24, 4, 0, tzinfo=UTC), datetime(2026, 3, 31, 4, 0, tzinfo=UTC)]
    assert first["Maya"] == [datetime(2026, 3, 24, 13, 30, tzinfo=UTC), datetime(2026, 3, 31, 13, 30, tzinfo=UTC)]
    assert asked


def test_asked_on_the_spot(bridge: Local) -> None:
    """One question, asked now: a card, a direct message each but for who asks, answers together at the close."""
    assert "Asked." in bridge.types("Tomas", "checkin now What helped you today?")
    assert "Check-in: what helped you today?" in bridge.card()
    answer(bridge, "Lena", "A quiet hour.")
    answer(bridge, "Maya", "The import ran on the first try.", "@")
    bridge.passes("10 s")
    assert "2 answers so far, hidden until" in bridge.card()
    assert "quiet hour" not in bridge.everything()
    assert not bridge.direct("Tomas")
    bridge.passes("23 h")
    assert "Lena: A quiet hour." in bridge.card(0)
    assert "check-in is in" in bridge.card(1)


def test_who_asked_closes_early(bridge: Local) -> None:
    """Whoever asked, or looks after the team, can close before the time; others are told so."""
    bridge.types("Tomas", "checkin now What helped you today?")
    answer(bridge, "Lena", "A quiet hour.")
    bridge.types("Ines", "checkin")
    assert "Nothing changed" in bridge.presses("Ines", "Close now", "private")
    bridge.types("Tomas", "checkin")
    assert "Closed." in bridge.presses("Tomas", "Close now", "private")
    assert "Lena: A quiet hour." in bridge.card(0)


def test_delete_works_at_any_time(bridge: Local) -> None:
    """P56: an answer goes before the close, after it and when it is filed; the bot's own posts are edited."""
    bridge.types("Tomas", "checkin now What helped you today?")
    answer(bridge, "Lena", "A quiet hour.")
    answer(bridge, "Ines", "A walk.")
    answer(bridge, "Maya", "A call.")
    bridge.types("Ines", "checkin mine")
    assert "Deleted." in bridge.presses("Ines", "Delete this", "private")
    bridge.passes("23 h")
    assert "A walk" not in "".join(m.text() for m in bridge.in_channel() + bridge.in_thread())
    bridge.types("Lena", "checkin mine")
    assert "Deleted." in bridge.presses("Lena", "Delete this", "private")
    bridge.passes("10 s")
    assert "quiet hour" not in "".join(m.text() for m in bridge.in_channel() + bridge.in_thread())
    bridge.passes("30 h")
    bridge.types("Maya", "checkin mine")
    bridge.presses("Maya", "Delete this", "private")
    bridge.passes("10 s")
    assert "A call" not in "".join(m.text() for m in bridge.in_channel() + bridge.in_thread())
    assert not facts(bridge, "checkin_answer")


def test_forgetting_edits_what_was_said(bridge: Local) -> None:
    """Delete me takes the person's answers out of cards and threads, also of check-ins filed long ago."""
    bridge.types("Tomas", "checkin now What helped you today?")
    answer(bridge, "Lena", "A quiet hour.")
    answer(bridge, "Maya", "A call.")
    bridge.passes("3 days")
    bridge.types("Maya", "me delete")
    bridge.presses("Maya", "Delete everything")
    bridge.passes("5 min")
    shown = "".join(m.text() for m in bridge.in_channel() + bridge.in_thread())
    assert "A call" not in shown
    assert "A quiet hour" in shown
    with bridge.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM session WHERE person = 'maya' OR state LIKE '%maya%'") == (0,)


def test_one_zone_asks_in_the_channel(library: Library) -> None:
    """Where all share one zone the channel card asks, and the direct message is the reminder."""
    people = {"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin", "Ines": "Europe/Berlin"}
    bridge = Local(berlin("2026-06-15 10:00"), content=library, people=people)
    scheduled(bridge)
    bridge.until("Tue 09:31")
    assert len(bridge.in_channel()) == 1
    assert not bridge.direct("Tomas")
    answer(bridge, "Lena", "A quiet hour.")
    bridge.until("Tue 14:31")
    assert not bridge.direct("Lena")
    assert [m.kind for m in bridge.direct("Tomas")] == ["reminder"]
    assert "Open until 15:30" in bridge.direct("Tomas")[0].text()


def test_later_asks_once_more(bridge: Local) -> None:
    """Later says when it asks again; that is the one reminder."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-23 15:31"))
    told = bridge.presses("Maya", "Later", "@")
    assert told == "I will ask again at 14:30. That is the one reminder."
    bridge.until(berlin("2026-06-23 21:00"))
    assert [m.kind for m in bridge.direct("Maya")] == ["prompt", "reminder"]


def test_hold_for_the_team(bridge: Local) -> None:
    """Voice 32: any member holds today's question; owners are told that it is held, not by whom."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-23 11:00"))
    answer(bridge, "Ines", "A walk.")
    assert "Hold today's question?" in bridge.types("Divya", "checkin hold")
    assert "The next question comes on Tue 30 Jun" in bridge.presses("Divya", "Hold it", "private")
    assert "Check-in held" in bridge.card()
    bridge.until(berlin("2026-06-24 12:00"))
    assert not prompts(bridge, "Maya")
    words = "".join(m.text() for m in bridge.direct("Lena"))
    assert "Today's question is held" in words
    assert "Divya" not in words
    assert "A walk" not in "".join(m.text() for m in bridge.in_channel() + bridge.in_thread())


def test_skip_move_pause_and_resume(bridge: Local) -> None:
    """One date is left out, another moved once; a pause asks nothing until somebody resumes it."""
    scheduled(bridge)
    assert "The next question comes on Tue 30 Jun" in bridge.types("Lena", "checkin skip")
    bridge.presses("Lena", "Manage", "private")
    assert bridge.presses("Lena", "Move once", "private") == "form: Move once"
    assert "Thu 2 Jul" in bridge.submits("Lena", to="2026-07-02", at="10:00")
    bridge.until(berlin("2026-07-01 18:00"))
    assert not bridge.in_channel()
    bridge.until(berlin("2026-07-02 11:00"))
    assert len(bridge.in_channel()) == 1
    bridge.types("Lena", "checkin pause")
    bridge.until(berlin("2026-07-21 12:00"))
    posts = len(bridge.in_channel())
    assert posts <= 2
    bridge.presses("Lena", "Resume", "private")
    bridge.until(berlin("2026-07-28 12:00"))
    assert len(bridge.in_channel()) == posts + 1


def test_a_member_cannot_schedule(bridge: Local) -> None:
    """Schedules are for whoever looks after the team; others are told so, kindly."""
    assert "Whoever looks after #bridge can do this. Nothing changed." in bridge.types("Jo", "checkin schedule")


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"at": "02:30"}, "at", "between 00:00 and 05:00 is not allowed"),
        ({"at": "half nine"}, "at", "is not a time of day"),
        ({"days": ()}, "days", "at least one day"),
        ({"rhythm": "once", "once": "2026-06-01"}, "once", "has passed"),
        ({"rhythm": "monthly", "days": ("1", "2")}, "days", "one day of the week"),
        ({"asks": "own", "own": ""}, "own", "Write a question."),
        ({"asks": "own", "own": "x" * 300}, "own", "room for 280 characters"),
    ],
)
def test_a_schedule_that_cannot_be(
    bridge: Local, values: dict[str, str | tuple[str, ...]], field: str, says: str
) -> None:
    """What cannot be scheduled is said at its field, and nothing is lost."""
    bridge.types("Lena", "checkin schedule")
    bridge.submits("Lena", **values)
    assert says in bridge.errors[field]


def test_own_questions_of_several_kinds(bridge: Local) -> None:
    """Text, choice, scale, number and yes or no in one form; last time's figures stand in it the next time."""
    own = """What did you finish?
        How full is your plate? [room left | full | too full]
        How was it? [1-5]
        Hours? [number]
        Help wanted? [yes/no]"""
    scheduled(bridge, asks="own", own=own)
    bridge.until(berlin("2026-06-23 10:00"))
    bridge.presses("Ines", "Answer", "@")
    bridge.submits("Ines", a0="A page.", a1="nothing", a2="9", a3="many", a4="No")
    assert set(bridge.errors) == {"a1", "a2", "a3"}
    bridge.submits("Ines", a0="A page.", a1="full", a2="4", a3="7.5", a4="No")
    bridge.until(berlin("2026-06-23 21:31"))
    assert "Ines: A page." in bridge.card(0)
    assert "How full is your plate? full" in bridge.card(0)
    bridge.until(berlin("2026-06-30 10:00"))
    bridge.presses("Ines", "Answer", "@")
    assert [getattr(f, "value", "") for f in bridge.form("Ines").fields][:4] == ["", "full", "4", "7.5"]


def test_answering_ahead(bridge: Local) -> None:
    """Whoever answers before the day is counted on it and not asked."""
    scheduled(bridge)
    assert bridge.types("Sam", "checkin ahead") == "form: Answer ahead"
    assert "not asked" in bridge.submits("Sam", a0="I am on a train on Tuesday.")
    bridge.until(berlin("2026-06-23 21:31"))
    assert not prompts(bridge, "Sam")
    assert "Sam: I am on a train on Tuesday." in bridge.card(0)


def test_three_questions_without_a_press(bridge: Local) -> None:
    """After three ignored questions the bot stops asking that person, says so once, and starts again if wanted."""
    scheduled(bridge)
    bridge.until(berlin("2026-07-22 12:00"))
    assert len([m for m in bridge.direct("Maya") if m.kind == "prompt"]) == 3
    stopped = [m for m in bridge.direct("Maya") if "I stop asking you" in m.text()]
    assert len(stopped) == 1
    assert "Started again" in bridge.presses("Maya", "Start again", "@")
    bridge.until(berlin("2026-07-28 18:00"))
    assert len([m for m in bridge.direct("Maya") if m.kind == "prompt"]) == 4


def test_little_take_up_is_a_word_to_the_owner(bridge: Local) -> None:
    """Three check-ins in a row below 40 % make one private word to who looks after the team, no reminders."""
    scheduled(bridge)
    bridge.until(berlin("2026-07-10 12:00"))
    assert sum("Fewer answers lately" in m.text() for m in bridge.direct("Lena")) == 1
    assert all(
        "Fewer answers lately" not in m.text() for name in bridge.people if name != "Lena" for m in bridge.direct(name)
    )


def test_a_hand_is_offered(bridge: Local) -> None:
    """P08: a request appears with the answers; the first who can help is named to who asked."""
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.presses("Ines", "Answer", "bridge")
    bridge.submits("Ines", a0="A walk.", hand="the access list")
    bridge.passes("22 h")
    assert any("Ines could use a hand with: the access list" in m.text() for m in bridge.in_thread())
    assert "Write to each other" in bridge.presses("Sam", "I can help", "bridge")
    bridge.passes("1 day")
    assert any("Sam can help you" in m.text() for m in bridge.direct("Ines"))


def test_revealed_at_once(bridge: Local) -> None:
    """Where answers are not hidden they stand in the thread as they come, and a change edits them there."""
    bridge.types("Tomas", "checkin now")
    bridge.submits("Tomas", own="What helped you today?", reveal="at_once")
    answer(bridge, "Lena", "A quiet hour.")
    assert "Lena: A quiet hour." in bridge.in_thread()[-1].text()
    bridge.presses("Lena", "Answer", "bridge")
    bridge.submits("Lena", a0="Two quiet hours.")
    assert [m.text() for m in bridge.in_thread()] == ["Lena: Two quiet hours."]


def test_two_questions_of_one_day_come_in_one_message(bridge: Local) -> None:
    """Two check-ins on one morning make one direct message, which changes as each is answered."""
    scheduled(bridge)
    scheduled(bridge, asks="learned")
    bridge.until(berlin("2026-06-23 10:00"))
    (message,) = bridge.direct("Ines")
    assert message.text().startswith("2 things for you.")
    assert message.labels().count("Answer") == 2
    assert message.labels().count("Change or stop") == 1
    bridge.presses("Ines", "Pass", "@")
    (message,) = bridge.direct("Ines")
    assert message.labels().count("Answer") == 1
    assert message.labels().count("Answer after all") == 1


def test_what_was_held_back_is_explained(bridge: Local) -> None:
    """Whoever wants nothing unasked gets nothing, can still answer, and reads why."""
    bridge.types("Maya", "quiet")
    bridge.presses("Maya", "Stop all", "private")
    scheduled(bridge)
    bridge.until(berlin("2026-06-24 21:00"))
    assert not bridge.direct("Maya")


def test_a_big_team_is_paged(library: Library) -> None:
    """Forty answers: twelve on the card, pages in the thread instead of forty replies."""
    people = {"Lena": "Europe/Berlin"} | {f"P{n:02}": "Europe/Berlin" for n in range(40)}
    bridge = Local(berlin("2026-06-15 10:00"), content=library, people=people)
    bridge.types("Lena", "checkin now What helped you today?")
    for n in range(40):
        answer(bridge, f"P{n:02}", f"Word {n:02}.")
    bridge.passes("7 h")
    assert "40 answers." in bridge.card(0)
    assert "28 more are in the thread." in bridge.card(0)
    assert len(bridge.in_thread()) == 3
    assert sum(f"Word {n:02}." in "".join(m.text() for m in bridge.in_thread()) for n in range(40)) == 40
    assert "page 1 of 3" in bridge.presses("P01", "Read all", "bridge")


def test_scenario_twelve_the_outage(library: Library) -> None:
    """S12: the 09:30 question is more than 30 minutes late: left out, in the owner's log, nothing twice."""
    people = {"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin", "Ines": "Europe/Berlin"}
    bridge = Local(berlin("2026-06-15 10:00"), content=library, people=people)
    scheduled(bridge)
    bridge.until("Tue 08:50")
    bridge.stops()
    bridge.until("Tue 12:10")
    bridge.starts()
    bridge.passes("1 min")
    assert not bridge.in_channel()
    assert not any(bridge.direct(name) for name in people)
    assert "was left out: I was away at that time." in bridge.types("Lena", "checkin")
    assert "was left out" not in bridge.types("Tomas", "checkin")
    bridge.until(berlin("2026-06-23 09:31"))
    assert len(bridge.in_channel()) == 1


def test_a_short_outage_asks_all_the_same(library: Library) -> None:
    """Up to 30 minutes late the question is asked, once, also if the bot starts twice."""
    bridge = Local(
        berlin("2026-06-15 10:00"), content=library, people={"Lena": "Europe/Berlin", "Tomas": "Europe/Berlin"}
    )
    scheduled(bridge)
    bridge.until("Tue 09:20")
    bridge.stops()
    bridge.until("Tue 09:55")
    bridge.starts()
    bridge.starts()
    assert len(bridge.in_channel()) == 1
