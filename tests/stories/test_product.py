"""What a team makes together: named once, asked about at the close of each session, never a duty."""

from __future__ import annotations

import pytest

from tests.stories.test_session import library
from tests.story import Local, berlin

LINK = "https://wiki.example.com/onboarding"


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-26 15:00"), content=library())


def held(stage: Local, guide: str = "weekly-25") -> None:
    """A session, started and ended."""
    stage.types("Ines", f"session start {guide} our week")
    stage.presses("Ines", "I'm here")
    stage.presses("Ines", "Start")
    stage.types("Lena", "session end")
    stage.passes("10 s")


def asked(stage: Local) -> str:
    """The question under the newest session."""
    return next(m.text() for m in reversed(stage.in_thread()) if m.text().startswith("Onboarding guide"))


def test_named_asked_about_and_grown(bridge: Local) -> None:
    """The owner names it, the session's thread asks what goes in, the answer is a line of its log and an action."""
    assert "Whoever looks after #bridge can do this." in bridge.types("Sam", f"product set Onboarding guide {LINK}")
    assert "Saved: Onboarding guide." in bridge.types("Lena", f"product set Onboarding guide {LINK}")
    assert "What we make: Onboarding guide." in bridge.card()
    held(bridge)
    assert "What from today goes into it, and who adds it? No answer is fine." in asked(bridge)
    assert bridge.presses("Sam", "Something goes in") == "form: What goes into it?"
    divya = bridge.member("Divya").key()
    told = bridge.submits("Sam", what="The checklist for Fridays", holder=divya, due="2026-04-02")
    assert "new line in its change log" in told
    assert "Goes in: The checklist for Fridays." in asked(bridge)
    assert "Nothing this time" not in [one for m in bridge.in_thread() for one in m.labels()]
    todo = next(m.text() for m in bridge.in_thread() if m.text().startswith("To do:"))
    assert "The checklist for Fridays, into Onboarding guide" in todo
    assert "It is yours." in bridge.presses("Divya", "I take it")
    assert "The checklist for Fridays, into Onboarding guide, Divya, by Thu 2 Apr" in bridge.types("Divya", "actions")
    assert "Thu 26 Mar: The checklist for Fridays." in bridge.types("Sam", "product")
    assert "Onboarding guide: The checklist for Fridays" in bridge.types("Jo", "archive kind:change fridays")
    assert "What we make: Onboarding guide: The checklist for Fridays went in" in bridge.types("Lena", "storysofar")


def test_nothing_is_an_answer_and_so_is_silence(bridge: Local) -> None:
    """One press closes the question; unanswered, the next session's takes its place, and the old one takes no press."""
    bridge.types("Lena", f"product set Onboarding guide {LINK}")
    held(bridge)
    bridge.presses("Tomas", "Nothing this time", twice=True)
    assert "nothing this time" in asked(bridge)
    held(bridge)
    held(bridge)
    questions = [m for m in bridge.in_thread() if m.text().startswith("Onboarding guide")]
    assert len(questions) == 3
    assert "Something goes in" not in questions[1].labels()
    assert "Nothing was added from this session." in questions[1].text()
    assert "Something goes in" in questions[2].labels()


def test_it_stands_still(bridge: Local) -> None:
    """After six weeks without a change story, report and checkpoint say so, and nothing else does."""
    bridge.types("Lena", f"product set Onboarding guide {LINK}")
    bridge.until(berlin("2026-05-07 14:00"))
    assert "new since" in bridge.types("Lena", "storysofar")
    bridge.until(berlin("2026-05-15 10:00"))
    line = "Onboarding guide: nothing went in for 7 weeks. Is it still what we make?"
    assert line in bridge.types("Lena", "storysofar")
    assert line in bridge.types("Sam", "report")
    bridge.types("Ines", "session start checkpoint-3m our goals")
    assert line in bridge.card()
    bridge.presses("Lena", "Start")
    bridge.types("Lena", "session end")
    bridge.passes("10 s")
    bridge.presses("Jo", "Something goes in")
    bridge.submits("Jo", what="Who to ask about access")
    assert "Who to ask about access went in" in bridge.types("Sam", "report")


def test_named_in_a_form_renamed_and_let_go(bridge: Local) -> None:
    """Without a link a form asks; a link that is none is said so; cleared, it is not asked about any more."""
    assert "What do you make together?" in bridge.types("Sam", "product")
    assert bridge.types("Lena", "product set Onboarding guide") == "form: What we make together"
    assert "begins with https://" in bridge.submits("Lena", link="wiki/onboarding")
    bridge.submits("Lena", link=LINK)
    assert "Nothing was added so far." in bridge.types("Sam", "product")
    assert bridge.types("Sam", "product add") == "form: What goes into it?"
    assert "That day has passed" in bridge.submits("Sam", what="A map", due="2026-03-20")
    bridge.submits("Sam", what="A map", due="")
    assert "Sam takes it" in bridge.card()
    assert "Saved: First weeks." in bridge.types("Lena", f"product set First weeks {LINK}")
    assert "A map" in bridge.types("Sam", "product")
    assert "not asked about any more" in bridge.types("Lena", "product clear")
    assert "named nothing" in bridge.types("Sam", "product add")
    before = len(bridge.in_thread())
    held(bridge)
    assert not [m for m in bridge.in_thread()[before:] if "First weeks" in m.text()]
    assert "A map" in bridge.types("Sam", "archive map")
    assert "What we make" not in bridge.types("Sam", "storysofar")
