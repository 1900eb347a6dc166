"""What stands in the thread under the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards.now.card import closing, span
from bot.activities.guides.cards.parts import asked, button, joined, lead, minutes, sentence, until
from bot.activities.guides.model import Rounding, Running, Setting, fill
from bot.kernel.cards import Buttons, Card, Text, hint
from bot.kernel.content import Step
from bot.kernel.ids import Member
from bot.kernel.words import mention, plural, when, who
from bot.pieces.ballot import Idea, Settled, Tied
from bot.pieces.voting import outcome, result_lines


def run_off_line(run: Running) -> Card:
    return hint(f"The count is level. Once more among those, until {until(run.setting, run.course.ends)}.")


def count_card(run: Running, found: Settled | Tied, known: tuple[Idea, ...] = ()) -> Card:
    """In the thread: the count. Who voted for what is not kept anywhere."""
    lines = [Text(line) for line in result_lines(found, known)]
    if isinstance(found, Settled):
        lines.append(Text(outcome(found)))
    else:
        lines.append(Text(f"Level: {joined(idea.text for idea in found.level)}."))
    return Card(f"The count: {run.course.step.title}"[:60], tuple(lines))


def outcome_line(found: Settled) -> Card:
    against = f" What spoke against it: {sentence(found.against)}" if found.against else ""
    return hint(f"{outcome(found)} Why: {sentence(found.reason)}{against}")


def step_line(run: Running) -> Card:
    """The thread line that says what begins."""
    course, step = run.course, run.course.step
    setting = run.setting
    length = minutes(max(1, round((course.ends - course.begun).total_seconds() / 60)))
    words = fill(step.text, setting) if step.text else asked(setting, step)
    if step.kind == "break":
        words = f"Back at {when(course.ends)}."
    return hint(f"{step.title}, {length}, until {until(setting, course.ends)}. {words}".strip())


def over_line(run: Running) -> Card:
    """In the thread, at the soft end of a step."""
    live, step, words = run.course.live, run.course.step, closing(run)
    if isinstance(live, Rounding):
        words = "Whoever is still to come has a turn; one sentence is plenty." if live.speaker is not None else ""
    return hint(f"{step.title}: the time is up. {words}".strip())


def call_line(live: Rounding, *, quietly: bool = False) -> Card:
    """The thread line that calls the person up: the only mention there is."""
    assert live.speaker is not None
    after = f" {who(live.turns.following[0])} is next." if live.turns.following else ""
    up = who(live.speaker) if quietly else mention(live.speaker)
    return hint(f"{up}, you are up.{after}")


def group_card(setting: Setting, step: Step, group: tuple[Member, ...], ends: datetime) -> Card:
    """In the thread: one group, its questions, its time."""
    people = joined((who if setting.rehearsal else mention)(member) for member in group)
    questions = lead(setting, replace(step, text="" if step.questions else step.text))
    row = (Buttons((button(setting.id, "One sentence back", "back", step.id, asks=True),)),) if step.reveal else ()
    return Card("Your group", (Text(f"{people}, until {until(setting, ends)}."), *map(Text, questions), *row))


def notes_card(title: str, notes: tuple[str, ...]) -> Card:
    """In the thread: what was written in silence, without names."""
    if not notes:
        return hint(f"{title}: nothing was written.")
    return Card(title, tuple(Text(f"{number}. {note}") for number, note in enumerate(notes, 1)))


def written_line(member: Member, text: str) -> Card:
    return hint(f"{who(member)}: {text}")


def joined_line(member: Member, group: tuple[Member, ...]) -> Card:
    """In the thread: somebody came later and has a group."""
    return hint(f"{mention(member)}, you are with {joined(who(one) for one in group)}.")


def wanted_card(run: Running, role: str) -> Card:
    """In the thread: a role is free. Nobody is named who had it or was expected."""
    title, line = {
        "note_taker": (
            "Who takes the notes from here?",
            "Three key points and who does what. I bring up the form at the end.",
        ),
        "timekeeper": ("Who keeps the time from here?", "You press Next and watch the end. I tell you when."),
    }.get(role, ("Who hosts from here?", "The card says what comes next; you press Next."))
    row = Buttons((button(run.setting.id, "I'll do it", "take", role, primary=True),))
    return Card(title, (Text(line), Text("The first tap has it."), row))


def taken_card(role: str, member: Member) -> Card:
    doing = {"note_taker": "takes the notes", "timekeeper": "keeps the time"}.get(role, "hosts")
    return hint(f"{who(member)} {doing} from here. Thank you, {who(member)}.")


def going_on_card(run: Running) -> Card:
    """In the thread, after ten quiet minutes."""
    row = (button(run.setting.id, "Yes, we go on", "go_on", primary=True), button(run.setting.id, "End", "end"))
    line = "Nobody has pressed anything for ten minutes. In ten more I close it, and what is noted stays."
    return Card("Is this session still going?", (Text(line), Buttons(row)))


def undone_line(run: Running) -> Card:
    """In the thread: somebody pressed too early."""
    return hint(f"Back to {run.course.step.title}, until {until(run.setting, run.course.ends)}.")


def closed_line() -> Card:
    return hint("Closed, because nobody pressed anything. What was noted is kept.")


def went_on_card() -> Card:
    return hint("The session goes on.")


def back_line(run: Running, away: timedelta) -> Card:
    """In the thread, once, after the bot was away for a short while."""
    line = f"I was away for {duration(away)}; nothing is lost."
    live = run.course.live
    if isinstance(live, Rounding) and live.speaker is not None:
        line += f" {mention(live.speaker)}, take a fresh {span(live.seconds)}."
    return hint(line)


def duration(gap: timedelta) -> str:
    """`70 seconds`, `42 minutes`, `3 hours`: as exact as somebody who waited would say it."""
    seconds = max(1, round(gap.total_seconds()))
    if seconds < 120:
        return plural(seconds, "1 second", "{n} seconds")
    if seconds < 7200:
        return plural(round(seconds / 60), "1 minute", "{n} minutes")
    return plural(round(seconds / 3600), "1 hour", "{n} hours")
