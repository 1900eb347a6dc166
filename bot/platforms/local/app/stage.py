"""Stage, the drawer behind the room: who you are, how fast the clock runs, and whether the bot does."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.platforms.local import parse
from bot.platforms.local.app.board import SPEEDS, Board
from bot.platforms.local.app.cast import PLAYERS, TEAM, Player
from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import avatar, icon


def stage(room: Board) -> Node:
    you = PLAYERS[room.you]
    parts = (_act_as(room, you), _clock(room, you), _bot(room), _autopilot(room), _storage(), _again(room))
    return h(
        "aside",
        h(
            "header",
            h("h2", "Stage"),
            h("button", icon("close"), type="button", cls="tool", aria_label="Close Stage", data_do=does("stage")),
            cls="head",
        ),
        h("div", parts, cls="scroll"),
        cls="stage",
        id="stage",
        aria_label="Stage",
        key="stage",
    )


def _act_as(room: Board, you: Player) -> Node:
    def one(player: Player) -> Node:
        waiting = player != you and room.unread(player.user, parse.DIRECT + player.user)
        return h(
            "button",
            avatar(player, "small"),
            h("span", player.name, title=player.city),
            h("span", "new", cls="new") if waiting else None,
            type="button",
            cls="as",
            aria_pressed="true" if player == you else "false",
            data_do=does("act_as", user=player.user),
            key=player.user,
        )

    return h("section", h("h3", "Act as"), h("div", [one(player) for player in TEAM], cls="cast"), _added(room, you))


def _added(room: Board, you: Player) -> Node:
    """On Slack and Teams somebody may not have added the bot: what it asks does not reach them."""
    return h(
        "button",
        h("span", cls="knob", aria_hidden="true"),
        h("span", f"{you.name} has added the bot"),
        type="button",
        cls="switch",
        role="switch",
        aria_checked="true" if room.has_bot(you.user) else "false",
        data_do=does("added"),
        key=f"added-{you.user}",
    )


def _clock(room: Board, you: Player) -> Node:
    labels = {0.0: "Hold", 1.0: "1×", 10.0: "10×", 60.0: "60×"}
    speeds = [
        h(
            "button",
            labels[speed],
            type="button",
            cls="segment",
            aria_pressed="true" if room.speed == speed else "false",
            aria_label=None if speed == 0 else f"{speed:g} times as fast as real time",
            data_do=does("speed", speed=speed),
            key=str(speed),
        )
        for speed in SPEEDS
    ]
    there = room.clock().astimezone(ZoneInfo(you.zone))
    return h(
        "section",
        h("h3", "Clock"),
        h("div", speeds, cls="segments", role="group", aria_label="Speed"),
        h("p", "It waits whenever you are asked something, whatever the speed.", cls="muted"),
        h(
            "form",
            h("label", f"Move to, in {you.city}", for_="move-to"),
            h(
                "div",
                h("input", type="datetime-local", id="move-to", name="to", defaultValue=f"{there:%Y-%m-%dT%H:%M}"),
                h("button", "Move", type="submit", cls="button"),
                cls="row",
            ),
            data_do=does("move"),
            key=f"move-{you.zone}",
        ),
    )


def _bot(room: Board) -> Node:
    if room.running:
        label, line = "Stop the bot", "As if its machine went down: the clock goes on without it."
    else:
        label, line = "Start the bot again", "It says once how long it was away, and goes on where it was."
    return h(
        "section",
        h("h3", "Bot"),
        h("p", line, cls="muted"),
        h("button", label, type="button", cls="button", data_do=does("bot")),
    )


def _storage() -> Node:
    return h(
        "section",
        h("h3", "Storage"),
        h("p", "See for yourself what the bot keeps, and try to find out more than it shows.", cls="muted"),
        h("button", "What is stored", type="button", cls="button", aria_haspopup="dialog", data_do=does("rows")),
    )


def _autopilot(room: Board) -> Node:
    return h(
        "section",
        h("h3", "Autopilot"),
        h(
            "button",
            h("span", cls="knob", aria_hidden="true"),
            h("span", "The room plays the others"),
            type="button",
            cls="switch",
            role="switch",
            aria_checked="true" if room.plays else "false",
            data_do=does("autopilot"),
        ),
    )


def _again(room: Board) -> Node:
    return h(
        "section",
        h("h3", "Rehearsal"),
        h(
            "p",
            f"This one runs with seed {room.seed}. The same seed and the same presses give the same rehearsal.",
            cls="muted",
        ),
        h(
            "form",
            h("label", "Seed", for_="seed"),
            h(
                "div",
                h("input", type="number", id="seed", name="seed", min=1, max=999999, defaultValue=str(room.seed)),
                h("button", "New rehearsal", type="submit", cls="button"),
                cls="row",
            ),
            data_do=does("new"),
        ),
    )
