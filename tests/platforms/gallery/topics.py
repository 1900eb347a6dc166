"""The cards and the form of the list of topics."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.activities.topics import cards
from bot.activities.topics.model import MOST, MOST_TEXT, Backlog, Topic, Vote
from bot.kernel.ids import Member, SessionId
from bot.pieces.ballot import Idea, Votes, Voting

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
INES, SAM = (Member("local", "w", name) for name in ("ines", "sam"))
TOPICS = tuple(
    Topic(f"t{n}", text, INES, NOW, NOW, votes)
    for n, (text, votes) in enumerate(
        (("Handover between teams on Fridays", 3), ("Fewer meetings", 1), ("Who is missing?", 0), ("The list", 0))
    )
)
LIST = Backlog(SessionId("topics.t" + "1" * 24), TOPICS)
FULL = replace(LIST, topics=tuple(replace(TOPICS[0], id=f"t{n}", text="long " * 14 + "long") for n in range(MOST)))
IDEAS = tuple(Idea(topic.id, topic.text) for topic in TOPICS)
VOTE = Vote(Voting(IDEAS, 3, (Votes(INES, (("t0", 3),)), Votes(SAM, (("t1", 1),)))), NOW + timedelta(days=3), INES)

CARDS = {
    "nothing on the list": cards.list_card(Backlog(LIST.id)),
    "list": cards.list_card(LIST),
    "list, full": cards.list_card(FULL),
    "added": cards.added_card(TOPICS[0], 4),
    "vote": cards.vote_card(replace(LIST, vote=VOTE), VOTE),
    "outcome": cards.outcome_card(LIST, TOPICS[:2], 2, ()),
    "outcome, some unwanted": cards.outcome_card(LIST, TOPICS[:2], 2, TOPICS * 3),
    "outcome, nobody voted": cards.outcome_card(LIST, (), 0, ()),
    "called off": cards.called_off_card(),
}
FORMS = {"add": cards.add_form("word " * (MOST_TEXT // 5))}
