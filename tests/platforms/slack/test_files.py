"""A guide sent to the bot as a file: what is taken, what is said where it cannot be, and where the token goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from aiohttp import web
from starlette.requests import Request
from typer.testing import CliRunner

from bot.__main__ import app
from bot.engine.attached import MOST_BYTES, NotTakenError, chosen
from bot.platforms.slack import parse
from bot.platforms.slack.app.oauth import Consent
from bot.platforms.slack.client.files import is_slack
from bot.platforms.slack.package import EVENTS, SCOPES
from bot.platforms.slack.package.rights import FILES
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.town import Town, town
from tests.standins.slack import Cut, Says, Status
from tests.stories.test_own_guide import FILE
from tests.stories.test_session import library
from tests.story import CAST

pytestmark = pytest.mark.anyio
LONG = FILE + "# a remark that makes it long\n" * 400  # more than a command may have otherwise


@pytest.fixture(params=["socket", "http"])
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The cast in #bridge, with the library, in a workspace that lets the bot open files."""
    async with town(NOW, CAST, owner="Lena", content=library(), transport=request.param) as found:
        found.install.scopes |= {FILES}
        yield found
        assert found.slack.complaints == []


async def sends(
    here: Town, content: str | bytes, *, name: str = "look-back.yml", text: str = "", by: str = "Sam", **traits: Any
) -> str:
    """Somebody sends a file to the bot, which answers."""
    who = here.people[by]
    raw = content.encode() if isinstance(content, str) else content
    await here.slack.share(who, here.slack.dm(who), name, raw, text, **traits)
    await here.settle()
    return str(here.slack.dms(who)[-1].text)


async def test_a_guide_is_sent_as_a_file(here: Town) -> None:
    """A YAML file in the bot's own conversation is kept as a guide, however long, and the team can use it."""
    told = await sends(here, LONG, text="this is ours")

    assert "Friday look-back, 15 minutes, 2 steps: ready to use." in told
    await here.slack.slash(here.people["Jo"], here.bridge, "/moderato guide list share 15")
    await here.settle()
    assert "Friday look-back" in here.slack.timeline(here.people["Jo"], here.bridge)[-1].text


async def test_what_is_wrong_has_its_line(here: Town) -> None:
    """The loader's sentences come back with the lines of the file, blank ones at its top counted; nothing is kept."""
    wrong = FILE.replace("minutes: 12", "minutes: 10")

    assert "Line 6: the steps add up to 13 minutes, total_minutes says 15." in await sends(here, wrong)
    told = await sends(here, b"\xef\xbb\xbf" + ("\n\n" + wrong).replace("\n", "\r\n").encode())
    assert "Line 8: the steps add up to 13 minutes" in told
    assert "Nothing was kept." in told
    assert "Line " in await sends(here, "kind: guide\n  broken: [")


async def test_a_survey_is_shown_its_own_way(here: Town) -> None:
    """A survey sent as a file is not measured as a guide; its answer leads to the form that takes it."""
    told = await sends(here, "# ours\nkind: survey\nid: x\n", name="ours.yml", by="Lena")
    assert "ours.yml is a survey" in told
    lena = here.people["Lena"]
    await here.slack.press(lena, here.slack.dms(lena)[-1], "Open that form")
    await here.settle()
    assert here.slack.modal(lena) is not None


async def test_the_same_event_twice_makes_one_version(here: Town) -> None:
    """Slack may bring an event again; the guide is kept once."""
    await sends(here, FILE)
    before = len(here.slack.dms(here.people["Sam"]))
    await here.slack.again()
    await here.settle()

    assert len(here.slack.dms(here.people["Sam"])) == before
    assert "version 2" in await sends(here, FILE)


async def test_without_the_scope_other_ways_are_shown(here: Town) -> None:
    """Where the bot may not open files it says who can allow it, and its button leads to the form."""
    here.install.scopes -= {FILES}
    told = await sends(here, FILE)

    assert "I may not open look-back.yml" in told
    assert "files:read" in told
    assert 'begins with "guide add"' in told
    assert here.slack.calls("download") == []
    sam = here.people["Sam"]
    await here.slack.press(sam, here.slack.dms(sam)[-1], "Paste it in a form")
    await here.settle()
    assert here.slack.modal(sam) is not None


async def test_a_file_of_another_organisation_is_looked_up(here: Town) -> None:
    """Where Slack tells only the id of a file at first, its name is asked for before anything is fetched."""
    assert "photo.png is no guide" in await sends(here, b"\x89PNG", name="photo.png", foreign=True)
    assert here.slack.calls("download") == []
    assert "ready to use" in await sends(here, FILE, foreign=True)


async def test_one_file_at_a_time() -> None:
    """A snippet without an ending counts as YAML where Slack says so, and of two guides none is guessed at."""
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "USAM", "ts": "1.1", "text": ""}
    snippet, guide = {"id": "F1", "name": "Untitled", "filetype": "yaml"}, {"id": "F2", "name": "a.yaml"}
    one = parse.said(event | {"subtype": "file_share", "files": [snippet]}, "T1", "UBOT")
    two = parse.said(event | {"subtype": "file_share", "files": [snippet, guide]}, "T1", "UBOT")
    assert one
    assert two

    found = chosen(one.files, "", direct=True)
    assert found
    assert (found.where, found.is_guide) == ("F1", True)
    with pytest.raises(NotTakenError, match="One file at a time"):
        chosen(two.files, "", direct=True)


@pytest.mark.parametrize(
    ("content", "traits", "says"),
    [
        (b"#" * (MOST_BYTES + 1), {}, "is too large"),
        (b"#" * (MOST_BYTES + 1), {"size": 10}, "is too large"),  # what Slack announces is not what comes
        (b"\x89PNG\x00\x01", {}, "It is not plain text."),
        ("kind: guide\ntitle: é".encode("latin-1"), {}, "It is not plain text."),
        (b" \n\n", {}, "is empty"),
        (b"<html>", {"kind": "text/html"}, "did not arrive"),
        (b"kind: guide", {"address": ""}, "did not arrive"),
        (b"kind: guide", {"address": "no address"}, "did not arrive"),
        (b"kind: guide", {"name": "photo.png"}, "photo.png is no guide"),
    ],
)
async def test_what_cannot_be_taken_is_said(here: Town, content: bytes, traits: dict[str, Any], says: str) -> None:
    """Too large, no text, empty, a page instead of the file, no address, another kind: each has its sentence."""
    told = await sends(here, content, **traits)

    assert says in told
    assert "Nothing was kept." in told


async def test_a_download_that_fails_is_said(here: Town) -> None:
    """Slack refusing, breaking off or knowing nothing of the file becomes a sentence, and the next try works."""
    for method, *faults in (
        ("files.info", Says(error="file_not_found")),
        ("files.info", Status(status=500)),
        ("download", Status(status=503)),
        ("download", Cut(), Cut()),  # the client itself asks once more where a connection it kept open breaks
    ):
        here.slack.faults.next(method, *faults)
        assert "look-back.yml did not arrive" in await sends(here, FILE)
    here.slack.faults._ordered.clear()
    assert "ready to use" in await sends(here, FILE)


async def test_the_token_goes_to_slack_alone(here: Town) -> None:
    """An address on another host, or one that leads elsewhere, is never called with the bot's token."""
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request.headers.get("Authorization", ""))
        return web.Response(text=FILE)

    other = web.Application()
    other.router.add_get("/{path:.*}", listen)
    runner = web.AppRunner(other)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        elsewhere = f"http://127.0.0.1:{runner.addresses[0][1]}/look-back.yml"
        assert "did not arrive" in await sends(here, FILE, address=elsewhere)
        lost = f"{here.slack.server.base}/files/unknown/download/x.yml"  # leads to the page to sign in
        assert "did not arrive" in await sends(here, FILE, address=lost)
    finally:
        await runner.cleanup()

    assert heard == []


async def test_pictures_beside_words_are_left_alone(here: Town) -> None:
    """Other files do not keep words from being understood, and are not fetched."""
    assert "guide" in (await sends(here, b"\x89PNG", name="photo.png", text="help")).lower()
    assert here.slack.calls("files.info") == []
    assert "dance" in await sends(here, b"\x89PNG", name="photo.png", text="dance")


async def test_in_a_channel_only_what_is_meant_is_opened(here: Town) -> None:
    """Beside a mention a file counts with `guide add` or without words; a file nobody sent to the bot is not seen."""
    sam = here.people["Sam"]
    await here.slack.share(sam, here.bridge, "other.yml", FILE.encode())
    await here.slack.share(sam, here.bridge, "other.yml", FILE.encode(), "@moderato help")
    await here.settle()
    assert here.slack.calls("files.info") == []
    await here.slack.share(sam, here.bridge, "other.yml", FILE.encode(), "@moderato guide add")
    await here.settle()

    assert "ready to use" in here.slack.dms(sam)[-1].text + here.slack.timeline(sam, here.bridge)[-1].text


@pytest.mark.parametrize(
    ("address", "api", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.yml", "https://slack.com/api/", True),
        ("https://slack.com/files/a.yml", "https://www.slack.com/api/", True),
        ("https://files.slack-gov.com/a.yml", "https://slack-gov.com/api/", True),
        ("http://files.slack.com/a.yml", "https://slack.com/api/", False),
        ("https://files.slack.com:8443/a.yml", "https://slack.com/api/", False),
        ("https://files.slack.com.evil.example/a.yml", "https://slack.com/api/", False),
        ("https://notslack.com/a.yml", "https://slack.com/api/", False),
        ("https://files.slack.com@evil.example/a.yml", "https://slack.com/api/", False),
        ("https://evil.example\\@files.slack.com/a.yml", "https://slack.com/api/", False),
        ("https://user:word@files.slack.com/a.yml", "https://slack.com/api/", False),
        ("https://127.0.0.1/a.yml", "https://slack.com/api/", False),
        ("https://files.slack.com/a.yml", "http://127.0.0.1:9/api/", False),
        ("http://127.0.0.1:8/a.yml", "http://127.0.0.1:9/api/", False),
        ("//files.slack.com/a.yml", "https://slack.com/api/", False),
        ("https://[/a.yml", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_which_hosts_are_slack(address: str, api: str, ours: bool) -> None:
    """Only the configured Slack and what lies below it, over https, without a name or another port in the address."""
    assert is_slack(address, api) is ours


@pytest.mark.parametrize("files", [True, False])
async def test_installs_by_oauth_ask_for_it_where_it_is_wanted(bridge_town: Town, files: bool) -> None:
    """With the setting, consent in a workspace includes the scope; without it, it does not."""
    platform = bridge_town.platform
    settings = replace(platform.settings, asks=("files",) if files else ())
    consent = Consent(platform.wire, bridge_town.installs, settings, bridge_town.clock, str)
    asked = {"type": "http", "scheme": "https", "server": ("bot.example", 443), "path": "/slack/install"}
    answer = await consent.install(Request(asked | {"method": "GET", "headers": [], "query_string": b""}))
    (scopes,) = parse_qs(urlsplit(answer.headers["location"]).query)["scope"]

    assert (FILES in scopes.split(",")) is files


def test_the_scope_is_asked_for_only_on_request() -> None:
    """`--with-files` adds the one scope, and says what it is for; without it nobody is asked for it."""
    ask = CliRunner().invoke
    plain, more = ask(app, ["slack-manifest"]).output, ask(app, ["slack-manifest", "--with-files"]).output
    scopes = [set(yaml.safe_load(text)["oauth_config"]["scopes"]["bot"]) for text in (plain, more)]

    assert scopes == [set(SCOPES), {*SCOPES, FILES}]
    assert "message.im" in EVENTS
    assert more.index(f"#   {FILES}:") < more.index("# Not asked for")
