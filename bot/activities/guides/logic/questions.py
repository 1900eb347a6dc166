"""Questions people bring, before a session and while it runs, and how many more want them."""

from __future__ import annotations

from dataclasses import replace

from bot.activities.guides.cards import plan as cards
from bot.activities.guides.model import Asked, QuestionBrought, Setting, Supported
from bot.kernel.decision import Quiet, Refused, Reply, say
from bot.kernel.effects import Effect, Post, Revise, Under
from bot.kernel.ids import Member

Changed = tuple[Setting, tuple[Effect, ...], Reply]


def brought(setting: Setting, event: QuestionBrought, under: str) -> Changed | Refused:
    """One more question, in the thread of *under*. The same words again support the one that is there."""
    same = next((n for n, one in enumerate(setting.questions) if one.text.lower() == event.text.lower()), None)
    if same is not None:
        return supported(setting, Supported(event.by, same))
    number = len(setting.questions)
    question = Asked(event.text, event.by if event.named else None)
    post = Post(f"question{number}", Under(under), cards.question_card(setting, number, question))
    added = replace(setting, questions=(*setting.questions, question))
    return added, (post,), say(f"Added. Everyone in {setting.team_label} can read it.")


def supported(setting: Setting, event: Supported) -> Changed | Refused:
    """One person counts once, and not for a question of their own."""
    number, by = event.number, event.by
    if number >= len(setting.questions):
        return Refused("That question is gone. Nothing changed.")
    question = setting.questions[number]
    if _counts_already(question, by):
        return setting, (), Quiet()
    more = replace(question, support=(*question.support, by))
    questions = (*setting.questions[:number], more, *setting.questions[number + 1 :])
    card = cards.question_card(setting, number, more)
    return replace(setting, questions=questions), (Revise(f"question{number}", card),), Quiet()


def _counts_already(question: Asked, by: Member) -> bool:
    return by in question.support or by == question.member
