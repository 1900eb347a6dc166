"""What must hold from one state of a session to the next: minutes, steps and dots, each with what brought it about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.activities.guides.model import (
    LONG_ABSENCE,
    Choosing,
    Ending,
    Finished,
    Lobby,
    Paused,
    Planned,
    Running,
    Session,
    Setting,
)
from bot.kernel.ids import Member
from bot.pieces.ballot import Settled, Tied, Voting
from bot.pieces.voting import result_lines

STATES: TypeAdapter[Any] = TypeAdapter(Session)
VOTER = '"voter"'

ON = ("next", "skip", "typed_next", "typed_skip")
LONGER = ("extend", "extend_from", "extend_back", "typed_extend")
MOVING_THE_END = (*LONGER, "undo", "resume", "typed_resume", "told:resumed", "end", "typed_end", "timer:step", *ON)


@dataclass(frozen=True, slots=True)
class Cause:
    """What is being handled: a press, a command, a form, a timer, a word from somebody. *by* is None for the clock."""

    verb: str = ""
    by: Member | None = None
    argument: str = ""
    choice: str = ""
    id: str = ""
    of: Member | None = None  # who left, or is to be forgotten

    def __str__(self) -> str:
        return f"[{self.verb} {self.argument} {self.choice} by {self.by.user if self.by else 'the clock'}]"


ANYTHING = Cause()  # nobody knows what brought it about


def running(state: Any) -> Running | None:
    if isinstance(state, Paused | Ending):
        return state.run
    return state if isinstance(state, Running) else None


def setting_of(state: Any) -> Setting | None:
    if isinstance(state, Planned | Lobby):
        return state.setting
    run = running(state)
    return run.setting if run is not None else None


def voting(run: Running | None) -> Voting[Member] | None:
    """The vote that is open in a session."""
    live = run.course.live if run is not None else None
    return live.ballot if isinstance(live, Choosing) and isinstance(live.ballot, Voting) else None


def closed(run: Running | None) -> Tied | Settled | None:
    live = run.course.live if run is not None else None
    return live.ballot if isinstance(live, Choosing) and isinstance(live.ballot, Tied | Settled) else None


def given(ballot: Voting[Member]) -> Counter[str]:
    """All dots that were given, by idea."""
    total: Counter[str] = Counter()
    for votes in ballot.votes:
        total.update(dict(votes.dots))
    return +total


def dots_of(ballot: Voting[Member], voter: Member) -> int:
    return sum(dots for votes in ballot.votes if votes.voter == voter for _, dots in votes.dots)


def wrong_with(before: Any, state: Any, cause: Cause = ANYTHING, now: datetime | None = None) -> Iterator[str]:
    """What is wrong with a session that went from one state to the next. *cause*: what brought it about, if known."""
    yield from _kept(before, state)
    yield from _phases(before, state, cause, now)
    run, old = running(state), running(before)
    ballot = voting(run)
    voters, known = len(ballot.votes) if ballot is not None else 0, STATES.dump_json(state).decode().count(VOTER)
    if known > voters:
        yield f"a voter is remembered in {type(state).__name__}: {known} of them, and {voters} in the open vote"
    if run is None:
        return
    yield from _sums(run)
    if old is None:
        return
    if cause is not ANYTHING:
        yield from _moved(old, run, cause)
    yield from _steps(old, run, cause, now)
    yield from _votes(old, run, cause)


def _kept(before: Any, state: Any) -> Iterator[str]:
    """A session keeps the guide it began with."""
    was, now = setting_of(before), setting_of(state)
    if was is None or now is None:
        return
    if (was.guide, was.version, was.steps) != (now.guide, now.version, now.steps):
        yield f"it began with version {was.version} of {was.guide} and goes on with version {now.version}"


def _phases(before: Any, state: Any, cause: Cause, now: datetime | None) -> Iterator[str]:
    if isinstance(before, Finished) and not isinstance(state, Finished):
        yield f"it was over and is {type(state).__name__}"
    if isinstance(before, Planned) and isinstance(state, Lobby) and now is not None and cause.verb != "begin":
        late = now - before.at
        if late.total_seconds() < 0 or late > LONG_ABSENCE:
            yield f"planned for {before.at}, it opened at {now}"
    if isinstance(state, Running) and isinstance(before, Planned) and not state.setting.days:
        yield "it began before people could come in"


def _sums(run: Running) -> Iterator[str]:
    course, agenda = run.course, run.course.agenda
    if agenda.total != agenda.planned + agenda.moved:
        yield f"{agenda.total} minutes, of {agenda.planned} planned and {agenda.moved} moved"
    if agenda.planned != run.setting.minutes:
        yield f"{agenda.planned} minutes planned, and the guide has {run.setting.minutes}"
    ids = [part.step.id for part in course.parts]
    if sorted(ids) != sorted(step.id for step in run.setting.steps):
        yield f"the steps are {ids}"
    elif [part.step.minutes for part in course.parts] != [slot.planned for slot in agenda.slots]:
        yield f"the minutes {[slot.planned for slot in agenda.slots]} are not those of {ids}"
    short = [slot for slot in agenda.slots if slot.minutes < min(slot.least, slot.planned)]
    if short:
        yield f"a step was left with {short[0].minutes} minutes and needs {short[0].least}"
    if any(part.seconds is None for part in course.parts[: course.at]):
        yield "a step that is over has no length"
    if any(part.seconds is not None for part in course.parts[course.at + 1 :]):
        yield "a step that is to come has a length"


def _moved(old: Running, run: Running, cause: Cause) -> Iterator[str]:
    """Minutes change only where somebody wanted more time, and as much as the end of the step does."""
    was, now, verb = old.course, run.course, cause.verb
    slots, before = now.agenda.slots, was.agenda.slots
    if (now.agenda.moved, Counter(slots)) != (was.agenda.moved, Counter(before)) and verb not in (*LONGER, "undo"):
        yield f"the minutes changed by {cause}"
    if now.at != was.at:
        return
    later = (now.ends - was.ends).total_seconds()
    if later and verb not in MOVING_THE_END:
        yield f"the end of the step moved by {later:g} seconds, by {cause}"
    if verb in LONGER and not run.setting.days and round(later / 60) != slots[now.at].minutes - before[was.at].minutes:
        yield f"the step has {slots[now.at].minutes} minutes after {before[was.at].minutes}, its end moved {later:g} s"


def _steps(old: Running, run: Running, cause: Cause, now: datetime | None) -> Iterator[str]:
    was, course = old.course, run.course
    ahead = course.at - was.at
    if ahead not in (-1, 0, 1):
        yield f"it went from step {was.at} to step {course.at}"
        return
    if cause is ANYTHING:
        return
    if run.serial - old.serial != abs(ahead):
        yield f"{ahead} steps, and the count of changes went from {old.serial} to {run.serial}"
    if [part.step.id for part in course.parts] != [part.step.id for part in was.parts] and cause.verb not in (
        "swapped",
        "undo",
    ):
        yield f"the order of the steps changed by {cause}"
    if ahead == 1:
        yield from _next(old, run, cause, now)
    if ahead == -1:
        undo = old.undo
        if cause.verb != "undo" or undo is None or cause.by != undo.by or (now is not None and now > undo.until):
            yield f"it went back by {cause}"
        elif (undo.course.parts, undo.course.agenda) != (course.parts, course.agenda):
            yield "what was taken back is not what there was"
    if ahead == 0 and [part.skipped for part in course.parts] != [part.skipped for part in was.parts]:
        yield "a step was skipped without being left" if cause.verb != "swapped" else "a skipped step changed places"


def _next(old: Running, run: Running, cause: Cause, now: datetime | None) -> Iterator[str]:
    setting, course, left = run.setting, run.course, run.course.parts[old.course.at]
    by_itself = cause.verb == "timer:step" and (setting.days or setting.rehearsal)
    if cause.verb not in ON and not by_itself:
        yield f"it went on by {cause}"
    if cause.verb in ("next", "skip"):
        if cause.argument != str(old.serial):
            yield f"it went on by {cause}, which was for another step than {old.serial}"
        if cause.by is not None and not old.setting.may_steer(cause.by):
            yield f"it went on by {cause}, who does not steer it"
    if left.skipped != (cause.verb in ("skip", "typed_skip")):
        yield f"{left.step.title} is skipped={left.skipped} by {cause}"
    minutes = (course.ends - course.begun).total_seconds() / 60
    if now is not None and course.begun != now:
        yield f"a step that comes now began at {course.begun}"
    if not setting.days and minutes != course.agenda.slots[course.at].minutes:
        yield f"{course.step.title} has {course.agenda.slots[course.at].minutes} minutes and ends after {minutes:g}"


# votes


def _votes(old: Running, run: Running, cause: Cause) -> Iterator[str]:
    was, now = voting(old), voting(run)
    same_step = old.course.at == run.course.at
    if now is not None:
        voters = [votes.voter for votes in now.votes]
        if len(set(voters)) != len(voters):
            yield "somebody has two ballots"
        if any(sum(n for _, n in votes.dots) > now.dots for votes in now.votes):
            yield "somebody gave more dots than there are"
        if any(idea not in {one.id for one in now.ideas} for votes in now.votes for idea, _ in votes.dots):
            yield "a dot is on no idea"
        if was is not None and same_step and was.is_run_off == now.is_run_off:
            if cause is not ANYTHING:
                yield from _taps(was, now, cause)
        elif now.votes:
            yield "a vote began with votes"
    if was is None:
        return
    if now is not None and now.is_run_off and not was.is_run_off:
        yield from _counted("the run-off", now.first_totals, given(was))
    found = closed(run)
    if found is not None and same_step:
        again = found.run_off if isinstance(found, Settled) else None
        if not was.is_run_off:
            yield from _counted("the vote", found.totals, given(was))
        else:
            yield from _counted("the first vote", found.totals, +Counter(dict(was.first_totals)))
            if again is not None:
                yield from _counted("the run-off", again, given(was))
    if not same_step and run.course.at > old.course.at:
        yield from _left(old, run, was)


def _counted(what: str, totals: tuple[tuple[str, int], ...], dots: Counter[str]) -> Iterator[str]:
    counted = Counter({idea: n for idea, n in totals if n})
    if counted != dots:
        yield f"{what} closed with {dict(counted)}, and {dict(dots)} were given"


def _left(old: Running, run: Running, was: Voting[Member]) -> Iterator[str]:
    """A step that was left while its vote was open is counted as it stood."""
    lines = run.gathered.of(old.course.step.id)
    wanted = first_lines(old, was)
    if list(lines[: len(wanted)]) != wanted:
        yield f"the vote was left with {lines}, and {wanted} were given"


def first_lines(run: Running, ballot: Voting[Member]) -> list[str]:
    """How the first vote reads in the record: of an open one as it stands, of a run-off what it was before."""
    live = run.course.live
    known = live.known if isinstance(live, Choosing) else ()
    if ballot.is_run_off:
        totals = ballot.first_totals
    else:
        dots = given(ballot)
        totals = tuple((idea.id, dots[idea.id]) for idea in sorted(ballot.ideas, key=lambda idea: -dots[idea.id]))
    return result_lines(Tied(totals, ballot.ideas, (), (), 0), known)


def _taps(was: Voting[Member], now: Voting[Member], cause: Cause) -> Iterator[str]:
    """Each change of the dots is what the person did who did it, and nothing else changes."""
    before = {votes.voter: Counter(dict(votes.dots)) for votes in was.votes}
    after = {votes.voter: Counter(dict(votes.dots)) for votes in now.votes}
    if cause.of is not None and cause.of in after:
        yield f"{cause.of.user} has left, and their dots have not"
    if after == before:
        return
    wanted = {voter: Counter(dots) for voter, dots in before.items()}
    match cause.verb:
        case "dot" if cause.by is not None:
            wanted.setdefault(cause.by, Counter())[cause.choice] += 1
        case "undot" if cause.by is not None:
            wanted.pop(cause.by, None)
        case "told:left" | "told:forget" if cause.of is not None:
            wanted.pop(cause.of, None)
        case "merged":
            gone = {idea.id for idea in was.ideas} - {idea.id for idea in now.ideas}
            kept = [idea.id for idea in now.ideas if idea not in was.ideas]
            if len(gone) != 1 or len(kept) != 1:
                yield f"{gone} were merged into {kept}"
                return
            for dots in wanted.values():
                moved = dots.pop(gone.copy().pop(), 0)
                if moved:
                    dots[kept[0]] += moved
        case "timer:play":
            return  # in a rehearsal, somebody who is played
    if after != wanted:
        yield f"the dots changed by {cause}, and not as that would"
