"""What people write in prompts/, as the activities read it.

All values are frozen and made of text, numbers and tuples only, so that a running session can keep its own copy.
Placeholders such as {topic} are still in the texts; who shows a text fills them in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["checkin_category", "guide", "survey", "role", "ground_rules", "move", "template", "tags"]
Use = Literal[
    "weekly",
    "fortnightly",
    "monthly",
    "every_fourth",
    "session_start",
    "session_end",
    "after_programmes",
    "opt_in",
    "any",
]
GoalType = Literal["explore", "solve", "decide", "share"]
GuideMode = Literal["live", "async"]
Archive = Literal["yes", "ask", "no"]
StepKind = Literal["round", "open", "breakout", "silent", "vote", "breath", "break", "recap", "info"]
SurveyMode = Literal["anonymous", "linked", "named"]
QuestionType = Literal["scale", "text", "choice", "yes_no", "number"]
ScaleType = Literal["likert", "frequency", "level", "number"]
Audience = Literal["team", "facilitator", "author", "owner", "self", "matching"]
Rotates = Literal["session", "week", "month", "set"]
RhythmKind = Literal["checkin", "guide", "round", "pulse"]
GuideRhythm = Literal["", "weekly", "two_weeks", "four_weeks", "monthly"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
GoalSource = Literal["bot", "own_number", "yes_no"]

PLACEHOLDERS = ("team", "goal", "topic", "name", "leader", "rule", "step", "date")

# What guides, surveys and templates may say they need. A thing that needs what is not built is kept, but not offered.
CAPABILITIES = (
    "archive",
    "async_sessions",
    "cases",
    "charter",
    "goals",
    "leaders",
    "onboarding",
    "pairing",
    "products",
    "programmes",
    "projects",
    "recognition",
    "requests",
    "resources",
    "stories",
    "tally",
    "topics",
    "voice_balance",
)
BUILT: frozenset[str] = frozenset({"archive", "async_sessions", "cases", "products", "projects"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file that people write, in words for whoever wrote it.

    `file` is relative to prompts/, with forward slashes; `line` counts from 1, and 0 means the file as a whole.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file} line {self.line}" if self.line else self.file
        return f"{where}: {self.what}. {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One check-in question. With `choices` the answer is one of them and, if wanted, a sentence."""

    id: str
    text: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()  # e.g. first_two_weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckinCategory:
    """Check-in questions of one flavour. `depth` is 1 light, 2 personal, 3 deep."""

    id: str
    title: str
    prompts: tuple[Prompt, ...]
    depth: int = 1
    use: Use = "any"
    language: str = "en"
    version: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a guide, and what to ask when the talk dries up."""

    text: str
    follow_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One timed part of a guide. Also in asynchronous guides the length is in minutes (24 hours are 1440)."""

    id: str
    kind: StepKind
    title: str
    minutes: int
    min_minutes: int = 1
    flex: bool = False  # gives or takes the time of the others
    text: str = ""
    questions: tuple[Question, ...] = ()
    prompt_category: str = ""  # a check-in category to draw a question from; empty: none
    seconds_per_person: int = 0  # 0: the round's own default
    think_seconds: int = 0
    size: int = 0  # people per group, in breakouts
    dots: int = 0  # dots per person, in votes
    votes_on: str = ""  # the id of the step whose notes are voted on
    collects: tuple[str, ...] = ()
    reveal: bool = True  # show what was written when the step ends, shuffled; of a breakout: a sentence comes back
    takes_questions: bool = False  # whether people can bring questions while it is on
    keep_groups: bool = False  # the same small groups as in the breakout before
    notes_each: int = 0  # the most notes one person may hand in; 0: no limit
    say: str = ""  # what the facilitator could say; shown in private
    tip: str = ""  # what the facilitator could watch for; shown in private


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A timed outline for a discussion. `group_size` is the smallest and largest group it suits."""

    id: str
    title: str
    purpose: str
    goal_type: GoalType
    total_minutes: int
    steps: tuple[Step, ...]
    version: int = 1
    mode: GuideMode = "live"
    group_size: tuple[int, int] = (2, 30)
    scalable: bool = False
    roles: tuple[str, ...] = ()
    send_ahead_days: int = 1
    rhythm: GuideRhythm = ""  # how often it suits best; proposed when it is planned
    prepare: tuple[str, ...] = ()
    after: str = ""  # the id of the survey that closes it; empty: none
    rules: str = ""  # the id of the ground rules it begins with; empty: the team's last, or the core rules
    archive: Archive = "yes"  # whether its record is filed: yes, only if those who spoke agree, or no
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    language: str = "en"

    def longest_stretch(self) -> int:
        """The most minutes anybody sits without a break of at least five minutes (P31)."""
        longest = stretch = 0
        for step in self.steps:
            stretch = 0 if step.kind == "break" and step.minutes >= SHORTEST_BREAK else stretch + step.minutes
            longest = max(longest, stretch)
        return longest


SHORTEST_BREAK = 5  # minutes
LONGEST_STRETCH = 90  # minutes; a setting may raise it


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Labels from lowest to highest; the first one counts `first`, the next one more, and so on."""

    id: str
    type: ScaleType
    labels: tuple[str, ...]
    favourable: tuple[int, ...]
    first: int = 1
    can_skip: str = ""  # the label of the way out, e.g. "Can't say"; empty: none

    def values(self) -> range:
        """The numbers that the labels stand for."""
        return range(self.first, self.first + len(self.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyQuestion:
    id: str
    text: str
    type: QuestionType = "scale"
    scale: str = ""  # the id of one of the survey's scales, for type "scale"
    choices: tuple[str, ...] = ()
    most: int = 1  # how many choices one person may tick
    measures: str = ""
    short: str = ""  # what it is about, for results: "asking for help"
    reverse: bool = False
    max_length: int = 300  # characters, for type "text"
    share_words: Literal["ask", "never"] = "never"
    required: bool = False
    splits: bool = False  # a choice by which results are shown apart as well, for groups that are large enough
    for_each: Literal["", "topic", "goal"] = ""  # asked once per topic or goal that the starter names


@dataclass(frozen=True, slots=True)
class Index:
    """A figure made of several questions."""

    id: str
    title: str
    items: tuple[str, ...]
    advice: str = ""  # what to do first if the figure is low


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A set of questions asked privately; see product.md 0.4 for what the modes promise."""

    id: str
    title: str
    mode: SurveyMode
    questions: tuple[SurveyQuestion, ...]
    version: int = 1
    minimum_group: int = 5
    open_days: int = 3  # working days
    reminder: bool = True
    repeat: str = "once"
    intro: str = ""
    long: bool = False
    named_if_chosen: bool = False  # may be asked by name if that is chosen before the form opens
    named_copy: tuple[str, ...] = ()  # who gets a copy with the name, if the person ticks it: buddy, owner
    pooled_over_months: int = 0  # answers are kept sealed and shown together for this time; 0: shown per wave
    footer: Literal["", "support_contacts"] = ""  # the organisation's own text to show with the form
    scales: tuple[Scale, ...] = ()
    audience: Audience = "team"
    indices: tuple[Index, ...] = ()
    guide: str = ""  # the conversation guide for the result; empty: none
    comparable_to: int = 0  # the lower version whose trend may be continued; 0: none
    source: str = ""  # where the idea behind the statements comes from
    licence: str = ""
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    language: str = "en"

    def scale(self, question: SurveyQuestion) -> Scale | None:
        """The scale a question is answered on, or None for text, choices and numbers."""
        return next((scale for scale in self.scales if scale.id == question.scale), None)


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit of a good facilitator, and the line that reminds of it during a session."""

    text: str
    remind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A duty for a while. `body` is Markdown; `checklist` are its boxes, for the first time."""

    id: str
    title: str
    in_short: str  # one line for the proposal
    rotates: Rotates
    duties: tuple[str, ...]
    needs_minimum_people: int = 2
    shadow_first: int = 0  # sessions
    on_from_start: bool = False
    checklist: tuple[str, ...] = ()
    habits: tuple[Habit, ...] = ()
    body: str = ""
    needs: tuple[str, ...] = ()
    language: str = "en"
    version: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundRules:
    id: str
    title: str
    rules: tuple[Rule, ...]
    language: str = "en"
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What makes the bot offer a move. Shares are between 0 and 1; a value of 0 means: not asked for."""

    signal: str = "manual"
    above: float = 0.0
    below: float = 0.0
    at: float = 0.0  # the part of the step that has passed
    minutes: int = 0
    seconds: int = 0
    times: int = 0
    minimum_present: int = 0
    step_kind: StepKind | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something a facilitator can do or say now, offered in private."""

    id: str
    title: str
    say: tuple[str, ...]
    audience: str = "facilitator"
    when: When = When()
    moment: str = ""  # when to use it, in words, for the menu
    cooldown_minutes: int = 10
    avoid: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """One line of a template's rhythm: every `weeks` weeks, or in the `nth` week of a month, at wall time HH:MM."""

    what: RhythmKind
    weeks: int  # 0: monthly
    day: Weekday
    time: str
    nth: int = 0  # 1 to 4, or -1 for the last; only when monthly
    category: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    title: str
    source: GoalSource
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A starting point for a team: rhythm, surveys, goals, rules. Every line can be removed."""

    id: str
    title: str
    purpose: str = ""
    rhythm: tuple[Rhythm, ...] = ()
    plan: tuple[str, ...] = ()  # check-in categories, week by week
    guides: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    pulses: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    rules: str = ""
    needs: tuple[str, ...] = ()
    language: str = "en"
    version: int = 1


Item = CheckinCategory | Guide | Survey | Role | GroundRules | Move | Template | Tag
Nothing: Mapping[str, Any] = MappingProxyType({})
SurveyReader = Callable[[str], tuple[Survey | None, tuple[Problem, ...]]]  # the text of one survey: itself, or why not
GuideReader = Callable[[str], tuple[Guide | None, tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything under prompts/ that is in use now, by id. It never changes; a reload makes a new one.

    A reference from one item to another always leads somewhere, or is empty.
    """

    checkins: Mapping[str, CheckinCategory] = field(default_factory=lambda: Nothing)
    guides: Mapping[str, Guide] = field(default_factory=lambda: Nothing)
    surveys: Mapping[str, Survey] = field(default_factory=lambda: Nothing)
    roles: Mapping[str, Role] = field(default_factory=lambda: Nothing)
    ground_rules: Mapping[str, GroundRules] = field(default_factory=lambda: Nothing)
    moves: Mapping[str, Move] = field(default_factory=lambda: Nothing)
    templates: Mapping[str, Template] = field(default_factory=lambda: Nothing)
    tags: Mapping[str, Tag] = field(default_factory=lambda: Nothing)
    longest_stretch: int = LONGEST_STRETCH  # minutes without a break that a session may have
    support: str = ""  # whom somebody can talk to who is not well, in the organisation's own words
    languages: Mapping[str, Library] = field(default_factory=lambda: Nothing)
    sources: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    read_survey: SurveyReader | None = field(default=None, compare=False, repr=False)  # for one that somebody pastes
    read_guide: GuideReader | None = field(default=None, compare=False, repr=False)

    def speaking(self, language: str) -> Library:
        """The same library in a language such as `de` or `pt-BR`; what is not translated stays English."""
        for wanted in (language, language.split("-")[0]):
            if wanted in self.languages:
                return self.languages[wanted]
        return self

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The check-in prompt with this id, from whichever category."""
        prompts: Iterable[Prompt] = (prompt for each in self.checkins.values() for prompt in each.prompts)
        return next((prompt for prompt in prompts if prompt.id == prompt_id), None)
