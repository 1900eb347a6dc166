"""What a link's card leads to, and what of it is somebody's own."""

from __future__ import annotations

import json

from bot.activities.records.cards.archive import Entry
from bot.activities.records.cards.archive import entry_card as archived
from bot.activities.resources.cards import entry_card, month_card
from bot.kernel.cards import File
from tests.platforms.gallery.resources import GUIDE, PLAIN
from tests.story import Local, berlin


def test_the_page_opens_with_one_press() -> None:
    """The entry, the month's post and the archive each have a button that leads to the very page."""
    assert [link.to for link in entry_card(GUIDE, (), mine=False, may_drop=False).links()] == [GUIDE.link]
    assert [link.to for link in month_card((GUIDE, PLAIN)).links()] == [GUIDE.link, PLAIN.link]
    assert [link.to for link in archived(Entry("k", "resource", "A", None, "Why", GUIDE.link)).links()] == [GUIDE.link]
    assert list(archived(Entry("k", "note", "A note", None, "Words")).links()) == []


def test_all_my_data_has_what_i_saved() -> None:
    """Whoever asks for their data reads each link they saved, and why."""
    bridge = Local(berlin("2026-03-24 11:00"))
    bridge.types("Ines", f"resource add {GUIDE.link} One page")
    bridge.types("Sam", f"resource add {GUIDE.link} Daily")
    bridge.types("Ines", "me data")
    (file,) = (block for block in bridge.direct("Ines")[-1].card.blocks if isinstance(block, File))
    kept = [one["content"] for one in json.loads(file.text)["kept"] if one["what"] == "resource_saved"]
    assert kept == [{"link": GUIDE.link, "why": "One page"}]
