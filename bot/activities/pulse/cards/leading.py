"""What whoever looks after a team is shown: to start, repeat and call off, and that something has to follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.activities.pulse.cards.words import readers, who_sees
from bot.activities.pulse.model import Repeating, Setting
from bot.kernel.cards import (
    Action,
    Block,
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
    TickField,
    TimeField,
)
from bot.kernel.content import Survey
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import plural, when

EVERY = {1: "every week", 2: "every second week", 4: "every four weeks", 13: "every three months", 26: "twice a year"}
EVERY |= {52: "once a year"}


def started_card(setting: Setting, people: int, closes: datetime) -> Card:
    """Private, to whoever started it."""
    if setting.gathers:
        return _gathering_card(setting, closes)
    asked = plural(people, "1 person is asked", "{n} people are asked")
    close = f"It closes {when(closes, 'date_time')}, once everybody has had time."
    lines: list[Block] = [
        Text(f"{asked} in a direct message, in their own working hours. {close}"),
        Text(who_sees(setting)),
        Text("Until then nobody sees anything, and there is no count to look up."),
        Buttons((Button("Call it off", Action("pulse", setting.id, "call_off"), "danger"),)),
    ]
    part = f", {setting.part}" if setting.part else ""
    return Card(f"{setting.title}{part}: started", tuple(lines))


def offer_card(setting: Setting) -> Card:
    """In the channel, once: a way in for those whom the invitation did not reach. No names, no number."""
    lines = (
        Text("Some people have not added me yet, so my questions did not reach them. They open here, too."),
        Text(who_sees(setting), muted=True),
        Buttons((Button("Open here", Action("pulse", setting.id, "open_here", setting.part), asks=True),)),
    )
    return Card(f"{setting.title}: a survey for {setting.label}"[:60], lines)


def missed_line(setting: Setting, missed: int) -> str:
    """For who looks after the team. It is about delivery, and stays when somebody answers in the channel."""
    return f"{setting.title} in {setting.label}: {did_not_get(missed)}. They can open it in the channel."


def did_not_get(missed: int) -> str:
    return plural(missed, "1 person did not get it", "{n} people did not get it")


def _gathering_card(setting: Setting, closes: datetime) -> Card:
    asked = "Whoever leaves is asked once, in a direct message."
    if setting.gathers == "joining":
        asked = "Newcomers are asked in a direct message when they have been here for 30, 60 and 90 days."
    lines: list[Block] = [
        Text(f"{asked} The answers are shown together, {when(closes, 'date')}."),
        Text(who_sees(setting)),
        Buttons((Button("Call it off", Action("pulse", setting.id, "call_off"), "danger"),)),
    ]
    return Card(f"{setting.title}: started"[:60], tuple(lines))


def called_off_card(setting: Setting) -> Card:
    return Card(f"{setting.title}: called off", (Text("The answers are deleted. Nobody has seen them."),))


def between_card(setting: Setting) -> Card:
    lines = (
        Text("The answers stay sealed. They are opened together with the second ones, and only as pairs."),
        Text(f"After the programme, type /moderato pulse start {setting.survey}."),
    )
    return Card(f"{setting.title}: the answers before are in", lines)


def settling_card(setting: Setting, until: datetime) -> Card:
    lines = (
        Text(f"Totals come {when(until, 'day_time')}. Until then everybody can take their answers back, unread."),
        Buttons((Button("Remove mine", Action("pulse", setting.id, "remove")),)),
    )
    return Card(f"{setting.title}: the answers after are in", lines)


def settled_card(setting: Setting) -> Card:
    """What the card becomes once the answers are counted: nothing can be taken back any more."""
    line = "They are counted, and the link between before and after is destroyed. Nobody can find anybody's answers."
    return Card(f"{setting.title}: the answers after are in", (Text(line),))


def menu_form(surveys: Sequence[Survey], chosen: str = "", teams: Sequence[tuple[str, str]] = ()) -> Form:
    """Which survey; from a direct conversation also which teams."""
    options = tuple(Option(survey.id, f"{survey.title} ({mode_word(survey.mode)})"[:75]) for survey in surveys)
    fields: list[FormField] = [PickField("survey", "Which one", options, chosen)]
    if teams:
        ticks = tuple(Option(id, label) for id, label in teams)
        fields.append(TickField("teams", "Which teams", ticks, tuple(id for id, _ in teams[:1]), required=True))
    hint = "Only for surveys that ask about a topic, such as before and after a course."
    fields.append(TextField("topic", "About what", most=80, required=False, hint=hint))
    return Form("Start a pulse", tuple(fields), Action("pulse", NO_SESSION, "chosen"), "Start")


def mode_word(mode: str) -> str:
    """How a survey is stored, in two words."""
    return {"anonymous": "anonymous", "linked": "before and after", "named": "with names"}[mode]


def schedule_form(surveys: Sequence[Survey], chosen: str, weeks: int, first: str) -> Form:
    options = tuple(Option(survey.id, f"{survey.title} ({mode_word(survey.mode)})"[:75]) for survey in surveys)
    frequencies = tuple(Option(str(number), words.capitalize()) for number, words in EVERY.items())
    stored = (Option("survey", "As the survey says"), Option("named", "With names, where the survey leaves the choice"))
    fields = (
        PickField("survey", "Which one", options, chosen),
        PickField("weeks", "How often", frequencies, str(weeks)),
        DateField("first", "First day", first),
        TimeField("at", "Time of day where the team is", "10:00"),
        TextField("topic", "About what", most=80, required=False, hint="Only for surveys that ask about a topic."),
        PickField("mode", "How it is stored", stored, "survey", required=False),
        Note("The next one waits until somebody wrote what follows from the last. Before and after are two waves."),
    )
    return Form("Repeat a pulse", fields, Action("pulse", NO_SESSION, "repeat"), "Repeat")


def every(weeks: int) -> str:
    return EVERY.get(weeks, f"every {weeks} weeks")


def schedule_line(state: Repeating, begins: datetime) -> str:
    """How often, and when next."""
    if state.linked:
        which = "after" if state.wave else "before"
        apart = plural(state.weeks, "1 week", "{n} weeks")
        return f"before and after, {apart} apart; {which}: {when(begins, 'date_time')}"
    return f"{every(state.weeks)}, next {when(begins, 'date_time')}"


def _opened(line: str) -> str:
    """As a sentence of its own begins."""
    return line[:1].upper() + line[1:]


def schedules_card(entries: Sequence[tuple[str, str, SessionId]]) -> Card:
    """Private: what repeats in the team."""
    blocks: list[Block] = []
    for title, line, session in entries[:5]:
        blocks.append(Text(f"{title}: {line}."))
        blocks.append(_schedule_buttons(session))
    another = Button("Repeat another", Action("pulse", NO_SESSION, "schedule", "new"), asks=True)
    return Card("What repeats here", (*blocks, Buttons((another,))))


def _schedule_buttons(session: SessionId) -> Buttons:
    return Buttons(
        (
            Button("Skip the next", Action("pulse", session, "skip")),
            Button("Move the next", Action("pulse", session, "move"), asks=True),
            Button("End the schedule", Action("pulse", session, "end_schedule")),
        )
    )


def next_card(state: Repeating, begins: datetime) -> Card:
    return Card(f"{state.title}: changed"[:60], (Text(f"{_opened(schedule_line(state, begins))}."),))


def move_form(state: Repeating, begins: datetime) -> Form:
    here = begins.astimezone(ZoneInfo(state.zone))
    fields = (
        Note(f"{state.title} in {state.label}. Only the next one moves; those after it stay."),
        DateField("first", "Day", here.date().isoformat()),
        TimeField("at", "Time of day where the team is", f"{here:%H:%M}"),
    )
    return Form("Move the next one", fields, Action("pulse", state.id, "moved"), "Move")


def own_form(title: str = "", statements: str = "") -> Form:
    """A survey of one's own: as lines, or as a whole pasted file."""
    frequencies = tuple(
        Option(str(number), f"{words.capitalize()}, from the next working day on") for number, words in EVERY.items()
    )
    modes = (
        Option("anonymous", "Stored without names"),
        Option("named", "Stored and shown with names"),
    )
    fields = (
        TextField("title", "Title", title, most=60, required=False),
        PickField("mode", "How it is stored", modes, "anonymous", required=False),
        TextField(
            "statements",
            "Statements, one a line, up to ten",
            statements,
            long=True,
            required=False,
            hint="Each is answered from strongly disagree to strongly agree, or with can't say.",
        ),
        TextField("words", "A question to answer in words", most=200, required=False),
        PickField("weeks", "How often", (Option("once", "Once, now"), *frequencies), "once", required=False),
        TextField(
            "yaml",
            "Or a whole survey, pasted",
            long=True,
            most=3000,
            required=False,
            hint="In the format of prompts/surveys. For surveys your organisation has the right to use.",
        ),
        TextField("more", "The rest of it, if it is long", long=True, most=3000, required=False),
    )
    return Form("Your own survey", fields, Action("pulse", NO_SESSION, "own_chosen"), "Start")


def repeating_card(state: Repeating, begins: datetime) -> Card:
    line = schedule_line(state, begins)
    lines: tuple[Block, ...] = (
        Text(f"{line[:1].upper()}{line[1:]}."),
        *([] if state.linked else [Text("The next one waits until somebody wrote what follows from the last.")]),
        _schedule_buttons(state.id),
    )
    return Card(f"{state.title} repeats in {state.label}"[:60], lines)


def stopped_card(state: Repeating) -> Card:
    return Card("Schedule ended", (Text(f"{state.title} in {state.label} does not come again by itself."),))


def held_card(state: Repeating, owed: SessionId, because: str = "") -> Card:
    """Private, to the owner: the next wave is held back, or cannot begin."""
    lines = [Text("What follows from the last one is not written yet. People answer again once they see a use.")]
    if because:
        lines = [Text(f"It could not begin. {because}")]
    row = [Button("Write it", Action("pulse", owed, "follow"), "primary", asks=True)] if owed else []
    row.append(Button("End the schedule", Action("pulse", state.id, "end_schedule")))
    return Card(f"The next {state.title} waits"[:60], (*lines, Buttons(tuple(row))))


def owed_card(setting: Setting) -> Card:
    lines = (
        Text(f"{setting.title} in {setting.label}: one sentence on what you will do, or not do and why."),
        Text("It stands under the results for everybody who saw them. The next wave waits for it."),
        Buttons((Button("Write it", Action("pulse", setting.id, "follow"), "primary", asks=True),)),
    )
    return Card("What follows from the survey?", lines)


def follow_form(setting: Setting) -> Form:
    fields = (
        Note(f"{setting.title}. {readers(setting)} can read it under the results, with your name."),
        TextField("text", "What follows: what we will do, or not do and why", long=True, most=500),
    )
    return Form("What follows", fields, Action("pulse", setting.id, "followed"), "Send")


def owed_refusal(title: str, wave: SessionId) -> Card:
    row = (Button("Write it", Action("pulse", wave, "follow"), "primary", asks=True),)
    return Card(
        f"{title} waits"[:60],
        (Text("First somebody writes what follows from the last one. Nothing was sent."), Buttons(row)),
    )
