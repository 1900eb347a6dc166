"""What must hold of a year of calls: roles filled, shared evenly, never twice running where that can be avoided.

Somebody is *constantly available* up to a call if they were there at every call so far, and every question about a
role of theirs came to them: as a message, or opened in the channel. What a platform refuses to deliver is no
question, nor what would come at night, so from then on only the others are compared. Among those who are constantly
available, after every call, counts per role and in total differ by at most one. The one exception is a promise: a
seat falls free when others of that call have said yes, and whoever is owed it is one of them. Then counts come no
further apart than every choice of the free seats would have brought them, and no further in the calls after that;
this is looked at over all founders who were there each time, for somebody may be always there by chance, and with
the turns that passed somebody by because they could not be asked, as the rotation counts them.

A role is open only where its holder could not be asked and nobody took it. Nobody has two roles while there are
people enough, and nobody one before they watched two calls; but whoever takes a role of their own accord may.

Nobody has a role twice in a row where it can be *avoided*: where the seats that were free when it was drawn could
have gone to others so that nobody repeats, nobody has two roles, counts of the constantly available stay within one
of each other, and they could fill the next two calls by themselves and still be so. Free are the seats whose holders
had not yet accepted when the one in question was asked about; what somebody said yes to is not taken from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import permutations
from math import ceil

from bot.pieces.assignment import SHADOWED

ROLES = ("facilitator", "timekeeper", "note_taker")
AHEAD = 2  # calls that those who are always there must be able to fill evenly

Pair = tuple[str, str]  # role, user


@dataclass(frozen=True, slots=True)
class Served:
    """One call as it is remembered: who was there, who had which role, whom no question about one reached.

    What those outside of the bot know: *took* by themselves; *asked*, *said_yes*: when, by role, the one who had
    it in the end was asked, and accepted; *declined*: this time.
    """

    id: str
    starts: datetime
    there: tuple[str, ...]
    served: tuple[tuple[str, str, int], ...]  # role, user, quarters
    unasked: tuple[Pair, ...] = ()
    took: tuple[Pair, ...] = ()
    asked: Mapping[str, datetime] = field(default_factory=dict)
    said_yes: Mapping[str, datetime] = field(default_factory=dict)
    declined: tuple[Pair, ...] = ()


def judge(past: Sequence[Served], steady: Sequence[str], founders: frozenset[str]) -> Iterator[str]:
    """What is unfair about a team's calls; nothing, usually. *steady*: who are there at every call."""
    before: Mapping[str, str] = {}
    watched: Counter[str] = Counter()
    available, always = list(steady), sorted(founders)
    for n, call in enumerate(past):
        on = f"{call.starts:%d %b}"
        holders = {role: user for role, user, _ in call.served}
        drawn = {role: user for role, user in holders.items() if (role, user) not in call.took}
        ready = [user for user in call.there if user in founders or watched[user] >= SHADOWED]
        missing = set(steady) - set(call.there)
        if missing:
            yield f"{on}: {sorted(missing)} are always there, and were counted as away"
        if set(holders) | {role for role, _ in call.unasked} != set(ROLES):
            yield f"{on}: the roles were {sorted(holders)}"
        if set(holders.values()) - set(call.there):
            yield f"{on}: {holders} had roles, of {call.there} who were there"
        if len(ready) > len(ROLES):
            if len(set(drawn.values())) < len(drawn):
                yield f"{on}: somebody had two roles at once: {holders}"
            for role, user in drawn.items():
                if before.get(role) == user and _avoidable(past[: n + 1], role, steady, ready, before):
                    yield f"{on}: {role} stayed with {user}"
            new = [user for user in drawn.values() if user not in ready]
            if new:
                yield f"{on}: {new} had a role before they had watched {SHADOWED} calls"
        before = holders
        watched.update(call.there)
        available = [user for user in available if all(lost != user for _, lost in call.unasked)]
        always = [user for user in always if user in call.there]
        yield from _uneven(past[: n + 1], available, always, ready)


def _uneven(
    past: Sequence[Served], available: Sequence[str], always: Sequence[str], ready: Sequence[str]
) -> Iterator[str]:
    counts = _counts(past)
    if not _apart(counts, available) or _forced(past, always, ready):
        return
    for role in ROLES:
        found = [counts[role, user] for user in available]
        if _spread(found) > 1:
            yield f"{past[-1].starts:%d %b}: {role} {[str(n) for n in found]} times among those always there"
    totals = [sum((counts[role, user] for role in ROLES), Fraction(0)) for user in available]
    if _spread(totals) > 1:
        yield f"{past[-1].starts:%d %b}: {[str(n) for n in totals]} roles in all among those always there"


def _counts(past: Iterable[Served], *, passed: bool = False) -> Counter[Pair]:
    """(role, user) -> how often. *passed*: with the turns of those who could not be asked, as the rotation counts."""
    found: Counter[Pair] = Counter()
    for call in past:
        for role, user, quarters in call.served:
            found[role, user] += Fraction(quarters, 4)  # type: ignore[assignment]
        found.update(call.unasked if passed else ())
    return found


def _spread(values: Sequence[Fraction | int]) -> Fraction | int:
    return max(values, default=0) - min(values, default=0)


def _apart(counts: Counter[Pair], users: Sequence[str]) -> int:
    """By how much counts of these people, per role and in total, differ by more than one."""
    each = [[counts[role, user] for user in users] for role in ROLES]
    totals = [sum(counts[role, user] for role in ROLES) for user in users]
    return sum(max(0, ceil(_spread(found)) - 1) for found in (*each, totals))


def _forced(past: Sequence[Served], always: Sequence[str], ready: Sequence[str]) -> bool:
    """Whether promises, of this call or one before, left no way that is more even than the one that was taken."""
    call, before = past[-1], _counts(past[:-1], passed=True)
    drawn = max(call.asked.values(), default=call.starts)
    holders = {role: user for role, user, _ in call.served}
    kept = {role: user for role, user in holders.items() if call.said_yes.get(role, drawn) < drawn}
    free = [role for role in holders if role not in kept]
    if not (kept and free) and not _apart(before, always):
        return False
    rest = [user for user in ready if user not in kept.values()]
    ways = (
        [*kept.items(), *zip(free, chosen, strict=True)]
        for chosen in permutations(rest, len(free))
        if not set(zip(free, chosen, strict=True)) & set(call.declined)
    )
    least = min((_apart(before + Counter(pairs), always) for pairs in ways), default=0)
    return _apart(before + _counts(past[-1:]), always) <= least


def _avoidable(
    past: Sequence[Served], repeated: str, steady: Sequence[str], ready: Sequence[str], before: Mapping[str, str]
) -> bool:
    """Whether the seats that were free when this one was drawn could have gone to others."""
    call, counts = past[-1], _counts(past[:-1], passed=True)
    drawn = call.asked.get(repeated, call.starts)
    kept = {r: user for r, user, _ in call.served if r != repeated and call.said_yes.get(r, drawn) < drawn}
    free = [role for role in ROLES if role not in kept]
    rest = [user for user in ready if user not in kept.values()]
    for chosen in permutations(rest, len(free)):
        pairs = list(zip(free, chosen, strict=True))
        if any(before.get(role) == user for role, user in pairs) or set(pairs) & set(call.declined):
            continue
        after = counts + Counter([*kept.items(), *pairs])
        if _even(after, steady) and _goes_on(after, steady, AHEAD):
            return True
    return False


def _even(counts: Counter[Pair], users: Sequence[str]) -> bool:
    each = ([counts[role, user] for user in users] for role in ROLES)
    totals = [sum(counts[role, user] for role in ROLES) for user in users]
    return _spread(totals) <= 1 and all(_spread(found) <= 1 for found in each)


def _goes_on(counts: Counter[Pair], users: Sequence[str], calls: int) -> bool:
    """Whether these people could fill so many calls by themselves and stay even."""
    if not calls or len(users) < len(ROLES):
        return True
    for chosen in permutations(users, len(ROLES)):
        after = counts + Counter(zip(ROLES, chosen, strict=True))
        if _even(after, users) and _goes_on(after, users, calls - 1):
            return True
    return False
