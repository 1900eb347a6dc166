"""The cards of a poll and of a temperature."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.activities.ballots import cards
from bot.activities.ballots.model import DEGREES, Asking
from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.ballot import Idea, Votes, Voting

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
TEAM = tuple(Member("local", "w", name) for name in ("ines", "sam", "maya", "tomas"))
OPTIONS = tuple(Idea(str(n), text) for n, text in enumerate(("Tuesday", "Wednesday", "Thursday at noon"), 1))
VOTES = tuple(Votes(member, ((str(n % 3 + 1), 1),)) for n, member in enumerate(TEAM))
POLL = Asking(
    SessionId("p" * 24 + ".t" + "1" * 12),
    "poll",
    "When do we meet?",
    Place("local", "w", "bridge"),
    "#bridge",
    TEAM[0],
    (),
    Voting(OPTIONS, 1),
    NOW,
)
ANSWERED = replace(POLL, voting=replace(POLL.voting, votes=VOTES))
TEMPERATURE = replace(
    ANSWERED, kind="temperature", voting=Voting(tuple(Idea(str(n), t) for n, t in enumerate(DEGREES, 1)), 1, VOTES)
)

CARDS = {
    "poll": cards.asking_card(POLL),
    "poll, answered": cards.asking_card(ANSWERED),
    "poll, closed": cards.counted_card(ANSWERED),
    "poll, nobody": cards.counted_card(POLL),
    "temperature": cards.asking_card(replace(TEMPERATURE, voting=replace(TEMPERATURE.voting, votes=VOTES[:2]))),
    "temperature, answered": cards.asking_card(TEMPERATURE),
    "temperature, closed": cards.counted_card(TEMPERATURE),
    "temperature, too few": cards.counted_card(
        replace(TEMPERATURE, voting=replace(TEMPERATURE.voting, votes=VOTES[:2]))
    ),
}
FORMS = {"poll": cards.poll_form("When do we meet?")}
