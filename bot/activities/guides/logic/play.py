"""A rehearsal in one person's direct messages: what the others do, so that the buttons have something to do (P18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.guides.cards import play as cards
from bot.activities.guides.logic.inside import next_turn, redrawn, with_live
from bot.activities.guides.model import Choosing, Grouped, Note, Rounding, Running, Session, Setting, Writing
from bot.kernel.chance import shuffled
from bot.kernel.decision import Decision
from bot.kernel.effects import Post, SetTimer, Under
from bot.kernel.ids import Member
from bot.pieces import ballot
from bot.pieces.ballot import Collecting, Voting

OTHERS = 3  # people who are played
EVERY = timedelta(seconds=12)
MOST = 4  # beats in one step


def company(setting: Setting) -> tuple[Member, ...]:
    """Whoever hosts, and a few others of the team whose parts are played. They hear nothing of it."""
    others = [member for member in setting.expected if member != setting.host]
    return (setting.host, *shuffled(others, setting.seed)[:OTHERS])


def beat(run: Running, now: datetime) -> Decision[Session]:
    """One of the others does what belongs to this step."""
    others = [member for member in run.present if member != run.setting.host]
    if not run.setting.rehearsal or run.played >= MOST or not others:
        return Decision(run)
    number = run.played
    after = replace(run, played=number + 1)
    again = SetTimer("play", now + EVERY)
    line = Post(f"play{run.serial}.{number}", Under("card"), cards.beat_line(run, number))
    live = run.course.live
    match live:
        case Rounding() if live.speaker is not None and live.speaker != run.setting.host:
            told = Post(line.name, line.to, cards.spoke_line(live.speaker))
            return next_turn(after, live, live.turns.done(live.speaker), now, told, again)
        case Rounding():
            return Decision(after, (again,))
        case Writing(shown=False) if number < len(others):
            note = Note(cards.IDEAS[number % len(cards.IDEAS)], others[number])
            return redrawn(with_live(after, replace(live, notes=(*live.notes, note))), now, again)
        case Grouped():
            sentence = cards.IDEAS[number % len(cards.IDEAS)]
            said = Post(line.name, line.to, cards.back_line(sentence))
            return redrawn(with_live(after, replace(live, back=(*live.back, sentence))), now, said)
        case Choosing(ballot=Collecting() as collecting):
            more = ballot.write(collecting, str(len(collecting.ideas) + 1), cards.IDEAS[number % len(cards.IDEAS)])
            if isinstance(more, Collecting):
                return redrawn(with_live(after, replace(live, ballot=more)), now, again)
        case Choosing(ballot=Voting() as voting) if number < len(others):
            idea = voting.ideas[0 if number < 2 else -1].id  # never level
            tapped = ballot.tap(voting, others[number], idea)
            if isinstance(tapped, Voting):
                return redrawn(with_live(after, replace(live, ballot=tapped)), now, again)
        case _:
            pass
    return Decision(after, (line,)) if number == 0 else Decision(after)
