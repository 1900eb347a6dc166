"""What was heard wrong when guides were rehearsed from start to end, and stays right."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import HERE, library, started, talking
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-25 09:29"), content=library())


@pytest.fixture
def room() -> Local:
    """For what can only be told without a wire: which of two buttons of one name is meant, a form sent incomplete."""
    return Local(berlin("2026-03-25 09:29"), content=library())


def test_next_means_the_step_while_people_speak_in_turn(bridge: Local) -> None:
    """The button that ends a round for all says so as long as somebody is up, and Done is the usual one."""
    started(bridge)
    assert "Next step" in bridge.in_channel()[-1].labels()
    for _ in HERE:
        bridge.presses("Tomas", "Done")
    assert "Next" in bridge.in_channel()[-1].labels()
    assert "Everybody who wanted has had a turn. Tomas presses Next." in bridge.card()


def test_a_pair_gets_all_its_questions(bridge: Local) -> None:
    """Small groups are out of the host's hands: both questions stand on the card and with each group."""
    talking(bridge)
    bridge.presses("Lena", "Next")
    both = "1. What is still unclear to you, and who might know?", "2. Where could you use one thing from today"
    group = next(m.text() for m in bridge.in_thread() if m.text().startswith("Your group."))
    assert all(question in group and question in bridge.card() for question in both)


def test_a_cue_fits_its_step(bridge: Local) -> None:
    """In pairs the host writes instead of speaking; at half time another question is offered, no advice twice."""
    talking(bridge)
    bridge.passes("15 min")
    assert "Another question, if it helps: Who do you know" in bridge.private("Tomas")[-1].text()
    bridge.presses("Lena", "Next")
    bridge.passes("13 min")
    assert "Which sentence do you bring back?" in bridge.private("Tomas")[-1].text()


def test_a_breath_is_not_hurried(bridge: Local) -> None:
    """Fifteen seconds are over soon: nobody is called a second time, and no host is told of it, within a minute."""
    bridge.types("Tomas", "session start weekly-25")
    for person in HERE:
        bridge.presses(person, "I'm here")
    bridge.presses("Tomas", "Start")
    for _ in range(4):
        bridge.presses("Tomas", "Next")
    before = len(bridge.private("Tomas"))
    first = bridge.card().split(",")[0]
    bridge.passes("60 s")
    assert f"Finish your thought, {first}" in bridge.card()
    assert len(bridge.private("Tomas")) == before


def test_an_old_cue_says_that_it_is_old(room: Local) -> None:
    """Next on the cue of a step that is long over moves nothing, and says so."""
    talking(room)
    room.passes("28 min")
    old = room.private("Tomas")[-1]
    assert "Next" in old.labels()
    room.presses("Lena", "Next", "bridge")
    room.passes("1 min")
    assert "Questions or pairs is on by now. Nothing changed." in room.presses("Tomas", "Next", "bridge")


def test_what_groups_bring_back_is_kept(bridge: Local) -> None:
    """The sentences of small groups stand in the recap, once, although the step was left twice."""
    talking(bridge)
    bridge.presses("Lena", "Next")
    bridge.presses("Maya", "One sentence back")
    bridge.submits("Maya", text="One owner a ticket.")
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Undo", "private")
    bridge.presses("Lena", "Next", "bridge")
    bridge.presses("Lena", "End", "bridge")
    bridge.passes("11 s")
    recap = next(m.text() for m in bridge.in_thread() if m.text().startswith("Recap:"))
    assert recap.count("Questions or pairs: One owner a ticket.") == 1


def test_what_is_told_in_pairs_stays_in_pairs(bridge: Local) -> None:
    """Where nothing is to come back, nobody is asked for a sentence, and no cue speaks of one."""
    started(bridge, "session start mistakes-hour")
    bridge.presses("Lena", "Next")
    group = next(m for m in bridge.in_thread() if m.text().startswith("Your group."))
    assert "One sentence back" not in (*group.labels(), *bridge.in_channel()[-1].labels())
    bridge.passes("8 min")
    assert "Two minutes, then come back together." in bridge.private("Tomas")[-1].text()


def test_pairs_that_go_on_are_not_called_back(bridge: Local) -> None:
    """Where the same two go on with the next question, no word asks them to come back or to take turns."""
    started(bridge, "session start teach-back")
    bridge.presses("Lena", "Next")
    bridge.passes("4 min")
    assert "The groups need nothing from you now." in bridge.private("Tomas")[-1].text()
    bridge.passes("2 min")
    assert "Two minutes, then change over." in bridge.private("Tomas")[-1].text()
    bridge.passes("2 min")
    assert "Stay in your groups" in bridge.card()
    assert "Come back" not in bridge.card()


def test_own_lines_can_be_sent_instead_of_read_out(bridge: Local) -> None:
    """Whoever would rather write in the round finds the lines from the quiet step before it."""
    started(bridge, "session start team-user-manual")
    bridge.presses("Maya", "Write")
    bridge.submits("Maya", text="I work best early.")
    bridge.presses("Lena", "Next")
    bridge.presses("Maya", "Write it")
    assert "I work best early." in str(bridge.form("Maya"))
    bridge.presses("Sam", "Write it")
    assert "I work best early." not in str(bridge.form("Sam"))


def test_nothing_is_said_twice_without_a_topic(bridge: Local) -> None:
    """Where a session has no topic its guide is the title, and not also the first line."""
    bridge.types("Tomas", "session start team-desk-object")
    assert bridge.card().count("Something from my desk") == 1
    bridge.presses("Maya", "I'm here")
    bridge.presses("Tomas", "Start")
    for label in ("Next", "Next", "End"):
        bridge.presses("Tomas", label, "bridge")
    bridge.passes("11 s")
    assert bridge.card().startswith("Done: Something from my desk. 2 took part, ")


@pytest.mark.parametrize(
    "typed", ['poll "Lunch together" yes, no', "poll Lunch together? yes, no", "poll Lunch | yes | no"]
)
def test_a_poll_is_read_as_people_type_it(bridge: Local, typed: str) -> None:
    """Quotes and commas do as well as strokes."""
    bridge.types("Sam", typed)
    assert "1. yes" in bridge.card().lower()
    assert bridge.card().startswith("Lunch")
    assert '"' not in bridge.card()


def test_a_recap_can_be_emptied_again(bridge: Local) -> None:
    """What was taken out of the recap is out, and an empty one does not say that it is written."""
    talking(bridge)
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Write the recap")
    bridge.submits("Lena", points="Said too early.")
    assert "The recap is written." in bridge.card()
    bridge.presses("Lena", "Change the recap")
    assert "Nothing is written down so far." in bridge.submits("Lena", points="")
    assert "The recap is written." not in bridge.card()


def test_all_questions_of_a_quiet_step_are_asked(bridge: Local) -> None:
    """Eight questions are too many for a card; the form has them, and one's own lines can be read in the next step."""
    started(bridge, "session start leader-reflection")
    bridge.presses("Lena", "Next")
    assert "8 questions, one after the other: Write shows them." in bridge.card()
    bridge.presses("Maya", "Write")
    assert "8. Outside contacts: what did I bring in" in str(bridge.form("Maya"))
    bridge.submits("Maya", text="I listened once.")
    bridge.presses("Lena", "Next")
    assert "What you wrote for yourself: I listened once." in bridge.presses("Maya", "More", "bridge")
    assert "I listened once" not in bridge.presses("Sam", "More", "bridge")


def test_a_session_left_alone_after_undo_closes(bridge: Local) -> None:
    """End pressed when the time is up, taken back, and then nobody presses anything: it asks, and closes."""
    talking(bridge)
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Next")
    bridge.passes("6 min")
    bridge.presses("Lena", "End", "bridge")
    bridge.presses("Lena", "Undo", "private")
    assert "Recap: time is up" in bridge.card()
    bridge.passes("30 min")
    assert "Done: " in bridge.card()


def to_the_pick(bridge: Local) -> None:
    """In note and vote, at the choice of one's best two; Maya and Sam have written for themselves."""
    started(bridge, "session start note-and-vote what to stop")
    bridge.presses("Lena", "Next")
    for person in ("Maya", "Sam"):
        bridge.presses(person, "Write")
        bridge.submits(person, text=f"One of {person}.\nTwo of {person}.\nThree of {person}.")
    bridge.presses("Lena", "Next")


def test_ones_own_list_comes_along_to_the_choice(bridge: Local) -> None:
    """Whoever wrote for themselves chooses from that list; too many keep the form open, and nobody sees the rest."""
    to_the_pick(bridge)
    bridge.presses("Maya", "Write")
    assert "One of Maya." in str(bridge.form("Maya"))
    assert "Sam" not in str(bridge.form("Maya"))
    assert "Up to 2 here; you wrote 3." in bridge.submits("Maya")
    bridge.submits("Maya", text="One of Maya.\nTwo of Maya.")
    bridge.presses("Lena", "Next")
    assert "Two of Maya" in bridge.everything()
    assert "Three of Maya" not in bridge.everything()
    assert "What was written is in the thread, without names." in bridge.card()


def test_what_was_begun_in_one_step_lands_in_no_other(bridge: Local) -> None:
    """A form opened in the private step and sent in the shown one shows nothing, and loses no word."""
    started(bridge, "session start note-and-vote what to stop")
    bridge.presses("Lena", "Next")
    bridge.presses("Maya", "Write")
    bridge.presses("Lena", "Next")
    assert 'You wrote: "For me alone"' in bridge.submits("Maya", text="For me alone")
    bridge.presses("Lena", "Next")
    assert not [m for m in (*bridge.in_channel(), *bridge.in_thread()) if "For me alone" in m.text()]


def test_counts_read_as_sentences(bridge: Local) -> None:
    """An idea that ends with a full stop reads well in a list, a count and the recap, and is there once."""
    to_the_pick(bridge)
    bridge.presses("Maya", "Write")
    bridge.submits("Maya", text="One checklist.\nA named person.")
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Next")
    bridge.chooses("Maya", "Give a dot", "1")
    bridge.presses("Lena", "Next")
    assert ".." not in bridge.everything().replace("...", "")
    assert ".:" not in bridge.everything()
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Next")
    bridge.presses("Lena", "Write the recap")
    assert "value='One checklist'" in str(bridge.form("Lena")) or "value='A named person'" in str(bridge.form("Lena"))
    bridge.submits("Lena")
    bridge.presses("Lena", "End")
    bridge.passes("11 s")
    recap = next(m.text() for m in reversed(bridge.in_thread()) if m.text().startswith("Recap"))
    assert "Pick own best two" not in recap
    assert "Silent vote: " in recap


def test_a_guide_that_is_nearly_known_is_offered(bridge: Local) -> None:
    """A word that is nearly in a guide's name leads to it; nothing is cut in the middle of a word."""
    answer = bridge.types("Sam", "guide show lerning")
    assert 'I know no guide "lerning".' in answer
    assert "Half learning day" in bridge.presses("Sam", "Half learning day", "private")
    suggestion = bridge.types("Sam", "guide suggest decide 30 6")
    assert suggestion.index("Note and vote, 30 minutes") < suggestion.index("Three-month checkpoint, 60 minutes")


def test_the_short_form_says_what_is_missing_where_it_is_missing(room: Local) -> None:
    """No title and no purpose: each field says so, in words for people."""
    room.types("Sam", "guide new")
    room.submits("Sam", title="", purpose="")
    assert room.errors == {"title": "What is it called?", "purpose": "One sentence is enough."}


def test_the_archive_says_nothing_twice(bridge: Local) -> None:
    """A note and a decision are found with what they say beyond their own title."""
    bridge.types("Sam", "note The list is long.")
    assert bridge.types("Sam", "archive list").count("The list is long") == 1
    bridge.types("Sam", "decision One checklist")
    if "What was decided" in str(bridge.form("Sam")):
        bridge.submits("Sam", what="One checklist", why="It is cheap")
    found = bridge.types("Sam", "archive checklist")
    assert found.count("One checklist") == 1
    assert "Why: It is cheap." in found


def test_a_rehearsal_has_a_topic_one_can_say(bridge: Local) -> None:
    """Where a guide speaks of its topic, a rehearsal puts an example there, not its own name."""
    bridge.types("Sam", "guide rehearse learning-hour")
    bridge.passes("70 s")
    said = " ".join(m.text() for m in bridge.direct("Sam"))
    assert "Where does remote work show up in your work" in said


def test_questions_come_while_people_listen(bridge: Local) -> None:
    """During the guest's story anybody adds a question, others want it too, and the host picks the most wanted."""
    started(bridge, "session start guest-speaker")
    bridge.presses("Lena", "Next")
    for person, text in (("Maya", "What did it cost?"), ("Sam", "Would you do it again?")):
        bridge.presses(person, "Add a question")
        assert "Added." in bridge.submits(person, text=text)
    bridge.presses("Arun", "Me too")
    assert "Sam asks: Would you do it again? 1 more wants to know." in bridge.in_thread()[-1].text()
    bridge.presses("Lena", "Next")
    assert "most wanted first" in bridge.private("Tomas")[-1].text()
    bridge.presses("Lena", "More", "bridge")
    bridge.presses("Lena", "Questions asked", "private")
    bridge.chooses("Lena", "Ask this one now", "1")
    assert "Would you do it again?" in bridge.card()


def test_pairs_are_mixed_across_units(bridge: Local) -> None:
    """Whoever said where they work is paired with somebody from elsewhere, and nobody reads the word."""
    for person in ("Lena", "Tomas"):
        assert "Unit: Night shift." in bridge.types(person, "me unit Night shift")
    assert "up to 40 characters" in bridge.types("Ines", "me unit " + "night " * 8)
    assert bridge.types("Ines", "me unit") == "form: Your unit"
    bridge.submits("Ines", unit="night shift")
    for person in ("Arun", "Divya", "Maya"):
        bridge.types(person, "me unit Pune")
    started(bridge, "session start teach-back", people=("Lena", "Ines", "Arun", "Divya", "Maya"))
    bridge.presses("Lena", "Next")
    groups = [m.text() for m in bridge.in_thread() if m.text().startswith("Your group.")]
    assert len(groups) == 3
    nights, days = ("Lena", "Tomas", "Ines"), ("Arun", "Divya", "Maya")
    assert all(any(one in group for one in nights) and any(one in group for one in days) for group in groups)
    assert "Pune" not in " ".join(m.text() for m in (*bridge.in_channel(), *bridge.in_thread()))


def test_who_met_is_remembered_until_forgotten(bridge: Local) -> None:
    """The next groups are others than the last; who asked to be forgotten is in no row about who met whom."""
    people = ("Lena", "Ines", "Arun")
    seen = []
    for _ in range(3):
        started(bridge, "session start teach-back", people=people)
        bridge.presses("Lena", "Next")
        groups = [m.text() for m in bridge.in_thread() if m.text().startswith("Your group.")][-2:]
        seen.append(next(one for one in people if any("Tomas" in group and one in group for group in groups)))
        bridge.types("Lena", "session end")
        bridge.passes("10 s")
    assert sorted(seen) == sorted(people)
    bridge.types("Arun", "me delete")
    bridge.presses("Arun", "Delete everything")
    bridge.passes("2 min")
    assert not [one for one in traces(bridge, "arun") if one.startswith("kept")]
