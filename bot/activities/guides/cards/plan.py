"""Planning a session, and what stands in the channel before it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.activities.guides.cards.ask import ROLE_NAMES
from bot.activities.guides.cards.parts import AIMS, button, lower, minutes, scope, sentence
from bot.activities.guides.model import Asked, Planned, Setting, fill
from bot.kernel.calendar import Monthly, Nth, Rule, at_wall, in_words, local_date, next_date
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    DateField,
    File,
    Form,
    FormField,
    Link,
    NumberField,
    Option,
    PickField,
    Text,
    TextField,
    TimeField,
)
from bot.kernel.content import Guide
from bot.kernel.hours import Hours, working_days_before
from bot.kernel.ids import NO_SESSION, SessionId, part_of
from bot.kernel.words import plural, when, who
from bot.pieces.invite import invite

AHEAD = (
    Option("0", "An hour before"),
    Option("1", "A working day ahead"),
    *(Option(str(days), f"{days} working days ahead") for days in range(2, 6)),
)
OFTEN = {"weekly": "1", "two_weeks": "2", "four_weeks": "4", "monthly": "monthly"}
MOST_QUESTIONS = 3  # of the guide, on the pre-post
MOST_ASKED = 3  # of the team's own, for somebody who was away


def ahead(setting: Setting, at: datetime) -> datetime:
    """When the pre-post goes out: the same time of day, so many working days of the team before."""
    if setting.send_ahead == 0:
        return at - timedelta(hours=1)
    here = at.astimezone(ZoneInfo(setting.zone))
    day = working_days_before(Hours(setting.zone), here.date(), setting.send_ahead)
    return at_wall(day or here.date(), here.timetz().replace(tzinfo=None), setting.zone)


def next_id(setting: Setting) -> SessionId:
    """The session after this one, where it recurs: the same whoever asks for it."""
    return part_of(setting.id, "next")


def planned_card(state: Planned) -> Card:
    """Private: the answer to whoever planned it."""
    setting = state.setting
    lines: list[Block] = [
        Text(
            f"{setting.topic or setting.title}: {lower(setting.title)}, {minutes(setting.minutes)}, "
            f"{when(state.at, 'date_time')}."
        ),
        Text(
            f"{setting.team_label} reads about it {when(ahead(setting, state.at), 'day_time')}, and can add questions."
        ),
    ]
    if setting.monthly:
        again = in_words(Rule(monthly_on(local_date(state.at, setting.zone)), time(10))).partition(" at ")[0]
        lines.append(Text(f"Then {again} at this time."))
    elif setting.repeat:
        lines.append(
            Text(plural(setting.repeat, "Then every week at this time.", "Then every {n} weeks at this time."))
        )
    if setting.prepare:
        lines.append(Text(f"To prepare: {setting.prepare[0]}"))
    lines.append(Buttons((button(setting.id, "Drop it", "drop"),)))
    return Card("The session is planned", tuple(lines))


def pre_post(state: Planned) -> Card:
    """In the channel, a working day before: what it is about, the questions, two buttons, the calendar file."""
    setting = state.setting
    first = [Text(f"Taken along from last time: {setting.carried}")] if setting.carried else []
    blocks: list[Block] = [
        *first,
        Text(f"{setting.title}, {minutes(setting.minutes)}, {AIMS[setting.goal]}. Host: {who(setting.facilitator)}."),
    ]
    others = [
        f"{ROLE_NAMES.get(role, role).capitalize()}: {who(member)}."
        for role, member in setting.holders
        if role != "facilitator"
    ]
    if others:
        blocks.append(Text(" ".join(others)))
    if scope(setting):
        blocks.append(Text(scope(setting)))
    questions = [fill(one.text, setting) for step in setting.steps if step.kind == "open" for one in step.questions]
    if questions:
        blocks.append(Text(" ".join(f"{n}. {words}" for n, words in enumerate(questions[:MOST_QUESTIONS], 1))))
    row: list[Button | Link] = [button(setting.id, "Add a question", "question", asks=True, primary=True)]
    if setting.link:
        row.append(Link("Join the call", setting.link))
    blocks.append(Buttons(tuple(row)))
    blocks.append(calendar_file(setting, state.at))
    return Card(_heading(setting, state.at), tuple(blocks))


def back_post(state: Planned) -> Card:
    """The pre-post for somebody who was on leave when it went out, with what the others asked since."""
    setting, card = state.setting, pre_post(state)
    asked = [one.text for one in setting.questions[:MOST_ASKED]]
    if not asked:
        return card
    words = " ".join(sentence(text) for text in asked)
    if setting.questions[MOST_ASKED:]:
        words += plural(len(setting.questions) - MOST_ASKED, " And 1 more.", " And {n} more.")
    said = Text(f"Asked so far: {words}")
    first = next(number for number, block in enumerate(card.blocks) if isinstance(block, Buttons))
    return Card(card.title, (*card.blocks[:first], said, *card.blocks[first:]))


def calendar_file(setting: Setting, at: datetime) -> File:
    text = invite(
        uid=setting.id,
        title=setting.topic or setting.title,
        starts=at,
        ends=at + timedelta(minutes=setting.minutes),
        about=f"{setting.title}. {setting.purpose}",
        link=setting.link,
    )
    return File("session.ics", text)


def begun_card(state: Planned) -> Card:
    """What the pre-post becomes once the session has its own card."""
    setting = state.setting
    return Card(_heading(setting, state.at), (Text("It has begun; its card is further down in this channel."),))


def dropped_card(setting: Setting) -> Card:
    return Card("This session does not take place", (Text(f"{setting.topic or setting.title} was dropped."),))


def question_card(setting: Setting, number: int, question: Asked) -> Card:
    """In the thread of the pre-post: one question, and Me too."""
    by = f"{who(question.member)} asks: " if question.member else "Somebody asks: "
    lines: list[Block] = [Text(f"{by}{question.text}")]
    if question.support:
        count = len(question.support)
        lines.append(Text(plural(count, "1 more wants to know.", "{n} more want to know.")))
    lines.append(Buttons((button(setting.id, "Me too", "me_too", str(number)),)))
    return Card("", tuple(lines))


def start_form(guides: tuple[Guide, ...], chosen: str, topic: str = "") -> Form:
    """Only what cannot be guessed: which guide, about what."""
    return Form(
        "Start a session", (_guides(guides, chosen), _topic(topic), *_defaults(full=False)), _action("started"), "Start"
    )


def plan_form(
    guides: tuple[Guide, ...], chosen: str, day: str, hour: str = "", topic: str = "", link: str = "", often: str = ""
) -> Form:
    """Guide, time and topic are asked; all else has a default."""
    fields: tuple[FormField, ...] = (
        _guides(guides, chosen),
        _topic(topic),
        DateField("day", "Day", day),
        TimeField("hour", "Time", hour or "10:00"),
        *_defaults(full=True, link=link, often=often),
    )
    return Form("Plan a session", fields, _action("planned"), "Plan")


def _defaults(*, full: bool, link: str = "", often: str = "") -> tuple[FormField, ...]:
    aims = tuple(Option(goal, words[3:].capitalize()) for goal, words in AIMS.items())
    fields: tuple[FormField, ...] = (
        NumberField("minutes", "Minutes", low=5, high=180, required=False, hint="Empty: as long as the guide says."),
        PickField("goal", "Kind of talk", aims, required=False, hint="Empty: as the guide says."),
        TextField("today", "In today", most=120, required=False),
        TextField("not_today", "Not today", most=120, required=False),
    )
    if not full:
        return fields
    repeat = (
        Option("0", "Once"),
        Option("1", "Every week"),
        Option("2", "Every 2 weeks"),
        Option("4", "Every 4 weeks"),
        Option("monthly", "Every month", "The same weekday: the first Tuesday, say"),
    )
    return (
        *fields,
        PickField("repeat", "How often", repeat, OFTEN.get(often, "0"), required=False),
        PickField("ahead", "Announced", AHEAD, required=False, hint="Empty: as the guide says, mostly one day ahead."),
        TextField("link", "Link to the call", link, most=300, required=False),
    )


def _guides(guides: tuple[Guide, ...], chosen: str) -> PickField:
    options = tuple(Option(guide.id, f"{guide.title}, {minutes(guide.total_minutes)}"[:75]) for guide in guides)
    return PickField("guide", "Guide", options, chosen)


def _topic(topic: str) -> TextField:
    return TextField("topic", "What is it about?", topic, most=160)


def _action(verb: str) -> Action:
    return Action("guides", NO_SESSION, verb)


def _heading(setting: Setting, at: datetime) -> str:
    topic = setting.topic or setting.title
    return f"{when(at, 'day_time')}: {topic if len(topic) <= 46 else topic[:45] + '…'}"


def next_working_day(now: datetime, zone: str) -> str:
    """The day a plan is proposed for: the next one from Monday to Friday."""
    day = local_date(now, zone) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.isoformat()


def monthly_on(day: date) -> Monthly:
    """The rhythm that has this day: its weekday's place in the month; the fifth counts as the last."""
    nth = (day.day - 1) // 7 + 1
    return Monthly(cast(Nth, nth if nth < 5 else -1), day.weekday())


def first_tuesday(now: datetime, zone: str) -> str:
    """The next first Tuesday of a month: what is proposed for a workshop that comes every month."""
    today = local_date(now, zone)
    return (next_date(Rule(Monthly(1, 1), time(10)), today) or today).isoformat()


def wall(text: str) -> time | None:
    """`09:30` as a time of day, None if it is none."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
