"""Links that helped: saved with a reason, found again, and read in the channel once a month."""

from __future__ import annotations

import pytest

from tests.stories.test_people import traces
from tests.stories.test_session import library
from tests.story import Local, berlin

GUIDE = "https://example.org/handover-guide"
MORE = ("https://example.org/one", "https://example.org/two", "https://example.org/three", "https://example.org/four")


@pytest.fixture
def bridge() -> Local:
    return Local(berlin("2026-03-24 11:00"), content=library())


def opens(stage: Local, person: str, title: str) -> str:
    """Look at the list and open what is called so."""
    stage.types(person, "resource")
    return stage.chooses(person, "Open one", title)


def months(stage: Local) -> list[str]:
    return [m.text() for m in stage.in_channel() if "Links that helped last month" in m.text()]


def test_a_link_with_its_reason_is_found_again(bridge: Local) -> None:
    """One line is enough: everybody finds it by its words, by its tag, and in the archive, with the page to open."""
    assert "Nobody has saved a link here yet." in bridge.types("Sam", "resource")
    told = bridge.types("Ines", f"resource add {GUIDE} It says on one page what the next shift needs #learning")
    assert "Saved. example.org, handover guide." in told
    assert "Everyone in #bridge finds it" in told
    for words in ("", "shift", "#learning", "tag:learning", "handover"):
        assert "what the next shift needs" in bridge.types("Sam", f"resource {words}"), words
    assert 'No link here has the words "windmill".' in bridge.types("Sam", "resource windmill")
    assert "No link" in bridge.types("Sam", "resource #trust")
    told = opens(bridge, "Sam", "handover guide")
    assert "Tags: Learning." in told
    assert "Ines" not in told
    assert "1. Link" in bridge.types("Sam", "archive shift")
    assert "1. Link" in bridge.types("Sam", "archive kind:resource")
    assert "what the next shift needs" in bridge.chooses("Sam", "Open one", "handover guide")


def test_why_is_asked_until_it_is_said(bridge: Local) -> None:
    """Without a reason, or with what is no link, the form comes with what was typed and says at each field why."""
    assert bridge.types("Ines", f"resource add {GUIDE}") == "form: A link that helped"
    bridge.submits("Ines", why="...", link="guide")
    assert set(bridge.errors) == {"why", "link"}
    assert "why it helps" in bridge.errors["why"]
    assert "https://" in bridge.errors["link"]
    told = bridge.submits("Ines", why="Short and honest", link=GUIDE, title="Handing over", tag="learning")
    assert "Saved. Handing over." in told
    assert "Tags: Learning." in opens(bridge, "Sam", "Handing over")
    assert bridge.types("Jo", f"resource add {GUIDE} #trust #voice") == "form: A link that helped"
    bridge.submits("Jo", why="It says who speaks when")
    assert "Tags: Learning, Trust, Voice." in opens(bridge, "Sam", "Handing over")
    assert bridge.types("Ines", "resource add see the wiki") == "form: A link that helped"
    assert "password before the @" in bridge.submits("Ines", link="https://a:b@example.org/", why="It helps")


def test_who_saves_it_again_counts_without_a_name(bridge: Local) -> None:
    """The same page, however pasted, is one entry that three people saved; a name shows only where it was chosen."""
    bridge.types("Ines", f"resource add {GUIDE} One page")
    told = bridge.types("Sam", "resource add HTTP://Example.org/handover-guide/?utm_source=chat#top We use it daily")
    assert "It was on the list already. 2 people saved this." in told
    opens(bridge, "Jo", "handover guide")
    assert bridge.presses("Jo", "Save it, too") == "form: Save it, too"
    bridge.submits("Jo", why="-", named=("shown",))
    assert set(bridge.errors) == {"why"}
    bridge.submits("Jo", why="It ended our Friday calls", named=("shown",))
    told = opens(bridge, "Lena", "handover guide")
    assert "3 people saved this." in told
    assert "It ended our Friday calls. Jo" in told
    assert "Ines" not in told
    assert "Sam" not in told
    assert "Your reason" not in told
    again = bridge.types("Sam", f"resource add {GUIDE} We use it every day")
    assert "your reason is the new one" in again
    assert "3 people saved this." in opens(bridge, "Sam", "handover guide")
    assert "1 link that helped." in bridge.types("Sam", "resource")


def test_taken_back_and_dropped(bridge: Local) -> None:
    """Everybody takes their own back; the last one takes the link along; who looks after the team drops any."""
    bridge.types("Ines", f"resource add {GUIDE} One page")
    bridge.types("Sam", f"resource add {GUIDE} We use it daily")
    opens(bridge, "Ines", "handover")
    bridge.presses("Ines", "Take mine back")
    told = opens(bridge, "Jo", "handover")
    assert "One page" not in told
    assert "We use it daily" in told
    opens(bridge, "Sam", "handover")
    bridge.presses("Sam", "Take mine back")
    assert "Nobody has saved a link" in bridge.types("Jo", "resource")
    assert "Nothing found" in bridge.types("Jo", "archive daily")
    bridge.types("Sam", f"resource add {GUIDE} Still good")
    opens(bridge, "Lena", "handover")
    assert "off the list" in bridge.presses("Lena", "Drop it")
    assert "Nobody has saved a link" in bridge.types("Jo", "resource")


def test_the_month_reads_what_was_saved_most(bridge: Local) -> None:
    """On the first working day of a month, three at most, once; without anything new there is no post."""
    for person, link in zip(("Ines", "Sam", "Jo", "Maya"), MORE, strict=True):
        bridge.types(person, f"resource add {link} It helped me")
    for person in ("Lena", "Tomas"):
        bridge.types(person, f"resource add {MORE[1]} Me, too")
    bridge.until(berlin("2026-04-01 10:59"))
    assert months(bridge) == []
    bridge.until(berlin("2026-04-02 18:00"))
    (said,) = months(bridge)
    assert "1. example.org, two. It helped me. 3 people saved this." in said
    assert said.count("It helped me") == 3
    assert "Sam" not in said
    bridge.until(berlin("2026-05-05 18:00"))
    assert len(months(bridge)) == 1
    bridge.types("Ines", "resource add https://example.org/five New in May")
    assert "Whoever looks after #bridge can do this" in bridge.types("Sam", "resource monthly off")
    assert "no more posts" in bridge.types("Lena", "resource monthly off")
    bridge.until(berlin("2026-06-03 18:00"))
    assert len(months(bridge)) == 1
    bridge.types("Ines", "resource add https://example.org/six New in June")
    assert "first working day" in bridge.types("Lena", "resource monthly on")
    assert "resource monthly on, or off" in bridge.types("Lena", "resource monthly")
    bridge.until(berlin("2026-07-03 18:00"))
    assert len(months(bridge)) == 2


def test_a_restart_keeps_one_entry(bridge: Local) -> None:
    """After a restart the same link is still the same, and who saves it then is the second."""
    bridge.types("Ines", f"resource add {GUIDE} One page")
    bridge.stops()
    bridge.passes("2 min")
    bridge.starts()
    opens(bridge, "Sam", "handover")
    bridge.presses("Sam", "Save it, too")
    bridge.submits("Sam", why="Daily")
    assert "2 people saved this." in opens(bridge, "Jo", "handover")


def test_forgotten_people_leave_the_link_and_nothing_of_theirs(bridge: Local) -> None:
    """Deleted, their reason and name are gone, also with the links that only they saved; the others keep theirs."""
    bridge.types("Ines", "resource add")
    bridge.submits("Ines", link=GUIDE, why="Zugspitze explains it", named=("shown",))
    bridge.types("Ines", f"resource add {MORE[0]} Matterhorn explains it")
    bridge.types("Sam", f"resource add {GUIDE} We use it daily")
    bridge.types("Ines", "me delete")
    bridge.presses("Ines", "Delete everything")
    bridge.passes("10 min")
    assert [traces(bridge, word) for word in ("ines", "zugspitze", "matterhorn")] == [[], [], []]
    assert "1 link that helped. 1. example.org, handover guide. We use it daily." in bridge.types("Sam", "resource")


def test_more_links_than_fit_come_page_by_page(bridge: Local) -> None:
    """Five at a time, the newest first, the rest behind More."""
    for n in range(7):
        bridge.types("Ines", f"resource add https://example.org/page{n} Reason number {n}")
        bridge.passes("1 min")
    told = bridge.types("Sam", "resource")
    assert "7 links that helped." in told
    assert "1. example.org, page6." in told
    assert "page1" not in told
    assert "7. example.org, page0." in bridge.presses("Sam", "More")
