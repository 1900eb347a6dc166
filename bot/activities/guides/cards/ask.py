"""The forms of a session, and what is said to one person alone."""

from __future__ import annotations

from datetime import datetime

from bot.activities.guides.cards.now import ONLY_YOU
from bot.activities.guides.cards.parts import asked, button, joined, lower, minutes, numbered
from bot.activities.guides.model import (
    EXTRA,
    MOST_NOTE,
    MOST_QUESTION,
    Choosing,
    Paused,
    Running,
    Setting,
    Talk,
    Writing,
    fill,
)
from bot.kernel.cards import (
    Action,
    Block,
    Buttons,
    Card,
    Choice,
    DateField,
    Form,
    FormField,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
    hint,
)
from bot.kernel.ids import Member
from bot.kernel.words import when, who
from bot.pieces.ballot import Idea, Tied, Voting, may_merge
from bot.pieces.voting import own_lines

ROLE_NAMES = {"facilitator": "host", "timekeeper": "timekeeper", "note_taker": "note-taker"}


def note_form(setting: Setting, *, park: bool = False) -> Form:
    title, label = ("Park it", "What we come back to") if park else ("Note", "Your note")
    return Form(
        title,
        (
            TextField("text", label, long=True, most=MOST_NOTE),
            Note(f"It goes into the record. Everyone in {setting.team_label} can read it."),
        ),
        Action("guides", setting.id, "parked" if park else "noted"),
        "Save",
    )


def write_form(run: Running, own: tuple[str, ...] = ()) -> Form:
    """For anyone who cannot or does not want to speak in a round. *own*: what they wrote for themselves before."""
    setting, step = run.setting, run.course.step
    most = 200 if step.kind == "breath" else MOST_NOTE
    return Form(
        "Write it",
        (
            Note(asked(setting, step) or setting.topic or step.title),
            TextField("text", "Your words", "\n".join(own), long=True, most=most),
            Note(f"Everyone in {setting.team_label} can read it, under your name, in the thread."),
        ),
        Action("guides", setting.id, "written", step.id),
        "Send",
    )


def jot_form(run: Running, already: tuple[str, ...], *, before: bool = False) -> Form:
    """Silent writing: what somebody has so far can be changed until the step ends.

    *before*: it is what they wrote for themselves in the silent step before this one.
    """
    setting, step, live = run.setting, run.course.step, run.course.live
    named = isinstance(live, Writing) and live.named
    question = asked(setting, step) or fill(step.text, setting) or setting.topic or step.title
    limit = f" Up to {step.notes_each}." if step.notes_each else ""
    mine = (Note("What you wrote for yourself stands here. Keep what you want to show."),) if before else ()
    return Form(
        "Your answer" if named else "Write alone",
        (
            *([Note(line) for line in numbered(setting, step)] if len(step.questions) > 1 else [Note(question)]),
            *mine,
            TextField("text", "One per line", "\n".join(already), long=True, most=2000, hint=f"One idea a line.{limit}")
            if not named
            else TextField("text", "Your answer", "\n".join(already), long=True, hint="A few sentences are enough."),
            Note(_promise(run) if step.reveal else "Only you see it. Nothing of it is shown to anybody."),
        ),
        Action("guides", setting.id, "jotted", step.id),
        "Save",
    )


def _promise(run: Running) -> str:
    live = run.course.live
    if isinstance(live, Writing) and live.named:
        return f"Hidden until this step ends. Then everyone in {run.setting.team_label} can read it, under your name."
    return "Hidden until this step ends, then shown without names, in another order."


def back_form(run: Running) -> Form:
    setting = run.setting
    project = "projects" in run.course.step.collects
    label = "What your group makes, in one sentence" if project else "What your group brings back"
    hint = "Two weeks, one result that others can look at" if project else ""
    return Form(
        "Your project" if project else "One sentence back",
        (
            TextField("text", label, most=300, hint=hint),
            Note(f"It goes to the thread and the record. Everyone in {setting.team_label} can read it."),
        ),
        Action("guides", setting.id, "brought_back", run.course.step.id),
        "Send",
    )


def recap_form(run: Running) -> Form:
    """What the session collects; what is there already stands in the fields."""
    setting, got = run.setting, run.gathered
    wanted = run.course.step.collects or ("key_points", "decisions", "actions", "next_question")
    fields: list[FormField] = []
    if "key_points" in wanted:
        hint = "Three are plenty. Who else should know?" if setting.goal == "share" else "Three are plenty."
        points = "\n".join(got.points or tuple(note.text for note in got.notes[:3]))
        fields.append(TextField("points", "Key points, one a line", points, long=True, required=False, hint=hint))
    if "decisions" in wanted:
        first = got.decisions[0] if got.decisions else None
        what = first.what if first else _voted(run)
        fields += [
            TextField("decision", "What was decided", what, most=300, required=False),
            TextField("why", "Why", first.why if first else "", most=300, required=False),
            TextField("against", "What spoke against it", first.against if first else "", most=300, required=False),
            DateField("review", "Look at it again on", first.review if first else "", required=False),
        ]
    if "actions" in wanted:
        fields.append(
            TextField(
                "actions",
                "To do, one a line",
                "\n".join(_todo(what, due) for what, due in ((todo.what, todo.due) for todo in got.actions)),
                long=True,
                required=False,
                hint="What, who, by when: checklist draft, Divya, 14 days.",
            )
        )
    if "next_question" in wanted:
        question = "Which question goes along to next time?"
        fields.append(TextField("question", question, got.question, most=MOST_QUESTION, required=False))
    fields.append(Note(f"Everyone in {setting.team_label} can read it. It can be corrected for 24 hours."))
    return Form("Recap", tuple(fields), Action("guides", setting.id, "recapped"), "Save")


def _voted(run: Running) -> str:
    """Where a session is to decide, what got most dots: the note-taker keeps it or writes what came after."""
    if run.setting.goal != "decide":
        return ""
    votes = [part.step.id for part in run.course.parts if part.step.kind == "vote"]
    counted = next((lines for step, lines in reversed(run.gathered.ideas) if step in votes and lines), ("",))
    return counted[0].rpartition(": ")[0]


def _todo(what: str, due: str) -> str:
    return f"{what}, {due}" if due else what


def own_dots_card(run: Running, voting: Voting[Member], by: Member) -> Card:
    """Private: one's own dots."""
    lines = [Text(line) for line in own_lines(voting, by)]
    row = (button(run.setting.id, "Take all back", "undot"),) if voting.given(by) else ()
    return Card("Your dots", (*lines, *((Buttons(row),) if row else ()), ONLY_YOU))


def merge_form(run: Running, ideas: tuple[Idea, ...]) -> Form:
    options = tuple(Option(idea.id, idea.text[:75]) for idea in ideas)
    return Form(
        "Merge two ideas",
        (
            PickField("kept", "Keep this one", options),
            PickField("other", "Put this one into it", options),
            Note("Dots that either has stay with the merged one."),
        ),
        Action("guides", run.setting.id, "merged"),
        "Merge",
    )


def idea_form(run: Running) -> Form:
    return Form(
        "Add an idea",
        (
            TextField("text", "One idea a line", long=True, most=1000),
            Note(f"Everyone in {run.setting.team_label} can read it, without your name."),
        ),
        Action("guides", run.setting.id, "idea_added", run.course.step.id),
        "Add",
    )


def decide_form(run: Running, tied: Tied) -> Form:
    options = tuple(Option(idea.id, idea.text[:75]) for idea in tied.level)
    return Form(
        "Settle the tie",
        (
            PickField("idea", "Which one?", options),
            TextField("why", "Why?", most=300),
            TextField("against", "What spoke against it?", most=300, required=False),
            Note(f"Everyone in {run.setting.team_label} can read it. It goes into the record."),
        ),
        Action("guides", run.setting.id, "chosen"),
        "Decide",
    )


def question_form(setting: Setting) -> Form:
    return Form(
        "Add a question",
        (
            TextField("text", "Your question", most=MOST_QUESTION),
            TickField("unnamed", "Your name", (Option("yes", "Ask it without my name"),)),
            Note(f"Everyone in {setting.team_label} can read it."),
        ),
        Action("guides", setting.id, "question_added"),
        "Add",
    )


def undo_card(run: Running, did: str) -> Card:
    """Private, to whoever moved the session on."""
    row = (button(run.setting.id, "Undo", "undo", str(run.serial)),)
    return Card("", (Text(f"{did} Undo works for ten seconds."), Buttons(row)))


def extension_card(run: Running, now: datetime) -> Card:
    """Private, to whoever pressed +5 min: what was done, and from where else the time could come."""
    course, extension = run.course, run.extension
    assert extension is not None
    before, after = extension.before, course.agenda
    lines: list[Block] = [Text(f"{course.step.title} runs until {when(course.ends)}. {given(run, now)}")]
    row = []
    for index in before.givers(course.at, EXTRA)[:2]:
        if before.extend(course.at, EXTRA, index) != after:
            label = f"From {lower(course.parts[index].step.title)}"
            row.append(button(run.setting.id, label[:24], "extend_from", f"{run.serial} {index}"))
    shared = before.extend(course.at, EXTRA, "each")
    if shared.moved == before.moved and shared != after and len(course.parts) - course.at > 2:
        row.append(button(run.setting.id, "A bit from each", "extend_from", f"{run.serial} each"))
    if after.moved == before.moved:
        row.append(button(run.setting.id, "Move the end", "extend_from", f"{run.serial} end"))
    row = [*row[:3], button(run.setting.id, "Cancel", "extend_back", str(run.serial))]
    lines.append(Buttons(tuple(row)))
    return Card("5 more minutes: from where?", tuple(lines))


def given(run: Running, now: datetime) -> str:
    """Who gave the added minutes, and what became of the end."""
    course, extension = run.course, run.extension
    assert extension is not None
    end = when(course.end(now))
    changed = [
        f"{part.step.title} becomes {minutes(new.minutes)}"
        for part, old, new in zip(course.parts, extension.before.slots, course.agenda.slots, strict=True)
        if new.minutes < old.minutes
    ]
    if not changed:
        return f"The end moves to {end}."
    return f"{joined(changed)}, the end stays {end}."


def more_card(run: Running | Paused, by: Member) -> Card:
    """Private: what this person may do."""
    paused = isinstance(run, Paused)
    inner = run.run if isinstance(run, Paused) else run
    setting, serial = inner.setting, str(inner.serial)
    steers = setting.may_steer(by)
    blocks: list[Block] = []
    own = "; ".join(note.text.rstrip(".") for note in inner.own if note.member == by)
    if own:
        blocks.append(Text(f"What you wrote for yourself: {own[:600]}."))
    first = [button(setting.id, "Park it", "park", asks=True)]
    held = [role for role, member in setting.holders if member == by]
    if steers and not paused:
        step = inner.course.step
        if step.say:
            blocks.append(Text(f'You could say: "{fill(step.say, setting)}"'))
        live = inner.course.live
        asked_now = step.questions
        if isinstance(live, Talk) and asked_now:
            asked_now = (asked_now[live.question % len(asked_now)],)
        follow_ups = [fill(more, setting) for question in asked_now for more in question.follow_up]
        if follow_ups:
            blocks.append(Text(f"If it dries up: {' '.join(follow_ups[:3])}"))
        if not inner.course.is_last:
            first.append(button(setting.id, "Skip", "skip", serial))
        first += [button(setting.id, "Pause", "pause"), button(setting.id, "End", "end")]
    elif steers:
        blocks.append(Text("The session is paused."))
        first += [button(setting.id, "Resume", "resume", primary=True), button(setting.id, "End", "end")]
    else:
        blocks.append(Text(f"{who(setting.facilitator)} hosts and can skip, pause or end it."))
    blocks.append(Buttons(tuple(first)))
    second = []
    if steers and not paused:
        if len(inner.course.parts) - inner.course.at > 2:
            second.append(button(setting.id, "Swap step", "swap"))
        if len(inner.course.step.questions) > 1:
            second.append(button(setting.id, "Another question", "another", serial))
        live = inner.course.live
        if isinstance(live, Choosing) and may_merge(live.ballot):
            second.append(button(setting.id, "Merge ideas", "merge", asks=True))
        if setting.questions:
            second.append(button(setting.id, "Questions asked", "questions"))
    if held or by == setting.host:
        second.append(button(setting.id, "Hand over my role", "hand_over"))
    else:
        second.append(button(setting.id, "I have to go", "go"))
    third = [button(setting.id, "Notes so far", "notes")]
    if steers or held:
        third += [button(setting.id, "Moves", "moves"), button(setting.id, "Ground rules", "rules")]
    blocks += [Buttons(tuple(second[:4])), Buttons(tuple(third)), ONLY_YOU]
    return Card("More", tuple(blocks))


def swap_card(run: Running) -> Card:
    """Private: which of the later steps comes next."""
    course = run.course
    later = course.parts[course.at + 2 :]
    options = tuple(
        Option(part.step.id, f"{part.step.title}, {minutes(slot.minutes)}"[:75])
        for part, slot in zip(later, course.agenda.slots[course.at + 2 :], strict=True)
    )
    action = Action("guides", run.setting.id, "swapped", str(run.serial))
    line = f"Now it is {course.parts[course.at + 1].step.title}; it keeps its minutes and comes after."
    return Card("Which step comes next?", (Text(line), Choice("Comes next", action, options), ONLY_YOU))


def questions_card(run: Running) -> Card:
    """Private, to the host: what was asked beforehand, most wanted first."""
    ranked = sorted(enumerate(run.setting.questions), key=lambda each: (-len(each[1].support), each[0]))
    options = tuple(
        Option(str(number), question.text[:75], f"{len(question.support)} more want this" if question.support else "")
        for number, question in ranked
    )
    action = Action("guides", run.setting.id, "picked", str(run.serial))
    return Card("Questions asked", (Choice("Ask this one now", action, options), ONLY_YOU))


def who_steers(setting: Setting) -> str:
    people = " or ".join(who(member) for member in setting.steerers())
    return f"{people} does that here. Nothing changed."


def stale(title: str) -> Card:
    return hint(f"{title} is on by now. Nothing changed.")
