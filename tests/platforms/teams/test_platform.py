"""What Teams users and tenant administrators expect, beyond the stories every platform tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.engine.deliver import retry_at
from bot.engine.ports import Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.cards import Action, Button, Buttons, Card, Chart, Fields, File, Link, Series, Table, Text
from bot.kernel.ids import NO_SESSION, Place
from bot.kernel.inbound import ProfileChanged
from bot.kernel.words import mention, named, when
from bot.platforms.teams import render
from bot.platforms.teams.client.pace import Pace
from tests.platforms.teams.stage import TeamsStage
from tests.standins.teams import (
    BLOCKED,
    FORBIDDEN,
    NOT_IN_ROSTER,
    PRECONDITION,
    TENANT,
    TOO_LARGE,
    TOO_MANY,
    Fault,
    Person,
    Seen,
    limits,
)
from tests.standins.teams.cards import problems
from tests.standins.teams.world import card_of
from tests.story import berlin

START = berlin("2026-03-25 09:29")


@pytest.fixture
def stage() -> Iterator[TeamsStage]:
    """Without messages that one person sees, as most tenants are."""
    with TeamsStage(START, targeted=False) as stage:
        yield stage


def person(stage: TeamsStage, name: str) -> Person:
    return stage.teams.world.people[stage.member(name).user]


def chat(stage: TeamsStage, name: str) -> list[Seen]:
    """What stands in somebody's personal chat."""
    world = stage.teams.world
    return world.sees(person(stage, name), world.personal(person(stage, name)))


def outgoing(stage: TeamsStage, **more: Any) -> Outgoing:
    card = more.pop("card", Card("Who is here?", (Text("Win or challenge."),)))
    usual = {
        "id": 1,
        "platform": "teams",
        "workspace": TENANT,
        "kind": "card",
        "key": "s:card:1",
        "zone": "Europe/Berlin",
    }
    where = {} if "user" in more else {"channel": stage.team.id}
    return Outgoing(card=card, **(usual | where | more))


def send(stage: TeamsStage, **more: Any) -> Any:
    return stage._run(stage.platform.messenger.send(outgoing(stage, **more)))


def act(stage: TeamsStage, work: Any) -> Any:
    found = stage._run(work)
    stage.settle()
    return found


# Answers for one person


def test_an_answer_in_a_channel_comes_in_the_personal_chat(stage: TeamsStage) -> None:
    """Where nobody can see alone in a channel, the answer is a direct message, and the channel stays clean."""
    told = stage.types("Jo", "dance friday")

    assert "I don't know that one" in told
    assert "dance friday" in str(chat(stage, "Jo")[-1])
    assert not stage.in_channel()


def test_a_button_in_the_personal_chat_still_means_the_channel(stage: TeamsStage) -> None:
    """The card that came from a command in a channel carries the channel along, so its buttons work for that team."""
    stage.types("Jo", "dance friday")
    stage.presses("Jo", "Round", "private")

    assert "Who is here for a round?" in stage.card()


def test_what_is_told_in_our_chat_is_not_told_twice(stage: TeamsStage) -> None:
    """From the channel a press is answered in full, with where its buttons are; in our chat the title is enough."""
    stage.types("Lena", "setup")
    question = stage._replies("Lena")[-1]
    from_chat = act(stage, stage.teams.clients.press(person(stage, "Lena"), question, "OK to all five"))
    act(stage, stage.teams.clients.press(person(stage, "Lena"), stage._replies("Lena")[-1], "Post the hello"))
    hello = stage._find("Jo", "My settings", "bridge")
    from_channel = act(stage, stage.teams.clients.press(person(stage, "Jo"), hello, "My settings"))

    assert from_chat.toast == "#bridge is ready"
    assert from_channel.toast.startswith("Your settings. Monday to Friday")
    assert from_channel.toast.endswith("The buttons are in our chat.")


def test_a_channel_cannot_be_made_up(stage: TeamsStage) -> None:
    """Whoever is not in the channel that a button names acts in their own chat, whatever the button says."""
    stage.types("Jo", "dance friday")
    message = stage._replies("Jo")[-1]
    world = stage.teams.world
    stranger = world.person("Kim", zone="Europe/Berlin")
    theirs = world.post(world.personal(stranger), None, message.activity)
    act(stage, stage.teams.clients.press(stranger, theirs, "Round"))

    assert not stage.in_channel()
    with stage.connections.transaction() as db:
        assert db.rows("SELECT 1 FROM membership WHERE person = :p", {"p": stranger.id}) == []


def test_a_press_with_a_small_answer_is_a_line_for_the_presser(stage: TeamsStage) -> None:
    """A refusal without buttons costs no message at all: it is the answer to the press."""
    stage.types("Tomas", "round wins 60")
    for name in ("Lena", "Divya", "Sam"):
        stage.presses(name, "I'm in")
    stage.presses("Tomas", "Start now")
    up = stage.card().split(",")[0]
    other = next(name for name in ("Divya", "Sam") if name != up)
    before = len(stage.teams.world.messages)
    told = stage.presses(other, "Done")

    assert "Nothing changed" in told
    assert len(stage.teams.world.messages) == before


def test_the_pressed_card_is_answered_with_itself_as_it_is_now(stage: TeamsStage) -> None:
    """The presser sees the new card in the answer, before the edit reaches anybody."""
    stage.types("Tomas", "round wins 60")
    world, lena = stage.teams.world, person(stage, "Lena")
    message = next(m for m in world.messages if m.author is None and m.card)
    stage._run(stage.teams.clients.press(lena, message, "I'm in"))

    assert "In so far: Lena" in str(world.view(lena, message))
    assert "In so far" not in str(world.view(person(stage, "Sam"), message))
    stage.settle()
    assert "In so far: Lena" in str(world.view(person(stage, "Sam"), message))


def test_an_older_client_is_served_by_the_fallback(stage: TeamsStage) -> None:
    """Where Action.Execute is unknown, the press arrives as a message and counts all the same."""
    person(stage, "Sam").old_client = True
    stage.types("Tomas", "round wins 60")
    stage.presses("Sam", "I'm in")

    assert "In so far: Sam" in stage.card()


def test_a_repeated_delivery_counts_once(stage: TeamsStage) -> None:
    """The same invoke twice is one press; the second answer is still one that Teams understands."""
    stage.types("Tomas", "round wins 60")
    stage.presses("Sam", "I'm in")
    again = act(stage, stage.teams.clients.again())

    assert again.status == 200
    assert again.body["type"] == "application/vnd.microsoft.activity.message"
    assert stage.card().count("Sam") == 1


def test_an_unknown_button_is_from_before(stage: TeamsStage) -> None:
    """A card of another age, or a made-up one, gets a kind line and changes nothing."""
    world, sam = stage.teams.world, person(stage, "Sam")
    data = {"action": "nothing of ours"}
    fallback = {"type": "Action.Submit", "title": "Go", "data": data}
    go = {"type": "Action.Execute", "title": "Go", "data": data, "fallback": fallback}
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [], "actions": [go]}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    message = world.post(stage.team.general, None, {"type": "message", "attachments": [attachment]})

    assert "from before" in act(stage, stage.teams.clients.press(sam, message, "Go")).toast


# What is not for us


def test_talk_that_an_extra_permission_brings_is_left_unread(stage: TeamsStage) -> None:
    """With resource-specific consent Teams delivers every message; without a mention it is no command."""
    clients, lena = stage.teams.clients, person(stage, "Lena")
    activity = clients._activity("message", lena, stage.team.general, id="9", thread="9") | {"text": "round wins 60"}
    act(stage, clients.tell(activity))

    assert stage.in_channel() == []


def test_a_slash_command_needs_no_mention(stage: TeamsStage) -> None:
    """A message that Teams targets at the bot is a command, although nobody is mentioned."""
    clients, lena = stage.teams.clients, person(stage, "Lena")
    activity = clients._activity("message", lena, stage.team.general, id="9", thread="9") | {"text": "round wins 60"}
    act(stage, clients.tell(activity | {"recipient": activity["recipient"] | {"isTargeted": True}}))

    assert "Who is here for a round?" in stage.card()


def test_without_a_tenant_nothing_happens(stage: TeamsStage, capsys: pytest.CaptureFixture[str]) -> None:
    """The tenant in channelData is the boundary of all data; an activity without one is left alone."""
    clients, lena = stage.teams.clients, person(stage, "Lena")
    activity = clients._activity("message", lena, stage.team.general, id="9", thread="9")
    mention = {"type": "mention", "text": "<at>Moderato</at>", "mentioned": activity["recipient"]}
    called = {"text": "<at>Moderato</at> round wins 60", "entities": [mention]}
    act(stage, clients.tell(activity | called | {"channelData": {}}))
    logged = capsys.readouterr().out

    assert "an activity without a tenant was left alone" in logged
    assert "wins" not in logged
    assert stage.teams.world.messages == []
    act(stage, clients.tell(activity | called))
    assert "Who is here for a round?" in stage.card()


@pytest.mark.parametrize("typed", ["@Moderato dance", "/moderato dance", "moderato dance", "dance"])
def test_in_the_personal_chat_the_name_may_be_typed_as_a_word(stage: TeamsStage, typed: str) -> None:
    """Our sentences say @Moderato, so it is understood as well where no mention is needed."""
    told = stage.types("Jo", typed, "@")

    assert ('"dance"' in told) == (typed != "moderato dance")
    assert "/moderato" not in stage.types("Jo", "help", "@")


def test_the_same_ids_in_another_tenant_are_other_people(stage: TeamsStage) -> None:
    """Everything is kept under the tenant: a channel of the same id elsewhere is not this team."""
    stage.types("Tomas", "round wins 60")
    clients, lena = stage.teams.clients, person(stage, "Lena")
    activity = clients._activity("message", lena, stage.team.general, id="9", thread="9") | {
        "text": "<at>Moderato</at> round"
    }
    entity = {"type": "mention", "text": "<at>Moderato</at>", "mentioned": activity["recipient"]}
    activity |= {"entities": [entity], "channelData": {"tenant": {"id": "another"}}}
    act(stage, clients.tell(activity))

    with stage.connections.transaction() as db:
        (sessions,) = db.rows(
            "SELECT COUNT(*) FROM session WHERE activity = 'rounds' AND workspace <> :t", {"t": TENANT}
        )
    assert sessions == (0,)


# Coming and going


def test_a_newcomer_is_known_by_name_after_one_reading(stage: TeamsStage) -> None:
    """Teams tells ids only; the name comes with one reading of the roster, and guests are told apart."""
    before = stage.teams.count("members")
    stage.joins("Kim", guest=True)

    with stage.connections.transaction() as db:
        row = db.row("SELECT name, guest FROM member WHERE person = :p", {"p": stage.member("Kim").user})
    assert row == ("Kim", 1)
    assert stage.teams.count("members") == before + 1
    assert stage.teams.count("member") == 0


def test_a_guest_stays_a_guest_whatever_their_client_says(stage: TeamsStage) -> None:
    """What a guest's own activities tell, which says nothing about being a guest, changes zone and name only."""
    stage.joins("Kim", guest=True)
    stage.types("Kim", "help", "@")

    with stage.connections.transaction() as db:
        row = db.row("SELECT guest, zone FROM member WHERE person = :p", {"p": stage.member("Kim").user})
    assert row == (1, "Europe/Berlin")


def test_a_zone_is_learnt_from_what_a_person_does(stage: TeamsStage) -> None:
    """The newest zone of somebody's own client counts, and a nonsense one does not."""
    sam = person(stage, "Sam")
    for zone, kept in (("Asia/Tokyo", "Asia/Tokyo"), ("Europe/Lisbon", "Europe/Lisbon")):
        sam.zone = zone
        stage.types("Sam", "help", "@")
        with stage.connections.transaction() as db:
            assert db.row("SELECT zone FROM member WHERE person = :p", {"p": sam.id}) == (kept,)


def test_a_language_is_learnt_from_what_a_person_does(stage: TeamsStage) -> None:
    """The locale of somebody's own client is kept, so that what is translated reaches them in their language."""
    sam = person(stage, "Sam")
    for locale, zone in (("de-DE", "Europe/Zurich"), ("fr-CH", "Europe/Zurich"), ("fr-CH", "Europe/Paris")):
        sam.locale, sam.zone = locale, zone
        stage.types("Sam", "help", "@")
        with stage.connections.transaction() as db:
            row = db.row("SELECT locale, zone FROM member WHERE person = :p", {"p": sam.id})
        assert row == (locale, zone)


def test_what_an_activity_does_not_say_is_not_forgotten(stage: TeamsStage) -> None:
    """An activity without zone and language leaves both as they are, and costs nothing to learn from."""
    clients, sam = stage.teams.clients, person(stage, "Sam")
    stage.types("Sam", "help", "@")
    heard: list[Any] = []
    real = stage.platform._host.hear

    async def hear(news: Any) -> None:
        heard.append(news)
        await real(news)

    stage.platform._host.hear = hear
    for number in range(3):
        bare = clients._activity("message", sam, stage.team.general, id=f"9{number}", thread=f"9{number}")
        bare = {name: value for name, value in bare.items() if name not in {"locale", "localTimezone", "entities"}}
        act(stage, clients.tell(bare | {"text": "hello all"}))
    stage.types("Sam", "help", "@")

    assert not [one for one in heard if isinstance(one, ProfileChanged)]
    with stage.connections.transaction() as db:
        row = db.row("SELECT zone, locale FROM member WHERE person = :p", {"p": sam.id})
    assert row == (sam.zone, sam.locale)


def test_the_newest_address_counts(stage: TeamsStage) -> None:
    """Teams moves a tenant between regions: what is sent next goes where the last activity came from."""
    clients = stage.teams.clients
    clients.service_url = clients.service_url.replace("/emea/", "/amer/")
    stage.types("Sam", "help", "@")
    stage.types("Sam", "help")
    for to in ({}, {"user": stage.member("Sam").user}):
        before = len(stage.teams.servers.calls)
        assert isinstance(send(stage, **to), Sent)
        assert [call.path for call in stage.teams.servers.calls[before:] if "/amer/" not in call.path] == []


@pytest.mark.parametrize(
    ("event", "lost"),
    [
        ("teamDeleted", {"bridge": "deleted", "planning": "deleted"}),
        ("teamArchived", {"bridge": "deleted", "planning": "deleted"}),
        ("channelDeleted", {"bridge": "", "planning": "deleted"}),
    ],
)
def test_what_is_gone_is_lost_and_what_comes_back_is_found(stage: TeamsStage, event: str, lost: dict[str, str]) -> None:
    """A team that is deleted or archived stops in all its channels, a channel alone; restored, they go on."""
    lena = person(stage, "Lena")
    back = {"teamArchived": "teamUnarchived"}.get(event, event.replace("Deleted", "Restored"))
    planning = stage.teams.world.channel(stage.team, "planning")
    act(stage, stage.teams.clients.say(lena, planning, "help"))

    def happens(what: str) -> dict[str, str]:
        where = {"channel": {"id": planning.id, "name": "planning"}} if what.startswith("channel") else {}
        told = stage.teams.clients._conversation_update(stage.team, {}, what, lena, **where)
        act(stage, stage.teams.clients.tell(told))
        with stage.connections.transaction() as db:
            return dict(db.rows("SELECT name, lost FROM team"))

    assert happens(event) == lost
    assert happens(back) == {"bridge": "", "planning": ""}


def test_removed_from_a_team_it_falls_silent_and_comes_back(stage: TeamsStage) -> None:
    """Removed, the team is lost and nothing is sent; added again, it goes on."""
    lena = person(stage, "Lena")
    act(stage, stage.teams.clients.remove(lena, stage.team))
    with stage.connections.transaction() as db:
        assert db.row("SELECT lost FROM team") == ("removed",)
    act(stage, stage.teams.clients.install(lena, stage.team))
    with stage.connections.transaction() as db:
        assert db.row("SELECT lost FROM team") == ("",)
    assert "Who is here" in (stage.types("Tomas", "round wins 60") or stage.card())


def test_an_upgrade_changes_nothing(stage: TeamsStage) -> None:
    """A new package asks nobody anything, Teams included, and what runs goes on."""
    stage.types("Tomas", "round wins 60")
    said, calls = len(stage.teams.world.messages), len(stage.teams.servers.calls)
    act(stage, stage.teams.clients.upgrade(person(stage, "Lena"), stage.team))
    act(stage, stage.teams.clients.upgrade(person(stage, "Lena")))

    assert len(stage.teams.world.messages) == said
    assert stage.teams.servers.calls[calls:] == []
    stage.presses("Sam", "I'm in")
    assert "In so far: Sam" in stage.card()


def test_a_renamed_team_is_called_by_its_new_name(stage: TeamsStage) -> None:
    """General is called like its team, other channels by their own name."""
    lena = person(stage, "Lena")
    planning = stage.teams.world.channel(stage.team, "planning")
    act(stage, stage.teams.clients.say(lena, planning, "help"))
    act(stage, stage.teams.clients.rename(stage.team, "Bridges", lena))
    act(stage, stage.teams.clients.rename_channel(planning, "plans", lena))

    with stage.connections.transaction() as db:
        assert sorted(db.rows("SELECT name FROM team")) == [("Bridges",), ("plans",)]


def test_a_deleted_channel_is_lost_and_the_team_is_not(stage: TeamsStage) -> None:
    """Only the channel that is gone stops."""
    lena = person(stage, "Lena")
    planning = stage.teams.world.channel(stage.team, "planning")
    act(stage, stage.teams.clients.say(lena, planning, "help"))
    act(stage, stage.teams.clients.delete_channel(planning, lena))

    with stage.connections.transaction() as db:
        assert sorted(db.rows("SELECT name, lost FROM team")) == [("bridge", ""), ("planning", "deleted")]


def test_a_channel_becomes_a_team_with_its_first_command(stage: TeamsStage) -> None:
    """A channel never seen has its roster read once, page by page, and whoever asked looks after it."""
    stage.teams.servers.page = 3
    planning = stage.teams.world.channel(stage.team, "planning")
    act(stage, stage.teams.clients.say(person(stage, "Sam"), planning, "round wins 60"))
    act(stage, stage.teams.clients.say(person(stage, "Sam"), planning, "round wins 60"))

    with stage.connections.transaction() as db:
        rows = db.rows(
            "SELECT m.owner, COUNT(*) FROM membership m JOIN team t ON t.id = m.team WHERE t.name = 'planning' "
            "GROUP BY m.owner ORDER BY m.owner"
        )
    assert rows == [(0, 7), (1, 1)]
    assert any("Who is here" in str(seen) for seen in stage.teams.world.sees(person(stage, "Sam"), planning))


def test_a_group_chat_works_without_threads(stage: TeamsStage) -> None:
    """In a group chat everything stands in one row, and presses count."""
    world = stage.teams.world
    people = [person(stage, name) for name in ("Lena", "Tomas", "Sam")]
    group = world.chat("lunch", people)
    act(stage, stage.teams.clients.install(people[0], group))
    act(stage, stage.teams.clients.say(people[1], group, "round wins 60"))
    card = next(seen for seen in world.sees(people[0], group) if "I'm in" in seen.buttons)
    act(stage, stage.teams.clients.press(people[0], card.message, "I'm in"))
    act(stage, stage.teams.clients.press(people[2], card.message, "I'm in"))
    act(stage, stage.teams.clients.press(people[1], card.message, "Start now"))

    assert all(message.root is None for message in world.messages if message.conversation is group)
    act(stage, stage.teams.clients.say(people[1], group, "checkin"))
    assert "Check-ins of the chat of Lena, Tomas, Sam" in str(chat(stage, "Tomas")[-1])
    assert any("you are up" in str(seen) for seen in world.sees(people[2], group))


def test_a_tenant_without_targeted_messages_answers_in_the_personal_chat() -> None:
    """Switched on where the tenant does not have them: what only one person may see goes to their own chat."""
    with TeamsStage(START, targeted=True) as stage:
        stage.teams.servers.targeted = False
        stage.types("Sam", "checkin")
        assert "Check-ins of #bridge" in str(chat(stage, "Sam")[-1])
        sent = send(stage, only=stage.member("Jo").user)
        assert isinstance(sent, Sent)
        assert "Who is here?" in str(chat(stage, "Jo")[-1])
        assert not [m for m in stage.in_channel() if "Check-ins" in m.text() or "Who is here?" in m.text()]


def test_an_invoke_does_not_wait_for_what_is_sent(stage: TeamsStage) -> None:
    """With a connector that never answers, a press is decided, committed and answered all the same."""
    stage.types("Tomas", "round wins 60")
    message = stage._find("Lena", "I'm in", "")
    stage.teams.faults.plan(Fault(-1), "send", "update", "create", times=50)
    for label, told in (("I'm in", ""), ("Start now", "")):
        answer = stage._run(stage.teams.clients.press(person(stage, "Lena"), message, label))
        assert answer.status == 200, told
    with stage.connections.transaction() as db:
        (state,) = db.row("SELECT state FROM session WHERE activity = 'rounds'") or ("",)
    assert stage.member("Lena").user in state


# Errors become outcomes


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (TOO_MANY, TryLater("429 Throttled", timedelta(seconds=2))),
        (PRECONDITION, TryLater("412 PreconditionFailed")),
        (Fault(502, "BadGateway"), TryLater("502 BadGateway")),
        (Fault(503, "Busy", retry_after="9"), TryLater("503 Busy", timedelta(seconds=9))),
        (Fault(504, "GatewayTimeout"), TryLater("504 GatewayTimeout")),
        (Fault(0), TryLater("0 NoAnswer")),
        (Fault(401, "Unauthorized"), TryLater("401 Unauthorized", timedelta(minutes=1))),
        (NOT_IN_ROSTER, Undeliverable("403 BotNotInConversationRoster", "place")),
        (Fault(404, "ConversationNotFound"), Undeliverable("404 ConversationNotFound", "place")),
    ],
)
def test_what_passes_is_tried_again_and_what_does_not_is_not(stage: TeamsStage, fault: Fault, expected: Any) -> None:
    """Each refusal of the connector becomes the outcome it stands for, with the connector's own wait."""
    stage.teams.faults.plan(fault, "send")
    sent = stage.teams.count("send")

    assert send(stage) == expected
    assert stage.teams.count("send") == sent + 1


@pytest.mark.parametrize("fault", [TOO_LARGE, Fault(400, "BadArgument")])
def test_a_message_teams_will_never_take_is_given_up(
    stage: TeamsStage, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too large or malformed: this message only, and the log says so without its words."""
    stage.teams.faults.plan(fault, "send")
    outcome = send(stage)
    logged = capsys.readouterr().out

    assert outcome == Undeliverable(f"{fault.status} {fault.code}")
    assert fault.code in logged
    assert "Who is here" not in logged


@pytest.mark.parametrize("fault", [FORBIDDEN, BLOCKED])
def test_who_cannot_be_reached_is_known_as_such(stage: TeamsStage, fault: Fault) -> None:
    """Without the app, or with the bot blocked: the person is out of reach, not the team."""
    stage.teams.faults.plan(fault, "send")

    assert send(stage, user=stage.member("Jo").user) == Undeliverable(f"403 {fault.code}", "member")


def test_somebody_without_the_app_is_reached_when_they_get_it(stage: TeamsStage) -> None:
    """Nobody shares a team with them: not reachable; with the app installed, the chat is opened."""
    kim = stage.teams.world.person("Kim", installed=False)
    first = send(stage, user=kim.id)
    kim.installed = True
    second = send(stage, user=kim.id)

    assert first == Undeliverable("403 ForbiddenOperationException", "member")
    assert second == Sent(second.message, stage.teams.world.personal(kim).id)


def test_a_reminder_in_doubt_is_not_sent_twice(stage: TeamsStage) -> None:
    """When no answer came, a prompt is tried again and a reminder is not."""
    lost = Fault(504, "GatewayTimeout", after=True)
    stage.teams.faults.plan(lost, "send", times=2)

    assert isinstance(send(stage, kind="prompt"), TryLater)
    assert isinstance(send(stage, kind="reminder"), Undeliverable)


def test_a_retraction_of_what_is_gone_is_done(stage: TeamsStage) -> None:
    """A message that somebody else deleted need not be deleted again."""
    sent = send(stage)
    stage.teams.world.message(sent.message).deleted = True  # type: ignore[union-attr]

    assert send(stage, card=None, replaces=sent.message) == Sent(sent.message, stage.team.id)


def test_the_pace_is_kept_before_teams_has_to_say_so() -> None:
    """The eighth message in a second waits with us; edits and other conversations go on."""
    with TeamsStage(START, targeted=False, rates=True) as stage:
        stage.passes("1 min")
        outcomes = [send(stage) for _ in range(8)]
        elsewhere = send(stage, user=stage.member("Jo").user)
        edit = send(stage, replaces=outcomes[0].message)

        assert [type(outcome) for outcome in outcomes] == [Sent] * 7 + [TryLater]
        assert outcomes[7].after <= timedelta(seconds=2)
        assert (type(elsewhere), type(edit)) == (Sent, Sent)
        assert not any(call.status == 429 for call in stage.teams.servers.calls)


def test_the_pace_of_a_whole_tenant_is_kept_too() -> None:
    """Fifty messages to fifty people in one second, edits among them; the next waits, and other tenants do not."""
    now = [0.0]
    pace = Pace(lambda: now[0])

    assert [pace.wait("a", f"chat {n}", new=n % 2 == 0) for n in range(50)] == [0.0] * 50
    assert (pace.wait("a", "chat 50"), pace.wait("a", "chat 1", new=False), pace.wait("b", "chat 50")) == (1.0, 1.0, 0)
    now[0] = 1.0
    assert pace.wait("a", "chat 50") == 0


def test_what_is_wrong_stands_under_its_field_and_the_rest_stays(stage: TeamsStage) -> None:
    """A dialog that comes back with something wrong says so below that field; what was filled in is still there."""
    stage.types("Lena", "checkin schedule")
    told = stage.submits("Lena", rhythm="monthly", days=("1", "3"), at="10:15", asks="own")
    dialog = stage._dialogs["Lena"]
    below = {
        first["id"]: second["text"]
        for first, second in pairwise(one for one in dialog.card["body"] if not one.get("isSubtle"))
        if second.get("color") == "attention"
    }

    assert told.startswith("days: ")
    assert below == {"f.days": "Choose one day of the week for every month.", "f.own": "Write a question."}
    assert (dialog.fields["f.at"]["value"], dialog.fields["f.asks"]["value"]) == ("10:15", "own")


def test_a_story_survives_a_bad_day() -> None:
    """With a third of all requests failing in some way, a round comes to its end and no turn is lost or doubled."""
    with TeamsStage(START, targeted=True) as stage:
        stage.types("Tomas", "round wins 60")
        for name in ("Lena", "Tomas", "Sam"):
            stage.presses(name, "I'm in")
        stage.teams.faults.seed(11, 0.33)
        stage.presses("Tomas", "Start now")
        for _ in range(12):
            stage.passes("31 s")
        stage.teams.faults.calm()
        stage.passes("10 min")

        assert stage.teams.faults.happened
        assert "Round done" in stage.card()


# How it looks


def drawn(card: Card, **more: Any) -> list[dict[str, Any]]:
    pages = render.messages(card, render.Reader("Europe/Berlin", tenant=TENANT, **more))
    for page in pages:
        assert problems(card_of(page)) == []
        assert len(json.dumps(page, ensure_ascii=False).encode()) <= limits.SAFE
    return pages


def test_a_long_card_goes_on_in_the_next_message(stage: TeamsStage) -> None:
    """What is too long for one message continues in the thread; what can be pressed stays on the first."""
    many = tuple(Text(f"Answer {n}: {'words ' * 40}") for n in range(200))
    button = Button("Add mine", Action("rounds", NO_SESSION, "add"))
    card = Card("Two hundred answers", (*many, Buttons((button,))))
    first, *rest = drawn(card)
    sent = send(stage, card=card)
    root = stage.teams.world.message(sent.message)
    assert root

    said = [line for page in (first, *rest) for line in Seen(root, "", card_of(page)).lines]
    assert [line.split(":")[0] for line in said if line.startswith("Answer")] == [f"Answer {n}" for n in range(200)]
    assert Seen(root, "", card_of(first)).buttons == ["Add mine"]
    assert render.GOES_ON in said
    assert len(stage.teams.world.thread(root)) == len(rest) > 0


def answers(count: int) -> Card:
    """A card of about one message for each 80 answers."""
    lines = tuple(Text(f"Answer {n}: {'words ' * 40}") for n in range(count))
    return Card(f"{count} answers", (*lines, Buttons((Button("Add mine", Action("rounds", NO_SESSION, "add")),))))


def whole(stage: TeamsStage, first: str, where: str) -> list[str]:
    """What a message and its continuations say, answer by answer, in the order in which they stand."""
    world = stage.teams.world
    root = world.message(first)
    assert root
    parts = [root, *(world.thread(root) if where == "channel" else ())]
    if where != "channel":
        parts += [m for m in world.messages if m.conversation is root.conversation and m.id > first and not m.deleted]
    lines = [line for part in parts for line in Seen(part, "", part.card).lines]
    return [line.split(":")[0] for line in lines if line.startswith("Answer")]


@pytest.mark.parametrize("where", ["channel", "personal"])
@pytest.mark.parametrize("restarted", [False, True])
def test_an_edit_reaches_every_part_of_a_long_message(stage: TeamsStage, where: str, restarted: bool) -> None:
    """It grows, shrinks to one message, grows again and is taken back; nothing old is left standing, nothing twice."""
    to = {"user": stage.member("Jo").user} if where == "personal" else {}
    sent = send(stage, card=answers(200), **to)
    at = to | {"channel": sent.channel, "replaces": sent.message}
    for count in (300, 150, 3, 260):
        if restarted:
            stage.stops()
            stage.starts()
        assert isinstance(send(stage, card=answers(count), **at), Sent)
        assert whole(stage, sent.message, where) == [f"Answer {n}" for n in range(count)]
    assert isinstance(send(stage, card=None, **at), Sent)
    assert not [m for m in stage.teams.world.messages if m.author is None and not m.deleted]


def test_a_part_that_cannot_be_edited_now_is_edited_later(stage: TeamsStage) -> None:
    """A part that Teams refuses for now sends the whole edit round again; one that somebody removed is replaced."""
    sent = send(stage, card=answers(200))
    at = {"channel": sent.channel, "replaces": sent.message}
    root = stage.teams.world.message(sent.message)
    assert root
    busy = Fault(503, "ServiceUnavailable")
    stage.teams.faults.plan(busy, "update", conversation=f"{stage.team.id};messageid={sent.message}")
    assert isinstance(send(stage, card=answers(190), **at), TryLater)
    assert isinstance(send(stage, card=answers(190), **at), Sent)
    assert whole(stage, sent.message, "channel") == [f"Answer {n}" for n in range(190)]
    stage.teams.world.thread(root)[0].deleted = True
    assert isinstance(send(stage, card=answers(180), **at), Sent)
    assert sorted(whole(stage, sent.message, "channel")) == sorted(f"Answer {n}" for n in range(180))


@pytest.mark.parametrize("where", ["channel", "personal"])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_new_long_message_whose_rest_failed_is_finished_by_the_next_try(
    stage: TeamsStage, where: str, restarted: bool
) -> None:
    """The missing parts come later under the same first message; nothing is said twice, also across a restart."""
    to = {"user": stage.member("Jo").user} if where == "personal" else {}
    before = len(stage.teams.world.messages)
    for attempt, spared in enumerate((1, 1, 0)):
        stage.teams.faults.plan(Fault(503, "ServiceUnavailable"), "send", spared=spared)
        assert isinstance(send(stage, card=answers(330), attempts=attempt, **to), TryLater)
    if restarted:
        stage.stops()
        stage.starts()
    sent = send(stage, card=answers(330), attempts=3, **to)
    assert isinstance(sent, Sent)
    assert whole(stage, sent.message, where) == [f"Answer {n}" for n in range(330)]
    assert len(stage.teams.world.messages) == before + len(drawn(answers(330)))


def test_a_long_message_whose_rest_never_goes_stands_as_far_as_it_came(stage: TeamsStage) -> None:
    """After six to eight minutes the conversation waits no longer; the next edit brings what is missing."""
    stage.teams.faults.plan(Fault(503, "ServiceUnavailable"), "send", times=99, spared=1)
    tries = [send(stage, card=answers(200), attempts=n) for n in range(6)]
    assert [type(one) for one in tries] == [*[TryLater] * 5, Sent]
    waits = [[(retry_at(n, None, START, row) - START).total_seconds() for n in range(5)] for row in range(100)]
    assert all(6 * 60 <= sum(one) <= 8 * 60 for one in waits)
    stage.teams.faults.calm()
    at = {"channel": tries[-1].channel, "replaces": tries[-1].message}
    assert isinstance(send(stage, card=answers(200), **at), Sent)
    assert whole(stage, tries[-1].message, "channel") == [f"Answer {n}" for n in range(200)]


def test_moments_are_in_the_readers_own_zone(stage: TeamsStage) -> None:
    """In a channel each reader's client draws them; in a personal chat they stand as that person reads them."""
    card = Card("Check-in", (Text(f"Hidden until {when(berlin('2026-03-26 21:30'), 'day_time')}."),))
    for where in ({}, {"user": stage.member("Jo").user, "zone": "America/Toronto"}):
        send(stage, card=card, **where)
    world = stage.teams.world
    general = {name: str(world.sees(person(stage, name), stage.team.general)[0]) for name in ("Lena", "Jo")}

    assert "until Thu 21:30" in general["Lena"]
    assert "until Thu 16:30" in general["Jo"]
    assert "until Thu 16:30" in str(chat(stage, "Jo")[0])
    assert "{{" not in chat(stage, "Jo")[0].message.activity["attachments"][0]["content"]["body"][1]["text"]


def test_a_mention_calls_exactly_the_person(stage: TeamsStage) -> None:
    """Who is up is called by an entity that Teams resolves; a name in a user's text calls nobody."""
    lena = stage.member("Lena")
    text = named(f"{mention(lena)}, you are up. <at>Lena</at> {{{{TIME(2026-03-24T08:00:00Z)}}}}", {lena: "Lena"})
    (page,) = drawn(Card("", (Text(text),)))
    card = card_of(page) or {}

    assert card["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Lena</at>", "mentioned": {"id": lena.user, "name": "Lena"}}
    ]
    assert card["body"][0]["text"].count("<at>") == 1
    assert "{{TIME" not in card["body"][0]["text"]


@pytest.mark.parametrize(
    "said", ["2 * 3 * 4", "_it_ and snake_case", "1. first\n- then", "[here](https://x.example)", "`x` ~~y~~", "a\\*b"]
)
def test_what_people_write_is_shown_as_they_wrote_it(said: str) -> None:
    """Nothing a person types is taken for markup."""
    (page,) = drawn(Card("", (Text(said),)))

    assert Seen(None, "", card_of(page)).lines == [said]  # type: ignore[arg-type]


def test_a_chart_travels_inside_its_card(stage: TeamsStage) -> None:
    """A chart is a picture with its words for ears, small enough to fit; too large, it is a table of its figures."""
    small = Chart("lines", "Safe to speak", ("Mar", "Jun"), (Series("Team", (62.5, 75.0)),), "62 in March, 75 in June.")
    marks = tuple(f"M{n}" for n in range(40))
    busy = tuple(Series(f"S{k}", tuple(float((n * 37 + k * 11) % 100) for n in range(40))) for k in range(8))
    large = Chart("lines", "Everything", marks, busy, "Too much to say.")
    send(stage, card=Card("Report", (small,)))
    send(stage, card=Card("Report", (large,)))
    cards = [message.card or {} for message in stage.teams.world.messages]

    assert cards[0]["body"][1]["altText"] == "62 in March, 75 in June."
    assert cards[0]["body"][1]["url"].startswith("data:image/png;base64,")
    assert any(element["type"] == "Table" for element in cards[1]["body"])


def test_a_file_can_be_copied_whole(stage: TeamsStage) -> None:
    """All of a file's text arrives, in order, in as many messages as it needs."""
    text = "".join(f"row {n}, something\n" for n in range(4000))
    send(stage, card=Card("Export", (File("team.csv", text),)), user=stage.member("Jo").user)
    arrived = [line for seen in chat(stage, "Jo") for line in seen.lines if line.startswith("row")]

    assert len(arrived) > 1
    assert "".join(arrived) == text


def test_a_link_to_our_own_message_opens_it(stage: TeamsStage) -> None:
    """`message:NAME` leads to the message in its channel; where that is unknown, there is no button."""
    card = Card("Yesterday's check-in is in", (Buttons((Link("Read", "message:card"),)),))
    (known,) = drawn(card, links={"card": (stage.team.id, "17")})
    (unknown,) = drawn(card)

    assert (card_of(known) or {})["body"][1]["actions"][0]["url"].startswith(
        "https://teams.microsoft.com/l/message/19%3A"
    )
    assert "Read" not in json.dumps(unknown)


def test_a_place_is_read_once_a_day(stage: TeamsStage) -> None:
    """Reading a roster of a channel that is gone says so, and one that Teams does not tell says nothing."""
    place = Place("teams", TENANT, stage.team.id)
    stage.teams.faults.plan(NOT_IN_ROSTER, "members")
    stage.teams.faults.plan(Fault(503, "Busy"), "members")
    gone = stage._run(stage.platform.read_roster(place))
    nothing = stage._run(stage.platform.read_roster(place))

    assert [type(news).__name__ for news in gone] == ["PlaceLost"]
    assert nothing == ()


def test_an_address_among_facts_can_break_and_is_copied_as_it_is() -> None:
    """Facts stand side by side until one holds a word too long for a phone; then below one another, unchanged."""
    address = f"https://intranet.example.org/{'handover/' * 20}"
    (short,) = drawn(Card("Call", (Fields((("Host", "Lena"), ("Where", "room four"))),)))
    (long,) = drawn(Card("Call", (Fields((("Host", "Lena"), ("Where", address))),)))

    assert [one["type"] for one in card_of(short)["body"]] == ["TextBlock", "FactSet"]
    assert [one["text"] for one in card_of(long)["body"]] == ["Call", "Host", "Lena", "Where", address]
    assert all(one["wrap"] for one in card_of(long)["body"])


def test_a_column_keeps_its_words_whole() -> None:
    """On a phone each column has room for its longest word, and figures take none from sentences."""
    rows = (("Tomas", "1, Wed 4 Mar", "0"), ("Divya", "0.75, Wed 11 Mar", "0"))
    (page,) = drawn(Card("Roles", (Table(("So far", "Timekeeper", "Note-taker"), rows),)))
    (table,) = [one for one in (card_of(page) or {})["body"] if one["type"] == "Table"]
    widths = [column["width"] for column in table["columns"]]
    phone = 34  # characters of such a row
    words = (5, 10, 6)  # Tomas, Timekeeper, and what stands before and after the hyphen
    assert all(phone * width / sum(widths) >= word for width, word in zip(widths, words, strict=True))
    (page,) = drawn(Card("Detail", (Table(("Statement", "Agree"), (("trying something uncertain is fine", "50 %"),)),)))
    (table,) = [one for one in (card_of(page) or {})["body"] if one["type"] == "Table"]
    assert table["columns"][0]["width"] > 2 * table["columns"][1]["width"]
    day = when(berlin("2026-03-11 10:00"), "date")
    (page,) = drawn(Card("Roles", (Table(("", "Host"), (("Tomas", f"1, {day}"),)), Text(f"From {day} on."))))
    assert "1, Wed 11 Mar" in str(page)  # in a table there is no room for more
    assert "From {{DATE(2026-03-11T09:00:00Z,SHORT)}} on." in str(page)
