"""Small sentences and buttons that several cards share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.activities.guides.model import DAY, Course, Rounding, Running, Setting, fill
from bot.kernel.cards import Action, Button, Buttons
from bot.kernel.content import Guide, Step
from bot.kernel.ids import NO_SESSION, Member, SessionId
from bot.kernel.words import plural, when, who

AIMS = {
    "explore": "to explore",
    "solve": "to solve something",
    "decide": "to decide",
    "share": "to share what people know",
}


def button(
    session: SessionId, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("guides", session, verb, argument), "primary" if primary else "plain", asks)


def typed(label: str, words: str) -> Button:
    """A button that does what typing *words* does."""
    return Button(label, Action("say", NO_SESSION, "type", words[:200]))


def minutes(count: int) -> str:
    """`45 minutes`; from half a day on `24 hours`, and from two days on `3 days`."""
    if count >= 2 * DAY:
        return plural(round(count / DAY), "1 day", "{n} days")
    if count >= DAY // 2:
        return plural(round(count / 60), "1 hour", "{n} hours")
    return plural(count, "1 minute", "{n} minutes")


def until(setting: Setting, moment: datetime) -> str:
    """A moment of this session: the time of day; where it goes on over days, the day too."""
    return when(moment, "day_time" if setting.days else "time")


def joined(parts: Iterable[str]) -> str:
    """`Lena`, `Lena and Sam`, `Lena, Sam and Jo`."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def either(members: Iterable[Member]) -> str:
    found = [who(member) for member in members]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"


def listed(titles: Iterable[str]) -> str:
    """Titles in a row; where one has a comma of its own, semicolons keep them apart."""
    found = list(titles)
    return "; ".join(found) if any("," in title for title in found) else joined(found)


def short(text: str, most: int) -> str:
    """As many whole words as fit, and a sign that there are more."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0].rstrip(' ,.;:')}…"


def sentence(text: str) -> str:
    """A text as a sentence of its own."""
    return text if text[-1:] in ".?!…:" else f"{text}."


def asked(setting: Setting, step: Step, number: int = 0) -> str:
    """The question of a step, its first follow-up behind it; empty if there is none."""
    if not step.questions:
        return ""
    question = step.questions[number % len(step.questions)]
    words = fill(question.text, setting)
    return f"{words} {fill(question.follow_up[0], setting)}" if question.follow_up else words


MOST_ON_CARD = 400  # characters of questions


def lead(setting: Setting, step: Step, number: int = 0) -> tuple[str, ...]:
    """What the card of a step says first: its text and its question; the topic where it has neither.

    A follow-up comes along only where there is room for it. Who works without the host gets all questions at once;
    where they are too many for a card, the form has them.
    """
    text = fill(step.text, setting)
    if step.kind in ("breakout", "silent") and len(step.questions) > 1:
        questions = numbered(setting, step)
        if step.kind == "silent" and sum(map(len, questions)) > MOST_ON_CARD:
            questions = (f"{len(questions)} questions, one after the other: Write shows them.",)
    elif text and step.questions:
        questions = (fill(step.questions[number % len(step.questions)].text, setting),)
    else:
        questions = tuple(filter(None, (asked(setting, step, number),)))
    return tuple(filter(None, (text, *questions))) or (sentence(setting.topic or step.title),)


def numbered(setting: Setting, step: Step) -> tuple[str, ...]:
    """All questions of a step, one a line."""
    return tuple(f"{count}. {fill(one.text, setting)}" for count, one in enumerate(step.questions, 1))


def scope(setting: Setting) -> str:
    """`In: how we hand over. Not today: who was on call.`, or nothing."""
    inside = f"In: {sentence(setting.today)}" if setting.today else ""
    outside = f"Not today: {sentence(setting.not_today)}" if setting.not_today else ""
    return f"{inside} {outside}".strip()


def clock_line(run: Running, now: datetime) -> str:
    """What comes after this step, and how the session stands: `Then pairs and recap. End 16:00, on time.`"""
    course = run.course
    ahead = [part.step.title for part in course.parts[course.at + 1 :]]
    then = ""
    if ahead:
        named = ahead if len(ahead) <= 2 else [*ahead[:2], "more"]
        then = f"Then {listed(lower(title) for title in named)}. "
    if run.setting.days:
        return then.strip() or "This is the last step."
    end = course.end(now)
    return f"{then}End {when(end)}, {against_plan(end, run.ends)}."


def against_plan(end: datetime, planned: datetime) -> str:
    """`on time`, `5 minutes later than planned`, `4 minutes earlier than planned`. Within a minute is on time.

    It is reckoned in the minutes that clocks show, so that whoever checks it finds it right.
    """
    off = int(end.timestamp() // 60) - int(planned.timestamp() // 60)
    if abs(off) <= 1:
        return "on time"
    return f"{minutes(abs(off))} {'later' if off > 0 else 'earlier'} than planned"


def lower(title: str) -> str:
    """A title inside a sentence: its first letter small, unless it is I or the start of a name in capitals."""
    return title if title[:2].isupper() or title.startswith("I ") else title[:1].lower() + title[1:]


def steering_row(run: Running) -> Buttons:
    """The row that stays in one place: Next, more time, Note, More.

    While people speak in turn, "next" is a person; the button says that it means the step, and Done stands out.
    """
    setting, serial = run.setting, str(run.serial)
    last, live = run.course.is_last, run.course.live
    in_turn = isinstance(live, Rounding) and live.speaker is not None
    label = "End" if last else "Next step" if in_turn else "Next"
    return Buttons(
        (
            button(setting.id, label, "end" if last else "next", serial, primary=not in_turn),
            button(setting.id, "+1 day" if setting.days else "+5 min", "extend", serial),
            button(setting.id, "Note", "note", asks=True),
            button(setting.id, "More", "more"),
        )
    )


def names(members: Iterable[Member]) -> str:
    return ", ".join(who(member) for member in members)


def guide_line(guide: Guide) -> str:
    few, many = guide.group_size
    return f"{guide.id}: {guide.title}, {minutes(guide.total_minutes)}, {few} to {many} people."


def step_end(course: Course) -> str:
    return when(course.ends)
