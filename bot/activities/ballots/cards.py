"""What a poll and a temperature say."""

from __future__ import annotations

from bot.activities.ballots.model import SHOWN_FROM, Asking
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, Form, Note, Option, Text, TextField
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.words import plural, when
from bot.pieces.ballot import Voting


def asking_card(state: Asking) -> Card:
    """In the channel, edited as people answer. A poll's counts are hidden until it closes."""
    blocks: list[Block] = []
    answers = len(state.voting.votes)
    if state.kind == "temperature":
        blocks.append(Text("Where are you with this? Nobody sees who chose what."))
        if answers >= SHOWN_FROM:
            blocks.append(Text(" ".join(counts(state.voting))))
        else:
            blocks.append(Text(f"The counts appear from {SHOWN_FROM} answers on."))
        row = tuple(Button(idea.text, _to(state, "answer", idea.id)) for idea in state.voting.ideas)
        blocks.append(Buttons((*row, Button("Close", _to(state, "close")))))
        return Card(short(state.question), tuple(blocks))
    options = tuple(Option(idea.id, idea.text) for idea in state.voting.ideas)
    blocks += [Text(f"{idea.id}. {idea.text}") for idea in state.voting.ideas]
    blocks.append(Choice("Choose one", _to(state, "answer"), options))
    if answers > 1:
        blocks.append(Text(plural(answers, "1 answer so far.", "{n} answers so far.")))
    blocks.append(Text(f"Hidden until {when(state.until, 'day_time')}, or until it is closed. The last choice counts."))
    blocks.append(Buttons((Button("Close", _to(state, "close")),)))
    return Card(short(state.question), tuple(blocks))


def counted_card(state: Asking) -> Card:
    """Once it is closed: totals, nothing else."""
    answers = len(state.voting.votes)
    if state.kind == "temperature" and answers < SHOWN_FROM:
        line = f"Closed. Fewer than {SHOWN_FROM} people answered, so no counts are shown."
        return Card(short(state.question), (Text(line),))
    lines = [Text(line) for line in counts(state.voting)]
    total = plural(answers, "1 answer.", "{n} answers.") if answers else "Nobody answered."
    return Card(short(state.question), (*lines, Text(f"Closed. {total}")))


def counts(voting: Voting[Member]) -> list[str]:
    """Each option and how often it was chosen, in the order in which they were asked."""
    given = [option for votes in voting.votes for option, _ in votes.dots]
    return [f"{idea.text}: {given.count(idea.id)}." for idea in voting.ideas]


def poll_form(question: str, options: str = "") -> Form:
    return Form(
        "A poll",
        (
            TextField("question", "What do you ask?", question, most=160),
            TextField("options", "Two to six options, one a line", options, long=True, most=500),
            Note("Nobody sees who chose what. The counts appear when it is closed."),
        ),
        Action("ballots", NO_SESSION, "asked"),
        "Ask",
    )


def short(question: str) -> str:
    question = question[:1].upper() + question[1:]
    return question if len(question) <= 60 else f"{question[:59]}…"


def _to(state: Asking, verb: str, argument: str = "") -> Action:
    return Action("ballots", state.id, verb, argument)
