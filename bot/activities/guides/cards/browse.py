"""Finding a guide: the list, one guide, a suggestion."""

from __future__ import annotations

from datetime import datetime

from bot.activities.guides.cards.parts import AIMS, button, joined, listed, minutes, sentence, short, typed
from bot.activities.guides.model import fill_plain
from bot.kernel.cards import Action, Block, Buttons, Card, Choice, Divider, Option, Text
from bot.kernel.content import Guide
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import when

MOST_LISTED = 40


def list_card(guides: tuple[Guide, ...], asked: str = "") -> Card:
    """Private: the guides that fit, and a list to look at one."""
    if not guides:
        return Card(
            "No guide fits that",
            (
                Text(f'You asked for: "{asked}". Try fewer words, for example: guide list solve 60.'),
                Buttons((typed("All guides", "guide list"),)),
            ),
        )
    title = "1 guide" if len(guides) == 1 else f"{len(guides)} guides"
    options = tuple(
        Option(guide.id, guide.title[:75], short(f"{minutes(guide.total_minutes)}. {guide.purpose}", 75))
        for guide in guides[:MOST_LISTED]
    )
    narrow = "Narrow it down: /moderato guide list solve 60, or guide list decide 5 people."
    return Card(
        title,
        (
            Text(sentence(listed([*(guide.title for guide in guides[:8]), *(["more"] if len(guides) > 8 else [])]))),
            Choice("Look at one", Action("guides", NO_SESSION, "look"), options),
            Text(narrow if not asked else "Only you see this.", muted=True),
        ),
    )


def near_card(asked: str, guides: tuple[Guide, ...]) -> Card:
    """Private: no guide of that name, but some that are called nearly so."""
    row = tuple(typed(short(guide.title, 24), f"guide show {guide.id}") for guide in guides)
    return Card("Did you mean one of these?", (Text(f'I know no guide "{asked}". Nothing changed.'), Buttons(row)))


def guide_card(guide: Guide, lengths: tuple[int, ...] = (), note: str = "") -> Card:
    """Private: one guide with its steps, and the two ways to use it."""
    few, many = guide.group_size
    blocks: list[Block] = [
        Text(guide.purpose),
        Text(f"{minutes(guide.total_minutes)}, {few} to {many} people, {AIMS[guide.goal_type]}."),
    ]
    if len(lengths) > 1:
        blocks.append(Text(f"Also in {joined(str(m) for m in lengths if m != guide.total_minutes)} minutes."))
    if note:
        blocks.append(Text(note))
    blocks.append(Divider())
    for number, step in enumerate(guide.steps, 1):
        flexible = ", gives and takes time" if step.flex else ""
        first = fill_plain(step.questions[0].text) if step.questions else step.text
        first = f" {first[:1].upper()}{first[1:]}" if first else ""
        length = minutes(step.minutes)
        blocks.append(Text(f"{number}. {step.title}, {length}{flexible}.{first}"))
    if guide.prepare:
        blocks += [Divider(), Text(f"To prepare: {' '.join(guide.prepare)}")]
    blocks.append(
        Buttons(
            (
                button(NO_SESSION, "Plan it", "plan_form", guide.id, primary=True, asks=True),
                button(NO_SESSION, "Start now", "start_form", guide.id, asks=True),
                button(NO_SESSION, "Try it alone", "rehearse", guide.id),
            )
        )
    )
    return Card(guide.title, tuple(blocks))


def planned_list(found: tuple[tuple[SessionId, str, str, datetime], ...]) -> Card:
    """Private: the sessions that are planned. Each: session, topic, the guide's title, when."""
    if not found:
        plan = Buttons((typed("Plan one", "session plan"),))
        return Card("Nothing is planned", (Text("A plan is posted a working day ahead, with its questions."), plan))
    blocks: list[Block] = []
    for session, title, guide, at in found[:5]:
        made_by = "" if guide == title else f" ({guide})"
        blocks.append(Text(f"{title}{made_by}, {when(at, 'date_time')}."))
        blocks.append(Buttons((button(session, "Begin now", "begin"), button(session, "Drop it", "drop"))))
    if len(found) > 5:
        blocks.append(Text(f"And {len(found) - 5} more. Rhythm shows the next four weeks."))
    return Card("Planned here", (*blocks, Text("Only you see this.", muted=True)))


def suggest_card(guides: tuple[Guide, ...], because: str) -> Card:
    """Private: up to three guides, with the reason."""
    lines = tuple(Text(f"{guide.title}, {minutes(guide.total_minutes)}: {guide.purpose}") for guide in guides)
    row = tuple(typed(short(guide.title, 24), f"guide show {guide.id}") for guide in guides)
    return Card("Guides that fit", (Text(because), *lines, Buttons(row)))
