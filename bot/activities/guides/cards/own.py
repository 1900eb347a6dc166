"""The forms for a guide of one's own."""

from __future__ import annotations

from bot.activities.guides.cards.parts import AIMS, button, minutes
from bot.kernel.cards import Action, Buttons, Card, Form, Note, Option, PickField, Text, TextField
from bot.kernel.content import Guide
from bot.kernel.ids import NO_SESSION

HOW = "As described in prompts/README.md."
MOST_PROBLEMS = 8
QUOTES = "\"'"


def own_form() -> Form:
    aims = tuple(Option(goal, words[3:].capitalize()) for goal, words in AIMS.items())
    return Form(
        "A guide of your own",
        (
            TextField("title", "Title", most=60),
            TextField("purpose", "What does a group have at the end?", most=200),
            PickField("goal", "Kind of talk", aims, "explore"),
            TextField(
                "steps",
                "Steps, one a line",
                "Check-in, round, 10\nTalk, open, 25, What would we change first?\nRecap, recap, 5",
                long=True,
                hint="Title, kind, minutes, question. Kinds: round, open, breakout, silent, break, recap, info.",
            ),
            Note("Everyone in the team can use it."),
        ),
        Action("guides", NO_SESSION, "own_made"),
        "Keep it",
    )


def paste_form() -> Form:
    return Form(
        "Add a guide",
        (
            TextField("text", "The file, as text", long=True, most=3000, hint=HOW, file=True),
            TextField("more", "More of it", long=True, most=3000, required=False, hint="Where the file is longer."),
            TextField("rest", "The rest", long=True, most=3000, required=False),
            Note("Everyone in the team can use it. The same id again makes a new version."),
        ),
        Action("guides", NO_SESSION, "pasted"),
        "Check and keep",
    )


PARTS = ("text", "more", "rest")  # a long file goes over several fields, each of what a platform's field takes


def problems_card(text: str, problems: tuple[str, ...]) -> Card:
    """Private: what is wrong with a file that came in a message, line by line. Nothing was kept."""
    name = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("title:")), "")
    lines = [Text(f"{number}. {one}") for number, one in enumerate(problems[:MOST_PROBLEMS], 1)]
    if len(problems) > MOST_PROBLEMS:
        lines.append(Text(f"And {len(problems) - MOST_PROBLEMS} more."))
    again = Text("Nothing was kept. Change it and send it again the same way.", muted=True)
    title = f"{name.strip(QUOTES)[:40]}: not right yet" if name else "Not right yet"
    return Card(title, (*lines, again))


def kept_card(guide: Guide, version: int) -> Card:
    """Private: it can be used from now on."""
    which = f"version {version}; sessions that are running keep theirs" if version > 1 else "ready to use"
    row = (
        button(NO_SESSION, "Try it alone", "rehearse", guide.id, primary=True),
        button(NO_SESSION, "Plan it", "plan_form", guide.id, asks=True),
        button(NO_SESSION, "Start now", "start_form", guide.id, asks=True),
    )
    line = f"{guide.title}, {minutes(guide.total_minutes)}, {len(guide.steps)} steps: {which}."
    return Card("Your guide is kept", (Text(line), Buttons(row)))
