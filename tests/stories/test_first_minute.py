"""The rehearsal room in a real browser: its first minute, by mouse, by keyboard alone, on a phone, and after a kill."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.platforms.local.app.rehearsal import Rehearsal
from bot.platforms.local.app.rooms import Rooms
from bot.platforms.local.app.web import serve
from tests.browser import a_page
from tests.eyes import cut_off, faint, focused, nameless
from tests.platforms.local.held import Backstage
from tests.stories.test_session import library

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.browser


class House:
    """A rehearsal room served from a thread of its own, whose clock moves when a story says so."""

    def __init__(self, folder: Path) -> None:
        self._backstage = Backstage()
        self._rooms = Rooms(folder, self._backstage)
        self._ready = threading.Event()
        self.address = ""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="house")
        self._thread.start()
        assert self._ready.wait(60), "the room did not open"

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._serving = asyncio.ensure_future(serve(self._rooms, "127.0.0.1", 0, self._announce))
        try:
            await asyncio.wait([self._serving])
        finally:
            self._ready.set()

    def _announce(self, address: str) -> None:
        self.address = address
        self._ready.set()

    def ask(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join(30)

    def rehearsal(self) -> Rehearsal:
        """A fresh one, on Wednesday morning."""
        return self.ask(self._rooms.new())

    def pass_(self, room: Rehearsal, seconds: float) -> None:
        """Let real seconds pass for everybody in the house, and wait until what was due has happened."""

        async def live() -> None:
            self._backstage.hands.seconds += seconds
            if room.running:
                await room.bot.settle()
            await room.step()

        self.ask(live())

    def until(self, room: Rehearsal, there: Locator) -> float:
        """Let time pass until something can be seen. How many seconds that took on the room's wall clock."""
        began = self._backstage.hands.seconds
        while not there.first.is_visible():
            assert self._backstage.hands.seconds - began < 90, f"it never came: {there}"
            self.pass_(room, 0.2)
        return self._backstage.hands.seconds - began


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for this module: NiceGUI is one to a process."""
    opened = House(tmp_path_factory.mktemp("rehearsals"))
    yield opened
    opened.close()


def card(page: Page, title: str) -> Locator:
    return page.locator(".card").filter(has=page.get_by_role("heading", name=title))


def test_the_first_minute(house: House, page: Page):
    """One card, one button; a round with you in it; then Jo, then what next. Nothing comes from the network."""
    room = house.rehearsal()
    page.goto(f"{house.address}/r/{room.name}")
    expect(page.get_by_role("heading", name="It is Wednesday, 09:29. You are Lena.")).to_be_visible()
    assert page.get_by_role("button").all_inner_texts() == ["Start the round"]

    page.get_by_role("button", name="Start the round").click()
    expect(card(page, "Who is here for a round?")).to_be_visible()
    waited = house.until(room, card(page, "Lena, your minute"))
    assert 8 < waited < 20
    expect(page.get_by_text("waits for you", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Lena, it is your turn. The room waits for you.")

    card(page, "Lena, your minute").get_by_role("button", name="Done").click()
    expect(card(page, "Ines, your minute")).to_be_visible()
    assert 8 < house.until(room, card(page, "Round done")) < 25
    expect(card(page, "Round done")).to_contain_text("7 took part")
    expect(page.locator(".talk article")).to_have_count(2)

    house.until(room, page.get_by_role("button", name="Be Jo"))
    page.get_by_role("button", name="Be Jo").click()
    expect(page.get_by_role("heading", name="Your team had a round today")).to_be_visible()
    expect(page.get_by_text("You are Jo")).to_be_visible()
    page.get_by_role("button", name="Write mine").click()
    dialog = page.get_by_role("dialog", name="Write it")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("Write a word or two"))
    dialog.get_by_label("Your words").fill("We closed the oldest ticket.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(card(page, "Added")).to_be_visible()

    page.get_by_role("region", name="What next?").get_by_role("button", name="Look around").click()
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    page.get_by_role("button", name=re.compile("replies")).click()
    expect(page.get_by_role("log", name="Thread")).to_contain_text("Jo (later): We closed the oldest ticket.")


def test_an_edit_is_seen_as_an_edit(house: House, page: Page):
    """The round's card changes in place, is marked edited, and stays the very same element under the reader's eyes."""
    room = house.rehearsal()
    page.goto(f"{house.address}/r/{room.name}")
    page.get_by_role("button", name="Start the round").click()
    expect(card(page, "Who is here for a round?")).to_be_visible()
    page.evaluate("document.querySelector('.talk article').dataset.same = 'yes'")
    house.until(room, card(page, "Divya, your minute"))
    expect(page.locator(".talk article")).to_have_count(1)
    expect(page.locator(".talk article[data-same=yes]")).to_contain_text("edited")


def test_an_answer_is_in_view_for_whoever_typed(house: House, page: Page):
    """A command typed while reading further up brings its answer into view, not to a place that nobody looks at."""
    room = house.rehearsal()
    page.goto(f"{house.address}/r/{room.name}")
    page.get_by_role("button", name="Start the round").click()
    expect(card(page, "Who is here for a round?")).to_be_visible()
    box = page.get_by_label("Message #bridge")
    page.set_viewport_size({"width": 1280, "height": 450})
    box.fill("/moderato help")
    box.press("Escape")
    box.press("Enter")
    expect(card(page, "What I can do")).to_be_visible()
    log = page.locator(".talk .log")
    log.evaluate("log => { log.scrollTop = 0 }")
    expect(card(page, "What I can do").get_by_role("combobox")).not_to_be_in_viewport()

    box.fill("/moderato me")
    box.press("Escape")
    box.press("Enter")
    expect(card(page, "Your settings").get_by_role("button", name="Hours")).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(house: House, page: Page):
    """Start, a turn, a form, a command with completion, and Stage: no mouse, and focus is never lost."""
    room = house.rehearsal()
    page.goto(f"{house.address}/r/{room.name}")
    expect(page.get_by_role("button", name="Start the round")).to_be_focused()
    page.keyboard.press("Enter")
    house.until(room, card(page, "Lena, your minute"))

    walk(page, "Done")
    page.keyboard.press("Enter")
    expect(card(page, "Ines, your minute")).to_be_visible()
    expect(page.locator(".talk article").first).to_be_focused()
    house.until(room, page.get_by_role("button", name="Be Jo"))
    walk(page, "Be Jo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your team had a round today")).to_be_visible()

    walk(page, "Write mine")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    walk(page, "Look around")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()

    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("moderato rou")
    expect(page.get_by_role("option").first).to_contain_text("/moderato round")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("/moderato round ")
    page.keyboard.type('"what did we learn" 45')
    page.keyboard.press("Enter")
    expect(page.get_by_text("What did we learn, about 45 seconds each.")).to_be_visible()

    walk(page, "Stage", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Stage")).to_be_visible()
    walk(page, "Tomas")
    page.keyboard.press("Space")
    expect(page.get_by_text("You are Tomas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Stage")).to_be_hidden()


def test_it_fits_a_phone(house: House, chromium: Browser):
    """At 390 by 844 nothing is cut off or needs sideways scrolling, and fingers find every button."""
    room = house.rehearsal()
    with a_page(chromium, width=390, height=844) as page:
        page.goto(f"{house.address}/r/{room.name}")
        page.get_by_role("button", name="Start the round").click()
        house.until(room, card(page, "Lena, your minute"))
        assert cut_off(page, ".house") == []
        for button in card(page, "Lena, your minute").get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 34
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        page.get_by_role("button", name="Stage").click()
        expect(page.get_by_role("complementary", name="Stage")).to_be_visible()
        assert cut_off(page, ".house") == []
        page.get_by_role("button", name="Close Stage").click()
        page.get_by_role("button", name="Moderato").click()
        expect(page.get_by_text("comes here")).to_be_visible()
        assert cut_off(page, ".house") == []


def test_every_control_has_a_name(house: House, page: Page):
    """No button, field or list is without words for those who do not see it; all of Stage included."""
    room = house.rehearsal()
    page.goto(f"{house.address}/r/{room.name}")
    page.get_by_role("button", name="Start the round").click()
    house.until(room, card(page, "Lena, your minute"))
    page.get_by_role("button", name="Stage").click()
    expect(page.get_by_role("complementary", name="Stage")).to_be_visible()
    assert nameless(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_light_and_dark(house: House, chromium: Browser, scheme: str):
    """Every text on the page stands out from what is behind it by the 4.5 to 1 that WCAG AA asks for."""
    room = house.rehearsal()
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{house.address}/r/{room.name}")
    page.get_by_role("button", name="Start the round").click()
    house.until(room, card(page, "Lena, your minute"))
    page.get_by_role("button", name="More").click()
    expect(page.get_by_text("Only you see this").first).to_be_visible()
    page.get_by_role("button", name="Stage").click()
    expect(page.get_by_role("complementary", name="Stage")).to_be_visible()
    too_faint = faint(page, ".house")
    context.close()
    assert too_faint == []


def test_a_killed_process_goes_on_where_it_was(tmp_path: Path, page: Page):
    """SIGKILL in the middle of a turn, start again: same round, same order, nobody twice, and you finish it."""
    first = Process(tmp_path)
    page.goto(first.address)
    page.get_by_role("button", name="Start the round").click()
    page.get_by_role("button", name="Stage").click()
    page.get_by_role("button", name="60 times as fast as real time").click()
    page.get_by_role("button", name="Close Stage").click()
    expect(card(page, "Divya, your minute")).to_be_visible()
    first.kill()

    second = Process(tmp_path)
    try:
        page.goto(second.address)
        expect(card(page, "Lena, your minute")).to_be_visible()
        card(page, "Lena, your minute").get_by_role("button", name="Done").click()
        expect(card(page, "Round done")).to_contain_text("7 took part", timeout=30_000)
        page.get_by_role("button", name=re.compile("replies")).click()
        lines = page.get_by_role("log", name="Thread").locator(".card")
        expect(lines.first).to_be_visible()
        called = [text.split(",")[0] for text in lines.all_inner_texts() if "you are up" in text]
        assert sorted(called) == ["@Arun", "@Divya", "@Ines", "@Lena", "@Maya", "@Sam", "@Tomas"]
    finally:
        second.end()


class Process:
    """`moderato rehearse` as a process of its own, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK", "Microsoft"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "rehearse"],
            cwd=folder,
            env={**keep, "PYTHONPATH": str(ROOT), "PORT": "0", "HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = ""
        while "http://" not in said:
            line = self._process.stdout.readline()
            assert line, f"it did not open, but said: {said!r}"
            said += line
        self.address = re.findall(r"http://127\.0\.0\.1:\d+", said)[-1]

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._gone()

    def end(self) -> None:
        self._process.send_signal(signal.SIGINT)
        assert self._gone() == 0

    def _gone(self) -> int:
        code = self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


def walk(page: Page, name: str, *, back: bool = False) -> None:
    """Tab until the button of that name has focus."""
    seen: list[str] = []
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        at = focused(page)
        if at.endswith(name):
            return
        seen.append(at[:30])
    raise AssertionError(f"no way by keyboard to {name!r}; on the way: {seen}")


def test_a_guide_is_read_from_a_file(house: House, page: Page, tmp_path: Path):
    """A guide of one's own is chosen as a file in the form; its text is what is checked and kept."""
    house._backstage.content = library()
    room = house.rehearsal()
    house._backstage.content = None
    page.goto(f"{house.address}/r/{room.name}")
    file = tmp_path / "look-back.yml"
    file.write_text(
        "kind: guide\nid: look-back\ntitle: Look back\npurpose: Two questions.\ngoal_type: share\ntotal_minutes: 10\n"
        "steps:\n  - {id: talk, kind: open, title: Talk, minutes: 10, flex: true}\n",
        encoding="utf-8",
    )
    house.ask(room.do({"do": "start"}))
    house.ask(room.do({"do": "type", "channel": "bridge", "text": "/moderato guide add"}))
    expect(page.get_by_role("heading", name="Add a guide")).to_be_visible()
    page.get_by_label("Read it from a file").set_input_files(file)
    expect(page.get_by_label("The file, as text")).to_have_value(file.read_text(encoding="utf-8"))
    page.get_by_role("button", name="Check and keep").click()
    expect(card(page, "Your guide is kept")).to_be_visible()
