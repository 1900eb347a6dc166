"""The stand-in for Teams is as strict as Teams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import jwt
import pytest

from tests.standins.teams import (
    APP_ID,
    SECRET,
    TENANT,
    WENT_WRONG,
    Fault,
    Message,
    Person,
    Team,
    TeamsStandIn,
    limits,
)
from tests.standins.teams.cards import problems
from tests.standins.teams.trust import AUDIENCE


class Clock:
    """Holds still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


class Bot:
    """A bot of a few lines: remembers what it was told, answers invokes from a list."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.answers: list[tuple[int, Any]] = []

    async def __call__(self, _authorization: str, body: bytes) -> tuple[int, Any]:
        self.told.append(json.loads(body))
        return self.answers.pop(0) if self.answers else (200, None)


class Wire:
    """The connector's REST interface, by hand."""

    def __init__(self, teams: TeamsStandIn) -> None:
        self._teams = teams
        self._http = httpx.Client(trust_env=False, verify=False)
        self.token = str(self.ask_for_token().json()["access_token"])

    def close(self) -> None:
        self._http.close()

    def ask_for_token(self, tenant: str = TENANT, **changed: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": SECRET, "scope": AUDIENCE}
        return self._http.post(f"{self._teams.base}/login/{tenant}/oauth2/v2.0/token", data=form | changed)

    def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        url = f"{self._teams.base}/teams/emea/v3/{path}"
        return self._http.request(method, url, json=body, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, conversation: str, **activity: Any) -> httpx.Response:
        return self("POST", f"conversations/{quote(conversation, safe='')}/activities", {"type": "message"} | activity)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def teams(clock: Clock) -> Iterator[TeamsStandIn]:
    with TeamsStandIn(clock) as standin:
        yield standin


@pytest.fixture
def wire(teams: TeamsStandIn) -> Iterator[Wire]:
    wire = Wire(teams)
    yield wire
    wire.close()


@pytest.fixture
def bot(teams: TeamsStandIn) -> Bot:
    bot = Bot()
    teams.clients.deliver = bot
    return bot


@pytest.fixture
def lena(teams: TeamsStandIn) -> Person:
    return teams.world.person("Lena")


@pytest.fixture
def sam(teams: TeamsStandIn) -> Person:
    return teams.world.person("Sam", zone="America/Toronto")


@pytest.fixture
def bridge(teams: TeamsStandIn, lena: Person, sam: Person) -> Team:
    return teams.world.team("Bridge", [lena, sam])


def a_card(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = [{"type": "TextBlock", "text": "Who is here?", "wrap": True}]
    card = {"type": "AdaptiveCard", "version": "1.5", "body": body, **more}
    return card | ({"actions": list(actions)} if actions else {})


def execute(title: str = "I'm in", **data: Any) -> dict[str, Any]:
    data = data or {"action": "in"}
    fallback = {"type": "Action.Submit", "title": title, "data": data}
    return {"type": "Action.Execute", "title": title, "data": data, "fallback": fallback}


def fetch(title: str = "Write it") -> dict[str, Any]:
    return {"type": "Action.Submit", "title": title, "data": {"action": "write", "msteams": {"type": "task/fetch"}}}


def attached(card: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Who is here?",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def posted(teams: TeamsStandIn, wire: Wire, bridge: Team, card: dict[str, Any]) -> Message:
    answer = wire.post(bridge.id, **attached(card))
    message = teams.world.message(answer.json()["id"])
    assert message
    return message


def shown(card: dict[str, Any]) -> tuple[int, Any]:
    return 200, {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def dialog(title: str, *body: dict[str, Any]) -> tuple[int, Any]:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": list(body)}
    card["actions"] = [{"type": "Action.Submit", "title": "Send", "data": {"form": "write"}}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return 200, {"task": {"type": "continue", "value": {"title": title, "card": attachment}}}


# Trust


@pytest.mark.parametrize(
    "wrong",
    [
        {"tenant": "another"},
        {"client_secret": "guess"},
        {"scope": "https://vault.azure.net/.default"},
        {"client_id": "x"},
    ],
)
def test_a_token_is_for_this_app_in_this_tenant_only(wire: Wire, wrong: dict[str, str]) -> None:
    """Another tenant, secret, scope or app gets no token."""
    answer = wire.ask_for_token(**wrong)

    assert answer.status_code in {400, 401}
    assert "access_token" not in answer.json()


def test_without_a_token_nothing_is_done(teams: TeamsStandIn, bridge: Team) -> None:
    """A request that shows no token of ours is refused and leaves no message."""
    url = f"{teams.base}/teams/emea/v3/conversations/{quote(bridge.id)}/activities"
    answer = httpx.post(url, json={"type": "message", "text": "hi"}, headers={"Authorization": "Bearer made-up"})

    assert answer.status_code == 401
    assert teams.world.messages == []


def test_activities_are_signed_with_a_published_key_and_keys_rotate(teams: TeamsStandIn) -> None:
    """A token from after a rotation fits the new key set and not the old one."""
    metadata = httpx.get(teams.openid).json()
    old = {key["kid"]: jwt.PyJWK(key) for key in httpx.get(metadata["jwks_uri"]).json()["keys"]}
    teams.channel.rotate()
    token = teams.channel.sign("https://smba/").partition(" ")[2]
    new = {key["kid"]: jwt.PyJWK(key) for key in httpx.get(metadata["jwks_uri"]).json()["keys"]}
    kid = jwt.get_unverified_header(token)["kid"]

    assert kid not in old
    claims = jwt.decode(token, new[kid].key, algorithms=["RS256"], audience=APP_ID)
    assert claims["serviceurl"] == "https://smba/"
    assert claims["iss"] == "https://api.botframework.com"


# Messages


def test_replies_stand_in_the_thread_of_the_message_that_opened_it(
    teams: TeamsStandIn, wire: Wire, bridge: Team
) -> None:
    """In a channel a message to the channel opens a thread, and a message to that thread joins it."""
    first = posted(teams, wire, bridge, a_card())
    wire.post(f"{bridge.id};messageid={first.id}", text="Divya, you are up.")

    assert [reply.text for reply in teams.world.thread(first)] == ["Divya, you are up."]


def test_an_update_is_seen_by_everyone_and_only_of_own_messages(
    teams: TeamsStandIn, wire: Wire, bridge: Team, lena: Person, sam: Person
) -> None:
    """The bot's card is replaced for all; what a person wrote stays."""
    message = posted(teams, wire, bridge, a_card())
    teams.play(teams.clients.say(lena, bridge.general, "help", mention=False))
    theirs = teams.world.messages[-1]
    path = f"conversations/{quote(bridge.id)}/activities"
    done = wire("PUT", f"{path}/{message.id}", {"type": "message", "summary": "x", "text": "Round done"})
    refused = wire("PUT", f"{path}/{theirs.id}", {"type": "message", "text": "no"})

    assert (done.status_code, refused.status_code) == (200, 403)
    assert teams.world.sees(sam, bridge.general)[0].text == "Round done"
    assert theirs.text.endswith("help")


def test_a_targeted_message_is_for_one_person_and_for_a_day(
    teams: TeamsStandIn, wire: Wire, bridge: Team, lena: Person, sam: Person, clock: Clock
) -> None:
    """Only the recipient sees it, and after 24 hours nobody does."""
    path = f"conversations/{quote(bridge.id)}/activities?isTargetedActivity=true"
    wire("POST", path, {"type": "message", "text": "You come after Sam.", "recipient": {"id": lena.id}})

    assert [seen.text for seen in teams.world.sees(lena, bridge.general)] == ["You come after Sam."]
    assert teams.world.sees(sam, bridge.general) == []
    clock.pass_(hours=24)
    assert teams.world.sees(lena, bridge.general) == []


def test_a_targeted_message_names_a_member(teams: TeamsStandIn, wire: Wire, bridge: Team) -> None:
    """Somebody from outside cannot be the recipient, nor can nobody."""
    outsider = teams.world.person("Jo")
    path = f"conversations/{quote(bridge.id)}/activities?isTargetedActivity=true"

    for recipient in ({"id": outsider.id}, {}):
        assert wire("POST", path, {"type": "message", "text": "hi", "recipient": recipient}).status_code == 400


def test_rosters_come_in_pages(teams: TeamsStandIn, wire: Wire, bridge: Team) -> None:
    """A roster longer than a page needs a second request, and every member is on exactly one page."""
    teams.servers.page = 2
    bridge.members.append(teams.world.person("Jo", guest=True))
    path = f"conversations/{quote(bridge.id)}/pagedmembers?pageSize=500"
    first = wire("GET", path).json()
    second = wire("GET", f"{path}&continuationToken={first['continuationToken']}").json()

    assert [member["name"] for member in first["members"] + second["members"]] == ["Lena", "Sam", "Jo"]
    assert "continuationToken" not in second
    assert second["members"][0]["userRole"] == "guest"


# Refusals


def test_the_eighth_message_in_a_second_waits(wire: Wire, bridge: Team, clock: Clock) -> None:
    """Seven messages a second and sixty in half a minute; then 429 says for how long."""
    statuses = [wire.post(bridge.id, text="hi").status_code for _ in range(7)]
    refused = wire.post(bridge.id, text="hi")
    clock.pass_(seconds=2)

    assert statuses == [201] * 7
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert wire.post(bridge.id, text="hi").status_code == 201


def test_a_minute_has_its_own_rate(wire: Wire, bridge: Team, clock: Clock) -> None:
    """At two messages a second the sixty-first within half a minute is refused."""
    taken = 0
    for _ in range(61):
        taken += wire.post(bridge.id, text="hi").status_code == 201
        clock.pass_(seconds=0.45)

    assert taken == 60


def test_another_conversation_has_its_own_rate(teams: TeamsStandIn, wire: Wire, bridge: Team, lena: Person) -> None:
    """A busy channel does not stop a chat."""
    for _ in range(8):
        wire.post(bridge.id, text="hi")

    assert wire.post(teams.world.personal(lena).id, text="hi").status_code == 201


def a_chat_with(person: Person) -> dict[str, Any]:
    return {"isGroup": False, "members": [{"id": person.id}], "tenantId": TENANT}


def test_a_stranger_cannot_be_written_to(teams: TeamsStandIn, wire: Wire) -> None:
    """Without the app, and without a team that has it, opening a chat is a ForbiddenOperationException."""
    stranger = teams.world.person("Maya", installed=False)
    answer = wire("POST", "conversations", a_chat_with(stranger))

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ForbiddenOperationException")


def test_a_team_mate_can_be_written_to_without_the_app(teams: TeamsStandIn, wire: Wire, bridge: Team) -> None:
    """The app in a shared team is enough."""
    maya = teams.world.person("Maya", installed=False)
    bridge.members.append(maya)

    assert wire("POST", "conversations", a_chat_with(maya)).status_code == 201


def test_who_blocked_the_bot_gets_nothing(teams: TeamsStandIn, wire: Wire, lena: Person) -> None:
    """A blocked chat answers MessageWritesBlocked."""
    lena.blocked = True
    answer = wire.post(teams.world.personal(lena).id, text="hi")

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "MessageWritesBlocked")


def test_a_team_without_the_bot_is_closed_to_it(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person
) -> None:
    """Removed from a team, the bot is not in its roster any more."""
    teams.play(teams.clients.remove(lena, bridge))
    answer = wire.post(bridge.id, text="hi")

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "BotNotInConversationRoster")
    assert [told["type"] for told in bot.told] == ["installationUpdate", "conversationUpdate"]


def test_a_planned_fault_may_come_after_the_work(teams: TeamsStandIn, wire: Wire, bridge: Team) -> None:
    """A 504 that lies: the message stands in the channel."""
    teams.faults.plan(Fault(504, "GatewayTimeout", after=True), "send")

    assert wire.post(bridge.id, text="hi").status_code == 504
    assert [message.text for message in teams.world.messages] == ["hi"]


def test_a_connection_can_break(teams: TeamsStandIn, wire: Wire, bridge: Team) -> None:
    """Status 0 closes the connection without an answer."""
    teams.faults.plan(Fault(0), "send")

    with pytest.raises(httpx.TransportError):
        wire.post(bridge.id, text="hi")


def test_a_seed_brings_the_same_faults_again() -> None:
    """Two runs from one seed meet the same faults at the same requests."""
    runs = []
    for _ in range(2):
        faults = limits.Faults()
        faults.seed(7, 0.3)
        runs.append([faults.next("send", "x") for _ in range(50)])

    assert runs[0] == runs[1]
    assert any(runs[0])


@pytest.mark.parametrize(("most", "status"), [(limits.SAFE, 413), (limits.OLDER, 413), (limits.NEWER, 201)])
def test_size_limits_of_three_generations(
    teams: TeamsStandIn, wire: Wire, bridge: Team, most: int, status: int
) -> None:
    """A message of 50 KB is too large for all but the newest limit."""
    teams.servers.most_bytes = most

    assert wire.post(bridge.id, text="x" * 50_000).status_code == status


# Cards


def _text(**changed: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": "Hello"} | changed


BAD = {
    "an unknown element": a_card(body=[{"type": "Carousel"}]),
    "a misspelt property": a_card(body=[_text(wrapp=True)]),
    "a bad enum": a_card(body=[_text(size="huge")]),
    "an empty text": a_card(body=[_text(text="")]),
    "a newer version": a_card() | {"version": "1.6"},
    "an input without id": a_card(body=[{"type": "Input.Text", "label": "Yours"}]),
    "a required input without words": a_card(body=[{"type": "Input.Text", "id": "a", "isRequired": True}]),
    "two inputs of one id": a_card(body=[{"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "a"}]),
    "a choice not offered": a_card(
        body=[{"type": "Input.ChoiceSet", "id": "a", "choices": [{"title": "A", "value": "a"}], "value": "b"}]
    ),
    "an execute without fallback": a_card({"type": "Action.Execute", "title": "Go", "data": {"a": "1"}}),
    "a fallback of another meaning": a_card(
        execute() | {"fallback": {"type": "Action.Submit", "title": "I'm in", "data": {"action": "out"}}}
    ),
    "an execute that opens a dialog": a_card(execute(msteams={"type": "task/fetch"})),
    "an unknown msteams": a_card({"type": "Action.Submit", "title": "Go", "data": {"msteams": {"type": "task"}}}),
    "a button without words": a_card({"type": "Action.OpenUrl", "url": "https://example.org"}),
    "seven buttons": a_card(*[execute(f"B{n}") for n in range(7)]),
    "a picture without words": a_card(body=[{"type": "Image", "url": "https://example.org/a.png"}]),
    "a tuple": a_card({"type": "Action.Submit", "title": "Go", "data": {"a": (1, 2)}}),
    "a table with loose cells": a_card(body=[{"type": "Table", "columns": [{"width": 1}], "rows": [{"cells": []}]}]),
    "61 people to refresh for": a_card(
        refresh={"action": {"type": "Action.Execute", "data": {}}, "userIds": [f"29:{n}" for n in range(61)]}
    ),
    "a mention of nobody": a_card(msteams={"entities": [{"type": "mention", "text": "<at>Sam</at>"}]}),
    "nothing at all": {"type": "AdaptiveCard", "version": "1.5", "body": []},
}


@pytest.mark.parametrize("name", BAD)
def test_teams_objects_to(name: str) -> None:
    """Each of these cards breaks one rule, and is found out."""
    assert problems(BAD[name])


def test_teams_takes_a_good_card() -> None:
    """A card with text, facts, a table, inputs and every kind of button has no problem."""
    cells = [{"type": "TableCell", "items": [_text()]}]
    body = [
        _text(weight="Bolder", size="Large", wrap=True, style="heading"),
        {"type": "FactSet", "facts": [{"title": "Next", "value": "Sam"}]},
        {"type": "Table", "columns": [{"width": 1}], "rows": [{"type": "TableRow", "cells": cells}]},
        {"type": "ColumnSet", "columns": [{"type": "Column", "width": "stretch", "items": [_text()]}]},
        {
            "type": "Input.ChoiceSet",
            "id": "dots",
            "label": "Yours",
            "isMultiSelect": True,
            "choices": [{"title": "A", "value": "a"}, {"title": "B", "value": "b"}],
            "value": "a,b",
        },
        {"type": "ActionSet", "actions": [execute(), fetch()]},
    ]
    link = {"type": "Action.OpenUrl", "title": "Join", "url": "https://example.org"}

    assert problems(a_card(link, body=body, fallbackText="Hello")) == []


def test_a_bad_card_is_refused_and_fails_the_test(clock: Clock) -> None:
    """The connector answers 400, and leaving the block raises with what Teams objects to."""
    standin = TeamsStandIn(clock)
    standin.__enter__()
    team = standin.world.team("Bridge", [standin.world.person("Lena")])
    wire = Wire(standin)
    answer = wire.post(team.id, **attached(BAD["an unknown element"]))
    wire.close()

    assert answer.status_code == 400
    with pytest.raises(AssertionError, match="Carousel"):
        standin.__exit__(None, None, None)


# People


def test_in_a_channel_the_bot_hears_only_what_mentions_it(
    teams: TeamsStandIn, bot: Bot, bridge: Team, lena: Person
) -> None:
    """Talk stays among people; a mention arrives with its entity, the tenant and the time zone."""
    teams.play(teams.clients.say(lena, bridge.general, "good morning", mention=False))
    teams.play(teams.clients.say(lena, bridge.general, "help"))

    assert len(bot.told) == 1
    told = bot.told[0]
    assert told["text"] == "<at>Moderato</at> help"
    assert [entity["type"] for entity in told["entities"]] == ["mention", "clientInfo"]
    assert told["channelData"]["tenant"]["id"] == TENANT
    assert told["localTimezone"] == "Europe/Berlin"
    assert told["conversation"]["id"].startswith(f"{bridge.id};messageid=")


def test_an_answered_press_changes_one_screen_until_the_card_is_edited(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person, sam: Person
) -> None:
    """The card in the answer is for who pressed; an edit is for all and ends it."""
    message = posted(teams, wire, bridge, a_card(execute()))
    bot.answers = [shown(a_card(execute("Leave")))]
    teams.play(teams.clients.press(lena, message, "I'm in"))

    assert bot.told[-1]["value"]["action"]["data"] == {"action": "in"}
    assert teams.world.sees(lena, bridge.general)[0].buttons == ["Leave"]
    assert teams.world.sees(sam, bridge.general)[0].buttons == ["I'm in"]
    path = f"conversations/{quote(bridge.id)}/activities/{message.id}"
    wire("PUT", path, {"type": "message", **attached(a_card(execute("Done")))})
    assert teams.world.sees(lena, bridge.general)[0].buttons == ["Done"]


def test_an_old_client_sends_the_fallback(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person
) -> None:
    """Where Action.Execute is unknown, its fallback arrives as a message with a value and no text."""
    lena.old_client = True
    message = posted(teams, wire, bridge, a_card(execute()))
    teams.play(teams.clients.press(lena, message, "I'm in"))

    told = bot.told[-1]
    assert (told["type"], told["value"], told["replyToId"]) == ("message", {"action": "in"}, message.id)
    assert "text" not in told


def test_a_dialog_is_fetched_corrected_and_closed(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person
) -> None:
    """task/fetch opens it, an answer with a card keeps it open, an empty answer closes it."""
    message = posted(teams, wire, bridge, a_card(fetch()))
    words = {"type": "Input.Text", "id": "words", "label": "Yours", "maxLength": 20}
    bot.answers = [dialog("Your answer", words), dialog("Your answer", words, _text(text="Too short.")), (200, None)]
    opened = teams.play(teams.clients.press(lena, message, "Write it")).dialog
    assert opened
    again = teams.play(opened.submit({"words": "x"})).dialog
    assert again
    closed = teams.play(again.submit({"words": "better"}))

    assert [told["name"] for told in bot.told] == ["task/fetch", "task/submit", "task/submit"]
    assert bot.told[-1]["value"]["data"] == {"form": "write", "words": "better"}
    assert "Too short." in again.lines
    assert closed.dialog is None


def test_a_client_keeps_a_form_that_is_not_filled_in(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person
) -> None:
    """A required input without a value, and a value too long, never reach the bot."""
    needed = {"type": "Input.Text", "id": "a", "label": "A", "isRequired": True, "errorMessage": "Write a line."}
    message = posted(teams, wire, bridge, a_card(execute(), body=[needed | {"maxLength": 3}]))

    for given in ({}, {"a": "too long"}):
        with pytest.raises(AssertionError, match="Teams"):
            teams.play(teams.clients.press(lena, message, "I'm in", given))
    assert bot.told == []


@pytest.mark.parametrize(
    "answer", [(200, None), (200, {"statusCode": 200}), (501, None), shown({"type": "AdaptiveCard"})]
)
def test_a_senseless_answer_is_something_went_wrong(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person, answer: tuple[int, Any]
) -> None:
    """What is not an answer to adaptiveCard/action is shown as an error, and the card stays."""
    message = posted(teams, wire, bridge, a_card(execute()))
    bot.answers = [answer]
    seen = teams.play(teams.clients.press(lena, message, "I'm in"))
    teams.complaints()

    assert seen.toast == WENT_WRONG
    assert teams.world.sees(lena, bridge.general)[0].buttons == ["I'm in"]


def test_looking_at_a_card_refreshes_it_for_those_it_names(
    teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person, sam: Person
) -> None:
    """Only who is in userIds asks for an own view, without pressing anything."""
    refresh = {"action": {"type": "Action.Execute", "data": {"action": "view"}}, "userIds": [lena.id]}
    posted(teams, wire, bridge, a_card(execute(), refresh=refresh))
    bot.answers = [shown(a_card(execute("Done")))]
    teams.play(teams.clients.look(sam, bridge.general))
    teams.play(teams.clients.look(lena, bridge.general))

    assert [told["value"]["trigger"] for told in bot.told] == ["automatic"]
    assert teams.world.sees(lena, bridge.general)[0].buttons == ["Done"]


def test_coming_and_going_is_told(teams: TeamsStandIn, bot: Bot, bridge: Team, lena: Person) -> None:
    """Joins, leaves, renames and deletions arrive with the event's name and the team."""
    maya = teams.world.person("Maya")
    planning = teams.world.channel(bridge, "planning")
    clients = teams.clients
    for act in (
        clients.join(maya, bridge),
        clients.leave(maya, bridge),
        clients.rename(bridge, "Bridges", lena),
        clients.delete_channel(planning, lena),
    ):
        teams.play(act)

    events = [told["channelData"]["eventType"] for told in bot.told]
    assert events == ["teamMemberAdded", "teamMemberRemoved", "teamRenamed", "channelDeleted"]
    assert bot.told[0]["membersAdded"] == [{"id": maya.id, "aadObjectId": maya.aad}]
    assert bot.told[3]["channelData"]["channel"]["name"] == "planning"


def test_an_invoke_may_come_twice(teams: TeamsStandIn, wire: Wire, bot: Bot, bridge: Team, lena: Person) -> None:
    """A repeated delivery is the same activity with the same id; a second press is another."""
    message = posted(teams, wire, bridge, a_card(execute()))
    bot.answers = [shown(a_card(execute()))] * 3
    teams.play(teams.clients.press(lena, message, "I'm in"))
    teams.play(teams.clients.again())
    teams.play(teams.clients.press(lena, message, "I'm in"))
    ids = [told["id"] for told in bot.told]

    assert ids[0] == ids[1] != ids[2]
