"""The smaller kinds of content: what fields each has, and what each must hold."""

from __future__ import annotations

import re
from typing import get_args

from bot.kernel.content import (
    CAPABILITIES,
    CheckinCategory,
    Goal,
    GoalSource,
    GroundRules,
    Habit,
    Move,
    Prompt,
    Rhythm,
    RhythmKind,
    Role,
    Rotates,
    Rule,
    StepKind,
    Tag,
    Template,
    Use,
    Weekday,
    When,
)
from bot.library.reader import Reader

TITLE, PROMPT, QUESTION, BUTTON, RULE, SAY = 60, 280, 200, 24, 120, 160  # characters
HIGHEST_VERSION = 9999
USES: tuple[Use, ...] = get_args(Use)
NOT_FOR = ("first_two_weeks", "guests")
ROTATES: tuple[Rotates, ...] = get_args(Rotates)
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
RHYTHM_KINDS: tuple[RhythmKind, ...] = get_args(RhythmKind)
GOAL_SOURCES: tuple[GoalSource, ...] = get_args(GoalSource)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
SIGNALS: dict[str, tuple[str, ...]] = {  # each signal, and the numbers it takes
    "manual": (),
    "share_spoken": ("below", "at"),
    "top_share": ("above",),
    "same_person_again": ("times",),
    "silence": ("seconds",),
    "silence_repeated": ("times",),
    "chat_question": (),
    "late_joiner": ("minutes",),
    "step_start": (),
    "step_part": ("at",),
    "step_over": (),
    "before_vote": (),
    "leader_present": (),
    "stuck": ("minutes",),
    "off_scope": (),
    "no_break": ("minutes",),
    "session_minutes": ("minutes",),
    "last_minutes": ("minutes",),
}
MOVE_FOR = ("facilitator", "timekeeper", "host", "leader")
BOX = re.compile(r"[-*] \[ \] (.+)")


def version(reader: Reader) -> int:
    return reader.number("version", 1, HIGHEST_VERSION, 1)


def needs(reader: Reader) -> tuple[str, ...]:
    return reader.several("needs", CAPABILITIES)


def unique(readers: list[tuple[Reader, str]], what: str) -> None:
    """Complain about an id that stands twice in one file."""
    first: dict[str, int] = {}
    for reader, name in readers:
        at = reader.where("id")
        if name and name in first:
            reader.problem(at, f"the id `{name}` is already used in line {first[name]}", f"Give {what} another id.")
        first.setdefault(name, at.line)


def checkin_category(reader: Reader) -> CheckinCategory:
    found: list[tuple[Reader, Prompt]] = []
    for each in reader.many("prompts", "a prompt", 1, 200):
        prompt = Prompt(
            id=each.identifier(),
            text=each.words("text", PROMPT, "What did you learn this week?"),
            hint=each.words("hint", SAY, default=""),
            choices=each.several_words("choices", BUTTON, 2, 6),
            not_for=each.several("not_for", NOT_FOR),
        )
        each.done()
        found.append((each, prompt))
    unique([(each, prompt.id) for each, prompt in found], "this prompt")
    return CheckinCategory(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Learned this week"),
        prompts=tuple(prompt for _, prompt in found),
        depth=reader.number("depth", 1, 3, 1),
        use=reader.choice("use", USES, "any"),
        language=reader.language(),
        version=version(reader),
    )


def role(reader: Reader) -> Role:
    habits: list[Habit] = []
    for each in reader.many("habits", "a habit", 1, 5, required=False):
        habits.append(Habit(each.words("text", SAY), each.words("remind", SAY)))
        each.done()
    body = reader.page("body", 2500)
    boxes = tuple(match[1].strip() for match in map(BOX.fullmatch, body.splitlines()) if match)
    for box in boxes:
        if len(box) > SAY:
            reader.problem(reader.where("body"), f'"{box[:30]}..." has {len(box)} characters', f"At most {SAY} fit.")
    return Role(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Timekeeper"),
        in_short=reader.words("in_short", SAY, default=""),
        rotates=reader.choice("rotates", ROTATES),
        duties=reader.several_words("duties", SAY, 3, 5, required=True),
        needs_minimum_people=reader.number("needs_minimum_people", 1, 100, 2),
        shadow_first=reader.number("shadow_first", 0, 10, 0),
        on_from_start=reader.flag("on_from_start"),
        checklist=boxes,
        habits=tuple(habits),
        body=body,
        needs=needs(reader),
        language=reader.language(),
        version=version(reader),
    )


def ground_rules(reader: Reader) -> GroundRules:
    found: list[tuple[Reader, Rule]] = []
    for each in reader.many("rules", "a rule", 1, 12):
        rule = Rule(
            each.identifier(), each.words("text", RULE, "Pass is always fine."), each.words("why", 200, default="")
        )
        each.done()
        found.append((each, rule))
    unique([(each, rule.id) for each, rule in found], "this rule")
    return GroundRules(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Core rules"),
        rules=tuple(rule for _, rule in found),
        language=reader.language(),
        version=version(reader),
    )


def move(reader: Reader) -> Move:
    inner = reader.one("when", "`when`")
    return Move(
        id=reader.identifier(move=True),
        title=reader.words("title", TITLE, "Redirect softly"),
        say=reader.several_words("say", SAY, 1, 3, required=True),
        audience=reader.choice("audience", MOVE_FOR, "facilitator"),
        when=_when(inner) if inner else When(),
        moment=reader.words("moment", RULE, default=""),
        cooldown_minutes=reader.number("cooldown_minutes", 0, 240, 10),
        avoid=reader.words("avoid", 200, default=""),
        language=reader.language(),
    )


def _when(reader: Reader) -> When:
    before = len(reader.notes.problems)
    signal = reader.choice("signal", tuple(SIGNALS))
    known = reader.has("signal") and len(reader.notes.problems) == before
    when = When(
        signal=signal,
        above=reader.share("above"),
        below=reader.share("below"),
        at=reader.share("at"),
        minutes=reader.number("minutes", 1, 480, 0),
        seconds=reader.number("seconds", 1, 3600, 0),
        times=reader.number("times", 1, 20, 0),
        minimum_present=reader.number("minimum_present", 1, 100, 0),
        step_kind=reader.choice("step_kind", STEP_KINDS) if reader.has("step_kind") else "",
    )
    for key in ("above", "below", "at", "minutes", "seconds", "times") if known else ():
        takes = SIGNALS[signal]
        if reader.has(key) and key not in takes:
            remedy = f"It takes {' and '.join(takes)}." if takes else "It takes no number."
            reader.problem(reader.where(key), f"`{key}` means nothing to the signal {signal}", remedy)
        elif key in takes and not reader.has(key):
            reader.problem(reader.where("signal"), f"the signal {signal} needs `{key}`", f"Add `{key}` to `when`.")
    reader.done()
    return when


def template(reader: Reader) -> Template:
    rhythm = [_rhythm(each) for each in reader.many("rhythm", "a line of the rhythm", 1, 12, required=False)]
    goals: list[Goal] = []
    for each in reader.many("goals", "a goal", 1, 8, required=False):
        goals.append(
            Goal(
                each.words("title", TITLE, "Time until working independently"),
                each.choice("source", GOAL_SOURCES),
                each.words("unit", BUTTON, default=""),
            )
        )
        each.done()
    return Template(
        id=reader.identifier(),
        title=reader.words("title", TITLE, "Newcomer community"),
        purpose=reader.words("purpose", 200, default=""),
        rhythm=tuple(rhythm),
        plan=reader.refers_to_several("plan", "checkin_category"),
        guides=reader.refers_to_several("guides", "guide"),
        roles=reader.refers_to_several("roles", "role"),
        pulses=reader.refers_to_several("pulses", "survey"),
        goals=tuple(goals),
        rules=reader.refers("rules", "ground_rules"),
        needs=needs(reader),
        language=reader.language(),
        version=version(reader),
    )


def _rhythm(reader: Reader) -> Rhythm:
    what = reader.choice("what", RHYTHM_KINDS)
    every = reader.plain("every", "week")
    weeks = _weeks(every)
    if weeks is None and every:
        reader.problem(reader.where("every"), f'`every` is "{every}"', "Write week, 2 weeks (up to 12 weeks) or month.")
    monthly = weeks == 0
    day = reader.day("day")
    nth = reader.number("nth", -1, 4, 0)
    if monthly and nth == 0:
        reader.problem(
            reader.where("nth"), "a monthly line needs `nth`", "Write 1 to 4, or -1 for the last in a month."
        )
    if not monthly and reader.has("nth"):
        reader.problem(reader.where("nth"), "`nth` is for monthly lines", "Take it out, or write `every: month`.")
    wants = {"guide": "guide", "pulse": "survey"}.get(what, "")
    category = reader.refers("category", "checkin_category")
    name = reader.refers("id", wants, required=bool(wants)) if wants else reader.plain("id", default="")
    if name and not wants:
        reader.problem(reader.where("id"), f"a {what} has no `id`", "Take it out, or name a `category`.")
    if category and what not in ("checkin", "round"):
        reader.problem(reader.where("category"), f"a {what} has no `category`", "Take it out, or name an `id`.")
    found = Rhythm(
        what=what,
        weeks=weeks or 0,
        day=next(each for each in WEEKDAYS if each == day),
        time=reader.clock("time"),
        nth=nth,
        category=category,
        id=name,
    )
    reader.done()
    return found


def _weeks(every: str) -> int | None:
    """Weeks between two occurrences, 0 for monthly, None if it cannot be read."""
    if every in ("week", "weekly"):
        return 1
    if every in ("month", "monthly"):
        return 0
    match = re.fullmatch(r"(\d\d?) weeks?", every)
    return int(match[1]) if match and 1 <= int(match[1]) <= 12 else None


def tags(reader: Reader) -> tuple[Tag, ...]:
    found: list[tuple[Reader, Tag]] = []
    for each in reader.many("tags", "a tag", 1, 100):
        found.append((each, Tag(each.identifier(), each.words("title", BUTTON, "Team building"))))
        each.done()
    unique([(each, tag.id) for each, tag in found], "this tag")
    return tuple(tag for _, tag in found)
