"""A check-in that is worth keeping: the question and its figures, and answers by the hand of whoever wrote them."""

from __future__ import annotations

from bot.activities.checkins.cards import answers as cards
from bot.activities.checkins.events import KeepAsked
from bot.activities.checkins.model import Filed, Revealed, State
from bot.kernel.decision import Decision, Refused, say
from bot.kernel.effects import Effect
from bot.kernel.words import plural
from bot.pieces.filing import copied, filed, keeps


def archived(state: Revealed | Filed, event: KeepAsked) -> Decision[State] | Refused:
    """An answer is deleted after half a year, unless whoever wrote it keeps it: nobody else can do that for them."""
    asking, by = state.asking, event.by
    if not event.answers:
        return Refused("There is no answer any more, so there is nothing to keep. Nothing changed.")
    counted = plural(len(event.answers), "1 answer.", "{n} answers.")
    lines = [line for line in (counted, cards.counts_line(asking, event.answers)) if line]
    effects: list[Effect] = [*copied(asking.id, "checkin", asking.question, "\n".join(lines), by)]
    mine = next((answer for answer in event.answers if answer.member == by), None)
    if mine is None:
        in_it = "It has the question and how many answered. Whoever answered adds theirs with the same button."
    else:
        in_it = "Your own answer is in it, with your name. The others add theirs with the same button."
        said = cards.in_words(asking, mine.values)
        effects.append(filed(mine.part, "checkin", asking.question, said, by=by, named=True))
    return Decision(state, tuple(effects), say(keeps(asking.team_label), in_it))
