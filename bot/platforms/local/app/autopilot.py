"""What the other seven do: each reads the cards they see, as a person would, and answers in their own time.

Nothing here knows an activity. A person looks at a title and at the words on the buttons; so does this. The
same reading tells the room when *you* are asked, so that its clock can wait for you. Everything is drawn from
the rehearsal's seed, so that a rehearsal can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal, assert_never

from bot.kernel.cards import (
    Action,
    Card,
    Choice,
    DateField,
    Form,
    FormField,
    Note,
    NumberField,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.inbound import Value
from bot.kernel.words import plain
from bot.platforms.local.app.cast import Player
from bot.platforms.local.client import Asked, Said

# What somebody presses when the bot writes to them alone, the likeliest first; nothing else is pressed unasked.
ANSWERS = ("Answer", "Open", "Accept", "Gladly", "Swap", "I'm in", "Me too", "All is well")
JOINS = ("I'm in", "I'm here")  # everybody who is there presses it
OFFERS = ("I'll do it", "I take it", "I can help")  # anybody may; somebody will
WRITES = ("Write", "Add an idea", "One sentence back", "Reply to an answer")  # opens a form that most people fill in
DOTS = "Give a dot"  # a list to choose from, several times
SOUNDS = ("Got it", "Partly", "Lost")  # how it goes: one press each
PICKS = "Choose one"  # a list to choose from, once
TURN = ("Done", "Pass", "Come back to me")  # each ends a turn
DECLINES = ("Pass", "Not this time", "No thanks", "Later", "Keep mine")
SENTENCES = (
    "The import ran on the first try.",
    "Support found the bug before I did.",
    "Two people asked to shadow the handover.",
    "The long meeting became a page of text.",
    "We closed the oldest ticket.",
    "The new checklist saved me an hour on Monday.",
    "A quiet week, and the release went out on time.",
    "I asked for help a day earlier than usual, and it paid off.",
)

IDEAS = (
    "One checklist for every handover.",
    "A named person on Fridays.",
    "The list in one place instead of three.",
    "A short call on the day before.",
    "The open questions on top, the details after.",
    "Fewer handovers: one owner a ticket.",
    "A sign when something is urgent.",
    "Somebody new reads it and asks.",
)

STEERS = ("Start", "Next", "End")  # pressed by the one whom the card names for it
STEERED = re.compile(r"(\w+)(?: or \w+)? (?:starts it|presses (?:Next|End))\.")

Why = Literal["turn", "join", "offer", "direct", "write", "choose", "steer", "late"]
_OPEN: tuple[tuple[Why, tuple[str, ...]], ...] = (
    ("join", JOINS),
    ("offer", OFFERS),
    ("write", WRITES),
    ("choose", (DOTS, PICKS)),
)
WAITED_FOR: tuple[Why, ...] = ("turn", "join", "direct")  # where the room waits for you; the rest has a time of its own


@dataclass(frozen=True, slots=True)
class Question:
    """A card puts something to one person.

    *why* says how: by name, to everybody who is there, to anybody who would, to them alone, or to write or choose.
    """

    why: Why
    message: int
    labels: Mapping[str, Asked]

    def open_to(self, user: str) -> bool:
        """Whether they have pressed nothing of it yet."""
        return all(user not in asked.pressed for asked in self.labels.values())


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody will press this at that moment. *choices*: what they choose from a list, one after the other."""

    at: datetime
    user: str
    message: int
    token: str
    label: str
    choices: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Chance:
    """Numbers drawn from the seed and from what they are for, so that no draw disturbs another."""

    seed: int

    def number(self, *what: object) -> float:
        """At least 0, below 1; the same for the same things."""
        text = "\x1f".join(map(str, what))
        drawn = blake2b(text.encode(), key=str(self.seed).encode()[:64], digest_size=8).digest()
        return int.from_bytes(drawn) / 2**64

    def between(self, low: float, high: float, *what: object) -> timedelta:
        return timedelta(seconds=low + (high - low) * self.number(*what))


def question(player: Player, said: Said, asked: Iterable[Asked]) -> Question | None:
    """What this card asks of *player*, if anything."""
    if said.card is None or not said.seen_by(player.user):
        return None
    labels = _labels(said.card, {one.token: one for one in asked})
    if said.thread is not None:  # there, only what is free to take
        labels = {label: one for label, one in labels.items() if label in OFFERS}
    title = plain(said.card.title)
    if "Done" in labels and (title.startswith(f"{player.name}, ") or title == f"Finish your thought, {player.name}"):
        return Question("turn", said.id, {label: labels[label] for label in TURN if label in labels})
    steering = _steering(said.card, player)
    if steering:
        ways = {label: labels[label] for label in STEERS if label in labels}
        joined = [one for label, one in labels.items() if label in JOINS]
        if ways and all(player.user in one.pressed for one in joined):
            return Question("steer", said.id, ways)
    if all(sound in labels for sound in SOUNDS):
        return Question("choose", said.id, {sound: labels[sound] for sound in SOUNDS})
    for why, words in _OPEN:
        for label in words if not said.direct else ():
            if label in labels and player.user not in labels[label].pressed:
                under_way = why == "join" and any(one in labels for one in ("Next", "Next step", "End"))
                return Question("late" if under_way else why, said.id, {label: labels[label]})
    if said.direct and any(label in labels for label in (*ANSWERS, *DECLINES)):
        return Question("direct", said.id, labels)
    return None


def _steering(card: Card, player: Player) -> bool:
    """Whether the card says that it is on them to go on."""
    said = " ".join(plain(block.body) for block in card.blocks if isinstance(block, Text))
    return any(found[1] == player.name for found in STEERED.finditer(said))


def moves(
    players: Iterable[Player], cards: Iterable[tuple[Said, tuple[Asked, ...]]], chance: Chance, *, first: bool
) -> Iterator[Move]:
    """Everything the *players* are going to press on these cards. *first*: it is the round of the first minute."""
    known = tuple(cards)
    for player in players:
        for said, asked in known:
            asks = question(player, said, asked)
            if asks is not None and asks.open_to(player.user):
                move = _move(player, asks, said, chance, first=first)
                if move is not None:
                    yield move


def fill(form: Form, player: Player, chance: Chance, pressed: str = "") -> dict[str, Value]:
    """A plausible filled-in form: what is prefilled stays, the rest is drawn. *pressed*: the button that opened it."""
    filled: dict[str, Value] = {}
    words = IDEAS if pressed in WRITES else SENTENCES
    for number, field in enumerate(form.fields):
        if not isinstance(field, Note):
            drawn = chance.number("fill", player.user, form.title, number, field.label)
            filled[field.name] = _filled(field, drawn, words)
    return filled


def _move(player: Player, asks: Question, said: Said, chance: Chance, *, first: bool) -> Move | None:
    match asks.why:
        case "turn":
            assert said.card is not None
            return _turn(player, asks, _seconds(plain(said.card.title)), chance, first=first)
        case "steer":
            (label, *_) = asks.labels
            return _press(player, asks, label, chance.between(70, 110, "steer", player.user, asks.message))
        case "write":
            return _write(player, asks, chance)
        case "choose":
            assert said.card is not None
            return _choose(player, asks, said.card, chance)
        case "join" | "late":
            return _join(player, asks, chance, first=first)
        case "offer":
            return _offer(player, asks, chance)
        case "direct":
            return _direct(player, asks, chance)
        case _:
            assert_never(asks.why)


def _seconds(title: str) -> int:
    """How long a turn is: `Sam, your 15 seconds` says it, a minute is usual."""
    found = re.search(r"your (\d+) seconds", title)
    return int(found.group(1)) if found else 60


def _write(player: Player, asks: Question, chance: Chance) -> Move | None:
    """Most people write something, in their own time."""
    (label,) = asks.labels
    if chance.number("writes", player.user, asks.message, asks.labels[label].token) < 0.15:
        return None
    if label == "One sentence back" and chance.number("brings", player.user, asks.labels[label].token) < 0.5:
        return None  # one of a pair is enough
    return _press(player, asks, label, chance.between(20, 110, "writing", player.user, asks.labels[label].token))


def _choose(player: Player, asks: Question, card: Card, chance: Chance) -> Move:
    """A choice from a list, or several dots; or one of a few buttons."""
    drawn = chance.number("chooses", player.user, asks.message, *asks.labels)
    after = chance.between(10, 70, "choosing", player.user, asks.message)
    if len(asks.labels) > 1:
        return _press(player, asks, [*asks.labels][int(drawn**2 * len(asks.labels))], after)
    (label,) = asks.labels
    options = next(block.options for block in card.blocks if isinstance(block, Choice) and block.label == label)
    many = 3 if label == DOTS else 1
    wanted = [chance.number("wants", player.user, asks.message, number) ** 2 for number in range(many)]
    move = _press(player, asks, label, after)
    return replace(move, choices=tuple(options[int(each * len(options))].value for each in wanted))


def _turn(player: Player, asks: Question, seconds: int, chance: Chance, *, first: bool) -> Move:
    turn = Action.unpack(asks.labels["Done"].token).argument
    mood = chance.number("mood", player.user, asks.message)
    passes = player.passes if first else mood < 0.1
    if passes and "Pass" in asks.labels:
        return _press(player, asks, "Pass", chance.between(6, 9, "pass", player.user, asks.message))
    if not first and mood > 0.92 and "Come back to me" in asks.labels:
        return _press(player, asks, "Come back to me", chance.between(4, 8, "back", player.user, asks.message))
    spoken = chance.between(30, 40, "spoken", player.user, asks.message, turn) * player.pace
    return _press(player, asks, "Done", spoken * min(1.0, seconds / 45))


def _join(player: Player, asks: Question, chance: Chance, *, first: bool) -> Move | None:
    (label,) = asks.labels
    mood = chance.number("there", player.user, asks.message)
    if player.absent if first else mood < 0.08:
        return None
    if player.late if first else mood < 0.16:
        return _press(player, asks, label, chance.between(130, 150, "late", player.user, asks.message))
    return _press(player, asks, label, chance.between(4, 32, "in", player.user, asks.message))


def _offer(player: Player, asks: Question, chance: Chance) -> Move | None:
    (label,) = asks.labels
    if chance.number("would", player.user, asks.message) > 0.4:
        return None
    return _press(player, asks, label, chance.between(15, 90, "offer", player.user, asks.message))


def _direct(player: Player, asks: Question, chance: Chance) -> Move | None:
    mood = chance.number("answers", player.user, asks.message)
    wanted = ANSWERS if mood < 0.75 else DECLINES if mood < 0.9 else ()
    label = next((label for label in wanted if label in asks.labels), None)
    if label is None:
        return None
    return _press(player, asks, label, chance.between(60, 1500, "answer", player.user, asks.message) * player.pace)


def _press(player: Player, asks: Question, label: str, after: timedelta) -> Move:
    asked = asks.labels[label]
    return Move(asked.since + after, player.user, asks.message, asked.token, label)


def _labels(card: Card, asked: Mapping[str, Asked]) -> dict[str, Asked]:
    found = {plain(button.label): asked.get(button.action.pack()) for button in card.buttons()}
    found |= {block.label: asked.get(block.action.pack()) for block in card.blocks if isinstance(block, Choice)}
    return {label: one for label, one in found.items() if one is not None}


def _filled(field: FormField, drawn: float, words: tuple[str, ...]) -> Value:
    match field:
        case TextField(value=value, required=False):
            return value
        case TextField(value=value):
            return value or words[int(drawn * len(words))]
        case PickField(value=value, options=options):
            return value or (_one(options, drawn) if options else "")
        case TickField(values=values, options=options):
            return values or ((_one(options, drawn),) if options and field.required else ())
        case NumberField(value=value, low=low, high=high):
            return value or str(round((low or 0) + ((high if high is not None else 10) - (low or 0)) * drawn))
        case DateField(value=value) | TimeField(value=value):
            return value
        case Note():
            return ""
        case _:
            assert_never(field)


def _one(options: tuple[Option, ...], drawn: float) -> str:
    return options[int(drawn * len(options))].value
