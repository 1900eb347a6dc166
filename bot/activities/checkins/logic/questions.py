"""Which question a schedule asks next."""

from __future__ import annotations

from bot.activities.checkins.model import (
    FOLLOWS,
    PLAN,
    Ask,
    Asking,
    Candidate,
    Material,
)
from bot.kernel.content import CheckinCategory, Library, Prompt
from bot.pieces.prompts import filled, pick_prompt

DEEP_AFTER = 6  # check-ins and rounds before the third depth is offered (P07)
GOALS = "goals"  # the category that asks about the team's goal
OWN = "own"  # the category of the team's own questions
PLAIN = Ask("What went well, and what is in your way?")  # if there is no library at all


def candidate(material: Material, plan: tuple[str, ...], turn: int, own: tuple[Ask, ...] = ()) -> Candidate:
    """The question of the *turn*-th time: the schedule's own, or the next one of its category plan."""
    if own:
        return Candidate(own)
    library = material.library if isinstance(material.library, Library) else Library()
    order = plan or PLAN
    turned = [order[(turn + n) % len(order)] for n in range(len(order))]
    known = _with_own(library, material)
    course = _course(known.get(order[turn % len(order)]), material) if len(order) > 1 else None
    if course is not None:
        return Candidate(asks_of(course, material), course.id, GOALS, known[GOALS].depth)
    categories = [known[name] for name in dict.fromkeys(turned) if name in known]
    found = pick_prompt(
        categories,
        material.used,
        seed=material.seed,
        depth=depth_of(material),
        skip=material.retired,
        known=tuple(material.words),
    )
    if found is None:
        return Candidate((PLAIN,))
    category, prompt = found
    return Candidate(asks_of(prompt, material), prompt.id, category.id, category.depth)


def _course(category: CheckinCategory | None, material: Material) -> Prompt | None:
    """P04: where the team has a goal, its turn among others always asks whether the team is on course."""
    if category is None or category.id != GOALS or "goal" not in material.words:
        return None
    asked = (one for one in category.prompts if one.choices and one.id not in material.retired)
    return next(asked, None)


def depth_of(material: Material) -> int:
    """How personal a question may be: light ones only where outsiders read along, deep ones after some time."""
    if any(person.guest for person in material.roster):
        return 1
    return 3 if material.times >= DEEP_AFTER else 2


def asks_of(prompt: Prompt, material: Material) -> tuple[Ask, ...]:
    text = filled(prompt.text, material.words)
    if prompt.choices:
        return Ask(text, "choice", prompt.choices), Ask("In a sentence", "text", hint=FOLLOWS, required=False)
    return (Ask(text, "text", hint=filled(prompt.hint, material.words)),)


def prompt_of(material: Material, category: str, id: str, language: str = "") -> Prompt | None:
    """The question of that id as the library has it, in *language*; None if it has it not."""
    library = material.library if isinstance(material.library, Library) else Library()
    spoken = library.languages.get(language) if language else library
    known = spoken.checkins.get(category) if spoken is not None else None
    return next((one for one in known.prompts if one.id == id), None) if known is not None else None


def in_language(material: Material, asking: Asking, language: str) -> tuple[Ask, ...]:
    """What is asked in somebody's own language; empty if it is there in one only, or a choice that is counted."""
    spoken = prompt_of(material, asking.category, asking.prompt, language) if language and asking.prompt else None
    original = prompt_of(material, asking.category, asking.prompt)
    if spoken is None or spoken.choices or original is None or spoken.text == original.text:
        return ()
    return asks_of(spoken, material)


def _with_own(library: Library, material: Material) -> dict[str, CheckinCategory]:
    """The library's categories, with the team's own questions in the category they were added to."""
    found = dict(library.checkins)
    for category in {one for one, _, _ in material.own}:
        mine = tuple(Prompt(id, text) for of, id, text in material.own if of == category)
        known = found.get(category) or CheckinCategory(id=category, title="Our own", prompts=())
        found[category] = CheckinCategory(
            id=known.id, title=known.title, prompts=(*known.prompts, *mine), depth=known.depth, use=known.use
        )
    return found
