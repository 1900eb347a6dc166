"""What the archivist reads: the draft of a record, its form, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.records.model import Content, OpenRecap
from bot.kernel.cards import Action, Button, Buttons, Card, Form, Note, Text, TextField
from bot.kernel.ids import SessionId
from bot.kernel.words import listed, plural, when

MOST_TITLE = 80  # characters
MOST_TAGS = 8


def draft_card(state: OpenRecap) -> Card:
    """To the archivist alone, once the session is over."""
    got = state.content
    row = (
        Button("Publish", Action("records", state.id, "publish"), "primary"),
        Button("Title and tags", Action("records", state.id, "retitle"), asks=True),
    )
    lines = (
        Text(_title(got)),
        Text(f"Tags: {listed(got.tags)}." if got.tags else "No tags yet; with tags it is found again sooner."),
        Text(_holds(got)),
        Text(f"If you do nothing, it is filed as it is on {when(state.until, 'date_time')}."),
    )
    return Card("A record to publish", (*lines, Buttons(row)))


def filed_card(got: Content, *, found: bool, by_time: bool) -> Card:
    if not found:
        return Card(
            "Not published", (Text(f"{_title(got)} Nobody said that all agree, so the archive does not have it."),)
        )
    title = "Filed as it was" if by_time else "Published"
    return Card(title, (Text(f"{_title(got)} The archive finds it by any of its words."),))


def retitle_form(state: OpenRecap) -> Form:
    got = state.content
    return Form(
        "Title and tags",
        (
            TextField("title", "Title", _title(got).rstrip("."), most=MOST_TITLE),
            TextField(
                "tags", "Tags", ", ".join(got.tags), most=200, required=False, hint="A word each, with commas between."
            ),
            Note("The words of the record are corrected in the thread, by anybody."),
        ),
        Action("records", state.id, "retitled"),
    )


def untagged_form(session: SessionId, records: Sequence[tuple[str, str]]) -> Form:
    """A line for each record that has no tags. *records*: key, title."""
    hint = "A word each, with commas between."
    fields = tuple(
        TextField(f"tags{n}", title[:60], most=200, required=False, hint=hint) for n, (_, title) in enumerate(records)
    )
    keys = " ".join(key for key, _ in records)
    return Form("Tags", (*fields, Note("What stays empty stays as it is.")), Action("records", session, "tagged", keys))


def _title(got: Content) -> str:
    return f"{got.topic[:1].upper()}{got.topic[1:]}."


def _holds(got: Content) -> str:
    """`2 decisions, 3 things to do, 1 note.`"""
    parts = [
        plural(count, one, many)
        for count, one, many in (
            (len(got.points), "1 key point", "{n} key points"),
            (len(got.decisions), "1 decision", "{n} decisions"),
            (len(got.actions), "1 thing to do", "{n} things to do"),
            (len(got.notes), "1 note", "{n} notes"),
        )
        if count
    ]
    return f"In it: {listed(parts)}." if parts else "Nothing was written down."
