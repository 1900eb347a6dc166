"""Four levels of a programme on one card: what each has shown, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.activities.pulse.model.programmes import LEVELS, Level, Programme
from bot.kernel.cards import (
    Action,
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TextField,
)
from bot.kernel.content import Survey
from bot.kernel.ids import NO_SESSION
from bot.kernel.words import when

NAMES: dict[Level, str] = {
    "reaction": "Reaction",
    "learning": "Learning",
    "application": "Application",
    "results": "Results",
}
WEEKS = (4, 5, 6, 7, 8)


def programme_card(state: Programme, due: Mapping[str, datetime]) -> Card:
    """In the channel, and revised whenever a level has something to show."""
    coming = {
        "reaction": f"asked on {when(due['reaction'], 'date')}, after the last session",
        "learning": f"asked before, from {when(due['before'], 'date')}, and after, from {when(due['after'], 'date')}",
        "application": f"asked on {when(due['applied'], 'date')}, when there was time to use it",
        "results": "not yet entered",
    }
    lines = [Text(f"{NAMES[level]}: {_said(state, level) or coming[level]}.") for level in LEVELS]
    row = Button("Enter results", Action("pulse", state.id, "enter"), asks=True)
    return Card(f"{state.title}: four levels"[:60], (*lines, Buttons((row,))))


def _said(state: Programme, level: Level) -> str:
    if level == "results":
        return "; ".join(state.measures)
    return state.line(level).rstrip(".")


def programme_started_card(state: Programme, due: Mapping[str, datetime]) -> Card:
    """Private, to whoever started it."""
    lines = (
        Text(f"Everybody in {state.label} is asked before, from {when(due['before'], 'date_time')}."),
        Text(f"After the last session, people are asked how it was: {when(due['reaction'], 'date')}."),
        Text(f"The questions from before come again on {when(due['after'], 'date')}."),
        Text(f"Whether it is used at work is asked on {when(due['applied'], 'date')}. Results you enter yourself."),
        Text("The card in the channel shows the four levels, and says what is missing."),
        Buttons((Button("Stop measuring", Action("pulse", state.id, "end_measure"), "danger"),)),
    )
    return Card(f"{state.title}: measured on four levels"[:60], lines)


def programme_private_card(state: Programme, due: Mapping[str, datetime], *, leads: bool) -> Card:
    """The same, to whoever asks for it; those who look after the team can end it."""
    card = programme_card(state, due)
    if not leads:
        return Card(card.title, card.blocks[:-1])
    end = Button("Stop measuring", Action("pulse", state.id, "end_measure"), "danger")
    return Card(card.title, (*card.blocks[:-1], Buttons((*card.buttons(), end))))


def programme_ended_card(state: Programme) -> Card:
    lines = (Text("What was shown stays. What is open still closes at its time; nothing new is asked."),)
    return Card(f"{state.title}: measuring has ended"[:60], lines)


def no_programme_card(*, leads: bool) -> Card:
    lines = [Text("No programme is measured here. It asks before, after and some weeks later, and shows totals only.")]
    if not leads:
        return Card("Nothing measured yet", (*lines, Text("Whoever looks after the team can start it.")))
    row = Buttons((Button("Measure one", Action("pulse", NO_SESSION, "measure", "start"), "primary", asks=True),))
    return Card("Nothing measured yet", (*lines, row))


def programme_form(title: str, first: date) -> Form:
    weeks = tuple(Option(str(number), f"{number} weeks after") for number in WEEKS)
    fields = (
        TextField("title", "What people learn", title, most=60, hint="For example: Negotiation."),
        DateField("first", "First session", first.isoformat()),
        DateField("last", "Last session", first.isoformat()),
        PickField("weeks", "Ask what became of it", weeks, "6"),
        Note("Before and after are joined under a made-up number until both are counted. The others have no names."),
    )
    return Form("Measure a programme", fields, Action("pulse", NO_SESSION, "measured"), "Start")


def results_form(state: Programme, survey: Survey | None) -> Form:
    """One measure at a time. A missing number is shown as missing, never guessed."""
    intro = survey.intro if survey else "A missing number is better than a guessed one."
    fields: list[FormField] = [Note(intro), TextField("measure", "Which measure", most=60)]
    for question in survey.questions if survey else ():
        text = question.text.replace("{goal}: ", "").replace("{goal}", "it")
        long = question.type == "text"
        label = text[:1].upper() + text[1:]
        fields.append(TextField(question.id, label, most=200 if long else 20, long=long, required=False))
    fields.append(Note(f"Everyone in {state.label} can read it, with your name."))
    return Form("Results", tuple(fields), Action("pulse", state.id, "entered"), "Enter")
