"""Ideas, merging, dots, ties, a run-off and the decider: a vote from its first note to its outcome.

While a vote is open it knows who gave which dots, so that a change of mind counts; from the close on it
knows totals only. Each function takes a phase and gives back the next, or a refusal for the person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from bot.kernel.decision import Refused

V = TypeVar("V", bound=Hashable)  # a voter

LONGEST_IDEA = 280
FEWEST_DOTS, MOST_DOTS = 1, 5
CLOSED = "Voting has closed, thank you. Nothing changed."


@dataclass(frozen=True, slots=True)
class Idea:
    """A note without a name. *merged* are the texts of others that say the same."""

    id: str
    text: str
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collecting:
    """Everybody writes alone. Nobody is remembered as the author."""

    ideas: tuple[Idea, ...] = ()


@dataclass(frozen=True, slots=True)
class Votes(Generic[V]):
    """The last ballot of one person: dots per idea."""

    voter: V
    dots: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Voting(Generic[V]):
    """The vote is open. *seats*: how many ideas are looked for; *sure*: those that a run-off need not settle."""

    ideas: tuple[Idea, ...]
    dots: int
    votes: tuple[Votes[V], ...] = ()
    seats: int = 1
    sure: tuple[Idea, ...] = ()
    first_totals: tuple[tuple[str, int], ...] = ()

    @property
    def is_run_off(self) -> bool:
        return bool(self.first_totals)

    def left(self, voter: V) -> int:
        """How many dots this person can still give."""
        return self.dots - sum(dots for _, dots in self.given(voter))

    def given(self, voter: V) -> tuple[tuple[str, int], ...]:
        """What this person has given so far; for their eyes only."""
        return next((votes.dots for votes in self.votes if votes.voter == voter), ())


@dataclass(frozen=True, slots=True)
class Tied:
    """Closed, and some ideas stand level: *seats* of the *level* ones are still to be found."""

    totals: tuple[tuple[str, int], ...]
    ideas: tuple[Idea, ...]
    sure: tuple[Idea, ...]
    level: tuple[Idea, ...]
    seats: int
    after_run_off: bool = False

    @property
    def may_run_off(self) -> bool:
        """A run-off settles what the votes can: once, and only if anybody voted."""
        return not self.after_run_off and any(dots for _, dots in self.totals)


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome. *totals* are those of the first vote; of a run-off beside them."""

    totals: tuple[tuple[str, int], ...]
    ideas: tuple[Idea, ...]
    chosen: tuple[Idea, ...]
    by: Literal["votes", "run-off", "decider"]
    reason: str = ""
    against: str = ""
    run_off: tuple[tuple[str, int], ...] = ()


# -- ideas --------------------------------------------------------------------------------------------------


def worded(text: str) -> str:
    """An idea as it is listed: one line, without the full stop that counts and commas would run into."""
    words = " ".join(text.split())
    return words[:-1] if words.endswith(".") and not words.endswith("..") and len(words) > 1 else words


def write(ballot: Collecting | Voting[V] | Tied | Settled, id_: str, text: str) -> Collecting | Refused:
    """Add a note under a fresh id. The same words again are the same idea."""
    if not isinstance(ballot, Collecting):
        return Refused("Writing has closed. Nothing is lost: it can be said when the ideas are read.")
    words = worded(text)
    if not words:
        return Refused("There was nothing to read. Write a few words.")
    if len(words) > LONGEST_IDEA:
        return Refused(
            f"That is {len(words)} characters; one idea has up to {LONGEST_IDEA}. Split it, or say it shorter."
        )
    if any(_same(words, idea.text) or idea.id == id_ for idea in ballot.ideas):
        return ballot
    return Collecting((*ballot.ideas, Idea(id_, words)))


def may_merge(ballot: Collecting | Voting[V] | Tied | Settled) -> bool:
    """Whether any two ideas could be merged now."""
    if isinstance(ballot, Voting):
        return not ballot.is_run_off and len(ballot.ideas) - 1 > ballot.seats
    return isinstance(ballot, Collecting) and len(ballot.ideas) > 1


def merge(ballot: Collecting | Voting[V] | Tied | Settled, kept: str, other: str) -> Collecting | Voting[V] | Refused:
    """Put one idea into another. Dots that either has already stay with the merged one."""
    if not isinstance(ballot, Collecting | Voting):
        return Refused(CLOSED)
    if isinstance(ballot, Voting) and ballot.is_run_off:
        return Refused("In a run-off the ideas stay as they are.")
    if isinstance(ballot, Voting) and len(ballot.ideas) - 1 <= ballot.seats:
        return Refused("Merged, nothing would be left to choose between. Nothing changed.")
    by_id = {idea.id: idea for idea in ballot.ideas}
    if kept == other or kept not in by_id or other not in by_id:
        return Refused("Choose two different ideas that are both on the list. Nothing changed.")
    into, gone = by_id[kept], by_id[other]
    merged = replace(into, merged=(*into.merged, gone.text, *gone.merged))
    ideas = tuple(merged if idea.id == kept else idea for idea in ballot.ideas if idea.id != other)
    if isinstance(ballot, Collecting):
        return Collecting(ideas)
    moved = tuple(
        Votes(votes.voter, _summed([(kept if id_ == other else id_, dots) for id_, dots in votes.dots]))
        for votes in ballot.votes
    )
    return replace(ballot, ideas=ideas, votes=moved)


def open_vote(ideas: Sequence[Idea], dots: int = 3, seats: int = 1, *, most: int = MOST_DOTS) -> Voting[V] | Refused:
    """Open the vote on these ideas; *seats* is how many are looked for."""
    if len({idea.id for idea in ideas}) < 2:
        return Refused("A vote needs two ideas or more.")
    if not FEWEST_DOTS <= dots <= most:
        return Refused(f"{dots} dots do not work. Choose {FEWEST_DOTS} to {most}.")
    if not 1 <= seats < len(ideas):
        return Refused(f"Of {len(ideas)} ideas the vote can find 1 to {len(ideas) - 1}.")
    return Voting(tuple(ideas), dots, seats=seats)


# -- votes --------------------------------------------------------------------------------------------------


def cast(ballot: Collecting | Voting[V] | Tied | Settled, voter: V, dots: Mapping[str, int]) -> Voting[V] | Refused:
    """The whole ballot of one person; it takes the place of an earlier one. An empty one takes all back."""
    if not isinstance(ballot, Voting):
        return _not_open(ballot)
    chosen = _summed(list(dots.items()))
    if any(id_ not in {idea.id for idea in ballot.ideas} for id_, _ in chosen):
        return Refused(f"This idea is not in the {'run-off' if ballot.is_run_off else 'vote'}. Nothing changed.")
    if any(count < 0 for count in dots.values()):
        return Refused("A dot is given or not given. Nothing changed.")
    total = sum(count for _, count in chosen)
    if total > ballot.dots:
        return Refused(f"You gave {total} dots and have {ballot.dots}. What you gave before still counts.")
    others = tuple(votes for votes in ballot.votes if votes.voter != voter)
    return replace(ballot, votes=(*others, Votes(voter, chosen)) if chosen else others)


def tap(ballot: Collecting | Voting[V] | Tied | Settled, voter: V, idea: str) -> Voting[V] | Refused:
    """One more dot for this idea."""
    if not isinstance(ballot, Voting):
        return _not_open(ballot)
    if ballot.left(voter) < 1:
        return Refused(_all_given(ballot.dots))
    return cast(ballot, voter, Counter(dict(ballot.given(voter))) + Counter({idea: 1}))


def take_back(
    ballot: Collecting | Voting[V] | Tied | Settled, voter: V, idea: str | None = None
) -> Voting[V] | Refused:
    """All dots of this person back, or those on one idea."""
    if not isinstance(ballot, Voting):
        return _not_open(ballot)
    kept = {} if idea is None else {id_: dots for id_, dots in ballot.given(voter) if id_ != idea}
    return cast(ballot, voter, kept)


def forget(ballot: Voting[V], voter: V) -> Voting[V]:
    """Everything of this person goes, as if they had never voted."""
    return replace(ballot, votes=tuple(votes for votes in ballot.votes if votes.voter != voter))


def _not_open(ballot: Collecting | Tied | Settled) -> Refused:
    return Refused("The vote has not begun yet. First the ideas." if isinstance(ballot, Collecting) else CLOSED)


def _all_given(dots: int) -> str:
    if dots == 1:
        return "Your dot is given. Take it back to give it to another."
    given = {1: "Your dot is", 2: "Both of your dots are"}.get(dots, f"All {dots} of your dots are")
    return f"{given} given. Take one back to give it to another."


# -- outcome ------------------------------------------------------------------------------------------------


def close(ballot: Voting[V]) -> Settled | Tied:
    """Count, and forget who voted. Ideas that stand level for the last seat are a tie."""
    counted = Counter({idea.id: 0 for idea in ballot.ideas})
    for votes in ballot.votes:
        counted.update(dict(votes.dots))
    ranked = sorted(ballot.ideas, key=lambda idea: -counted[idea.id])  # Stable: equals stay in their order.
    totals = tuple((idea.id, counted[idea.id]) for idea in ranked)
    bound = counted[ranked[ballot.seats - 1].id]
    above = tuple(idea for idea in ranked if counted[idea.id] > bound)
    level = tuple(idea for idea in ranked if counted[idea.id] == bound)
    sure = (*ballot.sure, *above)
    seats = ballot.seats - len(above)
    first = ballot.first_totals or totals
    if len(level) > seats or bound == 0:
        return Tied(first, ballot.ideas, sure, level, seats, ballot.is_run_off)
    return Settled(
        first,
        ballot.ideas,
        (*sure, *level),
        "run-off" if ballot.is_run_off else "votes",
        run_off=totals if ballot.is_run_off else (),
    )


def run_off(tied: Tied) -> Voting[V] | Refused:
    """Vote again among those that stand level, a dot for each seat that is left."""
    if not tied.may_run_off:
        return Refused("A second run-off would not settle it. The decider chooses.")
    return Voting(tied.level, tied.seats, seats=tied.seats, sure=tied.sure, first_totals=tied.totals)


def decide(tied: Tied, chosen: Sequence[str], reason: str, against: str = "") -> Settled | Refused:
    """The decider chooses among those that stand level, and says why and what spoke against it."""
    level = {idea.id: idea for idea in tied.level}
    picked = tuple(dict.fromkeys(chosen))
    if any(id_ not in level for id_ in picked):
        return Refused("Choose among the ideas that stand level. Nothing changed.")
    if len(picked) != tied.seats:
        return Refused(f"Choose {tied.seats} of the {len(level)} ideas that stand level. Nothing changed.")
    if not reason.strip():
        return Refused("Add one sentence why. It goes to the record with the decision.")
    winners = (*tied.sure, *(level[id_] for id_ in picked))
    return Settled(tied.totals, tied.ideas, winners, "decider", reason.strip(), against.strip())


def _summed(dots: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    total: Counter[str] = Counter()
    for id_, count in dots:
        total[id_] += count
    return tuple(sorted((id_, count) for id_, count in total.items() if count))


def _same(one: str, other: str) -> bool:
    return one.casefold().rstrip(".!? ") == other.casefold().rstrip(".!? ")
