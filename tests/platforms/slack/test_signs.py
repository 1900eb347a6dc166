"""The topic, user groups and canvases on Slack: whose words are whose, what is refused, and what is said then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.engine.ports import Outcome, Outgoing, Sent, TryLater, Undeliverable
from bot.kernel.ids import Member
from bot.kernel.signs import ABLE, Canvas, Group, Sign, Topic
from bot.platforms.slack.client import topics
from bot.platforms.slack.client.canvases import OLDER, fitted
from bot.platforms.slack.package import SCOPES
from bot.platforms.slack.package.rights import PURPOSES, RIGHTS, missing, scopes_of
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.town import Town, town
from tests.standins.slack import Cut, Limited, Says
from tests.story import CAST

pytestmark = pytest.mark.anyio
WORDS = "Standup 9:30 &amp; notes in <#C0DOCS>"  # as Slack gives people's own topic back


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    """The cast in #bridge, in a workspace that lets the bot set topics and change groups."""
    async with town(NOW, CAST, owner="Lena") as found:
        found.install.scopes |= set(scopes_of(RIGHTS))
        found.bridge.topic = WORDS
        yield found
        assert found.slack.complaints == []


async def puts(here: Town, sign: Sign, number: int = 1, *, channel: str = "") -> Outcome:
    outgoing = Outgoing(
        id=number,
        platform="slack",
        workspace=here.work.id,
        card=None,
        kind="card",
        key=f"roles:{sign.kind}:{number}",
        zone="UTC",
        channel=channel or here.bridge.id,
        sign=sign,
    )
    return await here.platform.messenger.put_up(outgoing)


def group(here: Town, *names: str, handle: str = "facilitator", given_up: bool = False) -> Group:
    members = tuple(Member("slack", here.work.id, here.people[name].id) for name in names)
    return Group(handle, "Host of #bridge", members, given_up)


def made(here: Town, handle: str = "facilitator") -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in here.work.usergroups if one["handle"] == handle)
    return found


# the topic


async def test_only_our_line_of_the_topic_is_changed(here: Town) -> None:
    """People's own words stay as they are, signs and links in them, too; ours comes after them and goes again."""
    await puts(here, Topic("Host: Lena"))
    assert here.bridge.topic == f"{WORDS} · Host: Lena"
    await puts(here, Topic("Host: Tomas"))
    assert here.bridge.topic == f"{WORDS} · Host: Tomas"
    await puts(here, Topic(""))
    assert here.bridge.topic == WORDS


async def test_words_that_people_change_meanwhile_stay(here: Town) -> None:
    """Whatever people write around our line while it stands there is theirs afterwards."""
    await puts(here, Topic("Host: Lena"))
    here.bridge.topic = "All new · Host: Lena · see the board"
    await puts(here, Topic("Host: Tomas"))
    assert here.bridge.topic == "All new · see the board · Host: Tomas"
    here.bridge.topic = "People took it away"
    await puts(here, Topic(""))
    assert here.bridge.topic == "People took it away"


async def test_the_same_line_is_not_written_twice(here: Town) -> None:
    """Each change of a topic shows a line in the channel, so what stands there already is not set again."""
    await puts(here, Topic("Host: Lena"))
    await puts(here, Topic("Host: Lena"), 2)
    assert here.bridge.topics == [f"{WORDS} · Host: Lena"]


async def test_a_crash_between_writing_and_noting_leaves_one_line(here: Town) -> None:
    """The connection dies after Slack took the topic: the next try finds its line there, and the end takes it away."""
    here.slack.faults.next("conversations.setTopic", Cut(done=True))
    assert isinstance(await puts(here, Topic("Host: Lena")), TryLater)
    assert await puts(here, Topic("Host: Tomas")) == Sent("")
    assert here.bridge.topic == f"{WORDS} · Host: Tomas"
    await puts(here, Topic(""))
    assert here.bridge.topic == WORDS


async def test_a_full_topic_is_left_as_it_is(here: Town) -> None:
    """Where people's words leave no room they are not cut; the owner is told why nothing is shown."""
    here.bridge.topic = "x" * 245
    outcome = await puts(here, Topic("Host: Lena"))
    assert isinstance(outcome, Undeliverable)
    assert "no room" in outcome.words
    assert here.bridge.topic == "x" * 245


async def test_names_are_no_markup(here: Town) -> None:
    """A name with signs in it is found again as it was written."""
    await puts(here, Topic("Host: A & <B>"))
    assert here.bridge.topic == f"{WORDS} · Host: A + (B)"
    await puts(here, Topic(""))
    assert here.bridge.topic == WORDS


async def test_a_closed_topic_is_said(here: Town) -> None:
    """In a channel whose topic not everybody may set, that is what the owner hears; the channel is not lost by it."""
    here.bridge.topic_open = False
    outcome = await puts(here, Topic("Host: Lena"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.lost == "message"
    assert "Not everybody may set the topic" in outcome.words


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_whatever_people_write_survives(before: str, after: str, line: str) -> None:
    """Our line added to any words, and people's words added after it: taken away, exactly people's words remain."""
    theirs, line = before.strip(), topics.plain(line)
    if not line:
        return
    shown = topics.with_line(theirs, line)
    assert topics.without(shown, [topics.mark(line)]) == theirs
    if line not in after:
        left = topics.without(f"{shown}{after}", [topics.mark(line)])
        assert left.startswith(theirs)
        assert left.endswith(after.strip())


# groups


async def test_a_group_is_made_filled_and_rests(here: Town) -> None:
    """The group is made when it is first needed, says whose it is, and is switched off while it means nobody."""
    await puts(here, group(here, "Lena"))
    assert made(here)["users"] == [here.people["Lena"].id]
    assert "Moderato says whom it means." in made(here)["description"]
    await puts(here, group(here, "Tomas", "Ines"))
    assert len(made(here)["users"]) == 2
    await puts(here, group(here))
    assert made(here)["date_delete"] > 0
    await puts(here, group(here, "Lena"))
    assert (made(here)["date_delete"], made(here)["users"]) == (0, [here.people["Lena"].id])
    assert len(here.work.usergroups) == 1


async def test_asked_twice_it_is_the_same(here: Town) -> None:
    """The same wish once more changes nothing on Slack."""
    for _ in range(2):
        await puts(here, group(here, "Lena"))
    assert len(here.slack.calls("usergroups.users.update")) == 1
    for _ in range(2):
        await puts(here, group(here))
    assert len(here.slack.calls("usergroups.disable")) == 1


async def test_a_group_that_people_made_is_left_alone(here: Town) -> None:
    """Whoever had the handle before keeps their group, its people and its being switched on; words say what to do."""
    people = [user.id for user in list(here.people.values())[:4]]
    theirs = {"id": "S1", "handle": "facilitator", "name": "F", "created_by": "ULENA", "description": "us"}
    here.work.usergroups.append(theirs | {"date_delete": 0, "users": list(people)})
    outcome = await puts(here, group(here, "Sam"))
    assert isinstance(outcome, Undeliverable)
    assert "people made" in outcome.words
    await puts(here, group(here))
    await puts(here, group(here, given_up=True))
    assert (made(here)["users"], made(here)["date_delete"]) == (people, 0)
    here.work.usergroups[0]["description"] = "Whoever hosts; kept by Moderato"
    assert await puts(here, group(here, "Sam")) == Sent("")
    assert made(here)["users"] == [here.people["Sam"].id]


async def test_two_teams_do_not_share_a_handle(here: Town) -> None:
    """A second team that asks for the same handle is told so, until the first one gives it up."""
    await puts(here, group(here, "Lena"))
    outcome = await puts(here, group(here, "Sam"), channel="C0OTHER")
    assert isinstance(outcome, Undeliverable)
    assert "another team" in outcome.words
    await puts(here, group(here), channel="C0OTHER")
    assert made(here)["users"] == [here.people["Lena"].id]
    await puts(here, group(here, given_up=True))
    assert await puts(here, group(here, "Sam"), channel="C0OTHER") == Sent("")


async def test_a_guest_who_hosts_is_not_the_host_before(here: Town) -> None:
    """Guests cannot be in a group: then it means nobody, and the next turn goes on as usual."""
    await puts(here, group(here, "Lena"))
    here.people["Sam"].guest = "multi"
    assert await puts(here, group(here, "Sam")) == Sent("")
    assert made(here)["date_delete"] > 0
    await puts(here, group(here, "Tomas"))
    assert (made(here)["date_delete"], made(here)["users"]) == (0, [here.people["Tomas"].id])


async def test_who_may_change_groups_is_said(here: Town) -> None:
    """Where only administrators change groups, or the plan has none, the owner hears just that."""
    here.work.groups_open = False
    outcome = await puts(here, group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert "only administrators change user groups" in outcome.words
    here.work.groups_open, here.work.paid = True, False
    outcome = await puts(here, group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert "plan of Slack has no user groups" in outcome.words


# canvases


async def canvas(here: Town, markdown: str = "# Archive") -> str:
    outcome = await puts(here, Canvas("Archive of #bridge", markdown))
    assert isinstance(outcome, Sent)
    return outcome.message


async def test_a_canvas_is_for_its_channel_to_read(here: Town) -> None:
    """The channel's people may read it, nobody may write, and its address leads to it."""
    link = await canvas(here, "# Archive\n\n#### Deep\n\n- ![](@ULENA) call")
    (made,) = here.slack.world.canvases
    assert made["channels"] == {here.bridge.id: "read"}
    assert made["document_content"]["markdown"] == "# Archive\n\n### Deep\n\n- [](@ULENA) call"
    assert link == f"https://{here.work.domain}.slack.example/docs/{here.work.id}/{made['canvas_id']}"


async def test_the_next_canvas_is_the_same_one(here: Town) -> None:
    """Written again, it is the same page with new words; one that people deleted is made anew."""
    first = await canvas(here)
    assert await canvas(here, "# More") == first
    (made,) = here.slack.world.canvases
    assert made["document_content"]["markdown"] == "# More"
    made["deleted"] = True
    assert await canvas(here, "# Again") != first


async def test_a_plan_without_canvases_is_said(here: Town) -> None:
    """On a plan that has none, or where the channel's only one is taken, the sentence says so."""
    here.work.paid = False
    here.slack.world.canvases.append({"canvas_id": "F1", "channels": {here.bridge.id: "write"}, "deleted": False})
    outcome = await puts(here, Canvas("Archive", "# All"))
    assert isinstance(outcome, Undeliverable)
    assert "has a canvas already" in outcome.words


def test_a_long_archive_loses_its_oldest_parts() -> None:
    """What is too long keeps its title and its newest parts whole, and says where the others are."""
    text = "# Archive\n\n" + "".join(f"## Note {n}\n\n- words\n\n" for n in range(100))
    short = fitted(text, 500)
    assert len(short) <= 500
    assert short.startswith(f"# Archive\n\n{OLDER}\n\n## Note ")
    assert short.endswith("## Note 99\n\n- words\n\n")
    assert "## Note 0\n" not in short
    assert fitted(text) == text


# rights


@pytest.mark.parametrize(("sign", "scope"), [("topic", "channels:write.topic"), ("group", "usergroups:write")])
async def test_a_missing_scope_is_named(here: Town, sign: str, scope: str) -> None:
    """Without its scope nothing is tried again, and the sentence says which scope and where it is added."""
    here.install.scopes = frozenset(SCOPES)
    outcome = await puts(here, Topic("Host: Lena") if sign == "topic" else group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.lost == "message"
    assert scope in outcome.words
    assert "OAuth & Permissions" in outcome.words


async def test_a_limit_is_waited_for(here: Town) -> None:
    """Slack's own wish to wait is kept, and the same wish is put up after it."""
    here.slack.faults.next("usergroups.list", Limited(seconds=20))
    outcome = await puts(here, group(here, "Lena"))
    assert isinstance(outcome, TryLater)
    assert outcome.after is not None
    assert outcome.after.total_seconds() == 20


async def test_a_token_that_is_gone_stops_the_workspace(here: Town) -> None:
    """A revoked token is what it is everywhere: the workspace is lost, and no word to an owner could arrive."""
    here.slack.faults.next("usergroups.list", Says(error="account_inactive"))
    outcome = await puts(here, group(here, "Lena"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.lost == "workspace"


async def test_a_reinstalled_app_is_noticed_with_the_next_call(here: Town) -> None:
    """What a workspace allows is learnt from any answer of Slack, so that nobody has to start the bot again."""

    def able() -> dict[str, str]:
        with here.bot.connections.transaction() as db:
            rows = db.rows("SELECT key, fact FROM kept WHERE kind = :kind", {"kind": ABLE})
        return dict(rows)

    here.install.scopes = frozenset(SCOPES)
    await here.platform.wire.call(here.work.id, "auth.test")
    await here.settle()
    assert "usergroups:write" in able()["group"]
    here.install.scopes = frozenset({*SCOPES, *scopes_of(["group"])})
    await here.platform.wire.call(here.work.id, "auth.test")
    await here.settle()
    assert able()["group"] == '{"missing": ""}'
    assert "channels:write.topic" in able()["topic"]


def test_every_optional_scope_has_its_purpose() -> None:
    """Whatever can be asked for in addition is explained, is not asked for by itself, and unlocks what it is for."""
    for right in RIGHTS.values():
        assert set(right.scopes) <= set(PURPOSES)
        assert not set(right.scopes) & set(SCOPES)
        if right.able:
            assert missing(right.scopes)[right.able] == ""
            assert all(missing(set(right.scopes) - {scope})[right.able] for scope in right.scopes)


def test_the_manifest_asks_for_what_is_wanted() -> None:
    """`--with topic,group` adds exactly their scopes; a name that nobody knows is told with those there are."""
    ask = CliRunner().invoke
    plain, more = ask(app, ["slack-manifest"]).output, ask(app, ["slack-manifest", "--with", "topic,group"]).output
    asked = {line.strip(" -") for line in more.splitlines()} - {line.strip(" -") for line in plain.splitlines()}
    assert set(scopes_of(["topic", "group"])) <= asked
    assert "    - canvases:write" not in more
    wrong = ask(app, ["slack-manifest", "--with", "topics"])
    assert wrong.exit_code == 2
    assert "files, topic, group, canvas" in wrong.output
