"""What is said about books: the list, the vote, the plan, the word half-way."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.books.model import MOST_PAGES, MOST_PARTS, MOST_TITLE, Part, Reading, Shelf, Title, Vote
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    DateField,
    Form,
    Note,
    NumberField,
    Option,
    PickField,
    Text,
    TextField,
    TimeField,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import plural, when

SHOWN = 5  # titles in the outcome
MOST_NAMED = 120  # characters of the titles that a form's hint names


def list_card(state: Shelf, *, leads: bool) -> Card:
    """Private: what is being read, and what was suggested."""
    blocks: list[Block] = []
    if state.reading is not None:
        blocks += [Text(f"Now: {sentence(state.reading.title)}"), *plan_lines(state.reading)]
    ranked = sorted(state.titles, key=lambda title: -title.votes)
    if ranked:
        blocks.append(Text("Suggested:"))
    elif state.reading is None:
        blocks.append(Text("Nothing yet. Anybody can suggest a book: type book suggest, and its title."))
    blocks += [Text(_line(title)) for title in ranked]
    row = [_button("Suggest a book", "suggest", asks=True)]
    if len(state.titles) > 1 and state.vote is None:
        row.append(_button("Vote in the channel", "vote"))
    row.append(_button("Stop reading", "stop") if state.reading else _button("Plan the reading", "plan", asks=True))
    blocks.append(Buttons(tuple(row)))
    if ranked and leads:
        blocks.append(Choice("Take one off", Action("books", NO_SESSION, "drop"), _options(ranked)))
    return Card("Books", tuple(blocks))


def plan_lines(reading: Reading) -> list[Text]:
    return [Text(f"{span(reading, part)}: {when(part.at, 'date_time')}.") for part in reading.parts[reading.at :]]


def suggested_card(title: Title, count: int) -> Card:
    many = plural(count, "It is the first one.", "{n} books are on the list.")
    return Card("Suggested", (Text(f"{sentence(title.text)} {many}"), Buttons((_button("See the list", "list"),))))


def vote_card(state: Shelf, vote: Vote) -> Card:
    """In the channel, edited as people vote. The counts are hidden until it closes."""
    voters = len(vote.voting.votes)
    blocks: list[Block] = [
        Text("Everybody has three votes, also all for one book. Nobody sees who chose what."),
        Choice("Give a dot", Action("books", state.id, "give"), _options(state.titles)),
    ]
    if voters > 1:
        blocks.append(Text(plural(voters, "1 person has voted.", "{n} people have voted.")))
    blocks.append(Text(f"Open until {when(vote.until, 'day_time')}. Then the reading can be planned."))
    row = (_button("Take mine back", "take_back", state.id), _button("Close the vote", "close", state.id))
    blocks.append(Buttons(row))
    return Card("Which book do we read next?", tuple(blocks))


def outcome_card(ranked: Sequence[Title], voters: int) -> Card:
    if not ranked:
        return Card("The book you want to read next", (Text("Nobody voted. The list stays as it is."),))
    blocks: list[Block] = [Text(f"{number}. {_line(title)}") for number, title in enumerate(ranked[:SHOWN], 1)]
    blocks.append(Text(plural(voters, "1 person voted.", "{n} people voted.")))
    blocks.append(Buttons((_button("Plan the reading", "plan", argument=ranked[0].id, asks=True),)))
    return Card("The book you want to read next", tuple(blocks))


def called_off_card() -> Card:
    return Card("This vote is over", (Text("The books that were in it are off the list."),))


def plan_form(titles: Sequence[Title], title: str, day: str) -> Form:
    """How much is read, in how many sessions, and when."""
    names = "; ".join(one.text for one in titles[:3])
    names = names if len(names) <= MOST_NAMED else f"{names[: MOST_NAMED - 1].rstrip()}…"
    known = f"On the list: {names}" if names else ""
    units = (Option("pages", "Pages"), Option("chapters", "Chapters"))
    every = (Option("1", "Every week"), Option("2", "Every 2 weeks"), Option("4", "Every 4 weeks"))
    return Form(
        "Plan the reading",
        (
            TextField("title", "Which book or text?", title, most=MOST_TITLE, hint=known),
            PickField("unit", "Counted in", units, "pages"),
            NumberField("last", "How many of them?", low=1, high=MOST_PAGES),
            NumberField("parts", "In how many sessions?", "4", low=1, high=MOST_PARTS),
            PickField("every", "How often", every, "2"),
            DateField("day", "The first session", day),
            TimeField("hour", "Time", "15:00"),
            Note("I share the pages out evenly. Nobody is asked how far they are."),
        ),
        Action("books", NO_SESSION, "planned"),
        "Plan",
    )


def reading_card(reading: Reading) -> Card:
    """In the channel: what is read until when."""
    lines = (*plan_lines(reading), Text("Each session is announced before it comes. Behind with the reading is fine."))
    return Card(f"We read: {reading.title}"[:60], lines)


def half_card(reading: Reading) -> Card:
    """In the channel, once between two sessions."""
    part = reading.part
    first, last = part.catch_up()
    enough = f"Behind is fine: read {_named(reading, first, last)} and join in."
    if first == part.first:
        enough = "Behind is fine: come along with what you have read."
    what = f"{_named(reading, part.first, part.last)} of {sentence(reading.title)}"
    upcoming = f"Until {when(part.at, 'date_time')}: {what}"
    return Card("Half-way to the next talk", (Text(upcoming), Text(enough)))


def span(reading: Reading, part: Part) -> str:
    words = _named(reading, part.first, part.last)
    return f"{words[:1].upper()}{words[1:]}"


def topic(reading: Reading, part: Part) -> str:
    return f"{reading.title}, {_named(reading, part.first, part.last)}"


def _named(reading: Reading, first: int, last: int) -> str:
    return f"{reading.unit[:-1]} {first}" if first == last else f"{reading.unit} {first} to {last}"


def suggest_form(text: str) -> Form:
    field = TextField("text", "Title and author", text, most=MOST_TITLE)
    return Form("A book to read", (field,), Action("books", NO_SESSION, "suggested"), "Suggest")


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _line(title: Title) -> str:
    return f"{sentence(title.text)} {plural(title.votes, '1 vote.', '{n} votes.')}" if title.votes else title.text


def _options(titles: Sequence[Title]) -> tuple[Option, ...]:
    return tuple(Option(title.id, title.text) for title in titles)


def _button(
    label: str, verb: str, session: SessionId = NO_SESSION, *, argument: str = "", asks: bool = False
) -> Button:
    return Button(label, Action("books", session, verb, argument), asks=asks)
