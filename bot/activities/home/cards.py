"""The card of the bare command, Home, and help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.home.model import Coming, Waiting
from bot.kernel.activity import Command
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, Divider, Fields, Option, Text
from bot.kernel.hours import Hours, hours_in_words
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.people import Person, Team
from bot.kernel.words import listed, plural, when

MOST_WAITING = 3
MOST_IN_HOME = 10  # lines that wait
MOST_COMING = 5
MOST_TEAMS = 10  # with a button of their own
WAYS = (("Start a round", "round"), ("Start a guide", "guide"), ("My settings", "me"))


def home_card(waits: tuple[Waiting, ...], known: frozenset[str]) -> Card:
    """Voice 31. *known*: the words that can be typed, so that no button leads nowhere."""
    lines = [Text(wait.line) for wait in waits[:MOST_WAITING]] or [Text("Nothing is open for you.")]
    ways = [_typed(label, words) for label, words in WAYS if words in known]
    return Card("What would you like to do?", (*lines, Buttons((*ways, _typed("More", "help")))))


def home(waits: Sequence[Waiting], next_: Sequence[Coming], person: Person, teams: Sequence[Team]) -> Card:
    """One page about one person: what waits, what comes next, how they are reached, and where they belong."""
    blocks: list[Block] = []
    first, *others = waits[:MOST_IN_HOME] or [Waiting("Nothing is open for you.", 0)]
    blocks.append(Fields((("Waits for you", first.line),)))
    blocks += _press(first)
    for wait in others:
        blocks += [Text(wait.line), *_press(wait)]
    blocks.append(Divider())
    soon = [f"{when(one.at, 'date_time')}: {one.what} in {one.where}" for one in next_[:MOST_COMING]]
    blocks.append(Fields((("Comes next", soon[0] if soon else "Nothing is planned."),)))
    blocks += [Text(line) for line in soon[1:]]
    blocks.append(Divider())
    chosen = person.settings
    hours = hours_in_words(Hours(person.zone, chosen.days, chosen.starts, chosen.ends))
    blocks.append(Fields((("Your settings", f"{hours}, {person.zone}."),)))
    if chosen.stopped:
        blocks.append(Text("Stopped. I write only when you ask me to."))
    else:
        day = plural(chosen.daily, "1 message a day", "{n} messages a day")
        blocks.append(Text(f"At most {day} and {chosen.weekly} a week, all teams together."))
    blocks.append(Buttons((_typed("My settings", "me"), _typed("Messages", "quiet"))))
    blocks.append(Divider())
    if not teams:
        blocks.append(Fields((("Your teams", "None yet. Add me to a channel; /moderato setup there begins."),)))
    else:
        blocks.append(Fields((("Your teams", f"{listed(team.label for team in teams)}."),)))
        blocks.append(Text("A team's button shows its next four weeks."))
        blocks.append(Buttons(tuple(_rhythm(team) for team in teams[:MOST_TEAMS])))
    blocks.append(Buttons((_typed("What I can do", "help"),)))
    return Card("Your page", tuple(blocks))


def _press(wait: Waiting) -> list[Block]:
    if wait.action is None:
        return []
    return [Buttons((Button(wait.label, wait.action, "primary", asks=True),))]


def _rhythm(team: Team) -> Button:
    label = team.label if len(team.label) <= 20 else f"{team.label[:19]}…"
    return Button(label, Action("teams", SessionId(f"teams.{team.id}"), "rhythm"))


def help_card(commands: tuple[tuple[str, Command], ...]) -> Card:
    """The usual ten with a line each; the other words by name, each with help of its own."""
    menu = sorted((command for _, command in commands if command.menu), key=lambda one: one.menu)
    words = sorted({command.words.split()[0] for _, command in commands if command.words})
    return Card(
        "What I can do",
        (
            Text(
                "Type /moderato and one of these words. In a thread mention me with it; alone with me the word will do."
            ),
            *(_line(command) for command in menu),
            Text(f"All words: {', '.join(words)}."),
            Text("More about one of them: /moderato help guide, for example."),
            Choice("More about", Action("say", NO_SESSION, "type", "help"), tuple(Option(one, one) for one in words)),
            Text("Only you see this.", muted=True),
        ),
    )


def topic_card(found: tuple[Command, ...]) -> Card:
    return Card(f"Help: {found[0].words.split()[0]}", tuple(_line(command) for command in found))


def _line(command: Command) -> Text:
    usage = f" {command.usage}" if command.usage else ""
    return Text(f"{command.words}{usage}: {command.help}.")


def _typed(label: str, text: str) -> Button:
    return Button(label, Action("say", NO_SESSION, "type", text))
