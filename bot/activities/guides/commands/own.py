"""Guides that people of a team write themselves: by a form, or pasted as a file."""

from __future__ import annotations

import json
import re

from bot.activities.guides.cards import own as cards
from bot.activities.guides.commands.browse import NONE, guides_of
from bot.activities.guides.model import GuideSent
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.content import Guide, Library
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import Member, in_team
from bot.kernel.inbound import FormSubmitted

KINDS = ("round", "open", "breakout", "silent", "vote", "breath", "break", "recap", "info")


def asked(verb: str, by: Member, context: Context) -> Shown | Refused:  # noqa: ARG001
    if context.team is None:
        return Refused("A guide belongs to a team. Type it in the team's channel. Nothing changed.")
    if not isinstance(context.content, Library) or context.content.read_guide is None:
        return Refused(NONE)
    return Shown(Show(cards.paste_form() if verb == "paste" else cards.own_form()))


def sent(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """Read what was sent. What does not work stands in the form, in the words of whoever checks the shipped ones."""
    library, team = context.content, context.team
    if team is None or not isinstance(library, Library) or library.read_guide is None:
        return Refused(NONE)
    field = "text" if form.verb == "pasted" else "steps"
    text = form.text("text") if form.verb == "pasted" else written(form)
    if not text.strip():
        return Shown(Correct({field: "There is nothing in it yet."}))
    item, problems = library.read_guide(text)
    if not isinstance(item, Guide):
        said = " ".join(f"{one.what[:1].upper()}{one.what[1:]}. {one.remedy}".strip() for one in problems[:3])
        return Shown(Correct({field: said[:600] or "This cannot be read as a guide."}))
    if item.id in library.guides:
        return Shown(Correct({field: f"There is a guide with the id {item.id} already. Choose another title or id."}))
    before = next((fact for fact in context.facts("guide") if fact.key == item.id), None)
    version = int(before.row["version"]) + 1 if before else 1
    known = any(guide.id == item.id for guide in guides_of(context))
    id_ = in_team(context.new_session, team.id)
    return Aimed(id_, GuideSent(id_, form.actor, item, text, version, known=known))


def written(form: FormSubmitted) -> str:
    """The answers of the short form as a file: `Check-in, round, 10` a line."""
    title = form.text("title")
    total = 0
    lines = []
    for number, line in enumerate(filter(None, (one.strip(" -\t") for one in form.text("steps").splitlines())), 1):
        name, *rest = [part.strip() for part in line.split(",", 3)]
        kind = next((part.lower() for part in rest if part.lower() in KINDS), "open")
        found = next((int(part) for part in (re.sub(r"\D", "", p) for p in rest[:2]) if part), 0)
        question = rest[2] if len(rest) > 2 else ""
        total += found
        lines += [f"  - id: step-{number}", f"    kind: {kind}", f"    title: {json.dumps(name, ensure_ascii=False)}"]
        lines.append(f"    minutes: {found}")
        if question:
            lines += ["    questions:", f"      - text: {json.dumps(question, ensure_ascii=False)}"]
        if kind == "recap":
            lines.append("    collects: [key_points, decisions, actions]")
    flex = next((i for i, line in enumerate(lines) if line == "    kind: open"), None)
    if flex is not None:
        lines.insert(flex + 1, "    flex: true")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "own-guide"
    head = [
        "kind: guide",
        f"id: {name}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"purpose: {json.dumps(form.text('purpose'), ensure_ascii=False)}",
        f"goal_type: {form.text('goal') or 'explore'}",
        f"total_minutes: {total}",
        "roles: [facilitator, timekeeper, note_taker]",
        "steps:",
    ]
    return "\n".join([*head, *lines]) + "\n"
