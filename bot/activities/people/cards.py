"""What is said about a person's own settings, to that person alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bot.activities.people.model import FOREVER, KINDS, MOST_UNIT, Held
from bot.kernel.calendar import DAY_NAMES, at_wall
from bot.kernel.cards import (
    Action,
    Button,
    Buttons,
    Card,
    DateField,
    File,
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
from bot.kernel.hours import Hours, hours_in_words, working_days_after
from bot.kernel.ids import NO_SESSION
from bot.kernel.keeping import LONGEST, Keeping, in_days
from bot.kernel.people import Absence, Person, Settings
from bot.kernel.words import listed, plural, when
from bot.pieces.holidays import Holidays

LANGUAGES = {  # as their speakers call them
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
}
ONLY_YOU = Text("Only you see this.", muted=True)
DAYS = tuple(Option(str(number), name) for number, name in enumerate(DAY_NAMES))


def me_card(person: Person, today: date) -> Card:
    chosen = person.settings
    lines = [Text(f"{hours_line(person)}.")]
    lines += [Text(f"Questions in {LANGUAGES.get(chosen.language, chosen.language)}.")] if chosen.language else []
    lines += [Text(f"Unit: {chosen.unit}. Small groups are mixed across units.")] if chosen.unit else []
    lines += [Text(f"Away: {absence_in_words(one, person.zone)}.") for one in coming(chosen, today)[:3]]
    if chosen.stopped:
        lines.append(Text("Stopped. I write only when you ask me to."))
    else:
        lines.append(Text(f"At most {counts(chosen)}, all teams together."))
    row = (
        button("Hours", "hours", asks=True),
        button("Away", "away_form", asks=True),
        button("Messages", "quiet"),
        button("My data", "mine"),
    )
    return Card("Your settings", (*lines, Buttons(row), ONLY_YOU))


def change_or_stop_card(person: Person) -> Card:
    """What the button under every unasked message opens."""
    row = (
        button("Hours", "hours", asks=True),
        button("Fewer", "fewer", asks=True),
        button("Away", "away_form", asks=True),
        button("Start again", "start_again") if person.settings.stopped else button("Stop all", "stop"),
    )
    return Card("What would you like to change?", (Text(f"{hours_line(person)}."), Buttons(row), ONLY_YOU))


def quiet_card(person: Person, sent: int, held: Sequence[Held]) -> Card:
    chosen = person.settings
    if chosen.stopped:
        lines = [Text("Stopped. I write only when you ask me to. Nobody is told.")]
    else:
        lines = [
            Text(f"At most {counts(chosen)}, {hours_line(person)}, all teams together."),
            Text("Roles and things you took on come on top."),
        ]
    if chosen.muted:
        lines.append(Text(f"Not wanted: {listed(KINDS.get(kind, kind) for kind in chosen.muted)}."))
    lines.append(Text(plural(sent, "This week: 1 sent.", "This week: {n} sent.")))
    lines += [Text(held_line(one)) for one in held[:5]]
    row = (
        button("Fewer", "fewer", asks=True),
        button("Hours", "hours", asks=True),
        button("Start again", "start_again") if chosen.stopped else button("Stop all", "stop"),
    )
    return Card("What I may send you", (*lines, Buttons(row), ONLY_YOU))


def held_line(held: Held) -> str:
    of = f" of {held.team}" if held.team else ""
    if held.until is not None:
        return f'Waiting: "{held.title}"{of}, because {held.because}. It comes {when(held.until, "day_time")}.'
    return f'Held back: "{held.title}"{of}, because {held.because}.'


def stopped_card() -> Card:
    row = (button("Start again", "start_again"),)
    return Card("Stopped", (Text("I write only when you ask me to. Nobody is told."), Buttons(row)))


def started_card(settings: Settings) -> Card:
    return Card("Started again", (Text(f"At most {counts(settings)}, in your hours."),))


def saved_card(person: Person, today: date) -> Card:
    changed = me_card(person, today)
    return Card("Saved", changed.blocks)


def away_card(absence: Absence, person: Person) -> Card:
    """Voice 23."""
    back = _first_day_back(absence, person)
    lines = [Text("No questions, no roles, no reminders. You are left out of every count.")]
    if absence.weekdays:
        title = f"Away every {listed(DAY_NAMES[day] for day in absence.weekdays)}"
    else:
        title = f"Away until {on(absence.last, person.zone)}"
        if back is not None:
            lines.append(Text(f"I am back in touch on {on(back, person.zone)}."))
    row = (button("Change", "away_form", asks=True), button("I'm back", "back"))
    return Card(title, (*lines, Buttons(row), ONLY_YOU))


def _first_day_back(absence: Absence, person: Person) -> date | None:
    if absence.weekdays or absence.last.year > 9000:  # such a date means: no end
        return None
    return working_days_after(hours_of(person), absence.last, 1, off=Holidays.of(person.settings.holidays))


def back_card(person: Person) -> Card:
    return Card("Welcome back", (Text(f"I write in your hours again: {hours_line(person)}."), ONLY_YOU))


def hours_form(person: Person, languages: Sequence[str] = ()) -> Form:
    """*languages*: those that questions are there in, if there is a choice."""
    chosen = person.settings
    speaks: tuple[FormField, ...] = ()
    if languages:
        options = tuple(Option(one, LANGUAGES.get(one, one)) for one in languages)
        now = chosen.language if chosen.language in languages else languages[0]
        speaks = (PickField("language", "Questions in", options, now, hint="Where there is no translation: English."),)
    return Form(
        "Your hours",
        (
            Note("I write to you only then. It holds for all your teams."),
            TickField("days", "Days you work", DAYS, tuple(str(day) for day in chosen.days)),
            TimeField("starts", "From", f"{chosen.starts:%H:%M}"),
            TimeField("ends", "To", f"{chosen.ends:%H:%M}"),
            TextField("zone", "Time zone", person.zone, most=60, hint="A region and a city, such as Asia/Kolkata."),
            TextField(
                "holidays",
                "Public holidays of",
                chosen.holidays,
                most=10,
                required=False,
                hint="A country such as DE, or a region in it such as DE-BY. Empty: none.",
            ),
            PickField(
                "where",
                "Questions of a team reach me",
                (Option("dm", "In a direct message"), Option("channel", "In the channel only")),
                "channel" if chosen.in_channel else "dm",
            ),
            *speaks,
        ),
        Action("people", NO_SESSION, "hours_saved"),
    )


def unit_form(settings: Settings) -> Form:
    """Where somebody works, in their own word; empty takes it back."""
    hint = "Sales, the Lyon office, night shift. Empty: none."
    return Form(
        "Your unit",
        (
            TextField("unit", "Where do you work?", settings.unit, most=MOST_UNIT, required=False, hint=hint),
            Note("I mix small groups with it, in all your teams, and show it to nobody. Only you see this."),
        ),
        Action("people", NO_SESSION, "unit_saved"),
    )


def away_form(today: date) -> Form:
    return Form(
        "Away",
        (
            DateField("first", "From", today.isoformat()),
            DateField(
                "last", "Until and including", "", required=False, hint="Empty with weekdays: until you change it."
            ),
            TickField("weekdays", "Only on these days of the week", DAYS, hint="Empty: every day."),
            Note("No reason is asked, and none is shown."),
        ),
        Action("people", NO_SESSION, "away_saved"),
    )


def fewer_form(settings: Settings, categories: Sequence[Option] = ()) -> Form:
    muted = tuple(kind for kind in settings.muted if kind in KINDS)
    fields: list[FormField] = [
        PickField(
            "weekly",
            "Messages a week at most",
            tuple(Option(str(n), plural(n, "1 a week", "{n} a week")) for n in (1, 2, 3, 4, 5)),
            str(settings.weekly),
        ),
        PickField(
            "daily",
            "Messages a day at most",
            tuple(Option(str(n), plural(n, "1 a day", "{n} a day")) for n in (1, 2, 3)),
            str(settings.daily),
        ),
        TickField("muted", "Not wanted at all", tuple(Option(k, v) for k, v in KINDS.items()), muted),
    ]
    if categories:
        known = {option.value for option in categories}
        fields.append(
            TickField(
                "categories",
                "Questions I would rather not get",
                tuple(categories),
                tuple(one for one in settings.muted if one in known),
            )
        )
    return Form("What I may send you", tuple(fields), Action("people", NO_SESSION, "fewer_saved"))


def mine_card(label: str = "", keeping: Keeping = LONGEST) -> Card:
    """*label*: the team in which it was asked, if any, and how long that one keeps what people write."""
    texts, raw = in_days(keeping.texts), in_days(keeping.raw)
    here = f"In {label} I" if label else "A team may choose less; otherwise I"
    lines = (
        Text(f"{here} delete your answers after {texts}, single survey answers {raw} after the close."),
        Text("I can send you all I keep about you as a file, or delete it."),
        Text("Answers you gave under your name are part of it. Answers stored without your name cannot be found."),
    )
    row = (button("Send me the file", "data"), button("Delete me", "delete"))
    return Card("Your data", (*lines, Buttons(row), ONLY_YOU))


def data_card(dossier: Mapping[str, Any]) -> Card:
    text = json.dumps(dossier, indent=2, ensure_ascii=False, sort_keys=True)
    lines = (Text("All I keep about you, as of now. Nobody else gets this file."), File("my-data.json", text))
    return Card("Your data", lines)


def delete_card() -> Card:
    lines = (
        Text("Your settings, answers, roles and everything else I keep about you go at once, in all teams."),
        Text("My own messages that show your words are edited. It cannot be undone."),
        Text("I will not ask you anything after that. Leave the channel, and I do not even know your name."),
    )
    yes = Button("Delete everything", Action("people", NO_SESSION, "delete_confirmed"), "danger")
    return Card("Delete all about you?", (*lines, Buttons((yes, button("Cancel", "me"))), ONLY_YOU))


def deleted_card() -> Card:
    return Card("Deleted", (Text("What shows your words is being edited now. Thank you for having been here."),))


# words


def hours_of(person: Person) -> Hours:
    chosen = person.settings
    return Hours(person.zone, chosen.days, chosen.starts, chosen.ends)


def hours_line(person: Person) -> str:
    chosen = person.settings
    holidays = f", without the public holidays of {chosen.holidays}" if chosen.holidays else ""
    return f"{hours_in_words(hours_of(person))}, {person.zone}{holidays}"


def counts(settings: Settings) -> str:
    day = plural(settings.daily, "1 message a day", "{n} messages a day")
    return f"{day} and {settings.weekly} a week"


def coming(settings: Settings, today: date) -> list[Absence]:
    return sorted((one for one in settings.absences if one.last >= today), key=lambda one: one.first)


def absence_in_words(absence: Absence, zone: str) -> str:
    days = f"every {listed(DAY_NAMES[day] for day in absence.weekdays)}" if absence.weekdays else ""
    if absence.last == FOREVER:
        return days or f"from {on(absence.first, zone)}"
    span = f"{on(absence.first, zone)} to {on(absence.last, zone)}"
    if absence.first == absence.last:
        span = on(absence.first, zone)
    return f"{days}, {span}" if days else span


def on(day: date, zone: str) -> str:
    """A day in a sentence, as `Fri 14 Aug`."""
    return when(noon(day, zone), "date")


def noon(day: date, zone: str) -> datetime:
    return at_wall(min(day, date(9998, 12, 31)), time(12), zone)  # the calendar ends before FOREVER does


def button(label: str, verb: str, *, asks: bool = False) -> Button:
    return Button(label, Action("people", NO_SESSION, verb), asks=asks)
