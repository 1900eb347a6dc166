"""The whole page as nodes: team channel, direct messages, thread, and the first minute."""

from __future__ import annotations

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.engine.route import ROOT
from bot.platforms.local import parse, render
from bot.platforms.local.app import chat, guide, rows
from bot.platforms.local.app.board import Board
from bot.platforms.local.app.cast import CHANNEL, PLAYERS, TEAM, Player
from bot.platforms.local.app.forms import dialog
from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import avatar, icon, mark
from bot.platforms.local.app.stage import stage
from bot.platforms.local.client import TOPIC, Said


@dataclass(slots=True)
class Screen:
    """What one browser window looks at."""

    channel: str = CHANNEL
    thread: int | None = None
    stage: bool = False
    rows: str | None = None  # what is stored, in a dialog: the table to begin with, '' for none


def page(room: Board, screen: Screen) -> Node:
    """Everything one window shows now."""
    you = PLAYERS[room.you]
    started = room.scene != "start"
    word = guide.word(room, you, screen.channel)
    behind = None if started else True
    return h(
        "div",
        h("a", "To the message box", href="#say", cls="skip") if started else None,
        h(
            "div",
            _top(room, you, screen),
            _side(room, you, screen),
            _talk(room, you, screen, word),
            _thread(room, you, screen) if screen.thread is not None else None,
            stage(room) if screen.stage else None,
            cls=f"room{' with-thread' if screen.thread else ''}{' with-stage' if screen.stage else ''}",
            inert=behind,
            aria_hidden="true" if behind else None,
            key="room",
        ),
        None if started else guide.opening(),
        dialog(room.form, you.zone) if room.form is not None and room.form.user == room.you else None,
        rows.dialog(room.stored(), screen.rows) if screen.rows is not None else None,
        h("div", word.spoken() if word is not None and started else "", cls="heard", role="status", key="heard"),
        cls="house" if started else "house opening",
    )


def _top(room: Board, you: Player, screen: Screen) -> Node:
    return h(
        "header",
        h("div", mark(), h("span", "Rehearsal room", cls="title"), cls="brand"),
        clock(room, you),
        h(
            "div",
            avatar(you, "small"),
            h("span", h("span", "You are ", cls="wide"), h("strong", you.name), cls="who"),
            cls="you",
        ),
        h(
            "button",
            icon("stage"),
            h("span", "Stage"),
            type="button",
            cls="tool",
            aria_expanded="true" if screen.stage else "false",
            aria_controls="stage",
            aria_label="Stage",
            data_do=does("stage"),
        ),
        cls="top",
        key="top",
    )


def clock(room: Board, you: Player) -> Node:
    """Where the time stands, and what it waits for. The browser moves the hands in between."""
    now = room.clock()
    there = now.astimezone(ZoneInfo(you.zone))
    state, words = _pace(room)
    ticking = json.dumps({"at": round(now.timestamp() * 1000), "speed": room.clock.speed, "zone": you.zone})
    return h(
        "div",
        h("span", f"{there:%a} {there.day} {there:%b}", cls="date"),
        h("time", f"{there:%H:%M:%S}", cls="hands", data_clock=ticking),
        h("span", words, cls=f"pace {state}"),
        cls="clock",
        role="group",
        aria_label=f"Clock in {you.city}",
        key="clock",
    )


def _pace(room: Board) -> tuple[str, str]:
    if not room.running:
        return "off", "bot stopped"
    match room.waits():
        case "you" | "form":
            return "yours", "waits for you"
        case "scene" | "nobody":
            return "waits", "waits"
    speed = room.speed
    return ("waits", "held") if speed == 0 else ("runs", f"{speed:g}× speed")


def _side(room: Board, you: Player, screen: Screen) -> Node:
    direct = parse.DIRECT + you.user

    def conversation(channel: str, name: str, sign: Node) -> Node:
        new = channel != screen.channel and room.unread(you.user, channel)
        return h(
            "button",
            sign,
            h("span", name),
            h("span", "new", cls="new") if new else None,
            type="button",
            cls="conversation",
            aria_current="page" if channel == screen.channel else None,
            data_do=does("open", channel=channel),
            key=channel,
        )

    def person(player: Player) -> Node:
        there = room.clock().astimezone(ZoneInfo(player.zone))
        return h(
            "li",
            avatar(player, "small"),
            h("span", f"{player.name} (you)" if player == you else player.name),
            h("span", f"{there:%H:%M}", cls="there", title=player.city),
            key=player.user,
        )

    return h(
        "nav",
        h("p", "Bridge", cls="team"),
        conversation(CHANNEL, CHANNEL, icon("hash")),
        conversation(direct, "Moderato", icon("direct")),
        h("h2", "Team"),
        h("ul", [person(player) for player in TEAM], cls="people"),
        cls="side",
        aria_label="Conversations",
        key="side",
    )


def _talk(room: Board, you: Player, screen: Screen, word: guide.Word | None) -> Node:
    channel = screen.channel
    direct = channel != CHANNEL
    messages = room.timeline.seen(you.user, channel)
    asked = room.asked()
    head = (
        (mark("small"), h("h1", "Moderato"), h("p", f"Direct messages to {you.name}"))
        if direct
        else (None, h("h1", f"# {CHANNEL}"), h("p", " · ".join(_beside(room))))
    )
    return h(
        "section",
        h("header", [node for node in head if node is not None], cls="head"),
        chat.log(messages, you, replies=room.timeline.replies(channel), asks=asked.message if asked else 0)
        if messages
        else h("div", h("p", _nothing_yet(direct, you)), cls="log empty", role="log", tabindex="0", data_stick=True),
        guide.drawn(word) if word is not None else None,
        composer(room, channel, None, f"Message Moderato as {you.name}" if direct else f"Message #{CHANNEL}"),
        cls="talk",
        aria_label="Moderato" if direct else f"#{CHANNEL}",
        key=f"talk-{channel}",
    )


def _beside(room: Board) -> list[str]:
    """What stands beside the channel's name: how big it is, its topic, and whom a group means."""
    groups = room.timeline.groups()
    meant = [f"@{name}: {', '.join(PLAYERS[user].name for user in users)}" for name, users in sorted(groups.items())]
    return [part for part in ("8 members, 3 time zones", room.timeline.note(TOPIC), *meant) if part]


def _nothing_yet(direct: bool, you: Player) -> str:
    if direct:
        return f"Nothing yet. What Moderato has to say to {you.name} alone comes here."
    return f"Quiet so far. Type /{ROOT} to see what is possible."


def _thread(room: Board, you: Player, screen: Screen) -> Node:
    root = room.timeline.message(screen.thread or 0)
    messages = room.timeline.seen(you.user, screen.channel, screen.thread)
    return h(
        "aside",
        h(
            "header",
            h("h2", "Thread"),
            h("button", icon("close"), type="button", cls="tool", aria_label="Close thread", data_do=does("thread")),
            cls="head",
        ),
        h("p", _spoken_title(root, you), cls="root"),
        chat.log(messages, you, thread=screen.thread),
        composer(room, screen.channel, screen.thread, "Reply"),
        cls="thread",
        aria_label="Thread",
        key=f"thread-{screen.thread}",
    )


def _spoken_title(root: Said | None, you: Player) -> Node:
    """What a thread is about: its card's title, with names and moments as its reader sees them."""
    if root is None or root.card is None:
        return h("span", "")
    view = render.card_view(root.card, you.zone, reader=you.member, links=dict(root.links))
    return h("span", chat.spans(view["title"]))


def composer(room: Board, channel: str, thread: int | None, label: str) -> Node:
    """Where one types; slash commands are completed by the browser from the list that comes with it."""
    name = "say" if thread is None else "reply"
    return h(
        "form",
        h(
            "input",
            id=name,
            name="text",
            autocomplete="off",
            placeholder=label,
            aria_label=label,
            maxlength=4000,
            data_complete=_words(room) if thread is None else None,
            enterkeyhint="send",
        ),
        h("button", icon("send"), type="submit", cls="send", aria_label="Send"),
        cls="composer",
        data_do=does("type", channel=channel, thread=thread),
        key=f"composer-{thread}",
    )


def _words(room: Board) -> str:
    """What can be typed: as JSON, `[["/moderato round", "[topic] [seconds]", "A live round: ..."], ...]`."""
    found = [[f"/{ROOT}", "", "What is open for you, and ways to start"]]
    for _, command in room.bot.routes.commands:
        if command.words:
            found.append([f"/{ROOT} {command.words}", command.usage, command.help])
        if command.shortcut:
            found.append([f"/{command.words}", command.usage, command.help])
    return json.dumps(sorted(found), ensure_ascii=False)
