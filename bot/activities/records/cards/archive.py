"""What the archive shows: what was found, one entry, all of it as files."""

from __future__ import annotations

from datetime import datetime

from bot.activities.records.cards.record import HOW, sentence, short
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, File, Link, Option, Text
from bot.kernel.ids import NO_SESSION
from bot.kernel.words import plural, when

KINDS = {
    "recap": "Session",
    "decision": "Decision",
    "note": "Note",
    "action": "To do",
    "parked": "Parked",
    "change": "Change",
    "resource": "Link",
}


def found_card(words: str, found: tuple[tuple[str, str, datetime | None, str], ...], total: int, skip: int = 0) -> Card:
    """Private: what the archive has. Each: kind, title, when, words."""
    if not found:
        return Card(
            "Nothing found",
            (Text(f'Nothing here has the words "{words}".' if words else "Nothing is filed yet."),),
        )
    blocks: list[Block] = []
    for number, (kind, title, at, text) in enumerate(found, skip + 1):
        moment = f", {when(at, 'date')}" if at else ""
        beyond = short(_beyond(title, text), 160)
        blocks.append(Text(f"{number}. {KINDS.get(kind, kind)}{moment}: {sentence(title)} {beyond}".strip()))
    action = Action("records", NO_SESSION, "open", words[:120])
    options = tuple(Option(str(n), short(f"{n + 1}. {title}", 75)) for n, (_, title, _, _) in enumerate(found, skip))
    blocks.append(Choice("Open one", action, options))
    if total > skip + len(found):
        more = Action("records", NO_SESSION, "more", f"{skip + len(found)} {words[:120]}")
        blocks.append(Buttons((Button("More", more),)))
    blocks.append(Text("Only you see this.", muted=True))
    return Card(plural(total, "1 thing found", "{n} things found"), tuple(blocks))


def _beyond(title: str, text: str) -> str:
    """What a text says beyond its title, where it begins with it, as notes and decisions do."""
    line = " ".join(text.split())
    for lead in (title, *(f"Decided{f' {how}' if how else ''}: {title}" for how in ("", *HOW.values()))):
        if line.rstrip(".…") == lead.rstrip(".…"):
            return ""
        if line.startswith(f"{lead.rstrip('.')}."):
            return line[len(lead.rstrip(".")) + 1 :].strip()
    return line


def entry_card(kind: str, title: str, at: datetime | None, text: str, link: str = "") -> Card:
    moment = f"{KINDS.get(kind, kind)}, {when(at, 'date')}." if at else f"{KINDS.get(kind, kind)}."
    lines = [Text(line) for line in text.splitlines() if line.strip()][:40]
    row = (Buttons((Link("Open the page", link),)),) if link else ()
    return Card(short(title, 60), (Text(moment, muted=True), *lines, *row))


def export_card(label: str, count: int, markdown: str, data: str) -> Card:
    line = plural(count, "1 thing is in it.", "{n} things are in it.")
    return Card(
        "The archive as files",
        (
            Text(f"All that was filed in {label}. {line}"),
            File("archive.md", markdown),
            File("archive.json", data),
        ),
    )
