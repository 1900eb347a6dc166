"""How a vote looks while it is open and once it is counted, and what follows when it closes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from bot.kernel.cards import Action, Block, Buttons, Choice, Option, Text
from bot.kernel.cards import Button as Press
from bot.kernel.words import plural
from bot.pieces.ballot import Idea, Settled, Tied, Voting, close, run_off

V = TypeVar("V", bound=Hashable)
To = Callable[[str], Action]  # from a verb to the action of a button


def counted(voting: Voting[V]) -> Voting[V] | Tied | Settled:
    """Close the vote: settled, or again among those that stand level, or left to the decider."""
    found = close(voting)
    if isinstance(found, Tied) and found.may_run_off:
        again: Voting[V] | object = run_off(found)
        return again if isinstance(again, Voting) else found
    return found


def open_blocks(voting: Voting[V], to: To) -> list[Block]:
    """The ideas, a list to give dots, and one's own dots. What others gave is hidden until the close.

    Ideas go by their ids, which are numbers that stay the same when others are merged.
    """
    dots = plural(voting.dots, "1 dot each", "{n} dots each")
    first = (
        "Level after the first vote; once more among these."
        if voting.is_run_off
        else "More than one dot on one idea is fine."
    )
    lines: list[Block] = [Text(f"{dots}. {first}")]
    lines += [Text(f"{idea.id}. {words(idea)}") for idea in voting.ideas]
    options = tuple(Option(idea.id, f"{idea.id}. {idea.text}"[:75]) for idea in voting.ideas)
    lines.append(Choice("Give a dot", to("dot"), options))
    if len(voting.votes) > 1:
        lines.append(Text(plural(len(voting.votes), "1 person has voted.", "{n} people have voted.")))
    lines.append(Text("Hidden until the close. Nobody sees who voted for what."))
    lines.append(Buttons((Press("My dots", to("my_dots")),)))
    return lines


def words(idea: Idea) -> str:
    """An idea, and those that were merged into it."""
    return f"{idea.text} (also: {'; '.join(idea.merged)})" if idea.merged else idea.text


def result_lines(found: Settled | Tied, known: tuple[Idea, ...] = ()) -> list[str]:
    """The count, highest first; of a run-off beside it. *known*: all ideas, where a run-off has only some."""
    texts = {idea.id: idea.text for idea in (*known, *found.ideas)}
    lines = [f"{texts[id_]}: {plural(dots, '1 dot', '{n} dots')}" for id_, dots in found.totals]
    if isinstance(found, Settled) and found.run_off:
        again = ", ".join(f"{texts[id_]}: {plural(dots, '1 dot', '{n} dots')}" for id_, dots in found.run_off)
        lines.append(f"Run-off: {again}")
    return lines


def outcome(found: Settled) -> str:
    chosen = " and ".join(idea.text for idea in found.chosen)
    how = {"votes": "by vote", "run-off": "by a run-off", "decider": "by the decider"}[found.by]
    return f"Chosen {how}: {chosen}."


def own_lines(voting: Voting[V], voter: V) -> list[str]:
    """Somebody's own dots, for their eyes only."""
    texts = {idea.id: idea.text for idea in voting.ideas}
    given = [f"{texts[id_]}: {plural(dots, '1 dot', '{n} dots')}." for id_, dots in voting.given(voter)]
    left = voting.left(voter)
    rest = plural(left, "1 dot is left.", "{n} dots are left.") if left else "All your dots are given."
    return [*(given or ["You have not given a dot yet."]), rest]
