"""What people in a session do: they press what its cards offer, with chances that bring every corner of it about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.activities.guides.model import Lobby, Running
from bot.kernel.cards import Action, Form, Note, PickField
from bot.kernel.decision import Reply
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import ButtonPressed, Left, ProfileChanged, Value
from bot.simulate.guides_account import Account
from bot.simulate.guides_held import running, setting_of, voting
from bot.simulate.hands import Hands, card_of, form_of
from bot.simulate.host import Host
from bot.simulate.world import Channel, Message, Somebody, doors

Door = tuple[str, Action, tuple[str, ...]]


def often(*chances: tuple[float, str]) -> dict[str, float]:
    return {verb: chance for chance, verbs in chances for verb in verbs.split()}


# How often somebody presses what is there, in the channel and on a card for them alone. What is not named: seldom.
SHOWN = often(
    *((40, "decide"), (16, "dot"), (12, "done"), (10, "idea jot reply"), (9, "answer"), (8, "go_on more_time")),
    *(
        (6, "take"),
        (5, "next"),
        (4, "here more resume open_vote back"),
        (3, "end pass later recap"),
        (2, "begin write me_too"),
    ),
    *((1.2, "extend"), (1, "note my_dots question close rate")),
)
ALONE = often(
    *((20, "swapped"), (9, "merge"), (6, "picked extend_from"), (5, "swap"), (4, "skip undo resume")),
    *((3, "park go rules_set"), (2.5, "pause hand_over"), (2, "questions extend_back undot tidy")),
    *((1, "another notes rules"), (0.7, "end"), (0.5, "moves move")),
)
STEERED = ("begin", "next", "end", "extend", "open_vote", "resume", "more")
SPOKEN = ("done", "pass", "later", "more_time")
RACED = ("next", "end", "extend", "begin", "take", "done", "go_on", "resume", "open_vote", "skip", "undo", "close")
BUSY = ("dot", "idea", "jot", "reply", "decide")  # while there is this to do, people seldom go on
NOT_NOW = ("rehearse", "plan", "plan_form", "start_form", "look", "start")
SHUT_OUT = ("Join the channel to take part", "Type it there", "is from before", "this works in")
IDEAS = ("Write it down", "Ask the night shift", "A list of three", "Meet half way", "Do less", "Two names, one date")
Mood = Literal["brisk", "usual", "slow", "deserted"]
PACE: dict[Mood, tuple[int, ...]] = {
    "brisk": (2, 5, 9),
    "usual": (10, 25, 45),
    "slow": (60, 120, 240),
    "deserted": (10, 25, 45),
}
MOST_BEATS = 140


@dataclass
class Room:
    """A session as the people in it see it: its messages, and how they go about it."""

    session: str
    channel: Channel
    mood: Mood
    level: bool  # whether they vote so that ideas stand level
    stays: int  # how many things they do before a deserted one is deserted
    shown: list[Message] = field(default_factory=list)
    beats: int = 0
    dots: int = 0
    asleep: bool = False


class People:
    """Everybody in all sessions."""

    def __init__(self, host: Host, account: Account) -> None:
        self.host, self.dice, self.account, self.hands = host, host.dice, account, Hands(host)
        self.rooms: dict[str, Room] = {}
        self.outside: list[Somebody] = []  # who is in no channel

    def opens(self, session: str, channel: Channel) -> Room:
        mood = self.dice.choices(tuple(PACE), (30, 40, 16, 14))[0]
        room = Room(session, channel, mood, self.dice.random() < 0.45, self.dice.randint(4, 30))
        self.rooms[session] = room
        self._later(room)
        return room

    def shows(self, room: Room, name: str, message: Message) -> None:
        """A new message of a session: some of them bring people back."""
        room.shown.append(message)
        if room.asleep and name in ("wanted", "going") and self.dice.random() < 0.6:
            self.host.at(self.host.now + timedelta(seconds=self.dice.choice((5, 40, 200))), lambda: self._wakes(room))
        if name.startswith("count") and self.dice.random() < 0.5:
            self.host.at(self.host.now + timedelta(seconds=4), lambda: self._votes_late(room))

    def _wakes(self, room: Room) -> None:
        if room.asleep:
            room.asleep, room.stays = False, room.beats + self.dice.randint(3, 25)
            self._beat(room)

    # one thing after the other

    def _later(self, room: Room) -> None:
        state = self.account.states.get(room.session) or self.account.polls.get(room.session)
        setting = setting_of(state)
        if setting is not None and setting.days and not isinstance(state, Lobby):
            wait = timedelta(minutes=self.dice.choice((5, 40, 100, 200)))
        else:
            wait = timedelta(seconds=self.dice.choice(PACE[room.mood]))
        self.host.at(self.host.now + wait, lambda: self._beat(room))

    def _beat(self, room: Room) -> None:
        state = self.account.states.get(room.session) or self.account.polls.get(room.session)
        if state is None or state.phase in ("finished", "counted") or room.beats > MOST_BEATS:
            return
        room.beats += 1
        if room.mood == "deserted" and room.beats > room.stays and state.phase != "lobby":
            room.asleep = True
            return
        if state.phase != "planned" or self.dice.random() < 0.3:
            self._acts(room, state)
        if room.beats < 5 or state.phase != "planned":
            self._later(room)
        else:
            self.host.at(max(state.at, self.host.now) + timedelta(seconds=20), lambda: self._beat(room))

    def _acts(self, room: Room, state: object) -> None:
        there = room.channel.inside()
        found: list[tuple[Message, Door]] = []
        newest = [message for message in room.shown if not message.gone]
        for message in {one.id: one for one in (*newest[:2], *newest[-5:])}.values():
            found += [(message, door) for door in doors(message.card)]
            if message.old and self.dice.random() < 0.04:  # somebody who has not seen the edit yet
                self.host.counts["presses from before"] += 1
                found = [(message, door) for door in doors(message.old[-1])] or found
                break
        found = [pair for pair in found if pair[1][1].verb not in NOT_NOW]
        if not found:
            return
        if isinstance(state, Lobby) and len(state.present) < min(4, len(there)):
            found = [pair for pair in found if pair[1][1].verb == "here"] or found
        over_days = (setting := setting_of(state)) is not None and setting.days
        busy = any(door[1].verb in BUSY for _, door in found) and self.dice.random() < 0.7
        weights = [self._weight(door[1].verb, over_days=over_days, busy=busy) for _, door in found]
        message, door = self.dice.choices(found, weights)[0]
        if self.dice.random() < 0.03:  # a button that was passed on to somebody who is not in the channel
            stranger = self.dice.choice(self.outside)
            choice = door[2][0] if door[2] else ""
            self._taps(room, stranger, self.hands.direct(stranger), door[1], "", choice)
        self.presses(room, self._who(room, there, door[1].verb), message, door)

    def _weight(self, verb: str, *, over_days: bool, busy: bool) -> float:
        if (over_days or busy) and verb in ("next", "end", "extend"):
            return 0.15
        return SHOWN.get(verb, 0.3)

    def _who(self, room: Room, there: Sequence[Somebody], verb: str) -> Somebody:
        """Whoever it is for, mostly: who hosts, who is up, who is not there yet."""
        anybody = self.dice.choice(there)
        state = self.account.states.get(room.session)
        run, setting = running(state), setting_of(state)
        if setting is None or self.dice.random() < 0.1:
            return anybody
        wanted: Member | None = None
        if verb in STEERED and (verb != "more" or self.dice.random() < 0.6):
            wanted = self.dice.choice((*setting.steerers(), setting.host))
        elif verb == "decide":
            wanted = setting.facilitator
        elif verb in SPOKEN and run is not None:
            wanted = getattr(run.course.live, "speaker", None)
        elif verb == "here":
            present = run.present if run is not None else getattr(state, "present", ())
            wanted = next((one.member for one in there if one.member not in present), None)
        return next((one for one in there if one.member == wanted), anybody)

    # one press, and what follows from it

    def presses(self, room: Room, one: Somebody, message: Message, door: Door) -> None:
        _, action, values = door
        choice = ""
        if values:
            ballot = voting(running(self.account.states.get(room.session)))
            again = ballot is not None and ballot.is_run_off and self.dice.random() < 0.5  # they come to an end
            level = values[room.dots % min(2, len(values))] if room.level else self.dice.choice(values)
            choice = values[0] if again else level
            room.dots += 1
        place = self._place(one, message)
        twice = action.verb in RACED and self.dice.random() < 0.2
        before = self.account.states.get(room.session)
        self._taps(room, one, place, action, message.id, choice)
        if twice:
            self._at_once(room, one, place, action, message.id, before)
        if action.verb == "dot" and self.dice.random() < 0.08:
            self._leaves(room, one)

    def _place(self, one: Somebody, message: Message) -> Place:
        return Place(
            one.member.platform, message.workspace, message.channel, message.thread or None, direct=bool(message.user)
        )

    def _at_once(self, room: Room, one: Somebody, place: Place, action: Action, message: str, before: object) -> None:
        """The same button at the same moment, by somebody else who may, or by the same finger."""
        setting = setting_of(before)
        able = [each for each in room.channel.inside() if setting is not None and setting.may_steer(each.member)]
        other = self.dice.choice([one, *able])
        between = self.account.states.get(room.session)
        self._taps(room, other, place, action, message, "")
        self.host.counts["pressed at once"] += 1
        if between != before and self.account.states.get(room.session) == between:
            self.host.counts["of two only one"] += 1

    def _taps(self, room: Room, one: Somebody, place: Place, action: Action, message: str, choice: str) -> None:
        self.host.counts["guests"] += one.guest
        said: list[Reply] = []
        press = self.hands.taps(one, place, action, said.append, message=message, choice=choice)
        if said:  # else the process died over it, and the answer is lost on them
            self._answered(room, one, place, press, said[0])

    def _answered(self, room: Room, one: Somebody, place: Place, press: ButtonPressed, reply: Reply) -> None:
        form, card = form_of(reply), card_of(reply)
        self.account.answered(press, card)
        if one in self.outside and (card is None or not any(words in card.fallback() for words in SHUT_OUT)):
            raise self.host.violated(f"{one.name} is not in the channel, and was answered {reply}")
        self.host.counts["outsiders refused"] += one in self.outside
        if form is not None and self.dice.random() < 0.93:
            wait = self.dice.choice((1, 6, 15, 15, 40, 200))
            self.host.at(self.host.now + timedelta(seconds=wait), lambda: self.fills(room, one, place, form))
        if card is None:
            return
        again = [door for door in doors(card) if door[1].activity == "guides" and door[1].verb not in NOT_NOW]
        verbs = {door[1].verb for door in again}
        chance = 0.22 if "undo" in verbs else 0.08 if verbs == {"undot"} else 0.7
        if again and self.dice.random() < chance:
            wait = self.dice.choice((1, 3, 6, 12))
            self.host.at(self.host.now + timedelta(seconds=wait), lambda: self._goes_on(room, one, again))

    def _goes_on(self, room: Room, one: Somebody, again: list[Door]) -> None:
        """Somebody presses what stands on a card for them alone."""
        _, action, values = self.dice.choices(again, [ALONE.get(door[1].verb, 0.2) for door in again])[0]
        choice = self.dice.choice(values) if values else ""
        place = room.channel.place
        before = self.account.states.get(room.session)
        self._taps(room, one, place, action, "", choice)
        if action.verb in RACED and self.dice.random() < 0.3:
            self._at_once(room, one, place, action, "", before)

    def _votes_late(self, room: Room) -> None:
        """Somebody still sees the vote as it was open."""
        for message in room.shown[:2]:
            for card in reversed(message.old):
                late = [door for door in doors(card) if door[1].verb == "dot"]
                if late and voting(running(self.account.states.get(room.session))) is None:
                    one, said = self.dice.choice(room.channel.inside()), list[Reply]()
                    _, action, values = late[0]
                    press = self.hands.taps(
                        one, self._place(one, message), action, said.append, message=message.id, choice=values[0]
                    )
                    refused = card_of(said[0]) if said else None
                    self.account.answered(press, refused)
                    if refused is not None and "Voting has closed" in refused.fallback():
                        self.host.counts["late votes refused"] += 1
                    return

    def _leaves(self, room: Room, one: Somebody) -> None:
        """Whoever has just voted leaves the channel, or the workspace, and is back another day."""
        channel = room.channel
        state = self.account.states.get(room.session)
        run = running(state)
        keeps = run.setting.facilitator if isinstance(state, Running) and run is not None else None
        if one is channel.owner or one not in channel.people or len(channel.inside()) < 5 or one.member == keeps:
            return
        self.goes(channel, one)

    def goes(self, channel: Channel, one: Somebody) -> None:
        id = f"n{next(self.host.ids)}"
        how, died = self.dice.choice(("channel", "workspace")), self.host.counts["died"]
        self.account.left[one.member] = how
        if how == "channel":
            channel.people.remove(one)
            self.host.event(f"{one.name} leaves", Left(id=id, place=channel.place, member=one.member))
        else:
            one.active = False
            self.host.counts["left the workspace"] += 1
            self.host.event(f"{one.name} leaves the workspace", ProfileChanged(id=id, person=one.profile()))
        if self.host.counts["died"] == died:  # else it is heard of later
            self.account.has_left(one.member, channel if how == "channel" else None)

    # forms

    def fills(self, room: Room, one: Somebody, place: Place, form: Form) -> None:
        """Send a form as people do: a few words where words are asked."""
        said: list[Reply] = []
        self.hands.submits(one, form, place, said.append, **self._filled(form))
        card = card_of(said[0]) if said else None
        if card is not None:
            again = [door for door in doors(card) if door[1].activity == "guides" and door[1].verb not in NOT_NOW]
            if again and self.dice.random() < 0.3:
                self._goes_on(room, one, again)

    def _filled(self, form: Form) -> dict[str, Value]:
        verb, dice = form.action.verb, self.dice
        some = [dice.choice(IDEAS) + dice.choice(("", "", f" {dice.randrange(9)}")) for _ in range(dice.randint(1, 3))]
        picks: dict[str, Value] = {
            one.name: dice.choice(one.options).value
            for one in form.fields
            if not isinstance(one, Note) and isinstance(one, PickField) and one.options
        }
        match verb:
            case "jotted" | "idea_added":
                return {"text": "\n".join(some[:2] if verb == "jotted" else some)}
            case "recapped" if dice.random() < 0.85:
                return {
                    "points": "\n".join(some),
                    "decision": some[0],
                    "why": "It costs least",
                    "actions": f"{some[0]}, Ada, 14 days",
                    "question": dice.choice(("", "What next?")),
                }
            case "chosen" | "merged":
                return {**picks, "why": "It costs least", "against": dice.choice(("", "It takes long"))}
            case "replied":
                return {**picks, "text": some[0]}
            case "tidied":
                return {}
            case _:
                return {"text": some[0]}
