"""The story so far, from what everybody keeps."""

from __future__ import annotations

from collections.abc import Iterable

from bot.activities.records.cards import sofar as cards
from bot.activities.records.cards.record import short
from bot.activities.records.commands.archive import filed_at
from bot.activities.records.commands.typed import home
from bot.activities.records.events import LineLeft
from bot.kernel.activity import Aimed, Context, Kept, Shown
from bot.kernel.decision import Refused, Whisper
from bot.kernel.ids import Member, in_team
from bot.pieces.product import product_line

SESSIONS, CHECKINS, QUESTIONS = 6, 6, 3


def story(context: Context) -> Shown:
    """What somebody who hosts next should know. Results of a survey only as the team was shown them."""
    assert context.team is not None
    filed = context.facts("filed")
    recaps = [(filed_at(fact), fact) for fact in filed if fact.row.get("kind") == "recap"]
    recaps = sorted(recaps, key=lambda one: one[0] or context.now, reverse=True)[:3]
    decided = [fact for fact in filed if fact.row.get("kind") == "decision"][:3]
    found = cards.Story(
        recaps=tuple((str(one.row.get("title")), at, _first(str(one.row.get("text", "")))) for at, one in recaps),
        decisions=tuple(str(fact.row.get("title")) for fact in decided),
        open=tuple(str(fact.row.get("line", "")) for fact in context.facts("action_open")),
        parked=tuple(str(fact.row.get("text", "")) for fact in context.facts("parked")),
        people=tuple(int(fact.row.get("present", 0)) for fact in context.facts("session")[:SESSIONS]),
        answers=tuple(_took(context.facts("checkin")[:CHECKINS])),
        pulse=_pulse(context.facts("pulse")),
        asked=_asked(context),
        carried=next((str(fact.row.get("text", "")) for fact in context.facts("carried")), ""),
        product=next((product_line(fact.row, context.now) for fact in context.facts("product")), ""),
        lines=tuple((str(fact.row.get("text")), fact.member, fact.at) for fact in context.facts("host_line")[:3]),
    )
    return Shown(Whisper(cards.story_card(context.team.label, found), lasting=True))


def left(text: str, by: Member, context: Context) -> Aimed | Refused:
    """A line for whoever hosts next."""
    assert context.team is not None
    if len(text) > cards.MOST_LINE:
        return Refused(f"A line has room for {cards.MOST_LINE} characters; yours has {len(text):,}. Nothing was kept.")
    id_ = in_team(context.new_session, context.team.id)
    return Aimed(id_, LineLeft(id_, home(context), by, text))


def _first(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "nothing was written down")


def _took(facts: Iterable[Kept]) -> Iterable[tuple[int, int]]:
    for fact in facts:
        expected = int(fact.row.get("expected") or 0)
        if expected:
            yield min(int(fact.row.get("responded") or 0), expected), expected


def _asked(context: Context) -> tuple[str, ...]:
    """The questions of the last check-ins, so that nobody opens with one of them again."""
    asked = (" ".join(str(fact.row.get("question") or "").split()) for fact in context.facts("checkin"))
    return tuple(short(one, 120) for one in dict.fromkeys(asked) if one)[:QUESTIONS]


def _pulse(facts: tuple[Kept, ...]) -> str:
    """The title of the newest survey that could be shown, and what followed from it."""
    shown = [fact for fact in facts if not fact.row.get("below") and fact.row.get("title")]
    newest = max(shown, key=lambda fact: str(fact.row.get("closed", "")), default=None)
    if newest is None:
        return ""
    follows = str(newest.row.get("follows") or "")
    after = (
        f"What followed: {follows}" if follows else "Nothing followed from it yet." if newest.row.get("owed") else ""
    )
    return f"{newest.row['title']}. {after}".strip()
