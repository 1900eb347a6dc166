"""The room's memory: what was said stays said, also after a restart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.ports import Outgoing, Sent, Undeliverable
from bot.kernel.cards import Action, Button, Buttons, Card, Text
from bot.kernel.ids import SessionId
from bot.platforms.local.client import RoomMessenger, Timeline

START = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)


class Held:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Held:
    return Held()


@pytest.fixture
def timeline(tmp_path: Path, clock: Held) -> Timeline:
    return Timeline(tmp_path / "room.db", clock)


def button(label: str, verb: str, argument: str = "") -> Button:
    return Button(label, Action("rounds", SessionId("s1"), verb, argument))


def card(title: str, *buttons: Button) -> Card:
    return Card(title, (Text("Win or challenge."), Buttons(buttons)) if buttons else (Text("Win or challenge."),))


def outgoing(**given: object) -> Outgoing:
    usual = {
        "id": 1,
        "platform": "local",
        "workspace": "rehearsal",
        "card": card("Who is here?"),
        "kind": "card",
        "key": "s1:card:1",
        "zone": "Europe/Berlin",
        "channel": "bridge",
    }
    return Outgoing(**{**usual, **given})  # type: ignore[arg-type]


def send(timeline: Timeline, message: Outgoing) -> object:
    return asyncio.run(RoomMessenger(timeline).send(message))


def titles(timeline: Timeline, user: str, channel: str = "bridge", thread: int | None = None) -> list[str]:
    return [said.card.title for said in timeline.seen(user, channel, thread) if said.card]


def test_the_same_send_twice_is_one_message(timeline: Timeline):
    """A send repeated after a crash finds the message that is there."""
    first, again = send(timeline, outgoing()), send(timeline, outgoing(doubtful=True))
    assert Sent("1", "bridge") == first == again
    assert titles(timeline, "lena") == ["Who is here?"]


def test_an_edit_changes_the_message_in_its_place(timeline: Timeline, clock: Held):
    """A revised card stands where the old one stood, marked as edited, and is no new post."""
    send(timeline, outgoing())
    send(timeline, outgoing(id=2, key="s1:result:2", card=card("Second")))
    clock.now += timedelta(seconds=30)
    send(timeline, outgoing(id=3, key="s1:card:3", card=card("Divya, your minute"), replaces="1"))
    assert titles(timeline, "lena") == ["Divya, your minute", "Second"]
    said = timeline.message(1)
    assert said is not None
    assert (START, START + timedelta(seconds=30), 1) == (said.at, said.edited, said.edits)


def test_only_you_is_only_you(timeline: Timeline):
    """A private message in the channel and a direct message are seen by their reader alone."""
    send(timeline, outgoing(only="lena", key="a:b:1"))
    send(timeline, outgoing(channel="", user="jo", key="a:b:2", card=card("For Jo")))
    assert (titles(timeline, "lena"), titles(timeline, "sam")) == (["Who is here?"], [])
    direct = timeline.seen("jo", "D.jo")[0]
    assert (direct.seen_by("jo"), direct.seen_by("lena")) == (True, False)


def test_one_word_in_your_ear_at_a_time(timeline: Timeline):
    """The next private hint takes the place of the one before; answers to what you did yourself stay."""
    messenger = RoomMessenger(timeline)
    timeline.say("bridge", card("More"), only="lena")
    for number, title in enumerate(("Half time", "2 minutes"), 1):
        hint = outgoing(id=number, key=f"k{number}", card=card(title), only="lena", kind="hint")
        asyncio.run(messenger.send(hint))
    assert [said.card.title for said in timeline.seen("lena", "bridge") if said.card] == ["More", "2 minutes"]


def test_what_is_taken_back_is_gone_and_cannot_be_edited(timeline: Timeline):
    """A retracted message disappears; an edit of it is undeliverable, never a new post."""
    send(timeline, outgoing())
    send(timeline, outgoing(id=2, key="s1:card:2", card=None, replaces="1"))
    late = send(timeline, outgoing(id=3, key="s1:card:3", replaces="1"))
    assert titles(timeline, "lena") == []
    assert Undeliverable("that message is gone") == late


def test_replies_stand_in_their_thread(timeline: Timeline):
    """A thread's messages are not in the channel; its root counts them."""
    send(timeline, outgoing())
    send(timeline, outgoing(id=2, key="s1:up1:2", card=card("Divya, you are up."), thread="1"))
    assert titles(timeline, "lena") == ["Who is here?"]
    assert titles(timeline, "lena", thread=1) == ["Divya, you are up."]
    assert timeline.replies("bridge") == {1: (1, 2)}


def test_a_button_remembers_since_when_it_asks(timeline: Timeline, clock: Held):
    """Edits around a button do not make it younger; one that leaves the card asks no longer."""
    number = timeline.say("bridge", card("Who is here?", button("I'm in", "in"), button("Start now", "now")))
    clock.now += timedelta(seconds=10)
    timeline.press(number, button("I'm in", "in").action.pack(), "ines")
    timeline.revise(number, card("Divya, your minute", button("Done", "done", "1"), button("I'm in", "in")))
    ((_, asked),) = timeline.asked()
    since = {Action.unpack(one.token).verb: (one.since, one.pressed) for one in asked}
    assert {"in": (START, {"ines"}), "done": (START + timedelta(seconds=10), frozenset())} == since


def test_a_restarted_process_shows_the_same_timeline(tmp_path: Path, timeline: Timeline, clock: Held):
    """Everything is found again by another process: messages, edits, presses, notes and the next number."""
    number = timeline.say("bridge", card("Who is here?", button("I'm in", "in")))
    timeline.revise(number, card("Divya, your minute", button("Done", "done", "1")))
    timeline.chat("bridge", "lena", "Good morning")
    timeline.set_note("scene", "call")
    timeline.number()
    again = Timeline(tmp_path / "room.db", clock)
    assert timeline.seen("lena", "bridge") == again.seen("lena", "bridge")
    assert timeline.asked() == again.asked()
    assert (again.note("scene"), again.number()) == ("call", 2)
