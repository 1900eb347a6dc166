"""Cards and forms, as the rehearsal room's page and a terminal show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.kernel.cards import (
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
)
from bot.kernel.ids import SessionId
from bot.kernel.words import mention, named, when
from bot.platforms.local import parse, render

AT = datetime(2026, 3, 25, 8, 30, tzinfo=UTC)
BERLIN, TORONTO = "Europe/Berlin", "America/Toronto"
LENA = parse.member("lena")


def action(verb: str = "done") -> Action:
    return Action("rounds", SessionId("s1"), verb, "3")


def words(spans: list[dict[str, Any]]) -> str:
    return "".join(span["text"] for span in spans)


def everything() -> Card:
    """A card with one of each block there is."""
    options = (Option("a", "First", "the usual"), Option("b", "Second"))
    return Card(
        "Lena, your minute",
        (
            Text("Win or challenge."),
            Text("You are in the round.", muted=True),
            Fields((("Host", "Tomas"),)),
            Table(("Who", "Role"), (("Lena", "host"),)),
            Buttons((Button("Done", action(), "primary"), Link("Read", "https://moderato.example/"))),
            Choice("Which?", action("choose"), options),
            Progress("Steps", 2, 5),
            Divider(),
            Chart("bars", "Answers", ("Mar",), (Series("team", (3.0,)),), "3 answers in March."),
            File("recap.txt", "Key points"),
        ),
    )


def test_every_block_there_is_has_a_view():
    """A card with one of each block is shown whole, and each view can travel as JSON."""
    view = render.card_view(everything(), BERLIN)
    shown = [block["is"] for block in view["blocks"]]
    expected = ["text", "text", "fields", "table", "buttons", "choice", "progress", "divider", "chart", "file"]
    assert expected == shown


def test_a_moment_is_shown_in_the_readers_zone():
    """The same card says 09:30 in Berlin and 04:30 in Toronto, and carries the exact moment."""
    card = Card("Round", (Text(f"Starts at {when(AT)}."),))
    in_berlin = render.card_view(card, BERLIN)["blocks"][0]["spans"]
    in_toronto = render.card_view(card, TORONTO)["blocks"][0]["spans"]
    assert [words(in_berlin), words(in_toronto)] == ["Starts at 09:30.", "Starts at 04:30."]
    assert in_berlin[1]["moment"] == AT.isoformat()


def test_a_call_is_marked_as_yours_for_you_alone():
    """Whoever is called sees their own name marked; others see it as a call to somebody."""
    text = named(f"{mention(LENA)}, you are up.", {LENA: "Lena"})
    card = Card("", (Text(text),))
    mine = render.card_view(card, BERLIN, reader=LENA)["blocks"][0]["spans"][0]
    theirs = render.card_view(card, BERLIN, reader=parse.member("jo"))["blocks"][0]["spans"][0]
    assert mine == {"text": "@Lena", "call": "you"}
    assert theirs == {"text": "@Lena", "call": "other"}


def test_a_link_to_a_message_leads_there_and_a_foreign_address_nowhere():
    """`message:` links jump to what the session posted; only https leaves the room; the rest is left out."""
    row = (Link("Read", "message:result"), Link("Gone", "message:nothing"), Link("Odd", "javascript:alert(1)"))
    view = render.card_view(Card("In", (Buttons(row),)), BERLIN, links={"result": ("bridge", "7")})
    assert view["blocks"][0]["row"] == [{"is": "jump", "label": "Read", "channel": "bridge", "message": "7"}]


def test_nothing_grows_beyond_its_limit():
    """Text, labels and lists are cut where the table of limits says, with a mark that they go on."""
    options = tuple(Option(str(n), "x" * 500) for n in range(300))
    card = Card("t" * 500, (Text("b" * 9000), Choice("c" * 500, action("choose"), options)))
    title, (body, choice) = (view := render.card_view(card, BERLIN))["title"], view["blocks"]
    assert render.LIMITS["title"] == len(words(title))
    assert render.LIMITS["text"] == len(words(body["spans"]))
    assert words(body["spans"]).endswith("…")
    assert render.LIMITS["options"] == len(choice["options"])
    assert render.LIMITS["cell"] == len(choice["options"][0]["label"])


def test_a_terminal_numbers_what_can_be_pressed():
    """Every number in the lines is one press, in the same order, with its token and its choice."""
    card = everything()
    text = "\n".join(render.lines(card, BERLIN))
    assert "[1] Done  <Read>" in text
    assert "[3] Second" in text
    assert [(action().pack(), ""), (action("choose").pack(), "a"), (action("choose").pack(), "b")] == list(
        render.presses(card)
    )


def test_every_field_there_is_has_a_view_with_its_name():
    """A form with one of each field keeps names, values and hints, and the token its submission carries."""
    options = (Option("a", "First"),)
    form = Form(
        "Settings",
        (
            Note("Two sentences are plenty."),
            TextField("text", "Your words", value="so far", long=True, hint="kept"),
            PickField("pick", "One", options, value="a"),
            TickField("tick", "Some", options, values=("a",)),
            NumberField("number", "How many", low=1, high=9),
            DateField("date", "Day"),
            TimeField("time", "When", value="09:30"),
        ),
        action("saved"),
    )
    view = render.form_view(form, BERLIN)
    assert form.names() == tuple(field["name"] for field in view["fields"] if field["is"] != "note")
    assert action("saved") == Action.unpack(view["token"])
    assert {"is": "long", "value": "so far", "hint": "kept", "most": 2000}.items() <= view["fields"][1].items()
    assert view["fields"][3]["values"] == ["a"]
