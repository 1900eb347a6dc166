"""The close, once and for ever: what the answers come to, who gets it, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    Opened,
)
from bot.activities.pulse.model import (
    AFTER,
    BEFORE,
    Counting,
    Finished,
    Setting,
    Shown,
    Wave,
)
from bot.activities.pulse.model.facts import FORM, RAW, RESULT
from bot.activities.pulse.model.windows import respond_by
from bot.kernel.cards import Card
from bot.kernel.content import Survey
from bot.kernel.decision import Decision
from bot.kernel.effects import (
    Effect,
    Forget,
    Keep,
    Post,
    SetTimer,
    Tell,
)
from bot.kernel.ids import Member
from bot.kernel.words import listed, who
from bot.pieces import questions, scores
from bot.pieces.results import results as show_results

NOT_FOUND = "An answer without a name cannot be found again, so it cannot be taken back. Nothing changed."


def opened(state: Counting, event: Opened) -> Decision[Wave]:
    """Make what is shown, once; too few answers leave nothing behind."""
    setting = state.setting
    content = _content(state, event)
    if content is None:
        fact = {"survey": setting.survey, "title": setting.title, "version": setting.version, "below": True}
        fact |= {"closed": state.closed.isoformat(), "about": setting.topic, "programme": setting.programme}
        fact["readers"] = setting.readers
        forget: list[Effect] = [Forget(kind) for kind in (*RAW, FORM)]
        posted = _posted(setting, cards.too_few_card(setting))
        level = told_level(setting, cards.level_line(setting, None)) if setting.programme else ()
        return Decision(Finished(setting.id), (*posted, Keep(RESULT, setting.id, fact), *forget, *level))
    due = respond_by(state.closed, setting.zone) if setting.owed and setting.mode != "named" else None
    since = f"{event.since:%B}" if event.since else ""
    shown = Shown(setting, state.closed, json.dumps(content, ensure_ascii=False), since, due)
    card = cards.named_card(setting, _named_lines(event)) if event.named else cards.results_card(shown)
    timers = (SetTimer("raw", state.closed + event.keep), *((SetTimer("owed", due),) if due is not None else ()))
    kept = Keep(RESULT, setting.id, fact_of(shown, content))
    level = told_level(setting, cards.level_line(setting, content)) if setting.programme else ()
    return Decision(shown, (*_posted(setting, card), kept, Forget(FORM), *timers, *level))


def _content(state: Counting, event: Opened) -> dict[str, Any] | None:
    """All that is ever shown of this wave; None if too few answered."""
    setting, survey = state.setting, event.survey
    content: dict[str, Any] = {"rate": list(state.rate), "undelivered": state.undelivered}
    if event.named:
        return content
    if setting.linked:
        pairs = _pairs(survey, event.pairs)
        effect = scores.paired_effect(pairs, setting.minimum)
        if effect is None:
            return None
        top = max(scale.values()[-1] for scale in survey.scales)
        late = sum(bool(row[BEFORE].get("late")) for row in event.pairs)
        return content | {"pairs": cards.pairs_row(effect, top, late)}
    if len(event.answers) < setting.minimum or setting.mode == "named":
        return None
    people = state.people if setting.gathers else None
    titles = {question.id: question.short or question.text for question in survey.questions}
    words = [{"question": titles[one["question"]], "text": one["text"]} for one in event.words]
    results = show_results(survey, event.answers, words, scores.response_rate(*state.rate), event.earlier, people)
    points = [[line.title, line.points] for line in results.indices if line.points is not None]
    waves = [[label, [list(one) for one in those]] for label, those in event.waves]
    return content | {
        "wording": questions.wording(survey),
        "results": results.to_row(),
        "chart": [*waves, [f"{state.closed:%b %Y}", points]],
    }


def _pairs(survey: Survey, rows: Iterable[Mapping[str, Any]]) -> list[tuple[Fraction, Fraction]]:
    """Each person's mean before and after, of those who answered at least half both times."""
    items = questions.items(survey)
    found: list[tuple[Fraction, Fraction]] = []
    for row in rows:
        means = [scores.person_means(items, [row[part]["answers"]]) for part in (BEFORE, AFTER)]
        if all(means):
            found.append((means[0][0], means[1][0]))
    return found


def fact_of(state: Shown, content: dict[str, Any]) -> dict[str, Any]:
    """What others find of a wave: as it was shown, and whether something has to follow still."""
    return {
        "survey": state.setting.survey,
        "title": state.setting.title,
        "version": state.setting.version,
        "below": False,
        "owed": state.respond_by is not None and not state.follows,
        "follows": "",
        "closed": state.closed.isoformat(),
        "about": state.setting.topic,
        "programme": state.setting.programme,
        "readers": state.setting.readers,
        **{name: value for name, value in content.items() if name != "named"},
    }


def told_level(setting: Setting, line: str) -> tuple[Effect, ...]:
    """What the programme's card says of this level from now on; nothing where there is no programme."""
    if not setting.programme:
        return ()
    return (Tell("pulse", "level", {"level": setting.level, "line": line}, setting.programme),)


def _named_lines(event: Opened) -> list[str]:
    """What each person said, question by question, in the words of the form."""
    lines = []
    for question in event.survey.questions:
        said = [(member, questions.said(event.survey, question, row)) for member, row in event.named]
        told = [f"{who(member)} {value}" for member, value in said if value]
        if told:
            title = (question.short or question.text).rstrip(".")
            lines.append(f"{title}: {listed(told)}.")
    return lines


def _posted(setting: Setting, card: Card) -> tuple[Effect, ...]:
    """Where the results go: the team's channel, or those they are for."""
    if setting.readers == "team":
        return (Post("result", setting.place, card, "card"),)
    return tuple(Post(name, one, card, "report", why=cards.why(setting)) for name, one in private_results(setting))


def private_results(setting: Setting) -> list[tuple[str, Member]]:
    to = setting.owners if setting.readers == "owner" else (setting.starter,) if setting.starter else ()
    return [(f"result{number}", one) for number, one in enumerate(to)]


def note_to_owners(setting: Setting, name: str, card: Card) -> tuple[Effect, ...]:
    to = (setting.starter,) if setting.starter else setting.owners
    return tuple(
        Post(f"{name}{number}", one, card, "commitment", why=f"You look after {setting.label}.")
        for number, one in enumerate(to)
        if one
    )
