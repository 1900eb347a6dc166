"""What the list of topics and the vote on it say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.activities.topics.model import MOST_TEXT, Backlog, Topic, Vote
from bot.kernel.cards import Action, Block, Button, Buttons, Card, Choice, Form, Option, Text, TextField
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import plural, when

SHOWN = 5  # topics in the outcome
PLANNED = 3  # of them with a button
LABEL = 18  # characters of a topic on a button


def list_card(state: Backlog) -> Card:
    """Private: what is on the list, what was wanted most first."""
    if not state.topics:
        line = "Nothing yet. Anybody can add a topic: type topic add, and a few words."
        return Card("Topics", (Text(line), Buttons((_button("Add a topic", "add", asks=True),))))
    ranked = sorted(state.topics, key=lambda topic: -topic.votes)
    row = [_button("Add a topic", "add", asks=True)]
    if len(state.topics) > 1 and state.vote is None:
        row.append(_button("Vote in the channel", "vote"))
    blocks: list[Block] = [Text(_line(topic)) for topic in ranked]
    blocks += [Buttons(tuple(row)), Buttons(plans(ranked))]
    blocks.append(Choice("Drop one", _to("drop"), _options(ranked)))
    return Card("Topics", tuple(blocks))


def added_card(topic: Topic, count: int) -> Card:
    """Private, to whoever added it."""
    many = plural(count, "It is the first one.", "{n} topics are on it.")
    row = (_button("See the list", "list"), *plans((topic,)))
    return Card("On the list", (Text(f"{sentence(topic.text)} {many}"), Buttons(row)))


def vote_card(state: Backlog, vote: Vote) -> Card:
    """In the channel, edited as people vote. The counts are hidden until it closes."""
    options = _options([topic for topic in state.topics if topic.id in {idea.id for idea in vote.voting.ideas}])
    voters = len(vote.voting.votes)
    blocks: list[Block] = [
        Text("Everybody has three votes, also all for one topic. Nobody sees who chose what."),
        Choice("Give a dot", _to("give", session=state.id), options),
    ]
    if voters > 1:
        blocks.append(Text(plural(voters, "1 person has voted.", "{n} people have voted.")))
    blocks.append(Text(f"Open until {when(vote.until, 'day_time')}. Then the topics most wanted can be planned."))
    row = (_button("Take mine back", "take_back", state.id), _button("Close the vote", "close", state.id))
    blocks.append(Buttons(row))
    return Card("What do we talk about next?", tuple(blocks))


def outcome_card(state: Backlog, ranked: Sequence[Topic], voters: int, stale: Sequence[Topic]) -> Card:
    """Once it is closed: totals, and what to do with them. *ranked*: those somebody voted for."""
    blocks: list[Block]
    if ranked:
        blocks = [Text(f"{number}. {_line(topic)}") for number, topic in enumerate(ranked[:SHOWN], 1)]
        blocks.append(Text(plural(voters, "1 person voted.", "{n} people voted.")))
        blocks.append(Buttons(plans(ranked)))
    else:
        blocks = [Text("Nobody voted. The list stays as it is.")]
    if stale:
        names = "; ".join(topic.text for topic in stale[:SHOWN])
        names += plural(len(stale) - SHOWN, "; 1 more", "; {n} more") if len(stale) > SHOWN else ""
        blocks.append(Text(f"Nobody wanted these for three months: {names}. The list gets shorter without them."))
        blocks.append(Buttons((_button("Drop those", "drop_stale", state.id),)))
    return Card("What you want to talk about next", tuple(blocks))


def called_off_card() -> Card:
    return Card("This vote is over", (Text("The topics that were in it are gone."),))


def plans(ranked: Sequence[Topic]) -> tuple[Button, ...]:
    """Each opens the plan of a session with the topic filled in."""
    return tuple(
        Button(f"Plan: {_cut(topic.text)}", Action("say", NO_SESSION, "type", f"session plan {topic.text}"), asks=True)
        for topic in ranked[:PLANNED]
    )


def add_form(text: str, parked: str = "") -> Form:
    field = TextField("text", "What should we talk about?", text, most=MOST_TEXT)
    return Form("A topic", (field,), Action("topics", NO_SESSION, "added", parked), "Add")


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def _line(topic: Topic) -> str:
    return f"{sentence(topic.text)} {plural(topic.votes, '1 vote.', '{n} votes.')}" if topic.votes else topic.text


def _options(topics: Sequence[Topic]) -> tuple[Option, ...]:
    return tuple(Option(topic.id, topic.text) for topic in topics)


def _cut(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1].rsplit(' ', 1)[0]}…"


def _to(verb: str, argument: str = "", *, session: SessionId = NO_SESSION) -> Action:
    return Action("topics", session, verb, argument)


def _button(label: str, verb: str, session: SessionId = NO_SESSION, *, asks: bool = False) -> Button:
    return Button(label, Action("topics", session, verb), asks=asks)
