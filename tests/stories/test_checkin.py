"""A written check-in, as a team lives through it: scenario S1, and what goes wrong around it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.kernel.cards import File
from bot.kernel.content import Library
from bot.library.load import load
from tests.story import Local, berlin

PROMPTS = Path(__file__).parents[2] / "prompts"


@cache
def library() -> Library:
    return load(PROMPTS)[0]


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-06-15 10:00"), content=library())


@pytest.fixture
def room() -> Local:
    """For what cannot be seen from outside: kinds of messages, forms that are open, rows."""
    return Local(berlin("2026-06-15 10:00"), content=library())


def scheduled(stage: Local, **more: str | tuple[str, ...]) -> str:
    """Lena schedules Tuesdays at 09:30, in each person's morning, about wins; saved after the preview."""
    assert stage.types("Lena", "checkin schedule") == "form: Check-in"
    values: dict[str, str | tuple[str, ...]] = {"days": ("1",), "at": "09:30", "asks": "wins"}
    shown = stage.submits("Lena", **(values | more))
    assert "Nothing is saved yet." in shown
    assert "Saved" in stage.presses("Lena", "Save")
    return shown


def answer(stage: Local, person: str, words: str, place: str = "bridge", label: str = "Answer") -> str:
    assert stage.presses(person, label, place) == "form: Check-in"
    return stage.submits(person, a0=words)


def shown(stage: Local) -> str:
    """All that everybody can read in the channel and its threads."""
    return "\n".join(m.text() for m in [*stage.in_channel(), *stage.in_thread()])


def facts(stage: Local, kind: str) -> str:
    with stage.connections.transaction() as db:
        return "\n".join(row[0] for row in db.rows("SELECT fact FROM kept WHERE kind = :k ORDER BY key", {"k": kind}))


def test_scenario_one(bridge: Local) -> None:
    """S1: three zones, one closing time, a changed answer, a pass, a later answer; nobody missing is named."""
    bridge.types("Arun", "away until Friday")
    assert "Next: Tue 16 Jun, Tue 23 Jun, Tue 30 Jun, Tue 7 Jul" in scheduled(bridge)

    bridge.until(berlin("2026-06-16 06:01"))
    assert "hidden until 21:30" in bridge.card()
    assert len(bridge.direct("Divya")) == 1
    bridge.until("09:29")
    assert not bridge.direct("Tomas")
    bridge.until("09:30")
    assert "Hidden until 21:30, then everyone in #bridge can read it." in bridge.direct("Tomas")[0].text()
    assert "You are in the weekly check-in of #bridge." in bridge.direct("Tomas")[0].text()
    answer(bridge, "Tomas", "First thought.", "@")
    answer(bridge, "Lena", "The import ran on the first try.", "@")
    bridge.passes("10 s")
    assert "2 answers so far, hidden until 21:30." in bridge.card()
    bridge.until("11:00")
    answer(bridge, "Tomas", "Support found the bug before I did.", "@", "Change it")
    answer(bridge, "Divya", "The long meeting became a page of text.", "@")
    answer(bridge, "Ines", "Two people asked to shadow the handover.", "bridge")
    bridge.until("15:29")
    assert not bridge.direct("Jo")
    bridge.until("15:31")
    bridge.presses("Jo", "Pass", "@", twice=True)
    assert "counts as taking part" in bridge.direct("Jo")[0].text()
    bridge.until("21:29")
    assert "Support found the bug" not in bridge.everything()
    assert "4 answers so far" in bridge.card()

    bridge.until("21:31")
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

    bridge.until("23:00")
    assert bridge.presses("Sam", "Add mine", "bridge") == "form: Check-in"
    assert "Added, marked later. Everyone in #bridge can read it." in bridge.submits("Sam", a0="The oldest ticket.")
    bridge.passes("10 s")
    assert "Sam (later): The oldest ticket." in bridge.card(0)
    bridge.until("09:01")
    assert len(bridge.in_channel()) == 2
    assert "Yesterday's check-in is in." in bridge.card()
    assert "4 answers." in bridge.card()
    bridge.until("21:31")

    everybody = shown(bridge)
    assert not any(word in everybody for word in ("Maya", "Jo", "Arun", "of 7", "First thought"))
    written_to = {name: len(bridge.direct(name)) for name in bridge.people}
    assert written_to == dict.fromkeys(bridge.people, 1) | {"Arun": 0, "Maya": 2, "Sam": 2}  # one reminder each
    assert '"expected": 7, "responded": 6, "before_close": 5, "answers": 5' in facts(bridge, "checkin")
    assert facts(bridge, "checkin_answer").count('"edited": true') == 1


def test_scenario_one_over_the_clock_change() -> None:
    """S1 on 24 and 31 March: the wall clock holds while Berlin changes its clock between the two."""
    room = Local(berlin("2026-03-23 10:00"), content=library())
    scheduled(room)
    room.until(berlin("2026-04-01 12:00"))
    asked = {name: [m.at for m in room.direct(name) if m.kind == "prompt"] for name in room.people}
    assert asked["Lena"] == [datetime(2026, 3, 24, 8, 30, tzinfo=UTC), datetime(2026, 3, 31, 7, 30, tzinfo=UTC)]
    assert asked["Divya"] == [datetime(2026, 3, 24, 4, 0, tzinfo=UTC), datetime(2026, 3, 31, 4, 0, tzinfo=UTC)]
    assert asked["Maya"] == [datetime(2026, 3, 24, 13, 30, tzinfo=UTC), datetime(2026, 3, 31, 13, 30, tzinfo=UTC)]


def test_asked_on_the_spot(bridge: Local) -> None:
    """One question, asked now: a card, a direct message each but for who asks, answers together at the close."""
    assert "Asked." in bridge.types("Tomas", "checkin now What helped you today?")
    assert "Check-in: what helped you today?" in bridge.card()
    answer(bridge, "Lena", "A quiet hour.")
    bridge.until("15:01")
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
    assert "Nothing changed" in bridge.presses("Ines", "Close now")
    bridge.types("Tomas", "checkin")
    assert "Closed." in bridge.presses("Tomas", "Close now")
    assert "Lena: A quiet hour." in bridge.card(0)


def test_delete_works_at_any_time(bridge: Local) -> None:
    """P56: an answer goes before the close, after it and when it is filed; the bot's own posts are edited."""
    bridge.types("Tomas", "checkin now What helped you today?")
    answer(bridge, "Lena", "A quiet hour.")
    answer(bridge, "Ines", "A walk.")
    answer(bridge, "Maya", "A call.")
    bridge.types("Ines", "checkin mine")
    assert "Deleted." in bridge.presses("Ines", "Delete this")
    bridge.passes("23 h")
    assert "A walk" not in shown(bridge)
    assert "A quiet hour" in shown(bridge)
    bridge.types("Lena", "checkin mine")
    assert "Deleted." in bridge.presses("Lena", "Delete this")
    bridge.passes("10 s")
    assert "A quiet hour" not in shown(bridge)
    bridge.passes("30 h")
    bridge.types("Maya", "checkin mine")
    assert "Deleted." in bridge.presses("Maya", "Delete this")
    bridge.passes("10 s")
    assert "A call" not in shown(bridge)
    assert not facts(bridge, "checkin_answer")


def test_forgetting_edits_what_was_said(bridge: Local) -> None:
    """Delete me takes the person's answers out of cards and threads, also of check-ins filed long ago."""
    bridge.types("Tomas", "checkin now What helped you today?")
    answer(bridge, "Lena", "A quiet hour.")
    answer(bridge, "Maya", "A call.")
    bridge.passes("3 days")
    assert "A call" in shown(bridge)
    bridge.types("Maya", "me delete")
    bridge.presses("Maya", "Delete everything")
    bridge.passes("5 min")
    assert "A call" not in shown(bridge)
    assert "A quiet hour" in shown(bridge)


def test_forgetting_leaves_no_row(room: Local) -> None:
    """After Delete me no session and no fact of any check-in holds the person."""
    room.types("Tomas", "checkin now What helped you today?")
    answer(room, "Maya", "A call.")
    room.passes("8 h")
    room.types("Maya", "me delete")
    room.presses("Maya", "Delete everything")
    room.passes("5 min")
    with room.connections.transaction() as db:
        assert db.row("SELECT COUNT(*) FROM session WHERE person = 'maya' OR state LIKE '%maya%'") == (0,)
        assert db.row("SELECT COUNT(*) FROM kept WHERE person = 'maya' OR fact LIKE '%maya%'") == (0,)


def test_later_asks_once_more(bridge: Local) -> None:
    """Later says when it asks again; that is the one reminder."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 15:31"))
    bridge.presses("Maya", "Later", "@")
    assert "I will ask again at 14:30. That is the one reminder." in bridge.direct("Maya")[0].text("America/Toronto")
    bridge.until("20:29")
    assert len(bridge.direct("Maya")) == 1
    bridge.until("20:31")
    assert len(bridge.direct("Maya")) == 2
    assert bridge.direct("Maya")[1].text("America/Toronto").startswith("Open until 15:30.")


def test_a_pass_ends_the_reminder_too(bridge: Local) -> None:
    """Whoever passes after the one reminder finds no open question left, neither there nor in the first message."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 20:31"))
    reminder = bridge.direct("Maya")[-1]
    assert "Pass" in reminder.labels()
    bridge.presses("Maya", "Pass", "@")
    assert [message.text().startswith("Passed.") for message in bridge.direct("Maya")] == [True, True]


def test_deleting_ends_the_reminder_too(bridge: Local) -> None:
    """An answer that is deleted is not said to be saved, in neither message."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 20:31"))
    answer(bridge, "Maya", "A walk.")
    assert "Deleted." in bridge.presses("Maya", "Delete my answer", "@")
    assert not [message for message in bridge.direct("Maya") if "Saved" in message.text()]


def test_hold_for_the_team(bridge: Local) -> None:
    """Voice 32: any member holds today's question; owners are told that it is held, not by whom."""
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 11:00"))
    answer(bridge, "Ines", "A walk.")
    assert "Hold today's question?" in bridge.types("Divya", "checkin hold")
    assert "The next question comes on Tue 23 Jun" in bridge.presses("Divya", "Hold it")
    assert "Check-in held" in bridge.card()
    bridge.until(berlin("2026-06-17 12:00"))
    assert not bridge.direct("Maya")
    words = "".join(m.text() for m in bridge.direct("Lena"))
    assert "Today's question is held" in words
    assert "Divya" not in words
    assert "A walk" not in shown(bridge)


def test_skip_move_pause_and_resume(bridge: Local) -> None:
    """One date is left out, another moved once; a pause asks nothing until somebody resumes it."""
    scheduled(bridge)
    assert "The next question comes on Tue 23 Jun" in bridge.types("Lena", "checkin skip")
    bridge.presses("Lena", "Manage")
    assert bridge.presses("Lena", "Move once") == "form: Move once"
    assert "Thu 25 Jun" in bridge.submits("Lena", to="2026-06-25", at="10:00")
    bridge.until(berlin("2026-06-24 18:00"))
    assert not bridge.in_channel()
    bridge.until(berlin("2026-06-25 11:00"))
    assert len(bridge.in_channel()) == 1
    assert "Paused" in bridge.types("Lena", "checkin pause")
    bridge.until(berlin("2026-07-08 12:00"))
    assert len(bridge.in_channel()) == 1
    bridge.types("Lena", "checkin")
    bridge.presses("Lena", "Manage")
    bridge.presses("Lena", "Resume")
    bridge.until(berlin("2026-07-14 12:00"))
    assert len(bridge.in_channel()) == 2


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
    room: Local, values: dict[str, str | tuple[str, ...]], field: str, says: str
) -> None:
    """What cannot be scheduled is said at its field, and nothing is lost."""
    room.types("Lena", "checkin schedule")
    room.submits("Lena", **values)
    assert says in room.errors[field]


def test_own_questions_of_several_kinds(room: Local) -> None:
    """Text, choice, scale, number and yes or no in one form; last time's figures stand in it the next time."""
    own = """What did you finish?
        How full is your plate? [room left | full | too full]
        How was it? [1-5]
        Hours? [number]
        Help wanted? [yes/no]"""
    scheduled(room, asks="own", own=own)
    room.until(berlin("2026-06-16 10:00"))
    room.presses("Ines", "Answer", "@")
    room.submits("Ines", a0="A page.", a1="nothing", a2="9", a3="many", a4="No")
    assert set(room.errors) == {"a1", "a2", "a3"}
    room.submits("Ines", a0="A page.", a1="full", a2="4", a3="7.5", a4="No")
    room.until(berlin("2026-06-16 21:31"))
    assert "Ines: A page." in room.card(0)
    assert "How full is your plate? full" in room.card(0)
    room.until(berlin("2026-06-23 10:00"))
    room.presses("Ines", "Answer", "@")
    assert [getattr(f, "value", "") for f in room.form("Ines").fields][:4] == ["", "full", "4", "7.5"]


def test_the_form_holds_what_was_written(room: Local) -> None:
    """Who changes an answer finds it in the form; the second click of a double click changes nothing."""
    room.types("Tomas", "checkin now What helped you today?")
    answer(room, "Ines", "A walk.")
    room.presses("Ines", "Answer", "bridge")
    assert room.form("Ines").fields[0].value == "A walk."  # type: ignore[union-attr]
    before = facts(room, "checkin_answer")
    room.submits("Ines")
    assert facts(room, "checkin_answer") == before


def test_answering_ahead(bridge: Local) -> None:
    """Whoever answers before the day is counted on it and not asked."""
    scheduled(bridge)
    assert bridge.types("Sam", "checkin ahead") == "form: Answer ahead"
    assert "not asked" in bridge.submits("Sam", a0="I am on a train on Tuesday.")
    bridge.until(berlin("2026-06-16 21:31"))
    assert not bridge.direct("Sam")
    assert "Sam: I am on a train on Tuesday." in bridge.card(0)


def test_three_questions_without_a_press(bridge: Local) -> None:
    """After three ignored questions the bot stops asking that person, says so once, and starts again if wanted."""
    scheduled(bridge)
    bridge.until(berlin("2026-07-14 20:00"))
    (stopped,) = [m for m in bridge.direct("Maya") if "I stop asking you" in m.text()]
    count = len(bridge.direct("Maya"))
    assert count == 7  # three questions, three reminders, and the word that it stops
    assert "Started again" in bridge.presses("Maya", "Start again", "@")
    bridge.until(berlin("2026-07-21 16:00"))
    assert len(bridge.direct("Maya")) == count + 1
    assert stopped.text()


def test_a_question_of_every_day_stops_after_three_as_well(bridge: Local) -> None:
    """Counted at each close: a fourth day does not come before the third was seen to pass by."""
    scheduled(bridge, rhythm="workdays")
    bridge.until(berlin("2026-06-26 20:00"))
    said = [message.text() for message in bridge.direct("Maya")]
    asked = {text.partition("?")[0] for text in said if text.startswith("Today's question.")}
    assert len(asked) == 3
    assert sum("I stop asking you" in text for text in said) == 1


def test_little_take_up_is_a_word_to_the_owner(bridge: Local) -> None:
    """Three check-ins in a row below 40 % make one private word to who looks after the team, no reminders."""
    scheduled(bridge)
    bridge.until(berlin("2026-07-06 12:00"))
    said = {name: sum("Fewer answers lately" in m.text() for m in bridge.direct(name)) for name in bridge.people}
    assert said == dict.fromkeys(bridge.people, 0) | {"Lena": 1}


def test_a_hand_is_offered(bridge: Local) -> None:
    """P08: a request appears with the answers; the first who can help is named to who asked."""
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.presses("Ines", "Answer", "bridge")
    bridge.submits("Ines", a0="A walk.", hand="the access list")
    bridge.passes("22 h")
    assert "Ines could use a hand with: the access list" in shown(bridge)
    assert "Write to each other" in bridge.presses("Sam", "I can help", "bridge")
    bridge.passes("1 day")
    assert any("Sam can help you" in m.text() for m in bridge.direct("Ines"))


def test_revealed_at_once(bridge: Local) -> None:
    """Where answers are not hidden they stand in the thread as they come, and a change edits them there."""
    bridge.types("Lena", "checkin schedule")
    bridge.submits("Lena", days=("1",), at="09:30", asks="wins", reveal="at_once")
    bridge.presses("Lena", "Save")
    bridge.until(berlin("2026-06-16 10:00"))
    answer(bridge, "Lena", "A quiet hour.")
    assert "Lena: A quiet hour." in bridge.in_thread()[-1].text()
    answer(bridge, "Lena", "Two quiet hours.")
    assert [m.text() for m in bridge.in_thread()] == ["Lena: Two quiet hours."]


def test_two_questions_of_one_day_come_in_one_message(bridge: Local) -> None:
    """Two check-ins on one morning make one direct message, which changes as each is answered."""
    scheduled(bridge)
    scheduled(bridge, asks="learned")
    bridge.until(berlin("2026-06-16 10:00"))
    (message,) = bridge.direct("Ines")
    assert message.text().startswith("2 things for you.")
    assert message.labels().count("Answer") == 2
    assert message.labels().count("Change or stop") == 1
    bridge.presses("Ines", "Pass", "@")
    (message,) = bridge.direct("Ines")
    assert message.labels().count("Answer") == 1
    assert message.labels().count("Answer after all") == 1


def test_who_stopped_everything_is_left_in_peace(bridge: Local) -> None:
    """Whoever wants nothing unasked gets nothing, and can still answer in the channel."""
    bridge.types("Maya", "quiet")
    bridge.presses("Maya", "Stop all")
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 20:59"))
    assert not bridge.direct("Maya")
    answer(bridge, "Maya", "A call.", "bridge")
    bridge.until("21:31")
    assert "Maya: A call." in bridge.card(0)


def test_what_was_held_back_is_explained(bridge: Local) -> None:
    """A question that came when the week was full is not sent, and the person can read why."""
    bridge.types("Ines", "quiet")
    bridge.presses("Ines", "Fewer")
    bridge.submits("Ines", weekly="1")
    scheduled(bridge)
    scheduled(bridge, days=("2",), asks="learned")
    bridge.until(berlin("2026-06-17 12:00"))
    assert len(bridge.direct("Ines")) == 1
    assert 'Held back: "This week\'s question" of #bridge, because your week was full.' in bridge.types("Ines", "quiet")


def test_the_channel_gets_two_posts_a_day(bridge: Local) -> None:
    """Three check-ins that close on one day: what only points at them waits for the next morning."""
    for asks in ("wins", "learned", "challenges"):
        scheduled(bridge, asks=asks, at="05:00", moment="team", window="4")
    bridge.until(berlin("2026-06-16 08:59"))
    assert len(bridge.in_channel()) == 3  # live cards never wait
    answer(bridge, "Ines", "A walk.", "bridge")
    bridge.until("18:00")
    assert len(bridge.in_channel()) == 3
    bridge.until("09:01")
    assert len(bridge.in_channel()) == 4


def test_a_big_team_is_paged() -> None:
    """Forty answers: twelve on the card, pages in the thread instead of forty replies."""
    people = {"Lena": "Europe/Berlin"} | {f"P{n:02}": "Europe/Berlin" for n in range(40)}
    room = Local(berlin("2026-06-15 10:00"), content=library(), people=people)
    room.types("Lena", "checkin now What helped you today?")
    for n in range(40):
        answer(room, f"P{n:02}", f"Word {n:02}.")
    room.passes("7 h")
    assert "40 answers." in room.card(0)
    assert "28 more are in the thread." in room.card(0)
    assert len(room.in_thread()) == 3
    assert sum(f"Word {n:02}." in "".join(m.text() for m in room.in_thread()) for n in range(40)) == 40
    assert "page 1 of 3" in room.presses("P01", "Read all", "bridge")


def test_the_files_hold_what_was_shown(room: Local) -> None:
    """The export has revealed answers only, without the time of day; a cell is never a formula."""
    room.types("Tomas", "checkin now What helped you today?")
    answer(room, "Ines", "=1+1")
    room.types("Lena", "checkin export")
    assert "=1+1" not in _file(room, "check-ins.csv")
    room.passes("12 h")
    room.types("Lena", "checkin export")
    assert "2026-06-15,What helped you today?,Ines,'=1+1,\n" in _file(room, "check-ins.csv")
    assert "- **Ines**: =1+1" in _file(room, "check-ins.md")


def _file(stage: Local, name: str) -> str:
    blocks = [block for m in stage.direct("Lena") for block in m.card.blocks if isinstance(block, File)]
    return next(block.text for block in reversed(blocks) if block.name == name)


def test_a_zone_that_nobody_knows_is_asked_for_once(bridge: Local) -> None:
    """Whose zone is unknown has the team's, is told so under the first question, once, and can set it there."""
    bridge.joins("Noor", zone="")
    bridge.joins("Ben", zone="")
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 09:31"))
    said = "I use Europe/Berlin for your times, because I do not know your zone."
    for person in ("Noor", "Ben"):
        assert said in bridge.direct(person)[-1].text()
    assert "I use" not in bridge.direct("Tomas")[-1].text()
    answer(bridge, "Noor", "A whole day without a call.", "@")
    assert said in bridge.direct("Noor")[-1].text()  # it is still to be set
    assert bridge.presses("Noor", "Set my zone", "@") == "form: Your hours"
    assert "America/Toronto" in bridge.submits("Noor", zone="America/Toronto")

    bridge.until(berlin("2026-06-23 09:31"))
    assert "This week's question" in bridge.direct("Ben")[-1].text()
    assert "Answer" in bridge.direct("Ben")[-1].labels()
    assert "Set my zone" not in bridge.direct("Ben")[-1].labels()
    before = len(bridge.direct("Noor"))
    bridge.until(berlin("2026-06-23 15:31"))  # half past nine in Toronto
    assert len(bridge.direct("Noor")) == before + 1
    assert "Set my zone" not in bridge.direct("Noor")[-1].labels()


def test_where_the_channel_asks_the_reminder_asks_for_the_zone() -> None:
    """In a team of one zone the one direct message is the reminder, so the zone is asked for there, once."""
    bridge = Local(berlin("2026-06-15 10:00"), content=library(), people={"Lena": "Europe/Berlin", "Ben": ""})
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 14:35"))
    (reminder,) = bridge.direct("Ben")
    assert "This was the one reminder." in reminder.text()
    assert "I use Europe/Berlin for your times" in reminder.text()
    bridge.until(berlin("2026-06-23 14:35"))
    assert "This was the one reminder." in bridge.direct("Ben")[-1].text()
    assert not [message for message in bridge.direct("Ben") if "Set my zone" in message.labels()]


def test_keeping_the_zone_that_was_taken_is_an_answer_too(bridge: Local) -> None:
    """Saving the hours with the team's zone in them makes it the person's own."""
    bridge.joins("Noor", zone="")
    bridge.types("Noor", "me hours")
    bridge.submits("Noor")
    scheduled(bridge)
    bridge.until(berlin("2026-06-16 09:31"))
    assert "Answer" in bridge.direct("Noor")[-1].labels()
    assert "Set my zone" not in bridge.direct("Noor")[-1].labels()


def test_hold_one_of_two(bridge: Local) -> None:
    """Where two questions come on one day, each can be held alone; what has closed cannot be held any more."""
    scheduled(bridge)
    told = bridge.types("Lena", "checkin schedule")
    told = bridge.submits("Lena", days=("1",), at="10:00", asks="own", own="Which map do you miss?", moment="team")
    assert "This comes on top of: every Tuesday at 09:30, in each person's own time." in told
    bridge.presses("Lena", "Save")
    bridge.until(berlin("2026-06-16 10:01"))
    assert len(bridge.in_channel()) == 2
    assert "Hold which of today's questions?" in bridge.types("Divya", "checkin hold")
    assert "Held." in bridge.presses("Divya", "Hold this one")
    assert sum("Check-in held" in message.text() for message in bridge.in_channel()) == 1
    assert "Hold today's question?" in bridge.types("Divya", "checkin hold")
    bridge.until(berlin("2026-06-16 21:35"))
    assert "has closed. Nothing changed." in bridge.presses("Divya", "Hold it")
    assert "nothing to hold" in bridge.types("Divya", "checkin hold")


def test_a_move_to_where_it_is(bridge: Local) -> None:
    """Moving a question to the day it comes anyway changes nothing, and says so."""
    scheduled(bridge)
    bridge.types("Lena", "checkin")
    bridge.presses("Lena", "Manage")
    bridge.presses("Lena", "Move once")
    assert "That is when it comes anyway. Nothing changed." in bridge.submits("Lena")


def test_everybody_reads_their_own_morning(bridge: Local) -> None:
    """A question in each person's morning is announced by its date and hour, the same for readers in every zone."""
    scheduled(bridge)
    assert "in each person's own time: next on Tue 16 Jun." in bridge.types("Maya", "checkin")
    assert "Tue 16 Jun, 09:30 your time: Check-in" in bridge.types("Maya", "rhythm")


def test_one_person_is_asked_for_a_hand(bridge: Local) -> None:
    """P08: what somebody could use a hand with may be for one person alone; the team never reads of it."""
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.presses("Ines", "Answer", "bridge")
    told = bridge.submits("Ines", a0="A walk.", hand="the access list", hand_to="one")
    assert "Nobody does before you choose." in told
    bridge.presses("Ines", "Choose who")
    told = bridge.submits("Ines", whom=bridge.member("Lena").user)
    assert "Lena is asked, in their own hours. Nobody else is." in told
    bridge.until(berlin("2026-06-16 09:01"))
    asked = next(m for m in bridge.direct("Lena") if "could use a hand" in m.text())
    assert "the access list" in asked.text()
    assert "write to each other" in bridge.presses("Lena", "I can help", "@").lower()
    assert any("Lena can help you" in m.text() for m in bridge.direct("Ines"))
    assert "Ines: A walk." in shown(bridge)
    assert "access list" not in shown(bridge)


def test_a_hand_is_taken_back_with_the_answer(bridge: Local) -> None:
    """Whoever deletes the answer takes back the question for a hand as well, wherever it stands."""
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.presses("Ines", "Answer", "bridge")
    bridge.submits("Ines", a0="A walk.", hand="the access list", hand_to="one")
    bridge.presses("Ines", "Choose who")
    bridge.submits("Ines", whom=bridge.member("Lena").user)
    bridge.until(berlin("2026-06-16 09:01"))
    assert any("access list" in m.text() for m in bridge.direct("Lena"))
    bridge.types("Ines", "checkin mine")
    bridge.presses("Ines", "Delete this")
    bridge.passes("10 s")
    assert not any("access list" in m.text() for m in bridge.direct("Lena"))


def test_an_answer_ahead_can_be_deleted(bridge: Local) -> None:
    """P56: what was answered ahead goes as well; the person is asked when the day comes, like everybody."""
    scheduled(bridge)
    bridge.types("Sam", "checkin ahead")
    bridge.submits("Sam", a0="I am on a train on Tuesday.")
    assert "Ahead, for Tue 16 Jun: I am on a train on Tuesday." in bridge.types("Sam", "checkin mine")
    assert "Deleted." in bridge.presses("Sam", "Delete this")
    bridge.until(berlin("2026-06-16 21:31"))
    assert bridge.direct("Sam")
    assert "train" not in shown(bridge)


def test_an_answer_ahead_is_checked(room: Local) -> None:
    """An answer ahead that is none is said at its field; an edited question lets go of answers to the old one."""
    scheduled(room, asks="own", own="Hours? [number]")
    room.types("Sam", "checkin ahead")
    room.submits("Sam", a0="many")
    assert "is not a number" in room.errors["a0"]
    assert "Kept for " in room.submits("Sam", a0="7")
    room.types("Lena", "checkin")
    room.presses("Lena", "Manage")
    room.presses("Lena", "Edit")
    room.submits("Lena", own="Which map do you miss?")
    assert not facts(room, "checkin_ahead")


def test_a_hand_that_nobody_could_be_asked_for(bridge: Local) -> None:
    """P08: if the one who was chosen wants no messages, whoever asked is told, with no reason, and chooses again."""
    bridge.types("Lena", "quiet")
    bridge.presses("Lena", "Stop all")
    bridge.types("Tomas", "checkin now What helped you today?")
    bridge.presses("Ines", "Answer", "bridge")
    bridge.submits("Ines", a0="A walk.", hand="the access list", hand_to="one")
    bridge.presses("Ines", "Choose who")
    bridge.submits("Ines", whom=bridge.member("Lena").user)
    bridge.until(berlin("2026-06-16 09:01"))
    assert not bridge.direct("Lena")
    assert any("I could not reach Lena" in m.text() for m in bridge.direct("Ines"))
    assert bridge.presses("Ines", "Choose somebody else", "@") == "form: Ask one person"
