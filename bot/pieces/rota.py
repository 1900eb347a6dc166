"""The turns of one team: who holds which role in which session, what was served, and how one becomes the other.

A seat is drawn, then asked for, then held. Until a turn is asked its drawn seats are a draft that follows every
change; from then on only the seats concerned change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from hashlib import blake2b
from itertools import combinations
from typing import Literal

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.hours import Hours, next_working_moment, working_days_before
from bot.kernel.ids import Member
from bot.kernel.people import Person
from bot.pieces.assignment import SHADOWED, Candidate, Draw, Held, draft, draw
from bot.pieces.holidays import Holidays

Series = Literal["session", "week", "month"]
Stand = Literal["draft", "asked", "unreached", "accepted", "taken"]
EARLIEST_ASKED = timedelta(days=4)  # before the start; who works one day a week is asked within it, if they can be
REMEMBERED = 300  # sessions
BEGINS = time(9)  # when a week or a month of a role begins, where the team is


@dataclass(frozen=True, slots=True)
class Seat:
    """One role of one turn. *before*: who held it earlier in the session, each with the moment they stopped.

    *unreached*: the question could not be delivered, so silence is no yes.
    """

    role: str
    member: Member | None = None
    stand: Stand = "draft"
    before: tuple[tuple[Member, datetime], ...] = ()
    offered: datetime | None = None  # when it was offered to those present


@dataclass(frozen=True, slots=True)
class Turn:
    """A session, a week or a month with its roles. *asked*: the proposals have gone.

    *unasked*: who was drawn for which role, could not be asked, and has not said yes on another way since.
    """

    id: str
    title: str
    starts: datetime
    ends: datetime
    seats: tuple[Seat, ...]
    series: Series = "session"
    answers: str = ""  # the activity that runs this session and is told who holds its roles
    asked: bool = False
    briefed: bool = False
    begun: bool = False
    declined: tuple[tuple[str, Member], ...] = ()
    unasked: tuple[tuple[str, Member], ...] = ()
    guide: str = ""
    says: tuple[tuple[str, str], ...] = ()  # role, what whoever has it does here, if not the usual
    drawn_for: str = ""  # a digest of all that its draft follows from
    company: Member | None = None  # a co-host, once they said yes
    company_asked: Member | None = None

    def seat(self, role: str) -> Seat | None:
        return next((seat for seat in self.seats if seat.role == role), None)

    def is_unreached(self, role: str) -> bool:
        seat = self.seat(role)
        return seat is not None and seat.stand == "unreached"

    @property
    def seats_drawn(self) -> bool:
        """Whether its roles are settled already. Roles for now are drawn as they are asked for."""
        return bool(self.drawn_for) and not self.id.startswith("now")

    def holders(self) -> dict[str, Member]:
        return {seat.role: seat.member for seat in self.seats if seat.member is not None}

    def roles_of(self, member: Member) -> tuple[str, ...]:
        return tuple(seat.role for seat in self.seats if seat.member == member)

    def with_seat(self, changed: Seat) -> Turn:
        return replace(self, seats=tuple(changed if seat.role == changed.role else seat for seat in self.seats))

    def vacated(self, role: str) -> Turn:
        """The seat of this role is free again; before the start it is drawn anew."""
        return replace(self.with_seat(Seat(role)), unasked=tuple(one for one in self.unasked if one[0] != role))

    def answered(self, role: str, member: Member) -> Turn:
        """They said something about this role, on whatever way the question came to them."""
        return replace(self, unasked=tuple(one for one in self.unasked if one != (role, member)))

    def passed_by(self) -> tuple[tuple[str, str], ...]:
        """(role, user) of those who could not be asked, and whose seat is not theirs any more."""
        held = {(seat.role, member) for seat in self.seats for member in (seat.member, *(m for m, _ in seat.before))}
        return tuple((role, member.user) for role, member in self.unasked if (role, member) not in held)

    def taken(self, role: str, member: Member, now: datetime) -> Turn:
        """Somebody takes a role over in the session; who had it until then keeps what they served."""
        seat = self.seat(role) or Seat(role)
        before = seat.before if seat.member is None else (*seat.before, (seat.member, seat.offered or now))
        changed = Seat(role, member, "taken", before)
        return self.with_seat(changed) if self.seat(role) else replace(self, seats=(*self.seats, changed))


@dataclass(frozen=True, slots=True)
class Past:
    """What took place. People are written as their user ids, because a team has but one workspace.

    *unasked*: (role, user) of those who were drawn, could not be asked, and did not serve.
    """

    id: str
    title: str
    starts: datetime
    series: Series
    served: tuple[tuple[str, str, int], ...]  # role, user, quarters
    there: tuple[str, ...]
    unasked: tuple[tuple[str, str], ...] = ()

    def held(self) -> Held[str]:
        served = tuple((role, user, Fraction(n, 4)) for role, user, n in self.served)
        return Held(served, frozenset(self.there), frozenset(self.unasked))


@dataclass(frozen=True, slots=True)
class Wishes:
    """Roles people would rather not have, and roles they would like; each is (user, role)."""

    avoids: tuple[tuple[str, str], ...] = ()
    likes: tuple[tuple[str, str], ...] = ()


def candidates(people: Iterable[Person], wishes: Wishes) -> tuple[Candidate[str], ...]:
    return tuple(
        Candidate(
            person.member.user,
            frozenset(role for user, role in wishes.avoids if user == person.member.user),
            frozenset(role for user, role in wishes.likes if user == person.member.user),
            person.founding,
        )
        for person in people
    )


def hours_of(person: Person) -> Hours:
    return Hours(person.zone, person.settings.days, person.settings.starts, person.settings.ends)


def is_there(person: Person, moment: datetime) -> bool:
    """Whether somebody can be counted on at this moment: not away, no public holiday where they are."""
    day = local_date(moment, person.zone)
    return not person.away_on(day) and day not in Holidays.of(person.settings.holidays)


def there(people: Iterable[Person], moment: datetime) -> tuple[Person, ...]:
    """Those who can be counted on; of them those who work on that weekday, if there are two such people."""
    here = tuple(person for person in people if is_there(person, moment))
    at_work = tuple(p for p in here if local_date(moment, p.zone).weekday() in p.settings.days)
    return at_work if len(at_work) > 1 else here


# -- drawing ------------------------------------------------------------------------------------------------


def drafted(turns: Iterable[Turn], people: Sequence[Person], past: Sequence[Past], wishes: Wishes) -> tuple[Turn, ...]:
    """Every turn that has not begun, with its free seats drawn as if the turns before it had been served.

    What somebody is asked about already counts as well: roles for right now go to others.
    A draft whose reasons did not change is left as it is; that is what makes a press cheap.
    """
    known = {person.member.user: person for person in people}
    able = candidates(people, wishes)
    open_to = sorted((one.id, sorted(one.avoids), sorted(one.likes), one.founding) for one in able)
    held: dict[str, _History] = {}
    for one in past:
        held.setdefault(one.series, _History()).add(one.served, one.there, one.unasked)
    found: list[Turn] = []
    ordered = sorted(turns, key=lambda t: (t.starts, t.id))
    for number, turn in enumerate(ordered, 1):
        history = held.setdefault(turn.series, _History())
        here = frozenset(person.member.user for person in there(people, turn.starts))
        promised = [_promised(later) for later in ordered[number:] if later.asked and later.series == turn.series]
        drawn = turn
        if not turn.begun:
            elsewhere = busy((*found, *(later for later in ordered[number:] if later.asked)), turn)
            reasons = (
                (open_to, promised, sorted(elsewhere)) if elsewhere else (open_to, promised) if promised else open_to
            )
            because = history.digest(turn, sorted(here), reasons)
            if because != turn.drawn_for or any(seat.member is None for seat in turn.seats):
                ahead = [
                    Held(tuple((r, user, Fraction(1)) for r, user in one), here | {user for _, user in one})
                    for one in promised
                ]
                drawn = replace(
                    _drawn(turn, known, able, here, elsewhere, [*history.held(), *ahead]), drawn_for=because
                )
        found.append(drawn)
        served = tuple((role, member.user, 4) for role, member in drawn.holders().items())
        history.add(served, here | {user for _, user, _ in served}, drawn.passed_by())
    return tuple(found)


def busy(turns: Iterable[Turn], turn: Turn) -> frozenset[str]:
    """Who has a role in another session at the same time."""
    return frozenset(
        member.user
        for other in turns
        if other.id != turn.id and "session" == other.series == turn.series
        if other.starts < turn.ends and turn.starts < other.ends
        for member in other.holders().values()
    )


def _promised(turn: Turn) -> tuple[tuple[str, str], ...]:
    return tuple((seat.role, seat.member.user) for seat in turn.seats if seat.member and seat.stand != "draft")


class _History:
    """What was served and will be, in order, and a digest of it."""

    def __init__(self) -> None:
        self._held: list[Held[str]] = []
        self._hash = blake2b(digest_size=12)

    def add(
        self, served: Iterable[tuple[str, str, int]], here: Iterable[str], unasked: Iterable[tuple[str, str]]
    ) -> None:
        served, here, unasked = tuple(sorted(served)), tuple(sorted(here)), tuple(sorted(unasked))
        shares = tuple((role, user, Fraction(n, 4)) for role, user, n in served)
        self._held.append(Held(shares, frozenset(here), frozenset(unasked)))
        self._hash.update(repr((served, here, unasked) if unasked else (served, here)).encode())

    def held(self) -> list[Held[str]]:
        return self._held

    def digest(self, turn: Turn, here: Sequence[str], open_to: object) -> str:
        so_far = self._hash.copy()
        free = [seat.role for seat in turn.seats if seat.stand == "draft"]
        fixed = [(seat.role, seat.member) for seat in turn.seats if seat.stand != "draft"]
        so_far.update(repr((free, fixed, here, turn.declined, open_to)).encode())
        return so_far.hexdigest()


def _drawn(
    turn: Turn,
    known: Mapping[str, Person],
    able: tuple[Candidate[str], ...],
    here: frozenset[str],
    elsewhere: frozenset[str],
    history: Sequence[Held[str]],
) -> Turn:
    fixed = {s.role: s.member.user for s in turn.seats if s.member is not None and s.stand != "draft"}
    if len(fixed) == len(turn.seats):
        return turn
    declined = frozenset((role, member.user) for role, member in turn.declined)
    roles = [seat.role for seat in turn.seats]

    def drawn(kept: Mapping[str, str]) -> Draw[str]:
        return draw(roles, able, here | set(kept.values()), history, fixed=kept, declined=declined)

    chosen = drawn(fixed)
    if elsewhere.intersection(user for role, user in chosen.holders if role not in fixed):
        held_already = declined | {(role, user) for role in roles for user in elsewhere}
        other = draw(roles, able, here | set(fixed.values()), history, fixed=fixed, declined=held_already)
        if len(other.holders) == len(chosen.holders) and len(other.doubled) <= len(chosen.doubled):
            chosen, declined = other, held_already
    # Who was asked and said nothing yet keeps the turn, unless one left seat more can be filled evenly only without.
    silent = [s.role for s in turn.seats if s.role in fixed and s.stand == "asked"]
    for free in (one for n in range(1, len(silent) + 1) for one in combinations(silent, n)):
        if not chosen.strain:
            break
        other = drawn({role: user for role, user in fixed.items() if role not in free})
        if other.strain < chosen.strain and len(other.holders) >= len(chosen.holders):
            chosen = other
    stand: Stand = "asked" if turn.asked else "draft"
    seats = []
    for seat in turn.seats:
        if seat.role in fixed and chosen.holder(seat.role) == fixed[seat.role]:
            seats.append(seat)
            continue
        user = chosen.holder(seat.role)
        member = known[user].member if user is not None else None
        seats.append(Seat(seat.role, member, stand if member is not None else "draft"))
    return replace(turn, seats=tuple(seats))


def foreseen(
    roles: Sequence[str],
    count: int,
    turns: Iterable[Turn],
    people: Sequence[Person],
    past: Sequence[Past],
    wishes: Wishes,
    now: datetime,
) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The *count* turns after those that are known, as (role, user); whoever is not away now is taken to be there."""
    able = candidates(people, wishes)
    history = [one.held() for one in past if one.series == "session"]
    for turn in sorted(turns, key=lambda t: (t.starts, t.id)):
        if turn.series == "session":
            served = tuple((role, member.user, Fraction(1)) for role, member in turn.holders().items())
            here = frozenset(person.member.user for person in there(people, turn.starts))
            history.append(Held(served, here | {user for _, user, _ in served}, frozenset(turn.passed_by())))
    here = frozenset(person.member.user for person in people if is_there(person, now))
    return tuple(one.holders for one in draft([(roles, here)] * count, able, history))


# -- when people are asked ----------------------------------------------------------------------------------


def asked_from(person: Person, starts: datetime) -> datetime:
    """When a person is asked about a session: as they begin to work, one working day of theirs before it."""
    hours = hours_of(person)
    off = Holidays.of(person.settings.holidays)
    day = working_days_before(hours, local_date(starts, hours.zone), 1, person.settings.absences, off)
    return at_wall(day, hours.starts, hours.zone) if day is not None else starts - EARLIEST_ASKED


def asks_at(turn: Turn, people: Iterable[Person]) -> datetime:
    """When a turn stops being a draft: as the first of those who may be asked begins to work on the day before.

    Whoever will not be there is not asked; their last day of work, before a leave, hurries nobody else.
    """
    return max(
        min((asked_from(person, turn.starts) for person in there(people, turn.starts)), default=turn.starts),
        turn.starts - EARLIEST_ASKED,
    )


def reached_at(person: Person, turn: Turn, now: datetime) -> datetime:
    """When this person's proposal goes: on the day before, or, if that has passed, as soon as they are at work."""
    usual = asked_from(person, turn.starts)
    if usual > now:
        return usual
    off = Holidays.of(person.settings.holidays)
    begins = next_working_moment(hours_of(person), now, person.settings.absences, off)
    return now if begins is None or begins >= turn.starts else begins


# -- what was served ----------------------------------------------------------------------------------------


def quarters(turn: Turn) -> tuple[tuple[str, str, int], ...]:
    """(role, user, quarters) by the time each held it; the four quarters of a role always add up."""
    found: list[tuple[str, str, int]] = []
    for seat in turn.seats:
        spans: dict[str, timedelta] = {}
        since = turn.starts
        last = [(seat.member, turn.ends)] if seat.member is not None else []
        for member, until in (*seat.before, *last):
            until = min(max(until, since), turn.ends)
            spans[member.user] = spans.get(member.user, timedelta()) + (until - since)
            since = until
        found += [(seat.role, user, n) for user, n in split(spans).items() if n]
    return tuple(found)


def split(spans: Mapping[str, timedelta]) -> dict[str, int]:
    """Four quarters shared by time: each gets the nearest, and what is left over goes to whoever is owed most."""
    whole = sum(spans.values(), timedelta())
    if not whole:
        return {user: 4 if n == len(spans) - 1 else 0 for n, user in enumerate(spans)}
    exact = {user: 4 * (span / whole) for user, span in spans.items()}
    shared = {user: int(share) for user, share in exact.items()}
    owed = sorted(exact, key=lambda user: (shared[user] - exact[user], user))
    for user in owed[: 4 - sum(shared.values())]:
        shared[user] += 1
    return shared


def remembered(past: tuple[Past, ...], new: Past) -> tuple[Past, ...]:
    """The past with one more session, the oldest forgotten beyond a few years."""
    return tuple(sorted((*past, new), key=lambda one: (one.starts, one.id)))[-REMEMBERED:]


def last_served(past: Iterable[Past], user: str, role: str) -> datetime | None:
    """When somebody last had this role; None if never."""
    return max((one.starts for one in past for r, u, n in one.served if (r, u) == (role, user) and n), default=None)


def watched(past: Iterable[Past], person: Person) -> int:
    """How many sessions somebody has been there for."""
    return sum(person.member.user in one.there for one in past if one.series == "session")


def watching(people: Sequence[Person], past: Iterable[Past], turn: Turn) -> tuple[Member, ...]:
    """Newcomers who are there and have no role yet: they watch this one, and the next perhaps."""
    before = tuple(past)
    new = tuple(one for one in people if not one.founding and watched(before, one) < SHADOWED)
    if turn.series != "session" or len(new) == len(people):
        return ()
    return tuple(one.member for one in new if is_there(one, turn.starts) and not turn.roles_of(one.member))


def may_exchange(turn: Turn, role: str, member: Member, avoids: Collection[tuple[str, str]]) -> bool:
    """Whether somebody can have this role here: not avoided, and they have no other role in the same turn."""
    return (member.user, role) not in avoids and not any(r != role for r in turn.roles_of(member))


def period(series: Series, day: date) -> tuple[date, date]:
    """The week or month that begins after *day*: its first day, and the first day of the one after."""
    if series == "week":
        first = day + timedelta(days=7 - day.weekday())
        return first, first + timedelta(days=7)
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)
