"""A discussion that goes on over three days, in writing: everybody in their own hours, settled by a vote."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 10:00"), content=library())


def begun(stage: Local) -> None:
    assert stage.types("Ines", "session start async-discussion Do we keep the Friday call?") == ""


def answered(stage: Local) -> None:
    """Three people wrote on the first day, and the second has begun."""
    begun(stage)
    for person, words in (("Maya", "Keep it, shorter."), ("Sam", "Drop it."), ("Divya", "Every second week.")):
        stage.presses(person, "Write")
        stage.submits(person, text=words)
    stage.until(berlin("2026-03-25 10:01"))


def card(stage: Local) -> str:
    """The one card that is edited, among the pointers."""
    return next(m.text() for m in stage.in_channel() if "Next" in m.labels() or "End" in m.labels())


def test_three_days(bridge: Local) -> None:
    """Answers are hidden for a day and appear together; replies go to people; two dots each; the result is filed."""
    begun(bridge)
    assert "Frame and own answer, until Wed 10:00." in bridge.card()
    assert "Then answer two others; summary, vote, close." in bridge.card()
    bridge.presses("Maya", "Write")
    assert "You can change it until this step ends." in bridge.submits("Maya", text="Keep it, shorter.")
    bridge.presses("Sam", "Write")
    bridge.submits("Sam", text="Drop it.")
    bridge.presses("Sam", "Write")
    bridge.submits("Sam", text="Drop it, and write a page.")
    assert "2 answers so far." in bridge.card()
    assert "Drop it" not in bridge.everything()
    bridge.until(berlin("2026-03-25 10:01"))
    assert [m.text() for m in bridge.in_thread() if "Drop it" in m.text()] == ["Sam: Drop it, and write a page."]
    assert any(
        "Answer two others, until Thu 10:00" in m.text() and "Go there" in m.labels() for m in bridge.in_channel()
    )
    bridge.presses("Jo", "Reply to an answer")
    told = bridge.submits("Jo", text="You want the page, not the call. Who writes it?")
    assert "One more, to somebody who sees it differently?" in told
    replied = next(m.text() for m in bridge.in_thread() if m.text().startswith("Jo to "))
    assert "Some answers have no reply yet" in card(bridge)
    assert not any(f"to: {name}" in card(bridge) for name in ("Maya", "Sam"))
    bridge.presses("Divya", "Reply to an answer")
    first = bridge.form("Divya").fields[0].options[0].label
    assert first.split(":")[0] not in replied
    bridge.presses("Maya", "Reply")
    bridge.submits("Maya", text="So it is about time. What if it took ten minutes?")
    assert "2 replies so far." in card(bridge)
    bridge.until(berlin("2026-03-26 10:01"))
    assert "Summary, vote, close, until Fri 10:00" in card(bridge)
    bridge.presses("Ines", "Summary")
    bridge.submits("Ines", points="We want fewer calls\nThe page must be read")
    assert any("Summary so far. 1. We want fewer calls." in m.text() for m in bridge.in_thread())
    bridge.presses("Jo", "Add an idea")
    bridge.submits("Jo", text="A page each Friday")
    bridge.presses("Sam", "Add an idea")
    bridge.submits("Sam", text="Ten minutes, standing")
    bridge.until(berlin("2026-03-26 22:01"))
    assert sum("The vote is open until Fri 10:00." in m.text() for m in bridge.in_thread()) == 1
    for person in ("Jo", "Sam", "Maya"):
        bridge.chooses(person, "Give a dot", "1")
    bridge.chooses("Divya", "Give a dot", "2")
    bridge.until(berlin("2026-03-27 10:01"))
    assert any("Done: Do we keep the Friday call?" in m.text() for m in bridge.in_channel())
    recap = next(m.text() for m in bridge.in_thread() if m.text().startswith("Recap:"))
    assert "Decided by vote: A page each Friday." in recap
    assert "Key points: We want fewer calls; The page must be read." in recap
    bridge.until(berlin("2026-03-28 11:00"))
    assert "1 thing found" in bridge.types("Jo", "archive standing")


def test_half_time_has_an_end_and_no_countdown(bridge: Local) -> None:
    """Half way the host hears when the step ends, not how much of it remains."""
    begun(bridge)
    bridge.until(berlin("2026-03-25 10:00"))
    told = next(m.text() for m in bridge.direct("Ines") if "half time" in m.text())
    assert "It is open until Wed 10:00." in told
    assert " left" not in told


def test_it_does_not_end_on_a_weekend(bridge: Local) -> None:
    """A day that would end on a Saturday ends on Monday at that time."""
    bridge.until(berlin("2026-03-27 10:00"))
    begun(bridge)
    assert "Frame and own answer, until Mon 10:00." in bridge.card()


def test_a_live_session_may_run_meanwhile(bridge: Local) -> None:
    """What goes on for days does not stand in the way of an hour together."""
    begun(bridge)
    assert bridge.types("Tomas", "session start weekly-25 our week") == ""
    assert "Start" in bridge.in_channel()[-1].labels()


def test_a_restart_in_the_middle(bridge: Local) -> None:
    """Away for an hour over the end of a day: the next one begins once, nothing that was written is lost."""
    begun(bridge)
    bridge.presses("Maya", "Write")
    bridge.submits("Maya", text="Keep it, shorter.")
    bridge.until(berlin("2026-03-25 09:30"))
    bridge.stops()
    bridge.passes("70 min")
    bridge.starts()
    assert [m.text() for m in bridge.in_thread() if "Keep it" in m.text()] == ["Maya: Keep it, shorter."]
    assert "Answer two others, until Thu 10:40" in card(bridge)


def test_a_day_more(bridge: Local) -> None:
    """Whoever hosts gives a step another day; somebody else is refused kindly."""
    begun(bridge)
    assert "does that here" in bridge.presses("Divya", "+1 day")
    assert "runs until Thu 10:00" in bridge.presses("Ines", "+1 day")
    assert "Frame and own answer, until Thu 10:00." in bridge.card()


def test_nobody_writes(bridge: Local) -> None:
    """With no answers, no replies and no proposals it ends by itself, without a decision and without a fuss."""
    begun(bridge)
    bridge.until(berlin("2026-03-27 10:01"))
    done = next(m.text() for m in bridge.in_channel() if "Done:" in m.text())
    assert "nobody took part" in done
    assert not any(m.text().startswith("Recap:") for m in bridge.in_thread())


def test_level_twice_waits_for_the_host(bridge: Local) -> None:
    """A tie is voted on once more for a day; if it stays level the host decides, with a reason."""
    answered(bridge)
    bridge.until(berlin("2026-03-26 10:01"))
    bridge.presses("Ines", "Add an idea")
    bridge.submits("Ines", text="A page\nTen minutes")
    bridge.presses("Ines", "Open the vote")
    bridge.chooses("Jo", "Give a dot", "1")
    bridge.chooses("Sam", "Give a dot", "2")
    bridge.until(berlin("2026-03-27 10:01"))
    assert any("The count is level. Once more among those" in m.text() for m in bridge.in_thread())
    bridge.until(berlin("2026-03-28 10:02"))
    bridge.presses("Ines", "Decide")
    bridge.submits("Ines", idea="1", why="It can be read at any hour")
    recap = next(m.text() for m in bridge.in_thread() if m.text().startswith("Recap:"))
    assert "A page. Why: It can be read at any hour." in recap


def test_planned_for_later(bridge: Local) -> None:
    """It can be planned like any session; at its time it begins by itself."""
    told = bridge.types("Ines", "session plan async-discussion thu 10:00 Do we keep the Friday call?")
    assert "3 days, Thu 26 Mar 10:00." in told
    bridge.until(berlin("2026-03-26 10:01"))
    assert any("Frame and own answer, until Fri 10:00." in m.text() for m in bridge.in_channel())


def test_who_asks_to_be_forgotten(bridge: Local) -> None:
    """Somebody who leaves takes the hidden answer along; who has replied keeps the words, not the tie to a name."""
    begun(bridge)
    bridge.presses("Maya", "Write")
    bridge.submits("Maya", text="Keep it, shorter.")
    bridge.leaves("Maya")
    bridge.until(berlin("2026-03-25 10:01"))
    assert "Keep it" not in bridge.everything()


def test_it_waits_for_who_has_not_written(bridge: Local) -> None:
    """The bare command says to each that an answer is open, until it is written or the step is over."""
    begun(bridge)
    assert "Do we keep the Friday call? Your answer is open until Wed 10:00." in bridge.types("Lena", "")
    bridge.presses("Lena", "Write")
    bridge.submits("Lena", text="Keep it.")
    assert "Your answer is open" not in bridge.types("Lena", "")
    assert "Your answer is open" in bridge.types("Tomas", "")
    bridge.until(berlin("2026-03-25 10:01"))
    assert "Your answer is open" not in bridge.types("Tomas", "")
