"""What stays of a session: the recap, actions and their follow-up, decisions, notes, the archive."""

from __future__ import annotations

import pytest

from bot.kernel.cards import TextField
from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-26 15:00"), content=library())


def recapped(stage: Local) -> None:
    """A short session with a recap: one point, one decision, two things to do."""
    stage.types("Ines", "session start weekly-25 our week")
    stage.presses("Ines", "I'm here")
    stage.presses("Ines", "Start")
    while "Actions, until" not in stage.card():
        stage.presses("Lena", "Next")
    stage.presses("Ines", "Write the recap")
    stage.submits("Ines", actions="Checklist draft, Divya, 14 days\nAsk IT about access")
    stage.presses("Ines", "Note")
    stage.submits("Ines", text="Context gets lost on Fridays.")
    stage.presses("Lena", "Next")
    stage.presses("Lena", "End")
    stage.passes("10 s")


def recap(stage: Local) -> str:
    return next(m.text() for m in stage.in_thread() if m.text().startswith("Recap:"))


def test_the_recap_in_the_thread(bridge: Local) -> None:
    """It says what is to be done and by whom; only who takes something on has it."""
    recapped(bridge)
    assert "To do: Checklist draft, by Thu 9 Apr, meant for Divya." in recap(bridge)
    assert "To do: Ask IT about access, free to take." in recap(bridge)
    assert "Note: Context gets lost on Fridays. (Ines)" in recap(bridge)
    assert "meant for Divya" in bridge.presses("Tomas", "Take: Checklist draft")
    assert "It is yours." in bridge.presses("Divya", "Take: Checklist draft")
    assert "To do: Checklist draft, Divya, by Thu 9 Apr." in recap(bridge)
    bridge.presses("Tomas", "I take it")
    assert "To do: Ask IT about access, Tomas." in recap(bridge)


def test_corrected_for_a_day_then_filed(bridge: Local) -> None:
    """Anybody corrects and adds for 24 hours; then it is filed and the archive finds it by its words."""
    recapped(bridge)
    bridge.presses("Maya", "Correct")
    bridge.submits("Maya", points="One list instead of three", decision="One checklist", why="Cheap to try")
    bridge.presses("Jo", "Add")
    bridge.submits("Jo", kind="point", text="Fridays are the problem")
    assert "Key points: One list instead of three; Fridays are the problem." in recap(bridge)
    assert "Decided: One checklist. Why: Cheap to try." in recap(bridge)
    assert "Nothing found" in bridge.types("Sam", "archive fridays")
    bridge.passes("1 day")
    assert "Correct it until" not in recap(bridge)
    found = bridge.types("Sam", "archive fridays lost")
    assert "1 thing found" in found
    assert "our week" in found
    assert "Decision" in bridge.types("Sam", "archive decisions checklist")


def test_an_action_is_followed_up_once(bridge: Local) -> None:
    """S7: one reminder on the due morning; moved twice, the second time with a word why; then done."""
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-30")
    bridge.until("Mon 09:30")
    assert len(bridge.direct("Tomas")) == 1
    assert "You took this on for today" in bridge.direct("Tomas")[0].text()
    bridge.presses("Tomas", "Move date", "@")
    bridge.submits("Tomas", to="2026-03-31")
    assert "Move date" not in bridge.direct("Tomas")[0].labels()
    bridge.until("Tue 10:00")
    assert len(bridge.direct("Tomas")) == 2
    bridge.presses("Tomas", "Move date", "@")
    assert "A few words why" in bridge.submits("Tomas", to="2026-04-01", why="  ")
    bridge.submits("Tomas", to="2026-04-01", why="IT was on a training")
    bridge.until("Wed 10:00")
    bridge.presses("Tomas", "Done", "@")
    assert "Nothing is open" in bridge.types("Tomas", "actions")
    assert "Done." in bridge.card()
    bridge.passes("3 days")
    assert len(bridge.direct("Tomas")) == 3


def test_who_is_away_hears_on_the_first_day_back(bridge: Local) -> None:
    """S7: the owner was away on the due date, so the reminder comes on the first day back."""
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-31")
    bridge.types("Tomas", "away 2026-03-30 - 2026-04-01")
    bridge.until("Wed 18:00")
    assert not any("You took this on" in m.text() for m in bridge.direct("Tomas"))
    bridge.until("Thu 10:00")
    assert any("You took this on for today" in m.text() for m in bridge.direct("Tomas"))


def test_an_action_without_a_person_asks(bridge: Local) -> None:
    """Without a person or a date the form asks; free to take is an answer."""
    assert bridge.types("Lena", "action tidy the wiki") == "form: Something to do"
    bridge.submits("Lena")
    assert "To do: tidy the wiki. Free to take." in bridge.card()
    bridge.presses("Jo", "I take it")
    assert "To do: tidy the wiki. Jo takes it." in bridge.card()
    assert "I take it" not in bridge.in_channel()[-1].labels()


def test_handing_an_action_over(bridge: Local) -> None:
    """Only the person asked is asked; until they take it, it stays where it is."""
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-30")
    bridge.until("Mon 09:30")
    bridge.presses("Tomas", "Hand over", "@")
    divya = next(o.value for o in bridge.form("Tomas").fields[0].options if o.label == "Divya")  # type: ignore[union-attr]
    bridge.submits("Tomas", to=divya)
    bridge.until("Mon 10:00")
    assert "Would you take this over?" in bridge.direct("Divya")[-1].text()
    bridge.presses("Divya", "I take it", "@")
    assert "Divya takes it" in bridge.card()


def test_alone_there_is_nobody_to_hand_it_to(bridge: Local) -> None:
    """With nobody else in the channel a press on [Hand over] is answered in words; no empty list is shown."""
    bridge.types("Tomas", "action ask IT about access @Tomas 2026-03-30")
    bridge.until("Mon 09:30")
    for person in bridge.people:
        if person != "Tomas":
            bridge.leaves(person)
    told = bridge.presses("Tomas", "Hand over", "@")
    assert "Nobody else is in #bridge yet. It stays where it is." in told


def test_a_decision_is_looked_at_again(bridge: Local) -> None:
    """On its day the bot asks the channel once whether a decision is still right."""
    bridge.types("Lena", "decision one checklist for all")
    bridge.submits("Lena", why="Cheapest thing to try", against="One more list", review="2026-04-16")
    assert (
        "Decided: one checklist for all. By consent. Why: Cheapest thing to try. Against: One more list."
        in bridge.card()
    )
    bridge.until(berlin("2026-04-16 10:00"))
    assert "Still right?" in bridge.card()
    bridge.presses("Sam", "Still right")
    assert "Still right, says Sam." in bridge.card()
    bridge.passes("7 days")
    assert sum("Still right" in m.text() for m in bridge.in_channel()) == 1


def test_notes_and_parked_items(bridge: Local) -> None:
    """Outside a session a note goes to the archive; in one it goes to its record."""
    assert "Kept." in bridge.types("Sam", "note The wiki has a page on this")
    assert "1 thing found" in bridge.types("Jo", "archive wiki page")
    assert "Parked." in bridge.types("Sam", "park Who owns the wiki?")
    assert "Who owns the wiki?" in bridge.types("Sam", "park")
    assert "Dropped." in bridge.presses("Sam", "Drop")
    assert "Nothing is parked" in bridge.types("Sam", "park")
    bridge.types("Ines", "session start weekly-25 our week")
    bridge.presses("Ines", "Start")
    assert "part of the session's record" in bridge.types("Sam", "note The import ran on the first try")
    bridge.presses("Ines", "More")
    bridge.presses("Ines", "End")
    bridge.passes("11 s")
    assert "Note: The import ran on the first try (Sam)" in recap(bridge)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("note " + "x" * 2000, "There is room for 1,000 characters; yours has 2,000."),
        ("archive kind:decision", "Nothing"),
        ("archive '; drop table kept; --", "Nothing found"),
    ],
)
def test_bad_input_gets_a_sentence(bridge: Local, typed: str, answer: str) -> None:
    """Whatever is typed, the answer is a clear sentence, and nothing is posted."""
    assert answer in bridge.types("Jo", typed)
    assert not bridge.in_channel()


def test_the_story_so_far(bridge: Local) -> None:
    """Whoever hosts next sees what came of it lately, what is open and parked, a line of the last host."""
    assert "Nothing is recorded here yet." in bridge.types("Jo", "storysofar")
    recapped(bridge)
    bridge.passes("25 h")
    bridge.types("Jo", "park who owns the wiki")
    bridge.types("Ines", "storysofar")
    bridge.presses("Ines", "Leave a line")
    assert "Kept for whoever hosts next." in bridge.submits("Ines", text="They like to write first")
    told = bridge.types("Maya", "storysofar")
    assert "our week: To do:" in told.replace("Our week", "our week")
    assert "To do: Checklist draft" in told
    assert "Parked: who owns the wiki." in told
    assert "In the last 1 session" not in told
    assert "They like to write first." in told


def test_the_story_tells_what_was_asked(bridge: Local) -> None:
    """Whoever hosts next sees the questions of the last check-ins, so as not to open with one of them."""
    assert bridge.types("Lena", "checkin now") == "form: Ask now"
    (question,) = [one.value for one in bridge.form("Lena").fields if isinstance(one, TextField)]
    bridge.submits("Lena")
    bridge.until("Tue 20:00")
    assert f"Asked lately: {question}" in bridge.types("Jo", "storysofar")


def test_what_was_parked_becomes_a_topic(bridge: Local) -> None:
    """Something parked in a session is in the list at once, and becomes the topic of a session or something to do."""
    bridge.types("Ines", "session start weekly-25 our week")
    bridge.presses("Ines", "Start")
    bridge.types("Jo", "park who owns the wiki")
    bridge.types("Ines", "session end")
    bridge.passes("11 s")
    assert "Who owns" in bridge.presses("Tomas", "What was parked").replace("who owns", "Who owns")
    assert "On the list." in bridge.presses("Tomas", "Make topic")
    assert "Nothing is parked" in bridge.types("Jo", "park")
    assert bridge.presses("Tomas", "Plan: who owns the wiki") == "form: Plan a session"
    told = bridge.submits("Tomas", day="2026-03-30", hour="15:00")
    assert "who owns the wiki" in told.lower()


def test_a_note_without_words_asks_for_them(bridge: Local) -> None:
    """The form keeps what is written in it, and says so at the field while there is nothing."""
    assert bridge.types("Sam", "note") == "form: A note"
    assert "A few words are enough" in bridge.submits("Sam", text=" ")
    assert "Kept." in bridge.submits("Sam", text="The list is in one place")
    assert "The list is in one place" in bridge.types("Jo", "archive list")
    assert "Fewer words find more." in bridge.types("Jo", "archive windmill and list")
    assert "1 thing found." in bridge.presses("Jo", "See all of it")


def test_what_became_something_is_parked_no_more(bridge: Local) -> None:
    """An item leaves the list once it is a topic or an action; while the form is open, it stays."""
    long = "who looks after the wiki while the two who know it are away for the whole of the summer"
    for words in ("the wiki", "the budget", "The Wiki", long):
        bridge.types("Jo", f"park {words}")
        bridge.passes("1 min")
    bridge.types("Sam", "topic add the wiki")
    bridge.types("Sam", "park")
    assert bridge.presses("Sam", "Make topic") == "form: A topic"
    assert long in bridge.types("Maya", "park")
    assert "On the list." in bridge.submits("Sam", text="The wiki in summer")
    assert long not in bridge.types("Sam", "park")
    assert "on the list already" in bridge.presses("Sam", "Make topic")
    assert "The Wiki" not in bridge.types("Sam", "park")
    assert bridge.presses("Sam", "Make action") == "form: Something to do"
    bridge.submits("Sam", what="the budget", due="2026-04-02")
    told = bridge.types("Sam", "park")
    assert "the budget" not in told
    assert "the wiki" in told
