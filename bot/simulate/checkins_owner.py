"""Who looks after a simulated check-in: plans it, skips, moves, pauses, edits and ends it; anybody may hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random  # noqa: TID251  (seeded: the same seed does the same)
from typing import TYPE_CHECKING, get_args

from bot.kernel.calendar import at_wall, local_date
from bot.kernel.cards import Card
from bot.kernel.decision import Reply
from bot.kernel.ids import SessionId, part_of
from bot.kernel.inbound import Value
from bot.simulate.checkins_known import AROUND, Kind, Rhythm, Rule, dates_in, place_of
from bot.simulate.hands import card_of, find, form_of
from bot.simulate.world import Channel, Somebody

if TYPE_CHECKING:
    from bot.simulate.checkins import Checkins

HOURS = (9, 9, 10, 11, 13, 14)
EDGE = timedelta(hours=3)  # a date whose first morning is that near may count as come, or as still to come
KINDS: tuple[Kind, ...] = get_args(Kind)


class Owner:
    """What is done to the dates of a team, and what was said to come next: both are kept and compared."""

    def __init__(self, course: Checkins) -> None:
        self.course, self.host, self.hands = course, course.host, course.hands
        self.zones: dict[str, str] = {}  # of each team

    @property
    def dice(self) -> Random:
        return self.host.dice

    # a new one

    def plans(self, channel: Channel, kind: Kind | None = None) -> None:
        dice = self.dice
        kind = kind or dice.choices(KINDS, (70, 10, 12, 8))[0]
        wall = time(dice.choice(HOURS), dice.choice((0, 15, 30)))
        every = dice.choices((1, 2, 3), (70, 20, 10))[0] if kind == "weekly" else 1
        today = local_date(self.host.now, self.zone(channel))
        on = today + timedelta(days=dice.randrange(3, 12)) if kind == "once" else None
        rule = Rule(kind, wall, dice.randrange(5), every, dice.choice((1, 2, 3, 4, -1)), on)
        each, at_once = dice.random() < 0.75, dice.random() < 0.2
        values: dict[str, Value] = {
            "moment": "each" if each else "team",
            "reveal": "at_once" if at_once else "at_close",
            "window": str(dice.choice((3, 4, 6, 8))),
            "summary": dice.choice(("card", "card", "thread")),
            **_written(rule),
        }
        named: list[date] = []

        def saved(reply: Reply, session: str) -> None:
            card = card_of(reply)
            if card is not None and "Saved" not in card.title:
                self.course.early.append(f"a schedule of {channel.name} was not saved: {reply}")
            known = replace(rule, anchor=named[0] if named else None)
            rhythm = Rhythm(SessionId(session), channel, each, at_once, self.host.now, [(self.host.taken_at, known)])
            self.course.begins(rhythm)
            self._previewed(rhythm, named)

        def shown(reply: Reply) -> None:
            card = card_of(reply)
            action = find(card, "save") if card else None
            if card is None:
                return  # the process died over it; the form lies there no more
            assert action is not None, f"no dates were shown: {reply}"
            named[:] = dates_in(card, self.zone(channel), self.host.now)
            self.hands.presses(channel.owner, card, "save", lambda reply: saved(reply, action.session))

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(channel.owner, form, channel.place, shown, **values)

        self.hands.types(channel.owner, channel.place, "checkin schedule", opened)

    def _previewed(self, rhythm: Rhythm, named: list[date]) -> None:
        """The four dates of the preview are those of the rule."""
        expected: list[date] = []
        day = named[0] if named else date.max
        while named and len(expected) < len(named):
            expected += [day] if rhythm.rules[0][1].falls(day) else []
            day += timedelta(days=1)
        if named != expected:
            self.course.early.append(f"{rhythm.channel.name} was promised {named}, and the rule says {expected}")

    # what is done to one

    def steers(self, channel: Channel) -> None:
        """Once in a while somebody looks at it, and does something about its dates."""
        rhythm = self.course.rhythms.get(place_of(channel))
        if rhythm is None:
            return self.plans(channel)
        paused = bool(rhythm.pauses) and rhythm.pauses[-1][1]
        over = rhythm.rules[-1][1].kind == "once" and not any(to for to, _ in rhythm.moved.values())
        if paused:
            return self._managed(rhythm, lambda card: self._resumes(rhythm, card))
        if over and self.dice.random() < 0.5:
            return self._managed(rhythm, lambda card: self._ends(rhythm, card))
        do = self.dice.choices((self._skips, self._moves, self._pauses, self._edits, self._ends), (34, 30, 14, 17, 5))[
            0
        ]
        return self._managed(rhythm, lambda card: do(rhythm, card))

    def _managed(self, rhythm: Rhythm, do: Callable[[Card], None]) -> None:
        """Look at the card of this schedule first."""
        channel = rhythm.channel

        def shown(reply: Reply) -> None:
            card = card_of(reply)
            if card is not None:
                do(card)

        def listed(reply: Reply) -> None:
            card = card_of(reply)
            if card is not None:
                self.hands.presses(channel.owner, card, "manage", shown, session=rhythm.session)

        self.hands.types(channel.owner, channel.place, "checkin", listed)

    def _skips(self, rhythm: Rhythm, card: Card) -> None:
        rhythm.stirred.append(self.host.now)

        def done(reply: Reply) -> None:
            said = card_of(reply)
            if said is None:
                return self._lost(rhythm)
            if "Skipped" not in said.title:
                return None
            at = self.host.taken_at
            before = self._next(rhythm, at)
            rhythm.stirred.append(at)
            following = dates_in(said, self.zone(rhythm.channel), at)
            if before is None or (following and following[0] <= before):
                return self._lost(rhythm)  # it was another one than the owner, or the judge, took it for
            origin = next((one for one, (to, _) in rhythm.moved.items() if to == before), before)
            rhythm.moved.pop(origin, None)
            rhythm.skipped |= {before, origin}
            self.host.counts["skipped once"] += 1
            return self._promised(rhythm, said, at)

        if self.dice.random() < 0.4 and self.course.only_one(rhythm):
            self.hands.types(rhythm.channel.owner, rhythm.channel.place, "checkin skip", done)
        else:
            self.hands.presses(rhythm.channel.owner, card, "skip", done)

    def _moves(self, rhythm: Rhythm, card: Card) -> None:
        shown = dates_in(card, self.zone(rhythm.channel), self.host.now)
        if not shown:
            return
        to = shown[0] + timedelta(days=self.dice.choice((-2, -1, 1, 1, 2, 3)))
        wall = time(self.dice.choice(HOURS), self.dice.choice((0, 45)))
        rhythm.stirred.append(self.host.now)

        def done(reply: Reply) -> None:
            said = card_of(reply)
            if said is None:
                return self._lost(rhythm)
            if "Moved" not in said.title:
                return None
            at = self.host.taken_at
            before = self._next(rhythm, at)
            rhythm.stirred += [at, at_wall(to, wall, self.zone(rhythm.channel))] if to < shown[0] else [at]
            if before != shown[0]:
                return self._lost(rhythm)
            origin = next((one for one, (now, _) in rhythm.moved.items() if now == before), before)
            rhythm.skipped.discard(to)
            rhythm.moved[origin] = to, wall
            self.host.counts["moved once"] += 1
            return self._promised(rhythm, said, at)

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                place = rhythm.channel.place
                self.hands.submits(rhythm.channel.owner, form, place, done, to=to.isoformat(), at=f"{wall:%H:%M}")

        self.hands.presses(rhythm.channel.owner, card, "move_form", opened)

    def _pauses(self, rhythm: Rhythm, card: Card) -> None:
        rhythm.stirred.append(self.host.now)

        def done(reply: Reply) -> None:
            said = card_of(reply)
            if said is None or "Paused" not in said.title:
                return self._lost(rhythm)
            rhythm.pauses.append((self.host.taken_at, True))
            rhythm.stirred.append(self.host.taken_at)
            self.course.cut(rhythm)
            self.host.counts["paused"] += 1
            later = self.host.now + timedelta(hours=self.dice.randrange(2, 400))
            return self.host.at(later, lambda: self.steers(rhythm.channel))

        self.hands.presses(rhythm.channel.owner, card, "pause", done)

    def _resumes(self, rhythm: Rhythm, card: Card) -> None:
        rhythm.stirred.append(self.host.now)

        def done(reply: Reply) -> None:
            said = card_of(reply)
            if said is None or "Resumed" not in said.title:
                return self._lost(rhythm)
            rhythm.pauses.append((self.host.taken_at, False))
            rhythm.stirred.append(self.host.taken_at)
            self.course.cut(rhythm)
            self.host.counts["resumed"] += 1
            return self._promised(rhythm, said, self.host.taken_at)

        self.hands.presses(rhythm.channel.owner, card, "resume", done)

    def _edits(self, rhythm: Rhythm, card: Card) -> None:
        """Another day, or another hour; the weeks stay."""
        old = rhythm.rules[-1][1]
        if old.kind == "once":
            return
        wall = time(self.dice.choice(HOURS), self.dice.choice((0, 20)))
        new = replace(old, wall=wall, weekday=self.dice.randrange(5) if self.dice.random() < 0.5 else old.weekday)
        values = _written(new)
        rhythm.stirred.append(self.host.now)

        def done(reply: Reply) -> None:
            said = card_of(reply)
            if said is None or "Saved" not in said.title:
                return self._lost(rhythm)
            at = self.host.taken_at
            rhythm.rules.append((at, new))
            rhythm.stirred.append(at)
            self.host.counts["edited"] += 1
            return self._promised(rhythm, said, at)

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(rhythm.channel.owner, form, rhythm.channel.place, done, **values)

        self.hands.presses(rhythm.channel.owner, card, "plan_form", opened)

    def _ends(self, rhythm: Rhythm, card: Card) -> None:
        def done(reply: Reply) -> None:  # noqa: ARG001
            rhythm.ended = self.host.taken_at
            self.course.cut(rhythm)
            self.host.counts["ended"] += 1
            self.plans(rhythm.channel)

        rhythm.stirred.append(self.host.now)
        self.hands.presses(rhythm.channel.owner, card, "end", done)

    def holds(self, one: Somebody, rhythm: Rhythm) -> None:
        """Anybody may hold today's question. Who pressed is somewhere in the middle of a day; which one, they know."""
        zone = self.zone(rhythm.channel)

        def done(reply: Reply) -> None:
            said, at = card_of(reply), self.host.taken_at
            day = local_date(at, zone)
            if said is None:
                return self._lost(rhythm)
            if "Held" not in said.title:
                return None
            rhythm.held[day] = at
            if part_of(rhythm.session, day.isoformat()) not in self.course.asked:
                self.course.cut(rhythm)
            self.host.counts["held"] += 1
            return self._promised(rhythm, said, at)

        def asked(reply: Reply) -> None:
            card = card_of(reply)
            if card is not None and find(card, "hold_it", rhythm.session) is not None:
                self.hands.presses(one, card, "hold_it", done, session=rhythm.session)

        self.hands.types(one, rhythm.channel.place, "checkin hold", asked)

    # what was said to come next

    def _promised(self, rhythm: Rhythm, said: Card, at: datetime) -> None:
        """The date that the answer names as the next one is the one that the rule, and what was done to it, give."""
        expected = self._next(rhythm, at)
        named = dates_in(said, self.zone(rhythm.channel), at)
        if rhythm.unknown is not None or (expected is None and not named):
            return
        mornings = [self.first(rhythm, day, at) for day in (expected, *named[:1]) if day is not None]
        if any(abs(opens - at) < EDGE for opens in mornings) or self._near(rhythm, at):
            return
        if named[:1] != [expected]:
            self.course.early.append(
                f"{rhythm.channel.name} was told at {at} that {named[:1]} comes next, and it is {expected}"
            )
        self.host.counts["next date told"] += 1

    def _near(self, rhythm: Rhythm, at: datetime) -> bool:
        """Whether one that was just then opening could be meant."""
        day = local_date(at, self.zone(rhythm.channel))
        around = [day + timedelta(days=n) for n in range(-2, 3)]
        return any(rhythm.falls(one, at) and abs(self.first(rhythm, one, at) - at) < EDGE for one in around)

    def _next(self, rhythm: Rhythm, at: datetime) -> date | None:
        """The next date whose first morning lies ahead."""
        day = local_date(at, self.zone(rhythm.channel)) - timedelta(days=2)
        for _ in range(400):
            if day not in rhythm.held and rhythm.falls(day, at) and self.first(rhythm, day, at) > at:
                return day
            day += timedelta(days=1)
        return None

    def first(self, rhythm: Rhythm, day: date, at: datetime) -> datetime:
        """The first morning of that date among those who take part."""
        wall = rhythm.wall(day, at)
        if not rhythm.each:
            return at_wall(day, wall, self.zone(rhythm.channel))
        truths = [self.course.truth[one.member] for one in rhythm.channel.people]
        return min(at_wall(day, wall, one.zone_at(at)) for one in truths if one.forgotten is None)

    def _lost(self, rhythm: Rhythm) -> None:
        """Nobody was told what became of it: from here on its dates are not judged."""
        rhythm.unknown = min(rhythm.unknown or self.host.now, self.host.now - AROUND)
        self.host.counts["answer lost"] += 1

    def zone(self, channel: Channel) -> str:
        place = place_of(channel)
        if place not in self.zones:
            with self.host.store.connections.transaction() as db:
                known = {"w": channel.place.workspace, "c": channel.place.channel}
                row = db.row("SELECT zone FROM team WHERE workspace = :w AND channel = :c", known)
            self.zones[place] = str(row[0]) if row and row[0] else "UTC"
        return self.zones[place]


def _written(rule: Rule) -> dict[str, Value]:
    """A rule as the form takes it."""
    which = {"weekly": str(rule.every)}.get(rule.kind, rule.kind)
    values: dict[str, Value] = {"rhythm": which, "days": (str(rule.weekday),), "at": f"{rule.wall:%H:%M}"}
    if rule.kind == "monthly":
        values["nth"] = str(rule.nth)
    if rule.on is not None:
        values["once"] = rule.on.isoformat()
    return values
