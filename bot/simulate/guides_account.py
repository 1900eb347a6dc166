"""The people's own account of their sessions: what came of what they did, and what the database knows after it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (so that all tables are known)
from bot.activities.ballots.model import Asking, Counted
from bot.activities.guides.model import Finished, Paused, Planned, Running, Setting
from bot.kernel.calendar import at_wall
from bot.kernel.cards import Card, sentences
from bot.kernel.ids import Member
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, TimerFired, Told
from bot.pieces.ballot import Voting
from bot.simulate.guides_held import (
    VOTER,
    Cause,
    dots_of,
    first_lines,
    running,
    voting,
    wrong_with,
)
from bot.simulate.guides_reached import reached
from bot.simulate.host import Host
from bot.simulate.invariants import Look
from bot.simulate.world import Channel, Message

OWN_DOTS = "Your dots"


class Account:
    """What is known of each session, by its id."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.states: dict[str, Any] = {}  # as they were last seen
        self.polls: dict[str, Any] = {}
        self.runs: dict[str, Running] = {}  # of each, the last state in which it ran
        self.ended: dict[str, datetime] = {}
        self.stood: dict[str, timedelta] = defaultdict(timedelta)  # how long it was paused
        self.skips: Counter[str] = Counter()
        self.counts: dict[str, dict[str, list[str]]] = defaultdict(dict)  # session, step: the lines of its first vote
        self.credited: set[str] = set()  # presses whose dot is in a vote
        self.dropped: set[str] = set()
        self.plans: dict[str, Setting] = {}  # sessions that were planned
        self.lines: dict[str, dict[str, str]] = defaultdict(dict)  # session, message: the step that it announces
        self.announced: set[tuple[str, str]] = set()
        self.left: dict[Member, str] = {}  # how somebody left
        self.strangers: set[Member] = set()  # who belong to none of the channels
        self.to_search: list[str] = []  # sessions whose vote has just closed
        host.watch.also["guides"] = self.check
        host.watch.also["ballots"] = self.check_poll
        host.seen.append(self.seen)
        host.deaths.append(self.died)

    # what must hold, at every change

    def check(self, state: Any, look: Look) -> Iterator[str]:
        """What is wrong with a session as it is now; what it came to is counted."""
        id, cause = look.session, self.cause(look.session)
        before = self.states.get(id)
        if before == state:
            return
        self.states[id] = state
        for name in reached(before, state, cause):
            self.host.counts[name] += 1
            self.host.counts["steps gone through"] += name.startswith("step ")
            if name == "a voter left" and cause.of is not None:
                self.host.counts[f"a voter left the {self.left.get(cause.of, 'channel')}"] += 1
        yield from wrong_with(before, state, cause, look.now)
        if cause.by in self.strangers:
            yield f"{cause.by} is not in the channel, and changed it by {cause}"
        self._remembers(id, before, state, cause, look.now)

    def _remembers(self, id: str, before: Any, state: Any, cause: Cause, now: datetime) -> None:
        old, run = running(before), running(state)
        was = voting(old)
        if was is not None and old is not None and voting(run) != was:
            found = voting(run)
            same = run is not None and run.course.at == old.course.at
            if same and found is not None and cause.by is not None and cause.verb == "dot":
                more = dots_of(found, cause.by) > dots_of(was, cause.by)
                self.credited.update((cause.id,) if more else ())
            if found is None or not same or found.is_run_off != was.is_run_off:
                self.counts[id][old.course.step.id] = first_lines(old, was)
                self.to_search.append(id)
        if isinstance(state, Planned):
            self.plans[id] = state.setting
        if run is not None and (old is None or (run.lines > old.lines and run.serial > old.serial)):
            self.lines[id][f"line{run.lines}"] = run.course.step.title
        if run is not None:
            if old is not None and run.course.at == old.course.at + 1 and cause.verb in ("skip", "typed_skip"):
                self.skips[id] += 1
            self.runs[id] = run
        if isinstance(before, Paused) and isinstance(state, Running):
            self.stood[id] += now - before.since
        if isinstance(state, Finished) and not isinstance(before, Finished):
            self.ended[id] = state.ended
            if cause.verb == "drop":
                self.dropped.add(id)

    def check_poll(self, state: Any, look: Look) -> Iterator[str]:
        """A poll changes by an answer, the last one counts, and it knows nobody once it is counted."""
        cause, before = self.cause(look.session), self.polls.get(look.session)
        if before == state:
            return
        self.polls[look.session] = state
        if before is None and isinstance(state, Asking):
            self.host.counts[f"{state.kind} by itself"] += 1
        if cause.by in self.strangers:
            yield f"{cause.by} is not in the channel, and changed it by {cause}"
        match before, state:
            case Asking(voting=was), Asking(voting=now):
                answers, wanted = _answers(now), _answers(was)
                if cause.verb == "answer" and cause.by is not None:
                    wanted[cause.by] = cause.choice or cause.argument
                elif cause.of is not None:
                    wanted.pop(cause.of, None)
                if answers != wanted:
                    yield f"the answers changed by {cause}, and not as that would"
            case Asking(voting=was), Counted():
                self.host.counts["polls counted"] += 1
                self.to_search.append(look.session)
                texts = {idea.id: idea.text for idea in was.ideas}
                totals = Counter(_answers(was).values())
                lines = [f"{text}: {totals[idea]}." for idea, text in texts.items()]
                self.counts[look.session]["poll"] = lines
            case _:
                pass

    def cause(self, session: str) -> Cause:
        """What is being handled, in the words of a session."""
        event = self.host.cause
        match event:
            case ButtonPressed(actor=by, action=action, choice=choice, id=id):
                return Cause(action.verb, by, action.argument, choice, id)
            case FormSubmitted(actor=by, action=action, id=id):
                return Cause(action.verb, by, action.argument, "", id)
            case CommandTyped(actor=by, text=text, id=id):
                found = self.host.routes.find(text)
                return Cause(getattr(found, "verb", "unknown"), by, "", "", id)
            case TimerFired() | Told():
                if event.session != session:
                    return Cause(f"{event.verb} of another")
                gone = isinstance(event, Told) and event.verb_told in ("left", "forget")
                of = Member.from_key(event.payload["member"]) if isinstance(event, Told) and gone else None
                return Cause(event.verb, None, of=of)
            case _:
                return Cause("news")

    # what people see

    def seen(self, outgoing: Any, _: Message) -> None:
        """A count that is shown is the count of what was given."""
        session, name = outgoing.key.rsplit(":", 2)[:2]
        card: Card | None = outgoing.card
        if card is None:
            return
        if name == "card" and session in self.dropped:
            self.host.world.wrong.append(f"{session} was dropped, and its card was posted")
        lines = [sentence for sentence in sentences(card) if sentence]
        if name in self.lines[session]:
            self.announced.add((session, name))
            if not card.fallback().startswith(self.lines[session][name]):
                self.host.world.wrong.append(f"{session} announces {lines}, and {self.lines[session][name]} began")
        if name.startswith("count") and session in self.runs:
            known = self.counts[session].values()
            if not any(set(wanted) <= set(lines) for wanted in known):
                self.host.world.wrong.append(f"{session} shows {lines}, and {list(known)} were given")
        poll = self.counts[session].get("poll") if session in self.polls else None
        if poll and isinstance(self.polls[session], Counted) and any("Closed." in line for line in lines):
            few = any("no counts are shown" in line for line in lines)
            if not few and not set(poll) <= set(lines):
                self.host.world.wrong.append(f"{session} shows {lines}, and {poll} were given")

    def answered(self, press: ButtonPressed, card: Card | None) -> None:
        """Somebody who is told of their dots has them; nobody is told so whose dot was lost."""
        if press.verb == "dot" and card is not None and card.title == OWN_DOTS and press.id not in self.credited:
            raise self.host.violated(f"{press.actor.user} was shown the dot for {press.choice}, which counts nowhere")
        poll = self.polls.get(press.action.session)
        counted = press.verb == "answer" and card is not None and "Counted" in card.fallback()
        answer = press.choice or press.action.argument
        if counted and isinstance(poll, Asking) and _answers(poll.voting).get(press.actor) != answer:
            raise self.host.violated(f"{press.actor.user} was told that {answer} is counted, and it counts nowhere")

    def was_dropped(self, session: str) -> None:
        """Somebody was told that what they planned does not take place."""
        self.dropped.add(session)
        if not isinstance(self.states.get(session), Finished):
            raise self.host.violated(f"somebody was told that it is dropped, and {session} is still planned")

    def has_left(self, member: Member, channel: Channel | None) -> None:
        """Whoever leaves the channel, or the workspace (None), takes their dots along."""
        for id, state in self.states.items():
            run = running(state)
            ballot = voting(run)
            if run is None or ballot is None or (channel is not None and run.setting.place != channel.place):
                continue
            if any(votes.voter == member for votes in ballot.votes):
                raise self.host.violated(f"{member.user} has left, and their dots in {id} have not")

    def died(self) -> None:
        open_ones = [run for run in map(running, self.states.values()) if run is not None]
        self.host.counts["died in a session"] += any(not run.setting.days for run in open_ones)
        self.host.counts["died in a vote"] += any(voting(run) is not None for run in open_ones)

    # what the database knows

    def search(self) -> None:
        """After the close of a vote nothing in the database says who voted for what."""
        if not self.to_search:
            return
        left, self.host.life.left = self.host.life.left, None
        found = self.voters()
        self.host.life.left = left
        self.to_search.clear()
        self.host.counts["searches for voters"] += 1
        if found:
            raise self.host.violated("; ".join(found[:5]))

    def voters(self) -> list[str]:
        """Every place in the database that knows a voter and should not."""
        wrong = []
        with self.host.store.connections.transaction() as db:
            for table in SQLModel.metadata.sorted_tables:
                texts = [column.name for column in table.columns if isinstance(column.type, Text)]
                if not texts:
                    continue
                where = " OR ".join(f"{name} LIKE :voter OR {name} LIKE :dots" for name in texts)
                wanted = ("id", "state", "activity", "open") if table.name == "session" else tuple(texts)
                rows = db.rows(
                    f"SELECT {', '.join(wanted)} FROM {table.name} WHERE {where}",
                    {"voter": f"%{VOTER}%", "dots": f'%"title":"{OWN_DOTS}"%'},
                )
                if table.name != "session":
                    wrong += [f"{table.name} remembers a voter: {str(row)[:200]}" for row in rows]
                    continue
                for id, stored, activity, is_open in rows:
                    state = (self.states if activity == "guides" else self.polls).get(id)
                    asked = isinstance(state, Asking) or voting(running(state)) is not None
                    if activity in ("guides", "ballots") and not (is_open and asked):
                        where = max(0, stored.find(VOTER) - 200)
                        wrong.append(f"the {activity} session {id} remembers a voter: {stored[where : where + 300]}")
        return wrong

    def judge(self) -> list[str]:
        """What is wrong with what is kept of all sessions that are over."""
        wrong = self.voters()
        with self.host.store.connections.transaction() as db:
            kept: dict[str, str] = dict(db.rows("SELECT key, fact FROM kept WHERE kind = 'session'"))
        for id, ended in self.ended.items():
            run = self.runs.get(id)
            if run is None or run.setting.rehearsal:
                continue
            if id not in kept:
                wrong.append(f"{id} is over, and nothing is kept of it")
                continue
            wrong += [f"{id}: {one}" for one in self.misses(run, json.loads(kept[id]), ended)]
            self.host.counts["sessions judged"] += 1
        wrong += self._plans_missed()
        for id, names in self.lines.items():
            unsaid = [title for name, title in names.items() if (id, name) not in self.announced]
            if unsaid and not self.host.plan.faults:
                wrong.append(f"{id} never announced {unsaid}")
        return wrong

    def _plans_missed(self) -> Iterator[str]:
        """What was planned comes, at its time; what recurs comes again, at the same time of day."""
        for id, setting in self.plans.items():
            state, zone = self.states[id], ZoneInfo(setting.zone)
            if setting.at is None or setting.at > self.host.now - timedelta(hours=3):
                continue
            if isinstance(state, Planned):
                yield f"{id} was planned for {setting.at} and never came"
            here = setting.at.astimezone(zone)
            again = at_wall(here.date() + timedelta(weeks=setting.repeat), here.time(), setting.zone)
            found = [
                one
                for one in self.plans.values()
                if (one.place, one.guide, one.repeat, one.at) == (setting.place, setting.guide, setting.repeat, again)
            ]
            if setting.repeat and id not in self.dropped and not found:
                yield f"{id} of {setting.at} recurs every {setting.repeat} weeks, and nothing is planned for {again}"

    def misses(self, run: Running, row: dict[str, Any], ended: datetime) -> Iterator[str]:
        """What is kept of a session, against what was seen of it."""
        steps, setting = row["steps"], run.setting
        if sorted(step["id"] for step in steps) != sorted(step.id for step in setting.steps):
            yield f"the record has the steps {[step['id'] for step in steps]}"
        if row["planned"] != setting.minutes or sum(step["planned"] for step in steps) != row["planned"]:
            yield f"{row['planned']} minutes are kept as planned, of {setting.minutes}"
        if sum(step["given"] for step in steps) != row["planned"] + row["moved"]:
            yield f"{row['planned']} planned and {row['moved']} moved minutes are not those of the steps: {steps}"
        went = [step["seconds"] is not None for step in steps]
        if went != sorted(went, reverse=True) or sum(went) != run.course.at + 1:
            yield f"of {run.course.at + 1} steps that were gone through the record has {went}"
        took = sum(step["seconds"] or 0 for step in steps)
        real = (ended - run.started - self.stood[run.setting.id]).total_seconds()
        if abs(took - real) > len(steps):
            yield f"its steps took {took} seconds, and it took {real:g}"


def _answers(ballot: Voting[Member]) -> dict[Member, str]:
    return {votes.voter: idea for votes in ballot.votes for idea, _ in votes.dots}
