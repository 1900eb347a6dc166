"""A vote inside a session: ideas, dots, a run-off, the decider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.activities.guides.cards import ask, days
from bot.activities.guides.cards import now as cards
from bot.activities.guides.logic.after import close
from bot.activities.guides.logic.inside import redrawn, with_live
from bot.activities.guides.logic.times import for_days, for_step
from bot.activities.guides.model import (
    RUN_OFF,
    RUN_OFF_DAYS,
    Choosing,
    Chosen,
    Dotted,
    Merged,
    Opening,
    Running,
    Session,
    Settled,
    VoteOpened,
    Wrote,
)
from bot.kernel.decision import Decision, Refused, Show, Whisper
from bot.kernel.effects import Effect, Post, Under
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces import ballot
from bot.pieces.ballot import CLOSED, Collecting, Idea, Tied, Voting
from bot.pieces.ballot import Settled as Outcome
from bot.pieces.voting import counted, result_lines

Ballot = Collecting | Voting[Member] | Tied | Outcome


def open_ballot(run: Running) -> Ballot | None:
    live = run.course.live
    return live.ballot if isinstance(live, Choosing) else None


def _live(run: Running, found: Ballot) -> Choosing:
    """The ballot as it is now, beside all the ideas there were before a run-off."""
    live = run.course.live
    known = live.known if isinstance(live, Choosing) else ()
    if isinstance(found, Voting) and not found.is_run_off:
        known = found.ideas
    return Choosing(found, known)


def known_ideas(run: Running) -> tuple[Idea, ...]:
    live = run.course.live
    return live.known if isinstance(live, Choosing) else ()


def _with(run: Running, found: Ballot, now: datetime) -> Running:
    return replace(with_live(run, _live(run, found)), pressed=now)


NOT_NOW = Refused(CLOSED)
FEW = "There are not enough ideas to merge two of them. Nothing changed."


def dotted(run: Running, event: Dotted, now: datetime) -> Decision[Session] | Refused:
    found = open_ballot(run)
    if found is None:
        return NOT_NOW
    after = ballot.tap(found, event.by, event.idea) if event.idea else ballot.take_back(found, event.by)
    if isinstance(after, Refused):
        return after
    here = run if event.by in run.present else replace(run, present=(*run.present, event.by))
    changed = _with(here, after, now)
    return redrawn(changed, now, reply=Whisper(ask.own_dots_card(changed, after, event.by)))


def opened(run: Running, event: Opening) -> Decision[Session] | Refused | None:
    """What can be opened in a vote; None if it is nothing of it."""
    found = open_ballot(run)
    if event.what not in ("my_dots", "merge", "decide", "idea"):
        return None
    if found is None:
        return NOT_NOW
    match event.what, found:
        case "my_dots", Voting():
            return Decision(run, reply=Whisper(ask.own_dots_card(run, found, event.by)))
        case "merge", Collecting() | Voting():
            if not run.setting.may_steer(event.by):
                return Refused(ask.who_steers(run.setting))
            if len(found.ideas) < 2:
                return Refused("Merging takes two ideas, and there are not two yet. Nothing changed.")
            if not ballot.may_merge(found):
                return Refused(FEW)
            return Decision(run, reply=Show(ask.merge_form(run, found.ideas)))
        case "decide", Tied():
            if event.by != run.setting.facilitator:
                return Refused(f"{who(run.setting.facilitator)} decides this one. Nothing changed.")
            return Decision(run, reply=Show(ask.decide_form(run, found)))
        case "idea", Collecting():
            return Decision(run, reply=Show(ask.idea_form(run)))
    return NOT_NOW


def wrote(run: Running, event: Wrote, now: datetime) -> Decision[Session] | Refused:
    found = open_ballot(run)
    if not isinstance(found, Collecting):
        return NOT_NOW
    after: Collecting = found
    for line in event.text.splitlines():
        if line.strip():
            number = str(len(after.ideas) + 1)
            more = ballot.write(after, number, line.strip(" -•*\t"))
            if isinstance(more, Refused):
                return more
            after = more
    return redrawn(_with(run, after, now), now)


def merged(run: Running, event: Merged, now: datetime) -> Decision[Session] | Refused:
    found = open_ballot(run)
    if not run.setting.may_steer(event.by):
        return Refused(ask.who_steers(run.setting))
    if found is None:
        return NOT_NOW
    after = ballot.merge(found, event.kept, event.other)
    return after if isinstance(after, Refused) else redrawn(_with(run, after, now), now)


def vote_opened(run: Running, event: VoteOpened, now: datetime) -> Decision[Session] | Refused:
    found = open_ballot(run)
    if not run.setting.may_steer(event.by):
        return Refused(ask.who_steers(run.setting))
    return opened_vote(run, now) if isinstance(found, Collecting) else Decision(run)


def opened_vote(run: Running, now: datetime) -> Decision[Session] | Refused:
    """From here on dots are given, until the step ends."""
    found = open_ballot(run)
    assert isinstance(found, Collecting)
    after: Voting[Member] | Refused = ballot.open_vote(found.ideas, run.course.step.dots or 3)
    if isinstance(after, Refused):
        return after
    line = (Post(f"vote{run.serial}", Under("card"), days.vote_line(run)),) if run.setting.days else ()
    return redrawn(_with(run, after, now), now, *line)


def is_open(run: Running) -> bool:
    return isinstance(open_ballot(run), Voting)


def close_vote(run: Running, now: datetime) -> Decision[Session]:
    """Count. From here on nobody knows who voted for what; a first tie is voted on once more."""
    found = open_ballot(run)
    assert isinstance(found, Voting)
    after = counted(found)
    if isinstance(after, Voting):
        length = RUN_OFF_DAYS if run.setting.days else RUN_OFF
        course = replace(run.course, ends=now + length, over=False, live=_live(run, after))
        again = replace(run, course=course, pressed=now)
        line = Post(f"runoff{run.serial}", Under("card"), cards.run_off_line(again))
        timers = for_days(course, now) if run.setting.days else for_step(course, now)
        return redrawn(again, now, line, *timers)
    return settle(_with(run, after, now), now)


def settle(run: Running, now: datetime, *first: Effect) -> Decision[Session]:
    found = open_ballot(run)
    assert isinstance(found, Tied | Outcome)
    post = Post(f"count{run.serial}", Under("card"), cards.count_card(run, found, known_ideas(run)))
    counted_ = kept(run)
    if _closes(run) and isinstance(found, Outcome):
        return close(counted_, now, *first, post)
    if run.setting.days:  # a tie waits a day for the host; then it is recorded as it stands
        course = replace(counted_.course, ends=now + RUN_OFF_DAYS)
        return redrawn(replace(counted_, course=course), now, *first, post, *for_days(course, now))
    return redrawn(counted_, now, *first, post)


def _closes(run: Running) -> bool:
    """Whether nothing comes after the count."""
    return run.setting.quick or (run.setting.days and run.course.is_last)


def kept(run: Running) -> Running:
    """The totals, and who decided how, go into the record; each time it is counted, once."""
    found = open_ballot(run)
    if not isinstance(found, Tied | Outcome):
        return run
    step = run.course.step
    others = tuple(each for each in run.gathered.ideas if each[0] != step.id)
    gathered = replace(run.gathered, ideas=(*others, (step.id, tuple(result_lines(found, known_ideas(run))))))
    if isinstance(found, Outcome) and (_closes(run) or found.by == "decider"):
        how = "lead" if found.by == "decider" else "vote"
        why = found.reason or f"It has the most dots of {len(found.ideas)} ideas."
        decision = Settled(" and ".join(idea.text for idea in found.chosen), why, found.against, how)
        if decision not in gathered.decisions:
            gathered = replace(gathered, decisions=(*gathered.decisions, decision))
    return replace(run, gathered=gathered)


def chosen(run: Running, event: Chosen, now: datetime) -> Decision[Session] | Refused:
    found = open_ballot(run)
    if not isinstance(found, Tied):
        return Decision(run) if isinstance(found, Outcome) else NOT_NOW
    if event.by != run.setting.facilitator:
        return Refused(f"{who(run.setting.facilitator)} decides this one. Nothing changed.")
    after = ballot.decide(found, (event.idea,) if found.seats == 1 else event.idea.split(","), event.why, event.against)
    if isinstance(after, Refused):
        return after
    line = Post(f"settled{run.serial}", Under("card"), cards.outcome_line(after))
    settled = kept(_with(run, after, now))
    return close(settled, now, line) if _closes(run) else redrawn(settled, now, line)


def counted_away(run: Running) -> Running:
    """The step is left while the vote is open: it is counted as it stands, and the voters are forgotten."""
    found = open_ballot(run)
    if not isinstance(found, Voting):
        return run
    return kept(with_live(run, _live(run, ballot.close(found))))


def without(run: Running, member: Member) -> Running:
    found = open_ballot(run)
    return with_live(run, _live(run, ballot.forget(found, member))) if isinstance(found, Voting) else run
