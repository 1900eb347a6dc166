"""The room's own word: the first card, what comes after the round, and whom the clock waits for."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.platforms.local import parse
from bot.platforms.local.app.board import Board
from bot.platforms.local.app.cast import PLAYERS, Player
from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import mark


@dataclass(frozen=True, slots=True)
class Next:
    """One way on after the first minute: what it types, how long the room lives on then, and the rows it opens."""

    label: str
    types: str
    hours: int = 0
    table: str = ""


NEXT = (  # shown where the command exists
    Next("A written check-in", "checkin now"),
    Next("A guided session", "session start learning-hour handover between teams"),
    Next("Unmask a pulse", "pulse start psych-safety", hours=24, table="sealed"),
)
LOOK_AROUND = Next("Look around", "")


@dataclass(frozen=True, slots=True)
class Word:
    """A line, or a title with ways to go on: (label, what it does)."""

    line: str
    title: str = ""
    ways: tuple[tuple[str, str], ...] = ()

    def spoken(self) -> str:
        return f"{self.title} {self.line}".strip()


def word(room: Board, you: Player, channel: str) -> Word | None:
    """What the room has to say now, if anything, to somebody who looks at *channel*."""
    if room.notice:
        return Word(room.notice)
    match room.scene:
        case "jo":
            return Word("See what Jo gets, as Jo.", "Jo was not there", (("Be Jo", does("be_jo")),))
        case "next":
            return Word(_as_jo(room) if you.user == "jo" else "", "What next?", _ways(room))
    if room.waits() == "you":
        return _waits(room, you, channel)
    if room.quiet and room.scene == "free":
        return Word("Nothing happens for a while.", ways=(("Skip ahead", does("ahead")),))
    if room.scene == "call":
        return Word("The others tap in by themselves. The clock runs ten times faster, and waits whenever you are up.")
    return None


def drawn(said: Word) -> Node:
    """A quiet strip, or, with a title, something to decide."""
    if not said.title:
        ways = [h("button", label, type="button", cls="quiet", data_do=do, key=label) for label, do in said.ways]
        return h("p", h("span", said.line), ways, cls="guide strip", key="strip")
    buttons = [
        h("button", label, type="button", cls="button primary" if n == 0 else "button", data_do=do, key=label)
        for n, (label, do) in enumerate(said.ways)
    ]
    return h(
        "section",
        h("div", h("h2", said.title), h("p", said.line) if said.line else None),
        h("div", buttons, cls="row"),
        cls="guide offer",
        aria_label=said.title,
        key=said.title,
    )


def opening() -> Node:
    """The first card: who you are, and one button."""
    return h(
        "section",
        mark("large"),
        h("h1", "It is Wednesday, 09:29. You are Lena."),
        h("p", "Your team is on a call. Seven others are played by the room."),
        h(
            "button",
            "Start the round",
            type="button",
            cls="button primary large",
            data_do=does("start"),
            autofocus=True,
        ),
        h("p", "A rehearsal: nothing in here reaches anybody.", cls="muted"),
        cls="opening-card",
        aria_label="Begin",
        key="opening",
    )


def _waits(room: Board, you: Player, channel: str) -> Word:
    asked, run = room.asked(), ("Let it run", does("let_run"))
    if asked is not None and asked.why == "turn":
        return Word(f"{you.name}, it is your turn. The room waits for you.", ways=(run,))
    direct = parse.DIRECT + you.user
    if asked is not None and asked.why == "direct" and channel != direct:
        show = ("Show me", does("open", channel=direct))
        return Word(f"{you.name}, you are asked in a direct message. The room waits for you.", ways=(show, run))
    return Word(f"{you.name}, you are asked. The room waits for you.", ways=(run,))


def _ways(room: Board) -> tuple[tuple[str, str], ...]:
    known = set(room.bot.routes.words())
    ways = [way for way in NEXT if way.types.split()[0] in known]
    return tuple(
        (way.label, does("next", text=way.types, hours=way.hours, table=way.table)) for way in (*ways, LOOK_AROUND)
    )


def _as_jo(room: Board) -> str:
    there = room.clock().astimezone(ZoneInfo(PLAYERS["jo"].zone))
    return f"This is what Jo sees, in {PLAYERS['jo'].city} at {there:%H:%M}. Write it, leave it, or go on."
