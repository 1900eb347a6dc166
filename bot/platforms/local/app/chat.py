"""Messages and cards, as nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.platforms.local import render
from bot.platforms.local.app.cast import PLAYERS, Player
from bot.platforms.local.app.nodes import Node, does, h
from bot.platforms.local.app.pictures import avatar, chart, icon, mark
from bot.platforms.local.client import Said

View = Mapping[str, Any]


def log(
    messages: list[Said],
    reader: Player,
    *,
    replies: Mapping[int, tuple[int, int]] | None = None,
    thread: int | None = None,
    asks: int = 0,
) -> Node:
    """A conversation, oldest first, with a line where a new day begins in the reader's zone.

    *asks* is the message that waits for the reader's answer, 0 if there is none.
    """
    zone = ZoneInfo(reader.zone)
    nodes: list[Node] = []
    day = ""
    for said in messages:
        here = said.at.astimezone(zone)
        if (today := day_name(here)) != day:
            day = today
            nodes.append(h("div", h("span", today), cls="day", key=f"day-{here:%Y-%m-%d}"))
        nodes.append(message(said, reader, (replies or {}).get(said.id), asks=said.id == asks))
    label = "Thread" if thread else "Messages"
    return h("div", nodes, cls="log", role="log", aria_label=label, tabindex="0", data_stick=True)


@lru_cache(2000)
def message(said: Said, reader: Player, replied: tuple[int, int] | None = None, *, asks: bool = False) -> Node:
    """One message: a card of the bot, or what a person said."""
    author = PLAYERS.get(said.author)
    name = author.name if author else "Moderato"
    here = said.at.astimezone(ZoneInfo(reader.zone))
    return h(
        "article",
        avatar(author) if author else mark(),
        h(
            "div",
            h(
                "header",
                h("span", name, cls="name"),
                h("span", "app", cls="tag") if author is None else None,
                h("time", f"{here:%H:%M}", datetime=said.at.isoformat(), title=day_name(here)),
                h("span", "edited", cls="edited", title="This message was changed in place") if said.edits else None,
                _private(said) if said.only else None,
            ),
            card(said, reader) if said.card else h("p", said.text, cls="words"),
            _replies(said, replied) if replied else None,
            cls="body",
        ),
        cls=" ".join(filter(None, ("message", "private" if said.only else "", "asks" if asks else ""))),
        id=f"m{said.id}",
        tabindex="-1",
        aria_label=f"{name}, {here:%H:%M}{', only you see this' if said.only else ''}",
        data_edits=said.edits,
        key=f"m{said.id}",
    )


def card(said: Said, reader: Player) -> Node:
    """The bot's card, in the reader's zone."""
    assert said.card is not None
    view = render.card_view(said.card, reader.zone, reader=reader.member, links=dict(said.links))
    base = {"message": said.id, "channel": said.channel, "thread": said.thread}
    blocks = [block(one, base) for one in view["blocks"] if not (said.only and _words(one).strip() == render.ONLY_YOU)]
    plain = not view["title"] and all(one["is"] == "text" for one in view["blocks"])
    return h(
        "div",
        h("h3", spans(view["title"])) if view["title"] else None,
        blocks,
        cls="card plain" if plain else "card",
        data_message=said.id,
    )


def block(view: View, base: Mapping[str, Any]) -> Node:
    match view["is"]:
        case "text":
            return h("p", spans(view["spans"]), cls="muted" if view["muted"] else None)
        case "fields":
            pairs = (h("div", h("dt", spans(name)), h("dd", spans(value))) for name, value in view["pairs"])
            return h("dl", pairs)
        case "table":
            return _table(view)
        case "buttons":
            return h("div", [_button(one, base) for one in view["row"]], cls="row")
        case "choice":
            return _choice(view, base)
        case "progress":
            return h(
                "p",
                h("span", f"{view['label']}: {view['done']} of {view['total']}"),
                h("progress", value=view["done"], max=max(view["total"], 1), aria_hidden="true"),
                cls="progress",
            )
        case "divider":
            return h("hr")
        case "chart":
            return chart(view)
        case "file":
            size = max(1, round(view["size"] / 1024))
            return h("p", h("a", f"{view['name']} ({size} KB)", href=view["href"], download=view["name"]), cls="file")
        case other:
            raise ValueError(f"no drawing for a block that is {other!r}")


def spans(pieces: list[View]) -> Iterator[Node]:
    for piece in pieces:
        if "call" in piece:
            yield h("span", piece["text"], cls="call mine" if piece["call"] == "you" else "call")
        elif "moment" in piece:
            yield h("time", piece["text"], datetime=piece["moment"])
        else:
            yield h("span", piece["text"])


def day_name(here: datetime) -> str:
    """`Wednesday 25 March`, the local day of an aware moment in its own zone."""
    return f"{here:%A} {here.day} {here:%B}"


def _button(view: View, base: Mapping[str, Any]) -> Node:
    if view["is"] == "link":
        return h("a", view["label"], href=view["to"], target="_blank", rel="noreferrer noopener", cls="button")
    if view["is"] == "jump":
        return h("button", view["label"], type="button", cls="button", data_jump=f"m{view['message']}")
    return h(
        "button",
        view["label"],
        type="button",
        cls=f"button {view['style']}",
        data_do=does("press", token=view["token"], **base),
        aria_haspopup="dialog" if view["asks"] else None,
        key=view["token"],
    )


def _choice(view: View, base: Mapping[str, Any]) -> Node:
    options = [h("option", view["label"], value="", selected=True)]
    options += [
        h("option", f"{one['label']}: {one['hint']}" if one["hint"] else one["label"], value=one["value"])
        for one in view["options"]
    ]
    return h(
        "select",
        options,
        cls="choice",
        aria_label=view["label"],
        data_do=does("press", token=view["token"], **base),
        key=view["token"],
    )


def _table(view: View) -> Node:
    head = h("tr", [h("th", cell, scope="col") for cell in view["header"]])
    rows = [
        h("tr", [h("th" if n == 0 else "td", spans(cell), scope="row" if n == 0 else None) for n, cell in enumerate(r)])
        for r in view["rows"]
    ]
    return h("div", h("table", h("thead", head), h("tbody", rows)), cls="table", tabindex="0")


def _private(said: Said) -> Node:
    return h(
        "span",
        icon("eye"),
        h("span", "Only you see this"),
        h(
            "button",
            icon("close"),
            type="button",
            cls="dismiss",
            aria_label="Put this away",
            data_do=does("dismiss", message=said.id),
        ),
        cls="only",
    )


def _replies(said: Said, replied: tuple[int, int]) -> Node:
    count = "1 reply" if replied[0] == 1 else f"{replied[0]} replies"
    return h(
        "button", icon("thread"), h("span", count), type="button", cls="replies", data_do=does("thread", id=said.id)
    )


def _words(view: View) -> str:
    return "".join(str(piece["text"]) for piece in view.get("spans", ()))
