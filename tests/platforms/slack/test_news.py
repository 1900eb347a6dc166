"""People come, go and change; channels are renamed, archived and deleted; the bot is invited and removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.kernel.ids import Place
from bot.platforms.slack.parse import person
from tests.platforms.slack.town import Town

pytestmark = pytest.mark.anyio


def row(town: Town, sql: str) -> tuple[Any, ...] | None:
    with town.bot.connections.transaction() as db:
        return db.row(sql)


async def test_the_invitation_makes_a_team(bridge_town: Town) -> None:
    """Inviting the bot is enough: the channel is a team, everybody in it is known, the inviter looks after it."""
    with bridge_town.bot.connections.transaction() as db:
        people = db.rows("SELECT s.person, m.name, m.zone, s.owner FROM membership s JOIN member m USING (person)")

    assert len(people) == len(bridge_town.people)
    assert ("ULENA", "Lena", "Europe/Berlin", 1) in people
    assert ("UARUN", "Arun", "Asia/Kolkata", 0) in people
    assert sum(owner for *_, owner in people) == 1


async def test_guests_bots_and_the_gone_do_not_take_part(bridge_town: Town) -> None:
    """Guests are in the team without taking part; bots and deactivated people are not in it."""
    work = bridge_town.work
    guest = bridge_town.slack.user(work, "guest", guest="single")
    stranger = bridge_town.slack.user(work, "stranger", stranger=True)
    robot = bridge_town.slack.user(work, "robot", bot=True)
    gone = bridge_town.slack.user(work, "gone", deactivated=True)
    channel = bridge_town.slack.channel(work, "mixed", [bridge_town.owner, guest, stranger, robot, gone])
    await bridge_town.slack.join(bridge_town.install.bot, channel, by=bridge_town.owner)
    await bridge_town.settle()
    with bridge_town.bot.connections.transaction() as db:
        rows = db.rows(
            "SELECT s.person, s.takes_part FROM membership s JOIN team t ON t.id = s.team WHERE t.name = 'mixed'"
        )

    assert dict(rows) == {bridge_town.owner.id: 1, guest.id: 0, stranger.id: 0}


async def test_a_newcomer_is_known_with_name_and_zone(bridge_town: Town) -> None:
    """Whoever joins is a member from that moment, as their profile says."""
    nora = bridge_town.slack.user(bridge_town.work, "nora", real_name="Nora", tz="Europe/Lisbon")
    await bridge_town.slack.join(nora, bridge_town.bridge)
    await bridge_town.settle()

    assert row(bridge_town, f"SELECT name, zone FROM member WHERE person = '{nora.id}'") == ("Nora", "Europe/Lisbon")


async def test_a_newcomer_is_known_even_if_slack_is_slow(bridge_town: Town) -> None:
    """If the profile cannot be read at once, the person is in all the same, and the name follows."""
    from tests.standins.slack import Says

    nora = bridge_town.slack.user(bridge_town.work, "nora", real_name="Nora")
    bridge_town.slack.faults.next("users.info", *[Says(error="user_not_found")])
    await bridge_town.slack.join(nora, bridge_town.bridge)
    await bridge_town.settle()

    assert row(bridge_town, f"SELECT gone FROM membership WHERE person = '{nora.id}'") == (None,)


async def test_profiles_are_followed(bridge_town: Town) -> None:
    """A new name and a new zone hold from the next message on."""
    await bridge_town.slack.change_profile(bridge_town.people["Arun"], display_name="Arun K.", tz="Europe/Lisbon")
    await bridge_town.settle()

    assert row(bridge_town, "SELECT name, zone FROM member WHERE person = 'UARUN'") == ("Arun K.", "Europe/Lisbon")


@pytest.mark.parametrize("how", ["leave", "deactivate"])
async def test_who_leaves_is_gone(bridge_town: Town, how: str) -> None:
    """Leaving the channel and leaving the company both end the membership, and nothing is sent to them."""
    sam = bridge_town.people["Sam"]
    if how == "leave":
        await bridge_town.slack.leave(sam, bridge_town.bridge)
    else:
        await bridge_town.slack.change_profile(sam, deactivated=True)
    await bridge_town.settle()
    gone = row(bridge_town, "SELECT gone FROM membership WHERE person = 'USAM'")

    assert gone is not None
    assert gone[0] is not None


async def test_a_renamed_channel_keeps_its_team(bridge_town: Town) -> None:
    """The team goes on under the new name."""
    await bridge_town.slack.rename(bridge_town.bridge, "bridge-2")
    await bridge_town.slack.slash(bridge_town.owner, bridge_town.slack.dm(bridge_town.owner), "/moderato round")

    assert row(bridge_town, "SELECT name FROM team") == ("bridge-2",)
    assert "Type it in #bridge-2" in bridge_town.slack.dms(bridge_town.owner)[-1].text


@pytest.mark.parametrize("how", ["archive", "delete", "kick"])
async def test_a_lost_channel_stops_its_sessions(bridge_town: Town, how: str) -> None:
    """An archived or deleted channel and a removed bot end what ran there; nothing is tried into it any more."""
    await bridge_town.slack.slash(bridge_town.people["Tomas"], bridge_town.bridge, "/moderato round")
    await bridge_town.settle()
    if how == "archive":
        await bridge_town.slack.archive(bridge_town.bridge, by=bridge_town.owner)
    elif how == "delete":
        await bridge_town.slack.delete_channel(bridge_town.bridge)
    else:
        await bridge_town.slack.leave(bridge_town.install.bot, bridge_town.bridge)
    await bridge_town.settle()
    lost = row(bridge_town, "SELECT lost FROM team")
    posts = len(bridge_town.slack.calls("chat.postMessage"))
    await bridge_town.until(bridge_town.clock() + timedelta(hours=2))

    assert lost is not None
    assert lost[0]
    assert len(bridge_town.slack.calls("chat.postMessage")) == posts
    assert await bridge_town.bot.places("slack") == ()


async def test_a_channel_that_comes_back_is_found(bridge_town: Town) -> None:
    """Unarchived with the bot still in it, or the bot invited again: the team goes on with its people."""
    await bridge_town.slack.archive(bridge_town.bridge, by=bridge_town.owner)
    await bridge_town.slack.unarchive(bridge_town.bridge, by=bridge_town.owner)
    await bridge_town.settle()
    assert row(bridge_town, "SELECT lost FROM team") == ("",)

    await bridge_town.slack.leave(bridge_town.install.bot, bridge_town.bridge)
    await bridge_town.settle()
    assert row(bridge_town, "SELECT COUNT(*) FROM team WHERE lost <> ''") == (1,)
    await bridge_town.slack.join(bridge_town.install.bot, bridge_town.bridge, by=bridge_town.people["Maya"])
    await bridge_town.settle()
    assert row(bridge_town, "SELECT lost FROM team") == ("",)
    assert row(bridge_town, "SELECT COUNT(*) FROM membership WHERE owner = 1") == (1,)


async def test_archived_while_nobody_was_there(bridge_town: Town) -> None:
    """What cannot be posted because the channel is archived tells the team's sessions, without any event."""
    await bridge_town.slack.slash(bridge_town.people["Tomas"], bridge_town.bridge, "/moderato round")
    bridge_town.bridge.archived = True
    await bridge_town.settle()

    lost = row(bridge_town, "SELECT lost FROM team")
    assert lost is not None
    assert "archived" in lost[0]


async def test_a_channel_with_another_id_is_the_same_team(bridge_town: Town) -> None:
    """When Slack gives a channel another id, what runs and what waits there goes on, with nothing said twice."""
    slack, tomas, lena = bridge_town.slack, bridge_town.people["Tomas"], bridge_town.owner
    await slack.slash(tomas, bridge_town.bridge, "/moderato round")
    await bridge_town.settle()
    await slack.readdress(bridge_town.bridge)
    (card,) = slack.timeline(lena, bridge_town.bridge)
    for name in ("Ines", "Divya"):
        await slack.press(bridge_town.people[name], card, "I'm in")
    await bridge_town.settle()
    (card,) = slack.timeline(lena, bridge_town.bridge)
    assert "In so far: Ines, Divya." in card.text
    await bridge_town.until(bridge_town.clock() + timedelta(hours=2))

    assert await bridge_town.bot.places("slack") == (Place("slack", bridge_town.work.id, bridge_town.bridge.id),)
    assert "Round done" in "".join(seen.text for seen in slack.timeline(lena, bridge_town.bridge))
    assert row(bridge_town, "SELECT COUNT(*) FROM outbox WHERE status = 'dead'") == (0,)


async def test_private_channels_are_teams_like_others(bridge_town: Town) -> None:
    """In a private channel the same works, and the team knows that it is private."""
    people = [bridge_town.people["Ines"], bridge_town.people["Jo"]]
    cellar = bridge_town.slack.channel(bridge_town.work, "cellar", people, kind="private")
    await bridge_town.slack.join(bridge_town.install.bot, cellar, by=people[0])
    await bridge_town.slack.slash(people[0], cellar, "/moderato round")
    await bridge_town.settle()

    assert "Who is here" in bridge_town.slack.timeline(people[1], cellar)[-1].text
    assert row(bridge_town, "SELECT private FROM team WHERE name = 'cellar'") == (1,)


async def test_the_same_news_twice_is_one_piece_of_news(bridge_town: Town) -> None:
    """An event that Slack sends again changes nothing the second time."""
    sam = bridge_town.people["Sam"]
    await bridge_town.slack.leave(sam, bridge_town.bridge)
    left = bridge_town.slack.wire.deliveries[-1]
    bridge_town.bridge.members.append(sam)
    await bridge_town.slack.join(bridge_town.slack.user(bridge_town.work, "x"), bridge_town.bridge)
    bridge_town.bridge.members.remove(sam)
    await bridge_town.slack.join(sam, bridge_town.bridge)
    await bridge_town.slack.again(left)
    await bridge_town.settle()

    assert row(bridge_town, "SELECT gone FROM membership WHERE person = 'USAM'") == (None,)


async def test_people_of_another_organisation_are_guests(bridge_town: Town) -> None:
    """In a channel shared with another organisation its people are in the team without taking part."""
    eve = bridge_town.slack.user(bridge_town.work, "eve", home="TOTHER")
    shared = bridge_town.slack.channel(bridge_town.work, "shared", [bridge_town.owner, bridge_town.people["Jo"], eve])
    await bridge_town.slack.join(bridge_town.install.bot, shared, by=bridge_town.owner)
    adam = bridge_town.slack.user(bridge_town.work, "adam", home="TOTHER")
    await bridge_town.slack.join(adam, shared)
    await bridge_town.settle()
    with bridge_town.bot.connections.transaction() as db:
        rows = db.rows("SELECT person, takes_part FROM membership JOIN team ON id = team WHERE name = 'shared'")

    assert dict(rows) == {bridge_town.owner.id: 1, "UJO": 1, eve.id: 0, adam.id: 0}


@pytest.mark.parametrize(
    ("team", "organisation", "ours", "guest"),
    [
        ("T1", "", "", False),
        ("T2", "", "", True),
        ("T2", "E1", "E1", False),
        ("E1", "E1", "E1", False),
        ("T2", "E2", "E1", True),
        ("T2", "E1", "", False),
    ],
)
def test_colleagues_of_the_same_organisation_are_none(team: str, organisation: str, ours: str, guest: bool) -> None:
    """Whoever has another workspace of our own organisation as theirs is a colleague; of another one, a guest."""
    user: dict[str, Any] = {"id": "U1", "team_id": team, "name": "x"}
    if organisation:
        user["enterprise_user"] = {"enterprise_id": organisation}

    assert person(user, "T1", ours).guest is guest


async def test_people_in_no_team_are_not_written_down(bridge_town: Town) -> None:
    """Slack tells about everybody in the workspace; of somebody in no team not even the name is kept."""
    stranger = bridge_town.slack.user(bridge_town.work, "stranger", real_name="Nobody We Know")
    await bridge_town.slack.change_profile(stranger, display_name="Still Nobody")
    await bridge_town.settle()

    assert row(bridge_town, f"SELECT COUNT(*) FROM member WHERE person = '{stranger.id}'") == (0,)
