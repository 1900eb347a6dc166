"""What is said about the thing a team makes together."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.products.model import MOST_LINK, MOST_TITLE, MOST_WHAT, Asked, Home, Product
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    Link,
    Note,
    Option,
    PickField,
    Text,
    TextField,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import when


def none_card(home: Home, *, leads: bool) -> Card:
    """Private: there is none so far."""
    lines: tuple[Block, ...] = (
        Text("A plan, a template, a guide for newcomers: one thing this team builds, and where it is."),
        Text(f"After each session I ask in the thread what goes into it. Everyone in {home.label} can read it."),
        Buttons((_button("Name it", "name", asks=True),)) if leads else Text("Whoever looks after the team names it."),
    )
    return Card("What do you make together?", lines)


def product_card(state: Product, *, leads: bool) -> Card:
    """Private: where it is, and what went into it last."""
    blocks: list[Block] = [Text(f"{when(change.at, 'date')}: {sentence(change.what)}") for change in state.changes]
    if not state.changes and state.since is not None:
        blocks.append(Text(f"Named {when(state.since, 'date')}. Nothing was added so far."))
    row: list[Button | Link] = [_button("Add to it", "add", "-1", asks=True)]
    if state.link:
        row.append(Link("Open it", state.link))
    if leads:
        row.append(_button("Change it", "name", asks=True))
    return Card(state.title, (*blocks, Buttons(tuple(row))))


def named_card(state: Product) -> Card:
    """In the channel: from now on the team makes this."""
    row: tuple[Button | Link, ...] = (Link("Open it", state.link),) if state.link else ()
    line = Text("After each session I ask in its thread what goes into it, and who adds it.")
    return Card(f"What we make: {state.title}", (line, *((Buttons(row),) if row else ())))


def ask_card(state: Product, asked: Asked) -> Card:
    """In the thread of a session that is over: one quiet question."""
    blocks: list[Block] = [Text(f"Goes in: {sentence(line)}") for line in asked.lines]
    if asked.over:
        return Card(f"{state.title}: nothing this time", tuple(blocks))
    if not asked.lines:
        blocks.append(Text("What from today goes into it, and who adds it? No answer is fine."))
    first = _button("Add more" if asked.lines else "Something goes in", "add", str(asked.number), asks=True)
    row: list[Button | Link] = [first]
    if not asked.lines:
        row.append(_button("Nothing this time", "nothing", str(asked.number), session=state.id))
    if state.link:
        row.append(Link("Open it", state.link))
    return Card(state.title, (*blocks, Buttons(tuple(row))))


def answered_card(title: str, asked: Asked) -> Card:
    """What the question becomes once a newer one is asked, or the team makes nothing any more."""
    lines = tuple(Text(f"Goes in: {sentence(line)}") for line in asked.lines)
    return Card(title, lines or (Text("Nothing was added from this session."),))


def name_form(title: str, link: str, label: str) -> Form:
    return Form(
        "What we make together",
        (
            TextField("title", "Its name", title, most=MOST_TITLE, hint="Onboarding guide"),
            TextField("link", "Where it is", link, most=MOST_LINK, required=False, hint="A link; begins with https://"),
            Note(f"Everyone in {label} can read it."),
        ),
        Action("products", NO_SESSION, "named"),
        "Save",
    )


def add_form(state: Product, people: Sequence[tuple[str, str]], by: str, number: int, label: str) -> Form:
    who = (Option("nobody", "Free to take"), *(Option(key, name[:75]) for key, name in people))
    known = by if any(key == by for key, _ in people) else "nobody"
    return Form(
        "What goes into it?",
        (
            Note(f"It is about: {sentence(state.title)}"),
            TextField("what", "What goes in", most=MOST_WHAT, hint="The checklist for Fridays"),
            PickField("holder", "Who adds it?", who, known),
            DateField("due", "By when?", required=False),
            Note(f"It becomes something to do. Everyone in {label} can read it."),
        ),
        Action("products", NO_SESSION, "put_in", str(number)),
        "Add",
    )


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _button(
    label: str, verb: str, argument: str = "", *, session: SessionId = NO_SESSION, asks: bool = False
) -> Button:
    return Button(label, Action("products", session, verb, argument), asks=asks)
