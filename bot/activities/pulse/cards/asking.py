"""What one person is shown: the invitation, the form, and what follows a press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.activities.pulse.cards.words import button, page, readers, who_sees
from bot.activities.pulse.model import Invitation, Setting
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
)
from bot.kernel.content import Survey, SurveyQuestion
from bot.kernel.words import plural, when, who
from bot.pieces.questions import CONSENT, SKIP, YES_NO

COPY = "copy"  # the field of the tick under a survey that may be sent on with the name
SPLITS = "The next answer is asked to show results by group as well; you can leave it out. A group is shown if"


def invitation_card(invitation: Invitation, until: datetime) -> Card:
    setting = invitation.setting
    things = "statement" if setting.statements else "question"
    count = plural(setting.count, f"1 {things}", f"{{n}} {things}s")
    minutes = plural(setting.minutes, "about 1 minute", "about {n} minutes")
    tick = f"A tick that you answered spares you a reminder. Nobody in {setting.label} sees it."
    lines = [
        Text(f'First: "{setting.first}"'),
        Text(who_sees(setting)),
        *([Text(tick)] if setting.mode != "named" else []),
        *([Text("You answer for the time before. It is marked as given later.")] if setting.late else []),
        Text(f"Open until {when(until, 'day_time')}. Once sent it cannot be changed."),
    ]
    row = (
        button(invitation.id, "Open", "open", primary=True, asks=True),
        button(invitation.id, "Not this time", "not_this_time"),
    )
    return Card(f"{count}, {minutes}", (*lines, Buttons(row)))


def why(setting: Setting) -> str:
    if setting.programme:
        return f"{setting.label} measures what comes of {setting.topic}."
    if setting.gathers == "joining":
        return f"You have been in {setting.label} for {setting.part.removeprefix('day ')} days."
    if setting.gathers == "leaving":
        return f"You left {setting.label}. Whether you answer is up to you."
    by = who(setting.starter) if setting.starter is not None else "The schedule"
    return f"{by} started this pulse for {setting.label}."


def reminder_card(invitation: Invitation, until: datetime) -> Card:
    setting = invitation.setting
    lines = (
        Text(f"{setting.title}. If not this time, that is fine. This was the one reminder."),
        Text(who_sees(setting), muted=True),
        Buttons(
            (
                button(invitation.id, "Open", "open", primary=True, asks=True),
                button(invitation.id, "Not this time", "not_this_time"),
            )
        ),
    )
    return Card(f"Survey open until {when(until, 'day_time')}", lines)


def survey_form(invitation: Invitation, survey: Survey) -> Form:
    """All questions in one form with one submit; no answer is required."""
    setting = invitation.setting
    fields: list[FormField] = [Note(who_sees(setting)), Note(page(setting))]
    if survey.intro:
        fields.append(Note(survey.intro))
    for question in survey.questions:
        if question.splits:
            fields.append(Note(f"{SPLITS} {setting.minimum} or more chose it, and never for a group that is smaller."))
        fields += _asked(survey, question)
    if setting.copies:
        tick = f"Send these answers, with my name, to whoever looks after {setting.label}"
        told = "They are then not among the answers without names."
        fields.append(TickField(COPY, "With your name", (Option("yes", tick),), hint=told))
    if setting.contacts:
        fields.append(Note(setting.contacts))
    return Form(setting.title[:24], tuple(fields), Action("pulse", invitation.id, "answer"), "Send once")


def _asked(survey: Survey, question: SurveyQuestion) -> list[FormField]:
    skip = Option(SKIP, "Can't say")
    match question.type:
        case "scale":
            scale = survey.scale(question)
            assert scale is not None
            options = tuple(Option(str(v), label) for v, label in zip(scale.values(), scale.labels, strict=True))
            skip = Option(SKIP, scale.can_skip or "Can't say")
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "yes_no":
            options = tuple(Option(value, label) for value, label in YES_NO)
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "choice":
            options = tuple(Option(str(place), label) for place, label in enumerate(question.choices))
            if question.most > 1:
                hint = f"Up to {question.most}."
                return [TickField(question.id, question.text, options, hint=hint)]
            return [PickField(question.id, question.text, (*options, skip), required=False)]
        case "number":
            return [TextField(question.id, question.text, most=40, required=False)]
        case _:
            hint = "The way you write can tell who you are." if survey.mode == "anonymous" else ""
            most = question.max_length
            text: FormField = TextField(question.id, question.text, long=True, most=most, required=False, hint=hint)
            if survey.mode != "anonymous" or question.share_words == "never":
                return [text]
            shown = Option("yes", "May be shown, word for word, if enough people answer")
            return [text, TickField(f"{question.id}.{CONSENT}", "Your words", (shown,))]


def thanks_card(invitation: Invitation, closes: datetime) -> Card:
    """The form's own answer; it is never a stored message."""
    setting = invitation.setting
    if setting.mode == "anonymous":
        style: Literal["date", "day_time"] = "date" if setting.gathers else "day_time"
        seen = f"Stored without your name. {readers(setting)} sees totals after {when(closes, style)}, "
        return Card("Counted. Thank you.", (Text(f"{seen}if {setting.minimum} or more answer."),))
    blocks: list[Block] = [Text(who_sees(setting))]
    if setting.mode == "linked":
        blocks.append(Buttons((Button("Remove mine", Action("pulse", setting.id, "remove")),)))
    return Card("Counted. Thank you.", tuple(blocks))


def copy_card(invitation: Invitation, said: Sequence[str]) -> Card:
    """To whoever looks after the team, because the person ticked it."""
    lines = tuple(Text(line) for line in said[:20])
    person = who(invitation.member)
    told = Text(f"{person} ticked that you may read this. Nobody else sees it.", muted=True)
    return Card(f"{invitation.setting.title}, with a name"[:60], (Text(f"From {person}."), *lines, told))


def copied_card(invitation: Invitation) -> Card:
    seen = f"Whoever looks after {invitation.setting.label} can read it, with your name."
    return Card("Sent, with your name", (Text(f"{seen} It is not among the answers without names."),))


def again_card(setting: Setting) -> Card:
    return Card("Already counted", (Text("A second answer is not stored."), Text(who_sees(setting), muted=True)))


def declined_card(invitation: Invitation) -> Card:
    lines = (
        Text("Fine. Nobody is told, and I won't remind you. You can still open it until it closes."),
        Text(who_sees(invitation.setting), muted=True),
        Buttons(
            (
                button(invitation.id, "Open", "open", asks=True),
                button(invitation.id, "No surveys at all", "never"),
            )
        ),
    )
    return Card("Not this time", lines)


def never_card() -> Card:
    return Card(
        "No surveys from now on",
        (Text("Nobody is told. Under Change or stop you can switch them on again."),),
    )


def closed_part_card(setting: Setting) -> Card:
    """What the invitation becomes at the close, the same for everybody."""
    return Card(f"{setting.title}: closed", (Text(f"Results go to {readers(setting)}. Nothing is asked of you."),))


def removed_card() -> Card:
    return Card("Removed", (Text("If an answer of yours was there, before or after, it is deleted unread."),))
