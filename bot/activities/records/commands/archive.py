"""Searching what was filed, opening it, taking it out, and taking it along as files."""

from __future__ import annotations

import json
import re
from datetime import datetime

from bot.activities.records.cards import archive as cards
from bot.activities.records.cards.archive import Entry
from bot.activities.records.events import PageAsked, TakenOut
from bot.activities.records.model import Paged
from bot.kernel.activity import Aimed, Context, Kept, Level, Shown
from bot.kernel.decision import Refused, Whisper, say
from bot.kernel.ids import Member, in_team
from bot.kernel.inbound import ButtonPressed
from bot.kernel.signs import ABLE

PAGE = 5
KIND_WORDS = {
    "decision": ("decision", "decisions"),
    "recap": ("session", "sessions", "recap", "recaps"),
    "note": ("note", "notes"),
    "action": ("action", "actions", "todo"),
    "parked": ("parked",),
    "resource": ("resource", "resources", "link", "links"),
    "checkin": ("checkin", "checkins", "check-in", "check-ins"),
    "round": ("round", "rounds"),
    "survey": ("survey", "surveys", "pulse"),
}
SINCE = re.compile(r"\b(?:since|after)[: ](\d{4}-\d{2}(?:-\d{2})?)\b", re.I)
TAG = re.compile(r"\btag[: ]([\w-]+)", re.I)
KIND = re.compile(r"\bkind[: ]([\w-]+)", re.I)
GONE = Refused("That is not in the archive any more. Nothing changed.")


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


def entry_of(fact: Kept) -> Entry:
    kind, title, text, link = (str(fact.row.get(name, "")) for name in ("kind", "title", "text", "link"))
    return Entry(fact.key, kind, title, filed_at(fact), text, link, fact.member if fact.row.get("named") else None)


def found_by(key: str, context: Context) -> Kept | None:
    return next((fact for fact in context.facts("filed") if fact.key == key), None)


def archive(text: str, context: Context, skip: int) -> Shown:
    found = _narrowed(text, context.facts("filed"))
    page = [entry_of(fact) for fact in found[skip : skip + PAGE]]
    return Shown(Whisper(cards.found_card(text, page, len(found), skip), lasting=True))


# taking something out


def may_take_out(fact: Kept, by: Member, context: Context) -> bool:
    """Whoever wrote it or kept it, and whoever looks after the team."""
    kept_it = any(one.row.get("entry") == fact.key for one in context.facts("kept_by"))
    return fact.row.get("kind") != "resource" and (context.level >= Level.OWNER or by == fact.member or kept_it)


def take_out(press: ButtonPressed, context: Context) -> Aimed | Shown | Refused:
    """Asked once more before it goes."""
    fact = found_by(press.action.argument, context)
    if fact is None:
        return GONE
    if not may_take_out(fact, press.actor, context):
        return Refused("Whoever wrote it, or looks after the team, can take it out. Nothing changed.")
    if press.verb == "take_out":
        return Shown(Whisper(cards.take_out_card(entry_of(fact))))
    assert context.team is not None
    id_ = in_team(context.new_session, context.team.id)
    return Aimed(id_, TakenOut(id_, fact.key, str(fact.row.get("kind"))))


def left_in() -> Shown:
    return Shown(say("It stays in the archive."))


# all of it

FILES = "/moderato archive export gives all of it as files. Nothing changed."


def export(context: Context) -> Shown:
    """As files; where the platform has pages that it lets us write, as one of them as well."""
    assert context.team is not None
    markdown, data, count = _all(context)
    page = _missing(context) == ""
    card = cards.export_card(context.team.label, count, markdown, data, page=page)
    return Shown(Whisper(card, lasting=True))


def page(by: Member, context: Context) -> Aimed | Refused:
    """The same Markdown as a page of the channel."""
    assert context.team is not None
    missing = _missing(context)
    if missing is None:
        return Refused(f"There are no canvases here. {FILES}")
    if missing:
        return Refused(f"{missing} {FILES}")
    markdown, _, count = _all(context)
    if not count:
        return Refused("Nothing is filed here yet, so there is nothing to write.")
    id_ = in_team(context.new_session, context.team.id)
    return Aimed(id_, PageAsked(Paged(id_, context.team.place, by, context.team.label), markdown))


def _missing(context: Context) -> str | None:
    """What is missing for a page: nothing, a sentence, or None where there are no pages at all."""
    return next((str(fact.row.get("missing") or "") for fact in context.facts(ABLE) if fact.key == "canvas"), None)


def _all(context: Context) -> tuple[str, str, int]:
    """All that was filed, oldest first: as Markdown, as JSON, and how much it is."""
    assert context.team is not None
    names = {person.member: person.name for person in context.roster}
    rows, parts = [], [f"# Archive of {context.team.label}", ""]
    for fact in reversed(context.facts("filed")):
        entry = entry_of(fact)
        by = names.get(entry.by, "") if entry.by else ""
        rows.append({**dict(fact.row), "at": entry.at.isoformat() if entry.at else None} | ({"by": by} if by else {}))
        parts += [f"## {entry.title}", "", f"{cards.KINDS.get(entry.kind, '')}, {str(rows[-1]['at'])[:10]}", ""]
        parts += [f"- {by}: {line}" if by else f"- {line}" for line in entry.text.splitlines()]
        parts += [f"- {entry.link}"] if entry.link else []
        parts.append("")
    data = json.dumps({"team": context.team.name, "filed": rows}, ensure_ascii=False, indent=2)
    return "\n".join(parts), data, len(rows)
