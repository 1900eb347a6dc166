"""Sentences in Slack's markup, escaped: what people typed stays what they typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from bot.kernel.cards import Card, reworded
from bot.kernel.words import Mention, Style, When, Who, spans
from bot.platforms.slack.render.limits import ADDRESS, PIECE, SPOKEN, length

Json = dict[str, Any]

DATES: Mapping[Style, str] = {
    "time": "{time}",
    "day_time": "{date_long_pretty} at {time}",
    "date": "{date_long_pretty}",
    "date_time": "{date_long_pretty} at {time}",
}
# "On tomorrow" is no English, and no sentence begins with a small "tomorrow": there the day is named.
NAMED = re.compile(r"\b[Oo]n\s$|[.?!]\s$")
WEB = re.compile(r"https?://[^\s<>|\"]+[^\s<>|\".,;:!?)\]}'»”]")


def inline(sentence: str, zone: str, *, call: bool = True) -> str:
    """A sentence in Slack's markup. *call* false writes names where it would call people."""
    return "".join(pieces(sentence, zone, call=call))


def escaped(text: str) -> str:
    """*text* so that Slack reads no markup in it, except that web addresses stay links to themselves."""
    return "".join(_escaped_pieces(text))


def pieces(sentence: str, zone: str, *, call: bool = True) -> Iterator[str]:
    """The sentence in pieces that must not be broken."""
    before = ""
    for place, span in enumerate(spans(sentence)):
        after, before = before, span if isinstance(span, str) else ""
        match span:
            case str():
                yield from _escaped_pieces(span)
            case Who(member=member):
                yield entities(member.user)
            case Mention(member=member, name=name):
                yield f"<@{member.user}>" if call else entities(name or member.user)
            case When(at=at, style=style):
                named = place == 0 or NAMED.search(after)
                tokens = DATES[style].replace("_pretty", "") if named else DATES[style]
                yield f"<!date^{int(at.timestamp())}^{tokens}|{entities(span.text(zone))}>"
            case _:
                assert_never(span)


def _escaped_pieces(text: str) -> Iterator[str]:
    at = 0
    for found in WEB.finditer(text):
        yield from words(text[at : found.start()])
        address = entities(found.group(0))
        yield from (f"<{address}>",) if len(address) < ADDRESS else words(found.group(0))
        at = found.end()
    yield from words(text[at:])


def words(text: str) -> Iterator[str]:
    for word in re.findall(r"\s+|\S+", text):
        yield from (entities(word[n : n + PIECE]) for n in range(0, len(word), PIECE))


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def chunks(pieces: Iterator[str], most: int) -> Iterator[str]:
    """Pieces joined to texts of at most *most*, broken between pieces."""
    text = ""
    for piece in pieces:
        if text and length(text) + length(piece) > most:
            yield text
            text = piece.lstrip()
        else:
            text += piece
    if text.strip():
        yield text


def spoken(card: Card, zone: str) -> str:
    """The card as one paragraph, for notifications and screen readers."""
    said = reworded(card, lambda sentence: inline(sentence, zone, call=False)).fallback(zone)
    if length(said) <= SPOKEN:
        return said or "Moderato"
    return first_of(words(card.fallback(zone)), SPOKEN)


def spoken_blocks(blocks: Sequence[Json]) -> str:
    """What a part says, for ears: everything in it that is a sentence, as far as it fits."""
    words = [_aloud(block) for block in blocks]
    return first_of(words_of(" ".join(word for word in words if word)), SPOKEN) or "Moderato"


def _aloud(block: Json) -> str:
    texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    return " ".join(str(text["text"]) for text in texts if isinstance(text, dict) and text.get("type") == "mrkdwn")


def words_of(markup: str) -> Iterator[str]:
    """Markup in pieces that must not be broken: what stands in pointed brackets is one."""
    return iter(re.findall(r"<[^<>]*>|\s+|[^\s<]+", markup))


def first_of(pieces: Iterator[str], most: int) -> str:
    """The pieces that fit into *most*; what is cut shows as an ellipsis."""
    first, *more = [*chunks((piece for piece in pieces if length(piece) < most), most - 1), ""]
    return first.rstrip() + "…" if any(more) else first
