"""Teams that run any guide and press anything in it: minutes add up, no step is lost, every dot counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.activities.guides.model import Choosing, Ending, Finished, Paused, Running, Session
from bot.engine.ports import Outgoing
from bot.kernel.decision import Reply
from bot.pieces.ballot import Settled, Tied, Voting
from bot.simulate.hands import Hands, card_of, form_of
from bot.simulate.host import Host
from bot.simulate.invariants import Look
from bot.simulate.town import found
from bot.simulate.world import Channel, Message, doors

STATES: TypeAdapter[Any] = TypeAdapter(Session)
STEERING = {"next", "end", "skip", "extend", "pause", "resume", "undo", "swap", "more"}
VOTING = ("Add an idea", "Write", "Open the vote", "Give a dot")
VOTER = '"voter"'


class Guides:
    """Weeks of sessions: a random guide a day in each team, and people who press what they see."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.hands = host, host.dice, Hands(host)
        self.before: dict[str, Any] = {}  # by session: as it was last seen
        self.cards: dict[str, list[Message]] = defaultdict(list)  # by session: what stands in the channel
        host.watch.also["guides"] = self.check
        host.seen.append(self._seen)

    def begin(self) -> None:
        found(self.host, steady=True, fewest=4, most=8)

    def live(self, end: datetime) -> None:
        live = sorted(id for id, guide in self.host.content.guides.items() if guide.mode == "live")
        while self.host.now < end:
            for channel in self.host.world.channels:
                at = self.host.now + timedelta(minutes=self.dice.randrange(60, 1200))
                guide = self.dice.choice(live)
                self.host.at(at, lambda channel=channel, guide=guide: self._starts(channel, guide))  # type: ignore[misc]
            self.host.live_until(min(end, self.host.now + timedelta(days=1)))

    def judge(self) -> list[str]:
        with self.host.store.connections.transaction() as db:
            rows = db.rows("SELECT id, state FROM session WHERE activity = 'guides' AND open = 0")
        return [f"{id}: a voter is remembered after the end" for id, state in rows if VOTER in state]

    # what people do

    def _starts(self, channel: Channel, guide: str) -> None:
        self.host.counts["sessions"] += 1
        self.hands.types(channel.owner, channel.place, f"session start {guide} handover")
        for n in range(self.dice.randint(15, 70)):
            at = self.host.now + timedelta(seconds=20 + n * self.dice.choice((15, 40, 90)))
            self.host.at(at, lambda n=n: self._presses(channel, n))  # type: ignore[misc]

    def _presses(self, channel: Channel, n: int) -> None:
        """Somebody presses something that belongs to the session; the first of them come and start it."""
        one = self.dice.choice([channel.owner, *channel.inside()])
        place = f"{channel.place.workspace}/{channel.place.channel}"
        found = [
            (message, door) for message in self.cards[place][-8:] if not message.gone for door in doors(message.card)
        ]
        if n < 5:
            found = [pair for pair in found if pair[1][1].verb == ("here" if n < 4 else "begin")] or found
        if not found:
            return
        voting = [pair for pair in found if pair[1][0] in VOTING]
        if voting and self.dice.random() < 0.8:
            found = voting
            one = channel.owner if self.dice.random() < 0.3 else one
        elif self.dice.random() < 0.3:
            found = [pair for pair in found if pair[1][1].verb == "next"] or found
            one = channel.owner
        elif self.dice.random() < 0.1:
            found = [pair for pair in found if pair[1][1].verb in STEERING] or found
            one = channel.owner
        message, (_, action, values) = self.dice.choice(found)
        choice = self.dice.choice(values) if values else ""

        def answered(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                texts = {
                    name: f"{name} {self.dice.randrange(9)}\nand {self.dice.randrange(9)}" for name in form.names()
                }
                usual = {name: text for name, text in texts.items() if name in ("text", "idea", "ideas", "sentence")}
                self.hands.submits(one, form, channel.place, None, **usual)
            card = card_of(reply)
            again = list(doors(card)) if card is not None else []
            if again and self.dice.random() < 0.4:  # More, and what it offers
                _, more, _ = self.dice.choice(again)
                if more.activity == "guides" and more.verb not in ("rehearse", "plan"):
                    assert card is not None
                    self.hands.presses(one, card, more.verb, session=more.session, argument=more.argument)

        self.hands.presses(
            one, message, action.verb, answered, session=action.session, argument=action.argument, choice=choice
        )

    def _seen(self, outgoing: Outgoing, message: Message) -> None:
        if outgoing.card is None or message.user or outgoing.replaces is not None:
            return
        if outgoing.key.partition(":")[0] and any(a.activity == "guides" for _, a, _ in doors(outgoing.card)):
            self.cards[f"{message.workspace}/{message.channel}"].append(message)

    # what must hold, at every change

    def check(self, state: Any, look: Look) -> Iterator[str]:
        before, self.before[look.session] = self.before.get(look.session), state
        was, now = running(before), running(state)
        if was is not None and now is not None:
            self.host.counts["steps"] += was.course.at != now.course.at
            self.host.counts["minutes moved"] += was.course.agenda != now.course.agenda
            voting = isinstance(was.course.live, Choosing) and isinstance(was.course.live.ballot, Voting)
            closed = isinstance(now.course.live, Choosing) and isinstance(now.course.live.ballot, Tied | Settled)
            self.host.counts["votes"] += voting and closed
        yield from wrong_with(before, state)


def running(state: Any) -> Running | None:
    if isinstance(state, Paused | Ending):
        return state.run
    return state if isinstance(state, Running) else None


def wrong_with(before: Any, state: Any) -> Iterator[str]:
    """What is wrong with a session that went from one state to the next."""
    run, old = running(state), running(before)
    if isinstance(state, Finished) and VOTER in STATES.dump_json(state).decode():
        yield "a voter is remembered after the end"
    if run is None:
        return
    course = run.course
    if course.agenda.total != course.agenda.planned + course.agenda.moved:
        agenda = course.agenda
        yield f"{agenda.total} minutes, of {agenda.planned} planned and {agenda.moved} moved"
    if sorted(part.step.id for part in course.parts) != sorted(step.id for step in run.setting.steps):
        yield f"the steps are {[part.step.id for part in course.parts]}"
    if any(part.seconds is None for part in course.parts[: course.at]):
        yield "a step that is over has no length"
    if any(part.seconds is not None for part in course.parts[course.at + 1 :]):
        yield "a step that is to come has a length"
    if old is None:
        return
    if course.at - old.course.at not in (-1, 0, 1):
        yield f"it went from step {old.course.at} to step {course.at}"
    was, now = old.course.live, course.live
    if isinstance(now, Choosing) and isinstance(now.ballot, Tied | Settled):
        if VOTER in STATES.dump_json(replace(run, undo=None)).decode():
            yield "a voter is remembered after the close"
        if isinstance(was, Choosing) and isinstance(was.ballot, Voting) and not was.ballot.is_run_off:
            given: Counter[str] = Counter()
            for votes in was.ballot.votes:
                given.update(dict(votes.dots))
            counted = Counter({idea: n for idea, n in now.ballot.totals if n})
            if counted != +given:
                yield f"the vote closed with {dict(counted)}, and {dict(given)} were given"
    if isinstance(now, Choosing) and isinstance(now.ballot, Voting):
        voters = [votes.voter for votes in now.ballot.votes]
        if len(set(voters)) != len(voters):
            yield "somebody has two ballots"
        if any(sum(n for _, n in votes.dots) > now.ballot.dots for votes in now.ballot.votes):
            yield "somebody gave more dots than there are"
