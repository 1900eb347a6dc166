"""Guides that people of a team write themselves: by a form, or pasted as a file."""

from __future__ import annotations

import json
import re

from bot.activities.guides.cards import own as cards
from bot.activities.guides.commands.browse import NONE, guides_of
from bot.activities.guides.model import GuideSent
from bot.kernel.activity import Aimed, Context, Shown
from bot.kernel.content import Guide, Library, Problem
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.ids import Member, in_team
from bot.kernel.inbound import FormSubmitted

STRAIGHT = str.maketrans(dict.fromkeys("“”„", '"'))  # some keyboards bend the quotation marks of a file
KINDS = ("round", "open", "breakout", "silent", "vote", "breath", "break", "recap", "info")


def asked(verb: str, words: str, by: Member, context: Context) -> Aimed | Shown | Refused:
    """The form; or, where a whole file came with the command, what is in it."""
    if context.team is None:
        return Refused("A guide belongs to a team. Type it in the team's channel. Nothing changed.")
    if not isinstance(context.content, Library) or context.content.read_guide is None:
        return Refused(NONE)
    if verb == "own" or not words.strip():
        return Shown(Show(cards.paste_form() if verb == "paste" else cards.own_form()))
    text = unwrapped(words)
    read = _read(text, by, context)
    return Shown(Whisper(cards.problems_card(text, read), lasting=True)) if isinstance(read, tuple) else read


def unwrapped(words: str) -> str:
    """A file as people send it in a message: without the marks of a code block.

    The command that leads here may have eaten the first line, which says what kind of file it is.
    """
    lines = [line for line in words.replace("\u00a0", " ").splitlines() if not line.strip().startswith("```")]
    text = "\n".join(lines).strip("\n")
    text = text if re.search(r"(?m)^kind:", text) else f"kind: guide\n{text}"
    return f"{text}\n"


def _read(text: str, by: Member, context: Context) -> Aimed | tuple[str, ...]:
    """The guide in *text*, or what is wrong with it, a sentence each with its line."""
    library, team = context.content, context.team
    assert isinstance(library, Library)
    assert library.read_guide is not None
    assert team is not None
    item, problems = library.read_guide(text)
    if not isinstance(item, Guide) and text != text.translate(STRAIGHT):
        text = text.translate(STRAIGHT)
        item, problems = library.read_guide(text)
    if not isinstance(item, Guide):
        return tuple(_said(one) for one in problems) or ("This cannot be read as a guide.",)
    if item.id in library.guides:
        return (f"There is a guide with the id {item.id} already. Choose another title or id.",)
    before = next((fact for fact in context.facts("guide") if fact.key == item.id), None)
    version = int(before.row["version"]) + 1 if before else 1
    known = any(guide.id == item.id for guide in guides_of(context))
    id_ = in_team(context.new_session, team.id)
    return Aimed(id_, GuideSent(id_, by, item, text, version, known=known))


def _said(problem: Problem) -> str:
    where = f"Line {problem.line}: " if problem.line else ""
    what = problem.what if where else f"{problem.what[:1].upper()}{problem.what[1:]}"
    return f"{where}{what}. {problem.remedy}".strip()


def sent(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    """Read what was sent. What does not work stands in the form, in the words of whoever checks the shipped ones."""
    library, team = context.content, context.team
    if team is None or not isinstance(library, Library) or library.read_guide is None:
        return Refused(NONE)
    field = "text" if form.verb == "pasted" else "steps"
    pasted = "\n".join(filter(None, (str(form.values.get(name) or "") for name in cards.PARTS)))
    text = pasted if form.verb == "pasted" else written(form)
    if not text.strip():
        return Shown(Correct({field: "There is nothing in it yet."}))
    if form.verb != "pasted":
        empty = {"title": "What is it called?", "purpose": "One sentence is enough."}
        missing = {name: why for name, why in empty.items() if not form.text(name)}
        if missing:
            return Shown(Correct(missing))
    read = _read(unwrapped(text) if form.verb == "pasted" else text, form.actor, context)
    if isinstance(read, tuple):
        told = read if form.verb == "pasted" else tuple(re.sub(r"^Line \d+: (.)", _capital, one) for one in read)
        return Shown(Correct({field: " ".join(told[:3])[:600]}))
    return read


def _capital(found: re.Match[str]) -> str:
    return found.group(1).upper()


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
