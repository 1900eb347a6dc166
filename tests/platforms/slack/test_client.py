"""Sending to Slack: what each trouble becomes, what is never doubled, what is never lost."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.ports import Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.cards import Action, Button, Buttons, Card, Chart, Choice, File, Link, Option, Series, Text
from bot.kernel.ids import SessionId
from bot.platforms.slack import render
from bot.platforms.slack.client.budget import Budget
from tests.platforms.slack.town import Town
from tests.standins.slack import Cut, Held, Limited, Says, Status

pytestmark = pytest.mark.anyio

ACTION = Action("rounds", SessionId("s" * 16), "done")
CARD = Card("Who is here for a round?", (Text("About a minute each."), Buttons((Button("I'm in", ACTION),))))


def outgoing(town: Town, card: Card | None = CARD, **more: Any) -> Outgoing:
    given: dict[str, Any] = {
        "id": 7,
        "platform": "slack",
        "workspace": town.work.id,
        "card": card,
        "kind": "card",
        "key": "session:card:7",
        "zone": "Europe/Berlin",
        "channel": town.bridge.id,
    }
    return Outgoing(**(given | more))


async def sent(town: Town, card: Card = CARD, **more: Any) -> str:
    outcome = await town.platform.messenger.send(outgoing(town, card, **more))
    assert isinstance(outcome, Sent), outcome
    return outcome.message


def seen(town: Town, thread: str | None = None) -> list[str]:
    rows = town.slack.timeline(town.owner, town.bridge, thread=thread)
    return [row.text.split("\n")[0] for row in rows]


# --- the ways to send -----------------------------------------------------------------------------------


async def test_a_card_is_posted_edited_and_taken_back(bridge_town: Town) -> None:
    """Post, revise and retract are one message on Slack."""
    ts = await sent(bridge_town)
    assert await sent(bridge_town, Card("Divya, your minute"), replaces=ts) == ts
    assert seen(bridge_town) == ["Divya, your minute"]
    assert await bridge_town.platform.messenger.send(outgoing(bridge_town, None, replaces=ts)) == Sent(
        ts, bridge_town.bridge.id
    )
    assert seen(bridge_town) == []
    again = await bridge_town.platform.messenger.send(outgoing(bridge_town, None, replaces=ts))
    assert isinstance(again, Sent)  # gone is gone


async def test_a_direct_message_needs_no_channel(bridge_town: Town) -> None:
    """A person is written to by their id; where it went comes back, for later edits."""
    jo = bridge_town.people["Jo"]
    outcome = await bridge_town.platform.messenger.send(outgoing(bridge_town, channel="", user=jo.id))

    assert isinstance(outcome, Sent)
    assert outcome.channel == bridge_town.slack.dm(jo).id
    assert [row.title for row in bridge_town.slack.dms(jo)] == ["Who is here for a round?"]


async def test_what_one_person_sees_is_a_hint_or_a_direct_message(bridge_town: Town) -> None:
    """A message for one person is ephemeral in the channel, and direct for somebody who is not there."""
    lena = bridge_town.people["Lena"]
    outsider = bridge_town.slack.user(bridge_town.work, "nora")
    await sent(bridge_town, only=lena.id)
    await sent(bridge_town, only=outsider.id, id=8, key="session:card:8")

    assert [row.only_you for row in bridge_town.slack.timeline(lena, bridge_town.bridge)] == [True]
    assert bridge_town.slack.timeline(bridge_town.people["Jo"], bridge_town.bridge) == []
    assert len(bridge_town.slack.dms(outsider)) == 1


async def test_a_chart_is_a_picture_with_words(bridge_town: Town) -> None:
    """A chart is uploaded, shown with its words for ears, and uploaded once however often it is shown."""
    chart = Chart("lines", "Balance", ("Mon", "Tue"), (Series("Balance", (40.0, 63.0)),), "From 40 to 63.")
    ts = await sent(bridge_town, Card("Report", (chart,)))
    await sent(bridge_town, Card("Report again", (chart,)), replaces=ts)
    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)

    assert "[picture: From 40 to 63.]" in row.text
    assert "From 40 to 63." in row.spoken
    (upload,) = bridge_town.slack.world.uploads.values()
    assert (upload.content or b"").startswith(b"\x89PNG")


async def test_without_the_right_to_upload_the_words_are_shown(bridge_town: Town) -> None:
    """Where files may not be uploaded the chart's words stand in its place."""
    chart = Chart("bars", "Balance", ("Mon",), (Series("Balance", (40.0,)),), "It was 40.")
    bridge_town.slack.faults.next("files.getUploadURLExternal", Says(error="missing_scope"))
    await sent(bridge_town, Card("Report", (chart,)))

    assert "Balance: It was 40." in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[0].text


async def test_a_file_goes_into_the_thread(bridge_town: Town) -> None:
    """A text file is attached under its message."""
    ts = await sent(bridge_town, Card("Your data", (Text("One file."), File("data.json", '{"a": 1}'))))
    (reply,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=ts)

    assert reply.files == ("data.json",)
    assert [upload.content for upload in bridge_town.slack.world.uploads.values()] == [b'{"a": 1}']


async def test_long_content_continues_in_the_thread_and_is_edited_there(bridge_town: Town) -> None:
    """What does not fit is in the thread; an edit changes it there and leaves nothing of the old behind."""

    def long(word: str, people: int) -> Card:
        return Card("Check-in", tuple(Text(f"Person {n}: " + f"{word} " * 150) for n in range(people)))

    ts = await sent(bridge_town, long("before", 40))
    thread = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=ts)
    assert len(thread) >= 2
    assert all("before" in row.text for row in thread)
    bridge_town.clock.move(bridge_town.clock() + timedelta(minutes=1))
    await sent(bridge_town, long("after", 25), replaces=ts)
    thread_after = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge, thread=ts)
    text = "\n".join(
        row.text for row in [*bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge), *thread_after]
    )

    assert len(thread_after) < len(thread)
    assert "before" not in text
    assert all(f"Person {n}: after" in text for n in range(25))


async def test_a_link_leads_to_our_own_message(bridge_town: Town) -> None:
    """A link to a message of ours has Slack's own address; Slack is asked once."""
    ts = await sent(bridge_town)
    card = Card("It is in", (Buttons((Link("Read", "message:card"),)),))
    for number in (8, 9):
        bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=1))
        await sent(bridge_town, card, id=number, links={"card": (bridge_town.bridge.id, ts)})

    (element,) = bridge_town.bridge.messages[-1].blocks[-1]["elements"]
    assert element["url"].endswith(f"/p{ts.replace('.', '')}")
    assert len(bridge_town.slack.calls("chat.getPermalink")) == 1


# --- trouble --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        ("channel_not_found", "place"),
        ("not_in_channel", "place"),
        ("is_archived", "place"),
        ("restricted_action", "place"),
        ("token_revoked", "workspace"),
        ("account_inactive", "workspace"),
        ("invalid_auth", "workspace"),
        ("msg_too_long", "message"),
        ("missing_scope", "message"),
        ("something_new", "message"),
    ],
)
async def test_slack_says_what_is_lost(bridge_town: Town, error: str, lost: str) -> None:
    """Each refusal of Slack says whether a message, a place or a workspace is lost."""
    bridge_town.slack.faults.next("chat.postMessage", Says(error=error))

    assert await bridge_town.platform.messenger.send(outgoing(bridge_town)) == Undeliverable(error, lost)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", ["user_disabled", "user_not_found", "messages_tab_disabled", "channel_not_found"])
async def test_a_person_can_be_lost(bridge_town: Town, error: str) -> None:
    """A direct message that cannot arrive says that the person cannot be reached, not that a channel is lost."""
    bridge_town.slack.faults.next("chat.postMessage", Says(error=error))
    one = outgoing(bridge_town, channel="", user=bridge_town.people["Sam"].id)

    assert await bridge_town.platform.messenger.send(one) == Undeliverable(error, "member")


async def test_retry_after_is_obeyed_and_stops_nothing_else(bridge_town: Town) -> None:
    """A 429 shuts one method of the workspace for as long as Slack said; nobody calls meanwhile, edits go on."""
    bridge_town.platform.wire.budget = Budget()
    ts = await sent(bridge_town)
    bridge_town.slack.faults.next("chat.update", Limited(seconds=30))
    assert await bridge_town.platform.messenger.send(outgoing(bridge_town, replaces=ts)) == TryLater(
        "ratelimited", timedelta(seconds=30)
    )
    calls = len(bridge_town.slack.calls("chat.update"))
    waits = await bridge_town.platform.messenger.send(outgoing(bridge_town, replaces=ts, id=8))
    assert waits == TryLater("its turn has not come", timedelta(seconds=30))
    bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=1))
    await sent(bridge_town, id=9)

    assert len(bridge_town.slack.calls("chat.update")) == calls
    bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=30))
    assert await sent(bridge_town, replaces=ts) == ts


@pytest.mark.parametrize("fault", [Status(status=500), Status(status=503), Cut(), Says(error="internal_error")])
async def test_passing_trouble_is_tried_again(bridge_town: Town, fault: Any) -> None:
    """A bad moment of Slack loses no message."""
    bridge_town.slack.faults.next("chat.postMessage", fault)

    assert isinstance(await bridge_town.platform.messenger.send(outgoing(bridge_town)), TryLater)
    await sent(bridge_town)
    assert seen(bridge_town) == ["Who is here for a round?"]


async def test_an_answer_that_does_not_come_is_not_waited_for(bridge_town: Town) -> None:
    """A call without an answer ends in time, well before the message's lease does."""
    held = Held()
    bridge_town.platform.wire._timeout = 0.2
    await bridge_town.platform.wire.close()  # a new session takes the shorter patience of this test
    bridge_town.slack.faults.next("chat.postMessage", held)
    outcome = await bridge_town.platform.messenger.send(outgoing(bridge_town))
    held.release()

    assert outcome == TryLater("timeout", None)


@pytest.mark.parametrize("scopes", [("channels:history",), ()])
@pytest.mark.parametrize("kind", ["card", "reminder"])
async def test_a_doubtful_send_is_looked_for(bridge_town: Town, scopes: tuple[str, ...], kind: str) -> None:
    """A message that may have arrived is found where one may read; else the kind decides: no second reminder."""
    install = bridge_town.slack.installed(bridge_town.work, bridge_town.owner, [*bridge_town.slack.app.scopes, *scopes])
    bridge_town.installs._install = bridge_town.installs._install.__class__(bridge_town.work.id, install.token)  # type: ignore[attr-defined]
    bridge_town.slack.faults.next("chat.postMessage", Cut(done=True))
    one = outgoing(bridge_town, kind=kind)
    assert isinstance(await bridge_town.platform.messenger.send(one), TryLater)
    second = await bridge_town.platform.messenger.send(one)

    if scopes:
        assert second == Sent(bridge_town.bridge.messages[-1].ts, bridge_town.bridge.id)
    elif kind == "card":
        assert isinstance(second, Sent)
    else:
        assert second == Undeliverable("in doubt, and not worth repeating")
    assert len(seen(bridge_town)) == (2 if kind == "card" and not scopes else 1)


async def test_after_a_crash_a_direct_message_is_found(bridge_town: Town) -> None:
    """The bot's own conversation may always be read: what a dead process sent there is not sent again."""
    jo = bridge_town.people["Jo"]
    await sent(bridge_town, channel="", user=jo.id)
    again = await bridge_town.platform.messenger.send(outgoing(bridge_town, channel="", user=jo.id, doubtful=True))

    assert again == Sent(bridge_town.slack.dm(jo).messages[-1].ts, bridge_town.slack.dm(jo).id)
    assert len(bridge_town.slack.dms(jo)) == 1


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message"])
async def test_a_message_too_old_to_edit_is_followed_in_its_thread(bridge_town: Town, error: str) -> None:
    """What can no longer be edited goes on as a new message in its thread, which is edited from then on."""
    ts = await sent(bridge_town)
    bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=1))
    bridge_town.slack.faults.next("chat.update", Says(error=error))
    new = await sent(bridge_town, Card("Round done"), replaces=ts)

    assert new != ts
    assert seen(bridge_town, thread=ts) == ["Round done"]


async def test_a_deleted_message_is_posted_anew(bridge_town: Town) -> None:
    """A card somebody deleted comes back beside it, where people see it, and not in a thread nobody sees."""
    ts = await sent(bridge_town)
    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)
    bridge_town.slack.delete_message(row)
    bridge_town.clock.move(bridge_town.clock() + timedelta(seconds=1))
    await sent(bridge_town, Card("Round done"), replaces=ts)

    assert seen(bridge_town) == ["Round done"]
    assert bridge_town.slack.complaints == []


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_refused_blocks_are_sent_plainer(bridge_town: Town, error: str) -> None:
    """If Slack refuses blocks after all, the same is said with plainer ones, at last with words alone."""
    bridge_town.slack.faults.next("chat.postMessage", Says(error=error), Says(error=error))
    await sent(bridge_town)

    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)
    assert row.text == "Who is here for a round? About a minute each."


async def test_a_picture_slack_has_not_finished_is_waited_for(bridge_town: Town) -> None:
    """An uploaded picture that cannot be shown yet is tried again after a moment, and at last left out."""
    chart = Chart("bars", "Balance", ("Mon",), (Series("Balance", (40.0,)),), "It was 40.")
    bridge_town.slack.faults.next("chat.postMessage", Says(error="invalid_blocks"))
    card = Card("Report", (chart,))
    assert await bridge_town.platform.messenger.send(outgoing(bridge_town, card)) == TryLater(
        "picture_not_ready", timedelta(seconds=2)
    )
    bridge_town.slack.faults.next("chat.postMessage", Says(error="invalid_blocks"))
    await sent(bridge_town, card, attempts=3)

    assert "It was 40." in bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)[0].text


async def test_no_auth_test_and_one_session(bridge_town: Town) -> None:
    """Slack is asked who we are once, at the start, and everything goes through one HTTP session."""
    session = bridge_town.platform.wire.client().session
    for _ in range(5):
        await bridge_town.slack.slash(bridge_town.owner, bridge_town.bridge, "/moderato help")
    await sent(bridge_town)

    assert len(bridge_town.slack.calls("auth.test")) == 1
    assert bridge_town.platform.wire.client().session is session


async def test_a_list_of_many_options_can_be_chosen_from(bridge_town: Town) -> None:
    """More options than one menu takes become several menus, and each choice arrives as itself."""
    options = tuple(Option(str(n), f"Guide number {n}") for n in range(230))
    await sent(bridge_town, Card("Which one?", (Choice("Choose", ACTION, options),)))
    (row,) = bridge_town.slack.timeline(bridge_town.owner, bridge_town.bridge)

    assert len(row.menus) == 3
    assert row.menus[0] == "Choose (1 to 100)"
    assert render.OPTIONS == 100


# --- crowds ---------------------------------------------------------------------------------------------


async def test_two_hundred_teams_at_nine(capsys: pytest.CaptureFixture[str]) -> None:
    """200 teams due at once are served as fast as Slack allows and no faster."""
    from bot.kernel.ids import Member, Place
    from bot.kernel.inbound import CommandTyped, RosterRead
    from bot.kernel.people import Profile
    from bot.platforms.slack.client.budget import BURST, PER_MINUTE, POSTS
    from tests.platforms.slack.conftest import NOW
    from tests.platforms.slack.town import town
    from tests.story import CAST

    teams = 200
    async with town(NOW, CAST, owner="Lena", rates=True) as here:
        people = [here.people["Lena"], here.people["Tomas"], here.install.bot]
        channels = [here.slack.channel(here.work, f"team-{n}", people) for n in range(teams)]
        lena = Member("slack", here.work.id, people[0].id)
        profiles = tuple(Profile(Member("slack", here.work.id, user.id), user.name, user.tz) for user in people[:2])
        for n, channel in enumerate(channels):
            place = Place("slack", here.work.id, channel.id)
            await here.bot.hear(RosterRead(id=f"r{n}", place=place, name=channel.name, people=profiles, by=lena))
        start = here.clock()
        for n, channel in enumerate(channels):
            place = Place("slack", here.work.id, channel.id)
            await here.bot.handle(CommandTyped(id=f"c{n}", actor=lena, place=place, text="round"))
        await here.until(start + timedelta(seconds=30))
        shown = [channel.messages[0].posted for channel in channels]
        reached = max(moment - start for moment in shown if moment).total_seconds()

        a_second = PER_MINUTE[POSTS] // BURST
        best = -(-teams // a_second) - 1
        with capsys.disabled():
            sys.stdout.write(
                f"\n200 teams at once: last after {reached:.0f} s, best possible {best} s, {a_second} a second\n"
            )
        assert all(shown)
        assert best <= reached <= best + 1
        assert here.slack.rates.refused == 0
