"""Everything that ships in prompts/ is complete, correct, and sounds like the bot."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.kernel.content import BUILT, CAPABILITIES, PLACEHOLDERS, Guide, Library, Survey
from bot.library import load, validate_text
from bot.pieces.scaling import lengths, scale_guide, shortest

ROOT = Path(__file__).parent.parent / "prompts"
EVERYTHING = frozenset(CAPABILITIES)
FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.suffix in (".yml", ".md"))
FILES = [name for name in FILES if not name.endswith("README.md")]
LIBRARY, PROBLEMS = load(ROOT, built=EVERYTHING)

PROMPTS_IN = {
    "wins": 10,
    "challenges": 10,
    "learned": 12,
    "ask_and_offer": 10,
    "goals": 8,
    "workload": 8,
    "icebreaker_light": 14,
    "icebreaker_deeper": 8,
    "misses_and_experiments": 10,
    "perspective": 8,
    "concern": 6,
    "hope": 6,
    "application": 10,
    "social": 8,
    "closing": 12,
}
DEPTHS = {"challenges": 2, "workload": 2, "icebreaker_deeper": 2, "misses_and_experiments": 2}
DEPTHS |= {"perspective": 2, "concern": 3, "hope": 2}
RULES_IN = {
    "core": 8,
    "remote-hybrid": 7,
    "async-chat": 7,
    "case-work": 6,
    "feedback-and-disagreement": 7,
    "across-cultures": 6,
    "leader-pledge": 6,
}
ROLES = {
    "facilitator",
    "timekeeper",
    "note_taker",
    "archivist",
    "host",
    "process_observer",
    "coach",
    "owner",
    "buddy",
    "case_giver",
}
GUIDE_MINUTES = {
    "learning-hour": (10, 30, 15, 5),
    "weekly-25": (2, 12, 6, 3, 2),
    "first-meeting": (10, 15, 15, 15, 10, 5, 5),
    "vision-workshop": (8, 10, 12, 15, 12, 13, 5),
    "ground-rules": (3, 8, 7, 8, 6, 3),
    "readiness": (5, 10, 12, 12, 10, 8, 3),
    "checkpoint-3m": (6, 8, 12, 10, 10, 10, 4),
    "renew-or-close": (12, 12, 8, 12, 12, 4),
    "deep-dive": (8, 15, 7, 25, 12, 8),
    "peer-workshop": (8, 20, 20, 7, 20, 10, 5),
    "project-showback": (5, 24, 10, 4, 2),
    "case-study": (8, 15, 15, 12, 6, 4),
    "case-clinic": (7, 8, 15, 10, 5, 3, 2),
    "guest-speaker": (5, 15, 25, 8, 4, 3),
    "book-club": (8, 12, 20, 12, 8),
    "journal-club": (6, 5, 12, 14, 5, 3),
    "note-and-vote": (4, 6, 3, 5, 3, 6, 3),
    "retrospective": (5, 12, 8, 10, 15, 7, 3),
    "mistakes-hour": (5, 10, 15, 7, 3),
    "disagree-well": (5, 10, 10, 13, 5, 2),
    "teach-back": (3, 8, 4, 8, 4, 3),
    "reverse-mentoring": (5, 15, 10, 8, 5, 2),
    "buddy-first": (5, 8, 8, 6, 3),
    "paired-walk": (3, 11, 11, 5),
    "cross-team-exchange": (8, 16, 14, 14, 5, 3),
    "leader-reflection": (5, 8, 12, 12, 6, 2),
    "learning-day": (10, 45, 15, 40, 20, 10, 25, 15),
    "focus-group": (5, 5, 28, 9, 3),
    "async-discussion": (24 * 60, 24 * 60, 24 * 60),
}
QUESTIONS_IN = {
    "psych-safety": 7,
    "team-pulse": 3,
    "session-micro": 3,
    "voice-inclusion": 6,
    "belonging": 6,
    "readiness": 15,
    "reaction": 5,
    "application": 7,
    "recommend": 2,
    "facilitator-feedback": 5,
    "facilitator-self-check": 6,
    "rules-health": 5,
    "leader-modelling": 6,
    "newcomer-30-60-90": 6,
    "pair-feedback": 3,
    "guide-micro": 4,
    "skills-needs": 6,
    "tools-noise": 8,
    "bot-noise": 2,
    "exit": 4,
}
UNLIKE_US = re.compile(  # words that push
    r"!|\b(please|simply|oops|awesome|friendly reminder|action required|don't forget|overdue|still waiting)\b"
    r"|\bclick here\b",
    re.IGNORECASE,
)
PICTURES = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f]")


def texts(value: Any) -> Iterator[str]:
    """Every text in an item, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def items(library: Library) -> list[Any]:
    """Everything a person could be shown."""
    shelves = (
        library.checkins,
        library.guides,
        library.surveys,
        library.roles,
        library.ground_rules,
        library.moves,
        library.templates,
    )
    return [item for shelf in shelves for item in shelf.values()]


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_in_use(name: str) -> None:
    """Each shipped file is read without a problem, and something in it is in use."""
    assert [str(problem) for problem in PROBLEMS if problem.file == name] == []
    assert name in LIBRARY.sources.values()


def test_no_problem_is_left() -> None:
    """Nothing else is wrong under prompts/, such as a stray folder."""
    assert PROBLEMS == ()


def test_what_is_not_built_is_left_out() -> None:
    """Without the capabilities still to come the library is smaller, and no reference leads nowhere."""
    library, problems = load(ROOT)

    assert problems == ()
    assert set(library.guides) == {name for name, guide in LIBRARY.guides.items() if set(guide.needs) <= BUILT}
    for guide in library.guides.values():
        assert {guide.after} <= {"", *library.surveys}
        assert {step.prompt_category for step in guide.steps} <= {"", *library.checkins}
        assert set(guide.roles) <= set(library.roles)
    for template in library.templates.values():
        assert set(template.pulses) <= set(library.surveys)
        assert set(template.guides) <= set(library.guides)


def test_checkin_questions_are_complete() -> None:
    """Fifteen categories hold exactly 140 questions, as many in each as promised, at the promised depth."""
    found = {name: len(category.prompts) for name, category in LIBRARY.checkins.items()}

    assert found == PROMPTS_IN
    assert sum(found.values()) == 140
    assert {name: DEPTHS.get(name, 1) for name in found} == {
        name: category.depth for name, category in LIBRARY.checkins.items()
    }


def test_no_question_is_asked_twice() -> None:
    """No two check-in questions have the same words or the same id."""
    prompts = [prompt for category in LIBRARY.checkins.values() for prompt in category.prompts]

    assert len({prompt.text.lower() for prompt in prompts}) == len(prompts)
    assert len({prompt.id for prompt in prompts}) == len(prompts)


@pytest.mark.parametrize("name", PROMPTS_IN)
def test_a_question_is_short(name: str) -> None:
    """A check-in question fits into twenty words and asks one or two things."""
    for prompt in LIBRARY.checkins[name].prompts:
        assert len(prompt.text.split()) <= 20, prompt.text
        assert prompt.text.count("?") <= 1, prompt.text
        assert prompt.text.endswith(("?", ".")), prompt.text


def test_newcomers_are_spared_deep_questions() -> None:
    """Questions of depth 3 are not for people in their first two weeks."""
    deep = [prompt for each in LIBRARY.checkins.values() if each.depth == 3 for prompt in each.prompts]

    assert deep
    assert all("first_two_weeks" in prompt.not_for for prompt in deep)


def test_goal_and_workload_questions_can_be_tapped() -> None:
    """The two questions that are counted offer their answers as buttons."""
    goal, workload = LIBRARY.prompt("goals-01"), LIBRARY.prompt("workload-01")

    assert goal is not None
    assert workload is not None
    assert goal.choices == ("On track", "Drifting", "Stuck")
    assert workload.choices == ("Room left", "Full", "Too full")


def test_roles_are_complete() -> None:
    """Ten roles ship, each with duties, a first-time checklist and a line for its proposal; three are on at once."""
    assert set(LIBRARY.roles) == ROLES
    for role in LIBRARY.roles.values():
        assert 3 <= len(role.duties) <= 5
        assert 4 <= len(role.checklist) <= 8, role.id
        assert role.in_short
    on = {role.id for role in LIBRARY.roles.values() if role.on_from_start}
    assert {"facilitator", "timekeeper", "note_taker"} == on


def test_the_facilitator_has_five_habits() -> None:
    """The stance of a facilitator is five habits, each with a line that reminds of it; preparation has eight points."""
    facilitator = LIBRARY.roles["facilitator"]

    assert len(facilitator.habits) == 5
    assert all(habit.remind for habit in facilitator.habits)
    assert len(facilitator.checklist) == 8


def test_ground_rules_are_complete() -> None:
    """Seven sets ship with the promised number of rules, each with its reason."""
    assert {name: len(each.rules) for name, each in LIBRARY.ground_rules.items()} == RULES_IN
    assert all(rule.why for each in LIBRARY.ground_rules.values() for rule in each.rules)


def test_moves_are_complete() -> None:
    """Moves M01 to M36 ship; each says when to use it."""
    assert list(LIBRARY.moves) == [f"M{number:02d}" for number in range(1, 37)]
    assert all(move.moment for move in LIBRARY.moves.values())


def test_the_move_about_many_turns_follows_the_measure() -> None:
    """M08 is offered above 40 % of the turns with four present, at most every 15 minutes."""
    move = LIBRARY.moves["M08"]

    assert (
        move.when.signal,
        move.when.above,
        move.when.minimum_present,
        move.when.step_kind,
    ) == ("top_share", 0.40, 4, "open")
    assert move.cooldown_minutes == 15


def test_templates_are_complete() -> None:
    """A general template and the six use cases ship; each has a rhythm, a plan of four weeks, surveys and rules."""
    names = {"general", "onboarding", "cross-department", "leadership", "service", "sales", "belonging"}

    assert set(LIBRARY.templates) == names
    for template in LIBRARY.templates.values():
        assert template.rhythm
        assert template.rules
        assert template.pulses
        assert len(template.plan) == 4


@pytest.mark.parametrize("name", GUIDE_MINUTES)
def test_guide_has_the_promised_steps(name: str) -> None:
    """Each guide has the steps and minutes it is known for."""
    assert tuple(step.minutes for step in LIBRARY.guides[name].steps) == GUIDE_MINUTES[name]


def test_five_short_team_formats_ship() -> None:
    """Beside the 28 guides and the asynchronous one there are five team formats of 10 to 15 minutes."""
    formats = [guide for guide in LIBRARY.guides.values() if "team_building" in guide.tags]

    assert len(formats) == 5
    assert all(10 <= guide.total_minutes <= 15 for guide in formats)
    assert len(GUIDE_MINUTES) + 5 == len(LIBRARY.guides)


@pytest.mark.parametrize("name", sorted(LIBRARY.guides))
def test_guide_tells_its_host_what_to_do(name: str) -> None:
    """Every step but a break has words for the host, and every round, talk and writing step has something to answer."""
    guide: Guide = LIBRARY.guides[name]

    for step in guide.steps:
        if step.kind == "break":
            continue
        assert step.say, f"{name} {step.id}"
        if step.kind in ("round", "open", "silent"):
            assert step.questions or step.prompt_category or step.text, f"{name} {step.id}"


@pytest.mark.parametrize("name", sorted(name for name, guide in LIBRARY.guides.items() if guide.scalable))
def test_guide_fits_every_length_it_is_offered_in(name: str) -> None:
    """A scaled guide adds up exactly, keeps each step's minimum and its breaks, and offers another length at all."""
    guide = LIBRARY.guides[name]

    assert len(lengths(guide)) > 1
    for minutes in lengths(guide):
        scaled = scale_guide(guide, minutes)
        assert minutes == scaled.total_minutes == sum(step.minutes for step in scaled.steps)
        assert all(step.minutes >= step.min_minutes for step in scaled.steps)
        assert shortest(guide) <= minutes


def test_surveys_are_complete() -> None:
    """Twenty-two surveys ship with the promised number of questions."""
    found = {name: len(survey.questions) for name, survey in LIBRARY.surveys.items()}

    assert len(found) == 22
    assert {name: count for name, count in found.items() if name in QUESTIONS_IN} == QUESTIONS_IN
    assert 3 <= found["learning-prepost"] <= 13
    assert LIBRARY.surveys["recommend"].minimum_group >= 10


@pytest.mark.parametrize("name", sorted(LIBRARY.surveys))
def test_survey_says_where_it_comes_from(name: str) -> None:
    """Each survey names the source of its idea and its licence, and never uses a third party's mark on screen."""
    survey: Survey = LIBRARY.surveys[name]
    shown = [survey.title, survey.intro, *(text for question in survey.questions for text in texts(question))]

    assert survey.source
    assert survey.licence
    assert not any(re.search(r"\bNPS\b|Kirkpatrick", text) for text in shown)


@pytest.mark.parametrize("item", items(LIBRARY), ids=lambda item: f"{type(item).__name__}:{item.id}")
def test_it_sounds_like_the_bot(item: Any) -> None:
    """No exclamation marks, no pictures, no pushing words in anything that ships."""
    for text in texts(item):
        assert not UNLIKE_US.search(text), text
        assert not PICTURES.search(text), text


def _examples() -> list[tuple[str, str]]:
    fences = re.findall(r"^```(?:yaml|markdown)\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    kinds = [re.search(r"^kind: (\w+)", fence, re.MULTILINE) for fence in fences]
    return [(kind[1], fence) for kind, fence in zip(kinds, fences, strict=True) if kind]


EXAMPLES = _examples()


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_examples_of_the_readme_are_good(kind: str, text: str) -> None:
    """Every example in prompts/README.md passes the same checks as a file."""
    item, problems = validate_text(kind, text, "README.md", LIBRARY)

    assert [str(problem) for problem in problems] == []
    assert item is not None


def test_the_readme_has_an_example_of_each_kind() -> None:
    """Nobody has to guess what a file of some kind looks like."""
    kinds = {"checkin_category", "guide", "survey", "role", "ground_rules", "move", "template", "tags"}

    assert kinds == {kind for kind, _ in EXAMPLES}


def test_the_readme_names_all_placeholders() -> None:
    """The list of placeholders in prompts/README.md is the list in the code."""
    readme = (ROOT / "README.md").read_text()

    assert all(f"{{{name}}}" in readme for name in PLACEHOLDERS)
