"""What fields a guide has, and how its minutes must add up."""

from __future__ import annotations

from typing import get_args

from bot.kernel.content import (
    LONGEST_STRETCH,
    SHORTEST_BREAK,
    Archive,
    GoalType,
    Guide,
    GuideMode,
    GuideRhythm,
    Question,
    Step,
    StepKind,
)
from bot.library.kinds import PROMPT, QUESTION, SAY, STEP_KINDS, TITLE, needs, unique, version
from bot.library.reader import Reader, listed, nearest

GOAL_TYPES: tuple[GoalType, ...] = get_args(GoalType)
MODES: tuple[GuideMode, ...] = get_args(GuideMode)
ARCHIVE: tuple[Archive, ...] = get_args(Archive)
COLLECTS = ("key_points", "decisions", "actions", "next_question", "parked", "closing_words", "projects")
BELONGS: dict[str, tuple[StepKind, ...]] = {  # fields that only some kinds of step have
    "size": ("breakout",),
    "seconds_per_person": ("round", "breath"),
    "dots": ("vote",),
    "votes_on": ("vote",),
    "keep_groups": ("breakout",),
    "takes_questions": ("open", "info"),
    "notes_each": ("silent", "open"),
    "reveal": ("silent", "open", "breakout"),
}
RHYTHMS: tuple[GuideRhythm, ...] = ("weekly", "two_weeks", "four_weeks", "monthly")
LONGEST_LIVE = 480  # minutes
LONGEST_ASYNC = 24 * 28  # hours


def guide(reader: Reader, *, longest_stretch: int = LONGEST_STRETCH) -> Guide:
    """A guide as written. `longest_stretch` is the setting of P31, in minutes."""
    mode = reader.choice("mode", MODES, "live")
    written = reader.many("steps", "a step", 1, 20)
    steps = [(each, _step(each, mode)) for each in written]
    unique([(each, step.id) for each, step in steps], "this step")
    found = Guide(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Learning hour"),
        purpose=reader.words("purpose", 200, "What a group has at the end."),
        goal_type=reader.choice("goal_type", GOAL_TYPES),
        total_minutes=_length(reader, "total_minutes", "total_hours", mode, 60, 72),
        steps=tuple(step for _, step in steps),
        version=version(reader),
        mode=mode,
        group_size=_group_size(reader),
        scalable=reader.flag("scalable"),
        roles=reader.refers_to_several("roles", "role"),
        send_ahead_days=reader.number("send_ahead_days", 0, 5, 1),
        rhythm=reader.choice("rhythm", RHYTHMS, ""),
        prepare=reader.several_words("prepare", 200, 1, 8),
        after=reader.refers("after", "survey"),
        rules=reader.refers("rules", "ground_rules"),
        archive=reader.choice("archive", ARCHIVE, "yes"),
        tags=reader.refers_to_several("tags", "tag"),
        needs=needs(reader),
        language=reader.language(),
    )
    _check_sum(reader, found)
    _check_flex(reader, steps, mode)
    _check_votes(steps)
    if mode == "live":
        _check_breaks(steps, longest_stretch)
    elif found.scalable:
        reader.problem(reader.where("scalable"), "an async guide cannot be scaled", "Take `scalable` out.")
    return found


def _step(reader: Reader, mode: GuideMode) -> Step:
    questions: list[Question] = []
    for each in reader.many("questions", "a question", 1, 10, required=False):
        text = each.words("text", QUESTION, "Where does {topic} show up in your work?")
        questions.append(Question(text, each.several_words("follow_up", QUESTION, 1, 5)))
        each.done()
    kind = reader.choice("kind", STEP_KINDS)
    for key, kinds in BELONGS.items():
        if reader.has(key) and kind not in kinds:
            remedy = f"Take it out, or make the step a {' or a '.join(kinds)}."
            reader.problem(reader.where(key), f"`{key}` means nothing in a {kind} step", remedy)
    minutes = _length(reader, "minutes", "hours", mode, 10, 24)
    step = Step(
        id=reader.identifier(),
        kind=kind,
        title=reader.words("title", TITLE, "Check-in round"),
        minutes=minutes,
        min_minutes=reader.number("min_minutes", 1, LONGEST_LIVE, 1),
        flex=reader.flag("flex"),
        text=reader.words("text", PROMPT, default=""),
        questions=tuple(questions),
        prompt_category=reader.refers("prompt_category", "checkin_category"),
        seconds_per_person=reader.number("seconds_per_person", 15, 180, 0),
        think_seconds=reader.number("think_seconds", 15, 180, 0),
        size=reader.number("size", 2, 4, 2 if kind == "breakout" else 0),
        dots=reader.number("dots", 1, 5, 3 if kind == "vote" else 0),
        votes_on=reader.plain("votes_on", default=""),
        collects=reader.several("collects", COLLECTS),
        reveal=reader.flag("reveal", True),
        takes_questions=reader.flag("takes_questions"),
        keep_groups=reader.flag("keep_groups"),
        notes_each=reader.number("notes_each", 1, 10, 0),
        say=reader.words("say", SAY, default=""),
        tip=reader.words("tip", SAY, default=""),
    )
    if mode == "live" and minutes and step.min_minutes > minutes:
        reader.problem(
            reader.where("min_minutes"),
            f"`min_minutes` is {step.min_minutes}, more than `minutes` with {minutes}",
            "Change one of them.",
        )
    reader.done()
    return step


def _length(reader: Reader, in_minutes: str, in_hours: str, mode: GuideMode, minutes: int, hours: int) -> int:
    """A length in minutes: live guides write minutes, asynchronous ones hours. 0 if it cannot be read."""
    wrong = in_hours if mode == "live" else in_minutes
    right = in_minutes if mode == "live" else in_hours
    if reader.has(wrong):
        reader.plain(wrong)
        reader.problem(reader.where(wrong), f"`{wrong}` does not go with `mode: {mode}`", f"Write `{right}`.")
        if not reader.has(right):
            return 0
    before = len(reader.notes.problems)
    if mode == "live":
        length = reader.number(in_minutes, 1, LONGEST_LIVE, example=minutes)
    else:
        length = 60 * reader.number(in_hours, 1, LONGEST_ASYNC, example=hours)
    return length if reader.has(right) and len(reader.notes.problems) == before else 0


def _group_size(reader: Reader) -> tuple[int, int]:
    written = reader.numbers("group_size", 1, 500, (2, 2))
    if len(written) != 2:
        return (2, 30)
    low, high = written
    if low > high:
        reader.problem(reader.where("group_size"), f"`group_size` goes from {low} down to {high}", "Swap them.")
    return (low, high)


def _check_sum(reader: Reader, found: Guide) -> None:
    live = found.mode == "live"
    added = sum(step.minutes for step in found.steps)
    if not found.steps or not found.total_minutes or added == found.total_minutes:
        return
    if any(step.minutes == 0 for step in found.steps):
        return  # told already
    key, unit, per = ("total_minutes", "minutes", 1) if live else ("total_hours", "hours", 60)
    reader.problem(
        reader.where(key),
        f"the steps add up to {added // per} {unit}, {key} says {found.total_minutes // per}",
        "Change one of them.",
    )


def _check_flex(reader: Reader, steps: list[tuple[Reader, Step]], mode: GuideMode) -> None:
    flexible = [(each, step) for each, step in steps if step.flex]
    if mode == "live" and steps and not flexible:
        reader.problem(
            reader.where("steps"),
            "no step is marked `flex: true`",
            "Mark the one step that may give time to the others or take theirs.",
        )
    for each, step in flexible[1:]:
        first = flexible[0][1]
        each.problem(
            each.where("flex"), f"`{step.id}` is a second step with `flex: true`, after `{first.id}`", "Keep one."
        )


def _check_votes(steps: list[tuple[Reader, Step]]) -> None:
    before: list[str] = []
    for each, step in steps:
        if step.votes_on and step.votes_on not in before:
            meant = nearest(step.votes_on, before)
            remedy = f"Did you mean `{meant}`? " if meant else ""
            each.problem(
                each.where("votes_on"),
                f"no step before this one is called `{step.votes_on}`",
                f"{remedy}Name one of: {listed(before)}.",
            )
        before.append(step.id)


def _check_breaks(steps: list[tuple[Reader, Step]], longest: int) -> None:
    """P31: nobody sits for more than `longest` minutes without a break of five minutes or more."""
    stretch = 0
    for each, step in steps:
        if step.kind == "break" and step.minutes >= SHORTEST_BREAK:
            stretch = 0
            continue
        stretch += step.minutes
        if stretch > longest:
            each.problem(
                each.where("id"),
                f"with the step `{step.id}` people sit for {stretch} minutes without a break",
                f"Put a break step of {SHORTEST_BREAK} minutes or more before minute {longest}.",
            )
            return
