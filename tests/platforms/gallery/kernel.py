"""Every block and every field there is, each with something long, something empty and something nasty in it."""

from datetime import UTC, datetime

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
    hint,
)
from bot.kernel.ids import Member, SessionId
from bot.kernel.words import mention, named, when, who

LENA = Member("local", "w", "lena")
SESSION = SessionId("s" * 16)
NASTY = '<!channel> <@U123> *bold* _it_ `code` & <https://x.example|here> [x](https://x.example) @everyone <at>all</at> \\ "'
AT = datetime(2026, 3, 25, 8, 29, tzinfo=UTC)


def action(verb: str, argument: str = "") -> Action:
    return Action("rounds", SESSION, verb, argument)


def filled(text: str) -> str:
    return named(text, {LENA: "Lena"})


CARDS = {
    "every block": Card(
        "Every block there is",
        (
            Text("A line."),
            Text("A muted line.", muted=True),
            Fields((("Who", filled(who(LENA))), ("When", when(AT, "day_time")))),
            Table(("Person", "Host", "Timekeeper"), (("Lena", "2", "1"), ("Tomas", "1", "2"))),
            Progress("Steps", 2, 5),
            Divider(),
            Choice("Pick one", action("pick"), (Option("a", "The first"), Option("b", "The second", "with a hint"))),
            Buttons(
                (
                    Button("Usual", action("done"), "primary"),
                    Button("Form", action("write"), asks=True),
                    Button("Away with it", action("drop"), "danger"),
                    Link("Read", "https://bot.example/read"),
                )
            ),
        ),
    ),
    "a chart": Card(
        "Safe to speak",
        (Chart("lines", "Safe to speak", ("Mar", "Jun"), (Series("Team", (62.5, 75.0)),), "62 in March, 75 in June."),),
    ),
    "a file": Card(
        "All my data", (Text("Everything I keep about you."), File("my-data.json", '{"name": "Lena"}\n' * 50))
    ),
    "moments and people": Card(
        f"Open until {when(AT)}",
        (
            Text(
                filled(f"{mention(LENA)}, you are up. {who(LENA)} is next. {when(AT, 'date')} {when(AT, 'date_time')}")
            ),
        ),
    ),
    "nasty text": Card(f"Said: {NASTY}"[:150], (Text(NASTY), Fields(((NASTY, NASTY),)), Text(NASTY, muted=True))),
    "very long": Card("Long", (Text("word " * 3000), Text("x" * 9000), Buttons((Button("Done", action("done")),)))),
    "many lines": Card(
        "Many", (*(Text(f"Line {n}: {'words ' * 12}") for n in range(120)), Buttons((Button("Done", action("done")),)))
    ),
    "a long list": Card(
        "List", (Choice("Pick", action("pick"), tuple(Option(str(n), f"Option {n} " + "o" * 90) for n in range(130))),)
    ),
    "many buttons": Card("Buttons", (Buttons(tuple(Button(f"Button {n}", action("done", str(n))) for n in range(9))),)),
    "a long argument": Card("Long", (Buttons((Button("Done", action("done", "x" * 200)),)),)),
    "a hint": hint("Only a line, without a title."),
    "emptyish": Card("", (Text(""), Fields(()), Buttons(()), Table((), ()))),
}

FORMS = {
    "every field": Form(
        "Every field",
        (
            Note(f"Until {when(AT)}. {NASTY}"),
            TextField("line", "One line", "as before", hint="A hint."),
            TextField("words", "Your words", long=True, most=1000, required=False),
            PickField("one", "One of few", (Option("a", "A"), Option("b", "B", "hint")), "b"),
            PickField("many", "One of many", tuple(Option(str(n), f"Option {n}") for n in range(60)), required=False),
            TickField("ticks", "Some of few", (Option("x", "X"), Option("y", "Y")), ("y",)),
            TickField("more_ticks", "Some of many", tuple(Option(str(n), f"Option {n}") for n in range(25))),
            NumberField("number", "A number", "3", low=0, high=10),
            DateField("day", "A day", "2026-03-24", required=False),
            TimeField("hour", "A time", "09:30", required=False),
        ),
        action("written"),
        "Send",
    )
}
