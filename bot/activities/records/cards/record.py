"""What the record says: recaps, actions, decisions, the archive."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.activities.records.model import MOST_WORDS, Content, Decided, FiledRecap, Home, OpenRecap, Settled, Todo
from bot.activities.records.model import Action as Task
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    hint,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import plural, when, who

SHOWN_NOTES = 12
LABEL = 18  # characters of an action on a button
HOW = {"consent": "by consent", "vote": "by vote", "lead": "by one person"}


# the recap


def recap_card(state: OpenRecap | FiledRecap) -> Card:
    """In the thread of the session: what stays. Open for corrections until its time, then filed."""
    got = state.content
    blocks: list[Block] = [Text(line) for line in recap_lines(got)]
    row: list[Button] = []
    free = [todo for todo in got.actions if not todo.taken and not todo.closed]
    for todo in free[:2]:
        label = "I take it" if len(free) == 1 else _take(todo.what)
        row.append(_button(todo.session, label, "take"))
    if isinstance(state, OpenRecap):
        if state.ask and not state.agreed:
            blocks.append(Text("It is filed only if those who spoke agree."))
            row = [*row[:1], _button(state.id, "All agree, file it", "agree")]
            blocks.append(Text(f"Correct it until {when(state.until, 'day_time')}."))
        else:
            blocks.append(Text(f"Correct it until {when(state.until, 'day_time')}, then it is filed."))
        row += [_button(state.id, "Correct", "correct", asks=True), _button(state.id, "Add", "add", asks=True)]
    else:
        filed = "Filed. The archive finds it by any of its words."
        blocks.append(Text(filed if state.found else "Not filed, as nobody said that all agree.", muted=True))
    if row:
        blocks.append(Buttons(tuple(row)))
    if got.parked and not (isinstance(state, OpenRecap) and state.ask):
        blocks.append(Buttons((_button(NO_SESSION, "What was parked", "park"),)))
    return Card(short(f"Recap: {got.topic[:1].upper()}{got.topic[1:]}", 60), tuple(blocks))


def recap_lines(got: Content) -> list[str]:
    lines = []
    if got.points:
        lines.append(f"Key points: {'; '.join(point.rstrip('.') for point in got.points)}.")
    lines += [decision_line(settled) for settled in got.decisions]
    lines += [todo_line(todo) for todo in got.actions]
    if got.question:
        lines.append(f"Taken along to next time: {got.question}")
    for step, ideas in got.ideas:
        if ideas:
            lines.append(f"{step}: {'; '.join(idea.rstrip('.') for idea in ideas)}.")
    for note in got.notes[:SHOWN_NOTES]:
        by = f" ({who(note.member)})" if note.member else ""
        lines.append(f"Note: {note.text}{by}")
    if len(got.notes) > SHOWN_NOTES:
        lines.append(plural(len(got.notes) - SHOWN_NOTES, "1 more note is filed.", "{n} more notes are filed."))
    if got.parked:
        lines.append(f"Parked: {'; '.join(item.rstrip('.') for item in got.parked)}.")
    if not lines:
        lines.append("Nothing was written down.")
    return lines


def decision_line(settled: Settled) -> str:
    how = f"Decided {HOW[settled.how]}" if settled.how in HOW else "Decided"
    return " ".join([f"{how}: {sentence(settled.what)}", *_reasons(settled)])


def _reasons(settled: Settled) -> list[str]:
    parts = []
    if settled.why:
        parts.append(f"Why: {sentence(settled.why)}")
    if settled.against:
        parts.append(f"Against: {sentence(settled.against)}")
    if settled.review:
        parts.append(f"Look again {day(settled.review)}.")
    return parts


def todo_line(todo: Todo) -> str:
    line = f"To do: {todo.what.rstrip('.')}"
    if todo.closed:
        return f"{line}, {todo.closed}."
    if todo.taken and todo.member:
        line += f", {who(todo.member)}"
    if todo.due:
        line += f", by {day(todo.due)}"
    if not todo.taken:
        meant = f"meant for {who(todo.member)}" if todo.member else "free to take"
        return f"{line}, {meant}."
    return f"{line}."


def correct_form(state: OpenRecap) -> Form:
    got = state.content
    first = got.decisions[0] if got.decisions else Settled("")
    return Form(
        "Correct the recap",
        (
            TextField("points", "Key points, one a line", "\n".join(got.points), long=True, required=False),
            TextField("decision", "What was decided", first.what, most=300, required=False),
            TextField("why", "Why", first.why, most=300, required=False),
            TextField("against", "What spoke against it", first.against, most=300, required=False),
            DateField("review", "Look at it again on", first.review, required=False),
            TextField("question", "Taken along to next time", got.question, most=200, required=False),
            _everyone(state.home),
        ),
        Action("records", state.id, "corrected"),
        "Save",
    )


def add_form(state: OpenRecap) -> Form:
    kinds = (
        Option("point", "A key point"),
        Option("action", "Something to do", "What, who, by when"),
        Option("decision", "A decision"),
        Option("note", "A note"),
    )
    return Form(
        "Add to the recap",
        (
            PickField("kind", "What is it?", kinds, "point"),
            TextField("text", "In a sentence", most=300, hint="For something to do: checklist draft, Divya, 14 days."),
            _everyone(state.home),
        ),
        Action("records", state.id, "added"),
        "Add",
    )


# actions


def action_card(task: Task) -> Card:
    """In the channel, or in the thread of the recap: one thing to do."""
    title = f"To do: {task.what}"
    lines: list[Block] = [Text(action_state(task))]
    if short(title, 60) != " ".join(title.split()):  # too long for a title: said in full below it
        lines.insert(0, Text(sentence(task.what)))
    if not task.taken:
        lines.append(Buttons((_button(task.id, "I take it", "take", primary=True),)))
    return Card(short(title, 60), tuple(lines))


def action_state(task: Task) -> str:
    due = f", by {day(task.due)}" if task.due else ""
    if task.taken and task.holder:
        return f"{who(task.holder)} takes it{due}."
    if task.holder:
        return f"Meant for {who(task.holder)}{due}. It counts when {who(task.holder)} takes it."
    return f"Free to take{due}."


def closed_card(task: Task, how: str) -> Card:
    return Card(short(f"To do: {task.what}", 60), (Text(f"{how[:1].upper()}{how[1:]}."),))


def due_card(task: Task) -> Card:
    """Direct message, on the morning of its date: the one reminder."""
    return Card(
        "You took this on for today",
        (
            Text(sentence(task.what)),
            Text("This is the one reminder."),
            Buttons(
                (
                    _button(task.id, "Done", "done", primary=True),
                    _button(task.id, "Move date", "move", asks=True),
                    _button(task.id, "Not needed", "not_needed"),
                    _button(task.id, "Hand over", "hand_over", asks=True),
                )
            ),
        ),
    )


def offered_card(task: Task) -> Card:
    """Direct message to somebody an action is handed to."""
    due = f" By {day(task.due)}." if task.due else ""
    return Card(
        "Would you take this over?",
        (
            Text(f"{sentence(task.what)}{due}"),
            Text(f"{who(task.holder)} asks you. If you say nothing, it stays where it is." if task.holder else ""),
            Buttons(
                (_button(task.id, "I take it", "take", primary=True), _button(task.id, "Not this time", "decline"))
            ),
        ),
    )


def answered_card(task: Task, line: str) -> Card:
    """What a direct message about an action becomes."""
    return Card(short(f"To do: {task.what}", 60), (Text(line),))


def move_form(task: Task) -> Form:
    fields: list[FormField] = [DateField("to", "New date", task.due)]
    if task.moves:
        fields.append(TextField("why", "What got in the way?", most=200, hint="A few words are enough."))
    fields.append(_everyone(task.home))
    verb = "moved_again" if task.moves else "moved"
    return Form("Move the date", tuple(fields), Action("records", task.id, verb), "Move")


def hand_form(task: Task, people: tuple[tuple[str, str], ...]) -> Form:
    options = tuple(Option(key, name[:75]) for key, name in people)
    line = Note("I ask this person alone. Until they take it, it stays with you.")
    return Form(
        "Hand it over", (PickField("to", "To whom?", options), line), Action("records", task.id, "handed"), "Ask"
    )


def action_form(what: str, people: tuple[tuple[str, str], ...], person: str, due: str, parked: str = "") -> Form:
    """Without a person or a date, this asks for them. *parked*: the key of what becomes an action."""
    return Form(
        "Something to do",
        (
            TextField("what", "What is to be done?", what, most=300),
            PickField(
                "person",
                "Who?",
                (Option("nobody", "Free to take"), *(Option(key, name[:75]) for key, name in people)),
                person or "nobody",
            ),
            DateField("due", "By when?", due, required=False),
        ),
        Action("records", NO_SESSION, "action_made", parked),
        "Add",
    )


def actions_card(mine: tuple[Todo, ...], others: tuple[Todo, ...]) -> Card:
    """Private: what is open, one's own first, each with a way to say how it went."""
    if not mine and not others:
        return Card("Nothing is open", (Text("To add something, type /moderato action what, who, by when."),))
    blocks: list[Block] = []
    if mine:
        blocks.append(Text("Yours:"))
        for todo in mine[:5]:
            blocks.append(Text(todo_line(todo)))
            take = not todo.taken
            row = [_button(todo.session, "I take it", "take")] if take else []
            row += [
                _button(todo.session, "Done", "done"),
                _button(todo.session, "Move date", "move", asks=True),
                _button(todo.session, "Not needed", "not_needed"),
            ]
            blocks.append(Buttons(tuple(row)))
    if others:
        blocks.append(Text("In the team:"))
        blocks += [Text(todo_line(todo)) for todo in others[:10]]
        free = [todo for todo in others if not todo.taken and todo.member is None][:3]
        if free:
            blocks.append(Buttons(tuple(_button(t.session, _take(t.what), "take") for t in free)))
    return Card("What is open", tuple(blocks))


# decisions, notes


def note_form(home: Home) -> Form:
    """A note without words asks for them."""
    field = TextField("text", "What should stay?", long=True, most=MOST_WORDS)
    return Form("A note", (field, _everyone(home)), Action("records", NO_SESSION, "note_made"), "Keep it")


def decision_form(what: str, home: Home) -> Form:
    how = (Option("consent", "By consent"), Option("vote", "By vote"), Option("lead", "One person decided"))
    return Form(
        "A decision",
        (
            TextField("what", "What was decided?", what, most=300),
            TextField("why", "Why?", most=300),
            PickField("how", "How was it taken?", how, "consent"),
            TextField("against", "What is the strongest argument against it?", most=300, required=False),
            DateField("review", "Look at it again on", required=False),
            _everyone(home),
        ),
        Action("records", NO_SESSION, "decided"),
        "Keep it",
    )


def decision_card(state: Decided) -> Card:
    settled, title = state.settled, f"Decided: {state.settled.what}"
    if short(title, 60) != " ".join(title.split()):  # too long for a title: said in full below it
        return Card(short(title, 60), (Text(decision_line(settled)),))
    how = [f"{HOW[settled.how].capitalize()}."] if settled.how in HOW else []
    return Card(title, tuple(Text(line) for line in (" ".join([*how, *_reasons(settled)]),) if line))


def review_card(state: Decided) -> Card:
    """In the channel, once, on the day the team chose."""
    return Card(
        "Still right?",
        (
            Text(
                decision_line(Settled(state.settled.what, state.settled.why, state.settled.against, state.settled.how))
            ),
            Text(f"Decided {when(state.at, 'date')}; today is the day to look at it again."),
            Buttons(
                (
                    _button(state.id, "Still right", "still_right", primary=True),
                    _button(state.id, "No longer", "withdraw"),
                )
            ),
        ),
    )


def reviewed_card(state: Decided, line: str) -> Card:
    return Card(short(f"Decided: {state.settled.what}", 60), (Text(line),))


# what was parked


def parked_card(items: tuple[tuple[str, str], ...]) -> Card:
    """Private: what was parked, each with what can become of it. *items*: key, text."""
    if not items:
        return Card("Nothing is parked", (Text("To park something, type /moderato park and what to come back to."),))
    blocks: list[Block] = []
    for key, text in items[:5]:
        blocks.append(Text(sentence(text)))
        blocks.append(
            Buttons(
                (
                    Button("Make topic", Action("topics", NO_SESSION, "from_parked", key), asks=True),
                    Button("Make action", Action("records", NO_SESSION, "park_action", key), asks=True),
                    Button("Drop", Action("records", NO_SESSION, "park_drop", key)),
                )
            )
        )
    return Card("Parked", tuple(blocks))


# words


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _take(what: str) -> str:
    """A button that names the action, cut between words."""
    words = " ".join(what.split())
    if len(words) <= LABEL:
        return f"Take: {words}"
    kept = words[:LABEL].rpartition(" ")[0] or words[: LABEL - 1]
    return f"Take: {kept}…"


def short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def day(iso: str) -> str:
    """An ISO date as `Thu 16 Apr`, the same in every zone."""
    at = date.fromisoformat(iso)
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}"


def morning(iso: str, zone: str) -> datetime:
    """The beginning of that day on the clock of *zone*; when it reaches the person, their hours decide."""
    return at_wall(date.fromisoformat(iso), time(5), zone)


def local_day(at: datetime, zone: str) -> str:
    """The date of a moment in *zone*, as ISO."""
    return local_date(at, zone).isoformat()


def kept(label: str) -> Card:
    return hint(f"Kept. Everyone in {label} can find it in the archive.")


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _everyone(home: Home) -> Note:
    return Note(f"Everyone in {home.team_label} can read it.")


def _button(
    session: SessionId, label: str, verb: str, argument: str = "", *, primary: bool = False, asks: bool = False
) -> Button:
    return Button(label, Action("records", session, verb, argument), "primary" if primary else "plain", asks)
