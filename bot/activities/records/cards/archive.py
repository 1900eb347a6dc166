"""What the archive shows: what was found, one entry, the best of a quarter, all of it as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.activities.records.cards.record import HOW, sentence, short
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, File, Link, Option, Text
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.words import plural, when, who

KINDS = {
    "recap": "Session",
    "decision": "Decision",
    "note": "Note",
    "action": "To do",
    "parked": "Parked",
    "change": "Change",
    "project": "Project",
    "reading": "Book",
    "resource": "Link",
    "checkin": "Check-in",
    "round": "Round",
    "survey": "Survey",
}
MOST_LINES = 40  # of one entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the archive has. *by*: who said it, where they chose that it stands there under their name."""

    key: str
    kind: str
    title: str
    at: datetime | None
    text: str
    link: str = ""
    by: Member | None = None

    @property
    def called(self) -> str:
        """`Note, Thu 26 Mar`"""
        kind = KINDS.get(self.kind, self.kind)
        return f"{kind}, {when(self.at, 'date')}" if self.at else kind


def found_card(words: str, found: Sequence[Entry], total: int, skip: int = 0) -> Card:
    """Private: what the archive has, five at a time."""
    if not found and words:
        line = f'Nothing here has the words "{short(words, 60)}".'
        line += " Fewer words find more." if " " in words.strip() else ""
        return Card("Nothing found", (Text(line), Buttons((_button("See all of it", "archive"),))))
    if not found:
        ways = "What is kept with note, decision or resource add comes here, and the record of each session."
        return Card("Nothing found", (Text("Nothing is filed yet."), Text(ways)))
    blocks = _listed(found, skip, Action("records", NO_SESSION, "open", words[:120]))
    if total > skip + len(found):
        more = Action("records", NO_SESSION, "more", f"{skip + len(found)} {words[:120]}")
        blocks.append(Buttons((Button("More", more),)))
    blocks.append(Text("Only you see this.", muted=True))
    return Card(plural(total, "1 thing found", "{n} things found"), tuple(blocks))


def _listed(found: Sequence[Entry], skip: int, action: Action, counts: Sequence[int] = ()) -> list[Block]:
    blocks: list[Block] = []
    for number, entry in enumerate(found, skip + 1):
        beyond = short(_beyond(entry.title, entry.text), 160)
        said = sentence(beyond) if beyond else ""
        by = f"{who(entry.by)}: " if entry.by else ""
        chosen = f" {_chose(counts[number - skip - 1])}" if counts else ""
        blocks.append(Text(f"{number}. {entry.called}: {sentence(entry.title)} {by}{said}".strip() + chosen))
    options = tuple(Option(one.key, short(f"{n}. {one.title}", 75)) for n, one in enumerate(found, skip + 1))
    return [*blocks, Choice("Open one", action, options)]


def _beyond(title: str, text: str) -> str:
    """What a text says beyond its title, where it begins with it, as notes and decisions do."""
    line = " ".join(text.split())
    for lead in (title, *(f"Decided{f' {how}' if how else ''}: {title}" for how in ("", *HOW.values()))):
        if line.rstrip(".…") == lead.rstrip(".…"):
            return ""
        if line.startswith(f"{lead.rstrip('.')}."):
            return line[len(lead.rstrip(".")) + 1 :].strip()
    return line


def entry_card(entry: Entry, *, chosen: int = 0, mine: bool = False, may_take_out: bool = False) -> Card:
    """Private: all of one entry. *chosen*: for how many it is the best of this quarter; *mine*: also for the reader."""
    by = f" {who(entry.by)}:" if entry.by else ""
    lines: list[Block] = [Text(f"{entry.called}.{by}", muted=True)]
    if entry.by or entry.text.rstrip(".") != entry.title.rstrip("."):  # a note is its own title: said once
        lines += [Text(line) for line in entry.text.splitlines() if line.strip()][:MOST_LINES]
    if chosen:
        lines.append(Text(_chose(chosen)))
    row: list[Button | Link] = [Link("Open the page", entry.link)] if entry.link else []
    if mine:
        row.append(_button("Not my best any more", "unbest", entry.key))
    else:
        row.append(_button("Best of the quarter", "best", entry.key))
    if entry.kind == "resource":
        row.append(Button("All about it", Action("resources", NO_SESSION, "open", entry.key)))
    elif may_take_out:
        row.append(_button("Take it out", "take_out", entry.key))
    return Card(short(entry.title, 60), (*lines, Buttons(tuple(row))))


def _chose(count: int) -> str:
    return plural(count, "1 person chose it as best.", "{n} people chose it as best.")


# the best of a quarter


def best_card(months: str, found: Sequence[Entry], counts: Sequence[int], before: str) -> Card:
    """Private: what the team chose. *before*: the quarter before, if something was chosen then."""
    earlier = (Buttons((_button("The quarter before", "best_list", before),)),) if before else ()
    if not found:
        line = "Nobody has chosen anything yet. Open what the archive has, and press Best of the quarter."
        return Card(f"Best of {months}", (Text(line), *earlier))
    blocks = _listed(found, 0, Action("records", NO_SESSION, "best_open"), counts)
    return Card(f"Best of {months}", (*blocks, *earlier, Text("Only you see this.", muted=True)))


def chosen_card(title: str, *, on: bool) -> Card:
    line = "It is on the list of the best of the quarter." if on else "It is not your best of the quarter any more."
    row = Buttons((_button("See the list", "best_list"),))
    return Card(short(title, 60), (Text(line), Text("Nobody sees who chose what."), row))


def take_out_card(entry: Entry) -> Card:
    return Card(
        "Take it out of the archive?",
        (
            Text(sentence(entry.title)),
            Text("After that nobody finds it, and the export does not have it."),
            Buttons((_button("Take it out", "taken_out", entry.key), _button("Leave it", "left_in"))),
        ),
    )


# all of it


def export_card(label: str, count: int, markdown: str, data: str, *, page: bool = False) -> Card:
    line = plural(count, "1 thing is in it.", "{n} things are in it.")
    return Card(
        "The archive as files",
        (
            Text(f"All that was filed in {label}. {line}"),
            File("archive.md", markdown),
            File("archive.json", data),
            *((Buttons((_button("As a canvas", "page"),)),) if page and count else ()),
        ),
    )


def paged_card(label: str, link: str) -> Card:
    """Where the page is, for whoever asked for it."""
    return Card(
        "The archive as a canvas",
        (
            Text(f"All that was filed in {label} until now. Whoever is in this channel can read it, nobody else."),
            Buttons((Link("Open the canvas", link),)),
        ),
    )


def not_paged_card(because: str) -> Card:
    return Card("There is no canvas", (Text(because), Text("The files have all of it: /moderato archive export.")))


def _button(label: str, verb: str, argument: str = "") -> Button:
    return Button(label, Action("records", NO_SESSION, verb, argument))
