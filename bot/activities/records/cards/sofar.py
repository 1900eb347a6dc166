"""The story so far: what somebody who hosts next should know of this team, on one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.activities.records.cards.record import sentence, short
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Form, Note, Text, TextField
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.words import plural, when, who

MOST_LINE = 300  # characters of a line for the next host


@dataclass(frozen=True, slots=True)
class Story:
    """What is known, newest first. Nothing here names anybody but those who left a line or took something on."""

    recaps: tuple[tuple[str, datetime | None, str], ...] = ()  # topic, when, what came of it
    decisions: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    people: tuple[int, ...] = ()  # how many were there, session by session
    answers: tuple[tuple[int, int], ...] = ()  # how many took part in a check-in, of how many
    pulse: str = ""
    carried: str = ""
    product: str = ""
    asked: tuple[str, ...] = ()  # questions of the last check-ins
    lines: tuple[tuple[str, Member | None, datetime | None], ...] = ()


def story_card(label: str, story: Story) -> Card:
    """Private. What there is none of has no line."""
    blocks: list[Block] = []
    for topic, at, text in story.recaps:
        moment = f"{when(at, 'date')}, " if at else ""
        blocks.append(Text(f"{moment}{topic}: {short(text, 200)}"))
    if story.carried:
        blocks.append(Text(f"Taken along from last time: {sentence(story.carried)}"))
    if story.decisions:
        blocks.append(Text(f"Decided lately: {'; '.join(short(one, 100) for one in story.decisions)}."))
    if story.open:
        more = len(story.open) - 5
        rest = f" And {more} more." if more > 0 else ""
        blocks.append(Text(f"To do: {' '.join(story.open[:5])}{rest}"))
    if story.parked:
        blocks.append(Text(f"Parked: {'; '.join(short(one, 80).rstrip('.') for one in story.parked[:5])}."))
    if story.product:
        blocks.append(Text(f"What we make: {story.product}"))
    if story.people:
        there = ", ".join(map(str, reversed(story.people)))
        sessions = plural(len(story.people), "session", "{n} sessions")
        blocks.append(Text(f"In the last {sessions}: {there} {'person' if there == '1' else 'people'}."))
    if story.answers:
        took = ", ".join(str(took) for took, _ in reversed(story.answers))  # no "of 8": that lists who is missing
        check_ins = plural(len(story.answers), "check-in", "{n} check-ins")
        blocks.append(Text(f"In the last {check_ins}: {took} took part."))
    if story.asked:
        blocks.append(Text(f"Asked lately: {' '.join(sentence(one) for one in story.asked)}"))
    if story.pulse:
        blocks.append(Text(f"Last survey: {sentence(story.pulse)}"))
    for text, by, at in story.lines:
        from_ = f"{who(by)}, " if by else ""
        moment = when(at, "date") if at else "before"
        blocks.append(Text(f"From a host ({from_}{moment}): {sentence(text)}"))
    if not blocks:
        blocks.append(Text("Nothing is recorded here yet. After the first session this fills by itself."))
    row = Buttons((Button("Leave a line", Action("records", NO_SESSION, "line"), asks=True),))
    return Card(short(f"The story so far: {label}", 60), (*blocks, row, Text("Only you see this.", muted=True)))


def line_form(label: str) -> Form:
    return Form(
        "For the next host",
        (
            TextField("text", "One line", most=MOST_LINE, hint="About the group, not about a person."),
            Note(f"Everyone in {label} can read it in the story so far, with your name."),
        ),
        Action("records", NO_SESSION, "line_left"),
        "Leave it",
    )
