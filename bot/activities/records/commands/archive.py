"""Searching what was filed, and taking it along as files."""

from __future__ import annotations

import json
import re
from datetime import datetime

from bot.activities.records.cards import archive as cards
from bot.kernel.activity import Context, Kept, Shown
from bot.kernel.decision import Refused, Whisper
from bot.kernel.inbound import ButtonPressed

PAGE = 5
KIND_WORDS = {
    "decision": ("decision", "decisions"),
    "recap": ("session", "sessions", "recap", "recaps"),
    "note": ("note", "notes"),
    "action": ("action", "actions", "todo"),
    "parked": ("parked",),
    "change": ("change", "changes"),
    "resource": ("resource", "resources", "link", "links"),
}
SINCE = re.compile(r"\b(?:since|after)[: ](\d{4}-\d{2}(?:-\d{2})?)\b", re.I)
TAG = re.compile(r"\btag[: ]([\w-]+)", re.I)
KIND = re.compile(r"\bkind[: ](\w+)", re.I)


def search_words(text: str) -> str:
    """The words that are looked for, without what narrows the search."""
    bare = KIND.sub(" ", TAG.sub(" ", SINCE.sub(" ", text)))
    return " ".join(word for word in bare.split() if _kind_of(word) is None)


def _kind_of(word: str) -> str | None:
    return next((kind for kind, names in KIND_WORDS.items() if word.lower() in names), None)


def _narrowed(text: str, found: tuple[Kept, ...]) -> list[Kept]:
    kind = KIND.search(text)
    wanted = _kind_of(kind.group(1)) or kind.group(1).lower() if kind else None
    if wanted is None:
        wanted = next((one for one in map(_kind_of, text.split()) if one), None)
    since, tag = SINCE.search(text), TAG.search(text)
    first = f"{since.group(1)}-01"[:10] if since else ""
    return [
        fact
        for fact in found
        if (wanted is None or fact.row.get("kind") == wanted)
        and (not first or ((at := filed_at(fact)) is not None and at.date().isoformat() >= first))
        and (tag is None or tag.group(1).lower() in fact.row.get("tags", ()))
    ]


def filed_at(fact: Kept) -> datetime | None:
    """When it was filed; tags that came later do not make it newer."""
    return datetime.fromisoformat(str(fact.row["filed"])) if "filed" in fact.row else fact.at


def archive(text: str, context: Context, skip: int) -> Shown:
    found = _narrowed(text, context.facts("filed"))
    page = tuple(
        (str(fact.row.get("kind")), str(fact.row.get("title")), filed_at(fact), str(fact.row.get("text")))
        for fact in found[skip : skip + PAGE]
    )
    return Shown(Whisper(cards.found_card(text, page, len(found), skip), lasting=True))


def opened(press: ButtonPressed, context: Context) -> Shown | Refused:
    found = _narrowed(press.action.argument, context.facts("filed"))
    number = int(press.choice) if press.choice.isdigit() else -1
    if not 0 <= number < len(found):
        return Refused("That is not in the archive any more. Nothing changed.")
    row = found[number].row
    kind, title, text, link = (str(row.get(name, "")) for name in ("kind", "title", "text", "link"))
    return Shown(Whisper(cards.entry_card(kind, title, filed_at(found[number]), text, link), lasting=True))


def export(context: Context) -> Shown:
    assert context.team is not None
    rows = [
        {**dict(fact.row), "at": at.isoformat() if (at := filed_at(fact)) else None}
        for fact in reversed(context.facts("filed"))
    ]
    parts = [f"# Archive of {context.team.label}", ""]
    for row in rows:
        parts += [
            f"## {row.get('title')}",
            "",
            f"{cards.KINDS.get(str(row.get('kind')), '')}, {str(row['at'])[:10]}",
            "",
        ]
        parts += [f"- {line}" for line in str(row.get("text")).splitlines()]
        parts.append("")
    data = json.dumps({"team": context.team.name, "filed": rows}, ensure_ascii=False, indent=2)
    return Shown(Whisper(cards.export_card(context.team.label, len(rows), "\n".join(parts), data), lasting=True))
