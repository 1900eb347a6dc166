"""What is said about cases."""

from __future__ import annotations

from bot.activities.cases.model import MOST_QUESTION, MOST_SITUATION, Case, Cases
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, Form, Note, Option, Text, TextField
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.words import plural, who

SHOWN = 8  # cases on the card
PLANNED = 3  # of them with a button
SHOWN_QUEUE = 5


def list_card(state: Cases, by: Member, *, leads: bool) -> Card:
    """Private: the cases there are, whose turn it is, and what this person may do."""
    blocks: list[Block] = [Text(f"{sentence(case.situation)} {case.question}") for case in state.cases[:SHOWN]]
    if not state.cases:
        blocks.append(Text("No case is written down yet. One is a situation and a question, without names."))
    blocks += [Buttons(tuple(_plan(case) for case in state.cases[:PLANNED]))] if state.cases else []
    if state.order:
        names = ", then ".join(who(one) for one in state.order[:SHOWN_QUEUE])
        more = len(state.order) - SHOWN_QUEUE
        rest = plural(more, "; 1 more", "; {n} more") if more > 0 else ""
        blocks.append(Text(f"Would bring a case of their own: {names}{rest}."))
    row = [_button("Add a case", "add", asks=True)]
    if by in state.queue:
        row += [_button("I had my turn", "had"), _button("Step back", "back")]
    else:
        row.append(_button("I have a case", "volunteer"))
    if state.queue:
        row.append(Button("Plan a clinic", Action("say", NO_SESSION, "type", "session plan case-clinic"), asks=True))
    blocks.append(Buttons(tuple(row)))
    mine = tuple(Option(case.id, case.question[:75]) for case in state.cases if leads or case.by == by)
    if mine:
        blocks.append(Choice("Take one off", Action("cases", NO_SESSION, "off"), mine))
    return Card("Cases", tuple(blocks))


def add_form(label: str, question: str = "") -> Form:
    return Form(
        "A case",
        (
            Note("Change names of people, customers and places, so that nobody can be told from it."),
            TextField("situation", "What happened?", long=True, most=MOST_SITUATION),
            TextField("question", "What should the others find out?", question, most=MOST_QUESTION),
            Note(f"Everyone in {label} can read it. You can take it off again."),
        ),
        Action("cases", NO_SESSION, "added"),
        "Add",
    )


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _plan(case: Case) -> Button:
    words = case.question if len(case.question) <= 16 else f"{case.question[:15].rsplit(' ', 1)[0]}…"
    typed = f"session plan case-study {case.question}"
    return Button(f"Plan: {words}", Action("say", NO_SESSION, "type", typed), asks=True)


def _button(label: str, verb: str, *, asks: bool = False) -> Button:
    return Button(label, Action("cases", NO_SESSION, verb), asks=asks)
