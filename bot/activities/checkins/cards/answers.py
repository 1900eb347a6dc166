"""What a check-in says: to the channel, to each person, to who looks after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.activities.checkins.cards.duty import holders_line
from bot.activities.checkins.model import (
    FOLLOWS,
    PAGE,
    SHOWN,
    YES_NO,
    Answer,
    Ask,
    Asking,
)
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    File,
    Link,
    Text,
    hint,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import listed, on_day, plural, when, who

TITLE = 60  # characters
EXCERPT = 280  # characters of one answer on the card


# to one person


def prompt_card(asking: Asking) -> Card:
    """Voice 07. The question, in a direct message."""
    row = (
        _button(asking, "Answer", "answer", primary=True, asks=True),
        _button(asking, "Pass", "pass"),
        _button(asking, "Later", "later"),
    )
    led = (Text(f"Somebody went first; read it in {asking.team_label}."),) if asking.led else ()
    lines = (Text(asking.question), Text(_how_much(asking)), *led, Text(who_sees(asking)), *_before(asking))
    return Card(_asks_now(asking), (*lines, Buttons(row)))


def later_card(asking: Asking, at: datetime | None) -> Card:
    row = (_button(asking, "Answer", "answer", primary=True, asks=True), _button(asking, "Pass", "pass"))
    return Card(_asks_now(asking), (Text(asking.question), Text(later_line(asking, at)), Buttons(row)))


def later_line(asking: Asking, at: datetime | None) -> str:
    if at is None:
        return f"It is open until {when(asking.closes)}. I won't ask again."
    return f"I will ask again at {when(at)}. That is the one reminder."


def reminder_card(asking: Asking) -> Card:
    row = (_button(asking, "Answer", "answer", primary=True, asks=True), _button(asking, "Pass", "pass"))
    lines = (Text(asking.question), Text("If not today, that is fine. This was the one reminder."))
    return Card(f"Open until {when(asking.closes)}", (*lines, Buttons(row)))


def _how_much(asking: Asking) -> str:
    """How little is enough."""
    if len(asking.asks) > 2:
        return f"One form, {len(asking.asks)} short questions. Leave out what does not fit."
    return "Two sentences are plenty." if asking.asks[0].kind == "text" else "One choice is enough."


def with_zone(card: Card, zone: str) -> Card:
    """*card* and, if *zone* is not empty, the question whether that is right. Nobody is asked it twice."""
    if not zone:
        return card
    line = Text(f"I use {zone} for your times, because I do not know your zone.", muted=True)
    row = (Button("Set my zone", Action("people", NO_SESSION, "hours"), asks=True),)
    return replace(card, blocks=(*card.blocks, line, Buttons(row)))


def saved_card(asking: Asking) -> Card:
    """What becomes of the question in the direct message, and what the person is told."""
    row = (
        _button(asking, "Change it", "answer", asks=True),
        _button(asking, "Delete my answer", "delete"),
    )
    lines = (Text(asking.question), Text(f"You can change it until {when(asking.closes)}."))
    return Card("Saved", (*lines, Buttons(row)))


def passed_card(asking: Asking) -> Card:
    row = (_button(asking, "Answer after all", "answer", asks=True),)
    return Card("Passed", (Text(asking.question), Text("That counts as taking part."), Buttons(row)))


def added_card(asking: Asking, *, changed: bool = False) -> Card:
    """Voice 10: after the close."""
    row = (_button(asking, "Change it", "answer", asks=True), _button(asking, "Delete my answer", "delete"))
    how = "Changed" if changed else "Added"
    return hint_with(f"{how}, marked later. Everyone in {asking.team_label} can read it.", Buttons(row))


def closed_card(asking: Asking, *, answered: bool) -> Card:
    read = Link("Read", f"message:card@{asking.id}")
    row: tuple[Button | Link, ...] = (read,)
    if not answered:
        row = (read, _button(asking, "Add mine", "answer", asks=True))
    return Card(_asked(asking), (Text(asking.question), Text(f"Closed. See {asking.team_label}."), Buttons(row)))


def over_card(asking: Asking) -> Card:
    return Card(_asked(asking), (Text(asking.question), Text("This one is filed. Nothing is asked of you.")))


def held_for_you_card(asking: Asking) -> Card:
    return Card(_asked(asking), (Text("Held for the whole team. Nothing is asked of you today."),))


def deleted_line(asking: Asking) -> str:
    return f"Deleted. Nobody in {asking.team_label} sees it any more."


def stopped_card(asking: Asking) -> Card:
    """After three questions without a press. Said once."""
    row = (_button(asking, "Start again", "start_again"),)
    lines = (
        Text(f"Three questions of {asking.team_label} passed by. That is fine, so I stop asking."),
        Text("Nobody is told. You can still answer in the channel at any time."),
    )
    return Card("I stop asking you", (*lines, Buttons(row)))


def choose_helper_card(asking: Asking, part: SessionId) -> Card:
    """Saved, and who alone should read what one could use a hand with is still to be chosen."""
    row = (
        Button("Choose who", Action("checkins", part, "helper"), "primary", asks=True),
        _button(asking, "Change it", "answer", asks=True),
    )
    lines = (
        Text(f"You can change it until {when(asking.closes)}."),
        Text("Who should read what you could use a hand with? Nobody does before you choose."),
    )
    return Card("Saved", (*lines, Buttons(row)))


def why(asking: Asking) -> str:
    often = f"{asking.often} " if asking.often else ""
    return f"You are in the {often}check-in of {asking.team_label}."


def waits_line(asking: Asking) -> str:
    return f"One question of {asking.team_label} is open until {when(asking.closes)}."


# to the channel


def open_card(asking: Asking, count: int, *, missed: bool = False, lead: Answer | None = None) -> Card:
    """Voice 08. The count appears from two on; no names, no total.

    *missed*: the question did not reach everybody. *lead*: the answer of somebody who goes first.
    """
    lines: list[Block] = []
    title = f"Check-in: {_lowered(asking.question)}"
    if len(title) > TITLE:
        title = "Check-in"
        lines.append(Text(asking.question))
    if len(asking.asks) > 2:
        lines.append(Text(f"{len(asking.asks) - 1} more short questions come with it."))
    if asking.reveal == "at_once":
        counted = f"{count} answers so far, in the thread. " if count > 1 else ""
        lines.append(Text(f"{counted}Open until {when(asking.closes)}. Everyone in {asking.team_label} can read it."))
    elif count > 1:
        lines += [
            Text(f"{count} answers so far, hidden until {when(asking.closes)}."),
            Text("Then they appear here together."),
        ]
    else:
        lines.append(Text(f"Answers are hidden until {when(asking.closes)}. Then they appear here together."))
    if missed:
        lines.append(Text("Some people have not added me yet, so my question did not reach them. It opens here, too."))
    if lead is not None:
        lines.append(Text(f"{who(lead.member)} goes first: {in_words(asking, lead.values)}"))
    lines += [*holders_line(asking), *_before(asking)]
    answer = _button(asking, "Open here" if missed else "Answer", "answer", primary=True, asks=True)
    return Card(title, (*lines, Buttons((answer, _button(asking, "Pass", "pass")))))


def summary_card(asking: Asking, answers: Sequence[Answer], until: datetime | None) -> Card:
    """Voice 09: the same card, after the close. *until*: answers are still added, marked later."""
    if not answers:
        lines: list[Block] = [Text(asking.question)]
        if until is not None:
            lines += [Text(f"Add yours until {when(until, 'day_time')}."), Buttons((_add(asking),))]
        return Card("No answers this time", tuple(lines))
    lines = []
    title = asking.question
    if len(title) > TITLE:
        title = "The answers are in"
        lines.append(Text(asking.question))
    lines.append(Text(plural(len(answers), "1 answer.", "{n} answers.")))
    counted = counts_line(asking, answers)
    if counted:
        lines.append(Text(counted))
    several = len(asking.asks) > 2 and len(answers) > 1  # what can be counted is; the rest is in each one's own words
    lines += [Text(line) for line in _tallies(asking, answers)] if several else []
    shown = answers[:SHOWN] if asking.summary == "card" else ()
    lines += [Text(line) for answer in shown if (line := answer_line(asking, answer, EXCERPT, told=several))]
    if shown and len(answers) > SHOWN:
        lines.append(Text(plural(len(answers) - SHOWN, "1 more is in the thread.", "{n} more are in the thread.")))
    if until is None:
        lines.append(Text("Reply to someone in the thread."))
        return Card(title, (*lines, Buttons((_keep(asking),))))
    lines.append(Text(f"Reply to someone in the thread, or add yours until {when(until, 'day_time')}."))
    row = [_add(asking)]
    if len(answers) > SHOWN:
        row.append(_button(asking, "Read all", "read", "1"))
    return Card(title, (*lines, Buttons((*row, _keep(asking)))))


def counts_line(asking: Asking, answers: Sequence[Answer]) -> str:
    """How many chose what, for a question with choices; from two answers on."""
    found = counts(asking, answers)
    if len(answers) < 2 or not found:
        return ""
    return f"{listed(f'{choice}: {n}' for choice, n in found.items())}."


def counts(asking: Asking, answers: Sequence[Answer]) -> dict[str, int]:
    first = asking.asks[0]
    if first.kind not in ("choice", "yes_no"):
        return {}
    options = YES_NO if first.kind == "yes_no" else first.choices
    given = [answer.values[0] for answer in answers if answer.values]
    return {option: given.count(option) for option in options}


def _tallies(asking: Asking, answers: Sequence[Answer]) -> list[str]:
    """`Ready for Friday? 4 said Yes, 1 said No.`, of each question after the first that has no words of one's own."""
    lines = []
    for n, ask in enumerate(asking.asks[1:], 1):
        given = [one.values[n] for one in answers if len(one.values) > n and one.values[n]]
        if not given or ask.kind == "text":
            continue
        if ask.kind == "number":
            low, high = (pick(given, key=lambda one: float(one.replace(",", "."))) for pick in (min, max))
            lines.append(f"{ask.text} " + (f"From {low} to {high}." if low != high else f"{low}."))
        else:
            said = sorted(set(given), key=lambda one: (-given.count(one), one))
            lines.append(f"{ask.text} {listed(f'{given.count(one)} said {one}' for one in said)}.")
    return lines


def answer_line(asking: Asking, answer: Answer, most: int = 0, *, told: bool = False) -> str:
    """`Sam (later): We closed the oldest ticket.` *told*: what can be counted stands above it already."""
    values = [v if n == 0 or a.kind == "text" else "" for n, (a, v) in enumerate(_given(asking, answer))]
    words = in_words(asking, values if told else answer.values)
    if most and len(words) > most:
        words = words[: most - 1].rstrip() + "…"
    return f"{who(answer.member)}{' (later)' if answer.late else ''}: {words}"


def _given(asking: Asking, answer: Answer) -> Iterator[tuple[Ask, str]]:
    return zip(asking.asks, answer.values, strict=False)


def in_words(asking: Asking, values: Sequence[str]) -> str:
    """All answers of one person in one line; the first question needs no name, the others do."""
    parts = []
    for index, (ask, value) in enumerate(zip(asking.asks, values, strict=False)):
        if value:
            parts.append(value if index == 0 or not ask.text or ask.hint == FOLLOWS else f"{ask.text} {value}")
    return " · ".join(parts)


def page_card(asking: Asking, answers: Sequence[Answer]) -> Card:
    """One page of answers in the thread of a big team."""
    return hint(*(answer_line(asking, answer) for answer in answers))


def read_card(asking: Asking, answers: Sequence[Answer], page: int) -> Card:
    """One page, to one person who asked for it."""
    pages = max(1, -(-len(answers) // PAGE))
    page = min(max(page, 1), pages)
    shown = answers[(page - 1) * PAGE : page * PAGE]
    row = []
    if page > 1:
        row.append(_button(asking, "Before", "read", str(page - 1)))
    if page < pages:
        row.append(_button(asking, "More", "read", str(page + 1)))
    lines: list[Block] = [Text(answer_line(asking, answer)) for answer in shown] or [Text("No answers yet.")]
    if row:
        lines.append(Buttons(tuple(row)))
    return Card(f"Answers, page {page} of {pages}" if pages > 1 else "Answers", tuple(lines))


def reply_card(asking: Asking, answer: Answer) -> Card:
    """One answer as one reply in the thread, so that people can react to one person."""
    return hint(answer_line(asking, answer))


def pointer_card(asking: Asking, count: int, day: str) -> Card:
    title = f"{day} check-in is in"
    line = Text(f"{asking.question} {plural(count, '1 answer.', '{n} answers.')}")
    return Card(title, (line, Buttons((Link("Read", "message:card"),))))


def held_card() -> Card:
    return Card("Check-in held", (Text("Nobody is asked today. The next question comes another day."),))


def files_card(files: Sequence[tuple[str, str]]) -> Card:
    line = Text("Answers that were shown to the team, without the time of day.")
    return Card("Answers as files", (line, *(File(name, text) for name, text in files)))


def mine_card(
    found: Sequence[tuple[SessionId, str, str, str]], ahead: Sequence[tuple[SessionId, str, str]] = ()
) -> Card:
    """Everything somebody answered lately: occurrence, day, question, words; and what they answered *ahead*."""
    lines: list[Block] = []
    for schedule, day, words in ahead:
        lines.append(Text(f"Ahead, for {on_day(date.fromisoformat(day))}: {words}"))
        lines.append(Buttons((Button("Delete this", Action("checkins", schedule, "ahead_delete", day)),)))
    for occurrence, day, question, words in found:
        lines.append(Text(f"{on_day(date.fromisoformat(day))}: {question} {words}"))
        lines.append(Buttons((Button("Delete this", Action("checkins", occurrence, "delete")),)))
    if not lines:
        lines.append(Text("No answer of yours is kept here."))
    return Card("Your answers", (*lines, Text("Only you see this.", muted=True)))


def figures_card(label: str, lines: Sequence[str]) -> Card:
    return Card(f"Check-ins of {label}", tuple(Text(line) for line in lines))


# lines


def who_sees(asking: Asking) -> str:
    """One of the standard lines."""
    if asking.reveal == "at_once":
        return f"Everyone in {asking.team_label} can read it."
    return f"Hidden until {when(asking.closes)}, then everyone in {asking.team_label} can read it."


def added_note(asking: Asking) -> str:
    return f"It is added, marked later. Everyone in {asking.team_label} can read it."


def hint_with(line: str, *blocks: Block) -> Card:
    return Card("", (Text(line), *blocks))


def _asks_now(asking: Asking) -> str:
    if asking.asked_by is not None:
        return f"{who(asking.asked_by)} asks {asking.team_label}"
    return "This week's question" if asking.often == "weekly" else "Today's question"


def _asked(asking: Asking) -> str:
    """The title of what is over: no name stands there that could not be taken out any more."""
    return _asks_now(asking) if asking.asked_by is None else f"A question to {asking.team_label}"


def _before(asking: Asking) -> tuple[Block, ...]:
    if not asking.before:
        return ()
    return (Buttons((Link("Last time's answers", f"message:card@{asking.before}"),)),)


def _lowered(question: str) -> str:
    """A question after a colon: small first letter, unless the first word is I or all capitals."""
    first = question.split(maxsplit=1)[0] if question.split() else ""
    keep = first in ("I", "I'm", "I'd", "I've") or (len(first) > 1 and first.isupper())
    return question if keep else question[:1].lower() + question[1:]


def _add(asking: Asking) -> Button:
    return _button(asking, "Add mine", "answer", asks=True)


def _keep(asking: Asking) -> Button:
    return _button(asking, "Keep this", "keep")


def _button(
    asking: Asking, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("checkins", asking.id, verb, argument), "primary" if primary else "plain", asks)
