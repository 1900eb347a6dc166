"""What Slack would draw: always within its limits, never with a reader's words as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kernel.cards import (
    Action,
    Block,
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
)
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import mention, named, when
from bot.platforms.slack import render
from tests.platforms.slack.wire import WIRE
from tests.standins.slack import limits
from tests.standins.slack.model import User, Workspace
from tests.standins.slack.sight import Reading

ZONE = "Europe/Berlin"
AT = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)
LENA = Member("slack", "T1", "ULENA")
ACTION = Action("rounds", SessionId("s" * 16), "done")
NASTY = '<!channel> <@U123> *bold* _it_ `code` & <https://evil.example|your bank> @everyone > quote ``` "\u2028'


def reader() -> User:
    workspace = Workspace("T1", "Acme", "acme")
    user = User("ULENA", "lena", workspace, real_name="Lena", tz="Asia/Kolkata")
    workspace.users.append(user)
    return user


def read(blocks: list[dict[str, Any]]) -> tuple[str, Reading]:
    """The blocks as somebody in Kolkata reads them."""
    reading = Reading(reader(), AT)
    return "\n".join(line for block in blocks for line in reading.block(block)), reading


# what may stand on cards: anything a person may type, in any length, with tokens of ours in between
alphabet = st.characters(blacklist_categories=("Cs",), blacklist_characters="\ue000\ue001")
typed = st.one_of(
    st.text(alphabet, max_size=60),
    st.sampled_from(
        [NASTY, "x" * 3500, "&" * 3100, "word " * 900, "\U0001f600" * 1600, "https://x.example/" + "a" * 2100, " "]
    ),
)
sentences = st.lists(
    st.one_of(
        typed,
        st.just(named(mention(LENA), {LENA: "Lena & <Co>"})),
        st.builds(lambda hours, style: when(AT + timedelta(hours=hours), style), st.integers(0, 9000),
                  st.sampled_from(["time", "day_time", "date", "date_time"])),
    ),
    max_size=3,
).map("".join)  # fmt: skip
buttons = st.builds(Button, typed, st.just(ACTION), st.sampled_from(["plain", "primary", "danger"]))
links = st.builds(Link, typed, st.sampled_from(["https://x.example", "message:card", "message:gone", "javascript:x"]))
options = st.builds(
    Option, st.text(st.characters(min_codepoint=48, max_codepoint=122), min_size=1, max_size=150), typed, typed
)
lists = st.one_of(
    st.lists(options, max_size=6).map(tuple), st.just(tuple(Option(str(n), f"Choice {n}") for n in range(120)))
)
blocks = st.one_of(
    st.builds(Text, sentences, st.booleans()),
    st.builds(Fields, st.lists(st.tuples(sentences, sentences), max_size=23).map(tuple)),
    st.builds(
        Table,
        st.lists(sentences, min_size=2, max_size=22).map(tuple),
        st.lists(st.lists(sentences, min_size=1, max_size=22).map(tuple), max_size=4).map(tuple),
    ),
    st.builds(Buttons, st.lists(st.one_of(buttons, links), max_size=30).map(tuple)),
    st.builds(Choice, sentences, st.just(ACTION), lists),
    st.builds(Progress, sentences, st.integers(0, 9), st.integers(0, 9)),
    st.just(Divider()),
    st.builds(Chart, st.just("lines"), typed, st.just(("a",)), st.just((Series("s", (1.0,)),)), sentences),
    st.builds(File, st.sampled_from(["notes.txt", "x" * 300]), typed),
)
cards: st.SearchStrategy[Card] = st.builds(Card, sentences, st.lists(blocks, max_size=12).map(tuple))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cards)
def test_whatever_a_card_holds_slack_takes_it(card: Card) -> None:
    """Any card, with any words in any length, renders to messages, a Home tab and a modal that Slack accepts."""
    for part in WIRE.render(card):
        assert WIRE.check(part) == []
    modest = render.message(card, ZONE, modest=True)
    assert all(WIRE.check(part) == [] for part in (modest, *modest.rest))
    assert limits.view_problems(render.home(card, ZONE), home=True) in ([], NOTHING_ON_HOME)
    assert limits.view_problems(render.reading(card, ZONE, "")) == []
    assert not limits.view_too_large(render.home(card, ZONE))


NOTHING_ON_HOME = ["no fewer than 1 items allowed [json-pointer:/view/blocks]"]

names = st.integers(0, 10**6).map(lambda n: f"f{n}")
fields = st.one_of(
    st.builds(Note, sentences),
    st.builds(TextField, names, typed, typed, st.booleans(), st.integers(1, 5000), st.booleans(), typed),
    st.builds(PickField, names, typed, lists, typed, st.booleans(), typed),
    st.builds(TickField, names, typed, lists, st.just(()), st.booleans(), typed),
    st.builds(NumberField, names, typed, typed, st.sampled_from([None, 0.5]), st.sampled_from([None, 99.0])),
    st.builds(DateField, names, typed, st.sampled_from(["", "2026-03-24", "tomorrow"])),
    st.builds(TimeField, names, typed, st.sampled_from(["", "09:30", "noon"])),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(fields, max_size=8, unique_by=lambda f: getattr(f, "name", id(f))).map(tuple), typed, typed)
def test_whatever_a_form_asks_slack_takes_it(asked: tuple[Any, ...], title: str, submit: str) -> None:
    """Any form renders to a modal that Slack accepts."""
    form = Form(title, asked, ACTION, submit)

    assert limits.view_problems(render.view(form, ZONE)) == []


def test_nobody_can_make_the_bot_shout_or_forge_a_link() -> None:
    """Words of people show as they were typed: no ping, no dressed-up link, wherever they stand."""
    everywhere: tuple[Block, ...] = (
        Text(NASTY),
        Text(NASTY, muted=True),
        Fields(((NASTY, NASTY),)),
        Table(("a", "b"), ((NASTY, NASTY),)),
        Progress(NASTY, 1, 2),
        Choice(NASTY, ACTION, (Option("a", NASTY, NASTY),)),
        Buttons((Button(NASTY, ACTION),)),
        Chart("bars", NASTY, ("x",), (Series(NASTY, (1.0,)),), NASTY),
    )
    drawn = render.message(Card(NASTY, everywhere), ZONE)
    text, reading = read(list(drawn.blocks))
    spoken = Reading(reader(), AT)
    heard = spoken.markup(drawn.text)

    assert reading.pings == set()
    assert spoken.pings == set()
    assert set(reading.links) <= {"https://evil.example"}
    assert "<https://evil.example|your bank>" in text
    assert "<!channel> <@U123>" in text
    assert "<!channel> <@U123>" in heard


def test_nobody_can_do_so_in_a_modal_or_in_home() -> None:
    """The same holds for views: notes, labels, hints, options, what was typed before, and sentences at a field."""
    asked = (
        Note(NASTY),
        TextField("text", NASTY, NASTY, hint=NASTY),
        PickField("pick", NASTY, (Option("a", NASTY, NASTY),), "a"),
        TickField("tick", NASTY, ()),
    )
    card = Card(NASTY, (Text(NASTY), Choice(NASTY, ACTION, (Option("a", NASTY),)), Chart("bars", NASTY, (), (), NASTY)))
    views = [render.view(Form(NASTY, asked, ACTION), ZONE), render.home(card, ZONE), render.reading(card, ZONE, "")]
    for one in views:
        for part in marked(one):
            assert part["verbatim"]
            reading = Reading(reader(), AT)
            reading.markup(part["text"])
            assert reading.pings == set()
            assert set(reading.links) <= {"https://evil.example"}
    assert render.errors({"text": NASTY}, ["text"], ZONE)["text"]


def marked(value: Any) -> Iterator[dict[str, Any]]:
    """Every text in which Slack looks for markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from marked(inner)


def test_a_web_address_stays_a_link_to_itself() -> None:
    """An address in an answer can be pressed, and leads where it says."""
    text, reading = read(
        list(render.message(Card("", (Text("See https://x.example/a?b=1&c=2, then https://y.example."),)), ZONE).blocks)
    )

    assert reading.links == ["https://x.example/a?b=1&c=2", "https://y.example"]
    assert text == "See https://x.example/a?b=1&c=2, then https://y.example."


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    """Moments are Slack dates, with a fallback in the zone the message was made for."""
    drawn = render.message(Card("Handover", (Text(f"Starts at {when(AT)}, ends {when(AT, 'day_time')}."),)), ZONE)
    text, _ = read(list(drawn.blocks))

    assert "Starts at 1:59 PM, ends today at 1:59 PM." in text
    assert "|09:29>" in drawn.text
    assert "|Wed 09:29>" in drawn.text


def test_a_day_reads_well_behind_on() -> None:
    """Slack says "tomorrow" for a day that is near, which does not follow "on"; there the day is named."""
    near = AT + timedelta(days=1)
    lines = (Text(f"You take notes on {when(near, 'date')}."), Text(f"Closed until {when(near, 'day_time')}."))
    text, _ = read(list(render.message(Card("Swapped", lines), ZONE).blocks))

    assert "on tomorrow" not in text
    assert re.search(r"notes on \w+day, ", text)
    assert "until tomorrow at" in text


def test_no_line_begins_with_a_small_letter_for_its_day() -> None:
    """Where a line or a sentence begins with its day, the day is named, because "tomorrow" is written small."""
    near = when(AT + timedelta(days=1), "date_time")
    lines = (Text(f"{near}: Round in #bridge"), Text(f"Planned. {near} it begins."), Text(f"It begins {near}."))
    text, _ = read(list(render.message(Card("Rhythm", lines), ZONE).blocks))

    assert text.count("tomorrow") == 1
    assert "It begins tomorrow at" in text


def test_a_modals_title_holds_no_moment() -> None:
    """A modal's title cannot follow the reader's zone, so a title with a moment stands in the body, where it can."""
    drawn = render.reading(Card(f"You host on {when(AT, 'day_time')}", (Text("All set."),)), "UTC", "")
    text, _ = read(drawn["blocks"])

    assert drawn["title"]["text"] == "Moderato"
    assert re.search(r"You host on \w+day, .* at 1:59 PM", text)
    assert "08:29" not in str(drawn["title"])


def test_only_a_mention_calls_somebody() -> None:
    """A mention pings in the blocks; the text that is read aloud just says the name."""
    drawn = render.message(Card("", (Text(f"{named(mention(LENA), {LENA: 'Lena'})}, you are up."),)), ZONE)
    _, reading = read(list(drawn.blocks))

    assert reading.pings == {"ULENA"}
    assert drawn.text == "Lena, you are up."


def test_long_content_goes_on_in_the_thread() -> None:
    """What does not fit follows in further parts, in order, nothing lost; the answers stay on the first."""
    answers = tuple(Text(f"Person {n}: " + "so many words " * 20) for n in range(90))
    card = Card("Check-in", (*answers, Buttons((Button("Add mine", ACTION),))))
    first, *rest = WIRE.render(card)
    text = "\n".join(read(list(part.blocks))[0] for part in (first, *rest))

    assert len(rest) >= 2
    assert [text.count(f"Person {n}:") for n in range(90)] == [1] * 90
    assert text.index("Person 5:") < text.index("Person 80:")
    assert render.REST in read(list(first.blocks))[0]
    assert first.blocks[-1]["type"] == "actions"


def test_a_table_is_read_aloud_as_words() -> None:
    """A table is a table for eyes and sentences for ears, and sentences where Slack has no table."""
    card = Card("Roles", (Table(("Person", "Host", "Notes"), (("Lena", "2", "1"), ("Tomas", "1", "2"))),))
    drawn = render.message(card, ZONE)

    assert [block["type"] for block in drawn.blocks] == ["header", "table"]
    assert "Lena: Host 2, Notes 1." in drawn.text
    assert "Lena: Host 2, Notes 1" in read(list(render.message(card, ZONE, modest=True).blocks))[0]


def test_of_two_tables_the_larger_is_a_table() -> None:
    """Slack takes one table in a message: the larger one; the other is written as sentences, nothing is lost."""
    small = Table(("Then", "Host"), (("Thu 26 Mar", "Arun"),))
    large = Table(("So far", "Host"), (("Lena", "2"), ("Tomas", "1")))
    drawn = render.message(Card("Roles", (small, large)), ZONE)

    assert [block["type"] for block in drawn.blocks] == ["header", "section", "table"]
    assert "Thu 26 Mar: Host Arun" in read(list(drawn.blocks))[0]


def test_links_to_our_own_messages_need_an_address() -> None:
    """A link button leads to the message's address; without one it is left out instead of leading nowhere."""
    card = Card("In", (Buttons((Link("Read", "message:card"), Link("Plan", "https://x.example"))),))
    with_it = render.message(card, ZONE, links={"card": "https://acme.slack.example/p1"}).blocks[-1]["elements"]
    without = render.message(card, ZONE).blocks[-1]["elements"]

    assert [element["url"] for element in with_it] == ["https://acme.slack.example/p1", "https://x.example"]
    assert [element["url"] for element in without] == ["https://x.example"]


def test_errors_stand_at_their_fields() -> None:
    """A sentence for a field that is not there goes to the first one, so that Slack does not refuse all of them."""
    placed = render.errors({"hours": "From before to.", "gone": "Something else."}, ("first", "hours"), ZONE)

    assert placed == {"hours": "From before to.", "first": "Something else."}


@pytest.mark.parametrize("value", ["", "x" * 151])
def test_an_option_slack_could_not_bring_back_is_refused_here(value: str) -> None:
    """An option value that would be cut cannot come back as itself, so it is an error at once."""
    with pytest.raises(ValueError, match="150"):
        render.message(Card("", (Choice("c", ACTION, (Option(value, "label"),)),)), ZONE)


def test_block_ids_are_never_used_twice() -> None:
    """Blocks carry no ids of ours, so Slack gives new ones at each edit, as it asks."""
    drawn = render.message(Card("t", (Text("a"), Buttons((Button("b", ACTION),)))), ZONE)

    assert not any("block_id" in block for block in drawn.blocks)
