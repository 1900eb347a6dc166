"""The notes of a session so far, and how they are tidied."""

from __future__ import annotations

from bot.activities.guides.cards.parts import button
from bot.activities.guides.model import Running, Setting
from bot.kernel.cards import Action, Block, Buttons, Card, Form, Note, Text, TextField
from bot.kernel.ids import Member
from bot.kernel.words import who

MOST_SHOWN = 20
MOST_TEXT = 3000  # characters of all notes together, as the form takes them


def notes_so_far(run: Running, by: Member) -> Card:
    """Private: all notes in order. Who takes the notes, or steers, can tidy them."""
    got, setting = run.gathered, run.setting
    if not got.notes and not got.parked:
        line = "Nothing is noted yet. Note on the card keeps what is said; anybody may."
        return Card("Notes so far", (Text(line), Text("Only you see this.", muted=True)))
    blocks: list[Block] = []
    step = ""
    for note in got.notes[-MOST_SHOWN:]:
        if note.step != step:
            step = note.step
            blocks.append(Text(f"{step}:", muted=True))
        blocks.append(Text(f"{note.text} ({who(note.member)})"))
    if got.parked:
        blocks.append(Text(f"Parked: {'; '.join(got.parked)}."))
    if may_tidy(setting, by) and got.notes:
        blocks.append(Buttons((button(setting.id, "Tidy", "tidy", asks=True),)))
    return Card("Notes so far", (*blocks, Text("Only you see this.", muted=True)))


def may_tidy(setting: Setting, by: Member) -> bool:
    return by == setting.note_taker or setting.may_steer(by)


def tidy_form(run: Running) -> Form:
    """All notes, one a line: change words, put lines in another order, take some out, add some."""
    text = "\n".join(" ".join(note.text.split()) for note in run.gathered.notes)
    return Form(
        "Tidy the notes",
        (
            TextField("text", "Notes, one a line", text[:MOST_TEXT], long=True, most=MOST_TEXT, required=False),
            Note("A line that stays as it is keeps its author; a changed or new one is yours."),
        ),
        Action("guides", run.setting.id, "tidied", str(len(run.gathered.notes))),
        "Save",
    )
