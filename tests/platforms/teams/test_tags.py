"""Tags in Teams: whose they are, what is refused, and what is said then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.signs import Group, Sign, Topic
from bot.platforms.teams.client.graph import Graph
from bot.platforms.teams.client.tokens import PUBLIC, US_GOVERNMENT, Secret, Tokens
from tests.platforms.teams.stage import TeamsStage
from tests.standins.teams import APP_ID, SECRET, TENANT
from tests.standins.teams.limits import Fault
from tests.story import berlin


@pytest.fixture
def here() -> Iterator[TeamsStage]:
    with TeamsStage(berlin("2026-03-02 08:00")) as stage:
        stage.may("group")
        yield stage


def puts(stage: TeamsStage, sign: Sign, channel: str = "") -> Outcome:
    outgoing = Outgoing(
        id=1,
        platform="teams",
        workspace=TENANT,
        card=None,
        kind="card",
        key="roles:group:1",
        zone="UTC",
        channel=channel or stage.team.id,
        sign=sign,
    )
    found: Outcome = stage._run(stage.platform.messenger.put_up(outgoing))
    return found


def group(stage: TeamsStage, *names: str, given_up: bool = False) -> Group:
    return Group("facilitator", "Host", tuple(stage.member(name) for name in names), given_up)


def test_a_tag_is_made_changed_and_dropped(here: TeamsStage) -> None:
    """It is there while somebody has the role, means whoever has it, and is gone after that."""
    for names in (("Lena",), ("Lena", "Tomas"), ("Ines",)):
        assert puts(here, group(here, *names)) == Sent("")
        assert here.signs == {"facilitator": ", ".join(names)}
    assert puts(here, group(here)) == Sent("")
    assert here.teams.servers.graph.of(here.team) == []


def test_it_is_the_same_tag_from_holder_to_holder(here: TeamsStage) -> None:
    """Who has the role now gets the tag before who had it loses it, so that it never stands empty and goes."""
    puts(here, group(here, "Lena"))
    (before,) = here.teams.servers.graph.of(here.team)
    puts(here, group(here, "Tomas"))
    assert here.teams.servers.graph.of(here.team) == [before]


def test_asked_twice_it_is_the_same(here: TeamsStage) -> None:
    """The same wish once more only looks."""
    puts(here, group(here, "Lena"))
    here.teams.servers.graph.calls.clear()
    puts(here, group(here, "Lena"))
    assert {method for method, _ in here.teams.servers.graph.calls} == {"GET"}


def test_a_tag_that_people_made_is_left_alone(here: TeamsStage) -> None:
    """Whoever had the name before keeps their tag and its people; words say what to do."""
    tag = here.teams.servers.graph.make(here.team, "Facilitator", [here._persons["Sam"].aad])
    outcome = puts(here, group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert "people made" in outcome.words
    puts(here, group(here))
    puts(here, group(here, given_up=True))
    assert here.teams.servers.graph.of(here.team) == [tag]
    assert here.signs == {"Facilitator": "Sam"}


def test_an_answer_that_is_lost_makes_no_second_tag(here: TeamsStage) -> None:
    """Where the answer to making it never came, the next try knows the tag for its own, and so does the end."""
    graph = here.teams.servers.graph
    graph.faults["POST"] = [Fault(504, "UnknownError", after=True)]
    assert isinstance(puts(here, group(here, "Lena")), TryLater)
    assert len(graph.of(here.team)) == 1
    assert puts(here, group(here, "Tomas")) == Sent("")
    assert here.signs == {"facilitator": "Tomas"}
    puts(here, group(here))
    assert graph.of(here.team) == []


def test_two_channels_of_a_team_do_not_share_one(here: TeamsStage) -> None:
    """Tags are of the whole team, so the second channel that asks for a name is told so, until it is given up."""
    other = here.teams.world.channel(here.team, "sales")
    here._run(here.teams.clients.say(here._persons["Lena"], other, "help"))
    here.settle()
    puts(here, group(here, "Lena"))
    outcome = puts(here, group(here, "Sam"), other.id)
    assert isinstance(outcome, Undeliverable)
    assert "another channel" in outcome.words
    puts(here, group(here), other.id)
    assert here.signs == {"facilitator": "Lena"}
    puts(here, group(here, given_up=True))
    assert puts(here, group(here, "Sam"), other.id) == Sent("")


def test_without_consent_it_is_said(here: TeamsStage) -> None:
    """A refusal of Graph names the permission and who gives it, and loses neither channel nor tenant."""
    here.forbids("group")
    outcome = puts(here, group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.lost == "message"
    assert "TeamworkTag.ReadWrite.All" in outcome.words
    assert "administrator" in outcome.words


def test_a_limit_is_waited_for(here: TeamsStage) -> None:
    """Graph's own wish to wait is kept."""
    here.teams.servers.graph.faults["GET"] = [Fault(429, "TooManyRequests", retry_after="17")]
    outcome = puts(here, group(here, "Lena"))
    assert isinstance(outcome, TryLater)
    assert outcome.after is not None
    assert outcome.after.total_seconds() == 17


def test_a_token_that_ran_out_is_fetched_anew(here: TeamsStage) -> None:
    """A token Graph does not take any more costs one try."""
    puts(here, group(here, "Lena"))
    here.teams.registration.expire()
    for _ in range(3):  # the connector's token ran out as well
        outcome = puts(here, group(here, "Tomas"))
    assert outcome == Sent("")
    assert here.signs == {"facilitator": "Tomas"}


def test_switched_off_nothing_is_asked_of_graph() -> None:
    """Without the setting no token for Graph is fetched, and the sentence says how it is switched on."""
    with TeamsStage(berlin("2026-03-02 08:00")) as stage:
        outcome = puts(stage, group(stage, "Lena"))
        assert isinstance(outcome, Undeliverable)
        assert "MODERATO_TEAMS_TAGS" in outcome.words
        assert stage.teams.servers.graph.calls == []
        assert not [token for token in stage.teams.registration.issued if token.startswith("graph")]


def test_teams_has_no_topic(here: TeamsStage) -> None:
    """A topic that was asked for all the same is refused in words."""
    outcome = puts(here, Topic("Host: Lena"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.words == "Teams has no place for it."


def test_the_token_goes_to_graph_alone() -> None:
    """An address that is neither https nor this machine is refused at the start; each cloud has its own Graph."""
    tokens = Tokens(Secret(APP_ID, TENANT, SECRET), PUBLIC.for_graph())
    with pytest.raises(ValueError, match="no address"):
        Graph(tokens, "http://graph.example/v1.0")
    assert PUBLIC.for_graph().resource == "https://graph.microsoft.com"
    assert US_GOVERNMENT.for_graph().resource == "https://graph.microsoft.us"


def test_a_chat_has_no_tags(here: TeamsStage) -> None:
    """In a group chat, which belongs to no team, the sentence says so and Graph is not asked."""
    chat = here.teams.world.chat("three", [here._persons[name] for name in ("Lena", "Tomas", "Ines")])
    here._run(here.teams.clients.say(here._persons["Lena"], chat, "help"))
    here.settle()
    outcome = puts(here, group(here, "Lena"), chat.id)
    assert isinstance(outcome, Undeliverable)
    assert outcome.words == "A tag belongs to a team, and this is a chat."
    assert here.teams.servers.graph.calls == []
