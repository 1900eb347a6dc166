"""Teams with one anonymous survey after the other: who was asked, who answered what, and how it was counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.engine.ports import Outgoing
from bot.kernel.cards import Card, Form, PickField
from bot.kernel.decision import Quiet, Reply
from bot.kernel.ids import Member
from bot.kernel.inbound import Left, Value
from bot.pieces.questions import SKIP
from bot.simulate.hands import Hands, card_of, find, form_of
from bot.simulate.host import Host
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, Somebody, doors

SURVEYS = ("psych-safety", "team-pulse", "belonging")
LEAST = 5  # answers; fewer are deleted unread
UNSURE = timedelta(hours=3)


@dataclass
class Wave:
    """One wave, as people saw it: by person, when what happened."""

    team: str
    invited: dict[Member, datetime] = field(default_factory=dict)
    answered: dict[Member, tuple[datetime, dict[str, str]]] = field(default_factory=dict)
    declined: dict[Member, datetime] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    ended: datetime | None = None
    opened: list[dict[str, str]] = field(default_factory=list)  # what the seal held, as it was counted


class Pulse:
    """Months of surveys."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.hands = host, host.dice, Hands(host)
        self.waves: dict[str, Wave] = {}
        self.parts: dict[str, str] = {}  # part -> wave
        self.left: dict[tuple[str, Member], datetime] = {}  # by channel
        self.started: Counter[str] = Counter()
        self.wrong: list[str] = []
        host.seen.append(self._seen)

    def begin(self) -> None:
        found(self.host, steady=True, fewest=4, most=14)
        for channel in self.host.world.channels:
            self._starts(channel)

    def live(self, end: datetime) -> None:
        while self.host.now < end:
            for channel in self.host.world.channels:
                if self.dice.random() < 0.04 and len(channel.people) > 4:
                    later = self.host.now + timedelta(minutes=self.dice.randrange(1440))
                    self.host.at(later, lambda channel=channel: self._leaves(channel))  # type: ignore[misc]
            self.host.live_until(min(end, self.host.now + timedelta(days=1)))
            self._looks()

    def judge(self) -> list[str]:
        self._looks()
        return [*self.wrong, *judge(self)]

    # what people do

    def _starts(self, channel: Channel) -> None:
        survey = SURVEYS[self.started[channel.name] % len(SURVEYS)]
        self.started[channel.name] += 1
        self.hands.types(channel.owner, channel.place, f"pulse start {survey}")

    def _leaves(self, channel: Channel) -> None:
        gone = self.dice.choice([one for one in channel.people if one is not channel.owner])
        if len(channel.people) <= 4:
            return
        channel.people.remove(gone)
        self.left[f"{channel.place.workspace}/{channel.place.channel}", gone.member] = self.host.now
        left = Left(id=f"n{next(self.host.ids)}", place=channel.place, member=gone.member)
        self.host.event(f"{gone.name} leaves {channel.name}", left)

    def _seen(self, outgoing: Outgoing, message: Message) -> None:
        card = outgoing.card
        if card is None or (outgoing.replaces is not None and not message.user):
            return
        if not message.user:
            self._follows(message, card)
            return
        one = self.host.world.person(Member(outgoing.platform, message.workspace, message.user))
        assert one is not None
        for _, action, _ in doors(card):
            if action.activity == "pulse" and action.verb == "not_this_time":
                wave = self._wave(action.session)
                if one.member not in wave.invited:
                    wave.invited[one.member] = self.host.now
                    self._decides(one, action.session, message)

    def _wave(self, part: str) -> Wave:
        if part not in self.parts:
            left, self.host.life.left = self.host.life.left, None
            with self.host.store.connections.transaction() as db:
                row = db.row("SELECT parent, team FROM session WHERE id = :id", {"id": part})
                assert row is not None
                team = db.row("SELECT workspace, channel FROM team WHERE id = :id", {"id": row[1]})
            self.host.life.left = left
            assert team is not None
            self.parts[part] = row[0]
            self.waves.setdefault(row[0], Wave(f"{team[0]}/{team[1]}"))
        return self.waves[self.parts[part]]

    def _decides(self, one: Somebody, part: str, message: Message) -> None:
        roll = self.dice.random()
        at = self.host.now + timedelta(minutes=self.dice.expovariate(1 / 600))
        if roll < 0.7:
            self.host.at(at, lambda: self._opens(one, part, message))
        elif roll < 0.8:
            self.host.at(at, lambda: self._declines(one, part, message))

    def _opens(self, one: Somebody, part: str, message: Message) -> None:
        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self._sends(one, part, form)
                if self.dice.random() < 0.15:  # the form stands open on another device
                    later = self.host.now + timedelta(seconds=self.dice.choice((0, 1, 3600)))
                    self.host.at(later, lambda: self._sends(one, part, form))

        self.hands.presses(one, message, "open", opened, session=part)

    def _sends(self, one: Somebody, part: str, form: Form) -> None:
        values: dict[str, Value] = {}
        for asked in form.fields:
            if isinstance(asked, PickField) and (not values or self.dice.random() < 0.9):
                values[asked.name] = self.dice.choice([o.value for o in asked.options if o.value != SKIP])
        given = {name: str(value) for name, value in values.items()}

        def taken(reply: Reply) -> None:
            said = card_of(reply)
            wave = self.waves[self.parts[part]]
            counted = isinstance(reply, Quiet) or (said is not None and said.title.startswith("Counted"))
            if counted and one.member not in wave.answered:
                wave.answered[one.member] = self.host.taken_at, given
            elif said is not None and said.title.startswith("Counted"):
                self.wrong.append(f"{one.name} was told twice that their answer is counted")

        self.hands.submits(one, form, self.hands.direct(one), taken, **values)

    def _declines(self, one: Somebody, part: str, message: Message) -> None:
        def gone(reply: Reply) -> None:
            said = card_of(reply)
            wave = self.waves[self.parts[part]]
            if one.member not in wave.answered and (said is None or "Already" not in said.title):
                wave.declined[one.member] = self.host.taken_at

        self.hands.presses(one, message, "not_this_time", gone, session=part)

    def _follows(self, message: Message, card: Card) -> None:
        """The owner writes what follows, and asks again."""
        channel = self.host.world.at_place(message.workspace, message.channel)
        if channel is None or not ("people answered" in card.fallback() or "Fewer than" in card.fallback()):
            return
        action = find(card, "follow")

        def written(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                place, starts = channel.place, lambda _: self._starts(channel)
                self.hands.submits(channel.owner, form, place, starts, text="We start with what went wrong.")

        later = self.host.now + timedelta(hours=self.dice.randrange(2, 72))
        if action is not None:

            def presses() -> None:
                self.hands.presses(channel.owner, message, "follow", written)

            self.host.at(later, presses)
        else:
            self.host.at(later, lambda: self._starts(channel))

    # what was counted

    def _looks(self) -> None:
        """Read what the close of a wave left, before raw answers are deleted by rule."""
        left, self.host.life.left = self.host.life.left, None
        with self.host.store.connections.transaction() as db:
            for key, fact, at in db.rows("SELECT key, fact, at FROM kept WHERE kind = 'pulse'"):
                wave = self.waves.get(key)
                if wave is not None and wave.result is None:
                    wave.result, wave.ended = json.loads(fact), datetime.fromtimestamp(at / 1e6, self.host.now.tzinfo)
                    rows = db.rows("SELECT fact FROM kept WHERE kind = 'pulse_answer' AND session = :s", {"s": key})
                    wave.opened = [_plain(json.loads(row)) for (row,) in rows]
        self.host.life.left = left


def _plain(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.get("answers", row).items() if str(value) != SKIP}


def judge(course: Pulse) -> Iterator[str]:
    """Every answer that was taken is counted once, or deleted because there were too few; rates are exact."""
    for id, wave in course.waves.items():
        if wave.result is None or wave.ended is None:
            if wave.invited and min(wave.invited.values()) < course.host.now - timedelta(days=14):
                yield f"the wave {id} of {wave.team} has not ended in two weeks"
            continue
        course.host.counts["waves"] += 1
        course.host.counts["answers"] += len(wave.answered)
        given = Counter(json.dumps(row, sort_keys=True) for _, row in wave.answered.values())
        counted = Counter(json.dumps(row, sort_keys=True) for row in wave.opened)
        if len(wave.answered) < LEAST:
            if not wave.result["below"] or counted:
                yield f"the wave {id} of {wave.team} had {len(wave.answered)} answers, and shows or keeps them"
            continue
        if wave.result["below"]:
            yield f"the wave {id} of {wave.team} had {len(wave.answered)} answers, and calls that too few"
            continue
        if given - counted:
            yield f"the wave {id} of {wave.team} lost {sum((given - counted).values())} answers"
        if counted - given:
            yield f"the wave {id} of {wave.team} counts {sum((counted - given).values())} answers that nobody gave"
        moments = [*wave.declined.values(), *(at for (team, _), at in course.left.items() if team == wave.team)]
        if any(abs(at - wave.ended) < UNSURE for at in moments):
            continue  # who was there at the very close cannot be told from outside
        asked = {m for m, at in wave.invited.items() if at < wave.ended}
        asked -= {m for m, at in wave.declined.items() if at < wave.ended}
        asked -= {m for (team, m), at in course.left.items() if team == wave.team and at < wave.ended}
        rate = [len(wave.answered), len(asked | set(wave.answered))]
        if wave.result["rate"] != rate:
            yield f"the wave {id} of {wave.team} says {wave.result['rate']} answered, and it was {rate}"
