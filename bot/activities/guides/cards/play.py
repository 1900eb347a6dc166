"""What the others do in a rehearsal, in words that say that it is played."""

from __future__ import annotations

from bot.activities.guides.model import Running
from bot.kernel.cards import Card, hint
from bot.kernel.ids import Member
from bot.kernel.words import who

IDEAS = (
    "One list instead of three",
    "Write it down before the handover",
    "One owner for each ticket",
    "Look at it again in four weeks",
)
BEATS = {
    "open": "Played: somebody talks for long, others wait. More has Park it, Moves and the questions that follow.",
    "info": "Played: everybody listens. Next goes on when you have said it.",
    "break": "Played: everybody is away from the screen. Next brings them back early.",
    "recap": "Played: everybody looks at you. Write the recap opens the form; nothing of it is filed in a rehearsal.",
    "silent": "Played: it is quiet. Everybody has written.",
    "vote": "Played: all dots are given. Next counts them.",
    "round": "Played: it is your turn. Done, Pass or Write it.",
    "breath": "Played: it is your breath. Done, Pass or Write it.",
    "breakout": "Played: the groups talk. Each brings one sentence back.",
}


def beat_line(run: Running, number: int) -> Card:  # noqa: ARG001  (a later beat says the same)
    return hint(BEATS[run.course.step.kind])


def spoke_line(member: Member) -> Card:
    return hint(f"Played: {who(member)} spoke, and is done.")


def back_line(sentence: str) -> Card:
    return hint(f"Played: a group brings back: {sentence}.")
