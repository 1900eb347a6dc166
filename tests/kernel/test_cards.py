"""Cards: what a press means survives the way out and back, and every card says something to the ear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.cards import (
    MAX_TOKEN,
    Action,
    Button,
    Buttons,
    Card,
    Chart,
    Choice,
    DateField,
    Divider,
    Fields,
    File,
    Form,
    Link,
    Note,
    NumberField,
    Option,
    PickField,
    Progress,
    Series,
    Table,
    Text,
    TextField,
    TickField,
    TimeField,
    hint,
    reworded,
    sentences,
)
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import when, who

PRESS = Action("rounds", SessionId("s"), "done", "1")
part = st.text(st.characters(exclude_characters="|"), max_size=20)
EVERYTHING = Card(
    "All there is",
    (
        Text("A line"),
        Text("why", muted=True),
        Fields((("Time", "09:30"),)),
        Table(("Who", "Said"), (("Lena", "yes"), ("Tomas", "no"))),
        Buttons((Button("Go", PRESS), Link("See", "https://example.org"))),
        Choice("Choose", PRESS, (Option("a", "First", "best"),)),
        Progress("Answered", 2, 5),
        Divider(),
        Chart("lines", "Figures", ("w1",), (Series("a", (1.0, None)),), "It rises."),
        File("notes.txt", "text"),
    ),
)
ASKED = Form(
    "Ask",
    (
        Note("Two sentences."),
        TextField("text", "Words", hint="few"),
        PickField("pick", "One", (Option("a", "First"),)),
        TickField("tick", "Some", (Option("a", "First"),)),
        NumberField("number", "How many"),
        DateField("date", "Day"),
        TimeField("time", "Hour"),
    ),
    PRESS,
)


@given(part, part, part, st.text(st.characters(), max_size=60))
def test_an_action_comes_back_as_it_was(activity: str, session: str, verb: str, argument: str) -> None:
    """Packed into a button and unpacked from the press, an action is the same, bars in its argument included."""
    action = Action(activity, SessionId(session), verb, argument)
    assert Action.unpack(action.pack()) == action


@given(st.text(st.characters(), max_size=400))
def test_a_token_is_an_action_or_refused(token: str) -> None:
    """Whatever comes back from outside is an action that packs to the same token, or a ValueError."""
    try:
        action = Action.unpack(token)
    except ValueError:
        assert len(token) > MAX_TOKEN or token.count("|") < 3
    else:
        assert action.pack() == token


def test_what_cannot_be_a_token_is_our_mistake() -> None:
    """An action that is too long, or has a bar where it would be cut, raises before it is sent."""
    with pytest.raises(ValueError, match="over 255"):
        Action("a", SessionId("s"), "v", "x" * 255).pack()
    with pytest.raises(ValueError, match="bar"):
        Action("a|b", SessionId("s"), "v").pack()


words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
blocks = st.lists(
    st.one_of(
        words.map(Text),
        st.tuples(words, words).map(lambda pair: Fields((pair,))),
        st.builds(Progress, words, st.integers(0, 9), st.integers(0, 9)),
        words.map(lambda label: Buttons((Button(label, PRESS),))),
        st.just(Divider()),
        words.map(lambda name: File(name, "")),
    ),
    max_size=6,
)


@given(words, blocks)
def test_every_card_says_something(title: str, held: list[Text]) -> None:
    """With a title, any card has a paragraph for the ear, and it begins with the title."""
    said = Card(title, tuple(held)).fallback()
    assert said.startswith(title)
    assert said.rstrip("\"')]")[-1:] in tuple(".?!:…")


def test_the_paragraph_says_every_part() -> None:
    """Tables are read row by row, progress in words, charts by what they show, and buttons not at all."""
    assert EVERYTHING.fallback() == (
        "All there is. A line. why. Time: 09:30. Lena: Said yes. Tomas: Said no. Choose. Answered: 2 of 5. "
        "It rises. File notes.txt."
    )


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ('She wrote: "We keep the agreement."', 'She wrote: "We keep the agreement."'),
        ("It is done (at last.)", "It is done (at last.)"),
        ("Three of them (check-ins)", "Three of them (check-ins)."),
        ("«Was nun?»", "«Was nun?»"),
    ],
)
def test_a_sentence_is_ended_once(line: str, read: str) -> None:
    """A stop inside a closing quote or bracket is one; read aloud there is no second."""
    assert Card("", (Text(line),)).fallback() == read


def test_moments_are_read_in_the_readers_zone() -> None:
    """The same card reads as the listener's own clock says."""
    card = hint(f"At {when(datetime(2026, 3, 24, 8, 30, tzinfo=UTC))}.")
    assert [card.fallback(zone) for zone in ("Europe/Berlin", "Asia/Kolkata")] == ["At 09:30.", "At 14:00."]


@pytest.mark.parametrize("shape", [EVERYTHING, ASKED], ids=["card", "form"])
def test_every_sentence_can_be_reworded(shape: Card | Form) -> None:
    """Whatever is shown to people passes through `reworded` once, actions and values stay as they are."""
    assert reworded(shape, lambda sentence: sentence) == shape
    louder = reworded(shape, str.upper)
    assert sentences(louder) == tuple(sentence.upper() for sentence in sentences(shape))
    if isinstance(louder, Form):
        assert (louder.action, louder.names()) == (PRESS, ASKED.names())
    else:
        assert [button.action for button in louder.buttons()] == [PRESS]


def test_names_in_every_corner_are_known() -> None:
    """Somebody named in a title, a cell, an option's hint or a button is among the sentences."""
    lena = who(Member("p", "w", "lena"))
    card = Card(
        lena,
        (Table((lena,), ((lena,),)), Choice("c", PRESS, (Option("a", lena, lena),)), Buttons((Button(lena, PRESS),))),
    )
    assert sum(lena == sentence for sentence in sentences(card)) == 6
