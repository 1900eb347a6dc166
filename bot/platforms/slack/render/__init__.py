"""Cards as Block Kit, forms as modals. Total: whatever a card holds, Slack takes what comes out of here.

A sentence may hold people's words. They are escaped and marked `verbatim`, so that nobody can make the bot
call a channel or dress a link up as another; the only markup in a message is what this module writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.kernel.cards import Card, File, Form
from bot.kernel.words import When, plain, spans
from bot.platforms.slack.render.blocks import NEXT, REST, Drawer, packed_in, plain_text, section, view_blocks
from bot.platforms.slack.render.forms import field_blocks
from bot.platforms.slack.render.limits import ALT, BLOCKS, ERROR, METADATA, OPTIONS, VIEW_BLOCKS, VIEW_TITLE, cut
from bot.platforms.slack.render.sentences import escaped, inline, spoken, spoken_blocks

__all__ = [
    "ALT",
    "NEXT",
    "OPTIONS",
    "REST",
    "Message",
    "errors",
    "escaped",
    "home",
    "inline",
    "message",
    "packed",
    "reading",
    "view",
]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One card as Slack takes it. *rest* continues it in the thread; *files* go along as uploads."""

    text: str
    blocks: tuple[Json, ...]
    rest: tuple[Message, ...] = ()
    files: tuple[File, ...] = ()

    def content(self) -> Json:
        """What every method that says something takes."""
        return {"text": self.text, "blocks": list(self.blocks)}


def message(
    card: Card,
    zone: str,
    *,
    links: Mapping[str, str] | None = None,
    pictures: Mapping[int, str] | None = None,
    modest: bool = False,
    more: str = "",
) -> Message:
    """*card* for readers in *zone* (an IANA name; Slack itself shows moments in each reader's own).

    *links*: message name -> address, for `Link`s to our own messages; one that leads nowhere is left out.
    *pictures*: place of a chart on the card -> id of its uploaded picture; without one its words are shown.
    *modest*: only blocks that have been in Slack for years. *more*: what stands at the end of a first part.
    """
    drawer = Drawer(zone, links or {}, pictures or {}, modest=modest, view=False)
    parts = drawer.parts(card)
    files = tuple(block for block in card.blocks if isinstance(block, File))
    first, *others = packed_in(parts, BLOCKS, more or REST)
    rest = tuple(Message(spoken_blocks(blocks), tuple(blocks)) for blocks in others)
    return Message(spoken(card, zone), tuple(first), rest, files)


def home(card: Card, zone: str) -> Json:
    """*card* as the Home tab."""
    return {"type": "home", "blocks": view_blocks(card, zone)}


def reading(card: Card, zone: str, metadata: str) -> Json:
    """*card* in a modal, for somebody who acted where nothing else can be shown to them alone.

    A modal's title is plain text. One with a moment stands in the body, where Slack shows it in the reader's zone.
    """
    dated = any(isinstance(span, When) for span in spans(card.title))
    title = "Moderato" if dated else cut(plain(card.title, zone), VIEW_TITLE) or "Moderato"
    shown = Card("" if title == plain(card.title, zone) else card.title, card.blocks)
    blocks = view_blocks(shown, zone) or [section(escaped(title))]
    return {"type": "modal", "title": plain_text(title), "close": plain_text("Close"), "blocks": blocks} | noted(
        metadata
    )


def view(form: Form, zone: str, metadata: str = "") -> Json:
    """*form* as a modal. *metadata* comes back with the submission."""
    blocks = [block for field in form.fields for block in field_blocks(field, zone)]
    body = {
        "type": "modal",
        "callback_id": form.action.pack(),
        "title": plain_text(cut(plain(form.title, zone), VIEW_TITLE) or "Moderato"),
        "submit": plain_text(cut(plain(form.submit, zone), VIEW_TITLE) or "Save"),
        "close": plain_text("Cancel"),
        "blocks": blocks[:VIEW_BLOCKS] or [section("Nothing to fill in.")],
    }
    return body | noted(metadata)


def errors(sentences: Mapping[str, str], fields: Sequence[str], zone: str) -> dict[str, str]:
    """Field errors as Slack wants them: at input blocks that exist, else at the first one."""
    first = fields[0] if fields else ""
    placed: dict[str, str] = {}
    for name, why in sentences.items():
        where = name if name in fields else first
        said = cut(plain(why, zone), ERROR)
        placed[where] = f"{placed[where]} {said}" if where in placed else said
    return placed


def noted(metadata: str) -> Json:
    if len(metadata) > METADATA:
        raise ValueError(f"a view can carry {METADATA} characters, not {len(metadata)}")
    return {"private_metadata": metadata} if metadata else {}


def packed(**facts: str) -> str:
    """Facts for `private_metadata`."""
    return json.dumps({name: fact for name, fact in facts.items() if fact}, separators=(",", ":"))
