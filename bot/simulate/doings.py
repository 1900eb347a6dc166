"""What simulated people do: press what they see, fill in what they are asked, type what can be typed, or nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random  # noqa: TID251  (seeded: the same seed does the same)

from bot.engine.route import Routes
from bot.kernel.cards import (
    Action,
    DateField,
    Form,
    Note,
    NumberField,
    PickField,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.ids import Place, SessionId
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Value
from bot.simulate.world import Channel, Message, Somebody, World, doors

Doing = ButtonPressed | CommandTyped | FormSubmitted

WORDS = (
    "Win or challenge",
    "what did we learn",
    "Ärger & Freude",
    "déjà vu",
    "a <b> | c",
    "100 % sure?",
    "日本語の質問",
)
SILLY = (
    "",
    " ",
    "\n",
    "0",
    "-1",
    "10000",
    "x" * 3500,
    "\ue000w:sim/w1/ada\ue001",
    "\x00\x07",
    "\ud83d",
    "'; DROP TABLE",
    "|" * 40,
)
TIMES = ("09:30", "9:30", "wed 09:30", "tomorrow 14:00", "25:99", "sunday", "in 3 days", "2026-02-30", "until friday")


@dataclass
class Doings:
    """Chooses the next thing somebody does. *dice* decides everything."""

    dice: Random
    world: World
    routes: Routes
    honest: bool = True  # whether the last thing was what a platform would let somebody do

    def next(self, somebody: Somebody, channel: Channel, id: str, now: datetime) -> tuple[str, Doing]:
        """What this person does now, in a few words and as it arrives."""
        self.honest = True
        roll = self.dice.random()
        if somebody.form is not None and roll < 0.85:
            return self._submits(somebody, id, now)
        if roll < 0.8:
            pressed = self._presses(somebody, channel, id)
            if pressed is not None:
                return pressed
        if roll < 0.84:
            return self._forges(somebody, channel, id)
        return self._types(somebody, channel, id, now)

    def _presses(self, somebody: Somebody, channel: Channel, id: str) -> tuple[str, Doing] | None:
        cards: list[tuple[Message | None, tuple[str, Action, tuple[str, ...]]]] = []
        for n, card in enumerate(reversed(somebody.private[-2:])):
            cards += [(None, door) for door in doors(card) for _ in range(2 - n)]
        for n, message in enumerate(self.world.seen_by(somebody)):
            weight = 9 if n < 3 else 2 if n < 8 else 1
            cards += [(message, door) for door in doors(message.card) for _ in range(weight)]
            for old in message.old[-1:]:  # somebody who has not seen the edit yet
                cards += [(message, door) for door in doors(old)]
        if not cards:
            return None
        on, (label, action, values) = self.dice.choice(cards)
        place = channel.place
        if on is not None:
            place = Place(place.platform, on.workspace, on.channel, on.thread or None, direct=bool(on.user))
        choice = self.dice.choice((*values, "forged")) if values and self.dice.random() < 0.05 else ""
        self.honest = choice != "forged"
        choice = choice or (self.dice.choice(values) if values else "")
        press = ButtonPressed(
            id=id,
            actor=somebody.member,
            place=place,
            action=action,
            message=on.id if on else "",
            choice=choice,
        )
        return f"presses [{label}] {action.activity}.{action.verb} {choice}".rstrip(), press

    def _forges(self, somebody: Somebody, channel: Channel, id: str) -> tuple[str, Doing]:
        """A token from another workspace, of another session, or of nothing at all."""
        self.honest = False
        held = [door for message in self.world.messages[-60:] for door in doors(message.card)]
        action = self.dice.choice(held)[1] if held else Action("rounds", SessionId("s"), "done")
        change = self.dice.randrange(4)
        if change == 1:
            action = Action(action.activity, SessionId(self.dice.choice(SILLY)[:60]), action.verb, action.argument)
        elif change == 2:
            action = Action(
                action.activity, action.session, self.dice.choice(("", "timer:turn", "told:left", "in", "x"))
            )
        elif change == 3:
            action = Action(action.activity, action.session, action.verb, self.dice.choice(SILLY)[:100])
        if self.dice.random() < 0.3:
            form = FormSubmitted(id=id, actor=somebody.member, place=channel.place, action=action, values={"text": "x"})
            return f"forges a form {action}", form
        return f"forges {action}", ButtonPressed(id=id, actor=somebody.member, place=channel.place, action=action)

    def _types(self, somebody: Somebody, channel: Channel, id: str, now: datetime) -> tuple[str, Doing]:
        activity = self.dice.choice(sorted({name for name, _ in self.routes.commands}))
        command = self.dice.choice([command for name, command in self.routes.commands if name == activity])
        words = self.dice.choice((command.words, *command.aliases))
        if self.dice.random() < 0.06:
            words = words[:-1] + "q"
        others = [one for one in channel.inside() if one is not somebody] or [somebody]
        other = self.dice.choice(others)
        rest = self.dice.choice(
            (
                "",
                "",
                self.dice.choice(WORDS),
                f"{self.dice.choice(WORDS)} {self.dice.choice((15, 30, 60, 0, 10000))}",
                f"{self.dice.choice(TIMES)} {self.dice.choice(WORDS)}",
                self.dice.choice(TIMES),
                f"@{other.name}",
                f"{self.dice.choice(WORDS)} @{other.name} {(now + timedelta(days=3)):%Y-%m-%d}",
                self.dice.choice(SILLY),
                str(self.dice.randrange(12)),
            )
        )
        place = channel.place
        if self.dice.random() < 0.25:
            place = Place(place.platform, place.workspace, f"D{somebody.member.user}", direct=True)
        typed = CommandTyped(
            id=id,
            actor=somebody.member,
            place=place,
            text=f"{words} {rest}".strip(),
            mentions={f"@{other.name}": other.member},
        )
        return f"types {typed.text[:60]!r}{' to the bot' if place.direct else ''}", typed

    def _submits(self, somebody: Somebody, id: str, now: datetime) -> tuple[str, Doing]:
        assert somebody.form is not None
        form, place = somebody.form
        somebody.form = None
        values = dict(self._filled(form, now))
        submitted = FormSubmitted(id=id, actor=somebody.member, place=place, action=form.action, values=values)
        return f"submits {form.title!r} {form.action.activity}.{form.action.verb}", submitted

    def _filled(self, form: Form, now: datetime) -> list[tuple[str, Value]]:
        filled: list[tuple[str, Value]] = []
        for field in form.fields:
            if isinstance(field, Note) or self.dice.random() < 0.04:
                self.honest = self.honest and isinstance(field, Note)
                continue  # left out, as a platform leaves out what is empty
            silly = self.dice.random() < 0.08
            self.honest = self.honest and (not silly or isinstance(field, TextField))
            value: Value
            match field:
                case _ if silly:
                    value = self.dice.choice(SILLY)
                case TextField():
                    value = field.value if field.value and self._often() else self.dice.choice((*WORDS, *TIMES))
                case PickField():
                    value = field.value if field.value and self._often() else self.dice.choice(field.options).value
                case TickField(options=options):
                    value = tuple(option.value for option in options if self._often())
                case NumberField(low=low, high=high):
                    most = int(high if high is not None else 10)
                    value = str(self.dice.randint(int(low or 0), max(most, int(low or 0))))
                case DateField():
                    value = f"{now + timedelta(days=self.dice.randint(-2, 20)):%Y-%m-%d}"
                case TimeField():
                    value = f"{self.dice.randrange(24):02}:{self.dice.choice((0, 15, 30)):02}"
            filled.append((field.name, value))
        return filled

    def _often(self) -> bool:
        return self.dice.random() < 0.5


def somebody_of(dice: Random, channels: Sequence[Channel]) -> tuple[Channel, Somebody] | None:
    """A channel that is not lost, and somebody in it who could do something."""
    open_ones = [(one, one.inside()) for one in channels if not one.lost]
    found = [(channel, people) for channel, people in open_ones if people]
    if not found:
        return None
    channel, people = dice.choice(found)
    return channel, dice.choice(people)
