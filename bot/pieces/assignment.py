"""Who has which role: all roles of a session drawn together, so that everybody comes to lead.

The history is the only memory. From it follow, for each person, how often they served each role and how
often they could have; the roles of the next session go to those for whom the sum of costs is lowest.
In order of importance: a role is filled; nobody has two; counts of people who are always there stay within
one of each other; nobody has the same role twice running; then the cost rule, then the stable id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import ceil
from statistics import median
from typing import Any, Generic, TypeVar

from bot.pieces.matching import by_cost
from bot.pieces.metrics import Load, Share, fairness

M = TypeVar("M", bound=Hashable)  # a member: anything that can be sorted

SHADOWED = 2  # sessions a newcomer watches
LEAVE = 3  # sessions missed in a row after which counts start at the median
MEMORY = 200  # sessions; longer ago is as good as never

# The cost rule.
PER_COUNT, PER_TOTAL, AGAIN_COST = 10**9, 10**6, 10**5
# What no cost outweighs, least important first; ten of one kind are less than one of the next.
AGAIN, UNEVEN_TOTAL, UNEVEN_ROLE, DOUBLED, UNFILLED = 10**15, 10**17, 10**19, 10**22, 10**25
SMALL = 12  # people among whom one more absence can leave no even way on
LOOKAHEAD, WAYS = 2, 12  # sessions ahead, and ways tried in each
ATTEMPTS = 60  # choices looked at, cheapest first, for one that leaves an even way on


@dataclass(frozen=True, slots=True)
class Candidate(Generic[M]):
    """Somebody in the team: the roles they never want, those they would like, and whether they founded it."""

    id: M
    avoids: frozenset[str] = frozenset()
    likes: frozenset[str] = frozenset()
    founding: bool = False


@dataclass(frozen=True, slots=True)
class Held(Generic[M]):
    """A session that took place: who served which role for which share of it, and who was active and not away.

    *unasked*: who was drawn for which role, and could not be asked. To the rotation that turn is theirs, else they
    would be drawn each time and their role be open each time; to everybody who looks it was no chance, and not served.
    """

    served: tuple[tuple[str, M, Fraction], ...]
    there: frozenset[M]
    unasked: frozenset[tuple[str, M]] = frozenset()

    def taken(self) -> tuple[tuple[str, M, Fraction], ...]:
        """What the rotation counts: what was served, and the turns of those who could not be asked."""
        had = {(role, id_) for role, id_, _ in self.served}
        gone = sorted((pair for pair in self.unasked if pair not in had), key=_by_id)
        return (*self.served, *((role, id_, Fraction(1)) for role, id_ in gone))


@dataclass(frozen=True, slots=True)
class Draw(Generic[M]):
    """The roles of one session. *unfilled*: nobody may take these. *doubled*: people with more than one role.

    *strain*: how far counts of people who are always there come apart by it, or will have to next time, and how
    many have the same role twice running. 0: as it should be.
    """

    holders: tuple[tuple[str, M], ...]
    unfilled: tuple[str, ...] = ()
    doubled: tuple[M, ...] = ()
    strain: int = 0

    def holder(self, role: str) -> M | None:
        return dict(self.holders).get(role)


@dataclass(slots=True)
class Record:
    """What follows for one person from the history; *loads* and the total are what the cost rule compares.

    After leave and for newcomers both begin at the group's median, so they are not what was really served.
    """

    served: dict[str, Fraction] = field(default_factory=dict)
    chances: dict[str, int] = field(default_factory=dict)
    total: Fraction = Fraction(0)
    total_chances: int = 0
    watched: int = 0
    missed: int = 0
    waits_for_median: bool = False
    steady: bool = True  # always there, always asked: counts compare without any scaling
    last: int | None = None  # the index of the last session with a role

    def count(self, role: str) -> Fraction:
        return self.served.get(role, Fraction(0))

    def load(self, role: str) -> Fraction:
        return self.count(role) / self.chances[role] if self.chances.get(role) else Fraction(0)

    @property
    def total_load(self) -> Fraction:
        return self.total / self.total_chances if self.total_chances else Fraction(0)


class Ledger(Generic[M]):
    """The history as it stands: one record per person, filled session by session."""

    def __init__(self, people: Iterable[Candidate[M]], history: Iterable[Held[M]] = ()) -> None:
        self.people = {person.id: person for person in people}
        self.records: dict[M, Record] = {
            id_: Record(watched=SHADOWED if person.founding else 0) for id_, person in self.people.items()
        }
        self.sessions = 0
        self.last_holders: dict[str, frozenset[M]] = {}
        for session in history:
            self.note(session)

    def note(self, session: Held[M]) -> None:
        """Count one session that took place."""
        taken = session.taken()
        roles = {role for role, _, _ in taken}
        self.arrive(session.there)
        for id_, record in self.records.items():
            if id_ not in session.there:
                record.missed += 1
                record.steady = False
            elif record.watched < SHADOWED:
                record.watched += 1
                record.steady = False
                record.waits_for_median = record.watched == SHADOWED
            else:
                mine = roles - self.people[id_].avoids
                for role in mine:
                    record.chances[role] = record.chances.get(role, 0) + 1
                record.total_chances += len(mine)
        for role, id_, share in taken:
            if served := self.records.get(id_):
                served.served[role] = served.served.get(role, Fraction(0)) + share
                served.total += share
                served.last = self.sessions
        for role in roles:
            self.last_holders[role] = frozenset(id_ for name, id_, share in taken if name == role and share)
        self.sessions += 1

    def arrive(self, there: Collection[M]) -> None:
        """Before a session: who comes back from leave or has watched long enough starts at the median."""
        for id_, record in self.records.items():
            if id_ not in there:
                continue
            if record.missed >= LEAVE and record.watched >= SHADOWED:
                record.waits_for_median = True
            record.missed = 0
            if record.waits_for_median:
                self._start_at_median(id_)

    def _start_at_median(self, id_: M) -> None:
        record = self.records[id_]
        others = [other for key, other in self.records.items() if key != id_ and other.total_chances]
        if not others:
            return
        record.waits_for_median = False
        roles = {role for other in others for role in other.chances} - self.people[id_].avoids
        for role in roles:
            peers = [other for other in others if other.chances.get(role)]
            record.chances[role] = max(other.chances[role] for other in peers)
            record.served[role] = median([other.load(role) for other in peers]) * record.chances[role]
        record.total_chances = sum(record.chances.get(role, 0) for role in roles)
        record.total = median([other.total_load for other in others]) * record.total_chances

    def is_ready(self, id_: M) -> bool:
        """Whether this person is past the sessions that newcomers watch."""
        return self.records[id_].watched >= SHADOWED

    def since_last(self, id_: M) -> int | None:
        """How many sessions ago this person last had a role; None if never."""
        last = self.records[id_].last
        return None if last is None else self.sessions - last


# -- drawing ------------------------------------------------------------------------------------------------


def draw(
    roles: Sequence[str],
    people: Iterable[Candidate[M]],
    there: Collection[M],
    history: Iterable[Held[M]],
    *,
    fixed: Mapping[str, M] | None = None,
    declined: Collection[tuple[str, M]] = (),
) -> Draw[M]:
    """Give the roles of the next session to those of *people* who will be *there*.

    *fixed* roles stay as they are (accepted, or taken over); *declined* holds (role, person) of this session
    only, and costs the person nothing. The same history always gives the same draw.
    """
    return _draw(Ledger(people, history), roles, there, fixed or {}, frozenset(declined))


def draft(
    sessions: Sequence[tuple[Sequence[str], Collection[M]]], people: Iterable[Candidate[M]], history: Iterable[Held[M]]
) -> tuple[Draw[M], ...]:
    """The next turns, each drawn as if the ones before had been served: (roles, who is there) per session."""
    ledger = Ledger(people, history)
    drawn: list[Draw[M]] = []
    for roles, there in sessions:
        turn = _draw(ledger, roles, there, {}, frozenset())
        ledger.note(Held(tuple((role, id_, Fraction(1)) for role, id_ in turn.holders), frozenset(there)))
        drawn.append(turn)
    return tuple(drawn)


def _draw(
    ledger: Ledger[M],
    roles: Sequence[str],
    there: Collection[M],
    fixed: Mapping[str, M],
    declined: frozenset[tuple[str, M]],
) -> Draw[M]:
    ledger.arrive(there)
    wanted = tuple(role for role in dict.fromkeys(roles) if role not in fixed)
    present = sorted((id_ for id_ in ledger.people if id_ in there), key=_by_id)
    ready = [id_ for id_ in present if ledger.is_ready(id_)]
    table = _Table(ledger, wanted, ready or present, fixed, declined)
    chosen = {**fixed, **table.choose()}
    held = tuple((role, chosen[role]) for role in dict.fromkeys(roles) if role in chosen)
    many = Counter(id_ for _, id_ in held)
    return Draw(
        holders=held,
        unfilled=tuple(role for role in wanted if role not in chosen),
        doubled=tuple(sorted((id_ for id_, count in many.items() if count > 1), key=_by_id)),
        strain=table.strain(dict(held)),
    )


def _by_id(id_: Any) -> Any:
    return id_


Choice = dict[str, M]
Counts = dict[str, dict[M, Fraction]]


class _Table(Generic[M]):
    """The costs of one draw: a row per role; a column per person, or several if there are too few people."""

    def __init__(
        self,
        ledger: Ledger[M],
        roles: tuple[str, ...],
        present: list[M],
        fixed: Mapping[str, M],
        declined: frozenset[tuple[str, M]],
    ) -> None:
        self.ledger, self.roles, self.present, self.declined = ledger, roles, present, declined
        self.fixed = dict(fixed)
        self.duties = (*self.fixed, *roles)  # every role of the session
        self.has = Counter(fixed.values())  # how many roles of this session people have already
        records = ledger.records
        self.chances = {role: max((r.chances.get(role, 0) for r in records.values()), default=0) for role in roles}
        self.total_chances = max((record.total_chances for record in records.values()), default=0)
        # Counts of people who were and are always there compare as they are, in each role that they may have;
        # their totals compare among those who are open to everything.
        always = [id_ for id_ in present if records[id_].steady]
        self.open_to = {role: {id_ for id_ in always if role not in ledger.people[id_].avoids} for role in self.duties}
        known = {*self.duties, *ledger.last_holders}
        self.steady = [id_ for id_ in always if known.isdisjoint(ledger.people[id_].avoids)]
        self.least = {role: min((records[i].count(role) for i in self.open_to[role]), default=None) for role in roles}
        self.least_total = min((records[id_].total + self.has[id_] for id_ in self.steady), default=None)

    def choose(self) -> Choice[M]:
        """The cheapest choice that leaves an even way on, else the cheapest."""
        seats = [(id_, 0) for id_ in self.present if not self.has[id_]]
        best, cost = next(self._choices(seats))
        if len(best) < len(self.roles):
            seats = [(id_, self.has[id_] + n) for id_ in self.present for n in range(len(self.roles))]
            best, cost = next(self._choices(seats))
        fallback = best
        for choice, price in islice(self._choices(seats), ATTEMPTS):
            if price // UNEVEN_TOTAL > cost // UNEVEN_TOTAL:
                break  # Evenness later is not bought with unevenness now.
            if not self._leaves_a_way_on(choice, self.steady):
                continue
            if fallback is best:
                fallback = choice
            if price - cost >= AGAIN_COST or len(self.steady) > SMALL:
                break  # What follows is for a case that may never come, so it decides between equals only.
            if all(self._leaves_a_way_on(choice, [id_ for id_ in self.steady if id_ != away]) for away in self.steady):
                return choice
        return fallback

    def _choices(self, seats: list[tuple[M, int]]) -> Iterator[tuple[Choice[M], int]]:
        """Choices from the cheapest on, with their cost; a role that nobody may take is left out."""
        nobody = [UNFILLED] * len(self.roles)
        costs = [[self._cost(role, id_, has) for id_, has in seats] + nobody for role in self.roles]
        for columns in by_cost(costs):
            taken = [
                (role, seats[column][0])
                for role, column in zip(self.roles, columns, strict=True)
                if column < len(seats)
            ]
            yield dict(taken), sum(row[column] for row, column in zip(costs, columns, strict=True))

    def _cost(self, role: str, id_: M, has: int) -> int:
        """What it costs to give the role to this person, who has so many roles of this session already."""
        person, record = self.ledger.people[id_], self.ledger.records[id_]
        if role in person.avoids or (role, id_) in self.declined:
            return UNFILLED * 2 * len(self.roles)  # Dearer than leaving every role to nobody, so never chosen.
        count = record.load(role) * self.chances[role]
        if role in person.likes:
            count -= Fraction(1, 2)  # Moves up, and still not before anybody who never had the chance.
        total = record.total_load * self.total_chances + has
        last = self.ledger.since_last(id_)
        again = id_ in self.ledger.last_holders.get(role, ())
        cost = round(PER_COUNT * count) + round(PER_TOTAL * total) + AGAIN_COST * again
        cost += 0 if last is None else max(0, MEMORY - last)
        cost += AGAIN * again + DOUBLED * has
        if id_ in self.open_to[role]:
            cost += UNEVEN_ROLE * _over(record.count(role), self.least[role])
        if id_ in self.steady:
            cost += UNEVEN_TOTAL * _over(record.total + has, self.least_total)
        return cost

    def _leaves_a_way_on(self, choice: Choice[M], steady: Sequence[M]) -> bool:
        """Whether, after this choice, these people could fill the next sessions by themselves and stay even.

        A draw can be even now and leave two roles that are both due to the same person next time.
        """
        if len(steady) < len(self.duties):
            return True
        return self._goes_on(*self._after(choice, steady), LOOKAHEAD)

    def _after(self, choice: Choice[M], steady: Sequence[M]) -> tuple[Counts[M], dict[M, Fraction]]:
        """What these people will have served once this session, with what was fixed before the draw, is over."""
        records = self.ledger.records
        counts = {role: {id_: records[id_].count(role) for id_ in steady} for role in self.duties}
        return _served({**self.fixed, **choice}, counts, {id_: records[id_].total for id_ in steady})

    def strain(self, choice: Choice[M]) -> int:
        """0 if this choice takes people who are always there no further apart than what was fixed before it, leaves
        them a way to stay even, and gives nobody a role twice running; otherwise what weighs more is more.
        """
        refused = {id_ for _, id_ in self.declined}  # not this time: nothing is owed to them in this session
        steady = [id_ for id_ in self.steady if id_ not in refused]
        over = self._apart(choice, steady)
        further = max(0, over - self._apart({}, steady))
        stuck = not over and not self._leaves_a_way_on(choice, steady)
        drawn = ((role, id_) for role, id_ in choice.items() if self.fixed.get(role) != id_)
        again = sum(id_ in self.ledger.last_holders.get(role, ()) for role, id_ in drawn)
        return (2 * further + stuck) * 100 + again

    def _apart(self, choice: Choice[M], steady: Sequence[M]) -> int:
        """By how much counts of these people, per role and in total, differ by more than one."""
        counts, totals = self._after(choice, steady)
        each = [{i: n for i, n in found.items() if i in self.open_to[role]} for role, found in counts.items()]
        return sum(max(0, ceil(max(n.values()) - min(n.values())) - 1) for n in (*each, totals) if n)

    def _goes_on(self, counts: Counts[M], totals: dict[M, Fraction], sessions: int) -> bool:
        steady, least = list(totals), min(totals.values())
        uneven = [
            [_over(counts[role][id_], min(counts[role].values())) + _over(totals[id_], least) for id_ in steady]
            for role in self.duties
        ]
        for columns in islice(by_cost(uneven), WAYS):
            choice = {role: steady[i] for role, i in zip(self.duties, columns, strict=True)}
            then, summed = _served(choice, counts, totals)
            if any(max(each.values()) - min(each.values()) > 1 for each in (summed, *then.values())):
                return False
            if sessions == 1 or self._goes_on(then, summed, sessions - 1):
                return True
        return False


def _served(choice: Choice[M], counts: Counts[M], totals: dict[M, Fraction]) -> tuple[Counts[M], dict[M, Fraction]]:
    """The counts of these people after this choice."""
    extra = Counter(choice.values())
    return (
        {
            role: {id_: count + (choice.get(role) == id_) for id_, count in each.items()}
            for role, each in counts.items()
        },
        {id_: total + extra[id_] for id_, total in totals.items()},
    )


def _over(count: Fraction, least: Fraction | None) -> int:
    """How far one more would lift this count over one above the least."""
    return 0 if least is None else max(0, ceil(count - least))


# -- what the team sees -------------------------------------------------------------------------------------


def counts(role: str, history: Iterable[Held[M]], people: Iterable[Candidate[M]]) -> dict[M, Fraction]:
    """How often each person of today served the role; a part-served session counts in quarters."""
    found = {person.id: Fraction(0) for person in people}
    for session in history:
        for name, id_, share in session.served:
            if name == role and id_ in found:
                found[id_] += share
    return found


def have_served(role: str, history: Iterable[Held[M]], people: Sequence[Candidate[M]]) -> Share:
    """``6 of 8 have hosted``: of the people open to the role, how many ever served it."""
    open_to = [person for person in people if role not in person.avoids]
    found = counts(role, history, open_to)
    return Share(sum(count > 0 for count in found.values()), len(open_to))


def loads(role: str, history: Iterable[Held[M]], people: Sequence[Candidate[M]]) -> dict[M, Load]:
    """What each person open to the role really served, of the sessions in which they could have."""
    open_to = [person for person in people if role not in person.avoids]
    watched = {person.id: SHADOWED if person.founding else 0 for person in open_to}
    chances = dict.fromkeys(watched, 0)
    held = list(history)
    for session in held:
        asked = any(name == role for name, _, _ in session.served)
        not_asked = {id_ for _, id_ in session.unasked}
        for id_ in watched:
            if id_ in session.there:
                if watched[id_] >= SHADOWED and id_ not in not_asked:
                    chances[id_] += asked
                watched[id_] += 1
    return {id_: Load(served, chances[id_]) for id_, served in counts(role, held, open_to).items()}


def role_fairness(role: str, history: Iterable[Held[M]], people: Sequence[Candidate[M]]) -> Fraction | None:
    """1 if the role is spread evenly, 0 if one person has it all; None before there is a full cycle to look at."""
    return fairness(list(loads(role, history, people).values()))
