"""What is said about small projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.activities.projects.model import MOST_LINK, MOST_TEXT, Home, Project
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Form,
    FormField,
    Link,
    Note,
    Option,
    PickField,
    Text,
    TextField,
)
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.words import listed, mention, plural, when, who

SHOWN = 10  # projects in one list


def batch_card(session: SessionId, projects: Sequence[Project], showback: datetime) -> Card:
    """In the thread of the workshop: who makes what; edited as results come in."""
    blocks: list[Block] = [Text(f"{number}. {_line(project)}") for number, project in enumerate(projects, 1)]
    blocks.append(Text(f"Show-back: {when(showback, 'date_time')}; it is planned. Half a result is welcome there."))
    if not all(project.done for project in projects):
        blocks.append(Text("At half-time I ask each group once whether it needs anything."))
    blocks.append(Buttons((_button(session, "Add a result", "result", asks=True),)))
    return Card(plural(len(projects), "1 small project, two weeks", "{n} small projects, two weeks"), tuple(blocks))


def list_card(session: SessionId, projects: Sequence[Project], mine: Sequence[Project]) -> Card:
    """Private: all that are open, and what became of those that have a result."""
    if not projects:
        line = Text("They begin in a workshop. There is a guide for one that ends with groups making something small.")
        see = Button("See the guide", Action("say", NO_SESSION, "type", "guide show peer-workshop"))
        return Card("No small projects now", (line, Buttons((see,))))
    blocks: list[Block] = []
    for project in projects[:SHOWN]:
        blocks.append(Text(f"{_line(project)} Until {when(project.showback, 'date')}."))
        if project.link:
            blocks.append(Buttons((Link("Look at it", project.link),)))
    if mine:
        row = [
            _button(session, "Add a result", "result", asks=True),
            _button(session, "We need something", "need", asks=True),
        ]
        blocks.append(Buttons(tuple(row)))
    return Card("Small projects", tuple(blocks))


def half_card(session: SessionId, project: Project) -> Card:
    """Direct message, once, at half-time."""
    row = (
        _button(session, "All is well", "well", project.id),
        _button(session, "We need something", "need", project.id, asks=True),
        _button(session, "Add a result", "result", project.id, asks=True),
    )
    lines = (
        Text(f"Your project: {sentence(project.what)} The show-back is {when(project.showback, 'date_time')}."),
        Text("Does your group need anything? No answer is fine. I ask this once."),
    )
    return Card("Half-time", (*lines, Buttons(row)))


def need_card(session: SessionId, project: Project, by: Member, text: str, number: int) -> Card:
    """In the channel: a group asks for something."""
    line = Text(f"{who(by)} asks for the project {project.what.rstrip('.')}: {sentence(text)}")
    return Card(
        "A small project needs something", (line, Buttons((_button(session, "I can help", "help", str(number)),)))
    )


def help_line(by: Member, asker: Member) -> Card:
    return Card("", (Text(f"{mention(asker)}, {who(by)} can help."),))


def result_form(session: SessionId, projects: Sequence[Project], chosen: str, label: str) -> Form:
    return Form(
        "A result",
        (
            *_which(projects, chosen),
            TextField("link", "A link to it", most=MOST_LINK, required=False, hint="Begins with https://"),
            TextField("text", "What it is, in a sentence", most=MOST_TEXT, required=False, hint="Half a result counts"),
            Note(f"Everyone in {label} can read it, and the archive keeps it."),
        ),
        Action("projects", session, "given", chosen),
        "Add",
    )


def need_form(session: SessionId, projects: Sequence[Project], chosen: str, label: str) -> Form:
    return Form(
        "What do you need?",
        (
            *_which(projects, chosen),
            TextField("text", "In a sentence or two", most=MOST_TEXT, hint="Half an hour with a tester"),
            Note(f"It is posted now. Everyone in {label} can read it, with your name."),
        ),
        Action("projects", session, "needed", chosen),
        "Ask",
    )


def _which(projects: Sequence[Project], chosen: str) -> tuple[FormField, ...]:
    one = next((project for project in projects if project.id == chosen), None)
    if one is not None:
        return (Note(f"Project: {sentence(one.what)}"),)
    options = tuple(Option(project.id, project.what[:75]) for project in projects)
    return (PickField("project", "Which project?", options, options[0].value),)


def _line(project: Project) -> str:
    people = f"By {listed(who(member) for member in project.members)}." if project.members else ""
    made = f"Result: {sentence(project.result)}" if project.result else "There is a result." if project.link else ""
    return " ".join(part for part in (sentence(project.what), people, made) if part)


def not_yours(project: Project) -> str:
    return f"{listed(who(member) for member in project.members)} can do that for this project. Nothing changed."


def added(home: Home) -> str:
    return f"Added. It is in the thread of the workshop, and everyone in {home.label} can find it in the archive."


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _button(session: SessionId, label: str, verb: str, argument: str = "", *, asks: bool = False) -> Button:
    return Button(label, Action("projects", session, verb, argument), asks=asks)
